/*
 * select.h
 *		Exact percentiles: values collected in an aggregate's state, and selected
 *		from without sorting.
 *
 *		first row:	select_init(&state->values, fcinfo);
 *		each row:	select_add(&state->values, fcinfo, value);
 *		at the end:	select_percentile(&state->values, 0.5, &lower, &upper, &part);
 *
 * The values spill as Records do (spill.h). Selecting moves none of them, so it
 * may be repeated, and rows added afterwards.
 */
#ifndef FUNNEL_SELECT_H
#define FUNNEL_SELECT_H

#include "base/compat.h"

#include "base/spill.h"

/* In zeroed memory of the aggregate's context */
typedef struct Select
{
	int64		count;
	int64		min;
	int64		max;
	Records		values;			/* int64 */
}			Select;

static inline void
select_init(Select *select, FunctionCallInfo fcinfo)
{
	select->min = PG_INT64_MAX;
	select->max = PG_INT64_MIN;
	records_init(&select->values, fcinfo, sizeof(int64), NULL);
}

static inline void
select_add(Select *select, FunctionCallInfo fcinfo, int64 value)
{
	*(int64 *) records_next(&select->values, fcinfo) = value;
	select->count++;
	select->min = Min(select->min, value);
	select->max = Max(select->max, value);
}

/*
 * The percentile at a fraction (0 .. 1), as percentile_cont defines it: of n
 * values in order, numbered from 0, the one at fraction * (n - 1); where that
 * is no whole number, its part (0 .. 1) of the way from the lower value to the
 * upper. False without values.
 */
extern bool select_percentile(Select *select, double fraction, int64 *lower, int64 *upper, double *part);

#endif							/* FUNNEL_SELECT_H */
