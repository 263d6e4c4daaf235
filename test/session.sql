-- session.sql: sessions against plain SQL over the rows themselves.
--
-- The oracle is the views over "hit" and "ask" below: lag, running sums and AT TIME ZONE, written from the
-- definitions in doc/session.md and from nothing else.
SELECT no_plan();
SET jit = off;
SET timezone = 'UTC';

CREATE FUNCTION draw(seed text, id bigint, most integer) RETURNS integer LANGUAGE sql IMMUTABLE
	AS $$ SELECT (('x' || substr(md5(seed || id), 1, 8))::bit(32)::bigint * most / 4294967296)::integer $$;
CREATE FUNCTION step(period text) RETURNS interval
	LANGUAGE sql IMMUTABLE AS $$ SELECT CASE period WHEN 'quarter' THEN interval '3 months' ELSE ('1 ' || period)::interval END $$;

-- 6,000 rows of 300 visitors within 60 days: bursts, ties, and dirt. Clocks are set back over midnight in Tehran on 2021-09-22 (UTC 2021-09-21 19:30).
CREATE TABLE hit AS
SELECT i AS id, CASE WHEN draw('nobody', i, 40) > 0 THEN draw('who', i / 3, 300) END::bigint AS entity,
	CASE draw('when', i, 60) WHEN 0 THEN NULL WHEN 1 THEN (ARRAY['infinity', '-infinity', '0202-01-01', '2200-01-01 00:00+00', '1899-12-31 23:59:59+00']::timestamptz[])[1 + draw('dirt', i, 5)]
	ELSE timestamptz '2021-08-15 00:00+00' + draw('burst', i / 3, 60 * 24 * 12) * interval '5 minutes' + draw('within', i, 12) * interval '7 minutes 0.25 seconds' END AS at
FROM generate_series(1, 6000) AS i;
CREATE TABLE ask(gap interval, period text, zone text, until timestamptz, as_of timestamptz);
CREATE TABLE answer(summary session_summary);

CREATE VIEW given AS SELECT hit.* FROM hit, ask WHERE at IS NULL OR at <= until OR at >= '2200-01-01 00:00+00';
CREATE VIEW judged AS
SELECT given.*, CASE WHEN entity IS NULL THEN 'no entity' WHEN at IS NULL THEN 'no time'
	WHEN at < '1900-01-01 00:00+00' OR at >= '2200-01-01 00:00+00' THEN 'time out of range' ELSE 'used' END AS reason FROM given;
CREATE VIEW placed AS
SELECT entity, at, 1 + sum((at - gap > before)::integer) OVER (PARTITION BY entity ORDER BY at, id) AS number
FROM (SELECT j.*, coalesce(lag(at) OVER (PARTITION BY entity ORDER BY at, id), at) AS before FROM judged AS j WHERE reason = 'used') AS j, ask;
CREATE VIEW visit AS
SELECT entity, number, min(at) AS began, max(at) AS ended, count(*) AS rows, extract(epoch FROM max(at) - min(at)) AS seconds, max(at) + max(gap) > max(as_of) AS is_running,
	date_trunc(max(period), min(at) AT TIME ZONE max(zone))::date AS period
FROM placed, ask GROUP BY entity, number;
CREATE VIEW figure AS
SELECT period, count(*) AS sessions, count(DISTINCT entity) AS entities, coalesce(sum(rows), 0)::bigint AS rows, count(*) FILTER (WHERE rows = 1) AS single_row_sessions,
	count(*) FILTER (WHERE rows = 1)::float8 / nullif(count(*), 0) AS single_row_share, count(*)::float8 / nullif(count(DISTINCT entity), 0) AS sessions_per_entity,
	sum(rows)::float8 / nullif(count(*), 0) AS rows_per_session, avg(seconds)::float8 AS mean, percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) AS median,
	percentile_cont(0.9) WITHIN GROUP (ORDER BY seconds) AS p90, count(*) FILTER (WHERE is_running) AS running
FROM visit GROUP BY GROUPING SETS ((), (period));

-- Where the answer and the oracle differ: no rows if nowhere
CREATE FUNCTION differences() RETURNS SETOF text LANGUAGE sql AS $$
	SELECT format('figures: oracle %s, answer %s', o, f) FROM (SELECT f.* FROM ask, answer, session_figures(summary, as_of) AS f) AS f FULL JOIN (SELECT * FROM figure WHERE period IS NULL) AS o ON true
	WHERE ROW(f.sessions, f.entities, f.rows, f.single_row_sessions, f.single_row_share, f.sessions_per_entity, f.rows_per_session, f.running)
			IS DISTINCT FROM ROW(o.sessions, o.entities, o.rows, o.single_row_sessions, o.single_row_share, o.sessions_per_entity, o.rows_per_session, o.running)
		OR abs(f.mean_seconds - o.mean) > 1e-9 * o.mean OR abs(f.median_seconds - o.median) > 0.01 * o.median OR abs(f.p90_seconds - o.p90) > 0.01 * o.p90
	UNION ALL
	SELECT format('quality: oracle %s, answer %s', o, q) FROM (SELECT q.* FROM answer, session_quality(summary) AS q) AS q
		FULL JOIN (SELECT reason, (SELECT count(*) FROM judged AS j WHERE j.reason = r.reason) AS rows FROM unnest(ARRAY['used', 'no entity', 'no time', 'time out of range']) AS r(reason)) AS o USING (reason)
	WHERE q.rows IS DISTINCT FROM o.rows
$$;
CREATE FUNCTION trend_differences() RETURNS SETOF text LANGUAGE sql AS $$
	SELECT format('trend: oracle %s, answer %s', o, f) FROM (SELECT f.* FROM ask, answer, session_trend(summary, as_of) AS f) AS f
		FULL JOIN (SELECT start::date AS period, coalesce(f.sessions, 0) AS sessions, coalesce(f.entities, 0) AS entities, coalesce(f.rows, 0) AS rows, coalesce(f.single_row_sessions, 0) AS single_row_sessions,
				coalesce(f.running, 0) AS running, f.single_row_share, f.mean, f.median, f.p90, coalesce(f.running, 0) = 0 AND (start + step(ask.period)) AT TIME ZONE zone <= as_of AS is_complete
			FROM ask, generate_series((SELECT min(period) FROM visit)::timestamp, as_of AT TIME ZONE zone, step(period)) AS start LEFT JOIN figure AS f ON f.period = start::date) AS o USING (period)
	WHERE ROW(f.sessions, f.entities, f.rows, f.single_row_sessions, f.single_row_share, f.running, f.is_complete)
			IS DISTINCT FROM ROW(o.sessions, o.entities, o.rows, o.single_row_sessions, o.single_row_share, o.running, o.is_complete)
		OR (f.mean_seconds IS NULL) <> (o.mean IS NULL) OR abs(f.mean_seconds - o.mean) > 1e-9 * o.mean OR abs(f.median_seconds - o.median) > 0.01 * o.median OR abs(f.p90_seconds - o.p90) > 0.01 * o.p90
$$;

-- Gaps, periods, zones, moments asked for: all rows, and those up to a moment in the middle of things
CREATE FUNCTION try(gap interval, period text, zone text, until timestamptz, later interval) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
	TRUNCATE ask, answer;
	INSERT INTO ask VALUES (gap, period, zone, until);
	UPDATE ask SET as_of = (SELECT max(at) FROM judged WHERE reason = 'used') + later;
	INSERT INTO answer SELECT session_agg(g.entity, g.at, try.gap) FROM given AS g;
	RETURN QUERY SELECT 'without a period: ' || d FROM differences() AS d;
	DELETE FROM answer;
	INSERT INTO answer SELECT session_agg(g.entity, g.at, try.gap, try.period, try.zone) FROM given AS g;
	RETURN QUERY SELECT differences() UNION ALL SELECT trend_differences();
END $$;
SELECT is_empty(format('SELECT try(%L, %L, %L, %L, %L)', gap, period, zone, until, later), format('sessions of %s by %s in %s until %s, asked %s later', gap, period, zone, until, later))
FROM (VALUES (interval '30 minutes', 'week', 'UTC', 'infinity'::timestamptz, interval '0'), ('30 minutes', 'day', 'Asia/Tehran', 'infinity', '0'), ('30 minutes', 'day', 'Asia/Tehran', '2021-09-21 19:42+00', '0'),
	('7 minutes 0.25 seconds', 'day', 'America/New_York', '2021-09-10 03:59+00', '0'), ('3 days', 'month', 'Europe/Berlin', '2021-09-30 22:30+00', '0'), ('5 minutes', 'quarter', 'UTC', '2021-09-30 20:00+00', '0'),
	('100 days', 'year', 'Asia/Kolkata', 'infinity', '40 days'), ('1 microsecond', 'day', 'UTC', 'infinity', '3 days')) AS t(gap, period, zone, until, later);

-- Asked later: exact at whole minutes, hours and days
SELECT is_empty(format('SELECT try(%L, ''day'', ''UTC'', %L, date_trunc(%L, timestamptz %4$L) + %5$L - (SELECT max(at) FROM hit WHERE at <= %2$L))', gap, until, unit, until, later), format('asked %s later, of %s', later, gap))
FROM (VALUES (interval '30 minutes', '2021-09-10 12:34+00', 'minute', interval '7 minutes'), ('1 day', '2021-09-10 12:34+00', 'minute', '20 hours'), ('2 days', '2021-09-10 12:34+00', 'hour', '31 hours'), ('61 days', '2021-09-10 12:34+00', 'day', '40 days')) AS t(gap, until, unit, later);

UPDATE ask SET until = 'infinity';

-- However the rows come
CREATE TABLE made AS SELECT session_agg(entity, at, interval '30 minutes') AS plain, session_agg(entity, at, interval '30 minutes', 'day', 'Asia/Tehran') AS by_day FROM hit;
SELECT is((SELECT ROW(session_agg(entity, at, interval '30 minutes'), session_agg(entity, at, interval '30 minutes', 'day', 'Asia/Tehran'))::text FROM (SELECT * FROM hit ORDER BY md5(id::text)) AS h), made::text, 'rows shuffled') FROM made;
SET work_mem = '64kB';
SELECT is((SELECT ROW(session_agg(entity, at, interval '30 minutes'), session_agg(entity, at, interval '30 minutes', 'day', 'Asia/Tehran'))::text FROM hit), made::text, 'rows spilled') FROM made;
SELECT is((SELECT session_agg(0, at, interval '1 minute')::text FROM generate_series(1, 20) AS copy, (SELECT at FROM hit ORDER BY md5(id::text)) AS h),
	(SELECT session_agg(0, at, interval '1 minute')::text FROM (SELECT at FROM hit, generate_series(1, 20) ORDER BY at) AS h), 'one entity that is larger than memory');
RESET work_mem;
SELECT is((SELECT ROW(session_agg('user ' || entity, at, interval '30 minutes'), session_agg(md5(entity::text)::uuid, at, interval '30 minutes', 'day', 'Asia/Tehran'))::text FROM hit), made::text, 'entities that are text, and uuids') FROM made;
SELECT is((SELECT session_agg(entity, at AT TIME ZONE 'UTC', interval '30 minutes')::text FROM hit WHERE isfinite(at)), (SELECT session_agg(entity, at, interval '30 minutes')::text FROM hit WHERE isfinite(at)), 'timestamps, as UTC');
SELECT is((SELECT session_agg(entity, at::timestamp, interval '30 minutes', 'week')::text FROM hit), replace((SELECT session_agg(entity, at, interval '30 minutes', 'week', 'UTC')::text FROM hit), '"zone": "UTC"', '"zone": ""'), 'local times, without a zone');
SELECT is((SELECT session_agg(entity, at::date, interval '1 day', 'week', 'UTC')::text FROM hit), (SELECT session_agg(entity, date_trunc('day', at), interval '1 day', 'week', 'UTC')::text FROM hit), 'dates');
SELECT is((SELECT ROW(rollup(p), rollup(d))::text FROM (SELECT session_agg(entity, at, interval '30 minutes') AS p, session_agg(entity, at, interval '30 minutes', 'day', 'Asia/Tehran') AS d FROM hit GROUP BY entity % 7) AS parts), made::text, 'split by entity, and rolled up') FROM made;
SELECT is((SELECT ROW(rollup(p ORDER BY k), rollup(d ORDER BY -k))::text FROM (SELECT coalesce(entity, -1) AS k, session_agg(entity, at, interval '30 minutes') AS p, session_agg(entity, at, interval '30 minutes', 'day', 'Asia/Tehran') AS d FROM hit GROUP BY entity) AS parts), made::text, 'one part an entity') FROM made;
SELECT is(ROW(plain::text::session_summary, by_day::text::session_summary)::text, made::text, 'stored as text') FROM made;

-- session_number: the same sessions
SELECT is_empty($$ SELECT entity, at, n, session_number FROM (
		SELECT entity, at, session_number(at, interval '30 minutes') OVER (PARTITION BY entity ORDER BY at), 1 + sum((at - before > interval '30 minutes')::integer) OVER (PARTITION BY entity ORDER BY at) AS n
		FROM (SELECT entity, at, coalesce(lag(at) OVER (PARTITION BY entity ORDER BY at), at) AS before FROM judged WHERE reason = 'used') AS j) AS k WHERE n <> session_number $$, 'session_number: as lag and a sum have it');
SELECT results_eq($$ SELECT sum(last)::bigint FROM (SELECT max(n) AS last FROM (SELECT entity, session_number(at, interval '30 minutes') OVER (PARTITION BY entity ORDER BY at) AS n FROM hit WHERE entity IS NOT NULL) AS k GROUP BY entity) AS l $$,
	'SELECT sessions FROM made, session_figures(plain)', 'its last numbers add up to the sessions of session_agg, dirt or not');
SELECT results_eq($$ SELECT at, session_number(at, '00:30') OVER (ORDER BY at) FROM (VALUES (timestamptz '2026-01-01 10:30+00'), ('2026-01-01 10:00+00'), ('2026-01-01 10:00+00'), (NULL), ('infinity'), ('2026-01-01 11:00:00.000001+00'), ('-infinity')) AS v(at) ORDER BY at $$,
	$$ VALUES (timestamptz '-infinity', NULL::bigint), ('2026-01-01 10:00+00', 1), ('2026-01-01 10:00+00', 1), ('2026-01-01 10:30+00', 1), ('2026-01-01 11:00:00.000001+00', 2), ('infinity', NULL), (NULL, NULL) $$, 'rows exactly the gap apart are one session; rows without a time have no number');
SELECT results_eq($$ SELECT session_number(at, '1 day') OVER (ORDER BY at) FROM (VALUES (date '2026-01-01'), ('2026-01-02'), ('2026-01-04')) AS v(at) $$, '{1,1,2}'::bigint[], 'of dates');
SELECT results_eq($$ SELECT session_number(at, '1 day') OVER (ORDER BY at ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING) FROM (VALUES (timestamp '2026-01-01'), ('2026-01-02'), ('2026-01-04')) AS v(at) $$, '{1,1,2}'::bigint[], 'of timestamps; a frame is not looked at');
SELECT throws_ok($$ SELECT session_number(at, '1 hour') OVER (ORDER BY at DESC) FROM hit WHERE isfinite(at) $$, '22023', 'session_number needs the rows of a partition in order of time', 'backwards');
SELECT throws_ok($$ SELECT session_number(at, NULL) OVER (ORDER BY at) FROM hit $$, '22004', 'the gap must not be null', 'no gap');
SELECT throws_ok($$ SELECT session_number(at, id * interval '1 hour') OVER (ORDER BY at) FROM hit $$, '22023', NULL, 'another gap');
SELECT throws_ok($$ SELECT session_number(at, '1 hour') FROM hit $$, '42809', NULL, 'without OVER');

-- Nothing
SELECT is_empty($$ SELECT f FROM (SELECT session_agg(entity, at, interval '1 hour') AS s FROM hit WHERE false) AS e, session_figures(s) AS f $$, 'no rows: no figures');
SELECT is_empty('SELECT session_figures(NULL)', 'no summary');
SELECT is_empty('SELECT session_trend(NULL)', 'no summary, no trend');
SELECT is_empty($$ SELECT f FROM (SELECT session_agg(entity, at, interval '1 hour', 'day', 'UTC') AS s FROM hit WHERE at IS NULL) AS e, session_trend(s) AS f $$, 'no row that counts: no periods');
SELECT results_eq($$ SELECT sessions, rows, sessions_per_entity, mean_seconds, p90_seconds FROM session_figures((SELECT session_agg(entity, at, interval '1 hour') FROM hit WHERE at IS NULL)) $$, $$ VALUES (0::bigint, 0::bigint, NULL::float8, NULL::float8, NULL::float8) $$, 'no row that counts: counts of 0');
SELECT is((SELECT rollup(s)::text FROM (SELECT plain AS s FROM made UNION ALL SELECT session_agg(entity, at, interval '1 hour') FROM hit WHERE false UNION ALL SELECT NULL) AS e), plain::text, 'an empty summary changes nothing') FROM made;
SELECT is(session_gap(plain), '00:30', 'session_gap') FROM made;
SELECT is(session_gap(session_agg(entity, at, interval '90 days 2 hours')), '90 days 2 hours', '... of days') FROM hit;
SELECT is(data_from(plain), (SELECT min(at) FROM judged WHERE reason = 'used'), 'data_from') FROM made;
SELECT is(data_through(plain), (SELECT max(at) FROM judged WHERE reason = 'used'), 'data_through') FROM made;

-- What is wrong
SELECT throws_ok(format('SELECT session_agg(entity, at, %s) FROM hit', args), code, message, args) FROM (VALUES
	('NULL', '22004', 'the gap must not be null'), ('interval ''0''', '22023', 'the gap must be longer than no time'), ('interval ''-1 hour''', '22023', NULL), ('interval ''1 month''', '22023', 'the gap must be a fixed length of time, not "1 mon"'),
	('id * interval ''1 hour''', '22023', NULL), ('interval ''1 hour'', NULL, ''UTC''', '22004', NULL), ('interval ''1 hour'', ''decade'', ''UTC''', '22023', NULL), ('interval ''1 hour'', ''day'', ''Mars''', '22023', NULL),
	('interval ''1 hour'', CASE id WHEN 1 THEN ''day'' ELSE ''week'' END, ''UTC''', '22023', NULL), ('interval ''1 hour'', ''day''', '42883', NULL)) AS t(args, code, message);
SELECT throws_ok('SELECT session_figures(plain, ''2021-01-01'') FROM made', '22023', NULL, 'an as_of before the last row');
SELECT throws_ok('SELECT session_trend(by_day, ''infinity'') FROM made', '22008', NULL, 'an infinite one');
SELECT throws_ok('SELECT session_trend(plain) FROM made', '22023', 'the summary has no periods', 'a trend without a period');
SELECT throws_ok('SELECT rollup(s) FROM (SELECT plain FROM made UNION ALL SELECT by_day FROM made) AS u(s)', '22023', 'cannot merge session summaries of different periods or zones', 'other periods');
SELECT throws_ok('SELECT rollup(s) FROM (SELECT plain FROM made UNION ALL SELECT session_agg(entity, at, interval ''1 hour'') FROM hit) AS u(s)', '22023', 'cannot merge session summaries of different gaps', 'other gaps');

-- Text that breaks a rule
CREATE TABLE small AS SELECT session_agg(v, at, interval '30 minutes', 'day', 'UTC') AS s FROM (VALUES (1, timestamptz '2026-01-01 10:00+00'), (1, '2026-01-01 10:10+00'), (1, '2026-01-03 10:00+00'), (2, '2026-01-03 10:20+00')) AS t(v, at);
SELECT is(s::text, '{"version": 1, "gap_microseconds": 1800000000, "period": "day", "zone": "UTC", "data_from": "2026-01-01 10:00:00+00", "data_through": "2026-01-03 10:20:00+00", "rows": {"used": 4, "no_entity": 0, "no_time": 0, "time_out_of_range": 0}, "entities": 2, "periods": [{"start": "2026-01-01", "entities": 1, "sessions": 1, "single_row_sessions": 0, "rows": 2, "sum_microseconds": 600000000, "sketch": [[901, 1]], "running": []}, {"start": "2026-01-03", "entities": 2, "sessions": 2, "single_row_sessions": 2, "rows": 2, "sum_microseconds": 0, "sketch": [[0, 2]], "running": [{"until": 13679190, "sessions": 1}, {"until": 13679210, "sessions": 1}]}]}', 'the text form') FROM small;
SELECT throws_ok(format('SELECT %L::session_summary', replace(s::text, given, instead)), '22P02', NULL, format('%s instead of %s', instead, given)) FROM small, (VALUES
	('"gap_microseconds": 1800000000', '"gap_microseconds": 0'), ('"gap_microseconds": 1800000000', '"gap_microseconds": 9223372036854775807'), ('"used": 4', '"used": 5'), ('"data_through": "2026-01-03 10:20:00+00"', '"data_through": "2026-01-02 10:20:00+00"'),
	('"entities": 2, "periods"', '"entities": 4, "periods"'), ('"entities": 2, "periods"', '"entities": 1, "periods"'), ('"start": "2026-01-03"', '"start": "2025-12-30"'), ('"sessions": 1, "single_row_sessions": 0', '"sessions": 1, "single_row_sessions": 1'),
	('"sum_microseconds": 600000000', '"sum_microseconds": 1600000000'), ('"sum_microseconds": 600000000', '"sum_microseconds": -1'), ('[[901, 1]]', '[[901, 2]]'), ('"until": 13679190, "sessions": 1', '"until": 13679190, "sessions": 2'), ('"until": 13679190', '"until": 13679220'),
	('"until": 13679210', '"until": 13679211'), ('"period": "day"', '"period": ""'), ('"start": "2026-01-03", ', '')) AS t(given, instead);

SELECT * FROM finish();
