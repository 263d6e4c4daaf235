/*
 * cohort.c
 *		cohort_agg: rows of entities in time, collected, walked, summarised.
 *
 * A row's period is found when it comes, and is what the store keeps in the
 * place of a time: the walk sees each entity's periods in order, and needs no
 * more. The moments themselves leave their first and last in the state.
 */
#include "kpi/cohort.h"

#include "path/amount.h"
#include "path/calendar.h"
#include "path/store.h"
#include "path/walk.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/uuid.h"

typedef struct CohortState
{
	PathStore	store;
	AmountList amounts;
	Calendar	calendar;
	int64		from;			/* as in the summary */
	int64		through;
	int32		last_day;
	int64		left_out[COHORT_REASONS];
}			CohortState;

static pg_noinline CohortState *
create_state(FunctionCallInfo fcinfo, bool wide_keys, int period, bool is_local)
{
	MemoryContext context;
	CohortState *state;

	if (!AggCheckCallContext(fcinfo, &context))
		elog(ERROR, "cohort_accum called in non-aggregate context");
	state = MemoryContextAllocZero(context, sizeof(CohortState));
	calendar_begin(&state->calendar, fcinfo, context, period, is_local);
	state->from = MOMENT_NONE_FROM;
	state->through = MOMENT_NONE_THROUGH;
	state->amounts.context = context;
	path_store_init(&state->store, fcinfo, wide_keys, period > 3);
	return state;
}

/* The state, a new one at the first row; arguments are (state, entity, at [, amount], period [, zone]). */
static inline CohortState *
row_state(FunctionCallInfo fcinfo, bool wide_keys, int period, bool is_local)
{
	CohortState *state;

	calendar_check_null(fcinfo, period);
	if (unlikely(PG_ARGISNULL(0)))
		return create_state(fcinfo, wide_keys, period, is_local);
	state = (CohortState *) PG_GETARG_POINTER(0);
	calendar_check(&state->calendar, fcinfo, period);
	return state;
}

/* The part of the row's way in that all overloads share, after the entity is known */
static inline void
place_row(CohortState *state, FunctionCallInfo fcinfo, PathKey key, Timestamp (*moment) (Datum), int64 amount)
{
	Timestamp	at;
	int32		day;

	if (unlikely(PG_ARGISNULL(2)))
	{
		state->left_out[COHORT_NO_TIME]++;
		return;
	}
	at = moment(PG_GETARG_DATUM(2));
	if (unlikely(!moment_in_range(at)))
	{
		state->left_out[COHORT_OUT_OF_RANGE]++;
		return;
	}
	day = local_day(at, state->calendar.convert);
	if (state->from > state->through || day > state->last_day)
		state->last_day = day;
	state->from = Min(state->from, at);
	state->through = Max(state->through, at);
	path_append(&state->store, fcinfo, key, path_moment(period_of_day(state->calendar.kind, day), 0), amount);
}

#define COHORT_ACCUM(entity, at) \
PG_FUNCTION_INFO_V1(cohort_accum_##entity##_##at); \
Datum \
cohort_accum_##entity##_##at(PG_FUNCTION_ARGS) \
{ \
	CohortState *state = row_state(fcinfo, PATH_WIDE_##entity, 3, MOMENT_IS_LOCAL_##at); \
\
	if (unlikely(PG_ARGISNULL(1))) \
		state->left_out[COHORT_NO_ENTITY]++; \
	else \
		place_row(state, fcinfo, PATH_KEY_##entity, moment_from_##at, AMOUNT_NONE); \
	PG_RETURN_POINTER(state); \
}

#define COHORT_ACCUM_AMOUNT(entity, at, type) \
PG_FUNCTION_INFO_V1(cohort_accum_##entity##_##at##_##type); \
Datum \
cohort_accum_##entity##_##at##_##type(PG_FUNCTION_ARGS) \
{ \
	CohortState *state = row_state(fcinfo, PATH_WIDE_##entity, 4, MOMENT_IS_LOCAL_##at); \
\
	if (unlikely(PG_ARGISNULL(1))) \
		state->left_out[COHORT_NO_ENTITY]++; \
	else \
	{ \
		int64		packed = AMOUNT_NONE; \
\
		if (!PG_ARGISNULL(3)) \
		{ \
			Decimal		amount = decimal_from_##type(PG_GETARG_DATUM(3)); \
\
			packed = amount_pack(&state->amounts, &amount); \
		} \
		place_row(state, fcinfo, PATH_KEY_##entity, moment_from_##at, packed); \
	} \
	PG_RETURN_POINTER(state); \
}

#define COHORT_ACCUM_int8_timestamptz(type)	COHORT_ACCUM_AMOUNT(int8, timestamptz, type)
#define COHORT_ACCUM_text_timestamptz(type)	COHORT_ACCUM_AMOUNT(text, timestamptz, type)
#define COHORT_ACCUM_uuid_timestamptz(type)	COHORT_ACCUM_AMOUNT(uuid, timestamptz, type)
#define COHORT_ACCUM_int8_timestamp(type)	COHORT_ACCUM_AMOUNT(int8, timestamp, type)
#define COHORT_ACCUM_text_timestamp(type)	COHORT_ACCUM_AMOUNT(text, timestamp, type)
#define COHORT_ACCUM_uuid_timestamp(type)	COHORT_ACCUM_AMOUNT(uuid, timestamp, type)
#define COHORT_ACCUM_int8_date(type)		COHORT_ACCUM_AMOUNT(int8, date, type)
#define COHORT_ACCUM_text_date(type)		COHORT_ACCUM_AMOUNT(text, date, type)
#define COHORT_ACCUM_uuid_date(type)		COHORT_ACCUM_AMOUNT(uuid, date, type)

COHORT_ACCUM(int8, timestamptz)
COHORT_ACCUM(text, timestamptz)
COHORT_ACCUM(uuid, timestamptz)
COHORT_ACCUM(int8, timestamp)
COHORT_ACCUM(text, timestamp)
COHORT_ACCUM(uuid, timestamp)
COHORT_ACCUM(int8, date)
COHORT_ACCUM(text, date)
COHORT_ACCUM(uuid, date)
AMOUNT_TYPES(COHORT_ACCUM_int8_timestamptz)
AMOUNT_TYPES(COHORT_ACCUM_text_timestamptz)
AMOUNT_TYPES(COHORT_ACCUM_uuid_timestamptz)
AMOUNT_TYPES(COHORT_ACCUM_int8_timestamp)
AMOUNT_TYPES(COHORT_ACCUM_text_timestamp)
AMOUNT_TYPES(COHORT_ACCUM_uuid_timestamp)
AMOUNT_TYPES(COHORT_ACCUM_int8_date)
AMOUNT_TYPES(COHORT_ACCUM_text_date)
AMOUNT_TYPES(COHORT_ACCUM_uuid_date)

/* One walk: what it adds to, and what it must know of the entity at hand */
typedef struct CohortVisitor
{
	const CohortState *state;
	CohortSummary *summary;

	/* of the entity */
	int64		rows;
	int32		cohort;
	int32		period;			/* of the last event */
	CohortCell *cell;			/* ... and its cell: no other is made meanwhile */
}			CohortVisitor;

/* The entity's first event in a period */
static void
enter_period(CohortVisitor *visitor, int32 period)
{
	if (visitor->rows == 0)
		visitor->cohort = period;
	visitor->cell = tally_cell(&visitor->summary->cells, tally_key(visitor->cohort, period));
	visitor->cell->active++;
	visitor->cell->again += visitor->rows > 0 && visitor->period == period - 1;
	visitor->period = period;
}

/* A visitor of path_walk; the time of an event is the number of its period. */
static void
cohort_visit(void *of, const PathBatch *batch)
{
	CohortVisitor *visitor = of;

	if (batch->first)
		visitor->rows = 0;
	for (int64 i = 0; i < batch->count; i++)
	{
		int32		period = (int32) path_event_time(batch, i);

		if (visitor->rows == 0 || period != visitor->period)
			enter_period(visitor, period);
		visitor->rows++;
		if (batch->width > 1 && path_event_payload(batch, i) != AMOUNT_NONE)
		{
			Decimal		amount = amount_unpack(&visitor->state->amounts, path_event_payload(batch, i));

			decimal_add(&visitor->cell->amount, &amount);
			visitor->summary->with_amount++;
		}
	}
	if (batch->last)
	{
		visitor->summary->rows[COHORT_USED] += visitor->rows;
		visitor->summary->repeaters += visitor->rows > 1;
	}
}

/* cohort_final(state): the summary; empty where there was no row. */
PG_FUNCTION_INFO_V1(cohort_final);
Datum
cohort_final(PG_FUNCTION_ARGS)
{
	CohortState *state;
	CohortSummary summary;
	CohortVisitor visitor = {0};

	if (PG_ARGISNULL(0))
		PG_RETURN_DATUM(summary_empty(&cohort_summary_type));
	state = (CohortState *) PG_GETARG_POINTER(0);

	summary_clear(&cohort_summary_type, &summary);
	summary.known = true;
	summary.kind = state->calendar.kind;
	if (state->calendar.zone.rules != NULL)
		summary.zone = pstrdup(state->calendar.zone.name);
	summary.from = state->from;
	summary.through = state->through;
	summary.last_day = state->last_day;
	memcpy(summary.rows, state->left_out, sizeof(summary.rows));
	visitor.state = state;
	visitor.summary = &summary;
	path_walk(&state->store, cohort_visit, &visitor);
	PG_RETURN_DATUM(summary_pack(&cohort_summary_type, &summary));
}
