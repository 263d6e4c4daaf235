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

/* Four zeroes, to be read instead of a label that is too short */
extern const char label_nothing[4];

static inline uint64
label_four_bytes(const char *at)
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
label_ends(const char *label, int length, uint64 *head, uint64 *tail)
{
	const char *four = length >= 4 ? label : label_nothing;
	const char *some = length > 0 ? label : label_nothing;
	int			last = Max(length - 4, 0);
	uint64		few = (uint64) (uint8) some[0] | (uint64) (uint8) some[length >> 1] << 8 |
		(uint64) (uint8) some[Max(length - 1, 0)] << 16;

	few &= -(uint64) (length < 4);
	*head = label_four_bytes(four) | label_four_bytes(four + Min(last, 4)) << 32 | few;
	*tail = label_four_bytes(four + Max(last - 4, 0)) | label_four_bytes(four + last) << 32 | few;
}

static inline uint32
label_slot(uint64 head, uint64 tail, int length, int shift)
{
	return (uint32) ((((head ^ (uint64) length) + (tail << 1)) * UINT64CONST(0x9e3779b97f4a7c15)) >> shift);
}

extern int	label_code_keyed(const LabelTable *table, const char *text, int length);

/* The code of a label, -1 for one that the table doesn't have. */
static inline int
label_code(const LabelTable *table, const char *text, int length)
{
	uint64		head;
	uint64		tail;
	uint32		slot;
	uint32		mask = ((uint32) 1 << (64 - table->shift)) - 1;

	if (unlikely(table->is_keyed))
		return label_code_keyed(table, text, length);
	label_ends(text, length, &head, &tail);
	slot = label_slot(head, tail, length, table->shift);
	while (table->slot[slot] != 0)
	{
		const Label *entry = &table->label[table->slot[slot] - 1];

		if (likely(((entry->head ^ head) | (entry->tail ^ tail) | (uint64) (entry->length ^ length)) == 0) &&
			(likely(length <= 16) || memcmp(entry->text, text, length) == 0))
			return entry->code;
		slot = (slot + 1) & mask;
	}
	return -1;
}

/* The code of a text Datum, in whatever varlena form. */
static inline int
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
