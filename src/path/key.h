/*
 * key.h
 *		Entity keys: what tells one entity's rows from another's.
 *
 * A bigint is its own key, in one word. A uuid's are its 16 bytes, encrypted; a
 * text's 128 bits of a keyed hash. Their first word is hash enough.
 *
 * Ids come from outside, so everything that is derived from them depends on a
 * secret of the session. Its parallel workers must have the same, and nobody
 * could give it to them before they start: so it is derived, by SHA-256, from
 * 32 random bytes that the server keeps for the like (the nonce of mock
 * authentication, which only who reads the server's files can know), the moment
 * the server started and the leader's process id. It is kept nowhere else, and
 * no key or hash leaves the processes of its query. An adversary may choose
 * every id, but does so without it. Then, whatever the ids are:
 *
 *	- two texts have one key with a probability of 2^-126: among 10^9 of them
 *	  the odds that any two do are 1 in 10^20. Half the bits would be too few.
 *	- the hashes of two keys, that choose partition and slot, are equal in any
 *	  n of their bits with a probability of 2^-n, so a table of twice as many
 *	  slots as entities has a quarter of a collision for each, on average.
 *
 * Words are hashed by multiply-shift: Dietzfelbinger, "Universal hashing and
 * k-wise independent random variables via integer arithmetic without primes",
 * STACS 1996; two words as a pair: Thorup, "High speed hashing for integers and
 * strings", 2015, 3.5. Of (a * x + b) modulo 2^128, with random a and b, the
 * upper 64 bits are those of two x independent of each other. Texts are made
 * shorter by NH first: Black, Halevi, Krawczyk, Krovetz, Rogaway, "UMAC: Fast
 * and Secure Message Authentication", CRYPTO 1999.
 */
#ifndef FUNNEL_KEY_H
#define FUNNEL_KEY_H

#include "base/compat.h"

#include "port/pg_bswap.h"
#include "utils/uuid.h"

typedef struct PathKey
{
	uint64		word[2];		/* the second is 0 and not stored for a bigint */
	uint64		rank;			/* rises with the id, where ids have an order that rows may lie in; else 0. Not stored. */
	bool		is_wide;		/* of two words: known by the compiler where it knows the id's type */
}			PathKey;

/* Longer texts are hashed by SHA-256 first. */
#define PATH_TEXT_BLOCK		16	/* bytes */
#define PATH_TEXT_BLOCKS	16

/* What makes one word of a text's key */
typedef struct PathTextSecret
{
	uint128		pair[2];		/* factors of what NH makes of the text, */
	uint128		length;			/* ... of the text's length */
	uint128		summand;
	uint64		block[PATH_TEXT_BLOCKS][2];	/* of NH, for each block */
}			PathTextSecret;

/* The secret: the same in a session and its parallel workers */
typedef struct PathSecret
{
	bool		is_drawn;
	uint128		narrow[2];		/* of a key of one word: factor, summand */
	uint128		uuid[2][2];		/* of each round of a uuid */
	PathTextSecret text[2];
}			PathSecret;

extern PathSecret path_secret;

/* Tells secrets apart, and nothing about them: what comes from another process says by it that its keys are ours. */
extern uint64 path_secret_mark;

/* Derives it, at its first call. Before anything is hashed. */
extern void path_secret_need_slowly(void);

static inline void
path_secret_need(void)
{
	if (unlikely(!path_secret.is_drawn))
		path_secret_need_slowly();
}

/* A word with a factor and a summand: all 64 bits of it good */
static inline uint64
path_multiply_shift(const uint128 *secret, uint64 word)
{
	return (uint64) ((secret[0] * word + secret[1]) >> 64);
}

/* The hash of a key of one word and of two: it chooses partition and slot. */
static inline uint64
path_hash_narrow(const uint64 *key)
{
	return path_multiply_shift(path_secret.narrow, key[0]);
}

static inline uint64
path_hash_wide(const uint64 *key)
{
	return key[0];
}

/*
 * A hash for tables that probe slot after slot, such as simplehash's: there
 * numbers at equal distances, such as days, must not lie at equal distances
 * again. The finalizer of MurmurHash3 sees to that; being a bijection it leaves
 * the odds as they are.
 */
static inline uint32
path_hash_scattered(uint64 word)
{
	uint64		hash = path_hash_narrow(&word);

	hash ^= hash >> 33;
	hash *= UINT64CONST(0xff51afd7ed558ccd);
	hash ^= hash >> 33;
	hash *= UINT64CONST(0xc4ceb9fe1a85ec53);
	return (uint32) (hash >> 32);
}

/* A stored key's rank: of a bigint, and of a uuid, whose second round is undone for it */
static inline uint64
path_rank_narrow(uint64 word)
{
	return word ^ (UINT64CONST(1) << 63);
}

static inline uint64
path_rank_uuid(const uint64 *word)
{
	return pg_ntoh64(word[0] ^ path_multiply_shift(path_secret.uuid[1], word[1]));
}

static inline PathKey
path_key_from_int8(int64 value)
{
	PathKey		key = {{(uint64) value, 0}, path_rank_narrow((uint64) value), false};

	return key;
}

/*
 * Two rounds of a Feistel network: no two uuids become one. After the first
 * round, two have one second word with a probability of 2^-64; if they don't,
 * the second makes their first words independent of each other.
 */
static inline PathKey
path_key_from_uuid(const pg_uuid_t *uuid)
{
	PathKey		key;

	memcpy(key.word, uuid->data, sizeof(key.word));
	key.rank = pg_ntoh64(key.word[0]);
	key.is_wide = true;
	key.word[1] ^= path_multiply_shift(path_secret.uuid[0], key.word[0]);
	key.word[0] ^= path_multiply_shift(path_secret.uuid[1], key.word[1]);
	return key;
}

/* The key of some bytes; of a text Datum that isn't NULL, which is detoasted where it must be. */
extern PathKey path_key_from_bytes(const char *bytes, int length);
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

#endif							/* FUNNEL_KEY_H */
