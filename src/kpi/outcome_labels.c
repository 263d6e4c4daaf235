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

/* label_accum(state, label) */
PG_FUNCTION_INFO_V1(label_accum);
Datum
label_accum(PG_FUNCTION_ARGS)
{
	MemoryContext context;
	LabelSummary *state = summary_growing_state(&label_summary_type, fcinfo, &context);

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

SUMMARY_GROWING_FUNCTIONS(label, label_summary_type)

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
SUMMARY_ANSWER(label_other_rows, label_summary_type, LabelSummary, Int64GetDatum(summary.counts.other_rows))
