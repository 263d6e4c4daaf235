/*
 * period.c
 *		Calendar periods: the day, week, month, quarter or year of a moment.
 */
#include "base/period.h"

#include "utils/builtins.h"
#include "utils/datetime.h"

const char *const period_names[PERIOD_KINDS] = {
	"day", "week", "month", "quarter", "year", "jalali month", "jalali quarter", "jalali year"
};

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
				 errhint("Give " PERIODS_ADVICE ".")));
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

/* Where it is an offset from UTC: the names of whole hours have POSIX's sign, too. */
const char *
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
zone_named(const char *given)
{
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
	return zone;
}

Zone
period_zone(Datum name)
{
	char	   *given = TextDatumGetCString(name);
	Zone		zone = zone_named(given);

	pfree(given);
	return zone;
}

/* number / by, rounded down */
static inline int32
divide_down(int32 number, int32 by)
{
	return number >= 0 ? number / by : -((-(number + 1)) / by) - 1;
}

/*
 * The Jalali calendar: six months of 31 days, five of 30, and one of 29, or 30
 * in a leap year.
 */

#define JALALI_CYCLE_YEARS	33
#define JALALI_CYCLE_DAYS	(JALALI_CYCLE_YEARS * 365 + 8)
#define JALALI_EPOCH_YEAR	1379
#define JALALI_EPOCH_DAY	79	/* 2000-03-20, its first day */

/* The first day of a year. Leap are those whose rest by 33 is 1, 5, 9, 13, 17, 22, 26 or 30: this counts the ones before. */
static inline int32
jalali_new_year(int year)
{
#define LEAP_YEARS_BEFORE(year)		((8 * (year) + 21) / JALALI_CYCLE_YEARS)
	return JALALI_EPOCH_DAY + (year - JALALI_EPOCH_YEAR) * 365 + LEAP_YEARS_BEFORE(year) - LEAP_YEARS_BEFORE(JALALI_EPOCH_YEAR);
}

int32
jalali_to_day(int year, int month, int day_of_month)
{
	return jalali_new_year(year) + (month - 1) * 30 + Min(month - 1, 6) + day_of_month - 1;
}

void
day_to_jalali(int32 day, int *year, int *month, int *day_of_month)
{
	int32		day_of_year;

	*year = JALALI_EPOCH_YEAR + divide_down((day - JALALI_EPOCH_DAY) * JALALI_CYCLE_YEARS, JALALI_CYCLE_DAYS);
	/* that may be a year off */
	if (jalali_new_year(*year) > day)
		(*year)--;
	else if (jalali_new_year(*year + 1) <= day)
		(*year)++;
	day_of_year = day - jalali_new_year(*year);
	*month = day_of_year < 6 * 31 ? day_of_year / 31 + 1 : (day_of_year - 6 * 31) / 30 + 7;
	*day_of_month = day - jalali_to_day(*year, *month, 1) + 1;
}

bool
jalali_exists(int year, int month, int day_of_month)
{
	int32		days;

	if (year < JALALI_FIRST_YEAR || year > JALALI_LAST_YEAR || month < 1 || month > MONTHS_PER_YEAR)
		return false;
	days = (month < MONTHS_PER_YEAR ? jalali_to_day(year, month + 1, 1) : jalali_new_year(year + 1)) - jalali_to_day(year, month, 1);
	return day_of_month >= 1 && day_of_month <= days;
}

static inline bool
is_jalali(PeriodKind kind)
{
	return kind >= PERIOD_JALALI_MONTH;
}

/* Its place among the Gregorian kinds */
static inline int
period_length_rank(PeriodKind kind)
{
	return is_jalali(kind) ? PERIOD_MONTH + (kind - PERIOD_JALALI_MONTH) : kind;
}

bool
period_is_shorter(PeriodKind kind, PeriodKind than)
{
	return period_length_rank(kind) < period_length_rank(than);
}

/* Months since the one that holds 2000-01-01, which is Dey 1378 */
#define JALALI_MONTH_0	(1378 * MONTHS_PER_YEAR + 9)

static int32
month_of_day(bool jalali, int32 day)
{
	int			year;
	int			month;
	int			day_of_month;

	if (jalali)
	{
		day_to_jalali(day, &year, &month, &day_of_month);
		return year * MONTHS_PER_YEAR + month - 1 - JALALI_MONTH_0;
	}
	j2date(day + POSTGRES_EPOCH_JDATE, &year, &month, &day_of_month);
	return (year - 2000) * MONTHS_PER_YEAR + month - 1;
}

static int32
month_first_day(bool jalali, int32 month)
{
	int32		months = month + (jalali ? JALALI_MONTH_0 : 2000 * MONTHS_PER_YEAR);

	if (jalali)
		return jalali_to_day(months / MONTHS_PER_YEAR, months % MONTHS_PER_YEAR + 1, 1);
	return date2j(months / MONTHS_PER_YEAR, months % MONTHS_PER_YEAR + 1, 1) - POSTGRES_EPOCH_JDATE;
}

/* Months of a period, and of the one of number 0 those that lie before month 0 */
static void
period_months(PeriodKind kind, int *length, int *late)
{
	*length = kind == PERIOD_MONTH || kind == PERIOD_JALALI_MONTH ? 1 : kind == PERIOD_QUARTER || kind == PERIOD_JALALI_QUARTER ? 3 : MONTHS_PER_YEAR;
	*late = is_jalali(kind) ? JALALI_MONTH_0 % *length : 0;
}

int32
period_of_day(PeriodKind kind, int32 day)
{
	int			length;
	int			late;

	if (kind == PERIOD_DAY)
		return day;
	if (kind == PERIOD_WEEK)
		return divide_down(day - 2, 7);
	period_months(kind, &length, &late);
	return divide_down(month_of_day(is_jalali(kind), day) + late, length);
}

int32
period_first_day(PeriodKind kind, int32 number)
{
	int			length;
	int			late;

	if (kind == PERIOD_DAY)
		return number;
	if (kind == PERIOD_WEEK)
		return number * 7 + 2;
	period_months(kind, &length, &late);
	return month_first_day(is_jalali(kind), number * length - late);
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

#define UNIX_EPOCH_SECONDS	((POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * (int64) SECS_PER_DAY)

/* Seconds from 1970, rounded down */
static inline int64
unix_seconds(Timestamp at)
{
	return (at >= 0 ? at / USECS_PER_SEC : -((-(at + 1)) / USECS_PER_SEC) - 1) + UNIX_EPOCH_SECONDS;
}

int32
zone_offset(pg_tz *zone, Timestamp at)
{
	int64		seconds = unix_seconds(at);
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

Timestamp
zone_next_change(pg_tz *zone, Timestamp at)
{
	pg_time_t	from = (pg_time_t) unix_seconds(at);
	pg_time_t	change;
	long int	before,
				after;
	int			is_dst;

	if (pg_next_dst_boundary(&from, &before, &is_dst, &change, &after, &is_dst, zone) > 0 && change > from)
		return ((int64) change - UNIX_EPOCH_SECONDS) * USECS_PER_SEC;
	return DT_NOEND;
}

/* ---- periods in SQL ---- */

/* period_start(day, period) -> date; NULL where the day is out of range */
PG_FUNCTION_INFO_V1(period_start);
Datum
period_start(PG_FUNCTION_ARGS)
{
	DateADT		day = PG_GETARG_DATEADT(0);
	PeriodKind	kind = period_kind(PG_GETARG_DATUM(1));

	if (!date_in_range(day))
		PG_RETURN_NULL();
	PG_RETURN_DATEADT(period_first_day(kind, period_of_day(kind, day)));
}

/* jalali_date(day) -> text; NULL where the day is out of range */
PG_FUNCTION_INFO_V1(period_jalali_date);
Datum
period_jalali_date(PG_FUNCTION_ARGS)
{
	DateADT		day = PG_GETARG_DATEADT(0);
	int			year;
	int			month;
	int			day_of_month;

	if (!date_in_range(day))
		PG_RETURN_NULL();
	day_to_jalali(day, &year, &month, &day_of_month);
	PG_RETURN_TEXT_P(cstring_to_text(psprintf("%04d-%02d-%02d", year, month, day_of_month)));
}

/* from_jalali(year, month, day) -> date */
PG_FUNCTION_INFO_V1(period_from_jalali);
Datum
period_from_jalali(PG_FUNCTION_ARGS)
{
	int32		year = PG_GETARG_INT32(0);
	int32		month = PG_GETARG_INT32(1);
	int32		day_of_month = PG_GETARG_INT32(2);

	if (!jalali_exists(year, month, day_of_month) || !date_in_range(jalali_to_day(year, month, day_of_month)))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("there is no day %d-%02d-%02d in the Jalali calendar from 1278-10-11 to 1578-10-10", year, month, day_of_month)));
	PG_RETURN_DATEADT(jalali_to_day(year, month, day_of_month));
}
