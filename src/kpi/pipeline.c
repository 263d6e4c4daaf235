/*
 * pipeline.c
 *		pipeline_agg: the rows of a stage history, collected, walked, summarised.
 */
#include "kpi/pipeline_summary.h"

#include "path/calendar.h"
#include "path/partial.h"
#include "path/walk.h"
#include "path/walkers.h"
#include "port/pg_bitutils.h"
#include "utils/builtins.h"

typedef struct PipelineState
{
	History		history;
	Calendar	calendar;
}			PipelineState;

/* The state of a first row */
static pg_noinline PipelineState *
create_state(FunctionCallInfo fcinfo, int definition, bool wide_keys, bool is_local)
{
	MemoryContext context;
	PipelineState *state = path_state_create(fcinfo, sizeof(PipelineState), &context);

	history_begin(&state->history, fcinfo, definition, wide_keys, true);
	calendar_begin(&state->calendar, fcinfo, context, definition + 1, is_local);
	return state;
}

/* The arguments are (state, entity, stage, at, amount, definition, period [, zone]). */
static pg_attribute_always_inline Datum
pipeline_row(FunctionCallInfo fcinfo, const PathKinds kinds)
{
	int			definition = HISTORY_DEFINITION(kinds);
	int			period = definition + 1;
	PipelineState *state;

	history_check_null(fcinfo, definition);
	calendar_check_null(fcinfo, period);
	if (unlikely(PG_ARGISNULL(0)))
		state = create_state(fcinfo, definition, kinds.wide_keys, kinds.is_local);
	else
	{
		state = (PipelineState *) PG_GETARG_POINTER(0);
		history_check_definition(&state->history, PG_GETARG_DATUM(definition));
		calendar_check(&state->calendar, fcinfo, period);
	}
	history_row(&state->history, fcinfo, kinds);
	PG_RETURN_POINTER(state);
}

/* pipeline_accum_int8_timestamptz_int2 ... pipeline_accum_uuid_date_float8 */
PATH_ZONED_AMOUNT_TRANSITIONS(pipeline_accum, pipeline_row)

static void
pipeline_parts(Partial *partial, void *of)
{
	PipelineState *state = of;

	history_parts(partial, &state->history);
	partial_calendar(partial, &state->calendar);
}

static const PartialKind pipeline_partial = {
	.size = sizeof(PipelineState),
	.store = offsetof(PipelineState, history.store),
	.amounts = offsetof(PipelineState, history.amounts),
	.parts = pipeline_parts
};

PARTIAL_FUNCTIONS(pipeline, pipeline_partial)

/*
 * The walk
 */

typedef enum Place
{
	PLACE_NOWHERE,				/* no stage yet */
	PLACE_OPEN,
	PLACE_WON,
	PLACE_LOST
}			Place;

typedef struct PipelineVisitor
{
	const PipelineState *state;
	PipelineSummary *summary;
	int			stages;

	/* of the entity */
	Place		place;
	Decimal		amount;			/* the latest; 0 until there is one; its wide form is its own */
	bool		has_amount;
	int64		rows;			/* placed, without duplicates */
	Timestamp	from;
	Timestamp	at;				/* of the rows at hand, which share a moment in time: */
	int32		period;			/* ... its period */
	uint64		codes;			/* ... their codes */
	int64		payload;		/* ... the largest of their amounts */
}			PipelineVisitor;

/* The number of the period that a moment lies in, in the state's zone; a row's time is in range of all of them */
static int32
period_of(const PipelineVisitor *visitor, Timestamp at)
{
	return period_of_day(visitor->state->calendar.kind, local_day(at, visitor->state->calendar.convert));
}

/* The first day of that period */
static int32
first_day_at(const PipelineVisitor *visitor, Timestamp at)
{
	return period_first_day(visitor->state->calendar.kind, period_of(visitor, at));
}

static void
count_move(PipelineVisitor *visitor, PipelineMove move, const Decimal *amount)
{
	PipelinePeriod *period = tally_cell(&visitor->summary->periods, tally_key(0, visitor->period));

	period->deals[move]++;
	decimal_accumulate(&period->amount[move], amount);
}

/* The deal's amount becomes another while it is in the pipeline. */
static void
count_change(PipelineVisitor *visitor, const Decimal *before, const Decimal *after)
{
	Decimal		increase = decimal_difference(after, before);
	int			sign = decimal_sign(&increase);

	if (sign > 0)
		count_move(visitor, MOVE_INCREASED, &increase);
	else if (sign < 0)
	{
		Decimal		decrease = decimal_negated(&increase);

		count_move(visitor, MOVE_DECREASED, &decrease);
		decimal_free(&decrease);
	}
	decimal_free(&increase);
}

/* A row puts the deal into a stage (its code) with this amount. */
static void
enter_stage(PipelineVisitor *visitor, int code, const Decimal *amount)
{
	switch (visitor->place)
	{
		case PLACE_NOWHERE:
			count_move(visitor, MOVE_CREATED, amount);
			break;
		case PLACE_OPEN:
			count_change(visitor, &visitor->amount, amount);
			break;
		case PLACE_LOST:
			count_move(visitor, MOVE_REOPENED, amount);
			break;
		case PLACE_WON:
			if (code < visitor->stages - 1)
				count_move(visitor, MOVE_REOPENED, amount);
			break;
	}
	if (code < visitor->stages - 1)
		visitor->place = PLACE_OPEN;
	else
	{
		if (visitor->place != PLACE_WON)
			count_move(visitor, MOVE_WON, amount);
		visitor->place = PLACE_WON;
	}
}

/* Goes through the rows at hand, all of one moment in time. */
static void
move_entity(PipelineVisitor *visitor)
{
	Decimal		amount = visitor->amount;
	Numeric		before = amount.wide;

	visitor->period = period_of(visitor, visitor->at);
	if (visitor->payload != AMOUNT_NONE)
	{
		amount = amount_unpack(&visitor->state->history.amounts, visitor->payload);
		visitor->has_amount = true;
	}
	for (uint64 codes = visitor->codes; codes != 0; codes &= codes - 1)
	{
		int			code = pg_rightmost_one_pos64(codes);

		if (code < visitor->stages)
		{
			enter_stage(visitor, code, &amount);
			visitor->amount = amount;
		}
		else
		{
			/* what is lost is what was in the pipeline, whatever a lost deal's amount is set to */
			if (visitor->place == PLACE_OPEN)
				count_move(visitor, MOVE_LOST, &visitor->amount);
			if (visitor->place != PLACE_NOWHERE)
				visitor->place = PLACE_LOST;
		}
	}
	visitor->amount = amount;
	if (unlikely(before != NULL && before != amount.wide))
		pfree(before);
	visitor->codes = 0;
	visitor->payload = AMOUNT_NONE;
}

static void
begin_entity(PipelineVisitor *visitor)
{
	visitor->place = PLACE_NOWHERE;
	memset(&visitor->amount, 0, sizeof(Decimal));
	visitor->has_amount = false;
	visitor->rows = 0;
	visitor->codes = 0;
	visitor->payload = AMOUNT_NONE;
}

static void
conclude_entity(PipelineVisitor *visitor)
{
	PipelineSummary *summary = visitor->summary;
	bool		outside;

	if (visitor->codes != 0)
		move_entity(visitor);
	outside = visitor->place == PLACE_NOWHERE;
	history_totals_conclude(&summary->totals, outside, visitor->rows, visitor->from, visitor->at);
	summary->totals.with_amount += !outside && visitor->has_amount;
	decimal_free(&visitor->amount);
}

/* A visitor of path_walk */
static void
pipeline_visit(void *of, const PathBatch *batch)
{
	PipelineVisitor *visitor = of;

	if (batch->first)
		begin_entity(visitor);
	for (int64 i = 0; i < batch->count; i++)
	{
		int64		moment = path_event_moment(batch, i);
		Timestamp	at = path_moment_time(moment);
		uint64		code = UINT64CONST(1) << path_moment_code(moment);

		if (at == HISTORY_MARK)
			continue;
		if (visitor->codes != 0 && at != visitor->at)
			move_entity(visitor);
		if (path_event_payload(batch, i) != AMOUNT_NONE)
			visitor->payload = amount_larger(&visitor->state->history.amounts, visitor->payload,
											 path_event_payload(batch, i));
		if (visitor->codes & code)
		{
			visitor->summary->totals.rows[HISTORY_DUPLICATE]++;
			continue;
		}
		if (visitor->rows++ == 0)
			visitor->from = at;
		visitor->at = at;
		visitor->codes |= code;
	}
	if (batch->last)
		conclude_entity(visitor);
}

/* A WalkKind's */
static void
pipeline_summarise(void *of, void *into)
{
	PipelineState *state = of;
	PipelineSummary *summary = into;
	PipelineVisitor visitor = {0};

	summary_clear(&pipeline_summary_type, summary);
	history_subject(&state->history, &summary->subject, &summary->totals);
	subject_set_calendar(&summary->subject, &state->calendar, "UTC");
	visitor.state = state;
	visitor.summary = summary;
	visitor.stages = state->history.funnel->stages;
	path_walk(&state->history.store, pipeline_visit, &visitor);
	if (summary->totals.from <= summary->totals.through)
	{
		summary->first = first_day_at(&visitor, summary->totals.from);
		summary->last = first_day_at(&visitor, summary->totals.through);
	}
}

static void
pipeline_conclude(FunctionCallInfo fcinfo, const void *state, const void *summary)
{
	history_conclude(&((const PipelineState *) state)->history, fcinfo, &((const PipelineSummary *) summary)->totals);
}

static const WalkKind pipeline_walk = {&pipeline_partial, &pipeline_summary_type, pipeline_summarise, pipeline_conclude, NULL};

/* pipeline_final(state): the summary; empty where there was no row. */
WALK_FUNCTIONS(pipeline, pipeline_walk)
