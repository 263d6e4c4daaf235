/*
 * session_summary.c
 *		The type session_summary: how it is written, read, checked and merged.
 */
#include "kpi/session_summary.h"

#include "base/argument.h"
#include "base/rollup.h"
#include "path/store.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

static const char *const reason_names[SESSION_REASONS] = {
	"used", "no_entity", "no_time", "time_out_of_range"
};

const Reasons session_reasons = {SESSION_REASONS, reason_names};

static const SubjectKind session_subject = {
	.has_calendar = true,
	.calendar_is_optional = true,
	.differ = "periods or zones",
	.hint = "Group by the period and zone, or aggregate the rows again with one of them.",
};

/*
 * The gap
 */

int64
session_gap_argument(FunctionCallInfo fcinfo, int argument)
{
	int64		gap;

	if (unlikely(PG_ARGISNULL(argument)))
		refuse_null("the gap", "Give the time without a row after which a session is over, for example interval '30 minutes'.");
	gap = span_microseconds(PG_GETARG_INTERVAL_P(argument), "the gap");
	if (unlikely(gap == 0))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the gap must be longer than no time"),
				 errhint("Give the time without a row after which a session is over, for example interval '30 minutes'.")));
	return Min(gap, 2 * PATH_TIME_LIMIT);	/* more than there can be between two rows */
}

static char *
gap_text(int64 gap)
{
	return DatumGetCString(DirectFunctionCall1(interval_out, PointerGetDatum(span_of_microseconds(gap, 1))));
}

void
session_refuse_gap(int64 from, int64 to)
{
	refuse_change("the gap", gap_text(from), gap_text(to));
}

/*
 * Parts
 */

void
session_part_begin(SessionPart *part, int32 period)
{
	memset(part, 0, sizeof(SessionPart));
	part->period = period;
	TALLY_INIT(&part->running, SessionRunning, 1, 0);
}

void
session_part_merge(SessionPart *into, const SessionPart *other)
{
	count_add(&into->entities, other->entities);
	count_add(&into->sessions, other->sessions);
	count_add(&into->single_row, other->single_row);
	count_add(&into->rows, other->rows);
	sum_add(&into->time, other->time);
	if (other->lengths != NULL)
		into->lengths = sketch_absorb(into->lengths, other->lengths);
	tally_merge(&into->running, &other->running);
}

static void
session_clear(void *into)
{
	SessionSummary *summary = into;

	subject_clear(&summary->subject);
	summary->from = MOMENT_NONE_FROM;
	summary->through = MOMENT_NONE_THROUGH;
}

/* Sessions whose time is up by the last moment there is no longer run. */
static void
session_settle(void *of)
{
	SessionSummary *summary = of;
	int64		unit = deadline_unit(summary->gap);

	for (int i = 0; i < summary->part_count; i++)
	{
		Tally	   *given = &summary->parts[i].running;
		Tally		running;

		tally_order(given);
		tally_init(&running, 1, 0);
		for (int j = 0; j < given->length; j++)
		{
			const SessionRunning *one = tally_at(SessionRunning, given, j);

			if (deadline_is_open(unit, session_running_until(one), summary->through))
				((SessionRunning *) tally_cell(&running, one->key))->sessions = one->sessions;
		}
		*given = running;
	}
}

/*
 * Rules
 */

/* Adds to the sessions that run. */
static const char *
broken_running(const SessionSummary *summary, const SessionPart *part, int128 *running)
{
	int64		unit = deadline_unit(summary->gap);
	int128		here = 0;

	for (int i = 0; i < part->running.length; i++)
	{
		const SessionRunning *one = tally_at(SessionRunning, &part->running, i);
		int128		until = (int128) session_running_until(one) * unit;

		if (one->sessions < 1)
			return "no session runs until a moment that is kept";
		if (until <= summary->through || until - unit >= (int128) summary->through + summary->gap)
			return "sessions run until a moment when none can";
		here += one->sessions;
	}
	if (here > part->entities)
		return "more sessions run than there are entities";
	*running += here;
	return NULL;
}

static const char *
broken_lengths(const SessionPart *part)
{
	int64		several = part->sessions - part->single_row;

	if (part->lengths == NULL || part->lengths->total != part->sessions)
		return "the lengths are not as many as the sessions";
	/* a bucket is 2 % wide */
	if (part->time < 0 || (double) part->time > (double) several * (sketch_quantile(part->lengths, 1) * 1.03 + 2))
		return "the sessions together are longer than each of them";
	return NULL;
}

static const char *
broken_part(const SessionPart *part)
{
	if (part->sessions > COUNT_MOST || part->rows > COUNT_MOST)
		return "the sessions are too many";
	if (part->sessions < 1 || part->entities < 1 || part->entities > part->sessions)
		return "there are more entities than sessions, or none";
	if (part->single_row > part->sessions ||
		part->rows - part->single_row < 2 * (part->sessions - part->single_row) ||
		(part->single_row == part->sessions && part->rows != part->sessions))
		return "the sessions do not agree with their rows";
	return broken_lengths(part);
}

/* Whether the parts stand in order, within the data; without a period there is one. */
static bool
has_broken_periods(const SessionSummary *summary)
{
	PeriodKind	kind = summary->subject.period;

	if (!summary->subject.has_period)
		return summary->part_count > 1 || (summary->part_count == 1 && summary->parts[0].entities != summary->entities);
	for (int i = 0; i < summary->part_count; i++)
	{
		int32		period = summary->parts[i].period;

		if ((i > 0 && period <= summary->parts[i - 1].period) ||
			period < period_of_day(kind, day_of(summary->from) - 1) || period > period_of_day(kind, day_of(summary->through) + 1))
			return true;
	}
	return false;
}

/* The rules between the fields. Returns what is wrong, NULL where nothing is. */
static const char *
session_rules(const void *of)
{
	const SessionSummary *summary = of;
	int128		entities = 0;
	int128		rows = 0;
	int128		running = 0;
	int64		most = 0;

	if (!reasons_at_most(&session_reasons, summary->rows, COUNT_MOST) || summary->entities > COUNT_MOST)
		return "a number of rows is too large";
	if (!summary->subject.known && !reasons_at_most(&session_reasons, summary->rows, 0))
		return "there are rows but no gap";
	if (summary->gap > 2 * PATH_TIME_LIMIT)
		return "its gap is out of range";
	if ((summary->rows[SESSION_USED] > 0) != (summary->from <= summary->through))
		return "there are rows without a first and last moment, or the other way round";
	if (summary->from <= summary->through && !(moment_in_range(summary->from) && moment_in_range(summary->through)))
		return "its moments are out of range";
	for (int i = 0; i < summary->part_count; i++)
	{
		const SessionPart *part = &summary->parts[i];
		const char *why = broken_part(part);

		if (why == NULL)
			why = broken_running(summary, part, &running);
		if (why != NULL)
			return why;
		entities += part->entities;
		rows += part->rows;
		most = Max(most, part->entities);
	}
	if (rows != summary->rows[SESSION_USED])
		return "the sessions have other rows than are used";
	if (summary->entities > entities || summary->entities < most || running > summary->entities)
		return "the entities do not agree with their sessions";
	return has_broken_periods(summary) ? "its periods are out of order, or outside of the data" : NULL;
}

/*
 * Fields
 */

static void
running_fields(Codec *codec, SessionPart *part)
{
	int			count = part->running.length;

	codec_list_begin(codec, "running", &count, tally_most(&part->running));
	for (int i = 0; i < count; i++)
	{
		SessionRunning read = {0};
		SessionRunning *running = codec_is_reading(codec) ? &read : tally_at(SessionRunning, &part->running, i);
		int64		until = session_running_until(running);

		codec_record_begin(codec);
		codec_integer(codec, "until", &until);
		codec_count(codec, "sessions", &running->sessions);
		codec_record_end(codec);
		if (!codec_is_reading(codec))
			continue;
		if (until < PG_INT32_MIN || until > PG_INT32_MAX)
			codec_refuse(codec, "a moment is out of range");
		read.key = session_running_key((int32) until);
		*(SessionRunning *) tally_next(codec, &part->running, read.key) = read;
	}
	codec_list_end(codec);
}

static void
period_field(Codec *codec, const SessionSummary *summary, SessionPart *part)
{
	int64		start = codec_is_reading(codec) ? 0 : period_first_day(summary->subject.period, part->period);

	codec_date(codec, "start", &start);
	if (!codec_is_reading(codec))
		return;
	part->period = period_of_day(summary->subject.period, (int32) start);
	if (period_first_day(summary->subject.period, part->period) != start)
		codec_refuse(codec, "a period does not begin on its first day");
}

static void
part_fields(Codec *codec, SessionSummary *summary, SessionPart *part)
{
	codec_record_begin(codec);
	if (codec_is_reading(codec))
		session_part_begin(part, 0);
	if (summary->subject.has_period)
		period_field(codec, summary, part);
	codec_count(codec, "entities", &part->entities);
	codec_count(codec, "sessions", &part->sessions);
	codec_count(codec, "single_row_sessions", &part->single_row);
	codec_count(codec, "rows", &part->rows);
	codec_int128(codec, "sum_microseconds", &part->time);
	codec_sketch(codec, "sketch", &part->lengths);
	running_fields(codec, part);
	codec_record_end(codec);
}

static void
session_fields(Codec *codec, void *of)
{
	SessionSummary *summary = of;

	codec_count(codec, "gap_microseconds", &summary->gap);
	summary->subject.known = summary->gap > 0;
	subject_fields(codec, &session_subject, &summary->subject, NULL);
	codec_moments(codec, &summary->from, &summary->through);
	reasons_fields(codec, &session_reasons, summary->rows);
	codec_count(codec, "entities", &summary->entities);
	codec_list_begin(codec, "periods", &summary->part_count, (int) (MaxAllocSize / sizeof(SessionPart)));
	if (codec_is_reading(codec))
		summary->parts = palloc(sizeof(SessionPart) * Max(summary->part_count, 1));
	for (int i = 0; i < summary->part_count; i++)
		part_fields(codec, summary, &summary->parts[i]);
	codec_list_end(codec);
}

/*
 * Merging
 */

/* Merges two ordered lists of parts. */
static void
merge_parts(SessionSummary *into, const SessionSummary *other)
{
	SessionPart *merged = palloc(sizeof(SessionPart) * Max(into->part_count + other->part_count, 1));
	int			left = 0;
	int			count = 0;

	for (int right = 0; right < other->part_count; right++)
	{
		const SessionPart *part = &other->parts[right];

		while (left < into->part_count && into->parts[left].period < part->period)
			merged[count++] = into->parts[left++];
		if (left < into->part_count && into->parts[left].period == part->period)
			merged[count] = into->parts[left++];
		else
			session_part_begin(&merged[count], part->period);
		session_part_merge(&merged[count++], part);
	}
	while (left < into->part_count)
		merged[count++] = into->parts[left++];
	if (into->parts != NULL)
		pfree(into->parts);
	into->parts = merged;
	into->part_count = count;
}

static void
session_merge(void *to, void *added)
{
	SessionSummary *into = to;
	SessionSummary *other = added;
	bool		is_new;

	if (into->gap > 0 && other->gap > 0 && into->gap != other->gap)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("cannot merge session summaries of different gaps"),
				 errdetail("One is of %s, the other of %s.", gap_text(into->gap), gap_text(other->gap)),
				 errhint("Group by the gap, or aggregate the rows again with one.")));
	if (!subject_merge(&session_summary_type, &session_subject, &into->subject, &other->subject, &is_new))
		return;
	into->gap = other->gap;
	into->from = Min(into->from, other->from);
	into->through = Max(into->through, other->through);
	reasons_merge(&session_reasons, into->rows, other->rows);
	count_add(&into->entities, other->entities);
	merge_parts(into, other);
}

const SummaryType session_summary_type = {
	.name = "session_summary",
	.called = "session",
	.version = 1,
	.size = sizeof(SessionSummary),
	.fields = session_fields,
	.clear = session_clear,
	.settle = session_settle,
	.rules = session_rules,
	.merge = session_merge,
	.merges_pairwise = true,
};

SUMMARY_TYPE_FUNCTIONS(session_summary, session_summary_type)
SUMMARY_ROLLUP_FUNCTIONS(session_summary, session_summary_type)
SUMMARY_MOMENT(session_data_from, session_summary_type, SessionSummary, from)
SUMMARY_MOMENT(session_data_through, session_summary_type, SessionSummary, through)

/* session_gap(session_summary): as an interval; NULL in a summary of no rows. */
PG_FUNCTION_INFO_V1(session_gap);
Datum
session_gap(PG_FUNCTION_ARGS)
{
	SessionSummary summary;

	summary_read(&session_summary_type, PG_GETARG_DATUM(0), &summary);
	if (!summary.subject.known)
		PG_RETURN_NULL();
	PG_RETURN_INTERVAL_P(span_of_microseconds(summary.gap, 1));
}
