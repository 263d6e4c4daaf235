--
-- incomplete: calls that lack an argument, and what they are told (src/kpi/incomplete.c)
--
-- Amounts are double precision, to which every number is cast: none is looked at.
--

CREATE FUNCTION incomplete_cohort_zone(internal) RETURNS cohort_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION incomplete_pipeline_zone(internal) RETURNS pipeline_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION incomplete_mrr_as_of(internal) RETURNS mrr_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION incomplete_within_as_of(internal) RETURNS double precision
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION incomplete_within_as_of_summary(internal) RETURNS rate_summary
	AS 'MODULE_PATHNAME', 'incomplete_within_as_of' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION incomplete_within_as_of(internal, timestamptz, timestamptz, interval) RETURNS internal
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION incomplete_cohort_zone(internal) IS 'An error: the zone is missing.';
COMMENT ON FUNCTION incomplete_pipeline_zone(internal) IS 'An error: the zone is missing.';
COMMENT ON FUNCTION incomplete_mrr_as_of(internal) IS 'An error: as_of is missing.';
COMMENT ON FUNCTION incomplete_within_as_of(internal) IS 'An error: as_of is missing.';
COMMENT ON FUNCTION incomplete_within_as_of_summary(internal) IS 'An error: as_of is missing.';
COMMENT ON FUNCTION incomplete_within_as_of(internal, timestamptz, timestamptz, interval) IS 'An error: as_of is missing.';

-- for entity in KEYS
CREATE FUNCTION incomplete_cohort_zone(internal, :entity, timestamptz, text) RETURNS internal
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION incomplete_cohort_zone(internal, :entity, timestamptz, double precision, text) RETURNS internal
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION incomplete_pipeline_zone(internal, :entity, text, timestamptz, double precision, funnel, text) RETURNS internal
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION incomplete_mrr_as_of(internal, :entity, date, date, double precision) RETURNS internal
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION incomplete_cohort_zone(internal, :entity, timestamptz, text) IS 'An error: the zone is missing.';
COMMENT ON FUNCTION incomplete_cohort_zone(internal, :entity, timestamptz, double precision, text) IS 'An error: the zone is missing.';
COMMENT ON FUNCTION incomplete_pipeline_zone(internal, :entity, text, timestamptz, double precision, funnel, text) IS 'An error: the zone is missing.';
COMMENT ON FUNCTION incomplete_mrr_as_of(internal, :entity, date, date, double precision) IS 'An error: as_of is missing.';

CREATE AGGREGATE cohort_agg(entity :entity, at timestamptz, period text) (
	SFUNC = incomplete_cohort_zone, STYPE = internal, SSPACE = 1, FINALFUNC = incomplete_cohort_zone, PARALLEL = SAFE
);
CREATE AGGREGATE cohort_agg(entity :entity, at timestamptz, amount double precision, period text) (
	SFUNC = incomplete_cohort_zone, STYPE = internal, SSPACE = 1, FINALFUNC = incomplete_cohort_zone, PARALLEL = SAFE
);
CREATE AGGREGATE pipeline_agg(entity :entity, stage text, at timestamptz, amount double precision, definition funnel, period text) (
	SFUNC = incomplete_pipeline_zone, STYPE = internal, SSPACE = 1, FINALFUNC = incomplete_pipeline_zone, PARALLEL = SAFE
);
CREATE AGGREGATE mrr_agg(customer :entity, starts date, ends date, mrr double precision) (
	SFUNC = incomplete_mrr_as_of, STYPE = internal, SSPACE = 1, FINALFUNC = incomplete_mrr_as_of, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(:entity, timestamptz, text) IS 'An error: moments have a date in a time zone, which is missing here. See cohort_agg(:entity, timestamptz, text, text).';
COMMENT ON AGGREGATE cohort_agg(:entity, timestamptz, double precision, text) IS 'An error: moments have a date in a time zone, which is missing here. See cohort_agg(:entity, timestamptz, double precision, text, text).';
COMMENT ON AGGREGATE pipeline_agg(:entity, text, timestamptz, double precision, funnel, text) IS 'An error: moments have a date in a time zone, which is missing here. See pipeline_agg(:entity, text, timestamptz, double precision, funnel, text, text).';
COMMENT ON AGGREGATE mrr_agg(:entity, date, date, double precision) IS 'An error: as_of is missing, the date up to which the subscriptions are known. See mrr_agg(:entity, date, date, double precision, date).';
-- end

CREATE AGGREGATE within_agg(started timestamptz, ended timestamptz, span interval) (
	SFUNC = incomplete_within_as_of, STYPE = internal, SSPACE = 1, FINALFUNC = incomplete_within_as_of_summary, PARALLEL = SAFE
);
COMMENT ON AGGREGATE within_agg(timestamptz, timestamptz, interval) IS 'An error: as_of is missing, the moment up to which the data is complete. See within_agg(timestamptz, timestamptz, interval, timestamptz).';
-- for figure in conversion_within, response_within
CREATE AGGREGATE :figure(started timestamptz, ended timestamptz, span interval) (
	SFUNC = incomplete_within_as_of, STYPE = internal, SSPACE = 1, FINALFUNC = incomplete_within_as_of, PARALLEL = SAFE
);
COMMENT ON AGGREGATE :figure(timestamptz, timestamptz, interval) IS 'An error: as_of is missing, the moment up to which the data is complete. See :figure(timestamptz, timestamptz, interval, timestamptz).';
-- end
