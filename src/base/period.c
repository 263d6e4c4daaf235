/*
 * period.c
 *		Calendar periods: the day, week, month, quarter or year of a moment.
 */
#include "base/period.h"

#include "utils/builtins.h"
#include "utils/datetime.h"

const char *const period_names[PERIOD_KINDS] = {"day", "week", "month", "quarter", "year"};

bool
period_kind_of(const char *name, int length, PeriodKind *kind)
{
	for (int i = 0; i < PERIOD_KINDS; i++)
		if (length == (int) strlen(period_names[i]) && pg_strncasecmp(name, period_names[i], length) == 0)
		{
			*kind = (PeriodKind) i;
			return true;
		}
	return false;
}

PeriodKind
period_kind(Datum name)
{
	text	   *given = DatumGetTextPP(name);
	PeriodKind	kind;

	if (!period_kind_of(VARDATA_ANY(given), VARSIZE_ANY_EXHDR(given), &kind))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unknown period: \"%s\"", text_to_cstring(given)),
				 errhint("Give day, week (from Monday), month, quarter or year.")));
	return kind;
}

/*
 * PostgreSQL takes what it finds no file for as a rule in POSIX's form, such as
 * UTC+8, whose sign is the other way round: eight hours behind. Such a rule has
 * an offset, and so a digit, and PostgreSQL makes all of it upper case. These
 * are all the files of the time zone database whose names look the same.
 */
static const char *const names_like_rules[] = {"CST6CDT", "EST5EDT", "GMT+0", "GMT-0", "GMT0", "MST7MDT", "PST8PDT"};

bool
zone_name_is_possible(const char *name, int length)
{
	bool		has_digit = false;

	if (length == 0 || length > TZ_STRLEN_MAX)
		return false;
	for (Size i = 0; i < lengthof(names_like_rules); i++)
		if (length == (int) strlen(names_like_rules[i]) && memcmp(name, names_like_rules[i], length) == 0)
			return true;
	for (int i = 0; i < length; i++)
	{
		if (name[i] >= 'a' && name[i] <= 'z')
			return true;
		has_digit |= name[i] >= '0' && name[i] <= '9';
	}
	return !has_digit;
}

/*
 * What to write instead of an offset from UTC, for a hint. The names of whole
 * hours have POSIX's sign, too.
 */
static const char *
zone_advice(const char *given)
{
	const char *at = given;
	int			hours;
	int			used = 0;

	if (pg_strncasecmp(at, "UTC", 3) == 0 || pg_strncasecmp(at, "GMT", 3) == 0)
		at += 3;
	if ((*at == '+' || *at == '-') &&
		(sscanf(at, "%3d%n:00%n", &hours, &used, &used) == 1 && at[used] == '\0') &&
		hours >= -12 && hours <= 14 && hours != 0)
		return psprintf("Give a name of pg_timezone_names, such as Asia/Kuala_Lumpur. The one that is always %d hours %s UTC is Etc/GMT%+d.",
						abs(hours), hours > 0 ? "ahead of" : "behind", -hours);
	return "Give a name of pg_timezone_names, such as Asia/Tehran.";
}

/*
 * Some names are abbreviations, too: CET is a zone that has summer time, and an
 * hour ahead of UTC. AT TIME ZONE takes the abbreviation, so we do.
 */
static pg_tz *
abbreviation_rules(const char *name, pg_tz *rules)
{
	char		token[TZ_STRLEN_MAX + 1];
	int			type;
	int			offset;
	pg_tz	   *changing;

	for (int i = 0;; i++)
		if ((token[i] = pg_tolower((unsigned char) name[i])) == '\0')
			break;
	type = decode_zone_abbreviation(token, &offset, &changing);
	if (type == TZ || type == DTZ)
		return pg_tzset_offset(-offset);
	if (type == DYNTZ)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("time zone \"%s\" is an abbreviation, too, which has meant several zones", name),
				 errhint("%s", zone_advice(name))));
	return rules;
}

Zone
period_zone(Datum name)
{
	char	   *given = TextDatumGetCString(name);
	pg_tz	   *rules = strlen(given) > TZ_STRLEN_MAX || given[0] == ':' ? NULL : pg_tzset(given);
	Zone		zone;

	if (rules == NULL || !pg_tz_acceptable(rules) ||
		!zone_name_is_possible(pg_get_timezone_name(rules), strlen(pg_get_timezone_name(rules))))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unknown time zone: \"%s\"", given),
				 errhint("%s", zone_advice(given))));
	zone.name = pg_get_timezone_name(rules);
	zone.rules = abbreviation_rules(zone.name, rules);
	pfree(given);
	return zone;
}

/* number / by, rounded down */
static inline int32
divide_down(int32 number, int32 by)
{
	return number >= 0 ? number / by : -((-(number + 1)) / by) - 1;
}

int32
period_of_day(PeriodKind kind, int32 day)
{
	int			year;
	int			month;
	int			day_of_month;

	if (kind == PERIOD_DAY)
		return day;
	if (kind == PERIOD_WEEK)
		return divide_down(day - 2, 7);
	j2date(day + POSTGRES_EPOCH_JDATE, &year, &month, &day_of_month);
	switch (kind)
	{
		case PERIOD_MONTH:
			return (year - 2000) * MONTHS_PER_YEAR + month - 1;
		case PERIOD_QUARTER:
			return (year - 2000) * 4 + (month - 1) / 3;
		default:
			return year - 2000;
	}
}

int32
period_first_day(PeriodKind kind, int32 number)
{
	int32		months;

	switch (kind)
	{
		case PERIOD_DAY:
			return number;
		case PERIOD_WEEK:
			return number * 7 + 2;
		case PERIOD_MONTH:
			months = number;
			break;
		case PERIOD_QUARTER:
			months = number * 3;
			break;
		default:
			months = number * MONTHS_PER_YEAR;
			break;
	}
	return date2j(2000 + divide_down(months, MONTHS_PER_YEAR),
				  months - divide_down(months, MONTHS_PER_YEAR) * MONTHS_PER_YEAR + 1, 1) - POSTGRES_EPOCH_JDATE;
}

/*
 * Offsets that have been asked for lately, by zone and stretch of 2^20 seconds
 * (12 days). One for the whole backend: what a zone says never changes in it,
 * and 8 kB in each of a hundred thousand groups would be too much.
 */
#define STRETCH_BITS	20
#define STRETCHES		256		/* 8.5 years, of a zone */

typedef struct ZoneStretch
{
	pg_tz	   *zone;			/* NULL: nothing known */
	int64		number;			/* seconds from 1970 >> STRETCH_BITS */
	int64		change;			/* seconds from 1970: from here on "after" holds */
	int32		before;			/* seconds east of UTC */
	int32		after;
}			ZoneStretch;

static ZoneStretch stretches[STRETCHES];

static int32
zone_offset_slowly(pg_tz *zone, int64 seconds)
{
	pg_time_t	time = (pg_time_t) seconds;
	struct pg_tm *local = pg_localtime(&time, zone);

	if (local == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("a moment is out of the range of time zone \"%s\"", pg_get_timezone_name(zone))));
	return (int32) local->tm_gmtoff;
}

/*
 * Looks up what offsets hold in a stretch: one, or two and when they change.
 * False where they change more often.
 */
static bool
fill_stretch(ZoneStretch *stretch, pg_tz *zone, int64 number)
{
	pg_time_t	start = (pg_time_t) (number * (INT64CONST(1) << STRETCH_BITS));
	pg_time_t	end = start + (INT64CONST(1) << STRETCH_BITS);
	pg_time_t	change = start;
	int			changes = 0;

	stretch->zone = NULL;
	stretch->before = stretch->after = zone_offset_slowly(zone, start);
	stretch->change = end;
	for (;;)
	{
		pg_time_t	from = change;
		long int	before,
					after;
		int			is_dst;
		int			found = pg_next_dst_boundary(&from, &before, &is_dst, &change, &after, &is_dst, zone);

		if (found < 0)
			return false;
		if (found == 0 || change >= end || change <= from)
			break;
		if (++changes > 1)
			return false;
		stretch->change = change;
		stretch->after = zone_offset_slowly(zone, change);
	}
	stretch->zone = zone;
	stretch->number = number;
	return true;
}

int32
zone_offset(pg_tz *zone, Timestamp at)
{
	int64		seconds = (at >= 0 ? at / USECS_PER_SEC : -((-(at + 1)) / USECS_PER_SEC) - 1) +
		(POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * (int64) SECS_PER_DAY;
	int64		number = seconds >> STRETCH_BITS;
	ZoneStretch *stretch = &stretches[((uint64) number ^ ((uintptr_t) zone >> 8)) % STRETCHES];

	if (unlikely(stretch->zone != zone || stretch->number != number) &&
		!fill_stretch(stretch, zone, number))
		return zone_offset_slowly(zone, seconds);
	return seconds < stretch->change ? stretch->before : stretch->after;
}

Timestamp
zone_day_begins(pg_tz *zone, int32 day)
{
	Timestamp	local = (Timestamp) day * USECS_PER_DAY;
	struct pg_tm tm;
	fsec_t		fraction;

	if (zone == NULL || timestamp2tm(local, NULL, &tm, &fraction, NULL, NULL) != 0)
		return local;
	return local + (int64) DetermineTimeZoneOffset(&tm, zone) * USECS_PER_SEC;
}
