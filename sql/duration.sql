--
-- duration: sales cycle, response time (src/kpi/duration.c, doc/duration.md)
--

-- use SUMMARY_TYPE of duration_summary
COMMENT ON TYPE duration_summary IS 'Durations counted: rows completed, still open or invalid, the exact sum, the extremes and a sketch of 1 % of the completed ones, in microseconds; made by duration_agg, merged by rollup. Prints as JSON.';

-- Rows into a summary

-- for time in MOMENTS
CREATE FUNCTION duration_accum(duration_summary, started :time, ended :time) RETURNS duration_summary
	AS 'MODULE_PATHNAME', 'duration_accum_:time.c' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION duration_accum_mean(duration_summary, started :time, ended :time) RETURNS duration_summary
	AS 'MODULE_PATHNAME', 'duration_accum_mean_:time.c' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION duration_remove_mean(duration_summary, started :time, ended :time) RETURNS duration_summary
	AS 'MODULE_PATHNAME', 'duration_remove_mean_:time.c' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION duration_collect(internal, started :time, ended :time, fraction double precision) RETURNS internal
	AS 'MODULE_PATHNAME', 'duration_collect_:time.c' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION duration_accum(duration_summary, :time, :time) IS 'Adds a row: transition function of duration_agg(:time, :time).';
COMMENT ON FUNCTION duration_accum_mean(duration_summary, :time, :time) IS 'Adds a row without a sketch: transition function of cycle_time(:time, :time) and its kin.';
COMMENT ON FUNCTION duration_remove_mean(duration_summary, :time, :time) IS 'Takes a row out of a moving window: inverse of duration_accum_mean.';
COMMENT ON FUNCTION duration_collect(internal, :time, :time, double precision) IS 'Keeps the length of a row: transition function of cycle_time(:time, :time, double precision) and its kin.';
-- end

-- since 0.2.0
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
-- end

CREATE FUNCTION duration_combine(duration_summary, duration_summary) RETURNS duration_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION duration_final(duration_summary) RETURNS duration_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION duration_percentile(internal) RETURNS interval
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION duration_percentile_in_days(internal) RETURNS double precision
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION duration_combine(duration_summary, duration_summary) IS 'Merges two summaries: combine function of the duration aggregates, transition function of rollup.';
COMMENT ON FUNCTION duration_final(duration_summary) IS 'Packs a running summary: final function of duration_agg and rollup.';
COMMENT ON FUNCTION duration_percentile(internal) IS 'Selects the exact percentile, an interval: final function of cycle_time with a fraction and its kin.';
COMMENT ON FUNCTION duration_percentile_in_days(internal) IS 'Selects the exact percentile, in days of 86,400 s: final function of cycle_days with a fraction.';

-- Figures of a summary

-- for figure in cycle_time, lead_response_time
CREATE FUNCTION :figure(duration_summary) RETURNS interval
	AS 'MODULE_PATHNAME', 'duration_cycle_time' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
-- end
COMMENT ON FUNCTION cycle_time(duration_summary) IS 'Mean time from start to end of the completed rows, in days and time, to the microsecond. NULL where none is completed.';
COMMENT ON FUNCTION lead_response_time(duration_summary) IS 'Mean time to the answer of the leads answered, in days and time, to the microsecond; still_open counts those that wait. NULL where none is answered.';

-- for figure in cycle_days, mean_days
CREATE FUNCTION :figure(duration_summary) RETURNS double precision
	AS 'MODULE_PATHNAME', 'duration_mean_days' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION :figure(duration_summary) IS 'Mean time from start to end of the completed rows, in days of 86,400 s. NULL where none is completed.';
-- end

CREATE FUNCTION median_days(duration_summary) RETURNS double precision
	AS 'MODULE_PATHNAME', 'duration_median_days' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION median_days(duration_summary) IS 'Median time from start to end of the completed rows, in days of 86,400 s, within 1 % of the exact one. NULL where none is completed.';

CREATE FUNCTION percentile_days(summary duration_summary, fraction double precision) RETURNS double precision
	AS 'MODULE_PATHNAME', 'duration_percentile_days' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION percentile_days(duration_summary, double precision) IS 'Percentile of the time from start to end of the completed rows, in days of 86,400 s, within 1 % of the exact one, for a fraction between 0 and 1 (else an error). NULL where none is completed.';

CREATE FUNCTION min_days(duration_summary) RETURNS double precision
	AS 'MODULE_PATHNAME', 'duration_min_days' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION min_days(duration_summary) IS 'Shortest time from start to end, in days of 86,400 s, exact. NULL where no row is completed.';

CREATE FUNCTION max_days(duration_summary) RETURNS double precision
	AS 'MODULE_PATHNAME', 'duration_max_days' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION max_days(duration_summary) IS 'Longest time from start to end, in days of 86,400 s, exact. NULL where no row is completed.';

CREATE FUNCTION completed(duration_summary) RETURNS bigint
	AS 'MODULE_PATHNAME', 'duration_completed' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION completed(duration_summary) IS 'Rows with a start and an end: what the mean divides by.';

CREATE FUNCTION still_open(duration_summary) RETURNS bigint
	AS 'MODULE_PATHNAME', 'duration_still_open' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION still_open(duration_summary) IS 'Rows with a start and no end: in no figure, so they flatter it.';

CREATE FUNCTION invalid_rows(duration_summary) RETURNS bigint
	AS 'MODULE_PATHNAME', 'duration_invalid_rows' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
-- since 0.2.0
COMMENT ON FUNCTION invalid_rows(duration_summary) IS 'Rows left out: no start, end before start, a time outside of the years 1900 to 2199; of a time elapsed, a negative one, or more than 300 years.';
-- end

CREATE FUNCTION data_from(duration_summary) RETURNS timestamptz
	AS 'MODULE_PATHNAME', 'duration_data_from' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
-- since 0.2.0
COMMENT ON FUNCTION data_from(duration_summary) IS 'The first moment seen, timestamp and date taken as UTC. NULL where none was, as of times elapsed.';
-- end

CREATE FUNCTION data_through(duration_summary) RETURNS timestamptz
	AS 'MODULE_PATHNAME', 'duration_data_through' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
-- since 0.2.0
COMMENT ON FUNCTION data_through(duration_summary) IS 'The last moment seen, timestamp and date taken as UTC. NULL where none was, as of times elapsed.';
-- end

-- Aggregates

-- for time in TIMES
CREATE AGGREGATE duration_agg(started :time, ended :time) (
	SFUNC = duration_accum, STYPE = duration_summary, SSPACE = 512,
	FINALFUNC = duration_final, COMBINEFUNC = duration_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE duration_agg(:time, :time) IS 'Counts into a duration_summary who ended, and after how long; an end of NULL is still open; no start, an end before the start and a time outside of the years 1900 to 2199 are invalid, and left out. Never NULL.';
-- end

CREATE AGGREGATE rollup(duration_summary) (
	SFUNC = duration_combine, STYPE = duration_summary, SSPACE = 2048,
	FINALFUNC = duration_final, COMBINEFUNC = duration_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(duration_summary) IS 'Merges summaries exactly: a month is the rollup of its days, in whatever order. Never NULL; NULL summaries are passed over.';

-- for figure in cycle_time, cycle_days, lead_response_time
-- for time in TIMES
CREATE AGGREGATE :figure(started :time, ended :time) (
	SFUNC = duration_accum_mean, STYPE = duration_summary, SSPACE = 128,
	FINALFUNC = :figure, COMBINEFUNC = duration_combine,
	MSFUNC = duration_accum_mean, MINVFUNC = duration_remove_mean, MSTYPE = duration_summary, MSSPACE = 128, MFINALFUNC = :figure,
	PARALLEL = SAFE
);
-- end
-- end
-- for figure in cycle_time=duration_percentile, cycle_days=duration_percentile_in_days, lead_response_time=duration_percentile
-- for time in TIMES
CREATE AGGREGATE :figure(started :time, ended :time, fraction double precision) (
	SFUNC = duration_collect, STYPE = internal, SSPACE = 1024,
	FINALFUNC = :figure.c,
	PARALLEL = SAFE
);
-- end
-- end
-- for time in TIMES
COMMENT ON AGGREGATE cycle_time(:time, :time) IS 'Mean time from start to end, in days and time, to the microsecond, of the rows that have both. The sales cycle is that of won deals: FILTER (WHERE won). NULL where no row is completed.';
COMMENT ON AGGREGATE cycle_days(:time, :time) IS 'Mean time from start to end, in days of 86,400 s, of the rows that have both. The sales cycle is that of won deals: FILTER (WHERE won). NULL where no row is completed.';
COMMENT ON AGGREGATE lead_response_time(:time, :time) IS 'Mean time from created to responded, in days and time, to the microsecond, of the leads answered; those that still wait are not in it. NULL where none is answered.';
COMMENT ON AGGREGATE cycle_time(:time, :time, double precision) IS 'Percentile of the time from start to end, in days and time, exact, for a fraction between 0 and 1 that is the same in all rows (else an error); between two values it interpolates, to the microsecond. NULL where no row is completed.';
COMMENT ON AGGREGATE cycle_days(:time, :time, double precision) IS 'Percentile of the time from start to end, in days of 86,400 s, exact, for a fraction between 0 and 1 that is the same in all rows (else an error); between two values it interpolates. NULL where no row is completed.';
COMMENT ON AGGREGATE lead_response_time(:time, :time, double precision) IS 'Percentile of the time from created to responded, in days and time, exact, for a fraction between 0 and 1 that is the same in all rows (else an error); those that still wait are not in it. NULL where none is answered.';
-- end

-- The same of the time elapsed

-- since 0.2.0
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
-- end
