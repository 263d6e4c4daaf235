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

-- use DEFINITION_TYPE of funnel=funnel definition
COMMENT ON FUNCTION funnel_eq(funnel, funnel) IS 'Whether two funnel definitions mean the same: the same labels and synonyms in the same order, however they are written.';
