/*
 * summary.c
 *		What the summary types share: stored form, live form, type functions.
 */
#include "base/summary.h"

#include "access/detoast.h"
#include "base/rollup.h"
#include "common/hashfn.h"
#include "libpq/pqformat.h"

void
summary_clear(const SummaryType *type, void *summary)
{
	memset(summary, 0, type->size);
	SET_VARSIZE(summary, type->size);
	if (type->clear)
		type->clear(summary);
}

static void
settle(const SummaryType *type, void *summary)
{
	if (type->settle)
		type->settle(summary);
}

/* What is wrong with a summary; NULL where nothing is */
static const char *
broken_rule(const SummaryType *type, void *summary)
{
	settle(type, summary);
	return type->rules ? type->rules(summary) : NULL;
}

/* Refuses what has been read, or is to be written, where it breaks a rule. */
static void
check_rules(const SummaryType *type, Codec *codec, void *summary)
{
	const char *why = broken_rule(type, summary);

	if (why != NULL)
		codec_refuse(codec, why);
}

void
summary_check_merge(const SummaryType *type, void *summary)
{
	const char *why = broken_rule(type, summary);

	if (why != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("%s summaries are too large to be merged", type->called),
				 errdetail_internal("%s", why)));
}

/* A codec that reads bytes behind the version. Of a part of a summary (summary_pack_part) the rules can't be checked. */
static void
unpack(const SummaryType *type, int version, const char *data, int size, bool is_part, const void *like, void *into)
{
	Codec		codec = {CODEC_UNPACK, version, type->name, NULL, data, data, data + size, true, like};

	if (version < 1 || version > type->version)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("%s of version %d is unknown", type->name, version),
				 errhint("This funnel_metrics reads versions 1 to %d: was the value written by a later one?",
						 type->version)));
	summary_clear(type, into);
	type->fields(&codec, into);
	if (is_part)
		settle(type, into);
	else
		check_rules(type, &codec, into);
	if (codec.at != codec.end)
		codec_refuse(&codec, "bytes are left over");
}

/*
 * A stored value is detoasted and may have a short header, so its bytes are
 * unaligned; of a live one the struct is copied, and a tail stays where it is.
 * The answer is whether the rules have been checked: of a live one, not.
 */
static bool
read_any(const SummaryType *type, Datum summary, const void *like, void *into)
{
	struct varlena *value = PG_DETOAST_DATUM_PACKED(summary);
	const char *data = VARDATA_ANY(value);
	int			size = VARSIZE_ANY_EXHDR(value);

	if (size < 1)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_CORRUPTED),
				 errmsg("a value of type %s has no bytes", type->name)));
	if ((uint8) data[0] == SUMMARY_ROLLUP && type->merge != NULL)
		rollup_read(type, PG_DETOAST_DATUM(PointerGetDatum(value)), into);
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
		unpack(type, (uint8) data[0], data + 1, size - 1, false, like, into);
	return data[0] != SUMMARY_LIVE;
}

void
summary_read_like(const SummaryType *type, Datum summary, const void *like, void *into)
{
	read_any(type, summary, like, into);
}

/* The form in which a summary is written */
static int
version_of(const SummaryType *type, const void *summary)
{
	return type->needs ? type->needs(summary) : type->version;
}

/* The packed form of a struct whose rules may have been checked */
static Datum
pack(const SummaryType *type, void *summary, bool is_checked)
{
	StringInfoData out;
	Codec		codec = {CODEC_PACK, version_of(type, summary), type->name, &out, NULL, NULL, NULL, true, NULL};

	if (!is_checked)
		check_rules(type, &codec, summary);
	initStringInfo(&out);
	appendStringInfoSpaces(&out, VARHDRSZ);
	appendStringInfoChar(&out, (char) codec.version);
	type->fields(&codec, summary);
	SET_VARSIZE(out.data, out.len);
	return PointerGetDatum(out.data);
}

Datum
summary_pack(const SummaryType *type, void *summary)
{
	return pack(type, summary, false);
}

Datum
summary_pack_part(const SummaryType *type, void *summary)
{
	settle(type, summary);
	return pack(type, summary, true);
}

void
summary_add_part(const SummaryType *type, void *summary, Datum part)
{
	struct varlena *packed = (struct varlena *) DatumGetPointer(part);
	void	   *other = palloc(type->size);

	settle(type, summary);
	unpack(type, (uint8) VARDATA(packed)[0], VARDATA(packed) + 1, (int) VARSIZE(packed) - VARHDRSZ - 1, true, NULL, other);
	type->merge(summary, other);
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
	return pack(type, summary, read_any(type, PG_GETARG_DATUM(0), NULL, summary));
}

/*
 * States that grow
 */

void *
summary_growing_state(const SummaryType *type, FunctionCallInfo fcinfo, MemoryContext *context)
{
	MemoryContext outer;
	void	   *state;

	if (!AggCheckCallContext(fcinfo, context))
		elog(ERROR, "%s state function called in a non-aggregate context", type->name);
	if (!PG_ARGISNULL(0))
		return PG_GETARG_POINTER(0);
	outer = MemoryContextSwitchTo(*context);
	state = palloc(type->size);
	summary_clear(type, state);
	MemoryContextSwitchTo(outer);
	return state;
}

Datum
summary_growing_combine(const SummaryType *type, FunctionCallInfo fcinfo)
{
	MemoryContext context;
	MemoryContext outer;
	void	   *state;

	RETURN_STATE_WITHOUT_OTHER();
	state = summary_growing_state(type, fcinfo, &context);
	outer = MemoryContextSwitchTo(context);
	type->merge(state, PG_GETARG_POINTER(1));
	MemoryContextSwitchTo(outer);
	PG_RETURN_POINTER(state);
}

Datum
summary_growing_serialize(const SummaryType *type, FunctionCallInfo fcinfo)
{
	if (!AggCheckCallContext(fcinfo, NULL))
		elog(ERROR, "%s serialize function called in a non-aggregate context", type->name);
	PG_RETURN_DATUM(summary_pack(type, PG_GETARG_POINTER(0)));
}

Datum
summary_growing_deserialize(const SummaryType *type, FunctionCallInfo fcinfo)
{
	void	   *state = palloc(type->size);

	if (!AggCheckCallContext(fcinfo, NULL))
		elog(ERROR, "%s deserialize function called in a non-aggregate context", type->name);
	summary_read(type, PG_GETARG_DATUM(0), state);
	PG_RETURN_POINTER(state);
}

Datum
summary_growing_final(const SummaryType *type, FunctionCallInfo fcinfo)
{
	if (PG_ARGISNULL(0))
		return summary_empty(type);
	return summary_pack(type, PG_GETARG_POINTER(0));
}

Datum
summary_out(const SummaryType *type, FunctionCallInfo fcinfo)
{
	StringInfoData out;
	Codec		codec = {CODEC_PRINT, type->version, type->name, &out, NULL, NULL, NULL, true, NULL};
	int64		version;
	void	   *summary = palloc(type->size);

	if (!read_any(type, PG_GETARG_DATUM(0), NULL, summary))
		check_rules(type, &codec, summary);
	codec.version = version_of(type, summary);
	version = codec.version;
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
	Codec		codec = {CODEC_PARSE, 0, type->name, NULL, text, text, text + strlen(text), true, NULL};
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
	check_rules(type, &codec, summary);
	codec_record_end(&codec);
	while (codec.at < codec.end && strchr(" \t\n\r", *codec.at))
		codec.at++;
	if (codec.at != codec.end)
		codec_refuse(&codec, "something follows the closing brace");
	PG_RETURN_DATUM(pack(type, summary, true));
}

Datum
summary_send(const SummaryType *type, FunctionCallInfo fcinfo)
{
	void	   *summary = palloc(type->size);

	/* what is packed is what is sent; a live form is packed first */
	PG_RETURN_DATUM(pack(type, summary, read_any(type, PG_GETARG_DATUM(0), NULL, summary)));
}

Datum
summary_recv(const SummaryType *type, FunctionCallInfo fcinfo)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	void	   *summary = palloc(type->size);
	int			version = pq_getmsgbyte(message);
	int			size = message->len - message->cursor;

	unpack(type, version, pq_getmsgbytes(message, size), size, false, NULL, summary);
	PG_RETURN_DATUM(pack(type, summary, true));
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
refuse_count(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("a summary counts more than " INT64_FORMAT " rows", PG_INT64_MAX)));
}

void
refuse_removal(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("a summary can't lose a row that it does not count"),
			 errhint("The inverse function of an aggregate takes out rows that its transition function put in.")));
}

void
refuse_sum(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("the sum of a summary is out of range")));
}
