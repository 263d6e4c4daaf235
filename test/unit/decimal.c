/*
 * decimal.c
 *		Tests of src/base/decimal.c: digits read and written, sums and ratios
 *		against plain 128-bit and quadruple arithmetic.
 *
 * Prints TAP.
 */
#include "base/decimal.h"

#include "common/shortest_dec.h"
#include "numeric.h"
#include "unit.h"

#define ROUNDS	20000

static char *
text_of(const Decimal *value)
{
	return DatumGetCString(stub_numeric_out(NumericGetDatum(decimal_to_numeric(value))));
}

static Decimal
decimal_of(const char *digits)
{
	return decimal_from_numeric(stub_numeric_in(CStringGetDatum(digits), 0, 0));
}

/* As many digits as not, of so many, some of them behind the point */
static char *
draw_digits(int most, int most_behind)
{
	int			behind = (int) (draw() % (uint64) (most_behind + 1));
	int			before = 1 + (int) (draw() % (uint64) Max(most - behind, 1));
	char	   *out = malloc(before + behind + 3);
	char	   *to = out;
	bool		sparse = draw() % 3 == 0;

	if (draw() % 2)
		*to++ = '-';
	for (int i = 0; i < before + behind; i++)
	{
		if (i == before)
			*to++ = '.';
		*to++ = (char) ('0' + (i == 0 && before > 1 ? 1 + draw() % 9 : sparse && draw() % 4 ? 0 : draw() % 10));
	}
	*to = '\0';
	if (strspn(out, "-0.") == strlen(out) && out[0] == '-')
		memmove(out, out + 1, strlen(out));
	return out;
}

static bool
digits_come_back(void)
{
	for (int i = 0; i < ROUNDS; i++)
	{
		char	   *digits = draw_digits(60, 50);
		Decimal		value = decimal_of(digits);
		Decimal		again;

		if (strcmp(text_of(&value), digits) != 0)
			return false;
		again = decimal_of(text_of(&value));
		if (again.units != value.units || again.scale != value.scale || (again.wide == NULL) != (value.wide == NULL))
			return false;
		free(digits);
	}
	return true;
}

/* A number has one form: narrow as far as 37 decimals and 2^126 - 1 units go */
static bool
is_narrow(const char *digits)
{
	return decimal_of(digits).wide == NULL;
}

/* A number of few digits, and its units at 12 decimals */
static Decimal
draw_decimal(int128 *units)
{
	char	   *digits = draw_digits(18, 12);
	Decimal		value = decimal_of(digits);

	*units = value.units;
	for (int scale = value.scale; scale < 12; scale++)
		*units *= 10;
	free(digits);
	return value;
}

static int128
units_at_12(const Decimal *value)
{
	int128		units = value->units;

	for (int scale = value->scale; scale < 12; scale++)
		units *= 10;
	return units;
}

static bool
sums_are_exact(void)
{
	for (int round = 0; round < ROUNDS / 20; round++)
	{
		Decimal		sum = {0, 0, NULL};
		Decimal		added[20];
		int128		expected = 0;
		int			scale = 0;

		for (int i = 0; i < 20; i++)
		{
			int128		units;

			added[i] = draw_decimal(&units);
			decimal_add(&sum, &added[i]);
			expected += units;
			scale = Max(scale, added[i].scale);
			if (units_at_12(&sum) != expected || sum.scale != scale || sum.wide != NULL)
				return false;
		}
		for (int i = 0; i < 20; i++)
			decimal_subtract(&sum, &added[(i * 7) % 20]);
		if (sum.units != 0 || sum.scale != scale || !decimal_is_zero(&sum))
			return false;
	}
	return true;
}

static bool
order_is_that_of_numbers(void)
{
	for (int i = 0; i < ROUNDS; i++)
	{
		int128		left,
					right;
		Decimal		a = draw_decimal(&left);
		Decimal		b = draw_decimal(&right);
		int32		factor = (int32) draw();
		Decimal		product = decimal_times(&a, factor);

		if (decimal_compare(&a, &b) != (left > right) - (left < right) ||
			decimal_sign(&a) != (left > 0) - (left < 0) || decimal_is_zero(&a) != (left == 0) ||
			product.units != a.units * factor || product.scale != a.scale)
			return false;
	}
	return true;
}

/* Products of numbers of up to 18 digits; rounded to some decimals, half away from zero; without zeros at the end */
static bool
products_and_rounding_are_exact(void)
{
	for (int i = 0; i < ROUNDS; i++)
	{
		int128		unused;
		Decimal		a = draw_decimal(&unused);
		Decimal		b = draw_decimal(&unused);
		Decimal		product = decimal_multiply(&a, &b);
		Decimal		rounded = product;
		Decimal		stripped = product;
		int			scale = (int) (draw() % 13);
		int128		unit;
		int128		left;

		if (product.units != a.units * b.units || product.scale != a.scale + b.scale)
			return false;
		decimal_round(&rounded, scale);
		if (rounded.scale != Min(scale, product.scale))
			return false;
		/* with the sign taken away, what is left lies from minus half a unit to just below half a unit */
		unit = 1;
		for (int k = rounded.scale; k < product.scale; k++)
			unit *= 10;
		left = (product.units - rounded.units * unit) * (product.units < 0 ? -1 : 1);
		if (2 * left < -unit || 2 * left >= unit)
			return false;
		decimal_strip(&stripped);
		if (decimal_compare(&stripped, &product) != 0 || (stripped.scale > 0 && stripped.units % 10 == 0))
			return false;
	}
	return true;
}

/* The nearest double: no closer one beside it. Quadruple precision would round twice, once in 2^60. */
static bool
ratios_are_nearest(void)
{
#ifdef __SIZEOF_FLOAT128__
	for (int i = 0; i < ROUNDS; i++)
	{
		int128		a = (int128) draw_bits(63) << draw() % 60;
		int128		b = (int128) (1 + draw_bits(62)) << draw() % 60;
		double		expected = (double) ((__float128) a / (__float128) b);

		if (exact_ratio(a, b) != expected || exact_ratio(-a, b) != -expected)
			return false;
	}
#endif
	return true;
}

static bool
doubles_are_their_shortest_form(void)
{
	for (int i = 0; i < ROUNDS; i++)
	{
		double		number = (double) ((int64) draw_bits(40) - (1 << 20)) / (double[]) {1, 10, 100, 1000, 8, 1e10, 3}[draw() % 7];
		float		single = (float) number;
		Decimal		value = decimal_from_float8(Float8GetDatum(number));
		Decimal		single_value = decimal_from_float4(Float4GetDatum(single));
		char		shortest[DOUBLE_SHORTEST_DECIMAL_LEN];

		double_to_shortest_decimal_buf(number, shortest);
		if (strtod(text_of(&value), NULL) != number || decimal_compare(&value, &(Decimal) {decimal_of(shortest).units, decimal_of(shortest).scale, NULL}) != 0)
			return false;
		float_to_shortest_decimal_buf(single, shortest);
		if (strtof(text_of(&single_value), NULL) != single || decimal_compare(&single_value, &(Decimal) {decimal_of(shortest).units, decimal_of(shortest).scale, NULL}) != 0)
			return false;
	}
	return true;
}

int
main(void)
{
	static const char *const largest = "85070591730234615865843651857942052863";
	Decimal		sum;

	ok(digits_come_back(), "numbers of up to 60 digits, 50 of them behind the point, come back as they were");
	stub_long_numerics = true;
	ok(digits_come_back(), "... stored in the long form");
	stub_long_numerics = false;
	ok(is_narrow(largest) && is_narrow("-85070591730234615865843651857942052863"), "2^126 - 1 is narrow");
	ok(!is_narrow("85070591730234615865843651857942052864") && !is_narrow("100000000000000000000000000000000000000"), "2^126 is wide, and so are 39 digits");
	ok(is_narrow("0.0000000000000000000000000000000000001") && !is_narrow("0.00000000000000000000000000000000000001"), "37 decimals are narrow, 38 wide");
	ok(is_narrow("0.0000000000000000000000000000000000000") && !is_narrow("0.00000000000000000000000000000000000000"), "... of zero, too");
	ok(sums_are_exact(), "sums of several scales are exact, and taking out what was added leaves 0 of the widest");
	sum = decimal_of(largest);
	ok(FAILS(decimal_add(&sum, &(Decimal) {1, 0, NULL})), "beyond the limit a sum goes on as a numeric");
	ok(order_is_that_of_numbers(), "order, sign and products are those of the numbers");
	ok(products_and_rounding_are_exact(), "products are exact, rounding is half away from zero, stripping changes no value");
	ok(ratios_are_nearest(), "a ratio is the double nearest to it");
	ok(exact_ratio(1, 3) == 1.0 / 3 && exact_ratio(-2, 4) == -0.5 && exact_ratio(0, -7) == 0, "... 1/3, -1/2, 0");
	ok(doubles_are_their_shortest_form(), "doubles and reals count as their shortest decimal form");
	ok(FAILS(decimal_from_float8(Float8GetDatum(NAN))) && FAILS(decimal_from_float8(Float8GetDatum(-INFINITY))) &&
	   FAILS(decimal_from_float4(Float4GetDatum(NAN))), "NaN and infinities are errors");
	return end_tests();
}
