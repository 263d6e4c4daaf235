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
	records_init(&store->records, fcinfo, words * sizeof(int64), wide_keys ? hash_wide : hash_narrow);
}

bool
path_argument_is_constant(FunctionCallInfo fcinfo, int argument)
{
	Aggref	   *aggref = AggGetAggref(fcinfo);

	return aggref != NULL && list_length(aggref->args) >= argument &&
		IsA(((TargetEntry *) list_nth(aggref->args, argument - 1))->expr, Const);
}
