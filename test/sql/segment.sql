--
-- segment: examples, and every error message
--
CREATE TABLE deals (rep text, year integer, won boolean);
INSERT INTO deals SELECT rep, year, i <= n FROM (VALUES ('Ana', 1, 9, 20), ('Ben', 1, 2, 20), ('Ana', 2, 3, 5), ('Ben', 2, 9, 60), ('Cy', 2, 1, 1), (NULL, 2, 1, 4)) v(rep, year, n, decided), generate_series(1, decided) i;
INSERT INTO deals VALUES ('Ana', 2, NULL), ('Dee', 2, NULL);

CREATE TABLE stored AS SELECT year, segment_agg(rep, won) AS s FROM deals GROUP BY year;
SELECT year, s FROM stored ORDER BY year;
SELECT year, segments.* FROM stored, segments(s) ORDER BY year, label;
SELECT * FROM segment_quality((SELECT rollup(s) FROM stored));

-- What moved the rate
SELECT d.* FROM stored b, stored a, rate_drivers(b.s, a.s) d WHERE b.year = 1 AND a.year = 2;
SELECT sum(total) FROM stored b, stored a, rate_drivers(b.s, a.s) d WHERE b.year = 1 AND a.year = 2;
SELECT label, share_after, total FROM stored, rate_drivers((SELECT segment_agg(rep, won) FROM deals WHERE false), s) WHERE year = 1;

-- Who is really better
SELECT label, decided, round(rate::numeric, 4) AS rate, round(rest_rate::numeric, 4) AS rest, round(difference::numeric, 4) AS difference, round(low::numeric, 4) AS low, round(high::numeric, 4) AS high,
	round(p_value::numeric, 6) AS p, round(p_adjusted::numeric, 6) AS p_adjusted
FROM league_table((SELECT rollup(s) FROM stored));
SELECT label, round(shrunk_rate::numeric, 4) AS shrunk, round(shrunk_low::numeric, 4) AS low, round(shrunk_high::numeric, 4) AS high,
	round(limit_low_95::numeric, 4) AS low_95, round(limit_high_95::numeric, 4) AS high_95, round(limit_low_998::numeric, 4) AS low_998, round(limit_high_998::numeric, 4) AS high_998, is_outlier
FROM league_table((SELECT rollup(s) FROM stored));
SELECT label, round(p_adjusted::numeric, 6) AS p_adjusted FROM league_table((SELECT rollup(s) FROM stored), 'bh');

-- Rates by label, stored
SELECT segment_agg(rep, r) = (SELECT rollup(s) FROM stored) AS same FROM (SELECT rep, year, rate_agg(won) AS r FROM deals GROUP BY rep, year) d;

-- Arguments
SELECT league_table(s, 'bonferroni') FROM stored;
-- PostgreSQL's own hints, which 19 words anew: not held
\set VERBOSITY terse
SELECT segment_agg(rep, year) FROM deals;
SELECT segment_agg('a', NULL);
\set VERBOSITY default
SELECT '{"version": 1, "invalid_rows": 0}'::segment_summary;

DROP TABLE deals, stored;
