/*
 * retention.c
 *		retention_agg: starts and returns of entities, collected, walked, counted by
 *		how long after the first start they came back.
 */
#include "kpi/retention_summary.h"

#include "base/argument.h"
#include "path/arguments.h"
#include "path/calendar.h"
#include "path/partial.h"
#include "path/store.h"
#include "path/walk.h"
#include "path/walkers.h"
#include "utils/array.h"

typedef struct RetentionState
{
	PathStore	store;
	Calendar	calendar;		/* its kind is the unit; the day, of brackets */
	int			bracket_ends;	/* as in the summary */
	int32	   *brackets;
	bool		fixed_brackets; /* a constant of the query: no need to look at them again */
	int64		from;
	int64		through;
	int32		last_day;
	int64		left_out[RETENTION_REASONS];
}			RetentionState;

/* The arguments are (state, entity, at, starts, returns, unit or brackets [, zone]). */
enum
{
	RETENTION_AT = PATH_ENTITY + 1,
	RETENTION_STARTS,
	RETENTION_RETURNS,
	RETENTION_UNIT
};

/* Codes of events: at one moment a start that is no return stands first, so that any return beside it counts. */
enum
{
	EVENT_START,
	EVENT_BOTH,
	EVENT_RETURN
};

/*
 * Brackets
 */

/* The argument, not NULL: its numbers, which lie in the array; an error where they are none */
static const int32 *
bracket_argument(ArrayType *array, int *count)
{
	const int32 *ends = (const int32 *) ARR_DATA_PTR(array);
	const char *why = NULL;

	*count = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
	if (ARR_NDIM(array) > 1)
		why = "brackets must be an array of one dimension";
	else if (array_contains_nulls(array))
		why = "an end of a bracket is NULL";
	else
		why = retention_broken_brackets(ends, *count);
	if (why != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s", why),
				 errhint("Give numbers of days: ARRAY[1, 3, 7] are the days 1 to 2 and 3 to 6 after the start.")));
	return ends;
}

static void
begin_brackets(RetentionState *state, FunctionCallInfo fcinfo, MemoryContext context)
{
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(RETENTION_UNIT);
	const int32 *ends = bracket_argument(array, &state->bracket_ends);

	state->brackets = MemoryContextAlloc(context, sizeof(int32) * state->bracket_ends);
	memcpy(state->brackets, ends, sizeof(int32) * state->bracket_ends);
	state->fixed_brackets = path_argument_is_constant(fcinfo, RETENTION_UNIT);
	PG_FREE_IF_COPY(array, RETENTION_UNIT);
}

/* Error, where ends of other rows aren't those of the state */
static void
compare_brackets(const RetentionState *state, const char *ends, Size size)
{
	if (size != sizeof(int32) * state->bracket_ends || memcmp(ends, state->brackets, size) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the brackets change within a group"),
				 errhint("Give one list for all rows of a group; or group by it, too, or by what it depends on.")));
}

static void
check_brackets(const RetentionState *state, FunctionCallInfo fcinfo)
{
	ArrayType  *array;
	const int32 *ends;
	int			count;

	if (state->fixed_brackets)
		return;
	array = PG_GETARG_ARRAYTYPE_P(RETENTION_UNIT);
	ends = bracket_argument(array, &count);
	compare_brackets(state, (const char *) ends, sizeof(int32) * count);
	PG_FREE_IF_COPY(array, RETENTION_UNIT);
}

/*
 * Rows
 */

static pg_noinline RetentionState *
create_state(FunctionCallInfo fcinfo, const PathKinds kinds, bool has_brackets)
{
	MemoryContext context;
	RetentionState *state = path_state_create(fcinfo, sizeof(RetentionState), &context);

	if (has_brackets)
	{
		begin_brackets(state, fcinfo, context);
		calendar_begin_days(&state->calendar, fcinfo, context, RETENTION_UNIT, kinds.is_local);
	}
	else
		calendar_begin(&state->calendar, fcinfo, context, RETENTION_UNIT, kinds.is_local);
	state->from = MOMENT_NONE_FROM;
	state->through = MOMENT_NONE_THROUGH;
	path_store_init(&state->store, fcinfo, kinds.wide_keys, 0);
	return state;
}

static void
refuse_null_unit(bool has_brackets)
{
	if (has_brackets)
		refuse_null("the list of brackets", "Give numbers of days, such as ARRAY[1, 3, 7, 14, 30], the same for every row of a group.");
	refuse_null("the unit", "Give " PERIODS_ADVICE ", the same for every row of a group.");
}

static inline RetentionState *
row_state(FunctionCallInfo fcinfo, const PathKinds kinds, bool has_brackets)
{
	RetentionState *state;

	if (unlikely(PG_ARGISNULL(RETENTION_UNIT)))
		refuse_null_unit(has_brackets);
	calendar_check_null(fcinfo, RETENTION_UNIT);
	if (unlikely(PG_ARGISNULL(0)))
		return create_state(fcinfo, kinds, has_brackets);
	state = (RetentionState *) PG_GETARG_POINTER(0);
	if (has_brackets)
		check_brackets(state, fcinfo);
	calendar_check(&state->calendar, fcinfo, RETENTION_UNIT);
	return state;
}

static inline bool
is_true(FunctionCallInfo fcinfo, int argument)
{
	return !PG_ARGISNULL(argument) && PG_GETARG_BOOL(argument);
}

/* Adds a row, or counts one that neither starts nor returns. */
static pg_attribute_always_inline void
place_row(RetentionState *state, FunctionCallInfo fcinfo, const PathKinds kinds, Timestamp at)
{
	bool		starts = is_true(fcinfo, RETENTION_STARTS);
	bool		returns = is_true(fcinfo, RETENTION_RETURNS);
	int32		day = local_day(at, state->calendar.convert);

	if (state->from > state->through || day > state->last_day)
		state->last_day = day;
	state->from = Min(state->from, at);
	state->through = Max(state->through, at);
	if (!starts && !returns)
		state->left_out[RETENTION_OTHER_EVENT]++;
	else
		path_append(&state->store, fcinfo, path_row_key(fcinfo, kinds),
					path_moment(at, !returns ? EVENT_START : starts ? EVENT_BOTH : EVENT_RETURN), 0);
}

static pg_attribute_always_inline Datum
retention_row(FunctionCallInfo fcinfo, const PathKinds kinds, bool has_brackets)
{
	RetentionState *state = row_state(fcinfo, kinds, has_brackets);
	Timestamp	at;

	if (unlikely(PG_ARGISNULL(PATH_ENTITY)))
		state->left_out[RETENTION_NO_ENTITY]++;
	else if (unlikely(PG_ARGISNULL(RETENTION_AT)))
		state->left_out[RETENTION_NO_TIME]++;
	else if (unlikely(!moment_in_range(at = kinds.moment(PG_GETARG_DATUM(RETENTION_AT)))))
		state->left_out[RETENTION_OUT_OF_RANGE]++;
	else
		place_row(state, fcinfo, kinds, at);
	PG_RETURN_POINTER(state);
}

#define unit_row(fcinfo, kinds)		retention_row(fcinfo, kinds, false)
#define bracket_row(fcinfo, kinds)	retention_row(fcinfo, kinds, true)

/* retention_accum_int8_timestamptz ... and retention_accum_brackets_int8_timestamptz ... */
PATH_ZONED_TRANSITIONS(retention_accum, unit_row)
PATH_ZONED_TRANSITIONS(retention_accum_brackets, bracket_row)

static void
brackets_part(Partial *partial, RetentionState *state)
{
	const char *ends = (const char *) state->brackets;
	int32		size = sizeof(int32) * state->bracket_ends;

	partial_bytes(partial, &ends, &size);
	if (partial_is_writing(partial))
		return;
	if (partial->is_new)
	{
		state->bracket_ends = size / sizeof(int32);
		state->brackets = MemoryContextAlloc(partial->context, Max(size, 1));
		memcpy(state->brackets, ends, size);
	}
	compare_brackets(state, ends, size);
}

static void
retention_parts(Partial *partial, void *of)
{
	RetentionState *state = of;

	brackets_part(partial, state);
	partial_calendar(partial, &state->calendar);
	partial_span(partial, &state->from, &state->through, &state->last_day);
	partial_counts(partial, state->left_out, RETENTION_REASONS);
}

static const PartialKind retention_partial = {
	.size = sizeof(RetentionState),
	.store = offsetof(RetentionState, store),
	.parts = retention_parts
};

PARTIAL_FUNCTIONS(retention, retention_partial)

/*
 * The walk
 */

typedef struct RetentionVisitor
{
	const RetentionState *state;
	RetentionSummary *summary;

	/* of the entity */
	bool		has_started;
	int32		start_day;
	int32		cohort;
	int64		early;			/* returns before the first start */
	bool		has_returned;
	int32		first;			/* offsets of its returns */
	int32		last;
	bool		has_before_last;	/* one of them is the one before the last */
}			RetentionVisitor;

/* The number of the bracket that holds so many days; -1: none does */
static int32
bracket_of(const RetentionState *state, int32 days)
{
	int			low = 0;
	int			high = state->bracket_ends;

	while (low < high)
	{
		int			middle = (low + high) / 2;

		if (state->brackets[middle] <= days)
			low = middle + 1;
		else
			high = middle;
	}
	return low == state->bracket_ends ? -1 : low - 1;
}

/* How long after the entity's start a day lies; -1: in no bracket. Clocks that are set back over midnight make no day before the first. */
static int32
offset_of(const RetentionVisitor *visitor, int32 day)
{
	const RetentionState *state = visitor->state;

	if (state->bracket_ends > 0)
		return bracket_of(state, Max(day - visitor->start_day, 0));
	return Max(period_of_day(state->calendar.kind, day) - visitor->cohort, 0);
}

static RetentionCell *
cell_of(const RetentionVisitor *visitor, int32 offset)
{
	return tally_cell(&visitor->summary->cells, tally_key(visitor->cohort, offset));
}

/*
 * The entity has returned at an offset. They come in order, but for the one
 * before the last: where clocks are set back over midnight.
 */
static void
take_return(RetentionVisitor *visitor, int32 offset)
{
	if (!visitor->has_returned)
		visitor->first = visitor->last = offset;
	else if (offset > visitor->last)
	{
		visitor->has_before_last = offset == visitor->last + 1;
		visitor->last = offset;
	}
	else if (offset < visitor->last && !visitor->has_before_last)
	{
		visitor->has_before_last = true;
		visitor->first = Min(visitor->first, offset);
	}
	else
		return;
	visitor->has_returned = true;
	cell_of(visitor, offset)->returned++;
}

static void
begin_entity(RetentionVisitor *visitor)
{
	visitor->has_started = visitor->has_returned = visitor->has_before_last = false;
	visitor->early = 0;
}

static void
take_start(RetentionVisitor *visitor, Timestamp at)
{
	const Calendar *calendar = &visitor->state->calendar;

	visitor->has_started = true;
	visitor->start_day = local_day(at, calendar->convert);
	visitor->cohort = period_of_day(calendar->kind, visitor->start_day);
}

static RetentionReason
take_event(RetentionVisitor *visitor, Timestamp at, int code)
{
	int32		offset;

	if (!visitor->has_started)
	{
		if (code == EVENT_RETURN)
		{
			visitor->early++;
			return RETENTION_BEFORE_START;
		}
		take_start(visitor, at);
		return RETENTION_USED;
	}
	if (code == EVENT_START)
		return RETENTION_STARTED_AGAIN;
	offset = offset_of(visitor, local_day(at, visitor->state->calendar.convert));
	if (offset < 0)
		return RETENTION_OUTSIDE_BRACKETS;
	take_return(visitor, offset);
	return RETENTION_USED;
}

static void
conclude_entity(RetentionVisitor *visitor)
{
	RetentionSummary *summary = visitor->summary;

	if (!visitor->has_started)
	{
		summary->rows[RETENTION_BEFORE_START] -= visitor->early;
		summary->rows[RETENTION_OUTSIDE] += visitor->early;
		summary->outside++;
		return;
	}
	((RetentionCohort *) tally_cell(&summary->cohorts, retention_cohort_key(visitor->cohort)))->entities++;
	if (visitor->has_returned)
	{
		cell_of(visitor, visitor->first)->first++;
		cell_of(visitor, visitor->last)->last++;
	}
}

/* A visitor of path_walk */
static void
retention_visit(void *of, const PathBatch *batch)
{
	RetentionVisitor *visitor = of;

	if (batch->first)
		begin_entity(visitor);
	for (int64 i = 0; i < batch->count; i++)
		visitor->summary->rows[take_event(visitor, path_event_time(batch, i), path_event_code(batch, i))]++;
	if (batch->last)
		conclude_entity(visitor);
}

/* A WalkKind's */
static void
retention_summarise(void *of, void *into)
{
	RetentionState *state = of;
	RetentionSummary *summary = into;
	RetentionVisitor visitor = {0};

	summary_clear(&retention_summary_type, summary);
	subject_set_calendar(&summary->subject, &state->calendar, "");
	summary->bracket_ends = state->bracket_ends;
	summary->brackets = state->brackets;
	summary->from = state->from;
	summary->through = state->through;
	summary->last_day = state->last_day;
	memcpy(summary->rows, state->left_out, sizeof(summary->rows));
	visitor.state = state;
	visitor.summary = summary;
	path_walk(&state->store, retention_visit, &visitor);
}

static const WalkKind retention_walk = {&retention_partial, &retention_summary_type, retention_summarise, NULL, NULL};

/* retention_final(state): the summary; empty where there was no row. */
WALK_FUNCTIONS(retention, retention_walk)
