/*
 * int.h
 *		PostgreSQL's common/int.h, for a test without it.
 */
#ifndef STUB_INT_H
#define STUB_INT_H

#define pg_add_s64_overflow(a, b, result)	__builtin_add_overflow((a), (b), (result))

#endif							/* STUB_INT_H */
