/*
 * parallel.c
 *		Settings of parallel plans.
 */
#include "base/compat.h"

#include "base/parallel.h"
#include "optimizer/cost.h"
#include "optimizer/paths.h"

int
parallel_workers_most(void)
{
	return max_parallel_workers_per_gather;
}

int64
parallel_scan_least(void)
{
	return (int64) min_parallel_table_scan_size * BLCKSZ;
}
