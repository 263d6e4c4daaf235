/*
 * open_time.c
 *		Open time between two moments, by a running total.
 *
 * The years 1900 to 2199 are cut into blocks of 256 days (of UTC; of the local
 * calendar where times are local). A block that is asked about is made once: its
 * open spans, as moments, and how much of the block is open before each day of
 * it. Then the open time before a moment is found at its day, from a span or
 * two, and the time between two moments is a difference.
 *
 * A moment is open where the clock on the wall shows a time within the hours of
 * the day; so an hour that comes twice when clocks are set back counts twice,
 * and one that is skipped not at all.
 */
#include "base/business.h"

#include "base/moment.h"
#include "utils/memutils.h"

#define BLOCK_DAYS		256
#define FIRST_DAY		DATE_EARLIEST
#define BLOCKS			((DATE_LATEST + 1 - FIRST_DAY) / BLOCK_DAYS + 1)	/* with the moment behind the last day */

/* Half-open, in microseconds from 2000-01-01 */
typedef struct MomentSpan
{
	Timestamp	from;
	Timestamp	to;
}			MomentSpan;

typedef struct BlockDay
{
	int64		before;			/* open microseconds of the block before this day */
	int32		first;			/* the first span that ends after the day's beginning */
}			BlockDay;

typedef struct OpenBlock
{
	int64		total;			/* open microseconds */
	BlockDay	day[BLOCK_DAYS];
	int32		spans;
	MomentSpan *span;
}			OpenBlock;

struct OpenTime
{
	BusinessCalendar *calendar;
	pg_tz	   *zone;			/* NULL: times are local */
	MemoryContext context;		/* of all this */
	OpenBlock  *block[BLOCKS];	/* NULL: not asked about yet */
};

/* ---- a block ---- */

static inline int
block_of_day(int32 day)
{
	return (day - FIRST_DAY) / BLOCK_DAYS;
}

static inline Timestamp
block_begins(int number)
{
	return (Timestamp) (FIRST_DAY + number * BLOCK_DAYS) * USECS_PER_DAY;
}

/* The spans of a block while they are collected, in order */
typedef struct SpanList
{
	int32		spans;
	int32		room;
	MomentSpan *span;
}			SpanList;

/* Adds a span that begins no earlier than the last: to it, where they touch or overlap. */
static void
add_span(SpanList *list, Timestamp from, Timestamp to)
{
	if (from >= to)
		return;
	if (list->spans > 0 && from <= list->span[list->spans - 1].to)
	{
		list->span[list->spans - 1].to = Max(list->span[list->spans - 1].to, to);
		return;
	}
	if (list->spans == list->room)
	{
		list->room *= 2;
		list->span = (MomentSpan *) repalloc(list->span, list->room * sizeof(MomentSpan));
	}
	list->span[list->spans++] = (MomentSpan) {from, to};
}

/* Adds what is open from a moment to another, between which local time is ahead of UTC by "offset" microseconds. */
static void
add_stretch(SpanList *list, const BusinessCalendar *calendar, Timestamp begin, Timestamp end, int64 offset)
{
	/* hours of the day before may last until the end of the first day */
	for (int32 day = day_of(begin + offset) - 1; day <= day_of(end - 1 + offset); day++)
	{
		const OpenHours *hours = business_hours_of(calendar, day);
		Timestamp	midnight = (Timestamp) day * USECS_PER_DAY - offset;

		for (int i = 0; i < hours->spans; i++)
			add_span(list, Max(midnight + hours->span[i].from * USECS_PER_MINUTE, begin),
					 Min(midnight + hours->span[i].to * USECS_PER_MINUTE, end));
	}
}

static void
add_block_spans(SpanList *list, const OpenTime *open, Timestamp begin, Timestamp end)
{
	if (open->zone == NULL)
	{
		add_stretch(list, open->calendar, begin, end, 0);
		return;
	}
	while (begin < end)
	{
		Timestamp	until = Min(zone_next_change(open->zone, begin), end);

		add_stretch(list, open->calendar, begin, until, zone_offset(open->zone, begin) * USECS_PER_SEC);
		begin = until;
	}
}

/* How much is open before each day, from the spans */
static void
add_up_days(OpenBlock *block, Timestamp begin)
{
	int32		first = 0;

	for (int day = 0; day < BLOCK_DAYS; day++)
	{
		Timestamp	end = begin + USECS_PER_DAY;

		while (first < block->spans && block->span[first].to <= begin)
			first++;
		block->day[day] = (BlockDay) {block->total, first};
		for (int32 i = first; i < block->spans && block->span[i].from < end; i++)
			block->total += Min(block->span[i].to, end) - Max(block->span[i].from, begin);
		begin = end;
	}
}

static OpenBlock *
make_block(const OpenTime *open, int number)
{
	MemoryContext old = MemoryContextSwitchTo(open->context);
	OpenBlock  *block = (OpenBlock *) palloc(sizeof(OpenBlock));
	SpanList	list = {0, BLOCK_DAYS, (MomentSpan *) palloc(BLOCK_DAYS * sizeof(MomentSpan))};

	add_block_spans(&list, open, block_begins(number), block_begins(number + 1));
	block->total = 0;
	block->spans = list.spans;
	block->span = list.span;
	add_up_days(block, block_begins(number));
	MemoryContextSwitchTo(old);
	return block;
}

static inline const OpenBlock *
block_of(OpenTime *open, int number)
{
	if (unlikely(open->block[number] == NULL))
		open->block[number] = make_block(open, number);
	return open->block[number];
}

/* ---- looking up ---- */

/* Open microseconds of the block of a moment, a day's, before it */
static inline int64
open_before(const OpenBlock *block, int32 day, Timestamp at)
{
	const BlockDay *before = &block->day[(day - FIRST_DAY) % BLOCK_DAYS];
	Timestamp	midnight = (Timestamp) day * USECS_PER_DAY;
	int64		total = before->before;

	for (int32 i = before->first; i < block->spans && block->span[i].from < at; i++)
		total += Min(block->span[i].to, at) - Max(block->span[i].from, midnight);
	return total;
}

int64
open_time_between(OpenTime *open, Timestamp from, Timestamp to)
{
	int32		first_day = day_of(from);
	int32		last_day = day_of(to);
	int			last = block_of_day(last_day);
	int64		total;

	if (from > to)
		return -open_time_between(open, to, from);
	total = -open_before(block_of(open, block_of_day(first_day)), first_day, from);
	for (int number = block_of_day(first_day); number < last; number++)
		total += block_of(open, number)->total;
	return total + open_before(block_of(open, last), last_day, to);
}

/* ---- the cache ---- */

/* A query may have a calendar for each team or country; the last found comes first. */
#define CALENDARS_KEPT	32

typedef struct OpenTimes
{
	int			kept;
	OpenTime   *last[CALENDARS_KEPT];
}			OpenTimes;

static pg_tz *
zone_of_calendar(const BusinessCalendar *calendar)
{
	if (calendar->zone == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the business calendar has no zone, and timestamptz needs one"),
				 errhint("Add where its clock hangs, such as \"; zone: Asia/Tehran\" or \"; zone: UTC\". Times of type timestamp are taken as local.")));
	return zone_named(calendar->zone).rules;
}

/* Its memory is that of the query, "parent", only once nothing can fail any more: a loop may catch errors. */
static OpenTime *
make_open_time(MemoryContext parent, Datum definition, bool is_local)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "business calendar", ALLOCSET_DEFAULT_SIZES);
	OpenTime   *open = MemoryContextAllocZero(context, sizeof(OpenTime));

	open->context = context;
	open->calendar = business_prepare(context, definition);
	open->zone = is_local ? NULL : zone_of_calendar(open->calendar);
	MemoryContextSetParent(context, parent);
	return open;
}

/* Puts it first, and those before it one place back. */
static void
keep_first(OpenTimes *times, OpenTime *open, int place)
{
	memmove(&times->last[1], &times->last[0], place * sizeof(OpenTime *));
	times->last[0] = open;
}

OpenTime *
open_time(FunctionCallInfo fcinfo, int argument, bool is_local)
{
	Datum		definition = PG_GETARG_DATUM(argument);
	OpenTimes  *times = (OpenTimes *) fcinfo->flinfo->fn_extra;
	OpenTime   *open;

	if (unlikely(times == NULL))
		fcinfo->flinfo->fn_extra = times = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(OpenTimes));
	for (int i = 0; i < times->kept; i++)
	{
		open = times->last[i];
		if (!image_is_same(&open->calendar->image, definition))
			continue;
		if (i > 0)
			keep_first(times, open, i);
		return open;
	}
	open = make_open_time(fcinfo->flinfo->fn_mcxt, definition, is_local);
	if (times->kept == CALENDARS_KEPT)
		MemoryContextDelete(times->last[--times->kept]->context);
	keep_first(times, open, times->kept++);
	return open;
}
