/*
 * total.h
 *		The distribution of a total: a sum of independent amounts, each of which
 *		comes with its probability or not at all.
 *
 *		total = total_make(terms, count);
 *		median = total_percentile(total, 0.5);
 *		chance = 1 - total_at_most(total, target - 1);
 *
 * Amounts are whole units of whatever the caller counts in (cents). The answer
 * doesn't depend on the machine: base/portable.h. How good it is:
 *
 *		few terms		exact: all sums are listed (up to TOTAL_POINTS of them)
 *		a common unit	exact to 1e-9 in probability: amounts that are multiples
 *						of one unit, such as list prices
 *		else			a grid of 65,536 cells (fewer for thousands of different
 *						terms) over all but 1e-10 of either end: within a cell.
 *						Up to ten amounts that dwarf all others are taken out
 *						first and their sums listed, so that cells fit the rest
 *
 * A characteristic function is multiplied up and inverted by a fast Fourier
 * transform. (A normal approximation is wrong for few terms, a saddlepoint one
 * for amounts in steps: thousands of contracts at four prices. Davies,
 * "Numerical inversion of a characteristic function", Biometrika 60, 1973.)
 */
#ifndef FUNNEL_TOTAL_H
#define FUNNEL_TOTAL_H

#include "base/compat.h"

#define TOTAL_POINTS	16384

typedef struct TotalTerm
{
	int128		amount;			/* of any sign */
	double		probability;	/* 0 .. 1 */
	int64		count;			/* so many times, 1 or more */
}			TotalTerm;

typedef struct Total Total;

/*
 * Palloc'd. Sorts the terms and changes them; equal distributions come of equal
 * terms in equal order. The sizes of all amounts must add up to less than 2^125.
 */
extern Total *total_make(TotalTerm *terms, int count);

/* The least and the most that it can be */
extern int128 total_lowest(const Total *total);
extern int128 total_highest(const Total *total);

/* The probability that the total is x or less */
extern double total_at_most(const Total *total, int128 x);

/* The smallest x that the total stays at or below with probability f (within 1e-12); 0 < f < 1 */
extern int128 total_percentile(const Total *total, double f);

#endif							/* FUNNEL_TOTAL_H */
