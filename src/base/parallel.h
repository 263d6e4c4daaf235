/*
 * parallel.h
 *		Settings of parallel plans, and their shared memory, for who starts workers of its own.
 *
 * Their headers are the planner's, which has types of the names of ours.
 */
#ifndef FUNNEL_PARALLEL_H
#define FUNNEL_PARALLEL_H

#include "base/compat.h"

struct ParallelContext;

/* max_parallel_workers_per_gather */
extern int	parallel_workers_most(void);

/* min_parallel_table_scan_size, in bytes: what is worth a worker */
extern int64 parallel_scan_least(void);

/*
 * InitializeParallelDSM, which is an error where there is no room for shared
 * memory. Here that is an answer: false, and the context is gone.
 */
extern bool parallel_initialize(struct ParallelContext *context);

#endif							/* FUNNEL_PARALLEL_H */
