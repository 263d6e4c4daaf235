/*
 * forecast.c
 *		What open deals will bring: rows into a summary.
 *
 * Rows are deals that may still be won: the amount each would bring, and the
 * probability that it does. See doc/forecast.md.
 */
#include "base/compat.h"

#include "base/probability.h"
#include "base/rollup.h"
#include "kpi/forecast_summary.h"
#include "utils/builtins.h"

SUMMARY_TYPE_FUNCTIONS(forecast_summary, forecast_type)
SUMMARY_GROWING_FUNCTIONS(forecast, forecast_type)
SUMMARY_ROLLUP_FUNCTIONS(forecast_summary, forecast_type)

/* An amount without zeros at its end; one of more than 37 digits is an error. */
static Decimal
amount_of(Datum number, Decimal (*convert) (Datum))
{
	Decimal		amount = convert(number);

	decimal_strip(&amount);
	if (amount.wide != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("amount of a forecast must have at most 37 digits: %s",
						DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(amount.wide)))),
				 errhint("Round it, or give it in a larger unit.")));
	return amount;
}

/* A row; what is no number is an error in either column, whatever the other has. */
static inline Datum
count_row(FunctionCallInfo fcinfo, Decimal (*convert_amount) (Datum), int64 (*convert_probability) (Datum))
{
	MemoryContext context;
	ForecastSummary *forecast = summary_growing_state(&forecast_type, fcinfo, &context);
	MemoryContext outer;
	Decimal		amount = {0, 0, NULL};
	int64		probability = 0;

	if (!PG_ARGISNULL(1))
		amount = amount_of(PG_GETARG_DATUM(1), convert_amount);
	if (!PG_ARGISNULL(2))
		probability = convert_probability(PG_GETARG_DATUM(2));
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
	{
		forecast->rows[PG_ARGISNULL(1) ? FORECAST_NO_AMOUNT : FORECAST_NO_PROBABILITY]++;
		PG_RETURN_POINTER(forecast);
	}
	forecast->rows[FORECAST_USED]++;
	outer = MemoryContextSwitchTo(context);
	forecast_add(forecast, probability, &amount);
	MemoryContextSwitchTo(outer);
	PG_RETURN_POINTER(forecast);
}

/* forecast_accum_int2_numeric(state, amount, probability) .. forecast_accum_float8_float8 */
#define FORECAST_OF(amount, probability) \
PG_FUNCTION_INFO_V1(forecast_accum_##amount##_##probability); \
Datum \
forecast_accum_##amount##_##probability(PG_FUNCTION_ARGS) \
{ \
	return count_row(fcinfo, decimal_from_##amount, probability_from_##probability); \
}

#define FORECAST_OF_NUMERIC(amount)		FORECAST_OF(amount, numeric)
#define FORECAST_OF_FLOAT4(amount)		FORECAST_OF(amount, float4)
#define FORECAST_OF_FLOAT8(amount)		FORECAST_OF(amount, float8)

AMOUNT_TYPES(FORECAST_OF_NUMERIC)
AMOUNT_TYPES(FORECAST_OF_FLOAT4)
AMOUNT_TYPES(FORECAST_OF_FLOAT8)
