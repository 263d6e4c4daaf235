/*
 * definition.h
 *		What the types that define something in words share: funnel, journey,
 *		business_calendar.
 *
 * A stored definition is what was written and, behind it, what it means: the
 * canonical bytes, which are equal where the meaning is. Equality, order and
 * hash look at these alone; it prints as it was given; what comes over the wire
 * is the text.
 *
 * A definition is words and marks. Labels (of stages, of events) are any text,
 * in quotes where they hold one of the marks or begin or end with a blank.
 */
#ifndef FUNNEL_DEFINITION_H
#define FUNNEL_DEFINITION_H

#include "base/compat.h"

#include "lib/stringinfo.h"
#include "utils/array.h"

/*
 * Reading one
 */

typedef struct Lexer
{
	const char *what;			/* for messages: "funnel definition" */
	const char *marks;			/* characters that only a label in quotes can hold */
	const char *arrow_hint;		/* what to write in place of an arrow; to be set after lexer_begin where labels stand in an order */
	const char *start;
	const char *at;
	const char *end;
	StringInfoData label;		/* the last one read */
}			Lexer;

extern void lexer_begin(Lexer *lexer, const char *what, const char *marks, const char *source, int length);
extern void lexer_skip_blanks(Lexer *lexer);

/* Is this the next character that isn't blank? If so, passes over it. */
extern bool lexer_accept(Lexer *lexer, char c);

/*
 * Reads a label. An empty one is an error: "empty" says what is. Answers where it
 * begins; whether it stands in quotes can be seen there.
 */
extern const char *lexer_label(Lexer *lexer, const char *empty, const char *hint);

/* Reads a word of letters, digits and _, which may be empty: its length; at *word. */
extern int	lexer_word(Lexer *lexer, const char **word);

/* Is a word this one? Letter case is of no matter. */
extern bool lexer_word_is(const char *word, int length, const char *name);

/* Spans are less than the times there are (path/store.h), so that sums of both never overflow. */
#define LONGEST_SPAN	((INT64CONST(1) << 57) - 1)

/* Reads a whole number, up to LONGEST_SPAN; false, and passes over nothing, where there is none. */
extern bool lexer_number(Lexer *lexer, int64 *number);

/* Reads a length of time in microseconds: <number> <unit> ..., more than 0. */
extern int64 lexer_span(Lexer *lexer);

/*
 * Reads the name of a clause and the ":" behind it: its number in "names", of
 * which each may come once. Where it stands goes to "seen", at that number.
 */
extern int	lexer_clause(Lexer *lexer, const char *const *names, int count, const char **seen, const char *hint);

/* Error at a place: what is wrong there; the hint may be NULL. */
pg_noreturn extern void lexer_refuse(const Lexer *lexer, const char *at, const char *what, const char *hint);
pg_noreturn extern void lexer_refuse_as(const Lexer *lexer, int sqlerrcode, const char *at, const char *what, const char *hint);

/*
 * Writing one
 */

extern void append_label(StringInfo out, const char *marks, const char *label, int length);

/* The labels of an array, with a separator; "what" one is, for messages. */
extern void append_labels(StringInfo out, const char *marks, ArrayType *array, const char *separator, const char *what);

/* A span as lexer_span reads it, with a blank before */
extern void append_span(StringInfo out, int64 span);

/*
 * The stored form. Behind the varlena header: the version, three bytes of zero,
 * the length of the text (int32), the text, the canonical bytes.
 */

extern Datum definition_make(const char *source, int length, const char *canonical, int canonical_length);

/*
 * Labels in canonical bytes: each a byte that says what it is, which is the
 * type's business, its length (int32) and its text.
 */
typedef struct CanonicalLabels
{
	const char *at;				/* the next one */
	const char *end;
	int			kind;			/* of the one just seen */
	const char *text;
	int32		length;
}			CanonicalLabels;

extern bool canonical_label_next(CanonicalLabels *labels);
extern void canonical_label_append(StringInfo canonical, int kind, const StringInfoData *label);

/* The parts of an image (the stored form without its varlena header); "what" is for the message where it is of no known version. */
extern const char *image_source(const char *image, int *length);
extern const char *image_canonical(const char *image, int image_length, int *length);

/* An image that is kept */
typedef struct Image
{
	int32		length;
	char	   *bytes;
}			Image;

extern bool image_is_same_slowly(const Image *image, Datum definition);

/* Does the definition, in any varlena form, mean the same as the image? To ask for every row after the first. */
static inline bool
image_is_same(const Image *image, Datum definition)
{
	struct varlena *given = (struct varlena *) DatumGetPointer(definition);

	if (likely((!VARATT_IS_EXTENDED(given) || VARATT_IS_SHORT(given)) &&
			   VARSIZE_ANY_EXHDR(given) == (Size) image->length &&
			   memcmp(VARDATA_ANY(given), image->bytes, image->length) == 0))
		return true;
	return image_is_same_slowly(image, definition);
}

extern bool image_same(const Image *a, const Image *b);

/* Error: it changes within a group. "name" it as "the funnel definition". */
pg_noreturn extern void definition_refuse_change(const char *name);

/*
 * Groups of one aggregate share what is made of their definition: a hundred
 * thousand of them would each have a piece of memory that is cold when its next
 * row comes. "prepare" makes it in the context; it begins with an Image.
 */
typedef void *(*DefinitionPrepare) (MemoryContext context, Datum definition);

extern void *definition_shared(MemoryContext context, Datum definition, DefinitionPrepare prepare);

/*
 * The type's functions. DEFINITION_TYPE_FUNCTIONS defines those of a type:
 * name_in, name_out, name_recv, name_send, name_cmp, name_eq ..., name_hash,
 * name_hash_extended. "parse" makes a Datum of a text.
 */

typedef Datum (*DefinitionParse) (const char *source, int length);

extern Datum definition_in(FunctionCallInfo fcinfo, DefinitionParse parse);
extern Datum definition_out(FunctionCallInfo fcinfo);
extern Datum definition_recv(FunctionCallInfo fcinfo, DefinitionParse parse);
extern Datum definition_send(FunctionCallInfo fcinfo);
extern int	definition_cmp(FunctionCallInfo fcinfo);
extern Datum definition_hash(FunctionCallInfo fcinfo);
extern Datum definition_hash_extended(FunctionCallInfo fcinfo);

/* The canonical bytes of an argument */
extern const char *argument_canonical(FunctionCallInfo fcinfo, int number, int *length);

#define DEFINITION_FUNCTION(function, result) \
	PG_FUNCTION_INFO_V1(function); \
	Datum \
	function(PG_FUNCTION_ARGS) \
	{ \
		return (result); \
	}

#define DEFINITION_TYPE_FUNCTIONS(name, parse) \
	DEFINITION_FUNCTION(name##_in, definition_in(fcinfo, parse)) \
	DEFINITION_FUNCTION(name##_out, definition_out(fcinfo)) \
	DEFINITION_FUNCTION(name##_recv, definition_recv(fcinfo, parse)) \
	DEFINITION_FUNCTION(name##_send, definition_send(fcinfo)) \
	DEFINITION_FUNCTION(name##_cmp, Int32GetDatum(definition_cmp(fcinfo))) \
	DEFINITION_FUNCTION(name##_eq, BoolGetDatum(definition_cmp(fcinfo) == 0)) \
	DEFINITION_FUNCTION(name##_ne, BoolGetDatum(definition_cmp(fcinfo) != 0)) \
	DEFINITION_FUNCTION(name##_lt, BoolGetDatum(definition_cmp(fcinfo) < 0)) \
	DEFINITION_FUNCTION(name##_le, BoolGetDatum(definition_cmp(fcinfo) <= 0)) \
	DEFINITION_FUNCTION(name##_gt, BoolGetDatum(definition_cmp(fcinfo) > 0)) \
	DEFINITION_FUNCTION(name##_ge, BoolGetDatum(definition_cmp(fcinfo) >= 0)) \
	DEFINITION_FUNCTION(name##_hash, definition_hash(fcinfo)) \
	DEFINITION_FUNCTION(name##_hash_extended, definition_hash_extended(fcinfo))

#endif							/* FUNNEL_DEFINITION_H */
