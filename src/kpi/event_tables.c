/*
 * event_tables.c
 *		The figures of an event summary, as tables.
 *
 * See doc/event.md for what each column means. Each function answers no rows
 * for a NULL summary and for one of no rows, whose steps nobody knows.
 */
#include "kpi/event_summary.h"

#include "base/argument.h"
#include "base/comparison.h"
#include "base/confidence.h"
#include "base/rows.h"
#include "utils/builtins.h"

/* What a step comes to at a moment */
typedef struct EventFigures
{
	int64		reached;
	int64		advanced;
	int64		dropped;
	int64		excluded;
	int64		undecided;
}			EventFigures;

/* The summary that is the given argument; false where it is NULL or of no rows. */
static bool
read_summary(FunctionCallInfo fcinfo, int argument, EventSummary *summary)
{
	if (PG_ARGISNULL(argument))
		return false;
	summary_read(&event_summary_type, PG_GETARG_DATUM(argument), summary);
	return summary->subject.known;
}

static void
put_name(Row *row, const EventSummary *summary, int step)
{
	char	   *name = journey_step_name(event_journey(summary), step);

	row_put_text(row, name);
	pfree(name);
}

static void
put_count(Row *row, int64 count)
{
	row_put(row, Int64GetDatum(count));
}

/* The argument step, from 1: that of a required one, from 0; by default the last. */
static int
read_step(FunctionCallInfo fcinfo, int argument, const EventSummary *summary, int least)
{
	int			steps = event_steps(summary);
	int			step;

	if (PG_ARGISNULL(argument))
		return steps - 1;
	step = PG_GETARG_INT32(argument);
	if (step < least || step > steps)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("step must be between %d and %d: %d", least, steps, step),
				 errhint("Steps are numbered from 1, as in event_funnel.")));
	return step - 1;
}

/* The figures of each step, palloc'd. */
static EventFigures *
event_figures(const EventSummary *summary, const EventPart *part, int64 as_of)
{
	int			steps = event_steps(summary);
	int64		unit = event_unit(event_journey(summary));
	EventFigures *figures = palloc0(sizeof(EventFigures) * steps);
	int64		next = 0;		/* reached the next required step */

	for (int i = 0; i < part->open.length; i++)
	{
		const EventOpen *open = tally_at(EventOpen, &part->open, i);
		EventFigures *figure = &figures[event_open_step(open)];

		if (deadline_is_open(unit, event_open_deadline(open), as_of))
			figure->undecided += open->units;
		else if (event_open_dropped(open))
			figure->dropped += open->units;
		else
			figure->excluded += open->units;
	}
	for (int k = steps - 1; k >= 0; k--)
	{
		const EventStep *step = &part->steps[k];
		EventFigures *figure = &figures[k];
		bool		has_own = k == steps - 1 || event_is_optional(summary, k);

		figure->dropped += step->dropped;
		figure->excluded += step->excluded;
		figure->advanced = has_own ? step->advanced : next;
		figure->reached = figure->advanced + figure->dropped + figure->excluded + figure->undecided;
		if (!event_is_optional(summary, k))
			next = figure->reached;
	}
	return figures;
}

/* The times to a step: none to the first */
static void
put_times(Row *row, const EventStep *step)
{
	if (step->since_before == NULL)
		row_put_null(row);
	else
		row_put_ratio(row, step->time, (int128) step->since_before->total * USECS_PER_SEC);
	row_put_seconds(row, step->since_before, 0.5);
	row_put_seconds(row, step->since_before, 0.9);
	row_put_seconds(row, step->since_first, 0.5);
	row_put_seconds(row, step->since_first, 0.9);
}

/* The segment that a part is of; nothing for the whole */
static void
put_segment(Row *row, const EventSegment *segment)
{
	if (segment == NULL)
		return;
	if (segment->kind == SEGMENT_VALUE)
		row_put_label(row, segment->value, segment->length);
	else
		row_put_null(row);
	row_put_text(row, event_segment_names[segment->kind]);
}

/* The rows of a funnel: of the whole, or of a segment */
static void
put_funnel(Row *row, const EventSummary *summary, const EventPart *part, const EventSegment *segment, int64 as_of)
{
	EventFigures *figures = event_figures(summary, part, as_of);
	int64		dropped = 0;	/* before the step */

	for (int k = 0; k < event_steps(summary); k++)
	{
		const EventFigures *step = &figures[k];

		put_segment(row, segment);
		row_put(row, Int32GetDatum(k + 1));
		put_name(row, summary, k);
		row_put(row, BoolGetDatum(event_is_optional(summary, k)));
		put_count(row, step->reached);
		put_count(row, step->advanced);
		put_count(row, step->dropped);
		put_count(row, step->excluded);
		put_count(row, step->undecided);
		row_put_rate(row, step->advanced, step->advanced + step->dropped);
		row_put_ratio(row, step->reached, figures[0].reached);
		row_put_ratio(row, step->reached, (int128) step->reached + dropped);
		row_put_ratio(row, step->undecided, step->reached);
		put_times(row, &part->steps[k]);
		row_end(row);
		if (!event_is_optional(summary, k))
			dropped += step->dropped;
	}
	pfree(figures);
}

/*
 * event_funnel(summary, as_of): one row a step.
 */
PG_FUNCTION_INFO_V1(event_funnel);
Datum
event_funnel(PG_FUNCTION_ARGS)
{
	EventSummary summary;
	Row			row;

	row_begin(&row, fcinfo);
	if (read_summary(fcinfo, 0, &summary))
		put_funnel(&row, &summary, &summary.whole, NULL, argument_as_of_moment(fcinfo, 1, summary.through));
	return (Datum) 0;
}

typedef struct SegmentPlace
{
	int			number;
	EventSegmentKind kind;
	int64		units;
}			SegmentPlace;

/* Values first, those of the most units, then in order of bytes */
static int
compare_segments(const void *a, const void *b)
{
	const SegmentPlace *left = a;
	const SegmentPlace *right = b;

	if (left->kind != right->kind)
		return left->kind < right->kind ? -1 : 1;
	if (left->units != right->units)
		return left->units > right->units ? -1 : 1;
	return left->number - right->number;
}

/*
 * event_funnel_by(summary, as_of): one row a segment and step.
 */
PG_FUNCTION_INFO_V1(event_funnel_by);
Datum
event_funnel_by(PG_FUNCTION_ARGS)
{
	EventSummary summary;
	SegmentPlace *places;
	int64		as_of;
	Row			row;

	row_begin(&row, fcinfo);
	if (!read_summary(fcinfo, 0, &summary))
		return (Datum) 0;
	if (event_journey(&summary)->property == PROPERTY_NONE)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the summary has no segments"),
				 errhint("Aggregate the rows with a property, and say in the journey what it is for: event_agg(entity, event, device, at, 'view > cart; property: first').")));
	as_of = argument_as_of_moment(fcinfo, 1, summary.through);
	places = palloc(sizeof(SegmentPlace) * (summary.segment_count + 1));
	for (int i = 0; i < summary.segment_count; i++)
		places[i] = (SegmentPlace) {i, summary.segments[i].kind, event_part_units(&summary, &summary.segments[i].part)};
	qsort(places, summary.segment_count, sizeof(SegmentPlace), compare_segments);
	for (int i = 0; i < summary.segment_count; i++)
	{
		const EventSegment *segment = &summary.segments[places[i].number];

		put_funnel(&row, &summary, &segment->part, segment, as_of);
	}
	return (Datum) 0;
}

/* What a period comes to where a step counts as converted */
static EventFigures
period_figures(const EventSummary *summary, const EventPart *part, int64 as_of, int step)
{
	EventFigures *figures = event_figures(summary, part, as_of);
	EventFigures sum = {0};

	sum.reached = figures[0].reached;
	sum.advanced = figures[step].reached;
	for (int k = 0; k < step; k++)
	{
		if (event_is_optional(summary, k))
			continue;
		sum.dropped += figures[k].dropped;
		sum.excluded += figures[k].excluded;
		sum.undecided += figures[k].undecided;
	}
	pfree(figures);
	return sum;
}

/* The longest time that a chain may take; 0: it isn't limited */
static int64
longest_chain(const EventSummary *summary)
{
	int64		within = event_journey(summary)->rules.within;

	return within == CHAIN_NO_LIMIT ? 0 : within;
}

/*
 * event_trend(summary, as_of, step): one row a period, from the first that has
 * a unit to the last.
 */
PG_FUNCTION_INFO_V1(event_trend);
Datum
event_trend(PG_FUNCTION_ARGS)
{
	EventSummary summary;
	int64		as_of;
	int			step;
	pg_tz	   *zone;
	int			next = 0;
	Row			row;

	row_begin(&row, fcinfo);
	if (!read_summary(fcinfo, 0, &summary))
		return (Datum) 0;
	if (!summary.has_period)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the summary has no periods"),
				 errhint("Aggregate the rows with a period: event_agg(entity, event, at, journey, 'week', 'UTC').")));
	as_of = argument_as_of_moment(fcinfo, 1, summary.through);
	step = read_step(fcinfo, 2, &summary, 1);
	if (event_is_optional(&summary, step))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("step %d is optional", step + 1),
				 errhint("Who leaves it out has not failed: ask for a step that is not optional.")));
	if (summary.period_count == 0)
		return (Datum) 0;
	zone = summary.zone_length == 0 ? NULL : period_zone(PointerGetDatum(cstring_to_text_with_len(summary.zone, summary.zone_length))).rules;

	for (int32 period = summary.periods[0].period; next < summary.period_count; period++)
	{
		const EventPart *part = NULL;
		EventFigures figures = {0};
		int64		end = zone_day_begins(zone, period_first_day(summary.period, period + 1));

		if (summary.periods[next].period == period)
		{
			part = &summary.periods[next++];
			figures = period_figures(&summary, part, as_of, step);
		}
		row_put(&row, TimestampGetDatum((Timestamp) period_first_day(summary.period, period) * USECS_PER_DAY));
		put_count(&row, figures.reached);
		put_count(&row, figures.advanced);
		put_count(&row, figures.dropped);
		put_count(&row, figures.excluded);
		put_count(&row, figures.undecided);
		row_put_ratio(&row, figures.advanced, (int128) figures.advanced + figures.dropped);
		row_put_ratio(&row, figures.advanced, figures.reached);
		row_put_seconds(&row, part == NULL ? NULL : part->steps[step].since_first, 0.5);
		row_put(&row, BoolGetDatum(end + longest_chain(&summary) <= as_of));
		row_end(&row);
	}
	return (Datum) 0;
}

/*
 * event_times(summary, step, bins): how long units took from the first step,
 * in bins of one width.
 */
PG_FUNCTION_INFO_V1(event_times);
Datum
event_times(PG_FUNCTION_ARGS)
{
	EventSummary summary;
	int			bins = PG_ARGISNULL(2) ? 20 : PG_GETARG_INT32(2);
	const Sketch *sketch;
	SketchWalk	walk;
	int			bucket;
	int64		count;
	int64	   *counts;
	int64		sum = 0;
	double		width;
	Row			row;

	if (bins < 1 || bins > 1000)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("bins must be between 1 and 1000: %d", bins),
				 errhint("Give the number of rows to divide the times into.")));
	row_begin(&row, fcinfo);
	if (!read_summary(fcinfo, 0, &summary) || event_steps(&summary) == 1)
		return (Datum) 0;
	sketch = summary.whole.steps[read_step(fcinfo, 1, &summary, 2)].since_first;
	if (sketch == NULL || sketch->total == 0)
		return (Datum) 0;

	width = Max(sketch_quantile(sketch, 1) / bins, 1.0 / bins);
	counts = palloc0(sizeof(int64) * bins);
	walk = sketch_walk(sketch);
	while (sketch_walk_next(&walk, &bucket, &count))
		counts[(int) Min(sketch_bucket_value(bucket) / width, bins - 1)] += count;
	for (int i = 0; i < bins; i++)
	{
		sum += counts[i];
		row_put(&row, Float8GetDatum(i * width / USECS_PER_SEC));
		row_put(&row, Float8GetDatum((i + 1) * width / USECS_PER_SEC));
		put_count(&row, counts[i]);
		row_put_ratio(&row, counts[i], sketch->total);
		row_put_ratio(&row, sum, sketch->total);
		row_end(&row);
	}
	return (Datum) 0;
}

/*
 * event_quality(summary): one row a reason, which add up to the rows given; and
 * one, of 0 rows, a step that no row satisfies.
 */
PG_FUNCTION_INFO_V1(event_quality);
Datum
event_quality(PG_FUNCTION_ARGS)
{
	EventSummary summary;
	Row			row;

	summary_read(&event_summary_type, PG_GETARG_DATUM(0), &summary);
	row_begin(&row, fcinfo);
	reasons_rows(&row, &event_reasons, summary.rows);
	for (int k = 0; k < event_steps(&summary); k++)
	{
		if (summary.whole.steps[k].seen)
			continue;
		row_put_text(&row, psprintf("no row of step %d, %.*s", k + 1,
									event_journey(&summary)->name[k]->length, event_journey(&summary)->name[k]->text));
		put_count(&row, 0);
		row_end(&row);
	}
	return (Datum) 0;
}

/*
 * event_chart(summary, width): the funnel as bars. Whoever reached a step shows
 * as an eighth of a character at least.
 */
PG_FUNCTION_INFO_V1(event_chart);
Datum
event_chart(PG_FUNCTION_ARGS)
{
	EventSummary summary;
	EventFigures *figures;
	int			width = row_bar_width(fcinfo, 1);
	Row			row;

	row_begin(&row, fcinfo);
	if (!read_summary(fcinfo, 0, &summary))
		return (Datum) 0;
	figures = event_figures(&summary, &summary.whole, summary.through);
	for (int k = 0; k < event_steps(&summary); k++)
	{
		const EventFigures *step = &figures[k];

		put_name(&row, &summary, k);
		row_put_bar(&row, step->reached, figures[0].reached, width);
		put_count(&row, step->reached);
		row_put_ratio(&row, step->advanced, (int128) step->advanced + step->dropped);
		row_end(&row);
	}
	return (Datum) 0;
}

static inline int64
decided(const EventFigures *figures)
{
	return figures->advanced + figures->dropped;
}

/*
 * compare_funnels(a, b, as_of): the conversion rates of two summaries of one
 * journey, step by step.
 */
PG_FUNCTION_INFO_V1(event_compare);
Datum
event_compare(PG_FUNCTION_ARGS)
{
	EventSummary a;
	EventSummary b;
	EventFigures *figures_a;
	EventFigures *figures_b;
	RatePair	pairs[CHAIN_STEPS];
	int			steps;
	Row			row;

	row_begin(&row, fcinfo);
	if (!read_summary(fcinfo, 0, &a) || !read_summary(fcinfo, 1, &b))
		return (Datum) 0;
	if (!image_same(&event_journey(&a)->image, &event_journey(&b)->image))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("cannot compare event summaries of different journeys"),
				 errdetail("One is of \"%.*s\", the other of \"%.*s\".",
						   a.subject.definition_length, a.subject.definition,
						   b.subject.definition_length, b.subject.definition)));
	figures_a = event_figures(&a, &a.whole, argument_as_of_moment(fcinfo, 2, a.through));
	figures_b = event_figures(&b, &b.whole, argument_as_of_moment(fcinfo, 2, b.through));
	steps = event_steps(&a);
	for (int k = 0; k < steps; k++)
	{
		pairs[k].a = figures_a[k].advanced;
		pairs[k].of_a = decided(&figures_a[k]);
		pairs[k].b = figures_b[k].advanced;
		pairs[k].of_b = decided(&figures_b[k]);
	}
	compare_rate_pairs(pairs, steps, steps - 1);	/* who did the last step has nothing left to decide */
	for (int k = 0; k < steps; k++)
	{
		row_put(&row, Int32GetDatum(k + 1));
		put_name(&row, &a, k);
		row_put_rate_pair(&row, &pairs[k]);
		row_end(&row);
	}
	return (Datum) 0;
}
