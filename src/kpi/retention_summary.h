/*
 * retention_summary.h
 *		The summary of retention_agg: who came back after they started, and when.
 *
 * An entity's cohort is the period of its first start. Its returns lie a number
 * of periods after: that is their offset; or, where brackets of days were given,
 * cohorts are days and the offset is the number of a bracket. What is kept is
 * how many of a cohort returned at an offset, and of how many it is the first
 * and the last: so all three kinds of retention are exact, and merge.
 */
#ifndef FUNNEL_RETENTION_SUMMARY_H
#define FUNNEL_RETENTION_SUMMARY_H

#include "base/compat.h"

#include "base/summary.h"
#include "path/reasons.h"
#include "path/subject.h"
#include "path/tally.h"

/* Why a row is used or left out; a row is in exactly one. The last four come out of the walk. */
typedef enum RetentionReason
{
	RETENTION_USED,
	RETENTION_NO_ENTITY,
	RETENTION_NO_TIME,
	RETENTION_OUT_OF_RANGE,
	RETENTION_OTHER_EVENT,		/* neither a start nor a return */
	RETENTION_BEFORE_START,		/* a return before the first start of its entity */
	RETENTION_STARTED_AGAIN,	/* a start after the first that is no return */
	RETENTION_OUTSIDE_BRACKETS, /* a return so many days later as no bracket has */
	RETENTION_OUTSIDE			/* of an entity that never started */
}			RetentionReason;

#define RETENTION_REASONS	(RETENTION_OUTSIDE + 1)

extern const Reasons retention_reasons;

#define RETENTION_BRACKETS	1000	/* ends of brackets, at most: one more than there are brackets */

/* Entities of a cohort that returned at an offset, by these two */
typedef struct RetentionCell
{
	uint64		key;
	int64		returned;		/* at least 1 */
	int64		first;			/* of these: not before */
	int64		last;			/* of these: not later */
}			RetentionCell;

/* How many entities a cohort has */
typedef struct RetentionCohort
{
	uint64		key;
	int64		entities;
}			RetentionCohort;

#define retention_cell(summary, at)		tally_at(RetentionCell, &(summary)->cells, (at))
#define retention_cell_cohort(cell)		tally_key_high((cell)->key)
#define retention_cell_offset(cell)		tally_key_low((cell)->key)
#define retention_cohort(summary, at)	tally_at(RetentionCohort, &(summary)->cohorts, (at))
#define retention_cohort_key(cohort)	tally_key(0, (cohort))
#define retention_cohort_period(cohort)	tally_key_low((cohort)->key)

typedef struct RetentionSummary
{
	SummaryHeader header;
	Subject		subject;		/* the unit, as its period, and the zone */
	int			bracket_ends;	/* 0: offsets are periods */
	int32	   *brackets;		/* days, rising: a bracket begins at each but the last, and ends before the next */
	int64		from;			/* first and last moment of the rows that have one in range */
	int64		through;
	int64		last_day;		/* the latest local date among them, in days from 2000-01-01; none without rows */
	int64		rows[RETENTION_REASONS];
	int64		outside;		/* entities with returns that never started */
	Tally		cohorts;		/* of RetentionCohort */
	Tally		cells;			/* of RetentionCell */
}			RetentionSummary;

extern const SummaryType retention_summary_type;

/* What is wrong with the ends of brackets, NULL where nothing is */
extern const char *retention_broken_brackets(const int32 *brackets, int count);

#endif							/* FUNNEL_RETENTION_SUMMARY_H */
