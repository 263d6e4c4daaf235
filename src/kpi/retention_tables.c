/*
 * retention_tables.c
 *		The figures of a retention summary.
 *
 * See doc/retention.md for what each means. The tables have no rows for a NULL
 * summary and for one without cohorts.
 */
#include "kpi/retention_summary.h"

#include "base/argument.h"
#include "base/rows.h"
#include "miscadmin.h"
#include "utils/builtins.h"

typedef enum RetentionKind
{
	RETENTION_ON,				/* returned at that offset */
	RETENTION_ON_OR_AFTER,
	RETENTION_UP_TO,
	RETENTION_KINDS
}			RetentionKind;

static const char *const kind_names[RETENTION_KINDS] = {"on", "on or after", "up to"};

/* A table of a summary: what is asked, and the cohort at hand */
typedef struct Retention
{
	RetentionSummary summary;
	RetentionKind kind;
	int32		as_of;			/* a day */
	int			room;			/* offsets that there are at most */
	int64	   *retained;		/* of the cohort, by offset */
	const RetentionCohort *cohort;
	int			next;			/* the first cell that isn't of it or one before */
}			Retention;

static RetentionKind
read_kind(FunctionCallInfo fcinfo, int argument)
{
	char	   *given;

	if (PG_ARGISNULL(argument))
		return RETENTION_ON;
	given = text_to_cstring(PG_GETARG_TEXT_PP(argument));
	for (int kind = 0; kind < RETENTION_KINDS; kind++)
		if (pg_strcasecmp(given, kind_names[kind]) == 0)
			return (RetentionKind) kind;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unknown kind of retention: \"%s\"", given),
			 errhint("Give on (returned in that period), on or after, or up to.")));
}

static int32
period_of(const Retention *table, int32 day)
{
	return period_of_day(table->summary.subject.period, day);
}

/* The last return of an entity lies behind an as_of before the last row, and what it was until then nobody knows. */
static void
refuse_early(const Retention *table)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("as_of %s lies before the last row, of %s", day_text(table->as_of), day_text((int32) table->summary.last_day)),
			 errhint("Whether somebody returned on a day or after is known as of the last row; for an earlier day, aggregate the rows up to it.")));
}

/* Reads the arguments (summary, kind, as_of). False where there is nothing to show. */
static bool
begin_table(FunctionCallInfo fcinfo, Retention *table)
{
	RetentionSummary *summary = &table->summary;
	DateADT		as_of;

	if (PG_ARGISNULL(0))
		return false;
	summary_read(&retention_summary_type, PG_GETARG_DATUM(0), summary);
	table->kind = read_kind(fcinfo, 1);
	as_of = (DateADT) summary->last_day;
	argument_as_of(fcinfo, 2, &as_of);
	if (summary->cohorts.length == 0)
		return false;
	table->as_of = as_of;
	if (table->kind == RETENTION_ON_OR_AFTER && period_of(table, as_of) < period_of(table, (int32) summary->last_day))
		refuse_early(table);
	table->room = summary->bracket_ends > 0 ? summary->bracket_ends - 1 :
		Max(period_of(table, as_of) - retention_cohort_period(retention_cohort(summary, 0)) + 1, 0);
	table->retained = palloc(sizeof(int64) * Max(table->room, 1));
	table->next = 0;
	return true;
}

/* The first day of a cohort; of one of brackets the only one */
static int32
cohort_day(const Retention *table)
{
	return period_first_day(table->summary.subject.period, retention_cohort_period(table->cohort));
}

/* Offsets of the cohort that have begun by as_of */
static int
offsets_begun(const Retention *table)
{
	const RetentionSummary *summary = &table->summary;
	int			count = 0;

	if (summary->bracket_ends == 0)
		return Max(period_of(table, table->as_of) - retention_cohort_period(table->cohort) + 1, 0);
	while (count < table->room && cohort_day(table) + summary->brackets[count] <= table->as_of)
		count++;
	return count;
}

/* Whether an offset is over before as_of, for every day of the cohort */
static bool
is_complete(const Retention *table, int offset)
{
	const RetentionSummary *summary = &table->summary;

	if (summary->bracket_ends == 0)
		return retention_cohort_period(table->cohort) + offset < period_of(table, table->as_of);
	return cohort_day(table) + summary->brackets[offset + 1] <= table->as_of;
}

/* How an offset is shown: the number of periods; of a bracket its first day */
static int32
shown_offset(const Retention *table, int offset)
{
	return table->summary.bracket_ends > 0 ? table->summary.brackets[offset] : offset;
}

/* Takes up a cohort, they go in order: fills "retained" and answers how many offsets have begun. */
static int
take_cohort(Retention *table, int at)
{
	RetentionSummary *summary = &table->summary;
	int			count;

	table->cohort = retention_cohort(summary, at);
	count = offsets_begun(table);
	memset(table->retained, 0, sizeof(int64) * table->room);
	for (; table->next < summary->cells.length; table->next++)
	{
		const RetentionCell *cell = retention_cell(summary, table->next);
		int32		offset = retention_cell_offset(cell);

		if (retention_cell_cohort(cell) != retention_cohort_period(table->cohort))
			break;
		if (offset >= table->room)
			continue;			/* behind as_of */
		table->retained[offset] = table->kind == RETENTION_ON ? cell->returned :
			table->kind == RETENTION_UP_TO ? cell->first : cell->last;
	}
	if (table->kind == RETENTION_UP_TO)
		for (int i = 1; i < table->room; i++)
			table->retained[i] += table->retained[i - 1];
	if (table->kind == RETENTION_ON_OR_AFTER)
		for (int i = table->room - 2; i >= 0; i--)
			table->retained[i] += table->retained[i + 1];
	return count;
}

/*
 * event_retention(summary, kind, as_of): one row a cohort and offset, up to as_of.
 */
PG_FUNCTION_INFO_V1(retention_table);
Datum
retention_table(PG_FUNCTION_ARGS)
{
	Retention	table;
	Row			row;

	row_begin(&row, fcinfo);
	if (!begin_table(fcinfo, &table))
		return (Datum) 0;
	for (int i = 0; i < table.summary.cohorts.length; i++)
	{
		int			count = take_cohort(&table, i);

		for (int offset = 0; offset < count; offset++)
		{
			row_put(&row, DateADTGetDatum(cohort_day(&table)));
			row_put(&row, Int32GetDatum(shown_offset(&table, offset)));
			row_put(&row, Int64GetDatum(table.cohort->entities));
			row_put(&row, Int64GetDatum(table.retained[offset]));
			row_put_ratio(&row, table.retained[offset], table.cohort->entities);
			row_put(&row, BoolGetDatum(is_complete(&table, offset)));
			row_end(&row);
		}
	}
	return (Datum) 0;
}

/*
 * event_retention_curve(summary, kind, as_of): the cohorts together, at each
 * offset those for which it is complete.
 */
PG_FUNCTION_INFO_V1(retention_curve);
Datum
retention_curve(PG_FUNCTION_ARGS)
{
	Retention	table;
	int64	   *eligible;
	int64	   *retained;
	Row			row;

	row_begin(&row, fcinfo);
	if (!begin_table(fcinfo, &table))
		return (Datum) 0;
	eligible = palloc0(sizeof(int64) * Max(table.room, 1));
	retained = palloc0(sizeof(int64) * Max(table.room, 1));
	for (int i = 0; i < table.summary.cohorts.length; i++)
	{
		int			count = take_cohort(&table, i);

		CHECK_FOR_INTERRUPTS();
		for (int offset = 0; offset < count && is_complete(&table, offset); offset++)
		{
			count_add(&eligible[offset], table.cohort->entities);
			count_add(&retained[offset], table.retained[offset]);
		}
	}
	for (int offset = 0; offset < table.room && eligible[offset] > 0; offset++)
	{
		row_put(&row, Int32GetDatum(shown_offset(&table, offset)));
		row_put(&row, Int64GetDatum(eligible[offset]));
		row_put(&row, Int64GetDatum(retained[offset]));
		row_put_rate(&row, retained[offset], eligible[offset]);
		row_end(&row);
	}
	return (Datum) 0;
}

/* retention_quality(summary): one row a reason */
REASONS_QUALITY(retention_quality, retention_summary_type, RetentionSummary, rows, retention_reasons)
