/*
 * history.c
 *		A history: what is done once a group.
 */
#include "base/compat.h"

#include "path/history.h"

const char *const history_reason_names[HISTORY_REASONS] = {
	"used", "no entity", "no stage", "no time", "unknown stage",
	"time out of range", "exact duplicate", "entity outside"
};

const char *const history_reason_fields[HISTORY_REASONS] = {
	"used", "no_entity", "no_stage", "no_time", "unknown_stage",
	"time_out_of_range", "exact_duplicate", "entity_outside"
};

void
history_begin(History *history, FunctionCallInfo fcinfo, int definition, bool wide_keys, bool has_amount)
{
	if (!AggCheckCallContext(fcinfo, &history->amounts.context))
		elog(ERROR, "history collected in a non-aggregate context");
	history->funnel = funnel_lookup_create(history->amounts.context, PG_GETARG_DATUM(definition));
	history->fixed_definition = path_argument_is_constant(fcinfo, definition);
	path_store_init(&history->store, fcinfo, wide_keys, has_amount);
}

void
history_no_definition(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
			 errmsg("the funnel definition must not be NULL"),
			 errhint("Write it as 'Lead > Qualified > Won; lost: Lost'; if it comes from a join, leave out the rows without one.")));
}
