/*
 * event_rows.h
 *		The rows of journeys: how they lie in a store, and come back as instants.
 *
 * A row is told by its label or by conditions. A label has a number in the
 * definition (journey.h); it is the code of the row's moment, or, where there
 * are more labels than codes, the payload. Conditions are a mask, which is the
 * payload. So exact duplicates, the same event at the same moment, are equal
 * and adjacent; rows told by conditions are never taken for one another.
 *
 * The walk gives each entity's rows to an EventReader, which puts rows of one
 * moment together and passes them on as instants.
 */
#ifndef FUNNEL_EVENT_ROWS_H
#define FUNNEL_EVENT_ROWS_H

#include "base/compat.h"

#include "path/journey.h"
#include "path/walk.h"

/* The number of a row that satisfies nothing, told by its label */
#define EVENT_OTHER		(PATH_CODES - 1)

/* Are there too many labels for the codes of a moment? */
#define event_has_payload(journey, by_conditions) \
	((by_conditions) || (journey)->table.labels > EVENT_OTHER)

/* Error: the definition is NULL. */
pg_noreturn extern void event_refuse_null(void);

/* What a row's conditions satisfy: argument number "conditions" is its boolean[]; the number of them is checked. */
extern uint64 event_conditions(FunctionCallInfo fcinfo, int conditions, const Journey *journey);

/* Error where the journey has a property, which these rows have not; the hint says what to do. */
extern void event_refuse_property(const Journey *journey, const char *hint);

/* The rows of an entity, and what they satisfy */
typedef struct EventRowCounts
{
	int64		used;			/* rows that satisfy something */
	int64		others;			/* rows that don't */
	int64		duplicates;
	uint64		seen;			/* what any of them satisfies */
}			EventRowCounts;

typedef void (*EventAdvance) (void *context, const ChainInstant *instant);

typedef struct EventReader
{
	const Journey *journey;
	bool		by_conditions;
	EventAdvance advance;
	void	   *context;
	ChainInstant instant;		/* being put together */
	bool		has_instant;
	int64		moment;			/* of the last row, and its payload */
	int64		payload;

	EventRowCounts rows;		/* of the entity, once its last batch has been read */
}			EventReader;

/* In zeroed memory */
extern void event_reader_begin(EventReader *reader, const Journey *journey, bool by_conditions,
							   EventAdvance advance, void *context);

/* Reads a batch of an entity; at its last one all its instants have been passed on. */
extern void event_read(EventReader *reader, const PathBatch *batch);

#endif							/* FUNNEL_EVENT_ROWS_H */
