/*
 * confidence.c
 *		Tests of src/base/confidence.c against published values and brute force.
 *
 * Prints TAP. Beside each published value stands where it was published;
 * "digits" is half a unit of its last printed digit.
 */
#include "base/confidence.h"

#include <float.h>
#include <math.h>
#include <time.h>

#include "unit.h"

/* NaN is never within a tolerance. */
static void
within(double got, double expected, double tolerance, const char *name)
{
	bool		passed = fabs(got - expected) <= tolerance;

	ok(passed, "%s", name);
	if (!passed)
		printf("#  got %.17g\n#  expected %.17g within %g\n", got, expected, tolerance);
}

static void
interval_is(ConfidenceInterval got, double low, double high, double tolerance, const char *name)
{
	bool		passed = fabs(got.low - low) <= tolerance && fabs(got.high - high) <= tolerance;

	ok(passed, "%s", name);
	if (!passed)
		printf("#  got %.17g .. %.17g\n#  expected %.17g .. %.17g within %g\n",
			   got.low, got.high, low, high, tolerance);
}

static double
relative_error(double got, double expected)
{
	return got == expected ? 0 : fabs(got / expected - 1);
}

static bool
refuses(void (*check) (double), double value)
{
	return FAILS(check(value));
}

static void
test_arguments(void)
{
	const double inside[] = {1e-300, 0.5, 0.95, 1 - 1e-16};
	const double outside[] = {NAN, -INFINITY, -1, -1e-300, 1 + 3e-16, 95, INFINITY};

	for (size_t i = 0; i < lengthof(inside); i++)
	{
		ok(!refuses(check_confidence, inside[i]), "confidence %g is taken", inside[i]);
		ok(!refuses(check_fraction, inside[i]), "fraction %g is taken", inside[i]);
		ok(!refuses(check_benchmark, inside[i]), "benchmark %g is taken", inside[i]);
	}
	for (size_t i = 0; i < lengthof(outside); i++)
	{
		ok(refuses(check_confidence, outside[i]), "confidence %g is refused", outside[i]);
		ok(refuses(check_fraction, outside[i]), "fraction %g is refused", outside[i]);
		ok(refuses(check_benchmark, outside[i]), "benchmark %g is refused", outside[i]);
	}
	ok(refuses(check_confidence, 0) && refuses(check_confidence, 1), "confidence 0 and 1 are refused");
	ok(refuses(check_fraction, 0) && refuses(check_fraction, 1), "fraction 0 and 1 are refused");
	ok(!refuses(check_benchmark, 0) && !refuses(check_benchmark, 1), "benchmark 0 and 1 are taken");
}

static void
test_normal(void)
{
	/* Any table of the normal distribution; digits as computed with 50 digits from erfc */
	const struct
	{
		double		p;
		double		z;
	}			quantiles[] = {
		{0.75, 0.67448975019608174}, {0.9, 1.2815515655446004}, {0.95, 1.6448536269514727},
		{0.975, 1.9599639845400545}, {0.99, 2.3263478740408412}, {0.995, 2.5758293035489004},
		{0.999, 3.0902323061678135}, {0.9995, 3.2905267314918948}
	};
	double		worst = 0;
	double		previous = -INFINITY;
	bool		rising = true;

	for (size_t i = 0; i < lengthof(quantiles); i++)
	{
		char		name[64];

		/* the last bits of p move z by less than this */
		snprintf(name, sizeof(name), "normal quantile of %g", quantiles[i].p);
		within(normal_quantile(quantiles[i].p), quantiles[i].z, 4e-14, name);
	}
	ok(normal_quantile(0.5) == 0, "normal quantile of 0.5 is 0");

	/* z moves the logarithm of p by about z * z times its own relative error */
	for (double p = 1; p > 1e-300; p *= 0.83)
	{
		double		z = -normal_quantile(p / 2);
		double		error = relative_error(normal_two_sided_p(z), p) / (1 + z * z);

		worst = fmax(worst, error);
	}
	ok(worst < 3e-15, "normal quantile inverts erfc from 1 down to 1e-300 (%.1e)", worst);

	for (int i = 1; i < 100000; i++)
	{
		double		z = normal_quantile(i / 100000.0);

		rising = rising && z > previous;
		previous = z;
	}
	ok(rising, "normal quantile rises, across the seams of its pieces too");
	within(normal_quantile(1e-5), -normal_quantile(1 - 1e-5), 1e-11, "normal quantile is odd");
	ok(isfinite(normal_quantile(5e-324)), "normal quantile of the least probability is finite");
	within(normal_two_sided_p(-1.9599639845400545), 0.05, 1e-15, "two-sided p of a negative z");
	ok(normal_two_sided_p(0) == 1 && normal_two_sided_p(100) == 0, "two-sided p of 0, of 100");
}

static void
test_wilson(void)
{
	ConfidenceInterval interval;
	bool		holds = true;
	bool		mirrored = true;
	bool		widens = true;

	/*
	 * Newcombe, "Two-sided confidence intervals for the single proportion",
	 * Statistics in Medicine 17, 1998, 857-872: Table I, method 3
	 */
	interval_is(wilson_interval(81, 263, 0.95), 0.2553, 0.3662, 5e-5, "Wilson 81/263 (Newcombe 1998, Table I)");
	interval_is(wilson_interval(15, 148, 0.95), 0.0624, 0.1605, 5e-5, "Wilson 15/148 (Newcombe 1998, Table I)");
	interval_is(wilson_interval(0, 20, 0.95), 0, 0.1611, 5e-5, "Wilson 0/20 (Newcombe 1998, Table I)");
	interval_is(wilson_interval(1, 29, 0.95), 0.0061, 0.1718, 5e-5, "Wilson 1/29 (Newcombe 1998, Table I)");

	for (int n = 1; n <= 60; n++)
		for (int k = 0; k <= n; k++)
		{
			ConfidenceInterval narrower = wilson_interval(k, n, 0.1);
			ConfidenceInterval mirror = wilson_interval(n - k, n, 0.1);

			mirrored = mirrored && fabs(narrower.low - (1 - mirror.high)) < 1e-15;
			for (double confidence = 0.2; confidence < 0.9999; confidence = (1 + confidence) / 2)
			{
				double		z = -normal_quantile((1 - confidence) / 2);

				interval = wilson_interval(k, n, confidence);
				holds = holds && interval.low <= (double) k / n && interval.high >= (double) k / n;
				widens = widens && (k == 0 || interval.low < narrower.low) && (k == n || interval.high > narrower.high);
				narrower = interval;

				holds = holds && (k > 0 || interval.low == 0) && (k < n || interval.high == 1);

				/* the limits are where the score test is just not significant */
				if (k > 0)
					holds = holds && fabs(((double) k / n - interval.low) -
										  z * sqrt(interval.low * (1 - interval.low) / n)) < 1e-14;
				if (k < n)
					holds = holds && fabs((interval.high - (double) k / n) -
										  z * sqrt(interval.high * (1 - interval.high) / n)) < 1e-14;
			}
		}
	ok(holds, "Wilson: the limits solve the score equation around the proportion, and are 0 and 1 at the ends, n up to 60");
	ok(mirrored, "Wilson: failures mirror successes");
	ok(widens, "Wilson: more confidence, a wider interval");

	/* 50-digit arithmetic; the low end is what cancels in the textbook's form */
	within(relative_error(wilson_interval(1, 1000000000000, 0.95).low, 1.76524554935174677e-13), 0, 4e-15,
		   "Wilson 1/1e12: the low end keeps its digits");
	ok(wilson_interval(1, 2, 5e-324).low == 0.5 && wilson_interval(1, 2, 5e-324).high == 0.5,
	   "Wilson: with no confidence, the proportion itself");
	interval = wilson_interval(1, 2, 1 - 0x1p-53);
	ok(interval.low > 0 && interval.low < 0.01 && interval.high < 1 && interval.high > 0.99,
	   "Wilson: the largest confidence below 1 is finite");
}

static void
test_difference(void)
{
	bool		mirrored = true;
	bool		widens = true;
	ConfidenceInterval interval;

	/*
	 * Newcombe, "Interval estimation for the difference between independent
	 * proportions", Statistics in Medicine 17, 1998, 873-890: Table II, method 10
	 */
	interval_is(newcombe_interval(56, 70, 48, 80, 0.95), 0.0524, 0.3339, 5e-5, "Newcombe 56/70 - 48/80 (1998, Table II)");
	interval_is(newcombe_interval(9, 10, 3, 10, 0.95), 0.1705, 0.8090, 5e-5, "Newcombe 9/10 - 3/10 (1998, Table II)");
	interval_is(newcombe_interval(6, 7, 2, 7, 0.95), 0.0582, 0.8062, 5e-5, "Newcombe 6/7 - 2/7 (1998, Table II)");
	interval_is(newcombe_interval(5, 56, 0, 29, 0.95), -0.0381, 0.1926, 5e-5, "Newcombe 5/56 - 0/29 (1998, Table II)");
	interval_is(newcombe_interval(0, 10, 0, 20, 0.95), -0.1611, 0.2775, 5e-5, "Newcombe 0/10 - 0/20 (1998, Table II)");
	interval_is(newcombe_interval(0, 10, 0, 10, 0.95), -0.2775, 0.2775, 5e-5, "Newcombe 0/10 - 0/10 (1998, Table II)");
	interval_is(newcombe_interval(10, 10, 0, 20, 0.95), 0.6791, 1, 5e-5, "Newcombe 10/10 - 0/20 (1998, Table II)");
	interval_is(newcombe_interval(10, 10, 0, 10, 0.95), 0.6075, 1, 5e-5, "Newcombe 10/10 - 0/10 (1998, Table II)");
	/* R package propint, README */
	interval_is(newcombe_interval(56, 70, 48, 80, 0.95), 0.05243147, 0.3338727, 5e-8, "Newcombe 56/70 - 48/80 (propint)");

	for (int a = 0; a <= 12; a++)
		for (int b = 0; b <= 7; b++)
		{
			ConfidenceInterval narrower = newcombe_interval(a, 12, b, 7, 0.1);
			ConfidenceInterval swapped = newcombe_interval(b, 7, a, 12, 0.1);

			mirrored = mirrored && fabs(narrower.low + swapped.high) < 1e-15 && fabs(narrower.high + swapped.low) < 1e-15;
			for (double confidence = 0.2; confidence < 0.9999; confidence = (1 + confidence) / 2)
			{
				interval = newcombe_interval(a, 12, b, 7, confidence);
				widens = widens && interval.low >= -1 && interval.high <= 1 &&
					(interval.low < narrower.low || interval.low == -1) &&
					(interval.high > narrower.high || interval.high == 1);
				narrower = interval;
			}
		}
	ok(mirrored, "Newcombe: swapping the groups turns the sign");
	ok(widens, "Newcombe: more confidence, a wider interval within -1 .. 1");

	/* statsmodels, test_proportion.py, proportions_ztest([5, 12], [83, 99]) */
	within(two_proportion_p_value(5, 83, 12, 99), 0.15918129181156992, 1e-15, "z test 5/83, 12/99 (statsmodels)");
	/* outputs of R's prop.test(..., correct = FALSE) */
	within(two_proportion_p_value(82, 108, 104, 143), 0.5668, 5e-5, "z test 82/108, 104/143 (R: X-squared 0.32805)");
	within(two_proportion_p_value(21, 100, 38, 100), 0.008392, 5e-7, "z test 21/100, 38/100 (R: X-squared 6.948)");
	within(two_proportion_p_value(5, 9, 0, 24), 7.367e-05, 5e-9, "z test 5/9, 0/24 (R: X-squared 15.714)");
	/* an X-squared is a squared z: 0.32805 to 5 digits */
	within(normal_two_sided_p(sqrt(0.32805)), two_proportion_p_value(82, 108, 104, 143), 1e-5, "z test is the chi-square test");

	ok(two_proportion_p_value(0, 10, 0, 20) == 1, "z test: none succeed, p = 1");
	ok(two_proportion_p_value(10, 10, 20, 20) == 1, "z test: all succeed, p = 1");
	ok(two_proportion_p_value(1, 3, 2, 6) == 1, "z test: equal proportions, p = 1");
	ok(two_proportion_p_value(5, 83, 12, 99) == two_proportion_p_value(12, 99, 5, 83), "z test: the order of the groups is of no account");
	ok(two_proportion_p_value(0, INT64_MAX, INT64_MAX, INT64_MAX) == 0, "z test: the largest counts");
	within(two_proportion_p_value(INT64_MAX / 2, INT64_MAX, INT64_MAX / 2 + 1, INT64_MAX), 1, 1e-9,
		   "z test: the smallest difference of the largest counts");
}

/* The test by its definition, in long double, for small n */
static double
binomial_by_summing(int successes, int n, double p0)
{
	long double p = p0;
	long double q = 1 - p;
	long double probability[121];
	long double sum = 0;

	for (int k = 0; k <= n; k++)
	{
		probability[k] = 1;
		for (int i = 1; i <= k; i++)
			probability[k] *= p * (n - k + i) / i;
		for (int i = 0; i < n - k; i++)
			probability[k] *= q;
	}
	/* from both ends inward: the small ones first */
	for (int k = 0; k <= n / 2; k++)
	{
		if (probability[k] <= probability[successes] * (1 + 1e-7L))
			sum += probability[k];
		if (n - k != k && probability[n - k] <= probability[successes] * (1 + 1e-7L))
			sum += probability[n - k];
	}
	return (double) fminl(sum, 1);
}

static void
test_binomial(void)
{
	const double rates[] = {0.5, 0.3, 0.25, 0.1, 0.9, 1.0 / 3, 0.01, 0.99, 1e-9, 0.999999};

	/*
	 * The two-sided test with p0 as the nearest double, in 50-digit decimal
	 * arithmetic: Stirling's series for the factorials, the continued fraction
	 * of the incomplete beta function for the tails
	 */
	const struct
	{
		int64		successes;
		int64		n;
		double		p0;
		double		p_value;
	}			large[] = {
		{304, 1000, 0.3, 7.82577557615781470e-1},
		{372, 1000, 0.3, 1.09344073289806532e-6},
		{735, 1000, 0.3, 1.91628559560447793e-176},
		{172, 10000, 0.02, 4.54170940243156465e-2},
		{32, 10000, 0.02, 1.30096271631406247e-49},
		{500150, 1000000, 0.5, 7.64940062865542940e-1},
		{502500, 1000000, 0.5, 5.76254163774060407e-7},
		{515000, 1000000, 0.5, 9.45240625257158386e-198},
		{937, 1000000, 0.001, 4.62183584209908306e-2},
		{1948, 1000000, 0.001, 7.28586078149320138e-155},
		{999977, 1000000, 0.9999847412109375, 5.38334429958845125e-2},
		{300004347, 1000000000, 0.3, 7.64198895906840531e-1},
		{300072457, 1000000000, 0.3, 5.73587107936926716e-7},
		{300434741, 1000000000, 0.3, 1.11188655607731561e-197},
		{6, 1000000000, 1e-9, 5.94184811450369187e-4},
		{31, 1000000000, 1e-9, 4.61804545002125099e-35},
		{969989211, 1000000000, 0.97, 4.55079335285445615e-2},
		{970161833, 1000000000, 0.97, 4.49135095273919275e-198},
		{249998700962, 1000000000000, 0.25, 2.69979822641919526e-3},
		{250003464102, 1000000000000, 0.25, 1.24431148395997627e-15},
		{250015155445, 1000000000000, 0.25, 2.26838211360624891e-268}
	};
	/* where long double is no more than double, the summing is what errs */
	const double tolerance = LDBL_MANT_DIG > DBL_MANT_DIG ? 2e-15 : 2e-14;
	bool		bounded = true;
	bool		mirrored = true;
	clock_t		start;
	double		each;

	/* R, help(binom.test): Conover (1971), p. 97, a cross of plants: 682 giant of 925, 3 : 1 expected */
	within(binomial_two_sided_p(682, 925, 0.75), 0.3825, 5e-5, "binomial 682/925 against 3/4 (R; Conover 1971)");
	/* R's output as recorded in statsmodels, test_proportion.py; also SciPy's and Wikipedia's example */
	within(binomial_two_sided_p(51, 235, 1.0 / 6), 0.0437479701823997, 5e-16, "binomial 51/235 against 1/6 (R)");
	/* outputs of R's binom.test */
	within(binomial_two_sided_p(51, 174, 0.5), 4.779e-08, 5e-12, "binomial 51/174 against 1/2 (R)");
	within(binomial_two_sided_p(515, 1456, 11678.0 / 29789), 0.002642, 5e-7, "binomial 515/1456 against 0.392 (R)");
	/* by hand: 2 (1 + 10 + 45 + 120) / 2^10; 2 / 2^10 */
	within(binomial_two_sided_p(3, 10, 0.5), 352.0 / 1024, 1e-15, "binomial 3/10 against 1/2");
	within(binomial_two_sided_p(0, 10, 0.5), 2.0 / 1024, 1e-17, "binomial 0/10 against 1/2");

	ok(binomial_two_sided_p(5, 10, 0.5) == 1, "binomial: at the mean, p = 1");
	ok(binomial_two_sided_p(2, 5, 0.5) == 1, "binomial: beside the mean, as likely as any, p = 1");
	ok(binomial_two_sided_p(0, 0, 0.5) == 1, "binomial: of nothing, p = 1");
	ok(binomial_two_sided_p(0, 7, 0) == 1 && binomial_two_sided_p(7, 7, 1) == 1, "binomial: p0 = 0 and 1 met, p = 1");
	ok(binomial_two_sided_p(1, 7, 0) == 0 && binomial_two_sided_p(6, 7, 1) == 0, "binomial: p0 = 0 and 1 not met, p = 0");
	ok(binomial_two_sided_p(0, 0, 0) == 1 && binomial_two_sided_p(0, 0, 1) == 1, "binomial: p0 = 0 and 1 of nothing, p = 1");

	for (size_t i = 0; i < lengthof(rates); i++)
	{
		double		worst = 0;

		for (int n = 1; n <= 120; n += 1 + n / 10)
			for (int k = 0; k <= n; k++)
			{
				double		expected = binomial_by_summing(k, n, rates[i]);
				double		got = binomial_two_sided_p(k, n, rates[i]);

				/* the relative error grows with the logarithm, and below 1e-290 digits get lost */
				if (expected > 1e-290)
					worst = fmax(worst, relative_error(got, expected) / (1 - log(expected)));
				else
					bounded = bounded && got < 1e-289;
				bounded = bounded && got >= 0 && got <= 1;
			}
		ok(worst < tolerance, "binomial: every count of n up to 120 against %g, by summing (%.1e)", rates[i], worst);
	}
	ok(bounded, "binomial: p is from 0 to 1");

	for (size_t i = 0; i < lengthof(large); i++)
	{
		double		error = relative_error(binomial_two_sided_p(large[i].successes, large[i].n, large[i].p0), large[i].p_value);

		ok(error < 1e-15 * (2 - log(large[i].p_value)), "binomial: %lld of %lld against %.16g (%.1e)",
		   (long long) large[i].successes, (long long) large[i].n, large[i].p0, error);
	}

	/* 1/4 and 3/4 are exact */
	for (int n = 1; n <= 200; n += 7)
		for (int k = 0; k <= n; k++)
			mirrored = mirrored && relative_error(binomial_two_sided_p(k, n, 0.25), binomial_two_sided_p(n - k, n, 0.75)) < 1e-13;
	ok(mirrored, "binomial: failures mirror successes");

	bounded = true;
	for (int64 n = 1; n < INT64_MAX / 1000; n *= 1000)
		for (int i = 0; i < 9; i++)
		{
			const double extremes[] = {5e-324, 1e-310, 1e-20, 1e-12, 0.3, 0.5, 1 - 1e-12, 1 - 0x1p-53, 0.7};
			const int64 counts[] = {0, 1, n / 3, n / 2, n - 1, n};

			for (size_t j = 0; j < lengthof(counts); j++)
			{
				double		p = binomial_two_sided_p(counts[j], n, extremes[i]);

				bounded = bounded && p >= 0 && p <= 1;
			}
		}
	ok(bounded, "binomial: extreme counts and p0 give a p-value");

	start = clock();
	for (int i = 0; i < 200; i++)
		bounded = bounded && binomial_two_sided_p(250000000000 + 5000 * i, 1000000000000, 0.25) > 0;
	each = (double) (clock() - start) / CLOCKS_PER_SEC / 200;
	ok(bounded && each < 1e-3, "binomial: n = 1e12 takes less than a millisecond (%.0f microseconds)", each * 1e6);
}

/* How often the interval holds the true score, over all samples of n from these shares */
static double
score_coverage(int n, double promoting, double passive, double detracting, double confidence)
{
	double		score = 100 * (promoting - detracting);
	double		coverage = 0;

	for (int a = 0; a <= n; a++)
		for (int b = 0; a + b <= n; b++)
		{
			int			c = n - a - b;
			ConfidenceInterval interval = score_interval(a, b, c, confidence);

			if (interval.low <= score && score <= interval.high)
				coverage += exp(lgamma(n + 1) - lgamma(a + 1) - lgamma(b + 1) - lgamma(c + 1) +
								a * log(promoting) + b * log(passive) + c * log(detracting));
		}
	return coverage;
}

static void
test_score(void)
{
	ConfidenceInterval interval;
	bool		mirrored = true;
	bool		widens = true;

	/*
	 * The formula of Rocks (2016), adjusted Wald (3, T), as restated at
	 * measuringu.com/nps-confidence-intervals, in 50-digit decimal arithmetic
	 */
	interval_is(score_interval(15, 8, 13, 0.95), -22.120019446954, 32.376429703365, 1e-11, "score of 15, 8, 13");
	interval_is(score_interval(60, 25, 15, 0.95), 29.343111201734, 58.035529574965, 1e-11, "score of 60, 25, 15");
	interval_is(score_interval(300, 500, 200, 0.99), 4.276435075830, 15.663744385785, 1e-11, "score of 300, 500, 200 at 99 %");
	interval_is(score_interval(5, 0, 0, 0.95), 17.491453034169, 100, 1e-11, "score of 5 promoters: not without a margin");
	interval_is(score_interval(0, 0, 1, 0.90), -86.682011010680, 36.682011010680, 1e-11, "score of a single detractor at 90 %");
	interval_is(score_interval(1000000000000, 0, 0, 0.95), 99.999999999284, 100, 1e-11, "score of 1e12 promoters");

	for (int a = 0; a <= 10; a++)
		for (int c = 0; c <= 10; c++)
		{
			ConfidenceInterval narrower = score_interval(a, 4, c, 0.1);
			ConfidenceInterval swapped = score_interval(c, 4, a, 0.1);

			mirrored = mirrored && fabs(narrower.low + swapped.high) < 1e-13 && fabs(narrower.high + swapped.low) < 1e-13;
			for (double confidence = 0.2; confidence < 0.9999; confidence = (1 + confidence) / 2)
			{
				interval = score_interval(a, 4, c, confidence);
				widens = widens && interval.low >= -100 && interval.high <= 100 &&
					(interval.low < narrower.low || interval.low == -100) &&
					(interval.high > narrower.high || interval.high == 100);
				narrower = interval;
			}
		}
	ok(mirrored, "score: detractors mirror promoters");
	ok(widens, "score: more confidence, a wider interval within -100 .. 100");

	/* what the method is for: it holds the true score about as often as it says, from small samples too */
	within(score_coverage(10, 0.5, 0.3, 0.2, 0.95), 0.95, 0.02, "score: 95 % hold the true score, n = 10");
	within(score_coverage(50, 0.5, 0.3, 0.2, 0.95), 0.95, 0.01, "score: 95 % hold the true score, n = 50");
	within(score_coverage(50, 0.1, 0.2, 0.7, 0.90), 0.90, 0.02, "score: 90 % hold the true score, n = 50");

	interval = score_interval(INT64_MAX, INT64_MAX, INT64_MAX, 0.95);
	ok(interval.low > -1e-6 && interval.low < 0 && interval.high < 1e-6, "score: the largest counts don't overflow");
}

static void
test_holm(void)
{
	/* pingouin's documentation, pingouin.holm */
	double		published[] = {0.50, 0.003, 0.32, 0.054, 0.0003};
	const double expected[] = {0.64, 0.012, 0.64, 0.162, 0.0015};
	double		gaps[] = {NAN, 0.50, 0.003, NAN, 0.32, 0.054, 0.0003, NAN};
	const double filled[] = {0, 0.64, 0.012, 0, 0.64, 0.162, 0.0015, 0};
	double		ties[] = {0.02, 0.01, 0.02, 0.9};
	double		none[] = {NAN, NAN};
	double		single[] = {0.04};
	bool		equal = true;

	holm_adjust(published, lengthof(published));
	for (size_t i = 0; i < lengthof(published); i++)
		equal = equal && fabs(published[i] - expected[i]) < 1e-15;
	ok(equal, "Holm: 5 tests (pingouin)");

	equal = true;
	holm_adjust(gaps, lengthof(gaps));
	for (size_t i = 0; i < lengthof(gaps); i++)
		equal = equal && (filled[i] == 0 ? isnan(gaps[i]) : fabs(gaps[i] - filled[i]) < 1e-15);
	ok(equal, "Holm: tests not made stay so and don't count");

	holm_adjust(ties, lengthof(ties));
	ok(ties[0] == 0.06 && ties[2] == 0.06 && ties[1] == 0.04 && ties[3] == 0.9, "Holm: ties are corrected alike");
	holm_adjust(none, lengthof(none));
	ok(isnan(none[0]) && isnan(none[1]), "Holm: no test made");
	holm_adjust(single, 1);
	ok(single[0] == 0.04, "Holm: one test stays as it is");
	holm_adjust(single, 0);
	ok(single[0] == 0.04, "Holm: of nothing");
}

static void
test_method(void)
{
	double		holm[] = {0.03, 0.04};
	double		bh[] = {0.03, 0.04};

	adjust_p_values("holm", holm, 2);
	ok(holm[0] == 0.06 && holm[1] == 0.06, "corrected by the name of Holm");
	adjust_p_values("bh", bh, 2);
	ok(bh[0] == 0.04 && bh[1] == 0.04, "corrected by that of Benjamini and Hochberg");
	ok(FAILS(adjust_p_values("Holm", holm, 2)) && FAILS(adjust_p_values("", holm, 2)), "other names are refused");
}

/*
 * The incomplete beta function and Student's t: computed with 60 digits, by the continued fraction of DLMF 8.17.22
 */

static const struct
{
	double		x;
	double		a;
	double		b;
	double		probability;
}			betas[] = {
	{0.5, 0.5, 0.5, 0.5},
	{0.1, 0.5, 3.7, 0.60690042469828707681},
	{0.9, 0.5, 3.7, 0.99994104015219957918},
	{1e-06, 0.01, 0.02, 0.58082936301941718392},
	{0.3, 2.5, 7.25, 0.6604822735819072218},
	{0.002, 1.5, 1000.25, 0.73918378398416547715},
	{0.2, 200.3, 799.9, 0.49810448622679068204},
	{0.25, 200.3, 799.9, 0.99990697142312572863},
	{0.999, 1000000.5, 1000.5, 0.48948245587177623501},
	{0.0009, 16.1224849655, 10000.0, 0.020516738676118336505},
	{1e-09, 3.3, 4.4, 6.1571083939710899583e-29},
	{0.5, 10000000.5, 10000000.0, 0.49995539689681741134},
	{0.7, 0.25, 0.125, 0.38524950644182315339},
	{0.05, 12.5, 0.5, 8.83178921119506338e-18},
	{0.97, 60.5, 0.5, 0.055386732396774971585},
	{0.9999, 50000.5, 0.5, 0.0015649347776324865041},
};

static void
test_beta(void)
{
	bool		falls = false;
	double		before = 0;

	for (size_t i = 0; i < lengthof(betas); i++)
	{
		char		name[100];
		double		p = betas[i].probability;

		snprintf(name, sizeof(name), "beta: %g of (%g, %g), to 1e-12", betas[i].x, betas[i].a, betas[i].b);
		within(beta_probability(betas[i].x, betas[i].a, betas[i].b) / p, 1, 1e-12, name);
		snprintf(name, sizeof(name), "beta: its quantile");
		within(beta_quantile(p, betas[i].a, betas[i].b), betas[i].x, 1e-9, name);
		snprintf(name, sizeof(name), "beta: the mirror image");
		within(beta_probability(1 - betas[i].x, betas[i].b, betas[i].a), 1 - p, 2e-12, name);
	}
	for (int i = 0; i <= 2000; i++)
	{
		double		p = beta_probability(i / 2000.0, 2.75, 41.5);

		falls = falls || p < before - 1e-15;
		before = p;
	}
	ok(!falls, "beta: rises");
	ok(beta_probability(0, 0.1, 9) == 0 && beta_probability(1, 9, 0.1) == 1, "beta: from 0 to 1");
	within(beta_probability(0.37, 1, 1), 0.37, 1e-15, "beta: (1, 1) is uniform");
	within(beta_probability(0.37, 1, 7.5), 1 - pow(0.63, 7.5), 1e-15, "beta: (1, b) is a power");
	within(beta_quantile(0.025, 1e-3, 1e-3), 0, 1e-9, "beta: a quantile that is as good as 0");
	within(beta_quantile(0.975, 1e8, 1e8), 0.5 + 1.959963984540054 / (2 * sqrt(2e8)), 1e-9, "beta: nearly normal");
}

static void
test_student(void)
{
	static const struct
	{
		double		t;
		double		degrees;
		double		p;
	}			values[] = {
		{0.1, 3, 0.92665234880080582486},
		{1.5, 8.25, 0.17087369887080358014},
		{2.0, 30.7, 0.054414505947917985795},
		{4.5, 12, 0.00072665292140369234939},
		{10, 100.5, 9.4247621722970653488e-17},
		{0.001, 5, 0.99924078677219765061},
		{3.3, 1000.5, 0.0010009794821326756},
		{30, 1.5, 0.0045856423229794051745},
		{1.96, 1000000.0, 0.049996067585269790686},
		{6, 2.001, 0.026639974697046316612},
		{40, 50, 1.2412423784372705586e-39},
	};

	for (size_t i = 0; i < lengthof(values); i++)
	{
		char		name[100];

		snprintf(name, sizeof(name), "Student: %g of %g degrees, to 1e-12", values[i].t, values[i].degrees);
		within(student_two_sided_p(-values[i].t, values[i].degrees) / values[i].p, 1, 1e-12, name);
	}
	ok(student_two_sided_p(0, 3) == 1 && student_two_sided_p(INFINITY, 3) == 0, "Student: none, and all");
	within(student_two_sided_p(1, 1), 0.5, 1e-14, "Student: of one degree, Cauchy's");
}

static void
test_binomial_quantile(void)
{
	bool		equal = true;

	/* brute force: the first count at which the sum of probabilities, by the recurrence, is enough */
	for (int n = 1; n <= 60; n++)
		for (int i = 1; i < 20; i++)
		{
			const double probabilities[] = {0.001, 0.025, 0.5, 0.975, 0.999};
			double		p = i / 20.0;

			for (size_t q = 0; q < lengthof(probabilities); q++)
			{
				double		term = pow(1 - p, n);
				double		sum = term;
				int			count = 0;

				while (sum < probabilities[q] * (1 - 1e-14))
				{
					term *= (double) (n - count) / (count + 1) * (p / (1 - p));
					count++;
					sum += term;
				}
				equal = equal && binomial_quantile(probabilities[q], n, p) == count;
			}
		}
	ok(equal, "binomial quantile: all of n up to 60");
	ok(binomial_quantile(0.025, 10, 0) == 0 && binomial_quantile(0.025, 10, 1) == 10, "binomial quantile: of certainty");
	ok(binomial_quantile(0.5, 2, 0.5) == 1 && binomial_quantile(0.025, 1, 0.975) == 0, "binomial quantile: one that is just met");
	ok(llabs(binomial_quantile(0.975, 4000000000000000000LL, 0.5) - 2000000001959963985LL) < 2000, "binomial quantile: of 4e18");
}

static void
test_log_log(void)
{
	/* R 4.2.2, survfit(..., conf.type = "log-log"): S 0.955165696087, standard error 0.0030451479635 */
	interval_is(log_log_interval(0.955165696087, 0.0030451479635, 0.95), 0.94879305457, 0.960761742036, 1e-10, "log(-log): as R's survfit");
	interval_is(log_log_interval(0.5, 0, 0.95), 0.5, 0.5, 1e-15, "log(-log): no error, no width");
	interval_is(log_log_interval(1 - 1e-16, 1, 0.95), 0, 1, 1e-15, "log(-log): as wide as can be");
}

static void
test_benjamini_hochberg(void)
{
	/* Benjamini and Hochberg 1995, table 1: the 15 p-values, and R's p.adjust of them */
	double		p[] = {0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1};
	const double expected[] = {0.0015, 0.003, 0.0095, 0.035625, 0.0603, 0.06385714285714286, 0.06385714285714286, 0.0645, 0.0765, 0.486, 0.5811818181818181, 0.714875, 0.7532307692307693, 0.8132142857142857, 1};
	double		gaps[] = {0.04, NAN, 0.01};
	bool		equal = true;

	benjamini_hochberg_adjust(p, lengthof(p));
	for (size_t i = 0; i < lengthof(p); i++)
		equal = equal && fabs(p[i] - expected[i]) < 1e-15;
	ok(equal, "Benjamini and Hochberg: their 15 tests");
	benjamini_hochberg_adjust(gaps, 3);
	ok(gaps[0] == 0.04 && isnan(gaps[1]) && gaps[2] == 0.02, "Benjamini and Hochberg: tests not made don't count");
}

int
main(void)
{
	test_arguments();
	test_normal();
	test_wilson();
	test_difference();
	test_binomial();
	test_score();
	test_holm();
	test_method();
	test_beta();
	test_student();
	test_binomial_quantile();
	test_log_log();
	test_benjamini_hochberg();
	return end_tests();
}
