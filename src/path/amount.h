/*
 * amount.h
 *		An amount in an event: its decimals in the code, its units in the payload.
 *
 * That holds 18 significant digits and a little more. What it doesn't hold goes
 * to a list in the state, and the payload is its number there. The list is not
 * part of the store: it stays in memory.
 *
 * For families that have no other use for the code. Amounts of one moment come
 * in no order that means anything: add them up.
 */
#ifndef FUNNEL_AMOUNT_H
#define FUNNEL_AMOUNT_H

#include "base/compat.h"

#include "base/decimal.h"
#include "path/store.h"

#define PATH_AMOUNT_LISTED	(PATH_CODES - 1)	/* the other codes are scales, of DECIMAL_MAX_SCALE at most */

typedef struct PathAmounts
{
	Decimal    *amounts;		/* may hold pointers to numerics */
	int64		count;
	int64		room;
	MemoryContext context;		/* the aggregate's */
}			PathAmounts;

extern int64 path_amount_list(PathAmounts *list, const Decimal *amount);

/* The code of an amount; sets its payload. */
static inline int
path_amount_pack(PathAmounts *list, const Decimal *amount, int64 *payload)
{
	if (likely(amount->wide == NULL && amount->units == (int64) amount->units))
	{
		*payload = (int64) amount->units;
		return amount->scale;
	}
	*payload = path_amount_list(list, amount);
	return PATH_AMOUNT_LISTED;
}

static inline Decimal
path_amount_unpack(const PathAmounts *list, int code, int64 payload)
{
	Decimal		amount = {payload, code, NULL};

	if (unlikely(code == PATH_AMOUNT_LISTED))
		return list->amounts[payload];
	return amount;
}

#endif							/* FUNNEL_AMOUNT_H */
