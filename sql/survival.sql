--
-- survival: won, lost and open as competing ends (src/kpi/survival.c, doc/survival.md)
--

-- use SUMMARY_TYPE of survival_summary
COMMENT ON TYPE survival_summary IS 'Entities counted by how they ended and at what age, in whole days, or by the age at which they were last seen open; made by survival_agg, merged by rollup. Prints as JSON.';

-- Rows into a summary

-- for time in MOMENTS
CREATE FUNCTION survival_accum(survival_summary, started :time, ended :time, won boolean, as_of :time) RETURNS survival_summary
	AS 'MODULE_PATHNAME', 'survival_accum_won_:time.c' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION survival_accum(survival_summary, started :time, ended :time, won boolean, as_of :time, observed_from :time) RETURNS survival_summary
	AS 'MODULE_PATHNAME', 'survival_accum_won_:time.c' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION survival_accum(survival_summary, started :time, ended :time, outcome text, as_of :time) RETURNS survival_summary
	AS 'MODULE_PATHNAME', 'survival_accum_outcome_:time.c' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION survival_accum(survival_summary, started :time, ended :time, outcome text, as_of :time, observed_from :time) RETURNS survival_summary
	AS 'MODULE_PATHNAME', 'survival_accum_outcome_:time.c' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION survival_accum(survival_summary, started :time, ended :time, as_of :time) RETURNS survival_summary
	AS 'MODULE_PATHNAME', 'survival_accum_end_:time.c' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION survival_accum(survival_summary, :time, :time, boolean, :time) IS 'Adds a row: transition function of survival_agg(:time, :time, boolean, :time).';
COMMENT ON FUNCTION survival_accum(survival_summary, :time, :time, boolean, :time, :time) IS 'Adds a row: transition function of survival_agg(:time, :time, boolean, :time, :time).';
COMMENT ON FUNCTION survival_accum(survival_summary, :time, :time, text, :time) IS 'Adds a row: transition function of survival_agg(:time, :time, text, :time).';
COMMENT ON FUNCTION survival_accum(survival_summary, :time, :time, text, :time, :time) IS 'Adds a row: transition function of survival_agg(:time, :time, text, :time, :time).';
COMMENT ON FUNCTION survival_accum(survival_summary, :time, :time, :time) IS 'Adds a row: transition function of survival_agg(:time, :time, :time).';
-- end

CREATE FUNCTION survival_combine(survival_summary, survival_summary) RETURNS survival_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION survival_final(survival_summary) RETURNS survival_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION survival_combine(survival_summary, survival_summary) IS 'Merges two summaries: combine function of survival_agg, transition function of rollup.';
COMMENT ON FUNCTION survival_final(survival_summary) IS 'Packs a running summary: final function of survival_agg and rollup.';

-- Aggregates

-- for time in TIMES
CREATE AGGREGATE survival_agg(started :time, ended :time, won boolean, as_of :time) (
	SFUNC = survival_accum, STYPE = survival_summary, SSPACE = 512,
	FINALFUNC = survival_final, COMBINEFUNC = survival_combine,
	PARALLEL = SAFE
);
CREATE AGGREGATE survival_agg(started :time, ended :time, won boolean, as_of :time, observed_from :time) (
	SFUNC = survival_accum, STYPE = survival_summary, SSPACE = 512,
	FINALFUNC = survival_final, COMBINEFUNC = survival_combine,
	PARALLEL = SAFE
);
CREATE AGGREGATE survival_agg(started :time, ended :time, outcome text, as_of :time) (
	SFUNC = survival_accum, STYPE = survival_summary, SSPACE = 512,
	FINALFUNC = survival_final, COMBINEFUNC = survival_combine,
	PARALLEL = SAFE
);
CREATE AGGREGATE survival_agg(started :time, ended :time, outcome text, as_of :time, observed_from :time) (
	SFUNC = survival_accum, STYPE = survival_summary, SSPACE = 512,
	FINALFUNC = survival_final, COMBINEFUNC = survival_combine,
	PARALLEL = SAFE
);
CREATE AGGREGATE survival_agg(started :time, ended :time, as_of :time) (
	SFUNC = survival_accum, STYPE = survival_summary, SSPACE = 512,
	FINALFUNC = survival_final, COMBINEFUNC = survival_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE survival_agg(:time, :time, boolean, :time) IS 'Counts into a survival_summary who was won, who lost and who is open, by age in whole days: started, ended, won (NULL: open, whatever its end says), and as_of, up to which ends are known, the same in all rows (else an error). What ends later is open. A row that is won or lost without an end, one that ends before its start or starts after as_of, and times outside of the years 1900 to 2199 are left out and counted. Never NULL.';
COMMENT ON AGGREGATE survival_agg(:time, :time, boolean, :time, :time) IS 'Counts into a survival_summary who was won, who lost and who is open, by age in whole days: started, ended, won (NULL: open, whatever its end says), and as_of, up to which ends are known, the same in all rows (else an error). What ends later is open. A row that is won or lost without an end, one that ends before its start or starts after as_of, and times outside of the years 1900 to 2199 are left out and counted. observed_from is the first moment whose ends the table has: an entity that is older counts from its age then on (delayed entry), and one that was last seen before is left out and counted; NULL where all ends are there. Never NULL.';
COMMENT ON AGGREGATE survival_agg(:time, :time, text, :time) IS 'Counts into a survival_summary how each ended, by age in whole days: started, ended, the outcome by its name (NULL or open, in any letter case: open), and as_of, up to which ends are known, the same in all rows (else an error). Without an end a row is open whatever its outcome says, so a status column will do. Outcomes are taken to the letter; more than 64 are an error. What ends before its start or starts after as_of, and times outside of the years 1900 to 2199 are left out and counted. Never NULL.';
COMMENT ON AGGREGATE survival_agg(:time, :time, text, :time, :time) IS 'Counts into a survival_summary how each ended, by age in whole days: started, ended, the outcome by its name (NULL or open, in any letter case: open), and as_of, up to which ends are known, the same in all rows (else an error). Without an end a row is open whatever its outcome says, so a status column will do. Outcomes are taken to the letter; more than 64 are an error. What ends before its start or starts after as_of, and times outside of the years 1900 to 2199 are left out and counted. observed_from is the first moment whose ends the table has: an entity that is older counts from its age then on (delayed entry), and one that was last seen before is left out and counted; NULL where all ends are there. Never NULL.';
COMMENT ON AGGREGATE survival_agg(:time, :time, :time) IS 'Counts into a survival_summary what ended and what is open, by age in whole days, where ends are of one kind: subscriptions, first answers, jobs. Started, ended (NULL: open), and as_of, up to which ends are known, the same in all rows (else an error). Its outcome is called ended; where ends could be seen only from a moment on, name it yourself: survival_agg(started, ended, ''ended'', as_of, observed_from). What ends before its start or starts after as_of, and times outside of the years 1900 to 2199 are left out and counted. Never NULL.';
-- end

-- Without as_of, who is open would be anybody's guess.
CREATE FUNCTION incomplete_survival_as_of(internal) RETURNS survival_summary
	AS 'MODULE_PATHNAME', 'survival_without_as_of' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION incomplete_survival_as_of(internal, timestamptz, timestamptz, boolean) RETURNS internal
	AS 'MODULE_PATHNAME', 'survival_without_as_of' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION incomplete_survival_as_of(internal) IS 'An error: as_of is missing.';
COMMENT ON FUNCTION incomplete_survival_as_of(internal, timestamptz, timestamptz, boolean) IS 'An error: as_of is missing.';
CREATE AGGREGATE survival_agg(started timestamptz, ended timestamptz, won boolean) (
	SFUNC = incomplete_survival_as_of, STYPE = internal, SSPACE = 1, FINALFUNC = incomplete_survival_as_of, PARALLEL = SAFE
);
COMMENT ON AGGREGATE survival_agg(timestamptz, timestamptz, boolean) IS 'An error: as_of is missing, the moment up to which ends are known. See survival_agg(timestamptz, timestamptz, boolean, timestamptz).';

CREATE AGGREGATE rollup(survival_summary) (
	SFUNC = survival_combine, STYPE = survival_summary, SSPACE = 2048,
	FINALFUNC = survival_final, COMBINEFUNC = survival_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(survival_summary) IS 'Merges summaries of different entities exactly, in whatever order. They are as of one moment, else an error. Never NULL; NULL summaries are passed over.';

-- Figures of a summary

CREATE FUNCTION survival_curve(
	summary survival_summary, confidence double precision DEFAULT 0.95,
	OUT outcome text, OUT day integer, OUT at_risk bigint, OUT ended bigint,
	OUT share double precision, OUT low double precision, OUT high double precision, OUT standard_error double precision)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000 ROWS 500;
COMMENT ON FUNCTION survival_curve(survival_summary, double precision) IS 'Which share has ended how by each age: a row an outcome, the last of them open, and day of age on which anybody ended or was last seen; on the days between nothing changes. The figures of day d are those before age d + 1. at_risk were watched at that age; ended are those that ended so in it (of open: that were last seen then). share is that of all that started, won, lost and open adding up to 1, with the limits of a log(-log) interval (Wilson''s of those at risk where it is 0 or 1; NULL where nobody is) and its standard error (Greenwood). An error where the confidence is not between 0 and 1. Use it in FROM.';

CREATE FUNCTION survival_at(
	summary survival_summary, days integer[], confidence double precision DEFAULT 0.95,
	OUT outcome text, OUT day integer, OUT at_risk bigint, OUT ended bigint,
	OUT share double precision, OUT low double precision, OUT high double precision, OUT standard_error double precision)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000 ROWS 10;
COMMENT ON FUNCTION survival_at(survival_summary, integer[], double precision) IS 'The curve at these ages, in whole days: a row an outcome and day, in order, as survival_curve has them; all figures are NULL beyond the last age seen. A day that is NULL or negative is an error. Use it in FROM.';

CREATE FUNCTION share_by(summary survival_summary, outcome text, day integer) RETURNS double precision
	AS 'MODULE_PATHNAME', 'survival_share_by' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION share_by(survival_summary, text, integer) IS 'The share of all that ended so by an age in whole days, that day included, 0..1; of open: that had not ended. NULL beyond the last age seen, for which there are no data, and for an outcome that the summary has not seen. An error where the day is negative.';

CREATE FUNCTION days_to_share(summary survival_summary, outcome text, share double precision) RETURNS integer
	AS 'MODULE_PATHNAME', 'survival_days_to_share' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION days_to_share(survival_summary, text, double precision) IS 'The age, in whole days, by which this share of all ended so; of open: at which no more than it is open. Often NULL: where it is not reached by the last age seen, since those that end otherwise never come. Beside it stands median_days_of, of those that do end so. An error where the share is not above 0 and at most 1.';

CREATE FUNCTION median_days_of(summary survival_summary, outcome text) RETURNS integer
	AS 'MODULE_PATHNAME', 'survival_median_days_of' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION median_days_of(survival_summary, text) IS 'The age, in whole days, by which half of those that end so had ended, of those that do by the end of the curve. Who is still open counts for its time, so it does not flatter as the median of closed deals does. NULL where none ended so; an error of open.';

CREATE FUNCTION survival_quality(
	summary survival_summary,
	OUT reason text, OUT rows bigint)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 7;
COMMENT ON FUNCTION survival_quality(survival_summary) IS 'How many rows were used, and how many not and why: one row a reason. Each row given is in exactly one. "no end" are won or lost, but when is unknown; "before observed from" were last seen before ends could be seen, or on the day of age that this fell in. Use it in FROM.';

CREATE FUNCTION as_of(survival_summary) RETURNS timestamptz
	AS 'MODULE_PATHNAME', 'survival_as_of' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION as_of(survival_summary) IS 'The moment up to which ends are known, timestamp and date taken as UTC. NULL where no row was given.';

CREATE FUNCTION data_from(survival_summary) RETURNS timestamptz
	AS 'MODULE_PATHNAME', 'survival_data_from' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION data_from(survival_summary) IS 'The first moment seen, timestamp and date taken as UTC. NULL where none was.';

CREATE FUNCTION data_through(survival_summary) RETURNS timestamptz
	AS 'MODULE_PATHNAME', 'survival_data_through' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION data_through(survival_summary) IS 'The last moment seen, timestamp and date taken as UTC. NULL where none was.';
