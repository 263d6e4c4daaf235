/*
 * builtins.h
 *		PostgreSQL's utils/builtins.h, for a test without it.
 */
#ifndef STUB_BUILTINS_H
#define STUB_BUILTINS_H

#include "utils/numeric.h"

#define pg_strncasecmp(a, b, length)	strncasecmp((a), (b), (length))
#define pg_tolower(character)	((character) >= 'A' && (character) <= 'Z' ? (character) + 32 : (character))

#endif							/* STUB_BUILTINS_H */
