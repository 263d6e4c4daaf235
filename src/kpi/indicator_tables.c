/*
 * indicator_tables.c
 *		The figures of an indicator_summary: which figure leads, and by how much.
 *
 * See doc/indicator.md.
 */
#include "base/compat.h"

#include <math.h>

#include "base/confidence.h"
#include "base/rows.h"
#include "kpi/indicator_summary.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

/* No call makes more tests: each is a row, and all are in memory for the correction. */
#define TESTS_MOST		1000000

/* Fewer pairs lie on a line whatever they are, or tell of no spread. */
#define PAIRS_LEAST		3

/*
 * The periods of a summary, as its dates tell them: each so many days, months
 * or Jalali months.
 */
typedef struct Periods
{
	PeriodKind	unit;
	int32		shift;			/* 1: the dates are the last days of periods, else 0 */
	int32		first;			/* the unit that the first one begins with; of last days, the one behind it */
	int32		step;			/* units in each */
	int32		count;			/* from the first date to the last */
}			Periods;

/* The values of a name by period, or their changes; NULL in "at" where there is none */
typedef struct Series
{
	const Decimal **at;
	Decimal    *values;			/* of changes: what "at" points to */
}			Series;

/* What is said of an indicator at a lag; NaN: nothing is */
typedef struct LagTest
{
	int32		pairs;
	double		effective_n;
	double		correlation;
	double		p_value;
}			LagTest;

/*
 * Periods
 */

static bool
begin_units(const IndicatorSummary *indicator, PeriodKind unit, int32 shift)
{
	for (int i = 0; i < indicator->count; i++)
	{
		int32		day = indicator->values[i].day + shift;

		if (period_first_day(unit, period_of_day(unit, day)) != day)
			return false;
	}
	return true;
}

/* The largest unit that all dates begin, or all end; a day is one that they do. */
static void
find_unit(const IndicatorSummary *indicator, Periods *periods)
{
	static const PeriodKind units[] = {PERIOD_MONTH, PERIOD_JALALI_MONTH};

	for (size_t i = 0; i < lengthof(units); i++)
		for (int shift = 0; shift <= 1; shift++)
			if (begin_units(indicator, units[i], shift))
			{
				periods->unit = units[i];
				periods->shift = shift;
				return;
			}
	periods->unit = PERIOD_DAY;
	periods->shift = 0;
}

static int32
greatest_common_divisor(int32 a, int32 b)
{
	while (b != 0)
	{
		int32		rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

static inline int32
unit_of(const Periods *periods, int32 day)
{
	return period_of_day(periods->unit, day + periods->shift);
}

/* Which period a date is of, from 0 */
static inline int32
place_of(const Periods *periods, int32 day)
{
	return (unit_of(periods, day) - periods->first) / periods->step;
}

static inline int32
day_of_place(const Periods *periods, int32 place)
{
	return period_first_day(periods->unit, periods->first + place * periods->step) - periods->shift;
}

/* Of a summary without values: none. Of one date: a period of one unit. */
static void
find_periods(const IndicatorSummary *indicator, Periods *periods)
{
	int32		last = PG_INT32_MIN;
	int32		apart = 0;

	memset(periods, 0, sizeof(Periods));
	periods->step = 1;
	if (indicator->count == 0)
		return;
	find_unit(indicator, periods);
	periods->first = PG_INT32_MAX;
	for (int i = 0; i < indicator->count; i++)
	{
		int32		unit = unit_of(periods, indicator->values[i].day);

		periods->first = Min(periods->first, unit);
		last = Max(last, unit);
		apart = greatest_common_divisor(apart, abs(unit - unit_of(periods, indicator->values[0].day)));
	}
	periods->step = Max(apart, 1);
	periods->count = (last - periods->first) / periods->step + 1;
}

/* indicator_period(summary): NULL of fewer than two dates */
PG_FUNCTION_INFO_V1(indicator_period);
Datum
indicator_period(PG_FUNCTION_ARGS)
{
	IndicatorSummary indicator;
	Periods		periods;

	summary_read(&indicator_type, PG_GETARG_DATUM(0), &indicator);
	find_periods(&indicator, &periods);
	if (periods.count < 2)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(psprintf("%d %s%s", periods.step, period_names[periods.unit], periods.step > 1 ? "s" : "")));
}

static Datum
edge_of_data(FunctionCallInfo fcinfo, bool is_last)
{
	IndicatorSummary indicator;
	int32		edge;

	summary_read(&indicator_type, PG_GETARG_DATUM(0), &indicator);
	if (indicator.count == 0)
		PG_RETURN_NULL();
	edge = indicator.values[0].day;
	for (int i = 1; i < indicator.count; i++)
		edge = is_last ? Max(edge, indicator.values[i].day) : Min(edge, indicator.values[i].day);
	PG_RETURN_DATEADT(edge);
}

/* data_from(indicator_summary), data_through(indicator_summary): dates */
PG_FUNCTION_INFO_V1(indicator_data_from);
Datum
indicator_data_from(PG_FUNCTION_ARGS)
{
	return edge_of_data(fcinfo, false);
}

PG_FUNCTION_INFO_V1(indicator_data_through);
Datum
indicator_data_through(PG_FUNCTION_ARGS)
{
	return edge_of_data(fcinfo, true);
}

/*
 * Series
 */

static void
values_by_period(const IndicatorSummary *indicator, int32 name, const Periods *periods, Series *series)
{
	int32		count;
	const IndicatorValue *value = indicator_series(indicator, name, &count);

	series->at = palloc0(sizeof(Decimal *) * periods->count);
	series->values = NULL;
	for (int32 i = 0; i < count; i++)
		series->at[place_of(periods, value[i].day)] = &value[i].value;
}

/* Each value less that of "season" periods before; nothing where one of them is missing */
static void
changes_by_period(const Series *values, const Periods *periods, int32 season, Series *changes)
{
	changes->at = palloc0(sizeof(Decimal *) * periods->count);
	changes->values = palloc(sizeof(Decimal) * periods->count);
	for (int32 i = season; i < periods->count; i++)
		if (values->at[i] != NULL && values->at[i - season] != NULL)
		{
			changes->values[i] = decimal_difference(values->at[i], values->at[i - season]);
			changes->at[i] = &changes->values[i];
		}
}

/* The changes of a name, in a memory context of the caller's */
static void
changes_of_name(const IndicatorSummary *indicator, int32 name, const Periods *periods, int32 season, Series *changes)
{
	Series		values;

	values_by_period(indicator, name, periods, &values);
	changes_by_period(&values, periods, season, changes);
}

/* The argument that is the season, 1 where it is NULL */
static int32
argument_season(FunctionCallInfo fcinfo, int argument)
{
	int32		season = PG_ARGISNULL(argument) ? 1 : PG_GETARG_INT32(argument);

	if (season < 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("season must be 1 or more, not %d", season),
				 errhint("A change is that against so many periods before: 7 by days is the same weekday, 12 by months the same month of the year before. By default it is 1.")));
	return season;
}

static void
put_value(Row *row, const Decimal *value)
{
	if (value == NULL)
		row_put_null(row);
	else
		row_put_numeric(row, value);
}

/* indicator_changes(summary, season) -> (indicator, period, value, change): dense */
PG_FUNCTION_INFO_V1(indicator_changes);
Datum
indicator_changes(PG_FUNCTION_ARGS)
{
	IndicatorSummary indicator;
	Periods		periods;
	MemoryContext of_name;
	Row			row;

	row_begin(&row, fcinfo);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	summary_read(&indicator_type, PG_GETARG_DATUM(0), &indicator);
	find_periods(&indicator, &periods);
	of_name = AllocSetContextCreate(CurrentMemoryContext, "funnel_metrics indicator", ALLOCSET_DEFAULT_SIZES);
	for (int32 name = 0; name < indicator.names.count; name++)
	{
		const DictionaryText *text = &indicator.names.texts[name];
		Series		values;
		Series		changes;
		MemoryContext outer = MemoryContextSwitchTo(of_name);

		values_by_period(&indicator, name, &periods, &values);
		changes_by_period(&values, &periods, argument_season(fcinfo, 1), &changes);
		MemoryContextSwitchTo(outer);
		for (int32 i = 0; i < periods.count; i++)
		{
			row_put_label(&row, text->text, text->length);
			row_put(&row, DateADTGetDatum(day_of_place(&periods, i)));
			put_value(&row, values.at[i]);
			put_value(&row, changes.at[i]);
			row_end(&row);
		}
		MemoryContextReset(of_name);
	}
	return (Datum) 0;
}

/*
 * Tests
 */

/*
 * What each change of the pairs is off their mean, as a part of the largest
 * such, 0 where there is no pair: exact but for one rounding, so that a series
 * which moves as another does has the same ones, and sums of squares are
 * neither lost nor too large. False where all are equal.
 */
static bool
deviations(const Decimal *const *change, const Decimal *const *other, int32 length, int32 pairs, double *deviation)
{
	Decimal    *off = palloc(sizeof(Decimal) * length);
	Decimal		sum = decimal_zero(0);
	Decimal		largest = decimal_zero(0);

	for (int32 i = 0; i < length; i++)
		if (change[i] != NULL && other[i] != NULL)
			decimal_accumulate(&sum, change[i]);
	for (int32 i = 0; i < length; i++)
	{
		Decimal		times;

		if (change[i] == NULL || other[i] == NULL)
			continue;
		times = decimal_times(change[i], pairs);
		off[i] = decimal_difference(&times, &sum);
		times = decimal_sign(&off[i]) < 0 ? decimal_negated(&off[i]) : off[i];
		if (decimal_compare(&times, &largest) > 0)
			largest = times;
	}
	if (decimal_is_zero(&largest))
		return false;
	for (int32 i = 0; i < length; i++)
		deviation[i] = change[i] != NULL && other[i] != NULL ? decimal_ratio(&off[i], &largest) : 0;
	return true;
}

/* The sum of products of a series with another, from a place on */
static double
sum_of_products(const double *x, const double *y, int32 length)
{
	double		sum = 0;

	for (int32 i = 0; i < length; i++)
		sum += x[i] * y[i];
	return sum;
}

/*
 * How many independent pairs are as much as these. Pyper and Peterman,
 * "Comparison of methods to account for autocorrelation in correlation analyses
 * of fish data", Canadian Journal of Fisheries and Aquatic Sciences 55, 1998.
 */
static double
effective_pairs(const double *x, const double *y, int32 length, int32 pairs, double squares)
{
	double		n = pairs;
	double		sum = 0;
	double		inverse;

	for (int32 lag = 1; lag <= pairs / 5; lag++)
	{
		sum += (n - lag) / n * (sum_of_products(x, x + lag, length - lag) * sum_of_products(y, y + lag, length - lag) / squares);
		CHECK_FOR_INTERRUPTS();
	}
	inverse = 1 / n + 2 / n * sum;
	return inverse > 1 / n ? Max(1 / inverse, PAIRS_LEAST) : n;
}

/* The changes of an indicator and those of the outcome beside them; allocates in the current context */
static void
test_changes(const Decimal *const *indicator, const Decimal *const *outcome, int32 length, LagTest *test)
{
	double	   *x = palloc(sizeof(double) * Max(length, 1));
	double	   *y = palloc(sizeof(double) * Max(length, 1));
	double		squares;
	double		r;
	double		degrees;

	test->pairs = 0;
	test->effective_n = test->correlation = test->p_value = NAN;
	for (int32 i = 0; i < length; i++)
		test->pairs += indicator[i] != NULL && outcome[i] != NULL;
	if (test->pairs < PAIRS_LEAST ||
		!deviations(indicator, outcome, length, test->pairs, x) || !deviations(outcome, indicator, length, test->pairs, y))
		return;
	squares = sum_of_products(x, x, length) * sum_of_products(y, y, length);
	r = sum_of_products(x, y, length) / sqrt(squares);
	r = Max(-1, Min(1, r));
	test->correlation = r;
	test->effective_n = effective_pairs(x, y, length, test->pairs, squares);
	degrees = test->effective_n - 2;
	test->p_value = student_two_sided_p(r * sqrt(degrees / ((1 - r) * (1 + r))), degrees);
}

/* An indicator at all lags */
static void
test_indicator(const Series *indicator, const Series *outcome, const Periods *periods, int32 max_lag, LagTest *tests)
{
	MemoryContext of_lag = AllocSetContextCreate(CurrentMemoryContext, "funnel_metrics lag", ALLOCSET_DEFAULT_SIZES);
	MemoryContext outer = MemoryContextSwitchTo(of_lag);

	for (int32 lag = 0; lag <= max_lag; lag++)
	{
		CHECK_FOR_INTERRUPTS();
		test_changes(indicator->at, lag < periods->count ? outcome->at + lag : NULL, Max(periods->count - lag, 0), &tests[lag]);
		MemoryContextReset(of_lag);
	}
	MemoryContextSwitchTo(outer);
	MemoryContextDelete(of_lag);
}

/* All indicators but the outcome, at all lags, name by name */
static void
test_all(const IndicatorSummary *indicator, int32 outcome, int32 max_lag, int32 season, LagTest *tests)
{
	MemoryContext of_name = AllocSetContextCreate(CurrentMemoryContext, "funnel_metrics indicator", ALLOCSET_DEFAULT_SIZES);
	Periods		periods;
	Series		of_outcome;

	find_periods(indicator, &periods);
	changes_of_name(indicator, outcome, &periods, season, &of_outcome);
	for (int32 name = 0; name < indicator->names.count; name++)
	{
		MemoryContext outer;
		Series		changes;

		if (name == outcome)
			continue;
		outer = MemoryContextSwitchTo(of_name);
		changes_of_name(indicator, name, &periods, season, &changes);
		test_indicator(&changes, &of_outcome, &periods, max_lag, tests);
		MemoryContextSwitchTo(outer);
		MemoryContextReset(of_name);
		tests += max_lag + 1;
	}
}

static int32
argument_max_lag(FunctionCallInfo fcinfo, int argument, int32 indicators)
{
	int32		max_lag = PG_GETARG_INT32(argument);

	if (max_lag < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("max_lag must be 0 or more, not %d", max_lag),
				 errhint("An indicator comes so many periods before the outcome. Of what comes behind it, ask with the names the other way round.")));
	if (((int64) max_lag + 1) * indicators > TESTS_MOST)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("%d indicators at %d lags are more than %d tests", indicators, max_lag, TESTS_MOST),
				 errhint("Give fewer figures, or a smaller max_lag: among so many tests, chance finds what it is asked for.")));
	return max_lag;
}

/* The number of the outcome; an error where no value is of it */
static int32
argument_outcome(FunctionCallInfo fcinfo, int argument, const IndicatorSummary *indicator)
{
	text	   *outcome = PG_GETARG_TEXT_PP(argument);

	for (int32 name = 0; name < indicator->names.count; name++)
	{
		const DictionaryText *text = &indicator->names.texts[name];

		if (text->length == (int32) VARSIZE_ANY_EXHDR(outcome) && memcmp(text->text, VARDATA_ANY(outcome), text->length) == 0)
			return name;
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("no value is of the outcome \"%s\"", text_to_cstring(outcome)),
			 errhint("The outcome is one of the names given to indicator_agg, to the letter.")));
	pg_unreachable();
}

static void
put_tests(Row *row, const DictionaryText *name, const LagTest *tests, const double *adjusted, int32 max_lag)
{
	for (int32 lag = 0; lag <= max_lag; lag++)
	{
		row_put_label(row, name->text, name->length);
		row_put(row, Int32GetDatum(lag));
		row_put(row, Int64GetDatum(tests[lag].pairs));
		row_put_number(row, tests[lag].effective_n);
		row_put_number(row, tests[lag].correlation);
		row_put_number(row, tests[lag].p_value);
		row_put_number(row, adjusted[lag]);
		row_end(row);
	}
}

/* leading_indicators(summary, outcome, max_lag, season, method) */
PG_FUNCTION_INFO_V1(indicator_leading_indicators);
Datum
indicator_leading_indicators(PG_FUNCTION_ARGS)
{
	IndicatorSummary indicator;
	int32		season;
	int32		outcome;
	int32		max_lag;
	int32		count;
	LagTest    *tests;
	double	   *adjusted;
	Row			row;

	row_begin(&row, fcinfo);
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(2) || PG_ARGISNULL(4))
		return (Datum) 0;
	summary_read(&indicator_type, PG_GETARG_DATUM(0), &indicator);
	season = argument_season(fcinfo, 3);
	max_lag = argument_max_lag(fcinfo, 2, Max(indicator.names.count - 1, 1));
	if (indicator.names.count == 0)
		return (Datum) 0;
	outcome = argument_outcome(fcinfo, 1, &indicator);
	count = (max_lag + 1) * (indicator.names.count - 1);
	tests = palloc(sizeof(LagTest) * Max(count, 1));
	adjusted = palloc(sizeof(double) * Max(count, 1));
	test_all(&indicator, outcome, max_lag, season, tests);
	for (int32 i = 0; i < count; i++)
		adjusted[i] = tests[i].p_value;
	adjust_p_values(text_to_cstring(PG_GETARG_TEXT_PP(4)), adjusted, count);
	for (int32 name = 0, at = 0; name < indicator.names.count; name++)
	{
		if (name == outcome)
			continue;
		put_tests(&row, &indicator.names.texts[name], tests + at, adjusted + at, max_lag);
		at += max_lag + 1;
	}
	return (Datum) 0;
}
