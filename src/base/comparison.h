/*
 * comparison.h
 *		Two groups' rates, compared pair by pair: the columns rate_a, rate_b,
 *		difference, low, high and p_value of a table such as compare_funnels.
 */
#ifndef FUNNEL_COMPARISON_H
#define FUNNEL_COMPARISON_H

#include "base/compat.h"

#include "base/rows.h"

/* A rate of each group: so many of so many */
typedef struct RatePair
{
	int64		a;
	int64		of_a;
	int64		b;
	int64		of_b;
	double		p_value;		/* by compare_rate_pairs; NaN: not compared */
}			RatePair;

/*
 * The two-sided p-values of the pooled z test, corrected for their number
 * (Holm). Of the pairs the first "compared" are, but for one of which a side is
 * of nothing.
 */
extern void compare_rate_pairs(RatePair *pairs, int count, int compared);

/* The six columns; all but the rates are NULL where the pair wasn't compared. The interval is Newcombe's, of 95 %. */
extern void row_put_rate_pair(Row *row, const RatePair *pair);

#endif							/* FUNNEL_COMPARISON_H */
