-- cohort.sql: every figure of orders and visits against plain SQL over the rows themselves.
--
-- The oracle is the views over "sale" and "ask" below: date_trunc, AT TIME ZONE, generate_series and
-- joins, written from the definitions in doc/cohort.md and from nothing else. Each scenario fills
-- these tables and "answer", a summary of the same rows, and asks differences().
SELECT no_plan();
SET jit = off;

CREATE TEMP TABLE sale (id bigint GENERATED ALWAYS AS IDENTITY, entity bigint, at timestamptz, amount numeric);
CREATE TEMP TABLE ask (period text, zone text, as_of date);
CREATE TEMP TABLE answer (summary cohort_summary);

--
-- The oracle
--

CREATE FUNCTION pg_temp.step(period text) RETURNS interval
	LANGUAGE sql IMMUTABLE AS $$ SELECT CASE period WHEN 'quarter' THEN interval '3 months' ELSE ('1 ' || period)::interval END $$;

-- A moment's period, by its first day
CREATE FUNCTION pg_temp.period_of(period text, at timestamptz, zone text) RETURNS date
	LANGUAGE sql IMMUTABLE AS $$ SELECT CASE period
		WHEN 'week' THEN (at AT TIME ZONE zone)::date - (extract(isodow FROM at AT TIME ZONE zone)::integer - 1)
		ELSE date_trunc(period, at AT TIME ZONE zone)::date END $$;

CREATE TEMP VIEW judged AS
SELECT s.*,
	CASE
		WHEN s.entity IS NULL THEN 'no entity'
		WHEN s.at IS NULL THEN 'no time'
		WHEN s.at IN ('infinity', '-infinity') THEN 'time out of range'
		ELSE 'used'
	END AS reason
FROM sale s;

CREATE TEMP VIEW placed AS
SELECT j.entity, j.at, j.amount, pg_temp.period_of(a.period, j.at, a.zone) AS period, (j.at AT TIME ZONE a.zone)::date AS day
FROM judged j, ask a WHERE j.reason = 'used';

CREATE TEMP VIEW entity AS
SELECT entity, min(period) AS cohort, count(*) AS orders FROM placed GROUP BY entity;

CREATE TEMP VIEW retention AS
WITH seen AS MATERIALIZED (SELECT p.*, e.cohort FROM placed p JOIN entity e USING (entity)),
cell AS MATERIALIZED (SELECT cohort, period, count(DISTINCT entity) AS retained, sum(amount) AS amount FROM seen GROUP BY 1, 2),
priced AS (SELECT count(amount) > 0 AS is_priced, max(day) AS last_day FROM seen)
SELECT c.cohort, g.periods_since, c.cohort_size, coalesce(x.retained, 0) AS retained, coalesce(x.retained, 0)::float8 / c.cohort_size AS rate,
	CASE WHEN is_priced THEN coalesce(x.amount, 0) END AS amount,
	CASE WHEN is_priced THEN coalesce(x.amount, 0) / c.cohort_size END AS amount_per_customer,
	g.start + pg_temp.step(a.period) <= coalesce(a.as_of, last_day) AS is_complete
FROM ask a CROSS JOIN priced
CROSS JOIN (SELECT cohort, count(*) AS cohort_size FROM entity GROUP BY 1) c
CROSS JOIN LATERAL (
	SELECT start::date AS start, (row_number() OVER (ORDER BY start) - 1)::integer AS periods_since
	FROM generate_series(c.cohort::timestamp, coalesce(a.as_of, last_day)::timestamp, pg_temp.step(a.period)) start
) g
LEFT JOIN cell x ON x.cohort = c.cohort AND x.period = g.start;

CREATE TEMP VIEW activity AS
WITH row AS MATERIALIZED (SELECT * FROM placed),
spot AS MATERIALIZED (SELECT DISTINCT entity, period, min(period) OVER (PARTITION BY entity) AS cohort FROM row),
seen AS MATERIALIZED (
	SELECT s.period, count(*) AS active, count(*) FILTER (WHERE s.cohort = s.period) AS new, count(b.entity) AS "returning",
		count(*) FILTER (WHERE s.cohort < s.period AND b.entity IS NULL) AS reactivated
	FROM ask a, spot s LEFT JOIN spot b ON b.entity = s.entity AND b.period = (s.period - (SELECT pg_temp.step(period) FROM ask))::date
	GROUP BY s.period),
money AS MATERIALIZED (SELECT period, sum(amount) AS amount FROM row GROUP BY 1)
SELECT g.start::date AS period, coalesce(n.active, 0) AS active, coalesce(n.new, 0) AS new, coalesce(n."returning", 0) AS "returning",
	coalesce(n.reactivated, 0) AS reactivated, CASE WHEN (SELECT count(amount) > 0 FROM row) THEN coalesce(m.amount, 0) END AS amount
FROM ask a
CROSS JOIN (SELECT min(period)::timestamp AS low, max(period)::timestamp AS high FROM row) b
CROSS JOIN LATERAL generate_series(b.low, b.high, pg_temp.step(a.period)) g (start)
LEFT JOIN seen n ON n.period = g.start::date
LEFT JOIN money m ON m.period = g.start::date;

-- Who was active in the period before and not in this one, from the rows
CREATE TEMP VIEW decline AS
WITH spot AS MATERIALIZED (SELECT DISTINCT entity, period FROM placed)
SELECT a.period, a.new, a."returning", a.reactivated,
	(SELECT count(*) FROM spot b WHERE b.period = (a.period - pg_temp.step(ask.period))::date AND NOT EXISTS (SELECT FROM spot s WHERE s.entity = b.entity AND s.period = a.period)) AS dormant,
	a.period < (SELECT max(period) FROM placed) AS is_complete
FROM activity a, ask;

CREATE TEMP VIEW figure AS
SELECT e.customers, p.orders, p.without_amount, p.revenue, e.repeaters::float8 / nullif(e.customers, 0) AS repeat_rate,
	p.avg_order_value, p.orders::float8 / nullif(e.customers, 0) AS purchase_frequency, p.revenue / nullif(e.customers, 0) AS historic_clv,
	p.data_from, p.data_through
FROM (SELECT count(*) AS customers, count(*) FILTER (WHERE orders > 1) AS repeaters FROM entity) e,
	(SELECT count(*) AS orders, count(*) FILTER (WHERE amount IS NULL) AS without_amount, sum(amount) AS revenue, avg(amount) AS avg_order_value,
		min(at) AS data_from, max(at) AS data_through FROM placed) p;

CREATE TEMP VIEW quality AS
SELECT r.reason, (SELECT count(*) FROM judged j WHERE j.reason = r.reason) AS rows
FROM unnest(ARRAY['used', 'no entity', 'no time', 'time out of range']) r (reason);

-- Where the answer and the oracle differ: no rows if nowhere. All figures are exact, so all must be equal.
CREATE FUNCTION pg_temp.differences() RETURNS SETOF text LANGUAGE sql AS $$
	WITH r AS MATERIALIZED (SELECT r.* FROM ask, answer, cohort_retention(summary, as_of) r), o AS MATERIALIZED (SELECT * FROM retention)
	SELECT format('retention: oracle %s, answer %s', o, r) FROM r FULL JOIN o USING (cohort, periods_since)
	WHERE (r.cohort_size = o.cohort_size AND r.retained = o.retained AND r.rate = o.rate AND r.amount IS NOT DISTINCT FROM o.amount
		AND r.amount_per_customer IS NOT DISTINCT FROM o.amount_per_customer AND r.is_complete = o.is_complete) IS NOT TRUE
	UNION ALL
	SELECT format('active: oracle %s, answer %s', o, a) FROM (SELECT a.* FROM answer, active_entities(summary) a) a FULL JOIN activity o USING (period)
	WHERE (a.active = o.active AND a.new = o.new AND a."returning" = o."returning" AND a.reactivated = o.reactivated AND a.amount IS NOT DISTINCT FROM o.amount) IS NOT TRUE
	UNION ALL
	SELECT format('lifecycle: oracle %s, answer %s', o, l) FROM (SELECT l.* FROM answer, lifecycle(summary) l) l FULL JOIN decline o USING (period)
	WHERE (l.new = o.new AND l."returning" = o."returning" AND l.reactivated = o.reactivated AND l.dormant = o.dormant AND l.is_complete = o.is_complete) IS NOT TRUE
	UNION ALL
	SELECT format('quality: oracle %s, answer %s', o, q) FROM (SELECT q.* FROM answer, cohort_quality(summary) q) q FULL JOIN quality o USING (reason) WHERE (q.rows = o.rows) IS NOT TRUE
	UNION ALL
	SELECT format('figures: oracle %s, answer %s', o, f) FROM figure o, (SELECT customers(summary), orders(summary), without_amount(summary), revenue(summary), repeat_rate(summary),
		avg_order_value(summary), purchase_frequency(summary), historic_clv(summary), data_from(summary), data_through(summary) FROM answer) f WHERE o::text IS DISTINCT FROM f::text
$$;

-- Two summaries in one image: the canonical bytes
CREATE FUNCTION pg_temp.image(cohort_summary) RETURNS text
	LANGUAGE sql IMMUTABLE AS $$ SELECT md5(cohort_summary_send($1)) $$;

--
-- Random sales
--

-- A number in [0, 1) from a seed and a row
CREATE FUNCTION pg_temp.draw(seed text, id bigint) RETURNS double precision
	LANGUAGE sql IMMUTABLE AS $$ SELECT ('x' || substr(md5(seed || ':' || id), 1, 7))::bit(28)::integer / 268435456.0::double precision $$;

-- Up to eight rows an entity, at one of "spread" times an hour and a half apart that begin at "origin": ties, gaps, periods left out; and dirt
CREATE FUNCTION pg_temp.make_sales(seed text, entities integer, dirt float8, origin timestamptz, spread integer, apart interval) RETURNS void LANGUAGE sql AS $$
	TRUNCATE sale;
	INSERT INTO sale (entity, at, amount)
	SELECT
		CASE WHEN pg_temp.draw(seed || 'no entity', n) >= dirt THEN e - entities / 2 END,
		CASE
			WHEN pg_temp.draw(seed || 'no time', n) < dirt THEN NULL
			WHEN pg_temp.draw(seed || 'infinite', n) < dirt THEN (ARRAY['infinity', '-infinity'])[1 + floor(2 * pg_temp.draw(seed || 'which', n))::integer]::timestamptz
			ELSE origin + floor(spread * pg_temp.draw(seed || 'at', n)) * apart
		END,
		CASE WHEN pg_temp.draw(seed || 'amount', n) < 0.7 THEN round((pg_temp.draw(seed || 'how much', n) * 2000 - 200)::numeric, floor(3 * pg_temp.draw(seed || 'scale', n))::integer) END
	FROM (SELECT e, row_number() OVER (ORDER BY e, r) AS n
		FROM generate_series(1, entities) e, generate_series(1, 8) r
		WHERE r <= 1 + floor(8 * pg_temp.draw(seed || 'rows', e))) x;
$$;

-- Each period in each zone: over clocks that change, years that end within a week, before 2000, and from the first to the last year there is
CREATE TEMP TABLE found (scenario text, difference text);
CREATE TEMP TABLE era (name text, origin timestamptz, spread integer, apart interval, periods text[]);
INSERT INTO era VALUES
	('spring and autumn 2025', '2025-03-01Z', 300, '20:00', '{day,week,month,quarter,year}'),
	('the ends of years', '2018-12-24Z', 7, '365 days 17:30', '{week,month,quarter,year}'),
	('new year 2021, by half hours', '2020-12-31Z', 200, '00:30', '{day,week,month,quarter,year}'),
	('the nineties', '1990-01-01Z', 60, '40 days 01:00:00.000001', '{week,month,quarter,year}'),
	('the first years', '1900-01-02Z', 90, '200 days 07:00', '{month,quarter,year}'),
	('up to the last', '2076-06-01Z', 40, '3 years 10 days', '{quarter,year}');
DO $$
DECLARE
	e record;
	n integer := 0;
BEGIN
	FOR e IN SELECT * FROM era, unnest(periods) p (period),
		unnest(ARRAY['Asia/Tehran', 'Europe/Berlin', 'America/New_York', 'UTC', 'Asia/Kuala_Lumpur', 'America/St_Johns']) z (zone) ORDER BY name, period, zone
	LOOP
		n := n + 1;
		PERFORM pg_temp.make_sales('s' || n, (ARRAY[1, 3, 40, 12])[1 + n % 4], (ARRAY[0, 0.05, 0.3])[1 + n % 3], e.origin, e.spread, e.apart);
		TRUNCATE ask, answer;
		INSERT INTO ask VALUES (e.period, e.zone, CASE WHEN n % 5 > 0 THEN ((e.origin + e.spread * e.apart) AT TIME ZONE e.zone)::date + n % 40 END);
		INSERT INTO answer SELECT cohort_agg(entity, at, amount, period, zone) FROM sale, ask;
		INSERT INTO found SELECT format('%s by %s in %s: %s rows', e.name, e.period, e.zone, (SELECT count(*) FROM sale)), d FROM pg_temp.differences() d;
	END LOOP;
	INSERT INTO found SELECT 'scenarios', n::text WHERE n <> 138;
END $$;
SELECT is_empty('SELECT * FROM found', 'random sales in six eras, by five periods, in six zones: every column as plain SQL has it');

--
-- Every change of the clock: one entity a moment, by local date, against AT TIME ZONE
--
CREATE TEMP TABLE clock (zone text, at timestamptz);
INSERT INTO clock SELECT zone, at FROM unnest(ARRAY['Asia/Tehran', 'Europe/Berlin', 'America/New_York', 'America/St_Johns', 'Asia/Kuala_Lumpur',
		'Africa/Casablanca', 'Pacific/Apia', 'America/Juneau', 'Australia/Lord_Howe', 'Europe/Dublin', 'Antarctica/Troll', 'UTC']) zone,
	generate_series('1900-01-01Z'::timestamptz, '2045-01-01Z', '29:47:53') at;
-- ... and around midnight, to the second, where it matters most
INSERT INTO clock SELECT zone, (d + s * interval '1 second') AT TIME ZONE zone
	FROM (VALUES ('America/St_Johns', date '1988-10-30'), ('Asia/Tehran', '2020-03-21'), ('Asia/Tehran', '2020-09-21'), ('Pacific/Apia', '2011-12-30'),
		('Africa/Casablanca', '2023-03-19'), ('Africa/Casablanca', '2023-04-23'), ('Europe/Berlin', '2025-10-26'), ('America/St_Johns', '1935-03-30')) v (zone, d),
	generate_series(-90000, 90000, 297) s;
SELECT is_empty($$
	SELECT o.zone, o.day, o.n, a.active FROM (SELECT zone, (at AT TIME ZONE zone)::date AS day, count(*) AS n FROM clock GROUP BY 1, 2) o
	FULL JOIN (SELECT zone, a.period AS day, a.active FROM (SELECT zone, cohort_agg(n, at, 'day', zone) AS s FROM (SELECT *, row_number() OVER (ORDER BY md5(zone || at)) AS n FROM clock ORDER BY n) c GROUP BY zone) x,
		active_entities(s) a WHERE active > 0) a USING (zone, day)
	WHERE (o.n = a.active) IS NOT TRUE $$, 'local dates of 520,000 moments since 1900 in twelve zones, shuffled');
SELECT is_empty($$
	SELECT zone, at, x.period, a FROM (
		SELECT zone, at, period, cohort_agg(1, at, period, zone) AS s
		FROM (SELECT * FROM clock ORDER BY md5(zone || at) LIMIT 4000) c, unnest(ARRAY['day', 'week', 'month', 'quarter', 'year']) period GROUP BY 1, 2, 3) x
	LEFT JOIN LATERAL active_entities(s) a ON true
	WHERE a.period IS DISTINCT FROM pg_temp.period_of(x.period, at, zone) $$, 'the five periods of 4,000 of them, one by one');

-- Where clocks go back over midnight, dates do: still the earlier date is the cohort
SELECT results_eq($$ SELECT cohort, periods_since, retained FROM cohort_retention((SELECT cohort_agg(1, t::timestamptz, 'day', 'America/St_Johns')
		FROM (VALUES ('1988-10-30 02:30:30Z'), ('1988-10-30 03:00:00Z'), ('1988-10-30 04:00:00Z')) v (t))) $$,
	$$ VALUES (date '1988-10-29', 0, 1::bigint), ('1988-10-29', 1, 1) $$, 'the first of two dates, where the clock goes back over midnight');

--
-- Larger sales for all that follows
--
TRUNCATE ask, answer;
INSERT INTO ask VALUES ('month', 'Asia/Tehran', '2026-01-15');
SELECT pg_temp.make_sales('large', 4000, 0.02, '2023-12-20Z', 7000, '02:33:07.000123');
INSERT INTO answer SELECT cohort_agg(entity, at, amount, period, zone) FROM sale, ask;
SELECT is_empty('SELECT * FROM pg_temp.differences()', 'sales of 18,000 rows: every column as plain SQL has it');
SELECT ok(every(new > 5 AND "returning" > 5 AND reactivated > 5), '... with something in every column') FROM (SELECT a.* FROM answer, active_entities(summary) a ORDER BY period OFFSET 2 LIMIT 15) a;
SELECT ok(every(rows > 10), '... and rows of every reason') FROM answer, cohort_quality(summary);

-- The same rows in every other way: the same bytes
CREATE FUNCTION pg_temp.same(other cohort_summary, description text) RETURNS text
	LANGUAGE sql AS $$ SELECT is(pg_temp.image(other), pg_temp.image(summary), description) FROM answer $$;

SELECT pg_temp.same(cohort_agg(entity::text, at, amount, period, zone), 'text entities') FROM sale, ask;
SELECT pg_temp.same(cohort_agg(md5(entity::text)::uuid, at, amount, period, zone), 'uuid entities') FROM sale, ask;
SELECT pg_temp.same(cohort_agg(entity, at, amount, period, zone), 'rows shuffled') FROM (SELECT * FROM sale ORDER BY md5(id::text)) s, ask;
SELECT pg_temp.same(cohort_agg(entity, at, amount, period, zone ORDER BY at DESC), 'rows in falling order') FROM sale, ask;
SELECT pg_temp.same(cohort_agg(entity, at, amount, 'month', 'Asia/Tehran'), 'constant period and zone') FROM sale;
SELECT pg_temp.same(cohort_agg(entity, at, amount, CASE WHEN id % 2 = 0 THEN 'month' ELSE 'Month' END, CASE WHEN id % 3 = 0 THEN 'asia/tehran' ELSE 'Asia/Tehran' END), 'letter case of period and zone') FROM sale;
SELECT pg_temp.same(rollup(part), 'rolled up from 7 parts') FROM (SELECT cohort_agg(entity, at, amount, period, zone) AS part FROM sale, ask GROUP BY entity % 7) p;
SELECT pg_temp.same(rollup(part), 'rolled up from parts by a random split of the entities')
	FROM (SELECT cohort_agg(entity, at, amount, period, zone) AS part FROM sale, ask GROUP BY floor(40 * pg_temp.draw('split', entity) ^ 3)) p;
SELECT pg_temp.same(rollup(part), 'rolled up from a part an entity, NULLs among them')
	FROM (SELECT cohort_agg(entity, at, amount, period, zone) AS part FROM sale, ask GROUP BY entity UNION ALL SELECT NULL) p;
SELECT pg_temp.same(rollup(part), 'rolled up in two levels')
	FROM (SELECT rollup(part) AS part FROM (
		SELECT entity % 60 AS g, cohort_agg(entity, at, amount, period, zone) AS part FROM sale, ask GROUP BY entity % 60) p GROUP BY g % 5) q;
SELECT pg_temp.same(rollup(part), 'rolled up with an empty summary before and after')
	FROM (SELECT cohort_agg(entity, at, amount, period, zone) AS part FROM sale, ask WHERE false
		UNION ALL SELECT cohort_agg(entity, at, amount, period, zone) FROM sale, ask
		UNION ALL SELECT cohort_agg(entity, at, amount, period, zone) FROM sale, ask WHERE false) p;
SELECT pg_temp.same(summary::text::cohort_summary, 'through the text form') FROM answer;
SET DateStyle = 'German, DMY'; SET TimeZone = 'Pacific/Kiritimati';
SELECT pg_temp.same(cohort_agg(entity, at, amount, period, zone), 'in another time zone and DateStyle') FROM sale, ask;
SELECT pg_temp.same(summary::text::cohort_summary, '... through the text form') FROM answer;
SELECT is_empty('SELECT * FROM pg_temp.differences()', '... with the same figures');
RESET DateStyle; RESET TimeZone;

-- Local times: timestamp and date
CREATE FUNCTION pg_temp.but_moments(cohort_summary) RETURNS text
	LANGUAGE sql IMMUTABLE AS $$ SELECT regexp_replace($1::text, '"data_from": .*?, "last_day"', '"last_day"') $$;
SELECT is(pg_temp.but_moments(cohort_agg(entity, at AT TIME ZONE zone, amount, period, zone)), (SELECT pg_temp.but_moments(summary) FROM answer), 'timestamp, local in that zone: all but the moments') FROM sale, ask;
SELECT is(pg_temp.but_moments(cohort_agg(entity, (at AT TIME ZONE zone)::date, amount, period, zone)), (SELECT pg_temp.but_moments(summary) FROM answer), 'date, local in that zone') FROM sale, ask;
SELECT is(replace(pg_temp.but_moments(cohort_agg(entity, at AT TIME ZONE zone, amount, period)), '"zone": ""', '"zone": "Asia/Tehran"'), (SELECT pg_temp.but_moments(summary) FROM answer), 'timestamp without a zone') FROM sale, ask;
SELECT is(orders(rollup(s)), 2 * (SELECT orders(summary) FROM answer), 'moments and local times of one zone merge')
	FROM (SELECT cohort_agg(entity, at AT TIME ZONE zone, amount, period, zone) FROM sale, ask UNION ALL SELECT summary FROM answer) v (s);
SELECT is_empty($$ SELECT FROM (SELECT cohort_agg(entity, at AT TIME ZONE zone, amount, period) AS t, cohort_agg(entity, (at AT TIME ZONE zone)::date, amount, period) AS d FROM sale, ask) x
	WHERE regexp_replace(t::text, '"data_from": .*?, "last_day"', '') <> regexp_replace(d::text, '"data_from": .*?, "last_day"', '') $$, 'date, likewise');
SELECT is_empty($$ SELECT FROM (SELECT cohort_agg(md5(entity::text)::uuid, at AT TIME ZONE zone, amount, period) AS t, cohort_agg(entity::text, (at AT TIME ZONE zone)::date, amount, period) AS d,
		cohort_agg(entity, (at AT TIME ZONE zone)::date, amount, period) AS b FROM sale, ask) x
	WHERE d::text <> b::text OR regexp_replace(t::text, '"data_from": .*?, "last_day"', '') <> regexp_replace(d::text, '"data_from": .*?, "last_day"', '') $$, '... of text and uuid entities');
SELECT is(count(DISTINCT s::text), 1::bigint, '... without an amount, of every kind of entity') FROM (
	SELECT cohort_agg(entity, (at AT TIME ZONE zone)::date, period) FROM sale, ask
	UNION ALL SELECT cohort_agg(entity::text, (at AT TIME ZONE zone)::date, period) FROM sale, ask
	UNION ALL SELECT cohort_agg(md5(entity::text)::uuid, (at AT TIME ZONE zone)::date, period) FROM sale, ask
	UNION ALL SELECT cohort_agg(entity, date_trunc('day', at AT TIME ZONE zone), period) FROM sale, ask
	UNION ALL SELECT cohort_agg(entity::text, date_trunc('day', at AT TIME ZONE zone), period) FROM sale, ask
	UNION ALL SELECT cohort_agg(md5(entity::text)::uuid, date_trunc('day', at AT TIME ZONE zone), period) FROM sale, ask) x (s);
SELECT results_eq('SELECT r.* FROM ask, sale s0, LATERAL (SELECT cohort_agg(entity, (at AT TIME ZONE zone)::date, amount, period) AS s FROM sale, ask) x, cohort_retention(s, as_of) r WHERE s0.id = (SELECT min(id) FROM sale)',
	'SELECT r.* FROM ask, answer, cohort_retention(summary, as_of) r', '... and the figures of dates are the same');

-- Without amounts
CREATE TEMP TABLE exact AS SELECT * FROM sale;
TRUNCATE answer;
INSERT INTO answer SELECT cohort_agg(entity, at, period, zone) FROM sale, ask;
SELECT pg_temp.same(cohort_agg(entity, at, NULL::numeric, period, zone), 'without an amount and with nothing but NULLs') FROM sale, ask;
SELECT pg_temp.same(cohort_agg(entity::text, at, period, zone), '... text entities') FROM sale, ask;
SELECT pg_temp.same(cohort_agg(md5(entity::text)::uuid, at, period, zone), '... uuid entities') FROM sale, ask;
UPDATE sale SET amount = NULL;
SELECT is_empty('SELECT * FROM pg_temp.differences()', '... as plain SQL has it');
TRUNCATE sale, answer;
INSERT INTO sale (entity, at, amount) SELECT entity, at, amount FROM exact ORDER BY id;

-- Amounts of every type, for every kind of entity and of time, and such as an event has no room for
UPDATE sale SET amount = round(amount / 10);
INSERT INTO answer SELECT cohort_agg(entity, at, amount::bigint, period, zone) FROM sale, ask;
SELECT pg_temp.same(cohort_agg(entity, at, amount, period, zone), 'amounts: numeric') FROM sale, ask;
DO $$
DECLARE
	call text;
	entity text;
	amount text;
	plain text;
	other text;
	n integer := 0;
BEGIN
	FOREACH call IN ARRAY ARRAY['(%s, at, %s, period, zone)', '(%s, at AT TIME ZONE zone, %s, period)', '(%s, (at AT TIME ZONE zone)::date, %s, period)',
		'(%s, at AT TIME ZONE zone, %s, period, zone)', '(%s, (at AT TIME ZONE zone)::date, %s, period, zone)'] LOOP
		EXECUTE format('SELECT cohort_agg' || call || ' FROM sale, ask', 'entity', 'amount') INTO plain;
		FOREACH entity IN ARRAY ARRAY['entity', 'entity::text', 'md5(entity::text)::uuid'] LOOP
			FOREACH amount IN ARRAY ARRAY['smallint', 'integer', 'bigint', 'numeric', 'real', 'double precision'] LOOP
				EXECUTE format('SELECT cohort_agg' || call || ' FROM sale, ask', entity, 'amount::' || amount) INTO other;
				INSERT INTO found SELECT format('%s, %s, %s', call, entity, amount), other WHERE other <> plain;
				n := n + 1;
			END LOOP;
		END LOOP;
	END LOOP;
	INSERT INTO found SELECT 'overloads', n::text WHERE n <> 90;
END $$;
SELECT is_empty('SELECT * FROM found', '... all 90 overloads with an amount give the same');
UPDATE sale SET amount = amount * CASE id % 3 WHEN 0 THEN 1e30 WHEN 1 THEN 1e18 ELSE 1 END + CASE id % 5 WHEN 0 THEN 1e-50 WHEN 1 THEN 1e-9 ELSE 0 END;
TRUNCATE answer;
INSERT INTO answer SELECT cohort_agg(entity, at, amount, period, zone) FROM sale, ask;
SELECT is_empty('SELECT * FROM pg_temp.differences()', 'amounts of 33 digits before the point and 50 behind it');
SELECT pg_temp.same(rollup(part), '... rolled up')
	FROM (SELECT cohort_agg(entity, at, amount, period, zone) AS part FROM (SELECT * FROM sale ORDER BY id DESC) h, ask GROUP BY entity % 7) p;
SELECT pg_temp.same(summary::text::cohort_summary, '... through the text form') FROM answer;
TRUNCATE sale, answer;
INSERT INTO sale (entity, at, amount) SELECT entity, at, amount FROM exact ORDER BY id;
INSERT INTO answer SELECT cohort_agg(entity, at, amount, period, zone) FROM sale, ask;

-- Beyond memory, and through other plans
SET work_mem = '64kB';
SELECT pg_temp.same(cohort_agg(entity, at, amount, period, zone), 'with work_mem of 64 kB') FROM sale, ask;
SELECT pg_temp.same(cohort_agg(entity::text, at, amount, period, zone), '... text entities') FROM sale, ask;
SELECT pg_temp.same(rollup(part), 'groups with work_mem of 64 kB')
	FROM (SELECT cohort_agg(entity, at, amount, period, zone) AS part FROM sale, ask GROUP BY entity % 100) p;
RESET work_mem;
SET enable_hashagg = off;
SELECT pg_temp.same(rollup(part), 'sorted groups')
	FROM (SELECT cohort_agg(entity, at, amount, period, zone) AS part FROM sale, ask GROUP BY entity % 100) p;
RESET enable_hashagg;
SELECT pg_temp.same(s, 'in a window, over all rows')
	FROM (SELECT cohort_agg(entity, at, amount, period, zone) OVER () AS s FROM sale, ask) w LIMIT 1;
SELECT is(count(*) FILTER (WHERE pg_temp.image(a) IS DISTINCT FROM pg_temp.image(b)), 0::bigint, 'in a growing window, each row''s figures are those of the rows up to it')
	FROM (
		SELECT cohort_agg(entity, at, amount, period, zone) OVER (ORDER BY id) AS a,
			(SELECT cohort_agg(i.entity, i.at, i.amount, ask.period, ask.zone) FROM sale i WHERE i.id <= s.id) AS b
		FROM sale s, ask WHERE id <= (SELECT min(id) + 60 FROM sale)) w;
SELECT pg_temp.same(rollup(s), 'in a LATERAL that is run again for each row')
	FROM (SELECT generate_series(0, 19) AS g) g,
		LATERAL (SELECT cohort_agg(entity, at, amount, period, zone) AS s FROM sale, ask WHERE mod(coalesce(entity, 0) + 2000, 20) = g) x;
CREATE TEMP TABLE caught (message text);
DO $$
DECLARE
	i integer;
BEGIN
	FOR i IN 1..5 LOOP
		BEGIN
			SET LOCAL work_mem = '64kB';
			PERFORM cohort_agg(entity, at, amount / (id - (SELECT max(id) FROM sale)), period, zone) FROM (SELECT * FROM sale ORDER BY id) h, ask;
		EXCEPTION WHEN division_by_zero THEN
			INSERT INTO caught VALUES (SQLERRM);
		END;
	END LOOP;
END $$;
SELECT is(count(*), 5::bigint, 'an error in the middle of a spilled aggregate can be caught') FROM caught;

-- Parallel plans
CREATE TABLE shared_sale AS SELECT * FROM sale;
SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0; SET max_parallel_workers_per_gather = 2;
SELECT pg_temp.same(cohort_agg(entity, at, amount, 'month', 'Asia/Tehran'), 'over a parallel scan') FROM shared_sale;
CREATE TABLE parts AS SELECT entity % 50 AS g, cohort_agg(entity, at, amount, 'month', 'Asia/Tehran') AS part FROM shared_sale GROUP BY 1;
ALTER TABLE parts SET (parallel_workers = 2);
SELECT pg_temp.same(rollup(part), 'rollup in a parallel plan') FROM parts;
RESET parallel_setup_cost; RESET parallel_tuple_cost; RESET min_parallel_table_scan_size; RESET max_parallel_workers_per_gather;

-- Stored, read back and refreshed
CREATE MATERIALIZED VIEW nightly AS SELECT g, part FROM parts;
CREATE UNIQUE INDEX ON nightly (g);
REFRESH MATERIALIZED VIEW CONCURRENTLY nightly;
SELECT pg_temp.same(rollup(part), 'from a materialized view refreshed concurrently') FROM nightly;

-- Summaries are small
SELECT cmp_ok(max(pg_column_size(s)), '<', 200, 'the summary of one entity is below 200 bytes')
	FROM (SELECT cohort_agg(entity, at, amount, period, zone) AS s FROM sale, ask WHERE entity IS NOT NULL GROUP BY entity) x;

-- A stored summary answers for any later day as one asked that day
SELECT is_empty($$
	SELECT d, r FROM generate_series(timestamp '2026-01-03', '2026-06-01', '7 days') d, answer, LATERAL cohort_retention(summary::text::cohort_summary, d::date) r
	WHERE r.is_complete <> (r.cohort + (r.periods_since + 1) * interval '1 month' <= d) OR (r.retained > 0 AND r.cohort + r.periods_since * interval '1 month' > '2026-01-03') $$,
	'complete is what ended before any later day');

--
-- Edges, by hand
--

-- Days on which one entity bought, in text: '2020-01-01, ...'
CREATE FUNCTION pg_temp.days(days text, period text DEFAULT 'month') RETURNS cohort_summary
	LANGUAGE sql AS $$ SELECT cohort_agg(1, trim(d)::date, 10, period) FROM unnest(string_to_array(days, ',')) d $$;

SELECT results_eq($$ SELECT periods_since, retained, rate, amount, is_complete FROM cohort_retention(pg_temp.days('2020-01-31, 2020-03-01'), '2020-04-01') $$,
	$$ VALUES (0, 1::bigint, 1::float8, 10::numeric, true), (1, 0, 0, 0, true), (2, 1, 1, 10, true), (3, 0, 0, 0, false) $$, 'dense up to the period of as_of, which is not over');
SELECT results_eq($$ SELECT periods_since, is_complete FROM cohort_retention(pg_temp.days('2020-01-31'), '2020-01-31') $$, $$ VALUES (0, false) $$, 'on the last day of a period it is not over');
SELECT results_eq($$ SELECT periods_since, is_complete FROM cohort_retention(pg_temp.days('2020-01-31, 2020-02-29')) $$, $$ VALUES (0, true), (1, false) $$, 'without as_of: the day of the last row');
SELECT results_eq($$ SELECT period, active, new, "returning", reactivated FROM active_entities(pg_temp.days('2020-12-31, 2021-01-04, 2021-01-18', 'week')) $$,
	$$ VALUES (date '2020-12-28', 1::bigint, 1::bigint, 0::bigint, 0::bigint), ('2021-01-04', 1, 0, 1, 0), ('2021-01-11', 0, 0, 0, 0), ('2021-01-18', 1, 0, 0, 1) $$, 'weeks from Monday, over the end of 2020');
SELECT is(cohort, date '2019-12-30', 'the 1st of January 2020 lies in the week of the 30th of December') FROM cohort_retention(pg_temp.days('2020-01-01', 'week'));
SELECT is(repeat_rate(pg_temp.days('2020-01-01, 2020-01-01')), 1::float8, 'two orders on one day are two');
SELECT is(repeat_rate(pg_temp.days('2020-01-01')), 0::float8, 'one order is none');
SELECT results_eq($$ SELECT cohort, retained FROM cohort_retention((SELECT cohort_agg(1, '2025-03-31 21:59:59.999999Z'::timestamptz, 'month', 'Europe/Berlin'))) $$, $$ VALUES (date '2025-03-01', 1::bigint) $$, 'a microsecond before midnight of summer time');
SELECT results_eq($$ SELECT cohort, retained FROM cohort_retention((SELECT cohort_agg(1, '2025-03-31 22:00Z'::timestamptz, 'month', 'Europe/Berlin'))) $$, $$ VALUES (date '2025-04-01', 1::bigint) $$, '... and midnight itself');
SELECT is_empty($$ SELECT cohort_retention(pg_temp.days('2020-02-02'), '2020-01-01') $$, 'what lies behind the period of as_of is left out');
SELECT is((SELECT max(periods_since) FROM cohort_retention((SELECT cohort_agg(1, '2025-03-31 22:00Z'::timestamptz, 'month', 'Europe/Berlin')), '2025-03-31')), NULL, '... by local dates');

-- Nothing
CREATE TEMP TABLE nothing AS SELECT cohort_agg(entity, at, amount, period, zone) AS summary FROM sale, ask WHERE false;
SELECT is_empty($$ SELECT FROM cohort_retention(NULL) UNION ALL SELECT FROM active_entities(NULL) UNION ALL SELECT FROM cohort_quality(NULL) $$, 'a NULL summary: no rows');
SELECT ok(customers(summary) = 0 AND orders(summary) = 0 AND without_amount(summary) = 0 AND revenue(summary) IS NULL AND repeat_rate(summary) IS NULL AND avg_order_value(summary) IS NULL
	AND purchase_frequency(summary) IS NULL AND historic_clv(summary) IS NULL AND data_from(summary) IS NULL AND data_through(summary) IS NULL, 'a summary of no rows: counts 0, figures NULL') FROM nothing;
SELECT is_empty($$ SELECT FROM nothing, cohort_retention(summary, '2020-01-01') UNION ALL SELECT FROM nothing, active_entities(summary) $$, '... and no periods');
SELECT is(summary::text::cohort_summary::text, summary::text, '... through its text form') FROM nothing;
SELECT is(pg_temp.image(rollup(s)), (SELECT pg_temp.image(summary) FROM nothing), 'a rollup of nothing is empty') FROM (SELECT summary AS s FROM nothing WHERE false) x;
SELECT results_eq($$ SELECT customers(s), (SELECT sum(rows) FROM cohort_quality(s)), (SELECT count(*) FROM cohort_retention(s, '2020-01-01')), s::text::cohort_summary::text = s::text
	FROM (SELECT cohort_agg(e, t::timestamptz, 'day', 'UTC') AS s FROM (VALUES (NULL, '2020-01-01'), (1, NULL), (2, 'infinity')) v (e, t)) x $$, $$ VALUES (0::bigint, 3::numeric, 0::bigint, true) $$, 'rows, but none that can be used');
SELECT is(pg_temp.image(rollup(s)), pg_temp.image(pg_temp.days('2020-01-01', 'month')), 'rolled up with a summary of none that can be used, rows aside')
	FROM (SELECT pg_temp.days('2020-01-01') UNION ALL SELECT cohort_agg(1, date 'infinity', 10, 'month') FROM generate_series(1, 0)) v (s);
SELECT is(data_from(rollup(s)), '2020-01-01Z'::timestamptz, 'rolled up from one without a row that can be used and one with')
	FROM (SELECT cohort_agg(1, date 'infinity', 10, 'month') UNION ALL SELECT pg_temp.days('2020-01-01')) v (s);

-- The ends of time
SELECT results_eq($$ SELECT e, customers(s), cohort, s::text::cohort_summary::text = s::text
	FROM (SELECT e, cohort_agg(e, t, p, 'UTC') AS s FROM (VALUES (1, '1899-12-31 23:59:59.999999Z'::timestamptz), (2, '1900-01-01Z'), (3, '2199-12-31 23:59:59.999999Z'), (4, '2200-01-01Z')) v (e, t),
		(VALUES ('week'), ('year')) p (p) GROUP BY e, p) x
	LEFT JOIN LATERAL cohort_retention(s) ON true ORDER BY e, cohort $$,
	$$ VALUES (1, 0::bigint, NULL::date, true), (1, 0, NULL, true), (2, 1, '1900-01-01', true), (2, 1, '1900-01-01', true), (3, 1, '2199-01-01', true), (3, 1, '2199-12-30', true), (4, 0, NULL, true), (4, 0, NULL, true) $$,
	'moments of 1900 to 2199, in UTC, are in range, to the microsecond');
SELECT results_eq($$ SELECT period, s::text::cohort_summary::text = s::text FROM (SELECT cohort_agg(1, t, p, z) AS s FROM (VALUES ('2199-12-31 23:59:59Z'::timestamptz, 'day', 'Asia/Tehran'),
		('1900-01-01 00:00Z', 'day', 'America/New_York'), ('1900-01-01 00:00Z', 'year', 'America/New_York'), ('1900-01-01 00:00Z', 'week', 'America/New_York')) v (t, p, z) GROUP BY t, p, z) x, active_entities(s) ORDER BY period $$,
	$$ VALUES (date '1899-01-01', true), ('1899-12-25', true), ('1899-12-31', true), ('2200-01-01', true) $$, 'their local dates may lie a day beyond');
SELECT is(sum(rows) FILTER (WHERE reason = 'time out of range'), 3::numeric, 'dates that no timestamp holds are out of range') FROM cohort_quality((SELECT cohort_agg(1, d, 'day') FROM unnest(ARRAY['5874897-12-31', 'infinity', '-infinity', '2020-01-01']::date[]) d));

-- A text form that breaks a rule is refused (each figure off by one, and what does not agree)
CREATE TEMP TABLE sound AS SELECT cohort_agg(e, d::date, 1.5, 'month')::text AS t FROM (VALUES (1, '2020-01-05'), (1, '2020-02-01'), (2, '2020-01-01'), (3, '2020-02-29')) v (e, d);
SELECT lives_ok($$ SELECT t::cohort_summary FROM sound $$, 'a text form that keeps the rules');
SELECT throws_ok(format('SELECT %L::cohort_summary', replace(t, a, b)), '22P02', NULL, format('%s in the place of %s is refused', b, a))
FROM sound, (VALUES ('"used": 4', '"used": 2'), ('"used": 4', '"used": 3'), ('"month"', '"day"'), ('"month"', '"year"'), ('"month"', '"Month"'), ('"month"', '"fortnight"'), ('"month"', '""'),
	('"last_day": "2020-02-29"', '"last_day": "2020-03-01"'), ('"last_day": "2020-02-29"', '"last_day": "2020-02-30"'), ('"last_day": "2020-02-29"', '"last_day": "2020-2-29"'), ('"last_day": "2020-02-29"', '"last_day": "29.02.2020"'),
	('"last_day": "2020-02-29"', '"last_day": "2020-02-27"'), ('"data_from": "2020-01-01', '"data_from": "2020-02-03'), ('"data_through": "2020-02-29', '"data_through": "2020-02-03'),
	('"repeaters": 1', '"repeaters": 0'), ('"repeaters": 1', '"repeaters": 4'), ('"repeaters": 1', '"repeaters": 2'), ('"rows_with_amount": 4', '"rows_with_amount": 0'), ('"rows_with_amount": 4', '"rows_with_amount": 5'),
	('"start": "2020-01-01"', '"start": "2020-01-02"'), ('"start": "2020-01-01"', '"start": "2020-03-01"'), ('"start": "2020-02-01"', '"start": "2020-01-01"'), ('"start": "2020-02-01"', '"start": "5000-01-01 BC"'),
	('"periods_since": 1', '"periods_since": 0'), ('"periods_since": 1', '"periods_since": 2'), ('"active": 2', '"active": 0'), ('"active": 1, "returning": 1', '"active": 3, "returning": 1'), ('"active": 1, "returning": 1', '"active": 1, "returning": 0'),
	('"active": 1, "returning": 0', '"active": 1, "returning": 1'), ('"zone": ""', format('"zone": "%s"', repeat('x', 256))), ('"periods_since": 0', '"periods_since": 4000000000'), ('"used": 4', '"used": 9223372036854775807')) v (a, b);
SELECT throws_ok($$ SELECT '{"version": 1, "period": "", "zone": "", "data_from": null, "data_through": null, "rows": {"used": 1, "no_entity": 0, "no_time": 0, "time_out_of_range": 0}, "rows_with_amount": 0, "repeaters": 0, "cohorts": []}'::cohort_summary $$, '22P02', NULL, 'rows without a period');

--
-- Zones and periods
--
SELECT is_empty($$
	SELECT x.* FROM (SELECT name, t, cohort_agg(1, t, 'day', name) AS s FROM pg_timezone_names, unnest(ARRAY['1930-02-03 23:30Z', '1984-07-01 02:30Z', '2025-06-15 22:30Z']::timestamptz[]) t GROUP BY 1, 2) x
	LEFT JOIN LATERAL active_entities(s) a ON true
	WHERE name NOT IN (SELECT abbrev FROM pg_timezone_abbrevs) AND a.period IS DISTINCT FROM (t AT TIME ZONE name)::date $$, 'each zone of pg_timezone_names');

--
-- One entity with a million rows
--
TRUNCATE sale, answer, ask;
INSERT INTO ask VALUES ('day', 'Asia/Tehran', '2024-01-01');
INSERT INTO sale (entity, at, amount)
SELECT 7, '2020-01-01'::timestamptz + floor(pg_temp.draw('at', n) * 800000) * interval '100 seconds', n
FROM generate_series(1, 1000000) n;
INSERT INTO sale (entity, at) SELECT n, '2020-05-01' FROM generate_series(8, 17) n;
INSERT INTO answer SELECT cohort_agg(entity, at, amount, period, zone) FROM sale, ask;
SELECT results_eq('SELECT a.period, a.active, a.amount FROM answer, active_entities(summary) a', $$ SELECT (at AT TIME ZONE zone)::date, count(DISTINCT entity), sum(amount) FROM sale, ask GROUP BY 1 ORDER BY 1 $$, 'one entity with a million rows');
SET work_mem = '1MB';
SELECT pg_temp.same(cohort_agg(entity, at, amount, period, zone), '... beyond memory') FROM sale, ask;
RESET work_mem;

-- lifecycle: the periods add up, and go on to as_of
SELECT results_eq($$ SELECT l.* FROM (SELECT cohort_agg(v, at, 'month') AS s FROM (VALUES (1, date '2025-01-10'), (1, '2025-02-12'), (1, '2025-04-02'), (2, '2025-01-15'), (2, '2025-02-28'), (3, '2025-02-03')) AS t(v, at)) AS c, lifecycle(s, '2025-05-20') AS l $$,
	$$ VALUES (date '2025-01-01', 2::bigint, 0::bigint, 0::bigint, 0::bigint, true), ('2025-02-01', 1, 2, 0, 0, true), ('2025-03-01', 0, 0, 0, 3, true), ('2025-04-01', 0, 0, 1, 0, true), ('2025-05-01', 0, 0, 0, 1, false) $$, 'lifecycle, by hand');
SELECT is_empty('SELECT lifecycle(NULL)', 'lifecycle of no summary');
SELECT is_empty($$ SELECT l FROM answer, lifecycle(summary) AS l, active_entities(summary) AS a LEFT JOIN LATERAL (SELECT b.active FROM answer, active_entities(summary) AS b WHERE b.period < a.period ORDER BY b.period DESC LIMIT 1) AS before ON true
	WHERE l.period = a.period AND coalesce(before.active, 0) + l.new + l.reactivated - l.dormant <> a.active $$, 'active before + new + reactivated - dormant = active');

SELECT * FROM finish();
