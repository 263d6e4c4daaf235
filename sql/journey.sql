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

-- use DEFINITION_TYPE of journey
COMMENT ON FUNCTION journey_eq(journey, journey) IS 'Whether two journeys mean the same: the same steps with the same events under the same rules, however they are written.';
