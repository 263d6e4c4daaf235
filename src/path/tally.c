/*
 * tally.c
 *		A tally: counts, and amounts, by a key of 64 bits.
 */
#include "base/compat.h"

#include "base/summary.h"
#include "miscadmin.h"
#include "path/key.h"
#include "path/tally.h"
#include "utils/memutils.h"

#define TALLY_FIRST		16		/* cells that there is room for at first */

/* Parts of a cell of whatever type */
#define cell_key(cell)				(*(uint64 *) (cell))
#define cell_counts(cell)			((int64 *) ((cell) + sizeof(uint64)))
#define cell_amounts(tally, cell)	((Decimal *) ((cell) + sizeof(uint64) + (tally)->counts * sizeof(int64)))

static inline char *
cell_at(const Tally *tally, int at)
{
	return tally->cells + (Size) at * tally->size;
}

void
tally_init(Tally *tally, int counts, int amounts)
{
	memset(tally, 0, sizeof(Tally));
	tally->counts = counts;
	tally->amounts = amounts;
	tally->size = sizeof(uint64) + counts * sizeof(int64) + amounts * sizeof(Decimal);
	tally->is_ordered = true;
}

int
tally_most(const Tally *tally)
{
	return (int) (MaxAllocSize / tally->size);
}

/* A new cell behind the others */
static char *
add_cell(Tally *tally, uint64 key)
{
	char	   *cell;

	if (tally->length == tally->room)
	{
		int			room = Max(TALLY_FIRST, tally->room * 2);

		if (tally->length >= tally_most(tally))
			ereport(ERROR,
					(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
					 errmsg("a summary of more than %d cells is too large", tally_most(tally)),
					 errhint("Summarise by longer periods, or fewer rows at once.")));
		if (tally->cells == NULL)
			tally->cells = palloc((Size) room * tally->size);
		else
			tally->cells = repalloc_huge(tally->cells, (Size) room * tally->size);
		tally->room = room;
	}
	cell = cell_at(tally, tally->length++);
	memset(cell, 0, tally->size);
	cell_key(cell) = key;
	return cell;
}

static inline uint32
first_slot(const Tally *tally, uint64 key)
{
	return path_hash_scattered(key) & tally->mask;
}

/* Makes a hash table of at least twice as many slots as there is room for cells, and fills it. */
static void
make_slots(Tally *tally)
{
	uint32		slots = 2 * TALLY_FIRST;

	path_secret_need();
	while (slots / 2 < (uint32) Max(tally->room, tally->length + 1))
		slots *= 2;
	if (tally->slots != NULL)
		pfree(tally->slots);
	tally->slots = palloc_extended((Size) slots * sizeof(uint32), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	tally->mask = slots - 1;
	for (int i = 0; i < tally->length; i++)
	{
		uint32		slot = first_slot(tally, cell_key(cell_at(tally, i)));

		while (tally->slots[slot] != 0)
		{
			CHECK_FOR_INTERRUPTS();
			slot = (slot + 1) & tally->mask;
		}
		tally->slots[slot] = (uint32) i + 1;
	}
}

/* The cell of a key; "found" says whether it was there. */
static char *
find_cell(Tally *tally, uint64 key, bool *found)
{
	uint32		slot;
	char	   *cell;

	if (tally->slots == NULL || (uint32) tally->length > tally->mask / 2)
		make_slots(tally);
	for (slot = first_slot(tally, key); tally->slots[slot] != 0; slot = (slot + 1) & tally->mask)
	{
		cell = cell_at(tally, tally->slots[slot] - 1);
		if (cell_key(cell) == key)
		{
			*found = true;
			return cell;
		}
		CHECK_FOR_INTERRUPTS();
	}
	*found = false;
	cell = add_cell(tally, key);
	tally->slots[slot] = (uint32) tally->length;
	tally->is_ordered &= tally->length == 1 || cell_key(cell - tally->size) < key;
	return cell;
}

void *
tally_cell(Tally *tally, uint64 key)
{
	bool		found;

	return find_cell(tally, key, &found);
}

/*
 * Order
 */

typedef struct Place
{
	uint64		key;
	char	   *cell;
}			Place;

static int
compare_places(const void *a, const void *b)
{
	uint64		left = ((const Place *) a)->key;
	uint64		right = ((const Place *) b)->key;

	return left < right ? -1 : left > right;
}

void
tally_order(Tally *tally)
{
	Place	   *places;
	char	   *cells;

	if (tally->is_ordered)
		return;
	places = palloc_extended(sizeof(Place) * (Size) tally->length, MCXT_ALLOC_HUGE);
	for (int i = 0; i < tally->length; i++)
	{
		places[i].cell = cell_at(tally, i);
		places[i].key = cell_key(places[i].cell);
	}
	qsort(places, tally->length, sizeof(Place), compare_places);
	cells = palloc_extended((Size) tally->room * tally->size, MCXT_ALLOC_HUGE);
	for (int i = 0; i < tally->length; i++)
		memcpy(cells + (Size) i * tally->size, places[i].cell, tally->size);
	pfree(places);
	pfree(tally->cells);
	tally->cells = cells;
	tally->is_ordered = true;
	if (tally->slots != NULL)
		pfree(tally->slots);
	tally->slots = NULL;
}

void *
tally_next(Codec *codec, Tally *tally, uint64 key)
{
	if (tally->length > 0 && cell_key(cell_at(tally, tally->length - 1)) >= key)
		codec_refuse(codec, "its cells are not in order");
	return add_cell(tally, key);
}

/*
 * Sums
 */

void
tally_merge(Tally *into, const Tally *other)
{
	for (int i = 0; i < other->length; i++)
	{
		char	   *more = cell_at(other, i);
		bool		found;
		char	   *cell = find_cell(into, cell_key(more), &found);

		for (int j = 0; j < into->counts; j++)
			count_add(&cell_counts(cell)[j], cell_counts(more)[j]);
		for (int j = 0; j < into->amounts; j++)
			decimal_add(&cell_amounts(into, cell)[j], &cell_amounts(other, more)[j]);
	}
}

int
tally_scale(const Tally *tally)
{
	int			scale = 0;

	for (int i = 0; i < tally->length; i++)
		for (int j = 0; j < tally->amounts; j++)
			scale = Max(scale, cell_amounts(tally, cell_at(tally, i))[j].scale);
	return scale;
}

bool
tally_has_amounts(const Tally *tally)
{
	for (int i = 0; i < tally->length; i++)
		for (int j = 0; j < tally->amounts; j++)
			if (!decimal_is_zero(&cell_amounts(tally, cell_at(tally, i))[j]))
				return true;
	return false;
}

/*
 * What is kept
 */

static int
compare_counts(const void *a, const void *b)
{
	int64		left = *(const int64 *) a;
	int64		right = *(const int64 *) b;

	return left > right ? -1 : left < right;
}

int64
tally_threshold(const int64 *counts, int length, int most)
{
	int64	   *sorted;
	int64		threshold;

	if (length <= most)
		return 1;
	sorted = palloc_extended(sizeof(int64) * (Size) length, MCXT_ALLOC_HUGE);
	memcpy(sorted, counts, sizeof(int64) * (Size) length);
	qsort(sorted, length, sizeof(int64), compare_counts);
	threshold = sorted[most] + 1;
	pfree(sorted);
	return threshold;
}
