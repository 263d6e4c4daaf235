/*
 * flow_summary.h
 *		The summary of paths: a tree of steps.
 *
 * A path is the first steps that a unit (an entity, a session) did, as many as
 * the shape's depth; of one that only says where paths end, the last ones, told
 * backwards. A node of the tree is a beginning of paths: its parent is the same
 * less the last step. It keeps how many paths end with it, and how many go on to
 * steps that aren't kept; all that come to it are these and those of its
 * children.
 *
 * At most FLOW_NODES are kept. Where there are more, those of the fewest units
 * go, as many as it takes and none of a number of units alone: so neither the
 * order of rows nor that of labels decides. Who goes on to such a node is among
 * "others" from there on, of whom is known at which step they end.
 *
 * Nodes are a tally by parent and label. In canonical form labels are in order of
 * bytes, and nodes in order of their keys, parents before their children.
 */
#ifndef FUNNEL_FLOW_SUMMARY_H
#define FUNNEL_FLOW_SUMMARY_H

#include "base/compat.h"

#include "base/sketch.h"
#include "base/summary.h"
#include "kpi/flow_shape.h"
#include "path/reasons.h"
#include "path/subject.h"
#include "path/tally.h"

#define FLOW_NODES		20000

/* Why a row is used or left out; a row is in exactly one. The last four come out of the walk. */
typedef enum FlowReason
{
	FLOW_USED,					/* a step of a path */
	FLOW_NO_ENTITY,
	FLOW_NO_EVENT,
	FLOW_NO_TIME,
	FLOW_OUT_OF_RANGE,
	FLOW_DUPLICATE,				/* same entity, event and time as another */
	FLOW_REPEAT,				/* the same event as before, in one step with it */
	FLOW_OFF_PATH,				/* of a unit with a path, before or behind it */
	FLOW_OUTSIDE				/* of a unit without a path */
}			FlowReason;

#define FLOW_REASONS	(FLOW_OUTSIDE + 1)

extern const Reasons flow_reasons;

/* A node; the root, which is none, is number 0, the first of the tally number 1 */
typedef struct FlowNode
{
	uint64		key;			/* tally_key of the parent's number and the label's */
	int64		ended;			/* units whose path ends with it */
	int64		others;			/* ... goes on, but not to a child: that isn't kept, or lies beyond the depth */
}			FlowNode;

typedef struct FlowSummary
{
	SummaryHeader header;
	Subject		subject;		/* the shape */
	int64		from;			/* first and last moment of the rows that have one in range */
	int64		through;
	int64		rows[FLOW_REASONS];
	int64		outside;		/* units without a path */
	Dictionary *labels;
	Tally		nodes;			/* of FlowNode */
	Sketch	  **times;			/* by node, from the step before; NULL at the first step */
	int			times_room;
	int64		others;			/* units whose first step isn't kept */
	int64		others_ended[FLOW_DEPTH];	/* units among the others at a step (from 0) whose path ends there */

	/* What follows, once it is settled: by node, from the first */
	int64	   *units;			/* that come to it; at most COUNT_MOST + 1 */
	uint8	   *step;			/* its number, from 1 */
	int64		all;			/* units */
	int64		others_at[FLOW_DEPTH];	/* units among the others at a step; below 0: it can't be */
}			FlowSummary;

#define flow_shape(summary)		((const FlowShape *) (summary)->subject.made)
#define flow_node_at(summary, i)	tally_at(FlowNode, &(summary)->nodes, (i))
#define flow_parent(node)		tally_key_high((node)->key)
#define flow_label(node)		tally_key_low((node)->key)
#define flow_label_text(summary, label)	(&(summary)->labels->texts[label])

extern const SummaryType path_summary_type;

/* The number of a node, which is made where there is none */
extern int32 flow_node(FlowSummary *summary, int32 parent, int32 label);

/* Counts a path that is among the others from a step (from 0) on, which a node goes on to; it ends with "last", unless it is cut there. */
extern void flow_add_other(FlowSummary *summary, int32 parent, int last, bool is_cut);

/* Sees to it that there are no more nodes than may be kept. */
extern void flow_prune(FlowSummary *summary);

#endif							/* FUNNEL_FLOW_SUMMARY_H */
