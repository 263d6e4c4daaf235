/*
 * funnel.c
 *		The type funnel: a funnel's definition.
 */
#include "base/compat.h"

#include "catalog/pg_type.h"
#include "path/funnel.h"
#include "utils/array.h"
#include "utils/builtins.h"

/*
 * The canonical bytes are the labels in order, each a byte of LabelKind, its
 * length (int32) and its text. Only funnel_parse makes them.
 */

typedef enum LabelKind
{
	LABEL_STAGE = 1,
	LABEL_LOST = 2,
	LABEL_SYNONYM = 3			/* of the label before it */
}			LabelKind;

#define MARKS				">;,:|\""

/* Goes through the labels of canonical bytes. */
typedef struct LabelScan
{
	CanonicalLabels label;
	int			stages;			/* seen so far */
	int			lost;
}			LabelScan;

static void
scan_begin(LabelScan *scan, const char *canonical, int length)
{
	memset(scan, 0, sizeof(LabelScan));
	scan->label.at = canonical;
	scan->label.end = canonical + length;
}

static bool
scan_next(LabelScan *scan)
{
	if (!canonical_label_next(&scan->label))
		return false;
	scan->stages += scan->label.kind == LABEL_STAGE;
	scan->lost += scan->label.kind == LABEL_LOST;
	return true;
}

/* The code of the label just seen */
static inline int
scan_code(const LabelScan *scan)
{
	return scan->stages + scan->lost - 1;
}

/* ---- parsing ---- */

typedef struct Parser
{
	Lexer		lexer;
	StringInfoData canonical;
	int		   *places;			/* of each label, bytes from the start */
	int			labels;
	int			most_labels;	/* room in places */
	int			codes;
}			Parser;

static void
read_label(Parser *parser, LabelKind kind)
{
	const char *begin = lexer_label(&parser->lexer,
									kind == LABEL_STAGE ? "empty stage" : kind == LABEL_LOST ? "empty lost label" : "empty synonym",
									parser->canonical.len == 0 ? "Write it like this: Lead > Qualified > Won; lost: Lost, Disqualified" : NULL);

	if (kind != LABEL_SYNONYM && ++parser->codes > FUNNEL_CODES)
		lexer_refuse_as(&parser->lexer, ERRCODE_PROGRAM_LIMIT_EXCEEDED, begin,
						psprintf("more than %d stages and lost labels", FUNNEL_CODES),
						"Labels that mean the same can be synonyms, which are not counted: Won | Closed Won");
	if (parser->labels == LABELS_MOST)
		lexer_refuse_as(&parser->lexer, ERRCODE_PROGRAM_LIMIT_EXCEEDED, begin,
						psprintf("more than %d labels and synonyms", LABELS_MOST), NULL);
	if (parser->labels == parser->most_labels)
	{
		parser->most_labels *= 2;
		parser->places = (int *) repalloc(parser->places, parser->most_labels * sizeof(int));
	}
	parser->places[parser->labels++] = begin - parser->lexer.start;

	canonical_label_append(&parser->canonical, kind, &parser->lexer.label);
}

/* Reads labels with their synonyms, between separators. */
static void
read_labels(Parser *parser, LabelKind kind, char separator)
{
	do
	{
		read_label(parser, kind);
		while (lexer_accept(&parser->lexer, '|'))
			read_label(parser, LABEL_SYNONYM);
	} while (lexer_accept(&parser->lexer, separator));
}

/* Reads what stands behind the stages: "; lost: ...", or nothing. */
static void
read_lost(Parser *parser)
{
	const char *begin;

	if (!lexer_accept(&parser->lexer, ';'))
		return;
	lexer_skip_blanks(&parser->lexer);
	begin = parser->lexer.at;
	if (parser->lexer.end - begin < 4 || pg_strncasecmp(begin, "lost", 4) != 0)
		lexer_refuse(&parser->lexer, begin, "unknown part", "Behind the stages, only lost labels can follow: \"; lost: Lost, Disqualified\".");
	parser->lexer.at += 4;
	if (!lexer_accept(&parser->lexer, ':'))
		lexer_refuse(&parser->lexer, begin, "unknown part", "Behind the stages, only lost labels can follow: \"; lost: Lost, Disqualified\".");
	read_labels(parser, LABEL_LOST, ',');
}

/* Fills a table with the labels of canonical bytes; the number of the first that is there twice, else -1. */
static int
fill_table(LabelTable *table, const char *canonical, int length)
{
	LabelScan	scan;

	scan_begin(&scan, canonical, length);
	for (int i = 0; scan_next(&scan); i++)
	{
		label_table_add(table, scan.label.text, scan.label.length, scan_code(&scan));
		if (table->labels == i)
			return i;
	}
	label_table_settle(table);
	return -1;
}

static void
refuse_repeated(const Parser *parser)
{
	Label	   *labels = (Label *) palloc(parser->labels * sizeof(Label));
	uint16	   *slots = (uint16 *) palloc0(label_slots_size(parser->labels));
	LabelTable	table;
	int			repeated;

	label_table_begin(&table, labels, parser->labels, slots);
	repeated = fill_table(&table, parser->canonical.data, parser->canonical.len);
	if (repeated >= 0)
		lexer_refuse(&parser->lexer, parser->lexer.start + parser->places[repeated], "a label is there twice",
					 "Each label has one place, be it a stage, a lost label or a synonym.");
	pfree(labels);
	pfree(slots);
}

Datum
funnel_parse(const char *source, int length)
{
	Parser		parser;
	Lexer	   *lexer = &parser.lexer;
	Datum		made;

	lexer_begin(lexer, "funnel definition", MARKS, source, length);
	lexer->arrow_hint = "Stages stand between \">\", in their order: Lead > Qualified > Won. Put a label that holds an arrow or \"<\" in quotes.";
	parser.labels = parser.codes = 0;
	parser.most_labels = 16;
	parser.places = (int *) palloc(parser.most_labels * sizeof(int));
	initStringInfo(&parser.canonical);

	lexer_skip_blanks(lexer);
	if (lexer->at < lexer->end && *lexer->at == '{')
		lexer_refuse(lexer, lexer->at, "it begins with \"{\"",
					 "Give an array as funnel(stages, lost); put a label that begins like this in quotes.");
	read_labels(&parser, LABEL_STAGE, '>');
	read_lost(&parser);
	lexer_skip_blanks(lexer);
	if (lexer->at < lexer->end)
		lexer_refuse(lexer, lexer->at, "a separator that has no place here",
					 "Stages stand between \">\", lost labels between \",\", synonyms between \"|\". "
					 "Put a label that holds one of > ; , : | in quotes.");
	refuse_repeated(&parser);

	made = definition_make(source, length, parser.canonical.data, parser.canonical.len);
	pfree(parser.places);
	pfree(parser.canonical.data);
	pfree(lexer->label.data);
	return made;
}

/* ---- looking up labels ---- */

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
	Label	   *label;
	FunnelLookup *lookup;
	char	   *at;

	scan_begin(&scan, canonical, length);
	while (scan_next(&scan))
		labels++;

	at = (char *) MemoryContextAllocZero(context,
										 MAXALIGN(sizeof(FunnelLookup)) + labels * sizeof(Label) +
										 label_slots_size(labels) + image_length);
	lookup = (FunnelLookup *) at;
	label = (Label *) (at + MAXALIGN(sizeof(FunnelLookup)));
	lookup->image.length = image_length;
	lookup->image.bytes = (char *) (label + labels) + label_slots_size(labels);
	memcpy(lookup->image.bytes, VARDATA_ANY(plain), image_length);
	lookup->stages = scan.stages;
	lookup->lost = scan.lost;
	label_table_begin(&lookup->table, label, labels, (uint16 *) (label + labels));
	canonical = image_canonical(lookup->image.bytes, image_length, &length);
	fill_table(&lookup->table, canonical, length);
	for (int i = labels - 1; i >= 0; i--)
		lookup->name[label[i].code] = i;
	if (plain != given)
		pfree(plain);
	return lookup;
}

const char *
funnel_source(const FunnelLookup *lookup, int *length)
{
	return image_source(lookup->image.bytes, length);
}

const char *
funnel_canonical(const FunnelLookup *lookup, int *length)
{
	return image_canonical(lookup->image.bytes, lookup->image.length, length);
}

void
funnel_refuse_change(void)
{
	definition_refuse_change("the funnel definition");
}

/* ---- the type's functions ---- */

DEFINITION_TYPE_FUNCTIONS(funnel, funnel_parse)

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
	append_labels(&source, MARKS, stages, " > ", "stage");
	if (ArrayGetNItems(ARR_NDIM(lost), ARR_DIMS(lost)) > 0)
	{
		appendStringInfoString(&source, "; lost: ");
		append_labels(&source, MARKS, lost, ", ", "lost label");
	}
	return funnel_parse(source.data, source.len);
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
		if (scan.label.kind == LABEL_STAGE)
			stages[scan.stages - 1] = PointerGetDatum(cstring_to_text_with_len(scan.label.text, scan.label.length));
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
		if (scan.label.length == (int32) VARSIZE_ANY_EXHDR(stage) &&
			memcmp(scan.label.text, VARDATA_ANY(stage), scan.label.length) == 0)
			PG_RETURN_INT32(scan.lost > 0 ? 0 : scan.stages);
	}
	PG_RETURN_NULL();
}

bool
funnel_same(const FunnelLookup *a, const FunnelLookup *b)
{
	return image_same(&a->image, &b->image);
}
