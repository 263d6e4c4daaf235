--
-- event: event funnels, rows of entities and events along a journey (src/kpi/event*.c, doc/event.md)
--

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
COMMENT ON AGGREGATE event_agg(:entity, text, :time, journey, text, text) IS 'Summarises how far entities got along a journey, also by the period (day, week from Monday, month, quarter, year; jalali month, jalali quarter, jalali year) in which their chains begin, of the local date in the zone, a name from pg_timezone_names; of timestamp and date nothing is converted. Read it with event_trend, too. Otherwise as without.';
CREATE AGGREGATE event_agg(entity :entity, at :time, definition journey, VARIADIC conditions boolean[]) (
	SFUNC = event_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = event_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE event_agg(:entity, :time, journey, boolean[]) IS 'Summarises how far entities got along a journey whose rows are told by conditions: one for each step, then one for each exclusion, in the order of the definition; NULL is false, another number of them an error. No two rows are taken for one. Otherwise as event_agg(:entity, text, :time, journey), which is faster.';
CREATE AGGREGATE event_agg(entity :entity, at :time, definition journey, period text, zone text, VARIADIC conditions boolean[]) (
	SFUNC = event_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = event_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE event_agg(:entity, :time, journey, text, text, boolean[]) IS 'Summarises how far entities got along a journey whose rows are told by conditions, also by period. Otherwise as without.';
-- end

-- for time in MOMENTS
CREATE FUNCTION event_accum(internal, entity :entity, event text, property text, at :time, definition journey) RETURNS internal
	AS 'MODULE_PATHNAME', 'event_accum_property_:{entity.c}_:{time.c}' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION event_accum(internal, :entity, text, text, :time, journey) IS 'Collects a row: transition function of event_agg(:entity, text, text, :time, journey).';
CREATE AGGREGATE event_agg(entity :entity, event text, property text, at :time, definition journey) (
	SFUNC = event_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = event_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE event_agg(:entity, text, text, :time, journey) IS 'Summarises how far entities got along a journey, also by a property of the rows, which the journey''s clause "property" says the use of: hold (the rows of a chain have one value; rows without take no part), first, last or step k (the value that the chain that counts has there). Read it with event_funnel_by, too. An error where the journey has no such clause, or there are more than 1,000,000 values. Otherwise as event_agg(:entity, text, :time, journey).';
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

CREATE FUNCTION event_funnel_by(
	summary event_summary, as_of timestamptz DEFAULT NULL,
	OUT segment text, OUT kind text, OUT step integer, OUT name text, OUT is_optional boolean,
	OUT reached bigint, OUT advanced bigint, OUT dropped bigint, OUT excluded bigint, OUT undecided bigint,
	OUT conversion_rate double precision, OUT rate_low double precision, OUT rate_high double precision,
	OUT reach_rate double precision, OUT overall_rate double precision, OUT undecided_share double precision,
	OUT mean_seconds double precision, OUT median_seconds double precision, OUT p90_seconds double precision,
	OUT median_seconds_total double precision, OUT p90_seconds_total double precision)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100 ROWS 50;
COMMENT ON FUNCTION event_funnel_by(event_summary, timestamptz) IS 'The funnel of each value of a property: one row a segment and step, with the columns of event_funnel; every unit is in one segment. Values of the most units come first. Where kind is none segment is NULL: units without a value; where it is other, too: those of values that are not kept, as there are more than 1,000. An error on a summary without a property, and for an as_of before the last row.';

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
COMMENT ON FUNCTION event_quality(event_summary) IS 'How many rows were used, and how many not and why: one row a reason, each row given in exactly one. "entity outside" are rows of entities that never did the first step; entities_outside counts these. "no property" are rows without a value of the property that is held. A step that no row satisfies has a row of its own, of 0 rows.';

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
	AS 'MODULE_PATHNAME', 'event_compare' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100 ROWS 5;
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
