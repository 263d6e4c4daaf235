-- segment.sql: every figure of a segment_summary against plain SQL over the rows themselves.
BEGIN;
SELECT no_plan();
SET LOCAL jit = off;

CREATE FUNCTION draw(seed text, id bigint) RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE
	AS $$ SELECT ('x' || substr(md5(seed || id), 1, 8))::bit(32)::bigint / 4294967296.0::double precision $$;

-- Labels of many rows and of one, an empty one and none, some that nothing is decided of; two periods, and labels of one only
CREATE TABLE deals AS
SELECT id, id % 3 = 0 AS is_after, CASE WHEN draw('none', id) > 0.03 THEN (ARRAY['a', 'B', 'b', '', 'å', 'یک', 'only ' || id % 2, 'open'])[1 + floor(draw('label', id) ^ 2 * 8)] || CASE WHEN draw('rare', id) < 0.02 THEN id::text ELSE '' END END AS label,
	CASE WHEN draw('outcome', id) < 0.1 THEN NULL ELSE draw('won', id) < 0.3 + draw('label', id) / 3 END AS outcome
FROM generate_series(1, 3000) AS id;
UPDATE deals SET outcome = NULL WHERE label = 'open';
UPDATE deals SET label = NULL WHERE label = 'only 0' AND is_after;

CREATE TABLE whole AS SELECT segment_agg(label, outcome) AS s FROM deals;
CREATE VIEW counted AS SELECT label, count(outcome) AS n, count(*) FILTER (WHERE outcome) AS x, count(*) - count(outcome) AS undecided FROM deals GROUP BY label;

SELECT results_eq('SELECT label, decided, succeeded, undecided, rate FROM whole, segments(s)', 'SELECT label, n, x, undecided, x::double precision / nullif(n, 0) FROM counted ORDER BY label COLLATE "C" NULLS LAST', 'segments');
SELECT results_eq('SELECT reason, rows FROM whole, segment_quality(s)', 'SELECT v.* FROM (SELECT sum(n)::bigint AS n, sum(undecided)::bigint AS u FROM counted) AS c, LATERAL (VALUES (''decided'', n), (''undecided'', u), (''invalid'', 0)) AS v', 'quality');

/*
 * The league table: each against the rest, shrunk by moments
 */

CREATE TABLE league AS
SELECT label, n, x, big_n, big_x, r, rest_n, rest_x, p, m, (n > 0)::integer AS has
FROM (SELECT *, x::double precision / nullif(n, 0) AS r, big_n - n AS rest_n, big_x - x AS rest_x, big_x::double precision / big_n AS p FROM (SELECT label, n, x, sum(n) OVER () AS big_n, sum(x) OVER () AS big_x FROM counted) AS c) AS c,
	LATERAL (SELECT CASE WHEN rho > 0 THEN (1 - rho) / rho END AS m FROM (SELECT (sum(k.n * (k.r - pp) ^ 2) / (pp * (1 - pp)) - (count(*) - 1)) / (sum(k.n) - sum(k.n::double precision ^ 2) / sum(k.n) - (count(*) - 1)) AS rho
		FROM (SELECT n, x::double precision / n AS r FROM counted WHERE n > 0) AS k, (SELECT sum(x)::double precision / sum(n) AS pp FROM counted) AS a GROUP BY pp) AS v) AS prior;
SELECT is_empty($$ SELECT o.label, l.rate, o.r FROM league AS o LEFT JOIN LATERAL (SELECT * FROM whole, league_table(s) AS t WHERE t.label IS NOT DISTINCT FROM o.label) AS l ON true
	WHERE l.decided IS DISTINCT FROM o.n OR l.rate IS DISTINCT FROM o.r OR abs(l.rest_rate - o.rest_x::double precision / o.rest_n) > 1e-15
		OR (o.n > 0) <> (l.p_value IS NOT NULL) OR abs(l.difference - (o.r - o.rest_x::double precision / o.rest_n)) > 1e-15
		OR abs(l.shrunk_rate - (o.x + o.m * o.p) / (o.n + o.m)) > 1e-12 OR (o.n > 0) <> (l.shrunk_rate IS NOT NULL) OR NOT l.shrunk_low < l.shrunk_rate OR NOT l.shrunk_rate < l.shrunk_high
		OR l.is_outlier <> (l.rate < l.limit_low_998 OR l.rate > l.limit_high_998) OR l.limit_low_998 > l.limit_low_95 OR l.limit_high_95 > l.limit_high_998 $$, 'the league table: rates, the rest, shrunk rates, limits in order');
-- Difference and p-value are those that two rate summaries have
SELECT is_empty($$ SELECT o.label FROM league AS o, whole, league_table(s) AS t, LATERAL (SELECT rate_agg(outcome) FILTER (WHERE d.label IS NOT DISTINCT FROM o.label) AS a, rate_agg(outcome) FILTER (WHERE d.label IS DISTINCT FROM o.label) AS b FROM deals AS d) AS r, compare_rates(a, b) AS c
	WHERE t.label IS NOT DISTINCT FROM o.label AND o.n > 0 AND (t.difference, t.low, t.high, t.p_value) IS DISTINCT FROM (c.difference, c.low, c.high, c.p_value) $$, '... as compare_rates has them');
-- Limits: the first count whose probability, summed, is enough
SELECT is_empty($$ WITH RECURSIVE sums(n, k, term, total) AS (
		SELECT n, 0, (1 - p) ^ n, (1 - p) ^ n FROM (SELECT DISTINCT n, p FROM league WHERE n BETWEEN 1 AND 700) AS l
		UNION ALL SELECT s.n, k + 1, term * (s.n - k) / (k + 1) * (p / (1 - p)), total + term * (s.n - k) / (k + 1) * (p / (1 - p)) FROM sums AS s, (SELECT p FROM league LIMIT 1) AS l WHERE k < s.n)
	SELECT t.label FROM whole, league_table(s) AS t, LATERAL (SELECT min(k) FILTER (WHERE total >= 0.025) AS a, min(k) FILTER (WHERE total >= 0.975) AS b, min(k) FILTER (WHERE total >= 0.001) AS c, min(k) FILTER (WHERE total >= 0.999) AS d FROM sums WHERE sums.n = t.decided) AS q
	WHERE decided BETWEEN 1 AND 700 AND (limit_low_95, limit_high_95, limit_low_998, limit_high_998) IS DISTINCT FROM (a::double precision / decided, b::double precision / decided, c::double precision / decided, d::double precision / decided) $$, '... limits of the binomial distribution');
SELECT is_empty($$ SELECT label FROM (SELECT label, p_adjusted, p_value, max(p_value * (m - place + 1)) OVER (ORDER BY p_value, place) AS holm FROM (SELECT *, count(p_value) OVER () AS m, row_number() OVER (ORDER BY p_value) AS place FROM whole, league_table(s)) AS l) AS h
	WHERE abs(p_adjusted - least(holm, 1)) > 1e-12 $$, '... Holm');
SELECT is_empty($$ SELECT label FROM (SELECT label, p_adjusted, min(p_value * m / place) OVER (ORDER BY p_value DESC, place DESC) AS bh FROM (SELECT *, count(p_value) OVER () AS m, row_number() OVER (ORDER BY p_value) AS place FROM whole, league_table(s, 'bh')) AS l WHERE p_value IS NOT NULL) AS h
	WHERE abs(p_adjusted - least(bh, 1)) > 1e-12 $$, '... Benjamini and Hochberg');
SELECT is_empty($$ SELECT n FROM (SELECT row_number() OVER () AS n, shrunk_rate, lag(shrunk_rate) OVER () AS before FROM whole, league_table(s)) AS l WHERE shrunk_rate > before OR (before IS NULL AND n > 1 AND shrunk_rate IS NOT NULL) $$, '... the best first, what can''t be compared last');

/*
 * Drivers
 */

CREATE TABLE periods AS SELECT (SELECT segment_agg(label, outcome) FROM deals WHERE NOT is_after) AS b, (SELECT segment_agg(label, outcome) FROM deals WHERE is_after) AS a;
CREATE VIEW effects AS
SELECT label, w0, w1, r0, r1, (w1 - w0) * ((coalesce(r0, r1) + coalesce(r1, r0)) / 2 - (all0 + all1) / 2) AS mix, (w0 + w1) / 2 * (coalesce(r1, r0) - coalesce(r0, r1)) AS own
FROM (SELECT label, n0 / sum(n0) OVER () AS w0, n1 / sum(n1) OVER () AS w1, x0 / nullif(n0, 0) AS r0, x1 / nullif(n1, 0) AS r1, sum(x0) OVER () / sum(n0) OVER () AS all0, sum(x1) OVER () / sum(n1) OVER () AS all1
	FROM (SELECT label, (count(outcome) FILTER (WHERE NOT is_after))::double precision AS n0, (count(*) FILTER (WHERE outcome AND NOT is_after))::double precision AS x0, (count(outcome) FILTER (WHERE is_after))::double precision AS n1, (count(*) FILTER (WHERE outcome AND is_after))::double precision AS x1 FROM deals GROUP BY label) AS c) AS s;
SELECT is_empty($$ SELECT e.label, d.mix_effect, e.mix FROM effects AS e LEFT JOIN LATERAL (SELECT t.* FROM periods, rate_drivers(b, a) AS t WHERE t.label IS NOT DISTINCT FROM e.label) AS d ON true
	WHERE d.total IS NULL OR abs(d.share_before - e.w0) > 1e-15 OR abs(d.share_after - e.w1) > 1e-15 OR (d.rate_before IS NULL) <> (e.r0 IS NULL) OR (d.rate_after IS NULL) <> (e.r1 IS NULL) OR abs(d.rate_before - e.r0) > 1e-15 OR abs(d.rate_after - e.r1) > 1e-15
		OR abs(d.mix_effect - coalesce(e.mix, 0)) > 1e-15 OR abs(d.rate_effect - coalesce(e.own, 0)) > 1e-15 OR d.total <> d.mix_effect + d.rate_effect OR scale(d.mix_effect) <> 18 $$, 'drivers: shares, rates, effects');
SELECT is((SELECT sum(total) FROM periods, rate_drivers(b, a)), (SELECT round(round(count(*) FILTER (WHERE outcome AND is_after), 40) / count(outcome) FILTER (WHERE is_after) - round(count(*) FILTER (WHERE outcome AND NOT is_after), 40) / count(outcome) FILTER (WHERE NOT is_after), 18) FROM deals), '... add up to the change, to the last digit');
SELECT is((SELECT sum(total) FROM periods, rate_drivers(a, b)), (SELECT -sum(total) FROM periods, rate_drivers(b, a)), '... and backwards to the opposite');
SELECT is_empty('SELECT label FROM periods, rate_drivers(b, b) WHERE total <> 0', '... nothing changed, nothing moved');
SELECT is((SELECT sum(mix_effect) FROM rate_drivers((SELECT segment_agg(l, i <= x) FROM (VALUES ('A', 1, 3), ('B', 2, 7), ('C', 5, 11)) AS v(l, x, n), generate_series(1, n) AS i), (SELECT segment_agg(l, i <= x) FROM (VALUES ('A', 2, 7), ('B', 3, 13), ('D', 5, 11)) AS v(l, x, n), generate_series(1, n) AS i)) AS d) + (SELECT sum(rate_effect) FROM rate_drivers((SELECT segment_agg(l, i <= x) FROM (VALUES ('A', 1, 3), ('B', 2, 7), ('C', 5, 11)) AS v(l, x, n), generate_series(1, n) AS i), (SELECT segment_agg(l, i <= x) FROM (VALUES ('A', 2, 7), ('B', 3, 13), ('D', 5, 11)) AS v(l, x, n), generate_series(1, n) AS i)) AS d),
	round(10 / 31.00000000000000000000000000000000000000000 - 8 / 21.00000000000000000000000000000000000000000, 18), 'thirds, sevenths, thirteenths: to the last digit');

/*
 * However they come
 */

SELECT results_eq(format('SELECT rollup(s)::text, segment_summary_send(rollup(s)) FROM (SELECT segment_agg(label, outcome) AS s FROM deals GROUP BY %s) AS p', part), 'SELECT s::text, segment_summary_send(s) FROM whole', 'a rollup is the summary of all rows, to the byte: split by ' || part)
FROM (VALUES ('id % 3'), ('id'), ('label'), ('outcome')) AS p(part);
SELECT results_eq('SELECT segment_agg(label, outcome ORDER BY draw(''order'', id))::text FROM deals', 'SELECT s::text FROM whole', 'the order of rows is of no matter');
SELECT results_eq('SELECT segment_agg(label, r)::text FROM (SELECT label, id % 50 AS part, rate_agg(outcome) AS r FROM deals GROUP BY label, id % 50 UNION ALL SELECT ''nobody'', 0, NULL UNION ALL SELECT ''nobody'', 0, (SELECT rate_agg(outcome) FROM deals WHERE false)) AS d', 'SELECT s::text FROM whole', 'rate summaries by label make the same; NULL ones and those of no rows add nothing');
SELECT is((SELECT rows FROM segment_quality((SELECT segment_agg('a', r) FROM (SELECT within_agg(timestamptz '2024-01-01', timestamptz '2023-01-01', '1 day', '2024-06-01') AS r) AS w)) WHERE reason = 'invalid'), 1::bigint, '... invalid rows are counted');
SELECT is_empty('SELECT FROM whole WHERE s::text::segment_summary::text <> s::text OR segment_summary_send(s::text::segment_summary) <> segment_summary_send(s)', 'the text form reads back');

/*
 * Ends of the range
 */

CREATE FUNCTION of_counts(labels text[], succeeded bigint[], failed bigint[]) RETURNS segment_summary LANGUAGE sql
	AS $$ SELECT format('{"version": 1, "invalid_rows": 0, "without_label": {"succeeded": 0, "failed": 0, "undecided": 0}, "labels": [%s]}', string_agg(format('{"label": %s, "succeeded": %s, "failed": %s, "undecided": 0}', to_json(l), x, f), ', ' ORDER BY n))::segment_summary FROM unnest(labels, succeeded, failed) WITH ORDINALITY AS u(l, x, f, n) $$;
SELECT is_empty('SELECT * FROM league_table((SELECT segment_agg(label, outcome) FROM deals WHERE false))', 'no rows: no table');
SELECT is_empty('SELECT * FROM rate_drivers((SELECT segment_agg(label, outcome) FROM deals WHERE false), (SELECT segment_agg(label, outcome) FROM deals WHERE false))', '... no drivers');
SELECT is_empty('SELECT label FROM rate_drivers((SELECT segment_agg(label, outcome) FROM deals WHERE false), (SELECT s FROM whole)) WHERE total IS NOT NULL OR mix_effect IS NOT NULL', 'an empty period: NULL');
SELECT results_eq('SELECT rate, rest_rate, difference, p_value, shrunk_rate, limit_low_95, is_outlier FROM league_table(of_counts(''{a}'', ''{3}'', ''{4}''))', 'VALUES (3 / 7.0::double precision, NULL::double precision, NULL::double precision, NULL::double precision, NULL::double precision, NULL::double precision, NULL::boolean)', 'one label: nothing to compare with');
SELECT results_eq(format('SELECT label, rate, rest_rate, difference, p_value, shrunk_rate, is_outlier FROM league_table(of_counts(''{a,b}'', ''{%s}'', ''{%s}''))', x, f), format('VALUES (''a'', %1$s::double precision, %1$s::double precision, 0::double precision, NULL::double precision, NULL::double precision, NULL::boolean), (''b'', %1$s, %1$s, 0, NULL, NULL, NULL)', r), 'all or nothing: no test')
FROM (VALUES ('5,7', '0,0', 1), ('0,0', '5,7', 0)) AS v(x, f, r);
SELECT results_eq('SELECT label, shrunk_rate, shrunk_low, is_outlier FROM league_table(of_counts(''{a,b}'', ''{5,50}'', ''{5,50}''))', 'VALUES (''a'', 0.5::double precision, NULL::double precision, false), (''b'', 0.5, NULL, false)', 'no spread beyond chance: the rate of all for each');
SELECT results_eq('SELECT label, shrunk_rate, is_outlier FROM league_table(of_counts(''{a,b,c}'', ''{1,0,1}'', ''{0,1,0}''))', 'VALUES (''a'', 2 / 3.0::double precision, false), (''b'', 2 / 3.0, false), (''c'', 2 / 3.0, false)', 'a row a label: 1 of 1 is no outlier');
SELECT results_eq('SELECT label, shrunk_rate, shrunk_low, shrunk_high, p_value, is_outlier FROM league_table(of_counts(''{a,b}'', ''{1000000,0}'', ''{0,1000000}''))', 'VALUES (''a'', 1::double precision, 1::double precision, 1::double precision, 0::double precision, true), (''b'', 0, 0, 0, 0, true)', 'all and nothing: each as it is');
SELECT is((SELECT count(*) FROM league_table(of_counts('{a,b}', '{1000000000000000000,1000000000000000001}', '{1000000000000000000,3}')) WHERE is_outlier AND p_value = 0 AND abs(shrunk_rate - shrunk_low) < 1e-6 AND abs(shrunk_high - shrunk_rate) < 1e-6), 2::bigint, 'counts of 1e18');
SELECT is((SELECT round(sum(total), 15) FROM rate_drivers(of_counts('{a,b}', '{1000000000000000000,1}', '{1000000000000000000,3}'), of_counts('{a,b}', '{1,1000000000000000000}', '{3,1000000000000000000}'))), 0.000000000000000, '... and their drivers');

/*
 * What is refused
 */

SELECT throws_like(format('SELECT %L::segment_summary', value), '%' || why || '%', why)
FROM (VALUES ('{"version": 1, "invalid_rows": 0, "without_label": {"succeeded": 0, "failed": 0, "undecided": 0}, "labels": [{"label": "b", "succeeded": 1, "failed": 0, "undecided": 0}, {"label": "a", "succeeded": 1, "failed": 0, "undecided": 0}]}', 'the labels are not in order'),
	('{"version": 1, "invalid_rows": 0, "without_label": {"succeeded": 0, "failed": 0, "undecided": 0}, "labels": [{"label": "b", "succeeded": 1, "failed": 0, "undecided": 0}, {"label": "b", "succeeded": 1, "failed": 0, "undecided": 0}]}', 'the labels are not in order'),
	('{"version": 1, "invalid_rows": 0, "without_label": {"succeeded": 0, "failed": 0, "undecided": 0}, "labels": [{"label": "b", "succeeded": 0, "failed": 0, "undecided": 0}]}', 'a label has no rows'),
	('{"version": 1, "invalid_rows": 0, "without_label": {"succeeded": 4611686018427387904, "failed": 0, "undecided": 0}, "labels": []}', 'a count is too large'),
	('{"version": 1, "invalid_rows": 0, "without_label": {"succeeded": 4611686018427387903, "failed": 0, "undecided": 0}, "labels": [{"label": "b", "succeeded": 0, "failed": 1, "undecided": 0}]}', 'a count is too large'),
	('{"version": 1, "invalid_rows": 4611686018427387904, "without_label": {"succeeded": 0, "failed": 0, "undecided": 0}, "labels": []}', 'a count is too large')) AS v(value, why);
SELECT throws_ok('SELECT league_table(s, ''bonferroni'') FROM whole', '22023', 'unknown method "bonferroni"', 'a method that is none');

SELECT * FROM finish();
ROLLBACK;
