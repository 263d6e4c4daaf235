-- A status label as an outcome.
SELECT no_plan();

-- What it means, and what doesn't count
SELECT is(outcome(status, '{Closed Won,Signed}', '{Closed Lost,"Gone, for good"}'), expected, format('outcome(%L)', status))
FROM (VALUES
	('Closed Won', true), ('closed won', true), ('CLOSED WON', true), ('  Closed Won ', true), (E'\tClosed Won\r\n', true), ('signed', true),
	('Closed Lost', false), ('closed LOST', false), ('gone, for good', false),
	('Proposal', NULL), ('Closed', NULL), ('Won', NULL), ('Closed Won!', NULL), ('Closed  Won', NULL), ('Not closed won', NULL), ('', NULL), ('   ', NULL), (NULL, NULL))
	AS cases(status, expected);
SELECT is(outcome(status, '{برنده,Menang}', '{باخته,Kalah}'), expected, format('outcome(%L), of other scripts', status))
FROM (VALUES
	('برنده', true), (E'\u200fبرنده\u200f', true), (E'\u00a0menang\ufeff', true), (E'\u2067باخته\u2069', false), (E'\u3000KALAH', false), (E'بر\u200cنده', NULL))
	AS cases(status, expected);
SELECT is(outcome('ÇA Y EST', '{ça y est}', '{}'), true, 'letter case beyond ASCII');
SELECT is(outcome('Lost', '{}', '{Lost}'), false, 'a list may be empty');
SELECT is(outcome('a', '{a,A," a "}', '{b}'), true, 'a label may be there twice');
SELECT is(outcome(E'a\u00a0', '{a}', '{}'), true, 'a blank at the very end');

-- The same for many rows, and where the lists change from row to row
CREATE TABLE deals AS
SELECT i, (ARRAY['Won', ' won', 'LOST', 'Open', NULL, 'Won?'])[1 + i % 6] AS status, CASE WHEN i % 2 = 0 THEN '{Won}'::text[] ELSE '{Open,won}' END AS won
FROM generate_series(0, 5999) i;
SELECT results_eq(
	$$ SELECT i FROM deals WHERE outcome(status, won, '{Lost}') IS DISTINCT FROM
		CASE WHEN lower(btrim(status)) = ANY (SELECT lower(w) FROM unnest(won) w) THEN true WHEN lower(btrim(status)) = 'lost' THEN false END $$,
	ARRAY[]::integer[], 'lists that change from row to row');
SELECT results_eq('SELECT win_rate(outcome(status, ''{Won}'', ''{Lost}'')) FROM deals', ARRAY[2.0::double precision / 3], 'what a rate is made of');
SELECT is(lists, 3::bigint, 'long lists, toasted')
FROM (SELECT count(*) FILTER (WHERE outcome(status, won, lost)) AS lists
	  FROM (VALUES ('x1'), ('X500'), ('x1000'), ('y1')) s(status),
		(SELECT array_agg('x' || i) AS won, array_agg(repeat('y', 100) || i) AS lost FROM generate_series(1, 1000) i) l) c;

-- Errors
SELECT throws_ok(statement, state, message)
FROM (VALUES
	($$SELECT outcome('a', NULL, '{b}')$$, '22004', 'won must not be null'),
	($$SELECT outcome('a', '{b}', NULL)$$, '22004', 'lost must not be null'),
	($$SELECT outcome('a', '{b,NULL}', '{}')$$, '22004', 'a label of won must not be null'),
	($$SELECT outcome('a', '{b}', '{" "}')$$, '22023', 'a label of lost is blank'),
	($$SELECT outcome('a', '{Closed,Won}', '{" closed"}')$$, '22023', 'the label "closed" is both won and lost'))
	AS cases(statement, state, message);

--
-- label_agg
--

CREATE FUNCTION same_rows(got text, expected text, what text) RETURNS text LANGUAGE sql AS
	$$ SELECT is_empty(format('(%1$s EXCEPT ALL %2$s) UNION ALL (%2$s EXCEPT ALL %1$s)', got, expected), what) $$;
CREATE TABLE rows AS
SELECT i, i % 7 AS part, nullif(left(CASE WHEN random() < 0.5 THEN 'common ' || (10 * random() ^ 3)::integer ELSE repeat('ژ', (150 * random())::integer) || (random() * 700)::integer END, 90), 'common 3') AS label
FROM generate_series(1, 20000) i;
SELECT same_rows('SELECT * FROM labels((SELECT label_agg(label) FROM rows WHERE i <= 600))',
	'SELECT label, count(*), count(*) / 600.0::double precision FROM rows WHERE i <= 600 GROUP BY label', 'labels: as GROUP BY counts them');
SELECT ok(bool_and(CASE WHEN label IS NULL THEN place = count ELSE coalesce((rows, label COLLATE "C") < (previous_rows, previous_label) OR rows < previous_rows OR (rows = previous_rows AND label COLLATE "C" > previous_label), place = 1) END), 'the commonest first, then in order of bytes; none last')
FROM (SELECT label, rows, place, lag(rows) OVER w AS previous_rows, lag(label) OVER w COLLATE "C" AS previous_label, count(*) OVER () AS count
	FROM labels((SELECT label_agg(label) FROM rows WHERE i <= 600)) WITH ORDINALITY AS l(label, rows, share, place) WINDOW w AS (ORDER BY place)) l;

-- Beyond 1,000 labels: each listed has all its rows, the others are counted
CREATE TABLE summary AS SELECT label_agg(label) AS s FROM rows;
SELECT cmp_ok((SELECT count(DISTINCT label) FROM rows), '>', 2000::bigint, 'there are more labels than are kept');
SELECT is((SELECT count(*) FROM summary, labels(s) WHERE label IS NOT NULL), 1000::bigint, '1,000 are kept');
SELECT is_empty('SELECT label, rows FROM summary, labels(s) EXCEPT SELECT label, count(*) FROM rows GROUP BY label', '... with all their rows');
SELECT is((SELECT sum(rows) + (SELECT other_rows(s) FROM summary) FROM summary, labels(s)), 20000::numeric, '... and all rows are counted');
SELECT is((SELECT label_agg(label ORDER BY md5(i::text))::text FROM rows), (SELECT s::text FROM summary), 'the order of rows is of no matter');
SELECT is((SELECT rollup(s)::text FROM (SELECT label_agg(label) AS s FROM rows GROUP BY part) p), (SELECT s::text FROM summary), 'nor how they are split');
SELECT is((SELECT rollup(s)::text FROM (SELECT label_agg(label) AS s FROM rows GROUP BY i) p), (SELECT s::text FROM summary), 'nor that each is a part');

-- Long labels, empty ones, none
SELECT is(array_agg(label), ARRAY[repeat('ژ', 98) || '...'], 'a long label is cut, at a character') FROM labels((SELECT label_agg(repeat('ژ', 150) || i) FROM generate_series(1, 3) i));
SELECT is(array_agg(length(label)), '{200,200}', 'one of 200 bytes is not') FROM labels((SELECT label_agg(repeat('x', 199) || i % 2) FROM generate_series(1, 3) i));
SELECT results_eq($$SELECT label, rows FROM labels((SELECT label_agg(label) FROM (VALUES (''), (' '), (NULL), ('')) v(label)))$$, $$VALUES ('', 2::bigint), (' ', 1), (NULL, 1)$$, 'an empty label is one, NULL is none');
SELECT is_empty('SELECT * FROM labels((SELECT label_agg(label) FROM rows WHERE false))', 'no rows, no labels');

SELECT results_eq($$SELECT * FROM outcome_labels((SELECT label_agg(status) FROM deals), '{won}', '{lost}')$$,
	$$SELECT status, count(*), outcome(status, '{won}', '{lost}') FROM deals GROUP BY 1 ORDER BY status IS NULL, count(*) DESC, status COLLATE "C"$$, 'outcome_labels');

-- What breaks a rule is no summary
SELECT throws_ok(format('SELECT %L::label_summary', s), '22P02')
FROM (VALUES
	('{"version": 1, "without_label": 0, "labels": [{"label": "a", "rows": 0}], "other_rows": 0}'),
	('{"version": 1, "without_label": 0, "labels": [{"label": "a", "rows": 1}, {"label": "b", "rows": 2}], "other_rows": 0}'),
	('{"version": 1, "without_label": 0, "labels": [{"label": "a", "rows": 2}, {"label": "a", "rows": 1}], "other_rows": 0}'),
	('{"version": 1, "without_label": 0, "labels": [{"label": "a", "rows": 2}], "other_rows": 1}'),
	('{"version": 1, "without_label": 0, "labels": [{"label": "' || repeat('a', 201) || '", "rows": 2}], "other_rows": 0}')) AS broken(s);

SELECT * FROM finish();
