/*
 * rows.h
 *		The rows of a set-returning function, put together column by column.
 *
 *		row_begin(&row, fcinfo);
 *		for (...)
 *		{
 *			row_put(&row, Int64GetDatum(count));
 *			row_put_ratio(&row, part, whole);
 *			row_end(&row);
 *		}
 *		return (Datum) 0;
 *
 * Numbers are made in a context of the row's own, emptied at its end: a table
 * may have a million rows. One of more than ROWS_MOST is an error: of ten years
 * of daily cohorts it isn't as long, and a wrong date is the likelier cause.
 */
#ifndef FUNNEL_ROWS_H
#define FUNNEL_ROWS_H

#include "base/compat.h"

#include "base/decimal.h"
#include "base/sketch.h"
#include "nodes/execnodes.h"
#include "utils/palloc.h"

#define ROW_COLUMNS		24		/* at most */
#define ROWS_MOST		10000000

typedef struct Row
{
	ReturnSetInfo *result;
	MemoryContext context;		/* of one row's numbers */
	int			columns;
	int64		rows;			/* ended */
	Datum		values[ROW_COLUMNS];
	bool		nulls[ROW_COLUMNS];
}			Row;

extern void row_begin(Row *row, FunctionCallInfo fcinfo);
extern void row_put(Row *row, Datum value);
extern void row_put_null(Row *row);
extern void row_put_text(Row *row, const char *text);
extern void row_put_label(Row *row, const char *text, int length);	/* not NUL-terminated */
extern void row_put_number(Row *row, double number);	/* NULL for NaN */
extern void row_put_ratio(Row *row, int128 part, int128 whole);	/* NULL where the whole is 0 */
extern void row_put_rate(Row *row, int64 part, int64 whole);	/* three columns: the same, and its 95 % Wilson interval */
extern void row_put_seconds(Row *row, const Sketch *sketch, double fraction);	/* at a fraction of the values; NULL without any */
extern void row_put_amount_ratio(Row *row, const Decimal *part, const Decimal *whole);	/* the same */
extern void row_put_numeric(Row *row, const Decimal *value);
extern void row_put_mean(Row *row, const Decimal *sum, int64 count);	/* NULL where the count is 0 */
extern void row_end(Row *row);

/*
 * A bar of text for a part of a whole, which has so many characters: in steps of
 * an eighth, and at least one where there is any part.
 */
extern void row_put_bar(Row *row, int64 part, int64 whole, int width);

/* The argument that is the width of such bars, 40 by default */
extern int	row_bar_width(FunctionCallInfo fcinfo, int argument);

#endif							/* FUNNEL_ROWS_H */
