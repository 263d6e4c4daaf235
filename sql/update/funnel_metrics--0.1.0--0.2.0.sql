-- funnel_metrics 0.1.0 to 0.2.0: made from sql/update/ by make; edit that.
-- What 0.2.0 has in sql/*.sql and 0.1.0 has not, in the same words; test/update prints what is missing.

-- complain if script is sourced in psql, rather than via ALTER EXTENSION
\echo Use "ALTER EXTENSION funnel_metrics UPDATE" to load this file. \quit

-- journey

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

COMMENT ON TYPE journey IS 'A journey''s definition: events in order, and what they must keep to, such as ''view > cart | basket > purchase; within: 7 days; without: refund (2-3)''. 1 to 32 steps; clauses within, gap, without, optional, order, entry, session and count; labels match exactly, and stand in quotes ("") where they hold one of > ; , : | ( ) " or begin or end with a blank. It prints as it was given and is equal where it means the same.';
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

-- event

-- The summary

-- use SUMMARY_TYPE of event_summary
COMMENT ON TYPE event_summary IS 'How far entities got along a journey, and who still has time: counts by step, times between steps, the same by period where one was given; made by event_agg, merged by rollup. Prints as JSON.';

-- Rows into a summary: told by their event, and by conditions

CREATE FUNCTION event_final(internal) RETURNS event_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION event_final(internal) IS 'Walks the collected rows of each entity: final function of event_agg.';

-- for entity in KEYS
-- for time in TIMES
CREATE FUNCTION event_accum(internal, entity :entity, event text, at :time, definition journey) RETURNS internal
	AS 'MODULE_PATHNAME', 'event_accum_:{entity.c}_:{time.c}' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION event_accum(internal, entity :entity, event text, at :time, definition journey, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'event_accum_:{entity.c}_:{time.c}' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION event_accum(internal, entity :entity, at :time, definition journey, VARIADIC conditions boolean[]) RETURNS internal
	AS 'MODULE_PATHNAME', 'event_accum_conditions_:{entity.c}_:{time.c}' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION event_accum(internal, entity :entity, at :time, definition journey, period text, zone text, VARIADIC conditions boolean[]) RETURNS internal
	AS 'MODULE_PATHNAME', 'event_accum_conditions_:{entity.c}_:{time.c}' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION event_accum(internal, :entity, text, :time, journey) IS 'Collects a row: transition function of event_agg(:entity, text, :time, journey).';
COMMENT ON FUNCTION event_accum(internal, :entity, text, :time, journey, text, text) IS 'Collects a row: transition function of event_agg(:entity, text, :time, journey, text, text).';
COMMENT ON FUNCTION event_accum(internal, :entity, :time, journey, boolean[]) IS 'Collects a row: transition function of event_agg(:entity, :time, journey, VARIADIC boolean[]).';
COMMENT ON FUNCTION event_accum(internal, :entity, :time, journey, text, text, boolean[]) IS 'Collects a row: transition function of event_agg(:entity, :time, journey, text, text, VARIADIC boolean[]).';

CREATE AGGREGATE event_agg(entity :entity, event text, at :time, definition journey) (
	SFUNC = event_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = event_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE event_agg(:entity, text, :time, journey) IS 'Summarises how far entities (users, devices) got along a journey: one row an entity and event, in any order. Read it with event_funnel, event_times, event_quality and event_chart. Rows without an entity, an event or a finite time are left out and counted, as are events that are not in the journey; the same entity, event and time twice counts once. timestamp and date are taken as UTC. An error where the journey is NULL or changes within a group.';
CREATE AGGREGATE event_agg(entity :entity, event text, at :time, definition journey, period text, zone text) (
	SFUNC = event_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = event_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE event_agg(:entity, text, :time, journey, text, text) IS 'Summarises how far entities got along a journey, also by the period (day, week from Monday, month, quarter, year) in which their chains begin, of the local date in the zone, a name from pg_timezone_names; of timestamp and date nothing is converted. Read it with event_trend, too. Otherwise as without.';
CREATE AGGREGATE event_agg(entity :entity, at :time, definition journey, VARIADIC conditions boolean[]) (
	SFUNC = event_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = event_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE event_agg(:entity, :time, journey, boolean[]) IS 'Summarises how far entities got along a journey whose rows are told by conditions: one for each step, then one for each exclusion, in the order of the definition; NULL is false, another number of them an error. No two rows are taken for one. Otherwise as event_agg(:entity, text, :time, journey), which is faster.';
CREATE AGGREGATE event_agg(entity :entity, at :time, definition journey, period text, zone text, VARIADIC conditions boolean[]) (
	SFUNC = event_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = event_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE event_agg(:entity, :time, journey, text, text, boolean[]) IS 'Summarises how far entities got along a journey whose rows are told by conditions, also by period. Otherwise as without.';
-- end

-- for time in LOCAL_TIMES
CREATE FUNCTION event_accum(internal, entity :entity, event text, at :time, definition journey, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'event_accum_:{entity.c}_:{time.c}' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION event_accum(internal, :entity, text, :time, journey, text) IS 'Collects a row: transition function of event_agg(:entity, text, :time, journey, text).';
CREATE AGGREGATE event_agg(entity :entity, event text, at :time, definition journey, period text) (
	SFUNC = event_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = event_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE event_agg(:entity, text, :time, journey, text) IS 'Summarises how far entities got along a journey, also by period, of times that are local already: no zone. Otherwise as event_agg(:entity, text, timestamptz, journey, text, text).';
-- end
-- end

-- Merging

CREATE FUNCTION event_summary_rollup(event_summary, summary event_summary) RETURNS event_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION event_summary_final(event_summary) RETURNS event_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION event_summary_rollup(event_summary, event_summary) IS 'Merges two summaries of one journey: transition and combine function of rollup(event_summary).';
COMMENT ON FUNCTION event_summary_final(event_summary) IS 'Packs a merged summary: final function of rollup(event_summary).';

CREATE AGGREGATE rollup(event_summary) (
	SFUNC = event_summary_rollup, STYPE = event_summary, SSPACE = 4096, FINALFUNC = event_summary_final,
	COMBINEFUNC = event_summary_rollup, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(event_summary) IS 'Merges the summaries of one journey, and of one period and zone: of countries into all. Exact, if the parts hold different entities: one that is in two parts counts twice, so days can''t be rolled up. Summaries of different journeys, periods or zones are an error; NULLs are left out.';

-- Figures of a summary

CREATE FUNCTION event_funnel(
	summary event_summary, as_of timestamptz DEFAULT NULL,
	OUT step integer, OUT name text, OUT is_optional boolean,
	OUT reached bigint, OUT advanced bigint, OUT dropped bigint, OUT excluded bigint, OUT undecided bigint,
	OUT conversion_rate double precision, OUT rate_low double precision, OUT rate_high double precision,
	OUT reach_rate double precision, OUT overall_rate double precision, OUT undecided_share double precision,
	OUT mean_seconds double precision, OUT median_seconds double precision, OUT p90_seconds double precision,
	OUT median_seconds_total double precision, OUT p90_seconds_total double precision)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100 ROWS 5;
COMMENT ON FUNCTION event_funnel(event_summary, timestamptz) IS 'How far units got: one row a step, in order, reached = advanced + dropped + excluded + undecided. Undecided is who still has time at as_of (by default the last row) and so has not failed. Rates are fractions 0..1, conversion_rate = advanced / (advanced + dropped) with its 95 % Wilson interval; times are in seconds, from the step done before and from the first, mean exact, percentiles within 1 %. An as_of before the last row is an error.';

CREATE FUNCTION event_trend(
	summary event_summary, as_of timestamptz DEFAULT NULL, step integer DEFAULT NULL,
	OUT period_start timestamp, OUT entered bigint, OUT converted bigint, OUT dropped bigint, OUT excluded bigint, OUT undecided bigint,
	OUT conversion_rate double precision, OUT reach_rate double precision, OUT median_seconds_total double precision, OUT is_complete boolean)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100 ROWS 50;
COMMENT ON FUNCTION event_trend(event_summary, timestamptz, integer) IS 'The funnel by the period in which a chain begins: one row a period, entered = converted + dropped + excluded + undecided. Converted is who reached the step, by default the last. is_complete: nobody who entered can still have time. A unit is in each period that it enters, so periods do not add up to event_funnel. Rates are fractions 0..1, times in seconds within 1 %. An error on a summary without a period, and for an as_of before the last row.';

CREATE FUNCTION event_times(
	summary event_summary, step integer DEFAULT NULL, bins integer DEFAULT 20,
	OUT from_seconds double precision, OUT to_seconds double precision, OUT entities bigint, OUT share double precision, OUT cumulative_share double precision)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100 ROWS 20;
COMMENT ON FUNCTION event_times(event_summary, integer, integer) IS 'How long units took from the first step to another (by default the last): a histogram of bins (1..1000, 20 by default) of one width, in seconds, boundaries within 1 %. Shares are fractions 0..1 of those who got there. No rows where nobody did.';

CREATE FUNCTION event_quality(
	summary event_summary,
	OUT reason text, OUT rows bigint)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 8;
COMMENT ON FUNCTION event_quality(event_summary) IS 'How many rows were used, and how many not and why: one row a reason, each row given in exactly one. "entity outside" are rows of entities that never did the first step; entities_outside counts these. A step that no row satisfies has a row of its own, of 0 rows.';

CREATE FUNCTION event_chart(
	summary event_summary, width integer DEFAULT 40,
	OUT name text, OUT bar text, OUT reached bigint, OUT conversion double precision)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100 ROWS 5;
COMMENT ON FUNCTION event_chart(event_summary, integer) IS 'The journey as bars of text, of at most width (1..1000) characters: one row a step. Conversion is that of event_funnel, a fraction 0..1 of those that went on or dropped.';

CREATE FUNCTION compare_funnels(
	a event_summary, b event_summary, as_of timestamptz DEFAULT NULL,
	OUT step integer, OUT name text, OUT rate_a double precision, OUT rate_b double precision,
	OUT difference double precision, OUT low double precision, OUT high double precision,
	OUT p_value double precision)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME', 'compare_event_funnels' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100 ROWS 5;
COMMENT ON FUNCTION compare_funnels(event_summary, event_summary, timestamptz) IS 'Do two segments convert differently? One row a step: both conversion rates of event_funnel, a minus b with its 95 % Newcombe interval, and the two-sided p-value of the pooled z test, corrected (Holm) for the number of steps compared. NULLs where a side has nothing decided, and at the last step. Summaries of different journeys are an error. Newcombe 1998, method 10; Holm 1979.';

CREATE FUNCTION entities_outside(event_summary) RETURNS bigint
	AS 'MODULE_PATHNAME', 'event_entities_outside' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION entities_outside(event_summary) IS 'Entities with rows of the journey that never did the first step: in no other figure.';

CREATE FUNCTION definition(event_summary) RETURNS journey
	AS 'MODULE_PATHNAME', 'event_definition' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION definition(event_summary) IS 'The journey a summary was made with. NULL in a summary of no rows.';

CREATE FUNCTION data_from(event_summary) RETURNS timestamptz
	AS 'MODULE_PATHNAME', 'event_data_from' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION data_from(event_summary) IS 'The first moment of the rows, those of other events too, timestamp and date taken as UTC. NULL where there is none.';

CREATE FUNCTION data_through(event_summary) RETURNS timestamptz
	AS 'MODULE_PATHNAME', 'event_data_through' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION data_through(event_summary) IS 'The last moment of the rows, those of other events too, timestamp and date taken as UTC: as_of can be this moment or later. NULL where there is none.';

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

-- sequence

CREATE FUNCTION window_funnel_final(internal) RETURNS integer
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
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
	AS 'MODULE_PATHNAME', 'window_funnel_accum_:time.c' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION window_funnel_accum(internal, at :time, span interval, mode text, VARIADIC conditions boolean[]) RETURNS internal
	AS 'MODULE_PATHNAME', 'window_funnel_accum_mode_:time.c' LANGUAGE C IMMUTABLE PARALLEL SAFE;
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
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION retention_final(internal) RETURNS boolean[]
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION retention_accum(internal, boolean[]) IS 'Looks at a row: transition function of retention.';
COMMENT ON FUNCTION retention_final(internal) IS 'What has been seen: final function of retention.';

CREATE AGGREGATE retention(VARIADIC conditions boolean[]) (
	SFUNC = retention_accum, STYPE = internal, SSPACE = 32, FINALFUNC = retention_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE retention(boolean[]) IS 'Of each of 1 to 32 conditions, whether a row of one entity met it and one met the first, as ClickHouse''s retention has it: the first is true where it was met at all. To GROUP BY the entity. NULL without rows.';

-- kpi_catalog

CREATE OR REPLACE FUNCTION kpi_catalog()
	RETURNS TABLE (kpi text, family text, call text, meaning text, unit text, indicator text, doc text)
	AS $catalog$
	SELECT kpi, family, call, meaning, unit, indicator, doc
	FROM (VALUES
		-- outcome
		('outcome',   'labels of a status',                 'rows',              'leading', 'doc/outcome.md',     'The labels of a column, the rows of each, and whether it means won, lost or open',
			$$SELECT * FROM outcome_labels((SELECT label_agg(stage) FROM deal_stage_history), '{Won}', '{Lost,Disqualified}')$$),

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

		-- event
		('event',     'steps of a journey',                 'visitors',          'lagging', 'doc/event.md',       'Who got how far within the time, who dropped, and who still has time',
			$$SELECT step, name, reached, advanced, dropped, undecided, conversion_rate FROM event_funnel((SELECT event_agg(visitor, event, at, 'visit > cart > checkout > payment; within: 7 days') FROM shop_events))$$),
		('event',     'conversion of a journey by week',    'fraction',          'leading', 'doc/event.md',       'Visitors who paid, of those who began in the week and have decided',
			$$SELECT period_start, entered, conversion_rate, is_complete FROM event_trend((SELECT event_agg(visitor, event, at, 'visit > cart > checkout > payment; within: 7 days', 'week', 'UTC') FROM shop_events))$$),
		('event',     'time through a journey',             'seconds',           'lagging', 'doc/event.md',       'How long visitors took from the first step to the last, as a histogram',
			$$SELECT * FROM event_times((SELECT event_agg(visitor, event, at, 'visit > cart > checkout > payment; within: 7 days') FROM shop_events), NULL, 10)$$),
		('event',     'conversion of one device against another', 'fraction',    'lagging', 'doc/event.md',       'Whether the steps of a journey convert differently',
			$$SELECT c.* FROM (SELECT event_agg(visitor, event, at, 'visit > checkout > payment; within: 7 days') FILTER (WHERE device = 'phone') AS a, event_agg(visitor, event, at, 'visit > checkout > payment; within: 7 days') FILTER (WHERE device <> 'phone') AS b FROM shop_events) t, compare_funnels(a, b) c$$),
		('event',     'who left a full cart',               'visitors',          'leading', 'doc/event.md',       'Visitors who can still pay for what they put into the cart, and since when',
			$$SELECT visitor, (funnel_times(event, at, 'cart > payment; within: 14 days'))[1] AS cart FROM shop_events GROUP BY visitor HAVING funnel_level(event, at, 'cart > payment; within: 14 days') = 1 AND funnel_outcome(event, at, 'cart > payment; within: 14 days', '2026-01-01') = 'undecided'$$),
		('event',     'events that were not used',          'rows',              'leading', 'doc/event.md',       'Events left out of a journey, by reason',
			$$SELECT * FROM event_quality((SELECT event_agg(visitor, event, at, 'visit > cart > checkout > payment') FROM shop_events))$$),

		-- sequence
		('sequence',  'furthest step of a visitor',         'step',              'lagging', 'doc/sequence.md',    'As ClickHouse''s windowFunnel counts it',
			$$SELECT level, count(*) FROM (SELECT window_funnel(at, '7 days', event = 'visit', event = 'cart', event = 'payment') AS level FROM shop_events GROUP BY visitor) v GROUP BY level$$),
		('sequence',  'visitors who did one thing and another', 'visitors',      'lagging', 'doc/sequence.md',    'Who paid, and who took it back, of those who visited',
			$$SELECT count(*) FILTER (WHERE r[1]) AS visited, count(*) FILTER (WHERE r[2]) AS paid, count(*) FILTER (WHERE r[3]) AS refunded FROM (SELECT retention(event = 'visit', event = 'payment', event = 'refund') AS r FROM shop_events GROUP BY visitor) v$$),
		('sequence',  'visitors of a pattern',              'visitors',          'lagging', 'doc/sequence.md',    'Who paid half a day after checkout or later, how often, and when first',
			$$SELECT visitor, sequence_count('(?1)(?t>43200)(?2)', at, event = 'checkout', event = 'payment') AS times, (sequence_events('(?1)(?t>43200)(?2)', at, event = 'checkout', event = 'payment'))[2] AS paid FROM shop_events GROUP BY visitor HAVING sequence_match('(?1)(?t>43200)(?2)', at, event = 'checkout', event = 'payment')$$),

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
