/*
 * definition.c
 *		What the types that define something in words share.
 */
#include "base/definition.h"

#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "datatype/timestamp.h"
#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"

#define IMAGE_VERSION	1
#define IMAGE_SOURCE	8		/* where the text begins */

/* Characters of the definition that a message shows */
#define SHOWN_CHARACTERS	30

/* ---- reading ---- */

void
lexer_begin(Lexer *lexer, const char *what, const char *marks, const char *source, int length)
{
	lexer->what = what;
	lexer->marks = marks;
	lexer->arrow_hint = "Put a label that holds an arrow or \"<\" in quotes.";
	lexer->start = lexer->at = source;
	lexer->end = source + length;
	initStringInfo(&lexer->label);
}

/* The number of a character of the definition, from 1 */
static int
character_number(const Lexer *lexer, const char *at)
{
	return pg_mbstrlen_with_len(lexer->start, at - lexer->start) + 1;
}

/* Some of the definition from here on, for a message */
static char *
shown(const Lexer *lexer, const char *at)
{
	int			length = pg_mbcharcliplen(at, lexer->end - at, SHOWN_CHARACTERS);
	char	   *text = pnstrdup(at, length);

	return at + length < lexer->end ? psprintf("%s...", text) : text;
}

void
lexer_refuse_as(const Lexer *lexer, int sqlerrcode, const char *at, const char *what, const char *hint)
{
	if (at >= lexer->end)
		ereport(ERROR,
				(errcode(sqlerrcode),
				 errmsg("invalid %s: %s", lexer->what, what),
				 errdetail("At its end, character %d.", character_number(lexer, at)),
				 hint ? errhint("%s", hint) : 0));
	ereport(ERROR,
			(errcode(sqlerrcode),
			 errmsg("invalid %s: %s", lexer->what, what),
			 errdetail("At character %d: %s", character_number(lexer, at), shown(lexer, at)),
			 hint ? errhint("%s", hint) : 0));
}

void
lexer_refuse(const Lexer *lexer, const char *at, const char *what, const char *hint)
{
	lexer_refuse_as(lexer, ERRCODE_INVALID_TEXT_REPRESENTATION, at, what, hint);
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f';
}

static bool
is_mark(const char *marks, char c)
{
	return c != '\0' && strchr(marks, c) != NULL;
}

void
lexer_skip_blanks(Lexer *lexer)
{
	while (lexer->at < lexer->end && is_blank(*lexer->at))
		lexer->at++;
}

bool
lexer_accept(Lexer *lexer, char c)
{
	lexer_skip_blanks(lexer);
	if (lexer->at == lexer->end || *lexer->at != c)
		return false;
	lexer->at++;
	return true;
}

/* Reads what stands in quotes; at is behind the opening one. */
static void
read_quoted(Lexer *lexer, const char *opening)
{
	for (;;)
	{
		if (lexer->at == lexer->end)
			lexer_refuse(lexer, opening, "a quoted label has no end", "A quote within quotes is written twice.");
		if (*lexer->at == '"')
		{
			if (lexer->at + 1 == lexer->end || lexer->at[1] != '"')
				break;
			lexer->at++;
		}
		appendStringInfoCharMacro(&lexer->label, *lexer->at);
		lexer->at++;
	}
	lexer->at++;
	lexer_skip_blanks(lexer);
	if (lexer->at < lexer->end && (!is_mark(lexer->marks, *lexer->at) || *lexer->at == '"'))
		lexer_refuse(lexer, lexer->at, "something follows a quoted label",
					 "Put the whole label in quotes; a quote within quotes is written twice.");
}

/* Does a text stand here, which must end before "end"? */
static bool
stands_at(const char *at, const char *end, const char *text)
{
	int			length = strlen(text);

	return end - at >= length && memcmp(at, text, length) == 0;
}

/*
 * The arrow in a label without quotes, as people write one between stages; NULL
 * where there is none. "Lead -> Won" would have a stage "Lead -", and
 * "Won < Lead" a single one. A guillemet that closes a quotation is none.
 */
static const char *
find_arrow(const char *label, const char *end, bool is_before_step)
{
	static const char *const tails[] = {"-", "=", "\xe2\x80\x93", "\xe2\x80\x94"};	/* en dash, em dash */
	static const char *const arrows[] = {"\xe2\x86\x92", "\xe2\x86\x90", "\xe2\x87\x92", "\xe2\x9e\x94", "\xe2\x9e\x9c"};
	bool		utf8 = GetDatabaseEncoding() == PG_UTF8;
	bool		is_quoting = false;

	for (const char *at = label; at < end; at++)
	{
		if (*at == '<')
			return at;
		for (Size i = 0; is_before_step && i < lengthof(tails); i++)
			if (stands_at(at, end, tails[i]) && at + strlen(tails[i]) == end)
				return at;
		if (!utf8)
			continue;
		for (Size i = 0; i < lengthof(arrows); i++)
			if (stands_at(at, end, arrows[i]))
				return at;
		if (stands_at(at, end, "\xc2\xab"))	/* the two guillemets */
			is_quoting = true;
		else if (stands_at(at, end, "\xc2\xbb"))
		{
			if (!is_quoting)
				return at;
			is_quoting = false;
		}
	}
	return NULL;
}

/* Reads a label without quotes, up to the next mark, less the blanks around. */
static void
read_bare(Lexer *lexer)
{
	const char *begin = lexer->at;
	const char *end;
	const char *arrow;

	while (lexer->at < lexer->end && !is_mark(lexer->marks, *lexer->at))
		lexer->at++;
	if (lexer->at < lexer->end && *lexer->at == '"')
		lexer_refuse(lexer, lexer->at, "a quote in the middle of a label",
					 "Put the whole label in quotes; a quote within quotes is written twice.");
	arrow = find_arrow(begin, lexer->at, lexer->at < lexer->end && *lexer->at == '>');
	if (arrow != NULL)
		lexer_refuse(lexer, arrow, "an arrow in a label", lexer->arrow_hint);
	for (end = lexer->at; end > begin && is_blank(end[-1]); end--)
		 /* trim */ ;
	appendBinaryStringInfo(&lexer->label, begin, end - begin);
}

const char *
lexer_label(Lexer *lexer, const char *empty, const char *hint)
{
	const char *begin;

	lexer_skip_blanks(lexer);
	begin = lexer->at;
	resetStringInfo(&lexer->label);
	if (lexer_accept(lexer, '"'))
		read_quoted(lexer, begin);
	else
		read_bare(lexer);
	if (lexer->label.len == 0)
		lexer_refuse(lexer, begin, empty, hint);
	return begin;
}

int
lexer_word(Lexer *lexer, const char **word)
{
	lexer_skip_blanks(lexer);
	*word = lexer->at;
	while (lexer->at < lexer->end && ((*lexer->at >= 'a' && *lexer->at <= 'z') || (*lexer->at >= 'A' && *lexer->at <= 'Z') ||
									  (*lexer->at >= '0' && *lexer->at <= '9') || *lexer->at == '_'))
		lexer->at++;
	return lexer->at - *word;
}

bool
lexer_word_is(const char *word, int length, const char *name)
{
	return (int) strlen(name) == length && pg_strncasecmp(word, name, length) == 0;
}

bool
lexer_number(Lexer *lexer, int64 *number)
{
	const char *begin;

	lexer_skip_blanks(lexer);
	begin = lexer->at;
	*number = 0;
	while (lexer->at < lexer->end && *lexer->at >= '0' && *lexer->at <= '9')
	{
		*number = *number * 10 + (*lexer->at - '0');
		if (*number > LONGEST_SPAN)
			lexer_refuse(lexer, begin, "a number is too large", NULL);
		lexer->at++;
	}
	return lexer->at > begin;
}

/* The microseconds of a unit of time */
static int64
read_unit(Lexer *lexer)
{
	static const struct
	{
		const char *name;
		int64		microseconds;
	}			units[] = {
		{"microsecond", 1}, {"millisecond", 1000}, {"second", USECS_PER_SEC}, {"minute", USECS_PER_MINUTE},
		{"hour", USECS_PER_HOUR}, {"day", USECS_PER_DAY}, {"week", 7 * USECS_PER_DAY}
	};
	const char *word;
	int			length = lexer_word(lexer, &word);
	int			singular = length > 1 && (word[length - 1] == 's' || word[length - 1] == 'S') ? length - 1 : length;

	for (int i = 0; i < (int) lengthof(units); i++)
		if (lexer_word_is(word, singular, units[i].name))
			return units[i].microseconds;
	if (lexer_word_is(word, singular, "month"))
		lexer_refuse(lexer, word, "a month is not a fixed length of time", "Give days: 30 days.");
	if (lexer_word_is(word, singular, "year"))
		lexer_refuse(lexer, word, "a year is not a fixed length of time", "Give days: 365 days.");
	lexer_refuse(lexer, word, "unknown unit of time",
		   "The units are microsecond, millisecond, second, minute, hour, day and week: 1 hour 30 minutes.");
}

int64
lexer_span(Lexer *lexer)
{
	const char *begin;
	int64		span = 0;
	int64		number;

	lexer_skip_blanks(lexer);
	begin = lexer->at;
	if (!lexer_number(lexer, &number))
		lexer_refuse(lexer, begin, "a length of time is missing", "Write a number and a unit: 7 days.");
	do
	{
		int64		unit = read_unit(lexer);

		if (number > LONGEST_SPAN / unit || span + number * unit > LONGEST_SPAN)
			lexer_refuse(lexer, begin, "a length of time is too long", "Leave out the clause where there is no limit.");
		span += number * unit;
	} while (lexer_number(lexer, &number));
	if (span == 0)
		lexer_refuse(lexer, begin, "a length of time of 0", "It must be more than 0.");
	return span;
}

int
lexer_clause(Lexer *lexer, const char *const *names, int count, const char **seen, const char *hint)
{
	const char *word;
	int			length = lexer_word(lexer, &word);

	for (int clause = 0; clause < count; clause++)
	{
		if (!lexer_word_is(word, length, names[clause]))
			continue;
		if (seen[clause] != NULL)
			lexer_refuse(lexer, word, psprintf("a second clause \"%s\"", names[clause]), hint);
		if (!lexer_accept(lexer, ':'))
			lexer_refuse(lexer, word, psprintf("\":\" is missing behind \"%s\"", names[clause]), NULL);
		seen[clause] = word;
		return clause;
	}
	lexer_refuse(lexer, word, "unknown clause", hint);
}

/* ---- writing ---- */

/* A label as the text form has it */
void
append_label(StringInfo out, const char *marks, const char *label, int length)
{
	bool		quoted = is_blank(label[0]) || is_blank(label[length - 1]) || label[0] == '{' ||
		find_arrow(label, label + length, true) != NULL;

	for (int i = 0; i < length && !quoted; i++)
		quoted = is_mark(marks, label[i]);
	if (!quoted)
	{
		appendBinaryStringInfo(out, label, length);
		return;
	}
	appendStringInfoChar(out, '"');
	for (int i = 0; i < length; i++)
	{
		if (label[i] == '"')
			appendStringInfoChar(out, '"');
		appendStringInfoChar(out, label[i]);
	}
	appendStringInfoChar(out, '"');
}

void
append_labels(StringInfo out, const char *marks, ArrayType *array, const char *separator, const char *what)
{
	Datum	   *labels;
	bool	   *nulls;
	int			count;

	if (ARR_NDIM(array) > 1)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("%ss must be an array of one dimension", what)));
	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &labels, &nulls, &count);
	for (int i = 0; i < count; i++)
	{
		text	   *label;

		if (nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("%s %d is NULL", what, i + 1)));
		label = DatumGetTextPP(labels[i]);
		if (VARSIZE_ANY_EXHDR(label) == 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("%s %d is empty", what, i + 1)));
		if (i > 0)
			appendStringInfoString(out, separator);
		append_label(out, marks, VARDATA_ANY(label), VARSIZE_ANY_EXHDR(label));
	}
}

void
append_span(StringInfo out, int64 span)
{
	static const struct
	{
		const char *name;
		int64		microseconds;
	}			units[] = {
		{"day", USECS_PER_DAY}, {"hour", USECS_PER_HOUR}, {"minute", USECS_PER_MINUTE}, {"second", USECS_PER_SEC}, {"microsecond", 1}
	};

	for (int i = 0; i < (int) lengthof(units); i++)
	{
		int64		number = span / units[i].microseconds;

		if (number > 0)
			appendStringInfo(out, " " INT64_FORMAT " %s%s", number, units[i].name, number == 1 ? "" : "s");
		span %= units[i].microseconds;
	}
}

/* ---- the stored form ---- */

Datum
definition_make(const char *source, int length, const char *canonical, int canonical_length)
{
	Size		size = VARHDRSZ + IMAGE_SOURCE + (Size) length + canonical_length;
	char	   *made = palloc0(size);
	char	   *image = made + VARHDRSZ;
	int32		stored = length;

	SET_VARSIZE(made, size);
	image[0] = IMAGE_VERSION;
	memcpy(image + sizeof(int32), &stored, sizeof(int32));
	memcpy(image + IMAGE_SOURCE, source, length);
	memcpy(image + IMAGE_SOURCE + length, canonical, canonical_length);
	return PointerGetDatum(made);
}

const char *
image_source(const char *image, int *length)
{
	int32		stored;

	if (image[0] != IMAGE_VERSION)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_CORRUPTED),
				 errmsg("a definition of unknown version %d", image[0])));
	memcpy(&stored, image + sizeof(int32), sizeof(int32));
	*length = stored;
	return image + IMAGE_SOURCE;
}

#define LABEL_HEADER	(1 + (int) sizeof(int32))

bool
canonical_label_next(CanonicalLabels *labels)
{
	if (labels->at == labels->end)
		return false;
	labels->kind = *labels->at;
	memcpy(&labels->length, labels->at + 1, sizeof(int32));
	labels->text = labels->at + LABEL_HEADER;
	labels->at = labels->text + labels->length;
	return true;
}

void
canonical_label_append(StringInfo canonical, int kind, const StringInfoData *label)
{
	int32		length = label->len;

	appendStringInfoChar(canonical, (char) kind);
	appendBinaryStringInfo(canonical, (char *) &length, sizeof(int32));
	appendBinaryStringInfo(canonical, label->data, length);
}

const char *
image_canonical(const char *image, int image_length, int *length)
{
	int			source_length;
	const char *source = image_source(image, &source_length);

	*length = image_length - IMAGE_SOURCE - source_length;
	return source + source_length;
}

/* A definition in another form, or written otherwise: does it mean the same? */
bool
image_is_same_slowly(const Image *image, Datum definition)
{
	struct varlena *given = (struct varlena *) DatumGetPointer(definition);
	struct varlena *plain = pg_detoast_datum_packed(given);
	Image		other = {VARSIZE_ANY_EXHDR(plain), VARDATA_ANY(plain)};
	bool		same = image_same(image, &other);

	if (plain != given)
		pfree(plain);
	return same;
}

bool
image_same(const Image *a, const Image *b)
{
	int			length_a,
				length_b;
	const char *canonical_a = image_canonical(a->bytes, a->length, &length_a);
	const char *canonical_b = image_canonical(b->bytes, b->length, &length_b);

	return length_a == length_b && memcmp(canonical_a, canonical_b, length_a) == 0;
}

void
definition_refuse_change(const char *name)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("%s changes within a group", name),
			 errhint("Group by the definition, too, or by what it depends on.")));
}

/*
 * What is shared is good for the context it lies in, which says when it goes. A
 * query may have a few such aggregates.
 */
#define SHARED_DEFINITIONS	4

typedef struct SharedDefinition
{
	MemoryContext context;
	DefinitionPrepare prepare;
	Image	   *made;			/* NULL: none */
}			SharedDefinition;

static SharedDefinition shared_definitions[SHARED_DEFINITIONS];
static int	next_shared;

/* A reset callback: this one's memory goes. */
static void
forget_definition(void *made)
{
	for (int i = 0; i < SHARED_DEFINITIONS; i++)
		if (shared_definitions[i].made == made)
			shared_definitions[i].made = NULL;
}

void *
definition_shared(MemoryContext context, Datum definition, DefinitionPrepare prepare)
{
	MemoryContextCallback *callback;
	SharedDefinition *shared;
	Image	   *made;

	for (int i = 0; i < SHARED_DEFINITIONS; i++)
	{
		shared = &shared_definitions[i];
		if (shared->made != NULL && shared->context == context && shared->prepare == prepare &&
			image_is_same(shared->made, definition))
			return shared->made;
	}

	made = prepare(context, definition);
	callback = MemoryContextAlloc(context, sizeof(MemoryContextCallback));
	callback->func = forget_definition;
	callback->arg = made;
	MemoryContextRegisterResetCallback(context, callback);
	shared = &shared_definitions[next_shared];
	shared->context = context;
	shared->prepare = prepare;
	shared->made = made;
	next_shared = (next_shared + 1) % SHARED_DEFINITIONS;
	return made;
}

/* ---- the type's functions ---- */

Datum
definition_in(FunctionCallInfo fcinfo, DefinitionParse parse)
{
	const char *source = PG_GETARG_CSTRING(0);

	return parse(source, strlen(source));
}

Datum
definition_out(FunctionCallInfo fcinfo)
{
	int			length;
	const char *source = image_source(VARDATA_ANY(PG_GETARG_VARLENA_PP(0)), &length);

	PG_RETURN_CSTRING(pnstrdup(source, length));
}

Datum
definition_recv(FunctionCallInfo fcinfo, DefinitionParse parse)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	int			length;
	char	   *source = pq_getmsgtext(message, message->len - message->cursor, &length);

	return parse(source, length);
}

Datum
definition_send(FunctionCallInfo fcinfo)
{
	StringInfoData message;
	int			length;
	const char *source = image_source(VARDATA_ANY(PG_GETARG_VARLENA_PP(0)), &length);

	pq_begintypsend(&message);
	pq_sendtext(&message, source, length);
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

const char *
argument_canonical(FunctionCallInfo fcinfo, int number, int *length)
{
	struct varlena *definition = PG_GETARG_VARLENA_PP(number);

	return image_canonical(VARDATA_ANY(definition), VARSIZE_ANY_EXHDR(definition), length);
}

/* -1, 0 or 1 */
int
definition_cmp(FunctionCallInfo fcinfo)
{
	int			length_a;
	int			length_b;
	const char *a = argument_canonical(fcinfo, 0, &length_a);
	const char *b = argument_canonical(fcinfo, 1, &length_b);
	int			order = memcmp(a, b, Min(length_a, length_b));

	if (order == 0)
		order = length_a - length_b;
	return order < 0 ? -1 : order > 0;
}

Datum
definition_hash(FunctionCallInfo fcinfo)
{
	int			length;
	const char *canonical = argument_canonical(fcinfo, 0, &length);

	return hash_any((const unsigned char *) canonical, length);
}

Datum
definition_hash_extended(FunctionCallInfo fcinfo)
{
	int			length;
	const char *canonical = argument_canonical(fcinfo, 0, &length);

	return hash_any_extended((const unsigned char *) canonical, length, PG_GETARG_INT64(1));
}
