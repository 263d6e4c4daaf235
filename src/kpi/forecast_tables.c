/*
 * forecast_tables.c
 *		What open deals will bring: figures of a summary.
 *
 * All of them hold if deals are independent and the probabilities right.
 */
#include "base/compat.h"

#include <math.h>

#include "base/confidence.h"
#include "base/probability.h"
#include "base/total.h"
#include "kpi/forecast_summary.h"
#include "utils/builtins.h"

/* Sums of amounts, in units, stay below this. */
#define TOTAL_LIMIT		1.3e36	/* about 2^120 */

/* Beyond these probabilities a chart of the distribution has no bins of its own. */
#define CHART_LOW		0.0005
#define CHART_HIGH		0.9995
#define BINS_MOST		1000

/* The distribution of a summary, in units of 10^-scale */
typedef struct Distribution
{
	int			scale;
	Total	   *total;
}			Distribution;

/* The sum of probability times amount, exact */
static Decimal
expected_of(const ForecastSummary *forecast)
{
	Decimal		expected = {0, 0, NULL};
	Decimal		amount = {0, 0, NULL};

	for (int i = 0; i < forecast->count; i++)
	{
		const ForecastCell *cell = &forecast->cells[i];
		Decimal		more = forecast_amount(forecast, cell);

		decimal_add(&amount, &more);
		/* the cells of one probability stand together */
		if (i == forecast->count - 1 || forecast->cells[i + 1].probability != cell->probability)
		{
			Decimal		probability = probability_decimal(cell->probability);
			Decimal		part = decimal_multiply(&probability, &amount);

			decimal_add(&expected, &part);
			amount = decimal_zero(0);
		}
	}
	return expected;
}

static double
double_of(const Decimal *value)
{
	static const Decimal one = {1, 0, NULL};

	return decimal_ratio(value, &one);
}

/* Cells are in order, so this has one answer, too. */
static double
sd_of(const ForecastSummary *forecast)
{
	double		variance = 0;

	for (int i = 0; i < forecast->count; i++)
	{
		const ForecastCell *cell = &forecast->cells[i];
		Decimal		squares = forecast_squares(forecast, cell);
		double		probability = probability_double(cell->probability);

		variance += probability * probability_double(PROBABILITY_ONE - cell->probability) * double_of(&squares);
	}
	return sqrt(variance);
}

/* 10^exponent: exact up to 22, and the same everywhere */
static double
power_of_ten(int exponent)
{
	double		power = 1;

	for (int i = 0; i < exponent; i++)
		power *= 10;
	return power;
}

/* How many decimals the units of the distribution have: all that amounts have, or as many as 128 bits hold */
static int
scale_of(const ForecastSummary *forecast)
{
	double		size = 0;
	int			scale = 0;

	for (int i = 0; i < forecast->count; i++)
	{
		Decimal		amount = forecast_amount(forecast, &forecast->cells[i]);

		size += fabs(double_of(&amount)) * 1.01 + 1;
		scale = Max(scale, amount.wide != NULL ? DECIMAL_MAX_SCALE : amount.scale);
	}
	for (double units = size * power_of_ten(scale); scale > 0 && units > TOTAL_LIMIT; units /= 10)
		scale--;
	if (size > TOTAL_LIMIT)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("the amounts of a forecast add up to more than %g", TOTAL_LIMIT),
				 errhint("Give them in a larger unit.")));
	return scale;
}

/* A decimal in units of 10^-scale, rounded where it has more decimals; it fits */
static int128
units_of(const Decimal *value, int scale)
{
	Decimal		units = *value;

	decimal_round(&units, scale);
	for (; units.scale < scale; units.scale++)
		units.units *= 10;
	return units.units;
}

/*
 * The terms of the total. A bucket's deals count with the root of their mean
 * square, so that the spread is right; what this adds to the mean is taken off
 * in a term of its own, the last.
 */
static TotalTerm *
terms_of(const ForecastSummary *forecast, int scale)
{
	TotalTerm  *terms = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(TotalTerm) * (forecast->count + 1));
	double		unit = power_of_ten(scale);
	double		shift = 0;

	for (int i = 0; i < forecast->count; i++)
	{
		const ForecastCell *cell = &forecast->cells[i];
		double		probability = probability_double(cell->probability);

		terms[i].probability = probability;
		terms[i].count = cell->deals;
		if (!forecast->is_bucketed)
			terms[i].amount = units_of(&cell->amount, scale);
		else
		{
			double		sum = double_of(&cell->amount) * unit;
			double		root = rint(sqrt(double_of(&cell->squares) / cell->deals) * unit);

			if (cell->bucket < 0)
				root = -root;
			terms[i].amount = (int128) root;
			shift += probability * (sum - cell->deals * root);
		}
	}
	terms[forecast->count].amount = (int128) rint(shift);
	terms[forecast->count].probability = 1;
	terms[forecast->count].count = 1;
	return terms;
}

static Distribution
distribution_of(const ForecastSummary *forecast)
{
	Distribution distribution;

	distribution.scale = scale_of(forecast);
	distribution.total = total_make(terms_of(forecast, distribution.scale), forecast->count + 1);
	return distribution;
}

static Numeric
numeric_of(const Distribution *distribution, int128 units)
{
	Decimal		value = {units, distribution->scale, NULL};

	return decimal_to_numeric(&value);
}

static Datum
percentile(const Distribution *distribution, double fraction)
{
	return NumericGetDatum(numeric_of(distribution, total_percentile(distribution->total, fraction)));
}

#define GETARG_FORECAST(n, forecast)	summary_read(&forecast_type, PG_GETARG_DATUM(n), (forecast))

/* forecast(summary) -> (deals, without_amount, expected, sd, p10, p50, p90), one row */
PG_FUNCTION_INFO_V1(forecast_forecast);
Datum
forecast_forecast(PG_FUNCTION_ARGS)
{
	ForecastSummary forecast;
	Distribution distribution;
	Decimal		expected;
	Row			row;

	GETARG_FORECAST(0, &forecast);
	distribution = distribution_of(&forecast);
	expected = expected_of(&forecast);
	row_begin(&row, fcinfo);
	row_put(&row, Int64GetDatum(forecast.rows[FORECAST_USED]));
	row_put(&row, Int64GetDatum(forecast.rows[FORECAST_NO_AMOUNT]));
	row_put_numeric(&row, &expected);
	row_put(&row, Float8GetDatum(sd_of(&forecast)));
	row_put(&row, percentile(&distribution, 0.1));
	row_put(&row, percentile(&distribution, 0.5));
	row_put(&row, percentile(&distribution, 0.9));
	row_end(&row);
	return (Datum) 0;
}

PG_FUNCTION_INFO_V1(forecast_expected);
Datum
forecast_expected(PG_FUNCTION_ARGS)
{
	ForecastSummary forecast;
	Decimal		expected;

	GETARG_FORECAST(0, &forecast);
	expected = expected_of(&forecast);
	PG_RETURN_NUMERIC(decimal_to_numeric(&expected));
}

/* forecast_percentile(summary, fraction) */
PG_FUNCTION_INFO_V1(forecast_percentile);
Datum
forecast_percentile(PG_FUNCTION_ARGS)
{
	ForecastSummary forecast;
	Distribution distribution;
	double		fraction = PG_GETARG_FLOAT8(1);

	check_fraction(fraction);
	GETARG_FORECAST(0, &forecast);
	distribution = distribution_of(&forecast);
	return percentile(&distribution, fraction);
}

/* The probability that the total is below so many units */
static double
below(const Distribution *distribution, int128 units)
{
	return total_at_most(distribution->total, units - 1);
}

/* chance_of(summary, target): that the total is the target or more */
PG_FUNCTION_INFO_V1(forecast_chance_of);
Datum
forecast_chance_of(PG_FUNCTION_ARGS)
{
	ForecastSummary forecast;
	Distribution distribution;
	Decimal		target = decimal_from_numeric(PG_GETARG_DATUM(1));
	Decimal		lowest = {0, 0, NULL};
	Decimal		highest = {0, 0, NULL};
	Decimal		rounded;
	int128		units;

	GETARG_FORECAST(0, &forecast);
	distribution = distribution_of(&forecast);
	lowest.units = total_lowest(distribution.total);
	highest.units = total_highest(distribution.total);
	lowest.scale = highest.scale = distribution.scale;
	if (decimal_compare(&target, &lowest) <= 0)
		PG_RETURN_FLOAT8(1);
	if (decimal_compare(&target, &highest) > 0)
		PG_RETURN_FLOAT8(0);
	units = units_of(&target, distribution.scale);
	rounded = highest;
	rounded.units = units;
	if (decimal_compare(&rounded, &target) < 0)
		units++;				/* the first amount that reaches it */
	PG_RETURN_FLOAT8(1 - below(&distribution, units));
}

/* forecast_distribution(summary, bins) -> (from_amount, to_amount, probability, chance) */
PG_FUNCTION_INFO_V1(forecast_distribution);
Datum
forecast_distribution(PG_FUNCTION_ARGS)
{
	ForecastSummary forecast;
	Distribution distribution;
	int			bins = PG_GETARG_INT32(1);
	int128		low;
	int128		width;
	Row			row;

	if (bins < 1 || bins > BINS_MOST)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("bins must be from 1 to %d, not %d", BINS_MOST, bins),
				 errhint("Give the number of bars of the chart: 40.")));
	GETARG_FORECAST(0, &forecast);
	distribution = distribution_of(&forecast);
	low = total_percentile(distribution.total, CHART_LOW);
	width = total_percentile(distribution.total, CHART_HIGH) - low + 1;
	bins = (int) Min(bins, width);
	row_begin(&row, fcinfo);
	for (int bin = 0; bin < bins; bin++)
	{
		int128		from = low + width / bins * bin + width % bins * bin / bins;
		int128		to = low + width / bins * (bin + 1) + width % bins * (bin + 1) / bins;
		double		before = bin == 0 ? 0 : below(&distribution, from);
		double		until = bin == bins - 1 ? 1 : below(&distribution, to);

		row_put(&row, NumericGetDatum(numeric_of(&distribution, from)));
		row_put(&row, NumericGetDatum(numeric_of(&distribution, to)));
		row_put(&row, Float8GetDatum(until - before));
		row_put(&row, Float8GetDatum(1 - before));
		row_end(&row);
	}
	return (Datum) 0;
}

REASONS_QUALITY(forecast_quality, forecast_type, ForecastSummary, rows, forecast_reasons)
