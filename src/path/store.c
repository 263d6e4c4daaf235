/*
 * store.c
 *		The event store.
 */
#include "base/compat.h"

#include "miscadmin.h"
#include "nodes/pg_list.h"
#include "nodes/primnodes.h"
#include "path/store.h"

static uint64
hash_narrow(const void *record)
{
	return path_hash_narrow((const uint64 *) record);
}

static uint64
hash_wide(const void *record)
{
	return path_hash_wide((const uint64 *) record);
}

/* Makes an empty store of memory in the context of the aggregate that fcinfo calls. */
void
path_store_init(PathStore *store, FunctionCallInfo fcinfo, bool wide_keys, bool has_payload)
{
	int			words = 2 + wide_keys + has_payload;

	path_secret_need();
	store->wide_keys = wide_keys;
	store->has_payload = has_payload;
	store->in_order = store->is_sorted = true;
	store->is_ranked = false;
	store->runs = 0;
	store->parts = NULL;
	store->last.rank = PG_UINT64_MAX;
	records_init(&store->records, fcinfo, words * sizeof(int64), NULL);
}

/*
 * What has spilled is read in order as one run, or not at all: several could be
 * merged from the file, too, but partitions are read faster.
 */
void
path_begin_run(PathStore *store)
{
	store->is_ranked |= store->runs > 0 && store->last.rank != 0;
	store->runs++;
	if (store->runs > PATH_RUNS || (store->runs > 1 && store->records.file != NULL))
	{
		store->in_order = false;
		records_partition_by(&store->records, store->wide_keys ? hash_wide : hash_narrow);
	}
}

bool
path_argument_is_constant(FunctionCallInfo fcinfo, int argument)
{
	Aggref	   *aggref = AggGetAggref(fcinfo);

	return aggref != NULL && list_length(aggref->args) >= argument &&
		IsA(((TargetEntry *) list_nth(aggref->args, argument - 1))->expr, Const);
}

PathKey
path_stored_key(const uint64 *row, bool wide_keys, bool is_ranked)
{
	PathKey		key = {{row[0], wide_keys ? row[1] : 0}, 0};

	if (!wide_keys)
		key.rank = path_rank_narrow(key.word[0]);
	else if (is_ranked)
		key.rank = path_rank_uuid(key.word);
	return key;
}

/* Appends a part's rows. No fcinfo is needed: the store's file will be closed (partial.c, records_promise). */
static void
append_part(PathStore *store, const PathPart *part)
{
	int			key_words = store->wide_keys ? 2 : 1;
	int			row_words = store->records.width / sizeof(uint64);

	for (int i = 0; i < records_partitions(part->records); i++)
	{
		RecordReader reader;
		const uint64 *row;
		int64		count;

		records_open(&reader, part->records, i);
		while ((count = records_read(&reader, (const void **) &row)) > 0)
		{
			CHECK_FOR_INTERRUPTS();
			for (; count > 0; count--, row += row_words)
				path_append(store, NULL, path_stored_key(row, store->wide_keys, part->is_ranked),
							(int64) row[key_words], store->has_payload ? (int64) row[key_words + 1] : 0);
		}
		records_close(&reader);
	}
}

/* Into how many partitions the parts that have some are partitioned, as bits; 0: none is, or they differ */
static int
bits_of_parts(const PathStore *store)
{
	int			bits = 0;

	for (const PathPart *part = store->parts; part != NULL; part = part->next)
	{
		if (part->records->bits == 0)
			continue;
		if (bits > 0 && bits != part->records->bits)
			return 0;
		bits = part->records->bits;
	}
	return bits;
}

void
path_settle_parts(PathStore *store)
{
	int			bits = bits_of_parts(store);
	PathPart   *part = store->parts;

	if (part == NULL)
		return;
	if (bits > 0)
	{
		store->in_order = false;
		records_partition_by(&store->records, store->wide_keys ? hash_wide : hash_narrow);
		records_split(&store->records);
		if (store->records.bits != bits)
			bits = 0;
	}
	store->parts = NULL;
	for (PathPart *next; part != NULL; part = next)
	{
		next = part->next;
		if (bits > 0 && part->records->bits == bits)
		{
			part->next = store->parts;
			store->parts = part;
		}
		else
			append_part(store, part);
	}
}
