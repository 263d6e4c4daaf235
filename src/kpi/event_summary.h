/*
 * event_summary.h
 *		The summary of a journey: what is kept of how far its units got.
 *
 * A unit (an entity, an attempt, a session) ends in one place: at the furthest
 * required step that it got to. There it has dropped, or was excluded, or it
 * still has time: then it is kept by the moment at which its time is up, and by
 * what it will be then. Reached and advanced are sums of these. An optional step
 * keeps the same of the units that did it: did they get to the next required
 * step, and if not, what became of them.
 *
 * Where a period was given, there is the same for each period: of the chains
 * that begin in it. Where the journey has a property, for each value of it that
 * units have; at most EVENT_SEGMENTS, those of the most units.
 *
 * Moments at which time is up are kept in units (path/deadline.h).
 */
#ifndef FUNNEL_EVENT_SUMMARY_H
#define FUNNEL_EVENT_SUMMARY_H

#include "base/compat.h"

#include "base/sketch.h"
#include "base/summary.h"
#include "path/deadline.h"
#include "path/journey.h"
#include "path/reasons.h"
#include "path/subject.h"
#include "path/tally.h"

/* Why a row is used or left out; a row is in exactly one. Duplicates and rows outside come out of the walk. */
typedef enum EventReason
{
	EVENT_USED,
	EVENT_NO_ENTITY,
	EVENT_NO_EVENT,
	EVENT_NO_TIME,
	EVENT_OTHER_EVENT,			/* it satisfies no step and no exclusion */
	EVENT_OUT_OF_RANGE,
	EVENT_DUPLICATE,			/* same entity, event and time as another; where a property is held, same value, too */
	EVENT_OUTSIDE,				/* of an entity that never did the first step */
	EVENT_NO_PROPERTY			/* the property that is to be held is NULL */
}			EventReason;

#define EVENT_REASONS	(EVENT_NO_PROPERTY + 1)

extern const Reasons event_reasons;

/* Units whose place this step is, decided and not */
typedef struct EventStep
{
	bool		seen;			/* a row satisfied it (of the whole only) */
	int64		advanced;		/* of an optional step: did it and the next required one; of the last: reached it */
	int64		dropped;
	int64		excluded;
	int128		time;			/* from the step done before, in all, microseconds (not of a period) */
	Sketch	   *since_before;	/* the same one by one (not of a period); NULL: none */
	Sketch	   *since_first;	/* from the first step */
}			EventStep;

/* Units that still have time, by event_open_key */
typedef struct EventOpen
{
	uint64		key;
	int64		units;
}			EventOpen;

typedef enum EventPartKind
{
	PART_WHOLE,
	PART_PERIOD,
	PART_SEGMENT
}			EventPartKind;

/* The units of all, or those of a period or a segment */
typedef struct EventPart
{
	int32		period;			/* its number */
	EventStep  *steps;
	Tally		open;			/* of EventOpen */
}			EventPart;

/* What units of a segment have in common, in the order in which segments are kept */
typedef enum EventSegmentKind
{
	SEGMENT_VALUE,				/* of the property */
	SEGMENT_NONE,				/* they have no value */
	SEGMENT_OTHER				/* values that are not kept */
}			EventSegmentKind;

#define EVENT_SEGMENTS		1000	/* values, at most */

typedef struct EventSegment
{
	EventSegmentKind kind;
	char	   *value;			/* of SEGMENT_VALUE; else empty */
	int			length;
	EventPart	part;
}			EventSegment;

/* Where a period is in a list that has no order yet */
typedef struct EventPlace
{
	uint64		key;			/* its number */
	int64		place;			/* from 1 */
}			EventPlace;

typedef struct EventSummary
{
	SummaryHeader header;
	Subject		subject;		/* the definition */
	bool		has_period;
	PeriodKind	period;
	char	   *zone;			/* name; empty: times were local */
	int			zone_length;
	int64		from;			/* first and last moment of the rows that have one in range */
	int64		through;
	int64		rows[EVENT_REASONS];
	int64		outside;		/* entities with rows of the journey that never did the first step */
	EventPart	whole;
	EventPart  *periods;		/* in order, but while others are merged into them */
	int			period_count;
	EventSegment *segments;		/* in order */
	int			segment_count;
	int			segment_room;	/* what there is room for while others are merged into them */
	int			period_room;	/* the same of periods */
	Tally		places;			/* ... and of EventPlace, where each is */
}			EventSummary;

#define event_journey(summary)	((const Journey *) (summary)->subject.made)
#define event_is_optional(summary, step)	((event_journey(summary)->rules.optional >> (step) & 1) != 0)

static inline int
event_steps(const EventSummary *summary)
{
	return summary->subject.known ? event_journey(summary)->rules.steps : 0;
}

/* The key of units that still have time: their step, what they will be, and when it is up, in units of time */
#define event_open_key(step, dropped, deadline)	tally_key((step) * 2 + ((dropped) ? 0 : 1), (deadline))
#define event_open_step(open)		(tally_key_high((open)->key) >> 1)
#define event_open_dropped(open)	((tally_key_high((open)->key) & 1) == 0)
#define event_open_deadline(open)	tally_key_low((open)->key)

extern const SummaryType event_summary_type;

/* Makes room for the steps of the summary's definition. */
extern void event_part_begin(EventPart *part, int steps);

/* The units of a part */
extern int64 event_part_units(const EventSummary *summary, const EventPart *part);

/* Adds the units of another part. */
extern void event_part_merge(EventPart *into, const EventPart *other, int steps);

extern const char *const event_segment_names[];

/* The length in microseconds of the unit that deadlines are counted in: a minute, an hour or a day */
extern int64 event_unit(const Journey *journey);

#endif							/* FUNNEL_EVENT_SUMMARY_H */
