/*
 * sketch.c
 *		A quantile sketch of durations: counts in buckets 2 % wide.
 */
#include "base/sketch.h"

#include <math.h>

#include "common/int.h"
#include "port/pg_bitutils.h"

/*
 * Bucket i holds the values boundary[i] .. boundary[i + 1] - 1. The boundaries
 * are 0, 1, 2, ... and from 100 on each is 2 % above the one before, rounded
 * down: integers, so the buckets are the same on every machine. They are part
 * of what is stored: never change them.
 */
#define BUCKETS_MAX		2200

static int64 boundary[BUCKETS_MAX + 1];
static int	buckets;			/* boundary[buckets] is above every int64 but the last */

/*
 * Where to look for a value's bucket: by its leading bit and the six bits
 * after it, the bucket of the smallest such value. It is that one or the next,
 * because a bucket is as wide as the values that share an index, or wider.
 */
#define INDEX_BITS		6

static uint16 first_bucket[64 << INDEX_BITS];

/*
 * A list holds at most this many entries; then it becomes an array of counts.
 * The list begins small for the sake of groups of few rows, and ends (1.5 kB)
 * where it is still below the array that would follow: hours to a year are 458
 * buckets of 2 %, 3.7 kB. From these sizes; not tuned on a machine.
 */
#define LIST_INITIAL	12
#define LIST_MAX		768

/* Pairs are worth their slower merging where they take a quarter of the array's memory. */
#define PAIRS_WORTH		4

#define LIST(sketch)	((uint16 *) (sketch)->data)
#define PAIRED(sketch)	((uint16 *) ((sketch)->data + (sketch)->room))

/* The bucket and the count of an entry, a pair, a place of the array */
static inline int64
entry_of(const Sketch *sketch, int i, int *bucket)
{
	switch (sketch->form)
	{
		case SKETCH_LIST:
			*bucket = LIST(sketch)[i];
			return 1;
		case SKETCH_PAIRS:
			*bucket = PAIRED(sketch)[i];
			return sketch->data[i];
		default:
			*bucket = sketch->first + i;
			return sketch->data[i];
	}
}

/* The number that stands for a value's leading seven bits; of a smaller one, the value */
static inline int
index_of(int64 value)
{
	int			shift = pg_leftmost_one_pos64((uint64) value | (1 << INDEX_BITS)) - INDEX_BITS;

	return (int) (((uint32) shift << INDEX_BITS) + (value >> shift));
}

/* Without a branch: durations come in no order that a processor could learn. */
static inline int
bucket_of(int64 value)
{
	int			bucket;

	value = Min(value, PG_INT64_MAX - 1);	/* no boundary is above the last one */
	bucket = first_bucket[index_of(value)];
	return bucket + (boundary[bucket + 1] <= value);
}

/* Lays out the buckets and the index over them. */
void
sketch_startup(void)
{
	int			bucket;

	for (bucket = 0; bucket <= 100; bucket++)
		boundary[bucket] = bucket;
	buckets = 100;
	while (boundary[buckets] <= PG_INT64_MAX / 51 * 50)
	{
		boundary[buckets + 1] = boundary[buckets] + boundary[buckets] / 50;
		buckets++;
	}
	boundary[++buckets] = PG_INT64_MAX;
	Assert(buckets < BUCKETS_MAX);

	for (bucket = buckets - 1; bucket >= 0; bucket--)
	{
		int			index = index_of(boundary[bucket + 1] - 1);

		/* every index that begins inside of this bucket; the lower ones are overwritten later */
		for (int i = index_of(boundary[bucket]); i <= index; i++)
			first_bucket[i] = bucket;
	}
}

int
sketch_buckets(void)
{
	return buckets;
}

/* Bytes that a sketch of this shape takes, its header included */
Size
sketch_shape_size(SketchShape shape)
{
	static const Size entry[] = {sizeof(uint16), sizeof(int64) + sizeof(uint16), sizeof(int64)};

	return MAXALIGN(offsetof(Sketch, data) + shape.room * entry[shape.form]);
}

static SketchShape
list_shape(int room)
{
	SketchShape shape = {SKETCH_LIST, 0, Min(room, LIST_MAX)};

	return shape;
}

/* An array over the buckets low .. high, with room to spare on both sides */
static SketchShape
array_shape(int low, int high)
{
	int			spare = (high - low) / 8 + 16;
	SketchShape shape;

	shape.form = SKETCH_ARRAY;
	shape.first = Max(low - spare, 0);
	shape.room = Min(high + spare, buckets - 1) - shape.first + 1;
	return shape;
}

/* So many pairs, where that is worth it; else an array over the buckets low .. high */
static SketchShape
pairs_or_array_shape(int64 pairs, int low, int high)
{
	SketchShape array = array_shape(low, high);
	SketchShape shape = {SKETCH_PAIRS, 0, (int32) Min(pairs, BUCKETS_MAX)};

	return sketch_shape_size(shape) <= sketch_shape_size(array) / PAIRS_WORTH ? shape : array;
}

/* What a sketch starts as */
SketchShape
sketch_shape_initial(void)
{
	return list_shape(LIST_INITIAL);
}

/* The lowest and the highest bucket in use; none: *low > *high */
static void
bucket_range(const Sketch *sketch, int *low, int *high)
{
	*low = buckets;
	*high = -1;
	for (int i = 0; i < sketch->length; i++)
	{
		int			bucket;

		if (entry_of(sketch, i, &bucket) == 0)
			continue;
		*low = Min(*low, bucket);
		*high = Max(*high, bucket);
	}
}

/* The shape to give a sketch that has no room for this value */
SketchShape
sketch_shape_with(const Sketch *sketch, int64 value)
{
	int			low;
	int			high;

	if (sketch->form == SKETCH_LIST && sketch->length < LIST_MAX)
		return list_shape(2 * sketch->length);

	bucket_range(sketch, &low, &high);
	return array_shape(Min(low, bucket_of(value)), Max(high, bucket_of(value)));
}

/* The shape to give a sketch that has no room for another one's values */
SketchShape
sketch_shape_merged(const Sketch *sketch, const Sketch *other)
{
	int			low;
	int			high;
	int			other_low;
	int			other_high;

	if (sketch->form == SKETCH_LIST && other->total <= LIST_MAX - sketch->length)
		return list_shape(2 * (sketch->length + (int) other->total));

	bucket_range(sketch, &low, &high);
	bucket_range(other, &other_low, &other_high);
	return pairs_or_array_shape((int64) sketch->length + other->length, Min(low, other_low), Max(high, other_high));
}

/* Makes an empty sketch of a piece of memory of the shape's size. */
void
sketch_init(Sketch *sketch, SketchShape shape)
{
	memset(sketch, 0, shape.form == SKETCH_ARRAY ? sketch_shape_size(shape) : offsetof(Sketch, data));
	sketch->form = shape.form;
	sketch->first = shape.first;
	sketch->room = shape.room;
	sketch->length = shape.form == SKETCH_ARRAY ? shape.room : 0;
}

/* Makes a copy, of another shape, of a sketch that fits into it. */
void
sketch_reshape(Sketch *larger, SketchShape shape, const Sketch *sketch)
{
	bool		fits;

	sketch_init(larger, shape);
	fits = sketch_merge(larger, sketch);
	Assert(fits);
	(void) fits;
}

static inline bool
array_holds(const Sketch *sketch, int bucket)
{
	return bucket >= sketch->first && bucket < sketch->first + sketch->length;
}

/*
 * Adds a value, if there is room for it. Apart from sketch_add, as the compiler
 * doesn't inline a function that a shared library exports.
 */
static inline bool
add_value(Sketch *sketch, int64 value)
{
	int			bucket = bucket_of(value);

	if (sketch->form == SKETCH_ARRAY)
	{
		if (!array_holds(sketch, bucket))
			return false;
		sketch->data[bucket - sketch->first]++;
	}
	else
	{
		if (sketch->form == SKETCH_PAIRS || sketch->length >= sketch->room)
			return false;
		LIST(sketch)[sketch->length++] = (uint16) bucket;
	}
	sketch->total++;
	return true;
}

/* Adds a value (0 or more, in microseconds). */
bool
sketch_add(Sketch *sketch, int64 value)
{
	return add_value(sketch, value);
}

/* Adds all of another sketch's values to pairs; false where there is no room for them. */
static bool
merge_into_pairs(Sketch *sketch, const Sketch *other)
{
	int64	   *count = palloc((sketch->room + 1) * sizeof(int64));	/* the walk zeroes one behind the last */
	uint16	   *bucket = palloc((sketch->room + 1) * sizeof(uint16));
	SketchWalk	walk = sketch_walk(other);
	int			length = 0;
	int			next = 0;
	int			other_bucket;
	int64		other_count;
	bool		more = sketch_walk_next(&walk, &other_bucket, &other_count);

	for (; (more || next < sketch->length) && length < sketch->room; length++)
	{
		bool		has_ours = next < sketch->length && (!more || PAIRED(sketch)[next] <= other_bucket);
		bool		has_other = more && (!has_ours || PAIRED(sketch)[next] == other_bucket);

		bucket[length] = has_ours ? PAIRED(sketch)[next] : (uint16) other_bucket;
		count[length] = (has_ours ? sketch->data[next] : 0) + (has_other ? other_count : 0);
		next += has_ours;
		if (has_other)
			more = sketch_walk_next(&walk, &other_bucket, &other_count);
	}
	if (!more && next == sketch->length)
	{
		memcpy(sketch->data, count, length * sizeof(int64));
		memcpy(PAIRED(sketch), bucket, length * sizeof(uint16));
		sketch->length = length;
		next = -1;
	}
	pfree(count);
	pfree(bucket);
	if (walk.sorted != NULL)
		pfree(walk.sorted);
	return next < 0;
}

/* Adds all of another sketch's values. */
bool
sketch_merge(Sketch *sketch, const Sketch *other)
{
	int64		total;
	int			low;
	int			high;

	if (pg_add_s64_overflow(sketch->total, other->total, &total))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("a summary counts more than " INT64_FORMAT " durations", PG_INT64_MAX)));

	if (sketch->form == SKETCH_LIST && other->total > sketch->room - sketch->length)
		return false;
	if (sketch->form == SKETCH_PAIRS)
	{
		if (!merge_into_pairs(sketch, other))
			return false;
		sketch->total = total;
		return true;
	}
	bucket_range(other, &low, &high);
	if (sketch->form == SKETCH_ARRAY && low <= high && !(array_holds(sketch, low) && array_holds(sketch, high)))
		return false;

	for (int i = 0; i < other->length; i++)
	{
		int			bucket;
		int64		count = entry_of(other, i, &bucket);

		if (sketch->form == SKETCH_ARRAY && count > 0)
			sketch->data[bucket - sketch->first] += count;
		else
			for (; count > 0; count--)
				LIST(sketch)[sketch->length++] = (uint16) bucket;
	}
	sketch->total = total;
	return true;
}

/* Moves a palloc'd sketch into a larger piece. */
static Sketch *
move_sketch(Sketch *sketch, SketchShape shape)
{
	Sketch	   *larger = palloc(sketch_shape_size(shape));

	if (sketch == NULL)
		sketch_init(larger, shape);
	else
	{
		sketch_reshape(larger, shape, sketch);
		pfree(sketch);
	}
	return larger;
}

/* Adds a value to a palloc'd sketch. */
Sketch *
sketch_insert(Sketch *sketch, int64 value)
{
	if (unlikely(sketch == NULL))
		sketch = move_sketch(NULL, sketch_shape_initial());
	if (unlikely(!add_value(sketch, value)))
	{
		sketch = move_sketch(sketch, sketch_shape_with(sketch, value));
		sketch_add(sketch, value);
	}
	return sketch;
}

/* Adds all of another sketch's values (NULL: none) to a palloc'd sketch. */
Sketch *
sketch_absorb(Sketch *sketch, const Sketch *other)
{
	if (other == NULL || other->total == 0)
		return sketch;
	if (sketch == NULL)
		sketch = move_sketch(NULL, sketch_shape_initial());
	if (!sketch_merge(sketch, other))
	{
		sketch = move_sketch(sketch, sketch_shape_merged(sketch, other));
		sketch_merge(sketch, other);
	}
	return sketch;
}

static int
compare_buckets(const void *a, const void *b)
{
	return (int) *(const uint16 *) a - (int) *(const uint16 *) b;
}

/* Starts at the first non-empty bucket. */
SketchWalk
sketch_walk(const Sketch *sketch)
{
	SketchWalk	walk = {sketch, NULL, 0};

	if (sketch->form == SKETCH_LIST && sketch->length > 0)
	{
		walk.sorted = palloc(sketch->length * sizeof(uint16));
		memcpy(walk.sorted, LIST(sketch), sketch->length * sizeof(uint16));
		qsort(walk.sorted, sketch->length, sizeof(uint16), compare_buckets);
	}
	return walk;
}

/* The next non-empty bucket and its count; false behind the last */
bool
sketch_walk_next(SketchWalk *walk, int *bucket, int64 *count)
{
	const Sketch *sketch = walk->sketch;

	*count = 0;
	while (walk->next < sketch->length)
	{
		int			i = walk->next;

		if (sketch->form != SKETCH_LIST)
		{
			*count = entry_of(sketch, i, bucket);
			walk->next++;
		}
		else
		{
			*bucket = walk->sorted[i];
			while (walk->next < sketch->length && walk->sorted[walk->next] == *bucket)
				walk->next++;
			*count = walk->next - i;
		}
		if (*count > 0)
			return true;
	}
	return false;
}

/*
 * The value that stands for a bucket: the one whose relative distance to
 * either end is the same, so never more than 1 %.
 */
double
sketch_bucket_value(int bucket)
{
	double		low = (double) boundary[bucket];
	double		high = (double) (boundary[bucket + 1] - 1);

	return low == high ? low : 2 * low * high / (low + high);
}

double
sketch_quantile(const Sketch *sketch, double fraction)
{
	double		rank = fraction * (double) (sketch->total - 1);
	double		below = floor(rank);
	int64		lower = Min((int64) below, sketch->total - 1);
	int64		upper = Min(lower + (rank > below ? 1 : 0), sketch->total - 1);
	int64		seen = 0;
	double		lower_value = 0;
	SketchWalk	walk = sketch_walk(sketch);
	int			bucket;
	int64		count;

	Assert(sketch->total > 0);
	while (sketch_walk_next(&walk, &bucket, &count))
	{
		if (lower >= seen && lower < seen + count)
			lower_value = sketch_bucket_value(bucket);
		if (upper < seen + count)
			return lower_value + (rank - below) * (sketch_bucket_value(bucket) - lower_value);
		seen += count;
	}
	return lower_value;			/* not reached: the counts add up to total */
}

/* Makes a sketch of buckets in rising order with their counts, which add up to an int64. */
Sketch *
sketch_from_buckets(int length, const uint16 *bucket, const int64 *count)
{
	int64		total = 0;
	SketchShape shape;
	Sketch	   *sketch;

	for (int i = 0; i < length; i++)
		total += count[i];
	if (total <= LIST_MAX && total <= 4 * length)	/* no more memory than pairs take */
		shape = list_shape((int) total);
	else
		shape = pairs_or_array_shape(length, bucket[0], bucket[length - 1]);

	sketch = palloc(sketch_shape_size(shape));
	sketch_init(sketch, shape);
	for (int i = 0; i < length; i++)
	{
		if (sketch->form == SKETCH_ARRAY)
			sketch->data[bucket[i] - sketch->first] = count[i];
		else if (sketch->form == SKETCH_PAIRS)
		{
			PAIRED(sketch)[i] = bucket[i];
			sketch->data[i] = count[i];
			sketch->length++;
		}
		else
			for (int64 n = count[i]; n > 0; n--)
				LIST(sketch)[sketch->length++] = bucket[i];
	}
	sketch->total = total;
	return sketch;
}
