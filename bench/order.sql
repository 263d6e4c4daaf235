-- order.sql: what the order of the rows is worth to a path aggregate.
--
--	psql -v rows=8000000 -v rounds=5 -f bench/measure.sql -f bench/order.sql
--
-- The same rows in each table. "shuffled" is what rows without any order cost.

\if :{?rows} \else \set rows 8000000 \endif
\if :{?rounds} \else \set rounds 5 \endif
\set QUIET on
\ir history.sql

SET jit = off;
SET work_mem = '1GB';
SET max_parallel_workers_per_gather = 0;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS pg_prewarm;

CALL bench.history('shuffled', :rows / 4);
CREATE TABLE shape (place integer, name text, relation text, sort text);
INSERT INTO shape VALUES
	(1, 'in deal order', 'in_order', 'deal_id, entered_at'),
	(2, 'in deal order, wrapped once', 'wrapped', format('deal_id < %s, deal_id, entered_at', :rows / 8)),
	(3, 'in deal order, the last row breaks it', 'last_row', format('deal_id = 1 AND stage = %L, deal_id, entered_at', 'Lead')),
	(4, 'in deal order, times falling', 'falling', 'deal_id, entered_at DESC'),
	(5, 'twelve loads in deal order', 'loads', 'date_part(''month'', entered_at AT TIME ZONE ''UTC''), deal_id, entered_at'),
	(6, 'in order of time', 'by_time', 'entered_at');
SELECT format('CREATE UNLOGGED TABLE %I AS SELECT * FROM shuffled ORDER BY %s', relation, sort) FROM shape ORDER BY place
\gexec
VACUUM (ANALYZE);

-- All in one race: the shuffled rows first, whose time the others are ratios of
SELECT format('CALL bench.measure(%L, %L, %s)', 'rows in some order', array_agg(ARRAY[name,
	format('SELECT * FROM stage_leakage((SELECT stage_agg(deal_id, stage, entered_at, %L) FROM %I))', :'definition', relation)] ORDER BY place), :rounds)
FROM (SELECT 0 AS place, 'shuffled' AS name, 'shuffled' AS relation UNION ALL SELECT place, name, relation FROM shape) s
\gexec
INSERT INTO bench.target VALUES ('rows in some order', 'in deal order', 'shuffled', 0.8), ('rows in some order', 'in deal order, the last row breaks it', 'in deal order', 1.1);

\ir report.sql
