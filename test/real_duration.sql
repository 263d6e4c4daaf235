-- real_duration: published figures of real deals (FUNNEL_DATA/maven_crm, olist_funnel).
\if :{?have_funnel_data} \else \set have_funnel_data false \endif
\if :have_funnel_data

BEGIN;
SELECT plan(9);
SET timezone = 'UTC';

CREATE TABLE figures (metric text, segment text, value numeric, definition text);

/*
 * Maven Analytics, "CRM Sales Opportunities": whole days from engage_date to close_date
 */

CREATE TABLE pipeline (opportunity_id text, sales_agent text, product text, account text, deal_stage text,
	engage_date date, close_date date, close_value numeric);
\copy figures FROM PROGRAM 'cat "$FUNNEL_DATA/maven_crm/figures.csv"' CSV HEADER
\copy pipeline FROM PROGRAM 'zcat "$FUNNEL_DATA/maven_crm/sales_pipeline.csv.gz"' CSV HEADER

SELECT results_eq(
	'SELECT segment || '' '' || metric, value FROM figures WHERE metric LIKE ''cycle\_days\_%'' ORDER BY 1',
	$$ SELECT name, round(value::numeric, 6) FROM (
		SELECT cycle_days(engage_date, close_date) FILTER (WHERE deal_stage = 'Won') AS won,
		       cycle_days(engage_date, close_date, 0.5) FILTER (WHERE deal_stage = 'Won') AS won_median,
		       cycle_days(engage_date, close_date, 0.9) FILTER (WHERE deal_stage = 'Won') AS won_p90,
		       cycle_days(engage_date, close_date) FILTER (WHERE deal_stage = 'Lost') AS lost,
		       cycle_days(engage_date, close_date) FILTER (WHERE deal_stage IN ('Won', 'Lost')) AS closed
		FROM pipeline) f, LATERAL (VALUES ('Won cycle_days_mean', won), ('Won cycle_days_median', won_median), ('Won cycle_days_p90', won_p90),
			('Lost cycle_days_mean', lost), ('Won+Lost cycle_days_mean', closed)) v(name, value) ORDER BY name $$,
	'Maven: mean, median and p90 of the sales cycle');
SELECT is((SELECT count(*) FROM figures WHERE metric LIKE 'cycle\_days\_%'), 5::bigint, '... all five of them');
SELECT results_eq(
	$$ SELECT mean_days(rollup(s)), mean_days(rollup(s) FILTER (WHERE deal_stage = 'Won')) FROM (
		SELECT sales_agent, deal_stage, duration_agg(engage_date, close_date) AS s FROM pipeline WHERE deal_stage IN ('Won', 'Lost') GROUP BY 1, 2) a $$,
	$$ SELECT cycle_days(engage_date, close_date), cycle_days(engage_date, close_date) FILTER (WHERE deal_stage = 'Won')
	   FROM pipeline WHERE deal_stage IN ('Won', 'Lost') $$, '... also from stored summaries, by agent');
SELECT is_empty(
	$$ SELECT * FROM (SELECT duration_agg(engage_date, close_date) AS s FROM pipeline WHERE deal_stage = 'Won') d
	   WHERE abs(median_days(s) - 57) > 0.57 OR abs(percentile_days(s, 0.9) - 106) > 1.06 OR invalid_rows(s) > 0 OR still_open(s) > 0 $$,
	'... percentiles of a summary within 1 %');

/*
 * Olist, "Marketing Funnel": days from first_contact_date 00:00 to won_date. Its figures keep a negative length, of a
 * deal won before its first contact, which is invalid here. So, of all n lengths:
 *	mean = (ours * (n - 1) + the negative one) / n
 *	the negative one is the least, so the percentile at rank f * (n - 1) is ours at rank f * (n - 1) - 1 of n - 1.
 */

TRUNCATE figures;
CREATE TABLE leads (mql_id text, first_contact_date date, landing_page_id text, origin text);
CREATE TABLE deals (mql_id text, seller_id text, sdr_id text, sr_id text, won_date timestamp, business_segment text, lead_type text,
	lead_behaviour_profile text, has_company text, has_gtin text, average_stock text, business_type text,
	declared_product_catalog_size numeric, declared_monthly_revenue numeric);
\copy figures FROM PROGRAM 'cat "$FUNNEL_DATA/olist_funnel/figures.csv"' CSV HEADER
\copy leads FROM PROGRAM 'zcat "$FUNNEL_DATA/olist_funnel/olist_marketing_qualified_leads_dataset.csv.gz"' CSV HEADER
\copy deals FROM PROGRAM 'zcat "$FUNNEL_DATA/olist_funnel/olist_closed_deals_dataset.csv.gz"' CSV HEADER

CREATE TABLE won AS
SELECT coalesce(nullif(origin, ''), '(empty)') AS origin, first_contact_date::timestamp AS contacted, won_date AS won
FROM leads JOIN deals USING (mql_id);
CREATE VIEW negative AS
SELECT origin, (extract(epoch FROM won - contacted) / 86400)::double precision AS days, won::date - contacted::date AS whole_days
FROM won WHERE won < contacted;

SELECT is((SELECT sum(invalid_rows(s)) FROM (SELECT duration_agg(contacted, won) AS s FROM won GROUP BY origin) o),
	(SELECT value FROM figures WHERE metric = 'cycle_days_negative'), 'Olist: the deals won before the first contact are the invalid rows');
SELECT is((SELECT count(*) FROM negative), 1::bigint, '... which is one');

SELECT results_eq(
	$$ SELECT segment, value FROM figures WHERE metric = 'cycle_days_mean' ORDER BY segment COLLATE "C" $$,
	$$ SELECT segment, round(((mean_days(s) * completed(s) + sum) / (completed(s) + invalid_rows(s)))::numeric, 6)
	   FROM (SELECT CASE WHEN grouping(origin) = 0 THEN 'origin=' || origin ELSE 'won' END AS segment, duration_agg(contacted, won) AS s,
	                coalesce((SELECT sum(days) FROM negative n WHERE n.origin = w.origin OR grouping(w.origin) = 1), 0) AS sum
	         FROM won w GROUP BY GROUPING SETS ((), (origin))) m ORDER BY segment COLLATE "C" $$,
	'... the mean of all and of each origin, with the negative length put back');
SELECT results_eq(
	$$ SELECT metric, value FROM figures WHERE metric IN ('cycle_days_median', 'cycle_days_p90') ORDER BY metric $$,
	$$ SELECT name, round(cycle_days(contacted, won, (fraction * (n - 1) - 1) / (n - 2))::numeric, 6)
	   FROM won, (SELECT count(*) AS n FROM won) c, (VALUES ('cycle_days_median', 0.5), ('cycle_days_p90', 0.9)) f(name, fraction)
	   GROUP BY name ORDER BY name $$, '... median and p90, from their ranks');
SELECT results_eq(
	$$ SELECT metric, value FROM figures WHERE metric LIKE 'cycle\_whole\_days\_%' ORDER BY metric $$,
	$$ SELECT name, round(value::numeric, 6)
	   FROM (SELECT cycle_days(contacted::date, won::date) * (n - 1) AS sum, n,
	                cycle_days(contacted::date, won::date, (0.5 * (n - 1) - 1) / (n - 2)) AS median
	         FROM won, (SELECT count(*) AS n FROM won) c GROUP BY n) d,
	   LATERAL (VALUES ('cycle_whole_days_mean', (sum + (SELECT whole_days FROM negative)) / n), ('cycle_whole_days_median', median)) v(name, value)
	   ORDER BY name $$, '... whole days, by dates');

SELECT * FROM finish();
ROLLBACK;

\else
\echo 1..0 # SKIP FUNNEL_DATA names no folder of real data
\endif
