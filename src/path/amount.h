/*
 * amount.h
 *		Amounts as payload: an exact decimal in an event's 8 bytes.
 *
 * A payload is units * 64 + scale, AMOUNT_NONE for NULL. What 8 bytes have no
 * room for (18 digits and more) lies in a list beside the store, which spills
 * as the store does; the payload then says where in the list.
 */
#ifndef FUNNEL_AMOUNT_H
#define FUNNEL_AMOUNT_H

#include "base/compat.h"

#include "base/decimal.h"
#include "base/spill.h"

#define AMOUNT_NONE			PG_INT64_MIN
#define AMOUNT_LISTED		63	/* in place of a scale */
#define AMOUNT_UNITS_LIMIT	(INT64CONST(1) << 57)

/* The amounts that no payload can hold. Zeroed memory is an empty one. */
typedef struct AmountList
{
	Records    *records;		/* of 16 bytes; NULL: there is none */
	int64		count;			/* of records */
}			AmountList;

extern int64 amount_list(AmountList *list, FunctionCallInfo fcinfo, const Decimal *amount);
extern Decimal amount_listed(const AmountList *list, int64 payload);

/*
 * The list that another process made: its records, or bytes of them, behind those
 * at hand. A payload of that list says afterwards what amount_renumbered makes of
 * it, given how many records there were before.
 */
#define AMOUNT_RECORD		sizeof(int128)

extern void amount_list_records(AmountList *list, FunctionCallInfo fcinfo, Records *records);
extern void amount_list_bytes(AmountList *list, FunctionCallInfo fcinfo, const char *bytes, int64 count);

static inline int64
amount_renumbered(int64 payload, int64 before)
{
	return payload + before * 64 * 64;
}

extern int64 amount_larger_of(const AmountList *list, int64 a, int64 b);

/* The larger of two payloads; of equal amounts that which shows more digits; any is larger than none. */
static inline int64
amount_larger(const AmountList *list, int64 a, int64 b)
{
	if (a == AMOUNT_NONE || a == b)
		return b;
	if (b == AMOUNT_NONE)
		return a;
	return amount_larger_of(list, a, b);
}

/* The payload of an amount; the list is part of the state of the aggregate that fcinfo calls. */
static inline int64
amount_pack(AmountList *list, FunctionCallInfo fcinfo, const Decimal *amount)
{
	if (likely(amount->wide == NULL &&
			   amount->units < AMOUNT_UNITS_LIMIT && amount->units > -AMOUNT_UNITS_LIMIT))
		return (int64) amount->units * 64 + amount->scale;
	return amount_list(list, fcinfo, amount);
}

/* The amount of a payload that isn't AMOUNT_NONE; decimal_free it, as there may be many. */
static inline Decimal
amount_unpack(const AmountList *list, int64 payload)
{
	Decimal		amount = {0};

	if (unlikely((payload & 63) == AMOUNT_LISTED))
		return amount_listed(list, payload);
	amount.units = payload >> 6;
	amount.scale = payload & 63;
	return amount;
}

/*
 * For families that have no other use for an event's code: the scale goes
 * there, and the payload has room for 18 digits. Answers the code.
 */
static inline int
amount_pack_coded(AmountList *list, FunctionCallInfo fcinfo, const Decimal *amount, int64 *payload)
{
	if (likely(amount->wide == NULL && amount->units == (int64) amount->units))
	{
		*payload = (int64) amount->units;
		return amount->scale;
	}
	*payload = amount_list(list, fcinfo, amount);
	return AMOUNT_LISTED;
}

static inline Decimal
amount_unpack_coded(const AmountList *list, int code, int64 payload)
{
	Decimal		amount = {payload, code, NULL};

	if (unlikely(code == AMOUNT_LISTED))
		return amount_listed(list, payload);
	return amount;
}

#endif							/* FUNNEL_AMOUNT_H */
