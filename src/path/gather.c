/*
 * gather.c
 *		Room for the events of the entity that is being read.
 */
#include "base/compat.h"

#include "miscadmin.h"
#include "path/gather.h"
#include "utils/memutils.h"

/* Events of a batch where an entity streams: 32 to 128 kB */
#define STREAM_EVENTS	4096

void
gather_begin(Gathering *gathering, Walk *walk, bool is_sorted)
{
	gathering->walk = walk;
	gathering->is_sorted = is_sorted;
	gathering->first = true;
	gathering->count = 0;
	gathering->room = STREAM_EVENTS;
	gathering->events = (int64 *) palloc(STREAM_EVENTS * walk->event_words * sizeof(int64));
}

void
gather_more(Gathering *gathering, int event_words)
{
	CHECK_FOR_INTERRUPTS();
	if (gathering->is_sorted)
	{
		gather_pass(gathering, false, event_words);
		return;
	}
	walk_check_rows(gathering->room * 2);
	gathering->room *= 2;
	gathering->events = (int64 *) repalloc_huge(gathering->events, gathering->room * event_words * sizeof(int64));
}
