/*
 * walk_merge.c
 *		A partition that is too large for memory: sorted in runs, which are merged,
 *		and stream to the visitor.
 */
#include "base/compat.h"

#include "miscadmin.h"
#include "path/gather.h"
#include "utils/memutils.h"

/* A sorted run being read */
typedef struct Run
{
	int64		position;		/* of what has not been read yet */
	int64		end;
	uint64	   *buffer;
	uint64	   *buffer_end;		/* of what is in the buffer */
}			Run;

/*
 * A tournament between the runs (Knuth, The Art of Computer Programming, volume
 * 3, 5.4.1): each inner node of the tree holds the run that lost there, so a new
 * row plays only those on its way up.
 */
typedef struct Merge
{
	Walk	   *walk;
	BufFile    *file;
	int			buffer_rows;	/* of each run */
	int			count;			/* of runs */
	Run		   *runs;
	const uint64 **rows;		/* the next row of each run, NULL at its end */
	int		   *losers;			/* at 1 .. count - 1; -1: nobody has played here yet */
	int			winner;
}			Merge;

/* Reads on in a run. */
static void
run_fill(Merge *merge, int number)
{
	Run		   *run = &merge->runs[number];
	Size		row_size = merge->walk->row_words * sizeof(int64);
	Size		size = Min((Size) (run->end - run->position), merge->buffer_rows * row_size);

	merge->rows[number] = NULL;
	if (size == 0)
		return;
	spill_read(merge->file, run->position, run->buffer, size);
	run->position += size;
	run->buffer_end = run->buffer + size / sizeof(int64);
	merge->rows[number] = run->buffer;
}

/* The order of the runs: by key, as compare_keys has it, then as events are. */
static inline bool
row_is_before(const Walk *walk, const uint64 *a, const uint64 *b)
{
	for (int i = 0; i < walk->key_words; i++)
	{
		if (a[i] != b[i])
			return a[i] < b[i];
	}
	return event_is_before((const int64 *) a + walk->key_words, (const int64 *) b + walk->key_words, walk->event_words);
}

/* Lets a run play its way up. */
static inline void
merge_play(Merge *merge, int run)
{
	int			winner = run;

	for (int node = (run + merge->count) / 2; node > 0; node /= 2)
	{
		int			other = merge->losers[node];

		if (other < 0)
		{
			merge->losers[node] = winner;
			return;
		}
		if (merge->rows[other] != NULL &&
			(merge->rows[winner] == NULL || row_is_before(merge->walk, merge->rows[other], merge->rows[winner])))
		{
			merge->losers[node] = winner;
			winner = other;
		}
	}
	merge->winner = winner;
}

/* Opens runs for merging; ends are their ends in the file, one after the other from "begin". */
static void
merge_open(Merge *merge, Walk *walk, BufFile *file, int64 begin, const int64 *ends, int runs)
{
	Size		row_size = walk->row_words * sizeof(int64);
	Size		size = Min(Max(spill_share() / 2 / runs, BLCKSZ), 1024 * 1024);

	merge->walk = walk;
	merge->file = file;
	merge->buffer_rows = size / row_size;
	merge->count = runs;
	merge->winner = 0;
	merge->runs = (Run *) palloc0(runs * sizeof(Run));
	merge->rows = (const uint64 **) palloc(runs * sizeof(uint64 *));
	merge->losers = (int *) palloc(runs * sizeof(int));
	for (int i = 0; i < runs; i++)
	{
		Run		   *run = &merge->runs[i];

		run->position = begin;
		run->end = begin = ends[i];
		run->buffer = (uint64 *) palloc(merge->buffer_rows * row_size);
		run_fill(merge, i);
		merge->losers[i] = -1;
	}
	for (int i = 0; i < runs; i++)
		merge_play(merge, i);
}

/* The next row in order, NULL after the last; good until merge_next. */
static inline const uint64 *
merge_row(const Merge *merge)
{
	return merge->rows[merge->winner];
}

/* Passes on to the row after merge_row(). */
static inline void
merge_next(Merge *merge)
{
	int			winner = merge->winner;

	merge->rows[winner] += merge->walk->row_words;
	if (merge->rows[winner] == merge->runs[winner].buffer_end)
		run_fill(merge, winner);
	merge_play(merge, winner);
}

static void
merge_close(Merge *merge)
{
	for (int i = 0; i < merge->count; i++)
		pfree(merge->runs[i].buffer);
	pfree(merge->runs);
	pfree(merge->rows);
	pfree(merge->losers);
}

/* Merges runs into one, at the end of another file. */
static void
merge_to_file(Walk *walk, BufFile *file, int64 begin, const int64 *ends, int runs, BufFile *to)
{
	Size		row_size = walk->row_words * sizeof(int64);
	Merge		merge;
	const uint64 *row;

	merge_open(&merge, walk, file, begin, ends, runs);
	while ((row = merge_row(&merge)) != NULL)
	{
		spill_write(to, row, row_size);
		merge_next(&merge);
	}
	merge_close(&merge);
}

/* Merges runs and passes each entity on to the visitor, in batches. */
static void
merge_to_visitor(Walk *walk, BufFile *file, const int64 *ends, int runs)
{
	Merge		merge;
	Gathering	gathering;
	const uint64 *row;

	gather_begin(&gathering, walk, true);
	merge_open(&merge, walk, file, 0, ends, runs);
	while ((row = merge_row(&merge)) != NULL)
	{
		CHECK_FOR_INTERRUPTS();
		gather_row(&gathering, row, walk->key_words, walk->event_words);
		merge_next(&merge);
	}
	gather_end(&gathering, walk->event_words);
	merge_close(&merge);
}

/* Adds the end of a run to a list that grows. */
static int64 *
add_end(int64 *ends, int runs, int64 end)
{
	if (ends == NULL)
		ends = (int64 *) palloc(16 * sizeof(int64));
	else if (runs >= 16 && (runs & (runs - 1)) == 0)
		ends = (int64 *) repalloc_huge(ends, 2 * (Size) runs * sizeof(int64));
	ends[runs] = end;
	return ends;
}

/* Sorts rows and appends them to the file as a run; empties the piece. Returns how many runs there are now. */
static int
write_run(Walk *walk, Piece *piece, int64 **ends, int runs)
{
	Pieces		one = {piece, 1, piece->count};

	group_rows(walk, &one);
	*ends = add_end(*ends, runs, walk->run_size);
	piece->count = 0;
	return runs + 1;
}

/* Writes a partition as sorted runs of at most so many rows; returns how many runs. */
static int
write_runs(Walk *walk, int partition, int64 most_rows, int64 **ends)
{
	int			row_words = walk->row_words;
	uint64	   *rows = (uint64 *) MemoryContextAllocHuge(CurrentMemoryContext, most_rows * row_words * sizeof(int64));
	Piece		piece = {rows, 0};
	RecordReader reader;
	const uint64 *block;
	int64		count;
	int			runs = 0;

	for (int source = 0; source < walk->sources_count; source++)
	{
		records_open(&reader, walk->sources[source].records, partition);
		do
		{
			count = records_read(&reader, (const void **) &block);
			for (int64 done = 0, part; done < count; done += part)
			{
				part = Min(count - done, most_rows - piece.count);
				memcpy(rows + piece.count * row_words, block + done * row_words, part * row_words * sizeof(int64));
				piece.count += part;
				if (piece.count == most_rows)
					runs = write_run(walk, &piece, ends, runs);
			}
		} while (count > 0);
		records_close(&reader);
	}
	if (piece.count > 0)
		runs = write_run(walk, &piece, ends, runs);
	pfree(rows);
	return runs;
}

void
walk_merging(Walk *walk, int partition)
{
	Size		share = spill_share();
	int			most_runs = (int) Min(Max(share / 2 / BLCKSZ, 8), 1024);
	int64	   *ends = NULL;
	int			runs;
	BufFile    *file = BufFileCreateTemp(false);

	walk->run = file;
	walk->run_size = 0;
	runs = write_runs(walk, partition, share / 2 / (walk->row_words * sizeof(int64)), &ends);
	walk->run = NULL;

	while (runs > most_runs)
	{
		BufFile    *to = BufFileCreateTemp(false);
		int			merged = 0;
		int64		begin = 0;

		for (int from = 0; from < runs; from += most_runs)
		{
			int			some = Min(most_runs, runs - from);
			int64		end = ends[from + some - 1];

			merge_to_file(walk, file, begin, ends + from, some, to);
			ends[merged++] = end;
			begin = end;
		}
		runs = merged;
		BufFileClose(file);
		file = to;
	}
	merge_to_visitor(walk, file, ends, runs);
	BufFileClose(file);
	pfree(ends);
}
