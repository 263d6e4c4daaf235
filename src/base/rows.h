/*
 * rows.h
 *		The rows of a set-returning function, put together column by column.
 *
 *		begin_rows(&row, fcinfo);
 *		for (...)
 *		{
 *			put(&row, Int64GetDatum(count));
 *			put_ratio(&row, part, whole);
 *			end_row(&row);
 *		}
 *		return (Datum) 0;
 *
 * Numbers are made in a context of the row's own, emptied at its end: a table
 * may have a million rows.
 */
#ifndef FUNNEL_ROWS_H
#define FUNNEL_ROWS_H

#include "base/compat.h"

#include "base/decimal.h"
#include "nodes/execnodes.h"
#include "utils/palloc.h"

#define ROW_COLUMNS		24		/* at most */

typedef struct Row
{
	ReturnSetInfo *result;
	MemoryContext context;		/* of one row's numbers */
	int			columns;
	Datum		values[ROW_COLUMNS];
	bool		nulls[ROW_COLUMNS];
}			Row;

extern void begin_rows(Row *row, FunctionCallInfo fcinfo);
extern void put(Row *row, Datum value);
extern void put_null(Row *row);
extern void put_ratio(Row *row, int64 part, int64 whole);	/* NULL where the whole is 0 */
extern void put_numeric(Row *row, const Decimal *value);
extern void put_mean(Row *row, const Decimal *sum, int64 count);	/* NULL where the count is 0 */
extern void end_row(Row *row);

#endif							/* FUNNEL_ROWS_H */
