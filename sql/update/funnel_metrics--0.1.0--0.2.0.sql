-- funnel_metrics 0.1.0 to 0.2.0: made from sql/update/ by make; edit that.
-- What 0.2.0 has in sql/*.sql and 0.1.0 has not, in the same words; test/update prints what is missing.

-- complain if script is sourced in psql, rather than via ALTER EXTENSION
\echo Use "ALTER EXTENSION funnel_metrics UPDATE" to load this file. \quit

-- pipeline

CREATE FUNCTION entities_outside(pipeline_summary) RETURNS bigint
	AS 'MODULE_PATHNAME', 'pipeline_entities_outside' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION entities_outside(pipeline_summary) IS 'Deals that no row places in a stage of the funnel: in no other figure.';

CREATE FUNCTION definition(pipeline_summary) RETURNS funnel
	AS 'MODULE_PATHNAME', 'pipeline_definition' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION definition(pipeline_summary) IS 'The funnel a summary was made with. NULL in a summary of no rows.';
