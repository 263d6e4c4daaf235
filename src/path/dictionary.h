/*
 * dictionary.h
 *		A dictionary: numbers for texts that nobody knows beforehand.
 *
 * Each text gets the next number, from 0, when it first comes. Texts come from
 * outside, so they are told apart and found by the keyed hash that tells
 * entities apart (key.h): whoever chooses them can't make two of them one, nor
 * a look-up slow. Numbers depend on the order of the texts, and so may nothing
 * that leaves the state: put what does in order of the bytes
 * (dictionary_compare).
 *
 * All of it lies in one memory context. There is no limit; a family that has
 * one looks at "count".
 */
#ifndef FUNNEL_DICTIONARY_H
#define FUNNEL_DICTIONARY_H

#include "base/compat.h"

#include "path/key.h"
#include "utils/palloc.h"

typedef struct DictionaryText
{
	PathKey		key;
	char	   *text;			/* not NUL-terminated */
	int32		length;
}			DictionaryText;

/* A text of up to 16 bytes that came lately: its ends (label.h) are all of it */
typedef struct DictionaryRecent
{
	uint64		head;
	uint64		tail;
	int32		length;			/* -1: none */
	int32		number;
}			DictionaryRecent;

typedef struct Dictionary
{
	MemoryContext context;
	int32		count;
	int32		room;
	DictionaryText *texts;		/* by number */
	uint32	   *slots;			/* a number, from 1; 0: empty */
	uint32		mask;			/* slots less one, a power of two */
	DictionaryRecent *recent;	/* texts that came lately; NULL: few have come */
	int			recent_shift;	/* 64 minus the bits of their number */
	uint64		asked;			/* short texts that were not among them */
}			Dictionary;

/* An empty one, which takes no memory until the first text comes */
extern void dictionary_begin(Dictionary *dictionary, MemoryContext context);

/* The number of a text, which is copied where it is new */
extern int32 dictionary_number(Dictionary *dictionary, const char *text, int length);

/* The order of two of its texts, by bytes: below 0, 0 or above */
extern int	dictionary_compare(const Dictionary *dictionary, int32 a, int32 b);

/* Puts numbers in that order. */
extern void dictionary_sort(const Dictionary *dictionary, int32 *numbers, int count);

/* All numbers in that order, palloc'd */
extern int32 *dictionary_order(const Dictionary *dictionary);

#endif							/* FUNNEL_DICTIONARY_H */
