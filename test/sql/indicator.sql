-- indicator: which figure leads, as one asks it, and every message
SET datestyle = 'ISO';
CREATE TABLE figures (week date, name text, value numeric);
INSERT INTO figures SELECT date '2025-01-06' + 7 * n, 'demos', 20 + n * n * 7 % 13 FROM generate_series(0, 29) n;
INSERT INTO figures SELECT date '2025-01-06' + 7 * n, 'deals won', 5 + (n - 3) * (n - 3) * 7 % 13 / 2 FROM generate_series(0, 29) n;
INSERT INTO figures SELECT date '2025-01-06' + 7 * n, 'calls', 100 + n * 37 % 11 FROM generate_series(0, 29) n WHERE n % 9 <> 4;
INSERT INTO figures SELECT date '2025-01-06' + 7 * n, 'reps', 12 FROM generate_series(0, 29) n;
INSERT INTO figures VALUES ('2025-03-03', NULL, 1), (NULL, 'demos', 1), ('2025-03-03', 'demos', NULL), ('0202-03-03', 'demos', 1);

SELECT indicator, lag, pairs, effective_n::numeric(6,3), correlation::numeric(6,4), p_value::numeric(6,4), p_adjusted::numeric(6,4)
FROM leading_indicators((SELECT indicator_agg(week, name, value) FROM figures), 'deals won', 4);
SELECT indicator, lag, pairs, correlation::numeric(6,4) FROM leading_indicators((SELECT indicator_agg(week, name, value) FROM figures), 'deals won', 3, 4, 'bh') WHERE lag = 3;

-- stored, and rolled up
CREATE MATERIALIZED VIEW by_name AS SELECT name, indicator_agg(week, name, value) AS summary FROM figures WHERE week < '2025-01-27' OR name IS NULL GROUP BY name;
SELECT summary FROM by_name ORDER BY name;
SELECT indicator_period(summary), data_from(summary), data_through(summary) FROM (SELECT rollup(summary) AS summary FROM by_name) r;
SELECT c.* FROM indicator_changes((SELECT rollup(summary) FROM by_name WHERE name <> 'reps')) c;
SELECT q.* FROM indicator_quality((SELECT indicator_agg(week, name, value) FROM figures)) q;

-- nothing
SELECT indicator_agg(week, name, value), indicator_period(indicator_agg(week, name, value)) FROM figures WHERE false;
SELECT * FROM leading_indicators(NULL, 'deals won', 3);

-- messages
SELECT leading_indicators(summary, 'deals', 3) FROM by_name;
SELECT leading_indicators(summary, 'demos', -1) FROM by_name;
SELECT leading_indicators(summary, 'demos', 3, 0) FROM by_name WHERE name = 'demos';
SELECT leading_indicators(summary, 'demos', 3, 1, 'none') FROM by_name WHERE name = 'demos';
SELECT leading_indicators(rollup(summary), 'demos', 1000000) FROM by_name;
SELECT indicator_agg(week, name, 'NaN'::double precision) FROM figures;
-- PostgreSQL's own hints, which 19 words anew: not held
\set VERBOSITY terse
SELECT indicator_agg(now(), 'demos', 1);
\set VERBOSITY default
SELECT replace(summary::text, '2025-01-13', '2025-01-06')::indicator_summary FROM by_name WHERE name = 'demos';

DROP TABLE figures CASCADE;
