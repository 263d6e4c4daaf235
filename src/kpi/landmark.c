/*
 * landmark.c
 *		landmark_agg: a stage history, looked at from earlier moments.
 *
 * See doc/landmark.md.
 */
#include "kpi/landmark_summary.h"

#include "base/argument.h"
#include "path/walk.h"
#include "path/walkers.h"
#include "catalog/pg_type.h"
#include "port/pg_bitutils.h"
#include "utils/array.h"
#include "utils/builtins.h"

typedef struct LandmarkState
{
	History		history;
	LandmarkTimes times;
	ArrayType  *given;			/* the landmarks as an argument, to be compared with those of other rows */
	bool		fixed_times;	/* constants of the query */
}			LandmarkState;

/* The arguments are (state, entity, stage, at, definition, landmarks, as_of [, horizon]). */
enum
{
	ARGUMENT_DEFINITION = HISTORY_AT + 1,
	ARGUMENT_LANDMARKS,
	ARGUMENT_AS_OF,
	ARGUMENT_HORIZON
};

static int
compare_moments(const void *a, const void *b)
{
	int64		left = *(const int64 *) a;
	int64		right = *(const int64 *) b;

	return (left > right) - (left < right);
}

pg_noreturn static void
refuse_landmarks(const char *given)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("landmarks must be 1 to %d moments of 1900 to 2199, not %s", LANDMARKS_MOST, given),
			 errhint("Give moments at which deals were open, such as landmarks('2025-01-01 00:00+00', interval '30 days', 12).")));
	pg_unreachable();
}

/* The landmarks of an array, in order, each once; in the aggregate's context */
static void
read_landmarks(LandmarkState *state, ArrayType *array, MemoryContext context)
{
	LandmarkTimes *times = &state->times;
	Datum	   *elements;
	bool	   *nulls;
	int			count;

	deconstruct_array(array, TIMESTAMPTZOID, sizeof(TimestampTz), true, 'd', &elements, &nulls, &count);
	if (count < 1 || count > LANDMARKS_MOST)
		refuse_landmarks(psprintf("%d", count));
	times->landmarks = MemoryContextAlloc(context, sizeof(int64) * count);
	for (int i = 0; i < count; i++)
	{
		times->landmarks[i] = nulls[i] ? 0 : DatumGetTimestampTz(elements[i]);
		if (nulls[i] || !moment_in_range(times->landmarks[i]))
			refuse_landmarks(nulls[i] ? "null" : moment_text(times->landmarks[i], false));
	}
	qsort(times->landmarks, count, sizeof(int64), compare_moments);
	times->count = 0;
	for (int i = 0; i < count; i++)
		if (i == 0 || times->landmarks[i] != times->landmarks[i - 1])
			times->landmarks[times->count++] = times->landmarks[i];
	if (times->landmarks[times->count - 1] >= times->as_of)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("landmarks must be before as_of: %s is not before %s",
						moment_text(times->landmarks[times->count - 1], false), moment_text(times->as_of, false)),
				 errhint("What became of the deals that were open at a landmark is seen between it and as_of.")));
}

static int64
argument_horizon(FunctionCallInfo fcinfo)
{
	int64		horizon;

	if (PG_NARGS() <= ARGUMENT_HORIZON)
		return NO_HORIZON;
	horizon = span_microseconds(PG_GETARG_INTERVAL_P(ARGUMENT_HORIZON), "horizon");
	if (horizon == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("horizon must be longer than nothing"),
				 errhint("Give how far ahead the odds are meant, for example interval '90 days'; or leave it out.")));
	return horizon;
}

static void
take_landmarks(LandmarkState *state, ArrayType *array, MemoryContext context)
{
	read_landmarks(state, array, context);
	state->given = MemoryContextAlloc(context, VARSIZE(array));
	memcpy(state->given, array, VARSIZE(array));
}

/* The state of a first row */
static pg_noinline LandmarkState *
create_state(FunctionCallInfo fcinfo, bool wide_keys)
{
	MemoryContext context;
	LandmarkState *state = path_state_create(fcinfo, sizeof(LandmarkState), &context);
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(ARGUMENT_LANDMARKS);

	state->times.as_of = PG_GETARG_TIMESTAMPTZ(ARGUMENT_AS_OF);
	check_as_of_moment(state->times.as_of, false);
	state->times.horizon = argument_horizon(fcinfo);
	take_landmarks(state, array, context);
	state->fixed_times = path_argument_is_constant(fcinfo, ARGUMENT_LANDMARKS) && path_argument_is_constant(fcinfo, ARGUMENT_AS_OF) &&
		(PG_NARGS() <= ARGUMENT_HORIZON || path_argument_is_constant(fcinfo, ARGUMENT_HORIZON));
	history_begin(&state->history, fcinfo, ARGUMENT_DEFINITION, wide_keys, false);
	return state;
}

/* Error, where other rows are looked at at other times */
static void
compare_times(const LandmarkState *state, int64 as_of, const ArrayType *array, int64 horizon)
{
	if (as_of != state->times.as_of)
		refuse_change("as_of", moment_text(state->times.as_of, false), moment_text(as_of, false));
	if (VARSIZE(array) != VARSIZE(state->given) || memcmp(array, state->given, VARSIZE(array)) != 0)
		refuse_change("landmarks", "those of the first row", "others");
	if (horizon != state->times.horizon)
		refuse_change("horizon", psprintf(INT64_FORMAT " microseconds", state->times.horizon),
					  psprintf(INT64_FORMAT " microseconds", horizon));
}

static void
check_times(const LandmarkState *state, FunctionCallInfo fcinfo)
{
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(ARGUMENT_LANDMARKS);

	compare_times(state, PG_GETARG_TIMESTAMPTZ(ARGUMENT_AS_OF), array, argument_horizon(fcinfo));
	PG_FREE_IF_COPY(array, ARGUMENT_LANDMARKS);
}

/* Error: an argument beside the row's is NULL. */
static void
check_nulls(FunctionCallInfo fcinfo)
{
	history_check_null(fcinfo, ARGUMENT_DEFINITION);
	if (unlikely(PG_ARGISNULL(ARGUMENT_LANDMARKS)))
		refuse_null("landmarks", "Give moments at which deals were open, such as landmarks('2025-01-01 00:00+00', interval '30 days', 12).");
	if (unlikely(PG_ARGISNULL(ARGUMENT_AS_OF)))
		refuse_null("as_of", "Give the moment up to which the history is complete.");
	if (PG_NARGS() > ARGUMENT_HORIZON && unlikely(PG_ARGISNULL(ARGUMENT_HORIZON)))
		refuse_null("horizon", "Give how far ahead the odds are meant, for example interval '90 days'; or leave it out.");
}

static pg_attribute_always_inline Datum
landmark_row(FunctionCallInfo fcinfo, const PathKinds kinds)
{
	LandmarkState *state;

	check_nulls(fcinfo);
	if (unlikely(PG_ARGISNULL(0)))
		state = create_state(fcinfo, kinds.wide_keys);
	else
	{
		state = (LandmarkState *) PG_GETARG_POINTER(0);
		history_check_definition(&state->history, PG_GETARG_DATUM(ARGUMENT_DEFINITION));
		if (unlikely(!state->fixed_times))
			check_times(state, fcinfo);
	}
	history_row(&state->history, fcinfo, kinds);
	PG_RETURN_POINTER(state);
}

/* landmark_accum_int8_timestamp ... landmark_accum_uuid_date */
PATH_TRANSITIONS(landmark_accum, landmark_row)

static void
times_part(Partial *partial, LandmarkState *state)
{
	const char *bytes = (const char *) state->given;
	int32		size = bytes != NULL ? VARSIZE(bytes) : 0;
	ArrayType  *array;
	int64		as_of;
	int64		horizon;

	partial_same(partial, &state->times.as_of, &as_of);
	partial_same(partial, &state->times.horizon, &horizon);
	partial_bytes(partial, &bytes, &size);
	if (partial_is_writing(partial))
		return;
	array = palloc(size);
	memcpy(array, bytes, size);
	if (partial->is_new)
		take_landmarks(state, array, partial->context);
	compare_times(state, as_of, array, horizon);
	pfree(array);
}

static void
landmark_parts(Partial *partial, void *of)
{
	LandmarkState *state = of;

	history_parts(partial, &state->history);
	times_part(partial, state);
}

static const PartialKind landmark_partial = {
	.size = sizeof(LandmarkState),
	.store = offsetof(LandmarkState, history.store),
	.parts = landmark_parts
};

PARTIAL_FUNCTIONS(landmark, landmark_partial)

/*
 * The walk
 */

#define NOT_OPEN	(-1)

typedef struct LandmarkVisitor
{
	LandmarkSummary *summary;
	int			stages;
	int		   *open_in;		/* by landmark: the step in which the entity at hand was open, or NOT_OPEN */

	/* of the entity */
	int64		moment;			/* of the last event */
	int64		rows;			/* placed, without duplicates */
	Timestamp	from;
	int			code;			/* of the last event up to as_of; -1: none yet */
	int			furthest;		/* -1: no stage up to as_of */
	bool		inside;			/* a stage, ever */
	int			next;			/* the first landmark that isn't reached yet */
	int			next_end;		/* ... whose end isn't */
	uint64		decided;		/* a bit for each step in which it was, and came to be decided */
}			LandmarkVisitor;

static void
begin_entity(LandmarkVisitor *visitor)
{
	visitor->moment = path_moment(HISTORY_MARK, 0);
	visitor->rows = 0;
	visitor->code = -1;
	visitor->furthest = -1;
	visitor->inside = false;
	visitor->next = visitor->next_end = 0;
	visitor->decided = 0;
}

static inline bool
is_lost(const LandmarkVisitor *visitor)
{
	return visitor->code >= visitor->stages;
}

/* A landmark is reached: where is the entity? */
static void
reach_landmark(LandmarkVisitor *visitor)
{
	int			step = visitor->furthest;

	if (step < 0 || step == visitor->stages - 1 || is_lost(visitor))
		step = NOT_OPEN;
	else
		landmark_count(visitor->summary, visitor->next, step)->was_open++;
	visitor->open_in[visitor->next++] = step;
}

/* The end of a landmark is reached: what became of the entity that was open? */
static void
reach_end(LandmarkVisitor *visitor)
{
	int			landmark = visitor->next_end++;
	int			step = visitor->open_in[landmark];
	bool		lost = is_lost(visitor);
	bool		won = !lost && visitor->furthest == visitor->stages - 1;

	if (step == NOT_OPEN || (!won && !lost))
		return;
	landmark_count(visitor->summary, landmark, step)->won += won;
	landmark_count(visitor->summary, landmark, step)->lost += lost;
	if (landmark_is_over(&visitor->summary->times, landmark))
		visitor->decided |= UINT64CONST(1) << step;
}

/* Passes all landmarks, and ends of them, that are before a moment: what comes at it doesn't count for them. */
static inline void
pass_until(LandmarkVisitor *visitor, Timestamp at)
{
	const LandmarkTimes *times = &visitor->summary->times;

	for (;;)
	{
		bool		landmark = visitor->next < times->count && times->landmarks[visitor->next] < at;
		bool		end = visitor->next_end < visitor->next && landmark_end(times, visitor->next_end) < at;

		/* a landmark at the moment of another's end sees the same */
		if (landmark)
		{
			if (end && landmark_end(times, visitor->next_end) < times->landmarks[visitor->next])
				reach_end(visitor);
			else
				reach_landmark(visitor);
		}
		else if (end)
			reach_end(visitor);
		else
			return;
	}
}

static void
conclude_entity(LandmarkVisitor *visitor)
{
	LandmarkSummary *summary = visitor->summary;

	history_totals_conclude(&summary->totals, !visitor->inside, visitor->rows,
							visitor->from, path_moment_time(visitor->moment));
	pass_until(visitor, PG_INT64_MAX);
	for (uint64 steps = visitor->decided; steps != 0; steps &= steps - 1)
		summary->decided[pg_rightmost_one_pos64(steps)]++;
}

/* A visitor of path_walk */
static void
landmark_visit(void *of, const PathBatch *batch)
{
	LandmarkVisitor *visitor = of;

	if (batch->first)
		begin_entity(visitor);
	for (int64 i = 0; i < batch->count; i++)
	{
		int64		moment = path_event_moment(batch, i);
		Timestamp	at = path_moment_time(moment);
		int			code = path_moment_code(moment);

		if (unlikely(at == HISTORY_MARK))
			continue;
		if (unlikely(moment == visitor->moment))
		{
			visitor->summary->totals.rows[HISTORY_DUPLICATE]++;
			continue;
		}
		visitor->moment = moment;
		if (visitor->rows++ == 0)
			visitor->from = at;
		visitor->inside |= code < visitor->stages;
		if (at > visitor->summary->times.as_of)
		{
			visitor->summary->later_rows++;
			continue;
		}
		pass_until(visitor, at);
		visitor->code = code;
		if (code < visitor->stages)
			visitor->furthest = Max(visitor->furthest, code);
	}
	if (batch->last)
		conclude_entity(visitor);
}

/* A WalkKind's */
static void
landmark_summarise(void *of, void *into)
{
	LandmarkState *state = of;
	LandmarkSummary *summary = into;
	LandmarkVisitor visitor = {0};

	summary_clear(&landmark_summary_type, summary);
	history_subject(&state->history, &summary->subject, &summary->totals);
	summary->times = state->times;
	landmark_make_room(summary);
	visitor.summary = summary;
	visitor.stages = state->history.funnel->stages;
	visitor.open_in = palloc(sizeof(int) * state->times.count);
	path_walk(&state->history.store, landmark_visit, &visitor);
}

static const WalkKind landmark_walk = {&landmark_partial, &landmark_summary_type, landmark_summarise, NULL, NULL};

/* landmark_final(state): the summary; empty where there was no row. */
WALK_FUNCTIONS(landmark, landmark_walk)
