-- rate on real data: the figures of maven_crm/figures.csv and olist_funnel/figures.csv that
-- it answers, to their 6 decimals. The folder is the environment's FUNNEL_DATA.

\set here `[ -r "$FUNNEL_DATA/maven_crm/figures.csv" ] && [ -r "$FUNNEL_DATA/olist_funnel/figures.csv" ] && echo true || echo false`
\set continuous `[ "${CI:-}" ] && [ "$CI" != false ] && echo true || echo false`
\if :here
\else
\if :continuous
SELECT plan(1);
SELECT fail('the real data must be here where CI is set: FUNNEL_DATA names its folder');
\else
SELECT plan(1);
SELECT skip('no real data: FUNNEL_DATA names its folder', 1);
\endif
SELECT * FROM finish();
\quit
\endif

BEGIN;
SELECT no_plan();
CREATE SCHEMA real_rate;
SET LOCAL search_path = real_rate, public;

CREATE TABLE figures(set text, metric text, segment text, value numeric, definition text);
ALTER TABLE figures ALTER set SET DEFAULT 'maven';
\copy figures(metric, segment, value, definition) FROM PROGRAM 'cat "$FUNNEL_DATA/maven_crm/figures.csv"' (FORMAT csv, HEADER)
ALTER TABLE figures ALTER set SET DEFAULT 'olist';
\copy figures(metric, segment, value, definition) FROM PROGRAM 'cat "$FUNNEL_DATA/olist_funnel/figures.csv"' (FORMAT csv, HEADER)

CREATE TABLE opportunities(opportunity_id text PRIMARY KEY, sales_agent text, product text, account text, deal_stage text, engage_date date, close_date date, close_value integer);
\copy opportunities FROM PROGRAM 'gzip -dc "$FUNNEL_DATA/maven_crm/sales_pipeline.csv.gz"' (FORMAT csv, HEADER)
CREATE TABLE teams(sales_agent text PRIMARY KEY, manager text, regional_office text);
\copy teams FROM PROGRAM 'gzip -dc "$FUNNEL_DATA/maven_crm/sales_teams.csv.gz"' (FORMAT csv, HEADER)
CREATE TABLE leads(mql_id text PRIMARY KEY, first_contact_date date, landing_page_id text, origin text);
\copy leads FROM PROGRAM 'gzip -dc "$FUNNEL_DATA/olist_funnel/olist_marketing_qualified_leads_dataset.csv.gz"' (FORMAT csv, HEADER)
CREATE TABLE closed(mql_id text PRIMARY KEY, seller_id text, sdr_id text, sr_id text, won_date timestamp, business_segment text, lead_type text, lead_behaviour_profile text, has_company boolean, has_gtin boolean, average_stock text, business_type text, declared_product_catalog_size numeric, declared_monthly_revenue numeric);
\copy closed FROM PROGRAM 'gzip -dc "$FUNNEL_DATA/olist_funnel/olist_closed_deals_dataset.csv.gz"' (FORMAT csv, HEADER)

CREATE VIEW deals AS
SELECT *, CASE deal_stage WHEN 'Won' THEN true WHEN 'Lost' THEN false END AS won FROM opportunities LEFT JOIN teams USING (sales_agent);

-- One summary a day and what else is cut by: every figure is a rollup of these.
CREATE MATERIALIZED VIEW daily AS
SELECT close_date, sales_agent, product, regional_office, rate_agg(won, close_value) AS summary FROM deals GROUP BY 1, 2, 3, 4;

CREATE TABLE got(set text, metric text, segment text, value numeric, how text);

-- In one call, from the rows
INSERT INTO got
SELECT 'maven', metric, segment, value, 'one call' FROM (
	SELECT 'all' AS segment, rate_agg(won, close_value) AS s, win_rate(won) AS win_rate, win_share(rate_agg(won)) AS win_share, avg_deal_size(won, close_value) AS avg_deal_size FROM deals
	UNION ALL SELECT 'sales_agent=' || sales_agent, rate_agg(won, close_value), win_rate(won), win_share(rate_agg(won)), NULL FROM deals GROUP BY sales_agent
	UNION ALL SELECT 'product=' || product, rate_agg(won, close_value), win_rate(won), win_share(rate_agg(won)), NULL FROM deals GROUP BY product
	UNION ALL SELECT 'regional_office=' || regional_office, rate_agg(won, close_value), win_rate(won), win_share(rate_agg(won)), NULL FROM deals GROUP BY regional_office
	UNION ALL SELECT to_char(close_date, '"close quarter "YYYY-"Q"Q'), rate_agg(won, close_value), win_rate(won), win_share(rate_agg(won)), NULL FROM deals WHERE close_date IS NOT NULL GROUP BY 1
) AS segments, LATERAL (VALUES ('win_rate', win_rate::numeric), ('win_share_of_all', win_share::numeric), ('won_value', amount_won(s)), ('avg_deal_size', avg_deal_size)) AS v(metric, value);

-- In two steps, from the stored days
INSERT INTO got
SELECT 'maven', metric, segment, value, 'rolled up' FROM (
	SELECT 'all' AS segment, rollup(summary) AS s FROM daily
	UNION ALL SELECT 'sales_agent=' || sales_agent, rollup(summary) FROM daily GROUP BY sales_agent
	UNION ALL SELECT 'product=' || product, rollup(summary) FROM daily GROUP BY product
	UNION ALL SELECT 'regional_office=' || regional_office, rollup(summary) FROM daily GROUP BY regional_office
	UNION ALL SELECT to_char(close_date, '"close quarter "YYYY-"Q"Q'), rollup(summary) FROM daily WHERE close_date IS NOT NULL GROUP BY 1
) AS segments, LATERAL (VALUES ('win_rate', win_rate(s)::numeric), ('win_share_of_all', win_share(s)::numeric), ('won_value', amount_won(s)), ('avg_deal_size', avg_deal_size(s))) AS v(metric, value);

-- figures.csv calls the average deal's segment "Won"; counts of stages are the summary's counts
UPDATE got SET segment = 'Won' WHERE metric = 'avg_deal_size' AND segment = 'all';
INSERT INTO got
SELECT 'maven', 'opportunities', segment, value, 'counts' FROM (SELECT rollup(summary) FROM daily) AS q(s),
	LATERAL (VALUES ('deal_stage=Won', succeeded(s)), ('deal_stage=Lost', decided(s) - succeeded(s))) AS v(segment, value);
INSERT INTO got
SELECT 'maven', 'opportunities', 'deal_stage=' || deal_stage, undecided(rate_agg(won)), 'counts' FROM deals WHERE won IS NULL GROUP BY deal_stage;

-- Leads: a lead without a closed deal has not converted. The share of a rep is the rate of "his" among the deals.
CREATE VIEW conversions AS
SELECT coalesce(origin, '(empty)') AS origin, first_contact_date, won_date, closed.mql_id IS NOT NULL OR NULL AS converted FROM leads LEFT JOIN closed USING (mql_id);
INSERT INTO got
SELECT 'olist', metric, segment, value, 'one call' FROM (
	SELECT 'lead_conversion_rate' AS metric, 'all' AS segment, conversion_rate(converted)::numeric AS value FROM conversions
	UNION ALL SELECT 'leads', 'all', undecided(rate_agg(converted)) + decided(rate_agg(converted)) FROM conversions
	UNION ALL SELECT 'won', 'all', succeeded(rate_agg(converted)) FROM conversions
	UNION ALL SELECT 'lead_conversion_rate', 'origin=' || origin, conversion_rate(converted)::numeric FROM conversions GROUP BY origin
	UNION ALL SELECT 'cohort_conversion', to_char(first_contact_date, 'YYYY-MM'), conversion_rate(converted)::numeric FROM conversions GROUP BY 2
	UNION ALL (SELECT 'top_rep_share', 'all', conversion_rate(c.sr_id = reps.sr_id)::numeric
		FROM closed AS c, (SELECT DISTINCT sr_id FROM closed) AS reps GROUP BY reps.sr_id ORDER BY 3 DESC LIMIT 1)
	UNION ALL SELECT 'cycle_days_negative', 'won', invalid_rows(within_agg(first_contact_date::timestamp, won_date, interval '0', timestamp '2019-01-01')) FROM conversions
) AS figures;
INSERT INTO got
SELECT 'olist', metric, segment, value, 'rolled up' FROM (
	WITH daily AS (SELECT origin, first_contact_date, rate_agg(converted) AS summary FROM conversions GROUP BY 1, 2)
	SELECT 'lead_conversion_rate' AS metric, 'all' AS segment, conversion_rate(rollup(summary))::numeric AS value FROM daily
	UNION ALL SELECT 'lead_conversion_rate', 'origin=' || origin, conversion_rate(rollup(summary))::numeric FROM daily GROUP BY origin
	UNION ALL SELECT 'cohort_conversion', to_char(first_contact_date, 'YYYY-MM'), conversion_rate(rollup(summary))::numeric FROM daily GROUP BY 2
) AS figures;

SELECT is(round(got.value, 6), round(f.value, 6), format('%s: %s, %s (%s)', f.set, f.metric, f.segment, got.how))
	FROM figures AS f JOIN got USING (set, metric, segment)
	ORDER BY f.set, f.metric, f.segment, got.how;

-- What is left is the other families'; a figure that nobody answers is a failure here.
CREATE TABLE left_to(metric text, family text);
INSERT INTO left_to VALUES
	('median_deal_size', 'none: the median of an amount is percentile_cont'),
	('cycle_days_mean', 'duration'), ('cycle_days_median', 'duration'), ('cycle_days_p90', 'duration'),
	('cycle_whole_days_mean', 'duration'), ('cycle_whole_days_median', 'duration'),
	('pipeline_velocity_per_day', 'velocity');
SELECT is_empty($$ SELECT f.set, f.metric, f.segment FROM figures AS f
	WHERE NOT EXISTS (SELECT FROM got WHERE (got.set, got.metric, got.segment) = (f.set, f.metric, f.segment))
		AND f.metric NOT IN (SELECT metric FROM left_to) $$, 'every figure is answered here or left to another family');
SELECT is_empty($$ SELECT metric FROM left_to WHERE metric IN (SELECT metric FROM got) OR metric NOT IN (SELECT metric FROM figures) $$,
	'the list of what is left holds nothing else');
SELECT diag('left to others: ' || string_agg(metric || ' (' || family || ')', ', ' ORDER BY metric)) FROM left_to;

SELECT * FROM finish();
ROLLBACK;
