/*
 * walkers.c
 *		The final function of a path aggregate, by several processes.
 */
#include "base/compat.h"

#include <dlfcn.h>

#include "access/parallel.h"
#include "access/xact.h"
#include "base/parallel.h"
#include "miscadmin.h"
#include "nodes/execnodes.h"
#include "path/walk.h"
#include "path/walkers.h"
#include "storage/proc.h"
#include "storage/shm_mq.h"

/* What is in the shared memory */
#define KEY_SHARED		UINT64CONST(1)
#define KEY_LOAN		UINT64CONST(2)
#define KEY_QUEUES		UINT64CONST(3)

/* As of the queues of a Gather */
#define QUEUE_SIZE		65536

/* Rows in order: more than there are processes, so that they end together */
#define RANGES			64

/* What is lent may take that much to say: bounds of partitions in files of a thousand extents. */
#define LOAN_MOST		(1024 * 1024)

/* What walkers share with the leader */
typedef struct WalkShared
{
	pg_atomic_uint32 next;		/* partition */
	uint64		loan;			/* bytes */
}			WalkShared;

/* What a loan begins with. Behind it: the bounds of ranges, the family's parts, and the sources' rows (records_lend). */
typedef struct LoanHead
{
	Size		size;			/* of the state */
	bool		wide_keys;
	int			payload_words;
	int			bits;			/* of partitions */
	int			ranges;			/* of rows in order; 0: there are partitions */
	int			sources;
}			LoanHead;

/* ... and a source's rows with */
typedef struct SourceHead
{
	bool		is_ranked;
	bool		is_sorted;
	int			runs;
}			SourceHead;

/* In the leader, while walkers are about */
typedef struct Walkers
{
	ParallelContext *context;
	shm_mq_handle **queues;
	PathShare	share;
}			Walkers;

static inline PathStore *
store_of(const WalkKind *kind, void *state)
{
	return (PathStore *) ((char *) state + kind->partial->store);
}

/* ---- the leader ---- */

static bool
has_listed_amounts(const WalkKind *kind, const void *state)
{
	return kind->partial->amounts != 0 && ((const AmountList *) ((const char *) state + kind->partial->amounts))->records != NULL;
}

/* Is it worth asking for walkers? Rows in sorted groups come while the workers that collect them are still busy. */
static bool
is_worth_it(FunctionCallInfo fcinfo, const WalkKind *kind, void *state)
{
	PathStore  *store = store_of(kind, state);
	int64		rows;

	if (store->workers == 0 || parallel_workers_most() == 0 || !IsInParallelMode() || IsParallelWorker())
		return false;
	if (((AggState *) fcinfo->context)->aggstrategy == AGG_SORTED || has_listed_amounts(kind, state))
		return false;
	if (kind->is_shared != NULL && !kind->is_shared(state))
		return false;
	path_settle_parts(store);
	if (store->parts == NULL || (path_is_read_in_order(store) && !path_is_shared_in_order(store)))
		return false;
	rows = path_store_count(store);
	return rows > 0 && rows * store->records.width >= parallel_scan_least();
}

/* How the work is divided: the first pieces are the leader's, which need not be lent; a little less than its share, to even out. */
static void
divide(PathShare *share, PathStore *store, int walkers)
{
	int			pieces = records_partitions(&store->records);

	memset(share, 0, sizeof(PathShare));
	if (path_is_read_in_order(store))
	{
		uint64	   *bounds = palloc(RANGES * sizeof(uint64));

		path_find_bounds(store, bounds, RANGES);
		share->bounds = bounds;
		share->ranges = pieces = RANGES;
	}
	share->own = pieces * 7 / (8 * (walkers + 1));
}

static bool
lend_source(StringInfo loan, const PathShare *share, const PathStore *store, Records *records, SourceHead head, MemoryContext context)
{
	int64		first = share->own;

	if (share->ranges > 0 && share->own > 0)
		first = path_first_at(store, records, head.is_ranked, share->bounds[share->own - 1]);
	appendBinaryStringInfo(loan, (const char *) &head, sizeof(SourceHead));
	return records_lend(records, first, loan, context);
}

static bool
lend_sources(StringInfo loan, const PathShare *share, PathStore *store, MemoryContext context)
{
	SourceHead	own = {path_store_is_ranked(store), store->is_sorted, store->in_order ? store->runs : 0};

	if (!lend_source(loan, share, store, &store->records, own, context))
		return false;
	for (const PathPart *part = store->parts; part != NULL; part = part->next)
	{
		SourceHead	head = {part->is_ranked, part->is_sorted, part->runs};

		if (!lend_source(loan, share, store, part->records, head, context))
			return false;
	}
	return true;
}

/* Writes down the state for walkers; false where that can't be done. */
static bool
lend(FunctionCallInfo fcinfo, const WalkKind *kind, void *state, const PathShare *share, StringInfo loan)
{
	PathStore  *store = store_of(kind, state);
	LoanHead	head = {kind->partial->size, store->wide_keys, store->payload_words, store->records.bits, share->ranges, 1};
	Partial		partial = {0};

	for (const PathPart *part = store->parts; part != NULL; part = part->next)
		head.sources++;
	appendBinaryStringInfo(loan, (const char *) &head, sizeof(LoanHead));
	if (share->ranges > 0)
		appendBinaryStringInfo(loan, (const char *) share->bounds, (share->ranges - 1) * sizeof(uint64));
	partial.out = loan;
	partial.without_counts = true;
	kind->partial->parts(&partial, state);
	return lend_sources(loan, share, store, ((AggState *) fcinfo->context)->ss.ps.state->es_query_cxt) && loan->len <= LOAN_MOST;
}

/* The file that this library is in: a worker looks the entry point up before it has the leader's settings. */
static const char *
library_path(void)
{
	Dl_info		info;

	return dladdr((void *) walkers_final, &info) != 0 ? info.dli_fname : NULL;
}

/* Puts in shared memory what walkers need. */
static void
fill_segment(Walkers *walkers, const StringInfo loan)
{
	ParallelContext *context = walkers->context;
	shm_toc    *toc = context->toc;
	WalkShared *shared = shm_toc_allocate(toc, sizeof(WalkShared));
	char	   *copy = shm_toc_allocate(toc, loan->len);
	char	   *queues = shm_toc_allocate(toc, mul_size(QUEUE_SIZE, context->nworkers));

	pg_atomic_init_u32(&shared->next, walkers->share.own);
	shared->loan = loan->len;
	memcpy(copy, loan->data, loan->len);
	shm_toc_insert(toc, KEY_SHARED, shared);
	shm_toc_insert(toc, KEY_LOAN, copy);
	shm_toc_insert(toc, KEY_QUEUES, queues);
	walkers->share.next = &shared->next;
	walkers->queues = palloc(sizeof(shm_mq_handle *) * context->nworkers);
	for (int i = 0; i < context->nworkers; i++)
	{
		shm_mq	   *queue = shm_mq_create(queues + (Size) i * QUEUE_SIZE, QUEUE_SIZE);

		shm_mq_set_receiver(queue, MyProc);
		walkers->queues[i] = shm_mq_attach(queue, context->seg, NULL);
	}
}

/* Without workers there is still an answer: where there is no room for what is shared with them, the leader walks alone. */
static bool
launch(Walkers *walkers, const char *library, const char *entry, int count, const StringInfo loan)
{
	ParallelContext *context;

	EnterParallelMode();
	context = walkers->context = CreateParallelContext(library, entry, count);
	shm_toc_estimate_chunk(&context->estimator, sizeof(WalkShared));
	shm_toc_estimate_chunk(&context->estimator, loan->len);
	shm_toc_estimate_chunk(&context->estimator, mul_size(QUEUE_SIZE, count));
	shm_toc_estimate_keys(&context->estimator, 3);
	if (!parallel_initialize(context))
	{
		ExitParallelMode();
		ereport(DEBUG1, errmsg_internal("walking without parallel workers: no room for shared memory"));
		return false;
	}
	fill_segment(walkers, loan);
	LaunchParallelWorkers(context);
	for (int i = 0; i < context->nworkers_launched; i++)
		shm_mq_set_handle(walkers->queues[i], context->worker[i].bgwhandle);
	ereport(DEBUG1, errmsg_internal("walking with %d parallel workers", context->nworkers_launched));
	return true;
}

/* Walkers begin, if they can. */
static bool
walkers_begin(Walkers *walkers, FunctionCallInfo fcinfo, const WalkKind *kind, void *state, const char *entry)
{
	PathStore  *store = store_of(kind, state);
	int			count = Min(store->workers, parallel_workers_most());
	const char *library;
	StringInfoData loan;
	bool		are_about;

	/* many small groups come here: what is looked up comes second */
	if (!is_worth_it(fcinfo, kind, state) || (library = library_path()) == NULL)
		return false;
	divide(&walkers->share, store, count);
	initStringInfo(&loan);
	are_about = lend(fcinfo, kind, state, &walkers->share, &loan) && launch(walkers, library, entry, count, &loan);
	pfree(loan.data);
	return are_about;
}

/* Adds the summary of a walker, which has none if it found no row. */
static void
add_summary(const SummaryType *type, void *summary, const void *bytes, Size size)
{
	void	   *packed;

	if (size == 0)
		return;
	packed = palloc(size);		/* what is in the queue need not be aligned, nor stays */
	memcpy(packed, bytes, size);
	summary_add_part(type, summary, PointerGetDatum(packed));
}

/* Waits for the walkers, and adds what they say. */
static void
walkers_end(Walkers *walkers, const SummaryType *type, void *summary)
{
	ParallelContext *context = walkers->context;

	for (int i = 0; i < context->nworkers_launched; i++)
	{
		Size		size;
		void	   *bytes;

		if (shm_mq_receive(walkers->queues[i], &size, &bytes, false) != SHM_MQ_SUCCESS)
		{
			WaitForParallelWorkersToFinish(context);	/* says why */
			elog(ERROR, "a parallel worker ended without its summary");
		}
		add_summary(type, summary, bytes, size);
	}
	WaitForParallelWorkersToFinish(context);
	DestroyParallelContext(context);
	ExitParallelMode();
}

Datum
walkers_final(FunctionCallInfo fcinfo, const WalkKind *kind, const char *entry)
{
	void	   *state;
	void	   *summary;
	PathStore  *store;
	Walkers		walkers;

	if (PG_ARGISNULL(0))
		PG_RETURN_DATUM(summary_empty(kind->type));
	state = PG_GETARG_POINTER(0);
	store = store_of(kind, state);
	summary = palloc(kind->type->size);
	if (walkers_begin(&walkers, fcinfo, kind, state, entry))
	{
		store->share = &walkers.share;
		kind->summarise(state, summary);
		store->share = NULL;
		walkers_end(&walkers, kind->type, summary);
	}
	else
		kind->summarise(state, summary);
	if (kind->conclude != NULL)
		kind->conclude(fcinfo, state, summary);
	PG_RETURN_DATUM(summary_pack(kind->type, summary));
}

/* ---- a walker ---- */

static void
take_source(PathStore *store, PartReader *reader)
{
	SourceHead	head;
	Records    *taken[RECORDS_TAKEN];
	const char *values;
	int64		values_count;
	int			count;

	part_read(reader, &head, sizeof(SourceHead));
	count = records_take(reader, NULL, store->records.width, taken, &values, &values_count);
	for (int i = 0; i < count; i++)
		path_add_part(store, CurrentMemoryContext, taken[i], head.is_ranked, head.is_sorted, head.runs);
}

/* Ranges or partitions: the same here as there, or all of it would be wrong. */
static void
settle_loan(PathStore *store, const LoanHead *head)
{
	path_settle_parts(store);
	if (store->parts != NULL && path_is_read_in_order(store) != (head->ranges > 0))
		elog(ERROR, "the rows of a parallel worker are in another order than the leader's");
	if (store->parts != NULL && store->records.bits != head->bits)
		elog(ERROR, "the partitions of a parallel worker are others than the leader's");
}

/* Makes the state of a loan, whose rows stay where they are. */
static void *
take_loan(const WalkKind *kind, const char *loan, Size size, PathShare *share)
{
	void	   *state = palloc0(kind->partial->size);
	PathStore  *store = store_of(kind, state);
	LoanHead	head;
	Partial		partial = {0};

	partial.in.at = loan;
	partial.in.end = loan + size;
	partial.is_new = true;
	partial.context = CurrentMemoryContext;
	part_read(&partial.in, &head, sizeof(LoanHead));
	if (head.size != kind->partial->size)
		elog(ERROR, "what a parallel worker is to walk over is of another aggregate");
	if (head.ranges > 0)
	{
		uint64	   *bounds = palloc(head.ranges * sizeof(uint64));

		part_read(&partial.in, bounds, (head.ranges - 1) * sizeof(uint64));
		share->bounds = bounds;
		share->ranges = head.ranges;
	}
	path_store_init(store, NULL, head.wide_keys, head.payload_words);
	kind->partial->parts(&partial, state);
	for (int i = 0; i < head.sources; i++)
		take_source(store, &partial.in);
	settle_loan(store, &head);
	store->share = share;
	return state;
}

static void
end_loan(PathStore *store)
{
	for (PathPart *part = store->parts; part != NULL; part = part->next)
		records_end(part->records);
	records_end(&store->records);
}

/* The leader may have gone meanwhile, which is no matter. */
static void
answer(dsm_segment *segment, shm_mq *queue, const void *bytes, Size size)
{
	shm_mq_handle *handle = shm_mq_attach(queue, segment, NULL);

#if PG_VERSION_NUM >= 150000
	(void) shm_mq_send(handle, size, bytes, false, true);
#else
	(void) shm_mq_send(handle, size, bytes, false);
#endif
	shm_mq_detach(handle);
}

void
walkers_walk(dsm_segment *segment, shm_toc *toc, const WalkKind *kind)
{
	WalkShared *shared = shm_toc_lookup(toc, KEY_SHARED, false);
	char	   *queues = shm_toc_lookup(toc, KEY_QUEUES, false);
	shm_mq	   *queue = (shm_mq *) (queues + (Size) ParallelWorkerNumber * QUEUE_SIZE);
	PathShare	share = {0};
	void	   *summary = palloc(kind->type->size);
	void	   *state;

	shm_mq_set_sender(queue, MyProc);
	share.next = &shared->next;
	state = take_loan(kind, shm_toc_lookup(toc, KEY_LOAN, false), shared->loan, &share);
	kind->summarise(state, summary);
	end_loan(store_of(kind, state));
	if (share.rows > 0)
	{
		struct varlena *packed = (struct varlena *) DatumGetPointer(summary_pack_part(kind->type, summary));

		answer(segment, queue, packed, VARSIZE(packed));
	}
	else
		answer(segment, queue, "", 0);
}
