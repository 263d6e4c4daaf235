/*
 * duration.c
 *		Durations: sales cycle, lead response time, means and percentiles.
 *
 * Rows have a start and an end, or the time elapsed; without an end they are
 * still open. See doc/duration.md.
 */
#include "base/compat.h"

#include <math.h>

#include "base/argument.h"
#include "base/confidence.h"
#include "base/moment.h"
#include "base/select.h"
#include "base/summary.h"

/*
 * Times are in microseconds. The live form has the sketch as its tail, and
 * then "sketch" is meaningful in the call that set it only: a state is moved
 * by PostgreSQL. Without completed rows sum, min and max mean nothing.
 *
 * The states of the means have no sketch. They leave an aggregate between
 * processes only, so a summary of completed rows with no sketch can be read.
 */
typedef struct DurationSummary
{
	SummaryHeader header;
	int64		completed;
	int64		still_open;
	int64		invalid_rows;	/* left out: no start, end before start, out of range */
	int64		data_from;		/* of rows with moments; one may come as the time elapsed alone */
	int64		data_through;
	int128		sum;
	int64		min;
	int64		max;
	Sketch	   *sketch;			/* of the completed; NULL: empty, or not kept */
}			DurationSummary;

static void
duration_clear(void *summary)
{
	DurationSummary *duration = summary;

	duration->data_from = MOMENT_NONE_FROM;
	duration->data_through = MOMENT_NONE_THROUGH;
}

static void
duration_attach(void *summary, void *tail)
{
	((DurationSummary *) summary)->sketch = tail;
}

static void
duration_fields(Codec *codec, void *summary)
{
	DurationSummary *duration = summary;

	codec_count(codec, "completed", &duration->completed);
	codec_count(codec, "still_open", &duration->still_open);
	codec_count(codec, "invalid_rows", &duration->invalid_rows);
	codec_moments(codec, &duration->data_from, &duration->data_through);
	if (duration->completed == 0)
		return;

	codec_int128(codec, "sum_microseconds", &duration->sum);
	codec_count(codec, "min_microseconds", &duration->min);
	codec_count(codec, "max_microseconds", &duration->max);
	codec_sketch(codec, "sketch", &duration->sketch);
}

static const char *
duration_rules(const void *summary)
{
	const DurationSummary *duration = summary;

	if (duration->data_from <= duration->data_through && duration->completed == 0 && duration->still_open == 0)
		return "moments were seen without rows";
	if (duration->completed == 0)
		return NULL;
	if (duration->min > duration->max)
		return "the shortest duration is longer than the longest";
	if (duration->sum < (int128) duration->completed * duration->min ||
		duration->sum > (int128) duration->completed * duration->max)
		return "the sum of the durations does not fit their number";
	if (duration->sketch && duration->sketch->total != duration->completed)
		return "the sketch counts other rows than \"completed\" does";
	return NULL;
}

static const SummaryType duration_type = {
	.name = "duration_summary",
	.version = 1,
	.size = sizeof(DurationSummary),
	.fields = duration_fields,
	.clear = duration_clear,
	.attach = duration_attach,
	.rules = duration_rules,
};

#define TAIL(duration)		((Sketch *) ((char *) (duration) + sizeof(DurationSummary)))
#define HAS_TAIL(duration)	(VARSIZE(duration) > sizeof(DurationSummary))

#define DURATION_STATE()	duration_state(fcinfo)
#define RETURN_DURATION_STATE(duration) \
	return summary_state_datum(&duration_type, (duration), true)

/* A copy of a state with a sketch of that shape as its tail */
static DurationSummary *
reshape_state(const DurationSummary *duration, SketchShape shape)
{
	Size		size = sizeof(DurationSummary) + sketch_shape_size(shape);
	DurationSummary *larger = palloc(size);

	memcpy(larger, duration, sizeof(DurationSummary));
	SET_VARSIZE(larger, size);
	larger->sketch = TAIL(larger);
	if (duration->sketch)
		sketch_reshape(larger->sketch, shape, duration->sketch);
	else
		sketch_init(larger->sketch, shape);
	return larger;
}

/* The state of an aggregate: its sketch, if it has one, is its tail. */
static inline DurationSummary *
duration_state(FunctionCallInfo fcinfo)
{
	DurationSummary *duration = summary_state(&duration_type, fcinfo);

	if (HAS_TAIL(duration))
		duration->sketch = TAIL(duration);
	else if (unlikely(duration->sketch != NULL))	/* it was packed: there shall be room for as much again */
		duration = reshape_state(duration, sketch_shape_merged(duration->sketch, duration->sketch));
	return duration;
}

/*
 * The type
 */

SUMMARY_TYPE_FUNCTIONS(duration_summary, duration_type)

/*
 * Rows into a summary. Each step takes "times", 1 to add a row and -1 to take
 * it out of a moving window again.
 */

typedef enum RowKind
{
	ROW_COMPLETED,
	ROW_STILL_OPEN,
	ROW_INVALID
}			RowKind;

typedef struct DurationRow
{
	RowKind		kind;
	Timestamp	started;		/* no moments: MOMENT_NONE_FROM, MOMENT_NONE_THROUGH */
	Timestamp	ended;
	int64		elapsed;		/* of a completed one, microseconds */
}			DurationRow;

/* A row whose second and third argument are its start and its end */
static inline DurationRow
row_of_moments(FunctionCallInfo fcinfo, Timestamp (*moment) (Datum))
{
	DurationRow row = {ROW_INVALID, 0, 0, 0};

	if (PG_ARGISNULL(1))
		return row;
	row.started = moment(PG_GETARG_DATUM(1));
	if (PG_ARGISNULL(2))
	{
		row.ended = row.started;
		row.kind = moment_in_range(row.started) ? ROW_STILL_OPEN : ROW_INVALID;
		return row;
	}
	row.ended = moment(PG_GETARG_DATUM(2));
	row.kind = moment_elapsed(row.started, row.ended, &row.elapsed) ? ROW_COMPLETED : ROW_INVALID;
	return row;
}

/* A row whose second argument is the time elapsed; NULL: it has no end yet */
static inline DurationRow
row_of_interval(FunctionCallInfo fcinfo)
{
	DurationRow row = {ROW_STILL_OPEN, MOMENT_NONE_FROM, MOMENT_NONE_THROUGH, 0};

	if (!PG_ARGISNULL(1))
		row.kind = elapsed_microseconds(PG_GETARG_INTERVAL_P(1), &row.elapsed) ? ROW_COMPLETED : ROW_INVALID;
	return row;
}

#define row_of_timestamp(fcinfo)	row_of_moments(fcinfo, moment_from_timestamp)
#define row_of_date(fcinfo)			row_of_moments(fcinfo, moment_from_date)

/* How rows come: X(name) is expanded once for each, and row_of_name reads one. */
#define ROW_TYPES(X) \
	MOMENT_TYPES(X) X(interval)

/* A row was taken out. Without any left, no moments have been seen: as the rules have it. */
static void
forget_moments(DurationSummary *duration)
{
	if (duration->completed == 0 && duration->still_open == 0)
		duration_clear(duration);
}

/*
 * Counts a row. Extremes and moments, which no mean needs, stay as they are when
 * a row is taken out.
 */
static inline void
count_row(DurationSummary *duration, const DurationRow *row, int times)
{
	if (row->kind == ROW_INVALID)
	{
		count_step(&duration->invalid_rows, times);
		return;
	}
	if (times > 0)
	{
		duration->data_from = Min(duration->data_from, row->started);
		duration->data_through = Max(duration->data_through, row->ended);
	}
	if (row->kind == ROW_STILL_OPEN)
	{
		count_step(&duration->still_open, times);
		if (times < 0)
			forget_moments(duration);
		return;
	}
	if (times > 0)
	{
		if (duration->completed == 0 || row->elapsed < duration->min)
			duration->min = row->elapsed;
		if (duration->completed == 0 || row->elapsed > duration->max)
			duration->max = row->elapsed;
		duration->sum += row->elapsed;
	}
	else
		duration->sum -= row->elapsed;
	count_step(&duration->completed, times);
	if (times < 0)
		forget_moments(duration);
}

/* The state with one more value in its sketch; where there is no room, a larger one */
static inline DurationSummary *
add_to_sketch(DurationSummary *duration, int64 elapsed)
{
	if (unlikely(duration->sketch == NULL))
		duration = reshape_state(duration, sketch_shape_initial());
	if (unlikely(!sketch_add(duration->sketch, elapsed)))
	{
		duration = reshape_state(duration, sketch_shape_with(duration->sketch, elapsed));
		sketch_add(duration->sketch, elapsed);
	}
	return duration;
}

/*
 * duration_accum_timestamp(state, started, ended), _date, _interval(state,
 * elapsed): with the sketch; duration_accum_mean_..., duration_remove_mean_...:
 * without
 */
#define DURATION_OF(type) \
PG_FUNCTION_INFO_V1(duration_accum_##type); \
Datum \
duration_accum_##type(PG_FUNCTION_ARGS) \
{ \
	DurationSummary *duration = DURATION_STATE(); \
	DurationRow row = row_of_##type(fcinfo); \
\
	count_row(duration, &row, 1); \
	if (row.kind == ROW_COMPLETED) \
		duration = add_to_sketch(duration, row.elapsed); \
	RETURN_DURATION_STATE(duration); \
} \
PG_FUNCTION_INFO_V1(duration_accum_mean_##type); \
Datum \
duration_accum_mean_##type(PG_FUNCTION_ARGS) \
{ \
	DurationSummary *duration = DURATION_STATE(); \
	DurationRow row = row_of_##type(fcinfo); \
\
	count_row(duration, &row, 1); \
	RETURN_DURATION_STATE(duration); \
} \
PG_FUNCTION_INFO_V1(duration_remove_mean_##type); \
Datum \
duration_remove_mean_##type(PG_FUNCTION_ARGS) \
{ \
	DurationSummary *duration = DURATION_STATE(); \
	DurationRow row = row_of_##type(fcinfo); \
\
	count_row(duration, &row, -1); \
	RETURN_DURATION_STATE(duration); \
}

ROW_TYPES(DURATION_OF)

/* The state with another's sketch merged in; none, once one of them has not kept any. */
static DurationSummary *
merge_sketches(DurationSummary *duration, const DurationSummary *other)
{
	if (other->completed == 0)
		return duration;
	if (other->sketch == NULL || (duration->sketch == NULL && duration->completed > 0))
	{
		SET_VARSIZE(duration, sizeof(DurationSummary));
		duration->sketch = NULL;
		return duration;
	}
	if (duration->sketch == NULL)
		duration = reshape_state(duration, sketch_shape_initial());
	if (!sketch_merge(duration->sketch, other->sketch))
	{
		duration = reshape_state(duration, sketch_shape_merged(duration->sketch, other->sketch));
		sketch_merge(duration->sketch, other->sketch);
	}
	return duration;
}

/* Merges a summary into the state; either may be NULL. */
PG_FUNCTION_INFO_V1(duration_combine);
Datum
duration_combine(PG_FUNCTION_ARGS)
{
	DurationSummary *duration;
	DurationSummary other;

	RETURN_STATE_WITHOUT_OTHER();
	duration = DURATION_STATE();
	summary_read(&duration_type, PG_GETARG_DATUM(1), &other);
	duration = merge_sketches(duration, &other);
	if (other.completed > 0)
	{
		duration->min = duration->completed == 0 ? other.min : Min(duration->min, other.min);
		duration->max = duration->completed == 0 ? other.max : Max(duration->max, other.max);
		sum_add(&duration->sum, other.sum);
	}
	count_add(&duration->completed, other.completed);
	count_add(&duration->still_open, other.still_open);
	count_add(&duration->invalid_rows, other.invalid_rows);
	duration->data_from = Min(duration->data_from, other.data_from);
	duration->data_through = Max(duration->data_through, other.data_through);
	RETURN_DURATION_STATE(duration);
}

SUMMARY_TYPE_FUNCTION(duration, duration_type, final)

/*
 * Figures of a summary. They are final functions too, so they read states.
 */

#define GETARG_DURATION(n, duration)	summary_read(&duration_type, PG_GETARG_DATUM(n), (duration))

PG_FUNCTION_INFO_V1(duration_cycle_time);
Datum
duration_cycle_time(PG_FUNCTION_ARGS)
{
	DurationSummary duration;

	GETARG_DURATION(0, &duration);
	if (duration.completed == 0)
		PG_RETURN_NULL();
	PG_RETURN_INTERVAL_P(span_of_microseconds(duration.sum, duration.completed));
}

PG_FUNCTION_INFO_V1(duration_mean_days);
Datum
duration_mean_days(PG_FUNCTION_ARGS)
{
	DurationSummary duration;

	GETARG_DURATION(0, &duration);
	RETURN_RATIO(duration.sum, (int128) duration.completed * USECS_PER_DAY);
}

/* The percentile that the sketch tells, never outside of what was seen */
static Datum
percentile_days(PG_FUNCTION_ARGS, double fraction)
{
	DurationSummary duration;
	double		days;

	GETARG_DURATION(0, &duration);
	if (duration.completed == 0)
		PG_RETURN_NULL();
	if (duration.sketch == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("this duration_summary of " INT64_FORMAT " rows has no percentiles", duration.completed),
				 errhint("Make it with duration_agg; its sketch is missing.")));
	days = sketch_quantile(duration.sketch, fraction) / USECS_PER_DAY;
	/* the extremes as min_days and max_days have them */
	PG_RETURN_FLOAT8(Min(Max(days, exact_ratio(duration.min, USECS_PER_DAY)), exact_ratio(duration.max, USECS_PER_DAY)));
}

PG_FUNCTION_INFO_V1(duration_median_days);
Datum
duration_median_days(PG_FUNCTION_ARGS)
{
	return percentile_days(fcinfo, 0.5);
}

PG_FUNCTION_INFO_V1(duration_percentile_days);
Datum
duration_percentile_days(PG_FUNCTION_ARGS)
{
	double		fraction = PG_GETARG_FLOAT8(1);

	check_fraction(fraction);
	return percentile_days(fcinfo, fraction);
}

PG_FUNCTION_INFO_V1(duration_min_days);
Datum
duration_min_days(PG_FUNCTION_ARGS)
{
	DurationSummary duration;

	GETARG_DURATION(0, &duration);
	if (duration.completed == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(exact_ratio(duration.min, USECS_PER_DAY));
}

PG_FUNCTION_INFO_V1(duration_max_days);
Datum
duration_max_days(PG_FUNCTION_ARGS)
{
	DurationSummary duration;

	GETARG_DURATION(0, &duration);
	if (duration.completed == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(exact_ratio(duration.max, USECS_PER_DAY));
}

PG_FUNCTION_INFO_V1(duration_completed);
Datum
duration_completed(PG_FUNCTION_ARGS)
{
	DurationSummary duration;

	GETARG_DURATION(0, &duration);
	PG_RETURN_INT64(duration.completed);
}

PG_FUNCTION_INFO_V1(duration_still_open);
Datum
duration_still_open(PG_FUNCTION_ARGS)
{
	DurationSummary duration;

	GETARG_DURATION(0, &duration);
	PG_RETURN_INT64(duration.still_open);
}

PG_FUNCTION_INFO_V1(duration_invalid_rows);
Datum
duration_invalid_rows(PG_FUNCTION_ARGS)
{
	DurationSummary duration;

	GETARG_DURATION(0, &duration);
	PG_RETURN_INT64(duration.invalid_rows);
}

SUMMARY_MOMENT(duration_data_from, duration_type, DurationSummary, data_from)
SUMMARY_MOMENT(duration_data_through, duration_type, DurationSummary, data_through)

/*
 * Exact percentiles of the completed rows
 */

typedef struct PercentileState
{
	double		fraction;
	Select		elapsed;		/* microseconds */
}			PercentileState;

/* Adds a row; its last argument is the fraction. NULL for the state starts one. */
static inline PercentileState *
collect_row(FunctionCallInfo fcinfo, const DurationRow *row)
{
	PercentileState *state = PG_ARGISNULL(0) ? NULL : (PercentileState *) PG_GETARG_POINTER(0);
	int			last = PG_NARGS() - 1;
	double		fraction;

	if (PG_ARGISNULL(last))
		refuse_null("fraction", "0.5 is the median, 0.9 the 90th percentile. Leave the fraction out for the mean.");
	fraction = PG_GETARG_FLOAT8(last);
	if (unlikely(state == NULL))
	{
		MemoryContext context;

		if (!AggCheckCallContext(fcinfo, &context))
			elog(ERROR, "percentile state function called in a non-aggregate context");
		check_fraction(fraction);
		state = MemoryContextAllocZero(context, sizeof(PercentileState));
		state->fraction = fraction;
		select_init(&state->elapsed, fcinfo);
	}
	else if (unlikely(fraction != state->fraction))
	{
		check_fraction(fraction);
		refuse_change("fraction", psprintf("%.15g", state->fraction), psprintf("%.15g", fraction));
	}

	if (row->kind == ROW_COMPLETED)
		select_add(&state->elapsed, fcinfo, row->elapsed);
	return state;
}

/* duration_collect_timestamp(state, started, ended, fraction), _date, _interval(state, elapsed, fraction) */
#define DURATION_COLLECT(type) \
PG_FUNCTION_INFO_V1(duration_collect_##type); \
Datum \
duration_collect_##type(PG_FUNCTION_ARGS) \
{ \
	DurationRow row = row_of_##type(fcinfo); \
\
	PG_RETURN_POINTER(collect_row(fcinfo, &row)); \
}

ROW_TYPES(DURATION_COLLECT)

/* The values that the percentile of the state lies between; false where there are none */
static bool
exact_percentile(FunctionCallInfo fcinfo, int64 *lower, int64 *upper, double *part)
{
	PercentileState *state = (PercentileState *) PG_GETARG_POINTER(0);

	return !PG_ARGISNULL(0) && select_percentile(&state->elapsed, state->fraction, lower, upper, part);
}

PG_FUNCTION_INFO_V1(duration_percentile);
Datum
duration_percentile(PG_FUNCTION_ARGS)
{
	int64		lower;
	int64		upper;
	double		part;
	int64		way;

	if (!exact_percentile(fcinfo, &lower, &upper, &part))
		PG_RETURN_NULL();
	way = (int64) rint(part * (double) (upper - lower));
	PG_RETURN_INTERVAL_P(span_of_microseconds(lower + Min(way, upper - lower), 1));
}

PG_FUNCTION_INFO_V1(duration_percentile_in_days);
Datum
duration_percentile_in_days(PG_FUNCTION_ARGS)
{
	int64		lower;
	int64		upper;
	double		part;

	if (!exact_percentile(fcinfo, &lower, &upper, &part))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(((double) lower + part * (double) (upper - lower)) / USECS_PER_DAY);
}
