-- What users of ClickHouse know: window_funnel, retention, sequence_match, sequence_count, sequence_events.
-- ClickHouse's own answers are held by real_event.sql.
SELECT no_plan();
SET jit = off;
SET timezone = 'UTC';

CREATE FUNCTION draw(seed text, id bigint, most integer) RETURNS integer LANGUAGE sql IMMUTABLE
	AS $$ SELECT (('x' || substr(md5(seed || id), 1, 8))::bit(32)::bigint * most / 4294967296)::integer $$;
CREATE FUNCTION sec(integer) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS $$ SELECT '1999-12-31 23:59:50+00'::timestamptz + $1 * interval '1 second' $$;

-- Rows of 3,000 entities that meet one condition each, or none, at times of their own
CREATE TABLE one AS SELECT id, i, 2 * i - draw('t', id * 20 + i, 2) AS t, draw('what', id * 20 + i, 5) AS what FROM generate_series(1, 3000) AS id, generate_series(1, 14) AS i WHERE i <= draw('n', id, 15);
-- ... and that meet several, at times that are often the same
CREATE TABLE several AS SELECT id, i, draw('at', id * 20 + i, 9) AS t, draw('a', id * 20 + i, 16) & draw('b', id * 20 + i, 16) AS mask FROM generate_series(1, 3000) AS id, generate_series(1, 9) AS i WHERE i <= draw('n', id, 10);

-- window_funnel: where rows meet one condition, or each may be used once, it is a journey
SELECT is_empty(format($$ SELECT id, w, l FROM (SELECT id, window_funnel(sec(t), %L, what = 1, what = 2, what = 3, what = 4) AS w,
	funnel_level(sec(t), %L, what = 1, what = 2, what = 3, what = 4) AS l FROM one GROUP BY id) AS g WHERE w <> l $$, span, 'a > b > c > d; within: ' || span), 'default, within ' || span)
FROM unnest(ARRAY['5 seconds', '11 seconds', '1 hour']) AS span;
SELECT is_empty(format($$ SELECT id, w, l FROM (SELECT id, window_funnel(sec(t), '4 seconds', %L, mask & 1 > 0, mask & 2 > 0, mask & 4 > 0, mask & 8 > 0) AS w,
	funnel_level(sec(t), %L, mask & 1 > 0, mask & 2 > 0, mask & 4 > 0, mask & 8 > 0) AS l FROM several GROUP BY id) AS g WHERE w <> l $$, mode, 'a > b > c > d; within: 4 seconds' || more), mode)
FROM (VALUES ('strict_once', ''), ('strict_once, strict_increase', '; order: increase'), ('strict_increase+strict_once', '; order: increase')) AS v(mode, more);
SELECT is_empty($$ SELECT id FROM (SELECT id, window_funnel(sec(t), '4 seconds', mask & 1 > 0, mask & 2 > 0, mask & 4 > 0, mask & 8 > 0) AS w, funnel_level(sec(t), 'a > b > c > d; within: 4 seconds', mask & 1 > 0, mask & 2 > 0, mask & 4 > 0, mask & 8 > 0) AS l
	FROM several GROUP BY id) AS g WHERE w < l $$, 'a row that may take several steps gets at least as far');
SELECT is_empty($$ SELECT id FROM (SELECT id, window_funnel(sec(t), '4 seconds', mode, VARIADIC c) AS w, window_funnel(sec(t), '4 seconds', mode, VARIADIC c ORDER BY draw('order', id * 20 + i, 1000)) AS s
	FROM several, LATERAL (SELECT ARRAY[mask & 1 > 0, mask & 2 > 0, mask & 4 > 0, mask & 8 > 0]) AS a(c),
		unnest(ARRAY['default', 'strict_deduplication', 'strict_order', 'strict_order,allow_reentry', 'strict_increase', 'strict_once+strict_order', 'strict_deduplication+strict_once+strict_increase']) AS mode GROUP BY id, mode) AS g WHERE w <> s $$, 'order of rows never matters');
CREATE FUNCTION funnel_of(rows text, mode text, span interval DEFAULT '100 seconds') RETURNS integer LANGUAGE sql AS $$
	SELECT window_funnel(sec(split_part(r, ':', 1)::integer), span, mode, r ~ ':.*a', r ~ ':.*b', r ~ ':.*c') FROM regexp_split_to_table(rows, ' ') AS r $$;
SELECT is(funnel_of(rows, mode), level, format('%s: %s', mode, rows))
FROM (VALUES ('1:a 2:b 3:c', 'default', 3), ('1:abc', 'default', 3), ('1:abc', 'strict_once', 1), ('1:ab 2:ab', 'strict_once', 2), ('1:a 2:b 3:a 4:b 5:c', 'strict_deduplication', 2), ('1:a 2:a 3:b 4:c', 'strict_deduplication', 3),
	('1:a 2: 3:b 4:c', 'strict_order', 1), ('1: 2:a 3:b 4:c', 'strict_order', 3), ('1:a 2:c 3:b', 'strict_order', 1), ('1:a 2:c 3:b 4:c', 'strict_order, allow_reentry', 3), ('1:a 1:b 2:c', 'strict_increase', 1), ('1:a 2:b 2:a 3:c', 'strict_increase', 3),
	('1:a 2:a 2:b 3:c', 'strict_increase', 3), ('1:c 2:b 3:a', 'default', 1), ('1:b', 'default', 0)) AS v(rows, mode, level);
SELECT is(funnel_of('1:a 101:b 102:c', 'default'), 2, 'the span is inclusive');
SELECT is(window_funnel(sec(1), '1 day', true), 0, 'no rows') WHERE false;
SELECT is((SELECT window_funnel(NULL::timestamptz, '1 day', true)), 0, 'no time');
SELECT is((SELECT window_funnel(date '2026-01-01' + i, '1 day', i = 0, i = 1, i = 2) FROM generate_series(0, 2) AS i), 2, 'of dates');
SELECT is((SELECT window_funnel(timestamp '2026-01-01' + i * interval '1 hour', '1 day', VARIADIC (SELECT array_agg(k = i) FROM generate_series(0, 31) AS k)) FROM generate_series(0, 31) AS i), 25, '32 conditions');
SELECT throws_ok($$ SELECT window_funnel(sec(1), '1 month', true) $$, '22023', NULL, 'a span of months');
SELECT throws_ok($$ SELECT window_funnel(sec(1), NULL, true) $$, '22004', 'the span must not be null', 'no span');
SELECT throws_ok($$ SELECT window_funnel(sec(i), i * interval '1 day', true) FROM generate_series(1, 2) AS i $$, '22023', 'the span changes within a group', 'another span');
SELECT throws_ok($$ SELECT window_funnel(sec(1), '1 day', 'strict', true) $$, '22023', 'unknown mode "strict"', 'an unknown mode');
SELECT throws_ok($$ SELECT window_funnel(sec(1), '1 day', 'allow_reentry', true) $$, '22023', 'mode allow_reentry needs strict_order', 'reentry alone');
SELECT throws_ok($$ SELECT window_funnel(sec(1), '1 day', NULL, true) $$, '22004', 'the mode must not be null', 'no mode');
SELECT throws_ok($$ SELECT window_funnel(sec(1), '1 day', CASE i WHEN 1 THEN 'default' ELSE 'strict_once' END, true) FROM generate_series(1, 2) AS i $$, '22023', NULL, 'another mode');
SELECT throws_ok($$ SELECT window_funnel(sec(1), '1 day', VARIADIC (SELECT array_agg(true) FROM generate_series(1, 33))) $$, '22023', 'there must be 1 to 32 conditions, but 33 are given', '33 conditions');
SELECT throws_ok($$ SELECT window_funnel(sec(1), '1 day', VARIADIC (SELECT array_agg(true) FROM generate_series(1, i))) FROM generate_series(1, 2) AS i $$, '22023', 'the number of conditions changes within a group, from 1 to 2', 'another number of them');

-- retention
SELECT is_empty($$ SELECT id FROM (SELECT id, retention(what = 1, what = 2, what = 3) AS r, bool_or(what = 1) AS a, bool_or(what = 2) AS b, bool_or(what = 3) AS c FROM one GROUP BY id) AS g WHERE r <> ARRAY[a, a AND b, a AND c] $$, 'retention');
SELECT is((SELECT retention(NULL, true)), '{f,f}', 'NULL is false');
SELECT is((SELECT retention(true) WHERE false), NULL, 'no rows');

-- sequences: rows that meet one condition are letters, and a pattern without times a regular expression
CREATE TABLE words AS SELECT id, string_agg(chr(96 + what), '' ORDER BY t) AS word FROM one WHERE what > 0 GROUP BY id;
CREATE TABLE patterns(pattern text, expression text);
INSERT INTO patterns VALUES ('(?1)', 'a'), ('(?1)(?2)', 'ab'), ('(?1).*(?2)', 'a.*?b'), ('(?1).(?2)', 'a.b'), ('(?1)(?1).*(?3)(?2)', 'aa.*?cb'), ('.', '.'), ('..', '..'), ('(?4).*(?3).*(?2).*(?1)', 'd.*?c.*?b.*?a'), ('(?2)..*(?2)', 'b..*?b'),
	('(?1).*.*.(?4)', 'a.*?.d'), ('(?1)(?2)(?3)(?4)', 'abcd');
SELECT is_empty(format($$ SELECT id, word, m, c FROM words JOIN (SELECT id, sequence_match(%1$L, sec(t), what = 1, what = 2, what = 3, what = 4) AS m, sequence_count(%1$L, sec(t), what = 1, what = 2, what = 3, what = 4) AS c FROM one GROUP BY id) AS g USING (id)
	WHERE m <> (word ~ %2$L) OR c <> (SELECT count(*) FROM regexp_matches(word, %2$L, 'g')) $$, pattern, expression), pattern) FROM patterns;
SELECT is_empty($$ SELECT id, word, e FROM words JOIN (SELECT id, sequence_events('(?1).*(?2)(?3)', sec(t), what = 1, what = 2, what = 3, what = 4) AS e FROM one GROUP BY id) AS g USING (id)
	WHERE (e IS NULL) <> (word !~ 'a.*?bc') OR cardinality(e) <> 3 OR e[1] <> (SELECT min(sec(t)) FROM one WHERE one.id = words.id AND what = 1) $$, 'sequence_events');
-- two conditions and a time between them
SELECT is_empty(format($$ SELECT id FROM (SELECT id, sequence_match(%L, sec(t), what = 1, what = 2, what = 3, what = 4) AS m FROM one GROUP BY id) AS g WHERE m <> EXISTS (SELECT FROM one AS a JOIN one AS b USING (id) WHERE id = g.id AND a.what = 1 AND b.what = 2 AND b.t > a.t AND b.t - a.t %s) $$,
	format('(?1)(?t%s%s)(?2)', op, s), replace(op, '==', '=') || s), format('(?1)(?t%s%s)(?2)', op, s)) FROM unnest(ARRAY['<', '<=', '>', '>=', '==']) AS op, unnest(ARRAY[1, 4, 9]) AS s;
SELECT is((SELECT sequence_match('(?1)(?t>2)(?t<5)(?2)', sec(t), t = 0, t IN (2, 4)) FROM generate_series(0, 9) AS t), true, 'two times are both held');
SELECT is((SELECT sequence_match('(?1)(?t>4)(?t<5)(?2)', sec(t), t = 0, t IN (2, 4)) FROM generate_series(0, 9) AS t), false, '... or not');
SELECT is((SELECT sequence_match('(?1)(?t>=9)', sec(t), t = 0, true) FROM generate_series(0, 9) AS t), true, 'a time at the end: up to a later row');
SELECT is((SELECT sequence_match('(?1)(?t>9)', sec(t), t = 0, true) FROM generate_series(0, 9) AS t), false, '... if there is one');
SELECT is((SELECT sequence_match('(?t>9)(?1)', sec(t), t = 0, true) FROM generate_series(0, 9) AS t), true, 'a time before any row holds');
SELECT is((SELECT sequence_count('.*', sec(t), true) FROM generate_series(1, 9) AS t), 9::bigint, 'a match of no rows moves on by one');
SELECT is((SELECT sequence_match('(?1)(?2)', sec(0), a, b) FROM (VALUES (false, true), (true, false)) AS v(a, b)), true, 'rows of one moment come by the lowest condition');
SELECT is((SELECT sequence_match('(?1)', sec(1), true) WHERE false), false, 'no rows: no match');
SELECT is((SELECT sequence_count('(?1)', sec(1), true) WHERE false), 0::bigint, 'none counted');
SELECT is((SELECT sequence_events('(?1)', sec(1), true) WHERE false), NULL, 'no events');
SELECT is((SELECT sequence_match(repeat('(?1).*', 200) || '(?2)', sec(t), true, false) FROM generate_series(1, 20000) AS t), false, 'a pattern that makes others search for ever');

-- What is wrong
SELECT throws_like(format('SELECT sequence_match(%L, now(), true, true)', pattern), 'invalid pattern: ' || why || '%', 'pattern ' || pattern)
FROM (VALUES ('(?3)', 'there is no condition of this number, but 1 to 2'), ('(?0)', 'there is no condition'), ('(?)', 'the number of a condition is missing'), ('(?1', '")" is missing'), ('(1)', 'unknown part'), ('x', 'unknown part'), ('(?t=5)', '<, >, <=, >= or == is missing'),
	('(?t<)', 'a number of seconds is missing'), ('(?t!=5)', '<, >'), ('(?1)(?t<5', '")" is missing'), ('*', 'unknown part'), ('(?t<1.5)', '")" is missing'), ('(?99999999999999999999)', 'there is no condition')) AS v(pattern, why);
SELECT throws_ok('SELECT sequence_match(NULL, now(), true)', '22004', 'the pattern must not be null', 'no pattern');
SELECT throws_ok($$ SELECT sequence_match('(?' || i || ')', now(), true, true) FROM generate_series(1, 2) AS i $$, '22023', NULL, 'another pattern');

SELECT * FROM finish();
