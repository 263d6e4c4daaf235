/*
 * parallel.c
 *		Settings of parallel plans, and their shared memory.
 */
#include "base/compat.h"

#include "access/parallel.h"
#include "base/parallel.h"
#include "optimizer/cost.h"
#include "optimizer/paths.h"
#include "utils/resowner.h"

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

/* Memory, room on a disk, files that may be open: PostgreSQL says of each kind of shared memory what was missing. */
static bool
is_lack_of_room(int code)
{
	return ERRCODE_TO_CATEGORY(code) == ERRCODE_INSUFFICIENT_RESOURCES;
}

/*
 * The error is caught without a subtransaction, which parallel mode forbids. No
 * lock is held where it arises, and no interrupt is served. What it leaves
 * behind belongs to the context, which goes, or to a resource owner of its own,
 * which lets go of it as an aborted transaction would: a segment without memory.
 */
static bool
try_to_initialize(ParallelContext *context, ResourceOwner owner)
{
	MemoryContext memory = CurrentMemoryContext;
	ResourceOwner before = CurrentResourceOwner;
	volatile bool is_done = false;

	CurrentResourceOwner = owner;
	PG_TRY();
	{
		InitializeParallelDSM(context);
		is_done = true;
	}
	PG_CATCH();
	{
		CurrentResourceOwner = before;
		if (!is_lack_of_room(geterrcode()))
			PG_RE_THROW();
		MemoryContextSwitchTo(memory);
		FlushErrorState();
	}
	PG_END_TRY();
	CurrentResourceOwner = before;
	return is_done;
}

static void
end_owner(ResourceOwner owner, bool is_done)
{
	ResourceOwnerRelease(owner, RESOURCE_RELEASE_BEFORE_LOCKS, is_done, false);
	ResourceOwnerRelease(owner, RESOURCE_RELEASE_LOCKS, is_done, false);
	ResourceOwnerRelease(owner, RESOURCE_RELEASE_AFTER_LOCKS, is_done, false);
	ResourceOwnerDelete(owner);
}

bool
parallel_initialize(ParallelContext *context)
{
	ResourceOwner owner = ResourceOwnerCreate(CurrentResourceOwner, "shared memory of parallel workers");
	bool		is_done = try_to_initialize(context, owner);

	if (!is_done)
		DestroyParallelContext(context);
	else if (context->seg != NULL)
	{
		/* from now on it is the query's */
		dsm_pin_mapping(context->seg);
		dsm_unpin_mapping(context->seg);
	}
	end_owner(owner, is_done);
	return is_done;
}
