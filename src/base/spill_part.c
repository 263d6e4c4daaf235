/*
 * spill_part.c
 *		Parts: the records of one process, for others to read.
 */
#include "base/compat.h"

#include "base/spill_file.h"
#include "nodes/execnodes.h"
#include "utils/guc.h"
#include "utils/memutils.h"

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
	records_unlist(records);
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
