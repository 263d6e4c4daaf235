--
-- retention: who started and came back, by how long after (src/kpi/retention*.c, doc/retention.md)
--
-- The aggregate retention(VARIADIC boolean[]) that ClickHouse's users know is in sql/sequence.sql.
--

-- The summary

-- use SUMMARY_TYPE of retention_summary
COMMENT ON TYPE retention_summary IS 'Who came back after a first start, and when: counts by cohort (the period of the start) and by how many periods after, or in which bracket of days; made by retention_agg, merged by rollup. Prints as JSON.';

-- Rows into a summary: by units, and by brackets of days

CREATE FUNCTION event_retention_final(internal) RETURNS retention_summary
	AS 'MODULE_PATHNAME', 'retention_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION event_retention_final(internal) IS 'Walks the collected rows of each entity: final function of retention_agg.';

-- for entity in KEYS
-- for time in TIMES
CREATE FUNCTION event_retention_accum(internal, entity :entity, at :time, starts boolean, "returns" boolean, unit text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'retention_accum_:{entity.c}_:{time.c}' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION event_retention_accum(internal, entity :entity, at :time, starts boolean, "returns" boolean, brackets integer[], zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'retention_accum_brackets_:{entity.c}_:{time.c}' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION event_retention_accum(internal, :entity, :time, boolean, boolean, text, text) IS 'Collects a row: transition function of retention_agg(:entity, :time, boolean, boolean, text, text).';
COMMENT ON FUNCTION event_retention_accum(internal, :entity, :time, boolean, boolean, integer[], text) IS 'Collects a row: transition function of retention_agg(:entity, :time, boolean, boolean, integer[], text).';

CREATE AGGREGATE retention_agg(entity :entity, at :time, starts boolean, "returns" boolean, unit text, zone text) (
	SFUNC = event_retention_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = event_retention_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE retention_agg(:entity, :time, boolean, boolean, text, text) IS 'Summarises who came back: one row an event, in any order, that starts an entity (user, device), is a return of it, both or neither (NULL is false). Counted by the period of the first start and by how many periods (unit: day, week from Monday, month, quarter, year; jalali month, jalali quarter, jalali year) later a return lies, of local dates in the zone, a name from pg_timezone_names; of timestamp and date nothing is converted. The start itself is no return; returns before it do not count. Read it with event_retention and event_retention_curve. Rows without an entity or a finite time are left out and counted. An error where unit or zone is NULL, unknown or changes within a group.';
CREATE AGGREGATE retention_agg(entity :entity, at :time, starts boolean, "returns" boolean, brackets integer[], zone text) (
	SFUNC = event_retention_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = event_retention_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE retention_agg(:entity, :time, boolean, boolean, integer[], text) IS 'Summarises who came back in brackets of days after the local date of the first start: ARRAY[1, 3, 7, 14, 30] are the days 1 to 2, 3 to 6, 7 to 13 and 14 to 29. Cohorts are days. Otherwise as retention_agg(:entity, :time, boolean, boolean, text, text). An error where there are fewer than two numbers, or they do not rise from 0 or more.';
-- end

-- for time in LOCAL_TIMES
CREATE FUNCTION event_retention_accum(internal, entity :entity, at :time, starts boolean, "returns" boolean, unit text) RETURNS internal
	AS 'MODULE_PATHNAME', 'retention_accum_:{entity.c}_:{time.c}' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION event_retention_accum(internal, entity :entity, at :time, starts boolean, "returns" boolean, brackets integer[]) RETURNS internal
	AS 'MODULE_PATHNAME', 'retention_accum_brackets_:{entity.c}_:{time.c}' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION event_retention_accum(internal, :entity, :time, boolean, boolean, text) IS 'Collects a row: transition function of retention_agg(:entity, :time, boolean, boolean, text).';
COMMENT ON FUNCTION event_retention_accum(internal, :entity, :time, boolean, boolean, integer[]) IS 'Collects a row: transition function of retention_agg(:entity, :time, boolean, boolean, integer[]).';

CREATE AGGREGATE retention_agg(entity :entity, at :time, starts boolean, "returns" boolean, unit text) (
	SFUNC = event_retention_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = event_retention_final, PARALLEL = SAFE
);
CREATE AGGREGATE retention_agg(entity :entity, at :time, starts boolean, "returns" boolean, brackets integer[]) (
	SFUNC = event_retention_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = event_retention_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE retention_agg(:entity, :time, boolean, boolean, text) IS 'Summarises who came back, of times that are local already: no zone. Otherwise as retention_agg(:entity, timestamptz, boolean, boolean, text, text).';
COMMENT ON AGGREGATE retention_agg(:entity, :time, boolean, boolean, integer[]) IS 'Summarises who came back in brackets of days, of times that are local already: no zone. Otherwise as retention_agg(:entity, timestamptz, boolean, boolean, integer[], text).';
-- end
-- end

-- Merging

CREATE FUNCTION retention_summary_rollup(retention_summary, summary retention_summary) RETURNS retention_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION retention_summary_final(retention_summary) RETURNS retention_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION retention_summary_rollup(retention_summary, retention_summary) IS 'Merges two summaries of one unit or list of brackets: transition and combine function of rollup(retention_summary).';
COMMENT ON FUNCTION retention_summary_final(retention_summary) IS 'Packs a merged summary: final function of rollup(retention_summary).';

CREATE AGGREGATE rollup(retention_summary) (
	SFUNC = retention_summary_rollup, STYPE = retention_summary, SSPACE = 4096, FINALFUNC = retention_summary_final,
	COMBINEFUNC = retention_summary_rollup, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(retention_summary) IS 'Merges the summaries of one unit or list of brackets, and of one zone: of countries into all. Exact, if the parts hold different entities: one that is in two parts counts twice, so days can''t be rolled up. Summaries of different units, brackets or zones are an error; NULLs are left out.';

-- Figures of a summary

CREATE FUNCTION event_retention(
	summary retention_summary, kind text DEFAULT 'on', as_of date DEFAULT NULL,
	OUT cohort date, OUT period integer, OUT cohort_size bigint, OUT retained bigint, OUT rate double precision, OUT is_complete boolean)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME', 'retention_table' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100 ROWS 300;
COMMENT ON FUNCTION event_retention(retention_summary, text, date) IS 'Who came back: one row a cohort, by its first day, and period, without gaps up to as_of (a local date, by default that of the last row). Period is how many periods later, from 0, the rest of the first one; of brackets the first day of each. Kind says which count as retained: on (returned in that period), on or after (in it or a later one), up to (in it or an earlier one). Rate is retained / cohort_size, a fraction 0..1. is_complete: the period is over before as_of for every day of the cohort. An error for an unknown kind, and for kind on or after where as_of lies in a period before the last row''s.';

CREATE FUNCTION event_retention_curve(
	summary retention_summary, kind text DEFAULT 'on', as_of date DEFAULT NULL,
	OUT period integer, OUT eligible bigint, OUT retained bigint, OUT rate double precision, OUT low double precision, OUT high double precision)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME', 'retention_curve' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100 ROWS 30;
COMMENT ON FUNCTION event_retention_curve(retention_summary, text, date) IS 'Who came back, all cohorts together: one row a period, as in event_retention. Eligible are the entities of the cohorts for which that period is complete: younger ones are in neither number. Rate is retained / eligible, a fraction 0..1, low to high its 95 % Wilson interval. Kind and as_of as in event_retention.';

CREATE FUNCTION retention_quality(
	summary retention_summary,
	OUT reason text, OUT rows bigint)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 9;
COMMENT ON FUNCTION retention_quality(retention_summary) IS 'How many rows were used (first starts, and returns after them), and how many not and why: one row a reason, each row given in exactly one. "entity outside" are returns of entities that never started; entities_outside counts these.';

CREATE FUNCTION retention_brackets(retention_summary) RETURNS integer[]
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION retention_brackets(retention_summary) IS 'The brackets of days a summary was made with. NULL where it was made with a unit, and in one of no rows.';

CREATE FUNCTION entities_outside(retention_summary) RETURNS bigint
	AS 'MODULE_PATHNAME', 'retention_entities_outside' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION entities_outside(retention_summary) IS 'Entities with returns that never started: in no other figure.';

CREATE FUNCTION data_from(retention_summary) RETURNS timestamptz
	AS 'MODULE_PATHNAME', 'retention_data_from' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION data_from(retention_summary) IS 'The first moment of the rows, of those that neither start nor return, too, timestamp and date taken as UTC. NULL where there is none.';

CREATE FUNCTION data_through(retention_summary) RETURNS timestamptz
	AS 'MODULE_PATHNAME', 'retention_data_through' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION data_through(retention_summary) IS 'The last moment of the rows, of those that neither start nor return, too, timestamp and date taken as UTC. NULL where there is none.';
