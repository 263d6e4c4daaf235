-- real_event: event funnels on real rows (FUNNEL_DATA/hiring_log) and on cases of other engines
-- (FUNNEL_DATA/../cases/events, README there), whose rows and answers are facts to test against.
--
-- Four random cases have a gap that is longer than "within": such a journey is refused, and the gap changes
-- nothing, so it is left out here. One published case has a window of 0, which is no journey either.
\if :{?have_funnel_data} \else \set have_funnel_data false \endif
\if :have_funnel_data

SELECT no_plan();
SET jit = off;
SET timezone = 'UTC';

CREATE FUNCTION us(bigint) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS $$
	SELECT '1970-01-01 00:00+00'::timestamptz + $1 / 1000000 * interval '1 second' + $1 % 1000000 * interval '1 microsecond' $$;
CREATE FUNCTION us_of(timestamptz) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$ SELECT (extract(epoch FROM $1) * 1000000)::bigint $$;
CREATE FUNCTION bits(mask bigint, count integer) RETURNS boolean[] LANGUAGE sql IMMUTABLE AS $$
	SELECT coalesce(array_agg(mask >> i & 1 = 1 ORDER BY i), '{}') FROM generate_series(0, count - 1) AS i $$;
CREATE FUNCTION exclusions(definition text) RETURNS integer LANGUAGE sql IMMUTABLE AS $$ SELECT count(*)::integer FROM regexp_matches(definition, '\mx\d+', 'g') $$;

-- Random cases, worked out by exhaustive search
CREATE TABLE random_cases(case_id text, kind text, definition text, num_steps integer, as_of_us bigint, at_us bigint, steps bigint, without bigint, expected_level integer, expected_outcome text, expected_times_us text);
\copy random_cases FROM PROGRAM 'cat "$FUNNEL_DATA/../cases/events/random_cases.csv"' CSV HEADER
UPDATE random_cases SET definition = regexp_replace(definition, '; gap: [^;]*', '')
WHERE definition ~ '^s1 > s2 > s3( > s4)?; within: 2 (days|hours|seconds); gap: (3 days;|1 day .1-2., 3 days|3 hours|3 seconds)';
CREATE TABLE random_answers AS
SELECT case_id, max(expected_level) AS level, nullif(max(expected_outcome), '') AS outcome, max(expected_times_us) AS times, max(definition) AS definition, us(max(as_of_us)) AS as_of,
	funnel_level(us(at_us), definition::journey, VARIADIC bits(steps, num_steps) || bits(without, exclusions(definition))) AS got_level,
	funnel_outcome(us(at_us), definition::journey, us(as_of_us), VARIADIC bits(steps, num_steps) || bits(without, exclusions(definition))) AS got_outcome,
	funnel_times(us(at_us), definition::journey, VARIADIC bits(steps, num_steps) || bits(without, exclusions(definition))) AS got_times,
	event_agg(1::bigint, us(at_us), definition::journey, VARIADIC bits(steps, num_steps) || bits(without, exclusions(definition))) AS summary
FROM (SELECT * FROM random_cases ORDER BY random()) AS shuffled GROUP BY case_id;
SELECT is((SELECT count(*) FROM random_answers), 260::bigint, 'random cases');
SELECT is_empty('SELECT case_id, definition, level, got_level FROM random_answers WHERE level <> got_level', 'their level');
SELECT is_empty('SELECT case_id, definition, outcome, got_outcome FROM random_answers WHERE outcome IS DISTINCT FROM got_outcome', 'their outcome');
SELECT is_empty($$ SELECT case_id, definition, times, got_times FROM random_answers
	WHERE times <> '' AND times IS DISTINCT FROM (SELECT string_agg(coalesce(us_of(t)::text, ''), '|' ORDER BY k) FROM unnest(got_times) WITH ORDINALITY AS u(t, k)) $$, 'their times');
SELECT is_empty($$ SELECT case_id, definition, level, outcome, f.* FROM random_answers, event_funnel(summary, as_of) AS f
	WHERE step = level AND definition !~ 'second' AND (reached, dropped, excluded, undecided) IS DISTINCT FROM (1::bigint, (outcome = 'dropped')::integer::bigint, (outcome = 'excluded')::integer::bigint, (outcome = 'undecided')::integer::bigint) $$,
	'event_agg says the same, at whole minutes, hours and days');

-- Answers of other engines
CREATE TABLE published_levels(case_id text, entity text, at_us bigint, steps bigint, num_steps integer, window_us bigint, definition text, expected_level integer);
\copy published_levels FROM PROGRAM 'cat "$FUNNEL_DATA/../cases/events/published_levels.csv"' CSV HEADER
DELETE FROM published_levels WHERE definition ~ 'within: 0 days';
SELECT is((SELECT count(DISTINCT (case_id, entity)) FROM published_levels), 165::bigint, 'published levels');
SELECT is_empty($$ SELECT * FROM (SELECT case_id, entity, definition, expected_level, funnel_level(us(at_us), definition::journey, VARIADIC bits(steps, num_steps)) AS level
	FROM published_levels GROUP BY 1, 2, 3, 4) AS g WHERE level <> expected_level $$, 'funnel_level');

CREATE TABLE published_exclusions(case_id text, entity text, at_us bigint, steps bigint, without bigint, num_steps integer, window_us bigint, definition text, published_level integer, expected_level integer, expected_outcome text);
\copy published_exclusions FROM PROGRAM 'cat "$FUNNEL_DATA/../cases/events/published_exclusions.csv"' CSV HEADER
SELECT is_empty($$ SELECT * FROM (SELECT case_id, entity, definition, expected_level, nullif(expected_outcome, '') AS expected, funnel_level(us(at_us), definition::journey, VARIADIC bits(steps, num_steps) || bits(without, 1)) AS level,
		funnel_outcome(us(at_us), definition::journey, '2100-01-01', VARIADIC bits(steps, num_steps) || bits(without, 1)) AS outcome FROM published_exclusions GROUP BY 1, 2, 3, 4, 5) AS g
	WHERE level <> expected_level OR outcome IS DISTINCT FROM expected $$, 'published exclusions');

CREATE TABLE published_optional(case_id text, entity text, at_us bigint, steps bigint, num_steps integer, definition text, expected_steps_done integer, published_reached text);
\copy published_optional FROM PROGRAM 'cat "$FUNNEL_DATA/../cases/events/published_optional.csv"' CSV HEADER
SELECT is_empty($$ SELECT * FROM (SELECT entity, expected_steps_done, funnel_times(us(at_us), definition::journey, VARIADIC bits(steps, num_steps)) AS times FROM published_optional GROUP BY 1, 2) AS g
	WHERE (SELECT sum(1 << (k - 1)::integer) FROM unnest(times) WITH ORDINALITY AS u(t, k) WHERE t IS NOT NULL) IS DISTINCT FROM expected_steps_done $$, 'published optional steps');
SELECT is((SELECT string_agg(reached::text, '|' ORDER BY step) FROM event_funnel((SELECT event_agg(entity, us(at_us), definition::journey, VARIADIC bits(steps, num_steps)) FROM published_optional))),
	(SELECT max(published_reached) FROM published_optional), 'and how many reached each');

CREATE TABLE published_times(case_id text, entity text, at_us bigint, steps bigint, num_steps integer, definition text, means text, medians text);
\copy published_times FROM PROGRAM 'cat "$FUNNEL_DATA/../cases/events/published_times.csv"' CSV HEADER
SELECT results_eq($$ SELECT case_id, (SELECT string_agg(coalesce(mean_seconds::text, ''), '|' ORDER BY step) FROM event_funnel(s)) AS means
		FROM (SELECT case_id, event_agg(entity, us(at_us), definition::journey, VARIADIC bits(steps, num_steps)) AS s FROM published_times GROUP BY case_id) AS g ORDER BY case_id $$,
	'SELECT DISTINCT case_id, means FROM published_times ORDER BY case_id', 'published mean times');
SELECT is_empty($$ SELECT * FROM (SELECT case_id, max(medians) AS medians, event_agg(entity, us(at_us), definition::journey, VARIADIC bits(steps, num_steps)) AS s FROM published_times GROUP BY case_id) AS g, event_funnel(s) AS f
	WHERE abs(nullif(split_part(medians, '|', step), '')::double precision - median_seconds) > 0.01 * median_seconds $$, 'published median times');

CREATE TABLE clickhouse_levels(case_id text, entity text, at_us bigint, steps bigint, num_steps integer, window_us bigint, mode text, expected integer);
\copy clickhouse_levels FROM PROGRAM 'cat "$FUNNEL_DATA/../cases/events/clickhouse_levels.csv"' CSV HEADER
SELECT is_empty($$ SELECT * FROM (SELECT case_id, entity, mode, expected, window_funnel(us(at_us), window_us * interval '1 microsecond', mode, VARIADIC bits(steps, num_steps)) AS level FROM clickhouse_levels GROUP BY 1, 2, 3, 4) AS g
	WHERE level <> expected $$, 'window_funnel in the modes of ClickHouse');
CREATE TABLE published_retention(case_id text, entity text, row integer, conditions bigint, num_conditions integer, expected text);
\copy published_retention FROM PROGRAM 'cat "$FUNNEL_DATA/../cases/events/published_retention.csv"' CSV HEADER
SELECT is_empty($$ SELECT * FROM (SELECT case_id, entity, expected, retention(VARIADIC bits(conditions, num_conditions)) AS seen FROM published_retention GROUP BY 1, 2, 3) AS g
	WHERE array_to_string(seen::integer[], '|') <> expected $$, 'retention');
CREATE TABLE published_sequences(case_id text, entity text, at_us bigint, row integer, conditions bigint, num_conditions integer, pattern text, expected_match integer, expected_count bigint, expected_events text);
\copy published_sequences FROM PROGRAM 'cat "$FUNNEL_DATA/../cases/events/published_sequences.csv"' CSV HEADER
SELECT is_empty($$ SELECT * FROM (SELECT case_id, entity, pattern, expected_match, expected_count, expected_events, sequence_match(pattern, us(at_us), VARIADIC bits(conditions, num_conditions)) AS matched,
		sequence_count(pattern, us(at_us), VARIADIC bits(conditions, num_conditions)) AS matches, sequence_events(pattern, us(at_us), VARIADIC bits(conditions, num_conditions)) AS events FROM published_sequences GROUP BY 1, 2, 3, 4, 5, 6) AS g
	WHERE expected_match <> matched::integer OR expected_count <> matches OR expected_events <> (SELECT string_agg(us_of(t)::text, '|' ORDER BY k) FROM unnest(events) WITH ORDINALITY AS u(t, k)) $$, 'sequences');

-- Tables of 40 entities
CREATE TABLE table_events(case_id text, entity text, at_us bigint, event text);
\copy table_events FROM PROGRAM 'cat "$FUNNEL_DATA/../cases/events/table_events.csv"' CSV HEADER
CREATE TABLE table_expected(case_id text, definition text, as_of_us bigint, step integer, reached bigint, advanced bigint, dropped bigint, excluded bigint, undecided bigint,
	mean_seconds double precision, median_seconds double precision, p90_seconds double precision, median_seconds_total double precision);
\copy table_expected FROM PROGRAM 'cat "$FUNNEL_DATA/../cases/events/table_expected.csv"' CSV HEADER
CREATE TABLE trend_expected(case_id text, definition text, as_of_us bigint, day_us bigint, entered bigint, converted bigint, dropped bigint, excluded bigint, undecided bigint, is_complete boolean);
\copy trend_expected FROM PROGRAM 'cat "$FUNNEL_DATA/../cases/events/trend_expected.csv"' CSV HEADER
CREATE VIEW rows_of_tables AS SELECT case_id, definition, us(as_of_us) AS as_of, entity, event, us(at_us) AS at
FROM table_events JOIN (SELECT DISTINCT case_id, definition, as_of_us FROM table_expected) AS d USING (case_id) WHERE at_us <= as_of_us;
-- the conditions that a label stands for
CREATE FUNCTION conditions(event text, definition text) RETURNS boolean[] LANGUAGE sql IMMUTABLE AS $$
	SELECT array_agg(event = 's' || k ORDER BY k) || CASE WHEN definition ~ 'x1' THEN ARRAY[event = 'x1'] ELSE '{}' END FROM generate_series(1, cardinality(steps(definition::journey))) AS k $$;
CREATE TABLE of_tables AS
SELECT case_id, as_of, 'by label' AS how, event_agg(entity, event, at, definition::journey, 'day', 'UTC') AS s FROM rows_of_tables GROUP BY 1, 2
UNION ALL SELECT case_id, as_of, 'by label, uuid', event_agg(md5(entity)::uuid, event, at AT TIME ZONE 'UTC', definition::journey, 'day') FROM rows_of_tables GROUP BY 1, 2
UNION ALL SELECT case_id, as_of, 'by conditions', event_agg(entity, at, definition::journey, 'day', 'UTC', VARIADIC conditions(event, definition)) FROM (SELECT DISTINCT * FROM rows_of_tables ORDER BY 3 DESC) AS once GROUP BY 1, 2
UNION ALL SELECT case_id, as_of, 'split and rolled up', rollup(s) FROM (
	SELECT case_id, as_of, event_agg(entity, event, at, definition::journey, 'day', 'UTC') AS s FROM rows_of_tables GROUP BY case_id, as_of, hashtext(entity) % 5) AS parts GROUP BY 1, 2
UNION ALL SELECT case_id, as_of, 'stored as text', event_agg(entity, event, at, definition::journey, 'day', 'UTC')::text::event_summary FROM rows_of_tables GROUP BY 1, 2;
SELECT is((SELECT count(*) FROM of_tables), 5 * 24::bigint, 'tables');
SELECT is_empty(format($$ SELECT * FROM table_expected AS x JOIN of_tables USING (case_id), event_funnel(s, as_of) AS f WHERE how = %L AND f.step = x.step
	AND ((f.reached, f.advanced, f.dropped, f.excluded, f.undecided) IS DISTINCT FROM (x.reached, x.advanced, x.dropped, x.excluded, x.undecided)
		OR round(f.mean_seconds::numeric, 6) IS DISTINCT FROM round(x.mean_seconds::numeric, 6) OR (f.median_seconds IS NULL) <> (x.median_seconds IS NULL)
		OR abs(f.median_seconds - x.median_seconds) > 0.01 * x.median_seconds OR abs(f.p90_seconds - x.p90_seconds) > 0.01 * x.p90_seconds
		OR abs(f.median_seconds_total - x.median_seconds_total) > 0.01 * x.median_seconds_total) $$, how), 'event_funnel of tables: ' || how) FROM (SELECT DISTINCT how FROM of_tables) AS h;
SELECT is_empty(format($$ SELECT * FROM (SELECT * FROM trend_expected) AS x
		FULL JOIN (SELECT case_id, f.* FROM of_tables, event_trend(s, as_of) AS f WHERE how = %L AND case_id IN (SELECT case_id FROM trend_expected)) AS f ON f.case_id = x.case_id AND f.period_start = us(day_us) AT TIME ZONE 'UTC'
	WHERE f.entered > 0 AND (f.entered, f.converted, f.dropped, f.excluded, f.undecided, f.is_complete) IS DISTINCT FROM (x.entered, x.converted, x.dropped, x.excluded, x.undecided, x.is_complete) $$, how), 'event_trend of tables: ' || how)
FROM (SELECT DISTINCT how FROM of_tables) AS h;

-- A hiring process
CREATE TABLE hiring(case_id text, gender text, age text, citizen text, protected text, event_no integer, activity text, resource text, at timestamptz);
\copy hiring FROM PROGRAM 'zcat "$FUNNEL_DATA/hiring_log/hiring_events.csv.gz"' CSV HEADER
CREATE TABLE figures(metric text, segment text, value numeric, definition text);
\copy figures FROM PROGRAM 'cat "$FUNNEL_DATA/../cases/events/hiring_log_event_figures.csv"' CSV HEADER
CREATE TABLE journeys(name text, definition journey, as_of timestamptz);
\set seven 'Hand In Job Application > Telephonic Screening > Screening Interview > Background Check > Coding Interview > Behavioral Interview > Make Job Offer'
INSERT INTO journeys SELECT name, definition::journey, as_of::timestamptz FROM (VALUES
	('ordered7', :'seven' || '; within: 7 days', NULL), ('ordered6', :'seven' || '; within: 6 days', NULL), ('nowindow', :'seven', NULL), ('increase', :'seven' || '; within: 7 days; order: increase', NULL),
	('gap30', :'seven' || '; gap: 30 hours', NULL), ('asof', :'seven' || '; within: 7 days', '2015-01-10'), ('asof3', 'Hand In Job Application > Coding Interview > Make Job Offer; within: 5 days', '2015-01-10'),
	('without', 'Hand In Job Application > Screening Interview > Coding Interview > Make Job Offer; within: 7 days; without: Extensive Background Check (2-3)', NULL),
	('optional', 'Hand In Job Application > Extensive Background Check > Coding Interview > ML Interview > Make Job Offer; within: 7 days; optional: Extensive Background Check, ML Interview', NULL),
	('contiguous', 'Hand In Job Application > Telephonic Screening > Screening Interview > Background Check > Coding Interview; within: 7 days; order: contiguous', NULL),
	('unordered', 'Coding Interview > Behavioral Interview > Make Job Offer; within: 2 days; order: any', NULL)) AS v(name, definition, as_of);
SET work_mem = '64kB'; -- the rows spill
CREATE TABLE hired AS
SELECT name, as_of, (SELECT event_agg(case_id, activity, at, definition) FROM hiring WHERE at <= coalesce(as_of, 'infinity')) AS s FROM journeys;
RESET work_mem;
CREATE TABLE told AS
SELECT hired.name || '.' || metric AS metric, step || ' ' || f.name AS segment, value FROM hired, event_funnel(s, as_of) AS f(step, name, is_optional, reached, advanced, dropped, excluded, undecided, r, l, h, rr, o, u, mean, median, p90, total, p90_total),
	LATERAL (VALUES ('reached', reached::double precision), ('advanced', advanced), ('dropped', dropped), ('excluded', excluded), ('undecided', undecided), ('mean_seconds', mean), ('median_seconds', median), ('p90_seconds', p90), ('median_seconds_total', total)) AS v(metric, value);
SELECT is((SELECT count(*) FROM figures), 547::bigint, 'published figures');
SELECT is_empty($$ SELECT f.metric, f.segment, f.value, t.value FROM figures AS f LEFT JOIN told AS t USING (metric, segment)
	WHERE CASE WHEN metric ~ 'median|p90' THEN (f.value IS NULL) <> (t.value IS NULL) OR abs(f.value - t.value) > 0.01 * f.value
		WHEN metric ~ 'mean' THEN round(f.value, 3) IS DISTINCT FROM round(t.value::numeric, 3) ELSE f.value IS DISTINCT FROM t.value::numeric END $$, 'figures of the hiring log, spilled');

SELECT * FROM finish();
\else
\echo 1..0 # SKIP FUNNEL_DATA names no folder of real data
\endif
