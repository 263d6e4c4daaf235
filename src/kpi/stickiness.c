/*
 * stickiness.c
 *		Stickiness: in how many units (days) of a period (a month) entities are active.
 *
 * A row's local day is found when it comes, and is what the store keeps in the
 * place of a time: the walk sees each entity's days in order. Of an entity and
 * period it counts the units that have a row. See doc/stickiness.md.
 */
#include "base/compat.h"

#include "base/argument.h"
#include "base/rollup.h"
#include "base/rows.h"
#include "base/summary.h"
#include "path/arguments.h"
#include "path/calendar.h"
#include "path/partial.h"
#include "path/reasons.h"
#include "path/store.h"
#include "path/subject.h"
#include "path/tally.h"
#include "path/walk.h"
#include "path/walkers.h"

/* Why a row is used or left out; a row is in exactly one. */
typedef enum StickinessReason
{
	STICKINESS_USED,
	STICKINESS_NO_ENTITY,
	STICKINESS_NO_TIME,
	STICKINESS_OUT_OF_RANGE
}			StickinessReason;

#define STICKINESS_REASONS	(STICKINESS_OUT_OF_RANGE + 1)

static const char *const reason_names[STICKINESS_REASONS] = {
	"used", "no_entity", "no_time", "time_out_of_range"
};

static const Reasons stickiness_reasons = {STICKINESS_REASONS, reason_names};

/* Entities by the period and the number of its units that they were active in: these two */
typedef struct StickinessCell
{
	uint64		key;
	int64		entities;
}			StickinessCell;

#define stickiness_cell(summary, at)	tally_at(StickinessCell, &(summary)->cells, (at))
#define stickiness_cell_period(cell)	tally_key_high((cell)->key)
#define stickiness_cell_units(cell)		tally_key_low((cell)->key)

typedef struct StickinessSummary
{
	SummaryHeader header;
	Subject		subject;		/* the period and the zone */
	PeriodKind	unit;
	int64		from;			/* first and last moment of the rows used */
	int64		through;
	int64		last_day;		/* the latest local date among them, in days from 2000-01-01; none without rows */
	int64		rows[STICKINESS_REASONS];
	Tally		cells;			/* of StickinessCell */
}			StickinessSummary;

/* How many units have a day in a period, up to a day that lies in it */
static int32
units_until(const StickinessSummary *summary, int32 period, int32 day)
{
	return period_of_day(summary->unit, day) - period_of_day(summary->unit, period_first_day(summary->subject.period, period)) + 1;
}

/* ... all of it. Of weeks in a month those at its ends are counted, too: they have a day in it. */
static int32
units_of(const StickinessSummary *summary, int32 period)
{
	return units_until(summary, period, period_first_day(summary->subject.period, period + 1) - 1);
}

/*
 * The type
 */

static const SubjectKind stickiness_subject = {
	.has_calendar = true,
	.differ = "periods or zones",
	.hint = "Group by the period and zone, or aggregate the rows again with one of them.",
};

static void
stickiness_clear(void *into)
{
	StickinessSummary *summary = into;

	subject_clear(&summary->subject);
	summary->from = MOMENT_NONE_FROM;
	summary->through = MOMENT_NONE_THROUGH;
	TALLY_INIT(&summary->cells, StickinessCell, 1, 0);
}

static void
stickiness_settle(void *of)
{
	tally_order(&((StickinessSummary *) of)->cells);
}

static const char *
broken_cells(const StickinessSummary *summary)
{
	PeriodKind	kind = summary->subject.period;
	int128		rows = 0;

	for (int i = 0; i < summary->cells.length; i++)
	{
		const StickinessCell *cell = stickiness_cell(summary, i);
		int32		period = stickiness_cell_period(cell);

		if (period < period_of_day(kind, day_of(summary->from) - 1) || period > period_of_day(kind, (int32) summary->last_day))
			return "a period lies outside of the data";
		if (stickiness_cell_units(cell) < 1 || stickiness_cell_units(cell) > units_of(summary, period))
			return "there are more active units than a period has, or none";
		if (cell->entities < 1 || cell->entities > COUNT_MOST)
			return "a number of units has no entity, or too many";
		rows += (int128) cell->entities * stickiness_cell_units(cell);
	}
	if (rows > summary->rows[STICKINESS_USED])
		return "there are more active units than rows";
	return NULL;
}

/* The rules between the fields. Returns what is wrong, NULL where nothing is. */
static const char *
stickiness_rules(const void *of)
{
	const StickinessSummary *summary = of;

	if (!reasons_at_most(&stickiness_reasons, summary->rows, COUNT_MOST))
		return "a number of rows is too large";
	if (!summary->subject.known && !reasons_at_most(&stickiness_reasons, summary->rows, 0))
		return "there are rows but no period";
	if (summary->subject.known && !period_is_shorter(summary->unit, summary->subject.period))
		return "its unit is not shorter than its period";
	if ((summary->cells.length > 0) != (summary->from <= summary->through) ||
		(summary->cells.length > 0) != (summary->rows[STICKINESS_USED] > 0))
		return "there are rows without a first and last moment, or the other way round";
	if (summary->cells.length == 0)
		return NULL;
	if (!moment_in_range(summary->from) || !moment_in_range(summary->through) || !day_is_possible(summary->last_day, summary->through))
		return "its moments are out of range, or its last day does not agree with the last of them";
	return broken_cells(summary);
}

/* One cell, of those of a period */
static void
cell_fields(Codec *codec, StickinessSummary *summary, int at, int32 period)
{
	StickinessCell read = {0};
	StickinessCell *cell = codec_is_reading(codec) ? &read : stickiness_cell(summary, at);
	int64		units = stickiness_cell_units(cell);

	codec_record_begin(codec);
	codec_count(codec, "active_units", &units);
	codec_count(codec, "entities", &cell->entities);
	codec_record_end(codec);
	if (!codec_is_reading(codec))
		return;
	if (units > PERIOD_LAST_DAY - PERIOD_FIRST_START)
		codec_refuse(codec, "a number of units is out of range");
	read.key = tally_key(period, (int32) units);
	*(StickinessCell *) tally_next(codec, &summary->cells, read.key) = read;
}

/* How many cells, from this one on, are of one period */
static int
period_length(const StickinessSummary *summary, int first)
{
	int			end = first;

	while (end < summary->cells.length &&
		   stickiness_cell_period(stickiness_cell(summary, end)) == stickiness_cell_period(stickiness_cell(summary, first)))
		end++;
	return end - first;
}

/* A period; the next cell is its first, and moves on behind its last. */
static void
period_fields(Codec *codec, StickinessSummary *summary, int *next)
{
	bool		reading = codec_is_reading(codec);
	int			cells = reading ? 0 : period_length(summary, *next);
	int32		period = reading ? 0 : stickiness_cell_period(stickiness_cell(summary, *next));
	int64		start = reading ? 0 : period_first_day(summary->subject.period, period);

	codec_date(codec, "start", &start);
	if (reading)
	{
		period = period_of_day(summary->subject.period, (int32) start);
		if (!summary->subject.known || period_first_day(summary->subject.period, period) != start)
			codec_refuse(codec, "a period does not begin on its first day");
	}
	codec_list_begin(codec, "activity", &cells, tally_most(&summary->cells));
	for (int i = 0; i < cells; i++)
		cell_fields(codec, summary, (*next)++, period);
	codec_list_end(codec);
	if (cells == 0)
		codec_refuse(codec, "a period has no entities");
}

/* The unit; empty in a summary of no rows */
static void
unit_field(Codec *codec, StickinessSummary *summary)
{
	bool		known = summary->subject.known;

	codec_period_kind(codec, "unit", &known, &summary->unit);
	if (known != summary->subject.known)
		codec_refuse(codec, "there is a period without a unit, or the other way round");
}

static void
stickiness_fields(Codec *codec, void *of)
{
	StickinessSummary *summary = of;
	int			periods = 0;
	int			next = 0;

	subject_fields(codec, &stickiness_subject, &summary->subject, NULL);
	unit_field(codec, summary);
	codec_moments(codec, &summary->from, &summary->through);
	if (summary->from <= summary->through)
		codec_date(codec, "last_day", &summary->last_day);
	reasons_fields(codec, &stickiness_reasons, summary->rows);
	if (!codec_is_reading(codec))
		for (int i = 0; i < summary->cells.length; i += period_length(summary, i))
			periods++;
	codec_list_begin(codec, "periods", &periods, tally_most(&summary->cells));
	for (int i = 0; i < periods; i++)
	{
		codec_record_begin(codec);
		period_fields(codec, summary, &next);
		codec_record_end(codec);
	}
	codec_list_end(codec);
}

static void stickiness_merge(void *to, void *added);

static const SummaryType stickiness_type = {
	.name = "stickiness_summary",
	.called = "stickiness",
	.version = 1,
	.size = sizeof(StickinessSummary),
	.fields = stickiness_fields,
	.clear = stickiness_clear,
	.settle = stickiness_settle,
	.rules = stickiness_rules,
	.merge = stickiness_merge,
};

static void
stickiness_merge(void *to, void *added)
{
	StickinessSummary *into = to;
	StickinessSummary *other = added;
	bool		is_new;

	if (!subject_merge(&stickiness_type, &stickiness_subject, &into->subject, &other->subject, &is_new))
		return;
	if (is_new)
		into->unit = other->unit;
	else if (into->unit != other->unit)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("cannot merge stickiness summaries of different units"),
				 errdetail("One is of the %s, the other of the %s.", period_names[into->unit], period_names[other->unit]),
				 errhint("Group by the unit, or aggregate the rows again with one.")));
	if (other->from <= other->through && (into->from > into->through || other->last_day > into->last_day))
		into->last_day = other->last_day;
	into->from = Min(into->from, other->from);
	into->through = Max(into->through, other->through);
	reasons_merge(&stickiness_reasons, into->rows, other->rows);
	tally_merge(&into->cells, &other->cells);
}

SUMMARY_TYPE_FUNCTIONS(stickiness_summary, stickiness_type)
SUMMARY_ROLLUP_FUNCTIONS(stickiness_summary, stickiness_type)
SUMMARY_MOMENT(stickiness_data_from, stickiness_type, StickinessSummary, from)
SUMMARY_MOMENT(stickiness_data_through, stickiness_type, StickinessSummary, through)

/*
 * Rows into a summary
 */

typedef struct StickinessState
{
	PathStore	store;
	Calendar	calendar;
	PeriodKind	unit;
	text	   *unit_given;
	bool		fixed_unit;		/* a constant of the query: no need to look at it again */
	int64		from;			/* as in the summary */
	int64		through;
	int32		last_day;
	int64		left_out[STICKINESS_REASONS];
}			StickinessState;

/* The arguments are (state, entity, at, unit, period [, zone]). */
enum
{
	STICKINESS_AT = PATH_ENTITY + 1,
	STICKINESS_UNIT,
	STICKINESS_PERIOD
};

static pg_noinline StickinessState *
create_state(FunctionCallInfo fcinfo, bool wide_keys, bool is_local)
{
	MemoryContext context;
	StickinessState *state = path_state_create(fcinfo, sizeof(StickinessState), &context);

	state->unit = period_kind(PG_GETARG_DATUM(STICKINESS_UNIT));
	state->fixed_unit = path_argument_is_constant(fcinfo, STICKINESS_UNIT);
	calendar_begin(&state->calendar, fcinfo, context, STICKINESS_PERIOD, is_local);
	if (!period_is_shorter(state->unit, state->calendar.kind))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the unit must be shorter than the period: \"%s\", of a \"%s\"", period_names[state->unit], period_names[state->calendar.kind]),
				 errhint("Give for example 'day' and 'month'.")));
	state->from = MOMENT_NONE_FROM;
	state->through = MOMENT_NONE_THROUGH;
	path_store_init(&state->store, fcinfo, wide_keys, 0);
	return state;
}

static inline StickinessState *
row_state(FunctionCallInfo fcinfo, const PathKinds kinds)
{
	StickinessState *state;

	if (unlikely(PG_ARGISNULL(STICKINESS_UNIT)))
		refuse_null("the unit", "Give day, week, month or quarter, or a Jalali one, the same for every row of a group.");
	calendar_check_null(fcinfo, STICKINESS_PERIOD);
	if (unlikely(PG_ARGISNULL(0)))
		return create_state(fcinfo, kinds.wide_keys, kinds.is_local);
	state = (StickinessState *) PG_GETARG_POINTER(0);
	if (!state->fixed_unit)
	{
		PeriodKind	unit = period_kind(PG_GETARG_DATUM(STICKINESS_UNIT));

		if (unit != state->unit)
			refuse_change("the unit", period_names[state->unit], period_names[unit]);
	}
	calendar_check(&state->calendar, fcinfo, STICKINESS_PERIOD);
	return state;
}

static pg_attribute_always_inline Datum
stickiness_row(FunctionCallInfo fcinfo, const PathKinds kinds)
{
	StickinessState *state = row_state(fcinfo, kinds);
	Timestamp	at;

	if (unlikely(PG_ARGISNULL(PATH_ENTITY)))
		state->left_out[STICKINESS_NO_ENTITY]++;
	else if (unlikely(PG_ARGISNULL(STICKINESS_AT)))
		state->left_out[STICKINESS_NO_TIME]++;
	else if (unlikely(!moment_in_range(at = kinds.moment(PG_GETARG_DATUM(STICKINESS_AT)))))
		state->left_out[STICKINESS_OUT_OF_RANGE]++;
	else
	{
		int32		day = local_day(at, state->calendar.convert);

		if (state->from > state->through || day > state->last_day)
			state->last_day = day;
		state->from = Min(state->from, at);
		state->through = Max(state->through, at);
		path_append(&state->store, fcinfo, path_row_key(fcinfo, kinds), path_moment(day, 0), 0);
	}
	PG_RETURN_POINTER(state);
}

/* stickiness_accum_int8_timestamptz ... stickiness_accum_uuid_date */
PATH_ZONED_TRANSITIONS(stickiness_accum, stickiness_row)

static void
stickiness_parts(Partial *partial, void *of)
{
	StickinessState *state = of;
	int64		unit = state->unit;
	int64		other_unit;

	if (!partial_same(partial, &unit, &other_unit))
		refuse_change("the unit", period_names[unit], period_names[other_unit]);
	state->unit = (PeriodKind) unit;
	partial_calendar(partial, &state->calendar);
	partial_span(partial, &state->from, &state->through, &state->last_day);
	partial_counts(partial, state->left_out, STICKINESS_REASONS);
}

static const PartialKind stickiness_partial = {
	.size = sizeof(StickinessState),
	.store = offsetof(StickinessState, store),
	.parts = stickiness_parts
};

PARTIAL_FUNCTIONS(stickiness, stickiness_partial)

/* One walk: what it adds to, and what it must know of the entity at hand */
typedef struct StickinessVisitor
{
	StickinessSummary *summary;
	int32		day;			/* of the last event, with its unit and period */
	int32		unit;
	int32		period;
	int32		units;			/* of that period in which the entity was active; 0: none yet */
}			StickinessVisitor;

/* The entity leaves a period. */
static void
count_units(StickinessVisitor *visitor)
{
	if (visitor->units > 0)
		((StickinessCell *) tally_cell(&visitor->summary->cells, tally_key(visitor->period, visitor->units)))->entities++;
	visitor->units = 0;
}

static void
enter_day(StickinessVisitor *visitor, int32 day)
{
	const StickinessSummary *summary = visitor->summary;
	int32		unit = period_of_day(summary->unit, day);
	int32		period = period_of_day(summary->subject.period, day);

	if (visitor->units > 0 && period != visitor->period)
		count_units(visitor);
	visitor->units += visitor->units == 0 || unit != visitor->unit;
	visitor->day = day;
	visitor->unit = unit;
	visitor->period = period;
}

/* A visitor of path_walk; the time of an event is the number of its day. */
static void
stickiness_visit(void *of, const PathBatch *batch)
{
	StickinessVisitor *visitor = of;

	if (batch->first)
		visitor->units = 0;
	for (int64 i = 0; i < batch->count; i++)
	{
		int32		day = (int32) path_event_time(batch, i);

		if (visitor->units == 0 || day != visitor->day)
			enter_day(visitor, day);
	}
	visitor->summary->rows[STICKINESS_USED] += batch->count;
	if (batch->last)
		count_units(visitor);
}

/* A WalkKind's */
static void
stickiness_summarise(void *of, void *into)
{
	StickinessState *state = of;
	StickinessSummary *summary = into;
	StickinessVisitor visitor = {0};

	summary_clear(&stickiness_type, summary);
	subject_set_calendar(&summary->subject, &state->calendar, "");
	summary->unit = state->unit;
	summary->from = state->from;
	summary->through = state->through;
	summary->last_day = state->last_day;
	memcpy(summary->rows, state->left_out, sizeof(summary->rows));
	visitor.summary = summary;
	path_walk(&state->store, stickiness_visit, &visitor);
}

static const WalkKind stickiness_walk = {&stickiness_partial, &stickiness_type, stickiness_summarise, NULL, NULL};

/* stickiness_final(state): the summary; empty where there was no row. */
WALK_FUNCTIONS(stickiness, stickiness_walk)

/*
 * Figures. The tables have no rows for a NULL summary and for one of no rows.
 */

/* A table of a summary, and the period at hand */
typedef struct Stickiness
{
	StickinessSummary summary;
	int32		as_of;			/* a day */
	int32		period;
	int32		units;			/* that the period has had by as_of */
	bool		is_complete;
	int64		entities;		/* active in it */
	int128		active_units;	/* of all of them */
	int			first;			/* its cells: from this one on ... */
	int			next;			/* ... up to before this one */
}			Stickiness;

/* Reads the arguments (summary, as_of). False where there is nothing to show. */
static bool
begin_table(FunctionCallInfo fcinfo, Stickiness *table)
{
	DateADT		as_of;

	if (PG_ARGISNULL(0))
		return false;
	summary_read(&stickiness_type, PG_GETARG_DATUM(0), &table->summary);
	as_of = (DateADT) table->summary.last_day;
	argument_as_of(fcinfo, 1, &as_of);
	if (table->summary.cells.length == 0)
		return false;
	table->as_of = as_of;
	table->period = stickiness_cell_period(stickiness_cell(&table->summary, 0)) - 1;
	table->next = 0;
	return true;
}

/* Of the period that isn't over: the units up to as_of, and to the last row of it that there is. */
static int32
units_begun(const Stickiness *table)
{
	const StickinessSummary *summary = &table->summary;
	int32		day = table->as_of;

	if (table->is_complete)
		return units_of(summary, table->period);
	if (period_of_day(summary->subject.period, (int32) summary->last_day) == table->period)
		day = Max(day, (int32) summary->last_day);
	else if (summary->last_day > day)
		return units_of(summary, table->period);
	return units_until(summary, table->period, day);
}

/* Takes up the next period, up to that of as_of. */
static bool
take_period(Stickiness *table)
{
	StickinessSummary *summary = &table->summary;
	int32		now = period_of_day(summary->subject.period, table->as_of);

	if (++table->period > now)
		return false;
	table->is_complete = table->period < now;
	table->units = units_begun(table);
	table->entities = 0;
	table->active_units = 0;
	for (table->first = table->next; table->next < summary->cells.length; table->next++)
	{
		const StickinessCell *cell = stickiness_cell(summary, table->next);

		if (stickiness_cell_period(cell) != table->period)
			break;
		count_add(&table->entities, cell->entities);
		table->active_units += (int128) cell->entities * stickiness_cell_units(cell);
	}
	return true;
}

/*
 * stickiness(summary, as_of): one row a period and number of active units, from
 * 1 to those the period has had.
 */
PG_FUNCTION_INFO_V1(stickiness);
Datum
stickiness(PG_FUNCTION_ARGS)
{
	Stickiness	table;
	Row			row;

	row_begin(&row, fcinfo);
	if (!begin_table(fcinfo, &table))
		return (Datum) 0;
	while (take_period(&table))
	{
		int64		left = table.entities;	/* active in so many units or more */
		int			next = table.first;

		for (int32 units = 1; units <= table.units; units++)
		{
			int64		here = 0;

			if (next < table.next && stickiness_cell_units(stickiness_cell(&table.summary, next)) == units)
				here = stickiness_cell(&table.summary, next++)->entities;
			row_put(&row, DateADTGetDatum(period_first_day(table.summary.subject.period, table.period)));
			row_put(&row, Int32GetDatum(units));
			row_put(&row, Int64GetDatum(here));
			row_put(&row, Int64GetDatum(left));
			row_put_ratio(&row, left, table.entities);
			row_put(&row, BoolGetDatum(table.is_complete));
			row_end(&row);
			left -= here;
		}
	}
	return (Datum) 0;
}

/* stickiness_trend(summary, as_of): one row a period */
PG_FUNCTION_INFO_V1(stickiness_trend);
Datum
stickiness_trend(PG_FUNCTION_ARGS)
{
	Stickiness	table;
	Row			row;

	row_begin(&row, fcinfo);
	if (!begin_table(fcinfo, &table))
		return (Datum) 0;
	while (take_period(&table))
	{
		row_put(&row, DateADTGetDatum(period_first_day(table.summary.subject.period, table.period)));
		row_put(&row, Int32GetDatum(table.units));
		row_put(&row, Int64GetDatum(table.entities));
		row_put_ratio(&row, table.active_units, table.entities);
		row_put_ratio(&row, table.active_units, (int128) table.entities * table.units);
		row_put(&row, BoolGetDatum(table.is_complete));
		row_end(&row);
	}
	return (Datum) 0;
}

/* stickiness_quality(summary): one row a reason */
REASONS_QUALITY(stickiness_quality, stickiness_type, StickinessSummary, rows, stickiness_reasons)
