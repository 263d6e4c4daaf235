/*
 * amount.c
 *		Amounts as payload: the slow ways.
 *
 * A listed amount of 128 bits is a record; its payload has the record's number,
 * the scale and AMOUNT_LISTED. A wide one is the bytes of its numeric, in as
 * many records as it takes, and has AMOUNT_WIDE for a scale.
 */
#include "base/compat.h"

#include "path/amount.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/numeric.h"

#define RECORD_SIZE		AMOUNT_RECORD
#define AMOUNT_WIDE		63

static int64
payload_of(int64 number, int scale)
{
	return (number * 64 + scale) * 64 + AMOUNT_LISTED;
}

#define payload_number(payload)		((payload) >> 12)
#define payload_scale(payload)		((int) ((payload) >> 6) & 63)

static pg_noinline void
create_records(AmountList *list, FunctionCallInfo fcinfo)
{
	MemoryContext context;

	if (!AggCheckCallContext(fcinfo, &context))
		elog(ERROR, "amounts collected in a non-aggregate context");
	list->records = (Records *) MemoryContextAlloc(context, sizeof(Records));
	records_init(list->records, fcinfo, RECORD_SIZE, NULL);
}

/* Appends bytes, in as many records as it takes; the last one is filled up. */
static void
append_bytes(AmountList *list, FunctionCallInfo fcinfo, const char *bytes, Size size)
{
	while (size > 0)
	{
		Size		part = Min(size, RECORD_SIZE);
		char	   *record = (char *) records_next(list->records, fcinfo);

		memset(record, 0, RECORD_SIZE);
		memcpy(record, bytes, part);
		bytes += part;
		size -= part;
		list->count++;
	}
}

void
amount_list_bytes(AmountList *list, FunctionCallInfo fcinfo, const char *bytes, int64 count)
{
	if (list->records == NULL)
		create_records(list, fcinfo);
	append_bytes(list, fcinfo, bytes, count * RECORD_SIZE);
}

void
amount_list_records(AmountList *list, FunctionCallInfo fcinfo, Records *records)
{
	RecordReader reader;
	const void *block;
	int64		count;

	records_open(&reader, records, 0);
	while ((count = records_read(&reader, &block)) > 0)
		amount_list_bytes(list, fcinfo, block, count);
	records_close(&reader);
}

/* Puts an amount into the list; answers its payload. */
int64
amount_list(AmountList *list, FunctionCallInfo fcinfo, const Decimal *amount)
{
	int64		number = list->count;

	if (list->records == NULL)
		create_records(list, fcinfo);
	if (amount->wide != NULL)
	{
		append_bytes(list, fcinfo, (const char *) amount->wide, VARSIZE(amount->wide));
		return payload_of(number, AMOUNT_WIDE);
	}
	append_bytes(list, fcinfo, (const char *) &amount->units, sizeof(int128));
	return payload_of(number, amount->scale);
}

/* The wide amount whose first record is this */
static Decimal
read_wide(const AmountList *list, int64 number, const char *first)
{
	Size		records = (VARSIZE(first) + RECORD_SIZE - 1) / RECORD_SIZE;
	char	   *numeric = (char *) palloc(records * RECORD_SIZE);
	Decimal		amount = {0};

	memcpy(numeric, first, RECORD_SIZE);
	records_fetch(list->records, number + 1, records - 1, numeric + RECORD_SIZE);
	amount.wide = (Numeric) numeric;
	amount.scale = DatumGetInt32(DirectFunctionCall1(numeric_scale, NumericGetDatum(amount.wide)));
	return amount;
}

/* The amount of a payload that has AMOUNT_LISTED */
Decimal
amount_listed(const AmountList *list, int64 payload)
{
	Decimal		amount = {0};

	records_fetch(list->records, payload_number(payload), 1, &amount.units);
	if (payload_scale(payload) == AMOUNT_WIDE)
		return read_wide(list, payload_number(payload), (const char *) &amount.units);
	amount.scale = payload_scale(payload);
	return amount;
}

/* amount_larger, of two that are there and not the same */
int64
amount_larger_of(const AmountList *list, int64 a, int64 b)
{
	Decimal		left;
	Decimal		right;
	int			order;

	left = amount_unpack(list, a);
	right = amount_unpack(list, b);
	order = decimal_compare(&left, &right);
	if (order == 0)
		order = left.scale - right.scale;
	decimal_free(&left);
	decimal_free(&right);
	return order >= 0 ? a : b;
}
