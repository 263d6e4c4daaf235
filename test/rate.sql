-- rate: every figure against an oracle in plain SQL, on random data.
BEGIN;
SELECT no_plan();

SET LOCAL TimeZone = 'UTC';
SET LOCAL DateStyle = 'ISO';
SET LOCAL extra_float_digits = 1;
CREATE SCHEMA rate_test;
SET LOCAL search_path = rate_test, public;

-- A number 0 <= x < 1 that depends on nothing but its arguments
CREATE FUNCTION draw(seed text, id bigint) RETURNS double precision
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
	AS $$ SELECT ('x' || substr(md5(seed || id), 1, 8))::bit(32)::bigint / 4294967296.0::double precision $$;

CREATE FUNCTION pick(seed text, id bigint, choices text[]) RETURNS text
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
	AS $$ SELECT choices[1 + floor(rate_test.draw(seed, id) * cardinality(choices))::integer] $$;

-- Whether two queries give the same rows, as text: to the last digit
CREATE FUNCTION same_rows(got text, expected text, description text) RETURNS text
	LANGUAGE plpgsql
	AS $$
DECLARE
	differences text;
BEGIN
	EXECUTE format('WITH got AS MATERIALIZED (SELECT q::text AS line FROM (%1$s) AS q), expected AS MATERIALIZED (SELECT q::text AS line FROM (%2$s) AS q)
		SELECT string_agg(side || left(line, 300), E''\n'' ORDER BY line, side) FROM (
			(SELECT ''got      '' AS side, line FROM (TABLE got EXCEPT ALL TABLE expected) AS d LIMIT 5)
			UNION ALL
			(SELECT ''expected '', line FROM (TABLE expected EXCEPT ALL TABLE got) AS d LIMIT 5)) AS d',
		got, expected) INTO differences;
	RETURN ok(differences IS NULL, description) || coalesce(E'\n' || diag(differences), '');
END $$;

--
-- Deals: groups 3, 14 and 41 .. 44 are empty, group 7 has no amount, 8 nothing decided, 9 only losses
--

CREATE TABLE deals AS
SELECT id, g,
	CASE g WHEN 8 THEN NULL WHEN 9 THEN false
		ELSE CASE WHEN draw('won', id) < 0.4 THEN true WHEN draw('won', id) < 0.75 THEN false END END AS won,
	CASE WHEN g <> 7 AND draw('money', id) > 0.1
		THEN ((draw('money 2', id) - 0.2) * 1e6)::numeric(12, 2) END AS money,
	CASE WHEN g <> 7 AND draw('amount', id) > 0.1
		THEN pick('amount 2', id, ARRAY['0', '0.00', '-3.5', '1', '99999999999999999999999999999999999.01', '1e50', '-1e50', '1e-30',
			'123456.789012', '-0.000000000000000000000000000000000000000000000000007', '1e37', '85070591730234615865843651857942052863',
			'85070591730234615865843651857942052864', '-85070591730234615865843651857942052864', '1e200', '4.2', '1000000'])::numeric END AS amount,
	CASE WHEN g <> 7 AND draw('f8', id) > 0.1
		THEN pick('f8 2', id, ARRAY['0.1', '0.2', '-0', '1e300', '-1e300', '5e-324', '1e15', '9007199254740993', '0.30000000000000004',
			'123.45', '99999999999999.99', '1e13', '-17', '2.5e-5'])::double precision END AS f8,
	CASE WHEN g <> 7 AND draw('f4', id) > 0.1
		THEN pick('f4 2', id, ARRAY['0.1', '16777216', '-0', '3.4e38', '1e-45', '1e6', '999999', '-1234.5', '33554432', '7'])::real END AS f4,
	CASE WHEN g <> 7 AND draw('i8', id) > 0.1
		THEN pick('i8 2', id, ARRAY['0', '9223372036854775807', '-9223372036854775808', '9007199254740993', '17'])::bigint END AS i8,
	CASE WHEN g <> 7 AND draw('i4', id) > 0.1
		THEN pick('i4 2', id, ARRAY['0', '2147483647', '-2147483648', '250'])::integer END AS i4,
	CASE WHEN g <> 7 AND draw('i2', id) > 0.1
		THEN pick('i2 2', id, ARRAY['0', '32767', '-32768', '5'])::smallint END AS i2
FROM (SELECT id, floor(draw('g', id) * 41)::integer AS g FROM generate_series(1, 6000) AS id) AS ids
WHERE g NOT IN (3, 14);
ANALYZE deals;

-- The oracle: what an amount counts as in exact decimals is what it prints as.
CREATE FUNCTION by_oracle(amount text) RETURNS text LANGUAGE sql AS $$ SELECT format('
	SELECT g, count(id) AS rows,
		count(*) FILTER (WHERE won) AS succeeded,
		count(won) AS decided,
		count(id) FILTER (WHERE won IS NULL) AS undecided,
		count(won) - count(%1$I) FILTER (WHERE won IS NOT NULL) AS without_amount,
		count(*) FILTER (WHERE won IS NOT NULL AND %1$I = 0) AS zero_amount,
		count(*) FILTER (WHERE won)::double precision / nullif(count(won), 0) AS win_rate,
		count(*) FILTER (WHERE won)::double precision / nullif(count(id), 0) AS win_share,
		count(*) FILTER (WHERE won)::double precision / nullif(count(*) FILTER (WHERE NOT won), 0) AS win_loss_ratio,
		sum(%1$I::text::numeric) FILTER (WHERE won) AS amount_won,
		sum(%1$I::text::numeric) FILTER (WHERE won IS NOT NULL) AS amount_decided,
		avg(%1$I::text::numeric) FILTER (WHERE won) AS avg_deal_size
	FROM generate_series(0, 44) AS g LEFT JOIN deals USING (g) GROUP BY g', amount) $$;

-- The same from a summary that a subquery "s(g, rows, summary)" gives
CREATE FUNCTION by_summary(summaries text) RETURNS text LANGUAGE sql AS $$ SELECT format('
	SELECT g, decided(summary) + undecided(summary) AS rows,
		succeeded(summary), decided(summary), undecided(summary), without_amount(summary), zero_amount(summary),
		win_rate(summary), win_share(summary), win_loss_ratio(summary),
		amount_won(summary), amount_decided(summary), avg_deal_size(summary)
	FROM generate_series(0, 44) AS g
		LEFT JOIN (%s) AS s(g, part) USING (g)
		CROSS JOIN LATERAL (SELECT coalesce(part, (SELECT rate_agg(true) FILTER (WHERE false)))) AS c(summary)', summaries) $$;

CREATE FUNCTION summaries(amount text) RETURNS text LANGUAGE sql AS $$ SELECT format('
	SELECT g, rate_agg(won, %I) AS summary FROM deals GROUP BY g', amount) $$;

CREATE TABLE amounts(amount text, type text);
INSERT INTO amounts VALUES ('money', 'numeric of one scale'), ('amount', 'numeric'), ('f8', 'double precision'), ('f4', 'real'),
	('i8', 'bigint'), ('i4', 'integer'), ('i2', 'smallint');

SELECT same_rows(by_summary(format('SELECT g, (SELECT rate_agg(won, %I) FROM deals WHERE deals.g = groups.g) AS summary FROM generate_series(0, 44) AS groups(g)', amount)),
		by_oracle(amount), 'one group at a time: ' || type)
	FROM amounts;
SELECT same_rows(by_summary(summaries(amount)), by_oracle(amount), 'grouped: ' || type) FROM amounts;

-- A sum has one form, whether it was read or added up: at the limits of 128 bits (2^126), and where a digit of base 10000 begins
SELECT is(rate_summary_send(s::text::rate_summary), rate_summary_send(s), 'one form: ' || parts::text)
	FROM (VALUES (ARRAY[4e35, 6e35]), (ARRAY[4e36, 5e36]), (ARRAY[5e36, 5e36]), (ARRAY[6e37, 2e37]), (ARRAY[6e37, 3e37]),
			(ARRAY[85070591730234615865843651857942052862, 1]), (ARRAY[85070591730234615865843651857942052863, 1]), (ARRAY[85070591730234615865843651857942052864, -1]),
			(ARRAY[-85070591730234615865843651857942052863, -1]), (ARRAY[-85070591730234615865843651857942052864, 1]),
			(ARRAY[60000000000000000000000000000000000.25, 50000000000000000000000000000000000.5]), (ARRAY[6e35 + 0.05, 5e35]), (ARRAY[9e35 + 0.05, -8.5e35]),
			(ARRAY[0.5, 0.0000000000000000000000000000000000001]), (ARRAY[7.5, 0.0000000000000000000000000000000000001]), (ARRAY[9.5, -0.0000000000000000000000000000000000001])) AS v(parts),
		LATERAL (SELECT rate_agg(true, part) FROM unnest(parts) AS part) AS a(s);

-- The one-call forms
SELECT same_rows(format('SELECT g, win_rate(won), conversion_rate(won), win_loss_ratio(won), avg_deal_size(won, %I) FROM deals GROUP BY g', amount),
		format('SELECT g, win_rate, win_share, win_loss_ratio, avg_deal_size FROM (%s) o WHERE rows > 0', by_oracle(amount)),
		'one call: ' || type)
	FROM amounts;
SELECT same_rows(format('SELECT g, rate_agg(won) FROM deals GROUP BY g'),
		'SELECT g, rate_agg(won, NULL::numeric) FROM deals GROUP BY g', 'without amounts: as with NULL for each');

-- The ratio of amounts, held against 40 more digits of the quotient
SELECT same_rows(format('SELECT g, got IS NULL, got = got_in_two_steps, abs(got::text::numeric - ratio) <= 2.3e-16 * abs(ratio) FROM
		(SELECT g, win_rate_by_value(won, %1$I) AS got, win_rate_by_value(rate_agg(won, %1$I)) AS got_in_two_steps,
			1.0000000000000000000000000000000000000000 * coalesce(sum(%1$I::text::numeric) FILTER (WHERE won), 0) / nullif(sum(%1$I::text::numeric) FILTER (WHERE won IS NOT NULL), 0) AS ratio
		FROM deals GROUP BY g) AS r', amount),
	format('SELECT g, undefined, undefined IS FALSE OR NULL, undefined IS FALSE OR NULL FROM
		(SELECT g, coalesce(sum(%1$I::text::numeric) FILTER (WHERE won IS NOT NULL), 0) = 0 AS undefined FROM deals GROUP BY g) AS o', amount), 'win_rate_by_value: ' || type)
	FROM amounts;
SELECT is((SELECT win_rate_by_value(won, a) FROM (VALUES (true, 1::bigint), (false, 2)) v(won, a)), 1 / 3.0::double precision, 'win_rate_by_value: a third');
SELECT is((SELECT win_rate_by_value(won, a) FROM (VALUES (true, 3518327057984836987), (false, 2186853965865539747)) v(won, a)),
	'0.6166898198806581'::double precision, 'win_rate_by_value: the nearest double, where dividing two doubles misses it');
SELECT is((SELECT win_rate_by_value(won, a) FROM (VALUES (true, 5), (false, -5)) v(won, a)), NULL, 'win_rate_by_value: amounts that add up to nothing');
SELECT is((SELECT win_rate_by_value(won, a) FROM (VALUES (true, 5e-324::double precision), (false, 1e300)) v(won, a)), 0::double precision,
	'win_rate_by_value: a ratio below the least double is 0');

SELECT throws_ok($$ SELECT win_rate_by_value(won, a) FROM (VALUES (true, 1e300), (false, -1e300 + 1e-300)) v(won, a) $$,
	'22003', 'a ratio of amounts is out of range for type double precision', 'win_rate_by_value: never infinite');

--
-- Plans
--

SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL parallel_leader_participation = off;
ALTER TABLE deals SET (parallel_workers = 3);
CREATE FUNCTION plan_of(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	line text;
	plan text := '';
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
		plan := plan || line || E'\n';
	END LOOP;
	RETURN plan;
END $$;
SELECT matches(plan_of('WITH got AS MATERIALIZED (' || summaries('amount') || ') TABLE got'), 'Gather.*Partial', 'parallel plan: taken');
SELECT same_rows(by_summary(summaries(amount)), by_oracle(amount), 'parallel plan: ' || type) FROM amounts;
SELECT same_rows(format('SELECT win_rate(won), conversion_rate(won), win_loss_ratio(won), avg_deal_size(won, %I) FROM deals', amount),
		format('SELECT count(*) FILTER (WHERE won)::double precision / count(won), count(*) FILTER (WHERE won)::double precision / count(*),
			count(*) FILTER (WHERE won)::double precision / count(*) FILTER (WHERE NOT won),
			avg(%I::text::numeric) FILTER (WHERE won) FROM deals', amount), 'parallel plan, one group: ' || type)
	FROM amounts;
RESET parallel_leader_participation;
SET LOCAL max_parallel_workers_per_gather = 0;

-- Split at random, rolled up in two steps
SELECT same_rows(
		by_summary(format('SELECT g, rollup(half) AS summary
			FROM (SELECT g, rollup(part) AS half
				FROM (SELECT g, rate_agg(won, %1$I) AS part, floor(draw(%2$L, id) * %3$s) AS part_no FROM deals GROUP BY g, part_no) AS parts
				GROUP BY g, floor(draw(%2$L, part_no::bigint) * 3)) AS halves GROUP BY g', amount, 'split ' || pieces, pieces)),
		by_oracle(amount), format('rolled up of %s: %s', pieces, type))
	FROM amounts, (VALUES (2), (9), (500)) AS splits(pieces);
SELECT is((SELECT rollup(s)::text FROM (SELECT rate_agg(won, amount) FROM deals GROUP BY g, i2) p(s)), (SELECT rate_agg(won, amount)::text FROM deals),
	'rolled up: the same summary, byte for byte');
SELECT is((SELECT rollup(s)::text FROM (VALUES (NULL::rate_summary), ((SELECT rate_agg(won, amount) FROM deals)), (NULL)) v(s)),
	(SELECT rate_agg(won, amount)::text FROM deals), 'rollup passes over NULL');
SELECT is((SELECT rollup(s)::text FROM (VALUES (NULL::rate_summary)) v(s)), (SELECT (rate_agg(true) FILTER (WHERE false))::text), 'rollup of NULL alone is an empty summary');

-- Moving windows: the values are exact again after the widest amounts have left; only trailing zeros may stay.
SELECT same_rows(
		format('SELECT id, win_rate(won) OVER w, conversion_rate(won) OVER w, win_loss_ratio(won) OVER w,
			trim_scale(amount_won(rate_agg(won, %1$I) OVER w)), trim_scale(amount_decided(rate_agg(won, %1$I) OVER w)),
			without_amount(rate_agg(won, %1$I) OVER w), zero_amount(rate_agg(won, %1$I) OVER w),
			abs(avg_deal_size(won, %1$I) OVER w - amount_won(rate_agg(won, %1$I) OVER w) / nullif(count(%1$I) FILTER (WHERE won) OVER w, 0)) <= 1e-15 * abs(avg_deal_size(won, %1$I) OVER w)
			FROM deals WINDOW w AS (PARTITION BY g ORDER BY id %2$s)', amount, frame),
		format('SELECT id, count(*) FILTER (WHERE won) OVER w::double precision / nullif(count(won) OVER w, 0),
			count(*) FILTER (WHERE won) OVER w::double precision / nullif(count(*) OVER w, 0),
			count(*) FILTER (WHERE won) OVER w::double precision / nullif(count(*) FILTER (WHERE NOT won) OVER w, 0),
			trim_scale(sum(%1$I::text::numeric) FILTER (WHERE won) OVER w), trim_scale(sum(%1$I::text::numeric) FILTER (WHERE won IS NOT NULL) OVER w),
			count(won) OVER w - count(%1$I) FILTER (WHERE won IS NOT NULL) OVER w,
			count(*) FILTER (WHERE won IS NOT NULL AND %1$I = 0) OVER w,
			count(%1$I) FILTER (WHERE won) OVER w > 0 OR NULL
			FROM deals WINDOW w AS (PARTITION BY g ORDER BY id %2$s)', amount, frame),
		format('moving frame %s: %s', frame, type))
	FROM amounts,
		(VALUES ('ROWS BETWEEN 6 PRECEDING AND CURRENT ROW'), ('ROWS BETWEEN 2 PRECEDING AND 3 FOLLOWING'),
			('ROWS BETWEEN 9 PRECEDING AND 4 PRECEDING'), ('RANGE BETWEEN 200 PRECEDING AND 100 FOLLOWING')) AS frames(frame)
	WHERE amount IN ('money', 'amount', 'f8', 'i8');

--
-- within_agg: every combination around the boundaries, by a microsecond
--

CREATE TABLE waits AS
SELECT row_number() OVER () AS id, started, ended, as_of, span
FROM (SELECT timestamptz '2024-03-20 12:00:00+00' AS as_of) AS a,
	(VALUES (interval '0'), ('1 microsecond'), ('2 hours'), ('3 days'), ('1 day -1 hour'), ('10000 days'), (NULL)) AS spans(span),
	LATERAL (VALUES (NULL::timestamptz), ('infinity'), ('-infinity'),
		(as_of - span), (as_of - span - interval '1 microsecond'), (as_of - span + interval '1 microsecond'),
		(as_of), (as_of + interval '1 microsecond'), (as_of + interval '5 days'), ('2024-03-09 20:30:00.5+00'), ('1900-01-01 00:00:00+00'), ('1899-12-31 00:00:00+00')) AS starts(started),
	LATERAL (VALUES (NULL::timestamptz), ('infinity'), ('-infinity'),
		(started), (started - interval '1 microsecond'), (started + span), (started + span - interval '1 microsecond'), (started + span + interval '1 microsecond'),
		(as_of), (as_of + interval '1 microsecond'), ('2024-03-12 03:00:00+00'), ('2199-12-31 00:00:00+00'), ('9999-12-31 00:00:00+00')) AS ends(ended);

CREATE FUNCTION waits_by_oracle(kind text) RETURNS text LANGUAGE sql AS $$ SELECT format('
	SELECT span, count(*) FILTER (WHERE state = 1) AS succeeded, count(*) FILTER (WHERE state IN (0, 1)) AS decided,
		count(*) FILTER (WHERE state = -1) AS undecided, count(*) FILTER (WHERE state IS NULL) AS invalid_rows,
		min(started) FILTER (WHERE state IS NOT NULL)::%1$s AS data_from,
		max(coalesce(ended, started)) FILTER (WHERE state IS NOT NULL)::%1$s AS data_through,
		count(*) FILTER (WHERE state = 1)::double precision / nullif(count(*) FILTER (WHERE state IN (0, 1)), 0) AS rate
	FROM (SELECT *, CASE
			WHEN started IS NULL OR span IS NULL OR started < ''1900-01-01'' OR started >= ''2200-01-01'' OR ended < started OR ended >= ''2200-01-01'' THEN NULL
			WHEN ended <= started + span THEN 1
			WHEN started + span <= as_of THEN 0
			ELSE -1 END AS state
		FROM (SELECT span, started::%1$s::timestamp AS started, ended::%1$s::timestamp AS ended, as_of::%1$s::timestamp AS as_of FROM waits) w) w
	GROUP BY span', kind) $$;
CREATE FUNCTION waits_by_summary(kind text) RETURNS text LANGUAGE sql AS $$ SELECT format('
	SELECT span, succeeded(s), decided(s), undecided(s), invalid_rows(s),
		data_from(s)::%1$s, data_through(s)::%1$s,
		conversion_within(s) AS rate
	FROM (SELECT span, within_agg(started::%1$s, ended::%1$s, span, as_of::%1$s) FROM waits GROUP BY span) q(span, s)', kind) $$;

SELECT ok((SELECT count(*) > 500 FROM waits), 'within: there are combinations');
SELECT same_rows(waits_by_summary(kind), waits_by_oracle(kind), 'within_agg: ' || kind)
	FROM (VALUES ('timestamptz'), ('timestamp'), ('date')) AS times(kind);
SELECT same_rows(format('SELECT span, conversion_within(started::%1$s, ended::%1$s, span, as_of::%1$s), response_within(started::%1$s, ended::%1$s, span, as_of::%1$s) FROM waits GROUP BY span', kind),
		format('SELECT span, rate, rate FROM (%s) o', waits_by_oracle(kind)), 'conversion_within, response_within: ' || kind)
	FROM (VALUES ('timestamptz'), ('timestamp'), ('date')) AS times(kind);
SELECT same_rows(format('SELECT id, conversion_within(started::%1$s, ended::%1$s, span, as_of::%1$s) OVER w, response_within(started::%1$s, ended::%1$s, span, as_of::%1$s) OVER w
			FROM waits WINDOW w AS (ORDER BY id ROWS BETWEEN 7 PRECEDING AND 1 FOLLOWING)', kind),
		format('SELECT w.id, rate, rate FROM waits w, LATERAL (SELECT conversion_within(within_agg(x.started::%1$s, x.ended::%1$s, x.span, x.as_of::%1$s)) AS rate
			FROM waits x WHERE x.id BETWEEN w.id - 7 AND w.id + 1) x', kind), 'conversion_within, response_within, moving: ' || kind)
	FROM (VALUES ('timestamptz'), ('timestamp'), ('date')) AS times(kind);

-- A day is 86,400 s, also where the clocks changed within it
CREATE TABLE in_utc AS SELECT within_agg(started, ended, span, as_of)::text AS s FROM waits;
SET LOCAL TimeZone = 'America/New_York';
SELECT is((SELECT within_agg(started, ended, span, as_of)::text FROM waits), (SELECT s FROM in_utc), 'within_agg: the zone is of no account');
SELECT is((SELECT conversion_within(timestamptz '2024-03-09 12:00', timestamptz '2024-03-10 13:00', interval '1 day', timestamptz '2024-04-01')), 1::double precision,
	'within_agg: the day the clocks go forward, an hour later is still a day');
SET LOCAL TimeZone = 'UTC';

SELECT is((SELECT conversion_rate(s) || ' ' || win_share(s) FROM (SELECT within_agg(started, ended, span, as_of) FROM waits) q(s)),
	(SELECT sum(succeeded)::double precision / sum(decided + undecided) || ' ' || sum(succeeded)::double precision / sum(decided + undecided)
		FROM (SELECT succeeded(s), decided(s), undecided(s) FROM (SELECT within_agg(started, ended, span, as_of) FROM waits GROUP BY span) q(s)) p),
	'conversion_rate of a summary by within_agg: invalid rows are in no denominator');

--
-- Intervals and tests, at published values
--

CREATE FUNCTION of(successes integer, n integer) RETURNS rate_summary LANGUAGE sql
	AS $$ SELECT rate_agg(i <= successes) FROM generate_series(1, n) AS i $$;

-- Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17, 1998, 857-872: Table I, method 3 (Wilson)
SELECT is(round(rate_low(of(k, n))::numeric, 4) || ' ' || round(rate_high(of(k, n))::numeric, 4), published, format('Wilson %s/%s', k, n))
	FROM (VALUES (81, 263, '0.2553 0.3662'), (15, 148, '0.0624 0.1605'), (0, 20, '0.0000 0.1611'), (1, 29, '0.0061 0.1718')) AS v(k, n, published);
SELECT is(rate_low(of(0, 20)), 0::double precision, 'Wilson: no success, the low end is 0');
SELECT is(rate_high(of(20, 20)), 1::double precision, 'Wilson: no failure, the high end is 1');
SELECT is(rate_low(of(15, 148), 0.95), rate_low(of(15, 148)), 'rate_low: 0.95 unless told');
SELECT is(rate_high(of(15, 148), 0.95), rate_high(of(15, 148)), 'rate_high: 0.95 unless told');
-- the definition, with the normal quantile of 0.995: 2.5758293035489004
SELECT ok(abs(rate_low(of(15, 148), 0.99) - (2 * 15 + z * z - z * sqrt(z * z + 4 * 15 * (1 - 15 / 148.0))) / (2 * (148 + z * z))) < 1e-14, 'Wilson: 99 percent, low')
	FROM (VALUES (2.5758293035489004::double precision)) AS v(z);
SELECT ok(abs(rate_high(of(15, 148), 0.99) - (2 * 15 + z * z + z * sqrt(z * z + 4 * 15 * (1 - 15 / 148.0))) / (2 * (148 + z * z))) < 1e-14, 'Wilson: 99 percent, high')
	FROM (VALUES (2.5758293035489004::double precision)) AS v(z);
SELECT is(rate_low(s), NULL, 'rate_low: nothing decided') FROM (SELECT rate_agg(NULL)) AS v(s);
SELECT is(rate_high(s), NULL, 'rate_high: nothing decided') FROM (SELECT rate_agg(NULL)) AS v(s);

-- Newcombe, "Interval estimation for the difference between independent proportions", Statistics in Medicine 17, 1998, 873-890: Table II, method 10
SELECT is(round(low::numeric, 4) || ' ' || round(high::numeric, 4), published, format('Newcombe %s/%s - %s/%s', a, m, b, n))
	FROM (VALUES (56, 70, 48, 80, '0.0524 0.3339'), (9, 10, 3, 10, '0.1705 0.8090'), (6, 7, 2, 7, '0.0582 0.8062'), (5, 56, 0, 29, '-0.0381 0.1926'),
			(0, 10, 0, 20, '-0.1611 0.2775'), (0, 10, 0, 10, '-0.2775 0.2775'), (10, 10, 0, 20, '0.6791 1.0000'), (10, 10, 0, 10, '0.6075 1.0000')) AS v(a, m, b, n, published),
		LATERAL compare_rates(of(a, m), of(b, n));
SELECT is((rate_a, rate_b, difference)::text, (0.8::double precision, 0.6::double precision, 0.8::double precision - 0.6)::text, 'compare_rates: rates and difference')
	FROM compare_rates(of(56, 70), of(48, 80));
-- statsmodels, test_proportion.py: proportions_ztest([5, 12], [83, 99])
SELECT ok(abs(p_value - 0.15918129181156992) < 1e-14, 'compare_rates: p-value of 5/83, 12/99') FROM compare_rates(of(5, 83), of(12, 99));
-- R: prop.test(c(a, b), c(m, n), correct = FALSE)
SELECT ok(abs(p_value - published) <= digits, format('compare_rates: p-value of %s/%s, %s/%s', a, m, b, n))
	FROM (VALUES (82, 108, 104, 143, 0.5668, 5e-5), (21, 100, 38, 100, 0.008392, 5e-7), (5, 9, 0, 24, 7.367e-05, 5e-9)) AS v(a, m, b, n, published, digits),
		LATERAL compare_rates(of(a, m), of(b, n));
SELECT is(c::text, '(1,,,,,)', 'compare_rates: a side with nothing decided') FROM compare_rates(of(1, 1), of(0, 0)) AS c;
SELECT is(c::text, '(,1,,,,)', 'compare_rates: the other side with nothing decided') FROM compare_rates(of(0, 0), of(1, 1)) AS c;
SELECT is((SELECT count(*) FROM compare_rates(NULL, of(1, 1))), 1::bigint, 'compare_rates: one row for a NULL summary');

-- R, help(binom.test): Conover (1971), p. 97: 682 giant of 925 against 3 : 1. R's output in statsmodels, test_proportion.py, for 51 of 235.
SELECT ok(abs(p_value - published) <= digits, format('compare_to_benchmark: %s/%s against %s', k, n, p0))
	FROM (VALUES (682, 925, 0.75, 0.3825, 5e-5), (51, 235, 1 / 6.0::double precision, 0.0437479701823997, 5e-15), (51, 174, 0.5, 4.779e-08, 5e-12),
			(515, 1456, 11678 / 29789.0::double precision, 0.002642, 5e-7), (3, 10, 0.5, 0.34375, 1e-14), (0, 10, 0.5, 0.001953125, 1e-16)) AS v(k, n, p0, published, digits),
		LATERAL compare_to_benchmark(of(k, n), p0);
SELECT is((rate, benchmark, difference)::text, (0.25::double precision, 0.3::double precision, 0.25::double precision - 0.3)::text, 'compare_to_benchmark: its columns') FROM compare_to_benchmark(of(1, 4), 0.3);
SELECT is((rate, benchmark, difference, p_value)::text, '(,0.3,,)', 'compare_to_benchmark: nothing decided') FROM compare_to_benchmark(of(0, 0), 0.3);
SELECT is(p_value, 1::double precision, 'compare_to_benchmark: 0 and 1 are benchmarks') FROM compare_to_benchmark(of(4, 4), 1);

--
-- Bad input
--

SELECT throws_ok(query, state::char(5), message, left(split_part(query, E'\n', 1), 90))
	FROM (VALUES
		('SELECT rate_agg(true, ''NaN''::double precision)', '22003', 'amount must be a finite number, not NaN'),
		('SELECT rate_agg(true, ''Infinity''::double precision)', '22003', 'amount must be a finite number, not Infinity'),
		('SELECT rate_agg(false, ''-Infinity''::real)', '22003', 'amount must be a finite number, not -Infinity'),
		('SELECT rate_agg(false, ''NaN''::numeric)', '22003', 'amount must be a finite number, not NaN'),
		('SELECT rate_low(rate_agg(true), 1)', '22023', 'confidence must be greater than 0 and less than 1, not 1'),
		('SELECT rate_high(rate_agg(true), 0)', '22023', 'confidence must be greater than 0 and less than 1, not 0'),
		('SELECT rate_low(rate_agg(NULL), 95)', '22023', 'confidence must be greater than 0 and less than 1, not 95'),
		('SELECT compare_rates(rate_agg(true), rate_agg(true), ''NaN'')', '22023', 'confidence must be greater than 0 and less than 1, not NaN'),
		('SELECT compare_to_benchmark(rate_agg(true), 1.5)', '22023', 'benchmark must be from 0 to 1, not 1.5'),
		('SELECT compare_to_benchmark(rate_agg(NULL), -0.1)', '22023', 'benchmark must be from 0 to 1, not -0.1'),
		('SELECT within_agg(date ''2024-01-01'', NULL, ''1 month'', date ''2024-03-01'')', '22023', 'span must be a fixed length of time, not "1 mon"'),
		('SELECT within_agg(date ''2024-01-01'', NULL, ''-1 day'', date ''2024-03-01'')', '22023', 'span must not be negative or out of range, but is "-1 days"'),
		('SELECT within_agg(date ''2024-01-01'', NULL, ''1 day'', NULL)', '22004', 'as_of must not be null'),
		('SELECT within_agg(date ''2024-01-01'', NULL, ''1 day'', date ''infinity'')', '22008', 'as_of must be between 1900-01-01 and 2199-12-31: infinity'),
		('SELECT ''{"version": 2}''::rate_summary', '22P02', NULL),
		('SELECT ''''::rate_summary', '22P02', NULL),
		('SELECT rollup(s::rate_summary) FROM (VALUES (''{"version": 1, "succeeded": 9223372036854775807, "failed": 0, "undecided": 0, "invalid_rows": 0, "succeeded_with_amount": 0, "failed_with_amount": 0, "zero_amount": 0, "amount_succeeded": 0, "amount_failed": 0, "data_from": null, "data_through": null}''),
			(''{"version": 1, "succeeded": 1, "failed": 0, "undecided": 0, "invalid_rows": 0, "succeeded_with_amount": 0, "failed_with_amount": 0, "zero_amount": 0, "amount_succeeded": 0, "amount_failed": 0, "data_from": null, "data_through": null}'')) AS v(s)',
			'22003', 'a summary counts more than 9223372036854775807 rows')
	) AS bad(query, state, message);
SELECT lives_ok('SELECT rate_agg(NULL, ''NaN''::double precision)', 'the amount of an open row is not looked at');

SELECT * FROM finish();
ROLLBACK;
