/*
 * decimal.c
 *		Exact decimals: reading amounts, adding them, handing them out.
 */
#include "base/decimal.h"

#include <math.h>

#include "common/shortest_dec.h"
#include "utils/builtins.h"

/*
 * The stored form of a numeric, which numeric.h keeps to itself. It is an
 * on-disk format, the same since 9.1 (src/backend/utils/adt/numeric.c):
 * a 16-bit header, in the long form followed by a 16-bit weight, then digits
 * of base 10000, most significant first, without leading or trailing zeros.
 */
#define NUMERIC_BASE			10000
#define NUMERIC_BASE_DIGITS		4
#define NUMERIC_SIGN_MASK		0xC000
#define NUMERIC_IS_NEGATIVE		0x4000
#define NUMERIC_IS_SHORT		0x8000
#define NUMERIC_IS_SPECIAL		0xC000
#define NUMERIC_LONG_DSCALE		0x3FFF
#define NUMERIC_SHORT_NEGATIVE	0x2000
#define NUMERIC_SHORT_DSCALE(header)	(((header) & 0x1F80) >> 7)
#define NUMERIC_SHORT_WEIGHT(header)	(((header) & 0x0040 ? ~0x003F : 0) | ((header) & 0x003F))

/* 10^19 is the last power of ten in 64 bits; 10^37 is the last below DECIMAL_UNITS_LIMIT. */
#define POWERS_IN_64_BITS	19

static const uint64 powers_of_ten[POWERS_IN_64_BITS + 1] = {
	UINT64CONST(1),
	UINT64CONST(10),
	UINT64CONST(100),
	UINT64CONST(1000),
	UINT64CONST(10000),
	UINT64CONST(100000),
	UINT64CONST(1000000),
	UINT64CONST(10000000),
	UINT64CONST(100000000),
	UINT64CONST(1000000000),
	UINT64CONST(10000000000),
	UINT64CONST(100000000000),
	UINT64CONST(1000000000000),
	UINT64CONST(10000000000000),
	UINT64CONST(100000000000000),
	UINT64CONST(1000000000000000),
	UINT64CONST(10000000000000000),
	UINT64CONST(100000000000000000),
	UINT64CONST(1000000000000000000),
	UINT64CONST(10000000000000000000)
};

/* 10^exponent, for an exponent of 0 .. DECIMAL_MAX_SCALE */
static inline int128
power_of_ten(int exponent)
{
	if (exponent <= POWERS_IN_64_BITS)
		return (int128) powers_of_ten[exponent];
	return (int128) powers_of_ten[POWERS_IN_64_BITS] * (int128) powers_of_ten[exponent - POWERS_IN_64_BITS];
}

/* Multiplies units by 10^exponent, unless the result would leave the narrow form. */
static inline bool
scale_up(int128 *units, int exponent)
{
	int128		factor;
	int128		limit;

	if (exponent == 0 || *units == 0)
		return true;
	if (exponent > DECIMAL_MAX_SCALE)
		return false;

	factor = power_of_ten(exponent);
	limit = (DECIMAL_UNITS_LIMIT - 1) / factor;
	if (*units > limit || *units < -limit)
		return false;
	*units *= factor;
	return true;
}

/* Error: an amount that is no number. */
static void
refuse_amount(const char *amount)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("amount must be a finite number, not %s", amount),
			 errhint("Leave such rows out with a FILTER clause, or give NULL for an unknown amount.")));
}

Decimal
decimal_from_int2(Datum amount)
{
	Decimal		value = {DatumGetInt16(amount), 0, NULL};

	return value;
}

Decimal
decimal_from_int4(Datum amount)
{
	Decimal		value = {DatumGetInt32(amount), 0, NULL};

	return value;
}

Decimal
decimal_from_int8(Datum amount)
{
	Decimal		value = {DatumGetInt64(amount), 0, NULL};

	return value;
}

static pg_attribute_always_inline int16
digit_at(const char *digits, int i)
{
	int16		digit;

	memcpy(&digit, digits + i * sizeof(int16), sizeof(int16));
	return digit;
}

/* The value of up to four digits, the last of which may reach below the scale: it ends in zeros there */
static pg_attribute_always_inline int64
few_digits(const char *digits, int ndigits, int exponent)
{
	int64		units = 0;

	for (int i = 0; i < ndigits; i++)
		units = units * NUMERIC_BASE + digit_at(digits, i);
	return exponent < 0 ? units / (int64) powers_of_ten[-exponent] : units;
}

/* The same of more; no step is larger than what comes of all */
static int128
many_digits(const char *digits, int ndigits, int exponent)
{
	int16		last = digit_at(digits, ndigits - 1);
	int128		units = 0;

	for (int i = 0; i < ndigits - 1; i++)
		units = units * NUMERIC_BASE + digit_at(digits, i);
	if (exponent < 0)
		return units * (int128) powers_of_ten[NUMERIC_BASE_DIGITS + exponent] + last / (int16) powers_of_ten[-exponent];
	return units * NUMERIC_BASE + last;
}

/*
 * Reads a numeric's digits into units of 10^-scale; false where they don't fit.
 * The digits may be unaligned.
 */
static inline bool
units_of_digits(const char *digits, int ndigits, int weight, int scale, int128 *units)
{
	/* after the last digit is added, units still have to be multiplied by 10^exponent */
	int			exponent = NUMERIC_BASE_DIGITS * (weight - ndigits + 1) + scale;
	int			most = NUMERIC_BASE_DIGITS * (weight + 1) + scale;	/* digits of the result */
	bool		near_limit = false;

	*units = 0;
	if (ndigits == 0)
		return scale <= DECIMAL_MAX_SCALE;
	if (scale > DECIMAL_MAX_SCALE || exponent <= -NUMERIC_BASE_DIGITS)
		return false;

	/* the first digit of base 10000 may be short; 38 decimal digits fit 128 bits, though not all are below the limit */
	if (most > DECIMAL_MAX_SCALE)
	{
		int16		digit = digit_at(digits, 0);

		for (int power = NUMERIC_BASE / 10; digit < power; power /= 10)
			most--;
		if (most > DECIMAL_MAX_SCALE + 1)
			return false;
		near_limit = true;
	}

	*units = ndigits <= 4 ? few_digits(digits, ndigits, exponent) : many_digits(digits, ndigits, exponent);
	if (exponent > 0)
		*units *= power_of_ten(exponent);
	return !near_limit || *units < DECIMAL_UNITS_LIMIT;
}

/* Whether a numeric is a number, as decimal_from_numeric wants it: not NaN, not infinite. */
bool
numeric_is_finite(Datum numeric)
{
	struct varlena *stored = PG_DETOAST_DATUM_PACKED(numeric);
	uint16		header;

	memcpy(&header, VARDATA_ANY(stored), sizeof(uint16));
	return (header & NUMERIC_SIGN_MASK) != NUMERIC_IS_SPECIAL;
}

/* A numeric, of any storage form; refuses NaN and the infinities. */
Decimal
decimal_from_numeric(Datum amount)
{
	struct varlena *numeric = PG_DETOAST_DATUM_PACKED(amount);
	const char *data = VARDATA_ANY(numeric);
	int			size = VARSIZE_ANY_EXHDR(numeric);
	Decimal		value;
	uint16		header;
	bool		negative;
	int16		weight;

	memcpy(&header, data, sizeof(uint16));
	data += sizeof(uint16);
	size -= sizeof(uint16);

	if ((header & NUMERIC_SIGN_MASK) == NUMERIC_IS_SPECIAL)
		refuse_amount(DatumGetCString(DirectFunctionCall1(numeric_out, amount)));

	if (header & NUMERIC_IS_SHORT)
	{
		negative = (header & NUMERIC_SHORT_NEGATIVE) != 0;
		value.scale = NUMERIC_SHORT_DSCALE(header);
		weight = NUMERIC_SHORT_WEIGHT(header);
	}
	else
	{
		negative = (header & NUMERIC_SIGN_MASK) == NUMERIC_IS_NEGATIVE;
		value.scale = header & NUMERIC_LONG_DSCALE;
		memcpy(&weight, data, sizeof(int16));
		data += sizeof(int16);
		size -= sizeof(int16);
	}

	if (likely(units_of_digits(data, size / sizeof(int16), weight, value.scale, &value.units)))
	{
		value.wide = NULL;
		if (negative)
			value.units = -value.units;
	}
	else
	{
		value.units = 0;
		value.wide = DatumGetNumeric(PointerGetDatum(PG_DETOAST_DATUM(PointerGetDatum(numeric))));
	}
	return value;
}

/* A number as text; for doubles, which count as their shortest decimal form. */
static Decimal
decimal_from_text(const char *digits)
{
	return decimal_from_numeric(DirectFunctionCall3(numeric_in,
													CStringGetDatum(digits),
													ObjectIdGetDatum(InvalidOid),
													Int32GetDatum(-1)));
}

/*
 * A real counts as its shortest decimal form, the one that is printed: 0.1 is
 * 0.1. For integers of up to 6 digits that form is the value itself.
 */
Decimal
decimal_from_float4(Datum amount)
{
	float4		number = DatumGetFloat4(amount);
	char		digits[FLOAT_SHORTEST_DECIMAL_LEN];

	if (number == (float4) (int32) Max(Min(number, 1000000.0f), -1000000.0f))
	{
		Decimal		value = {(int32) number, 0, NULL};

		if (value.units < 1000000 && value.units > -1000000)
			return value;
	}
	float_to_shortest_decimal_buf(number, digits);
	if (isnan(number) || isinf(number))
		refuse_amount(digits);
	return decimal_from_text(digits);
}

/*
 * A double precision, likewise. A decimal of at most 15 digits that reads as
 * this double is its shortest form, since no other such decimal reads as it;
 * so whole numbers, tenths and hundredths need no printing.
 */
Decimal
decimal_from_float8(Datum amount)
{
	static const double tenfold[] = {1.0, 10.0, 100.0};
	float8		number = DatumGetFloat8(amount);
	char		digits[DOUBLE_SHORTEST_DECIMAL_LEN];

	if (fabs(number) < 1e13)
	{
		for (int scale = 0; scale < (int) lengthof(tenfold); scale++)
		{
			double		units = rint(number * tenfold[scale]);

			if (units / tenfold[scale] == number)
			{
				Decimal		value = {(int64) units, scale, NULL};

				return value;
			}
		}
	}
	double_to_shortest_decimal_buf(number, digits);
	if (isnan(number) || isinf(number))
		refuse_amount(digits);
	return decimal_from_text(digits);
}

/* Writes units * 10^-scale as text; buffer holds 64 characters. */
static void
print_units(int128 units, int scale, char *buffer)
{
	char		digits[48];
	int			length = 0;
	bool		negative = units < 0;

	Assert(scale >= 0 && scale <= DECIMAL_MAX_SCALE);

	if (negative)
		units = -units;
	do
	{
		digits[length++] = '0' + (int) (units % 10);
		units /= 10;
	} while (units > 0 || length <= scale);

	if (negative)
		*buffer++ = '-';
	while (length > 0)
	{
		if (length == scale)
			*buffer++ = '.';
		*buffer++ = digits[--length];
	}
	*buffer = '\0';
}

/* The value as a numeric of its display scale. */
Numeric
decimal_to_numeric(const Decimal *value)
{
	char		digits[64];

	if (value->wide)
		return value->wide;
	print_units(value->units, value->scale, digits);
	return DatumGetNumeric(DirectFunctionCall3(numeric_in,
											   CStringGetDatum(digits),
											   ObjectIdGetDatum(InvalidOid),
											   Int32GetDatum(-1)));
}

/* Ends what decimal_to_numeric made of a value. */
static void
free_numeric_of(const Decimal *value, Numeric numeric)
{
	if (numeric != value->wide)
		pfree(numeric);
}

/* Compares as numerics, whatever the forms. */
static int
compare_numerics(const Decimal *a, const Decimal *b)
{
	Numeric		left = decimal_to_numeric(a);
	Numeric		right = decimal_to_numeric(b);
	int			order = DatumGetInt32(DirectFunctionCall2(numeric_cmp, NumericGetDatum(left), NumericGetDatum(right)));

	free_numeric_of(a, left);
	free_numeric_of(b, right);
	return order;
}

/* Adds as numerics. */
static Decimal
add_numerics(const Decimal *a, const Decimal *b)
{
	Numeric		left = decimal_to_numeric(a);
	Numeric		right = decimal_to_numeric(b);
	Datum		numeric = DirectFunctionCall2(numeric_add, NumericGetDatum(left), NumericGetDatum(right));
	Decimal		sum = decimal_from_numeric(numeric);

	if (sum.wide == NULL)
		pfree(DatumGetPointer(numeric));
	free_numeric_of(a, left);
	free_numeric_of(b, right);
	return sum;
}

/* Adds where the scales differ or 128 bits may not do. */
void
decimal_add_slowly(Decimal *sum, const Decimal *value)
{
	if (sum->wide == NULL && value->wide == NULL)
	{
		int			scale = Max(sum->scale, value->scale);
		int128		a = sum->units;
		int128		b = value->units;

		if (scale_up(&a, scale - sum->scale) && scale_up(&b, scale - value->scale))
		{
			a += b;
			if (a < DECIMAL_UNITS_LIMIT && a > -DECIMAL_UNITS_LIMIT)
			{
				sum->units = a;
				sum->scale = scale;
				return;
			}
		}
	}
	*sum = add_numerics(sum, value);
}

void
decimal_accumulate_slowly(Decimal *sum, const Decimal *value)
{
	Numeric		before = sum->wide;

	decimal_add_slowly(sum, value);
	if (before != NULL)
		pfree(before);
}

/* -value, its wide form its own */
Decimal
decimal_negated(const Decimal *value)
{
	Decimal		negated = *value;

	negated.units = -value->units;
	if (unlikely(value->wide != NULL))
		negated.wide = DatumGetNumeric(DirectFunctionCall1(numeric_uminus, NumericGetDatum(value->wide)));
	return negated;
}

/* Takes value out of sum again, exactly; the display scale stays. */
void
decimal_subtract(Decimal *sum, const Decimal *value)
{
	Decimal		negated = decimal_negated(value);

	decimal_add(sum, &negated);
	decimal_free(&negated);
}

/* a - b, its wide form its own */
Decimal
decimal_difference(const Decimal *a, const Decimal *b)
{
	Decimal		difference;

	if (likely(a->scale == b->scale && a->wide == NULL && b->wide == NULL))
	{
		difference = *a;
		difference.units -= b->units;
		if (likely(difference.units < DECIMAL_UNITS_LIMIT && difference.units > -DECIMAL_UNITS_LIMIT))
			return difference;
	}
	difference = decimal_negated(b);
	decimal_accumulate(&difference, a);
	return difference;
}

/* -1, 0 or 1: below, at or above zero */
int
decimal_sign(const Decimal *value)
{
	if (unlikely(value->wide != NULL))
	{
		Datum		sign = DirectFunctionCall1(numeric_sign, NumericGetDatum(value->wide));
		int32		answer = DatumGetInt32(DirectFunctionCall1(numeric_int4, sign));

		pfree(DatumGetPointer(sign));
		return answer;
	}
	return (value->units > 0) - (value->units < 0);
}

/* Whether the value is zero, of whatever scale: a wide zero has more decimals than the narrow form holds. */
bool
decimal_is_zero(const Decimal *value)
{
	return decimal_sign(value) == 0;
}

/* Below, at or above 0, as a is below, at or above b, whatever their scales */
int
decimal_compare(const Decimal *a, const Decimal *b)
{
	int			scale = Max(a->scale, b->scale);
	int128		left = a->units;
	int128		right = b->units;

	if (likely(a->wide == NULL && b->wide == NULL &&
			   scale_up(&left, scale - a->scale) && scale_up(&right, scale - b->scale)))
		return (left > right) - (left < right);
	return compare_numerics(a, b);
}

/* value * factor, exact; a factor of up to 2^31 either side of 0 */
Decimal
decimal_times(const Decimal *value, int32 factor)
{
	Decimal		product = *value;

	/* below 2^95, 31 bits more stay narrow */
	if (likely(value->wide == NULL && value->units >> 95 == (value->units < 0 ? -1 : 0)))
	{
		product.units *= factor;
		return product;
	}
	return decimal_from_numeric(DirectFunctionCall2(numeric_mul,
													NumericGetDatum(decimal_to_numeric(value)),
													DirectFunctionCall1(int4_numeric, Int32GetDatum(factor))));
}

/* a * b, exact */
Decimal
decimal_multiply(const Decimal *a, const Decimal *b)
{
	int128		most = INT64CONST(1) << 62;

	if (likely(a->wide == NULL && b->wide == NULL && a->scale + b->scale <= DECIMAL_MAX_SCALE &&
			   a->units < most && a->units > -most && b->units < most && b->units > -most))
	{
		Decimal		product = {a->units * b->units, a->scale + b->scale, NULL};

		return product;
	}
	return decimal_from_numeric(DirectFunctionCall2(numeric_mul,
													NumericGetDatum(decimal_to_numeric(a)),
													NumericGetDatum(decimal_to_numeric(b))));
}

/* a / b, b > 0, to the last of scale decimals, half away from zero; numeric_div would choose a scale by what it guesses of the size. */
Decimal
decimal_quotient(const Decimal *a, const Decimal *b, int scale)
{
	Decimal		twice = {2, 0, NULL};
	Decimal		above = decimal_multiply(a, &twice);
	Decimal		below = decimal_multiply(b, &twice);
	int			up = scale + b->scale - a->scale;	/* powers of ten that make it a quotient of units */
	int128		units;

	if (likely(a->wide == NULL && b->wide == NULL && up >= 0 && scale <= DECIMAL_MAX_SCALE && scale_up(&above.units, up) &&
			   above.units < DECIMAL_UNITS_LIMIT - b->units && above.units > b->units - DECIMAL_UNITS_LIMIT))
	{
		Decimal		quotient = {0, scale, NULL};

		units = above.units + (above.units < 0 ? -b->units : b->units);
		quotient.units = units / below.units;
		return quotient;
	}
	{
		Datum		ten = DirectFunctionCall3(numeric_in, CStringGetDatum(psprintf("1e%d", scale)), ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1));
		Datum		tenfold = DirectFunctionCall2(numeric_mul, NumericGetDatum(decimal_to_numeric(&above)), ten);
		Datum		half = NumericGetDatum(decimal_to_numeric(b));
		Datum		rounded = decimal_sign(a) < 0 ? DirectFunctionCall2(numeric_sub, tenfold, half) : DirectFunctionCall2(numeric_add, tenfold, half);
		Datum		whole = DirectFunctionCall2(numeric_div_trunc, rounded, NumericGetDatum(decimal_to_numeric(&below)));
		Datum		least = DirectFunctionCall3(numeric_in, CStringGetDatum(psprintf("1e-%d", scale)), ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1));

		return decimal_from_numeric(DirectFunctionCall2(numeric_mul, whole, least));
	}
}

/* Rounds to at most so many decimals, half away from zero, as round(numeric) does. */
void
decimal_round(Decimal *value, int scale)
{
	if (value->wide == NULL && value->scale <= scale)
		return;
	if (value->wide == NULL)
	{
		int128		unit = power_of_ten(value->scale - scale);
		int128		half = value->units < 0 ? -(unit / 2) : unit / 2;

		value->units = (value->units + half) / unit;	/* can't overflow: both are below 2^126 */
		value->scale = scale;
		return;
	}
	*value = decimal_from_numeric(DirectFunctionCall2(numeric_round, NumericGetDatum(value->wide), Int32GetDatum(scale)));
}

/* Takes zeros at the end of the decimals away: equal narrow values then have equal units and scales. */
void
decimal_strip(Decimal *value)
{
	if (value->wide != NULL)
		return;
	while (value->scale > 0 && value->units % 10 == 0)
	{
		value->units /= 10;
		value->scale--;
	}
}

/* sum / count, to 16 significant digits or more, as avg(numeric) does; count must be above 0. */
Numeric
decimal_mean(const Decimal *sum, int64 count)
{
	Decimal		divisor = {count, 0, NULL};

	return DatumGetNumeric(DirectFunctionCall2(numeric_div,
											   NumericGetDatum(decimal_to_numeric(sum)),
											   NumericGetDatum(decimal_to_numeric(&divisor))));
}

/*
 * numerator / denominator as the double nearest to the true quotient, so that
 * the answer doesn't depend on how the numbers came about. The denominator
 * must not be zero; both must be of less than 2^126.
 */
double
exact_ratio(int128 numerator, int128 denominator)
{
	bool		negative = (numerator < 0) != (denominator < 0);
	int128		quotient;
	int128		remainder;
	int			exponent = 0;
	double		result;

	if (numerator < 0)
		numerator = -numerator;
	if (denominator < 0)
		denominator = -denominator;

	/* both exact as doubles: one rounding, by the hardware */
	if (numerator <= ((int64) 1 << 53) && denominator <= ((int64) 1 << 53))
	{
		result = (double) (int64) numerator / (double) (int64) denominator;
		return negative ? -result : result;
	}

	/* long division to 55 bits or more; the last bit says whether something is left */
	quotient = numerator / denominator;
	remainder = numerator % denominator;
	while (remainder != 0 && quotient < ((int128) 1 << 55))
	{
		remainder *= 2;
		quotient *= 2;
		exponent--;
		if (remainder >= denominator)
		{
			quotient += 1;
			remainder -= denominator;
		}
	}
	if (remainder != 0)
		quotient |= 1;
	result = ldexp((double) quotient, exponent);
	return negative ? -result : result;
}

/*
 * The same for decimals; the denominator must not be zero. A quotient below
 * the least double is 0, one beyond the largest an error.
 */
double
decimal_ratio(const Decimal *numerator, const Decimal *denominator)
{
	int			scale = Max(numerator->scale, denominator->scale);
	int128		a = numerator->units;
	int128		b = denominator->units;
	Datum		quotient;
	double		ratio;

	if (numerator->wide == NULL && denominator->wide == NULL &&
		scale_up(&a, scale - numerator->scale) && scale_up(&b, scale - denominator->scale))
		return exact_ratio(a, b);

	quotient = DirectFunctionCall2(numeric_div,
								   NumericGetDatum(decimal_to_numeric(numerator)),
								   NumericGetDatum(decimal_to_numeric(denominator)));
	/* numeric_float8 refuses what underflows, too */
	ratio = DatumGetFloat8(DirectFunctionCall1(numeric_float8_no_overflow, quotient));
	if (isinf(ratio))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("a ratio of amounts is out of range for type double precision"),
				 errhint("Amounts of both signs cancel out: are they what they should be?")));
	return ratio;
}
