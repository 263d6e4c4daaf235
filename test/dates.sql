-- Dates outside of the years 1900 to 2199: a row that has one changes no figure and is counted; as_of is an error; and
-- tables longer than ten million rows are one.
SELECT plan(31);
SET timezone = 'UTC';

CREATE TEMP TABLE history AS
SELECT i, i % 50 AS deal, (ARRAY['Lead', 'Qualified', 'Won', 'Lost'])[1 + i % 4] AS stage, timestamptz '2024-01-01' + i * interval '5 hours' AS at, i AS amount
FROM generate_series(1, 1000) i;
CREATE TEMP TABLE wrong AS SELECT 1000 + row_number() OVER () AS i, at::timestamptz AS at
FROM unnest(ARRAY['infinity', '-infinity', '4713-01-01 BC', '0001-01-01', '1899-12-31 23:59:59.999999+00', '2200-01-01 00:00+00', '9999-12-31', '294276-12-31']) at;
CREATE TEMP VIEW dirty AS SELECT * FROM history UNION ALL SELECT i, i % 50, 'Lead', at, 1 FROM wrong;

-- The text of a summary less the count of its rows out of range, where that count is what it should be
CREATE FUNCTION less(summary text, counted bigint) RETURNS text LANGUAGE sql
	AS $$ SELECT regexp_replace(summary, format('("time_out_of_range"|"invalid_rows"): %s\M', counted), '\1: 0') $$;
SELECT is(less((SELECT stage_agg(deal, stage, at, amount, 'Lead > Qualified > Won; lost: Lost')::text FROM dirty), 8), stage_agg(deal, stage, at, amount, 'Lead > Qualified > Won; lost: Lost')::text, 'stage_agg') FROM history;
SELECT is(less((SELECT pipeline_agg(deal, stage, at, amount, 'Lead > Qualified > Won; lost: Lost', 'day', 'Asia/Tehran')::text FROM dirty), 8),
	pipeline_agg(deal, stage, at, amount, 'Lead > Qualified > Won; lost: Lost', 'day', 'Asia/Tehran')::text, 'pipeline_agg') FROM history;
SELECT is(less((SELECT cohort_agg(deal, at, amount, 'week', 'America/New_York')::text FROM dirty), 8), cohort_agg(deal, at, amount, 'week', 'America/New_York')::text, 'cohort_agg') FROM history;
SELECT is(less((SELECT mrr_agg(deal, CASE WHEN at > '294000-01-01' THEN 'infinity' ELSE at::date END, amount)::text FROM dirty), 8), mrr_agg(deal, at::date, amount)::text, 'mrr_agg') FROM history;
SELECT is(less((SELECT duration_agg(at, at + interval '1 hour')::text FROM (SELECT i, at FROM history UNION ALL SELECT i, at - CASE WHEN at > '294000-01-01' THEN interval '1 day' ELSE '0' END FROM wrong WHERE isfinite(at)) d), 6),
	duration_agg(at, at + interval '1 hour')::text, 'duration_agg, start') FROM history;
SELECT is(less((SELECT duration_agg(started, at)::text FROM (SELECT at - interval '1 hour' AS started, at FROM history UNION ALL SELECT '2024-02-02', at FROM wrong) d), 8),
	duration_agg(at - interval '1 hour', at)::text, 'duration_agg, end') FROM history;
SELECT is(less((SELECT duration_agg(at, NULL)::text FROM dirty), 8), duration_agg(at, NULL)::text, 'duration_agg, open') FROM history;
SELECT is(less((SELECT within_agg(at, at, interval '1 day', '2025-01-01')::text FROM dirty), 8), within_agg(at, at, interval '1 day', '2025-01-01')::text, 'within_agg') FROM history;
SELECT is(less((SELECT within_agg(at, NULL, interval '1 day', '2025-01-01')::text FROM dirty), 8), within_agg(at, NULL, interval '1 day', '2025-01-01')::text, 'within_agg, open') FROM history;
CREATE TEMP TABLE velocity AS SELECT velocity_agg(true, amount, at, at) AS s FROM dirty;
SELECT is(invalid_rows(s), 8::bigint, 'velocity_agg: deals won without a cycle') FROM velocity;
SELECT is(data_from(s), '2024-01-01 05:00Z', '... nor a moment seen') FROM velocity;
SELECT is(data_through(s), timestamptz '2024-01-01Z' + 1000 * interval '5 hours', '... at either end') FROM velocity;

-- Dates, which go further than timestamps
SELECT is((SELECT rows FROM stage_quality((SELECT stage_agg(1, 'Lead', d, 'Lead > Won') FROM unnest(ARRAY['5874897-12-31', '2200-01-01', '2199-12-31', '1900-01-01', '1899-12-31', '4713-01-01 BC']::date[]) d)) WHERE reason = 'time out of range'), 4::bigint, 'stage_agg of dates');
SELECT is((SELECT rows FROM cohort_quality((SELECT cohort_agg(1, d, 'day') FROM unnest(ARRAY['5874897-12-31', '2200-01-01', '2199-12-31', '1900-01-01', '1899-12-31', '4713-01-01 BC']::date[]) d)) WHERE reason = 'time out of range'), 4::bigint, 'cohort_agg of dates');
SELECT is(invalid_rows(duration_agg(d, d)), 4::bigint, 'duration_agg of dates') FROM unnest(ARRAY['5874897-12-31', '2200-01-01', '2199-12-31', '1900-01-01', '1899-12-31', '4713-01-01 BC']::date[]) d;

-- as_of
CREATE TEMP TABLE summary AS
SELECT stage_agg(deal, stage, at, 'Lead > Qualified > Won; lost: Lost') AS stage, cohort_agg(deal, at, 'month', 'UTC') AS cohort FROM history;
SELECT throws_ok(format(query, as_of), '22008', 'as_of must be between 1900-01-01 and 2199-12-31: ' || coalesce(shown, as_of), format('%s with as_of %s', left(query, 30), as_of))
FROM (VALUES ('SELECT stage_leakage(stage, %L) FROM summary'), ('SELECT stage_time(stage, %L) FROM summary'), ('SELECT cohort_retention(cohort, %L) FROM summary'),
		('SELECT mrr_agg(1, date ''2024-01-01'', NULL, 5, %L)')) q(query), (VALUES ('2200-01-01', NULL), ('1899-12-31', NULL), ('infinity', NULL)) a(as_of, shown);
SELECT throws_ok($$SELECT within_agg(now(), NULL, interval '1 day', '9999-12-31')$$, '22008', 'as_of must be between 1900-01-01 and 2199-12-31: 9999-12-31 00:00:00', 'within_agg');
SELECT lives_ok($$SELECT cohort_retention(cohort, '2199-12-31') FROM summary$$, 'the last day there is');

-- One cohort a day from 1900 to 2199: 6,003,175,651 rows, were there no bound
SELECT throws_ok($$SELECT count(*) FROM cohort_retention((SELECT cohort_agg(n, date '1900-01-01' + n, 'day') FROM generate_series(0, 109572) n))$$, '54000',
	'a table of more than 10000000 rows is too long', 'a table that is too long');
SELECT is(count(*), 109573::bigint, 'as many days as there are make a table') FROM active_entities((SELECT cohort_agg(1, d, 'day') FROM (VALUES (date '1900-01-01'), ('2199-12-31')) v(d)));
SELECT * FROM finish();
