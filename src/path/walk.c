/*
 * walk.c
 *		The walk over an event store.
 *
 * Rows that lie in order are read as they lie (walk_order.c). Otherwise the store is
 * partitioned by the hash of the key. A partition that fits memory is grouped
 * (walk_group.c); one that has spilled and is too large for memory is sorted in
 * runs, which are merged (walk_merge.c).
 */
#include "base/compat.h"

#include "miscadmin.h"
#include "path/walk_parts.h"
#include "utils/memutils.h"

void
walk_check_rows(int64 rows)
{
	if (rows > PG_INT32_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("one entity has too many rows for the memory: " INT64_FORMAT, rows)));
}

int
walk_next_piece(const PathShare *share, int piece)
{
	if (share == NULL || piece + 1 < share->own)
		return piece + 1;
	return (int) pg_atomic_fetch_add_u32(share->next, 1);
}

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
	group_rows_in_parts(walk, &pieces);
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
	group_rows_in_parts(walk, &one);
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

	grouping_begin(walk);
	for (int i = walk_next_piece(share, -1); i < partitions; i = walk_next_piece(share, i))
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
	grouping_end(walk);
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
		walk_in_order(&walk);
	else
		walk_partitions(&walk);
	if (walk.sorter.room)
		pfree(walk.sorter.room);
	release_sources(&walk);
}
