/*
 * calendar.h
 *		The period and the zone that a path aggregate is given: constants of a group.
 *
 * They come as the last arguments, "period [, zone]", with every row. The first
 * row's are kept; a later one that means others is an error.
 */
#ifndef FUNNEL_CALENDAR_H
#define FUNNEL_CALENDAR_H

#include "base/compat.h"

#include "base/period.h"

typedef struct Calendar
{
	PeriodKind	kind;
	Zone		zone;			/* its rules NULL: not given */
	pg_tz	   *convert;		/* the zone, where times are moments; NULL: they are local in it already */
	text	   *kind_given;		/* the arguments of the first row, as they were spelt; NULL: there was no such argument */
	text	   *zone_given;
	bool		is_fixed;		/* they are constants of the query: no need to look at them again */
}			Calendar;

/* Reads the arguments of a first row into zeroed memory of a context; "period" is an argument's number. */
extern void calendar_begin(Calendar *calendar, FunctionCallInfo fcinfo, MemoryContext context, int period, bool is_local);

/* The same where the period is the day, and another argument stands in its place, which the family looks at itself. */
extern void calendar_begin_days(Calendar *calendar, FunctionCallInfo fcinfo, MemoryContext context, int place, bool is_local);

/* Error: one of the arguments is NULL. */
extern void calendar_refuse_null(FunctionCallInfo fcinfo, int period);

/* Error: the arguments of a row, not NULL, are not those of the first. */
extern void calendar_compare(const Calendar *calendar, FunctionCallInfo fcinfo, int period);

/* The same of what another process was given. The zone's name is "" where it was given none. */
extern void calendar_compare_with(const Calendar *calendar, PeriodKind kind, const char *zone);

/* ... and taken over, into zeroed memory */
extern void calendar_take(Calendar *calendar, PeriodKind kind, const char *zone, bool converts);

static inline bool
calendar_has_zone(FunctionCallInfo fcinfo, int period)
{
	return PG_NARGS() > period + 1;
}

/* What every row goes through first */
static inline void
calendar_check_null(FunctionCallInfo fcinfo, int period)
{
	if (unlikely(PG_ARGISNULL(period)) || (calendar_has_zone(fcinfo, period) && unlikely(PG_ARGISNULL(period + 1))))
		calendar_refuse_null(fcinfo, period);
}

/* What every row but the first goes through */
static inline void
calendar_check(const Calendar *calendar, FunctionCallInfo fcinfo, int period)
{
	if (!calendar->is_fixed)
		calendar_compare(calendar, fcinfo, period);
}

#endif							/* FUNNEL_CALENDAR_H */
