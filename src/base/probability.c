/*
 * probability.c
 *		Probabilities as whole units of 10^-18.
 */
#include "base/probability.h"

#include "utils/builtins.h"

/* Error: what a function such as numeric_out shows of a number is no probability. */
pg_noreturn static void
refuse_probability(PGFunction show, Datum number)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("probability must be from 0 to 1, not %s", DatumGetCString(DirectFunctionCall1(show, number))),
			 errhint("Give it as a fraction: 0.3 for 30 percent; NULL where it is not known.")));
	pg_unreachable();
}

/* One beyond 0 .. 1 stays beyond. */
int64
probability_units(const Decimal *value)
{
	int128		units = value->units;

	for (int scale = value->scale; scale < PROBABILITY_SCALE && units <= PROBABILITY_ONE && units >= 0; scale++)
		units *= 10;
	return units < 0 ? -1 : (int64) Min(units, PROBABILITY_ONE + 1);
}

int64
probability_from_numeric(Datum number)
{
	static const Decimal one = {1, 0, NULL};
	Decimal		value;

	if (unlikely(!numeric_is_finite(number)))
		refuse_probability(numeric_out, number);
	value = decimal_from_numeric(number);
	if (unlikely(decimal_sign(&value) < 0 || decimal_compare(&value, &one) > 0))
		refuse_probability(numeric_out, number);
	decimal_round(&value, PROBABILITY_SCALE);
	return probability_units(&value);
}

int64
probability_from_float4(Datum number)
{
	float4		value = DatumGetFloat4(number);
	Decimal		decimal;

	if (unlikely(!(value >= 0 && value <= 1)))	/* NaN is neither */
		refuse_probability(float4out, number);
	decimal = decimal_from_float4(number);
	decimal_round(&decimal, PROBABILITY_SCALE);
	return probability_units(&decimal);
}

int64
probability_from_float8(Datum number)
{
	float8		value = DatumGetFloat8(number);
	Decimal		decimal;

	if (unlikely(!(value >= 0 && value <= 1)))
		refuse_probability(float8out, number);
	decimal = decimal_from_float8(number);
	decimal_round(&decimal, PROBABILITY_SCALE);
	return probability_units(&decimal);
}

Decimal
probability_decimal(int64 probability)
{
	Decimal		value = {probability, PROBABILITY_SCALE, NULL};

	decimal_strip(&value);
	return value;
}

/* Both are exact in a double, but for the probability's last digits: one rounding */
double
probability_double(int64 probability)
{
	return exact_ratio(probability, PROBABILITY_ONE);
}
