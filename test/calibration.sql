-- calibration: every figure against plain SQL, over random predictions

\pset fieldsep '\n'
SELECT no_plan();

-- Group 0 has nothing that counts, group 1 one prediction; probabilities of 0 and 1 that were right, and in group 2 wrong
CREATE TABLE predictions AS
	SELECT id, CASE WHEN id <= 3 THEN 0 WHEN id = 4 THEN 1 ELSE 2 + id % 8 END AS g,
		CASE WHEN id = 4 OR id > 3 AND abs(hashint4(id)) % 13 > 0 THEN p END AS probability,
		CASE WHEN id = 4 OR id > 3 AND abs(hashint4(-id)) % 11 > 0 THEN CASE WHEN p IN (0, 1) AND id % 8 <> 0 THEN p = 1 ELSE abs(hashint4(id + 7)) % 100 < 100 * p END END AS outcome
	FROM (SELECT id, CASE WHEN id % 5 = 0 THEN (abs(hashint4(id + 5)) % 11)::numeric / 10 ELSE (abs(hashint4(id + 5)) % 100000)::numeric / 99999 END AS p FROM generate_series(1, 6000) id) i;
INSERT INTO predictions VALUES (9001, 2, 0, true), (9002, 2, 1, false);
CREATE VIEW counted AS SELECT *, round(probability, 12) AS p, outcome::integer AS y FROM predictions WHERE probability IS NOT NULL AND outcome IS NOT NULL;
CREATE TABLE summaries AS SELECT g, calibration_agg(probability, outcome) AS s FROM predictions GROUP BY g;

SELECT set_eq(format('SELECT g, b.from_probability, b.to_probability, b.deals, b.happened FROM summaries, calibration(s, %1$s) b', bins), format($$
	SELECT g, bin / %1$s::double precision AS low, (bin + 1) / %1$s::double precision AS high, n, happened / nullif(n, 0)::double precision AS happened FROM (
		SELECT s.g, bin, count(c.g) AS n, sum(y) AS happened FROM summaries s CROSS JOIN generate_series(0, %1$s - 1) bin
			LEFT JOIN counted c ON c.g = s.g AND least(floor(p * %1$s), %1$s - 1) = bin GROUP BY s.g, bin) h$$, bins), bins || ' bins, and none is missing')
FROM unnest(ARRAY[1, 2, 4, 5, 10, 20, 25, 50, 100, 1000]) bins;
SELECT is_empty($$
	SELECT g, bin, predicted, hand FROM summaries, calibration(s) WITH ORDINALITY b(from_probability, to_probability, deals, predicted, happened, low, high, bin),
		LATERAL (SELECT avg(p) AS hand FROM counted c WHERE c.g = summaries.g AND least(floor(p * 10), 9) = bin - 1) h WHERE abs(predicted - hand) > 1e-12 OR (predicted IS NULL) <> (hand IS NULL)$$, 'what was predicted in each bin');
SELECT is_empty($$
	SELECT g FROM summaries, calibration(s, 10, 0.9) b, LATERAL (SELECT rate_agg(i <= round(b.happened * b.deals)) AS r FROM generate_series(1, b.deals) i) r
	WHERE deals > 0 AND (low, high) IS DISTINCT FROM (rate_low(r, 0.9), rate_high(r, 0.9)) OR deals = 0 AND (low IS NOT NULL OR high IS NOT NULL)$$, 'the interval is Wilson''s, that of a rate');
SELECT is_empty($$
	SELECT g, brier_score(s), hand FROM summaries LEFT JOIN (SELECT g, avg((p - y) ^ 2) AS hand FROM counted GROUP BY g) h USING (g)
	WHERE abs(brier_score(s) - hand) > 1e-15 OR (brier_score(s) IS NULL) <> (hand IS NULL)$$, 'Brier score');
SELECT is_empty($$
	SELECT g, log_loss(s), hand FROM summaries LEFT JOIN (
		SELECT g, CASE WHEN bool_or(p <> y AND p IN (0, 1)) THEN NULL ELSE avg(-ln(CASE WHEN p IN (0, 1) THEN 1 WHEN y = 1 THEN p ELSE 1 - p END)) END AS hand FROM counted GROUP BY g) h USING (g)
	WHERE abs(log_loss(s) - hand) > 1e-12 OR (log_loss(s) IS NULL) <> (hand IS NULL)$$, 'log loss; none where the impossible happened');
SELECT is(impossible_rows(s), (SELECT count(*) FROM counted WHERE g = 2 AND p <> y AND p IN (0, 1)), 'how often it did'), is(log_loss(s), NULL, 'then there is no loss to show') FROM summaries WHERE g = 2;
SELECT is_empty($$
	SELECT g, predicted_rate(s), happened_rate(s), p, y FROM summaries LEFT JOIN (SELECT g, avg(p) AS p, avg(y) AS y FROM counted GROUP BY g) h USING (g)
	WHERE abs(predicted_rate(s) - p) > 1e-15 OR abs(happened_rate(s) - y) > 1e-15 OR (predicted_rate(s) IS NULL) <> (p IS NULL) OR (happened_rate(s) IS NULL) <> (y IS NULL)$$, 'predicted and happened in all');
SELECT is_empty($$
	SELECT g, brier_score(probability, outcome), log_loss(probability, outcome) FROM predictions GROUP BY g EXCEPT SELECT g, brier_score(s), log_loss(s) FROM summaries$$, 'in one call');
SELECT results_eq('SELECT reason, sum(rows)::bigint FROM summaries, calibration_quality(s) GROUP BY 1 ORDER BY 1',
	$$SELECT CASE WHEN probability IS NULL THEN 'no probability' WHEN outcome IS NULL THEN 'undecided' ELSE 'used' END, count(*) FROM predictions GROUP BY 1 ORDER BY 1$$, 'each row is counted by its reason');

-- Types, orders, splits: the same bytes
SELECT is(calibration_agg(probability::double precision, outcome)::text, calibration_agg(round(probability, 12), outcome)::text, 'doubles'),
	is(calibration_agg(probability, outcome ORDER BY id DESC)::text, calibration_agg(probability, outcome)::text, 'the order of rows does not count') FROM predictions;
SELECT is(calibration_agg(probability::real, outcome)::text, calibration_agg(probability, outcome)::text, 'reals are the decimals they print as') FROM (SELECT round(probability, 5) AS probability, outcome FROM predictions) p;
SELECT is((SELECT rollup(s)::text FROM summaries), (SELECT calibration_agg(probability, outcome)::text FROM predictions), 'rolled up: that of all');
SELECT is((SELECT rollup(s)::text FROM (SELECT calibration_agg(probability, outcome) AS s FROM predictions GROUP BY id % 701) p), (SELECT calibration_agg(probability, outcome)::text FROM predictions), 'of hundreds of parts, too');

-- Nothing, and errors
SELECT is(brier_score(s), NULL, 'no rows: no score'), is(log_loss(s), NULL, 'no loss'), is(predicted_rate(s), NULL, 'nothing predicted'), is((SELECT sum(deals) FROM calibration(s)), 0::numeric, 'ten empty bins')
FROM (SELECT calibration_agg(0.5, true) FILTER (WHERE false) AS s) e;
SELECT is(brier_score(0.5, true) FILTER (WHERE false), NULL, 'none in one call'), is(log_loss(0.5, true) FILTER (WHERE false), NULL, 'nor this');
SELECT throws_ok(format('SELECT calibration_agg(%s, true)', p), '22003', NULL, 'no probability: ' || p) FROM unnest(ARRAY['1.0000000001', '-1e-30', '30', '''NaN''', '''infinity''::double precision', '1.1::real']) p;
SELECT throws_ok(format('SELECT calibration(calibration_agg(0.5, true), %s)', n), '22023', 'bins must divide 1000: ' || n, n || ' bins') FROM unnest(ARRAY[0, -10, 3, 1001, 2000]) n;
SELECT throws_ok('SELECT calibration(calibration_agg(0.5, true), 10, 1)', '22023', NULL, 'a confidence of 1');

-- A reader trusts nothing
SELECT throws_ok(format('SELECT %L::calibration_summary', regexp_replace(t, a, b)), NULL, NULL, 'refused: ' || b)
FROM (SELECT calibration_agg(p, y)::text AS t FROM (VALUES (0.25, true), (0.75, false), (1.0, true)) v(p, y)) s, (VALUES
	('"cell": 250', '"cell": 251'), ('"cell": 250', '"cell": 999'), ('"cell": 250', '"cell": 1000'), ('"deals": 1', '"deals": 0'), ('"happened": 1', '"happened": 2'), ('"used": 3', '"used": 2'),
	('"predicted_sum": 0.250000000000', '"predicted_sum": 0.25'), ('"predicted_sum": 0.250', '"predicted_sum": 0.240'), ('"squared_error_sum": 1.', '"squared_error_sum": 4.'),
	('"squared_error_sum": 1.', '"squared_error_sum": -1.'), ('"log_loss_sum": ', '"log_loss_sum": -'), ('"log_loss_sum": ', '"log_loss_sum": 99'), ('"impossible": 0', '"impossible": 4')) v(a, b);

SELECT * FROM finish();
