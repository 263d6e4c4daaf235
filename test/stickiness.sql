-- stickiness.sql: in how many units of a period entities are active, against plain SQL over the rows themselves.
--
-- The oracle is the views over "hit" and "ask" below: date_trunc, AT TIME ZONE, DISTINCT and generate_series, written from
-- the definitions in doc/stickiness.md and from nothing else. Of Jalali periods, the published new years of 1400 to 1402.
SELECT no_plan();
SET jit = off;
SET timezone = 'UTC';

CREATE FUNCTION draw(seed text, id bigint, most integer) RETURNS integer LANGUAGE sql IMMUTABLE
	AS $$ SELECT (('x' || substr(md5(seed || id), 1, 8))::bit(32)::bigint * most / 4294967296)::integer $$;
CREATE TABLE jalali AS -- six months of 31 days, then such of 30; the last is what is left of the year
SELECT kind, (new_year + CASE WHEN month <= 7 THEN 31 * (month - 1) ELSE 186 + 30 * (month - 7) END)::date AS start
FROM (VALUES (date '2021-03-21'), ('2022-03-21'), ('2023-03-21')) AS y(new_year), generate_series(1, 12) AS month, (VALUES ('jalali month', 1), ('jalali quarter', 3), ('jalali year', 12)) AS k(kind, months) WHERE (month - 1) % months = 0;
CREATE FUNCTION begins(kind text, day date) RETURNS date LANGUAGE sql STABLE
	AS $$ SELECT CASE WHEN kind LIKE 'jalali%' THEN (SELECT max(start) FROM jalali AS j WHERE j.kind = begins.kind AND start <= day) ELSE date_trunc(kind, day::timestamp)::date END $$;
CREATE FUNCTION begins_after(kind text, start date) RETURNS date LANGUAGE sql STABLE
	AS $$ SELECT CASE WHEN kind LIKE 'jalali%' THEN (SELECT min(j.start) FROM jalali AS j WHERE j.kind = begins_after.kind AND j.start > begins_after.start) ELSE (start + CASE kind WHEN 'quarter' THEN interval '3 months' ELSE ('1 ' || kind)::interval END)::date END $$;

-- 6,000 rows of 250 visitors, of whom some come often, within 130 days with a hole of 40, and dirt
CREATE TABLE hit AS
SELECT i AS id, CASE WHEN draw('nobody', i, 50) > 0 THEN CASE draw('often', i, 3) WHEN 0 THEN draw('who', i, 25) ELSE draw('who', i, 250) END END::bigint AS entity,
	CASE draw('when', i, 60) WHEN 0 THEN NULL WHEN 1 THEN (ARRAY['infinity', '-infinity', '0202-01-01', '2200-01-01 00:00+00', '1899-12-31 23:59:59+00']::timestamptz[])[1 + draw('dirt', i, 5)]
	WHEN 2 THEN timestamptz '2021-09-21 19:30+00' + (draw('back', i, 8) - 4) * interval '15 minutes'
	ELSE timestamptz '2021-08-15 00:00+00' + day * interval '1 day' + CASE WHEN day >= 60 THEN interval '40 days' ELSE '0' END + draw('hour', i, 4) * interval '6 hours 30 minutes' END AS at
FROM (SELECT i, draw('day', i, 90) AS day FROM generate_series(1, 6000) AS i OFFSET 0) AS d;
CREATE TABLE ask(unit text, period text, zone text, until timestamptz, as_of date);
CREATE TABLE answer(summary stickiness_summary);

CREATE VIEW given AS SELECT hit.* FROM hit, ask WHERE at IS NULL OR at <= until OR at >= '2200-01-01 00:00+00';
CREATE VIEW judged AS
SELECT given.*, CASE WHEN entity IS NULL THEN 'no entity' WHEN at IS NULL THEN 'no time' WHEN at < '1900-01-01 00:00+00' OR at >= '2200-01-01 00:00+00' THEN 'time out of range' ELSE 'used' END AS reason FROM given;
CREATE VIEW placed AS SELECT entity, (at AT TIME ZONE zone)::date AS day FROM judged, ask WHERE reason = 'used';
CREATE VIEW activity AS
SELECT entity, begins(period, day) AS start, count(DISTINCT begins(unit, day)) AS units FROM placed, ask GROUP BY 1, 2;
CREATE VIEW stretch AS -- the periods, and how many units each has: those that have a day in it
SELECT start, behind <= as_of AS is_complete, (SELECT count(DISTINCT begins(unit, day::date)) FROM generate_series(start::timestamp, least(behind - 1, as_of), '1 day') AS day)::integer AS units
FROM (SELECT DISTINCT begins(period, day::date) AS start, begins_after(period, begins(period, day::date)) AS behind, unit, as_of FROM ask, generate_series((SELECT min(start) FROM activity)::timestamp, as_of, '1 day') AS day) AS d;

CREATE FUNCTION differences() RETURNS SETOF text LANGUAGE sql AS $$
	WITH a AS MATERIALIZED (SELECT * FROM activity), p AS MATERIALIZED (SELECT * FROM stretch)
	SELECT format('stickiness: oracle %s, answer %s', o, f) FROM (SELECT f.* FROM ask, answer, stickiness(summary, as_of) AS f) AS f
		FULL JOIN (SELECT p.start, n, count(a.units) FILTER (WHERE a.units = n) AS entities, count(a.units) FILTER (WHERE a.units >= n) AS at_least, count(a.units) AS active, is_complete
			FROM p CROSS JOIN generate_series(1, p.units) AS n LEFT JOIN a ON a.start = p.start GROUP BY p.start, n, is_complete) AS o ON o.start = f.period AND o.n = f.active_units
	WHERE ROW(f.entities, f.entities_at_least, f.share_at_least, f.is_complete) IS DISTINCT FROM ROW(o.entities, o.at_least, o.at_least::float8 / nullif(o.active, 0), o.is_complete)
	UNION ALL
	SELECT format('trend: oracle %s, answer %s', o, f) FROM (SELECT f.* FROM ask, answer, stickiness_trend(summary, as_of) AS f) AS f
		FULL JOIN (SELECT p.start, p.units, count(a.units) AS entities, sum(a.units)::float8 / nullif(count(a.units), 0) AS mean, sum(a.units)::float8 / nullif(count(a.units) * p.units, 0) AS ratio, is_complete
			FROM p LEFT JOIN a ON a.start = p.start GROUP BY p.start, p.units, is_complete) AS o ON o.start = f.period
	WHERE ROW(f.units, f.entities, f.mean_active_units, f.stickiness, f.is_complete) IS DISTINCT FROM ROW(o.units, o.entities, o.mean, o.ratio, o.is_complete)
	UNION ALL
	SELECT format('quality: oracle %s, answer %s', o, q) FROM (SELECT q.* FROM answer, stickiness_quality(summary) AS q) AS q
		FULL JOIN (SELECT reason, (SELECT count(*) FROM judged AS j WHERE j.reason = r.reason) AS rows FROM unnest(ARRAY['used', 'no entity', 'no time', 'time out of range']) AS r(reason)) AS o USING (reason)
	WHERE q.rows IS DISTINCT FROM o.rows
$$;
CREATE FUNCTION try(unit text, period text, zone text, until timestamptz, later integer) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
	TRUNCATE ask, answer;
	INSERT INTO ask VALUES (unit, period, zone, until);
	UPDATE ask SET as_of = (SELECT max(day) FROM placed) + later;
	INSERT INTO answer SELECT stickiness_agg(g.entity, g.at, try.unit, try.period, try.zone) FROM given AS g;
	RETURN QUERY SELECT differences();
END $$;
SELECT is_empty(format('SELECT try(%L, %L, %L, %L, %L)', unit, period, zone, until, later), format('a %s of a %s in %s until %s, asked %s days later', unit, period, zone, until, later))
FROM (VALUES ('day', 'month', 'UTC', 'infinity'::timestamptz, 0), ('day', 'week', 'Asia/Tehran', 'infinity', 0), ('day', 'week', 'Asia/Tehran', '2021-09-21 19:45+00', 0), ('day', 'month', 'Asia/Tehran', '2021-09-21 19:45+00', 20), ('day', 'quarter', 'America/New_York', 'infinity', 100),
	('day', 'year', 'UTC', 'infinity', 0), ('week', 'month', 'UTC', 'infinity', 3), ('week', 'month', 'Asia/Tehran', '2021-10-03 12:00+00', 0), ('week', 'quarter', 'UTC', 'infinity', 0), ('week', 'year', 'UTC', 'infinity', 30), ('month', 'quarter', 'Asia/Kolkata', 'infinity', 0),
	('month', 'year', 'UTC', 'infinity', 0), ('quarter', 'year', 'UTC', 'infinity', 0),
	('day', 'jalali month', 'Asia/Tehran', 'infinity', 0), ('day', 'jalali month', 'UTC', '2021-09-22 12:00+00', 1), ('week', 'jalali month', 'Asia/Tehran', 'infinity', 20), ('day', 'jalali quarter', 'Asia/Tehran', '2021-12-21 21:00+00', 0), ('week', 'jalali quarter', 'Asia/Tehran', 'infinity', 0),
	('day', 'jalali year', 'Asia/Tehran', 'infinity', 120), ('jalali month', 'jalali quarter', 'Asia/Tehran', 'infinity', 0), ('jalali month', 'jalali year', 'Asia/Tehran', 'infinity', 0), ('jalali quarter', 'jalali year', 'UTC', 'infinity', 200), ('month', 'jalali quarter', 'Asia/Tehran', 'infinity', 0), ('jalali month', 'quarter', 'UTC', 'infinity', 0)) AS t(unit, period, zone, until, later);
UPDATE ask SET until = 'infinity';

-- The mean number of entities active on a day over those active in the month
SELECT is_empty($$ SELECT period, stickiness, dau / mau FROM (SELECT stickiness_agg(entity, at, 'day', 'month', 'UTC') AS s FROM hit) AS m, stickiness_trend(s) AS t, LATERAL (
		SELECT count(DISTINCT (entity, at::date))::float8 / t.units AS dau, count(DISTINCT entity) AS mau FROM judged WHERE reason = 'used' AND at >= t.period AND at < t.period + interval '1 month') AS d
	WHERE abs(stickiness - dau / mau) > 1e-12 $$, 'stickiness of days in months is DAU/MAU');

-- However the rows come
CREATE TABLE made AS SELECT stickiness_agg(entity, at, 'day', 'month', 'Asia/Tehran') AS s FROM hit;
SELECT is((SELECT stickiness_agg(entity, at, 'day', 'month', 'Asia/Tehran')::text FROM (SELECT * FROM hit ORDER BY md5(id::text)) AS h), s::text, 'rows shuffled') FROM made;
SET work_mem = '64kB';
SELECT is((SELECT stickiness_agg(entity, at, 'day', 'month', 'Asia/Tehran')::text FROM hit), s::text, 'rows spilled') FROM made;
SELECT is((SELECT stickiness_agg(0, at, 'day', 'month', 'UTC')::text FROM generate_series(1, 20) AS copy, (SELECT at FROM hit ORDER BY md5(id::text)) AS h), (SELECT stickiness_agg(0, at, 'day', 'month', 'UTC')::text FROM (SELECT at FROM hit, generate_series(1, 20) ORDER BY at) AS h), 'one entity that is larger than memory');
RESET work_mem;
SELECT is((SELECT stickiness_agg('user ' || entity, at, 'day', 'month', 'Asia/Tehran')::text FROM hit), s::text, 'entities that are text') FROM made;
SELECT is((SELECT stickiness_agg(md5(entity::text)::uuid, at, 'DAY', 'Month', 'asia/tehran')::text FROM hit), s::text, 'uuids; names in another case') FROM made;
SELECT is((SELECT stickiness_agg(entity, at::timestamp, 'day', 'month')::text FROM hit), replace((SELECT stickiness_agg(entity, at, 'day', 'month', 'UTC')::text FROM hit), '"zone": "UTC"', '"zone": ""'), 'local times, without a zone');
SELECT is((SELECT stickiness_agg(entity, at::date, 'week', 'month', 'UTC')::text FROM hit), (SELECT stickiness_agg(entity, date_trunc('day', at), 'week', 'month', 'UTC')::text FROM hit), 'dates');
SELECT is((SELECT rollup(p)::text FROM (SELECT stickiness_agg(entity, at, 'day', 'month', 'Asia/Tehran') AS p FROM hit GROUP BY entity % 7) AS parts), s::text, 'split by entity, and rolled up') FROM made;
SELECT is((SELECT rollup(p ORDER BY -k)::text FROM (SELECT coalesce(entity, -1) AS k, stickiness_agg(entity, at, 'day', 'month', 'Asia/Tehran') AS p FROM hit GROUP BY entity) AS parts), s::text, 'one part an entity') FROM made;
SELECT is(s::text::stickiness_summary::text, s::text, 'stored as text') FROM made;
CREATE TABLE made_jalali AS SELECT stickiness_agg(entity, at, 'jalali month', 'jalali year', 'Asia/Tehran') AS s FROM hit;
SELECT is(s::text::stickiness_summary::text, s::text, '... of Jalali periods, too') FROM made_jalali;
SELECT ok(s::text LIKE '%"period": "jalali year"%"unit": "jalali month"%', '... by their names') FROM made_jalali;
SELECT is((SELECT rollup(p)::text FROM (SELECT stickiness_agg(entity, at, 'Jalali Month', 'JALALI YEAR', 'Asia/Tehran') AS p FROM hit GROUP BY entity % 7) AS parts), s::text, '... split and rolled up') FROM made_jalali;

-- As of an earlier day: what lies behind its period is left out
SELECT is_empty($$ SELECT e, w FROM made, stickiness_trend(s, '2021-09-10') AS e LEFT JOIN stickiness_trend((SELECT s FROM made)) AS w USING (period)
	WHERE ROW(e.units, e.entities, e.mean_active_units) IS DISTINCT FROM ROW(w.units, w.entities, w.mean_active_units) OR e.is_complete <> (period < '2021-09-01') OR period > '2021-09-01' $$, 'an as_of before the last row');
SELECT is_empty('SELECT stickiness(s, ''2021-07-31'') FROM made', 'an as_of before all rows');

-- Nothing
SELECT is_empty($$ SELECT f FROM (SELECT stickiness_agg(entity, at, 'day', 'month', 'UTC') AS s FROM hit WHERE false) AS e, stickiness(s) AS f $$, 'no rows: no periods');
SELECT is_empty('SELECT stickiness(NULL)', 'no summary');
SELECT is_empty('SELECT stickiness_trend(NULL)', 'no summary, no trend');
SELECT is((SELECT rollup(x)::text FROM (SELECT s AS x FROM made UNION ALL SELECT stickiness_agg(entity, at, 'week', 'month', 'UTC') FROM hit WHERE false UNION ALL SELECT NULL) AS e), s::text, 'an empty summary changes nothing') FROM made;
SELECT is(data_from(s), (SELECT min(at) FROM judged WHERE reason = 'used'), 'data_from') FROM made;
SELECT is(data_through(s), (SELECT max(at) FROM judged WHERE reason = 'used'), 'data_through') FROM made;

-- What is wrong
SELECT throws_ok(format('SELECT stickiness_agg(entity, at, %s) FROM hit', args), code, message, args) FROM (VALUES
	('NULL, ''month'', ''UTC''', '22004', 'the unit must not be null'), ('''day'', NULL, ''UTC''', '22004', NULL), ('''day'', ''month'', NULL', '22004', NULL), ('''hour'', ''month'', ''UTC''', '22023', 'unknown period: "hour"'), ('''day'', ''decade'', ''UTC''', '22023', 'unknown period: "decade"'),
	('''day'', ''month'', ''Mars''', '22023', NULL), ('''month'', ''month'', ''UTC''', '22023', 'the unit must be shorter than the period: "month", of a "month"'), ('''month'', ''week'', ''UTC''', '22023', 'the unit must be shorter than the period: "month", of a "week"'),
	('''jalali month'', ''month'', ''UTC''', '22023', 'the unit must be shorter than the period: "jalali month", of a "month"'), ('''month'', ''jalali month'', ''UTC''', '22023', 'the unit must be shorter than the period: "month", of a "jalali month"'), ('''jalali week'', ''month'', ''UTC''', '22023', 'unknown period: "jalali week"'),
	('CASE id WHEN 1 THEN ''day'' ELSE ''week'' END, ''month'', ''UTC''', '22023', NULL), ('''day'', CASE id WHEN 1 THEN ''month'' ELSE ''week'' END, ''UTC''', '22023', NULL), ('''day'', ''month''', '42883', NULL)) AS t(args, code, message);
SELECT throws_ok('SELECT stickiness(s, ''infinity'') FROM made', '22008', NULL, 'an infinite as_of');
SELECT throws_ok('SELECT stickiness_trend(s, ''2200-01-01'') FROM made', '22008', NULL, 'one out of range');
SELECT throws_ok('SELECT rollup(x) FROM (SELECT s FROM made UNION ALL SELECT stickiness_agg(entity, at, ''week'', ''month'', ''Asia/Tehran'') FROM hit) AS u(x)', '22023', 'cannot merge stickiness summaries of different units', 'other units');
SELECT throws_ok('SELECT rollup(x) FROM (SELECT s FROM made UNION ALL SELECT stickiness_agg(entity, at, ''day'', ''week'', ''Asia/Tehran'') FROM hit) AS u(x)', '22023', 'cannot merge stickiness summaries of different periods or zones', 'other periods');
SELECT throws_ok('SELECT rollup(x) FROM (SELECT s FROM made_jalali UNION ALL SELECT stickiness_agg(entity, at, ''jalali month'', ''year'', ''Asia/Tehran'') FROM hit) AS u(x)', '22023', 'cannot merge stickiness summaries of different periods or zones', 'other calendars');

-- Text that breaks a rule
CREATE TABLE small AS SELECT stickiness_agg(v, at, 'day', 'month', 'UTC') AS s FROM (VALUES (1, timestamptz '2026-01-01 10:00+00'), (1, '2026-01-02 10:10+00'), (2, '2026-01-01 10:20+00'), (2, '2026-02-03 10:00+00')) AS t(v, at);
SELECT is(s::text, '{"version": 1, "period": "month", "zone": "UTC", "unit": "day", "data_from": "2026-01-01 10:00:00+00", "data_through": "2026-02-03 10:00:00+00", "last_day": "2026-02-03", "rows": {"used": 4, "no_entity": 0, "no_time": 0, "time_out_of_range": 0}, "periods": [{"start": "2026-01-01", "activity": [{"active_units": 1, "entities": 1}, {"active_units": 2, "entities": 1}]}, {"start": "2026-02-01", "activity": [{"active_units": 1, "entities": 1}]}]}', 'the text form') FROM small;
SELECT throws_ok(format('SELECT %L::stickiness_summary', replace(s::text, given, instead)), '22P02', NULL, format('%s instead of %s', instead, given)) FROM small, (VALUES
	('"used": 4', '"used": 3'), ('"unit": "day"', '"unit": "month"'), ('"unit": "day"', '"unit": ""'), ('"unit": "day"', '"unit": "DAY"'), ('"last_day": "2026-02-03"', '"last_day": "2026-02-05"'), ('"active_units": 2, "entities": 1', '"active_units": 2, "entities": 0'), ('"active_units": 2', '"active_units": 32'),
	('"active_units": 2', '"active_units": 0'), ('"active_units": 2', '"active_units": 1'), ('"start": "2026-02-01"', '"start": "2026-01-01"'), ('"start": "2026-02-01"', '"start": "2026-03-01"'), ('"start": "2026-01-01"', '"start": "2026-01-02"'), ('[{"active_units": 1, "entities": 1}]', '[]'), ('"period": "month"', '"period": "day"')) AS t(given, instead);

SELECT * FROM finish();
