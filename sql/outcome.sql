--
-- outcome: a status label as an outcome (src/kpi/outcome.c, doc/outcome.md)
--

CREATE FUNCTION outcome(status text, won text[], lost text[]) RETURNS boolean
	AS 'MODULE_PATHNAME', 'outcome_of_status' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION outcome(text, text[], text[]) IS 'The outcome that a status label means: true for a label of won, false for one of lost, NULL (open) for any other and for NULL. Letter case and blanks around do not count. A label in both lists, a blank one and a list that is NULL are errors.';

-- use SUMMARY_TYPE of label_summary
COMMENT ON TYPE label_summary IS 'The labels of a column, with the rows each has; made by label_agg, merged by rollup. Prints as JSON.';

-- Rows into a summary

CREATE FUNCTION label_accum(internal, label text) RETURNS internal
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION label_combine(internal, internal) RETURNS internal
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION label_serialize(internal) RETURNS bytea
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION label_deserialize(bytea, internal) RETURNS internal
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION label_final(internal) RETURNS label_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION label_accum(internal, text) IS 'Counts a row: transition function of label_agg.';
COMMENT ON FUNCTION label_combine(internal, internal) IS 'Merges two states: combine function of label_agg.';
COMMENT ON FUNCTION label_serialize(internal) IS 'Writes a state for another process: serial function of label_agg.';
COMMENT ON FUNCTION label_deserialize(bytea, internal) IS 'Reads a state of another process, every byte checked: deserial function of label_agg.';
COMMENT ON FUNCTION label_final(internal) IS 'Packs a running summary: final function of label_agg.';

CREATE AGGREGATE label_agg(label text) (
	SFUNC = label_accum, STYPE = internal, SSPACE = 1024, FINALFUNC = label_final,
	COMBINEFUNC = label_combine, SERIALFUNC = label_serialize, DESERIALFUNC = label_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE label_agg(text) IS 'Counts the rows of each label of a column, such as a status. Labels are taken to the letter and cut to 200 bytes. Beyond 1,000 labels a sample of them is kept, each with all its rows: other_rows counts the rest. Never NULL.';

CREATE FUNCTION label_summary_rollup(label_summary, summary label_summary) RETURNS label_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION label_summary_final(label_summary) RETURNS label_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION label_summary_rollup(label_summary, label_summary) IS 'Merges two summaries: transition and combine function of rollup(label_summary).';
COMMENT ON FUNCTION label_summary_final(label_summary) IS 'Packs a merged summary: final function of rollup(label_summary).';

CREATE AGGREGATE rollup(label_summary) (
	SFUNC = label_summary_rollup, STYPE = label_summary, SSPACE = 4096, FINALFUNC = label_summary_final,
	COMBINEFUNC = label_summary_rollup, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(label_summary) IS 'Merges the labels of parts: exact, also beyond 1,000 labels. Never NULL; NULL summaries are passed over.';

-- Figures of a summary

CREATE FUNCTION labels(
	summary label_summary,
	OUT label text, OUT rows bigint, OUT share double precision)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME', 'label_labels' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 20;
COMMENT ON FUNCTION labels(label_summary) IS 'Which labels there are: one row a label, the commonest first, with its rows and their share of all, a fraction 0..1; last, under NULL, the rows that have no label. Use it in FROM.';

CREATE FUNCTION outcome_labels(
	summary label_summary, won text[], lost text[],
	OUT label text, OUT rows bigint, OUT outcome boolean)
	RETURNS SETOF record
	AS $$ SELECT label, rows, @extschema@.outcome(label, won, lost) FROM @extschema@.labels(summary) $$
	LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 20;
COMMENT ON FUNCTION outcome_labels(label_summary, text[], text[]) IS 'What outcome() makes of the labels there are: one row a label, the commonest first: true won, false lost, NULL open. Use it in FROM.';

CREATE FUNCTION other_rows(label_summary) RETURNS bigint
	AS 'MODULE_PATHNAME', 'label_other_rows' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION other_rows(label_summary) IS 'Rows of labels that labels() does not list, 0 where there were 1,000 labels or fewer.';
