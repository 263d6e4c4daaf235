/*
 * sequence.c
 *		What users of ClickHouse know: window_funnel, retention, sequence_match,
 *		sequence_count, sequence_events, over the rows of one entity each.
 *
 * Rows are told by conditions. The answers are ClickHouse's, where these don't
 * depend on the order in which rows of one moment arrive; doc/sequence.md says
 * where they differ. All take time in proportion to the rows.
 */
#include "base/compat.h"

#include "base/argument.h"
#include "base/moment.h"
#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "path/chain.h"
#include "path/condition.h"
#include "path/single.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#define SEQUENCE_CONDITIONS	32	/* at most */

typedef enum FunnelMode
{
	MODE_DEDUPLICATION = 1,
	MODE_ORDER = 2,
	MODE_INCREASE = 4,
	MODE_ONCE = 8,
	MODE_REENTRY = 16
}			FunnelMode;

/* An element of a pattern that takes one row, and what may lie between it and the one before */
typedef struct Element
{
	int			condition;		/* from 0; -1: any row */
	bool		skips;			/* other rows may lie before it */
	int64		least;			/* microseconds since the row before, inclusive */
	int64		most;
}			Element;

/* A pattern, parsed at the first row */
typedef struct Pattern
{
	int			length;
	int			room;
	Element    *elements;
	Element		rest;			/* what must hold of the row taken last, or a later one */
}			Pattern;

/* The state of all but retention */
typedef struct SequenceState
{
	SingleRows	rows;			/* moment and mask */
	int			conditions;
	int			mode;
	int64		span;
	text	   *given;			/* the mode or pattern as the first row has it */
	Pattern		pattern;
}			SequenceState;

/* ---- rows in ---- */

static SequenceState *
row_state(FunctionCallInfo fcinfo)
{
	MemoryContext context;
	SequenceState *state;

	if (likely(!PG_ARGISNULL(0)))
		return (SequenceState *) PG_GETARG_POINTER(0);
	if (!AggCheckCallContext(fcinfo, &context))
		elog(ERROR, "rows of an entity collected in a non-aggregate context");
	state = MemoryContextAllocZero(context, sizeof(SequenceState));
	single_init(&state->rows, 2);
	return state;
}

/*
 * Adds a row whose time is the argument "at", with what it satisfies. Rows of
 * one moment come by the first condition that they satisfy.
 */
static inline void
add_row(SequenceState *state, FunctionCallInfo fcinfo, int at, Timestamp (*moment) (Datum), uint64 mask)
{
	Timestamp	time;

	if (unlikely(PG_ARGISNULL(at)))
		return;
	time = moment(PG_GETARG_DATUM(at));
	if (likely(moment_in_range(time)))
		single_add(&state->rows, state, path_moment(time, mask == 0 ? 0 : __builtin_ctzll(mask)), (int64) mask);
}

/* Is a text argument, not NULL, that of the rows before? It is kept at the first row. */
static bool
is_first_text(SequenceState *state, FunctionCallInfo fcinfo, int argument, const char *name)
{
	text	   *given = PG_GETARG_TEXT_PP(argument);
	bool		is_first = state->given == NULL;

	if (is_first)
	{
		MemoryContext old = MemoryContextSwitchTo(GetMemoryChunkContext(state));

		state->given = PG_GETARG_TEXT_P_COPY(argument);
		MemoryContextSwitchTo(old);
	}
	else if (unlikely(VARSIZE_ANY_EXHDR(given) != VARSIZE_ANY_EXHDR(state->given) ||
					  memcmp(VARDATA_ANY(given), VARDATA_ANY(state->given), VARSIZE_ANY_EXHDR(given)) != 0))
		refuse_change(name, text_to_cstring(state->given), text_to_cstring(given));
	PG_FREE_IF_COPY(given, argument);
	return is_first;
}

/* ---- window_funnel ---- */

static const struct
{
	const char *name;
	int			mode;
}			modes[] = {
	{"default", 0}, {"strict_deduplication", MODE_DEDUPLICATION}, {"strict_order", MODE_ORDER},
	{"strict_increase", MODE_INCREASE}, {"strict_once", MODE_ONCE}, {"allow_reentry", MODE_REENTRY}
};

#define MODES_HINT	"The modes are default, strict_deduplication, strict_order, strict_increase, strict_once and allow_reentry, joined by commas."

static int
mode_of_name(const char *name, int length)
{
	for (int i = 0; i < (int) lengthof(modes); i++)
		if ((int) strlen(modes[i].name) == length && pg_strncasecmp(modes[i].name, name, length) == 0)
			return modes[i].mode;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unknown mode \"%.*s\"", length, name),
			 errhint(MODES_HINT)));
}

/* Modes joined by commas or plus signs */
static int
parse_mode(const char *text)
{
	int			mode = 0;

	for (;;)
	{
		int			length;

		text += strspn(text, " ");
		length = strcspn(text, ",+");
		while (length > 0 && text[length - 1] == ' ')
			length--;
		mode |= mode_of_name(text, length);
		text += strcspn(text, ",+");
		if (*text == '\0')
			break;
		text++;
	}
	if ((mode & MODE_REENTRY) && !(mode & MODE_ORDER))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("mode allow_reentry needs strict_order"),
				 errhint("Give both: 'strict_order, allow_reentry'.")));
	return mode;
}

/* The span: an argument that is the same for all rows */
static inline void
take_span(SequenceState *state, FunctionCallInfo fcinfo, int argument, bool is_first)
{
	int64		span;

	if (unlikely(PG_ARGISNULL(argument)))
		refuse_null("the span", "Give the time from the first step to the last, for example interval '7 days'.");
	span = span_microseconds(PG_GETARG_INTERVAL_P(argument), "the span");
	if (unlikely(!is_first && span != state->span))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the span changes within a group"),
				 errhint("Group by the span, too, or by what it depends on.")));
	state->span = Min(span, 2 * PATH_TIME_LIMIT);	/* more than there can be between two rows */
}

static inline void
take_mode(SequenceState *state, FunctionCallInfo fcinfo, int argument)
{
	if (unlikely(PG_ARGISNULL(argument)))
		refuse_null("the mode", MODES_HINT);
	if (is_first_text(state, fcinfo, argument, "the mode"))
		state->mode = parse_mode(text_to_cstring(state->given));
}

#define WINDOW_FUNNEL_ACCUM(at) \
PG_FUNCTION_INFO_V1(sequence_window_funnel_accum_##at); \
Datum \
sequence_window_funnel_accum_##at(PG_FUNCTION_ARGS) \
{ \
	SequenceState *state = row_state(fcinfo); \
	uint64		mask = conditions_mask_fixed(fcinfo, 3, &state->conditions, SEQUENCE_CONDITIONS); \
\
	take_span(state, fcinfo, 2, PG_ARGISNULL(0)); \
	if (mask != 0) \
		add_row(state, fcinfo, 1, moment_from_##at, mask); \
	PG_RETURN_POINTER(state); \
} \
PG_FUNCTION_INFO_V1(sequence_window_funnel_accum_mode_##at); \
Datum \
sequence_window_funnel_accum_mode_##at(PG_FUNCTION_ARGS) \
{ \
	SequenceState *state = row_state(fcinfo); \
	uint64		mask = conditions_mask_fixed(fcinfo, 4, &state->conditions, SEQUENCE_CONDITIONS); \
\
	take_span(state, fcinfo, 2, PG_ARGISNULL(0)); \
	take_mode(state, fcinfo, 3); \
	if (mask != 0 || (state->mode & MODE_ORDER)) \
		add_row(state, fcinfo, 1, moment_from_##at, mask); \
	PG_RETURN_POINTER(state); \
}

MOMENT_TYPES(WINDOW_FUNNEL_ACCUM)

/* A chain that stands at a level */
typedef struct Level
{
	bool		stands;
	int64		start;
	int64		last;
}			Level;

typedef struct Funnel
{
	int			levels;
	int			mode;
	int64		span;
	bool		has_begun;
	Level		now[SEQUENCE_CONDITIONS];
	Level		before[SEQUENCE_CONDITIONS];	/* as they stood before this instant */
}			Funnel;

/* Levels that stand, from the first on without a hole */
static int
levels_without_hole(const Funnel *funnel)
{
	int			level = 0;

	while (level < funnel->levels && funnel->now[level].stands)
		level++;
	return level;
}

static int
highest_level(const Funnel *funnel)
{
	int			level = funnel->levels;

	while (level > 0 && !funnel->now[level - 1].stands)
		level--;
	return level;
}

/*
 * Where each row may be used once a chain: where can a chain come from that gets
 * to a level with this row of the instant? The lowest place has the newest
 * chain. Answers the start, if there is one.
 */
static bool
chain_of_different_rows(const Funnel *funnel, const ChainInstant *instant, int level, int row, int64 *start)
{
	int			lowest = (funnel->mode & MODE_INCREASE) ? level - 1 : -1;

	if (lowest < 0 && chain_can_fill(instant, 0, level, row))
	{
		*start = instant->at;
		return true;
	}
	for (int origin = Max(lowest, 0); origin < level; origin++)
	{
		const Level *from = &funnel->before[origin];

		if (from->stands && instant->at <= from->start + funnel->span &&
			chain_can_fill(instant, origin + 1, level, row))
		{
			*start = from->start;
			return true;
		}
	}
	return false;
}

/* Does a pair of a row and a level get there? */
static bool
reaches_level(const Funnel *funnel, const ChainInstant *instant, int level, int row, int64 *start)
{
	const Level *from = (funnel->mode & MODE_INCREASE) ? &funnel->before[level - 1] : &funnel->now[level - 1];

	if (funnel->mode & MODE_ONCE)
		return chain_of_different_rows(funnel, instant, level, row, start);
	*start = from->start;
	return from->stands && instant->at <= from->start + funnel->span;
}

/* One pair of a row and a condition that it satisfies; false where it ends the scan, with the answer in *level. */
static bool
take_pair(Funnel *funnel, const ChainInstant *instant, int condition, int row, int *level)
{
	Level	   *here = &funnel->now[condition];
	int64		start = instant->at;

	if (condition == 0)
		funnel->has_begun = true;
	else if ((funnel->mode & MODE_DEDUPLICATION) && here->stands)
	{
		*level = highest_level(funnel);
		return false;
	}
	else if ((funnel->mode & MODE_ORDER) && funnel->has_begun && !here[-1].stands)
	{
		*level = levels_without_hole(funnel);
		return (funnel->mode & MODE_REENTRY) != 0;
	}
	else if (!here[-1].stands || !reaches_level(funnel, instant, condition, row, &start))
		return true;

	if (!here->stands || start >= here->start)
	{
		here->stands = true;
		here->start = start;
		here->last = instant->at;
	}
	*level = funnel->levels;
	return condition < funnel->levels - 1;
}

/* The pairs of an instant, in order of their conditions; false where one ends the scan. */
static bool
take_instant(Funnel *funnel, const ChainInstant *instant, int *level)
{
	memcpy(funnel->before, funnel->now, sizeof(Level) * funnel->levels);
	for (int condition = 0; condition < funnel->levels; condition++)
	{
		if (!(instant->seen >> condition & 1))
			continue;
		for (int row = 0; row < (instant->rows == 1 ? 1 : instant->kept); row++)
			if ((instant->rows == 1 || (instant->masks[row] >> condition & 1)) &&
				!take_pair(funnel, instant, condition, row, level))
				return false;
	}
	return true;
}

/* window_funnel: the number of the furthest step, 0 where there is none */
PG_FUNCTION_INFO_V1(sequence_window_funnel_final);
Datum
sequence_window_funnel_final(PG_FUNCTION_ARGS)
{
	SequenceState *state;
	ChainRules	rules = {0};
	ChainInstant instant = {0};
	Funnel		funnel = {0};
	PathBatch	batch;
	int			level;

	if (PG_ARGISNULL(0))
		PG_RETURN_INT32(0);
	state = (SequenceState *) PG_GETARG_POINTER(0);
	if (state->rows.count == 0)
		PG_RETURN_INT32(0);
	batch = single_batch(&state->rows);
	rules.steps = funnel.levels = state->conditions;
	funnel.mode = state->mode;
	funnel.span = state->span;
	for (int64 i = 0; i < batch.count;)
	{
		int64		at = path_event_time(&batch, i);

		/* rows of no condition come first */
		for (; i < batch.count && path_event_time(&batch, i) == at && path_event_payload(&batch, i) == 0; i++)
			if (funnel.has_begun)
				PG_RETURN_INT32(highest_level(&funnel));
		if (i == batch.count || path_event_time(&batch, i) != at)
			continue;
		chain_instant_begin(&instant, &rules, at, (uint64) path_event_payload(&batch, i++));
		for (; i < batch.count && path_event_time(&batch, i) == at; i++)
		{
			CHECK_FOR_INTERRUPTS();
			chain_instant_add(&instant, &rules, (uint64) path_event_payload(&batch, i));
		}
		CHECK_FOR_INTERRUPTS();
		if (!take_instant(&funnel, &instant, &level))
			PG_RETURN_INT32(level);
	}
	PG_RETURN_INT32(highest_level(&funnel));
}

/* ---- retention ---- */

typedef struct RetentionState
{
	int			conditions;
	uint64		seen;
}			RetentionState;

PG_FUNCTION_INFO_V1(sequence_retention_accum);
Datum
sequence_retention_accum(PG_FUNCTION_ARGS)
{
	RetentionState *state;

	if (PG_ARGISNULL(0))
	{
		MemoryContext context;

		if (!AggCheckCallContext(fcinfo, &context))
			elog(ERROR, "sequence_retention_accum called in a non-aggregate context");
		state = MemoryContextAllocZero(context, sizeof(RetentionState));
	}
	else
		state = (RetentionState *) PG_GETARG_POINTER(0);
	state->seen |= conditions_mask_fixed(fcinfo, 1, &state->conditions, SEQUENCE_CONDITIONS);
	PG_RETURN_POINTER(state);
}

/* retention: of each condition whether it and the first were seen; NULL without rows */
PG_FUNCTION_INFO_V1(sequence_retention_final);
Datum
sequence_retention_final(PG_FUNCTION_ARGS)
{
	RetentionState *state;
	Datum		seen[SEQUENCE_CONDITIONS];

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	state = (RetentionState *) PG_GETARG_POINTER(0);
	for (int i = 0; i < state->conditions; i++)
		seen[i] = BoolGetDatum((state->seen & 1) != 0 && (state->seen >> i & 1) != 0);
	PG_RETURN_ARRAYTYPE_P(construct_array(seen, state->conditions, BOOLOID, 1, true, TYPALIGN_CHAR));
}

/* ---- patterns ---- */

typedef struct PatternParser
{
	const char *start;
	const char *at;
	int			conditions;
	Pattern    *pattern;
	Element		next;			/* what has been read of the next element */
}			PatternParser;

#define PATTERN_HINT	"A pattern is made of (?N) for condition N, . for any row, .* for any rows, and (?t<=5) for the seconds between two rows, with <, >, <=, >= or ==."

pg_noreturn static void
refuse_pattern(const PatternParser *parser, const char *what)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("invalid pattern: %s", what),
			 errdetail("At character %d of \"%s\".",
					   pg_mbstrlen_with_len(parser->start, parser->at - parser->start) + 1, parser->start),
			 errhint(PATTERN_HINT)));
}

static void
clear_next(PatternParser *parser)
{
	parser->next.condition = -1;
	parser->next.skips = false;
	parser->next.least = 0;
	parser->next.most = PG_INT64_MAX;
}

static void
add_element(PatternParser *parser, int condition)
{
	Pattern    *pattern = parser->pattern;

	if (pattern->length == pattern->room)
	{
		pattern->room *= 2;
		pattern->elements = repalloc(pattern->elements, sizeof(Element) * pattern->room);
	}
	parser->next.condition = condition;
	pattern->elements[pattern->length++] = parser->next;
	clear_next(parser);
}

/* A whole number of seconds, as microseconds; more than there can be between two rows is as good as that. */
static int64
read_seconds(PatternParser *parser)
{
	int64		most = 2 * PATH_TIME_LIMIT / USECS_PER_SEC;
	int64		seconds = 0;

	if (*parser->at < '0' || *parser->at > '9')
		refuse_pattern(parser, "a number of seconds is missing");
	for (; *parser->at >= '0' && *parser->at <= '9'; parser->at++)
		seconds = Min(seconds * 10 + (*parser->at - '0'), most + 1);
	return seconds * USECS_PER_SEC;
}

/* What stands behind "(?t" */
static void
read_time(PatternParser *parser)
{
	const char *operator = parser->at;
	int			length = strspn(operator, "<>=");
	Element    *next = &parser->next;
	int64		span;

	if (!(length == 1 && operator[0] != '=') && !(length == 2 && operator[1] == '=' ))
		refuse_pattern(parser, "<, >, <=, >= or == is missing");
	parser->at += length;
	span = read_seconds(parser);
	if (operator[0] == '<')
		next->most = Min(next->most, length == 1 ? span - 1 : span);
	else if (operator[0] == '>')
		next->least = Max(next->least, length == 1 ? span + 1 : span);
	else
	{
		next->most = Min(next->most, span);
		next->least = Max(next->least, span);
	}
	next->skips = true;
}

/* What stands behind "(?" */
static void
read_condition(PatternParser *parser)
{
	int			number = 0;

	if (*parser->at < '0' || *parser->at > '9')
		refuse_pattern(parser, "the number of a condition is missing");
	for (; *parser->at >= '0' && *parser->at <= '9'; parser->at++)
		number = Min(number * 10 + (*parser->at - '0'), 1000);
	if (number < 1 || number > parser->conditions)
	{
		parser->at--;
		refuse_pattern(parser, psprintf("there is no condition of this number, but 1 to %d", parser->conditions));
	}
	add_element(parser, number - 1);
}

static void
read_part(PatternParser *parser)
{
	if (*parser->at == '.' && parser->at[1] == '*')
	{
		parser->at += 2;
		parser->next.skips = true;
		return;
	}
	if (*parser->at == '.')
	{
		parser->at++;
		add_element(parser, -1);
		return;
	}
	if (parser->at[0] != '(' || parser->at[1] != '?')
		refuse_pattern(parser, "unknown part");
	parser->at += 2;
	if (*parser->at == 't')
	{
		parser->at++;
		read_time(parser);
	}
	else
		read_condition(parser);
	if (*parser->at != ')')
		refuse_pattern(parser, "\")\" is missing");
	parser->at++;
}

/* Parses a pattern into memory of the current context. */
static void
parse_pattern(Pattern *pattern, const char *text, int conditions)
{
	PatternParser parser = {text, text, conditions, pattern, {0}};

	pattern->room = 8;
	pattern->length = 0;
	pattern->elements = palloc(sizeof(Element) * pattern->room);
	clear_next(&parser);
	while (*parser.at != '\0')
	{
		CHECK_FOR_INTERRUPTS();
		read_part(&parser);
	}
	pattern->rest = parser.next;
	if (pattern->length > 0)
	{
		/* before any row every time holds, and a match begins anywhere */
		pattern->elements[0].least = 0;
		pattern->elements[0].most = PG_INT64_MAX;
	}
}

static inline void
take_pattern(SequenceState *state, FunctionCallInfo fcinfo, int argument)
{
	if (unlikely(PG_ARGISNULL(argument)))
		refuse_null("the pattern", PATTERN_HINT);
	if (is_first_text(state, fcinfo, argument, "the pattern"))
	{
		MemoryContext old = MemoryContextSwitchTo(GetMemoryChunkContext(state));

		parse_pattern(&state->pattern, text_to_cstring(state->given), state->conditions);
		MemoryContextSwitchTo(old);
	}
}

#define SEQUENCE_ACCUM(at) \
PG_FUNCTION_INFO_V1(sequence_accum_##at); \
Datum \
sequence_accum_##at(PG_FUNCTION_ARGS) \
{ \
	SequenceState *state = row_state(fcinfo); \
	uint64		mask = conditions_mask_fixed(fcinfo, 3, &state->conditions, SEQUENCE_CONDITIONS); \
\
	take_pattern(state, fcinfo, 1); \
	if (mask != 0) \
		add_row(state, fcinfo, 2, moment_from_##at, mask); \
	PG_RETURN_POINTER(state); \
}

MOMENT_TYPES(SEQUENCE_ACCUM)

/*
 * A match is found backwards and then forwards. Backwards: of each element, the
 * rows that it can take so that what comes after it matches, too. What the next
 * element may take of the rows behind one is a stretch of them, whose ends move
 * on with the row. Forwards, each element takes the first such row.
 */
typedef struct Matcher
{
	const Pattern *pattern;
	PathBatch	batch;
	int64		rows;
	uint8	   *can;			/* by element and row: can it take the row? */
}			Matcher;

/* Of an element and a row: 1 where it can take it, else 0 */
static inline uint8 *
can_take(const Matcher *matcher, int element, int64 row)
{
	return &matcher->can[(Size) element * matcher->rows + row];
}

/* Is a row far enough from another one, and not too far? */
static inline bool
is_in_time(const Element *element, int64 from, int64 at)
{
	return at - from >= element->least && at - from <= element->most;
}

/* Which rows can the last element take: is there one, it or a later one, of which the rest holds? */
static void
match_rest(Matcher *matcher)
{
	const Element *rest = &matcher->pattern->rest;
	int			last = matcher->pattern->length - 1;
	int64		reach = 0;		/* the first row that is late enough */

	for (int64 row = 0; row < matcher->rows; row++)
	{
		int64		at = path_event_time(&matcher->batch, row);

		reach = Max(reach, row);
		while (reach < matcher->rows && path_event_time(&matcher->batch, reach) - at < rest->least)
			reach++;
		*can_take(matcher, last, row) = reach < matcher->rows &&
			is_in_time(rest, at, path_event_time(&matcher->batch, reach));
	}
}

/* Which rows can an element take, after which the next one can go on? */
static void
match_before(Matcher *matcher, int element)
{
	const Element *next = &matcher->pattern->elements[element + 1];
	int64		from = 0;		/* the stretch of rows that the next may take */
	int64		to = 0;
	int64		possible = 0;	/* how many of them it can */

	for (int64 row = 0; row < matcher->rows; row++)
	{
		int64		at = path_event_time(&matcher->batch, row);

		if ((row & 0xffff) == 0xffff)
			CHECK_FOR_INTERRUPTS();
		while (to < matcher->rows && (to <= row || path_event_time(&matcher->batch, to) - at <= next->most) &&
			   (next->skips || to <= row + 1))
			possible += *can_take(matcher, element + 1, to++);
		while (from < to && (from <= row || path_event_time(&matcher->batch, from) - at < next->least))
			possible -= *can_take(matcher, element + 1, from++);
		*can_take(matcher, element, row) = possible > 0;
	}
}

/* Of an element's rows, those that satisfy its condition */
static void
match_condition(Matcher *matcher, int element)
{
	int			condition = matcher->pattern->elements[element].condition;

	for (int64 row = 0; condition >= 0 && row < matcher->rows; row++)
		*can_take(matcher, element, row) &= path_event_payload(&matcher->batch, row) >> condition & 1;
}

static void
match_backwards(Matcher *matcher)
{
	int			length = matcher->pattern->length;

	if (matcher->rows > 0 && (Size) length > MaxAllocHugeSize / matcher->rows)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("the pattern is too long for so many rows")));
	matcher->can = MemoryContextAllocHuge(CurrentMemoryContext, Max((Size) length * matcher->rows, 1));
	for (int element = length - 1; element >= 0; element--)
	{
		CHECK_FOR_INTERRUPTS();
		if (element == length - 1)
			match_rest(matcher);
		else
			match_before(matcher, element);
		match_condition(matcher, element);
	}
}

/* The first match from a row on: the row behind its last one, or -1; its rows go to "taken", if that is not NULL. */
static int64
match_forwards(const Matcher *matcher, int64 row, int64 *taken)
{
	int64		before = -1;

	for (int element = 0; element < matcher->pattern->length; element++)
	{
		const Element *here = &matcher->pattern->elements[element];

		while (row < matcher->rows &&
			   (!*can_take(matcher, element, row) ||
				(before >= 0 && !is_in_time(here, path_event_time(&matcher->batch, before), path_event_time(&matcher->batch, row)))))
		{
			if ((row & 0xffff) == 0xffff)
				CHECK_FOR_INTERRUPTS();
			row++;
		}
		if (row == matcher->rows)
			return -1;			/* only the first element's: what it takes, the others follow */
		if (taken)
			taken[element] = row;
		before = row++;
	}
	return row;
}

/* Reads the rows of a state; false where there is none. */
static bool
read_rows(FunctionCallInfo fcinfo, Matcher *matcher)
{
	SequenceState *state;

	if (PG_ARGISNULL(0))
		return false;
	state = (SequenceState *) PG_GETARG_POINTER(0);
	if (state->rows.count == 0)
		return false;
	matcher->pattern = &state->pattern;
	matcher->batch = single_batch(&state->rows);
	matcher->rows = matcher->batch.count;
	match_backwards(matcher);
	return true;
}

/* sequence_match: is there a match? */
PG_FUNCTION_INFO_V1(sequence_match_final);
Datum
sequence_match_final(PG_FUNCTION_ARGS)
{
	Matcher		matcher;

	PG_RETURN_BOOL(read_rows(fcinfo, &matcher) && match_forwards(&matcher, 0, NULL) >= 0);
}

/* sequence_count: how many matches there are, none of which overlap */
PG_FUNCTION_INFO_V1(sequence_count_final);
Datum
sequence_count_final(PG_FUNCTION_ARGS)
{
	Matcher		matcher;
	int64		count = 0;
	int64		row = 0;

	if (!read_rows(fcinfo, &matcher))
		PG_RETURN_INT64(0);
	while (row < matcher.rows)
	{
		int64		end = match_forwards(&matcher, row, NULL);

		CHECK_FOR_INTERRUPTS();
		if (end < 0)
			break;
		count++;
		row = Max(end, row + 1);
	}
	PG_RETURN_INT64(count);
}

/* sequence_events: when the rows of the first match's conditions were; NULL without one */
PG_FUNCTION_INFO_V1(sequence_events_final);
Datum
sequence_events_final(PG_FUNCTION_ARGS)
{
	Matcher		matcher;
	int64	   *taken;
	Datum	   *times;
	int			count = 0;

	if (!read_rows(fcinfo, &matcher))
		PG_RETURN_NULL();
	taken = palloc(sizeof(int64) * (matcher.pattern->length + 1));
	if (match_forwards(&matcher, 0, taken) < 0)
		PG_RETURN_NULL();
	times = palloc(sizeof(Datum) * (matcher.pattern->length + 1));
	for (int element = 0; element < matcher.pattern->length; element++)
		if (matcher.pattern->elements[element].condition >= 0)
			times[count++] = TimestampTzGetDatum(path_event_time(&matcher.batch, taken[element]));
	PG_RETURN_ARRAYTYPE_P(construct_array(times, count, TIMESTAMPTZOID, sizeof(TimestampTz), true, TYPALIGN_DOUBLE));
}
