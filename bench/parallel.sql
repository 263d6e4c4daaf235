-- parallel.sql: what a second process is worth to a path aggregate, and where that stands beside two
-- threads of ClickHouse and DuckDB (where bench/run has started them), on two idle cores.
--
--	psql -v rows=8000000 -v rounds=5 -f bench/measure.sql -f bench/parallel.sql
--
-- The leader takes part, so one worker makes two processes.

\if :{?rows} \else \set rows 8000000 \endif
\if :{?rounds} \else \set rounds 5 \endif
\if :{?csv} \else \set csv /dev/null \endif
\set QUIET on
\ir history.sql

SET jit = off;
SET work_mem = '1GB';
SET max_parallel_workers_per_gather = 1;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS pg_prewarm;

CALL bench.history('history', :rows / 4);
CREATE UNLOGGED TABLE history_sorted AS SELECT * FROM history ORDER BY deal_id, entered_at;
CREATE UNLOGGED TABLE text_ids AS SELECT '006' || substr(md5(deal_id::text), 1, 15) AS deal_id, stage, entered_at FROM history;
-- owners with 50 rows each: 100,000 of them in 5M rows
CREATE UNLOGGED TABLE owners AS SELECT *, (deal_id % (:rows / 80))::integer AS owner FROM history LIMIT :rows * 5 / 8;
VACUUM (ANALYZE) history, history_sorted, text_ids, owners;

\ir race.sql
\set threads 2
\ir engines.sql

-- Stage funnels. "ours", the first, is one process.
INSERT INTO contender (relation, name, query)
SELECT relation, name, format('SELECT stage, reached, mean_days, median_days FROM stage_leakage((SELECT %sstage_agg(deal_id, stage, entered_at, %L) FROM %I))', prefix, :'definition', relation)
FROM (VALUES ('history'), ('history_sorted'), ('text_ids')) AS r (relation), (VALUES ('ours', ''), ('ours, leader and worker', 'parallel_')) AS c (name, prefix);
\ir contenders.sql
DELETE FROM contender WHERE name !~ '^ours|windowFunnel|minIf|min\(\) FILTER';
SELECT format('CALL compare(%L)', relation) FROM contender GROUP BY relation
\gexec
SELECT format('CALL bench.measure(%L, %L, %s)', title,
	(SELECT array_agg(ARRAY[name, query] ORDER BY place) FROM contender c WHERE c.relation = r.relation), :rounds)
FROM (VALUES ('history', '2 processes: stage funnel, shuffled'), ('history_sorted', '2 processes: stage funnel, in deal order'),
	('text_ids', '2 processes: stage funnel, text ids')) AS r (relation, title)
\gexec
SELECT format('CALL bench.measure(%L, %L, %s)', '2 processes: stage funnel, an owner each 50 rows', array_agg(ARRAY[name,
	format('SELECT count(s) FROM (SELECT owner, %sstage_agg(deal_id, stage, entered_at, %L) AS s FROM owners GROUP BY owner OFFSET 0) AS q', prefix, :'definition')] ORDER BY prefix), :rounds)
FROM (VALUES ('ours', ''), ('ours, leader and worker', 'parallel_')) AS c (name, prefix)
\gexec

-- Event funnels
DELETE FROM contender;
\set steps 'Lead > Qualified > Won; within: 30 days'
INSERT INTO contender (relation, name, query)
SELECT relation, name, format($$SELECT max(reached) FILTER (WHERE step = 1), max(reached) FILTER (WHERE step = 2), max(reached) FILTER (WHERE step = 3)
	FROM event_funnel((SELECT %sevent_agg(deal_id, stage, entered_at, %L) FROM %I))$$, prefix, :'steps', relation)
FROM (VALUES ('history'), ('history_sorted')) AS r (relation), (VALUES ('ours', ''), ('ours, leader and worker', 'parallel_')) AS c (name, prefix);
\ir window_funnel.sql
SELECT format('CALL compare(%L)', relation) FROM contender GROUP BY relation
\gexec
SELECT format('CALL bench.measure(%L, %L, %s)', title,
	(SELECT array_agg(ARRAY[name, query] ORDER BY place) FROM contender c WHERE c.relation = r.relation), :rounds)
FROM (VALUES ('history', '2 processes: event funnel, shuffled'), ('history_sorted', '2 processes: event funnel, in entity order')) AS r (relation, title)
\gexec

INSERT INTO bench.target SELECT work, contender, 'ours', CASE WHEN work ~ 'owner' THEN 0.75 ELSE 0.70 END FROM bench.median WHERE contender = 'ours, leader and worker';
-- Against the fastest of each kind on text
INSERT INTO bench.target
SELECT DISTINCT ON (work, kind) work, 'ours, leader and worker', contender, 1.0
FROM (SELECT *, substring(contender FROM '^(ClickHouse \w+|DuckDB)') AS kind FROM bench.median WHERE contender !~ 'UInt8|UTINYINT') m
WHERE kind IS NOT NULL ORDER BY work, kind, ms;

\ir report.sql
