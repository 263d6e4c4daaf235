/*
 * chain.h
 *		Chains: how far the rows of one entity get along a list of steps, within
 *		limits of time, past exclusions, and what became of them.
 *
 * A chain is a row for each step, in order, each row used once, times not
 * decreasing; doc/journey.md says which are allowed. Of all chains there are,
 * the answer is the furthest, and the outcome looks at all that got as far. It
 * is exact, and takes one pass over the rows in order of time: of the chains
 * that have got to a step, the newest is kept, since whatever an older one can
 * still do, the newer can do too.
 *
 * A row is a moment and a mask: bit k says that it satisfies step k (from 0),
 * the bits behind the steps are the exclusions. Rows of one moment are one
 * instant, since equal times never stand in each other's way:
 *
 *		chain = chain_create(&rules, emit, context);
 *		for each entity:
 *			chain_begin(chain);
 *			for each moment, in order:
 *				chain_instant_begin(&instant, at, mask);
 *				for each further row of that moment:
 *					chain_instant_add(&instant, &rules, mask);
 *				chain_advance(chain, &instant, true);
 *			chain_end(chain);
 *
 * The units that are counted (the entity, its attempts, its sessions) go to
 * "emit" as they end. Nothing here knows of a server, but for palloc.
 */
#ifndef FUNNEL_CHAIN_H
#define FUNNEL_CHAIN_H

#include "base/compat.h"

#include "path/basis.h"

#define CHAIN_STEPS			BASIS_STEPS	/* at most */
#define CHAIN_EXCLUSIONS	31

#define CHAIN_NO_LIMIT		PG_INT64_MAX	/* of a span: none is given */
#define CHAIN_CLOSED		PG_INT64_MIN	/* of a deadline: nothing can go on */

typedef enum ChainCount
{
	CHAIN_ENTITIES,
	CHAIN_ATTEMPTS,
	CHAIN_SESSIONS
}			ChainCount;

/* What a chain must keep to; steps are counted from 0, spans are microseconds. */
typedef struct ChainRules
{
	int			steps;
	int			exclusions;
	uint32		optional;		/* a bit a step */
	int64		within;			/* from the first row to the last */
	int64		gap[CHAIN_STEPS];	/* from step k to the next */
	int64		session;		/* rows further apart are of different sessions */
	bool		any_order;
	bool		increase;		/* times strictly increase */
	bool		no_repeat;		/* before the next step no row of any step up to it */
	bool		no_skip;		/* ... nor of one beyond it */
	uint32		contiguous;		/* ... nor any row at all: a bit for each step before */
	bool		entry_first;	/* only the first row of step 0 may begin a chain */
	ChainCount	count;
	uint8		after[CHAIN_EXCLUSIONS];	/* an exclusion counts later than this step ... */
	uint8		before[CHAIN_EXCLUSIONS];	/* ... and earlier than this one */

	/* What follows from these, by step: chain_prepare */
	uint64		bars[CHAIN_STEPS];	/* rows that bar the way from here to the next step */
	uint64		ends[CHAIN_STEPS];	/* exclusions that end a chain that stands here */
	uint64		begun[CHAIN_STEPS + 1]; /* exclusions that count once so many steps are done */
	int			level[CHAIN_STEPS];	/* the number (from 1) of the furthest required step up to here */
	int			choices;		/* how many steps are optional */
	bool		has_bars;
}			ChainRules;

/* The bits of a step and of an exclusion */
#define chain_step_bit(step)				(UINT64CONST(1) << (step))
#define chain_exclusion_bit(rules, number)	(UINT64CONST(1) << ((rules)->steps + (number)))
#define chain_step_bits(rules)				(((uint64) 1 << (rules)->steps) - 1)

/* The rows of one moment: so many of them as can make a difference */
typedef struct ChainInstant
{
	int64		at;
	int64		rows;
	uint64		seen;			/* what any of them satisfies */
	int			kept;
	int			room;
	uint64	   *masks;			/* of those kept */
	int			of_step[CHAIN_STEPS];	/* kept rows that satisfy it */
	int			barring[CHAIN_STEPS];	/* kept rows that bar the way to the next */
}			ChainInstant;

/* A unit that has ended, or stands as the last row left it */
typedef struct ChainUnit
{
	int			level;			/* 0: not even the first step; else the furthest required step, from 1 */
	uint32		done;			/* a bit for each step of the chain that counts */
	const int64 *times;			/* of its steps; in any order, of its 1st, 2nd ... row */
	bool		dropped;		/* once decided: dropped, else excluded; no matter if converted */
	int64		deadline;		/* a chain can go on until then; CHAIN_CLOSED: none can */
}			ChainUnit;

typedef void (*ChainEmit) (void *context, const ChainUnit *unit);

typedef struct Chain Chain;

/* Fills in what follows from the rules. */
extern void chain_prepare(ChainRules *rules);

/* Rows of one moment; the instant is zeroed memory at first. */
extern void chain_instant_begin(ChainInstant *instant, const ChainRules *rules, int64 at, uint64 mask);
extern void chain_instant_add(ChainInstant *instant, const ChainRules *rules, uint64 mask);

/* Are there different rows of an instant for all steps from "first" to "last", with a given row (0 ..) for the last? */
extern bool chain_can_fill(const ChainInstant *instant, int first, int last, int row);

/* For rules that live at least as long. Emits no unit of level 0. */
extern Chain *chain_create(const ChainRules *rules, ChainEmit emit, void *context);
extern void chain_begin(Chain *chain);
extern void chain_advance(Chain *chain, const ChainInstant *instant, bool may_begin);
extern void chain_end(Chain *chain);

/* Would an instant, not passed on yet, begin a chain? (Of steps in order: does it hold a row of the first that may?) */
extern bool chain_can_begin(const Chain *chain, const ChainInstant *instant);

/* Is there no chain that a row of this moment, or a later one, could carry on? */
extern bool chain_is_over(const Chain *chain, int64 at);

/* The number of bits set */
static inline int
chain_popcount(uint64 word)
{
	return __builtin_popcountll(word);
}

#endif							/* FUNNEL_CHAIN_H */
