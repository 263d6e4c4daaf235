/*
 * store.c
 *		The event store.
 */
#include "base/compat.h"

#include "nodes/pg_list.h"
#include "nodes/primnodes.h"
#include "path/store.h"

static uint64
hash_narrow(const void *record)
{
	return path_hash_narrow((const uint64 *) record);
}

static uint64
hash_wide(const void *record)
{
	return path_hash_wide((const uint64 *) record);
}

/* Makes an empty store of memory in the context of the aggregate that fcinfo calls. */
void
path_store_init(PathStore *store, FunctionCallInfo fcinfo, bool wide_keys, bool has_payload)
{
	int			words = 2 + wide_keys + has_payload;

	path_secret_need();
	store->wide_keys = wide_keys;
	store->has_payload = has_payload;
	store->in_order = store->is_sorted = true;
	store->is_ranked = false;
	store->runs = 0;
	store->last.rank = PG_UINT64_MAX;
	records_init(&store->records, fcinfo, words * sizeof(int64), NULL);
}

/*
 * What has spilled is read in order as one run, or not at all: several could be
 * merged from the file, too, but partitions are read faster.
 */
void
path_begin_run(PathStore *store)
{
	store->is_ranked |= store->runs > 0 && store->last.rank != 0;
	store->runs++;
	if (store->runs > PATH_RUNS || (store->runs > 1 && store->records.file != NULL))
	{
		store->in_order = false;
		records_partition_by(&store->records, store->wide_keys ? hash_wide : hash_narrow);
	}
}

bool
path_argument_is_constant(FunctionCallInfo fcinfo, int argument)
{
	Aggref	   *aggref = AggGetAggref(fcinfo);

	return aggref != NULL && list_length(aggref->args) >= argument &&
		IsA(((TargetEntry *) list_nth(aggref->args, argument - 1))->expr, Const);
}
