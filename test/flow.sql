-- Paths: the ways that entities take.
SELECT no_plan();
SET jit = off;
SET timezone = 'UTC';

CREATE FUNCTION draw(seed text, id bigint, most integer) RETURNS integer LANGUAGE sql IMMUTABLE
	AS $$ SELECT (('x' || substr(md5(seed || id), 1, 8))::bit(32)::bigint * most / 4294967296)::integer $$;

-- Rows: many at one moment, again and again, twice; some that can't be used
CREATE TABLE click AS
SELECT i, draw('entity', i, 900)::bigint AS entity, (ARRAY['view', 'view', 'home', 'search', 'cart', 'Cart', 'pay', 'سبد', 'view "x"', ''])[1 + least(draw('event', i, 10), draw('event 2', i, 11))] AS event,
	timestamptz '2025-12-31 22:00+00' + draw('at', i, 60 * 8) * interval '1 minute' AS at, draw('segment', i, 3) AS segment
FROM generate_series(1, 9000) AS i;
INSERT INTO click SELECT * FROM click WHERE i % 50 = 0;
UPDATE click SET entity = NULL WHERE i % 401 = 0;
UPDATE click SET event = NULL WHERE i % 402 = 0;
UPDATE click SET at = NULL WHERE i % 403 = 0;
UPDATE click SET at = 'infinity' WHERE i % 404 = 0;
UPDATE click SET at = '1899-12-31 23:59+00' WHERE i % 405 = 0;

CREATE TABLE form(id integer, shape text, from_events text[], to_events text[], depth integer, session interval, keeps boolean, by_session boolean);
INSERT INTO form VALUES
	(1, '', NULL, NULL, 5, NULL, false, false), (2, 'depth: 2', NULL, NULL, 2, NULL, false, false), (3, 'depth: 10; repeats: keep', NULL, NULL, 10, NULL, true, false),
	(4, 'from: view', '{view}', NULL, 5, NULL, false, false), (5, 'depth: 4; FROM:home|"view ""x""" | view ', '{home,"view \"x\"",view}', NULL, 4, NULL, false, false), (6, 'from: سبد; repeats: keep; depth: 3', '{سبد}', NULL, 3, NULL, true, false),
	(7, 'to: pay', NULL, '{pay}', 5, NULL, false, false), (8, 'to: pay | "Cart"; depth: 3; session: 30 minutes', NULL, '{pay,Cart}', 3, '30 minutes', false, true), (9, 'to: pay; repeats: keep; depth: 6', NULL, '{pay}', 6, NULL, true, false),
	(10, 'from: view; to: pay', '{view}', '{pay}', 5, NULL, false, false), (11, 'from: view | search; to: pay | view; depth: 7; repeats: keep', '{view,search}', '{pay,view}', 7, NULL, true, false),
	(12, 'from: view; to: view; depth: 3', '{view}', '{view}', 3, NULL, false, false), (13, 'from: view; to: pay; session: 1 hour; count: entities', '{view}', '{pay}', 5, '1 hour', false, false),
	(14, 'session: 45 minutes', NULL, NULL, 5, '45 minutes', false, true), (15, 'count: entities; session: 20 minutes 1 microsecond; depth: 3', NULL, NULL, 3, '20 minutes 1 microsecond', false, false),
	(16, 'from: home; session: 19 minutes; repeats: keep', '{home}', NULL, 5, '19 minutes', true, true), (17, 'from: nowhere', '{nowhere}', NULL, 5, NULL, false, false);

-- The same in plain SQL. Rows of one moment in order of bytes; in sessions; repeats folded; numbered
CREATE TABLE event AS
SELECT *, row_number() OVER (PARTITION BY id, entity, part ORDER BY at, event COLLATE "C") AS n
FROM (SELECT *, event = lag(event) OVER (PARTITION BY id, entity, part ORDER BY at, event COLLATE "C") AS again
	FROM (SELECT *, count(*) FILTER (WHERE far) OVER (PARTITION BY id, entity ORDER BY at, event COLLATE "C") AS part
		FROM (SELECT *, coalesce(at - lag(at) OVER (PARTITION BY id, entity ORDER BY at, event COLLATE "C") > session, false) AS far
			FROM form, (SELECT DISTINCT entity, event, at FROM click WHERE entity IS NOT NULL AND event IS NOT NULL AND at BETWEEN '1900-01-01' AND '2199-12-31') AS c) AS a) AS b) AS c
WHERE keeps OR again IS NOT TRUE;
CREATE INDEX ON event(id, entity, part);
CREATE TABLE way AS
SELECT DISTINCT ON (id, entity, CASE WHEN by_session THEN part END) id, entity, part, depth, from_events IS NULL AND to_events IS NOT NULL AS backwards,
	(SELECT array_agg(event ORDER BY n) FROM event AS e WHERE (e.id, e.entity, e.part) = (w.id, w.entity, w.part) AND n BETWEEN first AND last) AS events,
	(SELECT array_agg(at ORDER BY n) FROM event AS e WHERE (e.id, e.entity, e.part) = (w.id, w.entity, w.part) AND n BETWEEN first AND last) AS ats
FROM (SELECT *, CASE WHEN from_events IS NULL THEN 1 WHEN to_events IS NULL THEN first_from ELSE (SELECT max(n) FROM event AS e WHERE (e.id, e.entity, e.part) = (a.id, a.entity, a.part) AND event = ANY (from_events) AND n < last) END AS first
	FROM (SELECT *, CASE WHEN to_events IS NULL THEN length ELSE (SELECT min(n) FROM event AS e WHERE (e.id, e.entity, e.part) = (g.id, g.entity, g.part) AND event = ANY (to_events) AND (from_events IS NULL OR n > first_from)) END AS last
		FROM (SELECT id, entity, part, depth, from_events, to_events, by_session, count(*) AS length, min(n) FILTER (WHERE event = ANY (from_events)) AS first_from FROM event GROUP BY 1, 2, 3, 4, 5, 6, 7) AS g) AS a) AS w
WHERE first IS NOT NULL AND last IS NOT NULL
ORDER BY id, entity, CASE WHEN by_session THEN part END, part;
SELECT cmp_ok((SELECT count(*) FROM way WHERE way.id = form.id), '>', 200::bigint, 'ways of ' || shape) FROM form WHERE id <> 17;

-- A step a row, numbered in the direction in which paths are told
CREATE TABLE pace AS
SELECT id, entity, part, depth, backwards, cardinality(events) AS length, k, CASE WHEN backwards THEN events[cardinality(events) + 1 - k] ELSE events[k] END AS event,
	CASE WHEN backwards THEN ats[cardinality(ats) + 2 - k] - ats[cardinality(ats) + 1 - k] ELSE ats[k] - ats[k - 1] END AS since
FROM way, generate_series(1, least(depth, cardinality(events))) AS k;

CREATE TABLE made AS SELECT id, shape, depth, (SELECT path_agg(entity, event, at, shape) FROM click) AS s FROM form;
SELECT is_empty($$ WITH expected AS (
		SELECT id, CASE WHEN backwards THEN events[greatest(cardinality(events) - depth + 1, 1):] ELSE events[:depth] END AS path, count(*) AS value, count(*) FILTER (WHERE cardinality(events) > depth) AS cut FROM way GROUP BY 1, 2),
	got AS (SELECT id, path, value, cut FROM made, path_list(s, 20000))
	(TABLE expected EXCEPT TABLE got) UNION ALL (TABLE got EXCEPT TABLE expected) $$, 'path_list: every path');
SELECT is_empty('SELECT id, sum(share) FROM made, path_list(s, 3) GROUP BY id HAVING abs(sum(share) - 1) > 1e-12 OR sum(value) <> (SELECT count(*) FROM way WHERE way.id = made.id)', 'with all others in a row of their own');
SELECT is_empty('SELECT id FROM made, path_list(s, 3) GROUP BY id HAVING count(*) <> 4 OR array_agg(rank) <> ''{1,2,3,NULL}''
	OR sum(cut) <> (SELECT count(*) FILTER (WHERE cardinality(events) > depth) FROM way WHERE way.id = made.id)', '... which is the last');
SELECT is_empty('SELECT * FROM (SELECT *, lag(value) OVER (PARTITION BY id ORDER BY rank) AS before FROM made, path_list(s, 500)) AS l WHERE value > before AND rank IS NOT NULL', 'the commonest come first');

CREATE FUNCTION flow_expected(top integer) RETURNS TABLE(id integer, step integer, source text, target text, value bigint, median double precision, kind text) LANGUAGE sql AS $$
	WITH place AS (
		SELECT id, k, event, row_number() OVER (PARTITION BY id, k ORDER BY count(*) DESC, event COLLATE "C") AS place FROM pace GROUP BY 1, 2, 3),
	named AS (SELECT pace.*, CASE WHEN place <= top THEN event ELSE 'other' END AS name, place > top AS is_other FROM pace JOIN place USING (id, k, event)),
	link AS (
		SELECT a.id, a.depth, a.backwards, a.k, a.name AS near, b.name AS far, CASE WHEN a.is_other OR b.is_other THEN 'other' ELSE 'event' END AS kind, b.since
		FROM named AS a JOIN named AS b ON (b.id, b.entity, b.part, b.k) = (a.id, a.entity, a.part, a.k + 1)
		UNION ALL
		SELECT id, depth, backwards, k, name, CASE WHEN length > depth THEN 'more' WHEN backwards THEN 'start' ELSE 'end' END, CASE WHEN length > depth THEN 'more' WHEN backwards THEN 'start' ELSE 'end' END, NULL
		FROM named WHERE k = least(length, depth))
	SELECT id, CASE WHEN backwards THEN depth - k ELSE k END, CASE WHEN backwards THEN far ELSE near END, CASE WHEN backwards THEN near ELSE far END, count(*),
		percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM since)), kind
	FROM link GROUP BY id, depth, backwards, k, near, far, kind $$;
SELECT is_empty(format($$ WITH expected AS (SELECT id, step, source, target, value, kind FROM flow_expected(%1$s)), got AS (SELECT id, step, source, target, value, kind FROM made, path_flow(s, %1$s))
	(TABLE expected EXCEPT TABLE got) UNION ALL (TABLE got EXCEPT TABLE expected) $$, top), 'path_flow: every link, of the top ' || top) FROM unnest(ARRAY[1, 3, 8, 100]) AS top;
SELECT is_empty($$ SELECT * FROM made, path_flow(s, 3) AS f JOIN flow_expected(3) AS e USING (step, source, target, kind)
	WHERE e.id = made.id AND (abs(median_seconds - median) > 0.01 * median + 1e-6 OR (median_seconds IS NULL) <> (median IS NULL)) $$, 'path_flow: medians within 1 %');
SELECT is_empty($$ SELECT id, step FROM (
		SELECT id, step, source AS name, value AS out, 0 AS in FROM made, path_flow(s, 2) WHERE kind <> 'start' AND source <> 'more' UNION ALL SELECT id, step + 1, target, 0, value FROM made, path_flow(s, 2) WHERE kind <> 'end' AND target <> 'more') AS l
	WHERE step > 1 AND step <= (SELECT depth FROM form WHERE form.id = l.id) - (id IN (SELECT id FROM way WHERE backwards))::integer GROUP BY id, step, name HAVING sum("in") <> sum(out) $$, 'what comes in goes out, at every event of every step');
SELECT is_empty($$ SELECT id FROM made WHERE (SELECT sum(value) FROM path_flow(s) WHERE kind IN ('end', 'start', 'more')) <> (SELECT count(*) FROM way WHERE way.id = made.id) $$, 'every unit comes to an end, once');
SELECT is_empty('SELECT id FROM made WHERE pruned(s) <> 0', 'nothing was pruned');

-- Rows
SELECT is_empty($$ SELECT id, reason, rows, e FROM made, path_quality(s) JOIN (VALUES
		('no entity', (SELECT count(*) FROM click WHERE entity IS NULL)), ('no event', (SELECT count(*) FROM click WHERE entity IS NOT NULL AND event IS NULL)),
		('no time', (SELECT count(*) FROM click WHERE entity IS NOT NULL AND event IS NOT NULL AND at IS NULL)),
		('time out of range', (SELECT count(*) FROM click WHERE entity IS NOT NULL AND event IS NOT NULL AND NOT at BETWEEN '1900-01-01' AND '2199-12-31')),
		('exact duplicate', (SELECT count(*) - count(DISTINCT (entity, event, at)) FROM click WHERE entity IS NOT NULL AND event IS NOT NULL AND at BETWEEN '1900-01-01' AND '2199-12-31'))) AS e(reason, e) USING (reason)
	WHERE rows <> e $$, 'path_quality: rows left out');
SELECT is_empty('SELECT id FROM made, path_quality(s) GROUP BY id HAVING sum(rows) <> (SELECT count(*) FROM click)', 'the reasons add up to the rows');
SELECT is_empty('SELECT id FROM made, path_quality(s) WHERE reason = ''used'' AND rows <> (SELECT count(*) FROM pace WHERE pace.id = made.id)', 'rows used: the steps');
SELECT is_empty('SELECT id FROM made JOIN form USING (id) WHERE units_outside(s) <> (SELECT count(*) FROM (SELECT DISTINCT entity, CASE WHEN by_session THEN part END FROM event WHERE event.id = made.id) AS u) - (SELECT count(*) FROM way WHERE way.id = made.id)', 'units without a path');
SELECT is(data_from(s), (SELECT min(at) FROM click WHERE at > '1900-01-01' AND entity IS NOT NULL AND event IS NOT NULL), 'data_from') FROM made WHERE id = 1;
SELECT is(data_through(s), (SELECT max(at) FROM click WHERE at < '2199-01-01' AND entity IS NOT NULL AND event IS NOT NULL), 'data_through') FROM made WHERE id = 17;

-- However the rows come
SELECT is_empty($$ SELECT id FROM made WHERE s::text <> (SELECT path_agg(entity, event, at, shape) FROM (SELECT * FROM click ORDER BY i * 7919 % 9001, at DESC) AS c)::text $$, 'rows shuffled');
SET work_mem = '64kB';
SELECT is_empty($$ SELECT id FROM made WHERE s::text <> (SELECT path_agg(entity, event, at, shape) FROM click)::text $$, 'rows spilled');
RESET work_mem;
SELECT is_empty($$ SELECT id FROM made WHERE s::text <> (SELECT path_agg('user ' || entity, event, at, shape) FROM click)::text $$, 'entities that are text');
SELECT is_empty($$ SELECT id FROM made WHERE s::text <> (SELECT path_agg(md5(entity::text)::uuid, event, at AT TIME ZONE 'UTC', shape) FROM click)::text $$, 'uuids, and local times');
SELECT is(path_agg(entity, event, at::date, 'depth: 10')::text, path_agg(entity, event, date_trunc('day', at), 'depth: 10')::text, 'dates') FROM click;
SELECT is_empty($$ SELECT id FROM made WHERE s::text <> (SELECT rollup(part) FROM (SELECT path_agg(entity, event, at, shape) AS part FROM click GROUP BY entity % 7) AS p)::text $$, 'split by entity and rolled up');
SELECT is_empty($$ SELECT id FROM made WHERE s::text <> (SELECT rollup(part) FROM (SELECT rollup(part) AS part FROM (SELECT entity % 5 AS g, path_agg(entity, event, at, shape) AS part FROM click GROUP BY entity % 50, entity % 5 ORDER BY md5((entity % 50)::text)) AS p GROUP BY g) AS q)::text $$, '... twice');
SELECT is_empty($$ SELECT id FROM made WHERE path_summary_send(s) <> path_summary_send(s::text::path_summary) $$, 'the text form is lossless');
SELECT is(path_agg(0, event, at, 'repeats: keep; depth: 3')::text, path_agg(0, event, at, 'depth: 3; repeats: keep')::text, 'one entity') FROM click;
CREATE TABLE by_segment AS SELECT segment, id, path_agg(entity, event, at, shape) AS s FROM form, click GROUP BY segment, id;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SELECT is_empty($$ SELECT segment, id FROM by_segment AS b WHERE s::text <> (SELECT path_agg(entity, event, at, shape) FROM click, form WHERE segment IS NOT DISTINCT FROM b.segment AND form.id = b.id)::text $$, 'in groups');
SELECT is((SELECT rollup(s) FROM by_segment WHERE id = 4)::text, (SELECT rollup(s) FROM (SELECT * FROM by_segment WHERE id = 4 ORDER BY segment DESC NULLS FIRST) AS b)::text, 'parts in any order');
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;
SELECT is((SELECT count(DISTINCT s::text) FROM (SELECT path_agg(entity, event, at, CASE WHEN i % 2 = 0 THEN 'from: home|view' ELSE 'from:view | home;depth:5' END) AS s FROM click GROUP BY i > 0) AS a), 1::bigint, 'a shape written otherwise is the same');
SELECT is(definition(path_agg(entity, event, at, shape)), wanted, 'in full: ' || shape) FROM click, (VALUES
	('', 'depth: 5'), (' to : "pay" ', 'to: pay; depth: 5'), ('session: 90 minutes; from: "a;b" | a', 'from: a | "a;b"; depth: 5; session: 1 hour 30 minutes'),
	('repeats: keep; count: entities; session: 1 day', 'depth: 5; session: 1 day; count: entities; repeats: keep')) AS s(shape, wanted) GROUP BY shape, wanted;

-- No rows, and none that can be used
SELECT is(path_agg(entity, event, at, ''), '{"version": 1, "definition": "", "data_from": null, "data_through": null, "rows": {"used": 0, "no_entity": 0, "no_event": 0, "no_time": 0, "time_out_of_range": 0, "exact_duplicate": 0, "repeat": 0, "off_the_path": 0, "unit_outside": 0}, "units_outside": 0, "labels": [], "others": 0, "others_ended": [], "steps": []}'::path_summary, 'no rows') FROM click WHERE false;
SELECT is((SELECT count(*) FROM path_flow(NULL)) + (SELECT count(*) FROM path_list(NULL)) + (SELECT count(*) FROM path_flow(path_agg)) + (SELECT count(*) FROM path_list(path_agg)), 0::bigint, 'no figures of no rows')
FROM (SELECT path_agg(entity, event, at, '') FROM click WHERE false) AS a;
SELECT is(array_agg((definition(a), data_from(a), pruned(a))::text), '{"(,,0)","(\"depth: 5\",,0)"}', 'no rows, and none with a time') FROM (SELECT path_agg(entity, event, at, '') AS a FROM click WHERE false UNION ALL SELECT path_agg(entity, event, NULL::timestamptz, '') FROM click) AS u;
SELECT results_eq($$ SELECT rollup(a)::text FROM (SELECT path_agg(entity, event, at, '') AS a FROM click WHERE false UNION ALL SELECT path_agg(entity, event, at, '') FROM click) AS u $$, $$ SELECT s::text FROM made WHERE id = 1 $$, 'rolled up with one of no rows');

-- Long labels
SELECT results_eq($$ SELECT path FROM path_list((SELECT path_agg(1, event, at, '') FROM (VALUES (repeat('ب', 150) || '1', now() - interval '2 hours'), (repeat('ب', 150) || '2', now() - interval '1 hour'), ('c', now())) AS v(event, at))) $$,
	$$ VALUES (ARRAY[repeat('ب', 98) || '...', 'c']) $$, 'labels are cut to 200 bytes, and are one where they agree so far');

--
-- More beginnings of paths than are kept
--

CREATE TABLE crowd AS
SELECT entity, k, CASE k WHEN 1 THEN 'home ' || entity % 7 WHEN 2 THEN 'page ' || page WHEN 3 THEN 'then ' || next ELSE 'at last' END AS event, timestamptz '2026-01-01 00:00+00' + (entity + k * (1 + entity % 50)) * interval '1 minute' AS at
FROM (SELECT entity, least(draw('page', entity, 9000), draw('page 2', entity, 9000)) AS page, draw('then', entity, 40) AS next, 2 + draw('length', entity, 3) AS length FROM generate_series(1, 40000) AS entity OFFSET 0) AS e, generate_series(1, length) AS k;
CREATE TABLE crowded AS SELECT path_agg(entity, event, at, 'depth: 3') AS s FROM crowd;
CREATE TABLE beginning AS
WITH line AS (SELECT entity, array_agg(event ORDER BY k) AS path FROM crowd GROUP BY entity),
prefix AS (SELECT path[:k] AS path, k, count(*) AS units, count(*) FILTER (WHERE cardinality(path) = k) AS ended FROM line, generate_series(1, least(cardinality(path), 3)) AS k GROUP BY 1, 2)
SELECT *, units >= (SELECT min(units) FROM (SELECT units, sum(count(*)) OVER (ORDER BY units DESC) AS so_far FROM prefix GROUP BY units) AS u WHERE so_far <= 20000) AS kept FROM prefix;
SELECT cmp_ok((SELECT count(*) FROM beginning), '>', 45000::bigint, 'beginnings of paths');
SELECT results_eq('SELECT pruned(s) FROM crowded', 'SELECT count(*)::bigint FROM (SELECT path[:2] AS b FROM (SELECT array_agg(event ORDER BY k) AS path FROM crowd GROUP BY entity) AS p WHERE NOT EXISTS (SELECT FROM beginning WHERE kept AND beginning.path = p.path[:3])) AS u', 'pruned: units of whose path a step is not kept');
SELECT is_empty($$ WITH got AS (SELECT path, value FROM crowded, path_list(s, 20000) WHERE rank IS NOT NULL), expected AS (SELECT path, CASE WHEN k = 3 THEN units ELSE ended END AS value FROM beginning WHERE kept AND (k = 3 OR ended > 0))
	(TABLE got EXCEPT TABLE expected) UNION ALL (TABLE expected EXCEPT TABLE got) $$, 'kept are those of the most units');
SELECT is_empty($$ SELECT step, name FROM (SELECT step, source AS name, value AS out, 0 AS "in" FROM crowded, path_flow(s, 20) UNION ALL SELECT step + 1, target, 0, value FROM crowded, path_flow(s, 20) WHERE kind NOT IN ('end', 'more')) AS l
	WHERE step > 1 GROUP BY 1, 2 HAVING sum("in") <> sum(out) $$, 'what comes in goes out, of the others too');
SELECT is_empty($$ SELECT step, kind FROM crowded, path_flow(s, 20) WHERE kind IN ('end', 'more') GROUP BY 1, 2
	EXCEPT SELECT * FROM (VALUES (2, 'end'), (3, 'end'), (3, 'more')) AS v $$, 'ends of paths: at the steps there are');
SELECT is_empty($$ SELECT step, kind, sum(value) FROM crowded, path_flow(s, 20) WHERE kind IN ('end', 'more') GROUP BY 1, 2
	EXCEPT SELECT least(length, 3), CASE WHEN length > 3 THEN 'more' ELSE 'end' END, count(*) FROM (SELECT count(*)::integer AS length FROM crowd GROUP BY entity) AS u GROUP BY 1, 2 $$, '... and exact, of the others too');
SET work_mem = '64kB';
SELECT is((SELECT path_agg(entity, event, at, 'depth: 3') FROM crowd)::text, s::text, 'the same with little memory') FROM crowded;
RESET work_mem;
SELECT is((SELECT path_agg(entity, event, at, 'depth: 3') FROM (SELECT * FROM crowd ORDER BY md5(entity::text)) AS c)::text, s::text, 'and in another order') FROM crowded;
SELECT is((SELECT count(DISTINCT path_summary_send(s)) FROM (SELECT path_agg(entity, event, at, 'depth: 3') OVER (PARTITION BY entity > 0) AS s FROM (SELECT * FROM crowd WHERE entity <= 25000) AS c LIMIT 2) AS w), 1::bigint, 'as a window aggregate');
CREATE TABLE rolled AS SELECT rollup(part) AS s FROM (SELECT path_agg(entity, event, at, 'depth: 3') AS part FROM crowd GROUP BY entity % 20) AS p;
SELECT is((SELECT s FROM rolled)::text, s::text, 'parts of which none was pruned make the same sum') FROM crowded;
SELECT is((SELECT rollup(part) FROM (SELECT path_agg(entity, event, at, 'depth: 3') AS part FROM crowd GROUP BY entity % 20 ORDER BY md5((entity % 20)::text)) AS p)::text, s::text, 'in any order') FROM crowded;
CREATE TABLE halves AS SELECT rollup(part) AS s, sum(pruned(part)) AS pruned, count(*) FILTER (WHERE pruned(part) > 0) AS parts FROM (SELECT path_agg(entity, event, at, 'depth: 3') AS part FROM crowd GROUP BY entity % 2) AS p;
SELECT ok(parts = 2 AND pruned(s) >= pruned, 'of pruned parts more is pruned') FROM halves;
SELECT is_empty($$ SELECT path FROM halves, path_list(s, 20000) AS l JOIN beginning AS b USING (path) WHERE value > CASE WHEN k = 3 THEN units ELSE ended END $$, 'and each path is at least what it says');
SELECT is((SELECT sum(value) FROM path_list(s, 10)), 40000::numeric, 'all units are there') FROM halves;

-- What is wrong
SELECT throws_ok('SELECT path_agg(entity, event, at, NULL) FROM click', '22004', 'the shape must not be null', 'no shape');
SELECT throws_ok($$ SELECT path_agg(entity, event, at, 'depth: ' || 2 + i % 2) FROM click $$, '22023', 'the shape of paths changes within a group', 'another shape');
SELECT throws_ok(format('SELECT path_agg(entity, event, at, %L) FROM click', shape), '22P02', 'invalid shape of paths: ' || message, shape) FROM (VALUES
	('view', '":" is missing behind "view"'), ('form: view', 'unknown clause'), ('from view', '":" is missing behind "from"'), ('from: ', 'empty event'), ('from: view |', 'empty event'),
	('from: view | view', 'an event is there twice'), ('from: view > cart', 'something that has no place here'), ('from: view; from: cart', 'a second clause "from"'), ('depth: 1', 'a depth that is not from 2 to 10'),
	('depth: 11', 'a depth that is not from 2 to 10'), ('depth: many', 'a depth that is not from 2 to 10'), ('session: 1 month', 'a month is not a fixed length of time'), ('session: 0 days', 'a length of time of 0'),
	('session: 30', 'unknown unit of time'), ('repeats: fold', 'unknown repeats'), ('count: attempts', 'unknown count'), ('count: sessions', 'sessions are counted, but there is no clause "session"'),
	('depth: 5;', 'unknown clause'), (';', 'unknown clause'), ('from: "view', 'a quoted label has no end')) AS bad(shape, message) WHERE shape <> 'view';
SELECT throws_ok($$ SELECT path_agg(entity, event, at, 'view') FROM click $$, '22P02', 'invalid shape of paths: unknown clause', 'an event is no shape');
SELECT throws_ok(format('SELECT %s FROM made WHERE id = 1', call), '22023', message, call) FROM (VALUES
	('path_flow(s, 0)', 'top must be between 1 and 100: 0'), ('path_flow(s, 101)', 'top must be between 1 and 100: 101'), ('path_list(s, 0)', 'top must be between 1 and 20000: 0'), ('path_list(s, 20001)', 'top must be between 1 and 20000: 20001')) AS bad(call, message);
SELECT throws_ok('SELECT rollup(s) FROM made', '22023', 'cannot merge path summaries of different shapes', 'different shapes');

-- What breaks a rule is not read
CREATE FUNCTION changed(what text, into_what text) RETURNS text LANGUAGE sql AS $$ SELECT replace(s::text, what, into_what) FROM (
	SELECT path_agg(1, event, at, 'from: view; to: pay') AS s FROM (VALUES ('view', '2026-01-01'::timestamptz), ('cart', '2026-01-02'), ('cart', '2026-01-03'), ('pay', '2026-01-04'), ('view', '2026-01-05')) AS v(event, at)) AS a $$;
SELECT lives_ok(format('SELECT %L::path_summary', changed('', '')), 'a summary');
SELECT throws_matching(format('SELECT %L::path_summary', changed(what, into_what)), message, message) FROM (VALUES
	('depth: 5', 'depth: 11', 'a depth that is not from 2 to 10'), ('"from: view; to: pay; depth: 5"', '""', 'there must be one record a step'), ('"used": 3', '"used": 4', 'are not as many as the rows used'),
	('"ended": 1', '"ended": 2', 'not as many as have come to it'), ('"ended": 1', '"ended": 0', 'has no units'), ('"label": "cart"', '"label": "pay"', 'the labels are not in order'), ('{"label": "cart"}, ', '', 'has no label'),
	('"after": 2', '"after": 3', 'follows none that is before it'), ('"after": 2', '"after": 0', 'not as many as|expected|cells are not in order'), ('"label": "view"', '"label": "visit"', 'does not begin where the shape says'),
	('"label": "pay"', '"label": "paid"', 'does not end where the shape says'), ('from: view; to: pay', 'from: view; to: cart', 'does not end where the shape says|goes on behind its end'), ('from: view; to: pay', 'to: pay', 'does not end where'),
	('"repeat": 1', '"repeat": 9223372036854775807', 'a number of rows is too large'), ('depth: 5', 'depth: 5; repeats: keep', 'repeats are left out, but the shape keeps them'), ('depth: 5', 'depth: 2', 'one record a step'),
	('"units_outside": 0', '"units_outside": 1', 'units outside have no rows'), ('"others": 0, "others_ended"', '"others": 1, "others_ended"', 'are not as many as the rows used'), ('[{"units": 0}', '[{"units": 1}', 'more end there than come to it'),
	('2026-01-01 00', '2026-02-01 00', 'moments are out of range or in the wrong order'), ('"others": 0}', '"others": 9223372036854775807}', 'too many|not as many|does not end')) AS broken(what, into_what, message);

SELECT * FROM finish();
