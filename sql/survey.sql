--
-- survey: eNPS, NPS, CSAT (src/kpi/survey.c, doc/survey.md)
--

-- use SUMMARY_TYPE of survey_summary
COMMENT ON TYPE survey_summary IS 'Answers counted: how often each score from 0 to 10 was given, and who was asked without answering; made by survey_agg, merged by rollup. Prints as JSON.';

-- Rows into a summary

CREATE FUNCTION survey_combine(survey_summary, survey_summary) RETURNS survey_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION survey_final(survey_summary) RETURNS survey_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION survey_combine(survey_summary, survey_summary) IS 'Merges two summaries: combine function of the survey aggregates, transition function of rollup.';
COMMENT ON FUNCTION survey_final(survey_summary) IS 'Packs a running summary: final function of survey_agg and rollup.';

-- for score in NUMBERS
CREATE FUNCTION survey_accum(survey_summary, score :score) RETURNS survey_summary
	AS 'MODULE_PATHNAME', 'survey_accum_:score.c' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION survey_remove(survey_summary, score :score) RETURNS survey_summary
	AS 'MODULE_PATHNAME', 'survey_remove_:score.c' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION survey_accum_satisfied(survey_summary, score :score, satisfied_from integer) RETURNS survey_summary
	AS 'MODULE_PATHNAME', 'survey_accum_satisfied_:score.c' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION survey_remove_satisfied(survey_summary, score :score, satisfied_from integer) RETURNS survey_summary
	AS 'MODULE_PATHNAME', 'survey_remove_satisfied_:score.c' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION survey_accum(survey_summary, :score) IS 'Adds a row: transition function of survey_agg(:score) and its kin.';
COMMENT ON FUNCTION survey_remove(survey_summary, :score) IS 'Takes a row out of a moving window: inverse of survey_accum.';
COMMENT ON FUNCTION survey_accum_satisfied(survey_summary, :score, integer) IS 'Adds a row and keeps what counts as satisfied: transition function of csat_score(:score, integer).';
COMMENT ON FUNCTION survey_remove_satisfied(survey_summary, :score, integer) IS 'Takes a row out of a moving window: inverse of survey_accum_satisfied.';
-- end

-- Figures of a summary

CREATE FUNCTION enps_score(survey_summary) RETURNS double precision
	AS 'MODULE_PATHNAME', 'survey_score' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION enps_score(survey_summary) IS 'Employee Net Promoter Score, -100..100: percent promoters (9 and 10) less percent detractors (0 to 6) of all who answered. NULL where nobody did.';

CREATE FUNCTION nps_score(survey_summary) RETURNS double precision
	AS 'MODULE_PATHNAME', 'survey_score' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION nps_score(survey_summary) IS 'Net Promoter Score, -100..100: percent promoters (9 and 10) less percent detractors (0 to 6) of all who answered. NULL where nobody did.';

CREATE FUNCTION csat_score(survey_summary) RETURNS double precision
	AS 'MODULE_PATHNAME', 'survey_csat_score' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION csat_score(survey_summary) IS 'Customer satisfaction, a fraction 0..1: scores of 4 and above of all given; meant for a survey of 1 to 5. NULL where nobody answered.';

CREATE FUNCTION csat_score(summary survey_summary, satisfied_from integer) RETURNS double precision
	AS 'MODULE_PATHNAME', 'survey_csat_score' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION csat_score(survey_summary, integer) IS 'Customer satisfaction, a fraction 0..1: scores of satisfied_from (1..10, else an error) and above of all given. NULL where nobody answered.';

CREATE FUNCTION responses(survey_summary) RETURNS bigint
	AS 'MODULE_PATHNAME', 'survey_responses' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION responses(survey_summary) IS 'Rows with a score: what every score divides by.';

CREATE FUNCTION asked(survey_summary) RETURNS bigint
	AS 'MODULE_PATHNAME', 'survey_asked' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION asked(survey_summary) IS 'Rows, with a score or without: who was asked.';

CREATE FUNCTION response_rate(survey_summary) RETURNS double precision
	AS 'MODULE_PATHNAME', 'survey_response_rate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION response_rate(survey_summary) IS 'Answered of the asked, a fraction 0..1. NULL where nobody was asked.';

CREATE FUNCTION score_low(summary survey_summary, confidence double precision DEFAULT 0.95) RETURNS double precision
	AS 'MODULE_PATHNAME', 'survey_score_low' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION score_low(survey_summary, double precision) IS 'Lower end of the adjusted Wald interval of nps_score and enps_score, -100..100, for a confidence between 0 and 1 (else an error). NULL where nobody answered. Rocks 2016.';

CREATE FUNCTION score_high(summary survey_summary, confidence double precision DEFAULT 0.95) RETURNS double precision
	AS 'MODULE_PATHNAME', 'survey_score_high' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION score_high(survey_summary, double precision) IS 'Upper end of the adjusted Wald interval of nps_score and enps_score, -100..100, for a confidence between 0 and 1 (else an error). NULL where nobody answered. Rocks 2016.';

CREATE FUNCTION csat_low(summary survey_summary, satisfied_from integer DEFAULT 4, confidence double precision DEFAULT 0.95) RETURNS double precision
	AS 'MODULE_PATHNAME', 'survey_csat_low' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION csat_low(survey_summary, integer, double precision) IS 'Lower end of the Wilson score interval of csat_score, a fraction 0..1, for a satisfied_from of 1..10 and a confidence between 0 and 1 (else an error). NULL where nobody answered. Wilson 1927.';

CREATE FUNCTION csat_high(summary survey_summary, satisfied_from integer DEFAULT 4, confidence double precision DEFAULT 0.95) RETURNS double precision
	AS 'MODULE_PATHNAME', 'survey_csat_high' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION csat_high(survey_summary, integer, double precision) IS 'Upper end of the Wilson score interval of csat_score, a fraction 0..1, for a satisfied_from of 1..10 and a confidence between 0 and 1 (else an error). NULL where nobody answered. Wilson 1927.';

CREATE FUNCTION survey_breakdown(summary survey_summary, OUT category text, OUT responses bigint, OUT share double precision)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 3;
COMMENT ON FUNCTION survey_breakdown(survey_summary) IS 'Who answered how, three rows in this order: promoter (9 and 10), passive (7 and 8), detractor (0 to 6), each with its responses and its share of them, a fraction 0..1 (NULL where nobody answered). Use it in FROM.';

-- Aggregates

-- for score in NUMBERS
CREATE AGGREGATE survey_agg(score :score) (
	SFUNC = survey_accum, STYPE = survey_summary, SSPACE = 112,
	FINALFUNC = survey_final, COMBINEFUNC = survey_combine,
	MSFUNC = survey_accum, MINVFUNC = survey_remove, MSTYPE = survey_summary, MSSPACE = 112, MFINALFUNC = survey_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE survey_agg(:score) IS 'Counts scores, whole numbers from 0 to 10 (else an error) or NULL for no answer, into a survey_summary. Never NULL.';
-- end

CREATE AGGREGATE rollup(survey_summary) (
	SFUNC = survey_combine, STYPE = survey_summary, SSPACE = 112,
	FINALFUNC = survey_final, COMBINEFUNC = survey_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(survey_summary) IS 'Merges summaries exactly: a company is the rollup of its teams. Never NULL; NULL summaries are passed over.';

-- for figure in enps_score, nps_score, csat_score
-- for score in NUMBERS
CREATE AGGREGATE :figure(score :score) (
	SFUNC = survey_accum, STYPE = survey_summary, SSPACE = 112,
	FINALFUNC = :figure, COMBINEFUNC = survey_combine,
	MSFUNC = survey_accum, MINVFUNC = survey_remove, MSTYPE = survey_summary, MSSPACE = 112, MFINALFUNC = :figure,
	PARALLEL = SAFE
);
-- end
-- end
-- for score in NUMBERS
CREATE AGGREGATE csat_score(score :score, satisfied_from integer) (
	SFUNC = survey_accum_satisfied, STYPE = survey_summary, SSPACE = 112,
	FINALFUNC = csat_score, COMBINEFUNC = survey_combine,
	MSFUNC = survey_accum_satisfied, MINVFUNC = survey_remove_satisfied, MSTYPE = survey_summary, MSSPACE = 112, MFINALFUNC = csat_score,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE enps_score(:score) IS 'Employee Net Promoter Score, -100..100: percent promoters (9 and 10) less percent detractors (0 to 6) of all who answered; scores are whole numbers from 0 to 10 (else an error), NULL is no answer. NULL where nobody answered.';
COMMENT ON AGGREGATE nps_score(:score) IS 'Net Promoter Score, -100..100: percent promoters (9 and 10) less percent detractors (0 to 6) of all who answered; scores are whole numbers from 0 to 10 (else an error), NULL is no answer. NULL where nobody answered.';
COMMENT ON AGGREGATE csat_score(:score) IS 'Customer satisfaction, a fraction 0..1: scores of 4 and above of all given; scores are whole numbers from 0 to 10 (else an error), NULL is no answer. NULL where nobody answered.';
COMMENT ON AGGREGATE csat_score(:score, integer) IS 'Customer satisfaction, a fraction 0..1: scores of satisfied_from (1..10, the same for a whole group, else an error) and above of all given; scores are whole numbers from 0 to 10 (else an error), NULL is no answer. NULL where nobody answered.';
-- end
