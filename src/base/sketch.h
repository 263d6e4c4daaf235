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
 * When it is full, the caller gives it a larger piece (sketch_grow).
 *
 * After DDSketch: Masson, Rim, Lee, "DDSketch: a fast and fully-mergeable
 * quantile sketch with relative-error guarantees", VLDB 2019.
 */
#ifndef FUNNEL_SKETCH_H
#define FUNNEL_SKETCH_H

#include "base/compat.h"

typedef struct Sketch
{
	uint32		size;			/* bytes of this sketch, this header included */
	bool		is_array;		/* counts by bucket, rather than a list of buckets */
	int64		total;			/* values counted */
	int32		first;			/* array: the bucket of the first count */
	int32		length;			/* list: entries used; array: counts held */
	/* list: uint16 entries; array: int64 counts */
	int64		data[FLEXIBLE_ARRAY_MEMBER];
}			Sketch;

extern void sketch_startup(void);	/* from _PG_init */

/* A sketch in a piece of memory of the caller's */
extern Size sketch_initial_size(void);
extern void sketch_init(Sketch *sketch, Size size);
extern bool sketch_add(Sketch *sketch, int64 value);	/* false: full, grow it first */
extern bool sketch_merge(Sketch *sketch, const Sketch *other);	/* false, unchanged: grow it first */
extern Size sketch_size_with(const Sketch *sketch, int64 value);	/* room to ask for after sketch_add said no */
extern Size sketch_size_merged(const Sketch *sketch, const Sketch *other);
extern void sketch_grow(Sketch *larger, Size size, const Sketch *sketch);

/* The same where the sketch is a palloc'd piece of its own, in the memory context of the first call */
extern Sketch *sketch_create(void);
extern Sketch *sketch_insert(Sketch *sketch, int64 value);
extern Sketch *sketch_absorb(Sketch *sketch, const Sketch *other);

extern double sketch_quantile(const Sketch *sketch, double fraction);	/* microseconds; total must be > 0 */

/* Walking over the non-empty buckets, in order; for the codec */
extern int	sketch_next_bucket(const Sketch *sketch, int bucket, int64 *count);
extern int	sketch_buckets(void);	/* how many buckets there are */
extern Sketch *sketch_from_counts(int first, int length, const int64 *counts);

#endif							/* FUNNEL_SKETCH_H */
