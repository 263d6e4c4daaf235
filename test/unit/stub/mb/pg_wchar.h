/*
 * pg_wchar.h
 *		PostgreSQL's mb/pg_wchar.h, for a test without it: a character is a byte, and any is valid.
 */
#ifndef STUB_PG_WCHAR_H
#define STUB_PG_WCHAR_H

#define pg_mbstrlen_with_len(text, length)		((int) (length))
#define pg_mbcliplen(text, length, limit)		((int) Min((length), (limit)))
#define pg_verifymbstr(text, length, no_error)	((void) (text), true)

#endif							/* STUB_PG_WCHAR_H */
