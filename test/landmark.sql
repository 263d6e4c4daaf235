-- landmark: every figure against plain SQL over random histories, and in every split

\pset fieldsep '\n'
SET TimeZone = 'UTC';
SELECT no_plan();

-- Histories of 0 to 8 rows a deal, with ties, duplicates, ways back, labels nobody defined, rows that can't be placed
CREATE TABLE history AS
	SELECT id % 900 AS deal, id % 6 AS region, (ARRAY['Lead', 'Demo', 'Offer', 'Won', 'Lost', 'Gone', 'Nobody', NULL])[1 + least(abs(hashint4(id)) % 9, 7)] AS stage,
		CASE WHEN abs(hashint4(-id)) % 29 > 0 THEN timestamptz '2025-01-01 00:00+00' + abs(hashint4(id + 5)) % 80 * interval '12 hours' END AS at
	FROM generate_series(1, 4000) id WHERE abs(hashint4(id + 9)) % 5 > 0;
INSERT INTO history SELECT * FROM history WHERE hashint4(deal) % 50 = 0;
INSERT INTO history VALUES (NULL, 1, 'Lead', '2025-01-01'), (5, 5, 'Lead', 'infinity');
CREATE TABLE asked (name text, landmarks timestamptz[], as_of timestamptz, horizon interval);
INSERT INTO asked VALUES ('one', '{2025-01-10 00:00+00}', '2025-03-01 00:00+00', NULL), ('of a row''s moment', '{2025-01-10 12:00+00,2025-01-05 12:00+00,2025-01-10 12:00+00}', '2025-01-30 12:00+00', NULL),
	('many', landmarks('2024-12-25 06:00+00', interval '2 days', 25), '2025-02-20 00:00+00', NULL), ('before anything', '{1999-01-01 00:00+00}', '2025-02-01 00:00+00', NULL),
	('a horizon', landmarks('2024-12-25 00:00+00', interval '2 days', 20), '2025-02-05 00:00+00', interval '5 days'), ('of a row''s moment, with a horizon', landmarks('2025-01-01 00:00+00', interval '12 hours', 60), '2025-02-01 00:00+00', interval '36 hours'),
	('longer than all', landmarks('2025-01-03 00:00+00', interval '1 day', 5), '2025-02-01 00:00+00', interval '90 days');

-- The same in SQL: what a deal is at a moment, of its placed rows up to then
CREATE TABLE placed AS SELECT deal, region, at, array_position(ARRAY['Lead', 'Demo', 'Offer', 'Won', 'Lost', 'Gone'], stage) AS code FROM history WHERE deal IS NOT NULL AND isfinite(at) AND stage IN ('Lead', 'Demo', 'Offer', 'Won', 'Lost', 'Gone');
CREATE INDEX ON placed (deal, at);
CREATE FUNCTION state_at(d integer, moment timestamptz, OUT furthest integer, OUT state text) LANGUAGE sql STABLE AS $$
	SELECT f, CASE WHEN f IS NULL THEN 'outside' WHEN latest > 4 THEN 'lost' WHEN f = 4 THEN 'won' ELSE 'open' END
	FROM (SELECT max(code) FILTER (WHERE code <= 4) AS f, (array_agg(code ORDER BY at DESC, code DESC))[1] AS latest FROM placed WHERE deal = d AND at <= moment) p $$;
CREATE TABLE seen AS
	SELECT name, landmark, deal, region, then_.furthest, end_.state AS became, landmark + coalesce(horizon, '0') <= as_of AS is_over
	FROM asked, LATERAL (SELECT DISTINCT landmark FROM unnest(landmarks) landmark) l, (SELECT DISTINCT deal, region FROM placed) d,
		LATERAL state_at(deal, landmark) then_, LATERAL state_at(deal, least(as_of, landmark + coalesce(horizon, '1000 years'))) end_ WHERE then_.state = 'open';
SELECT cmp_ok(count(*), '>', 10000::bigint, 'there are deals to compare with') FROM seen;

CREATE TABLE summaries AS
	SELECT name, region, CASE WHEN horizon IS NULL THEN landmark_agg(deal, stage, at, 'Lead > Demo > Offer > Won; lost: Lost, Gone', landmarks, as_of)
		ELSE landmark_agg(deal, stage, at, 'Lead > Demo > Offer > Won; lost: Lost, Gone', landmarks, as_of, horizon) END AS s
	FROM asked, history WHERE false GROUP BY 1, 2, horizon;
INSERT INTO summaries SELECT name, region, landmark_agg(deal, stage, at, 'Lead > Demo > Offer > Won; lost: Lost, Gone', landmarks, as_of) FROM asked, history WHERE horizon IS NULL GROUP BY 1, 2;
INSERT INTO summaries SELECT name, region, landmark_agg(deal, stage, at, 'Lead > Demo > Offer > Won; lost: Lost, Gone', landmarks, as_of, horizon) FROM asked, history WHERE horizon IS NOT NULL GROUP BY 1, 2;

SELECT set_eq('SELECT name, region, c.* FROM summaries, landmark_counts(s) c', $$
	SELECT a.name, r.region, l.landmark, step, stage, count(deal), count(deal) FILTER (WHERE became = 'won') AS won, count(deal) FILTER (WHERE became = 'lost') AS lost,
		count(deal) FILTER (WHERE became = 'open') AS open, l.landmark + coalesce(horizon, '0') <= as_of AS is_over
	FROM asked a CROSS JOIN LATERAL (SELECT DISTINCT landmark FROM unnest(landmarks) landmark) l CROSS JOIN generate_series(0, 5) r(region)
		CROSS JOIN (VALUES (1, 'Lead'), (2, 'Demo'), (3, 'Offer')) v(step, stage) LEFT JOIN seen s ON (s.name, s.landmark, s.region, s.furthest) = (a.name, l.landmark, r.region, step)
	GROUP BY 1, 2, 3, 4, 5, horizon, as_of$$, 'each landmark and stage: who was open, and what became of them');
CREATE VIEW odds_by_hand AS
	SELECT a.name, r.region, step, stage, count(deal) AS was_open, count(deal) FILTER (WHERE became = 'won') AS won, count(deal) FILTER (WHERE became = 'lost') AS lost, count(deal) FILTER (WHERE became = 'open') AS undecided,
		count(DISTINCT deal) FILTER (WHERE became <> 'open') AS entities
	FROM asked a CROSS JOIN generate_series(0, 5) r(region) CROSS JOIN (VALUES (1, 'Lead'), (2, 'Demo'), (3, 'Offer')) v(step, stage)
		LEFT JOIN seen s ON (s.name, s.region, s.furthest) = (a.name, r.region, step) AND is_over GROUP BY 1, 2, 3, 4;
SELECT set_eq('SELECT name, region, step, stage, o.was_open, o.won, o.lost, o.undecided, win_probability, won_share FROM summaries, stage_odds(s) o', $$
	SELECT name, region, step, stage, was_open, won, lost, undecided, CASE WHEN won + lost >= 20 THEN won / (won + lost)::double precision END AS p, CASE WHEN was_open >= 20 THEN won / was_open::double precision END AS share FROM odds_by_hand$$,
	'odds: won of those decided, where there are 20; of landmarks whose horizon is over');
SELECT set_eq('SELECT name, region, step, o.low, o.high FROM summaries, stage_odds(s, 0.9) o WHERE win_probability IS NOT NULL', $$
	SELECT name, region, step, least(rate_low(r, 0.9), p) AS low, greatest(rate_high(r, 0.9), p) AS high FROM (SELECT *, won / (won + lost)::double precision AS p FROM odds_by_hand WHERE won + lost >= 20) h,
		LATERAL (SELECT rate_agg(i <= round(p * entities)) AS r FROM generate_series(1, entities) i) r$$, 'their interval is that of as many deals as there are');
SELECT cmp_ok(count(*), '>', 20::bigint, 'there are odds to compare') FROM summaries, stage_odds(s) WHERE win_probability IS NOT NULL;

-- Rows, each counted once
SELECT is((SELECT sum(rows) FROM landmark_quality(s) WHERE reason <> 'after as_of'), (SELECT count(*)::numeric FROM history h WHERE h.region = summaries.region), 'each row has its reason') FROM summaries WHERE name = 'one';
SELECT is((SELECT rows FROM landmark_quality(s) WHERE reason = 'after as_of'), (SELECT count(*) FROM (SELECT DISTINCT deal, at, code FROM placed p WHERE p.region = summaries.region AND at > '2025-01-30 12:00+00') later),
	'rows after as_of are counted, and nothing else of them') FROM summaries WHERE name = 'of a row''s moment';

-- The same bytes in any order, of any key and time, however split (of different deals)
CREATE TABLE whole AS SELECT name, rollup(s) AS s FROM summaries GROUP BY name;
SELECT is((SELECT s::text FROM whole WHERE name = 'many'), (SELECT landmark_agg(deal::text, stage, at AT TIME ZONE 'UTC', 'Lead > Demo > Offer > Won; lost: Lost, Gone', landmarks('2024-12-25 06:00+00', interval '2 days', 25), '2025-02-20 00:00+00')::text FROM history),
	'of texts and timestamps, in one: as rolled up');
SELECT is((SELECT s::text FROM whole WHERE name = 'a horizon'), (SELECT landmark_agg(deal, stage, at, 'Lead > Demo > Offer > Won; lost: Lost, Gone', landmarks('2024-12-25 00:00+00', interval '2 days', 20), '2025-02-05 00:00+00', interval '5 days' ORDER BY at DESC)::text FROM history),
	'in any order');

-- Nothing; errors
SELECT is_empty('SELECT * FROM stage_odds((SELECT landmark_agg(1, ''Lead'', now(), ''Lead > Won'', landmarks(''2025-01-01 00:00+00'', ''1 day'', 3), ''2025-02-01 00:00+00'') FILTER (WHERE false)))', 'no rows: no funnel, no odds');
SELECT is(landmarks('2025-01-01 00:00+00', '36 hours', 3), '{2025-01-01 00:00+00,2025-01-02 12:00+00,2025-01-04 00:00+00}'::timestamptz[], 'landmarks()');
SELECT throws_ok(format('SELECT landmarks(%s)', a), code, NULL, 'landmarks: ' || a) FROM (VALUES ('''2025-01-01 00:00+00'', ''1 month'', 3', '22023'), ('''2025-01-01 00:00+00'', ''1 day'', 0', '22023'), ('''2025-01-01 00:00+00'', ''1 day'', 1001', '22023'),
	('''2025-01-01 00:00+00'', ''0'', 2', '22023'), ('''2025-01-01 00:00+00'', ''-1 day'', 2', '22023'), ('''infinity'', ''1 day'', 2', '22008'), ('''2199-12-30 00:00+00'', ''1 day'', 9', '22008')) v(a, code);
SELECT throws_ok(format('SELECT landmark_agg(1, ''Lead'', timestamptz ''2025-01-01 00:00+00'', ''Lead > Won'', %s)', a), code, NULL, 'landmark_agg: ' || a) FROM (VALUES ('NULL, ''2025-01-01 00:00+00''', '22004'), ('''{}'', ''2025-01-01 00:00+00''', '22023'),
	('''{NULL}'', ''2025-01-01 00:00+00''', '22023'), ('''{2025-01-01 00:00+00}'', NULL', '22004'), ('''{2025-01-01 00:00+00}'', ''2025-01-01 00:00+00''', '22023'), ('''{2025-01-01 00:00+00}'', ''infinity''', '22008'), ('''{-infinity}'', ''2025-01-01 00:00+00''', '22023'),
	('''{2025-01-01 00:00+00}'', ''2026-01-01 00:00+00'', ''1 month''', '22023'), ('''{2025-01-01 00:00+00}'', ''2026-01-01 00:00+00'', ''0''', '22023'), ('''{2025-01-01 00:00+00}'', ''2026-01-01 00:00+00'', NULL::interval', '22004')) v(a, code);
SELECT throws_ok(format('SELECT landmark_agg(deal, stage, at, %s) FROM history', a), '22023', NULL, 'changes within a group: ' || a) FROM unnest(ARRAY[
	'''Lead > Won'', ARRAY[timestamptz ''2025-01-01 00:00+00'' + deal * interval ''1 second''], ''2026-01-01 00:00+00''', '''Lead > Won'', ''{2025-01-01 00:00+00}'', timestamptz ''2026-01-01 00:00+00'' + coalesce(deal, 0) * interval ''1 second''',
	'CASE deal WHEN 1 THEN ''Lead > Won'' ELSE ''Won > Lead'' END::funnel, ''{2025-01-01 00:00+00}'', ''2026-01-01 00:00+00''', '''Lead > Won'', ''{2025-01-01 00:00+00}'', ''2026-01-01 00:00+00'', (1 + coalesce(deal, 0)) * interval ''1 day''']) a;
SELECT throws_ok($$SELECT rollup(s) FROM whole WHERE name IN ('one', 'many')$$, '22023', 'landmark summaries of different landmarks, horizons or as_of can''t be merged', 'parts of different landmarks');

-- A reader trusts nothing
SELECT throws_ok(format('SELECT %L::landmark_summary', regexp_replace(s::text, a, b)), NULL, NULL, 'refused: ' || b)
FROM whole, (VALUES ('"was_open": \d+', '"was_open": 0'), ('"won": \d+', '"won": 999999'), ('"entities": \d+', '"entities": 999999'), ('"entities": \d+', '"entities": 0'), ('"landmark": "2025-01-10 00', '"landmark": "2099-01-10 00'),
	('"as_of": "2025', '"as_of": "1925'), ('"horizon_microseconds": 0', '"horizon_microseconds": -1'), ('"later_rows": ', '"later_rows": 9999999999999999'), (', \{"was_open": \d+, "won": \d+, "lost": \d+\}\]', ']')) v(a, b) WHERE name = 'one';

SELECT * FROM finish();
