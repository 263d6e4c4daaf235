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
path_store_init(PathStore *store, FunctionCallInfo fcinfo, bool wide_keys, int payload_words)
{
	int			words = 2 + wide_keys + payload_words;

	path_secret_need();
	store->wide_keys = wide_keys;
	store->payload_words = payload_words;
	store->in_order = store->is_sorted = true;
	store->is_ranked = false;
	store->runs = 0;
	store->parts = NULL;
	store->workers = 0;
	store->share = NULL;
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
	PathKey		key = {{row[0], wide_keys ? row[1] : 0}, 0, wide_keys};

	if (!wide_keys)
		key.rank = path_rank_narrow(key.word[0]);
	else if (is_ranked)
		key.rank = path_rank_uuid(key.word);
	return key;
}

static inline uint64
word_at(const char *row, int word)
{
	uint64		value;

	memcpy(&value, row + word * sizeof(uint64), sizeof(uint64));
	return value;
}

int64
path_store_count(const PathStore *store)
{
	int64		rows = records_count(&store->records);

	for (const PathPart *part = store->parts; part != NULL; part = part->next)
		rows += records_count(part->records);
	return rows;
}

void
path_append_rows(PathStore *store, FunctionCallInfo fcinfo, const char *rows, int64 count, bool is_ranked,
				 PathChange change, const void *of)
{
	int			key_words = store->wide_keys ? 2 : 1;

	for (int64 i = 0; i < count; i++, rows += store->records.width)
	{
		uint64		key[2] = {word_at(rows, 0), word_at(rows, 1)};	/* of a narrow key the second is the moment */
		int64		moment = (int64) word_at(rows, key_words);
		int64		payload[PATH_PAYLOAD_WORDS] = {0};

		if ((i & 0xffff) == 0xffff)
			CHECK_FOR_INTERRUPTS();
		for (int word = 0; word < store->payload_words; word++)
			payload[word] = (int64) word_at(rows, key_words + 1 + word);
		if (change != NULL)
			change(of, moment, payload);
		path_append_words(store, fcinfo, path_stored_key(key, store->wide_keys, is_ranked), moment, payload);
	}
}

void
path_append_records(PathStore *store, FunctionCallInfo fcinfo, Records *records, bool is_ranked,
					PathChange change, const void *of)
{
	records_hold(records);		/* of all it may be the largest when the store needs room */
	for (int i = 0; i < records_partitions(records); i++)
	{
		RecordReader reader;
		const void *rows;
		int64		count;

		records_open(&reader, records, i);
		while ((count = records_use_up(&reader, &rows)) > 0)
		{
			CHECK_FOR_INTERRUPTS();
			path_append_rows(store, fcinfo, rows, count, is_ranked, change, of);
		}
		records_close(&reader);
	}
	records_end(records);
}

void
path_add_part(PathStore *store, MemoryContext context, Records *records, bool is_ranked, bool is_sorted, int runs)
{
	PathPart   *part = MemoryContextAlloc(context, sizeof(PathPart));

	part->records = records;
	part->is_ranked = is_ranked;
	part->is_sorted = is_sorted;
	part->runs = runs;
	part->next = store->parts;
	store->parts = part;
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

/*
 * Are all rows in runs, few enough to be merged as they lie? In each run an
 * entity's events should be sorted; else they must fit in memory, if they are
 * all of one entity.
 */
static bool
is_in_order(const PathStore *store)
{
	int			runs = store->runs;
	bool		is_sorted = store->is_sorted;

	if (!store->in_order)
		return false;
	for (const PathPart *part = store->parts; part != NULL; part = part->next)
	{
		if (part->runs == 0)
			return false;
		runs += part->runs;
		is_sorted &= part->is_sorted;
	}
	return runs <= PATH_RUNS && (is_sorted || path_store_count(store) * store->records.width <= (int64) spill_share());
}

void
path_settle_parts(PathStore *store)
{
	int			bits = bits_of_parts(store);
	PathPart   *part = store->parts;

	if (part == NULL || is_in_order(store))
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
			path_append_records(store, NULL, part->records, part->is_ranked, NULL, NULL);	/* its file will be closed: records_promise */
	}
}
