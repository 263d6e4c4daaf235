--
-- flow: paths, the ways that people take (src/kpi/flow*.c, doc/flow.md)
--

-- use SUMMARY_TYPE of path_summary
COMMENT ON TYPE path_summary IS 'Which ways entities took, step by step: a tree of the first (or last) events of each, with counts and times; made by path_agg, merged by rollup. Prints as JSON.';

-- Rows into a summary

CREATE FUNCTION path_final(internal) RETURNS path_summary
	AS 'MODULE_PATHNAME', 'flow_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION path_final(internal) IS 'Follows the collected rows of each entity: final function of path_agg.';

-- for entity in KEYS
-- for time in MOMENTS
CREATE FUNCTION path_accum(internal, entity :entity, event text, at :time, shape text) RETURNS internal
	AS 'MODULE_PATHNAME', 'flow_accum_:{entity.c}_:{time.c}' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION path_accum(internal, :entity, text, :time, text) IS 'Collects a row: transition function of path_agg(:entity, text, :time, text).';

CREATE AGGREGATE path_agg(entity :entity, event text, at :time, shape text) (
	SFUNC = path_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = path_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE path_agg(:entity, text, :time, text) IS 'Summarises which ways entities (users, devices) took: one row an entity and event, in any order. The shape says where paths begin and end and how long they are, such as ''from: view; to: purchase; depth: 5; session: 30 minutes''; '''' takes the first 5 events of each. The same event again and again is one, unless repeats: keep. Read it with path_flow, path_list and path_quality. Rows without an entity, an event or a finite time are left out and counted; the same entity, event and time twice counts once. timestamp and date are taken as UTC. An error where the shape is NULL or changes within a group, or of more than 1,000,000 different events.';
-- end
-- end

-- Merging

CREATE FUNCTION path_summary_rollup(path_summary, summary path_summary) RETURNS path_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION path_summary_final(path_summary) RETURNS path_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION path_summary_rollup(path_summary, path_summary) IS 'Merges two summaries of one shape: transition and combine function of rollup(path_summary).';
COMMENT ON FUNCTION path_summary_final(path_summary) IS 'Prunes and packs a merged summary: final function of rollup(path_summary).';

CREATE AGGREGATE rollup(path_summary) (
	SFUNC = path_summary_rollup, STYPE = path_summary, SSPACE = 4096, FINALFUNC = path_summary_final,
	COMBINEFUNC = path_summary_rollup, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(path_summary) IS 'Merges the summaries of one shape: of countries into all. Exact, if the parts hold different entities and nothing was pruned; else what is named is at least what is said. Summaries of different shapes are an error; NULLs are left out.';

-- Figures of a summary

CREATE FUNCTION path_flow(
	summary path_summary, top integer DEFAULT 8,
	OUT step integer, OUT source text, OUT target text, OUT value bigint, OUT median_seconds double precision, OUT kind text)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100 ROWS 100;
COMMENT ON FUNCTION path_flow(path_summary, integer) IS 'How many units went from which event to which, step by step: the links of a Sankey diagram. At each step the top (1..100, 8 by default) events, all others as "other"; "end" is who stopped, "more" who goes on beyond the depth; of paths that only say where they end "start" is who began. What comes in at an event goes out of it. Kind tells event, other, end, start and more apart, whatever events are called. The median time is in seconds, within 1 %, NULL where not all of it is known.';

CREATE FUNCTION path_list(
	summary path_summary, top integer DEFAULT 20,
	OUT rank integer, OUT name text, OUT path text[], OUT value bigint, OUT share double precision, OUT cut bigint)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100 ROWS 20;
COMMENT ON FUNCTION path_list(path_summary, integer) IS 'The commonest paths: their events as one text and one by one, how many units took each, the share of all units (a fraction 0..1), and of how many there is more than the depth shows. Those of equally many come the shorter first, then in order of bytes. Top is 1..20000, 20 by default; a last row, "other", without rank and path, has all others.';

CREATE FUNCTION path_quality(
	summary path_summary,
	OUT reason text, OUT rows bigint)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 9;
COMMENT ON FUNCTION path_quality(path_summary) IS 'How many rows were used as a step, and how many not and why: one row a reason, each row given in exactly one. "repeat" is the same event as the one before it, "off the path" lies before or behind a unit''s path, "unit outside" is of units without a path: units_outside counts these.';

CREATE FUNCTION pruned(path_summary) RETURNS bigint
	AS 'MODULE_PATHNAME', 'flow_pruned' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION pruned(path_summary) IS 'Units of whose path not every step has a name any more, since more than 20,000 beginnings of paths would have to be kept: those of the fewest units are not. 0: every figure is exact. Else figures of named events and paths are at least what is said, and "other" is at most that.';

CREATE FUNCTION units_outside(path_summary) RETURNS bigint
	AS 'MODULE_PATHNAME', 'flow_units_outside' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION units_outside(path_summary) IS 'Entities, or sessions where these are counted, without a path: they never did what it begins or ends with. In no other figure.';

CREATE FUNCTION definition(path_summary) RETURNS text
	AS 'MODULE_PATHNAME', 'flow_definition' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION definition(path_summary) IS 'The shape a summary was made with, in full. NULL in a summary of no rows.';

CREATE FUNCTION data_from(path_summary) RETURNS timestamptz
	AS 'MODULE_PATHNAME', 'flow_data_from' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION data_from(path_summary) IS 'The first moment of the rows, timestamp and date taken as UTC. NULL where there is none.';

CREATE FUNCTION data_through(path_summary) RETURNS timestamptz
	AS 'MODULE_PATHNAME', 'flow_data_through' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION data_through(path_summary) IS 'The last moment of the rows, timestamp and date taken as UTC. NULL where there is none.';
