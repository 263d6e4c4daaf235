/*
 * deadline.h
 *		Moments at which somebody's time is up, as summaries keep them.
 *
 * Who can still go on after the last row is kept by the moment until when. Such
 * moments are counted in whole units of the calendar in UTC, rounded up, so that
 * a summary has few of them: a unit of time has passed, or it hasn't.
 */
#ifndef FUNNEL_DEADLINE_H
#define FUNNEL_DEADLINE_H

#include "base/compat.h"

#include "datatype/timestamp.h"

/* The length in microseconds of the unit for deadlines that lie so far ahead at most: a minute, an hour or a day */
static inline int64
deadline_unit(int64 longest)
{
	if (longest <= USECS_PER_DAY)
		return USECS_PER_MINUTE;
	if (longest <= 60 * USECS_PER_DAY)
		return USECS_PER_HOUR;
	return USECS_PER_DAY;
}

/* The number of the unit at whose end a moment has passed */
static inline int32
deadline_number(int64 unit, int64 at)
{
	int64		number = at / unit + (at > 0 && at % unit != 0);

	return (int32) Max(Min(number, PG_INT32_MAX), PG_INT32_MIN);
}

/* Is that unit's end still to come? */
static inline bool
deadline_is_open(int64 unit, int32 number, int64 as_of)
{
	return (int128) number * unit > as_of;
}

#endif							/* FUNNEL_DEADLINE_H */
