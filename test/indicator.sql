-- indicator: every figure against plain SQL, over random series with gaps, ties, seasons and amounts of all sizes

\pset fieldsep '\n'
SELECT no_plan();
SET jit = off;

-- Groups differ in their periods; n counts them. The oracle below knows n, and never reads a date.
CREATE TABLE kinds (g integer, period text, at text);
INSERT INTO kinds VALUES
	(1, '1 day', 'date ''2024-02-20'' + n'), (2, '7 days', 'date ''2024-01-01'' + 7 * n'), (3, '7 days', 'date ''2023-12-31'' + 7 * n'), (4, '1 month', '(timestamp ''1999-11-01'' + make_interval(months => n))::date'),
	(5, '1 month', '(timestamp ''2019-06-01'' + make_interval(months => n))::date - 1'), (6, '3 months', '(timestamp ''1980-02-01'' + make_interval(months => 3 * n))::date'),
	(7, '1 jalali month', 'from_jalali(1390 + (n + 3) / 12, 1 + (n + 3) % 12, 1)'), (8, '12 months', 'make_date(1950 + n, 7, 1)'), (9, '14 days', 'date ''1969-12-20'' + 14 * n'), (10, '3 jalali months', 'from_jalali(1390 + n / 4, 1 + 3 * (n % 4), 1) - 1');
CREATE FUNCTION random_of(seed integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT abs(hashint4(seed)::bigint)::integer % 1000';
CREATE TABLE series (g integer, name text, n integer, value numeric);
INSERT INTO series
SELECT g, name, n, CASE name
	WHEN 'outcome' THEN random_of(g * 7919 + n) % 40
	WHEN 'leads it by 2' THEN 3 * (random_of(g * 7919 + n + 2) % 40) + random_of(n) % 7
	WHEN 'against it' THEN -2.5 * (random_of(g * 7919 + n) % 40)
	WHEN 'weekly' THEN CASE n % 7 WHEN 0 THEN 900 WHEN 1 THEN -300 ELSE 10 END + random_of(n + 5) % 9
	WHEN 'walks' THEN (SELECT sum(random_of(-i) % 21 - 10) FROM generate_series(0, n) i)
	WHEN 'gaps' THEN random_of(n + g) / 7.0
	WHEN 'ties' THEN random_of(n - g) % 2
	WHEN 'large' THEN 1e15 * (n % 2) + random_of(n) % 3
	WHEN 'huge' THEN 1e60 * (random_of(n) % 5) + 1e-60 * (n % 3)
	WHEN 'tiny' THEN 1e-200 * (random_of(n + 1) % 17)
	WHEN 'grows far' THEN 1e30 * n + (random_of(n + 2) % 17)
	WHEN 'constant' THEN 12.50
	WHEN 'ramp' THEN 1e20 + 0.1 * n
	WHEN 'four' THEN random_of(n)
	WHEN 'once' THEN 1 END
FROM kinds, generate_series(0, 89) n, unnest(ARRAY['outcome', 'leads it by 2', 'against it', 'weekly', 'walks', 'gaps', 'ties', 'large', 'huge', 'tiny', 'grows far', 'constant', 'ramp', 'four', 'once']) name
WHERE NOT (name = 'gaps' AND random_of(n * 31 + g) % 5 = 0) AND (name <> 'outcome' OR g % 2 = 0 OR n % 23 <> 11) AND (name <> 'four' OR n BETWEEN 40 AND 43) AND (name <> 'once' OR n = 50);
CREATE TABLE rows (g integer, at date, name text, value numeric);
SELECT format('INSERT INTO rows SELECT g, %s, name, value FROM series WHERE g = %s', at, g) FROM kinds \gexec
CREATE TABLE summaries AS SELECT g, indicator_agg(at, name, value) AS s FROM rows GROUP BY g;

-- The oracle. The p-value is 2 * the tail of t: with r = sin(a), that of sin^(df - 1) from 0 to acos(|r|), by Simpson's rule over s, s^4 the angle.
CREATE FUNCTION tail(until double precision, df double precision) RETURNS double precision LANGUAGE sql IMMUTABLE AS $$
	SELECT sum(CASE WHEN i IN (0, 800) THEN 1 WHEN i % 2 = 1 THEN 4 ELSE 2 END * CASE WHEN log > -600 THEN exp(log) * 4 * power(h * i, 3) ELSE 0 END * h / 3)
	FROM generate_series(0, 800) i, (SELECT power(until, 0.25) / 800 AS h) s, LATERAL (SELECT CASE WHEN i = 0 THEN -1000 ELSE (df - 1) * ln(sin(power(h * i, 4))) END AS log) l $$;
SET enable_nestloop = off;
ANALYZE series;
CREATE TABLE changes AS SELECT a.g, a.name, a.n, season, a.value - b.value AS change FROM (VALUES (1), (7)) v (season), series a JOIN series b USING (g, name) WHERE a.n = b.n + season;
ANALYZE changes;
CREATE TABLE pairs AS
SELECT *, count(*) OVER w AS c, x * count(*) OVER w - sum(x) OVER w AS dx, y * count(*) OVER w - sum(y) OVER w AS dy
FROM (SELECT x.g, x.name, x.season, lag, x.n, x.change AS x, y.change AS y FROM (SELECT *, n + lag AS later FROM changes, generate_series(0, 4) lag WHERE name <> 'outcome') x
	JOIN changes y ON (y.g, y.season, y.name, y.n) = (x.g, x.season, 'outcome', x.later)) p WINDOW w AS (PARTITION BY g, name, season, lag);
CREATE TABLE moments AS SELECT g, name, season, lag, c, sum(dx * dx) AS xx, sum(dy * dy) AS yy, sum(dx * dy) AS xy FROM pairs GROUP BY 1, 2, 3, 4, 5;
ANALYZE pairs, moments;
CREATE TABLE repeats AS
SELECT g, name, season, lag, sum((c - j) / c::double precision * (x / nullif(xx, 0))::double precision * (y / nullif(yy, 0))::double precision) AS sum
FROM (SELECT a.g, a.name, a.season, a.lag, j, sum(a.dx * b.dx) AS x, sum(a.dy * b.dy) AS y FROM (SELECT *, n + j AS later FROM pairs, generate_series(1, 17) j WHERE j <= c / 5) a
	JOIN pairs b ON (b.g, b.name, b.season, b.lag, b.n) = (a.g, a.name, a.season, a.lag, a.later) GROUP BY 1, 2, 3, 4, 5) r JOIN moments USING (g, name, season, lag) GROUP BY 1, 2, 3, 4;
RESET enable_nestloop;
CREATE TABLE expected AS
WITH figures AS (
	SELECT g, name, season, lag, c, (xy / nullif(sqrt(xx * yy), 0))::double precision AS r, 1.0 / c + 2.0 / c * coalesce(sum, 0) AS inverse FROM moments LEFT JOIN repeats USING (g, name, season, lag) WHERE c >= 3),
worth AS (SELECT *, CASE WHEN r IS NULL THEN NULL WHEN inverse <= 1.0 / c THEN c ELSE greatest(1 / inverse, 3) END AS effective FROM figures)
SELECT k.g, k.name, k.season, k.lag, coalesce(m.c, 0) AS pairs, effective, r
FROM (SELECT s.g, s.name, season, lag FROM (SELECT DISTINCT g, name FROM series WHERE name <> 'outcome') s, (VALUES (1), (7)) v (season), generate_series(0, 4) lag) k
	LEFT JOIN moments m USING (g, name, season, lag) LEFT JOIN worth USING (g, name, season, lag);
CREATE TABLE got AS
SELECT g, v.season, l.*, b.p_adjusted AS found FROM summaries, (VALUES (1), (7)) v (season), leading_indicators(s, 'outcome', 4, v.season) l JOIN leading_indicators(s, 'outcome', 4, v.season, 'bh') b USING (indicator, lag);

SELECT results_eq('SELECT g, season, indicator, lag, pairs FROM got ORDER BY 1, 2, indicator COLLATE "C", 4', 'SELECT g, season, name, lag, pairs FROM expected ORDER BY 1, 2, name COLLATE "C", 4', 'every indicator at every lag, and how many pairs');
CREATE TABLE both_ways AS SELECT * FROM (SELECT g, season, lag, indicator AS name, effective_n, correlation, p_value, p_adjusted, found FROM got) f JOIN (SELECT g, season, lag, name, effective, r FROM expected) e USING (g, season, lag, name);
SELECT is_empty('SELECT g, season, name, lag, correlation, r FROM both_ways WHERE (correlation IS NULL) <> (r IS NULL) OR abs(correlation - r) > 1e-12', 'correlation');
SELECT is_empty('SELECT g, season, name, lag, effective_n, effective FROM both_ways WHERE (effective_n IS NULL) <> (effective IS NULL) OR abs(effective_n - effective) > 1e-9 * effective', 'how many pairs they are worth');
-- (test/unit/confidence.c holds the t test to 1e-12, real_indicator.sql to 1e-9)
SELECT is_empty('SELECT g, season, name, lag, p_value, p FROM (SELECT *, CASE WHEN abs(r) > 1 - 1e-15 THEN 0 ELSE tail(acos(abs(r)), effective - 2) / tail(pi() / 2, effective - 2) END AS p FROM both_ways WHERE g IN (1, 4)) b WHERE (p_value IS NULL) <> (p IS NULL) OR abs(p_value - p) > 1e-6', 'p-value, by an integral');
SELECT is_empty($$ SELECT g, season, name, lag, p_adjusted, holm, found, bh FROM (
		SELECT *, max(least((tests - place + 1) * p_value, 1)) OVER (PARTITION BY g, season ORDER BY place) AS holm, min(least(p_value * tests / place, 1)) OVER (PARTITION BY g, season ORDER BY place DESC) AS bh
		FROM (SELECT *, count(p_value) OVER (PARTITION BY g, season) AS tests, row_number() OVER (PARTITION BY g, season ORDER BY p_value NULLS LAST) AS place FROM both_ways) r) a
	WHERE CASE WHEN p_value IS NULL THEN p_adjusted IS NOT NULL OR found IS NOT NULL ELSE p_adjusted IS DISTINCT FROM holm OR found IS DISTINCT FROM bh END $$, 'Holm''s correction, and that of Benjamini and Hochberg, over all of a call');
SELECT cmp_ok(count(*), '>', 1000::bigint, 'of many') FROM both_ways WHERE p_value IS NOT NULL;

-- What must be so
SELECT is_empty($$ SELECT DISTINCT indicator FROM got WHERE correlation IS NOT NULL AND (indicator IN ('constant', 'ramp', 'once') OR pairs < 3) $$, 'nothing goes with what does not change, nor with too few');
SELECT is_empty($$ SELECT DISTINCT indicator FROM got WHERE indicator IN ('constant', 'ramp') AND pairs < 40 $$, '... though there are pairs');
SELECT is_empty($$ SELECT g FROM got WHERE indicator = 'against it' AND lag = 0 AND (correlation <> -1 OR p_value <> 0 OR p_adjusted <> 0) $$, 'what moves in opposition: exactly -1');
SELECT is((SELECT array_agg(DISTINCT lag) FROM (SELECT DISTINCT ON (g) lag FROM got WHERE indicator = 'leads it by 2' AND season = 1 ORDER BY g, p_value, lag) l), ARRAY[2], 'the lead is found');
SELECT is_empty('SELECT g FROM got WHERE correlation NOT BETWEEN -1 AND 1 OR effective_n NOT BETWEEN 3 AND pairs OR p_value NOT BETWEEN 0 AND 1 OR p_adjusted < p_value', 'within their bounds');
SELECT set_eq('SELECT g, indicator_period(s) FROM summaries', 'SELECT g, period FROM kinds', 'the periods that dates tell');
SELECT results_eq('SELECT g, data_from(s), data_through(s) FROM summaries ORDER BY g', 'SELECT g, min(at), max(at) FROM rows GROUP BY g ORDER BY g', 'from when, through when');

-- The series
SELECT set_eq(format('SELECT g, c.* FROM summaries, indicator_changes(s, %s) c', season), format($$
	SELECT g, name, d.at, v.value, v.value - b.value FROM (SELECT DISTINCT r.g, n, r.at FROM rows r JOIN series s ON (s.g, s.name, s.value) = (r.g, r.name, r.value) AND s.name = 'ramp') d
		CROSS JOIN (SELECT DISTINCT name FROM series) names LEFT JOIN series v USING (g, name, n) LEFT JOIN (SELECT g, name, n + %s AS n, value FROM series) b USING (g, name, n)$$, season), 'values and changes, dense; season ' || season) FROM unnest(ARRAY[1, 7, 1000]) season;
SELECT set_eq('SELECT g, c.* FROM summaries, indicator_changes(s) c', 'SELECT g, c.* FROM summaries, indicator_changes(s, 1) c', 'by default from period to period'),
	set_eq('SELECT g, l.* FROM summaries, leading_indicators(s, ''outcome'', 2) l', 'SELECT g, l.* FROM summaries, leading_indicators(s, ''outcome'', 2, 1, ''holm'') l', '... and so are the tests');

-- Types, orders, splits: the same bytes, and the same digits
SELECT is(indicator_agg(at, name, value ORDER BY value DESC, at)::text, indicator_agg(at, name, value)::text, 'the order of rows does not count') FROM rows WHERE g = 1;
SELECT is((SELECT rollup(s)::text FROM (SELECT indicator_agg(at, name, value) AS s FROM rows WHERE g = 2 GROUP BY hashtext(name || at) % 37) p), (SELECT s::text FROM summaries WHERE g = 2), 'nor how they are split');
SELECT is(indicator_agg(at, name, value::smallint)::text, t, 'smallint'), is(indicator_agg(at, name, value::integer)::text, t, 'integer'), is(indicator_agg(at, name, value::bigint)::text, t, 'bigint'),
	is(indicator_agg(at, name, value::real)::text, t, 'real'), is(indicator_agg(at, name, value::double precision)::text, t, 'double precision')
FROM rows, (SELECT indicator_agg(at, name, value)::text AS t FROM rows WHERE g = 3 AND name IN ('outcome', 'ties')) t WHERE g = 3 AND name IN ('outcome', 'ties') GROUP BY t;
-- Rows of one name and date add up, with amounts that are wide on the way, in whatever order
CREATE TABLE parts AS
SELECT date '2024-01-01' + i % 50 AS at, chr(97 + i % 3) AS name, CASE i % 4 WHEN 0 THEN 1e45 WHEN 1 THEN -1e-45 WHEN 2 THEN 0.25 ELSE i END AS value, i AS n FROM generate_series(1, 6000) i
UNION ALL SELECT date '2024-01-01' + i % 50, chr(97 + i % 3), -1e45, i FROM generate_series(4, 6000, 4) i;
SELECT set_eq('SELECT indicator, period, value FROM (SELECT indicator_agg(at, name, value ORDER BY hashint4(n)) AS s FROM parts) p, indicator_changes(s)', 'SELECT name, at, sum(value) FROM parts GROUP BY 1, 2', 'rows of one name and date add up'),
	is((SELECT indicator_agg(at, name, value ORDER BY hashint4(n))::text FROM parts), (SELECT indicator_agg(at, name, value ORDER BY at, name, n)::text FROM parts), '... to the same bytes in any order'),
	is((SELECT rollup(s)::text FROM (SELECT indicator_agg(at, name, value) AS s FROM parts GROUP BY n % 41) p), (SELECT indicator_agg(at, name, value)::text FROM parts), '... and split');
-- A running state is read on the way, and goes on
SELECT is((SELECT array_agg(t ORDER BY n DESC) FROM (SELECT n, indicator_agg(at, name, value) OVER (ORDER BY n ROWS UNBOUNDED PRECEDING)::text AS t FROM parts WHERE n < 200 AND value <> -1e45) w),
	(SELECT array_agg(t ORDER BY n DESC) FROM (SELECT n, (SELECT indicator_agg(at, name, value)::text FROM parts p WHERE p.n <= w.n AND value <> -1e45) AS t FROM parts w WHERE n < 200 AND value <> -1e45) w), 'in a window, each frame');

-- Rows that do not count
SELECT results_eq($$SELECT q.* FROM indicator_quality((SELECT indicator_agg(at, name, value) FROM (VALUES (date '2024-01-01', 'a', 1.5), (NULL, 'a', 1), (NULL, NULL, NULL), ('2024-01-01', NULL, 1), ('2024-01-02', 'a', NULL), ('infinity', 'a', 1), ('1899-12-31', 'a', 1), ('2200-01-01', NULL, 1),
	('1900-01-01', '', 1), ('2199-12-31', 'a', 1)) v (at, name, value))) q$$, $$VALUES ('used', 3::bigint), ('no name', 1), ('no date', 2), ('date out of range', 3), ('no value', 1)$$, 'each row is counted by its reason');
SELECT results_eq($$SELECT indicator, count(*), min(period), max(period), count(value) FROM indicator_changes((SELECT indicator_agg(at, name, 1) FROM (VALUES (date '1900-01-01', ''), ('2199-12-31', 'a'), ('2199-12-30', 'a')) v (at, name))) GROUP BY 1 ORDER BY 1$$,
	$$VALUES ('', 109573::bigint, date '1900-01-01', date '2199-12-31', 1::bigint), ('a', 109573, '1900-01-01', '2199-12-31', 2)$$, 'from the first day to the last, and an empty name is one');

-- Nothing, and little
SELECT is_empty('SELECT leading_indicators(s, ''a'', 3), indicator_changes(s) FROM (SELECT indicator_agg(date ''2024-01-01'', ''a'', 1) FILTER (WHERE false) AS s) e', 'no rows: no indicators, whatever the outcome'),
	is(data_from(s), NULL, 'nor a first date'), is(data_through(s), NULL, 'nor a last'), is(indicator_period(s), NULL, 'nor periods') FROM (SELECT indicator_agg(date '2024-01-01', 'a', 1) FILTER (WHERE false) AS s) e;
SELECT is_empty('SELECT leading_indicators(s, ''a'', 3) FROM (SELECT indicator_agg(date ''2024-01-01'', ''a'', 1) AS s) e', 'the outcome alone has none');
SELECT results_eq('SELECT l.* FROM (SELECT indicator_agg(date ''2024-01-15'', name, 1) AS s FROM unnest(''{a,b}''::text[]) name) e, leading_indicators(s, ''a'', 1) l', 'VALUES (''b'', 0, 0::bigint, NULL::float8, NULL::float8, NULL::float8, NULL::float8), (''b'', 1, 0, NULL, NULL, NULL, NULL)', 'one date: no pairs'),
	is(indicator_period(indicator_agg(date '2024-01-15', 'a', 1)), NULL, '... and no period');
SELECT results_eq('SELECT indicator, period, value, change FROM indicator_changes((SELECT indicator_agg(date ''2024-01-15'', ''a'', 2.50)))', 'VALUES (''a'', date ''2024-01-15'', 2.50, NULL::numeric)', '... nor a change');
SELECT results_eq('SELECT lag, pairs, effective_n, correlation FROM (SELECT indicator_agg(date ''2024-01-01'' + n, name, (n * n + ascii(name) * n) % 5) AS s FROM generate_series(1, 4) n, unnest(''{a,b}''::text[]) name) e, leading_indicators(s, ''a'', 2) l WHERE lag > 0', 'VALUES (1, 2::bigint, NULL::float8, NULL::float8), (2, 1, NULL, NULL)', 'two pairs are too few');
SELECT is_empty('SELECT leading_indicators(NULL, ''outcome'', 3) UNION ALL SELECT leading_indicators(s, NULL, 3) FROM summaries UNION ALL SELECT leading_indicators(s, ''outcome'', NULL) FROM summaries UNION ALL SELECT leading_indicators(s, ''outcome'', 3, 1, NULL) FROM summaries', 'NULL arguments: no rows'), is_empty('SELECT indicator_changes(NULL)', '... nor changes');
SELECT is(count(*), 14000::bigint, 'lags beyond the data are there'), is(count(correlation) FILTER (WHERE lag >= 88), 0::bigint, '... and empty') FROM (SELECT s FROM summaries WHERE g = 2) s, leading_indicators(s, 'outcome', 999);

-- Errors
SELECT throws_ok(format('SELECT leading_indicators(s, %s) FROM summaries', a), state, message, message)
FROM (VALUES ('''outcome'', -1', '22023', 'max_lag must be 0 or more, not -1'), ('''outcome'', 1, 0', '22023', 'season must be 1 or more, not 0'), ('''outcome'', 1, -7', '22023', 'season must be 1 or more, not -7'), ('''Outcome'', 1', '22023', 'no value is of the outcome "Outcome"'),
	('''outcome'', 1, 1, ''bonferroni''', '22023', 'unknown method "bonferroni"'), ('''outcome'', 2147483647', '54000', '14 indicators at 2147483647 lags are more than 1000000 tests'), ('''outcome'', 71428', '54000', '14 indicators at 71428 lags are more than 1000000 tests')) v (a, state, message);
SELECT throws_ok('SELECT indicator_changes(s, 0) FROM summaries', '22023', 'season must be 1 or more, not 0', 'a season of none');
SELECT throws_ok(format('SELECT indicator_agg(date ''2024-01-01'', ''a'', %s)', v), '22003', NULL, 'no number: ' || v) FROM unnest(ARRAY['''NaN''::numeric', '''NaN''::real', '''-infinity''::double precision']) v;
SELECT throws_ok('SELECT indicator_agg(date ''2000-01-01'' + i % 1000, (i / 1000)::text, i) FROM generate_series(0, 1000000) i', '54000', 'indicator_agg has more than 1000000 values of different names and dates', 'too many names and dates');

-- A reader trusts nothing
SELECT is(t::indicator_summary::text, t, 'as it prints, to the letter') FROM (SELECT indicator_agg(at, name, value)::text AS t FROM (VALUES (date '2024-01-01', 'a', 1), ('2024-01-02', 'a', 2), ('2024-01-02', 'b', 1e50)) v (at, name, value)) s;
SELECT throws_ok(format('SELECT %L::indicator_summary', regexp_replace(t, a, b)), NULL, NULL, 'refused: ' || b)
FROM (SELECT indicator_agg(at, name, value)::text AS t FROM (VALUES (date '2024-01-01', 'a', 1), ('2024-01-02', 'a', 2), ('2024-01-02', 'b', 3)) v (at, name, value)) s, (VALUES
	('"used": 3', '"used": 2'), ('"used": 3', '"used": 99999999999999999999'), ('"used": 3', '"used": 9223372036854775807'), ('"b"', '"a"'), ('"b"', '"A"'), ('2024-01-01', '2024-01-02'), ('2024-01-01', '2024-01-03'), ('2024-01-01', '2200-01-01'), ('2024-01-01', '1899-12-31'),
	('"value": 1', '"value": "x"'), ('\[\{"day": "2024-01-02", "value": 3\}\]', '[]'), ('"indicators": .*$', '"indicators": []}')) v (a, b);

SELECT * FROM finish();
