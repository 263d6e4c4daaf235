/*
 * funnel.h
 *		The funnel definition: stages in order, lost labels, synonyms.
 *
 *		'Lead > Qualified > Proposal | Offer > Won; lost: Lost, Disqualified'
 *
 * A stored definition is what was written and, behind it, what it means: the
 * canonical bytes, which are equal where the meaning is. Equality, order and
 * hash look at these alone.
 *
 * Each stage and each lost label is a code: stages 0 .. stages - 1 in order,
 * lost labels behind them, 64 at most. A synonym has its label's code.
 */
#ifndef FUNNEL_FUNNEL_H
#define FUNNEL_FUNNEL_H

#include "base/compat.h"

#define FUNNEL_CODES	64

/* A label of the definition, a synonym too */
typedef struct FunnelLabel
{
	uint64		head;			/* funnel_head() of it */
	const char *text;			/* not NUL-terminated */
	int32		length;
	int32		code;
}			FunnelLabel;

/*
 * A definition made ready for looking up labels: one flat palloc'd piece.
 */
typedef struct FunnelLookup
{
	int			stages;
	int			lost;
	int			labels;			/* synonyms included */
	int			shift;			/* 64 minus the bits of a slot's number */
	FunnelLabel *label;			/* in order of code, the name shown first */
	uint16	   *slot;			/* 0: empty; else the number of a label, from 1 */
	int32		image_length;
	char	   *image;			/* the stored definition without its varlena header */
	uint16		name[FUNNEL_CODES];	/* by code: which label is the name shown */
}			FunnelLookup;

/* Makes a definition (a Datum of type funnel, in any varlena form) ready, in the given memory context. */
extern FunnelLookup *funnel_lookup_create(MemoryContext context, Datum definition);

/* The error where a definition changes within a group. */
pg_noreturn extern void funnel_changed(void);
extern bool funnel_is_same_slowly(const FunnelLookup *lookup, Datum definition);

/* The text as it was given, the canonical bytes; both point into the lookup's image. */
extern const char *funnel_source(const FunnelLookup *lookup, int *length);
extern const char *funnel_canonical(const FunnelLookup *lookup, int *length);

/* The definition as a Datum of type funnel, palloc'd; parsed from a text as the type's input does. */
extern Datum funnel_parse(const char *source, int length);

/* Eight bytes that stand for the first of a label: labels of one length up to 8 are equal where these are. */
static inline uint64
funnel_head(const char *label, int length)
{
	uint64		head = 0;

	if (likely(length >= 8))
		memcpy(&head, label, 8);
	else if (length >= 4)
	{
		uint32		front,
					back;

		memcpy(&front, label, 4);
		memcpy(&back, label + length - 4, 4);
		head = ((uint64) front << 32) | back;
	}
	else if (length > 0)
		head = ((uint64) (uint8) label[0] << 16) | ((uint64) (uint8) label[length / 2] << 8) | (uint8) label[length - 1];
	return head;
}

static inline uint32
funnel_slot(uint64 head, int length, int shift)
{
	return (uint32) (((head ^ ((uint64) length << 56)) * UINT64CONST(0x9e3779b97f4a7c15)) >> shift);
}

/* The code of a label, -1 for one that the definition doesn't have. */
static inline int
funnel_code(const FunnelLookup *lookup, const char *label, int length)
{
	uint64		head = funnel_head(label, length);
	uint32		slot = funnel_slot(head, length, lookup->shift);
	uint32		mask = ((uint32) 1 << (64 - lookup->shift)) - 1;

	while (lookup->slot[slot] != 0)
	{
		const FunnelLabel *entry = &lookup->label[lookup->slot[slot] - 1];

		if (entry->head == head && entry->length == length &&
			(length <= 8 || memcmp(entry->text + 8, label + 8, length - 8) == 0))
			return entry->code;
		slot = (slot + 1) & mask;
	}
	return -1;
}

/* The name shown for a code: its label, the first where it has synonyms. */
#define funnel_name(lookup, code) (&(lookup)->label[(lookup)->name[code]])

/*
 * Does this mean the same as the definition that the lookup was made of? To ask
 * for every row after the first, and else to call funnel_changed().
 */
static inline bool
funnel_is_same(const FunnelLookup *lookup, Datum definition)
{
	struct varlena *given = (struct varlena *) DatumGetPointer(definition);

	if (likely((!VARATT_IS_EXTENDED(given) || VARATT_IS_SHORT(given)) &&
			   VARSIZE_ANY_EXHDR(given) == (Size) lookup->image_length &&
			   memcmp(VARDATA_ANY(given), lookup->image, lookup->image_length) == 0))
		return true;
	return funnel_is_same_slowly(lookup, definition);
}

#endif							/* FUNNEL_FUNNEL_H */
