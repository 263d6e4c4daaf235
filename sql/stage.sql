--
-- stage: stage funnels (src/kpi/stage*.c, doc/stage.md)
--

-- use SUMMARY_TYPE of stage_summary
COMMENT ON TYPE stage_summary IS 'A stage funnel, counted: who reached, lost, moved and waits, for how long and with what amounts, in one currency; made by stage_agg, merged by rollup. Prints as JSON.';

-- Rows into a summary

CREATE FUNCTION stage_final(internal) RETURNS stage_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stage_final(internal) IS 'Walks the collected history of each entity: final function of stage_agg.';

-- for entity in KEYS
-- for time in MOMENTS
CREATE FUNCTION stage_accum(internal, entity :entity, stage text, entered_at :time, definition funnel) RETURNS internal
	AS 'MODULE_PATHNAME', 'stage_accum_:entity.c_:time.c' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stage_accum(internal, :entity, text, :time, funnel) IS 'Collects a row: transition function of stage_agg(:entity, text, :time, funnel).';

CREATE AGGREGATE stage_agg(entity :entity, stage text, entered_at :time, definition funnel) (
	SFUNC = stage_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = stage_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE stage_agg(:entity, text, :time, funnel) IS 'Summarises a stage history: one row an entity (a deal, a lead) and stage it entered, in any order. Read it with stage_leakage, stage_time, stage_flow, stage_quality and stage_chart. Rows without an entity, a stage, a finite time, or of an unknown stage are left out and counted. An error where the definition is NULL or changes within a group.';

-- for amount in NUMBERS
CREATE FUNCTION stage_accum(internal, entity :entity, stage text, entered_at :time, amount :amount, definition funnel) RETURNS internal
	AS 'MODULE_PATHNAME', 'stage_accum_:entity.c_:time.c_:amount.c' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stage_accum(internal, :entity, text, :time, :amount, funnel) IS 'Collects a row: transition function of stage_agg(:entity, text, :time, :amount, funnel).';

CREATE AGGREGATE stage_agg(entity :entity, stage text, entered_at :time, amount :amount, definition funnel) (
	SFUNC = stage_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = stage_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE stage_agg(:entity, text, :time, :amount, funnel) IS 'Summarises a stage history with amounts, in one currency: an entity counts with its latest amount that is not NULL (at equal times the larger). Otherwise as without. NaN and infinite amounts are errors.';
-- end
-- end
-- end

-- Merging

CREATE FUNCTION stage_summary_rollup(stage_summary, summary stage_summary) RETURNS stage_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION stage_summary_final(stage_summary) RETURNS stage_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stage_summary_rollup(stage_summary, stage_summary) IS 'Merges two summaries of one funnel: transition and combine function of rollup(stage_summary).';
COMMENT ON FUNCTION stage_summary_final(stage_summary) IS 'Packs a merged summary: final function of rollup(stage_summary).';

CREATE AGGREGATE rollup(stage_summary) (
	SFUNC = stage_summary_rollup, STYPE = stage_summary, SSPACE = 4096, FINALFUNC = stage_summary_final,
	COMBINEFUNC = stage_summary_rollup, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(stage_summary) IS 'Merges the summaries of one funnel: of regions into a company''s. Exact, if the parts hold different entities: one that is in two parts counts twice. Summaries of different definitions are an error; NULLs are left out.';

-- Figures of a summary

CREATE FUNCTION stage_leakage(
	summary stage_summary, as_of date DEFAULT NULL, stale_days integer DEFAULT NULL,
	OUT step integer, OUT stage text, OUT reached bigint, OUT skipped bigint, OUT advanced bigint,
	OUT lost bigint, OUT stalled bigint, OUT open bigint,
	OUT leakage_rate double precision, OUT conversion_rate double precision,
	OUT open_share double precision, OUT reach_rate double precision,
	OUT mean_days double precision, OUT median_days double precision, OUT p90_days double precision,
	OUT in_stage bigint, OUT amount_reached numeric, OUT amount_leaked numeric, OUT amount_in_stage numeric)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100 ROWS 6;
COMMENT ON FUNCTION stage_leakage(stage_summary, date, integer) IS 'Where a funnel leaks: one row a stage, in order, reached = advanced + lost + coalesce(stalled, 0) + open. Stalled, who has not moved for more than stale_days whole days before as_of (UTC), is NULL without stale_days; an as_of before the last row is an error. Rates are fractions 0..1, NULL where nothing has decided; days are of 86,400 s, over finished visits, mean exact, percentiles within 1 %; amounts NULL where no entity has one.';

CREATE FUNCTION stage_time(
	summary stage_summary, as_of date DEFAULT NULL,
	OUT step integer, OUT stage text, OUT visits bigint, OUT finished bigint,
	OUT mean_days double precision, OUT median_days double precision, OUT p75_days double precision,
	OUT p90_days double precision, OUT max_days double precision, OUT median_age_days double precision,
	OUT reentries bigint, OUT regressions bigint)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100 ROWS 6;
COMMENT ON FUNCTION stage_time(stage_summary, date) IS 'How long entities stay: one row a stage, in days of 86,400 s. Mean (exact), percentiles (within 1 %) and maximum (exact) are over finished visits; median_age_days is the age, in whole days (UTC) at as_of, of those still in the stage, NULL without as_of. An as_of before the last row is an error.';

CREATE FUNCTION stage_flow(
	summary stage_summary,
	OUT source text, OUT target text, OUT value bigint, OUT median_days double precision)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 15;
COMMENT ON FUNCTION stage_flow(stage_summary) IS 'Who went where: one row for each move made, forwards or to a lost label, and one for those "still open" in a stage; value is the number of moves, median_days the time (days of 86,400 s, within 1 %) in the source before it. No cycles, so a Sankey chart can draw it; moves back are the regressions of stage_time.';

CREATE FUNCTION stage_quality(
	summary stage_summary,
	OUT reason text, OUT rows bigint)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 8;
COMMENT ON FUNCTION stage_quality(stage_summary) IS 'How many rows were used, and how many not and why: one row a reason. Each row given is in exactly one. "entity outside" are lost rows of entities that were never in a stage; entities_outside counts these entities.';

-- since 0.2.0
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
-- end

CREATE FUNCTION stage_chart(
	summary stage_summary, width integer DEFAULT 40,
	OUT stage text, OUT bar text, OUT reached bigint, OUT conversion_rate double precision)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100 ROWS 6;
COMMENT ON FUNCTION stage_chart(stage_summary, integer) IS 'The funnel as bars of text, of at most width (1..1000) characters: one row a stage. conversion_rate is that of stage_leakage, a fraction 0..1 of those that went on or were lost.';

CREATE FUNCTION compare_funnels(
	a stage_summary, b stage_summary, as_of date DEFAULT NULL, stale_days integer DEFAULT NULL,
	OUT step integer, OUT stage text, OUT rate_a double precision, OUT rate_b double precision,
	OUT difference double precision, OUT low double precision, OUT high double precision,
	OUT p_value double precision)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100 ROWS 6;
COMMENT ON FUNCTION compare_funnels(stage_summary, stage_summary, date, integer) IS 'Do two segments convert differently? One row a stage: both conversion rates of stage_leakage, a minus b with its 95 % Newcombe interval, and the two-sided p-value of the pooled z test, corrected (Holm) for the number of stages compared. NULLs where a side has nothing decided. Summaries of different definitions are an error. Newcombe 1998, method 10; Holm 1979.';

CREATE FUNCTION entities_outside(stage_summary) RETURNS bigint
	AS 'MODULE_PATHNAME', 'stage_entities_outside' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION entities_outside(stage_summary) IS 'Entities that no row places in a stage of the funnel: in no other figure.';

CREATE FUNCTION definition(stage_summary) RETURNS funnel
	AS 'MODULE_PATHNAME', 'stage_definition' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION definition(stage_summary) IS 'The funnel a summary was made with. NULL in a summary of no rows.';

CREATE FUNCTION data_from(stage_summary) RETURNS timestamptz
	AS 'MODULE_PATHNAME', 'stage_data_from' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION data_from(stage_summary) IS 'The first moment of the rows of known stages, timestamp and date taken as UTC. NULL where there is none.';

CREATE FUNCTION data_through(stage_summary) RETURNS timestamptz
	AS 'MODULE_PATHNAME', 'stage_data_through' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION data_through(stage_summary) IS 'The last moment of the rows of known stages, timestamp and date taken as UTC: as_of can be this day (UTC) or later. NULL where there is none.';
