--
-- calibration: whether probabilities are right (src/kpi/calibration.c, doc/calibration.md)
--

-- use SUMMARY_TYPE of calibration_summary
COMMENT ON TYPE calibration_summary IS 'Predictions and what came of them, counted by thousandths of probability; made by calibration_agg, merged by rollup. Prints as JSON.';

-- Rows into a summary

-- for number in PROBABILITIES
CREATE FUNCTION calibration_accum(internal, probability :number, outcome boolean) RETURNS internal
	AS 'MODULE_PATHNAME', 'calibration_accum_:number.c' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION calibration_accum(internal, :number, boolean) IS 'Counts a row: transition function of calibration_agg(:number, boolean) and its kin.';
-- end
CREATE FUNCTION calibration_combine(internal, internal) RETURNS internal
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION calibration_serialize(internal) RETURNS bytea
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION calibration_deserialize(bytea, internal) RETURNS internal
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION calibration_final(internal) RETURNS calibration_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION calibration_brier_score_final(internal) RETURNS double precision
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION calibration_log_loss_final(internal) RETURNS double precision
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION calibration_combine(internal, internal) IS 'Merges two states: combine function of calibration_agg and its kin.';
COMMENT ON FUNCTION calibration_serialize(internal) IS 'Writes a state for another process: serial function of calibration_agg and its kin.';
COMMENT ON FUNCTION calibration_deserialize(bytea, internal) IS 'Reads a state of another process, every byte checked: deserial function of calibration_agg and its kin.';
COMMENT ON FUNCTION calibration_final(internal) IS 'Packs a running summary: final function of calibration_agg.';
COMMENT ON FUNCTION calibration_brier_score_final(internal) IS 'The figure of a running summary: final function of the aggregate brier_score.';
COMMENT ON FUNCTION calibration_log_loss_final(internal) IS 'The figure of a running summary: final function of the aggregate log_loss.';

-- for number in PROBABILITIES
CREATE AGGREGATE calibration_agg(probability :number, outcome boolean) (
	SFUNC = calibration_accum, STYPE = internal, SSPACE = 1024, FINALFUNC = calibration_final,
	COMBINEFUNC = calibration_combine, SERIALFUNC = calibration_serialize, DESERIALFUNC = calibration_deserialize, PARALLEL = SAFE
);
CREATE AGGREGATE brier_score(probability :number, outcome boolean) (
	SFUNC = calibration_accum, STYPE = internal, SSPACE = 1024, FINALFUNC = calibration_brier_score_final,
	COMBINEFUNC = calibration_combine, SERIALFUNC = calibration_serialize, DESERIALFUNC = calibration_deserialize, PARALLEL = SAFE
);
CREATE AGGREGATE log_loss(probability :number, outcome boolean) (
	SFUNC = calibration_accum, STYPE = internal, SSPACE = 1024, FINALFUNC = calibration_log_loss_final,
	COMBINEFUNC = calibration_combine, SERIALFUNC = calibration_serialize, DESERIALFUNC = calibration_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE calibration_agg(:number, boolean) IS 'Counts predictions: the probability that was given, from 0 to 1 (else an error), and whether it happened: true, false, or NULL for not yet. Rows without a probability or an outcome are left out and counted. Probabilities count to 12 decimals. Never NULL.';
COMMENT ON AGGREGATE brier_score(:number, boolean) IS 'Brier score of predictions, a fraction 0..1, less is better: the mean square of probability less outcome (1 happened, 0 did not), over rows that have both. Who always says the average rate r gets r (1 - r). NULL of no such rows.';
COMMENT ON AGGREGATE log_loss(:number, boolean) IS 'Log loss of predictions, 0 or more, less is better: the mean of -ln of the probability given to what came, over rows that have both. NULL of no such rows, and where something happened that was given none.';
-- end

CREATE FUNCTION calibration_summary_rollup(calibration_summary, summary calibration_summary) RETURNS calibration_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION calibration_summary_final(calibration_summary) RETURNS calibration_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION calibration_summary_rollup(calibration_summary, calibration_summary) IS 'Merges two summaries: transition and combine function of rollup(calibration_summary).';
COMMENT ON FUNCTION calibration_summary_final(calibration_summary) IS 'Packs a merged summary: final function of rollup(calibration_summary).';

CREATE AGGREGATE rollup(calibration_summary) (
	SFUNC = calibration_summary_rollup, STYPE = calibration_summary, SSPACE = 4096, FINALFUNC = calibration_summary_final,
	COMBINEFUNC = calibration_summary_rollup, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(calibration_summary) IS 'Merges summaries exactly: a year is the rollup of its months. Never NULL; NULL summaries are passed over.';

-- Figures of a summary

CREATE FUNCTION calibration(
	summary calibration_summary, bins integer DEFAULT 10, confidence double precision DEFAULT 0.95,
	OUT from_probability double precision, OUT to_probability double precision, OUT deals bigint,
	OUT predicted double precision, OUT happened double precision, OUT low double precision, OUT high double precision)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME', 'calibration_calibration' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 10;
COMMENT ON FUNCTION calibration(calibration_summary, integer, double precision) IS 'Whether probabilities came true: one row a bin of probability, from_probability up to to_probability (the last one with 1): how many deals, what was predicted of them on average, and the share that happened with its Wilson interval. Where predicted lies outside of low..high, the probabilities are wrong. Bins, 10 by default, divide 1000 (else an error); one without deals has NULLs.';

CREATE FUNCTION brier_score(calibration_summary) RETURNS double precision
	AS 'MODULE_PATHNAME', 'calibration_brier_score' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION brier_score(calibration_summary) IS 'Brier score, a fraction 0..1, less is better: the mean square of probability less outcome (1 happened, 0 did not). NULL of no rows. Brier 1950.';

CREATE FUNCTION log_loss(calibration_summary) RETURNS double precision
	AS 'MODULE_PATHNAME', 'calibration_log_loss' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION log_loss(calibration_summary) IS 'Log loss, 0 or more, less is better: the mean of -ln of the probability given to what came. NULL of no rows, and where something happened that was given none (impossible_rows).';

CREATE FUNCTION predicted_rate(calibration_summary) RETURNS double precision
	AS 'MODULE_PATHNAME', 'calibration_predicted_rate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION predicted_rate(calibration_summary) IS 'The mean of the probabilities given, a fraction 0..1. NULL of no rows.';

CREATE FUNCTION happened_rate(calibration_summary) RETURNS double precision
	AS 'MODULE_PATHNAME', 'calibration_happened_rate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION happened_rate(calibration_summary) IS 'The share that happened, a fraction 0..1. NULL of no rows.';

CREATE FUNCTION impossible_rows(calibration_summary) RETURNS bigint
	AS 'MODULE_PATHNAME', 'calibration_impossible_rows' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION impossible_rows(calibration_summary) IS 'Rows that happened at probability 0, or did not at 1.';

CREATE FUNCTION calibration_quality(
	summary calibration_summary,
	OUT reason text, OUT rows bigint)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 3;
COMMENT ON FUNCTION calibration_quality(calibration_summary) IS 'How many rows were used, and how many not and why: one row a reason. Each row given is in exactly one.';
