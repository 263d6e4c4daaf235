/*
 * session.c
 *		session_agg: rows of entities in time, collected, walked, cut into sessions,
 *		summarised. And session_number, which says of each row which it is of.
 */
#include "kpi/session_summary.h"

#include "base/argument.h"
#include "path/arguments.h"
#include "path/calendar.h"
#include "path/partial.h"
#include "path/store.h"
#include "path/walk.h"
#include "path/walkers.h"
#include "utils/memutils.h"
#include "windowapi.h"

typedef struct SessionState
{
	PathStore	store;
	int64		gap;
	bool		fixed_gap;		/* a constant of the query: no need to look at it again */
	bool		has_calendar;
	Calendar	calendar;
	int64		from;			/* as in the summary */
	int64		through;
	int64		left_out[SESSION_REASONS];
}			SessionState;

/* The arguments are (state, entity, at, gap [, period [, zone]]). */
enum
{
	SESSION_AT = PATH_ENTITY + 1,
	SESSION_GAP,
	SESSION_PERIOD
};

static pg_noinline SessionState *
create_state(FunctionCallInfo fcinfo, bool wide_keys, bool is_local, bool has_calendar)
{
	MemoryContext context;
	SessionState *state = path_state_create(fcinfo, sizeof(SessionState), &context);

	state->gap = session_gap_argument(fcinfo, SESSION_GAP);
	state->fixed_gap = path_argument_is_constant(fcinfo, SESSION_GAP);
	state->has_calendar = has_calendar;
	if (has_calendar)
		calendar_begin(&state->calendar, fcinfo, context, SESSION_PERIOD, is_local);
	state->from = MOMENT_NONE_FROM;
	state->through = MOMENT_NONE_THROUGH;
	path_store_init(&state->store, fcinfo, wide_keys, 0);
	return state;
}

static inline SessionState *
row_state(FunctionCallInfo fcinfo, const PathKinds kinds, bool has_calendar)
{
	SessionState *state;

	if (has_calendar)
		calendar_check_null(fcinfo, SESSION_PERIOD);
	if (unlikely(PG_ARGISNULL(0)))
		return create_state(fcinfo, kinds.wide_keys, kinds.is_local, has_calendar);
	state = (SessionState *) PG_GETARG_POINTER(0);
	if (!state->fixed_gap)
	{
		int64		gap = session_gap_argument(fcinfo, SESSION_GAP);

		if (unlikely(gap != state->gap))
			session_refuse_gap(state->gap, gap);
	}
	if (has_calendar)
		calendar_check(&state->calendar, fcinfo, SESSION_PERIOD);
	return state;
}

static pg_attribute_always_inline Datum
session_row(FunctionCallInfo fcinfo, const PathKinds kinds)
{
	SessionState *state = row_state(fcinfo, kinds, PG_NARGS() > SESSION_PERIOD);
	Timestamp	at;

	if (unlikely(PG_ARGISNULL(PATH_ENTITY)))
		state->left_out[SESSION_NO_ENTITY]++;
	else if (unlikely(PG_ARGISNULL(SESSION_AT)))
		state->left_out[SESSION_NO_TIME]++;
	else if (unlikely(!moment_in_range(at = kinds.moment(PG_GETARG_DATUM(SESSION_AT)))))
		state->left_out[SESSION_OUT_OF_RANGE]++;
	else
	{
		state->from = Min(state->from, at);
		state->through = Max(state->through, at);
		path_append(&state->store, fcinfo, path_row_key(fcinfo, kinds), path_moment(at, 0), 0);
	}
	PG_RETURN_POINTER(state);
}

/* session_accum_int8_timestamptz ... session_accum_uuid_date */
PATH_ZONED_TRANSITIONS(session_accum, session_row)

static void
session_parts(Partial *partial, void *of)
{
	SessionState *state = of;
	int64		other_gap;

	if (!partial_same(partial, &state->gap, &other_gap))
		session_refuse_gap(state->gap, other_gap);
	partial_flag(partial, &state->has_calendar);
	partial_calendar(partial, &state->calendar);
	partial_span(partial, &state->from, &state->through, NULL);
	partial_counts(partial, state->left_out, SESSION_REASONS);
}

static const PartialKind session_partial = {
	.size = sizeof(SessionState),
	.store = offsetof(SessionState, store),
	.parts = session_parts
};

PARTIAL_FUNCTIONS(session, session_partial)

/*
 * The walk
 */

typedef struct SessionVisitor
{
	const SessionState *state;
	SessionSummary *summary;
	int64		unit;			/* of deadlines */

	/* Periods that the data can be of; a single one where there are none */
	int32		first;
	int32		last;
	SessionPart **parts;		/* by period, from the first; NULL: no session so far */

	/* of the session at hand */
	SessionPart *part;
	int64		rows;			/* 0: the entity has none so far */
	Timestamp	began;
	Timestamp	latest;
}			SessionVisitor;

static int32
period_of(const SessionState *state, Timestamp at)
{
	if (!state->has_calendar)
		return 0;
	return period_of_day(state->calendar.kind, local_day(at, state->calendar.convert));
}

/* The part of a period, a new one at its first session */
static SessionPart *
period_part(SessionVisitor *visitor, int32 period)
{
	SessionPart **part = &visitor->parts[period - visitor->first];

	if (*part == NULL)
	{
		*part = palloc(sizeof(SessionPart));
		session_part_begin(*part, period);
	}
	return *part;
}

static void
begin_session(SessionVisitor *visitor, Timestamp at)
{
	SessionPart *part = period_part(visitor, period_of(visitor->state, at));

	/* Where clocks are set back over midnight an entity may come to a period twice. */
	part->entities += part->last_entity != visitor->summary->entities;
	part->last_entity = visitor->summary->entities;
	visitor->part = part;
	visitor->rows = 0;
	visitor->began = at;
}

static void
end_session(SessionVisitor *visitor)
{
	SessionPart *part = visitor->part;
	int64		length = visitor->latest - visitor->began;
	int64		until = visitor->latest + visitor->state->gap;

	part->sessions++;
	part->single_row += visitor->rows == 1;
	part->rows += visitor->rows;
	part->time += length;
	part->lengths = sketch_insert(part->lengths, length);
	if (until > visitor->state->through)
		((SessionRunning *) tally_cell(&part->running, session_running_key(deadline_number(visitor->unit, until))))->sessions++;
}

/* A visitor of path_walk */
static void
session_visit(void *of, const PathBatch *batch)
{
	SessionVisitor *visitor = of;

	if (batch->first)
	{
		visitor->rows = 0;
		visitor->summary->entities++;
	}
	for (int64 i = 0; i < batch->count; i++)
	{
		Timestamp	at = path_event_time(batch, i);

		if (visitor->rows == 0)
			begin_session(visitor, at);
		else if (at - visitor->latest > visitor->state->gap)
		{
			end_session(visitor);
			begin_session(visitor, at);
		}
		visitor->rows++;
		visitor->latest = at;
	}
	if (batch->last)
		end_session(visitor);
}

/* Makes room for the periods that the data can be of. */
static void
begin_periods(SessionVisitor *visitor)
{
	const SessionState *state = visitor->state;

	if (state->has_calendar && state->from <= state->through)
	{
		visitor->first = period_of(state, state->from) - 1;
		visitor->last = period_of(state, state->through) + 1;
	}
	visitor->parts = MemoryContextAllocExtended(CurrentMemoryContext,
												sizeof(SessionPart *) * ((Size) visitor->last - visitor->first + 1),
												MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
}

static void
collect_periods(SessionVisitor *visitor)
{
	SessionSummary *summary = visitor->summary;
	int			count = 0;

	for (int32 i = 0; i <= visitor->last - visitor->first; i++)
		count += visitor->parts[i] != NULL;
	summary->parts = palloc(sizeof(SessionPart) * Max(count, 1));
	for (int32 i = 0; i <= visitor->last - visitor->first; i++)
		if (visitor->parts[i] != NULL)
		{
			summary->rows[SESSION_USED] += visitor->parts[i]->rows;
			summary->parts[summary->part_count++] = *visitor->parts[i];
		}
}

/* A WalkKind's */
static void
session_summarise(void *of, void *into)
{
	SessionState *state = of;
	SessionSummary *summary = into;
	SessionVisitor visitor = {0};

	summary_clear(&session_summary_type, summary);
	summary->subject.known = true;
	if (state->has_calendar)
		subject_set_calendar(&summary->subject, &state->calendar, "");
	summary->gap = state->gap;
	summary->from = state->from;
	summary->through = state->through;
	memcpy(summary->rows, state->left_out, sizeof(summary->rows));
	visitor.state = state;
	visitor.summary = summary;
	visitor.unit = deadline_unit(state->gap);
	begin_periods(&visitor);
	path_walk(&state->store, session_visit, &visitor);
	collect_periods(&visitor);
}

static const WalkKind session_walk = {&session_partial, &session_summary_type, session_summarise, NULL, NULL};

/* session_final(state): the summary; empty where there was no row. */
WALK_FUNCTIONS(session, session_walk)

/*
 * session_number(at, gap), a window function: the number of a row's session
 * among those of its partition, whose rows must be in order of time.
 */

/* What is remembered of a partition; zeroed memory at first */
typedef struct NumberedRows
{
	int64		gap;			/* 0: no row so far */
	int64		number;			/* 0: none that has a number */
	Timestamp	latest;
}			NumberedRows;

static void
refuse_order(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("session_number needs the rows of a partition in order of time"),
			 errhint("Write OVER (PARTITION BY entity ORDER BY at).")));
}

/* The gap that the row at hand has, the same for all of a partition */
static void
take_gap(NumberedRows *rows, FunctionCallInfo fcinfo)
{
	int64		gap;

	fcinfo->args[1].value = WinGetFuncArgCurrent(PG_WINDOW_OBJECT(), 1, &fcinfo->args[1].isnull);
	gap = session_gap_argument(fcinfo, 1);
	if (rows->gap != 0 && gap != rows->gap)
		session_refuse_gap(rows->gap, gap);
	rows->gap = gap;
}

static inline Datum
number_row(FunctionCallInfo fcinfo, Timestamp (*moment) (Datum))
{
	WindowObject window = PG_WINDOW_OBJECT();
	NumberedRows *rows = WinGetPartitionLocalMemory(window, sizeof(NumberedRows));
	bool		is_null;
	Datum		value = WinGetFuncArgCurrent(window, 0, &is_null);
	Timestamp	at;

	take_gap(rows, fcinfo);
	if (is_null || !moment_in_range(at = moment(value)))
		PG_RETURN_NULL();
	if (rows->number > 0 && at < rows->latest)
		refuse_order();
	rows->number += rows->number == 0 || at - rows->latest > rows->gap;
	rows->latest = at;
	PG_RETURN_INT64(rows->number);
}

/* session_number_timestamp, _date; timestamptz and timestamp are the same to C. */
#define SESSION_NUMBER(type) \
PG_FUNCTION_INFO_V1(session_number_##type); \
Datum \
session_number_##type(PG_FUNCTION_ARGS) \
{ \
	return number_row(fcinfo, moment_from_##type); \
}

MOMENT_TYPES(SESSION_NUMBER)
