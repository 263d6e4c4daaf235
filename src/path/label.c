/*
 * label.c
 *		Finding labels: the table that they are looked up in.
 */
#include "base/compat.h"

#include "path/label.h"

const char	label_nothing[4] = {0};

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
	table->label = label;
	table->slot = slots;
}

bool
label_table_add(LabelTable *table, const char *text, int length, int code)
{
	Label	   *label = &table->label[table->labels];
	uint32		mask = ((uint32) 1 << (64 - table->shift)) - 1;
	uint32		slot;

	label_ends(text, length, &label->head, &label->tail);
	label->text = text;
	label->length = length;
	label->code = code;
	for (slot = label_slot(label->head, label->tail, length, table->shift); table->slot[slot] != 0; slot = (slot + 1) & mask)
	{
		const Label *other = &table->label[table->slot[slot] - 1];

		if (other->head == label->head && other->tail == label->tail && other->length == length &&
			memcmp(other->text, text, length) == 0)
			return false;
	}
	table->slot[slot] = ++table->labels;
	return true;
}
