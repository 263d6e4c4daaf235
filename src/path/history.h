/*
 * history.h
 *		A history: rows of entity, label, moment and maybe amount, collected
 *		against a funnel definition. The state of the families that walk it.
 *
 * A row that can't be placed (no label, no time, an unknown label, a time out
 * of range) is counted when it comes. If it names an entity, it leaves a mark
 * at the very beginning of time, which no placed row can have: that is how an
 * entity of nothing but such rows is still met by the walk.
 */
#ifndef FUNNEL_HISTORY_H
#define FUNNEL_HISTORY_H

#include "base/compat.h"

#include "base/labels.h"
#include "path/arguments.h"
#include "path/funnel.h"
#include "path/partial.h"
#include "path/reasons.h"
#include "path/store.h"
#include "path/subject.h"

/* Why a row is used or left out; a row is in exactly one. The last two come out of the walk. */
typedef enum HistoryReason
{
	HISTORY_USED,
	HISTORY_NO_ENTITY,
	HISTORY_NO_STAGE,
	HISTORY_NO_TIME,
	HISTORY_UNKNOWN_STAGE,
	HISTORY_OUT_OF_RANGE,		/* not of the years 1900 to 2199 */
	HISTORY_DUPLICATE,			/* same entity, stage and time as another */
	HISTORY_OUTSIDE				/* of an entity that was never in a stage of the funnel */
}			HistoryReason;

#define HISTORY_REASONS	(HISTORY_OUTSIDE + 1)

extern const Reasons history_reasons;

/* A funnel as the definition of a subject; what is made of it is a FunnelLookup. */
extern const DefinitionKind history_definition;

/* The row at hand, in a function of (state, entity, stage, at [, amount], definition, ...) */
enum
{
	HISTORY_STAGE = PATH_ENTITY + 1,
	HISTORY_AT,
	HISTORY_AMOUNT
};

#define HISTORY_DEFINITION(kinds)	((kinds).amount != NULL ? HISTORY_AMOUNT + 1 : HISTORY_AT + 1)

#define HISTORY_MARK	(-PATH_TIME_LIMIT)	/* the time of a mark */

typedef struct History
{
	PathStore	store;
	FunnelLookup *funnel;		/* shared by the groups of an aggregate: not to be changed */
	bool		fixed_definition;	/* a constant of the query: no need to look at it again */
	int64		left_out[HISTORY_REASONS];
	LabelCounts *unknown;		/* labels that the funnel doesn't have; NULL: none yet */
	AmountList	amounts;
}			History;

/* Begins a history in zeroed memory of the aggregate's context; "definition" is an argument's number. */
extern void history_begin(History *history, FunctionCallInfo fcinfo, int definition, bool wide_keys, bool has_amount);

/* What a history has beside its rows and amounts, for a PartialKind (partial.h) */
extern void history_parts(Partial *partial, void *history);

/* Error: the definition is NULL. */
pg_noreturn extern void history_refuse_null(void);

/* Counts a row that can't be placed, of this entity. */
extern void history_mark(History *history, FunctionCallInfo fcinfo, PathKey key, HistoryReason reason);

/* Counts a label that the funnel doesn't have. */
extern void history_count_unknown(History *history, Datum label);

/* What every row goes through first */
static inline void
history_check_null(FunctionCallInfo fcinfo, int definition)
{
	if (unlikely(PG_ARGISNULL(definition)))
		history_refuse_null();
}

/* What every row but the first goes through: is the definition, not NULL, that of the rows before? */
static inline void
history_check_definition(History *history, Datum definition)
{
	if (!history->fixed_definition && unlikely(!funnel_is_same(history->funnel, definition)))
		funnel_refuse_change();
}

/* Adds the row at hand, whose entity has this key. */
static pg_attribute_always_inline void
history_add(History *history, FunctionCallInfo fcinfo, PathKey key,
			Timestamp (*moment) (Datum), int64 payload)
{
	HistoryReason reason;
	int			code;

	if (unlikely(PG_ARGISNULL(HISTORY_STAGE)))
		reason = HISTORY_NO_STAGE;
	else if (unlikely(PG_ARGISNULL(HISTORY_AT)))
		reason = HISTORY_NO_TIME;
	else if (unlikely((code = label_code_of(&history->funnel->table, PG_GETARG_DATUM(HISTORY_STAGE))) < 0))
	{
		history_count_unknown(history, PG_GETARG_DATUM(HISTORY_STAGE));
		reason = HISTORY_UNKNOWN_STAGE;
	}
	else
	{
		Timestamp	at = moment(PG_GETARG_DATUM(HISTORY_AT));

		if (likely(moment_in_range(at)))
		{
			path_append(&history->store, fcinfo, key, path_moment(at, code), payload);
			return;
		}
		reason = HISTORY_OUT_OF_RANGE;
	}
	history_mark(history, fcinfo, key, reason);
}

/* Adds or counts the row at hand. */
static pg_attribute_always_inline void
history_row(History *history, FunctionCallInfo fcinfo, const PathKinds kinds)
{
	if (unlikely(PG_ARGISNULL(PATH_ENTITY)))
		history->left_out[HISTORY_NO_ENTITY]++;
	else
	{
		int64		payload = path_row_amount(fcinfo, kinds, &history->amounts, HISTORY_AMOUNT);

		history_add(history, fcinfo, path_row_key(fcinfo, kinds), kinds.moment, payload);
	}
}

/*
 * What the summaries of a history have in common, beside their subject
 */
typedef struct HistoryTotals
{
	int64		from;			/* first and last moment of the rows placed */
	int64		through;
	int64		rows[HISTORY_REASONS];
	int64		outside;		/* entities that were never in a stage of the funnel */
	int64		with_amount;	/* entities of the funnel that have an amount */
	LabelCounts unknown;		/* the labels of rows of unknown stages; of rows that 0.1.0 counted nobody knows them */
}			HistoryTotals;

/* What the summary of a history begins with: its funnel, and what was counted when the rows came; shared with the history */
extern void history_subject(const History *history, Subject *subject, HistoryTotals *totals);

/* The walk is over, and the totals are complete: in the final function. A NOTICE may follow (occurrence.h). */
extern void history_conclude(const History *history, FunctionCallInfo fcinfo, const HistoryTotals *totals);

extern void history_totals_clear(HistoryTotals *totals);
extern void history_totals_merge(HistoryTotals *into, const HistoryTotals *other);

/*
 * The fields "rows", "entities_outside", "entities_with_amount" and, from
 * version 2 on, "unknown_labels"; the moments stand before them.
 */
extern void history_totals_fields(Codec *codec, HistoryTotals *totals);

/* The version of these that is needed: 2 where there are labels, else 1, as 0.1.0 wrote them */
extern int	history_totals_version(const HistoryTotals *totals);

/* What is wrong with them, NULL where nothing is; no count may be larger than "most". */
extern const char *history_totals_rules(const HistoryTotals *totals, bool known, int64 most);

/*
 * Functions that such summaries have: NAME_definition, the funnel, NULL in a
 * summary of no rows; NAME_entities_outside; and NAME_unknown_labels, a table of
 * one row a label, the commonest first, and last, under NULL, the rows of labels
 * that aren't listed: they add up to the rows of unknown stages.
 */
extern Datum history_funnel(FunctionCallInfo fcinfo, const Subject *subject);
extern Datum history_unknown_labels(FunctionCallInfo fcinfo, const HistoryTotals *totals);

#define HISTORY_SUMMARY_FUNCTIONS(name, type, Struct) \
	SUMMARY_ANSWER(name##_definition, type, Struct, history_funnel(fcinfo, &summary.subject)) \
	SUMMARY_ANSWER(name##_entities_outside, type, Struct, Int64GetDatum(summary.totals.outside)) \
	SUMMARY_ANSWER(name##_unknown_labels, type, Struct, history_unknown_labels(fcinfo, &summary.totals))

/* An entity's walk ends: it has so many rows placed, the first and last of them then. */
static inline void
history_totals_conclude(HistoryTotals *totals, bool outside, int64 rows, Timestamp from, Timestamp through)
{
	if (rows > 0)
	{
		totals->from = Min(totals->from, from);
		totals->through = Max(totals->through, through);
	}
	totals->outside += outside;
	totals->rows[outside ? HISTORY_OUTSIDE : HISTORY_USED] += rows;
}

#endif							/* FUNNEL_HISTORY_H */
