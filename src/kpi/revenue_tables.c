/*
 * revenue_tables.c
 *		The figures of an MRR summary.
 *
 * See doc/revenue.md for what each column means. There are no rows for a NULL
 * summary.
 */
#include "kpi/revenue_summary.h"

#include "base/argument.h"
#include "base/rows.h"

/* An amount, which shows at least so many decimals */
static void
put_amount(Row *row, const Decimal *amount, int scale)
{
	Decimal		shown = *amount;
	Decimal		nothing = decimal_zero(scale);

	decimal_add(&shown, &nothing);
	row_put_numeric(row, &shown);
}

/* The decimals of all amounts of a table: those of the MRR that shows the most. */
static int
shown_scale(const MrrSummary *summary)
{
	int			scale = 0;

	for (int at = 0; at < summary->length; at++)
		scale = Max(scale, summary->months[at].mrr.scale);
	return scale;
}

/* The summary that is the first argument, up to the month of as_of, another one; false where it is NULL. */
static bool
read_summary(FunctionCallInfo fcinfo, int as_of_argument, MrrSummary *summary)
{
	DateADT		as_of;

	if (PG_ARGISNULL(0))
		return false;
	summary_read(&mrr_summary_type, PG_GETARG_DATUM(0), summary);
	if (argument_as_of(fcinfo, as_of_argument, &as_of))
		mrr_end_at(summary, period_of_day(mrr_period(summary), as_of));
	return true;
}

/*
 * mrr_movements(summary, as_of): one row a month.
 */
PG_FUNCTION_INFO_V1(mrr_movements);
Datum
mrr_movements(PG_FUNCTION_ARGS)
{
	static const MrrMonth none;
	const MrrMonth *before = &none;
	MrrSummary	summary;
	Row			row;
	int			scale;

	row_begin(&row, fcinfo);
	if (!read_summary(fcinfo, 1, &summary))
		return (Datum) 0;
	scale = shown_scale(&summary);
	for (int at = 0; at < summary.length; at++)
	{
		const MrrMonth *month = &summary.months[at];
		Decimal		gained = month->new;
		Decimal		lost = month->contraction;

		decimal_add(&gained, &month->expansion);
		decimal_add(&gained, &month->reactivated);
		decimal_add(&lost, &month->churned);

		row_put(&row, DateADTGetDatum(mrr_first_day(&summary, summary.first + at)));
		put_amount(&row, &before->mrr, scale);
		put_amount(&row, &month->new, scale);
		put_amount(&row, &month->expansion, scale);
		put_amount(&row, &month->reactivated, scale);
		put_amount(&row, &month->contraction, scale);
		put_amount(&row, &month->churned, scale);
		put_amount(&row, &month->mrr, scale);
		row_put(&row, Int64GetDatum(before->customers));
		row_put(&row, Int64GetDatum(month->customers_new));
		row_put(&row, Int64GetDatum(month->customers_reactivated));
		row_put(&row, Int64GetDatum(month->customers_churned));
		row_put(&row, Int64GetDatum(month->customers));
		row_put_amount_ratio(&row, &gained, &lost);
		row_put_ratio(&row, month->customers_churned, before->customers);
		row_put_amount_ratio(&row, &month->churned, &before->mrr);
		row_end(&row);
		before = month;
	}
	return (Datum) 0;
}

/* What is left, after so many months, of the customers of then */
static MrrRetained
retained_over(const MrrMonth *month, const MrrMonth *then, int months)
{
	MrrRetained retained;

	for (int i = 0; i < MRR_LAGS; i++)
		if (months == mrr_lags[i])
			return month->retained[i];
	retained.customers = then->customers - month->customers_churned;
	retained.least = then->mrr;
	decimal_subtract(&retained.least, &month->churned);
	decimal_subtract(&retained.least, &month->contraction);
	retained.now = retained.least;
	decimal_add(&retained.now, &month->expansion);
	return retained;
}

/*
 * mrr_retention(summary, months, as_of): one row a month that has another so
 * many months before it.
 */
PG_FUNCTION_INFO_V1(mrr_retention);
Datum
mrr_retention(PG_FUNCTION_ARGS)
{
	int			months;
	MrrSummary	summary;
	Row			row;
	int			scale;

	row_begin(&row, fcinfo);
	if (PG_ARGISNULL(1) || !read_summary(fcinfo, 2, &summary))
		return (Datum) 0;
	months = PG_GETARG_INT32(1);
	if (months != 1 && months != 3 && months != 6 && months != 12)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a summary does not know the retention over %d months", months),
				 errhint("Ask for 1, 3, 6 or 12 months.")));
	scale = shown_scale(&summary);
	for (int at = months; at < summary.length; at++)
	{
		const MrrMonth *month = &summary.months[at];
		const MrrMonth *then = month - months;
		MrrRetained retained = retained_over(month, then, months);

		row_put(&row, DateADTGetDatum(mrr_first_day(&summary, summary.first + at)));
		row_put(&row, Int64GetDatum(then->customers));
		put_amount(&row, &then->mrr, scale);
		put_amount(&row, &retained.now, scale);
		row_put_amount_ratio(&row, &retained.now, &then->mrr);
		row_put_amount_ratio(&row, &retained.least, &then->mrr);
		row_put_ratio(&row, retained.customers, then->customers);
		row_end(&row);
	}
	return (Datum) 0;
}

/* mrr_quality(summary): one row a reason */
REASONS_QUALITY(mrr_quality, mrr_summary_type, MrrSummary, rows, mrr_reasons)

/* negative_months(mrr_summary) */
SUMMARY_ANSWER(mrr_negative_months, mrr_summary_type, MrrSummary, Int64GetDatum(summary.negative_months))

/* data_from(mrr_summary): the first day of the first month; NULL where there is none. */
PG_FUNCTION_INFO_V1(mrr_data_from);
Datum
mrr_data_from(PG_FUNCTION_ARGS)
{
	MrrSummary	summary;

	summary_read(&mrr_summary_type, PG_GETARG_DATUM(0), &summary);
	if (summary.length == 0)
		PG_RETURN_NULL();
	PG_RETURN_DATEADT(mrr_first_day(&summary, summary.first));
}

/* data_through(mrr_summary): the last day of the last month */
PG_FUNCTION_INFO_V1(mrr_data_through);
Datum
mrr_data_through(PG_FUNCTION_ARGS)
{
	MrrSummary	summary;

	summary_read(&mrr_summary_type, PG_GETARG_DATUM(0), &summary);
	if (summary.length == 0)
		PG_RETURN_NULL();
	PG_RETURN_DATEADT(mrr_first_day(&summary, summary.first + summary.length) - 1);
}
