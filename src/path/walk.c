/*
 * walk.c
 *		The walk over an event store.
 *
 * Rows that lie in order are read as they lie: an entity ends where the next one
 * begins. A few runs in order are merged, of several processes, too.
 *
 * Otherwise the store is partitioned by the hash of the key. A partition that fits the
 * cache is grouped: a small hash table gives each entity a dense number, a
 * counting sort lays out the events entity after entity, and each entity's are
 * sorted. A larger partition is partitioned further by the next bits of the
 * hash. One that has spilled and is too large for memory is sorted in runs,
 * which are merged, and streams to the visitor.
 */
#include "base/compat.h"

#include "miscadmin.h"
#include "path/walk.h"
#include "utils/memutils.h"

/*
 * The constants follow from sizes; none has been tuned on a machine.
 *
 * Rows that are grouped at once: of 16 to 32 bytes each where they have at most
 * one word of payload, and 8 to 16 of their events, that is 0.8 to 1.5 MB, which a second-level cache of today holds.
 * Beyond twice as many a partition is partitioned further.
 */
#define GROUP_ROWS		(32 * 1024)

/* Further partitions, at most 2^10: of 32 k rows each that makes 32 M in one pass, more than a partition in memory has. */
#define FURTHER_BITS	10

/*
 * Up to this many events are sorted by insertion: a thousand moves of 64 in no
 * order, fewer in any. The radix sort clears 8 or 16 kB of counters first.
 */
#define INSERTION_MOST	64

/* Entities that there is room for at first */
#define FIRST_ENTITIES	32

/* Events of a batch where an entity streams: 32 to 128 kB */
#define STREAM_EVENTS	4096

/* Words of an event, at most: its moment, and payload */
#define EVENT_WORDS		(1 + PATH_PAYLOAD_WORDS)

/* Some rows that lie in one piece */
typedef struct Piece
{
	const uint64 *rows;
	int64		count;
}			Piece;

typedef struct Pieces
{
	Piece	   *piece;
	int			length;
	int64		rows;			/* in all of them */
}			Pieces;

/* The store's own rows, or those of one of its parts */
typedef struct Source
{
	Records    *records;
	bool		is_ranked;		/* these are as of a PathPart */
	int			runs;
	bool		could_spill;	/* before the walk, which holds them where they are */
}			Source;

typedef struct Walk
{
	PathStore  *store;
	Source	   *sources;		/* all partitioned alike, or all in order */
	int			sources_count;
	bool		is_sorted;		/* of rows in order: in each run each entity's events are sorted */
	PathVisit	visit;
	void	   *visitor;
	int			key_words;
	int			event_words;
	int			row_words;

	/* Where grouped entities go instead of to the visitor: a run, in order of key */
	BufFile    *run;
	int64		run_size;

	/* Grouping: the hash table holds numbers of entities, from 1; those of a slot are chained */
	uint32	   *slots;
	uint32		mask;
	uint32		entities;
	uint32		most_entities;	/* room in keys, next and ends */
	uint64	   *keys;
	uint32	   *next;			/* of each: the next one of its slot, 0: none */
	uint32	   *ends;			/* of each: how many events; then, where they end */
	uint32	   *entity_of;		/* of each row */
	int64	   *events;
	int64		room;			/* rows that entity_of and events have room for */
	int64	   *sort_room;		/* to and fro while sorting */
	int64		sort_size;		/* events it has room for */
}			Walk;

/* Calls a function that is compiled for each width of rows, with the words of their keys and of their events. */
#define CALL_BY_WIDTH(walk, function, ...) \
	switch ((walk)->key_words * 10 + (walk)->event_words) \
	{ \
		case 11: function(__VA_ARGS__, 1, 1); break; \
		case 12: function(__VA_ARGS__, 1, 2); break; \
		case 13: function(__VA_ARGS__, 1, 3); break; \
		case 14: function(__VA_ARGS__, 1, 4); break; \
		case 21: function(__VA_ARGS__, 2, 1); break; \
		case 22: function(__VA_ARGS__, 2, 2); break; \
		case 23: function(__VA_ARGS__, 2, 3); break; \
		case 24: function(__VA_ARGS__, 2, 4); break; \
		default: Assert(false); \
	}

/* ---- sorting the events of one entity ---- */

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

static bool
is_sorted(const int64 *events, int64 count, const int words)
{
	for (int64 i = 1; i < count; i++)
	{
		if (event_is_before(events + i * words, events + (i - 1) * words, words))
			return false;
	}
	return true;
}

/* Byte number "byte" of a word, so that unsigned bytes order as signed words do */
#define sort_byte(word, byte)	((((uint64) (word) ^ ((uint64) 1 << 63)) >> ((byte) * 8)) & 0xff)

/*
 * Sorts by one byte after the other, from the least significant one. Bytes that
 * are the same in all events cost nothing: of a time in microseconds that's
 * two or three of eight.
 */
static void
sort_by_radix(Walk *walk, int64 *events, int64 count, const int words)
{
	uint32		counts[2 * 8][256];
	int64	   *from = events;
	int64	   *to;
	const int	by = Min(words, 2);	/* the words that order them */

	if (walk->sort_size < count)
	{
		if (walk->sort_room)
			pfree(walk->sort_room);
		walk->sort_size = count;
		walk->sort_room = (int64 *) MemoryContextAllocHuge(CurrentMemoryContext, count * words * sizeof(int64));
	}
	to = walk->sort_room;

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

static pg_attribute_always_inline void
sort_events(Walk *walk, int64 *events, int64 count, const int words)
{
	if (likely(count <= INSERTION_MOST))
		sort_by_insertion(events, count, words);
	else if (!is_sorted(events, count, words))
		sort_by_radix(walk, events, count, words);
}

void
path_sort_events(int64 *events, int64 count, int words)
{
	Walk		walk = {0};

	if (words == 1)
		sort_events(&walk, events, count, 1);
	else
		sort_events(&walk, events, count, 2);
	if (walk.sort_room)
		pfree(walk.sort_room);
}

/* ---- grouping ---- */

/* The slot of a key: its first entity. */
static pg_attribute_always_inline uint32 *
entity_slot(const Walk *walk, const uint64 *key, const int key_words)
{
	uint64		hash = key_words == 2 ? path_hash_wide(key) : path_hash_narrow(key);

	return &walk->slots[(uint32) hash & walk->mask];
}

/*
 * Makes a hash table of at least so many slots, a power of 2, and fills in the
 * entities so far. Chains, not probing: so the hashes need be independent by
 * twos only, and ids that lie at equal distances make no clusters.
 */
static void
make_table(Walk *walk, uint32 slots, const int key_words)
{
	if (walk->slots == NULL || slots > walk->mask + 1)
	{
		if (walk->slots)
			pfree(walk->slots);
		walk->slots = (uint32 *) MemoryContextAllocHuge(CurrentMemoryContext, (Size) slots * sizeof(uint32));
		walk->mask = slots - 1;
	}
	memset(walk->slots, 0, (Size) (walk->mask + 1) * sizeof(uint32));
	for (uint32 entity = 0; entity < walk->entities; entity++)
	{
		uint32	   *slot = entity_slot(walk, walk->keys + (Size) entity * key_words, key_words);

		if ((entity & 0xffff) == 0xffff)
			CHECK_FOR_INTERRUPTS();
		walk->next[entity] = *slot;
		*slot = entity + 1;
	}
}

/* Makes room for more entities than there are. */
static void
grow_entities(Walk *walk, const int key_words)
{
	Size		most = walk->most_entities * (Size) 2;

	if (most > PG_INT32_MAX / 2)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many entities in one partition of the memory")));
	walk->keys = (uint64 *) repalloc_huge(walk->keys, most * key_words * sizeof(uint64));
	walk->next = (uint32 *) repalloc_huge(walk->next, most * sizeof(uint32));
	walk->ends = (uint32 *) repalloc_huge(walk->ends, most * sizeof(uint32));
	walk->most_entities = (uint32) most;
	make_table(walk, (uint32) most * 4, key_words);
}

/* The number of an entity, a new one at its first row. */
static pg_attribute_always_inline uint32
entity_number(Walk *walk, const uint64 *key, const int key_words)
{
	uint32	   *slot = entity_slot(walk, key, key_words);
	uint32		entity;

	for (entity = *slot; entity != 0; entity = walk->next[entity - 1])
	{
		const uint64 *known = walk->keys + (Size) (entity - 1) * key_words;

		if (likely(path_is_same_key(known, key, key_words == 2)))
			return entity - 1;
		CHECK_FOR_INTERRUPTS();
	}
	entity = walk->entities;
	walk->next[entity] = *slot;
	*slot = entity + 1;
	memcpy(walk->keys + (Size) entity * key_words, key, key_words * sizeof(uint64));
	walk->ends[entity] = 0;
	if (++walk->entities == walk->most_entities)
		grow_entities(walk, key_words);
	return entity;
}

/* So many rows of an entity, or of several that are grouped together, are numbered by 32 bits. */
static void
check_rows(int64 rows)
{
	if (rows > PG_INT32_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("one entity has too many rows for the memory: " INT64_FORMAT, rows)));
}

/* Sees to it that so many rows can be grouped. */
static void
make_room_for_rows(Walk *walk, int64 rows)
{
	check_rows(rows);
	if (rows <= walk->room)
		return;
	if (walk->events)
	{
		pfree(walk->entity_of);
		pfree(walk->events);
	}
	walk->room = rows;
	walk->entity_of = (uint32 *) MemoryContextAllocHuge(CurrentMemoryContext, rows * sizeof(uint32));
	walk->events = (int64 *) MemoryContextAllocHuge(CurrentMemoryContext, rows * walk->event_words * sizeof(int64));
}

static int
compare_keys(const void *a, const void *b, void *arg)
{
	const Walk *walk = (const Walk *) arg;
	const uint64 *key_a = walk->keys + (Size) *(const uint32 *) a * walk->key_words;
	const uint64 *key_b = walk->keys + (Size) *(const uint32 *) b * walk->key_words;

	for (int i = 0; i < walk->key_words; i++)
	{
		if (key_a[i] != key_b[i])
			return key_a[i] < key_b[i] ? -1 : 1;
	}
	return 0;
}

static inline void
pass_batch(Walk *walk, const uint64 *key, const int64 *events, int64 count, bool first, bool last)
{
	PathBatch	batch;

	batch.words = events;
	batch.width = walk->event_words;
	batch.first = first;
	batch.last = last;
	batch.count = count;
	batch.key = key;
	walk->visit(walk->visitor, &batch);
}

/* Writes the grouped entities to the run, as rows, in order of key. */
static void
write_entities(Walk *walk)
{
	uint32	   *order = walk->entity_of;	/* done with */
	uint64		row[2 + EVENT_WORDS];

	for (uint32 i = 0; i < walk->entities; i++)
		order[i] = i;
	qsort_arg(order, walk->entities, sizeof(uint32), compare_keys, walk);
	for (uint32 i = 0; i < walk->entities; i++)
	{
		uint32		entity = order[i];
		uint32		begin = entity == 0 ? 0 : walk->ends[entity - 1];

		memcpy(row, walk->keys + (Size) entity * walk->key_words, walk->key_words * sizeof(uint64));
		for (uint32 at = begin; at < walk->ends[entity]; at++)
		{
			if ((at & 0xffff) == 0)
				CHECK_FOR_INTERRUPTS();
			memcpy(row + walk->key_words, walk->events + (Size) at * walk->event_words, walk->event_words * sizeof(int64));
			spill_write(walk->run, row, walk->row_words * sizeof(int64));
			walk->run_size += walk->row_words * sizeof(int64);
		}
	}
}

/* Groups rows by entity, sorts each one's events, and passes them on. */
static pg_attribute_always_inline void
group_rows_of(Walk *walk, const Pieces *pieces, const int key_words, const int event_words)
{
	uint32	   *entity_of = walk->entity_of;
	int64	   *events = walk->events;
	uint32		end = 0;
	uint32		begin = 0;
	uint32		number = 0;

	walk->entities = 0;
	make_table(walk, walk->most_entities * 4, key_words);
	for (int p = 0; p < pieces->length; p++)
	{
		const uint64 *row = pieces->piece[p].rows;

		CHECK_FOR_INTERRUPTS();
		for (int64 i = 0; i < pieces->piece[p].count; i++)
		{
			uint32		entity = entity_number(walk, row, key_words);

			walk->ends[entity]++;
			entity_of[number++] = entity;
			row += key_words + event_words;
		}
	}

	/* ends: how many, then where each begins, and filling makes that where it ends */
	for (uint32 entity = 0; entity < walk->entities; entity++)
	{
		uint32		count = walk->ends[entity];

		walk->ends[entity] = end;
		end += count;
	}
	number = 0;
	for (int p = 0; p < pieces->length; p++)
	{
		const uint64 *row = pieces->piece[p].rows + key_words;

		CHECK_FOR_INTERRUPTS();
		for (int64 i = 0; i < pieces->piece[p].count; i++)
		{
			int64	   *event = events + (Size) walk->ends[entity_of[number++]]++ * event_words;

			copy_event(event, (const int64 *) row, event_words);
			row += key_words + event_words;
		}
	}

	for (uint32 entity = 0; entity < walk->entities; entity++)
	{
		int64	   *first = events + (Size) begin * event_words;
		uint32		count = walk->ends[entity] - begin;

		if ((entity & 0xfff) == 0)
			CHECK_FOR_INTERRUPTS();
		sort_events(walk, first, count, event_words);
		if (walk->run == NULL)
			pass_batch(walk, walk->keys + (Size) entity * key_words, first, count, true, true);
		begin = walk->ends[entity];
	}
	if (walk->run)
		write_entities(walk);
}

static void
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

/* Groups the rows of a partition, in parts where it is large. */
static void
walk_rows(Walk *walk, const Pieces *pieces)
{
	if (pieces->rows > 2 * GROUP_ROWS && !is_one_entity(walk, pieces))
		partition_further(walk, pieces);
	else if (pieces->rows > 0)
		group_rows(walk, pieces);
}

/* ---- entities off rows that lie together ---- */

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

static void
gather_begin(Gathering *gathering, Walk *walk, bool is_sorted)
{
	gathering->walk = walk;
	gathering->is_sorted = is_sorted;
	gathering->first = true;
	gathering->count = 0;
	gathering->room = STREAM_EVENTS;
	gathering->events = (int64 *) palloc(STREAM_EVENTS * walk->event_words * sizeof(int64));
}

/* Passes on some events of the entity. */
static pg_attribute_always_inline void
gather_pass_events(Gathering *gathering, const uint64 *key, int64 *events, int64 count, bool last, const int event_words)
{
	if (!gathering->is_sorted)
		sort_events(gathering->walk, events, count, event_words);
	pass_batch(gathering->walk, key, events, count, gathering->first, last);
	gathering->first = last;
}

/* Passes on what there is. */
static pg_attribute_always_inline void
gather_pass(Gathering *gathering, bool last, const int event_words)
{
	gather_pass_events(gathering, gathering->key, gathering->events, gathering->count, last, event_words);
	gathering->count = 0;
}

/* Not room enough: events in order are passed on, others all kept until they can be sorted. */
static void
gather_more(Gathering *gathering, const int event_words)
{
	CHECK_FOR_INTERRUPTS();
	if (gathering->is_sorted)
	{
		gather_pass(gathering, false, event_words);
		return;
	}
	check_rows(gathering->room * 2);
	gathering->room *= 2;
	gathering->events = (int64 *) repalloc_huge(gathering->events, gathering->room * event_words * sizeof(int64));
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

/* ---- merging, where a partition is too large for memory ---- */

/* A sorted run being read */
typedef struct Run
{
	int64		position;		/* of what has not been read yet */
	int64		end;
	uint64	   *buffer;
	uint64	   *buffer_end;		/* of what is in the buffer */
}			Run;

/*
 * A tournament between the runs (Knuth, The Art of Computer Programming, volume
 * 3, 5.4.1): each inner node of the tree holds the run that lost there, so a new
 * row plays only those on its way up.
 */
typedef struct Merge
{
	Walk	   *walk;
	BufFile    *file;
	int			buffer_rows;	/* of each run */
	int			count;			/* of runs */
	Run		   *runs;
	const uint64 **rows;		/* the next row of each run, NULL at its end */
	int		   *losers;			/* at 1 .. count - 1; -1: nobody has played here yet */
	int			winner;
}			Merge;

/* Reads on in a run. */
static void
run_fill(Merge *merge, int number)
{
	Run		   *run = &merge->runs[number];
	Size		row_size = merge->walk->row_words * sizeof(int64);
	Size		size = Min((Size) (run->end - run->position), merge->buffer_rows * row_size);

	merge->rows[number] = NULL;
	if (size == 0)
		return;
	spill_read(merge->file, run->position, run->buffer, size);
	run->position += size;
	run->buffer_end = run->buffer + size / sizeof(int64);
	merge->rows[number] = run->buffer;
}

/* The order of the runs: by key, as compare_keys has it, then as events are. */
static inline bool
row_is_before(const Walk *walk, const uint64 *a, const uint64 *b)
{
	for (int i = 0; i < walk->key_words; i++)
	{
		if (a[i] != b[i])
			return a[i] < b[i];
	}
	return event_is_before((const int64 *) a + walk->key_words, (const int64 *) b + walk->key_words, walk->event_words);
}

/* Lets a run play its way up. */
static inline void
merge_play(Merge *merge, int run)
{
	int			winner = run;

	for (int node = (run + merge->count) / 2; node > 0; node /= 2)
	{
		int			other = merge->losers[node];

		if (other < 0)
		{
			merge->losers[node] = winner;
			return;
		}
		if (merge->rows[other] != NULL &&
			(merge->rows[winner] == NULL || row_is_before(merge->walk, merge->rows[other], merge->rows[winner])))
		{
			merge->losers[node] = winner;
			winner = other;
		}
	}
	merge->winner = winner;
}

/* Opens runs for merging; ends are their ends in the file, one after the other from "begin". */
static void
merge_open(Merge *merge, Walk *walk, BufFile *file, int64 begin, const int64 *ends, int runs)
{
	Size		row_size = walk->row_words * sizeof(int64);
	Size		size = Min(Max(spill_share() / 2 / runs, BLCKSZ), 1024 * 1024);

	merge->walk = walk;
	merge->file = file;
	merge->buffer_rows = size / row_size;
	merge->count = runs;
	merge->winner = 0;
	merge->runs = (Run *) palloc0(runs * sizeof(Run));
	merge->rows = (const uint64 **) palloc(runs * sizeof(uint64 *));
	merge->losers = (int *) palloc(runs * sizeof(int));
	for (int i = 0; i < runs; i++)
	{
		Run		   *run = &merge->runs[i];

		run->position = begin;
		run->end = begin = ends[i];
		run->buffer = (uint64 *) palloc(merge->buffer_rows * row_size);
		run_fill(merge, i);
		merge->losers[i] = -1;
	}
	for (int i = 0; i < runs; i++)
		merge_play(merge, i);
}

/* The next row in order, NULL after the last; good until merge_next. */
static inline const uint64 *
merge_row(const Merge *merge)
{
	return merge->rows[merge->winner];
}

/* Passes on to the row after merge_row(). */
static inline void
merge_next(Merge *merge)
{
	int			winner = merge->winner;

	merge->rows[winner] += merge->walk->row_words;
	if (merge->rows[winner] == merge->runs[winner].buffer_end)
		run_fill(merge, winner);
	merge_play(merge, winner);
}

static void
merge_close(Merge *merge)
{
	for (int i = 0; i < merge->count; i++)
		pfree(merge->runs[i].buffer);
	pfree(merge->runs);
	pfree(merge->rows);
	pfree(merge->losers);
}

/* Merges runs into one, at the end of another file. */
static void
merge_to_file(Walk *walk, BufFile *file, int64 begin, const int64 *ends, int runs, BufFile *to)
{
	Size		row_size = walk->row_words * sizeof(int64);
	Merge		merge;
	const uint64 *row;

	merge_open(&merge, walk, file, begin, ends, runs);
	while ((row = merge_row(&merge)) != NULL)
	{
		spill_write(to, row, row_size);
		merge_next(&merge);
	}
	merge_close(&merge);
}

/* Merges runs and passes each entity on to the visitor, in batches. */
static void
merge_to_visitor(Walk *walk, BufFile *file, const int64 *ends, int runs)
{
	Merge		merge;
	Gathering	gathering;
	const uint64 *row;

	gather_begin(&gathering, walk, true);
	merge_open(&merge, walk, file, 0, ends, runs);
	while ((row = merge_row(&merge)) != NULL)
	{
		CHECK_FOR_INTERRUPTS();
		gather_row(&gathering, row, walk->key_words, walk->event_words);
		merge_next(&merge);
	}
	gather_end(&gathering, walk->event_words);
	merge_close(&merge);
}

/* Adds the end of a run to a list that grows. */
static int64 *
add_end(int64 *ends, int runs, int64 end)
{
	if (ends == NULL)
		ends = (int64 *) palloc(16 * sizeof(int64));
	else if (runs >= 16 && (runs & (runs - 1)) == 0)
		ends = (int64 *) repalloc_huge(ends, 2 * (Size) runs * sizeof(int64));
	ends[runs] = end;
	return ends;
}

/* Sorts rows and appends them to the file as a run; empties the piece. Returns how many runs there are now. */
static int
write_run(Walk *walk, Piece *piece, int64 **ends, int runs)
{
	Pieces		one = {piece, 1, piece->count};

	group_rows(walk, &one);
	*ends = add_end(*ends, runs, walk->run_size);
	piece->count = 0;
	return runs + 1;
}

/* Writes a partition as sorted runs of at most so many rows; returns how many runs. */
static int
write_runs(Walk *walk, int partition, int64 most_rows, int64 **ends)
{
	int			row_words = walk->row_words;
	uint64	   *rows = (uint64 *) MemoryContextAllocHuge(CurrentMemoryContext, most_rows * row_words * sizeof(int64));
	Piece		piece = {rows, 0};
	RecordReader reader;
	const uint64 *block;
	int64		count;
	int			runs = 0;

	for (int source = 0; source < walk->sources_count; source++)
	{
		records_open(&reader, walk->sources[source].records, partition);
		do
		{
			count = records_read(&reader, (const void **) &block);
			for (int64 done = 0, part; done < count; done += part)
			{
				part = Min(count - done, most_rows - piece.count);
				memcpy(rows + piece.count * row_words, block + done * row_words, part * row_words * sizeof(int64));
				piece.count += part;
				if (piece.count == most_rows)
					runs = write_run(walk, &piece, ends, runs);
			}
		} while (count > 0);
		records_close(&reader);
	}
	if (piece.count > 0)
		runs = write_run(walk, &piece, ends, runs);
	pfree(rows);
	return runs;
}

/*
 * Walks over a partition that is too large for memory: sorted runs in a
 * temporary file of this walk, merged as often as it takes to have few enough
 * to read side by side, and then to the visitor. The file is closed here or,
 * after an error, by the resource owner.
 */
static void
walk_merging(Walk *walk, int partition)
{
	Size		share = spill_share();
	int			most_runs = (int) Min(Max(share / 2 / BLCKSZ, 8), 1024);
	int64	   *ends = NULL;
	int			runs;
	BufFile    *file = BufFileCreateTemp(false);

	walk->run = file;
	walk->run_size = 0;
	runs = write_runs(walk, partition, share / 2 / (walk->row_words * sizeof(int64)), &ends);
	walk->run = NULL;

	while (runs > most_runs)
	{
		BufFile    *to = BufFileCreateTemp(false);
		int			merged = 0;
		int64		begin = 0;

		for (int from = 0; from < runs; from += most_runs)
		{
			int			some = Min(most_runs, runs - from);
			int64		end = ends[from + some - 1];

			merge_to_file(walk, file, begin, ends + from, some, to);
			ends[merged++] = end;
			begin = end;
		}
		runs = merged;
		BufFileClose(file);
		file = to;
	}
	merge_to_visitor(walk, file, ends, runs);
	BufFileClose(file);
	pfree(ends);
}

/* ---- rows in order ---- */

/*
 * So many rows of a run are taken at once. Splitting them into entities has no
 * branch that depends on the keys: where an entity ends is anybody's guess, and
 * the visitor has to make it anyway.
 */
#define SPLIT_ROWS		256

/* Copies the events of some rows, and finds where each entity's end; how many there are. */
static pg_attribute_always_inline int
split_rows(const uint64 *row, int count, int64 *events, int *ends, const int key_words, const int event_words)
{
	const int	row_words = key_words + event_words;
	int			entities = 0;

	for (int i = 1; i < count; i++, row += row_words, events += event_words)
	{
		copy_event(events, (const int64 *) row + key_words, event_words);
		ends[entities] = i;
		entities += !path_is_same_key(row, row + row_words, key_words == 2);
	}
	copy_event(events, (const int64 *) row + key_words, event_words);
	ends[entities] = count;
	return entities + 1;
}

/* Takes some rows. The last of their entities may go on: it becomes the one that is being read. */
static pg_attribute_always_inline void
gather_rows(Gathering *gathering, const uint64 *row, int count, const int key_words, const int event_words)
{
	const int	row_words = key_words + event_words;
	int			ends[SPLIT_ROWS];
	int			entities;
	int64		before;			/* events of the first one that are there already */
	int64	   *begin;

	if (gathering->count > 0 && !path_is_same_key(row, gathering->key, key_words == 2))
		gather_pass(gathering, true, event_words);
	while (unlikely(gathering->count + count > gathering->room))
		gather_more(gathering, event_words);
	before = gathering->count;
	begin = gathering->events;
	entities = split_rows(row, count, begin + before * event_words, ends, key_words, event_words);

	for (int i = 0; i < entities - 1; i++)
	{
		int64	   *end = gathering->events + (before + ends[i]) * event_words;

		gather_pass_events(gathering, row + (ends[i] - 1) * row_words, begin, (end - begin) / event_words, true, event_words);
		begin = end;
	}
	gathering->count = before + count - (begin - gathering->events) / event_words;
	memmove(gathering->events, begin, gathering->count * event_words * sizeof(int64));
	memcpy(gathering->key, row + (count - 1) * row_words, key_words * sizeof(uint64));
}

/* Reads one run, in memory or from the file. */
static pg_attribute_always_inline void
read_run_of(Walk *walk, const int key_words, const int event_words)
{
	const int	row_words = key_words + event_words;
	Gathering	gathering;
	RecordReader reader;
	const uint64 *row;
	int64		count;

	gather_begin(&gathering, walk, walk->store->is_sorted);
	records_open(&reader, &walk->store->records, 0);
	while ((count = records_read(&reader, (const void **) &row)) > 0)
	{
		CHECK_FOR_INTERRUPTS();
		for (int64 i = 0; i < count; i += SPLIT_ROWS)
			gather_rows(&gathering, row + i * row_words, (int) Min(count - i, SPLIT_ROWS), key_words, event_words);
	}
	records_close(&reader);
	gather_end(&gathering, event_words);
}

/* A run that is being read */
typedef struct Cursor
{
	const Source *source;
	RecordReader reader;
	const uint64 *row;
	const uint64 *block_end;
	int64		left;			/* rows of the run, this one among them */
	uint64		rank;			/* of this row */
}			Cursor;

/* The rank that a stored key had when its row came */
static uint64
rank_of(const Walk *walk, const Source *source, const uint64 *key)
{
	return path_stored_key(key, walk->store->wide_keys, source->is_ranked).rank;
}

static void
cursor_read(Cursor *cursor, const Walk *walk)
{
	int64		count = records_read(&cursor->reader, (const void **) &cursor->row);

	CHECK_FOR_INTERRUPTS();
	cursor->block_end = cursor->row + count * walk->row_words;
}

/* At a row of the source's, by its number */
static void
cursor_begin(Cursor *cursor, const Walk *walk, const Source *source, int64 number)
{
	cursor->source = source;
	cursor->left = 0;
	records_open_from(&cursor->reader, source->records, number);
	cursor_read(cursor, walk);
	cursor->rank = rank_of(walk, source, cursor->row);
}

/* Goes on to the next row, of which there is one. */
static inline void
cursor_next(Cursor *cursor, const Walk *walk)
{
	cursor->row += walk->row_words;
	if (unlikely(cursor->row == cursor->block_end))
		cursor_read(cursor, walk);
}

/* Finds the runs of a source, by the rule that path_append began them by; how many there are. */
static int
find_runs_of(const Walk *walk, const Source *source, Cursor *runs)
{
	RecordReader reader;
	const uint64 *row;
	uint64		before[2] = {0, 0};
	uint64		rank_before = 0;
	int64		number = 0;
	int64		some;
	int			count = 0;

	records_open(&reader, source->records, 0);
	while ((some = records_read(&reader, (const void **) &row)) > 0)
	{
		CHECK_FOR_INTERRUPTS();
		for (int64 i = 0; i < some; i++, row += walk->row_words, number++)
		{
			if (count == 0 || !path_is_same_key(row, before, walk->store->wide_keys))
			{
				uint64		rank = rank_of(walk, source, row);

				if (count == 0 || rank <= rank_before)
				{
					Assert(count < source->runs);
					cursor_begin(&runs[count++], walk, source, number);
				}
				rank_before = rank;
				memcpy(before, row, walk->key_words * sizeof(uint64));
			}
			runs[count - 1].left++;
		}
	}
	records_close(&reader);
	return count;
}

/* Finds all runs; how many there are. */
static int
find_runs(const Walk *walk, Cursor *runs)
{
	int			count = 0;

	for (const Source *source = walk->sources; source < walk->sources + walk->sources_count; source++)
	{
		int64		rows = records_count(source->records);

		if (source->runs == 1 && rows > 0)
		{
			cursor_begin(&runs[count], walk, source, 0);
			runs[count++].left = rows;
		}
		else
			count += find_runs_of(walk, source, runs + count);
	}
	return count;
}

/* The partition, or range, to be walked over after that one, from -1 on; as many as there are, or more, at the end */
static int
next_piece(const PathShare *share, int piece)
{
	if (share == NULL || piece + 1 < share->own)
		return piece + 1;
	return (int) pg_atomic_fetch_add_u32(share->next, 1);
}

int64
path_first_at(const PathStore *store, Records *records, bool is_ranked, uint64 rank)
{
	int64		low = 0;
	int64		high = records_count(records);

	while (low < high)
	{
		int64		middle = low + (high - low) / 2;
		uint64		row[2 + EVENT_WORDS];

		records_fetch(records, middle, 1, row);
		if (path_stored_key(row, store->wide_keys, is_ranked).rank < rank)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The rows of a range, in each source a run; how many runs that makes. */
static int
find_range(const Walk *walk, int range, Cursor *runs)
{
	PathShare  *share = walk->store->share;
	int			count = 0;

	for (const Source *source = walk->sources; source < walk->sources + walk->sources_count; source++)
	{
		int64		begin = 0;
		int64		end = records_count(source->records);

		if (range > 0)
			begin = path_first_at(walk->store, source->records, source->is_ranked, share->bounds[range - 1]);
		if (range < share->ranges - 1)
			end = path_first_at(walk->store, source->records, source->is_ranked, share->bounds[range]);
		if (begin == end)
			continue;
		cursor_begin(&runs[count], walk, source, begin);
		runs[count++].left = end - begin;
		share->rows += end - begin;
	}
	return count;
}

/*
 * The run whose entity is the next: that of the lowest rank, ties by key; NULL
 * at the end of all. Where several have this entity, which "is_shared" tells, it
 * is the one whose event comes first.
 */
static pg_attribute_always_inline Cursor *
lowest_run(Cursor *runs, int count, bool *is_shared, const int key_words, const int event_words)
{
	Cursor	   *lowest = NULL;

	for (Cursor *run = runs; run < runs + count; run++)
	{
		int			order = -1;

		if (run->left == 0)
			continue;
		if (lowest != NULL)
			order = run->rank != lowest->rank ? (run->rank < lowest->rank ? -1 : 1) :
				memcmp(run->row, lowest->row, key_words * sizeof(uint64));
		if (order < 0)
			*is_shared = false;
		else if (order == 0)
			*is_shared = true;
		if (order < 0 || (order == 0 && event_is_before((const int64 *) run->row + key_words, (const int64 *) lowest->row + key_words, event_words)))
			lowest = run;
	}
	return lowest;
}

/* Merges runs. An entity's rows may be in several of them: where each has them sorted, they are taken one by one. */
static pg_attribute_always_inline void
merge_runs_of(Walk *walk, Cursor *runs, int count, const int key_words, const int event_words)
{
	Gathering	gathering;
	Cursor	   *run;
	int64		times = 0;
	bool		is_shared;

	gather_begin(&gathering, walk, walk->is_sorted);
	while ((run = lowest_run(runs, count, &is_shared, key_words, event_words)) != NULL)
	{
		if ((++times & 0xfff) == 0)
			CHECK_FOR_INTERRUPTS();
		do
		{
			gather_row(&gathering, run->row, key_words, event_words);
			if (--run->left == 0)
				break;
			cursor_next(run, walk);
		} while (path_is_same_key(run->row, gathering.key, key_words == 2) && !(is_shared && walk->is_sorted));
		if (run->left > 0)
			run->rank = rank_of(walk, run->source, run->row);
	}
	gather_end(&gathering, event_words);
	for (int i = 0; i < count; i++)
		records_close(&runs[i].reader);
}

static pg_attribute_always_inline void
read_in_order_of(Walk *walk, Cursor *runs, const int key_words, const int event_words)
{
	PathShare  *share = walk->store->share;

	if (share != NULL)
	{
		for (int i = next_piece(share, -1); i < share->ranges; i = next_piece(share, i))
			merge_runs_of(walk, runs, find_range(walk, i, runs), key_words, event_words);
	}
	else if (walk->sources_count == 1 && walk->store->runs <= 1)
		read_run_of(walk, key_words, event_words);
	else
		merge_runs_of(walk, runs, find_runs(walk, runs), key_words, event_words);
}

/*
 * Parts that were settled can be. From a file of the store's own only where
 * nothing is left to be sorted. A few rows in several runs are grouped as fast.
 */
bool
path_is_read_in_order(const PathStore *store)
{
	if (!store->in_order || store->parts != NULL)
		return store->in_order;
	if (store->runs <= 1)
		return store->is_sorted || store->records.file == NULL;
	return store->records.file == NULL && records_in_partition(&store->records, 0) > 2 * GROUP_ROWS;
}

bool
path_is_shared_in_order(const PathStore *store)
{
	int			pieces = records_pieces(&store->records);

	if (store->runs > 1)
		return false;
	for (const PathPart *part = store->parts; part != NULL; part = part->next)
	{
		if (part->runs > 1)
			return false;
		pieces += records_pieces(part->records);
	}
	return pieces <= PATH_RUNS;
}

void
path_find_bounds(PathStore *store, uint64 *bounds, int ranges)
{
	Records    *most = &store->records;
	bool		is_ranked = path_store_is_ranked(store);

	for (const PathPart *part = store->parts; part != NULL; part = part->next)
		if (records_count(part->records) > records_count(most))
		{
			most = part->records;
			is_ranked = part->is_ranked;
		}
	for (int i = 1; i < ranges; i++)
	{
		uint64		row[2 + EVENT_WORDS];

		records_fetch(most, records_count(most) * i / ranges, 1, row);
		bounds[i - 1] = path_stored_key(row, store->wide_keys, is_ranked).rank;
	}
}

static void
read_in_order(Walk *walk)
{
	Cursor		runs[PATH_RUNS];

	CALL_BY_WIDTH(walk, read_in_order_of, walk, runs)
}

/* ---- the walk ---- */

/* The chunks of a partition that is in memory */
static void
walk_in_place(Walk *walk, int partition, int64 rows)
{
	Size		row_size = walk->row_words * sizeof(int64);
	Pieces		pieces = {NULL, 0, rows};

	for (int i = 0; i < walk->sources_count; i++)
		for (const RecordChunk *chunk = walk->sources[i].records->streams[partition].first; chunk; chunk = chunk->next)
			pieces.length++;
	pieces.piece = (Piece *) palloc(pieces.length * sizeof(Piece));
	pieces.length = 0;
	for (int i = 0; i < walk->sources_count; i++)
	{
		const RecordStream *stream = &walk->sources[i].records->streams[partition];

		for (const RecordChunk *chunk = stream->first; chunk; chunk = chunk->next)
		{
			Piece	   *piece = &pieces.piece[pieces.length++];

			piece->rows = (const uint64 *) chunk->data;
			piece->count = record_chunk_used(stream, chunk) / row_size;
		}
	}
	walk_rows(walk, &pieces);
	pfree(pieces.piece);
}

/* A partition of which there is something in a file, but which fits memory */
static void
walk_copied(Walk *walk, int partition, int64 rows)
{
	uint64	   *copy = (uint64 *) MemoryContextAllocHuge(CurrentMemoryContext, rows * walk->row_words * sizeof(int64));
	Piece		piece = {copy, 0};
	Pieces		one = {&piece, 1, rows};

	for (int i = 0; i < walk->sources_count; i++)
	{
		records_copy(walk->sources[i].records, partition, copy + piece.count * walk->row_words);
		piece.count += records_in_partition(walk->sources[i].records, partition);
	}
	walk_rows(walk, &one);
	pfree(copy);
}

static int64
rows_in_partition(const Walk *walk, int partition)
{
	int64		rows = 0;

	for (int i = 0; i < walk->sources_count; i++)
		rows += records_in_partition(walk->sources[i].records, partition);
	return rows;
}

static bool
is_all_in_memory(const Walk *walk)
{
	for (int i = 0; i < walk->sources_count; i++)
		if (walk->sources[i].records->file != NULL)
			return false;
	return true;
}

static void
walk_partitions(Walk *walk)
{
	PathShare  *share = walk->store->share;
	int			partitions = records_partitions(&walk->store->records);
	bool		in_memory = is_all_in_memory(walk);

	walk->most_entities = FIRST_ENTITIES;
	walk->keys = (uint64 *) palloc(FIRST_ENTITIES * walk->key_words * sizeof(uint64));
	walk->next = (uint32 *) palloc(FIRST_ENTITIES * sizeof(uint32));
	walk->ends = (uint32 *) palloc(FIRST_ENTITIES * sizeof(uint32));
	for (int i = next_piece(share, -1); i < partitions; i = next_piece(share, i))
	{
		int64		rows = rows_in_partition(walk, i);

		CHECK_FOR_INTERRUPTS();
		if (rows == 0)
			continue;
		if (share != NULL)
			share->rows += rows;
		if (in_memory)
			walk_in_place(walk, i, rows);
		else if (rows * walk->row_words * sizeof(int64) <= spill_share() / 2)
			walk_copied(walk, i, rows);
		else
			walk_merging(walk, i);
	}
	pfree(walk->keys);
	pfree(walk->next);
	pfree(walk->ends);
	if (walk->slots)
	{
		pfree(walk->slots);
		pfree(walk->entity_of);
		pfree(walk->events);
	}
}

static void
add_source(Walk *walk, Records *records, bool is_ranked, int runs, bool is_sorted)
{
	Source	   *source = &walk->sources[walk->sources_count++];

	source->records = records;
	source->is_ranked = is_ranked;
	source->runs = runs;
	source->could_spill = records_hold(records);
	walk->is_sorted &= is_sorted;
}

/* The store's own rows and its parts, whose records then stay where they are */
static void
hold_sources(Walk *walk)
{
	PathStore  *store = walk->store;
	int			count = 1;

	for (const PathPart *part = store->parts; part != NULL; part = part->next)
		count++;
	walk->sources = palloc(count * sizeof(Source));
	walk->is_sorted = true;
	add_source(walk, &store->records, path_store_is_ranked(store), store->runs, store->is_sorted);
	for (const PathPart *part = store->parts; part != NULL; part = part->next)
		add_source(walk, part->records, part->is_ranked, part->runs, part->is_sorted);
}

static void
release_sources(Walk *walk)
{
	for (int i = 0; i < walk->sources_count; i++)
		records_release(walk->sources[i].records, walk->sources[i].could_spill);
	pfree(walk->sources);
}

void
path_walk(PathStore *store, PathVisit visit, void *visitor)
{
	Walk		walk;

	path_settle_parts(store);
	memset(&walk, 0, sizeof(Walk));
	walk.store = store;
	walk.visit = visit;
	walk.visitor = visitor;
	walk.key_words = store->wide_keys ? 2 : 1;
	walk.event_words = 1 + store->payload_words;
	walk.row_words = walk.key_words + walk.event_words;
	hold_sources(&walk);			/* the visitor may append to another store */
	if (path_is_read_in_order(store))
		read_in_order(&walk);
	else
		walk_partitions(&walk);
	if (walk.sort_room)
		pfree(walk.sort_room);
	release_sources(&walk);
}
