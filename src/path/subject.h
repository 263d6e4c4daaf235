/*
 * subject.h
 *		What a path summary is of: its definition, its period, its zone.
 *
 * Summaries of one subject merge, of different ones don't. A family says which
 * of these it has (a SubjectKind), and the rest is the same for all: the fields,
 * the sentence in which they differ, what a merge keeps.
 *
 * A summary of no rows has no subject: it is of nothing, and merges with any.
 */
#ifndef FUNNEL_SUBJECT_H
#define FUNNEL_SUBJECT_H

#include "base/compat.h"

#include "base/codec.h"
#include "base/summary.h"
#include "path/calendar.h"

/* A kind of definition, such as a funnel: text that is parsed, and what is made of it */
typedef struct DefinitionKind
{
	void	   *(*make) (const char *text, int length); /* parses it, palloc'd; an error where it has faults */
	bool		(*same) (const void *a, const void *b); /* are these equal in meaning? */
}			DefinitionKind;

typedef struct SubjectKind
{
	const DefinitionKind *definition;	/* NULL: there is none */
	bool		has_calendar;	/* the period and the zone */
	bool		calendar_is_optional;	/* ... where they are given; the family says itself what is known */
	const char *differ;			/* in the message: "funnels, periods or zones" */
	const char *hint;
}			SubjectKind;

typedef struct Subject
{
	bool		known;			/* false in a summary of no rows: nothing else means anything */
	char	   *definition;		/* its text; of texts of one meaning, the smallest */
	int			definition_length;
	void	   *made;			/* of a text of that meaning; NULL: none */
	bool		has_period;
	PeriodKind	period;
	char	   *zone;			/* name; empty: times were local */
	int			zone_length;
}			Subject;

/* Makes a subject of nothing */
extern void subject_clear(Subject *subject);

/* ... of a definition, from what was made of it and its text; the text is copied, "made" is shared */
extern void subject_define(Subject *subject, void *made, const char *definition, int length);

/* ... of the period and zone that rows had; "local" is what the zone is called where there was none */
extern void subject_set_calendar(Subject *subject, const Calendar *calendar, const char *local);

/* The rules of its zone; NULL: times were local. An error where this server doesn't know it. */
extern pg_tz *subject_zone(const Subject *subject);

/* The fields "definition", "period" and "zone". "Like" is a subject to share with, or NULL. */
extern void subject_fields(Codec *codec, const SubjectKind *kind, Subject *subject, const Subject *like);

/*
 * The subject of a merge; an error where they differ. False where the other is
 * of nothing. "Is_new" says that this one was of nothing and is now of the
 * other's: copies, nothing of it is shared.
 */
extern bool subject_merge(const SummaryType *type, const SubjectKind *kind,
						  Subject *into, const Subject *other, bool *is_new);

#endif							/* FUNNEL_SUBJECT_H */
