/*
 * compat.h
 *		What src/base/confidence.c takes from PostgreSQL, for a test without it.
 *
 * Found before src/base/compat.h by the order of -I. An error is only counted:
 * its SQLSTATE and words are tested in SQL.
 */
#ifndef FUNNEL_COMPAT_H
#define FUNNEL_COMPAT_H

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

typedef int64_t int64;
typedef __int128 int128;

extern int	errors_reported;

#define ereport(level, details)	(errors_reported++)
#define Assert(condition)		assert(condition)
#define lengthof(array)			(sizeof(array) / sizeof((array)[0]))
#define Min(x, y)				((x) < (y) ? (x) : (y))
#define Max(x, y)				((x) > (y) ? (x) : (y))
#define palloc(size)			malloc(size)
#define pfree(pointer)			free(pointer)

#endif							/* FUNNEL_COMPAT_H */
