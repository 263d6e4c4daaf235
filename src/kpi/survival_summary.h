/*
 * survival_summary.h
 *		What survival_agg keeps: how many ended how at which age, and were open.
 *
 * An age is in whole days of 86,400 s: the cell of day d has what happened at
 * ages from d days up to, but not including, d + 1. An entity is at risk in
 * the cells from the one it entered at, 0 but for delayed entry, to the one it
 * was last seen in. So counts of cells are all that is needed, they add up
 * exactly, and nothing depends on the order of rows.
 *
 * A running summary has its outcomes and cells in its tail; one that has been
 * read has them as lists in order (survival_settle makes those of a running
 * one). doc/survival.md says what the figures mean.
 */
#ifndef FUNNEL_SURVIVAL_SUMMARY_H
#define FUNNEL_SURVIVAL_SUMMARY_H

#include "base/compat.h"

#include "base/cells.h"
#include "base/moment.h"
#include "base/summary.h"
#include "path/reasons.h"

#define SURVIVAL_DAYS		(DATE_LATEST - DATE_EARLIEST + 1)	/* ages are below */
#define SURVIVAL_OUTCOMES	64	/* at most: an end is of few kinds */
#define OUTCOME_BYTES		200 /* of one, at most */

typedef enum SurvivalReason
{
	SURVIVAL_USED,
	SURVIVAL_NO_START,
	SURVIVAL_NO_END,			/* won or lost, but when is unknown */
	SURVIVAL_END_BEFORE_START,
	SURVIVAL_OUT_OF_RANGE,
	SURVIVAL_AFTER_AS_OF,		/* starts later */
	SURVIVAL_BEFORE_OBSERVED,	/* ended, or was last seen, before ends could be seen */
	SURVIVAL_REASONS
}			SurvivalReason;

extern const Reasons survival_reasons;

/*
 * What cells count: kind * 2^CELL_DAY_BITS + day. Of entries only those behind
 * day 0 are counted, by the first cell at risk.
 */
#define CELL_DAY_BITS	17
#define KIND_OPEN		0		/* open when last seen */
#define KIND_ENTERED	1
#define KIND_OUTCOME	2		/* and those that follow, one an outcome */

#define cell_key(kind, day)	((uint32) (kind) << CELL_DAY_BITS | (uint32) (day))
#define cell_kind(cell)		((int) ((cell)->key >> CELL_DAY_BITS))
#define cell_day(cell)		((int) ((cell)->key & (((uint32) 1 << CELL_DAY_BITS) - 1)))

typedef struct SurvivalOutcome
{
	char	   *text;			/* not NUL-terminated */
	int			length;
}			SurvivalOutcome;

typedef struct SurvivalSummary
{
	SummaryHeader header;
	int64		rows[SURVIVAL_REASONS];
	int64		as_of;			/* up to which ends are known; MOMENT_NONE_FROM: no rows */
	int64		data_from;
	int64		data_through;
	int32		outcomes;

	/* of a running one */
	int16		won;			/* kinds of the outcomes of booleans and of one end; 0: not there yet */
	int16		lost;
	int16		ended;
	int32		labels_used;	/* bytes */
	int32		labels_room;
	char	   *labels;			/* in the tail: a byte for the length, and the outcome; and again */
	Cells	   *cells;			/* in the tail, behind the labels; NULL: it has been read */

	/* of one that has been read, or settled */
	SurvivalOutcome *outcome;	/* in order of bytes */
	Cell	   *cell;			/* in order of keys */
	int32		cell_count;
}			SurvivalSummary;

extern const SummaryType survival_type;

/* Makes the lists of a running summary that was read. */
extern void survival_settle(void *summary);

/* The kind of the cells of an outcome; -1 where the summary, which has been read, has none such */
extern int	survival_kind(const SurvivalSummary *survival, const char *text, int length);

/* "open", in whatever letter case: the share that has not ended, so no outcome has this name */
extern bool outcome_is_open(const char *text, int length);

#endif							/* FUNNEL_SURVIVAL_SUMMARY_H */
