/*
 * codec.h
 *		The one wire format: how a summary is written and read.
 *
 * A family lists the fields of its summary once, in a function of the type
 * CodecFields, and that list serves in all four directions:
 *
 *		pack	struct to bytes (what is stored, and what send sends)
 *		unpack	bytes to struct, each one checked
 *		print	struct to text, which is JSON
 *		parse	text to struct, each field checked
 *
 * Names of fields stand in dumps, so they are kept for ever: one name and one
 * unit for one thing in all types, and the unit said (..._microseconds). What
 * SQL shows too has SQL's name.
 *
 * The bytes are canonical: equal summaries are equal images. The first byte is
 * the version of the list; a field that a later version adds is read under
 * "if (codec->version >= 2)". What is stored today must load for ever.
 *
 * What a reader would refuse is not written: packing and printing check, too.
 *
 * A reader never trusts a length: nothing is allocated that the input is too
 * short to hold. Bad bytes are ERRCODE_INVALID_BINARY_REPRESENTATION, bad
 * text is ERRCODE_INVALID_TEXT_REPRESENTATION with the place in a DETAIL.
 */
#ifndef FUNNEL_CODEC_H
#define FUNNEL_CODEC_H

#include "base/compat.h"

#include "base/decimal.h"
#include "base/period.h"
#include "base/sketch.h"
#include "datatype/timestamp.h"
#include "lib/stringinfo.h"

typedef enum CodecMode
{
	CODEC_PACK,
	CODEC_UNPACK,
	CODEC_PRINT,
	CODEC_PARSE
}			CodecMode;

typedef struct Codec
{
	CodecMode	mode;
	int			version;		/* of the list of fields being read or written */
	const char *type_name;		/* for messages */
	StringInfo	out;			/* pack, print: where it goes */
	const char *start;			/* unpack, parse: the input, for messages */
	const char *at;				/* ... the next byte of it */
	const char *end;			/* ... the byte behind its last */
	bool		first;			/* print, parse: no comma before the next field */
	const void *like;			/* unpack: a summary of the type to share with, or NULL (summary_read_like) */
}			Codec;

/* Lists the fields of a summary, in the order of the wire. */
typedef void (*CodecFields) (Codec *codec, void *summary);

static inline bool
codec_is_reading(const Codec *codec)
{
	return codec->mode == CODEC_UNPACK || codec->mode == CODEC_PARSE;
}

/* "No moment seen yet": so that the earliest and the latest are plain minima and maxima. */
#define MOMENT_NONE_FROM		PG_INT64_MAX
#define MOMENT_NONE_THROUGH		PG_INT64_MIN

/* Fields: each reads into *value or writes it, as the codec's mode says. */
extern void codec_count_slowly(Codec *codec, const char *name, int64 *value);
extern void codec_integer(Codec *codec, const char *name, int64 *value);	/* any */
extern void codec_int128(Codec *codec, const char *name, int128 *value);
extern void codec_decimal(Codec *codec, const char *name, Decimal *value);
extern void codec_moments(Codec *codec, int64 *from, int64 *through);	/* "data_from", "data_through" */
extern void codec_moment(Codec *codec, const char *name, int64 *moment);	/* in range, or none: MOMENT_NONE_FROM */
extern void codec_text(Codec *codec, const char *name, char **value, int *length);	/* any bytes valid in the database's encoding; not NUL-terminated by its length */
extern void codec_sketch(Codec *codec, const char *name, Sketch **sketch);	/* reading: palloc'd */
extern void codec_boolean(Codec *codec, const char *name, bool *value);
extern void codec_date(Codec *codec, const char *name, int64 *day);	/* days from 2000-01-01; text: YYYY-MM-DD */
extern void codec_period(Codec *codec, bool *known, PeriodKind *kind);	/* "period"; empty where none is known */
extern void codec_period_kind(Codec *codec, const char *name, bool *known, PeriodKind *kind);	/* the same of another name */
extern void codec_zone(Codec *codec, char **zone, int *length);	/* "zone", a name as codec_text's */

/*
 * Fields that belong together, under a name: codec_group_begin and _end stand
 * around them. Only the text shows it.
 */
extern void codec_group_begin(Codec *codec, const char *name);
extern void codec_group_end(Codec *codec);

/*
 * A list of records: codec_list_begin reads or writes how many there are (the
 * caller allocates them after it), codec_record_begin and _end stand around
 * the fields of each, codec_list_end closes it. Records take any fields, lists
 * among them.
 */
extern void codec_list_begin(Codec *codec, const char *name, int *length, int most);
extern void codec_record_begin(Codec *codec);
extern void codec_record_end(Codec *codec);
extern void codec_list_end(Codec *codec);

/* A count, 0 .. PG_INT64_MAX. Rollups read millions of small ones: those are a byte each. */
static inline void
codec_count(Codec *codec, const char *name, int64 *value)
{
	if (likely(codec->mode == CODEC_UNPACK && codec->at < codec->end && (uint8) *codec->at < 0x80))
		*value = (uint8) *codec->at++;
	else
		codec_count_slowly(codec, name, value);
}

/* Refuses what was read, or is to be written: a rule is broken. "why" is a whole sentence. */
pg_noreturn extern void codec_refuse(Codec *codec, const char *why);

#endif							/* FUNNEL_CODEC_H */
