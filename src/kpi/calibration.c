/*
 * calibration.c
 *		Whether probabilities are right: what was predicted against what came.
 *
 * Rows are predictions: the probability that was given, and whether it
 * happened. See doc/calibration.md.
 */
#include "base/compat.h"

#include <math.h>

#include "base/confidence.h"
#include "base/portable.h"
#include "base/probability.h"
#include "base/rows.h"
#include "base/rollup.h"
#include "base/summary.h"
#include "path/reasons.h"

/* Here probabilities count to 12 decimals: so that their squares, 24, add up in 128 bits over 10^13 rows. */
#define UNITS			INT64CONST(1000000000000)

/* The summary tells probabilities apart by thousandths: tables have a number of bins that divides it. */
#define CELLS			1000
#define CELL_UNITS		(UNITS / CELLS)
#define UNITS_SCALE		12

/* Up to so many cells are searched; more are found by their number. */
#define SEARCHED_CELLS	16

/* Logarithms count to 12 decimals, too. Twelve nines wrong are a loss of 27.6. */
#define LOSS_UNITS		1e12

typedef enum CalibrationReason
{
	CALIBRATION_USED,
	CALIBRATION_NO_PROBABILITY,
	CALIBRATION_UNDECIDED,
	CALIBRATION_REASONS
}			CalibrationReason;

static const char *const reason_names[] = {"used", "no_probability", "undecided"};
static const Reasons reasons = {CALIBRATION_REASONS, reason_names};

/* Predictions from number / CELLS up to, but for the last cell, (number + 1) / CELLS */
typedef struct Cell
{
	int64		number;
	int64		deals;
	int64		happened;
	int128		predicted;		/* sum, in UNITS */

	/* Of what was given to what came: the last of those that did not happen, and that did, and its loss. Most predictions are of few. */
	int64		last[2];
	int64		last_loss[2];
}			Cell;

typedef struct CalibrationSummary
{
	SummaryHeader header;
	int64		rows[CALIBRATION_REASONS];
	int64		impossible;		/* happened at probability 0, or did not at 1: a loss without end */
	int128		squares;		/* of (predicted - happened), in UNITS^2 */
	int128		loss;			/* of all but the impossible, in LOSS_UNITS */
	int			count;
	int			room;
	int16	   *place;			/* of each cell's number, or -1; NULL where they are searched */
	Cell	   *cells;			/* in order of number; while "place" is there, of appearance */
}			CalibrationSummary;

static int
compare_cells(const void *a, const void *b)
{
	const Cell *left = a;
	const Cell *right = b;

	return (left->number > right->number) - (left->number < right->number);
}

/* Puts the cells in order, which nothing but a running state leaves. */
static void
calibration_settle(void *summary)
{
	CalibrationSummary *calibration = summary;

	if (calibration->place == NULL)
		return;
	qsort(calibration->cells, calibration->count, sizeof(Cell), compare_cells);
	for (int i = 0; i < calibration->count; i++)
		calibration->place[calibration->cells[i].number] = (int16) i;
}

/* A sum of so many decimals, always */
static void
fixed_field(Codec *codec, const char *name, int128 *sum, int scale)
{
	Decimal		value = {*sum, scale, NULL};

	codec_decimal(codec, name, &value);
	if (value.wide != NULL || value.scale != scale)
		codec_refuse(codec, psprintf("\"%s\" has not %d decimals, or is out of range", name, scale));
	*sum = value.units;
}

static void
calibration_fields(Codec *codec, void *summary)
{
	CalibrationSummary *calibration = summary;

	reasons_fields(codec, &reasons, calibration->rows);
	codec_count(codec, "impossible", &calibration->impossible);
	fixed_field(codec, "squared_error_sum", &calibration->squares, 2 * UNITS_SCALE);
	fixed_field(codec, "log_loss_sum", &calibration->loss, UNITS_SCALE);
	codec_list_begin(codec, "cells", &calibration->count, CELLS);
	if (codec_is_reading(codec))
	{
		calibration->room = calibration->count;
		calibration->cells = palloc0(sizeof(Cell) * Max(calibration->count, 1));
	}
	for (int i = 0; i < calibration->count; i++)
	{
		Cell	   *cell = &calibration->cells[i];

		codec_record_begin(codec);
		codec_count(codec, "cell", &cell->number);
		codec_count(codec, "deals", &cell->deals);
		codec_count(codec, "happened", &cell->happened);
		fixed_field(codec, "predicted_sum", &cell->predicted, UNITS_SCALE);
		codec_record_end(codec);
	}
	codec_list_end(codec);
}

/* Whether a sum of errors, in UNITS^2, is one of so many deals at most 1 each */
static bool
squares_are_possible(int128 squares, int128 deals)
{
	int128		one = (int128) UNITS * UNITS;

	return squares >= 0 && (squares / one < deals || squares == deals * one);
}

/* What is wrong with a cell alone */
static const char *
cell_rules(const Cell *cell)
{
	int128		low = (int128) cell->number * CELL_UNITS;
	int128		high = low + CELL_UNITS - (cell->number < CELLS - 1);

	if (cell->number >= CELLS || cell->deals == 0 || cell->happened > cell->deals)
		return "a cell is none of 0 to 999, has no deals, or more happened in it than it has";
	if (cell->predicted < low * cell->deals || cell->predicted > high * cell->deals)
		return "the probabilities of a cell are not its own";
	return NULL;
}

static const char *
calibration_rules(const void *summary)
{
	const CalibrationSummary *calibration = summary;
	int128		deals = 0;

	for (int i = 0; i < calibration->count; i++)
	{
		const char *why = cell_rules(&calibration->cells[i]);

		if (why != NULL)
			return why;
		if (i > 0 && compare_cells(&calibration->cells[i - 1], &calibration->cells[i]) >= 0)
			return "the cells are not in order";
		deals += calibration->cells[i].deals;
	}
	if (!reasons_at_most(&reasons, calibration->rows, COUNT_MOST))
		return "a count is too large";
	if (deals != calibration->rows[CALIBRATION_USED] || calibration->impossible > deals)
		return "the deals of the cells are not the rows used, or more are impossible";
	if (!squares_are_possible(calibration->squares, deals) || calibration->loss < 0 ||
		calibration->loss > (deals - calibration->impossible) * 28 * UNITS)
		return "an error is less than none, or more than there can be";
	return NULL;
}

/*
 * Rows into a summary
 */

static void
more_room(CalibrationSummary *calibration)
{
	int			room = calibration->room == 0 ? 4 : 2 * calibration->room;

	if (calibration->room == 0)
		calibration->cells = palloc(sizeof(Cell) * room);
	else
		calibration->cells = repalloc(calibration->cells, sizeof(Cell) * room);
	calibration->room = room;
}

/* From now on cells are found by their number. */
static void
number_cells(CalibrationSummary *calibration)
{
	calibration->place = palloc(sizeof(int16) * CELLS);
	memset(calibration->place, -1, sizeof(int16) * CELLS);
	for (int i = 0; i < calibration->count; i++)
		calibration->place[calibration->cells[i].number] = (int16) i;
}

static Cell *
insert_cell(CalibrationSummary *calibration, int64 number, int place)
{
	Cell	   *cell;

	if (calibration->count == calibration->room)
		more_room(calibration);
	cell = &calibration->cells[place];
	memmove(cell + 1, cell, (calibration->count - place) * sizeof(Cell));
	calibration->count++;
	memset(cell, 0, sizeof(Cell));
	cell->number = number;
	if (calibration->place != NULL)
		calibration->place[number] = (int16) place;
	else if (calibration->count > SEARCHED_CELLS)
		number_cells(calibration);
	return cell;
}

/* The cell of a number, a new one where there is none; allocates in the current context */
static inline Cell *
cell_of(CalibrationSummary *calibration, int64 number)
{
	int			place = 0;

	if (calibration->place != NULL)
	{
		place = calibration->place[number];
		return place >= 0 ? &calibration->cells[place] : insert_cell(calibration, number, calibration->count);
	}
	while (place < calibration->count && calibration->cells[place].number < number)
		place++;
	if (place < calibration->count && calibration->cells[place].number == number)
		return &calibration->cells[place];
	return insert_cell(calibration, number, place);
}

/* A prediction: its probability in UNITS */
static inline void
count_prediction(CalibrationSummary *calibration, int64 predicted, bool happened)
{
	Cell	   *cell = cell_of(calibration, Min(predicted / CELL_UNITS, CELLS - 1));
	int64		of_this = happened ? predicted : UNITS - predicted;	/* what was given to what came */
	int64		error = UNITS - of_this;

	cell->deals++;
	cell->happened += happened;
	cell->predicted += predicted;
	calibration->squares += (int128) error * error;
	if (of_this == 0)
		calibration->impossible++;
	else
	{
		if (cell->last[happened] != of_this)
		{
			cell->last[happened] = of_this;
			cell->last_loss[happened] = (int64) rint(LOSS_UNITS * -portable_log((double) of_this / UNITS));
		}
		calibration->loss += cell->last_loss[happened];
	}
}

/* A double of 0 .. 1 needs no decimal form for 12 decimals of it. */
static inline int64
predicted_from_float8(Datum probability)
{
	float8		value = DatumGetFloat8(probability);

	if (likely(value >= 0 && value <= 1))
		return (int64) rint(value * UNITS);
	return probability_from_float8(probability);	/* an error */
}

#define PREDICTED_FROM(type) \
static inline int64 \
predicted_from_##type(Datum probability) \
{ \
	int64		finer = probability_from_##type(probability); \
	int64		unit = PROBABILITY_ONE / UNITS; \
\
	return (finer + unit / 2) / unit; \
}

PREDICTED_FROM(numeric)
PREDICTED_FROM(float4)

static const SummaryType calibration_type;

/* A row; what is no probability is an error, decided or not. */
static inline Datum
count_row(FunctionCallInfo fcinfo, int64 (*convert) (Datum))
{
	MemoryContext context;
	CalibrationSummary *calibration = summary_growing_state(&calibration_type, fcinfo, &context);
	CalibrationReason reason = CALIBRATION_USED;
	int64		predicted = 0;

	if (PG_ARGISNULL(1))
		reason = CALIBRATION_NO_PROBABILITY;
	else
	{
		predicted = convert(PG_GETARG_DATUM(1));
		if (PG_ARGISNULL(2))
			reason = CALIBRATION_UNDECIDED;
	}
	calibration->rows[reason]++;
	if (reason == CALIBRATION_USED)
	{
		MemoryContext outer = MemoryContextSwitchTo(context);

		count_prediction(calibration, predicted, PG_GETARG_BOOL(2));
		MemoryContextSwitchTo(outer);
	}
	PG_RETURN_POINTER(calibration);
}

/* calibration_accum_numeric(state, probability, outcome), calibration_accum_float4, calibration_accum_float8 */
#define CALIBRATION_OF_NUMBER(type) \
PG_FUNCTION_INFO_V1(calibration_accum_##type); \
Datum \
calibration_accum_##type(PG_FUNCTION_ARGS) \
{ \
	return count_row(fcinfo, predicted_from_##type); \
}

PROBABILITY_TYPES(CALIBRATION_OF_NUMBER)

static void
calibration_merge(void *to, void *added)
{
	CalibrationSummary *into = to;
	CalibrationSummary *other = added;

	reasons_merge(&reasons, into->rows, other->rows);
	count_add(&into->impossible, other->impossible);
	sum_add(&into->squares, other->squares);
	sum_add(&into->loss, other->loss);
	for (int i = 0; i < other->count; i++)
	{
		Cell	   *more = &other->cells[i];
		Cell	   *cell = cell_of(into, more->number);

		count_add(&cell->deals, more->deals);
		count_add(&cell->happened, more->happened);
		sum_add(&cell->predicted, more->predicted);
	}
}

static const SummaryType calibration_type = {
	.name = "calibration_summary",
	.called = "calibration",
	.version = 1,
	.size = sizeof(CalibrationSummary),
	.fields = calibration_fields,
	.settle = calibration_settle,
	.rules = calibration_rules,
	.merge = calibration_merge,
};

SUMMARY_TYPE_FUNCTIONS(calibration_summary, calibration_type)
SUMMARY_GROWING_FUNCTIONS(calibration, calibration_type)
SUMMARY_ROLLUP_FUNCTIONS(calibration_summary, calibration_type)

/*
 * Figures of a summary
 */

static int
argument_bins(FunctionCallInfo fcinfo, int argument)
{
	int			bins = PG_GETARG_INT32(argument);

	if (bins < 1 || bins > CELLS || CELLS % bins != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("bins must divide %d: %d", CELLS, bins),
				 errhint("Give 4, 5, 10, 20, 25, 50 or 100: the summary tells probabilities apart by thousandths.")));
	return bins;
}

/* The cells of a bin as one */
static Cell
bin_of(const CalibrationSummary *calibration, int bin, int width)
{
	Cell		sum = {bin, 0, 0, 0, {0}, {0}};

	for (int i = 0; i < calibration->count; i++)
	{
		const Cell *cell = &calibration->cells[i];

		if (cell->number / width != bin)
			continue;
		sum.deals += cell->deals;	/* can't overflow: of all cells they are at most COUNT_MOST */
		sum.happened += cell->happened;
		sum_add(&sum.predicted, cell->predicted);
	}
	return sum;
}

/* calibration(summary, bins, confidence): one row a bin, dense */
PG_FUNCTION_INFO_V1(calibration_calibration);
Datum
calibration_calibration(PG_FUNCTION_ARGS)
{
	CalibrationSummary calibration;
	int			bins = argument_bins(fcinfo, 1);
	double		confidence = PG_GETARG_FLOAT8(2);
	Row			row;

	check_confidence(confidence);
	summary_read(&calibration_type, PG_GETARG_DATUM(0), &calibration);
	row_begin(&row, fcinfo);
	for (int bin = 0; bin < bins; bin++)
	{
		Cell		cell = bin_of(&calibration, bin, CELLS / bins);

		row_put(&row, Float8GetDatum((double) bin / bins));
		row_put(&row, Float8GetDatum((double) (bin + 1) / bins));
		row_put(&row, Int64GetDatum(cell.deals));
		row_put_ratio(&row, cell.predicted, (int128) cell.deals * UNITS);
		row_put_ratio(&row, cell.happened, cell.deals);
		if (cell.deals == 0)
		{
			row_put_null(&row);
			row_put_null(&row);
		}
		else
		{
			ConfidenceInterval interval = wilson_interval(cell.happened, cell.deals, confidence);

			row_put(&row, Float8GetDatum(interval.low));
			row_put(&row, Float8GetDatum(interval.high));
		}
		row_end(&row);
	}
	return (Datum) 0;
}

/* The mean square of what a prediction was off; nothing of no rows */
static Datum
brier_score(const CalibrationSummary *calibration, FunctionCallInfo fcinfo)
{
	Decimal		squares = {calibration->squares, 2 * UNITS_SCALE, NULL};
	Decimal		deals = {calibration->rows[CALIBRATION_USED], 0, NULL};

	if (deals.units == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(decimal_ratio(&squares, &deals));
}

/* The loss of what was said to be impossible has no end: then there is no figure, rather than a flattering one. */
static Datum
log_loss(const CalibrationSummary *calibration, FunctionCallInfo fcinfo)
{
	if (calibration->impossible > 0)
		PG_RETURN_NULL();
	RETURN_RATIO(calibration->loss, (int128) calibration->rows[CALIBRATION_USED] * UNITS);
}

static Datum
predicted_rate(const CalibrationSummary *calibration, FunctionCallInfo fcinfo)
{
	Cell		all = bin_of(calibration, 0, CELLS);

	RETURN_RATIO(all.predicted, (int128) all.deals * UNITS);
}

static Datum
happened_rate(const CalibrationSummary *calibration, FunctionCallInfo fcinfo)
{
	Cell		all = bin_of(calibration, 0, CELLS);

	RETURN_RATIO(all.happened, all.deals);
}

/* calibration_FIGURE(summary) */
#define CALIBRATION_FIGURE(figure) \
PG_FUNCTION_INFO_V1(calibration_##figure); \
Datum \
calibration_##figure(PG_FUNCTION_ARGS) \
{ \
	CalibrationSummary calibration; \
\
	summary_read(&calibration_type, PG_GETARG_DATUM(0), &calibration); \
	return figure(&calibration, fcinfo); \
}

/* calibration_FIGURE_final(state): the final function of the aggregate of that name */
#define CALIBRATION_FIGURE_FINAL(figure) \
PG_FUNCTION_INFO_V1(calibration_##figure##_final); \
Datum \
calibration_##figure##_final(PG_FUNCTION_ARGS) \
{ \
	if (PG_ARGISNULL(0)) \
		PG_RETURN_NULL(); \
	return figure((CalibrationSummary *) PG_GETARG_POINTER(0), fcinfo); \
}

CALIBRATION_FIGURE(brier_score)
CALIBRATION_FIGURE(log_loss)
CALIBRATION_FIGURE(predicted_rate)
CALIBRATION_FIGURE(happened_rate)
CALIBRATION_FIGURE_FINAL(brier_score)
CALIBRATION_FIGURE_FINAL(log_loss)

PG_FUNCTION_INFO_V1(calibration_impossible_rows);
Datum
calibration_impossible_rows(PG_FUNCTION_ARGS)
{
	CalibrationSummary calibration;

	summary_read(&calibration_type, PG_GETARG_DATUM(0), &calibration);
	PG_RETURN_INT64(calibration.impossible);
}

REASONS_QUALITY(calibration_quality, calibration_type, CalibrationSummary, rows, reasons)
