/*
 * label.c
 *		Finding labels: the table that they are looked up in.
 *
 * By their ends, which is fast, or by their keys where the ends of many are the
 * same or, chosen for that, share a slot.
 */
#include "base/compat.h"

#include "miscadmin.h"
#include "path/key.h"
#include "path/label.h"

#ifdef WORDS_BIGENDIAN
#define FIRST_BYTES(n)	(~UINT64CONST(0) << (64 - 8 * (n)))
#else
#define FIRST_BYTES(n)	(~UINT64CONST(0) >> (64 - 8 * (n)))
#endif

const uint64 label_mask[9] = {
	0, FIRST_BYTES(1), FIRST_BYTES(2), FIRST_BYTES(3), FIRST_BYTES(4),
	FIRST_BYTES(5), FIRST_BYTES(6), FIRST_BYTES(7), FIRST_BYTES(8)
};

void
label_ends_at_edge(const char *label, int length, uint64 *head, uint64 *tail)
{
	int			word = Min(length, 8);

	*head = *tail = 0;
	memcpy(head, label, word);
	memcpy(tail, label + length - word, word);
}

/* Slots in a row that may be full in a table by the labels' ends: so many are looked at for a row, at most. */
#define MOST_CROWDED	16

/* For so many labels, at least four slots each: then most look-ups hit at once. */
static int
slot_shift(int labels)
{
	int			bits = 4;

	while (1 << bits < 4 * labels)
		bits++;
	return 64 - bits;
}

Size
label_slots_size(int labels)
{
	return sizeof(uint16) << (64 - slot_shift(labels));
}

void
label_table_begin(LabelTable *table, Label *label, int room, uint16 *slots)
{
	table->labels = 0;
	table->shift = slot_shift(room);
	table->mask = ((uint32) 1 << (64 - table->shift)) - 1;
	table->is_keyed = false;
	table->label = label;
	table->slot = slots;
}

/* What a label is told by: its ends, or its key */
static void
set_marks(const LabelTable *table, Label *label)
{
	if (table->is_keyed)
	{
		PathKey		key = path_key_from_bytes(label->text, label->length);

		label->head = key.word[0];
		label->tail = key.word[1];
	}
	else
		label_ends(label->text, label->length, &label->head, &label->tail);
}

static inline bool
is_same_label(const Label *a, const Label *b)
{
	return a->head == b->head && a->tail == b->tail && a->length == b->length &&
		memcmp(a->text, b->text, a->length) == 0;
}

static uint32
first_slot(const LabelTable *table, const Label *label)
{
	if (table->is_keyed)
		return (uint32) (label->head >> table->shift);
	return label_slot(label->head, label->tail, label->length, table->shift);
}

/*
 * The slot of a label: that of the same one, or an empty one. How many are
 * passed over goes to *passed.
 */
static uint32
find_slot(const LabelTable *table, const Label *label, int *passed)
{
	uint32		slot = first_slot(table, label);

	*passed = 0;
	while (table->slot[slot] != 0 && !is_same_label(&table->label[table->slot[slot] - 1], label))
	{
		slot = (slot + 1) & table->mask;
		++*passed;
		CHECK_FOR_INTERRUPTS();
	}
	return slot;
}

/* From here on the labels are told by their keys. */
static void
begin_keys(LabelTable *table)
{
	int			passed;

	path_secret_need();
	table->is_keyed = true;
	memset(table->slot, 0, sizeof(uint16) << (64 - table->shift));
	for (int i = 0; i < table->labels; i++)
	{
		set_marks(table, &table->label[i]);
		table->slot[find_slot(table, &table->label[i], &passed)] = i + 1;
	}
}

int
label_table_add(LabelTable *table, const char *text, int length, int code)
{
	Label	   *label = &table->label[table->labels];
	uint32		slot;
	int			passed;

	label->text = text;
	label->length = length;
	label->code = code;
	set_marks(table, label);
	slot = find_slot(table, label, &passed);
	if (table->slot[slot] != 0)
		return table->label[table->slot[slot] - 1].code;
	table->slot[slot] = ++table->labels;
	if (passed >= MOST_CROWDED && !table->is_keyed)
		begin_keys(table);
	return code;
}

/* Do no more slots in a row than may be hold labels? */
static bool
is_roomy(const LabelTable *table)
{
	int			full = 0;

	for (uint32 i = 0; i <= table->mask + MOST_CROWDED; i++)
	{
		full = table->slot[i & table->mask] != 0 ? full + 1 : 0;
		if (full > MOST_CROWDED)
			return false;
	}
	return true;
}

void
label_table_settle(LabelTable *table)
{
	if (!table->is_keyed && table->labels > MOST_CROWDED && !is_roomy(table))
		begin_keys(table);
}

int
label_code_keyed(const LabelTable *table, const char *text, int length)
{
	Label		label = {0};
	uint32		slot;
	int			passed;

	label.text = text;
	label.length = length;
	set_marks(table, &label);
	slot = find_slot(table, &label, &passed);
	return table->slot[slot] == 0 ? -1 : table->label[table->slot[slot] - 1].code;
}
