/*
 * funnel.c
 *		The type funnel: a funnel's definition.
 */
#include "base/compat.h"

#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "lib/stringinfo.h"
#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "path/funnel.h"
#include "path/key.h"
#include "utils/array.h"
#include "utils/builtins.h"

/*
 * What is stored, behind the varlena header: the version, three bytes of zero,
 * the length of the text (int32), the text as it was given, the canonical
 * bytes. These are the labels in order, each a byte of LabelKind, its length
 * (int32) and its text.
 *
 * Only funnel_parse makes it: what comes over the wire is the text.
 */
#define FUNNEL_VERSION		1
#define IMAGE_SOURCE		8	/* where the text begins */

typedef enum LabelKind
{
	LABEL_STAGE = 1,
	LABEL_LOST = 2,
	LABEL_SYNONYM = 3			/* of the label before it */
}			LabelKind;

#define LABEL_HEADER		(1 + (int) sizeof(int32))

/* A slot's number is a uint16. */
#define MOST_LABELS			10000

/* Characters of the definition that a message shows */
#define SHOWN_CHARACTERS	30

/* Goes through the labels of canonical bytes. */
typedef struct LabelScan
{
	const char *at;
	const char *end;
	LabelKind	kind;
	const char *text;
	int32		length;
	int			stages;			/* seen so far */
	int			lost;
}			LabelScan;

static void
scan_begin(LabelScan *scan, const char *canonical, int length)
{
	memset(scan, 0, sizeof(LabelScan));
	scan->at = canonical;
	scan->end = canonical + length;
}

static bool
scan_next(LabelScan *scan)
{
	if (scan->at == scan->end)
		return false;
	scan->kind = (LabelKind) *scan->at;
	memcpy(&scan->length, scan->at + 1, sizeof(int32));
	scan->text = scan->at + LABEL_HEADER;
	scan->at = scan->text + scan->length;
	scan->stages += scan->kind == LABEL_STAGE;
	scan->lost += scan->kind == LABEL_LOST;
	return true;
}

/* The code of the label just seen */
#define scan_code(scan) ((scan)->stages + (scan)->lost - 1)

/* The parts of an image */
static const char *
image_source(const char *image, int *length)
{
	int32		stored;

	if (image[0] != FUNNEL_VERSION)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_CORRUPTED),
				 errmsg("funnel definition of unknown version %d", image[0])));
	memcpy(&stored, image + sizeof(int32), sizeof(int32));
	*length = stored;
	return image + IMAGE_SOURCE;
}

static const char *
image_canonical(const char *image, int image_length, int *length)
{
	int			source_length;
	const char *source = image_source(image, &source_length);

	*length = image_length - IMAGE_SOURCE - source_length;
	return source + source_length;
}

/* ---- parsing ---- */

typedef struct Parser
{
	const char *start;
	const char *at;
	const char *end;
	StringInfoData canonical;
	StringInfoData label;		/* the one being read */
	int		   *places;			/* of each label, bytes from the start */
	int			labels;
	int			most_labels;	/* room in places */
	int			codes;
}			Parser;

/* The number of a character of the definition, from 1 */
static int
character_number(const Parser *parser, const char *at)
{
	return pg_mbstrlen_with_len(parser->start, at - parser->start) + 1;
}

/* Some of the definition from here on, for a message */
static char *
shown(const Parser *parser, const char *at)
{
	int			length = pg_mbcharcliplen(at, parser->end - at, SHOWN_CHARACTERS);
	char	   *text = pnstrdup(at, length);

	return at + length < parser->end ? psprintf("%s...", text) : text;
}

pg_noreturn static void
refuse(const Parser *parser, const char *at, const char *what, const char *hint)
{
	if (at >= parser->end)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("invalid funnel definition: %s", what),
				 errdetail("At its end, character %d.", character_number(parser, at)),
				 hint ? errhint("%s", hint) : 0));
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
			 errmsg("invalid funnel definition: %s", what),
			 errdetail("At character %d: %s", character_number(parser, at), shown(parser, at)),
			 hint ? errhint("%s", hint) : 0));
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f';
}

/* Those that only a quoted label can hold */
static bool
is_special(char c)
{
	return c == '>' || c == ';' || c == ',' || c == ':' || c == '|' || c == '"';
}

static void
skip_blanks(Parser *parser)
{
	while (parser->at < parser->end && is_blank(*parser->at))
		parser->at++;
}

/* Is this the next character that isn't blank? If so, passes over it. */
static bool
accept_character(Parser *parser, char c)
{
	skip_blanks(parser);
	if (parser->at == parser->end || *parser->at != c)
		return false;
	parser->at++;
	return true;
}

/* Reads what stands in quotes; at is behind the opening one. */
static void
read_quoted(Parser *parser, const char *opening)
{
	for (;;)
	{
		if (parser->at == parser->end)
			refuse(parser, opening, "a quoted label has no end", "A quote within quotes is written twice.");
		if (*parser->at == '"')
		{
			if (parser->at + 1 == parser->end || parser->at[1] != '"')
				break;
			parser->at++;
		}
		appendStringInfoCharMacro(&parser->label, *parser->at);
		parser->at++;
	}
	parser->at++;
	skip_blanks(parser);
	if (parser->at < parser->end && (!is_special(*parser->at) || *parser->at == '"'))
		refuse(parser, parser->at, "something follows a quoted label",
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

/* Reads a label without quotes, up to the next special character, less the blanks around. */
static void
read_bare(Parser *parser)
{
	const char *begin = parser->at;
	const char *end;
	const char *arrow;

	while (parser->at < parser->end && !is_special(*parser->at))
		parser->at++;
	if (parser->at < parser->end && *parser->at == '"')
		refuse(parser, parser->at, "a quote in the middle of a label",
			   "Put the whole label in quotes; a quote within quotes is written twice.");
	arrow = find_arrow(begin, parser->at, parser->at < parser->end && *parser->at == '>');
	if (arrow != NULL)
		refuse(parser, arrow, "an arrow in a label",
			   "Stages stand between \">\", in their order: Lead > Qualified > Won. Put a label that holds an arrow or \"<\" in quotes.");
	for (end = parser->at; end > begin && is_blank(end[-1]); end--)
		 /* trim */ ;
	appendBinaryStringInfo(&parser->label, begin, end - begin);
}

static void
read_label(Parser *parser, LabelKind kind)
{
	const char *begin;
	int32		length;

	skip_blanks(parser);
	begin = parser->at;
	resetStringInfo(&parser->label);
	if (accept_character(parser, '"'))
		read_quoted(parser, begin);
	else
		read_bare(parser);
	if (parser->label.len == 0)
		refuse(parser, begin, kind == LABEL_STAGE ? "empty stage" : kind == LABEL_LOST ? "empty lost label" : "empty synonym",
			   parser->canonical.len == 0 ? "Write it like this: Lead > Qualified > Won; lost: Lost, Disqualified" : NULL);

	if (kind != LABEL_SYNONYM && ++parser->codes > FUNNEL_CODES)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("invalid funnel definition: more than %d stages and lost labels", FUNNEL_CODES),
				 errdetail("At character %d: %s", character_number(parser, begin), shown(parser, begin)),
				 errhint("Labels that mean the same can be synonyms, which are not counted: Won | Closed Won")));
	if (parser->labels == MOST_LABELS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("invalid funnel definition: more than %d labels and synonyms", MOST_LABELS),
				 errdetail("At character %d: %s", character_number(parser, begin), shown(parser, begin))));
	if (parser->labels == parser->most_labels)
	{
		parser->most_labels *= 2;
		parser->places = (int *) repalloc(parser->places, parser->most_labels * sizeof(int));
	}
	parser->places[parser->labels++] = begin - parser->start;

	length = parser->label.len;
	appendStringInfoChar(&parser->canonical, (char) kind);
	appendBinaryStringInfo(&parser->canonical, (char *) &length, sizeof(int32));
	appendBinaryStringInfo(&parser->canonical, parser->label.data, length);
}

/* Reads labels with their synonyms, between separators. */
static void
read_labels(Parser *parser, LabelKind kind, char separator)
{
	do
	{
		read_label(parser, kind);
		while (accept_character(parser, '|'))
			read_label(parser, LABEL_SYNONYM);
	} while (accept_character(parser, separator));
}

/* Reads what stands behind the stages: "; lost: ...", or nothing. */
static void
read_lost(Parser *parser)
{
	const char *begin;

	if (!accept_character(parser, ';'))
		return;
	skip_blanks(parser);
	begin = parser->at;
	if (parser->end - begin < 4 || pg_strncasecmp(begin, "lost", 4) != 0)
		refuse(parser, begin, "unknown part", "Behind the stages, only lost labels can follow: \"; lost: Lost, Disqualified\".");
	parser->at += 4;
	if (!accept_character(parser, ':'))
		refuse(parser, begin, "unknown part", "Behind the stages, only lost labels can follow: \"; lost: Lost, Disqualified\".");
	read_labels(parser, LABEL_LOST, ',');
}

/* Slots in a row that may be full in a table by the labels' ends: so many are looked at for a row, at most. */
#define MOST_CROWDED	16

/* What fill_slots answers, but for the number of a label that is there twice */
#define ALL_DIFFER		(-1)
#define TOO_CROWDED		(-2)

/* Do no more slots in a row than may be hold labels? */
static bool
is_roomy(const uint16 *slots, uint32 mask)
{
	int			full = 0;

	for (uint32 i = 0; i <= mask + MOST_CROWDED; i++)
	{
		full = slots[i & mask] != 0 ? full + 1 : 0;
		if (full > MOST_CROWDED)
			return false;
	}
	return true;
}

/* Puts labels into a table of slots. Keyed: by their keys, which are where their ends are else. */
static int
fill_slots(uint16 *slots, int shift, const FunnelLabel *labels, int count, bool is_keyed)
{
	uint32		mask = ((uint32) 1 << (64 - shift)) - 1;

	for (int i = 0; i < count; i++)
	{
		const FunnelLabel *label = &labels[i];
		uint32		first = is_keyed ? (uint32) (label->head >> shift) : funnel_slot(label->head, label->tail, label->length, shift);
		uint32		slot = first;

		for (; slots[slot] != 0; slot = (slot + 1) & mask)
		{
			const FunnelLabel *other = &labels[slots[slot] - 1];

			if (other->head == label->head && other->tail == label->tail && other->length == label->length &&
				memcmp(other->text, label->text, label->length) == 0)
				return i;
			if (!is_keyed && ((slot - first) & mask) == MOST_CROWDED)
				return TOO_CROWDED;
			CHECK_FOR_INTERRUPTS();
		}
		slots[slot] = i + 1;
	}
	return is_keyed || count <= MOST_CROWDED || is_roomy(slots, mask) ? ALL_DIFFER : TOO_CROWDED;
}

/*
 * Makes the table of labels: by their ends, which is fast, or by their keys
 * where the ends of many are the same or, chosen for that, share a slot.
 */
static int
make_slots(uint16 *slots, int shift, FunnelLabel *labels, int count, bool *is_keyed)
{
	int			result = fill_slots(slots, shift, labels, count, false);

	*is_keyed = result == TOO_CROWDED;
	if (!*is_keyed)
		return result;
	path_secret_need();
	for (int i = 0; i < count; i++)
	{
		PathKey		key = path_key_from_bytes(labels[i].text, labels[i].length);

		labels[i].head = key.word[0];
		labels[i].tail = key.word[1];
	}
	memset(slots, 0, sizeof(uint16) << (64 - shift));
	return fill_slots(slots, shift, labels, count, true);
}

int
funnel_code_keyed(const FunnelLookup *lookup, const char *label, int length)
{
	uint32		mask = ((uint32) 1 << (64 - lookup->shift)) - 1;
	PathKey		key = path_key_from_bytes(label, length);

	for (uint32 slot = (uint32) (key.word[0] >> lookup->shift); lookup->slot[slot] != 0; slot = (slot + 1) & mask)
	{
		const FunnelLabel *entry = &lookup->label[lookup->slot[slot] - 1];

		if (entry->head == key.word[0] && entry->tail == key.word[1] && entry->length == length &&
			memcmp(entry->text, label, length) == 0)
			return entry->code;
		CHECK_FOR_INTERRUPTS();
	}
	return -1;
}

/* For so many labels, at least four slots each: then most look-ups hit at once. */
static int
slot_shift(int labels)
{
	int			bits = 4;

	while (1 << bits < 4 * labels)
		bits++;
	return 64 - bits;
}

/* Makes the list of labels from canonical bytes. */
static void
list_labels(FunnelLabel *labels, const char *canonical, int length)
{
	LabelScan	scan;

	scan_begin(&scan, canonical, length);
	for (int i = 0; scan_next(&scan); i++)
	{
		funnel_ends(scan.text, scan.length, &labels[i].head, &labels[i].tail);
		labels[i].text = scan.text;
		labels[i].length = scan.length;
		labels[i].code = scan_code(&scan);
	}
}

static void
refuse_repeated(const Parser *parser)
{
	FunnelLabel *labels = (FunnelLabel *) palloc(parser->labels * sizeof(FunnelLabel));
	int			shift = slot_shift(parser->labels);
	uint16	   *slots = (uint16 *) palloc0(sizeof(uint16) << (64 - shift));
	bool		is_keyed;
	int			repeated;

	list_labels(labels, parser->canonical.data, parser->canonical.len);
	repeated = make_slots(slots, shift, labels, parser->labels, &is_keyed);
	if (repeated >= 0)
		refuse(parser, parser->start + parser->places[repeated], "a label is there twice",
			   "Each label has one place, be it a stage, a lost label or a synonym.");
	pfree(labels);
	pfree(slots);
}

Datum
funnel_parse(const char *source, int length)
{
	Parser		parser;
	StringInfoData image;
	int32		stored = length;

	parser.start = parser.at = source;
	parser.end = source + length;
	parser.labels = parser.codes = 0;
	parser.most_labels = 16;
	parser.places = (int *) palloc(parser.most_labels * sizeof(int));
	initStringInfo(&parser.canonical);
	initStringInfo(&parser.label);

	skip_blanks(&parser);
	if (parser.at < parser.end && *parser.at == '{')
		refuse(&parser, parser.at, "it begins with \"{\"",
			   "Give an array as funnel(stages, lost); put a label that begins like this in quotes.");
	read_labels(&parser, LABEL_STAGE, '>');
	read_lost(&parser);
	skip_blanks(&parser);
	if (parser.at < parser.end)
		refuse(&parser, parser.at, "a separator that has no place here",
			   "Stages stand between \">\", lost labels between \",\", synonyms between \"|\". "
			   "Put a label that holds one of > ; , : | in quotes.");
	refuse_repeated(&parser);

	initStringInfo(&image);
	appendStringInfoSpaces(&image, VARHDRSZ);
	appendBinaryStringInfo(&image, "\1\0\0\0", sizeof(int32));
	appendBinaryStringInfo(&image, (char *) &stored, sizeof(int32));
	appendBinaryStringInfo(&image, source, length);
	appendBinaryStringInfo(&image, parser.canonical.data, parser.canonical.len);
	SET_VARSIZE(image.data, image.len);
	pfree(parser.places);
	pfree(parser.canonical.data);
	pfree(parser.label.data);
	return PointerGetDatum(image.data);
}

/* ---- looking up labels ---- */

const char	funnel_nothing[4] = {0};

FunnelLookup *
funnel_lookup_create(MemoryContext context, Datum definition)
{
	struct varlena *given = (struct varlena *) DatumGetPointer(definition);
	struct varlena *plain = pg_detoast_datum_packed(given);
	int			image_length = VARSIZE_ANY_EXHDR(plain);
	int			length;
	const char *canonical = image_canonical(VARDATA_ANY(plain), image_length, &length);
	LabelScan	scan;
	int			labels = 0;
	int			shift;
	FunnelLookup *lookup;
	char	   *at;

	scan_begin(&scan, canonical, length);
	while (scan_next(&scan))
		labels++;
	shift = slot_shift(labels);

	at = (char *) MemoryContextAllocZero(context,
										 MAXALIGN(sizeof(FunnelLookup)) + labels * sizeof(FunnelLabel) +
										 (sizeof(uint16) << (64 - shift)) + image_length);
	lookup = (FunnelLookup *) at;
	at += MAXALIGN(sizeof(FunnelLookup));
	lookup->label = (FunnelLabel *) at;
	at += labels * sizeof(FunnelLabel);
	lookup->slot = (uint16 *) at;
	at += sizeof(uint16) << (64 - shift);
	lookup->image = at;
	memcpy(lookup->image, VARDATA_ANY(plain), image_length);
	lookup->image_length = image_length;
	lookup->stages = scan.stages;
	lookup->lost = scan.lost;
	lookup->labels = labels;
	lookup->shift = shift;
	list_labels(lookup->label, image_canonical(lookup->image, image_length, &length), length);
	for (int i = labels - 1; i >= 0; i--)
		lookup->name[lookup->label[i].code] = i;
	make_slots(lookup->slot, shift, lookup->label, labels, &lookup->is_keyed);
	if (plain != given)
		pfree(plain);
	return lookup;
}

const char *
funnel_source(const FunnelLookup *lookup, int *length)
{
	return image_source(lookup->image, length);
}

const char *
funnel_canonical(const FunnelLookup *lookup, int *length)
{
	return image_canonical(lookup->image, lookup->image_length, length);
}

/* A definition in another form, or written otherwise: does it mean the same? */
bool
funnel_is_same_slowly(const FunnelLookup *lookup, Datum definition)
{
	struct varlena *given = (struct varlena *) DatumGetPointer(definition);
	struct varlena *plain = pg_detoast_datum_packed(given);
	int			length;
	int			given_length;
	const char *canonical = funnel_canonical(lookup, &length);
	const char *given_canonical = image_canonical(VARDATA_ANY(plain), VARSIZE_ANY_EXHDR(plain), &given_length);
	bool		same = length == given_length && memcmp(canonical, given_canonical, length) == 0;

	if (plain != given)
		pfree(plain);
	return same;
}

void
funnel_refuse_change(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("the funnel definition changes within a group"),
			 errhint("Group by the definition, too, or by what it depends on.")));
}

/* ---- the type's functions ---- */

PG_FUNCTION_INFO_V1(funnel_in);
Datum
funnel_in(PG_FUNCTION_ARGS)
{
	const char *source = PG_GETARG_CSTRING(0);

	return funnel_parse(source, strlen(source));
}

PG_FUNCTION_INFO_V1(funnel_out);
Datum
funnel_out(PG_FUNCTION_ARGS)
{
	int			length;
	const char *source = image_source(VARDATA_ANY(PG_GETARG_VARLENA_PP(0)), &length);

	PG_RETURN_CSTRING(pnstrdup(source, length));
}

PG_FUNCTION_INFO_V1(funnel_recv);
Datum
funnel_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	int			length;
	char	   *source = pq_getmsgtext(message, message->len - message->cursor, &length);

	return funnel_parse(source, length);
}

PG_FUNCTION_INFO_V1(funnel_send);
Datum
funnel_send(PG_FUNCTION_ARGS)
{
	StringInfoData message;
	int			length;
	const char *source = image_source(VARDATA_ANY(PG_GETARG_VARLENA_PP(0)), &length);

	pq_begintypsend(&message);
	pq_sendtext(&message, source, length);
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

/* A label as the text form has it */
static void
append_label(StringInfo out, const char *label, int length)
{
	bool		quoted = is_blank(label[0]) || is_blank(label[length - 1]) || label[0] == '{' ||
		find_arrow(label, label + length, true) != NULL;

	for (int i = 0; i < length && !quoted; i++)
		quoted = is_special(label[i]);
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

/* The labels of an array, with a separator; "what" is for messages. */
static void
append_array(StringInfo out, ArrayType *array, const char *separator, const char *what)
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
		append_label(out, VARDATA_ANY(label), VARSIZE_ANY_EXHDR(label));
	}
}

/* funnel(stages text[], lost text[]): the labels are taken as they are, and have no synonyms. */
PG_FUNCTION_INFO_V1(funnel_from_arrays);
Datum
funnel_from_arrays(PG_FUNCTION_ARGS)
{
	ArrayType  *stages = PG_GETARG_ARRAYTYPE_P(0);
	ArrayType  *lost = PG_GETARG_ARRAYTYPE_P(1);
	StringInfoData source;

	if (ArrayGetNItems(ARR_NDIM(stages), ARR_DIMS(stages)) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a funnel needs at least one stage")));
	initStringInfo(&source);
	append_array(&source, stages, " > ", "stage");
	if (ArrayGetNItems(ARR_NDIM(lost), ARR_DIMS(lost)) > 0)
	{
		appendStringInfoString(&source, "; lost: ");
		append_array(&source, lost, ", ", "lost label");
	}
	return funnel_parse(source.data, source.len);
}

/* The canonical bytes of an argument */
static const char *
argument_canonical(FunctionCallInfo fcinfo, int number, int *length)
{
	struct varlena *definition = PG_GETARG_VARLENA_PP(number);

	return image_canonical(VARDATA_ANY(definition), VARSIZE_ANY_EXHDR(definition), length);
}

/* stages(funnel): the names shown, in order */
PG_FUNCTION_INFO_V1(funnel_stages);
Datum
funnel_stages(PG_FUNCTION_ARGS)
{
	int			length;
	const char *canonical = argument_canonical(fcinfo, 0, &length);
	Datum		stages[FUNNEL_CODES];
	LabelScan	scan;

	scan_begin(&scan, canonical, length);
	while (scan_next(&scan))
	{
		if (scan.kind == LABEL_STAGE)
			stages[scan.stages - 1] = PointerGetDatum(cstring_to_text_with_len(scan.text, scan.length));
	}
	PG_RETURN_ARRAYTYPE_P(construct_array(stages, scan.stages, TEXTOID, -1, false, TYPALIGN_INT));
}

/* stage_step(stage, definition): 1 and up, 0 for a lost label, NULL for an unknown one */
PG_FUNCTION_INFO_V1(funnel_stage_step);
Datum
funnel_stage_step(PG_FUNCTION_ARGS)
{
	text	   *stage = PG_GETARG_TEXT_PP(0);
	int			length;
	const char *canonical = argument_canonical(fcinfo, 1, &length);
	LabelScan	scan;

	scan_begin(&scan, canonical, length);
	while (scan_next(&scan))
	{
		if (scan.length == (int32) VARSIZE_ANY_EXHDR(stage) &&
			memcmp(scan.text, VARDATA_ANY(stage), scan.length) == 0)
			PG_RETURN_INT32(scan.lost > 0 ? 0 : scan.stages);
	}
	PG_RETURN_NULL();
}

static int
compare_arguments(FunctionCallInfo fcinfo)
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

PG_FUNCTION_INFO_V1(funnel_cmp);
Datum
funnel_cmp(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(compare_arguments(fcinfo));
}

#define COMPARISON(name, operator) \
	PG_FUNCTION_INFO_V1(name); \
	Datum \
	name(PG_FUNCTION_ARGS) \
	{ \
		PG_RETURN_BOOL(compare_arguments(fcinfo) operator 0); \
	}

COMPARISON(funnel_eq, ==)
COMPARISON(funnel_ne, !=)
COMPARISON(funnel_lt, <)
COMPARISON(funnel_le, <=)
COMPARISON(funnel_gt, >)
COMPARISON(funnel_ge, >=)

PG_FUNCTION_INFO_V1(funnel_hash);
Datum
funnel_hash(PG_FUNCTION_ARGS)
{
	int			length;
	const char *canonical = argument_canonical(fcinfo, 0, &length);

	return hash_any((const unsigned char *) canonical, length);
}

PG_FUNCTION_INFO_V1(funnel_hash_extended);
Datum
funnel_hash_extended(PG_FUNCTION_ARGS)
{
	int			length;
	const char *canonical = argument_canonical(fcinfo, 0, &length);

	return hash_any_extended((const unsigned char *) canonical, length, PG_GETARG_INT64(1));
}

bool
funnel_same(const FunnelLookup *a, const FunnelLookup *b)
{
	int			length_a,
				length_b;
	const char *canonical_a = funnel_canonical(a, &length_a);
	const char *canonical_b = funnel_canonical(b, &length_b);

	return length_a == length_b && memcmp(canonical_a, canonical_b, length_a) == 0;
}
