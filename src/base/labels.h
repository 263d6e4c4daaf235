/*
 * labels.h
 *		How many rows each label has, in little memory, whatever the labels are.
 *
 * Kept are "most" labels. Where there are more, those whose hashes are the
 * smallest are kept and the rows of all others are counted in one number. A
 * label that is kept in the end has been kept since its first row, for others
 * only come in below it: so its count is exact, and neither the order of rows
 * nor how they were split and merged changes anything. (A sample by the
 * smallest hashes: Broder, "On the resemblance and containment of documents",
 * SEQUENCES 1997.)
 *
 * Long labels are cut to LABEL_BYTES, and count as one where they agree so far.
 */
#ifndef FUNNEL_LABELS_H
#define FUNNEL_LABELS_H

#include "base/compat.h"

#include "base/codec.h"
#include "utils/palloc.h"

#define LABEL_BYTES		200

typedef struct LabelCount
{
	uint64		hash;
	int64		rows;
	char	   *text;			/* not NUL-terminated */
	int			length;
}			LabelCount;

typedef struct LabelCounts
{
	MemoryContext context;		/* of all that is kept */
	int			most;
	int			count;
	int			room;
	LabelCount *labels;			/* in order of hash, then of bytes */
	int64		other_rows;		/* of labels that are not kept; 0: all are */
}			LabelCounts;

/*
 * A label of at most LABEL_BYTES: the one given, or, where that is longer, its
 * beginning and "...", in the caller's buffer of that size. *length is set.
 */
extern const char *label_cut(const char *text, int *length, char *cut);

/* Begins a count that keeps so many labels, in a memory context. */
extern void labels_begin(LabelCounts *counts, int most, MemoryContext context);

/* Adds a row. The label is copied where it is new. */
extern void labels_add(LabelCounts *counts, const char *text, int length);

/* Adds what another count has counted, with the same "most". */
extern void labels_merge(LabelCounts *counts, const LabelCounts *other);

/* A palloc'd copy of the labels, the commonest first, equal ones in order of bytes. */
extern LabelCount *labels_by_rows(const LabelCounts *counts);

/* All rows, those of other labels too */
extern int64 labels_rows(const LabelCounts *counts);

/* The fields "labels" (label, rows) and "other_rows" of a summary; reading, "counts" has begun. */
extern void labels_fields(Codec *codec, LabelCounts *counts);

/* What is wrong with a count, NULL where nothing is: for the rules of its summary */
extern const char *labels_rules(const LabelCounts *counts);

#endif							/* FUNNEL_LABELS_H */
