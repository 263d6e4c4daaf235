/*
 * argument.c
 *		Errors about an argument that a whole group has in common.
 */
#include "base/argument.h"

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
