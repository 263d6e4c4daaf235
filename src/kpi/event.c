/*
 * event.c
 *		event_agg: rows of entities and events, collected, walked along a journey,
 *		summarised.
 */
#include "kpi/event_summary.h"

#include "base/argument.h"
#include "kpi/event_property.h"
#include "kpi/event_rows.h"
#include "path/arguments.h"
#include "path/calendar.h"
#include "path/occurrence.h"
#include "path/partial.h"
#include "path/store.h"
#include "path/walk.h"
#include "path/walkers.h"
#include "utils/memutils.h"

/* How a row is told, and what comes with it */
typedef enum EventForm
{
	EVENT_BY_LABEL,
	EVENT_BY_CONDITIONS,
	EVENT_WITH_PROPERTY			/* by label */
}			EventForm;

typedef struct EventState
{
	PathStore	store;
	Journey    *journey;		/* shared by the groups of an aggregate: not to be changed */
	bool		fixed_definition;	/* a constant of the query: no need to look at it again */
	EventForm	form;
	bool		has_calendar;
	Calendar	calendar;
	Dictionary	values;			/* of a property */
	Numbers		numbers;		/* of these */
	int64		from;			/* as in the summary */
	int64		through;
	int64		left_out[EVENT_REASONS];
}			EventState;

/*
 * The arguments are (state, entity, event, at, definition [, period [, zone]]),
 * (state, entity, at, definition [, period, zone], conditions) and (state,
 * entity, event, property, at, definition).
 */
enum
{
	EVENT_LABEL = PATH_ENTITY + 1,
	EVENT_AT,
	EVENT_DEFINITION,
	EVENT_PERIOD
};

#define EVENT_PROPERTY	EVENT_AT	/* where there is one */

/* By conditions all that follows the entity stands one further to the left, with a property what follows the event one to the right. */
static inline int
argument_at(EventForm form, int argument)
{
	return argument + (form == EVENT_BY_CONDITIONS ? -1 : form == EVENT_WITH_PROPERTY ? 1 : 0);
}

/* A property and what it is for come together. */
static void
check_property(const Journey *journey, EventForm form)
{
	if (form != EVENT_WITH_PROPERTY)
		event_refuse_property(journey, "Give the property behind the event: event_agg(entity, event, property, at, journey).");
	else if (journey->property == PROPERTY_NONE)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("there is a property, but the journey doesn't say what it is for"),
				 errhint("Add a clause to it: property: hold, first, last, or step and its number.")));
}

static pg_noinline EventState *
create_state(FunctionCallInfo fcinfo, bool wide_keys, bool is_local, EventForm form, bool has_calendar)
{
	MemoryContext context;
	EventState *state = path_state_create(fcinfo, sizeof(EventState), &context);
	int			definition = argument_at(form, EVENT_DEFINITION);

	state->journey = definition_shared(context, PG_GETARG_DATUM(definition), journey_prepare);
	state->fixed_definition = path_argument_is_constant(fcinfo, definition);
	check_property(state->journey, form);
	state->form = form;
	dictionary_begin(&state->values, context);
	state->has_calendar = has_calendar;
	if (has_calendar)
		calendar_begin(&state->calendar, fcinfo, context, argument_at(form, EVENT_PERIOD), is_local);
	state->from = MOMENT_NONE_FROM;
	state->through = MOMENT_NONE_THROUGH;
	path_store_init(&state->store, fcinfo, wide_keys, form != EVENT_BY_LABEL || event_has_payload(state->journey, false) ? 1 : 0);
	numbers_begin(&state->numbers, &state->store);
	return state;
}

static inline EventState *
row_state(FunctionCallInfo fcinfo, const PathKinds kinds, EventForm form, bool has_calendar)
{
	int			definition = argument_at(form, EVENT_DEFINITION);
	int			period = argument_at(form, EVENT_PERIOD);
	EventState *state;

	if (unlikely(PG_ARGISNULL(definition)))
		event_refuse_null();
	if (has_calendar)
		calendar_check_null(fcinfo, period);
	if (unlikely(PG_ARGISNULL(0)))
		return create_state(fcinfo, kinds.wide_keys, kinds.is_local, form, has_calendar);
	state = (EventState *) PG_GETARG_POINTER(0);
	if (!state->fixed_definition && unlikely(!image_is_same(&state->journey->image, PG_GETARG_DATUM(definition))))
		definition_refuse_change("the journey");
	if (has_calendar)
		calendar_check(&state->calendar, fcinfo, period);
	return state;
}

/* Adds a row, or counts one that satisfies nothing and matters to nobody. */
static pg_attribute_always_inline void
place_row(EventState *state, FunctionCallInfo fcinfo, const PathKinds kinds, Timestamp at, bool is_other, int code, int64 payload)
{
	if (unlikely(!moment_in_range(at)))
	{
		state->left_out[EVENT_OUT_OF_RANGE]++;
		return;
	}
	state->from = Min(state->from, at);
	state->through = Max(state->through, at);
	if (is_other && !state->journey->needs_others)
		state->left_out[EVENT_OTHER_EVENT]++;
	else
		path_append(&state->store, fcinfo, path_row_key(fcinfo, kinds), path_moment(at, code), payload);
}

static pg_attribute_always_inline Datum
label_row(FunctionCallInfo fcinfo, const PathKinds kinds)
{
	EventState *state = row_state(fcinfo, kinds, EVENT_BY_LABEL, PG_NARGS() > EVENT_PERIOD);

	if (unlikely(PG_ARGISNULL(PATH_ENTITY)))
		state->left_out[EVENT_NO_ENTITY]++;
	else if (unlikely(PG_ARGISNULL(EVENT_LABEL)))
		state->left_out[EVENT_NO_EVENT]++;
	else if (unlikely(PG_ARGISNULL(EVENT_AT)))
		state->left_out[EVENT_NO_TIME]++;
	else
	{
		int			code = label_code_of(&state->journey->table, PG_GETARG_DATUM(EVENT_LABEL));
		Timestamp	at = kinds.moment(PG_GETARG_DATUM(EVENT_AT));

		if (unlikely(state->store.payload_words > 0))
			place_row(state, fcinfo, kinds, at, code < 0, 0, code);
		else
			place_row(state, fcinfo, kinds, at, code < 0, code < 0 ? EVENT_OTHER : code, 0);
	}
	PG_RETURN_POINTER(state);
}

static pg_attribute_always_inline Datum
condition_row(FunctionCallInfo fcinfo, const PathKinds kinds)
{
	int			at = argument_at(EVENT_BY_CONDITIONS, EVENT_AT);
	EventState *state = row_state(fcinfo, kinds, EVENT_BY_CONDITIONS, PG_NARGS() > argument_at(EVENT_BY_CONDITIONS, EVENT_PERIOD) + 1);
	uint64		mask = event_conditions(fcinfo, PG_NARGS() - 1, state->journey);

	if (unlikely(PG_ARGISNULL(PATH_ENTITY)))
		state->left_out[EVENT_NO_ENTITY]++;
	else if (unlikely(PG_ARGISNULL(at)))
		state->left_out[EVENT_NO_TIME]++;
	else
		place_row(state, fcinfo, kinds, kinds.moment(PG_GETARG_DATUM(at)), mask == 0, 0, (int64) mask);
	PG_RETURN_POINTER(state);
}

/* The payload of a label and the row's property */
static inline int64
property_payload(EventState *state, FunctionCallInfo fcinfo, int code)
{
	if (PG_ARGISNULL(EVENT_PROPERTY))
		return event_property_payload(code, EVENT_NO_VALUE);
	return state->numbers.own + event_property_payload(code, event_property_value(&state->values, PG_GETARG_DATUM(EVENT_PROPERTY)));
}

/* A row whose property is NULL takes no part where it is held. */
static pg_attribute_always_inline Datum
property_row(FunctionCallInfo fcinfo, const PathKinds kinds)
{
	int			at_argument = argument_at(EVENT_WITH_PROPERTY, EVENT_AT);
	EventState *state = row_state(fcinfo, kinds, EVENT_WITH_PROPERTY, false);
	bool		has_value = !PG_ARGISNULL(EVENT_PROPERTY);

	if (unlikely(PG_ARGISNULL(PATH_ENTITY)))
		state->left_out[EVENT_NO_ENTITY]++;
	else if (unlikely(PG_ARGISNULL(EVENT_LABEL)))
		state->left_out[EVENT_NO_EVENT]++;
	else if (unlikely(PG_ARGISNULL(at_argument)))
		state->left_out[EVENT_NO_TIME]++;
	else
	{
		int			code = label_code_of(&state->journey->table, PG_GETARG_DATUM(EVENT_LABEL));
		Timestamp	at = kinds.moment(PG_GETARG_DATUM(at_argument));
		bool		takes_part = has_value || state->journey->property != PROPERTY_HOLD;
		bool		is_other = code < 0 && !state->journey->needs_others;

		if (unlikely(!takes_part && moment_in_range(at) && !is_other))
		{
			state->from = Min(state->from, at);
			state->through = Max(state->through, at);
			state->left_out[EVENT_NO_PROPERTY]++;
		}
		else
			place_row(state, fcinfo, kinds, at, code < 0, 0, is_other ? 0 : property_payload(state, fcinfo, code));
	}
	PG_RETURN_POINTER(state);
}

/* event_accum_int8_timestamptz ... and event_accum_conditions_int8_timestamptz ... */
PATH_ZONED_TRANSITIONS(event_accum, label_row)
PATH_ZONED_TRANSITIONS(event_accum_conditions, condition_row)
PATH_TRANSITIONS(event_accum_property, property_row)

static void
event_parts(Partial *partial, void *of)
{
	EventState *state = of;
	void	   *journey = state->journey;
	int64		form = state->form;
	int64		other_form;

	partial_definition(partial, &journey, journey_prepare, "the journey");
	state->journey = journey;
	if (!partial_same(partial, &form, &other_form))
		elog(ERROR, "rows of one aggregate are told in different ways");
	state->form = (EventForm) form;
	partial_flag(partial, &state->has_calendar);
	partial_calendar(partial, &state->calendar);
	partial_span(partial, &state->from, &state->through, NULL);
	partial_counts(partial, state->left_out, EVENT_REASONS);
	partial_dictionary(partial, &state->values, &state->numbers, NULL);
	event_property_check(state->values.count - 1);
}

/* Of a PartialKind: there are numbers only where there is a property. */
static void
event_renumber(int64 moment, int64 *payload, const Renumbering *numbers)
{
	int32		value = event_payload_value(*payload);

	(void) moment;
	if (value != EVENT_NO_VALUE)
		*payload = event_property_payload(event_payload_label(*payload), partial_renumbered(numbers, value));
}

static const PartialKind event_partial = {
	.size = sizeof(EventState),
	.store = offsetof(EventState, store),
	.parts = event_parts,
	.renumber = event_renumber
};

PARTIAL_FUNCTIONS(event, event_partial)

/*
 * The walk
 */

struct EventVisitor;

/* The chains that begin in one period, of the entity at hand */
typedef struct PeriodChain
{
	struct EventVisitor *visitor;
	Chain	   *chain;
	EventPart  *part;
	int32		period;
}			PeriodChain;

typedef struct EventVisitor
{
	const EventState *state;
	EventSummary *summary;
	const ChainRules *rules;
	int64		unit;			/* of deadlines */
	EventReader reader;
	Chain	   *chain;
	uint64		seen;			/* steps that any row satisfied */

	/* Periods: of which the data can be, and of which there are units */
	int32		first;
	int32		last;
	EventPart **parts;			/* by period, from the first; NULL: no unit so far */
	PeriodChain **running;		/* the first "count" of them run, the others wait to be used again */
	int			count;
	int			room;

	/* of the entity */
	int64		units;
	int32		latest;			/* period of a row that may begin a chain */

	/* Property: of each value, the segment of its units */
	EventProperty *property;	/* NULL: there is none */
	bool		only_counts;	/* to know of which values there are the most */
	int64	   *counts;			/* units of each, from EVENT_NO_VALUE */
	EventSegment **segments;	/* likewise */
	EventSegment *other;		/* of those that are not kept */
	int64		threshold;		/* units of a value that is kept */
}			EventVisitor;

/* A unit ends at a step, or it may yet go on from there. */
static void
end_at_step(const EventVisitor *visitor, EventPart *part, int step, const ChainUnit *unit)
{
	if (unit->deadline > visitor->state->through)
	{
		int32		deadline = deadline_number(visitor->unit, unit->deadline);

		((EventOpen *) tally_cell(&part->open, event_open_key(step, unit->dropped, deadline)))->units++;
	}
	else if (unit->dropped)
		part->steps[step].dropped++;
	else
		part->steps[step].excluded++;
}

static void
add_unit(const EventVisitor *visitor, EventPart *part, const ChainUnit *unit, bool is_whole)
{
	const ChainRules *rules = visitor->rules;
	int			last = unit->level - 1;
	int64		first_at = unit->times[0];
	int64		before_at = first_at;

	if (unit->level == rules->steps)
		part->steps[last].advanced++;
	else
		end_at_step(visitor, part, last, unit);
	for (uint32 left = unit->done & ~(uint32) 1; left != 0; left &= left - 1)
	{
		int			k = __builtin_ctz(left);
		EventStep  *step = &part->steps[k];
		int64		at = unit->times[k];

		if (rules->optional >> k & 1)
		{
			if (k < last)
				step->advanced++;
			else
				end_at_step(visitor, part, k, unit);
		}
		step->since_first = sketch_insert(step->since_first, at - first_at);
		if (is_whole)
		{
			step->since_before = sketch_insert(step->since_before, at - before_at);
			step->time += at - before_at;
		}
		before_at = at;
	}
}

static void
take_unit(void *context, const ChainUnit *unit)
{
	EventVisitor *visitor = context;

	visitor->units++;
	add_unit(visitor, &visitor->summary->whole, unit, true);
}

static EventSegment *
begin_segment(const EventVisitor *visitor, EventSegmentKind kind)
{
	EventSegment *segment = palloc0(sizeof(EventSegment));

	segment->kind = kind;
	segment->value = (char *) "";
	event_part_begin(&segment->part, visitor->rules->steps);
	return segment;
}

/* The segment of a value, a new one at its first unit */
static EventSegment *
segment_of(EventVisitor *visitor, int32 value)
{
	EventSegment **segment = &visitor->segments[value + 1];

	if (value != EVENT_NO_VALUE && visitor->counts != NULL && visitor->counts[value + 1] < visitor->threshold)
		segment = &visitor->other;
	if (*segment == NULL && segment == &visitor->other)
		*segment = begin_segment(visitor, SEGMENT_OTHER);
	else if (*segment == NULL)
		*segment = begin_segment(visitor, value == EVENT_NO_VALUE ? SEGMENT_NONE : SEGMENT_VALUE);
	return *segment;
}

static void
take_property_unit(void *context, const ChainUnit *unit, int32 value)
{
	EventVisitor *visitor = context;

	if (visitor->only_counts)
	{
		visitor->counts[value + 1]++;
		return;
	}
	take_unit(visitor, unit);
	add_unit(visitor, &segment_of(visitor, value)->part, unit, true);
}

static void
take_period_unit(void *context, const ChainUnit *unit)
{
	PeriodChain *running = context;

	add_unit(running->visitor, running->part, unit, false);
}

/* The part of a period, a new one at its first unit */
static EventPart *
period_part(EventVisitor *visitor, int32 period)
{
	EventPart **part = &visitor->parts[period - visitor->first];

	if (*part == NULL)
	{
		*part = palloc0(sizeof(EventPart));
		event_part_begin(*part, visitor->rules->steps);
		(*part)->period = period;
	}
	return *part;
}

/* The chains of a period end; the last of those that run takes the place. */
static void
end_period(EventVisitor *visitor, int at)
{
	PeriodChain *ended = visitor->running[at];
	int			last = --visitor->count;

	chain_end(ended->chain);
	visitor->running[at] = visitor->running[last];
	visitor->running[last] = ended;
}

static void
begin_period(EventVisitor *visitor, int32 period)
{
	PeriodChain *begun;

	if (visitor->count == visitor->room)
	{
		int			room = Max(4, 2 * visitor->room);
		Size		size = sizeof(PeriodChain *) * room;

		visitor->running = visitor->room == 0 ? palloc(size) : repalloc(visitor->running, size);
		for (; visitor->room < room; visitor->room++)
		{
			PeriodChain *made = palloc0(sizeof(PeriodChain));

			made->visitor = visitor;
			made->chain = chain_create(visitor->rules, take_period_unit, made);
			visitor->running[visitor->room] = made;
		}
	}
	begun = visitor->running[visitor->count++];
	begun->period = period;
	begun->part = period_part(visitor, period);
	chain_begin(begun->chain);
}

static int32
period_of(const EventVisitor *visitor, int64 at)
{
	return period_of_day(visitor->state->calendar.kind, local_day(at, visitor->state->calendar.convert));
}

/*
 * An instant goes to the chains of each period that can still use it, and
 * begins those of its own. Where clocks are set back over midnight the period
 * goes back, too: so that before the latest runs on.
 */
static void
advance_periods(EventVisitor *visitor, const ChainInstant *instant, bool can_begin)
{
	int32		period = can_begin ? period_of(visitor, instant->at) : visitor->latest;

	visitor->latest = Max(visitor->latest, period);
	for (int i = visitor->count - 1; i >= 0; i--)
		if (visitor->running[i]->period < visitor->latest - 1 && chain_is_over(visitor->running[i]->chain, instant->at))
			end_period(visitor, i);
	if (can_begin)
	{
		int			i = 0;

		while (i < visitor->count && visitor->running[i]->period != period)
			i++;
		if (i == visitor->count)
			begin_period(visitor, period);
	}
	for (int i = 0; i < visitor->count; i++)
		chain_advance(visitor->running[i]->chain, instant, can_begin && visitor->running[i]->period == period);
}

static void
advance(void *context, const ChainInstant *instant)
{
	EventVisitor *visitor = context;
	bool		can_begin = visitor->parts != NULL && chain_can_begin(visitor->chain, instant);

	if (visitor->parts != NULL)
		advance_periods(visitor, instant, can_begin);
	chain_advance(visitor->chain, instant, true);
}

static void
begin_entity(EventVisitor *visitor)
{
	visitor->units = 0;
	visitor->latest = PG_INT32_MIN + 1;
	chain_begin(visitor->chain);
}

/* Counts the rows of an entity whose units have been taken. */
static void
count_entity(EventVisitor *visitor, const EventRowCounts *rows)
{
	EventSummary *summary = visitor->summary;

	summary->rows[EVENT_DUPLICATE] += rows->duplicates;
	summary->rows[EVENT_OTHER_EVENT] += rows->others;
	if (visitor->units > 0)
		summary->rows[EVENT_USED] += rows->used;
	else if (rows->used > 0)
	{
		summary->rows[EVENT_OUTSIDE] += rows->used;
		summary->outside++;
	}
}

static void
conclude_entity(EventVisitor *visitor)
{
	chain_end(visitor->chain);
	while (visitor->count > 0)
		end_period(visitor, visitor->count - 1);
	visitor->seen |= visitor->reader.rows.seen;
	count_entity(visitor, &visitor->reader.rows);
}

/* A visitor of path_walk */
static void
event_visit(void *of, const PathBatch *batch)
{
	EventVisitor *visitor = of;

	if (batch->first)
		begin_entity(visitor);
	event_read(&visitor->reader, batch);
	if (batch->last)
		conclude_entity(visitor);
}

/* A visitor of path_walk, where there is a property */
static void
property_visit(void *of, const PathBatch *batch)
{
	EventVisitor *visitor = of;
	EventRowCounts rows;

	if (batch->first)
		visitor->units = 0;
	if (!event_property_read(visitor->property, batch, &rows) || visitor->only_counts)
		return;
	visitor->seen |= rows.seen;
	count_entity(visitor, &rows);
}

/*
 * Walks with a property. Where there can be more values than may be kept, a
 * first walk counts the units of each.
 */
static void
walk_property(EventVisitor *visitor, EventState *state)
{
	int			count = state->values.count + 1;

	visitor->property = event_property_create(state->journey, &state->values, &state->numbers, take_property_unit, visitor);
	visitor->segments = palloc0(sizeof(EventSegment *) * count);
	if (count > EVENT_SEGMENTS)
	{
		visitor->counts = palloc0(sizeof(int64) * count);
		visitor->only_counts = true;
		path_walk(&state->store, property_visit, visitor);
		visitor->only_counts = false;
		visitor->threshold = tally_threshold(visitor->counts + 1, count - 1, EVENT_SEGMENTS);
	}
	path_walk(&state->store, property_visit, visitor);
}

/* The segments that there are: values in order of bytes, then units without, then those of other values */
static void
collect_segments(EventVisitor *visitor, const Dictionary *values)
{
	EventSummary *summary = visitor->summary;
	int32	   *order = palloc(sizeof(int32) * (values->count + 1));
	int			count = 0;

	for (int32 i = 0; i < values->count; i++)
		if (visitor->segments[i + 1] != NULL)
			order[count++] = i;
	dictionary_sort(values, order, count);
	summary->segments = palloc0(sizeof(EventSegment) * (count + 2));
	for (int i = 0; i < count; i++)
	{
		EventSegment *segment = &summary->segments[summary->segment_count++];

		*segment = *visitor->segments[order[i] + 1];
		segment->value = values->texts[order[i]].text;
		segment->length = values->texts[order[i]].length;
	}
	if (visitor->segments[0] != NULL)
		summary->segments[summary->segment_count++] = *visitor->segments[0];
	if (visitor->other != NULL)
		summary->segments[summary->segment_count++] = *visitor->other;
}

/* Makes room for the periods that the data can be of. */
static void
begin_periods(EventVisitor *visitor)
{
	const EventState *state = visitor->state;

	visitor->first = period_of(visitor, state->from) - 1;
	visitor->last = period_of(visitor, state->through) + 1;
	visitor->parts = MemoryContextAllocExtended(CurrentMemoryContext,
												sizeof(EventPart *) * ((Size) visitor->last - visitor->first + 1),
												MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
}

static void
collect_periods(EventVisitor *visitor)
{
	EventSummary *summary = visitor->summary;
	int			count = 0;

	for (int32 i = 0; i <= visitor->last - visitor->first; i++)
		count += visitor->parts[i] != NULL;
	summary->periods = palloc0(sizeof(EventPart) * Max(count, 1));
	for (int32 i = 0; i <= visitor->last - visitor->first; i++)
		if (visitor->parts[i] != NULL)
			summary->periods[summary->period_count++] = *visitor->parts[i];
}

static void
walk_plainly(EventVisitor *visitor, EventState *state)
{
	visitor->chain = chain_create(visitor->rules, take_unit, visitor);
	event_reader_begin(&visitor->reader, state->journey, state->form == EVENT_BY_CONDITIONS, advance, visitor);
	if (state->has_calendar && state->from <= state->through)
		begin_periods(visitor);
	path_walk(&state->store, event_visit, visitor);
	if (visitor->parts != NULL)
		collect_periods(visitor);
}

static void
begin_summary(EventSummary *summary, const EventState *state)
{
	int			length;
	const char *definition = image_source(state->journey->image.bytes, &length);

	summary_clear(&event_summary_type, summary);
	subject_define(&summary->subject, state->journey, definition, length);
	if (state->has_calendar)
	{
		summary->has_period = true;
		summary->period = state->calendar.kind;
		summary->zone = pstrdup(state->calendar.zone.rules == NULL ? "" : state->calendar.zone.name);
		summary->zone_length = strlen(summary->zone);
	}
	summary->from = state->from;
	summary->through = state->through;
	memcpy(summary->rows, state->left_out, sizeof(summary->rows));
	event_part_begin(&summary->whole, state->journey->rules.steps);
}

/* A WalkKind's */
static void
event_summarise(void *of, void *into)
{
	EventState *state = of;
	EventSummary *summary = into;
	EventVisitor visitor = {0};

	begin_summary(summary, state);
	visitor.state = state;
	visitor.summary = summary;
	visitor.rules = &state->journey->rules;
	visitor.unit = event_unit(state->journey);
	if (state->form == EVENT_WITH_PROPERTY)
	{
		walk_property(&visitor, state);
		collect_segments(&visitor, &state->values);
	}
	else
		walk_plainly(&visitor, state);
	for (int k = 0; k < visitor.rules->steps; k++)
		summary->whole.steps[k].seen = (visitor.seen >> k & 1) != 0;
}

static void
event_conclude(FunctionCallInfo fcinfo, const void *of, const void *from)
{
	const EventState *state = of;
	const EventSummary *summary = from;
	bool		occurs = false;

	if (state->form == EVENT_BY_CONDITIONS)
		return;
	for (int k = 0; k < state->journey->rules.steps; k++)
		occurs |= summary->whole.steps[k].seen;
	occurrence_conclude(fcinfo, "the steps of the journey", &state->journey->image, occurs, summary->rows[EVENT_OTHER_EVENT], NULL);
}

/* Segments by a property are chosen in a first walk, by what is in all rows. */
static bool
event_is_shared(const void *state)
{
	return ((const EventState *) state)->form != EVENT_WITH_PROPERTY;
}

static const WalkKind event_walk = {&event_partial, &event_summary_type, event_summarise, event_conclude, event_is_shared};

/* event_final(state): the summary; empty where there was no row. */
WALK_FUNCTIONS(event, event_walk)
