/*
 * retention_summary.c
 *		The type retention_summary: how it is written, read, checked and merged.
 */
#include "kpi/retention_summary.h"

#include "base/rollup.h"
#include "catalog/pg_type.h"
#include "utils/array.h"

static const char *const reason_names[RETENTION_REASONS] = {
	"used", "no_entity", "no_time", "time_out_of_range", "other_event",
	"before_start", "started_again", "outside_brackets", "entity_outside"
};

const Reasons retention_reasons = {RETENTION_REASONS, reason_names};

static const SubjectKind retention_subject = {
	.has_calendar = true,
	.differ = "units or zones",
	.hint = "Group by the unit and zone, or aggregate the rows again with one of them.",
};

const char *
retention_broken_brackets(const int32 *brackets, int count)
{
	if (count < 2 || count > RETENTION_BRACKETS)
		return "brackets have 2 to 1000 ends";
	if (brackets[0] < 0 || brackets[count - 1] > PERIOD_LAST_DAY - PERIOD_FIRST_DAY)
		return "an end of a bracket is out of range";
	for (int i = 1; i < count; i++)
		if (brackets[i] <= brackets[i - 1])
			return "the ends of brackets must rise";
	return NULL;
}

static void
retention_clear(void *into)
{
	RetentionSummary *summary = into;

	subject_clear(&summary->subject);
	summary->from = MOMENT_NONE_FROM;
	summary->through = MOMENT_NONE_THROUGH;
	TALLY_INIT(&summary->cohorts, RetentionCohort, 1, 0);
	TALLY_INIT(&summary->cells, RetentionCell, 3, 0);
}

static void
retention_settle(void *of)
{
	RetentionSummary *summary = of;

	tally_order(&summary->cohorts);
	tally_order(&summary->cells);
}

/*
 * Rules
 */

/*
 * The rules of a cohort's cells, from the next one on, which moves on behind
 * them. Adds to the least number of rows.
 */
static const char *
broken_cohort(const RetentionSummary *summary, const RetentionCohort *cohort, int *next, int128 *rows)
{
	int64		begun = 0;		/* entities whose first return lies here or before */
	int64		ended = 0;		/* ... whose last lies before */

	for (; *next < summary->cells.length; (*next)++)
	{
		const RetentionCell *cell = retention_cell(summary, *next);

		if (retention_cell_cohort(cell) != retention_cohort_period(cohort))
			break;
		if (cell->returned < 1 || cell->first > cell->returned || cell->last > cell->returned)
			return "more entities returned for the first or last time than returned, or none did";
		begun += cell->first;
		if (begun > cohort->entities || cell->returned > begun - ended)
			return "more entities of a cohort returned than there are";
		ended += cell->last;
		*rows += cell->returned;
	}
	return begun == ended ? NULL : "first and last returns are not those of the same entities";
}

/* Whether a cohort lies within the data */
static bool
is_possible_cohort(const RetentionSummary *summary, int32 cohort)
{
	PeriodKind	kind = summary->subject.period;

	return cohort >= period_of_day(kind, day_of(summary->from) - 1) && cohort <= period_of_day(kind, (int32) summary->last_day);
}

static const char *
broken_cohorts(const RetentionSummary *summary)
{
	int128		rows = 0;
	int			next = 0;

	for (int i = 0; i < summary->cohorts.length; i++)
	{
		const RetentionCohort *cohort = retention_cohort(summary, i);
		const char *why;

		if (cohort->entities < 1 || cohort->entities > COUNT_MOST)
			return "a cohort has no size, or too large a one";
		if (!is_possible_cohort(summary, retention_cohort_period(cohort)))
			return "a cohort lies outside of the data";
		why = broken_cohort(summary, cohort, &next, &rows);
		if (why != NULL)
			return why;
		rows += cohort->entities;
	}
	if (rows > summary->rows[RETENTION_USED])
		return "there are more starts and returns than rows";
	if (summary->cohorts.length == 0 && summary->rows[RETENTION_USED] > 0)
		return "there are rows but no cohort";
	return NULL;
}

/* The rules between the fields. Returns what is wrong, NULL where nothing is. */
static const char *
retention_rules(const void *of)
{
	const RetentionSummary *summary = of;
	const int64 *rows = summary->rows;
	bool		has_moments = false;

	if (!reasons_at_most(&retention_reasons, rows, COUNT_MOST))
		return "a number of rows is too large";
	if (!summary->subject.known)
		return reasons_at_most(&retention_reasons, rows, 0) && summary->outside == 0 && summary->from > summary->through ?
			NULL : "there are rows but no unit";
	if (summary->bracket_ends == 0 && rows[RETENTION_OUTSIDE_BRACKETS] > 0)
		return "rows lie outside of brackets, but there are none";
	for (int reason = RETENTION_OTHER_EVENT; reason < RETENTION_REASONS; reason++)
		has_moments |= rows[reason] > 0;
	if ((has_moments || rows[RETENTION_USED] > 0) != (summary->from <= summary->through))
		return "there are rows without a first and last moment, or the other way round";
	if (summary->from <= summary->through &&
		!(moment_in_range(summary->from) && moment_in_range(summary->through) && day_is_possible(summary->last_day, summary->through)))
		return "its moments are out of range, or its last day does not agree with the last of them";
	if (summary->outside > rows[RETENTION_OUTSIDE] || (summary->outside == 0) != (rows[RETENTION_OUTSIDE] == 0))
		return "the entities outside do not agree with the rows of them";
	return broken_cohorts(summary);
}

/*
 * Fields
 */

static void
bracket_fields(Codec *codec, RetentionSummary *summary)
{
	codec_list_begin(codec, "brackets", &summary->bracket_ends, RETENTION_BRACKETS);
	if (codec_is_reading(codec))
		summary->brackets = palloc0(sizeof(int32) * Max(summary->bracket_ends, 1));
	for (int i = 0; i < summary->bracket_ends; i++)
	{
		int64		day = summary->brackets[i];

		codec_record_begin(codec);
		codec_count(codec, "days", &day);
		codec_record_end(codec);
		summary->brackets[i] = (int32) Min(day, PG_INT32_MAX);
	}
	codec_list_end(codec);
	if (codec_is_reading(codec) && summary->bracket_ends > 0)
	{
		const char *why = retention_broken_brackets(summary->brackets, summary->bracket_ends);

		if (why != NULL)
			codec_refuse(codec, why);
		if (!summary->subject.known || summary->subject.period != PERIOD_DAY)
			codec_refuse(codec, "there are brackets, but the unit is not the day");
	}
}

static void
cell_fields(Codec *codec, RetentionSummary *summary, int at, int32 cohort)
{
	RetentionCell read = {0};
	RetentionCell *cell = codec_is_reading(codec) ? &read : retention_cell(summary, at);
	int64		offset = retention_cell_offset(cell);

	codec_record_begin(codec);
	codec_count(codec, summary->bracket_ends > 0 ? "bracket" : "periods_since", &offset);
	codec_count(codec, "returned", &cell->returned);
	codec_count(codec, "first", &cell->first);
	codec_count(codec, "last", &cell->last);
	codec_record_end(codec);
	if (!codec_is_reading(codec))
		return;
	if (offset > (summary->bracket_ends > 0 ? summary->bracket_ends - 2 : PERIOD_LAST_DAY - PERIOD_FIRST_START))
		codec_refuse(codec, "a return lies out of range");
	read.key = tally_key(cohort, (int32) offset);
	*(RetentionCell *) tally_next(codec, &summary->cells, read.key) = read;
}

/* The period of a cohort, by its first day */
static int32
cohort_field(Codec *codec, RetentionSummary *summary, int32 cohort)
{
	int64		start = codec_is_reading(codec) ? 0 : period_first_day(summary->subject.period, cohort);

	codec_date(codec, "start", &start);
	if (!codec_is_reading(codec))
		return cohort;
	cohort = period_of_day(summary->subject.period, (int32) start);
	if (!summary->subject.known || period_first_day(summary->subject.period, cohort) != start)
		codec_refuse(codec, "a cohort does not begin on the first day of a period");
	return cohort;
}

/* A cohort, by its place; the next cell is its first, and moves on behind its last. */
static void
cohort_fields(Codec *codec, RetentionSummary *summary, int at, int *next)
{
	RetentionCohort read = {0};
	RetentionCohort *cohort = codec_is_reading(codec) ? &read : retention_cohort(summary, at);
	int32		period = cohort_field(codec, summary, retention_cohort_period(cohort));
	int			cells = 0;

	codec_count(codec, "entities", &cohort->entities);
	if (codec_is_reading(codec))
	{
		read.key = retention_cohort_key(period);
		*(RetentionCohort *) tally_next(codec, &summary->cohorts, read.key) = read;
	}
	else
		while (*next + cells < summary->cells.length && retention_cell_cohort(retention_cell(summary, *next + cells)) == period)
			cells++;
	codec_list_begin(codec, "returns", &cells, tally_most(&summary->cells));
	for (int i = 0; i < cells; i++)
		cell_fields(codec, summary, (*next)++, period);
	codec_list_end(codec);
}

static void
retention_fields(Codec *codec, void *of)
{
	RetentionSummary *summary = of;
	int			cohorts = summary->cohorts.length;
	int			next = 0;

	subject_fields(codec, &retention_subject, &summary->subject, NULL);
	bracket_fields(codec, summary);
	codec_moments(codec, &summary->from, &summary->through);
	if (summary->from <= summary->through)
		codec_date(codec, "last_day", &summary->last_day);
	reasons_fields(codec, &retention_reasons, summary->rows);
	codec_count(codec, "entities_outside", &summary->outside);
	codec_list_begin(codec, "cohorts", &cohorts, tally_most(&summary->cohorts));
	for (int i = 0; i < cohorts; i++)
	{
		codec_record_begin(codec);
		cohort_fields(codec, summary, i, &next);
		codec_record_end(codec);
	}
	codec_list_end(codec);
}

/*
 * Merging
 */

static bool
has_same_brackets(const RetentionSummary *a, const RetentionSummary *b)
{
	return a->bracket_ends == b->bracket_ends &&
		(a->bracket_ends == 0 || memcmp(a->brackets, b->brackets, sizeof(int32) * a->bracket_ends) == 0);
}

static void
retention_merge(void *to, void *added)
{
	RetentionSummary *into = to;
	RetentionSummary *other = added;
	bool		is_new;

	if (!subject_merge(&retention_summary_type, &retention_subject, &into->subject, &other->subject, &is_new))
		return;
	if (is_new)
	{
		into->bracket_ends = other->bracket_ends;
		into->brackets = palloc(sizeof(int32) * Max(other->bracket_ends, 1));
		memcpy(into->brackets, other->brackets, sizeof(int32) * other->bracket_ends);
	}
	else if (!has_same_brackets(into, other))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("cannot merge retention summaries of different brackets"),
				 errhint("Group by the brackets, or aggregate the rows again with one list of them.")));
	if (other->from <= other->through && (into->from > into->through || other->last_day > into->last_day))
		into->last_day = other->last_day;
	into->from = Min(into->from, other->from);
	into->through = Max(into->through, other->through);
	reasons_merge(&retention_reasons, into->rows, other->rows);
	count_add(&into->outside, other->outside);
	tally_merge(&into->cohorts, &other->cohorts);
	tally_merge(&into->cells, &other->cells);
}

const SummaryType retention_summary_type = {
	.name = "retention_summary",
	.called = "retention",
	.version = 1,
	.size = sizeof(RetentionSummary),
	.fields = retention_fields,
	.clear = retention_clear,
	.settle = retention_settle,
	.rules = retention_rules,
	.merge = retention_merge,
};

SUMMARY_TYPE_FUNCTIONS(retention_summary, retention_summary_type)
SUMMARY_ROLLUP_FUNCTIONS(retention_summary, retention_summary_type)
SUMMARY_MOMENT(retention_data_from, retention_summary_type, RetentionSummary, from)
SUMMARY_MOMENT(retention_data_through, retention_summary_type, RetentionSummary, through)

/* entities_outside(retention_summary) */
SUMMARY_ANSWER(retention_entities_outside, retention_summary_type, RetentionSummary, Int64GetDatum(summary.outside))

/* retention_brackets(retention_summary): the ends it was made with; NULL where offsets are periods. */
PG_FUNCTION_INFO_V1(retention_brackets);
Datum
retention_brackets(PG_FUNCTION_ARGS)
{
	RetentionSummary summary;
	Datum	   *ends;

	summary_read(&retention_summary_type, PG_GETARG_DATUM(0), &summary);
	if (summary.bracket_ends == 0)
		PG_RETURN_NULL();
	ends = palloc(sizeof(Datum) * summary.bracket_ends);
	for (int i = 0; i < summary.bracket_ends; i++)
		ends[i] = Int32GetDatum(summary.brackets[i]);
	PG_RETURN_ARRAYTYPE_P(construct_array(ends, summary.bracket_ends, INT4OID, sizeof(int32), true, TYPALIGN_INT));
}
