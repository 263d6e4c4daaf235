/*
 * spill.c
 *		Records: an append-only array of fixed-size records that spills.
 */
#include "base/compat.h"

#include "base/spill_file.h"
#include "miscadmin.h"
#include "nodes/primnodes.h"
#include "utils/memutils.h"

/* The first chunk of a state, header included: seven rows of 16 bytes. Then they double. */
#define CHUNK_FIRST			128
#define CHUNK_MOST			(1024 * 1024)

/* The same in a partition, of which there are up to 128. */
#define PARTITION_CHUNK_FIRST	1024
#define PARTITION_CHUNK_MOST	(64 * 1024)
#define PARTITION_LEAST		(16 * 1024)	/* bytes of the memory that each should have */

/* Beyond this it is worth partitioning: what fits the cache needs none. */
#define SPLIT_BYTES			(1024 * 1024)
#define SPLIT_LEAST			(BUDGET_LEAST / 4)	/* the same with the smallest budget */

/* With less than this in memory there is nothing to win by spilling: a file has a buffer of 8 kB. */
#define SPILL_LEAST			(32 * 1024)

/* A smaller budget than this one is not kept: files would consist of crumbs. */
#define BUDGET_LEAST		(256 * 1024)

/* Memory held by all live Records of this backend */
static int64 live_bytes = 0;

/* Those of them that can be spilled and are worth it */
static dlist_head spillable = DLIST_STATIC_INIT(spillable);

Size
spill_share(void)
{
	double		budget = work_mem * hash_mem_multiplier * 1024.0;

	return (Size) (Max(budget, BUDGET_LEAST) / 2);
}

int64
spill_live_bytes(void)
{
	return live_bytes;
}

void
spill_write(BufFile *file, const void *bytes, Size size)
{
	/* const only since 16 */
	BufFileWrite(file, (void *) bytes, size);
}

/* Any position can be given as one in the first segment of the file. */
static void
spill_seek(BufFile *file, int64 position)
{
	if (BufFileSeek(file, 0, position, SEEK_SET) != 0)
		ereport(ERROR,
				(errcode_for_file_access(),
				 errmsg("could not seek in a temporary file")));
}

void
spill_read(BufFile *file, int64 position, void *bytes, Size size)
{
	spill_seek(file, position);
	while (size > 0)
	{
		Size		part = Min(size, 1024 * 1024);

		CHECK_FOR_INTERRUPTS();
		if (BufFileRead(file, bytes, part) != part)
			ereport(ERROR,
					(errcode(ERRCODE_IO_ERROR),
					 errmsg("a temporary file is shorter than what was written to it")));
		bytes = (char *) bytes + part;
		size -= part;
	}
}

void
records_account(Records *records, int64 bytes)
{
	records->live_bytes += bytes;
	live_bytes += bytes;
}

void
records_forget_places(Records *records)
{
	if (records->places)
		pfree(records->places);
	records->places = NULL;
}

/* From now on they may go to a file. */
static void
records_list(Records *records)
{
	dlist_push_head(&spillable, &records->link);
	records->is_listed = true;
}

void
records_unlist(Records *records)
{
	if (records->is_listed)
		dlist_delete(&records->link);
	records->is_listed = false;
}

/*
 * The memory goes. After an error the file's resource owner has gone before:
 * so no file is touched here.
 */
static void
records_at_reset(void *arg)
{
	Records    *records = (Records *) arg;

	records_unlist(records);
	records_account(records, -records->live_bytes);
}

static void
close_file(RecordFile *file)
{
	if (file->file)
		BufFileClose(file->file);
	else
		FileClose(file->plain);
	if (file->is_ours && !file->is_finished)
		handover_delete(&file->name);
	if (file->bounds)
		pfree(file->bounds);
	pfree(file);
}

/* The aggregate ends its group, its scan or its query, without an error. */
static void
records_at_shutdown(Datum arg)
{
	Records    *records = (Records *) DatumGetPointer(arg);

	records_unlist(records);
	if (records->file)
		close_file(records->file);
	records->file = NULL;
	records->has_callback = false;
}

/* Will the state that fcinfo is about be handed over, by a Partial Aggregate? */
static bool
is_part_of_aggregate(FunctionCallInfo fcinfo)
{
	Aggref	   *aggref = AggGetAggref(fcinfo);

	return aggref != NULL && DO_AGGSPLIT_SERIALIZE(aggref->aggsplit);
}

/*
 * Makes an empty one, in memory of the aggregate that fcinfo calls. Width is in
 * bytes, a multiple of 8. With a hash function they are partitioned by it as
 * soon as they are many.
 */
void
records_init(Records *records, FunctionCallInfo fcinfo, int width, RecordHash hash)
{
	int			kind = 0;

	memset(records, 0, sizeof(Records));
	records->context = CurrentMemoryContext;
	if (fcinfo != NULL && (kind = AggCheckCallContext(fcinfo, &records->context)) == 0)
		elog(ERROR, "records are part of an aggregate's state");
	Assert(width > 0 && width % sizeof(int64) == 0);
	records->streams = &records->single;
	records->width = width;
	records->hash = hash;
	records->may_spill = kind == AGG_CONTEXT_AGGREGATE;
	records->is_part = kind == AGG_CONTEXT_AGGREGATE && is_part_of_aggregate(fcinfo);
	records->owner = CurrentResourceOwner;
	records->at_reset.func = records_at_reset;
	records->at_reset.arg = records;
	MemoryContextRegisterResetCallback(records->context, &records->at_reset);
}

void
records_partition_by(Records *records, RecordHash hash)
{
	records->hash = hash;		/* records_grow does it, as soon as they are many */
}

static void
free_chunks(Records *records, RecordStream *stream)
{
	RecordChunk *chunk = stream->first;

	records_forget_places(records);
	while (chunk)
	{
		RecordChunk *next = chunk->next;

		records_account(records, -(int64) (chunk->size + offsetof(RecordChunk, data)));
		pfree(chunk);
		chunk = next;
	}
	memset(stream, 0, sizeof(RecordStream));
}

void
records_end(Records *records)
{
	records_unlist(records);
	for (int i = 0; i < records_partitions(records); i++)
		free_chunks(records, &records->streams[i]);
	if (records->file)
		close_file(records->file);
	records->file = NULL;
}

bool
records_hold(Records *records)
{
	bool		could_spill = records->is_listed;

	records_unlist(records);
	return could_spill;
}

void
records_release(Records *records, bool could_spill)
{
	if (could_spill && !records->is_listed)
		records_list(records);
}

/* Bytes to ask for, header included, for the next chunk of a stream */
static Size
next_chunk_size(const Records *records, const RecordStream *stream)
{
	bool		one = records->bits == 0;
	Size		first = one ? CHUNK_FIRST : PARTITION_CHUNK_FIRST;
	Size		most = one ? CHUNK_MOST : PARTITION_CHUNK_MOST;
	Size		size;

	if (stream->last == NULL)
		return first;
	size = 2 * (stream->last->size + offsetof(RecordChunk, data));
	/* The records of a chunk may not fill it: then it is counted as smaller than it was asked for */
	size = (size + first - 1) / first * first;
	if (size > first * 8)
		size = Min(size, Max(first * 8, spill_share() / 4 / records_partitions(records)));
	return Min(size, most);
}

static void
add_chunk(Records *records, RecordStream *stream)
{
	Size		size = next_chunk_size(records, stream);
	RecordChunk *chunk = (RecordChunk *) MemoryContextAlloc(records->context, size);

	records_forget_places(records);
	chunk->next = NULL;
	chunk->size = size - offsetof(RecordChunk, data);
	chunk->size -= chunk->size % records->width;
	records_account(records, chunk->size + offsetof(RecordChunk, data));
	if (stream->last)
		stream->last->next = chunk;
	else
		stream->first = chunk;
	stream->last = chunk;
	stream->at = chunk->data;
	stream->end = chunk->data + chunk->size;
}

static RecordFile *
create_file(const Records *records)
{
	RecordFile *file = (RecordFile *) palloc0(sizeof(RecordFile));

	file->is_ours = records->is_part;
	file->file = file->is_ours ? handover_create(&file->name) : BufFileCreateTemp(false);
	return file;
}

/* Room for the bounds of one more extent */
static int64 *
next_bounds(RecordFile *file, int partitions)
{
	Size		bounds_each = partitions + 1;

	if (file->extents == file->most_extents)
	{
		int64	   *bounds;

		file->most_extents = Max(4, file->most_extents * 2);
		bounds = (int64 *) MemoryContextAllocHuge(CurrentMemoryContext, file->most_extents * bounds_each * sizeof(int64));
		if (file->bounds)
		{
			memcpy(bounds, file->bounds, file->extents * bounds_each * sizeof(int64));
			pfree(file->bounds);
		}
		file->bounds = bounds;
	}
	return file->bounds + file->extents * bounds_each;
}

static void
append_stream(RecordFile *file, const RecordStream *stream)
{
	for (const RecordChunk *chunk = stream->first; chunk; chunk = chunk->next)
	{
		Size		used = record_chunk_used(stream, chunk);

		CHECK_FOR_INTERRUPTS();
		spill_write(file->file, chunk->data, used);
		file->size += used;
	}
}

/* Appends what is in memory to the file, as an extent, and frees it. */
static void
spill(Records *records)
{
	int			partitions = records_partitions(records);
	MemoryContext before = MemoryContextSwitchTo(records->context);
	RecordFile *file;
	int64	   *bounds;

	if (records->file == NULL)
		records->file = create_file(records);
	file = records->file;
	bounds = next_bounds(file, partitions);

	/* A reader may have left it elsewhere */
	spill_seek(file->file, file->size);
	for (int i = 0; i < partitions; i++)
	{
		bounds[i] = file->size;
		append_stream(file, &records->streams[i]);
	}
	bounds[partitions] = file->size;
	records->spilled += (file->size - bounds[0]) / records->width;
	file->extents++;

	for (int i = 0; i < partitions; i++)
		free_chunks(records, &records->streams[i]);
	records_unlist(records);
	MemoryContextSwitchTo(before);
}

/*
 * Spills the largest, and the next largest, until there is room for so many
 * bytes more or nothing is left that is worth it. Only those of the query that
 * runs are touched: another one's resource owner may have gone.
 */
static void
make_room(Size bytes)
{
	Size		share = spill_share();

	while (live_bytes + bytes > share)
	{
		Records    *largest = NULL;
		dlist_iter	iter;

		dlist_foreach(iter, &spillable)
		{
			Records    *records = dlist_container(Records, link, iter.cur);

			if (records->owner == CurrentResourceOwner &&
				(largest == NULL || records->live_bytes > largest->live_bytes))
				largest = records;
		}
		if (largest == NULL)
			return;
		spill(largest);
	}
}

/*
 * Partitions what has been one. As many partitions as leave each a fair piece
 * of the memory. What had spilled spills again.
 */
static void
split(Records *records)
{
	Size		share = spill_share();
	Records		old = *records;
	RecordReader reader;
	const char *block;
	int64		count;
	int			bits = 1;

	while (bits < PARTITION_MOST_BITS && ((Size) PARTITION_LEAST << (bits + 1)) <= share)
		bits++;

	old.streams = &old.single;
	records->streams = (RecordStream *) MemoryContextAllocZero(records->context, sizeof(RecordStream) << bits);
	records->bits = bits;
	records->file = NULL;
	records->spilled = 0;
	memset(&records->single, 0, sizeof(RecordStream));
	records_account(records, sizeof(RecordStream) << bits);

	records_open(&reader, &old, 0);
	while ((count = records_read(&reader, (const void **) &block)) > 0)
	{
		CHECK_FOR_INTERRUPTS();
		if (old.file && records->live_bytes - old.live_bytes > (int64) share / 2)
			spill(records);
		for (int64 i = 0; i < count; i++)
		{
			RecordStream *stream = &records->streams[records->hash(block) >> (64 - bits)];

			if (stream->at == stream->end)
				add_chunk(records, stream);
			memcpy(stream->at, block, records->width);
			stream->at += records->width;
			block += records->width;
		}
	}
	records_close(&reader);
	old.live_bytes = 0;
	free_chunks(records, &old.single);
	if (old.file)
		close_file(old.file);
}

void
records_split(Records *records)
{
	if (records->bits == 0)
		split(records);
}

void
records_promise(Records *records, FunctionCallInfo fcinfo)
{
	if (!records->has_callback)
		AggRegisterCallback(fcinfo, records_at_shutdown, PointerGetDatum(records));
	records->has_callback = true;
}

/*
 * The slow part of records_next: the stream has no room. Partitions, spills,
 * gets a chunk.
 */
void *
records_grow(Records *records, uint64 hash, FunctionCallInfo fcinfo)
{
	RecordStream *stream;
	char	   *place;

	if (records->bits == 0 && records->hash != NULL)
	{
		int64		bytes = records->live_bytes + records->spilled * records->width;

		if (bytes >= SPLIT_LEAST && bytes >= (int64) Min(SPLIT_BYTES, spill_share() / 2))
			split(records);
	}

	stream = records->streams + (records->bits > 0 ? hash >> (64 - records->bits) : 0);
	if (stream->at == stream->end)
	{
		Size		size = next_chunk_size(records, stream);

		if (records->live_bytes >= SPILL_LEAST && records->may_spill && !records->is_listed)
		{
			records_promise(records, fcinfo);
			records_list(records);
		}
		if (size >= SPILL_LEAST / 8)
			make_room(size);
		add_chunk(records, stream);
	}
	place = stream->at;
	stream->at += records->width;
	return place;
}
