/*
 * business.h
 *		The type business_calendar: when a business is open.
 *
 *		'Mon-Fri 09:00-12:00, 13:00-17:00; Sat 09:00-13:00; zone: Asia/Kuala_Lumpur;
 *		 closed: 2026-01-01, 2026-03-20..2026-03-24; open: 2026-03-28 09:00-12:00'
 *
 * Each day of the week has spans of wall-clock time; one that ends after
 * midnight belongs to the day it begins. A closed date has none, an open one
 * its own. The zone says where the clock hangs; without one the calendar is for
 * local times only. doc/business.md has the whole of it.
 *
 *		OpenTime   *open = open_time(fcinfo, 0, false);
 *
 *		microseconds = open_time_between(open, from, to);
 */
#ifndef FUNNEL_BUSINESS_H
#define FUNNEL_BUSINESS_H

#include "base/compat.h"

#include "base/definition.h"
#include "base/period.h"

/* A stretch of a day, in minutes from its midnight: 0 <= from < 1440; "to" may lie on the day after. Half-open. */
typedef struct OpenSpan
{
	int16		from;
	int16		to;
}			OpenSpan;

typedef struct OpenHours
{
	int32		spans;
	const OpenSpan *span;		/* in order, with gaps between them */
}			OpenHours;

/* A calendar made ready: one palloc'd piece. */
typedef struct BusinessCalendar
{
	Image		image;			/* the stored definition */
	const char *zone;			/* lower case; NULL: none */
	OpenHours	weekday[7];		/* from Monday */
	int32		exceptions;
	const int32 *exception;		/* the days that are not as their weekday, in order, from 2000-01-01 ... */
	const OpenHours *exception_hours;	/* ... and what they have instead */
}			BusinessCalendar;

/* The calendar as a Datum of type business_calendar, palloc'd; parsed from a text as the type's input does. */
extern Datum business_parse(const char *source, int length);

/* Makes a calendar (a Datum of type business_calendar, in any varlena form) ready, in the given memory context. */
extern BusinessCalendar *business_prepare(MemoryContext context, Datum calendar);

/* What is open on a day, from 2000-01-01 */
extern const OpenHours *business_hours_of(const BusinessCalendar *calendar, int32 day);

/*
 * Open time between moments
 */

typedef struct OpenTime OpenTime;

/*
 * The calendar that an argument, not NULL, holds, ready for look-ups. Times are
 * moments, and the calendar must have a zone (else an error), or they are local
 * to it already. It is kept in fn_extra, as a cache alone, together with others
 * that the call has been given lately.
 */
extern OpenTime *open_time(FunctionCallInfo fcinfo, int argument, bool is_local);

/* Open microseconds from a moment in range (base/moment.h) to another, or one after the last; negative where the second is first. */
extern int64 open_time_between(OpenTime *open, Timestamp from, Timestamp to);

#endif							/* FUNNEL_BUSINESS_H */
