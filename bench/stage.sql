-- stage.sql: stage funnels over 8M rows of 2M deals.
--
--	psql -v deals=2000000 -v rounds=5 -f bench/measure.sql -f bench/stage.sql
--
-- By hand means reached, mean and median days of each stage; ours answers these and the
-- rest of stage_leakage. That both say the same is checked first.

\if :{?deals} \else \set deals 2000000 \endif
\if :{?rounds} \else \set rounds 5 \endif
\set QUIET on

SET jit = off;
SET work_mem = '1GB';
SET max_parallel_workers_per_gather = 0;
SET client_min_messages = warning;
\set definition '''Lead > Qualified > Demo > Proposal > Negotiation > Won; lost: Lost, Disqualified'''

-- 1 to 7 rows a deal, 4 in the mean: stages in order, at the end Lost for some
CREATE UNLOGGED TABLE deal_history AS
SELECT deal, stage, at FROM (
	SELECT d AS deal, at0 + k * k * (1 + h % 500000) * interval '1 second' AS at,
		CASE WHEN k = r AND r > 1 AND (r = 7 OR h / 7 % 2 = 0) THEN CASE WHEN h % 3 = 0 THEN 'Disqualified' ELSE 'Lost' END
			ELSE (ARRAY['Lead', 'Qualified', 'Demo', 'Proposal', 'Negotiation', 'Won'])[k] END AS stage
	FROM (SELECT d, h, 1 + (h % 7)::integer AS r, timestamptz '2023-01-01 00:00+00' + (h / 11) % 63072000 * interval '1 second' AS at0
		FROM (SELECT d, abs(hashint8(d)::bigint) AS h FROM generate_series(1::bigint, :deals) d) x) d, generate_series(1, r) k
) rows
ORDER BY random();
VACUUM (ANALYZE) deal_history;

CREATE TABLE step AS SELECT stage, n::integer AS step
FROM unnest(ARRAY['Lead', 'Qualified', 'Demo', 'Proposal', 'Negotiation', 'Won']) WITH ORDINALITY s (stage, n);

-- By hand

CREATE VIEW by_window AS
WITH visit AS (
	SELECT deal, step, lead(at) OVER (PARTITION BY deal ORDER BY at) - at AS stay,
		max(step) OVER (PARTITION BY deal) AS furthest
	FROM deal_history LEFT JOIN step USING (stage))
SELECT s.step, (SELECT count(*) FROM visit WHERE step = 1 AND furthest >= s.step) AS reached, v.mean_days, v.median_days
FROM step s LEFT JOIN (
	SELECT step, extract(epoch FROM avg(stay))::float8 / 86400 AS mean_days,
		extract(epoch FROM percentile_cont(0.5) WITHIN GROUP (ORDER BY stay))::float8 / 86400 AS median_days
	FROM visit WHERE stay IS NOT NULL AND step IS NOT NULL GROUP BY step) v USING (step);

CREATE VIEW by_filter AS
WITH deal AS (
	SELECT deal,
		min(at) FILTER (WHERE stage = 'Lead') AS t1, min(at) FILTER (WHERE stage = 'Qualified') AS t2,
		min(at) FILTER (WHERE stage = 'Demo') AS t3, min(at) FILTER (WHERE stage = 'Proposal') AS t4,
		min(at) FILTER (WHERE stage = 'Negotiation') AS t5, min(at) FILTER (WHERE stage = 'Won') AS t6,
		min(at) FILTER (WHERE stage IN ('Lost', 'Disqualified')) AS t0
	FROM deal_history GROUP BY deal)
SELECT s.step, count(*) FILTER (WHERE s.at IS NOT NULL) AS reached,
	extract(epoch FROM avg(s.stay))::float8 / 86400 AS mean_days,
	extract(epoch FROM percentile_cont(0.5) WITHIN GROUP (ORDER BY s.stay))::float8 / 86400 AS median_days
FROM deal, LATERAL (VALUES (1, t1, coalesce(t2, t0) - t1), (2, t2, coalesce(t3, t0) - t2), (3, t3, coalesce(t4, t0) - t3),
	(4, t4, coalesce(t5, t0) - t4), (5, t5, coalesce(t6, t0) - t5), (6, t6, t0 - t6)) s (step, at, stay)
GROUP BY s.step;

CREATE VIEW by_distinct_on AS
WITH entry AS (SELECT DISTINCT ON (deal, at) deal, stage, at FROM deal_history ORDER BY deal, at),
visit AS (SELECT deal, step, lead(at) OVER (PARTITION BY deal ORDER BY at) - at AS stay FROM entry LEFT JOIN step USING (stage)),
furthest AS (SELECT DISTINCT ON (deal) deal, step FROM visit WHERE step IS NOT NULL ORDER BY deal, step DESC)
SELECT s.step, (SELECT count(*) FROM furthest f WHERE f.step >= s.step) AS reached, v.mean_days, v.median_days
FROM step s LEFT JOIN (
	SELECT step, extract(epoch FROM avg(stay))::float8 / 86400 AS mean_days,
		extract(epoch FROM percentile_cont(0.5) WITHIN GROUP (ORDER BY stay))::float8 / 86400 AS median_days
	FROM visit WHERE stay IS NOT NULL AND step IS NOT NULL GROUP BY step) v USING (step);

CREATE VIEW ours AS
SELECT l.* FROM (SELECT stage_agg(deal, stage, at, :definition) AS s FROM deal_history) h, stage_leakage(s) l;

-- The same answer
CREATE TABLE said AS
SELECT 'by_window' AS who, * FROM by_window UNION ALL SELECT 'by_filter', * FROM by_filter UNION ALL SELECT 'by_distinct_on', * FROM by_distinct_on;
DO $$
BEGIN
	IF EXISTS (SELECT FROM said s FULL JOIN (SELECT who, o.* FROM ours o, (SELECT DISTINCT who FROM said) w) o USING (who, step)
		WHERE (s.reached = o.reached AND abs(coalesce(s.mean_days - o.mean_days, 0)) <= 1e-9 * coalesce(o.mean_days, 0)
			AND abs(coalesce(s.median_days - o.median_days, 0)) <= 0.01 * coalesce(s.median_days, 0)
			AND (s.mean_days IS NULL) = (o.mean_days IS NULL)) IS NOT TRUE) THEN
		RAISE EXCEPTION 'the answers differ';
	END IF;
END $$;

CALL bench.measure('stage funnel, 8M rows shuffled', ARRAY[
	['scan', 'SELECT count(deal), count(stage), count(at) FROM deal_history'],
	['ours', 'SELECT * FROM ours']], :rounds);
CALL bench.measure('stage funnel, by hand', ARRAY[
	['ours', 'SELECT * FROM ours'],
	['min() FILTER', 'SELECT * FROM by_filter'],
	['window functions', 'SELECT * FROM by_window'],
	['DISTINCT ON', 'SELECT * FROM by_distinct_on']], 1);

CREATE UNLOGGED TABLE in_order AS SELECT * FROM deal_history ORDER BY deal, at;
VACUUM (ANALYZE) in_order;
CALL bench.measure('stage funnel, in deal order', ARRAY[
	['scan', 'SELECT count(deal), count(stage), count(at) FROM in_order'],
	['ours', 'SELECT l.* FROM (SELECT stage_agg(deal, stage, at, ' || quote_literal(:definition) || ') AS s FROM in_order) h, stage_leakage(s) l']], :rounds);
DROP TABLE in_order;

CREATE UNLOGGED TABLE text_ids AS SELECT 'deal-' || deal AS deal, md5(deal::text)::uuid AS uuid, stage, at FROM deal_history;
VACUUM (ANALYZE) text_ids;
CALL bench.measure('stage funnel, text ids', ARRAY[
	['scan', 'SELECT count(deal), count(stage), count(at) FROM text_ids'],
	['ours', 'SELECT l.* FROM (SELECT stage_agg(deal, stage, at, ' || quote_literal(:definition) || ') AS s FROM text_ids) h, stage_leakage(s) l']], :rounds);
CALL bench.measure('stage funnel, uuid ids', ARRAY[
	['scan', 'SELECT count(uuid), count(stage), count(at) FROM text_ids'],
	['ours', 'SELECT l.* FROM (SELECT stage_agg(uuid, stage, at, ' || quote_literal(:definition) || ') AS s FROM text_ids) h, stage_leakage(s) l']], :rounds);
DROP TABLE text_ids;

CALL bench.measure('stage funnel, 50 segments', ARRAY[
	['scan', 'SELECT deal % 50, count(deal), count(stage), count(at) FROM deal_history GROUP BY 1'],
	['ours', 'SELECT g, l.* FROM (SELECT deal % 50 AS g, stage_agg(deal, stage, at, ' || quote_literal(:definition) || ') AS s FROM deal_history GROUP BY 1) h, stage_leakage(s) l']], :rounds);

-- 100,000 groups of 50 rows
CREATE UNLOGGED TABLE grouped AS
SELECT (n % 100000)::integer AS segment, n % 100000 * 20 + n / 100000 % 12 AS deal, n AS amount,
	(ARRAY['Lead', 'Qualified', 'Proposal', 'Won', 'Lost'])[1 + abs(hashint8(n)) % 5] AS stage,
	timestamptz '2024-01-01 00:00+00' + abs(hashint8(n + 1)) % 8640000 * interval '1 second' AS at
FROM generate_series(1, :deals * 5 / 2) n;
VACUUM (ANALYZE) grouped;
SET work_mem = '2GB';
CALL bench.measure('100,000 groups of 50', ARRAY[
	['sum(bigint)', 'SELECT count(*), sum(s) FROM (SELECT sum(amount) AS s FROM grouped GROUP BY segment) x'],
	['stage_agg', 'SELECT count(s) FROM (SELECT stage_agg(deal, stage, at, ' || quote_literal(:definition) || ') AS s FROM grouped GROUP BY segment) x'],
	['stage_agg, with amounts', 'SELECT count(s) FROM (SELECT stage_agg(deal, stage, at, amount, ' || quote_literal(:definition) || ') AS s FROM grouped GROUP BY segment) x'],
	['pipeline_agg, by month', 'SELECT count(s) FROM (SELECT pipeline_agg(deal, stage, at, amount, ' || quote_literal(:definition) || ', ''month'', ''UTC'') AS s FROM grouped GROUP BY segment) x']], :rounds);
CREATE UNLOGGED TABLE stored AS SELECT segment, stage_agg(deal, stage, at, :definition) AS s FROM grouped GROUP BY segment;
CALL bench.measure('rollup of stored stage summaries', ARRAY[
	['1,000', 'SELECT rollup(s) FROM stored WHERE segment < 1000'],
	['100,000', 'SELECT rollup(s) FROM stored']], 1);
CREATE UNLOGGED TABLE amounts AS SELECT deal, stage, at, (deal % 100000 / 100.0)::numeric(12,2) AS amount FROM deal_history;
VACUUM (ANALYZE) amounts;
SET work_mem = '1GB';
CALL bench.measure('with amounts, 8M rows shuffled', ARRAY[
	['scan', 'SELECT count(deal), count(stage), count(at), count(amount) FROM amounts'],
	['stage_agg', 'SELECT l.* FROM (SELECT stage_agg(deal, stage, at, amount, ' || quote_literal(:definition) || ') AS s FROM amounts) h, stage_leakage(s) l'],
	['pipeline_agg, by week', 'SELECT m.* FROM (SELECT pipeline_agg(deal, stage, at, amount, ' || quote_literal(:definition) || ', ''week'', ''Asia/Tehran'') AS s FROM amounts) h, pipeline_movements(s) m']], :rounds);

INSERT INTO bench.target VALUES
	('stage funnel, 8M rows shuffled', 'ours', 'scan', 2.0),
	('stage funnel, by hand', 'ours', 'min() FILTER', 0.125),
	('100,000 groups of 50', 'stage_agg', 'sum(bigint)', 4.0),
	('100,000 groups of 50', 'pipeline_agg, by month', 'sum(bigint)', 4.0);

\pset footer off
\echo
\echo 'Milliseconds, medians; "x first" is against the first line of each work.'
SELECT * FROM bench.result;
SELECT * FROM bench.verdict;
