/*
 * pipeline_summary.c
 *		The type pipeline_summary: how it is written, read, checked and merged.
 */
#include "kpi/pipeline.h"

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
}

/* The order in which periods are kept */
int
pipeline_period_compare(const void *a, const void *b)
{
	int32		left = ((const PipelinePeriod *) a)->start;
	int32		right = ((const PipelinePeriod *) b)->start;

	return left < right ? -1 : left > right;
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
broken_rule(const PipelineSummary *summary)
{
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
		(!path_time_in_range(summary->from) || !path_time_in_range(summary->through) ||
		 !is_period_of(summary->kind, summary->first, summary->from) ||
		 !is_period_of(summary->kind, summary->last, summary->through)))
		return "its first or last period does not agree with its moments";
	if (summary->period_count > 0 && summary->rows[HISTORY_USED] == 0)
		return "there are moves but no rows";

	for (int i = 0; i < summary->period_count; i++)
	{
		const PipelinePeriod *period = &summary->periods[i];
		int64		moves = 0;

		if (period->start != period_start(summary->kind, period->start) ||
			period->start < summary->first || period->start > summary->last)
			return "a period starts where none does";
		if (i > 0 && period[-1].start >= period->start)
			return "the periods are not in order";
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
pipeline_fields(Codec *codec, void *of)
{
	PipelineSummary *summary = of;
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
		int32		limit = day_of(PATH_TIME_LIMIT) + 400;

		if (first < -limit || first > limit || last < -limit || last > limit)
			codec_refuse(codec, "a period is out of range");
		summary->first = (int32) first;
		summary->last = (int32) last;
		if (summary->funnel == NULL && (first <= last || summary->from <= summary->through))
			codec_refuse(codec, "there are rows but no definition");
		if (first <= last && (period_start(summary->kind, (int32) first) != first || period_start(summary->kind, (int32) last) != last))
			codec_refuse(codec, "a period starts where none does");
	}

	codec_list_begin(codec, "periods", &summary->period_count, (int) (MaxAllocSize / sizeof(PipelinePeriod)));
	if (codec_is_reading(codec))
	{
		if (summary->funnel == NULL && summary->period_count > 0)
			codec_refuse(codec, "there are periods but no definition");
		summary->periods = palloc0(sizeof(PipelinePeriod) * summary->period_count);
	}
	for (int i = 0; i < summary->period_count; i++)
	{
		PipelinePeriod *period = &summary->periods[i];
		int64		start = period->start;

		codec_record_begin(codec);
		codec_date(codec, "start", &start);
		if (codec_is_reading(codec))
		{
			if (start < summary->first || start > summary->last)
				codec_refuse(codec, "a period is out of range");
			period->start = (int32) start;
		}
		for (int move = 0; move < MOVES; move++)
		{
			codec_count(codec, move_deals_fields[move], &period->deals[move]);
			codec_decimal(codec, move_amount_fields[move], &period->amount[move]);
		}
		codec_record_end(codec);
	}
	codec_list_end(codec);

	if (codec_is_reading(codec))
	{
		const char *why = broken_rule(summary);

		if (why != NULL)
			codec_refuse(codec, why);
	}
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

/* Merges two ordered lists of periods. */
static void
merge_periods(PipelineSummary *into, const PipelineSummary *other)
{
	int			left = 0;
	int			right = 0;
	int			count = 0;
	PipelinePeriod *merged = palloc_extended(sizeof(PipelinePeriod) * ((Size) into->period_count + other->period_count + 1),
											 MCXT_ALLOC_HUGE);

	while (left < into->period_count || right < other->period_count)
	{
		int			order;

		if (left == into->period_count)
			order = 1;
		else if (right == other->period_count)
			order = -1;
		else
			order = pipeline_period_compare(&into->periods[left], &other->periods[right]);
		merged[count] = order <= 0 ? into->periods[left++] : other->periods[right++];
		if (order == 0)
		{
			const PipelinePeriod *more = &other->periods[right++];

			for (int move = 0; move < MOVES; move++)
			{
				merged[count].deals[move] += more->deals[move];
				decimal_add(&merged[count].amount[move], &more->amount[move]);
			}
		}
		count++;
	}
	into->periods = merged;
	into->period_count = count;
}

/* Adds the other summary to this one; what is taken over of the other is shared. */
static void
pipeline_merge(void *to, void *added)
{
	PipelineSummary *into = to;
	PipelineSummary *other = added;
	const char *why;

	if (other->funnel == NULL)
		return;
	if (into->funnel == NULL)
	{
		*into = *other;
		return;
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
	for (int reason = 0; reason < HISTORY_REASONS; reason++)
		into->rows[reason] += other->rows[reason];
	into->outside += other->outside;
	into->with_amount += other->with_amount;
	merge_periods(into, other);

	why = broken_rule(into);
	if (why != NULL)
		refuse_merge("pipeline", why);
}

const SummaryType pipeline_summary_type = {
	.name = "pipeline_summary",
	.version = 1,
	.size = sizeof(PipelineSummary),
	.fields = pipeline_fields,
	.clear = pipeline_clear,
	.merge = pipeline_merge,
};

SUMMARY_TYPE_FUNCTIONS(pipeline_summary, pipeline_summary_type)
SUMMARY_ROLLUP_FUNCTIONS(pipeline_summary, pipeline_summary_type)
SUMMARY_MOMENT(pipeline_data_from, pipeline_summary_type, PipelineSummary, from)
SUMMARY_MOMENT(pipeline_data_through, pipeline_summary_type, PipelineSummary, through)
