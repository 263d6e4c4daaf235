/*
 * cohort_summary.c
 *		The type cohort_summary: how it is written, read, checked and merged.
 */
#include "kpi/cohort_summary.h"

#include "base/rollup.h"

static const char *const reason_names[COHORT_REASONS] = {
	"used", "no_entity", "no_time", "time_out_of_range"
};

const Reasons cohort_reasons = {COHORT_REASONS, reason_names};

static const SubjectKind cohort_subject = {
	.has_calendar = true,
	.differ = "periods or zones",
	.hint = "Group by the period and zone, or aggregate the rows again with one of them.",
};

static void
cohort_clear(void *into)
{
	CohortSummary *summary = into;

	subject_clear(&summary->subject);
	summary->from = MOMENT_NONE_FROM;
	summary->through = MOMENT_NONE_THROUGH;
	TALLY_INIT(&summary->cells, CohortCell, 2, 1);
}

static void
cohort_settle(void *of)
{
	tally_order(&((CohortSummary *) of)->cells);
}

/* The local dates that a moment has in one zone or another: its date in UTC, a day before, a day after. */
static void
possible_days(Timestamp at, int32 *earliest, int32 *latest)
{
	*earliest = day_of(at) - 1;
	*latest = day_of(at) + 1;
}

/* How many cells, from this one on, are of one cohort */
static int
cohort_length(const CohortSummary *summary, int first)
{
	int			end = first;

	while (end < summary->cells.length &&
		   cohort_cell_cohort(cohort_cell(summary, end)) == cohort_cell_cohort(cohort_cell(summary, first)))
		end++;
	return end - first;
}

/*
 * The rules of a cohort's cells, from its first one: returns what is wrong,
 * NULL where nothing is. Adds to the entities, to the least number of rows
 * and to the least number of repeaters.
 */
static const char *
broken_cohort(const CohortCell *first, const CohortCell *end, int128 *entities, int128 *rows, int128 *repeaters)
{
	int64		size = first->active;
	int64		most = 0;

	if (cohort_cell_period(first) != cohort_cell_cohort(first))
		return "a cohort has no size";
	for (const CohortCell *cell = first; cell < end; cell++)
	{
		int64		before = cell > first && cohort_cell_period(cell - 1) == cohort_cell_period(cell) - 1 ? cell[-1].active : 0;

		if (cell->active < 1 || cell->active > size || cell->again < 0 || cell->again > cell->active)
			return "a cohort has more active entities than entities, or none";
		if (cell->again > before || cell->active - cell->again > size - before)
			return "a cohort's active entities do not agree with those of the period before";
		if (cell > first)
			most = Max(most, cell->active);
		*rows += cell->active;
	}
	*entities += size;
	*repeaters += most;
	return NULL;
}

/* The rules between the fields. Returns what is wrong, NULL where nothing is. */
static const char *
cohort_rules(const void *of)
{
	const CohortSummary *summary = of;
	int128		entities = 0;
	int128		rows = 0;
	int128		repeaters = 0;
	int32		last = PG_INT32_MIN;
	int32		first_cohort;
	int			i = 0;
	int32		earliest,
				latest;

	if (!reasons_at_most(&cohort_reasons, summary->rows, COUNT_MOST))
		return "a number of rows is too large";
	if (!summary->subject.known && !reasons_at_most(&cohort_reasons, summary->rows, 0))
		return "there are rows but no period";

	while (i < summary->cells.length)
	{
		const CohortCell *first = cohort_cell(summary, i);
		const char *why;

		i += cohort_length(summary, i);
		last = Max(last, cohort_cell_period(cohort_cell(summary, i - 1)));
		why = broken_cohort(first, cohort_cell(summary, i), &entities, &rows, &repeaters);
		if (why != NULL)
			return why;
	}
	if (rows > summary->rows[COHORT_USED])
		return "there are more active entities than rows";
	if (summary->repeaters < repeaters || summary->repeaters > entities ||
		entities + summary->repeaters > summary->rows[COHORT_USED] ||
		(summary->repeaters == 0 && summary->rows[COHORT_USED] > entities))
		return "the entities with several rows do not agree with the rows";
	if (summary->with_amount > summary->rows[COHORT_USED])
		return "more rows have an amount than there are";
	if (summary->with_amount == 0 && tally_has_amounts(&summary->cells))
		return "there are amounts but no row that has one";

	if ((summary->cells.length > 0) != (summary->from <= summary->through))
		return "there are entities without a first and last moment, or the other way round";
	if (summary->cells.length == 0)
		return NULL;
	possible_days(summary->through, &earliest, &latest);
	if (summary->last_day < earliest || summary->last_day > latest ||
		period_of_day(summary->subject.period, (int32) summary->last_day) != last)
		return "its last period does not agree with its last moment";
	possible_days(summary->from, &earliest, &latest);
	first_cohort = cohort_cell_cohort(cohort_cell(summary, 0));
	if (first_cohort < period_of_day(summary->subject.period, earliest) || first_cohort > period_of_day(summary->subject.period, latest))
		return "its first cohort does not agree with its first moment";
	return NULL;
}

/* One cell, of those of a cohort; "since" is how many periods after its own, "last" that of the one before. */
static void
cell_fields(Codec *codec, CohortSummary *summary, int at, int64 cohort, int64 *last)
{
	CohortCell	read = {0};
	CohortCell *cell = codec_is_reading(codec) ? &read : cohort_cell(summary, at);
	int64		since = cohort_cell_period(cell) - cohort;

	codec_record_begin(codec);
	codec_count(codec, "periods_since", &since);
	codec_count(codec, "active", &cell->active);
	codec_count(codec, "returning", &cell->again);
	codec_decimal(codec, "amount", &cell->amount);
	codec_record_end(codec);
	if (!codec_is_reading(codec))
		return;
	if (since <= *last || since > PERIOD_LAST_DAY - PERIOD_FIRST_START)
		codec_refuse(codec, "a cohort's periods are out of order or out of range");
	*last = since;
	read.key = tally_key((int32) cohort, (int32) (cohort + since));
	*(CohortCell *) tally_next(codec, &summary->cells, read.key) = read;
}

/* The first day of a cohort, the number of its period; "before" is that of the one before. */
static int64
cohort_field(Codec *codec, CohortSummary *summary, int64 number, int64 before)
{
	int64		start = codec_is_reading(codec) ? 0 : period_first_day(summary->subject.period, (int32) number);

	codec_date(codec, "start", &start);
	if (!codec_is_reading(codec))
		return number;
	/* a week's first day may lie before the first day there is */
	number = period_of_day(summary->subject.period, (int32) start);
	if (!summary->subject.known || number <= before || period_first_day(summary->subject.period, (int32) number) != start)
		codec_refuse(codec, "its cohorts are out of order, or begin within a period");
	return number;
}

/* The cells: a list of cohorts, each a list of the periods since. */
static void
cells_fields(Codec *codec, CohortSummary *summary)
{
	int			cohorts = 0;
	int			next = 0;		/* writing: the cell */
	int64		cohort = PG_INT32_MIN;

	if (!codec_is_reading(codec))
		for (int i = 0; i < summary->cells.length; i += cohort_length(summary, i))
			cohorts++;
	codec_list_begin(codec, "cohorts", &cohorts, tally_most(&summary->cells));
	for (int i = 0; i < cohorts; i++)
	{
		int			cells = codec_is_reading(codec) ? 0 : cohort_length(summary, next);
		int64		last = -1;

		codec_record_begin(codec);
		cohort = cohort_field(codec, summary, codec_is_reading(codec) ? 0 : cohort_cell_cohort(cohort_cell(summary, next)), cohort);
		codec_list_begin(codec, "periods", &cells, tally_most(&summary->cells));
		for (int j = 0; j < cells; j++)
			cell_fields(codec, summary, next++, cohort, &last);
		codec_list_end(codec);
		codec_record_end(codec);
		if (cells == 0)
			codec_refuse(codec, "a cohort has no size");
	}
	codec_list_end(codec);
}

static void
cohort_fields(Codec *codec, void *of)
{
	CohortSummary *summary = of;

	subject_fields(codec, &cohort_subject, &summary->subject, NULL);
	codec_moments(codec, &summary->from, &summary->through);
	if (summary->from <= summary->through)
		codec_date(codec, "last_day", &summary->last_day);
	reasons_fields(codec, &cohort_reasons, summary->rows);
	codec_count(codec, "rows_with_amount", &summary->with_amount);
	codec_count(codec, "repeaters", &summary->repeaters);
	cells_fields(codec, summary);
}

static void
cohort_merge(void *to, void *added)
{
	CohortSummary *into = to;
	CohortSummary *other = added;
	bool		is_new;

	if (!subject_merge(&cohort_summary_type, &cohort_subject, &into->subject, &other->subject, &is_new))
		return;
	if (into->cells.length == 0 || (other->cells.length > 0 && other->last_day > into->last_day))
		into->last_day = other->last_day;
	into->from = Min(into->from, other->from);
	into->through = Max(into->through, other->through);
	reasons_merge(&cohort_reasons, into->rows, other->rows);
	count_add(&into->with_amount, other->with_amount);
	count_add(&into->repeaters, other->repeaters);
	tally_merge(&into->cells, &other->cells);
}

const SummaryType cohort_summary_type = {
	.name = "cohort_summary",
	.called = "cohort",
	.version = 1,
	.size = sizeof(CohortSummary),
	.fields = cohort_fields,
	.clear = cohort_clear,
	.settle = cohort_settle,
	.rules = cohort_rules,
	.merge = cohort_merge,
};

SUMMARY_TYPE_FUNCTIONS(cohort_summary, cohort_summary_type)
SUMMARY_ROLLUP_FUNCTIONS(cohort_summary, cohort_summary_type)
SUMMARY_MOMENT(cohort_data_from, cohort_summary_type, CohortSummary, from)
SUMMARY_MOMENT(cohort_data_through, cohort_summary_type, CohortSummary, through)
