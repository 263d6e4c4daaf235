/*
 * flow_summary.c
 *		The type path_summary: how it is written, read, checked, merged and pruned.
 */
#include "kpi/flow_summary.h"

#include "base/labels.h"
#include "base/moment.h"
#include "base/rollup.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

static const char *const reason_names[FLOW_REASONS] = {
	"used", "no_entity", "no_event", "no_time", "time_out_of_range", "exact_duplicate", "repeat", "off_the_path", "unit_outside"
};

const Reasons flow_reasons = {FLOW_REASONS, reason_names};

static void *
make_shape(const char *text, int length)
{
	return flow_shape_prepare(CurrentMemoryContext, flow_shape_parse(text, length));
}

static bool
is_same_shape(const void *a, const void *b)
{
	return image_same(&((const FlowShape *) a)->image, &((const FlowShape *) b)->image);
}

static const DefinitionKind flow_definition_kind = {make_shape, is_same_shape};

static const SubjectKind flow_subject = {
	.definition = &flow_definition_kind,
	.differ = "shapes",
	.hint = "Group by the shape, or aggregate the rows again with one.",
};

static void
flow_clear(void *into)
{
	FlowSummary *summary = into;

	subject_clear(&summary->subject);
	summary->from = MOMENT_NONE_FROM;
	summary->through = MOMENT_NONE_THROUGH;
	summary->labels = palloc(sizeof(Dictionary));
	dictionary_begin(summary->labels, CurrentMemoryContext);
	TALLY_INIT(&summary->nodes, FlowNode, 2, 0);
}

/*
 * Nodes
 */

/* Room for the times of so many nodes */
static void
make_times(FlowSummary *summary, int count)
{
	int			room = Max(count, 2 * summary->times_room);

	if (count <= summary->times_room)
		return;
	if (summary->times == NULL)
		summary->times = palloc_extended(sizeof(Sketch *) * room, MCXT_ALLOC_HUGE);
	else
		summary->times = repalloc_huge(summary->times, sizeof(Sketch *) * room);
	memset(summary->times + summary->times_room, 0, sizeof(Sketch *) * (room - summary->times_room));
	summary->times_room = room;
}

static int32
number_of(const FlowSummary *summary, const FlowNode *node)
{
	return (int32) (node - flow_node_at(summary, 0)) + 1;
}

int32
flow_node(FlowSummary *summary, int32 parent, int32 label)
{
	FlowNode   *node = tally_cell(&summary->nodes, tally_key(parent, label));

	make_times(summary, summary->nodes.length);
	return number_of(summary, node);
}

/* The count of those who go on from a node, or from the root, to what isn't kept */
static int64 *
others_of(FlowSummary *summary, int32 number)
{
	return number == 0 ? &summary->others : &flow_node_at(summary, number - 1)->others;
}

void
flow_add_other(FlowSummary *summary, int32 parent, int last, bool is_cut)
{
	++*others_of(summary, parent);
	if (!is_cut)
		summary->others_ended[last]++;
}

/*
 * Canonical form
 */

typedef struct Place
{
	uint64		key;
	int32		node;
}			Place;

static int
compare_places(const void *a, const void *b)
{
	uint64		left = ((const Place *) a)->key;
	uint64		right = ((const Place *) b)->key;

	return left < right ? -1 : left > right;
}

/* Whether each label that there is is used; *used is set, by label */
static bool
find_used(const FlowSummary *summary, bool **used)
{
	int			count = 0;

	*used = palloc0(sizeof(bool) * (summary->labels->count + 1));
	for (int i = 0; i < summary->nodes.length; i++)
	{
		bool	   *label = &(*used)[flow_label(flow_node_at(summary, i))];

		count += !*label;
		*label = true;
	}
	return count == summary->labels->count;
}

static bool
is_canonical(const FlowSummary *summary, bool all_used)
{
	if (!all_used || !summary->nodes.is_ordered)
		return false;
	for (int32 i = 1; i < summary->labels->count; i++)
		if (dictionary_compare(summary->labels, i - 1, i) >= 0)
			return false;
	return true;
}

/* Labels that are used, in order of bytes; answers the new number of each. */
static int32 *
order_labels(FlowSummary *summary, const bool *used)
{
	Dictionary *old = summary->labels;
	Dictionary *labels = palloc(sizeof(Dictionary));
	int32	   *order = palloc(sizeof(int32) * (old->count + 1));
	int32	   *rank = palloc0(sizeof(int32) * (old->count + 1));
	int			count = 0;

	dictionary_begin(labels, CurrentMemoryContext);
	for (int32 i = 0; i < old->count; i++)
		if (used[i])
			order[count++] = i;
	dictionary_sort(old, order, count);
	for (int i = 0; i < count; i++)
		rank[order[i]] = dictionary_number(labels, old->texts[order[i]].text, old->texts[order[i]].length);
	pfree(order);
	summary->labels = labels;
	return rank;
}

/* The step of each node, from 1, palloc'd: its parent comes before it. */
static uint8 *
steps_of(const FlowSummary *summary)
{
	uint8	   *step = palloc_extended(summary->nodes.length + 1, MCXT_ALLOC_HUGE);

	for (int i = 0; i < summary->nodes.length; i++)
	{
		int32		parent = flow_parent(flow_node_at(summary, i));

		step[i] = parent == 0 ? 1 : step[parent - 1] + 1;
	}
	return step;
}

/* Makes nodes anew, in the order of places; number 0 in "numbers" is the root, which stays. */
static void
move_nodes(FlowSummary *summary, const Place *places, int count)
{
	Tally		old = summary->nodes;
	Sketch	  **times = summary->times;

	TALLY_INIT(&summary->nodes, FlowNode, 2, 0);
	summary->times = NULL;
	summary->times_room = 0;
	make_times(summary, count);
	for (int i = 0; i < count; i++)
	{
		const FlowNode *from = tally_at(FlowNode, &old, places[i].node);
		FlowNode   *node = tally_cell(&summary->nodes, places[i].key);

		node->ended = from->ended;
		node->others = from->others;
		summary->times[i] = times[places[i].node];
	}
}

/* Puts labels and nodes in their order. */
static void
put_in_order(FlowSummary *summary, const bool *used)
{
	int			count = summary->nodes.length;
	int32	   *rank = order_labels(summary, used);
	uint8	   *step = steps_of(summary);
	Place	   *places = palloc_extended(sizeof(Place) * ((Size) count + 1), MCXT_ALLOC_HUGE);
	int32	   *numbers = palloc_extended(sizeof(int32) * ((Size) count + 1), MCXT_ALLOC_HUGE);
	int			placed = 0;

	numbers[0] = 0;
	for (int at = 1; at <= FLOW_DEPTH; at++)
	{
		int			begin = placed;

		for (int i = 0; i < count; i++)
		{
			const FlowNode *node = flow_node_at(summary, i);

			if (step[i] != at)
				continue;
			places[placed].key = tally_key(numbers[flow_parent(node)], rank[flow_label(node)]);
			places[placed++].node = i;
		}
		qsort(places + begin, placed - begin, sizeof(Place), compare_places);
		for (int i = begin; i < placed; i++)
			numbers[places[i].node + 1] = i + 1;
	}
	move_nodes(summary, places, placed);
	pfree(places);
	pfree(numbers);
	pfree(step);
	pfree(rank);
}

/* The sum of two counts that are not too large; else one that is */
static inline int64
add_up(int64 a, int64 b)
{
	return b > COUNT_MOST - a ? COUNT_MOST + 1 : a + b;
}

/* Works out how many units come to each node, and to others at each step. */
static void
add_units(FlowSummary *summary)
{
	int			count = summary->nodes.length;
	int128		others[FLOW_DEPTH + 1] = {0};

	summary->step = steps_of(summary);
	summary->units = palloc_extended(sizeof(int64) * ((Size) count + 1), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	summary->all = Min(summary->others, COUNT_MOST + 1);
	others[0] = summary->others;
	for (int i = count - 1; i >= 0; i--)
	{
		const FlowNode *node = flow_node_at(summary, i);
		int32		parent = flow_parent(node);
		int64	   *sum = parent == 0 ? &summary->all : &summary->units[parent - 1];

		summary->units[i] = add_up(add_up(summary->units[i], node->ended), node->others);
		*sum = add_up(*sum, summary->units[i]);
		others[summary->step[i]] += node->others;
	}
	for (int k = 0; k < FLOW_DEPTH; k++)
	{
		int128		here = others[k] + (k == 0 ? 0 : (int128) summary->others_at[k - 1] - summary->others_ended[k - 1]);

		summary->others_at[k] = (int64) Max(Min(here, COUNT_MOST + 1), -1);
	}
}

static void
flow_settle(void *of)
{
	FlowSummary *summary = of;
	bool	   *used;
	bool		all_used = find_used(summary, &used);

	if (!is_canonical(summary, all_used))
		put_in_order(summary, used);
	pfree(used);
	add_units(summary);
}

/*
 * Pruning
 */

/* A node that isn't kept: who came to it is now among the others of the last that is kept before it. */
static void
prune_node(FlowSummary *summary, int node, int64 threshold)
{
	int32		parent = flow_parent(flow_node_at(summary, node));

	count_add(&summary->others_ended[summary->step[node] - 1], flow_node_at(summary, node)->ended);
	if (parent == 0 || summary->units[parent - 1] >= threshold)
		count_add(others_of(summary, parent), summary->units[node]);
}

void
flow_prune(FlowSummary *summary)
{
	int64		threshold;
	Place	   *places;
	int32	   *numbers;
	int			kept = 0;

	if (summary->nodes.length <= FLOW_NODES)
		return;
	flow_settle(summary);
	threshold = tally_threshold(summary->units, summary->nodes.length, FLOW_NODES);
	places = palloc(sizeof(Place) * FLOW_NODES);
	numbers = palloc_extended(sizeof(int32) * ((Size) summary->nodes.length + 1), MCXT_ALLOC_HUGE);
	numbers[0] = 0;
	for (int i = 0; i < summary->nodes.length; i++)
	{
		const FlowNode *node = flow_node_at(summary, i);

		if (summary->units[i] < threshold)
		{
			prune_node(summary, i, threshold);
			continue;
		}
		places[kept].key = tally_key(numbers[flow_parent(node)], flow_label(node));
		places[kept++].node = i;
		numbers[i + 1] = kept;
	}
	move_nodes(summary, places, kept);
	pfree(places);
	pfree(numbers);
}

/*
 * Rules
 */

/* Does a label, of the summary, stand in a clause of its shape? */
static bool
stands_in(const FlowSummary *summary, int32 label, int role)
{
	const FlowShape *shape = flow_shape(summary);
	const DictionaryText *text = flow_label_text(summary, label);

	for (int i = 0; i < shape->named; i++)
		if ((shape->roles[i] & role) && shape->labels.texts[i].length == text->length &&
			memcmp(shape->labels.texts[i].text, text->text, text->length) == 0)
			return true;
	return false;
}

/* Can a path of the shape have this node? */
static const char *
broken_by_shape(const FlowSummary *summary, int number)
{
	const FlowShape *shape = flow_shape(summary);
	const FlowNode *node = flow_node_at(summary, number);
	int			step = summary->step[number];
	int32		parent = flow_parent(node);
	int32		label = flow_label(node);
	bool		is_to = shape->has_to && stands_in(summary, label, FLOW_TO);

	if (!shape->keeps_repeats && parent > 0 && flow_label(flow_node_at(summary, parent - 1)) == label)
		return "a step is the same as the one before";
	if (flow_is_backwards(shape))
		return is_to == (step == 1) ? NULL : "a path does not end where the shape says";
	if (step == 1 && shape->has_from && !stands_in(summary, label, FLOW_FROM))
		return "a path does not begin where the shape says";
	if (!shape->has_to)
		return NULL;
	is_to = is_to && step > 1;
	if (step > 1 && !is_to && stands_in(summary, label, FLOW_FROM))
		return "a path begins twice";
	if (is_to ? node->others > 0 : node->ended > 0)
		return "a path does not end where the shape says";
	if (parent > 0 && summary->step[parent - 1] > 1 && stands_in(summary, flow_label(flow_node_at(summary, parent - 1)), FLOW_TO))
		return "a path goes on behind its end";
	return NULL;
}

static const char *
broken_nodes(const FlowSummary *summary, int128 *rows)
{
	for (int i = 0; i < summary->nodes.length; i++)
	{
		const char *why = broken_by_shape(summary, i);
		const Sketch *times = summary->times[i];

		if (why != NULL)
			return why;
		if (summary->units[i] < 1 || summary->units[i] > COUNT_MOST)
			return "a step has no units, or too many";
		if ((times == NULL ? 0 : times->total) != (summary->step[i] == 1 ? 0 : summary->units[i]))
			return "the times to a step are not as many as have come to it";
		*rows += summary->units[i];
	}
	return NULL;
}

static const char *
broken_others(const FlowSummary *summary, int128 *rows)
{
	int			depth = flow_shape(summary)->depth;

	for (int k = 0; k < depth; k++)
	{
		if (summary->others_at[k] < summary->others_ended[k] || summary->others_at[k] > COUNT_MOST)
			return "of the others at a step more end there than come to it";
		*rows += summary->others_at[k];
	}
	return NULL;
}

/* The rules between the fields. Returns what is wrong, NULL where nothing is. */
static const char *
flow_rules(const void *of)
{
	const FlowSummary *summary = of;
	int128		used = 0;
	bool		has_moment = summary->from <= summary->through;
	const char *why;

	if (!reasons_at_most(&flow_reasons, summary->rows, COUNT_MOST))
		return "a number of rows is too large";
	if (!summary->subject.known)
		return has_moment || summary->outside > 0 || summary->others > 0 || summary->nodes.length > 0 ||
			!reasons_at_most(&flow_reasons, summary->rows, 0) ? "there are rows but no shape" : NULL;
	if ((summary->rows[FLOW_USED] > 0 || summary->rows[FLOW_OUTSIDE] > 0) != has_moment)
		return "there are rows without a first and last moment, or the other way round";
	if (has_moment && !(moment_in_range(summary->from) && moment_in_range(summary->through)))
		return "its moments are out of range";
	if (summary->outside > summary->rows[FLOW_OUTSIDE] || (summary->outside == 0) != (summary->rows[FLOW_OUTSIDE] == 0))
		return "units outside have no rows, or rows outside no unit";
	why = broken_nodes(summary, &used);
	if (why == NULL)
		why = broken_others(summary, &used);
	if (why != NULL)
		return why;
	if (summary->all > COUNT_MOST)
		return "the units are too many";
	if (used != summary->rows[FLOW_USED])
		return "the steps of the paths are not as many as the rows used";
	if (used == 0 && (summary->rows[FLOW_REPEAT] > 0 || summary->rows[FLOW_OFF_PATH] > 0))
		return "there are rows beside a path, but no path";
	if (summary->rows[FLOW_REPEAT] > 0 && flow_shape(summary)->keeps_repeats)
		return "repeats are left out, but the shape keeps them";
	return NULL;
}

/*
 * Fields
 */

/* A shape is kept in its canonical form. */
static void
keep_canonical(FlowSummary *summary)
{
	summary->subject.definition = (char *) flow_shape_text(flow_shape(summary), &summary->subject.definition_length);
}

static void
label_fields(Codec *codec, FlowSummary *summary)
{
	int			count = summary->labels->count;

	codec_list_begin(codec, "labels", &count, (int) (MaxAllocSize / sizeof(DictionaryText)));
	for (int i = 0; i < count; i++)
	{
		char	   *text = codec_is_reading(codec) ? NULL : flow_label_text(summary, i)->text;
		int			length = codec_is_reading(codec) ? 0 : flow_label_text(summary, i)->length;

		codec_record_begin(codec);
		codec_text(codec, "label", &text, &length);
		codec_record_end(codec);
		if (!codec_is_reading(codec))
			continue;
		if (length > LABEL_BYTES)
			codec_refuse(codec, "a label is too long");
		if (dictionary_number(summary->labels, text, length) != i || (i > 0 && dictionary_compare(summary->labels, i - 1, i) >= 0))
			codec_refuse(codec, "the labels are not in order");
	}
	codec_list_end(codec);
}

static void
others_fields(Codec *codec, FlowSummary *summary)
{
	int			depth = summary->subject.known ? flow_shape(summary)->depth : 0;
	int			count = depth;

	codec_count(codec, "others", &summary->others);
	codec_list_begin(codec, "others_ended", &count, FLOW_DEPTH);
	if (count != depth)
		codec_refuse(codec, "there must be one record a step of the paths");
	for (int k = 0; k < depth; k++)
	{
		codec_record_begin(codec);
		codec_count(codec, "units", &summary->others_ended[k]);
		codec_record_end(codec);
	}
	codec_list_end(codec);
}

/* Where a node is: what it follows, and its label, numbered from 1 */
static void
place_fields(Codec *codec, FlowSummary *summary, int number, uint8 *step)
{
	int64		parent = 0;
	int64		label = 0;

	if (!codec_is_reading(codec))
	{
		parent = flow_parent(flow_node_at(summary, number));
		label = flow_label(flow_node_at(summary, number)) + 1;
	}
	codec_count(codec, "after", &parent);
	codec_count(codec, "label", &label);
	if (codec_is_reading(codec))
	{
		if (parent > number || label < 1 || label > summary->labels->count)
			codec_refuse(codec, "a step follows none that is before it, or has no label");
		tally_next(codec, &summary->nodes, tally_key((int32) parent, (int32) label - 1));
	}
	step[number] = parent == 0 ? 1 : step[parent - 1] + 1;
	if (!summary->subject.known || step[number] > flow_shape(summary)->depth)
		codec_refuse(codec, "a path is longer than its shape");
}

static void
node_fields(Codec *codec, FlowSummary *summary)
{
	int			count = summary->nodes.length;
	uint8	   *step;

	codec_list_begin(codec, "steps", &count, tally_most(&summary->nodes));
	step = palloc_extended(count + 1, MCXT_ALLOC_HUGE);
	make_times(summary, count);
	for (int i = 0; i < count; i++)
	{
		FlowNode   *node;

		codec_record_begin(codec);
		place_fields(codec, summary, i, step);
		node = flow_node_at(summary, i);
		codec_count(codec, "ended", &node->ended);
		codec_count(codec, "others", &node->others);
		if (step[i] > 1)
		{
			codec_group_begin(codec, "since_step_before");
			codec_sketch(codec, "sketch", &summary->times[i]);
			codec_group_end(codec);
		}
		codec_record_end(codec);
	}
	codec_list_end(codec);
	pfree(step);
}

static void
flow_fields(Codec *codec, void *of)
{
	FlowSummary *summary = of;
	const FlowSummary *like = codec->like;

	subject_fields(codec, &flow_subject, &summary->subject, like != NULL ? &like->subject : NULL);
	if (codec_is_reading(codec) && summary->subject.known)
		keep_canonical(summary);
	codec_moments(codec, &summary->from, &summary->through);
	reasons_fields(codec, &flow_reasons, summary->rows);
	codec_count(codec, "units_outside", &summary->outside);
	label_fields(codec, summary);
	others_fields(codec, summary);
	node_fields(codec, summary);
}

/*
 * Merging
 */

/* Numbers of the other's labels among those here */
static int32 *
merge_labels(FlowSummary *into, const FlowSummary *other)
{
	int32	   *labels = palloc(sizeof(int32) * (other->labels->count + 1));

	for (int i = 0; i < other->labels->count; i++)
		labels[i] = dictionary_number(into->labels, flow_label_text(other, i)->text, flow_label_text(other, i)->length);
	return labels;
}

static void
merge_nodes(FlowSummary *into, const FlowSummary *other)
{
	int32	   *labels = merge_labels(into, other);
	int32	   *numbers = palloc_extended(sizeof(int32) * ((Size) other->nodes.length + 1), MCXT_ALLOC_HUGE);

	numbers[0] = 0;
	for (int i = 0; i < other->nodes.length; i++)
	{
		const FlowNode *more = flow_node_at(other, i);
		int32		number = flow_node(into, numbers[flow_parent(more)], labels[flow_label(more)]);
		FlowNode   *node = flow_node_at(into, number - 1);

		count_add(&node->ended, more->ended);
		count_add(&node->others, more->others);
		if (other->times[i] != NULL)
			into->times[number - 1] = sketch_absorb(into->times[number - 1], other->times[i]);
		numbers[i + 1] = number;
	}
	pfree(numbers);
	pfree(labels);
}

static void
flow_merge(void *to, void *added)
{
	FlowSummary *into = to;
	FlowSummary *other = added;
	bool		is_new;

	if (!subject_merge(&path_summary_type, &flow_subject, &into->subject, &other->subject, &is_new))
		return;
	into->from = Min(into->from, other->from);
	into->through = Max(into->through, other->through);
	reasons_merge(&flow_reasons, into->rows, other->rows);
	count_add(&into->outside, other->outside);
	count_add(&into->others, other->others);
	for (int k = 0; k < FLOW_DEPTH; k++)
		count_add(&into->others_ended[k], other->others_ended[k]);
	merge_nodes(into, other);
}

const SummaryType path_summary_type = {
	.name = "path_summary",
	.called = "path",
	.version = 1,
	.size = sizeof(FlowSummary),
	.fields = flow_fields,
	.clear = flow_clear,
	.settle = flow_settle,
	.rules = flow_rules,
	.merge = flow_merge,
};

SUMMARY_TYPE_FUNCTIONS(path_summary, path_summary_type)
SUMMARY_TYPE_FUNCTION(path_summary, path_summary_type, rollup)
SUMMARY_MOMENT(flow_data_from, path_summary_type, FlowSummary, from)
SUMMARY_MOMENT(flow_data_through, path_summary_type, FlowSummary, through)

/*
 * The final function of rollup. Only here is pruned, never between: so the parts
 * make one sum, whatever their order.
 */
PG_FUNCTION_INFO_V1(path_summary_final);
Datum
path_summary_final(PG_FUNCTION_ARGS)
{
	FlowSummary summary;

	if (PG_ARGISNULL(0))
		PG_RETURN_DATUM(summary_empty(&path_summary_type));
	summary_read(&path_summary_type, PG_GETARG_DATUM(0), &summary);
	flow_prune(&summary);
	PG_RETURN_DATUM(summary_pack(&path_summary_type, &summary));
}

/* units_outside(path_summary) */
SUMMARY_ANSWER(flow_units_outside, path_summary_type, FlowSummary, Int64GetDatum(summary.outside))

/* definition(path_summary): the shape; NULL in a summary of no rows. */
PG_FUNCTION_INFO_V1(flow_definition);
Datum
flow_definition(PG_FUNCTION_ARGS)
{
	FlowSummary summary;

	summary_read(&path_summary_type, PG_GETARG_DATUM(0), &summary);
	if (!summary.subject.known)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text_with_len(summary.subject.definition, summary.subject.definition_length));
}

/* pruned(path_summary): units of which a step is known by number only */
PG_FUNCTION_INFO_V1(flow_pruned);
Datum
flow_pruned(PG_FUNCTION_ARGS)
{
	FlowSummary summary;
	int64		pruned;

	summary_read(&path_summary_type, PG_GETARG_DATUM(0), &summary);
	pruned = summary.others;
	for (int i = 0; i < summary.nodes.length; i++)
		if (summary.step[i] < flow_shape(&summary)->depth)
			pruned += flow_node_at(&summary, i)->others;
	PG_RETURN_INT64(pruned);
}
