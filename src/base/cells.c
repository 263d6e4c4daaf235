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
	return offsetof(Cells, place) + ((Size) 1 << bits) * (bits <= CELLS_LIST_BITS ? sizeof(uint32) : sizeof(Cell));
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

static void
add_for_certain(Cells *cells, uint32 key, int64 rows)
{
	if (!cells_add(cells, key, rows))
		elog(ERROR, "a table of cells is too small for another");
}

void
cells_merge(Cells *cells, const Cells *other)
{
	if (cells_are_list(other))
		for (int i = 0; i < other->used; i++)
			add_for_certain(cells, cells_keys(other)[i], 1);
	else
		for (uint32 at = 0; at < (uint32) 1 << other->bits; at++)
			if (other->place[at].rows != 0)
				add_for_certain(cells, other->place[at].key, other->place[at].rows);
	CHECK_FOR_INTERRUPTS();
}

/* Of cells, which begin with their keys */
static int
compare_keys(const void *a, const void *b)
{
	uint32		left = *(const uint32 *) a;
	uint32		right = *(const uint32 *) b;

	return (left > right) - (left < right);
}

void
cells_sort(Cell *list, int32 count)
{
	qsort(list, count, sizeof(Cell), compare_keys);
}

/* So few numbers are sorted by insertion twice as fast as by qsort with its calls. */
static void
sort_keys(uint32 *keys, int count)
{
	for (int i = 1; i < count; i++)
	{
		uint32		key = keys[i];
		int			at = i;

		for (; at > 0 && keys[at - 1] > key; at--)
			keys[at] = keys[at - 1];
		keys[at] = key;
	}
}

/* Sorts the keys and counts those that are alike. */
static int32
fold_list(const Cells *cells, Cell *list)
{
	uint32		keys[1 << CELLS_LIST_BITS];
	int32		listed = 0;

	memcpy(keys, cells_keys(cells), sizeof(uint32) * cells->used);
	sort_keys(keys, cells->used);
	for (int i = 0; i < cells->used; i++)
	{
		if (i == 0 || keys[i] != keys[i - 1])
			list[listed++] = (Cell) {.key = keys[i]};
		list[listed - 1].rows++;
	}
	return listed;
}

static int32
list_table(const Cells *cells, Cell *list)
{
	int32		listed = 0;

	for (uint32 at = 0; at < (uint32) 1 << cells->bits; at++)
		if (cells->place[at].rows != 0)
			list[listed++] = cells->place[at];
	cells_sort(list, listed);
	return listed;
}

Cell *
cells_in_order(const Cells *cells, int32 *count)
{
	Cell	   *list = palloc(sizeof(Cell) * Max(cells->used, 1));

	*count = cells_are_list(cells) ? fold_list(cells, list) : list_table(cells, list);
	return list;
}
