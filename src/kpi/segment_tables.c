/*
 * segment_tables.c
 *		The figures of a segment_summary: rates by label, and the league table.
 *
 * The split of a change, rate_drivers, is SQL over segments().
 */
#include "base/compat.h"

#include <math.h>

#include "base/confidence.h"
#include "base/rows.h"
#include "kpi/segment_summary.h"
#include "path/reasons.h"
#include "utils/builtins.h"

#define LIMITS_95		0.95
#define LIMITS_998		0.998	/* three standard deviations, as control charts have them */

/* A label with what the table says of it; its text is NULL for rows without a label */
typedef struct Standing
{
	const DictionaryText *label;
	SegmentCount count;
	int64		decided;
	double		p_value;		/* NaN: no test was made, and so is what follows of it */
	double		p_adjusted;
	double		shrunk;
}			Standing;

/* All labels taken together */
typedef struct League
{
	Standing   *standings;
	int			count;
	int			compared;		/* labels that anything is decided of */
	int64		succeeded;
	int64		decided;
	double		rate;
	bool		can_compare;	/* two labels or more, and not all or nothing */
	double		prior;			/* rows that the rate of all weighs in that of a label; infinite: no difference is seen beyond chance */
}			League;

/* The segments that have rows, in order of bytes, that without a label last */
static void
read_segments(const SegmentSummary *segment, League *league)
{
	memset(league, 0, sizeof(League));
	league->standings = palloc0(sizeof(Standing) * (segment->labels.count + 1));
	for (int i = 0; i < segment->labels.count; i++)
	{
		league->standings[i].label = &segment->labels.texts[i];
		league->standings[i].count = segment->counts[i];
	}
	league->count = segment->labels.count;
	if (segment->without.succeeded > 0 || segment->without.failed > 0 || segment->without.undecided > 0)
		league->standings[league->count++].count = segment->without;
	for (int i = 0; i < league->count; i++)
	{
		Standing   *standing = &league->standings[i];

		standing->decided = standing->count.succeeded + standing->count.failed;
		league->compared += standing->decided > 0;
		league->succeeded += standing->count.succeeded; /* all of them are below 2^62, as the rules have it */
		league->decided += standing->decided;
	}
}

static void
put_label(Row *row, const Standing *standing)
{
	if (standing->label == NULL)
		row_put_null(row);
	else
		row_put_label(row, standing->label->text, standing->label->length);
}

/* segments(summary) -> (label, decided, succeeded, undecided, rate) */
PG_FUNCTION_INFO_V1(segment_segments);
Datum
segment_segments(PG_FUNCTION_ARGS)
{
	SegmentSummary segment;
	League		league;
	Row			row;

	row_begin(&row, fcinfo);
	summary_read(&segment_type, PG_GETARG_DATUM(0), &segment);
	read_segments(&segment, &league);
	for (int i = 0; i < league.count; i++)
	{
		const Standing *standing = &league.standings[i];

		put_label(&row, standing);
		row_put(&row, Int64GetDatum(standing->decided));
		row_put(&row, Int64GetDatum(standing->count.succeeded));
		row_put(&row, Int64GetDatum(standing->count.undecided));
		row_put_ratio(&row, standing->count.succeeded, standing->decided);
		row_end(&row);
	}
	return (Datum) 0;
}

/*
 * How many rows the rate of all weighs beside those of a label, by moments: of
 * the spread of the rates beyond chance, rho. Kleinman, "Proportions with
 * extraneous variance: single and independent samples", JASA 68, 1973.
 */
static double
prior_weight(const League *league)
{
	double		chi2 = 0;
	double		squares = 0;
	double		others = league->compared - 1;
	double		between;
	double		rho;

	for (int i = 0; i < league->count; i++)
	{
		double		n = (double) league->standings[i].decided;
		double		excess;

		if (n == 0)
			continue;
		excess = (double) league->standings[i].count.succeeded - n * league->rate;
		chi2 += excess * excess / (n * league->rate * (1 - league->rate));
		squares += n * n;
	}
	between = (double) league->decided - squares / (double) league->decided - others;
	if (between <= 0 || chi2 <= others)
		return INFINITY;		/* a row a label tells nothing of labels */
	rho = (chi2 - others) / between;
	return rho >= 1 ? 0 : (1 - rho) / rho;
}

static void
test_label(const League *league, Standing *standing)
{
	standing->p_value = NAN;
	standing->shrunk = NAN;
	if (standing->decided == 0 || !league->can_compare)
		return;
	standing->p_value = two_proportion_p_value(standing->count.succeeded, standing->decided,
											   league->succeeded - standing->count.succeeded, league->decided - standing->decided);
	standing->shrunk = isinf(league->prior) ? league->rate :
		((double) standing->count.succeeded + league->prior * league->rate) / ((double) standing->decided + league->prior);
}

static void
adjust(const League *league, text *method)
{
	double	   *p_values = palloc(sizeof(double) * Max(league->count, 1));

	for (int i = 0; i < league->count; i++)
		p_values[i] = league->standings[i].p_value;
	adjust_p_values(text_to_cstring(method), p_values, league->count);
	for (int i = 0; i < league->count; i++)
		league->standings[i].p_adjusted = p_values[i];
}

/* The best first, by the shrunk rate, as chance is; those that can't be compared last, and equal ones in order of bytes. */
static int
compare_standings(const void *a, const void *b)
{
	const Standing *left = a;
	const Standing *right = b;
	int			order;

	if (isnan(left->shrunk) != isnan(right->shrunk))
		return isnan(left->shrunk) ? 1 : -1;
	if (!isnan(left->shrunk) && left->shrunk != right->shrunk)
		return left->shrunk > right->shrunk ? -1 : 1;
	if (left->label == NULL || right->label == NULL)
		return (left->label == NULL) - (right->label == NULL);
	order = memcmp(left->label->text, right->label->text, Min(left->label->length, right->label->length));
	return order != 0 ? order : left->label->length - right->label->length;
}

static void
put_nulls(Row *row, int columns)
{
	for (int i = 0; i < columns; i++)
		row_put_null(row);
}

/* rate, rest_rate, difference, low, high */
static void
put_difference(Row *row, const League *league, const Standing *standing)
{
	int64		succeeded = league->succeeded - standing->count.succeeded;
	int64		decided = league->decided - standing->decided;
	ConfidenceInterval interval;

	row_put_ratio(row, standing->count.succeeded, standing->decided);
	row_put_ratio(row, succeeded, decided);
	if (standing->decided == 0 || decided == 0)
	{
		put_nulls(row, 3);
		return;
	}
	interval = newcombe_interval(standing->count.succeeded, standing->decided, succeeded, decided, LIMITS_95);
	row_put(row, Float8GetDatum(exact_ratio(standing->count.succeeded, standing->decided) - exact_ratio(succeeded, decided)));
	row_put(row, Float8GetDatum(interval.low));
	row_put(row, Float8GetDatum(interval.high));
}

/* shrunk_rate, shrunk_low, shrunk_high; the limits of one without rows of its kind on a side are that end */
static void
put_shrunk(Row *row, const League *league, const Standing *standing)
{
	double		a = (double) standing->count.succeeded + league->prior * league->rate;
	double		b = (double) standing->count.failed + league->prior * (1 - league->rate);

	row_put_number(row, standing->shrunk);
	if (isnan(standing->shrunk) || isinf(league->prior))
	{
		put_nulls(row, 2);
		return;
	}
	row_put(row, Float8GetDatum(a == 0 ? 0 : b == 0 ? 1 : beta_quantile((1 - LIMITS_95) / 2, a, b)));
	row_put(row, Float8GetDatum(a == 0 ? 0 : b == 0 ? 1 : beta_quantile((1 + LIMITS_95) / 2, a, b)));
}

/* The rate at a probability of the binomial distribution of so many rows at the rate of all: exact, so a rate on it is inside */
static int64
limit(const League *league, const Standing *standing, double probability)
{
	return binomial_quantile(probability, standing->decided, league->rate);
}

static void
put_limits(Row *row, const League *league, const Standing *standing)
{
	static const double probabilities[] = {0.025, 0.975, 0.001, 0.999};
	int64		limits[4];

	if (standing->decided == 0 || !league->can_compare)
	{
		put_nulls(row, 5);
		return;
	}
	for (int i = 0; i < 4; i++)
	{
		limits[i] = limit(league, standing, probabilities[i]);
		row_put_ratio(row, limits[i], standing->decided);
	}
	row_put(row, BoolGetDatum(standing->count.succeeded < limits[2] || standing->count.succeeded > limits[3]));
}

/*
 * league_table(summary, method) -> (label, decided, rate, rest_rate,
 * difference, low, high, p_value, p_adjusted, shrunk_rate, shrunk_low,
 * shrunk_high, limit_low_95, limit_high_95, limit_low_998, limit_high_998,
 * is_outlier)
 */
PG_FUNCTION_INFO_V1(segment_league_table);
Datum
segment_league_table(PG_FUNCTION_ARGS)
{
	SegmentSummary segment;
	League		league;
	Row			row;

	row_begin(&row, fcinfo);
	summary_read(&segment_type, PG_GETARG_DATUM(0), &segment);
	read_segments(&segment, &league);
	league.can_compare = league.compared > 1 && league.succeeded > 0 && league.succeeded < league.decided;
	if (league.can_compare)
	{
		league.rate = exact_ratio(league.succeeded, league.decided);
		league.prior = prior_weight(&league);
	}
	for (int i = 0; i < league.count; i++)
		test_label(&league, &league.standings[i]);
	adjust(&league, PG_GETARG_TEXT_PP(1));
	qsort(league.standings, league.count, sizeof(Standing), compare_standings);
	for (int i = 0; i < league.count; i++)
	{
		const Standing *standing = &league.standings[i];

		put_label(&row, standing);
		row_put(&row, Int64GetDatum(standing->decided));
		put_difference(&row, &league, standing);
		row_put_number(&row, standing->p_value);
		row_put_number(&row, standing->p_adjusted);
		put_shrunk(&row, &league, standing);
		put_limits(&row, &league, standing);
		row_end(&row);
	}
	return (Datum) 0;
}

/* segment_quality(summary): rows decided, undecided, and invalid ones of the rate summaries given */
PG_FUNCTION_INFO_V1(segment_quality);
Datum
segment_quality(PG_FUNCTION_ARGS)
{
	static const char *const names[] = {"decided", "undecided", "invalid"};
	static const Reasons reasons = {3, names};
	SegmentSummary segment;
	League		league;
	int64		rows[3] = {0};

	summary_read(&segment_type, PG_GETARG_DATUM(0), &segment);
	read_segments(&segment, &league);
	rows[0] = league.decided;
	for (int i = 0; i < league.count; i++)
		rows[1] += league.standings[i].count.undecided;
	rows[2] = segment.invalid_rows;
	return reasons_table(fcinfo, &reasons, rows);
}
