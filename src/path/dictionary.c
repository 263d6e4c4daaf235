/*
 * dictionary.c
 *		A dictionary: numbers for texts that nobody knows beforehand.
 */
#include "base/compat.h"

#include "miscadmin.h"
#include "path/dictionary.h"
#include "path/label.h"
#include "utils/memutils.h"

#define DICTIONARY_FIRST	8	/* room for so many at first */
#define RECENT_BYTES		16	/* longer texts are not told by their ends */

/* After so many texts that were not found so, there is room for 2^BITS of them: small groups do without. */
#define RECENT_AFTER		256
#define RECENT_BITS			6
#define RECENT_MORE			2048	/* some meet there, or there are many */
#define RECENT_BITS_MORE	9

void
dictionary_begin(Dictionary *dictionary, MemoryContext context)
{
	path_secret_need();
	memset(dictionary, 0, sizeof(Dictionary));
	dictionary->context = context;
}

static inline bool
is_same_key(const PathKey *a, const PathKey *b)
{
	return a->word[0] == b->word[0] && a->word[1] == b->word[1];
}

/* The slot of a key: its own, or the empty one where it belongs */
static inline uint32
find_slot(const Dictionary *dictionary, const PathKey *key)
{
	uint32		slot = (uint32) key->word[0] & dictionary->mask;

	while (dictionary->slots[slot] != 0 && !is_same_key(&dictionary->texts[dictionary->slots[slot] - 1].key, key))
	{
		slot = (slot + 1) & dictionary->mask;
		CHECK_FOR_INTERRUPTS();
	}
	return slot;
}

/* Room for twice as many texts, and four slots for each of them */
static void
grow(Dictionary *dictionary)
{
	int32		room = Max(DICTIONARY_FIRST, 2 * dictionary->room);
	Size		slots = 4 * (Size) room;

	if (dictionary->texts == NULL)
		dictionary->texts = MemoryContextAlloc(dictionary->context, room * sizeof(DictionaryText));
	else
	{
		dictionary->texts = repalloc_huge(dictionary->texts, room * sizeof(DictionaryText));
		pfree(dictionary->slots);
	}
	dictionary->room = room;
	dictionary->slots = MemoryContextAllocExtended(dictionary->context, slots * sizeof(uint32), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	dictionary->mask = slots - 1;
	for (int32 i = 0; i < dictionary->count; i++)
		dictionary->slots[find_slot(dictionary, &dictionary->texts[i].key)] = i + 1;
}

static int32
number_by_key(Dictionary *dictionary, const char *text, int length)
{
	PathKey		key = path_key_from_bytes(text, length);
	DictionaryText *added;
	uint32		slot = 0;

	if (dictionary->slots != NULL)
	{
		slot = find_slot(dictionary, &key);
		if (likely(dictionary->slots[slot] != 0))
			return dictionary->slots[slot] - 1;
	}
	if (dictionary->count == dictionary->room)
	{
		grow(dictionary);
		slot = find_slot(dictionary, &key);
	}
	added = &dictionary->texts[dictionary->count];
	added->key = key;
	added->text = MemoryContextAlloc(dictionary->context, Max(length, 1));
	added->length = length;
	memcpy(added->text, text, length);
	dictionary->slots[slot] = ++dictionary->count;
	return dictionary->count - 1;
}

static void
begin_recent(Dictionary *dictionary, int bits)
{
	if (dictionary->recent != NULL)
		pfree(dictionary->recent);
	dictionary->recent = MemoryContextAlloc(dictionary->context, sizeof(DictionaryRecent) << bits);
	dictionary->recent_shift = 64 - bits;
	for (int i = 0; i < 1 << bits; i++)
		dictionary->recent[i].length = -1;
}

/* The number of a short text that isn't among the recent ones, and now is. */
static pg_noinline int32
number_met(Dictionary *dictionary, const char *text, int length)
{
	DictionaryRecent met;

	met.length = length;
	met.number = number_by_key(dictionary, text, length);
	if (++dictionary->asked == RECENT_AFTER)
		begin_recent(dictionary, RECENT_BITS);
	else if (dictionary->asked == RECENT_MORE)
		begin_recent(dictionary, RECENT_BITS_MORE);
	if (dictionary->recent != NULL)
	{
		label_ends(text, length, &met.head, &met.tail);
		dictionary->recent[label_slot(met.head, met.tail, length, dictionary->recent_shift)] = met;
	}
	return met.number;
}

/*
 * Most rows have one of few short texts, and the keyed hash was a seventh of
 * attribution_agg: so those that came lately are looked for by their ends
 * first. Who chooses texts that meet there makes us hash, as for any other.
 */
int32
dictionary_number(Dictionary *dictionary, const char *text, int length)
{
	if (length > RECENT_BYTES)
		return number_by_key(dictionary, text, length);
	if (likely(dictionary->recent != NULL))
	{
		uint64		head;
		uint64		tail;
		const DictionaryRecent *recent;

		label_ends(text, length, &head, &tail);
		recent = &dictionary->recent[label_slot(head, tail, length, dictionary->recent_shift)];
		if (likely(recent->head == head && recent->tail == tail && recent->length == length))
			return recent->number;
	}
	return number_met(dictionary, text, length);
}

int
dictionary_compare(const Dictionary *dictionary, int32 a, int32 b)
{
	const DictionaryText *left = &dictionary->texts[a];
	const DictionaryText *right = &dictionary->texts[b];
	int			order = memcmp(left->text, right->text, Min(left->length, right->length));

	return order != 0 ? order : (left->length > right->length) - (left->length < right->length);
}

static int
compare_numbers(const void *a, const void *b, void *dictionary)
{
	return dictionary_compare(dictionary, *(const int32 *) a, *(const int32 *) b);
}

void
dictionary_sort(const Dictionary *dictionary, int32 *numbers, int count)
{
	if (count > 1)
		qsort_arg(numbers, count, sizeof(int32), compare_numbers, unconstify(Dictionary *, dictionary));
}

int32 *
dictionary_order(const Dictionary *dictionary)
{
	int32	   *order = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(int32) * Max(dictionary->count, 1));

	for (int32 i = 0; i < dictionary->count; i++)
		order[i] = i;
	dictionary_sort(dictionary, order, dictionary->count);
	return order;
}
