--
-- stickiness: in how many units of a period entities are active (src/kpi/stickiness.c, doc/stickiness.md)
--

-- The summary

-- use SUMMARY_TYPE of stickiness_summary
COMMENT ON TYPE stickiness_summary IS 'In how many units (days) of a period (a month) entities were active: counts by period and number of units; made by stickiness_agg, merged by rollup. Prints as JSON.';

-- Rows into a summary

CREATE FUNCTION stickiness_final(internal) RETURNS stickiness_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stickiness_final(internal) IS 'Walks the collected days of each entity: final function of stickiness_agg.';

-- for entity in KEYS
-- for time in TIMES
CREATE FUNCTION stickiness_accum(internal, entity :entity, at :time, unit text, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'stickiness_accum_:{entity.c}_:{time.c}' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stickiness_accum(internal, :entity, :time, text, text, text) IS 'Collects a row: transition function of stickiness_agg(:entity, :time, text, text, text).';

CREATE AGGREGATE stickiness_agg(entity :entity, at :time, unit text, period text, zone text) (
	SFUNC = stickiness_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = stickiness_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE stickiness_agg(:entity, :time, text, text, text) IS 'Summarises in how many units (day, week from Monday, month, quarter) of a longer period (week, month, quarter, year; months, quarters and years may be Jalali: jalali month) entities (users, customers) were active: one row a visit, an event, in any order, of the local date in the zone, a name from pg_timezone_names; of timestamp and date nothing is converted. Read it with stickiness and stickiness_trend. Rows without an entity or a finite time are left out and counted. An error where unit, period or zone is NULL, unknown or changes within a group, and where the unit is not shorter than the period.';
-- end

-- for time in LOCAL_TIMES
CREATE FUNCTION stickiness_accum(internal, entity :entity, at :time, unit text, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'stickiness_accum_:{entity.c}_:{time.c}' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stickiness_accum(internal, :entity, :time, text, text) IS 'Collects a row: transition function of stickiness_agg(:entity, :time, text, text).';

CREATE AGGREGATE stickiness_agg(entity :entity, at :time, unit text, period text) (
	SFUNC = stickiness_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = stickiness_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE stickiness_agg(:entity, :time, text, text) IS 'Summarises in how many units of a period entities were active, of times that are local already: no zone. Otherwise as stickiness_agg(:entity, timestamptz, text, text, text).';
-- end
-- end

-- Merging

CREATE FUNCTION stickiness_summary_rollup(stickiness_summary, summary stickiness_summary) RETURNS stickiness_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION stickiness_summary_final(stickiness_summary) RETURNS stickiness_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stickiness_summary_rollup(stickiness_summary, stickiness_summary) IS 'Merges two summaries of one unit and period: transition and combine function of rollup(stickiness_summary).';
COMMENT ON FUNCTION stickiness_summary_final(stickiness_summary) IS 'Packs a merged summary: final function of rollup(stickiness_summary).';

CREATE AGGREGATE rollup(stickiness_summary) (
	SFUNC = stickiness_summary_rollup, STYPE = stickiness_summary, SSPACE = 4096, FINALFUNC = stickiness_summary_final,
	COMBINEFUNC = stickiness_summary_rollup, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(stickiness_summary) IS 'Merges the summaries of one unit, period and zone: of countries into all. Exact, if the parts hold different entities: one that is in two parts counts twice, so days or months can''t be rolled up. Summaries of different units, periods or zones are an error; NULLs are left out.';

-- Figures of a summary

CREATE FUNCTION stickiness(
	summary stickiness_summary, as_of date DEFAULT NULL,
	OUT period date, OUT active_units integer, OUT entities bigint, OUT entities_at_least bigint, OUT share_at_least double precision, OUT is_complete boolean)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100 ROWS 300;
COMMENT ON FUNCTION stickiness(stickiness_summary, date) IS 'In how many units of a period entities were active: one row a period, by its first day, and number of active_units, from 1 to the units that the period has, without gaps. Entities were active in exactly so many, entities_at_least in so many or more; share_at_least is entities_at_least / all active in the period, a fraction 0..1, NULL where nobody was. The period in which as_of (a local date, by default that of the last row) lies isn''t over: is_complete is false, and it has only the units that have begun. What lies behind it is left out; an as_of outside of 1900 to 2199 is an error.';

CREATE FUNCTION stickiness_trend(
	summary stickiness_summary, as_of date DEFAULT NULL,
	OUT period date, OUT units integer, OUT entities bigint, OUT mean_active_units double precision, OUT stickiness double precision, OUT is_complete boolean)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100 ROWS 50;
COMMENT ON FUNCTION stickiness_trend(stickiness_summary, date) IS 'Stickiness by period, of days in months DAU/MAU: one row a period, by its first day, without gaps up to as_of. Units are those of the period (of one that isn''t over: that have begun), entities those active in it, mean_active_units in how many units on average; stickiness = mean_active_units / units, a fraction 0..1, which is the mean number of entities active in a unit over those active in the period. NULL where nobody was active. as_of and is_complete as in stickiness.';

CREATE FUNCTION stickiness_quality(
	summary stickiness_summary,
	OUT reason text, OUT rows bigint)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 4;
COMMENT ON FUNCTION stickiness_quality(stickiness_summary) IS 'How many rows were used, and how many not and why: one row a reason. Each row given is in exactly one.';

CREATE FUNCTION data_from(stickiness_summary) RETURNS timestamptz
	AS 'MODULE_PATHNAME', 'stickiness_data_from' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION data_from(stickiness_summary) IS 'The first moment of the rows used, timestamp and date taken as UTC. NULL where there is none.';

CREATE FUNCTION data_through(stickiness_summary) RETURNS timestamptz
	AS 'MODULE_PATHNAME', 'stickiness_data_through' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION data_through(stickiness_summary) IS 'The last moment of the rows used, timestamp and date taken as UTC. NULL where there is none.';
