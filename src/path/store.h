/*
 * store.h
 *		The event store: every row of every entity of a group, until the walk.
 *
 * A row is the entity's key, the moment (time and code in one integer) and,
 * where the family wants one, a payload of 8 bytes: 16 to 32 bytes in all. What
 * a code or a payload means is the family's business.
 *
 * The state of a path aggregate holds a PathStore; it lies in the aggregate's
 * own memory context and never moves:
 *
 *		path_store_init(&state->store, fcinfo, wide_keys, has_payload);
 *		if (!path_time_in_range(at)) ... count it, don't append ...
 *		path_append(&state->store, fcinfo, key, path_moment(at, code), payload);
 *
 * and path_walk (walk.h) reads it, as often as it is asked to.
 */
#ifndef FUNNEL_STORE_H
#define FUNNEL_STORE_H

#include "base/compat.h"

#include "base/spill.h"
#include "datatype/timestamp.h"
#include "path/key.h"

#define PATH_CODES		64		/* codes are 0 .. 63 */

/*
 * A moment is time * PATH_CODES + code, so that one comparison orders by time
 * and, at equal times, by code. That leaves 58 bits for the microseconds:
 * 4,567 years either side of 2000. Infinite times are out of range, too.
 */
#define PATH_TIME_LIMIT (INT64CONST(1) << 57)

static inline bool
path_time_in_range(TimestampTz at)
{
	return at >= -PATH_TIME_LIMIT && at < PATH_TIME_LIMIT;
}

static inline int64
path_moment(TimestampTz at, int code)
{
	return at * PATH_CODES + code;
}

/* The time and the code of a moment; both hold before 2000, too. */
#define path_moment_time(moment)	((TimestampTz) ((moment) >> 6))
#define path_moment_code(moment)	((int) ((moment) & (PATH_CODES - 1)))

typedef struct PathStore
{
	Records		records;
	bool		wide_keys;		/* two words of key: text and uuid; else one: bigint */
	bool		has_payload;
}			PathStore;

extern void path_store_init(PathStore *store, FunctionCallInfo fcinfo, bool wide_keys, bool has_payload);

/*
 * Is an argument of the aggregate (its first is 1, as the transition function
 * counts them) a constant of the query? Then there is no need to look at it
 * again after the first row.
 */
extern bool path_argument_is_constant(FunctionCallInfo fcinfo, int argument);

/* Adds a row. The payload is not looked at in a store without. */
static inline void
path_append(PathStore *store, FunctionCallInfo fcinfo, PathKey key, int64 moment, int64 payload)
{
	uint64		hash = store->wide_keys ? path_hash_wide(key.word) : path_hash_narrow(key.word);
	uint64	   *row = (uint64 *) records_next_hashed(&store->records, hash, fcinfo);

	*row++ = key.word[0];
	if (store->wide_keys)
		*row++ = key.word[1];
	*row++ = (uint64) moment;
	if (store->has_payload)
		*row = (uint64) payload;
}

#endif							/* FUNNEL_STORE_H */
