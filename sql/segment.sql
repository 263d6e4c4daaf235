--
-- segment: which part moved the rate, and who is really better (src/kpi/segment.c, doc/segment.md)
--

-- use SUMMARY_TYPE of segment_summary
COMMENT ON TYPE segment_summary IS 'Rates by label: of each label the rows that succeeded, failed and are undecided, and those without a label; made by segment_agg, merged by rollup. Prints as JSON.';

-- Rows into a summary

CREATE FUNCTION segment_accum(internal, label text, outcome boolean) RETURNS internal
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION segment_accum(internal, label text, summary rate_summary) RETURNS internal
	AS 'MODULE_PATHNAME', 'segment_accum_rate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION segment_combine(internal, internal) RETURNS internal
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION segment_serialize(internal) RETURNS bytea
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION segment_deserialize(bytea, internal) RETURNS internal
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION segment_final(internal) RETURNS segment_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION segment_accum(internal, text, boolean) IS 'Counts a row: transition function of segment_agg(text, boolean).';
COMMENT ON FUNCTION segment_accum(internal, text, rate_summary) IS 'Counts the rows of a stored summary: transition function of segment_agg(text, rate_summary).';
COMMENT ON FUNCTION segment_combine(internal, internal) IS 'Merges two states: combine function of segment_agg.';
COMMENT ON FUNCTION segment_serialize(internal) IS 'Writes a state for another process: serial function of segment_agg.';
COMMENT ON FUNCTION segment_deserialize(bytea, internal) IS 'Reads a state of another process, every byte checked: deserial function of segment_agg.';
COMMENT ON FUNCTION segment_final(internal) IS 'Packs a running summary: final function of segment_agg.';

-- for given in outcome boolean=boolean, summary rate_summary=rate_summary
CREATE AGGREGATE segment_agg(label text, :given) (
	SFUNC = segment_accum, STYPE = internal, SSPACE = 1024, FINALFUNC = segment_final,
	COMBINEFUNC = segment_combine, SERIALFUNC = segment_serialize, DESERIALFUNC = segment_deserialize, PARALLEL = SAFE
);
-- end
COMMENT ON AGGREGATE segment_agg(text, boolean) IS 'Counts by label (a rep, a product, a region) the rows that succeeded (true), failed (false) and are undecided (NULL). Labels are taken to the letter; rows without one are a segment of their own. More than 1,000,000 labels are an error. Never NULL.';
COMMENT ON AGGREGATE segment_agg(text, rate_summary) IS 'The same of stored rate summaries, each with its label: counts of one label add up. NULL summaries are passed over. Never NULL.';

CREATE FUNCTION segment_summary_rollup(segment_summary, summary segment_summary) RETURNS segment_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION segment_summary_final(segment_summary) RETURNS segment_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION segment_summary_rollup(segment_summary, segment_summary) IS 'Merges two summaries: transition and combine function of rollup(segment_summary).';
COMMENT ON FUNCTION segment_summary_final(segment_summary) IS 'Packs a merged summary: final function of rollup(segment_summary).';

CREATE AGGREGATE rollup(segment_summary) (
	SFUNC = segment_summary_rollup, STYPE = segment_summary, SSPACE = 4096, FINALFUNC = segment_summary_final,
	COMBINEFUNC = segment_summary_rollup, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(segment_summary) IS 'Merges summaries exactly, in whatever order: counts of one label add up. Never NULL; NULL summaries are passed over.';

-- Figures of a summary

CREATE FUNCTION segments(
	summary segment_summary,
	OUT label text, OUT decided bigint, OUT succeeded bigint, OUT undecided bigint, OUT rate double precision)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME', 'segment_segments' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 20;
COMMENT ON FUNCTION segments(segment_summary) IS 'The rate of each label: one row a label in order of bytes, that of rows without one (NULL) last; rate = succeeded / decided, a fraction 0..1, NULL where nothing is decided. Use it in FROM.';

CREATE FUNCTION rate_drivers(
	before segment_summary, after segment_summary,
	OUT label text, OUT share_before double precision, OUT share_after double precision, OUT rate_before double precision, OUT rate_after double precision,
	OUT mix_effect numeric, OUT rate_effect numeric, OUT total numeric)
	RETURNS SETOF record
	AS $$
	WITH counted AS (
		SELECT label COLLATE "C" AS label, coalesce(sum(decided) FILTER (WHERE NOT is_after), 0) AS n0, coalesce(sum(succeeded) FILTER (WHERE NOT is_after), 0) AS x0,
			coalesce(sum(decided) FILTER (WHERE is_after), 0) AS n1, coalesce(sum(succeeded) FILTER (WHERE is_after), 0) AS x1
		FROM (SELECT false AS is_after, * FROM @extschema@.segments(before) UNION ALL SELECT true, * FROM @extschema@.segments(after)) AS s
		GROUP BY 1),
	-- 40 decimals, of which 18 are shown
	shares AS (
		SELECT label, n0, n1, x0, x1, round(n0, 40) / nullif(sum(n0) OVER (), 0) AS w0, round(n1, 40) / nullif(sum(n1) OVER (), 0) AS w1,
			round(CASE WHEN n0 > 0 THEN x0 ELSE x1 END, 40) / nullif(CASE WHEN n0 > 0 THEN n0 ELSE n1 END, 0) AS r0,
			round(CASE WHEN n1 > 0 THEN x1 ELSE x0 END, 40) / nullif(CASE WHEN n1 > 0 THEN n1 ELSE n0 END, 0) AS r1,
			round(sum(x0) OVER (), 40) / nullif(sum(n0) OVER (), 0) AS all0, round(sum(x1) OVER (), 40) / nullif(sum(n1) OVER (), 0) AS all1
		FROM counted),
	-- a label that nothing is decided of in both periods has no rate, and no effect
	effects AS (
		SELECT *, round((w1 - w0) * (coalesce(r0 + r1, 0) - (all0 + all1)) / 2, 18) AS mix, round((w0 + w1) / 2 * coalesce(r1 - r0, 0), 18) AS own
		FROM shares),
	-- the rest of rounding goes to the largest: then the parts add up to the change
	rests AS (
		SELECT *, round(all1 - all0, 18) - sum(mix + own) OVER () AS rest, row_number() OVER (ORDER BY abs(mix + own) DESC NULLS LAST, label NULLS LAST) AS place
		FROM effects),
	settled AS (
		SELECT *, mix + CASE WHEN place = 1 AND abs(mix) > abs(own) THEN rest ELSE 0 END AS mix_effect, own + CASE WHEN place = 1 AND abs(mix) <= abs(own) THEN rest ELSE 0 END AS rate_effect
		FROM rests)
	SELECT label, w0::double precision, w1::double precision, (CASE WHEN n0 > 0 THEN r0 END)::double precision, (CASE WHEN n1 > 0 THEN r1 END)::double precision,
		mix_effect, rate_effect, mix_effect + rate_effect
	FROM settled ORDER BY place
	$$ LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE ROWS 20 SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION rate_drivers(segment_summary, segment_summary) IS 'Which part moved the rate: one row a label, the largest effect first. rate_effect is what came of the label''s own rate changing, the mean of its two shares times the change; mix_effect what came of its share of the decided rows changing, times how far its mean rate is from that of all. total is both. Exact decimals of 18 digits that add up to the change of the whole rate; a label of one period only is all mix. Effects are NULL where nothing is decided in a period. Use it in FROM.';

CREATE FUNCTION league_table(
	summary segment_summary, method text DEFAULT 'holm',
	OUT label text, OUT decided bigint, OUT rate double precision, OUT rest_rate double precision, OUT difference double precision, OUT low double precision, OUT high double precision,
	OUT p_value double precision, OUT p_adjusted double precision, OUT shrunk_rate double precision, OUT shrunk_low double precision, OUT shrunk_high double precision,
	OUT limit_low_95 double precision, OUT limit_high_95 double precision, OUT limit_low_998 double precision, OUT limit_high_998 double precision, OUT is_outlier boolean)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME', 'segment_league_table' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000 ROWS 20;
COMMENT ON FUNCTION league_table(segment_summary, text) IS 'Who is really better: one row a label, the best first by shrunk_rate. Each is compared with all others together (rest_rate): difference with Newcombe''s interval of 0.95, p_value of the pooled z test, p_adjusted for so many labels by the method, holm or bh. shrunk_rate is what to expect of it: its rate drawn to that of all, the more the fewer its rows, with an interval of 0.95. Limits are where the rates of so many rows lie by chance alone, in 95 and 99.8 of 100 cases, exact; is_outlier says that the rate is beyond the latter. NULL where nothing is decided, of one label alone, and where all or none succeeded; shrunk limits also where no spread beyond chance is seen. Use it in FROM.';

CREATE FUNCTION segment_quality(
	summary segment_summary,
	OUT reason text, OUT rows bigint)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 3;
COMMENT ON FUNCTION segment_quality(segment_summary) IS 'How many rows are decided, undecided, and were invalid in the rate summaries given: one row a reason. Use it in FROM.';
