--
-- landmark: odds by stage, of what was open at earlier moments (src/kpi/landmark*.c, doc/landmark.md)
--

-- use SUMMARY_TYPE of landmark_summary
COMMENT ON TYPE landmark_summary IS 'What became of entities that were open at earlier moments, the landmarks, by their furthest stage then; made by landmark_agg, merged by rollup. Prints as JSON.';

CREATE FUNCTION landmarks(first timestamptz, every interval, count integer) RETURNS timestamptz[]
	AS 'MODULE_PATHNAME', 'landmark_landmarks' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION landmarks(timestamptz, interval, integer) IS 'Moments for landmark_agg: the first, and count - 1 more (1..1000 in all), each the interval after the one before: days and time, for months have no fixed length (else an error).';

-- Rows into a summary

CREATE FUNCTION landmark_final(internal) RETURNS landmark_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION landmark_final(internal) IS 'Walks the collected history of each entity: final function of landmark_agg.';

-- for entity in KEYS
-- for time in MOMENTS
CREATE FUNCTION landmark_accum(internal, entity :entity, stage text, entered_at :time, definition funnel, landmarks timestamptz[], as_of timestamptz) RETURNS internal
	AS 'MODULE_PATHNAME', 'landmark_accum_:{entity.c}_:time.c' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION landmark_accum(internal, entity :entity, stage text, entered_at :time, definition funnel, landmarks timestamptz[], as_of timestamptz, horizon interval) RETURNS internal
	AS 'MODULE_PATHNAME', 'landmark_accum_:{entity.c}_:time.c' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION landmark_accum(internal, :entity, text, :time, funnel, timestamptz[], timestamptz) IS 'Collects a row: transition function of landmark_agg(:entity, text, :time, funnel, timestamptz[], timestamptz).';
COMMENT ON FUNCTION landmark_accum(internal, :entity, text, :time, funnel, timestamptz[], timestamptz, interval) IS 'Collects a row: transition function of landmark_agg(:entity, text, :time, funnel, timestamptz[], timestamptz, interval).';

CREATE AGGREGATE landmark_agg(entity :entity, stage text, entered_at :time, definition funnel, landmarks timestamptz[], as_of timestamptz) (
	SFUNC = landmark_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = landmark_final, PARALLEL = SAFE
);
CREATE AGGREGATE landmark_agg(entity :entity, stage text, entered_at :time, definition funnel, landmarks timestamptz[], as_of timestamptz, horizon interval) (
	SFUNC = landmark_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = landmark_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE landmark_agg(:entity, text, :time, funnel, timestamptz[], timestamptz) IS 'Summarises a stage history as it was seen at earlier moments: of entities that were open at each landmark, by their furthest stage then, what they are as of a moment. Rows come in any order, one an entity and stage it entered; those after as_of are not known yet. Read it with stage_odds. Landmarks (1..1000, each before as_of), as_of and the definition are the same for a whole group, and not NULL, else an error; timestamp and date are taken as UTC. Rows that can''t be placed are left out and counted.';
COMMENT ON AGGREGATE landmark_agg(:entity, text, :time, funnel, timestamptz[], timestamptz, interval) IS 'As without a horizon; what became of an entity is what it was so long after the landmark (days and time, above 0, else an error). Landmarks whose horizon is not over as of the moment are in landmark_counts only.';
-- end
-- end

-- Merging

CREATE FUNCTION landmark_summary_rollup(landmark_summary, summary landmark_summary) RETURNS landmark_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION landmark_summary_final(landmark_summary) RETURNS landmark_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION landmark_summary_rollup(landmark_summary, landmark_summary) IS 'Merges two summaries of one funnel and the same landmarks: transition and combine function of rollup(landmark_summary).';
COMMENT ON FUNCTION landmark_summary_final(landmark_summary) IS 'Packs a merged summary: final function of rollup(landmark_summary).';

CREATE AGGREGATE rollup(landmark_summary) (
	SFUNC = landmark_summary_rollup, STYPE = landmark_summary, SSPACE = 4096, FINALFUNC = landmark_summary_final,
	COMBINEFUNC = landmark_summary_rollup, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(landmark_summary) IS 'Merges the summaries of one funnel, of the same landmarks, as_of and horizon (else an error): of regions into a company''s. Exact, if the parts hold different entities: one that is in two parts counts twice. NULLs are left out.';

-- Figures of a summary

CREATE FUNCTION stage_odds(
	summary landmark_summary, confidence double precision DEFAULT 0.95,
	OUT step integer, OUT stage text, OUT was_open bigint, OUT won bigint, OUT lost bigint, OUT undecided bigint,
	OUT win_probability double precision, OUT low double precision, OUT high double precision, OUT won_share double precision)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME', 'landmark_stage_odds' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 6;
COMMENT ON FUNCTION stage_odds(landmark_summary, double precision) IS 'How likely deals are won that sit open in a stage, from what became of those that sat there before: one row a stage but the last. An entity counts once a landmark. win_probability is won of those decided since, a fraction 0..1, NULL of fewer than 20; low..high is the Wilson interval of as many as there are different entities. won_share is won of all that were open: with a horizon the odds to be won within it.';

CREATE FUNCTION landmark_counts(
	summary landmark_summary,
	OUT landmark timestamptz, OUT step integer, OUT stage text, OUT was_open bigint, OUT won bigint, OUT lost bigint, OUT undecided bigint, OUT is_over boolean)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 60;
COMMENT ON FUNCTION landmark_counts(landmark_summary) IS 'What stage_odds adds up: one row a landmark and stage but the last, in order; is_over is false where the horizon ends after as_of: these are not in stage_odds.';

CREATE FUNCTION landmark_quality(
	summary landmark_summary,
	OUT reason text, OUT rows bigint)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 9;
COMMENT ON FUNCTION landmark_quality(landmark_summary) IS 'How many rows were used, and how many not and why: one row a reason, each row given in exactly one; and last, "after as_of": of these the rows that come too late to count.';

CREATE FUNCTION landmark_unknown_labels(
	summary landmark_summary,
	OUT label text, OUT rows bigint)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 20;
COMMENT ON FUNCTION landmark_unknown_labels(landmark_summary) IS 'The labels that the funnel does not have, with their rows, the commonest first; they add up to the rows of "unknown stage" in landmark_quality. Labels are cut to 200 bytes; beyond 100 of them a sample is listed, each with all its rows, and the rows of the others stand last, under NULL. Use it in FROM.';

CREATE FUNCTION entities_outside(landmark_summary) RETURNS bigint
	AS 'MODULE_PATHNAME', 'landmark_entities_outside' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION entities_outside(landmark_summary) IS 'Entities that no row places in a stage of the funnel: in no other figure.';

CREATE FUNCTION definition(landmark_summary) RETURNS funnel
	AS 'MODULE_PATHNAME', 'landmark_definition' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION definition(landmark_summary) IS 'The funnel a summary was made with. NULL in a summary of no rows.';

CREATE FUNCTION data_from(landmark_summary) RETURNS timestamptz
	AS 'MODULE_PATHNAME', 'landmark_data_from' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION data_from(landmark_summary) IS 'The first moment of the rows of known stages, timestamp and date taken as UTC. NULL where there is none.';

CREATE FUNCTION data_through(landmark_summary) RETURNS timestamptz
	AS 'MODULE_PATHNAME', 'landmark_data_through' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION data_through(landmark_summary) IS 'The last moment of the rows of known stages, timestamp and date taken as UTC. NULL where there is none.';
