/*
 * indicator_summary.c
 *		What indicator_agg keeps: the values of figures, by name and date.
 *
 * Values of one name and date add up. Rows come in any order, so theirs are
 * put behind what is in order, and all are sorted when the room is full: a sort
 * makes room for as many again, or there are so many different ones.
 */
#include "base/compat.h"

#include "base/rollup.h"
#include "kpi/indicator_summary.h"
#include "utils/memutils.h"

#define VALUES_FIRST	4		/* room for so many at first */

static const char *const reason_names[INDICATOR_REASONS] = {
	"used", "no_name", "no_date", "date_out_of_range", "no_value"
};

const Reasons indicator_reasons = {INDICATOR_REASONS, reason_names};

static void
indicator_clear(void *summary)
{
	IndicatorSummary *indicator = summary;

	memset(indicator, 0, sizeof(IndicatorSummary));
	SET_VARSIZE(indicator, sizeof(IndicatorSummary));
	dictionary_begin(&indicator->names, CurrentMemoryContext);
}

static int
compare_values(const void *a, const void *b)
{
	const IndicatorValue *left = a;
	const IndicatorValue *right = b;

	if (left->name != right->name)
		return left->name < right->name ? -1 : 1;
	return (left->day > right->day) - (left->day < right->day);
}

/* Makes one of the values of a name and date, which lie together. */
static void
add_up(IndicatorSummary *indicator)
{
	IndicatorValue *into = indicator->values;

	for (IndicatorValue *from = into + 1; from < indicator->values + indicator->count; from++)
	{
		if (compare_values(into, from) == 0)
		{
			decimal_accumulate(&into->value, &from->value);
			decimal_free(&from->value);
		}
		else
			*++into = *from;
	}
	indicator->count = into - indicator->values + 1;
}

/* Puts the values in order. An error where they are too many, whatever the order that they came in. */
static void
indicator_settle(void *summary)
{
	IndicatorSummary *indicator = summary;
	MemoryContext outer;

	if (indicator->settled == indicator->count)
		return;
	outer = MemoryContextSwitchTo(indicator->names.context);
	qsort(indicator->values, indicator->count, sizeof(IndicatorValue), compare_values);
	add_up(indicator);
	indicator->settled = indicator->count;
	MemoryContextSwitchTo(outer);
	if (indicator->count > INDICATOR_VALUES)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("indicator_agg has more than %d values of different names and dates", INDICATOR_VALUES),
				 errhint("A name is that of a figure, such as 'deals won'; a date is the first day of a period. Is this a key?")));
}

static void
make_room(IndicatorSummary *indicator)
{
	indicator_settle(indicator);
	if (indicator->values == NULL)
	{
		indicator->room = VALUES_FIRST;
		indicator->values = palloc(VALUES_FIRST * sizeof(IndicatorValue));
	}
	else if (indicator->count > indicator->room / 2)
	{
		indicator->room *= 2;
		indicator->values = repalloc(indicator->values, indicator->room * sizeof(IndicatorValue));
	}
}

void
indicator_add(IndicatorSummary *indicator, int32 name, int32 day, const Decimal *value)
{
	MemoryContext outer = MemoryContextSwitchTo(indicator->names.context);
	IndicatorValue *last = indicator->count > 0 ? &indicator->values[indicator->count - 1] : NULL;

	if (last != NULL && last->name == name && last->day == day)
		decimal_accumulate(&last->value, value);
	else
	{
		if (indicator->count == indicator->room)
			make_room(indicator);
		last = &indicator->values[indicator->count++];
		last->name = name;
		last->day = day;
		last->value = decimal_copy(value);
	}
	MemoryContextSwitchTo(outer);
}

/* The place of the first value of a name or one with a higher number */
static int32
first_value(const IndicatorSummary *indicator, int32 name)
{
	int32		low = 0;
	int32		high = indicator->count;

	while (low < high)
	{
		int32		middle = low + (high - low) / 2;

		if (indicator->values[middle].name < name)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const IndicatorValue *
indicator_series(const IndicatorSummary *indicator, int32 name, int32 *count)
{
	int32		first = first_value(indicator, name);

	*count = first_value(indicator, name + 1) - first;
	return indicator->values + first;
}

static void
value_fields(Codec *codec, IndicatorValue *value)
{
	int64		day = value->day;

	codec_record_begin(codec);
	codec_date(codec, "day", &day);
	codec_decimal(codec, "value", &value->value);
	codec_record_end(codec);
	if (day < DATE_EARLIEST || day > DATE_LATEST)
		codec_refuse(codec, "a day is out of range");
	value->day = (int32) day;
}

/* The values of the name that has been read, which is the last */
static void
read_values(Codec *codec, IndicatorSummary *indicator, int count)
{
	IndicatorValue value = {indicator->names.count - 1, 0, {0, 0, NULL}};
	int32		before = DATE_EARLIEST - 1;

	for (int i = 0; i < count; i++)
	{
		value_fields(codec, &value);
		if (value.day <= before)
			codec_refuse(codec, "the days of an indicator are not in order");
		before = value.day;
		indicator_add(indicator, value.name, value.day, &value.value);
	}
}

/* A name in order of bytes: read behind those before it, or written by its place */
static void
name_fields(Codec *codec, IndicatorSummary *indicator, int place, const int32 *order)
{
	int			count = 0;

	codec_record_begin(codec);
	if (codec_is_reading(codec))
	{
		char	   *text = NULL;
		int			length = 0;

		codec_text(codec, "indicator", &text, &length);
		dictionary_number(&indicator->names, text, length);
		if (indicator->names.count != place + 1 || (place > 0 && dictionary_compare(&indicator->names, place - 1, place) >= 0))
			codec_refuse(codec, "the indicators are not in order");
		pfree(text);
		codec_list_begin(codec, "values", &count, INDICATOR_VALUES);
		read_values(codec, indicator, count);
	}
	else
	{
		DictionaryText *name = &indicator->names.texts[order[place]];
		const IndicatorValue *values = indicator_series(indicator, order[place], &count);

		codec_text(codec, "indicator", &name->text, &name->length);
		codec_list_begin(codec, "values", &count, INDICATOR_VALUES);
		for (int i = 0; i < count; i++)
		{
			IndicatorValue value = values[i];

			value_fields(codec, &value);
		}
	}
	codec_list_end(codec);
	codec_record_end(codec);
}

static void
indicator_fields(Codec *codec, void *summary)
{
	IndicatorSummary *indicator = summary;
	int			count = indicator->names.count;
	int32	   *order = NULL;

	reasons_fields(codec, &indicator_reasons, indicator->rows);
	codec_list_begin(codec, "indicators", &count, INDICATOR_VALUES);
	if (!codec_is_reading(codec))
		order = dictionary_order(&indicator->names);
	for (int i = 0; i < count; i++)
		name_fields(codec, indicator, i, order);
	codec_list_end(codec);
	if (order != NULL)
		pfree(order);
}

static const char *
indicator_rules(const void *summary)
{
	const IndicatorSummary *indicator = summary;
	int32		names = indicator->count > 0;

	if (!reasons_at_most(&indicator_reasons, indicator->rows, COUNT_MOST))
		return "a count is too large";
	for (int i = 1; i < indicator->count; i++)
		names += indicator->values[i].name != indicator->values[i - 1].name;
	if (names != indicator->names.count)
		return "an indicator has no values";
	if (indicator->rows[INDICATOR_USED] < indicator->count || (indicator->rows[INDICATOR_USED] > 0 && indicator->count == 0))
		return "the values are not those of the rows used";
	return NULL;
}

static void
indicator_merge(void *to, void *added)
{
	IndicatorSummary *into = to;
	IndicatorSummary *other = added;
	int32	   *number = palloc(sizeof(int32) * Max(other->names.count, 1));

	reasons_merge(&indicator_reasons, into->rows, other->rows);
	for (int i = 0; i < other->names.count; i++)
		number[i] = dictionary_number(&into->names, other->names.texts[i].text, other->names.texts[i].length);
	for (int i = 0; i < other->count; i++)
		indicator_add(into, number[other->values[i].name], other->values[i].day, &other->values[i].value);
	pfree(number);
}

const SummaryType indicator_type = {
	.name = "indicator_summary",
	.called = "indicator",
	.version = 1,
	.size = sizeof(IndicatorSummary),
	.fields = indicator_fields,
	.clear = indicator_clear,
	.settle = indicator_settle,
	.rules = indicator_rules,
	.merge = indicator_merge,
};

SUMMARY_TYPE_FUNCTIONS(indicator_summary, indicator_type)
SUMMARY_GROWING_FUNCTIONS(indicator, indicator_type)
SUMMARY_ROLLUP_FUNCTIONS(indicator_summary, indicator_type)
REASONS_QUALITY(indicator_quality, indicator_type, IndicatorSummary, rows, indicator_reasons)
