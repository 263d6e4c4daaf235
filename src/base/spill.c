/*
 * spill.c
 *		Records: an append-only array of fixed-size records that spills.
 */
#include "base/compat.h"

#include "base/spill.h"
#include "miscadmin.h"
#include "nodes/execnodes.h"
#include "nodes/primnodes.h"
#include "utils/guc.h"
#include "utils/memutils.h"

/* The first chunk of a state, header included: seven rows of 16 bytes. Then they double. */
#define CHUNK_FIRST			128
#define CHUNK_MOST			(1024 * 1024)

/* The same in a partition, of which there are up to 128. */
#define PARTITION_CHUNK_FIRST	1024
#define PARTITION_CHUNK_MOST	(64 * 1024)
#define PARTITION_MOST_BITS	7
#define PARTITION_LEAST		(16 * 1024)	/* bytes of the memory that each should have */

/* Beyond this it is worth partitioning: what fits the cache needs none. */
#define SPLIT_BYTES			(1024 * 1024)
#define SPLIT_LEAST			(BUDGET_LEAST / 4)	/* the same with the smallest budget */

/* With less than this in memory there is nothing to win by spilling: a file has a buffer of 8 kB. */
#define SPILL_LEAST			(32 * 1024)

/* A smaller budget than this one is not kept: files would consist of crumbs. */
#define BUDGET_LEAST		(256 * 1024)

#define READ_BUFFER			(64 * 1024)

/*
 * What has spilled: one file, to which each spill appends an extent, partition
 * after partition. bounds has, for each extent, the position where each
 * partition begins and, last, where the extent ends.
 */
struct RecordFile
{
	BufFile    *file;			/* NULL: it is the plain one */
	File		plain;
	HandoverName name;			/* of a part's; without a writer: it has none */
	bool		is_ours;		/* this process wrote it, and deletes it unless it left it to another */
	bool		is_finished;	/* it did */
	int64		size;			/* bytes written */
	int			extents;
	int			most_extents;	/* room in bounds */
	int64	   *bounds;
};

/* Where the records in memory are, chunk after chunk */
struct RecordPlace
{
	int64		first;			/* number of the chunk's first record */
	const char *data;
};

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

void
spill_read(BufFile *file, int64 position, void *bytes, Size size)
{
	/* Any position can be given as one in the first segment of the file */
	if (BufFileSeek(file, 0, position, SEEK_SET) != 0)
		ereport(ERROR,
				(errcode_for_file_access(),
				 errmsg("could not seek in a temporary file")));
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

/* Counts memory taken or, negative, given back. */
static void
account(Records *records, int64 bytes)
{
	records->live_bytes += bytes;
	live_bytes += bytes;
}

/* The chunks change: where they are is no longer known. */
static void
forget_places(Records *records)
{
	if (records->places)
		pfree(records->places);
	records->places = NULL;
}

static void
unlist(Records *records)
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

	unlist(records);
	account(records, -records->live_bytes);
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

	unlist(records);
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

	forget_places(records);
	while (chunk)
	{
		RecordChunk *next = chunk->next;

		account(records, -(int64) (chunk->size + offsetof(RecordChunk, data)));
		pfree(chunk);
		chunk = next;
	}
	memset(stream, 0, sizeof(RecordStream));
}

void
records_end(Records *records)
{
	unlist(records);
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

	unlist(records);
	return could_spill;
}

void
records_release(Records *records, bool could_spill)
{
	if (could_spill && !records->is_listed)
	{
		dlist_push_head(&spillable, &records->link);
		records->is_listed = true;
	}
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

	forget_places(records);
	chunk->next = NULL;
	chunk->size = size - offsetof(RecordChunk, data);
	chunk->size -= chunk->size % records->width;
	account(records, chunk->size + offsetof(RecordChunk, data));
	if (stream->last)
		stream->last->next = chunk;
	else
		stream->first = chunk;
	stream->last = chunk;
	stream->at = chunk->data;
	stream->end = chunk->data + chunk->size;
}

/* Appends what is in memory to the file, as an extent, and frees it. */
static void
spill(Records *records)
{
	RecordFile *file = records->file;
	int			partitions = records_partitions(records);
	int64	   *bounds;
	MemoryContext before = MemoryContextSwitchTo(records->context);

	if (file == NULL)
	{
		file = (RecordFile *) palloc0(sizeof(RecordFile));
		file->is_ours = records->is_part;
		file->file = file->is_ours ? handover_create(&file->name) : BufFileCreateTemp(false);
		records->file = file;
	}
	if (file->extents == file->most_extents)
	{
		file->most_extents = Max(4, file->most_extents * 2);
		bounds = (int64 *) MemoryContextAllocHuge(records->context, file->most_extents * (partitions + 1) * sizeof(int64));
		if (file->bounds)
		{
			memcpy(bounds, file->bounds, file->extents * (partitions + 1) * sizeof(int64));
			pfree(file->bounds);
		}
		file->bounds = bounds;
	}
	bounds = file->bounds + (int64) file->extents * (partitions + 1);

	/* A reader may have left it elsewhere */
	if (BufFileSeek(file->file, 0, file->size, SEEK_SET) != 0)
		ereport(ERROR,
				(errcode_for_file_access(),
				 errmsg("could not seek in a temporary file")));
	for (int i = 0; i < partitions; i++)
	{
		RecordStream *stream = &records->streams[i];

		bounds[i] = file->size;
		for (RecordChunk *chunk = stream->first; chunk; chunk = chunk->next)
		{
			Size		used = record_chunk_used(stream, chunk);

			CHECK_FOR_INTERRUPTS();
			spill_write(file->file, chunk->data, used);
			file->size += used;
		}
	}
	bounds[partitions] = file->size;
	records->spilled += (file->size - bounds[0]) / records->width;
	file->extents++;

	for (int i = 0; i < partitions; i++)
		free_chunks(records, &records->streams[i]);
	unlist(records);
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
	account(records, sizeof(RecordStream) << bits);

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
			dlist_push_head(&spillable, &records->link);
			records->is_listed = true;
		}
		if (size >= SPILL_LEAST / 8)
			make_room(size);
		add_chunk(records, stream);
	}
	place = stream->at;
	stream->at += records->width;
	return place;
}

/* Bytes of a partition that are in the file */
static int64
bytes_in_file(const Records *records, int partition)
{
	const RecordFile *file = records->file;
	int			stride = records_partitions(records) + 1;
	int64		bytes = 0;

	if (file == NULL)
		return 0;
	for (int i = 0; i < file->extents; i++)
	{
		const int64 *bounds = file->bounds + (int64) i * stride + partition;

		bytes += bounds[1] - bounds[0];
	}
	return bytes;
}

int64
records_in_partition(const Records *records, int partition)
{
	const RecordStream *stream = &records->streams[partition];
	int64		bytes = bytes_in_file(records, partition);

	for (const RecordChunk *chunk = stream->first; chunk; chunk = chunk->next)
		bytes += record_chunk_used(stream, chunk);
	return bytes / records->width;
}

int64
records_count(const Records *records)
{
	int64		count = 0;

	for (int i = 0; i < records_partitions(records); i++)
		count += records_in_partition(records, i);
	return count;
}

void
records_open(RecordReader *reader, Records *records, int partition)
{
	memset(reader, 0, sizeof(RecordReader));
	reader->records = records;
	reader->partition = partition;
	reader->chunk = records->streams[partition].first;
}

static void
read_file(const RecordFile *file, int64 position, void *into, Size size)
{
	if (file->file)
		spill_read(file->file, position, into, size);
	else
		handover_read_plain(file->plain, position, into, size);
}

/* Reads on in the file, into the reader's buffer; the bytes read, 0 at its end. */
static Size
read_from_file(RecordReader *reader)
{
	const RecordFile *file = reader->records->file;
	int			stride = records_partitions(reader->records) + 1;
	Size		size;

	while (reader->left == 0)
	{
		const int64 *bounds;

		if (file == NULL || reader->extent == file->extents)
			return 0;
		bounds = file->bounds + (int64) reader->extent * stride + reader->partition;
		reader->position = bounds[0];
		reader->left = bounds[1] - bounds[0];
		reader->extent++;
	}
	if (reader->buffer == NULL)
		reader->buffer = (char *) palloc(READ_BUFFER);
	size = Min(reader->left, READ_BUFFER - READ_BUFFER % reader->records->width);
	read_file(file, reader->position, reader->buffer, size);
	reader->position += size;
	reader->left -= size;
	return size;
}

/*
 * The next block of records, in memory where it lies or read from the file, and
 * how many they are; 0 at the end.
 */
int64
records_read(RecordReader *reader, const void **block)
{
	int			width = reader->records->width;
	Size		size = read_from_file(reader);

	*block = reader->buffer;
	while (size == 0 && reader->chunk)
	{
		size = record_chunk_used(&reader->records->streams[reader->partition], reader->chunk) - reader->skip;
		*block = reader->chunk->data + reader->skip;
		reader->skip = 0;
		reader->chunk = reader->chunk->next;
	}
	return size / width;
}

int64
records_use_up(RecordReader *reader, const void **block)
{
	Records    *records = reader->records;
	RecordStream *stream = &records->streams[reader->partition];
	const RecordChunk *next = reader->chunk;
	int64		count = records_read(reader, block);

	if (stream->first != next)	/* the block before */
	{
		RecordChunk *used = stream->first;

		stream->first = used->next;
		pfree(used);
	}
	if (reader->chunk != next)
	{
		forget_places(records);
		account(records, -(int64) (next->size + offsetof(RecordChunk, data)));
	}
	if (stream->first == NULL)
		memset(stream, 0, sizeof(RecordStream));
	return count;
}

/* With one partition, the extents of the file follow one another without a gap. */
void
records_open_from(RecordReader *reader, Records *records, int64 number)
{
	const RecordStream *stream = &records->streams[0];

	Assert(records->bits == 0);
	records_open(reader, records, 0);
	if (records->file)
	{
		reader->extent = records->file->extents;
		reader->position = Min(number, records->spilled) * records->width;
		reader->left = records->spilled * records->width - reader->position;
	}
	reader->skip = Max(number - records->spilled, 0) * records->width;
	while (reader->chunk && reader->skip >= record_chunk_used(stream, reader->chunk))
	{
		reader->skip -= record_chunk_used(stream, reader->chunk);
		reader->chunk = reader->chunk->next;
	}
}

void
records_close(RecordReader *reader)
{
	if (reader->buffer)
		pfree(reader->buffer);
	reader->buffer = NULL;
}

/* Copies all records of a partition to where the caller made room for them. */
void
records_copy(Records *records, int partition, void *into)
{
	const RecordFile *file = records->file;
	const RecordStream *stream = &records->streams[partition];
	int			stride = records_partitions(records) + 1;
	char	   *at = (char *) into;

	for (int i = 0; file && i < file->extents; i++)
	{
		const int64 *bounds = file->bounds + (int64) i * stride + partition;
		Size		size = bounds[1] - bounds[0];

		if (size > 0)
			read_file(file, bounds[0], at, size);
		at += size;
	}
	for (const RecordChunk *chunk = stream->first; chunk; chunk = chunk->next)
	{
		Size		used = record_chunk_used(stream, chunk);

		memcpy(at, chunk->data, used);
		at += used;
	}
}

static void
find_places(Records *records)
{
	RecordStream *stream = records->streams;
	int64		first = records->spilled;
	int			count = 0;

	for (RecordChunk *chunk = stream->first; chunk; chunk = chunk->next)
		count++;
	records->places = (RecordPlace *) MemoryContextAllocHuge(records->context, count * sizeof(RecordPlace));
	records->places_count = 0;
	for (RecordChunk *chunk = stream->first; chunk; chunk = chunk->next)
	{
		RecordPlace *place = &records->places[records->places_count++];

		place->first = first;
		place->data = chunk->data;
		first += record_chunk_used(stream, chunk) / records->width;
	}
}

/* Copies some records of one chunk in memory; how many there were, beginning with that number. */
static int64
fetch_from_memory(Records *records, int64 number, int64 count, void *into)
{
	const RecordPlace *place;
	int			low = 0;
	int			high;

	if (records->places == NULL)
		find_places(records);
	high = records->places_count;
	while (high - low > 1)
	{
		int			middle = low + (high - low) / 2;

		if (records->places[middle].first <= number)
			low = middle;
		else
			high = middle;
	}
	place = &records->places[low];
	if (low + 1 < records->places_count)
		count = Min(count, place[1].first - number);
	memcpy(into, place->data + (number - place->first) * records->width, count * records->width);
	return count;
}

/*
 * What has spilled is in the file in order of number, one extent after the
 * other: there is but one partition. Numbers close to each other cost one
 * reading of a block of the file.
 */
void
records_fetch(Records *records, int64 number, int64 count, void *into)
{
	char	   *at = (char *) into;

	Assert(records->hash == NULL);
	while (count > 0)
	{
		int64		some;

		if (number < records->spilled)
		{
			some = Min(count, records->spilled - number);
			read_file(records->file, number * records->width, at, some * records->width);
		}
		else
			some = fetch_from_memory(records, number, count, at);
		at += some * records->width;
		number += some;
		count -= some;
	}
}

/* ---- parts ---- */

/* A bytea has no room for more. */
#define VALUES_MOST		((int64) 900 * 1024 * 1024)

/* What comes first of a part */
typedef struct PartHead
{
	int32		width;
	int32		bits;
	int32		extents;		/* of what had spilled; 0: nothing had */
	int32		has_rest;		/* what was in memory lies in a file, too */
	HandoverName spilled;
	HandoverName rest;
	int64		values;			/* bytes that follow by value */
}			PartHead;

void
part_read(PartReader *reader, void *into, Size size)
{
	memcpy(into, part_skip(reader, size), size);
}

const char *
part_skip(PartReader *reader, Size size)
{
	const char *at = reader->at;

	if (size > (Size) (reader->end - at))
		elog(ERROR, "the state of a parallel worker ends early");
	reader->at += size;
	return at;
}

static Size
partition_in_memory(const RecordStream *stream)
{
	Size		size = 0;

	for (const RecordChunk *chunk = stream->first; chunk; chunk = chunk->next)
		size += record_chunk_used(stream, chunk);
	return size;
}

/* Bytes of a partition in memory that come before the first partition, or the first record of the only one */
static Size
size_before(const Records *records, int partition, int64 first)
{
	Size		size = partition_in_memory(&records->streams[partition]);

	if (records->bits > 0)
		return partition < first ? size : 0;
	return Min(size, (Size) Max(first - records->spilled, 0) * records->width);
}

/* Writes what is in memory, from there on, to a file; false where that isn't possible, and it must go by value. */
static bool
leave_rest(const Records *records, int64 first, HandoverName *name)
{
	File		file = handover_create_plain(name);
	int64		position = 0;

	if (file < 0)
		return false;
	for (int i = 0; i < records_partitions(records); i++)
	{
		const RecordStream *stream = &records->streams[i];
		Size		skip = size_before(records, i, first);

		for (const RecordChunk *chunk = stream->first; chunk; chunk = chunk->next)
		{
			Size		used = record_chunk_used(stream, chunk);
			Size		skipped = Min(skip, used);

			if (used > skipped && !handover_write_plain(file, name, position, chunk->data + skipped, used - skipped))
				return false;
			position += used - skipped;
			skip -= skipped;
		}
	}
	FileClose(file);
	return true;
}

/* A part is the file of what had spilled, and what is in memory: all of it, or from somewhere on. */
static void
leave_begin(const Records *records, int64 first, PartHead *head, int64 *bounds)
{
	memset(head, 0, sizeof(PartHead));
	head->width = records->width;
	head->bits = records->bits;
	for (int i = 0; i < records_partitions(records); i++)
		bounds[i + 1] = bounds[i] + partition_in_memory(&records->streams[i]) - size_before(records, i, first);
}

/* Nothing more can be written to it. */
static void
leave_spilled(Records *records, PartHead *head)
{
	RecordFile *file = records->file;

	head->extents = file->extents;
	head->spilled = file->name;
	if (file->is_ours && !file->is_finished)
		handover_finish(file->file);
	file->is_finished = true;
	unlist(records);
	records->may_spill = false;
}

static void
leave_head(const Records *records, const PartHead *head, const int64 *bounds, StringInfo out)
{
	Size		size = (records_partitions(records) + 1) * sizeof(int64);

	appendBinaryStringInfo(out, (const char *) head, sizeof(PartHead));
	if (head->extents > 0)
		appendBinaryStringInfo(out, (const char *) records->file->bounds, (int) (head->extents * size));
	if (head->has_rest)
		appendBinaryStringInfo(out, (const char *) bounds, (int) size);
}

/*
 * What had spilled has been counted by temp_file_limit already. The rest is not
 * written where that is limited: alone, a process would have kept it in memory.
 */
void
records_leave(Records *records, StringInfo out, Size most)
{
	int			partitions = records_partitions(records);
	int64	   *bounds = palloc0((partitions + 1) * sizeof(int64));
	PartHead	head;

	leave_begin(records, 0, &head, bounds);
	if (records->file)
		leave_spilled(records, &head);
	if (bounds[partitions] > (int64) most && (temp_file_limit < 0 || out->len + bounds[partitions] > VALUES_MOST))
		head.has_rest = leave_rest(records, 0, &head.rest);
	if (!head.has_rest)
		head.values = bounds[partitions];

	leave_head(records, &head, bounds, out);
	if (!head.has_rest)
	{
		enlargeStringInfo(out, (int) head.values);
		for (int i = 0; i < partitions; i++)
			for (const RecordChunk *chunk = records->streams[i].first; chunk; chunk = chunk->next)
				appendBinaryStringInfo(out, chunk->data, (int) record_chunk_used(&records->streams[i], chunk));
	}
	pfree(bounds);
}

/* What lies in a plain file was left by another process: in one piece, and nothing has come to it since. */
static bool
lend_plain(const Records *records, PartHead *head, int64 *bounds)
{
	if (records->file == NULL || records->file->file != NULL)
		return false;
	head->has_rest = true;
	head->rest = records->file->name;
	memcpy(bounds, records->file->bounds, (records_partitions(records) + 1) * sizeof(int64));
	return true;
}

static bool
lend_rest(const Records *records, int64 first, PartHead *head, MemoryContext context)
{
	if (temp_file_limit >= 0 || !leave_rest(records, first, &head->rest))
		return false;
	handover_delete_with(context, &head->rest);
	head->has_rest = true;
	return true;
}

int
records_pieces(const Records *records)
{
	return (records->file != NULL) + (records->live_bytes > 0);
}

bool
records_lend(Records *records, int64 first, StringInfo out, MemoryContext context)
{
	RecordFile *file = records->file;
	int			partitions = records_partitions(records);
	int64	   *bounds;
	PartHead	head;

	if (file != NULL && file->name.writer == 0)
		return false;
	bounds = palloc0((partitions + 1) * sizeof(int64));
	leave_begin(records, first, &head, bounds);
	if (!lend_plain(records, &head, bounds))
	{
		if (file != NULL)
		{
			if (file->is_ours && !file->is_finished)
				handover_delete_with(context, &file->name);
			leave_spilled(records, &head);
		}
		if (bounds[partitions] > 0 && !lend_rest(records, first, &head, context))
			return false;
	}
	leave_head(records, &head, bounds, out);
	pfree(bounds);
	return true;
}

/* Records that lie in a file of another process's */
static Records *
take_file(PartReader *reader, FunctionCallInfo fcinfo, const PartHead *head, const HandoverName *name, int extents, bool is_plain)
{
	Size		size = ((Size) 1 << head->bits) + 1;
	MemoryContext context = CurrentMemoryContext;
	MemoryContext before;
	Records    *records;
	RecordFile *file;

	if (fcinfo != NULL)
	{
		AggCheckCallContext(fcinfo, &context);
		handover_delete_with(((AggState *) fcinfo->context)->ss.ps.state->es_query_cxt, name);
	}
	before = MemoryContextSwitchTo(context);
	records = palloc(sizeof(Records));
	records_init(records, fcinfo, head->width, NULL);
	file = palloc0(sizeof(RecordFile));
	file->name = *name;
	file->extents = extents;
	file->bounds = MemoryContextAllocHuge(context, extents * size * sizeof(int64));
	part_read(reader, file->bounds, extents * size * sizeof(int64));
	if (head->bits > 0)
	{
		records->streams = palloc0(sizeof(RecordStream) << head->bits);
		records->bits = head->bits;
	}
	if (is_plain)
		file->plain = handover_open_plain(name);
	else
		file->file = handover_open(name);
	records->file = file;
	if (fcinfo != NULL)
		records_promise(records, fcinfo);
	for (int i = 0; i < records_partitions(records); i++)
		records->spilled += records_in_partition(records, i);
	MemoryContextSwitchTo(before);
	return records;
}

int
records_take(PartReader *reader, FunctionCallInfo fcinfo, int width, Records **taken,
			 const char **values, int64 *values_count)
{
	PartHead	head;
	int			count = 0;

	part_read(reader, &head, sizeof(PartHead));
	if (head.width != width || head.bits < 0 || head.bits > PARTITION_MOST_BITS || head.extents < 0 || head.values < 0)
		elog(ERROR, "the state of a parallel worker is broken");
	if (head.extents > 0)
		taken[count++] = take_file(reader, fcinfo, &head, &head.spilled, head.extents, false);
	if (head.has_rest)
		taken[count++] = take_file(reader, fcinfo, &head, &head.rest, 1, true);
	*values = part_skip(reader, head.values);
	*values_count = head.values / width;
	return count;
}
