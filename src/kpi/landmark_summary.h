/*
 * landmark_summary.h
 *		Of entities that were open at earlier moments, what became of them.
 *
 * At each landmark, a moment, an entity that is in the funnel, neither lost nor
 * at the last stage, is open, and counts by its furthest stage then. What
 * became of it is its state at the end: as of a moment for all, or a horizon
 * after the landmark.
 */
#ifndef FUNNEL_LANDMARK_SUMMARY_H
#define FUNNEL_LANDMARK_SUMMARY_H

#include "base/compat.h"

#include "base/summary.h"
#include "path/history.h"

#define LANDMARKS_MOST		1000
#define NO_HORIZON			0

/* Entities open in a stage at a landmark */
typedef struct LandmarkCount
{
	int64		was_open;
	int64		won;			/* of these, at the end */
	int64		lost;
}			LandmarkCount;

/* When is looked, from the arguments: the same for all rows */
typedef struct LandmarkTimes
{
	int			count;
	int64	   *landmarks;		/* ascending, each before as_of */
	int64		as_of;
	int64		horizon;		/* microseconds; NO_HORIZON: none */
}			LandmarkTimes;

typedef struct LandmarkSummary
{
	SummaryHeader header;
	Subject		subject;		/* the funnel */
	HistoryTotals totals;
	int64		later_rows;		/* of those used: after as_of, so not known yet */
	LandmarkTimes times;
	LandmarkCount *counts;		/* by landmark, then by step: all but the last */
	int64	   *decided;		/* by step: different entities that are won or lost at the end of a landmark that is over */
}			LandmarkSummary;

extern const SummaryType landmark_summary_type;

/* The steps that an entity may be open in */
extern int	landmark_steps(const LandmarkSummary *summary);

/* Room for what is counted by landmark and step; zeroes */
extern void landmark_make_room(LandmarkSummary *summary);

static inline LandmarkCount *
landmark_count(const LandmarkSummary *summary, int landmark, int step)
{
	return &summary->counts[landmark * landmark_steps(summary) + step];
}

/* The end of a landmark; whether it is over as of the summary's moment, so that all is known of it */
static inline int64
landmark_end(const LandmarkTimes *times, int landmark)
{
	if (times->horizon == NO_HORIZON || times->as_of - times->landmarks[landmark] < times->horizon)
		return times->as_of;
	return times->landmarks[landmark] + times->horizon;
}

static inline bool
landmark_is_over(const LandmarkTimes *times, int landmark)
{
	return times->horizon == NO_HORIZON || times->as_of - times->landmarks[landmark] >= times->horizon;
}

#endif							/* FUNNEL_LANDMARK_SUMMARY_H */
