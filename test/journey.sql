-- The definition of a journey.
SELECT no_plan();

\set definition '''view > cart | basket > purchase; within: 7 days; without: refund (2-3)'''

-- Text form
SELECT is(:definition::journey::text, :definition, 'prints as it was given');
SELECT is(E'  view>\tcart ;WITHIN:1   Hour;\n order:any  '::journey::text, E'  view>\tcart ;WITHIN:1   Hour;\n order:any  ', 'blanks and all');
SELECT is(steps(:definition), '{view,cart,purchase}', 'steps: in order, by the first name');
SELECT is(steps('purchase > purchase > purchase'), '{purchase,purchase,purchase}', 'a step may come twice');
SELECT is(steps('"a (b)" > "> ; , : "" | ( )" > "  blanks  " > a b'), '{a (b),"> ; , : \" | ( )","  blanks  ",a b}', 'quoted labels');
SELECT is(steps('within > gap; within: 1 day'), '{within,gap}', 'the name of a clause can be a step');
SELECT is(steps('دیدن > سبد > خرید; within: 7 days; without: بازگشت'), '{دیدن,سبد,خرید}', 'Persian');
SELECT is(steps('view'), '{view}', 'one step is a journey');
SELECT is(cardinality(steps((SELECT string_agg('s' || i, '>' ORDER BY i) FROM generate_series(1, 32) i)::journey)), 32, '32 steps');
SELECT is(steps(('a > b; without: ' || (SELECT string_agg('x' || i, ',' ORDER BY i) FROM generate_series(1, 31) i))::journey), '{a,b}', '31 exclusions');
SELECT is(steps((SELECT string_agg('s' || i, '|' ORDER BY i) FROM generate_series(1, 10000) i)::journey), '{s1}', '10,000 events for one step');

-- Every clause
SELECT is(definition::journey::text, definition, definition)
FROM (VALUES ('a > b; within: 1 microsecond'), ('a > b; within: 1 week 2 days 3 hours 4 minutes 5 seconds 6 milliseconds 7 microseconds'),
	('a > b > c; gap: 1 hour'), ('a > b > c; gap: 1 hour (1-2), 20 days (2-3)'), ('a > b > c > d; gap: 1 hour (2-4)'),
	('a > b > c; without: x'), ('a > b > c; without: x | y (2-3), z, "q (1)" (1-2)'), ('a > b; without: a'),
	('a > b > c > d; optional: b, 3'), ('a > b > b > c; optional: 2'), ('a > "2" > c > d; optional: 2'),
	('a > b; order: any'), ('a > b > c; order: increase, no_repeat, no_skip, contiguous'), ('a > b > c; order: contiguous (2-3)'),
	('a > b > c; order: contiguous (1-2), contiguous (2-3)'), ('a > b; entry: first'), ('a > b; session: 30 minutes'),
	('a > b; session: 30 minutes; count: sessions'), ('a > b; count: attempts'), ('a > b; count: entities'),
	('a > b > c; within: 1 day; without: x; order: any; session: 1 hour; count: sessions')) v(definition);

-- Equal where it means the same
SELECT ok(a::journey = b::journey AND NOT a::journey <> b::journey AND journey_hash(a::journey) = journey_hash(b::journey) AND journey_hash_extended(a::journey, 7) = journey_hash_extended(b::journey, 7)
	AND journey_cmp(a::journey, b::journey) = 0, format('%s = %s', a, b))
FROM (VALUES ('a > b', ' "a">b '), ('a > b; within: 60 minutes', 'a > b; within: 1 hour'), ('a > b; within: 1 day; entry: first', 'a > b; entry: first; within: 1 days'),
	('a > b > c; gap: 1 hour', 'a > b > c; gap: 1 hour (1-2), 1 hour (2-3)'), ('a > b > c; without: x', 'a > b > c; without: x (1-3)'),
	('a > b > c; optional: b', 'a > b > c; optional: 2'), ('a > b > c; order: contiguous', 'a > b > c; order: contiguous (1-3)'),
	('a > b; count: entities', 'a > b'), ('a > b; order: no_skip, increase', 'a > b; order: increase, no_skip')) v(a, b);
SELECT ok(a::journey <> b::journey AND journey_cmp(a::journey, b::journey) = -journey_cmp(b::journey, a::journey) AND (a::journey < b::journey) = (b::journey > a::journey)
	AND (a::journey <= b::journey) = (b::journey >= a::journey), format('%s <> %s', a, b))
FROM (VALUES ('a > b', 'b > a'), ('a > b', 'a > b; within: 1 day'), ('a > b; within: 1 day', 'a > b; within: 2 days'), ('a | b > c', 'b | a > c'), ('a > b', 'a | b > b'),
	('a > b > c; gap: 1 hour', 'a > b > c; gap: 1 hour (1-2)'), ('a > b > c; without: x (1-2)', 'a > b > c; without: x (2-3)'), ('a > b; without: x, y', 'a > b; without: y, x'),
	('a > b > c; optional: b', 'a > b > c'), ('a > b; order: any', 'a > b'), ('a > b; order: increase', 'a > b'), ('a > b; order: no_repeat', 'a > b; order: no_skip'),
	('a > b > c; order: contiguous', 'a > b > c; order: contiguous (1-2)'), ('a > b; entry: first', 'a > b'), ('a > b; session: 1 hour', 'a > b; within: 1 hour'),
	('a > b; count: attempts', 'a > b'), ('a > b', 'a | b'), ('a > b; without: b', 'a > b | b2')) v(a, b);
CREATE TABLE journeys(id integer, definition journey UNIQUE);
INSERT INTO journeys VALUES (1, 'a > b; within: 1 day'), (2, 'a > b');
SELECT throws_ok($$ INSERT INTO journeys VALUES (3, 'a>b; within: 24 hours') $$, '23505', NULL, 'a unique index finds the same meaning');
SELECT results_eq($$ SELECT id FROM journeys ORDER BY definition $$, $$ SELECT id FROM journeys ORDER BY definition USING < $$, 'it can be sorted');
SELECT results_eq($$ SELECT count(*) FROM (SELECT 'a > b'::journey UNION ALL SELECT ' a > b' UNION ALL SELECT 'a>c') v(d) GROUP BY d ORDER BY 1 $$, '{1,2}'::bigint[], 'and grouped');

-- There and back
SELECT is(convert_from(journey_send(:definition::journey), 'UTF8'), :definition, 'the binary form is the text');
SELECT is(journey(labels, '1 day 2 hours 3 microseconds')::text, 'a > b; within: 1 day 2 hours 3 microseconds', 'journey(steps, within)') FROM (VALUES (ARRAY['a', 'b'])) v(labels);
SELECT is(journey(ARRAY['a', 'b']), 'a > b', 'journey(steps)');
SELECT is(journey(NULL::text[]), NULL, 'NULL steps');
SELECT is(journey(ARRAY['a > b', ' c', 'e"f', '{g', 'i|j', 'k:l', 'm;n', 'o,p', 'q (r)'])::text,
	'"a > b" > " c" > "e""f" > "{g" > "i|j" > "k:l" > "m;n" > "o,p" > "q (r)"', 'quotes what has to be');
SELECT is(steps(journey(labels)::text::journey), labels, 'random labels, there and back')
FROM (SELECT setseed(0.5)) s, LATERAL (
	SELECT array_agg(label) AS labels
	FROM (SELECT string_agg(substr(E'ab >;,:|"{}()\tسx', 1 + (random() * 15)::int, 1), '') AS label
		  FROM generate_series(1, 200) i GROUP BY i % 30) l
	WHERE label <> '') v;

SELECT * FROM finish();
