/*
 * portable.h
 *		Elementary functions whose last digit no C library decides.
 *
 * The libraries' own differ in the last bit from platform to platform; where
 * such a bit would be stored, or decide a digit that is shown, these serve.
 * They use only what IEEE 754 rounds in one way: + - * / and sqrt. Errors are
 * a few 1e-16, of the logarithm absolute (or relative, above 1).
 */
#ifndef FUNNEL_PORTABLE_H
#define FUNNEL_PORTABLE_H

extern double portable_log(double x);	/* natural; x from 2^-1022 on, finite */
extern double portable_exp2(double x);	/* 2^x; x from -1000 to 1000 */

/* cos and sin of k * pi / half, k = 0 .. half - 1, half a power of two of 2 or more: both arrays hold "half" */
extern void portable_circle(int half, double *cosines, double *sines);

#endif							/* FUNNEL_PORTABLE_H */
