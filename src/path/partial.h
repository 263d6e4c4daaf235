/*
 * partial.h
 *		The partial form of path aggregates: a state that goes from one process to
 *		another, so that parallel workers collect rows and the leader walks.
 *
 * A family says what its state is, and which functions it has:
 *
 *		static void
 *		stage_parts(Partial *partial, void *of)
 *		{
 *			history_parts(partial, of);		... partial_counts(partial, state->left_out, REASONS) ...
 *		}
 *
 *		static const PartialKind stage_partial = {
 *			sizeof(StageState), offsetof(StageState, store), offsetof(StageState, amounts), false, stage_parts
 *		};
 *		PARTIAL_FUNCTIONS(stage, stage_partial)	defines parallel_stage_serial and parallel_stage_combine
 *
 * "Parts" goes through all that a state has beside its rows and amounts, in one
 * order. It is called to write it, and to merge what was written into another
 * state; into one that is new and zeroed, where is_new says so. What
 * must be the same in both is compared: in one process, a row that had it
 * differently would have been an error.
 *
 * How rows go:
 *
 *	- Up to PARTIAL_BY_VALUE of them by value: the hundred thousand small groups.
 *	- More of them through files (base/handover.h), since the queue between the
 *	  processes is short: 64 kB. What has spilled is in one anyway. No file is written
 *	  that temp_file_limit counts or a full disk refuses, and that one process would
 *	  not have written: then rows go by value, however many, and slowly.
 *	- Rows that the leader collected itself, of an aggregate without groups, stay
 *	  where they are.
 *
 * Rows in files stay there until the walk, which reads partition after partition
 * of all parts, or merges their runs where all are in order (store.h). Keys of all
 * processes are made with one secret (key.h).
 */
#ifndef FUNNEL_PARTIAL_H
#define FUNNEL_PARTIAL_H

#include "base/compat.h"

#include "base/definition.h"
#include "base/labels.h"
#include "base/spill.h"
#include "path/amount.h"
#include "path/calendar.h"
#include "path/dictionary.h"
#include "path/store.h"

#define PARTIAL_BY_VALUE	(256 * 1024)	/* bytes */

/*
 * Payloads with numbers of a dictionary: each process has its own, and rows that
 * stay where they lie keep theirs. So the first word of such a payload says whose
 * number, its lower half, is: in the lower 16 bits of the upper half. What it is
 * here the state knows: the walk asks numbers_here.
 */
typedef struct Numbers
{
	int64		own;			/* to be added to the numbers of rows that are collected here */
	int32	  **here;			/* by whose: what each number is here; NULL: not known */
	int			room;
}			Numbers;

/* Of a new state, whose store has been made */
extern void numbers_begin(Numbers *numbers, const PathStore *store);

static inline int32
numbers_here(const Numbers *numbers, int64 payload)
{
	int			whose = (int) (payload >> 32) & 0xffff;

	return likely(whose == 0) ? (int32) payload : numbers->here[whose][(uint32) payload];
}

/* What numbers of a dictionary of another process are in the state's own */
typedef struct Renumbering
{
	int			whose;
	int32		count;			/* 0: there are none */
	int32	   *from;			/* in rising order; NULL: 0 and up */
	int32	   *to;
	Numbers    *kept;			/* the state's, for rows that stay where they lie */
}			Renumbering;

typedef struct Partial
{
	StringInfo	out;			/* writing; NULL: reading */
	bool		without_counts; /* writing: of rows as they came: all are 0, as of no rows */
	PartReader	in;
	bool		is_new;			/* reading: into a state that is new */
	FunctionCallInfo fcinfo;
	MemoryContext context;		/* reading: of the state */
	Renumbering numbers;		/* reading: of its dictionary */
}			Partial;

typedef struct PartialKind
{
	Size		size;			/* of a state */
	Size		store;			/* where in it */
	Size		amounts;		/* ... an AmountList is; 0: there is none */
	bool		is_coded;		/* payloads are those of amount_pack_coded, not of amount_pack */
	void		(*parts) (Partial *partial, void *state);

	/* Puts the state's own numbers in the place of another process's; NULL: there are none */
	void		(*renumber) (int64 moment, int64 *payload, const Renumbering *numbers);
	int			amount_word;	/* of the payload's, which the amount is */
}			PartialKind;

#define partial_is_writing(partial)	((partial)->out != NULL)

/* The parts that states have: each is written, or merged. Bytes are passed as they are; reading, *bytes points to them. */
extern void partial_bytes(Partial *partial, const char **bytes, int32 *length);
extern void partial_counts(Partial *partial, int64 *counts, int length);

/* The first and last moment of all rows, first > last where there are none, and their last day, where it isn't NULL */
extern void partial_span(Partial *partial, int64 *from, int64 *through, int32 *last_day);

/* A number that all have; false where the other's, in *other, is another one. Of a new state it is taken over. */
extern bool partial_same(Partial *partial, int64 *value, int64 *other);

/* Whether they have something, which all have or none does */
extern void partial_flag(Partial *partial, bool *value);

/* A definition, of an image that begins what "prepare" makes; "name" it as definition_refuse_change does. */
extern void partial_definition(Partial *partial, void **made, DefinitionPrepare prepare, const char *name);

/* *Counts may be NULL: none so far */
extern void partial_labels(Partial *partial, LabelCounts **counts, int most);
extern void partial_calendar(Partial *partial, Calendar *calendar);

/*
 * A dictionary, zeroed or begun, of a state's rows. Payloads that change are
 * changed by "renumber", which asks partial_renumbered. Of one that other groups
 * share, "store" is where the numbers that this group has are looked for, if
 * they are fewer; else NULL. A state has one dictionary at most.
 */
extern void partial_dictionary(Partial *partial, Dictionary *dictionary, Numbers *kept, PathStore *store);
extern int32 partial_renumbered(const Renumbering *numbers, int32 number);

/* Rows in which they are will stay where they lie; false where that can't be. */
extern bool partial_keep_numbers(Partial *partial);

extern Datum partial_serial(FunctionCallInfo fcinfo, const PartialKind *kind);
extern Datum partial_combine(FunctionCallInfo fcinfo, const PartialKind *kind);

/* parallel_name_serial(state) answers bytea; parallel_name_combine(state, what parallel_deserial made of that) a state */
#define PARTIAL_FUNCTIONS(name, kind) \
	PG_FUNCTION_INFO_V1(parallel_##name##_serial); \
	Datum \
	parallel_##name##_serial(PG_FUNCTION_ARGS) \
	{ \
		return partial_serial(fcinfo, &(kind)); \
	} \
	PG_FUNCTION_INFO_V1(parallel_##name##_combine); \
	Datum \
	parallel_##name##_combine(PG_FUNCTION_ARGS) \
	{ \
		return partial_combine(fcinfo, &(kind)); \
	}

#endif							/* FUNNEL_PARTIAL_H */
