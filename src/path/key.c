/*
 * key.c
 *		Entity keys.
 */
#include "base/compat.h"

#include "path/key.h"

/* Eight bytes as a number, the least significant first, on every platform. */
static uint64
word_from_bytes(const uint8 *bytes, int length)
{
	uint64		word = 0;

#ifndef WORDS_BIGENDIAN
	if (likely(length == 8))
	{
		memcpy(&word, bytes, 8);
		return word;
	}
#endif
	for (int i = 0; i < length; i++)
		word |= (uint64) bytes[i] << (8 * i);
	return word;
}

static inline uint64
rotate(uint64 word, int bits)
{
	return (word << bits) | (word >> (64 - bits));
}

#define FACTOR_1	UINT64CONST(0x87c37b91114253d5)
#define FACTOR_2	UINT64CONST(0x4cf5ad432745937f)

static inline uint64
scramble_first(uint64 word)
{
	return rotate(word * FACTOR_1, 31) * FACTOR_2;
}

static inline uint64
scramble_second(uint64 word)
{
	return rotate(word * FACTOR_2, 33) * FACTOR_1;
}

/*
 * MurmurHash3, the 128-bit variant for 64-bit machines (x64_128), seed 0: Austin
 * Appleby, https://github.com/aappleby/smhasher, MurmurHash3.cpp (public
 * domain). PostgreSQL's own hash_bytes_extended gives other results on a
 * big-endian machine, and 64 bits are too few.
 */
PathKey
path_key_from_bytes(const char *bytes, int length)
{
	const uint8 *at = (const uint8 *) bytes;
	int			left = length;
	uint64		first = 0;
	uint64		second = 0;
	PathKey		key;

	for (; left >= 16; left -= 16, at += 16)
	{
		first ^= scramble_first(word_from_bytes(at, 8));
		first = (rotate(first, 27) + second) * 5 + 0x52dce729;
		second ^= scramble_second(word_from_bytes(at + 8, 8));
		second = (rotate(second, 31) + first) * 5 + 0x38495ab5;
	}
	if (left > 8)
		second ^= scramble_second(word_from_bytes(at + 8, left - 8));
	if (left > 0)
		first ^= scramble_first(word_from_bytes(at, Min(left, 8)));

	first ^= (uint64) length;
	second ^= (uint64) length;
	first += second;
	second += first;
	first = path_mix(first);
	second = path_mix(second);
	first += second;
	second += first;
	key.word[0] = first;
	key.word[1] = second;
	return key;
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
