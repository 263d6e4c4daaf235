/*
 * condition.c
 *		Rows told by conditions.
 */
#include "base/compat.h"

#include "base/argument.h"
#include "path/condition.h"
#include "utils/array.h"

uint64
conditions_mask(FunctionCallInfo fcinfo, int argument, int *given)
{
	ArrayType  *array;
	const bool *value;
	const uint8 *nulls;
	uint64		mask = 0;

	if (unlikely(PG_ARGISNULL(argument)))
		refuse_null("the array of conditions", "Give at least one condition.");
	array = PG_GETARG_ARRAYTYPE_P(argument);
	*given = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
	if (unlikely(ARR_NDIM(array) > 1))
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("conditions must be an array of one dimension")));
	if (unlikely(*given > CONDITIONS_MOST))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("there are %d conditions, but at most %d can be given", *given, CONDITIONS_MOST)));
	value = (const bool *) ARR_DATA_PTR(array);
	nulls = ARR_NULLBITMAP(array);
	for (int i = 0; i < *given; i++)
	{
		if (nulls != NULL && !(nulls[i / 8] >> (i % 8) & 1))
			continue;			/* takes no room, and is false */
		mask |= (uint64) *value++ << i;
	}
	PG_FREE_IF_COPY(array, argument);
	return mask;
}

uint64
conditions_mask_fixed(FunctionCallInfo fcinfo, int argument, int *count, int most)
{
	int			given;
	uint64		mask = conditions_mask(fcinfo, argument, &given);

	if (likely(given == *count))
		return mask;
	if (*count > 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the number of conditions changes within a group, from %d to %d", *count, given)));
	if (given < 1 || given > most)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("there must be 1 to %d conditions, but %d %s given", most, given, given == 1 ? "is" : "are")));
	*count = given;
	return mask;
}
