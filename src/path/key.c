/*
 * key.c
 *		Entity keys: the secret, and the keyed hash of texts.
 */
#include "base/compat.h"

#include "access/xlog.h"
#include "catalog/pg_control.h"
#include "miscadmin.h"
#include "path/key.h"
#include "storage/proc.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

PathSecret	path_secret;
uint64		path_secret_mark;

/* What a session's secret is made of */
typedef struct SecretSeed
{
	char		random[MOCK_AUTH_NONCE_LEN];	/* drawn when the server was made, and kept in its control file alone */
	TimestampTz server_started;
	int32		leader;			/* process id of the session */
	int32		block;			/* counts on */
}			SecretSeed;

/* SHA-256 of seed after seed, as often as it takes */
static void
derive(SecretSeed *seed, char *into, Size size)
{
	while (size > 0)
	{
		bytea	   *given = (bytea *) cstring_to_text_with_len((const char *) seed, sizeof(SecretSeed));
		bytea	   *digest = DatumGetByteaPP(DirectFunctionCall1(sha256_bytea, PointerGetDatum(given)));
		Size		part = Min(size, (Size) VARSIZE_ANY_EXHDR(digest));

		memcpy(into, VARDATA_ANY(digest), part);
		into += part;
		size -= part;
		seed->block++;
		pfree(given);
		pfree(digest);
	}
}

void
path_secret_need_slowly(void)
{
	SecretSeed	seed;

	memset(&seed, 0, sizeof(SecretSeed));
	memcpy(seed.random, GetMockAuthenticationNonce(), MOCK_AUTH_NONCE_LEN);
	seed.server_started = PgStartTime;
	seed.leader = MyProc->lockGroupLeader != NULL ? MyProc->lockGroupLeader->pid : MyProcPid;
	derive(&seed, (char *) &path_secret, sizeof(PathSecret));
	derive(&seed, (char *) &path_secret_mark, sizeof(path_secret_mark));
	path_secret.is_drawn = true;
}

static inline uint64
load_word(const char *at)
{
	uint64		word;

	memcpy(&word, at, sizeof(word));
	return word;
}

static inline uint64
load_half(const char *at)
{
	uint32		half;

	memcpy(&half, at, sizeof(half));
	return half;
}

/* All of less than 16 bytes in two words: for each length, other bytes make other words. */
static inline void
load_short(const char *bytes, int length, uint64 *first, uint64 *second)
{
	*first = *second = 0;
	if (length >= 8)
	{
		*first = load_word(bytes);
		*second = load_word(bytes + length - 8);
	}
	else if (length >= 4)
		*first = load_half(bytes) | load_half(bytes + length - 4) << 32;
	else if (length > 0)
		*first = (uint64) (uint8) bytes[0] | (uint64) (uint8) bytes[length >> 1] << 8 |
			(uint64) (uint8) bytes[length - 1] << 16;
}

/* What NH makes of a block, for one word of the key */
static inline uint128
nh(const uint64 *secret, uint64 first, uint64 second)
{
	return (uint128) (first + secret[0]) * (second + secret[1]);
}

/* That word: the sum over all blocks and the length, hashed as a pair and a third word */
static inline uint64
text_word(const PathTextSecret *secret, uint128 sum, int length)
{
	return (uint64) (((secret->pair[0] + (uint64) (sum >> 64)) * (secret->pair[1] + (uint64) sum) +
					  secret->length * (uint64) length + secret->summand) >> 64);
}

/*
 * The key of bytes that are all of a text, or the SHA-256 of one; "whole" is the
 * text's length. Texts of equal length are of as many blocks, an odd end being
 * read as the last 16 bytes, and NH tells them apart; others their length does.
 */
static inline PathKey
hash_blocks(const char *bytes, int length, int whole)
{
	const PathTextSecret *secret = path_secret.text;
	uint128		sum = 0;
	uint128		other = 0;
	uint64		first;
	uint64		second;
	const char *at = bytes;
	int			block = 0;
	PathKey		key = {{0, 0}, 0, true};	/* a hash has no rank */

	Assert(path_secret.is_drawn);
	for (; bytes + length - at >= PATH_TEXT_BLOCK; at += PATH_TEXT_BLOCK, block++)
	{
		first = load_word(at);
		second = load_word(at + 8);
		sum += nh(secret[0].block[block], first, second);
		other += nh(secret[1].block[block], first, second);
	}
	if (at != bytes + length)
	{
		if (block > 0)
		{
			first = load_word(bytes + length - 16);
			second = load_word(bytes + length - 8);
		}
		else
			load_short(bytes, length, &first, &second);
		sum += nh(secret[0].block[block], first, second);
		other += nh(secret[1].block[block], first, second);
	}
	key.word[0] = text_word(&secret[0], sum, whole);
	key.word[1] = text_word(&secret[1], other, whole);
	return key;
}

/*
 * A text of more blocks than there are factors: of its SHA-256, in which nobody
 * has found two texts of one value.
 */
static pg_noinline PathKey
hash_long(const char *bytes, int length)
{
	bytea	   *given = (bytea *) cstring_to_text_with_len(bytes, length);
	bytea	   *digest = DatumGetByteaPP(DirectFunctionCall1(sha256_bytea, PointerGetDatum(given)));
	PathKey		key = hash_blocks(VARDATA_ANY(digest), VARSIZE_ANY_EXHDR(digest), length);

	pfree(given);
	pfree(digest);
	return key;
}

PathKey
path_key_from_bytes(const char *bytes, int length)
{
	if (unlikely(length > PATH_TEXT_BLOCK * PATH_TEXT_BLOCKS))
		return hash_long(bytes, length);
	return hash_blocks(bytes, length, length);
}

PathKey
path_key_from_text(Datum text)
{
	struct varlena *given = (struct varlena *) DatumGetPointer(text);
	struct varlena *plain = pg_detoast_datum_packed(given);
	PathKey		key = path_key_from_bytes(VARDATA_ANY(plain), VARSIZE_ANY_EXHDR(plain));

	if (plain != given)
		pfree(plain);
	return key;
}
