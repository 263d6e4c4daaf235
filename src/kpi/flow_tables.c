/*
 * flow_tables.c
 *		The figures of a path summary, as tables.
 *
 * See doc/flow.md for what each column means. Each function answers no rows for
 * a NULL summary and for one of no rows.
 */
#include "kpi/flow_summary.h"

#include "base/rows.h"
#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"

#define FLOW_TOP_MOST	100		/* labels a step */
#define PATHS_MOST		FLOW_NODES

/* The summary that is the first argument; false where it is NULL or of no rows. */
static bool
read_summary(FunctionCallInfo fcinfo, FlowSummary *summary)
{
	if (PG_ARGISNULL(0))
		return false;
	summary_read(&path_summary_type, PG_GETARG_DATUM(0), summary);
	return summary->subject.known;
}

/* The argument "top" */
static int
read_top(FunctionCallInfo fcinfo, int top, int most, const char *hint)
{
	if (!PG_ARGISNULL(1))
		top = PG_GETARG_INT32(1);
	if (top < 1 || top > most)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("top must be between 1 and %d: %d", most, top),
				 errhint("%s", hint)));
	return top;
}

/*
 * path_flow
 *
 * At each step the top labels have a place, from 0, the others together the
 * next: OTHER. Where paths end there, or are cut, are places of the step behind.
 */

typedef struct FlowLink
{
	int64		units;
	Sketch	   *times;
	bool		is_timed;		/* of all units */
}			FlowLink;

typedef struct Flow
{
	FlowSummary *summary;
	int			top;
	int			count[FLOW_DEPTH];	/* labels that have a place at a step (from 0) */
	int32	   *labels[FLOW_DEPTH];	/* which they are */
	int		   *place[FLOW_DEPTH];	/* of each label; OTHER of those that have none */
	FlowLink   *links;			/* from a place of the step at hand to one of the next */
	Row		   *row;
}			Flow;

#define flow_other(flow)		((flow)->top)
#define flow_end(flow)			((flow)->top + 1)
#define flow_more(flow)			((flow)->top + 2)
#define flow_places(flow)		((flow)->top + 3)

static inline FlowLink *
flow_link(const Flow *flow, int source, int target)
{
	return &flow->links[source * flow_places(flow) + target];
}

typedef struct LabelUnits
{
	int32		label;
	int64		units;
}			LabelUnits;

/* The most units first, then in order of the labels */
static int
compare_units(const void *a, const void *b)
{
	const LabelUnits *left = a;
	const LabelUnits *right = b;

	if (left->units != right->units)
		return left->units > right->units ? -1 : 1;
	return left->label - right->label;
}

/* Gives the top labels of a step (from 0) their places. */
static void
place_labels(Flow *flow, int step)
{
	const FlowSummary *summary = flow->summary;
	int			labels = summary->labels->count;
	LabelUnits *units = palloc(sizeof(LabelUnits) * (labels + 1));
	int			count = 0;

	for (int32 i = 0; i < labels; i++)
		units[i] = (LabelUnits) {i, 0};
	for (int i = 0; i < summary->nodes.length; i++)
		if (summary->step[i] == step + 1)
			units[flow_label(flow_node_at(summary, i))].units += summary->units[i];
	qsort(units, labels, sizeof(LabelUnits), compare_units);
	flow->labels[step] = palloc(sizeof(int32) * flow->top);
	flow->place[step] = palloc(sizeof(int) * (labels + 1));
	for (int i = 0; i < labels; i++)
	{
		bool		has_place = i < flow->top && units[i].units > 0;

		flow->place[step][units[i].label] = has_place ? i : flow_other(flow);
		if (has_place)
			flow->labels[step][count++] = units[i].label;
	}
	flow->count[step] = count;
	pfree(units);
}

static void
add_link(Flow *flow, int source, int target, int64 units, const Sketch *times)
{
	FlowLink   *link = flow_link(flow, source, target);

	if (units == 0)
		return;
	link->is_timed = times != NULL && (link->units == 0 || link->is_timed);
	link->units += units;
	if (times != NULL)
		link->times = sketch_absorb(link->times, times);
}

/* The links from a step (from 0) to the next, to the ends of paths, and to where they are cut */
static void
make_links(Flow *flow, int step)
{
	FlowSummary *summary = flow->summary;
	bool		is_last = step == flow_shape(summary)->depth - 1;

	memset(flow->links, 0, sizeof(FlowLink) * flow_places(flow) * (flow->top + 1));
	for (int i = 0; i < summary->nodes.length; i++)
	{
		const FlowNode *node = flow_node_at(summary, i);
		int			place = flow->place[step][flow_label(node)];

		if (summary->step[i] == step + 1)
		{
			add_link(flow, place, flow_end(flow), node->ended, NULL);
			add_link(flow, place, is_last ? flow_more(flow) : flow_other(flow), node->others, NULL);
		}
		else if (summary->step[i] == step + 2)
			add_link(flow, flow->place[step][flow_label(flow_node_at(summary, flow_parent(node) - 1))],
					 flow->place[step + 1][flow_label(node)], summary->units[i], summary->times[i]);
	}
	add_link(flow, flow_other(flow), flow_end(flow), summary->others_ended[step], NULL);
	add_link(flow, flow_other(flow), is_last ? flow_more(flow) : flow_other(flow),
			 summary->others_at[step] - summary->others_ended[step], NULL);
}

/* The name of a place at a step (from 0) */
static void
put_place(Flow *flow, int step, int place)
{
	static const char *const forwards[] = {"other", "end", "more"};
	static const char *const backwards[] = {"other", "start", "more"};

	if (place >= flow->top)
		row_put_text(flow->row, (flow_is_backwards(flow_shape(flow->summary)) ? backwards : forwards)[place - flow->top]);
	else
	{
		const DictionaryText *label = flow_label_text(flow->summary, flow->labels[step][place]);

		row_put_label(flow->row, label->text, label->length);
	}
}

static const char *
kind_of_link(const Flow *flow, int source, int target)
{
	if (target == flow_end(flow))
		return flow_is_backwards(flow_shape(flow->summary)) ? "start" : "end";
	if (target == flow_more(flow))
		return "more";
	return source == flow_other(flow) || target == flow_other(flow) ? "other" : "event";
}

/* A link from a step (from 0), in the direction of time */
static void
put_link(Flow *flow, int step, int source, int target)
{
	const FlowShape *shape = flow_shape(flow->summary);
	const FlowLink *link = flow_link(flow, source, target);
	bool		backwards = flow_is_backwards(shape);

	row_put(flow->row, Int32GetDatum(backwards ? shape->depth - 1 - step : step + 1));
	put_place(flow, backwards ? step + 1 : step, backwards ? target : source);
	put_place(flow, backwards ? step : step + 1, backwards ? source : target);
	row_put(flow->row, Int64GetDatum(link->units));
	if (link->is_timed)
		row_put(flow->row, Float8GetDatum(sketch_quantile(link->times, 0.5) / USECS_PER_SEC));
	else
		row_put_null(flow->row);
	row_put_text(flow->row, kind_of_link(flow, source, target));
	row_end(flow->row);
}

static void
put_links(Flow *flow, int step)
{
	for (int source = 0; source <= flow_other(flow); source++)
		for (int target = 0; target < flow_places(flow); target++)
			if (flow_link(flow, source, target)->units > 0)
				put_link(flow, step, source, target);
}

/*
 * path_flow(summary, top): one row a link from a step to the next.
 */
PG_FUNCTION_INFO_V1(path_flow);
Datum
path_flow(PG_FUNCTION_ARGS)
{
	FlowSummary summary;
	Row			row;
	Flow		flow = {.summary = &summary};
	int			depth;

	flow.top = read_top(fcinfo, 8, FLOW_TOP_MOST, "It is the number of events to show at each step; all others are shown as one.");
	flow.row = &row;
	row_begin(&row, fcinfo);
	if (!read_summary(fcinfo, &summary))
		return (Datum) 0;
	depth = flow_shape(&summary)->depth;
	for (int step = 0; step < depth; step++)
		place_labels(&flow, step);
	flow.links = palloc(sizeof(FlowLink) * flow_places(&flow) * (flow.top + 1));
	for (int i = 0; i < depth; i++)
	{
		int			step = flow_is_backwards(flow_shape(&summary)) ? depth - 1 - i : i;

		make_links(&flow, step);
		put_links(&flow, step);
	}
	return (Datum) 0;
}

/*
 * path_list
 */

typedef struct WholePath
{
	int32		node;			/* number of its last one */
	int64		units;
	int64		cut;
}			WholePath;

static int
compare_paths(const void *a, const void *b)
{
	const WholePath *left = a;
	const WholePath *right = b;

	if (left->units != right->units)
		return left->units > right->units ? -1 : 1;
	return left->node - right->node;
}

/* The paths that units have, each with its units; answers how many there are. */
static int
find_paths(const FlowSummary *summary, WholePath *paths)
{
	int			depth = flow_shape(summary)->depth;
	int			count = 0;

	for (int i = 0; i < summary->nodes.length; i++)
	{
		const FlowNode *node = flow_node_at(summary, i);
		int64		cut = summary->step[i] == depth ? node->others : 0;

		if (node->ended + cut > 0)
			paths[count++] = (WholePath) {i + 1, node->ended + cut, cut};
	}
	qsort(paths, count, sizeof(WholePath), compare_paths);
	return count;
}

/* The labels of a path, in the order of time: as one text and one by one */
static void
put_path(Row *row, const FlowSummary *summary, int32 number)
{
	Datum		labels[FLOW_DEPTH];
	int			length = summary->step[number - 1];
	bool		backwards = flow_is_backwards(flow_shape(summary));
	StringInfoData name;

	for (int i = 0; i < length; i++)
	{
		const FlowNode *node = flow_node_at(summary, number - 1);
		const DictionaryText *label = flow_label_text(summary, flow_label(node));

		labels[backwards ? i : length - 1 - i] = PointerGetDatum(cstring_to_text_with_len(label->text, label->length));
		number = flow_parent(node);
	}
	initStringInfo(&name);
	for (int i = 0; i < length; i++)
	{
		const text *label = DatumGetTextPP(labels[i]);

		appendStringInfoString(&name, i == 0 ? "" : " > ");
		appendBinaryStringInfo(&name, VARDATA_ANY(label), VARSIZE_ANY_EXHDR(label));
	}
	row_put_label(row, name.data, name.len);
	row_put(row, PointerGetDatum(construct_array(labels, length, TEXTOID, -1, false, TYPALIGN_INT)));
	pfree(name.data);
}

/*
 * path_list(summary, top): one row a path, and one of all others.
 */
PG_FUNCTION_INFO_V1(path_list);
Datum
path_list(PG_FUNCTION_ARGS)
{
	FlowSummary summary;
	WholePath  *paths;
	int64		units = 0;
	int64		cut = 0;
	int64		all_cut;
	int			depth;
	int			top = read_top(fcinfo, 20, PATHS_MOST, "It is the number of paths to list; all others are in one row more.");
	int			count;
	Row			row;

	row_begin(&row, fcinfo);
	if (!read_summary(fcinfo, &summary))
		return (Datum) 0;
	depth = flow_shape(&summary)->depth;
	paths = palloc_extended(sizeof(WholePath) * ((Size) summary.nodes.length + 1), MCXT_ALLOC_HUGE);
	count = find_paths(&summary, paths);
	all_cut = summary.others_at[depth - 1] - summary.others_ended[depth - 1];
	for (int i = 0; i < count; i++)
	{
		all_cut += paths[i].cut;
		if (i >= top)
			continue;
		row_put(&row, Int32GetDatum(i + 1));
		put_path(&row, &summary, paths[i].node);
		row_put(&row, Int64GetDatum(paths[i].units));
		row_put_ratio(&row, paths[i].units, summary.all);
		row_put(&row, Int64GetDatum(paths[i].cut));
		row_end(&row);
		units += paths[i].units;
		cut += paths[i].cut;
	}
	if (units == summary.all)
		return (Datum) 0;
	row_put_null(&row);
	row_put_text(&row, "other");
	row_put_null(&row);
	row_put(&row, Int64GetDatum(summary.all - units));
	row_put_ratio(&row, summary.all - units, summary.all);
	row_put(&row, Int64GetDatum(all_cut - cut));
	row_end(&row);
	return (Datum) 0;
}

/* path_quality(summary): one row a reason; they add up to the rows given. */
REASONS_QUALITY(path_quality, path_summary_type, FlowSummary, rows, flow_reasons)
