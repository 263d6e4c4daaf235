/*
 * store.h
 *		The event store: every row of every entity of a group, until the walk.
 *
 * A row is the entity's key, the moment (time and code in one integer) and,
 * where the family wants them, up to three words of payload: 16 to 48 bytes in
 * all. What a code or a payload means is the family's business.
 *
 * The state of a path aggregate holds a PathStore; it lies in the aggregate's
 * own memory context and never moves:
 *
 *		path_store_init(&state->store, fcinfo, wide_keys, payload_words);
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
#include "port/atomics.h"

#define PATH_CODES		64		/* codes are 0 .. 63 */
#define PATH_PAYLOAD_WORDS	3	/* at most */

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

/* Of a time in range */
static inline int64
path_moment(TimestampTz at, int code)
{
	return at * PATH_CODES + code;
}

/* The time and the code of a moment; both hold before 2000, too. */
#define path_moment_time(moment)	((TimestampTz) ((moment) >> 6))
#define path_moment_code(moment)	((int) ((moment) & (PATH_CODES - 1)))

/*
 * Rows often lie in order of the entity: a table's own order, an index, a sort
 * below. Then they need no hash: they are appended as they come, and the walk
 * reads entities off them. A row that breaks the order begins a new run (scans
 * that began in the middle of a table wrap, monthly loads follow each other,
 * partitions too). Beyond so many runs the store is one of hashed rows.
 */
#define PATH_RUNS		16

/* Rows that another process collected, or another store of this one, and that are read where they lie (partial.h) */
typedef struct PathPart
{
	struct PathPart *next;
	Records    *records;
	bool		is_ranked;		/* keys are of a type that has ranks */
	bool		is_sorted;		/* of rows in runs: each entity's events in a run are, too */
	int			runs;			/* rows are in so many runs at most; 0: in no order */
}			PathPart;

/*
 * Several processes walk over the same rows (walkers.h): over partitions, or, of
 * rows in order, ranges of keys. First over those that are this one's, then over
 * the next that nobody took.
 */
typedef struct PathShare
{
	int			own;			/* the first ones */
	int			ranges;			/* 0: there are partitions */
	const uint64 *bounds;		/* ranks that ranges begin with, but for the first */
	pg_atomic_uint32 *next;
	int64		rows;			/* that this process has walked over */
}			PathShare;

typedef struct PathStore
{
	Records		records;
	PathPart   *parts;			/* more rows */
	bool		wide_keys;		/* two words of key: text and uuid; else one: bigint */
	int			payload_words;
	bool		in_order;		/* rows are in runs; the rest of this struct is about them */
	bool		is_sorted;		/* each entity's events in a run are, too */
	bool		is_ranked;		/* some rank wasn't 0, in the runs before the last */
	int			runs;			/* 0 while there are no rows */
	PathKey		last;			/* of the last row; at first of the highest rank */
	int64		last_moment;
	int64		last_payload;	/* its first word */
	int			workers;		/* other processes that rows came from */
	PathShare  *share;			/* of the partitions; NULL: all are this process's */
}			PathStore;

extern void path_store_init(PathStore *store, FunctionCallInfo fcinfo, bool wide_keys, int payload_words);

/*
 * Is an argument of the aggregate (its first is 1, as the transition function
 * counts them) a constant of the query? Then there is no need to look at it
 * again after the first row.
 */
extern bool path_argument_is_constant(FunctionCallInfo fcinfo, int argument);

/* A row that neither goes on with the entity nor is one of a higher rank: a new run, or the end of them */
extern void path_begin_run(PathStore *store);

static inline bool
path_is_same_key(const uint64 *a, const uint64 *b, bool wide_keys)
{
	return a[0] == b[0] && (!wide_keys || a[1] == b[1]);
}

/* Has any row so far had a rank? Of keys of two words, uuids do and texts don't. */
static inline bool
path_store_is_ranked(const PathStore *store)
{
	return store->is_ranked || (store->runs > 0 && store->last.rank != 0);
}

/* The key of a stored row, with the rank that it had when the row came */
extern PathKey path_stored_key(const uint64 *row, bool wide_keys, bool is_ranked);

/* How many rows there are, with those of parts */
extern int64 path_store_count(const PathStore *store);

/* The payload of a stored row */
static inline const int64 *
path_stored_payload(const uint64 *row, bool wide_keys)
{
	return (const int64 *) row + (wide_keys ? 3 : 2);
}

/*
 * Appends stored rows, of this store's form, from wherever they lie; "change",
 * unless it is NULL, makes their payloads what they read here. Without an fcinfo where
 * the store's file will be closed all the same (records_promise). Records are used up,
 * and ended: rows and files that counted twice would be more than one process has.
 */
typedef void (*PathChange) (const void *of, int64 moment, int64 *payload);

extern void path_append_rows(PathStore *store, FunctionCallInfo fcinfo, const char *rows, int64 count, bool is_ranked,
							 PathChange change, const void *of);
extern void path_append_records(PathStore *store, FunctionCallInfo fcinfo, Records *records, bool is_ranked,
								PathChange change, const void *of);

/* These records are rows of the store from now on, and lie where they are. */
extern void path_add_part(PathStore *store, MemoryContext context, Records *records, bool is_ranked, bool is_sorted, int runs);

/*
 * Before rows are read: sees to it that all parts are in order as the rows of the
 * store's own are, or partitioned as these are. Parts that aren't are appended.
 */
extern void path_settle_parts(PathStore *store);

/* Sees where the next row stands in the order. */
static pg_attribute_always_inline void
path_follow_order(PathStore *store, PathKey key, int64 moment, int64 payload)
{
	if (likely(store->runs > 0) && path_is_same_key(key.word, store->last.word, key.is_wide))
	{
		if (moment < store->last_moment || (moment == store->last_moment && payload < store->last_payload))
			store->is_sorted = false;
	}
	else if (unlikely(key.rank <= store->last.rank))
		path_begin_run(store);
	store->last.word[0] = key.word[0];
	if (key.is_wide)
		store->last.word[1] = key.word[1];
	store->last.rank = key.rank;
	store->last_moment = moment;
	store->last_payload = payload;
}

/* Adds a row up to its payload, of which this is the first word; answers where that goes. */
static pg_attribute_always_inline uint64 *
path_append_moment(PathStore *store, FunctionCallInfo fcinfo, PathKey key, int64 moment, int64 payload)
{
	uint64		hash = 0;
	uint64	   *row;

	Assert(key.is_wide == store->wide_keys);
	if (store->in_order)
		path_follow_order(store, key, moment, store->payload_words > 0 ? payload : 0);
	if (!store->in_order)		/* this row may have ended it */
		hash = key.is_wide ? path_hash_wide(key.word) : path_hash_narrow(key.word);
	row = (uint64 *) records_next_hashed(&store->records, hash, fcinfo);
	*row++ = key.word[0];
	if (key.is_wide)
		*row++ = key.word[1];
	*row++ = (uint64) moment;
	return row;
}

/* Adds a row. The payload is not looked at in a store without, and is of one word. */
static pg_attribute_always_inline void
path_append(PathStore *store, FunctionCallInfo fcinfo, PathKey key, int64 moment, int64 payload)
{
	uint64	   *row = path_append_moment(store, fcinfo, key, moment, payload);

	Assert(store->payload_words <= 1);
	if (store->payload_words > 0)
		*row = (uint64) payload;
}

/* Adds a row with as many words of payload as the store has; the first is read anyway. */
static pg_attribute_always_inline void
path_append_words(PathStore *store, FunctionCallInfo fcinfo, PathKey key, int64 moment, const int64 *payload)
{
	uint64	   *row = path_append_moment(store, fcinfo, key, moment, payload[0]);

	for (int i = 0; i < store->payload_words; i++)
		row[i] = (uint64) payload[i];
}

#endif							/* FUNNEL_STORE_H */
