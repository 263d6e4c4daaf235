-- funnel_metrics: made from sql/*.sql by make; edit those.

-- complain if script is sourced in psql, rather than via CREATE EXTENSION
\echo Use "CREATE EXTENSION funnel_metrics" to load this file. \quit

--
-- version: which funnel_metrics answers (src/funnel_metrics.c, doc/upgrading.md)
--

CREATE FUNCTION funnel_metrics_library_version() RETURNS text
	AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION funnel_metrics_library_version() IS 'The version of the library that this session has loaded, such as 0.1.0: that of the files installed when it first called a function of the extension.';

CREATE FUNCTION funnel_metrics_version(OUT library text, OUT extension text)
	AS $$
	SELECT @extschema@.funnel_metrics_library_version(),
		(SELECT e.extversion FROM pg_catalog.pg_extension AS e WHERE e.extname OPERATOR(pg_catalog.=) 'funnel_metrics'::pg_catalog.name)
	$$ LANGUAGE sql STABLE PARALLEL SAFE;
COMMENT ON FUNCTION funnel_metrics_version() IS 'Which version answers: that of the library that this session has loaded, and that of the extension in this database. They differ between the installation of a new version and ALTER EXTENSION funnel_metrics UPDATE, and in a session that is older than the installation. Use it in FROM.';

-- The funnel definition

CREATE TYPE funnel;

CREATE FUNCTION funnel_in(cstring) RETURNS funnel AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION funnel_out(funnel) RETURNS cstring AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION funnel_recv(internal) RETURNS funnel AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION funnel_send(funnel) RETURNS bytea AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE TYPE funnel (
	INPUT = funnel_in,
	OUTPUT = funnel_out,
	RECEIVE = funnel_recv,
	SEND = funnel_send,
	STORAGE = extended
);

COMMENT ON TYPE funnel IS 'A funnel''s definition: stages in order, lost labels, synonyms, such as ''Lead > Qualified > Proposal | Offer > Won; lost: Lost, Disqualified''. 1 to 64 stages and lost labels; labels match exactly, and stand in quotes ("") where they hold one of > ; , : | " or begin or end with a blank. It prints as it was given and is equal where it means the same.';
COMMENT ON FUNCTION funnel_in(cstring) IS 'Reads a funnel definition from its text form.';
COMMENT ON FUNCTION funnel_out(funnel) IS 'The text a funnel definition was given as.';
COMMENT ON FUNCTION funnel_recv(internal) IS 'Reads a funnel definition from its binary form, which is its text.';
COMMENT ON FUNCTION funnel_send(funnel) IS 'The binary form of a funnel definition, which is its text.';

CREATE FUNCTION funnel(stages text[], lost text[] DEFAULT '{}') RETURNS funnel
	AS 'MODULE_PATHNAME', 'funnel_from_arrays' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION funnel(text[], text[]) IS 'A funnel definition made of labels: stages in order, then those that mean lost. Labels are taken as they are, with no synonyms; an empty, NULL or repeated one is an error.';

CREATE FUNCTION stages(funnel) RETURNS text[]
	AS 'MODULE_PATHNAME', 'funnel_stages' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION stages(funnel) IS 'The stages of a funnel definition, in order, each by the name it is shown under (the first of its synonyms).';

CREATE FUNCTION stage_step(stage text, definition funnel) RETURNS integer
	AS 'MODULE_PATHNAME', 'funnel_stage_step' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION stage_step(text, funnel) IS 'The step of a stage in a funnel: 1 for the first, 0 for a lost label, NULL for an unknown one.';

CREATE FUNCTION funnel_cmp(funnel, funnel) RETURNS integer AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION funnel_hash(funnel) RETURNS integer AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION funnel_hash_extended(funnel, bigint) RETURNS bigint AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION funnel_cmp(funnel, funnel) IS '-1, 0 or 1: the order of two funnel definitions, an arbitrary one, for indexes and sorting.';
COMMENT ON FUNCTION funnel_hash(funnel) IS 'Hash of what a funnel definition means.';
COMMENT ON FUNCTION funnel_hash_extended(funnel, bigint) IS 'Hash, with a seed, of what a funnel definition means.';

CREATE FUNCTION funnel_eq(funnel, funnel) RETURNS boolean AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION funnel_ne(funnel, funnel) RETURNS boolean AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION funnel_lt(funnel, funnel) RETURNS boolean AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION funnel_le(funnel, funnel) RETURNS boolean AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION funnel_gt(funnel, funnel) RETURNS boolean AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION funnel_ge(funnel, funnel) RETURNS boolean AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE OPERATOR = (LEFTARG = funnel, RIGHTARG = funnel, FUNCTION = funnel_eq, COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
CREATE OPERATOR <> (LEFTARG = funnel, RIGHTARG = funnel, FUNCTION = funnel_ne, COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel);
CREATE OPERATOR < (LEFTARG = funnel, RIGHTARG = funnel, FUNCTION = funnel_lt, COMMUTATOR = >, NEGATOR = >=, RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
CREATE OPERATOR <= (LEFTARG = funnel, RIGHTARG = funnel, FUNCTION = funnel_le, COMMUTATOR = >=, NEGATOR = >, RESTRICT = scalarlesel, JOIN = scalarlejoinsel);
CREATE OPERATOR > (LEFTARG = funnel, RIGHTARG = funnel, FUNCTION = funnel_gt, COMMUTATOR = <, NEGATOR = <=, RESTRICT = scalargtsel, JOIN = scalargtjoinsel);
CREATE OPERATOR >= (LEFTARG = funnel, RIGHTARG = funnel, FUNCTION = funnel_ge, COMMUTATOR = <=, NEGATOR = <, RESTRICT = scalargesel, JOIN = scalargejoinsel);

COMMENT ON FUNCTION funnel_eq(funnel, funnel) IS 'Whether two funnel definitions mean the same: the same labels and synonyms in the same order, however they are written.';
COMMENT ON FUNCTION funnel_ne(funnel, funnel) IS 'Whether two funnel definitions differ in meaning.';
COMMENT ON FUNCTION funnel_lt(funnel, funnel) IS 'Whether the first funnel definition sorts before the second.';
COMMENT ON FUNCTION funnel_le(funnel, funnel) IS 'Whether the first funnel definition doesn''t sort after the second.';
COMMENT ON FUNCTION funnel_gt(funnel, funnel) IS 'Whether the first funnel definition sorts after the second.';
COMMENT ON FUNCTION funnel_ge(funnel, funnel) IS 'Whether the first funnel definition doesn''t sort before the second.';
COMMENT ON OPERATOR = (funnel, funnel) IS 'Whether two funnel definitions mean the same.';
COMMENT ON OPERATOR <> (funnel, funnel) IS 'Whether two funnel definitions differ in meaning.';
COMMENT ON OPERATOR < (funnel, funnel) IS 'Whether the first funnel definition sorts before the second.';
COMMENT ON OPERATOR <= (funnel, funnel) IS 'Whether the first funnel definition doesn''t sort after the second.';
COMMENT ON OPERATOR > (funnel, funnel) IS 'Whether the first funnel definition sorts after the second.';
COMMENT ON OPERATOR >= (funnel, funnel) IS 'Whether the first funnel definition doesn''t sort before the second.';

CREATE OPERATOR CLASS funnel_ops DEFAULT FOR TYPE funnel USING btree AS
	OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >,
	FUNCTION 1 funnel_cmp(funnel, funnel);
CREATE OPERATOR CLASS funnel_ops DEFAULT FOR TYPE funnel USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 funnel_hash(funnel),
	FUNCTION 2 funnel_hash_extended(funnel, bigint);
COMMENT ON OPERATOR CLASS funnel_ops USING btree IS 'Sorts funnel definitions, in an arbitrary order: for GROUP BY, DISTINCT and unique indexes.';
COMMENT ON OPERATOR CLASS funnel_ops USING hash IS 'Hashes funnel definitions: for GROUP BY, DISTINCT and joins.';

--
-- outcome: a status label as an outcome (src/kpi/outcome.c, doc/outcome.md)
--

CREATE FUNCTION outcome(status text, won text[], lost text[]) RETURNS boolean
	AS 'MODULE_PATHNAME', 'outcome_of_status' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION outcome(text, text[], text[]) IS 'The outcome that a status label means: true for a label of won, false for one of lost, NULL (open) for any other and for NULL. Letter case and blanks around do not count. A label in both lists, a blank one and a list that is NULL are errors.';

CREATE TYPE label_summary;

CREATE FUNCTION label_summary_in(cstring) RETURNS label_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION label_summary_out(label_summary) RETURNS cstring
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION label_summary_recv(internal) RETURNS label_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION label_summary_send(label_summary) RETURNS bytea
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION label_summary_in(cstring) IS 'Reads the text form of type label_summary, JSON; an error where it breaks a rule.';
COMMENT ON FUNCTION label_summary_out(label_summary) IS 'The text form of type label_summary, JSON, lossless.';
COMMENT ON FUNCTION label_summary_recv(internal) IS 'Reads the binary form of type label_summary, every byte checked.';
COMMENT ON FUNCTION label_summary_send(label_summary) IS 'The binary form of type label_summary: equal summaries are equal bytes.';

CREATE TYPE label_summary (
	INPUT = label_summary_in, OUTPUT = label_summary_out,
	RECEIVE = label_summary_recv, SEND = label_summary_send,
	INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = extended
);

CREATE FUNCTION label_summary_eq(label_summary, label_summary) RETURNS boolean
	AS 'MODULE_PATHNAME', 'summary_eq' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION label_summary_ne(label_summary, label_summary) RETURNS boolean
	AS 'MODULE_PATHNAME', 'summary_ne' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION label_summary_hash(label_summary) RETURNS integer
	AS 'MODULE_PATHNAME', 'summary_hash' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION label_summary_hash_extended(label_summary, bigint) RETURNS bigint
	AS 'MODULE_PATHNAME', 'summary_hash_extended' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION label_summary_eq(label_summary, label_summary) IS 'Whether two summaries are the same: they keep the same, to the last digit and decimal place.';
COMMENT ON FUNCTION label_summary_ne(label_summary, label_summary) IS 'Whether two summaries differ in anything that they keep.';
COMMENT ON FUNCTION label_summary_hash(label_summary) IS 'Hash of what a summary keeps.';
COMMENT ON FUNCTION label_summary_hash_extended(label_summary, bigint) IS 'Hash, with a seed, of what a summary keeps.';

CREATE OPERATOR = (LEFTARG = label_summary, RIGHTARG = label_summary, FUNCTION = label_summary_eq, COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES);
CREATE OPERATOR <> (LEFTARG = label_summary, RIGHTARG = label_summary, FUNCTION = label_summary_ne, COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel);
COMMENT ON OPERATOR = (label_summary, label_summary) IS 'Whether two summaries are the same.';
COMMENT ON OPERATOR <> (label_summary, label_summary) IS 'Whether two summaries differ.';

CREATE OPERATOR CLASS label_summary_ops DEFAULT FOR TYPE label_summary USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 label_summary_hash(label_summary),
	FUNCTION 2 label_summary_hash_extended(label_summary, bigint);
COMMENT ON OPERATOR CLASS label_summary_ops USING hash IS 'Hashes summaries: for UNION, DISTINCT, GROUP BY, joins and hash indexes. They have no order.';
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

--
-- rate: outcome rates (src/kpi/rate.c, doc/rate.md)
--

CREATE TYPE rate_summary;

CREATE FUNCTION rate_summary_in(cstring) RETURNS rate_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION rate_summary_out(rate_summary) RETURNS cstring
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION rate_summary_recv(internal) RETURNS rate_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION rate_summary_send(rate_summary) RETURNS bytea
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION rate_summary_in(cstring) IS 'Reads the text form of type rate_summary, JSON; an error where it breaks a rule.';
COMMENT ON FUNCTION rate_summary_out(rate_summary) IS 'The text form of type rate_summary, JSON, lossless.';
COMMENT ON FUNCTION rate_summary_recv(internal) IS 'Reads the binary form of type rate_summary, every byte checked.';
COMMENT ON FUNCTION rate_summary_send(rate_summary) IS 'The binary form of type rate_summary: equal summaries are equal bytes.';

CREATE TYPE rate_summary (
	INPUT = rate_summary_in, OUTPUT = rate_summary_out,
	RECEIVE = rate_summary_recv, SEND = rate_summary_send,
	INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = extended
);

CREATE FUNCTION rate_summary_eq(rate_summary, rate_summary) RETURNS boolean
	AS 'MODULE_PATHNAME', 'summary_eq' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION rate_summary_ne(rate_summary, rate_summary) RETURNS boolean
	AS 'MODULE_PATHNAME', 'summary_ne' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION rate_summary_hash(rate_summary) RETURNS integer
	AS 'MODULE_PATHNAME', 'summary_hash' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION rate_summary_hash_extended(rate_summary, bigint) RETURNS bigint
	AS 'MODULE_PATHNAME', 'summary_hash_extended' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION rate_summary_eq(rate_summary, rate_summary) IS 'Whether two summaries are the same: they keep the same, to the last digit and decimal place.';
COMMENT ON FUNCTION rate_summary_ne(rate_summary, rate_summary) IS 'Whether two summaries differ in anything that they keep.';
COMMENT ON FUNCTION rate_summary_hash(rate_summary) IS 'Hash of what a summary keeps.';
COMMENT ON FUNCTION rate_summary_hash_extended(rate_summary, bigint) IS 'Hash, with a seed, of what a summary keeps.';

CREATE OPERATOR = (LEFTARG = rate_summary, RIGHTARG = rate_summary, FUNCTION = rate_summary_eq, COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES);
CREATE OPERATOR <> (LEFTARG = rate_summary, RIGHTARG = rate_summary, FUNCTION = rate_summary_ne, COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel);
COMMENT ON OPERATOR = (rate_summary, rate_summary) IS 'Whether two summaries are the same.';
COMMENT ON OPERATOR <> (rate_summary, rate_summary) IS 'Whether two summaries differ.';

CREATE OPERATOR CLASS rate_summary_ops DEFAULT FOR TYPE rate_summary USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 rate_summary_hash(rate_summary),
	FUNCTION 2 rate_summary_hash_extended(rate_summary, bigint);
COMMENT ON OPERATOR CLASS rate_summary_ops USING hash IS 'Hashes summaries: for UNION, DISTINCT, GROUP BY, joins and hash indexes. They have no order.';
COMMENT ON TYPE rate_summary IS 'Outcomes counted: rows that succeeded, failed or are undecided, with their amounts in one currency; made by rate_agg and within_agg, merged by rollup. Prints as JSON.';

-- Rows into a summary

CREATE FUNCTION rate_accum(rate_summary, outcome boolean) RETURNS rate_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION rate_remove(rate_summary, outcome boolean) RETURNS rate_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION rate_combine(rate_summary, rate_summary) RETURNS rate_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION rate_final(rate_summary) RETURNS rate_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rate_accum(rate_summary, boolean) IS 'Adds a row: transition function of rate_agg(boolean) and its kin.';
COMMENT ON FUNCTION rate_remove(rate_summary, boolean) IS 'Takes a row out of a moving window: inverse of rate_accum.';
COMMENT ON FUNCTION rate_combine(rate_summary, rate_summary) IS 'Merges two summaries: combine function of the rate aggregates, transition function of rollup.';
COMMENT ON FUNCTION rate_final(rate_summary) IS 'Packs a running summary: final function of rate_agg, within_agg and rollup.';

CREATE FUNCTION rate_accum(rate_summary, outcome boolean, amount smallint) RETURNS rate_summary
	AS 'MODULE_PATHNAME', 'rate_accum_int2' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION rate_remove(rate_summary, outcome boolean, amount smallint) RETURNS rate_summary
	AS 'MODULE_PATHNAME', 'rate_remove_int2' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rate_accum(rate_summary, boolean, smallint) IS 'Adds a row with an amount: transition function of rate_agg(boolean, smallint) and its kin.';
COMMENT ON FUNCTION rate_remove(rate_summary, boolean, smallint) IS 'Takes a row with an amount out of a moving window: inverse of rate_accum.';
CREATE FUNCTION rate_accum(rate_summary, outcome boolean, amount integer) RETURNS rate_summary
	AS 'MODULE_PATHNAME', 'rate_accum_int4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION rate_remove(rate_summary, outcome boolean, amount integer) RETURNS rate_summary
	AS 'MODULE_PATHNAME', 'rate_remove_int4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rate_accum(rate_summary, boolean, integer) IS 'Adds a row with an amount: transition function of rate_agg(boolean, integer) and its kin.';
COMMENT ON FUNCTION rate_remove(rate_summary, boolean, integer) IS 'Takes a row with an amount out of a moving window: inverse of rate_accum.';
CREATE FUNCTION rate_accum(rate_summary, outcome boolean, amount bigint) RETURNS rate_summary
	AS 'MODULE_PATHNAME', 'rate_accum_int8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION rate_remove(rate_summary, outcome boolean, amount bigint) RETURNS rate_summary
	AS 'MODULE_PATHNAME', 'rate_remove_int8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rate_accum(rate_summary, boolean, bigint) IS 'Adds a row with an amount: transition function of rate_agg(boolean, bigint) and its kin.';
COMMENT ON FUNCTION rate_remove(rate_summary, boolean, bigint) IS 'Takes a row with an amount out of a moving window: inverse of rate_accum.';
CREATE FUNCTION rate_accum(rate_summary, outcome boolean, amount numeric) RETURNS rate_summary
	AS 'MODULE_PATHNAME', 'rate_accum_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION rate_remove(rate_summary, outcome boolean, amount numeric) RETURNS rate_summary
	AS 'MODULE_PATHNAME', 'rate_remove_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rate_accum(rate_summary, boolean, numeric) IS 'Adds a row with an amount: transition function of rate_agg(boolean, numeric) and its kin.';
COMMENT ON FUNCTION rate_remove(rate_summary, boolean, numeric) IS 'Takes a row with an amount out of a moving window: inverse of rate_accum.';
CREATE FUNCTION rate_accum(rate_summary, outcome boolean, amount real) RETURNS rate_summary
	AS 'MODULE_PATHNAME', 'rate_accum_float4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION rate_remove(rate_summary, outcome boolean, amount real) RETURNS rate_summary
	AS 'MODULE_PATHNAME', 'rate_remove_float4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rate_accum(rate_summary, boolean, real) IS 'Adds a row with an amount: transition function of rate_agg(boolean, real) and its kin.';
COMMENT ON FUNCTION rate_remove(rate_summary, boolean, real) IS 'Takes a row with an amount out of a moving window: inverse of rate_accum.';
CREATE FUNCTION rate_accum(rate_summary, outcome boolean, amount double precision) RETURNS rate_summary
	AS 'MODULE_PATHNAME', 'rate_accum_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION rate_remove(rate_summary, outcome boolean, amount double precision) RETURNS rate_summary
	AS 'MODULE_PATHNAME', 'rate_remove_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rate_accum(rate_summary, boolean, double precision) IS 'Adds a row with an amount: transition function of rate_agg(boolean, double precision) and its kin.';
COMMENT ON FUNCTION rate_remove(rate_summary, boolean, double precision) IS 'Takes a row with an amount out of a moving window: inverse of rate_accum.';

CREATE FUNCTION rate_accum_within(rate_summary, started timestamptz, ended timestamptz, span interval, as_of timestamptz) RETURNS rate_summary
	AS 'MODULE_PATHNAME', 'rate_accum_within_timestamp' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION rate_remove_within(rate_summary, started timestamptz, ended timestamptz, span interval, as_of timestamptz) RETURNS rate_summary
	AS 'MODULE_PATHNAME', 'rate_remove_within_timestamp' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rate_accum_within(rate_summary, timestamptz, timestamptz, interval, timestamptz) IS 'Adds a row by its age: transition function of within_agg and its kin.';
COMMENT ON FUNCTION rate_remove_within(rate_summary, timestamptz, timestamptz, interval, timestamptz) IS 'Takes a row out of a moving window: inverse of rate_accum_within.';
CREATE FUNCTION rate_accum_within(rate_summary, started timestamp, ended timestamp, span interval, as_of timestamp) RETURNS rate_summary
	AS 'MODULE_PATHNAME', 'rate_accum_within_timestamp' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION rate_remove_within(rate_summary, started timestamp, ended timestamp, span interval, as_of timestamp) RETURNS rate_summary
	AS 'MODULE_PATHNAME', 'rate_remove_within_timestamp' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rate_accum_within(rate_summary, timestamp, timestamp, interval, timestamp) IS 'Adds a row by its age: transition function of within_agg and its kin.';
COMMENT ON FUNCTION rate_remove_within(rate_summary, timestamp, timestamp, interval, timestamp) IS 'Takes a row out of a moving window: inverse of rate_accum_within.';
CREATE FUNCTION rate_accum_within(rate_summary, started date, ended date, span interval, as_of date) RETURNS rate_summary
	AS 'MODULE_PATHNAME', 'rate_accum_within_date' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION rate_remove_within(rate_summary, started date, ended date, span interval, as_of date) RETURNS rate_summary
	AS 'MODULE_PATHNAME', 'rate_remove_within_date' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rate_accum_within(rate_summary, date, date, interval, date) IS 'Adds a row by its age: transition function of within_agg and its kin.';
COMMENT ON FUNCTION rate_remove_within(rate_summary, date, date, interval, date) IS 'Takes a row out of a moving window: inverse of rate_accum_within.';

-- Figures of a summary

CREATE FUNCTION win_rate(rate_summary) RETURNS double precision
	AS 'MODULE_PATHNAME', 'rate_win_rate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION win_rate(rate_summary) IS 'Won of the decided, a fraction 0..1: succeeded / (succeeded + failed). NULL where nothing is decided.';

CREATE FUNCTION win_share(rate_summary) RETURNS double precision
	AS 'MODULE_PATHNAME', 'rate_win_share' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION win_share(rate_summary) IS 'Won of all rows, a fraction 0..1: succeeded / (succeeded + failed + undecided). NULL without rows.';

CREATE FUNCTION conversion_rate(rate_summary) RETURNS double precision
	AS 'MODULE_PATHNAME', 'rate_win_share' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION conversion_rate(rate_summary) IS 'Converted of all rows, a fraction 0..1; undecided (NULL) rows count as not converted. NULL without rows.';

CREATE FUNCTION conversion_within(rate_summary) RETURNS double precision
	AS 'MODULE_PATHNAME', 'rate_win_rate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION conversion_within(rate_summary) IS 'Converted within the span, of those old enough, a fraction 0..1; of a summary made by within_agg. NULL where none is old enough.';

CREATE FUNCTION response_within(rate_summary) RETURNS double precision
	AS 'MODULE_PATHNAME', 'rate_win_rate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION response_within(rate_summary) IS 'Answered within the agreed time, of those old enough, a fraction 0..1; of a summary made by within_agg. NULL where none is old enough.';

CREATE FUNCTION win_rate_by_value(rate_summary) RETURNS double precision
	AS 'MODULE_PATHNAME', 'rate_win_rate_by_value' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION win_rate_by_value(rate_summary) IS 'Amount won of the amount decided, a fraction (0..1 where no amount is negative). NULL where the amounts add up to nothing. Worthless where lost deals carry no amount: see without_amount and zero_amount.';

CREATE FUNCTION win_loss_ratio(rate_summary) RETURNS double precision
	AS 'MODULE_PATHNAME', 'rate_win_loss_ratio' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION win_loss_ratio(rate_summary) IS 'Won per lost, 0 and above. NULL where nothing is lost.';

CREATE FUNCTION avg_deal_size(rate_summary) RETURNS numeric
	AS 'MODULE_PATHNAME', 'rate_avg_deal_size' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION avg_deal_size(rate_summary) IS 'Average amount of a deal won, in the currency of the amounts: amount won / deals won that have an amount. NULL where none has.';

CREATE FUNCTION amount_won(rate_summary) RETURNS numeric
	AS 'MODULE_PATHNAME', 'rate_amount_won' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION amount_won(rate_summary) IS 'Amount won, exact, in the currency of the amounts. NULL where no deal won has an amount.';

CREATE FUNCTION amount_decided(rate_summary) RETURNS numeric
	AS 'MODULE_PATHNAME', 'rate_amount_decided' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION amount_decided(rate_summary) IS 'Amount won and lost, exact, in the currency of the amounts. NULL where no decided deal has an amount.';

CREATE FUNCTION decided(rate_summary) RETURNS bigint
	AS 'MODULE_PATHNAME', 'rate_decided' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION decided(rate_summary) IS 'Rows that are decided: what win_rate divides by.';

CREATE FUNCTION succeeded(rate_summary) RETURNS bigint
	AS 'MODULE_PATHNAME', 'rate_succeeded' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION succeeded(rate_summary) IS 'Rows that succeeded: won, converted, answered in time.';

CREATE FUNCTION undecided(rate_summary) RETURNS bigint
	AS 'MODULE_PATHNAME', 'rate_undecided' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION undecided(rate_summary) IS 'Rows that are not decided yet (outcome NULL, or too young): in no rate but win_share and conversion_rate.';

CREATE FUNCTION invalid_rows(rate_summary) RETURNS bigint
	AS 'MODULE_PATHNAME', 'rate_invalid_rows' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION invalid_rows(rate_summary) IS 'Rows left out by within_agg: no start, no span, end before start, a time outside of the years 1900 to 2199.';

CREATE FUNCTION without_amount(rate_summary) RETURNS bigint
	AS 'MODULE_PATHNAME', 'rate_without_amount' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION without_amount(rate_summary) IS 'Decided rows whose amount is NULL: absent from the amounts.';

CREATE FUNCTION zero_amount(rate_summary) RETURNS bigint
	AS 'MODULE_PATHNAME', 'rate_zero_amount' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION zero_amount(rate_summary) IS 'Decided rows whose amount is 0: many CRMs zero a lost deal, which bends win_rate_by_value.';

CREATE FUNCTION data_from(rate_summary) RETURNS timestamptz
	AS 'MODULE_PATHNAME', 'rate_data_from' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION data_from(rate_summary) IS 'The first moment seen (by within_agg), timestamp and date taken as UTC. NULL where none was.';

CREATE FUNCTION data_through(rate_summary) RETURNS timestamptz
	AS 'MODULE_PATHNAME', 'rate_data_through' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION data_through(rate_summary) IS 'The last moment seen (by within_agg), timestamp and date taken as UTC. NULL where none was.';

CREATE FUNCTION rate_low(summary rate_summary, confidence double precision DEFAULT 0.95) RETURNS double precision
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION rate_low(rate_summary, double precision) IS 'Lower end of the Wilson score interval of win_rate, a fraction 0..1, for a confidence between 0 and 1 (else an error). NULL where nothing is decided. Wilson 1927.';

CREATE FUNCTION rate_high(summary rate_summary, confidence double precision DEFAULT 0.95) RETURNS double precision
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION rate_high(rate_summary, double precision) IS 'Upper end of the Wilson score interval of win_rate, a fraction 0..1, for a confidence between 0 and 1 (else an error). NULL where nothing is decided. Wilson 1927.';

CREATE FUNCTION compare_rates(
	a rate_summary, b rate_summary, confidence double precision DEFAULT 0.95,
	OUT rate_a double precision, OUT rate_b double precision, OUT difference double precision,
	OUT low double precision, OUT high double precision, OUT p_value double precision)
	AS 'MODULE_PATHNAME', 'rate_compare_rates' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION compare_rates(rate_summary, rate_summary, double precision) IS 'Is the difference of two win rates real? One row: both rates, a minus b with its Newcombe interval, and the two-sided p-value of the pooled z test. NULLs where a side has nothing decided. Use it in FROM. Newcombe 1998, method 10.';

CREATE FUNCTION compare_to_benchmark(
	summary rate_summary, OUT rate double precision, INOUT benchmark double precision,
	OUT difference double precision, OUT p_value double precision)
	AS 'MODULE_PATHNAME', 'rate_compare_to_benchmark' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION compare_to_benchmark(rate_summary, double precision) IS 'Is a win rate off its benchmark or target (0..1, else an error)? One row: the rate, the benchmark, rate minus benchmark, and the two-sided p-value of the exact binomial test. NULLs where nothing is decided. Use it in FROM.';

-- Aggregates

CREATE AGGREGATE rate_agg(outcome boolean) (
	SFUNC = rate_accum, STYPE = rate_summary, SSPACE = 160,
	FINALFUNC = rate_final, COMBINEFUNC = rate_combine,
	MSFUNC = rate_accum, MINVFUNC = rate_remove, MSTYPE = rate_summary, MSSPACE = 160, MFINALFUNC = rate_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE rate_agg(boolean) IS 'Counts outcomes (true: won, false: lost, NULL: open) into a rate_summary. Never NULL.';

CREATE AGGREGATE rate_agg(outcome boolean, amount smallint) (
	SFUNC = rate_accum, STYPE = rate_summary, SSPACE = 160,
	FINALFUNC = rate_final, COMBINEFUNC = rate_combine,
	MSFUNC = rate_accum, MINVFUNC = rate_remove, MSTYPE = rate_summary, MSSPACE = 160, MFINALFUNC = rate_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE rate_agg(boolean, smallint) IS 'Counts outcomes and adds up their amounts, exactly and in one currency, into a rate_summary. Never NULL; NaN and infinite amounts are errors.';
CREATE AGGREGATE rate_agg(outcome boolean, amount integer) (
	SFUNC = rate_accum, STYPE = rate_summary, SSPACE = 160,
	FINALFUNC = rate_final, COMBINEFUNC = rate_combine,
	MSFUNC = rate_accum, MINVFUNC = rate_remove, MSTYPE = rate_summary, MSSPACE = 160, MFINALFUNC = rate_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE rate_agg(boolean, integer) IS 'Counts outcomes and adds up their amounts, exactly and in one currency, into a rate_summary. Never NULL; NaN and infinite amounts are errors.';
CREATE AGGREGATE rate_agg(outcome boolean, amount bigint) (
	SFUNC = rate_accum, STYPE = rate_summary, SSPACE = 160,
	FINALFUNC = rate_final, COMBINEFUNC = rate_combine,
	MSFUNC = rate_accum, MINVFUNC = rate_remove, MSTYPE = rate_summary, MSSPACE = 160, MFINALFUNC = rate_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE rate_agg(boolean, bigint) IS 'Counts outcomes and adds up their amounts, exactly and in one currency, into a rate_summary. Never NULL; NaN and infinite amounts are errors.';
CREATE AGGREGATE rate_agg(outcome boolean, amount numeric) (
	SFUNC = rate_accum, STYPE = rate_summary, SSPACE = 160,
	FINALFUNC = rate_final, COMBINEFUNC = rate_combine,
	MSFUNC = rate_accum, MINVFUNC = rate_remove, MSTYPE = rate_summary, MSSPACE = 160, MFINALFUNC = rate_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE rate_agg(boolean, numeric) IS 'Counts outcomes and adds up their amounts, exactly and in one currency, into a rate_summary. Never NULL; NaN and infinite amounts are errors.';
CREATE AGGREGATE rate_agg(outcome boolean, amount real) (
	SFUNC = rate_accum, STYPE = rate_summary, SSPACE = 160,
	FINALFUNC = rate_final, COMBINEFUNC = rate_combine,
	MSFUNC = rate_accum, MINVFUNC = rate_remove, MSTYPE = rate_summary, MSSPACE = 160, MFINALFUNC = rate_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE rate_agg(boolean, real) IS 'Counts outcomes and adds up their amounts, exactly and in one currency, into a rate_summary. Never NULL; NaN and infinite amounts are errors.';
CREATE AGGREGATE rate_agg(outcome boolean, amount double precision) (
	SFUNC = rate_accum, STYPE = rate_summary, SSPACE = 160,
	FINALFUNC = rate_final, COMBINEFUNC = rate_combine,
	MSFUNC = rate_accum, MINVFUNC = rate_remove, MSTYPE = rate_summary, MSSPACE = 160, MFINALFUNC = rate_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE rate_agg(boolean, double precision) IS 'Counts outcomes and adds up their amounts, exactly and in one currency, into a rate_summary. Never NULL; NaN and infinite amounts are errors.';

CREATE AGGREGATE within_agg(started timestamptz, ended timestamptz, span interval, as_of timestamptz) (
	SFUNC = rate_accum_within, STYPE = rate_summary, SSPACE = 160,
	FINALFUNC = rate_final, COMBINEFUNC = rate_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE within_agg(timestamptz, timestamptz, interval, timestamptz) IS 'Counts into a rate_summary who ended within the span of days and time: succeeded; not, but started at least a span before as_of: failed; younger: undecided. A span with months, a negative one and an as_of outside of the years 1900 to 2199 are errors. Never NULL.';
CREATE AGGREGATE within_agg(started timestamp, ended timestamp, span interval, as_of timestamp) (
	SFUNC = rate_accum_within, STYPE = rate_summary, SSPACE = 160,
	FINALFUNC = rate_final, COMBINEFUNC = rate_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE within_agg(timestamp, timestamp, interval, timestamp) IS 'Counts into a rate_summary who ended within the span of days and time: succeeded; not, but started at least a span before as_of: failed; younger: undecided. A span with months, a negative one and an as_of outside of the years 1900 to 2199 are errors. Never NULL.';
CREATE AGGREGATE within_agg(started date, ended date, span interval, as_of date) (
	SFUNC = rate_accum_within, STYPE = rate_summary, SSPACE = 160,
	FINALFUNC = rate_final, COMBINEFUNC = rate_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE within_agg(date, date, interval, date) IS 'Counts into a rate_summary who ended within the span of days and time: succeeded; not, but started at least a span before as_of: failed; younger: undecided. A span with months, a negative one and an as_of outside of the years 1900 to 2199 are errors. Never NULL.';

CREATE AGGREGATE rollup(rate_summary) (
	SFUNC = rate_combine, STYPE = rate_summary, SSPACE = 160,
	FINALFUNC = rate_final, COMBINEFUNC = rate_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(rate_summary) IS 'Merges summaries exactly: a month is the rollup of its days. Never NULL; NULL summaries are passed over.';

CREATE AGGREGATE win_rate(outcome boolean) (
	SFUNC = rate_accum, STYPE = rate_summary, SSPACE = 160,
	FINALFUNC = win_rate, COMBINEFUNC = rate_combine,
	MSFUNC = rate_accum, MINVFUNC = rate_remove, MSTYPE = rate_summary, MSSPACE = 160, MFINALFUNC = win_rate,
	PARALLEL = SAFE
);
CREATE AGGREGATE conversion_rate(outcome boolean) (
	SFUNC = rate_accum, STYPE = rate_summary, SSPACE = 160,
	FINALFUNC = conversion_rate, COMBINEFUNC = rate_combine,
	MSFUNC = rate_accum, MINVFUNC = rate_remove, MSTYPE = rate_summary, MSSPACE = 160, MFINALFUNC = conversion_rate,
	PARALLEL = SAFE
);
CREATE AGGREGATE win_loss_ratio(outcome boolean) (
	SFUNC = rate_accum, STYPE = rate_summary, SSPACE = 160,
	FINALFUNC = win_loss_ratio, COMBINEFUNC = rate_combine,
	MSFUNC = rate_accum, MINVFUNC = rate_remove, MSTYPE = rate_summary, MSSPACE = 160, MFINALFUNC = win_loss_ratio,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE win_rate(boolean) IS 'Won of the decided, a fraction 0..1: true / (true + false); NULL rows are open and left out. NULL where nothing is decided.';
COMMENT ON AGGREGATE conversion_rate(boolean) IS 'Converted of all rows, a fraction 0..1; a NULL row counts as not converted. NULL without rows.';
COMMENT ON AGGREGATE win_loss_ratio(boolean) IS 'Won per lost, 0 and above: true / false. NULL where nothing is lost.';

CREATE AGGREGATE win_rate_by_value(won boolean, amount smallint) (
	SFUNC = rate_accum, STYPE = rate_summary, SSPACE = 160,
	FINALFUNC = win_rate_by_value, COMBINEFUNC = rate_combine,
	MSFUNC = rate_accum, MINVFUNC = rate_remove, MSTYPE = rate_summary, MSSPACE = 160, MFINALFUNC = win_rate_by_value,
	PARALLEL = SAFE
);
CREATE AGGREGATE win_rate_by_value(won boolean, amount integer) (
	SFUNC = rate_accum, STYPE = rate_summary, SSPACE = 160,
	FINALFUNC = win_rate_by_value, COMBINEFUNC = rate_combine,
	MSFUNC = rate_accum, MINVFUNC = rate_remove, MSTYPE = rate_summary, MSSPACE = 160, MFINALFUNC = win_rate_by_value,
	PARALLEL = SAFE
);
CREATE AGGREGATE win_rate_by_value(won boolean, amount bigint) (
	SFUNC = rate_accum, STYPE = rate_summary, SSPACE = 160,
	FINALFUNC = win_rate_by_value, COMBINEFUNC = rate_combine,
	MSFUNC = rate_accum, MINVFUNC = rate_remove, MSTYPE = rate_summary, MSSPACE = 160, MFINALFUNC = win_rate_by_value,
	PARALLEL = SAFE
);
CREATE AGGREGATE win_rate_by_value(won boolean, amount numeric) (
	SFUNC = rate_accum, STYPE = rate_summary, SSPACE = 160,
	FINALFUNC = win_rate_by_value, COMBINEFUNC = rate_combine,
	MSFUNC = rate_accum, MINVFUNC = rate_remove, MSTYPE = rate_summary, MSSPACE = 160, MFINALFUNC = win_rate_by_value,
	PARALLEL = SAFE
);
CREATE AGGREGATE win_rate_by_value(won boolean, amount real) (
	SFUNC = rate_accum, STYPE = rate_summary, SSPACE = 160,
	FINALFUNC = win_rate_by_value, COMBINEFUNC = rate_combine,
	MSFUNC = rate_accum, MINVFUNC = rate_remove, MSTYPE = rate_summary, MSSPACE = 160, MFINALFUNC = win_rate_by_value,
	PARALLEL = SAFE
);
CREATE AGGREGATE win_rate_by_value(won boolean, amount double precision) (
	SFUNC = rate_accum, STYPE = rate_summary, SSPACE = 160,
	FINALFUNC = win_rate_by_value, COMBINEFUNC = rate_combine,
	MSFUNC = rate_accum, MINVFUNC = rate_remove, MSTYPE = rate_summary, MSSPACE = 160, MFINALFUNC = win_rate_by_value,
	PARALLEL = SAFE
);
CREATE AGGREGATE avg_deal_size(won boolean, amount smallint) (
	SFUNC = rate_accum, STYPE = rate_summary, SSPACE = 160,
	FINALFUNC = avg_deal_size, COMBINEFUNC = rate_combine,
	MSFUNC = rate_accum, MINVFUNC = rate_remove, MSTYPE = rate_summary, MSSPACE = 160, MFINALFUNC = avg_deal_size,
	PARALLEL = SAFE
);
CREATE AGGREGATE avg_deal_size(won boolean, amount integer) (
	SFUNC = rate_accum, STYPE = rate_summary, SSPACE = 160,
	FINALFUNC = avg_deal_size, COMBINEFUNC = rate_combine,
	MSFUNC = rate_accum, MINVFUNC = rate_remove, MSTYPE = rate_summary, MSSPACE = 160, MFINALFUNC = avg_deal_size,
	PARALLEL = SAFE
);
CREATE AGGREGATE avg_deal_size(won boolean, amount bigint) (
	SFUNC = rate_accum, STYPE = rate_summary, SSPACE = 160,
	FINALFUNC = avg_deal_size, COMBINEFUNC = rate_combine,
	MSFUNC = rate_accum, MINVFUNC = rate_remove, MSTYPE = rate_summary, MSSPACE = 160, MFINALFUNC = avg_deal_size,
	PARALLEL = SAFE
);
CREATE AGGREGATE avg_deal_size(won boolean, amount numeric) (
	SFUNC = rate_accum, STYPE = rate_summary, SSPACE = 160,
	FINALFUNC = avg_deal_size, COMBINEFUNC = rate_combine,
	MSFUNC = rate_accum, MINVFUNC = rate_remove, MSTYPE = rate_summary, MSSPACE = 160, MFINALFUNC = avg_deal_size,
	PARALLEL = SAFE
);
CREATE AGGREGATE avg_deal_size(won boolean, amount real) (
	SFUNC = rate_accum, STYPE = rate_summary, SSPACE = 160,
	FINALFUNC = avg_deal_size, COMBINEFUNC = rate_combine,
	MSFUNC = rate_accum, MINVFUNC = rate_remove, MSTYPE = rate_summary, MSSPACE = 160, MFINALFUNC = avg_deal_size,
	PARALLEL = SAFE
);
CREATE AGGREGATE avg_deal_size(won boolean, amount double precision) (
	SFUNC = rate_accum, STYPE = rate_summary, SSPACE = 160,
	FINALFUNC = avg_deal_size, COMBINEFUNC = rate_combine,
	MSFUNC = rate_accum, MINVFUNC = rate_remove, MSTYPE = rate_summary, MSSPACE = 160, MFINALFUNC = avg_deal_size,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE win_rate_by_value(boolean, smallint) IS 'Amount won of the amount decided, a fraction (0..1 where no amount is negative). NULL where the amounts add up to nothing. Worthless where lost deals carry no amount: see without_amount and zero_amount.';
COMMENT ON AGGREGATE avg_deal_size(boolean, smallint) IS 'Average amount of a deal won, in the currency of the amounts: amount won / deals won that have an amount. NULL where none has.';
COMMENT ON AGGREGATE win_rate_by_value(boolean, integer) IS 'Amount won of the amount decided, a fraction (0..1 where no amount is negative). NULL where the amounts add up to nothing. Worthless where lost deals carry no amount: see without_amount and zero_amount.';
COMMENT ON AGGREGATE avg_deal_size(boolean, integer) IS 'Average amount of a deal won, in the currency of the amounts: amount won / deals won that have an amount. NULL where none has.';
COMMENT ON AGGREGATE win_rate_by_value(boolean, bigint) IS 'Amount won of the amount decided, a fraction (0..1 where no amount is negative). NULL where the amounts add up to nothing. Worthless where lost deals carry no amount: see without_amount and zero_amount.';
COMMENT ON AGGREGATE avg_deal_size(boolean, bigint) IS 'Average amount of a deal won, in the currency of the amounts: amount won / deals won that have an amount. NULL where none has.';
COMMENT ON AGGREGATE win_rate_by_value(boolean, numeric) IS 'Amount won of the amount decided, a fraction (0..1 where no amount is negative). NULL where the amounts add up to nothing. Worthless where lost deals carry no amount: see without_amount and zero_amount.';
COMMENT ON AGGREGATE avg_deal_size(boolean, numeric) IS 'Average amount of a deal won, in the currency of the amounts: amount won / deals won that have an amount. NULL where none has.';
COMMENT ON AGGREGATE win_rate_by_value(boolean, real) IS 'Amount won of the amount decided, a fraction (0..1 where no amount is negative). NULL where the amounts add up to nothing. Worthless where lost deals carry no amount: see without_amount and zero_amount.';
COMMENT ON AGGREGATE avg_deal_size(boolean, real) IS 'Average amount of a deal won, in the currency of the amounts: amount won / deals won that have an amount. NULL where none has.';
COMMENT ON AGGREGATE win_rate_by_value(boolean, double precision) IS 'Amount won of the amount decided, a fraction (0..1 where no amount is negative). NULL where the amounts add up to nothing. Worthless where lost deals carry no amount: see without_amount and zero_amount.';
COMMENT ON AGGREGATE avg_deal_size(boolean, double precision) IS 'Average amount of a deal won, in the currency of the amounts: amount won / deals won that have an amount. NULL where none has.';

CREATE AGGREGATE conversion_within(started timestamptz, ended timestamptz, span interval, as_of timestamptz) (
	SFUNC = rate_accum_within, STYPE = rate_summary, SSPACE = 160,
	FINALFUNC = conversion_within, COMBINEFUNC = rate_combine,
	MSFUNC = rate_accum_within, MINVFUNC = rate_remove_within, MSTYPE = rate_summary, MSSPACE = 160, MFINALFUNC = conversion_within,
	PARALLEL = SAFE
);
CREATE AGGREGATE conversion_within(started timestamp, ended timestamp, span interval, as_of timestamp) (
	SFUNC = rate_accum_within, STYPE = rate_summary, SSPACE = 160,
	FINALFUNC = conversion_within, COMBINEFUNC = rate_combine,
	MSFUNC = rate_accum_within, MINVFUNC = rate_remove_within, MSTYPE = rate_summary, MSSPACE = 160, MFINALFUNC = conversion_within,
	PARALLEL = SAFE
);
CREATE AGGREGATE conversion_within(started date, ended date, span interval, as_of date) (
	SFUNC = rate_accum_within, STYPE = rate_summary, SSPACE = 160,
	FINALFUNC = conversion_within, COMBINEFUNC = rate_combine,
	MSFUNC = rate_accum_within, MINVFUNC = rate_remove_within, MSTYPE = rate_summary, MSSPACE = 160, MFINALFUNC = conversion_within,
	PARALLEL = SAFE
);
CREATE AGGREGATE response_within(started timestamptz, ended timestamptz, span interval, as_of timestamptz) (
	SFUNC = rate_accum_within, STYPE = rate_summary, SSPACE = 160,
	FINALFUNC = response_within, COMBINEFUNC = rate_combine,
	MSFUNC = rate_accum_within, MINVFUNC = rate_remove_within, MSTYPE = rate_summary, MSSPACE = 160, MFINALFUNC = response_within,
	PARALLEL = SAFE
);
CREATE AGGREGATE response_within(started timestamp, ended timestamp, span interval, as_of timestamp) (
	SFUNC = rate_accum_within, STYPE = rate_summary, SSPACE = 160,
	FINALFUNC = response_within, COMBINEFUNC = rate_combine,
	MSFUNC = rate_accum_within, MINVFUNC = rate_remove_within, MSTYPE = rate_summary, MSSPACE = 160, MFINALFUNC = response_within,
	PARALLEL = SAFE
);
CREATE AGGREGATE response_within(started date, ended date, span interval, as_of date) (
	SFUNC = rate_accum_within, STYPE = rate_summary, SSPACE = 160,
	FINALFUNC = response_within, COMBINEFUNC = rate_combine,
	MSFUNC = rate_accum_within, MINVFUNC = rate_remove_within, MSTYPE = rate_summary, MSSPACE = 160, MFINALFUNC = response_within,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE conversion_within(timestamptz, timestamptz, interval, timestamptz) IS 'Converted within the span, of those that did or started at least a span before as_of, a fraction 0..1. The younger are left out, for they may still. NULL where none is old enough.';
COMMENT ON AGGREGATE response_within(timestamptz, timestamptz, interval, timestamptz) IS 'Answered within the agreed time, of those that were or came at least that long before as_of, a fraction 0..1; the agreed time may differ from row to row. NULL where none is old enough.';
COMMENT ON AGGREGATE conversion_within(timestamp, timestamp, interval, timestamp) IS 'Converted within the span, of those that did or started at least a span before as_of, a fraction 0..1. The younger are left out, for they may still. NULL where none is old enough.';
COMMENT ON AGGREGATE response_within(timestamp, timestamp, interval, timestamp) IS 'Answered within the agreed time, of those that were or came at least that long before as_of, a fraction 0..1; the agreed time may differ from row to row. NULL where none is old enough.';
COMMENT ON AGGREGATE conversion_within(date, date, interval, date) IS 'Converted within the span, of those that did or started at least a span before as_of, a fraction 0..1. The younger are left out, for they may still. NULL where none is old enough.';
COMMENT ON AGGREGATE response_within(date, date, interval, date) IS 'Answered within the agreed time, of those that were or came at least that long before as_of, a fraction 0..1; the agreed time may differ from row to row. NULL where none is old enough.';

--
-- duration: sales cycle, response time (src/kpi/duration.c, doc/duration.md)
--

CREATE TYPE duration_summary;

CREATE FUNCTION duration_summary_in(cstring) RETURNS duration_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION duration_summary_out(duration_summary) RETURNS cstring
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION duration_summary_recv(internal) RETURNS duration_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION duration_summary_send(duration_summary) RETURNS bytea
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION duration_summary_in(cstring) IS 'Reads the text form of type duration_summary, JSON; an error where it breaks a rule.';
COMMENT ON FUNCTION duration_summary_out(duration_summary) IS 'The text form of type duration_summary, JSON, lossless.';
COMMENT ON FUNCTION duration_summary_recv(internal) IS 'Reads the binary form of type duration_summary, every byte checked.';
COMMENT ON FUNCTION duration_summary_send(duration_summary) IS 'The binary form of type duration_summary: equal summaries are equal bytes.';

CREATE TYPE duration_summary (
	INPUT = duration_summary_in, OUTPUT = duration_summary_out,
	RECEIVE = duration_summary_recv, SEND = duration_summary_send,
	INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = extended
);

CREATE FUNCTION duration_summary_eq(duration_summary, duration_summary) RETURNS boolean
	AS 'MODULE_PATHNAME', 'summary_eq' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION duration_summary_ne(duration_summary, duration_summary) RETURNS boolean
	AS 'MODULE_PATHNAME', 'summary_ne' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION duration_summary_hash(duration_summary) RETURNS integer
	AS 'MODULE_PATHNAME', 'summary_hash' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION duration_summary_hash_extended(duration_summary, bigint) RETURNS bigint
	AS 'MODULE_PATHNAME', 'summary_hash_extended' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION duration_summary_eq(duration_summary, duration_summary) IS 'Whether two summaries are the same: they keep the same, to the last digit and decimal place.';
COMMENT ON FUNCTION duration_summary_ne(duration_summary, duration_summary) IS 'Whether two summaries differ in anything that they keep.';
COMMENT ON FUNCTION duration_summary_hash(duration_summary) IS 'Hash of what a summary keeps.';
COMMENT ON FUNCTION duration_summary_hash_extended(duration_summary, bigint) IS 'Hash, with a seed, of what a summary keeps.';

CREATE OPERATOR = (LEFTARG = duration_summary, RIGHTARG = duration_summary, FUNCTION = duration_summary_eq, COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES);
CREATE OPERATOR <> (LEFTARG = duration_summary, RIGHTARG = duration_summary, FUNCTION = duration_summary_ne, COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel);
COMMENT ON OPERATOR = (duration_summary, duration_summary) IS 'Whether two summaries are the same.';
COMMENT ON OPERATOR <> (duration_summary, duration_summary) IS 'Whether two summaries differ.';

CREATE OPERATOR CLASS duration_summary_ops DEFAULT FOR TYPE duration_summary USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 duration_summary_hash(duration_summary),
	FUNCTION 2 duration_summary_hash_extended(duration_summary, bigint);
COMMENT ON OPERATOR CLASS duration_summary_ops USING hash IS 'Hashes summaries: for UNION, DISTINCT, GROUP BY, joins and hash indexes. They have no order.';
COMMENT ON TYPE duration_summary IS 'Durations counted: rows completed, still open or invalid, the exact sum, the extremes and a sketch of 1 % of the completed ones, in microseconds; made by duration_agg, merged by rollup. Prints as JSON.';

-- Rows into a summary

CREATE FUNCTION duration_accum(duration_summary, started timestamptz, ended timestamptz) RETURNS duration_summary
	AS 'MODULE_PATHNAME', 'duration_accum_timestamp' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION duration_accum_mean(duration_summary, started timestamptz, ended timestamptz) RETURNS duration_summary
	AS 'MODULE_PATHNAME', 'duration_accum_mean_timestamp' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION duration_remove_mean(duration_summary, started timestamptz, ended timestamptz) RETURNS duration_summary
	AS 'MODULE_PATHNAME', 'duration_remove_mean_timestamp' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION duration_collect(internal, started timestamptz, ended timestamptz, fraction double precision) RETURNS internal
	AS 'MODULE_PATHNAME', 'duration_collect_timestamp' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION duration_accum(duration_summary, timestamptz, timestamptz) IS 'Adds a row: transition function of duration_agg(timestamptz, timestamptz).';
COMMENT ON FUNCTION duration_accum_mean(duration_summary, timestamptz, timestamptz) IS 'Adds a row without a sketch: transition function of cycle_time(timestamptz, timestamptz) and its kin.';
COMMENT ON FUNCTION duration_remove_mean(duration_summary, timestamptz, timestamptz) IS 'Takes a row out of a moving window: inverse of duration_accum_mean.';
COMMENT ON FUNCTION duration_collect(internal, timestamptz, timestamptz, double precision) IS 'Keeps the length of a row: transition function of cycle_time(timestamptz, timestamptz, double precision) and its kin.';
CREATE FUNCTION duration_accum(duration_summary, started timestamp, ended timestamp) RETURNS duration_summary
	AS 'MODULE_PATHNAME', 'duration_accum_timestamp' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION duration_accum_mean(duration_summary, started timestamp, ended timestamp) RETURNS duration_summary
	AS 'MODULE_PATHNAME', 'duration_accum_mean_timestamp' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION duration_remove_mean(duration_summary, started timestamp, ended timestamp) RETURNS duration_summary
	AS 'MODULE_PATHNAME', 'duration_remove_mean_timestamp' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION duration_collect(internal, started timestamp, ended timestamp, fraction double precision) RETURNS internal
	AS 'MODULE_PATHNAME', 'duration_collect_timestamp' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION duration_accum(duration_summary, timestamp, timestamp) IS 'Adds a row: transition function of duration_agg(timestamp, timestamp).';
COMMENT ON FUNCTION duration_accum_mean(duration_summary, timestamp, timestamp) IS 'Adds a row without a sketch: transition function of cycle_time(timestamp, timestamp) and its kin.';
COMMENT ON FUNCTION duration_remove_mean(duration_summary, timestamp, timestamp) IS 'Takes a row out of a moving window: inverse of duration_accum_mean.';
COMMENT ON FUNCTION duration_collect(internal, timestamp, timestamp, double precision) IS 'Keeps the length of a row: transition function of cycle_time(timestamp, timestamp, double precision) and its kin.';
CREATE FUNCTION duration_accum(duration_summary, started date, ended date) RETURNS duration_summary
	AS 'MODULE_PATHNAME', 'duration_accum_date' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION duration_accum_mean(duration_summary, started date, ended date) RETURNS duration_summary
	AS 'MODULE_PATHNAME', 'duration_accum_mean_date' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION duration_remove_mean(duration_summary, started date, ended date) RETURNS duration_summary
	AS 'MODULE_PATHNAME', 'duration_remove_mean_date' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION duration_collect(internal, started date, ended date, fraction double precision) RETURNS internal
	AS 'MODULE_PATHNAME', 'duration_collect_date' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION duration_accum(duration_summary, date, date) IS 'Adds a row: transition function of duration_agg(date, date).';
COMMENT ON FUNCTION duration_accum_mean(duration_summary, date, date) IS 'Adds a row without a sketch: transition function of cycle_time(date, date) and its kin.';
COMMENT ON FUNCTION duration_remove_mean(duration_summary, date, date) IS 'Takes a row out of a moving window: inverse of duration_accum_mean.';
COMMENT ON FUNCTION duration_collect(internal, date, date, double precision) IS 'Keeps the length of a row: transition function of cycle_time(date, date, double precision) and its kin.';

CREATE FUNCTION duration_combine(duration_summary, duration_summary) RETURNS duration_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION duration_final(duration_summary) RETURNS duration_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION duration_percentile(internal) RETURNS interval
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION duration_percentile_in_days(internal) RETURNS double precision
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION duration_combine(duration_summary, duration_summary) IS 'Merges two summaries: combine function of the duration aggregates, transition function of rollup.';
COMMENT ON FUNCTION duration_final(duration_summary) IS 'Packs a running summary: final function of duration_agg and rollup.';
COMMENT ON FUNCTION duration_percentile(internal) IS 'Selects the exact percentile, an interval: final function of cycle_time with a fraction and its kin.';
COMMENT ON FUNCTION duration_percentile_in_days(internal) IS 'Selects the exact percentile, in days of 86,400 s: final function of cycle_days with a fraction.';

-- Figures of a summary

CREATE FUNCTION cycle_time(duration_summary) RETURNS interval
	AS 'MODULE_PATHNAME', 'duration_cycle_time' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION lead_response_time(duration_summary) RETURNS interval
	AS 'MODULE_PATHNAME', 'duration_cycle_time' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION cycle_time(duration_summary) IS 'Mean time from start to end of the completed rows, in days and time, to the microsecond. NULL where none is completed.';
COMMENT ON FUNCTION lead_response_time(duration_summary) IS 'Mean time to the answer of the leads answered, in days and time, to the microsecond; still_open counts those that wait. NULL where none is answered.';

CREATE FUNCTION cycle_days(duration_summary) RETURNS double precision
	AS 'MODULE_PATHNAME', 'duration_mean_days' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION cycle_days(duration_summary) IS 'Mean time from start to end of the completed rows, in days of 86,400 s. NULL where none is completed.';
CREATE FUNCTION mean_days(duration_summary) RETURNS double precision
	AS 'MODULE_PATHNAME', 'duration_mean_days' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION mean_days(duration_summary) IS 'Mean time from start to end of the completed rows, in days of 86,400 s. NULL where none is completed.';

CREATE FUNCTION median_days(duration_summary) RETURNS double precision
	AS 'MODULE_PATHNAME', 'duration_median_days' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION median_days(duration_summary) IS 'Median time from start to end of the completed rows, in days of 86,400 s, within 1 % of the exact one. NULL where none is completed.';

CREATE FUNCTION percentile_days(summary duration_summary, fraction double precision) RETURNS double precision
	AS 'MODULE_PATHNAME', 'duration_percentile_days' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION percentile_days(duration_summary, double precision) IS 'Percentile of the time from start to end of the completed rows, in days of 86,400 s, within 1 % of the exact one, for a fraction between 0 and 1 (else an error). NULL where none is completed.';

CREATE FUNCTION min_days(duration_summary) RETURNS double precision
	AS 'MODULE_PATHNAME', 'duration_min_days' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION min_days(duration_summary) IS 'Shortest time from start to end, in days of 86,400 s, exact. NULL where no row is completed.';

CREATE FUNCTION max_days(duration_summary) RETURNS double precision
	AS 'MODULE_PATHNAME', 'duration_max_days' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION max_days(duration_summary) IS 'Longest time from start to end, in days of 86,400 s, exact. NULL where no row is completed.';

CREATE FUNCTION completed(duration_summary) RETURNS bigint
	AS 'MODULE_PATHNAME', 'duration_completed' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION completed(duration_summary) IS 'Rows with a start and an end: what the mean divides by.';

CREATE FUNCTION still_open(duration_summary) RETURNS bigint
	AS 'MODULE_PATHNAME', 'duration_still_open' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION still_open(duration_summary) IS 'Rows with a start and no end: in no figure, so they flatter it.';

CREATE FUNCTION invalid_rows(duration_summary) RETURNS bigint
	AS 'MODULE_PATHNAME', 'duration_invalid_rows' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION invalid_rows(duration_summary) IS 'Rows left out: no start, end before start, or a time outside of the years 1900 to 2199.';

CREATE FUNCTION data_from(duration_summary) RETURNS timestamptz
	AS 'MODULE_PATHNAME', 'duration_data_from' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION data_from(duration_summary) IS 'The first moment seen, timestamp and date taken as UTC. NULL where none was.';

CREATE FUNCTION data_through(duration_summary) RETURNS timestamptz
	AS 'MODULE_PATHNAME', 'duration_data_through' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION data_through(duration_summary) IS 'The last moment seen, timestamp and date taken as UTC. NULL where none was.';

-- Aggregates

CREATE AGGREGATE duration_agg(started timestamptz, ended timestamptz) (
	SFUNC = duration_accum, STYPE = duration_summary, SSPACE = 512,
	FINALFUNC = duration_final, COMBINEFUNC = duration_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE duration_agg(timestamptz, timestamptz) IS 'Counts into a duration_summary who ended, and after how long; an end of NULL is still open; no start, an end before the start and a time outside of the years 1900 to 2199 are invalid, and left out. Never NULL.';
CREATE AGGREGATE duration_agg(started timestamp, ended timestamp) (
	SFUNC = duration_accum, STYPE = duration_summary, SSPACE = 512,
	FINALFUNC = duration_final, COMBINEFUNC = duration_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE duration_agg(timestamp, timestamp) IS 'Counts into a duration_summary who ended, and after how long; an end of NULL is still open; no start, an end before the start and a time outside of the years 1900 to 2199 are invalid, and left out. Never NULL.';
CREATE AGGREGATE duration_agg(started date, ended date) (
	SFUNC = duration_accum, STYPE = duration_summary, SSPACE = 512,
	FINALFUNC = duration_final, COMBINEFUNC = duration_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE duration_agg(date, date) IS 'Counts into a duration_summary who ended, and after how long; an end of NULL is still open; no start, an end before the start and a time outside of the years 1900 to 2199 are invalid, and left out. Never NULL.';

CREATE AGGREGATE rollup(duration_summary) (
	SFUNC = duration_combine, STYPE = duration_summary, SSPACE = 2048,
	FINALFUNC = duration_final, COMBINEFUNC = duration_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(duration_summary) IS 'Merges summaries exactly: a month is the rollup of its days, in whatever order. Never NULL; NULL summaries are passed over.';

CREATE AGGREGATE cycle_time(started timestamptz, ended timestamptz) (
	SFUNC = duration_accum_mean, STYPE = duration_summary, SSPACE = 128,
	FINALFUNC = cycle_time, COMBINEFUNC = duration_combine,
	MSFUNC = duration_accum_mean, MINVFUNC = duration_remove_mean, MSTYPE = duration_summary, MSSPACE = 128, MFINALFUNC = cycle_time,
	PARALLEL = SAFE
);
CREATE AGGREGATE cycle_time(started timestamp, ended timestamp) (
	SFUNC = duration_accum_mean, STYPE = duration_summary, SSPACE = 128,
	FINALFUNC = cycle_time, COMBINEFUNC = duration_combine,
	MSFUNC = duration_accum_mean, MINVFUNC = duration_remove_mean, MSTYPE = duration_summary, MSSPACE = 128, MFINALFUNC = cycle_time,
	PARALLEL = SAFE
);
CREATE AGGREGATE cycle_time(started date, ended date) (
	SFUNC = duration_accum_mean, STYPE = duration_summary, SSPACE = 128,
	FINALFUNC = cycle_time, COMBINEFUNC = duration_combine,
	MSFUNC = duration_accum_mean, MINVFUNC = duration_remove_mean, MSTYPE = duration_summary, MSSPACE = 128, MFINALFUNC = cycle_time,
	PARALLEL = SAFE
);
CREATE AGGREGATE cycle_days(started timestamptz, ended timestamptz) (
	SFUNC = duration_accum_mean, STYPE = duration_summary, SSPACE = 128,
	FINALFUNC = cycle_days, COMBINEFUNC = duration_combine,
	MSFUNC = duration_accum_mean, MINVFUNC = duration_remove_mean, MSTYPE = duration_summary, MSSPACE = 128, MFINALFUNC = cycle_days,
	PARALLEL = SAFE
);
CREATE AGGREGATE cycle_days(started timestamp, ended timestamp) (
	SFUNC = duration_accum_mean, STYPE = duration_summary, SSPACE = 128,
	FINALFUNC = cycle_days, COMBINEFUNC = duration_combine,
	MSFUNC = duration_accum_mean, MINVFUNC = duration_remove_mean, MSTYPE = duration_summary, MSSPACE = 128, MFINALFUNC = cycle_days,
	PARALLEL = SAFE
);
CREATE AGGREGATE cycle_days(started date, ended date) (
	SFUNC = duration_accum_mean, STYPE = duration_summary, SSPACE = 128,
	FINALFUNC = cycle_days, COMBINEFUNC = duration_combine,
	MSFUNC = duration_accum_mean, MINVFUNC = duration_remove_mean, MSTYPE = duration_summary, MSSPACE = 128, MFINALFUNC = cycle_days,
	PARALLEL = SAFE
);
CREATE AGGREGATE lead_response_time(started timestamptz, ended timestamptz) (
	SFUNC = duration_accum_mean, STYPE = duration_summary, SSPACE = 128,
	FINALFUNC = lead_response_time, COMBINEFUNC = duration_combine,
	MSFUNC = duration_accum_mean, MINVFUNC = duration_remove_mean, MSTYPE = duration_summary, MSSPACE = 128, MFINALFUNC = lead_response_time,
	PARALLEL = SAFE
);
CREATE AGGREGATE lead_response_time(started timestamp, ended timestamp) (
	SFUNC = duration_accum_mean, STYPE = duration_summary, SSPACE = 128,
	FINALFUNC = lead_response_time, COMBINEFUNC = duration_combine,
	MSFUNC = duration_accum_mean, MINVFUNC = duration_remove_mean, MSTYPE = duration_summary, MSSPACE = 128, MFINALFUNC = lead_response_time,
	PARALLEL = SAFE
);
CREATE AGGREGATE lead_response_time(started date, ended date) (
	SFUNC = duration_accum_mean, STYPE = duration_summary, SSPACE = 128,
	FINALFUNC = lead_response_time, COMBINEFUNC = duration_combine,
	MSFUNC = duration_accum_mean, MINVFUNC = duration_remove_mean, MSTYPE = duration_summary, MSSPACE = 128, MFINALFUNC = lead_response_time,
	PARALLEL = SAFE
);
CREATE AGGREGATE cycle_time(started timestamptz, ended timestamptz, fraction double precision) (
	SFUNC = duration_collect, STYPE = internal, SSPACE = 1024,
	FINALFUNC = duration_percentile,
	PARALLEL = SAFE
);
CREATE AGGREGATE cycle_time(started timestamp, ended timestamp, fraction double precision) (
	SFUNC = duration_collect, STYPE = internal, SSPACE = 1024,
	FINALFUNC = duration_percentile,
	PARALLEL = SAFE
);
CREATE AGGREGATE cycle_time(started date, ended date, fraction double precision) (
	SFUNC = duration_collect, STYPE = internal, SSPACE = 1024,
	FINALFUNC = duration_percentile,
	PARALLEL = SAFE
);
CREATE AGGREGATE cycle_days(started timestamptz, ended timestamptz, fraction double precision) (
	SFUNC = duration_collect, STYPE = internal, SSPACE = 1024,
	FINALFUNC = duration_percentile_in_days,
	PARALLEL = SAFE
);
CREATE AGGREGATE cycle_days(started timestamp, ended timestamp, fraction double precision) (
	SFUNC = duration_collect, STYPE = internal, SSPACE = 1024,
	FINALFUNC = duration_percentile_in_days,
	PARALLEL = SAFE
);
CREATE AGGREGATE cycle_days(started date, ended date, fraction double precision) (
	SFUNC = duration_collect, STYPE = internal, SSPACE = 1024,
	FINALFUNC = duration_percentile_in_days,
	PARALLEL = SAFE
);
CREATE AGGREGATE lead_response_time(started timestamptz, ended timestamptz, fraction double precision) (
	SFUNC = duration_collect, STYPE = internal, SSPACE = 1024,
	FINALFUNC = duration_percentile,
	PARALLEL = SAFE
);
CREATE AGGREGATE lead_response_time(started timestamp, ended timestamp, fraction double precision) (
	SFUNC = duration_collect, STYPE = internal, SSPACE = 1024,
	FINALFUNC = duration_percentile,
	PARALLEL = SAFE
);
CREATE AGGREGATE lead_response_time(started date, ended date, fraction double precision) (
	SFUNC = duration_collect, STYPE = internal, SSPACE = 1024,
	FINALFUNC = duration_percentile,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE cycle_time(timestamptz, timestamptz) IS 'Mean time from start to end, in days and time, to the microsecond, of the rows that have both. The sales cycle is that of won deals: FILTER (WHERE won). NULL where no row is completed.';
COMMENT ON AGGREGATE cycle_days(timestamptz, timestamptz) IS 'Mean time from start to end, in days of 86,400 s, of the rows that have both. The sales cycle is that of won deals: FILTER (WHERE won). NULL where no row is completed.';
COMMENT ON AGGREGATE lead_response_time(timestamptz, timestamptz) IS 'Mean time from created to responded, in days and time, to the microsecond, of the leads answered; those that still wait are not in it. NULL where none is answered.';
COMMENT ON AGGREGATE cycle_time(timestamptz, timestamptz, double precision) IS 'Percentile of the time from start to end, in days and time, exact, for a fraction between 0 and 1 that is the same in all rows (else an error); between two values it interpolates, to the microsecond. NULL where no row is completed.';
COMMENT ON AGGREGATE cycle_days(timestamptz, timestamptz, double precision) IS 'Percentile of the time from start to end, in days of 86,400 s, exact, for a fraction between 0 and 1 that is the same in all rows (else an error); between two values it interpolates. NULL where no row is completed.';
COMMENT ON AGGREGATE lead_response_time(timestamptz, timestamptz, double precision) IS 'Percentile of the time from created to responded, in days and time, exact, for a fraction between 0 and 1 that is the same in all rows (else an error); those that still wait are not in it. NULL where none is answered.';
COMMENT ON AGGREGATE cycle_time(timestamp, timestamp) IS 'Mean time from start to end, in days and time, to the microsecond, of the rows that have both. The sales cycle is that of won deals: FILTER (WHERE won). NULL where no row is completed.';
COMMENT ON AGGREGATE cycle_days(timestamp, timestamp) IS 'Mean time from start to end, in days of 86,400 s, of the rows that have both. The sales cycle is that of won deals: FILTER (WHERE won). NULL where no row is completed.';
COMMENT ON AGGREGATE lead_response_time(timestamp, timestamp) IS 'Mean time from created to responded, in days and time, to the microsecond, of the leads answered; those that still wait are not in it. NULL where none is answered.';
COMMENT ON AGGREGATE cycle_time(timestamp, timestamp, double precision) IS 'Percentile of the time from start to end, in days and time, exact, for a fraction between 0 and 1 that is the same in all rows (else an error); between two values it interpolates, to the microsecond. NULL where no row is completed.';
COMMENT ON AGGREGATE cycle_days(timestamp, timestamp, double precision) IS 'Percentile of the time from start to end, in days of 86,400 s, exact, for a fraction between 0 and 1 that is the same in all rows (else an error); between two values it interpolates. NULL where no row is completed.';
COMMENT ON AGGREGATE lead_response_time(timestamp, timestamp, double precision) IS 'Percentile of the time from created to responded, in days and time, exact, for a fraction between 0 and 1 that is the same in all rows (else an error); those that still wait are not in it. NULL where none is answered.';
COMMENT ON AGGREGATE cycle_time(date, date) IS 'Mean time from start to end, in days and time, to the microsecond, of the rows that have both. The sales cycle is that of won deals: FILTER (WHERE won). NULL where no row is completed.';
COMMENT ON AGGREGATE cycle_days(date, date) IS 'Mean time from start to end, in days of 86,400 s, of the rows that have both. The sales cycle is that of won deals: FILTER (WHERE won). NULL where no row is completed.';
COMMENT ON AGGREGATE lead_response_time(date, date) IS 'Mean time from created to responded, in days and time, to the microsecond, of the leads answered; those that still wait are not in it. NULL where none is answered.';
COMMENT ON AGGREGATE cycle_time(date, date, double precision) IS 'Percentile of the time from start to end, in days and time, exact, for a fraction between 0 and 1 that is the same in all rows (else an error); between two values it interpolates, to the microsecond. NULL where no row is completed.';
COMMENT ON AGGREGATE cycle_days(date, date, double precision) IS 'Percentile of the time from start to end, in days of 86,400 s, exact, for a fraction between 0 and 1 that is the same in all rows (else an error); between two values it interpolates. NULL where no row is completed.';
COMMENT ON AGGREGATE lead_response_time(date, date, double precision) IS 'Percentile of the time from created to responded, in days and time, exact, for a fraction between 0 and 1 that is the same in all rows (else an error); those that still wait are not in it. NULL where none is answered.';

--
-- velocity: pipeline velocity and its levers (src/kpi/velocity.c, doc/velocity.md)
--

CREATE TYPE velocity_summary;

CREATE FUNCTION velocity_summary_in(cstring) RETURNS velocity_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION velocity_summary_out(velocity_summary) RETURNS cstring
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION velocity_summary_recv(internal) RETURNS velocity_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION velocity_summary_send(velocity_summary) RETURNS bytea
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION velocity_summary_in(cstring) IS 'Reads the text form of type velocity_summary, JSON; an error where it breaks a rule.';
COMMENT ON FUNCTION velocity_summary_out(velocity_summary) IS 'The text form of type velocity_summary, JSON, lossless.';
COMMENT ON FUNCTION velocity_summary_recv(internal) IS 'Reads the binary form of type velocity_summary, every byte checked.';
COMMENT ON FUNCTION velocity_summary_send(velocity_summary) IS 'The binary form of type velocity_summary: equal summaries are equal bytes.';

CREATE TYPE velocity_summary (
	INPUT = velocity_summary_in, OUTPUT = velocity_summary_out,
	RECEIVE = velocity_summary_recv, SEND = velocity_summary_send,
	INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = extended
);

CREATE FUNCTION velocity_summary_eq(velocity_summary, velocity_summary) RETURNS boolean
	AS 'MODULE_PATHNAME', 'summary_eq' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION velocity_summary_ne(velocity_summary, velocity_summary) RETURNS boolean
	AS 'MODULE_PATHNAME', 'summary_ne' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION velocity_summary_hash(velocity_summary) RETURNS integer
	AS 'MODULE_PATHNAME', 'summary_hash' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION velocity_summary_hash_extended(velocity_summary, bigint) RETURNS bigint
	AS 'MODULE_PATHNAME', 'summary_hash_extended' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION velocity_summary_eq(velocity_summary, velocity_summary) IS 'Whether two summaries are the same: they keep the same, to the last digit and decimal place.';
COMMENT ON FUNCTION velocity_summary_ne(velocity_summary, velocity_summary) IS 'Whether two summaries differ in anything that they keep.';
COMMENT ON FUNCTION velocity_summary_hash(velocity_summary) IS 'Hash of what a summary keeps.';
COMMENT ON FUNCTION velocity_summary_hash_extended(velocity_summary, bigint) IS 'Hash, with a seed, of what a summary keeps.';

CREATE OPERATOR = (LEFTARG = velocity_summary, RIGHTARG = velocity_summary, FUNCTION = velocity_summary_eq, COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES);
CREATE OPERATOR <> (LEFTARG = velocity_summary, RIGHTARG = velocity_summary, FUNCTION = velocity_summary_ne, COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel);
COMMENT ON OPERATOR = (velocity_summary, velocity_summary) IS 'Whether two summaries are the same.';
COMMENT ON OPERATOR <> (velocity_summary, velocity_summary) IS 'Whether two summaries differ.';

CREATE OPERATOR CLASS velocity_summary_ops DEFAULT FOR TYPE velocity_summary USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 velocity_summary_hash(velocity_summary),
	FUNCTION 2 velocity_summary_hash_extended(velocity_summary, bigint);
COMMENT ON OPERATOR CLASS velocity_summary_ops USING hash IS 'Hashes summaries: for UNION, DISTINCT, GROUP BY, joins and hash indexes. They have no order.';
COMMENT ON TYPE velocity_summary IS 'A pipeline summed up: deals won, lost and open, what was won in one currency and how long that took; made by velocity_agg, merged by rollup. Prints as JSON.';

-- Rows into a summary

CREATE FUNCTION velocity_combine(velocity_summary, velocity_summary) RETURNS velocity_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION velocity_final(velocity_summary) RETURNS velocity_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION velocity_combine(velocity_summary, velocity_summary) IS 'Merges two summaries: combine function of the velocity aggregates, transition function of rollup.';
COMMENT ON FUNCTION velocity_final(velocity_summary) IS 'Packs a running summary: final function of velocity_agg and rollup.';

CREATE FUNCTION velocity_accum(velocity_summary, won boolean, amount smallint, created timestamptz, closed timestamptz) RETURNS velocity_summary
	AS 'MODULE_PATHNAME', 'velocity_accum_int2_timestamp' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION velocity_remove(velocity_summary, won boolean, amount smallint, created timestamptz, closed timestamptz) RETURNS velocity_summary
	AS 'MODULE_PATHNAME', 'velocity_remove_int2_timestamp' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION velocity_accum(velocity_summary, boolean, smallint, timestamptz, timestamptz) IS 'Adds a deal: transition function of velocity_agg and pipeline_velocity.';
COMMENT ON FUNCTION velocity_remove(velocity_summary, boolean, smallint, timestamptz, timestamptz) IS 'Takes a deal out of a moving window: inverse of velocity_accum.';
CREATE FUNCTION velocity_accum(velocity_summary, won boolean, amount smallint, created timestamp, closed timestamp) RETURNS velocity_summary
	AS 'MODULE_PATHNAME', 'velocity_accum_int2_timestamp' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION velocity_remove(velocity_summary, won boolean, amount smallint, created timestamp, closed timestamp) RETURNS velocity_summary
	AS 'MODULE_PATHNAME', 'velocity_remove_int2_timestamp' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION velocity_accum(velocity_summary, boolean, smallint, timestamp, timestamp) IS 'Adds a deal: transition function of velocity_agg and pipeline_velocity.';
COMMENT ON FUNCTION velocity_remove(velocity_summary, boolean, smallint, timestamp, timestamp) IS 'Takes a deal out of a moving window: inverse of velocity_accum.';
CREATE FUNCTION velocity_accum(velocity_summary, won boolean, amount smallint, created date, closed date) RETURNS velocity_summary
	AS 'MODULE_PATHNAME', 'velocity_accum_int2_date' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION velocity_remove(velocity_summary, won boolean, amount smallint, created date, closed date) RETURNS velocity_summary
	AS 'MODULE_PATHNAME', 'velocity_remove_int2_date' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION velocity_accum(velocity_summary, boolean, smallint, date, date) IS 'Adds a deal: transition function of velocity_agg and pipeline_velocity.';
COMMENT ON FUNCTION velocity_remove(velocity_summary, boolean, smallint, date, date) IS 'Takes a deal out of a moving window: inverse of velocity_accum.';
CREATE FUNCTION velocity_accum(velocity_summary, won boolean, amount integer, created timestamptz, closed timestamptz) RETURNS velocity_summary
	AS 'MODULE_PATHNAME', 'velocity_accum_int4_timestamp' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION velocity_remove(velocity_summary, won boolean, amount integer, created timestamptz, closed timestamptz) RETURNS velocity_summary
	AS 'MODULE_PATHNAME', 'velocity_remove_int4_timestamp' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION velocity_accum(velocity_summary, boolean, integer, timestamptz, timestamptz) IS 'Adds a deal: transition function of velocity_agg and pipeline_velocity.';
COMMENT ON FUNCTION velocity_remove(velocity_summary, boolean, integer, timestamptz, timestamptz) IS 'Takes a deal out of a moving window: inverse of velocity_accum.';
CREATE FUNCTION velocity_accum(velocity_summary, won boolean, amount integer, created timestamp, closed timestamp) RETURNS velocity_summary
	AS 'MODULE_PATHNAME', 'velocity_accum_int4_timestamp' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION velocity_remove(velocity_summary, won boolean, amount integer, created timestamp, closed timestamp) RETURNS velocity_summary
	AS 'MODULE_PATHNAME', 'velocity_remove_int4_timestamp' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION velocity_accum(velocity_summary, boolean, integer, timestamp, timestamp) IS 'Adds a deal: transition function of velocity_agg and pipeline_velocity.';
COMMENT ON FUNCTION velocity_remove(velocity_summary, boolean, integer, timestamp, timestamp) IS 'Takes a deal out of a moving window: inverse of velocity_accum.';
CREATE FUNCTION velocity_accum(velocity_summary, won boolean, amount integer, created date, closed date) RETURNS velocity_summary
	AS 'MODULE_PATHNAME', 'velocity_accum_int4_date' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION velocity_remove(velocity_summary, won boolean, amount integer, created date, closed date) RETURNS velocity_summary
	AS 'MODULE_PATHNAME', 'velocity_remove_int4_date' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION velocity_accum(velocity_summary, boolean, integer, date, date) IS 'Adds a deal: transition function of velocity_agg and pipeline_velocity.';
COMMENT ON FUNCTION velocity_remove(velocity_summary, boolean, integer, date, date) IS 'Takes a deal out of a moving window: inverse of velocity_accum.';
CREATE FUNCTION velocity_accum(velocity_summary, won boolean, amount bigint, created timestamptz, closed timestamptz) RETURNS velocity_summary
	AS 'MODULE_PATHNAME', 'velocity_accum_int8_timestamp' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION velocity_remove(velocity_summary, won boolean, amount bigint, created timestamptz, closed timestamptz) RETURNS velocity_summary
	AS 'MODULE_PATHNAME', 'velocity_remove_int8_timestamp' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION velocity_accum(velocity_summary, boolean, bigint, timestamptz, timestamptz) IS 'Adds a deal: transition function of velocity_agg and pipeline_velocity.';
COMMENT ON FUNCTION velocity_remove(velocity_summary, boolean, bigint, timestamptz, timestamptz) IS 'Takes a deal out of a moving window: inverse of velocity_accum.';
CREATE FUNCTION velocity_accum(velocity_summary, won boolean, amount bigint, created timestamp, closed timestamp) RETURNS velocity_summary
	AS 'MODULE_PATHNAME', 'velocity_accum_int8_timestamp' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION velocity_remove(velocity_summary, won boolean, amount bigint, created timestamp, closed timestamp) RETURNS velocity_summary
	AS 'MODULE_PATHNAME', 'velocity_remove_int8_timestamp' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION velocity_accum(velocity_summary, boolean, bigint, timestamp, timestamp) IS 'Adds a deal: transition function of velocity_agg and pipeline_velocity.';
COMMENT ON FUNCTION velocity_remove(velocity_summary, boolean, bigint, timestamp, timestamp) IS 'Takes a deal out of a moving window: inverse of velocity_accum.';
CREATE FUNCTION velocity_accum(velocity_summary, won boolean, amount bigint, created date, closed date) RETURNS velocity_summary
	AS 'MODULE_PATHNAME', 'velocity_accum_int8_date' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION velocity_remove(velocity_summary, won boolean, amount bigint, created date, closed date) RETURNS velocity_summary
	AS 'MODULE_PATHNAME', 'velocity_remove_int8_date' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION velocity_accum(velocity_summary, boolean, bigint, date, date) IS 'Adds a deal: transition function of velocity_agg and pipeline_velocity.';
COMMENT ON FUNCTION velocity_remove(velocity_summary, boolean, bigint, date, date) IS 'Takes a deal out of a moving window: inverse of velocity_accum.';
CREATE FUNCTION velocity_accum(velocity_summary, won boolean, amount numeric, created timestamptz, closed timestamptz) RETURNS velocity_summary
	AS 'MODULE_PATHNAME', 'velocity_accum_numeric_timestamp' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION velocity_remove(velocity_summary, won boolean, amount numeric, created timestamptz, closed timestamptz) RETURNS velocity_summary
	AS 'MODULE_PATHNAME', 'velocity_remove_numeric_timestamp' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION velocity_accum(velocity_summary, boolean, numeric, timestamptz, timestamptz) IS 'Adds a deal: transition function of velocity_agg and pipeline_velocity.';
COMMENT ON FUNCTION velocity_remove(velocity_summary, boolean, numeric, timestamptz, timestamptz) IS 'Takes a deal out of a moving window: inverse of velocity_accum.';
CREATE FUNCTION velocity_accum(velocity_summary, won boolean, amount numeric, created timestamp, closed timestamp) RETURNS velocity_summary
	AS 'MODULE_PATHNAME', 'velocity_accum_numeric_timestamp' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION velocity_remove(velocity_summary, won boolean, amount numeric, created timestamp, closed timestamp) RETURNS velocity_summary
	AS 'MODULE_PATHNAME', 'velocity_remove_numeric_timestamp' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION velocity_accum(velocity_summary, boolean, numeric, timestamp, timestamp) IS 'Adds a deal: transition function of velocity_agg and pipeline_velocity.';
COMMENT ON FUNCTION velocity_remove(velocity_summary, boolean, numeric, timestamp, timestamp) IS 'Takes a deal out of a moving window: inverse of velocity_accum.';
CREATE FUNCTION velocity_accum(velocity_summary, won boolean, amount numeric, created date, closed date) RETURNS velocity_summary
	AS 'MODULE_PATHNAME', 'velocity_accum_numeric_date' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION velocity_remove(velocity_summary, won boolean, amount numeric, created date, closed date) RETURNS velocity_summary
	AS 'MODULE_PATHNAME', 'velocity_remove_numeric_date' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION velocity_accum(velocity_summary, boolean, numeric, date, date) IS 'Adds a deal: transition function of velocity_agg and pipeline_velocity.';
COMMENT ON FUNCTION velocity_remove(velocity_summary, boolean, numeric, date, date) IS 'Takes a deal out of a moving window: inverse of velocity_accum.';
CREATE FUNCTION velocity_accum(velocity_summary, won boolean, amount real, created timestamptz, closed timestamptz) RETURNS velocity_summary
	AS 'MODULE_PATHNAME', 'velocity_accum_float4_timestamp' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION velocity_remove(velocity_summary, won boolean, amount real, created timestamptz, closed timestamptz) RETURNS velocity_summary
	AS 'MODULE_PATHNAME', 'velocity_remove_float4_timestamp' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION velocity_accum(velocity_summary, boolean, real, timestamptz, timestamptz) IS 'Adds a deal: transition function of velocity_agg and pipeline_velocity.';
COMMENT ON FUNCTION velocity_remove(velocity_summary, boolean, real, timestamptz, timestamptz) IS 'Takes a deal out of a moving window: inverse of velocity_accum.';
CREATE FUNCTION velocity_accum(velocity_summary, won boolean, amount real, created timestamp, closed timestamp) RETURNS velocity_summary
	AS 'MODULE_PATHNAME', 'velocity_accum_float4_timestamp' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION velocity_remove(velocity_summary, won boolean, amount real, created timestamp, closed timestamp) RETURNS velocity_summary
	AS 'MODULE_PATHNAME', 'velocity_remove_float4_timestamp' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION velocity_accum(velocity_summary, boolean, real, timestamp, timestamp) IS 'Adds a deal: transition function of velocity_agg and pipeline_velocity.';
COMMENT ON FUNCTION velocity_remove(velocity_summary, boolean, real, timestamp, timestamp) IS 'Takes a deal out of a moving window: inverse of velocity_accum.';
CREATE FUNCTION velocity_accum(velocity_summary, won boolean, amount real, created date, closed date) RETURNS velocity_summary
	AS 'MODULE_PATHNAME', 'velocity_accum_float4_date' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION velocity_remove(velocity_summary, won boolean, amount real, created date, closed date) RETURNS velocity_summary
	AS 'MODULE_PATHNAME', 'velocity_remove_float4_date' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION velocity_accum(velocity_summary, boolean, real, date, date) IS 'Adds a deal: transition function of velocity_agg and pipeline_velocity.';
COMMENT ON FUNCTION velocity_remove(velocity_summary, boolean, real, date, date) IS 'Takes a deal out of a moving window: inverse of velocity_accum.';
CREATE FUNCTION velocity_accum(velocity_summary, won boolean, amount double precision, created timestamptz, closed timestamptz) RETURNS velocity_summary
	AS 'MODULE_PATHNAME', 'velocity_accum_float8_timestamp' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION velocity_remove(velocity_summary, won boolean, amount double precision, created timestamptz, closed timestamptz) RETURNS velocity_summary
	AS 'MODULE_PATHNAME', 'velocity_remove_float8_timestamp' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION velocity_accum(velocity_summary, boolean, double precision, timestamptz, timestamptz) IS 'Adds a deal: transition function of velocity_agg and pipeline_velocity.';
COMMENT ON FUNCTION velocity_remove(velocity_summary, boolean, double precision, timestamptz, timestamptz) IS 'Takes a deal out of a moving window: inverse of velocity_accum.';
CREATE FUNCTION velocity_accum(velocity_summary, won boolean, amount double precision, created timestamp, closed timestamp) RETURNS velocity_summary
	AS 'MODULE_PATHNAME', 'velocity_accum_float8_timestamp' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION velocity_remove(velocity_summary, won boolean, amount double precision, created timestamp, closed timestamp) RETURNS velocity_summary
	AS 'MODULE_PATHNAME', 'velocity_remove_float8_timestamp' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION velocity_accum(velocity_summary, boolean, double precision, timestamp, timestamp) IS 'Adds a deal: transition function of velocity_agg and pipeline_velocity.';
COMMENT ON FUNCTION velocity_remove(velocity_summary, boolean, double precision, timestamp, timestamp) IS 'Takes a deal out of a moving window: inverse of velocity_accum.';
CREATE FUNCTION velocity_accum(velocity_summary, won boolean, amount double precision, created date, closed date) RETURNS velocity_summary
	AS 'MODULE_PATHNAME', 'velocity_accum_float8_date' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION velocity_remove(velocity_summary, won boolean, amount double precision, created date, closed date) RETURNS velocity_summary
	AS 'MODULE_PATHNAME', 'velocity_remove_float8_date' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION velocity_accum(velocity_summary, boolean, double precision, date, date) IS 'Adds a deal: transition function of velocity_agg and pipeline_velocity.';
COMMENT ON FUNCTION velocity_remove(velocity_summary, boolean, double precision, date, date) IS 'Takes a deal out of a moving window: inverse of velocity_accum.';

-- Figures of a summary

CREATE FUNCTION pipeline_velocity(velocity_summary) RETURNS numeric
	AS 'MODULE_PATHNAME', 'velocity_pipeline_velocity' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_velocity(velocity_summary) IS 'Pipeline velocity, money per day in the currency of the amounts: all deals x win rate x average deal size / average cycle in days, with 16 decimals more than the amounts have. A stock: add it over segments, not over days. NULL where no deal was won, none has an amount or the cycle is zero.';

CREATE FUNCTION pipeline_velocity(summary velocity_summary, basis text) RETURNS numeric
	AS 'MODULE_PATHNAME', 'velocity_pipeline_velocity' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_velocity(velocity_summary, text) IS 'Pipeline velocity, money per day in the currency of the amounts, of the deals that basis names (''open'', ''decided'' or ''all'', else an error): their number x win rate x average deal size / average cycle in days, with 16 decimals more than the amounts have. A stock: add it over segments, not over days. NULL where no deal was won, none has an amount or the cycle is zero.';

CREATE FUNCTION opportunities(summary velocity_summary, basis text DEFAULT 'all') RETURNS bigint
	AS 'MODULE_PATHNAME', 'velocity_opportunities' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION opportunities(velocity_summary, text) IS 'Deals, of those that basis names: ''open'', ''decided'' (won and lost) or ''all'', else an error. The first lever of pipeline_velocity.';

CREATE FUNCTION win_rate(velocity_summary) RETURNS double precision
	AS 'MODULE_PATHNAME', 'velocity_win_rate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION win_rate(velocity_summary) IS 'Won of the decided, a fraction 0..1: won / (won + lost). The second lever of pipeline_velocity. NULL where nothing is decided.';

CREATE FUNCTION avg_deal_size(velocity_summary) RETURNS numeric
	AS 'MODULE_PATHNAME', 'velocity_avg_deal_size' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION avg_deal_size(velocity_summary) IS 'Average amount of a deal won, in the currency of the amounts: amount won / deals won that have an amount. The third lever of pipeline_velocity. NULL where none has.';

CREATE FUNCTION cycle_days(velocity_summary) RETURNS double precision
	AS 'MODULE_PATHNAME', 'velocity_cycle_days' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION cycle_days(velocity_summary) IS 'Average sales cycle of the deals won, in days of 86,400 s: from created to closed, of those with valid dates (see invalid_rows). The fourth lever of pipeline_velocity, which divides by it. NULL where there are none.';

CREATE FUNCTION amount_won(velocity_summary) RETURNS numeric
	AS 'MODULE_PATHNAME', 'velocity_amount_won' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION amount_won(velocity_summary) IS 'Amount won, exact, in the currency of the amounts. NULL where no deal won has an amount.';

CREATE FUNCTION succeeded(velocity_summary) RETURNS bigint
	AS 'MODULE_PATHNAME', 'velocity_succeeded' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION succeeded(velocity_summary) IS 'Deals won.';

CREATE FUNCTION won_without_amount(velocity_summary) RETURNS bigint
	AS 'MODULE_PATHNAME', 'velocity_won_without_amount' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION won_without_amount(velocity_summary) IS 'Deals won whose amount is NULL: absent from avg_deal_size, present in win_rate.';

CREATE FUNCTION invalid_rows(velocity_summary) RETURNS bigint
	AS 'MODULE_PATHNAME', 'velocity_invalid_rows' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION invalid_rows(velocity_summary) IS 'Deals won whose cycle is left out: a date is missing or outside of the years 1900 to 2199, or closed lies before created. They still count as won.';

CREATE FUNCTION data_from(velocity_summary) RETURNS timestamptz
	AS 'MODULE_PATHNAME', 'velocity_data_from' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION data_from(velocity_summary) IS 'The first moment seen, of created and (for deals decided) closed; timestamp and date taken as UTC; moments outside of the years 1900 to 2199 and rows that close before they were created left out. NULL where none was.';

CREATE FUNCTION data_through(velocity_summary) RETURNS timestamptz
	AS 'MODULE_PATHNAME', 'velocity_data_through' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION data_through(velocity_summary) IS 'The last moment seen, of created and (for deals decided) closed; timestamp and date taken as UTC; moments outside of the years 1900 to 2199 and rows that close before they were created left out. NULL where none was.';

CREATE FUNCTION velocity_drivers(
	before velocity_summary, after velocity_summary, basis text DEFAULT 'all',
	OUT lever text, OUT before numeric, OUT after numeric, OUT contribution numeric)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 4;
COMMENT ON FUNCTION velocity_drivers(velocity_summary, velocity_summary, text) IS 'Why pipeline velocity changed: four rows, opportunities, win_rate, avg_deal_size and cycle_days, each before and after, and its contribution in money per day; the contributions add up exactly to pipeline_velocity(after, basis) - pipeline_velocity(before, basis). Each is the average over all orders of changing the levers. Contributions are NULL where a side has no velocity; another basis than ''open'', ''decided'' or ''all'' is an error. Use it in FROM. Shapley 1953.';

-- Aggregates

CREATE AGGREGATE velocity_agg(won boolean, amount smallint, created timestamptz, closed timestamptz) (
	SFUNC = velocity_accum, STYPE = velocity_summary, SSPACE = 128,
	FINALFUNC = velocity_final, COMBINEFUNC = velocity_combine,
	PARALLEL = SAFE
);
CREATE AGGREGATE pipeline_velocity(won boolean, amount smallint, created timestamptz, closed timestamptz) (
	SFUNC = velocity_accum, STYPE = velocity_summary, SSPACE = 128,
	FINALFUNC = pipeline_velocity, COMBINEFUNC = velocity_combine,
	MSFUNC = velocity_accum, MINVFUNC = velocity_remove, MSTYPE = velocity_summary, MSSPACE = 128, MFINALFUNC = pipeline_velocity,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE velocity_agg(boolean, smallint, timestamptz, timestamptz) IS 'Counts deals (won: true, false, or NULL for open) and adds up the amounts, in one currency, and the cycles of those won into a velocity_summary. Never NULL; NaN and infinite amounts are errors.';
COMMENT ON AGGREGATE pipeline_velocity(boolean, smallint, timestamptz, timestamptz) IS 'Pipeline velocity, money per day in the currency of the amounts: rows x win rate x average deal size / average cycle in days. won is true, false, or NULL for open. A stock: add it over segments, not over days. NULL where no deal was won, none has an amount or the cycle is zero.';
CREATE AGGREGATE velocity_agg(won boolean, amount smallint, created timestamp, closed timestamp) (
	SFUNC = velocity_accum, STYPE = velocity_summary, SSPACE = 128,
	FINALFUNC = velocity_final, COMBINEFUNC = velocity_combine,
	PARALLEL = SAFE
);
CREATE AGGREGATE pipeline_velocity(won boolean, amount smallint, created timestamp, closed timestamp) (
	SFUNC = velocity_accum, STYPE = velocity_summary, SSPACE = 128,
	FINALFUNC = pipeline_velocity, COMBINEFUNC = velocity_combine,
	MSFUNC = velocity_accum, MINVFUNC = velocity_remove, MSTYPE = velocity_summary, MSSPACE = 128, MFINALFUNC = pipeline_velocity,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE velocity_agg(boolean, smallint, timestamp, timestamp) IS 'Counts deals (won: true, false, or NULL for open) and adds up the amounts, in one currency, and the cycles of those won into a velocity_summary. Never NULL; NaN and infinite amounts are errors.';
COMMENT ON AGGREGATE pipeline_velocity(boolean, smallint, timestamp, timestamp) IS 'Pipeline velocity, money per day in the currency of the amounts: rows x win rate x average deal size / average cycle in days. won is true, false, or NULL for open. A stock: add it over segments, not over days. NULL where no deal was won, none has an amount or the cycle is zero.';
CREATE AGGREGATE velocity_agg(won boolean, amount smallint, created date, closed date) (
	SFUNC = velocity_accum, STYPE = velocity_summary, SSPACE = 128,
	FINALFUNC = velocity_final, COMBINEFUNC = velocity_combine,
	PARALLEL = SAFE
);
CREATE AGGREGATE pipeline_velocity(won boolean, amount smallint, created date, closed date) (
	SFUNC = velocity_accum, STYPE = velocity_summary, SSPACE = 128,
	FINALFUNC = pipeline_velocity, COMBINEFUNC = velocity_combine,
	MSFUNC = velocity_accum, MINVFUNC = velocity_remove, MSTYPE = velocity_summary, MSSPACE = 128, MFINALFUNC = pipeline_velocity,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE velocity_agg(boolean, smallint, date, date) IS 'Counts deals (won: true, false, or NULL for open) and adds up the amounts, in one currency, and the cycles of those won into a velocity_summary. Never NULL; NaN and infinite amounts are errors.';
COMMENT ON AGGREGATE pipeline_velocity(boolean, smallint, date, date) IS 'Pipeline velocity, money per day in the currency of the amounts: rows x win rate x average deal size / average cycle in days. won is true, false, or NULL for open. A stock: add it over segments, not over days. NULL where no deal was won, none has an amount or the cycle is zero.';
CREATE AGGREGATE velocity_agg(won boolean, amount integer, created timestamptz, closed timestamptz) (
	SFUNC = velocity_accum, STYPE = velocity_summary, SSPACE = 128,
	FINALFUNC = velocity_final, COMBINEFUNC = velocity_combine,
	PARALLEL = SAFE
);
CREATE AGGREGATE pipeline_velocity(won boolean, amount integer, created timestamptz, closed timestamptz) (
	SFUNC = velocity_accum, STYPE = velocity_summary, SSPACE = 128,
	FINALFUNC = pipeline_velocity, COMBINEFUNC = velocity_combine,
	MSFUNC = velocity_accum, MINVFUNC = velocity_remove, MSTYPE = velocity_summary, MSSPACE = 128, MFINALFUNC = pipeline_velocity,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE velocity_agg(boolean, integer, timestamptz, timestamptz) IS 'Counts deals (won: true, false, or NULL for open) and adds up the amounts, in one currency, and the cycles of those won into a velocity_summary. Never NULL; NaN and infinite amounts are errors.';
COMMENT ON AGGREGATE pipeline_velocity(boolean, integer, timestamptz, timestamptz) IS 'Pipeline velocity, money per day in the currency of the amounts: rows x win rate x average deal size / average cycle in days. won is true, false, or NULL for open. A stock: add it over segments, not over days. NULL where no deal was won, none has an amount or the cycle is zero.';
CREATE AGGREGATE velocity_agg(won boolean, amount integer, created timestamp, closed timestamp) (
	SFUNC = velocity_accum, STYPE = velocity_summary, SSPACE = 128,
	FINALFUNC = velocity_final, COMBINEFUNC = velocity_combine,
	PARALLEL = SAFE
);
CREATE AGGREGATE pipeline_velocity(won boolean, amount integer, created timestamp, closed timestamp) (
	SFUNC = velocity_accum, STYPE = velocity_summary, SSPACE = 128,
	FINALFUNC = pipeline_velocity, COMBINEFUNC = velocity_combine,
	MSFUNC = velocity_accum, MINVFUNC = velocity_remove, MSTYPE = velocity_summary, MSSPACE = 128, MFINALFUNC = pipeline_velocity,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE velocity_agg(boolean, integer, timestamp, timestamp) IS 'Counts deals (won: true, false, or NULL for open) and adds up the amounts, in one currency, and the cycles of those won into a velocity_summary. Never NULL; NaN and infinite amounts are errors.';
COMMENT ON AGGREGATE pipeline_velocity(boolean, integer, timestamp, timestamp) IS 'Pipeline velocity, money per day in the currency of the amounts: rows x win rate x average deal size / average cycle in days. won is true, false, or NULL for open. A stock: add it over segments, not over days. NULL where no deal was won, none has an amount or the cycle is zero.';
CREATE AGGREGATE velocity_agg(won boolean, amount integer, created date, closed date) (
	SFUNC = velocity_accum, STYPE = velocity_summary, SSPACE = 128,
	FINALFUNC = velocity_final, COMBINEFUNC = velocity_combine,
	PARALLEL = SAFE
);
CREATE AGGREGATE pipeline_velocity(won boolean, amount integer, created date, closed date) (
	SFUNC = velocity_accum, STYPE = velocity_summary, SSPACE = 128,
	FINALFUNC = pipeline_velocity, COMBINEFUNC = velocity_combine,
	MSFUNC = velocity_accum, MINVFUNC = velocity_remove, MSTYPE = velocity_summary, MSSPACE = 128, MFINALFUNC = pipeline_velocity,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE velocity_agg(boolean, integer, date, date) IS 'Counts deals (won: true, false, or NULL for open) and adds up the amounts, in one currency, and the cycles of those won into a velocity_summary. Never NULL; NaN and infinite amounts are errors.';
COMMENT ON AGGREGATE pipeline_velocity(boolean, integer, date, date) IS 'Pipeline velocity, money per day in the currency of the amounts: rows x win rate x average deal size / average cycle in days. won is true, false, or NULL for open. A stock: add it over segments, not over days. NULL where no deal was won, none has an amount or the cycle is zero.';
CREATE AGGREGATE velocity_agg(won boolean, amount bigint, created timestamptz, closed timestamptz) (
	SFUNC = velocity_accum, STYPE = velocity_summary, SSPACE = 128,
	FINALFUNC = velocity_final, COMBINEFUNC = velocity_combine,
	PARALLEL = SAFE
);
CREATE AGGREGATE pipeline_velocity(won boolean, amount bigint, created timestamptz, closed timestamptz) (
	SFUNC = velocity_accum, STYPE = velocity_summary, SSPACE = 128,
	FINALFUNC = pipeline_velocity, COMBINEFUNC = velocity_combine,
	MSFUNC = velocity_accum, MINVFUNC = velocity_remove, MSTYPE = velocity_summary, MSSPACE = 128, MFINALFUNC = pipeline_velocity,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE velocity_agg(boolean, bigint, timestamptz, timestamptz) IS 'Counts deals (won: true, false, or NULL for open) and adds up the amounts, in one currency, and the cycles of those won into a velocity_summary. Never NULL; NaN and infinite amounts are errors.';
COMMENT ON AGGREGATE pipeline_velocity(boolean, bigint, timestamptz, timestamptz) IS 'Pipeline velocity, money per day in the currency of the amounts: rows x win rate x average deal size / average cycle in days. won is true, false, or NULL for open. A stock: add it over segments, not over days. NULL where no deal was won, none has an amount or the cycle is zero.';
CREATE AGGREGATE velocity_agg(won boolean, amount bigint, created timestamp, closed timestamp) (
	SFUNC = velocity_accum, STYPE = velocity_summary, SSPACE = 128,
	FINALFUNC = velocity_final, COMBINEFUNC = velocity_combine,
	PARALLEL = SAFE
);
CREATE AGGREGATE pipeline_velocity(won boolean, amount bigint, created timestamp, closed timestamp) (
	SFUNC = velocity_accum, STYPE = velocity_summary, SSPACE = 128,
	FINALFUNC = pipeline_velocity, COMBINEFUNC = velocity_combine,
	MSFUNC = velocity_accum, MINVFUNC = velocity_remove, MSTYPE = velocity_summary, MSSPACE = 128, MFINALFUNC = pipeline_velocity,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE velocity_agg(boolean, bigint, timestamp, timestamp) IS 'Counts deals (won: true, false, or NULL for open) and adds up the amounts, in one currency, and the cycles of those won into a velocity_summary. Never NULL; NaN and infinite amounts are errors.';
COMMENT ON AGGREGATE pipeline_velocity(boolean, bigint, timestamp, timestamp) IS 'Pipeline velocity, money per day in the currency of the amounts: rows x win rate x average deal size / average cycle in days. won is true, false, or NULL for open. A stock: add it over segments, not over days. NULL where no deal was won, none has an amount or the cycle is zero.';
CREATE AGGREGATE velocity_agg(won boolean, amount bigint, created date, closed date) (
	SFUNC = velocity_accum, STYPE = velocity_summary, SSPACE = 128,
	FINALFUNC = velocity_final, COMBINEFUNC = velocity_combine,
	PARALLEL = SAFE
);
CREATE AGGREGATE pipeline_velocity(won boolean, amount bigint, created date, closed date) (
	SFUNC = velocity_accum, STYPE = velocity_summary, SSPACE = 128,
	FINALFUNC = pipeline_velocity, COMBINEFUNC = velocity_combine,
	MSFUNC = velocity_accum, MINVFUNC = velocity_remove, MSTYPE = velocity_summary, MSSPACE = 128, MFINALFUNC = pipeline_velocity,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE velocity_agg(boolean, bigint, date, date) IS 'Counts deals (won: true, false, or NULL for open) and adds up the amounts, in one currency, and the cycles of those won into a velocity_summary. Never NULL; NaN and infinite amounts are errors.';
COMMENT ON AGGREGATE pipeline_velocity(boolean, bigint, date, date) IS 'Pipeline velocity, money per day in the currency of the amounts: rows x win rate x average deal size / average cycle in days. won is true, false, or NULL for open. A stock: add it over segments, not over days. NULL where no deal was won, none has an amount or the cycle is zero.';
CREATE AGGREGATE velocity_agg(won boolean, amount numeric, created timestamptz, closed timestamptz) (
	SFUNC = velocity_accum, STYPE = velocity_summary, SSPACE = 128,
	FINALFUNC = velocity_final, COMBINEFUNC = velocity_combine,
	PARALLEL = SAFE
);
CREATE AGGREGATE pipeline_velocity(won boolean, amount numeric, created timestamptz, closed timestamptz) (
	SFUNC = velocity_accum, STYPE = velocity_summary, SSPACE = 128,
	FINALFUNC = pipeline_velocity, COMBINEFUNC = velocity_combine,
	MSFUNC = velocity_accum, MINVFUNC = velocity_remove, MSTYPE = velocity_summary, MSSPACE = 128, MFINALFUNC = pipeline_velocity,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE velocity_agg(boolean, numeric, timestamptz, timestamptz) IS 'Counts deals (won: true, false, or NULL for open) and adds up the amounts, in one currency, and the cycles of those won into a velocity_summary. Never NULL; NaN and infinite amounts are errors.';
COMMENT ON AGGREGATE pipeline_velocity(boolean, numeric, timestamptz, timestamptz) IS 'Pipeline velocity, money per day in the currency of the amounts: rows x win rate x average deal size / average cycle in days. won is true, false, or NULL for open. A stock: add it over segments, not over days. NULL where no deal was won, none has an amount or the cycle is zero.';
CREATE AGGREGATE velocity_agg(won boolean, amount numeric, created timestamp, closed timestamp) (
	SFUNC = velocity_accum, STYPE = velocity_summary, SSPACE = 128,
	FINALFUNC = velocity_final, COMBINEFUNC = velocity_combine,
	PARALLEL = SAFE
);
CREATE AGGREGATE pipeline_velocity(won boolean, amount numeric, created timestamp, closed timestamp) (
	SFUNC = velocity_accum, STYPE = velocity_summary, SSPACE = 128,
	FINALFUNC = pipeline_velocity, COMBINEFUNC = velocity_combine,
	MSFUNC = velocity_accum, MINVFUNC = velocity_remove, MSTYPE = velocity_summary, MSSPACE = 128, MFINALFUNC = pipeline_velocity,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE velocity_agg(boolean, numeric, timestamp, timestamp) IS 'Counts deals (won: true, false, or NULL for open) and adds up the amounts, in one currency, and the cycles of those won into a velocity_summary. Never NULL; NaN and infinite amounts are errors.';
COMMENT ON AGGREGATE pipeline_velocity(boolean, numeric, timestamp, timestamp) IS 'Pipeline velocity, money per day in the currency of the amounts: rows x win rate x average deal size / average cycle in days. won is true, false, or NULL for open. A stock: add it over segments, not over days. NULL where no deal was won, none has an amount or the cycle is zero.';
CREATE AGGREGATE velocity_agg(won boolean, amount numeric, created date, closed date) (
	SFUNC = velocity_accum, STYPE = velocity_summary, SSPACE = 128,
	FINALFUNC = velocity_final, COMBINEFUNC = velocity_combine,
	PARALLEL = SAFE
);
CREATE AGGREGATE pipeline_velocity(won boolean, amount numeric, created date, closed date) (
	SFUNC = velocity_accum, STYPE = velocity_summary, SSPACE = 128,
	FINALFUNC = pipeline_velocity, COMBINEFUNC = velocity_combine,
	MSFUNC = velocity_accum, MINVFUNC = velocity_remove, MSTYPE = velocity_summary, MSSPACE = 128, MFINALFUNC = pipeline_velocity,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE velocity_agg(boolean, numeric, date, date) IS 'Counts deals (won: true, false, or NULL for open) and adds up the amounts, in one currency, and the cycles of those won into a velocity_summary. Never NULL; NaN and infinite amounts are errors.';
COMMENT ON AGGREGATE pipeline_velocity(boolean, numeric, date, date) IS 'Pipeline velocity, money per day in the currency of the amounts: rows x win rate x average deal size / average cycle in days. won is true, false, or NULL for open. A stock: add it over segments, not over days. NULL where no deal was won, none has an amount or the cycle is zero.';
CREATE AGGREGATE velocity_agg(won boolean, amount real, created timestamptz, closed timestamptz) (
	SFUNC = velocity_accum, STYPE = velocity_summary, SSPACE = 128,
	FINALFUNC = velocity_final, COMBINEFUNC = velocity_combine,
	PARALLEL = SAFE
);
CREATE AGGREGATE pipeline_velocity(won boolean, amount real, created timestamptz, closed timestamptz) (
	SFUNC = velocity_accum, STYPE = velocity_summary, SSPACE = 128,
	FINALFUNC = pipeline_velocity, COMBINEFUNC = velocity_combine,
	MSFUNC = velocity_accum, MINVFUNC = velocity_remove, MSTYPE = velocity_summary, MSSPACE = 128, MFINALFUNC = pipeline_velocity,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE velocity_agg(boolean, real, timestamptz, timestamptz) IS 'Counts deals (won: true, false, or NULL for open) and adds up the amounts, in one currency, and the cycles of those won into a velocity_summary. Never NULL; NaN and infinite amounts are errors.';
COMMENT ON AGGREGATE pipeline_velocity(boolean, real, timestamptz, timestamptz) IS 'Pipeline velocity, money per day in the currency of the amounts: rows x win rate x average deal size / average cycle in days. won is true, false, or NULL for open. A stock: add it over segments, not over days. NULL where no deal was won, none has an amount or the cycle is zero.';
CREATE AGGREGATE velocity_agg(won boolean, amount real, created timestamp, closed timestamp) (
	SFUNC = velocity_accum, STYPE = velocity_summary, SSPACE = 128,
	FINALFUNC = velocity_final, COMBINEFUNC = velocity_combine,
	PARALLEL = SAFE
);
CREATE AGGREGATE pipeline_velocity(won boolean, amount real, created timestamp, closed timestamp) (
	SFUNC = velocity_accum, STYPE = velocity_summary, SSPACE = 128,
	FINALFUNC = pipeline_velocity, COMBINEFUNC = velocity_combine,
	MSFUNC = velocity_accum, MINVFUNC = velocity_remove, MSTYPE = velocity_summary, MSSPACE = 128, MFINALFUNC = pipeline_velocity,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE velocity_agg(boolean, real, timestamp, timestamp) IS 'Counts deals (won: true, false, or NULL for open) and adds up the amounts, in one currency, and the cycles of those won into a velocity_summary. Never NULL; NaN and infinite amounts are errors.';
COMMENT ON AGGREGATE pipeline_velocity(boolean, real, timestamp, timestamp) IS 'Pipeline velocity, money per day in the currency of the amounts: rows x win rate x average deal size / average cycle in days. won is true, false, or NULL for open. A stock: add it over segments, not over days. NULL where no deal was won, none has an amount or the cycle is zero.';
CREATE AGGREGATE velocity_agg(won boolean, amount real, created date, closed date) (
	SFUNC = velocity_accum, STYPE = velocity_summary, SSPACE = 128,
	FINALFUNC = velocity_final, COMBINEFUNC = velocity_combine,
	PARALLEL = SAFE
);
CREATE AGGREGATE pipeline_velocity(won boolean, amount real, created date, closed date) (
	SFUNC = velocity_accum, STYPE = velocity_summary, SSPACE = 128,
	FINALFUNC = pipeline_velocity, COMBINEFUNC = velocity_combine,
	MSFUNC = velocity_accum, MINVFUNC = velocity_remove, MSTYPE = velocity_summary, MSSPACE = 128, MFINALFUNC = pipeline_velocity,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE velocity_agg(boolean, real, date, date) IS 'Counts deals (won: true, false, or NULL for open) and adds up the amounts, in one currency, and the cycles of those won into a velocity_summary. Never NULL; NaN and infinite amounts are errors.';
COMMENT ON AGGREGATE pipeline_velocity(boolean, real, date, date) IS 'Pipeline velocity, money per day in the currency of the amounts: rows x win rate x average deal size / average cycle in days. won is true, false, or NULL for open. A stock: add it over segments, not over days. NULL where no deal was won, none has an amount or the cycle is zero.';
CREATE AGGREGATE velocity_agg(won boolean, amount double precision, created timestamptz, closed timestamptz) (
	SFUNC = velocity_accum, STYPE = velocity_summary, SSPACE = 128,
	FINALFUNC = velocity_final, COMBINEFUNC = velocity_combine,
	PARALLEL = SAFE
);
CREATE AGGREGATE pipeline_velocity(won boolean, amount double precision, created timestamptz, closed timestamptz) (
	SFUNC = velocity_accum, STYPE = velocity_summary, SSPACE = 128,
	FINALFUNC = pipeline_velocity, COMBINEFUNC = velocity_combine,
	MSFUNC = velocity_accum, MINVFUNC = velocity_remove, MSTYPE = velocity_summary, MSSPACE = 128, MFINALFUNC = pipeline_velocity,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE velocity_agg(boolean, double precision, timestamptz, timestamptz) IS 'Counts deals (won: true, false, or NULL for open) and adds up the amounts, in one currency, and the cycles of those won into a velocity_summary. Never NULL; NaN and infinite amounts are errors.';
COMMENT ON AGGREGATE pipeline_velocity(boolean, double precision, timestamptz, timestamptz) IS 'Pipeline velocity, money per day in the currency of the amounts: rows x win rate x average deal size / average cycle in days. won is true, false, or NULL for open. A stock: add it over segments, not over days. NULL where no deal was won, none has an amount or the cycle is zero.';
CREATE AGGREGATE velocity_agg(won boolean, amount double precision, created timestamp, closed timestamp) (
	SFUNC = velocity_accum, STYPE = velocity_summary, SSPACE = 128,
	FINALFUNC = velocity_final, COMBINEFUNC = velocity_combine,
	PARALLEL = SAFE
);
CREATE AGGREGATE pipeline_velocity(won boolean, amount double precision, created timestamp, closed timestamp) (
	SFUNC = velocity_accum, STYPE = velocity_summary, SSPACE = 128,
	FINALFUNC = pipeline_velocity, COMBINEFUNC = velocity_combine,
	MSFUNC = velocity_accum, MINVFUNC = velocity_remove, MSTYPE = velocity_summary, MSSPACE = 128, MFINALFUNC = pipeline_velocity,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE velocity_agg(boolean, double precision, timestamp, timestamp) IS 'Counts deals (won: true, false, or NULL for open) and adds up the amounts, in one currency, and the cycles of those won into a velocity_summary. Never NULL; NaN and infinite amounts are errors.';
COMMENT ON AGGREGATE pipeline_velocity(boolean, double precision, timestamp, timestamp) IS 'Pipeline velocity, money per day in the currency of the amounts: rows x win rate x average deal size / average cycle in days. won is true, false, or NULL for open. A stock: add it over segments, not over days. NULL where no deal was won, none has an amount or the cycle is zero.';
CREATE AGGREGATE velocity_agg(won boolean, amount double precision, created date, closed date) (
	SFUNC = velocity_accum, STYPE = velocity_summary, SSPACE = 128,
	FINALFUNC = velocity_final, COMBINEFUNC = velocity_combine,
	PARALLEL = SAFE
);
CREATE AGGREGATE pipeline_velocity(won boolean, amount double precision, created date, closed date) (
	SFUNC = velocity_accum, STYPE = velocity_summary, SSPACE = 128,
	FINALFUNC = pipeline_velocity, COMBINEFUNC = velocity_combine,
	MSFUNC = velocity_accum, MINVFUNC = velocity_remove, MSTYPE = velocity_summary, MSSPACE = 128, MFINALFUNC = pipeline_velocity,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE velocity_agg(boolean, double precision, date, date) IS 'Counts deals (won: true, false, or NULL for open) and adds up the amounts, in one currency, and the cycles of those won into a velocity_summary. Never NULL; NaN and infinite amounts are errors.';
COMMENT ON AGGREGATE pipeline_velocity(boolean, double precision, date, date) IS 'Pipeline velocity, money per day in the currency of the amounts: rows x win rate x average deal size / average cycle in days. won is true, false, or NULL for open. A stock: add it over segments, not over days. NULL where no deal was won, none has an amount or the cycle is zero.';

CREATE AGGREGATE rollup(velocity_summary) (
	SFUNC = velocity_combine, STYPE = velocity_summary, SSPACE = 128,
	FINALFUNC = velocity_final, COMBINEFUNC = velocity_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(velocity_summary) IS 'Merges summaries exactly: a year is the rollup of its months. Never NULL; NULL summaries are passed over.';

--
-- survey: eNPS, NPS, CSAT (src/kpi/survey.c, doc/survey.md)
--

CREATE TYPE survey_summary;

CREATE FUNCTION survey_summary_in(cstring) RETURNS survey_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION survey_summary_out(survey_summary) RETURNS cstring
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION survey_summary_recv(internal) RETURNS survey_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION survey_summary_send(survey_summary) RETURNS bytea
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION survey_summary_in(cstring) IS 'Reads the text form of type survey_summary, JSON; an error where it breaks a rule.';
COMMENT ON FUNCTION survey_summary_out(survey_summary) IS 'The text form of type survey_summary, JSON, lossless.';
COMMENT ON FUNCTION survey_summary_recv(internal) IS 'Reads the binary form of type survey_summary, every byte checked.';
COMMENT ON FUNCTION survey_summary_send(survey_summary) IS 'The binary form of type survey_summary: equal summaries are equal bytes.';

CREATE TYPE survey_summary (
	INPUT = survey_summary_in, OUTPUT = survey_summary_out,
	RECEIVE = survey_summary_recv, SEND = survey_summary_send,
	INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = extended
);

CREATE FUNCTION survey_summary_eq(survey_summary, survey_summary) RETURNS boolean
	AS 'MODULE_PATHNAME', 'summary_eq' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION survey_summary_ne(survey_summary, survey_summary) RETURNS boolean
	AS 'MODULE_PATHNAME', 'summary_ne' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION survey_summary_hash(survey_summary) RETURNS integer
	AS 'MODULE_PATHNAME', 'summary_hash' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION survey_summary_hash_extended(survey_summary, bigint) RETURNS bigint
	AS 'MODULE_PATHNAME', 'summary_hash_extended' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION survey_summary_eq(survey_summary, survey_summary) IS 'Whether two summaries are the same: they keep the same, to the last digit and decimal place.';
COMMENT ON FUNCTION survey_summary_ne(survey_summary, survey_summary) IS 'Whether two summaries differ in anything that they keep.';
COMMENT ON FUNCTION survey_summary_hash(survey_summary) IS 'Hash of what a summary keeps.';
COMMENT ON FUNCTION survey_summary_hash_extended(survey_summary, bigint) IS 'Hash, with a seed, of what a summary keeps.';

CREATE OPERATOR = (LEFTARG = survey_summary, RIGHTARG = survey_summary, FUNCTION = survey_summary_eq, COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES);
CREATE OPERATOR <> (LEFTARG = survey_summary, RIGHTARG = survey_summary, FUNCTION = survey_summary_ne, COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel);
COMMENT ON OPERATOR = (survey_summary, survey_summary) IS 'Whether two summaries are the same.';
COMMENT ON OPERATOR <> (survey_summary, survey_summary) IS 'Whether two summaries differ.';

CREATE OPERATOR CLASS survey_summary_ops DEFAULT FOR TYPE survey_summary USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 survey_summary_hash(survey_summary),
	FUNCTION 2 survey_summary_hash_extended(survey_summary, bigint);
COMMENT ON OPERATOR CLASS survey_summary_ops USING hash IS 'Hashes summaries: for UNION, DISTINCT, GROUP BY, joins and hash indexes. They have no order.';
COMMENT ON TYPE survey_summary IS 'Answers counted: how often each score from 0 to 10 was given, and who was asked without answering; made by survey_agg, merged by rollup. Prints as JSON.';

-- Rows into a summary

CREATE FUNCTION survey_combine(survey_summary, survey_summary) RETURNS survey_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION survey_final(survey_summary) RETURNS survey_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION survey_combine(survey_summary, survey_summary) IS 'Merges two summaries: combine function of the survey aggregates, transition function of rollup.';
COMMENT ON FUNCTION survey_final(survey_summary) IS 'Packs a running summary: final function of survey_agg and rollup.';

CREATE FUNCTION survey_accum(survey_summary, score smallint) RETURNS survey_summary
	AS 'MODULE_PATHNAME', 'survey_accum_int2' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION survey_remove(survey_summary, score smallint) RETURNS survey_summary
	AS 'MODULE_PATHNAME', 'survey_remove_int2' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION survey_accum_satisfied(survey_summary, score smallint, satisfied_from integer) RETURNS survey_summary
	AS 'MODULE_PATHNAME', 'survey_accum_satisfied_int2' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION survey_remove_satisfied(survey_summary, score smallint, satisfied_from integer) RETURNS survey_summary
	AS 'MODULE_PATHNAME', 'survey_remove_satisfied_int2' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION survey_accum(survey_summary, smallint) IS 'Adds a row: transition function of survey_agg(smallint) and its kin.';
COMMENT ON FUNCTION survey_remove(survey_summary, smallint) IS 'Takes a row out of a moving window: inverse of survey_accum.';
COMMENT ON FUNCTION survey_accum_satisfied(survey_summary, smallint, integer) IS 'Adds a row and keeps what counts as satisfied: transition function of csat_score(smallint, integer).';
COMMENT ON FUNCTION survey_remove_satisfied(survey_summary, smallint, integer) IS 'Takes a row out of a moving window: inverse of survey_accum_satisfied.';
CREATE FUNCTION survey_accum(survey_summary, score integer) RETURNS survey_summary
	AS 'MODULE_PATHNAME', 'survey_accum_int4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION survey_remove(survey_summary, score integer) RETURNS survey_summary
	AS 'MODULE_PATHNAME', 'survey_remove_int4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION survey_accum_satisfied(survey_summary, score integer, satisfied_from integer) RETURNS survey_summary
	AS 'MODULE_PATHNAME', 'survey_accum_satisfied_int4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION survey_remove_satisfied(survey_summary, score integer, satisfied_from integer) RETURNS survey_summary
	AS 'MODULE_PATHNAME', 'survey_remove_satisfied_int4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION survey_accum(survey_summary, integer) IS 'Adds a row: transition function of survey_agg(integer) and its kin.';
COMMENT ON FUNCTION survey_remove(survey_summary, integer) IS 'Takes a row out of a moving window: inverse of survey_accum.';
COMMENT ON FUNCTION survey_accum_satisfied(survey_summary, integer, integer) IS 'Adds a row and keeps what counts as satisfied: transition function of csat_score(integer, integer).';
COMMENT ON FUNCTION survey_remove_satisfied(survey_summary, integer, integer) IS 'Takes a row out of a moving window: inverse of survey_accum_satisfied.';
CREATE FUNCTION survey_accum(survey_summary, score bigint) RETURNS survey_summary
	AS 'MODULE_PATHNAME', 'survey_accum_int8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION survey_remove(survey_summary, score bigint) RETURNS survey_summary
	AS 'MODULE_PATHNAME', 'survey_remove_int8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION survey_accum_satisfied(survey_summary, score bigint, satisfied_from integer) RETURNS survey_summary
	AS 'MODULE_PATHNAME', 'survey_accum_satisfied_int8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION survey_remove_satisfied(survey_summary, score bigint, satisfied_from integer) RETURNS survey_summary
	AS 'MODULE_PATHNAME', 'survey_remove_satisfied_int8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION survey_accum(survey_summary, bigint) IS 'Adds a row: transition function of survey_agg(bigint) and its kin.';
COMMENT ON FUNCTION survey_remove(survey_summary, bigint) IS 'Takes a row out of a moving window: inverse of survey_accum.';
COMMENT ON FUNCTION survey_accum_satisfied(survey_summary, bigint, integer) IS 'Adds a row and keeps what counts as satisfied: transition function of csat_score(bigint, integer).';
COMMENT ON FUNCTION survey_remove_satisfied(survey_summary, bigint, integer) IS 'Takes a row out of a moving window: inverse of survey_accum_satisfied.';
CREATE FUNCTION survey_accum(survey_summary, score numeric) RETURNS survey_summary
	AS 'MODULE_PATHNAME', 'survey_accum_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION survey_remove(survey_summary, score numeric) RETURNS survey_summary
	AS 'MODULE_PATHNAME', 'survey_remove_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION survey_accum_satisfied(survey_summary, score numeric, satisfied_from integer) RETURNS survey_summary
	AS 'MODULE_PATHNAME', 'survey_accum_satisfied_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION survey_remove_satisfied(survey_summary, score numeric, satisfied_from integer) RETURNS survey_summary
	AS 'MODULE_PATHNAME', 'survey_remove_satisfied_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION survey_accum(survey_summary, numeric) IS 'Adds a row: transition function of survey_agg(numeric) and its kin.';
COMMENT ON FUNCTION survey_remove(survey_summary, numeric) IS 'Takes a row out of a moving window: inverse of survey_accum.';
COMMENT ON FUNCTION survey_accum_satisfied(survey_summary, numeric, integer) IS 'Adds a row and keeps what counts as satisfied: transition function of csat_score(numeric, integer).';
COMMENT ON FUNCTION survey_remove_satisfied(survey_summary, numeric, integer) IS 'Takes a row out of a moving window: inverse of survey_accum_satisfied.';
CREATE FUNCTION survey_accum(survey_summary, score real) RETURNS survey_summary
	AS 'MODULE_PATHNAME', 'survey_accum_float4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION survey_remove(survey_summary, score real) RETURNS survey_summary
	AS 'MODULE_PATHNAME', 'survey_remove_float4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION survey_accum_satisfied(survey_summary, score real, satisfied_from integer) RETURNS survey_summary
	AS 'MODULE_PATHNAME', 'survey_accum_satisfied_float4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION survey_remove_satisfied(survey_summary, score real, satisfied_from integer) RETURNS survey_summary
	AS 'MODULE_PATHNAME', 'survey_remove_satisfied_float4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION survey_accum(survey_summary, real) IS 'Adds a row: transition function of survey_agg(real) and its kin.';
COMMENT ON FUNCTION survey_remove(survey_summary, real) IS 'Takes a row out of a moving window: inverse of survey_accum.';
COMMENT ON FUNCTION survey_accum_satisfied(survey_summary, real, integer) IS 'Adds a row and keeps what counts as satisfied: transition function of csat_score(real, integer).';
COMMENT ON FUNCTION survey_remove_satisfied(survey_summary, real, integer) IS 'Takes a row out of a moving window: inverse of survey_accum_satisfied.';
CREATE FUNCTION survey_accum(survey_summary, score double precision) RETURNS survey_summary
	AS 'MODULE_PATHNAME', 'survey_accum_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION survey_remove(survey_summary, score double precision) RETURNS survey_summary
	AS 'MODULE_PATHNAME', 'survey_remove_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION survey_accum_satisfied(survey_summary, score double precision, satisfied_from integer) RETURNS survey_summary
	AS 'MODULE_PATHNAME', 'survey_accum_satisfied_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION survey_remove_satisfied(survey_summary, score double precision, satisfied_from integer) RETURNS survey_summary
	AS 'MODULE_PATHNAME', 'survey_remove_satisfied_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION survey_accum(survey_summary, double precision) IS 'Adds a row: transition function of survey_agg(double precision) and its kin.';
COMMENT ON FUNCTION survey_remove(survey_summary, double precision) IS 'Takes a row out of a moving window: inverse of survey_accum.';
COMMENT ON FUNCTION survey_accum_satisfied(survey_summary, double precision, integer) IS 'Adds a row and keeps what counts as satisfied: transition function of csat_score(double precision, integer).';
COMMENT ON FUNCTION survey_remove_satisfied(survey_summary, double precision, integer) IS 'Takes a row out of a moving window: inverse of survey_accum_satisfied.';

-- Figures of a summary

CREATE FUNCTION enps_score(survey_summary) RETURNS double precision
	AS 'MODULE_PATHNAME', 'survey_score' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION enps_score(survey_summary) IS 'Employee Net Promoter Score, -100..100: percent promoters (9 and 10) less percent detractors (0 to 6) of all who answered. NULL where nobody did.';

CREATE FUNCTION nps_score(survey_summary) RETURNS double precision
	AS 'MODULE_PATHNAME', 'survey_score' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION nps_score(survey_summary) IS 'Net Promoter Score, -100..100: percent promoters (9 and 10) less percent detractors (0 to 6) of all who answered. NULL where nobody did.';

CREATE FUNCTION csat_score(survey_summary) RETURNS double precision
	AS 'MODULE_PATHNAME', 'survey_csat_score' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION csat_score(survey_summary) IS 'Customer satisfaction, a fraction 0..1: scores of 4 and above of all given; meant for a survey of 1 to 5. NULL where nobody answered.';

CREATE FUNCTION csat_score(summary survey_summary, satisfied_from integer) RETURNS double precision
	AS 'MODULE_PATHNAME', 'survey_csat_score' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION csat_score(survey_summary, integer) IS 'Customer satisfaction, a fraction 0..1: scores of satisfied_from (1..10, else an error) and above of all given. NULL where nobody answered.';

CREATE FUNCTION responses(survey_summary) RETURNS bigint
	AS 'MODULE_PATHNAME', 'survey_responses' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION responses(survey_summary) IS 'Rows with a score: what every score divides by.';

CREATE FUNCTION asked(survey_summary) RETURNS bigint
	AS 'MODULE_PATHNAME', 'survey_asked' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION asked(survey_summary) IS 'Rows, with a score or without: who was asked.';

CREATE FUNCTION response_rate(survey_summary) RETURNS double precision
	AS 'MODULE_PATHNAME', 'survey_response_rate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION response_rate(survey_summary) IS 'Answered of the asked, a fraction 0..1. NULL where nobody was asked.';

CREATE FUNCTION score_low(summary survey_summary, confidence double precision DEFAULT 0.95) RETURNS double precision
	AS 'MODULE_PATHNAME', 'survey_score_low' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION score_low(survey_summary, double precision) IS 'Lower end of the adjusted Wald interval of nps_score and enps_score, -100..100, for a confidence between 0 and 1 (else an error). NULL where nobody answered. Rocks 2016.';

CREATE FUNCTION score_high(summary survey_summary, confidence double precision DEFAULT 0.95) RETURNS double precision
	AS 'MODULE_PATHNAME', 'survey_score_high' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION score_high(survey_summary, double precision) IS 'Upper end of the adjusted Wald interval of nps_score and enps_score, -100..100, for a confidence between 0 and 1 (else an error). NULL where nobody answered. Rocks 2016.';

CREATE FUNCTION csat_low(summary survey_summary, satisfied_from integer DEFAULT 4, confidence double precision DEFAULT 0.95) RETURNS double precision
	AS 'MODULE_PATHNAME', 'survey_csat_low' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION csat_low(survey_summary, integer, double precision) IS 'Lower end of the Wilson score interval of csat_score, a fraction 0..1, for a satisfied_from of 1..10 and a confidence between 0 and 1 (else an error). NULL where nobody answered. Wilson 1927.';

CREATE FUNCTION csat_high(summary survey_summary, satisfied_from integer DEFAULT 4, confidence double precision DEFAULT 0.95) RETURNS double precision
	AS 'MODULE_PATHNAME', 'survey_csat_high' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION csat_high(survey_summary, integer, double precision) IS 'Upper end of the Wilson score interval of csat_score, a fraction 0..1, for a satisfied_from of 1..10 and a confidence between 0 and 1 (else an error). NULL where nobody answered. Wilson 1927.';

CREATE FUNCTION survey_breakdown(summary survey_summary, OUT category text, OUT responses bigint, OUT share double precision)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 3;
COMMENT ON FUNCTION survey_breakdown(survey_summary) IS 'Who answered how, three rows in this order: promoter (9 and 10), passive (7 and 8), detractor (0 to 6), each with its responses and its share of them, a fraction 0..1 (NULL where nobody answered). Use it in FROM.';

-- Aggregates

CREATE AGGREGATE survey_agg(score smallint) (
	SFUNC = survey_accum, STYPE = survey_summary, SSPACE = 112,
	FINALFUNC = survey_final, COMBINEFUNC = survey_combine,
	MSFUNC = survey_accum, MINVFUNC = survey_remove, MSTYPE = survey_summary, MSSPACE = 112, MFINALFUNC = survey_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE survey_agg(smallint) IS 'Counts scores, whole numbers from 0 to 10 (else an error) or NULL for no answer, into a survey_summary. Never NULL.';
CREATE AGGREGATE survey_agg(score integer) (
	SFUNC = survey_accum, STYPE = survey_summary, SSPACE = 112,
	FINALFUNC = survey_final, COMBINEFUNC = survey_combine,
	MSFUNC = survey_accum, MINVFUNC = survey_remove, MSTYPE = survey_summary, MSSPACE = 112, MFINALFUNC = survey_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE survey_agg(integer) IS 'Counts scores, whole numbers from 0 to 10 (else an error) or NULL for no answer, into a survey_summary. Never NULL.';
CREATE AGGREGATE survey_agg(score bigint) (
	SFUNC = survey_accum, STYPE = survey_summary, SSPACE = 112,
	FINALFUNC = survey_final, COMBINEFUNC = survey_combine,
	MSFUNC = survey_accum, MINVFUNC = survey_remove, MSTYPE = survey_summary, MSSPACE = 112, MFINALFUNC = survey_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE survey_agg(bigint) IS 'Counts scores, whole numbers from 0 to 10 (else an error) or NULL for no answer, into a survey_summary. Never NULL.';
CREATE AGGREGATE survey_agg(score numeric) (
	SFUNC = survey_accum, STYPE = survey_summary, SSPACE = 112,
	FINALFUNC = survey_final, COMBINEFUNC = survey_combine,
	MSFUNC = survey_accum, MINVFUNC = survey_remove, MSTYPE = survey_summary, MSSPACE = 112, MFINALFUNC = survey_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE survey_agg(numeric) IS 'Counts scores, whole numbers from 0 to 10 (else an error) or NULL for no answer, into a survey_summary. Never NULL.';
CREATE AGGREGATE survey_agg(score real) (
	SFUNC = survey_accum, STYPE = survey_summary, SSPACE = 112,
	FINALFUNC = survey_final, COMBINEFUNC = survey_combine,
	MSFUNC = survey_accum, MINVFUNC = survey_remove, MSTYPE = survey_summary, MSSPACE = 112, MFINALFUNC = survey_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE survey_agg(real) IS 'Counts scores, whole numbers from 0 to 10 (else an error) or NULL for no answer, into a survey_summary. Never NULL.';
CREATE AGGREGATE survey_agg(score double precision) (
	SFUNC = survey_accum, STYPE = survey_summary, SSPACE = 112,
	FINALFUNC = survey_final, COMBINEFUNC = survey_combine,
	MSFUNC = survey_accum, MINVFUNC = survey_remove, MSTYPE = survey_summary, MSSPACE = 112, MFINALFUNC = survey_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE survey_agg(double precision) IS 'Counts scores, whole numbers from 0 to 10 (else an error) or NULL for no answer, into a survey_summary. Never NULL.';

CREATE AGGREGATE rollup(survey_summary) (
	SFUNC = survey_combine, STYPE = survey_summary, SSPACE = 112,
	FINALFUNC = survey_final, COMBINEFUNC = survey_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(survey_summary) IS 'Merges summaries exactly: a company is the rollup of its teams. Never NULL; NULL summaries are passed over.';

CREATE AGGREGATE enps_score(score smallint) (
	SFUNC = survey_accum, STYPE = survey_summary, SSPACE = 112,
	FINALFUNC = enps_score, COMBINEFUNC = survey_combine,
	MSFUNC = survey_accum, MINVFUNC = survey_remove, MSTYPE = survey_summary, MSSPACE = 112, MFINALFUNC = enps_score,
	PARALLEL = SAFE
);
CREATE AGGREGATE enps_score(score integer) (
	SFUNC = survey_accum, STYPE = survey_summary, SSPACE = 112,
	FINALFUNC = enps_score, COMBINEFUNC = survey_combine,
	MSFUNC = survey_accum, MINVFUNC = survey_remove, MSTYPE = survey_summary, MSSPACE = 112, MFINALFUNC = enps_score,
	PARALLEL = SAFE
);
CREATE AGGREGATE enps_score(score bigint) (
	SFUNC = survey_accum, STYPE = survey_summary, SSPACE = 112,
	FINALFUNC = enps_score, COMBINEFUNC = survey_combine,
	MSFUNC = survey_accum, MINVFUNC = survey_remove, MSTYPE = survey_summary, MSSPACE = 112, MFINALFUNC = enps_score,
	PARALLEL = SAFE
);
CREATE AGGREGATE enps_score(score numeric) (
	SFUNC = survey_accum, STYPE = survey_summary, SSPACE = 112,
	FINALFUNC = enps_score, COMBINEFUNC = survey_combine,
	MSFUNC = survey_accum, MINVFUNC = survey_remove, MSTYPE = survey_summary, MSSPACE = 112, MFINALFUNC = enps_score,
	PARALLEL = SAFE
);
CREATE AGGREGATE enps_score(score real) (
	SFUNC = survey_accum, STYPE = survey_summary, SSPACE = 112,
	FINALFUNC = enps_score, COMBINEFUNC = survey_combine,
	MSFUNC = survey_accum, MINVFUNC = survey_remove, MSTYPE = survey_summary, MSSPACE = 112, MFINALFUNC = enps_score,
	PARALLEL = SAFE
);
CREATE AGGREGATE enps_score(score double precision) (
	SFUNC = survey_accum, STYPE = survey_summary, SSPACE = 112,
	FINALFUNC = enps_score, COMBINEFUNC = survey_combine,
	MSFUNC = survey_accum, MINVFUNC = survey_remove, MSTYPE = survey_summary, MSSPACE = 112, MFINALFUNC = enps_score,
	PARALLEL = SAFE
);
CREATE AGGREGATE nps_score(score smallint) (
	SFUNC = survey_accum, STYPE = survey_summary, SSPACE = 112,
	FINALFUNC = nps_score, COMBINEFUNC = survey_combine,
	MSFUNC = survey_accum, MINVFUNC = survey_remove, MSTYPE = survey_summary, MSSPACE = 112, MFINALFUNC = nps_score,
	PARALLEL = SAFE
);
CREATE AGGREGATE nps_score(score integer) (
	SFUNC = survey_accum, STYPE = survey_summary, SSPACE = 112,
	FINALFUNC = nps_score, COMBINEFUNC = survey_combine,
	MSFUNC = survey_accum, MINVFUNC = survey_remove, MSTYPE = survey_summary, MSSPACE = 112, MFINALFUNC = nps_score,
	PARALLEL = SAFE
);
CREATE AGGREGATE nps_score(score bigint) (
	SFUNC = survey_accum, STYPE = survey_summary, SSPACE = 112,
	FINALFUNC = nps_score, COMBINEFUNC = survey_combine,
	MSFUNC = survey_accum, MINVFUNC = survey_remove, MSTYPE = survey_summary, MSSPACE = 112, MFINALFUNC = nps_score,
	PARALLEL = SAFE
);
CREATE AGGREGATE nps_score(score numeric) (
	SFUNC = survey_accum, STYPE = survey_summary, SSPACE = 112,
	FINALFUNC = nps_score, COMBINEFUNC = survey_combine,
	MSFUNC = survey_accum, MINVFUNC = survey_remove, MSTYPE = survey_summary, MSSPACE = 112, MFINALFUNC = nps_score,
	PARALLEL = SAFE
);
CREATE AGGREGATE nps_score(score real) (
	SFUNC = survey_accum, STYPE = survey_summary, SSPACE = 112,
	FINALFUNC = nps_score, COMBINEFUNC = survey_combine,
	MSFUNC = survey_accum, MINVFUNC = survey_remove, MSTYPE = survey_summary, MSSPACE = 112, MFINALFUNC = nps_score,
	PARALLEL = SAFE
);
CREATE AGGREGATE nps_score(score double precision) (
	SFUNC = survey_accum, STYPE = survey_summary, SSPACE = 112,
	FINALFUNC = nps_score, COMBINEFUNC = survey_combine,
	MSFUNC = survey_accum, MINVFUNC = survey_remove, MSTYPE = survey_summary, MSSPACE = 112, MFINALFUNC = nps_score,
	PARALLEL = SAFE
);
CREATE AGGREGATE csat_score(score smallint) (
	SFUNC = survey_accum, STYPE = survey_summary, SSPACE = 112,
	FINALFUNC = csat_score, COMBINEFUNC = survey_combine,
	MSFUNC = survey_accum, MINVFUNC = survey_remove, MSTYPE = survey_summary, MSSPACE = 112, MFINALFUNC = csat_score,
	PARALLEL = SAFE
);
CREATE AGGREGATE csat_score(score integer) (
	SFUNC = survey_accum, STYPE = survey_summary, SSPACE = 112,
	FINALFUNC = csat_score, COMBINEFUNC = survey_combine,
	MSFUNC = survey_accum, MINVFUNC = survey_remove, MSTYPE = survey_summary, MSSPACE = 112, MFINALFUNC = csat_score,
	PARALLEL = SAFE
);
CREATE AGGREGATE csat_score(score bigint) (
	SFUNC = survey_accum, STYPE = survey_summary, SSPACE = 112,
	FINALFUNC = csat_score, COMBINEFUNC = survey_combine,
	MSFUNC = survey_accum, MINVFUNC = survey_remove, MSTYPE = survey_summary, MSSPACE = 112, MFINALFUNC = csat_score,
	PARALLEL = SAFE
);
CREATE AGGREGATE csat_score(score numeric) (
	SFUNC = survey_accum, STYPE = survey_summary, SSPACE = 112,
	FINALFUNC = csat_score, COMBINEFUNC = survey_combine,
	MSFUNC = survey_accum, MINVFUNC = survey_remove, MSTYPE = survey_summary, MSSPACE = 112, MFINALFUNC = csat_score,
	PARALLEL = SAFE
);
CREATE AGGREGATE csat_score(score real) (
	SFUNC = survey_accum, STYPE = survey_summary, SSPACE = 112,
	FINALFUNC = csat_score, COMBINEFUNC = survey_combine,
	MSFUNC = survey_accum, MINVFUNC = survey_remove, MSTYPE = survey_summary, MSSPACE = 112, MFINALFUNC = csat_score,
	PARALLEL = SAFE
);
CREATE AGGREGATE csat_score(score double precision) (
	SFUNC = survey_accum, STYPE = survey_summary, SSPACE = 112,
	FINALFUNC = csat_score, COMBINEFUNC = survey_combine,
	MSFUNC = survey_accum, MINVFUNC = survey_remove, MSTYPE = survey_summary, MSSPACE = 112, MFINALFUNC = csat_score,
	PARALLEL = SAFE
);
CREATE AGGREGATE csat_score(score smallint, satisfied_from integer) (
	SFUNC = survey_accum_satisfied, STYPE = survey_summary, SSPACE = 112,
	FINALFUNC = csat_score, COMBINEFUNC = survey_combine,
	MSFUNC = survey_accum_satisfied, MINVFUNC = survey_remove_satisfied, MSTYPE = survey_summary, MSSPACE = 112, MFINALFUNC = csat_score,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE enps_score(smallint) IS 'Employee Net Promoter Score, -100..100: percent promoters (9 and 10) less percent detractors (0 to 6) of all who answered; scores are whole numbers from 0 to 10 (else an error), NULL is no answer. NULL where nobody answered.';
COMMENT ON AGGREGATE nps_score(smallint) IS 'Net Promoter Score, -100..100: percent promoters (9 and 10) less percent detractors (0 to 6) of all who answered; scores are whole numbers from 0 to 10 (else an error), NULL is no answer. NULL where nobody answered.';
COMMENT ON AGGREGATE csat_score(smallint) IS 'Customer satisfaction, a fraction 0..1: scores of 4 and above of all given; scores are whole numbers from 0 to 10 (else an error), NULL is no answer. NULL where nobody answered.';
COMMENT ON AGGREGATE csat_score(smallint, integer) IS 'Customer satisfaction, a fraction 0..1: scores of satisfied_from (1..10, the same for a whole group, else an error) and above of all given; scores are whole numbers from 0 to 10 (else an error), NULL is no answer. NULL where nobody answered.';
CREATE AGGREGATE csat_score(score integer, satisfied_from integer) (
	SFUNC = survey_accum_satisfied, STYPE = survey_summary, SSPACE = 112,
	FINALFUNC = csat_score, COMBINEFUNC = survey_combine,
	MSFUNC = survey_accum_satisfied, MINVFUNC = survey_remove_satisfied, MSTYPE = survey_summary, MSSPACE = 112, MFINALFUNC = csat_score,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE enps_score(integer) IS 'Employee Net Promoter Score, -100..100: percent promoters (9 and 10) less percent detractors (0 to 6) of all who answered; scores are whole numbers from 0 to 10 (else an error), NULL is no answer. NULL where nobody answered.';
COMMENT ON AGGREGATE nps_score(integer) IS 'Net Promoter Score, -100..100: percent promoters (9 and 10) less percent detractors (0 to 6) of all who answered; scores are whole numbers from 0 to 10 (else an error), NULL is no answer. NULL where nobody answered.';
COMMENT ON AGGREGATE csat_score(integer) IS 'Customer satisfaction, a fraction 0..1: scores of 4 and above of all given; scores are whole numbers from 0 to 10 (else an error), NULL is no answer. NULL where nobody answered.';
COMMENT ON AGGREGATE csat_score(integer, integer) IS 'Customer satisfaction, a fraction 0..1: scores of satisfied_from (1..10, the same for a whole group, else an error) and above of all given; scores are whole numbers from 0 to 10 (else an error), NULL is no answer. NULL where nobody answered.';
CREATE AGGREGATE csat_score(score bigint, satisfied_from integer) (
	SFUNC = survey_accum_satisfied, STYPE = survey_summary, SSPACE = 112,
	FINALFUNC = csat_score, COMBINEFUNC = survey_combine,
	MSFUNC = survey_accum_satisfied, MINVFUNC = survey_remove_satisfied, MSTYPE = survey_summary, MSSPACE = 112, MFINALFUNC = csat_score,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE enps_score(bigint) IS 'Employee Net Promoter Score, -100..100: percent promoters (9 and 10) less percent detractors (0 to 6) of all who answered; scores are whole numbers from 0 to 10 (else an error), NULL is no answer. NULL where nobody answered.';
COMMENT ON AGGREGATE nps_score(bigint) IS 'Net Promoter Score, -100..100: percent promoters (9 and 10) less percent detractors (0 to 6) of all who answered; scores are whole numbers from 0 to 10 (else an error), NULL is no answer. NULL where nobody answered.';
COMMENT ON AGGREGATE csat_score(bigint) IS 'Customer satisfaction, a fraction 0..1: scores of 4 and above of all given; scores are whole numbers from 0 to 10 (else an error), NULL is no answer. NULL where nobody answered.';
COMMENT ON AGGREGATE csat_score(bigint, integer) IS 'Customer satisfaction, a fraction 0..1: scores of satisfied_from (1..10, the same for a whole group, else an error) and above of all given; scores are whole numbers from 0 to 10 (else an error), NULL is no answer. NULL where nobody answered.';
CREATE AGGREGATE csat_score(score numeric, satisfied_from integer) (
	SFUNC = survey_accum_satisfied, STYPE = survey_summary, SSPACE = 112,
	FINALFUNC = csat_score, COMBINEFUNC = survey_combine,
	MSFUNC = survey_accum_satisfied, MINVFUNC = survey_remove_satisfied, MSTYPE = survey_summary, MSSPACE = 112, MFINALFUNC = csat_score,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE enps_score(numeric) IS 'Employee Net Promoter Score, -100..100: percent promoters (9 and 10) less percent detractors (0 to 6) of all who answered; scores are whole numbers from 0 to 10 (else an error), NULL is no answer. NULL where nobody answered.';
COMMENT ON AGGREGATE nps_score(numeric) IS 'Net Promoter Score, -100..100: percent promoters (9 and 10) less percent detractors (0 to 6) of all who answered; scores are whole numbers from 0 to 10 (else an error), NULL is no answer. NULL where nobody answered.';
COMMENT ON AGGREGATE csat_score(numeric) IS 'Customer satisfaction, a fraction 0..1: scores of 4 and above of all given; scores are whole numbers from 0 to 10 (else an error), NULL is no answer. NULL where nobody answered.';
COMMENT ON AGGREGATE csat_score(numeric, integer) IS 'Customer satisfaction, a fraction 0..1: scores of satisfied_from (1..10, the same for a whole group, else an error) and above of all given; scores are whole numbers from 0 to 10 (else an error), NULL is no answer. NULL where nobody answered.';
CREATE AGGREGATE csat_score(score real, satisfied_from integer) (
	SFUNC = survey_accum_satisfied, STYPE = survey_summary, SSPACE = 112,
	FINALFUNC = csat_score, COMBINEFUNC = survey_combine,
	MSFUNC = survey_accum_satisfied, MINVFUNC = survey_remove_satisfied, MSTYPE = survey_summary, MSSPACE = 112, MFINALFUNC = csat_score,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE enps_score(real) IS 'Employee Net Promoter Score, -100..100: percent promoters (9 and 10) less percent detractors (0 to 6) of all who answered; scores are whole numbers from 0 to 10 (else an error), NULL is no answer. NULL where nobody answered.';
COMMENT ON AGGREGATE nps_score(real) IS 'Net Promoter Score, -100..100: percent promoters (9 and 10) less percent detractors (0 to 6) of all who answered; scores are whole numbers from 0 to 10 (else an error), NULL is no answer. NULL where nobody answered.';
COMMENT ON AGGREGATE csat_score(real) IS 'Customer satisfaction, a fraction 0..1: scores of 4 and above of all given; scores are whole numbers from 0 to 10 (else an error), NULL is no answer. NULL where nobody answered.';
COMMENT ON AGGREGATE csat_score(real, integer) IS 'Customer satisfaction, a fraction 0..1: scores of satisfied_from (1..10, the same for a whole group, else an error) and above of all given; scores are whole numbers from 0 to 10 (else an error), NULL is no answer. NULL where nobody answered.';
CREATE AGGREGATE csat_score(score double precision, satisfied_from integer) (
	SFUNC = survey_accum_satisfied, STYPE = survey_summary, SSPACE = 112,
	FINALFUNC = csat_score, COMBINEFUNC = survey_combine,
	MSFUNC = survey_accum_satisfied, MINVFUNC = survey_remove_satisfied, MSTYPE = survey_summary, MSSPACE = 112, MFINALFUNC = csat_score,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE enps_score(double precision) IS 'Employee Net Promoter Score, -100..100: percent promoters (9 and 10) less percent detractors (0 to 6) of all who answered; scores are whole numbers from 0 to 10 (else an error), NULL is no answer. NULL where nobody answered.';
COMMENT ON AGGREGATE nps_score(double precision) IS 'Net Promoter Score, -100..100: percent promoters (9 and 10) less percent detractors (0 to 6) of all who answered; scores are whole numbers from 0 to 10 (else an error), NULL is no answer. NULL where nobody answered.';
COMMENT ON AGGREGATE csat_score(double precision) IS 'Customer satisfaction, a fraction 0..1: scores of 4 and above of all given; scores are whole numbers from 0 to 10 (else an error), NULL is no answer. NULL where nobody answered.';
COMMENT ON AGGREGATE csat_score(double precision, integer) IS 'Customer satisfaction, a fraction 0..1: scores of satisfied_from (1..10, the same for a whole group, else an error) and above of all given; scores are whole numbers from 0 to 10 (else an error), NULL is no answer. NULL where nobody answered.';

--
-- stage: stage funnels (src/kpi/stage*.c, doc/stage.md)
--

CREATE TYPE stage_summary;

CREATE FUNCTION stage_summary_in(cstring) RETURNS stage_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION stage_summary_out(stage_summary) RETURNS cstring
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION stage_summary_recv(internal) RETURNS stage_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION stage_summary_send(stage_summary) RETURNS bytea
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION stage_summary_in(cstring) IS 'Reads the text form of type stage_summary, JSON; an error where it breaks a rule.';
COMMENT ON FUNCTION stage_summary_out(stage_summary) IS 'The text form of type stage_summary, JSON, lossless.';
COMMENT ON FUNCTION stage_summary_recv(internal) IS 'Reads the binary form of type stage_summary, every byte checked.';
COMMENT ON FUNCTION stage_summary_send(stage_summary) IS 'The binary form of type stage_summary: equal summaries are equal bytes.';

CREATE TYPE stage_summary (
	INPUT = stage_summary_in, OUTPUT = stage_summary_out,
	RECEIVE = stage_summary_recv, SEND = stage_summary_send,
	INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = extended
);

CREATE FUNCTION stage_summary_eq(stage_summary, stage_summary) RETURNS boolean
	AS 'MODULE_PATHNAME', 'summary_eq' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION stage_summary_ne(stage_summary, stage_summary) RETURNS boolean
	AS 'MODULE_PATHNAME', 'summary_ne' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION stage_summary_hash(stage_summary) RETURNS integer
	AS 'MODULE_PATHNAME', 'summary_hash' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION stage_summary_hash_extended(stage_summary, bigint) RETURNS bigint
	AS 'MODULE_PATHNAME', 'summary_hash_extended' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION stage_summary_eq(stage_summary, stage_summary) IS 'Whether two summaries are the same: they keep the same, to the last digit and decimal place.';
COMMENT ON FUNCTION stage_summary_ne(stage_summary, stage_summary) IS 'Whether two summaries differ in anything that they keep.';
COMMENT ON FUNCTION stage_summary_hash(stage_summary) IS 'Hash of what a summary keeps.';
COMMENT ON FUNCTION stage_summary_hash_extended(stage_summary, bigint) IS 'Hash, with a seed, of what a summary keeps.';

CREATE OPERATOR = (LEFTARG = stage_summary, RIGHTARG = stage_summary, FUNCTION = stage_summary_eq, COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES);
CREATE OPERATOR <> (LEFTARG = stage_summary, RIGHTARG = stage_summary, FUNCTION = stage_summary_ne, COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel);
COMMENT ON OPERATOR = (stage_summary, stage_summary) IS 'Whether two summaries are the same.';
COMMENT ON OPERATOR <> (stage_summary, stage_summary) IS 'Whether two summaries differ.';

CREATE OPERATOR CLASS stage_summary_ops DEFAULT FOR TYPE stage_summary USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 stage_summary_hash(stage_summary),
	FUNCTION 2 stage_summary_hash_extended(stage_summary, bigint);
COMMENT ON OPERATOR CLASS stage_summary_ops USING hash IS 'Hashes summaries: for UNION, DISTINCT, GROUP BY, joins and hash indexes. They have no order.';
COMMENT ON TYPE stage_summary IS 'A stage funnel, counted: who reached, lost, moved and waits, for how long and with what amounts, in one currency; made by stage_agg, merged by rollup. Prints as JSON.';

-- Rows into a summary

CREATE FUNCTION stage_final(internal) RETURNS stage_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stage_final(internal) IS 'Walks the collected history of each entity: final function of stage_agg.';

CREATE FUNCTION stage_accum(internal, entity bigint, stage text, entered_at timestamptz, definition funnel) RETURNS internal
	AS 'MODULE_PATHNAME', 'stage_accum_int8_timestamp' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stage_accum(internal, bigint, text, timestamptz, funnel) IS 'Collects a row: transition function of stage_agg(bigint, text, timestamptz, funnel).';

CREATE AGGREGATE stage_agg(entity bigint, stage text, entered_at timestamptz, definition funnel) (
	SFUNC = stage_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = stage_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE stage_agg(bigint, text, timestamptz, funnel) IS 'Summarises a stage history: one row an entity (a deal, a lead) and stage it entered, in any order. Read it with stage_leakage, stage_time, stage_flow, stage_quality and stage_chart. Rows without an entity, a stage, a finite time, or of an unknown stage are left out and counted. An error where the definition is NULL or changes within a group.';

CREATE FUNCTION stage_accum(internal, entity bigint, stage text, entered_at timestamptz, amount smallint, definition funnel) RETURNS internal
	AS 'MODULE_PATHNAME', 'stage_accum_int8_timestamp_int2' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stage_accum(internal, bigint, text, timestamptz, smallint, funnel) IS 'Collects a row: transition function of stage_agg(bigint, text, timestamptz, smallint, funnel).';

CREATE AGGREGATE stage_agg(entity bigint, stage text, entered_at timestamptz, amount smallint, definition funnel) (
	SFUNC = stage_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = stage_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE stage_agg(bigint, text, timestamptz, smallint, funnel) IS 'Summarises a stage history with amounts, in one currency: an entity counts with its latest amount that is not NULL (at equal times the larger). Otherwise as without. NaN and infinite amounts are errors.';
CREATE FUNCTION stage_accum(internal, entity bigint, stage text, entered_at timestamptz, amount integer, definition funnel) RETURNS internal
	AS 'MODULE_PATHNAME', 'stage_accum_int8_timestamp_int4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stage_accum(internal, bigint, text, timestamptz, integer, funnel) IS 'Collects a row: transition function of stage_agg(bigint, text, timestamptz, integer, funnel).';

CREATE AGGREGATE stage_agg(entity bigint, stage text, entered_at timestamptz, amount integer, definition funnel) (
	SFUNC = stage_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = stage_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE stage_agg(bigint, text, timestamptz, integer, funnel) IS 'Summarises a stage history with amounts, in one currency: an entity counts with its latest amount that is not NULL (at equal times the larger). Otherwise as without. NaN and infinite amounts are errors.';
CREATE FUNCTION stage_accum(internal, entity bigint, stage text, entered_at timestamptz, amount bigint, definition funnel) RETURNS internal
	AS 'MODULE_PATHNAME', 'stage_accum_int8_timestamp_int8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stage_accum(internal, bigint, text, timestamptz, bigint, funnel) IS 'Collects a row: transition function of stage_agg(bigint, text, timestamptz, bigint, funnel).';

CREATE AGGREGATE stage_agg(entity bigint, stage text, entered_at timestamptz, amount bigint, definition funnel) (
	SFUNC = stage_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = stage_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE stage_agg(bigint, text, timestamptz, bigint, funnel) IS 'Summarises a stage history with amounts, in one currency: an entity counts with its latest amount that is not NULL (at equal times the larger). Otherwise as without. NaN and infinite amounts are errors.';
CREATE FUNCTION stage_accum(internal, entity bigint, stage text, entered_at timestamptz, amount numeric, definition funnel) RETURNS internal
	AS 'MODULE_PATHNAME', 'stage_accum_int8_timestamp_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stage_accum(internal, bigint, text, timestamptz, numeric, funnel) IS 'Collects a row: transition function of stage_agg(bigint, text, timestamptz, numeric, funnel).';

CREATE AGGREGATE stage_agg(entity bigint, stage text, entered_at timestamptz, amount numeric, definition funnel) (
	SFUNC = stage_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = stage_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE stage_agg(bigint, text, timestamptz, numeric, funnel) IS 'Summarises a stage history with amounts, in one currency: an entity counts with its latest amount that is not NULL (at equal times the larger). Otherwise as without. NaN and infinite amounts are errors.';
CREATE FUNCTION stage_accum(internal, entity bigint, stage text, entered_at timestamptz, amount real, definition funnel) RETURNS internal
	AS 'MODULE_PATHNAME', 'stage_accum_int8_timestamp_float4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stage_accum(internal, bigint, text, timestamptz, real, funnel) IS 'Collects a row: transition function of stage_agg(bigint, text, timestamptz, real, funnel).';

CREATE AGGREGATE stage_agg(entity bigint, stage text, entered_at timestamptz, amount real, definition funnel) (
	SFUNC = stage_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = stage_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE stage_agg(bigint, text, timestamptz, real, funnel) IS 'Summarises a stage history with amounts, in one currency: an entity counts with its latest amount that is not NULL (at equal times the larger). Otherwise as without. NaN and infinite amounts are errors.';
CREATE FUNCTION stage_accum(internal, entity bigint, stage text, entered_at timestamptz, amount double precision, definition funnel) RETURNS internal
	AS 'MODULE_PATHNAME', 'stage_accum_int8_timestamp_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stage_accum(internal, bigint, text, timestamptz, double precision, funnel) IS 'Collects a row: transition function of stage_agg(bigint, text, timestamptz, double precision, funnel).';

CREATE AGGREGATE stage_agg(entity bigint, stage text, entered_at timestamptz, amount double precision, definition funnel) (
	SFUNC = stage_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = stage_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE stage_agg(bigint, text, timestamptz, double precision, funnel) IS 'Summarises a stage history with amounts, in one currency: an entity counts with its latest amount that is not NULL (at equal times the larger). Otherwise as without. NaN and infinite amounts are errors.';
CREATE FUNCTION stage_accum(internal, entity bigint, stage text, entered_at timestamp, definition funnel) RETURNS internal
	AS 'MODULE_PATHNAME', 'stage_accum_int8_timestamp' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stage_accum(internal, bigint, text, timestamp, funnel) IS 'Collects a row: transition function of stage_agg(bigint, text, timestamp, funnel).';

CREATE AGGREGATE stage_agg(entity bigint, stage text, entered_at timestamp, definition funnel) (
	SFUNC = stage_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = stage_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE stage_agg(bigint, text, timestamp, funnel) IS 'Summarises a stage history: one row an entity (a deal, a lead) and stage it entered, in any order. Read it with stage_leakage, stage_time, stage_flow, stage_quality and stage_chart. Rows without an entity, a stage, a finite time, or of an unknown stage are left out and counted. An error where the definition is NULL or changes within a group.';

CREATE FUNCTION stage_accum(internal, entity bigint, stage text, entered_at timestamp, amount smallint, definition funnel) RETURNS internal
	AS 'MODULE_PATHNAME', 'stage_accum_int8_timestamp_int2' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stage_accum(internal, bigint, text, timestamp, smallint, funnel) IS 'Collects a row: transition function of stage_agg(bigint, text, timestamp, smallint, funnel).';

CREATE AGGREGATE stage_agg(entity bigint, stage text, entered_at timestamp, amount smallint, definition funnel) (
	SFUNC = stage_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = stage_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE stage_agg(bigint, text, timestamp, smallint, funnel) IS 'Summarises a stage history with amounts, in one currency: an entity counts with its latest amount that is not NULL (at equal times the larger). Otherwise as without. NaN and infinite amounts are errors.';
CREATE FUNCTION stage_accum(internal, entity bigint, stage text, entered_at timestamp, amount integer, definition funnel) RETURNS internal
	AS 'MODULE_PATHNAME', 'stage_accum_int8_timestamp_int4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stage_accum(internal, bigint, text, timestamp, integer, funnel) IS 'Collects a row: transition function of stage_agg(bigint, text, timestamp, integer, funnel).';

CREATE AGGREGATE stage_agg(entity bigint, stage text, entered_at timestamp, amount integer, definition funnel) (
	SFUNC = stage_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = stage_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE stage_agg(bigint, text, timestamp, integer, funnel) IS 'Summarises a stage history with amounts, in one currency: an entity counts with its latest amount that is not NULL (at equal times the larger). Otherwise as without. NaN and infinite amounts are errors.';
CREATE FUNCTION stage_accum(internal, entity bigint, stage text, entered_at timestamp, amount bigint, definition funnel) RETURNS internal
	AS 'MODULE_PATHNAME', 'stage_accum_int8_timestamp_int8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stage_accum(internal, bigint, text, timestamp, bigint, funnel) IS 'Collects a row: transition function of stage_agg(bigint, text, timestamp, bigint, funnel).';

CREATE AGGREGATE stage_agg(entity bigint, stage text, entered_at timestamp, amount bigint, definition funnel) (
	SFUNC = stage_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = stage_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE stage_agg(bigint, text, timestamp, bigint, funnel) IS 'Summarises a stage history with amounts, in one currency: an entity counts with its latest amount that is not NULL (at equal times the larger). Otherwise as without. NaN and infinite amounts are errors.';
CREATE FUNCTION stage_accum(internal, entity bigint, stage text, entered_at timestamp, amount numeric, definition funnel) RETURNS internal
	AS 'MODULE_PATHNAME', 'stage_accum_int8_timestamp_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stage_accum(internal, bigint, text, timestamp, numeric, funnel) IS 'Collects a row: transition function of stage_agg(bigint, text, timestamp, numeric, funnel).';

CREATE AGGREGATE stage_agg(entity bigint, stage text, entered_at timestamp, amount numeric, definition funnel) (
	SFUNC = stage_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = stage_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE stage_agg(bigint, text, timestamp, numeric, funnel) IS 'Summarises a stage history with amounts, in one currency: an entity counts with its latest amount that is not NULL (at equal times the larger). Otherwise as without. NaN and infinite amounts are errors.';
CREATE FUNCTION stage_accum(internal, entity bigint, stage text, entered_at timestamp, amount real, definition funnel) RETURNS internal
	AS 'MODULE_PATHNAME', 'stage_accum_int8_timestamp_float4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stage_accum(internal, bigint, text, timestamp, real, funnel) IS 'Collects a row: transition function of stage_agg(bigint, text, timestamp, real, funnel).';

CREATE AGGREGATE stage_agg(entity bigint, stage text, entered_at timestamp, amount real, definition funnel) (
	SFUNC = stage_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = stage_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE stage_agg(bigint, text, timestamp, real, funnel) IS 'Summarises a stage history with amounts, in one currency: an entity counts with its latest amount that is not NULL (at equal times the larger). Otherwise as without. NaN and infinite amounts are errors.';
CREATE FUNCTION stage_accum(internal, entity bigint, stage text, entered_at timestamp, amount double precision, definition funnel) RETURNS internal
	AS 'MODULE_PATHNAME', 'stage_accum_int8_timestamp_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stage_accum(internal, bigint, text, timestamp, double precision, funnel) IS 'Collects a row: transition function of stage_agg(bigint, text, timestamp, double precision, funnel).';

CREATE AGGREGATE stage_agg(entity bigint, stage text, entered_at timestamp, amount double precision, definition funnel) (
	SFUNC = stage_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = stage_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE stage_agg(bigint, text, timestamp, double precision, funnel) IS 'Summarises a stage history with amounts, in one currency: an entity counts with its latest amount that is not NULL (at equal times the larger). Otherwise as without. NaN and infinite amounts are errors.';
CREATE FUNCTION stage_accum(internal, entity bigint, stage text, entered_at date, definition funnel) RETURNS internal
	AS 'MODULE_PATHNAME', 'stage_accum_int8_date' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stage_accum(internal, bigint, text, date, funnel) IS 'Collects a row: transition function of stage_agg(bigint, text, date, funnel).';

CREATE AGGREGATE stage_agg(entity bigint, stage text, entered_at date, definition funnel) (
	SFUNC = stage_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = stage_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE stage_agg(bigint, text, date, funnel) IS 'Summarises a stage history: one row an entity (a deal, a lead) and stage it entered, in any order. Read it with stage_leakage, stage_time, stage_flow, stage_quality and stage_chart. Rows without an entity, a stage, a finite time, or of an unknown stage are left out and counted. An error where the definition is NULL or changes within a group.';

CREATE FUNCTION stage_accum(internal, entity bigint, stage text, entered_at date, amount smallint, definition funnel) RETURNS internal
	AS 'MODULE_PATHNAME', 'stage_accum_int8_date_int2' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stage_accum(internal, bigint, text, date, smallint, funnel) IS 'Collects a row: transition function of stage_agg(bigint, text, date, smallint, funnel).';

CREATE AGGREGATE stage_agg(entity bigint, stage text, entered_at date, amount smallint, definition funnel) (
	SFUNC = stage_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = stage_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE stage_agg(bigint, text, date, smallint, funnel) IS 'Summarises a stage history with amounts, in one currency: an entity counts with its latest amount that is not NULL (at equal times the larger). Otherwise as without. NaN and infinite amounts are errors.';
CREATE FUNCTION stage_accum(internal, entity bigint, stage text, entered_at date, amount integer, definition funnel) RETURNS internal
	AS 'MODULE_PATHNAME', 'stage_accum_int8_date_int4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stage_accum(internal, bigint, text, date, integer, funnel) IS 'Collects a row: transition function of stage_agg(bigint, text, date, integer, funnel).';

CREATE AGGREGATE stage_agg(entity bigint, stage text, entered_at date, amount integer, definition funnel) (
	SFUNC = stage_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = stage_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE stage_agg(bigint, text, date, integer, funnel) IS 'Summarises a stage history with amounts, in one currency: an entity counts with its latest amount that is not NULL (at equal times the larger). Otherwise as without. NaN and infinite amounts are errors.';
CREATE FUNCTION stage_accum(internal, entity bigint, stage text, entered_at date, amount bigint, definition funnel) RETURNS internal
	AS 'MODULE_PATHNAME', 'stage_accum_int8_date_int8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stage_accum(internal, bigint, text, date, bigint, funnel) IS 'Collects a row: transition function of stage_agg(bigint, text, date, bigint, funnel).';

CREATE AGGREGATE stage_agg(entity bigint, stage text, entered_at date, amount bigint, definition funnel) (
	SFUNC = stage_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = stage_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE stage_agg(bigint, text, date, bigint, funnel) IS 'Summarises a stage history with amounts, in one currency: an entity counts with its latest amount that is not NULL (at equal times the larger). Otherwise as without. NaN and infinite amounts are errors.';
CREATE FUNCTION stage_accum(internal, entity bigint, stage text, entered_at date, amount numeric, definition funnel) RETURNS internal
	AS 'MODULE_PATHNAME', 'stage_accum_int8_date_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stage_accum(internal, bigint, text, date, numeric, funnel) IS 'Collects a row: transition function of stage_agg(bigint, text, date, numeric, funnel).';

CREATE AGGREGATE stage_agg(entity bigint, stage text, entered_at date, amount numeric, definition funnel) (
	SFUNC = stage_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = stage_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE stage_agg(bigint, text, date, numeric, funnel) IS 'Summarises a stage history with amounts, in one currency: an entity counts with its latest amount that is not NULL (at equal times the larger). Otherwise as without. NaN and infinite amounts are errors.';
CREATE FUNCTION stage_accum(internal, entity bigint, stage text, entered_at date, amount real, definition funnel) RETURNS internal
	AS 'MODULE_PATHNAME', 'stage_accum_int8_date_float4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stage_accum(internal, bigint, text, date, real, funnel) IS 'Collects a row: transition function of stage_agg(bigint, text, date, real, funnel).';

CREATE AGGREGATE stage_agg(entity bigint, stage text, entered_at date, amount real, definition funnel) (
	SFUNC = stage_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = stage_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE stage_agg(bigint, text, date, real, funnel) IS 'Summarises a stage history with amounts, in one currency: an entity counts with its latest amount that is not NULL (at equal times the larger). Otherwise as without. NaN and infinite amounts are errors.';
CREATE FUNCTION stage_accum(internal, entity bigint, stage text, entered_at date, amount double precision, definition funnel) RETURNS internal
	AS 'MODULE_PATHNAME', 'stage_accum_int8_date_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stage_accum(internal, bigint, text, date, double precision, funnel) IS 'Collects a row: transition function of stage_agg(bigint, text, date, double precision, funnel).';

CREATE AGGREGATE stage_agg(entity bigint, stage text, entered_at date, amount double precision, definition funnel) (
	SFUNC = stage_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = stage_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE stage_agg(bigint, text, date, double precision, funnel) IS 'Summarises a stage history with amounts, in one currency: an entity counts with its latest amount that is not NULL (at equal times the larger). Otherwise as without. NaN and infinite amounts are errors.';
CREATE FUNCTION stage_accum(internal, entity text, stage text, entered_at timestamptz, definition funnel) RETURNS internal
	AS 'MODULE_PATHNAME', 'stage_accum_text_timestamp' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stage_accum(internal, text, text, timestamptz, funnel) IS 'Collects a row: transition function of stage_agg(text, text, timestamptz, funnel).';

CREATE AGGREGATE stage_agg(entity text, stage text, entered_at timestamptz, definition funnel) (
	SFUNC = stage_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = stage_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE stage_agg(text, text, timestamptz, funnel) IS 'Summarises a stage history: one row an entity (a deal, a lead) and stage it entered, in any order. Read it with stage_leakage, stage_time, stage_flow, stage_quality and stage_chart. Rows without an entity, a stage, a finite time, or of an unknown stage are left out and counted. An error where the definition is NULL or changes within a group.';

CREATE FUNCTION stage_accum(internal, entity text, stage text, entered_at timestamptz, amount smallint, definition funnel) RETURNS internal
	AS 'MODULE_PATHNAME', 'stage_accum_text_timestamp_int2' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stage_accum(internal, text, text, timestamptz, smallint, funnel) IS 'Collects a row: transition function of stage_agg(text, text, timestamptz, smallint, funnel).';

CREATE AGGREGATE stage_agg(entity text, stage text, entered_at timestamptz, amount smallint, definition funnel) (
	SFUNC = stage_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = stage_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE stage_agg(text, text, timestamptz, smallint, funnel) IS 'Summarises a stage history with amounts, in one currency: an entity counts with its latest amount that is not NULL (at equal times the larger). Otherwise as without. NaN and infinite amounts are errors.';
CREATE FUNCTION stage_accum(internal, entity text, stage text, entered_at timestamptz, amount integer, definition funnel) RETURNS internal
	AS 'MODULE_PATHNAME', 'stage_accum_text_timestamp_int4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stage_accum(internal, text, text, timestamptz, integer, funnel) IS 'Collects a row: transition function of stage_agg(text, text, timestamptz, integer, funnel).';

CREATE AGGREGATE stage_agg(entity text, stage text, entered_at timestamptz, amount integer, definition funnel) (
	SFUNC = stage_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = stage_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE stage_agg(text, text, timestamptz, integer, funnel) IS 'Summarises a stage history with amounts, in one currency: an entity counts with its latest amount that is not NULL (at equal times the larger). Otherwise as without. NaN and infinite amounts are errors.';
CREATE FUNCTION stage_accum(internal, entity text, stage text, entered_at timestamptz, amount bigint, definition funnel) RETURNS internal
	AS 'MODULE_PATHNAME', 'stage_accum_text_timestamp_int8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stage_accum(internal, text, text, timestamptz, bigint, funnel) IS 'Collects a row: transition function of stage_agg(text, text, timestamptz, bigint, funnel).';

CREATE AGGREGATE stage_agg(entity text, stage text, entered_at timestamptz, amount bigint, definition funnel) (
	SFUNC = stage_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = stage_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE stage_agg(text, text, timestamptz, bigint, funnel) IS 'Summarises a stage history with amounts, in one currency: an entity counts with its latest amount that is not NULL (at equal times the larger). Otherwise as without. NaN and infinite amounts are errors.';
CREATE FUNCTION stage_accum(internal, entity text, stage text, entered_at timestamptz, amount numeric, definition funnel) RETURNS internal
	AS 'MODULE_PATHNAME', 'stage_accum_text_timestamp_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stage_accum(internal, text, text, timestamptz, numeric, funnel) IS 'Collects a row: transition function of stage_agg(text, text, timestamptz, numeric, funnel).';

CREATE AGGREGATE stage_agg(entity text, stage text, entered_at timestamptz, amount numeric, definition funnel) (
	SFUNC = stage_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = stage_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE stage_agg(text, text, timestamptz, numeric, funnel) IS 'Summarises a stage history with amounts, in one currency: an entity counts with its latest amount that is not NULL (at equal times the larger). Otherwise as without. NaN and infinite amounts are errors.';
CREATE FUNCTION stage_accum(internal, entity text, stage text, entered_at timestamptz, amount real, definition funnel) RETURNS internal
	AS 'MODULE_PATHNAME', 'stage_accum_text_timestamp_float4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stage_accum(internal, text, text, timestamptz, real, funnel) IS 'Collects a row: transition function of stage_agg(text, text, timestamptz, real, funnel).';

CREATE AGGREGATE stage_agg(entity text, stage text, entered_at timestamptz, amount real, definition funnel) (
	SFUNC = stage_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = stage_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE stage_agg(text, text, timestamptz, real, funnel) IS 'Summarises a stage history with amounts, in one currency: an entity counts with its latest amount that is not NULL (at equal times the larger). Otherwise as without. NaN and infinite amounts are errors.';
CREATE FUNCTION stage_accum(internal, entity text, stage text, entered_at timestamptz, amount double precision, definition funnel) RETURNS internal
	AS 'MODULE_PATHNAME', 'stage_accum_text_timestamp_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stage_accum(internal, text, text, timestamptz, double precision, funnel) IS 'Collects a row: transition function of stage_agg(text, text, timestamptz, double precision, funnel).';

CREATE AGGREGATE stage_agg(entity text, stage text, entered_at timestamptz, amount double precision, definition funnel) (
	SFUNC = stage_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = stage_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE stage_agg(text, text, timestamptz, double precision, funnel) IS 'Summarises a stage history with amounts, in one currency: an entity counts with its latest amount that is not NULL (at equal times the larger). Otherwise as without. NaN and infinite amounts are errors.';
CREATE FUNCTION stage_accum(internal, entity text, stage text, entered_at timestamp, definition funnel) RETURNS internal
	AS 'MODULE_PATHNAME', 'stage_accum_text_timestamp' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stage_accum(internal, text, text, timestamp, funnel) IS 'Collects a row: transition function of stage_agg(text, text, timestamp, funnel).';

CREATE AGGREGATE stage_agg(entity text, stage text, entered_at timestamp, definition funnel) (
	SFUNC = stage_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = stage_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE stage_agg(text, text, timestamp, funnel) IS 'Summarises a stage history: one row an entity (a deal, a lead) and stage it entered, in any order. Read it with stage_leakage, stage_time, stage_flow, stage_quality and stage_chart. Rows without an entity, a stage, a finite time, or of an unknown stage are left out and counted. An error where the definition is NULL or changes within a group.';

CREATE FUNCTION stage_accum(internal, entity text, stage text, entered_at timestamp, amount smallint, definition funnel) RETURNS internal
	AS 'MODULE_PATHNAME', 'stage_accum_text_timestamp_int2' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stage_accum(internal, text, text, timestamp, smallint, funnel) IS 'Collects a row: transition function of stage_agg(text, text, timestamp, smallint, funnel).';

CREATE AGGREGATE stage_agg(entity text, stage text, entered_at timestamp, amount smallint, definition funnel) (
	SFUNC = stage_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = stage_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE stage_agg(text, text, timestamp, smallint, funnel) IS 'Summarises a stage history with amounts, in one currency: an entity counts with its latest amount that is not NULL (at equal times the larger). Otherwise as without. NaN and infinite amounts are errors.';
CREATE FUNCTION stage_accum(internal, entity text, stage text, entered_at timestamp, amount integer, definition funnel) RETURNS internal
	AS 'MODULE_PATHNAME', 'stage_accum_text_timestamp_int4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stage_accum(internal, text, text, timestamp, integer, funnel) IS 'Collects a row: transition function of stage_agg(text, text, timestamp, integer, funnel).';

CREATE AGGREGATE stage_agg(entity text, stage text, entered_at timestamp, amount integer, definition funnel) (
	SFUNC = stage_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = stage_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE stage_agg(text, text, timestamp, integer, funnel) IS 'Summarises a stage history with amounts, in one currency: an entity counts with its latest amount that is not NULL (at equal times the larger). Otherwise as without. NaN and infinite amounts are errors.';
CREATE FUNCTION stage_accum(internal, entity text, stage text, entered_at timestamp, amount bigint, definition funnel) RETURNS internal
	AS 'MODULE_PATHNAME', 'stage_accum_text_timestamp_int8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stage_accum(internal, text, text, timestamp, bigint, funnel) IS 'Collects a row: transition function of stage_agg(text, text, timestamp, bigint, funnel).';

CREATE AGGREGATE stage_agg(entity text, stage text, entered_at timestamp, amount bigint, definition funnel) (
	SFUNC = stage_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = stage_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE stage_agg(text, text, timestamp, bigint, funnel) IS 'Summarises a stage history with amounts, in one currency: an entity counts with its latest amount that is not NULL (at equal times the larger). Otherwise as without. NaN and infinite amounts are errors.';
CREATE FUNCTION stage_accum(internal, entity text, stage text, entered_at timestamp, amount numeric, definition funnel) RETURNS internal
	AS 'MODULE_PATHNAME', 'stage_accum_text_timestamp_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stage_accum(internal, text, text, timestamp, numeric, funnel) IS 'Collects a row: transition function of stage_agg(text, text, timestamp, numeric, funnel).';

CREATE AGGREGATE stage_agg(entity text, stage text, entered_at timestamp, amount numeric, definition funnel) (
	SFUNC = stage_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = stage_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE stage_agg(text, text, timestamp, numeric, funnel) IS 'Summarises a stage history with amounts, in one currency: an entity counts with its latest amount that is not NULL (at equal times the larger). Otherwise as without. NaN and infinite amounts are errors.';
CREATE FUNCTION stage_accum(internal, entity text, stage text, entered_at timestamp, amount real, definition funnel) RETURNS internal
	AS 'MODULE_PATHNAME', 'stage_accum_text_timestamp_float4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stage_accum(internal, text, text, timestamp, real, funnel) IS 'Collects a row: transition function of stage_agg(text, text, timestamp, real, funnel).';

CREATE AGGREGATE stage_agg(entity text, stage text, entered_at timestamp, amount real, definition funnel) (
	SFUNC = stage_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = stage_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE stage_agg(text, text, timestamp, real, funnel) IS 'Summarises a stage history with amounts, in one currency: an entity counts with its latest amount that is not NULL (at equal times the larger). Otherwise as without. NaN and infinite amounts are errors.';
CREATE FUNCTION stage_accum(internal, entity text, stage text, entered_at timestamp, amount double precision, definition funnel) RETURNS internal
	AS 'MODULE_PATHNAME', 'stage_accum_text_timestamp_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stage_accum(internal, text, text, timestamp, double precision, funnel) IS 'Collects a row: transition function of stage_agg(text, text, timestamp, double precision, funnel).';

CREATE AGGREGATE stage_agg(entity text, stage text, entered_at timestamp, amount double precision, definition funnel) (
	SFUNC = stage_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = stage_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE stage_agg(text, text, timestamp, double precision, funnel) IS 'Summarises a stage history with amounts, in one currency: an entity counts with its latest amount that is not NULL (at equal times the larger). Otherwise as without. NaN and infinite amounts are errors.';
CREATE FUNCTION stage_accum(internal, entity text, stage text, entered_at date, definition funnel) RETURNS internal
	AS 'MODULE_PATHNAME', 'stage_accum_text_date' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stage_accum(internal, text, text, date, funnel) IS 'Collects a row: transition function of stage_agg(text, text, date, funnel).';

CREATE AGGREGATE stage_agg(entity text, stage text, entered_at date, definition funnel) (
	SFUNC = stage_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = stage_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE stage_agg(text, text, date, funnel) IS 'Summarises a stage history: one row an entity (a deal, a lead) and stage it entered, in any order. Read it with stage_leakage, stage_time, stage_flow, stage_quality and stage_chart. Rows without an entity, a stage, a finite time, or of an unknown stage are left out and counted. An error where the definition is NULL or changes within a group.';

CREATE FUNCTION stage_accum(internal, entity text, stage text, entered_at date, amount smallint, definition funnel) RETURNS internal
	AS 'MODULE_PATHNAME', 'stage_accum_text_date_int2' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stage_accum(internal, text, text, date, smallint, funnel) IS 'Collects a row: transition function of stage_agg(text, text, date, smallint, funnel).';

CREATE AGGREGATE stage_agg(entity text, stage text, entered_at date, amount smallint, definition funnel) (
	SFUNC = stage_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = stage_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE stage_agg(text, text, date, smallint, funnel) IS 'Summarises a stage history with amounts, in one currency: an entity counts with its latest amount that is not NULL (at equal times the larger). Otherwise as without. NaN and infinite amounts are errors.';
CREATE FUNCTION stage_accum(internal, entity text, stage text, entered_at date, amount integer, definition funnel) RETURNS internal
	AS 'MODULE_PATHNAME', 'stage_accum_text_date_int4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stage_accum(internal, text, text, date, integer, funnel) IS 'Collects a row: transition function of stage_agg(text, text, date, integer, funnel).';

CREATE AGGREGATE stage_agg(entity text, stage text, entered_at date, amount integer, definition funnel) (
	SFUNC = stage_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = stage_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE stage_agg(text, text, date, integer, funnel) IS 'Summarises a stage history with amounts, in one currency: an entity counts with its latest amount that is not NULL (at equal times the larger). Otherwise as without. NaN and infinite amounts are errors.';
CREATE FUNCTION stage_accum(internal, entity text, stage text, entered_at date, amount bigint, definition funnel) RETURNS internal
	AS 'MODULE_PATHNAME', 'stage_accum_text_date_int8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stage_accum(internal, text, text, date, bigint, funnel) IS 'Collects a row: transition function of stage_agg(text, text, date, bigint, funnel).';

CREATE AGGREGATE stage_agg(entity text, stage text, entered_at date, amount bigint, definition funnel) (
	SFUNC = stage_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = stage_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE stage_agg(text, text, date, bigint, funnel) IS 'Summarises a stage history with amounts, in one currency: an entity counts with its latest amount that is not NULL (at equal times the larger). Otherwise as without. NaN and infinite amounts are errors.';
CREATE FUNCTION stage_accum(internal, entity text, stage text, entered_at date, amount numeric, definition funnel) RETURNS internal
	AS 'MODULE_PATHNAME', 'stage_accum_text_date_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stage_accum(internal, text, text, date, numeric, funnel) IS 'Collects a row: transition function of stage_agg(text, text, date, numeric, funnel).';

CREATE AGGREGATE stage_agg(entity text, stage text, entered_at date, amount numeric, definition funnel) (
	SFUNC = stage_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = stage_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE stage_agg(text, text, date, numeric, funnel) IS 'Summarises a stage history with amounts, in one currency: an entity counts with its latest amount that is not NULL (at equal times the larger). Otherwise as without. NaN and infinite amounts are errors.';
CREATE FUNCTION stage_accum(internal, entity text, stage text, entered_at date, amount real, definition funnel) RETURNS internal
	AS 'MODULE_PATHNAME', 'stage_accum_text_date_float4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stage_accum(internal, text, text, date, real, funnel) IS 'Collects a row: transition function of stage_agg(text, text, date, real, funnel).';

CREATE AGGREGATE stage_agg(entity text, stage text, entered_at date, amount real, definition funnel) (
	SFUNC = stage_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = stage_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE stage_agg(text, text, date, real, funnel) IS 'Summarises a stage history with amounts, in one currency: an entity counts with its latest amount that is not NULL (at equal times the larger). Otherwise as without. NaN and infinite amounts are errors.';
CREATE FUNCTION stage_accum(internal, entity text, stage text, entered_at date, amount double precision, definition funnel) RETURNS internal
	AS 'MODULE_PATHNAME', 'stage_accum_text_date_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stage_accum(internal, text, text, date, double precision, funnel) IS 'Collects a row: transition function of stage_agg(text, text, date, double precision, funnel).';

CREATE AGGREGATE stage_agg(entity text, stage text, entered_at date, amount double precision, definition funnel) (
	SFUNC = stage_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = stage_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE stage_agg(text, text, date, double precision, funnel) IS 'Summarises a stage history with amounts, in one currency: an entity counts with its latest amount that is not NULL (at equal times the larger). Otherwise as without. NaN and infinite amounts are errors.';
CREATE FUNCTION stage_accum(internal, entity uuid, stage text, entered_at timestamptz, definition funnel) RETURNS internal
	AS 'MODULE_PATHNAME', 'stage_accum_uuid_timestamp' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stage_accum(internal, uuid, text, timestamptz, funnel) IS 'Collects a row: transition function of stage_agg(uuid, text, timestamptz, funnel).';

CREATE AGGREGATE stage_agg(entity uuid, stage text, entered_at timestamptz, definition funnel) (
	SFUNC = stage_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = stage_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE stage_agg(uuid, text, timestamptz, funnel) IS 'Summarises a stage history: one row an entity (a deal, a lead) and stage it entered, in any order. Read it with stage_leakage, stage_time, stage_flow, stage_quality and stage_chart. Rows without an entity, a stage, a finite time, or of an unknown stage are left out and counted. An error where the definition is NULL or changes within a group.';

CREATE FUNCTION stage_accum(internal, entity uuid, stage text, entered_at timestamptz, amount smallint, definition funnel) RETURNS internal
	AS 'MODULE_PATHNAME', 'stage_accum_uuid_timestamp_int2' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stage_accum(internal, uuid, text, timestamptz, smallint, funnel) IS 'Collects a row: transition function of stage_agg(uuid, text, timestamptz, smallint, funnel).';

CREATE AGGREGATE stage_agg(entity uuid, stage text, entered_at timestamptz, amount smallint, definition funnel) (
	SFUNC = stage_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = stage_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE stage_agg(uuid, text, timestamptz, smallint, funnel) IS 'Summarises a stage history with amounts, in one currency: an entity counts with its latest amount that is not NULL (at equal times the larger). Otherwise as without. NaN and infinite amounts are errors.';
CREATE FUNCTION stage_accum(internal, entity uuid, stage text, entered_at timestamptz, amount integer, definition funnel) RETURNS internal
	AS 'MODULE_PATHNAME', 'stage_accum_uuid_timestamp_int4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stage_accum(internal, uuid, text, timestamptz, integer, funnel) IS 'Collects a row: transition function of stage_agg(uuid, text, timestamptz, integer, funnel).';

CREATE AGGREGATE stage_agg(entity uuid, stage text, entered_at timestamptz, amount integer, definition funnel) (
	SFUNC = stage_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = stage_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE stage_agg(uuid, text, timestamptz, integer, funnel) IS 'Summarises a stage history with amounts, in one currency: an entity counts with its latest amount that is not NULL (at equal times the larger). Otherwise as without. NaN and infinite amounts are errors.';
CREATE FUNCTION stage_accum(internal, entity uuid, stage text, entered_at timestamptz, amount bigint, definition funnel) RETURNS internal
	AS 'MODULE_PATHNAME', 'stage_accum_uuid_timestamp_int8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stage_accum(internal, uuid, text, timestamptz, bigint, funnel) IS 'Collects a row: transition function of stage_agg(uuid, text, timestamptz, bigint, funnel).';

CREATE AGGREGATE stage_agg(entity uuid, stage text, entered_at timestamptz, amount bigint, definition funnel) (
	SFUNC = stage_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = stage_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE stage_agg(uuid, text, timestamptz, bigint, funnel) IS 'Summarises a stage history with amounts, in one currency: an entity counts with its latest amount that is not NULL (at equal times the larger). Otherwise as without. NaN and infinite amounts are errors.';
CREATE FUNCTION stage_accum(internal, entity uuid, stage text, entered_at timestamptz, amount numeric, definition funnel) RETURNS internal
	AS 'MODULE_PATHNAME', 'stage_accum_uuid_timestamp_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stage_accum(internal, uuid, text, timestamptz, numeric, funnel) IS 'Collects a row: transition function of stage_agg(uuid, text, timestamptz, numeric, funnel).';

CREATE AGGREGATE stage_agg(entity uuid, stage text, entered_at timestamptz, amount numeric, definition funnel) (
	SFUNC = stage_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = stage_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE stage_agg(uuid, text, timestamptz, numeric, funnel) IS 'Summarises a stage history with amounts, in one currency: an entity counts with its latest amount that is not NULL (at equal times the larger). Otherwise as without. NaN and infinite amounts are errors.';
CREATE FUNCTION stage_accum(internal, entity uuid, stage text, entered_at timestamptz, amount real, definition funnel) RETURNS internal
	AS 'MODULE_PATHNAME', 'stage_accum_uuid_timestamp_float4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stage_accum(internal, uuid, text, timestamptz, real, funnel) IS 'Collects a row: transition function of stage_agg(uuid, text, timestamptz, real, funnel).';

CREATE AGGREGATE stage_agg(entity uuid, stage text, entered_at timestamptz, amount real, definition funnel) (
	SFUNC = stage_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = stage_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE stage_agg(uuid, text, timestamptz, real, funnel) IS 'Summarises a stage history with amounts, in one currency: an entity counts with its latest amount that is not NULL (at equal times the larger). Otherwise as without. NaN and infinite amounts are errors.';
CREATE FUNCTION stage_accum(internal, entity uuid, stage text, entered_at timestamptz, amount double precision, definition funnel) RETURNS internal
	AS 'MODULE_PATHNAME', 'stage_accum_uuid_timestamp_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stage_accum(internal, uuid, text, timestamptz, double precision, funnel) IS 'Collects a row: transition function of stage_agg(uuid, text, timestamptz, double precision, funnel).';

CREATE AGGREGATE stage_agg(entity uuid, stage text, entered_at timestamptz, amount double precision, definition funnel) (
	SFUNC = stage_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = stage_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE stage_agg(uuid, text, timestamptz, double precision, funnel) IS 'Summarises a stage history with amounts, in one currency: an entity counts with its latest amount that is not NULL (at equal times the larger). Otherwise as without. NaN and infinite amounts are errors.';
CREATE FUNCTION stage_accum(internal, entity uuid, stage text, entered_at timestamp, definition funnel) RETURNS internal
	AS 'MODULE_PATHNAME', 'stage_accum_uuid_timestamp' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stage_accum(internal, uuid, text, timestamp, funnel) IS 'Collects a row: transition function of stage_agg(uuid, text, timestamp, funnel).';

CREATE AGGREGATE stage_agg(entity uuid, stage text, entered_at timestamp, definition funnel) (
	SFUNC = stage_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = stage_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE stage_agg(uuid, text, timestamp, funnel) IS 'Summarises a stage history: one row an entity (a deal, a lead) and stage it entered, in any order. Read it with stage_leakage, stage_time, stage_flow, stage_quality and stage_chart. Rows without an entity, a stage, a finite time, or of an unknown stage are left out and counted. An error where the definition is NULL or changes within a group.';

CREATE FUNCTION stage_accum(internal, entity uuid, stage text, entered_at timestamp, amount smallint, definition funnel) RETURNS internal
	AS 'MODULE_PATHNAME', 'stage_accum_uuid_timestamp_int2' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stage_accum(internal, uuid, text, timestamp, smallint, funnel) IS 'Collects a row: transition function of stage_agg(uuid, text, timestamp, smallint, funnel).';

CREATE AGGREGATE stage_agg(entity uuid, stage text, entered_at timestamp, amount smallint, definition funnel) (
	SFUNC = stage_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = stage_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE stage_agg(uuid, text, timestamp, smallint, funnel) IS 'Summarises a stage history with amounts, in one currency: an entity counts with its latest amount that is not NULL (at equal times the larger). Otherwise as without. NaN and infinite amounts are errors.';
CREATE FUNCTION stage_accum(internal, entity uuid, stage text, entered_at timestamp, amount integer, definition funnel) RETURNS internal
	AS 'MODULE_PATHNAME', 'stage_accum_uuid_timestamp_int4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stage_accum(internal, uuid, text, timestamp, integer, funnel) IS 'Collects a row: transition function of stage_agg(uuid, text, timestamp, integer, funnel).';

CREATE AGGREGATE stage_agg(entity uuid, stage text, entered_at timestamp, amount integer, definition funnel) (
	SFUNC = stage_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = stage_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE stage_agg(uuid, text, timestamp, integer, funnel) IS 'Summarises a stage history with amounts, in one currency: an entity counts with its latest amount that is not NULL (at equal times the larger). Otherwise as without. NaN and infinite amounts are errors.';
CREATE FUNCTION stage_accum(internal, entity uuid, stage text, entered_at timestamp, amount bigint, definition funnel) RETURNS internal
	AS 'MODULE_PATHNAME', 'stage_accum_uuid_timestamp_int8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stage_accum(internal, uuid, text, timestamp, bigint, funnel) IS 'Collects a row: transition function of stage_agg(uuid, text, timestamp, bigint, funnel).';

CREATE AGGREGATE stage_agg(entity uuid, stage text, entered_at timestamp, amount bigint, definition funnel) (
	SFUNC = stage_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = stage_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE stage_agg(uuid, text, timestamp, bigint, funnel) IS 'Summarises a stage history with amounts, in one currency: an entity counts with its latest amount that is not NULL (at equal times the larger). Otherwise as without. NaN and infinite amounts are errors.';
CREATE FUNCTION stage_accum(internal, entity uuid, stage text, entered_at timestamp, amount numeric, definition funnel) RETURNS internal
	AS 'MODULE_PATHNAME', 'stage_accum_uuid_timestamp_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stage_accum(internal, uuid, text, timestamp, numeric, funnel) IS 'Collects a row: transition function of stage_agg(uuid, text, timestamp, numeric, funnel).';

CREATE AGGREGATE stage_agg(entity uuid, stage text, entered_at timestamp, amount numeric, definition funnel) (
	SFUNC = stage_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = stage_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE stage_agg(uuid, text, timestamp, numeric, funnel) IS 'Summarises a stage history with amounts, in one currency: an entity counts with its latest amount that is not NULL (at equal times the larger). Otherwise as without. NaN and infinite amounts are errors.';
CREATE FUNCTION stage_accum(internal, entity uuid, stage text, entered_at timestamp, amount real, definition funnel) RETURNS internal
	AS 'MODULE_PATHNAME', 'stage_accum_uuid_timestamp_float4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stage_accum(internal, uuid, text, timestamp, real, funnel) IS 'Collects a row: transition function of stage_agg(uuid, text, timestamp, real, funnel).';

CREATE AGGREGATE stage_agg(entity uuid, stage text, entered_at timestamp, amount real, definition funnel) (
	SFUNC = stage_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = stage_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE stage_agg(uuid, text, timestamp, real, funnel) IS 'Summarises a stage history with amounts, in one currency: an entity counts with its latest amount that is not NULL (at equal times the larger). Otherwise as without. NaN and infinite amounts are errors.';
CREATE FUNCTION stage_accum(internal, entity uuid, stage text, entered_at timestamp, amount double precision, definition funnel) RETURNS internal
	AS 'MODULE_PATHNAME', 'stage_accum_uuid_timestamp_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stage_accum(internal, uuid, text, timestamp, double precision, funnel) IS 'Collects a row: transition function of stage_agg(uuid, text, timestamp, double precision, funnel).';

CREATE AGGREGATE stage_agg(entity uuid, stage text, entered_at timestamp, amount double precision, definition funnel) (
	SFUNC = stage_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = stage_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE stage_agg(uuid, text, timestamp, double precision, funnel) IS 'Summarises a stage history with amounts, in one currency: an entity counts with its latest amount that is not NULL (at equal times the larger). Otherwise as without. NaN and infinite amounts are errors.';
CREATE FUNCTION stage_accum(internal, entity uuid, stage text, entered_at date, definition funnel) RETURNS internal
	AS 'MODULE_PATHNAME', 'stage_accum_uuid_date' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stage_accum(internal, uuid, text, date, funnel) IS 'Collects a row: transition function of stage_agg(uuid, text, date, funnel).';

CREATE AGGREGATE stage_agg(entity uuid, stage text, entered_at date, definition funnel) (
	SFUNC = stage_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = stage_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE stage_agg(uuid, text, date, funnel) IS 'Summarises a stage history: one row an entity (a deal, a lead) and stage it entered, in any order. Read it with stage_leakage, stage_time, stage_flow, stage_quality and stage_chart. Rows without an entity, a stage, a finite time, or of an unknown stage are left out and counted. An error where the definition is NULL or changes within a group.';

CREATE FUNCTION stage_accum(internal, entity uuid, stage text, entered_at date, amount smallint, definition funnel) RETURNS internal
	AS 'MODULE_PATHNAME', 'stage_accum_uuid_date_int2' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stage_accum(internal, uuid, text, date, smallint, funnel) IS 'Collects a row: transition function of stage_agg(uuid, text, date, smallint, funnel).';

CREATE AGGREGATE stage_agg(entity uuid, stage text, entered_at date, amount smallint, definition funnel) (
	SFUNC = stage_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = stage_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE stage_agg(uuid, text, date, smallint, funnel) IS 'Summarises a stage history with amounts, in one currency: an entity counts with its latest amount that is not NULL (at equal times the larger). Otherwise as without. NaN and infinite amounts are errors.';
CREATE FUNCTION stage_accum(internal, entity uuid, stage text, entered_at date, amount integer, definition funnel) RETURNS internal
	AS 'MODULE_PATHNAME', 'stage_accum_uuid_date_int4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stage_accum(internal, uuid, text, date, integer, funnel) IS 'Collects a row: transition function of stage_agg(uuid, text, date, integer, funnel).';

CREATE AGGREGATE stage_agg(entity uuid, stage text, entered_at date, amount integer, definition funnel) (
	SFUNC = stage_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = stage_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE stage_agg(uuid, text, date, integer, funnel) IS 'Summarises a stage history with amounts, in one currency: an entity counts with its latest amount that is not NULL (at equal times the larger). Otherwise as without. NaN and infinite amounts are errors.';
CREATE FUNCTION stage_accum(internal, entity uuid, stage text, entered_at date, amount bigint, definition funnel) RETURNS internal
	AS 'MODULE_PATHNAME', 'stage_accum_uuid_date_int8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stage_accum(internal, uuid, text, date, bigint, funnel) IS 'Collects a row: transition function of stage_agg(uuid, text, date, bigint, funnel).';

CREATE AGGREGATE stage_agg(entity uuid, stage text, entered_at date, amount bigint, definition funnel) (
	SFUNC = stage_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = stage_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE stage_agg(uuid, text, date, bigint, funnel) IS 'Summarises a stage history with amounts, in one currency: an entity counts with its latest amount that is not NULL (at equal times the larger). Otherwise as without. NaN and infinite amounts are errors.';
CREATE FUNCTION stage_accum(internal, entity uuid, stage text, entered_at date, amount numeric, definition funnel) RETURNS internal
	AS 'MODULE_PATHNAME', 'stage_accum_uuid_date_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stage_accum(internal, uuid, text, date, numeric, funnel) IS 'Collects a row: transition function of stage_agg(uuid, text, date, numeric, funnel).';

CREATE AGGREGATE stage_agg(entity uuid, stage text, entered_at date, amount numeric, definition funnel) (
	SFUNC = stage_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = stage_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE stage_agg(uuid, text, date, numeric, funnel) IS 'Summarises a stage history with amounts, in one currency: an entity counts with its latest amount that is not NULL (at equal times the larger). Otherwise as without. NaN and infinite amounts are errors.';
CREATE FUNCTION stage_accum(internal, entity uuid, stage text, entered_at date, amount real, definition funnel) RETURNS internal
	AS 'MODULE_PATHNAME', 'stage_accum_uuid_date_float4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stage_accum(internal, uuid, text, date, real, funnel) IS 'Collects a row: transition function of stage_agg(uuid, text, date, real, funnel).';

CREATE AGGREGATE stage_agg(entity uuid, stage text, entered_at date, amount real, definition funnel) (
	SFUNC = stage_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = stage_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE stage_agg(uuid, text, date, real, funnel) IS 'Summarises a stage history with amounts, in one currency: an entity counts with its latest amount that is not NULL (at equal times the larger). Otherwise as without. NaN and infinite amounts are errors.';
CREATE FUNCTION stage_accum(internal, entity uuid, stage text, entered_at date, amount double precision, definition funnel) RETURNS internal
	AS 'MODULE_PATHNAME', 'stage_accum_uuid_date_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stage_accum(internal, uuid, text, date, double precision, funnel) IS 'Collects a row: transition function of stage_agg(uuid, text, date, double precision, funnel).';

CREATE AGGREGATE stage_agg(entity uuid, stage text, entered_at date, amount double precision, definition funnel) (
	SFUNC = stage_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = stage_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE stage_agg(uuid, text, date, double precision, funnel) IS 'Summarises a stage history with amounts, in one currency: an entity counts with its latest amount that is not NULL (at equal times the larger). Otherwise as without. NaN and infinite amounts are errors.';

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

--
-- pipeline: pipeline movements (src/kpi/pipeline*.c, doc/pipeline.md)
--

CREATE TYPE pipeline_summary;

CREATE FUNCTION pipeline_summary_in(cstring) RETURNS pipeline_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION pipeline_summary_out(pipeline_summary) RETURNS cstring
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION pipeline_summary_recv(internal) RETURNS pipeline_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION pipeline_summary_send(pipeline_summary) RETURNS bytea
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_summary_in(cstring) IS 'Reads the text form of type pipeline_summary, JSON; an error where it breaks a rule.';
COMMENT ON FUNCTION pipeline_summary_out(pipeline_summary) IS 'The text form of type pipeline_summary, JSON, lossless.';
COMMENT ON FUNCTION pipeline_summary_recv(internal) IS 'Reads the binary form of type pipeline_summary, every byte checked.';
COMMENT ON FUNCTION pipeline_summary_send(pipeline_summary) IS 'The binary form of type pipeline_summary: equal summaries are equal bytes.';

CREATE TYPE pipeline_summary (
	INPUT = pipeline_summary_in, OUTPUT = pipeline_summary_out,
	RECEIVE = pipeline_summary_recv, SEND = pipeline_summary_send,
	INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = extended
);

CREATE FUNCTION pipeline_summary_eq(pipeline_summary, pipeline_summary) RETURNS boolean
	AS 'MODULE_PATHNAME', 'summary_eq' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION pipeline_summary_ne(pipeline_summary, pipeline_summary) RETURNS boolean
	AS 'MODULE_PATHNAME', 'summary_ne' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION pipeline_summary_hash(pipeline_summary) RETURNS integer
	AS 'MODULE_PATHNAME', 'summary_hash' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION pipeline_summary_hash_extended(pipeline_summary, bigint) RETURNS bigint
	AS 'MODULE_PATHNAME', 'summary_hash_extended' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_summary_eq(pipeline_summary, pipeline_summary) IS 'Whether two summaries are the same: they keep the same, to the last digit and decimal place.';
COMMENT ON FUNCTION pipeline_summary_ne(pipeline_summary, pipeline_summary) IS 'Whether two summaries differ in anything that they keep.';
COMMENT ON FUNCTION pipeline_summary_hash(pipeline_summary) IS 'Hash of what a summary keeps.';
COMMENT ON FUNCTION pipeline_summary_hash_extended(pipeline_summary, bigint) IS 'Hash, with a seed, of what a summary keeps.';

CREATE OPERATOR = (LEFTARG = pipeline_summary, RIGHTARG = pipeline_summary, FUNCTION = pipeline_summary_eq, COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES);
CREATE OPERATOR <> (LEFTARG = pipeline_summary, RIGHTARG = pipeline_summary, FUNCTION = pipeline_summary_ne, COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel);
COMMENT ON OPERATOR = (pipeline_summary, pipeline_summary) IS 'Whether two summaries are the same.';
COMMENT ON OPERATOR <> (pipeline_summary, pipeline_summary) IS 'Whether two summaries differ.';

CREATE OPERATOR CLASS pipeline_summary_ops DEFAULT FOR TYPE pipeline_summary USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 pipeline_summary_hash(pipeline_summary),
	FUNCTION 2 pipeline_summary_hash_extended(pipeline_summary, bigint);
COMMENT ON OPERATOR CLASS pipeline_summary_ops USING hash IS 'Hashes summaries: for UNION, DISTINCT, GROUP BY, joins and hash indexes. They have no order.';
COMMENT ON TYPE pipeline_summary IS 'A pipeline''s movements by period, in deals and in amounts of one currency; made by pipeline_agg, merged by rollup. Prints as JSON.';

-- Rows into a summary

CREATE FUNCTION pipeline_final(internal) RETURNS pipeline_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_final(internal) IS 'Walks the collected history of each deal: final function of pipeline_agg.';

CREATE FUNCTION pipeline_accum(internal, entity bigint, stage text, at timestamptz, amount smallint, definition funnel, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_int8_timestamptz_int2' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_accum(internal, bigint, text, timestamptz, smallint, funnel, text, text) IS 'Collects a row: transition function of pipeline_agg(bigint, text, timestamptz, smallint, funnel, text, text).';

CREATE AGGREGATE pipeline_agg(entity bigint, stage text, at timestamptz, amount smallint, definition funnel, period text, zone text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE pipeline_agg(bigint, text, timestamptz, smallint, funnel, text, text) IS 'Summarises what a stage history moved in the pipeline, by period (day, week from Monday, month, quarter, year) in a time zone. One row a deal and stage it entered, in any order, and for each change of its amount, in one currency. Read it with pipeline_movements. An error where definition, period or zone is NULL, unknown or changes within a group.';

CREATE FUNCTION pipeline_accum(internal, entity bigint, stage text, at timestamp, amount smallint, definition funnel, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_int8_timestamp_int2' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION pipeline_accum(internal, entity bigint, stage text, at timestamp, amount smallint, definition funnel, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_int8_timestamp_int2' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_accum(internal, bigint, text, timestamp, smallint, funnel, text) IS 'Collects a row: transition function of pipeline_agg(bigint, text, timestamp, smallint, funnel, text).';
COMMENT ON FUNCTION pipeline_accum(internal, bigint, text, timestamp, smallint, funnel, text, text) IS 'Collects a row: transition function of pipeline_agg(bigint, text, timestamp, smallint, funnel, text, text).';

CREATE AGGREGATE pipeline_agg(entity bigint, stage text, at timestamp, amount smallint, definition funnel, period text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
CREATE AGGREGATE pipeline_agg(entity bigint, stage text, at timestamp, amount smallint, definition funnel, period text, zone text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE pipeline_agg(bigint, text, timestamp, smallint, funnel, text) IS 'As with timestamptz; periods are those of the timestamp itself, so there is no zone. Its summaries merge with those in UTC.';
COMMENT ON AGGREGATE pipeline_agg(bigint, text, timestamp, smallint, funnel, text, text) IS 'As with timestamptz, by period of times that are local in that zone already: nothing is converted. Its summaries merge with those of timestamptz in that zone.';
CREATE FUNCTION pipeline_accum(internal, entity bigint, stage text, at date, amount smallint, definition funnel, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_int8_date_int2' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION pipeline_accum(internal, entity bigint, stage text, at date, amount smallint, definition funnel, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_int8_date_int2' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_accum(internal, bigint, text, date, smallint, funnel, text) IS 'Collects a row: transition function of pipeline_agg(bigint, text, date, smallint, funnel, text).';
COMMENT ON FUNCTION pipeline_accum(internal, bigint, text, date, smallint, funnel, text, text) IS 'Collects a row: transition function of pipeline_agg(bigint, text, date, smallint, funnel, text, text).';

CREATE AGGREGATE pipeline_agg(entity bigint, stage text, at date, amount smallint, definition funnel, period text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
CREATE AGGREGATE pipeline_agg(entity bigint, stage text, at date, amount smallint, definition funnel, period text, zone text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE pipeline_agg(bigint, text, date, smallint, funnel, text) IS 'As with timestamptz; periods are those of the date itself, so there is no zone. Its summaries merge with those in UTC.';
COMMENT ON AGGREGATE pipeline_agg(bigint, text, date, smallint, funnel, text, text) IS 'As with timestamptz, by period of times that are local in that zone already: nothing is converted. Its summaries merge with those of timestamptz in that zone.';
CREATE FUNCTION pipeline_accum(internal, entity bigint, stage text, at timestamptz, amount integer, definition funnel, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_int8_timestamptz_int4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_accum(internal, bigint, text, timestamptz, integer, funnel, text, text) IS 'Collects a row: transition function of pipeline_agg(bigint, text, timestamptz, integer, funnel, text, text).';

CREATE AGGREGATE pipeline_agg(entity bigint, stage text, at timestamptz, amount integer, definition funnel, period text, zone text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE pipeline_agg(bigint, text, timestamptz, integer, funnel, text, text) IS 'Summarises what a stage history moved in the pipeline, by period (day, week from Monday, month, quarter, year) in a time zone. One row a deal and stage it entered, in any order, and for each change of its amount, in one currency. Read it with pipeline_movements. An error where definition, period or zone is NULL, unknown or changes within a group.';

CREATE FUNCTION pipeline_accum(internal, entity bigint, stage text, at timestamp, amount integer, definition funnel, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_int8_timestamp_int4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION pipeline_accum(internal, entity bigint, stage text, at timestamp, amount integer, definition funnel, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_int8_timestamp_int4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_accum(internal, bigint, text, timestamp, integer, funnel, text) IS 'Collects a row: transition function of pipeline_agg(bigint, text, timestamp, integer, funnel, text).';
COMMENT ON FUNCTION pipeline_accum(internal, bigint, text, timestamp, integer, funnel, text, text) IS 'Collects a row: transition function of pipeline_agg(bigint, text, timestamp, integer, funnel, text, text).';

CREATE AGGREGATE pipeline_agg(entity bigint, stage text, at timestamp, amount integer, definition funnel, period text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
CREATE AGGREGATE pipeline_agg(entity bigint, stage text, at timestamp, amount integer, definition funnel, period text, zone text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE pipeline_agg(bigint, text, timestamp, integer, funnel, text) IS 'As with timestamptz; periods are those of the timestamp itself, so there is no zone. Its summaries merge with those in UTC.';
COMMENT ON AGGREGATE pipeline_agg(bigint, text, timestamp, integer, funnel, text, text) IS 'As with timestamptz, by period of times that are local in that zone already: nothing is converted. Its summaries merge with those of timestamptz in that zone.';
CREATE FUNCTION pipeline_accum(internal, entity bigint, stage text, at date, amount integer, definition funnel, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_int8_date_int4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION pipeline_accum(internal, entity bigint, stage text, at date, amount integer, definition funnel, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_int8_date_int4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_accum(internal, bigint, text, date, integer, funnel, text) IS 'Collects a row: transition function of pipeline_agg(bigint, text, date, integer, funnel, text).';
COMMENT ON FUNCTION pipeline_accum(internal, bigint, text, date, integer, funnel, text, text) IS 'Collects a row: transition function of pipeline_agg(bigint, text, date, integer, funnel, text, text).';

CREATE AGGREGATE pipeline_agg(entity bigint, stage text, at date, amount integer, definition funnel, period text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
CREATE AGGREGATE pipeline_agg(entity bigint, stage text, at date, amount integer, definition funnel, period text, zone text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE pipeline_agg(bigint, text, date, integer, funnel, text) IS 'As with timestamptz; periods are those of the date itself, so there is no zone. Its summaries merge with those in UTC.';
COMMENT ON AGGREGATE pipeline_agg(bigint, text, date, integer, funnel, text, text) IS 'As with timestamptz, by period of times that are local in that zone already: nothing is converted. Its summaries merge with those of timestamptz in that zone.';
CREATE FUNCTION pipeline_accum(internal, entity bigint, stage text, at timestamptz, amount bigint, definition funnel, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_int8_timestamptz_int8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_accum(internal, bigint, text, timestamptz, bigint, funnel, text, text) IS 'Collects a row: transition function of pipeline_agg(bigint, text, timestamptz, bigint, funnel, text, text).';

CREATE AGGREGATE pipeline_agg(entity bigint, stage text, at timestamptz, amount bigint, definition funnel, period text, zone text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE pipeline_agg(bigint, text, timestamptz, bigint, funnel, text, text) IS 'Summarises what a stage history moved in the pipeline, by period (day, week from Monday, month, quarter, year) in a time zone. One row a deal and stage it entered, in any order, and for each change of its amount, in one currency. Read it with pipeline_movements. An error where definition, period or zone is NULL, unknown or changes within a group.';

CREATE FUNCTION pipeline_accum(internal, entity bigint, stage text, at timestamp, amount bigint, definition funnel, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_int8_timestamp_int8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION pipeline_accum(internal, entity bigint, stage text, at timestamp, amount bigint, definition funnel, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_int8_timestamp_int8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_accum(internal, bigint, text, timestamp, bigint, funnel, text) IS 'Collects a row: transition function of pipeline_agg(bigint, text, timestamp, bigint, funnel, text).';
COMMENT ON FUNCTION pipeline_accum(internal, bigint, text, timestamp, bigint, funnel, text, text) IS 'Collects a row: transition function of pipeline_agg(bigint, text, timestamp, bigint, funnel, text, text).';

CREATE AGGREGATE pipeline_agg(entity bigint, stage text, at timestamp, amount bigint, definition funnel, period text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
CREATE AGGREGATE pipeline_agg(entity bigint, stage text, at timestamp, amount bigint, definition funnel, period text, zone text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE pipeline_agg(bigint, text, timestamp, bigint, funnel, text) IS 'As with timestamptz; periods are those of the timestamp itself, so there is no zone. Its summaries merge with those in UTC.';
COMMENT ON AGGREGATE pipeline_agg(bigint, text, timestamp, bigint, funnel, text, text) IS 'As with timestamptz, by period of times that are local in that zone already: nothing is converted. Its summaries merge with those of timestamptz in that zone.';
CREATE FUNCTION pipeline_accum(internal, entity bigint, stage text, at date, amount bigint, definition funnel, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_int8_date_int8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION pipeline_accum(internal, entity bigint, stage text, at date, amount bigint, definition funnel, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_int8_date_int8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_accum(internal, bigint, text, date, bigint, funnel, text) IS 'Collects a row: transition function of pipeline_agg(bigint, text, date, bigint, funnel, text).';
COMMENT ON FUNCTION pipeline_accum(internal, bigint, text, date, bigint, funnel, text, text) IS 'Collects a row: transition function of pipeline_agg(bigint, text, date, bigint, funnel, text, text).';

CREATE AGGREGATE pipeline_agg(entity bigint, stage text, at date, amount bigint, definition funnel, period text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
CREATE AGGREGATE pipeline_agg(entity bigint, stage text, at date, amount bigint, definition funnel, period text, zone text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE pipeline_agg(bigint, text, date, bigint, funnel, text) IS 'As with timestamptz; periods are those of the date itself, so there is no zone. Its summaries merge with those in UTC.';
COMMENT ON AGGREGATE pipeline_agg(bigint, text, date, bigint, funnel, text, text) IS 'As with timestamptz, by period of times that are local in that zone already: nothing is converted. Its summaries merge with those of timestamptz in that zone.';
CREATE FUNCTION pipeline_accum(internal, entity bigint, stage text, at timestamptz, amount numeric, definition funnel, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_int8_timestamptz_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_accum(internal, bigint, text, timestamptz, numeric, funnel, text, text) IS 'Collects a row: transition function of pipeline_agg(bigint, text, timestamptz, numeric, funnel, text, text).';

CREATE AGGREGATE pipeline_agg(entity bigint, stage text, at timestamptz, amount numeric, definition funnel, period text, zone text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE pipeline_agg(bigint, text, timestamptz, numeric, funnel, text, text) IS 'Summarises what a stage history moved in the pipeline, by period (day, week from Monday, month, quarter, year) in a time zone. One row a deal and stage it entered, in any order, and for each change of its amount, in one currency. Read it with pipeline_movements. An error where definition, period or zone is NULL, unknown or changes within a group.';

CREATE FUNCTION pipeline_accum(internal, entity bigint, stage text, at timestamp, amount numeric, definition funnel, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_int8_timestamp_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION pipeline_accum(internal, entity bigint, stage text, at timestamp, amount numeric, definition funnel, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_int8_timestamp_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_accum(internal, bigint, text, timestamp, numeric, funnel, text) IS 'Collects a row: transition function of pipeline_agg(bigint, text, timestamp, numeric, funnel, text).';
COMMENT ON FUNCTION pipeline_accum(internal, bigint, text, timestamp, numeric, funnel, text, text) IS 'Collects a row: transition function of pipeline_agg(bigint, text, timestamp, numeric, funnel, text, text).';

CREATE AGGREGATE pipeline_agg(entity bigint, stage text, at timestamp, amount numeric, definition funnel, period text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
CREATE AGGREGATE pipeline_agg(entity bigint, stage text, at timestamp, amount numeric, definition funnel, period text, zone text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE pipeline_agg(bigint, text, timestamp, numeric, funnel, text) IS 'As with timestamptz; periods are those of the timestamp itself, so there is no zone. Its summaries merge with those in UTC.';
COMMENT ON AGGREGATE pipeline_agg(bigint, text, timestamp, numeric, funnel, text, text) IS 'As with timestamptz, by period of times that are local in that zone already: nothing is converted. Its summaries merge with those of timestamptz in that zone.';
CREATE FUNCTION pipeline_accum(internal, entity bigint, stage text, at date, amount numeric, definition funnel, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_int8_date_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION pipeline_accum(internal, entity bigint, stage text, at date, amount numeric, definition funnel, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_int8_date_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_accum(internal, bigint, text, date, numeric, funnel, text) IS 'Collects a row: transition function of pipeline_agg(bigint, text, date, numeric, funnel, text).';
COMMENT ON FUNCTION pipeline_accum(internal, bigint, text, date, numeric, funnel, text, text) IS 'Collects a row: transition function of pipeline_agg(bigint, text, date, numeric, funnel, text, text).';

CREATE AGGREGATE pipeline_agg(entity bigint, stage text, at date, amount numeric, definition funnel, period text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
CREATE AGGREGATE pipeline_agg(entity bigint, stage text, at date, amount numeric, definition funnel, period text, zone text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE pipeline_agg(bigint, text, date, numeric, funnel, text) IS 'As with timestamptz; periods are those of the date itself, so there is no zone. Its summaries merge with those in UTC.';
COMMENT ON AGGREGATE pipeline_agg(bigint, text, date, numeric, funnel, text, text) IS 'As with timestamptz, by period of times that are local in that zone already: nothing is converted. Its summaries merge with those of timestamptz in that zone.';
CREATE FUNCTION pipeline_accum(internal, entity bigint, stage text, at timestamptz, amount real, definition funnel, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_int8_timestamptz_float4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_accum(internal, bigint, text, timestamptz, real, funnel, text, text) IS 'Collects a row: transition function of pipeline_agg(bigint, text, timestamptz, real, funnel, text, text).';

CREATE AGGREGATE pipeline_agg(entity bigint, stage text, at timestamptz, amount real, definition funnel, period text, zone text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE pipeline_agg(bigint, text, timestamptz, real, funnel, text, text) IS 'Summarises what a stage history moved in the pipeline, by period (day, week from Monday, month, quarter, year) in a time zone. One row a deal and stage it entered, in any order, and for each change of its amount, in one currency. Read it with pipeline_movements. An error where definition, period or zone is NULL, unknown or changes within a group.';

CREATE FUNCTION pipeline_accum(internal, entity bigint, stage text, at timestamp, amount real, definition funnel, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_int8_timestamp_float4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION pipeline_accum(internal, entity bigint, stage text, at timestamp, amount real, definition funnel, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_int8_timestamp_float4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_accum(internal, bigint, text, timestamp, real, funnel, text) IS 'Collects a row: transition function of pipeline_agg(bigint, text, timestamp, real, funnel, text).';
COMMENT ON FUNCTION pipeline_accum(internal, bigint, text, timestamp, real, funnel, text, text) IS 'Collects a row: transition function of pipeline_agg(bigint, text, timestamp, real, funnel, text, text).';

CREATE AGGREGATE pipeline_agg(entity bigint, stage text, at timestamp, amount real, definition funnel, period text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
CREATE AGGREGATE pipeline_agg(entity bigint, stage text, at timestamp, amount real, definition funnel, period text, zone text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE pipeline_agg(bigint, text, timestamp, real, funnel, text) IS 'As with timestamptz; periods are those of the timestamp itself, so there is no zone. Its summaries merge with those in UTC.';
COMMENT ON AGGREGATE pipeline_agg(bigint, text, timestamp, real, funnel, text, text) IS 'As with timestamptz, by period of times that are local in that zone already: nothing is converted. Its summaries merge with those of timestamptz in that zone.';
CREATE FUNCTION pipeline_accum(internal, entity bigint, stage text, at date, amount real, definition funnel, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_int8_date_float4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION pipeline_accum(internal, entity bigint, stage text, at date, amount real, definition funnel, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_int8_date_float4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_accum(internal, bigint, text, date, real, funnel, text) IS 'Collects a row: transition function of pipeline_agg(bigint, text, date, real, funnel, text).';
COMMENT ON FUNCTION pipeline_accum(internal, bigint, text, date, real, funnel, text, text) IS 'Collects a row: transition function of pipeline_agg(bigint, text, date, real, funnel, text, text).';

CREATE AGGREGATE pipeline_agg(entity bigint, stage text, at date, amount real, definition funnel, period text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
CREATE AGGREGATE pipeline_agg(entity bigint, stage text, at date, amount real, definition funnel, period text, zone text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE pipeline_agg(bigint, text, date, real, funnel, text) IS 'As with timestamptz; periods are those of the date itself, so there is no zone. Its summaries merge with those in UTC.';
COMMENT ON AGGREGATE pipeline_agg(bigint, text, date, real, funnel, text, text) IS 'As with timestamptz, by period of times that are local in that zone already: nothing is converted. Its summaries merge with those of timestamptz in that zone.';
CREATE FUNCTION pipeline_accum(internal, entity bigint, stage text, at timestamptz, amount double precision, definition funnel, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_int8_timestamptz_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_accum(internal, bigint, text, timestamptz, double precision, funnel, text, text) IS 'Collects a row: transition function of pipeline_agg(bigint, text, timestamptz, double precision, funnel, text, text).';

CREATE AGGREGATE pipeline_agg(entity bigint, stage text, at timestamptz, amount double precision, definition funnel, period text, zone text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE pipeline_agg(bigint, text, timestamptz, double precision, funnel, text, text) IS 'Summarises what a stage history moved in the pipeline, by period (day, week from Monday, month, quarter, year) in a time zone. One row a deal and stage it entered, in any order, and for each change of its amount, in one currency. Read it with pipeline_movements. An error where definition, period or zone is NULL, unknown or changes within a group.';

CREATE FUNCTION pipeline_accum(internal, entity bigint, stage text, at timestamp, amount double precision, definition funnel, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_int8_timestamp_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION pipeline_accum(internal, entity bigint, stage text, at timestamp, amount double precision, definition funnel, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_int8_timestamp_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_accum(internal, bigint, text, timestamp, double precision, funnel, text) IS 'Collects a row: transition function of pipeline_agg(bigint, text, timestamp, double precision, funnel, text).';
COMMENT ON FUNCTION pipeline_accum(internal, bigint, text, timestamp, double precision, funnel, text, text) IS 'Collects a row: transition function of pipeline_agg(bigint, text, timestamp, double precision, funnel, text, text).';

CREATE AGGREGATE pipeline_agg(entity bigint, stage text, at timestamp, amount double precision, definition funnel, period text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
CREATE AGGREGATE pipeline_agg(entity bigint, stage text, at timestamp, amount double precision, definition funnel, period text, zone text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE pipeline_agg(bigint, text, timestamp, double precision, funnel, text) IS 'As with timestamptz; periods are those of the timestamp itself, so there is no zone. Its summaries merge with those in UTC.';
COMMENT ON AGGREGATE pipeline_agg(bigint, text, timestamp, double precision, funnel, text, text) IS 'As with timestamptz, by period of times that are local in that zone already: nothing is converted. Its summaries merge with those of timestamptz in that zone.';
CREATE FUNCTION pipeline_accum(internal, entity bigint, stage text, at date, amount double precision, definition funnel, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_int8_date_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION pipeline_accum(internal, entity bigint, stage text, at date, amount double precision, definition funnel, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_int8_date_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_accum(internal, bigint, text, date, double precision, funnel, text) IS 'Collects a row: transition function of pipeline_agg(bigint, text, date, double precision, funnel, text).';
COMMENT ON FUNCTION pipeline_accum(internal, bigint, text, date, double precision, funnel, text, text) IS 'Collects a row: transition function of pipeline_agg(bigint, text, date, double precision, funnel, text, text).';

CREATE AGGREGATE pipeline_agg(entity bigint, stage text, at date, amount double precision, definition funnel, period text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
CREATE AGGREGATE pipeline_agg(entity bigint, stage text, at date, amount double precision, definition funnel, period text, zone text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE pipeline_agg(bigint, text, date, double precision, funnel, text) IS 'As with timestamptz; periods are those of the date itself, so there is no zone. Its summaries merge with those in UTC.';
COMMENT ON AGGREGATE pipeline_agg(bigint, text, date, double precision, funnel, text, text) IS 'As with timestamptz, by period of times that are local in that zone already: nothing is converted. Its summaries merge with those of timestamptz in that zone.';
CREATE FUNCTION pipeline_accum(internal, entity text, stage text, at timestamptz, amount smallint, definition funnel, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_text_timestamptz_int2' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_accum(internal, text, text, timestamptz, smallint, funnel, text, text) IS 'Collects a row: transition function of pipeline_agg(text, text, timestamptz, smallint, funnel, text, text).';

CREATE AGGREGATE pipeline_agg(entity text, stage text, at timestamptz, amount smallint, definition funnel, period text, zone text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE pipeline_agg(text, text, timestamptz, smallint, funnel, text, text) IS 'Summarises what a stage history moved in the pipeline, by period (day, week from Monday, month, quarter, year) in a time zone. One row a deal and stage it entered, in any order, and for each change of its amount, in one currency. Read it with pipeline_movements. An error where definition, period or zone is NULL, unknown or changes within a group.';

CREATE FUNCTION pipeline_accum(internal, entity text, stage text, at timestamp, amount smallint, definition funnel, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_text_timestamp_int2' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION pipeline_accum(internal, entity text, stage text, at timestamp, amount smallint, definition funnel, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_text_timestamp_int2' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_accum(internal, text, text, timestamp, smallint, funnel, text) IS 'Collects a row: transition function of pipeline_agg(text, text, timestamp, smallint, funnel, text).';
COMMENT ON FUNCTION pipeline_accum(internal, text, text, timestamp, smallint, funnel, text, text) IS 'Collects a row: transition function of pipeline_agg(text, text, timestamp, smallint, funnel, text, text).';

CREATE AGGREGATE pipeline_agg(entity text, stage text, at timestamp, amount smallint, definition funnel, period text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
CREATE AGGREGATE pipeline_agg(entity text, stage text, at timestamp, amount smallint, definition funnel, period text, zone text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE pipeline_agg(text, text, timestamp, smallint, funnel, text) IS 'As with timestamptz; periods are those of the timestamp itself, so there is no zone. Its summaries merge with those in UTC.';
COMMENT ON AGGREGATE pipeline_agg(text, text, timestamp, smallint, funnel, text, text) IS 'As with timestamptz, by period of times that are local in that zone already: nothing is converted. Its summaries merge with those of timestamptz in that zone.';
CREATE FUNCTION pipeline_accum(internal, entity text, stage text, at date, amount smallint, definition funnel, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_text_date_int2' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION pipeline_accum(internal, entity text, stage text, at date, amount smallint, definition funnel, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_text_date_int2' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_accum(internal, text, text, date, smallint, funnel, text) IS 'Collects a row: transition function of pipeline_agg(text, text, date, smallint, funnel, text).';
COMMENT ON FUNCTION pipeline_accum(internal, text, text, date, smallint, funnel, text, text) IS 'Collects a row: transition function of pipeline_agg(text, text, date, smallint, funnel, text, text).';

CREATE AGGREGATE pipeline_agg(entity text, stage text, at date, amount smallint, definition funnel, period text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
CREATE AGGREGATE pipeline_agg(entity text, stage text, at date, amount smallint, definition funnel, period text, zone text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE pipeline_agg(text, text, date, smallint, funnel, text) IS 'As with timestamptz; periods are those of the date itself, so there is no zone. Its summaries merge with those in UTC.';
COMMENT ON AGGREGATE pipeline_agg(text, text, date, smallint, funnel, text, text) IS 'As with timestamptz, by period of times that are local in that zone already: nothing is converted. Its summaries merge with those of timestamptz in that zone.';
CREATE FUNCTION pipeline_accum(internal, entity text, stage text, at timestamptz, amount integer, definition funnel, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_text_timestamptz_int4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_accum(internal, text, text, timestamptz, integer, funnel, text, text) IS 'Collects a row: transition function of pipeline_agg(text, text, timestamptz, integer, funnel, text, text).';

CREATE AGGREGATE pipeline_agg(entity text, stage text, at timestamptz, amount integer, definition funnel, period text, zone text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE pipeline_agg(text, text, timestamptz, integer, funnel, text, text) IS 'Summarises what a stage history moved in the pipeline, by period (day, week from Monday, month, quarter, year) in a time zone. One row a deal and stage it entered, in any order, and for each change of its amount, in one currency. Read it with pipeline_movements. An error where definition, period or zone is NULL, unknown or changes within a group.';

CREATE FUNCTION pipeline_accum(internal, entity text, stage text, at timestamp, amount integer, definition funnel, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_text_timestamp_int4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION pipeline_accum(internal, entity text, stage text, at timestamp, amount integer, definition funnel, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_text_timestamp_int4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_accum(internal, text, text, timestamp, integer, funnel, text) IS 'Collects a row: transition function of pipeline_agg(text, text, timestamp, integer, funnel, text).';
COMMENT ON FUNCTION pipeline_accum(internal, text, text, timestamp, integer, funnel, text, text) IS 'Collects a row: transition function of pipeline_agg(text, text, timestamp, integer, funnel, text, text).';

CREATE AGGREGATE pipeline_agg(entity text, stage text, at timestamp, amount integer, definition funnel, period text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
CREATE AGGREGATE pipeline_agg(entity text, stage text, at timestamp, amount integer, definition funnel, period text, zone text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE pipeline_agg(text, text, timestamp, integer, funnel, text) IS 'As with timestamptz; periods are those of the timestamp itself, so there is no zone. Its summaries merge with those in UTC.';
COMMENT ON AGGREGATE pipeline_agg(text, text, timestamp, integer, funnel, text, text) IS 'As with timestamptz, by period of times that are local in that zone already: nothing is converted. Its summaries merge with those of timestamptz in that zone.';
CREATE FUNCTION pipeline_accum(internal, entity text, stage text, at date, amount integer, definition funnel, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_text_date_int4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION pipeline_accum(internal, entity text, stage text, at date, amount integer, definition funnel, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_text_date_int4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_accum(internal, text, text, date, integer, funnel, text) IS 'Collects a row: transition function of pipeline_agg(text, text, date, integer, funnel, text).';
COMMENT ON FUNCTION pipeline_accum(internal, text, text, date, integer, funnel, text, text) IS 'Collects a row: transition function of pipeline_agg(text, text, date, integer, funnel, text, text).';

CREATE AGGREGATE pipeline_agg(entity text, stage text, at date, amount integer, definition funnel, period text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
CREATE AGGREGATE pipeline_agg(entity text, stage text, at date, amount integer, definition funnel, period text, zone text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE pipeline_agg(text, text, date, integer, funnel, text) IS 'As with timestamptz; periods are those of the date itself, so there is no zone. Its summaries merge with those in UTC.';
COMMENT ON AGGREGATE pipeline_agg(text, text, date, integer, funnel, text, text) IS 'As with timestamptz, by period of times that are local in that zone already: nothing is converted. Its summaries merge with those of timestamptz in that zone.';
CREATE FUNCTION pipeline_accum(internal, entity text, stage text, at timestamptz, amount bigint, definition funnel, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_text_timestamptz_int8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_accum(internal, text, text, timestamptz, bigint, funnel, text, text) IS 'Collects a row: transition function of pipeline_agg(text, text, timestamptz, bigint, funnel, text, text).';

CREATE AGGREGATE pipeline_agg(entity text, stage text, at timestamptz, amount bigint, definition funnel, period text, zone text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE pipeline_agg(text, text, timestamptz, bigint, funnel, text, text) IS 'Summarises what a stage history moved in the pipeline, by period (day, week from Monday, month, quarter, year) in a time zone. One row a deal and stage it entered, in any order, and for each change of its amount, in one currency. Read it with pipeline_movements. An error where definition, period or zone is NULL, unknown or changes within a group.';

CREATE FUNCTION pipeline_accum(internal, entity text, stage text, at timestamp, amount bigint, definition funnel, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_text_timestamp_int8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION pipeline_accum(internal, entity text, stage text, at timestamp, amount bigint, definition funnel, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_text_timestamp_int8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_accum(internal, text, text, timestamp, bigint, funnel, text) IS 'Collects a row: transition function of pipeline_agg(text, text, timestamp, bigint, funnel, text).';
COMMENT ON FUNCTION pipeline_accum(internal, text, text, timestamp, bigint, funnel, text, text) IS 'Collects a row: transition function of pipeline_agg(text, text, timestamp, bigint, funnel, text, text).';

CREATE AGGREGATE pipeline_agg(entity text, stage text, at timestamp, amount bigint, definition funnel, period text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
CREATE AGGREGATE pipeline_agg(entity text, stage text, at timestamp, amount bigint, definition funnel, period text, zone text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE pipeline_agg(text, text, timestamp, bigint, funnel, text) IS 'As with timestamptz; periods are those of the timestamp itself, so there is no zone. Its summaries merge with those in UTC.';
COMMENT ON AGGREGATE pipeline_agg(text, text, timestamp, bigint, funnel, text, text) IS 'As with timestamptz, by period of times that are local in that zone already: nothing is converted. Its summaries merge with those of timestamptz in that zone.';
CREATE FUNCTION pipeline_accum(internal, entity text, stage text, at date, amount bigint, definition funnel, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_text_date_int8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION pipeline_accum(internal, entity text, stage text, at date, amount bigint, definition funnel, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_text_date_int8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_accum(internal, text, text, date, bigint, funnel, text) IS 'Collects a row: transition function of pipeline_agg(text, text, date, bigint, funnel, text).';
COMMENT ON FUNCTION pipeline_accum(internal, text, text, date, bigint, funnel, text, text) IS 'Collects a row: transition function of pipeline_agg(text, text, date, bigint, funnel, text, text).';

CREATE AGGREGATE pipeline_agg(entity text, stage text, at date, amount bigint, definition funnel, period text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
CREATE AGGREGATE pipeline_agg(entity text, stage text, at date, amount bigint, definition funnel, period text, zone text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE pipeline_agg(text, text, date, bigint, funnel, text) IS 'As with timestamptz; periods are those of the date itself, so there is no zone. Its summaries merge with those in UTC.';
COMMENT ON AGGREGATE pipeline_agg(text, text, date, bigint, funnel, text, text) IS 'As with timestamptz, by period of times that are local in that zone already: nothing is converted. Its summaries merge with those of timestamptz in that zone.';
CREATE FUNCTION pipeline_accum(internal, entity text, stage text, at timestamptz, amount numeric, definition funnel, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_text_timestamptz_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_accum(internal, text, text, timestamptz, numeric, funnel, text, text) IS 'Collects a row: transition function of pipeline_agg(text, text, timestamptz, numeric, funnel, text, text).';

CREATE AGGREGATE pipeline_agg(entity text, stage text, at timestamptz, amount numeric, definition funnel, period text, zone text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE pipeline_agg(text, text, timestamptz, numeric, funnel, text, text) IS 'Summarises what a stage history moved in the pipeline, by period (day, week from Monday, month, quarter, year) in a time zone. One row a deal and stage it entered, in any order, and for each change of its amount, in one currency. Read it with pipeline_movements. An error where definition, period or zone is NULL, unknown or changes within a group.';

CREATE FUNCTION pipeline_accum(internal, entity text, stage text, at timestamp, amount numeric, definition funnel, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_text_timestamp_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION pipeline_accum(internal, entity text, stage text, at timestamp, amount numeric, definition funnel, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_text_timestamp_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_accum(internal, text, text, timestamp, numeric, funnel, text) IS 'Collects a row: transition function of pipeline_agg(text, text, timestamp, numeric, funnel, text).';
COMMENT ON FUNCTION pipeline_accum(internal, text, text, timestamp, numeric, funnel, text, text) IS 'Collects a row: transition function of pipeline_agg(text, text, timestamp, numeric, funnel, text, text).';

CREATE AGGREGATE pipeline_agg(entity text, stage text, at timestamp, amount numeric, definition funnel, period text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
CREATE AGGREGATE pipeline_agg(entity text, stage text, at timestamp, amount numeric, definition funnel, period text, zone text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE pipeline_agg(text, text, timestamp, numeric, funnel, text) IS 'As with timestamptz; periods are those of the timestamp itself, so there is no zone. Its summaries merge with those in UTC.';
COMMENT ON AGGREGATE pipeline_agg(text, text, timestamp, numeric, funnel, text, text) IS 'As with timestamptz, by period of times that are local in that zone already: nothing is converted. Its summaries merge with those of timestamptz in that zone.';
CREATE FUNCTION pipeline_accum(internal, entity text, stage text, at date, amount numeric, definition funnel, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_text_date_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION pipeline_accum(internal, entity text, stage text, at date, amount numeric, definition funnel, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_text_date_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_accum(internal, text, text, date, numeric, funnel, text) IS 'Collects a row: transition function of pipeline_agg(text, text, date, numeric, funnel, text).';
COMMENT ON FUNCTION pipeline_accum(internal, text, text, date, numeric, funnel, text, text) IS 'Collects a row: transition function of pipeline_agg(text, text, date, numeric, funnel, text, text).';

CREATE AGGREGATE pipeline_agg(entity text, stage text, at date, amount numeric, definition funnel, period text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
CREATE AGGREGATE pipeline_agg(entity text, stage text, at date, amount numeric, definition funnel, period text, zone text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE pipeline_agg(text, text, date, numeric, funnel, text) IS 'As with timestamptz; periods are those of the date itself, so there is no zone. Its summaries merge with those in UTC.';
COMMENT ON AGGREGATE pipeline_agg(text, text, date, numeric, funnel, text, text) IS 'As with timestamptz, by period of times that are local in that zone already: nothing is converted. Its summaries merge with those of timestamptz in that zone.';
CREATE FUNCTION pipeline_accum(internal, entity text, stage text, at timestamptz, amount real, definition funnel, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_text_timestamptz_float4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_accum(internal, text, text, timestamptz, real, funnel, text, text) IS 'Collects a row: transition function of pipeline_agg(text, text, timestamptz, real, funnel, text, text).';

CREATE AGGREGATE pipeline_agg(entity text, stage text, at timestamptz, amount real, definition funnel, period text, zone text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE pipeline_agg(text, text, timestamptz, real, funnel, text, text) IS 'Summarises what a stage history moved in the pipeline, by period (day, week from Monday, month, quarter, year) in a time zone. One row a deal and stage it entered, in any order, and for each change of its amount, in one currency. Read it with pipeline_movements. An error where definition, period or zone is NULL, unknown or changes within a group.';

CREATE FUNCTION pipeline_accum(internal, entity text, stage text, at timestamp, amount real, definition funnel, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_text_timestamp_float4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION pipeline_accum(internal, entity text, stage text, at timestamp, amount real, definition funnel, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_text_timestamp_float4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_accum(internal, text, text, timestamp, real, funnel, text) IS 'Collects a row: transition function of pipeline_agg(text, text, timestamp, real, funnel, text).';
COMMENT ON FUNCTION pipeline_accum(internal, text, text, timestamp, real, funnel, text, text) IS 'Collects a row: transition function of pipeline_agg(text, text, timestamp, real, funnel, text, text).';

CREATE AGGREGATE pipeline_agg(entity text, stage text, at timestamp, amount real, definition funnel, period text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
CREATE AGGREGATE pipeline_agg(entity text, stage text, at timestamp, amount real, definition funnel, period text, zone text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE pipeline_agg(text, text, timestamp, real, funnel, text) IS 'As with timestamptz; periods are those of the timestamp itself, so there is no zone. Its summaries merge with those in UTC.';
COMMENT ON AGGREGATE pipeline_agg(text, text, timestamp, real, funnel, text, text) IS 'As with timestamptz, by period of times that are local in that zone already: nothing is converted. Its summaries merge with those of timestamptz in that zone.';
CREATE FUNCTION pipeline_accum(internal, entity text, stage text, at date, amount real, definition funnel, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_text_date_float4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION pipeline_accum(internal, entity text, stage text, at date, amount real, definition funnel, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_text_date_float4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_accum(internal, text, text, date, real, funnel, text) IS 'Collects a row: transition function of pipeline_agg(text, text, date, real, funnel, text).';
COMMENT ON FUNCTION pipeline_accum(internal, text, text, date, real, funnel, text, text) IS 'Collects a row: transition function of pipeline_agg(text, text, date, real, funnel, text, text).';

CREATE AGGREGATE pipeline_agg(entity text, stage text, at date, amount real, definition funnel, period text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
CREATE AGGREGATE pipeline_agg(entity text, stage text, at date, amount real, definition funnel, period text, zone text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE pipeline_agg(text, text, date, real, funnel, text) IS 'As with timestamptz; periods are those of the date itself, so there is no zone. Its summaries merge with those in UTC.';
COMMENT ON AGGREGATE pipeline_agg(text, text, date, real, funnel, text, text) IS 'As with timestamptz, by period of times that are local in that zone already: nothing is converted. Its summaries merge with those of timestamptz in that zone.';
CREATE FUNCTION pipeline_accum(internal, entity text, stage text, at timestamptz, amount double precision, definition funnel, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_text_timestamptz_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_accum(internal, text, text, timestamptz, double precision, funnel, text, text) IS 'Collects a row: transition function of pipeline_agg(text, text, timestamptz, double precision, funnel, text, text).';

CREATE AGGREGATE pipeline_agg(entity text, stage text, at timestamptz, amount double precision, definition funnel, period text, zone text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE pipeline_agg(text, text, timestamptz, double precision, funnel, text, text) IS 'Summarises what a stage history moved in the pipeline, by period (day, week from Monday, month, quarter, year) in a time zone. One row a deal and stage it entered, in any order, and for each change of its amount, in one currency. Read it with pipeline_movements. An error where definition, period or zone is NULL, unknown or changes within a group.';

CREATE FUNCTION pipeline_accum(internal, entity text, stage text, at timestamp, amount double precision, definition funnel, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_text_timestamp_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION pipeline_accum(internal, entity text, stage text, at timestamp, amount double precision, definition funnel, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_text_timestamp_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_accum(internal, text, text, timestamp, double precision, funnel, text) IS 'Collects a row: transition function of pipeline_agg(text, text, timestamp, double precision, funnel, text).';
COMMENT ON FUNCTION pipeline_accum(internal, text, text, timestamp, double precision, funnel, text, text) IS 'Collects a row: transition function of pipeline_agg(text, text, timestamp, double precision, funnel, text, text).';

CREATE AGGREGATE pipeline_agg(entity text, stage text, at timestamp, amount double precision, definition funnel, period text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
CREATE AGGREGATE pipeline_agg(entity text, stage text, at timestamp, amount double precision, definition funnel, period text, zone text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE pipeline_agg(text, text, timestamp, double precision, funnel, text) IS 'As with timestamptz; periods are those of the timestamp itself, so there is no zone. Its summaries merge with those in UTC.';
COMMENT ON AGGREGATE pipeline_agg(text, text, timestamp, double precision, funnel, text, text) IS 'As with timestamptz, by period of times that are local in that zone already: nothing is converted. Its summaries merge with those of timestamptz in that zone.';
CREATE FUNCTION pipeline_accum(internal, entity text, stage text, at date, amount double precision, definition funnel, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_text_date_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION pipeline_accum(internal, entity text, stage text, at date, amount double precision, definition funnel, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_text_date_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_accum(internal, text, text, date, double precision, funnel, text) IS 'Collects a row: transition function of pipeline_agg(text, text, date, double precision, funnel, text).';
COMMENT ON FUNCTION pipeline_accum(internal, text, text, date, double precision, funnel, text, text) IS 'Collects a row: transition function of pipeline_agg(text, text, date, double precision, funnel, text, text).';

CREATE AGGREGATE pipeline_agg(entity text, stage text, at date, amount double precision, definition funnel, period text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
CREATE AGGREGATE pipeline_agg(entity text, stage text, at date, amount double precision, definition funnel, period text, zone text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE pipeline_agg(text, text, date, double precision, funnel, text) IS 'As with timestamptz; periods are those of the date itself, so there is no zone. Its summaries merge with those in UTC.';
COMMENT ON AGGREGATE pipeline_agg(text, text, date, double precision, funnel, text, text) IS 'As with timestamptz, by period of times that are local in that zone already: nothing is converted. Its summaries merge with those of timestamptz in that zone.';
CREATE FUNCTION pipeline_accum(internal, entity uuid, stage text, at timestamptz, amount smallint, definition funnel, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_uuid_timestamptz_int2' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_accum(internal, uuid, text, timestamptz, smallint, funnel, text, text) IS 'Collects a row: transition function of pipeline_agg(uuid, text, timestamptz, smallint, funnel, text, text).';

CREATE AGGREGATE pipeline_agg(entity uuid, stage text, at timestamptz, amount smallint, definition funnel, period text, zone text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE pipeline_agg(uuid, text, timestamptz, smallint, funnel, text, text) IS 'Summarises what a stage history moved in the pipeline, by period (day, week from Monday, month, quarter, year) in a time zone. One row a deal and stage it entered, in any order, and for each change of its amount, in one currency. Read it with pipeline_movements. An error where definition, period or zone is NULL, unknown or changes within a group.';

CREATE FUNCTION pipeline_accum(internal, entity uuid, stage text, at timestamp, amount smallint, definition funnel, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_uuid_timestamp_int2' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION pipeline_accum(internal, entity uuid, stage text, at timestamp, amount smallint, definition funnel, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_uuid_timestamp_int2' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_accum(internal, uuid, text, timestamp, smallint, funnel, text) IS 'Collects a row: transition function of pipeline_agg(uuid, text, timestamp, smallint, funnel, text).';
COMMENT ON FUNCTION pipeline_accum(internal, uuid, text, timestamp, smallint, funnel, text, text) IS 'Collects a row: transition function of pipeline_agg(uuid, text, timestamp, smallint, funnel, text, text).';

CREATE AGGREGATE pipeline_agg(entity uuid, stage text, at timestamp, amount smallint, definition funnel, period text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
CREATE AGGREGATE pipeline_agg(entity uuid, stage text, at timestamp, amount smallint, definition funnel, period text, zone text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE pipeline_agg(uuid, text, timestamp, smallint, funnel, text) IS 'As with timestamptz; periods are those of the timestamp itself, so there is no zone. Its summaries merge with those in UTC.';
COMMENT ON AGGREGATE pipeline_agg(uuid, text, timestamp, smallint, funnel, text, text) IS 'As with timestamptz, by period of times that are local in that zone already: nothing is converted. Its summaries merge with those of timestamptz in that zone.';
CREATE FUNCTION pipeline_accum(internal, entity uuid, stage text, at date, amount smallint, definition funnel, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_uuid_date_int2' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION pipeline_accum(internal, entity uuid, stage text, at date, amount smallint, definition funnel, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_uuid_date_int2' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_accum(internal, uuid, text, date, smallint, funnel, text) IS 'Collects a row: transition function of pipeline_agg(uuid, text, date, smallint, funnel, text).';
COMMENT ON FUNCTION pipeline_accum(internal, uuid, text, date, smallint, funnel, text, text) IS 'Collects a row: transition function of pipeline_agg(uuid, text, date, smallint, funnel, text, text).';

CREATE AGGREGATE pipeline_agg(entity uuid, stage text, at date, amount smallint, definition funnel, period text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
CREATE AGGREGATE pipeline_agg(entity uuid, stage text, at date, amount smallint, definition funnel, period text, zone text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE pipeline_agg(uuid, text, date, smallint, funnel, text) IS 'As with timestamptz; periods are those of the date itself, so there is no zone. Its summaries merge with those in UTC.';
COMMENT ON AGGREGATE pipeline_agg(uuid, text, date, smallint, funnel, text, text) IS 'As with timestamptz, by period of times that are local in that zone already: nothing is converted. Its summaries merge with those of timestamptz in that zone.';
CREATE FUNCTION pipeline_accum(internal, entity uuid, stage text, at timestamptz, amount integer, definition funnel, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_uuid_timestamptz_int4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_accum(internal, uuid, text, timestamptz, integer, funnel, text, text) IS 'Collects a row: transition function of pipeline_agg(uuid, text, timestamptz, integer, funnel, text, text).';

CREATE AGGREGATE pipeline_agg(entity uuid, stage text, at timestamptz, amount integer, definition funnel, period text, zone text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE pipeline_agg(uuid, text, timestamptz, integer, funnel, text, text) IS 'Summarises what a stage history moved in the pipeline, by period (day, week from Monday, month, quarter, year) in a time zone. One row a deal and stage it entered, in any order, and for each change of its amount, in one currency. Read it with pipeline_movements. An error where definition, period or zone is NULL, unknown or changes within a group.';

CREATE FUNCTION pipeline_accum(internal, entity uuid, stage text, at timestamp, amount integer, definition funnel, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_uuid_timestamp_int4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION pipeline_accum(internal, entity uuid, stage text, at timestamp, amount integer, definition funnel, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_uuid_timestamp_int4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_accum(internal, uuid, text, timestamp, integer, funnel, text) IS 'Collects a row: transition function of pipeline_agg(uuid, text, timestamp, integer, funnel, text).';
COMMENT ON FUNCTION pipeline_accum(internal, uuid, text, timestamp, integer, funnel, text, text) IS 'Collects a row: transition function of pipeline_agg(uuid, text, timestamp, integer, funnel, text, text).';

CREATE AGGREGATE pipeline_agg(entity uuid, stage text, at timestamp, amount integer, definition funnel, period text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
CREATE AGGREGATE pipeline_agg(entity uuid, stage text, at timestamp, amount integer, definition funnel, period text, zone text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE pipeline_agg(uuid, text, timestamp, integer, funnel, text) IS 'As with timestamptz; periods are those of the timestamp itself, so there is no zone. Its summaries merge with those in UTC.';
COMMENT ON AGGREGATE pipeline_agg(uuid, text, timestamp, integer, funnel, text, text) IS 'As with timestamptz, by period of times that are local in that zone already: nothing is converted. Its summaries merge with those of timestamptz in that zone.';
CREATE FUNCTION pipeline_accum(internal, entity uuid, stage text, at date, amount integer, definition funnel, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_uuid_date_int4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION pipeline_accum(internal, entity uuid, stage text, at date, amount integer, definition funnel, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_uuid_date_int4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_accum(internal, uuid, text, date, integer, funnel, text) IS 'Collects a row: transition function of pipeline_agg(uuid, text, date, integer, funnel, text).';
COMMENT ON FUNCTION pipeline_accum(internal, uuid, text, date, integer, funnel, text, text) IS 'Collects a row: transition function of pipeline_agg(uuid, text, date, integer, funnel, text, text).';

CREATE AGGREGATE pipeline_agg(entity uuid, stage text, at date, amount integer, definition funnel, period text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
CREATE AGGREGATE pipeline_agg(entity uuid, stage text, at date, amount integer, definition funnel, period text, zone text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE pipeline_agg(uuid, text, date, integer, funnel, text) IS 'As with timestamptz; periods are those of the date itself, so there is no zone. Its summaries merge with those in UTC.';
COMMENT ON AGGREGATE pipeline_agg(uuid, text, date, integer, funnel, text, text) IS 'As with timestamptz, by period of times that are local in that zone already: nothing is converted. Its summaries merge with those of timestamptz in that zone.';
CREATE FUNCTION pipeline_accum(internal, entity uuid, stage text, at timestamptz, amount bigint, definition funnel, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_uuid_timestamptz_int8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_accum(internal, uuid, text, timestamptz, bigint, funnel, text, text) IS 'Collects a row: transition function of pipeline_agg(uuid, text, timestamptz, bigint, funnel, text, text).';

CREATE AGGREGATE pipeline_agg(entity uuid, stage text, at timestamptz, amount bigint, definition funnel, period text, zone text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE pipeline_agg(uuid, text, timestamptz, bigint, funnel, text, text) IS 'Summarises what a stage history moved in the pipeline, by period (day, week from Monday, month, quarter, year) in a time zone. One row a deal and stage it entered, in any order, and for each change of its amount, in one currency. Read it with pipeline_movements. An error where definition, period or zone is NULL, unknown or changes within a group.';

CREATE FUNCTION pipeline_accum(internal, entity uuid, stage text, at timestamp, amount bigint, definition funnel, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_uuid_timestamp_int8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION pipeline_accum(internal, entity uuid, stage text, at timestamp, amount bigint, definition funnel, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_uuid_timestamp_int8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_accum(internal, uuid, text, timestamp, bigint, funnel, text) IS 'Collects a row: transition function of pipeline_agg(uuid, text, timestamp, bigint, funnel, text).';
COMMENT ON FUNCTION pipeline_accum(internal, uuid, text, timestamp, bigint, funnel, text, text) IS 'Collects a row: transition function of pipeline_agg(uuid, text, timestamp, bigint, funnel, text, text).';

CREATE AGGREGATE pipeline_agg(entity uuid, stage text, at timestamp, amount bigint, definition funnel, period text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
CREATE AGGREGATE pipeline_agg(entity uuid, stage text, at timestamp, amount bigint, definition funnel, period text, zone text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE pipeline_agg(uuid, text, timestamp, bigint, funnel, text) IS 'As with timestamptz; periods are those of the timestamp itself, so there is no zone. Its summaries merge with those in UTC.';
COMMENT ON AGGREGATE pipeline_agg(uuid, text, timestamp, bigint, funnel, text, text) IS 'As with timestamptz, by period of times that are local in that zone already: nothing is converted. Its summaries merge with those of timestamptz in that zone.';
CREATE FUNCTION pipeline_accum(internal, entity uuid, stage text, at date, amount bigint, definition funnel, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_uuid_date_int8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION pipeline_accum(internal, entity uuid, stage text, at date, amount bigint, definition funnel, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_uuid_date_int8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_accum(internal, uuid, text, date, bigint, funnel, text) IS 'Collects a row: transition function of pipeline_agg(uuid, text, date, bigint, funnel, text).';
COMMENT ON FUNCTION pipeline_accum(internal, uuid, text, date, bigint, funnel, text, text) IS 'Collects a row: transition function of pipeline_agg(uuid, text, date, bigint, funnel, text, text).';

CREATE AGGREGATE pipeline_agg(entity uuid, stage text, at date, amount bigint, definition funnel, period text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
CREATE AGGREGATE pipeline_agg(entity uuid, stage text, at date, amount bigint, definition funnel, period text, zone text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE pipeline_agg(uuid, text, date, bigint, funnel, text) IS 'As with timestamptz; periods are those of the date itself, so there is no zone. Its summaries merge with those in UTC.';
COMMENT ON AGGREGATE pipeline_agg(uuid, text, date, bigint, funnel, text, text) IS 'As with timestamptz, by period of times that are local in that zone already: nothing is converted. Its summaries merge with those of timestamptz in that zone.';
CREATE FUNCTION pipeline_accum(internal, entity uuid, stage text, at timestamptz, amount numeric, definition funnel, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_uuid_timestamptz_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_accum(internal, uuid, text, timestamptz, numeric, funnel, text, text) IS 'Collects a row: transition function of pipeline_agg(uuid, text, timestamptz, numeric, funnel, text, text).';

CREATE AGGREGATE pipeline_agg(entity uuid, stage text, at timestamptz, amount numeric, definition funnel, period text, zone text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE pipeline_agg(uuid, text, timestamptz, numeric, funnel, text, text) IS 'Summarises what a stage history moved in the pipeline, by period (day, week from Monday, month, quarter, year) in a time zone. One row a deal and stage it entered, in any order, and for each change of its amount, in one currency. Read it with pipeline_movements. An error where definition, period or zone is NULL, unknown or changes within a group.';

CREATE FUNCTION pipeline_accum(internal, entity uuid, stage text, at timestamp, amount numeric, definition funnel, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_uuid_timestamp_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION pipeline_accum(internal, entity uuid, stage text, at timestamp, amount numeric, definition funnel, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_uuid_timestamp_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_accum(internal, uuid, text, timestamp, numeric, funnel, text) IS 'Collects a row: transition function of pipeline_agg(uuid, text, timestamp, numeric, funnel, text).';
COMMENT ON FUNCTION pipeline_accum(internal, uuid, text, timestamp, numeric, funnel, text, text) IS 'Collects a row: transition function of pipeline_agg(uuid, text, timestamp, numeric, funnel, text, text).';

CREATE AGGREGATE pipeline_agg(entity uuid, stage text, at timestamp, amount numeric, definition funnel, period text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
CREATE AGGREGATE pipeline_agg(entity uuid, stage text, at timestamp, amount numeric, definition funnel, period text, zone text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE pipeline_agg(uuid, text, timestamp, numeric, funnel, text) IS 'As with timestamptz; periods are those of the timestamp itself, so there is no zone. Its summaries merge with those in UTC.';
COMMENT ON AGGREGATE pipeline_agg(uuid, text, timestamp, numeric, funnel, text, text) IS 'As with timestamptz, by period of times that are local in that zone already: nothing is converted. Its summaries merge with those of timestamptz in that zone.';
CREATE FUNCTION pipeline_accum(internal, entity uuid, stage text, at date, amount numeric, definition funnel, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_uuid_date_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION pipeline_accum(internal, entity uuid, stage text, at date, amount numeric, definition funnel, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_uuid_date_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_accum(internal, uuid, text, date, numeric, funnel, text) IS 'Collects a row: transition function of pipeline_agg(uuid, text, date, numeric, funnel, text).';
COMMENT ON FUNCTION pipeline_accum(internal, uuid, text, date, numeric, funnel, text, text) IS 'Collects a row: transition function of pipeline_agg(uuid, text, date, numeric, funnel, text, text).';

CREATE AGGREGATE pipeline_agg(entity uuid, stage text, at date, amount numeric, definition funnel, period text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
CREATE AGGREGATE pipeline_agg(entity uuid, stage text, at date, amount numeric, definition funnel, period text, zone text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE pipeline_agg(uuid, text, date, numeric, funnel, text) IS 'As with timestamptz; periods are those of the date itself, so there is no zone. Its summaries merge with those in UTC.';
COMMENT ON AGGREGATE pipeline_agg(uuid, text, date, numeric, funnel, text, text) IS 'As with timestamptz, by period of times that are local in that zone already: nothing is converted. Its summaries merge with those of timestamptz in that zone.';
CREATE FUNCTION pipeline_accum(internal, entity uuid, stage text, at timestamptz, amount real, definition funnel, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_uuid_timestamptz_float4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_accum(internal, uuid, text, timestamptz, real, funnel, text, text) IS 'Collects a row: transition function of pipeline_agg(uuid, text, timestamptz, real, funnel, text, text).';

CREATE AGGREGATE pipeline_agg(entity uuid, stage text, at timestamptz, amount real, definition funnel, period text, zone text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE pipeline_agg(uuid, text, timestamptz, real, funnel, text, text) IS 'Summarises what a stage history moved in the pipeline, by period (day, week from Monday, month, quarter, year) in a time zone. One row a deal and stage it entered, in any order, and for each change of its amount, in one currency. Read it with pipeline_movements. An error where definition, period or zone is NULL, unknown or changes within a group.';

CREATE FUNCTION pipeline_accum(internal, entity uuid, stage text, at timestamp, amount real, definition funnel, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_uuid_timestamp_float4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION pipeline_accum(internal, entity uuid, stage text, at timestamp, amount real, definition funnel, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_uuid_timestamp_float4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_accum(internal, uuid, text, timestamp, real, funnel, text) IS 'Collects a row: transition function of pipeline_agg(uuid, text, timestamp, real, funnel, text).';
COMMENT ON FUNCTION pipeline_accum(internal, uuid, text, timestamp, real, funnel, text, text) IS 'Collects a row: transition function of pipeline_agg(uuid, text, timestamp, real, funnel, text, text).';

CREATE AGGREGATE pipeline_agg(entity uuid, stage text, at timestamp, amount real, definition funnel, period text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
CREATE AGGREGATE pipeline_agg(entity uuid, stage text, at timestamp, amount real, definition funnel, period text, zone text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE pipeline_agg(uuid, text, timestamp, real, funnel, text) IS 'As with timestamptz; periods are those of the timestamp itself, so there is no zone. Its summaries merge with those in UTC.';
COMMENT ON AGGREGATE pipeline_agg(uuid, text, timestamp, real, funnel, text, text) IS 'As with timestamptz, by period of times that are local in that zone already: nothing is converted. Its summaries merge with those of timestamptz in that zone.';
CREATE FUNCTION pipeline_accum(internal, entity uuid, stage text, at date, amount real, definition funnel, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_uuid_date_float4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION pipeline_accum(internal, entity uuid, stage text, at date, amount real, definition funnel, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_uuid_date_float4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_accum(internal, uuid, text, date, real, funnel, text) IS 'Collects a row: transition function of pipeline_agg(uuid, text, date, real, funnel, text).';
COMMENT ON FUNCTION pipeline_accum(internal, uuid, text, date, real, funnel, text, text) IS 'Collects a row: transition function of pipeline_agg(uuid, text, date, real, funnel, text, text).';

CREATE AGGREGATE pipeline_agg(entity uuid, stage text, at date, amount real, definition funnel, period text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
CREATE AGGREGATE pipeline_agg(entity uuid, stage text, at date, amount real, definition funnel, period text, zone text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE pipeline_agg(uuid, text, date, real, funnel, text) IS 'As with timestamptz; periods are those of the date itself, so there is no zone. Its summaries merge with those in UTC.';
COMMENT ON AGGREGATE pipeline_agg(uuid, text, date, real, funnel, text, text) IS 'As with timestamptz, by period of times that are local in that zone already: nothing is converted. Its summaries merge with those of timestamptz in that zone.';
CREATE FUNCTION pipeline_accum(internal, entity uuid, stage text, at timestamptz, amount double precision, definition funnel, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_uuid_timestamptz_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_accum(internal, uuid, text, timestamptz, double precision, funnel, text, text) IS 'Collects a row: transition function of pipeline_agg(uuid, text, timestamptz, double precision, funnel, text, text).';

CREATE AGGREGATE pipeline_agg(entity uuid, stage text, at timestamptz, amount double precision, definition funnel, period text, zone text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE pipeline_agg(uuid, text, timestamptz, double precision, funnel, text, text) IS 'Summarises what a stage history moved in the pipeline, by period (day, week from Monday, month, quarter, year) in a time zone. One row a deal and stage it entered, in any order, and for each change of its amount, in one currency. Read it with pipeline_movements. An error where definition, period or zone is NULL, unknown or changes within a group.';

CREATE FUNCTION pipeline_accum(internal, entity uuid, stage text, at timestamp, amount double precision, definition funnel, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_uuid_timestamp_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION pipeline_accum(internal, entity uuid, stage text, at timestamp, amount double precision, definition funnel, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_uuid_timestamp_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_accum(internal, uuid, text, timestamp, double precision, funnel, text) IS 'Collects a row: transition function of pipeline_agg(uuid, text, timestamp, double precision, funnel, text).';
COMMENT ON FUNCTION pipeline_accum(internal, uuid, text, timestamp, double precision, funnel, text, text) IS 'Collects a row: transition function of pipeline_agg(uuid, text, timestamp, double precision, funnel, text, text).';

CREATE AGGREGATE pipeline_agg(entity uuid, stage text, at timestamp, amount double precision, definition funnel, period text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
CREATE AGGREGATE pipeline_agg(entity uuid, stage text, at timestamp, amount double precision, definition funnel, period text, zone text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE pipeline_agg(uuid, text, timestamp, double precision, funnel, text) IS 'As with timestamptz; periods are those of the timestamp itself, so there is no zone. Its summaries merge with those in UTC.';
COMMENT ON AGGREGATE pipeline_agg(uuid, text, timestamp, double precision, funnel, text, text) IS 'As with timestamptz, by period of times that are local in that zone already: nothing is converted. Its summaries merge with those of timestamptz in that zone.';
CREATE FUNCTION pipeline_accum(internal, entity uuid, stage text, at date, amount double precision, definition funnel, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_uuid_date_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION pipeline_accum(internal, entity uuid, stage text, at date, amount double precision, definition funnel, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'pipeline_accum_uuid_date_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_accum(internal, uuid, text, date, double precision, funnel, text) IS 'Collects a row: transition function of pipeline_agg(uuid, text, date, double precision, funnel, text).';
COMMENT ON FUNCTION pipeline_accum(internal, uuid, text, date, double precision, funnel, text, text) IS 'Collects a row: transition function of pipeline_agg(uuid, text, date, double precision, funnel, text, text).';

CREATE AGGREGATE pipeline_agg(entity uuid, stage text, at date, amount double precision, definition funnel, period text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
CREATE AGGREGATE pipeline_agg(entity uuid, stage text, at date, amount double precision, definition funnel, period text, zone text) (
	SFUNC = pipeline_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = pipeline_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE pipeline_agg(uuid, text, date, double precision, funnel, text) IS 'As with timestamptz; periods are those of the date itself, so there is no zone. Its summaries merge with those in UTC.';
COMMENT ON AGGREGATE pipeline_agg(uuid, text, date, double precision, funnel, text, text) IS 'As with timestamptz, by period of times that are local in that zone already: nothing is converted. Its summaries merge with those of timestamptz in that zone.';

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

--
-- revenue: recurring revenue (src/kpi/revenue*.c, doc/revenue.md)
--

CREATE TYPE mrr_summary;

CREATE FUNCTION mrr_summary_in(cstring) RETURNS mrr_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION mrr_summary_out(mrr_summary) RETURNS cstring
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION mrr_summary_recv(internal) RETURNS mrr_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION mrr_summary_send(mrr_summary) RETURNS bytea
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION mrr_summary_in(cstring) IS 'Reads the text form of type mrr_summary, JSON; an error where it breaks a rule.';
COMMENT ON FUNCTION mrr_summary_out(mrr_summary) IS 'The text form of type mrr_summary, JSON, lossless.';
COMMENT ON FUNCTION mrr_summary_recv(internal) IS 'Reads the binary form of type mrr_summary, every byte checked.';
COMMENT ON FUNCTION mrr_summary_send(mrr_summary) IS 'The binary form of type mrr_summary: equal summaries are equal bytes.';

CREATE TYPE mrr_summary (
	INPUT = mrr_summary_in, OUTPUT = mrr_summary_out,
	RECEIVE = mrr_summary_recv, SEND = mrr_summary_send,
	INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = extended
);

CREATE FUNCTION mrr_summary_eq(mrr_summary, mrr_summary) RETURNS boolean
	AS 'MODULE_PATHNAME', 'summary_eq' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION mrr_summary_ne(mrr_summary, mrr_summary) RETURNS boolean
	AS 'MODULE_PATHNAME', 'summary_ne' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION mrr_summary_hash(mrr_summary) RETURNS integer
	AS 'MODULE_PATHNAME', 'summary_hash' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION mrr_summary_hash_extended(mrr_summary, bigint) RETURNS bigint
	AS 'MODULE_PATHNAME', 'summary_hash_extended' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION mrr_summary_eq(mrr_summary, mrr_summary) IS 'Whether two summaries are the same: they keep the same, to the last digit and decimal place.';
COMMENT ON FUNCTION mrr_summary_ne(mrr_summary, mrr_summary) IS 'Whether two summaries differ in anything that they keep.';
COMMENT ON FUNCTION mrr_summary_hash(mrr_summary) IS 'Hash of what a summary keeps.';
COMMENT ON FUNCTION mrr_summary_hash_extended(mrr_summary, bigint) IS 'Hash, with a seed, of what a summary keeps.';

CREATE OPERATOR = (LEFTARG = mrr_summary, RIGHTARG = mrr_summary, FUNCTION = mrr_summary_eq, COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES);
CREATE OPERATOR <> (LEFTARG = mrr_summary, RIGHTARG = mrr_summary, FUNCTION = mrr_summary_ne, COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel);
COMMENT ON OPERATOR = (mrr_summary, mrr_summary) IS 'Whether two summaries are the same.';
COMMENT ON OPERATOR <> (mrr_summary, mrr_summary) IS 'Whether two summaries differ.';

CREATE OPERATOR CLASS mrr_summary_ops DEFAULT FOR TYPE mrr_summary USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 mrr_summary_hash(mrr_summary),
	FUNCTION 2 mrr_summary_hash_extended(mrr_summary, bigint);
COMMENT ON OPERATOR CLASS mrr_summary_ops USING hash IS 'Hashes summaries: for UNION, DISTINCT, GROUP BY, joins and hash indexes. They have no order.';
COMMENT ON TYPE mrr_summary IS 'Monthly recurring revenue, in one currency: what customers paid by the month, how it moved and how much of it stayed; made by mrr_agg, merged by rollup. Prints as JSON.';

-- Rows into a summary

CREATE FUNCTION mrr_final(internal) RETURNS mrr_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mrr_final(internal) IS 'Walks the collected months of each customer: final function of mrr_agg.';

CREATE FUNCTION mrr_accum(internal, customer bigint, month date, mrr smallint) RETURNS internal
	AS 'MODULE_PATHNAME', 'mrr_accum_months_int8_int2' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mrr_accum(internal, bigint, date, smallint) IS 'Collects a row: transition function of mrr_agg(bigint, date, smallint).';

CREATE AGGREGATE mrr_agg(customer bigint, month date, mrr smallint) (
	SFUNC = mrr_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = mrr_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mrr_agg(bigint, date, smallint) IS 'Summarises recurring revenue given by the month: what each customer pays, in one currency, in the calendar month of any day in it. Rows of one customer and month add up; a month without a row is zero, and so is one whose total is negative. Rows without a customer, a month of the years 1900 to 2199 or an amount are left out and counted: mrr_quality. NaN and infinite amounts are errors. Read it with mrr_movements and mrr_retention.';

CREATE FUNCTION mrr_accum(internal, customer bigint, starts date, ends date, mrr smallint, as_of date) RETURNS internal
	AS 'MODULE_PATHNAME', 'mrr_accum_subscriptions_int8_int2' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mrr_accum(internal, bigint, date, date, smallint, date) IS 'Collects a subscription: transition function of mrr_agg(bigint, date, date, smallint, date).';

CREATE AGGREGATE mrr_agg(customer bigint, starts date, ends date, mrr smallint, as_of date) (
	SFUNC = mrr_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = mrr_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mrr_agg(bigint, date, date, smallint, date) IS 'Summarises recurring revenue given by subscriptions, one row each: it counts, with its mrr a month, in each month on whose last day it runs, that is starts <= the last day < ends. Ends NULL is running. The months go up to the last one that is over at as_of, the day up to which the subscriptions are known: one for all rows, given, of the years 1900 to 2199, otherwise an error. Otherwise as for months.';
CREATE FUNCTION mrr_accum(internal, customer bigint, month date, mrr integer) RETURNS internal
	AS 'MODULE_PATHNAME', 'mrr_accum_months_int8_int4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mrr_accum(internal, bigint, date, integer) IS 'Collects a row: transition function of mrr_agg(bigint, date, integer).';

CREATE AGGREGATE mrr_agg(customer bigint, month date, mrr integer) (
	SFUNC = mrr_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = mrr_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mrr_agg(bigint, date, integer) IS 'Summarises recurring revenue given by the month: what each customer pays, in one currency, in the calendar month of any day in it. Rows of one customer and month add up; a month without a row is zero, and so is one whose total is negative. Rows without a customer, a month of the years 1900 to 2199 or an amount are left out and counted: mrr_quality. NaN and infinite amounts are errors. Read it with mrr_movements and mrr_retention.';

CREATE FUNCTION mrr_accum(internal, customer bigint, starts date, ends date, mrr integer, as_of date) RETURNS internal
	AS 'MODULE_PATHNAME', 'mrr_accum_subscriptions_int8_int4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mrr_accum(internal, bigint, date, date, integer, date) IS 'Collects a subscription: transition function of mrr_agg(bigint, date, date, integer, date).';

CREATE AGGREGATE mrr_agg(customer bigint, starts date, ends date, mrr integer, as_of date) (
	SFUNC = mrr_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = mrr_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mrr_agg(bigint, date, date, integer, date) IS 'Summarises recurring revenue given by subscriptions, one row each: it counts, with its mrr a month, in each month on whose last day it runs, that is starts <= the last day < ends. Ends NULL is running. The months go up to the last one that is over at as_of, the day up to which the subscriptions are known: one for all rows, given, of the years 1900 to 2199, otherwise an error. Otherwise as for months.';
CREATE FUNCTION mrr_accum(internal, customer bigint, month date, mrr bigint) RETURNS internal
	AS 'MODULE_PATHNAME', 'mrr_accum_months_int8_int8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mrr_accum(internal, bigint, date, bigint) IS 'Collects a row: transition function of mrr_agg(bigint, date, bigint).';

CREATE AGGREGATE mrr_agg(customer bigint, month date, mrr bigint) (
	SFUNC = mrr_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = mrr_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mrr_agg(bigint, date, bigint) IS 'Summarises recurring revenue given by the month: what each customer pays, in one currency, in the calendar month of any day in it. Rows of one customer and month add up; a month without a row is zero, and so is one whose total is negative. Rows without a customer, a month of the years 1900 to 2199 or an amount are left out and counted: mrr_quality. NaN and infinite amounts are errors. Read it with mrr_movements and mrr_retention.';

CREATE FUNCTION mrr_accum(internal, customer bigint, starts date, ends date, mrr bigint, as_of date) RETURNS internal
	AS 'MODULE_PATHNAME', 'mrr_accum_subscriptions_int8_int8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mrr_accum(internal, bigint, date, date, bigint, date) IS 'Collects a subscription: transition function of mrr_agg(bigint, date, date, bigint, date).';

CREATE AGGREGATE mrr_agg(customer bigint, starts date, ends date, mrr bigint, as_of date) (
	SFUNC = mrr_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = mrr_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mrr_agg(bigint, date, date, bigint, date) IS 'Summarises recurring revenue given by subscriptions, one row each: it counts, with its mrr a month, in each month on whose last day it runs, that is starts <= the last day < ends. Ends NULL is running. The months go up to the last one that is over at as_of, the day up to which the subscriptions are known: one for all rows, given, of the years 1900 to 2199, otherwise an error. Otherwise as for months.';
CREATE FUNCTION mrr_accum(internal, customer bigint, month date, mrr numeric) RETURNS internal
	AS 'MODULE_PATHNAME', 'mrr_accum_months_int8_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mrr_accum(internal, bigint, date, numeric) IS 'Collects a row: transition function of mrr_agg(bigint, date, numeric).';

CREATE AGGREGATE mrr_agg(customer bigint, month date, mrr numeric) (
	SFUNC = mrr_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = mrr_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mrr_agg(bigint, date, numeric) IS 'Summarises recurring revenue given by the month: what each customer pays, in one currency, in the calendar month of any day in it. Rows of one customer and month add up; a month without a row is zero, and so is one whose total is negative. Rows without a customer, a month of the years 1900 to 2199 or an amount are left out and counted: mrr_quality. NaN and infinite amounts are errors. Read it with mrr_movements and mrr_retention.';

CREATE FUNCTION mrr_accum(internal, customer bigint, starts date, ends date, mrr numeric, as_of date) RETURNS internal
	AS 'MODULE_PATHNAME', 'mrr_accum_subscriptions_int8_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mrr_accum(internal, bigint, date, date, numeric, date) IS 'Collects a subscription: transition function of mrr_agg(bigint, date, date, numeric, date).';

CREATE AGGREGATE mrr_agg(customer bigint, starts date, ends date, mrr numeric, as_of date) (
	SFUNC = mrr_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = mrr_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mrr_agg(bigint, date, date, numeric, date) IS 'Summarises recurring revenue given by subscriptions, one row each: it counts, with its mrr a month, in each month on whose last day it runs, that is starts <= the last day < ends. Ends NULL is running. The months go up to the last one that is over at as_of, the day up to which the subscriptions are known: one for all rows, given, of the years 1900 to 2199, otherwise an error. Otherwise as for months.';
CREATE FUNCTION mrr_accum(internal, customer bigint, month date, mrr real) RETURNS internal
	AS 'MODULE_PATHNAME', 'mrr_accum_months_int8_float4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mrr_accum(internal, bigint, date, real) IS 'Collects a row: transition function of mrr_agg(bigint, date, real).';

CREATE AGGREGATE mrr_agg(customer bigint, month date, mrr real) (
	SFUNC = mrr_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = mrr_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mrr_agg(bigint, date, real) IS 'Summarises recurring revenue given by the month: what each customer pays, in one currency, in the calendar month of any day in it. Rows of one customer and month add up; a month without a row is zero, and so is one whose total is negative. Rows without a customer, a month of the years 1900 to 2199 or an amount are left out and counted: mrr_quality. NaN and infinite amounts are errors. Read it with mrr_movements and mrr_retention.';

CREATE FUNCTION mrr_accum(internal, customer bigint, starts date, ends date, mrr real, as_of date) RETURNS internal
	AS 'MODULE_PATHNAME', 'mrr_accum_subscriptions_int8_float4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mrr_accum(internal, bigint, date, date, real, date) IS 'Collects a subscription: transition function of mrr_agg(bigint, date, date, real, date).';

CREATE AGGREGATE mrr_agg(customer bigint, starts date, ends date, mrr real, as_of date) (
	SFUNC = mrr_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = mrr_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mrr_agg(bigint, date, date, real, date) IS 'Summarises recurring revenue given by subscriptions, one row each: it counts, with its mrr a month, in each month on whose last day it runs, that is starts <= the last day < ends. Ends NULL is running. The months go up to the last one that is over at as_of, the day up to which the subscriptions are known: one for all rows, given, of the years 1900 to 2199, otherwise an error. Otherwise as for months.';
CREATE FUNCTION mrr_accum(internal, customer bigint, month date, mrr double precision) RETURNS internal
	AS 'MODULE_PATHNAME', 'mrr_accum_months_int8_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mrr_accum(internal, bigint, date, double precision) IS 'Collects a row: transition function of mrr_agg(bigint, date, double precision).';

CREATE AGGREGATE mrr_agg(customer bigint, month date, mrr double precision) (
	SFUNC = mrr_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = mrr_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mrr_agg(bigint, date, double precision) IS 'Summarises recurring revenue given by the month: what each customer pays, in one currency, in the calendar month of any day in it. Rows of one customer and month add up; a month without a row is zero, and so is one whose total is negative. Rows without a customer, a month of the years 1900 to 2199 or an amount are left out and counted: mrr_quality. NaN and infinite amounts are errors. Read it with mrr_movements and mrr_retention.';

CREATE FUNCTION mrr_accum(internal, customer bigint, starts date, ends date, mrr double precision, as_of date) RETURNS internal
	AS 'MODULE_PATHNAME', 'mrr_accum_subscriptions_int8_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mrr_accum(internal, bigint, date, date, double precision, date) IS 'Collects a subscription: transition function of mrr_agg(bigint, date, date, double precision, date).';

CREATE AGGREGATE mrr_agg(customer bigint, starts date, ends date, mrr double precision, as_of date) (
	SFUNC = mrr_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = mrr_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mrr_agg(bigint, date, date, double precision, date) IS 'Summarises recurring revenue given by subscriptions, one row each: it counts, with its mrr a month, in each month on whose last day it runs, that is starts <= the last day < ends. Ends NULL is running. The months go up to the last one that is over at as_of, the day up to which the subscriptions are known: one for all rows, given, of the years 1900 to 2199, otherwise an error. Otherwise as for months.';
CREATE FUNCTION mrr_accum(internal, customer text, month date, mrr smallint) RETURNS internal
	AS 'MODULE_PATHNAME', 'mrr_accum_months_text_int2' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mrr_accum(internal, text, date, smallint) IS 'Collects a row: transition function of mrr_agg(text, date, smallint).';

CREATE AGGREGATE mrr_agg(customer text, month date, mrr smallint) (
	SFUNC = mrr_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = mrr_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mrr_agg(text, date, smallint) IS 'Summarises recurring revenue given by the month: what each customer pays, in one currency, in the calendar month of any day in it. Rows of one customer and month add up; a month without a row is zero, and so is one whose total is negative. Rows without a customer, a month of the years 1900 to 2199 or an amount are left out and counted: mrr_quality. NaN and infinite amounts are errors. Read it with mrr_movements and mrr_retention.';

CREATE FUNCTION mrr_accum(internal, customer text, starts date, ends date, mrr smallint, as_of date) RETURNS internal
	AS 'MODULE_PATHNAME', 'mrr_accum_subscriptions_text_int2' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mrr_accum(internal, text, date, date, smallint, date) IS 'Collects a subscription: transition function of mrr_agg(text, date, date, smallint, date).';

CREATE AGGREGATE mrr_agg(customer text, starts date, ends date, mrr smallint, as_of date) (
	SFUNC = mrr_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = mrr_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mrr_agg(text, date, date, smallint, date) IS 'Summarises recurring revenue given by subscriptions, one row each: it counts, with its mrr a month, in each month on whose last day it runs, that is starts <= the last day < ends. Ends NULL is running. The months go up to the last one that is over at as_of, the day up to which the subscriptions are known: one for all rows, given, of the years 1900 to 2199, otherwise an error. Otherwise as for months.';
CREATE FUNCTION mrr_accum(internal, customer text, month date, mrr integer) RETURNS internal
	AS 'MODULE_PATHNAME', 'mrr_accum_months_text_int4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mrr_accum(internal, text, date, integer) IS 'Collects a row: transition function of mrr_agg(text, date, integer).';

CREATE AGGREGATE mrr_agg(customer text, month date, mrr integer) (
	SFUNC = mrr_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = mrr_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mrr_agg(text, date, integer) IS 'Summarises recurring revenue given by the month: what each customer pays, in one currency, in the calendar month of any day in it. Rows of one customer and month add up; a month without a row is zero, and so is one whose total is negative. Rows without a customer, a month of the years 1900 to 2199 or an amount are left out and counted: mrr_quality. NaN and infinite amounts are errors. Read it with mrr_movements and mrr_retention.';

CREATE FUNCTION mrr_accum(internal, customer text, starts date, ends date, mrr integer, as_of date) RETURNS internal
	AS 'MODULE_PATHNAME', 'mrr_accum_subscriptions_text_int4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mrr_accum(internal, text, date, date, integer, date) IS 'Collects a subscription: transition function of mrr_agg(text, date, date, integer, date).';

CREATE AGGREGATE mrr_agg(customer text, starts date, ends date, mrr integer, as_of date) (
	SFUNC = mrr_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = mrr_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mrr_agg(text, date, date, integer, date) IS 'Summarises recurring revenue given by subscriptions, one row each: it counts, with its mrr a month, in each month on whose last day it runs, that is starts <= the last day < ends. Ends NULL is running. The months go up to the last one that is over at as_of, the day up to which the subscriptions are known: one for all rows, given, of the years 1900 to 2199, otherwise an error. Otherwise as for months.';
CREATE FUNCTION mrr_accum(internal, customer text, month date, mrr bigint) RETURNS internal
	AS 'MODULE_PATHNAME', 'mrr_accum_months_text_int8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mrr_accum(internal, text, date, bigint) IS 'Collects a row: transition function of mrr_agg(text, date, bigint).';

CREATE AGGREGATE mrr_agg(customer text, month date, mrr bigint) (
	SFUNC = mrr_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = mrr_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mrr_agg(text, date, bigint) IS 'Summarises recurring revenue given by the month: what each customer pays, in one currency, in the calendar month of any day in it. Rows of one customer and month add up; a month without a row is zero, and so is one whose total is negative. Rows without a customer, a month of the years 1900 to 2199 or an amount are left out and counted: mrr_quality. NaN and infinite amounts are errors. Read it with mrr_movements and mrr_retention.';

CREATE FUNCTION mrr_accum(internal, customer text, starts date, ends date, mrr bigint, as_of date) RETURNS internal
	AS 'MODULE_PATHNAME', 'mrr_accum_subscriptions_text_int8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mrr_accum(internal, text, date, date, bigint, date) IS 'Collects a subscription: transition function of mrr_agg(text, date, date, bigint, date).';

CREATE AGGREGATE mrr_agg(customer text, starts date, ends date, mrr bigint, as_of date) (
	SFUNC = mrr_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = mrr_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mrr_agg(text, date, date, bigint, date) IS 'Summarises recurring revenue given by subscriptions, one row each: it counts, with its mrr a month, in each month on whose last day it runs, that is starts <= the last day < ends. Ends NULL is running. The months go up to the last one that is over at as_of, the day up to which the subscriptions are known: one for all rows, given, of the years 1900 to 2199, otherwise an error. Otherwise as for months.';
CREATE FUNCTION mrr_accum(internal, customer text, month date, mrr numeric) RETURNS internal
	AS 'MODULE_PATHNAME', 'mrr_accum_months_text_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mrr_accum(internal, text, date, numeric) IS 'Collects a row: transition function of mrr_agg(text, date, numeric).';

CREATE AGGREGATE mrr_agg(customer text, month date, mrr numeric) (
	SFUNC = mrr_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = mrr_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mrr_agg(text, date, numeric) IS 'Summarises recurring revenue given by the month: what each customer pays, in one currency, in the calendar month of any day in it. Rows of one customer and month add up; a month without a row is zero, and so is one whose total is negative. Rows without a customer, a month of the years 1900 to 2199 or an amount are left out and counted: mrr_quality. NaN and infinite amounts are errors. Read it with mrr_movements and mrr_retention.';

CREATE FUNCTION mrr_accum(internal, customer text, starts date, ends date, mrr numeric, as_of date) RETURNS internal
	AS 'MODULE_PATHNAME', 'mrr_accum_subscriptions_text_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mrr_accum(internal, text, date, date, numeric, date) IS 'Collects a subscription: transition function of mrr_agg(text, date, date, numeric, date).';

CREATE AGGREGATE mrr_agg(customer text, starts date, ends date, mrr numeric, as_of date) (
	SFUNC = mrr_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = mrr_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mrr_agg(text, date, date, numeric, date) IS 'Summarises recurring revenue given by subscriptions, one row each: it counts, with its mrr a month, in each month on whose last day it runs, that is starts <= the last day < ends. Ends NULL is running. The months go up to the last one that is over at as_of, the day up to which the subscriptions are known: one for all rows, given, of the years 1900 to 2199, otherwise an error. Otherwise as for months.';
CREATE FUNCTION mrr_accum(internal, customer text, month date, mrr real) RETURNS internal
	AS 'MODULE_PATHNAME', 'mrr_accum_months_text_float4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mrr_accum(internal, text, date, real) IS 'Collects a row: transition function of mrr_agg(text, date, real).';

CREATE AGGREGATE mrr_agg(customer text, month date, mrr real) (
	SFUNC = mrr_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = mrr_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mrr_agg(text, date, real) IS 'Summarises recurring revenue given by the month: what each customer pays, in one currency, in the calendar month of any day in it. Rows of one customer and month add up; a month without a row is zero, and so is one whose total is negative. Rows without a customer, a month of the years 1900 to 2199 or an amount are left out and counted: mrr_quality. NaN and infinite amounts are errors. Read it with mrr_movements and mrr_retention.';

CREATE FUNCTION mrr_accum(internal, customer text, starts date, ends date, mrr real, as_of date) RETURNS internal
	AS 'MODULE_PATHNAME', 'mrr_accum_subscriptions_text_float4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mrr_accum(internal, text, date, date, real, date) IS 'Collects a subscription: transition function of mrr_agg(text, date, date, real, date).';

CREATE AGGREGATE mrr_agg(customer text, starts date, ends date, mrr real, as_of date) (
	SFUNC = mrr_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = mrr_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mrr_agg(text, date, date, real, date) IS 'Summarises recurring revenue given by subscriptions, one row each: it counts, with its mrr a month, in each month on whose last day it runs, that is starts <= the last day < ends. Ends NULL is running. The months go up to the last one that is over at as_of, the day up to which the subscriptions are known: one for all rows, given, of the years 1900 to 2199, otherwise an error. Otherwise as for months.';
CREATE FUNCTION mrr_accum(internal, customer text, month date, mrr double precision) RETURNS internal
	AS 'MODULE_PATHNAME', 'mrr_accum_months_text_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mrr_accum(internal, text, date, double precision) IS 'Collects a row: transition function of mrr_agg(text, date, double precision).';

CREATE AGGREGATE mrr_agg(customer text, month date, mrr double precision) (
	SFUNC = mrr_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = mrr_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mrr_agg(text, date, double precision) IS 'Summarises recurring revenue given by the month: what each customer pays, in one currency, in the calendar month of any day in it. Rows of one customer and month add up; a month without a row is zero, and so is one whose total is negative. Rows without a customer, a month of the years 1900 to 2199 or an amount are left out and counted: mrr_quality. NaN and infinite amounts are errors. Read it with mrr_movements and mrr_retention.';

CREATE FUNCTION mrr_accum(internal, customer text, starts date, ends date, mrr double precision, as_of date) RETURNS internal
	AS 'MODULE_PATHNAME', 'mrr_accum_subscriptions_text_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mrr_accum(internal, text, date, date, double precision, date) IS 'Collects a subscription: transition function of mrr_agg(text, date, date, double precision, date).';

CREATE AGGREGATE mrr_agg(customer text, starts date, ends date, mrr double precision, as_of date) (
	SFUNC = mrr_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = mrr_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mrr_agg(text, date, date, double precision, date) IS 'Summarises recurring revenue given by subscriptions, one row each: it counts, with its mrr a month, in each month on whose last day it runs, that is starts <= the last day < ends. Ends NULL is running. The months go up to the last one that is over at as_of, the day up to which the subscriptions are known: one for all rows, given, of the years 1900 to 2199, otherwise an error. Otherwise as for months.';
CREATE FUNCTION mrr_accum(internal, customer uuid, month date, mrr smallint) RETURNS internal
	AS 'MODULE_PATHNAME', 'mrr_accum_months_uuid_int2' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mrr_accum(internal, uuid, date, smallint) IS 'Collects a row: transition function of mrr_agg(uuid, date, smallint).';

CREATE AGGREGATE mrr_agg(customer uuid, month date, mrr smallint) (
	SFUNC = mrr_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = mrr_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mrr_agg(uuid, date, smallint) IS 'Summarises recurring revenue given by the month: what each customer pays, in one currency, in the calendar month of any day in it. Rows of one customer and month add up; a month without a row is zero, and so is one whose total is negative. Rows without a customer, a month of the years 1900 to 2199 or an amount are left out and counted: mrr_quality. NaN and infinite amounts are errors. Read it with mrr_movements and mrr_retention.';

CREATE FUNCTION mrr_accum(internal, customer uuid, starts date, ends date, mrr smallint, as_of date) RETURNS internal
	AS 'MODULE_PATHNAME', 'mrr_accum_subscriptions_uuid_int2' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mrr_accum(internal, uuid, date, date, smallint, date) IS 'Collects a subscription: transition function of mrr_agg(uuid, date, date, smallint, date).';

CREATE AGGREGATE mrr_agg(customer uuid, starts date, ends date, mrr smallint, as_of date) (
	SFUNC = mrr_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = mrr_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mrr_agg(uuid, date, date, smallint, date) IS 'Summarises recurring revenue given by subscriptions, one row each: it counts, with its mrr a month, in each month on whose last day it runs, that is starts <= the last day < ends. Ends NULL is running. The months go up to the last one that is over at as_of, the day up to which the subscriptions are known: one for all rows, given, of the years 1900 to 2199, otherwise an error. Otherwise as for months.';
CREATE FUNCTION mrr_accum(internal, customer uuid, month date, mrr integer) RETURNS internal
	AS 'MODULE_PATHNAME', 'mrr_accum_months_uuid_int4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mrr_accum(internal, uuid, date, integer) IS 'Collects a row: transition function of mrr_agg(uuid, date, integer).';

CREATE AGGREGATE mrr_agg(customer uuid, month date, mrr integer) (
	SFUNC = mrr_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = mrr_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mrr_agg(uuid, date, integer) IS 'Summarises recurring revenue given by the month: what each customer pays, in one currency, in the calendar month of any day in it. Rows of one customer and month add up; a month without a row is zero, and so is one whose total is negative. Rows without a customer, a month of the years 1900 to 2199 or an amount are left out and counted: mrr_quality. NaN and infinite amounts are errors. Read it with mrr_movements and mrr_retention.';

CREATE FUNCTION mrr_accum(internal, customer uuid, starts date, ends date, mrr integer, as_of date) RETURNS internal
	AS 'MODULE_PATHNAME', 'mrr_accum_subscriptions_uuid_int4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mrr_accum(internal, uuid, date, date, integer, date) IS 'Collects a subscription: transition function of mrr_agg(uuid, date, date, integer, date).';

CREATE AGGREGATE mrr_agg(customer uuid, starts date, ends date, mrr integer, as_of date) (
	SFUNC = mrr_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = mrr_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mrr_agg(uuid, date, date, integer, date) IS 'Summarises recurring revenue given by subscriptions, one row each: it counts, with its mrr a month, in each month on whose last day it runs, that is starts <= the last day < ends. Ends NULL is running. The months go up to the last one that is over at as_of, the day up to which the subscriptions are known: one for all rows, given, of the years 1900 to 2199, otherwise an error. Otherwise as for months.';
CREATE FUNCTION mrr_accum(internal, customer uuid, month date, mrr bigint) RETURNS internal
	AS 'MODULE_PATHNAME', 'mrr_accum_months_uuid_int8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mrr_accum(internal, uuid, date, bigint) IS 'Collects a row: transition function of mrr_agg(uuid, date, bigint).';

CREATE AGGREGATE mrr_agg(customer uuid, month date, mrr bigint) (
	SFUNC = mrr_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = mrr_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mrr_agg(uuid, date, bigint) IS 'Summarises recurring revenue given by the month: what each customer pays, in one currency, in the calendar month of any day in it. Rows of one customer and month add up; a month without a row is zero, and so is one whose total is negative. Rows without a customer, a month of the years 1900 to 2199 or an amount are left out and counted: mrr_quality. NaN and infinite amounts are errors. Read it with mrr_movements and mrr_retention.';

CREATE FUNCTION mrr_accum(internal, customer uuid, starts date, ends date, mrr bigint, as_of date) RETURNS internal
	AS 'MODULE_PATHNAME', 'mrr_accum_subscriptions_uuid_int8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mrr_accum(internal, uuid, date, date, bigint, date) IS 'Collects a subscription: transition function of mrr_agg(uuid, date, date, bigint, date).';

CREATE AGGREGATE mrr_agg(customer uuid, starts date, ends date, mrr bigint, as_of date) (
	SFUNC = mrr_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = mrr_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mrr_agg(uuid, date, date, bigint, date) IS 'Summarises recurring revenue given by subscriptions, one row each: it counts, with its mrr a month, in each month on whose last day it runs, that is starts <= the last day < ends. Ends NULL is running. The months go up to the last one that is over at as_of, the day up to which the subscriptions are known: one for all rows, given, of the years 1900 to 2199, otherwise an error. Otherwise as for months.';
CREATE FUNCTION mrr_accum(internal, customer uuid, month date, mrr numeric) RETURNS internal
	AS 'MODULE_PATHNAME', 'mrr_accum_months_uuid_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mrr_accum(internal, uuid, date, numeric) IS 'Collects a row: transition function of mrr_agg(uuid, date, numeric).';

CREATE AGGREGATE mrr_agg(customer uuid, month date, mrr numeric) (
	SFUNC = mrr_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = mrr_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mrr_agg(uuid, date, numeric) IS 'Summarises recurring revenue given by the month: what each customer pays, in one currency, in the calendar month of any day in it. Rows of one customer and month add up; a month without a row is zero, and so is one whose total is negative. Rows without a customer, a month of the years 1900 to 2199 or an amount are left out and counted: mrr_quality. NaN and infinite amounts are errors. Read it with mrr_movements and mrr_retention.';

CREATE FUNCTION mrr_accum(internal, customer uuid, starts date, ends date, mrr numeric, as_of date) RETURNS internal
	AS 'MODULE_PATHNAME', 'mrr_accum_subscriptions_uuid_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mrr_accum(internal, uuid, date, date, numeric, date) IS 'Collects a subscription: transition function of mrr_agg(uuid, date, date, numeric, date).';

CREATE AGGREGATE mrr_agg(customer uuid, starts date, ends date, mrr numeric, as_of date) (
	SFUNC = mrr_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = mrr_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mrr_agg(uuid, date, date, numeric, date) IS 'Summarises recurring revenue given by subscriptions, one row each: it counts, with its mrr a month, in each month on whose last day it runs, that is starts <= the last day < ends. Ends NULL is running. The months go up to the last one that is over at as_of, the day up to which the subscriptions are known: one for all rows, given, of the years 1900 to 2199, otherwise an error. Otherwise as for months.';
CREATE FUNCTION mrr_accum(internal, customer uuid, month date, mrr real) RETURNS internal
	AS 'MODULE_PATHNAME', 'mrr_accum_months_uuid_float4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mrr_accum(internal, uuid, date, real) IS 'Collects a row: transition function of mrr_agg(uuid, date, real).';

CREATE AGGREGATE mrr_agg(customer uuid, month date, mrr real) (
	SFUNC = mrr_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = mrr_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mrr_agg(uuid, date, real) IS 'Summarises recurring revenue given by the month: what each customer pays, in one currency, in the calendar month of any day in it. Rows of one customer and month add up; a month without a row is zero, and so is one whose total is negative. Rows without a customer, a month of the years 1900 to 2199 or an amount are left out and counted: mrr_quality. NaN and infinite amounts are errors. Read it with mrr_movements and mrr_retention.';

CREATE FUNCTION mrr_accum(internal, customer uuid, starts date, ends date, mrr real, as_of date) RETURNS internal
	AS 'MODULE_PATHNAME', 'mrr_accum_subscriptions_uuid_float4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mrr_accum(internal, uuid, date, date, real, date) IS 'Collects a subscription: transition function of mrr_agg(uuid, date, date, real, date).';

CREATE AGGREGATE mrr_agg(customer uuid, starts date, ends date, mrr real, as_of date) (
	SFUNC = mrr_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = mrr_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mrr_agg(uuid, date, date, real, date) IS 'Summarises recurring revenue given by subscriptions, one row each: it counts, with its mrr a month, in each month on whose last day it runs, that is starts <= the last day < ends. Ends NULL is running. The months go up to the last one that is over at as_of, the day up to which the subscriptions are known: one for all rows, given, of the years 1900 to 2199, otherwise an error. Otherwise as for months.';
CREATE FUNCTION mrr_accum(internal, customer uuid, month date, mrr double precision) RETURNS internal
	AS 'MODULE_PATHNAME', 'mrr_accum_months_uuid_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mrr_accum(internal, uuid, date, double precision) IS 'Collects a row: transition function of mrr_agg(uuid, date, double precision).';

CREATE AGGREGATE mrr_agg(customer uuid, month date, mrr double precision) (
	SFUNC = mrr_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = mrr_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mrr_agg(uuid, date, double precision) IS 'Summarises recurring revenue given by the month: what each customer pays, in one currency, in the calendar month of any day in it. Rows of one customer and month add up; a month without a row is zero, and so is one whose total is negative. Rows without a customer, a month of the years 1900 to 2199 or an amount are left out and counted: mrr_quality. NaN and infinite amounts are errors. Read it with mrr_movements and mrr_retention.';

CREATE FUNCTION mrr_accum(internal, customer uuid, starts date, ends date, mrr double precision, as_of date) RETURNS internal
	AS 'MODULE_PATHNAME', 'mrr_accum_subscriptions_uuid_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mrr_accum(internal, uuid, date, date, double precision, date) IS 'Collects a subscription: transition function of mrr_agg(uuid, date, date, double precision, date).';

CREATE AGGREGATE mrr_agg(customer uuid, starts date, ends date, mrr double precision, as_of date) (
	SFUNC = mrr_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = mrr_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mrr_agg(uuid, date, date, double precision, date) IS 'Summarises recurring revenue given by subscriptions, one row each: it counts, with its mrr a month, in each month on whose last day it runs, that is starts <= the last day < ends. Ends NULL is running. The months go up to the last one that is over at as_of, the day up to which the subscriptions are known: one for all rows, given, of the years 1900 to 2199, otherwise an error. Otherwise as for months.';

-- Merging

CREATE FUNCTION mrr_summary_rollup(mrr_summary, summary mrr_summary) RETURNS mrr_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION mrr_summary_final(mrr_summary) RETURNS mrr_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mrr_summary_rollup(mrr_summary, mrr_summary) IS 'Merges two summaries: transition and combine function of rollup(mrr_summary).';
COMMENT ON FUNCTION mrr_summary_final(mrr_summary) IS 'Packs a merged summary: final function of rollup(mrr_summary).';

CREATE AGGREGATE rollup(mrr_summary) (
	SFUNC = mrr_summary_rollup, STYPE = mrr_summary, SSPACE = 4096, FINALFUNC = mrr_summary_final,
	COMBINEFUNC = mrr_summary_rollup, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(mrr_summary) IS 'Merges the recurring revenue of different customers: of regions into a company''s. Exact, if no customer is in two parts: one that is counts twice, and parts of different months can''t be joined. Of a part that ends early nobody pays in the months after; one of subscriptions that ends early is an error. NULLs are left out.';

-- Figures of a summary

CREATE FUNCTION mrr_movements(
	summary mrr_summary, as_of date DEFAULT NULL,
	OUT month date, OUT opening numeric, OUT new numeric, OUT expansion numeric, OUT reactivated numeric,
	OUT contraction numeric, OUT churned numeric, OUT closing numeric,
	OUT opening_customers bigint, OUT new_customers bigint, OUT reactivated_customers bigint,
	OUT churned_customers bigint, OUT closing_customers bigint,
	OUT quick_ratio double precision, OUT customer_churn_rate double precision, OUT revenue_churn_rate double precision)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100 ROWS 36;
COMMENT ON FUNCTION mrr_movements(mrr_summary, date) IS 'How recurring revenue moved: one row a month, from the first to that of as_of (by default the last of the data), by its first day. Give all segments one as_of, so that one that everybody left shows it: in months behind its last row nobody pays; months behind as_of are left out. (Subscriptions end at the as_of of mrr_agg; a later one is an error, as is one outside of 1900 to 2199.) The amounts, exact and never negative, are of a month, and opening + new + expansion + reactivated - contraction - churned = closing. Quick ratio is (new + expansion + reactivated) / (contraction + churned), the churn rates are churned / opening, fractions 0..1: NULL where there is nothing to divide by.';

CREATE FUNCTION mrr_retention(
	summary mrr_summary, months integer, as_of date DEFAULT NULL,
	OUT month date, OUT customers_then bigint, OUT mrr_then numeric, OUT mrr_now numeric,
	OUT net_retention double precision, OUT gross_retention double precision, OUT customer_retention double precision)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100 ROWS 36;
COMMENT ON FUNCTION mrr_retention(mrr_summary, integer, date) IS 'What became of the customers of 1, 3, 6 or 12 months before (another number is an error): one row for each month, up to that of as_of as in mrr_movements, that has one so long before it. Mrr_now is what those of them pay that have paid in every month since; net retention is it / mrr_then, gross retention counts the smaller of then and now for each customer, customer retention counts the customers: fractions (net may exceed 1), NULL where nobody paid then.';

CREATE FUNCTION mrr_quality(
	summary mrr_summary,
	OUT reason text, OUT rows bigint)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 8;
COMMENT ON FUNCTION mrr_quality(mrr_summary) IS 'How many rows were used, and how many not and why: one row a reason. Each row given is in exactly one. "in no month" are subscriptions that run on no last day of a month up to as_of; "negative month" are rows of a customer''s month with a negative total (of a subscription, its first month), and negative_months counts such months.';

CREATE FUNCTION negative_months(mrr_summary) RETURNS bigint
	AS 'MODULE_PATHNAME', 'mrr_negative_months' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION negative_months(mrr_summary) IS 'Months of customers whose total is negative: each counts as zero.';

CREATE FUNCTION data_from(mrr_summary) RETURNS date
	AS 'MODULE_PATHNAME', 'mrr_data_from' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION data_from(mrr_summary) IS 'The first day of the first month. NULL where no row counts in any.';

CREATE FUNCTION data_through(mrr_summary) RETURNS date
	AS 'MODULE_PATHNAME', 'mrr_data_through' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION data_through(mrr_summary) IS 'The last day of the last month. NULL where no row counts in any.';

--
-- cohort: orders, visits and other rows in time (src/kpi/cohort*.c, doc/cohort.md)
--

CREATE TYPE cohort_summary;

CREATE FUNCTION cohort_summary_in(cstring) RETURNS cohort_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION cohort_summary_out(cohort_summary) RETURNS cstring
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION cohort_summary_recv(internal) RETURNS cohort_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION cohort_summary_send(cohort_summary) RETURNS bytea
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION cohort_summary_in(cstring) IS 'Reads the text form of type cohort_summary, JSON; an error where it breaks a rule.';
COMMENT ON FUNCTION cohort_summary_out(cohort_summary) IS 'The text form of type cohort_summary, JSON, lossless.';
COMMENT ON FUNCTION cohort_summary_recv(internal) IS 'Reads the binary form of type cohort_summary, every byte checked.';
COMMENT ON FUNCTION cohort_summary_send(cohort_summary) IS 'The binary form of type cohort_summary: equal summaries are equal bytes.';

CREATE TYPE cohort_summary (
	INPUT = cohort_summary_in, OUTPUT = cohort_summary_out,
	RECEIVE = cohort_summary_recv, SEND = cohort_summary_send,
	INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = extended
);

CREATE FUNCTION cohort_summary_eq(cohort_summary, cohort_summary) RETURNS boolean
	AS 'MODULE_PATHNAME', 'summary_eq' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION cohort_summary_ne(cohort_summary, cohort_summary) RETURNS boolean
	AS 'MODULE_PATHNAME', 'summary_ne' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION cohort_summary_hash(cohort_summary) RETURNS integer
	AS 'MODULE_PATHNAME', 'summary_hash' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION cohort_summary_hash_extended(cohort_summary, bigint) RETURNS bigint
	AS 'MODULE_PATHNAME', 'summary_hash_extended' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION cohort_summary_eq(cohort_summary, cohort_summary) IS 'Whether two summaries are the same: they keep the same, to the last digit and decimal place.';
COMMENT ON FUNCTION cohort_summary_ne(cohort_summary, cohort_summary) IS 'Whether two summaries differ in anything that they keep.';
COMMENT ON FUNCTION cohort_summary_hash(cohort_summary) IS 'Hash of what a summary keeps.';
COMMENT ON FUNCTION cohort_summary_hash_extended(cohort_summary, bigint) IS 'Hash, with a seed, of what a summary keeps.';

CREATE OPERATOR = (LEFTARG = cohort_summary, RIGHTARG = cohort_summary, FUNCTION = cohort_summary_eq, COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES);
CREATE OPERATOR <> (LEFTARG = cohort_summary, RIGHTARG = cohort_summary, FUNCTION = cohort_summary_ne, COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel);
COMMENT ON OPERATOR = (cohort_summary, cohort_summary) IS 'Whether two summaries are the same.';
COMMENT ON OPERATOR <> (cohort_summary, cohort_summary) IS 'Whether two summaries differ.';

CREATE OPERATOR CLASS cohort_summary_ops DEFAULT FOR TYPE cohort_summary USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 cohort_summary_hash(cohort_summary),
	FUNCTION 2 cohort_summary_hash_extended(cohort_summary, bigint);
COMMENT ON OPERATOR CLASS cohort_summary_ops USING hash IS 'Hashes summaries: for UNION, DISTINCT, GROUP BY, joins and hash indexes. They have no order.';
COMMENT ON TYPE cohort_summary IS 'Orders or visits, counted by period of an entity''s first row and of the row itself: who came back when and with what amounts, in one currency; made by cohort_agg, merged by rollup. Prints as JSON.';

-- Rows into a summary: moments with a zone, and times that are local already

CREATE FUNCTION cohort_final(internal) RETURNS cohort_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_final(internal) IS 'Walks the collected rows of each entity: final function of cohort_agg.';

CREATE FUNCTION cohort_accum(internal, entity bigint, at timestamptz, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_int8_timestamptz' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_accum(internal, bigint, timestamptz, text, text) IS 'Collects a row: transition function of cohort_agg(bigint, timestamptz, text, text).';

CREATE AGGREGATE cohort_agg(entity bigint, at timestamptz, period text, zone text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(bigint, timestamptz, text, text) IS 'Summarises what entities (customers, users) did: one row an order, a visit, in any order, by period (day, week from Monday, month, quarter, year) of the local date in the zone, a name from pg_timezone_names. Read it with cohort_retention, active_entities, repeat_rate and others. Rows without an entity or a finite time are left out and counted. An error where period or zone is NULL, unknown or changes within a group.';

CREATE FUNCTION cohort_accum(internal, entity bigint, at timestamptz, amount smallint, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_int8_timestamptz_int2' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_accum(internal, bigint, timestamptz, smallint, text, text) IS 'Collects a row: transition function of cohort_agg(bigint, timestamptz, smallint, text, text).';

CREATE AGGREGATE cohort_agg(entity bigint, at timestamptz, amount smallint, period text, zone text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(bigint, timestamptz, smallint, text, text) IS 'Summarises what entities did, with amounts, in one currency, added up exactly; a row without an amount (NULL) counts in all but the amounts. Otherwise as without. NaN and infinite amounts are errors.';
CREATE FUNCTION cohort_accum(internal, entity bigint, at timestamptz, amount integer, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_int8_timestamptz_int4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_accum(internal, bigint, timestamptz, integer, text, text) IS 'Collects a row: transition function of cohort_agg(bigint, timestamptz, integer, text, text).';

CREATE AGGREGATE cohort_agg(entity bigint, at timestamptz, amount integer, period text, zone text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(bigint, timestamptz, integer, text, text) IS 'Summarises what entities did, with amounts, in one currency, added up exactly; a row without an amount (NULL) counts in all but the amounts. Otherwise as without. NaN and infinite amounts are errors.';
CREATE FUNCTION cohort_accum(internal, entity bigint, at timestamptz, amount bigint, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_int8_timestamptz_int8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_accum(internal, bigint, timestamptz, bigint, text, text) IS 'Collects a row: transition function of cohort_agg(bigint, timestamptz, bigint, text, text).';

CREATE AGGREGATE cohort_agg(entity bigint, at timestamptz, amount bigint, period text, zone text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(bigint, timestamptz, bigint, text, text) IS 'Summarises what entities did, with amounts, in one currency, added up exactly; a row without an amount (NULL) counts in all but the amounts. Otherwise as without. NaN and infinite amounts are errors.';
CREATE FUNCTION cohort_accum(internal, entity bigint, at timestamptz, amount numeric, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_int8_timestamptz_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_accum(internal, bigint, timestamptz, numeric, text, text) IS 'Collects a row: transition function of cohort_agg(bigint, timestamptz, numeric, text, text).';

CREATE AGGREGATE cohort_agg(entity bigint, at timestamptz, amount numeric, period text, zone text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(bigint, timestamptz, numeric, text, text) IS 'Summarises what entities did, with amounts, in one currency, added up exactly; a row without an amount (NULL) counts in all but the amounts. Otherwise as without. NaN and infinite amounts are errors.';
CREATE FUNCTION cohort_accum(internal, entity bigint, at timestamptz, amount real, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_int8_timestamptz_float4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_accum(internal, bigint, timestamptz, real, text, text) IS 'Collects a row: transition function of cohort_agg(bigint, timestamptz, real, text, text).';

CREATE AGGREGATE cohort_agg(entity bigint, at timestamptz, amount real, period text, zone text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(bigint, timestamptz, real, text, text) IS 'Summarises what entities did, with amounts, in one currency, added up exactly; a row without an amount (NULL) counts in all but the amounts. Otherwise as without. NaN and infinite amounts are errors.';
CREATE FUNCTION cohort_accum(internal, entity bigint, at timestamptz, amount double precision, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_int8_timestamptz_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_accum(internal, bigint, timestamptz, double precision, text, text) IS 'Collects a row: transition function of cohort_agg(bigint, timestamptz, double precision, text, text).';

CREATE AGGREGATE cohort_agg(entity bigint, at timestamptz, amount double precision, period text, zone text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(bigint, timestamptz, double precision, text, text) IS 'Summarises what entities did, with amounts, in one currency, added up exactly; a row without an amount (NULL) counts in all but the amounts. Otherwise as without. NaN and infinite amounts are errors.';

CREATE FUNCTION cohort_accum(internal, entity bigint, at timestamp, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_int8_timestamp' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION cohort_accum(internal, entity bigint, at timestamp, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_int8_timestamp' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_accum(internal, bigint, timestamp, text) IS 'Collects a row: transition function of cohort_agg(bigint, timestamp, text).';
COMMENT ON FUNCTION cohort_accum(internal, bigint, timestamp, text, text) IS 'Collects a row: transition function of cohort_agg(bigint, timestamp, text, text).';

CREATE AGGREGATE cohort_agg(entity bigint, at timestamp, period text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
CREATE AGGREGATE cohort_agg(entity bigint, at timestamp, period text, zone text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(bigint, timestamp, text) IS 'Summarises what entities did, by period of times that are local already: no zone. Otherwise as cohort_agg(bigint, timestamptz, text, text).';
COMMENT ON AGGREGATE cohort_agg(bigint, timestamp, text, text) IS 'Summarises what entities did, by period of times that are local in that zone already: nothing is converted. Otherwise as cohort_agg(bigint, timestamptz, text, text), whose summaries it merges with.';

CREATE FUNCTION cohort_accum(internal, entity bigint, at timestamp, amount smallint, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_int8_timestamp_int2' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION cohort_accum(internal, entity bigint, at timestamp, amount smallint, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_int8_timestamp_int2' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_accum(internal, bigint, timestamp, smallint, text) IS 'Collects a row: transition function of cohort_agg(bigint, timestamp, smallint, text).';
COMMENT ON FUNCTION cohort_accum(internal, bigint, timestamp, smallint, text, text) IS 'Collects a row: transition function of cohort_agg(bigint, timestamp, smallint, text, text).';

CREATE AGGREGATE cohort_agg(entity bigint, at timestamp, amount smallint, period text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
CREATE AGGREGATE cohort_agg(entity bigint, at timestamp, amount smallint, period text, zone text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(bigint, timestamp, smallint, text) IS 'Summarises what entities did, with amounts, by period of times that are local already: no zone. Otherwise as cohort_agg(bigint, timestamptz, smallint, text, text).';
COMMENT ON AGGREGATE cohort_agg(bigint, timestamp, smallint, text, text) IS 'Summarises what entities did, with amounts, by period of times that are local in that zone already: nothing is converted. Otherwise as cohort_agg(bigint, timestamptz, smallint, text, text), whose summaries it merges with.';
CREATE FUNCTION cohort_accum(internal, entity bigint, at timestamp, amount integer, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_int8_timestamp_int4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION cohort_accum(internal, entity bigint, at timestamp, amount integer, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_int8_timestamp_int4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_accum(internal, bigint, timestamp, integer, text) IS 'Collects a row: transition function of cohort_agg(bigint, timestamp, integer, text).';
COMMENT ON FUNCTION cohort_accum(internal, bigint, timestamp, integer, text, text) IS 'Collects a row: transition function of cohort_agg(bigint, timestamp, integer, text, text).';

CREATE AGGREGATE cohort_agg(entity bigint, at timestamp, amount integer, period text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
CREATE AGGREGATE cohort_agg(entity bigint, at timestamp, amount integer, period text, zone text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(bigint, timestamp, integer, text) IS 'Summarises what entities did, with amounts, by period of times that are local already: no zone. Otherwise as cohort_agg(bigint, timestamptz, integer, text, text).';
COMMENT ON AGGREGATE cohort_agg(bigint, timestamp, integer, text, text) IS 'Summarises what entities did, with amounts, by period of times that are local in that zone already: nothing is converted. Otherwise as cohort_agg(bigint, timestamptz, integer, text, text), whose summaries it merges with.';
CREATE FUNCTION cohort_accum(internal, entity bigint, at timestamp, amount bigint, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_int8_timestamp_int8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION cohort_accum(internal, entity bigint, at timestamp, amount bigint, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_int8_timestamp_int8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_accum(internal, bigint, timestamp, bigint, text) IS 'Collects a row: transition function of cohort_agg(bigint, timestamp, bigint, text).';
COMMENT ON FUNCTION cohort_accum(internal, bigint, timestamp, bigint, text, text) IS 'Collects a row: transition function of cohort_agg(bigint, timestamp, bigint, text, text).';

CREATE AGGREGATE cohort_agg(entity bigint, at timestamp, amount bigint, period text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
CREATE AGGREGATE cohort_agg(entity bigint, at timestamp, amount bigint, period text, zone text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(bigint, timestamp, bigint, text) IS 'Summarises what entities did, with amounts, by period of times that are local already: no zone. Otherwise as cohort_agg(bigint, timestamptz, bigint, text, text).';
COMMENT ON AGGREGATE cohort_agg(bigint, timestamp, bigint, text, text) IS 'Summarises what entities did, with amounts, by period of times that are local in that zone already: nothing is converted. Otherwise as cohort_agg(bigint, timestamptz, bigint, text, text), whose summaries it merges with.';
CREATE FUNCTION cohort_accum(internal, entity bigint, at timestamp, amount numeric, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_int8_timestamp_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION cohort_accum(internal, entity bigint, at timestamp, amount numeric, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_int8_timestamp_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_accum(internal, bigint, timestamp, numeric, text) IS 'Collects a row: transition function of cohort_agg(bigint, timestamp, numeric, text).';
COMMENT ON FUNCTION cohort_accum(internal, bigint, timestamp, numeric, text, text) IS 'Collects a row: transition function of cohort_agg(bigint, timestamp, numeric, text, text).';

CREATE AGGREGATE cohort_agg(entity bigint, at timestamp, amount numeric, period text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
CREATE AGGREGATE cohort_agg(entity bigint, at timestamp, amount numeric, period text, zone text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(bigint, timestamp, numeric, text) IS 'Summarises what entities did, with amounts, by period of times that are local already: no zone. Otherwise as cohort_agg(bigint, timestamptz, numeric, text, text).';
COMMENT ON AGGREGATE cohort_agg(bigint, timestamp, numeric, text, text) IS 'Summarises what entities did, with amounts, by period of times that are local in that zone already: nothing is converted. Otherwise as cohort_agg(bigint, timestamptz, numeric, text, text), whose summaries it merges with.';
CREATE FUNCTION cohort_accum(internal, entity bigint, at timestamp, amount real, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_int8_timestamp_float4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION cohort_accum(internal, entity bigint, at timestamp, amount real, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_int8_timestamp_float4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_accum(internal, bigint, timestamp, real, text) IS 'Collects a row: transition function of cohort_agg(bigint, timestamp, real, text).';
COMMENT ON FUNCTION cohort_accum(internal, bigint, timestamp, real, text, text) IS 'Collects a row: transition function of cohort_agg(bigint, timestamp, real, text, text).';

CREATE AGGREGATE cohort_agg(entity bigint, at timestamp, amount real, period text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
CREATE AGGREGATE cohort_agg(entity bigint, at timestamp, amount real, period text, zone text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(bigint, timestamp, real, text) IS 'Summarises what entities did, with amounts, by period of times that are local already: no zone. Otherwise as cohort_agg(bigint, timestamptz, real, text, text).';
COMMENT ON AGGREGATE cohort_agg(bigint, timestamp, real, text, text) IS 'Summarises what entities did, with amounts, by period of times that are local in that zone already: nothing is converted. Otherwise as cohort_agg(bigint, timestamptz, real, text, text), whose summaries it merges with.';
CREATE FUNCTION cohort_accum(internal, entity bigint, at timestamp, amount double precision, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_int8_timestamp_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION cohort_accum(internal, entity bigint, at timestamp, amount double precision, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_int8_timestamp_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_accum(internal, bigint, timestamp, double precision, text) IS 'Collects a row: transition function of cohort_agg(bigint, timestamp, double precision, text).';
COMMENT ON FUNCTION cohort_accum(internal, bigint, timestamp, double precision, text, text) IS 'Collects a row: transition function of cohort_agg(bigint, timestamp, double precision, text, text).';

CREATE AGGREGATE cohort_agg(entity bigint, at timestamp, amount double precision, period text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
CREATE AGGREGATE cohort_agg(entity bigint, at timestamp, amount double precision, period text, zone text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(bigint, timestamp, double precision, text) IS 'Summarises what entities did, with amounts, by period of times that are local already: no zone. Otherwise as cohort_agg(bigint, timestamptz, double precision, text, text).';
COMMENT ON AGGREGATE cohort_agg(bigint, timestamp, double precision, text, text) IS 'Summarises what entities did, with amounts, by period of times that are local in that zone already: nothing is converted. Otherwise as cohort_agg(bigint, timestamptz, double precision, text, text), whose summaries it merges with.';
CREATE FUNCTION cohort_accum(internal, entity bigint, at date, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_int8_date' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION cohort_accum(internal, entity bigint, at date, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_int8_date' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_accum(internal, bigint, date, text) IS 'Collects a row: transition function of cohort_agg(bigint, date, text).';
COMMENT ON FUNCTION cohort_accum(internal, bigint, date, text, text) IS 'Collects a row: transition function of cohort_agg(bigint, date, text, text).';

CREATE AGGREGATE cohort_agg(entity bigint, at date, period text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
CREATE AGGREGATE cohort_agg(entity bigint, at date, period text, zone text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(bigint, date, text) IS 'Summarises what entities did, by period of times that are local already: no zone. Otherwise as cohort_agg(bigint, timestamptz, text, text).';
COMMENT ON AGGREGATE cohort_agg(bigint, date, text, text) IS 'Summarises what entities did, by period of times that are local in that zone already: nothing is converted. Otherwise as cohort_agg(bigint, timestamptz, text, text), whose summaries it merges with.';

CREATE FUNCTION cohort_accum(internal, entity bigint, at date, amount smallint, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_int8_date_int2' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION cohort_accum(internal, entity bigint, at date, amount smallint, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_int8_date_int2' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_accum(internal, bigint, date, smallint, text) IS 'Collects a row: transition function of cohort_agg(bigint, date, smallint, text).';
COMMENT ON FUNCTION cohort_accum(internal, bigint, date, smallint, text, text) IS 'Collects a row: transition function of cohort_agg(bigint, date, smallint, text, text).';

CREATE AGGREGATE cohort_agg(entity bigint, at date, amount smallint, period text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
CREATE AGGREGATE cohort_agg(entity bigint, at date, amount smallint, period text, zone text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(bigint, date, smallint, text) IS 'Summarises what entities did, with amounts, by period of times that are local already: no zone. Otherwise as cohort_agg(bigint, timestamptz, smallint, text, text).';
COMMENT ON AGGREGATE cohort_agg(bigint, date, smallint, text, text) IS 'Summarises what entities did, with amounts, by period of times that are local in that zone already: nothing is converted. Otherwise as cohort_agg(bigint, timestamptz, smallint, text, text), whose summaries it merges with.';
CREATE FUNCTION cohort_accum(internal, entity bigint, at date, amount integer, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_int8_date_int4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION cohort_accum(internal, entity bigint, at date, amount integer, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_int8_date_int4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_accum(internal, bigint, date, integer, text) IS 'Collects a row: transition function of cohort_agg(bigint, date, integer, text).';
COMMENT ON FUNCTION cohort_accum(internal, bigint, date, integer, text, text) IS 'Collects a row: transition function of cohort_agg(bigint, date, integer, text, text).';

CREATE AGGREGATE cohort_agg(entity bigint, at date, amount integer, period text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
CREATE AGGREGATE cohort_agg(entity bigint, at date, amount integer, period text, zone text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(bigint, date, integer, text) IS 'Summarises what entities did, with amounts, by period of times that are local already: no zone. Otherwise as cohort_agg(bigint, timestamptz, integer, text, text).';
COMMENT ON AGGREGATE cohort_agg(bigint, date, integer, text, text) IS 'Summarises what entities did, with amounts, by period of times that are local in that zone already: nothing is converted. Otherwise as cohort_agg(bigint, timestamptz, integer, text, text), whose summaries it merges with.';
CREATE FUNCTION cohort_accum(internal, entity bigint, at date, amount bigint, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_int8_date_int8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION cohort_accum(internal, entity bigint, at date, amount bigint, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_int8_date_int8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_accum(internal, bigint, date, bigint, text) IS 'Collects a row: transition function of cohort_agg(bigint, date, bigint, text).';
COMMENT ON FUNCTION cohort_accum(internal, bigint, date, bigint, text, text) IS 'Collects a row: transition function of cohort_agg(bigint, date, bigint, text, text).';

CREATE AGGREGATE cohort_agg(entity bigint, at date, amount bigint, period text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
CREATE AGGREGATE cohort_agg(entity bigint, at date, amount bigint, period text, zone text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(bigint, date, bigint, text) IS 'Summarises what entities did, with amounts, by period of times that are local already: no zone. Otherwise as cohort_agg(bigint, timestamptz, bigint, text, text).';
COMMENT ON AGGREGATE cohort_agg(bigint, date, bigint, text, text) IS 'Summarises what entities did, with amounts, by period of times that are local in that zone already: nothing is converted. Otherwise as cohort_agg(bigint, timestamptz, bigint, text, text), whose summaries it merges with.';
CREATE FUNCTION cohort_accum(internal, entity bigint, at date, amount numeric, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_int8_date_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION cohort_accum(internal, entity bigint, at date, amount numeric, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_int8_date_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_accum(internal, bigint, date, numeric, text) IS 'Collects a row: transition function of cohort_agg(bigint, date, numeric, text).';
COMMENT ON FUNCTION cohort_accum(internal, bigint, date, numeric, text, text) IS 'Collects a row: transition function of cohort_agg(bigint, date, numeric, text, text).';

CREATE AGGREGATE cohort_agg(entity bigint, at date, amount numeric, period text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
CREATE AGGREGATE cohort_agg(entity bigint, at date, amount numeric, period text, zone text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(bigint, date, numeric, text) IS 'Summarises what entities did, with amounts, by period of times that are local already: no zone. Otherwise as cohort_agg(bigint, timestamptz, numeric, text, text).';
COMMENT ON AGGREGATE cohort_agg(bigint, date, numeric, text, text) IS 'Summarises what entities did, with amounts, by period of times that are local in that zone already: nothing is converted. Otherwise as cohort_agg(bigint, timestamptz, numeric, text, text), whose summaries it merges with.';
CREATE FUNCTION cohort_accum(internal, entity bigint, at date, amount real, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_int8_date_float4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION cohort_accum(internal, entity bigint, at date, amount real, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_int8_date_float4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_accum(internal, bigint, date, real, text) IS 'Collects a row: transition function of cohort_agg(bigint, date, real, text).';
COMMENT ON FUNCTION cohort_accum(internal, bigint, date, real, text, text) IS 'Collects a row: transition function of cohort_agg(bigint, date, real, text, text).';

CREATE AGGREGATE cohort_agg(entity bigint, at date, amount real, period text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
CREATE AGGREGATE cohort_agg(entity bigint, at date, amount real, period text, zone text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(bigint, date, real, text) IS 'Summarises what entities did, with amounts, by period of times that are local already: no zone. Otherwise as cohort_agg(bigint, timestamptz, real, text, text).';
COMMENT ON AGGREGATE cohort_agg(bigint, date, real, text, text) IS 'Summarises what entities did, with amounts, by period of times that are local in that zone already: nothing is converted. Otherwise as cohort_agg(bigint, timestamptz, real, text, text), whose summaries it merges with.';
CREATE FUNCTION cohort_accum(internal, entity bigint, at date, amount double precision, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_int8_date_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION cohort_accum(internal, entity bigint, at date, amount double precision, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_int8_date_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_accum(internal, bigint, date, double precision, text) IS 'Collects a row: transition function of cohort_agg(bigint, date, double precision, text).';
COMMENT ON FUNCTION cohort_accum(internal, bigint, date, double precision, text, text) IS 'Collects a row: transition function of cohort_agg(bigint, date, double precision, text, text).';

CREATE AGGREGATE cohort_agg(entity bigint, at date, amount double precision, period text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
CREATE AGGREGATE cohort_agg(entity bigint, at date, amount double precision, period text, zone text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(bigint, date, double precision, text) IS 'Summarises what entities did, with amounts, by period of times that are local already: no zone. Otherwise as cohort_agg(bigint, timestamptz, double precision, text, text).';
COMMENT ON AGGREGATE cohort_agg(bigint, date, double precision, text, text) IS 'Summarises what entities did, with amounts, by period of times that are local in that zone already: nothing is converted. Otherwise as cohort_agg(bigint, timestamptz, double precision, text, text), whose summaries it merges with.';
CREATE FUNCTION cohort_accum(internal, entity text, at timestamptz, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_text_timestamptz' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_accum(internal, text, timestamptz, text, text) IS 'Collects a row: transition function of cohort_agg(text, timestamptz, text, text).';

CREATE AGGREGATE cohort_agg(entity text, at timestamptz, period text, zone text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(text, timestamptz, text, text) IS 'Summarises what entities (customers, users) did: one row an order, a visit, in any order, by period (day, week from Monday, month, quarter, year) of the local date in the zone, a name from pg_timezone_names. Read it with cohort_retention, active_entities, repeat_rate and others. Rows without an entity or a finite time are left out and counted. An error where period or zone is NULL, unknown or changes within a group.';

CREATE FUNCTION cohort_accum(internal, entity text, at timestamptz, amount smallint, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_text_timestamptz_int2' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_accum(internal, text, timestamptz, smallint, text, text) IS 'Collects a row: transition function of cohort_agg(text, timestamptz, smallint, text, text).';

CREATE AGGREGATE cohort_agg(entity text, at timestamptz, amount smallint, period text, zone text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(text, timestamptz, smallint, text, text) IS 'Summarises what entities did, with amounts, in one currency, added up exactly; a row without an amount (NULL) counts in all but the amounts. Otherwise as without. NaN and infinite amounts are errors.';
CREATE FUNCTION cohort_accum(internal, entity text, at timestamptz, amount integer, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_text_timestamptz_int4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_accum(internal, text, timestamptz, integer, text, text) IS 'Collects a row: transition function of cohort_agg(text, timestamptz, integer, text, text).';

CREATE AGGREGATE cohort_agg(entity text, at timestamptz, amount integer, period text, zone text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(text, timestamptz, integer, text, text) IS 'Summarises what entities did, with amounts, in one currency, added up exactly; a row without an amount (NULL) counts in all but the amounts. Otherwise as without. NaN and infinite amounts are errors.';
CREATE FUNCTION cohort_accum(internal, entity text, at timestamptz, amount bigint, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_text_timestamptz_int8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_accum(internal, text, timestamptz, bigint, text, text) IS 'Collects a row: transition function of cohort_agg(text, timestamptz, bigint, text, text).';

CREATE AGGREGATE cohort_agg(entity text, at timestamptz, amount bigint, period text, zone text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(text, timestamptz, bigint, text, text) IS 'Summarises what entities did, with amounts, in one currency, added up exactly; a row without an amount (NULL) counts in all but the amounts. Otherwise as without. NaN and infinite amounts are errors.';
CREATE FUNCTION cohort_accum(internal, entity text, at timestamptz, amount numeric, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_text_timestamptz_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_accum(internal, text, timestamptz, numeric, text, text) IS 'Collects a row: transition function of cohort_agg(text, timestamptz, numeric, text, text).';

CREATE AGGREGATE cohort_agg(entity text, at timestamptz, amount numeric, period text, zone text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(text, timestamptz, numeric, text, text) IS 'Summarises what entities did, with amounts, in one currency, added up exactly; a row without an amount (NULL) counts in all but the amounts. Otherwise as without. NaN and infinite amounts are errors.';
CREATE FUNCTION cohort_accum(internal, entity text, at timestamptz, amount real, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_text_timestamptz_float4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_accum(internal, text, timestamptz, real, text, text) IS 'Collects a row: transition function of cohort_agg(text, timestamptz, real, text, text).';

CREATE AGGREGATE cohort_agg(entity text, at timestamptz, amount real, period text, zone text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(text, timestamptz, real, text, text) IS 'Summarises what entities did, with amounts, in one currency, added up exactly; a row without an amount (NULL) counts in all but the amounts. Otherwise as without. NaN and infinite amounts are errors.';
CREATE FUNCTION cohort_accum(internal, entity text, at timestamptz, amount double precision, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_text_timestamptz_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_accum(internal, text, timestamptz, double precision, text, text) IS 'Collects a row: transition function of cohort_agg(text, timestamptz, double precision, text, text).';

CREATE AGGREGATE cohort_agg(entity text, at timestamptz, amount double precision, period text, zone text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(text, timestamptz, double precision, text, text) IS 'Summarises what entities did, with amounts, in one currency, added up exactly; a row without an amount (NULL) counts in all but the amounts. Otherwise as without. NaN and infinite amounts are errors.';

CREATE FUNCTION cohort_accum(internal, entity text, at timestamp, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_text_timestamp' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION cohort_accum(internal, entity text, at timestamp, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_text_timestamp' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_accum(internal, text, timestamp, text) IS 'Collects a row: transition function of cohort_agg(text, timestamp, text).';
COMMENT ON FUNCTION cohort_accum(internal, text, timestamp, text, text) IS 'Collects a row: transition function of cohort_agg(text, timestamp, text, text).';

CREATE AGGREGATE cohort_agg(entity text, at timestamp, period text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
CREATE AGGREGATE cohort_agg(entity text, at timestamp, period text, zone text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(text, timestamp, text) IS 'Summarises what entities did, by period of times that are local already: no zone. Otherwise as cohort_agg(text, timestamptz, text, text).';
COMMENT ON AGGREGATE cohort_agg(text, timestamp, text, text) IS 'Summarises what entities did, by period of times that are local in that zone already: nothing is converted. Otherwise as cohort_agg(text, timestamptz, text, text), whose summaries it merges with.';

CREATE FUNCTION cohort_accum(internal, entity text, at timestamp, amount smallint, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_text_timestamp_int2' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION cohort_accum(internal, entity text, at timestamp, amount smallint, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_text_timestamp_int2' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_accum(internal, text, timestamp, smallint, text) IS 'Collects a row: transition function of cohort_agg(text, timestamp, smallint, text).';
COMMENT ON FUNCTION cohort_accum(internal, text, timestamp, smallint, text, text) IS 'Collects a row: transition function of cohort_agg(text, timestamp, smallint, text, text).';

CREATE AGGREGATE cohort_agg(entity text, at timestamp, amount smallint, period text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
CREATE AGGREGATE cohort_agg(entity text, at timestamp, amount smallint, period text, zone text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(text, timestamp, smallint, text) IS 'Summarises what entities did, with amounts, by period of times that are local already: no zone. Otherwise as cohort_agg(text, timestamptz, smallint, text, text).';
COMMENT ON AGGREGATE cohort_agg(text, timestamp, smallint, text, text) IS 'Summarises what entities did, with amounts, by period of times that are local in that zone already: nothing is converted. Otherwise as cohort_agg(text, timestamptz, smallint, text, text), whose summaries it merges with.';
CREATE FUNCTION cohort_accum(internal, entity text, at timestamp, amount integer, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_text_timestamp_int4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION cohort_accum(internal, entity text, at timestamp, amount integer, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_text_timestamp_int4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_accum(internal, text, timestamp, integer, text) IS 'Collects a row: transition function of cohort_agg(text, timestamp, integer, text).';
COMMENT ON FUNCTION cohort_accum(internal, text, timestamp, integer, text, text) IS 'Collects a row: transition function of cohort_agg(text, timestamp, integer, text, text).';

CREATE AGGREGATE cohort_agg(entity text, at timestamp, amount integer, period text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
CREATE AGGREGATE cohort_agg(entity text, at timestamp, amount integer, period text, zone text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(text, timestamp, integer, text) IS 'Summarises what entities did, with amounts, by period of times that are local already: no zone. Otherwise as cohort_agg(text, timestamptz, integer, text, text).';
COMMENT ON AGGREGATE cohort_agg(text, timestamp, integer, text, text) IS 'Summarises what entities did, with amounts, by period of times that are local in that zone already: nothing is converted. Otherwise as cohort_agg(text, timestamptz, integer, text, text), whose summaries it merges with.';
CREATE FUNCTION cohort_accum(internal, entity text, at timestamp, amount bigint, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_text_timestamp_int8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION cohort_accum(internal, entity text, at timestamp, amount bigint, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_text_timestamp_int8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_accum(internal, text, timestamp, bigint, text) IS 'Collects a row: transition function of cohort_agg(text, timestamp, bigint, text).';
COMMENT ON FUNCTION cohort_accum(internal, text, timestamp, bigint, text, text) IS 'Collects a row: transition function of cohort_agg(text, timestamp, bigint, text, text).';

CREATE AGGREGATE cohort_agg(entity text, at timestamp, amount bigint, period text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
CREATE AGGREGATE cohort_agg(entity text, at timestamp, amount bigint, period text, zone text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(text, timestamp, bigint, text) IS 'Summarises what entities did, with amounts, by period of times that are local already: no zone. Otherwise as cohort_agg(text, timestamptz, bigint, text, text).';
COMMENT ON AGGREGATE cohort_agg(text, timestamp, bigint, text, text) IS 'Summarises what entities did, with amounts, by period of times that are local in that zone already: nothing is converted. Otherwise as cohort_agg(text, timestamptz, bigint, text, text), whose summaries it merges with.';
CREATE FUNCTION cohort_accum(internal, entity text, at timestamp, amount numeric, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_text_timestamp_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION cohort_accum(internal, entity text, at timestamp, amount numeric, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_text_timestamp_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_accum(internal, text, timestamp, numeric, text) IS 'Collects a row: transition function of cohort_agg(text, timestamp, numeric, text).';
COMMENT ON FUNCTION cohort_accum(internal, text, timestamp, numeric, text, text) IS 'Collects a row: transition function of cohort_agg(text, timestamp, numeric, text, text).';

CREATE AGGREGATE cohort_agg(entity text, at timestamp, amount numeric, period text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
CREATE AGGREGATE cohort_agg(entity text, at timestamp, amount numeric, period text, zone text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(text, timestamp, numeric, text) IS 'Summarises what entities did, with amounts, by period of times that are local already: no zone. Otherwise as cohort_agg(text, timestamptz, numeric, text, text).';
COMMENT ON AGGREGATE cohort_agg(text, timestamp, numeric, text, text) IS 'Summarises what entities did, with amounts, by period of times that are local in that zone already: nothing is converted. Otherwise as cohort_agg(text, timestamptz, numeric, text, text), whose summaries it merges with.';
CREATE FUNCTION cohort_accum(internal, entity text, at timestamp, amount real, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_text_timestamp_float4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION cohort_accum(internal, entity text, at timestamp, amount real, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_text_timestamp_float4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_accum(internal, text, timestamp, real, text) IS 'Collects a row: transition function of cohort_agg(text, timestamp, real, text).';
COMMENT ON FUNCTION cohort_accum(internal, text, timestamp, real, text, text) IS 'Collects a row: transition function of cohort_agg(text, timestamp, real, text, text).';

CREATE AGGREGATE cohort_agg(entity text, at timestamp, amount real, period text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
CREATE AGGREGATE cohort_agg(entity text, at timestamp, amount real, period text, zone text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(text, timestamp, real, text) IS 'Summarises what entities did, with amounts, by period of times that are local already: no zone. Otherwise as cohort_agg(text, timestamptz, real, text, text).';
COMMENT ON AGGREGATE cohort_agg(text, timestamp, real, text, text) IS 'Summarises what entities did, with amounts, by period of times that are local in that zone already: nothing is converted. Otherwise as cohort_agg(text, timestamptz, real, text, text), whose summaries it merges with.';
CREATE FUNCTION cohort_accum(internal, entity text, at timestamp, amount double precision, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_text_timestamp_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION cohort_accum(internal, entity text, at timestamp, amount double precision, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_text_timestamp_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_accum(internal, text, timestamp, double precision, text) IS 'Collects a row: transition function of cohort_agg(text, timestamp, double precision, text).';
COMMENT ON FUNCTION cohort_accum(internal, text, timestamp, double precision, text, text) IS 'Collects a row: transition function of cohort_agg(text, timestamp, double precision, text, text).';

CREATE AGGREGATE cohort_agg(entity text, at timestamp, amount double precision, period text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
CREATE AGGREGATE cohort_agg(entity text, at timestamp, amount double precision, period text, zone text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(text, timestamp, double precision, text) IS 'Summarises what entities did, with amounts, by period of times that are local already: no zone. Otherwise as cohort_agg(text, timestamptz, double precision, text, text).';
COMMENT ON AGGREGATE cohort_agg(text, timestamp, double precision, text, text) IS 'Summarises what entities did, with amounts, by period of times that are local in that zone already: nothing is converted. Otherwise as cohort_agg(text, timestamptz, double precision, text, text), whose summaries it merges with.';
CREATE FUNCTION cohort_accum(internal, entity text, at date, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_text_date' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION cohort_accum(internal, entity text, at date, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_text_date' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_accum(internal, text, date, text) IS 'Collects a row: transition function of cohort_agg(text, date, text).';
COMMENT ON FUNCTION cohort_accum(internal, text, date, text, text) IS 'Collects a row: transition function of cohort_agg(text, date, text, text).';

CREATE AGGREGATE cohort_agg(entity text, at date, period text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
CREATE AGGREGATE cohort_agg(entity text, at date, period text, zone text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(text, date, text) IS 'Summarises what entities did, by period of times that are local already: no zone. Otherwise as cohort_agg(text, timestamptz, text, text).';
COMMENT ON AGGREGATE cohort_agg(text, date, text, text) IS 'Summarises what entities did, by period of times that are local in that zone already: nothing is converted. Otherwise as cohort_agg(text, timestamptz, text, text), whose summaries it merges with.';

CREATE FUNCTION cohort_accum(internal, entity text, at date, amount smallint, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_text_date_int2' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION cohort_accum(internal, entity text, at date, amount smallint, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_text_date_int2' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_accum(internal, text, date, smallint, text) IS 'Collects a row: transition function of cohort_agg(text, date, smallint, text).';
COMMENT ON FUNCTION cohort_accum(internal, text, date, smallint, text, text) IS 'Collects a row: transition function of cohort_agg(text, date, smallint, text, text).';

CREATE AGGREGATE cohort_agg(entity text, at date, amount smallint, period text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
CREATE AGGREGATE cohort_agg(entity text, at date, amount smallint, period text, zone text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(text, date, smallint, text) IS 'Summarises what entities did, with amounts, by period of times that are local already: no zone. Otherwise as cohort_agg(text, timestamptz, smallint, text, text).';
COMMENT ON AGGREGATE cohort_agg(text, date, smallint, text, text) IS 'Summarises what entities did, with amounts, by period of times that are local in that zone already: nothing is converted. Otherwise as cohort_agg(text, timestamptz, smallint, text, text), whose summaries it merges with.';
CREATE FUNCTION cohort_accum(internal, entity text, at date, amount integer, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_text_date_int4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION cohort_accum(internal, entity text, at date, amount integer, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_text_date_int4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_accum(internal, text, date, integer, text) IS 'Collects a row: transition function of cohort_agg(text, date, integer, text).';
COMMENT ON FUNCTION cohort_accum(internal, text, date, integer, text, text) IS 'Collects a row: transition function of cohort_agg(text, date, integer, text, text).';

CREATE AGGREGATE cohort_agg(entity text, at date, amount integer, period text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
CREATE AGGREGATE cohort_agg(entity text, at date, amount integer, period text, zone text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(text, date, integer, text) IS 'Summarises what entities did, with amounts, by period of times that are local already: no zone. Otherwise as cohort_agg(text, timestamptz, integer, text, text).';
COMMENT ON AGGREGATE cohort_agg(text, date, integer, text, text) IS 'Summarises what entities did, with amounts, by period of times that are local in that zone already: nothing is converted. Otherwise as cohort_agg(text, timestamptz, integer, text, text), whose summaries it merges with.';
CREATE FUNCTION cohort_accum(internal, entity text, at date, amount bigint, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_text_date_int8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION cohort_accum(internal, entity text, at date, amount bigint, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_text_date_int8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_accum(internal, text, date, bigint, text) IS 'Collects a row: transition function of cohort_agg(text, date, bigint, text).';
COMMENT ON FUNCTION cohort_accum(internal, text, date, bigint, text, text) IS 'Collects a row: transition function of cohort_agg(text, date, bigint, text, text).';

CREATE AGGREGATE cohort_agg(entity text, at date, amount bigint, period text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
CREATE AGGREGATE cohort_agg(entity text, at date, amount bigint, period text, zone text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(text, date, bigint, text) IS 'Summarises what entities did, with amounts, by period of times that are local already: no zone. Otherwise as cohort_agg(text, timestamptz, bigint, text, text).';
COMMENT ON AGGREGATE cohort_agg(text, date, bigint, text, text) IS 'Summarises what entities did, with amounts, by period of times that are local in that zone already: nothing is converted. Otherwise as cohort_agg(text, timestamptz, bigint, text, text), whose summaries it merges with.';
CREATE FUNCTION cohort_accum(internal, entity text, at date, amount numeric, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_text_date_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION cohort_accum(internal, entity text, at date, amount numeric, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_text_date_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_accum(internal, text, date, numeric, text) IS 'Collects a row: transition function of cohort_agg(text, date, numeric, text).';
COMMENT ON FUNCTION cohort_accum(internal, text, date, numeric, text, text) IS 'Collects a row: transition function of cohort_agg(text, date, numeric, text, text).';

CREATE AGGREGATE cohort_agg(entity text, at date, amount numeric, period text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
CREATE AGGREGATE cohort_agg(entity text, at date, amount numeric, period text, zone text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(text, date, numeric, text) IS 'Summarises what entities did, with amounts, by period of times that are local already: no zone. Otherwise as cohort_agg(text, timestamptz, numeric, text, text).';
COMMENT ON AGGREGATE cohort_agg(text, date, numeric, text, text) IS 'Summarises what entities did, with amounts, by period of times that are local in that zone already: nothing is converted. Otherwise as cohort_agg(text, timestamptz, numeric, text, text), whose summaries it merges with.';
CREATE FUNCTION cohort_accum(internal, entity text, at date, amount real, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_text_date_float4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION cohort_accum(internal, entity text, at date, amount real, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_text_date_float4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_accum(internal, text, date, real, text) IS 'Collects a row: transition function of cohort_agg(text, date, real, text).';
COMMENT ON FUNCTION cohort_accum(internal, text, date, real, text, text) IS 'Collects a row: transition function of cohort_agg(text, date, real, text, text).';

CREATE AGGREGATE cohort_agg(entity text, at date, amount real, period text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
CREATE AGGREGATE cohort_agg(entity text, at date, amount real, period text, zone text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(text, date, real, text) IS 'Summarises what entities did, with amounts, by period of times that are local already: no zone. Otherwise as cohort_agg(text, timestamptz, real, text, text).';
COMMENT ON AGGREGATE cohort_agg(text, date, real, text, text) IS 'Summarises what entities did, with amounts, by period of times that are local in that zone already: nothing is converted. Otherwise as cohort_agg(text, timestamptz, real, text, text), whose summaries it merges with.';
CREATE FUNCTION cohort_accum(internal, entity text, at date, amount double precision, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_text_date_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION cohort_accum(internal, entity text, at date, amount double precision, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_text_date_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_accum(internal, text, date, double precision, text) IS 'Collects a row: transition function of cohort_agg(text, date, double precision, text).';
COMMENT ON FUNCTION cohort_accum(internal, text, date, double precision, text, text) IS 'Collects a row: transition function of cohort_agg(text, date, double precision, text, text).';

CREATE AGGREGATE cohort_agg(entity text, at date, amount double precision, period text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
CREATE AGGREGATE cohort_agg(entity text, at date, amount double precision, period text, zone text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(text, date, double precision, text) IS 'Summarises what entities did, with amounts, by period of times that are local already: no zone. Otherwise as cohort_agg(text, timestamptz, double precision, text, text).';
COMMENT ON AGGREGATE cohort_agg(text, date, double precision, text, text) IS 'Summarises what entities did, with amounts, by period of times that are local in that zone already: nothing is converted. Otherwise as cohort_agg(text, timestamptz, double precision, text, text), whose summaries it merges with.';
CREATE FUNCTION cohort_accum(internal, entity uuid, at timestamptz, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_uuid_timestamptz' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_accum(internal, uuid, timestamptz, text, text) IS 'Collects a row: transition function of cohort_agg(uuid, timestamptz, text, text).';

CREATE AGGREGATE cohort_agg(entity uuid, at timestamptz, period text, zone text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(uuid, timestamptz, text, text) IS 'Summarises what entities (customers, users) did: one row an order, a visit, in any order, by period (day, week from Monday, month, quarter, year) of the local date in the zone, a name from pg_timezone_names. Read it with cohort_retention, active_entities, repeat_rate and others. Rows without an entity or a finite time are left out and counted. An error where period or zone is NULL, unknown or changes within a group.';

CREATE FUNCTION cohort_accum(internal, entity uuid, at timestamptz, amount smallint, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_uuid_timestamptz_int2' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_accum(internal, uuid, timestamptz, smallint, text, text) IS 'Collects a row: transition function of cohort_agg(uuid, timestamptz, smallint, text, text).';

CREATE AGGREGATE cohort_agg(entity uuid, at timestamptz, amount smallint, period text, zone text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(uuid, timestamptz, smallint, text, text) IS 'Summarises what entities did, with amounts, in one currency, added up exactly; a row without an amount (NULL) counts in all but the amounts. Otherwise as without. NaN and infinite amounts are errors.';
CREATE FUNCTION cohort_accum(internal, entity uuid, at timestamptz, amount integer, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_uuid_timestamptz_int4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_accum(internal, uuid, timestamptz, integer, text, text) IS 'Collects a row: transition function of cohort_agg(uuid, timestamptz, integer, text, text).';

CREATE AGGREGATE cohort_agg(entity uuid, at timestamptz, amount integer, period text, zone text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(uuid, timestamptz, integer, text, text) IS 'Summarises what entities did, with amounts, in one currency, added up exactly; a row without an amount (NULL) counts in all but the amounts. Otherwise as without. NaN and infinite amounts are errors.';
CREATE FUNCTION cohort_accum(internal, entity uuid, at timestamptz, amount bigint, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_uuid_timestamptz_int8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_accum(internal, uuid, timestamptz, bigint, text, text) IS 'Collects a row: transition function of cohort_agg(uuid, timestamptz, bigint, text, text).';

CREATE AGGREGATE cohort_agg(entity uuid, at timestamptz, amount bigint, period text, zone text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(uuid, timestamptz, bigint, text, text) IS 'Summarises what entities did, with amounts, in one currency, added up exactly; a row without an amount (NULL) counts in all but the amounts. Otherwise as without. NaN and infinite amounts are errors.';
CREATE FUNCTION cohort_accum(internal, entity uuid, at timestamptz, amount numeric, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_uuid_timestamptz_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_accum(internal, uuid, timestamptz, numeric, text, text) IS 'Collects a row: transition function of cohort_agg(uuid, timestamptz, numeric, text, text).';

CREATE AGGREGATE cohort_agg(entity uuid, at timestamptz, amount numeric, period text, zone text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(uuid, timestamptz, numeric, text, text) IS 'Summarises what entities did, with amounts, in one currency, added up exactly; a row without an amount (NULL) counts in all but the amounts. Otherwise as without. NaN and infinite amounts are errors.';
CREATE FUNCTION cohort_accum(internal, entity uuid, at timestamptz, amount real, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_uuid_timestamptz_float4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_accum(internal, uuid, timestamptz, real, text, text) IS 'Collects a row: transition function of cohort_agg(uuid, timestamptz, real, text, text).';

CREATE AGGREGATE cohort_agg(entity uuid, at timestamptz, amount real, period text, zone text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(uuid, timestamptz, real, text, text) IS 'Summarises what entities did, with amounts, in one currency, added up exactly; a row without an amount (NULL) counts in all but the amounts. Otherwise as without. NaN and infinite amounts are errors.';
CREATE FUNCTION cohort_accum(internal, entity uuid, at timestamptz, amount double precision, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_uuid_timestamptz_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_accum(internal, uuid, timestamptz, double precision, text, text) IS 'Collects a row: transition function of cohort_agg(uuid, timestamptz, double precision, text, text).';

CREATE AGGREGATE cohort_agg(entity uuid, at timestamptz, amount double precision, period text, zone text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(uuid, timestamptz, double precision, text, text) IS 'Summarises what entities did, with amounts, in one currency, added up exactly; a row without an amount (NULL) counts in all but the amounts. Otherwise as without. NaN and infinite amounts are errors.';

CREATE FUNCTION cohort_accum(internal, entity uuid, at timestamp, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_uuid_timestamp' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION cohort_accum(internal, entity uuid, at timestamp, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_uuid_timestamp' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_accum(internal, uuid, timestamp, text) IS 'Collects a row: transition function of cohort_agg(uuid, timestamp, text).';
COMMENT ON FUNCTION cohort_accum(internal, uuid, timestamp, text, text) IS 'Collects a row: transition function of cohort_agg(uuid, timestamp, text, text).';

CREATE AGGREGATE cohort_agg(entity uuid, at timestamp, period text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
CREATE AGGREGATE cohort_agg(entity uuid, at timestamp, period text, zone text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(uuid, timestamp, text) IS 'Summarises what entities did, by period of times that are local already: no zone. Otherwise as cohort_agg(uuid, timestamptz, text, text).';
COMMENT ON AGGREGATE cohort_agg(uuid, timestamp, text, text) IS 'Summarises what entities did, by period of times that are local in that zone already: nothing is converted. Otherwise as cohort_agg(uuid, timestamptz, text, text), whose summaries it merges with.';

CREATE FUNCTION cohort_accum(internal, entity uuid, at timestamp, amount smallint, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_uuid_timestamp_int2' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION cohort_accum(internal, entity uuid, at timestamp, amount smallint, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_uuid_timestamp_int2' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_accum(internal, uuid, timestamp, smallint, text) IS 'Collects a row: transition function of cohort_agg(uuid, timestamp, smallint, text).';
COMMENT ON FUNCTION cohort_accum(internal, uuid, timestamp, smallint, text, text) IS 'Collects a row: transition function of cohort_agg(uuid, timestamp, smallint, text, text).';

CREATE AGGREGATE cohort_agg(entity uuid, at timestamp, amount smallint, period text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
CREATE AGGREGATE cohort_agg(entity uuid, at timestamp, amount smallint, period text, zone text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(uuid, timestamp, smallint, text) IS 'Summarises what entities did, with amounts, by period of times that are local already: no zone. Otherwise as cohort_agg(uuid, timestamptz, smallint, text, text).';
COMMENT ON AGGREGATE cohort_agg(uuid, timestamp, smallint, text, text) IS 'Summarises what entities did, with amounts, by period of times that are local in that zone already: nothing is converted. Otherwise as cohort_agg(uuid, timestamptz, smallint, text, text), whose summaries it merges with.';
CREATE FUNCTION cohort_accum(internal, entity uuid, at timestamp, amount integer, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_uuid_timestamp_int4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION cohort_accum(internal, entity uuid, at timestamp, amount integer, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_uuid_timestamp_int4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_accum(internal, uuid, timestamp, integer, text) IS 'Collects a row: transition function of cohort_agg(uuid, timestamp, integer, text).';
COMMENT ON FUNCTION cohort_accum(internal, uuid, timestamp, integer, text, text) IS 'Collects a row: transition function of cohort_agg(uuid, timestamp, integer, text, text).';

CREATE AGGREGATE cohort_agg(entity uuid, at timestamp, amount integer, period text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
CREATE AGGREGATE cohort_agg(entity uuid, at timestamp, amount integer, period text, zone text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(uuid, timestamp, integer, text) IS 'Summarises what entities did, with amounts, by period of times that are local already: no zone. Otherwise as cohort_agg(uuid, timestamptz, integer, text, text).';
COMMENT ON AGGREGATE cohort_agg(uuid, timestamp, integer, text, text) IS 'Summarises what entities did, with amounts, by period of times that are local in that zone already: nothing is converted. Otherwise as cohort_agg(uuid, timestamptz, integer, text, text), whose summaries it merges with.';
CREATE FUNCTION cohort_accum(internal, entity uuid, at timestamp, amount bigint, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_uuid_timestamp_int8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION cohort_accum(internal, entity uuid, at timestamp, amount bigint, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_uuid_timestamp_int8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_accum(internal, uuid, timestamp, bigint, text) IS 'Collects a row: transition function of cohort_agg(uuid, timestamp, bigint, text).';
COMMENT ON FUNCTION cohort_accum(internal, uuid, timestamp, bigint, text, text) IS 'Collects a row: transition function of cohort_agg(uuid, timestamp, bigint, text, text).';

CREATE AGGREGATE cohort_agg(entity uuid, at timestamp, amount bigint, period text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
CREATE AGGREGATE cohort_agg(entity uuid, at timestamp, amount bigint, period text, zone text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(uuid, timestamp, bigint, text) IS 'Summarises what entities did, with amounts, by period of times that are local already: no zone. Otherwise as cohort_agg(uuid, timestamptz, bigint, text, text).';
COMMENT ON AGGREGATE cohort_agg(uuid, timestamp, bigint, text, text) IS 'Summarises what entities did, with amounts, by period of times that are local in that zone already: nothing is converted. Otherwise as cohort_agg(uuid, timestamptz, bigint, text, text), whose summaries it merges with.';
CREATE FUNCTION cohort_accum(internal, entity uuid, at timestamp, amount numeric, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_uuid_timestamp_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION cohort_accum(internal, entity uuid, at timestamp, amount numeric, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_uuid_timestamp_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_accum(internal, uuid, timestamp, numeric, text) IS 'Collects a row: transition function of cohort_agg(uuid, timestamp, numeric, text).';
COMMENT ON FUNCTION cohort_accum(internal, uuid, timestamp, numeric, text, text) IS 'Collects a row: transition function of cohort_agg(uuid, timestamp, numeric, text, text).';

CREATE AGGREGATE cohort_agg(entity uuid, at timestamp, amount numeric, period text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
CREATE AGGREGATE cohort_agg(entity uuid, at timestamp, amount numeric, period text, zone text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(uuid, timestamp, numeric, text) IS 'Summarises what entities did, with amounts, by period of times that are local already: no zone. Otherwise as cohort_agg(uuid, timestamptz, numeric, text, text).';
COMMENT ON AGGREGATE cohort_agg(uuid, timestamp, numeric, text, text) IS 'Summarises what entities did, with amounts, by period of times that are local in that zone already: nothing is converted. Otherwise as cohort_agg(uuid, timestamptz, numeric, text, text), whose summaries it merges with.';
CREATE FUNCTION cohort_accum(internal, entity uuid, at timestamp, amount real, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_uuid_timestamp_float4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION cohort_accum(internal, entity uuid, at timestamp, amount real, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_uuid_timestamp_float4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_accum(internal, uuid, timestamp, real, text) IS 'Collects a row: transition function of cohort_agg(uuid, timestamp, real, text).';
COMMENT ON FUNCTION cohort_accum(internal, uuid, timestamp, real, text, text) IS 'Collects a row: transition function of cohort_agg(uuid, timestamp, real, text, text).';

CREATE AGGREGATE cohort_agg(entity uuid, at timestamp, amount real, period text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
CREATE AGGREGATE cohort_agg(entity uuid, at timestamp, amount real, period text, zone text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(uuid, timestamp, real, text) IS 'Summarises what entities did, with amounts, by period of times that are local already: no zone. Otherwise as cohort_agg(uuid, timestamptz, real, text, text).';
COMMENT ON AGGREGATE cohort_agg(uuid, timestamp, real, text, text) IS 'Summarises what entities did, with amounts, by period of times that are local in that zone already: nothing is converted. Otherwise as cohort_agg(uuid, timestamptz, real, text, text), whose summaries it merges with.';
CREATE FUNCTION cohort_accum(internal, entity uuid, at timestamp, amount double precision, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_uuid_timestamp_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION cohort_accum(internal, entity uuid, at timestamp, amount double precision, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_uuid_timestamp_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_accum(internal, uuid, timestamp, double precision, text) IS 'Collects a row: transition function of cohort_agg(uuid, timestamp, double precision, text).';
COMMENT ON FUNCTION cohort_accum(internal, uuid, timestamp, double precision, text, text) IS 'Collects a row: transition function of cohort_agg(uuid, timestamp, double precision, text, text).';

CREATE AGGREGATE cohort_agg(entity uuid, at timestamp, amount double precision, period text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
CREATE AGGREGATE cohort_agg(entity uuid, at timestamp, amount double precision, period text, zone text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(uuid, timestamp, double precision, text) IS 'Summarises what entities did, with amounts, by period of times that are local already: no zone. Otherwise as cohort_agg(uuid, timestamptz, double precision, text, text).';
COMMENT ON AGGREGATE cohort_agg(uuid, timestamp, double precision, text, text) IS 'Summarises what entities did, with amounts, by period of times that are local in that zone already: nothing is converted. Otherwise as cohort_agg(uuid, timestamptz, double precision, text, text), whose summaries it merges with.';
CREATE FUNCTION cohort_accum(internal, entity uuid, at date, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_uuid_date' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION cohort_accum(internal, entity uuid, at date, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_uuid_date' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_accum(internal, uuid, date, text) IS 'Collects a row: transition function of cohort_agg(uuid, date, text).';
COMMENT ON FUNCTION cohort_accum(internal, uuid, date, text, text) IS 'Collects a row: transition function of cohort_agg(uuid, date, text, text).';

CREATE AGGREGATE cohort_agg(entity uuid, at date, period text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
CREATE AGGREGATE cohort_agg(entity uuid, at date, period text, zone text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(uuid, date, text) IS 'Summarises what entities did, by period of times that are local already: no zone. Otherwise as cohort_agg(uuid, timestamptz, text, text).';
COMMENT ON AGGREGATE cohort_agg(uuid, date, text, text) IS 'Summarises what entities did, by period of times that are local in that zone already: nothing is converted. Otherwise as cohort_agg(uuid, timestamptz, text, text), whose summaries it merges with.';

CREATE FUNCTION cohort_accum(internal, entity uuid, at date, amount smallint, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_uuid_date_int2' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION cohort_accum(internal, entity uuid, at date, amount smallint, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_uuid_date_int2' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_accum(internal, uuid, date, smallint, text) IS 'Collects a row: transition function of cohort_agg(uuid, date, smallint, text).';
COMMENT ON FUNCTION cohort_accum(internal, uuid, date, smallint, text, text) IS 'Collects a row: transition function of cohort_agg(uuid, date, smallint, text, text).';

CREATE AGGREGATE cohort_agg(entity uuid, at date, amount smallint, period text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
CREATE AGGREGATE cohort_agg(entity uuid, at date, amount smallint, period text, zone text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(uuid, date, smallint, text) IS 'Summarises what entities did, with amounts, by period of times that are local already: no zone. Otherwise as cohort_agg(uuid, timestamptz, smallint, text, text).';
COMMENT ON AGGREGATE cohort_agg(uuid, date, smallint, text, text) IS 'Summarises what entities did, with amounts, by period of times that are local in that zone already: nothing is converted. Otherwise as cohort_agg(uuid, timestamptz, smallint, text, text), whose summaries it merges with.';
CREATE FUNCTION cohort_accum(internal, entity uuid, at date, amount integer, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_uuid_date_int4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION cohort_accum(internal, entity uuid, at date, amount integer, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_uuid_date_int4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_accum(internal, uuid, date, integer, text) IS 'Collects a row: transition function of cohort_agg(uuid, date, integer, text).';
COMMENT ON FUNCTION cohort_accum(internal, uuid, date, integer, text, text) IS 'Collects a row: transition function of cohort_agg(uuid, date, integer, text, text).';

CREATE AGGREGATE cohort_agg(entity uuid, at date, amount integer, period text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
CREATE AGGREGATE cohort_agg(entity uuid, at date, amount integer, period text, zone text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(uuid, date, integer, text) IS 'Summarises what entities did, with amounts, by period of times that are local already: no zone. Otherwise as cohort_agg(uuid, timestamptz, integer, text, text).';
COMMENT ON AGGREGATE cohort_agg(uuid, date, integer, text, text) IS 'Summarises what entities did, with amounts, by period of times that are local in that zone already: nothing is converted. Otherwise as cohort_agg(uuid, timestamptz, integer, text, text), whose summaries it merges with.';
CREATE FUNCTION cohort_accum(internal, entity uuid, at date, amount bigint, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_uuid_date_int8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION cohort_accum(internal, entity uuid, at date, amount bigint, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_uuid_date_int8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_accum(internal, uuid, date, bigint, text) IS 'Collects a row: transition function of cohort_agg(uuid, date, bigint, text).';
COMMENT ON FUNCTION cohort_accum(internal, uuid, date, bigint, text, text) IS 'Collects a row: transition function of cohort_agg(uuid, date, bigint, text, text).';

CREATE AGGREGATE cohort_agg(entity uuid, at date, amount bigint, period text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
CREATE AGGREGATE cohort_agg(entity uuid, at date, amount bigint, period text, zone text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(uuid, date, bigint, text) IS 'Summarises what entities did, with amounts, by period of times that are local already: no zone. Otherwise as cohort_agg(uuid, timestamptz, bigint, text, text).';
COMMENT ON AGGREGATE cohort_agg(uuid, date, bigint, text, text) IS 'Summarises what entities did, with amounts, by period of times that are local in that zone already: nothing is converted. Otherwise as cohort_agg(uuid, timestamptz, bigint, text, text), whose summaries it merges with.';
CREATE FUNCTION cohort_accum(internal, entity uuid, at date, amount numeric, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_uuid_date_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION cohort_accum(internal, entity uuid, at date, amount numeric, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_uuid_date_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_accum(internal, uuid, date, numeric, text) IS 'Collects a row: transition function of cohort_agg(uuid, date, numeric, text).';
COMMENT ON FUNCTION cohort_accum(internal, uuid, date, numeric, text, text) IS 'Collects a row: transition function of cohort_agg(uuid, date, numeric, text, text).';

CREATE AGGREGATE cohort_agg(entity uuid, at date, amount numeric, period text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
CREATE AGGREGATE cohort_agg(entity uuid, at date, amount numeric, period text, zone text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(uuid, date, numeric, text) IS 'Summarises what entities did, with amounts, by period of times that are local already: no zone. Otherwise as cohort_agg(uuid, timestamptz, numeric, text, text).';
COMMENT ON AGGREGATE cohort_agg(uuid, date, numeric, text, text) IS 'Summarises what entities did, with amounts, by period of times that are local in that zone already: nothing is converted. Otherwise as cohort_agg(uuid, timestamptz, numeric, text, text), whose summaries it merges with.';
CREATE FUNCTION cohort_accum(internal, entity uuid, at date, amount real, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_uuid_date_float4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION cohort_accum(internal, entity uuid, at date, amount real, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_uuid_date_float4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_accum(internal, uuid, date, real, text) IS 'Collects a row: transition function of cohort_agg(uuid, date, real, text).';
COMMENT ON FUNCTION cohort_accum(internal, uuid, date, real, text, text) IS 'Collects a row: transition function of cohort_agg(uuid, date, real, text, text).';

CREATE AGGREGATE cohort_agg(entity uuid, at date, amount real, period text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
CREATE AGGREGATE cohort_agg(entity uuid, at date, amount real, period text, zone text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(uuid, date, real, text) IS 'Summarises what entities did, with amounts, by period of times that are local already: no zone. Otherwise as cohort_agg(uuid, timestamptz, real, text, text).';
COMMENT ON AGGREGATE cohort_agg(uuid, date, real, text, text) IS 'Summarises what entities did, with amounts, by period of times that are local in that zone already: nothing is converted. Otherwise as cohort_agg(uuid, timestamptz, real, text, text), whose summaries it merges with.';
CREATE FUNCTION cohort_accum(internal, entity uuid, at date, amount double precision, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_uuid_date_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION cohort_accum(internal, entity uuid, at date, amount double precision, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_uuid_date_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_accum(internal, uuid, date, double precision, text) IS 'Collects a row: transition function of cohort_agg(uuid, date, double precision, text).';
COMMENT ON FUNCTION cohort_accum(internal, uuid, date, double precision, text, text) IS 'Collects a row: transition function of cohort_agg(uuid, date, double precision, text, text).';

CREATE AGGREGATE cohort_agg(entity uuid, at date, amount double precision, period text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
CREATE AGGREGATE cohort_agg(entity uuid, at date, amount double precision, period text, zone text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(uuid, date, double precision, text) IS 'Summarises what entities did, with amounts, by period of times that are local already: no zone. Otherwise as cohort_agg(uuid, timestamptz, double precision, text, text).';
COMMENT ON AGGREGATE cohort_agg(uuid, date, double precision, text, text) IS 'Summarises what entities did, with amounts, by period of times that are local in that zone already: nothing is converted. Otherwise as cohort_agg(uuid, timestamptz, double precision, text, text), whose summaries it merges with.';

-- Merging

CREATE FUNCTION cohort_summary_rollup(cohort_summary, summary cohort_summary) RETURNS cohort_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION cohort_summary_final(cohort_summary) RETURNS cohort_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_summary_rollup(cohort_summary, cohort_summary) IS 'Merges two summaries of one period and zone: transition and combine function of rollup(cohort_summary).';
COMMENT ON FUNCTION cohort_summary_final(cohort_summary) IS 'Packs a merged summary: final function of rollup(cohort_summary).';

CREATE AGGREGATE rollup(cohort_summary) (
	SFUNC = cohort_summary_rollup, STYPE = cohort_summary, SSPACE = 4096, FINALFUNC = cohort_summary_final,
	COMBINEFUNC = cohort_summary_rollup, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(cohort_summary) IS 'Merges summaries of different entities: of regions into a company''s. Exact, if no entity is in two parts: one that is counts twice, so days or months can''t be rolled up. Summaries of different periods or zones are an error; NULLs are left out.';

-- Figures of a summary

CREATE FUNCTION cohort_retention(
	summary cohort_summary, as_of date DEFAULT NULL,
	OUT cohort date, OUT periods_since integer, OUT cohort_size bigint, OUT retained bigint, OUT rate double precision,
	OUT amount numeric, OUT amount_per_customer numeric, OUT is_complete boolean)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100 ROWS 300;
COMMENT ON FUNCTION cohort_retention(cohort_summary, date) IS 'Who came back: one row a cohort (the first day of the period of an entity''s first row) and number of periods_since, 0 up to the period of as_of. Rate is retained / cohort_size, a fraction 0..1; amount_per_customer is amount / cohort_size, in the currency of the amounts, both NULL where no row has an amount. The period in which as_of (a local date, by default that of the last row) lies isn''t over: is_complete is false, and its figures may still grow. What lies behind the period of as_of is left out; an as_of outside of 1900 to 2199 is an error.';

CREATE FUNCTION active_entities(
	summary cohort_summary, as_of date DEFAULT NULL,
	OUT period date, OUT active bigint, OUT new bigint, OUT "returning" bigint, OUT reactivated bigint, OUT amount numeric)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100 ROWS 100;
COMMENT ON FUNCTION active_entities(cohort_summary, date) IS 'How many entities were active: one row a period, by its first day, from the first to that of as_of (a local date; by default that of the last row), without gaps. Give all segments one as_of, so that one that everybody left shows it; periods behind as_of are left out, and one outside of 1900 to 2199 is an error. Active = new (first row ever) + returning (active in the period before, too) + reactivated (active before that, not then). Amount in the currency of the amounts, NULL where no row has one.';

CREATE FUNCTION cohort_quality(
	summary cohort_summary,
	OUT reason text, OUT rows bigint)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 4;
COMMENT ON FUNCTION cohort_quality(cohort_summary) IS 'How many rows were used, and how many not and why: one row a reason. Each row given is in exactly one.';

CREATE FUNCTION customers(cohort_summary) RETURNS bigint
	AS 'MODULE_PATHNAME', 'cohort_customers' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION customers(cohort_summary) IS 'Entities with at least one row.';

CREATE FUNCTION orders(cohort_summary) RETURNS bigint
	AS 'MODULE_PATHNAME', 'cohort_orders' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION orders(cohort_summary) IS 'Rows used: orders, visits.';

CREATE FUNCTION without_amount(cohort_summary) RETURNS bigint
	AS 'MODULE_PATHNAME', 'cohort_without_amount' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION without_amount(cohort_summary) IS 'Rows used whose amount is NULL or was not given: absent from the amounts.';

CREATE FUNCTION revenue(cohort_summary) RETURNS numeric
	AS 'MODULE_PATHNAME', 'cohort_revenue' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION revenue(cohort_summary) IS 'Sum of all amounts, exact, in the currency of the amounts. NULL where no row has one.';

CREATE FUNCTION repeat_rate(cohort_summary) RETURNS double precision
	AS 'MODULE_PATHNAME', 'cohort_repeat_rate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION repeat_rate(cohort_summary) IS 'Entities with two rows or more of all entities, a fraction 0..1. Two orders on one day are two. NULL without entities.';

CREATE FUNCTION avg_order_value(cohort_summary) RETURNS numeric
	AS 'MODULE_PATHNAME', 'cohort_avg_order_value' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION avg_order_value(cohort_summary) IS 'Average amount of an order, in the currency of the amounts: sum of amounts / rows that have one. NULL where none has.';

CREATE FUNCTION purchase_frequency(cohort_summary) RETURNS double precision
	AS 'MODULE_PATHNAME', 'cohort_purchase_frequency' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION purchase_frequency(cohort_summary) IS 'Orders per customer, over the whole time of the data: rows used / entities, 1 and above. NULL without entities.';

CREATE FUNCTION historic_clv(cohort_summary) RETURNS numeric
	AS 'MODULE_PATHNAME', 'cohort_historic_clv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION historic_clv(cohort_summary) IS 'Revenue per customer so far, in the currency of the amounts: sum of amounts / entities. Not a forecast. NULL where no row has an amount.';

CREATE FUNCTION data_from(cohort_summary) RETURNS timestamptz
	AS 'MODULE_PATHNAME', 'cohort_data_from' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION data_from(cohort_summary) IS 'The first moment of the rows used, timestamp and date taken as UTC. NULL where there is none.';

CREATE FUNCTION data_through(cohort_summary) RETURNS timestamptz
	AS 'MODULE_PATHNAME', 'cohort_data_through' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION data_through(cohort_summary) IS 'The last moment of the rows used, timestamp and date taken as UTC. NULL where there is none.';

--
-- targets: quota and target attainment (src/kpi/targets.c, doc/targets.md)
--

CREATE TYPE attainment_summary;

CREATE FUNCTION attainment_summary_in(cstring) RETURNS attainment_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION attainment_summary_out(attainment_summary) RETURNS cstring
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION attainment_summary_recv(internal) RETURNS attainment_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION attainment_summary_send(attainment_summary) RETURNS bytea
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION attainment_summary_in(cstring) IS 'Reads the text form of type attainment_summary, JSON; an error where it breaks a rule.';
COMMENT ON FUNCTION attainment_summary_out(attainment_summary) IS 'The text form of type attainment_summary, JSON, lossless.';
COMMENT ON FUNCTION attainment_summary_recv(internal) IS 'Reads the binary form of type attainment_summary, every byte checked.';
COMMENT ON FUNCTION attainment_summary_send(attainment_summary) IS 'The binary form of type attainment_summary: equal summaries are equal bytes.';

CREATE TYPE attainment_summary (
	INPUT = attainment_summary_in, OUTPUT = attainment_summary_out,
	RECEIVE = attainment_summary_recv, SEND = attainment_summary_send,
	INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = extended
);

CREATE FUNCTION attainment_summary_eq(attainment_summary, attainment_summary) RETURNS boolean
	AS 'MODULE_PATHNAME', 'summary_eq' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION attainment_summary_ne(attainment_summary, attainment_summary) RETURNS boolean
	AS 'MODULE_PATHNAME', 'summary_ne' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION attainment_summary_hash(attainment_summary) RETURNS integer
	AS 'MODULE_PATHNAME', 'summary_hash' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION attainment_summary_hash_extended(attainment_summary, bigint) RETURNS bigint
	AS 'MODULE_PATHNAME', 'summary_hash_extended' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION attainment_summary_eq(attainment_summary, attainment_summary) IS 'Whether two summaries are the same: they keep the same, to the last digit and decimal place.';
COMMENT ON FUNCTION attainment_summary_ne(attainment_summary, attainment_summary) IS 'Whether two summaries differ in anything that they keep.';
COMMENT ON FUNCTION attainment_summary_hash(attainment_summary) IS 'Hash of what a summary keeps.';
COMMENT ON FUNCTION attainment_summary_hash_extended(attainment_summary, bigint) IS 'Hash, with a seed, of what a summary keeps.';

CREATE OPERATOR = (LEFTARG = attainment_summary, RIGHTARG = attainment_summary, FUNCTION = attainment_summary_eq, COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES);
CREATE OPERATOR <> (LEFTARG = attainment_summary, RIGHTARG = attainment_summary, FUNCTION = attainment_summary_ne, COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel);
COMMENT ON OPERATOR = (attainment_summary, attainment_summary) IS 'Whether two summaries are the same.';
COMMENT ON OPERATOR <> (attainment_summary, attainment_summary) IS 'Whether two summaries differ.';

CREATE OPERATOR CLASS attainment_summary_ops DEFAULT FOR TYPE attainment_summary USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 attainment_summary_hash(attainment_summary),
	FUNCTION 2 attainment_summary_hash_extended(attainment_summary, bigint);
COMMENT ON OPERATOR CLASS attainment_summary_ops USING hash IS 'Hashes summaries: for UNION, DISTINCT, GROUP BY, joins and hash indexes. They have no order.';
COMMENT ON TYPE attainment_summary IS 'Targets counted: how many lie in each band of attainment, with the sums of actuals and targets in one currency; made by attainment_agg, merged by rollup. Prints as JSON.';

-- Rows into a summary

CREATE FUNCTION attainment_combine(attainment_summary, attainment_summary) RETURNS attainment_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION attainment_final(attainment_summary) RETURNS attainment_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION attainment_combine(attainment_summary, attainment_summary) IS 'Merges two summaries: combine function of the attainment aggregates, transition function of rollup.';
COMMENT ON FUNCTION attainment_final(attainment_summary) IS 'Packs a running summary: final function of attainment_agg and rollup.';

CREATE FUNCTION attainment_accum(attainment_summary, actual smallint, target smallint) RETURNS attainment_summary
	AS 'MODULE_PATHNAME', 'attainment_accum_int2' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION attainment_remove(attainment_summary, actual smallint, target smallint) RETURNS attainment_summary
	AS 'MODULE_PATHNAME', 'attainment_remove_int2' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION attainment_accum(attainment_summary, smallint, smallint) IS 'Adds a row: transition function of attainment_agg(smallint, smallint) and its kin.';
COMMENT ON FUNCTION attainment_remove(attainment_summary, smallint, smallint) IS 'Takes a row out of a moving window: inverse of attainment_accum.';
CREATE FUNCTION attainment_accum(attainment_summary, actual integer, target integer) RETURNS attainment_summary
	AS 'MODULE_PATHNAME', 'attainment_accum_int4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION attainment_remove(attainment_summary, actual integer, target integer) RETURNS attainment_summary
	AS 'MODULE_PATHNAME', 'attainment_remove_int4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION attainment_accum(attainment_summary, integer, integer) IS 'Adds a row: transition function of attainment_agg(integer, integer) and its kin.';
COMMENT ON FUNCTION attainment_remove(attainment_summary, integer, integer) IS 'Takes a row out of a moving window: inverse of attainment_accum.';
CREATE FUNCTION attainment_accum(attainment_summary, actual bigint, target bigint) RETURNS attainment_summary
	AS 'MODULE_PATHNAME', 'attainment_accum_int8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION attainment_remove(attainment_summary, actual bigint, target bigint) RETURNS attainment_summary
	AS 'MODULE_PATHNAME', 'attainment_remove_int8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION attainment_accum(attainment_summary, bigint, bigint) IS 'Adds a row: transition function of attainment_agg(bigint, bigint) and its kin.';
COMMENT ON FUNCTION attainment_remove(attainment_summary, bigint, bigint) IS 'Takes a row out of a moving window: inverse of attainment_accum.';
CREATE FUNCTION attainment_accum(attainment_summary, actual numeric, target numeric) RETURNS attainment_summary
	AS 'MODULE_PATHNAME', 'attainment_accum_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION attainment_remove(attainment_summary, actual numeric, target numeric) RETURNS attainment_summary
	AS 'MODULE_PATHNAME', 'attainment_remove_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION attainment_accum(attainment_summary, numeric, numeric) IS 'Adds a row: transition function of attainment_agg(numeric, numeric) and its kin.';
COMMENT ON FUNCTION attainment_remove(attainment_summary, numeric, numeric) IS 'Takes a row out of a moving window: inverse of attainment_accum.';
CREATE FUNCTION attainment_accum(attainment_summary, actual real, target real) RETURNS attainment_summary
	AS 'MODULE_PATHNAME', 'attainment_accum_float4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION attainment_remove(attainment_summary, actual real, target real) RETURNS attainment_summary
	AS 'MODULE_PATHNAME', 'attainment_remove_float4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION attainment_accum(attainment_summary, real, real) IS 'Adds a row: transition function of attainment_agg(real, real) and its kin.';
COMMENT ON FUNCTION attainment_remove(attainment_summary, real, real) IS 'Takes a row out of a moving window: inverse of attainment_accum.';
CREATE FUNCTION attainment_accum(attainment_summary, actual double precision, target double precision) RETURNS attainment_summary
	AS 'MODULE_PATHNAME', 'attainment_accum_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION attainment_remove(attainment_summary, actual double precision, target double precision) RETURNS attainment_summary
	AS 'MODULE_PATHNAME', 'attainment_remove_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION attainment_accum(attainment_summary, double precision, double precision) IS 'Adds a row: transition function of attainment_agg(double precision, double precision) and its kin.';
COMMENT ON FUNCTION attainment_remove(attainment_summary, double precision, double precision) IS 'Takes a row out of a moving window: inverse of attainment_accum.';

-- Figures of a summary

CREATE FUNCTION quota_attainment(attainment_summary) RETURNS double precision
	AS 'MODULE_PATHNAME', 'attainment_quota_attainment' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION quota_attainment(attainment_summary) IS 'Share of rows whose actual is at or over the target, a fraction 0..1, of those that have a target. NULL where none has.';

CREATE FUNCTION target_attainment(attainment_summary) RETURNS double precision
	AS 'MODULE_PATHNAME', 'attainment_target_attainment' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION target_attainment(attainment_summary) IS 'Actual per target, 1 = met: sum of actuals / sum of targets, over rows that have a target. Below 0 where actuals are. NULL where none has a target.';

CREATE FUNCTION attainment_bands(summary attainment_summary, OUT band text, OUT low double precision, OUT high double precision, OUT rows bigint, OUT share double precision)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 5;
COMMENT ON FUNCTION attainment_bands(attainment_summary) IS 'How many reached how much of their target, five rows from the lowest band up: below 50 %, 50 to 80, 80 to 100, 100 to 120, 120 % and above. low (included; NULL in the first) and high (not included; NULL in the last) are fractions of the target; rows are those with a target, share a fraction 0..1 of them (NULL where there is none). Use it in FROM.';

CREATE FUNCTION actual_total(attainment_summary) RETURNS numeric
	AS 'MODULE_PATHNAME', 'attainment_actual_total' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION actual_total(attainment_summary) IS 'Sum of the actuals of rows that have a target, exact, in their currency. NULL where none has.';

CREATE FUNCTION target_total(attainment_summary) RETURNS numeric
	AS 'MODULE_PATHNAME', 'attainment_target_total' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION target_total(attainment_summary) IS 'Sum of the targets, exact, in their currency. NULL where no row has one.';

CREATE FUNCTION with_target(attainment_summary) RETURNS bigint
	AS 'MODULE_PATHNAME', 'attainment_with_target' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION with_target(attainment_summary) IS 'Rows with a target above 0: what quota_attainment divides by.';

CREATE FUNCTION at_target(attainment_summary) RETURNS bigint
	AS 'MODULE_PATHNAME', 'attainment_at_target' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_target(attainment_summary) IS 'Rows whose actual is at or over the target.';

CREATE FUNCTION without_actual(attainment_summary) RETURNS bigint
	AS 'MODULE_PATHNAME', 'attainment_without_actual' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION without_actual(attainment_summary) IS 'Rows with a target whose actual is NULL: taken as 0, no sales.';

CREATE FUNCTION without_target(attainment_summary) RETURNS bigint
	AS 'MODULE_PATHNAME', 'attainment_without_target' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION without_target(attainment_summary) IS 'Rows whose target is NULL or 0: left out of every figure, with what they reached.';

CREATE FUNCTION zero_target(attainment_summary) RETURNS bigint
	AS 'MODULE_PATHNAME', 'attainment_zero_target' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION zero_target(attainment_summary) IS 'Rows whose target is 0, of those that without_target counts.';

CREATE FUNCTION invalid_rows(attainment_summary) RETURNS bigint
	AS 'MODULE_PATHNAME', 'attainment_invalid_rows' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION invalid_rows(attainment_summary) IS 'Rows left out because their target is negative.';

-- Aggregates

CREATE AGGREGATE attainment_agg(actual smallint, target smallint) (
	SFUNC = attainment_accum, STYPE = attainment_summary, SSPACE = 160,
	FINALFUNC = attainment_final, COMBINEFUNC = attainment_combine,
	MSFUNC = attainment_accum, MINVFUNC = attainment_remove, MSTYPE = attainment_summary, MSSPACE = 160, MFINALFUNC = attainment_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE attainment_agg(smallint, smallint) IS 'Holds actuals against targets, one row a rep and period, into an attainment_summary; actual NULL is 0, target NULL or 0 leaves the row out, counted. Never NULL.';
CREATE AGGREGATE attainment_agg(actual integer, target integer) (
	SFUNC = attainment_accum, STYPE = attainment_summary, SSPACE = 160,
	FINALFUNC = attainment_final, COMBINEFUNC = attainment_combine,
	MSFUNC = attainment_accum, MINVFUNC = attainment_remove, MSTYPE = attainment_summary, MSSPACE = 160, MFINALFUNC = attainment_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE attainment_agg(integer, integer) IS 'Holds actuals against targets, one row a rep and period, into an attainment_summary; actual NULL is 0, target NULL or 0 leaves the row out, counted. Never NULL.';
CREATE AGGREGATE attainment_agg(actual bigint, target bigint) (
	SFUNC = attainment_accum, STYPE = attainment_summary, SSPACE = 160,
	FINALFUNC = attainment_final, COMBINEFUNC = attainment_combine,
	MSFUNC = attainment_accum, MINVFUNC = attainment_remove, MSTYPE = attainment_summary, MSSPACE = 160, MFINALFUNC = attainment_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE attainment_agg(bigint, bigint) IS 'Holds actuals against targets, one row a rep and period, into an attainment_summary; actual NULL is 0, target NULL or 0 leaves the row out, counted. Never NULL.';
CREATE AGGREGATE attainment_agg(actual numeric, target numeric) (
	SFUNC = attainment_accum, STYPE = attainment_summary, SSPACE = 160,
	FINALFUNC = attainment_final, COMBINEFUNC = attainment_combine,
	MSFUNC = attainment_accum, MINVFUNC = attainment_remove, MSTYPE = attainment_summary, MSSPACE = 160, MFINALFUNC = attainment_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE attainment_agg(numeric, numeric) IS 'Holds actuals against targets, one row a rep and period, into an attainment_summary; actual NULL is 0, target NULL or 0 leaves the row out, counted. Never NULL.';
CREATE AGGREGATE attainment_agg(actual real, target real) (
	SFUNC = attainment_accum, STYPE = attainment_summary, SSPACE = 160,
	FINALFUNC = attainment_final, COMBINEFUNC = attainment_combine,
	MSFUNC = attainment_accum, MINVFUNC = attainment_remove, MSTYPE = attainment_summary, MSSPACE = 160, MFINALFUNC = attainment_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE attainment_agg(real, real) IS 'Holds actuals against targets, one row a rep and period, into an attainment_summary; actual NULL is 0, target NULL or 0 leaves the row out, counted. Never NULL.';
CREATE AGGREGATE attainment_agg(actual double precision, target double precision) (
	SFUNC = attainment_accum, STYPE = attainment_summary, SSPACE = 160,
	FINALFUNC = attainment_final, COMBINEFUNC = attainment_combine,
	MSFUNC = attainment_accum, MINVFUNC = attainment_remove, MSTYPE = attainment_summary, MSSPACE = 160, MFINALFUNC = attainment_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE attainment_agg(double precision, double precision) IS 'Holds actuals against targets, one row a rep and period, into an attainment_summary; actual NULL is 0, target NULL or 0 leaves the row out, counted. Never NULL.';

CREATE AGGREGATE rollup(attainment_summary) (
	SFUNC = attainment_combine, STYPE = attainment_summary, SSPACE = 160,
	FINALFUNC = attainment_final, COMBINEFUNC = attainment_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(attainment_summary) IS 'Merges summaries exactly: a company is the rollup of its teams. A row stays a row: rep-months do not roll up to reps. Never NULL; NULL summaries are passed over.';

CREATE AGGREGATE quota_attainment(actual smallint, target smallint) (
	SFUNC = attainment_accum, STYPE = attainment_summary, SSPACE = 160,
	FINALFUNC = quota_attainment, COMBINEFUNC = attainment_combine,
	MSFUNC = attainment_accum, MINVFUNC = attainment_remove, MSTYPE = attainment_summary, MSSPACE = 160, MFINALFUNC = quota_attainment,
	PARALLEL = SAFE
);
CREATE AGGREGATE quota_attainment(actual integer, target integer) (
	SFUNC = attainment_accum, STYPE = attainment_summary, SSPACE = 160,
	FINALFUNC = quota_attainment, COMBINEFUNC = attainment_combine,
	MSFUNC = attainment_accum, MINVFUNC = attainment_remove, MSTYPE = attainment_summary, MSSPACE = 160, MFINALFUNC = quota_attainment,
	PARALLEL = SAFE
);
CREATE AGGREGATE quota_attainment(actual bigint, target bigint) (
	SFUNC = attainment_accum, STYPE = attainment_summary, SSPACE = 160,
	FINALFUNC = quota_attainment, COMBINEFUNC = attainment_combine,
	MSFUNC = attainment_accum, MINVFUNC = attainment_remove, MSTYPE = attainment_summary, MSSPACE = 160, MFINALFUNC = quota_attainment,
	PARALLEL = SAFE
);
CREATE AGGREGATE quota_attainment(actual numeric, target numeric) (
	SFUNC = attainment_accum, STYPE = attainment_summary, SSPACE = 160,
	FINALFUNC = quota_attainment, COMBINEFUNC = attainment_combine,
	MSFUNC = attainment_accum, MINVFUNC = attainment_remove, MSTYPE = attainment_summary, MSSPACE = 160, MFINALFUNC = quota_attainment,
	PARALLEL = SAFE
);
CREATE AGGREGATE quota_attainment(actual real, target real) (
	SFUNC = attainment_accum, STYPE = attainment_summary, SSPACE = 160,
	FINALFUNC = quota_attainment, COMBINEFUNC = attainment_combine,
	MSFUNC = attainment_accum, MINVFUNC = attainment_remove, MSTYPE = attainment_summary, MSSPACE = 160, MFINALFUNC = quota_attainment,
	PARALLEL = SAFE
);
CREATE AGGREGATE quota_attainment(actual double precision, target double precision) (
	SFUNC = attainment_accum, STYPE = attainment_summary, SSPACE = 160,
	FINALFUNC = quota_attainment, COMBINEFUNC = attainment_combine,
	MSFUNC = attainment_accum, MINVFUNC = attainment_remove, MSTYPE = attainment_summary, MSSPACE = 160, MFINALFUNC = quota_attainment,
	PARALLEL = SAFE
);
CREATE AGGREGATE target_attainment(actual smallint, target smallint) (
	SFUNC = attainment_accum, STYPE = attainment_summary, SSPACE = 160,
	FINALFUNC = target_attainment, COMBINEFUNC = attainment_combine,
	MSFUNC = attainment_accum, MINVFUNC = attainment_remove, MSTYPE = attainment_summary, MSSPACE = 160, MFINALFUNC = target_attainment,
	PARALLEL = SAFE
);
CREATE AGGREGATE target_attainment(actual integer, target integer) (
	SFUNC = attainment_accum, STYPE = attainment_summary, SSPACE = 160,
	FINALFUNC = target_attainment, COMBINEFUNC = attainment_combine,
	MSFUNC = attainment_accum, MINVFUNC = attainment_remove, MSTYPE = attainment_summary, MSSPACE = 160, MFINALFUNC = target_attainment,
	PARALLEL = SAFE
);
CREATE AGGREGATE target_attainment(actual bigint, target bigint) (
	SFUNC = attainment_accum, STYPE = attainment_summary, SSPACE = 160,
	FINALFUNC = target_attainment, COMBINEFUNC = attainment_combine,
	MSFUNC = attainment_accum, MINVFUNC = attainment_remove, MSTYPE = attainment_summary, MSSPACE = 160, MFINALFUNC = target_attainment,
	PARALLEL = SAFE
);
CREATE AGGREGATE target_attainment(actual numeric, target numeric) (
	SFUNC = attainment_accum, STYPE = attainment_summary, SSPACE = 160,
	FINALFUNC = target_attainment, COMBINEFUNC = attainment_combine,
	MSFUNC = attainment_accum, MINVFUNC = attainment_remove, MSTYPE = attainment_summary, MSSPACE = 160, MFINALFUNC = target_attainment,
	PARALLEL = SAFE
);
CREATE AGGREGATE target_attainment(actual real, target real) (
	SFUNC = attainment_accum, STYPE = attainment_summary, SSPACE = 160,
	FINALFUNC = target_attainment, COMBINEFUNC = attainment_combine,
	MSFUNC = attainment_accum, MINVFUNC = attainment_remove, MSTYPE = attainment_summary, MSSPACE = 160, MFINALFUNC = target_attainment,
	PARALLEL = SAFE
);
CREATE AGGREGATE target_attainment(actual double precision, target double precision) (
	SFUNC = attainment_accum, STYPE = attainment_summary, SSPACE = 160,
	FINALFUNC = target_attainment, COMBINEFUNC = attainment_combine,
	MSFUNC = attainment_accum, MINVFUNC = attainment_remove, MSTYPE = attainment_summary, MSSPACE = 160, MFINALFUNC = target_attainment,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE quota_attainment(smallint, smallint) IS 'Share of rows whose actual is at or over the quota, a fraction 0..1, of those that have a quota above 0; one row a rep and period, actual NULL is 0. NULL where none has a quota.';
COMMENT ON AGGREGATE target_attainment(smallint, smallint) IS 'Actual per target, 1 = met: sum of actuals / sum of targets, over rows that have a target above 0; actual NULL is 0. NULL where none has a target.';
COMMENT ON AGGREGATE quota_attainment(integer, integer) IS 'Share of rows whose actual is at or over the quota, a fraction 0..1, of those that have a quota above 0; one row a rep and period, actual NULL is 0. NULL where none has a quota.';
COMMENT ON AGGREGATE target_attainment(integer, integer) IS 'Actual per target, 1 = met: sum of actuals / sum of targets, over rows that have a target above 0; actual NULL is 0. NULL where none has a target.';
COMMENT ON AGGREGATE quota_attainment(bigint, bigint) IS 'Share of rows whose actual is at or over the quota, a fraction 0..1, of those that have a quota above 0; one row a rep and period, actual NULL is 0. NULL where none has a quota.';
COMMENT ON AGGREGATE target_attainment(bigint, bigint) IS 'Actual per target, 1 = met: sum of actuals / sum of targets, over rows that have a target above 0; actual NULL is 0. NULL where none has a target.';
COMMENT ON AGGREGATE quota_attainment(numeric, numeric) IS 'Share of rows whose actual is at or over the quota, a fraction 0..1, of those that have a quota above 0; one row a rep and period, actual NULL is 0. NULL where none has a quota.';
COMMENT ON AGGREGATE target_attainment(numeric, numeric) IS 'Actual per target, 1 = met: sum of actuals / sum of targets, over rows that have a target above 0; actual NULL is 0. NULL where none has a target.';
COMMENT ON AGGREGATE quota_attainment(real, real) IS 'Share of rows whose actual is at or over the quota, a fraction 0..1, of those that have a quota above 0; one row a rep and period, actual NULL is 0. NULL where none has a quota.';
COMMENT ON AGGREGATE target_attainment(real, real) IS 'Actual per target, 1 = met: sum of actuals / sum of targets, over rows that have a target above 0; actual NULL is 0. NULL where none has a target.';
COMMENT ON AGGREGATE quota_attainment(double precision, double precision) IS 'Share of rows whose actual is at or over the quota, a fraction 0..1, of those that have a quota above 0; one row a rep and period, actual NULL is 0. NULL where none has a quota.';
COMMENT ON AGGREGATE target_attainment(double precision, double precision) IS 'Actual per target, 1 = met: sum of actuals / sum of targets, over rows that have a target above 0; actual NULL is 0. NULL where none has a target.';

-- Pace: plain SQL, written into the query that calls it; see growth.sql for how it is written

CREATE FUNCTION attainment_pace(actual numeric, target numeric, period_start date, period_end date, as_of date)
	RETURNS TABLE (attainment double precision, period_passed double precision, at_this_pace double precision)
	AS $$
	SELECT so_far.attainment, elapsed.passed,
		CASE WHEN elapsed.passed OPERATOR(pg_catalog.>) 0::pg_catalog.float8 THEN so_far.attainment OPERATOR(pg_catalog./) elapsed.passed END
	FROM (SELECT CASE WHEN target OPERATOR(pg_catalog.>) 0::pg_catalog.numeric
			AND ((row_of.actual OPERATOR(pg_catalog.-) row_of.actual) OPERATOR(pg_catalog.+) (target OPERATOR(pg_catalog.-) target)) OPERATOR(pg_catalog.=) 0::pg_catalog.numeric
			THEN (row_of.actual OPERATOR(pg_catalog./) target)::pg_catalog.float8 END AS attainment
		FROM (SELECT COALESCE(attainment_pace.actual, 0::pg_catalog.numeric) AS actual) row_of) so_far,
		(SELECT CASE
			WHEN NOT pg_catalog.isfinite(period_start) OR NOT pg_catalog.isfinite(period_end) OR period_end OPERATOR(pg_catalog.<) period_start THEN NULL
			WHEN as_of OPERATOR(pg_catalog.<=) period_start THEN 0::pg_catalog.float8
			WHEN as_of OPERATOR(pg_catalog.>) period_end THEN 1::pg_catalog.float8
			ELSE (as_of OPERATOR(pg_catalog.-) period_start)::pg_catalog.float8
				OPERATOR(pg_catalog./) ((period_end OPERATOR(pg_catalog.-) period_start) OPERATOR(pg_catalog.+) 1)::pg_catalog.float8
			END AS passed) elapsed
	$$ LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 1;
COMMENT ON FUNCTION attainment_pace(numeric, numeric, date, date, date) IS 'Is a target on track? One row: attainment so far (actual / target, 1 = met; actual NULL is 0), the share of the period that has passed (0..1), and attainment at its end at this pace: the first / the second. The period runs from period_start through period_end, both included; as_of is the first day that the actual does not hold any more. NULL where the target is NULL, 0 or negative, where no day has passed, and where period_end lies before period_start or one of them is infinite. Use it in FROM.';
CREATE FUNCTION attainment_pace(actual double precision, target double precision, period_start date, period_end date, as_of date)
	RETURNS TABLE (attainment double precision, period_passed double precision, at_this_pace double precision)
	AS $$
	SELECT so_far.attainment, elapsed.passed,
		CASE WHEN elapsed.passed OPERATOR(pg_catalog.>) 0::pg_catalog.float8 THEN so_far.attainment OPERATOR(pg_catalog./) elapsed.passed END
	FROM (SELECT CASE WHEN target OPERATOR(pg_catalog.>) 0::pg_catalog.float8
			AND ((row_of.actual OPERATOR(pg_catalog.-) row_of.actual) OPERATOR(pg_catalog.+) (target OPERATOR(pg_catalog.-) target)) OPERATOR(pg_catalog.=) 0::pg_catalog.float8
			THEN (row_of.actual OPERATOR(pg_catalog./) target)::pg_catalog.float8 END AS attainment
		FROM (SELECT COALESCE(attainment_pace.actual, 0::pg_catalog.float8) AS actual) row_of) so_far,
		(SELECT CASE
			WHEN NOT pg_catalog.isfinite(period_start) OR NOT pg_catalog.isfinite(period_end) OR period_end OPERATOR(pg_catalog.<) period_start THEN NULL
			WHEN as_of OPERATOR(pg_catalog.<=) period_start THEN 0::pg_catalog.float8
			WHEN as_of OPERATOR(pg_catalog.>) period_end THEN 1::pg_catalog.float8
			ELSE (as_of OPERATOR(pg_catalog.-) period_start)::pg_catalog.float8
				OPERATOR(pg_catalog./) ((period_end OPERATOR(pg_catalog.-) period_start) OPERATOR(pg_catalog.+) 1)::pg_catalog.float8
			END AS passed) elapsed
	$$ LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 1;
COMMENT ON FUNCTION attainment_pace(double precision, double precision, date, date, date) IS 'Is a target on track? One row: attainment so far (actual / target, 1 = met; actual NULL is 0), the share of the period that has passed (0..1), and attainment at its end at this pace: the first / the second. The period runs from period_start through period_end, both included; as_of is the first day that the actual does not hold any more. NULL where the target is NULL, 0 or negative, where no day has passed, and where period_end lies before period_start or one of them is infinite. Use it in FROM.';

--
-- growth: costs and growth, plain ratios with their conditions (doc/growth.md)
--
-- Each is one expression that the planner writes into the query that calls it. "x - x = 0" says
-- that x is a number: NaN and the infinities give NaN there. Operators and types are named with
-- their schema: a view is refreshed under a search_path of its own, and a caller may have any.
--

CREATE FUNCTION growth_rate(current numeric, previous numeric) RETURNS double precision
	AS $$
	SELECT CASE WHEN previous OPERATOR(pg_catalog.>) 0::pg_catalog.numeric
		AND ((current OPERATOR(pg_catalog.-) current) OPERATOR(pg_catalog.+) (previous OPERATOR(pg_catalog.-) previous)) OPERATOR(pg_catalog.=) 0::pg_catalog.numeric
	THEN ((current OPERATOR(pg_catalog.-) previous) OPERATOR(pg_catalog./) previous)::pg_catalog.float8 END
	$$ LANGUAGE sql IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION growth_rate(numeric, numeric) IS 'Growth from one period to the next, 0.1 = 10 percent more: (current - previous) / previous. NULL where previous is 0 or negative: growth out of nothing, or out of a loss, has no rate. Compare periods of equal elapsed time.';

CREATE FUNCTION return_on_investment(gain numeric, cost numeric) RETURNS double precision
	AS $$
	SELECT CASE WHEN cost OPERATOR(pg_catalog.>) 0::pg_catalog.numeric
		AND ((gain OPERATOR(pg_catalog.-) gain) OPERATOR(pg_catalog.+) (cost OPERATOR(pg_catalog.-) cost)) OPERATOR(pg_catalog.=) 0::pg_catalog.numeric
	THEN ((gain OPERATOR(pg_catalog.-) cost) OPERATOR(pg_catalog./) cost)::pg_catalog.float8 END
	$$ LANGUAGE sql IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION return_on_investment(numeric, numeric) IS 'What a cost brought beyond itself, 0 = got back, 1 = doubled, -1 = lost: (gain - cost) / cost, where gain is all that came back (revenue or, better, margin). NULL where cost is 0 or negative.';

CREATE FUNCTION customer_acquisition_cost(cost numeric, customers numeric) RETURNS numeric
	AS $$
	SELECT CASE WHEN customers OPERATOR(pg_catalog.>) 0::pg_catalog.numeric
		AND ((cost OPERATOR(pg_catalog.-) cost) OPERATOR(pg_catalog.+) (customers OPERATOR(pg_catalog.-) customers)) OPERATOR(pg_catalog.=) 0::pg_catalog.numeric
	THEN cost OPERATOR(pg_catalog./) customers END
	$$ LANGUAGE sql IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION customer_acquisition_cost(numeric, numeric) IS 'Cost of winning a customer (CAC), in the currency of the cost: sales and marketing cost / new customers of the same period. NULL where customers is 0 or negative.';

CREATE FUNCTION cost_per_lead(cost numeric, leads numeric) RETURNS numeric
	AS $$
	SELECT CASE WHEN leads OPERATOR(pg_catalog.>) 0::pg_catalog.numeric
		AND ((cost OPERATOR(pg_catalog.-) cost) OPERATOR(pg_catalog.+) (leads OPERATOR(pg_catalog.-) leads)) OPERATOR(pg_catalog.=) 0::pg_catalog.numeric
	THEN cost OPERATOR(pg_catalog./) leads END
	$$ LANGUAGE sql IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cost_per_lead(numeric, numeric) IS 'Cost of a lead, in the currency of the cost: marketing cost / leads of the same period. NULL where leads is 0 or negative.';

CREATE FUNCTION ltv_cac_ratio(ltv numeric, cac numeric) RETURNS double precision
	AS $$
	SELECT CASE WHEN cac OPERATOR(pg_catalog.>) 0::pg_catalog.numeric
		AND ((ltv OPERATOR(pg_catalog.-) ltv) OPERATOR(pg_catalog.+) (cac OPERATOR(pg_catalog.-) cac)) OPERATOR(pg_catalog.=) 0::pg_catalog.numeric
	THEN (ltv OPERATOR(pg_catalog./) cac)::pg_catalog.float8 END
	$$ LANGUAGE sql IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION ltv_cac_ratio(numeric, numeric) IS 'Lifetime value of a customer per cost of winning one, 3 = earns three times its cost. NULL where cac is 0 or negative.';

CREATE FUNCTION cac_payback_months(cac numeric, monthly_revenue numeric, margin numeric DEFAULT 1) RETURNS double precision
	AS $$
	SELECT CASE WHEN (monthly_revenue OPERATOR(pg_catalog.*) margin) OPERATOR(pg_catalog.>) 0::pg_catalog.numeric
		AND (((cac OPERATOR(pg_catalog.-) cac) OPERATOR(pg_catalog.+) (monthly_revenue OPERATOR(pg_catalog.-) monthly_revenue)) OPERATOR(pg_catalog.+) (margin OPERATOR(pg_catalog.-) margin)) OPERATOR(pg_catalog.=) 0::pg_catalog.numeric
	THEN (cac OPERATOR(pg_catalog./) (monthly_revenue OPERATOR(pg_catalog.*) margin))::pg_catalog.float8 END
	$$ LANGUAGE sql IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cac_payback_months(numeric, numeric, numeric) IS 'Months until a customer has earned what winning it cost: cac / (monthly revenue of a customer x margin, a fraction). NULL where revenue x margin is 0 or negative: never.';

CREATE FUNCTION customer_lifetime_value(average_value numeric, frequency numeric, churn numeric, margin numeric DEFAULT 1) RETURNS numeric
	AS $$
	SELECT CASE WHEN churn OPERATOR(pg_catalog.>) 0::pg_catalog.numeric
		AND churn OPERATOR(pg_catalog.<=) 1::pg_catalog.numeric
		AND ((((average_value OPERATOR(pg_catalog.-) average_value) OPERATOR(pg_catalog.+) (frequency OPERATOR(pg_catalog.-) frequency)) OPERATOR(pg_catalog.+) (churn OPERATOR(pg_catalog.-) churn)) OPERATOR(pg_catalog.+) (margin OPERATOR(pg_catalog.-) margin)) OPERATOR(pg_catalog.=) 0::pg_catalog.numeric
	THEN ((average_value OPERATOR(pg_catalog.*) frequency) OPERATOR(pg_catalog.*) margin) OPERATOR(pg_catalog./) churn END
	$$ LANGUAGE sql IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION customer_lifetime_value(numeric, numeric, numeric, numeric) IS 'What a customer brings over its lifetime (CLV), in the currency of average_value: margin x average value x frequency / churn, where frequency (purchases) and churn (customers lost, a fraction of 0..1) are of the same unit of time. NULL where churn is 0, negative or above 1.';

CREATE FUNCTION pipeline_coverage(open_pipeline numeric, target numeric, won numeric DEFAULT 0) RETURNS double precision
	AS $$
	SELECT CASE WHEN target OPERATOR(pg_catalog.>) COALESCE(won, 0::pg_catalog.numeric)
		AND (((COALESCE(open_pipeline, 0::pg_catalog.numeric) OPERATOR(pg_catalog.-) COALESCE(open_pipeline, 0::pg_catalog.numeric)) OPERATOR(pg_catalog.+) (target OPERATOR(pg_catalog.-) target)) OPERATOR(pg_catalog.+) (COALESCE(won, 0::pg_catalog.numeric) OPERATOR(pg_catalog.-) COALESCE(won, 0::pg_catalog.numeric))) OPERATOR(pg_catalog.=) 0::pg_catalog.numeric
	THEN (COALESCE(open_pipeline, 0::pg_catalog.numeric) OPERATOR(pg_catalog./) (target OPERATOR(pg_catalog.-) COALESCE(won, 0::pg_catalog.numeric)))::pg_catalog.float8 END
	$$ LANGUAGE sql IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_coverage(numeric, numeric, numeric) IS 'Open pipeline due in the period per amount still to be won, 3 = three times what is missing: open_pipeline / (target - won); open_pipeline and won NULL are 0. NULL where the target is met, or none is set.';

CREATE FUNCTION activity_ratio(activities numeric, deals_won numeric) RETURNS double precision
	AS $$
	SELECT CASE WHEN deals_won OPERATOR(pg_catalog.>) 0::pg_catalog.numeric
		AND ((activities OPERATOR(pg_catalog.-) activities) OPERATOR(pg_catalog.+) (deals_won OPERATOR(pg_catalog.-) deals_won)) OPERATOR(pg_catalog.=) 0::pg_catalog.numeric
	THEN (activities OPERATOR(pg_catalog./) deals_won)::pg_catalog.float8 END
	$$ LANGUAGE sql IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION activity_ratio(numeric, numeric) IS 'Activities (calls, meetings, hours) per deal won. NULL where none is won.';
CREATE FUNCTION growth_rate(current double precision, previous double precision) RETURNS double precision
	AS $$
	SELECT CASE WHEN previous OPERATOR(pg_catalog.>) 0::pg_catalog.float8
		AND ((current OPERATOR(pg_catalog.-) current) OPERATOR(pg_catalog.+) (previous OPERATOR(pg_catalog.-) previous)) OPERATOR(pg_catalog.=) 0::pg_catalog.float8
	THEN ((current OPERATOR(pg_catalog.-) previous) OPERATOR(pg_catalog./) previous)::pg_catalog.float8 END
	$$ LANGUAGE sql IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION growth_rate(double precision, double precision) IS 'Growth from one period to the next, 0.1 = 10 percent more: (current - previous) / previous. NULL where previous is 0 or negative: growth out of nothing, or out of a loss, has no rate. Compare periods of equal elapsed time.';

CREATE FUNCTION return_on_investment(gain double precision, cost double precision) RETURNS double precision
	AS $$
	SELECT CASE WHEN cost OPERATOR(pg_catalog.>) 0::pg_catalog.float8
		AND ((gain OPERATOR(pg_catalog.-) gain) OPERATOR(pg_catalog.+) (cost OPERATOR(pg_catalog.-) cost)) OPERATOR(pg_catalog.=) 0::pg_catalog.float8
	THEN ((gain OPERATOR(pg_catalog.-) cost) OPERATOR(pg_catalog./) cost)::pg_catalog.float8 END
	$$ LANGUAGE sql IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION return_on_investment(double precision, double precision) IS 'What a cost brought beyond itself, 0 = got back, 1 = doubled, -1 = lost: (gain - cost) / cost, where gain is all that came back (revenue or, better, margin). NULL where cost is 0 or negative.';

CREATE FUNCTION customer_acquisition_cost(cost double precision, customers double precision) RETURNS double precision
	AS $$
	SELECT CASE WHEN customers OPERATOR(pg_catalog.>) 0::pg_catalog.float8
		AND ((cost OPERATOR(pg_catalog.-) cost) OPERATOR(pg_catalog.+) (customers OPERATOR(pg_catalog.-) customers)) OPERATOR(pg_catalog.=) 0::pg_catalog.float8
	THEN cost OPERATOR(pg_catalog./) customers END
	$$ LANGUAGE sql IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION customer_acquisition_cost(double precision, double precision) IS 'Cost of winning a customer (CAC), in the currency of the cost: sales and marketing cost / new customers of the same period. NULL where customers is 0 or negative.';

CREATE FUNCTION cost_per_lead(cost double precision, leads double precision) RETURNS double precision
	AS $$
	SELECT CASE WHEN leads OPERATOR(pg_catalog.>) 0::pg_catalog.float8
		AND ((cost OPERATOR(pg_catalog.-) cost) OPERATOR(pg_catalog.+) (leads OPERATOR(pg_catalog.-) leads)) OPERATOR(pg_catalog.=) 0::pg_catalog.float8
	THEN cost OPERATOR(pg_catalog./) leads END
	$$ LANGUAGE sql IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cost_per_lead(double precision, double precision) IS 'Cost of a lead, in the currency of the cost: marketing cost / leads of the same period. NULL where leads is 0 or negative.';

CREATE FUNCTION ltv_cac_ratio(ltv double precision, cac double precision) RETURNS double precision
	AS $$
	SELECT CASE WHEN cac OPERATOR(pg_catalog.>) 0::pg_catalog.float8
		AND ((ltv OPERATOR(pg_catalog.-) ltv) OPERATOR(pg_catalog.+) (cac OPERATOR(pg_catalog.-) cac)) OPERATOR(pg_catalog.=) 0::pg_catalog.float8
	THEN (ltv OPERATOR(pg_catalog./) cac)::pg_catalog.float8 END
	$$ LANGUAGE sql IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION ltv_cac_ratio(double precision, double precision) IS 'Lifetime value of a customer per cost of winning one, 3 = earns three times its cost. NULL where cac is 0 or negative.';

CREATE FUNCTION cac_payback_months(cac double precision, monthly_revenue double precision, margin double precision DEFAULT 1) RETURNS double precision
	AS $$
	SELECT CASE WHEN (monthly_revenue OPERATOR(pg_catalog.*) margin) OPERATOR(pg_catalog.>) 0::pg_catalog.float8
		AND (((cac OPERATOR(pg_catalog.-) cac) OPERATOR(pg_catalog.+) (monthly_revenue OPERATOR(pg_catalog.-) monthly_revenue)) OPERATOR(pg_catalog.+) (margin OPERATOR(pg_catalog.-) margin)) OPERATOR(pg_catalog.=) 0::pg_catalog.float8
	THEN (cac OPERATOR(pg_catalog./) (monthly_revenue OPERATOR(pg_catalog.*) margin))::pg_catalog.float8 END
	$$ LANGUAGE sql IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cac_payback_months(double precision, double precision, double precision) IS 'Months until a customer has earned what winning it cost: cac / (monthly revenue of a customer x margin, a fraction). NULL where revenue x margin is 0 or negative: never.';

CREATE FUNCTION customer_lifetime_value(average_value double precision, frequency double precision, churn double precision, margin double precision DEFAULT 1) RETURNS double precision
	AS $$
	SELECT CASE WHEN churn OPERATOR(pg_catalog.>) 0::pg_catalog.float8
		AND churn OPERATOR(pg_catalog.<=) 1::pg_catalog.float8
		AND ((((average_value OPERATOR(pg_catalog.-) average_value) OPERATOR(pg_catalog.+) (frequency OPERATOR(pg_catalog.-) frequency)) OPERATOR(pg_catalog.+) (churn OPERATOR(pg_catalog.-) churn)) OPERATOR(pg_catalog.+) (margin OPERATOR(pg_catalog.-) margin)) OPERATOR(pg_catalog.=) 0::pg_catalog.float8
	THEN ((average_value OPERATOR(pg_catalog.*) frequency) OPERATOR(pg_catalog.*) margin) OPERATOR(pg_catalog./) churn END
	$$ LANGUAGE sql IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION customer_lifetime_value(double precision, double precision, double precision, double precision) IS 'What a customer brings over its lifetime (CLV), in the currency of average_value: margin x average value x frequency / churn, where frequency (purchases) and churn (customers lost, a fraction of 0..1) are of the same unit of time. NULL where churn is 0, negative or above 1.';

CREATE FUNCTION pipeline_coverage(open_pipeline double precision, target double precision, won double precision DEFAULT 0) RETURNS double precision
	AS $$
	SELECT CASE WHEN target OPERATOR(pg_catalog.>) COALESCE(won, 0::pg_catalog.float8)
		AND (((COALESCE(open_pipeline, 0::pg_catalog.float8) OPERATOR(pg_catalog.-) COALESCE(open_pipeline, 0::pg_catalog.float8)) OPERATOR(pg_catalog.+) (target OPERATOR(pg_catalog.-) target)) OPERATOR(pg_catalog.+) (COALESCE(won, 0::pg_catalog.float8) OPERATOR(pg_catalog.-) COALESCE(won, 0::pg_catalog.float8))) OPERATOR(pg_catalog.=) 0::pg_catalog.float8
	THEN (COALESCE(open_pipeline, 0::pg_catalog.float8) OPERATOR(pg_catalog./) (target OPERATOR(pg_catalog.-) COALESCE(won, 0::pg_catalog.float8)))::pg_catalog.float8 END
	$$ LANGUAGE sql IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_coverage(double precision, double precision, double precision) IS 'Open pipeline due in the period per amount still to be won, 3 = three times what is missing: open_pipeline / (target - won); open_pipeline and won NULL are 0. NULL where the target is met, or none is set.';

CREATE FUNCTION activity_ratio(activities double precision, deals_won double precision) RETURNS double precision
	AS $$
	SELECT CASE WHEN deals_won OPERATOR(pg_catalog.>) 0::pg_catalog.float8
		AND ((activities OPERATOR(pg_catalog.-) activities) OPERATOR(pg_catalog.+) (deals_won OPERATOR(pg_catalog.-) deals_won)) OPERATOR(pg_catalog.=) 0::pg_catalog.float8
	THEN (activities OPERATOR(pg_catalog./) deals_won)::pg_catalog.float8 END
	$$ LANGUAGE sql IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION activity_ratio(double precision, double precision) IS 'Activities (calls, meetings, hours) per deal won. NULL where none is won.';

--
-- incomplete: calls that lack an argument, and what they are told (src/kpi/incomplete.c)
--
-- Amounts are double precision, to which every number is cast: none is looked at.
--

CREATE FUNCTION incomplete_cohort_zone(internal) RETURNS cohort_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION incomplete_pipeline_zone(internal) RETURNS pipeline_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION incomplete_mrr_as_of(internal) RETURNS mrr_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION incomplete_within_as_of(internal) RETURNS double precision
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION incomplete_within_as_of_summary(internal) RETURNS rate_summary
	AS 'MODULE_PATHNAME', 'incomplete_within_as_of' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION incomplete_within_as_of(internal, timestamptz, timestamptz, interval) RETURNS internal
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION incomplete_cohort_zone(internal) IS 'An error: the zone is missing.';
COMMENT ON FUNCTION incomplete_pipeline_zone(internal) IS 'An error: the zone is missing.';
COMMENT ON FUNCTION incomplete_mrr_as_of(internal) IS 'An error: as_of is missing.';
COMMENT ON FUNCTION incomplete_within_as_of(internal) IS 'An error: as_of is missing.';
COMMENT ON FUNCTION incomplete_within_as_of_summary(internal) IS 'An error: as_of is missing.';
COMMENT ON FUNCTION incomplete_within_as_of(internal, timestamptz, timestamptz, interval) IS 'An error: as_of is missing.';

CREATE FUNCTION incomplete_cohort_zone(internal, bigint, timestamptz, text) RETURNS internal
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION incomplete_cohort_zone(internal, bigint, timestamptz, double precision, text) RETURNS internal
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION incomplete_pipeline_zone(internal, bigint, text, timestamptz, double precision, funnel, text) RETURNS internal
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION incomplete_mrr_as_of(internal, bigint, date, date, double precision) RETURNS internal
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION incomplete_cohort_zone(internal, bigint, timestamptz, text) IS 'An error: the zone is missing.';
COMMENT ON FUNCTION incomplete_cohort_zone(internal, bigint, timestamptz, double precision, text) IS 'An error: the zone is missing.';
COMMENT ON FUNCTION incomplete_pipeline_zone(internal, bigint, text, timestamptz, double precision, funnel, text) IS 'An error: the zone is missing.';
COMMENT ON FUNCTION incomplete_mrr_as_of(internal, bigint, date, date, double precision) IS 'An error: as_of is missing.';

CREATE AGGREGATE cohort_agg(entity bigint, at timestamptz, period text) (
	SFUNC = incomplete_cohort_zone, STYPE = internal, SSPACE = 1, FINALFUNC = incomplete_cohort_zone, PARALLEL = SAFE
);
CREATE AGGREGATE cohort_agg(entity bigint, at timestamptz, amount double precision, period text) (
	SFUNC = incomplete_cohort_zone, STYPE = internal, SSPACE = 1, FINALFUNC = incomplete_cohort_zone, PARALLEL = SAFE
);
CREATE AGGREGATE pipeline_agg(entity bigint, stage text, at timestamptz, amount double precision, definition funnel, period text) (
	SFUNC = incomplete_pipeline_zone, STYPE = internal, SSPACE = 1, FINALFUNC = incomplete_pipeline_zone, PARALLEL = SAFE
);
CREATE AGGREGATE mrr_agg(customer bigint, starts date, ends date, mrr double precision) (
	SFUNC = incomplete_mrr_as_of, STYPE = internal, SSPACE = 1, FINALFUNC = incomplete_mrr_as_of, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(bigint, timestamptz, text) IS 'An error: moments have a date in a time zone, which is missing here. See cohort_agg(bigint, timestamptz, text, text).';
COMMENT ON AGGREGATE cohort_agg(bigint, timestamptz, double precision, text) IS 'An error: moments have a date in a time zone, which is missing here. See cohort_agg(bigint, timestamptz, double precision, text, text).';
COMMENT ON AGGREGATE pipeline_agg(bigint, text, timestamptz, double precision, funnel, text) IS 'An error: moments have a date in a time zone, which is missing here. See pipeline_agg(bigint, text, timestamptz, double precision, funnel, text, text).';
COMMENT ON AGGREGATE mrr_agg(bigint, date, date, double precision) IS 'An error: as_of is missing, the date up to which the subscriptions are known. See mrr_agg(bigint, date, date, double precision, date).';
CREATE FUNCTION incomplete_cohort_zone(internal, text, timestamptz, text) RETURNS internal
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION incomplete_cohort_zone(internal, text, timestamptz, double precision, text) RETURNS internal
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION incomplete_pipeline_zone(internal, text, text, timestamptz, double precision, funnel, text) RETURNS internal
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION incomplete_mrr_as_of(internal, text, date, date, double precision) RETURNS internal
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION incomplete_cohort_zone(internal, text, timestamptz, text) IS 'An error: the zone is missing.';
COMMENT ON FUNCTION incomplete_cohort_zone(internal, text, timestamptz, double precision, text) IS 'An error: the zone is missing.';
COMMENT ON FUNCTION incomplete_pipeline_zone(internal, text, text, timestamptz, double precision, funnel, text) IS 'An error: the zone is missing.';
COMMENT ON FUNCTION incomplete_mrr_as_of(internal, text, date, date, double precision) IS 'An error: as_of is missing.';

CREATE AGGREGATE cohort_agg(entity text, at timestamptz, period text) (
	SFUNC = incomplete_cohort_zone, STYPE = internal, SSPACE = 1, FINALFUNC = incomplete_cohort_zone, PARALLEL = SAFE
);
CREATE AGGREGATE cohort_agg(entity text, at timestamptz, amount double precision, period text) (
	SFUNC = incomplete_cohort_zone, STYPE = internal, SSPACE = 1, FINALFUNC = incomplete_cohort_zone, PARALLEL = SAFE
);
CREATE AGGREGATE pipeline_agg(entity text, stage text, at timestamptz, amount double precision, definition funnel, period text) (
	SFUNC = incomplete_pipeline_zone, STYPE = internal, SSPACE = 1, FINALFUNC = incomplete_pipeline_zone, PARALLEL = SAFE
);
CREATE AGGREGATE mrr_agg(customer text, starts date, ends date, mrr double precision) (
	SFUNC = incomplete_mrr_as_of, STYPE = internal, SSPACE = 1, FINALFUNC = incomplete_mrr_as_of, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(text, timestamptz, text) IS 'An error: moments have a date in a time zone, which is missing here. See cohort_agg(text, timestamptz, text, text).';
COMMENT ON AGGREGATE cohort_agg(text, timestamptz, double precision, text) IS 'An error: moments have a date in a time zone, which is missing here. See cohort_agg(text, timestamptz, double precision, text, text).';
COMMENT ON AGGREGATE pipeline_agg(text, text, timestamptz, double precision, funnel, text) IS 'An error: moments have a date in a time zone, which is missing here. See pipeline_agg(text, text, timestamptz, double precision, funnel, text, text).';
COMMENT ON AGGREGATE mrr_agg(text, date, date, double precision) IS 'An error: as_of is missing, the date up to which the subscriptions are known. See mrr_agg(text, date, date, double precision, date).';
CREATE FUNCTION incomplete_cohort_zone(internal, uuid, timestamptz, text) RETURNS internal
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION incomplete_cohort_zone(internal, uuid, timestamptz, double precision, text) RETURNS internal
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION incomplete_pipeline_zone(internal, uuid, text, timestamptz, double precision, funnel, text) RETURNS internal
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION incomplete_mrr_as_of(internal, uuid, date, date, double precision) RETURNS internal
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION incomplete_cohort_zone(internal, uuid, timestamptz, text) IS 'An error: the zone is missing.';
COMMENT ON FUNCTION incomplete_cohort_zone(internal, uuid, timestamptz, double precision, text) IS 'An error: the zone is missing.';
COMMENT ON FUNCTION incomplete_pipeline_zone(internal, uuid, text, timestamptz, double precision, funnel, text) IS 'An error: the zone is missing.';
COMMENT ON FUNCTION incomplete_mrr_as_of(internal, uuid, date, date, double precision) IS 'An error: as_of is missing.';

CREATE AGGREGATE cohort_agg(entity uuid, at timestamptz, period text) (
	SFUNC = incomplete_cohort_zone, STYPE = internal, SSPACE = 1, FINALFUNC = incomplete_cohort_zone, PARALLEL = SAFE
);
CREATE AGGREGATE cohort_agg(entity uuid, at timestamptz, amount double precision, period text) (
	SFUNC = incomplete_cohort_zone, STYPE = internal, SSPACE = 1, FINALFUNC = incomplete_cohort_zone, PARALLEL = SAFE
);
CREATE AGGREGATE pipeline_agg(entity uuid, stage text, at timestamptz, amount double precision, definition funnel, period text) (
	SFUNC = incomplete_pipeline_zone, STYPE = internal, SSPACE = 1, FINALFUNC = incomplete_pipeline_zone, PARALLEL = SAFE
);
CREATE AGGREGATE mrr_agg(customer uuid, starts date, ends date, mrr double precision) (
	SFUNC = incomplete_mrr_as_of, STYPE = internal, SSPACE = 1, FINALFUNC = incomplete_mrr_as_of, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(uuid, timestamptz, text) IS 'An error: moments have a date in a time zone, which is missing here. See cohort_agg(uuid, timestamptz, text, text).';
COMMENT ON AGGREGATE cohort_agg(uuid, timestamptz, double precision, text) IS 'An error: moments have a date in a time zone, which is missing here. See cohort_agg(uuid, timestamptz, double precision, text, text).';
COMMENT ON AGGREGATE pipeline_agg(uuid, text, timestamptz, double precision, funnel, text) IS 'An error: moments have a date in a time zone, which is missing here. See pipeline_agg(uuid, text, timestamptz, double precision, funnel, text, text).';
COMMENT ON AGGREGATE mrr_agg(uuid, date, date, double precision) IS 'An error: as_of is missing, the date up to which the subscriptions are known. See mrr_agg(uuid, date, date, double precision, date).';

CREATE AGGREGATE within_agg(started timestamptz, ended timestamptz, span interval) (
	SFUNC = incomplete_within_as_of, STYPE = internal, SSPACE = 1, FINALFUNC = incomplete_within_as_of_summary, PARALLEL = SAFE
);
COMMENT ON AGGREGATE within_agg(timestamptz, timestamptz, interval) IS 'An error: as_of is missing, the moment up to which the data is complete. See within_agg(timestamptz, timestamptz, interval, timestamptz).';
CREATE AGGREGATE conversion_within(started timestamptz, ended timestamptz, span interval) (
	SFUNC = incomplete_within_as_of, STYPE = internal, SSPACE = 1, FINALFUNC = incomplete_within_as_of, PARALLEL = SAFE
);
COMMENT ON AGGREGATE conversion_within(timestamptz, timestamptz, interval) IS 'An error: as_of is missing, the moment up to which the data is complete. See conversion_within(timestamptz, timestamptz, interval, timestamptz).';
CREATE AGGREGATE response_within(started timestamptz, ended timestamptz, span interval) (
	SFUNC = incomplete_within_as_of, STYPE = internal, SSPACE = 1, FINALFUNC = incomplete_within_as_of, PARALLEL = SAFE
);
COMMENT ON AGGREGATE response_within(timestamptz, timestamptz, interval) IS 'An error: as_of is missing, the moment up to which the data is complete. See response_within(timestamptz, timestamptz, interval, timestamptz).';

--
-- kpi_catalog: what can be asked, and how (doc/kpi_catalog.md); test/kpi_catalog.sql runs each call
--

CREATE FUNCTION kpi_catalog()
	RETURNS TABLE (kpi text, family text, call text, meaning text, unit text, indicator text, doc text)
	AS $catalog$
	SELECT kpi, family, call, meaning, unit, indicator, doc
	FROM (VALUES
		-- rate
		('rate',      'win rate',                           'fraction',          'lagging', 'doc/rate.md',        'Deals won of those decided',
			$$SELECT win_rate(won) FROM deals$$),
		('rate',      'won of all',                         'fraction',          'lagging', 'doc/rate.md',        'Deals won of all, open ones included',
			$$SELECT win_share(rate_agg(won)) FROM deals$$),
		('rate',      'win rate by value',                  'fraction',          'lagging', 'doc/rate.md',        'Amount won of the amount decided; worthless where lost deals lose their amount, as without_amount and zero_amount show',
			$$SELECT source, win_rate_by_value(s), without_amount(s), zero_amount(s) FROM (SELECT source, rate_agg(won, amount) AS s FROM deals GROUP BY source) t$$),
		('rate',      'win/loss ratio',                     'ratio',             'lagging', 'doc/rate.md',        'Deals won per deal lost',
			$$SELECT win_loss_ratio(won) FROM deals$$),
		('rate',      'deals won',                          'deals',             'lagging', 'doc/rate.md',        'Deals won',
			$$SELECT succeeded(rate_agg(won)) FROM deals$$),
		('rate',      'deals lost',                         'deals',             'lagging', 'doc/rate.md',        'Deals lost',
			$$SELECT decided(s) - succeeded(s) AS lost FROM (SELECT rate_agg(won) AS s FROM deals) t$$),
		('rate',      'deals still open',                   'deals',             'leading', 'doc/rate.md',        'Deals neither won nor lost yet',
			$$SELECT undecided(rate_agg(won)) FROM deals$$),
		('rate',      'lead to customer rate',              'fraction',          'lagging', 'doc/rate.md',        'Leads whose deal was won, of all leads',
			$$SELECT conversion_rate(won) FROM leads LEFT JOIN deals USING (lead_id)$$),
		('rate',      'lead to opportunity rate',           'fraction',          'leading', 'doc/rate.md',        'Leads that became a deal, of all leads',
			$$SELECT source, conversion_rate(converted IS NOT NULL) FROM leads GROUP BY source$$),
		('rate',      'lead qualification rate',            'fraction',          'leading', 'doc/rate.md',        'Leads found worth a deal, of all leads',
			$$SELECT conversion_rate(qualified IS NOT NULL) FROM leads$$),
		('rate',      'trial to paid rate',                 'fraction',          'lagging', 'doc/rate.md',        'Customers who pay, of those who had a trial',
			$$SELECT conversion_rate(pays) FROM (SELECT bool_or(mrr > 0) AS pays FROM subscriptions GROUP BY customer HAVING bool_or(plan = 'Trial')) c$$),
		('rate',      'follow-up rate',                     'fraction',          'leading', 'doc/rate.md',        'Leads followed up at least once, of all leads',
			$$SELECT owner, conversion_rate(EXISTS (SELECT FROM activities a WHERE a.lead_id = l.lead_id AND a.kind = 'follow-up')) FROM leads l GROUP BY owner$$),
		('rate',      'follow-up conversion rate',          'fraction',          'leading', 'doc/rate.md',        'Leads that became a deal, of those followed up',
			$$SELECT conversion_rate(converted IS NOT NULL) FROM leads WHERE lead_id IN (SELECT lead_id FROM activities WHERE kind = 'follow-up')$$),
		('rate',      'upsell rate',                        'fraction',          'lagging', 'doc/rate.md',        'Customers who came to pay more than before, of all who pay',
			$$SELECT conversion_rate(more) FROM (SELECT bool_or(mrr > before) AS more FROM (SELECT customer, mrr, lag(mrr) OVER (PARTITION BY customer ORDER BY starts) AS before FROM subscriptions WHERE mrr > 0) s GROUP BY customer) c$$),
		('rate',      'repeat rate',                        'fraction',          'lagging', 'doc/rate.md',        'Customers with two orders or more, of all with one',
			$$SELECT conversion_rate(orders > 1) FROM (SELECT count(*) AS orders FROM orders GROUP BY customer) c$$),
		('rate',      'conversion within 30 days',          'fraction',          'leading', 'doc/rate.md',        'Leads that became a deal within 30 days, of those old enough to tell',
			$$SELECT conversion_within(created, converted, '30 days', '2026-01-01 00:00+00') FROM leads$$),
		('rate',      'response in time',                   'fraction',          'leading', 'doc/rate.md',        'Leads answered within the agreed time (24 hours here), of those old enough to tell',
			$$SELECT owner, response_within(created, first_response, '24 hours', '2026-01-01 00:00+00') FROM leads GROUP BY owner$$),
		('rate',      'interval of a conversion',           'fraction',          'leading', 'doc/rate.md',        'Between which values the conversion within 30 days lies, at 95 percent confidence',
			$$SELECT rate_low(s), rate_high(s) FROM (SELECT within_agg(created, converted, '30 days', '2026-01-01 00:00+00') AS s FROM leads) t$$),
		('rate',      'average deal size',                  'money',             'lagging', 'doc/rate.md',        'Average amount of the deals won',
			$$SELECT avg_deal_size(won, amount) FROM deals$$),
		('rate',      'interval of a rate',                 'fraction',          'lagging', 'doc/rate.md',        'Between which values the win rate lies, at 95 percent confidence',
			$$SELECT rate_low(s), rate_high(s) FROM (SELECT rate_agg(won) AS s FROM deals) t$$),
		('rate',      'difference of two rates',            'fraction',          'lagging', 'doc/rate.md',        'Whether the win rates of two groups differ by more than chance',
			$$SELECT c.* FROM (SELECT rate_agg(won) FILTER (WHERE source = 'Paid search') AS a, rate_agg(won) FILTER (WHERE source <> 'Paid search') AS b FROM deals) t, compare_rates(a, b) c$$),
		('rate',      'rate against a benchmark',           'fraction',          'lagging', 'doc/rate.md',        'Whether a win rate is off its benchmark by more than chance',
			$$SELECT b.* FROM (SELECT rate_agg(won) AS s FROM deals) t, compare_to_benchmark(s, 0.25) b$$),

		-- duration
		('duration',  'sales cycle length',                 'interval',          'lagging', 'doc/duration.md',    'Mean time from creation to close of the deals won',
			$$SELECT cycle_time(created, closed) FILTER (WHERE won) FROM deals$$),
		('duration',  'sales cycle in days',                'days',              'lagging', 'doc/duration.md',    'The same as a number of days, for charts',
			$$SELECT cycle_days(created, closed) FILTER (WHERE won) FROM deals$$),
		('duration',  'median sales cycle',                 'days',              'lagging', 'doc/duration.md',    'Half of the deals won took longer',
			$$SELECT cycle_days(created, closed, 0.5) FILTER (WHERE won) FROM deals$$),
		('duration',  '90th percentile of the sales cycle', 'days',              'lagging', 'doc/duration.md',    'One in ten deals won took longer',
			$$SELECT cycle_days(created, closed, 0.9) FILTER (WHERE won) FROM deals$$),
		('duration',  'lead response time',                 'interval',          'leading', 'doc/duration.md',    'Mean time to the first answer, with the leads that still wait beside it',
			$$SELECT owner, lead_response_time(s), still_open(s) FROM (SELECT owner, duration_agg(created, first_response) AS s FROM leads GROUP BY owner) t$$),
		('duration',  'median lead response time',          'interval',          'leading', 'doc/duration.md',    'Half of the leads answered waited longer',
			$$SELECT owner, lead_response_time(created, first_response, 0.5) FROM leads GROUP BY owner$$),
		('duration',  'time to answer an inquiry',          'interval',          'leading', 'doc/duration.md',    'Mean time to the answer of leads that asked on the website',
			$$SELECT lead_response_time(created, first_response) FROM leads WHERE source = 'Website'$$),
		('duration',  'leads unanswered',                   'leads',             'leading', 'doc/duration.md',    'Leads without an answer',
			$$SELECT still_open(duration_agg(created, first_response)) FROM leads$$),
		('duration',  'lead response in hours',             'hours',             'leading', 'doc/duration.md',    'Mean time from the lead to the first answer, of those answered',
			$$SELECT owner, mean_days(duration_agg(created, first_response)) * 24 AS hours FROM leads GROUP BY owner$$),
		('duration',  'median lead response in hours',      'hours',             'leading', 'doc/duration.md',    'Median time from the lead to the first answer, of those answered',
			$$SELECT owner, median_days(duration_agg(created, first_response)) * 24 AS hours FROM leads GROUP BY owner$$),
		('duration',  'deals with impossible dates',        'deals',             'lagging', 'doc/duration.md',    'Deals left out of the cycle: closed before they were created, or a date without end',
			$$SELECT invalid_rows(duration_agg(created, closed)) FROM deals$$),
		('duration',  'time to convert',                    'days',              'leading', 'doc/duration.md',    'Median days from a lead to its deal',
			$$SELECT cycle_days(created, converted, 0.5) FROM leads$$),
		('duration',  'lead time',                          'days',              'lagging', 'doc/duration.md',    'Mean days from order to delivery',
			$$SELECT cycle_days(ordered, delivered) FROM orders$$),

		-- velocity
		('velocity',  'pipeline velocity',                  'money a day',       'leading', 'doc/velocity.md',    'Opportunities x win rate x average won amount / average won cycle',
			$$SELECT pipeline_velocity(won, amount, created, closed) FROM deals$$),
		('velocity',  'pipeline velocity of open deals',    'money a day',       'leading', 'doc/velocity.md',    'The same, with the open deals as the opportunities',
			$$SELECT pipeline_velocity(velocity_agg(won, amount, created, closed), 'open') FROM deals$$),
		('velocity',  'velocity drivers',                   'money a day',       'leading', 'doc/velocity.md',    'What each lever adds to a change of pipeline velocity',
			$$SELECT v.* FROM (SELECT velocity_agg(won, amount, created, closed) FILTER (WHERE closed < '2025-01-01 00:00+00') AS a, velocity_agg(won, amount, created, closed) FILTER (WHERE closed >= '2025-01-01 00:00+00') AS b FROM deals WHERE won IS NOT NULL) t, velocity_drivers(a, b) v$$),

		-- survey
		('survey',    'eNPS',                               '-100..100',         'leading', 'doc/survey.md',      'Employees: percent promoters less percent detractors',
			$$SELECT segment, enps_score(score) FROM survey_responses WHERE survey = 'eNPS' GROUP BY segment$$),
		('survey',    'NPS',                                '-100..100',         'leading', 'doc/survey.md',      'Customers: percent promoters less percent detractors',
			$$SELECT nps_score(score) FROM survey_responses WHERE survey = 'NPS'$$),
		('survey',    'promoters, passives, detractors',    'fraction',          'leading', 'doc/survey.md',      'Who answered how',
			$$SELECT b.* FROM survey_breakdown((SELECT survey_agg(score) FROM survey_responses WHERE survey = 'NPS')) b$$),
		('survey',    'margin of NPS',                      '-100..100',         'leading', 'doc/survey.md',      'Between which values the score lies, at 95 percent confidence',
			$$SELECT score_low(s), score_high(s) FROM (SELECT survey_agg(score) AS s FROM survey_responses WHERE survey = 'NPS') t$$),
		('survey',    'survey response rate',               'fraction',          'leading', 'doc/survey.md',      'Answered of the asked',
			$$SELECT survey, response_rate(survey_agg(score)) FROM survey_responses GROUP BY survey$$),
		('survey',    'eNPS response rate',                 'fraction',          'leading', 'doc/survey.md',      'Answers of those asked for eNPS',
			$$SELECT response_rate(survey_agg(score)) FROM survey_responses WHERE survey = 'eNPS'$$),
		('survey',    'NPS response rate',                  'fraction',          'leading', 'doc/survey.md',      'Answers of those asked for NPS',
			$$SELECT response_rate(survey_agg(score)) FROM survey_responses WHERE survey = 'NPS'$$),
		('survey',    'CSAT response rate',                 'fraction',          'leading', 'doc/survey.md',      'Answers of those asked for CSAT',
			$$SELECT response_rate(survey_agg(score)) FROM survey_responses WHERE survey = 'CSAT'$$),
		('survey',    'CSAT',                               'fraction',          'leading', 'doc/survey.md',      'Customers who gave 4 or 5 of 5',
			$$SELECT csat_score(score) FROM survey_responses WHERE survey = 'CSAT'$$),
		('survey',    'very satisfied',                     'fraction',          'leading', 'doc/survey.md',      'Customers who gave 5 of 5',
			$$SELECT csat_score(score, 5) FROM survey_responses WHERE survey = 'CSAT'$$),

		-- stage
		('stage',     'reached',                            'deals',             'leading', 'doc/stage.md',       'Deals that entered the stage, or a later one',
			$$SELECT stage, reached FROM stage_leakage((SELECT stage_agg(deal_id, stage, entered_at, 'Lead > Qualified > Demo > Proposal > Negotiation > Won; lost: Lost, Disqualified') FROM deal_stage_history))$$),
		('stage',     'skipped',                            'deals',             'leading', 'doc/stage.md',       'Deals that went past the stage without a row of their own',
			$$SELECT stage, skipped FROM stage_leakage((SELECT stage_agg(deal_id, stage, entered_at, 'Lead > Qualified > Demo > Proposal > Negotiation > Won; lost: Lost, Disqualified') FROM deal_stage_history))$$),
		('stage',     'advanced',                           'deals',             'leading', 'doc/stage.md',       'Deals that reached the next stage too',
			$$SELECT stage, advanced FROM stage_leakage((SELECT stage_agg(deal_id, stage, entered_at, 'Lead > Qualified > Demo > Proposal > Negotiation > Won; lost: Lost, Disqualified') FROM deal_stage_history))$$),
		('stage',     'lost in stage',                      'deals',             'leading', 'doc/stage.md',       'Deals lost whose furthest stage this is',
			$$SELECT stage, lost FROM stage_leakage((SELECT stage_agg(deal_id, stage, entered_at, 'Lead > Qualified > Demo > Proposal > Negotiation > Won; lost: Lost, Disqualified') FROM deal_stage_history))$$),
		('stage',     'stalled',                            'deals',             'leading', 'doc/stage.md',       'Deals that have not moved for 30 days, with this as their furthest stage',
			$$SELECT stage, stalled FROM stage_leakage((SELECT stage_agg(deal_id, stage, entered_at, 'Lead > Qualified > Demo > Proposal > Negotiation > Won; lost: Lost, Disqualified') FROM deal_stage_history), '2026-01-01', 30)$$),
		('stage',     'open in stage',                      'deals',             'leading', 'doc/stage.md',       'Deals neither lost nor stalled whose furthest stage this is',
			$$SELECT stage, open FROM stage_leakage((SELECT stage_agg(deal_id, stage, entered_at, 'Lead > Qualified > Demo > Proposal > Negotiation > Won; lost: Lost, Disqualified') FROM deal_stage_history), '2026-01-01', 30)$$),
		('stage',     'leaked',                             'deals',             'leading', 'doc/stage.md',       'Deals lost or stalled in the stage',
			$$SELECT stage, lost + stalled AS leaked FROM stage_leakage((SELECT stage_agg(deal_id, stage, entered_at, 'Lead > Qualified > Demo > Proposal > Negotiation > Won; lost: Lost, Disqualified') FROM deal_stage_history), '2026-01-01', 30)$$),
		('stage',     'leakage rate',                       'fraction',          'leading', 'doc/stage.md',       'Leaked of advanced and leaked',
			$$SELECT stage, leakage_rate FROM stage_leakage((SELECT stage_agg(deal_id, stage, entered_at, 'Lead > Qualified > Demo > Proposal > Negotiation > Won; lost: Lost, Disqualified') FROM deal_stage_history), '2026-01-01', 30)$$),
		('stage',     'stage conversion rate',              'fraction',          'leading', 'doc/stage.md',       'Advanced of advanced and leaked',
			$$SELECT stage, conversion_rate FROM stage_leakage((SELECT stage_agg(deal_id, stage, entered_at, 'Lead > Qualified > Demo > Proposal > Negotiation > Won; lost: Lost, Disqualified') FROM deal_stage_history), '2026-01-01', 30)$$),
		('stage',     'open share',                         'fraction',          'leading', 'doc/stage.md',       'Deals in the stage that have not decided yet, of those that reached it',
			$$SELECT stage, open_share FROM stage_leakage((SELECT stage_agg(deal_id, stage, entered_at, 'Lead > Qualified > Demo > Proposal > Negotiation > Won; lost: Lost, Disqualified') FROM deal_stage_history), '2026-01-01', 30)$$),
		('stage',     'reach rate',                         'fraction',          'leading', 'doc/stage.md',       'Deals that reached the stage, of those that reached the first',
			$$SELECT stage, reach_rate FROM stage_leakage((SELECT stage_agg(deal_id, stage, entered_at, 'Lead > Qualified > Demo > Proposal > Negotiation > Won; lost: Lost, Disqualified') FROM deal_stage_history))$$),
		('stage',     'deals in stage',                     'deals',             'leading', 'doc/stage.md',       'Deals in the stage now: the pipeline as it stands',
			$$SELECT stage, in_stage FROM stage_leakage((SELECT stage_agg(deal_id, stage, entered_at, 'Lead > Qualified > Demo > Proposal > Negotiation > Won; lost: Lost, Disqualified') FROM deal_stage_history))$$),
		('stage',     'pipeline value',                     'money',             'leading', 'doc/stage.md',       'Amount of the deals in the stage now',
			$$SELECT stage, amount_in_stage FROM stage_leakage((SELECT stage_agg(h.deal_id, h.stage, h.entered_at, d.amount, 'Lead > Qualified > Demo > Proposal > Negotiation > Won; lost: Lost, Disqualified') FROM deal_stage_history h JOIN deals d USING (deal_id)))$$),
		('stage',     'value reached, value leaked',        'money',             'leading', 'doc/stage.md',       'Amount of the deals that reached the stage, and of those lost in it',
			$$SELECT stage, amount_reached, amount_leaked FROM stage_leakage((SELECT stage_agg(h.deal_id, h.stage, h.entered_at, d.amount, 'Lead > Qualified > Demo > Proposal > Negotiation > Won; lost: Lost, Disqualified') FROM deal_stage_history h JOIN deals d USING (deal_id)))$$),
		('stage',     'time in stage',                      'days',              'leading', 'doc/stage.md',       'Mean, median and 90th percentile of the finished stays',
			$$SELECT stage, mean_days, median_days, p90_days FROM stage_time((SELECT stage_agg(deal_id, stage, entered_at, 'Lead > Qualified > Demo > Proposal > Negotiation > Won; lost: Lost, Disqualified') FROM deal_stage_history))$$),
		('stage',     'age in stage',                       'days',              'leading', 'doc/stage.md',       'Median age of the stays of the deals that are in the stage now',
			$$SELECT stage, median_age_days FROM stage_time((SELECT stage_agg(deal_id, stage, entered_at, 'Lead > Qualified > Demo > Proposal > Negotiation > Won; lost: Lost, Disqualified') FROM deal_stage_history), '2026-01-01')$$),
		('stage',     're-entries',                         'visits',            'leading', 'doc/stage.md',       'Visits to a stage seen before',
			$$SELECT stage, reentries FROM stage_time((SELECT stage_agg(deal_id, stage, entered_at, 'Lead > Qualified > Demo > Proposal > Negotiation > Won; lost: Lost, Disqualified') FROM deal_stage_history))$$),
		('stage',     'regressions',                        'moves',             'leading', 'doc/stage.md',       'Moves back to an earlier stage',
			$$SELECT stage, regressions FROM stage_time((SELECT stage_agg(deal_id, stage, entered_at, 'Lead > Qualified > Demo > Proposal > Negotiation > Won; lost: Lost, Disqualified') FROM deal_stage_history))$$),
		('stage',     'stage flow',                         'deals',             'leading', 'doc/stage.md',       'From which stage to which, for a Sankey chart; reasons for losing are targets',
			$$SELECT * FROM stage_flow((SELECT stage_agg(deal_id, stage, entered_at, 'Lead > Qualified > Demo > Proposal > Negotiation > Won; lost: Lost, Disqualified') FROM deal_stage_history))$$),
		('stage',     'quality of the history',             'rows',              'lagging', 'doc/stage.md',       'Rows of the stage history by what became of them',
			$$SELECT * FROM stage_quality((SELECT stage_agg(deal_id, stage, entered_at, 'Lead > Qualified > Demo > Proposal > Negotiation > Won; lost: Lost, Disqualified') FROM deal_stage_history))$$),
		('stage',     'deals outside the funnel',           'deals',             'lagging', 'doc/stage.md',       'Deals whose rows name no stage of it',
			$$SELECT entities_outside((SELECT stage_agg(deal_id, stage, entered_at, 'Lead > Qualified > Demo > Proposal > Negotiation > Won; lost: Lost, Disqualified') FROM deal_stage_history))$$),
		('stage',     'difference of two funnels',          'fraction',          'leading', 'doc/stage.md',       'In which stage two groups differ by more than chance',
			$$SELECT stage, rate_a, rate_b, p_value FROM compare_funnels((SELECT stage_agg(deal_id, stage, entered_at, 'Lead > Qualified > Demo > Proposal > Negotiation > Won; lost: Lost, Disqualified') FROM deal_stage_history JOIN deals USING (deal_id) WHERE source = 'Partner'), (SELECT stage_agg(deal_id, stage, entered_at, 'Lead > Qualified > Demo > Proposal > Negotiation > Won; lost: Lost, Disqualified') FROM deal_stage_history JOIN deals USING (deal_id) WHERE source = 'Paid search'))$$),

		-- pipeline
		('pipeline',  'pipeline movements',                 'money',             'leading', 'doc/pipeline.md',    'Opening + created + increased - decreased - won - lost + reopened = closing, month by month',
			$$SELECT * FROM pipeline_movements((SELECT pipeline_agg(h.deal_id, h.stage, h.entered_at, d.amount, 'Lead > Qualified > Demo > Proposal > Negotiation > Won; lost: Lost, Disqualified', 'month', 'UTC') FROM deal_stage_history h JOIN deals d USING (deal_id)))$$),
		('pipeline',  'deals in the pipeline',              'deals',             'leading', 'doc/pipeline.md',    'Deals in a stage but the last at the end of the month',
			$$SELECT period AS month, closing_deals FROM pipeline_movements((SELECT pipeline_agg(h.deal_id, h.stage, h.entered_at, d.amount, 'Lead > Qualified > Demo > Proposal > Negotiation > Won; lost: Lost, Disqualified', 'month', 'UTC') FROM deal_stage_history h JOIN deals d USING (deal_id)))$$),

		-- revenue
		('revenue',   'MRR',                                'money a month',     'lagging', 'doc/revenue.md',     'Monthly recurring revenue at the end of the month',
			$$SELECT month, closing FROM mrr_movements((SELECT mrr_agg(customer, starts, ends, mrr, '2026-01-01') FROM subscriptions))$$),
		('revenue',   'MRR movements',                      'money a month',     'lagging', 'doc/revenue.md',     'Opening + new + expansion + reactivated - contraction - churned = closing',
			$$SELECT month, opening, new, expansion, reactivated, contraction, churned, closing FROM mrr_movements((SELECT mrr_agg(customer, starts, ends, mrr, '2026-01-01') FROM subscriptions))$$),
		('revenue',   'paying customers',                   'customers',         'lagging', 'doc/revenue.md',     'Customers who pay at the end of the month, and who came and went',
			$$SELECT month, opening_customers, new_customers, reactivated_customers, churned_customers, closing_customers FROM mrr_movements((SELECT mrr_agg(customer, starts, ends, mrr, '2026-01-01') FROM subscriptions))$$),
		('revenue',   'quick ratio',                        'ratio',             'lagging', 'doc/revenue.md',     'MRR won per MRR lost: (new + expansion + reactivated) / (contraction + churned)',
			$$SELECT month, quick_ratio FROM mrr_movements((SELECT mrr_agg(customer, starts, ends, mrr, '2026-01-01') FROM subscriptions))$$),
		('revenue',   'customer churn rate',                'fraction a month',  'lagging', 'doc/revenue.md',     'Customers lost in the month, of those at its start',
			$$SELECT month, customer_churn_rate FROM mrr_movements((SELECT mrr_agg(customer, starts, ends, mrr, '2026-01-01') FROM subscriptions))$$),
		('revenue',   'revenue churn rate',                 'fraction a month',  'lagging', 'doc/revenue.md',     'MRR of the customers lost in the month, of the MRR at its start',
			$$SELECT month, revenue_churn_rate FROM mrr_movements((SELECT mrr_agg(customer, starts, ends, mrr, '2026-01-01') FROM subscriptions))$$),
		('revenue',   'net revenue retention, 1 month',     'ratio',             'lagging', 'doc/revenue.md',     'What the customers of 1 month before pay now, per what they paid then',
			$$SELECT month, net_retention FROM mrr_retention((SELECT mrr_agg(customer, starts, ends, mrr, '2026-01-01') FROM subscriptions), 1)$$),
		('revenue',   'net revenue retention, 3 months',    'ratio',             'lagging', 'doc/revenue.md',     'What the customers of 3 months before pay now, per what they paid then',
			$$SELECT month, net_retention FROM mrr_retention((SELECT mrr_agg(customer, starts, ends, mrr, '2026-01-01') FROM subscriptions), 3)$$),
		('revenue',   'net revenue retention, 6 months',    'ratio',             'lagging', 'doc/revenue.md',     'What the customers of 6 months before pay now, per what they paid then',
			$$SELECT month, net_retention FROM mrr_retention((SELECT mrr_agg(customer, starts, ends, mrr, '2026-01-01') FROM subscriptions), 6)$$),
		('revenue',   'net revenue retention, 12 months',   'ratio',             'lagging', 'doc/revenue.md',     'What the customers of 12 months before pay now, per what they paid then',
			$$SELECT month, net_retention FROM mrr_retention((SELECT mrr_agg(customer, starts, ends, mrr, '2026-01-01') FROM subscriptions), 12)$$),
		('revenue',   'gross revenue retention, 1 month',   'fraction',          'lagging', 'doc/revenue.md',     'The same without what they pay more than 1 month before',
			$$SELECT month, gross_retention FROM mrr_retention((SELECT mrr_agg(customer, starts, ends, mrr, '2026-01-01') FROM subscriptions), 1)$$),
		('revenue',   'gross revenue retention, 3 months',  'fraction',          'lagging', 'doc/revenue.md',     'The same without what they pay more than 3 months before',
			$$SELECT month, gross_retention FROM mrr_retention((SELECT mrr_agg(customer, starts, ends, mrr, '2026-01-01') FROM subscriptions), 3)$$),
		('revenue',   'gross revenue retention, 6 months',  'fraction',          'lagging', 'doc/revenue.md',     'The same without what they pay more than 6 months before',
			$$SELECT month, gross_retention FROM mrr_retention((SELECT mrr_agg(customer, starts, ends, mrr, '2026-01-01') FROM subscriptions), 6)$$),
		('revenue',   'gross revenue retention, 12 months', 'fraction',          'lagging', 'doc/revenue.md',     'The same without what they pay more than 12 months before',
			$$SELECT month, gross_retention FROM mrr_retention((SELECT mrr_agg(customer, starts, ends, mrr, '2026-01-01') FROM subscriptions), 12)$$),
		('revenue',   'customer retention, 12 months',      'fraction',          'lagging', 'doc/revenue.md',     'Customers of 12 months before who still pay',
			$$SELECT month, customer_retention FROM mrr_retention((SELECT mrr_agg(customer, starts, ends, mrr, '2026-01-01') FROM subscriptions), 12)$$),

		-- cohort
		('cohort',    'cohort retention',                   'fraction',          'lagging', 'doc/cohort.md',      'Customers of a month who order again, by the months since; the month that is not over is marked',
			$$SELECT cohort, periods_since, cohort_size, retained, rate, is_complete FROM cohort_retention((SELECT cohort_agg(customer, ordered, amount, 'month', 'UTC') FROM orders), '2026-01-01')$$),
		('cohort',    'new customers',                      'customers',         'lagging', 'doc/cohort.md',      'Customers whose first order falls in the month',
			$$SELECT period, new FROM active_entities((SELECT cohort_agg(customer, ordered, amount, 'month', 'UTC') FROM orders))$$),
		('cohort',    'active customers',                   'customers',         'leading', 'doc/cohort.md',      'North-star: customers who order in the month, new, returning and reactivated',
			$$SELECT * FROM active_entities((SELECT cohort_agg(customer, ordered, amount, 'month', 'UTC') FROM orders))$$),
		('cohort',    'active customers a week',            'customers',         'leading', 'doc/cohort.md',      'North-star: customers who order in the week',
			$$SELECT period, active FROM active_entities((SELECT cohort_agg(customer, ordered, 'week', 'UTC') FROM orders))$$),
		('cohort',    'repeat rate of orders',              'fraction',          'lagging', 'doc/cohort.md',      'Customers with two orders or more, of all, from a stored summary',
			$$SELECT repeat_rate((SELECT cohort_agg(customer, ordered, amount, 'month', 'UTC') FROM orders))$$),
		('cohort',    'average order value',                'money',             'lagging', 'doc/cohort.md',      'Amount of an order',
			$$SELECT avg_order_value((SELECT cohort_agg(customer, ordered, amount, 'month', 'UTC') FROM orders))$$),
		('cohort',    'purchase frequency',                 'orders a customer', 'lagging', 'doc/cohort.md',      'Orders per customer, over the whole time',
			$$SELECT purchase_frequency((SELECT cohort_agg(customer, ordered, amount, 'month', 'UTC') FROM orders))$$),
		('cohort',    'historic customer lifetime value',   'money',             'lagging', 'doc/cohort.md',      'Amount per customer so far',
			$$SELECT historic_clv((SELECT cohort_agg(customer, ordered, amount, 'month', 'UTC') FROM orders))$$),

		-- growth
		('growth',    'sales growth',                       'fraction',          'lagging', 'doc/growth.md',      '(this month - the month before) / the month before',
			$$SELECT month, growth_rate(sales, lag(sales) OVER (ORDER BY month)) FROM (SELECT date_trunc('month', closed AT TIME ZONE 'UTC')::date AS month, sum(amount) AS sales FROM deals WHERE won AND isfinite(closed) GROUP BY 1) m$$),
		('growth',    'pipeline growth',                    'fraction',          'leading', 'doc/growth.md',      'How the amount of the open deals grew in a month',
			$$SELECT day, growth_rate(open, lag(open) OVER (ORDER BY day)) FROM (SELECT day::date, sum(amount) AS open FROM generate_series(timestamp '2024-02-01', '2026-01-01', '1 month') day JOIN deals ON created < day AT TIME ZONE 'UTC' AND (won IS NULL OR closed >= day AT TIME ZONE 'UTC') GROUP BY 1) p$$),
		('growth',    'customer acquisition cost',          'money',             'lagging', 'doc/growth.md',      'Cost of marketing and sales per new customer (CAC)',
			$$SELECT quarter, customer_acquisition_cost(cost, customers) FROM (SELECT date_trunc('quarter', month::timestamp)::date AS quarter, sum(amount) AS cost FROM costs GROUP BY 1) c JOIN (SELECT date_trunc('quarter', closed AT TIME ZONE 'UTC')::date AS quarter, count(*) AS customers, sum(amount) AS sales FROM deals WHERE won GROUP BY 1) w USING (quarter)$$),
		('growth',    'cost per lead',                      'money',             'leading', 'doc/growth.md',      'Cost of marketing per lead, by source',
			$$SELECT source, cost_per_lead(cost, leads) FROM (SELECT source, sum(amount) AS cost FROM costs GROUP BY source) c JOIN (SELECT source, count(*) AS leads FROM leads GROUP BY source) l USING (source)$$),
		('growth',    'customer lifetime value',            'money',             'lagging', 'doc/growth.md',      'Margin x average value x frequency / churn, all of a month (CLV)',
			$$SELECT customer_lifetime_value(arpa, 1, churn, 0.8) FROM (SELECT avg(closing / nullif(closing_customers, 0)) AS arpa, avg(customer_churn_rate) AS churn FROM mrr_movements((SELECT mrr_agg(customer, starts, ends, mrr, '2026-01-01') FROM subscriptions)) WHERE month >= '2025-01-01') m$$),
		('growth',    'LTV:CAC',                            'ratio',             'lagging', 'doc/growth.md',      'Lifetime value of a customer per cost of winning one',
			$$SELECT ltv_cac_ratio(customer_lifetime_value(arpa, 1, churn, 0.8), cac) FROM (SELECT avg(closing / nullif(closing_customers, 0)) AS arpa, avg(customer_churn_rate) AS churn FROM mrr_movements((SELECT mrr_agg(customer, starts, ends, mrr, '2026-01-01') FROM subscriptions)) WHERE month >= '2025-01-01') m, (SELECT customer_acquisition_cost((SELECT sum(amount) FROM costs WHERE month >= '2025-01-01'), (SELECT count(*) FROM deals WHERE won AND closed >= '2025-01-01 00:00+00')) AS cac) c$$),
		('growth',    'CAC payback',                        'months',            'lagging', 'doc/growth.md',      'Months until a customer has earned what winning it cost',
			$$SELECT cac_payback_months(cac, arpa, 0.8) FROM (SELECT avg(closing / nullif(closing_customers, 0)) AS arpa, avg(customer_churn_rate) AS churn FROM mrr_movements((SELECT mrr_agg(customer, starts, ends, mrr, '2026-01-01') FROM subscriptions)) WHERE month >= '2025-01-01') m, (SELECT customer_acquisition_cost((SELECT sum(amount) FROM costs WHERE month >= '2025-01-01'), (SELECT count(*) FROM deals WHERE won AND closed >= '2025-01-01 00:00+00')) AS cac) c$$),
		('growth',    'return on investment',               'ratio',             'lagging', 'doc/growth.md',      '(what a source brought - what it cost) / what it cost',
			$$SELECT source, return_on_investment(gain, cost) FROM (SELECT source, sum(amount) AS cost FROM costs GROUP BY source) c JOIN (SELECT source, sum(amount) AS gain FROM deals WHERE won GROUP BY source) d USING (source)$$),
		('growth',    'pipeline coverage',                  'ratio',             'leading', 'doc/growth.md',      'Open pipeline due in the quarter per amount still missing from the quota',
			$$SELECT rep, pipeline_coverage(open, quota, won) FROM quotas JOIN (SELECT owner AS rep, sum(amount) FILTER (WHERE (won IS NULL OR closed >= '2025-11-15 00:00+00') AND expected_close BETWEEN '2025-10-01' AND '2025-12-31') AS open, sum(amount) FILTER (WHERE won AND closed >= '2025-10-01 00:00+00' AND closed < '2025-11-15 00:00+00') AS won FROM deals WHERE created < '2025-11-15 00:00+00' GROUP BY owner) d USING (rep) WHERE period_start = '2025-10-01'$$),
		('growth',    'activity ratio',                     'activities a deal', 'leading', 'doc/growth.md',      'Activities per deal won',
			$$SELECT rep, activity_ratio(activities, deals_won) FROM (SELECT rep, count(*) AS activities FROM activities WHERE kind <> 'internal' GROUP BY rep) a JOIN (SELECT owner AS rep, count(*) AS deals_won FROM deals WHERE won GROUP BY owner) d USING (rep)$$),

		-- targets
		('targets',   'quota attainment',                   'fraction',          'lagging', 'doc/targets.md',     'Reps at or over their quota, of those who have one',
			$$SELECT period_start, quota_attainment(sales, quota) FROM quotas LEFT JOIN (SELECT owner AS rep, date_trunc('quarter', closed AT TIME ZONE 'UTC')::date AS period_start, sum(amount) AS sales FROM deals WHERE won GROUP BY 1, 2) d USING (rep, period_start) GROUP BY period_start$$),
		('targets',   'target attainment',                  'ratio',             'lagging', 'doc/targets.md',     'Amount won per amount of the quotas',
			$$SELECT period_start, target_attainment(sales, quota) FROM quotas LEFT JOIN (SELECT owner AS rep, date_trunc('quarter', closed AT TIME ZONE 'UTC')::date AS period_start, sum(amount) AS sales FROM deals WHERE won GROUP BY 1, 2) d USING (rep, period_start) GROUP BY period_start$$),
		('targets',   'attainment bands',                   'reps',              'lagging', 'doc/targets.md',     'How many reps reached how much of their quota',
			$$SELECT band, rows, share FROM attainment_bands((SELECT attainment_agg(sales, quota) FROM quotas LEFT JOIN (SELECT owner AS rep, date_trunc('quarter', closed AT TIME ZONE 'UTC')::date AS period_start, sum(amount) AS sales FROM deals WHERE won GROUP BY 1, 2) d USING (rep, period_start) WHERE period_start = '2025-10-01'))$$),
		('targets',   'reps without a quota',               'reps',              'lagging', 'doc/targets.md',     'Reps left out of attainment: no quota agreed, or 0',
			$$SELECT without_target(attainment_agg(sales, quota)) FROM quotas LEFT JOIN (SELECT owner AS rep, date_trunc('quarter', closed AT TIME ZONE 'UTC')::date AS period_start, sum(amount) AS sales FROM deals WHERE won GROUP BY 1, 2) d USING (rep, period_start)$$),
		('targets',   'pace',                               'ratio',             'leading', 'doc/targets.md',     'Attainment so far, the share of the period that has passed, and where it ends at this pace',
			$$SELECT rep, p.* FROM quotas JOIN (SELECT owner AS rep, sum(amount) AS sales FROM deals WHERE won AND closed >= '2025-10-01 00:00+00' AND closed < '2025-11-15 00:00+00' GROUP BY owner) d USING (rep), attainment_pace(sales, quota, period_start, period_end, '2025-11-15') p WHERE period_start = '2025-10-01'$$),

		-- plain SQL
		('plain SQL', 'total sales',                        'money',             'lagging', 'doc/kpi_catalog.md', 'Amount of the deals won in the month',
			$$SELECT month, sales FROM (SELECT date_trunc('month', closed AT TIME ZONE 'UTC')::date AS month, sum(amount) AS sales FROM deals WHERE won AND isfinite(closed) GROUP BY 1) m$$),
		('plain SQL', 'deals created',                      'deals',             'leading', 'doc/kpi_catalog.md', 'Deals created in the month',
			$$SELECT date_trunc('month', created AT TIME ZONE 'UTC')::date AS month, count(*) AS deals FROM deals WHERE isfinite(created) GROUP BY 1$$),
		('plain SQL', 'sales per rep',                      'money',             'lagging', 'doc/kpi_catalog.md', 'Amount of the deals a rep won in the quarter',
			$$SELECT owner AS rep, date_trunc('quarter', closed AT TIME ZONE 'UTC')::date AS quarter, sum(amount) AS sales FROM deals WHERE won AND isfinite(closed) GROUP BY 1, 2$$),
		('plain SQL', 'sourced revenue',                    'fraction',          'lagging', 'doc/kpi_catalog.md', 'Share of the amount won by source',
			$$SELECT source, sum(amount) / sum(sum(amount)) OVER () AS share FROM deals WHERE won GROUP BY source$$),
		('plain SQL', 'average transaction',                'money',             'lagging', 'doc/kpi_catalog.md', 'Average amount of an order',
			$$SELECT avg(amount) FROM orders$$),
		('plain SQL', 'event funnel',                       'leads',             'leading', 'doc/kpi_catalog.md', 'Leads that came to each step within 30 days of the first',
			$$SELECT count(*) AS created, count(*) FILTER (WHERE first_response <= created + interval '720 hours') AS answered, count(*) FILTER (WHERE qualified <= created + interval '720 hours') AS qualified, count(*) FILTER (WHERE converted <= created + interval '720 hours') AS converted FROM leads$$),
		('plain SQL', 'drop-off per step',                  'fraction',          'leading', 'doc/kpi_catalog.md', 'Leads that came to a step within 30 days and not to the next, of those that came to it',
			$$SELECT 1 - answered / nullif(created, 0) AS unanswered, 1 - qualified::double precision / nullif(answered, 0) AS not_qualified, 1 - converted::double precision / nullif(qualified, 0) AS not_converted FROM (SELECT count(*)::double precision AS created, count(*) FILTER (WHERE first_response <= created + interval '720 hours') AS answered, count(*) FILTER (WHERE qualified <= created + interval '720 hours') AS qualified, count(*) FILTER (WHERE converted <= created + interval '720 hours') AS converted FROM leads) f$$),
		('plain SQL', 'leads',                              'leads',             'leading', 'doc/kpi_catalog.md', 'Leads per rep and month',
			$$SELECT owner AS rep, date_trunc('month', created AT TIME ZONE 'UTC')::date AS month, count(*) AS leads FROM leads GROUP BY 1, 2$$),
		('plain SQL', 'qualified leads',                    'leads',             'leading', 'doc/kpi_catalog.md', 'Leads found worth a deal, per rep and month',
			$$SELECT owner AS rep, date_trunc('month', qualified AT TIME ZONE 'UTC')::date AS month, count(*) AS qualified FROM leads WHERE qualified IS NOT NULL GROUP BY 1, 2$$),
		('plain SQL', 'inquiries',                          'leads',             'leading', 'doc/kpi_catalog.md', 'Leads that asked on the website, per rep and month',
			$$SELECT owner AS rep, date_trunc('month', created AT TIME ZONE 'UTC')::date AS month, count(*) AS inquiries FROM leads WHERE source = 'Website' GROUP BY 1, 2$$),
		('plain SQL', 'referrals',                          'leads',             'leading', 'doc/kpi_catalog.md', 'Leads that a customer sent, per rep and month',
			$$SELECT owner AS rep, date_trunc('month', created AT TIME ZONE 'UTC')::date AS month, count(*) AS referrals FROM leads WHERE source = 'Referral' GROUP BY 1, 2$$),
		('plain SQL', 'sign-ups',                           'customers',         'leading', 'doc/kpi_catalog.md', 'Trials begun in the month',
			$$SELECT date_trunc('month', starts::timestamp)::date AS month, count(*) AS sign_ups FROM subscriptions WHERE plan = 'Trial' GROUP BY 1$$),
		('plain SQL', 'visits',                             'visits',            'leading', 'doc/kpi_catalog.md', 'Visits to customers per rep and month',
			$$SELECT rep, date_trunc('month', at AT TIME ZONE 'UTC')::date AS month, count(*) AS visits FROM activities WHERE kind = 'visit' GROUP BY 1, 2$$),
		('plain SQL', 'calls',                              'calls',             'leading', 'doc/kpi_catalog.md', 'Calls per rep and month',
			$$SELECT rep, date_trunc('month', at AT TIME ZONE 'UTC')::date AS month, count(*) AS calls FROM activities WHERE kind = 'call' GROUP BY 1, 2$$),
		('plain SQL', 'emails',                             'emails',            'leading', 'doc/kpi_catalog.md', 'Emails per rep and month',
			$$SELECT rep, date_trunc('month', at AT TIME ZONE 'UTC')::date AS month, count(*) AS emails FROM activities WHERE kind = 'email' GROUP BY 1, 2$$),
		('plain SQL', 'meetings',                           'meetings',          'leading', 'doc/kpi_catalog.md', 'Meetings per rep and month',
			$$SELECT rep, date_trunc('month', at AT TIME ZONE 'UTC')::date AS month, count(*) AS meetings FROM activities WHERE kind = 'meeting' GROUP BY 1, 2$$),
		('plain SQL', 'follow-ups',                         'follow-ups',        'leading', 'doc/kpi_catalog.md', 'Follow-ups of leads per rep and month',
			$$SELECT rep, date_trunc('month', at AT TIME ZONE 'UTC')::date AS month, count(*) AS follow_ups FROM activities WHERE kind = 'follow-up' GROUP BY 1, 2$$),
		('plain SQL', 'proposals',                          'proposals',         'leading', 'doc/kpi_catalog.md', 'Proposals written per rep and month',
			$$SELECT rep, date_trunc('month', at AT TIME ZONE 'UTC')::date AS month, count(*) AS proposals FROM activities WHERE kind = 'proposal' GROUP BY 1, 2$$),
		('plain SQL', 'demos',                              'demos',             'leading', 'doc/kpi_catalog.md', 'Demos per rep and month',
			$$SELECT rep, date_trunc('month', at AT TIME ZONE 'UTC')::date AS month, count(*) AS demos FROM activities WHERE kind = 'demo' GROUP BY 1, 2$$),
		('plain SQL', 'events',                             'events',            'leading', 'doc/kpi_catalog.md', 'Events with customers per rep and month',
			$$SELECT rep, date_trunc('month', at AT TIME ZONE 'UTC')::date AS month, count(*) AS events FROM activities WHERE kind = 'event' GROUP BY 1, 2$$),
		('plain SQL', 'social touches',                     'touches',           'leading', 'doc/kpi_catalog.md', 'Messages on social networks per rep and month',
			$$SELECT rep, date_trunc('month', at AT TIME ZONE 'UTC')::date AS month, count(*) AS social_touches FROM activities WHERE kind = 'social touch' GROUP BY 1, 2$$),
		('plain SQL', 'activities',                         'activities',        'leading', 'doc/kpi_catalog.md', 'Activities of all kinds per rep and month',
			$$SELECT rep, date_trunc('month', at AT TIME ZONE 'UTC')::date AS month, count(*) AS activities FROM activities GROUP BY 1, 2$$),
		('plain SQL', 'follow-ups per lead',                'follow-ups a lead', 'leading', 'doc/kpi_catalog.md', 'Follow-ups per lead, of those followed up',
			$$SELECT rep, count(*)::double precision / count(DISTINCT lead_id) AS follow_ups FROM activities WHERE kind = 'follow-up' GROUP BY rep$$),
		('plain SQL', 'gap between follow-ups',             'days',              'leading', 'doc/kpi_catalog.md', 'Mean days from one follow-up of a lead to the next',
			$$SELECT rep, cycle_days(before, at) FROM (SELECT rep, at, lag(at) OVER (PARTITION BY lead_id ORDER BY at) AS before FROM activities WHERE kind = 'follow-up') f WHERE before IS NOT NULL GROUP BY rep$$),
		('plain SQL', 'hours by kind',                      'hours',             'leading', 'doc/kpi_catalog.md', 'Hours spent per rep and kind of activity',
			$$SELECT rep, kind, sum(minutes) / 60.0 AS hours FROM activities GROUP BY rep, kind$$),
		('plain SQL', 'selling-time share',                 'fraction',          'leading', 'doc/kpi_catalog.md', 'Hours with leads and customers, of all hours',
			$$SELECT rep, sum(minutes) FILTER (WHERE kind <> 'internal')::double precision / sum(minutes) AS share FROM activities GROUP BY rep$$),
		('plain SQL', 'records per account',                'orders a customer', 'lagging', 'doc/kpi_catalog.md', 'Average orders of a customer',
			$$SELECT count(*)::double precision / nullif(count(DISTINCT customer), 0) AS orders FROM orders$$),
		('plain SQL', 'inventory turnover',                 'times a year',      'lagging', 'doc/kpi_catalog.md', 'Cost of the goods sold in the year / average value in store',
			$$SELECT date_trunc('year', month::timestamp)::date AS year, sum(sold) / nullif(avg(opening), 0) AS turnover FROM (SELECT month, sum(opening) AS opening, sum(sold) AS sold FROM stock GROUP BY month) s GROUP BY 1$$),
		('plain SQL', 'occupancy',                          'fraction',          'lagging', 'doc/kpi_catalog.md', 'Hours booked, of the hours there are (8 a working day)',
			$$SELECT rep, sum(minutes) / (480.0 * nullif(count(*) FILTER (WHERE kind = 'internal'), 0)) AS occupancy FROM activities GROUP BY rep$$)
	) AS catalog (family, kpi, unit, indicator, doc, meaning, call)
	$catalog$ LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 140;
COMMENT ON FUNCTION kpi_catalog() IS 'What can be asked: one row a KPI, with the family that answers it, a call that runs as it is on the sample CRM (examples/crm), its meaning, its unit, whether it leads (tells what is coming) or lags (tells what came of it), and the page that describes it. Use it in FROM.';
