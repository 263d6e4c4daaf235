/*
 * period.c
 *		Tests of src/base/period.c: periods against a walk through all days, offsets
 *		against the zone's own list of changes.
 *
 * Prints TAP.
 */
#include "base/period.h"

#include "unit.h"
#include "utils/datetime.h"

/*
 * Zones: a name and changes of the offset. The name of one that is a rule is in
 * capitals, as PostgreSQL has it.
 */
#define CHANGES	400

struct pg_tz
{
	char		name[TZ_STRLEN_MAX + 1];
	int			changes;
	pg_time_t	from[CHANGES];	/* in order */
	long int	offset[CHANGES + 1];	/* seconds east of UTC: the first before any change */
};

static pg_tz zones[3] = {{.name = "Asia/Tehran"}, {.name = "UTC"}, {.name = "CET"}};
static pg_tz rule;
static pg_tz fixed;

pg_tz *
pg_tzset(const char *name)
{
	for (int i = 0; i < (int) lengthof(zones); i++)
		if (strcasecmp(name, zones[i].name) == 0)
			return &zones[i];
	if (strpbrk(name, "0123456789") == NULL)
		return NULL;
	for (int i = 0; i == 0 || name[i - 1] != '\0'; i++)
		rule.name[i] = (char) (name[i] >= 'a' && name[i] <= 'z' ? name[i] - 32 : name[i]);
	return &rule;
}

pg_tz *
pg_tzset_offset(long seconds_west)
{
	fixed.offset[0] = -seconds_west;
	return &fixed;
}

bool
pg_tz_acceptable(pg_tz *zone)
{
	return zone != NULL;
}

const char *
pg_get_timezone_name(pg_tz *zone)
{
	return zone->name;
}

int
decode_zone_abbreviation(char *token, int *offset, pg_tz **zone)
{
	(void) zone;
	*offset = 3600;
	return strcmp(token, "cet") == 0 ? TZ : 0;
}

static int
changes_until(const pg_tz *zone, pg_time_t time)
{
	int			count = 0;

	while (count < zone->changes && zone->from[count] <= time)
		count++;
	return count;
}

struct pg_tm *
pg_localtime(const pg_time_t *time, const pg_tz *zone)
{
	static struct pg_tm tm;

	tm.tm_gmtoff = zone->offset[changes_until(zone, *time)];
	return &tm;
}

int
pg_next_dst_boundary(const pg_time_t *time, long int *before, int *before_is_dst, pg_time_t *boundary,
					 long int *after, int *after_is_dst, const pg_tz *zone)
{
	int			count = changes_until(zone, *time);

	*before_is_dst = *after_is_dst = 0;
	*before = zone->offset[count];
	if (count == zone->changes)
		return 0;
	*boundary = zone->from[count];
	*after = zone->offset[count + 1];
	return 1;
}

/* Of a zone without changes */
int
DetermineTimeZoneOffset(struct pg_tm *tm, pg_tz *zone)
{
	(void) tm;
	return (int) -zone->offset[0];
}

/* Changes at random, some of them within hours of each other, over 1900 to 2200 */
static void
draw_changes(pg_tz *zone)
{
	pg_time_t	at = -INT64CONST(2208988800);

	zone->changes = CHANGES;
	zone->offset[0] = (long int) (draw() % 100000) - 50000;
	for (int i = 0; i < CHANGES; i++)
	{
		at += 1 + (pg_time_t) (draw() % 4 == 0 ? draw() % 100000 : draw() % 48000000);
		zone->from[i] = at;
		zone->offset[i + 1] = (long int) (draw() % 100000) - 50000;
	}
}

static bool
offset_is_right(pg_tz *zone, int64 seconds, int64 fraction)
{
	Timestamp	at = (seconds - (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * (int64) SECS_PER_DAY) * USECS_PER_SEC + fraction;

	return zone_offset(zone, at) == zone->offset[changes_until(zone, seconds)];
}

static bool
offsets_are_right(void)
{
	for (int i = 0; i < (int) lengthof(zones); i++)
		draw_changes(&zones[i]);
	for (int i = 0; i < 300000; i++)
	{
		pg_tz	   *zone = &zones[draw() % lengthof(zones)];
		pg_time_t	change = zone->from[draw() % CHANGES];

		if (!offset_is_right(zone, change, 0) || !offset_is_right(zone, change - 1, 999999) ||
			!offset_is_right(zone, change + (int64) draw_bits(24) - (1 << 22), draw() % 1000000))
			return false;
	}
	return true;
}

/* Whether a new period begins with a date */
static bool
begins(PeriodKind kind, int day, int month, int day_of_month)
{
	int			year;

	if (kind >= PERIOD_JALALI_MONTH)
	{
		day_to_jalali(day, &year, &month, &day_of_month);
		kind = kind - PERIOD_JALALI_MONTH + PERIOD_MONTH;
	}
	switch (kind)
	{
		case PERIOD_WEEK:
			return ((day % 7) + 7) % 7 == 2;	/* 2000-01-03 was a Monday */
		case PERIOD_MONTH:
			return day_of_month == 1;
		case PERIOD_QUARTER:
			return day_of_month == 1 && month % 3 == 1;
		case PERIOD_YEAR:
			return day_of_month == 1 && month == 1;
		default:
			return true;
	}
}

/* Goes through all days, with the year, month and day of each by counting. */
static bool
periods_are_right(PeriodKind kind)
{
	static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int			day = PERIOD_FIRST_START;
	int			year = 1899;
	int			month = 1;
	int			of_month = 1;
	int			number = period_of_day(kind, day);
	int			start = period_first_day(kind, number);

	while (day <= PERIOD_LAST_DAY)
	{
		int			leap = month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

		if (begins(kind, day, month, of_month) && day > PERIOD_FIRST_START)
		{
			number++;
			start = day;
		}
		if (period_of_day(kind, day) != number || period_first_day(kind, number) != start)
			return false;
		if (day == (kind == PERIOD_WEEK ? 2 : 0) && number != 0)
			return false;
		day++;
		if (++of_month > lengths[month - 1] + leap)
		{
			of_month = 1;
			year += month == 12;
			month = month % 12 + 1;
		}
	}
	return true;
}

/* Days of Nowruz that Iran's calendar office has had, and every day there and back in order */
static bool
jalali_days_are_right(void)
{
	static const int nowruz[][4] = {{1300, 1921, 3, 21}, {1342, 1963, 3, 21}, {1358, 1979, 3, 21}, {1375, 1996, 3, 20}, {1399, 2020, 3, 20},
	{1400, 2021, 3, 21}, {1403, 2024, 3, 20}, {1404, 2025, 3, 21}, {1408, 2029, 3, 20}};
	int			year,
				month,
				of_month;
	int			last = 0;

	for (int i = 0; i < (int) lengthof(nowruz); i++)
		if (jalali_to_day(nowruz[i][0], 1, 1) != date2j(nowruz[i][1], nowruz[i][2], nowruz[i][3]) - POSTGRES_EPOCH_JDATE)
			return false;
	for (int day = DATE_EARLIEST; day <= DATE_LATEST; day++)
	{
		int			date;

		day_to_jalali(day, &year, &month, &of_month);
		date = (year * 12 + month) * 31 + of_month;
		if (jalali_to_day(year, month, of_month) != day || !jalali_exists(year, month, of_month) || date <= last ||
			(of_month == 1 ? month > 1 && date - last > 31 : date != last + 1 && day != DATE_EARLIEST))
			return false;
		last = date;
	}
	return true;
}

static bool
is_zone(const char *name)
{
	Zone		zone;

	return !FAILS(zone = period_zone(text_datum(name)); (void) zone);
}

int
main(void)
{
	static const char *const refused[] = {"UTC+8", "+08:00", "GMT+7", "EST5", "X1", "", ":UTC", "Nowhere"};
	static const char *const possible[] = {"Asia/Tehran", "UTC", "GMT0", "GMT+0", "EST5EDT", "Etc/GMT-14", "CET"};
	PeriodKind	kind;
	bool		all;
	char		name[80];

	for (int i = 0; i < PERIOD_KINDS; i++)
	{
		snprintf(name, sizeof(name), "every day from 1899-01-01 to 2200-01-01 lies in its %s", period_names[i]);
		ok(periods_are_right((PeriodKind) i), name);
	}
	ok(day_of(-1) == -1 && day_of(0) == 0 && day_of(USECS_PER_DAY - 1) == 0 && day_of(-USECS_PER_DAY) == -1 && day_of(-USECS_PER_DAY - 1) == -2,
	   "a moment's day, before 2000 too");
	ok(jalali_days_are_right(), "Jalali days, one after the other, and as the calendar has them");
	ok(offsets_are_right(), "offsets of zones at, before and between their changes");
	ok(period_kind_of("MONTH", 5, &kind) && kind == PERIOD_MONTH && !period_kind_of("mont", 4, &kind) && !period_kind_of("months", 6, &kind) &&
	   period_kind(text_datum("Week")) == PERIOD_WEEK && FAILS(period_kind(text_datum("fortnight"))), "kinds of periods by name, in any letter case");
	all = true;
	for (int i = 0; i < (int) lengthof(refused); i++)
		all &= !is_zone(refused[i]);
	ok(all, "rules, offsets and what is no name are no zones");
	ok(is_zone("asia/tehran") && strcmp(period_zone(text_datum("asia/tehran")).name, "Asia/Tehran") == 0, "a zone in any letter case, as it is spelt");
	ok(period_zone(text_datum("CET")).rules == &fixed && fixed.offset[0] == 3600, "a name that is an abbreviation, too, is that: an hour ahead all year");
	ok(zone_day_begins(&fixed, 1) == USECS_PER_DAY - 3600 * USECS_PER_SEC && zone_day_begins(NULL, -1) == -USECS_PER_DAY, "when a day begins, there and locally");
	all = true;
	for (int i = 0; i < (int) lengthof(possible); i++)
		all &= zone_name_is_possible(possible[i], (int) strlen(possible[i]));
	ok(all && !zone_name_is_possible("UTC+8", 5) && !zone_name_is_possible("<+03>-3", 7) && !zone_name_is_possible("", 0), "names that can be stored");
	return end_tests();
}
