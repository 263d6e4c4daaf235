/*
 * pipeline_summary.c
 *		The type pipeline_summary: how it is written, read, checked and merged.
 */
#include "kpi/pipeline.h"

#include "base/rollup.h"
#include "utils/memutils.h"

#define PIPELINE_MOST	(INT64CONST(1) << 56)	/* no count may be larger: so sums of a few never overflow */

const int	pipeline_deals_sign[MOVES] = {1, 0, 0, -1, -1, 1};

static const char *const move_deals_fields[MOVES] = {
	"created_deals", "increased_deals", "decreased_deals", "won_deals", "lost_deals", "reopened_deals"
};

static const char *const move_amount_fields[MOVES] = {
	"created", "increased", "decreased", "won", "lost", "reopened"
};

static void
pipeline_clear(void *into)
{
	PipelineSummary *summary = into;

	summary->definition = summary->zone = (char *) "";
	summary->from = MOMENT_NONE_FROM;
	summary->through = MOMENT_NONE_THROUGH;
	summary->first = 1;
	TALLY_INIT(&summary->periods, PipelinePeriod, MOVES, MOVES);
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

/* The rules between the fields: what is wrong, NULL where nothing is */
static const char *
pipeline_rules(const void *of)
{
	const PipelineSummary *summary = of;
	int64		deals = 0;
	bool		has_amounts = false;

	for (int reason = 0; reason < HISTORY_REASONS; reason++)
		if (summary->rows[reason] > PIPELINE_MOST)
			return "a number of rows is too large";
	if (summary->outside > PIPELINE_MOST || summary->with_amount > PIPELINE_MOST)
		return "a number of deals is too large";
	if ((summary->rows[HISTORY_USED] > 0 || summary->rows[HISTORY_OUTSIDE] > 0) != (summary->from <= summary->through))
		return "there are rows without a first and last moment, or the other way round";
	if ((summary->from <= summary->through) != (summary->first <= summary->last))
		return "there are moments without periods, or the other way round";
	if (summary->first <= summary->last &&
		(!is_period_of(summary->kind, summary->first, summary->from) ||
		 !is_period_of(summary->kind, summary->last, summary->through)))
		return "its first or last period does not agree with its moments";
	if (summary->periods.length > 0 && summary->rows[HISTORY_USED] == 0)
		return "there are moves but no rows";

	for (int i = 0; i < summary->periods.length; i++)
	{
		const PipelinePeriod *period = pipeline_period(summary, i);
		int32		start = period_first_day(summary->kind, pipeline_period_number(period));
		int64		moves = 0;

		if (start < summary->first || start > summary->last)
			return "a period starts where none does";
		for (int move = 0; move < MOVES; move++)
		{
			if (period->deals[move] > PIPELINE_MOST)
				return "a number of deals is too large";
			if (period->deals[move] == 0 && !decimal_is_zero(&period->amount[move]))
				return "an amount moved without a deal";
			moves += period->deals[move];
			deals += pipeline_deals_sign[move] * period->deals[move];
			has_amounts |= !decimal_is_zero(&period->amount[move]);
		}
		if (moves == 0)
			return "a period has no move";
		if (deals < 0 || deals > PIPELINE_MOST)
			return "more deals leave the pipeline than are in it";
	}
	if (summary->with_amount == 0 && has_amounts)
		return "there are amounts but no deal that has one";
	return NULL;
}

/* The kind of period and the zone; there are none without a definition. */
static void
kind_fields(Codec *codec, PipelineSummary *summary)
{
	bool		known = summary->funnel != NULL;

	codec_period(codec, &known, &summary->kind);
	codec_zone(codec, &summary->zone, &summary->zone_length);
	if (!codec_is_reading(codec))
		return;
	if (summary->definition_length > 0)
	{
		summary->funnel = funnel_lookup_create(CurrentMemoryContext,
											   funnel_parse(summary->definition, summary->definition_length));
		if (!known)
			codec_refuse(codec, "there is a definition but no period");
	}
	else if (known || summary->zone_length > 0)
		codec_refuse(codec, "there is a period or a zone but no definition");
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
		start = period_first_day(summary->kind, pipeline_period_number(period));
	}
	codec_record_begin(codec);
	codec_date(codec, "start", &start);
	if (codec_is_reading(codec))
	{
		if (start < summary->first || start > summary->last)
			codec_refuse(codec, "a period is out of range");
		if (period_start(summary->kind, (int32) start) != start)
			codec_refuse(codec, "a period starts where none does");
		read.key = tally_key(0, period_of_day(summary->kind, (int32) start));
	}
	for (int move = 0; move < MOVES; move++)
	{
		codec_count(codec, move_deals_fields[move], &period->deals[move]);
		codec_decimal(codec, move_amount_fields[move], &period->amount[move]);
	}
	codec_record_end(codec);
	if (codec_is_reading(codec))
		*(PipelinePeriod *) tally_next(codec, &summary->periods, read.key) = read;
}

static void
pipeline_fields(Codec *codec, void *of)
{
	PipelineSummary *summary = of;
	int			count;
	int64		first = summary->first;
	int64		last = summary->last;

	codec_text(codec, "definition", &summary->definition, &summary->definition_length);
	kind_fields(codec, summary);
	codec_moments(codec, &summary->from, &summary->through);
	if (summary->from <= summary->through)
	{
		codec_date(codec, "first_period", &first);
		codec_date(codec, "last_period", &last);
	}
	codec_group_begin(codec, "rows");
	for (int reason = 0; reason < HISTORY_REASONS; reason++)
		codec_count(codec, history_reason_fields[reason], &summary->rows[reason]);
	codec_group_end(codec);
	codec_count(codec, "entities_outside", &summary->outside);
	codec_count(codec, "entities_with_amount", &summary->with_amount);
	if (codec_is_reading(codec))
	{
		if (Min(first, last) < PERIOD_FIRST_START || Max(first, last) > PERIOD_LAST_DAY)
			codec_refuse(codec, "a period is out of range");
		summary->first = (int32) first;
		summary->last = (int32) last;
		if (summary->funnel == NULL && (first <= last || summary->from <= summary->through))
			codec_refuse(codec, "there are rows but no definition");
		if (first <= last && (period_start(summary->kind, (int32) first) != first || period_start(summary->kind, (int32) last) != last))
			codec_refuse(codec, "a period starts where none does");
	}

	count = summary->periods.length;
	codec_list_begin(codec, "periods", &count, tally_most(&summary->periods));
	if (summary->funnel == NULL && count > 0)
		codec_refuse(codec, "there are periods but no definition");
	for (int i = 0; i < count; i++)
		period_fields(codec, summary, i);
	codec_list_end(codec);
}

/* "funnel" by month in Asia/Tehran */
static char *
describe(const PipelineSummary *summary)
{
	return psprintf("\"%.*s\" by %s in %.*s", summary->definition_length, summary->definition,
					period_names[summary->kind], summary->zone_length, summary->zone);
}

/* Error: these two are not of one funnel, kind of period and zone. */
static void
check_same(const PipelineSummary *a, const PipelineSummary *b)
{
	if (!funnel_same(a->funnel, b->funnel) || a->kind != b->kind ||
		a->zone_length != b->zone_length || memcmp(a->zone, b->zone, a->zone_length) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("cannot merge pipeline summaries of different funnels, periods or zones"),
				 errdetail("One is of %s, the other of %s.", describe(a), describe(b))));
}

static void
pipeline_merge(void *to, void *added)
{
	PipelineSummary *into = to;
	PipelineSummary *other = added;

	for (int reason = 0; reason < HISTORY_REASONS; reason++)
		count_add(&into->rows[reason], other->rows[reason]);
	if (other->funnel == NULL)
		return;
	if (into->funnel == NULL)
	{
		into->definition = pnstrdup(other->definition, other->definition_length);
		into->definition_length = other->definition_length;
		into->funnel = funnel_lookup_create(CurrentMemoryContext, funnel_parse(into->definition, into->definition_length));
		into->kind = other->kind;
		into->zone = pnstrdup(other->zone, other->zone_length);
		into->zone_length = other->zone_length;
	}
	check_same(into, other);
	funnel_keep_smaller(&into->definition, &into->definition_length, other->definition, other->definition_length);
	if (other->first <= other->last)
	{
		into->last = into->first <= into->last ? Max(into->last, other->last) : other->last;
		into->first = into->from <= into->through ? Min(into->first, other->first) : other->first;
	}
	into->from = Min(into->from, other->from);
	into->through = Max(into->through, other->through);
	count_add(&into->outside, other->outside);
	count_add(&into->with_amount, other->with_amount);
	tally_merge(&into->periods, &other->periods);
}

const SummaryType pipeline_summary_type = {
	.name = "pipeline_summary",
	.called = "pipeline",
	.version = 1,
	.size = sizeof(PipelineSummary),
	.fields = pipeline_fields,
	.clear = pipeline_clear,
	.settle = pipeline_settle,
	.rules = pipeline_rules,
	.merge = pipeline_merge,
};

SUMMARY_TYPE_FUNCTIONS(pipeline_summary, pipeline_summary_type)
SUMMARY_ROLLUP_FUNCTIONS(pipeline_summary, pipeline_summary_type)
SUMMARY_MOMENT(pipeline_data_from, pipeline_summary_type, PipelineSummary, from)
SUMMARY_MOMENT(pipeline_data_through, pipeline_summary_type, PipelineSummary, through)
