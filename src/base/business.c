/*
 * business.c
 *		The type business_calendar: when a business is open.
 */
#include "base/business.h"

#include "base/argument.h"
#include "base/decimal.h"
#include "base/moment.h"
#include "lib/qunique.h"
#include "utils/builtins.h"
#include "utils/datetime.h"

/*
 * The canonical bytes: the zone's length (one byte) and its name in lower case;
 * the spans of Monday to Sunday; the number of exceptions (int32); for each its
 * day (int32) and its spans. Spans are their number (one byte), then each from
 * and to. Exceptions are in order of day, and none has what its weekday has
 * anyway. Only business_parse makes them.
 */

#define MARKS				";:,-"
#define DAY_SPANS_MOST		48
#define EXCEPTIONS_MOST		10000

#define EXAMPLE		"Write it like this: Mon-Fri 09:00-12:00, 13:00-17:00; Sat 09:00-13:00; zone: Asia/Kuala_Lumpur; closed: 2026-01-01, 2026-03-20..2026-03-24; open: 2026-03-28 09:00-12:00"
#define PARTS_HINT	"A part begins with days (Mon-Fri), \"zone:\", \"closed:\" or \"open:\"."
#define TIME_HINT	"Write hours as 09:00-17:00, from 00:00 to 24:00; hours that end after midnight as 22:00-06:00."
#define DATE_HINT	"Write dates as 2026-03-20, those of the Jalali calendar as 1404-12-29; several days as 2026-03-20..2026-03-24."

/* ---- parsing ---- */

typedef struct DaySpans
{
	int			spans;
	OpenSpan	span[DAY_SPANS_MOST];
}			DaySpans;

typedef struct OpenDate
{
	int32		day;
	DaySpans	hours;
}			OpenDate;

typedef struct Parser
{
	Lexer		lexer;
	DaySpans	weekday[7];
	const char *zone;			/* as it is written */
	int			zone_length;
	int			closed_dates;
	int32	   *closed;			/* room for EXCEPTIONS_MOST, once there are any */
	int			open_dates;
	int			most_open_dates;
	OpenDate   *open;
}			Parser;

/* Reads a number of so many digits; "what" is expected where none stands, or another follows. */
static int
read_number(Lexer *lexer, int shortest, int longest, const char *begin, const char *what, const char *hint)
{
	const char *word;
	int			length = lexer_word(lexer, &word);
	int			number = 0;

	if (length < shortest || length > longest)
		lexer_refuse(lexer, begin, what, hint);
	for (int i = 0; i < length; i++)
	{
		if (word[i] < '0' || word[i] > '9')
			lexer_refuse(lexer, begin, what, hint);
		number = number * 10 + word[i] - '0';
	}
	return number;
}

static const char *
place_of_next(Lexer *lexer)
{
	lexer_skip_blanks(lexer);
	return lexer->at;
}

/* A time of day, in minutes */
static int
read_time(Lexer *lexer)
{
	static const char *const what = "a time is expected";
	const char *begin = place_of_next(lexer);
	int			hour = read_number(lexer, 1, 2, begin, what, TIME_HINT);
	int			minute;

	if (!lexer_accept(lexer, ':'))
		lexer_refuse(lexer, begin, what, TIME_HINT);
	minute = read_number(lexer, 2, 2, begin, what, TIME_HINT);
	if (hour > 24 || minute > 59 || (hour == 24 && minute > 0))
		lexer_refuse(lexer, begin, "there is no such time", TIME_HINT);
	return hour * MINS_PER_HOUR + minute;
}

#define DAY_MINUTES		(HOURS_PER_DAY * MINS_PER_HOUR)

/* Adds a span to those of a day, in order; one that begins where another ends makes it longer. */
static void
add_span(Parser *parser, DaySpans *hours, OpenSpan span, const char *begin)
{
	int			at = hours->spans;

	while (at > 0 && hours->span[at - 1].from > span.from)
		at--;
	if ((at > 0 && hours->span[at - 1].to > span.from) || (at < hours->spans && span.to > hours->span[at].from))
		lexer_refuse(&parser->lexer, begin, "hours overlap", "Each day's hours are apart: 09:00-12:00, 13:00-17:00.");
	if (hours->spans == DAY_SPANS_MOST)
		lexer_refuse_as(&parser->lexer, ERRCODE_PROGRAM_LIMIT_EXCEEDED, begin,
						psprintf("more than %d spans on a day", DAY_SPANS_MOST), NULL);
	memmove(&hours->span[at + 1], &hours->span[at], (hours->spans - at) * sizeof(OpenSpan));
	hours->span[at] = span;
	hours->spans++;
}

/* Makes one span of those that touch. */
static void
join_spans(DaySpans *hours)
{
	int			last = 0;

	for (int i = 1; i < hours->spans; i++)
	{
		if (hours->span[i].from == hours->span[last].to)
			hours->span[last].to = hours->span[i].to;
		else
			hours->span[++last] = hours->span[i];
	}
	hours->spans = Min(hours->spans, last + 1);
}

static void
read_span(Parser *parser, DaySpans *hours)
{
	Lexer	   *lexer = &parser->lexer;
	const char *begin = place_of_next(lexer);
	int			from = read_time(lexer);
	int			to;

	if (!lexer_accept(lexer, '-'))
		lexer_refuse(lexer, lexer->at, "\"-\" and a closing time are expected", TIME_HINT);
	to = read_time(lexer);
	if (from == DAY_MINUTES)
		lexer_refuse(lexer, begin, "hours begin at 24:00", "That is 00:00 of the next day.");
	if (to == from)
		lexer_refuse(lexer, begin, "hours end where they begin", "The whole day is 00:00-24:00.");
	add_span(parser, hours, (OpenSpan) {from, to > from ? to : to + DAY_MINUTES}, begin);
}

/* Does a date stand here: digits and "-"? */
static bool
date_follows(Lexer *lexer)
{
	const char *at;

	lexer_skip_blanks(lexer);
	for (at = lexer->at; at < lexer->end && *at >= '0' && *at <= '9'; at++)
		 /* skip */ ;
	return at > lexer->at && at < lexer->end && *at == '-';
}

/* Reads the hours of a day, between commas, up to a comma that a date follows. */
static void
read_hours(Parser *parser, DaySpans *hours)
{
	const char *comma;

	do
	{
		read_span(parser, hours);
		comma = parser->lexer.at;
	} while (lexer_accept(&parser->lexer, ',') && !date_follows(&parser->lexer));
	if (date_follows(&parser->lexer))
		parser->lexer.at = comma;
	join_spans(hours);
}

/* Which day of the week a word is, from Monday 0; -1: none. Its first three letters will do. */
static int
weekday_of_word(const char *word, int length)
{
	static const char *const names[7] = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};

	for (int i = 0; i < 7; i++)
		if ((length == 3 && pg_strncasecmp(word, names[i], 3) == 0) || lexer_word_is(word, length, names[i]))
			return i;
	return -1;
}

static int
read_weekday(Lexer *lexer)
{
	const char *word;
	int			length = lexer_word(lexer, &word);
	int			weekday = weekday_of_word(word, length);

	if (weekday < 0)
		lexer_refuse(lexer, word, "a day of the week is expected", "Write it in English: Mon, Tue, Wed, Thu, Fri, Sat or Sun.");
	return weekday;
}

/* Reads "Mon-Wed, Fri": a mask of days, of which none may be in "known". */
static int
read_weekdays(Lexer *lexer, int known)
{
	int			days = 0;

	do
	{
		const char *begin = place_of_next(lexer);
		int			first = read_weekday(lexer);
		int			last = first;

		if (lexer_accept(lexer, '-'))
			last = read_weekday(lexer);
		for (int day = first;; day = (day + 1) % 7)
		{
			if ((known | days) & (1 << day))
				lexer_refuse(lexer, begin, "a day of the week is there twice", "Give each day all of its hours in one place: Sat 09:00-12:00, 13:00-15:00.");
			days |= 1 << day;
			if (day == last)
				break;
		}
	} while (lexer_accept(lexer, ','));
	return days;
}

/* Reads "Mon-Fri 09:00-17:00". */
static void
read_week(Parser *parser, int *known)
{
	int			days = read_weekdays(&parser->lexer, *known);
	DaySpans	hours = {0};

	lexer_accept(&parser->lexer, ':');
	read_hours(parser, &hours);
	for (int day = 0; day < 7; day++)
		if (days & (1 << day))
			parser->weekday[day] = hours;
	*known |= days;
}

/* The day of a date, in range. No Gregorian year in range is one of the Jalali calendar: which of them it is shows. */
static int32
day_of_date(Lexer *lexer, const char *begin, int year, int month, int day_of_month)
{
	bool		jalali = year >= JALALI_FIRST_YEAR && year <= JALALI_LAST_YEAR;
	int32		day;

	if (jalali ? !jalali_exists(year, month, day_of_month) :
		month < 1 || month > MONTHS_PER_YEAR || day_of_month < 1 || day_of_month > day_tab[isleap(year)][month - 1])
		lexer_refuse(lexer, begin, "there is no such date", DATE_HINT);
	day = jalali ? jalali_to_day(year, month, day_of_month) : date2j(year, month, day_of_month) - POSTGRES_EPOCH_JDATE;
	if (!date_in_range(day))
		lexer_refuse(lexer, begin, "a date is outside of the years 1900 to 2199", DATE_HINT);
	return day;
}

static int32
read_date(Lexer *lexer)
{
	static const char *const what = "a date is expected";
	const char *begin = place_of_next(lexer);
	int			part[3];

	for (int i = 0; i < 3; i++)
	{
		if (i > 0 && !lexer_accept(lexer, '-'))
			lexer_refuse(lexer, begin, what, DATE_HINT);
		part[i] = read_number(lexer, i == 0 ? 4 : 1, i == 0 ? 4 : 2, begin, what, DATE_HINT);
	}
	return day_of_date(lexer, begin, part[0], part[1], part[2]);
}

static void
refuse_exceptions(const Parser *parser, const char *begin)
{
	lexer_refuse_as(&parser->lexer, ERRCODE_PROGRAM_LIMIT_EXCEEDED, begin,
					psprintf("more than %d closed and open dates", EXCEPTIONS_MOST),
					"Give the dates of the years that are looked at.");
}

static void
close_days(Parser *parser, int32 first, int32 last, const char *begin)
{
	if (parser->closed == NULL)
		parser->closed = (int32 *) palloc(EXCEPTIONS_MOST * sizeof(int32));
	if (last - first >= EXCEPTIONS_MOST - parser->closed_dates)
		refuse_exceptions(parser, begin);
	for (int32 day = first; day <= last; day++)
		parser->closed[parser->closed_dates++] = day;
}

/* Reads "2026-01-01, 2026-03-20..2026-03-24". */
static void
read_closed(Parser *parser)
{
	Lexer	   *lexer = &parser->lexer;

	do
	{
		const char *begin = place_of_next(lexer);
		int32		first = read_date(lexer);
		int32		last = first;

		if (lexer->end - place_of_next(lexer) >= 2 && memcmp(lexer->at, "..", 2) == 0)
		{
			lexer->at += 2;
			last = read_date(lexer);
		}
		if (last < first)
			lexer_refuse(lexer, begin, "days end before they begin", DATE_HINT);
		close_days(parser, first, last, begin);
	} while (lexer_accept(lexer, ','));
}

static OpenDate *
add_open_date(Parser *parser, int32 day, const char *begin)
{
	OpenDate   *date;

	for (int i = 0; i < parser->open_dates; i++)
		if (parser->open[i].day == day)
			lexer_refuse(&parser->lexer, begin, "an open date is there twice", "Give each date all of its hours in one place: 2026-03-28 09:00-12:00, 13:00-15:00.");
	if (parser->open_dates == EXCEPTIONS_MOST)
		refuse_exceptions(parser, begin);
	if (parser->open_dates == parser->most_open_dates)
	{
		parser->most_open_dates = Max(8, parser->most_open_dates * 2);
		parser->open = parser->open == NULL ? palloc(parser->most_open_dates * sizeof(OpenDate)) :
			repalloc(parser->open, parser->most_open_dates * sizeof(OpenDate));
	}
	date = &parser->open[parser->open_dates++];
	memset(date, 0, sizeof(OpenDate));
	date->day = day;
	return date;
}

/* Reads "2026-03-28 09:00-12:00, 13:00-15:00, 2026-04-04 09:00-12:00". */
static void
read_open(Parser *parser)
{
	do
	{
		const char *begin = place_of_next(&parser->lexer);
		OpenDate   *date = add_open_date(parser, read_date(&parser->lexer), begin);

		read_hours(parser, &date->hours);
	} while (lexer_accept(&parser->lexer, ','));
}

/*
 * Reads a zone's name, up to the end of its part. It need not be one of this
 * server's, so that a dump can be restored where the list is another; whether
 * it is shows when times are asked about.
 */
static void
read_zone(Parser *parser)
{
	Lexer	   *lexer = &parser->lexer;
	const char *end;

	parser->zone = place_of_next(lexer);
	while (lexer->at < lexer->end && *lexer->at != ';')
		lexer->at++;
	for (end = lexer->at; end > parser->zone && strchr(" \t\r\n", end[-1]) != NULL; end--)
		 /* trim */ ;
	parser->zone_length = end - parser->zone;
	if (!zone_name_is_possible(parser->zone, parser->zone_length))
		lexer_refuse(lexer, parser->zone, "the zone is not the name of a time zone",
					 zone_advice(pnstrdup(parser->zone, Min(parser->zone_length, TZ_STRLEN_MAX))));
}

/* Reads what a part that begins with a name has behind it; "place" is where the part begins. */
static bool
read_named_part(Parser *parser, const char *word, int length)
{
	static const char *const names[] = {"zone", "closed", "open"};
	static void (*const read[]) (Parser *parser) = {read_zone, read_closed, read_open};
	const void *known[] = {parser->zone, parser->closed, parser->open};

	for (int i = 0; i < (int) lengthof(names); i++)
	{
		if (!lexer_word_is(word, length, names[i]))
			continue;
		if (known[i] != NULL)
			lexer_refuse(&parser->lexer, word, psprintf("\"%s\" is there twice", names[i]), NULL);
		if (!lexer_accept(&parser->lexer, ':'))
			lexer_refuse(&parser->lexer, parser->lexer.at, psprintf("\":\" is expected behind \"%s\"", names[i]), EXAMPLE);
		read[i] (parser);
		return true;
	}
	return false;
}

static void
read_parts(Parser *parser)
{
	Lexer	   *lexer = &parser->lexer;
	int			known = 0;

	do
	{
		const char *word;
		int			length = lexer_word(lexer, &word);

		if (read_named_part(parser, word, length))
			continue;
		if (weekday_of_word(word, length) < 0)
			lexer_refuse(lexer, word, word < lexer->end ? "unknown part" : "empty part", word == lexer->start ? EXAMPLE : PARTS_HINT);
		lexer->at = word;
		read_week(parser, &known);
	} while (lexer_accept(lexer, ';'));
	if (place_of_next(lexer) < lexer->end)
		lexer_refuse(lexer, lexer->at, "something follows a part", "Parts stand between \";\", hours and dates between \",\".");
}

/* ---- the canonical bytes ---- */

static int
compare_days(const void *a, const void *b)
{
	int32		day_a = *(const int32 *) a;
	int32		day_b = *(const int32 *) b;

	return day_a < day_b ? -1 : day_a > day_b;
}

/* From Monday 0 */
static inline int
weekday_of_day(int32 day)
{
	return (day - DATE_EARLIEST + 70) % 7;	/* 1900-01-01 was a Monday; a little before is asked, too */
}

static bool
same_hours(const DaySpans *a, const DaySpans *b)
{
	return a->spans == b->spans && memcmp(a->span, b->span, a->spans * sizeof(OpenSpan)) == 0;
}

static void
append_hours(StringInfo out, const DaySpans *hours)
{
	appendStringInfoChar(out, (char) hours->spans);
	appendBinaryStringInfo(out, (const char *) hours->span, hours->spans * sizeof(OpenSpan));
}

static void
append_exception(StringInfo out, int32 *exceptions, const Parser *parser, int32 day, const DaySpans *hours)
{
	if (same_hours(hours, &parser->weekday[weekday_of_day(day)]))
		return;
	appendBinaryStringInfo(out, (char *) &day, sizeof(int32));
	append_hours(out, hours);
	(*exceptions)++;
}

/* Both kinds of exceptions in order of day; of a date that is closed and open, the latter holds. */
static void
append_exceptions(StringInfo out, Parser *parser)
{
	static const DaySpans none = {0};
	int			place = out->len;
	int32		exceptions = 0;
	int			closed = 0;

	appendBinaryStringInfo(out, (char *) &exceptions, sizeof(int32));
	if (parser->closed_dates > 1)
	{
		qsort(parser->closed, parser->closed_dates, sizeof(int32), compare_days);
		parser->closed_dates = qunique(parser->closed, parser->closed_dates, sizeof(int32), compare_days);
	}
	if (parser->open_dates > 1)
		qsort(parser->open, parser->open_dates, sizeof(OpenDate), compare_days);	/* which begins with the day */
	for (int open = 0; open <= parser->open_dates; open++)
	{
		int32		day = open < parser->open_dates ? parser->open[open].day : DATE_LATEST + 1;

		for (; closed < parser->closed_dates && parser->closed[closed] <= day; closed++)
			if (parser->closed[closed] < day)
				append_exception(out, &exceptions, parser, parser->closed[closed], &none);
		if (open < parser->open_dates)
			append_exception(out, &exceptions, parser, day, &parser->open[open].hours);
	}
	if (exceptions > EXCEPTIONS_MOST)
		refuse_exceptions(parser, parser->lexer.start);
	memcpy(out->data + place, &exceptions, sizeof(int32));
}

static void
append_canonical(StringInfo out, Parser *parser)
{
	appendStringInfoChar(out, (char) parser->zone_length);
	for (int i = 0; i < parser->zone_length; i++)
		appendStringInfoChar(out, pg_ascii_tolower((unsigned char) parser->zone[i]));
	for (int day = 0; day < 7; day++)
		append_hours(out, &parser->weekday[day]);
	append_exceptions(out, parser);
}

static bool
is_ever_open(const Parser *parser)
{
	for (int day = 0; day < 7; day++)
		if (parser->weekday[day].spans > 0)
			return true;
	return parser->open_dates > 0;
}

Datum
business_parse(const char *source, int length)
{
	Parser		parser = {0};
	StringInfoData canonical;
	Datum		made;

	lexer_begin(&parser.lexer, "business calendar", MARKS, source, length);
	read_parts(&parser);
	if (!is_ever_open(&parser))
		lexer_refuse(&parser.lexer, source + length, "it is never open", EXAMPLE);

	initStringInfo(&canonical);
	append_canonical(&canonical, &parser);
	made = definition_make(source, length, canonical.data, canonical.len);
	pfree(canonical.data);
	pfree(parser.lexer.label.data);
	if (parser.closed != NULL)
		pfree(parser.closed);
	if (parser.open != NULL)
		pfree(parser.open);
	return made;
}

/* ---- made ready ---- */

/* Goes through canonical bytes, whose numbers lie where they come. */
typedef struct Reader
{
	const char *at;
	OpenSpan   *span;			/* where those that come next go */
}			Reader;

static OpenHours
read_canonical_hours(Reader *reader)
{
	OpenHours	hours = {(uint8) *reader->at++, reader->span};

	memcpy(reader->span, reader->at, hours.spans * sizeof(OpenSpan));
	reader->span += hours.spans;
	reader->at += hours.spans * sizeof(OpenSpan);
	return hours;
}

static int32
read_canonical_int32(Reader *reader)
{
	int32		number;

	memcpy(&number, reader->at, sizeof(int32));
	reader->at += sizeof(int32);
	return number;
}

/* Where the exceptions begin in canonical bytes */
static const char *
skip_week(const char *canonical)
{
	const char *at = canonical + 1 + (uint8) canonical[0];

	for (int day = 0; day < 7; day++)
		at += 1 + (uint8) *at * sizeof(OpenSpan);
	return at;
}

BusinessCalendar *
business_prepare(MemoryContext context, Datum definition)
{
	struct varlena *given = (struct varlena *) DatumGetPointer(definition);
	struct varlena *plain = pg_detoast_datum_packed(given);
	int			image_length = VARSIZE_ANY_EXHDR(plain);
	int			length;
	const char *canonical = image_canonical(VARDATA_ANY(plain), image_length, &length);
	Reader		reader = {skip_week(canonical), NULL};
	int32		exceptions = read_canonical_int32(&reader);
	int			zone_length = (uint8) canonical[0];
	BusinessCalendar *calendar;
	OpenHours  *hours;
	int32	   *days;
	char	   *zone;

	/* the spans take no more room than the canonical bytes */
	calendar = MemoryContextAlloc(context, sizeof(BusinessCalendar) + exceptions * (sizeof(OpenHours) + sizeof(int32)) +
								  length + zone_length + 1 + image_length);
	hours = (OpenHours *) (calendar + 1);
	days = (int32 *) (hours + exceptions);
	reader.span = (OpenSpan *) (days + exceptions);
	zone = (char *) reader.span + length;
	calendar->image.bytes = zone + zone_length + 1;
	calendar->image.length = image_length;
	memcpy(calendar->image.bytes, VARDATA_ANY(plain), image_length);
	memcpy(zone, canonical + 1, zone_length);
	zone[zone_length] = '\0';
	calendar->zone = zone_length > 0 ? zone : NULL;

	reader.at = canonical + 1 + zone_length;
	for (int day = 0; day < 7; day++)
		calendar->weekday[day] = read_canonical_hours(&reader);
	calendar->exceptions = read_canonical_int32(&reader);
	for (int i = 0; i < exceptions; i++)
	{
		days[i] = read_canonical_int32(&reader);
		hours[i] = read_canonical_hours(&reader);
	}
	calendar->exception = days;
	calendar->exception_hours = hours;
	if (plain != given)
		pfree(plain);
	return calendar;
}

const OpenHours *
business_hours_of(const BusinessCalendar *calendar, int32 day)
{
	int32		low = 0;
	int32		high = calendar->exceptions;

	while (low < high)
	{
		int32		middle = low + (high - low) / 2;

		if (calendar->exception[middle] < day)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < calendar->exceptions && calendar->exception[low] == day)
		return &calendar->exception_hours[low];
	return &calendar->weekday[weekday_of_day(day)];
}

/* ---- the type's functions ---- */

DEFINITION_TYPE_FUNCTIONS(business_calendar, business_parse)

pg_noreturn static void
refuse_moment(Timestamp at, bool is_local)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
			 errmsg("no business time of \"%s\": it is outside of the years 1900 to 2199", moment_text(at, is_local)),
			 errhint("Leave such rows out; for an end that is infinity, take least(ended, as_of).")));
}

/* Open microseconds between the second and third argument; one out of range is an error. */
static int64
open_microseconds(FunctionCallInfo fcinfo, Timestamp (*moment) (Datum), bool is_local)
{
	Timestamp	from = moment(PG_GETARG_DATUM(1));
	Timestamp	to = moment(PG_GETARG_DATUM(2));

	if (!moment_in_range(from) || !moment_in_range(to))
		refuse_moment(moment_in_range(from) ? to : from, is_local);
	return open_time_between(open_time(fcinfo, 0, is_local), from, to);
}

/*
 * business_time_timestamptz(calendar, from, to), _timestamp, _date: an interval
 * of hours, not of days, for a day's business is not 24 of them;
 * business_hours_...: the same as a number
 */
#define BUSINESS_TIME(type) \
PG_FUNCTION_INFO_V1(business_time_##type); \
Datum \
business_time_##type(PG_FUNCTION_ARGS) \
{ \
	Interval   *span = palloc0(sizeof(Interval)); \
\
	span->time = open_microseconds(fcinfo, moment_from_##type, MOMENT_IS_LOCAL_##type); \
	PG_RETURN_INTERVAL_P(span); \
} \
PG_FUNCTION_INFO_V1(business_hours_##type); \
Datum \
business_hours_##type(PG_FUNCTION_ARGS) \
{ \
	PG_RETURN_FLOAT8(exact_ratio(open_microseconds(fcinfo, moment_from_##type, MOMENT_IS_LOCAL_##type), USECS_PER_HOUR)); \
}

BUSINESS_TIME(timestamptz)
BUSINESS_TIME(timestamp)
BUSINESS_TIME(date)
