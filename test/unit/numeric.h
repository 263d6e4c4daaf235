/*
 * numeric.h
 *		PostgreSQL's stored numerics, for a test without it: see stub/utils/numeric.h.
 *		Included by the test alone.
 */
#ifndef UNIT_NUMERIC_H
#define UNIT_NUMERIC_H

#include "utils/numeric.h"

bool		stub_long_numerics = false;

#define DIGITS_MOST		2000	/* decimal ones, either side of the point */

/* A number's decimal digits: 10^(at - DIGITS_MOST) is the place of the one at "at" counted from the right */
typedef struct Places
{
	bool		negative;
	int			scale;
	char		digit[2 * DIGITS_MOST];
}			Places;

/* Reads a number as text, which may have a power of ten: -12.5, 1e+20. */
static inline Places
places_of(const char *text)
{
	static Places zero;
	Places		places = zero;
	const char *e = strpbrk(text, "eE");
	const char *end = e != NULL ? e : text + strlen(text);
	const char *point = memchr(text, '.', end - text);
	int			power = e != NULL ? atoi(e + 1) : 0;
	int			place;

	places.negative = text[0] == '-';
	text += places.negative;
	place = (int) ((point != NULL ? point : end) - text) - 1 + power;
	places.scale = Max(0, (point != NULL ? (int) (end - point) - 1 : 0) - power);
	for (; text < end; text++)
		if (*text != '.')
			places.digit[DIGITS_MOST + place--] = (char) (*text - '0');
	return places;
}

/* The digit of base 10000 with the weight */
static inline int16
base_digit(const Places *places, int weight)
{
	const char *at = &places->digit[DIGITS_MOST + 4 * weight];

	return (int16) (at[0] + 10 * at[1] + 100 * at[2] + 1000 * at[3]);
}

Datum
stub_numeric_in(Datum text, Datum type, Datum modifier)
{
	Places		places = places_of(DatumGetCString(text));
	int			high = DIGITS_MOST / 4 - 1;
	int			low = -DIGITS_MOST / 4;
	struct varlena *value = malloc(VARHDRSZ + 4 + 2 * (high - low + 1));
	uint16		header[2];
	int			headers = 1;

	(void) type;
	(void) modifier;
	while (high >= low && base_digit(&places, high) == 0)
		high--;
	while (low <= high && base_digit(&places, low) == 0)
		low++;
	if (low > high)
	{
		places.negative = false;
		high = 0;
		low = 1;
	}
	if (!stub_long_numerics && places.scale <= 63 && high >= -64 && high <= 63)
		header[0] = (uint16) (0x8000 | (places.negative ? 0x2000 : 0) | places.scale << 7 | (high & 0x7F));
	else
	{
		header[0] = (uint16) ((places.negative ? 0x4000 : 0) | places.scale);
		header[1] = (uint16) high;
		headers = 2;
	}
	memcpy(value->data, header, 2 * headers);
	for (int weight = high; weight >= low; weight--)
	{
		int16		digit = base_digit(&places, weight);

		memcpy(value->data + 2 * headers + 2 * (high - weight), &digit, sizeof(digit));
	}
	value->size = (uint32) (VARHDRSZ + 2 * headers + 2 * (high - low + 1));
	return PointerGetDatum(value);
}

Datum
stub_numeric_out(Datum numeric)
{
	struct varlena *value = (struct varlena *) numeric;
	int			digits = (int) VARSIZE_ANY_EXHDR(value) / 2 - 1;
	const char *at = value->data + 2;
	char	   *out = malloc(2 * DIGITS_MOST);
	char	   *to = out;
	Places		places = {0};
	uint16		header;
	int			weight;
	int			place = DIGITS_MOST - 1;

	memcpy(&header, value->data, sizeof(header));
	if (header & 0x8000)
	{
		places.negative = (header & 0x2000) != 0;
		places.scale = header >> 7 & 0x3F;
		weight = (int) (header & 0x7F) - (header & 0x40 ? 128 : 0);
	}
	else
	{
		int16		stored;

		places.negative = (header & 0x4000) != 0;
		places.scale = header & 0x3FFF;
		memcpy(&stored, at, sizeof(stored));
		weight = stored;
		at += 2;
		digits--;
	}
	for (int i = 0; i < digits; i++)
	{
		int16		digit;

		memcpy(&digit, at + 2 * i, sizeof(digit));
		for (int k = 0; k < 4; k++, digit /= 10)
			places.digit[DIGITS_MOST + 4 * (weight - i) + k] = (char) (digit % 10);
	}
	while (place > 0 && places.digit[DIGITS_MOST + place] == 0)
		place--;
	if (places.negative)
		*to++ = '-';
	for (; place >= -places.scale; place--)
	{
		if (place == -1)
			*to++ = '.';
		*to++ = (char) ('0' + places.digit[DIGITS_MOST + place]);
	}
	*to = '\0';
	return CStringGetDatum(out);
}

#endif							/* UNIT_NUMERIC_H */
