-- memory.sql: a history far larger than memory: what the backend takes, how long a row takes, and
-- how long a cancelled query takes to answer.
--
--	psql -v rows=8000000 -v many=100000000 -v rounds=3 -f bench/measure.sql -f bench/memory.sql
--
-- RssAnon is read from /proc twenty times a second (bench/rss): the server must be on this machine.

\if :{?rows} \else \set rows 8000000 \endif
\if :{?many} \else \set many 100000000 \endif
\if :{?rounds} \else \set rounds 3 \endif
\set QUIET on
\ir history.sql

SET jit = off;
SET max_parallel_workers_per_gather = 0;
SET client_min_messages = warning;
SET work_mem = '1GB';
CREATE EXTENSION IF NOT EXISTS pg_prewarm;

-- 13 batches: each as long as the 8M rows' one
CALL bench.history('history', :rows / 4);
CALL bench.history('history_many', :many / 4, 13);
VACUUM (ANALYZE) history, history_many;
SELECT count(*) AS many FROM history_many \gset
SELECT count(*) AS rows FROM history \gset
SELECT :many > 5 * :rows AS large \gset

\set funnel 'SELECT * FROM stage_leakage((SELECT stage_agg(deal_id, stage, entered_at, ''Lead > Qualified > Proposal > Negotiation > Won; lost: Lost'') FROM %I))'
\set scan 'SELECT count(deal_id), count(stage), count(entered_at) FROM %I'

DO $$BEGIN PERFORM pg_prewarm('history'); END$$;
SELECT format('CALL bench.measure(%L, ARRAY[[''scan'', %L], [''ours'', %L]], %s)', to_char(:rows, 'FM999,999,999') || ' rows, work_mem 1 GB',
	format(:'scan', 'history'), format(:'funnel', 'history'), :rounds) \gexec
SET work_mem = '64MB';
SELECT format('CALL bench.measure(%L, ARRAY[[''scan'', %L], [''ours'', %L]], %s)', to_char(:rows, 'FM999,999,999') || ' rows, work_mem 64 MB',
	format(:'scan', 'history'), format(:'funnel', 'history'), :rounds) \gexec

\c
-- a new backend, which has not had 1 GB
SET jit = off;
SET max_parallel_workers_per_gather = 0;
SET work_mem = '64MB';
SELECT pg_backend_pid() AS pid \gset
\setenv BENCH_BACKEND :pid
\setenv BENCH_RSS :rss
\! bench/rss start
SELECT format('CALL bench.measure(%L, ARRAY[[''scan'', %L], [''ours'', %L]], %s)', to_char(:many, 'FM999,999,999') || ' rows, work_mem 64 MB',
	format(:'scan', 'history_many'), format(:'funnel', 'history_many'), :rounds) \gexec
\set peak `bench/rss stop`

INSERT INTO bench.figure (work, figure, value, unit, at_most)
VALUES (to_char(:many, 'FM999,999,999') || ' rows, work_mem 64 MB', 'peak RssAnon of the backend', round(:peak / 1024.0, 1), 'MB', 256);
INSERT INTO bench.figure (work, figure, value, unit)
SELECT work, 'time a row, ' || contender, round((ms * 1e6 / CASE WHEN work LIKE to_char(:many, 'FM999,999,999') || ' %' THEN :many ELSE :rows END)::numeric, 1), 'ns'
FROM bench.median ORDER BY number, place;
INSERT INTO bench.figure (work, figure, value, unit, at_most)
SELECT many.work, 'time a row, against ' || few.work, round((many.ms / :many / (few.ms / :rows))::numeric, 2), 'x', 1.5
FROM bench.median many, bench.median few
WHERE many.contender = 'ours' AND few.contender = 'ours' AND many.work LIKE to_char(:many, 'FM999,999,999') || ' %'
	AND few.work LIKE to_char(:rows, 'FM999,999,999') || ' %' AND :'large'
ORDER BY few.number;

-- From cancel to answer. When the rows are all in: a last row's function tells; the rest is the walk.
CREATE TABLE bench.last_row (query text, at timestamptz);
CREATE FUNCTION bench.mark(name text) RETURNS SETOF history LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO bench.last_row VALUES (name, clock_timestamp());
END
$$;
CREATE TABLE bench.cancelled (
	number	integer GENERATED ALWAYS AS IDENTITY,
	work	text,
	phase	text,
	after	integer,
	asked	timestamptz,
	answer	timestamptz
);
CREATE TABLE bench.phase (work text, memory text, query text, append double precision, total double precision);
CREATE PROCEDURE bench.find_phases(work text, memory text, name text, query text) LANGUAGE plpgsql AS $$
DECLARE
	started	timestamptz := clock_timestamp();
	plain	text := format(query, format('(SELECT * FROM %I) h', name));
BEGIN
	EXECUTE format(query, format('(SELECT * FROM %I UNION ALL SELECT * FROM bench.mark(%L)) h', name, work));
	INSERT INTO bench.phase
	SELECT work, memory, plain, extract(epoch FROM at - started) * 1000, extract(epoch FROM clock_timestamp() - started) * 1000
	FROM bench.last_row l WHERE l.query = work;
END
$$;
\set cancelled 'SELECT stage_agg(deal_id, stage, entered_at, ''Lead > Qualified > Proposal > Negotiation > Won; lost: Lost'') FROM %s'
SET work_mem = '1GB';
CALL bench.find_phases('in memory', '1GB', 'history', :'cancelled');
SET work_mem = '64MB';
CALL bench.find_phases('spilled', '64MB', 'history_many', :'cancelled');

-- pg_sleep's is what asking and answering take by themselves
INSERT INTO bench.phase VALUES ('pg_sleep', '64MB', 'SELECT pg_sleep(1)', 1000, 1000);
SELECT format('SET work_mem = %L', memory),
	format('INSERT INTO bench.cancelled (work, phase, after, asked) VALUES (%L, %L, %s, clock_timestamp())', work, phase, after),
	format('SET statement_timeout = %s', after), query, 'RESET statement_timeout',
	'UPDATE bench.cancelled SET answer = clock_timestamp() WHERE answer IS NULL'
FROM (SELECT *, CASE WHEN after < append THEN 'append' ELSE 'walk' END AS phase
	FROM (SELECT *, greatest(round(total * share), 1)::integer AS after FROM bench.phase,
		unnest(ARRAY[0.05, 0.25, 0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95]) AS share
		WHERE work <> 'pg_sleep' OR share IN (0.05, 0.25, 0.5)) a) p
\set VERBOSITY terse
\o /dev/null
\gexec
\o
INSERT INTO bench.figure (work, figure, value, unit)
SELECT 'cancel, ' || work, format('slowest answer of %s during the %s', count(*), CASE WHEN work = 'pg_sleep' THEN 'sleep' ELSE phase END),
	round(max(extract(epoch FROM answer - asked) * 1000 - after)::numeric, 1), 'ms'
FROM bench.cancelled
WHERE answer - asked >= after * interval '1 ms'		-- else it was done before
GROUP BY work, phase ORDER BY min(number);

\ir report.sql
