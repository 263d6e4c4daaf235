/*
 * segment_summary.c
 *		What segment_agg keeps: how many of each label succeeded and failed.
 */
#include "base/compat.h"

#include "base/rollup.h"
#include "kpi/segment_summary.h"
#include "path/reasons.h"

#define COUNTS_FIRST	8		/* room for so many at first */

void
segment_begin(SegmentSummary *segment, MemoryContext context)
{
	memset(segment, 0, sizeof(SegmentSummary));
	SET_VARSIZE(segment, sizeof(SegmentSummary));
	dictionary_begin(&segment->labels, context);
}

static void
segment_clear(void *summary)
{
	segment_begin(summary, CurrentMemoryContext);
}

static void
make_room(SegmentSummary *segment)
{
	int32		room = Max(COUNTS_FIRST, 2 * segment->room);

	if (segment->counts == NULL)
		segment->counts = MemoryContextAlloc(segment->labels.context, room * sizeof(SegmentCount));
	else
		segment->counts = repalloc(segment->counts, room * sizeof(SegmentCount));
	memset(segment->counts + segment->room, 0, (room - segment->room) * sizeof(SegmentCount));
	segment->room = room;
}

SegmentCount *
segment_count(SegmentSummary *segment, const char *text, int length)
{
	int32		number = dictionary_number(&segment->labels, text, length);

	if (unlikely(number >= segment->room))
	{
		if (number >= SEGMENT_LABELS)
			ereport(ERROR,
					(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
					 errmsg("segment_agg has more than %d labels", SEGMENT_LABELS),
					 errhint("A label is what many rows have in common: a rep, a product, a region. Is this a key?")));
		make_room(segment);
	}
	return &segment->counts[number];
}

static void
count_fields(Codec *codec, SegmentCount *count)
{
	codec_count(codec, "succeeded", &count->succeeded);
	codec_count(codec, "failed", &count->failed);
	codec_count(codec, "undecided", &count->undecided);
}

/* A label in order of bytes, read behind those before it or written by its place */
static void
label_fields(Codec *codec, SegmentSummary *segment, int place, const int32 *order)
{
	char	   *text = NULL;
	int			length = 0;

	codec_record_begin(codec);
	if (codec_is_reading(codec))
	{
		codec_text(codec, "label", &text, &length);
		count_fields(codec, segment_count(segment, text, length));
		if (segment->labels.count != place + 1 || (place > 0 && dictionary_compare(&segment->labels, place - 1, place) >= 0))
			codec_refuse(codec, "the labels are not in order");
		pfree(text);
	}
	else
	{
		DictionaryText *label = &segment->labels.texts[order[place]];

		codec_text(codec, "label", &label->text, &label->length);
		count_fields(codec, &segment->counts[order[place]]);
	}
	codec_record_end(codec);
}

static void
segment_fields(Codec *codec, void *summary)
{
	SegmentSummary *segment = summary;
	int			count = segment->labels.count;
	int32	   *order = NULL;

	codec_count(codec, "invalid_rows", &segment->invalid_rows);
	codec_group_begin(codec, "without_label");
	count_fields(codec, &segment->without);
	codec_group_end(codec);
	codec_list_begin(codec, "labels", &count, SEGMENT_LABELS);
	if (!codec_is_reading(codec))
		order = dictionary_order(&segment->labels);
	for (int i = 0; i < count; i++)
		label_fields(codec, segment, i, order);
	codec_list_end(codec);
	if (order != NULL)
		pfree(order);
}

/* Adds to a sum that stays so small that two can be added; false where it doesn't */
static bool
add_rows(int64 *sum, const SegmentCount *count)
{
	int128		rows = (int128) *sum + count->succeeded + count->failed + count->undecided;

	*sum = (int64) Min(rows, COUNT_MOST);
	return rows <= COUNT_MOST;
}

static const char *
segment_rules(const void *summary)
{
	const SegmentSummary *segment = summary;
	int64		sum = 0;

	if (!add_rows(&sum, &segment->without) || segment->invalid_rows > COUNT_MOST)
		return "a count is too large";
	for (int i = 0; i < segment->labels.count; i++)
	{
		int64		before = sum;

		if (!add_rows(&sum, &segment->counts[i]))
			return "a count is too large";
		if (sum == before)
			return "a label has no rows";
	}
	return NULL;
}

static void
add_count(SegmentCount *into, const SegmentCount *other)
{
	count_add(&into->succeeded, other->succeeded);
	count_add(&into->failed, other->failed);
	count_add(&into->undecided, other->undecided);
}

void
segment_merge(void *to, void *added)
{
	SegmentSummary *into = to;
	SegmentSummary *other = added;

	count_add(&into->invalid_rows, other->invalid_rows);
	add_count(&into->without, &other->without);
	for (int i = 0; i < other->labels.count; i++)
		add_count(segment_count(into, other->labels.texts[i].text, other->labels.texts[i].length), &other->counts[i]);
}

const SummaryType segment_type = {
	.name = "segment_summary",
	.called = "segment",
	.version = 1,
	.size = sizeof(SegmentSummary),
	.fields = segment_fields,
	.clear = segment_clear,
	.rules = segment_rules,
	.merge = segment_merge,
};

SUMMARY_TYPE_FUNCTIONS(segment_summary, segment_type)
SUMMARY_ROLLUP_FUNCTIONS(segment_summary, segment_type)
