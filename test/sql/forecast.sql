-- forecast: what open deals will bring, as one asks it, and every message

CREATE TABLE open_deals (team text, amount numeric, probability numeric);
INSERT INTO open_deals VALUES ('East', 100, 0.5), ('East', 200, 0.25), ('East', 50, 0.9), ('West', 1000, 0.1), ('West', NULL, 0.5), ('West', 300, NULL), ('West', 20, 1), ('North', 70, 0);

SELECT team, f.* FROM (SELECT team, forecast_agg(amount, probability) AS s FROM open_deals GROUP BY team ORDER BY team) t, forecast(s) f;
SELECT team, expected_amount(s), forecast_percentile(s, 0.95), chance_of(s, 100)::numeric(6,5), chance_of(s, 20.01)::numeric(6,5)
FROM (SELECT team, forecast_agg(amount, probability) AS s FROM open_deals GROUP BY team ORDER BY team) t;
SELECT from_amount, to_amount, probability::numeric(6,5), chance::numeric(6,5) FROM forecast_distribution((SELECT forecast_agg(amount, probability) FROM open_deals WHERE team = 'East'), 5);
SELECT * FROM forecast_quality((SELECT forecast_agg(amount, probability) FROM open_deals));

-- stored, and rolled up
CREATE MATERIALIZED VIEW by_team AS SELECT team, forecast_agg(amount, probability) AS summary FROM open_deals GROUP BY team;
SELECT team, summary FROM by_team ORDER BY team;
SELECT f.* FROM forecast((SELECT rollup(summary) FROM by_team)) f;

-- list prices: exact to the unit
SELECT deals, expected, p10, p50, p90 FROM forecast((
	SELECT forecast_agg(price, 0.3) FROM (VALUES (55, 200), (550, 300), (4821, 100)) v(price, n), generate_series(1, n)));

-- nothing
SELECT forecast_agg(amount, probability) FROM open_deals WHERE false;
SELECT * FROM forecast((SELECT forecast_agg(amount, probability) FROM open_deals WHERE false));
SELECT * FROM forecast(NULL);
SELECT expected_amount(NULL), forecast_percentile(NULL, 0.5), chance_of(NULL, 1);

-- messages
SELECT forecast_agg(100, 30);
SELECT forecast_agg(100, -0.1::real);
SELECT forecast_agg(100, 'NaN'::double precision);
SELECT forecast_agg('NaN'::numeric, 0.5);
SELECT forecast_agg(1e-40, 0.5);
-- PostgreSQL's own hints, which 19 words anew: not held
\set VERBOSITY terse
SELECT forecast_agg('100'::text, 0.5);
\set VERBOSITY default
SELECT * FROM forecast((SELECT forecast_agg(9e36, 0.5)));
SELECT forecast_percentile(summary, 1) FROM by_team;
SELECT forecast_distribution(summary, 0) FROM by_team;
SELECT chance_of(summary, 'NaN') FROM by_team;
SELECT '{"version": 2}'::forecast_summary;
SELECT replace(forecast_agg(100, 0.5)::text, '"deals": 1', '"deals": 2')::forecast_summary;
SELECT replace(forecast_agg(100, 0.5)::text, '0.5', '1.5')::forecast_summary;

DROP TABLE open_deals CASCADE;
