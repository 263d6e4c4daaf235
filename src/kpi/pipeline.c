/*
 * pipeline.c
 *		pipeline_agg: the rows of a stage history, collected, walked, summarised.
 */
#include "kpi/pipeline.h"

#include "path/calendar.h"
#include "path/walk.h"
#include "port/pg_bitutils.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

typedef struct PipelineState
{
	History		history;
	Calendar	calendar;
}			PipelineState;

/* The arguments are (state, entity, stage, at, amount, definition, period [, zone]). */
#define DEFINITION		5
#define PERIOD			6

/* The state of a first row */
static pg_noinline PipelineState *
create_state(FunctionCallInfo fcinfo, bool wide_keys, bool is_local)
{
	MemoryContext context;
	PipelineState *state;

	if (!AggCheckCallContext(fcinfo, &context))
		elog(ERROR, "pipeline_accum called in a non-aggregate context");
	state = MemoryContextAllocZero(context, sizeof(PipelineState));
	history_begin(&state->history, fcinfo, DEFINITION, wide_keys, true);
	calendar_begin(&state->calendar, fcinfo, context, PERIOD, is_local);
	return state;
}

static inline PipelineState *
row_state(FunctionCallInfo fcinfo, bool wide_keys, bool is_local)
{
	PipelineState *state;

	if (unlikely(PG_ARGISNULL(DEFINITION)))
		history_no_definition();
	calendar_check_null(fcinfo, PERIOD);
	if (unlikely(PG_ARGISNULL(0)))
		return create_state(fcinfo, wide_keys, is_local);

	state = (PipelineState *) PG_GETARG_POINTER(0);
	history_check_definition(&state->history, PG_GETARG_DATUM(DEFINITION));
	calendar_check(&state->calendar, fcinfo, PERIOD);
	return state;
}

#define PIPELINE_ACCUM(entity, at, type) \
PG_FUNCTION_INFO_V1(pipeline_accum_##entity##_##at##_##type); \
Datum \
pipeline_accum_##entity##_##at##_##type(PG_FUNCTION_ARGS) \
{ \
	PipelineState *state = row_state(fcinfo, PATH_WIDE_##entity, MOMENT_IS_LOCAL_##at); \
\
	HISTORY_ADD_AMOUNT(&state->history, entity, at, type); \
	PG_RETURN_POINTER(state); \
}

#define PIPELINE_ACCUM_OF(type) \
	PIPELINE_ACCUM(int8, timestamptz, type) \
	PIPELINE_ACCUM(text, timestamptz, type) \
	PIPELINE_ACCUM(uuid, timestamptz, type) \
	PIPELINE_ACCUM(int8, timestamp, type) \
	PIPELINE_ACCUM(text, timestamp, type) \
	PIPELINE_ACCUM(uuid, timestamp, type) \
	PIPELINE_ACCUM(int8, date, type) \
	PIPELINE_ACCUM(text, date, type) \
	PIPELINE_ACCUM(uuid, date, type)

AMOUNT_TYPES(PIPELINE_ACCUM_OF)

/*
 * The walk
 */

typedef enum Place
{
	NOWHERE,					/* no stage yet */
	OPEN,
	WON_PLACE,
	LOST_PLACE
}			Place;

typedef struct PipelineVisitor
{
	const PipelineState *state;
	PipelineSummary *summary;
	int			stages;

	/* of the entity */
	Place		place;
	Decimal		amount;			/* the latest; 0 until there is one */
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

static void
count_move(PipelineVisitor *visitor, Move move, const Decimal *amount)
{
	PipelinePeriod *period = tally_cell(&visitor->summary->periods, tally_key(0, visitor->period));

	period->deals[move]++;
	decimal_add(&period->amount[move], amount);
}

/* The deal's amount becomes another while it is in the pipeline. */
static void
count_change(PipelineVisitor *visitor, const Decimal *before, const Decimal *after)
{
	Decimal		difference = *after;
	Decimal		reverse = *before;

	decimal_subtract(&difference, before);
	if (decimal_is_zero(&difference))
		return;
	if (difference.wide == NULL ? difference.units > 0 :
		DatumGetBool(DirectFunctionCall2(numeric_gt, NumericGetDatum(decimal_to_numeric(after)),
										 NumericGetDatum(decimal_to_numeric(before)))))
		count_move(visitor, INCREASED, &difference);
	else
	{
		decimal_subtract(&reverse, after);
		count_move(visitor, DECREASED, &reverse);
	}
}

/* A row puts the deal into a stage (its code) with this amount. */
static void
enter_stage(PipelineVisitor *visitor, int code, const Decimal *amount)
{
	switch (visitor->place)
	{
		case NOWHERE:
			count_move(visitor, CREATED, amount);
			break;
		case OPEN:
			count_change(visitor, &visitor->amount, amount);
			break;
		case LOST_PLACE:
			count_move(visitor, REOPENED, amount);
			break;
		case WON_PLACE:
			if (code < visitor->stages - 1)
				count_move(visitor, REOPENED, amount);
			break;
	}
	if (code < visitor->stages - 1)
		visitor->place = OPEN;
	else
	{
		if (visitor->place != WON_PLACE)
			count_move(visitor, WON, amount);
		visitor->place = WON_PLACE;
	}
}

/* Goes through the rows at hand, all of one moment in time. */
static void
move_entity(PipelineVisitor *visitor)
{
	Decimal		amount = visitor->amount;

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
			if (visitor->place == OPEN)
				count_move(visitor, LOST, &visitor->amount);
			if (visitor->place != NOWHERE)
				visitor->place = LOST_PLACE;
		}
	}
	visitor->amount = amount;
	visitor->codes = 0;
	visitor->payload = AMOUNT_NONE;
}

static void
begin_entity(PipelineVisitor *visitor)
{
	visitor->place = NOWHERE;
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

	if (visitor->codes != 0)
		move_entity(visitor);
	if (visitor->rows > 0)
	{
		summary->from = Min(summary->from, visitor->from);
		summary->through = Max(summary->through, visitor->at);
	}
	if (visitor->place == NOWHERE)
	{
		summary->outside++;
		summary->rows[HISTORY_OUTSIDE] += visitor->rows;
	}
	else
	{
		summary->rows[HISTORY_USED] += visitor->rows;
		summary->with_amount += visitor->has_amount;
	}
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
			visitor->summary->rows[HISTORY_DUPLICATE]++;
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

/* pipeline_final(state): the summary; empty where there was no row. */
PG_FUNCTION_INFO_V1(pipeline_final);
Datum
pipeline_final(PG_FUNCTION_ARGS)
{
	PipelineState *state;
	PipelineSummary summary;
	PipelineVisitor visitor = {0};
	const char *definition;

	if (PG_ARGISNULL(0))
		PG_RETURN_DATUM(summary_empty(&pipeline_summary_type));
	state = (PipelineState *) PG_GETARG_POINTER(0);

	summary_clear(&pipeline_summary_type, &summary);
	summary.funnel = state->history.funnel;
	definition = funnel_source(state->history.funnel, &summary.definition_length);
	summary.definition = pnstrdup(definition, summary.definition_length);
	summary.kind = state->calendar.kind;
	/* As the zone spells its name, so that summaries of one zone merge */
	summary.zone = pstrdup(state->calendar.zone.rules != NULL ? state->calendar.zone.name : "UTC");
	summary.zone_length = strlen(summary.zone);
	memcpy(summary.rows, state->history.left_out, sizeof(summary.rows));
	visitor.state = state;
	visitor.summary = &summary;
	visitor.stages = state->history.funnel->stages;
	path_walk(&state->history.store, pipeline_visit, &visitor);
	if (summary.from <= summary.through)
	{
		summary.first = period_first_day(summary.kind, period_of(&visitor, summary.from));
		summary.last = period_first_day(summary.kind, period_of(&visitor, summary.through));
	}
	PG_RETURN_DATUM(summary_pack(&pipeline_summary_type, &summary));
}
