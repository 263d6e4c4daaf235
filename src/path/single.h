/*
 * single.h
 *		The rows of one entity, collected in an aggregate's state.
 *
 * For aggregates that are grouped by the entity: a hundred thousand groups of a
 * few rows are ordinary, so a list begins in the state itself and grows. Rows
 * are events as a walk has them (walk.h): a moment and maybe a payload.
 */
#ifndef FUNNEL_SINGLE_H
#define FUNNEL_SINGLE_H

#include "base/compat.h"

#include "path/walk.h"

#define SINGLE_FIRST	4		/* words that lie in the list itself */

typedef struct SingleRows
{
	int64	   *words;			/* moment [, payload] of each row */
	int64		count;
	int64		room;
	int			width;			/* words of a row: 1, or 2 with payload */
	int64		first[SINGLE_FIRST];
}			SingleRows;

/* In a state of the aggregate's own memory context, where it never moves */
extern void single_init(SingleRows *rows, int width);
extern void single_grow(SingleRows *rows, void *state);

/* Adds a row; the moment must be in range. "state" is the piece of memory that the list is part of. */
static inline void
single_add(SingleRows *rows, void *state, int64 moment, int64 payload)
{
	int64	   *row;

	if (unlikely(rows->count == rows->room))
		single_grow(rows, state);
	row = rows->words + rows->count++ * rows->width;
	row[0] = moment;
	if (rows->width > 1)
		row[1] = payload;
}

/* All rows in order, as the one batch of an entity; only if there are any. */
extern PathBatch single_batch(SingleRows *rows);

#endif							/* FUNNEL_SINGLE_H */
