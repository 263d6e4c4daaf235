/*
 * journey.c
 *		The type journey: the definition of a journey.
 */
#include "base/compat.h"

#include "base/moment.h"
#include "catalog/pg_type.h"
#include "path/journey.h"
#include "utils/array.h"
#include "utils/builtins.h"

/*
 * The canonical bytes: a JourneyHeader, then the labels, each a byte of
 * LabelKind, its length (int32) and its text. Only journey_parse makes them.
 */
typedef struct JourneyHeader
{
	uint8		steps;
	uint8		exclusions;
	uint8		count;			/* ChainCount */
	uint8		flags;
	uint32		optional;
	uint32		contiguous;
	uint8		after[CHAIN_EXCLUSIONS];
	uint8		before[CHAIN_EXCLUSIONS];
	uint8		property;		/* JourneyProperty */
	uint8		property_step;	/* of PROPERTY_STEP, from 0 */
	uint8		unused[4];		/* up to where 64 bits are aligned */
	int64		within;
	int64		session;
	int64		gap[CHAIN_STEPS];
}			JourneyHeader;

#define FLAG_ANY_ORDER		1
#define FLAG_INCREASE		2
#define FLAG_NO_REPEAT		4
#define FLAG_NO_SKIP		8
#define FLAG_ENTRY_FIRST	16

typedef enum LabelKind
{
	LABEL_STEP = 1,
	LABEL_EXCLUSION = 2,
	LABEL_SYNONYM = 3			/* of the label before it */
}			LabelKind;

#define MARKS			">;,:|()\""

/* ---- canonical bytes ---- */

typedef struct LabelScan
{
	CanonicalLabels label;
	int			steps;			/* seen so far */
	int			exclusions;
}			LabelScan;

static void
scan_begin(LabelScan *scan, JourneyHeader *header, const char *canonical, int length)
{
	memcpy(header, canonical, sizeof(JourneyHeader));
	memset(scan, 0, sizeof(LabelScan));
	scan->label.at = canonical + sizeof(JourneyHeader);
	scan->label.end = canonical + length;
}

static bool
scan_next(LabelScan *scan)
{
	if (!canonical_label_next(&scan->label))
		return false;
	scan->steps += scan->label.kind == LABEL_STEP;
	scan->exclusions += scan->label.kind == LABEL_EXCLUSION;
	return true;
}

/* The bit of what the label just seen belongs to */
static uint64
scan_bit(const LabelScan *scan, const JourneyHeader *header)
{
	return UINT64CONST(1) << (scan->exclusions == 0 ? scan->steps - 1 : header->steps + scan->exclusions - 1);
}

/* ---- parsing ---- */

typedef enum Clause
{
	CLAUSE_WITHIN,
	CLAUSE_GAP,
	CLAUSE_WITHOUT,
	CLAUSE_OPTIONAL,
	CLAUSE_ORDER,
	CLAUSE_ENTRY,
	CLAUSE_SESSION,
	CLAUSE_COUNT,
	CLAUSE_PROPERTY
}			Clause;

#define CLAUSES		(CLAUSE_PROPERTY + 1)

static const char *const clause_names[CLAUSES] = {
	"within", "gap", "without", "optional", "order", "entry", "session", "count", "property"
};

#define CLAUSE_HINT	"The clauses are within, gap, without, optional, order, entry, session, count and property, each once: \"; within: 7 days\"."

typedef struct Parser
{
	Lexer		lexer;
	JourneyHeader header;
	StringInfoData labels;		/* canonical */
	int			count;			/* labels so far */
	int			first_label;	/* ... that the step or exclusion at hand began with: bytes of labels */
	const char *clause[CLAUSES];	/* where it stands; NULL: it doesn't */
	const char *range[CHAIN_EXCLUSIONS];	/* where an exclusion's range stands, or the exclusion itself */
	const char *bars_order;		/* where no_repeat, no_skip or contiguous stands */
}			Parser;

#define refuse(parser, at, what, hint)	lexer_refuse(&(parser)->lexer, (at), (what), (hint))

static bool
is_label(const CanonicalLabels *label, const StringInfoData *text)
{
	return label->length == text->len && memcmp(label->text, text->data, text->len) == 0;
}

/* Is a label just read one that its step or exclusion has already? */
static bool
is_repeated(const Parser *parser)
{
	CanonicalLabels given = {.at = parser->labels.data + parser->first_label, .end = parser->labels.data + parser->labels.len};

	while (canonical_label_next(&given))
		if (is_label(&given, &parser->lexer.label))
			return true;
	return false;
}

static const char *
read_label(Parser *parser, LabelKind kind, const char *empty)
{
	const char *begin = lexer_label(&parser->lexer, empty,
									parser->count == 0 ? "Write it like this: view > cart > purchase; within: 7 days" : NULL);

	if (kind != LABEL_SYNONYM)
		parser->first_label = parser->labels.len;
	else if (is_repeated(parser))
		refuse(parser, begin, "a label is there twice", "Between \"|\" stand different events, any of which will do.");
	if (parser->count++ == LABELS_MOST)
		lexer_refuse_as(&parser->lexer, ERRCODE_PROGRAM_LIMIT_EXCEEDED, begin,
						psprintf("more than %d labels", LABELS_MOST), NULL);
	canonical_label_append(&parser->labels, kind, &parser->lexer.label);
	return begin;
}

static void
read_steps(Parser *parser)
{
	do
	{
		const char *begin = read_label(parser, LABEL_STEP, "empty step");

		if (parser->header.steps == CHAIN_STEPS)
			lexer_refuse_as(&parser->lexer, ERRCODE_INVALID_TEXT_REPRESENTATION, begin,
							psprintf("more than %d steps", CHAIN_STEPS),
							"Events that will do for one step stand between \"|\": cart | basket");
		parser->header.steps++;
		while (lexer_accept(&parser->lexer, '|'))
			read_label(parser, LABEL_SYNONYM, "empty step");
	} while (lexer_accept(&parser->lexer, '>'));
}

/* "(i-j)", steps from 1; false where there is none. Answers them from 0, i < j. */
static bool
read_range(Parser *parser, int *from, int *to)
{
	static const char *const hint = "A range is two steps, the first before the second: (2-3).";
	int			steps = parser->header.steps;
	const char *begin;
	int64		i;
	int64		j;

	lexer_skip_blanks(&parser->lexer);
	begin = parser->lexer.at;
	if (!lexer_accept(&parser->lexer, '('))
		return false;
	if (!lexer_number(&parser->lexer, &i) || !lexer_accept(&parser->lexer, '-') || !lexer_number(&parser->lexer, &j) ||
		!lexer_accept(&parser->lexer, ')'))
		refuse(parser, begin, "a range that can't be read", hint);
	if (i < 1 || j > steps)
		refuse(parser, begin, psprintf("a range that is not within steps 1 to %d", steps), hint);
	if (i >= j)
		refuse(parser, begin, "a range whose first step is not before its second", hint);
	*from = (int) i - 1;
	*to = (int) j - 1;
	return true;
}

static void
read_gap(Parser *parser)
{
	JourneyHeader *header = &parser->header;

	do
	{
		const char *begin;
		int64		span;
		int			from = 0;
		int			to = header->steps - 1;

		lexer_skip_blanks(&parser->lexer);
		begin = parser->lexer.at;
		span = lexer_span(&parser->lexer);
		if (header->steps == 1)
			refuse(parser, begin, "a gap, but only one step", NULL);
		read_range(parser, &from, &to);
		for (int k = from; k < to; k++)
		{
			if (header->gap[k] != CHAIN_NO_LIMIT)
				refuse(parser, begin, psprintf("a second gap from step %d to step %d", k + 1, k + 2),
					   "Give one gap for all steps, or one for each range: 1 hour (1-2), 20 days (2-3)");
			header->gap[k] = span;
		}
	} while (lexer_accept(&parser->lexer, ','));
}

static void
read_without(Parser *parser)
{
	JourneyHeader *header = &parser->header;

	do
	{
		const char *begin = read_label(parser, LABEL_EXCLUSION, "empty exclusion");
		int			from = 0;
		int			to = header->steps - 1;

		if (header->exclusions == CHAIN_EXCLUSIONS)
			lexer_refuse_as(&parser->lexer, ERRCODE_INVALID_TEXT_REPRESENTATION, begin,
							psprintf("more than %d exclusions", CHAIN_EXCLUSIONS),
							"Events that exclude alike stand between \"|\": refund | chargeback");
		if (header->steps == 1)
			refuse(parser, begin, "an exclusion, but only one step", "An exclusion lies between two steps.");
		while (lexer_accept(&parser->lexer, '|'))
			read_label(parser, LABEL_SYNONYM, "empty exclusion");
		lexer_skip_blanks(&parser->lexer);
		parser->range[header->exclusions] = parser->lexer.at;
		if (!read_range(parser, &from, &to))
			parser->range[header->exclusions] = begin;
		header->after[header->exclusions] = (uint8) from;
		header->before[header->exclusions++] = (uint8) to;
	} while (lexer_accept(&parser->lexer, ','));
}

/* The step that a label just read names, from 0; -1: none, -2: several */
static int
named_step(const Parser *parser)
{
	CanonicalLabels labels = {.at = parser->labels.data, .end = parser->labels.data + parser->labels.len};
	int			named = -1;
	int			step = -1;

	while (canonical_label_next(&labels) && labels.kind != LABEL_EXCLUSION)
	{
		step += labels.kind == LABEL_STEP;
		if (labels.kind == LABEL_STEP && is_label(&labels, &parser->lexer.label))
			named = named == -1 ? step : -2;
	}
	return named;
}

/* The number that a label just read is, from 0; -1: none */
static int
numbered_step(const Parser *parser, const char *begin)
{
	const StringInfoData *label = &parser->lexer.label;
	int			number = 0;

	if (*begin == '"' || label->len > 2)
		return -1;
	for (int i = 0; i < label->len; i++)
	{
		if (label->data[i] < '0' || label->data[i] > '9')
			return -1;
		number = number * 10 + (label->data[i] - '0');
	}
	return number >= 1 && number <= parser->header.steps ? number - 1 : -1;
}

static void
read_optional(Parser *parser)
{
	JourneyHeader *header = &parser->header;

	do
	{
		const char *begin = lexer_label(&parser->lexer, "empty step", NULL);
		int			step = named_step(parser);

		if (step == -2)
			refuse(parser, begin, "several steps have this name", "Give the number of the step, from 1.");
		if (step == -1)
			step = numbered_step(parser, begin);
		if (step == -1)
			refuse(parser, begin, "no step has this name", "Give the first name of a step, or its number, from 1.");
		if (step == 0 || step == header->steps - 1)
			refuse(parser, begin, step == 0 ? "the first step can't be optional" : "the last step can't be optional",
				   "Leave out the step instead: the journey begins with its first and is done with its last.");
		header->optional |= (uint32) 1 << step;
	} while (lexer_accept(&parser->lexer, ','));
}

static void
read_contiguous(Parser *parser)
{
	JourneyHeader *header = &parser->header;
	int			from = 0;
	int			to = header->steps - 1;

	read_range(parser, &from, &to);
	for (int k = from; k < to; k++)
		header->contiguous |= (uint32) 1 << k;
}

static void
read_order(Parser *parser)
{
	const char *first = NULL;

	do
	{
		const char *word;
		int			length = lexer_word(&parser->lexer, &word);
		int			before = parser->header.flags;

		if (first != NULL && (before & FLAG_ANY_ORDER))
			refuse(parser, word, "order: any stands alone", NULL);
		if (lexer_word_is(word, length, "any"))
			parser->header.flags |= FLAG_ANY_ORDER;
		else if (lexer_word_is(word, length, "increase"))
			parser->header.flags |= FLAG_INCREASE;
		else if (lexer_word_is(word, length, "no_repeat"))
			parser->header.flags |= FLAG_NO_REPEAT;
		else if (lexer_word_is(word, length, "no_skip"))
			parser->header.flags |= FLAG_NO_SKIP;
		else if (lexer_word_is(word, length, "contiguous"))
			read_contiguous(parser);
		else
			refuse(parser, word, "unknown order",
				   "It is any; or one or more of increase, no_repeat, no_skip and contiguous, which may have a range: contiguous (2-3).");
		if (first != NULL && (parser->header.flags & FLAG_ANY_ORDER))
			refuse(parser, word, "order: any stands alone", NULL);
		if (parser->bars_order == NULL && !lexer_word_is(word, length, "any") && !lexer_word_is(word, length, "increase"))
			parser->bars_order = word;
		first = word;
	} while (lexer_accept(&parser->lexer, ','));
}

static void
read_entry(Parser *parser)
{
	const char *word;
	int			length = lexer_word(&parser->lexer, &word);

	if (!lexer_word_is(word, length, "first"))
		refuse(parser, word, "unknown entry", "It is first: only the first row of the first step may begin.");
	parser->header.flags |= FLAG_ENTRY_FIRST;
}

static void
read_count(Parser *parser)
{
	const char *word;
	int			length = lexer_word(&parser->lexer, &word);

	if (lexer_word_is(word, length, "entities"))
		parser->header.count = CHAIN_ENTITIES;
	else if (lexer_word_is(word, length, "attempts"))
		parser->header.count = CHAIN_ATTEMPTS;
	else if (lexer_word_is(word, length, "sessions"))
		parser->header.count = CHAIN_SESSIONS;
	else
		refuse(parser, word, "unknown count", "It is entities, attempts or sessions.");
}

/* hold, first, last, or step and its number */
static void
read_property(Parser *parser)
{
	static const char *const hint = "It is hold, first, last, or step and its number: property: step 2.";
	const char *word;
	int			length = lexer_word(&parser->lexer, &word);
	int64		step;

	if (lexer_word_is(word, length, "hold"))
		parser->header.property = PROPERTY_HOLD;
	else if (lexer_word_is(word, length, "first"))
		parser->header.property = PROPERTY_FIRST;
	else if (lexer_word_is(word, length, "last"))
		parser->header.property = PROPERTY_LAST;
	else if (lexer_word_is(word, length, "step"))
	{
		if (!lexer_number(&parser->lexer, &step) || step < 1 || step > parser->header.steps)
			refuse(parser, word, psprintf("a step that is not from 1 to %d", parser->header.steps), hint);
		parser->header.property = PROPERTY_STEP;
		parser->header.property_step = (uint8) (step - 1);
	}
	else
		refuse(parser, word, "unknown property", hint);
}

static void
read_clause(Parser *parser)
{
	switch ((Clause) lexer_clause(&parser->lexer, clause_names, CLAUSES, parser->clause, CLAUSE_HINT))
	{
		case CLAUSE_WITHIN:
			parser->header.within = lexer_span(&parser->lexer);
			break;
		case CLAUSE_GAP:
			read_gap(parser);
			break;
		case CLAUSE_WITHOUT:
			read_without(parser);
			break;
		case CLAUSE_OPTIONAL:
			read_optional(parser);
			break;
		case CLAUSE_ORDER:
			read_order(parser);
			break;
		case CLAUSE_ENTRY:
			read_entry(parser);
			break;
		case CLAUSE_SESSION:
			parser->header.session = lexer_span(&parser->lexer);
			break;
		case CLAUSE_COUNT:
			read_count(parser);
			break;
		case CLAUSE_PROPERTY:
			read_property(parser);
			break;
	}
}

/* ---- the rules between clauses ---- */

static void
check_any_order(const Parser *parser)
{
	static const Clause others[] = {CLAUSE_GAP, CLAUSE_OPTIONAL, CLAUSE_ENTRY};

	for (int i = 0; i < (int) lengthof(others); i++)
		if (parser->clause[others[i]] != NULL)
			refuse(parser, parser->clause[others[i]],
				   psprintf("\"%s\" and \"order: any\" are not offered together", clause_names[others[i]]),
				   "In any order there are within, without, session and count.");
	for (int i = 0; i < parser->header.exclusions; i++)
		if (parser->header.after[i] != 0 || parser->header.before[i] != parser->header.steps - 1)
			refuse(parser, parser->range[i], "a range of steps, but they come in any order",
				   "Leave out the range: the exclusion counts between the first row and the last.");
}

static void
check_optional(const Parser *parser)
{
	const JourneyHeader *header = &parser->header;

	if (parser->clause[CLAUSE_GAP] != NULL)
		refuse(parser, parser->clause[CLAUSE_GAP], "\"gap\" and \"optional\" are not offered together",
			   "Limit the whole journey: within: 7 days.");
	if (parser->bars_order != NULL)
		refuse(parser, parser->bars_order, "this order and \"optional\" are not offered together",
			   "With optional steps there is order: increase.");
	for (int i = 0; i < header->exclusions; i++)
		if ((header->optional >> header->after[i] & 1) || (header->optional >> header->before[i] & 1))
			refuse(parser, parser->range[i], "an exclusion begins or ends with an optional step",
				   "Give a range between steps that are not optional.");
}

/* Limits that can never matter: somebody meant something else. */
static void
check_spans(const Parser *parser)
{
	const JourneyHeader *header = &parser->header;

	for (int k = 0; k < header->steps - 1; k++)
	{
		if (header->gap[k] == CHAIN_NO_LIMIT)
			continue;
		if (header->gap[k] > header->within)
			refuse(parser, parser->clause[CLAUSE_GAP], "a gap that is longer than the whole journey may take",
				   "Make it shorter than \"within\", or leave it out.");
		if (header->gap[k] > header->session)
			refuse(parser, parser->clause[CLAUSE_GAP], "a gap that is longer than that between sessions",
				   "Make it shorter than \"session\", or leave it out.");
	}
}

static void
check_rules(const Parser *parser)
{
	if (parser->header.count == CHAIN_SESSIONS && parser->header.session == CHAIN_NO_LIMIT)
		refuse(parser, parser->clause[CLAUSE_COUNT], "sessions are counted, but there is no clause \"session\"",
			   "Say how far apart rows of different sessions are: session: 30 minutes.");
	if (parser->header.flags & FLAG_ANY_ORDER)
		check_any_order(parser);
	if (parser->header.optional != 0)
		check_optional(parser);
	check_spans(parser);
}

Datum
journey_parse(const char *source, int length)
{
	Parser		parser;
	Lexer	   *lexer = &parser.lexer;
	StringInfoData canonical;

	memset(&parser, 0, sizeof(Parser));
	lexer_begin(lexer, "journey", MARKS, source, length);
	lexer->arrow_hint = "Steps stand between \">\", in their order: view > cart > purchase. Put a label that holds an arrow or \"<\" in quotes.";
	initStringInfo(&parser.labels);
	parser.header.within = parser.header.session = CHAIN_NO_LIMIT;
	for (int k = 0; k < CHAIN_STEPS; k++)
		parser.header.gap[k] = CHAIN_NO_LIMIT;

	lexer_skip_blanks(lexer);
	if (lexer->at < lexer->end && *lexer->at == '{')
		refuse(&parser, lexer->at, "it begins with \"{\"",
			   "Give an array as journey(steps, within); put a label that begins like this in quotes.");
	read_steps(&parser);
	while (lexer_accept(lexer, ';'))
		read_clause(&parser);
	lexer_skip_blanks(lexer);
	if (lexer->at < lexer->end)
		refuse(&parser, lexer->at, "something that has no place here",
			   "Steps stand between \">\", events that will do for one between \"|\", clauses behind \";\". "
			   "Put a label that holds one of > ; , : | ( ) in quotes.");
	check_rules(&parser);

	initStringInfo(&canonical);
	appendBinaryStringInfo(&canonical, (char *) &parser.header, sizeof(JourneyHeader));
	appendBinaryStringInfo(&canonical, parser.labels.data, parser.labels.len);
	return definition_make(source, length, canonical.data, canonical.len);
}

/* ---- made ready ---- */

static void
fill_rules(ChainRules *rules, const JourneyHeader *header)
{
	rules->steps = header->steps;
	rules->exclusions = header->exclusions;
	rules->optional = header->optional;
	rules->within = header->within;
	rules->session = header->session;
	memcpy(rules->gap, header->gap, sizeof(rules->gap));
	rules->any_order = (header->flags & FLAG_ANY_ORDER) != 0;
	rules->increase = (header->flags & FLAG_INCREASE) != 0;
	rules->no_repeat = (header->flags & FLAG_NO_REPEAT) != 0;
	rules->no_skip = (header->flags & FLAG_NO_SKIP) != 0;
	rules->contiguous = header->contiguous;
	rules->entry_first = (header->flags & FLAG_ENTRY_FIRST) != 0;
	rules->count = (ChainCount) header->count;
	memcpy(rules->after, header->after, sizeof(rules->after));
	memcpy(rules->before, header->before, sizeof(rules->before));
	chain_prepare(rules);
}

/* Numbers the labels, those that are the same alike, and says what each satisfies. */
static void
fill_labels(Journey *journey, const JourneyHeader *header, LabelScan *scan)
{
	LabelTable *table = &journey->table;

	while (scan_next(scan))
	{
		int			code = label_table_add(table, scan->label.text, scan->label.length, table->labels);

		journey->mask[code] |= scan_bit(scan, header);
		if (scan->label.kind == LABEL_STEP)
			journey->name[scan->steps - 1] = &table->label[code];
	}
	label_table_settle(table);
}

void *
journey_prepare(MemoryContext context, Datum definition)
{
	struct varlena *given = (struct varlena *) DatumGetPointer(definition);
	struct varlena *plain = pg_detoast_datum_packed(given);
	int			image_length = VARSIZE_ANY_EXHDR(plain);
	int			length;
	const char *canonical = image_canonical(VARDATA_ANY(plain), image_length, &length);
	JourneyHeader header;
	LabelScan	scan;
	int			labels = 0;
	Journey    *journey;

	scan_begin(&scan, &header, canonical, length);
	while (scan_next(&scan))
		labels++;
	journey = MemoryContextAllocZero(context, sizeof(Journey) + labels * (sizeof(Label) + sizeof(uint64)) +
									 label_slots_size(labels) + image_length);
	journey->mask = (uint64 *) (journey + 1);
	journey->image.bytes = (char *) (journey->mask + labels) + labels * sizeof(Label) + label_slots_size(labels);
	journey->image.length = image_length;
	memcpy(journey->image.bytes, VARDATA_ANY(plain), image_length);
	canonical = image_canonical(journey->image.bytes, image_length, &length);
	scan_begin(&scan, &header, canonical, length);
	fill_rules(&journey->rules, &header);
	label_table_begin(&journey->table, (Label *) (journey->mask + labels), labels,
					  (uint16 *) ((char *) (journey->mask + labels) + labels * sizeof(Label)));
	fill_labels(journey, &header, &scan);
	journey->property = (JourneyProperty) header.property;
	journey->property_step = header.property_step;
	journey->needs_others = journey->rules.contiguous != 0 || journey->rules.session != CHAIN_NO_LIMIT;
	if (plain != given)
		pfree(plain);
	return journey;
}

char *
journey_step_name(const Journey *journey, int step)
{
	if (journey->rules.any_order)
		return psprintf("%d of %d", step + 1, journey->rules.steps);
	return pnstrdup(journey->name[step]->text, journey->name[step]->length);
}

int64
journey_longest_limit(const Journey *journey)
{
	const ChainRules *rules = &journey->rules;
	int64		longest = 0;

	if (rules->within != CHAIN_NO_LIMIT)
		longest = rules->within;
	if (rules->session != CHAIN_NO_LIMIT)
		longest = Max(longest, rules->session);
	for (int k = 0; k < rules->steps - 1; k++)
		if (rules->gap[k] != CHAIN_NO_LIMIT)
			longest = Max(longest, rules->gap[k]);
	return longest == 0 ? CHAIN_NO_LIMIT : longest;
}

char *
journey_size(const Journey *journey)
{
	int			steps = journey->rules.steps;
	int			exclusions = journey->rules.exclusions;
	char	   *size = psprintf("%d %s", steps, steps == 1 ? "step" : "steps");

	if (exclusions > 0)
		size = psprintf("%s and %d %s", size, exclusions, exclusions == 1 ? "exclusion" : "exclusions");
	return size;
}

/* ---- the type's functions ---- */

DEFINITION_TYPE_FUNCTIONS(journey, journey_parse)

/* journey(steps text[], within interval): the labels are taken as they are, and have no synonyms. */
PG_FUNCTION_INFO_V1(journey_from_array);
Datum
journey_from_array(PG_FUNCTION_ARGS)
{
	ArrayType  *steps;
	StringInfoData source;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	steps = PG_GETARG_ARRAYTYPE_P(0);
	if (ArrayGetNItems(ARR_NDIM(steps), ARR_DIMS(steps)) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a journey needs at least one step")));
	initStringInfo(&source);
	append_labels(&source, MARKS, steps, " > ", "step");
	if (!PG_ARGISNULL(1))
	{
		int64		within = span_microseconds(PG_GETARG_INTERVAL_P(1), "within");

		if (within == 0 || within > LONGEST_SPAN)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("within must be more than 0, and less than 4,567 years"),
					 errhint("Leave it out, or give NULL, where there is no limit.")));
		appendStringInfoString(&source, "; within:");
		append_span(&source, within);
	}
	PG_RETURN_DATUM(journey_parse(source.data, source.len));
}

/* steps(journey): the names shown, in order */
PG_FUNCTION_INFO_V1(journey_steps);
Datum
journey_steps(PG_FUNCTION_ARGS)
{
	int			length;
	const char *canonical = argument_canonical(fcinfo, 0, &length);
	Datum		steps[CHAIN_STEPS];
	JourneyHeader header;
	LabelScan	scan;

	scan_begin(&scan, &header, canonical, length);
	while (scan_next(&scan))
		if (scan.label.kind == LABEL_STEP)
			steps[scan.steps - 1] = PointerGetDatum(cstring_to_text_with_len(scan.label.text, scan.label.length));
	PG_RETURN_ARRAYTYPE_P(construct_array(steps, header.steps, TEXTOID, -1, false, TYPALIGN_INT));
}
