-- groups.sql: path aggregates over many groups, with amounts, and stored.
--
--	psql -v rows=8000000 -v rounds=5 -f bench/measure.sql -f bench/groups.sql

\if :{?rows} \else \set rows 8000000 \endif
\if :{?rounds} \else \set rounds 5 \endif
\set QUIET on
\ir history.sql

SET jit = off;
SET work_mem = '1GB';
SET max_parallel_workers_per_gather = 0;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS pg_prewarm;

CALL bench.history('history', :rows / 4);
-- 50 segments of many deals; owners with 50 rows each (100,000 of them in 5M rows)
CREATE UNLOGGED TABLE segments AS
SELECT *, (deal_id % 50)::integer AS segment, ((hashint8(deal_id)::bigint & 1048575) / 100.0)::numeric(12,2) AS amount FROM history;
CREATE UNLOGGED TABLE owners AS
SELECT *, (deal_id % (:rows / 80))::integer AS owner FROM segments LIMIT :rows * 5 / 8;
DROP TABLE history;
VACUUM (ANALYZE) segments, owners;
SELECT count(DISTINCT owner) AS groups FROM owners \gset

DO $$BEGIN PERFORM pg_prewarm('segments'); END$$;
-- count(s), the whole row: what nobody reads of a subquery, the planner leaves out
SELECT format('CALL bench.measure(%L, %L, %s)', '50 segments', array_agg(ARRAY[name,
	format('SELECT count(s) FROM (SELECT segment, %s FROM segments GROUP BY segment OFFSET 0) s', figure)] ORDER BY place), :rounds)
FROM (VALUES
	(1, 'sum(bigint)', 'sum(deal_id)'),
	(2, 'scan', 'count(deal_id), count(stage), count(entered_at)'),
	(3, 'stage_agg', format('stage_agg(deal_id, stage, entered_at, %L)', :'definition')),
	(4, 'stage_agg with amounts', format('stage_agg(deal_id, stage, entered_at, amount, %L)', :'definition'))) AS f (place, name, figure)
\gexec
DO $$BEGIN PERFORM pg_prewarm('owners'); END$$;
SELECT format('CALL bench.measure(%L, %L, %s)', to_char(:groups, 'FM999,999,999') || ' groups', array_agg(ARRAY[name,
	format('SELECT count(s) FROM (SELECT owner, %s FROM owners GROUP BY owner OFFSET 0) s', figure)] ORDER BY place), :rounds)
FROM (VALUES
	(1, 'sum(bigint)', 'sum(deal_id)'),
	(2, 'scan', 'count(deal_id), count(stage), count(entered_at)'),
	(3, 'stage_agg', format('stage_agg(deal_id, stage, entered_at, %L)', :'definition')),
	(4, 'stage_agg with amounts', format('stage_agg(deal_id, stage, entered_at, amount, %L)', :'definition')),
	(5, 'pipeline_agg', format('pipeline_agg(deal_id, stage, entered_at, amount, %L, ''month'', ''UTC'')', :'definition')),
	(6, 'mrr_agg', 'mrr_agg(deal_id, date ''2026-01-01'', amount)'),
	(7, 'cohort_agg', 'cohort_agg(deal_id, entered_at, amount, ''month'', ''UTC'')')) AS f (place, name, figure)
\gexec

-- With amounts, one group
DO $$BEGIN PERFORM pg_prewarm('segments'); END$$;
SELECT format('CALL bench.measure(%L, %L, %s)', 'with amounts', array_agg(ARRAY[name, query] ORDER BY place), :rounds)
FROM (VALUES
	(1, 'scan', 'SELECT count(deal_id), count(stage), count(entered_at), count(amount) FROM segments'),
	(2, 'stage_agg', format('SELECT * FROM stage_leakage((SELECT stage_agg(deal_id, stage, entered_at, amount, %L) FROM segments))', :'definition')),
	(3, 'pipeline_agg, by week', format('SELECT * FROM pipeline_movements((SELECT pipeline_agg(deal_id, stage, entered_at, amount, %L, ''week'', ''Asia/Tehran'') FROM segments))',
		:'definition')),
	(4, 'mrr_agg', 'SELECT * FROM mrr_movements((SELECT mrr_agg(deal_id, (entered_at AT TIME ZONE ''UTC'')::date, amount) FROM segments))'),
	(5, 'cohort_agg, by month', 'SELECT * FROM cohort_retention((SELECT cohort_agg(deal_id, entered_at, amount, ''month'', ''Asia/Tehran'') FROM segments))')) AS f (place, name, query)
\gexec

CREATE UNLOGGED TABLE stored AS SELECT owner, stage_agg(deal_id, stage, entered_at, :'definition') AS funnel FROM owners GROUP BY owner;
VACUUM (ANALYZE) stored;
CALL bench.measure('rollup of stored stage summaries', ARRAY[
	['a hundredth of them', format('SELECT rollup(funnel) FROM stored WHERE owner < %s', :groups / 100)],
	['all', 'SELECT rollup(funnel) FROM stored']], :rounds);

-- A million summaries of one deal each: all into one, and into 100,000
CREATE UNLOGGED TABLE parts AS
SELECT deal_id, stage_agg(deal_id, stage, entered_at, :'definition') AS stages, pipeline_agg(deal_id, stage, entered_at, amount, :'definition', 'month', 'UTC') AS pipeline,
	cohort_agg(deal_id, entered_at, amount, 'month', 'UTC') AS cohorts
FROM segments WHERE deal_id < :rows / 8 GROUP BY deal_id;
VACUUM (ANALYZE) parts;
SELECT count(*) AS parts FROM parts \gset
SELECT format('CALL bench.measure(%L, %L, 3)', 'rollup of ' || to_char(:parts, 'FM999,999,999') || ' parts, ' || part, ARRAY[
	ARRAY['a tenth of them', format('SELECT rollup(%I) FROM parts WHERE deal_id %% 10 = 0', part)],
	ARRAY['all', format('SELECT rollup(%I) FROM parts', part)],
	ARRAY['ten in a group', format('SELECT count(s) FROM (SELECT deal_id / 10, rollup(%I) FROM parts GROUP BY 1 OFFSET 0) s', part)]])
FROM unnest(ARRAY['stages', 'pipeline', 'cohorts']) AS part
\gexec
INSERT INTO bench.target SELECT DISTINCT work, 'all', 'a tenth of them', 12 FROM bench.timing WHERE work ~ 'parts';

INSERT INTO bench.target
SELECT work, contender, 'sum(bigint)', 3.0 FROM bench.median WHERE work LIKE '% groups' AND contender NOT IN ('sum(bigint)', 'scan');

\ir report.sql
