/*
 * portable.c
 *		Elementary functions whose last digit no C library decides.
 */
#include "base/compat.h"

#include "base/portable.h"

#include <math.h>

#define LN2			0.69314718055994530942
#define LN2_HIGH	0.693147180369123816490		/* its first 32 bits: times an exponent exact */
#define LN2_LOW		1.90821492927058770002e-10	/* the rest */
#define LOG_CENTRES	128

/* The logarithms of 1 + i / LOG_CENTRES, and 1 over these */
static double log_of_centre[LOG_CENTRES + 1];
static double inverse_of_centre[LOG_CENTRES + 1];

/* log m, 1 <= m <= 2, by the series of 2 atanh((m - 1) / (m + 1)) */
static double
log_series(double m)
{
	double		s = (m - 1) / (m + 1);
	double		series = 0;

	for (int k = 51; k >= 3; k -= 2)
		series = (series + 1.0 / k) * s * s;
	return 2 * (s + s * series);
}

static void
make_centres(void)
{
	for (int i = LOG_CENTRES; i >= 0; i--)
	{
		double		centre = 1 + (double) i / LOG_CENTRES;

		log_of_centre[i] = log_series(centre);
		inverse_of_centre[i] = 1 / centre;
	}
}

/* x = 2^exponent * m, 1 <= m < 2, which its bits tell; from the centre nearest to m, the series of log(1 + r) is short */
double
portable_log(double x)
{
	uint64		bits;
	int			exponent;
	double		m;
	int			i;
	double		r;
	double		square;
	double		series;

	if (unlikely(inverse_of_centre[0] == 0))
		make_centres();
	memcpy(&bits, &x, sizeof(bits));
	exponent = (int) (bits >> 52) - 1023;
	bits = (bits & UINT64CONST(0xfffffffffffff)) | UINT64CONST(0x3ff0000000000000);
	memcpy(&m, &bits, sizeof(m));
	i = (int) ((m - 1) * LOG_CENTRES + 0.5);
	r = (m - (1 + i * (1.0 / LOG_CENTRES))) * inverse_of_centre[i];
	square = r * r;
	series = square * (-1.0 / 2 + r * (1.0 / 3) + square * (-1.0 / 4 + r * (1.0 / 5) + square * (-1.0 / 6)));
	return exponent * LN2_HIGH + (exponent * LN2_LOW + (log_of_centre[i] + (r + series)));
}

/* e^y by its series, |y| at most ln 2 / 2. 1 / k! as constants: a division for each term is three times as slow. */
static double
exp_series(double y, int terms)
{
	static const double inverse_factorial[] = {
		1.0, 1.0, 1.0 / 2, 1.0 / 6, 1.0 / 24, 1.0 / 120, 1.0 / 720, 1.0 / 5040, 1.0 / 40320, 1.0 / 362880, 1.0 / 3628800,
		1.0 / 39916800, 1.0 / 479001600, 1.0 / 6227020800.0, 1.0 / 87178291200.0, 1.0 / 1307674368000.0
	};
	double		series = 0;

	for (int k = terms - 1; k >= 0; k--)
		series = series * y + inverse_factorial[k];
	return series;
}

/* 2^(i / POWERS) */
#define POWERS		64
static double power[POWERS];

static void
make_powers(void)
{
	for (int i = POWERS - 1; i >= 0; i--)
		power[i] = i > POWERS / 2 ? 2 * exp_series(((double) i / POWERS - 1) * LN2, 16) : exp_series((double) i / POWERS * LN2, 16);
}

/* 2^n for n from -1022 to 1023: its bits */
static inline double
power_of_two(int n)
{
	uint64		bits = (uint64) (n + 1023) << 52;
	double		result;

	memcpy(&result, &bits, sizeof(result));
	return result;
}

/* x = whole + i / POWERS + rest: so near to a power in the table the series is short. */
double
portable_exp2(double x)
{
	int			steps = (int) (x * POWERS + (x < 0 ? -0.5 : 0.5));
	int			whole = (steps + 1024 * POWERS) / POWERS - 1024;
	double		rest = x - (double) steps / POWERS;

	if (unlikely(power[0] == 0))
		make_powers();
	return power_of_two(whole) * (power[steps - whole * POWERS] * exp_series(rest * LN2, 7));
}

/*
 * By halving: between two points of the circle lies their sum, brought back to
 * length 1. An error of one step is halved by the next, so it stays within a
 * few units of the last place.
 */
void
portable_circle(int half, double *cosines, double *sines)
{
	cosines[0] = 1;
	sines[0] = 0;
	cosines[half / 2] = 0;
	sines[half / 2] = 1;
	for (int step = half / 2; step > 1; step /= 2)
		for (int from = 0; from < half; from += step)
		{
			int			to = from + step;
			double		x = cosines[from] + (to < half ? cosines[to] : -1);
			double		y = sines[from] + (to < half ? sines[to] : 0);
			double		length = sqrt(x * x + y * y);

			cosines[from + step / 2] = x / length;
			sines[from + step / 2] = y / length;
		}
}
