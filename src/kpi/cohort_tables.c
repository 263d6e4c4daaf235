/*
 * cohort_tables.c
 *		The figures of a cohort summary.
 *
 * See doc/cohort.md for what each means. The tables have no rows for a NULL
 * summary and for one of no rows, whose periods nobody knows.
 */
#include "kpi/cohort_summary.h"

#include "base/argument.h"
#include "base/rows.h"
#include "utils/memutils.h"

/* The summary that is the first argument; false where it is NULL. */
static bool
read_summary(FunctionCallInfo fcinfo, CohortSummary *summary)
{
	if (PG_ARGISNULL(0))
		return false;
	summary_read(&cohort_summary_type, PG_GETARG_DATUM(0), summary);
	return true;
}

/* Of all cohorts */
static int64
count_customers(const CohortSummary *summary)
{
	int64		customers = 0;

	for (int i = 0; i < summary->cells.length; i++)
	{
		const CohortCell *cell = cohort_cell(summary, i);

		if (cohort_cell_period(cell) == cohort_cell_cohort(cell))
			customers += cell->active;
	}
	return customers;
}

static Decimal
sum_amounts(const CohortSummary *summary)
{
	Decimal		sum = {0};

	for (int i = 0; i < summary->cells.length; i++)
		decimal_add(&sum, &cohort_cell(summary, i)->amount);
	return sum;
}

/* A zero that shows as many digits as the sum does, for periods in which nothing came in */
static Decimal
zero_amount(const CohortSummary *summary)
{
	Decimal		sum = sum_amounts(summary);

	return decimal_zero(sum.wide == NULL ? sum.scale : 0);
}

/* The number of the period that as_of, the second argument, lies in; by default that of the last row */
static int64
last_period(FunctionCallInfo fcinfo, const CohortSummary *summary)
{
	DateADT		as_of = (DateADT) summary->last_day;

	argument_as_of(fcinfo, 1, &as_of);
	return period_of_day(summary->subject.period, as_of);
}

/*
 * cohort_retention(summary, as_of): one row a cohort and period since, up to
 * the period of as_of. What lies behind it is left out.
 */
PG_FUNCTION_INFO_V1(cohort_retention);
Datum
cohort_retention(PG_FUNCTION_ARGS)
{
	CohortSummary summary;
	Decimal		zero;
	int64		now;
	int			next = 0;
	Row			row;

	row_begin(&row, fcinfo);
	if (!read_summary(fcinfo, &summary) || summary.cells.length == 0)
		return (Datum) 0;
	now = last_period(fcinfo, &summary);
	zero = zero_amount(&summary);

	while (next < summary.cells.length)
	{
		int32		cohort = cohort_cell_cohort(cohort_cell(&summary, next));
		int64		size = cohort_cell(&summary, next)->active;

		for (int64 period = cohort; period <= now; period++)
		{
			const CohortCell *cell = NULL;
			Decimal		amount = zero;

			if (next < summary.cells.length && cohort_cell(&summary, next)->key == tally_key(cohort, (int32) period))
				cell = cohort_cell(&summary, next++);
			if (cell != NULL)
				decimal_add(&amount, &cell->amount);
			row_put(&row, DateADTGetDatum(period_first_day(summary.subject.period, cohort)));
			row_put(&row, Int32GetDatum((int32) (period - cohort)));
			row_put(&row, Int64GetDatum(size));
			row_put(&row, Int64GetDatum(cell == NULL ? 0 : cell->active));
			row_put_ratio(&row, cell == NULL ? 0 : cell->active, size);
			if (summary.with_amount == 0)
			{
				row_put_null(&row);
				row_put_null(&row);
			}
			else
			{
				row_put_numeric(&row, &amount);
				row_put_mean(&row, &amount, size);
			}
			row_put(&row, BoolGetDatum(period < now));
			row_end(&row);
		}
		while (next < summary.cells.length && cohort_cell_cohort(cohort_cell(&summary, next)) == cohort)
			next++;				/* behind as_of */
	}
	return (Datum) 0;
}

static int
compare_periods(const void *a, const void *b)
{
	int32		left = cohort_cell_period((const CohortCell *) a);
	int32		right = cohort_cell_period((const CohortCell *) b);

	return left < right ? -1 : left > right;
}

/* A table of a summary by period, and the period at hand */
typedef struct Activity
{
	CohortSummary summary;
	CohortCell *cells;			/* in order of their periods */
	int			next;			/* the first cell of a later one */
	int64		now;			/* the period of as_of, the last to be shown */
	int64		period;
	CohortCell	total;			/* of all cohorts */
	int64		new;			/* entities whose cohort it is */
}			Activity;

/* Reads the arguments (summary, as_of). False where there is nothing to show. */
static bool
begin_activity(FunctionCallInfo fcinfo, Activity *activity)
{
	CohortSummary *summary = &activity->summary;

	if (!read_summary(fcinfo, summary) || summary->cells.length == 0)
		return false;
	activity->now = last_period(fcinfo, summary);
	activity->cells = cohort_cell(summary, 0);
	qsort(activity->cells, summary->cells.length, sizeof(CohortCell), compare_periods);
	activity->next = 0;
	activity->period = (int64) cohort_cell_period(&activity->cells[0]) - 1;
	return true;
}

/* Takes up the next period, up to that of as_of. */
static bool
take_period(Activity *activity)
{
	CohortCell *total = &activity->total;

	if (++activity->period > activity->now)
		return false;
	memset(total, 0, sizeof(CohortCell));
	activity->new = 0;
	for (; activity->next < activity->summary.cells.length; activity->next++)
	{
		const CohortCell *cell = &activity->cells[activity->next];

		if (cohort_cell_period(cell) != activity->period)
			break;
		total->active += cell->active;
		total->again += cell->again;
		decimal_add(&total->amount, &cell->amount);
		if (cohort_cell_cohort(cell) == activity->period)
			activity->new = cell->active;
	}
	return true;
}

static void
put_period(Row *row, const Activity *activity)
{
	row_put(row, DateADTGetDatum(period_first_day(activity->summary.subject.period, activity->period)));
}

/* New, returning and reactivated ones */
static void
put_active(Row *row, const Activity *activity)
{
	row_put(row, Int64GetDatum(activity->new));
	row_put(row, Int64GetDatum(activity->total.again));
	row_put(row, Int64GetDatum(activity->total.active - activity->new - activity->total.again));
}

/*
 * active_entities(summary, as_of): one row a period, from the first to that of
 * as_of, by default to the last.
 */
PG_FUNCTION_INFO_V1(active_entities);
Datum
active_entities(PG_FUNCTION_ARGS)
{
	Activity	activity;
	Decimal		zero;
	Row			row;

	row_begin(&row, fcinfo);
	if (!begin_activity(fcinfo, &activity))
		return (Datum) 0;
	zero = zero_amount(&activity.summary);
	while (take_period(&activity))
	{
		Decimal		amount = zero;

		decimal_add(&amount, &activity.total.amount);
		put_period(&row, &activity);
		row_put(&row, Int64GetDatum(activity.total.active));
		put_active(&row, &activity);
		if (activity.summary.with_amount == 0)
			row_put_null(&row);
		else
			row_put_numeric(&row, &amount);
		row_end(&row);
	}
	return (Datum) 0;
}

/*
 * lifecycle(summary, as_of): who came, stayed, came back and went, of the same
 * periods.
 */
PG_FUNCTION_INFO_V1(cohort_lifecycle);
Datum
cohort_lifecycle(PG_FUNCTION_ARGS)
{
	Activity	activity;
	int64		before = 0;		/* active in the period before */
	Row			row;

	row_begin(&row, fcinfo);
	if (!begin_activity(fcinfo, &activity))
		return (Datum) 0;
	while (take_period(&activity))
	{
		put_period(&row, &activity);
		put_active(&row, &activity);
		row_put(&row, Int64GetDatum(before - activity.total.again));
		row_put(&row, BoolGetDatum(activity.period < activity.now));
		row_end(&row);
		before = activity.total.active;
	}
	return (Datum) 0;
}

/* cohort_quality(summary): one row a reason */
REASONS_QUALITY(cohort_quality, cohort_summary_type, CohortSummary, rows, cohort_reasons)

/*
 * Single figures; all strict.
 */

PG_FUNCTION_INFO_V1(cohort_customers);
Datum
cohort_customers(PG_FUNCTION_ARGS)
{
	CohortSummary summary;

	read_summary(fcinfo, &summary);
	PG_RETURN_INT64(count_customers(&summary));
}

PG_FUNCTION_INFO_V1(cohort_orders);
Datum
cohort_orders(PG_FUNCTION_ARGS)
{
	CohortSummary summary;

	read_summary(fcinfo, &summary);
	PG_RETURN_INT64(summary.rows[COHORT_USED]);
}

PG_FUNCTION_INFO_V1(cohort_without_amount);
Datum
cohort_without_amount(PG_FUNCTION_ARGS)
{
	CohortSummary summary;

	read_summary(fcinfo, &summary);
	PG_RETURN_INT64(summary.rows[COHORT_USED] - summary.with_amount);
}

PG_FUNCTION_INFO_V1(cohort_repeat_rate);
Datum
cohort_repeat_rate(PG_FUNCTION_ARGS)
{
	CohortSummary summary;

	read_summary(fcinfo, &summary);
	RETURN_RATIO(summary.repeaters, count_customers(&summary));
}

PG_FUNCTION_INFO_V1(cohort_purchase_frequency);
Datum
cohort_purchase_frequency(PG_FUNCTION_ARGS)
{
	CohortSummary summary;

	read_summary(fcinfo, &summary);
	RETURN_RATIO(summary.rows[COHORT_USED], count_customers(&summary));
}

/* NULL where no row has an amount */
PG_FUNCTION_INFO_V1(cohort_revenue);
Datum
cohort_revenue(PG_FUNCTION_ARGS)
{
	CohortSummary summary;
	Decimal		revenue;

	read_summary(fcinfo, &summary);
	if (summary.with_amount == 0)
		PG_RETURN_NULL();
	revenue = sum_amounts(&summary);
	PG_RETURN_NUMERIC(decimal_to_numeric(&revenue));
}

PG_FUNCTION_INFO_V1(cohort_avg_order_value);
Datum
cohort_avg_order_value(PG_FUNCTION_ARGS)
{
	CohortSummary summary;
	Decimal		revenue;

	read_summary(fcinfo, &summary);
	if (summary.with_amount == 0)
		PG_RETURN_NULL();
	revenue = sum_amounts(&summary);
	PG_RETURN_NUMERIC(decimal_mean(&revenue, summary.with_amount));
}

PG_FUNCTION_INFO_V1(cohort_historic_clv);
Datum
cohort_historic_clv(PG_FUNCTION_ARGS)
{
	CohortSummary summary;
	Decimal		revenue;

	read_summary(fcinfo, &summary);
	if (summary.with_amount == 0)
		PG_RETURN_NULL();
	revenue = sum_amounts(&summary);
	PG_RETURN_NUMERIC(decimal_mean(&revenue, count_customers(&summary)));
}
