/*
 * revenue_summary.h
 *		The summary of recurring revenue: what is kept of the customers' months.
 *
 * Kept is one record a month, from the first to the last: the MRR, the moves
 * that led to it, and what is left of the customers of 3, 6 and 12 months
 * before. Each of its amounts is a sum over customers, so that summaries of
 * different customers add up, display scales included. Months after a
 * summary's last are those in which nobody pays: everybody who is there in the
 * last one churns in the month behind it (churn_after).
 */
#ifndef FUNNEL_REVENUE_SUMMARY_H
#define FUNNEL_REVENUE_SUMMARY_H

#include "base/compat.h"

#include "base/decimal.h"
#include "base/period.h"
#include "base/summary.h"
#include "path/reasons.h"
#include "datatype/timestamp.h"
#include "utils/date.h"

/*
 * Months are counted from the one that holds 2000-01-01, Gregorian or Jalali;
 * those of the dates in range (base/moment.h), of which the Jalali ones are one
 * more.
 */
#define MRR_MONTH_FIRST		(-1200)
#define MRR_MONTH_LAST		2400
#define MRR_MONTHS_MOST		(MRR_MONTH_LAST - MRR_MONTH_FIRST + 1)

/* Why a row is used or left out; a row is in exactly one. */
typedef enum MrrReason
{
	MRR_USED,
	MRR_NO_CUSTOMER,
	MRR_NO_MONTH,				/* or no start */
	MRR_NO_AMOUNT,
	MRR_OUT_OF_RANGE,
	MRR_ENDS_BEFORE,
	MRR_IN_NO_MONTH,			/* a subscription that runs on no last day of a month up to as_of */
	MRR_NEGATIVE				/* the customer's total of the (first) month is negative */
}			MrrReason;

#define MRR_REASONS		(MRR_NEGATIVE + 1)

/* Retention over one month follows from the moves; these are kept */
#define MRR_LAGS		3

extern const int mrr_lags[MRR_LAGS];

/* Of the customers of some months before: those that have paid ever since */
typedef struct MrrRetained
{
	int64		customers;
	Decimal		now;			/* their MRR of this month */
	Decimal		least;			/* of each, the smaller of then and now */
}			MrrRetained;

typedef struct MrrMonth
{
	int64		customers;		/* that pay; not stored: it follows from the moves */
	int64		customers_new;
	int64		customers_reactivated;
	int64		customers_churned;
	Decimal		mrr;
	Decimal		new;
	Decimal		expansion;
	Decimal		reactivated;
	Decimal		contraction;
	Decimal		churned;
	MrrRetained retained[MRR_LAGS];
}			MrrMonth;

typedef struct MrrSummary
{
	SummaryHeader header;
	int64		rows[MRR_REASONS];
	int64		negative_months;	/* of customers: counted as zero */
	bool		is_jalali;		/* the months are; false where there is none */
	bool		ends_at_as_of;	/* of subscriptions: who runs in the last month may go on */
	int			first;			/* month; of no matter where there is none */
	int			length;			/* months */
	MrrMonth   *months;
}			MrrSummary;

extern const SummaryType mrr_summary_type;
extern const Reasons mrr_reasons;

/*
 * Makes a summary's months those up to and with "last". Later ones are left
 * out; in those behind its own, nobody pays. An error where it is one of
 * subscriptions, of which nothing is known behind as_of.
 */
extern void mrr_end_at(MrrSummary *summary, int last);

static inline PeriodKind
mrr_period(const MrrSummary *summary)
{
	return summary->is_jalali ? PERIOD_JALALI_MONTH : PERIOD_MONTH;
}

/* The first day of one of its months */
static inline int32
mrr_first_day(const MrrSummary *summary, int month)
{
	return period_first_day(mrr_period(summary), month);
}

#endif							/* FUNNEL_REVENUE_SUMMARY_H */
