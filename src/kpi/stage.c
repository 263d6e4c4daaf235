/*
 * stage.c
 *		stage_agg: the rows of a stage history, collected, walked, summarised.
 */
#include "kpi/stage_summary.h"

#include "path/walk.h"
#include "path/walkers.h"

/* The state of a first row */
static pg_noinline History *
create_state(FunctionCallInfo fcinfo, int definition, bool wide_keys, bool has_amount)
{
	MemoryContext context;
	History    *history = path_state_create(fcinfo, sizeof(History), &context);

	history_begin(history, fcinfo, definition, wide_keys, has_amount);
	return history;
}

/* The arguments are (state, entity, stage, at [, amount], definition). */
static pg_attribute_always_inline Datum
stage_row(FunctionCallInfo fcinfo, const PathKinds kinds)
{
	int			definition = HISTORY_DEFINITION(kinds);
	History    *history;

	history_check_null(fcinfo, definition);
	if (unlikely(PG_ARGISNULL(0)))
		history = create_state(fcinfo, definition, kinds.wide_keys, kinds.amount != NULL);
	else
	{
		history = (History *) PG_GETARG_POINTER(0);
		history_check_definition(history, PG_GETARG_DATUM(definition));
	}
	history_row(history, fcinfo, kinds);
	PG_RETURN_POINTER(history);
}

/* stage_accum_int8_timestamp ... stage_accum_uuid_date; with an amount stage_accum_int8_timestamp_int2 ... */
PATH_TRANSITIONS(stage_accum, stage_row)
PATH_AMOUNT_TRANSITIONS(stage_accum, stage_row)

static const PartialKind stage_partial = {
	.size = sizeof(History),
	.store = offsetof(History, store),
	.amounts = offsetof(History, amounts),
	.parts = history_parts
};

PARTIAL_FUNCTIONS(stage, stage_partial)

/* One walk: the summary it adds to and what it must know of the entity at hand */
typedef struct StageVisitor
{
	const History *history;
	StageSummary *summary;
	int			stages;
	int			codes;

	/* of the entity */
	int64		moment;			/* of the last event */
	TimestampTz entered;		/* when the visit at hand began: the last movement */
	int			code;			/* of the visit at hand; -1: none yet */
	int			furthest;		/* -1: no stage so far */
	int64		rows;			/* placed, without duplicates */
	uint64		seen;			/* a bit for each stage entered */
	int64		amount;
	TimestampTz amount_at;
	TimestampTz from;
}			StageVisitor;

static void
begin_entity(StageVisitor *visitor)
{
	visitor->moment = path_moment(HISTORY_MARK, 0);
	visitor->code = -1;
	visitor->furthest = -1;
	visitor->rows = 0;
	visitor->seen = 0;
	visitor->amount = AMOUNT_NONE;
}

static inline void
see_amount(StageVisitor *visitor, TimestampTz at, int64 amount)
{
	if (amount == AMOUNT_NONE)
		return;
	if (visitor->amount != AMOUNT_NONE && visitor->amount_at == at)
		amount = amount_larger(&visitor->history->amounts, visitor->amount, amount);
	visitor->amount = amount;
	visitor->amount_at = at;
}

/* The visit at hand ends at "at" with a move to another stage or a lost label. */
static inline void
finish_visit(StageVisitor *visitor, TimestampTz at, int target)
{
	StageSummary *summary = visitor->summary;
	StageStep  *step = &summary->steps[visitor->code];
	Sketch	  **move = &summary->moves[visitor->code * visitor->codes + target];
	int64		duration = at - visitor->entered;

	step->time += duration;
	step->longest = Max(step->longest, duration);
	*move = sketch_insert(*move, duration);
}

static void
add_standing(StageVisitor *visitor, const Decimal *amount)
{
	StageStanding *standing = tally_cell(&visitor->summary->standings,
										 stage_standing_key(visitor->furthest, visitor->code, day_of(visitor->entered)));

	standing->entities++;
	if (amount != NULL)
		decimal_accumulate(&standing->amount, amount);
}

static void
conclude_entity(StageVisitor *visitor)
{
	StageSummary *summary = visitor->summary;
	const Decimal *amount = NULL;
	Decimal		value;

	history_totals_conclude(&summary->totals, visitor->furthest < 0, visitor->rows,
							visitor->from, path_moment_time(visitor->moment));
	if (visitor->furthest < 0)
		return;
	for (int k = 0; k <= visitor->furthest; k++)
		summary->steps[k].own += (visitor->seen >> k) & 1;
	if (visitor->amount != AMOUNT_NONE)
	{
		value = amount_unpack(&visitor->history->amounts, visitor->amount);
		amount = &value;
		summary->totals.with_amount++;
	}

	if (visitor->code >= visitor->stages)
	{
		StageStep  *step = &summary->steps[visitor->furthest];

		step->lost++;
		if (amount != NULL)
			decimal_accumulate(&step->amount_lost, amount);
	}
	else if (visitor->code == visitor->stages - 1)
	{
		summary->arrived++;
		if (amount != NULL)
			decimal_accumulate(&summary->amount_arrived, amount);
	}
	else
		add_standing(visitor, amount);
	if (amount != NULL)
		decimal_free(&value);
}

/* A visitor of path_walk */
static void
stage_visit(void *of, const PathBatch *batch)
{
	StageVisitor *visitor = of;

	if (batch->first)
		begin_entity(visitor);
	for (int64 i = 0; i < batch->count; i++)
	{
		int64		moment = path_event_moment(batch, i);
		TimestampTz at = path_moment_time(moment);
		int			code = path_moment_code(moment);

		if (unlikely(at == HISTORY_MARK))
			continue;
		if (batch->width > 1)
			see_amount(visitor, at, path_event_payload(batch, i));
		if (unlikely(moment == visitor->moment))
		{
			visitor->summary->totals.rows[HISTORY_DUPLICATE]++;
			continue;
		}
		visitor->moment = moment;
		if (visitor->rows++ == 0)
			visitor->from = at;
		if (code == visitor->code)
			continue;			/* a second row for the same stage is no movement */

		if (visitor->code >= 0 && visitor->code < visitor->stages)
			finish_visit(visitor, at, code);
		if (code < visitor->stages)
		{
			if (visitor->seen & (UINT64CONST(1) << code))
				visitor->summary->steps[code].reentries++;
			visitor->seen |= UINT64CONST(1) << code;
			visitor->furthest = Max(visitor->furthest, code);
		}
		visitor->code = code;
		visitor->entered = at;
	}
	if (batch->last)
		conclude_entity(visitor);
}

/* A WalkKind's */
static void
stage_summarise(void *state, void *of)
{
	History    *history = state;
	StageSummary *summary = of;
	StageVisitor visitor = {0};

	summary_clear(&stage_summary_type, summary);
	history_subject(history, &summary->subject, &summary->totals);
	stage_make_room(summary);
	visitor.history = history;
	visitor.summary = summary;
	visitor.stages = stage_count(summary);
	visitor.codes = stage_codes(summary);
	path_walk(&history->store, stage_visit, &visitor);
}

static void
stage_conclude(FunctionCallInfo fcinfo, const void *state, const void *summary)
{
	history_conclude(state, fcinfo, &((const StageSummary *) summary)->totals);
}

static const WalkKind stage_walk = {&stage_partial, &stage_summary_type, stage_summarise, stage_conclude, NULL};

/* stage_final(state): the summary; empty where there was no row. */
WALK_FUNCTIONS(stage, stage_walk)
