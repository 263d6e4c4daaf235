/*
 * spill.h
 *		Records: an append-only array of fixed-size records in an aggregate's
 *		state, which moves to temporary files when memory runs out.
 *
 * How to use it, for a state that collects int64 values:
 *
 *		typedef struct State { Records values; ... } State;
 *
 *		first row:	state = MemoryContextAllocZero(aggregate context, sizeof(State));
 *					records_init(&state->values, fcinfo, sizeof(int64), NULL);
 *		each row:	*(int64 *) records_next(&state->values, fcinfo) = value;
 *		at the end:	records_open(&reader, &state->values, 0);
 *					while ((count = records_read(&reader, &block)) > 0)
 *						for (i = 0; i < count; i++) ... ((const int64 *) block)[i] ...
 *					records_close(&reader);
 *		or some of them, by number:
 *					records_fetch(&state->values, number, count, into);
 *
 * Reading changes nothing: it may be repeated, several readers may be open,
 * and rows may be appended afterwards (not while a reader is open). Without
 * a hash function records come back in the order they were appended.
 *
 * A Records is part of a state in the aggregate's own memory context and never
 * moves. It has no context of its own, and its first piece of memory is small:
 * a hundred thousand groups are ordinary.
 *
 * All live Records of the backend share one budget, work_mem *
 * hash_mem_multiplier. When they hold half of it (the other half is for
 * reading them back), the largest goes to a temporary file. Files are closed
 * by the aggregate's shutdown callback and, after an error, by the resource
 * owner. Under a window aggregate, which has no such callback, nothing spills.
 */
#ifndef FUNNEL_SPILL_H
#define FUNNEL_SPILL_H

#include "base/compat.h"

#include "base/handover.h"
#include "lib/ilist.h"
#include "lib/stringinfo.h"
#include "storage/buffile.h"
#include "utils/resowner.h"

/* The hash of a record, all 64 bits of it good: its top bits choose the partition. */
typedef uint64 (*RecordHash) (const void *record);

typedef struct RecordChunk
{
	struct RecordChunk *next;
	Size		size;			/* bytes of records it can hold */
	char		data[FLEXIBLE_ARRAY_MEMBER];
}			RecordChunk;

/* A list of chunks, all full but the last. */
typedef struct RecordStream
{
	char	   *at;				/* where the next record goes */
	char	   *end;			/* ... unless it is this: no room */
	RecordChunk *first;
	RecordChunk *last;
}			RecordStream;

typedef struct RecordFile RecordFile;
typedef struct RecordPlace RecordPlace;

typedef struct Records
{
	RecordStream *streams;		/* one a partition: &single, or an array */
	RecordStream single;
	int16		width;			/* bytes of a record, a multiple of 8 */
	bool		may_spill;
	bool		is_listed;		/* among those that can be spilled */
	bool		has_callback;	/* the aggregate will close the file */
	bool		is_part;		/* of a parallel aggregate: another process will read them */
	int			bits;			/* there are 2^bits partitions */
	int64		live_bytes;		/* memory held */
	int64		spilled;		/* records in the file */
	RecordHash	hash;			/* NULL: always one partition */
	RecordFile *file;			/* NULL: nothing has spilled */
	RecordPlace *places;		/* of the chunks in memory, for records_fetch; NULL: not known */
	int			places_count;
	MemoryContext context;		/* the aggregate's */
	ResourceOwner owner;		/* of the query that runs it */
	dlist_node	link;			/* in the list of those that can be spilled */
	MemoryContextCallback at_reset;
}			Records;

typedef struct RecordReader
{
	Records    *records;
	int			partition;
	int			extent;			/* next one of the file to read */
	int64		position;		/* bytes: where in the file to go on */
	int64		left;			/* bytes of this extent not read yet */
	RecordChunk *chunk;			/* next one in memory to hand out */
	Size		skip;			/* bytes of it to leave out */
	char	   *buffer;			/* for what comes from the file */
}			RecordReader;

/* Without an fcinfo: in the current context, of no aggregate; nothing spills, and records_end closes what has been taken. */
extern void records_init(Records *records, FunctionCallInfo fcinfo, int width, RecordHash hash);

/* From now on partitions them by their hash, for Records that began without one. */
extern void records_partition_by(Records *records, RecordHash hash);
extern void *records_grow(Records *records, uint64 hash, FunctionCallInfo fcinfo);

/* Lets go of all records, before the aggregate does: its memory and its file. Nothing may be done with it any more. */
extern void records_end(Records *records);

/*
 * While records are read and others appended to: keeps them where they are;
 * answers whether they could have spilled, which is to be given back.
 */
extern bool records_hold(Records *records);
extern void records_release(Records *records, bool could_spill);

/* How many partitions there are now, and how many records: in one, in all. */
#define records_partitions(records) (1 << (records)->bits)
extern int64 records_in_partition(const Records *records, int partition);
extern int64 records_count(const Records *records);

/* Reading one partition from its start: blocks until 0. A block lives until the next call. */
extern void records_open(RecordReader *reader, Records *records, int partition);
extern int64 records_read(RecordReader *reader, const void **block);

/*
 * The same for the last time: what is in memory counts no more as soon as it has been read, and goes with the next call.
 * To the end, of records that can't spill meanwhile (records_hold).
 */
extern int64 records_use_up(RecordReader *reader, const void **block);

/* The same from a record on, numbered from 0 as they were appended, of Records that have one partition */
extern void records_open_from(RecordReader *reader, Records *records, int64 number);
extern void records_close(RecordReader *reader);

/* Bytes in use of a chunk */
static inline Size
record_chunk_used(const RecordStream *stream, const RecordChunk *chunk)
{
	return chunk == stream->last ? (Size) (stream->at - chunk->data) : chunk->size;
}

/* Copies a whole partition to memory of the caller's. */
extern void records_copy(Records *records, int partition, void *into);

/* Copies some records, numbered from 0 as they were appended, out of Records without a hash function. */
extern void records_fetch(Records *records, int64 number, int64 count, void *into);

/*
 * Parts: what a process of a parallel aggregate collected, for the one that puts
 * them together. records_leave writes what there is to be known, at most "most"
 * bytes of records among it (more where files are no way out); the others lie
 * in files (handover.h). It changes nothing, and may be repeated.
 *
 * records_take reads it, and answers up to RECORDS_TAKEN of them, to be read as
 * others are; "values" are the records that came by value. With an fcinfo their
 * files are deleted when its query ends.
 */
#define RECORDS_TAKEN	2

typedef struct PartReader
{
	const char *at;
	const char *end;
}			PartReader;

extern void part_read(PartReader *reader, void *into, Size size);
extern const char *part_skip(PartReader *reader, Size size);

extern void records_leave(Records *records, StringInfo out, Size most);
extern int	records_take(PartReader *reader, FunctionCallInfo fcinfo, int width, Records **taken,
						 const char **values, int64 *values_count);

/*
 * A part for other processes to read beside this one: nothing goes by value, and
 * what is in memory only from a partition on, or from a record on, by number, where
 * there is one partition. No more may be appended then. Its
 * files are deleted with the context, which the files' reader must not outlive.
 * False where that isn't possible: where temp_file_limit would count what this
 * writes, the disk has no room, or it has spilled to a file without a name.
 */
extern int	records_pieces(const Records *records); /* so many Records it makes there: those in a file, those in memory */
extern bool records_lend(Records *records, int64 first, StringInfo out, MemoryContext context);

/* The aggregate will close the file, whenever there is one: from now on records_next needs no fcinfo. */
extern void records_promise(Records *records, FunctionCallInfo fcinfo);

/* Partitions them now, by their hash, however few they are. */
extern void records_split(Records *records);

/* Half of the budget, in bytes: what may be held in memory at a time. */
extern Size spill_share(void);

/* Bytes that all live Records of the backend hold now */
extern int64 spill_live_bytes(void);

/* Plain reading and writing of temporary files, with the checks */
extern void spill_write(BufFile *file, const void *bytes, Size size);
extern void spill_read(BufFile *file, int64 position, void *bytes, Size size);

/*
 * Room for one more record, which the caller then fills, all of it, before
 * anything else is done with the records. Hash is the record's, as the hash
 * function would tell it; of no matter to Records without one.
 */
static inline void *
records_next_hashed(Records *records, uint64 hash, FunctionCallInfo fcinfo)
{
	RecordStream *stream = records->streams;
	char	   *place;

	if (records->bits > 0)
		stream += hash >> (64 - records->bits);
	place = stream->at;
	if (unlikely(place == stream->end))
		return records_grow(records, hash, fcinfo);
	stream->at = place + records->width;
	__builtin_prefetch(place + 64, 1);	/* with so many partitions, the processor won't by itself */
	return place;
}

static inline void *
records_next(Records *records, FunctionCallInfo fcinfo)
{
	return records_next_hashed(records, 0, fcinfo);
}

#endif							/* FUNNEL_SPILL_H */
