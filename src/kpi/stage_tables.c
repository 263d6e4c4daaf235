/*
 * stage_tables.c
 *		The figures of a stage summary, as tables: one row a thing drawn.
 *
 * See doc/stage.md for what each column means. Each function answers no rows
 * for a NULL summary and for one of no rows, whose stages nobody knows.
 */
#include "kpi/stage_summary.h"

#include "base/argument.h"
#include "base/comparison.h"
#include "base/rows.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/date.h"

#define MICROSECONDS_PER_DAY	((double) USECS_PER_DAY)

/* When the figures are asked for */
typedef struct AsOf
{
	bool		given;
	int32		day;			/* days from 2000-01-01 */
	bool		has_stale;
	int32		stale_days;
}			AsOf;

/* What a stage comes to: sums of what its summary keeps */
typedef struct StageFigures
{
	int64		reached;
	int64		advanced;
	int64		stalled;
	int64		open;
	int64		in_stage;
	int64		finished;		/* visits that ended */
	int64		visits;
	int64		regressions;
	Decimal		amount_reached;
	Decimal		amount_leaked;
	Decimal		amount_in_stage;
	Sketch	   *days;			/* of the finished visits; NULL: none */
}			StageFigures;

static void
put_amount(Row *row, const StageSummary *summary, const Decimal *amount)
{
	if (summary->totals.with_amount == 0)
		row_put_null(row);
	else
		row_put_numeric(row, amount);
}

static void
put_label(Row *row, const StageSummary *summary, int code)
{
	const Label *label = funnel_name(stage_funnel(summary), code);

	row_put_label(row, label->text, label->length);
}

static void
put_quantile(Row *row, const Sketch *days, double fraction)
{
	if (days == NULL || days->total == 0)
		row_put_null(row);
	else
		row_put(row, Float8GetDatum(sketch_quantile(days, fraction) / MICROSECONDS_PER_DAY));
}

static void
put_mean(Row *row, const StageStep *step, int64 finished)
{
	row_put_ratio(row, step->time, (int128) finished * USECS_PER_DAY);
}

/* The summary that is the given argument; false where it is NULL. */
static bool
read_summary(FunctionCallInfo fcinfo, int argument, StageSummary *summary)
{
	if (PG_ARGISNULL(argument))
		return false;
	summary_read(&stage_summary_type, PG_GETARG_DATUM(argument), summary);
	return true;
}

/* The arguments as_of and, where there is one (> 0), stale_days */
static AsOf
read_as_of(FunctionCallInfo fcinfo, int argument, int stale_argument)
{
	AsOf		as_of = {0};

	as_of.given = argument_as_of(fcinfo, argument, &as_of.day);
	if (stale_argument > 0 && !PG_ARGISNULL(stale_argument))
	{
		as_of.has_stale = true;
		as_of.stale_days = PG_GETARG_INT32(stale_argument);
		if (as_of.stale_days < 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("stale_days must not be negative: %d", as_of.stale_days),
					 errhint("Give the number of whole days without a movement after which an entity has stalled.")));
		if (!as_of.given)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("stale_days needs as_of, the day to count back from"),
					 errhint("Give the day up to which the history is complete, as in as_of => '2026-07-01'.")));
	}
	return as_of;
}

/* Days are known back to the last movement, not who stood where before it. */
static void
check_as_of(const StageSummary *summary, const AsOf *as_of)
{
	int32		last;

	if (!as_of->given || summary->totals.from > summary->totals.through)
		return;
	last = day_of(summary->totals.through);
	if (as_of->day < last)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("as_of %s lies before the last row, of %s",
						day_text(as_of->day), day_text(last)),
				 errhint("A summary answers for its last day (UTC) and later. If rows of the future lock it, or for an earlier day, leave them out: stage_agg(...) FILTER (WHERE entered_at < '%s').",
						 day_text(as_of->day + 1))));
}

/* Has who last moved on this day stalled? */
static bool
is_stale(const AsOf *as_of, int32 day)
{
	return as_of->has_stale && (int64) as_of->day - day > as_of->stale_days;
}

/* A sum of nothing yet, shown with as many decimals as the summary's amounts have. */
static Decimal
no_amount(const StageSummary *summary)
{
	int			scale = summary->amount_arrived.scale;

	for (int k = 0; k < stage_count(summary); k++)
		scale = Max(scale, summary->steps[k].amount_lost.scale);
	return decimal_zero(Max(scale, tally_scale(&summary->standings)));
}

/* Counts who ends where; "reached" holds those whose furthest stage it is, at first. */
static void
count_standings(StageFigures *figures, const StageSummary *summary, const AsOf *as_of)
{
	StageFigures *last = &figures[stage_count(summary) - 1];

	for (int i = 0; i < summary->standings.length; i++)
	{
		const StageStanding *standing = stage_standing(summary, i);
		StageFigures *furthest = &figures[stage_standing_furthest(standing)];
		StageFigures *current = &figures[stage_standing_current(standing)];

		furthest->reached += standing->entities;
		decimal_add(&furthest->amount_reached, &standing->amount);
		current->in_stage += standing->entities;
		decimal_add(&current->amount_in_stage, &standing->amount);
		if (furthest == last)
			last->advanced += standing->entities;
		else if (is_stale(as_of, stage_standing_day(standing)))
		{
			furthest->stalled += standing->entities;
			decimal_add(&furthest->amount_leaked, &standing->amount);
		}
		else
			furthest->open += standing->entities;
	}
	last->reached += summary->arrived;
	last->advanced += summary->arrived;
	decimal_add(&last->amount_reached, &summary->amount_arrived);
}

/* Counts what left a stage, and to where. */
static void
count_moves(StageFigures *stage, const StageSummary *summary, int k)
{
	int			codes = stage_codes(summary);

	for (int target = 0; target < codes; target++)
	{
		const Sketch *move = *stage_move(summary, k, target);

		if (move == NULL)
			continue;
		stage->finished += move->total;
		if (target < k)
			stage->regressions += move->total;
		stage->days = sketch_absorb(stage->days, move);
	}
}

/* The figures of each stage, palloc'd. */
static StageFigures *
stage_figures(const StageSummary *summary, const AsOf *as_of)
{
	int			stages = stage_count(summary);
	StageFigures *figures = palloc0(sizeof(StageFigures) * Max(stages, 1));
	Decimal		zero = no_amount(summary);

	check_as_of(summary, as_of);
	if (stages == 0)
		return figures;
	for (int k = 0; k < stages; k++)
		figures[k].amount_reached = figures[k].amount_leaked = figures[k].amount_in_stage = zero;
	count_standings(figures, summary, as_of);

	for (int k = stages - 1; k >= 0; k--)
	{
		const StageStep *step = &summary->steps[k];
		StageFigures *stage = &figures[k];
		bool		is_last = k == stages - 1;

		stage->reached += step->lost;
		decimal_add(&stage->amount_reached, &step->amount_lost);
		decimal_add(&stage->amount_leaked, &step->amount_lost);
		if (!is_last)
		{
			stage->advanced = stage[1].reached;
			stage->reached += stage[1].reached;
			decimal_add(&stage->amount_reached, &stage[1].amount_reached);
		}
		count_moves(stage, summary, k);
		stage->visits = stage->finished + (is_last ? summary->arrived : stage->in_stage);
	}
	return figures;
}

/*
 * stage_leakage(summary, as_of, stale_days): one row a stage.
 */
PG_FUNCTION_INFO_V1(stage_leakage);
Datum
stage_leakage(PG_FUNCTION_ARGS)
{
	StageSummary summary;
	StageFigures *figures;
	AsOf		as_of = read_as_of(fcinfo, 1, 2);
	Row			row;

	row_begin(&row, fcinfo);
	if (!read_summary(fcinfo, 0, &summary))
		return (Datum) 0;
	figures = stage_figures(&summary, &as_of);
	for (int k = 0; k < stage_count(&summary); k++)
	{
		const StageFigures *stage = &figures[k];
		const StageStep *step = &summary.steps[k];
		int64		leaked = step->lost + stage->stalled;

		row_put(&row, Int32GetDatum(k + 1));
		put_label(&row, &summary, k);
		row_put(&row, Int64GetDatum(stage->reached));
		row_put(&row, Int64GetDatum(stage->reached - step->own));
		row_put(&row, Int64GetDatum(stage->advanced));
		row_put(&row, Int64GetDatum(step->lost));
		if (as_of.has_stale)
			row_put(&row, Int64GetDatum(stage->stalled));
		else
			row_put_null(&row);
		row_put(&row, Int64GetDatum(stage->open));
		row_put_ratio(&row, leaked, stage->advanced + leaked);
		row_put_ratio(&row, stage->advanced, stage->advanced + leaked);
		row_put_ratio(&row, stage->open, stage->reached);
		row_put_ratio(&row, stage->reached, figures[0].reached);
		put_mean(&row, step, stage->finished);
		put_quantile(&row, stage->days, 0.5);
		put_quantile(&row, stage->days, 0.9);
		row_put(&row, Int64GetDatum(stage->in_stage));
		put_amount(&row, &summary, &stage->amount_reached);
		put_amount(&row, &summary, &stage->amount_leaked);
		put_amount(&row, &summary, &stage->amount_in_stage);
		row_end(&row);
	}
	return (Datum) 0;
}

/* How many have stood somewhere since a day */
typedef struct DayCount
{
	int32		day;
	int64		entities;
}			DayCount;

static int
compare_days(const void *a, const void *b)
{
	int32		left = ((const DayCount *) a)->day;
	int32		right = ((const DayCount *) b)->day;

	return left < right ? -1 : left > right;
}

/* The day at a rank (from 0) of ordered counts */
static int32
day_at(const DayCount *days, int64 rank)
{
	while (rank >= days->entities)
		rank -= (days++)->entities;
	return days->day;
}

/* The median age, in whole days, of the entities that are in a stage. */
static void
put_median_age(Row *row, const StageSummary *summary, int stage, int64 in_stage, const AsOf *as_of)
{
	DayCount   *days;
	int			count = 0;
	double		middle;

	if (!as_of->given || in_stage == 0)
	{
		row_put_null(row);
		return;
	}
	days = palloc_extended(sizeof(DayCount) * (Size) summary->standings.length, MCXT_ALLOC_HUGE);
	for (int i = 0; i < summary->standings.length; i++)
	{
		const StageStanding *standing = stage_standing(summary, i);

		if (stage_standing_current(standing) == stage)
		{
			days[count].day = stage_standing_day(standing);
			days[count++].entities = standing->entities;
		}
	}
	qsort(days, count, sizeof(DayCount), compare_days);
	middle = ((double) day_at(days, (in_stage - 1) / 2) + day_at(days, in_stage / 2)) / 2;
	pfree(days);
	row_put(row, Float8GetDatum(as_of->day - middle));
}

/*
 * stage_time(summary, as_of): one row a stage.
 */
PG_FUNCTION_INFO_V1(stage_time);
Datum
stage_time(PG_FUNCTION_ARGS)
{
	StageSummary summary;
	StageFigures *figures;
	AsOf		as_of = read_as_of(fcinfo, 1, 0);
	Row			row;

	row_begin(&row, fcinfo);
	if (!read_summary(fcinfo, 0, &summary))
		return (Datum) 0;
	figures = stage_figures(&summary, &as_of);
	for (int k = 0; k < stage_count(&summary); k++)
	{
		const StageFigures *stage = &figures[k];
		const StageStep *step = &summary.steps[k];

		row_put(&row, Int32GetDatum(k + 1));
		put_label(&row, &summary, k);
		row_put(&row, Int64GetDatum(stage->visits));
		row_put(&row, Int64GetDatum(stage->finished));
		put_mean(&row, step, stage->finished);
		put_quantile(&row, stage->days, 0.5);
		put_quantile(&row, stage->days, 0.75);
		put_quantile(&row, stage->days, 0.9);
		if (stage->finished == 0)
			row_put_null(&row);
		else
			row_put(&row, Float8GetDatum(step->longest / MICROSECONDS_PER_DAY));
		put_median_age(&row, &summary, k, stage->in_stage, &as_of);
		row_put(&row, Int64GetDatum(step->reentries));
		row_put(&row, Int64GetDatum(stage->regressions));
		row_end(&row);
	}
	return (Datum) 0;
}

/*
 * stage_flow(summary): one row a move that was made, none of them backwards;
 * and one a stage for those still in it.
 */
PG_FUNCTION_INFO_V1(stage_flow);
Datum
stage_flow(PG_FUNCTION_ARGS)
{
	StageSummary summary;
	StageFigures *figures;
	AsOf		as_of = {0};
	Row			row;

	row_begin(&row, fcinfo);
	if (!read_summary(fcinfo, 0, &summary))
		return (Datum) 0;
	figures = stage_figures(&summary, &as_of);
	for (int k = 0; k < stage_count(&summary); k++)
	{
		for (int target = k + 1; target < stage_codes(&summary); target++)
		{
			const Sketch *move = *stage_move(&summary, k, target);

			if (move == NULL)
				continue;
			put_label(&row, &summary, k);
			put_label(&row, &summary, target);
			row_put(&row, Int64GetDatum(move->total));
			put_quantile(&row, move, 0.5);
			row_end(&row);
		}
		if (figures[k].in_stage > 0)
		{
			put_label(&row, &summary, k);
			row_put_text(&row, "still open");
			row_put(&row, Int64GetDatum(figures[k].in_stage));
			row_put_null(&row);
			row_end(&row);
		}
	}
	return (Datum) 0;
}

/* stage_quality(summary): one row a reason */
REASONS_QUALITY(stage_quality, stage_summary_type, StageSummary, totals.rows, history_reasons)

/* stage_missing_labels(summary): one row a stage that no entity has a row of */
PG_FUNCTION_INFO_V1(stage_missing_labels);
Datum
stage_missing_labels(PG_FUNCTION_ARGS)
{
	StageSummary summary;
	Row			row;

	summary_read(&stage_summary_type, PG_GETARG_DATUM(0), &summary);
	row_begin(&row, fcinfo);
	for (int k = 0; k < stage_count(&summary); k++)
	{
		if (summary.steps[k].own > 0)
			continue;
		row_put(&row, Int32GetDatum(k + 1));
		put_label(&row, &summary, k);
		row_end(&row);
	}
	return (Datum) 0;
}

/*
 * stage_chart(summary, width): the funnel as bars. Whoever reached a stage
 * shows as an eighth of a character at least.
 */
PG_FUNCTION_INFO_V1(stage_chart);
Datum
stage_chart(PG_FUNCTION_ARGS)
{
	StageSummary summary;
	StageFigures *figures;
	AsOf		as_of = {0};
	int			width = row_bar_width(fcinfo, 1);
	Row			row;

	row_begin(&row, fcinfo);
	if (!read_summary(fcinfo, 0, &summary))
		return (Datum) 0;
	figures = stage_figures(&summary, &as_of);
	for (int k = 0; k < stage_count(&summary); k++)
	{
		const StageFigures *stage = &figures[k];
		put_label(&row, &summary, k);
		row_put_bar(&row, stage->reached, figures[0].reached, width);
		row_put(&row, Int64GetDatum(stage->reached));
		row_put_ratio(&row, stage->advanced, stage->advanced + summary.steps[k].lost);
		row_end(&row);
	}
	return (Datum) 0;
}

/* Of a stage, who advanced or leaked */
static int64
decided(const StageSummary *summary, const StageFigures *figures, int stage)
{
	return figures[stage].advanced + summary->steps[stage].lost + figures[stage].stalled;
}

/*
 * compare_funnels(a, b, as_of, stale_days): the conversion rates of two
 * summaries of one funnel, stage by stage.
 */
PG_FUNCTION_INFO_V1(compare_funnels);
Datum
compare_funnels(PG_FUNCTION_ARGS)
{
	StageSummary a;
	StageSummary b;
	StageFigures *figures_a;
	StageFigures *figures_b;
	AsOf		as_of = read_as_of(fcinfo, 2, 3);
	RatePair	pairs[FUNNEL_CODES];
	int			stages;
	Row			row;

	row_begin(&row, fcinfo);
	if (!read_summary(fcinfo, 0, &a) || !read_summary(fcinfo, 1, &b) ||
		!a.subject.known || !b.subject.known)
		return (Datum) 0;
	if (!funnel_same(stage_funnel(&a), stage_funnel(&b)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("cannot compare stage summaries of different funnels"),
				 errdetail("One is of \"%.*s\", the other of \"%.*s\".",
						   a.subject.definition_length, a.subject.definition,
						   b.subject.definition_length, b.subject.definition)));
	figures_a = stage_figures(&a, &as_of);
	figures_b = stage_figures(&b, &as_of);
	stages = stage_count(&a);

	for (int k = 0; k < stages; k++)
	{
		pairs[k].a = figures_a[k].advanced;
		pairs[k].of_a = decided(&a, figures_a, k);
		pairs[k].b = figures_b[k].advanced;
		pairs[k].of_b = decided(&b, figures_b, k);
	}
	compare_rate_pairs(pairs, stages, stages);
	for (int k = 0; k < stages; k++)
	{
		row_put(&row, Int32GetDatum(k + 1));
		put_label(&row, &a, k);
		row_put_rate_pair(&row, &pairs[k]);
		row_end(&row);
	}
	return (Datum) 0;
}
