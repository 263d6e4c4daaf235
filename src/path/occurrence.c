/*
 * occurrence.c
 *		Does any label of a definition occur in a query?
 */
#include "base/compat.h"

#include "access/parallel.h"
#include "base/summary.h"
#include "executor/executor.h"
#include "mb/pg_wchar.h"
#include "path/occurrence.h"
#include "utils/memutils.h"

#define LABELS_SHOWN		3
#define DEFINITION_SHOWN	200	/* bytes */

/* A definition in a query that runs; lives in the query's memory */
typedef struct Occurrence
{
	struct Occurrence *next;
	EState	   *query;
	const char *what;
	Image		definition;
	bool		occurs;
	int64		other_rows;
	LabelCounts others;
	MemoryContextCallback forget;
}			Occurrence;

static Occurrence *occurrences;

/* A reset callback: the query's memory goes, after its end or after an error. */
static void
forget_occurrence(void *gone)
{
	for (Occurrence **at = &occurrences; *at != NULL; at = &(*at)->next)
		if (*at == gone)
		{
			*at = (*at)->next;
			return;
		}
}

/* The commonest labels that the definition doesn't have: "lead", "won". Not how often: a window sees a row more than once. */
static char *
others_text(const LabelCounts *others)
{
	LabelCount *labels = labels_by_rows(others);
	StringInfoData out;

	initStringInfo(&out);
	for (int i = 0; i < Min(others->count, LABELS_SHOWN); i++)
		appendStringInfo(&out, "%s\"%.*s\"", i > 0 ? ", " : "", labels[i].length, labels[i].text);
	return out.data;
}

/* An ExprContext callback, which runs where the query ends without an error */
static void
say_occurrence(Datum of)
{
	const Occurrence *occurrence = (const Occurrence *) DatumGetPointer(of);
	int			length;
	const char *text = image_source(occurrence->definition.bytes, &length);
	int			shown = pg_mbcliplen(text, length, DEFINITION_SHOWN);

	if (occurrence->occurs || occurrence->other_rows == 0)
		return;
	ereport(NOTICE,
			(errmsg("no row has a label of %s \"%.*s%s\"",
					occurrence->what, shown, text, shown < length ? "..." : ""),
			 occurrence->others.count > 0 ? errdetail("The commonest labels that the rows have: %s.", others_text(&occurrence->others)) : 0,
			 errhint("Labels match to the letter, with letter case and blanks. Write the definition with the labels that the rows have.")));
}

static Occurrence *
begin_occurrence(EState *query, const char *what, const Image *definition)
{
	MemoryContext context = query->es_query_cxt;
	Occurrence *occurrence = MemoryContextAllocZero(context, sizeof(Occurrence));

	occurrence->query = query;
	occurrence->what = what;
	occurrence->definition.length = definition->length;
	occurrence->definition.bytes = MemoryContextAlloc(context, definition->length);
	memcpy(occurrence->definition.bytes, definition->bytes, definition->length);
	/* an expression context of its own: nothing resets it before the query's end, as a rescan does others */
	RegisterExprContextCallback(CreateExprContext(query), say_occurrence, PointerGetDatum(occurrence));
	occurrence->forget.func = forget_occurrence;
	occurrence->forget.arg = occurrence;
	MemoryContextRegisterResetCallback(context, &occurrence->forget);
	occurrence->next = occurrences;
	occurrences = occurrence;
	return occurrence;
}

static Occurrence *
find_occurrence(EState *query, const Image *definition)
{
	for (Occurrence *at = occurrences; at != NULL; at = at->next)
		if (at->query == query && image_same(&at->definition, definition))
			return at;
	return NULL;
}

void
occurrence_conclude(FunctionCallInfo fcinfo, const char *what, const Image *definition,
					bool occurs, int64 other_rows, const LabelCounts *others)
{
	EState	   *query;
	Occurrence *occurrence;

	/* a worker knows its own rows only, and would be one of several to speak */
	if ((!occurs && other_rows == 0) || IsParallelWorker() || !AggCheckCallContext(fcinfo, NULL))
		return;
	query = ((PlanState *) fcinfo->context)->state; /* an AggState or a WindowAggState */
	occurrence = find_occurrence(query, definition);
	if (occurrence == NULL)
		occurrence = begin_occurrence(query, what, definition);
	occurrence->occurs |= occurs;
	if (occurrence->occurs)
		return;
	count_add(&occurrence->other_rows, other_rows);
	if (others == NULL)
		return;
	if (occurrence->others.most == 0)
		labels_begin(&occurrence->others, others->most, query->es_query_cxt);
	labels_merge(&occurrence->others, others);
}
