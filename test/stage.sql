-- stage.sql: every figure of a stage funnel against plain SQL (oracle/stage.sql) on random histories.
SELECT no_plan();
SET jit = off;
\ir oracle/stage.sql

--
-- Random histories
--

-- A number in [0, 1) from a seed and a row
CREATE FUNCTION pg_temp.draw(seed text, id bigint) RETURNS double precision
	LANGUAGE sql IMMUTABLE AS $$ SELECT ('x' || substr(md5(seed || ':' || id), 1, 7))::bit(28)::integer / 268435456.0::double precision $$;

-- Up to eight rows an entity, each of any stage at one of few times: re-entries, regressions, skips, ties, duplicates; and dirt
CREATE FUNCTION pg_temp.make_history(seed text, entities integer, dirt float8, spread integer) RETURNS void LANGUAGE sql AS $$
	TRUNCATE history;
	INSERT INTO history (entity, stage, at, amount)
	SELECT
		CASE WHEN pg_temp.draw(seed || 'no entity', n) >= dirt THEN e - entities / 2 END,
		CASE
			WHEN pg_temp.draw(seed || 'no stage', n) < dirt THEN NULL
			WHEN pg_temp.draw(seed || 'unknown', n) < dirt THEN (ARRAY['lead', 'Lead ', '', 'Tidak dikenal', 'Wonder'])[1 + floor(5 * pg_temp.draw(seed || 'which', n))::integer]
			WHEN pg_temp.draw(seed || 'only lost', e) < dirt THEN 'Lost'
			ELSE (SELECT label FROM label ORDER BY md5(seed || n || label) LIMIT 1)
		END,
		CASE
			WHEN pg_temp.draw(seed || 'no time', n) < dirt THEN NULL
			WHEN pg_temp.draw(seed || 'infinite', n) < dirt THEN (ARRAY['infinity', '-infinity', '9999-12-31'])[1 + floor(3 * pg_temp.draw(seed || 'which', n))::integer]::timestamptz
			ELSE timestamptz '1999-12-20 00:00+00' + floor(spread * pg_temp.draw(seed || 'at', n)) * interval '5 hours 7 minutes 0.000123 seconds'
		END,
		CASE WHEN pg_temp.draw(seed || 'amount', n) < 0.5 THEN round((pg_temp.draw(seed || 'how much', n) * 2000 - 200)::numeric, floor(3 * pg_temp.draw(seed || 'scale', n))::integer) END
	FROM (SELECT e, row_number() OVER (ORDER BY e, r) AS n
		FROM generate_series(1, entities) e, generate_series(1, 8) r
		WHERE r <= 1 + floor(8 * pg_temp.draw(seed || 'rows', e))) x;
$$;

INSERT INTO label VALUES ('Lead', 0), ('Qualified', 1), ('Proposal', 2), ('Offer', 2), ('Won', 3), ('Closed Won', 3), ('Lost', 4), ('Disqualified', 5);
INSERT INTO ask VALUES ('Lead > Qualified > Proposal | Offer > Won | Closed Won; lost: Lost, Disqualified', 4, '2000-03-01', 30);

-- Times of few and of many values, with dirt and without
DO $$
DECLARE
	seed integer;
BEGIN
	CREATE TEMP TABLE found (scenario text, difference text);
	FOR seed IN 1..24 LOOP
		PERFORM pg_temp.make_history('h' || seed, (ARRAY[1, 3, 30, 400])[1 + seed % 4], (ARRAY[0, 0.05, 0.3])[1 + seed % 3], (ARRAY[3, 40, 300])[1 + seed / 4 % 3]);
		TRUNCATE answer;
		INSERT INTO answer SELECT stage_agg(entity, stage, at, amount, definition) FROM history, ask;
		INSERT INTO found SELECT format('seed %s: %s rows', seed, (SELECT count(*) FROM history)), d FROM pg_temp.differences() d;
	END LOOP;
END $$;
SELECT is_empty('SELECT * FROM found', 'random histories: every column as plain SQL has it');

-- One larger history for all that follows
SELECT pg_temp.make_history('large', 4000, 0.02, 300);
TRUNCATE answer;
INSERT INTO answer SELECT stage_agg(entity, stage, at, amount, definition) FROM history, ask;
SELECT is_empty('SELECT * FROM pg_temp.differences()', 'a history of 18,000 rows: every column as plain SQL has it');
SELECT ok(every(reached > 100 AND lost > 10 AND advanced > 10 AND (step = 4 OR (skipped > 10 AND stalled > 2 AND open > 2 AND in_stage > 2))),
	'... with something in every column') FROM ask, answer, stage_leakage(summary, as_of, stale_days);
SELECT ok(every(reentries > 10 AND (step = 1 OR regressions > 10)), '... re-entries and regressions too') FROM answer, stage_time(summary);
SELECT ok(every(rows > 10), '... and rows of every reason') FROM answer, stage_quality(summary);
SELECT ok(count(*) = 5 AND every(rows > 10), '... and of several unknown labels') FROM answer, stage_unknown_labels(summary);

-- The same rows in every other way: the same bytes
CREATE FUNCTION pg_temp.same(other stage_summary, description text) RETURNS text
	LANGUAGE sql AS $$ SELECT is(pg_temp.image(other), pg_temp.image(summary), description) FROM answer $$;

SELECT pg_temp.same(stage_agg(entity::text, stage, at, amount, definition), 'text entities') FROM history, ask;
SELECT pg_temp.same(stage_agg(md5(entity::text)::uuid, stage, at, amount, definition), 'uuid entities') FROM history, ask;
SELECT pg_temp.same(stage_agg(entity, stage, at AT TIME ZONE 'UTC', amount, definition), 'timestamp, taken as UTC') FROM history, ask;
SELECT pg_temp.same(stage_agg(entity, stage, at, amount, definition), 'rows shuffled') FROM (SELECT * FROM history ORDER BY md5(id::text)) h, ask;
SELECT pg_temp.same(stage_agg(entity, stage, at, amount, definition ORDER BY at DESC), 'rows in falling order') FROM history, ask;
SELECT pg_temp.same(stage_agg(entity, stage, at, amount, 'Lead > Qualified > Proposal | Offer > Won | Closed Won; lost: Lost, Disqualified'), 'a constant definition') FROM history;
SELECT pg_temp.same(rollup(part), 'rolled up from 7 parts')
	FROM (SELECT stage_agg(entity, stage, at, amount, definition) AS part FROM history, ask GROUP BY entity % 7) p;
SELECT pg_temp.same(rollup(part), 'rolled up from a part an entity, NULLs among them')
	FROM (SELECT stage_agg(entity, stage, at, amount, definition) AS part FROM history, ask GROUP BY entity UNION ALL SELECT NULL) p;
SELECT pg_temp.same(rollup(part), 'rolled up in two levels')
	FROM (SELECT rollup(part) AS part FROM (
		SELECT entity % 60 AS g, stage_agg(entity, stage, at, amount, definition) AS part FROM history, ask GROUP BY entity % 60) p GROUP BY g % 5) q;
SELECT pg_temp.same(rollup(part), 'rolled up with an empty summary before and after')
	FROM (SELECT stage_agg(entity, stage, at, amount, definition) AS part FROM history, ask WHERE false
		UNION ALL SELECT stage_agg(entity, stage, at, amount, definition) FROM history, ask
		UNION ALL SELECT stage_agg(entity, stage, at, amount, definition) FROM history, ask WHERE false) p;
SELECT pg_temp.same(summary::text::stage_summary, 'through the text form') FROM answer;
SET TimeZone = 'Asia/Tehran';
SELECT pg_temp.same(stage_agg(entity, stage, at, amount, definition), 'in another time zone') FROM history, ask;
SELECT is_empty('SELECT * FROM pg_temp.differences()', '... with the same figures');
RESET TimeZone;

-- Dates
TRUNCATE answer;
CREATE TEMP TABLE exact AS SELECT * FROM history;
UPDATE history SET at = date_trunc('day', at, 'UTC');
INSERT INTO answer SELECT stage_agg(entity, stage, at, amount, definition) FROM history, ask;
SELECT pg_temp.same(stage_agg(entity, stage, (at AT TIME ZONE 'UTC')::date, amount, definition), 'date: midnight, UTC') FROM history, ask;
SELECT is_empty('SELECT * FROM pg_temp.differences()', '... as plain SQL has it');
TRUNCATE history, answer;
INSERT INTO history (entity, stage, at, amount) SELECT entity, stage, at, amount FROM exact ORDER BY id;

-- Without amounts
INSERT INTO answer SELECT stage_agg(entity, stage, at, definition) FROM history, ask;
SELECT pg_temp.same(stage_agg(entity, stage, at, NULL::numeric, definition), 'without an amount and with nothing but NULLs') FROM history, ask;
SELECT pg_temp.same(stage_agg(entity::text, stage, at, definition), '... text entities') FROM history, ask;
SELECT pg_temp.same(stage_agg(md5(entity::text)::uuid, stage, at::timestamptz, definition), '... uuid entities') FROM history, ask;
UPDATE history SET amount = NULL;
SELECT is_empty('SELECT * FROM pg_temp.differences()', '... as plain SQL has it');
TRUNCATE history, answer;
INSERT INTO history (entity, stage, at, amount) SELECT entity, stage, at, amount FROM exact ORDER BY id;

-- Amounts of every type, and such as an event has no room for
UPDATE history SET amount = round(amount / 10);
INSERT INTO answer SELECT stage_agg(entity, stage, at, amount::bigint, definition) FROM history, ask;
SELECT pg_temp.same(stage_agg(entity, stage, at, amount::smallint, definition), 'amounts: smallint') FROM history, ask;
SELECT pg_temp.same(stage_agg(entity, stage, at, amount::integer, definition), 'amounts: integer') FROM history, ask;
SELECT pg_temp.same(stage_agg(entity, stage, at, amount::real, definition), 'amounts: real') FROM history, ask;
SELECT pg_temp.same(stage_agg(entity, stage, at, amount::double precision, definition), 'amounts: double precision') FROM history, ask;
SELECT pg_temp.same(stage_agg(entity, stage, at, amount, definition), 'amounts: numeric') FROM history, ask;
UPDATE history SET amount = amount * CASE id % 3 WHEN 0 THEN 1e30 WHEN 1 THEN 1e18 ELSE 1 END + CASE id % 5 WHEN 0 THEN 1e-50 WHEN 1 THEN 1e-9 ELSE 0 END;
TRUNCATE answer;
INSERT INTO answer SELECT stage_agg(entity, stage, at, amount, definition) FROM history, ask;
SELECT is_empty('SELECT * FROM pg_temp.differences()', 'amounts of 33 digits before the point and 50 behind it');
SELECT pg_temp.same(rollup(part), '... rolled up')
	FROM (SELECT stage_agg(entity, stage, at, amount, definition) AS part FROM (SELECT * FROM history ORDER BY id DESC) h, ask GROUP BY entity % 7) p;
TRUNCATE history, answer;
INSERT INTO history (entity, stage, at, amount) SELECT entity, stage, at, amount FROM exact ORDER BY id;
INSERT INTO answer SELECT stage_agg(entity, stage, at, amount, definition) FROM history, ask;

-- Beyond memory, and through other plans
SET work_mem = '64kB';
SELECT pg_temp.same(stage_agg(entity, stage, at, amount, definition), 'with work_mem of 64 kB') FROM history, ask;
SELECT pg_temp.same(rollup(part), 'groups with work_mem of 64 kB')
	FROM (SELECT stage_agg(entity, stage, at, amount, definition) AS part FROM history, ask GROUP BY entity % 100) p;
RESET work_mem;
SET enable_hashagg = off;
SELECT pg_temp.same(rollup(part), 'sorted groups')
	FROM (SELECT stage_agg(entity, stage, at, amount, definition) AS part FROM history, ask GROUP BY entity % 100) p;
RESET enable_hashagg;
SELECT pg_temp.same(s, 'in a window, over all rows')
	FROM (SELECT stage_agg(entity, stage, at, amount, definition) OVER () AS s FROM history, ask) w LIMIT 1;
SELECT is(count(DISTINCT pg_temp.image(a)) FILTER (WHERE pg_temp.image(a) <> pg_temp.image(b)), 0::bigint, 'in a growing window, each row''s figures are those of the rows up to it')
	FROM (
		SELECT stage_agg(entity, stage, at, amount, definition) OVER (ORDER BY id) AS a,
			(SELECT stage_agg(i.entity, i.stage, i.at, i.amount, ask.definition) FROM history i WHERE i.id <= h.id) AS b
		FROM history h, ask WHERE id <= (SELECT min(id) + 60 FROM history)) w;
SELECT pg_temp.same(rollup(s), 'in a LATERAL that is run again for each row')
	FROM (SELECT 0 AS g UNION ALL SELECT generate_series(1, 19) OFFSET 0) g,
		LATERAL (SELECT stage_agg(entity, stage, at, amount, definition) AS s FROM history, ask WHERE mod(coalesce(entity, 0) + 2000, 20) = g) x;
CREATE TEMP TABLE caught (message text);
DO $$
DECLARE
	i integer;
BEGIN
	FOR i IN 1..5 LOOP
		BEGIN
			SET LOCAL work_mem = '64kB';
			PERFORM stage_agg(entity, stage, at, amount / (id - (SELECT max(id) FROM history)), definition) FROM (SELECT * FROM history ORDER BY id) h, ask;
		EXCEPTION WHEN division_by_zero THEN
			INSERT INTO caught VALUES (SQLERRM);
		END;
	END LOOP;
END $$;
SELECT is(count(*), 5::bigint, 'an error in the middle of a spilled aggregate can be caught') FROM caught;
BEGIN;
DECLARE c CURSOR WITH HOLD FOR SELECT stage_agg(entity, stage, at, amount, definition) AS s FROM history, ask GROUP BY entity % 3 ORDER BY entity % 3;
SAVEPOINT a;
FETCH 1 FROM c \gset held_
ROLLBACK TO a;
COMMIT;
SELECT ok(:'held_s'::stage_summary IS NOT NULL, 'through a cursor, ROLLBACK TO and WITH HOLD');
CLOSE c;

-- Parallel plans
CREATE TABLE shared_history AS SELECT * FROM history;
SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0; SET max_parallel_workers_per_gather = 2;
SELECT pg_temp.same(stage_agg(entity, stage, at, amount, 'Lead > Qualified > Proposal | Offer > Won | Closed Won; lost: Lost, Disqualified'), 'over a parallel scan') FROM shared_history;
CREATE TABLE parts AS SELECT entity % 50 AS g, stage_agg(entity, stage, at, amount, 'Lead > Qualified > Proposal | Offer > Won | Closed Won; lost: Lost, Disqualified') AS part FROM shared_history GROUP BY 1;
ALTER TABLE parts SET (parallel_workers = 2);
SELECT pg_temp.same(rollup(part), 'rollup in a parallel plan') FROM parts;
RESET parallel_setup_cost; RESET parallel_tuple_cost; RESET min_parallel_table_scan_size; RESET max_parallel_workers_per_gather;

-- Stored, read back and refreshed
CREATE MATERIALIZED VIEW nightly AS SELECT g, part FROM parts;
CREATE UNIQUE INDEX ON nightly (g);
REFRESH MATERIALIZED VIEW CONCURRENTLY nightly;
SELECT pg_temp.same(rollup(part), 'from a materialized view refreshed concurrently') FROM nightly;

-- Summaries are small
SELECT cmp_ok(max(pg_column_size(s)), '<', 300, 'the summary of one entity is below 300 bytes')
	FROM (SELECT stage_agg(entity, stage, at, amount, definition) AS s FROM history, ask WHERE entity IS NOT NULL GROUP BY entity) x;

--
-- Edges, by hand
--

-- Rows for one entity, in text: 'Lead 2020-01-01, ...'
CREATE FUNCTION pg_temp.path(path text, definition funnel DEFAULT 'Lead > Qualified > Proposal | Offer > Won | Closed Won; lost: Lost, Disqualified') RETURNS stage_summary
	LANGUAGE sql AS $$ SELECT stage_agg(1, (regexp_match(r, '^\s*(.*) (\S+)$'))[1], (regexp_match(r, '(\S+)$'))[1]::timestamptz, definition) FROM unnest(string_to_array(path, ',')) r $$;

SELECT results_eq($$ SELECT reached, skipped, advanced, lost, stalled, open FROM stage_leakage(pg_temp.path('Proposal 2020-01-01'), '2020-01-31', 30) $$,
	$$ VALUES (1::bigint, 1::bigint, 1::bigint, 0::bigint, 0::bigint, 0::bigint), (1, 1, 1, 0, 0, 0), (1, 0, 0, 0, 0, 1), (0, 0, 0, 0, 0, 0) $$, 'a skipped stage counts as reached; 30 days are not more than 30');
SELECT results_eq($$ SELECT stalled, open FROM stage_leakage(pg_temp.path('Proposal 2020-01-01, Offer 2020-01-20'), '2020-02-01', 30) WHERE step = 3 $$,
	$$ VALUES (1::bigint, 0::bigint) $$, 'a second row of the same stage, by its synonym, is no movement; 31 days are more than 30');
SELECT results_eq($$ SELECT advanced, lost, open, in_stage FROM stage_leakage(pg_temp.path('Lead 2020-01-01, Lost 2020-01-02, Lead 2020-01-03'), '2020-02-01') WHERE step = 1 $$,
	$$ VALUES (0::bigint, 0::bigint, 1::bigint, 1::bigint) $$, 'a deal reopened after it was lost is not lost');
SELECT results_eq($$ SELECT lost, open FROM stage_leakage(pg_temp.path('Lost 2020-01-02, Lead 2020-01-02')) WHERE step = 1 $$,
	$$ VALUES (1::bigint, 0::bigint) $$, 'at equal times, lost comes last');
SELECT results_eq($$ SELECT step, advanced, lost, open, in_stage FROM stage_leakage(pg_temp.path('Won 2020-01-01, Qualified 2020-01-02')) WHERE step IN (2, 4) ORDER BY step $$,
	$$ VALUES (2, 1::bigint, 0::bigint, 0::bigint, 1::bigint), (4, 1, 0, 0, 0) $$, 'back from the last stage: it has arrived there, and stands in the earlier one');
SELECT results_eq($$ SELECT step, advanced, lost, leakage_rate FROM stage_leakage(pg_temp.path('Won 2020-01-01, Lost 2020-01-02')) WHERE step IN (3, 4) ORDER BY step $$,
	$$ VALUES (3, 1::bigint, 0::bigint, 0::float8), (4, 0, 1, 1) $$, 'lost after the last stage leaks there');
SELECT results_eq($$ SELECT visits, finished, mean_days, max_days, median_age_days, reentries, regressions FROM stage_time(pg_temp.path('Lead 2020-01-01, Qualified 2020-01-03, Lead 2020-01-04, Lead 2020-01-05, Qualified 2020-01-10'), '2020-01-12') WHERE step <= 2 $$,
	$$ VALUES (2::bigint, 2::bigint, 4::float8, 6::float8, NULL::float8, 1::bigint, 0::bigint), (2, 1, 1, 1, 2, 1, 1) $$, 'visits, re-entries and regressions');
SELECT results_eq($$ SELECT mean_days, median_days, p90_days, max_days FROM stage_time(pg_temp.path('Lead 2020-01-01, Qualified 2020-01-01')) WHERE step = 1 $$,
	$$ VALUES (0::float8, 0::float8, 0::float8, 0::float8) $$, 'a visit of no time is a visit');
SELECT results_eq($$ SELECT source, target, value FROM stage_flow(pg_temp.path('Lead 2020-01-01, Lost 2020-01-02, Disqualified 2020-01-03, Lead 2020-01-04, Proposal 2020-01-05, Lead 2020-01-06')) $$,
	$$ VALUES ('Lead', 'Proposal', 1::bigint), ('Lead', 'Lost', 1), ('Lead', 'still open', 1) $$, 'the flow has neither moves back nor moves between lost labels');
SELECT results_eq($$ SELECT reached, skipped, advanced, lost, open, leakage_rate, conversion_rate, in_stage FROM stage_leakage(pg_temp.path('A 2020-01-01', 'A')) $$,
	$$ VALUES (1::bigint, 0::bigint, 1::bigint, 0::bigint, 0::bigint, 0::float8, 1::float8, 0::bigint) $$, 'a funnel of one stage');
SELECT is_empty($$ SELECT FROM stage_leakage(NULL) UNION ALL SELECT FROM stage_time(NULL) UNION ALL SELECT FROM stage_flow(NULL) UNION ALL SELECT FROM stage_quality(NULL) UNION ALL SELECT FROM stage_unknown_labels(NULL) UNION ALL SELECT FROM stage_missing_labels(NULL)
	UNION ALL SELECT FROM stage_chart(NULL) UNION ALL SELECT FROM compare_funnels(NULL::stage_summary, NULL) $$, 'a NULL summary: no rows');

CREATE TEMP TABLE nothing AS SELECT stage_agg(entity, stage, at, amount, definition) AS summary FROM history, ask WHERE false;
SELECT ok(summary IS NOT NULL AND definition(summary) IS NULL AND data_from(summary) IS NULL AND data_through(summary) IS NULL AND entities_outside(summary) = 0, 'a summary of no rows is empty, its definition not known') FROM nothing;
SELECT is(summary::text::stage_summary::text, summary::text, '... and goes through its text form') FROM nothing;
SELECT is_empty('SELECT FROM nothing, stage_leakage(summary, ''2020-01-01'', 3) UNION ALL SELECT FROM nothing, stage_missing_labels(summary) UNION ALL SELECT FROM nothing, stage_unknown_labels(summary) UNION ALL SELECT FROM nothing, stage_time(summary) UNION ALL SELECT FROM nothing, stage_flow(summary) UNION ALL SELECT FROM nothing, stage_chart(summary)', '... has no stages');
SELECT is((SELECT sum(rows) FROM nothing, stage_quality(summary)), 0::numeric, '... and no rows of any reason');
SELECT is(pg_temp.image(rollup(s)), (SELECT pg_temp.image(summary) FROM nothing), 'a rollup of nothing is empty') FROM (SELECT summary AS s FROM nothing WHERE false) x;

-- Rows, but none that can be placed: dense all the same
SELECT results_eq($$ SELECT step, stage, reached, leakage_rate, reach_rate, mean_days, median_days, amount_reached FROM stage_leakage((SELECT stage_agg(1, 'nowhere', '2020-01-01'::timestamptz, 5, 'Lead > Won; lost: Lost'))) $$,
	$$ VALUES (1, 'Lead', 0::bigint, NULL::float8, NULL::float8, NULL::float8, NULL::float8, NULL::numeric), (2, 'Won', 0, NULL, NULL, NULL, NULL, NULL) $$, 'only unknown stages: every stage, nothing in it');
SELECT is(entities_outside(stage_agg(e, s, t::timestamptz, 'Lead > Won; lost: Lost')), 4::bigint, 'outside are entities of nothing but lost rows, unknown stages, no stage, no time')
	FROM (VALUES (1, 'Lost', '2020-01-01'), (2, 'nowhere', '2020-01-01'), (3, NULL, '2020-01-01'), (4, 'Lead', NULL), (5, 'Lead', '2020-01-01'), (5, 'Lost', '2020-01-02'), (5, 'nowhere', NULL)) v (e, s, t);

-- Times at the ends of what a history can hold
SELECT is(rows, 3::bigint, 'times outside of 1900 to 2199 are out of range') FROM stage_quality((SELECT stage_agg(e, 'Lead', t, 'Lead > Won') FROM
	(VALUES (1, '1899-12-31 23:59:59.999999Z'::timestamptz), (2, '1900-01-01Z'), (3, '2199-12-31 23:59:59.999999Z'), (4, '2200-01-01Z'), (5, '294276-01-01')) v (e, t))) WHERE reason = 'time out of range';
SELECT results_eq($$ SELECT round(mean_days::numeric), round(max_days::numeric) FROM stage_time(pg_temp.path('Lead 1900-01-01, Won 2199-12-31', 'Lead > Won')) WHERE step = 1 $$, $$ VALUES (109572::numeric, 109572::numeric) $$, 'a visit of three hundred years');

-- as_of by UTC days, whatever the session's zone
SET TimeZone = 'Pacific/Kiritimati';
SELECT is(stalled, 0::bigint, 'days are UTC') FROM stage_leakage(pg_temp.path('Lead 2020-01-01T23:59:59Z', 'Lead > Won'), '2020-01-02', 1) WHERE step = 1;
SELECT is(stalled, 1::bigint, '... one later it has stalled') FROM stage_leakage(pg_temp.path('Lead 2020-01-01T23:59:59Z', 'Lead > Won'), '2020-01-03', 1) WHERE step = 1;
RESET TimeZone;
SELECT throws_ok($$ SELECT stage_leakage(pg_temp.path('Lead 2020-01-02T00:00:00Z', 'Lead > Won'), '2020-01-01') $$, '22023', 'as_of 2020-01-01 lies before the last row, of 2020-01-02', 'an as_of before the last row is an error');
SELECT lives_ok($$ SELECT stage_leakage(pg_temp.path('Lead 2020-01-01T23:59:59Z', 'Lead > Won'), '2020-01-01') $$, 'the last day itself will do');

-- A stored summary answers for any later day as one asked that day
SELECT is_empty($$
	SELECT d, a.step FROM generate_series(date '2000-03-01', date '2000-06-01', interval '7 days') d, answer,
		LATERAL stage_leakage(summary::text::stage_summary, d::date, 30) a
		JOIN LATERAL (
			SELECT furthest + 1 AS step, count(*) AS stalled FROM entity, ask WHERE NOT lost AND furthest < ask.stages - 1 AND d::date - moved > 30 GROUP BY 1
		) o ON o.step = a.step
	WHERE o.stalled <> a.stalled $$, 'stalled at any later day');

--
-- Labels
--
SELECT is_empty($$
	WITH s AS (SELECT stage_agg(e, l, t::timestamptz, funnel(ARRAY['سرنخ', 'Rundingan 💰', 'it''s "quoted" > ; , : |', repeat('ы', 10000)], ARRAY['Kalah'])) AS summary
		FROM (VALUES (1, 'سرنخ', '2020-01-01'), (1, 'Rundingan 💰', '2020-01-02'), (1, 'it''s "quoted" > ; , : |', '2020-01-03'), (1, repeat('ы', 10000), '2020-01-04'),
			(2, 'سرنخ', '2020-01-01'), (2, 'Kalah', '2020-01-05')) v (e, l, t))
	SELECT f.* FROM s, stage_leakage(summary::text::stage_summary) f
	WHERE (step, reached, lost, skipped) NOT IN ((1, 2, 1, 0), (2, 1, 0, 0), (3, 1, 0, 0), (4, 1, 0, 0))
		OR stage <> (ARRAY['سرنخ', 'Rundingan 💰', 'it''s "quoted" > ; , : |', repeat('ы', 10000)])[step]
$$, 'labels in Persian, Malay, with emoji, quotes, separators, of 10,000 characters');
SELECT is(count(*), 64::bigint, 'a funnel of 64 stages') FROM stage_leakage((SELECT stage_agg(1, 's' || n, '2020-01-01'::timestamptz + n * interval '1 day', funnel((SELECT array_agg('s' || i ORDER BY i) FROM generate_series(1, 64) i))) FROM generate_series(1, 64) n)) WHERE reached = 1 AND skipped = 0;

--
-- Labels that the definition does not have
--
CREATE TEMP TABLE strange AS
	SELECT e, l, '2020-01-01'::timestamptz + n * interval '1 hour' AS at FROM (
		SELECT n, n % 50 AS e, CASE WHEN n % 3 = 0 THEN 'Lead' WHEN n % 7 = 0 THEN repeat('é', 150) || n % 2 ELSE 'label ' || floor(sqrt(n)) END AS l FROM generate_series(1, 3000) n) x;
SELECT results_eq('SELECT u.* FROM (SELECT stage_agg(e, l, at, ''Lead > Won'') AS s FROM strange) x, stage_unknown_labels(s) u',
	$$ SELECT label, count(*) FROM (SELECT CASE WHEN octet_length(l) > 200 THEN left(l, 98) || '...' ELSE l END AS label FROM strange WHERE l <> 'Lead') x GROUP BY label ORDER BY count(*) DESC, label COLLATE "C" $$,
	'unknown labels, the commonest first, equally common ones by their bytes; long ones cut');
SELECT is(pg_temp.image(rollup(s)), (SELECT pg_temp.image(stage_agg(e, l, at, 'Lead > Won')) FROM strange), '... rolled up from parts')
	FROM (SELECT stage_agg(e, l, at, 'Lead > Won') AS s FROM strange GROUP BY e) x;
SELECT is(pg_temp.image(stage_agg(e, l, at, 'Lead > Won' ORDER BY md5(at::text))), (SELECT pg_temp.image(stage_agg(e, l, at, 'Lead > Won')) FROM strange), '... in another order') FROM strange;

-- More than are kept: a sample of them, each with all its rows; the rest in one number
UPDATE strange SET l = l || '/' || e WHERE l <> 'Lead';
CREATE TEMP TABLE sampled AS SELECT stage_agg(e, l, at, 'Lead > Won') AS s FROM strange;
SELECT is(count(*), 101::bigint, 'of many labels 100 are listed, and the rest in one row') FROM sampled, stage_unknown_labels(s);
SELECT is(sum(rows), (SELECT count(*)::numeric FROM strange WHERE l <> 'Lead'), '... together all rows') FROM sampled, stage_unknown_labels(s);
SELECT is_empty('SELECT label, u.rows, count(*) FROM sampled, stage_unknown_labels(s) u JOIN strange ON left(l, 98) = left(label, 98) AND octet_length(l) <= 200 GROUP BY 1, 2 HAVING count(*) <> u.rows', '... each listed one with all it has');
SELECT is(pg_temp.image(rollup(p)), (SELECT pg_temp.image(s) FROM sampled), '... rolled up from parts: the same sample') FROM (SELECT stage_agg(e, l, at, 'Lead > Won') AS p FROM strange GROUP BY e) x;
SELECT ok(pg_column_size(s) < 30000, '... in little space') FROM sampled;

-- Written as 0.1.0 wrote it where there are none: then one summary has one image, whichever version made it
SELECT is(get_byte(stage_summary_send(stage_agg(e, l, at, 'Lead > Won') FILTER (WHERE l = 'Lead')), 0), 1, 'version 1 where all labels are known') FROM strange;
SELECT is(get_byte(stage_summary_send(s), 0), 2, '... else version 2') FROM sampled;
CREATE TEMP TABLE of_0_1_0 AS SELECT regexp_replace(replace(s::text, '"version": 2', '"version": 1'), '"unknown_labels": {.*"other_rows": [0-9]+}, ', '') AS old FROM sampled;
SELECT is(old::stage_summary::text, old, 'what 0.1.0 wrote of rows of unknown stages is read, and written as it was') FROM of_0_1_0;
SELECT results_eq('SELECT u.* FROM of_0_1_0, stage_unknown_labels(old::stage_summary) u', $$ SELECT NULL, count(*) FROM strange WHERE l <> 'Lead' $$, '... their labels are not known');
SELECT results_eq('SELECT label, rows FROM (SELECT rollup(s) AS s FROM (SELECT old::stage_summary AS s FROM of_0_1_0 UNION ALL SELECT stage_agg(e, CASE l WHEN ''Lead'' THEN ''lead'' ELSE ''Lead'' END, at, ''Lead > Won'') FROM strange) x) y, stage_unknown_labels(s)',
	$$ VALUES ('lead', 1000::bigint), (NULL, 2000) $$, '... rolled up with those of now');
SELECT throws_ok(format('SELECT %L::stage_summary', regexp_replace(s::text, '"unknown_stage": [0-9]+', '"unknown_stage": 17')), '22P02', NULL, 'more rows of labels than of unknown stages are refused') FROM sampled;
SELECT throws_ok(format('SELECT %L::stage_summary', replace(s::text, '"version": 2', '"version": 3')), '22P02', NULL, 'a version to come is refused') FROM sampled;

--
-- Two texts of one definition
--
SELECT is(pg_temp.image(rollup(s ORDER BY o)), pg_temp.image(rollup(s ORDER BY o DESC)), 'rolled up from two texts of one definition, in either order')
	FROM (VALUES (1, pg_temp.path('Lead 2020-01-01', 'Lead > Won')), (2, pg_temp.path('Lead 2020-01-01', 'Lead>Won'))) v (o, s);

--
-- Comparing two segments
--
SELECT is_empty($$
	WITH s AS (SELECT
			stage_agg(entity, stage, at, definition) FILTER (WHERE entity % 3 = 0) AS a,
			stage_agg(entity, stage, at, definition) FILTER (WHERE entity % 3 <> 0) AS b FROM history, ask),
	raw AS (SELECT step, la.conversion_rate AS rate_a, lb.conversion_rate AS rate_b, r.* FROM s, stage_leakage(a, '2000-03-01', 30) la JOIN stage_leakage(b, '2000-03-01', 30) lb USING (step),
			LATERAL compare_rates(
				(SELECT rate_agg(i <= la.advanced) FROM generate_series(1, la.advanced + la.lost + la.stalled) i),
				(SELECT rate_agg(i <= lb.advanced) FROM generate_series(1, lb.advanced + lb.lost + lb.stalled) i)) r (x, y, difference, low, high, p)),
	holm AS (SELECT *, least(1, max(p * (5 - place)) OVER (ORDER BY place)) AS adjusted FROM (SELECT *, row_number() OVER (ORDER BY p) AS place FROM raw) x)
	SELECT c, holm FROM s, compare_funnels(a, b, '2000-03-01', 30) c FULL JOIN holm USING (step)
	WHERE (c.rate_a = holm.rate_a AND c.rate_b = holm.rate_b AND pg_temp.near(c.difference, holm.difference) AND pg_temp.near(c.low, holm.low) AND pg_temp.near(c.high, holm.high)
		AND pg_temp.near(c.p_value, holm.adjusted)) IS NOT TRUE $$, 'compare_funnels: compare_rates stage by stage, p-values after Holm');

--
-- One entity with a million rows
--
TRUNCATE history, answer;
INSERT INTO history (entity, stage, at, amount)
SELECT 7, (ARRAY['Lead', 'Qualified', 'Offer', 'Proposal', 'Won', 'Lost'])[1 + floor(6 * pg_temp.draw('million', n))::integer], '2020-01-01'::timestamptz + floor(pg_temp.draw('at', n) * 800000) * interval '100 seconds', n
FROM generate_series(1, 1000000) n;
INSERT INTO history (entity, stage, at) SELECT n, 'Lead', '2020-05-01' FROM generate_series(8, 17) n;
UPDATE ask SET as_of = '2024-01-01';
INSERT INTO answer SELECT stage_agg(entity, stage, at, amount, definition) FROM history, ask;
SELECT is_empty('SELECT * FROM pg_temp.differences()', 'one entity with a million rows');
SET work_mem = '1MB';
SELECT pg_temp.same(stage_agg(entity, stage, at, amount, definition), '... beyond memory') FROM history, ask;
RESET work_mem;

SELECT * FROM finish();
