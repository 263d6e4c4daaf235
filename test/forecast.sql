-- forecast: every figure against all sums of random deals, one by one, and in every split

-- Tests side by side in one SELECT print a line each.
\pset fieldsep '\n'
SET TimeZone = 'UTC';
SELECT no_plan();

-- Groups of 0 to 40 deals; amounts of a few sizes, so that sums meet; probabilities of 0 and 1; some unknown
CREATE TABLE deals AS
	SELECT id, id % 12 AS g, CASE WHEN abs(hashint4(id)) % 17 > 0 THEN (1 + abs(hashint4(id + 1000)) % 30) * CASE WHEN abs(hashint4(id + 2000)) % 9 = 0 THEN -1 ELSE 1 END * 0.25 END AS amount,
		CASE WHEN abs(hashint4(id + 3000)) % 19 > 0 THEN (abs(hashint4(id + 4000)) % 21)::numeric / 20 END AS probability
	FROM generate_series(1, 400) id WHERE id % 12 < 10 OR id < 12;
CREATE TABLE summaries AS SELECT g, forecast_agg(amount, probability) AS s FROM deals GROUP BY g;

-- All that a group may bring, with its probability: deal by deal
CREATE TABLE possible(g integer, total numeric, p numeric);
CREATE FUNCTION pg_temp.list_possible() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	deal record;
BEGIN
	INSERT INTO possible SELECT g, 0, 1 FROM summaries;
	FOR deal IN SELECT * FROM deals WHERE amount IS NOT NULL AND probability IS NOT NULL ORDER BY id LOOP
		WITH gone AS (DELETE FROM possible WHERE g = deal.g RETURNING *)
		INSERT INTO possible SELECT g, total, round(sum(p), 40) FROM (
			SELECT g, total + deal.amount AS total, p * deal.probability AS p FROM gone UNION ALL SELECT g, total, p * (1 - deal.probability) FROM gone) t
		WHERE p > 0 GROUP BY 1, 2;
	END LOOP;
END $$;
SELECT pg_temp.list_possible();
CREATE VIEW cumulated AS SELECT g, total, p, sum(p) OVER (PARTITION BY g ORDER BY total) AS at_most, sum(p) OVER (PARTITION BY g ORDER BY total DESC) AS at_least FROM possible;
SELECT cmp_ok(count(*), '>', 1500::bigint, 'there are sums to compare with') FROM possible;

SELECT is_empty($$
	SELECT g, f.deals, f.without_amount, f.expected FROM summaries, forecast(s) f
	EXCEPT SELECT g, count(*) FILTER (WHERE amount IS NOT NULL AND probability IS NOT NULL), count(*) FILTER (WHERE amount IS NULL), coalesce(sum(amount * probability), 0) FROM deals GROUP BY g$$,
	'deals, those without an amount, the expected amount: exact');
SELECT is_empty($$
	SELECT g, expected_amount(s) FROM summaries EXCEPT SELECT g, sum(total * p)::numeric(60, 8) FROM possible GROUP BY g$$, 'the expected amount is the mean of all sums');
SELECT is_empty($$
	SELECT g, f.sd, hand FROM summaries JOIN (SELECT g, sqrt(coalesce(sum(amount ^ 2 * probability * (1 - probability)), 0)) AS hand FROM deals GROUP BY g) h USING (g), forecast(s) f
	WHERE abs(f.sd - hand) > 1e-12 * (1 + hand)$$, 'its standard deviation');
SELECT is_empty($$
	SELECT g, fraction, forecast_percentile(s, fraction), hand FROM summaries, (SELECT n / 100.0::double precision AS fraction FROM generate_series(1, 99) n) f,
		LATERAL (SELECT min(total) AS hand FROM cumulated c WHERE c.g = summaries.g AND at_most >= fraction::numeric - 1e-12) h
	WHERE forecast_percentile(s, fraction) IS DISTINCT FROM hand LIMIT 5$$, 'every percentile is the least sum that is not exceeded so often');
SELECT is_empty($$
	SELECT g, p10, p50, p90 FROM summaries, forecast(s) EXCEPT
	SELECT g, forecast_percentile(s, 0.1), forecast_percentile(s, 0.5), forecast_percentile(s, 0.9) FROM summaries$$, 'and the three of the forecast are these');
SELECT is_empty($$
	SELECT g, total, chance_of(s, total), at_least FROM summaries JOIN cumulated USING (g) WHERE abs(chance_of(s, total) - at_least) > 1e-9 LIMIT 5$$, 'the chance of every sum');
SELECT is_empty($$
	SELECT g, total FROM summaries JOIN (SELECT *, lead(total) OVER (PARTITION BY g ORDER BY total) AS next FROM cumulated) c USING (g)
	WHERE chance_of(s, total + 0.001) IS DISTINCT FROM coalesce(chance_of(s, next), 0) LIMIT 5$$, 'between two sums it is that of the next');
SELECT is_empty($$
	SELECT g, sum(probability), count(*) FROM summaries, forecast_distribution(s, 20) GROUP BY g HAVING abs(sum(probability) - 1) > 1e-9 OR count(*) > 20 OR min(probability) < 0$$,
	'a chart''s probabilities add up to 1');
SELECT is_empty($$
	SELECT g, n, b.*, c FROM summaries, forecast_distribution(s, 7) WITH ORDINALITY AS b(from_amount, to_amount, probability, chance, n), LATERAL (SELECT chance_of(s, from_amount) AS c) c
	WHERE n > 1 AND abs(b.chance - c) > 1e-9$$, 'its chances are those of what each bar begins with');
SELECT is_empty($$
	SELECT g FROM summaries, LATERAL (SELECT count(*) AS rows, count(*) FILTER (WHERE from_amount <> before) AS gaps FROM (
		SELECT from_amount, lag(to_amount) OVER (ORDER BY from_amount) AS before FROM forecast_distribution(s, 13)) b) b WHERE gaps > 0 OR rows = 0$$, 'its bars stand side by side');
SELECT results_eq('SELECT reason, sum(rows)::bigint FROM summaries, forecast_quality(s) GROUP BY 1 ORDER BY 1',
	$$SELECT CASE WHEN amount IS NULL THEN 'no amount' WHEN probability IS NULL THEN 'no probability' ELSE 'used' END, count(*) FROM deals GROUP BY 1 ORDER BY 1$$, 'each row is counted by its reason');

-- Types, orders, splits: the same bytes
SELECT is(forecast_agg(amount::double precision, probability::double precision)::text, forecast_agg(amount, probability)::text, 'doubles are the decimals they print as'),
	is(forecast_agg(amount::real, probability::real)::text, forecast_agg(amount, probability)::text, 'reals, too'),
	is(forecast_agg(amount, probability ORDER BY id DESC)::text, forecast_agg(amount, probability)::text, 'the order of rows does not count'),
	is(forecast_agg(amount * 1.000, probability * 1.0)::text, forecast_agg(amount, probability)::text, 'nor do zeros at the end') FROM deals;
SELECT is_empty(format($$SELECT forecast_agg(amount::%1$s, probability)::text FROM (SELECT round(amount * 4) AS amount, probability FROM deals) d
	EXCEPT SELECT forecast_agg(round(amount * 4), probability)::text FROM deals$$, type), 'amounts of ' || type) FROM unnest(ARRAY['smallint', 'integer', 'bigint']) type;
SELECT is((SELECT rollup(s)::text FROM summaries), (SELECT forecast_agg(amount, probability)::text FROM deals), 'rolled up: that of all');

-- More pairs than are kept: buckets, whose sums are exact, whatever the order and the split
CREATE TABLE many AS
	SELECT id, id % 7 AS part, (abs(hashint4(id)) % 900000 + 100)::numeric / 100 AS amount, (abs(hashint4(-id)) % 1001)::numeric / 1000 AS probability FROM generate_series(1, 20000) id;
CREATE TABLE many_summary AS SELECT forecast_agg(amount, probability) AS s FROM many;
SELECT ok(s::text ~ '"is_bucketed": true', 'more than 2,000 pairs are put in buckets') FROM many_summary;
SELECT ok(forecast_agg(amount, probability)::text ~ '"is_bucketed": false', '2,000 pairs are kept') FROM (SELECT DISTINCT amount, probability FROM many ORDER BY 1, 2 LIMIT 2000) d;
SELECT is(md5(rollup(p)::text), md5(min(s::text)), 'parts, of which some are kept and some in buckets, make the whole') FROM many_summary, (
	SELECT forecast_agg(amount, probability) AS p FROM many GROUP BY CASE WHEN part = 0 THEN id % 50 ELSE 100 + part END) p;
SELECT is(md5(forecast_agg(amount, probability ORDER BY amount DESC)::text), (SELECT md5(s::text) FROM many_summary), 'in any order') FROM many;
SELECT is(expected_amount(s), (SELECT sum(amount * probability) FROM many), 'the expected amount of buckets is exact') FROM many_summary;
SELECT cmp_ok(abs(f.sd / (SELECT sqrt(sum(amount ^ 2 * probability * (1 - probability))) FROM many) - 1), '<', 1e-12::numeric::double precision, 'its deviation, too') FROM many_summary, forecast(s) f;
-- With so many, the percentiles are those of a normal distribution but for its skewness: Cornish and Fisher, 1938
SELECT is_empty($$
	SELECT fraction FROM many_summary, forecast(s) f, (VALUES (0.1, -1.2815515655446004), (0.5, 0), (0.9, 1.2815515655446004), (0.99, 2.3263478740408408)) v(fraction, z),
		(SELECT sum(probability * (1 - probability) * (1 - 2 * probability) * amount ^ 3) AS third FROM many) t
	WHERE abs((forecast_percentile(s, fraction) - expected) / sd - (z + (z ^ 2 - 1) * third / sd ^ 3 / 6)) > 0.0005$$, 'percentiles of twenty thousand deals');

-- Certainty, nothing, sizes
SELECT is(f::text, '(3,0,125.0,25,100,100,150)', 'certain and impossible deals') FROM forecast((SELECT forecast_agg(a, p) FROM (VALUES (100, 1), (200, 0), (50, 0.5)) v(a, p))) f;
SELECT is(f::text, '(11,0,500000000000005.0,500000000000000,4,10,1000000000000006)', '10^15 beside 1') FROM forecast((
	SELECT forecast_agg(a, 0.5) FROM (SELECT 1000000000000000 UNION ALL SELECT 1 FROM generate_series(1, 10)) v(a))) f;
SELECT is(f::text, '(0,0,0,0,0,0,0)', 'no deals bring 0') FROM forecast((SELECT forecast_agg(1, 0.5) FILTER (WHERE false))) f;
SELECT is(chance_of(s, 0), 1::double precision, 'no deals: 0 is certain'), is(chance_of(s, 0.01), 0::double precision, '... and more is impossible'), is(forecast_percentile(s, 0.99), 0::numeric, '... every percentile is 0'),
	is((SELECT count(*) FROM forecast_distribution(s)), 1::bigint, '... and the chart one bar') FROM (SELECT forecast_agg(NULL::numeric, NULL::numeric) AS s) e;
SELECT is_empty('SELECT * FROM forecast(NULL)', 'NULL: no row');
SELECT is(f.p90, 1e36::numeric, 'a single enormous deal') FROM forecast((SELECT forecast_agg(1e36, 0.5))) f;
SELECT is(f.p90, 0.0000000000000000000000000000001, 'a tiny one') FROM forecast((SELECT forecast_agg(0.0000000000000000000000000000001, 0.5))) f;
SELECT is(chance_of(forecast_agg(i, 0.5), 1e300), 0::double precision, 'an absurd target is out of reach'), is(chance_of(forecast_agg(i, 0.5), -1e300), 1::double precision, '... or met') FROM generate_series(1, 5) i;

-- What is no probability, no amount
SELECT throws_ok($$SELECT forecast_agg(1, 1.01)$$, '22003', 'probability must be from 0 to 1, not 1.01', 'above 1');
SELECT throws_ok($$SELECT forecast_agg(NULL::numeric, -0.1)$$, '22003', 'probability must be from 0 to 1, not -0.1', 'below 0, in a row without an amount, too');
SELECT throws_ok($$SELECT forecast_agg(1, 'NaN'::double precision)$$, '22003', NULL, 'NaN');
SELECT throws_ok($$SELECT forecast_agg('infinity'::double precision, 0.5)$$, '22003', 'amount must be a finite number, not Infinity', 'an infinite amount');
SELECT throws_ok($$SELECT forecast_agg(1e-40, 0.5)$$, '22003', NULL, 'an amount of more than 37 digits');
SELECT throws_ok($$SELECT * FROM forecast((SELECT forecast_agg(9e36, 0.5)))$$, '22003', 'the amounts of a forecast add up to more than 1.3e+36', 'a total out of range');
SELECT throws_ok(format($$SELECT forecast_percentile(forecast_agg(1, 0.5), %s)$$, f), '22023', NULL, 'a percentile of ' || f) FROM unnest(ARRAY['0', '1', '-1', '''NaN''']) f;
SELECT throws_ok(format($$SELECT forecast_distribution(forecast_agg(1, 0.5), %s)$$, n), '22023', NULL, n || ' bins') FROM unnest(ARRAY[0, -1, 1001]) n;
SELECT throws_ok($$SELECT chance_of(forecast_agg(1, 0.5), 'NaN')$$, '22003', NULL, 'a target that is no number');

-- A reader trusts nothing
SELECT throws_ok(format('SELECT %L::forecast_summary', regexp_replace(t, a, b)), NULL, NULL, 'refused: ' || b)
FROM (SELECT forecast_agg(a, p)::text AS t FROM (VALUES (100, 0.5), (200, 0.5), (50, 0.9)) v(a, p)) s, (VALUES
	('"probability": 0.9', '"probability": 1.9'), ('"probability": 0.9', '"probability": 0.90'), ('"probability": 0.9', '"probability": -0.9'), ('"probability": 0.9', '"probability": 0.4'),
	('"deals": 1', '"deals": 0'), ('"deals": 1', '"deals": 2'), ('"amount": 200', '"amount": 100'), ('"amount": 200', '"amount": 200.0'), ('"amount": 200', '"amount": 1e9'),
	('"used": 3', '"used": 4'), ('"is_bucketed": false', '"is_bucketed": true')) v(a, b);
SELECT throws_ok(format('SELECT %L::forecast_summary', regexp_replace(s::text, a, b)), NULL, NULL, 'refused of buckets: ' || b)
FROM many_summary, (VALUES ('"bucket": (\d+)', '"bucket": 1'), ('"bucket": (\d+)', '"bucket": -\1'), ('"amount_sum": (\d)', '"amount_sum": 7\1'), ('"amount_sum": ', '"amount_sum": -'), ('"amount_square_sum": (\d)', '"amount_square_sum": 9\1'),
	('"amount_square_sum": ', '"amount_square_sum": -')) v(a, b);

SELECT * FROM finish();
