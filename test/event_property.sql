-- Journeys by a property: held, or attributed.
SELECT no_plan();
SET jit = off;
SET timezone = 'UTC';

CREATE FUNCTION draw(seed text, id bigint, most integer) RETURNS integer LANGUAGE sql IMMUTABLE
	AS $$ SELECT (('x' || substr(md5(seed || id), 1, 8))::bit(32)::bigint * most / 4294967296)::integer $$;

-- A shop's two months
CREATE TABLE click AS
SELECT entity, at, (ARRAY['view', 'cart', 'basket', 'pay', 'refund', 'other', 'view', 'view'])[1 + draw('event', i, 8)] AS event, draw('segment', entity, 3) AS segment
FROM (SELECT i, draw('entity', i, 700)::bigint AS entity, timestamptz '2025-12-28 00:00+00' + draw('at', i, 60 * 24 * 60) * interval '1 minute' AS at FROM generate_series(1, 8000) AS i OFFSET 0) AS c;
CREATE TABLE journey_of(id integer, definition journey, plain boolean);
INSERT INTO journey_of VALUES
	(1, 'view > cart | basket > pay', true), (2, 'view > cart | basket > pay; within: 3 days', true), (3, 'view > cart > pay; within: 30 days; without: refund (1-2)', true),
	(4, 'view > cart > basket > pay; optional: cart, 3; within: 10 days', true), (5, 'view > view > view; within: 5 days', false), (6, 'view > cart > pay; order: any; within: 2 days', false),
	(7, 'view > cart > pay; gap: 20 hours', true), (8, 'view > cart > pay; session: 1 day', true), (9, 'view > cart > pay; within: 4 days; order: no_repeat, no_skip', false),
	(10, 'view > cart > pay; within: 90 days; order: contiguous', false), (11, 'view > pay; entry: first; within: 20 days; without: refund', false);
CREATE TABLE made AS SELECT id, definition, plain, (SELECT event_agg(entity, event, at, definition) FROM click) AS s FROM journey_of;

-- Some rows have no value; some are there twice, with another one
CREATE TABLE bought AS
SELECT entity, at, event, CASE WHEN draw <> 'e' THEN 'v' || draw END AS value FROM (SELECT *, substr('aabbcceeab', 1 + draw('value', row_number() OVER (ORDER BY at, entity, event), 10), 1) AS draw FROM (SELECT DISTINCT entity, at, event FROM click) AS c) AS d
UNION ALL SELECT entity, at, event, 'vب' FROM click WHERE draw('again', entity, 20) = 0;
CREATE INDEX ON bought(entity, at);
CREATE TABLE step_of(id integer, k integer, events text[]);
INSERT INTO step_of SELECT id, k, CASE WHEN event = 'cart' AND id <= 2 THEN '{cart,basket}' WHEN definition::text ~ 'order: any' THEN '{view,cart,pay}' ELSE ARRAY[event] END FROM journey_of, unnest(steps(definition)) WITH ORDINALITY AS u(event, k) WHERE id <> 6;
INSERT INTO step_of SELECT 6, k, '{view,cart,pay}' FROM generate_series(1, 3) AS k;
CREATE TABLE uses(use text, step integer);
INSERT INTO uses VALUES ('first', NULL), ('last', NULL), ('step 1', 1), ('step 2', 2);
CREATE TABLE attributed AS SELECT id, use, uses.step AS of_step, (SELECT event_agg(entity, event, value, at, (definition || '; property: ' || use)::journey) FROM bought) AS s FROM journey_of, uses;
SELECT is_empty($$ SELECT id, use FROM attributed AS a WHERE (SELECT array_agg(f ORDER BY step) FROM event_funnel(s, '2026-03-02 00:00+00') AS f) IS DISTINCT FROM
	(SELECT array_agg(f ORDER BY step) FROM journey_of AS j, event_funnel((SELECT event_agg(entity, event, at, definition) FROM bought), '2026-03-02 00:00+00') AS f WHERE j.id = a.id) $$, 'a property that is attributed changes nothing in the whole');
CREATE TABLE told_by AS
SELECT id, entity, level, outcome, ARRAY(SELECT (SELECT min(value COLLATE "C") FROM bought AS b WHERE b.entity = o.entity AND b.at = t AND b.event = ANY (events)) FROM unnest(times) WITH ORDINALITY AS u(t, k) JOIN step_of AS s USING (k) WHERE s.id = o.id ORDER BY k) AS vals
FROM (SELECT id, entity, funnel_level(event, at, definition) AS level, funnel_outcome(event, at, definition, '2026-03-02 00:00+00') AS outcome, funnel_times(event, at, definition) AS times FROM journey_of, bought GROUP BY 1, 2) AS o WHERE level > 0;
SELECT is_empty($$ WITH expected AS (
		SELECT id, use, value, f.step, count(*) FILTER (WHERE level >= f.step) AS reached, count(*) FILTER (WHERE level = f.step AND outcome = 'dropped') AS dropped, count(*) FILTER (WHERE level = f.step AND outcome = 'excluded') AS excluded, count(*) FILTER (WHERE level = f.step AND outcome = 'undecided') AS undecided
		FROM told_by JOIN LATERAL (SELECT use, CASE WHEN uses.step IS NOT NULL THEN vals[uses.step] WHEN use = 'first' THEN (SELECT v FROM unnest(vals) WITH ORDINALITY AS u(v, k) WHERE v IS NOT NULL ORDER BY k LIMIT 1) ELSE (SELECT v FROM unnest(vals) WITH ORDINALITY AS u(v, k) WHERE v IS NOT NULL ORDER BY k DESC LIMIT 1) END AS value FROM uses) AS l ON true
			JOIN LATERAL (SELECT generate_series(1, cardinality(steps(definition))) AS step FROM journey_of WHERE journey_of.id = told_by.id) AS f ON true GROUP BY 1, 2, 3, 4),
	got AS (SELECT id, use, segment, step, reached, dropped, excluded, undecided FROM attributed, event_funnel_by(s, '2026-03-02 00:00+00') WHERE NOT is_optional)
	(SELECT * FROM got EXCEPT SELECT * FROM expected) UNION ALL (SELECT * FROM expected AS e WHERE (id, step) <> (4, 2) AND (id, step) <> (4, 3) EXCEPT SELECT * FROM got) $$, 'event_funnel_by: of the value that the chain has');
SELECT is_empty($$ SELECT id, use FROM attributed, event_funnel_by(s) WHERE kind <> CASE WHEN segment IS NULL THEN 'none' ELSE 'value' END OR reached <> advanced + dropped + excluded + undecided $$, 'kinds, and what adds up');
SELECT is_empty($$ SELECT id, use, f.step FROM attributed, event_funnel_by(s) AS f JOIN event_funnel(s) AS w USING (step) GROUP BY 1, 2, 3, w.reached, w.mean_seconds
	HAVING sum(f.reached) <> w.reached OR abs(sum(f.mean_seconds * f.reached) / nullif(sum(f.reached), 0) - w.mean_seconds) > 1e-6 * w.mean_seconds $$, 'segments add up to the whole, and so do their times');

-- Held: each value is an entity of its own; an entity has the best of them
CREATE TABLE held AS SELECT id, (SELECT event_agg(entity, event, value, at, (definition || '; property: hold')::journey) FROM bought) AS s FROM journey_of;
CREATE TABLE of_value AS
SELECT id, entity, value, funnel_level(event, at, definition) AS level, funnel_times(event, at, definition) AS times, funnel_outcome(event, at, definition, '2026-02-26 00:00+00') AS o1, funnel_outcome(event, at, definition, '2026-03-02 00:00+00') AS o2, funnel_outcome(event, at, definition, '2026-04-01 00:00+00') AS o3
FROM journey_of, bought WHERE value IS NOT NULL GROUP BY 1, 2, 3;
CREATE FUNCTION held_outcomes(asked timestamptz) RETURNS TABLE(id integer, value text, level integer, outcome text, units bigint) LANGUAGE sql AS $$
	WITH v AS (SELECT *, CASE asked WHEN '2026-02-26 00:00+00' THEN o1 WHEN '2026-03-02 00:00+00' THEN o2 ELSE o3 END AS o FROM of_value),
	best AS (SELECT DISTINCT ON (id, entity) id, entity, value, level FROM v WHERE level > 0
		ORDER BY id, entity, level DESC, cardinality(array_remove(times, NULL)) DESC, (SELECT max(t) FROM unnest(times) AS t), array_remove(times, NULL) DESC, value COLLATE "C"),
	every AS (SELECT b.*, CASE WHEN b.level = (SELECT cardinality(steps(definition)) FROM journey_of AS j WHERE j.id = b.id) THEN 'converted'
			WHEN bool_or(v.o = 'undecided') THEN 'undecided' WHEN bool_or(v.o = 'dropped' AND v.level = b.level) THEN 'dropped' ELSE 'excluded' END AS outcome
		FROM best AS b JOIN v USING (id, entity) GROUP BY b.id, b.entity, b.value, b.level)
	SELECT id, value, level, outcome, count(*) FROM every GROUP BY 1, 2, 3, 4 $$;
SELECT is_empty(format($$ WITH told AS (SELECT * FROM held_outcomes(%1$L)), pairs AS (SELECT DISTINCT id, value, step FROM told JOIN LATERAL (SELECT generate_series(1, cardinality(steps(definition))) AS step FROM journey_of WHERE journey_of.id = told.id AND journey_of.id <> 4 UNION ALL SELECT unnest(ARRAY[1, 4]) WHERE told.id = 4) AS f ON true),
	expected AS (SELECT id, value, step, coalesce(sum(units) FILTER (WHERE level >= step), 0)::bigint, coalesce(sum(units) FILTER (WHERE level = step AND outcome = 'dropped'), 0)::bigint,
		coalesce(sum(units) FILTER (WHERE level = step AND outcome = 'excluded'), 0)::bigint, coalesce(sum(units) FILTER (WHERE level = step AND outcome = 'undecided'), 0)::bigint FROM pairs JOIN told USING (id, value) GROUP BY 1, 2, 3),
	got AS (SELECT id, segment, step, reached, dropped, excluded, undecided FROM held, event_funnel_by(s, %1$L) WHERE NOT is_optional)
	(SELECT * FROM got EXCEPT SELECT * FROM expected) UNION ALL (SELECT * FROM expected EXCEPT SELECT * FROM got) $$, asked), 'held: the best of each entity''s values, at ' || asked) FROM unnest(ARRAY['2026-02-26 00:00+00', '2026-03-02 00:00+00', '2026-04-01 00:00+00']) AS asked;
SELECT is_empty('SELECT id FROM held, event_quality(s) GROUP BY id HAVING sum(rows) <> (SELECT count(*) FROM bought)', 'the reasons add up to the rows');
SELECT is_empty(format($$ SELECT segment, to_jsonb(b) - 'segment' - 'kind' FROM event_funnel_by((SELECT event_agg(entity, event, value, at, %1$L) FROM bought), '2026-04-01 00:00+00') AS b
	EXCEPT SELECT value, to_jsonb(f) FROM (SELECT value, event_agg(entity, event, at, %2$L) AS s FROM bought WHERE value IS NOT NULL GROUP BY value) AS g, event_funnel(s, '2026-04-01 00:00+00') AS f $$, definition || '; property: hold', definition), 'held, where other units count: as by value, ' || definition)
FROM (VALUES ('view > cart > pay; within: 3 days; count: attempts; without: refund'), ('view > pay; session: 2 days; count: sessions')) AS d(definition);

-- However the rows come
SELECT is_empty($$ SELECT id FROM held JOIN journey_of USING (id) WHERE s::text <> (SELECT event_agg('u' || entity, event, value, at AT TIME ZONE 'UTC', (definition || '; property: hold')::journey) FROM (SELECT * FROM bought ORDER BY entity % 7, at DESC, value) AS b)::text $$, 'held: rows shuffled, entities that are text, local times');
SELECT is_empty($$ SELECT id FROM held JOIN journey_of USING (id) WHERE (SELECT array_agg(f) FROM event_funnel_by(s, '2026-04-01 00:00+00') AS f) IS DISTINCT FROM (SELECT array_agg(f) FROM event_funnel_by((SELECT rollup(part) FROM (SELECT event_agg(md5(entity::text)::uuid, event, value, at, (definition || '; property: hold')::journey) AS part FROM bought GROUP BY entity % 5) AS p), '2026-04-01 00:00+00') AS f) $$, 'held: split by entity and rolled up');
SELECT is_empty($$ SELECT id FROM attributed JOIN journey_of USING (id) WHERE use = 'last' AND (SELECT array_agg(f) FROM event_funnel_by(s, '2026-04-01 00:00+00') AS f) IS DISTINCT FROM (SELECT array_agg(f) FROM event_funnel_by((SELECT rollup(part) FROM (SELECT event_agg(entity, event, value, at, (definition || '; property: last')::journey) AS part FROM bought GROUP BY entity % 5 ORDER BY entity % 5 DESC) AS p), '2026-04-01 00:00+00') AS f) $$, 'attributed: split by entity and rolled up');
SELECT is_empty('SELECT id FROM attributed WHERE s::text::event_summary::text <> s::text OR event_summary_send(s::text::event_summary) <> event_summary_send(s)', 'the text form is lossless');
SET work_mem = '64kB';
SELECT is_empty($$ SELECT id FROM held JOIN journey_of USING (id) WHERE s::text <> (SELECT event_agg(entity, event, value, at, (definition || '; property: hold')::journey) FROM bought)::text $$, 'held: rows spilled');
SELECT cmp_ok((SELECT reached FROM event_funnel_by(event_agg) LIMIT 1), '>', 0::bigint, 'held: all rows one entity''s, spilled') FROM (SELECT event_agg(1, event, value, at, 'view > cart; property: hold; count: attempts') FROM bought, generate_series(1, 10)) AS a;
RESET work_mem;

-- More values than are kept
CREATE TABLE many_values AS SELECT i AS entity, 'value ' || least(draw('v', i, 3000), draw('v 2', i, 3000)) AS value, event, timestamptz '2026-01-01 00:00+00' + k * interval '1 hour' AS at FROM generate_series(1, 9000) AS i, (VALUES (0, 'view'), (1, 'pay')) AS e(k, event) WHERE k = 0 OR i % 3 > 0;
CREATE TABLE kept AS SELECT use, event_agg(entity, event, value, at, ('view > pay; within: 1 day; property: ' || use)::journey) AS s FROM many_values, (VALUES ('hold'), ('step 1'), ('last')) AS u(use) GROUP BY use;
SELECT is_empty($$ WITH by_value AS (SELECT value, count(*) FILTER (WHERE event = 'view') AS reached, count(*) FILTER (WHERE event = 'pay') AS advanced FROM many_values GROUP BY value),
	expected AS (SELECT value, reached, advanced FROM by_value WHERE reached >= (SELECT min(reached) FROM (SELECT reached, sum(count(*)) OVER (ORDER BY reached DESC) AS so_far FROM by_value GROUP BY reached) AS u WHERE so_far <= 1000)),
	got AS (SELECT use, segment, reached, advanced FROM kept, event_funnel_by(s) WHERE step = 1 AND kind = 'value')
	(SELECT * FROM got EXCEPT SELECT use, e.* FROM expected AS e, kept) UNION ALL (SELECT use, e.* FROM expected AS e, kept EXCEPT SELECT * FROM got) $$, 'kept are the values of the most units');
SELECT is_empty('SELECT use FROM kept, event_funnel_by(s) WHERE step = 1 GROUP BY use HAVING sum(reached) <> 9000 OR sum(advanced) <> 6000 OR count(*) FILTER (WHERE kind = ''other'') <> 1 OR count(*) FILTER (WHERE kind = ''value'') > 1000', 'and the others are one segment');
SELECT is_empty($$ SELECT use FROM kept WHERE s::text <> (SELECT rollup(part) FROM (SELECT event_agg(entity, event, value, at, ('view > pay; within: 1 day; property: ' || use)::journey) AS part FROM many_values GROUP BY entity % 12 ORDER BY entity % 12 DESC) AS p)::text $$, 'parts that were not pruned make the same sum');

-- What is wrong
SELECT throws_ok($$ SELECT event_agg(entity, event, value, at, 'view > cart') FROM bought $$, '22023', 'there is a property, but the journey doesn''t say what it is for', 'no clause');
SELECT throws_ok($$ SELECT event_agg(entity, event, at, 'view > cart; property: hold') FROM bought $$, '22023', 'the journey has a clause "property", but there is no property here', 'no property');
SELECT throws_ok($$ SELECT event_agg(entity, at, 'view > cart; property: hold', true, true) FROM bought $$, '22023', 'the journey has a clause "property", but there is no property here', 'none beside conditions');
SELECT throws_ok($$ SELECT funnel_level(event, at, 'view > cart; property: hold') FROM bought $$, '22023', 'the journey has a clause "property", but there is no property here', 'none of one entity');
SELECT throws_ok($$ SELECT event_funnel_by(s) FROM made WHERE id = 1 $$, '22023', 'the summary has no segments', 'a summary without');
SELECT throws_ok($$ SELECT rollup(s) FROM (SELECT s FROM held WHERE id = 1 UNION ALL SELECT s FROM made WHERE id = 1) AS u $$, '22023', 'cannot merge event summaries of different journeys', 'one with a property and one without');
SELECT throws_ok(format('SELECT %L::journey', 'view > cart; property: ' || property), '22P02', 'invalid journey: ' || message, property) FROM (VALUES
	('keep', 'unknown property'), ('', 'unknown property'), ('step', 'a step that is not from 1 to 2'), ('step 0', 'a step that is not from 1 to 2'), ('step 3', 'a step that is not from 1 to 2'), ('hold, first', 'something that has no place here'), ('hold; property: hold', 'a second clause "property"')) AS bad(property, message);
SELECT throws_matching(format('SELECT %L::event_summary', replace(s::text, what, into_what)), message, message) FROM (SELECT event_agg(entity, event, value, at, 'view > pay; within: 1 day; property: first') AS s FROM many_values WHERE entity <= 3) AS a, (VALUES
	('"kind": "value"', '"kind": "any"', 'none of value, none and other'), ('property: first', 'property: hold; count: attempts', 'XX'), ('; property: first', '', 'no property'), ('"kind": "value"', '"kind": "none"', 'not in order|can''t have one'), ('"advanced": 1', '"advanced": 2', 'not as many|not those of all')) AS bad(what, into_what, message) WHERE message <> 'XX';

SELECT * FROM finish();
