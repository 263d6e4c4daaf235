/*
 * stage_summary.c
 *		The type stage_summary: how it is written, read, checked and merged.
 */
#include "kpi/stage.h"

#include "base/rollup.h"

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
	TALLY_INIT(&summary->standings, StageStanding, 1, 1);
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

static void
stage_settle(void *of)
{
	tally_order(&((StageSummary *) of)->standings);
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
stage_rules(const void *of)
{
	const StageSummary *summary = of;
	int			stages = stage_count(summary);
	int			codes = stage_codes(summary);
	int64		furthest[FUNNEL_CODES] = {0};
	int64		reached = 0;
	int64		placed;
	bool		has_amounts;

	for (int reason = 0; reason < HISTORY_REASONS; reason++)
		if (summary->rows[reason] > STAGE_MOST)
			return "a number of rows is too large";

	for (int i = 0; i < summary->standings.length; i++)
	{
		const StageStanding *standing = stage_standing(summary, i);
		int			at_most = stage_standing_furthest(standing);
		int			current = stage_standing_current(standing);
		int32		day = stage_standing_day(standing);

		if (at_most >= stages || current > at_most || current >= stages - 1)
			return "a standing names a stage where no entity can stand";
		if (standing->entities == 0)
			return "a standing has no entity";
		if (summary->from > summary->through || day < day_of(summary->from) || day > day_of(summary->through))
			return "a standing's day lies outside of the data";
		if (!add_count(&furthest[at_most], standing->entities))
			return "the entities are too many";
	}
	has_amounts = tally_has_amounts(&summary->standings);
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
standing_fields(Codec *codec, StageSummary *summary, int at)
{
	int			stages = stage_count(summary);
	int64		furthest = 0;
	int64		current = 0;
	int64		day = 0;
	StageStanding read = {0};
	StageStanding *standing = &read;

	if (!codec_is_reading(codec))
	{
		standing = stage_standing(summary, at);
		furthest = stage_standing_furthest(standing);
		current = stage_standing_current(standing);
		day = stage_standing_day(standing);
	}
	codec_record_begin(codec);
	codec_count(codec, "furthest", &furthest);
	codec_count(codec, "current", &current);
	codec_date(codec, "day", &day);
	codec_count(codec, "entities", &standing->entities);
	codec_decimal(codec, "amount", &standing->amount);
	codec_record_end(codec);
	if (!codec_is_reading(codec))
		return;
	if (furthest >= stages || current >= stages)
		codec_refuse(codec, "a standing's stage is out of range");
	read.key = stage_standing_key((int) furthest, (int) current, (int32) day);
	*(StageStanding *) tally_next(codec, &summary->standings, read.key) = read;
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

	count = summary->standings.length;
	codec_list_begin(codec, "standings", &count, tally_most(&summary->standings));
	for (int i = 0; i < count; i++)
		standing_fields(codec, summary, i);
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
}

static void
merge_step(StageStep *step, const StageStep *more)
{
	count_add(&step->own, more->own);
	count_add(&step->lost, more->lost);
	count_add(&step->reentries, more->reentries);
	step->longest = Max(step->longest, more->longest);
	sum_add(&step->time, more->time);
	decimal_add(&step->amount_lost, &more->amount_lost);
}

/* The definition of both, the same text whatever the order */
static void
merge_definition(StageSummary *into, const StageSummary *other)
{
	if (into->funnel == NULL)
		stage_define(into, funnel_lookup_create(CurrentMemoryContext,
												funnel_parse(other->definition, other->definition_length)));
	else if (!funnel_same(into->funnel, other->funnel))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("cannot merge stage summaries of different funnels"),
				 errdetail("One is of \"%.*s\", the other of \"%.*s\".",
						   into->definition_length, into->definition,
						   other->definition_length, other->definition),
				 errhint("Group by the funnel, or aggregate the history again with one definition.")));
	funnel_keep_smaller(&into->definition, &into->definition_length, other->definition, other->definition_length);
}

static void
stage_merge(void *to, void *added)
{
	StageSummary *into = to;
	StageSummary *other = added;

	for (int reason = 0; reason < HISTORY_REASONS; reason++)
		count_add(&into->rows[reason], other->rows[reason]);
	if (other->funnel == NULL)
		return;
	merge_definition(into, other);
	into->from = Min(into->from, other->from);
	into->through = Max(into->through, other->through);
	count_add(&into->outside, other->outside);
	count_add(&into->with_amount, other->with_amount);
	count_add(&into->arrived, other->arrived);
	decimal_add(&into->amount_arrived, &other->amount_arrived);
	for (int k = 0; k < stage_count(into); k++)
		merge_step(&into->steps[k], &other->steps[k]);
	tally_merge(&into->standings, &other->standings);
	for (int i = 0; i < stage_count(into) * stage_codes(into); i++)
		into->moves[i] = sketch_absorb(into->moves[i], other->moves[i]);
}

const SummaryType stage_summary_type = {
	.name = "stage_summary",
	.called = "stage",
	.version = 1,
	.size = sizeof(StageSummary),
	.fields = stage_fields,
	.clear = stage_clear,
	.settle = stage_settle,
	.rules = stage_rules,
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
