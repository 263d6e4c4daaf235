/*
 * summary.h
 *		What the summary types share: stored form, live form, type functions.
 *
 * A summary is a varlena of a named type. It has three forms, told apart by the
 * first byte of its data:
 *
 *		packed	the codec's bytes, first the version (1 ..): canonical, small;
 *				what is stored, sent, compared.
 *		live	SUMMARY_LIVE (0), then the family's struct as it lies in
 *				memory: the state of a running aggregate, changed in place.
 *				Flat, so it travels between parallel workers as it is. No live
 *				form leaves an aggregate: final functions and send pack it.
 *		rollup	SUMMARY_ROLLUP (255): the state of a rollup (rollup.h).
 *
 * Every function that takes a summary takes all of them (summary_read), but for
 * equality and hashes (summary_eq and its kin, of all types), which only ever
 * see packed ones and compare their bytes.
 *
 * A family's struct begins with SummaryHeader. Pointers in it (a wide Decimal,
 * a sketch) are meaningful only after summary_read, or in the call that set
 * them: a struct that holds a wide Decimal is kept as a packed state.
 *
 * A live form may be longer than the struct: a tail follows, such as a sketch
 * (attach).
 *
 * What is stored can be read: the rules between the fields of a type stand in
 * one function, which reading runs, and so does all that writes a summary.
 */
#ifndef FUNNEL_SUMMARY_H
#define FUNNEL_SUMMARY_H

#include "base/compat.h"

#include "base/codec.h"
#include "common/int.h"
#include "nodes/execnodes.h"
#include "utils/timestamp.h"

#define SUMMARY_LIVE	0
#define SUMMARY_ROLLUP	255

typedef struct SummaryHeader
{
	int32		vl_len_;		/* varlena header (do not touch directly!) */
	uint8		form;			/* SUMMARY_LIVE, or the version of a packed summary */
	uint8		unused[3];		/* reserved, always zero */
}			SummaryHeader;

typedef struct SummaryType
{
	const char *name;			/* of the SQL type */
	const char *called;			/* in messages about several of them: "stage" summaries; of a type that has a "merge" */
	int			version;		/* the newest form; all from 1 up to it are read */
	int			(*needs) (const void *summary); /* the oldest form that holds all that a summary keeps, which is the one
												 * written: so equal summaries are equal bytes whichever version
												 * made them. NULL: the newest */
	Size		size;			/* of the family's struct */
	CodecFields fields;
	void		(*clear) (void *summary);	/* makes an empty one of zeroed memory; NULL: zeroes do */
	void		(*attach) (void *summary, void *tail);	/* points the struct read from a live form at its tail there,
														 * or at NULL; NULL: live forms have none */
	void		(*settle) (void *summary);	/* works out what follows from the fields: after they are read, before
											 * they are checked or written; may be repeated. NULL: nothing does */
	const char *(*rules) (const void *summary); /* the rules between the fields: a sentence on what is wrong, NULL
												 * where nothing is. NULL: there are none */
	void		(*merge) (void *into, void *other); /* adds the other, which it may change but keeps nothing of;
													 * counts and sums with a check. For rollup */
	bool		merges_pairwise;	/* a merge takes time for all of "into", an ordered list, not for the other alone: a
									 * rollup merges halves */
}			SummaryType;

/*
 * The four type functions; SUMMARY_TYPE_FUNCTIONS defines those of a type:
 * name_in, name_out, name_recv, name_send.
 */
extern Datum summary_in(const SummaryType *type, FunctionCallInfo fcinfo);
extern Datum summary_out(const SummaryType *type, FunctionCallInfo fcinfo);
extern Datum summary_recv(const SummaryType *type, FunctionCallInfo fcinfo);
extern Datum summary_send(const SummaryType *type, FunctionCallInfo fcinfo);

#define SUMMARY_TYPE_FUNCTIONS(name, type) \
	SUMMARY_TYPE_FUNCTION(name, type, in) \
	SUMMARY_TYPE_FUNCTION(name, type, out) \
	SUMMARY_TYPE_FUNCTION(name, type, recv) \
	SUMMARY_TYPE_FUNCTION(name, type, send)

#define SUMMARY_TYPE_FUNCTION(name, type, direction) \
PG_FUNCTION_INFO_V1(name##_##direction); \
Datum \
name##_##direction(PG_FUNCTION_ARGS) \
{ \
	return summary_##direction(&(type), fcinfo); \
}

/*
 * Reads a summary of any form into the caller's struct, checking every byte.
 * "Like" is one read before, or NULL: what takes long to make of its bytes, and
 * is the same of the same bytes, may be shared with it, which must live longer.
 */
extern void summary_read_like(const SummaryType *type, Datum summary, const void *like, void *into);

static inline void
summary_read(const SummaryType *type, Datum summary, void *into)
{
	summary_read_like(type, summary, NULL, into);
}

/* The packed form of a struct, an error where it could not be read again; of an empty one. */
extern Datum summary_pack(const SummaryType *type, void *summary);
extern Datum summary_empty(const SummaryType *type);

/*
 * Parts of a summary that several processes make: of some of its entities, but
 * of the moments of all, so that the rules hold for the sum alone. The packed
 * form of one; and adding that to the struct of another.
 */
extern Datum summary_pack_part(const SummaryType *type, void *summary);
extern void summary_add_part(const SummaryType *type, void *summary, Datum part);

/*
 * The state of an aggregate over such a summary, for transition, inverse and
 * combine functions: the first argument, to be changed in place, or a new
 * empty one. What the function answers is summary_state_datum of it; "flat"
 * says that the struct holds no pointer.
 */
extern void *summary_state_slowly(const SummaryType *type, FunctionCallInfo fcinfo);

static inline void *
summary_state(const SummaryType *type, FunctionCallInfo fcinfo)
{
	struct varlena *given = PG_ARGISNULL(0) ? NULL : (struct varlena *) PG_GETARG_POINTER(0);

	/* a running state is an aligned live struct; the context is as AggCheckCallContext wants it */
	if (likely(given != NULL && VARATT_IS_4B_U(given) && ((SummaryHeader *) given)->form == SUMMARY_LIVE &&
			   fcinfo->context != NULL && (IsA(fcinfo->context, AggState) || IsA(fcinfo->context, WindowAggState))))
		return given;
	return summary_state_slowly(type, fcinfo);
}

static inline Datum
summary_state_datum(const SummaryType *type, void *state, bool flat)
{
	return likely(flat) ? PointerGetDatum(state) : summary_pack(type, state);
}

/* At the beginning of a combine function: where the second argument, the other summary, is NULL, the answer is the state. */
#define RETURN_STATE_WITHOUT_OTHER() \
	do { \
		if (PG_ARGISNULL(1)) \
		{ \
			if (PG_ARGISNULL(0)) \
				PG_RETURN_NULL(); \
			PG_RETURN_DATUM(PG_GETARG_DATUM(0)); \
		} \
	} while (0)

/* The final function of a *_agg aggregate: packs the state; no rows make an empty summary. */
extern Datum summary_final(const SummaryType *type, FunctionCallInfo fcinfo);

/*
 * Direct aggregates whose summary grows with its rows (a count for each label):
 * the state is the struct as it lies in the aggregate's own context, under
 * "internal"; workers send it packed. SUMMARY_GROWING_FUNCTIONS defines
 * name_combine, name_serialize, name_deserialize and name_final of a type that
 * has a "merge"; the transition function begins with summary_growing_state and
 * allocates in the context that it says.
 */
extern void *summary_growing_state(const SummaryType *type, FunctionCallInfo fcinfo, MemoryContext *context);
extern Datum summary_growing_combine(const SummaryType *type, FunctionCallInfo fcinfo);
extern Datum summary_growing_serialize(const SummaryType *type, FunctionCallInfo fcinfo);
extern Datum summary_growing_deserialize(const SummaryType *type, FunctionCallInfo fcinfo);
extern Datum summary_growing_final(const SummaryType *type, FunctionCallInfo fcinfo);

#define SUMMARY_GROWING_FUNCTIONS(name, type) \
	SUMMARY_GROWING_FUNCTION(name, type, combine) \
	SUMMARY_GROWING_FUNCTION(name, type, serialize) \
	SUMMARY_GROWING_FUNCTION(name, type, deserialize) \
	SUMMARY_GROWING_FUNCTION(name, type, final)

#define SUMMARY_GROWING_FUNCTION(name, type, step) \
PG_FUNCTION_INFO_V1(name##_##step); \
Datum \
name##_##step(PG_FUNCTION_ARGS) \
{ \
	return summary_growing_##step(&(type), fcinfo); \
}

/* A function(summary), which is strict, and what it answers of the struct, "summary" */
#define SUMMARY_ANSWER(function, type, Struct, answer) \
PG_FUNCTION_INFO_V1(function); \
Datum \
function(PG_FUNCTION_ARGS) \
{ \
	Struct		summary; \
\
	summary_read(&(type), PG_GETARG_DATUM(0), &summary); \
	return (answer); \
}

/* ... a moment, NULL where the summary has seen none */
#define SUMMARY_MOMENT(function, type, Struct, member) \
	SUMMARY_ANSWER(function, type, Struct, summary_moment(fcinfo, summary.member))

static inline Datum
summary_moment(FunctionCallInfo fcinfo, Timestamp moment)
{
	if (moment == MOMENT_NONE_FROM || moment == MOMENT_NONE_THROUGH)
		PG_RETURN_NULL();
	PG_RETURN_TIMESTAMPTZ(moment);
}

/* Makes an empty struct of the caller's memory. */
extern void summary_clear(const SummaryType *type, void *summary);

/* Error where what has been merged breaks a rule */
extern void summary_check_merge(const SummaryType *type, void *summary);

/*
 * Adding with a check: counts and sums read from text may be of any size, and
 * an aggregate of somebody's own may take out rows that it never put in.
 */
pg_noreturn extern void refuse_count(void);
pg_noreturn extern void refuse_removal(void);
pg_noreturn extern void refuse_sum(void);

static inline void
count_add(int64 *count, int64 more)
{
	if (unlikely(pg_add_s64_overflow(*count, more, count)))
		refuse_count();
}

/* One row more (times 1) or less (-1) in a count, which is never below 0 */
static inline void
count_step(int64 *count, int times)
{
	*count = (int64) ((uint64) *count + (uint64) (int64) times);
	if (unlikely(*count < 0))
	{
		if (times > 0)
			refuse_count();
		refuse_removal();
	}
}

static inline void
sum_add(int128 *sum, int128 more)
{
	*sum += more;				/* can't overflow: each is below 2^126 */
	if (unlikely(*sum >= DECIMAL_UNITS_LIMIT || *sum <= -DECIMAL_UNITS_LIMIT))
		refuse_sum();
}

#endif							/* FUNNEL_SUMMARY_H */
