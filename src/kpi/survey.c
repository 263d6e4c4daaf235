/*
 * survey.c
 *		Surveys: eNPS, NPS, CSAT, response rate, how sure they are.
 *
 * Rows are people asked: the score each gave, 0 to 10, or NULL for no answer.
 * See doc/survey.md.
 */
#include "base/compat.h"

#include "base/argument.h"
#include "base/confidence.h"
#include "base/rows.h"
#include "base/summary.h"
#include "utils/builtins.h"

#define HIGHEST_SCORE		10
#define PROMOTERS_FROM		9
#define PASSIVES_FROM		7
#define SATISFIED_FROM		4	/* of csat_score, unless said otherwise: 4 and 5 of a 1..5 survey */

typedef struct SurveySummary
{
	SummaryHeader header;
	int64		given[HIGHEST_SCORE + 1];	/* how often each score was */
	int64		unanswered;
	int64		satisfied_from; /* in the state of csat_score(score, satisfied_from); else 0 */
}			SurveySummary;

static void
survey_fields(Codec *codec, void *summary)
{
	static const char *const names[] = {
		"score_0", "score_1", "score_2", "score_3", "score_4", "score_5",
		"score_6", "score_7", "score_8", "score_9", "score_10"
	};
	SurveySummary *survey = summary;

	for (int score = 0; score <= HIGHEST_SCORE; score++)
		codec_count(codec, names[score], &survey->given[score]);
	codec_count(codec, "unanswered", &survey->unanswered);
	codec_count(codec, "satisfied_from", &survey->satisfied_from);
}

static const char *
survey_rules(const void *summary)
{
	const SurveySummary *survey = summary;

	return survey->satisfied_from > HIGHEST_SCORE ? "satisfied_from is above the highest score" : NULL;
}

static const SummaryType survey_type = {
	.name = "survey_summary",
	.version = 1,
	.size = sizeof(SurveySummary),
	.fields = survey_fields,
	.rules = survey_rules,
};

#define SURVEY_STATE()		((SurveySummary *) summary_state(&survey_type, fcinfo))
#define RETURN_SURVEY_STATE(survey) \
	return summary_state_datum(&survey_type, (survey), true)

/*
 * The type
 */

SUMMARY_TYPE_FUNCTIONS(survey_summary, survey_type)

/*
 * Rows into a summary. Each step takes "times", 1 to add a row and -1 to take
 * it out of a moving window again.
 */

/* Error: an answer that is no score. */
static void
refuse_score(const char *score)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("score must be a whole number from 0 to %d, not %s", HIGHEST_SCORE, score),
			 errhint("Give NULL for no answer, and leave other rows out with a FILTER clause.")));
}

static inline int
score_from_int8(Datum datum)
{
	int64		score = DatumGetInt64(datum);

	if (unlikely(score < 0 || score > HIGHEST_SCORE))
		refuse_score(psprintf(INT64_FORMAT, score));
	return (int) score;
}

static inline int
score_from_int4(Datum datum)
{
	return score_from_int8(Int64GetDatum(DatumGetInt32(datum)));
}

static inline int
score_from_int2(Datum datum)
{
	return score_from_int8(Int64GetDatum(DatumGetInt16(datum)));
}

static inline int
score_from_float8(Datum datum)
{
	float8		score = DatumGetFloat8(datum);

	/* a NaN is neither */
	if (unlikely(!(score >= 0 && score <= HIGHEST_SCORE) || score != (int) score))
		refuse_score(DatumGetCString(DirectFunctionCall1(float8out, datum)));
	return (int) score;
}

static inline int
score_from_float4(Datum datum)
{
	float4		score = DatumGetFloat4(datum);

	if (unlikely(!(score >= 0 && score <= HIGHEST_SCORE) || score != (int) score))
		refuse_score(DatumGetCString(DirectFunctionCall1(float4out, datum)));
	return (int) score;
}

static int
score_from_numeric(Datum datum)
{
	Decimal		score = {-1, 0, NULL};

	if (numeric_is_finite(datum))
		score = decimal_from_numeric(datum);
	decimal_strip(&score);
	if (unlikely(score.wide != NULL || score.scale > 0 || score.units < 0 || score.units > HIGHEST_SCORE))
		refuse_score(DatumGetCString(DirectFunctionCall1(numeric_out, datum)));
	return (int) score.units;
}

static inline void
count_score(SurveySummary *survey, FunctionCallInfo fcinfo, int (*convert) (Datum), int times)
{
	if (PG_ARGISNULL(1))
		count_step(&survey->unanswered, times);
	else
		count_step(&survey->given[convert(PG_GETARG_DATUM(1))], times);
}

static void
check_satisfied_from(int32 satisfied_from)
{
	if (satisfied_from < 1 || satisfied_from > HIGHEST_SCORE)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("satisfied_from must be from 1 to %d, not %d", HIGHEST_SCORE, satisfied_from),
				 errhint("It is the lowest score that counts as satisfied: %d in a survey of 1 to 5.",
						 SATISFIED_FROM)));
}

/* What counts as satisfied, which must be the same throughout a group */
static void
set_satisfied_from(SurveySummary *survey, int64 satisfied_from)
{
	if (survey->satisfied_from != 0 && survey->satisfied_from != satisfied_from)
		refuse_change("satisfied_from", psprintf(INT64_FORMAT, survey->satisfied_from), psprintf(INT64_FORMAT, satisfied_from));
	survey->satisfied_from = satisfied_from;
}

/* The third argument of csat_score(score, satisfied_from)'s step */
static inline void
read_satisfied_from(SurveySummary *survey, FunctionCallInfo fcinfo)
{
	if (PG_ARGISNULL(2))
		refuse_null("satisfied_from", psprintf("Give the lowest score that counts as satisfied, or leave it out for %d.", SATISFIED_FROM));
	check_satisfied_from(PG_GETARG_INT32(2));
	set_satisfied_from(survey, PG_GETARG_INT32(2));
}

/* survey_accum_int2(state, score) ... survey_remove_satisfied_float8(state, score, satisfied_from) */
#define SURVEY_OF_SCORE(type) \
PG_FUNCTION_INFO_V1(survey_accum_##type); \
Datum \
survey_accum_##type(PG_FUNCTION_ARGS) \
{ \
	SurveySummary *survey = SURVEY_STATE(); \
\
	count_score(survey, fcinfo, score_from_##type, 1); \
	RETURN_SURVEY_STATE(survey); \
} \
PG_FUNCTION_INFO_V1(survey_remove_##type); \
Datum \
survey_remove_##type(PG_FUNCTION_ARGS) \
{ \
	SurveySummary *survey = SURVEY_STATE(); \
\
	count_score(survey, fcinfo, score_from_##type, -1); \
	RETURN_SURVEY_STATE(survey); \
} \
PG_FUNCTION_INFO_V1(survey_accum_satisfied_##type); \
Datum \
survey_accum_satisfied_##type(PG_FUNCTION_ARGS) \
{ \
	SurveySummary *survey = SURVEY_STATE(); \
\
	read_satisfied_from(survey, fcinfo); \
	count_score(survey, fcinfo, score_from_##type, 1); \
	RETURN_SURVEY_STATE(survey); \
} \
PG_FUNCTION_INFO_V1(survey_remove_satisfied_##type); \
Datum \
survey_remove_satisfied_##type(PG_FUNCTION_ARGS) \
{ \
	SurveySummary *survey = SURVEY_STATE(); \
\
	count_score(survey, fcinfo, score_from_##type, -1); \
	RETURN_SURVEY_STATE(survey); \
}

AMOUNT_TYPES(SURVEY_OF_SCORE)

/* Merges a summary into the state; either may be NULL. */
PG_FUNCTION_INFO_V1(survey_combine);
Datum
survey_combine(PG_FUNCTION_ARGS)
{
	SurveySummary *survey;
	SurveySummary other;

	RETURN_STATE_WITHOUT_OTHER();
	survey = SURVEY_STATE();
	summary_read(&survey_type, PG_GETARG_DATUM(1), &other);
	for (int score = 0; score <= HIGHEST_SCORE; score++)
		count_add(&survey->given[score], other.given[score]);
	count_add(&survey->unanswered, other.unanswered);
	if (other.satisfied_from != 0)
		set_satisfied_from(survey, other.satisfied_from);
	RETURN_SURVEY_STATE(survey);
}

SUMMARY_TYPE_FUNCTION(survey, survey_type, final)

/*
 * Figures of a summary. They are final functions too, so they read states.
 */

#define GETARG_SURVEY(n, survey)	summary_read(&survey_type, PG_GETARG_DATUM(n), (survey))

/* Those who gave a score of "from" to "through" */
static int64
responses_between(const SurveySummary *survey, int from, int through)
{
	int64		responses = 0;

	for (int score = from; score <= through; score++)
		count_add(&responses, survey->given[score]);
	return responses;
}

static int64
all_responses(const SurveySummary *survey)
{
	return responses_between(survey, 0, HIGHEST_SCORE);
}

static int64
promoters(const SurveySummary *survey)
{
	return responses_between(survey, PROMOTERS_FROM, HIGHEST_SCORE);
}

static int64
passives(const SurveySummary *survey)
{
	return responses_between(survey, PASSIVES_FROM, PROMOTERS_FROM - 1);
}

static int64
detractors(const SurveySummary *survey)
{
	return responses_between(survey, 0, PASSIVES_FROM - 1);
}

/* eNPS and NPS are one formula; whom it was asked of differs. */
PG_FUNCTION_INFO_V1(survey_score);
Datum
survey_score(PG_FUNCTION_ARGS)
{
	SurveySummary survey;

	GETARG_SURVEY(0, &survey);
	RETURN_RATIO(100 * ((int128) promoters(&survey) - detractors(&survey)), all_responses(&survey));
}

/* csat_score(summary), csat_score(summary, satisfied_from) */
PG_FUNCTION_INFO_V1(survey_csat_score);
Datum
survey_csat_score(PG_FUNCTION_ARGS)
{
	SurveySummary survey;
	int			satisfied_from;

	GETARG_SURVEY(0, &survey);
	satisfied_from = survey.satisfied_from != 0 ? (int) survey.satisfied_from : SATISFIED_FROM;
	if (PG_NARGS() > 1)
	{
		satisfied_from = PG_GETARG_INT32(1);
		check_satisfied_from(satisfied_from);
	}
	RETURN_RATIO(responses_between(&survey, satisfied_from, HIGHEST_SCORE), all_responses(&survey));
}

PG_FUNCTION_INFO_V1(survey_responses);
Datum
survey_responses(PG_FUNCTION_ARGS)
{
	SurveySummary survey;

	GETARG_SURVEY(0, &survey);
	PG_RETURN_INT64(all_responses(&survey));
}

PG_FUNCTION_INFO_V1(survey_asked);
Datum
survey_asked(PG_FUNCTION_ARGS)
{
	SurveySummary survey;
	int64		asked;

	GETARG_SURVEY(0, &survey);
	asked = all_responses(&survey);
	count_add(&asked, survey.unanswered);
	PG_RETURN_INT64(asked);
}

PG_FUNCTION_INFO_V1(survey_response_rate);
Datum
survey_response_rate(PG_FUNCTION_ARGS)
{
	SurveySummary survey;
	int64		responses;

	GETARG_SURVEY(0, &survey);
	responses = all_responses(&survey);
	RETURN_RATIO(responses, (int128) responses + survey.unanswered);
}

/* How sure the score is; false where nobody answered */
static bool
interval_of_score(FunctionCallInfo fcinfo, ConfidenceInterval *interval)
{
	SurveySummary survey;
	double		confidence = PG_GETARG_FLOAT8(1);

	check_confidence(confidence);
	GETARG_SURVEY(0, &survey);
	if (all_responses(&survey) == 0)
		return false;
	*interval = score_interval(promoters(&survey), passives(&survey), detractors(&survey), confidence);
	return true;
}

PG_FUNCTION_INFO_V1(survey_score_low);
Datum
survey_score_low(PG_FUNCTION_ARGS)
{
	ConfidenceInterval interval;

	if (!interval_of_score(fcinfo, &interval))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(interval.low);
}

PG_FUNCTION_INFO_V1(survey_score_high);
Datum
survey_score_high(PG_FUNCTION_ARGS)
{
	ConfidenceInterval interval;

	if (!interval_of_score(fcinfo, &interval))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(interval.high);
}

/* How sure the share of the satisfied is; false where nobody answered */
static bool
interval_of_csat(FunctionCallInfo fcinfo, ConfidenceInterval *interval)
{
	SurveySummary survey;
	int32		satisfied_from = PG_GETARG_INT32(1);
	double		confidence = PG_GETARG_FLOAT8(2);

	check_satisfied_from(satisfied_from);
	check_confidence(confidence);
	GETARG_SURVEY(0, &survey);
	if (all_responses(&survey) == 0)
		return false;
	*interval = wilson_interval(responses_between(&survey, satisfied_from, HIGHEST_SCORE),
								all_responses(&survey), confidence);
	return true;
}

PG_FUNCTION_INFO_V1(survey_csat_low);
Datum
survey_csat_low(PG_FUNCTION_ARGS)
{
	ConfidenceInterval interval;

	if (!interval_of_csat(fcinfo, &interval))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(interval.low);
}

PG_FUNCTION_INFO_V1(survey_csat_high);
Datum
survey_csat_high(PG_FUNCTION_ARGS)
{
	ConfidenceInterval interval;

	if (!interval_of_csat(fcinfo, &interval))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(interval.high);
}

/* survey_breakdown(summary) -> (category, responses, share), always three rows */
PG_FUNCTION_INFO_V1(survey_breakdown);
Datum
survey_breakdown(PG_FUNCTION_ARGS)
{
	static const char *const categories[] = {"promoter", "passive", "detractor"};
	SurveySummary survey;
	int64		responses[3];
	int64		all;
	Row			row;

	GETARG_SURVEY(0, &survey);
	responses[0] = promoters(&survey);
	responses[1] = passives(&survey);
	responses[2] = detractors(&survey);
	all = all_responses(&survey);

	row_begin(&row, fcinfo);
	for (int i = 0; i < (int) lengthof(categories); i++)
	{
		row_put_text(&row, categories[i]);
		row_put(&row, Int64GetDatum(responses[i]));
		row_put_ratio(&row, responses[i], all);
		row_end(&row);
	}
	return (Datum) 0;
}
