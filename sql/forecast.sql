--
-- forecast: what open deals will bring (src/kpi/forecast*.c, doc/forecast.md)
--

-- use SUMMARY_TYPE of forecast_summary
COMMENT ON TYPE forecast_summary IS 'Open deals, counted by probability and amount, in one currency; made by forecast_agg, merged by rollup. Up to 2,000 different pairs are kept as they are, of more the exact sums of amounts within 2 % of each other. Prints as JSON.';

-- Rows into a summary

CREATE FUNCTION forecast_combine(internal, internal) RETURNS internal
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION forecast_serialize(internal) RETURNS bytea
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION forecast_deserialize(bytea, internal) RETURNS internal
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION forecast_final(internal) RETURNS forecast_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION forecast_combine(internal, internal) IS 'Merges two states: combine function of forecast_agg.';
COMMENT ON FUNCTION forecast_serialize(internal) IS 'Writes a state for another process: serial function of forecast_agg.';
COMMENT ON FUNCTION forecast_deserialize(bytea, internal) IS 'Reads a state of another process, every byte checked: deserial function of forecast_agg.';
COMMENT ON FUNCTION forecast_final(internal) IS 'Packs a running summary: final function of forecast_agg.';

-- for amount in NUMBERS
-- for probability in PROBABILITIES
CREATE FUNCTION forecast_accum(internal, amount :amount, probability :probability) RETURNS internal
	AS 'MODULE_PATHNAME', 'forecast_accum_:{amount.c}_:probability.c' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION forecast_accum(internal, :amount, :probability) IS 'Counts a row: transition function of forecast_agg(:amount, :probability).';

CREATE AGGREGATE forecast_agg(amount :amount, probability :probability) (
	SFUNC = forecast_accum, STYPE = internal, SSPACE = 2048, FINALFUNC = forecast_final,
	COMBINEFUNC = forecast_combine, SERIALFUNC = forecast_serialize, DESERIALFUNC = forecast_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE forecast_agg(:amount, :probability) IS 'Summarises open deals: the amount each brings if it is won, in one currency, and the probability that it is, from 0 to 1 (else an error). Rows without either are left out and counted. What is read from it holds if deals are independent and the probabilities right. Never NULL.';
-- end
-- end

CREATE FUNCTION forecast_summary_rollup(forecast_summary, summary forecast_summary) RETURNS forecast_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION forecast_summary_final(forecast_summary) RETURNS forecast_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION forecast_summary_rollup(forecast_summary, forecast_summary) IS 'Merges two summaries: transition and combine function of rollup(forecast_summary).';
COMMENT ON FUNCTION forecast_summary_final(forecast_summary) IS 'Packs a merged summary: final function of rollup(forecast_summary).';

CREATE AGGREGATE rollup(forecast_summary) (
	SFUNC = forecast_summary_rollup, STYPE = forecast_summary, SSPACE = 4096, FINALFUNC = forecast_summary_final,
	COMBINEFUNC = forecast_summary_rollup, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(forecast_summary) IS 'Merges summaries exactly: a company''s forecast is the rollup of its teams''. Percentiles do not add up; summaries do. Never NULL; NULL summaries are passed over.';

-- Figures of a summary

CREATE FUNCTION forecast(
	summary forecast_summary,
	OUT deals bigint, OUT without_amount bigint, OUT expected numeric, OUT sd double precision,
	OUT p10 numeric, OUT p50 numeric, OUT p90 numeric)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME', 'forecast_forecast' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000 ROWS 1;
COMMENT ON FUNCTION forecast(forecast_summary) IS 'What open deals will bring, one row: the expected amount (probability times amount, summed, exact), its standard deviation, and the amounts that will not be exceeded in 1, 5 and 9 cases of 10: between p10 and p90 it lies in 8 of 10. It holds if deals are independent and the probabilities right. No deals bring 0 for certain. Use it in FROM.';

CREATE FUNCTION expected_amount(forecast_summary) RETURNS numeric
	AS 'MODULE_PATHNAME', 'forecast_expected' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION expected_amount(forecast_summary) IS 'The weighted pipeline: probability times amount, summed, exact. It adds up over segments; 0 of no deals.';

CREATE FUNCTION forecast_percentile(summary forecast_summary, fraction double precision) RETURNS numeric
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION forecast_percentile(forecast_summary, double precision) IS 'The smallest amount that open deals will not exceed with this probability, between 0 and 1 (else an error); if deals are independent and the probabilities right. 0 of no deals.';

CREATE FUNCTION chance_of(summary forecast_summary, target numeric) RETURNS double precision
	AS 'MODULE_PATHNAME', 'forecast_chance_of' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION chance_of(forecast_summary, numeric) IS 'The probability that open deals bring the target or more, a fraction 0..1; if deals are independent and the probabilities right.';

CREATE FUNCTION forecast_distribution(
	summary forecast_summary, bins integer DEFAULT 40,
	OUT from_amount numeric, OUT to_amount numeric, OUT probability double precision, OUT chance double precision)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000 ROWS 40;
COMMENT ON FUNCTION forecast_distribution(forecast_summary, integer) IS 'What open deals may bring, for a chart: up to bins (1..1000, 40 by default) rows of equal width, the probability of an amount from from_amount up to but not with to_amount, and the chance of from_amount or more. The first and the last also hold what lies beyond, one case in 2,000 each; so probabilities add up to 1. If deals are independent and the probabilities right.';

CREATE FUNCTION forecast_quality(
	summary forecast_summary,
	OUT reason text, OUT rows bigint)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 3;
COMMENT ON FUNCTION forecast_quality(forecast_summary) IS 'How many deals were used, and how many not and why: one row a reason. Each row given is in exactly one.';
