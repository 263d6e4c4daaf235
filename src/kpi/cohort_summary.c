/*
 * cohort_summary.c
 *		The type cohort_summary: how it is written, read, checked and merged.
 */
#include "kpi/cohort.h"

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

/* As in the text form; cohort_quality names them with spaces. */
static const char *const reason_fields[COHORT_REASONS] = {
	"used", "no_entity", "no_time", "time_out_of_range"
};

static void
cohort_clear(void *into)
{
	CohortSummary *summary = into;

	summary->zone = (char *) "";
	summary->from = MOMENT_NONE_FROM;
	summary->through = MOMENT_NONE_THROUGH;
}

/* The order in which cells are kept */
int
cohort_cell_compare(const void *a, const void *b)
{
	const CohortCell *left = a;
	const CohortCell *right = b;

	if (left->cohort != right->cohort)
		return left->cohort < right->cohort ? -1 : 1;
	if (left->period != right->period)
		return left->period < right->period ? -1 : 1;
	return 0;
}

/* The local dates that a moment has in one zone or another: its date in UTC, a day before, a day after. */
static void
possible_days(Timestamp at, int32 *earliest, int32 *latest)
{
	*earliest = Max(day_of(at) - 1, PERIOD_FIRST_DAY);
	*latest = Max(day_of(at) + 1, PERIOD_FIRST_DAY);
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

	if (first->period != first->cohort)
		return "a cohort has no size";
	for (const CohortCell *cell = first; cell < end; cell++)
	{
		int64		before = cell > first && cell[-1].period == cell->period - 1 ? cell[-1].active : 0;

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
broken_rule(const CohortSummary *summary)
{
	int128		entities = 0;
	int128		rows = 0;
	int128		repeaters = 0;
	int32		last = PG_INT32_MIN;
	bool		has_amounts = false;
	int			i = 0;
	int32		earliest,
				latest;

	for (int reason = 0; reason < COHORT_REASONS; reason++)
	{
		if (summary->rows[reason] > COHORT_MOST)
			return "a number of rows is too large";
		if (!summary->known && summary->rows[reason] > 0)
			return "there are rows but no period";
	}
	if (!summary->known && summary->zone[0] != '\0')
		return "there is a zone but no period";

	while (i < summary->cell_count)
	{
		const CohortCell *first = &summary->cells[i];
		const char *why;

		while (i < summary->cell_count && summary->cells[i].cohort == first->cohort)
		{
			last = Max(last, summary->cells[i].period);
			has_amounts |= !decimal_is_zero(&summary->cells[i++].amount);
		}
		why = broken_cohort(first, &summary->cells[i], &entities, &rows, &repeaters);
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
	if (summary->with_amount == 0 && has_amounts)
		return "there are amounts but no row that has one";

	if ((summary->cell_count > 0) != (summary->from <= summary->through))
		return "there are entities without a first and last moment, or the other way round";
	if (summary->cell_count == 0)
		return NULL;
	possible_days(summary->through, &earliest, &latest);
	if (summary->last_day < earliest || summary->last_day > latest ||
		period_of_day(summary->kind, (int32) summary->last_day) != last)
		return "its last period does not agree with its last moment";
	possible_days(summary->from, &earliest, &latest);
	if (summary->cells[0].cohort < period_of_day(summary->kind, earliest) ||
		summary->cells[0].cohort > period_of_day(summary->kind, latest))
		return "its first cohort does not agree with its first moment";
	return NULL;
}

/* The kind of period and the zone */
static void
kind_fields(Codec *codec, CohortSummary *summary)
{
	int			length = strlen(summary->zone);

	codec_period(codec, &summary->known, &summary->kind);
	codec_zone(codec, &summary->zone, &length);
}

/* Room for one more cell of those being read */
static CohortCell *
add_cell(CohortSummary *summary, int *room)
{
	if (summary->cell_count == *room)
	{
		*room = Max(16, *room * 2);
		if (summary->cells == NULL)
			summary->cells = palloc(sizeof(CohortCell) * *room);
		else
			summary->cells = repalloc_huge(summary->cells, sizeof(CohortCell) * (Size) *room);
	}
	memset(&summary->cells[summary->cell_count], 0, sizeof(CohortCell));
	return &summary->cells[summary->cell_count++];
}

/* How many cells, from this one on, are of one cohort */
static int
cohort_length(const CohortSummary *summary, int first)
{
	int			end = first;

	while (end < summary->cell_count && summary->cells[end].cohort == summary->cells[first].cohort)
		end++;
	return end - first;
}

/* The cells: a list of cohorts, each a list of the periods since. */
static void
cell_fields(Codec *codec, CohortSummary *summary)
{
	int			most = (int) (MaxAllocSize / sizeof(CohortCell));
	int			cohorts = 0;
	int			next = 0;		/* writing: the cell */
	int			room = 0;		/* reading: cells allocated */
	int64		cohort = PG_INT32_MIN;

	if (!codec_is_reading(codec))
		for (int i = 0; i < summary->cell_count; i += cohort_length(summary, i))
			cohorts++;
	codec_list_begin(codec, "cohorts", &cohorts, most);
	for (int i = 0; i < cohorts; i++)
	{
		int			cells = 0;
		int64		start = 0;
		int64		last = -1;

		if (!codec_is_reading(codec))
		{
			start = period_first_day(summary->kind, summary->cells[next].cohort);
			cells = cohort_length(summary, next);
		}
		codec_record_begin(codec);
		codec_date(codec, "start", &start);
		if (codec_is_reading(codec))
		{
			int64		before = cohort;

			/* a week's first day may lie before the first day there is */
			cohort = period_of_day(summary->kind, (int32) start);
			if (!summary->known || cohort <= before || period_first_day(summary->kind, (int32) cohort) != start)
				codec_refuse(codec, "its cohorts are out of order, or begin within a period");
		}
		codec_list_begin(codec, "periods", &cells, most);
		for (int j = 0; j < cells; j++)
		{
			CohortCell *cell = codec_is_reading(codec) ? add_cell(summary, &room) : &summary->cells[next++];
			int64		since = (int64) cell->period - cell->cohort;

			codec_record_begin(codec);
			codec_count(codec, "periods_since", &since);
			codec_count(codec, "active", &cell->active);
			codec_count(codec, "returning", &cell->again);
			codec_decimal(codec, "amount", &cell->amount);
			codec_record_end(codec);
			if (codec_is_reading(codec))
			{
				if (since <= last || since > PERIOD_LAST_DAY - PERIOD_FIRST_DAY)
					codec_refuse(codec, "a cohort's periods are out of order or out of range");
				last = since;
				cell->cohort = (int32) cohort;
				cell->period = (int32) (cohort + since);
			}
		}
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

	kind_fields(codec, summary);
	codec_moments(codec, &summary->from, &summary->through);
	if (summary->from <= summary->through)
		codec_date(codec, "last_day", &summary->last_day);
	codec_group_begin(codec, "rows");
	for (int reason = 0; reason < COHORT_REASONS; reason++)
		codec_count(codec, reason_fields[reason], &summary->rows[reason]);
	codec_group_end(codec);
	codec_count(codec, "rows_with_amount", &summary->with_amount);
	codec_count(codec, "repeaters", &summary->repeaters);
	cell_fields(codec, summary);

	if (codec_is_reading(codec))
	{
		const char *why = broken_rule(summary);

		if (why != NULL)
			codec_refuse(codec, why);
	}
}

/* Merges two ordered lists of cells. */
static void
merge_cells(CohortSummary *into, const CohortSummary *other)
{
	int			left = 0;
	int			right = 0;
	int			count = 0;
	CohortCell *merged;

	merged = palloc_extended(sizeof(CohortCell) * ((Size) into->cell_count + other->cell_count), MCXT_ALLOC_HUGE);
	while (left < into->cell_count || right < other->cell_count)
	{
		int			order;

		if (left == into->cell_count)
			order = 1;
		else if (right == other->cell_count)
			order = -1;
		else
			order = cohort_cell_compare(&into->cells[left], &other->cells[right]);
		merged[count] = order <= 0 ? into->cells[left++] : other->cells[right++];
		if (order == 0)
		{
			merged[count].active += other->cells[right].active;
			merged[count].again += other->cells[right].again;
			decimal_add(&merged[count].amount, &other->cells[right++].amount);
		}
		count++;
	}
	into->cells = merged;
	into->cell_count = count;
}

/* "month, Asia/Tehran" */
static char *
describe_periods(const CohortSummary *summary)
{
	return psprintf("%s, %s", period_names[summary->kind], summary->zone[0] == '\0' ? "local times" : summary->zone);
}

/*
 * Adds the other summary to this one. What of the other is taken over is
 * shared, not copied: both live until the result is packed.
 */
static void
cohort_merge(void *to, void *added)
{
	CohortSummary *into = to;
	CohortSummary *other = added;
	const char *why;

	if (!other->known)
		return;
	if (!into->known)
	{
		*into = *other;
		return;
	}
	if (into->kind != other->kind || strcmp(into->zone, other->zone) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("cannot merge cohort summaries of different periods or zones"),
				 errdetail("One is by %s, the other by %s.", describe_periods(into), describe_periods(other)),
				 errhint("Group by the period and zone, or aggregate the rows again with one of them.")));

	if (into->cell_count == 0 || (other->cell_count > 0 && other->last_day > into->last_day))
		into->last_day = other->last_day;
	into->from = Min(into->from, other->from);
	into->through = Max(into->through, other->through);
	for (int reason = 0; reason < COHORT_REASONS; reason++)
		into->rows[reason] += other->rows[reason];
	into->with_amount += other->with_amount;
	into->repeaters += other->repeaters;
	merge_cells(into, other);

	why = broken_rule(into);
	if (why != NULL)
		refuse_merge("cohort", why);
}

const SummaryType cohort_summary_type = {
	.name = "cohort_summary",
	.version = 1,
	.size = sizeof(CohortSummary),
	.fields = cohort_fields,
	.clear = cohort_clear,
	.merge = cohort_merge,
};

SUMMARY_TYPE_FUNCTIONS(cohort_summary, cohort_summary_type)
SUMMARY_ROLLUP_FUNCTIONS(cohort_summary, cohort_summary_type)
SUMMARY_MOMENT(cohort_data_from, cohort_summary_type, CohortSummary, from)
SUMMARY_MOMENT(cohort_data_through, cohort_summary_type, CohortSummary, through)
