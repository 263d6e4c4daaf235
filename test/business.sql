-- business: open time against a clock read minute by minute, and what a calendar means.
BEGIN;
SELECT no_plan();

SET timezone = 'UTC';
SET jit = off;

-- A number in [0, 1) that depends on nothing but what it is for and a row's number
CREATE FUNCTION draw(what text, id bigint) RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT ('x' || substr(md5(what || id), 1, 7))::bit(28)::integer / 268435456.0::double precision $$;

/*
 * Random calendars. Hours of a day are two spans at most, in minutes; the second may end after midnight. A day may have none.
 */

CREATE FUNCTION clock(minutes integer) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT to_char(CASE WHEN minutes = 1440 THEN 1440 ELSE minutes % 1440 END / 60, 'FM00') || ':' || to_char(minutes % 60, 'FM00') $$;

-- Spans of a day, drawn: those of seed id
CREATE FUNCTION spans(id bigint, OUT opens integer, OUT closes integer) RETURNS SETOF record LANGUAGE sql IMMUTABLE AS
$$
	SELECT opens, closes
	FROM (SELECT (draw('first', id) * 600)::integer AS a, 601 + (draw('length', id) * 200)::integer AS b, 900 + (draw('second', id) * 500)::integer AS c,
			CASE WHEN draw('night', id) < 0.4 THEN 1441 + (draw('until', id) * 800)::integer WHEN draw('night', id) < 0.6 THEN 1440 ELSE 1401 + (draw('until', id) * 38)::integer END AS d) s,
		LATERAL (VALUES (a, b, draw('has', id) < 0.7), (c, d, draw('has', id) > 0.4 AND c < d AND d < c + 1440)) AS v (opens, closes, is_there)
	WHERE is_there
$$;

CREATE TABLE zones(n integer, zone text, around timestamp);		-- a local day at which clocks are changed, where they are
INSERT INTO zones VALUES (0, 'UTC', '2026-03-01'), (1, 'Europe/Amsterdam', '2026-03-29'), (2, 'Europe/Amsterdam', '2026-10-25'), (3, 'America/New_York', '2026-11-01'),
	(4, 'America/St_Johns', '2026-03-08'), (5, 'Asia/Tehran', '2022-03-22'), (6, 'Asia/Tehran', '2026-03-21'), (7, 'Australia/Lord_Howe', '2026-04-05'),
	(8, 'Pacific/Apia', '2011-12-30'), (9, 'Asia/Kathmandu', '1986-01-01'), (10, 'America/Sao_Paulo', '2018-11-04'), (11, 'Antarctica/Troll', '2025-03-30'), (12, 'Africa/Casablanca', '2026-02-15');
CREATE TABLE drawn AS
SELECT id, zone, (around - interval '5 days')::date AS first_day FROM generate_series(1, 39) AS id JOIN zones ON n = id % 13;
CREATE TABLE week AS
SELECT id, weekday, opens, closes FROM drawn, generate_series(0, 6) AS weekday, spans(id * 100 + weekday) WHERE draw('weekend', id * 10 + weekday) < 0.8
	AND NOT (id % 13 = 3 AND weekday = 5);		-- else it may be a day of no span
CREATE TABLE closed AS
SELECT id, first_day + day AS day FROM drawn, generate_series(0, 11) AS day WHERE draw('closed', id * 100 + day) < 0.15;
CREATE TABLE opened AS		-- some of them closed, too
SELECT id, first_day + day AS day, opens, closes FROM drawn, generate_series(0, 11) AS day, spans(id * 100 + day + 50) WHERE draw('open', id * 100 + day) < 0.15;

CREATE TABLE calendars AS
SELECT id, zone, first_day, text, text::business_calendar AS calendar
FROM (SELECT *, concat_ws('; ',
		(SELECT string_agg(name || ' ' || hours, '; ' ORDER BY draw('order', weekday)) FROM (
			SELECT weekday, (ARRAY['Mon', 'Tuesday', 'wed', 'THU', 'Fri', 'saturday', 'Sun'])[weekday + 1] AS name, string_agg(clock(opens) || '-' || clock(closes), ', ' ORDER BY opens DESC) AS hours
			FROM week w WHERE w.id = d.id GROUP BY weekday) w),
		'closed: ' || (SELECT string_agg(day::text, ',' ORDER BY draw('order', day - date '2000-01-01')) FROM closed c WHERE c.id = d.id),
		'zone: ' || zone,
		'open: ' || (SELECT string_agg(day || ' ' || hours, ', ') FROM (
			SELECT day, string_agg(clock(opens) || '-' || clock(closes), ', ') AS hours FROM opened o WHERE o.id = d.id GROUP BY day) o)) AS text
	FROM drawn d) t;
ANALYZE drawn; ANALYZE week; ANALYZE closed; ANALYZE opened; ANALYZE calendars;		-- else "wall" may be a parallel DISTINCT, hashed twice, of which the second spills for ten minutes
SELECT cmp_ok(count(*), '>', 20::bigint, 'calendars have ' || what)
FROM calendars, LATERAL (VALUES ('hours of the week', text ~ 'Sun'), ('closed dates', text ~ 'closed'), ('open ones', text ~ 'open')) AS v (what, has) WHERE has GROUP BY what;
SELECT is_empty($$ SELECT * FROM calendars WHERE calendar::text <> text $$, 'they print as they were given');

-- The hours of a local day: what an open date has, none where it is closed, else the weekday's
CREATE VIEW hours AS
SELECT id, day, opens, closes FROM opened
UNION ALL
SELECT c.id, day, opens, closes
FROM calendars c, generate_series(-2, 14) AS n, LATERAL (SELECT first_day + n) AS d (day) JOIN week w ON w.weekday = extract(isodow FROM day) - 1
WHERE w.id = c.id AND NOT EXISTS (SELECT FROM opened o WHERE o.id = c.id AND o.day = d.day) AND NOT EXISTS (SELECT FROM closed x WHERE x.id = c.id AND x.day = d.day);

-- Minutes of the clock on the wall that are within a span
CREATE TABLE wall AS
SELECT DISTINCT id, minute FROM hours, LATERAL (SELECT (day - date '2000-01-01') * 1440) AS d (midnight), generate_series(midnight + opens, midnight + closes - 1) AS minute;
ANALYZE wall;

-- Each minute of eleven days: was it open, and how many before it were?
CREATE FUNCTION passed(local boolean) RETURNS TABLE (id integer, at timestamptz, is_open boolean, passed bigint) LANGUAGE sql AS
$$
	SELECT m.id, at, w.id IS NOT NULL, count(w.id) OVER (PARTITION BY m.id ORDER BY at ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) - (w.id IS NOT NULL)::integer
	FROM (SELECT c.id, at, ((extract(epoch FROM at AT TIME ZONE CASE WHEN local THEN 'UTC' ELSE zone END)::bigint - 946684800) / 60)::integer AS minute
		FROM calendars c, generate_series(0, 11 * 1440) AS minute, LATERAL (SELECT first_day::timestamp AT TIME ZONE 'UTC' + minute * interval '1 minute') AS m (at)) m
		LEFT JOIN wall w USING (id, minute)
$$;
CREATE TABLE minutes AS SELECT * FROM passed(false);
CREATE TABLE local_minutes AS SELECT id, at AT TIME ZONE 'UTC' AS at, is_open, passed FROM passed(true);
CREATE INDEX ON minutes (id, at); CREATE INDEX ON local_minutes (id, at);
ANALYZE minutes; ANALYZE local_minutes;

CREATE TABLE pairs AS
SELECT c.*, n, first_day + (a * interval '1 minute') AS a, first_day + (b * interval '1 minute') AS b
FROM calendars c, generate_series(1, 300) AS n, LATERAL (SELECT (draw('a', n * 100 + id) * 15840)::integer, (draw('b', n * 100 + id) * 15840)::integer) AS p (a, b);

SELECT is_empty($$ SELECT id, calendar, p.a, p.b, business_time(calendar, p.a AT TIME ZONE 'UTC', p.b AT TIME ZONE 'UTC'), y.passed - x.passed
	FROM pairs p JOIN minutes x USING (id) JOIN minutes y USING (id) WHERE x.at = p.a AT TIME ZONE 'UTC' AND y.at = p.b AT TIME ZONE 'UTC'
		AND business_time(calendar, x.at, y.at) IS DISTINCT FROM (y.passed - x.passed) * interval '1 minute' $$,
	'moments, minute by minute, over clock changes');
SELECT is_empty($$ SELECT id, calendar, p.a, p.b, business_time(calendar, p.a, p.b), y.passed - x.passed
	FROM pairs p JOIN local_minutes x USING (id) JOIN local_minutes y USING (id) WHERE x.at = p.a AND y.at = p.b
		AND (business_time(calendar, p.a, p.b) IS DISTINCT FROM (y.passed - x.passed) * interval '1 minute' OR business_hours(calendar, p.a, p.b) IS DISTINCT FROM (y.passed - x.passed) / 60.0::double precision) $$,
	'local times, minute by minute');
SELECT is_empty($$ SELECT * FROM pairs WHERE business_time(calendar, a::date, b::date) <> business_time(calendar, a::date::timestamp, b::date::timestamp) $$, 'a date is its beginning');
SELECT is((SELECT count(*) FROM pairs JOIN minutes USING (id) WHERE at = a AT TIME ZONE 'UTC'), 11700::bigint, '... of all pairs');
SELECT is_empty($$ SELECT * FROM (SELECT *, at + (draw('part', n * 100 + id) * interval '1 minute') AS within FROM pairs JOIN minutes USING (id) WHERE at = a AT TIME ZONE 'UTC') p
	WHERE business_time(calendar, at, within) <> CASE WHEN is_open THEN within - at ELSE '0' END OR business_time(calendar, within, at) <> CASE WHEN is_open THEN at - within ELSE '0' END $$,
	'parts of a minute, to the microsecond, forwards and backwards');
SELECT is_empty($$ SELECT * FROM pairs p JOIN pairs q USING (id, calendar) CROSS JOIN LATERAL (SELECT p.a + interval '0.123457 s' AS x, p.b + interval '0.7654321 s' AS y, q.a AS z) m
	WHERE q.n = p.n % 300 + 1 AND business_time(calendar, x, y) + business_time(calendar, y, z) <> business_time(calendar, x, z) $$, 'times add up');

/*
 * Long spans: around the clock, open time is the time elapsed, in every zone, whatever was done to its clocks
 */

SELECT is_empty($$
	SELECT name, a, b FROM pg_timezone_names, generate_series(1, 8) AS n,
		LATERAL (SELECT timestamptz '1900-01-01' + draw('a' || name, n) * interval '109570 days', timestamptz '1900-01-01' + draw('b' || name, n) * interval '109570 days') AS m (a, b)
	WHERE name !~ '^(posix|right)/|^(Factory|localtime|posixrules)$'
		AND business_time(('Mon-Sun 00:00-24:00; zone: ' || name)::business_calendar, a, b) <> make_interval(secs => 0) + (b - a) $$, 'around the clock, in every zone, over centuries');
SELECT is(business_hours('Mon-Fri 09:00-17:00; zone: UTC', '1900-01-01 00:00+00', '2199-12-31 23:59:59.999999+00'::timestamptz),
	(SELECT 8.0::double precision * count(*) FROM generate_series(date '1900-01-01', date '2199-12-31', '1 day') AS day WHERE extract(isodow FROM day) < 6), 'three centuries of weekdays');
SELECT is(business_hours('Thu-Fri 10:00-11:00; zone: Asia/Tehran; closed: 1405-01-01..1405-01-13', timestamptz '2026-01-01', '2027-01-01'),
	(SELECT count(*)::double precision FROM generate_series(date '2026-01-01', date '2026-12-31', '1 day') AS day
		WHERE extract(isodow FROM day) IN (4, 5) AND day NOT BETWEEN '2026-03-21' AND '2026-04-02'), 'closed on Jalali dates');

-- Forty teams, each with hours of its own: more than are kept at once
SELECT is((SELECT sum(business_hours(format('Mon-Sun %s:00-%s:30; zone: UTC', n % 20, n % 20 + 1)::business_calendar, timestamptz '2026-01-01', timestamptz '2026-01-01' + n * interval '1 day'))
	FROM generate_series(0, 1999) AS n), (SELECT sum(n * 1.5) FROM generate_series(0, 1999) AS n)::double precision, 'calendars change from row to row');
SELECT is((SELECT sum(business_time(format('Mon-Sun 00:00-%s:%s; zone: UTC', to_char(n % 45 / 4, 'FM00'), to_char(n % 4 * 15 + 5, 'FM00'))::business_calendar, timestamptz '2026-01-01', '2026-01-11'))
	FROM generate_series(0, 4999) AS n), (SELECT sum(10 * make_interval(hours => n % 45 / 4, mins => n % 4 * 15 + 5)) FROM generate_series(0, 4999) AS n), '... more of them than are kept');

/*
 * The type
 */

\set calendar '''Mon-Fri 09:00-12:00, 13:00-17:00; Sat 09:00-13:00; zone: Asia/Kuala_Lumpur; closed: 2026-01-01, 2026-03-20..2026-03-24; open: 2026-03-28 09:00-12:00'''

SELECT is(:calendar::business_calendar::text, :calendar, 'prints as it was given');
SELECT is(E' MON - fri:9:00 - 17:00 ;\n zone:utc '::business_calendar::text, E' MON - fri:9:00 - 17:00 ;\n zone:utc ', 'blanks and all');
SELECT is(convert_from(business_calendar_send(:calendar), 'UTF8'), :calendar, 'the binary form is the text');
SELECT ok(a::business_calendar = b::business_calendar AND NOT a::business_calendar <> b::business_calendar AND business_calendar_hash(a::business_calendar) = business_calendar_hash(b::business_calendar)
	AND business_calendar_hash_extended(a::business_calendar, 7) = business_calendar_hash_extended(b::business_calendar, 7) AND business_calendar_cmp(a::business_calendar, b::business_calendar) = 0, format('%s = %s', a, b))
FROM (VALUES ('Mon-Fri 09:00-17:00', 'mon, Tuesday-fri: 9:00-17:00'), ('Mon 13:00-17:00, 09:00-12:00', 'Mon 09:00-12:00, 13:00-17:00'), ('Mon 09:00-12:00, 12:00-17:00', 'Mon 09:00-17:00'),
	('Sat-Wed 08:00-16:00', 'Mon-Wed 08:00-16:00; Sat-Sun 08:00-16:00'), ('Mon 22:00-00:00', 'Mon 22:00-24:00'), ('Sun-Sat 09:00-10:00', 'Mon-Sun 09:00-10:00'),
	('Mon 09:00-17:00; zone: Asia/Tehran', 'zone: asia/tehran; Mon 09:00-17:00'), ('Mon 09:00-17:00; closed: 2026-01-06', 'Mon 09:00-17:00'), -- a Tuesday
	('Mon 09:00-17:00; closed: 2026-01-01..2026-01-13', 'Mon 09:00-17:00; closed: 2026-01-12, 2026-01-05, 2026-01-12'), ('Mon 09:00-17:00; closed: 1404-10-15', 'Mon 09:00-17:00; closed: 2026-01-05'),
	('Mon 09:00-17:00; closed: 2026-01-05; open: 2026-01-05 10:00-11:00', 'Mon 09:00-17:00; open: 2026-01-05 10:00-11:00'), ('Mon 09:00-17:00; closed: 2026-01-05; open: 2026-01-05 09:00-17:00', 'Mon 09:00-17:00'),
	('Mon 09:00-17:00; open: 2026-01-07 9:00-10:00, 2026-01-06 9:00-10:00, 11:00-12:00', 'Mon 09:00-17:00; open: 2026-01-06 11:00-12:00, 9:00-10:00, 2026-01-07 9:00-10:00'),
	('Mon 09:00-17:00; closed: 2026-1-5', 'Mon 09:00-17:00; closed: 2026-01-05')) v(a, b);
SELECT ok(a::business_calendar <> b::business_calendar AND business_calendar_cmp(a::business_calendar, b::business_calendar) = -business_calendar_cmp(b::business_calendar, a::business_calendar)
	AND (a::business_calendar < b::business_calendar) = (b::business_calendar > a::business_calendar) AND (a::business_calendar <= b::business_calendar) = (b::business_calendar >= a::business_calendar), format('%s <> %s', a, b))
FROM (VALUES ('Mon-Fri 09:00-17:00', 'Mon-Thu 09:00-17:00'), ('Mon 09:00-17:00', 'Mon 09:00-17:00; zone: UTC'), ('Mon 09:00-17:00; zone: Asia/Tehran', 'Mon 09:00-17:00; zone: Asia/Baku'),
	('Mon 22:00-06:00', 'Mon 22:00-24:00; Tue 00:00-06:00'), ('Mon 09:00-17:00; closed: 2026-01-05', 'Mon 09:00-17:00'), ('Mon 09:00-17:00; open: 2026-01-06 09:00-10:00', 'Mon 09:00-17:00'),
	('Mon 09:00-17:00', 'Mon 09:00-17:01'), ('Mon 09:00-17:00; closed: 2026-01-05', 'Mon 09:00-17:00; closed: 2026-01-12')) v(a, b);
CREATE TABLE kept(id integer, calendar business_calendar UNIQUE);
INSERT INTO kept VALUES (1, 'Mon-Fri 09:00-17:00'), (2, 'Sat-Wed 08:00-16:00');
SELECT throws_ok($$ INSERT INTO kept VALUES (3, 'Mon-Thu 09:00-17:00; Fri 9:00-17:00') $$, '23505', NULL, 'a unique index finds the same meaning');
SELECT results_eq($$ SELECT count(*) FROM (SELECT 'Mon 09:00-17:00'::business_calendar UNION ALL SELECT 'Mon 9:00-17:00' UNION ALL SELECT 'Tue 9:00-17:00') v(d) GROUP BY d ORDER BY 1 $$, '{1,2}'::bigint[], 'it can be grouped');
SELECT is(business_time(('Mon 09:00-10:00; closed: ' || string_agg(day::date::text, ', ' ORDER BY draw('day', day::date - date '1900-01-01')))::business_calendar, date '2200-01-01' - 1, date '1900-01-01'),
	-interval '1 hour' * ((SELECT count(*) FROM generate_series(date '1900-01-01', date '2199-12-31', '7 days')) - 10000), '10,000 closed dates') FROM generate_series(date '1900-01-01', date '1900-01-01' + 69999, '7 days') AS day;
SELECT is(business_hours(('Mon 09:00-10:00; open: ' || string_agg(day::date || ' 10:00-12:00', ', '))::business_calendar, date '2026-01-01', date '2027-01-01'), 2 * 365.0::double precision, 'a year of open dates')
FROM generate_series(date '2026-01-01', date '2026-12-31', '1 day') AS day;
SELECT is(business_time(calendar, date '2026-01-01', date '2026-01-31'), interval '1 hour', 'open on one date only') FROM (VALUES ('open: 2026-01-15 09:00-10:00'::business_calendar)) v(calendar);

/*
 * An SLA that counts open time
 */

CREATE TABLE leads AS
SELECT id, team, calendar, a AT TIME ZONE 'UTC' AS created, CASE WHEN draw('answered', n * 100 + id) < 0.8 THEN b AT TIME ZONE 'UTC' END AS responded, sla, as_of
FROM (SELECT *, id % 5 AS team, (ARRAY['0', '1 minute', '4 hours', '8 hours', '20 hours'])[1 + n % 5]::interval AS sla, (first_day + 6) AT TIME ZONE 'UTC' AS as_of FROM pairs) p;
INSERT INTO leads SELECT id, team, NULL, created, responded, sla, as_of FROM leads WHERE draw('calendar', id) < 0.1 LIMIT 10;
SELECT results_eq($$ SELECT as_of, succeeded(s), decided(s) - succeeded(s), undecided(s), invalid_rows(s), rate FROM (SELECT as_of, within_agg(created, responded, sla, as_of, calendar) AS s,
		response_within(created, responded, sla, as_of, calendar) AS rate FROM leads GROUP BY as_of) a ORDER BY as_of $$,
	$$ SELECT as_of, kept, failed, rows - kept - failed - invalid, invalid, kept::double precision / nullif(kept + failed, 0) FROM (
		SELECT as_of, count(*) FILTER (WHERE kind = 1) AS kept, count(*) FILTER (WHERE kind = 2) AS failed, count(*) FILTER (WHERE kind = 3) AS invalid, count(*) AS rows
		FROM (SELECT as_of, CASE WHEN calendar IS NULL OR responded < created THEN 3 WHEN business_time(calendar, created, responded) <= sla THEN 1
				WHEN as_of >= created AND business_time(calendar, created, as_of + interval '1 microsecond') > sla THEN 2 END AS kind FROM leads) k
		GROUP BY as_of) c ORDER BY as_of $$, 'kept, failed and still open, as business_time has it');
SELECT is(response_within(created, responded, sla, as_of, calendar), response_within(created, responded, sla, as_of), 'around the clock as without a calendar')
FROM (SELECT created, responded, sla, as_of, 'Mon-Sun 00:00-24:00; zone: Asia/Tehran'::business_calendar AS calendar FROM leads) l;
SELECT is(within_agg(created, responded, sla, as_of, calendar), within_agg(created, responded, sla, as_of), '... all of the summary')
FROM (SELECT created, responded, sla, as_of, 'Mon-Sun 00:00-24:00; zone: America/New_York'::business_calendar AS calendar FROM leads) l;
CREATE TABLE numbered AS SELECT row_number() OVER (ORDER BY id, created) AS n, * FROM leads WHERE id <= 3;
SELECT results_eq($$ SELECT n, response_within(created, responded, sla, as_of, calendar) OVER (ORDER BY n ROWS BETWEEN 3 PRECEDING AND 1 PRECEDING) FROM numbered ORDER BY n $$,
	$$ SELECT n, (SELECT response_within(created, responded, sla, as_of, calendar) FROM numbered p WHERE p.n BETWEEN l.n - 3 AND l.n - 1) FROM numbered l ORDER BY n $$, 'in a moving window');

-- A Friday: after closing, the clock waits for Monday 09:00
SELECT is(within_agg(created, responded, '1 hour', as_of, 'Mon-Fri 09:00-17:00; zone: UTC')::text::json ->> kind, '1', what)
FROM (VALUES
	('created at closing, answered an hour after opening', 'succeeded', timestamptz '2026-11-20 17:00', timestamptz '2026-11-23 10:00', timestamptz '2026-11-24'),
	('... a microsecond later', 'failed', '2026-11-20 17:00', '2026-11-23 10:00:00.000001', '2026-11-24'),
	('an hour was left at closing, answered at opening', 'succeeded', '2026-11-20 16:00', '2026-11-23 09:00', '2026-11-24'),
	('not answered, an hour after opening is not seen yet', 'undecided', '2026-11-20 17:00', NULL, '2026-11-23 09:59:59.999999'),
	('... now it is', 'failed', '2026-11-20 17:00', NULL, '2026-11-23 10:00'),
	('the hour is over at closing, but an answer at the weekend is in time still', 'undecided', '2026-11-20 16:00', NULL, '2026-11-21 12:00'),
	('... until Monday', 'failed', '2026-11-20 16:00', NULL, '2026-11-23 09:00'),
	('answered at the weekend', 'succeeded', '2026-11-20 16:00', '2026-11-22 12:00', '2026-11-24'),
	('created in the future of as_of', 'undecided', '2026-11-26 16:00', NULL, '2026-11-24')) v(what, kind, created, responded, as_of) GROUP BY what, kind, as_of;
SELECT is(response_within(created, responded, '1 hour', as_of, 'Fri-Sun 09:00-17:00'), 0.5::double precision, 'dates and local times, without a zone')
FROM (VALUES (date '2026-11-20', date '2026-11-20', date '2026-11-24'), ('2026-11-20', '2026-11-21', '2026-11-24')) v(created, responded, as_of);
SELECT is(response_within(created, responded, '1 hour', as_of, 'Fri-Sun 09:00-17:00'), 0.5::double precision, '... timestamp')
FROM (VALUES (timestamp '2026-11-20 08:00', timestamp '2026-11-20 10:00', timestamp '2026-11-24'), ('2026-11-20', '2026-11-21', '2026-11-24')) v(created, responded, as_of);

-- Bad input
SELECT throws_ok($$ SELECT business_time('Mon 09:00-17:00', timestamptz '2026-01-01', '2026-01-02') $$, '22023', NULL, 'a moment needs a zone');
SELECT throws_ok($$ SELECT response_within(timestamptz '2026-01-01', '2026-01-02', '1 hour', '2026-01-02', 'Mon 09:00-17:00') $$, '22023', NULL, '... an SLA, too');
SELECT throws_ok($$ SELECT business_time('Mon 09:00-17:00; zone: Mars', timestamptz '2026-01-01', '2026-01-02') $$, '22023', NULL, 'a zone that this server doesn''t know');
SELECT throws_ok($$ SELECT business_time('Mon 09:00-17:00; zone: UTC', timestamptz '2026-01-01', 'infinity') $$, '22008', NULL, 'an infinite moment');
SELECT throws_ok($$ SELECT business_time('Mon 09:00-17:00', date '1899-12-31', '2026-01-02') $$, '22008', NULL, 'a date before 1900');
SELECT is(business_time(NULL, timestamptz '2026-01-01', '2026-01-02'), NULL, 'NULL of NULL');
SELECT is(business_time('Mon 09:00-17:00; zone: UTC', timestamptz '2026-01-01', NULL), NULL, '... end');

SELECT * FROM finish();
ROLLBACK;
