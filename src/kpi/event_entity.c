/*
 * event_entity.c
 *		Journeys of one entity: funnel_level, funnel_outcome, funnel_times.
 *
 * Aggregates over the rows of one entity each, to GROUP BY it: a list of who
 * dropped where, with the figures of event_agg. The state is a list of the
 * rows, small and growing; it is put in order and walked at the end.
 */
#include "base/compat.h"

#include "base/argument.h"
#include "base/moment.h"
#include "catalog/pg_type.h"
#include "kpi/event_rows.h"
#include "path/single.h"
#include "utils/array.h"
#include "utils/builtins.h"

typedef struct EntityRows
{
	Journey    *journey;		/* shared by the groups of an aggregate: not to be changed */
	bool		fixed_definition;	/* a constant of the query: no need to look at it again */
	bool		by_conditions;
	int64		as_of;			/* of funnel_outcome */
	int64		through;		/* the last moment */
	SingleRows	rows;
}			EntityRows;

static pg_noinline EntityRows *
begin_rows(FunctionCallInfo fcinfo, int definition, bool by_conditions)
{
	MemoryContext context;
	EntityRows *rows;

	if (!AggCheckCallContext(fcinfo, &context))
		elog(ERROR, "rows of an entity collected in a non-aggregate context");
	rows = MemoryContextAllocZero(context, sizeof(EntityRows));
	rows->journey = definition_shared(context, PG_GETARG_DATUM(definition), journey_prepare);
	event_refuse_property(rows->journey, "Leave out the clause; where the property is held, group by it, too.");
	rows->fixed_definition = path_argument_is_constant(fcinfo, definition);
	rows->by_conditions = by_conditions;
	single_init(&rows->rows, event_has_payload(rows->journey, by_conditions) ? 2 : 1);
	rows->through = PG_INT64_MIN;
	return rows;
}

/* The state as the row at hand finds it; "definition" is an argument's number. */
static inline EntityRows *
row_state(FunctionCallInfo fcinfo, int definition, bool by_conditions)
{
	EntityRows *rows;

	if (unlikely(PG_ARGISNULL(definition)))
		event_refuse_null();
	if (unlikely(PG_ARGISNULL(0)))
		return begin_rows(fcinfo, definition, by_conditions);
	rows = (EntityRows *) PG_GETARG_POINTER(0);
	if (!rows->fixed_definition && unlikely(!image_is_same(&rows->journey->image, PG_GETARG_DATUM(definition))))
		definition_refuse_change("the journey");
	return rows;
}

static inline void
add_row(EntityRows *rows, Timestamp at, int code, int64 payload)
{
	if (unlikely(!moment_in_range(at)))
		return;
	single_add(&rows->rows, rows, path_moment(at, code), payload);
	rows->through = Max(rows->through, at);
}

/* A row of (state, event, at, journey ...) */
static inline void
add_event(EntityRows *rows, FunctionCallInfo fcinfo, Timestamp (*moment) (Datum))
{
	const Journey *journey = rows->journey;
	int			code;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		return;
	code = label_code_of(&journey->table, PG_GETARG_DATUM(1));
	if (code < 0 && !journey->needs_others)
		return;
	if (rows->rows.width > 1)
		add_row(rows, moment(PG_GETARG_DATUM(2)), 0, code);
	else
		add_row(rows, moment(PG_GETARG_DATUM(2)), code < 0 ? EVENT_OTHER : code, 0);
}

/* A row of (state, at, journey ..., conditions), whose conditions are a numbered argument */
static inline void
add_conditions(EntityRows *rows, FunctionCallInfo fcinfo, int conditions, Timestamp (*moment) (Datum))
{
	uint64		mask = event_conditions(fcinfo, conditions, rows->journey);

	if (!PG_ARGISNULL(1) && (mask != 0 || rows->journey->needs_others))
		add_row(rows, moment(PG_GETARG_DATUM(1)), 0, (int64) mask);
}

/* The moment of the question: an argument that is the same for all rows */
static inline void
take_as_of(EntityRows *rows, FunctionCallInfo fcinfo, int argument, bool is_first)
{
	TimestampTz as_of;

	if (unlikely(PG_ARGISNULL(argument)))
		refuse_null("as_of", "Give the moment of the question: until then the rows are complete.");
	as_of = PG_GETARG_TIMESTAMPTZ(argument);
	if (unlikely(!is_first && as_of != rows->as_of))
		refuse_change("as_of", moment_text(rows->as_of, false), moment_text(as_of, false));
	check_as_of_moment(as_of, false);
	rows->as_of = as_of;
}

/* event_collect_timestamp ...: the transition functions, for each way to tell a row and to ask */
#define EVENT_COLLECT(at) \
PG_FUNCTION_INFO_V1(event_collect_##at); \
Datum \
event_collect_##at(PG_FUNCTION_ARGS) \
{ \
	EntityRows *rows = row_state(fcinfo, 3, false); \
\
	add_event(rows, fcinfo, moment_from_##at); \
	PG_RETURN_POINTER(rows); \
} \
PG_FUNCTION_INFO_V1(event_collect_as_of_##at); \
Datum \
event_collect_as_of_##at(PG_FUNCTION_ARGS) \
{ \
	EntityRows *rows = row_state(fcinfo, 3, false); \
\
	take_as_of(rows, fcinfo, 4, PG_ARGISNULL(0)); \
	add_event(rows, fcinfo, moment_from_##at); \
	PG_RETURN_POINTER(rows); \
} \
PG_FUNCTION_INFO_V1(event_collect_conditions_##at); \
Datum \
event_collect_conditions_##at(PG_FUNCTION_ARGS) \
{ \
	EntityRows *rows = row_state(fcinfo, 2, true); \
\
	add_conditions(rows, fcinfo, 3, moment_from_##at); \
	PG_RETURN_POINTER(rows); \
} \
PG_FUNCTION_INFO_V1(event_collect_conditions_as_of_##at); \
Datum \
event_collect_conditions_as_of_##at(PG_FUNCTION_ARGS) \
{ \
	EntityRows *rows = row_state(fcinfo, 2, true); \
\
	take_as_of(rows, fcinfo, 3, PG_ARGISNULL(0)); \
	add_conditions(rows, fcinfo, 4, moment_from_##at); \
	PG_RETURN_POINTER(rows); \
}

/* timestamptz and timestamp (read as UTC) are the same to C. */
MOMENT_TYPES(EVENT_COLLECT)

/* The best unit of an entity, and what its units come to */
typedef struct EntityResult
{
	int			level;
	uint32		done;
	int64		times[CHAIN_STEPS];
	bool		dropped;
	int64		deadline;
	Chain	   *chain;
}			EntityResult;

/* There is one unit: a session or an attempt is none here. */
static void
take_unit(void *context, const ChainUnit *unit)
{
	EntityResult *result = context;

	result->level = unit->level;
	result->done = unit->done;
	memcpy(result->times, unit->times, sizeof(result->times));
	result->dropped = unit->dropped;
	result->deadline = unit->deadline;
}

static void
advance_chain(void *context, const ChainInstant *instant)
{
	chain_advance(((EntityResult *) context)->chain, instant, true);
}

/* Puts the rows in order and walks them. */
static void
read_rows(EntityRows *rows, EntityResult *result)
{
	ChainRules	rules = rows->journey->rules;
	EventReader reader = {0};
	PathBatch	batch;

	memset(result, 0, sizeof(EntityResult));
	if (rows->rows.count == 0)
		return;
	rules.count = CHAIN_ENTITIES;
	result->chain = chain_create(&rules, take_unit, result);
	event_reader_begin(&reader, rows->journey, rows->by_conditions, advance_chain, result);
	batch = single_batch(&rows->rows);
	chain_begin(result->chain);
	event_read(&reader, &batch);
	chain_end(result->chain);
}

/* funnel_level: the furthest step, 0 where it never did the first */
PG_FUNCTION_INFO_V1(event_level);
Datum
event_level(PG_FUNCTION_ARGS)
{
	EntityResult result;

	if (PG_ARGISNULL(0))
		PG_RETURN_INT32(0);
	read_rows((EntityRows *) PG_GETARG_POINTER(0), &result);
	PG_RETURN_INT32(result.level);
}

/* funnel_outcome: converted, undecided, dropped or excluded; NULL where it never did the first step */
PG_FUNCTION_INFO_V1(event_outcome);
Datum
event_outcome(PG_FUNCTION_ARGS)
{
	EntityRows *rows;
	EntityResult result;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	rows = (EntityRows *) PG_GETARG_POINTER(0);
	if (rows->rows.count > 0 && rows->through > rows->as_of)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("as_of lies before a row of the entity, of %s", moment_text(rows->through, false)),
				 errhint("Leave out the rows after as_of, with FILTER or WHERE.")));
	read_rows(rows, &result);
	if (result.level == 0)
		PG_RETURN_NULL();
	if (result.level == rows->journey->rules.steps)
		PG_RETURN_TEXT_P(cstring_to_text("converted"));
	if (result.deadline > rows->as_of)
		PG_RETURN_TEXT_P(cstring_to_text("undecided"));
	PG_RETURN_TEXT_P(cstring_to_text(result.dropped ? "dropped" : "excluded"));
}

/* funnel_times: when each step was done, in the chain that counts; NULL for a step that wasn't */
PG_FUNCTION_INFO_V1(event_times_of_entity);
Datum
event_times_of_entity(PG_FUNCTION_ARGS)
{
	EntityRows *rows;
	EntityResult result;
	Datum		times[CHAIN_STEPS];
	bool		nulls[CHAIN_STEPS];
	int			steps;
	int			lower = 1;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	rows = (EntityRows *) PG_GETARG_POINTER(0);
	read_rows(rows, &result);
	steps = rows->journey->rules.steps;
	for (int k = 0; k < steps; k++)
	{
		times[k] = TimestampTzGetDatum(result.times[k]);
		nulls[k] = !(result.done >> k & 1);
	}
	PG_RETURN_ARRAYTYPE_P(construct_md_array(times, nulls, 1, &steps, &lower, TIMESTAMPTZOID, sizeof(TimestampTz), true, TYPALIGN_DOUBLE));
}
