/*
 * cells.c
 *		Tests of src/base/cells.c, against an array that has a place for each key.
 */
#include "base/cells.h"

#include "unit.h"

#define KEYS	5000

bool
pg_strong_random(void *bytes, size_t length)
{
	memset(bytes, 0xa5, length);
	return true;
}

/* What adding one does in a family: a larger one where there is no room */
static void
add(Cells **cells, uint32 key, int64 rows)
{
	while (!cells_add(*cells, key, rows))
	{
		Cells	   *larger;
		int			bits = cells_next_bits(*cells);

		larger = malloc(cells_size(bits));
		cells_init(larger, bits);
		cells_merge(larger, *cells);
		free(*cells);
		*cells = larger;
	}
}

static Cells *
first_cells(void)
{
	Cells	   *cells = malloc(cells_size(CELLS_FIRST_BITS));

	cells_init(cells, CELLS_FIRST_BITS);
	return cells;
}

/* Whether the cells are those of the array, in order */
static bool
are_counted(const Cells *cells, const int64 *counted)
{
	int32		count;
	Cell	   *list = cells_in_order(cells, &count);
	int			at = 0;

	for (uint32 key = 0; key < KEYS; key++)
	{
		if (counted[key] == 0)
			continue;
		if (at == count || list[at].key != key || list[at].rows != counted[key] || list[at].unused != 0)
			return false;
		at++;
	}
	return at == count;
}

/* So many times some rows of a key below so many */
static bool
try(int times, int keys, int64 most_rows)
{
	Cells	   *cells = first_cells();
	int64	   *counted = calloc(KEYS, sizeof(int64));
	bool		right = true;

	for (int i = 0; i < times; i++)
	{
		uint32		key = draw() % keys;
		int64		rows = 1 + draw() % most_rows;

		add(&cells, key, rows);
		counted[key] += rows;
		if (times <= 200)
			right &= are_counted(cells, counted);
	}
	right &= are_counted(cells, counted);
	free(counted);
	free(cells);
	return right;
}

int
main(void)
{
	int32		count;

	free(cells_in_order(first_cells(), &count));
	ok(count == 0, "no rows, no cells");
	ok(cells_size(CELLS_LIST_BITS) < cells_size(CELLS_LIST_BITS + 1) / 5, "a list takes little");
	ok(try(200, KEYS, 1), "a list, and what becomes of it, after each row");
	ok(try(200, 3, 1), "few keys, after each row");
	ok(try(200, 40, 5), "rows that come counted");
	ok(try(200, 1, INT64CONST(1000000000000)), "many rows at once");
	ok(try(100000, KEYS, 3), "many keys");
	return end_tests();
}
