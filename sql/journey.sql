--
-- journey: the definition of a journey, for event funnels (src/path/journey.c, doc/journey.md)
--

CREATE TYPE journey;

CREATE FUNCTION journey_in(cstring) RETURNS journey AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION journey_out(journey) RETURNS cstring AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION journey_recv(internal) RETURNS journey AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION journey_send(journey) RETURNS bytea AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE TYPE journey (
	INPUT = journey_in,
	OUTPUT = journey_out,
	RECEIVE = journey_recv,
	SEND = journey_send,
	STORAGE = extended
);

COMMENT ON TYPE journey IS 'A journey''s definition: events in order, and what they must keep to, such as ''view > cart | basket > purchase; within: 7 days; without: refund (2-3)''. 1 to 32 steps; clauses within, gap, without, optional, order, entry, session, count and property; labels match exactly, and stand in quotes ("") where they hold one of > ; , : | ( ) " or begin or end with a blank. It prints as it was given and is equal where it means the same.';
COMMENT ON FUNCTION journey_in(cstring) IS 'Reads a journey from its text form.';
COMMENT ON FUNCTION journey_out(journey) IS 'The text a journey was given as.';
COMMENT ON FUNCTION journey_recv(internal) IS 'Reads a journey from its binary form, which is its text.';
COMMENT ON FUNCTION journey_send(journey) IS 'The binary form of a journey, which is its text.';

CREATE FUNCTION journey(steps text[], within interval DEFAULT NULL) RETURNS journey
	AS 'MODULE_PATHNAME', 'journey_from_array' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION journey(text[], interval) IS 'A journey''s definition made of labels: steps in order, and the time from the first to the last, NULL for no limit. Labels are taken as they are, with no synonyms; an empty or NULL one is an error, as is an interval of months, which have no fixed length.';

CREATE FUNCTION steps(journey) RETURNS text[]
	AS 'MODULE_PATHNAME', 'journey_steps' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION steps(journey) IS 'The steps of a journey, in order, each by the name it is shown under (the first of its events).';

CREATE FUNCTION journey_cmp(journey, journey) RETURNS integer AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION journey_hash(journey) RETURNS integer AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION journey_hash_extended(journey, bigint) RETURNS bigint AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION journey_cmp(journey, journey) IS '-1, 0 or 1: the order of two journeys, an arbitrary one, for indexes and sorting.';
COMMENT ON FUNCTION journey_hash(journey) IS 'Hash of what a journey means.';
COMMENT ON FUNCTION journey_hash_extended(journey, bigint) IS 'Hash, with a seed, of what a journey means.';

-- for comparison in eq, ne, lt, le, gt, ge
CREATE FUNCTION journey_:comparison(journey, journey) RETURNS boolean AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
-- end

CREATE OPERATOR = (LEFTARG = journey, RIGHTARG = journey, FUNCTION = journey_eq, COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
CREATE OPERATOR <> (LEFTARG = journey, RIGHTARG = journey, FUNCTION = journey_ne, COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel);
CREATE OPERATOR < (LEFTARG = journey, RIGHTARG = journey, FUNCTION = journey_lt, COMMUTATOR = >, NEGATOR = >=, RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
CREATE OPERATOR <= (LEFTARG = journey, RIGHTARG = journey, FUNCTION = journey_le, COMMUTATOR = >=, NEGATOR = >, RESTRICT = scalarlesel, JOIN = scalarlejoinsel);
CREATE OPERATOR > (LEFTARG = journey, RIGHTARG = journey, FUNCTION = journey_gt, COMMUTATOR = <, NEGATOR = <=, RESTRICT = scalargtsel, JOIN = scalargtjoinsel);
CREATE OPERATOR >= (LEFTARG = journey, RIGHTARG = journey, FUNCTION = journey_ge, COMMUTATOR = <=, NEGATOR = <, RESTRICT = scalargesel, JOIN = scalargejoinsel);

COMMENT ON FUNCTION journey_eq(journey, journey) IS 'Whether two journeys mean the same: the same steps with the same events under the same rules, however they are written.';
COMMENT ON FUNCTION journey_ne(journey, journey) IS 'Whether two journeys differ in meaning.';
COMMENT ON FUNCTION journey_lt(journey, journey) IS 'Whether the first journey sorts before the second.';
COMMENT ON FUNCTION journey_le(journey, journey) IS 'Whether the first journey doesn''t sort after the second.';
COMMENT ON FUNCTION journey_gt(journey, journey) IS 'Whether the first journey sorts after the second.';
COMMENT ON FUNCTION journey_ge(journey, journey) IS 'Whether the first journey doesn''t sort before the second.';
COMMENT ON OPERATOR = (journey, journey) IS 'Whether two journeys mean the same.';
COMMENT ON OPERATOR <> (journey, journey) IS 'Whether two journeys differ in meaning.';
COMMENT ON OPERATOR < (journey, journey) IS 'Whether the first journey sorts before the second.';
COMMENT ON OPERATOR <= (journey, journey) IS 'Whether the first journey doesn''t sort after the second.';
COMMENT ON OPERATOR > (journey, journey) IS 'Whether the first journey sorts after the second.';
COMMENT ON OPERATOR >= (journey, journey) IS 'Whether the first journey doesn''t sort before the second.';

CREATE OPERATOR CLASS journey_ops DEFAULT FOR TYPE journey USING btree AS
	OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >,
	FUNCTION 1 journey_cmp(journey, journey);
CREATE OPERATOR CLASS journey_ops DEFAULT FOR TYPE journey USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 journey_hash(journey),
	FUNCTION 2 journey_hash_extended(journey, bigint);
COMMENT ON OPERATOR CLASS journey_ops USING btree IS 'Sorts journeys, in an arbitrary order: for GROUP BY, DISTINCT and unique indexes.';
COMMENT ON OPERATOR CLASS journey_ops USING hash IS 'Hashes journeys: for GROUP BY, DISTINCT and joins.';
