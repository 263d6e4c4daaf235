-- attribution: every model against plain SQL over random touches, and in every split

\pset fieldsep '\n'
SET TimeZone = 'UTC';
SELECT no_plan();

-- Entities that convert, give up, are undecided, have no touch, end in two ways; touches at equal instants, repeated, after the end, out of range
CREATE TABLE entities AS
	SELECT e, e % 5 AS part, CASE WHEN e % 11 = 0 THEN NULL ELSE abs(hashint4(e)) % 3 = 0 END AS outcome,
		timestamptz '2025-03-01 00:00+00' + abs(hashint4(-e)) % 40 * interval '6 hours' AS ended, CASE WHEN e % 7 > 0 THEN (abs(hashint4(e + 3)) % 10000)::numeric / 100 END AS amount
	FROM generate_series(1, 700) e;
CREATE TABLE touches AS
	SELECT e, (ARRAY['Ads', 'Email', 'شبکه', 'e > mail', 'Ads ', ''])[1 + abs(hashint4(e * 31 + n)) % 6] AS channel, timestamptz '2025-02-20 00:00+00' + abs(hashint4(e + n * 7)) % 70 * interval '6 hours' AS at
	FROM entities, generate_series(1, abs(hashint4(e + 9)) % 8) n WHERE e % 13 > 0;
INSERT INTO touches SELECT e, 'Ads', 'infinity' FROM entities WHERE e % 50 = 1;
INSERT INTO touches SELECT e, NULL, NULL FROM entities WHERE e % 13 = 0 OR e % 60 = 2;
INSERT INTO touches SELECT * FROM touches WHERE e % 40 = 3;
CREATE VIEW rows AS SELECT e, part, channel, at, outcome, CASE WHEN outcome IS NOT NULL THEN ended END AS ended, amount FROM touches JOIN entities USING (e)
UNION ALL SELECT e, part, 'Ads', ended, outcome, ended + interval '1 hour', amount FROM entities WHERE e % 97 = 5;

-- By hand: the touches of each path, in order
CREATE VIEW ended AS SELECT * FROM entities en WHERE outcome IS NOT NULL AND EXISTS (SELECT FROM touches t WHERE t.e = en.e) AND e % 97 <> 5;
CREATE TABLE path AS SELECT e, part, outcome, amount, channel, at, row_number() OVER path AS n, count(*) OVER (PARTITION BY e) AS length, last_value(at) OVER (path ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS last
	FROM ended JOIN touches USING (e) WHERE channel IS NOT NULL AND isfinite(at) AND at <= ended WINDOW path AS (PARTITION BY e ORDER BY at, channel COLLATE "C");
CREATE TABLE summary AS SELECT attribution_agg(e, channel, at, outcome, ended, amount) AS s FROM rows;
SELECT cmp_ok(count(*), '>', 500::bigint, 'there are touches to compare with') FROM path WHERE outcome;

CREATE VIEW weights AS SELECT *, n = 1 AS first, n = length AS last_one, 1.0 / length AS linear,
	CASE WHEN length = 1 THEN 1 WHEN length = 2 THEN 0.5 WHEN n IN (1, length) THEN 0.4 ELSE 0.2 / (length - 2) END AS place,
	power(2::numeric, -(extract(epoch FROM last - at) / (7 * 86400))::numeric) / sum(power(2::numeric, -(extract(epoch FROM last - at) / (7 * 86400))::numeric)) OVER (PARTITION BY e) AS decay FROM path WHERE outcome;
CREATE VIEW by_hand AS
SELECT channel, model, sum(weight) AS conversions, sum(weight * coalesce(amount, 0)) AS value FROM weights,
	LATERAL (VALUES ('first', first::integer::numeric), ('last', last_one::integer::numeric), ('linear', linear), ('position', place), ('decay', decay)) w(model, weight) GROUP BY 1, 2
UNION ALL SELECT channel, 'shapley', sum(1.0 / size), sum(coalesce(amount, 0) / size) FROM (SELECT DISTINCT e, amount, channel FROM path WHERE outcome) d JOIN (SELECT e, count(DISTINCT channel) AS size FROM path GROUP BY e) s USING (e) GROUP BY 1;
CREATE VIEW models AS SELECT model, a.* FROM summary, unnest(ARRAY['first', 'last', 'linear', 'position', 'decay', 'markov', 'shapley']) model, attribution(s, model) a;
SELECT is_empty(format($$SELECT channel, m.conversions, h.conversions, m.value, h.value FROM (SELECT * FROM models WHERE channel IS NOT NULL) m FULL JOIN by_hand h USING (model, channel) WHERE model = %L
	AND NOT (abs(m.conversions - coalesce(h.conversions, 0)) < 1e-9 AND abs(m.value - coalesce(h.value, 0)) < 1e-6)$$, model), model || ': the credit of each channel') FROM unnest(ARRAY['first', 'last', 'linear', 'position', 'decay', 'shapley']) model;
SELECT is((sum(conversions), sum(value)), (SELECT (count(*)::numeric, sum(amount)) FROM ended WHERE outcome), model || ': credits add up, to the last digit') FROM models GROUP BY model;
SELECT is(abs(sum(share) - 1) < 1e-12, true, model || ': shares add up to 1') FROM models GROUP BY model;
SELECT results_eq('SELECT channel, touches, entities FROM models WHERE model = ''linear'' AND channel IS NOT NULL', 'SELECT channel, count(*), count(DISTINCT e) FROM path GROUP BY channel ORDER BY channel COLLATE "C"', 'touches and entities of each channel, in order');
SELECT results_eq('SELECT conversions::bigint, value::numeric(20,2), touches, entities FROM models WHERE model = ''markov'' AND channel IS NULL',
	'SELECT count(*) FILTER (WHERE outcome), sum(amount) FILTER (WHERE outcome), 0::bigint, count(*) FROM ended WHERE e NOT IN (SELECT e FROM path)', 'those who touched nothing have a row of their own');
SELECT set_eq('SELECT channel, first, last, linear, "position", decay, markov, shapley FROM summary, attribution_models(s) WHERE channel IS NOT NULL', $$
	SELECT channel, max(conversions) FILTER (WHERE model = 'first'), max(conversions) FILTER (WHERE model = 'last') AS b, max(conversions) FILTER (WHERE model = 'linear') AS c, max(conversions) FILTER (WHERE model = 'position') AS d,
		max(conversions) FILTER (WHERE model = 'decay') AS e, max(conversions) FILTER (WHERE model = 'markov') AS f, max(conversions) FILTER (WHERE model = 'shapley') AS g FROM models WHERE channel IS NOT NULL GROUP BY channel$$, 'models side by side');

-- The chain: its moves, and the probability of a conversion without each channel, step by step until nothing is on its way
CREATE TABLE moves AS SELECT coalesce(lag(channel) OVER (PARTITION BY e ORDER BY n), '(start)') AS source, channel AS target FROM path
UNION ALL SELECT channel, CASE WHEN outcome THEN '(conversion)' ELSE '(null)' END FROM path WHERE n = length;
CREATE TABLE chain AS SELECT source, target, count(*) AS moves, count(*) / sum(count(*)) OVER (PARTITION BY source) AS p FROM moves GROUP BY 1, 2;
SELECT set_eq('SELECT source, target, moves, probability::numeric(20, 12) FROM summary, attribution_transitions(s)', 'SELECT source, target, moves, p::numeric(20, 12) FROM chain', 'the moves of the chain');
CREATE FUNCTION pg_temp.conversion_without(without text) RETURNS double precision LANGUAGE plpgsql AS $$
DECLARE
	converted double precision := 0;
BEGIN
	CREATE TEMP TABLE IF NOT EXISTS here (state text, p double precision);
	TRUNCATE here;
	INSERT INTO here VALUES ('(start)', 1);
	FOR step IN 1..400 LOOP
		CREATE TEMP TABLE next ON COMMIT PRESERVE ROWS AS SELECT target AS state, sum(here.p * chain.p) AS p FROM here JOIN chain ON source = state WHERE target IS DISTINCT FROM without GROUP BY target;
		TRUNCATE here;
		INSERT INTO here SELECT * FROM next;
		DROP TABLE next;
		SELECT converted + coalesce(sum(p), 0) INTO converted FROM here WHERE state = '(conversion)';
		EXIT WHEN NOT EXISTS (SELECT FROM here WHERE p > 1e-15 AND state NOT IN ('(conversion)', '(null)'));
	END LOOP;
	RETURN converted;
END $$;
SELECT is_empty($$SELECT channel, effect, hand FROM summary, removal_effects(s), LATERAL (SELECT 1 - pg_temp.conversion_without(channel) / pg_temp.conversion_without(NULL) AS hand) h WHERE abs(effect - hand) > 1e-9$$, 'removal effects');
SELECT is_empty($$SELECT channel, conversions, hand FROM models JOIN (SELECT channel, (SELECT count(DISTINCT e) FROM path WHERE outcome) * effect / sum(effect) OVER () AS hand FROM summary, removal_effects(s)) h USING (channel) WHERE model = 'markov' AND abs(conversions - hand) > 1e-9$$, 'and the credit by them');
-- Of every order the chain that is as it was converts as many
SELECT is_empty(format($$SELECT source FROM attribution_transitions((SELECT attribution_agg(e, channel, at, outcome, ended, 'markov: %1$s') FROM rows)) GROUP BY source HAVING abs(sum(probability) - 1) > 1e-12$$, k), 'order ' || k || ': a state''s moves are all its moves') FROM generate_series(1, 4) k;
SELECT is(sum(conversions), (SELECT count(*)::numeric FROM ended WHERE outcome), 'order ' || k || ': credits add up') FROM generate_series(1, 4) k, LATERAL attribution((SELECT attribution_agg(e, channel, at, outcome, ended, 'markov: ' || k) FROM rows), 'markov') GROUP BY k;

-- Each row and entity in one place
SELECT is((SELECT sum(rows) FROM summary, attribution_quality(s)), (SELECT count(*)::numeric FROM rows), 'each row has its reason');
SELECT set_eq('SELECT outcome, entities FROM summary, attribution_counts(s)', $$
	SELECT w, (SELECT count(*) FROM entities n LEFT JOIN (SELECT DISTINCT e AS touched FROM path) p ON touched = n.e WHERE EXISTS (SELECT FROM rows r WHERE r.e = n.e) AND w = CASE
		WHEN n.e % 97 = 5 AND outcome IS NOT NULL AND EXISTS (SELECT FROM touches t WHERE t.e = n.e) THEN 'ended in two ways' WHEN outcome IS NULL THEN 'undecided' WHEN n.e % 97 = 5 THEN 'converted'
		ELSE CASE WHEN outcome THEN 'converted' ELSE 'gave up' END || CASE WHEN touched IS NULL THEN ', no touch' ELSE '' END END)
	FROM unnest(ARRAY['converted', 'gave up', 'converted, no touch', 'gave up, no touch', 'undecided', 'ended in two ways']) w$$, 'entities by how they ended');

-- The same bytes in any order, of any type, however split
SELECT is(attribution_agg(e, channel, at, outcome, ended, amount ORDER BY at DESC, channel DESC)::text, (SELECT s::text FROM summary), 'in any order'), is(attribution_agg(e::text, channel, at AT TIME ZONE 'UTC', outcome, ended AT TIME ZONE 'UTC', amount::double precision, '')::text, (SELECT s::text FROM summary), 'of texts, timestamps and doubles'),
	is(attribution_agg(md5(e::text)::uuid, channel, at, outcome, ended, amount, ' position: 40 40;half_life: 168 hours')::text, (SELECT s::text FROM summary), 'options that mean the same') FROM rows;
SELECT is((SELECT rollup(p)::text FROM (SELECT attribution_agg(e, channel, at, outcome, ended, amount) AS p FROM rows GROUP BY e % 41) t), (SELECT s::text FROM summary), 'rolled up from parts, of which some lack channels');
SELECT is((SELECT rollup(p)::text FROM (SELECT attribution_agg(e, channel, at, outcome, ended, amount, 'markov: 3') AS p FROM rows GROUP BY e) t), (SELECT attribution_agg(e, channel, at, outcome, ended, amount, 'markov: 3')::text FROM rows), '... of one entity each');

-- A lookback: what is older counts for nothing
SELECT results_eq($$SELECT channel, conversions::numeric(20, 9) FROM attribution((SELECT attribution_agg(e, channel, at, outcome, ended, 'lookback: 3 days') FROM rows), 'linear') WHERE channel IS NOT NULL AND touches > 0$$,
	$$SELECT channel, sum((1.0 / n) * outcome::integer)::numeric(20, 9) FROM (SELECT e, p.outcome, p.channel, count(*) OVER (PARTITION BY e) AS n FROM path p JOIN entities USING (e) WHERE at >= ended - interval '3 days') p GROUP BY channel ORDER BY channel COLLATE "C"$$, 'a lookback');

-- One channel, loops, one entity, nothing, large beside small
SELECT is(conversions, 1::numeric, model || ': a single channel, again and again, earns it all') FROM unnest(ARRAY['first', 'last', 'linear', 'position', 'decay', 'markov', 'shapley']) model,
	attribution((SELECT attribution_agg(1, 'a', timestamptz '2025-01-01 00:00+00' + n * interval '1 day', true, '2025-03-01 00:00+00') FROM generate_series(1, 9) n), model);
SELECT is(sum(value), 1000000000000001.01, model || ': 10^15 beside 1.01 adds up') FROM unnest(ARRAY['first', 'last', 'linear', 'position', 'decay', 'markov', 'shapley']) model,
	attribution((SELECT attribution_agg(e, c, timestamptz '2025-01-01 00:00+00' + n * interval '1 day', true, '2025-03-01 00:00+00', CASE e WHEN 1 THEN 1e15 ELSE 1.01 END) FROM (VALUES (1, 'a', 1), (1, 'b', 2), (1, 'c', 3), (2, 'c', 1), (2, 'a', 2), (2, 'b', 3)) v(e, c, n)), model) GROUP BY model;
SELECT is_empty(format('SELECT * FROM attribution((SELECT attribution_agg(1, ''a'', now(), true, now()) FILTER (WHERE false)), %L)', model), model || ': nothing of nothing') FROM unnest(ARRAY['first', 'markov', 'shapley']) model;
SELECT results_eq('SELECT conversions, share FROM attribution((SELECT attribution_agg(1, ''a'', timestamptz ''2025-01-01 00:00+00'', false, ''2025-03-01 00:00+00'')), ''markov'')', 'VALUES (0.000000000000, NULL::double precision)', 'nobody converted: no credit, no share');
SELECT is(conversions, 1.000000000000, 'an age of decades does not underflow') FROM attribution((SELECT attribution_agg(1, c, at, true, timestamptz '2025-03-01 00:00+00') FROM (VALUES ('old', timestamptz '1950-01-01 00:00+00'), ('new', '2025-02-28 00:00+00')) v(c, at)), 'decay') WHERE channel = 'new';

-- Errors
SELECT throws_ok(format('SELECT attribution_agg(1, ''a'', timestamptz ''2025-01-01 00:00+00'', true, ''2025-03-01 00:00+00'', %s)', o), code, NULL, 'options: ' || o) FROM (VALUES ('NULL::text', '22004'), ('''markov: 5''', '22P02'), ('''markov: 0''', '22P02'), ('''half_life: 0 days''', '22P02'),
	('''position: 60 60''', '22P02'), ('''position: 0 0''', '22P02'), ('''lookback: 1 day; lookback: 2 days''', '22P02'), ('''nothing: 1''', '22P02'), ('''markov: 1; ''', '22P02'), ('''markov: 1 2''', '22P02')) v(o, code);
SELECT throws_ok('SELECT attribution_agg(e, channel, at, outcome, ended, ''markov: '' || 1 + e % 2) FROM rows', '22023', NULL, 'options that change');
SELECT throws_ok('SELECT attribution(s, ''best'') FROM summary', '22023', 'unknown model of attribution: "best"', 'an unknown model');
SELECT throws_ok('SELECT rollup(s) FROM (SELECT s FROM summary UNION ALL SELECT attribution_agg(1, ''a'', timestamptz ''2025-01-01 00:00+00'', true, ''2025-03-01 00:00+00'', ''markov: 2'')) t', '22023', NULL, 'parts of different options');
SELECT throws_ok('SELECT attribution_agg(1, ''a'', timestamptz ''2025-01-01 00:00+00'', true, ''2025-03-01 00:00+00'', ''NaN''::numeric)', '22003', NULL, 'an amount that is no number');

-- A reader trusts nothing
SELECT throws_ok(format('SELECT %L::attribution_summary', regexp_replace(s::text, a, b)), NULL, NULL, 'refused: ' || b) FROM summary, (VALUES ('"converted": ', '"converted": 1'), ('"gave_up": ', '"gave_up": 1'), ('"amount": ', '"amount": 1'), ('"used": \d+', '"used": 1'),
	('"channel": "Ads"', '"channel": "Z"'), ('"decay": (\d)', '"decay": 1\1'), ('"decay_amount": (\d)', '"decay_amount": 1\1'), ('"id": 0', '"id": 7'), ('"id": \d+\}\], "entities": ', '"id": 99}], "entities": '), ('"positions": \[\{"ids": \[\{"id": 0\}', '"positions": [{"ids": [{"id": 1}'),
	('"half_life: 7 days', '"half_life: 168 hours'), ('markov: 1', 'markov: 2'), ('"sets": \[\{', '"sets": [{"ids": [{"id": 0}], "entities": 1, "amount": 0}, {'), ('4294967295', '4294967294'), ('"moves": \[\{"ids": \[\{"id": 0\}', '"moves": [{"ids": [{"id": 1}')) v(a, b);

SELECT * FROM finish();
