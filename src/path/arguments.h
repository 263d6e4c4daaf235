/*
 * arguments.h
 *		The kinds of arguments that a path aggregate takes, and its transition
 *		functions, one a combination of them.
 *
 * An entity's id is a bigint, a text or a uuid, a time one of MOMENT_TYPES (and
 * where a zone matters timestamptz apart), an amount one of AMOUNT_TYPES. A
 * family writes one function for its row, and names the combinations:
 *
 *		static pg_attribute_always_inline Datum
 *		stage_row(FunctionCallInfo fcinfo, const PathKinds kinds)
 *
 *		PATH_TRANSITIONS(stage_accum, stage_row)
 *
 * makes stage_accum_int8_timestamp ... stage_accum_uuid_date. In each, "kinds"
 * is constant, so what depends on it is decided by the compiler. The entity is
 * argument 1 (the state is 0); at what number the others stand is the family's.
 */
#ifndef FUNNEL_ARGUMENTS_H
#define FUNNEL_ARGUMENTS_H

#include "base/compat.h"

#include "base/moment.h"
#include "path/amount.h"
#include "path/key.h"

#define PATH_ENTITY		1

typedef struct PathKinds
{
	PathKey		(*key) (Datum entity);
	bool		wide_keys;
	Timestamp	(*moment) (Datum at);	/* NULL: the time is a date, which the family reads itself */
	bool		is_local;		/* a timestamp or date: it is local to some zone */
	Decimal		(*amount) (Datum amount);	/* NULL: there is none */
}			PathKinds;

static inline PathKey
path_key_of_int8(Datum entity)
{
	return path_key_from_int8(DatumGetInt64(entity));
}

static inline PathKey
path_key_of_text(Datum entity)
{
	return path_key_from_text(entity);
}

static inline PathKey
path_key_of_uuid(Datum entity)
{
	return path_key_from_uuid(DatumGetUUIDP(entity));
}

/* X(..., type) for each type of an entity, a time, an amount */
#define PATH_KEYS(X, ...)			X(__VA_ARGS__, int8) X(__VA_ARGS__, text) X(__VA_ARGS__, uuid)
#define PATH_TIMES(X, ...)			X(__VA_ARGS__, timestamp) X(__VA_ARGS__, date)
#define PATH_ZONED_TIMES(X, ...)	X(__VA_ARGS__, timestamptz) X(__VA_ARGS__, timestamp) X(__VA_ARGS__, date)
#define PATH_AMOUNTS(X, ...) \
	X(__VA_ARGS__, int2) X(__VA_ARGS__, int4) X(__VA_ARGS__, int8) \
	X(__VA_ARGS__, numeric) X(__VA_ARGS__, float4) X(__VA_ARGS__, float8)

#define PATH_FUNCTION(name, row, ...) \
PG_FUNCTION_INFO_V1(name); \
Datum \
name(PG_FUNCTION_ARGS) \
{ \
	const PathKinds kinds = {__VA_ARGS__}; \
\
	return row(fcinfo, kinds); \
}

#define PATH_OF_TIME(name, row, entity, at) \
	PATH_FUNCTION(name##_##entity##_##at, row, path_key_of_##entity, PATH_WIDE_##entity, \
				  moment_from_##at, MOMENT_IS_LOCAL_##at, NULL)
#define PATH_OF_AMOUNT(name, row, entity, at, type) \
	PATH_FUNCTION(name##_##entity##_##at##_##type, row, path_key_of_##entity, PATH_WIDE_##entity, \
				  moment_from_##at, MOMENT_IS_LOCAL_##at, decimal_from_##type)
#define PATH_OF_DATED_AMOUNT(name, row, entity, type) \
	PATH_FUNCTION(name##_##entity##_##type, row, path_key_of_##entity, PATH_WIDE_##entity, \
				  NULL, true, decimal_from_##type)

#define PATH_AMOUNTS_OF_TIME(name, row, entity, at)	PATH_AMOUNTS(PATH_OF_AMOUNT, name, row, entity, at)
#define PATH_TIMES_OF_KEY(name, row, entity)		PATH_TIMES(PATH_OF_TIME, name, row, entity)
#define PATH_TIMES_AMOUNTS_OF_KEY(name, row, entity) PATH_TIMES(PATH_AMOUNTS_OF_TIME, name, row, entity)
#define PATH_ZONED_OF_KEY(name, row, entity)		PATH_ZONED_TIMES(PATH_OF_TIME, name, row, entity)
#define PATH_ZONED_AMOUNTS_OF_KEY(name, row, entity) PATH_ZONED_TIMES(PATH_AMOUNTS_OF_TIME, name, row, entity)
#define PATH_DATED_AMOUNTS_OF_KEY(name, row, entity) PATH_AMOUNTS(PATH_OF_DATED_AMOUNT, name, row, entity)

/* name_KEY_TIME(state, entity, ...): timestamptz and timestamp, read as UTC, are one function */
#define PATH_TRANSITIONS(name, row)					PATH_KEYS(PATH_TIMES_OF_KEY, name, row)
/* name_KEY_TIME_AMOUNT */
#define PATH_AMOUNT_TRANSITIONS(name, row)			PATH_KEYS(PATH_TIMES_AMOUNTS_OF_KEY, name, row)
/* The same where timestamptz is told from timestamp */
#define PATH_ZONED_TRANSITIONS(name, row)			PATH_KEYS(PATH_ZONED_OF_KEY, name, row)
#define PATH_ZONED_AMOUNT_TRANSITIONS(name, row)	PATH_KEYS(PATH_ZONED_AMOUNTS_OF_KEY, name, row)
/* name_KEY_AMOUNT, of families whose times are dates only */
#define PATH_DATED_AMOUNT_TRANSITIONS(name, row)	PATH_KEYS(PATH_DATED_AMOUNTS_OF_KEY, name, row)

/* The key of the row's entity, which isn't NULL */
static pg_attribute_always_inline PathKey
path_row_key(FunctionCallInfo fcinfo, const PathKinds kinds)
{
	PathKey		key = kinds.key(PG_GETARG_DATUM(PATH_ENTITY));

	key.is_wide = kinds.wide_keys;	/* as it is, but here the compiler knows it of a text, too */
	return key;
}

/* The payload of the row's amount, the argument of that number; AMOUNT_NONE where it is NULL or there is none */
static pg_attribute_always_inline int64
path_row_amount(FunctionCallInfo fcinfo, const PathKinds kinds, AmountList *amounts, int argument)
{
	Decimal		amount;

	if (kinds.amount == NULL || PG_ARGISNULL(argument))
		return AMOUNT_NONE;
	amount = kinds.amount(PG_GETARG_DATUM(argument));
	return amount_pack(amounts, fcinfo, &amount);
}

/* The memory of a first row's state, zeroed, in the aggregate's context; both are said. */
static inline void *
path_state_create(FunctionCallInfo fcinfo, Size size, MemoryContext *context)
{
	if (!AggCheckCallContext(fcinfo, context))
		elog(ERROR, "the transition function of a path aggregate called in a non-aggregate context");
	return MemoryContextAllocZero(*context, size);
}

#endif							/* FUNNEL_ARGUMENTS_H */
