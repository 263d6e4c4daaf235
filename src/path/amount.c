/*
 * amount.c
 *		An event's amount, in the 8 bytes of its payload.
 */
#include "path/amount.h"

#include "utils/memutils.h"

/* Keeps an amount that doesn't fit; answers the payload. */
int64
path_amount_list(PathAmounts *amounts, const Decimal *amount)
{
	MemoryContext old = MemoryContextSwitchTo(amounts->context);
	Decimal		kept = *amount;

	if (amounts->count == amounts->room)
	{
		int64		room = Max(8, amounts->room * 2);

		if (amounts->listed == NULL)
			amounts->listed = palloc(sizeof(Decimal) * room);
		else
			amounts->listed = repalloc_huge(amounts->listed, sizeof(Decimal) * room);
		amounts->room = room;
	}
	if (kept.wide != NULL)
		kept.wide = DatumGetNumericCopy(NumericGetDatum(kept.wide));
	amounts->listed[amounts->count] = kept;
	MemoryContextSwitchTo(old);
	return (amounts->count++ << 6) | PATH_AMOUNT_LISTED;
}
