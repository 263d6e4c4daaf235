/*
 * spill_read.c
 *		Reading records, in the file and in memory.
 */
#include "base/compat.h"

#include "base/spill_file.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#define READ_BUFFER			(64 * 1024)

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
		records_forget_places(records);
		records_account(records, -(int64) (next->size + offsetof(RecordChunk, data)));
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
