/*
 * stage_summary.h
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
#ifndef FUNNEL_STAGE_SUMMARY_H
#define FUNNEL_STAGE_SUMMARY_H

#include "base/compat.h"

#include "base/decimal.h"
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
	Subject		subject;		/* the funnel */
	HistoryTotals totals;
	int64		arrived;		/* entities in the last stage now */
	Decimal		amount_arrived;
	StageStep  *steps;			/* one a stage */
	Tally		standings;		/* of StageStanding */
	Sketch	  **moves;			/* [source stage * codes + target code]; NULL: none */
}			StageSummary;

extern const SummaryType stage_summary_type;

/* The funnel made ready; NULL: none, in a summary of no rows */
static inline FunnelLookup *
stage_funnel(const StageSummary *summary)
{
	return summary->subject.made;
}

static inline int
stage_count(const StageSummary *summary)
{
	return stage_funnel(summary) == NULL ? 0 : stage_funnel(summary)->stages;
}

/* Stages and lost labels */
static inline int
stage_codes(const StageSummary *summary)
{
	return stage_funnel(summary) == NULL ? 0 : stage_funnel(summary)->stages + stage_funnel(summary)->lost;
}

static inline Sketch **
stage_move(const StageSummary *summary, int source, int target)
{
	return &summary->moves[source * stage_codes(summary) + target];
}

/* Makes room for the stages of its funnel, all zero. */
extern void stage_make_room(StageSummary *summary);

#define stage_standing(summary, at)	tally_at(StageStanding, &(summary)->standings, (at))

#endif							/* FUNNEL_STAGE_SUMMARY_H */
