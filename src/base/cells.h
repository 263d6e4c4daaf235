/*
 * cells.h
 *		How many rows fall into each of many cells, of which few are in use.
 *
 * A cell has a number, its key. The table is flat, so that it can be the tail
 * of a running summary: it is moved with it, and where there is no room left
 * the caller makes a larger one. Keys may come from outside: their places
 * depend on a random factor, which travels with the table, and what is read
 * from it is in order of the keys.
 *
 * The first rows are a list of keys, one a row, sorted when it is read: a
 * hundred thousand groups of some dozen rows each take an eighth of the
 * memory that tables would, and half the time (make bench, direct).
 */
#ifndef FUNNEL_CELLS_H
#define FUNNEL_CELLS_H

#include "base/compat.h"

#include "base/summary.h"

typedef struct Cell
{
	uint32		key;
	uint32		unused;			/* reserved, always zero */
	int64		rows;			/* 0: the place is free */
}			Cell;

typedef struct Cells
{
	uint64		factor;			/* random, odd */
	int32		bits;			/* there are 2^bits places: of keys up to CELLS_LIST_BITS, beyond of cells */
	int32		used;			/* places */
	Cell		place[FLEXIBLE_ARRAY_MEMBER];
}			Cells;

#define CELLS_FIRST_BITS	4
#define CELLS_LIST_BITS		6

#define cells_are_list(cells)	((cells)->bits <= CELLS_LIST_BITS)
#define cells_keys(cells)		((uint32 *) (cells)->place)

/* Bytes of a table of so many bits; makes an empty one of that memory. */
extern Size cells_size(int bits);
extern void cells_init(Cells *cells, int bits);

/* Adds all cells of another table; there must be room. */
extern void cells_merge(Cells *cells, const Cells *other);

/* Error: a table can't grow to so many places. */
extern int	cells_next_bits(const Cells *cells);

/* A palloc'd list of the cells in use, in order of the keys, and how many they are */
extern Cell *cells_in_order(const Cells *cells, int32 *count);

/* Puts such a list in order again, whose keys have been changed. */
extern void cells_sort(Cell *list, int32 count);

/* cells_add of a table, and of a list */
static inline bool
cells_add_to_table(Cells *cells, uint32 key, int64 rows)
{
	uint32		mask = ((uint32) 1 << cells->bits) - 1;
	uint64		hash = key * cells->factor;
	uint32		at;

	/* twice, since days at equal distances must not lie at equal distances here */
	hash ^= hash >> 32;
	at = (uint32) ((hash * UINT64CONST(0x9e3779b97f4a7c15)) >> (64 - cells->bits));
	while (cells->place[at].rows != 0 && cells->place[at].key != key)
		at = (at + 1) & mask;
	if (unlikely(cells->place[at].rows == 0))
	{
		if ((uint32) cells->used >= mask - mask / 4)
			return false;
		cells->used++;
		cells->place[at].key = key;
	}
	count_add(&cells->place[at].rows, rows);
	return true;
}

static inline bool
cells_add_to_list(Cells *cells, uint32 key, int64 rows)
{
	if (rows > (1 << cells->bits) - cells->used)
		return false;
	for (; rows > 0; rows--)
		cells_keys(cells)[cells->used++] = key;
	return true;
}

/* Adds rows to a cell; false where there is no room and a larger table is needed first. */
static inline bool
cells_add(Cells *cells, uint32 key, int64 rows)
{
	return cells_are_list(cells) ? cells_add_to_list(cells, key, rows) : cells_add_to_table(cells, key, rows);
}

#endif							/* FUNNEL_CELLS_H */
