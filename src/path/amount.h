/*
 * amount.h
 *		An event's amount, in the 8 bytes of its payload.
 *
 * That is units * 64 + scale, which holds 17 digits. An amount that doesn't fit
 * is kept in a list beside the store, and the payload holds its number in the
 * units' place. So payloads don't order as amounts do.
 */
#ifndef FUNNEL_AMOUNT_H
#define FUNNEL_AMOUNT_H

#include "base/compat.h"

#include "base/decimal.h"

#define PATH_AMOUNT_NONE		PG_INT64_MIN	/* no amount: NULL */
#define PATH_AMOUNT_LISTED		63	/* in the scale's place */
#define PATH_AMOUNT_UNITS_LIMIT	(INT64CONST(1) << 57)

/* The amounts that don't fit; part of a state, which zeroes it and sets the context: the aggregate's */
typedef struct PathAmounts
{
	MemoryContext context;
	Decimal    *listed;
	int64		count;
	int64		room;
}			PathAmounts;

extern int64 path_amount_list(PathAmounts *amounts, const Decimal *amount);

static inline int64
path_amount_pack(PathAmounts *amounts, const Decimal *amount)
{
	if (likely(amount->wide == NULL &&
			   amount->units < PATH_AMOUNT_UNITS_LIMIT && amount->units > -PATH_AMOUNT_UNITS_LIMIT))
		return (int64) amount->units * 64 + amount->scale;
	return path_amount_list(amounts, amount);
}

/* The amount of a payload that isn't PATH_AMOUNT_NONE */
static inline Decimal
path_amount_unpack(const PathAmounts *amounts, int64 packed)
{
	Decimal		amount = {0};

	if (unlikely((packed & 63) == PATH_AMOUNT_LISTED))
		return amounts->listed[packed >> 6];
	amount.units = packed >> 6;
	amount.scale = packed & 63;
	return amount;
}

#endif							/* FUNNEL_AMOUNT_H */
