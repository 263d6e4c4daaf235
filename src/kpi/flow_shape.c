/*
 * flow_shape.c
 *		The shape of paths: where they begin and end, how long they are.
 */
#include "kpi/flow_shape.h"

#include "base/labels.h"
#include "datatype/timestamp.h"

#define MARKS	">;,:|()\""

#define CLAUSE_HINT	"The clauses are from, to, depth, session, repeats and count, each once: \"from: view; depth: 5\"."

typedef enum Clause
{
	CLAUSE_FROM,
	CLAUSE_TO,
	CLAUSE_DEPTH,
	CLAUSE_SESSION,
	CLAUSE_REPEATS,
	CLAUSE_COUNT
}			Clause;

#define CLAUSES		(CLAUSE_COUNT + 1)

static const char *const clause_names[CLAUSES] = {"from", "to", "depth", "session", "repeats", "count"};

/* The labels of a clause, ordered by bytes, each once */
typedef struct LabelList
{
	int			count;
	StringInfo	labels;			/* an array */
}			LabelList;

typedef struct Parser
{
	Lexer		lexer;
	const char *clause[CLAUSES];	/* where it stands; NULL: it doesn't */
	LabelList	ends[2];		/* from and to */
	int64		depth;
	int64		session;
	bool		keeps_repeats;
	bool		by_session;
}			Parser;

#define refuse(parser, at, what, hint)	lexer_refuse(&(parser)->lexer, (at), (what), (hint))

/*
 * Reading
 */

static int
compare_labels(const void *a, const void *b)
{
	const StringInfoData *left = a;
	const StringInfoData *right = b;
	int			order = memcmp(left->data, right->data, Min(left->len, right->len));

	return order != 0 ? order : left->len - right->len;
}

static void
read_labels(Parser *parser, LabelList *list)
{
	list->labels = palloc(sizeof(StringInfoData));
	do
	{
		const char *begin = lexer_label(&parser->lexer, "empty event", "Write it like this: from: view | search");
		char		cut[LABEL_BYTES];
		int			length = parser->lexer.label.len;
		const char *label = label_cut(parser->lexer.label.data, &length, cut);

		list->labels = repalloc(list->labels, sizeof(StringInfoData) * (list->count + 1));
		initStringInfo(&list->labels[list->count]);
		appendBinaryStringInfo(&list->labels[list->count], label, length);
		for (int i = 0; i < list->count; i++)
			if (compare_labels(&list->labels[i], &list->labels[list->count]) == 0)
				refuse(parser, begin, "an event is there twice", "Between \"|\" stand different events, any of which will do.");
		list->count++;
	} while (lexer_accept(&parser->lexer, '|'));
	qsort(list->labels, list->count, sizeof(StringInfoData), compare_labels);
}

static void
read_depth(Parser *parser)
{
	const char *begin;

	lexer_skip_blanks(&parser->lexer);
	begin = parser->lexer.at;
	if (!lexer_number(&parser->lexer, &parser->depth) || parser->depth < FLOW_DEPTH_LEAST || parser->depth > FLOW_DEPTH)
		refuse(parser, begin, psprintf("a depth that is not from %d to %d", FLOW_DEPTH_LEAST, FLOW_DEPTH),
			   "It is the number of steps of a path: depth: 5.");
}

/* Reads one of two words: is it the second? */
static bool
read_choice(Parser *parser, const char *first, const char *second, const char *what, const char *hint)
{
	const char *word;
	int			length = lexer_word(&parser->lexer, &word);

	if (lexer_word_is(word, length, second))
		return true;
	if (first == NULL || !lexer_word_is(word, length, first))
		refuse(parser, word, what, hint);
	return false;
}

static void
read_clause(Parser *parser)
{
	switch ((Clause) lexer_clause(&parser->lexer, clause_names, CLAUSES, parser->clause, CLAUSE_HINT))
	{
		case CLAUSE_FROM:
			read_labels(parser, &parser->ends[0]);
			break;
		case CLAUSE_TO:
			read_labels(parser, &parser->ends[1]);
			break;
		case CLAUSE_DEPTH:
			read_depth(parser);
			break;
		case CLAUSE_SESSION:
			parser->session = lexer_span(&parser->lexer);
			parser->by_session |= parser->clause[CLAUSE_COUNT] == NULL;
			break;
		case CLAUSE_REPEATS:
			parser->keeps_repeats = read_choice(parser, NULL, "keep", "unknown repeats",
												"It is keep: the same event again and again is a step each time.");
			break;
		case CLAUSE_COUNT:
			parser->by_session = read_choice(parser, "entities", "sessions", "unknown count", "It is entities or sessions.");
			break;
	}
}

/* Reads all of it, which may be nothing. */
static void
read_shape(Parser *parser, const char *text, int length)
{
	Lexer	   *lexer = &parser->lexer;

	memset(parser, 0, sizeof(Parser));
	lexer_begin(lexer, "shape of paths", MARKS, text, length);
	parser->depth = FLOW_DEPTH_DEFAULT;
	parser->session = FLOW_NO_SESSION;
	lexer_skip_blanks(lexer);
	if (lexer->at < lexer->end)
		do
			read_clause(parser);
		while (lexer_accept(lexer, ';'));
	lexer_skip_blanks(lexer);
	if (lexer->at < lexer->end)
		refuse(parser, lexer->at, "something that has no place here",
			   "Clauses stand between \";\", events that will do alike between \"|\". Put an event that holds one of > ; , : | ( ) in quotes.");
	if (parser->by_session && parser->session == FLOW_NO_SESSION)
		refuse(parser, parser->clause[CLAUSE_COUNT], "sessions are counted, but there is no clause \"session\"",
			   "Say how far apart rows of different sessions are: session: 30 minutes.");
}

/*
 * Writing
 */

static void
append_ends(StringInfo out, const char *clause, const LabelList *list)
{
	for (int i = 0; i < list->count; i++)
	{
		appendStringInfo(out, "%s", i == 0 ? clause : " | ");
		append_label(out, MARKS, list->labels[i].data, list->labels[i].len);
	}
	if (list->count > 0)
		appendStringInfoString(out, "; ");
}

Datum
flow_shape_parse(const char *text, int length)
{
	Parser		parser;
	StringInfoData canonical;

	read_shape(&parser, text, length);
	initStringInfo(&canonical);
	append_ends(&canonical, "from: ", &parser.ends[0]);
	append_ends(&canonical, "to: ", &parser.ends[1]);
	appendStringInfo(&canonical, "depth: %d", (int) parser.depth);
	if (parser.session != FLOW_NO_SESSION)
	{
		appendStringInfoString(&canonical, "; session:");
		append_span(&canonical, parser.session);
		if (!parser.by_session)
			appendStringInfoString(&canonical, "; count: entities");
	}
	if (parser.keeps_repeats)
		appendStringInfoString(&canonical, "; repeats: keep");
	return definition_make(text, length, canonical.data, canonical.len);
}

/*
 * Made ready
 */

static void
add_ends(FlowShape *shape, const LabelList *list, int role)
{
	for (int i = 0; i < list->count; i++)
	{
		int32		label = dictionary_number(&shape->labels, list->labels[i].data, list->labels[i].len);

		shape->roles[label] |= role;
	}
	shape->named = shape->labels.count;
}

void *
flow_shape_prepare(MemoryContext context, Datum definition)
{
	struct varlena *given = (struct varlena *) DatumGetPointer(definition);
	struct varlena *plain = pg_detoast_datum_packed(given);
	int			size = VARSIZE_ANY_EXHDR(plain);
	FlowShape  *shape = MemoryContextAllocZero(context, sizeof(FlowShape) + size);
	const char *text;
	int			length;
	Parser		parser;

	shape->image.bytes = (char *) (shape + 1);
	shape->image.length = size;
	memcpy(shape->image.bytes, VARDATA_ANY(plain), size);
	text = flow_shape_text(shape, &length);
	read_shape(&parser, text, length);
	shape->depth = (int) parser.depth;
	shape->session = parser.session;
	shape->keeps_repeats = parser.keeps_repeats;
	shape->by_session = parser.by_session;
	shape->has_from = parser.ends[0].count > 0;
	shape->has_to = parser.ends[1].count > 0;
	shape->roles = MemoryContextAllocZero(context, parser.ends[0].count + parser.ends[1].count + 1);
	dictionary_begin(&shape->labels, context);
	add_ends(shape, &parser.ends[0], FLOW_FROM);
	add_ends(shape, &parser.ends[1], FLOW_TO);
	if (plain != given)
		pfree(plain);
	return shape;
}

const char *
flow_shape_text(const FlowShape *shape, int *length)
{
	return image_canonical(shape->image.bytes, shape->image.length, length);
}

bool
flow_shape_is(const FlowShape *shape, Datum text)
{
	struct varlena *given = (struct varlena *) DatumGetPointer(text);
	struct varlena *plain = pg_detoast_datum_packed(given);
	int			length;
	const char *source = image_source(shape->image.bytes, &length);
	bool		same = length == (int) VARSIZE_ANY_EXHDR(plain) && memcmp(source, VARDATA_ANY(plain), length) == 0;

	if (!same)
		same = image_is_same(&shape->image, flow_shape_parse(VARDATA_ANY(plain), VARSIZE_ANY_EXHDR(plain)));
	if (plain != given)
		pfree(plain);
	return same;
}
