/*
 * stage.c
 *		stage_agg: the rows of a stage history, collected, walked, summarised.
 *
 * A row that can't be placed (no stage, no time, an unknown stage, a time out
 * of range) is counted when it comes. If it names an entity, it leaves a mark
 * at the very beginning of time, which no placed row can have: that is how an
 * entity of nothing but such rows is still known to be outside of the funnel.
 */
#include "kpi/stage.h"

#include "base/moment.h"
#include "nodes/primnodes.h"
#include "path/store.h"
#include "path/walk.h"
#include "utils/builtins.h"
#include "utils/numeric.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"

#define MARK_TIME	(-PATH_TIME_LIMIT)

typedef struct StageState
{
	PathStore	store;
	FunnelLookup *funnel;
	bool		fixed_definition;	/* a constant of the query: no need to look at it again */
	int64		left_out[STAGE_REASONS];
	Decimal    *amounts;		/* those that an event can't hold; may hold pointers to numerics */
	int64		amount_count;
	int64		amount_room;
	MemoryContext context;
}			StageState;

/*
 * An event's amount in 8 bytes: units * 64 + scale. What doesn't fit is in the
 * state's list, and the event holds its number in the units' place.
 */
#define AMOUNT_NONE			PG_INT64_MIN
#define AMOUNT_LISTED		63
#define AMOUNT_UNITS_LIMIT	(INT64CONST(1) << 57)

static pg_noinline int64
list_amount(StageState *state, const Decimal *amount)
{
	MemoryContext old = MemoryContextSwitchTo(state->context);
	Decimal		kept = *amount;

	if (state->amount_count == state->amount_room)
	{
		int64		room = Max(8, state->amount_room * 2);

		if (state->amounts == NULL)
			state->amounts = palloc(sizeof(Decimal) * room);
		else
			state->amounts = repalloc_huge(state->amounts, sizeof(Decimal) * room);
		state->amount_room = room;
	}
	if (kept.wide != NULL)
		kept.wide = DatumGetNumericCopy(NumericGetDatum(kept.wide));
	state->amounts[state->amount_count] = kept;
	MemoryContextSwitchTo(old);
	return (state->amount_count++ << 6) | AMOUNT_LISTED;
}

static inline int64
pack_amount(StageState *state, const Decimal *amount)
{
	if (likely(amount->wide == NULL &&
			   amount->units < AMOUNT_UNITS_LIMIT && amount->units > -AMOUNT_UNITS_LIMIT))
		return (int64) amount->units * 64 + amount->scale;
	return list_amount(state, amount);
}

static inline Decimal
unpack_amount(const StageState *state, int64 packed)
{
	Decimal		amount = {0};

	if (unlikely((packed & 63) == AMOUNT_LISTED))
		return state->amounts[packed >> 6];
	amount.units = packed >> 6;
	amount.scale = packed & 63;
	return amount;
}

/* The larger of two amounts; of equal ones, that which shows more digits. */
static int64
larger_amount(const StageState *state, int64 a, int64 b)
{
	Decimal		left;
	Decimal		right;
	int			order;

	if (a == AMOUNT_NONE || a == b)
		return b;
	if (b == AMOUNT_NONE)
		return a;
	left = unpack_amount(state, a);
	right = unpack_amount(state, b);
	if (left.wide == NULL && right.wide == NULL && left.scale == right.scale)
		return left.units >= right.units ? a : b;
	order = DatumGetInt32(DirectFunctionCall2(numeric_cmp,
											  NumericGetDatum(decimal_to_numeric(&left)),
											  NumericGetDatum(decimal_to_numeric(&right))));
	if (order == 0)
		order = left.scale - right.scale;
	return order >= 0 ? a : b;
}

/* Is the definition, the aggregate's last argument, a constant of the query? */
static bool
definition_is_fixed(FunctionCallInfo fcinfo)
{
	Aggref	   *aggref = AggGetAggref(fcinfo);
	TargetEntry *last;

	if (aggref == NULL || aggref->args == NIL)
		return false;
	last = llast_node(TargetEntry, aggref->args);
	return IsA(last->expr, Const);
}

static pg_noinline StageState *
create_state(FunctionCallInfo fcinfo, bool wide_keys, bool has_amount, Datum definition)
{
	MemoryContext context;
	StageState *state;

	if (!AggCheckCallContext(fcinfo, &context))
		elog(ERROR, "stage_accum called in non-aggregate context");
	state = MemoryContextAllocZero(context, sizeof(StageState));
	state->context = context;
	state->funnel = funnel_lookup_create(context, definition);
	state->fixed_definition = definition_is_fixed(fcinfo);
	path_store_init(&state->store, fcinfo, wide_keys, has_amount);
	return state;
}

static pg_noinline void
no_definition(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
			 errmsg("the funnel definition of stage_agg must not be NULL"),
			 errhint("Write it as 'Lead > Qualified > Won; lost: Lost'; if it comes from a join, leave out the rows without one.")));
}

/* The code of a stage label; -1 for an unknown one. */
static inline int
stage_code(const FunnelLookup *funnel, Datum label)
{
	struct varlena *text = (struct varlena *) DatumGetPointer(label);
	int			code;

	if (likely(VARATT_IS_SHORT(text) ? !VARATT_IS_EXTERNAL(text) : !VARATT_IS_EXTENDED(text)))
		return funnel_code(funnel, VARDATA_ANY(text), VARSIZE_ANY_EXHDR(text));
	text = pg_detoast_datum_packed(text);
	code = funnel_code(funnel, VARDATA_ANY(text), VARSIZE_ANY_EXHDR(text));
	pfree(text);
	return code;
}

/*
 * The part of the row's way in that all overloads share, after the entity is
 * known: arguments are (state, entity, stage, at [, amount], definition).
 */
static inline void
place_row(StageState *state, FunctionCallInfo fcinfo, PathKey key,
		  Timestamp (*moment) (Datum), int64 amount)
{
	StageReason reason;
	int			code;

	if (unlikely(PG_ARGISNULL(2)))
		reason = STAGE_NO_STAGE;
	else if (unlikely(PG_ARGISNULL(3)))
		reason = STAGE_NO_TIME;
	else if (unlikely((code = stage_code(state->funnel, PG_GETARG_DATUM(2))) < 0))
		reason = STAGE_UNKNOWN;
	else
	{
		Timestamp	at = moment(PG_GETARG_DATUM(3));

		if (likely(path_time_in_range(at) && at != MARK_TIME))
		{
			path_append(&state->store, fcinfo, key, path_moment(at, code), amount);
			return;
		}
		reason = STAGE_OUT_OF_RANGE;
	}
	state->left_out[reason]++;
	path_append(&state->store, fcinfo, key, path_moment(MARK_TIME, 0), AMOUNT_NONE);
}

static inline StageState *
row_state(FunctionCallInfo fcinfo, bool wide_keys, bool has_amount)
{
	int			definition = has_amount ? 5 : 4;
	StageState *state;

	if (unlikely(PG_ARGISNULL(definition)))
		no_definition();
	if (unlikely(PG_ARGISNULL(0)))
		state = create_state(fcinfo, wide_keys, has_amount, PG_GETARG_DATUM(definition));
	else
	{
		state = (StageState *) PG_GETARG_POINTER(0);
		if (!state->fixed_definition &&
			unlikely(!funnel_is_same(state->funnel, PG_GETARG_DATUM(definition))))
			funnel_changed();
	}
	return state;
}

#define KEY_int8	path_key_from_int8(PG_GETARG_INT64(1))
#define KEY_text	path_key_from_text(PG_GETARG_DATUM(1))
#define KEY_uuid	path_key_from_uuid(PG_GETARG_UUID_P(1))
#define WIDE_int8	false
#define WIDE_text	true
#define WIDE_uuid	true

#define STAGE_ACCUM(entity, at) \
PG_FUNCTION_INFO_V1(stage_accum_##entity##_##at); \
Datum \
stage_accum_##entity##_##at(PG_FUNCTION_ARGS) \
{ \
	StageState *state = row_state(fcinfo, WIDE_##entity, false); \
\
	if (unlikely(PG_ARGISNULL(1))) \
		state->left_out[STAGE_NO_ENTITY]++; \
	else \
		place_row(state, fcinfo, KEY_##entity, moment_from_##at, AMOUNT_NONE); \
	PG_RETURN_POINTER(state); \
}

#define STAGE_ACCUM_AMOUNT(entity, at, type) \
PG_FUNCTION_INFO_V1(stage_accum_##entity##_##at##_##type); \
Datum \
stage_accum_##entity##_##at##_##type(PG_FUNCTION_ARGS) \
{ \
	StageState *state = row_state(fcinfo, WIDE_##entity, true); \
\
	if (unlikely(PG_ARGISNULL(1))) \
		state->left_out[STAGE_NO_ENTITY]++; \
	else \
	{ \
		int64		packed = AMOUNT_NONE; \
\
		if (!PG_ARGISNULL(4)) \
		{ \
			Decimal		amount = decimal_from_##type(PG_GETARG_DATUM(4)); \
\
			packed = pack_amount(state, &amount); \
		} \
		place_row(state, fcinfo, KEY_##entity, moment_from_##at, packed); \
	} \
	PG_RETURN_POINTER(state); \
}

#define STAGE_ACCUM_int8_timestamp(type)	STAGE_ACCUM_AMOUNT(int8, timestamp, type)
#define STAGE_ACCUM_text_timestamp(type)	STAGE_ACCUM_AMOUNT(text, timestamp, type)
#define STAGE_ACCUM_uuid_timestamp(type)	STAGE_ACCUM_AMOUNT(uuid, timestamp, type)
#define STAGE_ACCUM_int8_date(type)			STAGE_ACCUM_AMOUNT(int8, date, type)
#define STAGE_ACCUM_text_date(type)			STAGE_ACCUM_AMOUNT(text, date, type)
#define STAGE_ACCUM_uuid_date(type)			STAGE_ACCUM_AMOUNT(uuid, date, type)

/* timestamptz and timestamp (read as UTC) are the same to C. */
STAGE_ACCUM(int8, timestamp)
STAGE_ACCUM(text, timestamp)
STAGE_ACCUM(uuid, timestamp)
STAGE_ACCUM(int8, date)
STAGE_ACCUM(text, date)
STAGE_ACCUM(uuid, date)
AMOUNT_TYPES(STAGE_ACCUM_int8_timestamp)
AMOUNT_TYPES(STAGE_ACCUM_text_timestamp)
AMOUNT_TYPES(STAGE_ACCUM_uuid_timestamp)
AMOUNT_TYPES(STAGE_ACCUM_int8_date)
AMOUNT_TYPES(STAGE_ACCUM_text_date)
AMOUNT_TYPES(STAGE_ACCUM_uuid_date)

/* Standings while they are being counted: a hash table by the three keys in one word. */
typedef struct StandingEntry
{
	uint64		key;
	char		status;
	int64		entities;
	Decimal		amount;
}			StandingEntry;

#define SH_PREFIX		standing
#define SH_ELEMENT_TYPE	StandingEntry
#define SH_KEY_TYPE		uint64
#define SH_KEY			key
#define SH_HASH_KEY(table, key)	((uint32) path_mix(key))
#define SH_EQUAL(table, a, b)	((a) == (b))
#define SH_SCOPE		static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

#define STANDING_DAY_OFFSET		(INT64CONST(1) << 24)	/* days are within +-1.7 million */

/* One walk: the summary it adds to and what it must know of the entity at hand */
typedef struct StageVisitor
{
	const StageState *state;
	StageSummary *summary;
	standing_hash *standings;
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
	visitor->moment = path_moment(MARK_TIME, 0);
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
		amount = larger_amount(visitor->state, visitor->amount, amount);
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
	uint64		key = ((uint64) visitor->furthest << 40) | ((uint64) visitor->code << 32) |
		(uint64) (stage_day(visitor->entered) + STANDING_DAY_OFFSET);
	bool		found;
	StandingEntry *entry;

	if (visitor->standings == NULL)
		visitor->standings = standing_create(CurrentMemoryContext, 16, NULL);
	entry = standing_insert(visitor->standings, key, &found);
	if (!found)
	{
		entry->entities = 0;
		memset(&entry->amount, 0, sizeof(Decimal));
	}
	entry->entities++;
	if (amount != NULL)
		decimal_add(&entry->amount, amount);
}

static void
conclude_entity(StageVisitor *visitor)
{
	StageSummary *summary = visitor->summary;
	const Decimal *amount = NULL;
	Decimal		value;

	if (visitor->rows > 0)
	{
		summary->from = Min(summary->from, visitor->from);
		summary->through = Max(summary->through, path_moment_time(visitor->moment));
	}
	if (visitor->furthest < 0)
	{
		summary->outside++;
		summary->rows[STAGE_OUTSIDE] += visitor->rows;
		return;
	}
	summary->rows[STAGE_USED] += visitor->rows;
	for (int k = 0; k <= visitor->furthest; k++)
		summary->steps[k].own += (visitor->seen >> k) & 1;
	if (visitor->amount != AMOUNT_NONE)
	{
		value = unpack_amount(visitor->state, visitor->amount);
		amount = &value;
		summary->with_amount++;
	}

	if (visitor->code >= visitor->stages)
	{
		StageStep  *step = &summary->steps[visitor->furthest];

		step->lost++;
		if (amount != NULL)
			decimal_add(&step->amount_lost, amount);
	}
	else if (visitor->code == visitor->stages - 1)
	{
		summary->arrived++;
		if (amount != NULL)
			decimal_add(&summary->amount_arrived, amount);
	}
	else
		add_standing(visitor, amount);
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

		if (unlikely(at == MARK_TIME))
			continue;
		if (batch->width > 1)
			see_amount(visitor, at, path_event_payload(batch, i));
		if (unlikely(moment == visitor->moment))
		{
			visitor->summary->rows[STAGE_DUPLICATE]++;
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

/* Takes the standings out of the hash table, in order. */
static void
collect_standings(StageVisitor *visitor)
{
	StageSummary *summary = visitor->summary;
	standing_iterator iterator;
	StandingEntry *entry;
	int			count = 0;

	if (visitor->standings == NULL)
		return;
	summary->standings = palloc_extended(sizeof(StageStanding) * (Size) visitor->standings->members,
										 MCXT_ALLOC_HUGE);
	standing_start_iterate(visitor->standings, &iterator);
	while ((entry = standing_iterate(visitor->standings, &iterator)) != NULL)
	{
		StageStanding *standing = &summary->standings[count++];

		standing->furthest = (int32) (entry->key >> 40);
		standing->current = (int32) ((entry->key >> 32) & 0xff);
		standing->day = (int32) ((entry->key & 0xffffffff) - STANDING_DAY_OFFSET);
		standing->entities = entry->entities;
		standing->amount = entry->amount;
	}
	summary->standing_count = count;
	qsort(summary->standings, count, sizeof(StageStanding), stage_standing_compare);
}

/* stage_final(state): the summary; empty where there was no row. */
PG_FUNCTION_INFO_V1(stage_final);
Datum
stage_final(PG_FUNCTION_ARGS)
{
	StageState *state;
	StageSummary summary;
	StageVisitor visitor = {0};

	if (PG_ARGISNULL(0))
		PG_RETURN_DATUM(summary_empty(&stage_summary_type));
	state = (StageState *) PG_GETARG_POINTER(0);

	summary_clear(&stage_summary_type, &summary);
	stage_define(&summary, state->funnel);
	memcpy(summary.rows, state->left_out, sizeof(summary.rows));
	visitor.state = state;
	visitor.summary = &summary;
	visitor.stages = stage_count(&summary);
	visitor.codes = stage_codes(&summary);
	path_walk(&state->store, stage_visit, &visitor);
	collect_standings(&visitor);
	PG_RETURN_DATUM(summary_pack(&stage_summary_type, &summary));
}
