--
-- targets: quota and target attainment (src/kpi/targets.c, doc/targets.md)
--

-- use SUMMARY_TYPE of attainment_summary
COMMENT ON TYPE attainment_summary IS 'Targets counted: how many lie in each band of attainment, with the sums of actuals and targets in one currency; made by attainment_agg, merged by rollup. Prints as JSON.';

-- Rows into a summary

CREATE FUNCTION attainment_combine(attainment_summary, attainment_summary) RETURNS attainment_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION attainment_final(attainment_summary) RETURNS attainment_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION attainment_combine(attainment_summary, attainment_summary) IS 'Merges two summaries: combine function of the attainment aggregates, transition function of rollup.';
COMMENT ON FUNCTION attainment_final(attainment_summary) IS 'Packs a running summary: final function of attainment_agg and rollup.';

-- for amount in NUMBERS
CREATE FUNCTION attainment_accum(attainment_summary, actual :amount, target :amount) RETURNS attainment_summary
	AS 'MODULE_PATHNAME', 'attainment_accum_:amount.c' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION attainment_remove(attainment_summary, actual :amount, target :amount) RETURNS attainment_summary
	AS 'MODULE_PATHNAME', 'attainment_remove_:amount.c' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION attainment_accum(attainment_summary, :amount, :amount) IS 'Adds a row: transition function of attainment_agg(:amount, :amount) and its kin.';
COMMENT ON FUNCTION attainment_remove(attainment_summary, :amount, :amount) IS 'Takes a row out of a moving window: inverse of attainment_accum.';
-- end

-- Figures of a summary

CREATE FUNCTION quota_attainment(attainment_summary) RETURNS double precision
	AS 'MODULE_PATHNAME', 'attainment_quota_attainment' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION quota_attainment(attainment_summary) IS 'Share of rows whose actual is at or over the target, a fraction 0..1, of those that have a target. NULL where none has.';

CREATE FUNCTION target_attainment(attainment_summary) RETURNS double precision
	AS 'MODULE_PATHNAME', 'attainment_target_attainment' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION target_attainment(attainment_summary) IS 'Actual per target, 1 = met: sum of actuals / sum of targets, over rows that have a target. Below 0 where actuals are. NULL where none has a target.';

CREATE FUNCTION attainment_bands(summary attainment_summary, OUT band text, OUT low double precision, OUT high double precision, OUT rows bigint, OUT share double precision)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 5;
COMMENT ON FUNCTION attainment_bands(attainment_summary) IS 'How many reached how much of their target, five rows from the lowest band up: below 50 %, 50 to 80, 80 to 100, 100 to 120, 120 % and above. low (included; NULL in the first) and high (not included; NULL in the last) are fractions of the target; rows are those with a target, share a fraction 0..1 of them (NULL where there is none). Use it in FROM.';

CREATE FUNCTION actual_total(attainment_summary) RETURNS numeric
	AS 'MODULE_PATHNAME', 'attainment_actual_total' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION actual_total(attainment_summary) IS 'Sum of the actuals of rows that have a target, exact, in their currency. NULL where none has.';

CREATE FUNCTION target_total(attainment_summary) RETURNS numeric
	AS 'MODULE_PATHNAME', 'attainment_target_total' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION target_total(attainment_summary) IS 'Sum of the targets, exact, in their currency. NULL where no row has one.';

CREATE FUNCTION with_target(attainment_summary) RETURNS bigint
	AS 'MODULE_PATHNAME', 'attainment_with_target' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION with_target(attainment_summary) IS 'Rows with a target above 0: what quota_attainment divides by.';

CREATE FUNCTION at_target(attainment_summary) RETURNS bigint
	AS 'MODULE_PATHNAME', 'attainment_at_target' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_target(attainment_summary) IS 'Rows whose actual is at or over the target.';

CREATE FUNCTION without_actual(attainment_summary) RETURNS bigint
	AS 'MODULE_PATHNAME', 'attainment_without_actual' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION without_actual(attainment_summary) IS 'Rows with a target whose actual is NULL: taken as 0, no sales.';

CREATE FUNCTION without_target(attainment_summary) RETURNS bigint
	AS 'MODULE_PATHNAME', 'attainment_without_target' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION without_target(attainment_summary) IS 'Rows whose target is NULL or 0: left out of every figure, with what they reached.';

CREATE FUNCTION zero_target(attainment_summary) RETURNS bigint
	AS 'MODULE_PATHNAME', 'attainment_zero_target' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION zero_target(attainment_summary) IS 'Rows whose target is 0, of those that without_target counts.';

CREATE FUNCTION invalid_rows(attainment_summary) RETURNS bigint
	AS 'MODULE_PATHNAME', 'attainment_invalid_rows' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION invalid_rows(attainment_summary) IS 'Rows left out because their target is negative.';

-- Aggregates

-- for amount in NUMBERS
CREATE AGGREGATE attainment_agg(actual :amount, target :amount) (
	SFUNC = attainment_accum, STYPE = attainment_summary, SSPACE = 160,
	FINALFUNC = attainment_final, COMBINEFUNC = attainment_combine,
	MSFUNC = attainment_accum, MINVFUNC = attainment_remove, MSTYPE = attainment_summary, MSSPACE = 160, MFINALFUNC = attainment_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE attainment_agg(:amount, :amount) IS 'Holds actuals against targets, one row a rep and period, into an attainment_summary; actual NULL is 0, target NULL or 0 leaves the row out, counted. Never NULL.';
-- end

CREATE AGGREGATE rollup(attainment_summary) (
	SFUNC = attainment_combine, STYPE = attainment_summary, SSPACE = 160,
	FINALFUNC = attainment_final, COMBINEFUNC = attainment_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(attainment_summary) IS 'Merges summaries exactly: a company is the rollup of its teams. A row stays a row: rep-months do not roll up to reps. Never NULL; NULL summaries are passed over.';

-- for figure in quota_attainment, target_attainment
-- for amount in NUMBERS
CREATE AGGREGATE :figure(actual :amount, target :amount) (
	SFUNC = attainment_accum, STYPE = attainment_summary, SSPACE = 160,
	FINALFUNC = :figure, COMBINEFUNC = attainment_combine,
	MSFUNC = attainment_accum, MINVFUNC = attainment_remove, MSTYPE = attainment_summary, MSSPACE = 160, MFINALFUNC = :figure,
	PARALLEL = SAFE
);
-- end
-- end
-- for amount in NUMBERS
COMMENT ON AGGREGATE quota_attainment(:amount, :amount) IS 'Share of rows whose actual is at or over the quota, a fraction 0..1, of those that have a quota above 0; one row a rep and period, actual NULL is 0. NULL where none has a quota.';
COMMENT ON AGGREGATE target_attainment(:amount, :amount) IS 'Actual per target, 1 = met: sum of actuals / sum of targets, over rows that have a target above 0; actual NULL is 0. NULL where none has a target.';
-- end

-- Pace: plain SQL, written into the query that calls it; see growth.sql for how it is written

-- for value in RATIONALS
CREATE FUNCTION attainment_pace(actual :value, target :value, period_start date, period_end date, as_of date)
	RETURNS TABLE (attainment double precision, period_passed double precision, at_this_pace double precision)
	AS $$
	SELECT so_far.attainment, elapsed.passed,
		CASE WHEN elapsed.passed OPERATOR(pg_catalog.>) 0::pg_catalog.float8 THEN so_far.attainment OPERATOR(pg_catalog./) elapsed.passed END
	FROM (SELECT CASE WHEN target OPERATOR(pg_catalog.>) 0::pg_catalog.:value.c
			AND ((row_of.actual OPERATOR(pg_catalog.-) row_of.actual) OPERATOR(pg_catalog.+) (target OPERATOR(pg_catalog.-) target)) OPERATOR(pg_catalog.=) 0::pg_catalog.:value.c
			THEN (row_of.actual OPERATOR(pg_catalog./) target)::pg_catalog.float8 END AS attainment
		FROM (SELECT COALESCE(attainment_pace.actual, 0::pg_catalog.:value.c) AS actual) row_of) so_far,
		(SELECT CASE
			WHEN NOT pg_catalog.isfinite(period_start) OR NOT pg_catalog.isfinite(period_end) OR period_end OPERATOR(pg_catalog.<) period_start THEN NULL
			WHEN as_of OPERATOR(pg_catalog.<=) period_start THEN 0::pg_catalog.float8
			WHEN as_of OPERATOR(pg_catalog.>) period_end THEN 1::pg_catalog.float8
			ELSE (as_of OPERATOR(pg_catalog.-) period_start)::pg_catalog.float8
				OPERATOR(pg_catalog./) ((period_end OPERATOR(pg_catalog.-) period_start) OPERATOR(pg_catalog.+) 1)::pg_catalog.float8
			END AS passed) elapsed
	$$ LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 1;
COMMENT ON FUNCTION attainment_pace(:value, :value, date, date, date) IS 'Is a target on track? One row: attainment so far (actual / target, 1 = met; actual NULL is 0), the share of the period that has passed (0..1), and attainment at its end at this pace: the first / the second. The period runs from period_start through period_end, both included; as_of is the first day that the actual does not hold any more. NULL where the target is NULL, 0 or negative, where no day has passed, and where period_end lies before period_start or one of them is infinite. Use it in FROM.';
-- end
