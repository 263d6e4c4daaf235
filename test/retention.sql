-- retention.sql: who came back, against plain SQL over the rows themselves.
--
-- The oracle is the views over "hit" and "ask" below: window functions, AT TIME ZONE and joins, written from the
-- definitions in doc/retention.md and from nothing else.
SELECT no_plan();
SET jit = off;
SET timezone = 'UTC';

CREATE FUNCTION draw(seed text, id bigint, most integer) RETURNS integer LANGUAGE sql IMMUTABLE
	AS $$ SELECT (('x' || substr(md5(seed || id), 1, 8))::bit(32)::bigint * most / 4294967296)::integer $$;
CREATE FUNCTION step(period text) RETURNS interval
	LANGUAGE sql IMMUTABLE AS $$ SELECT CASE period WHEN 'quarter' THEN interval '3 months' ELSE ('1 ' || period)::interval END $$;
-- How many periods after the epoch a day's lies
CREATE FUNCTION number(period text, day date) RETURNS integer LANGUAGE sql IMMUTABLE AS $$ SELECT CASE period WHEN 'day' THEN day - date '2000-01-03' WHEN 'week' THEN floor((day - date '2000-01-03') / 7.0)
	WHEN 'month' THEN extract(year FROM day) * 12 + extract(month FROM day) WHEN 'quarter' THEN extract(year FROM day) * 4 + extract(quarter FROM day) ELSE extract(year FROM day) END::integer $$;

-- 4,000 rows of 300 visitors within 45 days: ties of starts and returns, returns before the start, and dirt. Some moments surround
-- 2021-09-21 19:30 UTC, when clocks are set back over midnight in Tehran.
CREATE TABLE hit AS
SELECT i AS id, CASE WHEN draw('nobody', i, 50) > 0 THEN draw('who', i, 300) END::bigint AS entity,
	CASE draw('when', i, 60) WHEN 0 THEN NULL WHEN 1 THEN (ARRAY['infinity', '-infinity', '0202-01-01', '2200-01-01 00:00+00', '1899-12-31 23:59:59+00']::timestamptz[])[1 + draw('dirt', i, 5)]
	WHEN 2 THEN timestamptz '2021-09-21 19:30+00' + (draw('back', i, 8) - 4) * interval '15 minutes'
	ELSE timestamptz '2021-08-25 00:00+00' + draw('at', i, 45) * interval '1 day' + draw('hour', i, 4) * interval '6 hours 30 minutes' END AS at,
	CASE draw('starts', i, 8) WHEN 0 THEN NULL WHEN 1 THEN true WHEN 2 THEN true ELSE false END AS starts, CASE draw('returns', i, 6) WHEN 0 THEN NULL WHEN 1 THEN false ELSE true END AS returns
FROM generate_series(1, 4000) AS i;
CREATE TABLE ask(period text, brackets integer[], zone text, kind text, until timestamptz, as_of date);
CREATE TABLE answer(summary retention_summary);

CREATE VIEW given AS SELECT hit.* FROM hit, ask WHERE at IS NULL OR at <= until OR at >= '2200-01-01 00:00+00';
CREATE VIEW judged AS
SELECT given.*, CASE WHEN entity IS NULL THEN 'no entity' WHEN at IS NULL THEN 'no time'
	WHEN at < '1900-01-01 00:00+00' OR at >= '2200-01-01 00:00+00' THEN 'time out of range' END AS dirt FROM given;
CREATE VIEW placed AS SELECT j.*, (at AT TIME ZONE zone)::date AS day FROM judged AS j, ask WHERE dirt IS NULL;
-- An entity's first start: of several at one moment one that is no return
CREATE VIEW start AS
SELECT DISTINCT ON (entity) entity, id, at, day, date_trunc(period, day::timestamp)::date AS cohort FROM placed, ask WHERE starts ORDER BY entity, at, returns IS TRUE, id;
CREATE VIEW told AS
SELECT p.id, p.entity, s.cohort, CASE WHEN p.id = s.id THEN 'used' WHEN starts IS NOT TRUE AND returns IS NOT TRUE THEN 'other event' WHEN s.entity IS NULL THEN 'entity outside'
		WHEN p.at < s.at THEN 'before start' WHEN returns IS NOT TRUE THEN 'started again' WHEN brackets IS NOT NULL AND bracket IS NULL THEN 'outside brackets' ELSE 'used' END AS reason,
	p.id <> s.id AND p.at >= s.at AND returns IS TRUE AS is_return,
	CASE WHEN brackets IS NULL THEN greatest(number(period, p.day) - number(period, s.day), 0) ELSE bracket END AS lag
FROM ask, placed AS p LEFT JOIN start AS s USING (entity) LEFT JOIN LATERAL (SELECT brackets[k] AS bracket FROM ask, generate_subscripts(brackets, 1) AS k
	WHERE k < cardinality(brackets) AND greatest(p.day - s.day, 0) BETWEEN brackets[k] AND brackets[k + 1] - 1) AS b ON true;
CREATE VIEW quality AS
SELECT reason, (SELECT count(*) FROM judged WHERE dirt = r.reason) + (SELECT count(*) FROM told WHERE told.reason = r.reason) AS rows
FROM unnest(ARRAY['used', 'no entity', 'no time', 'time out of range', 'other event', 'before start', 'started again', 'outside brackets', 'entity outside']) AS r(reason);
-- Each cohort, and what there is to count in it up to as_of
CREATE VIEW cell AS
SELECT c.cohort, c.cohort_size, lag, is_complete
FROM ask, (SELECT cohort, count(*) AS cohort_size FROM start GROUP BY cohort) AS c, LATERAL (
	SELECT (row_number() OVER (ORDER BY t) - 1)::integer AS lag, t + step(period) <= as_of AS is_complete FROM generate_series(c.cohort::timestamp, as_of::timestamp, step(period)) AS t WHERE brackets IS NULL
	UNION ALL SELECT brackets[k], c.cohort + brackets[k + 1] - 1 < as_of FROM generate_subscripts(brackets, 1) AS k WHERE k < cardinality(brackets) AND c.cohort + brackets[k] <= as_of) AS l
WHERE c.cohort <= as_of;
CREATE VIEW retention AS
WITH came AS MATERIALIZED (SELECT DISTINCT cohort, entity, lag FROM told WHERE is_return AND lag IS NOT NULL)
SELECT cohort, lag, cohort_size, retained, retained::float8 / cohort_size AS rate, is_complete
FROM cell, ask, LATERAL (SELECT count(DISTINCT entity) AS retained FROM came WHERE came.cohort = cell.cohort AND CASE kind WHEN 'on' THEN came.lag = cell.lag WHEN 'up to' THEN came.lag <= cell.lag ELSE came.lag >= cell.lag END) AS r;

-- Where the answer and the oracle differ: no rows if nowhere. All figures are exact.
CREATE FUNCTION differences() RETURNS SETOF text LANGUAGE sql AS $$
	WITH o AS MATERIALIZED (SELECT * FROM retention), f AS MATERIALIZED (SELECT f.* FROM ask, answer, event_retention(summary, kind, as_of) AS f)
	SELECT format('retention: oracle %s, answer %s', o, f) FROM f FULL JOIN o ON o.cohort = f.cohort AND o.lag = f.period
	WHERE ROW(f.cohort_size, f.retained, f.rate, f.is_complete) IS DISTINCT FROM ROW(o.cohort_size, o.retained, o.rate, o.is_complete)
	UNION ALL
	SELECT format('curve: oracle %s, answer %s', o, c) FROM (SELECT c.* FROM ask, answer, event_retention_curve(summary, kind, as_of) AS c) AS c
		FULL JOIN (SELECT lag, sum(cohort_size)::bigint AS eligible, sum(retained)::bigint AS retained FROM o WHERE is_complete GROUP BY lag) AS o ON o.lag = c.period
	WHERE ROW(c.eligible, c.retained, c.rate, c.low, c.high) IS DISTINCT FROM ROW(o.eligible, o.retained, o.retained::float8 / o.eligible, c.low, c.high)
		OR ROW(c.low, c.high) IS DISTINCT FROM (SELECT ROW(rate_low(s, 0.95), rate_high(s, 0.95)) FROM (SELECT rate_agg(k <= o.retained) AS s FROM generate_series(1, o.eligible) AS k) AS r)
	UNION ALL
	SELECT format('quality: oracle %s, answer %s', o, q) FROM (SELECT q.* FROM answer, retention_quality(summary) AS q) AS q FULL JOIN quality AS o USING (reason) WHERE q.rows IS DISTINCT FROM o.rows
	UNION ALL
	SELECT 'entities outside' FROM answer WHERE entities_outside(summary) <> (SELECT count(DISTINCT entity) FROM told WHERE reason = 'entity outside')
$$;
-- A unit, or brackets: cohorts are days then
CREATE FUNCTION try(unit text, brackets integer[], zone text, until timestamptz, later integer) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	kind_tried text;
BEGIN
	TRUNCATE ask, answer;
	INSERT INTO ask VALUES (coalesce(unit, 'day'), brackets, zone, NULL, until);
	UPDATE ask SET as_of = (SELECT max(day) FROM placed) + later;
	IF brackets IS NULL THEN
		INSERT INTO answer SELECT retention_agg(g.entity, g.at, g.starts, g.returns, unit, try.zone) FROM given AS g;
	ELSE
		INSERT INTO answer SELECT retention_agg(g.entity, g.at, g.starts, g.returns, try.brackets, try.zone) FROM given AS g;
	END IF;
	FOREACH kind_tried IN ARRAY ARRAY['on', 'on or after', 'up to'] LOOP
		UPDATE ask SET kind = kind_tried;
		RETURN QUERY SELECT kind_tried || ': ' || d FROM differences() AS d;
	END LOOP;
END $$;
SELECT is_empty(format('SELECT try(%L, %L, %L, %L, %L)', unit, brackets, zone, until, later), format('retention by %s in %s until %s, asked %s days later', coalesce(unit, brackets), zone, until, later))
FROM (VALUES ('day', NULL, 'UTC', 'infinity'::timestamptz, 0), ('day', NULL, 'Asia/Tehran', 'infinity', 0), ('day', NULL, 'Asia/Tehran', '2021-09-21 19:45+00', 0), ('week', NULL, 'UTC', 'infinity', 0), ('week', NULL, 'America/New_York', '2021-09-20 03:59+00', 3),
	('month', NULL, 'Asia/Tehran', 'infinity', 40), ('quarter', NULL, 'UTC', 'infinity', 0), ('year', NULL, 'Europe/Berlin', 'infinity', 500), (NULL, '{1,3,7,14,30}', 'UTC', 'infinity', 0), (NULL, '{0,1,2,5}', 'Asia/Tehran', 'infinity', 0),
	(NULL, '{2,9}', 'America/New_York', '2021-09-21 19:45+00', 20), (NULL, '{0,100000}', 'UTC', 'infinity', 0)) AS t(unit, brackets, zone, until, later);
UPDATE ask SET until = 'infinity';

-- However the rows come
CREATE TABLE made AS SELECT retention_agg(entity, at, starts, returns, 'week', 'UTC') AS weeks, retention_agg(entity, at, starts, returns, ARRAY[1, 3, 7, 14, 30], 'Asia/Tehran') AS brackets FROM hit;
SELECT is((SELECT ROW(retention_agg(entity, at, starts, returns, 'week', 'UTC'), retention_agg(entity, at, starts, returns, ARRAY[1, 3, 7, 14, 30], 'Asia/Tehran'))::text FROM (SELECT * FROM hit ORDER BY md5(id::text)) AS h), made::text, 'rows shuffled') FROM made;
SET work_mem = '64kB';
SELECT is((SELECT ROW(retention_agg(entity, at, starts, returns, 'week', 'UTC'), retention_agg(entity, at, starts, returns, ARRAY[1, 3, 7, 14, 30], 'Asia/Tehran'))::text FROM hit), made::text, 'rows spilled') FROM made;
SELECT is((SELECT retention_agg(0, at, starts, returns, 'day', 'UTC')::text FROM generate_series(1, 20) AS copy, (SELECT * FROM hit ORDER BY md5(id::text)) AS h),
	(SELECT retention_agg(0, at, starts, returns, 'day', 'UTC')::text FROM (SELECT hit.* FROM hit, generate_series(1, 20) ORDER BY at) AS h), 'one entity that is larger than memory');
RESET work_mem;
SELECT is((SELECT ROW(retention_agg('user ' || entity, at, starts, returns, 'week', 'UTC'), retention_agg(md5(entity::text)::uuid, at, starts, returns, ARRAY[1, 3, 7, 14, 30], 'Asia/Tehran'))::text FROM hit), made::text, 'entities that are text, and uuids') FROM made;
SELECT is((SELECT ROW(retention_agg(entity, at::timestamp, starts, returns, 'week'), retention_agg(entity, at::timestamp, starts, returns, ARRAY[1, 3]))::text FROM hit),
	replace((SELECT ROW(retention_agg(entity, at, starts, returns, 'week', 'UTC'), retention_agg(entity, at, starts, returns, ARRAY[1, 3], 'UTC'))::text FROM hit), '""zone"": ""UTC""', '""zone"": """"'), 'local times, without a zone');
SELECT is((SELECT retention_agg(entity, at::date, starts, returns, 'week', 'UTC')::text FROM hit), (SELECT retention_agg(entity, date_trunc('day', at), starts, returns, 'week', 'UTC')::text FROM hit), 'dates');
SELECT is((SELECT ROW(rollup(w), rollup(b))::text FROM (SELECT retention_agg(entity, at, starts, returns, 'week', 'UTC') AS w, retention_agg(entity, at, starts, returns, ARRAY[1, 3, 7, 14, 30], 'Asia/Tehran') AS b FROM hit GROUP BY entity % 7) AS parts), made::text, 'split by entity, and rolled up') FROM made;
SELECT is((SELECT ROW(rollup(w ORDER BY k), rollup(b ORDER BY -k))::text FROM (SELECT coalesce(entity, -1) AS k, retention_agg(entity, at, starts, returns, 'week', 'UTC') AS w, retention_agg(entity, at, starts, returns, ARRAY[1, 3, 7, 14, 30], 'Asia/Tehran') AS b FROM hit GROUP BY entity) AS parts), made::text, 'one part an entity') FROM made;
SELECT is(ROW(weeks::text::retention_summary, brackets::text::retention_summary)::text, made::text, 'stored as text') FROM made;

-- As of an earlier day: what lies behind its period is left out
SELECT is_empty(format($$ SELECT e FROM made, event_retention(weeks, %1$L, '2021-09-15') AS e LEFT JOIN event_retention((SELECT weeks FROM made), %1$L) AS w USING (cohort, period)
	WHERE ROW(e.cohort_size, e.retained, e.rate) IS DISTINCT FROM ROW(w.cohort_size, w.retained, w.rate) OR e.cohort + 7 * e.period > '2021-09-15' OR e.is_complete <> (e.cohort + 7 * e.period < '2021-09-13') $$, kind), 'an as_of before the last row, ' || kind)
FROM (VALUES ('on'), ('up to')) AS k(kind);
SELECT is((SELECT count(*) FROM event_retention(weeks, 'on', '2021-09-15')), 10::bigint, 'four weeks, a row for each cohort and week up to as_of') FROM made;
SELECT is_empty('SELECT event_retention(weeks, ''on'', ''2021-08-01'') FROM made', 'an as_of before all rows');
SELECT is_empty('SELECT event_retention_curve(weeks, ''up to'', ''2021-08-01'') FROM made', '... for the curve');
SELECT throws_ok('SELECT event_retention(weeks, ''on or after'', ''2021-09-15'') FROM made', '22023', NULL, 'whether somebody came back later is not known as of an earlier day');
SELECT results_eq('SELECT e FROM made, event_retention(weeks, NULL) AS e', 'SELECT e FROM made, event_retention(weeks, ''ON'', NULL) AS e', 'the kind by default');

-- By hand: who starts twice at one moment has come back once
SELECT results_eq($$ SELECT cohort, period, cohort_size, retained FROM event_retention((SELECT retention_agg(v, at, starts, returns, 'day') FROM (VALUES
		(1, timestamp '2026-01-01 10:00', true, false), (1, '2026-01-01 10:00', false, true), (2, '2026-01-01 10:00', true, true), (2, '2026-01-01 10:00', true, true), (3, '2026-01-01 10:00', true, true),
		(4, '2026-01-01 11:00', true, false), (4, '2026-01-01 10:00', false, true), (4, '2026-01-03 10:00', false, true)) AS t(v, at, starts, returns))) $$,
	$$ VALUES (date '2026-01-01', 0, 4::bigint, 2::bigint), ('2026-01-01', 1, 4, 0), ('2026-01-01', 2, 4, 1) $$, 'the start itself is no return, another row of its moment is');

-- Nothing
SELECT is_empty($$ SELECT f FROM (SELECT retention_agg(entity, at, starts, returns, 'day', 'UTC') AS s FROM hit WHERE false) AS e, event_retention(s) AS f $$, 'no rows: no cohorts');
SELECT is_empty('SELECT event_retention(NULL)', 'no summary');
SELECT is_empty('SELECT event_retention_curve(NULL)', 'no summary, no curve');
SELECT is_empty($$ SELECT f FROM (SELECT retention_agg(entity, at, false, returns, 'day', 'UTC') AS s FROM hit) AS e, event_retention(s) AS f $$, 'nobody started');
SELECT is((SELECT rollup(s)::text FROM (SELECT brackets AS s FROM made UNION ALL SELECT retention_agg(entity, at, starts, returns, 'day', 'UTC') FROM hit WHERE false UNION ALL SELECT NULL) AS e), brackets::text, 'an empty summary changes nothing') FROM made;
SELECT is(retention_brackets(brackets), '{1,3,7,14,30}', 'retention_brackets') FROM made;
SELECT is(retention_brackets(weeks), NULL, '... of a unit') FROM made;
SELECT is(data_from(weeks), min(at), 'data_from') FROM made, hit WHERE entity IS NOT NULL AND at BETWEEN '1900-01-01' AND '2199-12-31' GROUP BY weeks::text, data_from(weeks);
SELECT is(data_through(weeks), max(at), 'data_through, of other events, too') FROM made, hit WHERE entity IS NOT NULL AND at BETWEEN '1900-01-01' AND '2199-12-31' GROUP BY weeks::text, data_through(weeks);

-- What is wrong
SELECT throws_ok(format('SELECT retention_agg(entity, at, starts, returns, %s) FROM hit', args), code, message, args) FROM (VALUES
	('NULL::text, ''UTC''', '22004', 'the unit must not be null'), ('''fortnight'', ''UTC''', '22023', 'unknown period: "fortnight"'), ('''day'', ''Mars''', '22023', NULL), ('''day'', NULL', '22004', NULL), ('CASE id WHEN 1 THEN ''day'' ELSE ''week'' END, ''UTC''', '22023', NULL),
	('NULL::integer[], ''UTC''', '22004', 'the list of brackets must not be null'), ('ARRAY[7], ''UTC''', '22023', 'brackets have 2 to 1000 ends'), ('ARRAY[]::integer[], ''UTC''', '22023', 'brackets have 2 to 1000 ends'), ('ARRAY[3, 1], ''UTC''', '22023', 'the ends of brackets must rise'),
	('ARRAY[1, 1], ''UTC''', '22023', 'the ends of brackets must rise'), ('ARRAY[-1, 1], ''UTC''', '22023', 'an end of a bracket is out of range'), ('ARRAY[1, 2147483647], ''UTC''', '22023', 'an end of a bracket is out of range'), ('ARRAY[1, NULL], ''UTC''', '22023', 'an end of a bracket is NULL'),
	('ARRAY[[1, 3]], ''UTC''', '22023', 'brackets must be an array of one dimension'), ('ARRAY(SELECT generate_series(1, 1001)), ''UTC''', '22023', 'brackets have 2 to 1000 ends'), ('ARRAY[1, 100 + id], ''UTC''', '22023', 'the brackets change within a group'), ('ARRAY[1, 3], NULL', '22004', NULL)) AS t(args, code, message);
SELECT throws_ok('SELECT event_retention(weeks, ''rolling'') FROM made', '22023', 'unknown kind of retention: "rolling"', 'an unknown kind');
SELECT throws_ok('SELECT event_retention(weeks, ''on'', ''infinity'') FROM made', '22008', NULL, 'an infinite as_of');
SELECT throws_ok('SELECT rollup(s) FROM (SELECT weeks FROM made UNION ALL SELECT brackets FROM made) AS u(s)', '22023', 'cannot merge retention summaries of different units or zones', 'other units');
SELECT throws_ok('SELECT rollup(s) FROM (SELECT brackets FROM made UNION ALL SELECT retention_agg(entity, at, starts, returns, ARRAY[1, 3], ''Asia/Tehran'') FROM hit) AS u(s)', '22023', 'cannot merge retention summaries of different brackets', 'other brackets');

-- Text that breaks a rule
CREATE TABLE small AS SELECT retention_agg(v, at, v > 0 AND at < '2026-01-02', at > '2026-01-01 12:00', 'day', 'UTC') AS s FROM (VALUES (1, timestamptz '2026-01-01 10:00+00'), (1, '2026-01-02 10:10+00'), (1, '2026-01-03 10:00+00'), (2, '2026-01-01 10:20+00'), (2, '2026-01-03 10:00+00'), (0, '2026-01-03 10:00+00')) AS t(v, at);
SELECT is(s::text, '{"version": 1, "period": "day", "zone": "UTC", "brackets": [], "data_from": "2026-01-01 10:00:00+00", "data_through": "2026-01-03 10:00:00+00", "last_day": "2026-01-03", "rows": {"used": 5, "no_entity": 0, "no_time": 0, "time_out_of_range": 0, "other_event": 0, "before_start": 0, "started_again": 0, "outside_brackets": 0, "entity_outside": 1}, "entities_outside": 1, "cohorts": [{"start": "2026-01-01", "entities": 2, "returns": [{"periods_since": 1, "returned": 1, "first": 1, "last": 0}, {"periods_since": 2, "returned": 2, "first": 1, "last": 2}]}]}', 'the text form') FROM small;
SELECT throws_ok(format('SELECT %L::retention_summary', replace(s::text, given, instead)), '22P02', NULL, format('%s instead of %s', instead, given)) FROM small, (VALUES
	('"used": 5', '"used": 4'), ('"last_day": "2026-01-03"', '"last_day": "2026-01-05"'), ('"data_through": "2026-01-03 10:00:00+00"', '"data_through": "2026-01-01 11:00:00+00"'), ('"entities_outside": 1', '"entities_outside": 2'), ('"entities_outside": 1', '"entities_outside": 0'),
	('"entities": 2', '"entities": 1'), ('"entities": 2', '"entities": 0'), ('"returned": 1, "first": 1', '"returned": 2, "first": 1'), ('"returned": 2, "first": 1, "last": 2', '"returned": 2, "first": 1, "last": 1'), ('"first": 1, "last": 0', '"first": 0, "last": 0'), ('"periods_since": 2', '"periods_since": 1'),
	('"periods_since": 2', '"periods_since": 2000000'), ('"start": "2026-01-01"', '"start": "2025-12-30"'), ('"brackets": []', '"brackets": [{"days": 1}]'), ('"brackets": []', '"brackets": [{"days": 3}, {"days": 1}]'), ('"outside_brackets": 0', '"outside_brackets": 1')) AS t(given, instead);
SELECT throws_ok(format('SELECT %L::retention_summary', replace(brackets::text, given, instead)), '22P02', NULL, format('%s instead of %s', instead, given)) FROM made, (VALUES
	('"period": "day"', '"period": "month"'), ('"bracket": 3', '"bracket": 4'), ('{"days": 30}', '{"days": 200000}')) AS t(given, instead);

SELECT * FROM finish();
