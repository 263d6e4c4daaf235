/*
 * compat.h
 *		What the unit tests' sources take from PostgreSQL, for a test without it.
 *
 * Found before src/base/compat.h by the order of -I. An error is only counted:
 * its SQLSTATE and words are tested in SQL.
 */
#ifndef FUNNEL_COMPAT_H
#define FUNNEL_COMPAT_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef uint8_t uint8;
typedef uint16_t uint16;
typedef uint32_t uint32;
typedef int32_t int32;
typedef int64_t int64;
typedef uint64_t uint64;
typedef __int128 int128;
typedef size_t Size;

#define UINT64CONST(x)			UINT64_C(x)
#define PG_INT64_MIN			INT64_MIN
#define PG_INT64_MAX			INT64_MAX

extern int	errors_reported;

#define ereport(level, details)	(errors_reported++)
#define Assert(condition)		assert(condition)
#define lengthof(array)			(sizeof(array) / sizeof((array)[0]))
#define Min(x, y)				((x) < (y) ? (x) : (y))
#define Max(x, y)				((x) > (y) ? (x) : (y))
#define likely(condition)		(condition)
#define unlikely(condition)		(condition)
#define palloc(size)			malloc(size)
#define palloc0(size)			calloc(1, size)
#define repalloc(pointer, size)	realloc(pointer, size)
#define MemoryContextAllocHuge(context, size)	malloc(size)
#define pfree(pointer)			free(pointer)
#define MAXALIGN(size)			(((size) + 7) & ~(Size) 7)
#define FLEXIBLE_ARRAY_MEMBER

#endif							/* FUNNEL_COMPAT_H */
