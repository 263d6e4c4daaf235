-- targets: every figure against plain SQL, over random actuals and targets, in every kind of plan

-- Tests side by side in one SELECT print a line each.
\pset fieldsep '\n'
SET TimeZone = 'UTC';

-- Group 0 has no target, group 1 one row; actuals often hit an end of a band exactly.
CREATE TABLE periods AS
	SELECT id, CASE WHEN id = 40 THEN 1 ELSE 2 + id % 9 END AS g,
		CASE WHEN abs(hashint4(id) % 8) <> 0 THEN
			CASE WHEN id % 3 = 0 THEN target * (ARRAY[0, 5, 8, 10, 12, -3])[1 + abs(hashint4(id + 1) % 6)] / 10
				ELSE abs(hashint4(id + 2) % 30000) - 2000 END END::numeric(12,2) AS actual,
		CASE WHEN abs(hashint4(id + 3) % 10) <> 0 THEN target END::numeric(12,2) AS target
	FROM (SELECT id, CASE abs(hashint4(id + 4) % 20) WHEN 0 THEN 0 WHEN 1 THEN -500 ELSE (1 + abs(hashint4(id + 5) % 20)) * 1000.50 END AS target
		FROM generate_series(1, 4000) id) drawn;
UPDATE periods SET actual = 1000, target = 1000 WHERE g = 1;
INSERT INTO periods SELECT 10000 + i, 0, i, CASE WHEN i > 2 THEN 0 END FROM generate_series(1, 5) i;
ANALYZE periods;

-- The figures of each group by hand
CREATE VIEW by_hand AS
	SELECT g, count(*) FILTER (WHERE target > 0) AS people,
		count(*) FILTER (WHERE target > 0 AND coalesce(actual, 0) >= target) AS attained,
		sum(coalesce(actual, 0)) FILTER (WHERE target > 0) AS actual, sum(target) FILTER (WHERE target > 0) AS target,
		count(*) FILTER (WHERE target > 0 AND actual IS NULL) AS without_actual,
		count(*) FILTER (WHERE target IS NULL OR target = 0) AS without_target, count(*) FILTER (WHERE target = 0) AS zero_target, count(*) FILTER (WHERE target < 0) AS invalid_rows,
		ARRAY[count(*) FILTER (WHERE target > 0 AND coalesce(actual, 0) < 0.5 * target),
			count(*) FILTER (WHERE target > 0 AND coalesce(actual, 0) >= 0.5 * target AND coalesce(actual, 0) < 0.8 * target),
			count(*) FILTER (WHERE target > 0 AND coalesce(actual, 0) >= 0.8 * target AND coalesce(actual, 0) < target),
			count(*) FILTER (WHERE target > 0 AND coalesce(actual, 0) >= target AND coalesce(actual, 0) < 1.2 * target),
			count(*) FILTER (WHERE target > 0 AND coalesce(actual, 0) >= 1.2 * target)] AS bands
	FROM periods GROUP BY g;

CREATE FUNCTION plan_of(query text) RETURNS SETOF text LANGUAGE plpgsql AS
	$$BEGIN RETURN QUERY EXECUTE 'EXPLAIN (COSTS OFF, VERBOSE) ' || query; END$$;

SELECT no_plan();

SELECT ok(min(n) > 50, 'the rows reach every band') FROM (SELECT sum(n) AS n FROM by_hand, unnest(bands) WITH ORDINALITY b (n, place) GROUP BY place) t;

-- One call, each type of amount

SELECT is_empty(format($$
	SELECT g, quota_attainment(actual::%1$s, target::%1$s), target_attainment(actual::%1$s, target::%1$s) FROM periods GROUP BY g
	EXCEPT
	SELECT g, count(*) FILTER (WHERE coalesce(a, 0) >= t AND t > 0) / nullif(count(*) FILTER (WHERE t > 0), 0)::double precision,
		(100 * sum(coalesce(a, 0)) FILTER (WHERE t > 0))::bigint::double precision / (100 * sum(t) FILTER (WHERE t > 0))::bigint::double precision
	FROM (SELECT g, actual::%1$s::text::numeric AS a, target::%1$s::text::numeric AS t FROM periods) typed GROUP BY g$$, type), 'amounts of ' || type)
FROM unnest(ARRAY['smallint', 'integer', 'bigint', 'numeric', 'numeric(12,2)', 'real', 'double precision']) type;

-- Mixed types: test/overloads.sql says which one takes them
SELECT is_empty($$
	SELECT g, quota_attainment(actual, target::integer), target_attainment(actual, target::integer) FROM periods GROUP BY g
	EXCEPT SELECT g, quota_attainment(actual, target::integer::numeric), target_attainment(actual, target::integer::numeric) FROM periods GROUP BY g$$,
	'a numeric actual, an integer target');

SELECT is(quota_attainment(actual, target), NULL, 'no target: NULL'), is(target_attainment(actual, target), NULL, 'no target: NULL') FROM periods WHERE g = 0;
SELECT is(quota_attainment(actual, target), 1::double precision, 'just met: attained') FROM periods WHERE g = 1;
SELECT is(quota_attainment(0.1::double precision + 0.2, 0.3::double precision), 1::double precision, 'a double counts as it is printed: above'),
	is(quota_attainment(0.29999999999999993, 0.3::double precision), 0::double precision, 'a double counts as it is printed: below'),
	is(quota_attainment(99999999999999999999999999999999999999.99, 100000000000000000000000000000000000000), 0::double precision, 'below by the 40th digit'),
	is(quota_attainment(1e100 + 1e-100, 1e100), 1::double precision, 'above by the 200th digit'),
	is(quota_attainment(1e100, 1e100 + 1e-100), 0::double precision, 'below by the 200th digit');

-- At the ends of what is compared in 64 bits: actuals of k tenths of the target, and one less
SELECT is_empty($$
	SELECT t, k, less, low FROM (
		SELECT t, k, less, (SELECT low FROM attainment_bands(s) WHERE rows = 1) AS low
		FROM (SELECT t, k, less, attainment_agg(t / 10 * k - less, t) AS s
			FROM unnest(ARRAY[288230376151711730, 288230376151711740, 288230376151711750, 768614336404564650, 922337203685477580, 9223372036854775800]) t,
				unnest(ARRAY[5, 8, 10]) k, unnest(ARRAY[0, 1]) less GROUP BY t, k, less) v) w
	WHERE low IS DISTINCT FROM (CASE WHEN less = 0 THEN k WHEN k = 8 THEN 5 WHEN k = 10 THEN 8 END) / 10.0::double precision$$, 'large amounts lie in their bands');

-- Two steps

CREATE TABLE summaries AS SELECT g, attainment_agg(actual, target) AS summary FROM periods GROUP BY g;

SELECT is_empty($$
	SELECT g, quota_attainment(summary), target_attainment(summary), with_target(summary), at_target(summary), actual_total(summary), target_total(summary),
		without_actual(summary), without_target(summary), zero_target(summary), invalid_rows(summary) FROM summaries
	EXCEPT SELECT g, attained / nullif(people, 0)::double precision, (100 * actual)::bigint::double precision / (100 * target)::bigint::double precision, people, attained, actual, target,
		without_actual, without_target, zero_target, invalid_rows FROM by_hand$$, 'figures of a summary');
SELECT is_empty($$SELECT g FROM summaries s WHERE with_target(summary) + without_target(summary) + invalid_rows(summary) <> (SELECT count(*) FROM periods p WHERE p.g = s.g)$$,
	'each row has a target, none, or a negative one');

SELECT results_eq($$SELECT g, band, low, high, rows, share FROM (SELECT * FROM summaries ORDER BY g OFFSET 0) s, attainment_bands(summary) b$$,
	$$SELECT g, band, low, high, bands[n], bands[n] / nullif(people, 0)::double precision
	FROM by_hand, (VALUES (1, 'below 50 %', NULL, 0.5::double precision), (2, '50 to 80 %', 0.5::double precision, 0.8), (3, '80 to 100 %', 0.8, 1),
		(4, '100 to 120 %', 1, 1.2), (5, '120 % and above', 1.2, NULL)) v (n, band, low, high) ORDER BY g, n$$, 'attainment_bands: five rows a group, in their order');
SELECT is_empty('SELECT * FROM attainment_bands(NULL)', 'attainment_bands of NULL: no row');
SELECT is((SELECT count(*) FROM attainment_bands((SELECT attainment_agg(1, 1) FILTER (WHERE false))) WHERE rows = 0 AND share IS NULL), 5::bigint, 'attainment_bands of nothing: five rows');

SELECT is(quota_attainment(s), NULL, 'no rows: no quota attainment'), is(target_attainment(s), NULL, 'no rows: no target attainment'),
	is(actual_total(s), NULL, 'no rows: no actual'), is(target_total(s), NULL, 'no rows: no target'),
	is(with_target(s) + at_target(s) + without_actual(s) + without_target(s) + zero_target(s) + invalid_rows(s), 0::bigint, 'no rows: counts of 0')
FROM (SELECT attainment_agg(1, 1) FILTER (WHERE false) AS s) empty;

-- Merged, in random ways: the same image

SELECT is_empty(format($$
	SELECT g, rollup(part)::text FROM (
		SELECT g, attainment_agg(actual, target) AS part FROM periods GROUP BY g, hashint4(id + %1$s) %% %2$s) parts
	GROUP BY g
	EXCEPT SELECT g, summary::text FROM summaries$$, seed, parts), format('split into %s parts and rolled up, seed %s', parts, seed))
FROM (VALUES (1, 2), (2, 7), (3, 100), (4, 3000)) v (seed, parts);
SELECT is(rollup(summary)::text, (SELECT attainment_agg(actual, target)::text FROM periods), 'rollup of all groups') FROM summaries;
SELECT is(rollup(NULL::attainment_summary)::text, (attainment_agg(1, 1) FILTER (WHERE false))::text, 'rollup of nothing but NULL is empty');

-- In parallel

SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 2;
ALTER TABLE periods SET (parallel_workers = 2);
SELECT ok(bool_or(line LIKE '%Partial %Aggregate%') AND bool_or(line LIKE '%Gather%'), 'runs in a parallel plan')
FROM plan_of('SELECT g, attainment_agg(actual, target), quota_attainment(actual, target) FROM periods GROUP BY g') line;
SELECT is_empty($$SELECT g, attainment_agg(actual, target)::text FROM periods GROUP BY g EXCEPT SELECT g, summary::text FROM summaries$$, 'in parallel: the same summaries');
SET max_parallel_workers_per_gather = 0;

-- In moving windows

SELECT is_empty(format($$
	SELECT id, quota_attainment(actual, target) OVER w, target_attainment(actual, target) OVER w, with_target(attainment_agg(actual, target) OVER w)
	FROM periods WHERE id <= 400 WINDOW w AS (ORDER BY id ROWS BETWEEN %1$s)
	EXCEPT
	SELECT id, attained / nullif(people, 0)::double precision, a / t, people
	FROM (
		SELECT id, count(*) FILTER (WHERE target > 0 AND coalesce(actual, 0) >= target) OVER w AS attained, count(*) FILTER (WHERE target > 0) OVER w AS people,
			(sum(100 * coalesce(actual, 0)) FILTER (WHERE target > 0) OVER w)::bigint::double precision AS a, (sum(100 * target) FILTER (WHERE target > 0) OVER w)::bigint::double precision AS t
		FROM periods WHERE id <= 400 WINDOW w AS (ORDER BY id ROWS BETWEEN %1$s)) hand$$, frame), 'moving window: ' || frame)
FROM unnest(ARRAY['2 PRECEDING AND 3 FOLLOWING', '30 PRECEDING AND 10 PRECEDING', 'CURRENT ROW AND 50 FOLLOWING',
	'UNBOUNDED PRECEDING AND CURRENT ROW', '20 PRECEDING AND 20 FOLLOWING EXCLUDE CURRENT ROW']) frame;

-- In and out

SELECT is_empty($$SELECT g FROM summaries WHERE summary::text::attainment_summary::text <> summary::text
	OR attainment_summary_send(summary::text::attainment_summary) <> attainment_summary_send(summary)$$, 'text and back');
CREATE TABLE copied (g integer, summary attainment_summary);
\! mkdir -p build
\copy summaries TO build/attainment_summaries.bin (FORMAT binary)
\copy copied FROM build/attainment_summaries.bin (FORMAT binary)
SELECT results_eq('SELECT g, attainment_summary_send(summary) FROM copied ORDER BY g',
	'SELECT g, attainment_summary_send(summary) FROM summaries ORDER BY g', 'binary and back');
SELECT throws_ok(format('SELECT %L::attainment_summary', replace(summary, swap[1], swap[2])), '22P02', NULL, 'refused: ' || array_to_string(swap, ' -> '))
FROM (SELECT attainment_agg(5.5, 10.0)::text AS summary) s, (VALUES (ARRAY['"target_total": 10.0', '"target_total": 0']), (ARRAY['"target_total": 10.0', '"target_total": -1']), (ARRAY['"from_50_percent": 1', '"from_50_percent": 0']),
	(ARRAY['"without_actual": 0', '"without_actual": 1']), (ARRAY['"from_50_percent": 1, ', '']), (ARRAY['"below_50_percent": 0', '"below_50_percent": -1'])) v (swap);
SELECT throws_ok($$SELECT '{"version": 1, "below_50_percent": 0, "from_50_percent": 0, "from_80_percent": 0, "from_100_percent": 0, "from_120_percent": 0, "without_actual": 0, "null_target": 0, "zero_target": 0, "invalid_rows": 0, "actual_total": 5, "target_total": 0}'::attainment_summary$$,
	'22P02', NULL, 'an actual of nobody is refused');

-- Errors: an amount that is no number, in a row that is left out too
SELECT throws_ok(format('SELECT attainment_agg(%s)', args), '22003', NULL, args)
FROM unnest(ARRAY['''NaN''::numeric, 1', '1, ''NaN''::numeric', '''NaN''::numeric, NULL', '''Infinity''::double precision, 1', '1, ''-Infinity''::real', '''NaN''::double precision, 0']) args;

-- Pace

SELECT results_eq(format('SELECT * FROM attainment_pace(%s)', args), format('VALUES (%s)', answer), args)
FROM (VALUES
	('500, 1000, ''2025-01-01'', ''2025-01-31'', ''2025-01-01''', '0.5::float8, 0::float8, NULL::float8'),
	('500, 1000, ''2025-04-01'', ''2025-04-30'', ''2025-04-16''', '0.5::float8, 0.5::float8, 1::float8'),
	('500::numeric, 1000, ''2025-04-01'', ''2025-04-30'', ''2025-04-30''', '0.5::float8, 29 / 30::float8, 0.5::float8 / (29 / 30::float8)'),
	('500, 1000, ''2025-04-01'', ''2025-04-30'', ''2025-05-01''', '0.5::float8, 1::float8, 0.5::float8'),
	('500, 1000, ''2025-04-01'', ''2025-04-30'', ''infinity''', '0.5::float8, 1::float8, 0.5::float8'),
	('500, 1000, ''2025-04-01'', ''2025-04-30'', ''2025-03-01''', '0.5::float8, 0::float8, NULL::float8'),
	('500, 1000, ''2025-04-01'', ''2025-04-01'', ''2025-04-02''', '0.5::float8, 1::float8, 0.5::float8'),
	('NULL, 1000, ''2025-04-01'', ''2025-04-30'', ''2025-04-16''', '0::float8, 0.5::float8, 0::float8'),
	('-100, 1000, ''2025-04-01'', ''2025-04-30'', ''2025-04-16''', '-0.1::float8, 0.5::float8, -0.2::float8'),
	('500, NULL, ''2025-04-01'', ''2025-04-30'', ''2025-04-16''', 'NULL::float8, 0.5::float8, NULL::float8'),
	('500, 0, ''2025-04-01'', ''2025-04-30'', ''2025-04-16''', 'NULL::float8, 0.5::float8, NULL::float8'),
	('500::numeric, -5, ''2025-04-01'', ''2025-04-30'', ''2025-04-16''', 'NULL::float8, 0.5::float8, NULL::float8'),
	('''NaN''::numeric, 5, ''2025-04-01'', ''2025-04-30'', ''2025-04-16''', 'NULL::float8, 0.5::float8, NULL::float8'),
	('5::float8, ''Infinity'', ''2025-04-01'', ''2025-04-30'', ''2025-04-16''', 'NULL::float8, 0.5::float8, NULL::float8'),
	('500, 1000, ''2025-04-30'', ''2025-04-01'', ''2025-04-16''', '0.5::float8, NULL::float8, NULL::float8'),
	('500, 1000, ''-infinity'', ''2025-04-01'', ''2025-04-16''', '0.5::float8, NULL::float8, NULL::float8'),
	('500, 1000, ''2025-04-01'', ''2025-04-30'', NULL', '0.5::float8, NULL::float8, NULL::float8')) v (args, answer);
SELECT ok(NOT bool_or(line ~ 'attainment_pace'), 'attainment_pace is written into the query')
FROM plan_of($$SELECT attainment, period_passed, at_this_pace FROM periods, attainment_pace(actual, target, '2025-04-01', '2025-04-30', '2025-04-16')$$) line;
SELECT is(count(*), (SELECT count(*) FROM periods), 'attainment_pace: one row a row') FROM periods, attainment_pace(actual, target, '2025-04-01', '2025-04-30', '2025-04-16') p;

SELECT * FROM finish();
