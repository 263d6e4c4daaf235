/*
 * session_summary.h
 *		The summary of session_agg: visits, told apart by a gap of time.
 *
 * Rows of an entity that are no further apart than the gap are one session.
 * Sessions are kept by the period in which they begin; where no period was
 * given there is one part, of all. Who was in a session at the last row may
 * still go on: those are kept by the moment until when (path/deadline.h).
 */
#ifndef FUNNEL_SESSION_SUMMARY_H
#define FUNNEL_SESSION_SUMMARY_H

#include "base/compat.h"

#include "base/sketch.h"
#include "base/summary.h"
#include "path/deadline.h"
#include "path/reasons.h"
#include "path/subject.h"
#include "path/tally.h"

/* Why a row is used or left out; a row is in exactly one. */
typedef enum SessionReason
{
	SESSION_USED,
	SESSION_NO_ENTITY,
	SESSION_NO_TIME,
	SESSION_OUT_OF_RANGE
}			SessionReason;

#define SESSION_REASONS	(SESSION_OUT_OF_RANGE + 1)

extern const Reasons session_reasons;

/* Sessions that may go on until a moment, by its number */
typedef struct SessionRunning
{
	uint64		key;
	int64		sessions;
}			SessionRunning;

#define session_running_key(deadline)	tally_key(0, (deadline))
#define session_running_until(running)	tally_key_low((running)->key)

/* The sessions that begin in a period, or all */
typedef struct SessionPart
{
	int32		period;			/* its number; 0 where there is no period */
	int64		entities;		/* that begin a session here */
	int64		sessions;
	int64		single_row;		/* of these: of one row */
	int64		rows;
	int128		time;			/* from first row to last, in all, microseconds */
	Sketch	   *lengths;		/* the same one by one; NULL: none */
	Tally		running;		/* of SessionRunning */
	int64		last_entity;	/* while rows are walked: the last one counted in "entities", by its number */
}			SessionPart;

typedef struct SessionSummary
{
	SummaryHeader header;
	Subject		subject;		/* the period and the zone, where they were given */
	int64		gap;			/* microseconds; 0 in a summary of no rows */
	int64		from;			/* first and last moment of the rows used */
	int64		through;
	int64		rows[SESSION_REASONS];
	int64		entities;
	SessionPart *parts;			/* in order */
	int			part_count;
}			SessionSummary;

extern const SummaryType session_summary_type;

extern void session_part_begin(SessionPart *part, int32 period);

/* Adds another part's sessions. */
extern void session_part_merge(SessionPart *into, const SessionPart *other);

/* The argument gap, in microseconds: an error where it is NULL, not above 0, or of months */
extern int64 session_gap_argument(FunctionCallInfo fcinfo, int argument);

/* Error: it changes within a group, or a partition. */
pg_noreturn extern void session_refuse_gap(int64 from, int64 to);

#endif							/* FUNNEL_SESSION_SUMMARY_H */
