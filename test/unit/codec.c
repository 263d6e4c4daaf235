/*
 * codec.c
 *		Tests of src/base/codec.c: every kind of field through bytes and text, and
 *		what a reader refuses.
 *
 * Prints TAP.
 */
#include "base/codec.h"

#include "numeric.h"
#include "unit.h"

#define ROUNDS	3000
#define MOST	20

/* Of period.c, which these don't need: how zones and kinds of periods are called */
const char *const period_names[PERIOD_KINDS] = {"day", "week", "month", "quarter", "year", "jalali month", "jalali quarter", "jalali year"};

bool
period_kind_of(const char *name, int length, PeriodKind *kind)
{
	for (int i = 0; i < PERIOD_KINDS; i++)
		if (length == (int) strlen(period_names[i]) && strncmp(name, period_names[i], length) == 0)
		{
			*kind = (PeriodKind) i;
			return true;
		}
	return false;
}

bool
zone_name_is_possible(const char *name, int length)
{
	return length > 0 && memchr(name, '+', length) == NULL;
}

/* A summary of every kind of field */
typedef struct Sample
{
	int64		count;
	int64		integer;
	int128		sum;
	Decimal		amount;
	int64		from;
	int64		through;
	bool		flag;
	int64		day;
	bool		has_period;
	PeriodKind	period;
	char	   *zone;
	int			zone_length;
	char	   *text;
	int			text_length;
	Sketch	   *sketch;
	int			length;
	int64		counts[MOST];
	int64		others[MOST];
}			Sample;

static void
sample_fields(Codec *codec, Sample *sample)
{
	codec_count(codec, "count", &sample->count);
	codec_integer(codec, "integer", &sample->integer);
	codec_int128(codec, "sum", &sample->sum);
	codec_decimal(codec, "amount", &sample->amount);
	codec_moments(codec, &sample->from, &sample->through);
	codec_group_begin(codec, "group");
	codec_boolean(codec, "flag", &sample->flag);
	codec_date(codec, "day", &sample->day);
	codec_group_end(codec);
	codec_period(codec, &sample->has_period, &sample->period);
	codec_zone(codec, &sample->zone, &sample->zone_length);
	codec_text(codec, "text", &sample->text, &sample->text_length);
	codec_sketch(codec, "sketch", &sample->sketch);
	codec_list_begin(codec, "list", &sample->length, MOST);
	for (int i = 0; i < sample->length; i++)
	{
		codec_record_begin(codec);
		codec_count(codec, "count", &sample->counts[i]);
		codec_integer(codec, "other", &sample->others[i]);
		codec_record_end(codec);
	}
	codec_list_end(codec);
}

static int64
draw_moment(void)
{
	return (int64) (DATE_EARLIEST + (int64) (draw() % (DATE_LATEST - DATE_EARLIEST))) * USECS_PER_DAY + (int64) (draw() % USECS_PER_DAY);
}

static Sample
draw_sample(void)
{
	static char *const texts[] = {"", "Lead", "it's \"quoted\" \\ > ; , :", "\t\n\x01", "\xd8\xb3\xd8\xb1"};
	static char *const zones[] = {"", "UTC", "Asia/Tehran"};
	Sample		sample = {0};

	sample.count = (int64) draw_bits(63);
	sample.integer = (int64) draw_bits(64);
	sample.sum = (int128) draw_bits(63) << draw() % 63;
	if (draw() % 2)
		sample.sum = -sample.sum;
	sample.amount.units = -sample.sum / 3;
	sample.amount.scale = (int32) (draw() % 38);
	sample.from = draw() % 3 ? draw_moment() : MOMENT_NONE_FROM;
	sample.through = sample.from == MOMENT_NONE_FROM ? MOMENT_NONE_THROUGH : draw_moment();
	if (sample.from != MOMENT_NONE_FROM && sample.through < sample.from)
	{
		int64		first = sample.through;

		sample.through = sample.from;
		sample.from = first;
	}
	sample.flag = draw() % 2;
	sample.day = DATE_EARLIEST + (int64) (draw() % (DATE_LATEST - DATE_EARLIEST));
	sample.has_period = draw() % 2;
	sample.period = (PeriodKind) (draw() % PERIOD_KINDS);
	sample.zone = zones[draw() % lengthof(zones)];
	sample.zone_length = (int) strlen(sample.zone);
	sample.text = texts[draw() % lengthof(texts)];
	sample.text_length = (int) strlen(sample.text);
	for (uint64 values = draw() % 30; values > 0; values--)
		sample.sketch = sketch_insert(sample.sketch, (int64) draw_bits(50));
	sample.length = (int) (draw() % (MOST + 1));
	for (int i = 0; i < sample.length; i++)
	{
		sample.counts[i] = (int64) draw_bits(63);
		sample.others[i] = (int64) draw_bits(64);
	}
	return sample;
}

static StringInfoData
written(CodecMode mode, Sample *sample)
{
	StringInfoData out;
	Codec		codec = {mode, 1, "sample", &out, NULL, NULL, NULL, true, NULL};

	initStringInfo(&out);
	if (mode == CODEC_PRINT)
		codec_record_begin(&codec);
	sample_fields(&codec, sample);
	if (mode == CODEC_PRINT)
		codec_record_end(&codec);
	return out;
}

/* What was read; an error where something is left over */
static Sample
read_sample(CodecMode mode, const char *bytes, int length)
{
	Sample		sample = {0};
	Codec		codec = {mode, 1, "sample", NULL, bytes, bytes, bytes + length, true, NULL};

	if (mode == CODEC_PARSE)
		codec_record_begin(&codec);
	sample_fields(&codec, &sample);
	if (mode == CODEC_PARSE)
		codec_record_end(&codec);
	if (codec.at != codec.end)
		codec_refuse(&codec, "something is left over");
	return sample;
}

static __attribute__((noinline)) bool
is_refused(CodecMode mode, const char *bytes, int length, Sample *read)
{
	return FAILS(*read = read_sample(mode, bytes, length));
}

static bool
is_same(StringInfoData a, StringInfoData b)
{
	return a.len == b.len && memcmp(a.data, b.data, a.len) == 0;
}

static bool
samples_come_back(CodecMode write, CodecMode read)
{
	for (int i = 0; i < ROUNDS; i++)
	{
		Sample		sample = draw_sample();
		StringInfoData out = written(write, &sample);
		Sample		again = read_sample(read, out.data, out.len);

		if (!is_same(out, written(write, &again)) || !is_same(written(CODEC_PACK, &sample), written(CODEC_PACK, &again)))
			return false;
	}
	return true;
}

static bool
cut_ones_are_refused(CodecMode write, CodecMode read)
{
	for (int i = 0; i < ROUNDS / 30; i++)
	{
		Sample		sample = draw_sample();
		StringInfoData out = written(write, &sample);

		for (int length = 0; length < out.len; length++)
		{
			char	   *cut = malloc(length + 1);	/* of that length, so that a sanitizer sees a byte behind it read */
			bool		refused;

			memcpy(cut, out.data, length);
			refused = is_refused(read, cut, length, &sample);
			free(cut);
			if (!refused)
				return false;
		}
	}
	return true;
}

/* Bytes that are read are the only ones of what they mean. */
static bool
bytes_are_canonical(int *taken)
{
	*taken = 0;
	for (int i = 0; i < ROUNDS * 30; i++)
	{
		Sample		sample = draw_sample();
		StringInfoData out = written(CODEC_PACK, &sample);
		Sample		read;

		for (uint64 changes = 1 + draw() % 3; changes > 0; changes--)
		{
			if (draw() % 4 == 0 && out.len > 1)
				memmove(out.data + draw() % (uint64) (out.len - 1), out.data + draw() % (uint64) out.len, 1);
			else
				out.data[draw() % (uint64) out.len] ^= (char) (1 << draw() % 8);
		}
		if (is_refused(CODEC_UNPACK, out.data, out.len, &read))
			continue;
		++*taken;
		if (!is_same(out, written(CODEC_PACK, &read)))
			return false;
	}
	return true;
}

/* A count, and what bytes it makes */
static bool
count_is(int64 count, int length, const char *bytes)
{
	StringInfoData out;
	Codec		codec = {CODEC_PACK, 1, "sample", &out, NULL, NULL, NULL, true, NULL};

	initStringInfo(&out);
	codec_count(&codec, "count", &count);
	return out.len == length && memcmp(out.data, bytes, length) == 0;
}

static int64
count_of(int length, const char *bytes)
{
	Codec		codec = {CODEC_UNPACK, 1, "sample", NULL, bytes, bytes, bytes + length, true, NULL};
	int64		count;

	codec_count(&codec, "count", &count);
	return count;
}

static int128
sum_of(int length, const char *bytes)
{
	Codec		codec = {CODEC_UNPACK, 1, "sample", NULL, bytes, bytes, bytes + length, true, NULL};
	int128		sum;

	codec_int128(&codec, "sum", &sum);
	return sum;
}

static int64
parsed(const char *text)
{
	Codec		codec = {CODEC_PARSE, 1, "sample", NULL, text, text, text + strlen(text), true, NULL};
	int64		count;

	codec_count(&codec, "count", &count);
	return count;
}

static bool
text_is(const char *given, const char *meant)
{
	Codec		codec = {CODEC_PARSE, 1, "sample", NULL, given, given, given + strlen(given), true, NULL};
	char	   *text;
	int			length;

	codec_text(&codec, "text", &text, &length);
	return length == (int) strlen(meant) && memcmp(text, meant, length) == 0;
}

static void
print_out_of_range(void)
{
	Sample		sample = draw_sample();

	sample.count = -1;
	written(CODEC_PRINT, &sample);
}

int
main(void)
{
	int			taken;

	sketch_startup();
	ok(samples_come_back(CODEC_PACK, CODEC_UNPACK), "%d samples of every kind of field come back through bytes", ROUNDS);
	ok(samples_come_back(CODEC_PRINT, CODEC_PARSE), "... and through text");
	ok(cut_ones_are_refused(CODEC_PACK, CODEC_UNPACK), "bytes cut short anywhere are refused");
	ok(cut_ones_are_refused(CODEC_PRINT, CODEC_PARSE), "... and text");
	ok(bytes_are_canonical(&taken) && taken > ROUNDS, "changed bytes are refused, or the only ones of what they mean");

	ok(count_is(0, 1, "\0") && count_is(127, 1, "\x7f") && count_is(128, 2, "\x80\x01") && count_is(300, 2, "\xac\x02") &&
	   count_is(PG_INT64_MAX, 9, "\xff\xff\xff\xff\xff\xff\xff\xff\x7f"), "numbers as LEB128 has them");
	ok(count_of(2, "\xac\x02") == 300 && count_of(9, "\xff\xff\xff\xff\xff\xff\xff\xff\x7f") == PG_INT64_MAX, "... read");
	ok(FAILS(count_of(2, "\x80\x00")) && FAILS(count_of(3, "\xac\x82\x00")), "leading zeros are refused");
	ok(FAILS(count_of(10, "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01")), "a count of 64 bits is refused");
	ok(FAILS(count_of(0, "")) && FAILS(count_of(1, "\x80")), "so is one that isn't there, or ends in its middle");
	ok(sum_of(1, "\x03") == -2 && sum_of(1, "\x04") == 2, "signs: zigzag");
	ok(FAILS(sum_of(19, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x03")) &&
	   FAILS(sum_of(20, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01")), "sums of 2^127 and beyond are refused");

	ok(parsed("\"count\": 17") == 17 && parsed(" \"count\" :\t17") == 17, "text, with blanks or without");
	ok(FAILS(parsed("\"counts\": 17")) && FAILS(parsed("\"count\": -1")) &&
	   FAILS(parsed("\"count\": x")) && FAILS(parsed("\"count\": 9223372036854775808")) && FAILS(parsed("count: 1")),
	   "another field, a number below zero, too large or none is refused");
	ok(text_is("\"text\": \"\\u0041\\n\\\"\\\\\\/\"", "A\n\"\\/"), "escapes");
	ok(FAILS(text_is("\"text\": \"\\u0000\"", "")) && FAILS(text_is("\"text\": \"\\u0100\"", "")) && FAILS(text_is("\"text\": \"\\x\"", "")) &&
	   FAILS(text_is("\"text\": \"\n\"", "")) && FAILS(text_is("\"text\": \"\\", "")) && FAILS(text_is("\"text\": \"a", "")),
	   "unknown escapes, control characters and strings without an end are refused");
	ok(FAILS(print_out_of_range()), "what could not be read again isn't written");
	return end_tests();
}
