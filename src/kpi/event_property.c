/*
 * event_property.c
 *		Journeys of which a property of the rows is looked at.
 */
#include "kpi/event_property.h"

#include "base/labels.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#define VALUES_MOST		1000000

/* A row as the walk has it: its moment and its payload */
typedef struct PropertyRow
{
	int64		moment;
	int64		payload;
}			PropertyRow;

#define row_label(row)		event_payload_label((row)->payload)
#define row_value(row)		event_payload_value((row)->payload)

/* A unit that is kept */
typedef struct HeldUnit
{
	ChainUnit	unit;
	int64		times[CHAIN_STEPS];
	int32		value;
}			HeldUnit;

struct EventProperty
{
	const Journey *journey;
	const Dictionary *values;
	const Numbers *numbers;		/* of these */
	EventPropertyTake take;
	void	   *context;
	Chain	   *chain;
	EventReader reader;

	/* of the entity */
	PropertyRow *rows;			/* in order of time; where held, of value, then of time */
	int64		count;
	int64		room;
	int64	   *labels;			/* of some rows in order of time: moment and label */
	int64		labels_room;
	int32		value;			/* held: of the rows at hand */
	HeldUnit	best;			/* ... the best unit; of level 0: none yet */
};

void
event_property_check(int32 number)
{
	if (unlikely(number >= VALUES_MOST))
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("a property of more than %d values", VALUES_MOST),
				 errhint("Segments are few: a device, a campaign. To hold what has more values, make it part of the entity: event_agg(customer || ' ' || product, ...).")));
}

int32
event_property_value(Dictionary *values, Datum value)
{
	struct varlena *given = (struct varlena *) DatumGetPointer(value);
	struct varlena *plain = pg_detoast_datum_packed(given);
	int			length = VARSIZE_ANY_EXHDR(plain);
	char		buffer[LABEL_BYTES];
	const char *cut = label_cut(VARDATA_ANY(plain), &length, buffer);
	int32		number = dictionary_number(values, cut, length);

	event_property_check(number);
	if (plain != given)
		pfree(plain);
	return number;
}

/*
 * Attributed
 */

/* Is the first of two values to be taken? */
static bool
is_before(const EventProperty *property, int32 value, int32 other)
{
	if (value == EVENT_NO_VALUE || other == EVENT_NO_VALUE)
		return value != EVENT_NO_VALUE;
	return dictionary_compare(property->values, value, other) < 0;
}

/* The first row of a moment or later */
static int64
row_at(const EventProperty *property, int64 at)
{
	int64		moment = path_moment(at, 0);
	int64		low = 0;
	int64		high = property->count;

	while (low < high)
	{
		int64		middle = low + (high - low) / 2;

		if (property->rows[middle].moment < moment)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The value of what filled a step at a moment; in any order, any step */
static int32
value_of_step(const EventProperty *property, int step, int64 at)
{
	const Journey *journey = property->journey;
	uint64		bits = journey->rules.any_order ? chain_step_bits(&journey->rules) : chain_step_bit(step);
	int32		value = EVENT_NO_VALUE;

	for (int64 i = row_at(property, at); i < property->count && path_moment_time(property->rows[i].moment) == at; i++)
	{
		int			label = row_label(&property->rows[i]);

		if ((i & 0xffff) == 0xffff)
			CHECK_FOR_INTERRUPTS();
		if (label >= 0 && (journey->mask[label] & bits) && is_before(property, row_value(&property->rows[i]), value))
			value = row_value(&property->rows[i]);
	}
	return value;
}

/* The value that a unit has: of a step; of its first, or last, that has one */
static int32
value_of_unit(const EventProperty *property, const ChainUnit *unit)
{
	const Journey *journey = property->journey;
	int			steps = journey->rules.steps;

	for (int i = 0; i < steps; i++)
	{
		int			step = journey->property == PROPERTY_FIRST ? i : journey->property == PROPERTY_LAST ? steps - 1 - i : journey->property_step;
		int32		value = EVENT_NO_VALUE;

		if (unit->done >> step & 1)
			value = value_of_step(property, step, unit->times[step]);
		if (value != EVENT_NO_VALUE || journey->property == PROPERTY_STEP)
			return value;
	}
	return EVENT_NO_VALUE;
}

/*
 * Held
 */

/* Of two chains that got as far: is the first the one that counts? As chain.c has it, then in order of the values */
static bool
is_better(const EventProperty *property, const ChainUnit *unit, const HeldUnit *best)
{
	uint32		done = unit->done;
	uint32		other = best->unit.done;
	int64		end = unit->times[31 - __builtin_clz(done)];
	int64		other_end = best->times[31 - __builtin_clz(other)];

	if (chain_popcount(done) != chain_popcount(other))
		return chain_popcount(done) > chain_popcount(other);
	if (end != other_end)
		return end < other_end;
	for (; done != 0; done &= done - 1, other &= other - 1)
	{
		int64		at = unit->times[__builtin_ctz(done)];
		int64		other_at = best->times[__builtin_ctz(other)];

		if (at != other_at)
			return at > other_at;
	}
	return is_before(property, property->value, best->value);
}

/* A unit of the value at hand competes with those of the entity's other values. */
static void
keep_better(EventProperty *property, const ChainUnit *unit)
{
	HeldUnit   *best = &property->best;
	bool		dropped = unit->dropped || (unit->level == best->unit.level && best->unit.dropped);
	int64		deadline = Max(unit->deadline, best->unit.level == 0 ? CHAIN_CLOSED : best->unit.deadline);

	if (unit->level > best->unit.level || (unit->level == best->unit.level && is_better(property, unit, best)))
	{
		best->unit = *unit;
		memcpy(best->times, unit->times, sizeof(int64) * property->journey->rules.steps);
		best->unit.times = best->times;
		best->value = property->value;
	}
	if (unit->level >= best->unit.level)
		best->unit.dropped = dropped;
	best->unit.deadline = deadline;
}

/*
 * Reading
 */

static void
take_unit(void *context, const ChainUnit *unit)
{
	EventProperty *property = context;

	if (property->journey->property != PROPERTY_HOLD)
		property->take(property->context, unit, value_of_unit(property, unit));
	else if (property->journey->rules.count == CHAIN_ENTITIES)
		keep_better(property, unit);
	else
		property->take(property->context, unit, property->value);
}

static void
advance(void *context, const ChainInstant *instant)
{
	chain_advance(((EventProperty *) context)->chain, instant, true);
}

EventProperty *
event_property_create(const Journey *journey, const Dictionary *values, const Numbers *numbers, EventPropertyTake take, void *context)
{
	EventProperty *property = palloc0(sizeof(EventProperty));

	property->journey = journey;
	property->values = values;
	property->numbers = numbers;
	property->take = take;
	property->context = context;
	property->chain = chain_create(&journey->rules, take_unit, property);
	event_reader_begin(&property->reader, journey, false, advance, property);
	return property;
}

/* Values of rows that another process collected get the numbers that they have here. */
static void
number_values(const EventProperty *property, PropertyRow *rows, int64 count)
{
	for (PropertyRow *row = rows; row < rows + count; row++)
		if (row_value(row) != EVENT_NO_VALUE)
			row->payload = event_property_payload(row_label(row), numbers_here(property->numbers, row->payload - 1));
}

static void
add_rows(EventProperty *property, const PathBatch *batch)
{
	if (property->count + batch->count > property->room)
	{
		property->room = Max(property->count + batch->count, 2 * property->room);
		property->rows = property->rows == NULL ? palloc_extended(sizeof(PropertyRow) * property->room, MCXT_ALLOC_HUGE) :
			repalloc_huge(property->rows, sizeof(PropertyRow) * property->room);
	}
	memcpy(property->rows + property->count, batch->words, sizeof(PropertyRow) * batch->count);
	if (property->numbers->here != NULL)
		number_values(property, property->rows + property->count, batch->count);
	property->count += batch->count;
}

/* Walks some of the entity's rows, which are in order of time. */
static void
read_rows(EventProperty *property, const PropertyRow *rows, int64 count, EventRowCounts *sum)
{
	PathBatch	batch = {NULL, 2, true, true, count, NULL};
	const EventRowCounts *read = &property->reader.rows;

	if (count > property->labels_room)
	{
		if (property->labels != NULL)
			pfree(property->labels);
		property->labels_room = Max(count, 2 * property->labels_room);
		property->labels = palloc_extended(2 * sizeof(int64) * property->labels_room, MCXT_ALLOC_HUGE);
	}
	for (int64 i = 0; i < count; i++)
	{
		property->labels[2 * i] = rows[i].moment;
		property->labels[2 * i + 1] = row_label(&rows[i]);
	}
	batch.words = property->labels;
	chain_begin(property->chain);
	event_read(&property->reader, &batch);
	chain_end(property->chain);
	sum->used += read->used;
	sum->others += read->others;
	sum->duplicates += read->duplicates;
	sum->seen |= read->seen;
}

static int
compare_held(const void *a, const void *b)
{
	const PropertyRow *left = a;
	const PropertyRow *right = b;

	if (row_value(left) != row_value(right))
		return row_value(left) < row_value(right) ? -1 : 1;
	if (left->moment != right->moment)
		return left->moment < right->moment ? -1 : 1;
	return left->payload < right->payload ? -1 : left->payload > right->payload;
}

/* Walks the rows of each value. */
static void
read_held(EventProperty *property, EventRowCounts *sum)
{
	PropertyRow *rows = property->rows;
	int64		begin = 0;

	qsort(rows, property->count, sizeof(PropertyRow), compare_held);
	property->best.unit.level = 0;
	for (int64 i = 1; i <= property->count; i++)
	{
		if (i < property->count && row_value(&rows[i]) == row_value(&rows[begin]))
			continue;
		CHECK_FOR_INTERRUPTS();
		property->value = row_value(&rows[begin]);
		read_rows(property, rows + begin, i - begin, sum);
		begin = i;
	}
	if (property->best.unit.level > 0)
		property->take(property->context, &property->best.unit, property->best.value);
}

bool
event_property_read(EventProperty *property, const PathBatch *batch, EventRowCounts *rows)
{
	if (batch->first)
		property->count = 0;
	add_rows(property, batch);
	if (!batch->last)
		return false;
	memset(rows, 0, sizeof(EventRowCounts));
	if (property->journey->property == PROPERTY_HOLD)
		read_held(property, rows);
	else
		read_rows(property, property->rows, property->count, rows);
	return true;
}
