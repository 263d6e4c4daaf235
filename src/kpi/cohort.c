/*
 * cohort.c
 *		cohort_agg: rows of entities in time, collected, walked, summarised.
 *
 * A row's period is found when it comes, and is what the store keeps in the
 * place of a time: the walk sees each entity's periods in order, and needs no
 * more. The moments themselves leave their first and last in the state.
 */
#include "kpi/cohort_summary.h"

#include "path/arguments.h"
#include "path/calendar.h"
#include "path/partial.h"
#include "path/store.h"
#include "path/walk.h"
#include "path/walkers.h"

typedef struct CohortState
{
	PathStore	store;
	AmountList	amounts;
	Calendar	calendar;
	int64		from;			/* as in the summary */
	int64		through;
	int32		last_day;
	int64		left_out[COHORT_REASONS];
}			CohortState;

/* The arguments are (state, entity, at [, amount], period [, zone]). */
enum
{
	COHORT_AT = PATH_ENTITY + 1,
	COHORT_AMOUNT
};

static pg_noinline CohortState *
create_state(FunctionCallInfo fcinfo, bool wide_keys, int period, bool is_local)
{
	MemoryContext context;
	CohortState *state = path_state_create(fcinfo, sizeof(CohortState), &context);

	calendar_begin(&state->calendar, fcinfo, context, period, is_local);
	state->from = MOMENT_NONE_FROM;
	state->through = MOMENT_NONE_THROUGH;
	path_store_init(&state->store, fcinfo, wide_keys, period > COHORT_AMOUNT ? 1 : 0);
	return state;
}

/* Adds or counts a row whose entity has this key. */
static pg_attribute_always_inline void
place_row(CohortState *state, FunctionCallInfo fcinfo, PathKey key, Timestamp (*moment) (Datum), int64 amount)
{
	Timestamp	at;
	int32		day;

	if (unlikely(PG_ARGISNULL(COHORT_AT)))
	{
		state->left_out[COHORT_NO_TIME]++;
		return;
	}
	at = moment(PG_GETARG_DATUM(COHORT_AT));
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

static pg_attribute_always_inline Datum
cohort_row(FunctionCallInfo fcinfo, const PathKinds kinds)
{
	int			period = kinds.amount != NULL ? COHORT_AMOUNT + 1 : COHORT_AT + 1;
	CohortState *state;

	calendar_check_null(fcinfo, period);
	if (unlikely(PG_ARGISNULL(0)))
		state = create_state(fcinfo, kinds.wide_keys, period, kinds.is_local);
	else
	{
		state = (CohortState *) PG_GETARG_POINTER(0);
		calendar_check(&state->calendar, fcinfo, period);
	}
	if (unlikely(PG_ARGISNULL(PATH_ENTITY)))
		state->left_out[COHORT_NO_ENTITY]++;
	else
	{
		int64		amount = path_row_amount(fcinfo, kinds, &state->amounts, COHORT_AMOUNT);

		place_row(state, fcinfo, path_row_key(fcinfo, kinds), kinds.moment, amount);
	}
	PG_RETURN_POINTER(state);
}

/* cohort_accum_int8_timestamptz ... cohort_accum_uuid_date; with an amount cohort_accum_int8_timestamptz_int2 ... */
PATH_ZONED_TRANSITIONS(cohort_accum, cohort_row)
PATH_ZONED_AMOUNT_TRANSITIONS(cohort_accum, cohort_row)

static void
cohort_parts(Partial *partial, void *of)
{
	CohortState *state = of;

	partial_calendar(partial, &state->calendar);
	partial_span(partial, &state->from, &state->through, &state->last_day);
	partial_counts(partial, state->left_out, COHORT_REASONS);
}

static const PartialKind cohort_partial = {
	.size = sizeof(CohortState),
	.store = offsetof(CohortState, store),
	.amounts = offsetof(CohortState, amounts),
	.parts = cohort_parts
};

PARTIAL_FUNCTIONS(cohort, cohort_partial)

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

			decimal_accumulate(&visitor->cell->amount, &amount);
			decimal_free(&amount);
			visitor->summary->with_amount++;
		}
	}
	if (batch->last)
	{
		visitor->summary->rows[COHORT_USED] += visitor->rows;
		visitor->summary->repeaters += visitor->rows > 1;
	}
}

/* A WalkKind's */
static void
cohort_summarise(void *of, void *into)
{
	CohortState *state = of;
	CohortSummary *summary = into;
	CohortVisitor visitor = {0};

	summary_clear(&cohort_summary_type, summary);
	subject_set_calendar(&summary->subject, &state->calendar, "");
	summary->from = state->from;
	summary->through = state->through;
	summary->last_day = state->last_day;
	memcpy(summary->rows, state->left_out, sizeof(summary->rows));
	visitor.state = state;
	visitor.summary = summary;
	path_walk(&state->store, cohort_visit, &visitor);
}

static const WalkKind cohort_walk = {&cohort_partial, &cohort_summary_type, cohort_summarise, NULL, NULL};

/* cohort_final(state): the summary; empty where there was no row. */
WALK_FUNCTIONS(cohort, cohort_walk)
