/*
 * select.c
 *		Exact percentiles: values collected in an aggregate's state, and selected
 *		from without sorting.
 *
 * Passes over all values narrow the range that the sought one lies in, by a
 * histogram each, until few enough are left to be copied. So it is O(n), in
 * little memory, whether they lie in memory or in a file.
 */
#include "base/select.h"

#include <math.h>

#include "miscadmin.h"

#define HISTOGRAM_BITS		12	/* 32 kB of counts */
#define SELECT_MOST			8192	/* values that are copied, 64 kB */

/* The sought value is one of those from low through high. */
typedef struct Selection
{
	Records    *values;
	int64		low;
	int64		high;
	int64		inside;			/* how many values there are from low through high */
	int64		rank;			/* of the sought one among these, from 0 */
}			Selection;

/* One pass: narrows the range to a bucket, 1/4096 or at most 1/2048 of it. */
static void
narrow(Selection *selection)
{
	uint64		range = (uint64) selection->high - (uint64) selection->low;
	int64	   *counts = palloc0(sizeof(int64) << HISTOGRAM_BITS);
	int			shift = 0;
	int			bucket = 0;
	RecordReader reader;
	const void *block;
	int64		length;

	while (range >> shift >= UINT64CONST(1) << HISTOGRAM_BITS)
		shift++;

	records_open(&reader, selection->values, 0);
	while ((length = records_read(&reader, &block)) > 0)
	{
		const int64 *values = block;

		CHECK_FOR_INTERRUPTS();
		for (int64 i = 0; i < length; i++)
		{
			uint64		offset = (uint64) values[i] - (uint64) selection->low;

			if (offset <= range)
				counts[offset >> shift]++;
		}
	}
	records_close(&reader);

	while (selection->rank >= counts[bucket])
		selection->rank -= counts[bucket++];
	selection->inside = counts[bucket];
	selection->low += (int64) ((uint64) bucket << shift);
	if ((uint64) selection->high - (uint64) selection->low >= UINT64CONST(1) << shift)
		selection->high = selection->low + (int64) ((UINT64CONST(1) << shift) - 1);
	pfree(counts);
}

/* Moves values so that the one at "rank" is where sorting would put it, and none behind it is smaller. */
static void
quickselect(int64 *values, int64 count, int64 rank)
{
	int64		first = 0;
	int64		last = count - 1;

	while (first < last)
	{
		int64		a = values[first];
		int64		b = values[first + (last - first) / 2];
		int64		c = values[last];
		int64		pivot = Max(Min(a, b), Min(Max(a, b), c));
		int64		i = first;
		int64		j = last;

		while (i <= j)
		{
			while (values[i] < pivot)
				i++;
			while (values[j] > pivot)
				j--;
			if (i <= j)
			{
				int64		value = values[i];

				values[i++] = values[j];
				values[j--] = value;
			}
		}
		if (rank <= j)
			last = j;
		else if (rank >= i)
			first = i;
		else
			return;
	}
}

/* The last pass: the sought value, and the next larger or equal one (none: *next is PG_INT64_MAX) */
static int64
select_value(const Selection *selection, int64 *next)
{
	bool		is_one_value = selection->low == selection->high;
	int64	   *chosen = palloc(sizeof(int64) * (is_one_value ? 1 : selection->inside));
	int64		chosen_count = 0;
	int64		found = selection->low;
	RecordReader reader;
	const void *block;
	int64		length;

	*next = PG_INT64_MAX;
	records_open(&reader, selection->values, 0);
	while ((length = records_read(&reader, &block)) > 0)
	{
		const int64 *values = block;

		CHECK_FOR_INTERRUPTS();
		for (int64 i = 0; i < length; i++)
		{
			if (values[i] > selection->high)
				*next = Min(*next, values[i]);
			else if (values[i] >= selection->low && !is_one_value)
				chosen[chosen_count++] = values[i];
		}
	}
	records_close(&reader);

	if (is_one_value)
	{
		if (selection->rank + 1 < selection->inside)
			*next = found;
	}
	else
	{
		Assert(chosen_count == selection->inside);
		quickselect(chosen, chosen_count, selection->rank);
		found = chosen[selection->rank];
		for (int64 i = selection->rank + 1; i < chosen_count; i++)
			*next = Min(*next, chosen[i]);
	}
	pfree(chosen);
	return found;
}

bool
select_percentile(Select *select, double fraction, int64 *lower, int64 *upper, double *part)
{
	Selection	selection = {&select->values, select->min, select->max, select->count, 0};
	double		rank = fraction * (double) (select->count - 1);

	if (select->count == 0)
		return false;
	selection.rank = (int64) floor(rank);
	*part = rank - floor(rank);
	while (selection.inside > SELECT_MOST && selection.low < selection.high)
		narrow(&selection);
	*lower = select_value(&selection, upper);
	if (*part == 0)
		*upper = *lower;
	return true;
}
