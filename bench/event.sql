-- event.sql: event funnels, paths, sessions and retention against the scan of their columns, and one entity's figures against a sum.
--
--	psql -v rows=8000000 -v rounds=5 -f bench/measure.sql -f bench/event.sql
--
-- The rows are those of a stage history, read as events: 4 an entity, in random order and in the
-- entities'. Where bench/run has started ClickHouse, its windowFunnel runs beside ours, with one thread.

\if :{?rows} \else \set rows 8000000 \endif
\if :{?rounds} \else \set rounds 5 \endif
\if :{?csv} \else \set csv /dev/null \endif
\set QUIET on
\ir history.sql

SET jit = off;
SET work_mem = '1GB';
SET max_parallel_workers_per_gather = 0;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS pg_prewarm;

CALL bench.history('history', :rows / 4);
CREATE UNLOGGED TABLE one AS SELECT 1::bigint AS deal_id, stage, entered_at FROM history;
CREATE UNLOGGED TABLE history_sorted AS SELECT * FROM history ORDER BY deal_id, entered_at;
VACUUM (ANALYZE) history, history_sorted, one;

\set steps 'Lead > Qualified > Won; within: 30 days'

\ir race.sql
\set threads 1
\ir engines.sql
INSERT INTO contender (relation, name, query)
SELECT relation, name, format(query, relation, :'steps')
FROM (VALUES ('history'), ('history_sorted')) AS r (relation),
	(VALUES ('scan', 'SELECT count(deal_id), count(stage), count(entered_at) FROM %1$I'),
	('ours', $$SELECT max(reached) FILTER (WHERE step = 1), max(reached) FILTER (WHERE step = 2), max(reached) FILTER (WHERE step = 3)
		FROM event_funnel((SELECT event_agg(deal_id, stage, entered_at, %2$L) FROM %1$I))$$)) AS q (name, query);
\ir window_funnel.sql
SELECT format('CALL compare(%L)', relation) FROM contender GROUP BY relation
\gexec
SELECT format('DO $$BEGIN PERFORM pg_prewarm(%L); END$$', relation), format('CALL bench.measure(%L, %L, %s)', title,
	(SELECT array_agg(ARRAY[name, query] ORDER BY place) FROM contender c WHERE c.relation = r.relation), :rounds)
FROM (VALUES ('history', 'event funnel, shuffled'), ('history_sorted', 'event funnel, in entity order')) AS r (relation, title)
\gexec
INSERT INTO bench.target SELECT work, 'ours', 'scan', 2.2 FROM bench.median WHERE contender = 'scan';
INSERT INTO bench.target SELECT work, 'ours', contender, 1.0 FROM bench.median WHERE contender ~ '^ClickHouse .*(String|LowCardinality)';

DO $$BEGIN PERFORM pg_prewarm('history'); END$$;
SELECT format('CALL bench.measure(%L, %L, %s)', 'event funnels', array_agg(ARRAY[name, format('SELECT %s FROM %s', figure, relation)] ORDER BY place), :rounds)
FROM (VALUES
	(1, 'scan', 'history', 'count(deal_id), count(stage), count(entered_at)'),
	(2, 'event_agg, three steps in a window', 'history', format('event_agg(deal_id, stage, entered_at, %L)', :'steps')),
	(3, 'with an exclusion', 'history', format('event_agg(deal_id, stage, entered_at, %L)', :'steps' || '; without: Lost')),
	(4, 'in any order', 'history', format('event_agg(deal_id, stage, entered_at, %L)', :'steps' || '; order: any')),
	(5, 'contiguous', 'history', format('event_agg(deal_id, stage, entered_at, %L)', :'steps' || '; order: contiguous')),
	(6, 'by week', 'history', format('event_agg(deal_id, stage, entered_at, %L, ''week'', ''UTC'')', :'steps')),
	(7, 'by conditions', 'history', format('event_agg(deal_id, entered_at, %L, stage = ''Lead'', stage = ''Qualified'', stage = ''Won'')', :'steps')),
	(8, 'one entity of all rows', 'one', format('event_agg(deal_id, stage, entered_at, %L)', :'steps')),
	(9, 'path_agg, the first five events', 'history', 'path_agg(deal_id, stage, entered_at, '''')'),
	(10, 'path_agg, back from the last step', 'history', 'path_agg(deal_id, stage, entered_at, ''to: Won'')'),
	(11, 'path_agg, one entity of all rows', 'one', 'path_agg(deal_id, stage, entered_at, ''repeats: keep; session: 1 hour'')')) AS f (place, name, relation, figure)
\gexec

SELECT format('CALL bench.measure(%L, %L, %s)', 'sessions and retention', array_agg(ARRAY[name, format('SELECT %s FROM history', figure)] ORDER BY place), :rounds)
FROM (VALUES
	(1, 'scan', 'count(deal_id), count(stage), count(entered_at)'),
	(2, 'session_agg', 'session_agg(deal_id, entered_at, ''30 minutes'')'),
	(3, 'session_agg, by week', 'session_agg(deal_id, entered_at, ''30 minutes'', ''week'', ''UTC'')'),
	(4, 'retention_agg, by week', 'retention_agg(deal_id, entered_at, stage = ''Lead'', stage <> ''Lead'', ''week'', ''UTC'')'),
	(5, 'retention_agg, in brackets', 'retention_agg(deal_id, entered_at, stage = ''Lead'', stage <> ''Lead'', ARRAY[1, 3, 7, 14, 30], ''UTC'')'),
	(6, 'stickiness_agg, days of a month', 'stickiness_agg(deal_id, entered_at, ''day'', ''month'', ''UTC'')')) AS f (place, name, figure)
\gexec

-- count(s), the whole row: what nobody reads of a subquery, the planner leaves out
SELECT format('CALL bench.measure(%L, %L, %s)', 'one entity a group', array_agg(ARRAY[name,
	format('SELECT count(s) FROM (SELECT deal_id, %s FROM history GROUP BY deal_id OFFSET 0) s', figure)] ORDER BY place), :rounds)
FROM (VALUES
	(1, 'sum(bigint)', 'sum(deal_id)'),
	(2, 'funnel_level', format('funnel_level(stage, entered_at, %L)', :'steps')),
	(3, 'window_funnel', 'window_funnel(entered_at, ''30 days'', stage = ''Lead'', stage = ''Qualified'', stage = ''Won'')'),
	(4, 'sequence_count', 'sequence_count(''(?1).*(?2)'', entered_at, stage = ''Lead'', stage = ''Won'')')) AS f (place, name, figure)
\gexec

INSERT INTO bench.target VALUES
	('event funnels', 'event_agg, three steps in a window', 'scan', 2.2),
	('one entity a group', 'window_funnel', 'sum(bigint)', 4.0);

\ir report.sql
