-- Dates outside of the years 1900 to 2199: a row that has one changes no figure and is counted; as_of is an error; and
-- tables longer than ten million rows are one.
SELECT plan(118);
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

-- as_of: every function that takes one refuses it alike, and shows it. "Kind" is what it is shown as.
CREATE TEMP TABLE summary AS
SELECT stage_agg(deal, stage, at, 'Lead > Qualified > Won; lost: Lost') AS stage, cohort_agg(deal, at, 'month', 'UTC') AS cohort,
	pipeline_agg(deal, stage, at, amount, 'Lead > Qualified > Won; lost: Lost', 'day', 'UTC') AS pipeline, mrr_agg(deal, at::date, amount) AS mrr,
	event_agg(deal, stage, at, 'Lead > Won', 'month', 'UTC') AS event, event_agg(deal, stage, amount::text, at, 'Lead > Won; property: hold') AS by_amount, session_agg(deal, at, interval '1 hour', 'month', 'UTC') AS session,
	stickiness_agg(deal, at, 'day', 'month', 'UTC') AS stickiness, retention_agg(deal, at, stage = 'Lead', stage = 'Won', 'month', 'UTC') AS retention
FROM history;
CREATE FUNCTION refusal(query text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE query;
	RETURN 'taken';
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE || ' ' || SQLERRM;
END $$;
CREATE TEMP TABLE taking AS
SELECT substring(call FROM '^\w+') AS name, format(CASE WHEN is_table THEN 'SELECT * FROM summary, %s' ELSE 'SELECT %s FROM summary' END, call) AS query, kind
FROM (VALUES ('stage_leakage(stage, %L)', true, 'day'), ('stage_time(stage, %L)', true, 'day'), ('compare_funnels(stage, stage, %L)', true, 'day'),
	('cohort_retention(cohort, %L)', true, 'day'), ('active_entities(cohort, %L)', true, 'day'), ('lifecycle(cohort, %L)', true, 'day'),
	('pipeline_movements(pipeline, %L)', true, 'day'), ('mrr_movements(mrr, %L)', true, 'day'), ('mrr_retention(mrr, 12, %L)', true, 'day'),
	('mrr_agg(1, date ''2024-01-01'', NULL, 5, %L)', false, 'day'), ('parallel_mrr_agg(1, date ''2024-01-01'', NULL, 5, %L)', false, 'day'),
	('event_retention(retention, ''on'', %L)', true, 'day'), ('event_retention_curve(retention, ''on'', %L)', true, 'day'),
	('stickiness(stickiness, %L)', true, 'day'), ('stickiness_trend(stickiness, %L)', true, 'day'),
	('event_funnel(event, %L)', true, 'moment'), ('event_funnel_by(by_amount, %L)', true, 'moment'), ('event_trend(event, %L)', true, 'moment'), ('compare_funnels(event, event, %L)', true, 'moment'),
	('session_figures(session, %L)', true, 'moment'), ('session_trend(session, %L)', true, 'moment'),
	('funnel_outcome(''Lead'', timestamptz ''2024-01-01'', ''Lead > Won'', %L)', false, 'moment'), ('funnel_outcome(timestamptz ''2024-01-01'', ''Lead > Won'', %L, true, false)', false, 'moment'),
	('landmark_agg(1, ''Lead'', timestamptz ''2024-01-01'', ''Lead > Won'', ''{2024-02-01}'', %L)', false, 'moment'), ('landmark_agg(1, ''Lead'', date ''2024-01-01'', ''Lead > Won'', ''{2024-02-01}'', %L, ''1 day'')', false, 'moment'),
	('parallel_landmark_agg(1, ''Lead'', timestamptz ''2024-01-01'', ''Lead > Won'', ''{2024-02-01}'', %L)', false, 'moment'),
	('survival_agg(timestamptz ''2024-01-01'', NULL, %L)', false, 'time'), ('survival_agg(timestamp ''2024-01-01'', NULL, true, %L)', false, 'time'), ('survival_agg(date ''2024-01-01'', NULL, ''won'', %L)', false, 'date'),
	('within_agg(timestamptz ''2024-01-01'', NULL, ''1 day'', %L)', false, 'time'), ('within_agg(date ''2024-01-01'', NULL, ''1 day'', %L)', false, 'date'),
	('conversion_within(timestamp ''2024-01-01'', NULL, ''1 day'', %L)', false, 'time'), ('response_within(timestamp ''2024-01-01'', NULL, ''1 day'', %L)', false, 'time')) c(call, is_table, kind);
SELECT is(refusal(format(query, as_of)), '22008 as_of must be between 1900-01-01 and 2199-12-31: ' || CASE WHEN as_of = 'infinity' OR kind = 'day' THEN as_of
		WHEN kind = 'moment' THEN as_of || ' 00:00:00+00' ELSE as_of || ' 00:00:00' END, format('%s with as_of %s', query, as_of))
FROM taking, unnest(ARRAY['2200-01-01', '1899-12-31', 'infinity']) as_of;
-- (attainment_pace compares it alone, and what aggregates are made of is called by them.)
SELECT set_eq('SELECT name FROM taking', $$ SELECT DISTINCT p.proname::text FROM pg_proc p JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
	JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'funnel_metrics'
	WHERE 'as_of' = ANY (p.proargnames[1:p.pronargs]) AND p.proname <> 'attainment_pace' AND p.proname !~ '_(accum|remove|collect)(_|$)' $$, '... which are all that take one');
SELECT lives_ok($$SELECT cohort_retention(cohort, '2199-12-31') FROM summary$$, 'the last day there is');

-- One cohort a day from 1900 to 2199: 6,003,175,651 rows, were there no bound
SELECT throws_ok($$SELECT count(*) FROM cohort_retention((SELECT cohort_agg(n, date '1900-01-01' + n, 'day') FROM generate_series(0, 109572) n))$$, '54000',
	'a table of more than 10000000 rows is too long', 'a table that is too long');
SELECT is(count(*), 109573::bigint, 'as many days as there are make a table') FROM active_entities((SELECT cohort_agg(1, d, 'day') FROM (VALUES (date '1900-01-01'), ('2199-12-31')) v(d)));
SELECT * FROM finish();
