/*
 * outcome_labels.c
 *		label_agg: which labels a column has, and how many rows each.
 *
 * So that the lists given to outcome() are written from what is there. See
 * doc/outcome.md.
 */
#include "base/compat.h"

#include "base/labels.h"
#include "base/rollup.h"
#include "base/rows.h"
#include "base/summary.h"

/* A column of statuses has ten; one of ids, given by mistake, has millions. */
#define LABELS_MOST		1000

typedef struct LabelSummary
{
	SummaryHeader header;
	int64		without_label;	/* rows whose label is NULL */
	LabelCounts counts;
}			LabelSummary;

static void
label_clear(void *into)
{
	LabelSummary *summary = into;

	labels_begin(&summary->counts, LABELS_MOST, CurrentMemoryContext);
}

static void
label_fields(Codec *codec, void *of)
{
	LabelSummary *summary = of;

	codec_count(codec, "without_label", &summary->without_label);
	labels_fields(codec, &summary->counts);
}

static const char *
label_rules(const void *summary)
{
	return labels_rules(&((const LabelSummary *) summary)->counts);
}

static void
label_merge(void *to, void *added)
{
	LabelSummary *into = to;
	LabelSummary *other = added;

	count_add(&into->without_label, other->without_label);
	labels_merge(&into->counts, &other->counts);
}

static const SummaryType label_summary_type = {
	.name = "label_summary",
	.called = "label",
	.version = 1,
	.size = sizeof(LabelSummary),
	.fields = label_fields,
	.clear = label_clear,
	.rules = label_rules,
	.merge = label_merge,
};

SUMMARY_TYPE_FUNCTIONS(label_summary, label_summary_type)
SUMMARY_ROLLUP_FUNCTIONS(label_summary, label_summary_type)

/* The state: a summary that is added to in the aggregate's own context */
static LabelSummary *
label_state(FunctionCallInfo fcinfo)
{
	MemoryContext context;
	LabelSummary *state;

	if (!AggCheckCallContext(fcinfo, &context))
		elog(ERROR, "label_agg state function called in a non-aggregate context");
	if (!PG_ARGISNULL(0))
		return (LabelSummary *) PG_GETARG_POINTER(0);
	state = MemoryContextAllocZero(context, sizeof(LabelSummary));
	labels_begin(&state->counts, LABELS_MOST, context);
	return state;
}

/* label_accum(state, label) */
PG_FUNCTION_INFO_V1(label_accum);
Datum
label_accum(PG_FUNCTION_ARGS)
{
	LabelSummary *state = label_state(fcinfo);

	if (PG_ARGISNULL(1))
		state->without_label++;
	else
	{
		text	   *label = PG_GETARG_TEXT_PP(1);

		labels_add(&state->counts, VARDATA_ANY(label), VARSIZE_ANY_EXHDR(label));
		PG_FREE_IF_COPY(label, 1);
	}
	PG_RETURN_POINTER(state);
}

/* label_combine(state, other state): either may be NULL */
PG_FUNCTION_INFO_V1(label_combine);
Datum
label_combine(PG_FUNCTION_ARGS)
{
	LabelSummary *state;

	if (PG_ARGISNULL(1))
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		PG_RETURN_POINTER(PG_GETARG_POINTER(0));
	}
	state = label_state(fcinfo);
	label_merge(state, PG_GETARG_POINTER(1));
	PG_RETURN_POINTER(state);
}

/* label_serialize(state): as it is stored; what parallel workers send */
PG_FUNCTION_INFO_V1(label_serialize);
Datum
label_serialize(PG_FUNCTION_ARGS)
{
	if (!AggCheckCallContext(fcinfo, NULL))
		elog(ERROR, "label_serialize called in a non-aggregate context");
	PG_RETURN_DATUM(summary_pack(&label_summary_type, PG_GETARG_POINTER(0)));
}

PG_FUNCTION_INFO_V1(label_deserialize);
Datum
label_deserialize(PG_FUNCTION_ARGS)
{
	LabelSummary *state = palloc(sizeof(LabelSummary));

	if (!AggCheckCallContext(fcinfo, NULL))
		elog(ERROR, "label_deserialize called in a non-aggregate context");
	summary_read(&label_summary_type, PG_GETARG_DATUM(0), state);
	PG_RETURN_POINTER(state);
}

/* label_final(state) */
PG_FUNCTION_INFO_V1(label_final);
Datum
label_final(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_DATUM(summary_empty(&label_summary_type));
	PG_RETURN_DATUM(summary_pack(&label_summary_type, PG_GETARG_POINTER(0)));
}

/* labels(summary): one row a label, the commonest first; then the rows that have none. */
PG_FUNCTION_INFO_V1(label_labels);
Datum
label_labels(PG_FUNCTION_ARGS)
{
	LabelSummary summary;
	LabelCount *labels;
	int128		rows;
	Row			row;

	row_begin(&row, fcinfo);
	summary_read(&label_summary_type, PG_GETARG_DATUM(0), &summary);
	rows = (int128) labels_rows(&summary.counts) + summary.without_label;
	labels = labels_by_rows(&summary.counts);
	for (int i = 0; i < summary.counts.count; i++)
	{
		row_put_label(&row, labels[i].text, labels[i].length);
		row_put(&row, Int64GetDatum(labels[i].rows));
		row_put_ratio(&row, labels[i].rows, rows);
		row_end(&row);
	}
	if (summary.without_label > 0)
	{
		row_put_null(&row);
		row_put(&row, Int64GetDatum(summary.without_label));
		row_put_ratio(&row, summary.without_label, rows);
		row_end(&row);
	}
	return (Datum) 0;
}

/* other_rows(summary): of labels beyond those that labels() lists */
PG_FUNCTION_INFO_V1(label_other_rows);
Datum
label_other_rows(PG_FUNCTION_ARGS)
{
	LabelSummary summary;

	summary_read(&label_summary_type, PG_GETARG_DATUM(0), &summary);
	PG_RETURN_INT64(summary.counts.other_rows);
}
