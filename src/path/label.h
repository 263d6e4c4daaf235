/*
 * label.h
 *		Finding labels: of the few that a definition has, which one is this?
 */
#ifndef FUNNEL_LABEL_H
#define FUNNEL_LABEL_H

#include "base/compat.h"

#define LABELS_MOST		10000	/* a slot's number is a uint16 */

/* A label of the definition, a synonym too */
typedef struct Label
{
	uint64		head;			/* its ends: label_ends(); or its key, where the table is keyed */
	uint64		tail;
	const char *text;			/* not NUL-terminated */
	int32		length;
	int32		code;			/* what it is found for: the definition's business */
}			Label;

typedef struct LabelTable
{
	int			labels;
	int			shift;			/* 64 minus the bits of a slot's number */
	uint32		mask;			/* those bits */
	bool		is_keyed;		/* the ends of the labels don't tell them apart well: all of their bytes are hashed */
	Label	   *label;
	uint16	   *slot;			/* 0: empty; else the number of a label, from 1 */
}			LabelTable;

/* Bytes that the slots for so many labels take */
extern Size label_slots_size(int labels);

/* An empty table, with room for so many labels; slots is zeroed memory of that size. */
extern void label_table_begin(LabelTable *table, Label *label, int room, uint16 *slots);

/*
 * Adds a label, whose text must live as long as the table. Answers its code, or
 * that of the same label where it is there already, which then is not added.
 */
extern int	label_table_add(LabelTable *table, const char *text, int length, int code);

/* To be called when all are there: sees to it that labels are found fast, those that are not there too. */
extern void label_table_settle(LabelTable *table);

/* By the length, up to 8: the bytes of a word that are the label's */
extern const uint64 label_mask[9];

/* The same as label_ends for a label so near the end of a page that the bytes behind it must not be read */
extern void label_ends_at_edge(const char *label, int length, uint64 *head, uint64 *tail);

/*
 * May 8 bytes be read at a label that is shorter? What follows it is of no matter and is masked, but there has to be
 * memory. In the page of the byte before it, of its header, there is: a label of no bytes may end where memory does.
 * Tools that watch each byte don't see it that way.
 */
#if defined(__SANITIZE_ADDRESS__) || defined(USE_VALGRIND)
#define label_may_overread(label)	false
#else
#define LABEL_PAGE		4096	/* the smallest of any machine */
#define label_may_overread(label)	likely((((uintptr_t) (label) - 1) & (LABEL_PAGE - 1)) < LABEL_PAGE - sizeof(uint64))
#endif

/*
 * The first and the last 8 bytes of a label; of a shorter one all of it, twice.
 * With its length that tells labels of up to 16 bytes apart. No branch that
 * depends on the length goes now this way and now that: the next label's is
 * anybody's guess, and a wrong one costs more than the rest.
 */
static pg_attribute_always_inline void
label_ends(const char *label, int length, uint64 *head, uint64 *tail)
{
	uint64		mask = label_mask[Min(length, 8)];

	if (unlikely(!label_may_overread(label)))
	{
		label_ends_at_edge(label, length, head, tail);
		return;
	}
	memcpy(head, label, sizeof(uint64));
	memcpy(tail, label + Max(length - 8, 0), sizeof(uint64));
	*head &= mask;
	*tail &= mask;
}

static inline uint32
label_slot(uint64 head, uint64 tail, int length, int shift)
{
	return (uint32) ((((head ^ (uint64) length) + (tail << 1)) * UINT64CONST(0x9e3779b97f4a7c15)) >> shift);
}

extern int	label_code_keyed(const LabelTable *table, const char *text, int length);

/* The code of a label, -1 for one that the table doesn't have. */
static pg_attribute_always_inline int
label_code(const LabelTable *table, const char *text, int length)
{
	uint64		head;
	uint64		tail;
	uint32		slot;

	if (unlikely(table->is_keyed))
		return label_code_keyed(table, text, length);
	label_ends(text, length, &head, &tail);
	slot = label_slot(head, tail, length, table->shift);
	for (uint16 number; (number = table->slot[slot]) != 0; slot = (slot + 1) & table->mask)
	{
		const Label *entry = &table->label[number - 1];

		if (likely(((entry->head ^ head) | (entry->tail ^ tail) | (uint64) (entry->length ^ length)) == 0) &&
			(likely(length <= 16) || memcmp(entry->text, text, length) == 0))
			return entry->code;
	}
	return -1;
}

/* The code of a text Datum, in whatever varlena form. */
static pg_attribute_always_inline int
label_code_of(const LabelTable *table, Datum label)
{
	struct varlena *text = (struct varlena *) DatumGetPointer(label);
	int			code;

	if (likely(VARATT_IS_SHORT(text) ? !VARATT_IS_EXTERNAL(text) : !VARATT_IS_EXTENDED(text)))
		return label_code(table, VARDATA_ANY(text), VARSIZE_ANY_EXHDR(text));
	text = pg_detoast_datum_packed(text);
	code = label_code(table, VARDATA_ANY(text), VARSIZE_ANY_EXHDR(text));
	pfree(text);
	return code;
}

#endif							/* FUNNEL_LABEL_H */
