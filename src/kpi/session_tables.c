/*
 * session_tables.c
 *		The figures of a session summary.
 *
 * See doc/session.md for what each means. The tables have no rows for a NULL
 * summary and for one of no rows, whose gap nobody knows.
 */
#include "kpi/session_summary.h"

#include "base/argument.h"
#include "base/rows.h"

/* The summary that is the first argument; false where it is NULL or of no rows. */
static bool
read_summary(FunctionCallInfo fcinfo, SessionSummary *summary)
{
	if (PG_ARGISNULL(0))
		return false;
	summary_read(&session_summary_type, PG_GETARG_DATUM(0), summary);
	return summary->subject.known;
}

/* Sessions that may still go on after a moment */
static int64
count_running(const SessionSummary *summary, const SessionPart *part, int64 as_of)
{
	int64		unit = deadline_unit(summary->gap);
	int64		running = 0;

	for (int i = 0; i < part->running.length; i++)
	{
		const SessionRunning *one = tally_at(SessionRunning, &part->running, i);

		if (deadline_is_open(unit, session_running_until(one), as_of))
			running += one->sessions;
	}
	return running;
}

/* The columns that both tables have */
static void
put_figures(Row *row, const SessionPart *part, int64 running)
{
	row_put(row, Int64GetDatum(part->sessions));
	row_put(row, Int64GetDatum(part->entities));
	row_put(row, Int64GetDatum(part->rows));
	row_put(row, Int64GetDatum(part->single_row));
	row_put_ratio(row, part->single_row, part->sessions);
	row_put_ratio(row, part->sessions, part->entities);
	row_put_ratio(row, part->rows, part->sessions);
	row_put_ratio(row, part->time, (int128) part->sessions * USECS_PER_SEC);
	row_put_seconds(row, part->lengths, 0.5);
	row_put_seconds(row, part->lengths, 0.9);
	row_put(row, Int64GetDatum(running));
}

/* session_figures(summary, as_of): one row, of all sessions */
PG_FUNCTION_INFO_V1(session_figures);
Datum
session_figures(PG_FUNCTION_ARGS)
{
	SessionSummary summary;
	SessionPart all;
	Row			row;

	row_begin(&row, fcinfo);
	if (!read_summary(fcinfo, &summary))
		return (Datum) 0;
	session_part_begin(&all, 0);
	for (int i = 0; i < summary.part_count; i++)
		session_part_merge(&all, &summary.parts[i]);
	all.entities = summary.entities;
	put_figures(&row, &all, count_running(&summary, &all, argument_as_of_moment(fcinfo, 1, summary.through)));
	row_end(&row);
	return (Datum) 0;
}

/*
 * session_trend(summary, as_of): one row a period, from the first that has a
 * session to that of as_of.
 */
PG_FUNCTION_INFO_V1(session_trend);
Datum
session_trend(PG_FUNCTION_ARGS)
{
	SessionSummary summary;
	SessionPart none;
	PeriodKind	kind;
	int64		as_of;
	int32		last;
	pg_tz	   *zone;
	int			next = 0;
	Row			row;

	row_begin(&row, fcinfo);
	if (!read_summary(fcinfo, &summary))
		return (Datum) 0;
	if (!summary.subject.has_period)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the summary has no periods"),
				 errhint("Aggregate the rows with a period: session_agg(entity, at, interval '30 minutes', 'week', 'UTC').")));
	if (summary.part_count == 0)
		return (Datum) 0;
	kind = summary.subject.period;
	zone = subject_zone(&summary.subject);
	as_of = argument_as_of_moment(fcinfo, 1, summary.through);
	last = Max(period_of_day(kind, local_day(as_of, zone)), summary.parts[summary.part_count - 1].period);
	session_part_begin(&none, 0);

	for (int32 period = summary.parts[0].period; period <= last; period++)
	{
		const SessionPart *part = &none;
		int64		running;

		if (next < summary.part_count && summary.parts[next].period == period)
			part = &summary.parts[next++];
		running = count_running(&summary, part, as_of);
		row_put(&row, DateADTGetDatum(period_first_day(kind, period)));
		put_figures(&row, part, running);
		row_put(&row, BoolGetDatum(running == 0 && zone_day_begins(zone, period_first_day(kind, period + 1)) <= as_of));
		row_end(&row);
	}
	return (Datum) 0;
}

/* session_quality(summary): one row a reason */
REASONS_QUALITY(session_quality, session_summary_type, SessionSummary, rows, session_reasons)
