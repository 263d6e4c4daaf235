/*
 * tally.h
 *		A tally: counts, and amounts, by a key of 64 bits.
 *
 * What a family counts its entities by (a day, a cohort and a period) is packed
 * into one key. Order of keys is the order in which cells are kept: a summary
 * holds them in it, and so do its bytes.
 *
 * A cell is a struct of the family's own: the key, some counts, some amounts.
 *
 *		typedef struct Standing
 *		{
 *			uint64		key;
 *			int64		entities;
 *			Decimal		amount;
 *		}			Standing;
 *
 *		clear:		TALLY_INIT(&summary->standings, Standing, 1, 1);
 *		counting:	standing = tally_cell(&summary->standings, key);
 *					standing->entities++;
 *		settle:		tally_order(&summary->standings);
 *		reading:	standing = tally_next(codec, &summary->standings, key);
 *		using:		for (i = 0; i < standings->length; i++) ... tally_at(Standing, standings, i)->entities ...
 *		merging:	tally_merge(&into->standings, &other->standings);
 *
 * Cells lie in one array, in the memory context of the first one. While they
 * are counted or merged a hash table finds them, which one that was only read
 * does not have.
 */
#ifndef FUNNEL_TALLY_H
#define FUNNEL_TALLY_H

#include "base/compat.h"

#include "base/codec.h"

typedef struct Tally
{
	int			counts;			/* of a cell */
	int			amounts;
	int			size;			/* of a cell, in bytes */
	int			length;			/* cells */
	int			room;
	bool		is_ordered;
	char	   *cells;
	uint32	   *slots;			/* number of a cell, from 1; 0: empty. NULL: there is no hash table */
	uint32		mask;			/* slots less one, a power of two */
}			Tally;

/* Makes an empty one for such cells */
#define TALLY_INIT(tally, Cell, of_counts, of_amounts) \
	do { \
		StaticAssertStmt(sizeof(Cell) == sizeof(uint64) + (of_counts) * sizeof(int64) + (of_amounts) * sizeof(Decimal), \
						 "a cell is a key, counts and amounts"); \
		tally_init((tally), (of_counts), (of_amounts)); \
	} while (0)

extern void tally_init(Tally *tally, int counts, int amounts);

/* The cell of a key, a new one of zeroes where there is none. It lies there until another is made. */
extern void *tally_cell(Tally *tally, uint64 key);

/* Puts the cells in order. */
extern void tally_order(Tally *tally);

/* Adds another's cells, which must be in order; an error where a count grows too large. Keeps nothing of it. */
extern void tally_merge(Tally *into, const Tally *other);

/* For codecs that read: the cell, of zeroes, of the next key, which must be larger than the one before. */
extern void *tally_next(Codec *codec, Tally *tally, uint64 key);

/* No list may have more cells. */
extern int	tally_most(const Tally *tally);

/* The cell at a place of the order */
#define tally_at(Cell, tally, at)	(&((Cell *) (tally)->cells)[at])

/* The display scale of sums of a tally's amounts: of all its cells, the widest */
extern int	tally_scale(const Tally *tally);

/* Whether any amount of a tally isn't zero */
extern bool tally_has_amounts(const Tally *tally);

/*
 * Where of what is counted only "most" can be kept: the count that one must
 * have, so that no more do. Of equal counts none alone is kept, so that nothing
 * but the counts decides. 1 where all can be kept.
 */
extern int64 tally_threshold(const int64 *counts, int length, int most);

/* A key of two numbers, in their order, and these of it */
static inline uint64
tally_key(int32 high, int32 low)
{
	return (uint64) ((uint32) high ^ 0x80000000) << 32 | ((uint32) low ^ 0x80000000);
}

static inline int32
tally_key_high(uint64 key)
{
	return (int32) ((uint32) (key >> 32) ^ 0x80000000);
}

static inline int32
tally_key_low(uint64 key)
{
	return (int32) ((uint32) key ^ 0x80000000);
}

#endif							/* FUNNEL_TALLY_H */
