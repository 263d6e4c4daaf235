/*
 * amount.c
 *		Amounts that an event has no room for.
 */
#include "path/amount.h"

#include "utils/memutils.h"

/* Keeps an amount in the list, which starts empty but for its context; answers its number. */
int64
path_amount_list(PathAmounts *list, const Decimal *amount)
{
	MemoryContext old = MemoryContextSwitchTo(list->context);
	Decimal		kept = *amount;

	if (list->count == list->room)
	{
		list->room = Max(8, list->room * 2);
		if (list->amounts == NULL)
			list->amounts = palloc(sizeof(Decimal) * list->room);
		else
			list->amounts = repalloc_huge(list->amounts, sizeof(Decimal) * list->room);
	}
	if (kept.wide != NULL)
		kept.wide = DatumGetNumericCopy(NumericGetDatum(kept.wide));
	list->amounts[list->count] = kept;
	MemoryContextSwitchTo(old);
	return list->count++;
}
