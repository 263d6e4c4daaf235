/*
 * partial_dictionary.c
 *		Dictionaries of the states of several processes: each has numbered texts as
 *		they came.
 *
 * What is handed over is the texts in order of their numbers. Who takes it adds
 * them to a dictionary of its own, and knows of each number what it is here.
 * Where all are the same, as in a first state, rows need no change.
 */
#include "base/compat.h"

#include "path/partial.h"
#include "utils/memutils.h"

#define BYTES_RECORD	sizeof(int64)

/* What comes first of a dictionary: its numbers, where some are missing, and its texts follow. */
typedef struct DictionaryHead
{
	int32		count;
	bool		has_numbers;
	int64		size;			/* bytes of the texts, each behind its length */
}			DictionaryHead;

static inline const DictionaryText *
text_at(const Dictionary *dictionary, const int32 *numbers, int32 i)
{
	return &dictionary->texts[numbers != NULL ? numbers[i] : i];
}

/* ---- writing ---- */

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
write_dictionary(Partial *partial, const Dictionary *dictionary, const int32 *numbers, int32 count)
{
	DictionaryHead head;
	char	   *texts;

	memset(&head, 0, sizeof(DictionaryHead));
	head.count = count;
	head.has_numbers = numbers != NULL;
	texts = texts_of(dictionary, numbers, count, &head.size);
	appendBinaryStringInfo(partial->out, (const char *) &head, sizeof(DictionaryHead));
	if (numbers != NULL)
		appendBinaryStringInfo(partial->out, (const char *) numbers, count * (int) sizeof(int32));
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
	bool		is_same = true;

	for (int32 i = 0; i < numbers->count; i++)
	{
		int32		length;
		const char *text;

		part_read(texts, &length, sizeof(int32));
		text = part_skip(texts, length);
		numbers->to[i] = dictionary_number(dictionary, text, length);
		is_same &= numbers->to[i] == (numbers->from != NULL ? numbers->from[i] : i);
	}
	if (is_same)
		numbers->count = 0;
}

static void
read_dictionary(Partial *partial, Dictionary *dictionary)
{
	DictionaryHead head;
	PartReader	texts;
	Renumbering numbers = {0};
	char	   *many = NULL;

	part_read(&partial->in, &head, sizeof(DictionaryHead));
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
partial_dictionary(Partial *partial, Dictionary *dictionary, const int32 *numbers, int32 count)
{
	if (partial_is_writing(partial))
	{
		write_dictionary(partial, dictionary, numbers, count);
		return;
	}
	if (dictionary->context == NULL)
		dictionary_begin(dictionary, partial->context);
	read_dictionary(partial, dictionary);
}

static int
compare_numbers(const void *a, const void *b)
{
	int32		left = *(const int32 *) a;
	int32		right = *(const int32 *) b;

	return (left > right) - (left < right);
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
