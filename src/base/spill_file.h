/*
 * spill_file.h
 *		What the parts of Records share.
 *
 * spill.c		records in memory, and when they move to a file
 * spill_read.c	reading them, from where they lie
 * spill_part.c	handing them over to another process
 */
#ifndef FUNNEL_SPILL_FILE_H
#define FUNNEL_SPILL_FILE_H

#include "base/compat.h"

#include "base/spill.h"

/* Most partitions, as bits of the hash */
#define PARTITION_MOST_BITS	7

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

/* Counts memory taken or, negative, given back. */
extern void records_account(Records *records, int64 bytes);

/* From now on they stay in memory. */
extern void records_unlist(Records *records);

/* The chunks change: where they are is no longer known. */
extern void records_forget_places(Records *records);

#endif							/* FUNNEL_SPILL_FILE_H */
