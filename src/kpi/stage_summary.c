/*
 * stage_summary.c
 *		The type stage_summary: how it is written, read, checked and merged.
 */
#include "kpi/stage_summary.h"

#include "base/rollup.h"


static const SubjectKind stage_subject = {
	.definition = &history_definition,
	.differ = "funnels",
	.hint = "Group by the funnel, or aggregate the history again with one definition.",
};

static void
stage_clear(void *into)
{
	StageSummary *summary = into;

	subject_clear(&summary->subject);
	history_totals_clear(&summary->totals);
	TALLY_INIT(&summary->standings, StageStanding, 1, 1);
}

void
stage_make_room(StageSummary *summary)
{
	int			stages = stage_count(summary);

	summary->steps = palloc0(sizeof(StageStep) * stages);
	summary->moves = palloc0(sizeof(Sketch *) * stages * stage_codes(summary));
}

static void
stage_settle(void *of)
{
	tally_order(&((StageSummary *) of)->standings);
}

/*
 * The rules
 */

/* Adds up counts of which none is larger than COUNT_MOST; false where the sum is. */
static bool
add_count(int64 *sum, int64 count)
{
	if (count < 0 || count > COUNT_MOST)
		return false;
	*sum += count;
	return *sum <= COUNT_MOST;
}

/* Of the standings: adds up how many have which stage as their furthest. */
static const char *
broken_standings(const StageSummary *summary, int64 *furthest)
{
	const HistoryTotals *totals = &summary->totals;
	int			stages = stage_count(summary);

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
		if (totals->from > totals->through || day < day_of(totals->from) || day > day_of(totals->through))
			return "a standing's day lies outside of the data";
		if (!add_count(&furthest[at_most], standing->entities))
			return "the entities are too many";
	}
	return NULL;
}

/* Of a stage that so many reached, so many of them no further */
static const char *
broken_step(const StageSummary *summary, int stage, int64 furthest, int64 reached)
{
	const StageStep *step = &summary->steps[stage];
	int64		finished = 0;

	if (step->own < furthest || step->own > reached)
		return "a stage's own entities are fewer than end there or more than reached it";
	for (int target = 0; target < stage_codes(summary); target++)
	{
		const Sketch *move = *stage_move(summary, stage, target);

		if (move != NULL && !add_count(&finished, move->total))
			return "the visits are too many";
	}
	if (step->reentries > COUNT_MOST)
		return "the visits are too many";
	if (step->time < step->longest || step->time > (int128) finished * step->longest)
		return "the time in a stage does not agree with its visits";
	return NULL;
}

static bool
has_amounts(const StageSummary *summary)
{
	for (int k = 0; k < stage_count(summary); k++)
		if (!decimal_is_zero(&summary->steps[k].amount_lost))
			return true;
	return !decimal_is_zero(&summary->amount_arrived) || tally_has_amounts(&summary->standings);
}

static const char *
stage_rules(const void *of)
{
	const StageSummary *summary = of;
	const HistoryTotals *totals = &summary->totals;
	int			stages = stage_count(summary);
	int64		furthest[FUNNEL_CODES] = {0};
	int64		reached = 0;
	const char *why = history_totals_rules(totals, stages > 0, COUNT_MOST);

	if (why == NULL)
		why = broken_standings(summary, furthest);
	if (why != NULL)
		return why;
	if (stages == 0 && summary->arrived > 0)
		return "there are entities but no definition";
	if (stages > 0 && !add_count(&furthest[stages - 1], summary->arrived))
		return "the entities are too many";
	for (int k = stages - 1; k >= 0; k--)
	{
		if (!add_count(&furthest[k], summary->steps[k].lost) || !add_count(&reached, furthest[k]))
			return "the entities are too many";
		why = broken_step(summary, k, furthest[k], reached);
		if (why != NULL)
			return why;
	}
	if (totals->with_amount > reached)
		return "more entities have an amount than there are";
	if (totals->with_amount == 0 && has_amounts(summary))
		return "there are amounts but no entity that has one";
	if (totals->rows[HISTORY_USED] < reached)
		return "there are more entities than rows";
	return NULL;
}

/*
 * The fields
 */

static void
step_fields(Codec *codec, StageSummary *summary)
{
	int			count = stage_count(summary);

	codec_list_begin(codec, "stages", &count, FUNNEL_CODES);
	if (count != stage_count(summary))
		codec_refuse(codec, "there must be one record a stage of the definition");
	for (int k = 0; k < count; k++)
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
standings_fields(Codec *codec, StageSummary *summary)
{
	int			count = summary->standings.length;

	codec_list_begin(codec, "standings", &count, tally_most(&summary->standings));
	for (int i = 0; i < count; i++)
		standing_fields(codec, summary, i);
	codec_list_end(codec);
}

/* The next move behind one (its number in the array), that has been made */
static int
next_move(const StageSummary *summary, int last)
{
	do
		last++;
	while (last < stage_count(summary) * stage_codes(summary) && summary->moves[last] == NULL);
	return last;
}

/* One move, the number of which in the array is answered; "last" is that of the one before. */
static int
move_fields(Codec *codec, StageSummary *summary, int last)
{
	int			codes = stage_codes(summary);
	int			number = codec_is_reading(codec) ? 0 : next_move(summary, last);
	int64		source = codes == 0 ? 0 : number / codes;
	int64		target = codes == 0 ? 0 : number % codes;

	codec_record_begin(codec);
	codec_count(codec, "source", &source);
	codec_count(codec, "target", &target);
	if (codec_is_reading(codec))
	{
		if (source >= stage_count(summary) || target >= codes || source == target || source * codes + target <= last)
			codec_refuse(codec, "the moves are not in order or not between stages of the definition");
		number = (int) (source * codes + target);
	}
	codec_sketch(codec, "sketch", &summary->moves[number]);
	if (summary->moves[number] == NULL)
		codec_refuse(codec, "a move has no visit");
	codec_record_end(codec);
	return number;
}

static void
moves_fields(Codec *codec, StageSummary *summary)
{
	int			most = stage_count(summary) * stage_codes(summary);
	int			count = 0;
	int			last = -1;

	if (!codec_is_reading(codec))
		for (int i = 0; i < most; i++)
			count += summary->moves[i] != NULL;
	codec_list_begin(codec, "moves", &count, most);
	for (int i = 0; i < count; i++)
		last = move_fields(codec, summary, last);
	codec_list_end(codec);
}

static void
stage_fields(Codec *codec, void *of)
{
	StageSummary *summary = of;
	const StageSummary *like = codec->like;

	subject_fields(codec, &stage_subject, &summary->subject, like != NULL ? &like->subject : NULL);
	if (codec_is_reading(codec))
		stage_make_room(summary);
	codec_moments(codec, &summary->totals.from, &summary->totals.through);
	history_totals_fields(codec, &summary->totals);
	codec_count(codec, "arrived", &summary->arrived);
	codec_decimal(codec, "amount_arrived", &summary->amount_arrived);
	step_fields(codec, summary);
	standings_fields(codec, summary);
	moves_fields(codec, summary);
}

/*
 * Merging
 */

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

static void
stage_merge(void *to, void *added)
{
	StageSummary *into = to;
	StageSummary *other = added;
	bool		is_new;

	history_totals_merge(&into->totals, &other->totals);
	if (!subject_merge(&stage_summary_type, &stage_subject, &into->subject, &other->subject, &is_new))
		return;
	if (is_new)
		stage_make_room(into);
	count_add(&into->arrived, other->arrived);
	decimal_add(&into->amount_arrived, &other->amount_arrived);
	for (int k = 0; k < stage_count(into); k++)
		merge_step(&into->steps[k], &other->steps[k]);
	tally_merge(&into->standings, &other->standings);
	for (int i = 0; i < stage_count(into) * stage_codes(into); i++)
		into->moves[i] = sketch_absorb(into->moves[i], other->moves[i]);
}

static int
stage_version(const void *summary)
{
	return history_totals_version(&((const StageSummary *) summary)->totals);
}

const SummaryType stage_summary_type = {
	.name = "stage_summary",
	.called = "stage",
	.version = 2,
	.needs = stage_version,
	.size = sizeof(StageSummary),
	.fields = stage_fields,
	.clear = stage_clear,
	.settle = stage_settle,
	.rules = stage_rules,
	.merge = stage_merge,
};

SUMMARY_TYPE_FUNCTIONS(stage_summary, stage_summary_type)
SUMMARY_ROLLUP_FUNCTIONS(stage_summary, stage_summary_type)
SUMMARY_MOMENT(stage_data_from, stage_summary_type, StageSummary, totals.from)
SUMMARY_MOMENT(stage_data_through, stage_summary_type, StageSummary, totals.through)
HISTORY_SUMMARY_FUNCTIONS(stage, stage_summary_type, StageSummary)
