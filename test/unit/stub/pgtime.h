/*
 * pgtime.h
 *		PostgreSQL's pgtime.h, for a test without it: the zones are the test's.
 */
#ifndef STUB_PGTIME_H
#define STUB_PGTIME_H

#include "base/compat.h"

typedef int64 pg_time_t;		/* seconds from 1970 */
typedef struct pg_tz pg_tz;

struct pg_tm
{
	int			tm_sec;
	int			tm_min;
	int			tm_hour;
	int			tm_mday;
	int			tm_mon;
	int			tm_year;
	int			tm_isdst;
	long int	tm_gmtoff;
};

#define TZ_STRLEN_MAX	255

extern pg_tz *pg_tzset(const char *name);
extern pg_tz *pg_tzset_offset(long seconds_west);
extern bool pg_tz_acceptable(pg_tz *zone);
extern const char *pg_get_timezone_name(pg_tz *zone);
extern struct pg_tm *pg_localtime(const pg_time_t *time, const pg_tz *zone);
extern int	pg_next_dst_boundary(const pg_time_t *time, long int *before, int *before_is_dst, pg_time_t *boundary,
								 long int *after, int *after_is_dst, const pg_tz *zone);
extern int	decode_zone_abbreviation(char *token, int *offset, pg_tz **zone);

#endif							/* STUB_PGTIME_H */
