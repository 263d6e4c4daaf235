--
-- pipeline: pipeline movements (src/kpi/pipeline*.c, doc/pipeline.md)
--

-- use SUMMARY_TYPE of pipeline_summary
COMMENT ON TYPE pipeline_summary IS 'A pipeline''s movements by period, in deals and in amounts of one currency; made by pipeline_agg, merged by rollup. Prints as JSON.';

-- Rows into a summary

CREATE FUNCTION pipeline_final(internal) RETURNS pipeline_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_final(internal) IS 'Walks the collected history of each deal: final function of pipeline_agg.';

-- for entity in KEYS
-- for amount in NUMBERS
CREATE FUNCTION pipeline_accum(internal, entity :entity, stage text, at timestamptz, amount :amount, definition funnel, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_:entity.c_timestamptz_:amount.c' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_accum(internal, :entity, text, timestamptz, :amount, funnel, text, text) IS 'Collects a row: transition function of pipeline_agg(:entity, text, timestamptz, :amount, funnel, text, text).';

CREATE AGGREGATE pipeline_agg(entity :entity, stage text, at timestamptz, amount :amount, definition funnel, period text, zone text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE pipeline_agg(:entity, text, timestamptz, :amount, funnel, text, text) IS 'Summarises what a stage history moved in the pipeline, by period (day, week from Monday, month, quarter, year; jalali month, jalali quarter, jalali year) in a time zone. One row a deal and stage it entered, in any order, and for each change of its amount, in one currency. Read it with pipeline_movements. An error where definition, period or zone is NULL, unknown or changes within a group.';

-- for time in LOCAL_TIMES
CREATE FUNCTION pipeline_accum(internal, entity :entity, stage text, at :time, amount :amount, definition funnel, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_:entity.c_:time.c_:amount.c' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION pipeline_accum(internal, entity :entity, stage text, at :time, amount :amount, definition funnel, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_:entity.c_:time.c_:amount.c' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_accum(internal, :entity, text, :time, :amount, funnel, text) IS 'Collects a row: transition function of pipeline_agg(:entity, text, :time, :amount, funnel, text).';
COMMENT ON FUNCTION pipeline_accum(internal, :entity, text, :time, :amount, funnel, text, text) IS 'Collects a row: transition function of pipeline_agg(:entity, text, :time, :amount, funnel, text, text).';

CREATE AGGREGATE pipeline_agg(entity :entity, stage text, at :time, amount :amount, definition funnel, period text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
CREATE AGGREGATE pipeline_agg(entity :entity, stage text, at :time, amount :amount, definition funnel, period text, zone text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE pipeline_agg(:entity, text, :time, :amount, funnel, text) IS 'As with timestamptz; periods are those of the :time itself, so there is no zone. Its summaries merge with those in UTC.';
COMMENT ON AGGREGATE pipeline_agg(:entity, text, :time, :amount, funnel, text, text) IS 'As with timestamptz, by period of times that are local in that zone already: nothing is converted. Its summaries merge with those of timestamptz in that zone.';
-- end
-- end
-- end

-- Merging

CREATE FUNCTION pipeline_summary_rollup(pipeline_summary, summary pipeline_summary) RETURNS pipeline_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION pipeline_summary_final(pipeline_summary) RETURNS pipeline_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_summary_rollup(pipeline_summary, pipeline_summary) IS 'Merges two summaries of one funnel, period and zone: transition and combine function of rollup(pipeline_summary).';
COMMENT ON FUNCTION pipeline_summary_final(pipeline_summary) IS 'Packs a merged summary: final function of rollup(pipeline_summary).';

CREATE AGGREGATE rollup(pipeline_summary) (
	SFUNC = pipeline_summary_rollup, STYPE = pipeline_summary, SSPACE = 4096, FINALFUNC = pipeline_summary_final,
	COMBINEFUNC = pipeline_summary_rollup, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(pipeline_summary) IS 'Merges the summaries of one funnel, period and zone: of regions into a company''s. Exact, if the parts hold different deals: one that is in two parts counts twice. Summaries of different definitions, periods or zones are an error; NULLs are left out.';

-- Figures of a summary

CREATE FUNCTION pipeline_movements(
	summary pipeline_summary, as_of date DEFAULT NULL,
	OUT period date, OUT opening numeric, OUT created numeric, OUT increased numeric, OUT decreased numeric,
	OUT won numeric, OUT lost numeric, OUT reopened numeric, OUT closing numeric,
	OUT opening_deals bigint, OUT created_deals bigint, OUT increased_deals bigint, OUT decreased_deals bigint,
	OUT won_deals bigint, OUT lost_deals bigint, OUT reopened_deals bigint, OUT closing_deals bigint,
	OUT growth_rate double precision)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100 ROWS 24;
COMMENT ON FUNCTION pipeline_movements(pipeline_summary, date) IS 'What moved the pipeline: one row a period, by its first day, from the first to that of as_of (a local date; by default the last of the data). Give all segments one as_of, so that one in which nothing moves any more keeps its balance; periods behind as_of are left out, and one outside of 1900 to 2199 is an error. Its parts: opening + created + increased - decreased - won - lost + reopened = closing, in amounts (exact, one currency; NULL where no deal has one) and, without increased and decreased, in deals. growth_rate is (closing - opening) / opening, NULL where that is nothing.';

CREATE FUNCTION pipeline_quality(
	summary pipeline_summary,
	OUT reason text, OUT rows bigint)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 8;
COMMENT ON FUNCTION pipeline_quality(pipeline_summary) IS 'How many rows were used, and how many not and why: one row a reason. Each row given is in exactly one.';

-- since 0.2.0
CREATE FUNCTION pipeline_unknown_labels(
	summary pipeline_summary,
	OUT label text, OUT rows bigint)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 20;
COMMENT ON FUNCTION pipeline_unknown_labels(pipeline_summary) IS 'The labels that the funnel does not have, with their rows, the commonest first; they add up to the rows of "unknown stage" in pipeline_quality. Labels are cut to 200 bytes; beyond 100 of them a sample is listed, each with all its rows, and the rows of the others stand last, under NULL, as do rows that version 0.1.0 counted. Use it in FROM.';
-- end

CREATE FUNCTION entities_outside(pipeline_summary) RETURNS bigint
	AS 'MODULE_PATHNAME', 'pipeline_entities_outside' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION entities_outside(pipeline_summary) IS 'Deals that no row places in a stage of the funnel: in no other figure.';

CREATE FUNCTION definition(pipeline_summary) RETURNS funnel
	AS 'MODULE_PATHNAME', 'pipeline_definition' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION definition(pipeline_summary) IS 'The funnel a summary was made with. NULL in a summary of no rows.';

CREATE FUNCTION data_from(pipeline_summary) RETURNS timestamptz
	AS 'MODULE_PATHNAME', 'pipeline_data_from' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION data_from(pipeline_summary) IS 'The first moment of the rows of known stages, timestamp and date taken as UTC. NULL where there is none.';

CREATE FUNCTION data_through(pipeline_summary) RETURNS timestamptz
	AS 'MODULE_PATHNAME', 'pipeline_data_through' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION data_through(pipeline_summary) IS 'The last moment of the rows of known stages, timestamp and date taken as UTC. NULL where there is none.';
