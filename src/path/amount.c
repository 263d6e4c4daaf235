/*
 * amount.c
 *		Amounts as payload: the slow ways.
 */
#include "base/compat.h"

#include "path/amount.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/numeric.h"

/* Puts an amount into the list; answers its payload. */
int64
amount_list(AmountList *list, const Decimal *amount)
{
	MemoryContext old = MemoryContextSwitchTo(list->context);
	Decimal		kept = *amount;

	if (list->count == list->room)
	{
		int64		room = Max(8, list->room * 2);

		if (list->amounts == NULL)
			list->amounts = palloc(sizeof(Decimal) * room);
		else
			list->amounts = repalloc_huge(list->amounts, sizeof(Decimal) * room);
		list->room = room;
	}
	if (kept.wide != NULL)
		kept.wide = DatumGetNumericCopy(NumericGetDatum(kept.wide));
	list->amounts[list->count] = kept;
	MemoryContextSwitchTo(old);
	return (list->count++ << 6) | AMOUNT_LISTED;
}

int64
amount_larger(const AmountList *list, int64 a, int64 b)
{
	Decimal		left;
	Decimal		right;
	int			order;

	if (a == AMOUNT_NONE || a == b)
		return b;
	if (b == AMOUNT_NONE)
		return a;
	left = amount_unpack(list, a);
	right = amount_unpack(list, b);
	if (left.wide == NULL && right.wide == NULL && left.scale == right.scale)
		return left.units >= right.units ? a : b;
	order = DatumGetInt32(DirectFunctionCall2(numeric_cmp,
											  NumericGetDatum(decimal_to_numeric(&left)),
											  NumericGetDatum(decimal_to_numeric(&right))));
	if (order == 0)
		order = left.scale - right.scale;
	return order >= 0 ? a : b;
}
