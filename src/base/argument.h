/*
 * argument.h
 *		Arguments that families have in common, and errors about them.
 */
#ifndef FUNNEL_ARGUMENT_H
#define FUNNEL_ARGUMENT_H

#include "base/compat.h"

#include "utils/date.h"

/* Error: it is NULL. The hint says what to give. */
pg_noreturn extern void refuse_null(const char *name, const char *hint);

/* Error: two rows of a group have it differently; from and to are what they have, as people would write it. */
pg_noreturn extern void refuse_change(const char *name, const char *from, const char *to);

/* The argument as_of, a date: false where it is NULL. One that is infinite or out of range (base/moment.h) is an error. */
extern bool argument_as_of(FunctionCallInfo fcinfo, int argument, DateADT *as_of);

/* The same of a summary that answers for its last row and later: by default that row's moment. An earlier one is an error. */
extern int64 argument_as_of_moment(FunctionCallInfo fcinfo, int argument, int64 through);

/* The same of an argument that is a moment, and isn't NULL; messages show it as moment_text does. */
extern void check_as_of_moment(Timestamp as_of, bool is_local);

/* A day as messages show it, palloc'd; in days from 2000-01-01 */
extern char *day_text(int32 day);

/* A moment as messages show it, palloc'd: a local time, or one of the session's zone */
extern char *moment_text(Timestamp moment, bool is_local);

#endif							/* FUNNEL_ARGUMENT_H */
