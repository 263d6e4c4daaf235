/*
 * survival_tables.c
 *		The figures of a survival_summary: curves, shares by a day, days to a share.
 *
 * Ends compete (Aalen and Johansen, "An empirical transition matrix for
 * non-homogeneous Markov chains", Scandinavian Journal of Statistics 5, 1978):
 * of those at risk in a cell, d of n end, d_k of them so; what was open before
 * goes to the outcomes by d_k / n.
 *
 * Shares are whole numbers of 2^-120, and the parts that leave are cut out of
 * one whole: so they add up to 1 at every age, exactly, and no platform or
 * order changes a digit. One rounding, to a double, comes at the end.
 */
#include "base/compat.h"

#include <math.h>

#include "base/argument.h"
#include "base/confidence.h"
#include "base/rows.h"
#include "catalog/pg_type.h"
#include "kpi/survival_summary.h"
#include "utils/array.h"
#include "utils/builtins.h"

#define SHARE_BITS		120
#define SHARE_WHOLE		((uint128) 1 << SHARE_BITS)
#define OUTCOME_OPEN	(-1)	/* in place of an outcome's number: the share that has not ended */

/* How an outcome stands at an age: its share, and what the variance of that needs */
typedef struct OutcomeCourse
{
	const Cell *next;			/* of its cells, the first that is not behind the age */
	const Cell *end;
	int64		ended;			/* in the cell of this age */
	uint128		share;
	double		variance;
	double		covariance;		/* with the open share */
}			OutcomeCourse;

/* The course of a summary, from one day with a cell to the next: those between, of which there may be centuries, change nothing */
typedef struct Course
{
	int			outcomes;
	int			last_day;		/* -1: nobody was seen */
	int			day;			/* -1: before the first step */
	int64		at_risk;		/* in the cell of this day */
	int64		left;			/* in it: ended, or last seen open */
	OutcomeCourse open;			/* its "ended" are those that were last seen open */
	OutcomeCourse entered;		/* its cells only */
	OutcomeCourse *outcome;
}			Course;

static void
begin_cells(OutcomeCourse *course, const SurvivalSummary *survival, int kind)
{
	const Cell *end = survival->cell + survival->cell_count;

	course->next = survival->cell;
	while (course->next < end && cell_kind(course->next) < kind)
		course->next++;
	course->end = course->next;
	while (course->end < end && cell_kind(course->end) == kind)
		course->end++;
}

/* The rows of the cell of a day, which is not before that of the call before */
static int64
rows_of_day(OutcomeCourse *course, int day)
{
	if (course->next < course->end && cell_day(course->next) == day)
		return (course->next++)->rows;
	return 0;
}

static int
last_day_of(const OutcomeCourse *course)
{
	return course->next < course->end ? cell_day(course->end - 1) : -1;
}

static int64
all_rows(const OutcomeCourse *course)
{
	int64		rows = 0;

	for (const Cell *cell = course->next; cell < course->end; cell++)
		rows += cell->rows;		/* no more than COUNT_MOST, as the rules have it */
	return rows;
}

static void
course_begin(Course *course, const SurvivalSummary *survival)
{
	memset(course, 0, sizeof(Course));
	course->outcomes = survival->outcomes;
	course->outcome = palloc0(sizeof(OutcomeCourse) * Max(survival->outcomes, 1));
	course->day = -1;
	begin_cells(&course->open, survival, KIND_OPEN);
	begin_cells(&course->entered, survival, KIND_ENTERED);
	course->open.share = SHARE_WHOLE;
	course->last_day = last_day_of(&course->open);
	course->at_risk = survival->rows[SURVIVAL_USED] - all_rows(&course->entered);
	for (int i = 0; i < course->outcomes; i++)
	{
		begin_cells(&course->outcome[i], survival, KIND_OUTCOME + i);
		course->last_day = Max(course->last_day, last_day_of(&course->outcome[i]));
	}
}

/* share * part / whole, rounded down; share is at most 2^120, part at most whole. */
static uint128
share_of(uint128 share, int64 part, int64 whole)
{
	const uint128 low_bits = ((uint128) 1 << 60) - 1;
	uint128		high = (share >> 60) * (uint128) part;
	uint128		low = ((high % (uint128) whole) << 60) + (share & low_bits) * (uint128) part;

	return ((high / (uint128) whole) << 60) + low / (uint128) whole;
}

static double
share_value(uint128 share)
{
	return ldexp((double) share, -SHARE_BITS);
}

/*
 * Greenwood's variance with multinomial increments: of the n at risk, the
 * parts that end so are estimated, and what they make of the shares before is
 * linear. (Andersen, Borgan, Gill and Keiding, "Statistical Models Based on
 * Counting Processes", 1993, IV.4.)
 */
static void
step_variances(Course *course, int64 ended)
{
	double		n = (double) course->at_risk;
	double		all = (double) ended / n;
	double		staying = (double) (course->at_risk - ended) / n;
	double		open = share_value(course->open.share);
	double		scale = open * open / n;

	for (int i = 0; i < course->outcomes; i++)
	{
		OutcomeCourse *outcome = &course->outcome[i];
		double		part = (double) outcome->ended / n;

		outcome->variance += part * (2 * outcome->covariance + part * course->open.variance) + scale * part * (1 - part);
		outcome->covariance = staying * (outcome->covariance + part * course->open.variance) - scale * part * staying;
	}
	course->open.variance = staying * staying * course->open.variance + scale * all * staying;
}

/* What ended in the cell leaves the open share: cut at whole numbers of entities, so that all of it goes where all end. */
static void
step_shares(Course *course)
{
	uint128		open = course->open.share;
	uint128		gone = 0;
	int64		ended = 0;

	for (int i = 0; i < course->outcomes; i++)
	{
		uint128		cut;

		ended += course->outcome[i].ended;
		cut = share_of(open, ended, course->at_risk);
		course->outcome[i].share += cut - gone;
		gone = cut;
	}
	course->open.share = open - gone;
}

static int
next_day_of(const OutcomeCourse *course)
{
	return course->next < course->end ? cell_day(course->next) : SURVIVAL_DAYS;
}

/* The next day that has a cell; SURVIVAL_DAYS behind the last */
static int
next_day(const Course *course)
{
	int			day = Min(next_day_of(&course->open), next_day_of(&course->entered));

	for (int i = 0; i < course->outcomes; i++)
		day = Min(day, next_day_of(&course->outcome[i]));
	return day;
}

/* Goes on to the next day that has a cell; false behind the last. */
static bool
course_step(Course *course)
{
	int			day = next_day(course);
	int64		ended = 0;

	if (day == SURVIVAL_DAYS)
		return false;
	course->day = day;
	course->at_risk += rows_of_day(&course->entered, course->day) - course->left;
	for (int i = 0; i < course->outcomes; i++)
	{
		course->outcome[i].ended = rows_of_day(&course->outcome[i], course->day);
		ended += course->outcome[i].ended;
	}
	course->open.ended = rows_of_day(&course->open, course->day);
	course->left = ended + course->open.ended;
	if (ended > 0)
	{
		step_variances(course, ended);
		step_shares(course);
	}
	return true;
}

static const OutcomeCourse *
course_of(const Course *course, int outcome)
{
	return outcome == OUTCOME_OPEN ? &course->open : &course->outcome[outcome];
}

static double
standard_error(const OutcomeCourse *outcome)
{
	return sqrt(Max(outcome->variance, 0));
}

static void
put_interval(Row *row, const Course *course, const OutcomeCourse *outcome, double confidence)
{
	ConfidenceInterval interval;
	double		share = share_value(outcome->share);	/* 1 of a little less than 1, too */

	if (share > 0 && share < 1)
		interval = log_log_interval(share, standard_error(outcome), confidence);
	else if (course->at_risk > 0)
		interval = wilson_interval(share > 0 ? course->at_risk : 0, course->at_risk, confidence);
	else
	{
		row_put_null(row);
		row_put_null(row);
		return;
	}
	row_put(row, Float8GetDatum(interval.low));
	row_put(row, Float8GetDatum(interval.high));
}

/* What is known on a day that is not before that of the last step, but before the next */
static void
put_day(Row *row, const SurvivalSummary *survival, const Course *course, int day, double confidence)
{
	Course		there = *course;	/* its outcomes are shared */

	if (day > course->day)
		there.at_risk -= course->left;
	for (int i = 0; i <= course->outcomes; i++)
	{
		const OutcomeCourse *outcome = course_of(course, i == course->outcomes ? OUTCOME_OPEN : i);

		if (i == course->outcomes)
			row_put_text(row, "open");
		else
			row_put_label(row, survival->outcome[i].text, survival->outcome[i].length);
		row_put(row, Int32GetDatum(day));
		if (day > course->last_day)
			for (int column = 0; column < 6; column++)
				row_put_null(row);
		else
		{
			row_put(row, Int64GetDatum(there.at_risk));
			row_put(row, Int64GetDatum(day > course->day ? 0 : outcome->ended));
			row_put(row, Float8GetDatum(share_value(outcome->share)));
			put_interval(row, &there, outcome, confidence);
			row_put(row, Float8GetDatum(standard_error(outcome)));
		}
		row_end(row);
	}
}

/* survival_curve(summary, confidence): one row an outcome, the open last, and day of age that anybody ended or was last seen on */
PG_FUNCTION_INFO_V1(survival_curve);
Datum
survival_curve(PG_FUNCTION_ARGS)
{
	SurvivalSummary survival;
	double		confidence = PG_GETARG_FLOAT8(1);
	Course		course;
	Row			row;

	check_confidence(confidence);
	row_begin(&row, fcinfo);
	summary_read(&survival_type, PG_GETARG_DATUM(0), &survival);
	course_begin(&course, &survival);
	while (course_step(&course))
		if (course.left > 0)
			put_day(&row, &survival, &course, course.day, confidence);
	return (Datum) 0;
}

static void
check_day(int32 day)
{
	if (day < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("day must be 0 or more, not %d", day),
				 errhint("It is an age, in whole days since the start.")));
}

static int
compare_days(const void *a, const void *b)
{
	int32		left = *(const int32 *) a;
	int32		right = *(const int32 *) b;

	return (left > right) - (left < right);
}

/* The days of an array, in order */
static int32 *
argument_days(FunctionCallInfo fcinfo, int argument, int *count)
{
	Datum	   *elements;
	bool	   *nulls;
	int32	   *days;

	deconstruct_array(PG_GETARG_ARRAYTYPE_P(argument), INT4OID, sizeof(int32), true, TYPALIGN_INT, &elements, &nulls, count);
	days = palloc(sizeof(int32) * Max(*count, 1));
	for (int i = 0; i < *count; i++)
	{
		if (nulls[i])
			refuse_null("a day", "Days are ages, such as ARRAY[30, 60, 90].");
		days[i] = DatumGetInt32(elements[i]);
		check_day(days[i]);
	}
	qsort(days, *count, sizeof(int32), compare_days);
	return days;
}

/* survival_at(summary, days, confidence): the same of these days, in order; of those behind the last age seen nothing is known */
PG_FUNCTION_INFO_V1(survival_at);
Datum
survival_at(PG_FUNCTION_ARGS)
{
	SurvivalSummary survival;
	double		confidence = PG_GETARG_FLOAT8(2);
	int			count;
	int32	   *days;
	Course		course;
	Row			row;

	check_confidence(confidence);
	days = argument_days(fcinfo, 1, &count);
	row_begin(&row, fcinfo);
	summary_read(&survival_type, PG_GETARG_DATUM(0), &survival);
	course_begin(&course, &survival);
	for (int i = 0; i < count; i++)
	{
		while (next_day(&course) <= days[i] && course_step(&course))
			;
		put_day(&row, &survival, &course, days[i], confidence);
	}
	return (Datum) 0;
}

/* The outcome that the second argument names, OUTCOME_OPEN for "open"; false where the summary has seen none such */
static bool
argument_outcome(FunctionCallInfo fcinfo, const SurvivalSummary *survival, int *outcome)
{
	text	   *name = PG_GETARG_TEXT_PP(1);
	int			kind;

	*outcome = OUTCOME_OPEN;
	if (outcome_is_open(VARDATA_ANY(name), VARSIZE_ANY_EXHDR(name)))
		return true;
	kind = survival_kind(survival, VARDATA_ANY(name), VARSIZE_ANY_EXHDR(name));
	*outcome = kind - KIND_OUTCOME;
	return kind >= 0;
}

/* share_by(summary, outcome, day): NULL behind the last age seen */
PG_FUNCTION_INFO_V1(survival_share_by);
Datum
survival_share_by(PG_FUNCTION_ARGS)
{
	SurvivalSummary survival;
	Course		course;
	int			outcome;
	int32		day = PG_GETARG_INT32(2);

	check_day(day);
	summary_read(&survival_type, PG_GETARG_DATUM(0), &survival);
	if (!argument_outcome(fcinfo, &survival, &outcome))
		PG_RETURN_NULL();
	course_begin(&course, &survival);
	if (day > course.last_day)
		PG_RETURN_NULL();
	while (next_day(&course) <= day && course_step(&course))
		;
	PG_RETURN_FLOAT8(share_value(course_of(&course, outcome)->share));
}

/* The first day at which an outcome has this share, or, of the open, no more than it; -1 where that never is */
static int
first_day_of(const SurvivalSummary *survival, int outcome, double share)
{
	Course		course;

	course_begin(&course, survival);
	if (outcome == OUTCOME_OPEN && share == 1 && course.last_day >= 0)
		return 0;				/* at the start, which may have no cell */
	while (course_step(&course))
	{
		double		reached = share_value(course_of(&course, outcome)->share);

		if (outcome == OUTCOME_OPEN ? reached <= share : reached >= share)
			return course.day;
	}
	return -1;
}

/* days_to_share(summary, outcome, share): by which age so many of all ended so; NULL where it is not reached */
PG_FUNCTION_INFO_V1(survival_days_to_share);
Datum
survival_days_to_share(PG_FUNCTION_ARGS)
{
	SurvivalSummary survival;
	int			outcome;
	int			day;
	double		share = PG_GETARG_FLOAT8(2);

	if (!(share > 0 && share <= 1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("share must be greater than 0 and at most 1, not %.15g", share),
				 errhint("Give it as a fraction: 0.5 for half of all.")));
	summary_read(&survival_type, PG_GETARG_DATUM(0), &survival);
	if (!argument_outcome(fcinfo, &survival, &outcome))
		PG_RETURN_NULL();
	day = first_day_of(&survival, outcome, share);
	if (day < 0)
		PG_RETURN_NULL();
	PG_RETURN_INT32(day);
}

/* median_days_of(summary, outcome): by which age half of those that end so had, of those that do by the end of the curve */
PG_FUNCTION_INFO_V1(survival_median_days_of);
Datum
survival_median_days_of(PG_FUNCTION_ARGS)
{
	SurvivalSummary survival;
	Course		course;
	int			outcome;
	double		share;

	summary_read(&survival_type, PG_GETARG_DATUM(0), &survival);
	if (!argument_outcome(fcinfo, &survival, &outcome))
		PG_RETURN_NULL();
	if (outcome == OUTCOME_OPEN)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("what is open has not ended, so it has no median time to the end"),
				 errhint("days_to_share(summary, 'open', 0.5) tells the age at which half of all are still open.")));
	course_begin(&course, &survival);
	while (course_step(&course))
		;
	share = share_value(course.outcome[outcome].share);
	if (share == 0)
		PG_RETURN_NULL();
	PG_RETURN_INT32(first_day_of(&survival, outcome, share / 2));
}

REASONS_QUALITY(survival_quality, survival_type, SurvivalSummary, rows, survival_reasons)

SUMMARY_MOMENT(survival_as_of, survival_type, SurvivalSummary, as_of)
SUMMARY_MOMENT(survival_data_from, survival_type, SurvivalSummary, data_from)
SUMMARY_MOMENT(survival_data_through, survival_type, SurvivalSummary, data_through)
