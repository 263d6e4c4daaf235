/*
 * pipeline.h
 *		The summary of pipeline movements: what came into the pipeline, changed in
 *		it and left it, period by period.
 *
 * A deal is in the pipeline while it is in a stage other than the last. Each
 * row of its history moves it: into the pipeline (created, reopened), out of
 * it (won, lost) or its amount (increased, decreased). Kept are the sums of
 * these moves by period; opening and closing follow from them.
 */
#ifndef FUNNEL_PIPELINE_H
#define FUNNEL_PIPELINE_H

#include "base/compat.h"

#include "base/decimal.h"
#include "base/period.h"
#include "base/summary.h"
#include "path/history.h"
#include "path/tally.h"

/* The moves: what is kept of each is how many and how much, both 0 or more in all but odd data. */
typedef enum Move
{
	CREATED,
	INCREASED,
	DECREASED,
	WON,
	LOST,
	REOPENED
}			Move;

#define MOVES	(REOPENED + 1)

/* Whether deals come in (1), leave (-1) or stay */
extern const int pipeline_deals_sign[MOVES];

/* By number of the period */
typedef struct PipelinePeriod
{
	uint64		key;
	int64		deals[MOVES];
	Decimal		amount[MOVES];
}			PipelinePeriod;

typedef struct PipelineSummary
{
	SummaryHeader header;
	char	   *definition;		/* none in a summary of no rows; of equal ones the smallest text */
	int			definition_length;
	FunnelLookup *funnel;		/* made of it; NULL: none, and the kind and zone mean nothing */
	PeriodKind	kind;
	char	   *zone;			/* name, as it was given */
	int			zone_length;
	int64		from;			/* first and last moment of the rows placed */
	int64		through;
	int32		first;			/* the first days of the periods of these two; first > last: none */
	int32		last;
	int64		rows[HISTORY_REASONS];
	int64		outside;
	int64		with_amount;	/* deals of the funnel that have an amount */
	Tally		periods;		/* of PipelinePeriod: those in which something moved */
}			PipelineSummary;

extern const SummaryType pipeline_summary_type;

#define pipeline_period(summary, at)		tally_at(PipelinePeriod, &(summary)->periods, (at))
#define pipeline_period_number(period)		tally_key_low((period)->key)

#endif							/* FUNNEL_PIPELINE_H */
