-- parallel.sql: what a second process is worth to a path aggregate, on two idle cores.
--
--	psql -v rows=8000000 -v rounds=5 -f bench/measure.sql -f bench/parallel.sql
--
-- The leader takes part, so one worker makes two processes.

\if :{?rows} \else \set rows 8000000 \endif
\if :{?rounds} \else \set rounds 5 \endif
\set QUIET on
\ir history.sql

SET jit = off;
SET work_mem = '1GB';
SET max_parallel_workers_per_gather = 1;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS pg_prewarm;

CALL bench.history('shuffled', :rows / 4);
CREATE UNLOGGED TABLE in_order AS SELECT * FROM shuffled ORDER BY deal_id, entered_at;
CREATE UNLOGGED TABLE text_ids AS SELECT '006' || substr(md5(deal_id::text), 1, 15) AS deal_id, stage, entered_at FROM shuffled;
-- owners with 50 rows each: 100,000 of them in 5M rows
CREATE UNLOGGED TABLE owners AS SELECT *, (deal_id % (:rows / 80))::integer AS owner FROM shuffled LIMIT :rows * 5 / 8;
VACUUM (ANALYZE);

-- One race each, one process first
SELECT format('CALL bench.measure(%L, %L, %s)', work, array_agg(ARRAY[name, format(query, prefix)] ORDER BY place), :rounds)
FROM (VALUES (1, 'one process', ''), (2, 'leader and worker', 'parallel_')) AS c(place, name, prefix),
	(SELECT 'stage funnel, ' || relation AS work, format('SELECT * FROM stage_leakage((SELECT %%sstage_agg(deal_id, stage, entered_at, %L) FROM %I))', :'definition', relation) AS query
	FROM unnest(ARRAY['shuffled', 'in_order', 'text_ids']) AS relation
	UNION ALL SELECT 'stage funnel, an owner each 50 rows', format('SELECT count(s) FROM (SELECT owner, %%sstage_agg(deal_id, stage, entered_at, %L) AS s FROM owners GROUP BY owner OFFSET 0) AS q', :'definition')) AS works
GROUP BY work
\gexec
INSERT INTO bench.target SELECT work, 'leader and worker', 'one process', CASE WHEN work ~ 'owner' THEN 0.75 ELSE 0.78 END
FROM unnest(ARRAY['stage funnel, shuffled', 'stage funnel, in_order', 'stage funnel, text_ids', 'stage funnel, an owner each 50 rows']) AS work;

\ir report.sql
