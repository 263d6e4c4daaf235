-- stage.sql: stage funnels against SQL by hand, ClickHouse and DuckDB.
--
--	psql -v rows=8000000 -v rounds=5 -f bench/measure.sql -f bench/stage.sql
--
-- bench/run starts the other engines and sets bench.engines, bench.port and bench.token; without
-- them the rest is measured. Every contender's figures are compared with ours before it is timed.

\if :{?rows} \else \set rows 8000000 \endif
\if :{?rounds} \else \set rounds 5 \endif
\if :{?only} \else \set only . \endif
\if :{?csv} \else \set csv /dev/null \endif
\set QUIET on
\ir history.sql

SET jit = off;
SET work_mem = '1GB';
SET max_parallel_workers_per_gather = 0;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS pg_prewarm;

CALL bench.history('history', :rows / 4);
CREATE UNLOGGED TABLE history_sorted AS SELECT * FROM history ORDER BY deal_id, entered_at;
CREATE UNLOGGED TABLE history_text AS
SELECT '006' || substr(md5(deal_id::text), 1, 15) AS deal_id, stage, entered_at FROM history;
CREATE UNLOGGED TABLE history_uuid AS
SELECT md5(deal_id::text)::uuid AS deal_id, stage, entered_at FROM history;
VACUUM (ANALYZE) history, history_sorted, history_text, history_uuid;

\ir race.sql
\ir ../test/module/path_probe.sql

-- In PostgreSQL. The times of a deal's stages, side by side, with min() FILTER:
\set times 'SELECT deal_id, min(entered_at) FILTER (WHERE stage = ''Lead'') AS t1, min(entered_at) FILTER (WHERE stage = ''Qualified'') AS t2, min(entered_at) FILTER (WHERE stage = ''Proposal'') AS t3, min(entered_at) FILTER (WHERE stage = ''Negotiation'') AS t4, min(entered_at) FILTER (WHERE stage = ''Won'') AS t5, min(entered_at) FILTER (WHERE stage = ''Lost'') AS t0 FROM %1$I GROUP BY deal_id'
INSERT INTO contender (relation, name, query)
SELECT relation, name, format(query, relation, :'definition')
FROM (VALUES ('history'), ('history_sorted'), ('history_text'), ('history_uuid')) AS r (relation),
(VALUES
	('scan', 'SELECT count(deal_id), count(stage), count(entered_at) FROM %1$I'),
	('empty transition', 'SELECT path_nothing(deal_id, stage, entered_at, %2$L) FROM %1$I'),	-- what calling one costs, of the same arguments
	('ours', 'SELECT stage, reached, mean_days, median_days FROM stage_leakage((SELECT stage_agg(deal_id, stage, entered_at, %2$L) FROM %1$I))'),
	('window functions', $$SELECT stage, count(*) AS reached, avg(days) AS mean_days, percentile_cont(0.5) WITHIN GROUP (ORDER BY days) AS median_days
		FROM (SELECT stage, date_part('epoch', lead(entered_at) OVER (PARTITION BY deal_id ORDER BY entered_at) - entered_at) / 86400 AS days
			FROM %1$I) v WHERE stage <> 'Lost' GROUP BY stage$$),
	('DISTINCT ON', $$SELECT stage, count(*) AS reached, avg(days) AS mean_days, percentile_cont(0.5) WITHIN GROUP (ORDER BY days) AS median_days
		FROM (SELECT stage, date_part('epoch', lead(entered_at) OVER (PARTITION BY deal_id ORDER BY entered_at) - entered_at) / 86400 AS days
			FROM (SELECT DISTINCT ON (deal_id, stage) deal_id, stage, entered_at FROM %1$I ORDER BY deal_id, stage, entered_at) f) v
		WHERE stage <> 'Lost' GROUP BY stage$$),
	('min() FILTER, by column', format($$SELECT count(t1), count(t2), count(t3), count(t4), count(t5), avg(d1), avg(d2), avg(d3), avg(d4),
		percentile_cont(0.5) WITHIN GROUP (ORDER BY d1), percentile_cont(0.5) WITHIN GROUP (ORDER BY d2),
		percentile_cont(0.5) WITHIN GROUP (ORDER BY d3), percentile_cont(0.5) WITHIN GROUP (ORDER BY d4)
		FROM (SELECT t1, t2, t3, t4, t5, date_part('epoch', coalesce(t2, t0) - t1) / 86400 AS d1, date_part('epoch', coalesce(t3, t0) - t2) / 86400 AS d2,
				date_part('epoch', coalesce(t4, t0) - t3) / 86400 AS d3, date_part('epoch', coalesce(t5, t0) - t4) / 86400 AS d4
			FROM (%s) t OFFSET 0) d$$, replace(:'times', '%', '%%'))),
	('min() FILTER, by row', format($$SELECT stage, count(entered) AS reached, avg(days) AS mean_days, percentile_cont(0.5) WITHIN GROUP (ORDER BY days) AS median_days
		FROM (SELECT stage, entered, date_part('epoch', left_at - entered) / 86400 AS days
			FROM (%s) t, LATERAL (VALUES ('Lead', t1, coalesce(t2, t0)), ('Qualified', t2, coalesce(t3, t0)), ('Proposal', t3, coalesce(t4, t0)),
				('Negotiation', t4, coalesce(t5, t0)), ('Won', t5, NULL)) AS v (stage, entered, left_at)
			WHERE entered IS NOT NULL) d GROUP BY stage$$, replace(:'times', '%', '%%')))) AS q (name, query)
WHERE (name <> 'empty transition' OR relation IN ('history', 'history_sorted'))
	AND (relation = 'history' OR name <> 'min() FILTER, by row' AND (relation = 'history_sorted' OR name <> 'DISTINCT ON'));
-- The outer format of the two nested ones leaves %%1$I as %1$I for the inner
UPDATE contender SET query = format(query, relation) WHERE query LIKE '%\%1$I%';

-- ClickHouse and DuckDB, with one thread
\set threads 1
\ir engines.sql
\ir contenders.sql

-- only: a regular expression of contenders, for a quick look
DELETE FROM contender WHERE name !~ :'only' AND name NOT IN ('scan', 'empty transition', 'ours');

SELECT format('CALL compare(%L)', relation) FROM contender GROUP BY relation \gexec

SELECT format('DO $$BEGIN PERFORM pg_prewarm(%L); END$$', relation), format('CALL bench.measure(%L, %L, %s)', title,
	(SELECT array_agg(ARRAY[name, query] ORDER BY place) FROM contender c WHERE c.relation = r.relation), :rounds)
FROM (VALUES ('history', 'shuffled'), ('history_sorted', 'in deal order'), ('history_text', 'text ids'), ('history_uuid', 'uuid ids')) AS r (relation, title)
\gexec

-- Against the fastest of each kind
INSERT INTO bench.target
SELECT work, 'ours', 'scan', 2.0 FROM bench.median WHERE contender = 'scan';
INSERT INTO bench.target
SELECT DISTINCT ON (work) work, 'ours', contender, 1 / 8.0
FROM bench.median WHERE contender !~ '^(ours|scan|empty|ClickHouse|DuckDB)' ORDER BY work, ms;
INSERT INTO bench.target
SELECT DISTINCT ON (work, kind) work, 'ours', contender, 1.0
FROM (SELECT *, substring(contender FROM '^(ClickHouse windowFunnel|ClickHouse minIf|DuckDB(?! max))') AS kind FROM bench.median) m
WHERE kind IS NOT NULL ORDER BY work, kind, ms;

-- landmark_agg, twelve landmarks, against the scan of its columns
CALL bench.measure('landmark_agg', ARRAY[
	['scan', 'SELECT count(deal_id), count(stage), count(entered_at) FROM history'],
	['ours', $$SELECT count(s) FROM (SELECT landmark_agg(deal_id, stage, entered_at, 'Lead > Qualified > Demo > Proposal > Negotiation > Won; lost: Lost', landmarks('2024-06-01 00:00+00', '30 days', 12), '2026-01-01 00:00+00') AS s FROM history) t$$]], :rounds);
INSERT INTO bench.target VALUES ('landmark_agg', 'ours', 'scan', 2.5);

-- attribution_agg of four touches a deal, against the scan of its columns
CALL bench.measure('attribution_agg', ARRAY[
	['scan', 'SELECT count(deal_id), count(stage), count(entered_at) FROM history'],
	['ours', $$SELECT count(s) FROM (SELECT attribution_agg(deal_id, stage, entered_at, deal_id % 3 = 0, timestamptz '2199-01-01 00:00+00') AS s FROM history) t$$]], :rounds);
INSERT INTO bench.target VALUES ('attribution_agg', 'ours', 'scan', 2.5);

\ir report.sql
