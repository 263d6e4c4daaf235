/*
 * forecast_summary.h
 *		What forecast_agg keeps: open deals, counted by probability and amount.
 */
#ifndef FUNNEL_FORECAST_SUMMARY_H
#define FUNNEL_FORECAST_SUMMARY_H

#include "base/compat.h"

#include "base/decimal.h"
#include "base/summary.h"
#include "path/reasons.h"

typedef enum ForecastReason
{
	FORECAST_USED,
	FORECAST_NO_AMOUNT,
	FORECAST_NO_PROBABILITY,
	FORECAST_REASONS
}			ForecastReason;

extern const Reasons forecast_reasons;

/*
 * So many different pairs of probability and amount are kept as they are. Of
 * more, none is: amounts within 2 % of each other are counted together, with
 * their exact sum and sum of squares. Which of the two a summary is depends on
 * the deals alone: a part of more pairs than this makes a whole of more.
 */
#define FORECAST_PAIRS	2000

/* Deals of one probability and one amount, or of one bucket of amounts */
typedef struct ForecastCell
{
	int64		probability;	/* base/probability.h */
	int64		bucket;			/* of the amount; 0 while amounts are kept as they are */
	int64		deals;
	Decimal		amount;			/* of each, narrow and without zeros at the end; of a bucket: their sum */
	Decimal		squares;		/* of a bucket: the sum of the amounts' squares */
}			ForecastCell;

typedef struct ForecastSummary
{
	SummaryHeader header;
	int64		rows[FORECAST_REASONS];
	bool		is_bucketed;
	int			count;
	int			settled;		/* the first so many cells are in order, each different */
	int			room;
	ForecastCell *cells;
}			ForecastSummary;

extern const SummaryType forecast_type;

/* Adds a deal. Allocates in the current context. */
extern void forecast_add(ForecastSummary *forecast, int64 probability, const Decimal *amount);

/* The sum of a cell's amounts; of their squares */
extern Decimal forecast_amount(const ForecastSummary *forecast, const ForecastCell *cell);
extern Decimal forecast_squares(const ForecastSummary *forecast, const ForecastCell *cell);

#endif							/* FUNNEL_FORECAST_SUMMARY_H */
