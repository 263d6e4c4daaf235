/*
 * pipeline.c
 *		Pipeline movements: what came into the pipeline, changed in it and left
 *		it, period by period.
 *
 * A deal is in the pipeline while it is in a stage other than the last. Each
 * row of its history moves it: into the pipeline (created, reopened), out of
 * it (won, lost) or its amount (increased, decreased). Kept are the sums of
 * these moves by period; opening and closing follow from them.
 */
#include "base/compat.h"

#include <ctype.h>

#include "base/summary.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "path/history.h"
#include "path/walk.h"
#include "pgtime.h"
#include "port/pg_bitutils.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"
#include "utils/tuplestore.h"

/* The moves: what is kept of each is how many and how much, both 0 or more in all but odd data. */
typedef enum Move
{
	CREATED,
	INCREASED,
	DECREASED,
	WON,
	LOST,
	REOPENED
}			Move;

#define MOVES	(REOPENED + 1)

static const char *const move_deals_fields[MOVES] = {
	"created_deals", "increased_deals", "decreased_deals", "won_deals", "lost_deals", "reopened_deals"
};

static const char *const move_amount_fields[MOVES] = {
	"created", "increased", "decreased", "won", "lost", "reopened"
};

/* Whether deals come in (1), leave (-1) or stay; and the same of amounts */
static const int deals_sign[MOVES] = {1, 0, 0, -1, -1, 1};
static const int amount_sign[MOVES] = {1, 1, -1, -1, -1, 1};

typedef struct Period
{
	int32		start;			/* its first day in the zone: days from 2000-01-01 */
	int64		deals[MOVES];
	Decimal		amount[MOVES];
}			Period;

typedef struct PipelineSummary
{
	SummaryHeader header;
	char	   *definition;		/* none in a summary of no rows; of equal ones the smallest text */
	int			definition_length;
	FunnelLookup *funnel;
	char	   *unit;			/* day, week, month, quarter, year */
	int			unit_length;
	char	   *zone;
	int			zone_length;
	int64		from;			/* first and last moment of the rows placed */
	int64		through;
	int32		first;			/* the periods of these two; first > last: none */
	int32		last;
	int64		rows[HISTORY_REASONS];
	int64		outside;
	int64		with_amount;	/* deals of the funnel that have an amount */
	Period	   *periods;		/* those in which something moved, in order */
	int			period_count;
}			PipelineSummary;

#define PIPELINE_MOST	(INT64CONST(1) << 56)	/* no count may be larger: so sums of a few never overflow */

static const char *const units[] = {"day", "week", "month", "quarter", "year"};

/* The unit of a name; an error names the argument. */
static const char *
find_unit(const char *name, int length)
{
	for (int i = 0; i < (int) lengthof(units); i++)
		if ((int) strlen(units[i]) == length && pg_strncasecmp(units[i], name, length) == 0)
			return units[i];
	return NULL;
}

/* The day on which the period that a day lies in starts: days from 2000-01-01, a Saturday */
static int32
period_start(const char *unit, int32 day)
{
	int			year;
	int			month;
	int			of_month;

	if (unit[0] == 'd')
		return day;
	if (unit[0] == 'w')			/* Monday, as date_trunc has it */
		return day - ((day + 5) % 7 + 7) % 7;
	j2date(day + POSTGRES_EPOCH_JDATE, &year, &month, &of_month);
	if (unit[0] == 'q')
		month = (month - 1) / 3 * 3 + 1;
	else if (unit[0] == 'y')
		month = 1;
	return date2j(year, month, 1) - POSTGRES_EPOCH_JDATE;
}

/* The start of the next period: no unit is longer than 366 days, and a step into the next one is short of the one after. */
static int32
next_period(const char *unit, int32 start)
{
	switch (unit[0])
	{
		case 'd':
			return start + 1;
		case 'w':
			return start + 7;
		case 'm':
			return period_start(unit, start + 31);
		case 'q':
			return period_start(unit, start + 92);
		default:
			return period_start(unit, start + 366);
	}
}

/*
 * The summary
 */

static void
pipeline_clear(void *into)
{
	PipelineSummary *summary = into;

	summary->definition = summary->unit = summary->zone = (char *) "";
	summary->from = MOMENT_NONE_FROM;
	summary->through = MOMENT_NONE_THROUGH;
	summary->first = 1;
}

/* Whether a period is that of a moment, in whatever zone: none is more than a day from UTC */
static bool
is_period_of(const char *unit, int32 start, Timestamp at)
{
	int32		day = history_day(at);

	return period_start(unit, day - 1) == start || period_start(unit, day) == start ||
		period_start(unit, day + 1) == start;
}

/* The rules between the fields: what is wrong, NULL where nothing is */
static const char *
broken_rule(const PipelineSummary *summary)
{
	int64		deals = 0;
	bool		has_amounts = false;

	for (int reason = 0; reason < HISTORY_REASONS; reason++)
		if (summary->rows[reason] > PIPELINE_MOST)
			return "a number of rows is too large";
	if (summary->outside > PIPELINE_MOST || summary->with_amount > PIPELINE_MOST)
		return "a number of deals is too large";
	if ((summary->rows[HISTORY_USED] > 0 || summary->rows[HISTORY_OUTSIDE] > 0) != (summary->from <= summary->through))
		return "there are rows without a first and last moment, or the other way round";
	if ((summary->from <= summary->through) != (summary->first <= summary->last))
		return "there are moments without periods, or the other way round";
	if (summary->first <= summary->last &&
		(!path_time_in_range(summary->from) || !path_time_in_range(summary->through) ||
		 !is_period_of(summary->unit, summary->first, summary->from) ||
		 !is_period_of(summary->unit, summary->last, summary->through)))
		return "its first or last period does not agree with its moments";
	if (summary->period_count > 0 && summary->rows[HISTORY_USED] == 0)
		return "there are moves but no rows";

	for (int i = 0; i < summary->period_count; i++)
	{
		const Period *period = &summary->periods[i];
		int64		moves = 0;

		if (period->start != period_start(summary->unit, period->start) ||
			period->start < summary->first || period->start > summary->last)
			return "a period starts where none does";
		if (i > 0 && period[-1].start >= period->start)
			return "the periods are not in order";
		for (int move = 0; move < MOVES; move++)
		{
			if (period->deals[move] > PIPELINE_MOST)
				return "a number of deals is too large";
			if (period->deals[move] == 0 && !decimal_is_zero(&period->amount[move]))
				return "an amount moved without a deal";
			moves += period->deals[move];
			deals += deals_sign[move] * period->deals[move];
			has_amounts |= !decimal_is_zero(&period->amount[move]);
		}
		if (moves == 0)
			return "a period has no move";
		if (deals < 0 || deals > PIPELINE_MOST)
			return "more deals leave the pipeline than are in it";
	}
	if (summary->with_amount == 0 && has_amounts)
		return "there are amounts but no deal that has one";
	return NULL;
}

static void
pipeline_fields(Codec *codec, void *of)
{
	PipelineSummary *summary = of;
	int64		first = summary->first;
	int64		last = summary->last;

	codec_text(codec, "definition", &summary->definition, &summary->definition_length);
	codec_text(codec, "period", &summary->unit, &summary->unit_length);
	codec_text(codec, "zone", &summary->zone, &summary->zone_length);
	if (codec_is_reading(codec) && summary->definition_length > 0)
	{
		summary->funnel = funnel_lookup_create(CurrentMemoryContext,
											   funnel_parse(summary->definition, summary->definition_length));
		if (find_unit(summary->unit, summary->unit_length) != NULL)
			summary->unit = (char *) find_unit(summary->unit, summary->unit_length);
		else
			codec_refuse(codec, "its period is none of day, week, month, quarter, year");
	}
	codec_moments(codec, &summary->from, &summary->through);
	codec_integer(codec, "first_period", &first);
	codec_integer(codec, "last_period", &last);
	for (int reason = 0; reason < HISTORY_REASONS; reason++)
		codec_count(codec, history_reason_fields[reason], &summary->rows[reason]);
	codec_count(codec, "entities_outside", &summary->outside);
	codec_count(codec, "with_amount", &summary->with_amount);
	if (codec_is_reading(codec))
	{
		int32		limit = history_day(PATH_TIME_LIMIT) + 400;

		if (first < -limit || first > limit || last < -limit || last > limit)
			codec_refuse(codec, "a period is out of range");
		summary->first = (int32) first;
		summary->last = (int32) last;
		if (summary->funnel == NULL && (first <= last || summary->from <= summary->through))
			codec_refuse(codec, "there are rows but no definition");
		if (first <= last && (period_start(summary->unit, first) != first || period_start(summary->unit, last) != last))
			codec_refuse(codec, "a period starts where none does");
	}

	codec_list_begin(codec, "periods", &summary->period_count, (int) (MaxAllocSize / sizeof(Period)));
	if (codec_is_reading(codec))
	{
		if (summary->funnel == NULL && summary->period_count > 0)
			codec_refuse(codec, "there are periods but no definition");
		summary->periods = palloc0(sizeof(Period) * summary->period_count);
	}
	for (int i = 0; i < summary->period_count; i++)
	{
		Period	   *period = &summary->periods[i];
		int64		start = period->start;

		codec_record_begin(codec);
		codec_integer(codec, "start", &start);
		if (codec_is_reading(codec))
		{
			if (start < summary->first || start > summary->last)
				codec_refuse(codec, "a period is out of range");
			period->start = (int32) start;
		}
		for (int move = 0; move < MOVES; move++)
		{
			codec_count(codec, move_deals_fields[move], &period->deals[move]);
			codec_decimal(codec, move_amount_fields[move], &period->amount[move]);
		}
		codec_record_end(codec);
	}
	codec_list_end(codec);

	if (codec_is_reading(codec))
	{
		const char *why = broken_rule(summary);

		if (why != NULL)
			codec_refuse(codec, why);
	}
}

static const SummaryType pipeline_type = {
	.name = "pipeline_summary",
	.version = 1,
	.size = sizeof(PipelineSummary),
	.fields = pipeline_fields,
	.clear = pipeline_clear,
};

PG_FUNCTION_INFO_V1(pipeline_summary_in);
Datum
pipeline_summary_in(PG_FUNCTION_ARGS)
{
	return summary_in(&pipeline_type, fcinfo);
}

PG_FUNCTION_INFO_V1(pipeline_summary_out);
Datum
pipeline_summary_out(PG_FUNCTION_ARGS)
{
	return summary_out(&pipeline_type, fcinfo);
}

PG_FUNCTION_INFO_V1(pipeline_summary_recv);
Datum
pipeline_summary_recv(PG_FUNCTION_ARGS)
{
	return summary_recv(&pipeline_type, fcinfo);
}

PG_FUNCTION_INFO_V1(pipeline_summary_send);
Datum
pipeline_summary_send(PG_FUNCTION_ARGS)
{
	return summary_send(&pipeline_type, fcinfo);
}

/*
 * Rows into a history
 */

typedef struct PipelineState
{
	History		history;
	const char *unit;
	char	   *zone_name;		/* as given, NUL-terminated */
	pg_tz	   *zone;
	bool		fixed;			/* period and zone are constants of the query */
}			PipelineState;

static bool
text_is(Datum given, const char *expected)
{
	text	   *value = DatumGetTextPP(given);
	int			length = strlen(expected);
	bool		same = (int) VARSIZE_ANY_EXHDR(value) == length && memcmp(VARDATA_ANY(value), expected, length) == 0;

	if ((Pointer) value != DatumGetPointer(given))
		pfree(value);
	return same;
}

static pg_noinline void
refuse_null(const char *name, const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
			 errmsg("%s of pipeline_agg must not be NULL", name),
			 errhint("%s", hint)));
}

/* The state of a first row; arguments from "definition" on are definition, period and, if has_zone, zone. */
static pg_noinline PipelineState *
create_state(FunctionCallInfo fcinfo, int definition, bool wide_keys, bool has_zone)
{
	MemoryContext context;
	PipelineState *state;
	char	   *unit = text_to_cstring(PG_GETARG_TEXT_PP(definition + 1));

	if (!AggCheckCallContext(fcinfo, &context))
		elog(ERROR, "pipeline_accum called in a non-aggregate context");
	state = MemoryContextAllocZero(context, sizeof(PipelineState));
	history_begin(&state->history, fcinfo, definition, wide_keys, true);
	state->unit = find_unit(unit, strlen(unit));
	if (state->unit == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unknown period: \"%s\"", unit),
				 errhint("Give day, week, month, quarter or year.")));
	state->zone_name = MemoryContextStrdup(context, has_zone ? text_to_cstring(PG_GETARG_TEXT_PP(definition + 2)) : "UTC");
	state->zone = pg_tzset(state->zone_name);
	if (state->zone == NULL || strlen(state->zone_name) > TZ_STRLEN_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unknown time zone: \"%s\"", state->zone_name),
				 errhint("Give a name of pg_timezone_names, such as Asia/Tehran.")));
	state->fixed = history_is_constant(fcinfo, definition + 1) &&
		(!has_zone || history_is_constant(fcinfo, definition + 2));
	return state;
}

/* Error: period or zone, arguments that aren't NULL, are not those of the rows before. */
static pg_noinline void
check_arguments(const PipelineState *state, FunctionCallInfo fcinfo, bool has_zone)
{
	text	   *unit = PG_GETARG_TEXT_PP(6);

	if (find_unit(VARDATA_ANY(unit), VARSIZE_ANY_EXHDR(unit)) != state->unit ||
		(has_zone && !text_is(PG_GETARG_DATUM(7), state->zone_name)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the period or zone of pipeline_agg changes within a group"),
				 errhint("Group by it, too, or by what it depends on.")));
}

static inline PipelineState *
row_state(FunctionCallInfo fcinfo, bool wide_keys, bool has_zone)
{
	PipelineState *state;

	if (unlikely(PG_ARGISNULL(5)))
		history_no_definition();
	if (unlikely(PG_ARGISNULL(6)))
		refuse_null("period", "Give day, week, month, quarter or year.");
	if (has_zone && unlikely(PG_ARGISNULL(7)))
		refuse_null("zone", "Give the name of the time zone in which periods begin, such as UTC.");
	if (unlikely(PG_ARGISNULL(0)))
		return create_state(fcinfo, 5, wide_keys, has_zone);

	state = (PipelineState *) PG_GETARG_POINTER(0);
	history_check_definition(&state->history, PG_GETARG_DATUM(5));
	if (!state->fixed)
		check_arguments(state, fcinfo, has_zone);
	return state;
}

/* pipeline_accum(state, entity, stage, at, amount, definition, period [, zone]) */
#define PIPELINE_ACCUM(entity, at, zoned, has_zone, type) \
PG_FUNCTION_INFO_V1(pipeline_accum_##entity##_##zoned##_##type); \
Datum \
pipeline_accum_##entity##_##zoned##_##type(PG_FUNCTION_ARGS) \
{ \
	PipelineState *state = row_state(fcinfo, HISTORY_WIDE_##entity, has_zone); \
\
	HISTORY_ADD_AMOUNT(&state->history, entity, at, type); \
	PG_RETURN_POINTER(state); \
}

#define PIPELINE_ACCUM_OF(type) \
	PIPELINE_ACCUM(int8, timestamp, timestamptz, true, type) \
	PIPELINE_ACCUM(text, timestamp, timestamptz, true, type) \
	PIPELINE_ACCUM(uuid, timestamp, timestamptz, true, type) \
	PIPELINE_ACCUM(int8, timestamp, timestamp, false, type) \
	PIPELINE_ACCUM(text, timestamp, timestamp, false, type) \
	PIPELINE_ACCUM(uuid, timestamp, timestamp, false, type) \
	PIPELINE_ACCUM(int8, date, date, false, type) \
	PIPELINE_ACCUM(text, date, date, false, type) \
	PIPELINE_ACCUM(uuid, date, date, false, type)

AMOUNT_TYPES(PIPELINE_ACCUM_OF)

/*
 * The walk
 */

/* Periods while they are being counted */
typedef struct PeriodEntry
{
	int32		start;
	char		status;
	Period		period;
}			PeriodEntry;

#define SH_PREFIX		period
#define SH_ELEMENT_TYPE	PeriodEntry
#define SH_KEY_TYPE		int32
#define SH_KEY			start
#define SH_HASH_KEY(table, key)	((uint32) path_mix((uint32) (key)))
#define SH_EQUAL(table, a, b)	((a) == (b))
#define SH_SCOPE		static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

/* A UTC day and the period that all of it lies in. A small group needs few. */
#define CACHED_DAYS			1024
#define CACHED_DAYS_SMALL	32

typedef struct CachedDay
{
	int32		day;
	int32		start;
}			CachedDay;

#define NO_DAY		PG_INT32_MIN

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
	period_hash *periods;
	CachedDay  *cache;
	uint32		cached_days;
	int			stages;

	/* of the entity */
	Place		place;
	Decimal		amount;			/* the latest; 0 until there is one */
	bool		has_amount;
	int64		rows;			/* placed, without duplicates */
	Timestamp	from;
	Timestamp	at;				/* of the rows at hand, which share a moment in time: */
	uint64		codes;			/* ... their codes */
	int64		payload;		/* ... the largest of their amounts */
}			PipelineVisitor;

/* The first day of the period in which a moment lies, in the state's zone */
static int32
period_of_moment(const PipelineState *state, Timestamp at)
{
	struct pg_tm tm;
	fsec_t		fraction;
	int			offset;

	/* beyond what timestamp2tm does, a zone has no rules left */
	if (!IS_VALID_TIMESTAMP(at) || timestamp2tm(at, &offset, &tm, &fraction, NULL, state->zone) != 0)
		return period_start(state->unit, history_day(at));
	return period_start(state->unit, date2j(tm.tm_year, tm.tm_mon, tm.tm_mday) - POSTGRES_EPOCH_JDATE);
}

static int32
period_of(PipelineVisitor *visitor, Timestamp at)
{
	int32		day = history_day(at);
	CachedDay  *cached = &visitor->cache[(uint32) day & (visitor->cached_days - 1)];
	int32		start;

	if (cached->day == day)
		return cached->start;
	start = period_of_moment(visitor->state, (Timestamp) day * USECS_PER_DAY);
	if (start == period_of_moment(visitor->state, (Timestamp) (day + 1) * USECS_PER_DAY - 1))
	{
		cached->day = day;
		cached->start = start;
		return start;
	}
	return period_of_moment(visitor->state, at);
}

/* The counts of the period that a moment lies in */
static Period *
period_at(PipelineVisitor *visitor, Timestamp at)
{
	bool		found;
	int32		start = period_of(visitor, at);
	PeriodEntry *entry = period_insert(visitor->periods, start, &found);

	if (!found)
	{
		memset(&entry->period, 0, sizeof(Period));
		entry->period.start = start;
	}
	return &entry->period;
}

static void
count_move(Period *period, Move move, const Decimal *amount)
{
	period->deals[move]++;
	decimal_add(&period->amount[move], amount);
}

/* The deal's amount becomes another while it is in the pipeline. */
static void
count_change(Period *period, const Decimal *before, const Decimal *after)
{
	Decimal		difference = *after;
	Decimal		reverse = *before;

	decimal_subtract(&difference, before);
	if (decimal_is_zero(&difference))
		return;
	if (difference.wide == NULL ? difference.units > 0 :
		DatumGetBool(DirectFunctionCall2(numeric_gt, NumericGetDatum(decimal_to_numeric(after)),
										 NumericGetDatum(decimal_to_numeric(before)))))
		count_move(period, INCREASED, &difference);
	else
	{
		decimal_subtract(&reverse, after);
		count_move(period, DECREASED, &reverse);
	}
}

/* A row puts the deal into a stage (its code) with this amount. */
static void
enter_stage(PipelineVisitor *visitor, Period *period, int code, const Decimal *amount)
{
	switch (visitor->place)
	{
		case NOWHERE:
			count_move(period, CREATED, amount);
			break;
		case OPEN:
			count_change(period, &visitor->amount, amount);
			break;
		case LOST_PLACE:
			count_move(period, REOPENED, amount);
			break;
		case WON_PLACE:
			if (code < visitor->stages - 1)
				count_move(period, REOPENED, amount);
			break;
	}
	if (code < visitor->stages - 1)
		visitor->place = OPEN;
	else
	{
		if (visitor->place != WON_PLACE)
			count_move(period, WON, amount);
		visitor->place = WON_PLACE;
	}
}

/* Goes through the rows at hand, all of one moment in time. */
static void
move_entity(PipelineVisitor *visitor)
{
	Decimal		amount = visitor->amount;
	Period	   *period = period_at(visitor, visitor->at);

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
			enter_stage(visitor, period, code, &amount);
			visitor->amount = amount;
		}
		else
		{
			/* what is lost is what was in the pipeline, whatever a lost deal's amount is set to */
			if (visitor->place == OPEN)
				count_move(period, LOST, &visitor->amount);
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

static int
compare_periods(const void *a, const void *b)
{
	int32		left = ((const Period *) a)->start;
	int32		right = ((const Period *) b)->start;

	return left < right ? -1 : left > right;
}

/* Whether anything moved in a period */
static bool
has_moves(const Period *period)
{
	for (int move = 0; move < MOVES; move++)
		if (period->deals[move] > 0)
			return true;
	return false;
}

/* Takes the periods out of the hash table, in order. */
static void
collect_periods(PipelineVisitor *visitor)
{
	PipelineSummary *summary = visitor->summary;
	period_iterator iterator;
	PeriodEntry *entry;

	summary->periods = palloc_extended(sizeof(Period) * Max((Size) visitor->periods->members, 1), MCXT_ALLOC_HUGE);
	period_start_iterate(visitor->periods, &iterator);
	while ((entry = period_iterate(visitor->periods, &iterator)) != NULL)
		if (has_moves(&entry->period))
			summary->periods[summary->period_count++] = entry->period;
	qsort(summary->periods, summary->period_count, sizeof(Period), compare_periods);
	if (summary->from <= summary->through)
	{
		summary->first = period_of(visitor, summary->from);
		summary->last = period_of(visitor, summary->through);
	}
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
		PG_RETURN_DATUM(summary_empty(&pipeline_type));
	state = (PipelineState *) PG_GETARG_POINTER(0);

	summary_clear(&pipeline_type, &summary);
	summary.funnel = state->history.funnel;
	definition = funnel_source(state->history.funnel, &summary.definition_length);
	summary.definition = pnstrdup(definition, summary.definition_length);
	summary.unit = pstrdup(state->unit);
	summary.unit_length = strlen(state->unit);
	summary.zone = state->zone_name;
	summary.zone_length = strlen(state->zone_name);
	memcpy(summary.rows, state->history.left_out, sizeof(summary.rows));
	visitor.state = state;
	visitor.summary = &summary;
	visitor.stages = state->history.funnel->stages;
	visitor.periods = period_create(CurrentMemoryContext, 8, NULL);
	visitor.cached_days = records_count(&state->history.store.records) < CACHED_DAYS ? CACHED_DAYS_SMALL : CACHED_DAYS;
	visitor.cache = palloc(sizeof(CachedDay) * visitor.cached_days);
	for (uint32 i = 0; i < visitor.cached_days; i++)
		visitor.cache[i].day = NO_DAY;
	path_walk(&state->history.store, pipeline_visit, &visitor);
	collect_periods(&visitor);
	PG_RETURN_DATUM(summary_pack(&pipeline_type, &summary));
}

/*
 * Merging
 */

static bool
same_text(const char *a, int length_a, const char *b, int length_b)
{
	return length_a == length_b && memcmp(a, b, length_a) == 0;
}

static void
check_same(const PipelineSummary *a, const PipelineSummary *b)
{
	int			length_a,
				length_b;
	const char *canonical_a = funnel_canonical(a->funnel, &length_a);
	const char *canonical_b = funnel_canonical(b->funnel, &length_b);

	if (!same_text(canonical_a, length_a, canonical_b, length_b) ||
		!same_text(a->unit, a->unit_length, b->unit, b->unit_length) ||
		!same_text(a->zone, a->zone_length, b->zone, b->zone_length))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("cannot merge pipeline summaries of different funnels, periods or zones"),
				 errdetail("One is of \"%.*s\" by %.*s in %.*s, the other of \"%.*s\" by %.*s in %.*s.",
						   a->definition_length, a->definition, a->unit_length, a->unit, a->zone_length, a->zone,
						   b->definition_length, b->definition, b->unit_length, b->unit, b->zone_length, b->zone)));
}

/* Merges two ordered lists of periods. */
static void
merge_periods(PipelineSummary *into, const PipelineSummary *other)
{
	int			left = 0;
	int			right = 0;
	int			count = 0;
	Period	   *merged = palloc_extended(sizeof(Period) * ((Size) into->period_count + other->period_count + 1),
										 MCXT_ALLOC_HUGE);

	while (left < into->period_count || right < other->period_count)
	{
		int			order;

		if (left == into->period_count)
			order = 1;
		else if (right == other->period_count)
			order = -1;
		else
			order = compare_periods(&into->periods[left], &other->periods[right]);
		merged[count] = order <= 0 ? into->periods[left++] : other->periods[right++];
		if (order == 0)
		{
			const Period *more = &other->periods[right++];

			for (int move = 0; move < MOVES; move++)
			{
				merged[count].deals[move] += more->deals[move];
				decimal_add(&merged[count].amount[move], &more->amount[move]);
			}
		}
		count++;
	}
	into->periods = merged;
	into->period_count = count;
}

/* Adds the other summary to this one; what is taken over of the other is shared. */
static void
pipeline_merge(PipelineSummary *into, const PipelineSummary *other)
{
	const char *why;

	if (other->funnel == NULL)
		return;
	if (into->funnel == NULL)
	{
		*into = *other;
		return;
	}
	check_same(into, other);
	if (strncmp(into->definition, other->definition, Min(into->definition_length, other->definition_length) + 1) > 0)
	{
		into->definition = other->definition;
		into->definition_length = other->definition_length;
	}
	if (other->first <= other->last)
	{
		into->last = into->first <= into->last ? Max(into->last, other->last) : other->last;
		into->first = into->from <= into->through ? Min(into->first, other->first) : other->first;
	}
	into->from = Min(into->from, other->from);
	into->through = Max(into->through, other->through);
	for (int reason = 0; reason < HISTORY_REASONS; reason++)
		into->rows[reason] += other->rows[reason];
	into->outside += other->outside;
	into->with_amount += other->with_amount;
	merge_periods(into, other);

	why = broken_rule(into);
	if (why != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("pipeline summaries are too large to be merged"),
				 errdetail_internal("%s", why)));
}

/* pipeline_summary_rollup(state, summary): NULL on either side is nothing. The combine function too. */
PG_FUNCTION_INFO_V1(pipeline_summary_rollup);
Datum
pipeline_summary_rollup(PG_FUNCTION_ARGS)
{
	PipelineSummary into;
	PipelineSummary other;

	if (PG_ARGISNULL(1))
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	}
	summary_read(&pipeline_type, PG_GETARG_DATUM(1), &other);
	if (PG_ARGISNULL(0))
		PG_RETURN_DATUM(summary_pack(&pipeline_type, &other));
	summary_read(&pipeline_type, PG_GETARG_DATUM(0), &into);
	pipeline_merge(&into, &other);
	PG_RETURN_DATUM(summary_pack(&pipeline_type, &into));
}

PG_FUNCTION_INFO_V1(pipeline_summary_final);
Datum
pipeline_summary_final(PG_FUNCTION_ARGS)
{
	return summary_final(&pipeline_type, fcinfo);
}

/*
 * Figures
 */

/*
 * pipeline_movements(summary): one row a period from the first to the last,
 * those without a move too.
 */
PG_FUNCTION_INFO_V1(pipeline_movements);
Datum
pipeline_movements(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	PipelineSummary summary;
	Decimal		open = {0};		/* amount in the pipeline */
	int64		open_deals = 0;
	int			next = 0;

	InitMaterializedSRF(fcinfo, 0);
	summary_read(&pipeline_type, PG_GETARG_DATUM(0), &summary);
	for (int i = 0; i < summary.period_count; i++)
		for (int move = 0; move < MOVES; move++)
			open.scale = Max(open.scale, summary.periods[i].amount[move].scale);
	open.scale = Min(open.scale, DECIMAL_MAX_SCALE);

	for (int32 start = summary.first; start <= summary.last; start = next_period(summary.unit, start))
	{
		static const Period nothing;
		const Period *period = &nothing;
		Decimal		zero = {0, open.scale, NULL};
		Decimal		opening = open;
		int64		opening_deals = open_deals;
		Datum		values[18];
		bool		nulls[18] = {false};
		int			column = 0;

		CHECK_FOR_INTERRUPTS();
		if (next < summary.period_count && summary.periods[next].start == start)
			period = &summary.periods[next++];

		values[column++] = DateADTGetDatum(start);
		values[column++] = NumericGetDatum(decimal_to_numeric(&opening));
		for (int move = 0; move < MOVES; move++)
		{
			Decimal		amount = zero;

			decimal_add(&amount, &period->amount[move]);
			if (amount_sign[move] > 0)
				decimal_add(&open, &amount);
			else
				decimal_subtract(&open, &amount);
			values[column++] = NumericGetDatum(decimal_to_numeric(&amount));
		}
		values[column++] = NumericGetDatum(decimal_to_numeric(&open));
		if (summary.with_amount == 0)
			memset(nulls + 1, true, column - 1);

		values[column++] = Int64GetDatum(opening_deals);
		for (int move = 0; move < MOVES; move++)
		{
			open_deals += deals_sign[move] * period->deals[move];
			values[column++] = Int64GetDatum(period->deals[move]);
		}
		values[column++] = Int64GetDatum(open_deals);

		if (decimal_is_zero(&opening))
			nulls[column] = true;
		else
		{
			Decimal		growth = open;

			decimal_subtract(&growth, &opening);
			values[column] = Float8GetDatum(decimal_ratio(&growth, &opening));
		}
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}

/* pipeline_quality(summary): one row a reason. They add up to the rows given. */
PG_FUNCTION_INFO_V1(pipeline_quality);
Datum
pipeline_quality(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	PipelineSummary summary;

	InitMaterializedSRF(fcinfo, 0);
	summary_read(&pipeline_type, PG_GETARG_DATUM(0), &summary);
	for (int reason = 0; reason < HISTORY_REASONS; reason++)
	{
		Datum		values[2];
		bool		nulls[2] = {false};

		values[0] = CStringGetTextDatum(history_reason_names[reason]);
		values[1] = Int64GetDatum(summary.rows[reason]);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}

PG_FUNCTION_INFO_V1(pipeline_data_from);
Datum
pipeline_data_from(PG_FUNCTION_ARGS)
{
	PipelineSummary summary;

	summary_read(&pipeline_type, PG_GETARG_DATUM(0), &summary);
	if (summary.from > summary.through)
		PG_RETURN_NULL();
	PG_RETURN_TIMESTAMPTZ(summary.from);
}

PG_FUNCTION_INFO_V1(pipeline_data_through);
Datum
pipeline_data_through(PG_FUNCTION_ARGS)
{
	PipelineSummary summary;

	summary_read(&pipeline_type, PG_GETARG_DATUM(0), &summary);
	if (summary.from > summary.through)
		PG_RETURN_NULL();
	PG_RETURN_TIMESTAMPTZ(summary.through);
}
