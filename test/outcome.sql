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

SELECT * FROM finish();
