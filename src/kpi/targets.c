/*
 * targets.c
 *		Targets: quota attainment, target attainment, who is how far.
 *
 * Rows are a rep's period (or any other holder of a target): what was reached
 * and what was to be reached. See doc/targets.md.
 */
#include "base/compat.h"

#include "base/rows.h"
#include "base/summary.h"

/*
 * The bands of attainment_bands, each from its low end, included, to the next
 * one's, not included. Ends are tenths of the target. They are part of the
 * stored form: other bands would be another version of it.
 */
#define BANDS			5
#define ATTAINED_FROM	3		/* the first band at or over the target */

typedef struct Band
{
	const char *name;
	int			low;			/* tenths of the target; of the first, no end */
	double		low_share;
}			Band;

static const Band bands[BANDS] = {
	{"below 50 %", 0, 0},
	{"50 to 80 %", 5, 0.5},
	{"80 to 100 %", 8, 0.8},
	{"100 to 120 %", 10, 1.0},
	{"120 % and above", 12, 1.2}
};

typedef struct AttainmentSummary
{
	SummaryHeader header;
	int64		in_band[BANDS]; /* rows with a target, by actual / target */
	int64		without_actual; /* of these: actual NULL, taken as 0 */
	int64		null_target; /* left out: target NULL */
	int64		zero_target;	/* left out: target 0 */
	int64		invalid_rows;	/* left out: target negative */
	Decimal		actual;			/* sums over rows with a target */
	Decimal		target;
}			AttainmentSummary;

static int128
targeted_rows(const AttainmentSummary *attainment)
{
	int128		rows = 0;

	for (int i = 0; i < BANDS; i++)
		rows += attainment->in_band[i];
	return rows;
}

static void
attainment_fields(Codec *codec, void *summary)
{
	static const char *const names[BANDS] = {
		"below_50_percent", "from_50_percent", "from_80_percent", "from_100_percent", "from_120_percent"
	};
	AttainmentSummary *attainment = summary;

	for (int i = 0; i < BANDS; i++)
		codec_count(codec, names[i], &attainment->in_band[i]);
	codec_count(codec, "without_actual", &attainment->without_actual);
	codec_count(codec, "null_target", &attainment->null_target);
	codec_count(codec, "zero_target", &attainment->zero_target);
	codec_count(codec, "invalid_rows", &attainment->invalid_rows);
	codec_decimal(codec, "actual_total", &attainment->actual);
	codec_decimal(codec, "target_total", &attainment->target);
}

static const char *
attainment_rules(const void *summary)
{
	const AttainmentSummary *attainment = summary;

	if (attainment->without_actual > attainment->in_band[0])
		return "more rows have no actual than lie in the lowest band";
	if (decimal_sign(&attainment->target) != (targeted_rows(attainment) > 0 ? 1 : 0))
		return "the sum of the targets does not fit the number of rows that have one";
	if (targeted_rows(attainment) == 0 && !decimal_is_zero(&attainment->actual))
		return "there is an actual, but no row with a target";
	return NULL;
}

static const SummaryType attainment_type = {
	.name = "attainment_summary",
	.version = 1,
	.size = sizeof(AttainmentSummary),
	.fields = attainment_fields,
	.rules = attainment_rules,
};

#define ATTAINMENT_STATE()		((AttainmentSummary *) summary_state(&attainment_type, fcinfo))
#define RETURN_ATTAINMENT_STATE(attainment) \
	return summary_state_datum(&attainment_type, (attainment), \
							   (attainment)->actual.wide == NULL && (attainment)->target.wide == NULL)

SUMMARY_TYPE_FUNCTIONS(attainment_summary, attainment_type)

/*
 * Rows into a summary. Each step takes "times", 1 to add a row and -1 to take
 * it out of a moving window again.
 */

/* Whether units times twelve, and a little, fit 64 bits */
static inline bool
is_small(const Decimal *value)
{
	return value->wide == NULL && value->units < (INT64CONST(1) << 58) && value->units > -(INT64CONST(1) << 58);
}

/* Which band a row belongs to; target must be above 0. */
static inline int
band_of(const Decimal *actual, const Decimal *target)
{
	int			band = 0;

	if (likely(actual->scale == target->scale && is_small(actual) && is_small(target)))
	{
		int64		tenfold = (int64) actual->units * 10;

		for (int i = 1; i < BANDS; i++)
			band += tenfold >= (int64) target->units * bands[i].low;
	}
	else
	{
		Decimal		tenfold = decimal_times(actual, 10);

		for (int i = 1; i < BANDS; i++)
		{
			Decimal		low = decimal_times(target, bands[i].low);

			band += decimal_compare(&tenfold, &low) >= 0;
		}
	}
	return band;
}

/* A row: actual, target. Both are read, so that what is no number is an error in either. */
static inline void
count_attainment(AttainmentSummary *attainment, FunctionCallInfo fcinfo, Decimal (*convert) (Datum), int times)
{
	Decimal		actual = {0, 0, NULL};
	Decimal		target;
	int			sign;

	if (!PG_ARGISNULL(1))
		actual = convert(PG_GETARG_DATUM(1));
	if (PG_ARGISNULL(2))
	{
		count_step(&attainment->null_target, times);
		return;
	}
	target = convert(PG_GETARG_DATUM(2));
	sign = decimal_sign(&target);
	if (sign <= 0)
	{
		if (sign == 0)
			count_step(&attainment->zero_target, times);
		else
			count_step(&attainment->invalid_rows, times);
		return;
	}

	count_step(&attainment->in_band[band_of(&actual, &target)], times);
	if (PG_ARGISNULL(1))
		count_step(&attainment->without_actual, times);
	if (times > 0)
	{
		decimal_add(&attainment->actual, &actual);
		decimal_add(&attainment->target, &target);
	}
	else
	{
		decimal_subtract(&attainment->actual, &actual);
		decimal_subtract(&attainment->target, &target);
	}
}

/* attainment_accum_int2(state, actual, target) ... attainment_remove_float8 */
#define ATTAINMENT_OF_AMOUNT(type) \
PG_FUNCTION_INFO_V1(attainment_accum_##type); \
Datum \
attainment_accum_##type(PG_FUNCTION_ARGS) \
{ \
	AttainmentSummary *attainment = ATTAINMENT_STATE(); \
\
	count_attainment(attainment, fcinfo, decimal_from_##type, 1); \
	RETURN_ATTAINMENT_STATE(attainment); \
} \
PG_FUNCTION_INFO_V1(attainment_remove_##type); \
Datum \
attainment_remove_##type(PG_FUNCTION_ARGS) \
{ \
	AttainmentSummary *attainment = ATTAINMENT_STATE(); \
\
	count_attainment(attainment, fcinfo, decimal_from_##type, -1); \
	RETURN_ATTAINMENT_STATE(attainment); \
}

AMOUNT_TYPES(ATTAINMENT_OF_AMOUNT)

/* Merges a summary into the state; either may be NULL. */
PG_FUNCTION_INFO_V1(attainment_combine);
Datum
attainment_combine(PG_FUNCTION_ARGS)
{
	AttainmentSummary *attainment;
	AttainmentSummary other;

	RETURN_STATE_WITHOUT_OTHER();
	attainment = ATTAINMENT_STATE();
	summary_read(&attainment_type, PG_GETARG_DATUM(1), &other);
	for (int i = 0; i < BANDS; i++)
		count_add(&attainment->in_band[i], other.in_band[i]);
	count_add(&attainment->without_actual, other.without_actual);
	count_add(&attainment->null_target, other.null_target);
	count_add(&attainment->zero_target, other.zero_target);
	count_add(&attainment->invalid_rows, other.invalid_rows);
	decimal_add(&attainment->actual, &other.actual);
	decimal_add(&attainment->target, &other.target);
	RETURN_ATTAINMENT_STATE(attainment);
}

SUMMARY_TYPE_FUNCTION(attainment, attainment_type, final)

/*
 * Figures of a summary. They are final functions too, so they read states.
 */

#define GETARG_ATTAINMENT(n, attainment)	summary_read(&attainment_type, PG_GETARG_DATUM(n), (attainment))

/* A count of up to a few counts, where the answer is a bigint */
static int64
count_of(int128 rows)
{
	if (rows > PG_INT64_MAX)
		refuse_count();
	return (int64) rows;
}

static int128
attained_rows(const AttainmentSummary *attainment)
{
	int128		rows = 0;

	for (int i = ATTAINED_FROM; i < BANDS; i++)
		rows += attainment->in_band[i];
	return rows;
}

PG_FUNCTION_INFO_V1(attainment_quota_attainment);
Datum
attainment_quota_attainment(PG_FUNCTION_ARGS)
{
	AttainmentSummary attainment;

	GETARG_ATTAINMENT(0, &attainment);
	RETURN_RATIO(attained_rows(&attainment), targeted_rows(&attainment));
}

PG_FUNCTION_INFO_V1(attainment_target_attainment);
Datum
attainment_target_attainment(PG_FUNCTION_ARGS)
{
	AttainmentSummary attainment;

	GETARG_ATTAINMENT(0, &attainment);
	if (decimal_is_zero(&attainment.target))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(decimal_ratio(&attainment.actual, &attainment.target));
}

PG_FUNCTION_INFO_V1(attainment_actual_total);
Datum
attainment_actual_total(PG_FUNCTION_ARGS)
{
	AttainmentSummary attainment;

	GETARG_ATTAINMENT(0, &attainment);
	if (targeted_rows(&attainment) == 0)
		PG_RETURN_NULL();
	PG_RETURN_NUMERIC(decimal_to_numeric(&attainment.actual));
}

PG_FUNCTION_INFO_V1(attainment_target_total);
Datum
attainment_target_total(PG_FUNCTION_ARGS)
{
	AttainmentSummary attainment;

	GETARG_ATTAINMENT(0, &attainment);
	if (targeted_rows(&attainment) == 0)
		PG_RETURN_NULL();
	PG_RETURN_NUMERIC(decimal_to_numeric(&attainment.target));
}

/* attainment_FIGURE(summary): a number of rows */
#define ATTAINMENT_COUNT(figure, count) \
PG_FUNCTION_INFO_V1(attainment_##figure); \
Datum \
attainment_##figure(PG_FUNCTION_ARGS) \
{ \
	AttainmentSummary attainment; \
\
	GETARG_ATTAINMENT(0, &attainment); \
	PG_RETURN_INT64(count); \
}

ATTAINMENT_COUNT(with_target, count_of(targeted_rows(&attainment)))
ATTAINMENT_COUNT(at_target, count_of(attained_rows(&attainment)))
ATTAINMENT_COUNT(without_actual, attainment.without_actual)
ATTAINMENT_COUNT(without_target, count_of((int128) attainment.null_target + attainment.zero_target))
ATTAINMENT_COUNT(zero_target, attainment.zero_target)
ATTAINMENT_COUNT(invalid_rows, attainment.invalid_rows)

/* attainment_bands(summary) -> (band, low, high, rows, share), a row a band */
PG_FUNCTION_INFO_V1(attainment_bands);
Datum
attainment_bands(PG_FUNCTION_ARGS)
{
	AttainmentSummary attainment;
	int128		all;
	Row			row;

	GETARG_ATTAINMENT(0, &attainment);
	all = targeted_rows(&attainment);
	row_begin(&row, fcinfo);
	for (int i = 0; i < BANDS; i++)
	{
		row_put_text(&row, bands[i].name);
		if (i == 0)
			row_put_null(&row);
		else
			row_put(&row, Float8GetDatum(bands[i].low_share));
		if (i == BANDS - 1)
			row_put_null(&row);
		else
			row_put(&row, Float8GetDatum(bands[i + 1].low_share));
		row_put(&row, Int64GetDatum(attainment.in_band[i]));
		row_put_ratio(&row, attainment.in_band[i], all);
		row_end(&row);
	}
	return (Datum) 0;
}
