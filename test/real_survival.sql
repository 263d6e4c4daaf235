-- real_survival: curves of real deals, leads, subscriptions and loans, worked out by other programs
-- (FUNNEL_DATA/*/figures_honest_time.csv), and a few worked examples.
\if :{?have_funnel_data} \else \set have_funnel_data false \endif
\if :have_funnel_data

BEGIN;
SELECT no_plan();
SET LOCAL timezone = 'UTC';

CREATE TABLE figures (source text, metric text, segment text, value double precision, definition text);
ALTER TABLE figures ALTER source SET DEFAULT 'worked_examples';
\copy figures (metric, segment, value, definition) FROM PROGRAM 'cat "$FUNNEL_DATA/worked_examples/figures_honest_time.csv"' CSV HEADER
ALTER TABLE figures ALTER source SET DEFAULT 'telco_churn';
\copy figures (metric, segment, value, definition) FROM PROGRAM 'cat "$FUNNEL_DATA/telco_churn/figures_honest_time.csv"' CSV HEADER
ALTER TABLE figures ALTER source SET DEFAULT 'ravenstack';
\copy figures (metric, segment, value, definition) FROM PROGRAM 'cat "$FUNNEL_DATA/ravenstack/figures_honest_time.csv"' CSV HEADER
ALTER TABLE figures ALTER source SET DEFAULT 'olist_funnel';
\copy figures (metric, segment, value, definition) FROM PROGRAM 'cat "$FUNNEL_DATA/olist_funnel/figures_honest_time.csv"' CSV HEADER
ALTER TABLE figures ALTER source SET DEFAULT 'maven_crm';
\copy figures (metric, segment, value, definition) FROM PROGRAM 'cat "$FUNNEL_DATA/maven_crm/figures_honest_time.csv"' CSV HEADER
ALTER TABLE figures ALTER source SET DEFAULT 'lending_log';
\copy figures (metric, segment, value, definition) FROM PROGRAM 'cat "$FUNNEL_DATA/lending_log/figures_honest_time.csv"' CSV HEADER
CREATE TABLE summaries (source text, segment text, unit text, summary survival_summary);

/*
 * Worked examples: an entity of age a started a days before as_of
 */

CREATE TABLE ends_small (age integer, "end" text);
\copy ends_small FROM PROGRAM 'cat "$FUNNEL_DATA/worked_examples/ends_small.csv"' CSV HEADER
CREATE TABLE examples (segment text, age integer, ends text, seen_from integer);
INSERT INTO examples SELECT 'ends_small', age, "end" FROM ends_small;
INSERT INTO examples (segment, age, ends) VALUES ('nothing decided', 2, 'open'), ('nothing decided', 5, 'open'), ('nothing decided', 9, 'open'),
	('all lost at once', 1, 'lost'), ('all lost at once', 1, 'lost'), ('all lost at once', 1, 'lost');
INSERT INTO examples VALUES ('delayed entry', 5, 'won', 2), ('delayed entry', 6, 'lost', 4), ('delayed entry', 3, 'won', NULL), ('delayed entry', 7, 'open', 0),
	('delayed entry', 8, 'won', 5), ('delayed entry', 2, 'lost', NULL);
-- "seen from" e says that ends are seen at ages above e: from the day e + 1 on
INSERT INTO summaries
SELECT 'worked_examples', segment, 'day', survival_agg(date '2026-01-01' - age, '2026-01-01', CASE ends WHEN 'won' THEN true WHEN 'lost' THEN false END, '2026-01-01',
	date '2026-01-01' - age + seen_from + 1) FROM examples GROUP BY segment;
INSERT INTO summaries
SELECT 'worked_examples', 'Freireich 6-MP', 'week', survival_agg(date '2026-01-01' - week, CASE WHEN relapse THEN date '2026-01-01' END, '2026-01-01')
FROM (SELECT unnest(ARRAY[6, 6, 6, 7, 10, 13, 16, 22, 23]), true UNION ALL SELECT unnest(ARRAY[6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]), false) AS patients (week, relapse);

/*
 * Telco: tenure in months, one as a day here
 */

SELECT format('CREATE TABLE telco (%s)', string_agg(format('%I text', name), ', ')) FROM regexp_split_to_table('customerID,gender,SeniorCitizen,Partner,Dependents,tenure,PhoneService,MultipleLines,InternetService,OnlineSecurity,OnlineBackup,DeviceProtection,TechSupport,StreamingTV,StreamingMovies,Contract,PaperlessBilling,PaymentMethod,MonthlyCharges,TotalCharges,Churn', ',') AS name
\gexec
\copy telco FROM PROGRAM 'zcat "$FUNNEL_DATA/telco_churn/Telco-Customer-Churn.csv.gz"' CSV HEADER
INSERT INTO summaries
SELECT 'telco_churn', CASE WHEN grouping("Contract") = 0 THEN 'Contract=' || "Contract" ELSE 'all' END, 'month',
	survival_agg(date '2026-01-01' - tenure::integer, CASE "Churn" WHEN 'Yes' THEN date '2026-01-01' END, '2026-01-01')
FROM telco GROUP BY GROUPING SETS ((), ("Contract"));

/*
 * Ravenstack: subscriptions, and the same seen from a day on
 */

CREATE TABLE subscriptions (subscription_id text, account_id text, start_date date, end_date date, plan_tier text, seats text, mrr_amount text, arr_amount text,
	is_trial text, upgrade_flag text, downgrade_flag text, churn_flag text, billing_frequency text, auto_renew_flag text);
\copy subscriptions FROM PROGRAM 'zcat "$FUNNEL_DATA/ravenstack/ravenstack_subscriptions.csv.gz"' CSV HEADER
INSERT INTO summaries SELECT 'ravenstack', 'all', 'day', survival_agg(start_date, end_date, '2024-12-31'::date) FROM subscriptions;
INSERT INTO summaries SELECT 'ravenstack', 'observed after 2024-06-30', 'day', survival_agg(start_date, end_date, 'ended', '2024-12-31', '2024-07-01') FROM subscriptions;

/*
 * Olist: leads, as of the last deal and half a year before
 */

CREATE TABLE leads (mql_id text, first_contact_date date, landing_page_id text, origin text);
CREATE TABLE deals (mql_id text, seller_id text, sdr_id text, sr_id text, won_date timestamp, business_segment text, lead_type text,
	lead_behaviour_profile text, has_company text, has_gtin text, average_stock text, business_type text,
	declared_product_catalog_size numeric, declared_monthly_revenue numeric);
\copy leads FROM PROGRAM 'zcat "$FUNNEL_DATA/olist_funnel/olist_marketing_qualified_leads_dataset.csv.gz"' CSV HEADER
\copy deals FROM PROGRAM 'zcat "$FUNNEL_DATA/olist_funnel/olist_closed_deals_dataset.csv.gz"' CSV HEADER
INSERT INTO summaries
SELECT 'olist_funnel', CASE WHEN grouping(origin) = 0 THEN 'origin=' || origin ELSE 'all' END, 'day', survival_agg(contacted, won, 'won', '2018-11-14')
FROM (SELECT coalesce(nullif(origin, ''), '(empty)') AS origin, first_contact_date AS contacted, won_date::date AS won FROM leads LEFT JOIN deals USING (mql_id)) AS l
GROUP BY GROUPING SETS ((), (origin));
INSERT INTO summaries
SELECT 'olist_funnel', 'all as of 2018-03-31', 'day', survival_agg(first_contact_date, won_date::date, 'won', '2018-03-31') FROM leads LEFT JOIN deals USING (mql_id);

/*
 * Maven: no deal of the file closed before 2017-03-01
 */

CREATE TABLE pipeline (opportunity_id text, sales_agent text, product text, account text, deal_stage text, engage_date date, close_date date, close_value numeric);
CREATE TABLE teams (sales_agent text, manager text, regional_office text);
\copy pipeline FROM PROGRAM 'zcat "$FUNNEL_DATA/maven_crm/sales_pipeline.csv.gz"' CSV HEADER
\copy teams FROM PROGRAM 'zcat "$FUNNEL_DATA/maven_crm/sales_teams.csv.gz"' CSV HEADER
INSERT INTO summaries SELECT 'maven_crm', 'all', 'day', survival_agg(engage_date, close_date, lower(deal_stage), '2017-12-31') FROM pipeline;
INSERT INTO summaries
SELECT 'maven_crm', CASE WHEN grouping(regional_office) = 0 THEN 'regional_office=' || regional_office ELSE 'all' END || ' left-truncated', 'day',
	survival_agg(engage_date, close_date, deal_stage = 'Won', '2017-12-31', '2017-03-01')
FROM (SELECT regional_office, engage_date, close_date, nullif(nullif(deal_stage, 'Prospecting'), 'Engaging') AS deal_stage FROM pipeline JOIN teams USING (sales_agent)) AS p
GROUP BY GROUPING SETS ((), (regional_office));

/*
 * Lending: moments, in cells of whole days
 */

CREATE TABLE events (case_id text, gender text, age text, citizen text, protected text, event_no integer, activity text, resource text, event_time timestamptz);
\copy events FROM PROGRAM 'zcat "$FUNNEL_DATA/lending_log/lending_events.csv.gz"' CSV HEADER
CREATE VIEW cases AS
SELECT case_id, min(event_time) AS started, min(event_time) FILTER (WHERE won IS NOT NULL) AS ended, bool_or(won) AS won
FROM (SELECT *, CASE WHEN activity = 'Sign Loan Agreement' THEN true WHEN activity IN ('Loan Denied', 'Application Rejected', 'Appointment Denied') THEN false END AS won FROM events) AS e
GROUP BY case_id;
INSERT INTO summaries SELECT 'lending_log', 'all day-cells', 'day', survival_agg(started, ended, won, '2016-01-01') FROM cases;
INSERT INTO summaries SELECT 'lending_log', 'all as of 2015-01-09 day-cells', 'day', survival_agg(started, ended, won, '2015-01-09') FROM cases;

/*
 * The figures, by the names that the files have
 */

CREATE TABLE got AS
SELECT source, s.segment || ', ' || unit || ' ' || day AS segment, CASE WHEN is_one_end THEN 'survival' ELSE 'share_' || outcome END || suffix AS metric, value
FROM (SELECT *, source IN ('telco_churn', 'ravenstack', 'olist_funnel') OR segment LIKE 'Freireich%' AS is_one_end FROM summaries) AS s, LATERAL (SELECT max(day) AS last FROM survival_curve(summary)) AS l, survival_at(summary, ARRAY(SELECT generate_series(0, last))) AS c,
	LATERAL (VALUES ('', share), ('_low', low), ('_high', high), ('_se', standard_error)) AS v (suffix, value)
WHERE NOT is_one_end OR outcome = 'open'
UNION ALL
SELECT source, segment || ', ' || unit || ' ' || day, 'at_risk', at_risk FROM summaries, survival_at(summary, ARRAY(SELECT generate_series(0, 10))) WHERE outcome = 'open'
UNION ALL
SELECT source, segment, 'entities' || CASE outcome WHEN 'open' THEN '_censored' ELSE '_' || outcome END, sum(ended)::double precision FROM summaries, survival_curve(summary) GROUP BY source, segment, outcome
UNION ALL
SELECT source, segment, 'entities', rows FROM summaries, survival_quality(summary) WHERE reason = 'used'
UNION ALL
SELECT source, segment, 'time_to_' || percent || 'pct' || CASE outcome WHEN 'lost' THEN '_lost' WHEN 'won' THEN CASE WHEN source <> 'olist_funnel' THEN '_won' ELSE '' END ELSE '' END, days_to_share(summary, outcome, percent / 100.0)
FROM summaries, (VALUES (10), (25), (50)) AS p (percent), LATERAL (SELECT DISTINCT outcome FROM survival_curve(summary) WHERE outcome <> 'open') AS o
UNION ALL
SELECT source, segment, 'median_time_' || outcome, median_days_of(summary, outcome) FROM summaries, LATERAL (SELECT DISTINCT outcome FROM survival_curve(summary) WHERE outcome <> 'open') AS o;

-- What is not adopted: ages are kept in whole days, so ages to the second are not told.
DELETE FROM figures WHERE source = 'lending_log' AND segment !~ 'day-cells';

SELECT is_empty($$ SELECT f.source, f.segment, f.metric, f.value, g.value FROM figures AS f LEFT JOIN got AS g USING (source, segment, metric)
	WHERE g.metric IS NULL OR (g.value IS NULL) <> (f.value IS NULL) OR abs(g.value - f.value) > 1e-9 * greatest(1, abs(f.value)) $$,
	'every figure, to 1e-9: shares, standard errors, intervals, those at risk, days, counts');
SELECT is((SELECT array_agg(source || ' ' || count ORDER BY source) FROM (SELECT source, count(*) FROM figures GROUP BY source) AS c),
	ARRAY['lending_log 108', 'maven_crm 305', 'olist_funnel 469', 'ravenstack 60', 'telco_churn 109', 'worked_examples 84'], '... so many of them');

-- What the delay is for: without it, a table that begins with a date flatters those that took long
SELECT is(ARRAY(SELECT round(share_by(summary, 'won', 30)::numeric, 3) FROM summaries WHERE source = 'maven_crm' AND segment LIKE 'all%' ORDER BY segment), ARRAY[0.219, 0.247],
	'Maven: the share won by day 30, without and with observed_from');
SELECT results_eq($$ SELECT rollup(summary)::text FROM summaries WHERE source = 'maven_crm' AND segment LIKE 'regional%' $$, $$ SELECT summary::text FROM summaries WHERE segment = 'all left-truncated' $$,
	'... the regions roll up to all');
SELECT results_eq($$ SELECT reason, rows FROM summaries, survival_quality(summary) WHERE source = 'ravenstack' AND segment <> 'all' AND rows > 0 $$, $$ VALUES ('used', 4918::bigint), ('before observed from', 82) $$,
	'Ravenstack: who ended before could not be seen');
SELECT results_eq($$ SELECT reason, rows FROM summaries, survival_quality(summary) WHERE source = 'maven_crm' AND segment = 'all' AND rows > 0 $$, $$ VALUES ('used', 8300::bigint), ('no start', 500) $$,
	'Maven: deals that nobody has engaged');

SELECT * FROM finish();
ROLLBACK;

\else
\echo 1..0 # SKIP FUNNEL_DATA names no folder of real data
\endif
