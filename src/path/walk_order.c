/*
 * walk_order.c
 *		Rows that lie in order, read as they lie: an entity ends where the next one
 *		begins. A few runs in order are merged, of several processes, too.
 */
#include "base/compat.h"

#include "miscadmin.h"
#include "path/gather.h"

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
		for (int i = walk_next_piece(share, -1); i < share->ranges; i = walk_next_piece(share, i))
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
	return store->records.file == NULL && records_in_partition(&store->records, 0) > GROUPED_AT_ONCE;
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

void
walk_in_order(Walk *walk)
{
	Cursor		runs[PATH_RUNS];

	CALL_BY_WIDTH(walk, read_in_order_of, walk, runs)
}
