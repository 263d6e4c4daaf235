/*
 * outcome.c
 *		outcome(): a status label as the boolean that the rates count.
 *
 * A CRM keeps the outcome of a deal as a label, of which some mean won, some
 * lost, and all others that it is still open. Labels typed by people differ in
 * letter case and in blanks around, so neither counts. See doc/outcome.md.
 */
#include "base/compat.h"

#include "base/argument.h"
#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/formatting.h"
#include "utils/memutils.h"

/* Some bytes: a label as labels are compared, in lower case and without blanks around */
typedef struct Label
{
	char	   *bytes;
	int			length;
}			Label;

/* The labels of one argument, kept from call to call while it stays the same */
typedef struct LabelSet
{
	struct varlena *given;		/* the array, flat; NULL: none read yet */
	Label	   *labels;			/* in order of bytes */
	int			count;
}			LabelSet;

typedef struct OutcomeLabels
{
	MemoryContext context;		/* of both sets; emptied when one of the arrays changes */
	Oid			collation;
	LabelSet	won;
	LabelSet	lost;
}			OutcomeLabels;

/*
 * How many bytes the blank that text begins with has; 0 where it is none.
 * Beyond ASCII: no-break and other spaces, and the marks of no width that
 * spreadsheets and right-to-left text leave around a label.
 */
static int
blank_length(const char *text, const char *end)
{
	int			length;
	pg_wchar	character;

	if (*text == ' ' || (*text >= '\t' && *text <= '\r'))
		return 1;
	if (!IS_HIGHBIT_SET(*text) || GetDatabaseEncoding() != PG_UTF8)
		return 0;
	length = pg_utf_mblen((const unsigned char *) text);
	if (length > end - text)
		return 0;
	character = utf8_to_unicode((const unsigned char *) text);
	if (character == 0x0085 || character == 0x00a0 || character == 0x061c || character == 0x1680 ||
		(character >= 0x2000 && character <= 0x200f) ||
		(character >= 0x2028 && character <= 0x202f) ||
		character == 0x205f || character == 0x2060 || character == 0x3000 || character == 0xfeff ||
		(character >= 0x2066 && character <= 0x2069))
		return length;
	return 0;
}

static Label
trim(const char *text, int length)
{
	const char *end = text + length;
	const char *last;			/* behind the last character that is no blank */
	int			blank;
	Label		label;

	while (text < end && (blank = blank_length(text, end)) > 0)
		text += blank;
	last = text;
	for (const char *at = text; at < end;)
	{
		blank = blank_length(at, end);
		at += blank > 0 ? blank : Min(pg_mblen(at), end - at);
		if (blank == 0)
			last = at;
	}
	label.bytes = unconstify(char *, text);
	label.length = (int) (last - text);
	return label;
}

/* A label as labels are compared, in memory of its own */
static Label
fold(const char *text, int length, Oid collation)
{
	Label		label = trim(text, length);

	label.bytes = str_tolower(label.bytes, label.length, collation);
	label.length = (int) strlen(label.bytes);
	return label;
}

static int
compare_labels(const void *a, const void *b)
{
	const Label *left = a;
	const Label *right = b;
	int			order = memcmp(left->bytes, right->bytes, Min(left->length, right->length));

	return order != 0 ? order : left->length - right->length;
}

static bool
set_holds(const LabelSet *set, const Label *label)
{
	return set->count > 0 && bsearch(label, set->labels, set->count, sizeof(Label), compare_labels) != NULL;
}

/* Reads an array of labels; its elements must not be NULL nor blank. */
static void
read_set(LabelSet *set, ArrayType *array, const char *name, Oid collation)
{
	Datum	   *elements;
	bool	   *nulls;

	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, &set->count);
	set->labels = palloc(sizeof(Label) * Max(set->count, 1));
	for (int i = 0; i < set->count; i++)
	{
		if (nulls[i])
			refuse_null(psprintf("a label of %s", name), "Leave it out: a row without a status is open.");
		set->labels[i] = fold(VARDATA_ANY(DatumGetPointer(elements[i])),
							  VARSIZE_ANY_EXHDR(DatumGetPointer(elements[i])), collation);
		if (set->labels[i].length == 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("a label of %s is blank", name),
					 errhint("Leave it out: a row without a status is open.")));
	}
	qsort(set->labels, set->count, sizeof(Label), compare_labels);
	set->given = (struct varlena *) array;
}

static void
refuse_both(const OutcomeLabels *labels)
{
	for (int i = 0; i < labels->won.count; i++)
	{
		const Label *label = &labels->won.labels[i];

		if (set_holds(&labels->lost, label))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("the label \"%.*s\" is both won and lost", label->length, label->bytes),
					 errhint("Letter case and blanks around do not count.")));
	}
}

static bool
is_same(const LabelSet *set, const struct varlena *given)
{
	return set->given != NULL && VARSIZE(set->given) == VARSIZE(given) &&
		memcmp(set->given, given, VARSIZE(given)) == 0;
}

/* The two sets, read again only where an argument has changed since the call before. */
static const OutcomeLabels *
outcome_labels(FunctionCallInfo fcinfo)
{
	OutcomeLabels *labels = fcinfo->flinfo->fn_extra;
	ArrayType  *won = PG_GETARG_ARRAYTYPE_P(1);
	ArrayType  *lost = PG_GETARG_ARRAYTYPE_P(2);
	MemoryContext old;

	if (labels == NULL)
	{
		labels = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(OutcomeLabels));
		labels->context = AllocSetContextCreate(fcinfo->flinfo->fn_mcxt, "outcome labels", ALLOCSET_SMALL_SIZES);
		fcinfo->flinfo->fn_extra = labels;
	}
	if (is_same(&labels->won, (struct varlena *) won) && is_same(&labels->lost, (struct varlena *) lost))
		return labels;

	labels->won.given = labels->lost.given = NULL;	/* should reading fail */
	MemoryContextReset(labels->context);
	old = MemoryContextSwitchTo(labels->context);
	read_set(&labels->won, DatumGetArrayTypePCopy(PointerGetDatum(won)), "won", PG_GET_COLLATION());
	read_set(&labels->lost, DatumGetArrayTypePCopy(PointerGetDatum(lost)), "lost", PG_GET_COLLATION());
	refuse_both(labels);
	MemoryContextSwitchTo(old);
	return labels;
}

/* outcome(status, won labels, lost labels): true, false, or NULL for any other */
PG_FUNCTION_INFO_V1(outcome_of_status);
Datum
outcome_of_status(PG_FUNCTION_ARGS)
{
	const OutcomeLabels *labels;
	text	   *status;
	Label		label;

	if (PG_ARGISNULL(1))
		refuse_null("won", "Give the labels that mean won, such as ARRAY['Closed Won'].");
	if (PG_ARGISNULL(2))
		refuse_null("lost", "Give the labels that mean lost, such as ARRAY['Closed Lost'].");
	labels = outcome_labels(fcinfo);
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	status = PG_GETARG_TEXT_PP(0);
	label = fold(VARDATA_ANY(status), VARSIZE_ANY_EXHDR(status), PG_GET_COLLATION());
	if (set_holds(&labels->won, &label))
		PG_RETURN_BOOL(true);
	if (set_holds(&labels->lost, &label))
		PG_RETURN_BOOL(false);
	PG_RETURN_NULL();
}
