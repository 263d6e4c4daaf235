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
#include "path/partial.h"
#include "path/store.h"
#include "path/walk.h"
#include "utils/builtins.h"

/*
 * A row leaves its touch, with how its entity ended as payload: rows of one
 * entity say the same, but lie anywhere, so that finding out what was said
 * before would cost more.
 */
#define CODE_TOUCH		0
#define CODE_NO_TOUCH	1		/* at no time */

/* Words of payload */
enum
{
	PAYLOAD_CHANNEL,			/* its number */
	PAYLOAD_END,				/* a moment, of these codes */
	PAYLOAD_AMOUNT				/* only with amounts */
};

#define CODE_GAVE_UP	0
#define CODE_CONVERTED	1

#define NO_TIME			(-PATH_TIME_LIMIT)
#define NOT_ENDED		path_moment(NO_TIME, CODE_GAVE_UP)

typedef struct AttributionState
{
	PathStore	store;
	Dictionary	channels;
	Numbers		numbers;		/* of channels */
	AmountList	amounts;
	AttributionOptions meant;
	char	   *options;		/* written in one way */
	Image		given;			/* as given; its bytes NULL: there is no such argument */
	bool		fixed_options;
	int64		from;
	int64		through;
	int64		left_out[ATTRIBUTION_REASONS];
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

static void
take_options(AttributionState *state, const Image *given, MemoryContext context)
{
	MemoryContext outer = MemoryContextSwitchTo(context);

	state->given.length = given->length;
	if (given->bytes != NULL)
		state->given.bytes = pnstrdup(given->bytes, given->length);
	state->options = attribution_options(given->bytes != NULL ? given->bytes : "", given->length, &state->meant);
	MemoryContextSwitchTo(outer);
}

static pg_noinline AttributionState *
create_state(FunctionCallInfo fcinfo, const PathKinds kinds)
{
	int			options = ARGUMENT_OPTIONS(kinds);
	MemoryContext context;
	AttributionState *state = path_state_create(fcinfo, sizeof(AttributionState), &context);
	Image		given = {0, NULL};

	if (PG_NARGS() > options)
	{
		text	   *argument = PG_GETARG_TEXT_PP(options);

		given.bytes = VARDATA_ANY(argument);
		given.length = VARSIZE_ANY_EXHDR(argument);
	}
	take_options(state, &given, context);
	state->fixed_options = given.bytes == NULL || path_argument_is_constant(fcinfo, options);
	state->from = MOMENT_NONE_FROM;
	state->through = MOMENT_NONE_THROUGH;
	dictionary_begin(&state->channels, context);
	path_store_init(&state->store, fcinfo, kinds.wide_keys, kinds.amount != NULL ? PAYLOAD_AMOUNT + 1 : PAYLOAD_AMOUNT);
	numbers_begin(&state->numbers, &state->store);
	return state;
}

static void
compare_options(const AttributionState *state, const char *given, int length)
{
	if (length != state->given.length || memcmp(given, state->given.bytes, length) != 0)
		refuse_change("options", state->given.bytes, pnstrdup(given, length));
}

static void
check_options(const AttributionState *state, Datum options)
{
	text	   *given = DatumGetTextPP(options);

	compare_options(state, VARDATA_ANY(given), VARSIZE_ANY_EXHDR(given));
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

/* How the entity ended, by its row */
static pg_attribute_always_inline int64
end_of_row(FunctionCallInfo fcinfo, const PathKinds kinds)
{
	Timestamp	at;

	if (PG_ARGISNULL(ARGUMENT_OUTCOME) || PG_ARGISNULL(ARGUMENT_ENDED))
		return NOT_ENDED;
	at = kinds.moment(PG_GETARG_DATUM(ARGUMENT_ENDED));
	if (!moment_in_range(at))
		return NOT_ENDED;
	return path_moment(at, PG_GETARG_BOOL(ARGUMENT_OUTCOME) ? CODE_CONVERTED : CODE_GAVE_UP);
}

/* The moment of a row's touch, and its channel's number; or the moment of none, and it is counted why. */
static pg_attribute_always_inline int64
touch_of_row(AttributionState *state, FunctionCallInfo fcinfo, const PathKinds kinds, int64 *number)
{
	Timestamp	at;
	text	   *channel;

	*number = 0;
	if (PG_ARGISNULL(ARGUMENT_CHANNEL) || PG_ARGISNULL(ARGUMENT_AT))
	{
		state->left_out[ATTRIBUTION_NO_TOUCH]++;
		return path_moment(NO_TIME, CODE_NO_TOUCH);
	}
	at = kinds.moment(PG_GETARG_DATUM(ARGUMENT_AT));
	if (unlikely(!moment_in_range(at)))
	{
		state->left_out[ATTRIBUTION_OUT_OF_RANGE]++;
		return path_moment(NO_TIME, CODE_NO_TOUCH);
	}
	state->from = Min(state->from, at);
	state->through = Max(state->through, at);
	channel = PG_GETARG_TEXT_PP(ARGUMENT_CHANNEL);
	*number = state->numbers.own + dictionary_number(&state->channels, VARDATA_ANY(channel), VARSIZE_ANY_EXHDR(channel));
	PG_FREE_IF_COPY(channel, ARGUMENT_CHANNEL);
	return path_moment(at, CODE_TOUCH);
}

static pg_attribute_always_inline Datum
attribution_row(FunctionCallInfo fcinfo, const PathKinds kinds)
{
	AttributionState *state = row_state(fcinfo, kinds);

	if (unlikely(PG_ARGISNULL(PATH_ENTITY)))
		state->left_out[ATTRIBUTION_NO_ENTITY]++;
	else
	{
		int64		payload[PATH_PAYLOAD_WORDS];
		int64		touch = touch_of_row(state, fcinfo, kinds, &payload[PAYLOAD_CHANNEL]);

		payload[PAYLOAD_END] = end_of_row(fcinfo, kinds);
		payload[PAYLOAD_AMOUNT] = AMOUNT_NONE;	/* what is not converted earns nothing */
		if (path_moment_code(payload[PAYLOAD_END]) == CODE_CONVERTED)
			payload[PAYLOAD_AMOUNT] = path_row_amount(fcinfo, kinds, &state->amounts, ARGUMENT_AMOUNT);
		path_append_words(&state->store, fcinfo, path_row_key(fcinfo, kinds), touch, payload);
	}
	PG_RETURN_POINTER(state);
}

/* attribution_accum_int8_timestamp ... attribution_accum_uuid_date; with an amount attribution_accum_int8_timestamp_int2 ... */
PATH_TRANSITIONS(attribution_accum, attribution_row)
PATH_AMOUNT_TRANSITIONS(attribution_accum, attribution_row)

static void
options_part(Partial *partial, AttributionState *state)
{
	Image		given = state->given;
	bool		has_options = given.bytes != NULL;

	partial_flag(partial, &has_options);
	partial_bytes(partial, (const char **) &given.bytes, &given.length);
	if (partial_is_writing(partial))
		return;
	if (!has_options)
		given.bytes = NULL;
	if (partial->is_new)
		take_options(state, &given, partial->context);
	if (has_options)
		compare_options(state, given.bytes, given.length);
}

static void
attribution_parts(Partial *partial, void *of)
{
	AttributionState *state = of;

	options_part(partial, state);
	partial_span(partial, &state->from, &state->through, NULL);
	partial_counts(partial, state->left_out, ATTRIBUTION_REASONS);
	partial_dictionary(partial, &state->channels, &state->numbers, NULL);
}

/* Of a PartialKind */
static void
attribution_renumber(int64 moment, int64 *payload, const Renumbering *numbers)
{
	if (path_moment_code(moment) == CODE_TOUCH)
		payload[PAYLOAD_CHANNEL] = partial_renumbered(numbers, (int32) payload[PAYLOAD_CHANNEL]);
}

static const PartialKind attribution_partial = {
	.size = sizeof(AttributionState),
	.store = offsetof(AttributionState, store),
	.amounts = offsetof(AttributionState, amounts),
	.parts = attribution_parts,
	.renumber = attribution_renumber,
	.amount_word = PAYLOAD_AMOUNT
};

PARTIAL_FUNCTIONS(attribution, attribution_partial)

/*
 * The walk
 */

typedef struct Touch
{
	Timestamp	at;
	uint32		channel;		/* its place in the order of bytes */
}			Touch;

/*
 * Counts by lists (attribution_summary.h), ten an entity, without a look-up for
 * lists that are met again: those that are told by a small number, a code.
 */
typedef struct Memo
{
	IdCounts   *ids;
	Size		codes;
	int32	   *number;			/* of each code's list, from 1; 0: not met */
}			Memo;

/* At most, of 4 bytes each: rows spill, these don't. */
#define CODES_MOST		65536

/* Paths up to this length have codes for their positions. */
#define CODED_PATH		16

/* Sets of channels have codes where there are no more of these. */
#define CODED_CHANNELS	16

typedef struct AttributionVisitor
{
	const AttributionState *state;
	AttributionSummary *summary;
	uint32	   *place;			/* of each channel's number */
	Memo		positions;		/* code: channel, place and length of the path */
	Memo		sets;			/* code: a bit a channel */
	Memo		moves;			/* code: the list as digits, in a base that has one for each of its ids */

	/* of the entity */
	Touch	   *touches;		/* in order of time */
	int64		count;
	int64		room;
	int64		end;			/* NOT_ENDED: none so far */
	int64		end_amount;
	bool		two_ends;
	bool		is_sorted;		/* the touches are */
	uint32	   *set;			/* of its channels; room for as many as touches */
	double	   *weights;		/* of its touches; so many, too */
	int64	   *shares;
}			AttributionVisitor;

static void
begin_entity(AttributionVisitor *visitor)
{
	visitor->count = 0;
	visitor->end = NOT_ENDED;
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
	visitor->shares = repalloc_huge(visitor->shares, sizeof(int64) * visitor->room);
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

/* Codes are worth their memory where rows are as many. */
static void
memo_begin(Memo *memo, IdCounts *ids, Size codes, int64 rows)
{
	memo->ids = ids;
	memo->codes = codes <= (Size) Min(rows, CODES_MOST) ? codes : 0;
	memo->number = palloc0(memo->codes * sizeof(int32));
}

static inline void
memo_count(Memo *memo, Size code, const uint32 *list, int length, const Decimal *amount)
{
	if (code >= memo->codes)
	{
		ids_add(memo->ids, list, length, 1, amount);
		return;
	}
	if (unlikely(memo->number[code] == 0))
		memo->number[code] = ids_number(memo->ids, list, length) + 1;
	ids_count(memo->ids, memo->number[code] - 1, 1, amount);
}

static void
begin_memos(AttributionVisitor *visitor)
{
	AttributionSummary *summary = visitor->summary;
	int64		rows = path_store_count(&visitor->state->store);
	Size		channels = summary->count;
	Size		lists = 1;

	for (int i = 0; i <= visitor->state->meant.order && lists <= (Size) rows; i++)
		lists *= channels + 3;	/* the start, the channels, two ends */
	memo_begin(&visitor->moves, &summary->moves, lists, rows);
	memo_begin(&visitor->positions, &summary->positions, channels * (PLACE_LAST + 1) * CODED_PATH, rows);
	memo_begin(&visitor->sets, &summary->sets, channels <= CODED_CHANNELS ? (Size) 1 << channels : 0, rows);
}

/* Counts the places of a path that converted. */
static void
count_positions(AttributionVisitor *visitor, const Touch *touches, int64 count, const Decimal *amount)
{
	for (int64 i = 0; i < count; i++)
	{
		uint32		list[POSITION_IDS];
		Size		code;

		list[0] = touches[i].channel;
		list[1] = count == 1 ? PLACE_ONLY : i == 0 ? PLACE_FIRST : i == count - 1 ? PLACE_LAST : PLACE_MIDDLE;
		list[2] = (uint32) count;
		code = ((Size) list[0] * (PLACE_LAST + 1) + list[1]) * CODED_PATH + list[2] - 1;
		memo_count(&visitor->positions, count > CODED_PATH ? SIZE_MAX : code, list, POSITION_IDS, amount);
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

		visitor->weights[i] = age == 0 ? 1 : age > 1000 ? 0 : portable_exp2(-age);
		sum += visitor->weights[i];
	}
	while (largest > 0 && touches[largest - 1].at == last)
		largest--;
	for (int64 i = 0; i < count; i++)
	{
		visitor->shares[i] = (int64) rint(visitor->weights[i] / sum * PROBABILITY_ONE);
		if (i != largest)
			rest -= visitor->shares[i];
	}
	visitor->shares[largest] = rest;
	for (int64 i = 0; i < count; i++)
	{
		AttributionChannel *channel = &summary->channels[touches[i].channel];

		channel->decay += visitor->shares[i];
		if (amount != NULL)
		{
			Decimal		share = {visitor->shares[i], PROBABILITY_SCALE, NULL};
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
		for (int j = length; j > at; j--)
			visitor->set[j] = visitor->set[j - 1];
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
	uint32		channels = visitor->summary->count;
	Size		base = (Size) channels + 3;

	for (int64 i = 0; i <= count; i++)
	{
		Size		code = 0;

		list[order] = i < count ? touches[i].channel + 1 : converted ? TARGET_CONVERSION : TARGET_NULL;
		for (int j = 0; j <= order; j++)
			code = code * base + (list[j] <= channels ? list[j] : list[j] == TARGET_NULL ? channels + 1 : channels + 2);
		memo_count(&visitor->moves, code, list, order + 1, NULL);
		for (int j = 0; j < order; j++)
			list[j] = list[j + 1];
	}
}

static Size
code_of_set(const AttributionVisitor *visitor, int length)
{
	Size		code = 0;

	for (int i = 0; i < length; i++)
	{
		if (visitor->set[i] >= CODED_CHANNELS)
			return SIZE_MAX;
		code |= (Size) 1 << visitor->set[i];
	}
	return code;
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
	memo_count(&visitor->sets, code_of_set(visitor, distinct), visitor->set, distinct, amount);
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
	int64		count = visitor->count;

	sort_path(visitor);
	while (count > 0 && visitor->touches[count - 1].at > ended)
		count--;
	if (visitor->state->meant.lookback > 0)
		while (first < count && ended - visitor->touches[first].at > visitor->state->meant.lookback)
			first++;
	summary->rows[ATTRIBUTION_BEFORE_LOOKBACK] += first;
	summary->rows[ATTRIBUTION_AFTER_END] += visitor->count - count;
	if (visitor->end_amount != AMOUNT_NONE)
	{
		value = amount_unpack(&visitor->state->amounts, visitor->end_amount);
		decimal_strip(&value);	/* rows of one entity may write it with more zeros */
		amount = &value;
		summary->with_amount++;
	}
	if (first < count)
		count_path(visitor, visitor->touches + first, count - first, converted, amount);
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
		summary->rows[ATTRIBUTION_TWO_ENDS] += visitor->count;
	}
	else if (visitor->end == NOT_ENDED)
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

/* Takes note of how a row says that the entity ended. */
static inline void
note_end(AttributionVisitor *visitor, int64 end, int64 amount)
{
	if (end == NOT_ENDED)
		return;
	visitor->two_ends |= visitor->end != NOT_ENDED && (end != visitor->end || !is_same_amount(visitor, amount, visitor->end_amount));
	visitor->end = end;
	visitor->end_amount = amount;
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
		const int64 *payload = path_event_words(batch, i);

		note_end(visitor, payload[PAYLOAD_END], batch->width > 1 + PAYLOAD_AMOUNT ? payload[PAYLOAD_AMOUNT] : AMOUNT_NONE);
		if (path_moment_code(moment) == CODE_TOUCH)
			add_to_path(visitor, path_moment_time(moment), visitor->place[numbers_here(&visitor->state->numbers, payload[PAYLOAD_CHANNEL])]);
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
	begin_memos(&visitor);
	visitor.room = 16;
	visitor.touches = palloc(sizeof(Touch) * visitor.room);
	visitor.set = palloc(sizeof(uint32) * visitor.room);
	visitor.weights = palloc(sizeof(double) * visitor.room);
	visitor.shares = palloc(sizeof(int64) * visitor.room);
	path_walk(&state->store, attribution_visit, &visitor);
	PG_RETURN_DATUM(summary_pack(&attribution_type, &summary));
}
