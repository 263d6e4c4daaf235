/*
 * rate.c
 *		Outcome rates: win rate, conversion rate, deal size, how sure they are.
 *
 * Rows are deals or leads with an outcome: true, false, or NULL for not
 * decided yet. See doc/rate.md.
 */
#include "base/compat.h"

#include "access/htup_details.h"
#include "base/argument.h"
#include "base/business.h"
#include "base/confidence.h"
#include "base/moment.h"
#include "base/summary.h"
#include "funcapi.h"
#include "utils/builtins.h"

typedef struct RateSummary
{
	SummaryHeader header;
	int64		succeeded;
	int64		failed;
	int64		undecided;
	int64		invalid_rows;	/* left out: no start, no span, no calendar, end before start, out of range */
	int64		priced_succeeded;	/* of succeeded: with an amount */
	int64		priced_failed;
	int64		zero_amount;	/* of the decided ones with an amount: amount 0 */
	int64		data_from;
	int64		data_through;
	Decimal		amount_succeeded;
	Decimal		amount_failed;
}			RateSummary;

static void
rate_clear(void *summary)
{
	RateSummary *rate = summary;

	rate->data_from = MOMENT_NONE_FROM;
	rate->data_through = MOMENT_NONE_THROUGH;
}

static void
rate_fields(Codec *codec, void *summary)
{
	RateSummary *rate = summary;

	codec_count(codec, "succeeded", &rate->succeeded);
	codec_count(codec, "failed", &rate->failed);
	codec_count(codec, "undecided", &rate->undecided);
	codec_count(codec, "invalid_rows", &rate->invalid_rows);
	codec_count(codec, "succeeded_with_amount", &rate->priced_succeeded);
	codec_count(codec, "failed_with_amount", &rate->priced_failed);
	codec_count(codec, "zero_amount", &rate->zero_amount);
	codec_decimal(codec, "amount_succeeded", &rate->amount_succeeded);
	codec_decimal(codec, "amount_failed", &rate->amount_failed);
	codec_moments(codec, &rate->data_from, &rate->data_through);
}

static const char *
rate_rules(const void *summary)
{
	const RateSummary *rate = summary;

	if (rate->priced_succeeded > rate->succeeded || rate->priced_failed > rate->failed ||
		rate->zero_amount > (int128) rate->priced_succeeded + rate->priced_failed)
		return "more rows have an amount than there are";
	return NULL;
}

static const SummaryType rate_type = {
	.name = "rate_summary",
	.version = 1,
	.size = sizeof(RateSummary),
	.fields = rate_fields,
	.clear = rate_clear,
	.rules = rate_rules,
};

#define RATE_STATE()		((RateSummary *) summary_state(&rate_type, fcinfo))
#define RETURN_RATE_STATE(rate) \
	return summary_state_datum(&rate_type, (rate), \
							   (rate)->amount_succeeded.wide == NULL && (rate)->amount_failed.wide == NULL)

/*
 * The type
 */

SUMMARY_TYPE_FUNCTIONS(rate_summary, rate_type)

/*
 * Rows into a summary. Each step takes "times", 1 to add a row and -1 to take
 * it out of a moving window again.
 */

static inline void
count_outcome(RateSummary *rate, FunctionCallInfo fcinfo, int times)
{
	if (PG_ARGISNULL(1))
		count_step(&rate->undecided, times);
	else if (PG_GETARG_BOOL(1))
		count_step(&rate->succeeded, times);
	else
		count_step(&rate->failed, times);
}

/* The amount, the third argument, of a row that is decided */
static inline void
count_amount(RateSummary *rate, FunctionCallInfo fcinfo, Decimal (*convert) (Datum), int times)
{
	Decimal		amount;
	Decimal    *sum;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		return;
	amount = convert(PG_GETARG_DATUM(2));
	if (PG_GETARG_BOOL(1))
	{
		count_step(&rate->priced_succeeded, times);
		sum = &rate->amount_succeeded;
	}
	else
	{
		count_step(&rate->priced_failed, times);
		sum = &rate->amount_failed;
	}
	if (decimal_is_zero(&amount))
		count_step(&rate->zero_amount, times);
	if (times > 0)
		decimal_add(sum, &amount);
	else
		decimal_subtract(sum, &amount);
}

PG_FUNCTION_INFO_V1(rate_accum);
Datum
rate_accum(PG_FUNCTION_ARGS)
{
	RateSummary *rate = RATE_STATE();

	count_outcome(rate, fcinfo, 1);
	RETURN_RATE_STATE(rate);
}

PG_FUNCTION_INFO_V1(rate_remove);
Datum
rate_remove(PG_FUNCTION_ARGS)
{
	RateSummary *rate = RATE_STATE();

	count_outcome(rate, fcinfo, -1);
	RETURN_RATE_STATE(rate);
}

/* rate_accum_int2(state, outcome, amount) ... rate_remove_float8 */
#define RATE_OF_AMOUNT(type) \
PG_FUNCTION_INFO_V1(rate_accum_##type); \
Datum \
rate_accum_##type(PG_FUNCTION_ARGS) \
{ \
	RateSummary *rate = RATE_STATE(); \
\
	count_outcome(rate, fcinfo, 1); \
	count_amount(rate, fcinfo, decimal_from_##type, 1); \
	RETURN_RATE_STATE(rate); \
} \
PG_FUNCTION_INFO_V1(rate_remove_##type); \
Datum \
rate_remove_##type(PG_FUNCTION_ARGS) \
{ \
	RateSummary *rate = RATE_STATE(); \
\
	count_outcome(rate, fcinfo, -1); \
	count_amount(rate, fcinfo, decimal_from_##type, -1); \
	RETURN_RATE_STATE(rate); \
}

AMOUNT_TYPES(RATE_OF_AMOUNT)

/* The time from a moment to another; open time, where there is a calendar */
static inline int64
time_between(OpenTime *open, Timestamp from, Timestamp to)
{
	return open != NULL ? open_time_between(open, from, to) : to - from;
}

/*
 * A row of within_agg: started, ended, span, as_of [, calendar]. A span comes
 * from the data (an SLA by priority), so a row without one is dirt. It succeeded
 * if it ended within the span, failed if it can't any more after as_of, and is
 * undecided while it can. Of open time that is while business is closed, too:
 * none passes then.
 */
static void
count_within(RateSummary *rate, FunctionCallInfo fcinfo, Timestamp (*moment) (Datum), OpenTime *open, bool is_valid, int times)
{
	Timestamp	started;
	Timestamp	ended = 0;
	Timestamp	as_of;
	int64		span = 0;
	int64		elapsed = 0;

	if (!PG_ARGISNULL(3))
		span = span_microseconds(PG_GETARG_INTERVAL_P(3), "span");
	if (PG_ARGISNULL(4))
		refuse_null("as_of", "It says when a row is old enough to count; give it for every row.");
	as_of = moment(PG_GETARG_DATUM(4));
	check_as_of_moment(as_of, true);

	started = PG_ARGISNULL(1) ? DT_NOEND : moment(PG_GETARG_DATUM(1));
	if (!PG_ARGISNULL(2))
		ended = moment(PG_GETARG_DATUM(2));
	if (!is_valid || PG_ARGISNULL(3) || !moment_in_range(started) ||
		(!PG_ARGISNULL(2) && !moment_elapsed(started, ended, &elapsed)))
	{
		count_step(&rate->invalid_rows, times);
		return;
	}

	if (times > 0)
	{
		rate->data_from = Min(rate->data_from, started);
		rate->data_through = Max(rate->data_through, PG_ARGISNULL(2) ? started : ended);
	}

	if (!PG_ARGISNULL(2) && time_between(open, started, ended) <= span)
		count_step(&rate->succeeded, times);
	else if (as_of >= started && time_between(open, started, as_of + 1) > span)
		count_step(&rate->failed, times);
	else
		count_step(&rate->undecided, times);
}

/* rate_accum_within_timestamp(state, started, ended, span, as_of), _date */
#define RATE_WITHIN(type) \
PG_FUNCTION_INFO_V1(rate_accum_within_##type); \
Datum \
rate_accum_within_##type(PG_FUNCTION_ARGS) \
{ \
	RateSummary *rate = RATE_STATE(); \
\
	count_within(rate, fcinfo, moment_from_##type, NULL, true, 1); \
	RETURN_RATE_STATE(rate); \
} \
PG_FUNCTION_INFO_V1(rate_remove_within_##type); \
Datum \
rate_remove_within_##type(PG_FUNCTION_ARGS) \
{ \
	RateSummary *rate = RATE_STATE(); \
\
	count_within(rate, fcinfo, moment_from_##type, NULL, true, -1); \
	RETURN_RATE_STATE(rate); \
}

MOMENT_TYPES(RATE_WITHIN)

/* A row whose sixth argument is its calendar; it, too, comes from the data (a team's), and a row without one is dirt. */
static inline void
count_within_calendar(RateSummary *rate, FunctionCallInfo fcinfo, Timestamp (*moment) (Datum), bool is_local, int times)
{
	OpenTime   *open = PG_ARGISNULL(5) ? NULL : open_time(fcinfo, 5, is_local);

	count_within(rate, fcinfo, moment, open, open != NULL, times);
}

/* rate_accum_within_calendar_timestamptz(state, started, ended, span, as_of, calendar), _timestamp, _date */
#define RATE_WITHIN_CALENDAR(type) \
PG_FUNCTION_INFO_V1(rate_accum_within_calendar_##type); \
Datum \
rate_accum_within_calendar_##type(PG_FUNCTION_ARGS) \
{ \
	RateSummary *rate = RATE_STATE(); \
\
	count_within_calendar(rate, fcinfo, moment_from_##type, MOMENT_IS_LOCAL_##type, 1); \
	RETURN_RATE_STATE(rate); \
} \
PG_FUNCTION_INFO_V1(rate_remove_within_calendar_##type); \
Datum \
rate_remove_within_calendar_##type(PG_FUNCTION_ARGS) \
{ \
	RateSummary *rate = RATE_STATE(); \
\
	count_within_calendar(rate, fcinfo, moment_from_##type, MOMENT_IS_LOCAL_##type, -1); \
	RETURN_RATE_STATE(rate); \
}

RATE_WITHIN_CALENDAR(timestamptz)
RATE_WITHIN_CALENDAR(timestamp)
RATE_WITHIN_CALENDAR(date)

/* Merges a summary into the state; either may be NULL. */
PG_FUNCTION_INFO_V1(rate_combine);
Datum
rate_combine(PG_FUNCTION_ARGS)
{
	RateSummary *rate;
	RateSummary other;

	RETURN_STATE_WITHOUT_OTHER();
	rate = RATE_STATE();
	summary_read(&rate_type, PG_GETARG_DATUM(1), &other);
	count_add(&rate->succeeded, other.succeeded);
	count_add(&rate->failed, other.failed);
	count_add(&rate->undecided, other.undecided);
	count_add(&rate->invalid_rows, other.invalid_rows);
	count_add(&rate->priced_succeeded, other.priced_succeeded);
	count_add(&rate->priced_failed, other.priced_failed);
	count_add(&rate->zero_amount, other.zero_amount);
	decimal_add(&rate->amount_succeeded, &other.amount_succeeded);
	decimal_add(&rate->amount_failed, &other.amount_failed);
	rate->data_from = Min(rate->data_from, other.data_from);
	rate->data_through = Max(rate->data_through, other.data_through);
	RETURN_RATE_STATE(rate);
}

SUMMARY_TYPE_FUNCTION(rate, rate_type, final)

/*
 * Figures of a summary. They are final functions too, so they read states.
 */

#define GETARG_RATE(n, rate)	summary_read(&rate_type, PG_GETARG_DATUM(n), (rate))

static int128
decided_rows(const RateSummary *rate)
{
	return (int128) rate->succeeded + rate->failed;
}

/* How many rows are decided, where statistics need it in 64 bits */
static int64
decided_count(const RateSummary *rate)
{
	int64		decided = rate->succeeded;

	count_add(&decided, rate->failed);
	return decided;
}

/* rate_FIGURE(summary): a fraction */
#define RATE_RATIO(figure, part, whole) \
PG_FUNCTION_INFO_V1(rate_##figure); \
Datum \
rate_##figure(PG_FUNCTION_ARGS) \
{ \
	RateSummary rate; \
\
	GETARG_RATE(0, &rate); \
	RETURN_RATIO(part, whole); \
}

RATE_RATIO(win_rate, rate.succeeded, decided_rows(&rate))
RATE_RATIO(win_share, rate.succeeded, decided_rows(&rate) + rate.undecided)
RATE_RATIO(win_loss_ratio, rate.succeeded, rate.failed)

/* rate_FIGURE(summary): a number of rows */
#define RATE_COUNT(figure, count) \
PG_FUNCTION_INFO_V1(rate_##figure); \
Datum \
rate_##figure(PG_FUNCTION_ARGS) \
{ \
	RateSummary rate; \
\
	GETARG_RATE(0, &rate); \
	PG_RETURN_INT64(count); \
}

RATE_COUNT(decided, decided_count(&rate))
RATE_COUNT(succeeded, rate.succeeded)
RATE_COUNT(undecided, rate.undecided)
RATE_COUNT(invalid_rows, rate.invalid_rows)
RATE_COUNT(without_amount, decided_count(&rate) - rate.priced_succeeded - rate.priced_failed)
RATE_COUNT(zero_amount, rate.zero_amount)

PG_FUNCTION_INFO_V1(rate_win_rate_by_value);
Datum
rate_win_rate_by_value(PG_FUNCTION_ARGS)
{
	RateSummary rate;

	GETARG_RATE(0, &rate);
	decimal_add(&rate.amount_failed, &rate.amount_succeeded);
	if (decimal_is_zero(&rate.amount_failed))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(decimal_ratio(&rate.amount_succeeded, &rate.amount_failed));
}

PG_FUNCTION_INFO_V1(rate_avg_deal_size);
Datum
rate_avg_deal_size(PG_FUNCTION_ARGS)
{
	RateSummary rate;

	GETARG_RATE(0, &rate);
	if (rate.priced_succeeded == 0)
		PG_RETURN_NULL();
	PG_RETURN_NUMERIC(decimal_mean(&rate.amount_succeeded, rate.priced_succeeded));
}

PG_FUNCTION_INFO_V1(rate_amount_won);
Datum
rate_amount_won(PG_FUNCTION_ARGS)
{
	RateSummary rate;

	GETARG_RATE(0, &rate);
	if (rate.priced_succeeded == 0)
		PG_RETURN_NULL();
	PG_RETURN_NUMERIC(decimal_to_numeric(&rate.amount_succeeded));
}

PG_FUNCTION_INFO_V1(rate_amount_decided);
Datum
rate_amount_decided(PG_FUNCTION_ARGS)
{
	RateSummary rate;

	GETARG_RATE(0, &rate);
	if (rate.priced_succeeded == 0 && rate.priced_failed == 0)
		PG_RETURN_NULL();
	decimal_add(&rate.amount_failed, &rate.amount_succeeded);
	PG_RETURN_NUMERIC(decimal_to_numeric(&rate.amount_failed));
}

SUMMARY_MOMENT(rate_data_from, rate_type, RateSummary, data_from)
SUMMARY_MOMENT(rate_data_through, rate_type, RateSummary, data_through)

/* The Wilson interval of the win rate; false where nothing is decided */
static bool
win_rate_interval(FunctionCallInfo fcinfo, ConfidenceInterval *interval)
{
	RateSummary rate;
	double		confidence = PG_GETARG_FLOAT8(1);

	check_confidence(confidence);
	GETARG_RATE(0, &rate);
	if (decided_rows(&rate) == 0)
		return false;
	*interval = wilson_interval(rate.succeeded, decided_count(&rate), confidence);
	return true;
}

PG_FUNCTION_INFO_V1(rate_low);
Datum
rate_low(PG_FUNCTION_ARGS)
{
	ConfidenceInterval interval;

	if (!win_rate_interval(fcinfo, &interval))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(interval.low);
}

PG_FUNCTION_INFO_V1(rate_high);
Datum
rate_high(PG_FUNCTION_ARGS)
{
	ConfidenceInterval interval;

	if (!win_rate_interval(fcinfo, &interval))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(interval.high);
}

/*
 * Comparisons
 */

/* compare_rates(a, b, confidence) -> (rate_a, rate_b, difference, low, high, p_value) */
PG_FUNCTION_INFO_V1(rate_compare_rates);
Datum
rate_compare_rates(PG_FUNCTION_ARGS)
{
	RateSummary a;
	RateSummary b;
	double		confidence = PG_GETARG_FLOAT8(2);
	TupleDesc	row;
	Datum		values[6] = {0};
	bool		nulls[6] = {true, true, true, true, true, true};

	check_confidence(confidence);
	GETARG_RATE(0, &a);
	GETARG_RATE(1, &b);
	if (get_call_result_type(fcinfo, NULL, &row) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");

	if (decided_rows(&a) > 0)
	{
		values[0] = Float8GetDatum(exact_ratio(a.succeeded, decided_rows(&a)));
		nulls[0] = false;
	}
	if (decided_rows(&b) > 0)
	{
		values[1] = Float8GetDatum(exact_ratio(b.succeeded, decided_rows(&b)));
		nulls[1] = false;
	}
	if (!nulls[0] && !nulls[1])
	{
		int64		decided_a = decided_count(&a);
		int64		decided_b = decided_count(&b);
		ConfidenceInterval interval = newcombe_interval(a.succeeded, decided_a, b.succeeded, decided_b, confidence);

		values[2] = Float8GetDatum(DatumGetFloat8(values[0]) - DatumGetFloat8(values[1]));
		values[3] = Float8GetDatum(interval.low);
		values[4] = Float8GetDatum(interval.high);
		values[5] = Float8GetDatum(two_proportion_p_value(a.succeeded, decided_a, b.succeeded, decided_b));
		memset(nulls, false, sizeof(nulls));
	}
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(row), values, nulls)));
}

/* compare_to_benchmark(summary, benchmark) -> (rate, benchmark, difference, p_value) */
PG_FUNCTION_INFO_V1(rate_compare_to_benchmark);
Datum
rate_compare_to_benchmark(PG_FUNCTION_ARGS)
{
	RateSummary rate;
	double		benchmark = PG_GETARG_FLOAT8(1);
	TupleDesc	row;
	Datum		values[4] = {0};
	bool		nulls[4] = {true, false, true, true};

	check_benchmark(benchmark);
	GETARG_RATE(0, &rate);
	if (get_call_result_type(fcinfo, NULL, &row) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");

	values[1] = Float8GetDatum(benchmark);
	if (decided_rows(&rate) > 0)
	{
		double		win_rate = exact_ratio(rate.succeeded, decided_rows(&rate));

		values[0] = Float8GetDatum(win_rate);
		values[2] = Float8GetDatum(win_rate - benchmark);
		values[3] = Float8GetDatum(binomial_two_sided_p(rate.succeeded, decided_count(&rate), benchmark));
		memset(nulls, false, sizeof(nulls));
	}
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(row), values, nulls)));
}
