-- real_velocity: the published velocity of real deals (FUNNEL_DATA/maven_crm)
\if :{?have_funnel_data} \else \set have_funnel_data false \endif
\if :have_funnel_data

BEGIN;
SELECT plan(7);
SET timezone = 'UTC';

-- Maven Analytics, "CRM Sales Opportunities"; its figure is of the closed deals
CREATE TABLE figures (metric text, segment text, value numeric, definition text);
CREATE TABLE pipeline (opportunity_id text, sales_agent text, product text, account text, deal_stage text,
	engage_date date, close_date date, close_value numeric);
\copy figures FROM PROGRAM 'cat "$FUNNEL_DATA/maven_crm/figures.csv"' CSV HEADER
\copy pipeline FROM PROGRAM 'zcat "$FUNNEL_DATA/maven_crm/sales_pipeline.csv.gz"' CSV HEADER
CREATE VIEW deals AS
	SELECT *, CASE deal_stage WHEN 'Won' THEN true WHEN 'Lost' THEN false END AS won FROM pipeline;
CREATE VIEW closed AS SELECT * FROM deals WHERE deal_stage IN ('Won', 'Lost');
CREATE VIEW quarters AS
	SELECT velocity_agg(won, close_value, engage_date, close_date) FILTER (WHERE close_date BETWEEN '2017-07-01' AND '2017-09-30') AS q3,
		velocity_agg(won, close_value, engage_date, close_date) FILTER (WHERE close_date BETWEEN '2017-10-01' AND '2017-12-31') AS q4 FROM closed;

SELECT is(value, 193224.272697, 'figures.csv has the velocity') FROM figures WHERE metric = 'pipeline_velocity_per_day';
SELECT is((SELECT round(pipeline_velocity(won, close_value, engage_date, close_date), 6) FROM closed), value, 'of the closed deals, in one call')
FROM figures WHERE metric = 'pipeline_velocity_per_day';
SELECT is((SELECT round(pipeline_velocity(velocity_agg(won, close_value, engage_date, close_date), 'decided'), 6) FROM deals), value,
	'of all deals, those decided being the opportunities')
FROM figures WHERE metric = 'pipeline_velocity_per_day';
SELECT is(round(pipeline_velocity(rollup(s)), 6), (SELECT value FROM figures WHERE metric = 'pipeline_velocity_per_day'), 'rolled up from the agents')
FROM (SELECT sales_agent, velocity_agg(won, close_value, engage_date, close_date) AS s FROM closed GROUP BY sales_agent) a;
SELECT results_eq($$
	SELECT (SELECT value FROM figures WHERE metric = 'win_rate' AND segment = 'all'),
		(SELECT value FROM figures WHERE metric = 'avg_deal_size' AND segment = 'Won'),
		(SELECT value FROM figures WHERE metric = 'cycle_days_mean' AND segment = 'Won'),
		(SELECT value FROM figures WHERE metric = 'won_value' AND segment = 'all'),
		(SELECT sum(value) FROM figures WHERE metric = 'opportunities'),
		(SELECT sum(value) FROM figures WHERE metric = 'opportunities' AND segment IN ('deal_stage=Engaging', 'deal_stage=Prospecting'))$$,
	$$SELECT round(win_rate(s)::numeric, 6), round(avg_deal_size(s), 6), round(cycle_days(s)::numeric, 6), amount_won(s),
		opportunities(s)::numeric, opportunities(s, 'open')::numeric FROM (SELECT velocity_agg(won, close_value, engage_date, close_date) AS s FROM deals) d$$,
	'the levers');
SELECT is(ARRAY[invalid_rows(s), won_without_amount(s)], ARRAY[0, 0]::bigint[], 'no deal won lacks a date or an amount')
FROM (SELECT velocity_agg(won, close_value, engage_date, close_date) AS s FROM deals) d;
SELECT results_eq($$SELECT sum(contribution), count(contribution) FROM quarters, velocity_drivers(q3, q4)$$,
	$$SELECT pipeline_velocity(q4) - pipeline_velocity(q3), 4::bigint FROM quarters$$, 'what changed from the third quarter of 2017 to the fourth adds up');

SELECT * FROM finish();
ROLLBACK;

\else
\echo 1..0 # SKIP FUNNEL_DATA names no folder of real data
\endif
