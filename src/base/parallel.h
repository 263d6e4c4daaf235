/*
 * parallel.h
 *		Settings of parallel plans, for who starts workers of its own.
 *
 * Their headers are the planner's, which has types of the names of ours.
 */
#ifndef FUNNEL_PARALLEL_H
#define FUNNEL_PARALLEL_H

#include "base/compat.h"

/* max_parallel_workers_per_gather */
extern int	parallel_workers_most(void);

/* min_parallel_table_scan_size, in bytes: what is worth a worker */
extern int64 parallel_scan_least(void);

#endif							/* FUNNEL_PARALLEL_H */
