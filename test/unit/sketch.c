/*
 * sketch.c
 *		Tests of src/base/sketch.c against sorted values and plain counting.
 *
 * Prints TAP.
 */
#include "base/sketch.h"

#include <math.h>

#include "unit.h"

/* A duration of any size: as many bits as not */
static int64
draw_value(void)
{
	return (int64) (draw() >> (1 + draw() % 63));
}

static int
compare(const void *a, const void *b)
{
	int64		left = *(const int64 *) a;
	int64		right = *(const int64 *) b;

	return left < right ? -1 : left > right;
}

/* As percentile_cont has it */
static long double
percentile(const int64 *sorted, int count, double fraction)
{
	double		rank = fraction * (count - 1);
	int			below = (int) rank;
	int			above = Min(below + 1, count - 1);

	return sorted[below] + (long double) (rank - below) * (sorted[above] - (long double) sorted[below]);
}

static Sketch *
sketch_of(const int64 *values, int count)
{
	Sketch	   *sketch = NULL;

	for (int i = 0; i < count; i++)
		sketch = sketch_insert(sketch, values[i]);
	return sketch;
}

/* Whether two have the same buckets and counts, however they lie */
static bool
is_same(const Sketch *a, const Sketch *b)
{
	SketchWalk	walk_a = sketch_walk(a);
	SketchWalk	walk_b = sketch_walk(b);
	int			bucket_a = 0,
				bucket_b = 0;
	int64		count_a,
				count_b;

	for (;;)
	{
		bool		more_a = sketch_walk_next(&walk_a, &bucket_a, &count_a);
		bool		more_b = sketch_walk_next(&walk_b, &bucket_b, &count_b);

		if (more_a != more_b)
			return false;
		if (!more_a)
			return a->total == b->total;
		if (bucket_a != bucket_b || count_a != count_b)
			return false;
	}
}

/* The largest relative error of all percents, over samples of some size */
static double
worst_error(int count)
{
	int64	   *values = malloc(count * sizeof(int64));
	double		worst = 0;

	for (int sample = 0; sample < 200000 / count + 1; sample++)
	{
		Sketch	   *sketch;

		for (int i = 0; i < count; i++)
			values[i] = draw_value();
		sketch = sketch_of(values, count);
		qsort(values, count, sizeof(int64), compare);
		for (int percent = 0; percent <= 100; percent++)
		{
			long double exact = percentile(values, count, percent / 100.0);
			long double error = fabsl(sketch_quantile(sketch, percent / 100.0) - exact);

			if (error > 0)
				worst = Max(worst, exact == 0 ? INFINITY : (double) (error / exact));
		}
		free(sketch);
	}
	free(values);
	return worst;
}

/* Merges random parts, in any order, and compares with the whole; false where one differs. */
static bool
parts_are_the_whole(void)
{
	int64		values[3000];
	bool		same = true;

	for (int round = 0; round < 200; round++)
	{
		int			count = 1 + draw() % lengthof(values);
		Sketch	   *whole;
		Sketch	   *merged = NULL;
		int			begin = 0;

		for (int i = 0; i < count; i++)
			values[i] = draw_value();
		whole = sketch_of(values, count);
		while (begin < count)
		{
			int			length = 1 + (int) (draw() % 900);
			int			end = Min(begin + length, count);
			Sketch	   *part = sketch_of(values + begin, end - begin);

			merged = sketch_absorb(merged, part);
			free(part);
			begin = end;
		}
		same &= is_same(whole, merged);
		free(whole);
		free(merged);
	}
	return same;
}

/* Takes sketches apart into their buckets and makes them again of these. */
static bool
buckets_make_it_again(void)
{
	bool		same = true;

	for (int count = 1; count < 3000; count = count * 3 + 1)
	{
		int64		values[3000];
		uint16		buckets[2200];
		int64		counts[2200];
		int			length = 0;
		int			bucket;
		Sketch	   *sketch;
		SketchWalk	walk;

		for (int i = 0; i < count; i++)
			values[i] = draw_value();
		sketch = sketch_of(values, count);
		walk = sketch_walk(sketch);
		while (sketch_walk_next(&walk, &bucket, &counts[length]))
			buckets[length++] = (uint16) bucket;
		same &= is_same(sketch, sketch_from_buckets(length, buckets, counts));
		for (int i = 1; i < length; i++)
			same &= buckets[i - 1] < buckets[i];
		free(sketch);
	}
	return same;
}

/* Whether a value alone is answered within 1 % */
static bool
stands_for(int64 value)
{
	Sketch	   *sketch = sketch_insert(NULL, value);
	double		answered = sketch_quantile(sketch, 0.5);

	free(sketch);
	return fabs(answered - (double) value) <= 0.01 * (double) value;
}

int
main(void)
{
	bool		edges = true;
	Sketch	   *full;
	Sketch	   *more;
	uint16		bucket = 7;
	int64		count = INT64_MAX;

	setvbuf(stdout, NULL, _IOLBF, 0);
	sketch_startup();
	ok(sketch_buckets() > 2000 && sketch_buckets() <= 2200, "buckets reach from 0 to the largest value");
	for (int bit = 0; bit < 63; bit++)
		for (int64 near = -2; near <= 2; near++)
		{
			int64		value = ((int64) 1 << bit) + near;

			if (value >= 0)
				edges &= stands_for(value);
		}
	for (int64 value = 0; value <= 200; value++)
		edges &= stands_for(value);
	ok(edges && stands_for(INT64_MAX) && stands_for(INT64_MAX - 1), "powers of two and their neighbours, small ones, the largest: within 1 %%");
	ok(stands_for(0) && sketch_quantile(sketch_insert(NULL, 99), 0.5) == 99, "up to 99 the value itself");
	ok(worst_error(1) <= 0.01 && worst_error(2) <= 0.01 && worst_error(10) <= 0.01, "few values: every percentile within 1 %%");
	ok(worst_error(700) <= 0.01, "as a list: every percentile within 1 %%");
	ok(worst_error(5000) <= 0.01, "as an array: every percentile within 1 %%");
	ok(parts_are_the_whole(), "merged parts are the whole, whatever the split");
	ok(buckets_make_it_again(), "of its buckets it is made again, in order");

	full = sketch_from_buckets(1, &bucket, &count);
	more = sketch_insert(NULL, 7);
	ok(full->total == INT64_MAX, "as many values as 64 bits count");
	ok(FAILS(sketch_merge(full, more)), "one more is an error");
	return end_tests();
}
