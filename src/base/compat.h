/*
 * compat.h
 *		What differs between PostgreSQL 13 and 18, in one place.
 *
 * Each shim names the fact it rests on.
 */
#ifndef FUNNEL_COMPAT_H
#define FUNNEL_COMPAT_H

#include "postgres.h"

#include "fmgr.h"
#include "pgtime.h"

#if PG_VERSION_NUM < 130000
#error "funnel_metrics needs PostgreSQL 13 or later"
#endif

/* A later one may have changed what a function here means, without a word from the compiler. */
#if PG_VERSION_NUM >= 190000 && !defined(FUNNEL_ANY_MAJOR)
#error "this funnel_metrics knows PostgreSQL 13 to 18; to try it with a later one: make COPT=-DFUNNEL_ANY_MAJOR"
#endif

/* Sums are exact in 128 bits; every 64-bit platform PostgreSQL builds on has them. */
#ifndef HAVE_INT128
#error "funnel_metrics needs a compiler with 128-bit integers"
#endif

/* Since 16, VARSIZE and its kin live in a header of their own. */
#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#endif

/* Since 15, InitMaterializedSRF is public. */
#if PG_VERSION_NUM < 150000
#define InitMaterializedSRF(fcinfo, flags) FunnelInitMaterializedSRF(fcinfo)
extern void FunnelInitMaterializedSRF(FunctionCallInfo fcinfo);
#endif

/* Since 18, functions that never return are declared "pg_noreturn extern ..."; pg_attribute_noreturn() is gone. */
#if PG_VERSION_NUM < 180000
#define pg_noreturn		__attribute__((noreturn))
#endif

/* Since 16, DecodeTimezoneAbbrev answers the kind of abbreviation by a pointer, and has a place for details of an error. */
extern int	decode_zone_abbreviation(char *token, int *offset, pg_tz **zone);

/*
 * Up to 15, the context of a chunk is read in the module, from in front of the
 * chunk, where tools/sanitize_palloc.c lets the sanitizer see a fault.
 */
#if PG_VERSION_NUM < 160000 && defined(__SANITIZE_ADDRESS__)
#include "utils/memutils.h"
extern MemoryContext unwatched_chunk_context(void *chunk);
#define GetMemoryChunkContext(chunk)	unwatched_chunk_context(chunk)
#endif

/* Since 16, PostgreSQL builds modules with hidden symbols and PG_FUNCTION_INFO_V1 exports its function. */

#endif							/* FUNNEL_COMPAT_H */
