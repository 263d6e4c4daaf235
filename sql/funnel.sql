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

-- for comparison in eq, ne, lt, le, gt, ge
CREATE FUNCTION funnel_:comparison(funnel, funnel) RETURNS boolean AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
-- end

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
