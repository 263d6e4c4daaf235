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

bool
argument_as_of(FunctionCallInfo fcinfo, int argument, DateADT *as_of)
{
	if (PG_ARGISNULL(argument))
		return false;
	*as_of = PG_GETARG_DATEADT(argument);
	if (!date_in_range(*as_of))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("as_of must be between 1900-01-01 and 2199-12-31: %s", day_text(*as_of)),
				 errhint("Give the day up to which the data is complete.")));
	return true;
}

char *
day_text(int32 day)
{
	return DatumGetCString(DirectFunctionCall1(date_out, DateADTGetDatum(day)));
}
