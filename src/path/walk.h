/*
 * walk.h
 *		The walk: every entity of a store once, its events in order.
 *
 * The visitor is called with batches of events, all of one entity, ordered by
 * moment (time, then code) and at equal moments by the first word of payload.
 * Exact duplicates of one word are adjacent; what to do about them is the
 * visitor's business. Entities come in no order that means anything.
 *
 * An entity is one batch, first and last at once, unless it is too large for
 * memory: then it is several, split anywhere, even among equal moments. So a
 * visitor begins an entity at batch->first, goes through the events, and
 * concludes it at batch->last, keeping what it must remember between:
 *
 *		static void
 *		visit(void *visitor, const PathBatch *batch)
 *		{
 *			if (batch->first)
 *				... begin ...
 *			for (i = 0; i < batch->count; i++)
 *				... path_event_time(batch, i), path_event_code(batch, i), path_event_payload(batch, i) ...
 *			if (batch->last)
 *				... conclude ...
 *		}
 *
 * No batch is empty. Events live until the visitor returns. It runs in the
 * memory context path_walk was called in, and may palloc and ereport.
 */
#ifndef FUNNEL_WALK_H
#define FUNNEL_WALK_H

#include "base/compat.h"

#include "path/store.h"

typedef struct PathBatch
{
	const int64 *words;			/* moment [, payload] of each event */
	int			width;			/* words of an event: 1, and those of its payload */
	bool		first;			/* these are the entity's first events */
	bool		last;			/* ... and these its last */
	int64		count;
	const uint64 *key;			/* the entity's, of one word or two (key.h) */
}			PathBatch;

static inline int64
path_event_moment(const PathBatch *batch, int64 i)
{
	return batch->words[i * batch->width];
}

/* The words of payload, in a store with some; and the first of them */
static inline const int64 *
path_event_words(const PathBatch *batch, int64 i)
{
	return batch->words + i * batch->width + 1;
}

static inline int64
path_event_payload(const PathBatch *batch, int64 i)
{
	return path_event_words(batch, i)[0];
}

#define path_event_time(batch, i)		path_moment_time(path_event_moment(batch, i))
#define path_event_code(batch, i)		path_moment_code(path_event_moment(batch, i))

typedef void (*PathVisit) (void *visitor, const PathBatch *batch);

/* Walks once over the store, which it leaves as it was; may be repeated, and appended to afterwards. */
extern void path_walk(PathStore *store, PathVisit visit, void *visitor);

/* Will it read the rows of a settled store as they lie, not partition after partition? */
extern bool path_is_read_in_order(const PathStore *store);

/*
 * Rows that several processes can read in order: that lie in one run each, few
 * enough wherever they will lie. The ranks that so many ranges of about the same
 * number of rows begin with, but for the first; and in records of the store the number
 * of the first row of such a rank, or a higher one.
 */
extern bool path_is_shared_in_order(const PathStore *store);
extern void path_find_bounds(PathStore *store, uint64 *bounds, int ranges);
extern int64 path_first_at(const PathStore *store, Records *records, bool is_ranked, uint64 rank);


#endif							/* FUNNEL_WALK_H */
