/*
 * pg_bitutils.h
 *		PostgreSQL's port/pg_bitutils.h, for a test without it.
 */
#ifndef STUB_PG_BITUTILS_H
#define STUB_PG_BITUTILS_H

#define pg_leftmost_one_pos64(word)	(63 - __builtin_clzll(word))

#endif							/* STUB_PG_BITUTILS_H */
