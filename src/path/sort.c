/*
 * sort.c
 *		Sorting the many events of one entity.
 */
#include "base/compat.h"

#include "miscadmin.h"
#include "path/sort.h"
#include "utils/memutils.h"

static bool
is_sorted(const int64 *events, int64 count, int words)
{
	for (int64 i = 1; i < count; i++)
	{
		if (event_is_before(events + i * words, events + (i - 1) * words, words))
			return false;
	}
	return true;
}

static void
sorter_make_room(EventSorter *sorter, int64 count, int words)
{
	if (sorter->size >= count)
		return;
	if (sorter->room)
		pfree(sorter->room);
	sorter->size = count;
	sorter->room = (int64 *) MemoryContextAllocHuge(CurrentMemoryContext, count * words * sizeof(int64));
}

/* Byte number "byte" of a word, so that unsigned bytes order as signed words do */
#define sort_byte(word, byte)	((((uint64) (word) ^ ((uint64) 1 << 63)) >> ((byte) * 8)) & 0xff)

/*
 * Sorts by one byte after the other, from the least significant one. Bytes that
 * are the same in all events cost nothing: of a time in microseconds that's
 * two or three of eight.
 */
static void
sort_by_radix(EventSorter *sorter, int64 *events, int64 count, int words)
{
	uint32		counts[2 * 8][256];
	int64	   *from = events;
	int64	   *to;
	const int	by = Min(words, 2);	/* the words that order them */

	sorter_make_room(sorter, count, words);
	to = sorter->room;

	memset(counts, 0, sizeof(counts[0]) * 8 * by);
	for (int64 i = 0; i < count; i++)
	{
		if ((i & 0xfffff) == 0xfffff)
			CHECK_FOR_INTERRUPTS();
		for (int word = 0; word < by; word++)
		{
			int			first = by == 2 && word == 0 ? 8 : 0;	/* the moment counts more than the payload */

			for (int byte = 0; byte < 8; byte++)
				counts[first + byte][sort_byte(events[i * words + word], byte)]++;
		}
	}

	for (int pass = 0; pass < 8 * by; pass++)
	{
		int			word = by == 2 && pass < 8 ? 1 : 0;
		int			byte = pass % 8;
		uint32	   *places = counts[pass];
		uint32		place = 0;
		int64	   *swap;

		if (places[sort_byte(events[word], byte)] == count)
			continue;
		for (int value = 0; value < 256; value++)
		{
			uint32		here = places[value];

			places[value] = place;
			place += here;
		}
		for (int64 i = 0; i < count; i++)
		{
			const int64 *event = from + i * words;
			int64		at = places[sort_byte(event[word], byte)]++;

			if ((i & 0xfffff) == 0xfffff)
				CHECK_FOR_INTERRUPTS();
			copy_event(to + at * words, event, words);
		}
		swap = from;
		from = to;
		to = swap;
	}
	if (from != events)
		memcpy(events, from, count * words * sizeof(int64));
}

void
sort_many_events(EventSorter *sorter, int64 *events, int64 count, int words)
{
	if (!is_sorted(events, count, words))
		sort_by_radix(sorter, events, count, words);
}

void
path_sort_events(int64 *events, int64 count, int words)
{
	EventSorter sorter = {0};

	if (words == 1)
		sort_events(&sorter, events, count, 1);
	else
		sort_events(&sorter, events, count, 2);
	if (sorter.room)
		pfree(sorter.room);
}
