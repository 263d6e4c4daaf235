-- real_cohort: published figures of real orders, visits and leads (FUNNEL_DATA/cdnow, olist_payments,
-- online_shoppers, bank_marketing).
\if :{?have_funnel_data} \else \set have_funnel_data false \endif
\if :have_funnel_data

BEGIN;
SELECT no_plan();
SET timezone = 'UTC';

CREATE TABLE figures (source text, metric text, segment text, value numeric, definition text);
ALTER TABLE figures ALTER source SET DEFAULT 'cdnow';
\copy figures (metric, segment, value, definition) FROM PROGRAM 'cat "$FUNNEL_DATA/cdnow/figures.csv"' CSV HEADER
ALTER TABLE figures ALTER source SET DEFAULT 'olist_payments';
\copy figures (metric, segment, value, definition) FROM PROGRAM 'cat "$FUNNEL_DATA/olist_payments/figures.csv"' CSV HEADER
ALTER TABLE figures ALTER source SET DEFAULT 'online_shoppers';
\copy figures (metric, segment, value, definition) FROM PROGRAM 'cat "$FUNNEL_DATA/online_shoppers/figures.csv"' CSV HEADER
ALTER TABLE figures ALTER source SET DEFAULT 'bank_marketing';
\copy figures (metric, segment, value, definition) FROM PROGRAM 'cat "$FUNNEL_DATA/bank_marketing/figures.csv"' CSV HEADER

CREATE TABLE got (source text, metric text, segment text, value numeric, how text);

/*
 * CDNOW (Fader, Hardie): purchases of 1997 and half of 1998, from the rows and from stored parts
 */

CREATE TABLE purchase (customer_id text, purchase_date date, n_cds integer, amount_usd numeric);
\copy purchase FROM PROGRAM 'zcat "$FUNNEL_DATA/cdnow/cdnow_master.csv.gz"' CSV HEADER
CREATE TABLE sample (customer_id text, sample_id text, purchase_date date, n_cds integer, amount_usd numeric);
\copy sample FROM PROGRAM 'zcat "$FUNNEL_DATA/cdnow/cdnow_sample.csv.gz"' CSV HEADER

-- One part a last digit of the customer: different customers in each
CREATE MATERIALIZED VIEW parts AS
SELECT right(customer_id, 2) AS part, cohort_agg(customer_id, purchase_date, amount_usd, 'month') AS summary FROM purchase GROUP BY 1;

CREATE TABLE cdnow AS
SELECT 'one call' AS how, cohort_agg(customer_id, purchase_date, amount_usd, 'month') AS s FROM purchase
UNION ALL SELECT 'with a zone', cohort_agg(customer_id, purchase_date::timestamp AT TIME ZONE 'Asia/Tehran', amount_usd, 'month', 'Asia/Tehran') FROM purchase
UNION ALL SELECT 'rolled up', rollup(summary) FROM parts;

INSERT INTO got
SELECT 'cdnow', metric, 'all', value, how FROM cdnow, LATERAL (VALUES ('customers', customers(s)::numeric), ('transactions', orders(s)), ('revenue_usd', revenue(s)),
	('aov_usd', avg_order_value(s)), ('revenue_per_customer_usd', historic_clv(s)), ('repeat_rate_by_rows', repeat_rate(s)::numeric)) v (metric, value);
INSERT INTO got
SELECT 'cdnow', 'cohort_retention', to_char(cohort, 'YYYY-MM') || ' month+' || periods_since, rate::numeric, how FROM cdnow, cohort_retention(s, '1998-07-01') WHERE is_complete;

-- Days on which somebody bought: one row a customer and date
CREATE VIEW bought AS SELECT DISTINCT customer_id, purchase_date FROM purchase;
INSERT INTO got SELECT 'cdnow', 'repeat_rate_by_days', 'all', repeat_rate(cohort_agg(customer_id, purchase_date, 'day'))::numeric, 'dates' FROM bought;
INSERT INTO got SELECT 'cdnow', 'repurchase_gap_days_median', 'all', cycle_days(before, purchase_date, 0.5)::numeric, 'dates'
	FROM (SELECT purchase_date, lag(purchase_date) OVER (PARTITION BY customer_id ORDER BY purchase_date) AS before FROM bought) b WHERE before IS NOT NULL;
CREATE VIEW calibration AS SELECT cohort_agg(sample_id, purchase_date, 'day') AS s FROM (SELECT DISTINCT sample_id, purchase_date FROM sample WHERE purchase_date <= '1997-09-30') b;
INSERT INTO got
SELECT 'cdnow', metric, 'cdnow_sample', value, 'dates' FROM calibration, LATERAL (VALUES ('sample_customers', customers(s)::numeric),
	('sample_repeaters_39w', repeat_rate(s)::numeric * customers(s)), ('sample_repeat_transactions_39w', orders(s) - customers(s))) v (metric, value);

-- What must hold whatever the data
SELECT is_empty($$ SELECT how, cohort FROM cdnow, cohort_retention(s) GROUP BY how, cohort, cohort_size HAVING max(retained) <> cohort_size OR count(*) FILTER (WHERE NOT is_complete) <> 1 $$,
	'CDNOW: each cohort has one period that is not over, and is never larger than at first');
SELECT is((SELECT sum(amount) FROM cdnow, cohort_retention(s) WHERE how = 'rolled up'), revenue(s), 'CDNOW: the cells add up to the revenue') FROM cdnow WHERE how = 'one call';
SELECT is((SELECT sum(amount_per_customer * cohort_size)::numeric(20, 4) FROM cdnow, cohort_retention(s) WHERE how = 'rolled up'), revenue(s)::numeric(20, 4), 'CDNOW: ... amounts a customer too') FROM cdnow WHERE how = 'one call';
SELECT is(active, new + "returning" + reactivated, format('CDNOW: %s', period)) FROM cdnow, active_entities(s) WHERE how = 'one call';
SELECT is(sum(new), 23570::numeric, 'CDNOW: every customer was new once') FROM cdnow, active_entities(s) WHERE how = 'one call';

/*
 * Olist: payments of orders. An order is the entity here; payments have no date, so all get one.
 */

CREATE TABLE payment (order_id text, payment_sequential integer, payment_type text, payment_installments integer, payment_value numeric);
\copy payment FROM PROGRAM 'zcat "$FUNNEL_DATA/olist_payments/olist_order_payments_dataset.csv.gz"' CSV HEADER

CREATE TABLE olist AS
SELECT 'one call' AS how, cohort_agg(order_id, date '2018-01-01', payment_value, 'month') AS s FROM payment
UNION ALL SELECT 'rolled up', rollup(s) FROM (SELECT cohort_agg(order_id, date '2018-01-01', payment_value, 'month') AS s FROM payment GROUP BY left(order_id, 2)) p;
INSERT INTO got
SELECT 'olist_payments', metric, 'all', value, how FROM olist, LATERAL (VALUES ('payments', orders(s)::numeric), ('orders', customers(s)), ('payment_value', revenue(s)), ('aov', historic_clv(s))) v (metric, value);
INSERT INTO got SELECT 'olist_payments', 'payment_share', 'payment_type=' || payment_type, share, 'rate'
	FROM (SELECT DISTINCT payment_type FROM payment) t, LATERAL (SELECT conversion_rate(p.payment_type = t.payment_type)::numeric AS share FROM payment p) s;

/*
 * UCI: online shoppers' sessions, a bank's calls
 */

CREATE TABLE session (administrative numeric, administrative_duration numeric, informational numeric, informational_duration numeric, productrelated numeric, productrelated_duration numeric,
	bouncerates numeric, exitrates numeric, pagevalues numeric, specialday numeric, month text, operatingsystems integer, browser integer, region integer, traffictype integer, visitortype text, weekend text, revenue boolean);
\copy session FROM PROGRAM 'zcat "$FUNNEL_DATA/online_shoppers/online_shoppers_intention.csv.gz"' CSV HEADER
INSERT INTO got
SELECT 'online_shoppers', metric, segment, value, 'rate' FROM (
	SELECT 'all' AS segment, rate_agg(revenue) AS s FROM session
	UNION ALL SELECT 'VisitorType=' || visitortype, rate_agg(revenue) FROM session GROUP BY visitortype
	UNION ALL SELECT 'Weekend=' || weekend, rate_agg(revenue) FROM session GROUP BY weekend
	UNION ALL SELECT 'Month=' || month, rate_agg(revenue) FROM session GROUP BY month) x,
	LATERAL (VALUES ('conversion_rate', conversion_rate(s)::numeric), ('sessions', decided(s)), ('purchases', succeeded(s))) v (metric, value);
INSERT INTO got SELECT 'online_shoppers', 'product_page_sessions', 'all', succeeded(rate_agg(productrelated > 0)), 'rate' FROM session;

CREATE TABLE call (row_id integer, age integer, job text, marital text, education text, default_credit text, balance integer, housing text, loan text, contact text, day integer, month text, duration integer,
	campaign integer, pdays integer, previous integer, poutcome text, y text);
\copy call FROM PROGRAM 'zcat "$FUNNEL_DATA/bank_marketing/bank-full.csv.gz"' CSV HEADER
INSERT INTO got
SELECT 'bank_marketing', metric, segment, value, 'rate' FROM (
	SELECT 'all' AS segment, rate_agg(y = 'yes') AS s FROM call
	UNION ALL SELECT 'contact=' || contact, rate_agg(y = 'yes') FROM call GROUP BY contact
	UNION ALL SELECT 'poutcome=' || poutcome, rate_agg(y = 'yes') FROM call GROUP BY poutcome
	UNION ALL SELECT 'month=' || month, rate_agg(y = 'yes') FROM call GROUP BY month) x,
	LATERAL (VALUES ('lead_conversion_rate', conversion_rate(s)::numeric), ('leads', decided(s)), ('converted', succeeded(s))) v (metric, value);
INSERT INTO got SELECT 'bank_marketing', 'call_seconds_median', CASE y WHEN 'yes' THEN 'converted' ELSE 'not converted' END,
	extract(epoch FROM cycle_time(timestamp '2000-01-01', timestamp '2000-01-01' + duration * interval '1 second', 0.5))::numeric, 'duration' FROM call GROUP BY y;

SELECT is(round(got.value, 6), round(f.value, 6), format('%s: %s, %s (%s)', f.source, f.metric, f.segment, got.how))
FROM figures f JOIN got USING (source, metric, segment) ORDER BY f.source, f.metric, f.segment, got.how;

-- What is left: a figure that nobody answers and that is not on this list is a failure.
CREATE TABLE left_out (source text, metric text, why text);
INSERT INTO left_out VALUES
	('olist_payments', 'order_value_median', 'the median of an amount is percentile_cont'),
	('olist_payments', 'order_value_p90', 'likewise'),
	('bank_marketing', 'calls_per_conversion', 'a sum over a count of two columns: activity_ratio, in plain SQL');
SELECT is_empty($$ SELECT source, metric, segment FROM figures EXCEPT SELECT source, metric, segment FROM got EXCEPT SELECT source, metric, segment FROM figures JOIN left_out USING (source, metric) $$,
	'every figure is answered or on the list of those left');
SELECT is_empty($$ SELECT source, metric FROM left_out WHERE (source, metric) IN (SELECT source, metric FROM got) OR (source, metric) NOT IN (SELECT source, metric FROM figures) $$, 'the list holds nothing else');
SELECT is(count(*), 74::bigint, 'so many figures are there') FROM figures;

SELECT * FROM finish();
ROLLBACK;

\else
\echo 1..0 # SKIP FUNNEL_DATA names no folder of real data
\endif
