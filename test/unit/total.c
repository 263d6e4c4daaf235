/*
 * total.c
 *		Tests of src/base/total.c and src/base/portable.c, against what shares no
 *		idea with them: all sums one by one, and convolution unit by unit.
 */
#include "base/total.h"

#include <math.h>

#include "base/portable.h"

#include "unit.h"

/* In [0, 1) */
static double
draw_fraction(void)
{
	return (double) (draw() >> 11) / 9007199254740992.0;
}

/* The probabilities of 0 .. most, unit by unit */
static double *
convolved(const TotalTerm *terms, int count, int most)
{
	double	   *p = calloc(most + 1, sizeof(double));

	p[0] = 1;
	for (int i = 0; i < count; i++)
		for (int64 n = 0; n < terms[i].count; n++)
			for (int x = most; x >= 0; x--)
				p[x] = p[x] * (1 - terms[i].probability) + (x >= terms[i].amount ? p[x - (int) terms[i].amount] * terms[i].probability : 0);
	return p;
}

/* The largest difference in probability; and in percentiles, in units */
static void
compare(const TotalTerm *terms, int count, double *difference, double *percentiles)
{
	TotalTerm  *copy = malloc(sizeof(TotalTerm) * (count + 1));
	int			most = 0;
	double	   *p;
	double		sum = 0;
	Total	   *total;

	for (int i = 0; i < count; i++)
		most += (int) (terms[i].amount * terms[i].count);
	p = convolved(terms, count, most);
	memcpy(copy, terms, sizeof(TotalTerm) * count);
	total = total_make(copy, count);
	*difference = *percentiles = 0;
	for (int x = 0; x <= most; x++)
	{
		sum += p[x];
		*difference = fmax(*difference, fabs(sum - total_at_most(total, x)));
	}
	for (double f = 0.01; f < 1; f += 0.01)
	{
		int			x = 0;

		sum = p[0];
		while (sum < f - 1e-12)
			sum += p[++x];
		*percentiles = fmax(*percentiles, fabs((double) (total_percentile(total, f) - x)));
	}
	free(p);
	free(copy);
}

/* Terms of amounts 1 .. largest, in steps */
static TotalTerm *
some_terms(int count, int largest, int step, double highest, int64 times)
{
	TotalTerm  *terms = malloc(sizeof(TotalTerm) * count);

	for (int i = 0; i < count; i++)
	{
		terms[i].amount = (1 + (int) (draw_fraction() * largest)) * step;
		terms[i].probability = draw_fraction() * highest;
		terms[i].count = times;
	}
	return terms;
}

static bool
agrees(TotalTerm *terms, int count, double probability, double units)
{
	double		difference;
	double		percentiles;

	compare(terms, count, &difference, &percentiles);
	if (difference > probability || percentiles > units)
		printf("# off by %g in probability, %g units\n", difference, percentiles);
	return difference <= probability && percentiles <= units;
}

/* A hundred small terms beside large ones: on either side of each large sum the small ones alone */
static bool
dwarfed(void)
{
	TotalTerm  *small = some_terms(300, 1000, 1, 1, 1);
	TotalTerm  *all = malloc(sizeof(TotalTerm) * 302);
	TotalTerm  *alone = malloc(sizeof(TotalTerm) * 300);
	int128		large = (int128) 1000000000000000;
	Total	   *rest;
	Total	   *total;
	bool		same = true;

	memcpy(all, small, sizeof(TotalTerm) * 300);
	memcpy(alone, small, sizeof(TotalTerm) * 300);
	all[300] = (TotalTerm) {large, 0.25, 1};
	all[301] = (TotalTerm) {3 * large, 0.5, 1};
	total = total_make(all, 302);
	rest = total_make(alone, 300);
	for (int x = 0; x < 300000; x += 100)
	{
		double		p = total_at_most(rest, x);

		same &= fabs(total_at_most(total, x) - 0.375 * p) < 1e-9;
		same &= fabs(total_at_most(total, large + x) - (0.375 + 0.125 * p)) < 1e-9;
		same &= fabs(total_at_most(total, 4 * large + x) - (0.875 + 0.125 * p)) < 1e-9;
	}
	return same;
}

int
main(int argc, char **argv)
{
	TotalTerm  *terms;
	double		worst = 0;

	if (argc > 1)				/* how long so many terms take: under valgrind --tool=callgrind */
	{
		int			count = atoi(argv[1]);
		double		highest = argc > 2 ? atof(argv[2]) : 1;

		terms = some_terms(count, 100000000, 1, highest, 1);
		printf("%lld\n", (long long) total_percentile(total_make(terms, count), 0.9));
		return 0;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (int i = 1; i < 100000; i++)
	{
		double		x = i / 4096.0;

		worst = fmax(worst, fabs(portable_log(x) - log(x)) / fmax(1, fabs(log(x))));
		worst = fmax(worst, fabs(portable_exp2(-x) / exp2(-x) - 1));
	}
	ok(worst < 1e-15, "logarithms and powers are those of the C library, to a few units of the last place");

	ok(agrees(some_terms(1, 10, 1, 1, 1), 1, 1e-15, 0), "one term");
	ok(agrees(some_terms(12, 1000, 1, 1, 1), 12, 1e-13, 0), "few terms: all sums");
	ok(agrees(some_terms(3, 7, 3, 1, 40), 3, 1e-13, 0), "few terms, many times");
	ok(agrees(some_terms(40, 20, 1, 1, 1), 40, 1e-9, 0), "small amounts: exact");
	ok(agrees(some_terms(500, 30, 1, 0.5, 1), 500, 1e-9, 0), "five hundred small amounts: exact");
	ok(agrees(some_terms(200, 20, 50, 0.05, 1), 200, 1e-9, 0), "in steps of 50, hardly likely: exact");
	ok(agrees(some_terms(7, 300, 1, 1, 40), 7, 1e-9, 0), "a price list: exact");
	ok(agrees(some_terms(60, 20000, 1, 0.4, 1), 60, 1, 12), "sixty amounts of any size: percentiles within a cell of 12 units");
	ok(agrees(some_terms(400, 3000, 1, 1, 1), 400, 1e-9, 0), "four hundred, still units: exact");
	ok(dwarfed(), "two amounts of 10^15 beside 300 small ones: exact on every side");

	/* -a with p is -a for sure and a with 1 - p; p = 0 is nothing, p = 1 is certain */
	terms = malloc(sizeof(TotalTerm) * 4);
	terms[0] = (TotalTerm) {-10, 0.25, 1};
	terms[1] = (TotalTerm) {7, 1, 3};
	terms[2] = (TotalTerm) {1000, 0, 5};
	terms[3] = (TotalTerm) {0, 0.5, 1};
	{
		Total	   *total = total_make(terms, 4);

		ok(total_at_most(total, 10) == 0 && total_at_most(total, 11) == 0.25 && total_at_most(total, 20) == 0.25 && total_at_most(total, 21) == 1 &&
		   total_percentile(total, 0.25) == 11 && total_percentile(total, 0.26) == 21, "negative, certain and impossible amounts");
		total = total_make(terms, 0);
		ok(total_at_most(total, -1) == 0 && total_at_most(total, 0) == 1 && total_percentile(total, 0.9) == 0, "no terms: 0 for certain");
	}
	return end_tests();
}
