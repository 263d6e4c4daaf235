/*
 * forecast_summary.c
 *		What forecast_agg keeps: its fields and rules, how it grows and merges.
 */
#include "kpi/forecast_summary.h"

#include <math.h>

#include "base/probability.h"
#include "miscadmin.h"
#include "utils/datum.h"

#define FIRST_ROOM		8
#define CELLS_MOST		10000000

/* Buckets: 64 between a power of two and the next, so 0.8 to 1.6 % wide */
#define BUCKETS			64
#define LEAST_EXPONENT	(-200)	/* below that of any narrow decimal */
#define BUCKET_MOST		((int64) BUCKETS * 400)

static const char *const reason_names[] = {"used", "no_amount", "no_probability"};
const Reasons forecast_reasons = {FORECAST_REASONS, reason_names};

static double
amount_double(const Decimal *amount, int64 deals)
{
	Decimal		divisor = {deals, 0, NULL};

	return decimal_ratio(amount, &divisor);
}

/* The bucket of an amount: 0 of 0, and -b of -a where b is that of a */
static int64
bucket_of(double amount)
{
	int			exponent;
	double		fraction = frexp(fabs(amount), &exponent);
	int64		bucket;

	if (amount == 0)
		return 0;
	bucket = (int64) (exponent - LEAST_EXPONENT) * BUCKETS + (int64) ((fraction - 0.5) * 2 * BUCKETS);
	return amount < 0 ? -bucket : bucket;
}

static int
compare_cells(const void *a, const void *b)
{
	const ForecastCell *left = a;
	const ForecastCell *right = b;

	if (left->probability != right->probability)
		return left->probability < right->probability ? -1 : 1;
	if (left->bucket != right->bucket)
		return left->bucket < right->bucket ? -1 : 1;
	return 0;
}

/* While amounts are kept */
static int
compare_pairs(const void *a, const void *b)
{
	const ForecastCell *left = a;
	const ForecastCell *right = b;

	if (left->probability != right->probability)
		return left->probability < right->probability ? -1 : 1;
	return decimal_compare(&left->amount, &right->amount);
}

static Decimal
times_deals(const Decimal *value, int64 deals)
{
	Decimal		factor = {deals, 0, NULL};

	return decimal_multiply(value, &factor);
}

Decimal
forecast_amount(const ForecastSummary *forecast, const ForecastCell *cell)
{
	return forecast->is_bucketed ? cell->amount : times_deals(&cell->amount, cell->deals);
}

Decimal
forecast_squares(const ForecastSummary *forecast, const ForecastCell *cell)
{
	Decimal		square;

	if (forecast->is_bucketed)
		return cell->squares;
	square = decimal_multiply(&cell->amount, &cell->amount);
	return times_deals(&square, cell->deals);
}

/*
 * Growing: cells are appended, and put in order, equal ones as one, when there
 * is no more room. As room doubles, that is linear but for the sorting.
 */

/* Makes a cell that keeps an amount one of a bucket. */
static void
put_in_bucket(ForecastCell *cell)
{
	Decimal		square = decimal_multiply(&cell->amount, &cell->amount);

	cell->bucket = bucket_of(amount_double(&cell->amount, 1));
	cell->squares = times_deals(&square, cell->deals);
	cell->amount = times_deals(&cell->amount, cell->deals);
}

static void
merge_cells(ForecastSummary *forecast, int (*compare) (const void *, const void *))
{
	ForecastCell *cells = forecast->cells;
	int			merged = 0;

	qsort(cells, forecast->count, sizeof(ForecastCell), compare);
	for (int i = 1; i < forecast->count; i++)
	{
		if (compare(&cells[merged], &cells[i]) != 0)
		{
			cells[++merged] = cells[i];
			continue;
		}
		count_add(&cells[merged].deals, cells[i].deals);
		if (forecast->is_bucketed)
		{
			decimal_add(&cells[merged].amount, &cells[i].amount);
			decimal_add(&cells[merged].squares, &cells[i].squares);
		}
	}
	forecast->count = forecast->settled = merged + 1;
}

static void
put_in_buckets(ForecastSummary *forecast)
{
	for (int i = 0; i < forecast->count; i++)
		put_in_bucket(&forecast->cells[i]);
	forecast->is_bucketed = true;
	forecast->settled = 0;
}

static void
forecast_settle(void *summary)
{
	ForecastSummary *forecast = summary;

	if (forecast->settled == forecast->count)
		return;
	merge_cells(forecast, forecast->is_bucketed ? compare_cells : compare_pairs);
	if (forecast->is_bucketed || forecast->count <= FORECAST_PAIRS)
		return;
	put_in_buckets(forecast);
	merge_cells(forecast, compare_cells);
}

/* A decimal that lives as long as the current context */
static Decimal
keep(const Decimal *value)
{
	Decimal		kept = *value;

	if (kept.wide != NULL)
		kept.wide = DatumGetNumeric(datumCopy(NumericGetDatum(kept.wide), false, -1));
	return kept;
}

static void
make_room(ForecastSummary *forecast)
{
	if (forecast->count < forecast->room)
		return;
	CHECK_FOR_INTERRUPTS();
	forecast_settle(forecast);
	if (forecast->room == 0)
	{
		forecast->room = FIRST_ROOM;
		forecast->cells = palloc(sizeof(ForecastCell) * FIRST_ROOM);
	}
	else if (forecast->count > forecast->room / 2)
	{
		forecast->room *= 2;
		forecast->cells = repalloc_huge(forecast->cells, sizeof(ForecastCell) * forecast->room);
	}
}

/* Adds a cell, whose amounts are in buckets or not. */
static void
add_cell(ForecastSummary *forecast, const ForecastCell *cell, bool is_bucketed)
{
	ForecastCell *kept;

	make_room(forecast);		/* which may put what is there in buckets */
	kept = &forecast->cells[forecast->count++];
	*kept = *cell;
	if (forecast->is_bucketed && !is_bucketed)
		put_in_bucket(kept);
	kept->amount = keep(&kept->amount);
	kept->squares = keep(&kept->squares);
}

void
forecast_add(ForecastSummary *forecast, int64 probability, const Decimal *amount)
{
	ForecastCell cell = {probability, 0, 1, *amount, {0, 0, NULL}};

	add_cell(forecast, &cell, false);
}

static void
forecast_merge(void *to, void *added)
{
	ForecastSummary *into = to;
	ForecastSummary *other = added;

	reasons_merge(&forecast_reasons, into->rows, other->rows);
	if (other->is_bucketed && !into->is_bucketed)
		put_in_buckets(into);
	for (int i = 0; i < other->count; i++)
		add_cell(into, &other->cells[i], other->is_bucketed);
}

/*
 * Fields and rules
 */

static void
cell_fields(Codec *codec, const ForecastSummary *forecast, ForecastCell *cell)
{
	Decimal		probability = probability_decimal(cell->probability);

	codec_record_begin(codec);
	codec_decimal(codec, "probability", &probability);
	if (codec_is_reading(codec))
	{
		if (probability.wide != NULL || probability.scale > PROBABILITY_SCALE)
			codec_refuse(codec, "a probability has more than 18 decimals");
		cell->probability = probability_units(&probability);
		if (cell->probability < 0 || cell->probability > PROBABILITY_ONE ||
			probability_decimal(cell->probability).scale != probability.scale)
			codec_refuse(codec, "a probability is not from 0 to 1, or ends in zeros");
	}
	codec_count(codec, "deals", &cell->deals);
	if (forecast->is_bucketed)
	{
		codec_integer(codec, "bucket", &cell->bucket);
		codec_decimal(codec, "amount_sum", &cell->amount);
		codec_decimal(codec, "amount_square_sum", &cell->squares);
	}
	else
		codec_decimal(codec, "amount", &cell->amount);
	codec_record_end(codec);
}

static void
forecast_fields(Codec *codec, void *summary)
{
	ForecastSummary *forecast = summary;

	reasons_fields(codec, &forecast_reasons, forecast->rows);
	codec_boolean(codec, "is_bucketed", &forecast->is_bucketed);
	codec_list_begin(codec, "cells", &forecast->count, forecast->is_bucketed ? CELLS_MOST : FORECAST_PAIRS);
	if (codec_is_reading(codec))
	{
		forecast->room = forecast->settled = forecast->count;
		forecast->cells = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(ForecastCell) * Max(forecast->count, 1));
		memset(forecast->cells, 0, sizeof(ForecastCell) * forecast->count);
	}
	for (int i = 0; i < forecast->count; i++)
		cell_fields(codec, forecast, &forecast->cells[i]);
	codec_list_end(codec);
}

/*
 * A bucket's amounts are within 1.6 % of each other, so the mean of their
 * squares is at least the square of their mean, and at most 1/10000 more: what
 * is told from rounding here.
 */
static const char *
bucket_rules(const ForecastCell *cell)
{
	double		mean = amount_double(&cell->amount, cell->deals);
	double		square = amount_double(&cell->squares, cell->deals);
	int64		bucket;

	if (cell->bucket > BUCKET_MOST || cell->bucket < -BUCKET_MOST)
		return "a bucket of amounts is out of range";
	if (decimal_sign(&cell->squares) < 0)
		return "squares of amounts add up to less than nothing";
	bucket = bucket_of(mean);
	if (bucket > cell->bucket + 1 || bucket < cell->bucket - 1 || (bucket == 0) != (cell->bucket == 0))
		return "the mean of a bucket's amounts is not its own";
	if (square < mean * mean * 0.999999 || square > mean * mean * 1.0002)
		return "the squares of a bucket's amounts do not fit their sum";
	return NULL;
}

static const char *
pair_rules(const ForecastCell *cell)
{
	Decimal		stripped = cell->amount;

	decimal_strip(&stripped);
	if (stripped.wide != NULL || stripped.scale != cell->amount.scale)
		return "an amount has more than 37 digits, or ends in zeros";
	return NULL;
}

static const char *
forecast_rules(const void *summary)
{
	const ForecastSummary *forecast = summary;
	int			(*compare) (const void *, const void *) = forecast->is_bucketed ? compare_cells : compare_pairs;
	int128		deals = 0;

	if (!reasons_at_most(&forecast_reasons, forecast->rows, COUNT_MOST))
		return "a count is too large";
	for (int i = 0; i < forecast->count; i++)
	{
		const ForecastCell *cell = &forecast->cells[i];
		const char *why;

		if (cell->deals == 0)
			return "there is a cell without deals";
		why = forecast->is_bucketed ? bucket_rules(cell) : pair_rules(cell);
		if (why != NULL)
			return why;
		if (i > 0 && compare(cell - 1, cell) >= 0)
			return "the cells are not in order";
		deals += cell->deals;
	}
	if (deals != forecast->rows[FORECAST_USED])
		return "the deals of the cells are not the rows used";
	if (forecast->is_bucketed && deals <= FORECAST_PAIRS)
		return "amounts are in buckets, although there is room to keep each";
	return NULL;
}

const SummaryType forecast_type = {
	.name = "forecast_summary",
	.called = "forecast",
	.version = 1,
	.size = sizeof(ForecastSummary),
	.fields = forecast_fields,
	.settle = forecast_settle,
	.rules = forecast_rules,
	.merge = forecast_merge,
};
