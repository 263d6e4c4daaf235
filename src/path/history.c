/*
 * history.c
 *		A history: what is done once a group.
 */
#include "base/compat.h"

#include "base/argument.h"
#include "base/rows.h"
#include "path/history.h"
#include "path/occurrence.h"

/* A pipeline has some ten stages, a CRM some pipelines; an id given for a stage, by mistake, millions. */
#define UNKNOWN_LABELS	100

static const char *const reason_names[HISTORY_REASONS] = {
	"used", "no_entity", "no_stage", "no_time", "unknown_stage",
	"time_out_of_range", "exact_duplicate", "entity_outside"
};

const Reasons history_reasons = {HISTORY_REASONS, reason_names};

static void *
make_funnel(const char *text, int length)
{
	return funnel_lookup_create(CurrentMemoryContext, funnel_parse(text, length));
}

static bool
is_same_funnel(const void *a, const void *b)
{
	return funnel_same(a, b);
}

const DefinitionKind history_definition = {make_funnel, is_same_funnel};

/* For definition_shared */
static void *
prepare_funnel(MemoryContext context, Datum definition)
{
	return funnel_lookup_create(context, definition);
}

void
history_begin(History *history, FunctionCallInfo fcinfo, int definition, bool wide_keys, bool has_amount)
{
	MemoryContext context;

	if (!AggCheckCallContext(fcinfo, &context))
		elog(ERROR, "history collected in a non-aggregate context");
	history->funnel = definition_shared(context, PG_GETARG_DATUM(definition), prepare_funnel);
	history->fixed_definition = path_argument_is_constant(fcinfo, definition);
	path_store_init(&history->store, fcinfo, wide_keys, has_amount ? 1 : 0);
}

void
history_parts(Partial *partial, void *of)
{
	History    *history = of;
	void	   *funnel = history->funnel;

	partial_definition(partial, &funnel, prepare_funnel, "the funnel definition");
	history->funnel = funnel;
	partial_counts(partial, history->left_out, HISTORY_REASONS);
	partial_labels(partial, &history->unknown, UNKNOWN_LABELS);
}

void
history_refuse_null(void)
{
	refuse_null("the funnel definition", "Write it as 'Lead > Qualified > Won; lost: Lost'; if it comes from a join, leave out the rows without one.");
}

void
history_mark(History *history, FunctionCallInfo fcinfo, PathKey key, HistoryReason reason)
{
	history->left_out[reason]++;
	path_append(&history->store, fcinfo, key, path_moment(HISTORY_MARK, 0), AMOUNT_NONE);
}

pg_noinline void
history_count_unknown(History *history, Datum label)
{
	struct varlena *given = (struct varlena *) DatumGetPointer(label);
	struct varlena *text = pg_detoast_datum_packed(given);

	if (history->unknown == NULL)
	{
		history->unknown = MemoryContextAlloc(history->store.records.context, sizeof(LabelCounts));
		labels_begin(history->unknown, UNKNOWN_LABELS, history->store.records.context);
	}
	labels_add(history->unknown, VARDATA_ANY(text), VARSIZE_ANY_EXHDR(text));
	if (text != given)
		pfree(text);
}

void
history_subject(const History *history, Subject *subject, HistoryTotals *totals)
{
	int			length;
	const char *definition = funnel_source(history->funnel, &length);

	subject_define(subject, history->funnel, definition, length);
	memcpy(totals->rows, history->left_out, sizeof(history->left_out));
	if (history->unknown != NULL)
		totals->unknown = *history->unknown;
}

void
history_conclude(const History *history, FunctionCallInfo fcinfo, const HistoryTotals *totals)
{
	const int64 *rows = totals->rows;
	bool		occurs = rows[HISTORY_USED] + rows[HISTORY_OUTSIDE] + rows[HISTORY_OUT_OF_RANGE] > 0;

	occurrence_conclude(fcinfo, "the funnel", &history->funnel->image, occurs, rows[HISTORY_UNKNOWN_STAGE], history->unknown);
}

/*
 * Totals
 */

void
history_totals_clear(HistoryTotals *totals)
{
	memset(totals, 0, sizeof(HistoryTotals));
	totals->from = MOMENT_NONE_FROM;
	totals->through = MOMENT_NONE_THROUGH;
	labels_begin(&totals->unknown, UNKNOWN_LABELS, CurrentMemoryContext);
}

void
history_totals_merge(HistoryTotals *into, const HistoryTotals *other)
{
	into->from = Min(into->from, other->from);
	into->through = Max(into->through, other->through);
	reasons_merge(&history_reasons, into->rows, other->rows);
	count_add(&into->outside, other->outside);
	count_add(&into->with_amount, other->with_amount);
	labels_merge(&into->unknown, &other->unknown);
}

void
history_totals_fields(Codec *codec, HistoryTotals *totals)
{
	reasons_fields(codec, &history_reasons, totals->rows);
	codec_count(codec, "entities_outside", &totals->outside);
	codec_count(codec, "entities_with_amount", &totals->with_amount);
	if (codec->version < 2)
		return;
	codec_group_begin(codec, "unknown_labels");
	labels_fields(codec, &totals->unknown);
	codec_group_end(codec);
}

int
history_totals_version(const HistoryTotals *totals)
{
	return totals->unknown.count > 0 ? 2 : 1;
}

/* Rows of unknown stages whose label isn't listed; below 0 where more are listed than there are */
static int64
unlisted_rows(const HistoryTotals *totals)
{
	int64		rows = totals->rows[HISTORY_UNKNOWN_STAGE];

	for (int i = 0; i < totals->unknown.count && rows >= 0; i++)
		rows -= totals->unknown.labels[i].rows;
	return rows;
}

static const char *
broken_labels(const HistoryTotals *totals)
{
	if (unlisted_rows(totals) < totals->unknown.other_rows)
		return "more rows have an unknown label than are of unknown stages";
	return labels_rules(&totals->unknown);
}

const char *
history_totals_rules(const HistoryTotals *totals, bool known, int64 most)
{
	if (!reasons_at_most(&history_reasons, totals->rows, most))
		return "a number of rows is too large";
	if (totals->outside > most || totals->with_amount > most)
		return "the entities are too many";
	if ((totals->rows[HISTORY_USED] > 0 || totals->rows[HISTORY_OUTSIDE] > 0) != (totals->from <= totals->through))
		return "there are rows without a first and last moment, or the other way round";
	if (!known && (totals->outside > 0 || totals->with_amount > 0 || totals->from <= totals->through))
		return "there are entities but no definition";
	return broken_labels(totals);
}

Datum
history_funnel(FunctionCallInfo fcinfo, const Subject *subject)
{
	if (!subject->known)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(funnel_parse(subject->definition, subject->definition_length));
}

Datum
history_unknown_labels(FunctionCallInfo fcinfo, const HistoryTotals *totals)
{
	LabelCount *labels = labels_by_rows(&totals->unknown);
	int64		unlisted = unlisted_rows(totals);
	Row			row;

	row_begin(&row, fcinfo);
	for (int i = 0; i < totals->unknown.count; i++)
	{
		row_put_label(&row, labels[i].text, labels[i].length);
		row_put(&row, Int64GetDatum(labels[i].rows));
		row_end(&row);
	}
	if (unlisted > 0)
	{
		row_put_null(&row);
		row_put(&row, Int64GetDatum(unlisted));
		row_end(&row);
	}
	return (Datum) 0;
}
