/*
 * attribution_summary.c
 *		The type attribution_summary: how it is written, read, checked and merged.
 */
#include "kpi/attribution_summary.h"

#include "base/definition.h"
#include "base/rollup.h"
#include "miscadmin.h"

#define MARKS			">;,:|()\""
#define CLAUSE_HINT		"The clauses are lookback, half_life, markov and position, each once: \"lookback: 90 days; half_life: 7 days; markov: 2; position: 40 40\"."
#define LIST_MOST		50000000

static const char *const reason_names[ATTRIBUTION_REASONS] = {
	"used", "no_entity", "no_touch", "time_out_of_range", "after_end", "before_lookback", "undecided", "two_ends"
};

const Reasons attribution_reasons = {ATTRIBUTION_REASONS, reason_names};

/*
 * Options
 */

typedef enum Clause
{
	CLAUSE_LOOKBACK,
	CLAUSE_HALF_LIFE,
	CLAUSE_MARKOV,
	CLAUSE_POSITION
}			Clause;

#define CLAUSES	(CLAUSE_POSITION + 1)

static const char *const clause_names[CLAUSES] = {"lookback", "half_life", "markov", "position"};

/* A whole number of low .. high */
static int64
read_number(Lexer *lexer, int64 low, int64 high, const char *what)
{
	int64		number;
	const char *begin;

	lexer_skip_blanks(lexer);
	begin = lexer->at;
	if (!lexer_number(lexer, &number) || number < low || number > high)
		lexer_refuse(lexer, begin, what, CLAUSE_HINT);
	return number;
}

static void
read_position(Lexer *lexer, AttributionOptions *options)
{
	options->first = read_number(lexer, 0, 100, "a weight of the first touch that is not from 0 to 100 percent");
	options->last = read_number(lexer, 0, 100, "a weight of the last touch that is not from 0 to 100 percent");
	if (options->first + options->last > 100 || options->first + options->last == 0)
		lexer_refuse(lexer, lexer->at, "weights that are together nothing or more than 100 percent", CLAUSE_HINT);
}

char *
attribution_options(const char *text, int length, AttributionOptions *options)
{
	Lexer		lexer;
	const char *seen[CLAUSES] = {NULL};
	StringInfoData canonical;

	*options = (AttributionOptions) {0, 7 * USECS_PER_DAY, 1, 40, 40};
	lexer_begin(&lexer, "attribution options", MARKS, text, length);
	lexer_skip_blanks(&lexer);
	if (lexer.at < lexer.end)
		do
			switch ((Clause) lexer_clause(&lexer, clause_names, CLAUSES, seen, CLAUSE_HINT))
			{
				case CLAUSE_LOOKBACK:
					options->lookback = lexer_span(&lexer);
					break;
				case CLAUSE_HALF_LIFE:
					options->half_life = lexer_span(&lexer);
					break;
				case CLAUSE_MARKOV:
					options->order = read_number(&lexer, 1, MARKOV_MOST, "an order that is not from 1 to 4");
					break;
				case CLAUSE_POSITION:
					read_position(&lexer, options);
					break;
			}
		while (lexer_accept(&lexer, ';'));
	lexer_skip_blanks(&lexer);
	if (lexer.at < lexer.end)
		lexer_refuse(&lexer, lexer.at, "something that has no place here", CLAUSE_HINT);

	initStringInfo(&canonical);
	appendStringInfoString(&canonical, "half_life:");
	append_span(&canonical, options->half_life);
	appendStringInfo(&canonical, "; markov: %d; position: %d %d", (int) options->order, (int) options->first, (int) options->last);
	if (options->lookback > 0)
	{
		appendStringInfoString(&canonical, "; lookback:");
		append_span(&canonical, options->lookback);
	}
	return canonical.data;
}

/*
 * Counts by lists
 */

static void
more_ids(IdCounts *ids)
{
	ids->room = Max(16, 2 * ids->room);
	if (ids->counts == NULL)
	{
		ids->counts = MemoryContextAllocHuge(ids->lists.context, sizeof(int64) * ids->room);
		ids->amounts = MemoryContextAllocHuge(ids->lists.context, sizeof(Decimal) * ids->room);
		return;
	}
	ids->counts = repalloc_huge(ids->counts, sizeof(int64) * ids->room);
	ids->amounts = repalloc_huge(ids->amounts, sizeof(Decimal) * ids->room);
}

int32
ids_number(IdCounts *ids, const uint32 *list, int length)
{
	int32		known = ids->lists.count;
	int32		number = dictionary_number(&ids->lists, (const char *) list, length * sizeof(uint32));

	if (number < known)
		return number;
	if (number >= ids->room)
		more_ids(ids);
	ids->counts[number] = 0;
	ids->amounts[number] = decimal_zero(0);
	return number;
}

void
ids_count(IdCounts *ids, int32 number, int64 count, const Decimal *amount)
{
	count_add(&ids->counts[number], count);
	if (amount != NULL)
	{
		MemoryContext outer = MemoryContextSwitchTo(ids->lists.context);

		decimal_add(&ids->amounts[number], amount);
		MemoryContextSwitchTo(outer);
	}
}

void
ids_add(IdCounts *ids, const uint32 *list, int length, int64 count, const Decimal *amount)
{
	ids_count(ids, ids_number(ids, list, length), count, amount);
}

static int
compare_lists(const uint32 *a, int a_length, const uint32 *b, int b_length)
{
	for (int i = 0; i < a_length && i < b_length; i++)
		if (a[i] != b[i])
			return a[i] < b[i] ? -1 : 1;
	return a_length - b_length;
}

static int
compare_numbers(const void *a, const void *b, void *of)
{
	const IdCounts *ids = of;
	int32		left = *(const int32 *) a;
	int32		right = *(const int32 *) b;

	return compare_lists(ids_list(ids, left), ids_length(ids, left), ids_list(ids, right), ids_length(ids, right));
}

int32 *
ids_in_order(const IdCounts *ids)
{
	int32	   *order = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(int32) * Max(ids->lists.count, 1));

	for (int32 i = 0; i < ids->lists.count; i++)
		order[i] = i;
	if (ids->lists.count > 1)
		qsort_arg(order, ids->lists.count, sizeof(int32), compare_numbers, unconstify(IdCounts *, ids));
	return order;
}

/* The numbers of a list, of which a reader makes one */
static void
list_fields(Codec *codec, uint32 **list, int *length)
{
	codec_list_begin(codec, "ids", length, LIST_MOST);
	if (codec_is_reading(codec))
		*list = palloc(sizeof(uint32) * Max(*length, 1));
	for (int i = 0; i < *length; i++)
	{
		int64		id = codec_is_reading(codec) ? 0 : (*list)[i];

		codec_record_begin(codec);
		codec_count(codec, "id", &id);
		codec_record_end(codec);
		if (id > PG_UINT32_MAX)
			codec_refuse(codec, "an id is out of range");
		(*list)[i] = (uint32) id;
	}
	codec_list_end(codec);
}

static void
ids_fields(Codec *codec, const char *name, IdCounts *ids, bool has_amounts)
{
	int			count = ids->lists.count;
	int32	   *order = codec_is_reading(codec) ? NULL : ids_in_order(ids);
	uint32	   *before = NULL;
	int			before_length = 0;

	codec_list_begin(codec, name, &count, LIST_MOST);
	for (int i = 0; i < count; i++)
	{
		uint32	   *list = NULL;
		int			length = 0;
		int64		counted = 0;
		Decimal		amount = {0, 0, NULL};

		CHECK_FOR_INTERRUPTS();
		if (order != NULL)
		{
			list = (uint32 *) ids_list(ids, order[i]);
			length = ids_length(ids, order[i]);
			counted = ids->counts[order[i]];
			amount = ids->amounts[order[i]];
		}
		codec_record_begin(codec);
		list_fields(codec, &list, &length);
		codec_count(codec, "entities", &counted);
		if (has_amounts)
			codec_decimal(codec, "amount", &amount);
		codec_record_end(codec);
		if (order != NULL)
			continue;
		if (counted == 0 || (ids->length > 0 && length != ids->length) || length == 0)
			codec_refuse(codec, "a list has no entities, or is of the wrong length");
		if (i > 0 && compare_lists(before, before_length, list, length) >= 0)
			codec_refuse(codec, "the lists are not in order");
		ids_add(ids, list, length, counted, &amount);
		before = list;
		before_length = length;
	}
	codec_list_end(codec);
}

/*
 * Fields
 */

static void
begin_ids(AttributionSummary *summary)
{
	dictionary_begin(&summary->positions.lists, CurrentMemoryContext);
	dictionary_begin(&summary->sets.lists, CurrentMemoryContext);
	dictionary_begin(&summary->moves.lists, CurrentMemoryContext);
	summary->positions.length = POSITION_IDS;
}

static void
attribution_clear(void *into)
{
	AttributionSummary *summary = into;

	summary->options = (char *) "";
	summary->from = MOMENT_NONE_FROM;
	summary->through = MOMENT_NONE_THROUGH;
	begin_ids(summary);
}

void
attribution_begin(AttributionSummary *summary, const char *options)
{
	summary->options = pstrdup(options);
	summary->options_length = strlen(options);
	attribution_options(options, summary->options_length, &summary->meant);
	summary->moves.length = (int) summary->meant.order + 1;
}

static void
options_field(Codec *codec, AttributionSummary *summary)
{
	codec_text(codec, "options", &summary->options, &summary->options_length);
	if (!codec_is_reading(codec) || summary->options_length == 0)
		return;
	if (strcmp(attribution_options(summary->options, summary->options_length, &summary->meant), summary->options) != 0)
		codec_refuse(codec, "its options are not written in the one way that they print as");
	summary->moves.length = (int) summary->meant.order + 1;
}

static void
channel_fields(Codec *codec, AttributionChannel *channel)
{
	Decimal		decay = {channel->decay, PROBABILITY_SCALE, NULL};

	codec_record_begin(codec);
	codec_text(codec, "channel", &channel->text, &channel->length);
	codec_count(codec, "touches", &channel->touches);
	codec_count(codec, "entities", &channel->entities);
	codec_decimal(codec, "decay", &decay);
	codec_decimal(codec, "decay_amount", &channel->decay_amount);
	codec_record_end(codec);
	if (decay.wide != NULL || decay.scale != PROBABILITY_SCALE)
		codec_refuse(codec, "\"decay\" has not 18 decimals, or is out of range");
	channel->decay = decay.units;
}

static void
attribution_fields(Codec *codec, void *of)
{
	AttributionSummary *summary = of;

	options_field(codec, summary);
	codec_moments(codec, &summary->from, &summary->through);
	reasons_fields(codec, &attribution_reasons, summary->rows);
	codec_count(codec, "converted", &summary->converted);
	codec_count(codec, "gave_up", &summary->gave_up);
	codec_count(codec, "untouched_converted", &summary->untouched_converted);
	codec_count(codec, "untouched_gave_up", &summary->untouched_gave_up);
	codec_count(codec, "undecided", &summary->undecided);
	codec_count(codec, "two_ends", &summary->two_ends);
	codec_count(codec, "with_amount", &summary->with_amount);
	codec_decimal(codec, "amount", &summary->amount);
	codec_decimal(codec, "untouched_amount", &summary->untouched_amount);
	codec_list_begin(codec, "channels", &summary->count, LIST_MOST);
	if (codec_is_reading(codec))
		summary->channels = MemoryContextAllocExtended(CurrentMemoryContext, sizeof(AttributionChannel) * Max(summary->count, 1),
													   MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	for (int i = 0; i < summary->count; i++)
		channel_fields(codec, &summary->channels[i]);
	codec_list_end(codec);
	ids_fields(codec, "positions", &summary->positions, true);
	ids_fields(codec, "sets", &summary->sets, true);
	ids_fields(codec, "moves", &summary->moves, false);
}

/*
 * Rules: what is added up in different ways is the same sum
 */

static int
compare_channels(const AttributionChannel *a, const AttributionChannel *b)
{
	int			order = memcmp(a->text, b->text, Min(a->length, b->length));

	return order != 0 ? order : (a->length > b->length) - (a->length < b->length);
}

static bool
is_zero_difference(Decimal a, const Decimal *b)
{
	decimal_subtract(&a, b);
	return decimal_is_zero(&a);
}

static const char *
channel_rules(const AttributionSummary *summary)
{
	int128		decay = 0;
	Decimal		amount = {0, 0, NULL};

	for (int i = 0; i < summary->count; i++)
	{
		const AttributionChannel *channel = &summary->channels[i];

		if (i > 0 && compare_channels(channel - 1, channel) >= 0)
			return "the channels are not in order";
		if (channel->entities > channel->touches || channel->touches > summary->rows[ATTRIBUTION_USED] || channel->decay < 0)
			return "a channel has more entities than touches, or more than there are";
		decay += channel->decay;
		if (decay > (int128) COUNT_MOST * PROBABILITY_ONE)
			return "shares add up to too much";
		decimal_add(&amount, &channel->decay_amount);
	}
	if (decay != (int128) summary->converted * PROBABILITY_ONE || !is_zero_difference(amount, &summary->amount))
		return "the shares of decay are not the conversions, or not the amount";
	return NULL;
}

/* Of each place the entities and amounts must be those that converted: each path has one first and one last touch, or one only. */
static const char *
position_rules(const AttributionSummary *summary)
{
	const IdCounts *ids = &summary->positions;
	int128		first = 0;
	int128		last = 0;
	Decimal		first_amount = {0, 0, NULL};
	Decimal		last_amount = {0, 0, NULL};

	for (int32 i = 0; i < ids->lists.count; i++)
	{
		const uint32 *list = ids_list(ids, i);
		uint32		least = list[1] == PLACE_ONLY ? 1 : list[1] == PLACE_MIDDLE ? 3 : 2;

		if (list[0] >= (uint32) summary->count || list[1] > PLACE_LAST || list[2] < least || (list[1] == PLACE_ONLY && list[2] > 1))
			return "a position is none";
		if (list[1] == PLACE_ONLY || list[1] == PLACE_FIRST)
		{
			first += ids->counts[i];
			decimal_add(&first_amount, &ids->amounts[i]);
		}
		if (list[1] == PLACE_ONLY || list[1] == PLACE_LAST)
		{
			last += ids->counts[i];
			decimal_add(&last_amount, &ids->amounts[i]);
		}
	}
	if (first != summary->converted || last != summary->converted ||
		!is_zero_difference(first_amount, &summary->amount) || !is_zero_difference(last_amount, &summary->amount))
		return "the first or last touches are not the conversions, or not their amount";
	return NULL;
}

static const char *
set_rules(const AttributionSummary *summary)
{
	const IdCounts *ids = &summary->sets;
	int128		entities = 0;
	Decimal		amount = {0, 0, NULL};

	for (int32 i = 0; i < ids->lists.count; i++)
	{
		const uint32 *list = ids_list(ids, i);

		for (int k = 0; k < ids_length(ids, i); k++)
			if (list[k] >= (uint32) summary->count || (k > 0 && list[k] <= list[k - 1]))
				return "a set of channels is none";
		entities += ids->counts[i];
		decimal_add(&amount, &ids->amounts[i]);
	}
	if (entities != summary->converted || !is_zero_difference(amount, &summary->amount))
		return "the sets of channels are not the conversions, or not their amount";
	return NULL;
}

static const char *
move_rules(const AttributionSummary *summary)
{
	const IdCounts *ids = &summary->moves;
	int			order = (int) summary->meant.order;
	int128		converted = 0;
	int128		gave_up = 0;
	int128		started = 0;

	for (int32 i = 0; i < ids->lists.count; i++)
	{
		const uint32 *list = ids_list(ids, i);
		uint32		target = list[order];

		for (int k = 0; k < order; k++)
			if (list[k] > (uint32) summary->count || (k > 0 && list[k] == 0 && list[k - 1] != 0))
				return "a state of the chain is none";
		if (target == TARGET_CONVERSION)
			converted += ids->counts[i];
		else if (target == TARGET_NULL)
			gave_up += ids->counts[i];
		else if (target == 0 || target > (uint32) summary->count)
			return "a move goes nowhere";
		if (list[order - 1] == 0)
			started += ids->counts[i];
		if (list[order - 1] == 0 && target >= TARGET_NULL)
			return "a path ends before it starts";
	}
	if (converted != summary->converted || gave_up != summary->gave_up || started != converted + gave_up)
		return "the moves are not those of the entities";
	return NULL;
}

static const char *
attribution_rules(const void *of)
{
	const AttributionSummary *summary = of;
	const char *why = NULL;

	if (!reasons_at_most(&attribution_reasons, summary->rows, COUNT_MOST) || summary->converted > COUNT_MOST || summary->gave_up > COUNT_MOST ||
		summary->untouched_converted > COUNT_MOST || summary->untouched_gave_up > COUNT_MOST || summary->undecided > COUNT_MOST || summary->two_ends > COUNT_MOST)
		return "a count is too large";
	if (summary->with_amount > summary->converted + summary->untouched_converted)
		return "more have an amount than converted";
	if (summary->options_length == 0 && (summary->count > 0 || summary->converted + summary->gave_up + summary->untouched_converted + summary->untouched_gave_up > 0))
		return "there are entities but no options";
	why = channel_rules(summary);
	why = why != NULL ? why : position_rules(summary);
	why = why != NULL ? why : set_rules(summary);
	if (why == NULL && summary->options_length > 0)
		why = move_rules(summary);
	if (why == NULL && summary->options_length == 0 && summary->moves.lists.count + summary->positions.lists.count > 0)
		why = "there are moves but no options";
	return why;
}

/*
 * Merging
 */

/* The channels of both, in order: where each of theirs went */
static void
merge_channels(AttributionSummary *into, const AttributionSummary *other, uint32 *from_into, uint32 *from_other)
{
	AttributionChannel *merged = palloc0(sizeof(AttributionChannel) * Max(into->count + other->count, 1));
	int			count = 0;
	int			a = 0;
	int			b = 0;

	while (a < into->count || b < other->count)
	{
		int			order = a == into->count ? 1 : b == other->count ? -1 : compare_channels(&into->channels[a], &other->channels[b]);
		AttributionChannel *channel = &merged[count];

		if (order <= 0)
		{
			*channel = into->channels[a];
			from_into[a++] = count;
		}
		if (order >= 0)
		{
			const AttributionChannel *more = &other->channels[b];

			if (order > 0)
			{
				channel->text = pnstrdup(more->text, more->length);
				channel->length = more->length;
			}
			count_add(&channel->touches, more->touches);
			count_add(&channel->entities, more->entities);
			sum_add(&channel->decay, more->decay);
			decimal_add(&channel->decay_amount, &more->decay_amount);
			from_other[b++] = count;
		}
		count++;
	}
	if (into->channels != NULL)
		pfree(into->channels);
	into->channels = merged;
	into->count = count;
}

/* How many numbers of a list are channels, and from what number these count */
static void
ids_renumbered(IdCounts *into, const IdCounts *of, const uint32 *to, int channels, uint32 base)
{
	for (int32 i = 0; i < of->lists.count; i++)
	{
		int			length = ids_length(of, i);
		uint32	   *list = palloc(sizeof(uint32) * length);

		memcpy(list, ids_list(of, i), sizeof(uint32) * length);
		for (int k = 0; k < length && (channels == 0 || k < channels); k++)
			if (list[k] >= base && list[k] < TARGET_NULL)
				list[k] = to[list[k] - base] + base;
		ids_add(into, list, length, of->counts[i], &of->amounts[i]);
		pfree(list);
	}
}

/* Whether channels keep their numbers */
static bool
is_same_order(const uint32 *to, int count)
{
	for (int i = 0; i < count; i++)
		if (to[i] != (uint32) i)
			return false;
	return true;
}

static void
attribution_merge(void *to, void *added)
{
	AttributionSummary *into = to;
	AttributionSummary *other = added;
	uint32	   *from_into = palloc(sizeof(uint32) * Max(into->count, 1));
	uint32	   *from_other = palloc(sizeof(uint32) * Max(other->count, 1));
	int			before = into->count;

	into->from = Min(into->from, other->from);
	into->through = Max(into->through, other->through);
	reasons_merge(&attribution_reasons, into->rows, other->rows);
	count_add(&into->converted, other->converted);
	count_add(&into->gave_up, other->gave_up);
	count_add(&into->untouched_converted, other->untouched_converted);
	count_add(&into->untouched_gave_up, other->untouched_gave_up);
	count_add(&into->undecided, other->undecided);
	count_add(&into->two_ends, other->two_ends);
	count_add(&into->with_amount, other->with_amount);
	decimal_add(&into->amount, &other->amount);
	decimal_add(&into->untouched_amount, &other->untouched_amount);
	if (other->options_length == 0)
		return;
	if (into->options_length == 0)
		attribution_begin(into, other->options);
	else if (strcmp(into->options, other->options) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("attribution summaries of different options can't be merged: \"%s\" and \"%s\"", into->options, other->options),
				 errhint("Group by the options, or aggregate the touches again with one of them.")));

	merge_channels(into, other, from_into, from_other);
	if (!is_same_order(from_into, before))
	{
		AttributionSummary old = *into;

		memset(&into->positions, 0, sizeof(IdCounts));
		memset(&into->sets, 0, sizeof(IdCounts));
		memset(&into->moves, 0, sizeof(IdCounts));
		begin_ids(into);
		into->moves.length = old.moves.length;
		ids_renumbered(&into->positions, &old.positions, from_into, 1, 0);
		ids_renumbered(&into->sets, &old.sets, from_into, 0, 0);
		ids_renumbered(&into->moves, &old.moves, from_into, 0, 1);
	}
	ids_renumbered(&into->positions, &other->positions, from_other, 1, 0);
	ids_renumbered(&into->sets, &other->sets, from_other, 0, 0);
	ids_renumbered(&into->moves, &other->moves, from_other, 0, 1);
	pfree(from_into);
	pfree(from_other);
}

const SummaryType attribution_type = {
	.name = "attribution_summary",
	.called = "attribution",
	.version = 1,
	.size = sizeof(AttributionSummary),
	.fields = attribution_fields,
	.clear = attribution_clear,
	.rules = attribution_rules,
	.merge = attribution_merge,
	.merges_pairwise = true,
};

SUMMARY_TYPE_FUNCTIONS(attribution_summary, attribution_type)
SUMMARY_ROLLUP_FUNCTIONS(attribution_summary, attribution_type)
SUMMARY_MOMENT(attribution_data_from, attribution_type, AttributionSummary, from)
SUMMARY_MOMENT(attribution_data_through, attribution_type, AttributionSummary, through)
REASONS_QUALITY(attribution_quality, attribution_type, AttributionSummary, rows, attribution_reasons)
