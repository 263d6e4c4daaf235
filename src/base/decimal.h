/*
 * decimal.h
 *		Exact decimals: the amounts of a sum and the sum itself.
 *
 * A Decimal is units * 10^-scale. While it is "narrow" (at most
 * DECIMAL_MAX_SCALE decimals and |units| < DECIMAL_UNITS_LIMIT: 37 digits) it
 * lives in 128 bits and is added to in place. Beyond that it is "wide", and
 * its value is an ordinary numeric. A value has one form only: a wide Decimal
 * that fits becomes narrow again.
 *
 * The scale is the display scale: the widest that the sum has seen, as
 * sum(numeric) shows it. Subtracting does not narrow it.
 */
#ifndef FUNNEL_DECIMAL_H
#define FUNNEL_DECIMAL_H

#include "base/compat.h"

#include "utils/numeric.h"

#define DECIMAL_MAX_SCALE		37
#define DECIMAL_UNITS_LIMIT		(((int128) 1) << 126)

typedef struct Decimal
{
	int128		units;			/* the value times 10^scale, while narrow */
	int32		scale;			/* display scale: digits after the point */
	Numeric		wide;			/* the value where 128 bits can't hold it, else NULL */
}			Decimal;

/*
 * The six types an amount column has, each with the converter from its Datum.
 * X(name) is expanded once a type: one exact overload each, because a lone
 * numeric version rejects doubles, and a double one beside it takes integers.
 */
#define AMOUNT_TYPES(X) \
	X(int2) X(int4) X(int8) X(numeric) X(float4) X(float8)

extern Decimal decimal_from_int2(Datum amount);
extern Decimal decimal_from_int4(Datum amount);
extern Decimal decimal_from_int8(Datum amount);
extern Decimal decimal_from_numeric(Datum amount);
extern Decimal decimal_from_float4(Datum amount);
extern Decimal decimal_from_float8(Datum amount);

extern bool numeric_is_finite(Datum numeric);
extern void decimal_add_slowly(Decimal *sum, const Decimal *value);
extern void decimal_accumulate_slowly(Decimal *sum, const Decimal *value);
extern Decimal decimal_negated(const Decimal *value);
extern void decimal_subtract(Decimal *sum, const Decimal *value);
extern bool decimal_is_zero(const Decimal *value);
extern int	decimal_sign(const Decimal *value);
extern int	decimal_compare(const Decimal *a, const Decimal *b);
extern Decimal decimal_multiply(const Decimal *a, const Decimal *b);
extern Decimal decimal_quotient(const Decimal *a, const Decimal *b, int scale);
extern void decimal_round(Decimal *value, int scale);
extern void decimal_strip(Decimal *value);
extern Decimal decimal_difference(const Decimal *a, const Decimal *b);
extern Decimal decimal_times(const Decimal *value, int32 factor);
extern Numeric decimal_to_numeric(const Decimal *value);
extern Numeric decimal_mean(const Decimal *sum, int64 count);
extern double decimal_ratio(const Decimal *numerator, const Decimal *denominator);
extern double exact_ratio(int128 numerator, int128 denominator);

/* Returns part / whole, NULL where the whole is nothing, from an SQL function. */
#define RETURN_RATIO(part, whole) \
	do { \
		if ((whole) == 0) \
			PG_RETURN_NULL(); \
		PG_RETURN_FLOAT8(exact_ratio((part), (whole))); \
	} while (0)

/* Nothing, shown with so many decimals as far as the narrow form goes: what a table's sums begin with */
static inline Decimal
decimal_zero(int scale)
{
	Decimal		zero = {0, Min(scale, DECIMAL_MAX_SCALE), NULL};

	return zero;
}

/* Adds value to sum where that is a matter of 128 bits; whether it was. */
static inline bool
decimal_add_narrow(Decimal *sum, const Decimal *value)
{
	if (likely(sum->scale == value->scale && sum->wide == NULL && value->wide == NULL))
	{
		int128		units = sum->units + value->units;	/* can't overflow: each is below 2^126 */

		if (likely(units < DECIMAL_UNITS_LIMIT && units > -DECIMAL_UNITS_LIMIT))
		{
			sum->units = units;
			return true;
		}
		return false;
	}
	/* or where there is nothing to add, nor a wider scale to show */
	return value->units == 0 && value->scale <= sum->scale && value->wide == NULL;
}

/* Adds value to sum, exactly. */
static inline void
decimal_add(Decimal *sum, const Decimal *value)
{
	if (!decimal_add_narrow(sum, value))
		decimal_add_slowly(sum, value);
}

/*
 * The same for a sum that shares its wide form with no other Decimal, and that
 * many values are added to: the form it had before is freed.
 */
static inline void
decimal_accumulate(Decimal *sum, const Decimal *value)
{
	if (!decimal_add_narrow(sum, value))
		decimal_accumulate_slowly(sum, value);
}

/* The same value, its wide form its own */
static inline Decimal
decimal_copy(const Decimal *value)
{
	Decimal		copy = *value;

	if (unlikely(value->wide != NULL))
		copy.wide = DatumGetNumericCopy(NumericGetDatum(value->wide));
	return copy;
}

/* Ends a value whose wide form is its own. */
static inline void
decimal_free(Decimal *value)
{
	if (unlikely(value->wide != NULL))
	{
		pfree(value->wide);
		value->wide = NULL;
	}
}

#endif							/* FUNNEL_DECIMAL_H */
