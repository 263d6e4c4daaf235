/*
 * moment.h
 *		Moments and spans: what a time column holds, in microseconds.
 *
 * timestamptz and timestamp have one representation, so one C function serves
 * both; a date is the timestamp at its beginning. A day is 86,400 s.
 */
#ifndef FUNNEL_MOMENT_H
#define FUNNEL_MOMENT_H

#include "base/compat.h"

#include "common/int.h"
#include "datatype/timestamp.h"
#include "utils/date.h"
#include "utils/timestamp.h"

/*
 * The representations of a time column; X(name) is expanded once for each, and
 * moment_from_name reads its Datum.
 */
#define MOMENT_TYPES(X) \
	X(timestamp) X(date)

/*
 * Dates and moments (a timestamptz's date is that in UTC) outside of the years
 * 1900 to 2199 are dirt (0001-01-01, 0202 for 2022, 9999-12-31), and one would
 * make a row for each period of the centuries between it and the others. Rows
 * that have one are left out and counted.
 */
#define DATE_EARLIEST	(-36524)	/* 1900-01-01 */
#define DATE_LATEST		73048	/* 2199-12-31 */

static inline bool
date_in_range(DateADT date)
{
	return date >= DATE_EARLIEST && date <= DATE_LATEST;
}

/* The same of a moment, by its date in UTC; infinite ones are out of range, too. */
static inline bool
moment_in_range(Timestamp at)
{
	return at >= (Timestamp) DATE_EARLIEST * USECS_PER_DAY && at < (Timestamp) (DATE_LATEST + 1) * USECS_PER_DAY;
}

static inline Timestamp
moment_from_timestamp(Datum value)
{
	return DatumGetTimestamp(value);
}

/*
 * A timestamptz is a moment; a timestamp and a date are local to some zone:
 * where periods are told apart, only moments are converted to it.
 */
#define moment_from_timestamptz		moment_from_timestamp
#define MOMENT_IS_LOCAL_timestamptz	false
#define MOMENT_IS_LOCAL_timestamp	true
#define MOMENT_IS_LOCAL_date		true

/* The timestamp at the beginning of a date; infinite ones stay so, one beyond the timestamps becomes so. */
static inline Timestamp
moment_from_date(Datum value)
{
	DateADT		date = DatumGetDateADT(value);

	if (DATE_IS_NOBEGIN(date))
		return DT_NOBEGIN;
	if (DATE_IS_NOEND(date) || date >= TIMESTAMP_END_JULIAN - POSTGRES_EPOCH_JDATE)
		return DT_NOEND;
	return (Timestamp) date * USECS_PER_DAY;
}

/* The time from start to end; false where one is out of range, or the end is first. */
static inline bool
moment_elapsed(Timestamp start, Timestamp end, int64 *microseconds)
{
	*microseconds = (int64) ((uint64) end - (uint64) start);
	return moment_in_range(start) && moment_in_range(end) && end >= start;
}

/* The longest time between two moments in range */
#define ELAPSED_MOST	((int64) (DATE_LATEST + 1 - DATE_EARLIEST) * USECS_PER_DAY)

extern int64 span_microseconds(const Interval *span, const char *name);
extern bool elapsed_microseconds(const Interval *elapsed, int64 *microseconds);
extern Interval *span_of_microseconds(int128 sum, int64 count);

#endif							/* FUNNEL_MOMENT_H */
