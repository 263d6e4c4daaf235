--
-- common: what families share, for sql/expand.awk; nothing of it is written by itself
--

-- list NUMBERS = smallint=int2, integer=int4, bigint=int8, numeric, real=float4, double precision=float8
-- list PROBABILITIES = numeric, real=float4, double precision=float8
-- list KEYS = bigint=int8, text, uuid

-- Times as three kinds, where a zone tells moments from local times ...
-- list TIMES = timestamptz, timestamp, date
-- list LOCAL_TIMES = timestamp, date
-- ... and where none does: timestamptz and timestamp look alike in memory, and one C function serves both.
-- list MOMENTS = timestamptz=timestamp, timestamp, date

-- What ratios in plain SQL are written for, with the names that pg_catalog has
-- list RATIONALS = numeric, double precision=float8

-- A summary type but for its comment: text and binary form, and what UNION, DISTINCT, IS DISTINCT
-- FROM, joins and hash indexes need. The C functions of equality serve all types.
-- block SUMMARY_TYPE of summary
CREATE TYPE :summary;

CREATE FUNCTION :{summary}_in(cstring) RETURNS :summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION :{summary}_out(:summary) RETURNS cstring
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION :{summary}_recv(internal) RETURNS :summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION :{summary}_send(:summary) RETURNS bytea
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION :{summary}_in(cstring) IS 'Reads the text form of type :summary, JSON; an error where it breaks a rule.';
COMMENT ON FUNCTION :{summary}_out(:summary) IS 'The text form of type :summary, JSON, lossless.';
COMMENT ON FUNCTION :{summary}_recv(internal) IS 'Reads the binary form of type :summary, every byte checked.';
COMMENT ON FUNCTION :{summary}_send(:summary) IS 'The binary form of type :summary: equal summaries are equal bytes.';

CREATE TYPE :summary (
	INPUT = :{summary}_in, OUTPUT = :{summary}_out,
	RECEIVE = :{summary}_recv, SEND = :{summary}_send,
	INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = extended
);

CREATE FUNCTION :{summary}_eq(:summary, :summary) RETURNS boolean
	AS 'MODULE_PATHNAME', 'summary_eq' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION :{summary}_ne(:summary, :summary) RETURNS boolean
	AS 'MODULE_PATHNAME', 'summary_ne' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION :{summary}_hash(:summary) RETURNS integer
	AS 'MODULE_PATHNAME', 'summary_hash' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION :{summary}_hash_extended(:summary, bigint) RETURNS bigint
	AS 'MODULE_PATHNAME', 'summary_hash_extended' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION :{summary}_eq(:summary, :summary) IS 'Whether two summaries are the same: they keep the same, to the last digit and decimal place.';
COMMENT ON FUNCTION :{summary}_ne(:summary, :summary) IS 'Whether two summaries differ in anything that they keep.';
COMMENT ON FUNCTION :{summary}_hash(:summary) IS 'Hash of what a summary keeps.';
COMMENT ON FUNCTION :{summary}_hash_extended(:summary, bigint) IS 'Hash, with a seed, of what a summary keeps.';

CREATE OPERATOR = (LEFTARG = :summary, RIGHTARG = :summary, FUNCTION = :{summary}_eq, COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES);
CREATE OPERATOR <> (LEFTARG = :summary, RIGHTARG = :summary, FUNCTION = :{summary}_ne, COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel);
COMMENT ON OPERATOR = (:summary, :summary) IS 'Whether two summaries are the same.';
COMMENT ON OPERATOR <> (:summary, :summary) IS 'Whether two summaries differ.';

CREATE OPERATOR CLASS :{summary}_ops DEFAULT FOR TYPE :summary USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 :{summary}_hash(:summary),
	FUNCTION 2 :{summary}_hash_extended(:summary, bigint);
COMMENT ON OPERATOR CLASS :{summary}_ops USING hash IS 'Hashes summaries: for UNION, DISTINCT, GROUP BY, joins and hash indexes. They have no order.';
-- end

-- What a type that defines something in words has beside its text forms: order, equality and hashes of what is
-- meant. The type is "NAME=what one is called"; the comment on NAME_eq is the type's own.
-- block DEFINITION_TYPE of definition
CREATE FUNCTION :{definition}_cmp(:definition, :definition) RETURNS integer AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION :{definition}_hash(:definition) RETURNS integer AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION :{definition}_hash_extended(:definition, bigint) RETURNS bigint AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION :{definition}_cmp(:definition, :definition) IS '-1, 0 or 1: the order of two :{definition.c}s, an arbitrary one, for indexes and sorting.';
COMMENT ON FUNCTION :{definition}_hash(:definition) IS 'Hash of what a :definition.c means.';
COMMENT ON FUNCTION :{definition}_hash_extended(:definition, bigint) IS 'Hash, with a seed, of what a :definition.c means.';

-- for comparison in eq, ne, lt, le, gt, ge
CREATE FUNCTION :{definition}_:comparison(:definition, :definition) RETURNS boolean AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
-- end

CREATE OPERATOR = (LEFTARG = :definition, RIGHTARG = :definition, FUNCTION = :{definition}_eq, COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
CREATE OPERATOR <> (LEFTARG = :definition, RIGHTARG = :definition, FUNCTION = :{definition}_ne, COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel);
CREATE OPERATOR < (LEFTARG = :definition, RIGHTARG = :definition, FUNCTION = :{definition}_lt, COMMUTATOR = >, NEGATOR = >=, RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
CREATE OPERATOR <= (LEFTARG = :definition, RIGHTARG = :definition, FUNCTION = :{definition}_le, COMMUTATOR = >=, NEGATOR = >, RESTRICT = scalarlesel, JOIN = scalarlejoinsel);
CREATE OPERATOR > (LEFTARG = :definition, RIGHTARG = :definition, FUNCTION = :{definition}_gt, COMMUTATOR = <, NEGATOR = <=, RESTRICT = scalargtsel, JOIN = scalargtjoinsel);
CREATE OPERATOR >= (LEFTARG = :definition, RIGHTARG = :definition, FUNCTION = :{definition}_ge, COMMUTATOR = <=, NEGATOR = <, RESTRICT = scalargesel, JOIN = scalargejoinsel);

COMMENT ON FUNCTION :{definition}_ne(:definition, :definition) IS 'Whether two :{definition.c}s differ in meaning.';
COMMENT ON FUNCTION :{definition}_lt(:definition, :definition) IS 'Whether the first :definition.c sorts before the second.';
COMMENT ON FUNCTION :{definition}_le(:definition, :definition) IS 'Whether the first :definition.c doesn''t sort after the second.';
COMMENT ON FUNCTION :{definition}_gt(:definition, :definition) IS 'Whether the first :definition.c sorts after the second.';
COMMENT ON FUNCTION :{definition}_ge(:definition, :definition) IS 'Whether the first :definition.c doesn''t sort before the second.';
COMMENT ON OPERATOR = (:definition, :definition) IS 'Whether two :{definition.c}s mean the same.';
COMMENT ON OPERATOR <> (:definition, :definition) IS 'Whether two :{definition.c}s differ in meaning.';
COMMENT ON OPERATOR < (:definition, :definition) IS 'Whether the first :definition.c sorts before the second.';
COMMENT ON OPERATOR <= (:definition, :definition) IS 'Whether the first :definition.c doesn''t sort after the second.';
COMMENT ON OPERATOR > (:definition, :definition) IS 'Whether the first :definition.c sorts after the second.';
COMMENT ON OPERATOR >= (:definition, :definition) IS 'Whether the first :definition.c doesn''t sort before the second.';

CREATE OPERATOR CLASS :{definition}_ops DEFAULT FOR TYPE :definition USING btree AS
	OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >,
	FUNCTION 1 :{definition}_cmp(:definition, :definition);
CREATE OPERATOR CLASS :{definition}_ops DEFAULT FOR TYPE :definition USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 :{definition}_hash(:definition),
	FUNCTION 2 :{definition}_hash_extended(:definition, bigint);
COMMENT ON OPERATOR CLASS :{definition}_ops USING btree IS 'Sorts :{definition.c}s, in an arbitrary order: for GROUP BY, DISTINCT and unique indexes.';
COMMENT ON OPERATOR CLASS :{definition}_ops USING hash IS 'Hashes :{definition.c}s: for GROUP BY, DISTINCT and joins.';
-- end
