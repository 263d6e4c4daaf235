/*
 * period.h
 *		Calendar periods: the day, week, month, quarter or year of a moment.
 *
 * The periods of a kind are numbered without gaps, 0 for the one that holds
 * 2000-01-01 (of weeks, the one that begins on 2000-01-03): so that the next
 * is one more and "periods since" a difference. A period begins at a day; a
 * week on Monday, as ISO 8601 has it, so that its number is that of no year.
 * Months, quarters and years are those of the Gregorian calendar, or of the
 * Jalali one (Solar Hijri, the calendar of Iran), whose year begins in March.
 *
 * A moment's period is that of its local date, as AT TIME ZONE tells it. Where
 * clocks are set back over midnight, dates go back too, for some minutes.
 *
 *		kind = period_kind(PG_GETARG_DATUM(3));
 *		zone = period_zone(PG_GETARG_DATUM(4));
 *		...
 *		if (moment_in_range(at))
 *			number = period_of_day(kind, local_day(at, zone.rules));
 */
#ifndef FUNNEL_PERIOD_H
#define FUNNEL_PERIOD_H

#include "base/compat.h"

#include "base/moment.h"
#include "pgtime.h"

typedef enum PeriodKind
{
	PERIOD_DAY,
	PERIOD_WEEK,
	PERIOD_MONTH,
	PERIOD_QUARTER,
	PERIOD_YEAR,
	PERIOD_JALALI_MONTH,
	PERIOD_JALALI_QUARTER,
	PERIOD_JALALI_YEAR
}			PeriodKind;

#define PERIOD_KINDS	(PERIOD_JALALI_YEAR + 1)

/* "day" ... "year", "jalali month" ...; and all of them as hints name them */
extern const char *const period_names[PERIOD_KINDS];
#define PERIODS_ADVICE	"day, week (from Monday), month, quarter, year, jalali month, jalali quarter or jalali year"

/* Days, from 2000-01-01, that the local date of a moment in range can be, and that its period can begin with */
#define PERIOD_FIRST_DAY	(DATE_EARLIEST - 1)
#define PERIOD_LAST_DAY		(DATE_LATEST + 1)
#define PERIOD_FIRST_START	(PERIOD_FIRST_DAY - 364)	/* 1899-01-01 */

/*
 * Days of the Jalali calendar, from 2000-01-01, and back. Its years are leap by
 * the rule of 33 (8 of them are), which gives the official new years of 1178 to
 * 1634 (1799 to 2256); it is asked about no others. Months and days from 1.
 */
#define JALALI_FIRST_YEAR	1178
#define JALALI_LAST_YEAR	1634

extern bool jalali_exists(int year, int month, int day_of_month);
extern int32 jalali_to_day(int year, int month, int day_of_month);	/* of one that exists */
extern void day_to_jalali(int32 day, int *year, int *month, int *day_of_month);

/* A time zone, as AT TIME ZONE reads its name. It lives as long as the backend. */
typedef struct Zone
{
	const char *name;			/* as pg_timezone_names spells it */
	pg_tz	   *rules;
}			Zone;

/* Arguments of type text, not NULL: the kind of period, the zone; else an error with a hint. */
extern PeriodKind period_kind(Datum name);
extern Zone period_zone(Datum name);

/* The zone of that name, else the same error; and what to write instead of a name that is none, for a hint */
extern Zone zone_named(const char *name);
extern const char *zone_advice(const char *given);

/*
 * Can a zone be called so? For names that are stored: a server whose list is
 * older or newer must be able to read them.
 */
extern bool zone_name_is_possible(const char *name, int length);

/* The kind of that name; false where there is none. Letter case is of no matter. */
extern bool period_kind_of(const char *name, int length, PeriodKind *kind);

/* Is one kind shorter than another? A Jalali month is as long as a month here. */
extern bool period_is_shorter(PeriodKind kind, PeriodKind than);

/* Which period a day lies in, and the day it begins with; days from 2000-01-01. */
extern int32 period_of_day(PeriodKind kind, int32 day);
extern int32 period_first_day(PeriodKind kind, int32 number);

/* Seconds east of UTC */
extern int32 zone_offset(pg_tz *zone, Timestamp at);

/* The moment at which a day begins in a zone; of local times (zone NULL) as if they were of UTC */
extern Timestamp zone_day_begins(pg_tz *zone, int32 day);

/* The first moment after this one at which that may change, or a later one where it does not */
extern Timestamp zone_next_change(pg_tz *zone, Timestamp at);

/* The date of a time that is local and finite, in days from 2000-01-01 */
static inline int32
day_of(Timestamp at)
{
	return (int32) (at >= 0 ? at / USECS_PER_DAY : -((-(at + 1)) / USECS_PER_DAY) - 1);
}

/* The local date of a moment in range, in days from 2000-01-01. Zone NULL: it is local already. */
static inline int32
local_day(Timestamp at, pg_tz *zone)
{
	return day_of(zone == NULL ? at : at + zone_offset(zone, at) * USECS_PER_SEC);
}

/* Can a moment's local date be that day, in one zone or another? */
static inline bool
day_is_possible(int64 day, Timestamp at)
{
	return day >= day_of(at) - 1 && day <= day_of(at) + 1;
}

#endif							/* FUNNEL_PERIOD_H */
