/*
 * path_probe.c
 *		For tests only: aggregates that show what the path engine hands out.
 *
 * path_digest(key, at, code [, payload [, words]]) is a number that plain SQL can
 * compute, too; whether all words of payload (1) are the event's is looked at beside.
 * With every event of an entity numbered in order, and modulo PRIME,
 *
 *		sum over entities of (sum over events of number * (at * 64 + code + 31 * payload)) ^ 2
 *
 * Entities that are begun twice, unfinished ones, empty batches and events out
 * of order are errors.
 */
#include "base/compat.h"

#include <sys/mman.h>
#include <unistd.h>

#include "path/funnel.h"
#include "path/walk.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"

PG_MODULE_MAGIC;

#define PRIME	1000003

typedef struct DigestState
{
	PathStore	store;
	int64		out_of_range;
}			DigestState;

typedef struct Digest
{
	bool		inside;			/* an entity */
	bool		fails;			/* at the first entity of more than ten events */
	int64		number;
	int64		moment;
	int64		payload;
	int64		entity;
	int64		total;
}			Digest;

static int64
modulo(int64 value)
{
	return (value % PRIME + PRIME) % PRIME;
}

static void
visit(void *visitor, const PathBatch *batch)
{
	Digest	   *digest = (Digest *) visitor;

	if (batch->first == digest->inside || batch->count <= 0)
		elog(ERROR, "an entity begins within another");
	if (batch->first)
	{
		digest->inside = true;
		digest->number = 0;
		digest->entity = 0;
		digest->moment = digest->payload = PG_INT64_MIN;
	}
	for (int64 i = 0; i < batch->count; i++)
	{
		int64		moment = path_event_moment(batch, i);
		int64		payload = batch->width > 1 ? path_event_payload(batch, i) : 0;

		if (moment < digest->moment || (moment == digest->moment && payload < digest->payload))
			elog(ERROR, "events are out of order");
		if (path_moment(path_event_time(batch, i), path_event_code(batch, i)) != moment)
			elog(ERROR, "a moment is not its time and code");
		for (int word = 1; word < batch->width - 1; word++)
			if (path_event_words(batch, i)[word] != (moment ^ (payload + word)))
				elog(ERROR, "a word of payload is another event's");
		digest->moment = moment;
		digest->payload = payload;
		digest->number++;
		digest->entity += (digest->number % PRIME) * modulo(modulo(moment) + 31 * modulo(payload)) % PRIME;
	}
	if (digest->fails && digest->number > 10)
		elog(ERROR, "the visitor fails");
	if (batch->last)
	{
		digest->inside = false;
		digest->total += modulo(digest->entity) * modulo(digest->entity);
	}
}

static DigestState *
state_of(FunctionCallInfo fcinfo, bool wide_keys)
{
	MemoryContext context;
	DigestState *state;

	if (!PG_ARGISNULL(0))
		return (DigestState *) PG_GETARG_POINTER(0);
	if (!AggCheckCallContext(fcinfo, &context))
		elog(ERROR, "not an aggregate");
	state = (DigestState *) MemoryContextAllocZero(context, sizeof(DigestState));
	path_store_init(&state->store, fcinfo, wide_keys, PG_NARGS() > 5 ? PG_GETARG_INT32(5) : PG_NARGS() > 4 ? 1 : 0);
	return state;
}

static Datum
add_row(FunctionCallInfo fcinfo, DigestState *state, PathKey key)
{
	TimestampTz at = PG_GETARG_TIMESTAMPTZ(2);
	int64		moment;
	int64		payload[PATH_PAYLOAD_WORDS];

	if (!path_time_in_range(at))
	{
		state->out_of_range++;
		PG_RETURN_POINTER(state);
	}
	moment = path_moment(at, PG_GETARG_INT32(3));
	payload[0] = PG_NARGS() > 4 ? PG_GETARG_INT64(4) : 0;
	for (int word = 1; word < PATH_PAYLOAD_WORDS; word++)
		payload[word] = moment ^ (payload[0] + word);
	if (PG_NARGS() > 5)
		path_append_words(&state->store, fcinfo, key, moment, payload);
	else
		path_append(&state->store, fcinfo, key, moment, payload[0]);
	PG_RETURN_POINTER(state);
}

PG_FUNCTION_INFO_V1(path_digest_int8);
Datum
path_digest_int8(PG_FUNCTION_ARGS)
{
	return add_row(fcinfo, state_of(fcinfo, false), path_key_from_int8(PG_GETARG_INT64(1)));
}

PG_FUNCTION_INFO_V1(path_digest_text);
Datum
path_digest_text(PG_FUNCTION_ARGS)
{
	return add_row(fcinfo, state_of(fcinfo, true), path_key_from_text(PG_GETARG_DATUM(1)));
}

PG_FUNCTION_INFO_V1(path_digest_uuid);
Datum
path_digest_uuid(PG_FUNCTION_ARGS)
{
	return add_row(fcinfo, state_of(fcinfo, true), path_key_from_uuid(PG_GETARG_UUID_P(1)));
}

static Datum
digest_of(FunctionCallInfo fcinfo, bool fails)
{
	DigestState *state = PG_ARGISNULL(0) ? NULL : (DigestState *) PG_GETARG_POINTER(0);
	Digest		digest;

	memset(&digest, 0, sizeof(Digest));
	digest.fails = fails;
	if (state)
		path_walk(&state->store, visit, &digest);
	if (digest.inside)
		elog(ERROR, "an entity does not end");
	PG_RETURN_INT64(digest.total);
}

PG_FUNCTION_INFO_V1(path_digest_final);
Datum
path_digest_final(PG_FUNCTION_ARGS)
{
	return digest_of(fcinfo, false);
}

PG_FUNCTION_INFO_V1(path_failing_final);
Datum
path_failing_final(PG_FUNCTION_ARGS)
{
	return digest_of(fcinfo, true);
}

/* How many rows have gone to the file */
PG_FUNCTION_INFO_V1(path_spilled_final);
Datum
path_spilled_final(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(PG_ARGISNULL(0) ? 0 : ((DigestState *) PG_GETARG_POINTER(0))->store.records.spilled);
}

/* How many runs in order the rows are; 0 where they are hashed */
PG_FUNCTION_INFO_V1(path_runs_final);
Datum
path_runs_final(PG_FUNCTION_ARGS)
{
	PathStore  *store = &((DigestState *) PG_GETARG_POINTER(0))->store;

	PG_RETURN_INT64(store->in_order ? store->runs : 0);
}

PG_FUNCTION_INFO_V1(path_out_of_range_final);
Datum
path_out_of_range_final(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(PG_ARGISNULL(0) ? 0 : ((DigestState *) PG_GETARG_POINTER(0))->out_of_range);
}

/* Plain records: count, spilled, and twice over the sum of number * value. */
PG_FUNCTION_INFO_V1(records_digest_accum);
Datum
records_digest_accum(PG_FUNCTION_ARGS)
{
	MemoryContext context;
	Records    *records;

	if (PG_ARGISNULL(0))
	{
		if (!AggCheckCallContext(fcinfo, &context))
			elog(ERROR, "not an aggregate");
		records = (Records *) MemoryContextAllocZero(context, sizeof(Records));
		records_init(records, fcinfo, sizeof(int64), NULL);
	}
	else
		records = (Records *) PG_GETARG_POINTER(0);
	*(int64 *) records_next(records, fcinfo) = PG_GETARG_INT64(1);
	PG_RETURN_POINTER(records);
}

PG_FUNCTION_INFO_V1(records_digest_final);
Datum
records_digest_final(PG_FUNCTION_ARGS)
{
	Records    *records = (Records *) PG_GETARG_POINTER(0);
	Datum		result[4];

	result[0] = Int64GetDatum(records_count(records));
	result[1] = Int64GetDatum(records->spilled);
	for (int time = 0; time < 2; time++)
	{
		RecordReader reader;
		const void *block;
		int64		count;
		int64		number = 0;
		int64		sum = 0;

		records_open(&reader, records, 0);
		while ((count = records_read(&reader, &block)) > 0)
		{
			for (int64 i = 0; i < count; i++)
				sum += ++number % PRIME * modulo(((const int64 *) block)[i]) % PRIME;
		}
		records_close(&reader);
		result[2 + time] = Int64GetDatum(sum);
	}
	PG_RETURN_POINTER(construct_array(result, 4, INT8OID, sizeof(int64), true, TYPALIGN_DOUBLE));
}

/* The two words of a text's key, as hexadecimal digits: another one's in each process */
PG_FUNCTION_INFO_V1(path_key_of_text);
Datum
path_key_of_text(PG_FUNCTION_ARGS)
{
	PathKey		key;

	path_secret_need();
	key = path_key_from_text(PG_GETARG_DATUM(0));
	PG_RETURN_TEXT_P(cstring_to_text(psprintf("%016llx%016llx", (unsigned long long) key.word[0], (unsigned long long) key.word[1])));
}

/*
 * Ids chosen against the hash that this engine had first, the finalizer of
 * MurmurHash3: number i of those whose hashes are the same, but for the upper 40 bits
 * of a bigint's. Each of the finalizer's steps is undone.
 */
static uint64
unmix(uint64 word)
{
	word ^= word >> 33;
	word *= UINT64CONST(0x9cb4b2f8129337db);	/* times 0xc4ceb9fe1a85ec53: 1 */
	word ^= word >> 33;
	word *= UINT64CONST(0x4f74430c22a54005);	/* times 0xff51afd7ed558ccd: 1 */
	word ^= word >> 33;
	return word;
}

PG_FUNCTION_INFO_V1(path_chosen_int8);
Datum
path_chosen_int8(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64((int64) unmix((uint64) PG_GETARG_INT64(0) << 24));
}

PG_FUNCTION_INFO_V1(path_chosen_uuid);
Datum
path_chosen_uuid(PG_FUNCTION_ARGS)
{
	uint64		second = (uint64) PG_GETARG_INT64(0) * UINT64CONST(0x123456789abcdef);
	uint64		first = UINT64CONST(0xdeadbeefcafef00d) ^ (second * UINT64CONST(0x9e3779b97f4a7c15));
	pg_uuid_t  *uuid = (pg_uuid_t *) palloc(sizeof(pg_uuid_t));

	memcpy(uuid->data, &first, 8);
	memcpy(uuid->data + 8, &second, 8);
	PG_RETURN_UUID_P(uuid);
}

/* The hash by which a key finds its partition, by its upper bits, and its slot, by its lower ones */
PG_FUNCTION_INFO_V1(path_hash_int8);
Datum
path_hash_int8(PG_FUNCTION_ARGS)
{
	PathKey		key = path_key_from_int8(PG_GETARG_INT64(0));

	path_secret_need();
	PG_RETURN_INT64((int64) path_hash_narrow(key.word));
}

PG_FUNCTION_INFO_V1(path_hash_uuid);
Datum
path_hash_uuid(PG_FUNCTION_ARGS)
{
	PathKey		key;

	path_secret_need();
	key = path_key_from_uuid(PG_GETARG_UUID_P(0));
	PG_RETURN_INT64((int64) path_hash_wide(key.word));
}

/* Memory that the engine counts as held: 0 between queries */
PG_FUNCTION_INFO_V1(path_live_bytes);
Datum
path_live_bytes(PG_FUNCTION_ARGS)
{
	(void) fcinfo;
	PG_RETURN_INT64(spill_live_bytes());
}

/*
 * The code of a label, as an aggregate looks it up; read at each of the last
 * bytes of a page of memory, where what lies behind it may not be read. -2 where
 * these differ.
 */
PG_FUNCTION_INFO_V1(path_code_of_label);
Datum
path_code_of_label(PG_FUNCTION_ARGS)
{
	text	   *label = PG_GETARG_TEXT_PP(0);
	int			length = VARSIZE_ANY_EXHDR(label);
	FunnelLookup *lookup = funnel_lookup_create(CurrentMemoryContext, PG_GETARG_DATUM(1));
	int			code = label_code(&lookup->table, VARDATA_ANY(label), length);
	Size		page = sysconf(_SC_PAGESIZE);
	Size		size = TYPEALIGN(page, length + 24);
	char	   *memory = (char *) mmap(NULL, size + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED || mprotect(memory + size, page, PROT_NONE) != 0)
		elog(ERROR, "no page of its own");
	for (int behind = 0; behind <= 24; behind++)
	{
		memset(memory, 'x', size);
		memcpy(memory + size - behind - length, VARDATA_ANY(label), length);
		if (label_code(&lookup->table, memory + size - behind - length, length) != code)
			code = -2;
	}
	munmap(memory, size + page);
	PG_RETURN_INT32(code);
}

/* How many slots looking up a label may look at, where the definition has it or not */
PG_FUNCTION_INFO_V1(path_crowded_slots);
Datum
path_crowded_slots(PG_FUNCTION_ARGS)
{
	FunnelLookup *lookup = funnel_lookup_create(CurrentMemoryContext, PG_GETARG_DATUM(0));
	uint32		slots = (uint32) 1 << (64 - lookup->table.shift);
	int			full = 0;
	int			most = 0;

	for (uint32 i = 0; i < 2 * slots; i++)
	{
		full = lookup->table.slot[i % slots] != 0 ? full + 1 : 0;
		most = Max(most, full);
	}
	PG_RETURN_INT32(most);
}

/* path_nothing(state, bigint, text, timestamptz, text): what a call of such a transition function costs, for benchmarks */
PG_FUNCTION_INFO_V1(path_nothing_accum);
Datum
path_nothing_accum(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_POINTER(palloc(1));
	PG_RETURN_POINTER(PG_GETARG_POINTER(0));
}

PG_FUNCTION_INFO_V1(path_nothing_final);
Datum
path_nothing_final(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(PG_ARGISNULL(0));
}
