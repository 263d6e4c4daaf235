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

#include "base/moment.h"
#include "path/amount.h"
#include "path/funnel.h"
#include "path/key.h"
#include "path/store.h"

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

/* What they are called: for people, and as fields of a summary's text */
extern const char *const history_reason_names[HISTORY_REASONS];
extern const char *const history_reason_fields[HISTORY_REASONS];

#define HISTORY_MARK	(-PATH_TIME_LIMIT)	/* the time of a mark */

typedef struct History
{
	PathStore	store;
	FunnelLookup *funnel;		/* shared by the groups of an aggregate: not to be changed */
	bool		fixed_definition;	/* a constant of the query: no need to look at it again */
	int64		left_out[HISTORY_REASONS];
	AmountList	amounts;
}			History;

/* Begins a history in zeroed memory of the aggregate's context; "definition" is an argument's number. */
extern void history_begin(History *history, FunctionCallInfo fcinfo, int definition, bool wide_keys, bool has_amount);

/* Error: the definition is NULL. */
pg_noreturn extern void history_no_definition(void);

/* The code of a label in whatever varlena form; -1 for an unknown one. */
static inline int
history_code(const FunnelLookup *funnel, Datum label)
{
	struct varlena *text = (struct varlena *) DatumGetPointer(label);
	int			code;

	if (likely(VARATT_IS_SHORT(text) ? !VARATT_IS_EXTERNAL(text) : !VARATT_IS_EXTENDED(text)))
		return funnel_code(funnel, VARDATA_ANY(text), VARSIZE_ANY_EXHDR(text));
	text = pg_detoast_datum_packed(text);
	code = funnel_code(funnel, VARDATA_ANY(text), VARSIZE_ANY_EXHDR(text));
	pfree(text);
	return code;
}

/* Is the definition, an argument that isn't NULL, that of the rows before? */
static inline void
history_check_definition(History *history, Datum definition)
{
	if (!history->fixed_definition && unlikely(!funnel_is_same(history->funnel, definition)))
		funnel_changed();
}

/* Adds the row of arguments (state, entity, stage, at, ...) whose entity has this key. */
static pg_attribute_always_inline void
history_add(History *history, FunctionCallInfo fcinfo, PathKey key,
			Timestamp (*moment) (Datum), int64 payload)
{
	HistoryReason reason;
	int			code;

	if (unlikely(PG_ARGISNULL(2)))
		reason = HISTORY_NO_STAGE;
	else if (unlikely(PG_ARGISNULL(3)))
		reason = HISTORY_NO_TIME;
	else if (unlikely((code = history_code(history->funnel, PG_GETARG_DATUM(2))) < 0))
		reason = HISTORY_UNKNOWN_STAGE;
	else
	{
		Timestamp	at = moment(PG_GETARG_DATUM(3));

		if (likely(moment_in_range(at)))
		{
			path_append(&history->store, fcinfo, key, path_moment(at, code), payload);
			return;
		}
		reason = HISTORY_OUT_OF_RANGE;
	}
	history->left_out[reason]++;
	path_append(&history->store, fcinfo, key, path_moment(HISTORY_MARK, 0), AMOUNT_NONE);
}

/* The row at hand, in a function of (state, entity, stage, at, ...), where there is no amount */
#define HISTORY_ADD(history, entity, at) \
	do { \
		if (unlikely(PG_ARGISNULL(1))) \
			(history)->left_out[HISTORY_NO_ENTITY]++; \
		else \
			history_add((history), fcinfo, PATH_KEY_##entity, moment_from_##at, AMOUNT_NONE); \
	} while (0)

/* ... and where the amount is the fifth argument, of type "type" */
#define HISTORY_ADD_AMOUNT(history, entity, at, type) \
	do { \
		if (unlikely(PG_ARGISNULL(1))) \
			(history)->left_out[HISTORY_NO_ENTITY]++; \
		else \
		{ \
			int64		payload = AMOUNT_NONE; \
\
			if (!PG_ARGISNULL(4)) \
			{ \
				Decimal		amount = decimal_from_##type(PG_GETARG_DATUM(4)); \
\
				payload = amount_pack(&(history)->amounts, &amount); \
			} \
			history_add((history), fcinfo, PATH_KEY_##entity, moment_from_##at, payload); \
		} \
	} while (0)

#endif							/* FUNNEL_HISTORY_H */
