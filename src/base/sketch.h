/*
 * sketch.h
 *		A quantile sketch of durations: counts in buckets 2 % wide.
 *
 * Values are microseconds, 0 .. PG_INT64_MAX. Bucket boundaries are integers
 * fixed for ever (see sketch.c), so every quantile is within 1 % of the exact
 * one, and merging is adding counts: the result never depends on the order.
 *
 * A sketch is one flat piece of memory that can stand at the end of a state:
 * it starts as a short list of bucket numbers and becomes an array of counts.
 * When it is full, the caller gives it a larger piece (sketch_reshape). One that
 * was read or merged may be pairs of bucket and count: so what is stored in a
 * few bytes for each of two buckets far apart doesn't become 16 kB of zeroes.
 *
 * After DDSketch: Masson, Rim, Lee, "DDSketch: a fast and fully-mergeable
 * quantile sketch with relative-error guarantees", VLDB 2019.
 */
#ifndef FUNNEL_SKETCH_H
#define FUNNEL_SKETCH_H

#include "base/compat.h"

typedef enum SketchForm
{
	SKETCH_LIST,				/* of a bucket for each value */
	SKETCH_PAIRS,				/* of buckets and their counts; no value can be added */
	SKETCH_ARRAY				/* of counts by bucket */
}			SketchForm;

typedef struct Sketch
{
	int64		total;			/* values counted */
	SketchForm	form;
	int32		first;			/* array: the bucket of the first count */
	int32		room;			/* entries, pairs or counts */
	int32		length;			/* entries or pairs used; array: as room */

	/*
	 * List: uint16 entries in any order; pairs: counts, room for all of them,
	 * and uint16 buckets in rising order; array: counts of first, first + 1, ...
	 */
	int64		data[FLEXIBLE_ARRAY_MEMBER];
}			Sketch;

/* How a sketch is laid out in its memory */
typedef struct SketchShape
{
	SketchForm	form;
	int32		first;			/* array: the bucket of the first count */
	int32		room;			/* entries, pairs or counts */
}			SketchShape;

/* The non-empty buckets of a sketch, one after the other, in order */
typedef struct SketchWalk
{
	const Sketch *sketch;
	uint16	   *sorted;			/* list: a sorted copy of it */
	int32		next;
}			SketchWalk;

extern void sketch_startup(void);	/* from _PG_init */

/* A sketch in a piece of memory of the caller's */
extern SketchShape sketch_shape_initial(void);
extern SketchShape sketch_shape_with(const Sketch *sketch, int64 value);
extern SketchShape sketch_shape_merged(const Sketch *sketch, const Sketch *other);
extern Size sketch_shape_size(SketchShape shape);
extern void sketch_init(Sketch *sketch, SketchShape shape);
extern void sketch_reshape(Sketch *larger, SketchShape shape, const Sketch *sketch);

/* Both answer false, and do nothing, where the sketch has to be reshaped first. */
extern bool sketch_add(Sketch *sketch, int64 value);
extern bool sketch_merge(Sketch *sketch, const Sketch *other);

/*
 * The same where a sketch is a palloc'd piece of its own: these answer where
 * it is now. NULL stands for an empty sketch. Memory comes from the current
 * memory context.
 */
extern Sketch *sketch_insert(Sketch *sketch, int64 value);
extern Sketch *sketch_absorb(Sketch *sketch, const Sketch *other);

/* The value at a fraction (0 .. 1) of the values, in microseconds, as percentile_cont interpolates; total must be > 0. */
extern double sketch_quantile(const Sketch *sketch, double fraction);

extern SketchWalk sketch_walk(const Sketch *sketch);

/* The value that stands for those of a bucket: within 1 % of each */
extern double sketch_bucket_value(int bucket);
extern bool sketch_walk_next(SketchWalk *walk, int *bucket, int64 *count);

/* For the codec: a sketch from its non-empty buckets, in order */
extern int	sketch_buckets(void);
extern Sketch *sketch_from_buckets(int length, const uint16 *buckets, const int64 *counts);

#endif							/* FUNNEL_SKETCH_H */
