/*
 * indicator.c
 *		indicator_agg: figures by name and date into a summary.
 *
 * See doc/indicator.md.
 */
#include "base/compat.h"

#include "kpi/indicator_summary.h"

enum
{
	ROW_AT = 1,
	ROW_NAME,
	ROW_VALUE
};

static IndicatorReason
reason_of(FunctionCallInfo fcinfo)
{
	if (PG_ARGISNULL(ROW_AT))
		return INDICATOR_NO_DATE;
	if (!date_in_range(PG_GETARG_DATEADT(ROW_AT)))
		return INDICATOR_DATE_OUT_OF_RANGE;
	if (PG_ARGISNULL(ROW_NAME))
		return INDICATOR_NO_NAME;
	return PG_ARGISNULL(ROW_VALUE) ? INDICATOR_NO_VALUE : INDICATOR_USED;
}

/* A row; a value that is no number is an error, wherever it stands. */
static Datum
accumulate(FunctionCallInfo fcinfo, Decimal (*convert) (Datum))
{
	MemoryContext context;
	IndicatorSummary *indicator = summary_growing_state(&indicator_type, fcinfo, &context);
	IndicatorReason reason = reason_of(fcinfo);
	Decimal		value = decimal_zero(0);
	text	   *name;

	if (!PG_ARGISNULL(ROW_VALUE))
		value = convert(PG_GETARG_DATUM(ROW_VALUE));
	indicator->rows[reason]++;
	if (reason != INDICATOR_USED)
		PG_RETURN_POINTER(indicator);
	name = PG_GETARG_TEXT_PP(ROW_NAME);
	indicator_add(indicator, dictionary_number(&indicator->names, VARDATA_ANY(name), VARSIZE_ANY_EXHDR(name)),
				  PG_GETARG_DATEADT(ROW_AT), &value);
	PG_FREE_IF_COPY(name, ROW_NAME);
	PG_RETURN_POINTER(indicator);
}

/* indicator_accum_numeric(state, at, name, value) and its kin */
#define INDICATOR_OF_NUMBER(type) \
PG_FUNCTION_INFO_V1(indicator_accum_##type); \
Datum \
indicator_accum_##type(PG_FUNCTION_ARGS) \
{ \
	return accumulate(fcinfo, decimal_from_##type); \
}

AMOUNT_TYPES(INDICATOR_OF_NUMBER)
