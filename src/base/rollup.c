/*
 * rollup.c
 *		The aggregate rollup(summary): summaries merged, in linear time.
 */
#include "base/rollup.h"

#include "miscadmin.h"
#include "utils/datum.h"
#include "utils/memutils.h"

typedef struct RollupState
{
	SummaryHeader header;		/* form is SUMMARY_ROLLUP; the length is that of the room, too */
	int32		used;			/* bytes of the parts */
	int32		merged;			/* bytes of the first part: what has been merged */
	char		parts[FLEXIBLE_ARRAY_MEMBER];	/* packed summaries, each MAXALIGNed */
}			RollupState;

#define rollup_part(state, at)	((struct varlena *) ((state)->parts + (at)))

static inline Size
rollup_room(const RollupState *state)
{
	return VARSIZE(state) - offsetof(RollupState, parts);
}

/* Bytes of parts that are always collected before they are merged */
#define ROLLUP_BATCH	(32 * 1024)

/* Bytes of memory in which parts are unpacked, before it is emptied */
#define PARTS_MEMORY	(256 * 1024)

static inline bool
is_rollup_state(const struct varlena *value)
{
	return VARSIZE(value) > sizeof(SummaryHeader) && ((const SummaryHeader *) value)->form == SUMMARY_ROLLUP;
}

/* The bytes from one part to the next */
static inline Size
part_step(const RollupState *state, int32 at)
{
	Size		size = VARSIZE(rollup_part(state, at));

	if (size <= VARHDRSZ || size > (Size) (state->used - at))
		elog(ERROR, "the state of a rollup is cut short");
	return MAXALIGN(size);
}

/* Reads the first part and merges the others into it one by one. */
static void
read_one_by_one(const SummaryType *type, const RollupState *state, void *into)
{
	MemoryContext outer = CurrentMemoryContext;
	MemoryContext unpacking = AllocSetContextCreate(outer, "funnel_metrics rollup", ALLOCSET_DEFAULT_SIZES);
	void	   *part = palloc(type->size);

	summary_read(type, PointerGetDatum(rollup_part(state, 0)), into);
	for (int32 at = part_step(state, 0); at < state->used; at += part_step(state, at))
	{
		CHECK_FOR_INTERRUPTS();
		MemoryContextSwitchTo(unpacking);
		summary_read_like(type, PointerGetDatum(rollup_part(state, at)), into, part);
		MemoryContextSwitchTo(outer);
		type->merge(into, part);
		if (MemoryContextMemAllocated(unpacking, false) > PARTS_MEMORY)
			MemoryContextReset(unpacking);
	}
	MemoryContextDelete(unpacking);
	pfree(part);
}

/* Reads so many parts from the one at *at, which becomes the one behind them: each half into one, and then the halves. */
static void
read_halves(const SummaryType *type, const RollupState *state, int32 *at, int parts, const void *like, void *into)
{
	MemoryContext outer = CurrentMemoryContext;
	MemoryContext unpacking;
	void	   *half;

	if (parts == 1)
	{
		CHECK_FOR_INTERRUPTS();
		summary_read_like(type, PointerGetDatum(rollup_part(state, *at)), like, into);
		*at += part_step(state, *at);
		return;
	}
	read_halves(type, state, at, parts - parts / 2, like, into);
	unpacking = AllocSetContextCreate(outer, "funnel_metrics rollup", ALLOCSET_SMALL_SIZES);
	MemoryContextSwitchTo(unpacking);
	half = palloc(type->size);
	read_halves(type, state, at, parts / 2, into, half);
	MemoryContextSwitchTo(outer);
	type->merge(into, half);
	MemoryContextDelete(unpacking);
}

void
rollup_read(const SummaryType *type, struct varlena *value, void *into)
{
	const RollupState *state = (const RollupState *) value;

	if (type->merges_pairwise)
	{
		int			parts = 0;
		int32		first = 0;

		for (int32 at = 0; at < state->used; at += part_step(state, at))
			parts++;
		read_halves(type, state, &first, parts, NULL, into);
	}
	else
		read_one_by_one(type, state, into);
	summary_check_merge(type, into);
}

/* A summary as one packed varlena, aligned and not toasted */
static struct varlena *
packed_of(const SummaryType *type, Datum summary)
{
	struct varlena *value = PG_DETOAST_DATUM(summary);

	if (is_rollup_state(value))
	{
		MemoryContext outer = CurrentMemoryContext;
		MemoryContext merging = AllocSetContextCreate(outer, "funnel_metrics merge", ALLOCSET_DEFAULT_SIZES);
		void	   *merged;

		MemoryContextSwitchTo(merging);
		merged = palloc(type->size);
		rollup_read(type, value, merged);
		value = (struct varlena *) DatumGetPointer(summary_pack(type, merged));
		MemoryContextSwitchTo(outer);
		value = (struct varlena *) DatumGetPointer(datumCopy(PointerGetDatum(value), false, -1));
		MemoryContextDelete(merging);
	}
	return value;
}

static void
add_part(RollupState *state, const struct varlena *part)
{
	memcpy(state->parts + state->used, part, VARSIZE(part));
	state->used += MAXALIGN(VARSIZE(part));
}

/* A state that begins with one part, which is merged, and has room for so many bytes */
static RollupState *
rollup_begin(const struct varlena *part, Size room)
{
	Size		size = offsetof(RollupState, parts) + room;
	RollupState *state;

	if (size > MaxAllocSize)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("a rollup of more than %zu bytes is too large", (Size) MaxAllocSize / 2)));
	state = palloc0(size);
	SET_VARSIZE(state, size);
	state->header.form = SUMMARY_ROLLUP;
	add_part(state, part);
	state->merged = state->used;
	return state;
}

/* A state of the same parts with room for so many more bytes: they are merged if that pays, else moved. */
static RollupState *
rollup_grow(const SummaryType *type, RollupState *state, Size more)
{
	RollupState *larger;

	if ((Size) state->used >= 2 * (Size) state->merged + ROLLUP_BATCH)
	{
		struct varlena *merged = packed_of(type, PointerGetDatum(state));

		return rollup_begin(merged, Max(rollup_room(state), 2 * (MAXALIGN(VARSIZE(merged)) + more)));
	}
	larger = rollup_begin(rollup_part(state, 0), 2 * (state->used + more));
	memcpy(larger->parts, state->parts, state->used);
	larger->used = state->used;
	return larger;
}

Datum
summary_rollup(const SummaryType *type, FunctionCallInfo fcinfo)
{
	RollupState *state;
	struct varlena *part;
	Size		size;

	if (!AggCheckCallContext(fcinfo, NULL))
		elog(ERROR, "rollup of %s called in a non-aggregate context", type->name);
	RETURN_STATE_WITHOUT_OTHER();
	part = packed_of(type, PG_GETARG_DATUM(1));
	size = MAXALIGN(VARSIZE(part));
	if (PG_ARGISNULL(0))
		PG_RETURN_POINTER(part);

	state = (RollupState *) PG_DETOAST_DATUM(PG_GETARG_DATUM(0));
	if (!is_rollup_state((struct varlena *) state))
		state = rollup_begin((struct varlena *) state, 2 * (MAXALIGN(VARSIZE(state)) + size));
	else if (state->used + size > rollup_room(state))
		state = rollup_grow(type, state, size);
	add_part(state, part);
	PG_RETURN_POINTER(state);
}
