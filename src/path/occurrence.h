/*
 * occurrence.h
 *		Does any label of a definition occur in a query?
 *
 * Where none does, a word is written differently than in the data, and every
 * figure is 0 without an error. A group alone may well have none, so what the
 * groups of a query have seen is put together, and a NOTICE follows when the
 * query ends: one a definition, whatever the number of groups.
 */
#ifndef FUNNEL_OCCURRENCE_H
#define FUNNEL_OCCURRENCE_H

#include "base/compat.h"

#include "base/definition.h"
#include "base/labels.h"
#include "fmgr.h"

/*
 * A group of an aggregate ends, in its final function: whether a label of its
 * definition occurred, and how many rows had another one. "What" its labels
 * are of stands in the NOTICE: "the funnel"; so do the other labels, where they are
 * counted (NULL: they are not).
 */
extern void occurrence_conclude(FunctionCallInfo fcinfo, const char *what, const Image *definition,
								bool occurs, int64 other_rows, const LabelCounts *others);

#endif							/* FUNNEL_OCCURRENCE_H */
