--
-- duration: examples, and every error message
--
SET timezone = 'UTC';
SET datestyle = 'ISO, YMD';
SET intervalstyle = 'postgres';

CREATE TABLE deals (deal text, created timestamptz, closed timestamptz, won boolean);
INSERT INTO deals VALUES
	('a', '2024-01-01 09:00', '2024-01-11 09:00', true),
	('b', '2024-01-05 12:00', '2024-01-25 18:00', true),
	('c', '2024-01-08 00:00', '2024-01-10 00:00', false),
	('d', '2024-02-01 08:30', '2024-03-02 08:30:00.000001', true),
	('e', '2024-02-10 00:00', NULL, NULL),
	('f', '2024-02-12 00:00', '2024-02-11 00:00', false),	-- ends before it starts
	('g', NULL, '2024-02-11 00:00', true),
	('h', '2024-02-12 00:00', 'infinity', NULL);

-- One call
SELECT cycle_time(created, closed) FILTER (WHERE won) AS mean,
       cycle_time(created, closed, 0.5) FILTER (WHERE won) AS median,
       cycle_time(created, closed, 0.9) FILTER (WHERE won) AS p90
FROM deals;
SELECT cycle_days(created, closed), cycle_days(created, closed, 0.25), lead_response_time(created, closed), lead_response_time(created, closed, 0.25)
FROM deals;
SELECT won, cycle_time(created::date, closed::date), cycle_time(created::timestamp, closed::timestamp) FROM deals GROUP BY won ORDER BY won;

-- Two steps
CREATE TABLE monthly AS SELECT date_trunc('month', created) AS month, duration_agg(created, closed) AS durations FROM deals GROUP BY 1;
SELECT month, durations FROM monthly ORDER BY month;
\x
SELECT s AS rollup, cycle_time(s), cycle_days(s), lead_response_time(s), mean_days(s), median_days(s), percentile_days(s, 0.9), min_days(s), max_days(s),
       completed(s), still_open(s), invalid_rows(s), data_from(s), data_through(s)
FROM (SELECT rollup(durations) AS s FROM monthly) m;
SELECT s AS "no rows", cycle_time(s), mean_days(s), median_days(s), min_days(s), max_days(s), completed(s), still_open(s), invalid_rows(s), data_from(s), data_through(s)
FROM (SELECT duration_agg(created, closed) AS s FROM deals WHERE false) m;
\x

-- A moving window
SELECT deal, cycle_days(created, closed) OVER (ORDER BY deal ROWS 1 PRECEDING) FROM deals ORDER BY deal;

-- Arguments that need no cast, and those that do
-- PostgreSQL's own hints, which 19 words anew: not held
\set VERBOSITY terse
SELECT cycle_time('2024-01-01', '2024-01-03');
\set VERBOSITY default
SELECT cycle_time(timestamptz '2024-01-01', '2024-01-03'), cycle_time(NULL::date, NULL), cycle_time(date '2024-01-01', timestamptz '2024-01-02 12:00'),
       cycle_time(date '2024-01-01', timestamp '2024-01-02 12:00');
SELECT cycle_days(created, closed, 0.5::numeric), cycle_days(created, closed, 0.5::real) FROM deals;
-- PostgreSQL's own hints, which 19 words anew: not held
\set VERBOSITY terse
SELECT cycle_time('2024-01-01'::text, '2024-01-03'::text);
SELECT cycle_time(1, 2);
SELECT duration_agg(created, closed, 0.5) FROM deals;
\set VERBOSITY default

-- Fractions
SELECT cycle_time(created, closed, 0) FROM deals;
SELECT cycle_time(created, closed, 1) FROM deals;
SELECT cycle_days(created, closed, -0.5) FROM deals;
SELECT cycle_days(created, closed, 50) FROM deals;
SELECT lead_response_time(created, closed, 'NaN') FROM deals;
SELECT cycle_time(created, closed, NULL) FROM deals;
SELECT cycle_time(created, closed, CASE deal WHEN 'a' THEN 0.5 ELSE 0.9 END) FROM deals;
SELECT cycle_time(created, closed, CASE deal WHEN 'a' THEN 0.5 ELSE 1.5 END) FROM deals;
SELECT percentile_days(durations, 0) FROM monthly;
SELECT percentile_days(durations, 1) FROM monthly;
SELECT percentile_days(durations, 'NaN') FROM monthly;
SELECT percentile_days(durations, NULL) FROM monthly;

-- Text that is no summary
SELECT ''::duration_summary;
SELECT '{"version": 0}'::duration_summary;
SELECT '{"version": 9}'::duration_summary;
SELECT '{"version": 1, "completed": -1}'::duration_summary;
SELECT '{"version": 1, "completed": 1, "still_open": 0, "invalid_rows": 0, "data_from": null, "data_through": null}'::duration_summary;
SELECT '{"version": 1, "completed": 0, "still_open": 0, "invalid_rows": 0, "data_from": null, "data_through": null, "sum_microseconds": 0}'::duration_summary;
CREATE FUNCTION summary(sum numeric, min bigint, max bigint, sketch text, completed bigint DEFAULT 2, 
	data_from text DEFAULT '"2024-01-01 00:00:00+00"', data_through text DEFAULT '"2024-01-02 00:00:00+00"')
RETURNS duration_summary LANGUAGE sql AS $$
	SELECT format('{"version": 1, "completed": %s, "still_open": 0, "invalid_rows": 0, "data_from": %s, "data_through": %s, "sum_microseconds": %s, "min_microseconds": %s, "max_microseconds": %s, "sketch": %s}',
		completed, data_from, data_through, sum, min, max, sketch)::duration_summary $$;
SELECT summary(3, 1, 2, '[[1, 1], [2, 1]]');
SELECT summary(3, 2, 1, '[[1, 1], [2, 1]]');
SELECT summary(1, 1, 2, '[[1, 1], [2, 1]]');
SELECT summary(5, 1, 2, '[[1, 1], [2, 1]]');
SELECT summary(3, 1, 2, '[[1, 1], [2, 2]]');
SELECT summary(3, 1, 2, '[[2, 1], [1, 1]]');
SELECT summary(3, 1, 2, '[[1, 1], [2086, 1]]');
SELECT summary(3, 1, 2, '[[1, 2], [2, 0]]');
SELECT summary(3, 1, 2, '[[1, 1], [2, 1]]', data_from => '"2024-01-03 00:00:00+00"');
SELECT summary(3, 1, 2, '[[1, 1], [2, 1]]', data_from => 'null');
SELECT summary(3, 1, 2, '[[1, 1], [2, 1]]', data_from => 'null', data_through => 'null');

-- A summary whose sketch was not kept, as the states of the means are: all but percentiles
SELECT mean_days(summary(86400000000, 0, 86400000000, '[]')), completed(summary(3, 1, 2, '[]'));
SELECT median_days(summary(3, 1, 2, '[]'));
SELECT rollup(s) FROM (VALUES (summary(3, 1, 2, '[[1, 1], [2, 1]]')), (summary(7, 3, 4, '[]'))) v(s);
SELECT rollup(s) FROM (VALUES (summary(7, 3, 4, '[]')), (summary(3, 1, 2, '[[1, 1], [2, 1]]'))) v(s);

-- More than a summary counts
SELECT rollup(s) FROM (VALUES (summary(0, 0, 0, '[[0, 9223372036854775807]]', 9223372036854775807)), (summary(3, 1, 2, '[[1, 1], [2, 1]]'))) v(s);
SELECT rollup(s) FROM (VALUES (summary(0, 0, 0, '[]', 9223372036854775807)), (summary(3, 1, 2, '[[1, 1], [2, 1]]'))) v(s);

-- Outside of an aggregate
SELECT duration_accum(NULL, date '2024-01-01', date '2024-01-02');
SELECT duration_combine(durations, durations) FROM monthly LIMIT 1;

DROP TABLE deals, monthly;
DROP FUNCTION summary;
