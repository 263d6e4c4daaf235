/*
 * gather.h
 *		Entities off rows that come entity after entity: from runs that are merged, or
 *		rows that lie in order.
 *
 *		gather_begin(&gathering, walk, is_sorted);
 *		... gather_row(&gathering, row, key_words, event_words) for each ...
 *		gather_end(&gathering, event_words);
 */
#ifndef FUNNEL_GATHER_H
#define FUNNEL_GATHER_H

#include "base/compat.h"

#include "path/walk_parts.h"

/* The entity that is being read: its events so far */
typedef struct Gathering
{
	Walk	   *walk;
	bool		is_sorted;		/* rows come in order of their moments, too */
	bool		first;			/* none of its events have been passed on */
	uint64		key[2];
	int64		count;
	int64		room;
	int64	   *events;
}			Gathering;

extern void gather_begin(Gathering *gathering, Walk *walk, bool is_sorted);

/* Makes room: passes on events in order, keeps all of others until they can be sorted. */
extern void gather_more(Gathering *gathering, int event_words);

/* Passes on some events of the entity. */
static pg_attribute_always_inline void
gather_pass_events(Gathering *gathering, const uint64 *key, int64 *events, int64 count, bool last, const int event_words)
{
	if (!gathering->is_sorted)
		sort_events(&gathering->walk->sorter, events, count, event_words);
	walk_pass_batch(gathering->walk, key, events, count, gathering->first, last);
	gathering->first = last;
}

/* Passes on what there is. */
static pg_attribute_always_inline void
gather_pass(Gathering *gathering, bool last, const int event_words)
{
	gather_pass_events(gathering, gathering->key, gathering->events, gathering->count, last, event_words);
	gathering->count = 0;
}

/* Takes one more row, of the same entity or of the next. */
static pg_attribute_always_inline void
gather_row(Gathering *gathering, const uint64 *row, const int key_words, const int event_words)
{
	int64	   *event;

	if (gathering->count > 0 && !path_is_same_key(row, gathering->key, key_words == 2))
		gather_pass(gathering, true, event_words);
	else if (unlikely(gathering->count == gathering->room))
		gather_more(gathering, event_words);
	if (gathering->count == 0)
		memcpy(gathering->key, row, key_words * sizeof(uint64));
	event = gathering->events + gathering->count++ * event_words;
	copy_event(event, (const int64 *) row + key_words, event_words);
}

static pg_attribute_always_inline void
gather_end(Gathering *gathering, const int event_words)
{
	if (gathering->count > 0)
		gather_pass(gathering, true, event_words);
	pfree(gathering->events);
}

#endif							/* FUNNEL_GATHER_H */
