-- real_forecast: forecasts worked out elsewhere, in fractions and by Fourier inversion (FUNNEL_DATA: maven_crm, lending_log, worked_examples)
\if :{?have_funnel_data} \else \set have_funnel_data false \endif
\if :have_funnel_data

BEGIN;
SELECT no_plan();
SET timezone = 'UTC';
\pset fieldsep '\n'

CREATE TABLE figures (set text DEFAULT current_setting('figures.set'), metric text, segment text, value numeric, definition text);
SET figures.set = 'worked';
\copy figures(metric, segment, value, definition) FROM PROGRAM 'cat "$FUNNEL_DATA/worked_examples/figures_forecast.csv"' CSV HEADER
SET figures.set = 'maven';
\copy figures(metric, segment, value, definition) FROM PROGRAM 'cat "$FUNNEL_DATA/maven_crm/figures_forecast.csv"' CSV HEADER
SET figures.set = 'lending';
\copy figures(metric, segment, value, definition) FROM PROGRAM 'cat "$FUNNEL_DATA/lending_log/figures_forecast.csv"' CSV HEADER

-- What the figures are held against: deals of each segment, as a summary
CREATE TABLE forecasts (set text, segment text, s forecast_summary);
CREATE TABLE deals (amount numeric, win_probability numeric);
INSERT INTO forecasts
SELECT 'worked', segment, forecast_agg(amount, p) FROM (VALUES ('three deals', 100::numeric, 0.5), ('three deals', 200, 0.25), ('three deals', 50, 0.9),
	('certain and impossible', 100, 1), ('certain and impossible', 200, 0), ('certain and impossible', 50, 0.5), ('one deal of 1e15', 1e15, 0.1),
	('ties on the edge', 10, 0.5), ('ties on the edge', 10, 0.5), ('whale and minnows', 1e15, 0.5)) v(segment, amount, p) WHERE segment <> 'whale and minnows' GROUP BY 2
UNION ALL SELECT 'worked', 'whale and minnows', forecast_agg(CASE n WHEN 0 THEN 1e15 ELSE 1 END, 0.5) FROM generate_series(0, 10) n
UNION ALL SELECT 'worked', 'ten equal', forecast_agg(1, 0.3) FROM generate_series(1, 10)
UNION ALL SELECT 'worked', 'no deals', forecast_agg(1, 0.3) FILTER (WHERE false);
\copy deals FROM PROGRAM 'zcat "$FUNNEL_DATA/worked_examples/deals_uniform_1e15.csv.gz"' CSV HEADER
INSERT INTO forecasts SELECT 'worked', 'deals_uniform_1e15', forecast_agg(amount, win_probability) FROM deals;
TRUNCATE deals;
\copy deals FROM PROGRAM 'zcat "$FUNNEL_DATA/worked_examples/deals_heavy_1e15.csv.gz"' CSV HEADER
INSERT INTO forecasts SELECT 'worked', 'deals_heavy_1e15', forecast_agg(amount, win_probability) FROM deals;

-- maven_crm: deals being worked on, at the price of their product and the win rate of its decided ones
CREATE TABLE pipeline (opportunity_id text, sales_agent text, product text, account text, deal_stage text, engage_date date, close_date date, close_value numeric);
CREATE TABLE products (product text, series text, sales_price numeric);
CREATE TABLE teams (sales_agent text, manager text, regional_office text);
\copy pipeline FROM PROGRAM 'zcat "$FUNNEL_DATA/maven_crm/sales_pipeline.csv.gz"' CSV HEADER
\copy products FROM PROGRAM 'zcat "$FUNNEL_DATA/maven_crm/products.csv.gz"' CSV HEADER
\copy teams FROM PROGRAM 'zcat "$FUNNEL_DATA/maven_crm/sales_teams.csv.gz"' CSV HEADER
UPDATE pipeline SET product = 'GTX Pro' WHERE product = 'GTXPro';
CREATE VIEW rates AS SELECT product, win_rate(CASE deal_stage WHEN 'Won' THEN true WHEN 'Lost' THEN false END) FROM pipeline GROUP BY product;
INSERT INTO forecasts
SELECT 'maven', CASE WHEN grouping(regional_office) = 1 THEN 'all' ELSE 'regional_office=' || regional_office END, forecast_agg(sales_price, win_rate)
FROM pipeline JOIN products USING (product) JOIN teams USING (sales_agent) JOIN rates USING (product) WHERE deal_stage = 'Engaging' GROUP BY ROLLUP (regional_office);

-- lending_log: applications open at a moment, 1 each, by their furthest stage, with the usual odds of that stage by then
CREATE TABLE events (case_id text, gender text, age integer, citizen text, protected text, event_no integer, activity text, resource text, event_time timestamptz);
\copy events FROM PROGRAM 'zcat "$FUNNEL_DATA/lending_log/lending_events.csv.gz"' CSV HEADER
\set funnel '''Request Appointment > Set Appointment > Hand In Credit Appliaction > Verify Borrowers Information > Submit File to Underwriter > Sign Loan Agreement; lost: Application Rejected, Appointment Denied, Loan Denied'''
CREATE TABLE moments AS SELECT name, at, stage_agg(case_id, activity, event_time, :funnel) AS s
FROM (VALUES ('whole log', timestamptz '2100-01-01'), ('as of 2015-01-08 12:00 UTC', '2015-01-08 12:00+00'), ('as of 2015-01-09 00:00 UTC', '2015-01-09 00:00+00')) v(name, at)
	JOIN events ON event_time <= at GROUP BY name, at;
CREATE VIEW usual AS SELECT name, l.*, arrived.advanced AS won, (SELECT sum(x.lost) FROM stage_leakage(s) x WHERE x.step >= l.step) AS lost_from_here
FROM moments, stage_leakage(s) l, LATERAL (SELECT advanced FROM stage_leakage(s) ORDER BY step DESC LIMIT 1) arrived;
INSERT INTO forecasts
SELECT 'lending', name, forecast_agg(1, won / nullif(won + lost_from_here, 0)) FROM usual, generate_series(1, open) WHERE name <> 'whole log' GROUP BY name;

CREATE VIEW got AS
SELECT set, segment, m.* FROM forecasts, forecast(s) f, LATERAL (VALUES ('forecast_mean', expected), ('weighted_pipeline', expected), ('forecast_variance', (f.sd ^ 2)::numeric),
	('forecast_sd', f.sd::numeric), ('open_deals', f.deals::numeric), ('probability_of_nothing', (1 - chance_of(s, 0.01))::numeric), ('forecast_p10', p10), ('forecast_p50', p50), ('forecast_p90', p90)) m(metric, value)
UNION ALL SELECT set, segment, 'forecast_p' || p, forecast_percentile(s, p::double precision / 100) FROM forecasts, unnest(ARRAY['05', '25', '75', '95']) p WHERE set <> 'worked'
UNION ALL SELECT set, segment, metric, chance_of(s, substring(metric FROM '\d+')::numeric)::numeric FROM forecasts JOIN (SELECT DISTINCT set, segment, metric FROM figures WHERE metric ~ '^probability_of_at_least') t USING (set, segment)
UNION ALL SELECT f.set, t.segment, t.metric, (chance_of(s, amount) - chance_of(s, amount + 1))::numeric FROM (
	SELECT set, segment, metric, substring(segment FROM '^(.*), total \d+$') AS of_segment, substring(segment FROM 'total (\d+)$')::numeric AS amount FROM figures WHERE metric = 'probability_of_total') t JOIN forecasts f ON (f.set, f.segment) = (t.set, of_segment)
UNION ALL SELECT 'maven', 'product=' || CASE product WHEN 'GTX Pro' THEN 'GTXPro' ELSE product END, 'win_probability_engaging', win_rate::numeric FROM rates
UNION ALL SELECT 'maven', CASE WHEN grouping(regional_office) = 1 THEN 'all' ELSE 'regional_office=' || regional_office END, 'open_amount', sum(sales_price)
	FROM pipeline JOIN products USING (product) JOIN teams USING (sales_agent) WHERE deal_stage = 'Engaging' GROUP BY ROLLUP (regional_office)
UNION ALL SELECT 'lending', name || ', ' || step || ' ' || stage, m.* FROM usual, LATERAL (VALUES ('stage_decided', (won + lost_from_here)::numeric),
	('stage_win_probability', won::numeric / nullif(won + lost_from_here, 0)), ('open_entities', open::numeric)) m(metric, value);

-- Of the landmarks: real_landmark. What came of the forecasts, actual_later_won, is no figure of them: doc/forecast.md compares.
CREATE VIEW held AS SELECT * FROM figures WHERE metric !~ '^landmark_' AND metric <> 'actual_later_won';
CREATE TABLE compared AS
SELECT h.set, h.metric, h.segment, h.value AS expected, g.value, CASE WHEN h.segment ~ '1e15$' AND h.metric ~ '_p\d' THEN 1e-4 ELSE 1e-9 END AS tolerance
FROM held h LEFT JOIN got g ON (g.set, g.metric) = (h.set, h.metric) AND g.segment = h.segment;
SELECT cmp_ok(count(*), '>', 190::bigint, 'there are figures') FROM compared;
SELECT is(string_agg(format('%s: %s, not %s', segment, value, expected), E'\n') FILTER (WHERE is_same IS NOT TRUE), NULL, format('%s: %s %s', set, count(*), metric))
FROM (SELECT *, abs(value - expected) <= tolerance * greatest(1, abs(expected)) AS is_same FROM compared) c GROUP BY set, metric ORDER BY set, metric;

SELECT * FROM finish();
ROLLBACK;

\else
\echo 1..0 # SKIP FUNNEL_DATA names no folder of real data
\endif
