/*
 * sort.h
 *		Sorting the events of one entity: by moment, at equal moments by the first
 *		word of payload.
 *
 * An event is some words: its moment, and the payload it has. What is inline here
 * is compiled for each number of them.
 */
#ifndef FUNNEL_SORT_H
#define FUNNEL_SORT_H

#include "base/compat.h"

#include "path/store.h"

/* Words of an event, at most */
#define EVENT_WORDS		(1 + PATH_PAYLOAD_WORDS)

/*
 * Up to this many events are sorted by insertion: a thousand moves of 64 in no
 * order, fewer in any. The radix sort clears 8 or 16 kB of counters first.
 */
#define INSERTION_MOST	64

/* Where events go to and fro while they are sorted: zeroed at first, of one number of words, the caller's to free */
typedef struct EventSorter
{
	int64	   *room;
	int64		size;			/* events it has room for */
}			EventSorter;

/* Sorts more than INSERTION_MOST events. */
extern void sort_many_events(EventSorter *sorter, int64 *events, int64 count, int words);

/* Sorts some events where that isn't done entity after entity; words: 1, or 2 with payload. */
extern void path_sort_events(int64 *events, int64 count, int words);

static inline bool
event_is_before(const int64 *a, const int64 *b, const int words)
{
	return a[0] < b[0] || (words > 1 && a[0] == b[0] && a[1] < b[1]);
}

static pg_attribute_always_inline void
copy_event(int64 *to, const int64 *from, const int words)
{
	for (int word = 0; word < words; word++)
		to[word] = from[word];
}

static pg_attribute_always_inline void
sort_by_insertion(int64 *events, int64 count, const int words)
{
	for (int64 i = 1; i < count; i++)
	{
		int64		event[EVENT_WORDS];
		int64		at = i;

		if (!event_is_before(events + i * words, events + (i - 1) * words, words))
			continue;
		copy_event(event, events + i * words, words);
		do
		{
			copy_event(events + at * words, events + (at - 1) * words, words);
			at--;
		} while (at > 0 && event_is_before(event, events + (at - 1) * words, words));
		copy_event(events + at * words, event, words);
	}
}

static pg_attribute_always_inline void
sort_events(EventSorter *sorter, int64 *events, int64 count, const int words)
{
	if (likely(count <= INSERTION_MOST))
		sort_by_insertion(events, count, words);
	else
		sort_many_events(sorter, events, count, words);
}

#endif							/* FUNNEL_SORT_H */
