/*
 * attribution.c
 *		attribution_agg: touches collected, walked along each entity's path.
 *
 * See doc/attribution.md.
 */
#include "kpi/attribution_summary.h"

#include <math.h>

#include "base/argument.h"
#include "base/portable.h"
#include "miscadmin.h"
#include "path/arguments.h"
#include "path/store.h"
#include "path/walk.h"
#include "utils/builtins.h"

/* A row leaves up to two events: its touch, and how its entity ended. At equal times the end comes last. */
#define CODE_TOUCH		0
#define CODE_GAVE_UP	1
#define CODE_CONVERTED	2

#define NOT_ENDED		(-PATH_TIME_LIMIT)	/* the time of a mark that an entity is there */

typedef struct AttributionState
{
	PathStore	store;			/* payload: the channel's number; of an end the amount */
	Dictionary	channels;
	AmountList	amounts;
	AttributionOptions meant;
	char	   *options;		/* written in one way */
	text	   *given;			/* as given; NULL: there is no such argument */
	bool		fixed_options;
	int64		from;
	int64		through;
	int64		left_out[ATTRIBUTION_REASONS];

	/* the end that was added last: of rows in order of entity the next has the same */
	PathKey		key;
	int64		end;
	int64		end_payload;
}			AttributionState;

/* The arguments are (state, entity, channel, touched_at, outcome, ended_at [, amount] [, options]). */
enum
{
	ARGUMENT_CHANNEL = PATH_ENTITY + 1,
	ARGUMENT_AT,
	ARGUMENT_OUTCOME,
	ARGUMENT_ENDED,
	ARGUMENT_AMOUNT
};

#define ARGUMENT_OPTIONS(kinds)	((kinds).amount != NULL ? ARGUMENT_AMOUNT + 1 : ARGUMENT_AMOUNT)

static pg_noinline AttributionState *
create_state(FunctionCallInfo fcinfo, const PathKinds kinds)
{
	int			options = ARGUMENT_OPTIONS(kinds);
	MemoryContext context;
	AttributionState *state = path_state_create(fcinfo, sizeof(AttributionState), &context);
	MemoryContext outer = MemoryContextSwitchTo(context);

	if (PG_NARGS() > options)
	{
		state->given = PG_GETARG_TEXT_P_COPY(options);
		state->options = attribution_options(VARDATA_ANY(state->given), VARSIZE_ANY_EXHDR(state->given), &state->meant);
		state->fixed_options = path_argument_is_constant(fcinfo, options);
	}
	else
	{
		state->options = attribution_options("", 0, &state->meant);
		state->fixed_options = true;
	}
	MemoryContextSwitchTo(outer);
	state->from = MOMENT_NONE_FROM;
	state->through = MOMENT_NONE_THROUGH;
	state->end = path_moment(NOT_ENDED, CODE_CONVERTED);	/* no end is this */
	dictionary_begin(&state->channels, context);
	path_store_init(&state->store, fcinfo, kinds.wide_keys, true);
	return state;
}

static void
check_options(const AttributionState *state, Datum options)
{
	text	   *given = DatumGetTextPP(options);

	if (VARSIZE_ANY_EXHDR(given) != VARSIZE_ANY_EXHDR(state->given) ||
		memcmp(VARDATA_ANY(given), VARDATA_ANY(state->given), VARSIZE_ANY_EXHDR(given)) != 0)
		refuse_change("options", text_to_cstring(state->given), text_to_cstring(given));
	if ((Pointer) given != DatumGetPointer(options))
		pfree(given);
}

static pg_attribute_always_inline AttributionState *
row_state(FunctionCallInfo fcinfo, const PathKinds kinds)
{
	int			options = ARGUMENT_OPTIONS(kinds);
	AttributionState *state;

	if (PG_NARGS() > options && unlikely(PG_ARGISNULL(options)))
		refuse_null("options", "Write them as 'lookback: 90 days; half_life: 7 days; markov: 2', or leave them out.");
	if (unlikely(PG_ARGISNULL(0)))
		return create_state(fcinfo, kinds);
	state = (AttributionState *) PG_GETARG_POINTER(0);
	if (!state->fixed_options)
		check_options(state, PG_GETARG_DATUM(options));
	return state;
}

/* Adds how the entity ended, or that it is there, unless the row before said the same of it. */
static pg_attribute_always_inline void
add_end(AttributionState *state, FunctionCallInfo fcinfo, const PathKinds kinds, PathKey key)
{
	int64		payload = path_row_amount(fcinfo, kinds, &state->amounts, ARGUMENT_AMOUNT);
	int64		end = path_moment(NOT_ENDED, CODE_TOUCH);

	if (!PG_ARGISNULL(ARGUMENT_OUTCOME) && !PG_ARGISNULL(ARGUMENT_ENDED))
	{
		Timestamp	at = kinds.moment(PG_GETARG_DATUM(ARGUMENT_ENDED));

		if (moment_in_range(at))
			end = path_moment(at, PG_GETARG_BOOL(ARGUMENT_OUTCOME) ? CODE_CONVERTED : CODE_GAVE_UP);
	}
	if (path_moment_time(end) == NOT_ENDED || path_moment_code(end) == CODE_GAVE_UP)
		payload = AMOUNT_NONE;	/* what is not converted earns nothing */
	if (end == state->end && payload == state->end_payload && key.word[0] == state->key.word[0] &&
		(!kinds.wide_keys || key.word[1] == state->key.word[1]))
		return;
	path_append(&state->store, fcinfo, key, end, payload);
	state->key = key;
	state->end = end;
	state->end_payload = payload;
}

/* Adds the touch of a row, or counts why there is none. */
static pg_attribute_always_inline void
add_touch(AttributionState *state, FunctionCallInfo fcinfo, const PathKinds kinds, PathKey key)
{
	Timestamp	at;
	text	   *channel;

	if (PG_ARGISNULL(ARGUMENT_CHANNEL) || PG_ARGISNULL(ARGUMENT_AT))
	{
		state->left_out[ATTRIBUTION_NO_TOUCH]++;
		return;
	}
	at = kinds.moment(PG_GETARG_DATUM(ARGUMENT_AT));
	if (unlikely(!moment_in_range(at)))
	{
		state->left_out[ATTRIBUTION_OUT_OF_RANGE]++;
		return;
	}
	state->from = Min(state->from, at);
	state->through = Max(state->through, at);
	channel = PG_GETARG_TEXT_PP(ARGUMENT_CHANNEL);
	path_append(&state->store, fcinfo, key, path_moment(at, CODE_TOUCH),
				dictionary_number(&state->channels, VARDATA_ANY(channel), VARSIZE_ANY_EXHDR(channel)));
	PG_FREE_IF_COPY(channel, ARGUMENT_CHANNEL);
}

static pg_attribute_always_inline Datum
attribution_row(FunctionCallInfo fcinfo, const PathKinds kinds)
{
	AttributionState *state = row_state(fcinfo, kinds);

	if (unlikely(PG_ARGISNULL(PATH_ENTITY)))
		state->left_out[ATTRIBUTION_NO_ENTITY]++;
	else
	{
		PathKey		key = path_row_key(fcinfo, kinds);

		add_end(state, fcinfo, kinds, key);
		add_touch(state, fcinfo, kinds, key);
	}
	PG_RETURN_POINTER(state);
}

/* attribution_accum_int8_timestamp ... attribution_accum_uuid_date; with an amount attribution_accum_int8_timestamp_int2 ... */
PATH_TRANSITIONS(attribution_accum, attribution_row)
PATH_AMOUNT_TRANSITIONS(attribution_accum, attribution_row)

/*
 * The walk
 */

typedef struct Touch
{
	Timestamp	at;
	uint32		channel;		/* its place in the order of bytes */
}			Touch;

typedef struct AttributionVisitor
{
	const AttributionState *state;
	AttributionSummary *summary;
	uint32	   *place;			/* of each channel's number */

	/* of the entity */
	Touch	   *touches;		/* in order of time */
	int64		count;
	int64		room;
	int64		end;			/* the moment; NOT_ENDED: none so far */
	int64		end_payload;
	int64		late;			/* touches after the end */
	bool		two_ends;
	bool		is_sorted;		/* the touches are */
	uint32	   *set;			/* of its channels; room for as many as touches */
	double	   *weights;
}			AttributionVisitor;

static void
begin_entity(AttributionVisitor *visitor)
{
	visitor->count = visitor->late = 0;
	visitor->end = path_moment(NOT_ENDED, CODE_TOUCH);
	visitor->two_ends = false;
	visitor->is_sorted = true;
}

static void
more_touches(AttributionVisitor *visitor)
{
	visitor->room *= 2;
	visitor->touches = repalloc_huge(visitor->touches, sizeof(Touch) * visitor->room);
	visitor->set = repalloc_huge(visitor->set, sizeof(uint32) * visitor->room);
	visitor->weights = repalloc_huge(visitor->weights, sizeof(double) * visitor->room);
}

/* They come in order of time; at equal times they have to stand in order of their channels' bytes (sort_path). */
static void
add_to_path(AttributionVisitor *visitor, Timestamp at, uint32 channel)
{
	if (visitor->count == visitor->room)
		more_touches(visitor);
	if (visitor->count > 0)
	{
		const Touch *before = &visitor->touches[visitor->count - 1];

		visitor->is_sorted &= before->at != at || before->channel <= channel;
	}
	visitor->touches[visitor->count++] = (Touch) {at, channel};
}

static int
compare_touches(const void *a, const void *b)
{
	const Touch *left = a;
	const Touch *right = b;

	if (left->at != right->at)
		return left->at < right->at ? -1 : 1;
	return (left->channel > right->channel) - (left->channel < right->channel);
}

static void
sort_path(AttributionVisitor *visitor)
{
	if (!visitor->is_sorted)
		qsort(visitor->touches, visitor->count, sizeof(Touch), compare_touches);
}

/* Counts the places of a path that converted. */
static void
count_positions(AttributionVisitor *visitor, const Touch *touches, int64 count, const Decimal *amount)
{
	for (int64 i = 0; i < count; i++)
	{
		uint32		list[POSITION_IDS];

		list[0] = touches[i].channel;
		list[1] = count == 1 ? PLACE_ONLY : i == 0 ? PLACE_FIRST : i == count - 1 ? PLACE_LAST : PLACE_MIDDLE;
		list[2] = (uint32) count;
		ids_add(&visitor->summary->positions, list, POSITION_IDS, 1, amount);
	}
}

/*
 * Shares the conversion by 2^(-(time to the last touch) / half-life): relative
 * to the last one, so that nothing underflows but what is nothing. Shares are
 * rounded to 18 decimals; what is missing to 1 goes to the largest, which is
 * the last touch, the first by its channel's bytes if several are.
 */
static void
count_decay(AttributionVisitor *visitor, const Touch *touches, int64 count, const Decimal *amount)
{
	AttributionSummary *summary = visitor->summary;
	Timestamp	last = touches[count - 1].at;
	double		sum = 0;
	int64		rest = PROBABILITY_ONE;
	int64		largest = count - 1;

	for (int64 i = 0; i < count; i++)
	{
		double		age = (double) (last - touches[i].at) / (double) visitor->state->meant.half_life;

		visitor->weights[i] = age > 1000 ? 0 : portable_exp2(-age);
		sum += visitor->weights[i];
	}
	while (largest > 0 && touches[largest - 1].at == last)
		largest--;
	for (int64 i = 0; i < count; i++)
		if (i != largest)
			rest -= (int64) rint(visitor->weights[i] / sum * PROBABILITY_ONE);
	for (int64 i = 0; i < count; i++)
	{
		AttributionChannel *channel = &summary->channels[touches[i].channel];
		Decimal		share = {i == largest ? rest : (int64) rint(visitor->weights[i] / sum * PROBABILITY_ONE), PROBABILITY_SCALE, NULL};

		channel->decay += share.units;
		if (amount != NULL)
		{
			Decimal		part = decimal_multiply(&share, amount);

			decimal_add(&channel->decay_amount, &part);
		}
	}
}

/* The distinct channels of a path, in order: how many */
static int
set_of(AttributionVisitor *visitor, const Touch *touches, int64 count)
{
	int			length = 0;

	for (int64 i = 0; i < count; i++)
	{
		int			at = length;

		while (at > 0 && visitor->set[at - 1] > touches[i].channel)
			at--;
		if (at > 0 && visitor->set[at - 1] == touches[i].channel)
			continue;
		memmove(visitor->set + at + 1, visitor->set + at, sizeof(uint32) * (length - at));
		visitor->set[at] = touches[i].channel;
		length++;
	}
	return length;
}

/* Counts the moves of a path: from the start, touch by touch, to its end. */
static void
count_moves(AttributionVisitor *visitor, const Touch *touches, int64 count, bool converted)
{
	int			order = (int) visitor->state->meant.order;
	uint32		list[MARKOV_MOST + 1] = {0};

	for (int64 i = 0; i <= count; i++)
	{
		list[order] = i < count ? touches[i].channel + 1 : converted ? TARGET_CONVERSION : TARGET_NULL;
		ids_add(&visitor->summary->moves, list, order + 1, 1, NULL);
		memmove(list, list + 1, sizeof(uint32) * order);
	}
}

static void
count_path(AttributionVisitor *visitor, const Touch *touches, int64 count, bool converted, const Decimal *amount)
{
	AttributionSummary *summary = visitor->summary;
	int			distinct = set_of(visitor, touches, count);

	summary->rows[ATTRIBUTION_USED] += count;
	for (int64 i = 0; i < count; i++)
		summary->channels[touches[i].channel].touches++;
	for (int i = 0; i < distinct; i++)
		summary->channels[visitor->set[i]].entities++;
	count_moves(visitor, touches, count, converted);
	if (!converted)
	{
		summary->gave_up++;
		return;
	}
	summary->converted++;
	if (amount != NULL)
		decimal_add(&summary->amount, amount);
	count_positions(visitor, touches, count, amount);
	count_decay(visitor, touches, count, amount);
	ids_add(&summary->sets, visitor->set, distinct, 1, amount);
}

/* An entity that ended, in one way */
static void
count_entity(AttributionVisitor *visitor)
{
	AttributionSummary *summary = visitor->summary;
	Timestamp	ended = path_moment_time(visitor->end);
	bool		converted = path_moment_code(visitor->end) == CODE_CONVERTED;
	const Decimal *amount = NULL;
	Decimal		value;
	int64		first = 0;

	sort_path(visitor);
	if (visitor->state->meant.lookback > 0)
		while (first < visitor->count && ended - visitor->touches[first].at > visitor->state->meant.lookback)
			first++;
	summary->rows[ATTRIBUTION_BEFORE_LOOKBACK] += first;
	summary->rows[ATTRIBUTION_AFTER_END] += visitor->late;
	if (visitor->end_payload != AMOUNT_NONE)
	{
		value = amount_unpack(&visitor->state->amounts, visitor->end_payload);
		decimal_strip(&value);	/* rows of one entity may write it with more zeros */
		amount = &value;
		summary->with_amount++;
	}
	if (first < visitor->count)
		count_path(visitor, visitor->touches + first, visitor->count - first, converted, amount);
	else if (!converted)
		summary->untouched_gave_up++;
	else
	{
		summary->untouched_converted++;
		if (amount != NULL)
			decimal_add(&summary->untouched_amount, amount);
	}
	if (amount != NULL)
		decimal_free(&value);
}

static void
conclude_entity(AttributionVisitor *visitor)
{
	AttributionSummary *summary = visitor->summary;

	if (visitor->two_ends)
	{
		summary->two_ends++;
		summary->rows[ATTRIBUTION_TWO_ENDS] += visitor->count + visitor->late;
	}
	else if (path_moment_time(visitor->end) == NOT_ENDED)
	{
		summary->undecided++;
		summary->rows[ATTRIBUTION_UNDECIDED] += visitor->count;
	}
	else
		count_entity(visitor);
}

/* Whether two payloads are one amount: those of many digits lie in a list, each at a place of its own. */
static bool
is_same_amount(const AttributionVisitor *visitor, int64 a, int64 b)
{
	Decimal		left;
	Decimal		right;
	int			difference;

	if (a == b)
		return true;
	if (a == AMOUNT_NONE || b == AMOUNT_NONE)
		return false;
	left = amount_unpack(&visitor->state->amounts, a);
	right = amount_unpack(&visitor->state->amounts, b);
	difference = decimal_compare(&left, &right);
	decimal_free(&left);
	decimal_free(&right);
	return difference == 0;
}

/* A visitor of path_walk */
static void
attribution_visit(void *of, const PathBatch *batch)
{
	AttributionVisitor *visitor = of;

	if (batch->first)
		begin_entity(visitor);
	for (int64 i = 0; i < batch->count; i++)
	{
		int64		moment = path_event_moment(batch, i);
		Timestamp	at = path_moment_time(moment);
		bool		has_ended = path_moment_time(visitor->end) != NOT_ENDED;

		if (at == NOT_ENDED)
			continue;
		if (path_moment_code(moment) != CODE_TOUCH)
		{
			visitor->two_ends |= has_ended && (moment != visitor->end || !is_same_amount(visitor, path_event_payload(batch, i), visitor->end_payload));
			visitor->end = moment;
			visitor->end_payload = path_event_payload(batch, i);
		}
		else if (has_ended)
			visitor->late++;
		else
			add_to_path(visitor, at, visitor->place[path_event_payload(batch, i)]);
	}
	if (batch->last)
		conclude_entity(visitor);
}

/* The channels of the dictionary in order; answers the place of each number. */
static uint32 *
order_channels(const AttributionState *state, AttributionSummary *summary)
{
	const Dictionary *dictionary = &state->channels;
	int32		count = dictionary->count;
	int32	   *order = dictionary_order(dictionary);
	uint32	   *place = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(uint32) * Max(count, 1));

	summary->count = count;
	summary->channels = MemoryContextAllocExtended(CurrentMemoryContext, sizeof(AttributionChannel) * Max(count, 1), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	for (int32 i = 0; i < count; i++)
	{
		place[order[i]] = i;
		summary->channels[i].text = dictionary->texts[order[i]].text;
		summary->channels[i].length = dictionary->texts[order[i]].length;
	}
	pfree(order);
	return place;
}

/* attribution_final(state): the summary; empty where there was no row. */
PG_FUNCTION_INFO_V1(attribution_final);
Datum
attribution_final(PG_FUNCTION_ARGS)
{
	AttributionState *state;
	AttributionSummary summary;
	AttributionVisitor visitor = {0};

	if (PG_ARGISNULL(0))
		PG_RETURN_DATUM(summary_empty(&attribution_type));
	state = (AttributionState *) PG_GETARG_POINTER(0);

	summary_clear(&attribution_type, &summary);
	attribution_begin(&summary, state->options);
	summary.from = state->from;
	summary.through = state->through;
	memcpy(summary.rows, state->left_out, sizeof(summary.rows));
	visitor.state = state;
	visitor.summary = &summary;
	visitor.place = order_channels(state, &summary);
	visitor.room = 16;
	visitor.touches = palloc(sizeof(Touch) * visitor.room);
	visitor.set = palloc(sizeof(uint32) * visitor.room);
	visitor.weights = palloc(sizeof(double) * visitor.room);
	path_walk(&state->store, attribution_visit, &visitor);
	PG_RETURN_DATUM(summary_pack(&attribution_type, &summary));
}
