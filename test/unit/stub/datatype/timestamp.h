/*
 * timestamp.h
 *		PostgreSQL's datatype/timestamp.h, for a test without it.
 */
#ifndef STUB_DATATYPE_TIMESTAMP_H
#define STUB_DATATYPE_TIMESTAMP_H

#include "base/compat.h"

typedef int64 Timestamp;		/* microseconds from 2000-01-01 */
typedef int64 TimestampTz;
typedef int32 DateADT;			/* days from then */
typedef int32 fsec_t;

typedef struct Interval
{
	int64		time;
	int32		day;
	int32		month;
}			Interval;

#define SECS_PER_DAY			86400
#define USECS_PER_SEC			INT64CONST(1000000)
#define USECS_PER_DAY			INT64CONST(86400000000)
#define MONTHS_PER_YEAR			12
#define POSTGRES_EPOCH_JDATE	2451545
#define UNIX_EPOCH_JDATE		2440588
#define TIMESTAMP_END_JULIAN	109203528
#define JULIAN_MINYEAR			(-4713)
#define DT_NOBEGIN				PG_INT64_MIN
#define DT_NOEND				PG_INT64_MAX
#define DATE_IS_NOBEGIN(date)	((date) == INT32_MIN)
#define DATE_IS_NOEND(date)		((date) == INT32_MAX)
#define DatumGetTimestamp(datum)	((Timestamp) (datum))
#define DatumGetTimestampTz(datum)	((TimestampTz) (datum))
#define DatumGetDateADT(datum)	((DateADT) (datum))

#endif							/* STUB_DATATYPE_TIMESTAMP_H */
