/*
 * compat.h
 *		What the unit tests' sources take from PostgreSQL, for a test without it.
 *
 * Found before src/base/compat.h by the order of -I. Of an error only that it
 * happened is told: its SQLSTATE and words are tested in SQL. It is a jump to the
 * test that waits for one (unit.h), which else ends.
 */
#ifndef FUNNEL_COMPAT_H
#define FUNNEL_COMPAT_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE				/* vasprintf */
#endif
#include <assert.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

typedef int8_t int8;
typedef int16_t int16;
typedef uint8_t uint8;
typedef uint16_t uint16;
typedef uint32_t uint32;
typedef int32_t int32;
typedef int64_t int64;
typedef uint64_t uint64;
typedef __int128 int128;
typedef unsigned __int128 uint128;
typedef float float4;
typedef double float8;
typedef size_t Size;
typedef uint32 Oid;

#define UINT64CONST(x)			UINT64_C(x)
#define INT64CONST(x)			INT64_C(x)
#define INT64_FORMAT			"%" PRId64
#define PG_INT64_MIN			INT64_MIN
#define PG_INT64_MAX			INT64_MAX
#define InvalidOid				((Oid) 0)

#define pg_noreturn				__attribute__((noreturn))
#define pg_unreachable()		abort()
#define pg_attribute_always_inline inline

pg_noreturn extern void raise_error(int details);
extern int	error_words(const char *format,...);
extern bool pg_strong_random(void *bytes, size_t length);	/* of the tests that need it */

#define ereport(level, details)	raise_error(details)
#define elog(level, ...)		raise_error(error_words(__VA_ARGS__))
#define errcode(code)			error_words("")
#define errmsg					error_words
#define errdetail				error_words
#define errhint					error_words
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
#define pstrdup(text)			strdup(text)
#define pnstrdup(text, length)	strndup((text), (length))
#define MAXALIGN(size)			(((size) + 7) & ~(Size) 7)
#define FLEXIBLE_ARRAY_MEMBER
#define PG_FREE_IF_COPY(pointer, number)	((void) 0)
#define PG_RETURN_NULL()		return 0
#define PG_RETURN_FLOAT8(value)	return (value)
#define PG_RETURN_DATEADT(value)	return (Datum) (value)
#define PG_RETURN_TEXT_P(value)	return (Datum) (value)

/* A function of SQL is one of its arguments. */
#define PG_FUNCTION_ARGS		Datum *arguments
#define PG_FUNCTION_INFO_V1(name)	extern Datum name(PG_FUNCTION_ARGS)
#define PG_GETARG_DATUM(number)	(arguments[number])
#define PG_GETARG_INT32(number)	((int32) arguments[number])
#define PG_GETARG_DATEADT(number)	((int32) arguments[number])
#define cstring_to_text(words)	text_datum(words)

/* Values: a word, in which a pointer or a number lies */
typedef uintptr_t Datum;

#define DatumGetPointer(datum)	((void *) (datum))
#define PointerGetDatum(value)	((Datum) (value))
#define CStringGetDatum(text)	((Datum) (text))
#define DatumGetCString(datum)	((char *) (datum))
#define ObjectIdGetDatum(value)	((Datum) (value))
#define Int32GetDatum(value)	((Datum) (int32) (value))
#define DatumGetInt16(datum)	((int16) (datum))
#define DatumGetInt32(datum)	((int32) (datum))
#define DatumGetInt64(datum)	((int64) (datum))

static inline Datum
Float8GetDatum(float8 value)
{
	Datum		datum;

	memcpy(&datum, &value, sizeof(datum));
	return datum;
}

static inline float8
DatumGetFloat8(Datum datum)
{
	float8		value;

	memcpy(&value, &datum, sizeof(value));
	return value;
}

static inline Datum
Float4GetDatum(float4 value)
{
	Datum		datum = 0;

	memcpy(&datum, &value, sizeof(value));
	return datum;
}

static inline float4
DatumGetFloat4(Datum datum)
{
	float4		value;

	memcpy(&value, &datum, sizeof(value));
	return value;
}

/* Values of variable length: one form only, with a header of four bytes */
struct varlena
{
	uint32		size;			/* with the header */
	char		data[FLEXIBLE_ARRAY_MEMBER];
};
typedef struct varlena text;

#define VARHDRSZ				((Size) 4)
#define VARDATA_ANY(value)		(((struct varlena *) (value))->data)
#define VARATT_IS_SHORT(value)	false
#define VARATT_IS_EXTERNAL(value)	false
#define VARATT_IS_EXTENDED(value)	false
#define pg_detoast_datum_packed(value)	(value)
#define VARSIZE_ANY_EXHDR(value)	(((struct varlena *) (value))->size - VARHDRSZ)
#define PG_DETOAST_DATUM(datum)	((struct varlena *) (datum))
#define PG_DETOAST_DATUM_PACKED(datum)	((struct varlena *) (datum))
#define DatumGetTextPP(datum)	((text *) (datum))
#define TextDatumGetCString(datum)	text_to_cstring((text *) (datum))

static inline char *
text_to_cstring(const text *value)
{
	return strndup(value->data, VARSIZE_ANY_EXHDR(value));
}

static inline Datum
text_datum(const char *words)
{
	struct varlena *value = malloc(VARHDRSZ + strlen(words));

	value->size = (uint32) (VARHDRSZ + strlen(words));
	memcpy(value->data, words, strlen(words));
	return PointerGetDatum(value);
}

/* Functions called with values: those that a test stands in for are called stub_NAME. */
#define DirectFunctionCall1(function, a)		stub_##function(a)
#define DirectFunctionCall2(function, a, b)		stub_##function(a, b)
#define DirectFunctionCall3(function, a, b, c)	stub_##function(a, b, c)

static inline char *
psprintf(const char *format,...)
{
	char	   *made = NULL;
	va_list		arguments;

	va_start(arguments, format);
	if (vasprintf(&made, format, arguments) < 0)
		abort();
	va_end(arguments);
	return made;
}

#endif							/* FUNNEL_COMPAT_H */
