--
-- sequence: what users of ClickHouse know, over the rows of one entity each (src/kpi/sequence.c, doc/sequence.md)
--

CREATE FUNCTION window_funnel_final(internal) RETURNS integer
	AS 'MODULE_PATHNAME', 'sequence_window_funnel_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION sequence_match_final(internal) RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION sequence_count_final(internal) RETURNS bigint
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION sequence_events_final(internal) RETURNS timestamptz[]
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION window_funnel_final(internal) IS 'Walks the collected rows of an entity: final function of window_funnel.';
COMMENT ON FUNCTION sequence_match_final(internal) IS 'Matches the collected rows of an entity: final function of sequence_match.';
COMMENT ON FUNCTION sequence_count_final(internal) IS 'Matches the collected rows of an entity: final function of sequence_count.';
COMMENT ON FUNCTION sequence_events_final(internal) IS 'Matches the collected rows of an entity: final function of sequence_events.';

-- for time in MOMENTS
CREATE FUNCTION window_funnel_accum(internal, at :time, span interval, VARIADIC conditions boolean[]) RETURNS internal
	AS 'MODULE_PATHNAME', 'sequence_window_funnel_accum_:time.c' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION window_funnel_accum(internal, at :time, span interval, mode text, VARIADIC conditions boolean[]) RETURNS internal
	AS 'MODULE_PATHNAME', 'sequence_window_funnel_accum_mode_:time.c' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION sequence_accum(internal, pattern text, at :time, VARIADIC conditions boolean[]) RETURNS internal
	AS 'MODULE_PATHNAME', 'sequence_accum_:time.c' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION window_funnel_accum(internal, :time, interval, boolean[]) IS 'Collects a row: transition function of window_funnel(:time, interval, VARIADIC boolean[]).';
COMMENT ON FUNCTION window_funnel_accum(internal, :time, interval, text, boolean[]) IS 'Collects a row: transition function of window_funnel(:time, interval, text, VARIADIC boolean[]).';
COMMENT ON FUNCTION sequence_accum(internal, text, :time, boolean[]) IS 'Collects a row: transition function of sequence_match, sequence_count and sequence_events(text, :time, VARIADIC boolean[]).';

CREATE AGGREGATE window_funnel(at :time, span interval, VARIADIC conditions boolean[]) (
	SFUNC = window_funnel_accum, STYPE = internal, SSPACE = 256, FINALFUNC = window_funnel_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE window_funnel(:time, interval, boolean[]) IS 'How far one entity got along 1 to 32 conditions in order, all within the span from the first: the number of the furthest, 0 for none, as ClickHouse''s windowFunnel has it. To GROUP BY the entity. One row may take several steps; funnel_level uses each row once.';

CREATE AGGREGATE window_funnel(at :time, span interval, mode text, VARIADIC conditions boolean[]) (
	SFUNC = window_funnel_accum, STYPE = internal, SSPACE = 256, FINALFUNC = window_funnel_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE window_funnel(:time, interval, text, boolean[]) IS 'How far one entity got along conditions in order, within a span, in a mode of ClickHouse''s windowFunnel: strict_deduplication, strict_order, strict_increase, strict_once, allow_reentry, several joined by commas, or default. An unknown mode is an error.';

CREATE AGGREGATE sequence_match(pattern text, at :time, VARIADIC conditions boolean[]) (
	SFUNC = sequence_accum, STYPE = internal, SSPACE = 256, FINALFUNC = sequence_match_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE sequence_match(text, :time, boolean[]) IS 'Whether the rows of one entity, in order of time, match a pattern of conditions such as ''(?1).*(?2)(?t<=3600)(?3)'', as ClickHouse''s sequenceMatch has it. Rows of no condition are left out; times are in seconds. False without rows.';

CREATE AGGREGATE sequence_count(pattern text, at :time, VARIADIC conditions boolean[]) (
	SFUNC = sequence_accum, STYPE = internal, SSPACE = 256, FINALFUNC = sequence_count_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE sequence_count(text, :time, boolean[]) IS 'How often the rows of one entity match a pattern of conditions: matches that do not overlap, from the first on, as ClickHouse''s sequenceCount has it. Otherwise as sequence_match.';

CREATE AGGREGATE sequence_events(pattern text, at :time, VARIADIC conditions boolean[]) (
	SFUNC = sequence_accum, STYPE = internal, SSPACE = 256, FINALFUNC = sequence_events_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE sequence_events(text, :time, boolean[]) IS 'When the conditions of the first match of a pattern were met: an array of the moments of its (?N), in order. NULL without a match. Otherwise as sequence_match.';
-- end

CREATE FUNCTION retention_accum(internal, VARIADIC conditions boolean[]) RETURNS internal
	AS 'MODULE_PATHNAME', 'sequence_retention_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION retention_final(internal) RETURNS boolean[]
	AS 'MODULE_PATHNAME', 'sequence_retention_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION retention_accum(internal, boolean[]) IS 'Looks at a row: transition function of retention.';
COMMENT ON FUNCTION retention_final(internal) IS 'What has been seen: final function of retention.';

CREATE AGGREGATE retention(VARIADIC conditions boolean[]) (
	SFUNC = retention_accum, STYPE = internal, SSPACE = 32, FINALFUNC = retention_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE retention(boolean[]) IS 'Of each of 1 to 32 conditions, whether a row of one entity met it and one met the first, as ClickHouse''s retention has it: the first is true where it was met at all. To GROUP BY the entity. NULL without rows.';
