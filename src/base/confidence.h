/*
 * confidence.h
 *		Confidence intervals and tests of counts.
 *
 * All are functions of counts alone, of constant cost whatever the counts are.
 * Counts are 0 or more, successes at most n; the caller sees to that, and asks
 * of n = 0 only where it is said to be allowed. Out of these no NaN and no
 * infinity comes. A p-value below 1e-308 is 0. doc/statistics.md has the
 * formulas, the sources and when not to trust them.
 */
#ifndef FUNNEL_CONFIDENCE_H
#define FUNNEL_CONFIDENCE_H

#include "base/compat.h"

typedef struct ConfidenceInterval
{
	double		low;
	double		high;
}			ConfidenceInterval;

/* Arguments: ERRCODE_INVALID_PARAMETER_VALUE if outside, or NaN */
extern void check_confidence(double confidence);	/* 0 < confidence < 1 */
extern void check_fraction(double fraction);	/* 0 < fraction < 1 */
extern void check_benchmark(double benchmark);	/* 0 <= benchmark <= 1 */

/* The normal distribution */
extern double normal_quantile(double p);	/* 0 < p < 1 */
extern double normal_two_sided_p(double z);

/* One proportion: Wilson's score interval; n > 0 */
extern ConfidenceInterval wilson_interval(int64 successes, int64 n, double confidence);

/*
 * A proportion p that is estimated otherwise, with its standard error, 0 < p < 1:
 * the limits stay between 0 and 1
 */
extern ConfidenceInterval log_log_interval(double p, double standard_error, double confidence);

/* The proportion of a less that of b: -1 .. 1; n_a > 0, n_b > 0 */
extern ConfidenceInterval newcombe_interval(int64 successes_a, int64 n_a, int64 successes_b, int64 n_b, double confidence);
extern double two_proportion_p_value(int64 successes_a, int64 n_a, int64 successes_b, int64 n_b);

/* One proportion against p0, 0 <= p0 <= 1: exact, two-sided; 1 for n = 0 */
extern double binomial_two_sided_p(int64 successes, int64 n, double p0);

/* The smallest count that a binomial variable of n > 0 doesn't exceed with this probability, 0 < probability < 1, 0 <= p <= 1 */
extern int64 binomial_quantile(double probability, int64 n, double p);

/* The beta distribution, a > 0, b > 0: the probability of at most x, 0 <= x <= 1 (the incomplete beta function); its quantile */
extern double beta_probability(double x, double a, double b);
extern double beta_quantile(double probability, double a, double b);

/* The probability that Student's t of so many degrees, any above 0, is at least as far from 0 */
extern double student_two_sided_p(double t, double degrees);

/* A Net Promoter score, -100 .. 100; one response or more */
extern ConfidenceInterval score_interval(int64 promoters, int64 passives, int64 detractors, double confidence);

/* Corrects n p-values of one family of tests in place; a NaN is a test not made, and stays. */
extern void holm_adjust(double *p_values, int n);
extern void benjamini_hochberg_adjust(double *p_values, int n);

/* ... by the method of that name, holm or bh: ERRCODE_INVALID_PARAMETER_VALUE where it is neither */
extern void adjust_p_values(const char *method, double *p_values, int n);

#endif							/* FUNNEL_CONFIDENCE_H */
