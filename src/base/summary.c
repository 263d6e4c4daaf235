/*
 * summary.c
 *		What the summary types share: stored form, live form, type functions.
 */
#include "base/summary.h"

#include "access/detoast.h"
#include "common/hashfn.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"

void
summary_clear(const SummaryType *type, void *summary)
{
	memset(summary, 0, type->size);
	SET_VARSIZE(summary, type->size);
	if (type->clear)
		type->clear(summary);
}

/* A codec that reads bytes behind the version */
static void
unpack(const SummaryType *type, int version, const char *data, int size, void *into)
{
	Codec		codec = {CODEC_UNPACK, version, type->name, NULL, data, data, data + size, true};

	if (version < 1 || version > type->version)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("%s of version %d is unknown", type->name, version),
				 errhint("This funnel_metrics reads versions 1 to %d: was the value written by a later one?",
						 type->version)));
	summary_clear(type, into);
	type->fields(&codec, into);
	if (codec.at != codec.end)
		codec_refuse(&codec, "bytes are left over");
}

/*
 * The state of a rollup: packed summaries in a row, merged when they are as
 * many bytes again as what has been merged so far. So each summary is unpacked
 * about once, not the growing sum of them at each row. A flat varlena, so it
 * travels between workers as it is; its size is the room, of which "used"
 * bytes hold parts.
 */
typedef struct RollupState
{
	SummaryHeader header;		/* form is SUMMARY_LIVE */
	int32		used;
	int32		merged;			/* bytes of the first part: what has been merged */
	char		parts[FLEXIBLE_ARRAY_MEMBER];	/* packed summaries, each MAXALIGNed */
}			RollupState;

#define ROLLUP_ROOM(state)	((Size) VARSIZE(state) - offsetof(RollupState, parts))
#define ROLLUP_BATCH		(32 * 1024)

/* Reads what has been rolled up into the caller's struct. */
static void
read_rollup(const SummaryType *type, const RollupState *state, void *into)
{
	void	   *part = palloc(type->size);

	summary_read(type, PointerGetDatum(state->parts), into);
	for (int32 at = MAXALIGN(VARSIZE(state->parts)); at < state->used; at += MAXALIGN(VARSIZE(state->parts + at)))
	{
		CHECK_FOR_INTERRUPTS();
		summary_read(type, PointerGetDatum(state->parts + at), part);
		type->merge(into, part);
	}
	pfree(part);
}

/*
 * A stored value is detoasted and may have a short header, so its bytes are
 * unaligned; of a live one the struct is copied, and a tail stays where it is.
 */
void
summary_read(const SummaryType *type, Datum summary, void *into)
{
	struct varlena *value = PG_DETOAST_DATUM_PACKED(summary);
	const char *data = VARDATA_ANY(value);
	int			size = VARSIZE_ANY_EXHDR(value);

	if (size < 1)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_CORRUPTED),
				 errmsg("a value of type %s has no bytes", type->name)));
	if (data[0] == SUMMARY_LIVE && type->merge != NULL)
		read_rollup(type, (RollupState *) PG_DETOAST_DATUM(PointerGetDatum(value)), into);
	else if (data[0] == SUMMARY_LIVE)
	{
		if ((Size) size < type->size - VARHDRSZ)
			ereport(ERROR,
					(errcode(ERRCODE_DATA_CORRUPTED),
					 errmsg("a running %s is cut short", type->name)));
		memcpy((char *) into + VARHDRSZ, data, type->size - VARHDRSZ);
		SET_VARSIZE(into, type->size);
		if (type->attach)
		{
			/* a short header, which a tuple between workers may give it, leaves the tail unaligned */
			value = PG_DETOAST_DATUM(PointerGetDatum(value));
			type->attach(into, VARSIZE(value) > type->size ? (char *) value + type->size : NULL);
		}
	}
	else
		unpack(type, (uint8) data[0], data + 1, size - 1, into);
}

Datum
summary_pack(const SummaryType *type, void *summary)
{
	StringInfoData out;
	Codec		codec = {CODEC_PACK, type->version, type->name, &out, NULL, NULL, NULL, true};

	initStringInfo(&out);
	appendStringInfoSpaces(&out, VARHDRSZ);
	appendStringInfoChar(&out, (char) type->version);
	type->fields(&codec, summary);
	SET_VARSIZE(out.data, out.len);
	return PointerGetDatum(out.data);
}

Datum
summary_empty(const SummaryType *type)
{
	void	   *summary = palloc(type->size);

	summary_clear(type, summary);
	return summary_pack(type, summary);
}

/* The state where summary_state does not find one that is running: a new one, of what is given */
void *
summary_state_slowly(const SummaryType *type, FunctionCallInfo fcinfo)
{
	void	   *state;

	if (!AggCheckCallContext(fcinfo, NULL))
		elog(ERROR, "%s state function called in a non-aggregate context", type->name);

	state = palloc(type->size);
	if (PG_ARGISNULL(0))
		summary_clear(type, state);
	else
		summary_read(type, PG_GETARG_DATUM(0), state);
	return state;
}

Datum
summary_final(const SummaryType *type, FunctionCallInfo fcinfo)
{
	void	   *summary;

	if (PG_ARGISNULL(0))
		return summary_empty(type);
	summary = palloc(type->size);
	summary_read(type, PG_GETARG_DATUM(0), summary);
	return summary_pack(type, summary);
}

static inline bool
is_rollup_state(const struct varlena *value)
{
	return VARSIZE(value) > VARHDRSZ && ((const SummaryHeader *) value)->form == SUMMARY_LIVE;
}

/* A summary as one packed varlena, aligned and not toasted */
static struct varlena *
packed_of(const SummaryType *type, Datum summary)
{
	struct varlena *value = PG_DETOAST_DATUM(summary);

	if (is_rollup_state(value))
	{
		void	   *merged = palloc(type->size);

		summary_read(type, PointerGetDatum(value), merged);
		value = (struct varlena *) DatumGetPointer(summary_pack(type, merged));
	}
	return value;
}

/* A state that begins with one part and has room for so many bytes */
static RollupState *
rollup_begin(const struct varlena *part, Size room)
{
	Size		size = offsetof(RollupState, parts) + room;
	RollupState *state = palloc0(size);

	SET_VARSIZE(state, size);
	memcpy(state->parts, part, VARSIZE(part));
	state->used = state->merged = MAXALIGN(VARSIZE(part));
	return state;
}

Datum
summary_rollup(const SummaryType *type, FunctionCallInfo fcinfo)
{
	RollupState *state;
	struct varlena *part;
	Size		size;

	if (!AggCheckCallContext(fcinfo, NULL))
		elog(ERROR, "rollup of %s called in a non-aggregate context", type->name);
	RETURN_STATE_WITHOUT_OTHER();
	part = packed_of(type, PG_GETARG_DATUM(1));
	size = MAXALIGN(VARSIZE(part));
	if (PG_ARGISNULL(0))
		PG_RETURN_POINTER(part);

	state = (RollupState *) PG_DETOAST_DATUM(PG_GETARG_DATUM(0));
	if (!is_rollup_state((struct varlena *) state))
		state = rollup_begin((struct varlena *) state, 2 * (MAXALIGN(VARSIZE(state)) + size));
	else if (state->used + size > ROLLUP_ROOM(state))
	{
		if (state->used >= 2 * state->merged + ROLLUP_BATCH)
		{
			struct varlena *merged = packed_of(type, PointerGetDatum(state));

			state = rollup_begin(merged, Max(ROLLUP_ROOM(state), 2 * (MAXALIGN(VARSIZE(merged)) + size)));
		}
		else
		{
			RollupState *larger = rollup_begin((struct varlena *) state->parts, 2 * (state->used + size));

			memcpy(larger->parts, state->parts, state->used);
			larger->used = state->used;
			state = larger;
		}
	}
	memcpy(state->parts + state->used, part, VARSIZE(part));
	memset(state->parts + state->used + VARSIZE(part), 0, size - VARSIZE(part));
	state->used += size;
	PG_RETURN_POINTER(state);
}

Datum
summary_out(const SummaryType *type, FunctionCallInfo fcinfo)
{
	StringInfoData out;
	Codec		codec = {CODEC_PRINT, type->version, type->name, &out, NULL, NULL, NULL, true};
	int64		version = type->version;
	void	   *summary = palloc(type->size);

	summary_read(type, PG_GETARG_DATUM(0), summary);
	initStringInfo(&out);
	codec_record_begin(&codec);
	codec_count(&codec, "version", &version);
	type->fields(&codec, summary);
	codec_record_end(&codec);
	PG_RETURN_CSTRING(out.data);
}

Datum
summary_in(const SummaryType *type, FunctionCallInfo fcinfo)
{
	char	   *text = PG_GETARG_CSTRING(0);
	Codec		codec = {CODEC_PARSE, 0, type->name, NULL, text, text, text + strlen(text), true};
	int64		version;
	void	   *summary = palloc(type->size);

	codec_record_begin(&codec);
	codec_count(&codec, "version", &version);
	if (version < 1 || version > type->version)
		codec_refuse(&codec, psprintf("version " INT64_FORMAT " is unknown; this funnel_metrics reads 1 to %d",
									  version, type->version));
	codec.version = (int) version;
	summary_clear(type, summary);
	type->fields(&codec, summary);
	codec_record_end(&codec);
	while (codec.at < codec.end && strchr(" \t\n\r", *codec.at))
		codec.at++;
	if (codec.at != codec.end)
		codec_refuse(&codec, "something follows the closing brace");
	PG_RETURN_DATUM(summary_pack(type, summary));
}

Datum
summary_send(const SummaryType *type, FunctionCallInfo fcinfo)
{
	void	   *summary = palloc(type->size);

	/* what is packed is what is sent; a live form is packed first */
	summary_read(type, PG_GETARG_DATUM(0), summary);
	PG_RETURN_DATUM(summary_pack(type, summary));
}

Datum
summary_recv(const SummaryType *type, FunctionCallInfo fcinfo)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	void	   *summary = palloc(type->size);
	int			version = pq_getmsgbyte(message);
	int			size = message->len - message->cursor;

	unpack(type, version, pq_getmsgbytes(message, size), size, summary);
	PG_RETURN_DATUM(summary_pack(type, summary));
}

/*
 * Equality and hashes of stored summaries, of any of the types: the packed
 * bytes are canonical, so equal summaries are equal bytes. One function serves
 * all types, since none of them looks inside.
 */

static bool
summaries_equal(Datum left, Datum right)
{
	struct varlena *a;
	struct varlena *b;
	bool		equal;

	/* the sizes tell most apart, without reading what is toasted */
	if (toast_raw_datum_size(left) != toast_raw_datum_size(right))
		return false;
	a = PG_DETOAST_DATUM_PACKED(left);
	b = PG_DETOAST_DATUM_PACKED(right);
	equal = VARSIZE_ANY_EXHDR(a) == VARSIZE_ANY_EXHDR(b) &&
		memcmp(VARDATA_ANY(a), VARDATA_ANY(b), VARSIZE_ANY_EXHDR(a)) == 0;
	if ((Pointer) a != DatumGetPointer(left))
		pfree(a);
	if ((Pointer) b != DatumGetPointer(right))
		pfree(b);
	return equal;
}

PG_FUNCTION_INFO_V1(summary_eq);
Datum
summary_eq(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(summaries_equal(PG_GETARG_DATUM(0), PG_GETARG_DATUM(1)));
}

PG_FUNCTION_INFO_V1(summary_ne);
Datum
summary_ne(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(!summaries_equal(PG_GETARG_DATUM(0), PG_GETARG_DATUM(1)));
}

PG_FUNCTION_INFO_V1(summary_hash);
Datum
summary_hash(PG_FUNCTION_ARGS)
{
	struct varlena *value = PG_GETARG_VARLENA_PP(0);
	Datum		hash = hash_any((unsigned char *) VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value));

	PG_FREE_IF_COPY(value, 0);
	return hash;
}

PG_FUNCTION_INFO_V1(summary_hash_extended);
Datum
summary_hash_extended(PG_FUNCTION_ARGS)
{
	struct varlena *value = PG_GETARG_VARLENA_PP(0);
	Datum		hash = hash_any_extended((unsigned char *) VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value), PG_GETARG_INT64(1));

	PG_FREE_IF_COPY(value, 0);
	return hash;
}

void
refuse_merge(const char *summaries, const char *why)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("%s summaries are too large to be merged", summaries),
			 errdetail_internal("%s", why)));
}

void
refuse_count(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("a summary counts more than " INT64_FORMAT " rows", PG_INT64_MAX)));
}

void
refuse_sum(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("the sum of a summary is out of range")));
}
