/*
 * codec.c
 *		The one wire format: how a summary is written and read.
 *
 * Bytes: integers are little-endian base 128 (LEB128) in the fewest bytes,
 * signed ones zigzagged first, so that small numbers are short and each number
 * has one image. Text: JSON, fields in the order of the wire.
 */
#include "base/codec.h"

#include <ctype.h>

#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/json.h"
#include "utils/timestamp.h"

/*
 * Errors
 */

void
codec_refuse(Codec *codec, const char *why)
{
	if (codec->mode == CODEC_PARSE)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("invalid input for type %s: %s", codec->type_name, why),
				 errdetail("At character %d, before \"%s\".",
						   pg_mbstrlen_with_len(codec->start, codec->at - codec->start) + 1,
						   pnstrdup(codec->at, pg_mbcliplen(codec->at, codec->end - codec->at, 40))),
				 errhint("Give the text that %s %s prints as.", strchr("aeiou", codec->type_name[0]) ? "an" : "a", codec->type_name)));
	if (!codec_is_reading(codec))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("a value of type %s could not be read again: %s", codec->type_name, why),
				 errhint("Were rows taken out that were never put in, or summaries of enormous counts merged?")));
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
			 errmsg("invalid bytes in a value of type %s: %s", codec->type_name, why),
			 errdetail("At byte %d of %d.", (int) (codec->at - codec->start), (int) (codec->end - codec->start))));
	pg_unreachable();
}

/*
 * Bytes
 */

static void
put_unsigned(Codec *codec, uint128 value)
{
	while (value >= 0x80)
	{
		appendStringInfoCharMacro(codec->out, (char) (0x80 | (value & 0x7F)));
		value >>= 7;
	}
	appendStringInfoCharMacro(codec->out, (char) value);
}

/* A number of two bytes or more. The first nine bytes, 63 bits, need no wide arithmetic. */
static uint128
get_long_unsigned(Codec *codec, int bits)
{
	uint128		value;
	uint64		low = 0;
	int			shift = 0;
	uint8		byte;

	do
	{
		if (codec->at >= codec->end)
			codec_refuse(codec, "it ends in the middle of a number");
		byte = (uint8) *codec->at++;
		low |= (uint64) (byte & 0x7F) << shift;
		shift += 7;
	} while (byte & 0x80 && shift < 63);

	value = low;
	while (byte & 0x80)
	{
		if (codec->at >= codec->end)
			codec_refuse(codec, "it ends in the middle of a number");
		byte = (uint8) *codec->at++;
		if (shift >= bits || (shift + 7 > bits && (byte & 0x7F) >> (bits - shift) != 0))
			codec_refuse(codec, "a number is out of range");
		value |= (uint128) (byte & 0x7F) << shift;
		shift += 7;
	}
	if (byte == 0)
		codec_refuse(codec, "a number has leading zeros");
	return value;
}

/* Reads a number of at most that many bits. */
static inline uint128
get_unsigned(Codec *codec, int bits)
{
	if (likely(codec->at < codec->end && (uint8) *codec->at < 0x80))
		return (uint8) *codec->at++;
	return get_long_unsigned(codec, bits);
}

static inline uint64
get_unsigned64(Codec *codec)
{
	return (uint64) get_unsigned(codec, 64);
}

static inline uint128
zigzag(int128 value)
{
	return ((uint128) value << 1) ^ (uint128) (value >> 127);
}

static inline int128
unzigzag(uint128 value)
{
	return (int128) (value >> 1) ^ -(int128) (value & 1);
}

/* Reads a length of things of at least one byte each; nothing may be longer than what is left. */
static int
get_length(Codec *codec)
{
	uint64		length = get_unsigned64(codec);

	if (length > (uint64) (codec->end - codec->at))
		codec_refuse(codec, "a length exceeds the bytes that are there");
	return (int) length;
}

/*
 * Text
 */

static void
skip_blanks(Codec *codec)
{
	while (codec->at < codec->end && (*codec->at == ' ' || *codec->at == '\n' || *codec->at == '\t' || *codec->at == '\r'))
		codec->at++;
}

/* Whether the next character is this one, which is then passed over */
static bool
accept_character(Codec *codec, char character)
{
	skip_blanks(codec);
	if (codec->at >= codec->end || *codec->at != character)
		return false;
	codec->at++;
	return true;
}

/* The same of a word */
static bool
accept_word(Codec *codec, const char *word)
{
	int			length = strlen(word);

	skip_blanks(codec);
	if (codec->end - codec->at < length || strncmp(codec->at, word, length) != 0)
		return false;
	codec->at += length;
	return true;
}

static void
expect_character(Codec *codec, char character)
{
	if (!accept_character(codec, character))
		codec_refuse(codec, psprintf("expected \"%c\"", character));
}

/* Writes, or expects, what stands before a field's value. */
static void
field_name(Codec *codec, const char *name)
{
	int			length = strlen(name);

	if (codec->mode == CODEC_PRINT)
	{
		appendStringInfo(codec->out, "%s\"%s\": ", codec->first ? "" : ", ", name);
		codec->first = false;
		return;
	}

	if (!codec->first)
		expect_character(codec, ',');
	codec->first = false;
	skip_blanks(codec);
	if (codec->end - codec->at < length + 2 || codec->at[0] != '"' ||
		memcmp(codec->at + 1, name, length) != 0 || codec->at[length + 1] != '"')
		codec_refuse(codec, psprintf("expected the field \"%s\"", name));
	codec->at += length + 2;
	expect_character(codec, ':');
}

/* Reads an integer in decimal digits; it must be below 2^126 in size. */
static int128
parse_integer(Codec *codec)
{
	bool		negative = accept_character(codec, '-');
	uint128		value = 0;

	if (codec->at >= codec->end || !isdigit((unsigned char) *codec->at))
		codec_refuse(codec, "expected an integer");
	while (codec->at < codec->end && isdigit((unsigned char) *codec->at))
	{
		value = value * 10 + (*codec->at++ - '0');
		if (value >= (uint128) DECIMAL_UNITS_LIMIT)
			codec_refuse(codec, "an integer is out of range");
	}
	return negative ? -(int128) value : (int128) value;
}

static void
print_integer(Codec *codec, int128 value)
{
	Decimal		decimal = {value, 0, NULL};

	if (value >= PG_INT64_MIN && value <= PG_INT64_MAX)
		appendStringInfo(codec->out, INT64_FORMAT, (int64) value);
	else
		appendStringInfoString(codec->out,
							   DatumGetCString(DirectFunctionCall1(numeric_out,
																   NumericGetDatum(decimal_to_numeric(&decimal)))));
}

/* Reads a JSON string; answers a palloc'd, NUL-terminated copy. */
static char *
parse_string(Codec *codec)
{
	StringInfoData text;

	initStringInfo(&text);
	expect_character(codec, '"');
	for (;;)
	{
		char		character;

		if (codec->at >= codec->end)
			codec_refuse(codec, "a string has no closing quote");
		character = *codec->at++;
		if (character == '"')
			return text.data;
		if ((unsigned char) character < 0x20)
			codec_refuse(codec, "a control character in a string must be written with a backslash");
		if (character == '\\')
		{
			static const char escapes[] = "\"\\/bfnrt";
			static const char meant[] = "\"\\/\b\f\n\r\t";
			const char *escape;

			if (codec->at >= codec->end)
				codec_refuse(codec, "a string has no closing quote");
			character = *codec->at++;
			escape = strchr(escapes, character);
			if (character != '\0' && escape != NULL)
				character = meant[escape - escapes];
			else if (character == 'u' && codec->end - codec->at >= 4 &&
					 strncmp(codec->at, "00", 2) == 0 &&
					 codec->at[2] >= '0' && codec->at[2] <= '7' && isxdigit((unsigned char) codec->at[3]))
			{
				char		digits[3] = {codec->at[2], codec->at[3], '\0'};

				character = (char) strtol(digits, NULL, 16);
				codec->at += 4;
				if (character == '\0')
					codec_refuse(codec, "a string can't hold a null character");
			}
			else
				codec_refuse(codec, "a backslash in a string must be followed by one of \"\\/bfnrt or u0001 to u007f");
		}
		appendStringInfoCharMacro(&text, character);
	}
}

/*
 * Fields
 */

/* An integer of any sign, of low .. high. */
static int64
integer_field(Codec *codec, const char *name, int64 value, int64 low)
{
	int128		read;

	if (unlikely(value < low && !codec_is_reading(codec)))
		codec_refuse(codec, psprintf("\"%s\" is below zero", name));
	switch (codec->mode)
	{
		case CODEC_PACK:
			put_unsigned(codec, low < 0 ? zigzag(value) : (uint128) value);
			return value;
		case CODEC_UNPACK:
			read = low < 0 ? unzigzag(get_unsigned(codec, 64)) : (int128) get_unsigned(codec, 63);
			return (int64) read;
		case CODEC_PRINT:
			field_name(codec, name);
			appendStringInfo(codec->out, INT64_FORMAT, value);
			return value;
		case CODEC_PARSE:
			field_name(codec, name);
			read = parse_integer(codec);
			if (read < low || read > PG_INT64_MAX)
				codec_refuse(codec, psprintf("\"%s\" is out of range", name));
			return (int64) read;
	}
	pg_unreachable();
}

void
codec_count_slowly(Codec *codec, const char *name, int64 *value)
{
	*value = integer_field(codec, name, *value, 0);
}

void
codec_integer(Codec *codec, const char *name, int64 *value)
{
	*value = integer_field(codec, name, *value, PG_INT64_MIN);
}

static void
check_sum(Codec *codec, int128 sum)
{
	if (sum >= DECIMAL_UNITS_LIMIT || sum <= -DECIMAL_UNITS_LIMIT)
		codec_refuse(codec, "a sum is out of range");
}

/* A sum of at most 126 bits and a sign */
void
codec_int128(Codec *codec, const char *name, int128 *value)
{
	if (!codec_is_reading(codec))
		check_sum(codec, *value);
	switch (codec->mode)
	{
		case CODEC_PACK:
			put_unsigned(codec, zigzag(*value));
			break;
		case CODEC_UNPACK:
			*value = unzigzag(get_unsigned(codec, 128));
			check_sum(codec, *value);
			break;
		case CODEC_PRINT:
			field_name(codec, name);
			print_integer(codec, *value);
			break;
		case CODEC_PARSE:
			field_name(codec, name);
			*value = parse_integer(codec);
			break;
	}
}

/* Reads decimal digits of the given length, which may hold one point and a leading minus. */
static void
decimal_of_digits(Codec *codec, const char *digits, int length, Decimal *value)
{
	char	   *copy;
	int			points = 0;
	int			at = (length > 1 && digits[0] == '-');

	/* before it is copied: a null character would cut the copy short */
	if (!isdigit((unsigned char) digits[at]) || !isdigit((unsigned char) digits[length - 1]))
		codec_refuse(codec, "expected a number");
	for (; at < length; at++)
	{
		points += (digits[at] == '.');
		if ((digits[at] != '.' && !isdigit((unsigned char) digits[at])) || points > 1)
			codec_refuse(codec, "expected a number");
	}
	copy = pnstrdup(digits, length);
	*value = decimal_from_numeric(DirectFunctionCall3(numeric_in, CStringGetDatum(copy),
													  ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
	pfree(copy);
}

static char *
digits_of_decimal(const Decimal *value)
{
	return DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(decimal_to_numeric(value))));
}

/* Bytes: 2 * scale and the units; a wide one 1, and its digits as text. */
static void
unpack_decimal(Codec *codec, Decimal *value)
{
	uint64		tag = get_unsigned64(codec);

	if (likely((tag & 1) == 0))
	{
		if (tag / 2 > DECIMAL_MAX_SCALE)
			codec_refuse(codec, "an amount has more decimals than its form allows");
		value->scale = (int32) (tag / 2);
		value->units = unzigzag(get_unsigned(codec, 128));
		value->wide = NULL;
		if (value->units >= DECIMAL_UNITS_LIMIT || value->units <= -DECIMAL_UNITS_LIMIT)
			codec_refuse(codec, "an amount is out of range");
	}
	else
	{
		int			length = get_length(codec);

		if (tag != 1 || length == 0)
			codec_refuse(codec, "an amount has no known form");
		decimal_of_digits(codec, codec->at, length, value);
		if (value->wide == NULL)
			codec_refuse(codec, "an amount is not in its shortest form");
		codec->at += length;
	}
}

void
codec_decimal(Codec *codec, const char *name, Decimal *value)
{
	const char *digits;

	switch (codec->mode)
	{
		case CODEC_PACK:
			if (value->wide == NULL)
			{
				put_unsigned(codec, 2 * (uint128) value->scale);
				put_unsigned(codec, zigzag(value->units));
			}
			else
			{
				digits = digits_of_decimal(value);
				put_unsigned(codec, 1);
				put_unsigned(codec, strlen(digits));
				appendStringInfoString(codec->out, digits);
			}
			break;
		case CODEC_UNPACK:
			unpack_decimal(codec, value);
			break;
		case CODEC_PRINT:
			field_name(codec, name);
			appendStringInfoString(codec->out, digits_of_decimal(value));
			break;
		case CODEC_PARSE:
			field_name(codec, name);
			skip_blanks(codec);
			digits = codec->at;
			while (codec->at < codec->end && strchr("-.0123456789", *codec->at) != NULL)
				codec->at++;
			if (codec->at == digits)
				codec_refuse(codec, "expected a number");
			decimal_of_digits(codec, digits, codec->at - digits, value);
			break;
	}
}

static void
print_moment(Codec *codec, const char *name, int64 moment, int64 none)
{
	field_name(codec, name);
	if (moment == none)
		appendStringInfoString(codec->out, "null");
	else
	{
		struct pg_tm tm;
		fsec_t		fraction;
		char		text[MAXDATELEN + 1];

		if (timestamp2tm(moment, NULL, &tm, &fraction, NULL, NULL) != 0)
			elog(ERROR, "moment out of range: " INT64_FORMAT, moment);
		tm.tm_isdst = 0;		/* else no zone is printed */
		EncodeDateTime(&tm, fraction, true, 0, NULL, USE_ISO_DATES, text);
		appendStringInfo(codec->out, "\"%s\"", text);
	}
}

static int64
parse_moment(Codec *codec, const char *name, int64 none)
{
	const char *text;

	field_name(codec, name);
	if (accept_word(codec, "null"))
		return none;
	text = parse_string(codec);
	/* only the form that is printed: no "now", no setting that decides what it means */
	if (!isdigit((unsigned char) text[0]) || strspn(text, "0123456789-:.+ BC") != strlen(text) || strchr(text, '+') == NULL)
		codec_refuse(codec, "expected a time as YYYY-MM-DD HH:MM:SS+00");
	return DatumGetTimestampTz(DirectFunctionCall3(timestamptz_in, CStringGetDatum(text),
												   ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
}

static void
check_moments(Codec *codec, int64 from, int64 through)
{
	if (from == MOMENT_NONE_FROM && through == MOMENT_NONE_THROUGH)
		return;
	if (!moment_in_range(from) || !moment_in_range(through) || from > through)
		codec_refuse(codec, "its moments are out of range or in the wrong order");
}

static void
unpack_moments(Codec *codec, int64 *from, int64 *through)
{
	uint64		seen = get_unsigned64(codec);

	*from = MOMENT_NONE_FROM;
	*through = MOMENT_NONE_THROUGH;
	if (seen == 0)
		return;
	if (seen != 1)
		codec_refuse(codec, "its moments have no known form");
	*from = (int64) unzigzag(get_unsigned64(codec));
	*through = (int64) ((uint64) *from + get_unsigned64(codec));
	if (*from > *through)
		codec_refuse(codec, "its moments are out of range or in the wrong order");
}

/* The first and the last moment seen, or neither. Text shows them in UTC. */
void
codec_moments(Codec *codec, int64 *from, int64 *through)
{
	if (!codec_is_reading(codec))	/* printing one out of range would be another error */
		check_moments(codec, *from, *through);
	switch (codec->mode)
	{
		case CODEC_PACK:
			put_unsigned(codec, *from <= *through);
			if (*from <= *through)
			{
				put_unsigned(codec, zigzag(*from));
				put_unsigned(codec, (uint64) *through - (uint64) *from);
			}
			break;
		case CODEC_UNPACK:
			unpack_moments(codec, from, through);
			break;
		case CODEC_PRINT:
			print_moment(codec, "data_from", *from, MOMENT_NONE_FROM);
			print_moment(codec, "data_through", *through, MOMENT_NONE_THROUGH);
			break;
		case CODEC_PARSE:
			*from = parse_moment(codec, "data_from", MOMENT_NONE_FROM);
			*through = parse_moment(codec, "data_through", MOMENT_NONE_THROUGH);
			break;
	}
	if (codec_is_reading(codec))
		check_moments(codec, *from, *through);
}

static void
check_moment(Codec *codec, const char *name, int64 moment)
{
	if (moment != MOMENT_NONE_FROM && !moment_in_range(moment))
		codec_refuse(codec, psprintf("\"%s\" is out of range", name));
}

/* A moment, such as that up to which rows are known; or none, null in text, which shows it in UTC. */
void
codec_moment(Codec *codec, const char *name, int64 *moment)
{
	if (!codec_is_reading(codec))	/* printing one out of range would be another error */
		check_moment(codec, name, *moment);
	switch (codec->mode)
	{
		case CODEC_PACK:
			put_unsigned(codec, *moment == MOMENT_NONE_FROM ? 0 : (uint128) zigzag(*moment) + 1);
			break;
		case CODEC_UNPACK:
			{
				uint64		stored = get_unsigned64(codec);

				*moment = stored == 0 ? MOMENT_NONE_FROM : (int64) unzigzag(stored - 1);
				break;
			}
		case CODEC_PRINT:
			print_moment(codec, name, *moment, MOMENT_NONE_FROM);
			break;
		case CODEC_PARSE:
			*moment = parse_moment(codec, name, MOMENT_NONE_FROM);
			break;
	}
	if (codec_is_reading(codec))
		check_moment(codec, name, *moment);
}

/* Text in the database's encoding, of length bytes */
void
codec_text(Codec *codec, const char *name, char **value, int *length)
{
	switch (codec->mode)
	{
		case CODEC_PACK:
			put_unsigned(codec, (uint128) *length);
			appendBinaryStringInfo(codec->out, *value, *length);
			return;
		case CODEC_UNPACK:
			*length = get_length(codec);
			*value = pnstrdup(codec->at, *length);
			codec->at += *length;
			break;
		case CODEC_PRINT:
			field_name(codec, name);
			escape_json(codec->out, pnstrdup(*value, *length));
			return;
		case CODEC_PARSE:
			field_name(codec, name);
			*value = parse_string(codec);
			*length = strlen(*value);
			break;
	}
	if (memchr(*value, '\0', *length) != NULL || !pg_verifymbstr(*value, *length, true))
		codec_refuse(codec, "a text is not valid in this database's encoding");
}

/* Yes or no. Bytes: 1 or 0 */
void
codec_boolean(Codec *codec, const char *name, bool *value)
{
	uint64		number;

	switch (codec->mode)
	{
		case CODEC_PACK:
			put_unsigned(codec, *value);
			break;
		case CODEC_UNPACK:
			number = get_unsigned64(codec);
			if (number > 1)
				codec_refuse(codec, psprintf("\"%s\" is neither true nor false", name));
			*value = (number == 1);
			break;
		case CODEC_PRINT:
			field_name(codec, name);
			appendStringInfoString(codec->out, *value ? "true" : "false");
			break;
		case CODEC_PARSE:
			field_name(codec, name);
			*value = accept_word(codec, "true");
			if (!*value && !accept_word(codec, "false"))
				codec_refuse(codec, psprintf("\"%s\" is neither true nor false", name));
			break;
	}
}

/* The day of a date as text_of_day writes it; one out of range where it is none */
static int64
day_of_text(const char *text)
{
	struct pg_tm tm = {0};

	if (strspn(text, "0123456789- BC") != strlen(text) || strlen(text) > MAXDATELEN ||
		sscanf(text, "%6d-%2d-%2d", &tm.tm_year, &tm.tm_mon, &tm.tm_mday) != 3 ||
		tm.tm_year < 1 || tm.tm_year > 300000 || tm.tm_mon < 1 || tm.tm_mon > MONTHS_PER_YEAR)
		return PG_INT64_MAX;
	if (strstr(text, " BC") != NULL)
		tm.tm_year = 1 - tm.tm_year;
	if (tm.tm_year < JULIAN_MINYEAR)
		return PG_INT64_MAX;
	return date2j(tm.tm_year, tm.tm_mon, tm.tm_mday) - POSTGRES_EPOCH_JDATE;
}

static char *
text_of_day(int64 day)
{
	struct pg_tm tm = {0};
	char		text[MAXDATELEN + 1];

	j2date((int) day + POSTGRES_EPOCH_JDATE, &tm.tm_year, &tm.tm_mon, &tm.tm_mday);
	EncodeDateOnly(&tm, USE_ISO_DATES, text);
	return pstrdup(text);
}

/*
 * A date. Bytes: the days since 2000-01-01. Text: YYYY-MM-DD, whatever
 * DateStyle is: of a row in range, or what its period begins with.
 */
void
codec_date(Codec *codec, const char *name, int64 *day)
{
	char	   *text = codec->mode == CODEC_PRINT ? text_of_day(*day) : NULL;
	int			length = text == NULL ? 0 : strlen(text);

	if (codec->mode == CODEC_PACK || codec->mode == CODEC_UNPACK)
		codec_integer(codec, name, day);
	else
		codec_text(codec, name, &text, &length);
	if (codec->mode == CODEC_PARSE)
		*day = day_of_text(text);
	if (*day < PERIOD_FIRST_START || *day > PERIOD_LAST_DAY ||
		(codec->mode == CODEC_PARSE && strcmp(text, text_of_day(*day)) != 0))
		codec_refuse(codec, psprintf("\"%s\" is out of range, or not written as YYYY-MM-DD", name));
}

/* The kind of period, by its name; "known" is false, and the name empty, in a summary of no rows. */
void
codec_period_kind(Codec *codec, const char *name, bool *known, PeriodKind *kind)
{
	char	   *word = (char *) (!codec_is_reading(codec) && *known ? period_names[*kind] : "");
	int			length = strlen(word);

	codec_text(codec, name, &word, &length);
	if (!codec_is_reading(codec))
		return;
	*known = length > 0;
	if (*known && (!period_kind_of(word, length, kind) || strncmp(word, period_names[*kind], length) != 0))
		codec_refuse(codec, psprintf("its %s is none of day, week, month, quarter, year, jalali month, jalali quarter and jalali year", name));
}

void
codec_period(Codec *codec, bool *known, PeriodKind *kind)
{
	codec_period_kind(codec, "period", known, kind);
}

/* The name of a zone, or an empty one. It need not be one of this server's: what was stored elsewhere loads, but no rule such as UTC+8. */
void
codec_zone(Codec *codec, char **zone, int *length)
{
	codec_text(codec, "zone", zone, length);
	if (codec_is_reading(codec) && *length > 0 && !zone_name_is_possible(*zone, *length))
		codec_refuse(codec, "its zone is not the name of a time zone");
}

/*
 * Lists
 */

/* How many records the list that starts here has, by a look ahead */
static int
count_records(Codec *codec)
{
	int			depth = 0;
	int			records = 0;
	bool		quoted = false;

	for (const char *at = codec->at; at < codec->end; at++)
	{
		if (quoted)
		{
			if (*at == '\\')
				at++;
			else if (*at == '"')
				quoted = false;
			continue;
		}
		if (*at == '"')
			quoted = true;
		else if (*at == '{' || *at == '[')
			records += (depth++ == 0);
		else if ((*at == '}' || *at == ']') && --depth < 0)
			return records;
	}
	codec_refuse(codec, "a list has no end");
}

void
codec_list_begin(Codec *codec, const char *name, int *length, int most)
{
	switch (codec->mode)
	{
		case CODEC_PACK:
			put_unsigned(codec, (uint128) *length);
			break;
		case CODEC_UNPACK:
			*length = get_length(codec);
			break;
		case CODEC_PRINT:
			field_name(codec, name);
			appendStringInfoChar(codec->out, '[');
			codec->first = true;
			break;
		case CODEC_PARSE:
			field_name(codec, name);
			expect_character(codec, '[');
			*length = count_records(codec);
			codec->first = true;
			break;
	}
	if (*length > most)
		codec_refuse(codec, psprintf("\"%s\" has %d entries, more than %d", name, *length, most));
}

void
codec_list_end(Codec *codec)
{
	if (codec->mode == CODEC_PRINT)
		appendStringInfoChar(codec->out, ']');
	if (codec->mode == CODEC_PARSE)
		expect_character(codec, ']');
	codec->first = false;
}

static void
open_record(Codec *codec, char bracket)
{
	if (codec->mode == CODEC_PRINT)
		appendStringInfo(codec->out, "%s%c", codec->first ? "" : ", ", bracket);
	if (codec->mode == CODEC_PARSE)
	{
		if (!codec->first)
			expect_character(codec, ',');
		expect_character(codec, bracket);
	}
	codec->first = true;
}

static void
close_record(Codec *codec, char bracket)
{
	if (codec->mode == CODEC_PRINT)
		appendStringInfoChar(codec->out, bracket);
	if (codec->mode == CODEC_PARSE)
		expect_character(codec, bracket);
	codec->first = false;
}

void
codec_record_begin(Codec *codec)
{
	open_record(codec, '{');
}

void
codec_record_end(Codec *codec)
{
	close_record(codec, '}');
}

void
codec_group_begin(Codec *codec, const char *name)
{
	if (codec->mode == CODEC_PRINT || codec->mode == CODEC_PARSE)
		field_name(codec, name);
	codec->first = true;
	open_record(codec, '{');
}

void
codec_group_end(Codec *codec)
{
	close_record(codec, '}');
}

/*
 * Sketches. Text: a list of [bucket, count]. Bytes: runs of neighbouring
 * non-empty buckets, each the gap since the last run, the length and the
 * counts; a list of them, so that wide sketches stay near a byte a bucket.
 */

static void
pack_sketch(Codec *codec, int length, const uint16 *bucket, const int64 *count)
{
	int			runs = 0;
	int			behind = 0;		/* the bucket behind the last run */

	for (int i = 0; i < length; i++)
		runs += (i == 0 || bucket[i] != bucket[i - 1] + 1);
	put_unsigned(codec, (uint128) runs);

	for (int i = 0; i < length;)
	{
		int			next = i + 1;

		while (next < length && bucket[next] == bucket[next - 1] + 1)
			next++;
		put_unsigned(codec, (uint128) (bucket[i] - behind));
		put_unsigned(codec, (uint128) (next - i));
		behind = bucket[next - 1] + 1;
		for (; i < next; i++)
			put_unsigned(codec, (uint128) count[i]);
	}
}

static int
unpack_sketch(Codec *codec, uint16 *bucket, int64 *count)
{
	int			runs = get_length(codec);
	int			length = 0;
	uint64		at = 0;

	for (int run = 0; run < runs; run++)
	{
		uint64		gap = get_unsigned64(codec);
		uint64		members = get_unsigned64(codec);

		if (gap > (uint64) sketch_buckets() || members > (uint64) sketch_buckets() ||
			members == 0 || at + gap + members > (uint64) sketch_buckets() || (run > 0 && gap == 0))
			codec_refuse(codec, "a sketch has buckets that do not exist or are out of order");
		at += gap;
		for (; members > 0; members--)
		{
			bucket[length] = (uint16) at++;
			count[length++] = (int64) get_unsigned(codec, 63);
		}
	}
	return length;
}

static int
parse_sketch(Codec *codec, const char *name, uint16 *bucket, int64 *count)
{
	int			length;

	codec_list_begin(codec, name, &length, sketch_buckets());
	for (int i = 0; i < length; i++)
	{
		int128		number;
		int128		counted;

		open_record(codec, '[');
		number = parse_integer(codec);
		expect_character(codec, ',');
		counted = parse_integer(codec);
		close_record(codec, ']');
		if (number < 0 || number >= sketch_buckets() || (i > 0 && number <= bucket[i - 1]))
			codec_refuse(codec, "a sketch has buckets that do not exist or are out of order");
		if (counted < 1 || counted > PG_INT64_MAX)
			codec_refuse(codec, "a sketch has a count out of range");
		bucket[i] = (uint16) number;
		count[i] = (int64) counted;
	}
	codec_list_end(codec);
	return length;
}

/* The palloc'd sketch of what was read; NULL for none */
static Sketch *
sketch_of_buckets(Codec *codec, int length, const uint16 *bucket, const int64 *count)
{
	int128		total = 0;

	for (int i = 0; i < length; i++)
	{
		if (count[i] < 1)
			codec_refuse(codec, "a sketch has a count out of range");
		total += count[i];
	}
	if (total > PG_INT64_MAX)
		codec_refuse(codec, "a sketch counts more than it can hold");
	return length == 0 ? NULL : sketch_from_buckets(length, bucket, count);
}

void
codec_sketch(Codec *codec, const char *name, Sketch **sketch)
{
	int			length = 0;
	uint16	   *bucket;
	int64	   *count;

	/* an empty one is common, and one byte */
	if (codec->mode == CODEC_UNPACK && codec->at < codec->end && *codec->at == 0)
	{
		codec->at++;
		*sketch = NULL;
		return;
	}
	bucket = palloc(sketch_buckets() * sizeof(uint16));
	count = palloc((sketch_buckets() + 1) * sizeof(int64));	/* the walk zeroes one behind the last */

	if (!codec_is_reading(codec) && *sketch != NULL)
	{
		SketchWalk	walk = sketch_walk(*sketch);
		int			next;

		while (sketch_walk_next(&walk, &next, &count[length]))
			bucket[length++] = (uint16) next;
	}

	switch (codec->mode)
	{
		case CODEC_PACK:
			pack_sketch(codec, length, bucket, count);
			break;
		case CODEC_UNPACK:
			*sketch = sketch_of_buckets(codec, unpack_sketch(codec, bucket, count), bucket, count);
			break;
		case CODEC_PRINT:
			field_name(codec, name);
			appendStringInfoChar(codec->out, '[');
			for (int i = 0; i < length; i++)
				appendStringInfo(codec->out, "%s[%d, " INT64_FORMAT "]", i == 0 ? "" : ", ", bucket[i], count[i]);
			appendStringInfoChar(codec->out, ']');
			break;
		case CODEC_PARSE:
			length = parse_sketch(codec, name, bucket, count);
			*sketch = sketch_of_buckets(codec, length, bucket, count);
			break;
	}
	pfree(bucket);
	pfree(count);
}
