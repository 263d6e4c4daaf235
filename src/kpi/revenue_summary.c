/*
 * revenue_summary.c
 *		The type mrr_summary: how it is written, read, checked and merged.
 */
#include "kpi/revenue_summary.h"

#include "base/rollup.h"
#include "utils/builtins.h"

const int	mrr_lags[MRR_LAGS] = {3, 6, 12};

static const char *const reason_names[MRR_REASONS] = {
	"used", "no_customer", "no_month", "no_amount", "time_out_of_range",
	"ends_before_starts", "in_no_month", "negative_month"
};

const Reasons mrr_reasons = {MRR_REASONS, reason_names};

/* Names of the fields of MrrRetained, by lag */
static const char *const retained_fields[MRR_LAGS][3] = {
	{"retained_customers_3_months", "net_retained_3_months", "gross_retained_3_months"},
	{"retained_customers_6_months", "net_retained_6_months", "gross_retained_6_months"},
	{"retained_customers_12_months", "net_retained_12_months", "gross_retained_12_months"}
};

/* Works out who pays, month by month. Counts just read may be of any size; they wrap around, and a rule refuses them. */
static void
mrr_settle(void *of)
{
	MrrSummary *summary = of;
	uint64		customers = 0;

	for (int i = 0; i < summary->length; i++)
	{
		MrrMonth   *month = &summary->months[i];

		customers += (uint64) month->customers_new + month->customers_reactivated - month->customers_churned;
		month->customers = (int64) customers;
	}
}

/*
 * The rules
 */

static bool
is_negative(const Decimal *amount)
{
	return decimal_sign(amount) < 0;
}

/* An amount of customers: above zero where there are any, zero where there are none. */
static bool
is_amount_of(const Decimal *amount, int64 customers)
{
	return decimal_sign(amount) == (customers > 0);
}

/* Is what is left of some earlier customers not more than there was or is, nor than of later ones? */
static const char *
broken_retention(const MrrSummary *summary, int at, int lag)
{
	const MrrMonth *month = &summary->months[at];
	const MrrRetained *retained = &month->retained[lag];
	const MrrMonth *then;

	if (at < mrr_lags[lag])
		return NULL;			/* not stored */
	then = month - mrr_lags[lag];
	if (retained->customers > COUNT_MOST ||
		!is_amount_of(&retained->now, retained->customers) || !is_amount_of(&retained->least, retained->customers))
		return "an amount does not agree with its customers";
	if (retained->customers > then->customers || retained->customers > month->customers ||
		decimal_compare(&retained->now, &month->mrr) > 0 ||
		decimal_compare(&retained->least, &retained->now) > 0 || decimal_compare(&retained->least, &then->mrr) > 0)
		return "more is retained than there was or is";
	if (lag > 0 && (retained->customers > month->retained[lag - 1].customers ||
					decimal_compare(&retained->now, &month->retained[lag - 1].now) > 0))
		return "more is retained over more months than over fewer";
	return NULL;
}

/* The same of a month's moves; "before" is the month before it. */
static const char *
broken_month(const MrrMonth *month, const MrrMonth *before)
{
	Decimal		sum = before->mrr;
	Decimal		lost = month->churned;
	int64		stay = before->customers - month->customers_churned;

	if (month->customers_new > COUNT_MOST || month->customers_reactivated > COUNT_MOST || month->customers_churned > COUNT_MOST ||
		stay < 0 || month->customers < 0 || month->customers > COUNT_MOST)
		return "the customers do not add up";
	if (!is_amount_of(&month->mrr, month->customers) || !is_amount_of(&month->new, month->customers_new) ||
		!is_amount_of(&month->reactivated, month->customers_reactivated) ||
		!is_amount_of(&month->churned, month->customers_churned))
		return "an amount does not agree with its customers";
	if (is_negative(&month->expansion) || is_negative(&month->contraction) ||
		(stay == 0 && !(decimal_is_zero(&month->expansion) && decimal_is_zero(&month->contraction))))
		return "an expansion or a contraction is negative or nobody's";

	decimal_add(&lost, &month->contraction);
	if (decimal_compare(&lost, &before->mrr) > 0)
		return "more is lost than there was";
	decimal_subtract(&sum, &lost);
	decimal_add(&sum, &month->new);
	decimal_add(&sum, &month->expansion);
	decimal_add(&sum, &month->reactivated);
	if (decimal_compare(&sum, &month->mrr) != 0)
		return "the moves of a month do not add up to its MRR";
	return NULL;
}

/* The rules between the fields. Returns what is wrong, NULL where nothing is. */
static const char *
mrr_rules(const void *of)
{
	const MrrSummary *summary = of;
	static const MrrMonth none;
	const MrrMonth *before = &none;
	int128		customers_new = 0;
	int128		away = 0;		/* customers that have churned and not come back, so far */
	const char *why;

	if (!reasons_at_most(&mrr_reasons, summary->rows, COUNT_MOST))
		return "a number of rows is too large";
	if (summary->negative_months > COUNT_MOST)
		return "the negative months are too many";
	if ((summary->length > 0) != (summary->rows[MRR_USED] > 0 || summary->rows[MRR_NEGATIVE] > 0))
		return "there are rows but no month, or months but no row";
	if (summary->negative_months < (summary->rows[MRR_NEGATIVE] > 0) || (summary->negative_months > 0 && summary->length == 0))
		return "the negative months do not agree with the rows";

	for (int at = 0; at < summary->length; at++)
	{
		const MrrMonth *month = &summary->months[at];

		why = broken_month(month, before);
		for (int lag = 0; why == NULL && lag < MRR_LAGS; lag++)
			why = broken_retention(summary, at, lag);
		if (why != NULL)
			return why;
		if (month->customers_reactivated > away)
			return "more customers come back than went";
		away += month->customers_churned - month->customers_reactivated;
		customers_new += month->customers_new;
		before = month;
	}
	if (customers_new > summary->rows[MRR_USED])
		return "there are more customers than rows";
	return NULL;
}

/*
 * The fields
 */

/* The first form has months of the Gregorian calendar only. */
static int
mrr_needs(const void *of)
{
	return ((const MrrSummary *) of)->is_jalali ? 2 : 1;
}

static void
period_field(Codec *codec, MrrSummary *summary)
{
	bool		known = true;
	PeriodKind	kind = mrr_period(summary);

	codec_period(codec, &known, &kind);
	if (!known || kind != PERIOD_JALALI_MONTH)
		codec_refuse(codec, "its period is no jalali month");
	summary->is_jalali = true;
}

/* The first month, by its first day; none where no row counts. Reading leaves it in the summary. */
static void
first_month_field(Codec *codec, MrrSummary *summary)
{
	int64		day = mrr_first_day(summary, summary->first);

	if (summary->rows[MRR_USED] == 0 && summary->rows[MRR_NEGATIVE] == 0)
	{
		summary->first = MRR_MONTH_LAST + 1;	/* and so no month may follow */
		return;
	}
	codec_date(codec, "first_month", &day);
	if (!codec_is_reading(codec))
		return;
	if (day < mrr_first_day(summary, MRR_MONTH_FIRST) || day > DATE_LATEST)
		codec_refuse(codec, "its first month is none of the years 1900 to 2199");
	summary->first = period_of_day(mrr_period(summary), (int32) day);
	if (mrr_first_day(summary, summary->first) != day)
		codec_refuse(codec, "its first month does not begin with a month's first day");
}

/* How many customers, and what they pay: an amount only where there is somebody. */
static void
customers_field(Codec *codec, const char *count_name, int64 *customers, const char *amount_name, Decimal *amount)
{
	codec_count(codec, count_name, customers);
	if (*customers > 0)
		codec_decimal(codec, amount_name, amount);
}

static void
month_fields(Codec *codec, MrrMonth *month, int at)
{
	codec_record_begin(codec);
	codec_decimal(codec, "mrr", &month->mrr);
	customers_field(codec, "new_customers", &month->customers_new, "new", &month->new);
	codec_decimal(codec, "expansion", &month->expansion);
	customers_field(codec, "reactivated_customers", &month->customers_reactivated, "reactivated", &month->reactivated);
	codec_decimal(codec, "contraction", &month->contraction);
	customers_field(codec, "churned_customers", &month->customers_churned, "churned", &month->churned);
	for (int lag = 0; lag < MRR_LAGS && at >= mrr_lags[lag]; lag++)
	{
		MrrRetained *retained = &month->retained[lag];

		customers_field(codec, retained_fields[lag][0], &retained->customers, retained_fields[lag][1], &retained->now);
		if (retained->customers > 0)
			codec_decimal(codec, retained_fields[lag][2], &retained->least);
	}
	codec_record_end(codec);
}

static void
mrr_fields(Codec *codec, void *of)
{
	MrrSummary *summary = of;

	reasons_fields(codec, &mrr_reasons, summary->rows);
	codec_count(codec, "negative_months", &summary->negative_months);
	codec_boolean(codec, "ends_at_as_of", &summary->ends_at_as_of);
	if (codec->version >= 2)
		period_field(codec, summary);
	first_month_field(codec, summary);
	codec_list_begin(codec, "months", &summary->length, MRR_MONTHS_MOST);
	if (codec_is_reading(codec))
	{
		if (summary->length > 0 && summary->length > period_of_day(mrr_period(summary), DATE_LATEST) + 1 - summary->first)
			codec_refuse(codec, "there are months after 2199-12, or without a first one");
		if (summary->length == 0 && (summary->ends_at_as_of || summary->is_jalali || summary->first <= MRR_MONTH_LAST))
			codec_refuse(codec, "there is a first or a last month but none between");
		summary->months = palloc0(sizeof(MrrMonth) * summary->length);
	}
	for (int at = 0; at < summary->length; at++)
		month_fields(codec, &summary->months[at], at);
	codec_list_end(codec);
}

/*
 * Merging
 */

static int
last_month(const MrrSummary *summary)
{
	return summary->first + summary->length - 1;
}

static char *
month_text(const MrrSummary *summary, int month)
{
	int			since = month - MRR_MONTH_FIRST;
	int			year = 1900 + since / 12;
	int			of_year = since % 12 + 1;
	int			day;

	if (summary->is_jalali)
		day_to_jalali(mrr_first_day(summary, month), &year, &of_year, &day);
	return psprintf("%d-%02d", year, of_year);
}

/*
 * In the month after a summary's last nobody pays, if the rows were those of
 * months: who was there at the end churns. "Through" is a month that somebody
 * else's rows go on to.
 */
static void
churn_after(MrrMonth *after, const MrrSummary *summary, int through)
{
	const MrrMonth *end = &summary->months[summary->length - 1];

	if (summary->ends_at_as_of)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("cannot merge MRR of subscriptions known to %s with MRR to %s",
						month_text(summary, last_month(summary)), month_text(summary, through)),
				 errhint("Who runs in the last month may go on: aggregate all of them with the same as_of.")));
	count_add(&after->customers_churned, end->customers);
	decimal_add(&after->churned, &end->mrr);
}

/* Makes a summary's months those from first to last, which hold its own. In the months before nobody pays. */
static void
spread(MrrSummary *summary, int first, int last)
{
	MrrMonth   *months;

	if (summary->length == last - first + 1)
		return;
	months = palloc0(sizeof(MrrMonth) * (last - first + 1));
	if (summary->length > 0)
	{
		int			offset = summary->first - first;

		memcpy(&months[offset], summary->months, sizeof(MrrMonth) * summary->length);
		if (last_month(summary) < last)
		{
			mrr_settle(summary);
			churn_after(&months[offset + summary->length], summary, last);
		}
		pfree(summary->months);
	}
	summary->first = first;
	summary->length = last - first + 1;
	summary->months = months;
}

void
mrr_end_at(MrrSummary *summary, int last)
{
	if (summary->length == 0)
		return;
	if (last <= last_month(summary))
	{
		summary->length = Max(last - summary->first + 1, 0);
		return;
	}
	if (summary->ends_at_as_of)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("MRR of subscriptions is known to %s, not to %s", month_text(summary, last_month(summary)), month_text(summary, last)),
				 errhint("Who runs in the last month may go on: give mrr_agg the later as_of.")));
	spread(summary, summary->first, last);
	mrr_settle(summary);
}

static void
add_months(MrrMonth *into, const MrrMonth *more)
{
	count_add(&into->customers_new, more->customers_new);
	count_add(&into->customers_reactivated, more->customers_reactivated);
	count_add(&into->customers_churned, more->customers_churned);
	decimal_add(&into->mrr, &more->mrr);
	decimal_add(&into->new, &more->new);
	decimal_add(&into->expansion, &more->expansion);
	decimal_add(&into->reactivated, &more->reactivated);
	decimal_add(&into->contraction, &more->contraction);
	decimal_add(&into->churned, &more->churned);
	for (int lag = 0; lag < MRR_LAGS; lag++)
	{
		count_add(&into->retained[lag].customers, more->retained[lag].customers);
		decimal_add(&into->retained[lag].now, &more->retained[lag].now);
		decimal_add(&into->retained[lag].least, &more->retained[lag].least);
	}
}

/* Adds the months of another summary, all of which this one has. */
static void
add_all_months(MrrSummary *into, const MrrSummary *other)
{
	MrrMonth   *months = &into->months[other->first - into->first];

	for (int at = 0; at < other->length; at++)
		add_months(&months[at], &other->months[at]);
	if (last_month(other) < last_month(into))
		churn_after(&months[other->length], other, last_month(into));
	into->ends_at_as_of |= other->ends_at_as_of;
}

static void
mrr_merge(void *to, void *added)
{
	MrrSummary *into = to;
	MrrSummary *other = added;

	reasons_merge(&mrr_reasons, into->rows, other->rows);
	count_add(&into->negative_months, other->negative_months);
	if (other->length == 0)
		return;
	if (into->length == 0)
	{
		into->is_jalali = other->is_jalali;
		spread(into, other->first, last_month(other));
	}
	else if (into->is_jalali != other->is_jalali)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("cannot merge MRR by the \"%s\" with MRR by the \"%s\"", period_names[mrr_period(into)], period_names[mrr_period(other)]),
				 errhint("Aggregate the rows of all of them with one period.")));
	else
		spread(into, Min(into->first, other->first), Max(last_month(into), last_month(other)));
	add_all_months(into, other);
}

const SummaryType mrr_summary_type = {
	.name = "mrr_summary",
	.called = "MRR",
	.version = 2,
	.needs = mrr_needs,
	.size = sizeof(MrrSummary),
	.fields = mrr_fields,
	.settle = mrr_settle,
	.rules = mrr_rules,
	.merge = mrr_merge,
};

SUMMARY_TYPE_FUNCTIONS(mrr_summary, mrr_summary_type)
SUMMARY_ROLLUP_FUNCTIONS(mrr_summary, mrr_summary_type)
