/*
 * walk_group.c
 *		Rows in memory, in any order, grouped by entity.
 *
 * A small hash table gives each entity a dense number, a counting sort lays out
 * the events entity after entity, and each entity's are sorted. Rows too many for
 * the cache are partitioned further first, by the next bits of the hash.
 */
#include "base/compat.h"

#include "miscadmin.h"
#include "path/walk_parts.h"
#include "utils/memutils.h"

/* Further partitions, at most 2^10: of 32 k rows each that makes 32 M in one pass, more than a partition in memory has. */
#define FURTHER_BITS	10

/* Entities that there is room for at first */
#define FIRST_ENTITIES	32

void
grouping_begin(Walk *walk)
{
	Grouping   *grouping = &walk->grouping;

	grouping->most_entities = FIRST_ENTITIES;
	grouping->keys = (uint64 *) palloc(FIRST_ENTITIES * walk->key_words * sizeof(uint64));
	grouping->next = (uint32 *) palloc(FIRST_ENTITIES * sizeof(uint32));
	grouping->ends = (uint32 *) palloc(FIRST_ENTITIES * sizeof(uint32));
}

void
grouping_end(Walk *walk)
{
	Grouping   *grouping = &walk->grouping;

	pfree(grouping->keys);
	pfree(grouping->next);
	pfree(grouping->ends);
	if (grouping->slots)
	{
		pfree(grouping->slots);
		pfree(grouping->entity_of);
		pfree(grouping->events);
	}
}

/* The slot of a key: its first entity. */
static pg_attribute_always_inline uint32 *
entity_slot(const Grouping *grouping, const uint64 *key, const int key_words)
{
	uint64		hash = key_words == 2 ? path_hash_wide(key) : path_hash_narrow(key);

	return &grouping->slots[(uint32) hash & grouping->mask];
}

/*
 * Makes a hash table of at least so many slots, a power of 2, and fills in the
 * entities so far. Chains, not probing: so the hashes need be independent by
 * twos only, and ids that lie at equal distances make no clusters.
 */
static void
make_table(Grouping *grouping, uint32 slots, const int key_words)
{
	if (grouping->slots == NULL || slots > grouping->mask + 1)
	{
		if (grouping->slots)
			pfree(grouping->slots);
		grouping->slots = (uint32 *) MemoryContextAllocHuge(CurrentMemoryContext, (Size) slots * sizeof(uint32));
		grouping->mask = slots - 1;
	}
	memset(grouping->slots, 0, (Size) (grouping->mask + 1) * sizeof(uint32));
	for (uint32 entity = 0; entity < grouping->entities; entity++)
	{
		uint32	   *slot = entity_slot(grouping, grouping->keys + (Size) entity * key_words, key_words);

		if ((entity & 0xffff) == 0xffff)
			CHECK_FOR_INTERRUPTS();
		grouping->next[entity] = *slot;
		*slot = entity + 1;
	}
}

/* Makes room for more entities than there are. */
static void
grow_entities(Grouping *grouping, const int key_words)
{
	Size		most = grouping->most_entities * (Size) 2;

	if (most > PG_INT32_MAX / 2)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many entities in one partition of the memory")));
	grouping->keys = (uint64 *) repalloc_huge(grouping->keys, most * key_words * sizeof(uint64));
	grouping->next = (uint32 *) repalloc_huge(grouping->next, most * sizeof(uint32));
	grouping->ends = (uint32 *) repalloc_huge(grouping->ends, most * sizeof(uint32));
	grouping->most_entities = (uint32) most;
	make_table(grouping, (uint32) most * 4, key_words);
}

/* The number of an entity, a new one at its first row. */
static pg_attribute_always_inline uint32
entity_number(Grouping *grouping, const uint64 *key, const int key_words)
{
	uint32	   *slot = entity_slot(grouping, key, key_words);
	uint32		entity;

	for (entity = *slot; entity != 0; entity = grouping->next[entity - 1])
	{
		const uint64 *known = grouping->keys + (Size) (entity - 1) * key_words;

		if (likely(path_is_same_key(known, key, key_words == 2)))
			return entity - 1;
		CHECK_FOR_INTERRUPTS();
	}
	entity = grouping->entities;
	grouping->next[entity] = *slot;
	*slot = entity + 1;
	memcpy(grouping->keys + (Size) entity * key_words, key, key_words * sizeof(uint64));
	grouping->ends[entity] = 0;
	if (++grouping->entities == grouping->most_entities)
		grow_entities(grouping, key_words);
	return entity;
}

/* Sees to it that so many rows can be grouped. */
static void
make_room_for_rows(Walk *walk, int64 rows)
{
	Grouping   *grouping = &walk->grouping;

	walk_check_rows(rows);
	if (rows <= grouping->room)
		return;
	if (grouping->events)
	{
		pfree(grouping->entity_of);
		pfree(grouping->events);
	}
	grouping->room = rows;
	grouping->entity_of = (uint32 *) MemoryContextAllocHuge(CurrentMemoryContext, rows * sizeof(uint32));
	grouping->events = (int64 *) MemoryContextAllocHuge(CurrentMemoryContext, rows * walk->event_words * sizeof(int64));
}

static int
compare_keys(const void *a, const void *b, void *arg)
{
	const Walk *walk = (const Walk *) arg;
	const uint64 *key_a = walk->grouping.keys + (Size) *(const uint32 *) a * walk->key_words;
	const uint64 *key_b = walk->grouping.keys + (Size) *(const uint32 *) b * walk->key_words;

	for (int i = 0; i < walk->key_words; i++)
	{
		if (key_a[i] != key_b[i])
			return key_a[i] < key_b[i] ? -1 : 1;
	}
	return 0;
}

/* Writes the grouped entities to the run, as rows, in order of key. */
static void
write_entities(Walk *walk)
{
	const Grouping *grouping = &walk->grouping;
	uint32	   *order = grouping->entity_of;	/* done with */
	uint64		row[2 + EVENT_WORDS];

	for (uint32 i = 0; i < grouping->entities; i++)
		order[i] = i;
	qsort_arg(order, grouping->entities, sizeof(uint32), compare_keys, walk);
	for (uint32 i = 0; i < grouping->entities; i++)
	{
		uint32		entity = order[i];
		uint32		begin = entity == 0 ? 0 : grouping->ends[entity - 1];

		memcpy(row, grouping->keys + (Size) entity * walk->key_words, walk->key_words * sizeof(uint64));
		for (uint32 at = begin; at < grouping->ends[entity]; at++)
		{
			if ((at & 0xffff) == 0)
				CHECK_FOR_INTERRUPTS();
			memcpy(row + walk->key_words, grouping->events + (Size) at * walk->event_words, walk->event_words * sizeof(int64));
			spill_write(walk->run, row, walk->row_words * sizeof(int64));
			walk->run_size += walk->row_words * sizeof(int64);
		}
	}
}

/* Gives each row the number of its entity, and counts each one's rows. */
static pg_attribute_always_inline void
number_rows(Grouping *grouping, const Pieces *pieces, const int key_words, const int event_words)
{
	uint32	   *entity_of = grouping->entity_of;
	uint32		number = 0;

	grouping->entities = 0;
	make_table(grouping, grouping->most_entities * 4, key_words);
	for (int p = 0; p < pieces->length; p++)
	{
		const uint64 *row = pieces->piece[p].rows;

		CHECK_FOR_INTERRUPTS();
		for (int64 i = 0; i < pieces->piece[p].count; i++)
		{
			uint32		entity = entity_number(grouping, row, key_words);

			grouping->ends[entity]++;
			entity_of[number++] = entity;
			row += key_words + event_words;
		}
	}
}

/* Lays out the events, entity after entity. Ends: how many, then where each begins, and filling makes that where it ends. */
static pg_attribute_always_inline void
lay_out_events(Grouping *grouping, const Pieces *pieces, const int key_words, const int event_words)
{
	const uint32 *entity_of = grouping->entity_of;
	int64	   *events = grouping->events;
	uint32		end = 0;
	uint32		number = 0;

	for (uint32 entity = 0; entity < grouping->entities; entity++)
	{
		uint32		count = grouping->ends[entity];

		grouping->ends[entity] = end;
		end += count;
	}
	for (int p = 0; p < pieces->length; p++)
	{
		const uint64 *row = pieces->piece[p].rows + key_words;

		CHECK_FOR_INTERRUPTS();
		for (int64 i = 0; i < pieces->piece[p].count; i++)
		{
			int64	   *event = events + (Size) grouping->ends[entity_of[number++]]++ * event_words;

			copy_event(event, (const int64 *) row, event_words);
			row += key_words + event_words;
		}
	}
}

/* Groups rows by entity, sorts each one's events, and passes them on. */
static pg_attribute_always_inline void
group_rows_of(Walk *walk, const Pieces *pieces, const int key_words, const int event_words)
{
	Grouping   *grouping = &walk->grouping;
	uint32		begin = 0;

	number_rows(grouping, pieces, key_words, event_words);
	lay_out_events(grouping, pieces, key_words, event_words);
	for (uint32 entity = 0; entity < grouping->entities; entity++)
	{
		int64	   *first = grouping->events + (Size) begin * event_words;
		uint32		count = grouping->ends[entity] - begin;

		if ((entity & 0xfff) == 0)
			CHECK_FOR_INTERRUPTS();
		sort_events(&walk->sorter, first, count, event_words);
		if (walk->run == NULL)
			walk_pass_batch(walk, grouping->keys + (Size) entity * key_words, first, count, true, true);
		begin = grouping->ends[entity];
	}
	if (walk->run)
		write_entities(walk);
}

void
group_rows(Walk *walk, const Pieces *pieces)
{
	make_room_for_rows(walk, pieces->rows);
	CALL_BY_WIDTH(walk, group_rows_of, walk, pieces)
}

/* Are these the rows of a single entity? */
static bool
is_one_entity(const Walk *walk, const Pieces *pieces)
{
	const uint64 *key = pieces->piece[0].rows;

	for (int p = 0; p < pieces->length; p++)
	{
		const uint64 *row = pieces->piece[p].rows;

		CHECK_FOR_INTERRUPTS();
		for (int64 i = 0; i < pieces->piece[p].count; i++, row += walk->row_words)
		{
			if (!path_is_same_key(row, key, walk->key_words == 2))
				return false;
		}
	}
	return true;
}

/*
 * Partitions rows further, by the bits of the hash below those that chose this
 * partition, and groups each part. A part that is still too large is so for
 * the sake of some large entities: then it is grouped as it is.
 */
static void
partition_further(Walk *walk, const Pieces *pieces)
{
	int			bits = 1;
	int			skip = walk->store->records.bits;
	int			row_words = walk->row_words;
	uint64	   *copy;
	int64	   *ends;
	int64		end = 0;
	int64		begin = 0;

	while (bits < FURTHER_BITS && pieces->rows >> bits > GROUP_ROWS)
		bits++;
	ends = (int64 *) palloc0(sizeof(int64) << bits);
	copy = (uint64 *) MemoryContextAllocHuge(CurrentMemoryContext, pieces->rows * row_words * sizeof(uint64));

	/* First how many, then where to, as in group_rows */
	for (int pass = 0; pass < 2; pass++)
	{
		for (int p = 0; p < pieces->length; p++)
		{
			const uint64 *row = pieces->piece[p].rows;

			for (int64 i = 0; i < pieces->piece[p].count; i++, row += row_words)
			{
				uint64		hash = walk->key_words == 2 ? path_hash_wide(row) : path_hash_narrow(row);
				int64	   *place = &ends[(hash << skip) >> (64 - bits)];

				if ((i & 0xffff) == 0)
					CHECK_FOR_INTERRUPTS();
				if (pass == 1)
					memcpy(copy + *place * row_words, row, row_words * sizeof(uint64));
				++*place;
			}
		}
		for (int part = 0; pass == 0 && part < 1 << bits; part++)
		{
			int64		count = ends[part];

			ends[part] = end;
			end += count;
		}
	}

	for (int part = 0; part < 1 << bits; part++)
	{
		Piece		piece = {copy + begin * row_words, ends[part] - begin};
		Pieces		one = {&piece, 1, piece.count};

		if (piece.count > 0)
			group_rows(walk, &one);
		begin = ends[part];
	}
	pfree(copy);
	pfree(ends);
}

void
group_rows_in_parts(Walk *walk, const Pieces *pieces)
{
	if (pieces->rows > GROUPED_AT_ONCE && !is_one_entity(walk, pieces))
		partition_further(walk, pieces);
	else if (pieces->rows > 0)
		group_rows(walk, pieces);
}
