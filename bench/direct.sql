-- direct.sql: the direct families (rate, duration, velocity, survey) over 5M rows.
--
--	psql -v rows=5000000 -v rounds=5 -f bench/measure.sql -f bench/direct.sql

\if :{?rows} \else \set rows 5000000 \endif
\if :{?rounds} \else \set rounds 5 \endif
\set QUIET on

SET jit = off;
SET work_mem = '256MB';
SET max_parallel_workers_per_gather = 0;
SET client_min_messages = warning;

-- A deal a row: a tenth open, a third of the rest won; amounts to two decimals;
-- cycles of up to four months; scores 0..10; 100,000 groups of 50 rows.
CREATE UNLOGGED TABLE deals AS
SELECT CASE WHEN h % 10 > 0 THEN (h / 10) % 3 = 0 END AS won,
	((h / 7) % 1000000 / 100.0)::numeric(12,2) AS amount,
	(h / 7) % 1000000 AS amount_whole,
	((h / 7) % 1000000)::bigint AS amount_big,
	timestamptz '2024-01-01 00:00+00' + (h / 11) % 63072000 * interval '1 second' AS created,
	timestamptz '2024-01-01 00:00+00' + ((h / 11) % 63072000 + (h / 13) % 10368000) * interval '1 second' AS closed,
	((h / 17) % 11)::smallint AS score,
	(ARRAY['Organic search', 'Paid search', 'Referral', 'Website', 'Partner', 'Trade fair', 'Cold call'])[1 + h % 7] AS source,
	(i % 100000)::integer AS deal_group
FROM (SELECT i, abs(hashint8(i)::bigint) AS h FROM generate_series(1, :rows) i) rows;
VACUUM (ANALYZE) deals;
CREATE EXTENSION IF NOT EXISTS pg_prewarm;
DO $$BEGIN PERFORM pg_prewarm('deals'); END$$;

-- One group

CALL bench.measure('win_rate', ARRAY[
	['scan', 'SELECT count(won) FROM deals'],
	['by hand', 'SELECT count(*) FILTER (WHERE won)::float8 / NULLIF(count(won), 0) FROM deals'],
	['ours', 'SELECT win_rate(won) FROM deals']], :rounds);
CALL bench.measure('win_rate_by_value', ARRAY[
	['scan', 'SELECT count(won), count(amount) FROM deals'],
	['by hand', 'SELECT sum(amount) FILTER (WHERE won) / NULLIF(sum(amount) FILTER (WHERE won IS NOT NULL), 0) FROM deals'],
	['ours', 'SELECT win_rate_by_value(won, amount) FROM deals']], :rounds);
CALL bench.measure('enps_score', ARRAY[
	['scan', 'SELECT count(score) FROM deals'],
	['by hand', 'SELECT 100.0::float8 * (count(*) FILTER (WHERE score >= 9) - count(*) FILTER (WHERE score <= 6)) / NULLIF(count(score), 0) FROM deals'],
	['ours', 'SELECT enps_score(score) FROM deals']], :rounds);
CALL bench.measure('pipeline_velocity', ARRAY[
	['scan', 'SELECT count(won), count(amount), count(created), count(closed) FROM deals'],
	['by hand', $$SELECT count(*) * (count(*) FILTER (WHERE won)::numeric / NULLIF(count(won), 0))
		* avg(amount) FILTER (WHERE won)
		/ (extract(epoch FROM avg(closed - created) FILTER (WHERE won)) / 86400) FROM deals$$],
	['ours', 'SELECT pipeline_velocity(won, amount, created, closed) FROM deals']], :rounds);
CALL bench.measure('target_attainment', ARRAY[
	['scan', 'SELECT count(amount_whole), count(amount_big) FROM deals'],
	['by hand', 'SELECT sum(coalesce(amount_whole, 0)) FILTER (WHERE amount_big > 0)::numeric / NULLIF(sum(amount_big) FILTER (WHERE amount_big > 0), 0) FROM deals'],
	['ours', 'SELECT target_attainment(amount_whole::bigint, amount_big) FROM deals']], :rounds);
CALL bench.measure('brier_score', ARRAY[
	['scan', 'SELECT count((score / 10.0::float8)), count(won) FROM deals'],
	['by hand', 'SELECT avg((score / 10.0::float8 - won::integer) ^ 2) FROM deals'],
	['ours', 'SELECT brier_score(score / 10.0::float8, won) FROM deals']], :rounds);
INSERT INTO bench.target VALUES ('brier_score', 'ours', 'scan', 1.4);
-- a forecast of 1,000 deals, and of 100,000, each of its own amount and probability: milliseconds
CREATE UNLOGGED TABLE open_deals AS SELECT amount, (amount_whole % 9973 / 9973.0)::numeric(6,5) AS probability, row_number() OVER () AS n FROM deals LIMIT 100000;
CREATE UNLOGGED TABLE few_deals AS SELECT * FROM open_deals WHERE n <= 1000;
VACUUM (ANALYZE) open_deals, few_deals;
CALL bench.measure('forecast', ARRAY[
	['1,000 deals', 'SELECT p90 FROM forecast((SELECT forecast_agg(amount, probability) FROM few_deals))'],
	['100,000 deals', 'SELECT p90 FROM forecast((SELECT forecast_agg(amount, probability) FROM open_deals))']], :rounds);
CALL bench.measure('cycle_days', ARRAY[
	['scan', 'SELECT count(created), count(closed) FROM deals'],
	['by hand', 'SELECT extract(epoch FROM avg(closed - created)) / 86400 FROM deals'],
	['ours', 'SELECT cycle_days(created, closed) FROM deals']], :rounds);
CALL bench.measure('survival_agg', ARRAY[
	['scan', 'SELECT count(created), count(closed), count(won) FROM deals'],
	['ours', $$SELECT survival_agg(created, closed, won, '2026-06-01') FROM deals$$],
	['ours, delayed entry', $$SELECT survival_agg(created, closed, won, '2026-06-01', timestamptz '2025-01-01') FROM deals$$],
	['curve', $$SELECT count(*) FROM survival_curve((SELECT survival_agg(created, closed, won, '2026-06-01') FROM deals))$$]], :rounds);
CALL bench.measure('business time', ARRAY[
	['scan', 'SELECT count(created), count(closed) FROM deals'],
	['calendar time', 'SELECT avg(closed - created) FROM deals'],
	['ours, business_hours', $$SELECT avg(business_hours('Mon-Fri 09:00-12:00, 13:00-17:00; zone: Europe/Amsterdam; closed: 2024-12-25, 2024-12-26, 2025-01-01', created, closed)) FROM deals$$],
	['ours, within an SLA', $$SELECT response_within(created, closed, '80 hours', '2026-12-31', 'Mon-Fri 09:00-12:00, 13:00-17:00; zone: Europe/Amsterdam; closed: 2024-12-25, 2024-12-26, 2025-01-01') FROM deals$$]], :rounds);
CALL bench.measure('segment_agg', ARRAY[
	['scan', 'SELECT count(source), count(won) FROM deals'],
	['ours', 'SELECT segment_agg(source, won) FROM deals']], :rounds);
CALL bench.measure('median cycle', ARRAY[
	['percentile_cont', 'SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY closed - created) FROM deals'],
	['ours, exact', 'SELECT cycle_time(created, closed, 0.5) FROM deals'],
	['ours, summary', 'SELECT median_days(duration_agg(created, closed)) FROM deals']], :rounds);

INSERT INTO bench.figure (work, figure, value, unit, at_most)
SELECT work, contender, round(ms::numeric, 1), 'ms', CASE contender WHEN '1,000 deals' THEN 20 ELSE 1000 END FROM bench.median WHERE work = 'forecast' ORDER BY place;
INSERT INTO bench.figure (work, figure, value, unit, at_most)
SELECT work, contender || ': time a row, with the scan', round((ms * 1000000 / :rows)::numeric), 'ns', 1000 FROM bench.median WHERE work = 'business time' AND contender LIKE 'ours%' ORDER BY place;

INSERT INTO bench.target VALUES
	('win_rate', 'ours', 'scan', 1.3), ('win_rate', 'ours', 'by hand', 1.0),
	('enps_score', 'ours', 'scan', 1.3), ('enps_score', 'ours', 'by hand', 1.0),
	('pipeline_velocity', 'ours', 'scan', 1.3), ('pipeline_velocity', 'ours', 'by hand', 0.6),
	('survival_agg', 'ours', 'scan', 1.4), ('segment_agg', 'ours', 'scan', 1.4),
	('median cycle', 'ours, exact', 'percentile_cont', 0.5);

-- 100,000 groups of 50 rows

CALL bench.measure('100,000 groups', ARRAY[
	['sum(bigint)', 'SELECT deal_group, sum(amount_big) FROM deals GROUP BY deal_group'],
	['win_rate', 'SELECT deal_group, win_rate(won) FROM deals GROUP BY deal_group'],
	['rate_agg', 'SELECT deal_group, rate_agg(won, amount) FROM deals GROUP BY deal_group'],
	['enps_score', 'SELECT deal_group, enps_score(score) FROM deals GROUP BY deal_group'],
	['survey_agg', 'SELECT deal_group, survey_agg(score) FROM deals GROUP BY deal_group'],
	['attainment_agg', 'SELECT deal_group, attainment_agg(amount_whole::bigint, amount_big) FROM deals GROUP BY deal_group'],
	['cycle_time', 'SELECT deal_group, cycle_time(created, closed) FROM deals GROUP BY deal_group'],
	['cycle_time exact median', 'SELECT deal_group, cycle_time(created, closed, 0.5) FROM deals GROUP BY deal_group'],
	['duration_agg', 'SELECT deal_group, duration_agg(created, closed) FROM deals GROUP BY deal_group'],
	['survival_agg', $$SELECT deal_group, survival_agg(created, closed, won, '2026-06-01') FROM deals GROUP BY deal_group$$],
	['pipeline_velocity', 'SELECT deal_group, pipeline_velocity(won, amount, created, closed) FROM deals GROUP BY deal_group'],
	['velocity_agg', 'SELECT deal_group, velocity_agg(won, amount, created, closed) FROM deals GROUP BY deal_group']], 3);
INSERT INTO bench.target
SELECT '100,000 groups', contender, 'sum(bigint)', 1.5
FROM bench.median WHERE work = '100,000 groups' AND contender <> 'sum(bigint)';

-- Two workers. Each figure is measured without and with them.

CREATE FUNCTION bench.parallel(query text) RETURNS text LANGUAGE sql AS $$
	SELECT 'SET LOCAL max_parallel_workers_per_gather = 2; SET LOCAL parallel_setup_cost = 0; SET LOCAL parallel_tuple_cost = 0; SET LOCAL min_parallel_table_scan_size = 0; '
		|| query || '; SET LOCAL max_parallel_workers_per_gather = 0'
$$;
DO $$
DECLARE
	plan text;
BEGIN
	SET LOCAL max_parallel_workers_per_gather = 2;
	SET LOCAL parallel_setup_cost = 0;
	SET LOCAL parallel_tuple_cost = 0;
	SET LOCAL min_parallel_table_scan_size = 0;
	FOR plan IN EXPLAIN SELECT win_rate(won) FROM deals LOOP
		IF plan LIKE '%Workers Planned: 2%' THEN
			RETURN;
		END IF;
	END LOOP;
	RAISE 'no parallel plan: look at max_parallel_workers';
END
$$;

SELECT format('CALL bench.measure(%L, ARRAY[[''one process'', %L], [''2 workers'', bench.parallel(%2$L)]], %s)',
	'2 workers: ' || name, query, :rounds)
FROM (VALUES
	('rate_agg', 'SELECT rate_agg(won, amount) FROM deals'),
	('survey_agg', 'SELECT survey_agg(score) FROM deals'),
	('duration_agg', 'SELECT duration_agg(created, closed) FROM deals'),
	('survival_agg', $$SELECT survival_agg(created, closed, won, '2026-06-01') FROM deals$$),
	('velocity_agg', 'SELECT velocity_agg(won, amount, created, closed) FROM deals')) AS q (name, query)
\gexec
INSERT INTO bench.target
SELECT DISTINCT work, '2 workers', 'one process', 1 / 1.5 FROM bench.timing WHERE work LIKE '2 workers:%';

-- Rolling up 5M stored summaries, against sum(bigint) over rows of the same width

CREATE UNLOGGED TABLE stored AS
SELECT rate_agg(won, amount) AS outcomes, 0::bigint AS amount_big FROM deals GROUP BY ctid;
CREATE UNLOGGED TABLE stored_width AS
SELECT amount_big, repeat('x', pg_column_size(outcomes) - 1) AS filler FROM stored;
VACUUM (ANALYZE) stored;
VACUUM (ANALYZE) stored_width;
CALL bench.measure('rollup of stored summaries', ARRAY[
	['sum(bigint)', 'SELECT sum(amount_big) FROM stored_width'],
	['ours', 'SELECT rollup(outcomes) FROM stored']], :rounds);
INSERT INTO bench.target VALUES ('rollup of stored summaries', 'ours', 'sum(bigint)', 2.0);

\ir report.sql
