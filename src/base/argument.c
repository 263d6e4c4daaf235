/*
 * argument.c
 *		Arguments that families have in common, and errors about them.
 */
#include "base/argument.h"

#include "base/moment.h"
#include "utils/builtins.h"

void
refuse_null(const char *name, const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
			 errmsg("%s must not be null", name),
			 errhint("%s", hint)));
}

void
refuse_change(const char *name, const char *from, const char *to)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("%s changes within a group, from \"%s\" to \"%s\"", name, from, to),
			 errhint("Give one for all rows of a group; or group by it, too, or by what it depends on.")));
}

/* Error: as_of, shown so, isn't of the years 1900 to 2199. */
pg_noreturn static void
refuse_as_of(const char *shown, const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
			 errmsg("as_of must be between 1900-01-01 and 2199-12-31: %s", shown),
			 errhint("%s", hint)));
}

void
check_as_of_moment(Timestamp as_of, bool is_local)
{
	if (unlikely(!moment_in_range(as_of)))
		refuse_as_of(moment_text(as_of, is_local), "Give the moment up to which the data is complete.");
}

int64
argument_as_of_moment(FunctionCallInfo fcinfo, int argument, int64 through)
{
	TimestampTz as_of;

	if (PG_ARGISNULL(argument))
		return through;
	as_of = PG_GETARG_TIMESTAMPTZ(argument);
	check_as_of_moment(as_of, false);
	if (as_of < through)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("as_of %s lies before the last row, of %s", moment_text(as_of, false), moment_text(through, false)),
				 errhint("A summary answers for its last row and later; for an earlier moment, aggregate the rows up to it.")));
	return as_of;
}

bool
argument_as_of(FunctionCallInfo fcinfo, int argument, DateADT *as_of)
{
	if (PG_ARGISNULL(argument))
		return false;
	*as_of = PG_GETARG_DATEADT(argument);
	if (!date_in_range(*as_of))
		refuse_as_of(day_text(*as_of), "Give the day up to which the data is complete.");
	return true;
}

char *
day_text(int32 day)
{
	return DatumGetCString(DirectFunctionCall1(date_out, DateADTGetDatum(day)));
}

char *
moment_text(Timestamp moment, bool is_local)
{
	PGFunction	out = is_local ? timestamp_out : timestamptz_out;

	return DatumGetCString(DirectFunctionCall1(out, TimestampGetDatum(moment)));
}
