--
-- session: visits, rows of an entity told apart by a gap of time (src/kpi/session*.c, doc/session.md)
--

-- The summary

-- use SUMMARY_TYPE of session_summary
COMMENT ON TYPE session_summary IS 'Sessions of entities: how many, of how many rows, how long, how many still run, all by the period in which they begin where one was given; made by session_agg, merged by rollup. Prints as JSON.';

-- Rows into a summary

CREATE FUNCTION session_final(internal) RETURNS session_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION session_final(internal) IS 'Walks the collected rows of each entity: final function of session_agg.';

-- for entity in KEYS
-- for time in TIMES
CREATE FUNCTION session_accum(internal, entity :entity, at :time, gap interval) RETURNS internal
	AS 'MODULE_PATHNAME', 'session_accum_:{entity.c}_:{time.c}' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION session_accum(internal, entity :entity, at :time, gap interval, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'session_accum_:{entity.c}_:{time.c}' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION session_accum(internal, :entity, :time, interval) IS 'Collects a row: transition function of session_agg(:entity, :time, interval).';
COMMENT ON FUNCTION session_accum(internal, :entity, :time, interval, text, text) IS 'Collects a row: transition function of session_agg(:entity, :time, interval, text, text).';

CREATE AGGREGATE session_agg(entity :entity, at :time, gap interval) (
	SFUNC = session_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = session_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE session_agg(:entity, :time, interval) IS 'Summarises the sessions of entities (users, devices): one row a page view, an event, in any order; rows of an entity that are at most the gap apart are of one session. Read it with session_figures and session_quality. Rows without an entity or a finite time are left out and counted; timestamp and date are taken as UTC. An error where the gap is NULL, not above 0, of months or years, or changes within a group.';
CREATE AGGREGATE session_agg(entity :entity, at :time, gap interval, period text, zone text) (
	SFUNC = session_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = session_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE session_agg(:entity, :time, interval, text, text) IS 'Summarises the sessions of entities, also by the period (day, week from Monday, month, quarter, year; jalali month, jalali quarter, jalali year) in which they begin, of the local date in the zone, a name from pg_timezone_names; of timestamp and date nothing is converted. Read it with session_trend, too. Otherwise as without.';
-- end

-- for time in LOCAL_TIMES
CREATE FUNCTION session_accum(internal, entity :entity, at :time, gap interval, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'session_accum_:{entity.c}_:{time.c}' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION session_accum(internal, :entity, :time, interval, text) IS 'Collects a row: transition function of session_agg(:entity, :time, interval, text).';
CREATE AGGREGATE session_agg(entity :entity, at :time, gap interval, period text) (
	SFUNC = session_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = session_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE session_agg(:entity, :time, interval, text) IS 'Summarises the sessions of entities, also by period, of times that are local already: no zone. Otherwise as session_agg(:entity, timestamptz, interval, text, text).';
-- end
-- end

-- Merging

CREATE FUNCTION session_summary_rollup(session_summary, summary session_summary) RETURNS session_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION session_summary_final(session_summary) RETURNS session_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION session_summary_rollup(session_summary, session_summary) IS 'Merges two summaries of one gap: transition and combine function of rollup(session_summary).';
COMMENT ON FUNCTION session_summary_final(session_summary) IS 'Packs a merged summary: final function of rollup(session_summary).';

CREATE AGGREGATE rollup(session_summary) (
	SFUNC = session_summary_rollup, STYPE = session_summary, SSPACE = 4096, FINALFUNC = session_summary_final,
	COMBINEFUNC = session_summary_rollup, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(session_summary) IS 'Merges the summaries of one gap, and of one period and zone: of countries into all. Exact, if the parts hold different entities: one that is in two parts counts twice, so days can''t be rolled up. Summaries of different gaps, periods or zones are an error; NULLs are left out.';

-- Figures of a summary

CREATE FUNCTION session_figures(
	summary session_summary, as_of timestamptz DEFAULT NULL,
	OUT sessions bigint, OUT entities bigint, OUT rows bigint, OUT single_row_sessions bigint, OUT single_row_share double precision,
	OUT sessions_per_entity double precision, OUT rows_per_session double precision,
	OUT mean_seconds double precision, OUT median_seconds double precision, OUT p90_seconds double precision, OUT running bigint)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100 ROWS 1;
COMMENT ON FUNCTION session_figures(session_summary, timestamptz) IS 'Sessions, whose they are, and how long: one row. single_row_share is single_row_sessions / sessions, the bounce rate, a fraction 0..1; seconds are from a session''s first row to its last, 0 of a single row, mean exact, percentiles within 1 %. Running are those that may go on at as_of (by default the last row): their last row and the gap lie after it. An as_of before the last row is an error.';

CREATE FUNCTION session_trend(
	summary session_summary, as_of timestamptz DEFAULT NULL,
	OUT period date, OUT sessions bigint, OUT entities bigint, OUT rows bigint, OUT single_row_sessions bigint, OUT single_row_share double precision,
	OUT sessions_per_entity double precision, OUT rows_per_session double precision,
	OUT mean_seconds double precision, OUT median_seconds double precision, OUT p90_seconds double precision, OUT running bigint, OUT is_complete boolean)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100 ROWS 50;
COMMENT ON FUNCTION session_trend(session_summary, timestamptz) IS 'The figures of session_figures by the period in which sessions begin, by its first day: one row a period, from the first to that of as_of, without gaps. is_complete: the period is over at as_of, and none of its sessions runs. Sessions of the periods add up; entities do not, for one may come in several. An error on a summary without a period, and for an as_of before the last row.';

CREATE FUNCTION session_quality(
	summary session_summary,
	OUT reason text, OUT rows bigint)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 4;
COMMENT ON FUNCTION session_quality(session_summary) IS 'How many rows were used, and how many not and why: one row a reason. Each row given is in exactly one.';

CREATE FUNCTION session_gap(session_summary) RETURNS interval
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION session_gap(session_summary) IS 'The gap a summary was made with, as days of 24 hours and a time. NULL in a summary of no rows.';

CREATE FUNCTION data_from(session_summary) RETURNS timestamptz
	AS 'MODULE_PATHNAME', 'session_data_from' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION data_from(session_summary) IS 'The first moment of the rows used, timestamp and date taken as UTC. NULL where there is none.';

CREATE FUNCTION data_through(session_summary) RETURNS timestamptz
	AS 'MODULE_PATHNAME', 'session_data_through' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION data_through(session_summary) IS 'The last moment of the rows used, timestamp and date taken as UTC: as_of can be this moment or later. NULL where there is none.';

-- The number of a row's session: a window function

-- for time in MOMENTS
CREATE FUNCTION session_number(at :time, gap interval) RETURNS bigint
	AS 'MODULE_PATHNAME', 'session_number_:time.c' LANGUAGE C IMMUTABLE PARALLEL SAFE WINDOW;
COMMENT ON FUNCTION session_number(:time, interval) IS 'Which session a row is of: 1, 2 and so on, a new one where the row before it lies further back than the gap. A window function: OVER (PARTITION BY entity ORDER BY at); rows in another order are an error, a frame is not looked at. NULL for a row without a time of the years 1900 to 2199, as session_agg leaves it out. An error where the gap is NULL, not above 0, of months or years, or changes within a partition.';
-- end
