/*
 * compat.c
 *		What older versions of PostgreSQL lack.
 */
#include "base/compat.h"

#include "funcapi.h"
#include "miscadmin.h"
#include "nodes/execnodes.h"
#include "utils/datetime.h"
#include "utils/tuplestore.h"

#if PG_VERSION_NUM < 150000

/* What InitMaterializedSRF(fcinfo, 0) of 15 does: a tuplestore for the rows, and their type, in the call's result. */
void
FunnelInitMaterializedSRF(FunctionCallInfo fcinfo)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	MemoryContext old;
	TupleDesc	row;

	if (result == NULL || !IsA(result, ReturnSetInfo))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("set-valued function called in context that cannot accept a set")));
	if (!(result->allowedModes & SFRM_Materialize))
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR),
				 errmsg("materialize mode required, but it is not allowed in this context")));

	old = MemoryContextSwitchTo(result->econtext->ecxt_per_query_memory);
	if (get_call_result_type(fcinfo, NULL, &row) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	result->returnMode = SFRM_Materialize;
	result->setResult = tuplestore_begin_heap((result->allowedModes & SFRM_Materialize_Random) != 0, false, work_mem);
	result->setDesc = row;
	MemoryContextSwitchTo(old);
}

#endif

/* What an abbreviation in lower case is: TZ and DTZ, with seconds east of UTC; DYNTZ, with a zone; else none. */
int
decode_zone_abbreviation(char *token, int *offset, pg_tz **zone)
{
#if PG_VERSION_NUM < 160000
	return DecodeTimezoneAbbrev(0, token, offset, zone);
#else
	DateTimeErrorExtra extra;
	int			type;

	return DecodeTimezoneAbbrev(0, token, &type, offset, zone, &extra) < 0 ? UNKNOWN_FIELD : type;
#endif
}

#if PG_VERSION_NUM < 160000 && defined(__SANITIZE_ADDRESS__)
__attribute__((no_sanitize_address)) MemoryContext
unwatched_chunk_context(void *chunk)
{
	return ((MemoryContext *) chunk)[-1];
}
#endif
