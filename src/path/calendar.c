/*
 * calendar.c
 *		The period and the zone that a path aggregate is given: constants of a group.
 */
#include "path/calendar.h"

#include "base/argument.h"
#include "path/store.h"
#include "utils/memutils.h"

/* The kind of period stands already, and whether it is a constant. */
static void
begin_zone(Calendar *calendar, FunctionCallInfo fcinfo, int period, bool is_local)
{
	if (calendar_has_zone(fcinfo, period))
	{
		calendar->zone = period_zone(PG_GETARG_DATUM(period + 1));
		calendar->zone_given = PG_GETARG_TEXT_P_COPY(period + 1);
		calendar->is_fixed &= path_argument_is_constant(fcinfo, period + 1);
	}
	calendar->convert = is_local ? NULL : calendar->zone.rules;
}

void
calendar_begin(Calendar *calendar, FunctionCallInfo fcinfo, MemoryContext context, int period, bool is_local)
{
	MemoryContext old = MemoryContextSwitchTo(context);

	calendar->kind = period_kind(PG_GETARG_DATUM(period));
	calendar->kind_given = PG_GETARG_TEXT_P_COPY(period);
	calendar->is_fixed = path_argument_is_constant(fcinfo, period);
	begin_zone(calendar, fcinfo, period, is_local);
	MemoryContextSwitchTo(old);
}

void
calendar_begin_days(Calendar *calendar, FunctionCallInfo fcinfo, MemoryContext context, int place, bool is_local)
{
	MemoryContext old = MemoryContextSwitchTo(context);

	calendar->kind = PERIOD_DAY;
	calendar->is_fixed = true;
	begin_zone(calendar, fcinfo, place, is_local);
	MemoryContextSwitchTo(old);
}

void
calendar_refuse_null(FunctionCallInfo fcinfo, int period)
{
	if (PG_ARGISNULL(period))
		refuse_null("the period", "Give " PERIODS_ADVICE ", the same for every row of a group.");
	refuse_null("the zone", "Give a name of pg_timezone_names, the same for every row of a group.");
}

/* Is a text argument, not NULL, the same as a text? */
static inline bool
is_same_text(const text *known, FunctionCallInfo fcinfo, int argument)
{
	text	   *given = PG_GETARG_TEXT_PP(argument);
	bool		same = VARSIZE_ANY_EXHDR(given) == VARSIZE_ANY_EXHDR(known) &&
		memcmp(VARDATA_ANY(given), VARDATA_ANY(known), VARSIZE_ANY_EXHDR(known)) == 0;

	PG_FREE_IF_COPY(given, argument);
	return same;
}

static void
compare_kind(const Calendar *calendar, PeriodKind kind)
{
	if (kind != calendar->kind)
		refuse_change("the period", period_names[calendar->kind], period_names[kind]);
}

static void
compare_zone(const Calendar *calendar, const char *zone)
{
	if (strcmp(zone, calendar->zone.name) != 0)
		refuse_change("the zone", calendar->zone.name, zone);
}

void
calendar_compare_with(const Calendar *calendar, PeriodKind kind, const char *zone)
{
	compare_kind(calendar, kind);
	if (calendar->zone.rules != NULL)
		compare_zone(calendar, zone);
}

void
calendar_take(Calendar *calendar, PeriodKind kind, const char *zone, bool converts)
{
	calendar->kind = kind;
	if (zone[0] != '\0')
		calendar->zone = zone_named(zone);
	calendar->convert = converts ? calendar->zone.rules : NULL;
}

void
calendar_compare(const Calendar *calendar, FunctionCallInfo fcinfo, int period)
{
	if (calendar->kind_given != NULL && !is_same_text(calendar->kind_given, fcinfo, period))
		compare_kind(calendar, period_kind(PG_GETARG_DATUM(period)));
	if (calendar->zone.rules != NULL && !is_same_text(calendar->zone_given, fcinfo, period + 1))
		compare_zone(calendar, period_zone(PG_GETARG_DATUM(period + 1)).name);
}
