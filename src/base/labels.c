/*
 * labels.c
 *		How many rows each label has, in little memory, whatever the labels are.
 */
#include "base/labels.h"

#include "base/summary.h"
#include "mb/pg_wchar.h"
#include "utils/memutils.h"

#define LABELS_FIRST	8		/* room for so many at first */

/*
 * Which labels are kept rests on this, so it is the same on every machine and
 * for ever: FNV-1a (Fowler, Noll, Vo; draft-eastlake-fnv), its bits spread by
 * the finalizer of MurmurHash3. Who chooses labels by their hash chooses which
 * of thousands are shown, and no more.
 */
static uint64
hash_label(const char *text, int length)
{
	uint64		hash = UINT64CONST(0xcbf29ce484222325);

	for (int i = 0; i < length; i++)
		hash = (hash ^ (uint8) text[i]) * UINT64CONST(0x100000001b3);
	hash ^= hash >> 33;
	hash *= UINT64CONST(0xff51afd7ed558ccd);
	hash ^= hash >> 33;
	hash *= UINT64CONST(0xc4ceb9fe1a85ec53);
	hash ^= hash >> 33;
	return hash;
}

static int
compare_texts(const LabelCount *a, const LabelCount *b)
{
	int			order = memcmp(a->text, b->text, Min(a->length, b->length));

	return order != 0 ? order : (a->length > b->length) - (a->length < b->length);
}

static int
compare_hashes(const void *a, const void *b)
{
	const LabelCount *left = a;
	const LabelCount *right = b;

	if (left->hash != right->hash)
		return left->hash < right->hash ? -1 : 1;
	return compare_texts(left, right);
}

static int
compare_rows(const void *a, const void *b)
{
	const LabelCount *left = a;
	const LabelCount *right = b;

	if (left->rows != right->rows)
		return left->rows > right->rows ? -1 : 1;
	return compare_texts(left, right);
}

void
labels_begin(LabelCounts *counts, int most, MemoryContext context)
{
	memset(counts, 0, sizeof(LabelCounts));
	counts->most = most;
	counts->context = context;
}

/* Where a label is, or where it belongs */
static int
place_of(const LabelCounts *counts, const LabelCount *label, bool *found)
{
	int			low = 0;
	int			high = counts->count;

	while (low < high)
	{
		int			middle = (low + high) / 2;
		int			order = compare_hashes(label, &counts->labels[middle]);

		if (order == 0)
		{
			*found = true;
			return middle;
		}
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	*found = false;
	return low;
}

/* Lets go of the label with the largest hash. */
static void
drop_last(LabelCounts *counts)
{
	LabelCount *last = &counts->labels[--counts->count];

	count_add(&counts->other_rows, last->rows);
	pfree(last->text);
}

static void
make_room(LabelCounts *counts)
{
	if (counts->count < counts->room)
		return;
	counts->room = Min(Max(2 * counts->room, LABELS_FIRST), counts->most);
	if (counts->labels == NULL)
		counts->labels = MemoryContextAlloc(counts->context, counts->room * sizeof(LabelCount));
	else
		counts->labels = repalloc(counts->labels, counts->room * sizeof(LabelCount));
}

/* A label that isn't there yet comes in at its place, with a copy of its text. */
static void
insert_label(LabelCounts *counts, const LabelCount *label, int place)
{
	LabelCount *into;
	char	   *text = MemoryContextAlloc(counts->context, Max(label->length, 1));

	memcpy(text, label->text, label->length);
	if (counts->count == counts->most)
		drop_last(counts);
	make_room(counts);
	into = &counts->labels[place];
	memmove(into + 1, into, (counts->count - place) * sizeof(LabelCount));
	*into = *label;
	into->text = text;
	counts->count++;
}

static void
add_label(LabelCounts *counts, const LabelCount *label)
{
	bool		found;
	int			place = place_of(counts, label, &found);

	if (found)
		count_add(&counts->labels[place].rows, label->rows);
	else if (place < counts->most)
		insert_label(counts, label, place);
	else
		count_add(&counts->other_rows, label->rows);
}

const char *
label_cut(const char *text, int *length, char *cut)
{
	if (likely(*length <= LABEL_BYTES))
		return text;
	*length = pg_mbcliplen(text, *length, LABEL_BYTES - 3);
	memcpy(cut, text, *length);
	memcpy(cut + *length, "...", 3);
	*length += 3;
	return cut;
}

void
labels_add(LabelCounts *counts, const char *text, int length)
{
	char		cut[LABEL_BYTES];
	LabelCount	label;

	text = label_cut(text, &length, cut);
	label.hash = hash_label(text, length);
	label.rows = 1;
	label.text = unconstify(char *, text);
	label.length = length;
	add_label(counts, &label);
}

void
labels_merge(LabelCounts *counts, const LabelCounts *other)
{
	for (int i = 0; i < other->count; i++)
		add_label(counts, &other->labels[i]);
	count_add(&counts->other_rows, other->other_rows);
}

LabelCount *
labels_by_rows(const LabelCounts *counts)
{
	LabelCount *labels = palloc(sizeof(LabelCount) * Max(counts->count, 1));

	for (int i = 0; i < counts->count; i++)
		labels[i] = counts->labels[i];
	qsort(labels, counts->count, sizeof(LabelCount), compare_rows);
	return labels;
}

int64
labels_rows(const LabelCounts *counts)
{
	int64		rows = counts->other_rows;

	for (int i = 0; i < counts->count; i++)
		count_add(&rows, counts->labels[i].rows);
	return rows;
}

/* Makes labels just read, which are in the order of the wire, a count. */
static void
accept_labels(Codec *codec, LabelCounts *counts, LabelCount *labels, int count)
{
	for (int i = 0; i < count; i++)
	{
		labels[i].hash = hash_label(labels[i].text, labels[i].length);
		if (labels[i].rows == 0 || labels[i].length > LABEL_BYTES)
			codec_refuse(codec, "a label has no rows or is too long");
		if (i > 0 && compare_rows(&labels[i - 1], &labels[i]) >= 0)
			codec_refuse(codec, "the labels are not in order");
	}
	qsort(labels, count, sizeof(LabelCount), compare_hashes);
	for (int i = 1; i < count; i++)
		if (compare_hashes(&labels[i - 1], &labels[i]) == 0)
			codec_refuse(codec, "a label is there twice");
	counts->labels = labels;
	counts->count = counts->room = count;
}

void
labels_fields(Codec *codec, LabelCounts *counts)
{
	int			count = counts->count;
	LabelCount *labels = NULL;

	codec_list_begin(codec, "labels", &count, counts->most);
	if (codec_is_reading(codec))
		labels = MemoryContextAllocZero(counts->context, sizeof(LabelCount) * Max(count, 1));
	else
		labels = labels_by_rows(counts);
	for (int i = 0; i < count; i++)
	{
		codec_record_begin(codec);
		codec_text(codec, "label", &labels[i].text, &labels[i].length);
		codec_count(codec, "rows", &labels[i].rows);
		codec_record_end(codec);
	}
	codec_list_end(codec);
	codec_count(codec, "other_rows", &counts->other_rows);
	if (!codec_is_reading(codec))
		return;
	accept_labels(codec, counts, labels, count);
}

const char *
labels_rules(const LabelCounts *counts)
{
	if (counts->other_rows > 0 && counts->count < counts->most)
		return "rows of other labels are counted although there is room for theirs";
	return NULL;
}
