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
#include "path/tally.h"

typedef struct StageStep
{
	int64		own;			/* entities with a row of their own here */
	int64		lost;			/* entities lost now whose furthest stage this is */
	int64		reentries;		/* visits to it by entities that had been here before */
	int64		longest;		/* finished visit, microseconds */
	int128		time;			/* of all finished visits, microseconds */
	Decimal		amount_lost;
}			StageStep;

/*
 * Entities neither lost nor in the last stage, by furthest stage, the stage
 * they are in (<= furthest, and not the last one), and the day of the last
 * movement (from 2000-01-01, UTC)
 */
typedef struct StageStanding
{
	uint64		key;
	int64		entities;
	Decimal		amount;
}			StageStanding;

static inline uint64
stage_standing_key(int furthest, int current, int32 day)
{
	return tally_key(furthest * FUNNEL_CODES + current, day);
}

#define stage_standing_furthest(standing)	(tally_key_high((standing)->key) / FUNNEL_CODES)
#define stage_standing_current(standing)	(tally_key_high((standing)->key) % FUNNEL_CODES)
#define stage_standing_day(standing)		tally_key_low((standing)->key)

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
	Tally		standings;		/* of StageStanding */
	Sketch	  **moves;			/* [source stage * codes + target code]; NULL: none */
}			StageSummary;

#define stage_count(summary)	((summary)->funnel == NULL ? 0 : (summary)->funnel->stages)
#define stage_codes(summary)	((summary)->funnel == NULL ? 0 : (summary)->funnel->stages + (summary)->funnel->lost)
#define stage_move(summary, source, target) \
	((summary)->moves[(source) * stage_codes(summary) + (target)])

extern const SummaryType stage_summary_type;

/* Makes room for the stages of a definition, all zero. */
extern void stage_define(StageSummary *summary, FunnelLookup *funnel);

#define stage_standing(summary, at)	tally_at(StageStanding, &(summary)->standings, (at))

#endif							/* FUNNEL_STAGE_H */
