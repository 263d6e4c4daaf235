/*
 * moment.c
 *		Moments and spans: what a time column holds, in microseconds.
 */
#include "base/moment.h"

#include "utils/builtins.h"

static char *
interval_text(const Interval *span)
{
	return DatumGetCString(DirectFunctionCall1(interval_out, PointerGetDatum(span)));
}

/* Days of 86,400 s and a time; false where they are too many to count. Months are an error with that hint. */
static bool
fixed_microseconds(const Interval *span, const char *name, const char *hint, int64 *microseconds)
{
	if (span->month != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must be a fixed length of time, not \"%s\"", name, interval_text(span)),
				 errhint("%s", hint)));
	return !pg_mul_s64_overflow(span->day, USECS_PER_DAY, microseconds) &&
		!pg_add_s64_overflow(*microseconds, span->time, microseconds);
}

/*
 * An exact span: days of 86,400 s and a time. Months have no fixed length and
 * are refused, as are negative spans; "name" is the argument's.
 */
int64
span_microseconds(const Interval *span, const char *name)
{
	int64		microseconds;

	if (!fixed_microseconds(span, name, "Months and years differ in length: give days, for example interval '30 days'.", &microseconds) ||
		microseconds < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must not be negative or out of range, but is \"%s\"", name, interval_text(span)),
				 errhint("Give a positive length of time, for example interval '30 days'.")));
	return microseconds;
}

/* A time that has passed, out of data; false where it is negative, or longer than two moments in range can be apart. */
bool
elapsed_microseconds(const Interval *elapsed, int64 *microseconds)
{
	return fixed_microseconds(elapsed, "elapsed", "Months and years differ in length: subtract times (ended - started), which gives days; age() gives months.",
							  microseconds) &&
		*microseconds >= 0 && *microseconds <= ELAPSED_MOST;
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
