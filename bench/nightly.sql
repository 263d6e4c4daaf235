-- nightly.sql: a dashboard's questions, answered by what examples/nightly stores and by the CRM's rows; and what a night costs.
--
--	psql -v scale=100 -v rounds=5 -f bench/measure.sql -f bench/nightly.sql
--
-- scale 100 is 500,000 deals over two years, 1.4 million leads, and 2 million entries into stages.

\if :{?scale} \else \set scale 100 \endif
\if :{?rounds} \else \set rounds 5 \endif
\set QUIET on

SET jit = off;
SET work_mem = '256MB';
SET max_parallel_workers_per_gather = 0;
SET client_min_messages = warning;
SET TimeZone = 'UTC';

CREATE PROCEDURE bench.took(work text, figure text, since timestamptz) LANGUAGE sql
AS $$ INSERT INTO bench.figure (work, figure, value, unit) VALUES (work, figure, round(extract(epoch FROM clock_timestamp() - since)::numeric, 2), 's') $$;

\ir ../examples/crm/schema.sql
\ir ../examples/crm/generate.sql
VACUUM (ANALYZE);
CREATE EXTENSION IF NOT EXISTS pg_prewarm;
DO $$BEGIN PERFORM pg_prewarm(oid) FROM pg_class WHERE relname IN ('deals', 'leads', 'deal_stage_history'); END$$;

\set as_of '2026-01-01 00:00+00'
\set roles off
SELECT clock_timestamp() AS since \gset
\ir ../examples/nightly/install.sql
CALL bench.took('a night, materialized views', 'install', :'since');
SELECT clock_timestamp() AS since \gset
CALL kpi.refresh();
CALL bench.took('a night, materialized views', 'refresh', :'since');
VACUUM (ANALYZE);

-- The questions of a dashboard: 2025, by month or quarter. A contender answers the same rows as the others of its work (bench.same).
CREATE PROCEDURE bench.same(work text, queries text[]) LANGUAGE plpgsql AS $$
DECLARE
	first	text;
	answer	text;
BEGIN
	FOREACH answer IN ARRAY queries LOOP
		EXECUTE format('SELECT md5(string_agg(q::text, '';'' ORDER BY q::text COLLATE "C")) FROM (%s) q', answer) INTO answer;
		IF answer IS NULL THEN
			RAISE '%: no rows', work;
		END IF;
		first := coalesce(first, answer);
		IF answer <> first THEN
			RAISE '%: not the same answer', work;
		END IF;
	END LOOP;
END
$$;

CREATE TABLE bench.question (
	number		integer GENERATED ALWAYS AS IDENTITY,
	work		text,
	contender	text,
	query		text
);

-- Win rate with its Wilson interval (95 %)
INSERT INTO bench.question (work, contender, query) VALUES
('win rate by source and month', 'rows, by hand', $$
	SELECT source, month, (won / n)::numeric(8,6),
		((won + z2 / 2 - z * sqrt(won * (n - won) / n + z2 / 4)) / (n + z2))::numeric(8,6), ((won + z2 / 2 + z * sqrt(won * (n - won) / n + z2 / 4)) / (n + z2))::numeric(8,6)
	FROM (SELECT source, date_trunc('month', closed)::date AS month, count(*) FILTER (WHERE won)::double precision AS won, count(won) AS n
		FROM deals WHERE closed >= '2025-01-01' AND closed < '2026-01-01' AND won IS NOT NULL GROUP BY 1, 2) d,
		(VALUES (1.959963984540054::double precision, 1.959963984540054::double precision ^ 2)) AS v (z, z2)$$),
('win rate by source and month', 'rows, ours', $$
	SELECT source, month, win_rate(s)::numeric(8,6), rate_low(s)::numeric(8,6), rate_high(s)::numeric(8,6)
	FROM (SELECT source, date_trunc('month', closed)::date AS month, rate_agg(won) AS s
		FROM deals WHERE closed >= '2025-01-01' AND closed < '2026-01-01' AND won IS NOT NULL GROUP BY 1, 2) d$$),
('win rate by source and month', 'stored', $$
	SELECT segment_value, period_start, win_rate(summary)::numeric(8,6), rate_low(summary)::numeric(8,6), rate_high(summary)::numeric(8,6)
	FROM kpi.rate_periods
	WHERE measure = 'win rate' AND date_basis = 'closed' AND period = 'month' AND segment = 'source' AND period_start BETWEEN '2025-01-01' AND '2025-12-01' AND NOT is_comparison$$),
('win rate by source and month', 'kpi.figures', $$
	SELECT segment_value, period_start, value::numeric(8,6), low::numeric(8,6), high::numeric(8,6)
	FROM kpi.figures
	WHERE kpi = 'win rate' AND date_basis = 'closed' AND period = 'month' AND segment = 'source' AND period_start BETWEEN '2025-01-01' AND '2025-12-01'$$);

-- The median, of what was won. Stored summaries know it to 1 %, so there is no comparing of answers.
INSERT INTO bench.question (work, contender, query) VALUES
('median sales cycle by region and quarter', 'rows, by hand', $$
	SELECT region, date_trunc('quarter', closed)::date, percentile_cont(0.5) WITHIN GROUP (ORDER BY closed - created)
	FROM deals WHERE won AND closed >= '2025-01-01' AND closed < '2026-01-01' AND closed >= created AND isfinite(created) GROUP BY 1, 2$$),
('median sales cycle by region and quarter', 'rows, ours', $$
	SELECT region, date_trunc('quarter', closed)::date, cycle_time(created, closed, 0.5) FROM deals WHERE won AND closed >= '2025-01-01' AND closed < '2026-01-01' GROUP BY 1, 2$$),
('median sales cycle by region and quarter', 'stored', $$
	SELECT segment_value, period_start, median_days(summary) FROM kpi.duration_periods
	WHERE measure = 'sales cycle' AND date_basis = 'closed' AND period = 'quarter' AND segment = 'region' AND period_start BETWEEN '2025-01-01' AND '2025-10-01' AND NOT is_comparison$$),
('pipeline velocity by region and quarter', 'rows, by hand', $$
	SELECT region, date_trunc('quarter', closed)::date, (count(*) * (count(*) FILTER (WHERE won)::numeric / nullif(count(won), 0)) * avg(amount) FILTER (WHERE won)
		/ (extract(epoch FROM avg(closed - created) FILTER (WHERE won AND closed >= created AND isfinite(created))) / 86400)::numeric)::numeric(20,2)
	FROM deals WHERE closed >= '2025-01-01' AND closed < '2026-01-01' AND won IS NOT NULL GROUP BY 1, 2$$),
('pipeline velocity by region and quarter', 'rows, ours', $$
	SELECT region, date_trunc('quarter', closed)::date, pipeline_velocity(won, amount, created, closed)::numeric(20,2)
	FROM deals WHERE closed >= '2025-01-01' AND closed < '2026-01-01' AND won IS NOT NULL GROUP BY 1, 2$$),
('pipeline velocity by region and quarter', 'stored', $$
	SELECT segment_value, period_start, pipeline_velocity(summary)::numeric(20,2) FROM kpi.velocity_periods
	WHERE date_basis = 'closed' AND period = 'quarter' AND segment = 'region' AND period_start BETWEEN '2025-01-01' AND '2025-10-01' AND NOT is_comparison$$);

INSERT INTO bench.question (work, contender, query) VALUES
('lead response by owner and month', 'rows, by hand', $$
	SELECT owner, date_trunc('month', created)::date, percentile_cont(0.5) WITHIN GROUP (ORDER BY first_response - created) FILTER (WHERE first_response >= created),
		count(*) FILTER (WHERE first_response - created BETWEEN '0' AND '24 hours')::double precision / count(*) FILTER (WHERE first_response IS NULL OR first_response >= created)
	FROM leads WHERE created >= '2025-01-01' AND created < '2025-12-31' GROUP BY 1, 2$$),
('lead response by owner and month', 'rows, ours', $$
	SELECT owner, date_trunc('month', created)::date, lead_response_time(created, first_response, 0.5), response_within(created, first_response, '24 hours', '2026-01-01')
	FROM leads WHERE created >= '2025-01-01' AND created < '2025-12-31' GROUP BY 1, 2$$),
('lead response by owner and month', 'stored', $$
	SELECT d.segment_value, d.period_start, median_days(d.summary), response_within(r.summary)
	FROM kpi.duration_periods d JOIN kpi.rate_periods r USING (date_basis, period, segment, period_start, is_comparison, segment_value)
	WHERE d.measure = 'lead response time' AND r.measure = 'response in time' AND date_basis = 'created' AND period = 'month' AND segment = 'owner' AND period_start BETWEEN '2025-01-01' AND '2025-12-01' AND NOT is_comparison$$);

-- Reached and advanced by hand; ours knows the lost, the stalled, times and amounts as well
INSERT INTO bench.question (work, contender, query) VALUES
('stage leakage by source', 'rows, by hand', $$
	SELECT source, step, count(*) FILTER (WHERE furthest >= step), count(*) FILTER (WHERE furthest > step)
	FROM (
		SELECT d.deal_id, d.source, max(array_position('{Lead,Qualified,Demo,Proposal,Negotiation,Won}', h.stage)) AS furthest
		FROM deals d JOIN deal_stage_history h USING (deal_id)
		WHERE d.created >= '2025-01-01' AND d.created < '2026-01-01' AND h.entered_at IS NOT NULL GROUP BY 1, 2) f, generate_series(1, 5) AS step
	GROUP BY 1, 2$$),
('stage leakage by source', 'rows, ours', $$
	SELECT source, step, reached, advanced
	FROM (
		SELECT d.source, stage_agg(h.deal_id, h.stage, h.entered_at, d.amount, 'Lead > Qualified > Demo > Proposal > Negotiation > Won; lost: Lost, Disqualified') AS s
		FROM deals d JOIN deal_stage_history h USING (deal_id) WHERE d.created >= '2025-01-01' AND d.created < '2026-01-01' GROUP BY 1) f,
	stage_leakage(s, as_of => '2026-01-01', stale_days => 60) WHERE step < 6$$),
('stage leakage by source', 'stored', $$
	SELECT segment_value, step, reached, advanced
	FROM (SELECT segment_value, rollup(summary) AS s FROM kpi.stage_summary WHERE segment = 'source' AND month BETWEEN '2025-01-01' AND '2025-12-01' GROUP BY 1) f,
	stage_leakage(s, as_of => '2026-01-01', stale_days => 60) WHERE step < 6$$);

SELECT format('CALL bench.same(%L, %L::text[])', work, array_agg(query ORDER BY number)) FROM bench.question WHERE work IN ('win rate by source and month') GROUP BY work
\gexec
SELECT format('CALL bench.same(%L, %L::text[])', work, array_agg(query ORDER BY number)) FROM bench.question WHERE work IN ('pipeline velocity by region and quarter', 'stage leakage by source') AND contender LIKE ANY ('{"%ours",stored}') GROUP BY work
\gexec
-- All of them, one after another
INSERT INTO bench.question (work, contender, query)
SELECT 'the whole dashboard', contender, string_agg(query, ';' ORDER BY number) FROM bench.question WHERE contender <> 'kpi.figures' GROUP BY contender ORDER BY min(number);
SELECT format('CALL bench.measure(%L, %L::text[], %s)', work, array_agg(ARRAY[contender, query] ORDER BY number), :rounds) FROM bench.question GROUP BY work ORDER BY min(number)
\gexec
INSERT INTO bench.target
SELECT work, contender, against, 0.02 FROM (SELECT DISTINCT work FROM bench.question) q, (VALUES ('rows, by hand'), ('rows, ours')) AS a (against), (VALUES ('stored')) AS c (contender);
INSERT INTO bench.target VALUES ('win rate by source and month', 'kpi.figures', 'rows, by hand', 0.02), ('win rate by source and month', 'kpi.figures', 'rows, ours', 0.02);

-- The incremental form: what a night takes, and what a writer pays for it
CREATE PROCEDURE bench.write(of_kind text) LANGUAGE plpgsql AS $$
DECLARE
	started	timestamptz := clock_timestamp();
BEGIN
	FOR i IN 1..2000 LOOP
		UPDATE deals SET amount = amount WHERE deal_id = i * 37;
		COMMIT;
	END LOOP;
	INSERT INTO bench.figure (work, figure, value, unit) VALUES ('updating one deal at a time', of_kind, round(extract(epoch FROM clock_timestamp() - started)::numeric * 1000000 / 2000), 'us each');
END
$$;
CALL bench.write('without triggers');
DROP SCHEMA kpi CASCADE;
\set form incremental
SELECT clock_timestamp() AS since \gset
\ir ../examples/nightly/install.sql
CALL bench.took('a night, tables', 'install', :'since');
VACUUM (ANALYZE);
CALL bench.write('with the triggers of the incremental form');
CALL kpi.refresh();
VACUUM (ANALYZE);
SELECT clock_timestamp() AS since \gset
CALL kpi.refresh();
CALL bench.took('a night, tables', 'refresh, nothing changed', :'since');

-- One deal in a hundred: first those that move in a night, then any
UPDATE deals SET amount = amount + 1 WHERE deal_id > (SELECT max(deal_id) * 0.99 FROM deals);
SELECT clock_timestamp() AS since \gset
CALL kpi.refresh();
CALL bench.took('a night, tables', 'refresh, the latest 1 % of deals changed', :'since');
VACUUM (ANALYZE);
UPDATE deals SET amount = amount + 1 WHERE deal_id % 100 = 0;
SELECT clock_timestamp() AS since \gset
CALL kpi.refresh();
CALL bench.took('a night, tables', 'refresh, every hundredth deal changed', :'since');
INSERT INTO bench.figure (work, figure, value, unit) SELECT 'stored', 'rows', sum(reltuples), 'rows' FROM pg_class WHERE relnamespace = 'kpi'::regnamespace AND relname ~ '_(summary|periods)$';
INSERT INTO bench.figure (work, figure, value, unit) SELECT 'stored', 'size, with indexes', round(sum(pg_total_relation_size(oid)) / 1048576.0), 'MB' FROM pg_class WHERE relnamespace = 'kpi'::regnamespace AND relname ~ '_(summary|periods)$';

\ir report.sql
