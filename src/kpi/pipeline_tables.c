/*
 * pipeline_tables.c
 *		The figures of a pipeline summary.
 *
 * See doc/pipeline.md for what each column means. There are no rows for a NULL
 * summary.
 */
#include "kpi/pipeline_summary.h"

#include "base/argument.h"
#include "base/rows.h"

/* Whether amounts come in (1) or leave (-1) */
static const int amount_sign[PIPELINE_MOVES] = {1, 1, -1, -1, -1, 1};

/* A sum of nothing yet, shown with as many decimals as the summary's amounts have */
static Decimal
no_amount(const PipelineSummary *summary)
{
	return decimal_zero(tally_scale(&summary->periods));
}

/* An amount; NULL where no deal has one. */
static void
put_amount(Row *row, const PipelineSummary *summary, const Decimal *amount)
{
	if (summary->totals.with_amount == 0)
		row_put_null(row);
	else
		row_put_numeric(row, amount);
}

/*
 * pipeline_movements(summary, as_of): one row a period from the first to that
 * of as_of, by default to the last of the data, those without a move too.
 */
PG_FUNCTION_INFO_V1(pipeline_movements);
Datum
pipeline_movements(PG_FUNCTION_ARGS)
{
	PipelineSummary summary;
	Decimal		zero;
	Decimal		open;			/* amount in the pipeline */
	int64		open_deals = 0;
	int			next = 0;
	DateADT		as_of;
	Row			row;

	row_begin(&row, fcinfo);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	summary_read(&pipeline_summary_type, PG_GETARG_DATUM(0), &summary);
	if (summary.first > summary.last)
		return (Datum) 0;
	as_of = summary.last;
	argument_as_of(fcinfo, 1, &as_of);
	open = zero = no_amount(&summary);

	for (int32 number = period_of_day(summary.subject.period, summary.first);
		 number <= period_of_day(summary.subject.period, as_of); number++)
	{
		static const PipelinePeriod nothing;
		const PipelinePeriod *period = &nothing;
		int32		start = period_first_day(summary.subject.period, number);
		Decimal		opening = open;
		Decimal		growth;

		if (next < summary.periods.length && pipeline_period_number(pipeline_period(&summary, next)) == number)
			period = pipeline_period(&summary, next++);
		row_put(&row, DateADTGetDatum(start));
		put_amount(&row, &summary, &opening);
		for (int move = 0; move < PIPELINE_MOVES; move++)
		{
			Decimal		amount = zero;

			decimal_add(&amount, &period->amount[move]);
			if (amount_sign[move] > 0)
				decimal_add(&open, &amount);
			else
				decimal_subtract(&open, &amount);
			put_amount(&row, &summary, &amount);
		}
		put_amount(&row, &summary, &open);

		row_put(&row, Int64GetDatum(open_deals));
		for (int move = 0; move < PIPELINE_MOVES; move++)
		{
			open_deals += pipeline_deals_sign[move] * period->deals[move];
			row_put(&row, Int64GetDatum(period->deals[move]));
		}
		row_put(&row, Int64GetDatum(open_deals));
		growth = open;
		decimal_subtract(&growth, &opening);
		row_put_amount_ratio(&row, &growth, &opening);
		row_end(&row);
	}
	return (Datum) 0;
}

/* pipeline_quality(summary): one row a reason */
REASONS_QUALITY(pipeline_quality, pipeline_summary_type, PipelineSummary, totals.rows, history_reasons)
