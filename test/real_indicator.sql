-- real_indicator: which figure leads, of customers, leads, deals, tickets by week, worked out by other programs
-- (FUNNEL_DATA/*/figures_leading.csv).
\if :{?have_funnel_data} \else \set have_funnel_data false \endif
\if :have_funnel_data

BEGIN;
SELECT no_plan();

CREATE TABLE figures (source text, metric text, segment text, value double precision, definition text);
ALTER TABLE figures ALTER source SET DEFAULT 'worked_examples';
\copy figures (metric, segment, value, definition) FROM PROGRAM 'cat "$FUNNEL_DATA/worked_examples/figures_leading.csv"' CSV HEADER
ALTER TABLE figures ALTER source SET DEFAULT 'cdnow';
\copy figures (metric, segment, value, definition) FROM PROGRAM 'cat "$FUNNEL_DATA/cdnow/figures_leading.csv"' CSV HEADER
ALTER TABLE figures ALTER source SET DEFAULT 'maven_crm';
\copy figures (metric, segment, value, definition) FROM PROGRAM 'cat "$FUNNEL_DATA/maven_crm/figures_leading.csv"' CSV HEADER
ALTER TABLE figures ALTER source SET DEFAULT 'olist_funnel';
\copy figures (metric, segment, value, definition) FROM PROGRAM 'cat "$FUNNEL_DATA/olist_funnel/figures_leading.csv"' CSV HEADER
ALTER TABLE figures ALTER source SET DEFAULT 'ravenstack';
\copy figures (metric, segment, value, definition) FROM PROGRAM 'cat "$FUNNEL_DATA/ravenstack/figures_leading.csv"' CSV HEADER

CREATE TABLE purchases (customer text, bought date, cds integer, amount numeric);
\copy purchases FROM PROGRAM 'zcat "$FUNNEL_DATA/cdnow/cdnow_master.csv.gz"' CSV HEADER
CREATE TABLE pipeline (opportunity text, agent text, product text, account text, stage text, engaged date, closed date, value numeric);
\copy pipeline FROM PROGRAM 'zcat "$FUNNEL_DATA/maven_crm/sales_pipeline.csv.gz"' CSV HEADER
CREATE TABLE leads (lead text, first_contact date, page text, origin text);
\copy leads FROM PROGRAM 'zcat "$FUNNEL_DATA/olist_funnel/olist_marketing_qualified_leads_dataset.csv.gz"' CSV HEADER
CREATE TABLE closed (lead text, seller text, sdr text, sr text, won timestamp, segment text, lead_type text, profile text, company text, gtin text, stock text, business text, catalog text, revenue text);
\copy closed FROM PROGRAM 'zcat "$FUNNEL_DATA/olist_funnel/olist_closed_deals_dataset.csv.gz"' CSV HEADER
CREATE TABLE tickets (ticket text, account text, submitted date, closed text, hours text, priority text, response text, satisfaction text, escalated text);
\copy tickets FROM PROGRAM 'zcat "$FUNNEL_DATA/ravenstack/ravenstack_support_tickets.csv.gz"' CSV HEADER
CREATE TABLE churned (event text, account text, at date, reason text, refund text, upgrade text, downgrade text, reactivation text, feedback text);
\copy churned FROM PROGRAM 'zcat "$FUNNEL_DATA/ravenstack/ravenstack_churn_events.csv.gz"' CSV HEADER

-- What leads what, at which lags, in which weeks
CREATE TABLE questions (source text, segment text, indicator text, outcome text, max_lag integer, first date, behind date);
INSERT INTO questions VALUES
	('cdnow', 'new customers -> repeat purchases, weekly', 'new customers', 'repeat purchases', 12, '1997-01-06', '1998-06-29'),
	('maven_crm', 'deals engaged -> deals won, weekly', 'engaged', 'won', 8, '2017-03-06', '2018-01-01'),
	('maven_crm', 'deals lost -> deals won, weekly', 'lost', 'won', 8, '2017-03-06', '2018-01-01'),
	('olist_funnel', 'leads -> closed deals, weekly', 'leads', 'closed', 6, '2017-12-04', '2018-05-28'),
	('ravenstack', 'tickets -> churn events, weekly', 'tickets', 'churned', 12, '2023-01-02', '2024-12-30'),
	('worked_examples', 'x leads y by 2', 'x', 'y', 4, '2026-01-01', '2026-01-21');
CREATE VIEW first_bought AS SELECT customer, min(bought) AS bought FROM purchases GROUP BY customer;
CREATE TABLE events AS
SELECT 'cdnow' AS source, 'new customers' AS name, bought AS at, 1 AS value FROM first_bought
UNION ALL SELECT 'cdnow', 'repeat purchases', p.bought, 1 FROM purchases AS p JOIN first_bought AS f USING (customer) WHERE p.bought > f.bought
UNION ALL SELECT 'maven_crm', 'engaged', engaged, 1 FROM pipeline
UNION ALL SELECT 'maven_crm', lower(stage), closed, 1 FROM pipeline WHERE stage IN ('Won', 'Lost')
UNION ALL SELECT 'olist_funnel', 'leads', first_contact, 1 FROM leads
UNION ALL SELECT 'olist_funnel', 'closed', won::date, 1 FROM closed
UNION ALL SELECT 'ravenstack', 'tickets', submitted, 1 FROM tickets
UNION ALL SELECT 'ravenstack', 'churned', at, 1 FROM churned
UNION ALL SELECT 'worked_examples', 'x', date '2025-12-31' + n::integer, x FROM unnest(ARRAY[3, 7, 1, 8, 2, 9, 4, 6, 5, 11, 2, 7, 3, 10, 1, 6, 8, 4, 9, 5]) WITH ORDINALITY AS v (x, n)
UNION ALL SELECT 'worked_examples', 'y', date '2025-12-31' + n::integer, y FROM unnest(ARRAY[5, 5, 7, 15, 3, 17, 5, 19, 9, 13, 11, 23, 5, 15, 7, 21, 3, 13, 17, 9]) WITH ORDINALITY AS v (y, n);

-- Weeks without any are 0
CREATE TABLE summaries AS
SELECT q.*, (SELECT indicator_agg(at, name, value) FROM (
	SELECT CASE q.source WHEN 'worked_examples' THEN at ELSE period_start(at, 'week') END AS at, name, value FROM events AS e WHERE e.source = q.source AND name IN (q.indicator, q.outcome) AND at >= q.first AND at < q.behind
	UNION ALL SELECT week::date, name, 0 FROM generate_series(q.first::timestamp, q.behind - 7, '7 days') AS week, unnest(ARRAY[q.indicator, q.outcome]) AS name WHERE q.source <> 'worked_examples') AS r) AS s
FROM questions AS q;
SELECT is(indicator_period(s), CASE source WHEN 'worked_examples' THEN '1 day' ELSE '7 days' END, segment || ': periods') FROM summaries;

CREATE TABLE got AS
SELECT source, format('%s, lag %s', segment, lag) AS segment, metric, value
FROM summaries, leading_indicators(s, outcome, max_lag) AS l JOIN leading_indicators(s, outcome, max_lag, NULL, 'bh') AS b USING (indicator, lag),
	LATERAL (VALUES ('pairs', l.pairs), ('correlation', l.correlation), ('effective_n', l.effective_n), ('p_value', l.p_value), ('p_value_holm', l.p_adjusted), ('p_value_bh', b.p_adjusted)) AS v (metric, value)
UNION ALL
SELECT source, segment, 'best_lag', (SELECT lag FROM leading_indicators(s, outcome, max_lag) ORDER BY p_value LIMIT 1) FROM summaries;

-- Nothing is left out.
SELECT is_empty($$ SELECT f.source, f.segment, f.metric, f.value, g.value AS got FROM figures AS f LEFT JOIN got AS g USING (source, segment, metric)
	WHERE g.value IS NULL OR f.value IS NULL OR abs(g.value - f.value) > 1e-9 * greatest(1, abs(f.value)) $$, 'every figure');
SELECT results_eq('SELECT count(*) FROM figures', 'SELECT count(*) FROM figures JOIN got USING (source, segment, metric)', '... once each');
SELECT is((SELECT count(*) FROM figures), 342::bigint, '... so many of them');
SELECT is_empty($$ SELECT * FROM got LEFT JOIN figures USING (source, segment, metric) WHERE figures.metric IS NULL $$, '... and there is nothing beside them');

-- From parts by month, and beside other figures: the same but for the corrections
SELECT is((SELECT rollup(part)::text FROM (SELECT indicator_agg(at, name, value) AS part FROM (SELECT period_start(bought, 'week') AS at, 'new customers' AS name, 1 AS value, bought AS n FROM first_bought) AS r GROUP BY (n - date '1997-01-01') % 17) AS p),
	(SELECT indicator_agg(period_start(bought, 'week'), 'new customers', 1)::text FROM first_bought), 'weeks rolled up');
SELECT results_eq($$ SELECT lag, pairs, effective_n, correlation, p_value FROM summaries, leading_indicators(s, outcome, max_lag) WHERE segment LIKE 'deals lost%' $$,
	$$ SELECT lag, pairs, effective_n, correlation, p_value FROM (SELECT rollup(s) AS all_of_them FROM summaries WHERE segment LIKE 'deals engaged%' OR indicator = 'lost') AS r, leading_indicators(all_of_them, 'won', 8) WHERE indicator = 'lost' $$,
	'beside other indicators: but for the corrections the same');

SELECT * FROM finish();
ROLLBACK;

\else
\echo 1..0 # SKIP FUNNEL_DATA names no folder of real data
\endif
