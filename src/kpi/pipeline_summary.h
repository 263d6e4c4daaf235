/*
 * pipeline_summary.h
 *		The summary of pipeline movements: what came into the pipeline, changed in
 *		it and left it, period by period.
 *
 * A deal is in the pipeline while it is in a stage other than the last. Each
 * row of its history moves it: into the pipeline (created, reopened), out of
 * it (won, lost) or its amount (increased, decreased). Kept are the sums of
 * these moves by period; opening and closing follow from them.
 */
#ifndef FUNNEL_PIPELINE_SUMMARY_H
#define FUNNEL_PIPELINE_SUMMARY_H

#include "base/compat.h"

#include "base/decimal.h"
#include "base/summary.h"
#include "path/history.h"
#include "path/tally.h"

/* The moves: what is kept of each is how many and how much, both 0 or more in all but odd data. */
typedef enum PipelineMove
{
	MOVE_CREATED,
	MOVE_INCREASED,
	MOVE_DECREASED,
	MOVE_WON,
	MOVE_LOST,
	MOVE_REOPENED
}			PipelineMove;

#define PIPELINE_MOVES	(MOVE_REOPENED + 1)

/* Whether deals come in (1), leave (-1) or stay */
extern const int pipeline_deals_sign[PIPELINE_MOVES];

/* By number of the period */
typedef struct PipelinePeriod
{
	uint64		key;
	int64		deals[PIPELINE_MOVES];
	Decimal		amount[PIPELINE_MOVES];
}			PipelinePeriod;

typedef struct PipelineSummary
{
	SummaryHeader header;
	Subject		subject;		/* the funnel, the period and the zone */
	HistoryTotals totals;
	int32		first;			/* the first days of the periods of the first and last moment; first > last: none */
	int32		last;
	Tally		periods;		/* of PipelinePeriod: those in which something moved */
}			PipelineSummary;

extern const SummaryType pipeline_summary_type;

#define pipeline_period(summary, at)		tally_at(PipelinePeriod, &(summary)->periods, (at))
#define pipeline_period_number(period)		tally_key_low((period)->key)

#endif							/* FUNNEL_PIPELINE_SUMMARY_H */
