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
SELECT throws_ok($$ SELECT funnel_outcome(event, at, 'view > cart', 'infinity') FROM shop $$, '22008', 'as_of must be between 1900-01-01 and 2199-12-31: infinity', 'an infinite one');
SELECT throws_ok($$ SELECT funnel_outcome(event, at, 'view > cart', at) FROM shop WHERE id = 1 $$, '22023', NULL, 'another one');
SELECT throws_ok($$ SELECT funnel_outcome(event, at, 'view > purchase', '2026-01-01') FROM shop WHERE id = 1 $$, '22023', 'as_of lies before a row of the entity, of 2026-01-02 10:00:00+00', 'a row after it');

--
-- event_agg
--

-- Each random case a group: what became of its one entity
SELECT is_empty($$ SELECT definition, a.level, a.outcome, f.* FROM answer a JOIN rule r USING (id) JOIN (
		SELECT id, event_agg(id, minute(t), r.definition::journey, VARIADIC conditions(f, r)) AS s FROM rule AS r JOIN fact AS f USING (id) GROUP BY id) AS g USING (id), event_funnel(s, minute(as_of)) AS f
	WHERE NOT is_optional AND (reached, dropped, excluded, undecided) IS DISTINCT FROM ((step <= level)::integer::bigint,
		(step = level AND outcome = 'dropped')::integer::bigint, (step = level AND outcome = 'excluded')::integer::bigint, (step = level AND outcome = 'undecided')::integer::bigint) $$, 'event_agg by conditions, one entity a group');

-- A shop's two months
CREATE TABLE click AS
SELECT entity, at, (ARRAY['view', 'cart', 'basket', 'pay', 'refund', 'other', 'view', 'view'])[1 + draw('event', i, 8)] AS event, draw('segment', entity, 3) AS segment
FROM (SELECT i, draw('entity', i, 2000)::bigint AS entity, timestamptz '2025-12-28 00:00+00' + draw('at', i, 60 * 24 * 60) * interval '1 minute' AS at FROM generate_series(1, 20000) AS i OFFSET 0) AS c;
CREATE TABLE journey_of(id integer, definition journey, plain boolean);
INSERT INTO journey_of VALUES
	(1, 'view > cart | basket > pay', true), (2, 'view > cart | basket > pay; within: 3 days', true), (3, 'view > cart > pay; within: 30 days; without: refund (1-2)', true),
	(4, 'view > cart > basket > pay; optional: cart, 3; within: 10 days', true), (5, 'view > view > view; within: 5 days', false), (6, 'view > cart > pay; order: any; within: 2 days', false),
	(7, 'view > cart > pay; gap: 20 hours', true), (8, 'view > cart > pay; session: 1 day', true), (9, 'view > cart > pay; within: 4 days; order: no_repeat, no_skip', false),
	(10, 'view > cart > pay; within: 90 days; order: contiguous', false), (11, 'view > pay; entry: first; within: 20 days; without: refund', false);
CREATE TABLE made AS SELECT id, definition, plain, (SELECT event_agg(entity, event, at, definition) FROM click) AS s FROM journey_of;
CREATE TABLE one_by_one AS
SELECT id, entity, funnel_level(event, at, definition) AS level, funnel_times(event, at, definition) AS times FROM journey_of, click GROUP BY 1, 2;
CREATE FUNCTION outcomes(until timestamptz) RETURNS TABLE(id integer, level integer, outcome text, units bigint) LANGUAGE sql AS $$
	SELECT id, level, outcome, count(*) FROM (SELECT id, entity, funnel_level(event, at, definition) AS level, funnel_outcome(event, at, definition, until) AS outcome FROM journey_of, click GROUP BY 1, 2) AS g GROUP BY 1, 2, 3 $$;
SELECT is_empty(format($$ WITH told AS (SELECT * FROM outcomes(%1$L))
	SELECT * FROM made, event_funnel(s, %1$L) AS f WHERE NOT is_optional AND ROW(reached, dropped, excluded, undecided) IS DISTINCT FROM (
		SELECT ROW(coalesce(sum(units) FILTER (WHERE level >= step), 0)::bigint, coalesce(sum(units) FILTER (WHERE level = step AND outcome = 'dropped'), 0)::bigint,
			coalesce(sum(units) FILTER (WHERE level = step AND outcome = 'excluded'), 0)::bigint, coalesce(sum(units) FILTER (WHERE level = step AND outcome = 'undecided'), 0)::bigint) FROM told WHERE told.id = made.id) $$, until),
	'funnel_level and funnel_outcome by entity add up to event_funnel, at ' || until)
FROM (SELECT max(at) FROM click UNION ALL VALUES ('2026-02-27 00:00+00'::timestamptz), ('2026-03-01 00:00+00'), ('2026-03-20 00:00+00'), ('2027-01-01 00:00+00')) AS u(until);
SELECT is_empty('SELECT * FROM made, event_funnel(s, ''2026-03-02 00:00+00'') WHERE reached <> advanced + dropped + excluded + undecided', 'reached = advanced + dropped + excluded + undecided, in every row');
SELECT is_empty($$ SELECT id, step FROM made, event_funnel(s) WHERE is_optional AND reached <> (SELECT count(times[step]) FROM one_by_one AS o WHERE o.id = made.id) $$, 'who did an optional step');
SELECT is_empty($$ WITH taken AS (
		SELECT id, k, extract(epoch FROM times[k] - (SELECT max(b) FROM unnest(times[:k - 1]) AS b)) AS before, extract(epoch FROM times[k] - times[1]) AS first FROM one_by_one, generate_series(2, 4) AS k WHERE times[k] IS NOT NULL),
	expected AS (SELECT id, k, avg(before) AS mean, percentile_cont(0.5) WITHIN GROUP (ORDER BY before) AS median, percentile_cont(0.9) WITHIN GROUP (ORDER BY before) AS p90,
		percentile_cont(0.5) WITHIN GROUP (ORDER BY first) AS median_total, percentile_cont(0.9) WITHIN GROUP (ORDER BY first) AS p90_total FROM taken GROUP BY 1, 2)
	SELECT * FROM made, event_funnel(s) AS f LEFT JOIN expected AS e ON e.k = f.step WHERE e.id = made.id
		AND (abs(mean_seconds - mean) > 1e-6 * mean OR abs(median_seconds - median) > 0.01 * median OR abs(p90_seconds - p90) > 0.01 * p90
			OR abs(median_seconds_total - median_total) > 0.01 * median_total OR abs(p90_seconds_total - p90_total) > 0.01 * p90_total) $$, 'times: mean exact, percentiles within 1 %');
SELECT is_empty($$ SELECT * FROM made, event_funnel(s) AS f WHERE reach_rate <> reached::double precision / (SELECT max(reached) FROM event_funnel(s))
	OR conversion_rate <> advanced::double precision / nullif(advanced + dropped, 0) OR undecided_share <> undecided::double precision / reached OR rate_low > conversion_rate OR rate_high < conversion_rate $$, 'rates');
SELECT is_empty($$ SELECT * FROM made, LATERAL (SELECT *, coalesce(sum(dropped) FILTER (WHERE NOT is_optional) OVER (ORDER BY step ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before FROM event_funnel(s)) AS f
	WHERE abs(overall_rate - reached / (reached + before)) > 1e-12 $$, 'overall_rate: of those who have decided');

-- However the rows come
SELECT is_empty($$ SELECT id FROM made WHERE s::text <> (SELECT event_agg(entity, event, at, definition) FROM (SELECT * FROM click ORDER BY draw('order', entity, 100), at DESC) AS c)::text $$, 'rows shuffled');
SET work_mem = '64kB';
SELECT is_empty($$ SELECT id FROM made WHERE s::text <> (SELECT event_agg(entity, event, at, definition) FROM click)::text $$, 'rows spilled');
SELECT is_empty($$ SELECT id FROM made WHERE s::text <> (SELECT event_agg(0, event, at, definition) FROM click)::text AND (SELECT sum(reached) FROM event_funnel(s)) = 0 $$, 'one entity');
RESET work_mem;
SELECT is_empty($$ SELECT id FROM made WHERE s::text <> (SELECT event_agg('user ' || entity, event, at, definition) FROM click)::text $$, 'entities that are text');
SELECT is_empty($$ SELECT id FROM made WHERE s::text <> (SELECT event_agg(md5(entity::text)::uuid, event, at AT TIME ZONE 'UTC', definition) FROM click)::text $$, 'uuids, and local times');
SELECT is_empty($$ SELECT * FROM made, (SELECT '2026-02-26 00:00+00'::timestamptz AS until UNION ALL SELECT '2026-03-03 00:00+00') AS u, LATERAL (
		SELECT rollup(part) AS merged FROM (SELECT event_agg(entity, event, at, definition) AS part FROM click GROUP BY entity % 7) AS p) AS m
	WHERE (SELECT array_agg(f ORDER BY step) FROM event_funnel(s, until) AS f) <> (SELECT array_agg(f ORDER BY step) FROM event_funnel(merged, until) AS f)
		OR data_through(s) <> data_through(merged) OR entities_outside(s) <> entities_outside(merged) OR (SELECT array_agg(q) FROM event_quality(s) AS q) <> (SELECT array_agg(q) FROM event_quality(merged) AS q) $$, 'split by entity and rolled up');
SELECT is_empty($$ SELECT id FROM made WHERE s::text::event_summary::text <> s::text OR s <> s::text::event_summary $$, 'there and back as text');
SELECT is_empty($$ SELECT id FROM made WHERE plain AND definition::text !~ 'view > cart \| basket' AND (SELECT array_agg(f) FROM event_funnel(s) AS f) <> (SELECT array_agg(f) FROM event_funnel(
		(SELECT event_agg(entity, at, definition, VARIADIC (SELECT array_agg(event = n ORDER BY i) FROM unnest(steps(definition)) WITH ORDINALITY AS u(n, i)) || CASE WHEN definition::text ~ 'without' THEN ARRAY[event = 'refund'] ELSE '{}' END)
			FROM (SELECT DISTINCT * FROM click) AS c)) AS f) $$, 'by conditions');
SELECT is_empty($$ SELECT id FROM made WHERE (SELECT sum(rows) FROM event_quality(s)) <> (SELECT count(*) FROM click) $$, 'the reasons add up to the rows');

-- Attempts and sessions
SELECT is_empty($$ SELECT entity FROM (SELECT entity, (SELECT max(step) FROM event_funnel(e) WHERE reached > 0) AS level, (SELECT max(step) FROM event_funnel(a) WHERE reached > 0) AS highest,
		(SELECT reached FROM event_funnel(a) WHERE step = 1) AS attempts, (SELECT reached FROM event_funnel(a) WHERE step = 3) AS conversions
	FROM (SELECT entity, event_agg(entity, event, at, 'view > cart > pay; within: 9 days') AS e, event_agg(entity, event, at, 'view > cart > pay; within: 9 days; count: attempts') AS a FROM click GROUP BY entity) AS g) AS f
	WHERE level IS DISTINCT FROM highest OR (level = 3) <> (conversions > 0) $$, 'an entity gets as far as the best of its attempts, and converts where one does');
SELECT results_eq($$ SELECT f.* FROM event_funnel((SELECT event_agg(entity, event, at, 'view > cart > pay; session: 1 day; count: sessions') FROM click), '2027-01-01') AS f $$,
	$$ SELECT f.* FROM event_funnel((SELECT event_agg(entity || ' ' || session, event, at, 'view > cart > pay; session: 1 day')
		FROM (SELECT *, count(*) FILTER (WHERE begins) OVER (PARTITION BY entity ORDER BY at, begins DESC) AS session
			FROM (SELECT *, at - lag(at) OVER (PARTITION BY entity ORDER BY at) > interval '1 day' AS begins FROM click) AS b) AS c), '2027-01-01') AS f $$, 'each session an entity of its own');

-- By period: the chains that begin in it
CREATE TABLE trends AS SELECT id, definition, plain, (SELECT event_agg(entity, event, at, definition, 'week', 'Asia/Tehran') FROM click) AS s FROM journey_of;
SELECT is_empty($$ SELECT id FROM made JOIN trends AS t USING (id) WHERE (SELECT array_agg(f) FROM event_funnel(made.s) AS f) <> (SELECT array_agg(f) FROM event_funnel(t.s) AS f) $$, 'a period changes nothing else');
CREATE TABLE weeks AS SELECT date_trunc('week', at AT TIME ZONE 'Asia/Tehran') AS week, entity FROM click WHERE event = 'view' GROUP BY 1, 2;
SELECT is_empty($$ WITH expected AS (
		SELECT id, week, count(*) AS entered, count(*) FILTER (WHERE outcome = 'converted') AS converted, count(*) FILTER (WHERE outcome = 'dropped') AS dropped, count(*) FILTER (WHERE outcome = 'excluded') AS excluded, count(*) FILTER (WHERE outcome = 'undecided') AS undecided
		FROM (SELECT j.id, week, entity, funnel_outcome(CASE WHEN event = 'view' AND date_trunc('week', at AT TIME ZONE 'Asia/Tehran') <> week THEN 'another view' ELSE event END, at, definition, '2026-02-26 00:00+00') AS outcome
			FROM weeks JOIN click USING (entity), journey_of AS j WHERE plain AND at AT TIME ZONE 'Asia/Tehran' >= week GROUP BY 1, 2, 3) AS g GROUP BY 1, 2)
	SELECT id, period_start, t.*, e.* FROM (SELECT id, f.* FROM trends, event_trend(s, '2026-02-26 00:00+00') AS f WHERE plain) AS t FULL JOIN expected AS e USING (id) WHERE t.period_start = e.week
		AND (t.entered, t.converted, t.dropped, t.excluded, t.undecided) IS DISTINCT FROM (e.entered, e.converted, e.dropped, e.excluded, e.undecided) $$, 'event_trend: as if the step were done in that week only');
SELECT is((SELECT count(*) FROM trends, event_trend(s)), (SELECT count(DISTINCT week) * 11 FROM weeks), 'a row a week');
SELECT results_eq($$ SELECT period_start, is_complete FROM trends, event_trend(s, '2026-02-26 00:00+00') WHERE id = 2 AND period_start > '2026-02-10' $$,
	$$ VALUES ('2026-02-16 00:00'::timestamp, true), ('2026-02-23 00:00', false) $$, 'complete: the week and 3 days are over, in Tehran');
SELECT is_empty($$ SELECT * FROM (SELECT * FROM trends WHERE id NOT IN (4, 6)) AS t, event_trend(s, NULL, 2) AS f JOIN event_trend(s) AS last USING (period_start, entered) WHERE f.converted < last.converted AND id NOT IN (4, 6) $$, 'more reach the second step than the last');
SELECT results_eq($$ SELECT period_start, entered FROM event_trend((SELECT event_agg(id, event, at::date, 'view > cart', 'day') FROM shop WHERE at IS NULL OR at < 'infinity')) $$,
	$$ SELECT d, CASE d::date WHEN '2026-01-01' THEN 3 WHEN '2026-01-09' THEN 1 ELSE 0 END::bigint FROM generate_series(timestamp '2026-01-01', '2026-01-09', '1 day') AS d $$, 'days without an entry are rows of zeroes');

-- Other tables
SELECT results_eq($$ SELECT sum(entities)::bigint, max(cumulative_share), count(*) FROM event_times((SELECT s FROM made WHERE id = 2), 3, 7) $$, $$ SELECT reached, 1::double precision, 7::bigint FROM event_funnel((SELECT s FROM made WHERE id = 2)) WHERE step = 3 $$, 'event_times');
SELECT cmp_ok(abs(to_seconds / (SELECT extract(epoch FROM max(times[3] - times[1])) FROM one_by_one WHERE id = 2)::double precision - 1), '<', 0.01::double precision, 'up to the longest time, within 1 %') FROM event_times((SELECT s FROM made WHERE id = 2), 3, 1);
SELECT results_eq($$ SELECT * FROM event_quality((SELECT event_agg(CASE WHEN id < 5 THEN id END, event, at, 'view > Cart > purchase; without: refund') FROM shop)) $$,
	$$ VALUES ('used', 6::bigint), ('no entity', 1), ('no event', 1), ('no time', 1), ('other event', 4), ('time out of range', 1), ('exact duplicate', 0), ('entity outside', 0), ('no property', 0), ('no row of step 2, Cart', 0) $$, 'a step that no row satisfies is told');
SELECT results_eq($$ SELECT name, reached, bar FROM event_chart((SELECT event_agg(id, event, at, 'view > cart > purchase') FROM shop WHERE at < 'infinity'), 8) $$, $$ VALUES ('view', 4::bigint, '████████'), ('cart', 2, '████'), ('purchase', 1, '██') $$, 'event_chart');
SELECT results_eq($$ SELECT step, rate_a, rate_b, difference = rate_a - rate_b, p_value BETWEEN 0 AND 1 FROM compare_funnels((SELECT event_agg(entity, event, at, 'view > cart > pay') FROM click WHERE segment = 1), (SELECT event_agg(entity, event, at, 'view > cart > pay') FROM click WHERE segment = 2)) $$,
	$$ SELECT a.step, a.conversion_rate, b.conversion_rate, CASE WHEN step < 3 THEN true END, CASE WHEN step < 3 THEN true END FROM event_funnel((SELECT event_agg(entity, event, at, 'view > cart > pay') FROM click WHERE segment = 1)) AS a
		JOIN event_funnel((SELECT event_agg(entity, event, at, 'view > cart > pay') FROM click WHERE segment = 2)) AS b USING (step) $$, 'compare_funnels');
SELECT is(definition(s), definition, 'definition') FROM made WHERE id = 4;
SELECT is(data_from(s), (SELECT min(at) FROM click), 'data_from') FROM made WHERE id = 4;
SELECT is(data_through(s), (SELECT max(at) FROM click), 'data_through: of other events, too') FROM made WHERE id = 4;
SELECT is(entities_outside(s), (SELECT count(*) FROM (SELECT FROM click GROUP BY entity HAVING bool_or(event IN ('cart', 'basket', 'pay')) AND NOT bool_or(event = 'view')) AS g), 'entities_outside') FROM made WHERE id = 1;

-- Nothing
SELECT is_empty($$ SELECT * FROM event_funnel((SELECT event_agg(entity, event, at, 'view > cart') FROM click WHERE false)) $$, 'no rows: no steps');
SELECT is_empty($$ SELECT * FROM event_funnel(NULL) $$, 'no summary');
SELECT is_empty($$ SELECT * FROM event_trend((SELECT event_agg(entity, event, at, 'view > cart') FROM click WHERE false)) $$, 'no rows: no periods');
SELECT results_eq($$ SELECT reached, conversion_rate, mean_seconds FROM event_funnel((SELECT event_agg(entity, event, at, 'Nothing > at all') FROM click)) $$, $$ VALUES (0::bigint, NULL::double precision, NULL::double precision), (0, NULL, NULL) $$, 'a journey nobody began');
SELECT results_eq($$ SELECT rows FROM event_quality((SELECT event_agg(1, 'view', at, 'view', 'day', 'UTC') FROM (VALUES ('infinity'::timestamptz), ('1899-12-31 23:59:59+00'), ('2200-01-01 00:00+00'), ('0202-01-01'), ('1900-01-01 00:00+00'), ('2199-12-31 23:59:59+00')) AS v(at))) WHERE reason IN ('used', 'time out of range') $$, '{2,4}'::bigint[], 'times outside of the years 1900 to 2199 are counted');
SELECT is((SELECT event_agg(entity, event, at, 'view > cart') FROM click WHERE false) = rollup(s), true, 'a rollup of empty summaries') FROM (SELECT event_agg(entity, event, at, 'view > cart') AS s FROM click WHERE false) AS e;
SELECT is(rollup(s)::text, (SELECT s FROM made WHERE id = 1)::text, 'an empty summary changes nothing') FROM (SELECT s FROM made WHERE id = 1 UNION ALL SELECT event_agg(entity, event, at, 'view > cart') FROM click WHERE false UNION ALL SELECT NULL) AS e;

-- What is wrong
SELECT throws_ok($$ SELECT event_funnel(s, '2026-01-01') FROM made $$, '22023', NULL, 'an as_of before the last row');
SELECT throws_ok($$ SELECT event_funnel(s, 'infinity') FROM made $$, '22008', NULL, 'an infinite one');
SELECT throws_ok($$ SELECT event_trend(s) FROM made $$, '22023', 'the summary has no periods', 'a trend without a period');
SELECT throws_ok($$ SELECT event_trend(s, NULL, 4) FROM trends WHERE id = 1 $$, '22023', 'step must be between 1 and 3: 4', 'a step that is not there');
SELECT throws_ok($$ SELECT event_trend(s, NULL, 2) FROM trends WHERE id = 4 $$, '22023', 'step 2 is optional', 'a step that may be left out');
SELECT throws_ok($$ SELECT event_times(s, 1) FROM made $$, '22023', NULL, 'the time from the first step to itself');
SELECT throws_ok($$ SELECT event_times(s, NULL, 0) FROM made $$, '22023', NULL, 'no bins');
SELECT throws_ok($$ SELECT event_chart(s, 0) FROM made $$, '22023', NULL, 'no width');
SELECT throws_ok($$ SELECT rollup(s) FROM made WHERE id < 3 $$, '22023', 'cannot merge event summaries of different journeys', 'other journeys');
SELECT throws_ok($$ SELECT rollup(s) FROM (SELECT s FROM made WHERE id = 1 UNION ALL SELECT s FROM trends WHERE id = 1) AS u $$, '22023', 'cannot merge event summaries of different periods or zones', 'other periods');
SELECT throws_ok($$ SELECT compare_funnels(a.s, b.s) FROM made AS a, made AS b WHERE a.id = 1 AND b.id = 2 $$, '22023', 'cannot compare event summaries of different journeys', 'other journeys compared');
SELECT throws_ok($$ SELECT event_agg(entity, event, at, NULL) FROM click $$, '22004', 'the journey must not be null', 'no journey');
SELECT throws_ok($$ SELECT event_agg(entity, event, at, ('view > cart' || segment)::journey) FROM click $$, '22023', 'the journey changes within a group', 'another journey');
SELECT throws_ok($$ SELECT event_agg(entity, event, at, 'view', NULL, 'UTC') FROM click $$, '22004', NULL, 'no period');
SELECT throws_ok($$ SELECT event_agg(entity, event, at, 'view', 'decade', 'UTC') FROM click $$, '22023', NULL, 'an unknown one');
SELECT throws_ok($$ SELECT event_agg(entity, event, at, 'view', 'day', 'Mars') FROM click $$, '22023', NULL, 'an unknown zone');
SELECT throws_ok($$ SELECT event_agg(entity, at, 'view > cart', true) FROM click $$, '22023', 'the journey has 2 steps, but 1 condition is given', 'too few conditions');

SELECT * FROM finish();
