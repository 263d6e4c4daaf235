/*
 * journey.h
 *		The definition of a journey: events in order, within a time, and what may
 *		not come between.
 *
 *		'view > cart | basket > purchase; within: 7 days; without: refund (2-3)'
 *
 * doc/journey.md says what each clause means. Made ready for the rows it is a
 * Journey: the rules of its chains (chain.h), and for each label what a row of
 * that event satisfies. A label has one number wherever it stands; a step and an
 * exclusion may share it.
 */
#ifndef FUNNEL_JOURNEY_H
#define FUNNEL_JOURNEY_H

#include "base/compat.h"

#include "base/definition.h"
#include "path/chain.h"
#include "path/label.h"

/* What a property of the rows is looked at for: clause "property" */
typedef enum JourneyProperty
{
	PROPERTY_NONE,
	PROPERTY_HOLD,				/* all rows of a chain have one value */
	PROPERTY_FIRST,				/* of the chain that counts, the first value there is */
	PROPERTY_LAST,				/* ... the last */
	PROPERTY_STEP				/* ... that of a step */
}			JourneyProperty;

typedef struct Journey
{
	Image		image;			/* the stored definition */
	ChainRules	rules;
	LabelTable	table;			/* a label's code is its number in mask */
	uint64	   *mask;			/* by number: the steps and exclusions that such a row satisfies */
	const Label *name[CHAIN_STEPS]; /* by step: the label it is shown as, the first */
	bool		needs_others;	/* rows that satisfy nothing matter, too */
	JourneyProperty property;
	int			property_step;	/* from 0 */
}			Journey;

/* Makes a definition (a Datum of type journey, in any varlena form) ready; for definition_shared. */
extern void *journey_prepare(MemoryContext context, Datum definition);

/* The definition as a Datum of type journey, palloc'd; parsed from a text as the type's input does. */
extern Datum journey_parse(const char *source, int length);

/* The name of a step, from 0; in any order "k of n". Palloc'd. */
extern char *journey_step_name(const Journey *journey, int step);

/* The longest limit of time it has, in microseconds; CHAIN_NO_LIMIT: none */
extern int64 journey_longest_limit(const Journey *journey);

/* "3 steps and 1 exclusion", palloc'd */
extern char *journey_size(const Journey *journey);

#endif							/* FUNNEL_JOURNEY_H */
