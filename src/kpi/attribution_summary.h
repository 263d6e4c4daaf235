/*
 * attribution_summary.h
 *		Who earned the conversions: what all models of attribution are read from.
 *
 * An entity's path is its touches, each of a channel, up to its end: it
 * converted or gave up. Kept are counts, and exact amounts, that add up over
 * entities: by channel, place on the path and length (first, last, linear and
 * position models), by set of channels (Shapley), by move of a Markov chain; of
 * decay the shares, rounded once a path.
 */
#ifndef FUNNEL_ATTRIBUTION_SUMMARY_H
#define FUNNEL_ATTRIBUTION_SUMMARY_H

#include "base/compat.h"

#include "base/probability.h"
#include "base/summary.h"
#include "path/dictionary.h"
#include "path/reasons.h"

typedef enum AttributionReason
{
	ATTRIBUTION_USED,
	ATTRIBUTION_NO_ENTITY,
	ATTRIBUTION_NO_TOUCH,		/* no channel or no time: the row only says how the entity ended */
	ATTRIBUTION_OUT_OF_RANGE,
	ATTRIBUTION_AFTER_END,
	ATTRIBUTION_BEFORE_LOOKBACK,
	ATTRIBUTION_UNDECIDED,		/* a touch of an entity that hasn't ended */
	ATTRIBUTION_TWO_ENDS,		/* ... or ended in two ways */
	ATTRIBUTION_REASONS
}			AttributionReason;

extern const Reasons attribution_reasons;

#define MARKOV_MOST		4		/* order of the chain */

typedef struct AttributionOptions
{
	int64		lookback;		/* microseconds; 0: none */
	int64		half_life;		/* microseconds */
	int64		order;			/* of the Markov chain */
	int64		first;			/* percent of the position model */
	int64		last;
}			AttributionOptions;

/* Reads options; what they mean, written in one way, palloc'd. */
extern char *attribution_options(const char *text, int length, AttributionOptions *options);

/* Counts by a list of numbers */
typedef struct IdCounts
{
	int			length;			/* of a list; 0: lists of different lengths */
	Dictionary	lists;			/* their bytes */
	int32		room;
	int64	   *counts;			/* by the number that the dictionary gives */
	Decimal    *amounts;
}			IdCounts;

extern void ids_add(IdCounts *ids, const uint32 *list, int length, int64 count, const Decimal *amount);

/* The same in two steps: the list's number, a new one where it is new; and counting there. The amount may be NULL. */
extern int32 ids_number(IdCounts *ids, const uint32 *list, int length);
extern void ids_count(IdCounts *ids, int32 number, int64 count, const Decimal *amount);

#define ids_list(ids, number)	((const uint32 *) (ids)->lists.texts[number].text)
#define ids_length(ids, number)	((int) ((ids)->lists.texts[number].length / sizeof(uint32)))

/* The numbers in order of their lists, palloc'd */
extern int32 *ids_in_order(const IdCounts *ids);

/* Where on a path */
typedef enum AttributionPlace
{
	PLACE_ONLY,
	PLACE_FIRST,
	PLACE_MIDDLE,
	PLACE_LAST
}			AttributionPlace;

/* A position is {channel, place, length of the path}; a move {state, target}: the state is the last touches, channels from 1, 0 before there are so many. */
#define POSITION_IDS	3
#define TARGET_CONVERSION	PG_UINT32_MAX
#define TARGET_NULL			(PG_UINT32_MAX - 1)

typedef struct AttributionChannel
{
	char	   *text;
	int			length;
	int64		touches;		/* used, of entities that converted or gave up */
	int64		entities;
	int128		decay;			/* share of conversions, in units of PROBABILITY_ONE */
	Decimal		decay_amount;
}			AttributionChannel;

typedef struct AttributionSummary
{
	SummaryHeader header;
	char	   *options;		/* written in one way; empty in a summary of no rows */
	int			options_length;
	AttributionOptions meant;
	int64		from;
	int64		through;
	int64		rows[ATTRIBUTION_REASONS];
	int64		converted;		/* entities that touched a channel */
	int64		gave_up;
	int64		untouched_converted;	/* ... and that touched none */
	int64		untouched_gave_up;
	int64		undecided;
	int64		two_ends;
	int64		with_amount;	/* of all that converted */
	Decimal		amount;			/* of those that touched a channel and converted */
	Decimal		untouched_amount;
	int			count;
	AttributionChannel *channels;	/* in order of bytes */
	IdCounts	positions;
	IdCounts	sets;			/* of channels, of entities that converted */
	IdCounts	moves;
}			AttributionSummary;

extern const SummaryType attribution_type;

/* An empty summary of such options; allocates in the current context */
extern void attribution_begin(AttributionSummary *summary, const char *options);

#endif							/* FUNNEL_ATTRIBUTION_SUMMARY_H */
