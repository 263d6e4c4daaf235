/*
 * key.h
 *		Entity keys: what tells one entity's rows from another's.
 *
 * A bigint is its own key, in one word. A uuid is its 16 bytes. A text is the
 * 128-bit hash of its bytes, the same on every platform: among 10^12 entities
 * the odds that any two share one are 1 in 10^14.
 */
#ifndef FUNNEL_KEY_H
#define FUNNEL_KEY_H

#include "base/compat.h"

#include "utils/uuid.h"

typedef struct PathKey
{
	uint64		word[2];		/* the second is 0 and not stored for a bigint */
}			PathKey;

extern PathKey path_key_from_bytes(const char *bytes, int length);

static inline PathKey
path_key_from_int8(int64 value)
{
	PathKey		key = {{(uint64) value, 0}};

	return key;
}

static inline PathKey
path_key_from_uuid(const pg_uuid_t *uuid)
{
	PathKey		key;

	memcpy(key.word, uuid->data, sizeof(key.word));
	return key;
}

/* The key of a text Datum that isn't NULL; detoasts where it must. */
extern PathKey path_key_from_text(Datum text);

/*
 * The types an entity's id has, int8, text and uuid: the key of a function's
 * second argument, and whether such keys are wide.
 */
#define PATH_KEY_int8	path_key_from_int8(PG_GETARG_INT64(1))
#define PATH_KEY_text	path_key_from_text(PG_GETARG_DATUM(1))
#define PATH_KEY_uuid	path_key_from_uuid(PG_GETARG_UUID_P(1))
#define PATH_WIDE_int8	false
#define PATH_WIDE_text	true
#define PATH_WIDE_uuid	true

/* Spreads a word over all 64 bits (the finalizer of MurmurHash3). */
static inline uint64
path_mix(uint64 word)
{
	word ^= word >> 33;
	word *= UINT64CONST(0xff51afd7ed558ccd);
	word ^= word >> 33;
	word *= UINT64CONST(0xc4ceb9fe1a85ec53);
	word ^= word >> 33;
	return word;
}

#endif							/* FUNNEL_KEY_H */
