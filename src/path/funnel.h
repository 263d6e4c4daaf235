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
	uint64		head;			/* its ends: funnel_ends(); or its key, where the lookup is keyed */
	uint64		tail;
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
	bool		is_keyed;		/* the ends of the labels don't tell them apart well: all of their bytes are hashed */
	FunnelLabel *label;			/* in order of code, the name shown first */
	uint16	   *slot;			/* 0: empty; else the number of a label, from 1 */
	int32		image_length;
	char	   *image;			/* the stored definition without its varlena header */
	uint16		name[FUNNEL_CODES];	/* by code: which label is the name shown */
}			FunnelLookup;

/* Makes a definition (a Datum of type funnel, in any varlena form) ready, in the given memory context. */
extern FunnelLookup *funnel_lookup_create(MemoryContext context, Datum definition);

/* The error where a definition changes within a group. */
pg_noreturn extern void funnel_refuse_change(void);
extern bool funnel_is_same_slowly(const FunnelLookup *lookup, Datum definition);

/* The text as it was given, the canonical bytes; both point into the lookup's image. */
extern const char *funnel_source(const FunnelLookup *lookup, int *length);
extern const char *funnel_canonical(const FunnelLookup *lookup, int *length);

/* Are these equal in meaning? */
extern bool funnel_same(const FunnelLookup *a, const FunnelLookup *b);

/* The definition as a Datum of type funnel, palloc'd; parsed from a text as the type's input does. */
extern Datum funnel_parse(const char *source, int length);

/* Four zeroes, to be read instead of a label that is too short */
extern const char funnel_nothing[4];

static inline uint64
funnel_four_bytes(const char *at)
{
	uint32		word;

	memcpy(&word, at, sizeof(word));
	return word;
}

/*
 * The first and the last 8 bytes of a label; of a shorter one all of it, twice:
 * four bytes and the last four, or, of less than four, the first, the middle
 * and the last. With its length that tells labels of up to 16 bytes apart.
 * No branch depends on the length: the next label's is anybody's guess, and a
 * wrong one costs more than the rest.
 */
static inline void
funnel_ends(const char *label, int length, uint64 *head, uint64 *tail)
{
	const char *four = length >= 4 ? label : funnel_nothing;
	const char *some = length > 0 ? label : funnel_nothing;
	int			last = Max(length - 4, 0);
	uint64		few = (uint64) (uint8) some[0] | (uint64) (uint8) some[length >> 1] << 8 |
		(uint64) (uint8) some[Max(length - 1, 0)] << 16;

	few &= -(uint64) (length < 4);
	*head = funnel_four_bytes(four) | funnel_four_bytes(four + Min(last, 4)) << 32 | few;
	*tail = funnel_four_bytes(four + Max(last - 4, 0)) | funnel_four_bytes(four + last) << 32 | few;
}

static inline uint32
funnel_slot(uint64 head, uint64 tail, int length, int shift)
{
	return (uint32) ((((head ^ (uint64) length) + (tail << 1)) * UINT64CONST(0x9e3779b97f4a7c15)) >> shift);
}

extern int	funnel_code_keyed(const FunnelLookup *lookup, const char *label, int length);

/* The code of a label, -1 for one that the definition doesn't have. */
static inline int
funnel_code(const FunnelLookup *lookup, const char *label, int length)
{
	uint64		head;
	uint64		tail;
	uint32		slot;
	uint32		mask = ((uint32) 1 << (64 - lookup->shift)) - 1;

	if (unlikely(lookup->is_keyed))
		return funnel_code_keyed(lookup, label, length);
	funnel_ends(label, length, &head, &tail);
	slot = funnel_slot(head, tail, length, lookup->shift);
	while (lookup->slot[slot] != 0)
	{
		const FunnelLabel *entry = &lookup->label[lookup->slot[slot] - 1];

		if (likely(((entry->head ^ head) | (entry->tail ^ tail) | (uint64) (entry->length ^ length)) == 0) &&
			(likely(length <= 16) || memcmp(entry->text, label, length) == 0))
			return entry->code;
		slot = (slot + 1) & mask;
	}
	return -1;
}

/* The name shown for a code: its label, the first where it has synonyms. */
static inline const FunnelLabel *
funnel_name(const FunnelLookup *lookup, int code)
{
	return &lookup->label[lookup->name[code]];
}

/*
 * Does this mean the same as the definition that the lookup was made of? To ask
 * for every row after the first, and else to call funnel_refuse_change().
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
