-- velocity: every figure against plain SQL, over random deals, in every kind of plan

-- Tests side by side in one SELECT print a line each.
\pset fieldsep '\n'
SET TimeZone = 'UTC';
SET extra_float_digits = 1;

CREATE FUNCTION draw(id bigint, salt integer, below integer) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
	$$SELECT (hashint8(id * 1000 + salt)::bigint + 2147483648)::bigint % below$$;

-- Group 0: nothing decided; 1: one deal won; 2: won without amounts; 3: won without cycles; 4: cycles of zero.
-- amount fits a smallint, of some sign, many ties; cents and tall have decimals, and 50 digits now and then.
CREATE TABLE deals AS
	SELECT id, g,
		CASE WHEN g = 0 THEN NULL WHEN draw(id, 1, 5) = 0 THEN NULL ELSE draw(id, 2, 3) > 0 END AS won,
		CASE WHEN g = 2 OR draw(id, 3, 7) = 0 THEN NULL ELSE draw(id, 4, 2000) - 300 END::smallint AS amount,
		CASE WHEN draw(id, 5, 9) = 0 THEN NULL ELSE (draw(id, 6, 2000000000) / 100.0)::numeric(20,2) END AS cents,
		CASE draw(id, 7, 50) WHEN 0 THEN 1e50 WHEN 1 THEN -3.7e45 WHEN 2 THEN 1e-60 WHEN 3 THEN NULL ELSE draw(id, 8, 9999) / 7.0 END AS tall,
		CASE draw(id, 9, 40) WHEN 0 THEN NULL WHEN 1 THEN '-infinity' WHEN 2 THEN 'infinity'
			ELSE timestamptz '2019-06-01' + draw(id, 10, 1000000000) * interval '0.1 second' END AS created
	FROM (SELECT id, CASE WHEN id = 1000 THEN 1 ELSE (ARRAY[0, 2, 3, 4, 5, 6, 7, 8, 9])[1 + id % 9] END AS g FROM generate_series(1, 4000) id) ids;
ALTER TABLE deals ADD closed timestamptz;
UPDATE deals SET closed = CASE WHEN g = 3 THEN created - interval '1 second' WHEN g = 4 THEN created
	ELSE CASE draw(id, 11, 30) WHEN 0 THEN NULL WHEN 1 THEN '-infinity' WHEN 2 THEN 'infinity' WHEN 3 THEN created - interval '3 days'
		WHEN 4 THEN created ELSE created + draw(id, 12, 1500000000) * interval '0.01 second' END END;
UPDATE deals SET won = true, amount = 70, cents = 70, tall = 70, created = '2020-01-01', closed = '2020-01-08' WHERE g = 1;
ANALYZE deals;

-- A day's money by hand, exact to the last decimal: the quotient is taken to 100 decimals more, then rounded once
CREATE FUNCTION by_hand(opportunities bigint, won bigint, decided bigint, amount numeric, priced bigint, days_us numeric, timed bigint)
	RETURNS numeric LANGUAGE sql IMMUTABLE AS
	$$SELECT CASE WHEN priced > 0 AND days_us > 0 THEN
		round((opportunities * won * amount * timed * 86400000000 * (1 + 0.0::numeric(200, 180))) / (decided * priced * days_us), scale(amount) + 16) END$$;

CREATE FUNCTION microseconds(span interval) RETURNS numeric LANGUAGE sql IMMUTABLE AS
	$$SELECT extract(day FROM span)::numeric * 86400000000 + extract(hour FROM span)::numeric * 3600000000
		+ extract(minute FROM span)::numeric * 60000000 + extract(microseconds FROM span)::numeric$$;

-- What the figures are made of, each row of "source" being (k, won, amount, created, closed)
CREATE FUNCTION levers(source text) RETURNS TABLE (k bigint, n bigint, won bigint, lost bigint, open bigint, priced bigint, amount numeric,
	timed bigint, days_us numeric, data_from timestamptz, data_through timestamptz) LANGUAGE plpgsql AS $$
BEGIN RETURN QUERY EXECUTE format($q$
	SELECT k::bigint, count(*), count(*) FILTER (WHERE won), count(*) FILTER (WHERE NOT won), count(*) FILTER (WHERE won IS NULL),
		count(amount) FILTER (WHERE won), sum(amount::text::numeric) FILTER (WHERE won),
		count(*) FILTER (WHERE won AND valid), coalesce(sum(microseconds(closed - created)) FILTER (WHERE won AND valid), 0),
		least(min(created) FILTER (WHERE seen_created), min(closed) FILTER (WHERE seen_closed)),
		greatest(max(created) FILTER (WHERE seen_created), max(closed) FILTER (WHERE seen_closed))
	FROM (SELECT k, won, amount, created::timestamptz, closed::timestamptz,
			isfinite(created) AND isfinite(closed) AND closed >= created AS valid,
			isfinite(created) AND (won IS NULL OR closed IS NULL OR closed >= created) AS seen_created,
			isfinite(closed) AND won IS NOT NULL AND (created IS NULL OR closed >= created) AS seen_closed
		FROM (%s) s) d
	GROUP BY k$q$, source);
END$$;

CREATE FUNCTION plan_of(query text) RETURNS SETOF text LANGUAGE plpgsql AS
	$$BEGIN RETURN QUERY EXECUTE 'EXPLAIN (COSTS OFF) ' || query; END$$;

SELECT plan(121);

SELECT is(count(*), 10::bigint, 'ten groups'), ok(count(*) FILTER (WHERE days_us > 0 AND priced > 0) >= 6, 'most have a velocity'),
	ok(bool_or(timed < won) AND bool_or(priced < won) AND bool_or(open > 0), 'there are dirty rows'),
	ok(bool_or(timed = 0 AND won > 0) AND bool_or(priced = 0 AND won > 0) AND bool_or(won = 0) AND bool_or(timed > 0 AND days_us = 0), 'and groups without one')
FROM levers('SELECT g AS k, won, amount, created, closed FROM deals');

-- One call, each type of amount and of time

SELECT set_eq(format('SELECT k, pipeline_velocity(won, amount, created, closed) FROM (%s) s GROUP BY k', source),
	format('SELECT k, by_hand(n, won, won + lost, amount, priced, days_us, timed) FROM levers(%L)', source), amount || ', ' || time)
FROM unnest(ARRAY['amount::smallint', 'amount::integer', 'amount::bigint', 'amount::numeric', 'cents', 'tall', 'amount::real', '(cents / 7)::real',
		'(cents * 1e20)::real', 'amount::double precision', 'cents::double precision', '(cents / 7)::double precision', 'tall::double precision']) amount,
	unnest(ARRAY['timestamptz', 'timestamp', 'date']) time,
	format('SELECT g::bigint AS k, won, %s AS amount, created::%s AS created, closed::%2$s AS closed FROM deals', amount, time) source;

SELECT is(pipeline_velocity(won, amount, created, closed), 10.0000000000000000, 'one deal: 70 in 7 days') FROM deals WHERE g = 1;
SELECT is(pipeline_velocity(won, amount, created, closed), NULL, name) FROM deals, (VALUES (0, 'no deal won: NULL'), (2, 'no amount: NULL'),
	(3, 'no valid cycle: NULL'), (4, 'a cycle of zero: NULL')) v (which, name) WHERE g = which GROUP BY which, name ORDER BY which;
SELECT is(pipeline_velocity(won, amount, created, closed), NULL, 'no rows: NULL') FROM deals WHERE false;

-- Two steps

CREATE TABLE summaries AS SELECT g, velocity_agg(won, cents, created, closed) AS summary FROM deals GROUP BY g;
\set source '\'SELECT g AS k, won, cents AS amount, created, closed FROM deals\''

SELECT results_eq($$
	SELECT g::bigint, opportunities(summary), opportunities(summary, 'all'), opportunities(summary, 'decided'), opportunities(summary, 'open'),
		succeeded(summary), win_rate(summary), amount_won(summary), avg_deal_size(summary), round(cycle_days(summary)::numeric, 9),
		won_without_amount(summary), invalid_rows(summary), data_from(summary), data_through(summary) FROM summaries ORDER BY g$$,
	format($$SELECT k, n, n, won + lost, open, won, won / nullif(won + lost, 0)::double precision, amount, amount / nullif(priced, 0),
		round(days_us / nullif(timed * 86400000000, 0), 9), won - priced, won - timed, data_from, data_through FROM levers(%L) ORDER BY k$$, :source),
	'the levers of a summary');
SELECT results_eq($$
	SELECT g::bigint, pipeline_velocity(summary), pipeline_velocity(summary, 'all'), pipeline_velocity(summary, 'decided'), pipeline_velocity(summary, 'open') FROM summaries ORDER BY g$$,
	format($$SELECT k, by_hand(n, won, won + lost, amount, priced, days_us, timed), by_hand(n, won, won + lost, amount, priced, days_us, timed),
		by_hand(won + lost, won, won + lost, amount, priced, days_us, timed), by_hand(open, won, won + lost, amount, priced, days_us, timed) FROM levers(%L) ORDER BY k$$, :source),
	'the velocity of a summary, on each basis');
SELECT is_empty($$SELECT g FROM summaries WHERE avg_deal_size(summary) IS NOT NULL AND cycle_days(summary) > 0
	AND abs(opportunities(summary) * win_rate(summary) * avg_deal_size(summary)::double precision / cycle_days(summary) / pipeline_velocity(summary)::double precision - 1) > 1e-12$$,
	'velocity is the product of its levers');

SELECT is(opportunities(s), 0::bigint, 'no rows: 0 opportunities'),
	is(succeeded(s), 0::bigint, 'no rows: 0 won'),
	is(invalid_rows(s) + won_without_amount(s), 0::bigint, 'no rows: none left out'),
	is(win_rate(s), NULL, 'no rows: no win rate'),
	is(avg_deal_size(s), NULL, 'no rows: no deal size'),
	is(amount_won(s), NULL, 'no rows: no amount'),
	is(cycle_days(s), NULL, 'no rows: no cycle'),
	is(pipeline_velocity(s), NULL, 'no rows: no velocity'),
	is(data_from(s), NULL, 'no rows: no first moment'),
	is(data_through(s), NULL, 'no rows: no last moment')
FROM (SELECT velocity_agg(won, amount, created, closed) AS s FROM deals WHERE false) empty;

-- Merged, in random ways: the same image

CREATE TABLE tall_summaries AS SELECT g, velocity_agg(won, tall, created, closed) AS summary FROM deals GROUP BY g;
SELECT set_eq(format('SELECT g, rollup(part)::text FROM (SELECT g, velocity_agg(won, %s, created, closed) AS part FROM deals GROUP BY g, hashint8(id + %s) %% %s) parts GROUP BY g', amount, seed, parts),
	format('SELECT g, summary::text FROM %s', stored), format('%s split into %s parts and rolled up, seed %s', amount, parts, seed))
FROM (VALUES (1, 2), (2, 7), (3, 100), (4, 3000)) v (seed, parts), (VALUES ('cents', 'summaries'), ('tall', 'tall_summaries')) w (amount, stored);
SELECT is(rollup(summary)::text, (SELECT velocity_agg(won, cents, created, closed)::text FROM deals), 'rollup of all groups') FROM summaries;
SELECT is(rollup(summary)::text, (SELECT summary::text FROM summaries WHERE g = 5), 'rollup passes over NULL')
FROM (SELECT summary FROM summaries WHERE g = 5 UNION ALL SELECT NULL) s;
SELECT is(pipeline_velocity(rollup(summary)), (SELECT pipeline_velocity(won, cents, created, closed) FROM deals), 'velocity of a rollup') FROM summaries;

-- In parallel

SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 2;
ALTER TABLE deals SET (parallel_workers = 2);
SELECT ok(bool_or(line LIKE '%Partial %Aggregate%') AND bool_or(line LIKE '%Gather%'), 'runs in a parallel plan')
FROM plan_of('SELECT g, velocity_agg(won, cents, created, closed), pipeline_velocity(won, cents, created, closed) FROM deals GROUP BY g') line;
SELECT set_eq('SELECT g, velocity_agg(won, cents, created, closed)::text FROM deals GROUP BY g', 'SELECT g, summary::text FROM summaries', 'in parallel: the same summaries');
SELECT set_eq('SELECT g, velocity_agg(won, tall, created, closed)::text FROM deals GROUP BY g', 'SELECT g, summary::text FROM tall_summaries', 'in parallel: the same summaries of huge amounts');
SELECT set_eq('SELECT g, pipeline_velocity(won, cents, created, closed) FROM deals GROUP BY g', 'SELECT g, pipeline_velocity(summary) FROM summaries', 'in parallel: the same velocities');
SET max_parallel_workers_per_gather = 0;

-- In moving windows. What was removed may have shown more decimals: compared as numbers

SELECT is_empty(format($$
	SELECT * FROM (SELECT id, array_agg(id) OVER w AS ids, pipeline_velocity(won, %2$s, created, closed) OVER w AS velocity
		FROM deals WHERE id <= 150 WINDOW w AS (ORDER BY id ROWS BETWEEN %1$s)) moving,
		LATERAL (SELECT pipeline_velocity(won, %2$s, created, closed) AS anew FROM deals WHERE id = ANY (ids)) a
	WHERE (velocity IS NULL) <> (anew IS NULL) OR round(velocity, scale(anew)) <> anew$$, frame, amount), format('moving window of %s: %s', amount, frame))
FROM unnest(ARRAY['2 PRECEDING AND 3 FOLLOWING', '30 PRECEDING AND 10 PRECEDING', 'CURRENT ROW AND 50 FOLLOWING',
	'UNBOUNDED PRECEDING AND CURRENT ROW', '20 PRECEDING AND 20 FOLLOWING EXCLUDE CURRENT ROW']) frame, unnest(ARRAY['cents', 'tall', 'amount']) amount;
SELECT is_empty($$
	SELECT id, velocity_agg(won, cents, created, closed) OVER (ORDER BY id ROWS 9 PRECEDING)::text FROM deals WHERE id <= 100
	EXCEPT SELECT a.id, (SELECT velocity_agg(won, cents, created, closed)::text FROM deals b WHERE b.id BETWEEN a.id - 9 AND a.id) FROM deals a WHERE id <= 100$$,
	'moving window: velocity_agg as computed anew');

-- In and out

INSERT INTO summaries SELECT 100 + g, summary FROM tall_summaries;
SELECT is_empty($$SELECT g FROM summaries WHERE velocity_summary_send(summary::text::velocity_summary) <> velocity_summary_send(summary)$$, 'text and back');
CREATE TABLE copied (LIKE summaries);
\! mkdir -p build
\copy summaries TO build/velocity_summaries.bin (FORMAT binary)
\copy copied FROM build/velocity_summaries.bin (FORMAT binary)
SELECT results_eq('SELECT g, velocity_summary_send(summary) FROM copied ORDER BY g',
	'SELECT g, velocity_summary_send(summary) FROM summaries ORDER BY g', 'binary and back');
SELECT is(summary::text, '{"version": 1, "won": 1, "lost": 0, "open": 0, "won_with_amount": 1, "won_with_cycle": 1, "amount_won": 70, "cycle_sum_microseconds": 604800000000, '
	'"data_from": "2020-01-01 00:00:00+00", "data_through": "2020-01-08 00:00:00+00"}', 'the text of a summary') FROM summaries WHERE g = 1;
SELECT throws_ok(format('SELECT %L::velocity_summary', replace(summary::text, old, new)), '22P02', NULL, new || ' is refused')
FROM summaries, (VALUES ('"won_with_amount": 1', '"won_with_amount": 2'), ('"won_with_cycle": 1', '"won_with_cycle": 2'), ('"won_with_cycle": 1', '"won_with_cycle": 0'),
	('604800000000', '-1'), ('"won": 1', '"won": -1'), ('"amount_won": 70', '"amount_won": NaN')) v (old, new) WHERE g = 1;

-- Drivers

-- The levers to 160 decimals, as fractions of a day's money
CREATE VIEW exact AS
	SELECT g, basis, (ARRAY[opportunities(summary, basis), succeeded(summary) * (1 + 0.0::numeric(300, 160)) / opportunities(summary, 'decided'),
		amount_won(summary) * (1 + 0.0::numeric(300, 160)) / (succeeded(summary) - won_without_amount(summary)),
		(succeeded(summary) - invalid_rows(summary)) * 86400000000 * (1 + 0.0::numeric(300, 160)) / (summary::text::json->>'cycle_microseconds')::numeric])::numeric[] AS lever
	FROM summaries, unnest(ARRAY['open', 'decided', 'all']) basis WHERE pipeline_velocity(summary) IS NOT NULL;

-- All 24 orders of four levers, one gain at a time
CREATE VIEW orders AS
	SELECT ARRAY[a, b, c, d] AS turns FROM generate_series(1, 4) a, generate_series(1, 4) b, generate_series(1, 4) c, generate_series(1, 4) d
	WHERE a NOT IN (b, c, d) AND b NOT IN (c, d) AND c <> d;
CREATE FUNCTION worth(before numeric[], after numeric[], changed integer[]) RETURNS numeric LANGUAGE sql IMMUTABLE AS
	$$SELECT (CASE WHEN 1 = ANY (changed) THEN after ELSE before END)[1] * (CASE WHEN 2 = ANY (changed) THEN after ELSE before END)[2]
		* (CASE WHEN 3 = ANY (changed) THEN after ELSE before END)[3] * (CASE WHEN 4 = ANY (changed) THEN after ELSE before END)[4]$$;
SELECT is(count(*), 24::bigint, '24 orders') FROM orders;

CREATE TABLE pairs AS
	SELECT b.g AS g, a.g AS h, b.basis, b.lever AS before, a.lever AS after FROM exact b JOIN exact a USING (basis)
	WHERE b.g <> a.g AND (draw(b.g * 1000 + a.g, 20, 20) = 0 OR 1 IN (a.g, b.g));
CREATE TABLE drivers AS
	SELECT p.g, p.h, basis, d.place, d.lever, d.before, d.after, d.contribution,
		pipeline_velocity(a.summary, basis) - pipeline_velocity(b.summary, basis) AS change,
		least(scale(pipeline_velocity(a.summary, basis)), scale(pipeline_velocity(b.summary, basis))) AS decimals
	FROM pairs p JOIN summaries b USING (g) JOIN summaries a ON a.g = h,
		velocity_drivers(b.summary, a.summary, basis) WITH ORDINALITY d (lever, before, after, contribution, place);

SELECT ok(count(*) >= 60, 'many pairs') FROM pairs;
SELECT is_empty('SELECT g, h, basis, sum(contribution), min(change) FROM drivers GROUP BY g, h, basis
	HAVING sum(contribution) <> min(change) OR count(*) <> 4 OR count(contribution) <> 4', 'contributions add up to the change, to the last digit');
SELECT is_empty($$
	SELECT * FROM (
		SELECT g, h, basis, turns[turn] AS place, avg(worth(before, after, turns[1:turn]) - worth(before, after, turns[1:turn - 1])) AS brute
		FROM pairs, orders, generate_series(1, 4) turn GROUP BY g, h, basis, turns[turn]) b
	JOIN drivers d USING (g, h, basis, place)
	WHERE abs(contribution - brute) > 4 * ('1e-' || decimals)::numeric$$, 'contributions are the average over all 24 orders');
SELECT is_empty($$
	SELECT * FROM drivers d JOIN summaries b USING (g) JOIN summaries a ON a.g = h WHERE lever <> (ARRAY['opportunities', 'win_rate', 'avg_deal_size', 'cycle_days'])[place]
		OR d.before::double precision <> (ARRAY[opportunities(b.summary, basis), win_rate(b.summary), avg_deal_size(b.summary), cycle_days(b.summary)])[place]::double precision
			AND abs(d.before::double precision / (ARRAY[opportunities(b.summary, basis), win_rate(b.summary), avg_deal_size(b.summary), cycle_days(b.summary)])[place]::double precision - 1) > 1e-14
		OR abs(d.after::double precision - (ARRAY[opportunities(a.summary, basis), win_rate(a.summary), avg_deal_size(a.summary), cycle_days(a.summary)])[place]::double precision)
			> 1e-14 * abs(d.after::double precision)$$, 'the levers before and after, in their order');

SELECT is_empty('SELECT * FROM drivers d JOIN summaries b USING (g) JOIN summaries a ON a.g = h, velocity_drivers(a.summary, b.summary, basis) back
	WHERE back.lever = d.lever AND back.contribution <> -d.contribution', 'the way back is the way there, negated');
SELECT is(array_agg(contribution), ARRAY[0, 0, 0, 0]::numeric[], 'no change: nothing contributed')
FROM summaries, velocity_drivers(summary, summary) WHERE g = 5;
SELECT results_eq($$
	SELECT lever, contribution = 0, contribution = pipeline_velocity(twice) - pipeline_velocity(once)
	FROM (SELECT velocity_agg(won, 100, date '2020-01-01', date '2020-01-08') AS once FROM (VALUES (true), (true), (false), (NULL)) d (won)) o,
		LATERAL (SELECT rollup(s) AS twice FROM unnest(ARRAY[once, once]) s) t, velocity_drivers(once, twice)$$,
	$$VALUES ('opportunities', false, true), ('win_rate', true, false), ('avg_deal_size', true, false), ('cycle_days', true, false)$$,
	'twice the deals, all else the same: only their number contributes');
SELECT results_eq('SELECT * FROM velocity_drivers((SELECT summary FROM summaries WHERE g = 0), (SELECT summary FROM summaries WHERE g = 1))',
	$$SELECT * FROM (VALUES ('opportunities', (SELECT count(*) FROM deals WHERE g = 0)::numeric, 1.0, NULL::numeric), ('win_rate', NULL, 1, NULL),
		('avg_deal_size', NULL, 70, NULL), ('cycle_days', NULL, 7, NULL)) v$$, 'no velocity before: what is known, and no contributions');
SELECT is_empty('SELECT * FROM velocity_drivers(NULL, (SELECT summary FROM summaries WHERE g = 1))', 'NULL before: no rows');

-- Errors

SELECT throws_ok(format('SELECT pipeline_velocity(true, %s, date ''2020-01-01'', date ''2020-01-02'')', amount), '22003',
	format('amount must be a finite number, not %s', shown), 'amount ' || amount)
FROM (VALUES ('''NaN''::numeric', 'NaN'), ('''NaN''::real', 'NaN'), ('''Infinity''::real', 'Infinity'), ('''NaN''::double precision', 'NaN'),
	('''-Infinity''::double precision', '-Infinity')) v (amount, shown);
SELECT lives_ok('SELECT velocity_agg(won, ''NaN''::numeric, date ''2020-01-01'', date ''2020-01-02'') FROM (VALUES (false), (NULL)) d (won)',
	'the amount of a deal not won is not read');
SELECT throws_ok(format('SELECT %s', call), '22023', 'basis must say which deals are the opportunities, not "closed"', call)
FROM unnest(ARRAY['pipeline_velocity((SELECT summary FROM summaries WHERE g = 5), ''closed'')', 'opportunities((SELECT summary FROM summaries WHERE g = 5), ''closed'')',
	'velocity_drivers((SELECT summary FROM summaries WHERE g = 5), (SELECT summary FROM summaries WHERE g = 6), ''closed'')']) call;

SELECT * FROM finish();
