/*
 * cells.c
 *		How many rows fall into each of many cells, of which few are in use.
 */
#include "base/cells.h"

#include "miscadmin.h"

/* 2^25 cells are 512 MB: a state is one palloc */
#define CELLS_MOST_BITS		25

Size
cells_size(int bits)
{
	return offsetof(Cells, place) + ((Size) 1 << bits) * sizeof(Cell);
}

/* One factor a process: a strong random number for each group would be its cost. */
static uint64
random_factor(void)
{
	static uint64 factor = 0;

	while (factor == 0)
	{
		if (!pg_strong_random(&factor, sizeof(factor)))
			ereport(ERROR,
					(errcode(ERRCODE_INTERNAL_ERROR),
					 errmsg("could not generate random values")));
		if (factor != 0)
			factor |= 1;
	}
	return factor;
}

void
cells_init(Cells *cells, int bits)
{
	memset(cells, 0, cells_size(bits));
	cells->factor = random_factor();
	cells->bits = bits;
}

int
cells_next_bits(const Cells *cells)
{
	if (cells->bits >= CELLS_MOST_BITS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("a summary counts in more than %d different cells", cells->used)));
	return cells->bits + 1;
}

void
cells_merge(Cells *cells, const Cells *other)
{
	for (uint32 at = 0; at < (uint32) 1 << other->bits; at++)
		if (other->place[at].rows != 0 && !cells_add(cells, other->place[at].key, other->place[at].rows))
			elog(ERROR, "a table of cells is too small for another");
	CHECK_FOR_INTERRUPTS();
}

static int
compare_keys(const void *a, const void *b)
{
	uint32		left = ((const Cell *) a)->key;
	uint32		right = ((const Cell *) b)->key;

	return (left > right) - (left < right);
}

Cell *
cells_in_order(const Cells *cells)
{
	Cell	   *list = palloc(sizeof(Cell) * Max(cells->used, 1));
	int			listed = 0;

	for (uint32 at = 0; at < (uint32) 1 << cells->bits; at++)
		if (cells->place[at].rows != 0)
			list[listed++] = cells->place[at];
	qsort(list, listed, sizeof(Cell), compare_keys);
	return list;
}
