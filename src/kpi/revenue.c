/*
 * revenue.c
 *		mrr_agg: what customers pay by the month, collected, walked, summarised.
 *
 * A row of a month is one event in it. A subscription is two: its amount in the
 * first month that it counts in, and the same taken away in the first that it
 * doesn't. An event's time is twice the month, and one more where it takes away:
 * so a row is counted once.
 */
#include "kpi/revenue_summary.h"

#include "base/argument.h"
#include "miscadmin.h"
#include "path/arguments.h"
#include "path/calendar.h"
#include "path/partial.h"
#include "path/store.h"
#include "path/walk.h"
#include "path/walkers.h"
#include "utils/builtins.h"

#define event_moment(month, takes_away, code)	path_moment(2 * (TimestampTz) (month) + (takes_away), (code))
#define moment_month(moment)					((int) (path_moment_time(moment) >> 1))
#define moment_takes_away(moment)				((path_moment_time(moment) & 1) != 0)

typedef struct MrrState
{
	PathStore	store;
	AmountList	amounts;
	int64		left_out[MRR_REASONS];
	Calendar	calendar;		/* its kind is that of the months */
	int			first;			/* months that rows were placed in */
	int			last;
	bool		has_as_of;		/* the rows are subscriptions */
	DateADT		as_of;
	int			until;			/* the last month that is over at as_of */
}			MrrState;

/* The period is the last argument, at its place or not given. */
static inline bool
has_period(FunctionCallInfo fcinfo, int period)
{
	return PG_NARGS() > period;
}

static void
begin_period(MrrState *state, FunctionCallInfo fcinfo, MemoryContext context, int period)
{
	state->calendar.kind = PERIOD_MONTH;
	if (!has_period(fcinfo, period))
		return;
	calendar_begin(&state->calendar, fcinfo, context, period, true);
	if (state->calendar.kind != PERIOD_MONTH && state->calendar.kind != PERIOD_JALALI_MONTH)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("recurring revenue is by the month, not by the \"%s\"", period_names[state->calendar.kind]),
				 errhint("Give month or jalali month.")));
}

static pg_noinline MrrState *
create_state(FunctionCallInfo fcinfo, bool wide_keys, int period)
{
	MemoryContext context;
	MrrState   *state = path_state_create(fcinfo, sizeof(MrrState), &context);

	begin_period(state, fcinfo, context, period);
	state->first = MRR_MONTH_LAST + 1;
	state->last = MRR_MONTH_FIRST - 1;
	path_store_init(&state->store, fcinfo, wide_keys, 1);
	return state;
}

static inline MrrState *
row_state(FunctionCallInfo fcinfo, bool wide_keys, int period)
{
	MrrState   *state;

	if (has_period(fcinfo, period))
		calendar_check_null(fcinfo, period);
	if (unlikely(PG_ARGISNULL(0)))
		return create_state(fcinfo, wide_keys, period);
	state = (MrrState *) PG_GETARG_POINTER(0);
	if (has_period(fcinfo, period))
		calendar_check(&state->calendar, fcinfo, period);
	return state;
}

static inline int
month_of(const MrrState *state, DateADT date)
{
	return period_of_day(state->calendar.kind, date);
}

static inline void
append(MrrState *state, FunctionCallInfo fcinfo, PathKey key, int month, bool takes_away, const Decimal *amount)
{
	int64		payload;
	int			code = amount_pack_coded(&state->amounts, fcinfo, amount, &payload);

	path_append(&state->store, fcinfo, key, event_moment(month, takes_away, code), payload);
}

/*
 * Rows of months: (state, customer, month, mrr [, period])
 */

enum
{
	MONTH_DATE = PATH_ENTITY + 1,
	MONTH_AMOUNT,
	MONTH_PERIOD
};

static inline void
add_month(MrrState *state, FunctionCallInfo fcinfo, PathKey key, Decimal (*convert) (Datum))
{
	if (unlikely(PG_ARGISNULL(MONTH_DATE)))
		state->left_out[MRR_NO_MONTH]++;
	else if (unlikely(!date_in_range(PG_GETARG_DATEADT(MONTH_DATE))))
		state->left_out[MRR_OUT_OF_RANGE]++;
	else if (unlikely(PG_ARGISNULL(MONTH_AMOUNT)))
		state->left_out[MRR_NO_AMOUNT]++;
	else
	{
		int			month = month_of(state, PG_GETARG_DATEADT(MONTH_DATE));
		Decimal		amount = convert(PG_GETARG_DATUM(MONTH_AMOUNT));

		state->first = Min(state->first, month);
		state->last = Max(state->last, month);
		append(state, fcinfo, key, month, false, &amount);
	}
}

static pg_attribute_always_inline Datum
month_row(FunctionCallInfo fcinfo, const PathKinds kinds)
{
	MrrState   *state = row_state(fcinfo, kinds.wide_keys, MONTH_PERIOD);

	if (unlikely(PG_ARGISNULL(PATH_ENTITY)))
		state->left_out[MRR_NO_CUSTOMER]++;
	else
		add_month(state, fcinfo, path_row_key(fcinfo, kinds), kinds.amount);
	PG_RETURN_POINTER(state);
}

/* mrr_accum_months_int8_int2 ... mrr_accum_months_uuid_float8 */
PATH_DATED_AMOUNT_TRANSITIONS(mrr_accum_months, month_row)

/*
 * Subscriptions: (state, customer, starts, ends, mrr, as_of [, period])
 */

enum
{
	SUBSCRIPTION_STARTS = PATH_ENTITY + 1,
	SUBSCRIPTION_ENDS,
	SUBSCRIPTION_AMOUNT,
	SUBSCRIPTION_AS_OF,
	SUBSCRIPTION_PERIOD
};

/* The first row's as_of */
static pg_noinline void
set_as_of(MrrState *state, FunctionCallInfo fcinfo)
{
	argument_as_of(fcinfo, SUBSCRIPTION_AS_OF, &state->as_of);
	state->has_as_of = true;
	state->until = month_of(state, state->as_of + 1) - 1;
}

static inline void
check_as_of(MrrState *state, FunctionCallInfo fcinfo)
{
	DateADT		as_of;

	if (unlikely(PG_ARGISNULL(SUBSCRIPTION_AS_OF)))
		refuse_null("as_of", "Give the day up to which the subscriptions are known.");
	as_of = PG_GETARG_DATEADT(SUBSCRIPTION_AS_OF);
	if (unlikely(!state->has_as_of))
		set_as_of(state, fcinfo);
	else if (unlikely(state->as_of != as_of))
		refuse_change("as_of", day_text(state->as_of), day_text(as_of));
}

static inline void
add_subscription(MrrState *state, FunctionCallInfo fcinfo, PathKey key, Decimal (*convert) (Datum))
{
	DateADT		starts;
	int			first;
	int			end = MRR_MONTH_LAST + 1;	/* the first month that it doesn't count in */
	Decimal		amount;

	if (unlikely(PG_ARGISNULL(SUBSCRIPTION_STARTS)))
	{
		state->left_out[MRR_NO_MONTH]++;
		return;
	}
	starts = PG_GETARG_DATEADT(SUBSCRIPTION_STARTS);
	if (unlikely(!date_in_range(starts)))
	{
		state->left_out[MRR_OUT_OF_RANGE]++;
		return;
	}
	if (!PG_ARGISNULL(SUBSCRIPTION_ENDS))
	{
		DateADT		ends = PG_GETARG_DATEADT(SUBSCRIPTION_ENDS);

		if (unlikely(ends < starts))
		{
			state->left_out[MRR_ENDS_BEFORE]++;
			return;
		}
		if (ends <= DATE_LATEST)	/* else it runs on, whether infinity is meant or 9999-12-31 */
			end = month_of(state, ends);
	}
	if (unlikely(PG_ARGISNULL(SUBSCRIPTION_AMOUNT)))
	{
		state->left_out[MRR_NO_AMOUNT]++;
		return;
	}
	amount = convert(PG_GETARG_DATUM(SUBSCRIPTION_AMOUNT));
	first = month_of(state, starts);
	if (first >= end || first > state->until)
	{
		state->left_out[MRR_IN_NO_MONTH]++;
		return;
	}

	state->first = Min(state->first, first);
	state->last = state->until;
	append(state, fcinfo, key, first, false, &amount);
	if (end <= state->until)
	{
		Decimal		negated = decimal_negated(&amount);

		append(state, fcinfo, key, end, true, &negated);
	}
}

static pg_attribute_always_inline Datum
subscription_row(FunctionCallInfo fcinfo, const PathKinds kinds)
{
	MrrState   *state = row_state(fcinfo, kinds.wide_keys, SUBSCRIPTION_PERIOD);

	check_as_of(state, fcinfo);
	if (unlikely(PG_ARGISNULL(PATH_ENTITY)))
		state->left_out[MRR_NO_CUSTOMER]++;
	else
		add_subscription(state, fcinfo, path_row_key(fcinfo, kinds), kinds.amount);
	PG_RETURN_POINTER(state);
}

/* mrr_accum_subscriptions_int8_int2 ... mrr_accum_subscriptions_uuid_float8 */
PATH_DATED_AMOUNT_TRANSITIONS(mrr_accum_subscriptions, subscription_row)

static void
mrr_parts(Partial *partial, void *of)
{
	MrrState   *state = of;
	int64		from = state->first;
	int64		through = state->last;
	int64		as_of = state->as_of;
	int64		other_as_of;

	if (!partial_same(partial, &as_of, &other_as_of))
		refuse_change("as_of", day_text(state->as_of), day_text((DateADT) other_as_of));
	state->as_of = (DateADT) as_of;
	partial_flag(partial, &state->has_as_of);
	partial_calendar(partial, &state->calendar);
	if (state->has_as_of)
		state->until = month_of(state, state->as_of + 1) - 1;
	partial_span(partial, &from, &through, NULL);
	state->first = (int) from;
	state->last = (int) through;
	partial_counts(partial, state->left_out, MRR_REASONS);
}

static const PartialKind mrr_partial = {
	.size = sizeof(MrrState),
	.store = offsetof(MrrState, store),
	.amounts = offsetof(MrrState, amounts),
	.is_coded = true,
	.parts = mrr_parts
};

PARTIAL_FUNCTIONS(mrr, mrr_partial)

/*
 * The walk
 */

/* The months of an unbroken run that are remembered: the longest lag and the month at hand */
#define REMEMBERED	16

typedef struct MrrVisitor
{
	const MrrState *state;
	MrrSummary *summary;

	/* of the customer */
	bool		has_month;
	int			month;			/* whose events are being added up */
	int64		rows;			/* that begin in it */
	Decimal		total;			/* of it; of subscriptions, what runs; this and mrr have wide forms of their own */
	bool		has_paid;
	int			paid;			/* the last month with a payment */
	int			since;			/* the first of the unbroken run up to it */
	Decimal		mrr[REMEMBERED];	/* of the last months, by month % REMEMBERED */
}			MrrVisitor;

#define mrr_of(visitor, month)		(&(visitor)->mrr[(month) & (REMEMBERED - 1)])

static inline MrrMonth *
month_record(const MrrVisitor *visitor, int month)
{
	return &visitor->summary->months[month - visitor->summary->first];
}

/* The customer is gone in the month after the last one it paid in. */
static void
churn(MrrVisitor *visitor)
{
	MrrMonth   *record = month_record(visitor, visitor->paid + 1);

	record->customers_churned++;
	decimal_accumulate(&record->churned, mrr_of(visitor, visitor->paid));
}

/* The customer paid the month before, too. */
static inline void
stay(MrrVisitor *visitor, MrrMonth *record, int month, const Decimal *now)
{
	const Decimal *before = mrr_of(visitor, month - 1);
	int			order = decimal_compare(now, before);

	if (order != 0)
	{
		Decimal		change = order > 0 ? decimal_difference(now, before) : decimal_difference(before, now);

		decimal_accumulate(order > 0 ? &record->expansion : &record->contraction, &change);
		decimal_free(&change);
	}
	for (int i = 0; i < MRR_LAGS && month - mrr_lags[i] >= visitor->since; i++)
	{
		const Decimal *then = mrr_of(visitor, month - mrr_lags[i]);
		MrrRetained *retained = &record->retained[i];

		retained->customers++;
		decimal_accumulate(&retained->now, now);
		decimal_accumulate(&retained->least, decimal_compare(then, now) < 0 ? then : now);
	}
}

/* The customer pays this in that month. */
static void
pay(MrrVisitor *visitor, int month, const Decimal *now)
{
	MrrMonth   *record = month_record(visitor, month);

	decimal_accumulate(&record->mrr, now);
	if (visitor->has_paid && visitor->paid == month - 1)
		stay(visitor, record, month, now);
	else
	{
		if (visitor->has_paid)
		{
			churn(visitor);
			record->customers_reactivated++;
			decimal_accumulate(&record->reactivated, now);
		}
		else
		{
			record->customers_new++;
			decimal_accumulate(&record->new, now);
		}
		visitor->since = month;
	}
	decimal_free(mrr_of(visitor, month));
	*mrr_of(visitor, month) = decimal_copy(now);
	visitor->has_paid = true;
	visitor->paid = month;
}

/* The total holds from the month at hand up to, not including, another. */
static void
conclude_months(MrrVisitor *visitor, int end)
{
	MrrSummary *summary = visitor->summary;
	int			sign = decimal_sign(&visitor->total);

	if (!visitor->has_month)
		return;
	if (sign < 0)
		summary->negative_months += end - visitor->month;
	summary->rows[sign < 0 ? MRR_NEGATIVE : MRR_USED] += visitor->rows;
	for (int month = visitor->month; sign > 0 && month < end; month++)
		pay(visitor, month, &visitor->total);
}

static inline void
clear_total(MrrVisitor *visitor)
{
	decimal_free(&visitor->total);
	memset(&visitor->total, 0, sizeof(Decimal));
}

/* A visitor of path_walk */
static void
mrr_visit(void *of, const PathBatch *batch)
{
	MrrVisitor *visitor = of;
	MrrSummary *summary = visitor->summary;
	bool		runs_on = visitor->state->has_as_of;

	if (batch->first)
	{
		visitor->has_month = false;
		visitor->has_paid = false;
		clear_total(visitor);
	}
	for (int64 i = 0; i < batch->count; i++)
	{
		int64		moment = path_event_moment(batch, i);
		int			month = moment_month(moment);
		Decimal		amount = amount_unpack_coded(&visitor->state->amounts, path_moment_code(moment),
												 path_event_payload(batch, i));

		if (!visitor->has_month || month != visitor->month)
		{
			conclude_months(visitor, runs_on ? month : visitor->month + 1);
			visitor->has_month = true;
			visitor->month = month;
			visitor->rows = 0;
			if (!runs_on)
				clear_total(visitor);
		}
		visitor->rows += !moment_takes_away(moment);
		decimal_accumulate(&visitor->total, &amount);
		decimal_free(&amount);
	}
	if (batch->last)
	{
		int			last = summary->first + summary->length - 1;

		conclude_months(visitor, runs_on ? last + 1 : visitor->month + 1);
		if (visitor->has_paid && visitor->paid < last)
			churn(visitor);
		CHECK_FOR_INTERRUPTS();
	}
}

/* A WalkKind's */
static void
mrr_summarise(void *of, void *into)
{
	MrrState   *state = of;
	MrrSummary *summary = into;
	MrrVisitor	visitor = {0};

	summary_clear(&mrr_summary_type, summary);
	memcpy(summary->rows, state->left_out, sizeof(summary->rows));
	if (state->first > state->last)
		return;
	summary->is_jalali = state->calendar.kind == PERIOD_JALALI_MONTH;
	summary->ends_at_as_of = state->has_as_of;
	summary->first = state->first;
	summary->length = state->last - state->first + 1;
	summary->months = palloc0(sizeof(MrrMonth) * summary->length);
	visitor.state = state;
	visitor.summary = summary;
	path_walk(&state->store, mrr_visit, &visitor);
}

static const WalkKind mrr_walk = {&mrr_partial, &mrr_summary_type, mrr_summarise, NULL, NULL};

/* mrr_final(state): the summary; empty where there was no row. */
WALK_FUNCTIONS(mrr, mrr_walk)
