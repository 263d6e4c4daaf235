/*
 * history.c
 *		A history: what is done once a group.
 */
#include "base/compat.h"

#include "base/argument.h"
#include "path/history.h"

const char *const history_reason_names[HISTORY_REASONS] = {
	"used", "no entity", "no stage", "no time", "unknown stage",
	"time out of range", "exact duplicate", "entity outside"
};

const char *const history_reason_fields[HISTORY_REASONS] = {
	"used", "no_entity", "no_stage", "no_time", "unknown_stage",
	"time_out_of_range", "exact_duplicate", "entity_outside"
};

/*
 * Groups of one aggregate share the lookup of their definition: a hundred
 * thousand of them would each have a piece of memory that is cold when its
 * next row comes. It is good for the context it lies in, which says when it
 * goes. A query may have a few such aggregates.
 */
#define SHARED_LOOKUPS	4

typedef struct SharedLookup
{
	MemoryContext context;
	FunnelLookup *funnel;		/* NULL: none */
}			SharedLookup;

static SharedLookup shared_lookups[SHARED_LOOKUPS];
static int	next_shared;

/* A reset callback: this lookup's memory goes. */
static void
forget_lookup(void *funnel)
{
	for (int i = 0; i < SHARED_LOOKUPS; i++)
		if (shared_lookups[i].funnel == funnel)
			shared_lookups[i].funnel = NULL;
}

static FunnelLookup *
find_lookup(MemoryContext context, Datum definition)
{
	FunnelLookup *funnel;
	MemoryContextCallback *callback;

	for (int i = 0; i < SHARED_LOOKUPS; i++)
		if (shared_lookups[i].funnel != NULL && shared_lookups[i].context == context &&
			funnel_is_same(shared_lookups[i].funnel, definition))
			return shared_lookups[i].funnel;

	funnel = funnel_lookup_create(context, definition);
	callback = MemoryContextAlloc(context, sizeof(MemoryContextCallback));
	callback->func = forget_lookup;
	callback->arg = funnel;
	MemoryContextRegisterResetCallback(context, callback);
	shared_lookups[next_shared].context = context;
	shared_lookups[next_shared].funnel = funnel;
	next_shared = (next_shared + 1) % SHARED_LOOKUPS;
	return funnel;
}

void
history_begin(History *history, FunctionCallInfo fcinfo, int definition, bool wide_keys, bool has_amount)
{
	if (!AggCheckCallContext(fcinfo, &history->amounts.context))
		elog(ERROR, "history collected in a non-aggregate context");
	history->funnel = find_lookup(history->amounts.context, PG_GETARG_DATUM(definition));
	history->fixed_definition = path_argument_is_constant(fcinfo, definition);
	path_store_init(&history->store, fcinfo, wide_keys, has_amount);
}

void
history_no_definition(void)
{
	refuse_null("the funnel definition", "Write it as 'Lead > Qualified > Won; lost: Lost'; if it comes from a join, leave out the rows without one.");
}
