/*
 * probability.h
 *		Probabilities as whole units of 10^-18.
 *
 * So that equal ones are equal however they are written (0.5, 0.500, 0.5::real)
 * and sums of them are exact. A double counts as its shortest decimal form, and
 * has at most 17 significant digits: of probabilities of 0.1 and more every
 * digit is kept.
 */
#ifndef FUNNEL_PROBABILITY_H
#define FUNNEL_PROBABILITY_H

#include "base/compat.h"

#include "base/decimal.h"

#define PROBABILITY_SCALE	18
#define PROBABILITY_ONE		INT64CONST(1000000000000000000)

/*
 * The types a column of probabilities has; X(name) is expanded once for each.
 * Whole numbers, 0 and 1, are read as doubles.
 */
#define PROBABILITY_TYPES(X) \
	X(numeric) X(float4) X(float8)

/*
 * The probability that a number says; outside of 0 .. 1, or NaN, it is an
 * error. What has more than 18 decimals is rounded, half up.
 */
extern int64 probability_from_numeric(Datum number);
extern int64 probability_from_float4(Datum number);
extern int64 probability_from_float8(Datum number);

/* The same of a narrow decimal of 0 .. 1 and at most 18 decimals, or whatever it is */
extern int64 probability_units(const Decimal *value);

/* The same as a decimal without trailing zeros, and as a double */
extern Decimal probability_decimal(int64 probability);
extern double probability_double(int64 probability);

#endif							/* FUNNEL_PROBABILITY_H */
