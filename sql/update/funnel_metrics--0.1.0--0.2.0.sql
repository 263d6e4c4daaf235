-- funnel_metrics 0.1.0 to 0.2.0: made from sql/update/ by make; edit that.
-- What 0.2.0 has in sql/*.sql and 0.1.0 has not: families of its own whole, of others what is new, in the same words. test/update prints what is missing.

-- complain if script is sourced in psql, rather than via ALTER EXTENSION
\echo Use "ALTER EXTENSION funnel_metrics UPDATE" to load this file. \quit

-- labels that a funnel does not have, and stages that no row has

CREATE FUNCTION stage_missing_labels(
	summary stage_summary,
	OUT step integer, OUT stage text)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 2;
COMMENT ON FUNCTION stage_missing_labels(stage_summary) IS 'The stages of the funnel that no entity has a row of, none of their synonyms either: they are written differently in the data, or, of the first stage, the history begins behind it. Use it in FROM.';

CREATE FUNCTION stage_unknown_labels(
	summary stage_summary,
	OUT label text, OUT rows bigint)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 20;
COMMENT ON FUNCTION stage_unknown_labels(stage_summary) IS 'The labels that the funnel does not have, with their rows, the commonest first; they add up to the rows of "unknown stage" in stage_quality. Labels are cut to 200 bytes; beyond 100 of them a sample is listed, each with all its rows, and the rows of the others stand last, under NULL, as do rows that version 0.1.0 counted. Use it in FROM.';

CREATE FUNCTION pipeline_unknown_labels(
	summary pipeline_summary,
	OUT label text, OUT rows bigint)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 20;
COMMENT ON FUNCTION pipeline_unknown_labels(pipeline_summary) IS 'The labels that the funnel does not have, with their rows, the commonest first; they add up to the rows of "unknown stage" in pipeline_quality. Labels are cut to 200 bytes; beyond 100 of them a sample is listed, each with all its rows, and the rows of the others stand last, under NULL, as do rows that version 0.1.0 counted. Use it in FROM.';

-- whole survival
-- whole journey
-- whole event
-- whole sequence
-- whole flow
-- whole forecast
-- whole calibration
-- whole session
-- whole retention
-- whole stickiness
-- whole kpi_catalog or replace

-- cohort

CREATE FUNCTION lifecycle(
	summary cohort_summary, as_of date DEFAULT NULL,
	OUT period date, OUT new bigint, OUT "returning" bigint, OUT reactivated bigint, OUT dormant bigint, OUT is_complete boolean)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100 ROWS 100;
COMMENT ON FUNCTION lifecycle(cohort_summary, date) IS 'Who came, stayed, came back and went: one row a period, by its first day, as active_entities has them, without gaps up to that of as_of (a local date; by default that of the last row). New, returning and reactivated as there; dormant are those active in the period before and not in this one: active of the period before + new + reactivated - dormant = active. The period in which as_of lies isn''t over: is_complete is false, and who is dormant may still come.';
