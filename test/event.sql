-- Event funnels: rows of entities and events along a journey.
SELECT no_plan();
SET jit = off;
SET timezone = 'UTC';
\set cases 10000
\ir oracle/event.sql

CREATE FUNCTION minute(integer) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS $$ SELECT '1999-12-31 23:55+00'::timestamptz + $1 * interval '1 minute' $$;
CREATE FUNCTION conditions(f fact, r rule) RETURNS boolean[] LANGUAGE sql IMMUTABLE AS $$
	SELECT array_agg(f.steps >> k & 1 = 1 ORDER BY k) || CASE WHEN r.x_from IS NULL THEN '{}' ELSE ARRAY[f.x] END FROM generate_series(0, r.n - 1) AS k $$;

-- One entity at a time, against exhaustive search
CREATE TABLE told AS
SELECT r.id, funnel_level(minute(t), r.definition::journey, VARIADIC conditions(f, r)) AS level,
	funnel_outcome(minute(t), r.definition::journey, minute(as_of), VARIADIC conditions(f, r)) AS outcome,
	funnel_times(minute(t), r.definition::journey, VARIADIC conditions(f, r)) AS times
FROM rule AS r JOIN fact AS f USING (id) GROUP BY r.id;
SELECT is((SELECT count(*) FROM told), :cases::bigint, 'random cases');
SELECT cmp_ok((SELECT count(*) FROM answer WHERE outcome = wanted), '>', 50::bigint, 'among them ' || wanted) FROM unnest(ARRAY['converted', 'undecided', 'dropped', 'excluded']) AS wanted;
SELECT is_empty('SELECT definition, a.level, t.level FROM answer a JOIN told t USING (id) JOIN rule USING (id) WHERE a.level <> t.level', 'funnel_level by conditions: as exhaustive search has it');
SELECT is_empty('SELECT definition, a.outcome, t.outcome FROM answer a JOIN told t USING (id) JOIN rule USING (id) WHERE a.outcome IS DISTINCT FROM t.outcome', 'funnel_outcome by conditions');
SELECT is_empty($$ SELECT definition, a.times, t.times FROM answer a JOIN told t USING (id) JOIN rule r USING (id)
	WHERE a.level > 0 AND (SELECT array_agg(minute(m) ORDER BY k) FROM unnest(a.times[:r.n]) WITH ORDINALITY AS u(m, k)) IS DISTINCT FROM t.times $$, 'funnel_times by conditions');

CREATE VIEW labelled AS
SELECT r.*, t, CASE WHEN x THEN 'x' WHEN steps = 0 THEN 'another' ELSE 's' || (SELECT k FROM generate_series(1, 4) AS k WHERE steps >> (k - 1) = 1) END AS event FROM rule AS r JOIN fact AS f USING (id) WHERE single;
SELECT is_empty($$ SELECT definition, a, t.* FROM answer a JOIN (
		SELECT id, definition, funnel_level(event, minute(t), definition::journey) AS level, funnel_outcome(event, minute(t), definition::journey, minute(as_of)) AS outcome,
			funnel_times(event, minute(t), definition::journey) AS times FROM labelled GROUP BY id, definition) t USING (id) JOIN told c USING (id)
	WHERE a.level <> t.level OR a.outcome IS DISTINCT FROM t.outcome OR c.times IS DISTINCT FROM t.times $$, 'by labels');
SELECT is_empty($$ SELECT id FROM told JOIN (
		SELECT id, funnel_level(event, minute(t), definition::journey) AS level, funnel_times(event, minute(t), definition::journey) AS times
		FROM (SELECT * FROM labelled UNION ALL SELECT * FROM labelled) AS twice GROUP BY id) AS t USING (id) WHERE told.level <> t.level OR told.times <> t.times $$, 'by labels every row may be there twice');
SELECT is_empty($$ SELECT id FROM told JOIN (
		SELECT id, funnel_level(event, minute(t) AT TIME ZONE 'UTC', definition::journey) AS level FROM labelled GROUP BY id) AS t USING (id) WHERE told.level <> t.level $$, 'of timestamps');

-- More labels than codes
SELECT is_empty($$ SELECT id FROM told JOIN (
		SELECT id, funnel_level(event, minute(t), regexp_replace(definition, 's1', 's1|' || (SELECT string_agg('more' || i, '|') FROM generate_series(1, 70) i))::journey) AS level,
			funnel_times(event, minute(t), regexp_replace(definition, 's1', 's1|' || (SELECT string_agg('more' || i, '|') FROM generate_series(1, 70) i))::journey) AS times
		FROM labelled WHERE id <= 2000 GROUP BY id) AS t USING (id) WHERE told.level <> t.level OR told.times IS DISTINCT FROM t.times $$, 'a step of 71 events');

-- By hand
CREATE TABLE shop(id integer, at timestamptz, event text);
INSERT INTO shop VALUES
	(1, '2026-01-01 10:00', 'view'), (1, '2026-01-01 10:05', 'cart'), (1, '2026-01-02 10:00', 'purchase'),
	(2, '2026-01-01 10:00', 'view'), (2, '2026-01-01 11:00', 'view'), (2, '2026-01-01 12:00', 'basket'),
	(3, '2026-01-05 10:00', 'cart'), (3, NULL, 'view'), (3, '2026-01-05 09:00', NULL), (3, 'infinity', 'view'),
	(4, '2026-01-01 10:00', 'view'), (4, '2026-01-01 10:30', 'refund'), (4, '2026-01-01 11:00', 'cart'),
	(5, '2026-01-09 10:00', 'view');
SELECT results_eq($$ SELECT id, funnel_level(event, at, 'view > cart | basket > purchase; within: 7 days; without: refund (1-2)'),
		funnel_outcome(event, at, 'view > cart | basket > purchase; within: 7 days; without: refund (1-2)', '2026-01-10 00:00')
	FROM shop WHERE at IS NULL OR at < 'infinity' GROUP BY id ORDER BY id $$,
	$$ VALUES (1, 3, 'converted'), (2, 2, 'dropped'), (3, 0, NULL), (4, 1, 'excluded'), (5, 1, 'undecided') $$, 'what became of whom');
SELECT is(funnel_times(event, at, 'view > cart | basket > purchase'), '{2026-01-01 11:00+00,2026-01-01 12:00+00,NULL}', 'the newest chain to the furthest step') FROM shop WHERE id = 2;
SELECT is(funnel_level(at, 'visit > basket', event = 'view', event = 'basket'), 2, 'conditions as arguments') FROM shop WHERE id = 2;
SELECT is(funnel_level(at, 'visit > basket', VARIADIC ARRAY[event = 'view', NULL]), 1, 'conditions as an array; NULL is false') FROM shop WHERE id = 2;
SELECT is(funnel_level(event, at::date, 'view > basket; order: increase'), 1, 'of dates: one moment a day') FROM shop WHERE id = 2;
SELECT is(funnel_times(event, at, 'purchase > view; order: any'), '{2026-01-01 10:00+00,2026-01-02 10:00+00}', 'in any order: the 1st, the 2nd') FROM shop WHERE id = 1;
SELECT is(funnel_level(event, at, 'view > cart'), 0, 'no rows: 0') FROM shop WHERE false;
SELECT is(funnel_outcome(event, at, 'view > cart', '2026-01-10'), NULL, 'no rows: no outcome') FROM shop WHERE false;
SELECT is(funnel_times(event, at, 'view > cart'), NULL, 'no rows: no times') FROM shop WHERE false;
SELECT is(funnel_times(event, at, 'view > cart'), '{NULL,NULL}', 'no step done') FROM shop WHERE id = 3;
SELECT is(funnel_outcome(event, at, 'view > cart; within: 1 hour', '2026-01-09 11:00'), 'dropped', 'its time ran out at as_of') FROM shop WHERE id = 5;
SELECT is(funnel_outcome(event, at, 'view > cart; within: 1 hour', '2026-01-09 10:59:59.999999'), 'undecided', '... and a microsecond before') FROM shop WHERE id = 5;
SELECT is(funnel_outcome(event, at, 'view > cart', '2100-01-01'), 'dropped', 'without a limit nobody is waited for') FROM shop WHERE id = 5;

-- What is wrong
SELECT throws_ok('SELECT funnel_level(event, at, NULL) FROM shop', '22004', 'the journey must not be null', 'no journey');
SELECT throws_ok($$ SELECT funnel_level(event, at, ('view > cart' || id)::journey) FROM shop $$, '22023', 'the journey changes within a group', 'another journey');
SELECT lives_ok($$ SELECT funnel_level(event, at, (CASE WHEN id = 1 THEN 'view>cart' ELSE 'view > cart' END)::journey) FROM shop $$, 'the same, written otherwise');
SELECT throws_ok($$ SELECT funnel_level(at, 'a > b > c; without: x', true, true, true) FROM shop $$, '22023', 'the journey has 3 steps and 1 exclusion, but 3 conditions are given', 'too few conditions');
SELECT throws_ok($$ SELECT funnel_level(at, 'a', true, true) FROM shop $$, '22023', 'the journey has 1 step, but 2 conditions are given', 'too many');
SELECT throws_ok($$ SELECT funnel_level(at, 'a', VARIADIC NULL::boolean[]) FROM shop $$, '22004', 'the array of conditions must not be null', 'none');
SELECT throws_ok($$ SELECT funnel_level(at, 'a > b', VARIADIC '{{t,f}}'::boolean[]) FROM shop $$, '2202E', NULL, 'an array of arrays');
SELECT throws_ok($$ SELECT funnel_outcome(event, at, 'view > cart', NULL) FROM shop $$, '22004', 'as_of must not be null', 'no as_of');
SELECT throws_ok($$ SELECT funnel_outcome(event, at, 'view > cart', 'infinity') FROM shop $$, '22023', 'as_of must not be infinite', 'an infinite one');
SELECT throws_ok($$ SELECT funnel_outcome(event, at, 'view > cart', at) FROM shop WHERE id = 1 $$, '22023', NULL, 'another one');
SELECT throws_ok($$ SELECT funnel_outcome(event, at, 'view > purchase', '2026-01-01') FROM shop WHERE id = 1 $$, '22023', 'as_of lies before a row of the entity, of 2026-01-02 10:00:00+00', 'a row after it');

SELECT * FROM finish();
