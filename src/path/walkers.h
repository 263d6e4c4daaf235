/*
 * walkers.h
 *		The final function of a path aggregate, which several processes compute
 *		where they collected its rows, too.
 *
 * The leader of a parallel aggregate has all rows in the end, partitioned by
 * entity. It asks for as many new workers as had rows for it, the walkers. Each
 * makes the same state, without its counts, from what the leader writes down,
 * and a summary of it: of the partitions that it gets hold of, one after the
 * other. The leader does so, too, and adds the summaries of the walkers to its
 * own, as rollup does. What each process says is of whole entities, and the sum
 * to the last byte what one would have said.
 *
 *		static const WalkKind stage_walk = {&stage_partial, &stage_summary_type, stage_summarise, stage_conclude, NULL};
 *
 *		WALK_FUNCTIONS(stage, stage_walk)	defines stage_final, and the entry point of walkers, stage_walker
 *
 * The leader can always walk alone, and does
 *
 *	- over rows of less than min_parallel_table_scan_size, or in order
 *	- where rows can't be lent (spill.h), or amounts are listed
 *	- where no worker comes, or there is no room for what is shared with them
 *
 * Tried without: the leader's walk was more than half of the time of two
 * processes. And rows in the workers' hands until the end, which then divide the
 * partitions among them: a Gather's workers can't see each other.
 */
#ifndef FUNNEL_WALKERS_H
#define FUNNEL_WALKERS_H

#include "base/compat.h"

#include "base/summary.h"
#include "path/partial.h"
#include "storage/dsm.h"
#include "storage/shm_toc.h"

typedef struct WalkKind
{
	const PartialKind *partial; /* what a state is */
	const SummaryType *type;

	/* Makes the summary, of memory that is not empty: with one path_walk, and nothing that depends on the rows of other walks */
	void		(*summarise) (void *state, void *summary);

	/* What follows when it is complete; NULL: nothing */
	void		(*conclude) (FunctionCallInfo fcinfo, const void *state, const void *summary);

	/* Is a state's one that several can summarise, that is, with one walk, and without a dictionary? NULL: all are */
	bool		(*is_shared) (const void *state);
}			WalkKind;

/* The summary of a state, empty where there is none: a final function, given the name of its entry point */
extern Datum walkers_final(FunctionCallInfo fcinfo, const WalkKind *kind, const char *entry);

/* In a walker */
extern void walkers_walk(dsm_segment *segment, shm_toc *toc, const WalkKind *kind);

#define WALK_FUNCTIONS(name, kind) \
	PG_FUNCTION_INFO_V1(name##_final); \
	Datum \
	name##_final(PG_FUNCTION_ARGS) \
	{ \
		return walkers_final(fcinfo, &(kind), #name "_walker"); \
	} \
	PGDLLEXPORT void name##_walker(dsm_segment *segment, shm_toc *toc); \
	void \
	name##_walker(dsm_segment *segment, shm_toc *toc) \
	{ \
		walkers_walk(segment, toc, &(kind)); \
	}

#endif							/* FUNNEL_WALKERS_H */
