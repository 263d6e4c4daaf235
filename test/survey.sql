-- survey: every figure against plain SQL, over random scores, in every kind of plan

-- Tests side by side in one SELECT print a line each.
\pset fieldsep '\n'
SET TimeZone = 'UTC';

-- Group 0 has no answer, group 1 one; id -> score is the hash's, so each run sees the same rows.
CREATE TABLE answers AS
	SELECT id, CASE WHEN id % 40 = 0 THEN 1 ELSE 2 + id % 9 END AS g,
		CASE WHEN hashint4(id) % 4 <> 0 THEN abs(hashint4(id + 1000000) % 11) END::smallint AS score
	FROM generate_series(1, 4000) id;
UPDATE answers SET score = CASE WHEN id = 40 THEN 8 END WHERE g = 1;
INSERT INTO answers SELECT 10000 + i, 0, NULL FROM generate_series(1, 5) i;
ANALYZE answers;

-- The figures of each group by hand
CREATE VIEW by_hand AS
	SELECT g,
		100 * (count(*) FILTER (WHERE score >= 9) - count(*) FILTER (WHERE score <= 6))
			/ nullif(count(score), 0)::double precision AS nps,
		count(*) FILTER (WHERE score >= 4) / nullif(count(score), 0)::double precision AS csat,
		count(*) FILTER (WHERE score >= 9) AS promoters,
		count(*) FILTER (WHERE score BETWEEN 7 AND 8) AS passives,
		count(*) FILTER (WHERE score <= 6) AS detractors,
		count(score) AS responses, count(*) AS asked
	FROM answers GROUP BY g;

CREATE FUNCTION plan_of(query text) RETURNS SETOF text LANGUAGE plpgsql AS
	$$BEGIN RETURN QUERY EXECUTE 'EXPLAIN (COSTS OFF) ' || query; END$$;

SELECT plan(107);

-- One call, each type of score

SELECT is_empty(format($$
	SELECT g, enps_score(score::%1$s), nps_score(score::%1$s), csat_score(score::%1$s), csat_score(score::%1$s, 4) FROM answers GROUP BY g
	EXCEPT SELECT g, nps, nps, csat, csat FROM by_hand$$, type), 'scores of ' || type)
FROM unnest(ARRAY['smallint', 'integer', 'bigint', 'numeric', 'numeric(8,3)', 'real', 'double precision']) type;

SELECT is_empty(format($$
	SELECT g, csat_score(score, %1$s), csat_score(survey_agg(score), %1$s) FROM answers GROUP BY g
	EXCEPT SELECT g, hand, hand FROM (
		SELECT g, count(*) FILTER (WHERE score >= %1$s) / nullif(count(score), 0)::double precision AS hand
		FROM answers GROUP BY g) hands$$, satisfied_from), 'satisfied from ' || satisfied_from)
FROM generate_series(1, 10) satisfied_from;

SELECT is(count(*), 11::bigint, 'all groups are there, that without answers too') FROM by_hand;
SELECT is(enps_score(score), NULL, 'nobody answered: NULL') FROM answers WHERE g = 0;
SELECT is(enps_score(score), 0::double precision, 'one answer, a passive one') FROM answers WHERE g = 1;

-- Two steps

CREATE TABLE summaries AS SELECT g, survey_agg(score) AS summary FROM answers GROUP BY g;

SELECT is_empty($$
	SELECT g, enps_score(summary), nps_score(summary), csat_score(summary), responses(summary), asked(summary), response_rate(summary) FROM summaries
	EXCEPT SELECT g, nps, nps, csat, responses, asked, responses / asked::double precision FROM by_hand$$, 'figures of a summary');

SELECT results_eq($$
	SELECT g, category, b.responses, share FROM (SELECT * FROM summaries ORDER BY g OFFSET 0) s, survey_breakdown(summary) b$$,
	$$SELECT g, category, n, n / nullif(responses, 0)::double precision
	FROM by_hand, LATERAL (VALUES (1, 'promoter', promoters), (2, 'passive', passives), (3, 'detractor', detractors)) c (place, category, n)
	ORDER BY g, place$$, 'survey_breakdown: three rows a group, in their order');

SELECT results_eq('SELECT * FROM survey_breakdown((SELECT survey_agg(NULL::integer) FILTER (WHERE false)))',
	$$VALUES ('promoter', 0::bigint, NULL::double precision), ('passive', 0, NULL), ('detractor', 0, NULL)$$,
	'survey_breakdown of nothing: three rows');
SELECT is_empty('SELECT * FROM survey_breakdown(NULL)', 'survey_breakdown of NULL: no row');

SELECT is(enps_score(s), NULL, 'no rows: no eNPS'),
	is(csat_score(s), NULL, 'no rows: no CSAT'),
	is(csat_score(s, 3), NULL, 'no rows: no CSAT of 3 and above'),
	is(response_rate(s), NULL, 'no rows: no response rate'),
	is(score_low(s), NULL, 'no rows: no lower end'),
	is(csat_high(s), NULL, 'no rows: no upper end of CSAT'),
	is(responses(s), 0::bigint, 'no rows: 0 responses'),
	is(asked(s), 0::bigint, 'no rows: 0 asked')
FROM (SELECT survey_agg(1) FILTER (WHERE false) AS s) empty;
SELECT is(enps_score(score), NULL, 'no rows: NULL in one call') FROM answers WHERE false;

-- Merged, in random ways: the same image

SELECT is_empty(format($$
	SELECT g, rollup(part)::text FROM (
		SELECT g, survey_agg(score) AS part FROM answers GROUP BY g, hashint4(id + %1$s) %% %2$s) parts
	GROUP BY g
	EXCEPT SELECT g, summary::text FROM summaries$$, seed, parts), format('split into %s parts and rolled up, seed %s', parts, seed))
FROM (VALUES (1, 2), (2, 7), (3, 100), (4, 3000)) v (seed, parts);

SELECT is(rollup(summary)::text, (SELECT survey_agg(score)::text FROM answers), 'rollup of all groups') FROM summaries;
SELECT is(rollup(summary)::text, (SELECT rollup(summary)::text FROM summaries WHERE g < 5), 'rollup passes over NULL')
FROM (SELECT summary FROM summaries WHERE g < 5 UNION ALL SELECT NULL) s;
SELECT is(rollup(NULL::survey_summary)::text, (survey_agg(1) FILTER (WHERE false))::text, 'rollup of nothing but NULL is empty');

-- In parallel

SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 2;
ALTER TABLE answers SET (parallel_workers = 2);

SELECT ok(bool_or(line LIKE '%Partial %Aggregate%') AND bool_or(line LIKE '%Gather%'), 'runs in a parallel plan')
FROM plan_of('SELECT g, survey_agg(score), enps_score(score), csat_score(score, 3) FROM answers GROUP BY g') line;
SELECT is_empty($$SELECT g, survey_agg(score)::text FROM answers GROUP BY g EXCEPT SELECT g, summary::text FROM summaries$$,
	'in parallel: the same summaries');
SELECT is_empty($$
	SELECT g, enps_score(score), csat_score(score), csat_score(score, 4) FROM answers GROUP BY g
	EXCEPT SELECT g, nps, csat, csat FROM by_hand$$, 'in parallel: the same figures');
SELECT throws_ok('SELECT csat_score(score, CASE WHEN id > 2000 THEN 3 ELSE 4 END) FROM answers', '22023', NULL,
	'in parallel: a change of satisfied_from is seen');

SET max_parallel_workers_per_gather = 0;

-- In moving windows

SELECT is_empty(format($$
	SELECT id, enps_score(score) OVER w, csat_score(score) OVER w, csat_score(score, 7) OVER w
	FROM answers WHERE id <= 400 WINDOW w AS (ORDER BY id ROWS BETWEEN %1$s)
	EXCEPT
	SELECT id, 100 * (promoters - detractors) / nullif(n, 0)::double precision,
		satisfied / nullif(n, 0)::double precision, upper / nullif(n, 0)::double precision
	FROM (
		SELECT id, count(*) FILTER (WHERE score >= 9) OVER w AS promoters, count(*) FILTER (WHERE score <= 6) OVER w AS detractors,
			count(*) FILTER (WHERE score >= 4) OVER w AS satisfied, count(*) FILTER (WHERE score >= 7) OVER w AS upper,
			count(score) OVER w AS n
		FROM answers WHERE id <= 400 WINDOW w AS (ORDER BY id ROWS BETWEEN %1$s)) hand$$, frame), 'moving window: ' || frame)
FROM unnest(ARRAY['2 PRECEDING AND 3 FOLLOWING', '30 PRECEDING AND 10 PRECEDING', 'CURRENT ROW AND 50 FOLLOWING',
	'UNBOUNDED PRECEDING AND CURRENT ROW', '20 PRECEDING AND 20 FOLLOWING EXCLUDE CURRENT ROW']) frame;

SELECT is_empty($$
	SELECT id, survey_agg(score) OVER (ORDER BY id ROWS 9 PRECEDING)::text FROM answers WHERE id <= 100
	EXCEPT SELECT a.id, (SELECT survey_agg(b.score)::text FROM answers b WHERE b.id BETWEEN a.id - 9 AND a.id) FROM answers a WHERE id <= 100$$,
	'moving window: survey_agg as computed anew');

-- In and out

SELECT is_empty($$SELECT summary::text FROM summaries WHERE summary::text::survey_summary::text <> summary::text
	OR survey_summary_send(summary::text::survey_summary) <> survey_summary_send(summary)$$, 'text and back');
CREATE TABLE copied (g integer, summary survey_summary);
\! mkdir -p build
\copy summaries TO build/survey_summaries.bin (FORMAT binary)
\copy copied FROM build/survey_summaries.bin (FORMAT binary)
SELECT results_eq('SELECT g, survey_summary_send(summary) FROM copied ORDER BY g',
	'SELECT g, survey_summary_send(summary) FROM summaries ORDER BY g', 'binary and back');
SELECT is(survey_agg(5)::text,
	'{"version": 1, "score_0": 0, "score_1": 0, "score_2": 0, "score_3": 0, "score_4": 0, "score_5": 1, "score_6": 0, "score_7": 0, "score_8": 0, "score_9": 0, "score_10": 0, "unanswered": 0, "satisfied_from": 0}',
	'the text of a summary');
SELECT throws_ok($$SELECT '{"version": 1}'::survey_summary$$, '22P02', NULL, 'text without its fields is refused');
SELECT throws_ok(format('SELECT %L::survey_summary', replace(survey_agg(5)::text, '"satisfied_from": 0', '"satisfied_from": 11')),
	'22P02', NULL, 'satisfied_from above 10 is refused');
SELECT throws_ok(format('SELECT enps_score(rollup(s)) FROM unnest(ARRAY[%1$L, %1$L]::survey_summary[]) s',
	replace(survey_agg(5)::text, '"score_5": 1', '"score_5": 9223372036854775807')), '22003', NULL, 'counts beyond 64 bits are an error');

-- Published intervals

-- Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17, 1998, Table I, method 3
SELECT is(round(csat_low(s)::numeric, 4), low, format('CSAT low %s/%s (Newcombe 1998, Table I)', x, n)),
	is(round(csat_high(s)::numeric, 4), high, format('CSAT high %s/%s (Newcombe 1998, Table I)', x, n))
FROM (VALUES (81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0000, 0.1611), (1, 29, 0.0061, 0.1718)) v (x, n, low, high),
	LATERAL (SELECT survey_agg(CASE WHEN i <= x THEN 5 ELSE 2 END) AS s FROM generate_series(1, n) i) a;

-- Rocks, "Interval estimation for the Net Promoter Score", The American Statistician 70, 2016, adjusted Wald (3, T), as
-- restated at measuringu.com/nps-confidence-intervals, in 50-digit arithmetic: the values of test/unit/confidence.c
SELECT is(round(score_low(s, confidence)::numeric, 9), low, format('NPS low of %s, %s, %s', p, q, d)),
	is(round(score_high(s, confidence)::numeric, 9), high, format('NPS high of %s, %s, %s', p, q, d))
FROM (VALUES (15, 8, 13, 0.95, -22.120019447, 32.376429703), (60, 25, 15, 0.95, 29.343111202, 58.035529575),
		(300, 500, 200, 0.99, 4.276435076, 15.663744386), (5, 0, 0, 0.95, 17.491453034, 100.000000000),
		(0, 0, 1, 0.90, -86.682011011, 36.682011011)) v (p, q, d, confidence, low, high),
	LATERAL (SELECT survey_agg(CASE WHEN i <= p THEN 9 WHEN i <= p + q THEN 7 ELSE 6 END) AS s FROM generate_series(1, p + q + d) i) a;

SELECT is_empty('SELECT g FROM summaries WHERE responses(summary) > 0 AND NOT (
	score_low(summary) BETWEEN -100 AND score_high(summary) AND score_high(summary) <= 100
	AND score_low(summary, 0.99) <= score_low(summary, 0.9) AND score_low(summary) = score_low(summary, 0.95)
	AND csat_low(summary) BETWEEN 0 AND csat_score(summary) AND csat_high(summary) BETWEEN csat_score(summary) AND 1
	AND csat_low(summary, 4, 0.95) = csat_low(summary) AND csat_low(summary, confidence => 0.99) <= csat_low(summary))', 'intervals lie as they should');

-- Errors

SELECT throws_ok(format('SELECT nps_score(%s)', score), '22003', format('score must be a whole number from 0 to 10, not %s', shown), 'score ' || score)
FROM (VALUES ('11', '11'), ('-1', '-1'), ('(-1)::smallint', '-1'), ('11::bigint', '11'), ('9223372036854775807', '9223372036854775807'),
	('7.5', '7.5'), ('10.01', '10.01'), ('1e50', '100000000000000000000000000000000000000000000000000'), ('''NaN''::numeric', 'NaN'),
	('7.5::real', '7.5'), ('''NaN''::real', 'NaN'), ('''-Infinity''::real', '-Infinity'), ('-0.5::double precision', '-0.5'),
	('''NaN''::double precision', 'NaN'), ('''Infinity''::double precision', 'Infinity'), ('1e300::double precision', '1e+300')) v (score, shown);
SELECT throws_ok(format('SELECT csat_score(5, %s)', satisfied_from), '22023', format('satisfied_from must be from 1 to 10, not %s', satisfied_from), 'satisfied_from ' || satisfied_from)
FROM unnest(ARRAY[0, 11, -2147483648]) satisfied_from;
SELECT throws_ok('SELECT csat_score(5, NULL)', '22004', 'satisfied_from must not be null', 'satisfied_from NULL');
SELECT throws_ok('SELECT csat_score(5, s) FROM generate_series(3, 4) s', '22023', 'satisfied_from changes within a group, from "3" to "4"', 'a changing satisfied_from');
SELECT throws_ok(format('SELECT %s((SELECT summary FROM summaries WHERE g = 3), %s)', figure, confidence), '22023', NULL, format('%s of confidence %s', figure, confidence))
FROM unnest(ARRAY['score_low', 'score_high']) figure, unnest(ARRAY['0', '1', '-0.5', '''NaN''']) confidence;
SELECT throws_ok('SELECT csat_low(survey_agg(5), 0)', '22023', NULL, 'csat_low: satisfied_from 0'),
	throws_ok('SELECT csat_high(survey_agg(5), confidence => 1)', '22023', NULL, 'csat_high: confidence 1'),
	throws_ok('SELECT csat_score(survey_agg(5), 11)', '22023', NULL, 'csat_score: satisfied_from 11');

SELECT * FROM finish();
