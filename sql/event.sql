--
-- event: event funnels, rows of entities and events along a journey (src/kpi/event*.c, doc/event.md)
--

-- One entity: who got how far. Rows told by their event, and by conditions

CREATE FUNCTION event_level(internal) RETURNS integer
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION event_outcome(internal) RETURNS text
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION event_times_of_entity(internal) RETURNS timestamptz[]
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION event_level(internal) IS 'Walks the collected rows of an entity: final function of funnel_level.';
COMMENT ON FUNCTION event_outcome(internal) IS 'Walks the collected rows of an entity: final function of funnel_outcome.';
COMMENT ON FUNCTION event_times_of_entity(internal) IS 'Walks the collected rows of an entity: final function of funnel_times.';

-- for time in MOMENTS
CREATE FUNCTION event_collect(internal, event text, at :time, definition journey) RETURNS internal
	AS 'MODULE_PATHNAME', 'event_collect_:time.c' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION event_collect(internal, event text, at :time, definition journey, as_of timestamptz) RETURNS internal
	AS 'MODULE_PATHNAME', 'event_collect_as_of_:time.c' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION event_collect(internal, at :time, definition journey, VARIADIC conditions boolean[]) RETURNS internal
	AS 'MODULE_PATHNAME', 'event_collect_conditions_:time.c' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION event_collect(internal, at :time, definition journey, as_of timestamptz, VARIADIC conditions boolean[]) RETURNS internal
	AS 'MODULE_PATHNAME', 'event_collect_conditions_as_of_:time.c' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION event_collect(internal, text, :time, journey) IS 'Collects a row: transition function of funnel_level and funnel_times(text, :time, journey).';
COMMENT ON FUNCTION event_collect(internal, text, :time, journey, timestamptz) IS 'Collects a row: transition function of funnel_outcome(text, :time, journey, timestamptz).';
COMMENT ON FUNCTION event_collect(internal, :time, journey, boolean[]) IS 'Collects a row: transition function of funnel_level and funnel_times(:time, journey, VARIADIC boolean[]).';
COMMENT ON FUNCTION event_collect(internal, :time, journey, timestamptz, boolean[]) IS 'Collects a row: transition function of funnel_outcome(:time, journey, timestamptz, VARIADIC boolean[]).';

CREATE AGGREGATE funnel_level(event text, at :time, definition journey) (
	SFUNC = event_collect, STYPE = internal, SSPACE = 160, FINALFUNC = event_level, PARALLEL = SAFE
);
COMMENT ON AGGREGATE funnel_level(text, :time, journey) IS 'How far one entity got along a journey: the number of the furthest step, 0 where it never did the first. In any order, how many steps. To GROUP BY the entity; rows without an event or a finite time are left out, the clause count is not looked at. An error where the journey is NULL or changes within a group.';

CREATE AGGREGATE funnel_level(at :time, definition journey, VARIADIC conditions boolean[]) (
	SFUNC = event_collect, STYPE = internal, SSPACE = 160, FINALFUNC = event_level, PARALLEL = SAFE
);
COMMENT ON AGGREGATE funnel_level(:time, journey, boolean[]) IS 'How far one entity got along a journey whose rows are told by conditions: one for each step, then one for each exclusion; NULL is false. Another number of them is an error. Otherwise as funnel_level(text, :time, journey).';

CREATE AGGREGATE funnel_outcome(event text, at :time, definition journey, as_of timestamptz) (
	SFUNC = event_collect, STYPE = internal, SSPACE = 160, FINALFUNC = event_outcome, PARALLEL = SAFE
);
COMMENT ON AGGREGATE funnel_outcome(text, :time, journey, timestamptz) IS 'What became of one entity along a journey, as of a moment: converted, undecided (it still has time), dropped or excluded; NULL where it never did the first step. Exact to the microsecond. A row after as_of is an error. Otherwise as funnel_level.';

CREATE AGGREGATE funnel_outcome(at :time, definition journey, as_of timestamptz, VARIADIC conditions boolean[]) (
	SFUNC = event_collect, STYPE = internal, SSPACE = 160, FINALFUNC = event_outcome, PARALLEL = SAFE
);
COMMENT ON AGGREGATE funnel_outcome(:time, journey, timestamptz, boolean[]) IS 'What became of one entity along a journey whose rows are told by conditions, as of a moment. Otherwise as funnel_outcome(text, :time, journey, timestamptz).';

CREATE AGGREGATE funnel_times(event text, at :time, definition journey) (
	SFUNC = event_collect, STYPE = internal, SSPACE = 160, FINALFUNC = event_times_of_entity, PARALLEL = SAFE
);
COMMENT ON AGGREGATE funnel_times(text, :time, journey) IS 'When one entity did each step of a journey, in the chain that counts: an array, NULL for a step not done; timestamp and date are taken as UTC. In any order, the times of the 1st to the last step done. NULL without rows. Otherwise as funnel_level.';

CREATE AGGREGATE funnel_times(at :time, definition journey, VARIADIC conditions boolean[]) (
	SFUNC = event_collect, STYPE = internal, SSPACE = 160, FINALFUNC = event_times_of_entity, PARALLEL = SAFE
);
COMMENT ON AGGREGATE funnel_times(:time, journey, boolean[]) IS 'When one entity did each step of a journey whose rows are told by conditions. Otherwise as funnel_times(text, :time, journey).';
-- end
