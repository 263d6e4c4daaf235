/*
 * walk_parts.h
 *		What the parts of a walk share.
 *
 * walk.c		the walk itself: what is walked over, partition after partition
 * walk_group.c	rows in memory, in any order: grouped by entity
 * walk_merge.c	a partition that is too large for memory: sorted in runs, which are merged
 * walk_order.c	rows that lie in order: an entity ends where the next one begins
 *
 * Functions ending in "_of" are compiled for each width of rows, by CALL_BY_WIDTH.
 */
#ifndef FUNNEL_WALK_PARTS_H
#define FUNNEL_WALK_PARTS_H

#include "base/compat.h"

#include "path/sort.h"
#include "path/walk.h"

/*
 * The constants of the walk follow from sizes; none has been tuned on a machine.
 *
 * Rows that are grouped at once: of 16 to 32 bytes each where they have at most
 * one word of payload, and 8 to 16 of their events, that is 0.8 to 1.5 MB, which a
 * second-level cache of today holds. Beyond twice as many a partition is partitioned further.
 */
#define GROUP_ROWS		(32 * 1024)
#define GROUPED_AT_ONCE	(2 * GROUP_ROWS)

/* Some rows that lie in one piece */
typedef struct Piece
{
	const uint64 *rows;
	int64		count;
}			Piece;

typedef struct Pieces
{
	Piece	   *piece;
	int			length;
	int64		rows;			/* in all of them */
}			Pieces;

/* The store's own rows, or those of one of its parts */
typedef struct Source
{
	Records    *records;
	bool		is_ranked;		/* these are as of a PathPart */
	int			runs;
	bool		could_spill;	/* before the walk, which holds them where they are */
}			Source;

/* Entities of rows in memory, while they are grouped: the hash table holds their numbers, from 1; those of a slot are chained */
typedef struct Grouping
{
	uint32	   *slots;
	uint32		mask;
	uint32		entities;
	uint32		most_entities;	/* room in keys, next and ends */
	uint64	   *keys;
	uint32	   *next;			/* of each: the next one of its slot, 0: none */
	uint32	   *ends;			/* of each: how many events; then, where they end */
	uint32	   *entity_of;		/* of each row */
	int64	   *events;
	int64		room;			/* rows that entity_of and events have room for */
}			Grouping;

typedef struct Walk
{
	PathStore  *store;
	Source	   *sources;		/* all partitioned alike, or all in order */
	int			sources_count;
	bool		is_sorted;		/* of rows in order: in each run each entity's events are sorted */
	PathVisit	visit;
	void	   *visitor;
	int			key_words;
	int			event_words;
	int			row_words;
	EventSorter sorter;
	Grouping	grouping;

	/* Where grouped entities go instead of to the visitor: a run, in order of key */
	BufFile    *run;
	int64		run_size;
}			Walk;

/* Calls a function that is compiled for each width of rows, with the words of their keys and of their events. */
#define CALL_BY_WIDTH(walk, function, ...) \
	switch ((walk)->key_words * 10 + (walk)->event_words) \
	{ \
		case 11: function(__VA_ARGS__, 1, 1); break; \
		case 12: function(__VA_ARGS__, 1, 2); break; \
		case 13: function(__VA_ARGS__, 1, 3); break; \
		case 14: function(__VA_ARGS__, 1, 4); break; \
		case 21: function(__VA_ARGS__, 2, 1); break; \
		case 22: function(__VA_ARGS__, 2, 2); break; \
		case 23: function(__VA_ARGS__, 2, 3); break; \
		case 24: function(__VA_ARGS__, 2, 4); break; \
		default: Assert(false); \
	}

/* walk.c */

/* The partition, or range, to be walked over after that one, from -1 on; as many as there are, or more, at the end */
extern int	walk_next_piece(const PathShare *share, int piece);

/* So many rows of an entity, or of several that are grouped together, are numbered by 32 bits. */
extern void walk_check_rows(int64 rows);

static inline void
walk_pass_batch(Walk *walk, const uint64 *key, const int64 *events, int64 count, bool first, bool last)
{
	PathBatch	batch;

	batch.words = events;
	batch.width = walk->event_words;
	batch.first = first;
	batch.last = last;
	batch.count = count;
	batch.key = key;
	walk->visit(walk->visitor, &batch);
}

/* walk_group.c */

extern void grouping_begin(Walk *walk);
extern void grouping_end(Walk *walk);

/* Groups rows by entity, sorts each one's events, and passes them on, or writes them to the walk's run. */
extern void group_rows(Walk *walk, const Pieces *pieces);

/* The same, in parts where the rows are too many for the cache. */
extern void group_rows_in_parts(Walk *walk, const Pieces *pieces);

/* walk_merge.c */

/*
 * Walks over a partition that is too large for memory: sorted runs in a
 * temporary file of this walk, merged as often as it takes to have few enough
 * to read side by side, and then to the visitor. The file is closed here or,
 * after an error, by the resource owner.
 */
extern void walk_merging(Walk *walk, int partition);

/* walk_order.c */

extern void walk_in_order(Walk *walk);

#endif							/* FUNNEL_WALK_PARTS_H */
