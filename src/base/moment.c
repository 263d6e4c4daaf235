/*
 * moment.c
 *		Moments and spans: what a time column holds, in microseconds.
 */
#include "base/moment.h"

#include "utils/builtins.h"

/*
 * An exact span: days of 86,400 s and a time. Months have no fixed length and
 * are refused, as are negative spans; "name" is the argument's.
 */
int64
span_microseconds(const Interval *span, const char *name)
{
	int64		microseconds;
	Datum		shown = PointerGetDatum(span);

	if (span->month != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must be a fixed length of time, not \"%s\"",
						name, DatumGetCString(DirectFunctionCall1(interval_out, shown))),
				 errhint("Months and years differ in length: give days, for example interval '30 days'.")));
	if (pg_mul_s64_overflow(span->day, USECS_PER_DAY, &microseconds) ||
		pg_add_s64_overflow(microseconds, span->time, &microseconds) ||
		microseconds < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must not be negative or out of range, but is \"%s\"",
						name, DatumGetCString(DirectFunctionCall1(interval_out, shown))),
				 errhint("Give a positive length of time, for example interval '30 days'.")));
	return microseconds;
}

/* sum / count microseconds as days and time, rounded half away from zero to a microsecond */
Interval *
span_of_microseconds(int128 sum, int64 count)
{
	Interval   *span = palloc0(sizeof(Interval));
	int128		half = sum < 0 ? -(count / 2) : count / 2;
	int64		mean = (int64) ((sum + half) / count);

	span->day = (int32) (mean / USECS_PER_DAY);
	span->time = mean % USECS_PER_DAY;
	return span;
}
