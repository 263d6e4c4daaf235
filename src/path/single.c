/*
 * single.c
 *		The rows of one entity, collected in an aggregate's state.
 */
#include "base/compat.h"

#include "path/single.h"
#include "path/sort.h"
#include "utils/memutils.h"

void
single_init(SingleRows *rows, int width)
{
	rows->width = width;
	rows->words = rows->first;
	rows->count = 0;
	rows->room = SINGLE_FIRST / width;
}

void
single_grow(SingleRows *rows, void *state)
{
	Size		size = rows->room * rows->width * sizeof(int64);

	if (rows->words == rows->first)
	{
		rows->words = MemoryContextAlloc(GetMemoryChunkContext(state), 2 * size);
		memcpy(rows->words, rows->first, size);
	}
	else
		rows->words = repalloc_huge(rows->words, 2 * size);
	rows->room *= 2;
}

PathBatch
single_batch(SingleRows *rows)
{
	PathBatch	batch = {rows->words, rows->width, true, true, rows->count, NULL};

	path_sort_events(rows->words, rows->count, rows->width);
	return batch;
}
