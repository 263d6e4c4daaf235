/*
 * flow.c
 *		path_agg: rows of entities and events, collected, followed along their
 *		paths, summarised.
 *
 * The family is called flow, and not path as its SQL: src/path is the engine.
 */
#include "kpi/flow_summary.h"

#include "base/argument.h"
#include "base/labels.h"
#include "miscadmin.h"
#include "path/arguments.h"
#include "path/partial.h"
#include "path/store.h"
#include "path/walk.h"
#include "utils/memutils.h"

/* Event names, not ids: a dictionary of more is a mistake, and takes memory. */
#define LABELS_MOST		1000000

typedef struct FlowState
{
	PathStore	store;			/* a row's payload is its label's number, and whose (partial.h) */
	FlowShape  *shape;			/* shared by the groups of an aggregate: only its dictionary grows */
	Numbers		numbers;		/* of labels */
	bool		fixed_shape;	/* a constant of the query: no need to look at it again */
	int64		from;			/* as in the summary */
	int64		through;
	int64		left_out[FLOW_REASONS];
}			FlowState;

/* The arguments are (state, entity, event, at, shape). */
enum
{
	FLOW_LABEL = PATH_ENTITY + 1,
	FLOW_AT,
	FLOW_SHAPE
};

static pg_noinline FlowState *
create_state(FunctionCallInfo fcinfo, bool wide_keys)
{
	MemoryContext context;
	FlowState  *state = path_state_create(fcinfo, sizeof(FlowState), &context);
	text	   *shape = PG_GETARG_TEXT_PP(FLOW_SHAPE);

	state->shape = definition_shared(context, flow_shape_parse(VARDATA_ANY(shape), VARSIZE_ANY_EXHDR(shape)), flow_shape_prepare);
	state->fixed_shape = path_argument_is_constant(fcinfo, FLOW_SHAPE);
	state->from = MOMENT_NONE_FROM;
	state->through = MOMENT_NONE_THROUGH;
	path_store_init(&state->store, fcinfo, wide_keys, 1);
	numbers_begin(&state->numbers, &state->store);
	return state;
}

static inline FlowState *
row_state(FunctionCallInfo fcinfo, bool wide_keys)
{
	FlowState  *state;

	if (unlikely(PG_ARGISNULL(FLOW_SHAPE)))
		refuse_null("the shape", "Write it as 'from: view; depth: 5', or as '' where paths begin with the first event.");
	if (unlikely(PG_ARGISNULL(0)))
		return create_state(fcinfo, wide_keys);
	state = (FlowState *) PG_GETARG_POINTER(0);
	if (!state->fixed_shape && unlikely(!flow_shape_is(state->shape, PG_GETARG_DATUM(FLOW_SHAPE))))
		definition_refuse_change("the shape of paths");
	return state;
}

static void
check_number(int32 number)
{
	if (unlikely(number >= LABELS_MOST))
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("paths of more than %d different events", LABELS_MOST),
				 errhint("An event is a kind of thing that people do: give page names without ids and parameters, such as split_part(url, '?', 1).")));
}

/* The number of the row's label */
static inline int32
label_number(FlowState *state, Datum label)
{
	struct varlena *given = (struct varlena *) DatumGetPointer(label);
	struct varlena *plain = pg_detoast_datum_packed(given);
	int			length = VARSIZE_ANY_EXHDR(plain);
	char		buffer[LABEL_BYTES];
	const char *cut = label_cut(VARDATA_ANY(plain), &length, buffer);
	int32		number = dictionary_number(&state->shape->labels, cut, length);

	check_number(number);
	if (plain != given)
		pfree(plain);
	return number;
}

static pg_attribute_always_inline Datum
flow_row(FunctionCallInfo fcinfo, const PathKinds kinds)
{
	FlowState  *state = row_state(fcinfo, kinds.wide_keys);
	Timestamp	at;

	if (unlikely(PG_ARGISNULL(PATH_ENTITY)))
		state->left_out[FLOW_NO_ENTITY]++;
	else if (unlikely(PG_ARGISNULL(FLOW_LABEL)))
		state->left_out[FLOW_NO_EVENT]++;
	else if (unlikely(PG_ARGISNULL(FLOW_AT)))
		state->left_out[FLOW_NO_TIME]++;
	else if (unlikely(!moment_in_range(at = kinds.moment(PG_GETARG_DATUM(FLOW_AT)))))
		state->left_out[FLOW_OUT_OF_RANGE]++;
	else
	{
		state->from = Min(state->from, at);
		state->through = Max(state->through, at);
		path_append(&state->store, fcinfo, path_row_key(fcinfo, kinds), path_moment(at, 0),
					state->numbers.own + label_number(state, PG_GETARG_DATUM(FLOW_LABEL)));
	}
	PG_RETURN_POINTER(state);
}

/* flow_accum_int8_timestamp ... flow_accum_uuid_date */
PATH_TRANSITIONS(flow_accum, flow_row)

/* What counts of a shape is what it means: the groups of a process share one, with its dictionary. */
static void
shape_part(Partial *partial, FlowState *state)
{
	const char *known = NULL;
	int32		known_length = 0;
	const char *shape;
	int32		length;

	if (state->shape != NULL)
		known = flow_shape_text(state->shape, &known_length);
	shape = known;
	length = known_length;
	partial_bytes(partial, &shape, &length);
	if (state->shape == NULL)
		state->shape = definition_shared(partial->context, flow_shape_parse(shape, length), flow_shape_prepare);
	else if (length != known_length || memcmp(shape, known, length) != 0)
		definition_refuse_change("the shape of paths");
}

static void
flow_parts(Partial *partial, void *of)
{
	FlowState  *state = of;

	shape_part(partial, state);
	partial_span(partial, &state->from, &state->through, NULL);
	partial_counts(partial, state->left_out, FLOW_REASONS);
	partial_dictionary(partial, &state->shape->labels, &state->numbers, &state->store);
	check_number(state->shape->labels.count - 1);
}

/* Of a PartialKind */
static void
flow_renumber(int64 moment, int64 *payload, const Renumbering *numbers)
{
	(void) moment;
	*payload = partial_renumbered(numbers, (int32) *payload);
}

static const PartialKind flow_partial = {
	.size = sizeof(FlowState),
	.store = offsetof(FlowState, store),
	.parts = flow_parts,
	.renumber = flow_renumber
};

PARTIAL_FUNCTIONS(path, flow_partial)

/*
 * Following a unit
 */

typedef struct FlowStep
{
	int32		label;
	int64		at;
}			FlowStep;

/* The path of the unit at hand: the first steps, or, backwards, the last ones */
typedef struct FlowPath
{
	FlowStep	steps[FLOW_DEPTH];
	int			first;			/* of a ring, where paths are told backwards */
	int			length;
	bool		is_cut;			/* there are more steps */
	bool		has_begun;
	bool		has_ended;
}			FlowPath;

struct FlowVisitor;

typedef void (*FlowTake) (struct FlowVisitor *visitor);

/* The words of the key of a beginning of paths */
typedef struct BeginningKey
{
	uint64		word[2];
}			BeginningKey;

typedef struct FlowVisitor
{
	const FlowState *state;
	FlowSummary *summary;
	FlowTake	take;			/* takes the path at hand, of "length" steps: */
	int			length;
	int32		labels[FLOW_DEPTH]; /* ... in the order of the tree, */
	int64		times[FLOW_DEPTH];	/* ... and the microseconds from the step before */

	/* of the entity or session */
	int64		rows;
	int64		used;			/* rows that are a step; 0: no path yet */
	int64		repeats;

	/* of the session */
	FlowPath	path;
	int64		repeated;
	int32		label;			/* of the last row, and its time; -1: none */
	int64		at;

	/* rows of one moment, by label */
	int64		instant;
	int32	   *together;
	int			count;
	int			room;

	/* Where nodes are too many: how many units come to each beginning of paths */
	bool		is_overfull;
	PathStore  *beginnings;
	FunctionCallInfo fcinfo;
	BeginningKey *kept;			/* of those that are kept, in order; NULL: all are */
	int			kept_count;
}			FlowVisitor;

static inline FlowStep *
step_at(FlowPath *path, int i)
{
	return &path->steps[(path->first + i) % FLOW_DEPTH];
}

static void
begin_session(FlowVisitor *visitor)
{
	FlowPath   *path = &visitor->path;

	path->first = path->length = 0;
	path->is_cut = path->has_ended = false;
	path->has_begun = !visitor->state->shape->has_from;
	visitor->repeated = 0;
	visitor->label = -1;
}

static void
begin_unit(FlowVisitor *visitor)
{
	visitor->rows = visitor->used = visitor->repeats = 0;
	begin_session(visitor);
}

/* A step more: of a path told backwards the oldest goes, of others those that come too late */
static void
add_step(FlowVisitor *visitor, int32 label, int64 at)
{
	const FlowShape *shape = visitor->state->shape;
	FlowPath   *path = &visitor->path;

	if (path->length == shape->depth)
	{
		path->is_cut = true;
		if (!flow_is_backwards(shape))
			return;
		path->first = (path->first + 1) % FLOW_DEPTH;
		path->length--;
	}
	step_at(path, path->length)->label = label;
	step_at(path, path->length++)->at = at;
}

/* An event that is not the one before it again */
static void
follow(FlowVisitor *visitor, int32 label, int64 at)
{
	const FlowShape *shape = visitor->state->shape;
	FlowPath   *path = &visitor->path;

	if (path->has_ended)
		return;
	if (shape->has_to && path->has_begun && flow_is(shape, label, FLOW_TO))
		path->has_ended = true;
	else if (shape->has_from && flow_is(shape, label, FLOW_FROM) && (shape->has_to || !path->has_begun))
	{
		/* the latest before the end; without an end the first */
		path->length = 0;
		path->has_begun = true;
		path->is_cut = false;
	}
	if (path->has_begun)
		add_step(visitor, label, at);
}

/* Hands over the path of a session that has one. */
static void
take_path(FlowVisitor *visitor)
{
	const FlowShape *shape = visitor->state->shape;
	FlowPath   *path = &visitor->path;
	bool		backwards = flow_is_backwards(shape);

	if (!path->has_begun || path->length == 0 || (shape->has_to && !path->has_ended))
		return;
	visitor->used = visitor->length = path->length;
	visitor->repeats = visitor->repeated;
	for (int k = 0; k < path->length; k++)
	{
		const FlowStep *step = step_at(path, backwards ? path->length - 1 - k : k);

		visitor->labels[k] = step->label;
		visitor->times[k] = 0;
		if (k > 0)
		{
			int64		elapsed = step->at - step_at(path, backwards ? path->length - k : k - 1)->at;

			visitor->times[k] = backwards ? -elapsed : elapsed;
		}
	}
	visitor->take(visitor);
}

/* A session ends; an entity of several has the path of the first that has one. */
static void
end_session(FlowVisitor *visitor)
{
	if (visitor->used == 0 && visitor->rows > 0)
		take_path(visitor);
}

/* Counts the rows of a unit, once: a second walk only takes its path. */
static void
end_unit(FlowVisitor *visitor)
{
	FlowSummary *summary = visitor->summary;

	end_session(visitor);
	if (visitor->rows == 0 || visitor->kept != NULL)
		return;
	if (visitor->used == 0)
	{
		summary->rows[FLOW_OUTSIDE] += visitor->rows;
		summary->outside++;
		return;
	}
	summary->rows[FLOW_USED] += visitor->used;
	summary->rows[FLOW_REPEAT] += visitor->repeats;
	summary->rows[FLOW_OFF_PATH] += visitor->rows - visitor->used - visitor->repeats;
}

/* Is a row of this moment of another session than the one before it? */
static inline bool
is_next_session(const FlowVisitor *visitor, int64 at)
{
	int64		session = visitor->state->shape->session;

	return session != FLOW_NO_SESSION && visitor->label >= 0 && at - visitor->at > session;
}

static void
read_event(FlowVisitor *visitor, int32 label, int64 at)
{
	const FlowShape *shape = visitor->state->shape;

	if (is_next_session(visitor, at))
	{
		if (shape->by_session)
		{
			end_unit(visitor);
			begin_unit(visitor);
		}
		else
		{
			end_session(visitor);
			begin_session(visitor);
		}
	}
	visitor->rows++;
	if (label == visitor->label && !shape->keeps_repeats)
		visitor->repeated++;
	else
		follow(visitor, label, at);
	visitor->label = label;
	visitor->at = at;
}

static inline void
count_duplicate(FlowVisitor *visitor)
{
	visitor->summary->rows[FLOW_DUPLICATE] += visitor->kept == NULL;
}

/* Events of one moment come in order of the bytes of their labels: those have nothing to do with the order of rows. */
static void
read_instant(FlowVisitor *visitor)
{
	dictionary_sort(&visitor->state->shape->labels, visitor->together, visitor->count);
	for (int i = 0; i < visitor->count; i++)
	{
		if (i > 0 && visitor->together[i] == visitor->together[i - 1])
			count_duplicate(visitor);
		else
			read_event(visitor, visitor->together[i], visitor->instant);
	}
	visitor->count = 0;
}

static void
add_event(FlowVisitor *visitor, int32 label, int64 at)
{
	if (visitor->count > 0 && at != visitor->instant)
		read_instant(visitor);
	if (visitor->count > 0 && visitor->together[visitor->count - 1] == label)
	{
		count_duplicate(visitor);
		return;
	}
	if (visitor->count == visitor->room)
	{
		visitor->room = Max(8, 2 * visitor->room);
		visitor->together = visitor->together == NULL ? palloc(sizeof(int32) * visitor->room) :
			repalloc(visitor->together, sizeof(int32) * visitor->room);
	}
	visitor->together[visitor->count++] = label;
	visitor->instant = at;
}

/* A visitor of path_walk: events of one moment come in order of their labels' numbers, those of each process together. */
static void
flow_visit(void *of, const PathBatch *batch)
{
	FlowVisitor *visitor = of;

	if (batch->first)
		begin_unit(visitor);
	for (int64 i = 0; i < batch->count; i++)
	{
		if ((i & 0xffff) == 0xffff)
			CHECK_FOR_INTERRUPTS();
		add_event(visitor, numbers_here(&visitor->state->numbers, path_event_payload(batch, i)), path_event_time(batch, i));
	}
	if (!batch->last)
		return;
	read_instant(visitor);
	end_unit(visitor);
}

/*
 * Counting paths
 */

/* The key of the beginning of a path */
static PathKey
beginning_key(const int32 *labels, int length)
{
	return path_key_from_bytes((const char *) labels, length * sizeof(int32));
}

/* Counts units that come to a beginning: its moment is how many. */
static void
count_beginning(FlowVisitor *visitor, const int32 *labels, int length, int64 units)
{
	path_append(visitor->beginnings, visitor->fcinfo, beginning_key(labels, length), units, 0);
}

/* The units of each node so far are counted as beginnings, and its paths are no longer kept as a tree. */
static void
count_nodes(FlowVisitor *visitor)
{
	FlowSummary *summary = visitor->summary;
	MemoryContext context;
	int32	  (*labels)[FLOW_DEPTH] = palloc_extended(sizeof(int32[FLOW_DEPTH]) * summary->nodes.length, MCXT_ALLOC_HUGE);
	int64	   *units = palloc0(sizeof(int64) * (summary->nodes.length + 1));
	uint8	   *lengths = palloc(summary->nodes.length);

	if (!AggCheckCallContext(visitor->fcinfo, &context))
		elog(ERROR, "path_agg called in a non-aggregate context");
	visitor->beginnings = MemoryContextAllocZero(context, sizeof(PathStore));
	path_store_init(visitor->beginnings, visitor->fcinfo, true, 0);
	for (int i = summary->nodes.length; i > 0; i--)
	{
		const FlowNode *node = flow_node_at(summary, i - 1);

		units[i] += node->ended + node->others;
		units[flow_parent(node)] += units[i];
	}
	for (int i = 0; i < summary->nodes.length; i++)
	{
		const FlowNode *node = flow_node_at(summary, i);
		int			parent = flow_parent(node);

		lengths[i] = parent == 0 ? 1 : lengths[parent - 1] + 1;
		if (parent > 0)
			memcpy(labels[i], labels[parent - 1], sizeof(int32) * (lengths[i] - 1));
		labels[i][lengths[i] - 1] = flow_label(node);
		count_beginning(visitor, labels[i], lengths[i], units[i + 1]);
	}
	pfree(labels);
	pfree(units);
	pfree(lengths);
	visitor->is_overfull = true;
}

/* Is a beginning among those that are kept? */
static bool
is_kept(const FlowVisitor *visitor, const PathKey *key)
{
	int			low = 0;
	int			high = visitor->kept_count;

	while (low < high)
	{
		int			middle = (low + high) / 2;
		int			order = memcmp(key->word, &visitor->kept[middle], sizeof(BeginningKey));

		if (order == 0)
			return true;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return false;
}

/* Takes a path into the tree. */
static void
take_into_tree(FlowVisitor *visitor)
{
	FlowSummary *summary = visitor->summary;
	int32		number = 0;

	for (int k = 0; k < visitor->length; k++)
	{
		if (visitor->kept != NULL)
		{
			PathKey		key = beginning_key(visitor->labels, k + 1);

			if (!is_kept(visitor, &key))
			{
				flow_add_other(summary, number, visitor->length - 1, visitor->path.is_cut);
				return;
			}
		}
		number = flow_node(summary, number, visitor->labels[k]);
		if (k > 0)
			summary->times[number - 1] = sketch_insert(summary->times[number - 1], visitor->times[k]);
	}
	if (visitor->path.is_cut)
		flow_node_at(summary, number - 1)->others++;
	else
		flow_node_at(summary, number - 1)->ended++;
	if (visitor->kept == NULL && summary->nodes.length > FLOW_NODES)
		count_nodes(visitor);
}

/* Takes a path of the first walk: into the tree, as long as that has room, from there on as beginnings only. */
static void
take_or_count(FlowVisitor *visitor)
{
	if (!visitor->is_overfull)
	{
		take_into_tree(visitor);
		return;
	}
	for (int k = 1; k <= visitor->length; k++)
		count_beginning(visitor, visitor->labels, k, 1);
}

/*
 * Which beginnings are kept, where they are too many: those of the most units.
 * Of as many as are looked at at a time, most go at once.
 */

typedef struct Beginning
{
	BeginningKey key;
	int64		units;
}			Beginning;

#define BEGINNINGS		(3 * FLOW_NODES)

typedef struct Election
{
	Beginning  *beginnings;
	int			count;
	int64		threshold;		/* units that one must have */
	int64		units;			/* of the beginning at hand */
}			Election;

/* Lets go of those that can't be kept. */
static void
elect(Election *election)
{
	int64	   *units = palloc(sizeof(int64) * (election->count + 1));
	int			kept = 0;

	for (int i = 0; i < election->count; i++)
		units[i] = election->beginnings[i].units;
	election->threshold = Max(election->threshold, tally_threshold(units, election->count, FLOW_NODES));
	for (int i = 0; i < election->count; i++)
		if (units[i] >= election->threshold)
			election->beginnings[kept++] = election->beginnings[i];
	election->count = kept;
	pfree(units);
}

/* A visitor of path_walk, over beginnings */
static void
elect_visit(void *of, const PathBatch *batch)
{
	Election   *election = of;

	if (batch->first)
		election->units = 0;
	for (int64 i = 0; i < batch->count; i++)
		election->units += path_event_moment(batch, i);
	if (!batch->last || election->units < election->threshold)
		return;
	if (election->count == BEGINNINGS)
		elect(election);
	memcpy(&election->beginnings[election->count].key, batch->key, sizeof(BeginningKey));
	election->beginnings[election->count++].units = election->units;
}

static int
compare_keys(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(BeginningKey));
}

/* Finds out which beginnings are kept, in order of their keys. */
static void
elect_beginnings(FlowVisitor *visitor)
{
	Election	election = {0};

	election.beginnings = palloc(sizeof(Beginning) * BEGINNINGS);
	path_walk(visitor->beginnings, elect_visit, &election);
	elect(&election);
	visitor->kept = palloc(sizeof(BeginningKey) * (election.count + 1));
	for (int i = 0; i < election.count; i++)
		visitor->kept[visitor->kept_count++] = election.beginnings[i].key;
	qsort(visitor->kept, visitor->kept_count, sizeof(BeginningKey), compare_keys);
	pfree(election.beginnings);
	records_end(&visitor->beginnings->records);
}

/*
 * The tree of a store: in one walk, where nodes are no more than may be kept.
 * Where they are, that walk only counts how many units come to each, out of
 * memory if need be, and a second one makes the tree of those that are kept.
 */
static void
make_tree(FlowVisitor *visitor, PathStore *store)
{
	FlowSummary *summary = visitor->summary;

	visitor->take = take_or_count;
	path_walk(store, flow_visit, visitor);
	if (!visitor->is_overfull)
		return;
	elect_beginnings(visitor);
	TALLY_INIT(&summary->nodes, FlowNode, 2, 0);
	memset(summary->times, 0, sizeof(Sketch *) * summary->times_room);
	visitor->take = take_into_tree;
	path_walk(store, flow_visit, visitor);
}

/* flow_final(state): the summary; empty where there was no row. */
PG_FUNCTION_INFO_V1(flow_final);
Datum
flow_final(PG_FUNCTION_ARGS)
{
	FlowState  *state;
	FlowSummary summary;
	FlowVisitor visitor = {0};
	const char *shape;
	int			length;

	if (PG_ARGISNULL(0))
		PG_RETURN_DATUM(summary_empty(&path_summary_type));
	state = (FlowState *) PG_GETARG_POINTER(0);

	summary_clear(&path_summary_type, &summary);
	shape = flow_shape_text(state->shape, &length);
	subject_define(&summary.subject, state->shape, shape, length);
	summary.from = state->from;
	summary.through = state->through;
	memcpy(summary.rows, state->left_out, sizeof(summary.rows));
	summary.labels = &state->shape->labels;
	visitor.state = state;
	visitor.summary = &summary;
	visitor.fcinfo = fcinfo;
	make_tree(&visitor, &state->store);
	PG_RETURN_DATUM(summary_pack(&path_summary_type, &summary));
}
