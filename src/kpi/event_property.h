/*
 * event_property.h
 *		Journeys of which a property of the rows is looked at: which value has a
 *		unit?
 *
 * A row's payload is the number of its label and that of its value. Held: rows
 * of each value are an entity of their own; its units are those of all of them,
 * or, where entities are counted, the best of them, whose outcome regards them
 * all. Else the chains are those of all rows, and the value is that of a row of
 * the chain that counts: of several that fill one step at one moment, the first
 * in order of bytes.
 *
 * An entity's rows are looked at more than once, and lie in memory.
 */
#ifndef FUNNEL_EVENT_PROPERTY_H
#define FUNNEL_EVENT_PROPERTY_H

#include "base/compat.h"

#include "kpi/event_rows.h"
#include "path/dictionary.h"
#include "path/partial.h"

#define EVENT_NO_VALUE		(-1)

/* Of a label, -1 for one of no step and no exclusion, and a value; whose number that is stands between them (path/partial.h). */
#define event_property_payload(label, value)	((int64) ((label) + 1) << 48 | (uint32) ((value) + 1))
#define event_payload_label(payload)			((int) ((payload) >> 48) - 1)
#define event_payload_value(payload)			((int32) (uint32) (payload) - 1)

typedef struct EventProperty EventProperty;

/* Takes a unit; the value is EVENT_NO_VALUE where it has none. */
typedef void (*EventPropertyTake) (void *context, const ChainUnit *unit, int32 value);

/* The number of a value, a text that isn't NULL; of more than 1,000,000 an error */
extern int32 event_property_value(Dictionary *values, Datum value);
extern void event_property_check(int32 number);

extern EventProperty *event_property_create(const Journey *journey, const Dictionary *values, const Numbers *numbers,
											EventPropertyTake take, void *context);

/* Reads a batch of an entity. At the last one all its units have been taken, its rows are counted, and the answer is true. */
extern bool event_property_read(EventProperty *property, const PathBatch *batch, EventRowCounts *rows);

#endif							/* FUNNEL_EVENT_PROPERTY_H */
