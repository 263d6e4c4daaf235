/*
 * flow_shape.h
 *		The shape of paths: where they begin and end, how long they are.
 *
 *		'from: view | search; to: purchase; depth: 5; session: 30 minutes'
 *
 * doc/flow.md says what each clause means. Texts of one meaning have one
 * canonical form, which is what a summary keeps.
 *
 * Made ready for the rows it holds the labels, too: a dictionary that the groups
 * of an aggregate share, in which those of from and to come first.
 */
#ifndef FUNNEL_FLOW_SHAPE_H
#define FUNNEL_FLOW_SHAPE_H

#include "base/compat.h"

#include "base/definition.h"
#include "path/dictionary.h"

#define FLOW_DEPTH_LEAST	2
#define FLOW_DEPTH			10	/* steps of a path, at most */
#define FLOW_DEPTH_DEFAULT	5

#define FLOW_NO_SESSION		0

/* What a label is, beside a step */
#define FLOW_FROM			1
#define FLOW_TO				2

typedef struct FlowShape
{
	Image		image;			/* the text given and the canonical one */
	int			depth;
	int64		session;		/* rows further apart are of different sessions; FLOW_NO_SESSION */
	bool		keeps_repeats;
	bool		by_session;		/* a unit is a session, not an entity */
	bool		has_from;
	bool		has_to;
	int			named;			/* labels of from and to: the first of the dictionary */
	uint8	   *roles;			/* of each of these: FLOW_FROM, FLOW_TO or both */
	Dictionary	labels;
}			FlowShape;

/* Paths that only say where they end are told from there, backwards. */
static inline bool
flow_is_backwards(const FlowShape *shape)
{
	return shape->has_to && !shape->has_from;
}

static inline bool
flow_is(const FlowShape *shape, int32 label, int role)
{
	return label < shape->named && (shape->roles[label] & role) != 0;
}

/* A shape as a definition (base/definition.h), palloc'd; an error where it has faults */
extern Datum flow_shape_parse(const char *text, int length);

/* Makes a definition ready; for definition_shared. */
extern void *flow_shape_prepare(MemoryContext context, Datum definition);

/* The canonical text of a shape, not NUL-terminated */
extern const char *flow_shape_text(const FlowShape *shape, int *length);

/* Is this the text of a shape, or does it mean the same? */
extern bool flow_shape_is(const FlowShape *shape, Datum text);

#endif							/* FUNNEL_FLOW_SHAPE_H */
