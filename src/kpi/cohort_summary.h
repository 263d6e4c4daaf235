/*
 * cohort_summary.h
 *		The summary of cohort_agg: who came back when, by period of the first row.
 *
 * An entity's cohort is the period of its first row. What is kept is a cell for
 * each cohort and period in which some of it were active. A cohort's first
 * cell is the period of its own, in which all of it were active: its size.
 */
#ifndef FUNNEL_COHORT_SUMMARY_H
#define FUNNEL_COHORT_SUMMARY_H

#include "base/compat.h"

#include "base/decimal.h"
#include "base/summary.h"
#include "path/reasons.h"
#include "path/subject.h"
#include "path/tally.h"

/* Why a row is used or left out; a row is in exactly one. */
typedef enum CohortReason
{
	COHORT_USED,
	COHORT_NO_ENTITY,
	COHORT_NO_TIME,
	COHORT_OUT_OF_RANGE			/* infinite, or before 4713 BC */
}			CohortReason;

#define COHORT_REASONS	(COHORT_OUT_OF_RANGE + 1)

extern const Reasons cohort_reasons;

/* Entities of a cohort that were active in a period, by these two: numbers of periods */
typedef struct CohortCell
{
	uint64		key;
	int64		active;			/* entities with a row, at least 1 */
	int64		again;			/* of these: with a row in the period before, too */
	Decimal		amount;
}			CohortCell;

typedef struct CohortSummary
{
	SummaryHeader header;
	Subject		subject;		/* the period and the zone */
	int64		from;			/* first and last moment of the rows used */
	int64		through;
	int64		last_day;		/* the latest local date among them, in days from 2000-01-01; none without rows */
	int64		rows[COHORT_REASONS];
	int64		with_amount;	/* of the rows used: with an amount */
	int64		repeaters;		/* entities with two rows or more */
	Tally		cells;			/* of CohortCell */
}			CohortSummary;

extern const SummaryType cohort_summary_type;

#define cohort_cell(summary, at)	tally_at(CohortCell, &(summary)->cells, (at))
#define cohort_cell_cohort(cell)	tally_key_high((cell)->key)
#define cohort_cell_period(cell)	tally_key_low((cell)->key)

#endif							/* FUNNEL_COHORT_SUMMARY_H */
