/*
 * comparison.c
 *		Two groups' rates, compared pair by pair.
 */
#include "base/comparison.h"

#include <math.h>

#include "base/confidence.h"

void
compare_rate_pairs(RatePair *pairs, int count, int compared)
{
	double	   *p_values = palloc(sizeof(double) * Max(count, 1));

	for (int i = 0; i < count; i++)
	{
		const RatePair *pair = &pairs[i];

		p_values[i] = NAN;
		if (i < compared && pair->of_a > 0 && pair->of_b > 0)
			p_values[i] = two_proportion_p_value(pair->a, pair->of_a, pair->b, pair->of_b);
	}
	holm_adjust(p_values, count);
	for (int i = 0; i < count; i++)
		pairs[i].p_value = p_values[i];
	pfree(p_values);
}

void
row_put_rate_pair(Row *row, const RatePair *pair)
{
	ConfidenceInterval interval;

	row_put_ratio(row, pair->a, pair->of_a);
	row_put_ratio(row, pair->b, pair->of_b);
	if (isnan(pair->p_value))
	{
		for (int i = 0; i < 4; i++)
			row_put_null(row);
		return;
	}
	interval = newcombe_interval(pair->a, pair->of_a, pair->b, pair->of_b, 0.95);
	row_put(row, Float8GetDatum(exact_ratio(pair->a, pair->of_a) - exact_ratio(pair->b, pair->of_b)));
	row_put(row, Float8GetDatum(interval.low));
	row_put(row, Float8GetDatum(interval.high));
	row_put(row, Float8GetDatum(pair->p_value));
}
