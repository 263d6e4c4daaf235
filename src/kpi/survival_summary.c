/*
 * survival_summary.c
 *		What survival_agg keeps: how many ended how at which age, and were open.
 */
#include "base/compat.h"

#include "kpi/survival_summary.h"

static const char *const reason_names[SURVIVAL_REASONS] = {
	"used", "no_start", "no_end", "end_before_start", "time_out_of_range", "start_after_as_of", "before_observed_from"
};

const Reasons survival_reasons = {SURVIVAL_REASONS, reason_names};

static void
survival_clear(void *summary)
{
	SurvivalSummary *survival = summary;

	survival->as_of = MOMENT_NONE_FROM;
	survival->data_from = MOMENT_NONE_FROM;
	survival->data_through = MOMENT_NONE_THROUGH;
}

static void
survival_attach(void *summary, void *tail)
{
	SurvivalSummary *survival = summary;

	survival->labels = tail;
	survival->cells = tail == NULL ? NULL : (Cells *) ((char *) tail + survival->labels_room);
}

bool
outcome_is_open(const char *text, int length)
{
	return length == 4 && pg_strncasecmp(text, "open", 4) == 0;
}

static int
compare_outcomes(const void *a, const void *b)
{
	const SurvivalOutcome *left = a;
	const SurvivalOutcome *right = b;
	int			order = memcmp(left->text, right->text, Min(left->length, right->length));

	return order != 0 ? order : left->length - right->length;
}

int
survival_kind(const SurvivalSummary *survival, const char *text, int length)
{
	SurvivalOutcome key = {unconstify(char *, text), length};
	SurvivalOutcome *found = survival->outcomes == 0 ? NULL :
		bsearch(&key, survival->outcome, survival->outcomes, sizeof(SurvivalOutcome), compare_outcomes);

	return found == NULL ? -1 : KIND_OUTCOME + (int) (found - survival->outcome);
}

/* The outcomes of a running summary, as they came */
static SurvivalOutcome *
outcomes_of_labels(const SurvivalSummary *survival)
{
	SurvivalOutcome *outcome = palloc(sizeof(SurvivalOutcome) * Max(survival->outcomes, 1));
	char	   *at = survival->labels;

	for (int i = 0; i < survival->outcomes; i++)
	{
		outcome[i].length = (uint8) *at;
		outcome[i].text = at + 1;
		at += 1 + outcome[i].length;
	}
	return outcome;
}

/* Outcomes came in any order, and their kinds are numbered so; stored, both are in order of bytes. */
void
survival_settle(void *summary)
{
	SurvivalSummary *survival = summary;
	int			kinds[KIND_OUTCOME + SURVIVAL_OUTCOMES] = {KIND_OPEN, KIND_ENTERED};
	SurvivalOutcome *came;

	if (survival->cells == NULL || survival->cell != NULL)
		return;
	came = outcomes_of_labels(survival);
	survival->outcome = outcomes_of_labels(survival);
	qsort(survival->outcome, survival->outcomes, sizeof(SurvivalOutcome), compare_outcomes);
	for (int i = 0; i < survival->outcomes; i++)
		kinds[KIND_OUTCOME + i] = survival_kind(survival, came[i].text, came[i].length);
	survival->cell = cells_in_order(survival->cells, &survival->cell_count);
	for (int i = 0; i < survival->cell_count; i++)
	{
		Cell	   *cell = &survival->cell[i];

		cell->key = cell_key(kinds[cell_kind(cell)], cell_day(cell));
	}
	cells_sort(survival->cell, survival->cell_count);	/* one look at each where they came in order, as lost and won do */
	pfree(came);
}

/* The cells of a kind: a list of days and rows. "*at" is the next cell to write. */
static void
cell_fields(Codec *codec, const char *name, SurvivalSummary *survival, int kind, int *at)
{
	int			count = 0;

	while (!codec_is_reading(codec) && *at + count < survival->cell_count && cell_kind(&survival->cell[*at + count]) == kind)
		count++;
	codec_list_begin(codec, name, &count, SURVIVAL_DAYS);
	if (codec_is_reading(codec) && count > 0)
	{
		Size		size = sizeof(Cell) * (survival->cell_count + (Size) count);

		survival->cell = survival->cell == NULL ? palloc(size) : repalloc(survival->cell, size);
		memset(survival->cell + survival->cell_count, 0, sizeof(Cell) * count);
		survival->cell_count += count;
	}
	for (int end = *at + count; *at < end; (*at)++)
	{
		Cell	   *cell = &survival->cell[*at];
		int64		day = cell_day(cell);

		codec_record_begin(codec);
		codec_count(codec, "age_days", &day);
		codec_count(codec, "rows", &cell->rows);
		codec_record_end(codec);
		if (day >= SURVIVAL_DAYS)
			codec_refuse(codec, "an age is longer than all time in range");
		cell->key = cell_key(kind, day);
	}
	codec_list_end(codec);
}

static void
survival_fields(Codec *codec, void *summary)
{
	SurvivalSummary *survival = summary;
	int			at = 0;

	reasons_fields(codec, &survival_reasons, survival->rows);
	codec_moment(codec, "as_of", &survival->as_of);
	codec_moments(codec, &survival->data_from, &survival->data_through);
	cell_fields(codec, "open", survival, KIND_OPEN, &at);
	cell_fields(codec, "entered", survival, KIND_ENTERED, &at);
	codec_list_begin(codec, "outcomes", &survival->outcomes, SURVIVAL_OUTCOMES);
	if (codec_is_reading(codec))
		survival->outcome = palloc0(sizeof(SurvivalOutcome) * Max(survival->outcomes, 1));
	for (int i = 0; i < survival->outcomes; i++)
	{
		codec_record_begin(codec);
		codec_text(codec, "outcome", &survival->outcome[i].text, &survival->outcome[i].length);
		cell_fields(codec, "ended", survival, KIND_OUTCOME + i, &at);
		codec_record_end(codec);
	}
	codec_list_end(codec);
}

/* Whether somebody left who had not come: of all cells up to a day, more are ends than entries and those there from the start */
static bool
leaves_before_entry(const SurvivalSummary *survival, int64 from_start)
{
	int			cursor[KIND_OUTCOME + SURVIVAL_OUTCOMES];
	int			kinds = KIND_OUTCOME + survival->outcomes;
	int64		present = from_start;
	int			at = 0;

	for (int kind = 0; kind < kinds; kind++)
	{
		while (at < survival->cell_count && cell_kind(&survival->cell[at]) < kind)
			at++;
		cursor[kind] = at;
	}
	for (;;)
	{
		int			day = SURVIVAL_DAYS;

		for (int kind = 0; kind < kinds; kind++)
			if (cursor[kind] < survival->cell_count && cell_kind(&survival->cell[cursor[kind]]) == kind)
				day = Min(day, cell_day(&survival->cell[cursor[kind]]));
		if (day == SURVIVAL_DAYS)
			return false;
		for (int kind = 0; kind < kinds; kind++)
		{
			const Cell *cell = &survival->cell[cursor[kind]];

			if (cursor[kind] >= survival->cell_count || cell->key != cell_key(kind, day))
				continue;
			present += kind == KIND_ENTERED ? cell->rows : -cell->rows;
			cursor[kind]++;
		}
		if (present < 0)
			return true;
	}
}

static const char *
survival_rules(const void *summary)
{
	const SurvivalSummary *survival = summary;
	int64		seen = 0;
	int64		entered = 0;
	bool		any = false;

	for (int reason = 0; reason < SURVIVAL_REASONS; reason++)
		any |= survival->rows[reason] > 0;
	if (!reasons_at_most(&survival_reasons, survival->rows, COUNT_MOST))
		return "a count is too large";
	if (any != (survival->as_of != MOMENT_NONE_FROM))
		return "rows have no as_of, or an as_of no rows";
	if ((survival->rows[SURVIVAL_USED] > 0) != (survival->data_from <= survival->data_through))
		return "moments were seen without rows, or rows without moments";
	if (survival->outcomes > SURVIVAL_OUTCOMES)
		return "there are too many outcomes";
	for (int i = 0; i < survival->outcomes; i++)
	{
		if (survival->outcome[i].length > OUTCOME_BYTES || outcome_is_open(survival->outcome[i].text, survival->outcome[i].length))
			return "an outcome is too long, or called open";
		if (i > 0 && compare_outcomes(&survival->outcome[i - 1], &survival->outcome[i]) >= 0)
			return "the outcomes are not in order";
	}
	for (int i = 0; i < survival->cell_count; i++)
	{
		const Cell *cell = &survival->cell[i];
		int64	   *sum = cell_kind(cell) == KIND_ENTERED ? &entered : &seen;

		if (cell->rows == 0 || (i > 0 && cell[-1].key >= cell->key))
			return "ages are not in order, or without rows";
		if (cell_kind(cell) == KIND_ENTERED && cell_day(cell) == 0)
			return "who was there from the start has entered later";
		if (cell->rows > COUNT_MOST - *sum)
			return "a count is too large";
		*sum += cell->rows;
	}
	if (seen != survival->rows[SURVIVAL_USED] || entered > seen)
		return "the rows used are not those that ended or are open";
	if (entered > 0 && leaves_before_entry(survival, seen - entered))
		return "more had been last seen at an age than had entered by then";
	return NULL;
}

const SummaryType survival_type = {
	.name = "survival_summary",
	.called = "survival",
	.version = 1,
	.size = sizeof(SurvivalSummary),
	.fields = survival_fields,
	.clear = survival_clear,
	.attach = survival_attach,
	.settle = survival_settle,
	.rules = survival_rules,
};

SUMMARY_TYPE_FUNCTIONS(survival_summary, survival_type)
