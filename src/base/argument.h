/*
 * argument.h
 *		Errors about an argument that a whole group has in common.
 */
#ifndef FUNNEL_ARGUMENT_H
#define FUNNEL_ARGUMENT_H

#include "base/compat.h"

/* Error: it is NULL. The hint says what to give. */
pg_noreturn extern void refuse_null(const char *name, const char *hint);

/* Error: two rows of a group have it differently; from and to are what they have, as people would write it. */
pg_noreturn extern void refuse_change(const char *name, const char *from, const char *to);

#endif							/* FUNNEL_ARGUMENT_H */
