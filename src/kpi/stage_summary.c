/*
 * stage_summary.c
 *		The type stage_summary: how it is written, read, checked and merged.
 */
#include "kpi/stage.h"

#include "miscadmin.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

/* No count may be larger: so the sum of two never overflows. */
#define STAGE_MOST	((INT64CONST(1) << 62) - 1)

static void
stage_clear(void *into)
{
	StageSummary *summary = into;

	summary->definition = (char *) "";
	summary->from = MOMENT_NONE_FROM;
	summary->through = MOMENT_NONE_THROUGH;
}

/* Makes room for the stages of the summary's definition, all zero. */
void
stage_define(StageSummary *summary, FunnelLookup *funnel)
{
	int			length;
	const char *source = funnel_source(funnel, &length);

	summary->funnel = funnel;
	summary->definition = pnstrdup(source, length);
	summary->definition_length = length;
	summary->steps = palloc0(sizeof(StageStep) * funnel->stages);
	summary->moves = palloc0(sizeof(Sketch *) * funnel->stages * (funnel->stages + funnel->lost));
}

/* The order in which standings are kept */
int
stage_standing_compare(const void *a, const void *b)
{
	const StageStanding *left = a;
	const StageStanding *right = b;

	if (left->furthest != right->furthest)
		return left->furthest < right->furthest ? -1 : 1;
	if (left->current != right->current)
		return left->current < right->current ? -1 : 1;
	if (left->day != right->day)
		return left->day < right->day ? -1 : 1;
	return 0;
}

/* Adds up counts of which none is larger than STAGE_MOST; false where the sum is. */
static bool
add_count(int64 *sum, int64 count)
{
	if (count < 0 || count > STAGE_MOST)
		return false;
	*sum += count;
	return *sum <= STAGE_MOST;
}

/*
 * The rules between the fields. Returns what is wrong, NULL where nothing is.
 */
static const char *
broken_rule(const StageSummary *summary)
{
	int			stages = stage_count(summary);
	int			codes = stage_codes(summary);
	int64		furthest[FUNNEL_CODES] = {0};
	int64		reached = 0;
	int64		placed;
	bool		has_amounts = false;

	for (int reason = 0; reason < HISTORY_REASONS; reason++)
		if (summary->rows[reason] > STAGE_MOST)
			return "a number of rows is too large";
	if (summary->from <= summary->through &&
		!(path_time_in_range(summary->from) && path_time_in_range(summary->through)))
		return "its moments are out of range";

	for (int i = 0; i < summary->standing_count; i++)
	{
		const StageStanding *standing = &summary->standings[i];

		if (standing->furthest >= stages || standing->current > standing->furthest ||
			standing->current >= stages - 1 || standing->current < 0)
			return "a standing names a stage where no entity can stand";
		if (i > 0 && stage_standing_compare(standing - 1, standing) >= 0)
			return "the standings are not in order";
		if (standing->entities == 0)
			return "a standing has no entity";
		if (summary->from > summary->through ||
			standing->day < day_of(summary->from) || standing->day > day_of(summary->through))
			return "a standing's day lies outside of the data";
		if (!add_count(&furthest[standing->furthest], standing->entities))
			return "the entities are too many";
		has_amounts |= !decimal_is_zero(&standing->amount);
	}
	if (stages == 0 && (summary->arrived > 0 || summary->outside > 0 || summary->from <= summary->through))
		return "there are entities but no definition";
	if (stages > 0 && !add_count(&furthest[stages - 1], summary->arrived))
		return "the entities are too many";
	has_amounts |= !decimal_is_zero(&summary->amount_arrived);

	for (int k = stages - 1; k >= 0; k--)
	{
		const StageStep *step = &summary->steps[k];
		int64		finished = 0;

		if (!add_count(&furthest[k], step->lost) || !add_count(&reached, furthest[k]))
			return "the entities are too many";
		if (step->own < furthest[k] || step->own > reached)
			return "a stage's own entities are fewer than end there or more than reached it";
		for (int target = 0; target < codes; target++)
		{
			const Sketch *move = stage_move(summary, k, target);

			if (move != NULL && !add_count(&finished, move->total))
				return "the visits are too many";
		}
		if (step->reentries > STAGE_MOST)
			return "the visits are too many";
		if (step->time < step->longest || step->time > (int128) finished * step->longest)
			return "the time in a stage does not agree with its visits";
		has_amounts |= !decimal_is_zero(&step->amount_lost);
	}
	if (summary->with_amount > reached)
		return "more entities have an amount than there are";
	if (summary->with_amount == 0 && has_amounts)
		return "there are amounts but no entity that has one";
	if (summary->outside > STAGE_MOST)
		return "the entities are too many";
	placed = summary->rows[HISTORY_USED];
	if (placed < reached)
		return "there are more entities than rows";
	if ((placed > 0 || summary->rows[HISTORY_OUTSIDE] > 0) != (summary->from <= summary->through))
		return "there are rows without a first and last moment, or the other way round";
	return NULL;
}

static void
stage_fields(Codec *codec, void *of)
{
	StageSummary *summary = of;
	int			stages;
	int			codes;
	int			count;
	int			length = summary->definition_length;

	codec_text(codec, "definition", &summary->definition, &length);
	summary->definition_length = length;
	if (codec_is_reading(codec) && length > 0)
		stage_define(summary, funnel_lookup_create(CurrentMemoryContext,
												   funnel_parse(summary->definition, length)));
	stages = stage_count(summary);
	codes = stage_codes(summary);

	codec_moments(codec, &summary->from, &summary->through);
	codec_group_begin(codec, "rows");
	for (int reason = 0; reason < HISTORY_REASONS; reason++)
		codec_count(codec, history_reason_fields[reason], &summary->rows[reason]);
	codec_group_end(codec);
	codec_count(codec, "entities_outside", &summary->outside);
	codec_count(codec, "entities_with_amount", &summary->with_amount);
	codec_count(codec, "arrived", &summary->arrived);
	codec_decimal(codec, "amount_arrived", &summary->amount_arrived);

	count = stages;
	codec_list_begin(codec, "stages", &count, FUNNEL_CODES);
	if (count != stages)
		codec_refuse(codec, "there must be one record a stage of the definition");
	for (int k = 0; k < stages; k++)
	{
		StageStep  *step = &summary->steps[k];

		codec_record_begin(codec);
		codec_count(codec, "entered", &step->own);
		codec_count(codec, "lost", &step->lost);
		codec_decimal(codec, "amount_lost", &step->amount_lost);
		codec_count(codec, "reentries", &step->reentries);
		codec_int128(codec, "visit_sum_microseconds", &step->time);
		codec_count(codec, "visit_max_microseconds", &step->longest);
		codec_record_end(codec);
	}
	codec_list_end(codec);

	codec_list_begin(codec, "standings", &summary->standing_count, (int) (MaxAllocSize / sizeof(StageStanding)));
	if (codec_is_reading(codec))
		summary->standings = palloc0(sizeof(StageStanding) * summary->standing_count);
	for (int i = 0; i < summary->standing_count; i++)
	{
		StageStanding *standing = &summary->standings[i];
		int64		furthest = standing->furthest;
		int64		current = standing->current;
		int64		day = standing->day;

		codec_record_begin(codec);
		codec_count(codec, "furthest", &furthest);
		codec_count(codec, "current", &current);
		codec_date(codec, "day", &day);
		codec_count(codec, "entities", &standing->entities);
		codec_decimal(codec, "amount", &standing->amount);
		codec_record_end(codec);
		if (codec_is_reading(codec))
		{
			if (furthest >= stages || current >= stages ||
				day < day_of(-PATH_TIME_LIMIT) || day > day_of(PATH_TIME_LIMIT))
				codec_refuse(codec, "a standing's stage or day is out of range");
			standing->furthest = (int32) furthest;
			standing->current = (int32) current;
			standing->day = (int32) day;
		}
	}
	codec_list_end(codec);

	count = 0;
	if (!codec_is_reading(codec))
		for (int i = 0; i < stages * codes; i++)
			count += summary->moves[i] != NULL;
	codec_list_begin(codec, "moves", &count, FUNNEL_CODES * FUNNEL_CODES);
	for (int i = 0, last = -1; i < count; i++)
	{
		int64		source;
		int64		target;

		if (!codec_is_reading(codec))
		{
			do
				last++;
			while (summary->moves[last] == NULL);
			source = last / codes;
			target = last % codes;
		}
		codec_record_begin(codec);
		codec_count(codec, "source", &source);
		codec_count(codec, "target", &target);
		if (codec_is_reading(codec))
		{
			if (source >= stages || target >= codes || source == target || source * codes + target <= last)
				codec_refuse(codec, "the moves are not in order or not between stages of the definition");
			last = (int) (source * codes + target);
		}
		codec_sketch(codec, "sketch", &summary->moves[last]);
		if (summary->moves[last] == NULL)
			codec_refuse(codec, "a move has no visit");
		codec_record_end(codec);
	}
	codec_list_end(codec);

	if (codec_is_reading(codec))
	{
		const char *why = broken_rule(summary);

		if (why != NULL)
			codec_refuse(codec, why);
	}
}

/* Merges two ordered lists of standings. */
static void
merge_standings(StageSummary *into, const StageSummary *other)
{
	int			left = 0;
	int			right = 0;
	int			count = 0;
	StageStanding *merged;

	if (other->standing_count == 0)
		return;
	merged = palloc_extended(sizeof(StageStanding) * ((Size) into->standing_count + other->standing_count),
							 MCXT_ALLOC_HUGE);
	while (left < into->standing_count || right < other->standing_count)
	{
		int			order;

		if (left == into->standing_count)
			order = 1;
		else if (right == other->standing_count)
			order = -1;
		else
			order = stage_standing_compare(&into->standings[left], &other->standings[right]);
		merged[count] = order <= 0 ? into->standings[left++] : other->standings[right++];
		if (order == 0)
		{
			merged[count].entities += other->standings[right].entities;
			decimal_add(&merged[count].amount, &other->standings[right++].amount);
		}
		count++;
	}
	into->standings = merged;
	into->standing_count = count;
}

/*
 * Adds the other summary to this one. What of the other is taken over is
 * shared, not copied: both live until the result is packed.
 */
static void
stage_merge(void *to, void *added)
{
	StageSummary *into = to;
	StageSummary *other = added;
	int			stages;
	const char *why;

	for (int reason = 0; reason < HISTORY_REASONS; reason++)
		into->rows[reason] += other->rows[reason];
	if (other->funnel == NULL)
		return;
	if (into->funnel == NULL)
	{
		int64		rows[HISTORY_REASONS];

		memcpy(rows, into->rows, sizeof(rows));
		*into = *other;
		memcpy(into->rows, rows, sizeof(rows));
		return;
	}
	if (!funnel_same(into->funnel, other->funnel))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("cannot merge stage summaries of different funnels"),
				 errdetail("One is of \"%.*s\", the other of \"%.*s\".",
						   into->definition_length, into->definition,
						   other->definition_length, other->definition),
				 errhint("Group by the funnel, or aggregate the history again with one definition.")));
	funnel_keep_smaller(&into->definition, &into->definition_length, other->definition, other->definition_length);

	into->from = Min(into->from, other->from);
	into->through = Max(into->through, other->through);
	into->outside += other->outside;
	into->with_amount += other->with_amount;
	into->arrived += other->arrived;
	decimal_add(&into->amount_arrived, &other->amount_arrived);
	stages = stage_count(into);
	for (int k = 0; k < stages; k++)
	{
		StageStep  *step = &into->steps[k];
		const StageStep *more = &other->steps[k];

		step->own += more->own;
		step->lost += more->lost;
		step->reentries += more->reentries;
		step->longest = Max(step->longest, more->longest);
		step->time += more->time;
		decimal_add(&step->amount_lost, &more->amount_lost);
	}
	merge_standings(into, other);
	for (int i = 0; i < stages * stage_codes(into); i++)
	{
		if (other->moves[i] == NULL)
			continue;
		if (into->moves[i] == NULL)
			into->moves[i] = other->moves[i];
		else
			into->moves[i] = sketch_absorb(into->moves[i], other->moves[i]);
	}

	why = broken_rule(into);
	if (why != NULL)
		refuse_merge("stage", why);
}

const SummaryType stage_summary_type = {
	.name = "stage_summary",
	.version = 1,
	.size = sizeof(StageSummary),
	.fields = stage_fields,
	.clear = stage_clear,
	.merge = stage_merge,
};

SUMMARY_TYPE_FUNCTIONS(stage_summary, stage_summary_type)
SUMMARY_ROLLUP_FUNCTIONS(stage_summary, stage_summary_type)
SUMMARY_MOMENT(stage_data_from, stage_summary_type, StageSummary, from)
SUMMARY_MOMENT(stage_data_through, stage_summary_type, StageSummary, through)

/* entities_outside(stage_summary) */
PG_FUNCTION_INFO_V1(stage_entities_outside);
Datum
stage_entities_outside(PG_FUNCTION_ARGS)
{
	StageSummary summary;

	summary_read(&stage_summary_type, PG_GETARG_DATUM(0), &summary);
	PG_RETURN_INT64(summary.outside);
}

/* definition(stage_summary): as a funnel; NULL in a summary of no rows. */
PG_FUNCTION_INFO_V1(stage_definition);
Datum
stage_definition(PG_FUNCTION_ARGS)
{
	StageSummary summary;

	summary_read(&stage_summary_type, PG_GETARG_DATUM(0), &summary);
	if (summary.funnel == NULL)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(funnel_parse(summary.definition, summary.definition_length));
}
