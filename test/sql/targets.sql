-- targets: attainment as one uses it, and every message

CREATE TABLE rep_months (rep text, team text, sales numeric(12,2), quota numeric);
INSERT INTO rep_months VALUES
	('Emma', 'Americas', 120, 100), ('Liam', 'Americas', 100, 100), ('Sofia', 'Americas', NULL, 100), ('Daniel', 'Europe', 79.99, 100),
	('Chloé', 'Europe', 80, 100), ('Oliver', 'Europe', 500, NULL), ('Budi', 'Indonesia', 30, 0), ('Dewi', 'Indonesia', -5, 100), ('Reza', 'Iran', 10, -1);

-- one call
SELECT team, quota_attainment(sales, quota), target_attainment(sales, quota) FROM rep_months GROUP BY team ORDER BY team;

-- two steps
CREATE MATERIALIZED VIEW team_months AS SELECT team, attainment_agg(sales, quota) AS summary FROM rep_months GROUP BY team;
SELECT team, summary FROM team_months ORDER BY team;
SELECT team, with_target(summary), at_target(summary), without_actual(summary), without_target(summary), zero_target(summary), invalid_rows(summary),
	actual_total(summary), target_total(summary), quota_attainment(summary), target_attainment(summary)
FROM team_months ORDER BY team;
SELECT b.* FROM (SELECT rollup(summary) AS s FROM team_months) t, attainment_bands(s) b;
SELECT quota_attainment(rollup(summary)), (SELECT quota_attainment(sales, quota) FROM rep_months), target_attainment(rollup(summary)) FROM team_months;

-- amounts of any type, and of two
SELECT target_attainment(a, 4::smallint), target_attainment(a::integer, 4), target_attainment(a::bigint, 4), target_attainment(a::numeric, 4),
	target_attainment(a::real, 4::real), target_attainment(a::double precision, 4)
FROM (VALUES (1::smallint), (2), (3)) v (a);

-- as a moving window
SELECT i, quota_attainment(i % 3, 1) OVER (ORDER BY i ROWS 1 PRECEDING) FROM generate_series(1, 5) i;

-- pace
SELECT * FROM attainment_pace(50, 100, '2025-04-01', '2025-04-30', '2025-04-16');
SELECT * FROM attainment_pace(NULL, 100, '2025-04-01', '2025-04-30', '2025-05-16');
SELECT * FROM attainment_pace(50, 0, '2025-04-01', '2025-04-30', '2025-04-01');

-- costs and growth
SELECT growth_rate(120, 100), growth_rate(120, 0), return_on_investment(300, 100), pipeline_coverage(300, 200, 100), activity_ratio(120, 8);
SELECT customer_acquisition_cost(1000.00, 8), cost_per_lead(1000.00, 16), customer_lifetime_value(50.00, 2, 0.05, 0.25), ltv_cac_ratio(500.00, 125), cac_payback_months(1200, 100, 0.5);

-- no rows, and NULL
SELECT attainment_agg(sales, quota), quota_attainment(sales, quota), target_attainment(sales, quota) FROM rep_months WHERE false;
SELECT quota_attainment(NULL::attainment_summary), with_target(NULL), without_target(NULL);
SELECT * FROM attainment_bands(NULL);

-- messages
SELECT quota_attainment('NaN'::numeric, 1);
SELECT quota_attainment(1, 'NaN'::numeric);
SELECT target_attainment('Infinity'::double precision, 1);
SELECT target_attainment(1, '-Infinity'::real);
-- PostgreSQL's own hints, which 19 words anew: not held
\set VERBOSITY terse
SELECT quota_attainment('1'::text, 1);
\set VERBOSITY default
SELECT '{"version": 2}'::attainment_summary;
SELECT '{"version": 1, "below_50_percent": -1}'::attainment_summary;
SELECT replace(attainment_agg(5, 10)::text, '"target_total": 10', '"target_total": 0')::attainment_summary;
SELECT replace(attainment_agg(5, 10)::text, '"from_50_percent": 1', '"from_50_percent": 0')::attainment_summary;
SELECT replace(attainment_agg(5, 10)::text, '"without_actual": 0', '"without_actual": 1')::attainment_summary;
SELECT with_target(replace(attainment_agg(5, 10)::text, '"from_50_percent": 1', '"from_50_percent": 9223372036854775807')::attainment_summary);
SELECT with_target(rollup(s)) FROM (
	SELECT replace(attainment_agg(5, 10)::text, '"from_50_percent": 1', '"from_50_percent": 9223372036854775807')::attainment_summary AS s, n FROM generate_series(1, 2) n GROUP BY n) full_one;

DROP TABLE rep_months CASCADE;
