/*
 * rows.c
 *		The rows of a set-returning function, put together column by column.
 */
#include "base/rows.h"

#include <math.h>

#include "base/confidence.h"
#include "datatype/timestamp.h"
#include "funcapi.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/tuplestore.h"

/* The function's result becomes a table, empty at first. */
void
row_begin(Row *row, FunctionCallInfo fcinfo)
{
	InitMaterializedSRF(fcinfo, 0);
	row->result = (ReturnSetInfo *) fcinfo->resultinfo;
	row->context = AllocSetContextCreate(CurrentMemoryContext, "funnel_metrics row", ALLOCSET_SMALL_SIZES);
	row->columns = 0;
	row->rows = 0;
}

void
row_put(Row *row, Datum value)
{
	row->nulls[row->columns] = false;
	row->values[row->columns++] = value;
}

void
row_put_null(Row *row)
{
	row->nulls[row->columns] = true;
	row->values[row->columns++] = (Datum) 0;
}

void
row_put_label(Row *row, const char *text, int length)
{
	MemoryContext old = MemoryContextSwitchTo(row->context);

	row_put(row, PointerGetDatum(cstring_to_text_with_len(text, length)));
	MemoryContextSwitchTo(old);
}

void
row_put_text(Row *row, const char *text)
{
	row_put_label(row, text, strlen(text));
}

void
row_put_number(Row *row, double number)
{
	if (isnan(number))
		row_put_null(row);
	else
		row_put(row, Float8GetDatum(number));
}

void
row_put_ratio(Row *row, int128 part, int128 whole)
{
	if (whole == 0)
		row_put_null(row);
	else
		row_put(row, Float8GetDatum(exact_ratio(part, whole)));
}

void
row_put_rate(Row *row, int64 part, int64 whole)
{
	ConfidenceInterval interval;

	row_put_ratio(row, part, whole);
	if (whole == 0)
	{
		row_put_null(row);
		row_put_null(row);
		return;
	}
	interval = wilson_interval(part, whole, 0.95);
	row_put(row, Float8GetDatum(interval.low));
	row_put(row, Float8GetDatum(interval.high));
}

void
row_put_seconds(Row *row, const Sketch *sketch, double fraction)
{
	if (sketch == NULL || sketch->total == 0)
		row_put_null(row);
	else
		row_put(row, Float8GetDatum(sketch_quantile(sketch, fraction) / USECS_PER_SEC));
}

void
row_put_amount_ratio(Row *row, const Decimal *part, const Decimal *whole)
{
	if (decimal_is_zero(whole))
		row_put_null(row);
	else
		row_put(row, Float8GetDatum(decimal_ratio(part, whole)));
}

void
row_put_numeric(Row *row, const Decimal *value)
{
	MemoryContext old = MemoryContextSwitchTo(row->context);

	row_put(row, NumericGetDatum(decimal_to_numeric(value)));
	MemoryContextSwitchTo(old);
}

void
row_put_mean(Row *row, const Decimal *sum, int64 count)
{
	MemoryContext old = MemoryContextSwitchTo(row->context);

	if (count == 0)
		row_put_null(row);
	else
		row_put(row, NumericGetDatum(decimal_mean(sum, count)));
	MemoryContextSwitchTo(old);
}

void
row_end(Row *row)
{
	CHECK_FOR_INTERRUPTS();
	if (unlikely(row->rows++ == ROWS_MOST))
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("a table of more than %d rows is too long", ROWS_MOST),
				 errhint("Summarise by longer periods; or data_from and data_through tell whether a date is wrong.")));
	tuplestore_putvalues(row->result->setResult, row->result->setDesc, row->values, row->nulls);
	MemoryContextReset(row->context);
	row->columns = 0;
}

/*
 * A bar of so many eighths of a character, in block elements; where the
 * database's encoding has none, of number signs.
 */
static void
append_bar(StringInfo bar, int64 eighths)
{
	if (GetDatabaseEncoding() != PG_UTF8)
	{
		for (int64 i = 0; i < (eighths + 7) / 8; i++)
			appendStringInfoChar(bar, '#');
		return;
	}
	/* U+2588 is a full block, U+2589 .. U+258F seven eighths to one */
	for (int64 i = 0; i < eighths / 8; i++)
		appendStringInfoString(bar, "\xE2\x96\x88");
	if (eighths % 8 > 0)
	{
		appendStringInfoString(bar, "\xE2\x96");
		appendStringInfoChar(bar, (char) (0x90 - eighths % 8));
	}
}

void
row_put_bar(Row *row, int64 part, int64 whole, int width)
{
	StringInfoData bar;

	initStringInfo(&bar);
	if (part > 0)
		append_bar(&bar, Max(1, (int64) rint(8 * width * exact_ratio(part, whole))));
	row_put_label(row, bar.data, bar.len);
	pfree(bar.data);
}

int
row_bar_width(FunctionCallInfo fcinfo, int argument)
{
	int			width = PG_ARGISNULL(argument) ? 40 : PG_GETARG_INT32(argument);

	if (width < 1 || width > 1000)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("width must be between 1 and 1000: %d", width),
				 errhint("Give the length of the longest bar, in characters.")));
	return width;
}
