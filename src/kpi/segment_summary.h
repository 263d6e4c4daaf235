/*
 * segment_summary.h
 *		What segment_agg keeps: how many of each label succeeded and failed.
 *
 * See doc/segment.md.
 */
#ifndef FUNNEL_SEGMENT_SUMMARY_H
#define FUNNEL_SEGMENT_SUMMARY_H

#include "base/compat.h"

#include "base/summary.h"
#include "path/dictionary.h"

/* A summary holds no more labels: reps, products and campaigns are thousands at most. */
#define SEGMENT_LABELS	1000000

typedef struct SegmentCount
{
	int64		succeeded;
	int64		failed;
	int64		undecided;
}			SegmentCount;

typedef struct SegmentSummary
{
	SummaryHeader header;
	int64		invalid_rows;	/* of the rate summaries given */
	SegmentCount without;		/* of rows whose label is NULL, which are a segment, too */
	Dictionary	labels;			/* of a summary that has been read: in order of bytes */
	SegmentCount *counts;		/* by the number of the label */
	int32		room;
}			SegmentSummary;

extern const SummaryType segment_type;

/* An empty one, which keeps all in a memory context */
extern void segment_begin(SegmentSummary *segment, MemoryContext context);

/* The counts of a label, which is added where it is new; an error where there are too many */
extern SegmentCount *segment_count(SegmentSummary *segment, const char *text, int length);

/* Adds a summary to another. */
extern void segment_merge(void *into, void *other);

#endif							/* FUNNEL_SEGMENT_SUMMARY_H */
