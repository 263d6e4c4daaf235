-- velocity: pipeline velocity as one uses it, and every message

SET timezone = 'UTC';
SET datestyle = 'ISO';

CREATE TABLE deals (region text, won boolean, amount numeric(10,2), created date, closed date);
INSERT INTO deals VALUES
	('East', true, 1000, '2024-01-01', '2024-01-31'), ('East', true, 2500.50, '2024-01-05', '2024-02-24'), ('East', false, 900, '2024-01-09', '2024-03-01'),
	('East', NULL, 4000, '2024-02-01', '2024-09-30'), ('East', NULL, NULL, '2024-02-02', NULL),
	('West', true, 700, '2024-01-02', '2024-01-12'), ('West', true, NULL, '2024-01-03', '2024-01-23'),	-- no amount
	('West', true, 300, '2024-02-10', '2024-02-01'), ('West', true, 300, NULL, '2024-02-01'),			-- closed before created, no start
	('West', false, NULL, '2024-01-03', 'infinity'),
	('North', true, 100, '2024-01-01', '2024-01-01'), ('South', false, 5, '2024-01-01', '2024-01-02');

-- one call
SELECT region, pipeline_velocity(won, amount, created, closed) FROM deals GROUP BY region ORDER BY region;

-- two steps
CREATE MATERIALIZED VIEW pipelines AS SELECT region, velocity_agg(won, amount, created, closed) AS summary FROM deals GROUP BY region;
SELECT region, summary FROM pipelines ORDER BY region;
SELECT region, opportunities(summary), win_rate(summary), round(avg_deal_size(summary), 2) AS avg_deal_size, cycle_days(summary), round(pipeline_velocity(summary), 2) AS velocity
FROM pipelines ORDER BY region;
SELECT region, opportunities(summary, 'open') AS open, opportunities(summary, 'decided') AS decided,
	round(pipeline_velocity(summary, 'open'), 2) AS velocity_of_open, round(pipeline_velocity(summary, 'decided'), 2) AS of_decided, round(pipeline_velocity(summary, 'all'), 2) AS of_all
FROM pipelines ORDER BY region;
SELECT region, succeeded(summary), amount_won(summary), won_without_amount(summary), invalid_rows(summary), data_from(summary)::date, data_through(summary)::date
FROM pipelines ORDER BY region;
SELECT pipeline_velocity(rollup(summary)), (SELECT pipeline_velocity(won, amount, created, closed) FROM deals) FROM pipelines;

-- amounts and times of any type
SELECT pipeline_velocity(true, 70::smallint, '2024-01-01'::date, '2024-01-08'::date) AS smallint, pipeline_velocity(true, 70, timestamp '2024-01-01', timestamp '2024-01-08') AS integer,
	pipeline_velocity(true, 70::bigint, timestamptz '2024-01-01', timestamptz '2024-01-08') AS bigint, pipeline_velocity(true, 0.7::real, '2024-01-01'::date, '2024-01-08'::date) AS real,
	pipeline_velocity(true, 0.7::double precision, '2024-01-01'::date, '2024-01-08'::date) AS double, pipeline_velocity(true, 0.70, '2024-01-01'::date, timestamptz '2024-01-08') AS numeric;

-- what drove it
SELECT d.lever, round(d.before, 4) AS before, round(d.after, 4) AS after, d.contribution, sum(d.contribution) OVER (), pipeline_velocity(a.summary) - pipeline_velocity(b.summary) AS change
FROM pipelines b, pipelines a, velocity_drivers(b.summary, a.summary) d WHERE b.region = 'East' AND a.region = 'West';
SELECT d.* FROM pipelines b, pipelines a, velocity_drivers(b.summary, a.summary, 'decided') d WHERE b.region = 'South' AND a.region = 'West';
-- a thirteenth, a seventh, a third: rounded parts that add up
SELECT d.lever, contribution, sum(contribution) OVER ()
FROM (SELECT velocity_agg(n <= 1, 1, date '2024-01-01', date '2024-01-14') AS b FROM generate_series(1, 3) n) b,
	(SELECT velocity_agg(n <= 2, 2, date '2024-01-01', date '2024-01-08') AS a FROM generate_series(1, 7) n) a, velocity_drivers(b, a) d;

-- as a moving window
SELECT i, round(pipeline_velocity(i % 3 > 0, i, date '2024-01-01', date '2024-01-01' + i) OVER (ORDER BY i ROWS 2 PRECEDING), 4) FROM generate_series(1, 7) i;

-- a pipeline of no deals, and NULL
SELECT velocity_agg(won, amount, created, closed), pipeline_velocity(won, amount, created, closed) FROM deals WHERE false;
SELECT pipeline_velocity(NULL::velocity_summary), pipeline_velocity(summary, NULL), opportunities(NULL) FROM pipelines WHERE region = 'East';
SELECT * FROM velocity_drivers(NULL, NULL);

-- messages
SELECT pipeline_velocity(summary, 'closed') FROM pipelines;
SELECT opportunities(summary, 'Open') FROM pipelines;
SELECT velocity_drivers(summary, summary, '') FROM pipelines;
SELECT velocity_agg(true, 'NaN'::numeric, date '2024-01-01', date '2024-01-08');
SELECT velocity_agg(true, 'NaN'::real, date '2024-01-01', date '2024-01-08');
SELECT pipeline_velocity(true, 'Infinity'::double precision, date '2024-01-01', date '2024-01-08');
SELECT velocity_agg(true, '70', date '2024-01-01', date '2024-01-08');
-- PostgreSQL's own hints, which 19 words anew: not held
\set VERBOSITY terse
SELECT velocity_agg(true, 70, '2024-01-01'::text, '2024-01-08'::text);
\set VERBOSITY default
SELECT '{"version": 2}'::velocity_summary;
SELECT '{"version": 1, "won": 1, "lost": 0, "open": 0, "won_with_amount": 2, "won_with_cycle": 1, "amount_won": 70, "cycle_sum_microseconds": 1, "data_from": null, "data_through": null}'::velocity_summary;
SELECT '{"version": 1, "won": 1, "lost": 0, "open": 0, "won_with_amount": 1, "won_with_cycle": 0, "amount_won": 70, "cycle_sum_microseconds": 1, "data_from": null, "data_through": null}'::velocity_summary;
SELECT opportunities(rollup(s)) FROM (VALUES
	('{"version": 1, "won": 9223372036854775807, "lost": 0, "open": 0, "won_with_amount": 0, "won_with_cycle": 0, "amount_won": 0, "cycle_sum_microseconds": 0, "data_from": null, "data_through": null}'::velocity_summary),
	('{"version": 1, "won": 0, "lost": 1, "open": 0, "won_with_amount": 0, "won_with_cycle": 0, "amount_won": 0, "cycle_sum_microseconds": 0, "data_from": null, "data_through": null}')) v (s);

DROP TABLE deals CASCADE;
