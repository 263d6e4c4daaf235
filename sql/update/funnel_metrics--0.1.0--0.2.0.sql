-- funnel_metrics 0.1.0 to 0.2.0: made from sql/update/ by make; edit that.
-- What 0.2.0 has in sql/*.sql and 0.1.0 has not: families of its own whole, of others what is new, in the same words. test/update prints what is missing.

-- complain if script is sourced in psql, rather than via ALTER EXTENSION
\echo Use "ALTER EXTENSION funnel_metrics UPDATE" to load this file. \quit

-- whole period
-- whole business
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
-- whole segment
-- whole journey
-- whole event
-- whole sequence
-- whole flow
-- whole landmark
-- whole forecast
-- whole calibration
-- whole session
-- whole retention
-- whole stickiness
-- whole attribution
-- whole kpi_catalog or replace

-- cohort

CREATE FUNCTION lifecycle(
	summary cohort_summary, as_of date DEFAULT NULL,
	OUT period date, OUT new bigint, OUT "returning" bigint, OUT reactivated bigint, OUT dormant bigint, OUT is_complete boolean)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME', 'cohort_lifecycle' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100 ROWS 100;
COMMENT ON FUNCTION lifecycle(cohort_summary, date) IS 'Who came, stayed, came back and went: one row a period, by its first day, as active_entities has them, without gaps up to that of as_of (a local date; by default that of the last row). New, returning and reactivated as there; dormant are those active in the period before and not in this one: active of the period before + new + reactivated - dormant = active. The period in which as_of lies isn''t over: is_complete is false, and who is dormant may still come.';

-- duration: of the time elapsed

CREATE FUNCTION duration_accum(duration_summary, elapsed interval) RETURNS duration_summary
	AS 'MODULE_PATHNAME', 'duration_accum_interval' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION duration_accum_mean(duration_summary, elapsed interval) RETURNS duration_summary
	AS 'MODULE_PATHNAME', 'duration_accum_mean_interval' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION duration_remove_mean(duration_summary, elapsed interval) RETURNS duration_summary
	AS 'MODULE_PATHNAME', 'duration_remove_mean_interval' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION duration_collect(internal, elapsed interval, fraction double precision) RETURNS internal
	AS 'MODULE_PATHNAME', 'duration_collect_interval' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION duration_accum(duration_summary, interval) IS 'Adds a row: transition function of duration_agg(interval).';
COMMENT ON FUNCTION duration_accum_mean(duration_summary, interval) IS 'Adds a row without a sketch: transition function of cycle_time(interval) and its kin.';
COMMENT ON FUNCTION duration_remove_mean(duration_summary, interval) IS 'Takes a row out of a moving window: inverse of duration_accum_mean.';
COMMENT ON FUNCTION duration_collect(internal, interval, double precision) IS 'Keeps the length of a row: transition function of cycle_time(interval, double precision) and its kin.';

CREATE AGGREGATE duration_agg(elapsed interval) (
	SFUNC = duration_accum, STYPE = duration_summary, SSPACE = 512,
	FINALFUNC = duration_final, COMBINEFUNC = duration_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE duration_agg(interval) IS 'Counts into a duration_summary how long things took, such as business_time: NULL is still open, a negative time and one of more than 300 years are invalid, and left out; one with months, as age() gives it, is an error. A summary of such rows has no data_from and data_through. Never NULL.';

-- for figure in cycle_time, cycle_days, lead_response_time
CREATE AGGREGATE :figure(elapsed interval) (
	SFUNC = duration_accum_mean, STYPE = duration_summary, SSPACE = 128,
	FINALFUNC = :figure, COMBINEFUNC = duration_combine,
	MSFUNC = duration_accum_mean, MINVFUNC = duration_remove_mean, MSTYPE = duration_summary, MSSPACE = 128, MFINALFUNC = :figure,
	PARALLEL = SAFE
);
-- end
-- for figure in cycle_time=duration_percentile, cycle_days=duration_percentile_in_days, lead_response_time=duration_percentile
CREATE AGGREGATE :figure(elapsed interval, fraction double precision) (
	SFUNC = duration_collect, STYPE = internal, SSPACE = 1024,
	FINALFUNC = :figure.c,
	PARALLEL = SAFE
);
-- end
COMMENT ON AGGREGATE cycle_time(interval) IS 'Mean of the time elapsed, in days of 24 hours and time, to the microsecond; NULLs, still open, are left out. An interval with months is an error. NULL where no row is completed.';
COMMENT ON AGGREGATE cycle_days(interval) IS 'Mean of the time elapsed, in days of 86,400 s; NULLs, still open, are left out. An interval with months is an error. NULL where no row is completed.';
COMMENT ON AGGREGATE lead_response_time(interval) IS 'Mean of the time to the answer, in days of 24 hours and time, to the microsecond; leads that still wait, NULL, are left out. An interval with months is an error. NULL where none is answered.';
COMMENT ON AGGREGATE cycle_time(interval, double precision) IS 'Percentile of the time elapsed, in days of 24 hours and time, exact, for a fraction between 0 and 1 that is the same in all rows (else an error); between two values it interpolates, to the microsecond. NULL where no row is completed.';
COMMENT ON AGGREGATE cycle_days(interval, double precision) IS 'Percentile of the time elapsed, in days of 86,400 s, exact, for a fraction between 0 and 1 that is the same in all rows (else an error); between two values it interpolates. NULL where no row is completed.';
COMMENT ON AGGREGATE lead_response_time(interval, double precision) IS 'Percentile of the time to the answer, in days of 24 hours and time, exact, for a fraction between 0 and 1 that is the same in all rows (else an error); leads that still wait, NULL, are left out. NULL where none is answered.';

COMMENT ON FUNCTION invalid_rows(duration_summary) IS 'Rows left out: no start, end before start, a time outside of the years 1900 to 2199; of a time elapsed, a negative one, or more than 300 years.';
COMMENT ON FUNCTION data_from(duration_summary) IS 'The first moment seen, timestamp and date taken as UTC. NULL where none was, as of times elapsed.';
COMMENT ON FUNCTION data_through(duration_summary) IS 'The last moment seen, timestamp and date taken as UTC. NULL where none was, as of times elapsed.';

-- rate: within open time

-- for time in TIMES
CREATE FUNCTION rate_accum_within(rate_summary, started :time, ended :time, span interval, as_of :time, calendar business_calendar) RETURNS rate_summary
	AS 'MODULE_PATHNAME', 'rate_accum_within_calendar_:time' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION rate_remove_within(rate_summary, started :time, ended :time, span interval, as_of :time, calendar business_calendar) RETURNS rate_summary
	AS 'MODULE_PATHNAME', 'rate_remove_within_calendar_:time' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rate_accum_within(rate_summary, :time, :time, interval, :time, business_calendar) IS 'Adds a row by its age in open time: transition function of within_agg with a calendar and its kin.';
COMMENT ON FUNCTION rate_remove_within(rate_summary, :time, :time, interval, :time, business_calendar) IS 'Takes a row out of a moving window: inverse of rate_accum_within.';
-- end

-- for time in TIMES
CREATE AGGREGATE within_agg(started :time, ended :time, span interval, as_of :time, calendar business_calendar) (
	SFUNC = rate_accum_within, STYPE = rate_summary, SSPACE = 160,
	FINALFUNC = rate_final, COMBINEFUNC = rate_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE within_agg(:time, :time, interval, :time, business_calendar) IS 'Counts into a rate_summary who ended within the span of open time: succeeded; who can''t any more after as_of: failed; who still can: undecided. The span runs while the calendar is open; the calendar may differ from row to row, and a row without one is invalid. Otherwise as within_agg(:time, :time, interval, :time). Never NULL.';
CREATE AGGREGATE response_within(started :time, ended :time, span interval, as_of :time, calendar business_calendar) (
	SFUNC = rate_accum_within, STYPE = rate_summary, SSPACE = 160,
	FINALFUNC = response_within, COMBINEFUNC = rate_combine,
	MSFUNC = rate_accum_within, MINVFUNC = rate_remove_within, MSTYPE = rate_summary, MSSPACE = 160, MFINALFUNC = response_within,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE response_within(:time, :time, interval, :time, business_calendar) IS 'Answered within the agreed open time, of those that were or can''t be any more after as_of, a fraction 0..1; what comes while the calendar is closed starts with the next opening. The agreed time and the calendar may differ from row to row. NULL where none is old enough.';
-- end

COMMENT ON FUNCTION invalid_rows(rate_summary) IS 'Rows left out by within_agg: no start, no span, no calendar where one is asked for, end before start, a time outside of the years 1900 to 2199.';

-- periods, Jalali ones too

-- for entity in KEYS
COMMENT ON AGGREGATE cohort_agg(:entity, timestamptz, text, text) IS 'Summarises what entities (customers, users) did: one row an order, a visit, in any order, by period (day, week from Monday, month, quarter, year; jalali month, jalali quarter, jalali year) of the local date in the zone, a name from pg_timezone_names. Read it with cohort_retention, active_entities, repeat_rate and others. Rows without an entity or a finite time are left out and counted. An error where period or zone is NULL, unknown or changes within a group.';
-- for amount in NUMBERS
COMMENT ON AGGREGATE pipeline_agg(:entity, text, timestamptz, :amount, funnel, text, text) IS 'Summarises what a stage history moved in the pipeline, by period (day, week from Monday, month, quarter, year; jalali month, jalali quarter, jalali year) in a time zone. One row a deal and stage it entered, in any order, and for each change of its amount, in one currency. Read it with pipeline_movements. An error where definition, period or zone is NULL, unknown or changes within a group.';
-- end
-- end
