/*
 * pipeline_summary.c
 *		The type pipeline_summary: how it is written, read, checked and merged.
 */
#include "kpi/pipeline_summary.h"

#include "base/rollup.h"

#define PIPELINE_MOST	(INT64CONST(1) << 56)	/* no count may be larger: so sums of a few never overflow */

const int	pipeline_deals_sign[PIPELINE_MOVES] = {1, 0, 0, -1, -1, 1};

static const char *const move_deals_fields[PIPELINE_MOVES] = {
	"created_deals", "increased_deals", "decreased_deals", "won_deals", "lost_deals", "reopened_deals"
};

static const char *const move_amount_fields[PIPELINE_MOVES] = {
	"created", "increased", "decreased", "won", "lost", "reopened"
};

static const SubjectKind pipeline_subject = {
	.definition = &history_definition,
	.has_calendar = true,
	.differ = "funnels, periods or zones",
	.hint = "Group by the funnel, period and zone, or aggregate the history again with one of each.",
};

static void
pipeline_clear(void *into)
{
	PipelineSummary *summary = into;

	subject_clear(&summary->subject);
	history_totals_clear(&summary->totals);
	summary->first = 1;
	TALLY_INIT(&summary->periods, PipelinePeriod, PIPELINE_MOVES, PIPELINE_MOVES);
}

static void
pipeline_settle(void *of)
{
	tally_order(&((PipelineSummary *) of)->periods);
}

/* The first day of the period that a day lies in */
static int32
period_start(PeriodKind kind, int32 day)
{
	return period_first_day(kind, period_of_day(kind, day));
}

/* Whether a period is that of a moment, in whatever zone: none is more than a day from UTC */
static bool
is_period_of(PeriodKind kind, int32 start, Timestamp at)
{
	int32		day = day_of(at);

	return period_start(kind, day - 1) == start || period_start(kind, day) == start ||
		period_start(kind, day + 1) == start;
}

/* Of one period; adds up the deals that are in the pipeline at its end. */
static const char *
broken_period(const PipelineSummary *summary, const PipelinePeriod *period, int64 *deals)
{
	int32		start = period_first_day(summary->subject.period, pipeline_period_number(period));
	int64		moves = 0;

	if (start < summary->first || start > summary->last)
		return "a period starts where none does";
	for (int move = 0; move < PIPELINE_MOVES; move++)
	{
		if (period->deals[move] > PIPELINE_MOST)
			return "a number of deals is too large";
		if (period->deals[move] == 0 && !decimal_is_zero(&period->amount[move]))
			return "an amount moved without a deal";
		moves += period->deals[move];
		*deals += pipeline_deals_sign[move] * period->deals[move];
	}
	if (moves == 0)
		return "a period has no move";
	if (*deals < 0 || *deals > PIPELINE_MOST)
		return "more deals leave the pipeline than are in it";
	return NULL;
}

static const char *
pipeline_rules(const void *of)
{
	const PipelineSummary *summary = of;
	const HistoryTotals *totals = &summary->totals;
	PeriodKind	kind = summary->subject.period;
	int64		deals = 0;
	const char *why = history_totals_rules(totals, summary->subject.known, PIPELINE_MOST);

	if (why != NULL)
		return why;
	if ((totals->from <= totals->through) != (summary->first <= summary->last))
		return "there are moments without periods, or the other way round";
	if (summary->first <= summary->last &&
		(!is_period_of(kind, summary->first, totals->from) || !is_period_of(kind, summary->last, totals->through)))
		return "its first or last period does not agree with its moments";
	if (summary->periods.length > 0 && totals->rows[HISTORY_USED] == 0)
		return "there are moves but no rows";
	for (int i = 0; i < summary->periods.length && why == NULL; i++)
		why = broken_period(summary, pipeline_period(summary, i), &deals);
	if (why == NULL && totals->with_amount == 0 && tally_has_amounts(&summary->periods))
		why = "there are amounts but no deal that has one";
	return why;
}

static void
period_fields(Codec *codec, PipelineSummary *summary, int at)
{
	PipelinePeriod read = {0};
	PipelinePeriod *period = &read;
	int64		start = 0;

	if (!codec_is_reading(codec))
	{
		period = pipeline_period(summary, at);
		start = period_first_day(summary->subject.period, pipeline_period_number(period));
	}
	codec_record_begin(codec);
	codec_date(codec, "start", &start);
	if (codec_is_reading(codec))
	{
		if (start < summary->first || start > summary->last)
			codec_refuse(codec, "a period is out of range");
		if (period_start(summary->subject.period, (int32) start) != start)
			codec_refuse(codec, "a period starts where none does");
		read.key = tally_key(0, period_of_day(summary->subject.period, (int32) start));
	}
	for (int move = 0; move < PIPELINE_MOVES; move++)
	{
		codec_count(codec, move_deals_fields[move], &period->deals[move]);
		codec_decimal(codec, move_amount_fields[move], &period->amount[move]);
	}
	codec_record_end(codec);
	if (codec_is_reading(codec))
		*(PipelinePeriod *) tally_next(codec, &summary->periods, read.key) = read;
}

/* The first days of the first and last period, one of each where there are moments */
static void
range_fields(Codec *codec, PipelineSummary *summary)
{
	PeriodKind	kind = summary->subject.period;
	int64		first = summary->first;
	int64		last = summary->last;

	if (summary->totals.from > summary->totals.through)
		return;
	codec_date(codec, "first_period", &first);
	codec_date(codec, "last_period", &last);
	if (!codec_is_reading(codec))
		return;
	if (!summary->subject.known)
		codec_refuse(codec, "there are rows but no definition");
	if (period_start(kind, (int32) first) != first || period_start(kind, (int32) last) != last)
		codec_refuse(codec, "a period starts where none does");
	summary->first = (int32) first;
	summary->last = (int32) last;
}

static void
pipeline_fields(Codec *codec, void *of)
{
	PipelineSummary *summary = of;
	const PipelineSummary *like = codec->like;
	int			count = summary->periods.length;

	subject_fields(codec, &pipeline_subject, &summary->subject, like != NULL ? &like->subject : NULL);
	codec_moments(codec, &summary->totals.from, &summary->totals.through);
	range_fields(codec, summary);
	history_totals_fields(codec, &summary->totals);
	codec_list_begin(codec, "periods", &count, tally_most(&summary->periods));
	if (!summary->subject.known && count > 0)
		codec_refuse(codec, "there are periods but no definition");
	for (int i = 0; i < count; i++)
		period_fields(codec, summary, i);
	codec_list_end(codec);
}

static void
pipeline_merge(void *to, void *added)
{
	PipelineSummary *into = to;
	PipelineSummary *other = added;
	bool		is_new;

	if (other->first <= other->last)
	{
		into->last = into->first <= into->last ? Max(into->last, other->last) : other->last;
		into->first = into->totals.from <= into->totals.through ? Min(into->first, other->first) : other->first;
	}
	history_totals_merge(&into->totals, &other->totals);
	if (subject_merge(&pipeline_summary_type, &pipeline_subject, &into->subject, &other->subject, &is_new))
		tally_merge(&into->periods, &other->periods);
}

static int
pipeline_version(const void *summary)
{
	return history_totals_version(&((const PipelineSummary *) summary)->totals);
}

const SummaryType pipeline_summary_type = {
	.name = "pipeline_summary",
	.called = "pipeline",
	.version = 2,
	.needs = pipeline_version,
	.size = sizeof(PipelineSummary),
	.fields = pipeline_fields,
	.clear = pipeline_clear,
	.settle = pipeline_settle,
	.rules = pipeline_rules,
	.merge = pipeline_merge,
};

SUMMARY_TYPE_FUNCTIONS(pipeline_summary, pipeline_summary_type)
SUMMARY_ROLLUP_FUNCTIONS(pipeline_summary, pipeline_summary_type)
SUMMARY_MOMENT(pipeline_data_from, pipeline_summary_type, PipelineSummary, totals.from)
SUMMARY_MOMENT(pipeline_data_through, pipeline_summary_type, PipelineSummary, totals.through)
HISTORY_SUMMARY_FUNCTIONS(pipeline, pipeline_summary_type, PipelineSummary)
