/*
 * funnel.h
 *		The funnel definition: stages in order, lost labels, synonyms.
 *
 *		'Lead > Qualified > Proposal | Offer > Won; lost: Lost, Disqualified'
 *
 * Each stage and each lost label is a code: stages 0 .. stages - 1 in order,
 * lost labels behind them, 64 at most. A synonym has its label's code.
 */
#ifndef FUNNEL_FUNNEL_H
#define FUNNEL_FUNNEL_H

#include "base/compat.h"

#include "base/definition.h"
#include "path/label.h"

#define FUNNEL_CODES	64

/*
 * A definition made ready for looking up labels: one flat palloc'd piece.
 */
typedef struct FunnelLookup
{
	Image		image;			/* the stored definition */
	LabelTable	table;			/* in order of code, the name shown first */
	int			stages;
	int			lost;
	uint16		name[FUNNEL_CODES];	/* by code: which label is the name shown */
}			FunnelLookup;

/* Makes a definition (a Datum of type funnel, in any varlena form) ready, in the given memory context. */
extern FunnelLookup *funnel_lookup_create(MemoryContext context, Datum definition);

/* The error where a definition changes within a group. */
pg_noreturn extern void funnel_refuse_change(void);

/* The text as it was given, the canonical bytes; both point into the lookup's image. */
extern const char *funnel_source(const FunnelLookup *lookup, int *length);
extern const char *funnel_canonical(const FunnelLookup *lookup, int *length);

/* Are these equal in meaning? */
extern bool funnel_same(const FunnelLookup *a, const FunnelLookup *b);

/* The definition as a Datum of type funnel, palloc'd; parsed from a text as the type's input does. */
extern Datum funnel_parse(const char *source, int length);

/* The name shown for a code: its label, the first where it has synonyms. */
static inline const Label *
funnel_name(const FunnelLookup *lookup, int code)
{
	return &lookup->table.label[lookup->name[code]];
}

/*
 * Does this mean the same as the definition that the lookup was made of? To ask
 * for every row after the first, and else to call funnel_refuse_change().
 */
static inline bool
funnel_is_same(const FunnelLookup *lookup, Datum definition)
{
	return image_is_same(&lookup->image, definition);
}

#endif							/* FUNNEL_FUNNEL_H */
