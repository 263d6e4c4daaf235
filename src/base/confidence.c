/*
 * confidence.c
 *		Confidence intervals and tests of counts.
 */
#include "base/confidence.h"

#include <float.h>
#include <math.h>

#define PI				3.14159265358979323846
#define SQRT_HALF		0.70710678118654752440
#define LOG_SQRT_2PI	0.91893853320467274178

/* Two probabilities this close are a tie, as in R's binom.test. */
#define TIE_TOLERANCE	1e-7

/* What lies below exp(-38) of the largest term is lost in the rounding. */
#define NEGLIGIBLE		(-38.0)

/* The shape of a tail of the binomial distribution; see tail() */
typedef struct Tail
{
	double		slope;
	double		successes;
	double		failures;
	double		odds;
}			Tail;

/* Gauss-Legendre rule of 16 points on -1 .. 1, the positive half: computed from the roots of P16 with 60 digits */
static const double gauss_nodes[] = {
	0.98940093499164993260, 0.94457502307323257608, 0.86563120238783174388, 0.75540440835500303390,
	0.61787624440264374845, 0.45801677765722738634, 0.28160355077925891323, 0.09501250983763744019
};
static const double gauss_weights[] = {
	0.02715245941175409485, 0.06225352393864789286, 0.09515851168249278481, 0.12462897125553387205,
	0.14959598881657673208, 0.16915651939500253819, 0.18260341504492358887, 0.18945061045506849629
};

/* What Stirling's formula lacks of log(n!), n = 1 .. 15: computed with 60 digits */
static const double stirling_errors[] = {
	0.0, 0.08106146679532725822, 0.04134069595540929409, 0.02767792568499833915,
	0.02079067210376509311, 0.01664469118982119216, 0.01387612882307074800, 0.01189670994589177010,
	0.01041126526197209650, 0.00925546218271273292, 0.00833056343336287126, 0.00757367548795184079,
	0.00694284010720952987, 0.00640899418800420707, 0.00595137011275884774, 0.00555473355196280137
};

/* Refuses a confidence level that is not a probability between none and certainty. */
void
check_confidence(double confidence)
{
	if (!(confidence > 0 && confidence < 1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("confidence must be greater than 0 and less than 1, not %.15g", confidence),
				 errhint("Give it as a fraction: 0.95 for 95 percent.")));
}

/* Refuses the fraction of a percentile that lies at or beyond an end. */
void
check_fraction(double fraction)
{
	if (!(fraction > 0 && fraction < 1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("fraction must be greater than 0 and less than 1, not %.15g", fraction),
				 errhint("0.5 is the median, 0.9 the 90th percentile. The ends are the minimum and the maximum.")));
}

/* Refuses a benchmark that no rate can reach. */
void
check_benchmark(double benchmark)
{
	if (!(benchmark >= 0 && benchmark <= 1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("benchmark must be from 0 to 1, not %.15g", benchmark),
				 errhint("Give it as a fraction: 0.3 for 30 percent.")));
}

/* The polynomial with these 8 coefficients, the constant first. */
static double
polynomial(const double *coefficients, double x)
{
	double		value = coefficients[7];

	for (int i = 6; i >= 0; i--)
		value = value * x + coefficients[i];
	return value;
}

/*
 * The normal quantile at 0.5 + centred, where "tail" is the probability beyond
 * it on its side. Both are asked for since each is precise where the other is
 * not. Wichura, "Algorithm AS 241: The percentage points of the normal
 * distribution", Applied Statistics 37, 1988: routine PPND16.
 */
static double
quantile_at(double centred, double tail)
{
	static const double a[] = {
		3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4,
		4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3
	};
	static const double b[] = {
		1.0, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
		2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3
	};
	static const double c[] = {
		1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
		1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4
	};
	static const double d[] = {
		1.0, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
		1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9
	};
	static const double e[] = {
		6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
		2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7
	};
	static const double f[] = {
		1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
		7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15
	};
	double		r;

	if (fabs(centred) <= 0.425)
	{
		r = 0.180625 - centred * centred;
		return centred * polynomial(a, r) / polynomial(b, r);
	}

	r = sqrt(-log(tail));
	if (r <= 5)
		r = polynomial(c, r - 1.6) / polynomial(d, r - 1.6);
	else
		r = polynomial(e, r - 5) / polynomial(f, r - 5);
	return centred < 0 ? -r : r;
}

/* The value that a standard normal variable stays below with probability p, 0 < p < 1. */
double
normal_quantile(double p)
{
	Assert(p > 0 && p < 1);
	return quantile_at(p - 0.5, Min(p, 1 - p));
}

/*
 * The value that a standard normal variable stays within, on either side, with
 * this probability. Not by way of (1 + confidence) / 2, which is 1 for the
 * largest confidence below 1.
 */
static double
critical_value(double confidence)
{
	Assert(confidence > 0 && confidence < 1);
	return quantile_at(confidence / 2, (1 - confidence) / 2);
}

/* The probability that a standard normal variable is at least as far from 0 as z. */
double
normal_two_sided_p(double z)
{
	return erfc(fabs(z) * SQRT_HALF);
}

/*
 * Wilson's score interval, without continuity correction. The limits are the
 * roots of a quadratic equation; the lower one is had from their product, so
 * that it does not cancel. It always holds the observed proportion, and is
 * exactly 0 at the low end of no successes, exactly 1 at the high end of n.
 *
 * Wilson, "Probable inference, the law of succession, and statistical
 * inference", JASA 22, 1927.
 */
ConfidenceInterval
wilson_interval(int64 successes, int64 n, double confidence)
{
	double		z = critical_value(confidence);
	double		proportion = (double) successes / n;
	double		sum = 2.0 * successes + z * z;
	double		root = z * sqrt(z * z + 4 * proportion * (n - successes));
	ConfidenceInterval interval;

	Assert(n > 0 && successes >= 0 && successes <= n);

	interval.low = successes == 0 ? 0 : 2.0 * successes * proportion / (sum + root);
	interval.high = (sum + root) / (2 * (n + z * z));

	/* Rounding never puts the proportion outside; so the high end of n out of n is 1 */
	interval.low = Min(interval.low, proportion);
	interval.high = Min(Max(interval.high, proportion), 1);
	return interval;
}

/*
 * The interval of a share of a survival curve on the scale of log(-log), where
 * it is nearer to normal than the share itself.
 *
 * Kalbfleisch and Prentice, "The Statistical Analysis of Failure Time Data",
 * 1980.
 */
ConfidenceInterval
log_log_interval(double p, double standard_error, double confidence)
{
	double		logarithm = log(p);
	double		width = critical_value(confidence) * standard_error / (p * -logarithm);
	ConfidenceInterval interval;

	Assert(p > 0 && p < 1 && standard_error >= 0);

	/* where the width overflows, the limits are 0 and 1 */
	interval.low = Min(exp(logarithm * exp(width)), p);
	interval.high = Max(exp(logarithm * exp(-width)), p);
	return interval;
}

/*
 * The interval of the difference of two independent proportions, made of
 * Wilson's limits of each.
 *
 * Newcombe, "Interval estimation for the difference between independent
 * proportions", Statistics in Medicine 17, 1998: method 10.
 */
ConfidenceInterval
newcombe_interval(int64 successes_a, int64 n_a, int64 successes_b, int64 n_b, double confidence)
{
	ConfidenceInterval a = wilson_interval(successes_a, n_a, confidence);
	ConfidenceInterval b = wilson_interval(successes_b, n_b, confidence);
	double		proportion_a = (double) successes_a / n_a;
	double		proportion_b = (double) successes_b / n_b;
	double		difference = proportion_a - proportion_b;
	double		below_a = proportion_a - a.low;
	double		above_a = a.high - proportion_a;
	double		below_b = proportion_b - b.low;
	double		above_b = b.high - proportion_b;
	ConfidenceInterval interval;

	interval.low = Max(difference - sqrt(below_a * below_a + above_b * above_b), -1);
	interval.high = Min(difference + sqrt(above_a * above_a + below_b * below_b), 1);
	return interval;
}

/*
 * The two-sided z test that two proportions are equal, with the pooled
 * variance and no continuity correction: the same as Pearson's chi-square of
 * the two by two table. 1 where all succeed, or none, in both.
 */
double
two_proportion_p_value(int64 successes_a, int64 n_a, int64 successes_b, int64 n_b)
{
	double		successes = (double) successes_a + successes_b;
	double		failures = (double) (n_a - successes_a) + (n_b - successes_b);
	double		n = (double) n_a + n_b;
	int128		cross;

	Assert(n_a > 0 && successes_a >= 0 && successes_a <= n_a);
	Assert(n_b > 0 && successes_b >= 0 && successes_b <= n_b);

	if (successes == 0 || failures == 0)
		return 1;

	/* The difference of the proportions times n_a * n_b, exactly: below 2^126 */
	cross = (int128) successes_a * n_b - (int128) successes_b * n_a;
	return normal_two_sided_p((double) cross / sqrt((double) n_a * n_b * (successes / n) * failures));
}

/*
 * log(gamma(x)), x >= 1. C's lgamma sets a global that threads share, and its
 * last digits are each platform's own. Shifted to where Stirling's series is
 * exact; the product of what that adds is of at most 16 factors.
 */
static double
log_gamma(double x)
{
	double		product = 1;
	double		square;

	for (; x < 16; x += 1)
		product *= x;
	square = x * x;
	return (x - 0.5) * log(x) - x + LOG_SQRT_2PI +
		(1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - (1.0 / 1680 - (1.0 / 1188 - 691.0 / 360360 / square) / square) / square) / square) / square) / x -
		log(product);
}

/* log(1 + x) - x without cancellation, x >= -1 */
static double
log1p_less(double x)
{
	double		r = x / (2 + x);
	double		square = r * r;
	double		sum = 0;
	double		power = square;

	if (fabs(x) > 0.4)
		return log1p(x) - x;

	/* log(1 + x) = 2 atanh(r), and 2r - x = -r x */
	for (int i = 3; power > 1e-18; i += 2)
	{
		sum += power / i;
		power *= square;
	}
	return r * (2 * sum - x);
}

/* log(n!) less Stirling's formula for it, n > 0; n! of what is not whole is gamma(n + 1) */
static double
stirling_error(double n)
{
	double		square = n * n;

	if (n <= 15 && n == (int) n)
		return stirling_errors[(int) n];
	if (n < 15)
		return log_gamma(n + 1) - (n + 0.5) * log(n) + n - LOG_SQRT_2PI;
	return (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - (1.0 / 1680 - 1.0 / 1188 / square) / square) / square) / square) / n;
}

/* count * log(count / mean) + mean - count, where excess = count - mean is known better than by subtracting */
static double
deviance(double count, double mean, double excess)
{
	if (fabs(excess) < 0.4 * count)
		return -count * log1p_less(-excess / count);
	return count * log(count / mean) - excess;
}

/* k - n * p, with one rounding: near the mean it decides about the result */
static double
excess_of(double k, double n, double p)
{
	double		mean = n * p;

	return (k - mean) - fma(n, p, -mean);
}

/*
 * The logarithm of the probability of exactly k successes out of n, n > 0.
 *
 * Loader, "Fast and accurate computation of binomial probabilities", 2000.
 */
static double
log_probability(double k, double n, double p)
{
	double		excess = excess_of(k, n, p);

	if (k == 0)
		return n * log1p(-p);
	if (k == n)
		return n * log(p);
	return stirling_error(n) - stirling_error(k) - stirling_error(n - k)
		- deviance(k, n * p, excess) - deviance(n - k, n * (1 - p), -excess)
		+ 0.5 * log(n / k / (n - k) / (2 * PI));
}

/* The logarithm of the integrand of tail(), whose parts have one sign and so do not cancel */
static double
log_integrand(const Tail *tail, double u)
{
	double		value = -tail->slope * u;

	if (tail->successes > 0)
		value += tail->successes * log1p_less(-u);
	if (tail->failures != 0)
		value += tail->failures * log1p_less(tail->odds * u);
	return value;
}

/* How far the integrand of tail() has to be followed, at most 1 */
static double
width_of(const Tail *tail)
{
	double		high = 1;
	double		low = 0.5;

	if (log_integrand(tail, high) >= NEGLIGIBLE)
		return high;
	while (log_integrand(tail, low) < NEGLIGIBLE)
	{
		high = low;
		low /= 2;
	}
	for (int i = 0; i < 5; i++)
	{
		double		middle = (low + high) / 2;

		if (log_integrand(tail, middle) < NEGLIGIBLE)
			high = middle;
		else
			low = middle;
	}
	return high;
}

/* The integral of tail(), in so many panels */
static double
tail_integral(const Tail *tail, int panels)
{
	double		half = width_of(tail) / (2 * panels);
	double		sum = 0;

	for (int panel = panels - 1; panel >= 0; panel--)
	{
		double		centre = (2 * panel + 1) * half;

		for (int i = 0; i < (int) lengthof(gauss_nodes); i++)
			sum += gauss_weights[i] * (exp(log_integrand(tail, centre - half * gauss_nodes[i])) +
									   exp(log_integrand(tail, centre + half * gauss_nodes[i])));
	}
	return half * sum;
}

/*
 * The probability of k successes or more out of n, each with probability p,
 * where k >= 1 is not below the mean. q = 1 - p, excess = k - n p and the
 * logarithm of the probability of k are passed in, so that nothing is lost
 * where the caller swaps successes and failures.
 *
 * It is the regularised incomplete beta function I_p(k, n - k + 1). With t =
 * p (1 - u) in its integral,
 *
 *		tail = P(k) * k * integral over u = 0 .. 1 of
 *			   (1 - u)^(k - 1) * (1 + u p / q)^(n - k)
 *
 * whose integrand is a polynomial, log-concave, with its top at u = 0 or next
 * to it. So Gauss-Legendre panels over where it matters are right to the last
 * digits, at the same cost for every n. Near the mean, the continued fraction
 * of the function takes sqrt(n) steps.
 */
static double
tail_probability(double k, double n, double p, double q, double excess, double log_probability_of_k)
{
	Tail		tail;

	tail.slope = excess / q - 1;
	tail.successes = k - 1;
	tail.failures = n - k;
	tail.odds = p / q;
	return exp(log_probability_of_k) * (k * tail_integral(&tail, 4));
}

static double
probability_at_least(double k, double n, double p)
{
	return tail_probability(k, n, p, 1 - p, excess_of(k, n, p), log_probability(k, n, p));
}

static double
probability_at_most(double k, double n, double p)
{
	return tail_probability(n - k, n, 1 - p, p, -excess_of(k, n, p), log_probability(k, n, p));
}

/*
 * The smallest count whose probability of not being exceeded is the given one
 * or more. Nearer to it than rounding tells is it, as R's qbinom has it.
 */
int64
binomial_quantile(double probability, int64 n, double p)
{
	double		target = probability * (1 - 64 * DBL_EPSILON);
	int64		low = 0;
	int64		high = n;

	Assert(n > 0 && probability > 0 && probability < 1 && p >= 0 && p <= 1);

	if (p == 0 || p == 1)
		return p == 0 ? 0 : n;
	while (low < high)
	{
		int64		middle = low + (high - low) / 2;
		double		at_most = (double) middle < n * p ? probability_at_most((double) middle, (double) n, p) :
			1 - probability_at_least((double) middle + 1, (double) n, p);

		if (at_most >= target)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

/*
 * The incomplete beta function below takes y = 1 - x along: where one of them
 * is near 1, the other is known to more digits than subtracting leaves.
 */

/* x^a y^b / B(a, b): what it is made of; x and y above 0 */
static double
beta_power(double x, double y, double a, double b)
{
	double		n = a + b;
	double		log_power = x < y ? log_probability(a, n, x) : log_probability(b, n, y);

	return exp(log_power) * (a * (b / n));
}

/*
 * I_x(a, b) by its continued fraction (Lentz's method), x below about the mean
 * and a small: some sqrt(a) steps.
 *
 * DLMF 8.17.22.
 */
static double
beta_fraction(double x, double y, double a, double b)
{
	const double tiny = 1e-300;
	double		c = 1;
	double		d = (1 - b + (a + b) * y) / (a + 1);	/* 1 - (a + b) x / (a + 1), which cancels */
	double		value;

	d = 1 / (fabs(d) < tiny ? tiny : d);
	value = d;
	for (double m = 1; m < 1e6; m++)
	{
		double		even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
		double		odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
		double		step;

		d = 1 + even * d;
		c = 1 + even / c;
		d = 1 / (fabs(d) < tiny ? tiny : d);
		c = fabs(c) < tiny ? tiny : c;
		value *= c * d;
		d = 1 + odd * d;
		c = 1 + odd / c;
		d = 1 / (fabs(d) < tiny ? tiny : d);
		c = fabs(c) < tiny ? tiny : c;
		step = c * d;
		value *= step;
		if (fabs(step - 1) <= DBL_EPSILON)
			break;
	}
	return beta_power(x, y, a, b) * value / a;
}

/*
 * I_x(a, b) by the integral of tail_probability(), which needs no whole
 * numbers but an a that is large enough for (1 - u)^(a - 1) to be as smooth
 * as a polynomial. Where b is below 1, the integrand's singularity lies closer.
 */
static double
beta_integral(double x, double y, double a, double b)
{
	Tail		tail;

	/* the same twice, by the smaller of x and y */
	tail.slope = (x < y ? a - 1 - (a + b - 2) * x : (a + b - 2) * y - (b - 1)) / y;
	tail.successes = a - 1;
	tail.failures = b - 1;
	tail.odds = x / y;
	return beta_power(x, y, a, b) / y * tail_integral(&tail, b < 1 ? 16 : 4);
}

static double
beta_lower(double x, double y, double a, double b)
{
	double		value = a < 40 ? beta_fraction(x, y, a, b) : beta_integral(x, y, a, b);

	return Min(value, 1);
}

/* The regularised incomplete beta function I_x(a, b), to the last digits of the smaller of it and 1 - it */
static double
incomplete_beta(double x, double y, double a, double b)
{
	if (!(x > 0) || !(y > 0))
		return x > 0;
	if (x * (b + 1) <= y * (a + 1)) /* about: below the mean */
		return beta_lower(x, y, a, b);
	return 1 - beta_lower(y, x, b, a);
}

double
beta_probability(double x, double a, double b)
{
	Assert(a > 0 && b > 0);

	return incomplete_beta(x, 1 - x, a, b);
}

/* Newton's steps, within the limits that bisection keeps */
double
beta_quantile(double probability, double a, double b)
{
	double		low = 0;
	double		high = 1;
	double		x = a / (a + b);

	Assert(a > 0 && b > 0 && probability > 0 && probability < 1);

	for (int i = 0; i < 200 && high > low; i++)
	{
		double		excess = beta_probability(x, a, b) - probability;
		double		density = beta_power(x, 1 - x, a, b) / (x * (1 - x));
		double		next = x - excess / density;

		if (excess == 0)
			return x;
		if (excess > 0)
			high = x;
		else
			low = x;
		if (!(next > low && next < high))
			next = (low + high) / 2;
		if (next == low || next == high || fabs(next - x) <= 2 * DBL_EPSILON * x)
			return next;
		x = next;
	}
	return x;
}

double
student_two_sided_p(double t, double degrees)
{
	double		square = t * t;

	Assert(degrees > 0);

	if (isinf(square))
		return 0;
	return incomplete_beta(degrees / (degrees + square), square / (degrees + square), degrees / 2, 0.5);
}

/*
 * How many steps, each +1 or -1, lead from count "from", near the mean, to the
 * first that is not more probable than exp(log_limit); steps + 1 if none is.
 * Probabilities fall away from the mean.
 */
static int64
steps_to_limit(int64 from, int step, int64 steps, double log_limit, double n, double p)
{
	int64		low = 0;
	int64		high = steps + 1;

	while (low < high)
	{
		int64		middle = low + (high - low) / 2;

		if (log_probability((double) (from + step * middle), n, p) <= log_limit)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

/*
 * The exact two-sided binomial test, by the method of small p-values: the
 * probability, where each of n succeeds with probability p0, of all counts
 * that are not more probable than the observed one. As R's binom.test.
 */
double
binomial_two_sided_p(int64 successes, int64 n, double p0)
{
	double		mean = n * p0;
	double		excess = excess_of((double) successes, (double) n, p0);
	double		log_limit;
	double		p_value;
	int64		near;
	int64		steps;
	int64		skipped;

	Assert(n >= 0 && successes >= 0 && successes <= n && p0 >= 0 && p0 <= 1);

	if (n == 0 || excess == 0)
		return 1;
	if (p0 == 0 || p0 == 1)
		return 0;				/* what was seen is impossible */

	log_limit = log_probability((double) successes, (double) n, p0) + log1p(TIE_TOLERANCE);
	if (excess < 0)
	{
		near = mean >= (double) n ? n : (int64) ceil(mean);
		near = Max(near, successes + 1);
		steps = n - near;
		skipped = steps_to_limit(near, 1, steps, log_limit, (double) n, p0);
		if (near + skipped == successes + 1)
			return 1;			/* every count is in one tail or the other */
		p_value = probability_at_most((double) successes, (double) n, p0);
		if (skipped <= steps)
			p_value += probability_at_least((double) (near + skipped), (double) n, p0);
	}
	else
	{
		near = mean >= (double) n ? n : (int64) floor(mean);
		near = Min(near, successes - 1);
		steps = near;
		skipped = steps_to_limit(near, -1, steps, log_limit, (double) n, p0);
		if (near - skipped == successes - 1)
			return 1;
		p_value = probability_at_least((double) successes, (double) n, p0);
		if (skipped <= steps)
			p_value += probability_at_most((double) (near - skipped), (double) n, p0);
	}
	return Min(p_value, 1);
}

/*
 * The adjusted Wald interval of a Net Promoter score: three responses are
 * added, 3/4 promoters, 3/2 passives and 3/4 detractors. It is drawn towards
 * 0, so that of a unanimous few it may not hold the observed score.
 *
 * Rocks, "Interval estimation for the Net Promoter Score", The American
 * Statistician 70, 2016: adjusted Wald (3, T).
 */
ConfidenceInterval
score_interval(int64 promoters, int64 passives, int64 detractors, double confidence)
{
	double		n = (double) promoters + passives + detractors + 3;
	double		promoting = (promoters + 0.75) / n;
	double		detracting = (detractors + 0.75) / n;
	double		not_promoting = ((double) passives + detractors + 2.25) / n;
	double		not_detracting = ((double) promoters + passives + 2.25) / n;
	double		variance;
	double		score = 100 * (((double) promoters - detractors) / n);
	double		margin;
	ConfidenceInterval interval;

	Assert(promoters >= 0 && passives >= 0 && detractors >= 0 && n > 3);

	/* promoting + detracting - (promoting - detracting)^2, which would cancel */
	variance = promoting * not_promoting + detracting * not_detracting + 2 * promoting * detracting;
	margin = 100 * critical_value(confidence) * sqrt(variance / n);
	interval.low = Max(score - margin, -100);
	interval.high = Min(score + margin, 100);
	return interval;
}

typedef struct RankedP
{
	double		p;
	int			place;
}			RankedP;

static int
compare_ranked(const void *a, const void *b)
{
	const RankedP *left = (const RankedP *) a;
	const RankedP *right = (const RankedP *) b;

	if (left->p != right->p)
		return left->p < right->p ? -1 : 1;
	return left->place - right->place;
}

/* The p-values of tests that were made, the smallest first; palloc'd */
static RankedP *
rank_p_values(const double *p_values, int n, int *made)
{
	RankedP    *ranked = (RankedP *) palloc(sizeof(RankedP) * Max(n, 1));

	*made = 0;
	for (int i = 0; i < n; i++)
	{
		if (isnan(p_values[i]))
			continue;
		ranked[*made].p = p_values[i];
		ranked[*made].place = i;
		(*made)++;
	}
	qsort(ranked, *made, sizeof(RankedP), compare_ranked);
	return ranked;
}

/*
 * Holm's step-down correction: of m tests made, the smallest p-value times m,
 * the next times m - 1, and so on, none below the one before it, none above 1.
 *
 * Holm, "A simple sequentially rejective multiple test procedure",
 * Scandinavian Journal of Statistics 6, 1979.
 */
void
holm_adjust(double *p_values, int n)
{
	int			made;
	RankedP    *ranked = rank_p_values(p_values, n, &made);
	double		adjusted = 0;

	for (int i = 0; i < made; i++)
	{
		adjusted = Max(adjusted, Min((made - i) * ranked[i].p, 1));
		p_values[ranked[i].place] = adjusted;
	}
	pfree(ranked);
}

/*
 * Benjamini and Hochberg's correction, which keeps the share of false ones
 * among the differences called real: of m tests made, the i-th smallest
 * p-value times m / i, none above the one behind it.
 *
 * Benjamini and Hochberg, "Controlling the false discovery rate", Journal of
 * the Royal Statistical Society B 57, 1995.
 */
void
benjamini_hochberg_adjust(double *p_values, int n)
{
	int			made;
	RankedP    *ranked = rank_p_values(p_values, n, &made);
	double		adjusted = 1;

	for (int i = made - 1; i >= 0; i--)
	{
		adjusted = Min(adjusted, ranked[i].p * made / (i + 1));
		p_values[ranked[i].place] = adjusted;
	}
	pfree(ranked);
}

void
adjust_p_values(const char *method, double *p_values, int n)
{
	if (strcmp(method, "holm") == 0)
		holm_adjust(p_values, n);
	else if (strcmp(method, "bh") == 0)
		benjamini_hochberg_adjust(p_values, n);
	else
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unknown method \"%s\"", method),
				 errhint("holm: that none of the differences called real is chance; bh: that few of them are (Benjamini and Hochberg).")));
}
