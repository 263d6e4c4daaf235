/*
 * partial.c
 *		The partial form of path aggregates.
 */
#include "base/compat.h"

#include "access/parallel.h"
#include "base/argument.h"
#include "base/summary.h"
#include "miscadmin.h"
#include "nodes/execnodes.h"
#include "path/partial.h"
#include "utils/memutils.h"

#define PARCEL_MAGIC	UINT64CONST(0x6c6e6e75465f4d01)

/* What comes first. Behind it: the family's parts, the amounts, the rows (base/spill). */
typedef struct ParcelHead
{
	uint64		magic;
	uint64		secret;			/* path_secret_mark: keys are of this session */
	Size		size;			/* of the state: says that it is of the same family, and library */
	int32		pid;			/* whose state this is */
	bool		wide_keys;
	bool		is_ranked;
	bool		is_sorted;
	bool		has_amounts;
	int			payload_words;
	int			runs;			/* as of a PathPart */
	PathStore  *store;			/* where the rows stay; NULL: they don't */
}			ParcelHead;

/* What the deserial function answers: for the combine function, which is called next. */
typedef struct Parcel
{
	uint64		magic;
	PartReader	reader;
}			Parcel;

static inline PathStore *
store_of(const PartialKind *kind, void *state)
{
	return (PathStore *) ((char *) state + kind->store);
}

static inline AmountList *
amounts_of(const PartialKind *kind, void *state)
{
	return kind->amounts == 0 ? NULL : (AmountList *) ((char *) state + kind->amounts);
}

/* ---- parts ---- */

static void
pass(Partial *partial, void *value, Size size)
{
	if (partial_is_writing(partial))
		appendBinaryStringInfo(partial->out, value, (int) size);
	else
		part_read(&partial->in, value, size);
}

void
partial_bytes(Partial *partial, const char **bytes, int32 *length)
{
	pass(partial, length, sizeof(int32));
	if (partial_is_writing(partial))
		appendBinaryStringInfo(partial->out, *bytes, *length);
	else
		*bytes = part_skip(&partial->in, *length);
}

void
partial_counts(Partial *partial, int64 *counts, int length)
{
	for (int i = 0; i < length; i++)
	{
		int64		more = partial->without_counts ? 0 : counts[i];

		pass(partial, &more, sizeof(int64));
		if (!partial_is_writing(partial))
			count_add(&counts[i], more);
	}
}

bool
partial_same(Partial *partial, int64 *value, int64 *other)
{
	*other = *value;
	pass(partial, other, sizeof(int64));
	if (!partial_is_writing(partial) && partial->is_new)
		*value = *other;
	return *value == *other;
}

void
partial_flag(Partial *partial, bool *value)
{
	bool		other = *value;

	pass(partial, &other, sizeof(bool));
	if (!partial_is_writing(partial) && partial->is_new)
		*value = other;
	if (*value != other)
		elog(ERROR, "the states of parallel workers are of different aggregates");
}

void
partial_span(Partial *partial, int64 *from, int64 *through, int32 *last_day)
{
	int64		other_from = *from;
	int64		other_through = *through;
	int32		other_day = last_day != NULL ? *last_day : 0;
	bool		has_none = partial->is_new || *from > *through;

	pass(partial, &other_from, sizeof(int64));
	pass(partial, &other_through, sizeof(int64));
	pass(partial, &other_day, sizeof(int32));
	if (partial_is_writing(partial) || (other_from > other_through && !partial->is_new))
		return;
	if (last_day != NULL)
		*last_day = has_none ? other_day : Max(*last_day, other_day);
	*from = has_none ? other_from : Min(*from, other_from);
	*through = has_none ? other_through : Max(*through, other_through);
}

/* Of two texts that mean the same, the smaller: rows of one process would have given that of the first row. */
static bool
is_smaller(const Image *a, const Image *b)
{
	int			order = memcmp(a->bytes, b->bytes, Min(a->length, b->length));

	return order < 0 || (order == 0 && a->length < b->length);
}

void
partial_definition(Partial *partial, void **made, DefinitionPrepare prepare, const char *name)
{
	Image		image = {0, NULL};
	struct varlena *definition;

	if (*made != NULL)
		image = *(const Image *) *made;
	partial_bytes(partial, (const char **) &image.bytes, &image.length);
	if (partial_is_writing(partial))
		return;
	definition = palloc(VARHDRSZ + image.length);
	SET_VARSIZE(definition, VARHDRSZ + image.length);
	memcpy(VARDATA(definition), image.bytes, image.length);
	if (*made != NULL && !image_is_same(*made, PointerGetDatum(definition)))
		definition_refuse_change(name);
	if (*made == NULL || is_smaller(&image, *made))
		*made = definition_shared(partial->context, PointerGetDatum(definition), prepare);
	pfree(definition);
}

void
partial_labels(Partial *partial, LabelCounts **counts, int most)
{
	LabelCounts none = {0};
	LabelCounts other = *counts != NULL && !partial->without_counts ? **counts : none;

	pass(partial, &other.count, sizeof(other.count));
	pass(partial, &other.other_rows, sizeof(other.other_rows));
	if (!partial_is_writing(partial))
		other.labels = palloc0(Max(other.count, 1) * sizeof(LabelCount));
	for (int i = 0; i < other.count; i++)
	{
		LabelCount *label = &other.labels[i];

		pass(partial, &label->hash, sizeof(label->hash));
		pass(partial, &label->rows, sizeof(label->rows));
		partial_bytes(partial, (const char **) &label->text, &label->length);
	}
	if (partial_is_writing(partial) || other.count == 0)
		return;
	if (*counts == NULL)
	{
		*counts = MemoryContextAlloc(partial->context, sizeof(LabelCounts));
		labels_begin(*counts, most, partial->context);
	}
	labels_merge(*counts, &other);
	pfree(other.labels);
}

void
partial_calendar(Partial *partial, Calendar *calendar)
{
	int32		kind = calendar->kind;
	bool		converts = calendar->convert != NULL;
	const char *zone = calendar->zone.rules != NULL ? calendar->zone.name : "";
	int32		length = (int32) strlen(zone);
	char	   *name;

	pass(partial, &kind, sizeof(kind));
	pass(partial, &converts, sizeof(converts));
	partial_bytes(partial, &zone, &length);
	if (partial_is_writing(partial))
		return;
	name = pnstrdup(zone, length);
	if (partial->is_new)
		calendar_take(calendar, (PeriodKind) kind, name, converts);
	else
		calendar_compare_with(calendar, (PeriodKind) kind, name);
	pfree(name);
}

/* Citus and its like: other servers have other secrets. */
pg_noreturn static void
refuse_session(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg("the state of a path aggregate can't leave its session"),
			 errhint("Call the aggregate without \"parallel_\" in its name.")));
	pg_unreachable();
}

/* ---- writing ---- */

/*
 * May rows stay where they are? A worker's can't. The leader's can, where they
 * live until the walk: without groups the state is there until the next scan.
 */
static bool
stays(FunctionCallInfo fcinfo)
{
	return !IsParallelWorker() && ((AggState *) fcinfo->context)->aggstrategy == AGG_PLAIN;
}

Datum
partial_serial(FunctionCallInfo fcinfo, const PartialKind *kind)
{
	void	   *state = PG_GETARG_POINTER(0);
	PathStore  *store = store_of(kind, state);
	AmountList *amounts = amounts_of(kind, state);
	StringInfoData out;
	ParcelHead	head;
	Partial		partial;

	if (!store->records.is_part)
		refuse_session();
	memset(&head, 0, sizeof(ParcelHead));
	head.magic = PARCEL_MAGIC;
	head.secret = path_secret_mark;
	head.size = kind->size;
	head.wide_keys = store->wide_keys;
	head.payload_words = store->payload_words;
	head.is_ranked = path_store_is_ranked(store);
	head.is_sorted = store->is_sorted;
	head.runs = store->in_order ? store->runs : 0;
	head.has_amounts = amounts != NULL && amounts->records != NULL;
	head.pid = MyProcPid;
	if (stays(fcinfo) && !head.has_amounts)
		head.store = store;

	initStringInfo(&out);
	appendStringInfoSpaces(&out, VARHDRSZ);
	appendBinaryStringInfo(&out, (const char *) &head, sizeof(ParcelHead));
	memset(&partial, 0, sizeof(Partial));
	partial.out = &out;
	partial.fcinfo = fcinfo;
	kind->parts(&partial, state);
	if (head.has_amounts)
		records_leave(amounts->records, &out, PARTIAL_BY_VALUE);
	if (head.store == NULL)
		records_leave(&store->records, &out, PARTIAL_BY_VALUE);
	SET_VARSIZE(out.data, out.len);
	PG_RETURN_BYTEA_P(out.data);
}

/* parallel_deserial(bytea, internal): nothing is read yet, as that takes a state to read it into. */
PG_FUNCTION_INFO_V1(parallel_deserial);
Datum
parallel_deserial(PG_FUNCTION_ARGS)
{
	bytea	   *given = PG_GETARG_BYTEA_PP(0);
	Parcel	   *parcel;

	if (!AggCheckCallContext(fcinfo, NULL))
		elog(ERROR, "the state of a path aggregate read in a non-aggregate context");
	parcel = palloc(sizeof(Parcel));
	parcel->magic = PARCEL_MAGIC;
	parcel->reader.at = VARDATA_ANY(given);
	parcel->reader.end = parcel->reader.at + VARSIZE_ANY_EXHDR(given);
	PG_RETURN_POINTER(parcel);
}

/* ---- reading ---- */

static void
read_head(Parcel *parcel, const PartialKind *kind, ParcelHead *head)
{
	if (parcel->magic != PARCEL_MAGIC)
		elog(ERROR, "combine function called with what isn't from another process");
	part_read(&parcel->reader, head, sizeof(ParcelHead));
	if (head->magic != PARCEL_MAGIC || head->size != kind->size)
		elog(ERROR, "the state of a parallel worker is of another aggregate");
	path_secret_need();
	if (head->secret != path_secret_mark || (head->store != NULL && head->pid != MyProcPid))
		refuse_session();
}

static void *
begin_state(Partial *partial, const PartialKind *kind, const ParcelHead *head)
{
	void	   *state = MemoryContextAllocZero(partial->context, kind->size);

	partial->is_new = true;
	path_store_init(store_of(kind, state), partial->fcinfo, head->wide_keys, head->payload_words);
	return state;
}

static void
add_part(PathStore *store, const Partial *partial, Records *records, const ParcelHead *head)
{
	path_add_part(store, partial->context, records, head->is_ranked, head->is_sorted, head->runs);
	records_promise(&store->records, partial->fcinfo);
}

/* Listed amounts: appended to the list at hand; what that adds to their numbers */
static int64
read_amounts(Partial *partial, AmountList *amounts)
{
	int64		base = amounts->count;
	Records    *taken[RECORDS_TAKEN];
	const char *values;
	int64		values_count;
	int			count = records_take(&partial->in, partial->fcinfo, AMOUNT_RECORD, taken, &values, &values_count);

	for (int i = 0; i < count; i++)
	{
		amount_list_records(amounts, partial->fcinfo, taken[i]);
		records_end(taken[i]);
	}
	amount_list_bytes(amounts, partial->fcinfo, values, values_count);
	return base;
}

/* How payloads read here: listed amounts stand behind those that were listed before, and dictionaries become one. */
typedef struct Change
{
	const PartialKind *kind;
	int64		amounts;		/* so many; 0: nothing changes */
	const Renumbering *numbers; /* likewise */
}			Change;

/* A PathChange */
static void
change_payload(const void *of, int64 moment, int64 *payload)
{
	const Change *change = of;

	if (change->amounts > 0)
	{
		int64	   *amount = &payload[change->kind->amount_word];
		int			code = change->kind->is_coded ? path_moment_code(moment) : (int) (*amount & 63);

		if (code == AMOUNT_LISTED)
			*amount = amount_renumbered(*amount, change->amounts);
	}
	if (change->numbers->count > 0)
		change->kind->renumber(moment, payload, change->numbers);
}

/* May rows stay where they lie? */
static bool
rows_stay(Partial *partial, const Change *change)
{
	return change->amounts == 0 && (change->numbers->count == 0 || partial_keep_numbers(partial));
}

/* Rows in files stay there, if nothing about them changes. */
static void
read_rows(Partial *partial, PathStore *store, const ParcelHead *head, PathChange change, const Change *how)
{
	Records    *taken[RECORDS_TAKEN];
	const char *values;
	int64		values_count;
	int			count = records_take(&partial->in, partial->fcinfo, store->records.width, taken, &values, &values_count);
	bool		stay = count > 0 && rows_stay(partial, how);

	for (int i = 0; i < count; i++)
	{
		if (stay)
			add_part(store, partial, taken[i], head);
		else
			path_append_records(store, partial->fcinfo, taken[i], head->is_ranked, change, how);
	}
	path_append_rows(store, partial->fcinfo, values, values_count, head->is_ranked, change, how);
}

Datum
partial_combine(FunctionCallInfo fcinfo, const PartialKind *kind)
{
	void	   *state = PG_ARGISNULL(0) ? NULL : PG_GETARG_POINTER(0);
	Partial		partial;
	Parcel	   *parcel;
	ParcelHead	head;
	Change		how = {kind, 0, &partial.numbers};
	PathChange	change;
	PathStore  *store;

	memset(&partial, 0, sizeof(Partial));
	if (!AggCheckCallContext(fcinfo, &partial.context))
		elog(ERROR, "combine function of a path aggregate called in a non-aggregate context");
	if (PG_ARGISNULL(1))
	{
		if (state == NULL)
			PG_RETURN_NULL();
		PG_RETURN_POINTER(state);
	}
	parcel = (Parcel *) PG_GETARG_POINTER(1);
	read_head(parcel, kind, &head);
	partial.fcinfo = fcinfo;
	if (state == NULL)
		state = begin_state(&partial, kind, &head);
	store = store_of(kind, state);
	if (store->wide_keys != head.wide_keys || store->payload_words != head.payload_words)
		elog(ERROR, "the state of a parallel worker has other rows");

	store->workers += head.pid != MyProcPid;
	partial.in = parcel->reader;
	kind->parts(&partial, state);
	if (head.has_amounts)
		how.amounts = read_amounts(&partial, amounts_of(kind, state));
	change = how.amounts > 0 || partial.numbers.count > 0 ? change_payload : NULL;
	if (head.store == NULL)
		read_rows(&partial, store, &head, change, &how);
	else if (rows_stay(&partial, &how))
		add_part(store, &partial, &head.store->records, &head);
	else
		path_append_records(store, fcinfo, &head.store->records, head.is_ranked, change, &how);
	PG_RETURN_POINTER(state);
}
