/*
 * landmark_summary.c
 *		The type landmark_summary: how it is written, read, checked and merged.
 */
#include "kpi/landmark_summary.h"

#include "base/rollup.h"

static const SubjectKind landmark_subject = {
	.definition = &history_definition,
	.differ = "funnels",
	.hint = "Group by the funnel, or aggregate the history again with one of them.",
};

int
landmark_steps(const LandmarkSummary *summary)
{
	return summary->subject.known ? ((const FunnelLookup *) summary->subject.made)->stages - 1 : 0;
}

void
landmark_make_room(LandmarkSummary *summary)
{
	int			steps = landmark_steps(summary);

	summary->counts = palloc0(sizeof(LandmarkCount) * Max(steps * summary->times.count, 1));
	summary->decided = palloc0(sizeof(int64) * Max(steps, 1));
}

static void
landmark_clear(void *into)
{
	LandmarkSummary *summary = into;

	subject_clear(&summary->subject);
	history_totals_clear(&summary->totals);
}

static const char *
times_rules(const LandmarkTimes *times)
{
	if (!moment_in_range(times->as_of) || times->horizon < 0)
		return "as_of is out of range, or the horizon is";
	if (times->count < 1)
		return "there is no landmark";
	for (int i = 0; i < times->count; i++)
	{
		if (!moment_in_range(times->landmarks[i]) || times->landmarks[i] >= times->as_of)
			return "a landmark is out of range, or not before as_of";
		if (i > 0 && times->landmarks[i] <= times->landmarks[i - 1])
			return "the landmarks are not in order";
	}
	return NULL;
}

/* Of one step: its different entities are no more than those of its landmarks together */
static const char *
step_rules(const LandmarkSummary *summary, int step)
{
	int128		decided = 0;

	for (int i = 0; i < summary->times.count; i++)
	{
		const LandmarkCount *count = landmark_count(summary, i, step);

		if (count->was_open > COUNT_MOST || count->won > count->was_open || count->lost > count->was_open - count->won)
			return "more are won and lost than were open";
		if (landmark_is_over(&summary->times, i))
			decided += (int128) count->won + count->lost;
	}
	if (summary->decided[step] > decided || (decided > 0) != (summary->decided[step] > 0))
		return "the different entities are not those of the landmarks";
	return NULL;
}

static const char *
landmark_rules(const void *of)
{
	const LandmarkSummary *summary = of;
	const char *why = history_totals_rules(&summary->totals, summary->subject.known, COUNT_MOST);

	if (why != NULL)
		return why;
	if (summary->later_rows > summary->totals.rows[HISTORY_USED] + summary->totals.rows[HISTORY_OUTSIDE] ||
		summary->totals.with_amount > 0)
		return "more rows come later than there are, or there are amounts";
	if (!summary->subject.known)
		return summary->later_rows > 0 ? "there are rows but no definition" : NULL;
	why = times_rules(&summary->times);
	for (int step = 0; step < landmark_steps(summary) && why == NULL; step++)
		why = step_rules(summary, step);
	return why;
}

/* The landmarks, each with its counts by step */
static void
landmark_fields_of(Codec *codec, LandmarkSummary *summary, int landmark)
{
	int			steps = landmark_steps(summary);
	int			given = steps;

	codec_record_begin(codec);
	codec_moment(codec, "landmark", &summary->times.landmarks[landmark]);
	codec_list_begin(codec, "steps", &given, steps);
	if (given != steps)
		codec_refuse(codec, "a landmark has not every step");
	for (int step = 0; step < steps; step++)
	{
		LandmarkCount *count = landmark_count(summary, landmark, step);

		codec_record_begin(codec);
		codec_count(codec, "was_open", &count->was_open);
		codec_count(codec, "won", &count->won);
		codec_count(codec, "lost", &count->lost);
		codec_record_end(codec);
	}
	codec_list_end(codec);
	codec_record_end(codec);
}

static void
decided_fields(Codec *codec, LandmarkSummary *summary)
{
	int			steps = landmark_steps(summary);
	int			given = steps;

	codec_list_begin(codec, "decided_entities", &given, steps);
	if (given != steps)
		codec_refuse(codec, "\"decided_entities\" has not every step");
	for (int step = 0; step < steps; step++)
	{
		codec_record_begin(codec);
		codec_count(codec, "entities", &summary->decided[step]);
		codec_record_end(codec);
	}
	codec_list_end(codec);
}

static void
landmark_fields(Codec *codec, void *of)
{
	LandmarkSummary *summary = of;
	const LandmarkSummary *like = codec->like;
	LandmarkTimes *times = &summary->times;

	subject_fields(codec, &landmark_subject, &summary->subject, like != NULL ? &like->subject : NULL);
	codec_moments(codec, &summary->totals.from, &summary->totals.through);
	history_totals_fields(codec, &summary->totals);
	codec_count(codec, "later_rows", &summary->later_rows);
	if (!summary->subject.known)
		return;
	codec_moment(codec, "as_of", &times->as_of);
	codec_count(codec, "horizon_microseconds", &times->horizon);
	codec_list_begin(codec, "landmarks", &times->count, LANDMARKS_MOST);
	if (codec_is_reading(codec))
	{
		times->landmarks = palloc0(sizeof(int64) * Max(times->count, 1));
		landmark_make_room(summary);
	}
	for (int i = 0; i < times->count; i++)
		landmark_fields_of(codec, summary, i);
	codec_list_end(codec);
	decided_fields(codec, summary);
}

pg_noreturn static void
refuse_other_times(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("landmark summaries of different landmarks, horizons or as_of can't be merged"),
			 errhint("Aggregate the history again with the same for all parts.")));
	pg_unreachable();
}

static void
landmark_merge(void *to, void *added)
{
	LandmarkSummary *into = to;
	LandmarkSummary *other = added;
	LandmarkTimes *times = &into->times;
	bool		is_new;

	history_totals_merge(&into->totals, &other->totals);
	count_add(&into->later_rows, other->later_rows);
	if (!subject_merge(&landmark_summary_type, &landmark_subject, &into->subject, &other->subject, &is_new))
		return;
	if (is_new)
	{
		*times = other->times;
		times->landmarks = palloc(sizeof(int64) * times->count);
		memcpy(times->landmarks, other->times.landmarks, sizeof(int64) * times->count);
		landmark_make_room(into);
	}
	else if (times->count != other->times.count || times->as_of != other->times.as_of || times->horizon != other->times.horizon ||
			 memcmp(times->landmarks, other->times.landmarks, sizeof(int64) * times->count) != 0)
		refuse_other_times();
	for (int i = 0; i < times->count * landmark_steps(into); i++)
	{
		count_add(&into->counts[i].was_open, other->counts[i].was_open);
		count_add(&into->counts[i].won, other->counts[i].won);
		count_add(&into->counts[i].lost, other->counts[i].lost);
	}
	for (int step = 0; step < landmark_steps(into); step++)
		count_add(&into->decided[step], other->decided[step]);
}

static int
landmark_version(const void *summary)
{
	return history_totals_version(&((const LandmarkSummary *) summary)->totals);
}

const SummaryType landmark_summary_type = {
	.name = "landmark_summary",
	.called = "landmark",
	.version = 2,
	.needs = landmark_version,
	.size = sizeof(LandmarkSummary),
	.fields = landmark_fields,
	.clear = landmark_clear,
	.rules = landmark_rules,
	.merge = landmark_merge,
};

SUMMARY_TYPE_FUNCTIONS(landmark_summary, landmark_summary_type)
SUMMARY_ROLLUP_FUNCTIONS(landmark_summary, landmark_summary_type)
HISTORY_SUMMARY_FUNCTIONS(landmark, landmark_summary_type, LandmarkSummary)
SUMMARY_MOMENT(landmark_data_from, landmark_summary_type, LandmarkSummary, totals.from)
SUMMARY_MOMENT(landmark_data_through, landmark_summary_type, LandmarkSummary, totals.through)
