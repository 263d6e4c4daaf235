/*
 * datetime.h
 *		PostgreSQL's utils/datetime.h, for a test without it: dates by the day
 *		numbers of Howard Hinnant's "chrono-Compatible Low-Level Date Algorithms".
 */
#ifndef STUB_DATETIME_H
#define STUB_DATETIME_H

#include "datatype/timestamp.h"
#include "pgtime.h"

#define TZ				1		/* kinds of abbreviations */
#define DTZ				2
#define DYNTZ			3
#define MAXDATELEN		128
#define USE_ISO_DATES	1

/* The Julian day of a date; the year 0 is 1 BC */
static inline int
date2j(int year, int month, int day)
{
	int			of_era;
	int			era;

	year -= month <= 2;
	era = (year >= 0 ? year : year - 399) / 400;
	of_era = year - era * 400;
	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 +
		(153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1 + 1721120;
}

static inline void
j2date(int julian, int *year, int *month, int *day)
{
	int			days = julian - 1721120;
	int			era = (days >= 0 ? days : days - 146096) / 146097;
	int			of_era = days - era * 146097;
	int			years = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int			of_year = of_era - (365 * years + years / 4 - years / 100);
	int			from_march = (5 * of_year + 2) / 153;

	*day = of_year - (153 * from_march + 2) / 5 + 1;
	*month = from_march < 10 ? from_march + 3 : from_march - 9;
	*year = years + era * 400 + (*month <= 2);
}

static inline void
EncodeDateOnly(struct pg_tm *tm, int style, char *out)
{
	(void) style;
	sprintf(out, "%04d-%02d-%02d%s", tm->tm_year > 0 ? tm->tm_year : 1 - tm->tm_year, tm->tm_mon, tm->tm_mday,
			tm->tm_year > 0 ? "" : " BC");
}

static inline int
timestamp2tm(Timestamp at, int *tz, struct pg_tm *tm, fsec_t *fraction, const char **name, pg_tz *zone)
{
	int64		day = at >= 0 ? at / USECS_PER_DAY : -((-(at + 1)) / USECS_PER_DAY) - 1;
	int64		rest = at - day * USECS_PER_DAY;
	int			seconds = (int) (rest / USECS_PER_SEC);

	(void) tz, (void) name, (void) zone;
	memset(tm, 0, sizeof(*tm));
	j2date((int) day + POSTGRES_EPOCH_JDATE, &tm->tm_year, &tm->tm_mon, &tm->tm_mday);
	tm->tm_hour = seconds / 3600;
	tm->tm_min = seconds / 60 % 60;
	tm->tm_sec = seconds % 60;
	*fraction = (fsec_t) (rest % USECS_PER_SEC);
	return 0;
}

/* Seconds west of UTC at a local time: the test's */
extern int	DetermineTimeZoneOffset(struct pg_tm *tm, pg_tz *zone);

/* In UTC, with as many decimals as there are */
static inline void
EncodeDateTime(struct pg_tm *tm, fsec_t fraction, bool print_tz, int tz, const char *name, int style, char *out)
{
	(void) print_tz, (void) tz, (void) name;
	EncodeDateOnly(tm, style, out);
	sprintf(out + strlen(out), " %02d:%02d:%02d", tm->tm_hour, tm->tm_min, tm->tm_sec);
	if (fraction != 0)
	{
		sprintf(out + strlen(out), ".%06d", fraction);
		while (out[strlen(out) - 1] == '0')
			out[strlen(out) - 1] = '\0';
	}
	strcat(out, "+00");
}

/* Reads what EncodeDateTime has written. */
static inline Datum
stub_timestamptz_in(Datum text, Datum type, Datum modifier)
{
	int			year,
				month,
				day,
				hour,
				minute;
	double		second;

	(void) type, (void) modifier;
	if (sscanf(DatumGetCString(text), "%d-%d-%d %d:%d:%lf+00", &year, &month, &day, &hour, &minute, &second) != 6)
		elog(ERROR, "no moment");
	return (Datum) ((int64) (date2j(year, month, day) - POSTGRES_EPOCH_JDATE) * USECS_PER_DAY +
					(int64) (hour * 60 + minute) * 60 * USECS_PER_SEC + (int64) (second * 1e6 + 0.5));
}

#endif							/* STUB_DATETIME_H */
