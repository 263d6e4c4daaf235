--
-- attribution: who earned the conversions (src/kpi/attribution*.c, doc/attribution.md)
--

-- use SUMMARY_TYPE of attribution_summary
COMMENT ON TYPE attribution_summary IS 'Touches of channels on the way to a conversion, counted by place on the path, by set of channels and as the moves of a Markov chain: what all models of attribution are read from; made by attribution_agg, merged by rollup. Amounts are in one currency. Prints as JSON.';

-- Rows into a summary

CREATE FUNCTION attribution_final(internal) RETURNS attribution_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION attribution_final(internal) IS 'Walks the collected touches of each entity: final function of attribution_agg.';

-- for entity in KEYS
-- for time in MOMENTS
CREATE FUNCTION attribution_accum(internal, entity :entity, channel text, touched_at :time, outcome boolean, ended_at :time) RETURNS internal
	AS 'MODULE_PATHNAME', 'attribution_accum_:{entity.c}_:time.c' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION attribution_accum(internal, entity :entity, channel text, touched_at :time, outcome boolean, ended_at :time, options text) RETURNS internal
	AS 'MODULE_PATHNAME', 'attribution_accum_:{entity.c}_:time.c' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION attribution_accum(internal, :entity, text, :time, boolean, :time) IS 'Collects a row: transition function of attribution_agg(:entity, text, :time, boolean, :time).';
COMMENT ON FUNCTION attribution_accum(internal, :entity, text, :time, boolean, :time, text) IS 'Collects a row: transition function of attribution_agg(:entity, text, :time, boolean, :time, text).';

CREATE AGGREGATE attribution_agg(entity :entity, channel text, touched_at :time, outcome boolean, ended_at :time) (
	SFUNC = attribution_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = attribution_final, PARALLEL = SAFE
);
CREATE AGGREGATE attribution_agg(entity :entity, channel text, touched_at :time, outcome boolean, ended_at :time, options text) (
	SFUNC = attribution_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = attribution_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE attribution_agg(:entity, text, :time, boolean, :time) IS 'Summarises touches: one row a touch of an entity (a lead, a deal), in any order, with how the entity ended: true converted, false gave up, NULL undecided, and when. Touches count up to and at the end; equal instants stand in byte order of the channel. A row without channel or time only says how the entity ended: a conversion without a touch is shown as such. Entities that are undecided, or end in two ways, are left out and counted. timestamp and date are taken as UTC. Never NULL.';
COMMENT ON AGGREGATE attribution_agg(:entity, text, :time, boolean, :time, text) IS 'As without options; these are the same for a whole group and not NULL, else an error: ''lookback: 90 days; half_life: 7 days; markov: 2; position: 40 40''. Touches longer ago than the lookback do not count; half_life is that of the decay model, 7 days by default; markov the order of the chain, 1..4, 1 by default; position the percent of the first and last touch.';

-- for amount in NUMBERS
CREATE FUNCTION attribution_accum(internal, entity :entity, channel text, touched_at :time, outcome boolean, ended_at :time, amount :amount) RETURNS internal
	AS 'MODULE_PATHNAME', 'attribution_accum_:{entity.c}_:{time.c}_:amount.c' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION attribution_accum(internal, entity :entity, channel text, touched_at :time, outcome boolean, ended_at :time, amount :amount, options text) RETURNS internal
	AS 'MODULE_PATHNAME', 'attribution_accum_:{entity.c}_:{time.c}_:amount.c' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION attribution_accum(internal, :entity, text, :time, boolean, :time, :amount) IS 'Collects a row: transition function of attribution_agg(:entity, text, :time, boolean, :time, :amount).';
COMMENT ON FUNCTION attribution_accum(internal, :entity, text, :time, boolean, :time, :amount, text) IS 'Collects a row: transition function of attribution_agg(:entity, text, :time, boolean, :time, :amount, text).';

CREATE AGGREGATE attribution_agg(entity :entity, channel text, touched_at :time, outcome boolean, ended_at :time, amount :amount) (
	SFUNC = attribution_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = attribution_final, PARALLEL = SAFE
);
CREATE AGGREGATE attribution_agg(entity :entity, channel text, touched_at :time, outcome boolean, ended_at :time, amount :amount, options text) (
	SFUNC = attribution_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = attribution_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE attribution_agg(:entity, text, :time, boolean, :time, :amount) IS 'As without an amount; it is the entity''s, on each of its rows, what its conversion is worth, in one currency: credited as conversions are. NaN and infinite amounts are errors.';
COMMENT ON AGGREGATE attribution_agg(:entity, text, :time, boolean, :time, :amount, text) IS 'With an amount and options, as described for each.';
-- end
-- end
-- end

-- Merging

CREATE FUNCTION attribution_summary_rollup(attribution_summary, summary attribution_summary) RETURNS attribution_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION attribution_summary_final(attribution_summary) RETURNS attribution_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION attribution_summary_rollup(attribution_summary, attribution_summary) IS 'Merges two summaries of the same options: transition and combine function of rollup(attribution_summary).';
COMMENT ON FUNCTION attribution_summary_final(attribution_summary) IS 'Packs a merged summary: final function of rollup(attribution_summary).';

CREATE AGGREGATE rollup(attribution_summary) (
	SFUNC = attribution_summary_rollup, STYPE = attribution_summary, SSPACE = 4096, FINALFUNC = attribution_summary_final,
	COMBINEFUNC = attribution_summary_rollup, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(attribution_summary) IS 'Merges summaries of the same options (else an error): of countries into all. Exact, if the parts hold different entities: one that is in two parts counts twice. NULLs are left out.';

-- Figures of a summary

CREATE FUNCTION attribution(
	summary attribution_summary, model text,
	OUT channel text, OUT touches bigint, OUT entities bigint, OUT conversions numeric, OUT value numeric, OUT share double precision)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME', 'attribution_attribution' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000 ROWS 20;
COMMENT ON FUNCTION attribution(attribution_summary, text) IS 'Who earned the conversions, by a model: first, last, linear, position, decay, markov or shapley (else an error). One row a channel, in byte order: its touches, the entities it touched, the conversions and the value credited to it, which add up to all, to the last digit, and its share of all conversions, a fraction 0..1. Last, with a channel of NULL, those who touched nothing. Use it in FROM.';

CREATE FUNCTION attribution_models(
	summary attribution_summary,
	OUT channel text, OUT touches bigint, OUT entities bigint, OUT first numeric, OUT last numeric, OUT linear numeric,
	OUT "position" numeric, OUT decay numeric, OUT markov numeric, OUT shapley numeric)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2000 ROWS 20;
COMMENT ON FUNCTION attribution_models(attribution_summary) IS 'The conversions that each model credits to each channel, side by side: where models agree the answer is safe, where they differ it is the model''s. One row a channel, in byte order; last, with a channel of NULL, those who touched nothing.';

CREATE FUNCTION attribution_transitions(
	summary attribution_summary,
	OUT source text, OUT target text, OUT moves bigint, OUT probability double precision)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000 ROWS 100;
COMMENT ON FUNCTION attribution_transitions(attribution_summary) IS 'The Markov chain: how many moves led from a state (the last touches, as many as the order, or "(start)") to a channel, "(conversion)" or "(null)", and which share of those out of it, a fraction 0..1.';

CREATE FUNCTION removal_effects(
	summary attribution_summary,
	OUT channel text, OUT effect double precision)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME', 'attribution_removal_effects' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000 ROWS 20;
COMMENT ON FUNCTION removal_effects(attribution_summary) IS 'Which part of the conversions the Markov chain loses without a channel, if every move into it led to giving up: a fraction 0..1, one row a channel; NULL where nobody converted. They do not add up to 1.';

CREATE FUNCTION attribution_counts(
	summary attribution_summary,
	OUT outcome text, OUT entities bigint)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 6;
COMMENT ON FUNCTION attribution_counts(attribution_summary) IS 'How many entities there are, by how they ended: converted and gave up, with a touch that counts and without, undecided, ended in two ways. Each entity is in exactly one row.';

CREATE FUNCTION attribution_quality(
	summary attribution_summary,
	OUT reason text, OUT rows bigint)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 8;
COMMENT ON FUNCTION attribution_quality(attribution_summary) IS 'How many rows were used, and how many not and why: one row a reason. Each row given is in exactly one.';

CREATE FUNCTION data_from(attribution_summary) RETURNS timestamptz
	AS 'MODULE_PATHNAME', 'attribution_data_from' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION data_from(attribution_summary) IS 'The first moment of a touch, timestamp and date taken as UTC. NULL where there is none.';

CREATE FUNCTION data_through(attribution_summary) RETURNS timestamptz
	AS 'MODULE_PATHNAME', 'attribution_data_through' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION data_through(attribution_summary) IS 'The last moment of a touch, timestamp and date taken as UTC. NULL where there is none.';
