--
-- parallel: path aggregates that several processes compute (src/path/partial.c, doc/parallel.md)
--
-- They have names of their own: whoever ships partial states to other servers, as Citus does after 14.0, would ship those
-- of stage_agg, too, once it had a combine function, and keys are made with a secret of the session.
--

CREATE FUNCTION parallel_deserial(bytea, internal) RETURNS internal
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION parallel_deserial(bytea, internal) IS 'Takes over what another process of the query collected: deserialisation function of the parallel aggregates.';

-- for family in stage, pipeline, mrr, cohort, event, session, stickiness, retention, landmark, path, attribution
CREATE FUNCTION parallel_:{family}_serial(internal) RETURNS bytea
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION parallel_:{family}_combine(internal, internal) RETURNS internal
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10;
COMMENT ON FUNCTION parallel_:{family}_serial(internal) IS 'Hands over what a process collected: serialisation function of parallel_:{family}_agg.';
COMMENT ON FUNCTION parallel_:{family}_combine(internal, internal) IS 'Adds what another process collected: combine function of parallel_:{family}_agg.';
-- end

-- What all of them have; of one whose other functions are named otherwise: FAMILY=NAME
-- block PARALLEL_STATE of family
	SFUNC = :{family.c}_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = :{family.c}_final,
	COMBINEFUNC = parallel_:{family}_combine, SERIALFUNC = parallel_:{family}_serial, DESERIALFUNC = parallel_deserial, PARALLEL = SAFE
);
-- end

-- stage

-- for entity in KEYS
-- for time in MOMENTS
CREATE AGGREGATE parallel_stage_agg(entity :entity, stage text, entered_at :time, definition funnel) (
-- use PARALLEL_STATE of stage
COMMENT ON AGGREGATE parallel_stage_agg(:entity, text, :time, funnel) IS 'As stage_agg of the same arguments, by several processes where the planner has them.';
-- for amount in NUMBERS
CREATE AGGREGATE parallel_stage_agg(entity :entity, stage text, entered_at :time, amount :amount, definition funnel) (
-- use PARALLEL_STATE of stage
COMMENT ON AGGREGATE parallel_stage_agg(:entity, text, :time, :amount, funnel) IS 'As stage_agg of the same arguments, by several processes where the planner has them.';
-- end
-- end
-- end

-- pipeline

-- for entity in KEYS
-- for amount in NUMBERS
CREATE AGGREGATE parallel_pipeline_agg(entity :entity, stage text, at timestamptz, amount :amount, definition funnel, period text, zone text) (
-- use PARALLEL_STATE of pipeline
COMMENT ON AGGREGATE parallel_pipeline_agg(:entity, text, timestamptz, :amount, funnel, text, text) IS 'As pipeline_agg of the same arguments, by several processes where the planner has them.';
-- for time in LOCAL_TIMES
CREATE AGGREGATE parallel_pipeline_agg(entity :entity, stage text, at :time, amount :amount, definition funnel, period text) (
-- use PARALLEL_STATE of pipeline
CREATE AGGREGATE parallel_pipeline_agg(entity :entity, stage text, at :time, amount :amount, definition funnel, period text, zone text) (
-- use PARALLEL_STATE of pipeline
COMMENT ON AGGREGATE parallel_pipeline_agg(:entity, text, :time, :amount, funnel, text) IS 'As pipeline_agg of the same arguments, by several processes where the planner has them.';
COMMENT ON AGGREGATE parallel_pipeline_agg(:entity, text, :time, :amount, funnel, text, text) IS 'As pipeline_agg of the same arguments, by several processes where the planner has them.';
-- end
-- end
-- end

-- revenue

-- for customer in KEYS
-- for amount in NUMBERS
CREATE AGGREGATE parallel_mrr_agg(customer :customer, month date, mrr :amount) (
-- use PARALLEL_STATE of mrr
COMMENT ON AGGREGATE parallel_mrr_agg(:customer, date, :amount) IS 'As mrr_agg of the same arguments, by several processes where the planner has them.';
CREATE AGGREGATE parallel_mrr_agg(customer :customer, starts date, ends date, mrr :amount, as_of date) (
-- use PARALLEL_STATE of mrr
COMMENT ON AGGREGATE parallel_mrr_agg(:customer, date, date, :amount, date) IS 'As mrr_agg of the same arguments, by several processes where the planner has them.';
CREATE AGGREGATE parallel_mrr_agg(customer :customer, month date, mrr :amount, period text) (
-- use PARALLEL_STATE of mrr
COMMENT ON AGGREGATE parallel_mrr_agg(:customer, date, :amount, text) IS 'As mrr_agg of the same arguments, by several processes where the planner has them.';
CREATE AGGREGATE parallel_mrr_agg(customer :customer, starts date, ends date, mrr :amount, as_of date, period text) (
-- use PARALLEL_STATE of mrr
COMMENT ON AGGREGATE parallel_mrr_agg(:customer, date, date, :amount, date, text) IS 'As mrr_agg of the same arguments, by several processes where the planner has them.';
-- end
-- end

-- cohort

-- for entity in KEYS
CREATE AGGREGATE parallel_cohort_agg(entity :entity, at timestamptz, period text, zone text) (
-- use PARALLEL_STATE of cohort
COMMENT ON AGGREGATE parallel_cohort_agg(:entity, timestamptz, text, text) IS 'As cohort_agg of the same arguments, by several processes where the planner has them.';
-- for amount in NUMBERS
CREATE AGGREGATE parallel_cohort_agg(entity :entity, at timestamptz, amount :amount, period text, zone text) (
-- use PARALLEL_STATE of cohort
COMMENT ON AGGREGATE parallel_cohort_agg(:entity, timestamptz, :amount, text, text) IS 'As cohort_agg of the same arguments, by several processes where the planner has them.';
-- end
-- for time in LOCAL_TIMES
CREATE AGGREGATE parallel_cohort_agg(entity :entity, at :time, period text) (
-- use PARALLEL_STATE of cohort
CREATE AGGREGATE parallel_cohort_agg(entity :entity, at :time, period text, zone text) (
-- use PARALLEL_STATE of cohort
COMMENT ON AGGREGATE parallel_cohort_agg(:entity, :time, text) IS 'As cohort_agg of the same arguments, by several processes where the planner has them.';
COMMENT ON AGGREGATE parallel_cohort_agg(:entity, :time, text, text) IS 'As cohort_agg of the same arguments, by several processes where the planner has them.';
-- for amount in NUMBERS
CREATE AGGREGATE parallel_cohort_agg(entity :entity, at :time, amount :amount, period text) (
-- use PARALLEL_STATE of cohort
CREATE AGGREGATE parallel_cohort_agg(entity :entity, at :time, amount :amount, period text, zone text) (
-- use PARALLEL_STATE of cohort
COMMENT ON AGGREGATE parallel_cohort_agg(:entity, :time, :amount, text) IS 'As cohort_agg of the same arguments, by several processes where the planner has them.';
COMMENT ON AGGREGATE parallel_cohort_agg(:entity, :time, :amount, text, text) IS 'As cohort_agg of the same arguments, by several processes where the planner has them.';
-- end
-- end
-- end

-- event

-- for entity in KEYS
-- for time in TIMES
CREATE AGGREGATE parallel_event_agg(entity :entity, event text, at :time, definition journey) (
-- use PARALLEL_STATE of event
COMMENT ON AGGREGATE parallel_event_agg(:entity, text, :time, journey) IS 'As event_agg of the same arguments, by several processes where the planner has them.';
CREATE AGGREGATE parallel_event_agg(entity :entity, event text, at :time, definition journey, period text, zone text) (
-- use PARALLEL_STATE of event
COMMENT ON AGGREGATE parallel_event_agg(:entity, text, :time, journey, text, text) IS 'As event_agg of the same arguments, by several processes where the planner has them.';
CREATE AGGREGATE parallel_event_agg(entity :entity, at :time, definition journey, VARIADIC conditions boolean[]) (
-- use PARALLEL_STATE of event
COMMENT ON AGGREGATE parallel_event_agg(:entity, :time, journey, boolean[]) IS 'As event_agg of the same arguments, by several processes where the planner has them.';
CREATE AGGREGATE parallel_event_agg(entity :entity, at :time, definition journey, period text, zone text, VARIADIC conditions boolean[]) (
-- use PARALLEL_STATE of event
COMMENT ON AGGREGATE parallel_event_agg(:entity, :time, journey, text, text, boolean[]) IS 'As event_agg of the same arguments, by several processes where the planner has them.';
-- end
-- for time in MOMENTS
CREATE AGGREGATE parallel_event_agg(entity :entity, event text, property text, at :time, definition journey) (
-- use PARALLEL_STATE of event
COMMENT ON AGGREGATE parallel_event_agg(:entity, text, text, :time, journey) IS 'As event_agg of the same arguments, by several processes where the planner has them.';
-- end
-- for time in LOCAL_TIMES
CREATE AGGREGATE parallel_event_agg(entity :entity, event text, at :time, definition journey, period text) (
-- use PARALLEL_STATE of event
COMMENT ON AGGREGATE parallel_event_agg(:entity, text, :time, journey, text) IS 'As event_agg of the same arguments, by several processes where the planner has them.';
-- end
-- end

-- session

-- for entity in KEYS
-- for time in TIMES
CREATE AGGREGATE parallel_session_agg(entity :entity, at :time, gap interval) (
-- use PARALLEL_STATE of session
COMMENT ON AGGREGATE parallel_session_agg(:entity, :time, interval) IS 'As session_agg of the same arguments, by several processes where the planner has them.';
CREATE AGGREGATE parallel_session_agg(entity :entity, at :time, gap interval, period text, zone text) (
-- use PARALLEL_STATE of session
COMMENT ON AGGREGATE parallel_session_agg(:entity, :time, interval, text, text) IS 'As session_agg of the same arguments, by several processes where the planner has them.';
-- end
-- for time in LOCAL_TIMES
CREATE AGGREGATE parallel_session_agg(entity :entity, at :time, gap interval, period text) (
-- use PARALLEL_STATE of session
COMMENT ON AGGREGATE parallel_session_agg(:entity, :time, interval, text) IS 'As session_agg of the same arguments, by several processes where the planner has them.';
-- end
-- end

-- stickiness

-- for entity in KEYS
-- for time in TIMES
CREATE AGGREGATE parallel_stickiness_agg(entity :entity, at :time, unit text, period text, zone text) (
-- use PARALLEL_STATE of stickiness
COMMENT ON AGGREGATE parallel_stickiness_agg(:entity, :time, text, text, text) IS 'As stickiness_agg of the same arguments, by several processes where the planner has them.';
-- end
-- for time in LOCAL_TIMES
CREATE AGGREGATE parallel_stickiness_agg(entity :entity, at :time, unit text, period text) (
-- use PARALLEL_STATE of stickiness
COMMENT ON AGGREGATE parallel_stickiness_agg(:entity, :time, text, text) IS 'As stickiness_agg of the same arguments, by several processes where the planner has them.';
-- end
-- end

-- retention

-- for entity in KEYS
-- for time in TIMES
CREATE AGGREGATE parallel_retention_agg(entity :entity, at :time, starts boolean, "returns" boolean, unit text, zone text) (
-- use PARALLEL_STATE of retention=event_retention
COMMENT ON AGGREGATE parallel_retention_agg(:entity, :time, boolean, boolean, text, text) IS 'As retention_agg of the same arguments, by several processes where the planner has them.';
CREATE AGGREGATE parallel_retention_agg(entity :entity, at :time, starts boolean, "returns" boolean, brackets integer[], zone text) (
-- use PARALLEL_STATE of retention=event_retention
COMMENT ON AGGREGATE parallel_retention_agg(:entity, :time, boolean, boolean, integer[], text) IS 'As retention_agg of the same arguments, by several processes where the planner has them.';
-- end
-- for time in LOCAL_TIMES
CREATE AGGREGATE parallel_retention_agg(entity :entity, at :time, starts boolean, "returns" boolean, unit text) (
-- use PARALLEL_STATE of retention=event_retention
COMMENT ON AGGREGATE parallel_retention_agg(:entity, :time, boolean, boolean, text) IS 'As retention_agg of the same arguments, by several processes where the planner has them.';
CREATE AGGREGATE parallel_retention_agg(entity :entity, at :time, starts boolean, "returns" boolean, brackets integer[]) (
-- use PARALLEL_STATE of retention=event_retention
COMMENT ON AGGREGATE parallel_retention_agg(:entity, :time, boolean, boolean, integer[]) IS 'As retention_agg of the same arguments, by several processes where the planner has them.';
-- end
-- end

-- landmark

-- for entity in KEYS
-- for time in MOMENTS
CREATE AGGREGATE parallel_landmark_agg(entity :entity, stage text, entered_at :time, definition funnel, landmarks timestamptz[], as_of timestamptz) (
-- use PARALLEL_STATE of landmark
COMMENT ON AGGREGATE parallel_landmark_agg(:entity, text, :time, funnel, timestamptz[], timestamptz) IS 'As landmark_agg of the same arguments, by several processes where the planner has them.';
CREATE AGGREGATE parallel_landmark_agg(entity :entity, stage text, entered_at :time, definition funnel, landmarks timestamptz[], as_of timestamptz, horizon interval) (
-- use PARALLEL_STATE of landmark
COMMENT ON AGGREGATE parallel_landmark_agg(:entity, text, :time, funnel, timestamptz[], timestamptz, interval) IS 'As landmark_agg of the same arguments, by several processes where the planner has them.';
-- end
-- end

-- flow

-- for entity in KEYS
-- for time in MOMENTS
CREATE AGGREGATE parallel_path_agg(entity :entity, event text, at :time, shape text) (
-- use PARALLEL_STATE of path
COMMENT ON AGGREGATE parallel_path_agg(:entity, text, :time, text) IS 'As path_agg of the same arguments, by several processes where the planner has them.';
-- end
-- end

-- attribution

-- for entity in KEYS
-- for time in MOMENTS
CREATE AGGREGATE parallel_attribution_agg(entity :entity, channel text, touched_at :time, outcome boolean, ended_at :time) (
-- use PARALLEL_STATE of attribution
CREATE AGGREGATE parallel_attribution_agg(entity :entity, channel text, touched_at :time, outcome boolean, ended_at :time, options text) (
-- use PARALLEL_STATE of attribution
COMMENT ON AGGREGATE parallel_attribution_agg(:entity, text, :time, boolean, :time) IS 'As attribution_agg of the same arguments, by several processes where the planner has them.';
COMMENT ON AGGREGATE parallel_attribution_agg(:entity, text, :time, boolean, :time, text) IS 'As attribution_agg of the same arguments, by several processes where the planner has them.';
-- for amount in NUMBERS
CREATE AGGREGATE parallel_attribution_agg(entity :entity, channel text, touched_at :time, outcome boolean, ended_at :time, amount :amount) (
-- use PARALLEL_STATE of attribution
CREATE AGGREGATE parallel_attribution_agg(entity :entity, channel text, touched_at :time, outcome boolean, ended_at :time, amount :amount, options text) (
-- use PARALLEL_STATE of attribution
COMMENT ON AGGREGATE parallel_attribution_agg(:entity, text, :time, boolean, :time, :amount) IS 'As attribution_agg of the same arguments, by several processes where the planner has them.';
COMMENT ON AGGREGATE parallel_attribution_agg(:entity, text, :time, boolean, :time, :amount, text) IS 'As attribution_agg of the same arguments, by several processes where the planner has them.';
-- end
-- end
-- end
