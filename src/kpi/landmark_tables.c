/*
 * landmark_tables.c
 *		Figures of a landmark_summary: odds by stage.
 */
#include "kpi/landmark_summary.h"

#include <math.h>

#include "base/confidence.h"
#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"

#define DECIDED_LEAST	20		/* of fewer, no odds */

static void
put_stage(Row *row, const LandmarkSummary *summary, int step)
{
	const Label *name = funnel_name(summary->subject.made, step);

	row_put(row, Int32GetDatum(step + 1));
	row_put_label(row, name->text, name->length);
}

/* The share won of those decided; its interval is that of so many different entities: one that was seen twice tells little more than once. */
static void
put_odds(Row *row, const LandmarkCount *sum, int64 entities, double confidence)
{
	int64		decided = sum->won + sum->lost;
	ConfidenceInterval interval;

	if (decided < DECIDED_LEAST)
	{
		for (int i = 0; i < 3; i++)
			row_put_null(row);
		return;
	}
	row_put_ratio(row, sum->won, decided);
	interval = wilson_interval((int64) rint(exact_ratio(sum->won, decided) * entities), entities, confidence);
	row_put(row, Float8GetDatum(Min(interval.low, exact_ratio(sum->won, decided))));
	row_put(row, Float8GetDatum(Max(interval.high, exact_ratio(sum->won, decided))));
}

/* stage_odds(summary, confidence): one row a stage in which entities may be open */
PG_FUNCTION_INFO_V1(landmark_stage_odds);
Datum
landmark_stage_odds(PG_FUNCTION_ARGS)
{
	LandmarkSummary summary;
	double		confidence = PG_GETARG_FLOAT8(1);
	Row			row;

	check_confidence(confidence);
	summary_read(&landmark_summary_type, PG_GETARG_DATUM(0), &summary);
	row_begin(&row, fcinfo);
	for (int step = 0; step < landmark_steps(&summary); step++)
	{
		LandmarkCount sum = {0, 0, 0};

		for (int i = 0; i < summary.times.count; i++)
		{
			const LandmarkCount *count = landmark_count(&summary, i, step);

			if (!landmark_is_over(&summary.times, i))
				continue;
			count_add(&sum.was_open, count->was_open);
			count_add(&sum.won, count->won);
			count_add(&sum.lost, count->lost);
		}
		put_stage(&row, &summary, step);
		row_put(&row, Int64GetDatum(sum.was_open));
		row_put(&row, Int64GetDatum(sum.won));
		row_put(&row, Int64GetDatum(sum.lost));
		row_put(&row, Int64GetDatum(sum.was_open - sum.won - sum.lost));
		put_odds(&row, &sum, summary.decided[step], confidence);
		if (sum.was_open < DECIDED_LEAST)
			row_put_null(&row);
		else
			row_put_ratio(&row, sum.won, sum.was_open);
		row_end(&row);
	}
	return (Datum) 0;
}

/* landmark_counts(summary): one row a landmark and stage */
PG_FUNCTION_INFO_V1(landmark_counts);
Datum
landmark_counts(PG_FUNCTION_ARGS)
{
	LandmarkSummary summary;
	Row			row;

	summary_read(&landmark_summary_type, PG_GETARG_DATUM(0), &summary);
	row_begin(&row, fcinfo);
	for (int i = 0; i < summary.times.count; i++)
		for (int step = 0; step < landmark_steps(&summary); step++)
		{
			const LandmarkCount *count = landmark_count(&summary, i, step);

			row_put(&row, TimestampTzGetDatum(summary.times.landmarks[i]));
			put_stage(&row, &summary, step);
			row_put(&row, Int64GetDatum(count->was_open));
			row_put(&row, Int64GetDatum(count->won));
			row_put(&row, Int64GetDatum(count->lost));
			row_put(&row, Int64GetDatum(count->was_open - count->won - count->lost));
			row_put(&row, BoolGetDatum(landmark_is_over(&summary.times, i)));
			row_end(&row);
		}
	return (Datum) 0;
}

/* landmark_quality(summary): one row a reason; of the rows used, those that came too late */
PG_FUNCTION_INFO_V1(landmark_quality);
Datum
landmark_quality(PG_FUNCTION_ARGS)
{
	LandmarkSummary summary;
	Row			row;

	summary_read(&landmark_summary_type, PG_GETARG_DATUM(0), &summary);
	row_begin(&row, fcinfo);
	reasons_rows(&row, &history_reasons, summary.totals.rows);
	row_put_text(&row, "after as_of");
	row_put(&row, Int64GetDatum(summary.later_rows));
	row_end(&row);
	return (Datum) 0;
}

/* landmarks(first, every, count): first, first + every, ... */
PG_FUNCTION_INFO_V1(landmark_landmarks);
Datum
landmark_landmarks(PG_FUNCTION_ARGS)
{
	TimestampTz at = PG_GETARG_TIMESTAMPTZ(0);
	int64		every = span_microseconds(PG_GETARG_INTERVAL_P(1), "every");
	int32		count = PG_GETARG_INT32(2);
	Datum	   *moments;

	if (count < 1 || count > LANDMARKS_MOST || every == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("landmarks must be 1 to %d, some time from each other", LANDMARKS_MOST),
				 errhint("Give landmarks('2025-01-01 00:00+00', interval '30 days', 12).")));
	moments = palloc(sizeof(Datum) * count);
	for (int i = 0; i < count; i++)
	{
		if (!moment_in_range(at))
			ereport(ERROR,
					(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
					 errmsg("landmarks must be of the years 1900 to 2199"),
					 errhint("Give fewer of them, or begin earlier.")));
		moments[i] = TimestampTzGetDatum(at);
		if (i < count - 1 && pg_add_s64_overflow(at, every, &at))
			at = PG_INT64_MAX;
	}
	PG_RETURN_ARRAYTYPE_P(construct_array(moments, count, TIMESTAMPTZOID, sizeof(TimestampTz), true, 'd'));
}
