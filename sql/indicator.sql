--
-- indicator: which figure leads, and by how much (src/kpi/indicator.c, doc/indicator.md)
--

-- use SUMMARY_TYPE of indicator_summary
COMMENT ON TYPE indicator_summary IS 'Figures by name and date: the sum of the values of each, and the rows left out; made by indicator_agg, merged by rollup. Prints as JSON.';

-- Rows into a summary

-- for number in NUMBERS
CREATE FUNCTION indicator_accum(internal, at date, name text, value :number) RETURNS internal
	AS 'MODULE_PATHNAME', 'indicator_accum_:number.c' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION indicator_accum(internal, date, text, :number) IS 'Adds a row: transition function of indicator_agg(date, text, :number).';
-- end
CREATE FUNCTION indicator_combine(internal, internal) RETURNS internal
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION indicator_serialize(internal) RETURNS bytea
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION indicator_deserialize(bytea, internal) RETURNS internal
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION indicator_final(internal) RETURNS indicator_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION indicator_combine(internal, internal) IS 'Merges two states: combine function of indicator_agg.';
COMMENT ON FUNCTION indicator_serialize(internal) IS 'Writes a state for another process: serial function of indicator_agg.';
COMMENT ON FUNCTION indicator_deserialize(bytea, internal) IS 'Reads a state of another process, every byte checked: deserial function of indicator_agg.';
COMMENT ON FUNCTION indicator_final(internal) IS 'Packs a running summary: final function of indicator_agg.';

-- for number in NUMBERS
CREATE AGGREGATE indicator_agg(at date, name text, value :number) (
	SFUNC = indicator_accum, STYPE = internal, SSPACE = 1024, FINALFUNC = indicator_final,
	COMBINEFUNC = indicator_combine, SERIALFUNC = indicator_serialize, DESERIALFUNC = indicator_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE indicator_agg(date, text, :number) IS 'Collects figures in the long form: one row a figure and whole period, with the date that the period begins with (or, all of them, ends with), the figure''s name and its value. Values of one name and date add up, exactly. Rows without a date, a name or a value, and dates outside of 1900 to 2199, are left out and counted; a period without a row is unknown, not 0. NaN and infinity are errors, and so are more than 1,000,000 values. Read it with leading_indicators. Never NULL.';
-- end

CREATE FUNCTION indicator_summary_rollup(indicator_summary, summary indicator_summary) RETURNS indicator_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION indicator_summary_final(indicator_summary) RETURNS indicator_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION indicator_summary_rollup(indicator_summary, indicator_summary) IS 'Merges two summaries: transition and combine function of rollup(indicator_summary).';
COMMENT ON FUNCTION indicator_summary_final(indicator_summary) IS 'Packs a merged summary: final function of rollup(indicator_summary).';

CREATE AGGREGATE rollup(indicator_summary) (
	SFUNC = indicator_summary_rollup, STYPE = indicator_summary, SSPACE = 4096, FINALFUNC = indicator_summary_final,
	COMBINEFUNC = indicator_summary_rollup, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(indicator_summary) IS 'Merges summaries exactly, in whatever order: values of one name and date add up. Never NULL; NULL summaries are passed over.';

-- Figures of a summary

CREATE FUNCTION leading_indicators(
	summary indicator_summary, outcome text, max_lag integer, season integer DEFAULT NULL, method text DEFAULT 'holm',
	OUT indicator text, OUT lag integer, OUT pairs bigint, OUT effective_n double precision,
	OUT correlation double precision, OUT p_value double precision, OUT p_adjusted double precision)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME', 'indicator_leading_indicators' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000 ROWS 100;
COMMENT ON FUNCTION leading_indicators(indicator_summary, text, integer, integer, text) IS 'Which figure leads the outcome, and by how much: one row an indicator (each name but the outcome''s, in order of bytes) and lag, 0 to max_lag periods. Compared are changes from period to period, or against season periods before: correlation is Pearson''s r (-1..1) of the indicator''s changes with those of the outcome lag periods later, over pairs that have both; effective_n what they are worth where series repeat themselves (3..pairs); p_value that of the two-sided t test with effective_n - 2 degrees of freedom, p_adjusted the same for all tests of the call, by the method, holm or bh. NULL of fewer than 3 pairs and of series that change by the same each time. A correlation is no cause, and periods must be whole. No rows of a summary without values; an outcome that it has no values of is an error. Use it in FROM.';

CREATE FUNCTION indicator_changes(
	summary indicator_summary, season integer DEFAULT NULL,
	OUT indicator text, OUT period date, OUT value numeric, OUT change numeric)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100 ROWS 500;
COMMENT ON FUNCTION indicator_changes(indicator_summary, integer) IS 'The series that leading_indicators compares, for a chart: one row an indicator, in order of bytes, and period, from the first date of the summary to the last. Change is the value less that of the period before, or of season periods before. NULL where a period is missing. Exact. Use it in FROM.';

CREATE FUNCTION indicator_period(summary indicator_summary) RETURNS text
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION indicator_period(indicator_summary) IS 'Which periods its dates tell: 7 days, 1 month, 3 months, 1 jalali month and so on. Months where all dates are the first days of months, or all the last ones, Jalali months likewise, else days; as many as all of the dates lie apart by. NULL of fewer than two dates.';

CREATE FUNCTION indicator_quality(
	summary indicator_summary,
	OUT reason text, OUT rows bigint)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 5;
COMMENT ON FUNCTION indicator_quality(indicator_summary) IS 'How many rows were used, and how many not and why: one row a reason. Use it in FROM.';

CREATE FUNCTION data_from(indicator_summary) RETURNS date
	AS 'MODULE_PATHNAME', 'indicator_data_from' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION data_from(indicator_summary) IS 'The first date of the rows used. NULL where there is none.';

CREATE FUNCTION data_through(indicator_summary) RETURNS date
	AS 'MODULE_PATHNAME', 'indicator_data_through' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION data_through(indicator_summary) IS 'The last date of the rows used. NULL where there is none.';
