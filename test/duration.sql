-- duration: the figures against plain SQL, however the rows come together.
BEGIN;
SELECT plan(56);

SET timezone = 'UTC';
SET jit = off;

-- A number in [0, 1) that depends on nothing but what it is for and a row's number
CREATE FUNCTION draw(what text, id bigint) RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT ('x' || substr(md5(what || id), 1, 7))::bit(28)::integer / 268435456.0::double precision $$;

-- The microseconds of a difference of two moments
CREATE FUNCTION us(span interval) RETURNS numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT extract(day FROM span)::numeric * 86400000000 + extract(hour FROM span)::numeric * 3600000000
        + extract(minute FROM span)::numeric * 60000000 + extract(microseconds FROM span)::numeric $$;

-- Groups 0 .. 39. 0: open only, 1: invalid only, 2: one completed row.
-- The others: a tenth of the ends missing, ties, no time at all, end before start, missing and infinite times,
-- the three hundred years that count, and a moment beyond.
CREATE TABLE deals AS
SELECT id, grp, started,
       CASE WHEN grp = 0 THEN NULL
            WHEN grp = 1 THEN started - interval '1 microsecond'
            WHEN kind < 0.10 THEN NULL
            WHEN kind < 0.13 THEN started - draw('before', id) * interval '20 days'
            WHEN kind < 0.14 THEN timestamptz 'infinity'
            WHEN kind < 0.15 THEN timestamptz '-infinity'
            WHEN kind < 0.16 THEN timestamptz '2199-12-31 23:59:59.999999+00'
            WHEN kind < 0.17 THEN timestamptz '2200-01-01 00:00+00'
            WHEN kind < 0.20 THEN started
            WHEN kind < 0.45 THEN started + ceil(draw('tie', id) * 5) * interval '1 day'
            ELSE started + exp(draw('length', id) * 32) * interval '1 microsecond' * 100
       END AS ended
FROM (SELECT id, grp, draw('kind', id) AS kind,
             CASE WHEN grp < 3 THEN timestamptz '2024-02-28 13:00'
                  WHEN draw('kind', id) BETWEEN 0.15 AND 0.16 THEN timestamptz '1900-01-01 00:00+00'
                  WHEN draw('kind', id) BETWEEN 0.17 AND 0.18 THEN timestamptz '1899-12-31 23:59:59.999999+00'
                  WHEN draw('start', id) < 0.02 THEN NULL
                  WHEN draw('start', id) < 0.03 THEN timestamptz 'infinity'
                  WHEN draw('start', id) < 0.04 THEN timestamptz '-infinity'
                  ELSE timestamptz '2023-01-01' + draw('when', id) * interval '900 days' END AS started
      FROM (SELECT id, CASE WHEN id = 1 THEN 2 WHEN id % 40 < 2 THEN id % 40 ELSE 3 + id % 37 END AS grp
            FROM generate_series(1, 30000) AS id) r) s;
UPDATE deals SET ended = started + interval '3 days 04:05:06.789' WHERE grp = 2;
ANALYZE deals;

-- What the rows are, by hand
CREATE TABLE oracle AS
SELECT id, grp, started, ended, started_ok AND ended IS NULL AS still_open,
       NOT (started_ok AND (ended IS NULL OR ended_ok)) AS invalid,
       CASE WHEN started_ok AND ended_ok THEN us(ended - started) END AS us
FROM (SELECT *, coalesce(started >= '1900-01-01 00:00+00' AND started < '2200-01-01 00:00+00', false) AS started_ok,
             coalesce(ended >= started AND ended < '2200-01-01 00:00+00', false) AS ended_ok
      FROM deals) d;
ANALYZE oracle;

SELECT cmp_ok(count(*), '>', 100::bigint, 'the data has rows of the kind: ' || what)
FROM oracle, LATERAL (VALUES ('completed', us > 0), ('of no time', us = 0), ('still open', still_open),
	('end before start', ended < started AND isfinite(started) AND isfinite(ended)),
	('beyond 2199', invalid AND isfinite(ended) AND ended >= '2200-01-01 00:00+00'), ('before 1900', invalid AND started < '1900-01-01 00:00+00'), ('of 300 years', us = 9467107199999999),
	('infinite', NOT isfinite(started) OR NOT isfinite(ended)), ('no start', started IS NULL)) k(what, holds)
WHERE holds GROUP BY what ORDER BY what;

/*
 * Counts and means
 */

CREATE TABLE expected AS
SELECT grp, count(us) AS completed, count(*) FILTER (WHERE still_open) AS still_open, count(*) FILTER (WHERE invalid) AS invalid_rows,
       round(sum(us)::numeric(80, 30) / nullif(count(us), 0)) AS mean_us,
       (sum(us)::numeric(80, 40) / nullif(count(us), 0) / 86400000000)::double precision AS mean_days,
       (min(us)::numeric(80, 40) / 86400000000)::double precision AS min_days,
       (max(us)::numeric(80, 40) / 86400000000)::double precision AS max_days,
       min(started) FILTER (WHERE NOT invalid) AS data_from,
       max(coalesce(ended, started)) FILTER (WHERE NOT invalid) AS data_through
FROM oracle GROUP BY grp;

CREATE TABLE summaries AS SELECT grp, duration_agg(started, ended) AS s FROM deals GROUP BY grp;

SELECT results_eq(
	'SELECT grp, completed(s), still_open(s), invalid_rows(s), us(cycle_time(s)), mean_days(s), min_days(s), max_days(s),
	        data_from(s), data_through(s) FROM summaries ORDER BY grp',
	'SELECT * FROM expected ORDER BY grp', 'every figure of a summary');
SELECT is((SELECT count(*) FROM expected WHERE completed = 0), 2::bigint, 'two groups have nothing completed');
SELECT results_eq(
	'SELECT grp, us(cycle_time(started, ended)), us(lead_response_time(started, ended)), cycle_days(started, ended) FROM deals GROUP BY grp ORDER BY grp',
	'SELECT grp, mean_us, mean_us, mean_days FROM expected ORDER BY grp', 'the one-call means');
SELECT is_empty(
	'SELECT * FROM summaries WHERE cycle_days(s) IS DISTINCT FROM mean_days(s) OR lead_response_time(s) IS DISTINCT FROM cycle_time(s)',
	'a summary answers to the one-call names');
SELECT results_eq(
	'SELECT duration_agg(started AT TIME ZONE ''UTC'', ended AT TIME ZONE ''UTC'')::text FROM deals',
	'SELECT duration_agg(started, ended)::text FROM deals', 'timestamp counts as timestamptz does in UTC');
SELECT results_eq(
	'SELECT duration_agg(started::date, ended::date)::text, cycle_days(started::date, ended::date), cycle_days(started::date, ended::date, 0.7) FROM deals',
	'SELECT duration_agg(started::date::timestamp, ended::date::timestamp)::text, cycle_days(started::date::timestamp, ended::date::timestamp),
	        cycle_days(started::date::timestamp, ended::date::timestamp, 0.7) FROM deals',
	'a date counts as its beginning');
SET timezone = 'America/New_York';
SELECT is(cycle_time(date '2024-03-09', date '2024-03-11'), interval '2 days', 'no clock change lengthens dates');
SELECT is(cycle_time(timestamp '2024-03-09', timestamp '2024-03-11'), interval '2 days', '... nor timestamps');
SELECT is(cycle_time(timestamptz '2024-03-09', timestamptz '2024-03-11'), interval '1 day 23:00', '... but timestamptz knows of it');
SET timezone = 'UTC';
SELECT is(
	(SELECT ROW(s::text, cycle_time(s), cycle_days(s), median_days(s), percentile_days(s, 0.9), min_days(s), max_days(s), data_from(s))::text
	 FROM (SELECT duration_agg(started, ended) AS s FROM deals WHERE false) e),
	'("{""version"": 1, ""completed"": 0, ""still_open"": 0, ""invalid_rows"": 0, ""data_from"": null, ""data_through"": null}",,,,,,,)',
	'no rows: counts are 0, figures NULL');
SELECT is(
	(SELECT ROW(cycle_time(started, ended), cycle_days(started, ended), cycle_time(started, ended, 0.5), cycle_days(started, ended, 0.5),
	            lead_response_time(started, ended, 0.5))::text FROM deals WHERE false),
	'(,,,,)', 'no rows: one-call figures are NULL');

/*
 * Percentiles
 */

CREATE TABLE fractions (fraction) AS VALUES (0.001::double precision), (0.1), (0.25), (0.5), (1 / 3.0), (0.9), (0.999);

CREATE TABLE percentiles AS
SELECT grp, fraction, percentile_cont(fraction) WITHIN GROUP (ORDER BY us::double precision) AS us
FROM oracle, fractions GROUP BY grp, fraction;

SELECT is_empty(
	'SELECT * FROM percentiles p JOIN (SELECT grp, fraction, us(cycle_time(started, ended, fraction)) AS ours,
	        us(lead_response_time(started, ended, fraction)) AS response FROM deals, fractions GROUP BY grp, fraction) o USING (grp, fraction)
	 WHERE (ours IS NULL) <> (us IS NULL) OR abs(ours - us::numeric) > greatest(1, us::numeric * 0.000000000001) OR response IS DISTINCT FROM ours',
	'cycle_time(..., fraction) is percentile_cont to the microsecond');
SELECT is_empty(
	'SELECT * FROM percentiles p JOIN (SELECT grp, fraction, cycle_days(started, ended, fraction) * 86400000000 AS ours
	        FROM deals, fractions GROUP BY grp, fraction) o USING (grp, fraction)
	 WHERE (ours IS NULL) <> (us IS NULL) OR abs(ours - us) > us * 1e-14', 'cycle_days(..., fraction) is percentile_cont in days');
SELECT is_empty(
	'SELECT * FROM percentiles JOIN summaries USING (grp)
	 WHERE (us IS NULL) <> (percentile_days(s, fraction) IS NULL) OR abs(percentile_days(s, fraction) * 86400000000 - us) > us * 0.01',
	'percentile_days is within 1 %');
SELECT is_empty('SELECT * FROM summaries WHERE median_days(s) IS DISTINCT FROM percentile_days(s, 0.5)', 'median_days is percentile_days of 0.5');
SELECT is_empty(
	'SELECT * FROM summaries, fractions WHERE NOT percentile_days(s, fraction) BETWEEN min_days(s) AND max_days(s)',
	'percentile_days stays between the extremes');
SELECT is(percentile_days(duration_agg(timestamptz '2024-01-01', timestamptz '2024-01-08'), 0.99), 7::double precision, 'one row: its own length, not the middle of a bucket');

-- Against percentile_cont of the intervals themselves, over shapes that make a selection work
CREATE TABLE shapes AS
SELECT shape, n, i,
       CASE shape WHEN 'equal' THEN 5000000
                  WHEN 'two values' THEN 1000 + (i % 2) * 90000000000
                  WHEN 'rising' THEN i * 1000003
                  WHEN 'falling' THEN (n - i) * 1000003
                  WHEN 'one outlier' THEN CASE WHEN i = 1 THEN 9000000000000000 ELSE i % 10007 END
                  WHEN 'skewed' THEN (exp(draw('skewed', i) * 34) * 10)::bigint
                  WHEN '4097 values' THEN i % 4097
                  WHEN 'organ pipe' THEN least(i, n - i) * 7 END AS us
FROM (VALUES ('equal'), ('two values'), ('rising'), ('falling'), ('one outlier'), ('skewed'), ('4097 values'), ('organ pipe')) AS s(shape),
     (VALUES (1), (2), (3), (8192), (8193), (20000), (20001)) AS c(n), generate_series(1::bigint, n) AS i;

SELECT is_empty(format($$
	SELECT shape, n, ours, theirs
	FROM (SELECT shape, n, us(cycle_time(timestamp '1900-01-01', timestamp '1900-01-01' + us * interval '1 microsecond', %1$s)) AS ours,
	             cycle_days(timestamp '1900-01-01', timestamp '1900-01-01' + us * interval '1 microsecond', %1$s) AS days,
	             percentile_cont(%1$s) WITHIN GROUP (ORDER BY us) AS theirs, percentile_disc(%1$s) WITHIN GROUP (ORDER BY us) AS disc
	      FROM (SELECT shape, n, us FROM shapes) s GROUP BY shape, n) p
	WHERE abs(ours - theirs::numeric) > greatest(1, theirs::numeric * 1e-12) OR abs(days * 86400000000 - theirs) > theirs * 1e-14
	$$, fraction), 'exact percentile ' || fraction || ' of all shapes')
FROM (VALUES ('0.5'), ('0.01'), ('0.9999')) f(fraction);

/*
 * However the rows come together: in a parallel plan
 */

CREATE FUNCTION plan_of(query text) RETURNS text LANGUAGE plpgsql AS
$$ DECLARE line text; plan text := ''; BEGIN FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP plan := plan || line || E'\n'; END LOOP; RETURN plan; END $$;

CREATE VIEW everything AS
SELECT grp, duration_agg(started, ended)::text AS summary, cycle_time(started, ended) AS mean, cycle_days(started, ended) AS days
FROM deals GROUP BY grp;
CREATE VIEW rolled_up AS SELECT rollup(s)::text AS summary FROM summaries;
CREATE VIEW exact AS SELECT cycle_time(started, ended, 0.5) AS median, cycle_days(started, ended, 0.5) AS median_days FROM deals;

CREATE TABLE serial AS SELECT * FROM everything;
CREATE TABLE serial_rolled_up AS SELECT * FROM rolled_up;
CREATE TABLE serial_exact AS SELECT * FROM exact;

ALTER TABLE deals SET (parallel_workers = 3);
ALTER TABLE summaries SET (parallel_workers = 3);
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL max_parallel_workers_per_gather = 3;
SELECT matches(plan_of('SELECT * FROM everything'), 'Finalize .*Gather.*Partial ', 'the plan aggregates in parallel');
SELECT matches(plan_of('SELECT * FROM rolled_up'), 'Finalize .*Gather.*Partial ', '... and rolls up so');
SELECT matches(plan_of('SELECT * FROM exact'), '^Aggregate.*Gather', 'the plan gathers what an exact percentile needs');
SELECT set_eq('SELECT * FROM everything', 'SELECT * FROM serial', 'parallel: the same figures and summaries');
SELECT set_eq('SELECT * FROM rolled_up', 'SELECT * FROM serial_rolled_up', 'parallel: the same rollup');
SELECT set_eq('SELECT * FROM exact', 'SELECT * FROM serial_exact', 'parallel: the same exact percentile');
SET LOCAL max_parallel_workers_per_gather = 0;

/*
 * ... split and rolled up
 */

CREATE TABLE whole AS SELECT duration_agg(started, ended) AS s FROM deals;
SELECT results_eq(
	format('SELECT rollup(s)::text, duration_summary_send(rollup(s)) FROM (SELECT duration_agg(started, ended) AS s FROM deals GROUP BY %s) p', part),
	'SELECT s::text, duration_summary_send(s) FROM whole', 'a rollup is the summary of all rows, to the byte: split by ' || part)
FROM (VALUES ('id % 7'), ('floor(draw(''part'', id) ^ 4 * 50)'), ('id'), ('started IS NULL, grp')) p(part);
SELECT results_eq(
	'SELECT rollup(s)::text FROM (SELECT rollup(s ORDER BY draw(''order'', part)) AS s
	   FROM (SELECT id % 500 AS part, duration_agg(started, ended) AS s FROM deals GROUP BY 1) p GROUP BY floor(draw(''again'', part) * 9)) q',
	'SELECT s::text FROM whole', '... and in two levels, shuffled');
SELECT results_eq(
	'SELECT duration_agg(started, ended ORDER BY draw(''order'', id))::text FROM deals',
	'SELECT s::text FROM whole', 'the order of rows is of no matter');
SELECT results_eq(
	'SELECT rollup(s)::text FROM (SELECT NULL::duration_summary AS s UNION ALL SELECT s FROM whole UNION ALL SELECT NULL
	   UNION ALL SELECT duration_agg(started, ended) FROM deals WHERE false) p',
	'SELECT s::text FROM whole', 'NULL and empty summaries change nothing');

/*
 * ... in a moving window
 */

CREATE VIEW few AS SELECT * FROM deals WHERE id <= 600 AND grp > 1;
SELECT is_empty(format($$
	SELECT * FROM (
		SELECT id, cycle_time(started, ended) OVER w AS mean, cycle_days(started, ended) OVER w AS days, lead_response_time(started, ended) OVER w AS response,
		       (duration_agg(started, ended) OVER w)::text AS summary, cycle_days(started, ended, 0.4) OVER w AS p40,
		       array_agg(id) OVER w AS frame
		FROM few WINDOW w AS (%s)) f,
	LATERAL (SELECT cycle_time(started, ended), cycle_days(started, ended), lead_response_time(started, ended),
	                duration_agg(started, ended)::text, cycle_days(started, ended, 0.4)
	         FROM few WHERE id = ANY (frame)) AS again(mean, days, response, summary, p40)
	WHERE (f.mean, f.days, f.response, f.summary, f.p40) IS DISTINCT FROM (again.mean, again.days, again.response, again.summary, again.p40)$$, frame),
	'window: ' || frame)
FROM (VALUES ('ORDER BY id ROWS BETWEEN 10 PRECEDING AND 3 FOLLOWING'),
	('ORDER BY draw(''frame'', id) ROWS BETWEEN 1 PRECEDING AND CURRENT ROW'),
	('PARTITION BY grp % 3 ORDER BY id RANGE BETWEEN 90 PRECEDING AND 30 PRECEDING')) w(frame);

/*
 * ... beyond memory
 */

CREATE VIEW beyond AS
SELECT cycle_time(started, ended, 0.5) AS median, cycle_days(started, ended, 0.937) AS p937, count(*) AS rows
FROM (SELECT timestamp '2024-01-01' AS started, timestamp '2024-01-01' + exp(draw('beyond', i) * 36) * interval '1 microsecond' AS ended
      FROM generate_series(1, 150000) i) r;
SET LOCAL work_mem = '256MB';
CREATE TABLE in_memory AS SELECT * FROM beyond;
SET LOCAL work_mem = '64kB';
SELECT results_eq('SELECT * FROM beyond', 'SELECT * FROM in_memory', 'spilled: the same exact percentiles');
SET LOCAL temp_file_limit = '100kB';
SELECT throws_ok('SELECT * FROM beyond', '53400', NULL, '... and it did spill: there is a limit to files');
RESET temp_file_limit;
RESET work_mem;

/*
 * The time elapsed, without its moments
 */

CREATE TABLE elapsed AS
SELECT id, grp, CASE WHEN invalid THEN interval '-1 microsecond' WHEN NOT still_open THEN make_interval(days => div(us, 86400000000)::integer) + interval '1 microsecond' * mod(us, 86400000000)::double precision END AS elapsed
FROM oracle;
SELECT results_eq($$ SELECT grp, duration_agg(elapsed)::text::jsonb, cycle_time(elapsed), cycle_days(elapsed), lead_response_time(elapsed), cycle_time(elapsed, 0.3), cycle_days(elapsed, 0.3), lead_response_time(elapsed, 0.3)
	FROM elapsed GROUP BY grp ORDER BY grp $$,
	$$ SELECT grp, duration_agg(started, ended)::text::jsonb || '{"data_from": null, "data_through": null}', cycle_time(started, ended), cycle_days(started, ended), lead_response_time(started, ended),
		cycle_time(started, ended, 0.3), cycle_days(started, ended, 0.3), lead_response_time(started, ended, 0.3) FROM deals GROUP BY grp ORDER BY grp $$, 'elapsed: the same figures, without moments');
SELECT results_eq($$ SELECT rollup(s)::text FROM (SELECT duration_agg(elapsed) AS s FROM elapsed GROUP BY id % 7) p $$, $$ SELECT duration_agg(elapsed)::text FROM elapsed $$, 'elapsed: split and rolled up');
SELECT results_eq($$ SELECT id, cycle_time(elapsed) OVER w FROM elapsed WHERE grp = 7 WINDOW w AS (ORDER BY id ROWS BETWEEN 4 PRECEDING AND 1 PRECEDING) ORDER BY id $$,
	$$ SELECT id, cycle_time(started, ended) OVER w FROM deals WHERE grp = 7 WINDOW w AS (ORDER BY id ROWS BETWEEN 4 PRECEDING AND 1 PRECEDING) ORDER BY id $$, 'elapsed: in a moving window');
SELECT results_eq($$ SELECT completed(s), still_open(s), invalid_rows(s), min_days(s), max_days(s) FROM (SELECT duration_agg(e) AS s
		FROM (VALUES (interval '0'), ('109573 days'), ('109573 days 00:00:00.000001'), ('-1 day 23:59:59'), (NULL), ('2000000000 days'), ('-2000000000 days')) v(e)) d $$,
	$$ VALUES (2::bigint, 1::bigint, 4::bigint, 0.0::double precision, 109573.0::double precision) $$, 'elapsed: from nothing to 300 years is counted, beyond is invalid');
SELECT throws_ok($$ SELECT cycle_time(age(timestamp '2026-03-01', '2026-01-01')) $$, '22023', NULL, 'elapsed: months, as age() gives them, are an error');
SELECT throws_ok($$ SELECT cycle_time(e, f) FROM (VALUES (interval '1 hour', 0.5), ('1 hour', 0.6)) v(e, f) $$, '22023', NULL, 'elapsed: a fraction that changes');
SELECT is_empty($$ SELECT * FROM (SELECT duration_agg(started, ended) AS a FROM deals) x, (SELECT duration_agg(elapsed) AS b FROM elapsed) y, LATERAL (SELECT rollup(s) AS s FROM (VALUES (a), (b)) v(s)) r
	WHERE completed(s) <> 2 * completed(a) OR mean_days(s) <> mean_days(a) OR data_from(s) IS DISTINCT FROM data_from(a) $$, 'elapsed: merged with rows that have moments');

/*
 * Stored
 */

SELECT is_empty('SELECT * FROM summaries WHERE s::text::duration_summary::text <> s::text
	OR duration_summary_send(s::text::duration_summary) <> duration_summary_send(s)', 'the text form reads back');

-- Every one of the 2086 buckets in use, 2,097,151 rows in each (three bytes a count): 4.4 thousand million rows
CREATE FUNCTION worst(count_each bigint) RETURNS duration_summary LANGUAGE sql AS $$
	SELECT format('{"version": 1, "completed": %1$s, "still_open": %2$s, "invalid_rows": %2$s, "data_from": "1900-01-01 00:00:00+00",
		"data_through": "2199-12-31 23:59:59.999999+00", "sum_microseconds": %3$s, "min_microseconds": 0, "max_microseconds": 9223372036854775807, "sketch": [%4$s]}',
		2086 * count_each, 9223372036854775807, 9223372036854775807::numeric * count_each, string_agg(format('[%s, %s]', i, count_each), ', '))::duration_summary
	FROM generate_series(0, 2085) i $$;
SELECT cmp_ok(octet_length(duration_summary_send(worst(2097151))), '<=', 8192, 'the widest summary of 4,374,656,986 rows is at most 8 kB');

SELECT * FROM finish();
ROLLBACK;
