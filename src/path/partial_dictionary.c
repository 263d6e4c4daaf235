/*
 * partial_dictionary.c
 *		Dictionaries of the states of several processes: each has numbered texts as
 *		they came.
 *
 * What is handed over is the texts in order of their numbers. Who takes it adds
 * them to a dictionary of its own, and knows of each number what it is here.
 * Rows that came by value are changed. Rows in files stay as they are, for the
 * walk to look their numbers up; of one process these can be those of one
 * dictionary only (partitions have several), and others are changed, too.
 */
#include "base/compat.h"

#include "access/parallel.h"
#include "miscadmin.h"
#include "path/partial.h"
#include "utils/memutils.h"

#define BYTES_RECORD	sizeof(int64)

/* What comes first of a dictionary: its numbers, where some are missing, and its texts follow. */
typedef struct DictionaryHead
{
	int32		whose;
	int32		count;
	bool		has_numbers;
	int64		size;			/* bytes of the texts, each behind its length */
}			DictionaryHead;

/* The numbers of a state that no other process will see are its own: 0. The leader's parts are 1, its workers' 2 and up. */
void
numbers_begin(Numbers *numbers, const PathStore *store)
{
	numbers->own = store->records.is_part ? (int64) (ParallelWorkerNumber + 2) << 32 : 0;
}

static int
compare_numbers(const void *a, const void *b)
{
	int32		left = *(const int32 *) a;
	int32		right = *(const int32 *) b;

	return (left > right) - (left < right);
}

static inline const DictionaryText *
text_at(const Dictionary *dictionary, const int32 *numbers, int32 i)
{
	return &dictionary->texts[numbers != NULL ? numbers[i] : i];
}

/* ---- writing ---- */

/* The numbers that the rows of a store have, rising, palloc'd; how many */
static int32
numbers_of_rows(PathStore *store, int32 **numbers)
{
	Records    *records = &store->records;
	int32		count = 0;
	int32		different = 0;

	*numbers = palloc(sizeof(int32) * Max(records_count(records), 1));
	for (int i = 0; i < records_partitions(records); i++)
	{
		RecordReader reader;
		const void *block;
		int64		some;

		records_open(&reader, records, i);
		while ((some = records_read(&reader, &block)) > 0)
			for (int64 row = 0; row < some; row++)
				(*numbers)[count++] = (int32) *path_stored_payload((const uint64 *) ((const char *) block + row * records->width), store->wide_keys);
		records_close(&reader);
	}
	qsort(*numbers, count, sizeof(int32), compare_numbers);
	for (int32 i = 0; i < count; i++)
		if (i == 0 || (*numbers)[i] != (*numbers)[i - 1])
			(*numbers)[different++] = (*numbers)[i];
	return different;
}

/* Many bytes: as records, which know how to be handed over */
static void
leave_bytes(Partial *partial, const char *bytes, int64 size)
{
	MemoryContext context;
	Records    *records;

	if (!AggCheckCallContext(partial->fcinfo, &context))
		elog(ERROR, "the state of a path aggregate written in a non-aggregate context");
	records = MemoryContextAlloc(context, sizeof(Records));
	records_init(records, partial->fcinfo, BYTES_RECORD, NULL);
	for (int64 at = 0; at < size; at += BYTES_RECORD)
	{
		int64	   *record = records_next(records, partial->fcinfo);

		*record = 0;
		memcpy(record, bytes + at, Min(size - at, (int64) BYTES_RECORD));
	}
	records_leave(records, partial->out, PARTIAL_BY_VALUE);
	records_end(records);
}

static char *
texts_of(const Dictionary *dictionary, const int32 *numbers, int32 count, int64 *size)
{
	char	   *texts;
	char	   *at;

	*size = 0;
	for (int32 i = 0; i < count; i++)
		*size += sizeof(int32) + text_at(dictionary, numbers, i)->length;
	at = texts = MemoryContextAllocHuge(CurrentMemoryContext, Max(*size, 1));
	for (int32 i = 0; i < count; i++)
	{
		const DictionaryText *text = text_at(dictionary, numbers, i);

		memcpy(at, &text->length, sizeof(int32));
		memcpy(at + sizeof(int32), text->text, text->length);
		at += sizeof(int32) + text->length;
	}
	return texts;
}

static void
write_dictionary(Partial *partial, const Dictionary *dictionary, const Numbers *kept, PathStore *store)
{
	DictionaryHead head;
	int32	   *numbers = NULL;
	int32		count = dictionary->count;
	char	   *texts;

	if (store != NULL && records_count(&store->records) < count)
		count = numbers_of_rows(store, &numbers);
	memset(&head, 0, sizeof(DictionaryHead));
	head.whose = (int32) (kept->own >> 32);
	head.count = count;
	head.has_numbers = numbers != NULL;
	texts = texts_of(dictionary, numbers, count, &head.size);
	appendBinaryStringInfo(partial->out, (const char *) &head, sizeof(DictionaryHead));
	if (numbers != NULL)
	{
		appendBinaryStringInfo(partial->out, (const char *) numbers, count * (int) sizeof(int32));
		pfree(numbers);
	}
	if (head.size <= PARTIAL_BY_VALUE)
		appendBinaryStringInfo(partial->out, texts, (int) head.size);
	else
		leave_bytes(partial, texts, head.size);
	pfree(texts);
}

/* ---- reading ---- */

/* Many bytes, in palloc'd memory */
static char *
take_bytes(Partial *partial, int64 size)
{
	Records    *taken[RECORDS_TAKEN];
	const char *values;
	int64		values_count;
	int			count = records_take(&partial->in, partial->fcinfo, BYTES_RECORD, taken, &values, &values_count);
	int64		records = values_count;
	char	   *bytes;
	char	   *at;

	for (int i = 0; i < count; i++)
		records += records_count(taken[i]);
	if (records != (size + (int64) BYTES_RECORD - 1) / (int64) BYTES_RECORD)
		elog(ERROR, "the dictionary of a parallel worker is broken");
	at = bytes = MemoryContextAllocHuge(CurrentMemoryContext, records * BYTES_RECORD);
	for (int i = 0; i < count; i++)
	{
		records_copy(taken[i], 0, at);
		at += records_count(taken[i]) * BYTES_RECORD;
		records_end(taken[i]);
	}
	memcpy(at, values, values_count * BYTES_RECORD);
	return bytes;
}

/* Adds the texts; what their numbers are here */
static void
add_texts(Dictionary *dictionary, PartReader *texts, Renumbering *numbers)
{
	for (int32 i = 0; i < numbers->count; i++)
	{
		int32		length;
		const char *text;

		if ((i & 0xffff) == 0xffff)
			CHECK_FOR_INTERRUPTS();
		part_read(texts, &length, sizeof(int32));
		text = part_skip(texts, length);
		numbers->to[i] = dictionary_number(dictionary, text, length);
	}
}

static void
read_dictionary(Partial *partial, Dictionary *dictionary, Numbers *kept)
{
	DictionaryHead head;
	PartReader	texts;
	Renumbering numbers = {0};
	char	   *many = NULL;

	part_read(&partial->in, &head, sizeof(DictionaryHead));
	numbers.whose = head.whose;
	numbers.kept = kept;
	numbers.count = head.count;
	numbers.to = MemoryContextAllocHuge(CurrentMemoryContext, Max(head.count, 1) * sizeof(int32));
	if (head.has_numbers)
	{
		numbers.from = palloc(Max(head.count, 1) * sizeof(int32));
		part_read(&partial->in, numbers.from, head.count * sizeof(int32));
	}
	texts.at = head.size <= PARTIAL_BY_VALUE ? part_skip(&partial->in, head.size) : (many = take_bytes(partial, head.size));
	texts.end = texts.at + head.size;
	add_texts(dictionary, &texts, &numbers);
	if (many != NULL)
		pfree(many);
	partial->numbers = numbers;
}

void
partial_dictionary(Partial *partial, Dictionary *dictionary, Numbers *kept, PathStore *store)
{
	if (partial_is_writing(partial))
	{
		write_dictionary(partial, dictionary, kept, store);
		return;
	}
	if (dictionary->context == NULL)
		dictionary_begin(dictionary, partial->context);
	read_dictionary(partial, dictionary, kept);
}

/* Room for the numbers of whoever that is */
static void
grow_numbers(Numbers *kept, int whose, MemoryContext context)
{
	int			room = Max(4, 2 * whose);
	int32	  **here = MemoryContextAllocZero(context, room * sizeof(int32 *));

	if (kept->here != NULL)
	{
		memcpy(here, kept->here, kept->room * sizeof(int32 *));
		pfree(kept->here);
	}
	kept->here = here;
	kept->room = room;
}

bool
partial_keep_numbers(Partial *partial)
{
	const Renumbering *numbers = &partial->numbers;
	Numbers    *kept = numbers->kept;
	Size		most = numbers->from != NULL ? (Size) numbers->from[numbers->count - 1] + 1 : (Size) numbers->count;
	int32	   *here;

	if (numbers->whose < kept->room && kept->here[numbers->whose] != NULL)
		return false;
	if (numbers->whose >= kept->room)
		grow_numbers(kept, numbers->whose, partial->context);
	here = MemoryContextAllocHuge(partial->context, most * sizeof(int32));
	for (int32 i = 0; i < numbers->count; i++)
		here[numbers->from != NULL ? numbers->from[i] : i] = numbers->to[i];
	kept->here[numbers->whose] = here;
	return true;
}

int32
partial_renumbered(const Renumbering *numbers, int32 number)
{
	int32		place = number;

	if (numbers->from != NULL)
	{
		const int32 *found = bsearch(&number, numbers->from, numbers->count, sizeof(int32), compare_numbers);

		place = found != NULL ? (int32) (found - numbers->from) : -1;
	}
	if (unlikely(place < 0 || place >= numbers->count))
		elog(ERROR, "a row of a parallel worker has a number that its dictionary hasn't");
	return numbers->to[place];
}
