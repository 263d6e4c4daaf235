/*
 * stage.h
 *		The summary of a stage funnel: what is kept of the entities' paths.
 *
 * Kept are counts from which every figure follows, not the figures:
 *
 *	- an entity ends in one place. Lost: in "lost" of its furthest stage. Now in
 *	  the last stage: in "arrived". Else it stands somewhere in the pipeline:
 *	  in "standings", by furthest stage, stage it is in and day of its last
 *	  movement. Reached, advanced, stalled and open are sums of these.
 *	- a finished visit to a stage is in the sketch of the move that ended it.
 *	  Time in stage merges the moves that leave it, the flow reads one of them.
 */
#ifndef FUNNEL_STAGE_H
#define FUNNEL_STAGE_H

#include "base/compat.h"

#include "base/decimal.h"
#include "base/period.h"
#include "base/sketch.h"
#include "base/summary.h"
#include "path/history.h"

typedef struct StageStep
{
	int64		own;			/* entities with a row of their own here */
	int64		lost;			/* entities lost now whose furthest stage this is */
	int64		reentries;		/* visits to it by entities that had been here before */
	int64		longest;		/* finished visit, microseconds */
	int128		time;			/* of all finished visits, microseconds */
	Decimal		amount_lost;
}			StageStep;

/* Entities neither lost nor in the last stage; by these three, in this order */
typedef struct StageStanding
{
	int32		furthest;
	int32		current;		/* <= furthest, and not the last stage */
	int32		day;			/* of the last movement: days from 2000-01-01, UTC */
	int64		entities;
	Decimal		amount;
}			StageStanding;

typedef struct StageSummary
{
	SummaryHeader header;

	/* The definition; none in a summary of no rows. Of equal ones the smallest text. */
	char	   *definition;
	int			definition_length;
	FunnelLookup *funnel;		/* made of it; NULL: none */

	int64		from;			/* first and last moment of the rows placed */
	int64		through;
	int64		rows[HISTORY_REASONS];
	int64		outside;		/* entities that were never in a stage of the funnel */
	int64		with_amount;	/* entities of the funnel that have an amount */
	int64		arrived;		/* entities in the last stage now */
	Decimal		amount_arrived;
	StageStep  *steps;			/* one a stage */
	StageStanding *standings;
	int			standing_count;
	Sketch	  **moves;			/* [source stage * codes + target code]; NULL: none */
}			StageSummary;

#define stage_count(summary)	((summary)->funnel == NULL ? 0 : (summary)->funnel->stages)
#define stage_codes(summary)	((summary)->funnel == NULL ? 0 : (summary)->funnel->stages + (summary)->funnel->lost)
#define stage_move(summary, source, target) \
	((summary)->moves[(source) * stage_codes(summary) + (target)])

extern const SummaryType stage_summary_type;

/* Makes room for the stages of a definition, all zero. */
extern void stage_define(StageSummary *summary, FunnelLookup *funnel);

/* The order of standings, for qsort */
extern int	stage_standing_compare(const void *a, const void *b);

#endif							/* FUNNEL_STAGE_H */
