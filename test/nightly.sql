-- The nightly schema (examples/nightly): what is stored is what the rows say, in both forms; refreshes, schedules' calls, roles.
\unset ECHO
\set QUIET 1
\set ON_ERROR_STOP 1
\pset format unaligned
\pset tuples_only on
\pset pager off
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS funnel_metrics;
CREATE EXTENSION IF NOT EXISTS pgtap;
SET TimeZone = 'America/New_York';		-- not the schema's: nothing may depend on it
\setenv PGDATABASE :DBNAME
\setenv PGOPTIONS '--client-min-messages=warning'
SELECT no_plan();

\ir ../examples/crm/schema.sql
\ir ../examples/crm/generate.sql

-- An eighth of the sample is enough here, with its dirt
DELETE FROM deals WHERE deal_id % 8 <> 0 AND isfinite(created);
DELETE FROM leads WHERE lead_id % 8 <> 0 AND NOT EXISTS (SELECT FROM deals WHERE deals.lead_id = leads.lead_id);
DELETE FROM deal_stage_history WHERE deal_id % 8 <> 0;
DELETE FROM activities WHERE activity_id % 16 <> 0;
UPDATE deals SET owner = NULL WHERE deal_id % 200 = 0;

--
-- Installing: what is missing is said, and nothing is left behind
--
\set said `psql -X -q -f examples/nightly/install.sql -v form=monthly 2>&1`
SELECT alike(:'said'::text, '%form is "monthly": it is materialized or incremental%', 'install: a form that is none');
\set said `PGOPTIONS=-csearch_path=pg_catalog psql -X -q -f examples/nightly/install.sql 2>&1`
SELECT alike(:'said'::text, '%the extension funnel_metrics is not in database%CREATE EXTENSION%', 'install: no extension');
ALTER TABLE orders RENAME TO orders_elsewhere;
\set said `psql -X -q -f examples/nightly/install.sql 2>&1`
SELECT alike(:'said'::text, '%no table orders in the search_path%change the source_* views%', 'install: a table is missing');
ALTER TABLE orders_elsewhere RENAME TO orders;
\set said `psql -X -q -f examples/nightly/install.sql -v zone=Malaysia/Johor 2>&1`
SELECT alike(:'said'::text, '%time zone "Malaysia/Johor" not recognized%', 'install: a zone that is none');
SELECT hasnt_schema('kpi', 'install: all or nothing');

\set zone Asia/Kuala_Lumpur
\set fiscal_year_start 4
\set as_of '2026-01-01 00:00+00'
\ir ../examples/nightly/install.sql
\set said `psql -X -q -f examples/nightly/install.sql 2>&1`
SELECT alike(:'said'::text, '%there is a schema kpi already%', 'install: twice');

-- What is stored, by which view, and by which column it is taken in the incremental form
CREATE TEMPORARY TABLE stores (store text PRIMARY KEY, made_by text, unit text);
INSERT INTO stores VALUES
	('rate_summary', 'rates_of_days', 'day'), ('duration_summary', 'durations_of_days', 'day'), ('velocity_summary', 'velocities_of_days', 'day'),
	('survey_summary', 'surveys_of_days', 'day'), ('stage_summary', 'stages_of_months', 'month'), ('pipeline_summary', 'pipelines_of_months', 'month'),
	('attainment_summary', 'attainments_of_quarters', 'quarter'), ('mrr_summary', 'mrr_of_company', NULL), ('cohort_summary', 'cohorts_of_company', NULL),
	('activity_summary', 'activities_of_days', 'day'), ('calendar', 'calendar_days', 'period_start'), ('rate_periods', 'rates_of_periods', 'period_start'),
	('duration_periods', 'durations_of_periods', 'period_start'), ('velocity_periods', 'velocities_of_periods', 'period_start'),
	('survey_periods', 'surveys_of_periods', 'period_start'), ('figure_periods', 'figures_of_periods', 'period_start');
SELECT set_eq($$ SELECT relname::text FROM pg_class WHERE relnamespace = 'kpi'::regnamespace AND relkind = 'm' $$, 'SELECT store FROM stores', 'each stored relation is in this test');
SELECT is((SELECT count(*) FROM pg_index i JOIN stores ON indrelid = ('kpi.' || store)::regclass WHERE indisunique AND indpred IS NULL AND 0 <> ALL (indkey)), 16::bigint, 'each has a unique key of plain columns');

-- How many rows of a store are not what its view says, or the other way round
CREATE FUNCTION pg_temp.differences(store text, made_by text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	result	bigint;
BEGIN
	EXECUTE format('SELECT count(*) FROM ((SELECT s::text FROM kpi.%1$I s EXCEPT ALL SELECT v::text FROM kpi.%2$I v) UNION ALL (SELECT v::text FROM kpi.%2$I v EXCEPT ALL SELECT s::text FROM kpi.%1$I s)) d', store, made_by) INTO result;
	RETURN result;
END
$$;
-- What each store holds, and which versions of rows
CREATE FUNCTION pg_temp.contents() RETURNS TABLE (store text, rows bigint, held text, versions numeric) LANGUAGE plpgsql AS $$
BEGIN
	FOR store IN SELECT s.store FROM stores s LOOP
		EXECUTE format('SELECT count(*), md5(string_agg(hashtextextended(s::text, 0)::text, '','' ORDER BY hashtextextended(s::text, 0))), sum(xmin::text::bigint) FROM kpi.%I s', store) INTO rows, held, versions;
		RETURN NEXT;
	END LOOP;
END
$$;
-- Two queries give the same rows, and there are some; says which they don't share
CREATE FUNCTION pg_temp.same(have text, want text, description text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	difference	text;
	rows		bigint;
BEGIN
	EXECUTE format('SELECT count(*) FROM (%s) h', have) INTO rows;
	RETURN NEXT ok(rows > 0, description || ': there are rows');
	EXECUTE format('WITH h AS (%s), w AS (%s) SELECT string_agg(line, E''\n'') FROM (SELECT ''have '' || d::text AS line FROM (TABLE h EXCEPT ALL TABLE w) d UNION ALL SELECT ''want '' || d::text FROM (TABLE w EXCEPT ALL TABLE h) d LIMIT 10) l', have, want) INTO difference;
	RETURN NEXT ok(difference IS NULL, description);
	IF difference IS NOT NULL THEN
		RETURN NEXT diag(difference);
	END IF;
END
$$;
CREATE TEMPORARY TABLE at_first AS SELECT * FROM pg_temp.contents();
SELECT ok(bool_and(rows > 0), 'nothing is empty') FROM at_first;

--
-- What is stored is what the rows say: counted by hand
--
CREATE TEMPORARY TABLE raw_deals AS
SELECT b.*, c.*, amount, won, CASE WHEN isfinite(created) AND isfinite(closed) AND closed >= created THEN extract(epoch FROM closed - created) / 86400 END AS cycle
FROM deals
CROSS JOIN LATERAL (VALUES
	('closed', CASE WHEN won IS NOT NULL AND isfinite(closed) THEN (closed AT TIME ZONE 'Asia/Kuala_Lumpur')::date END),
	('created', CASE WHEN isfinite(created) THEN (created AT TIME ZONE 'Asia/Kuala_Lumpur')::date END)) AS b (date_basis, day)
CROSS JOIN LATERAL (VALUES ('all', 'all'), ('owner', coalesce(owner, '(none)')), ('source', source), ('region', region), ('industry', industry),
	('owner, source, region', format('["%s", "%s", "%s"]', coalesce(owner, '(none)'), source, region))) AS c (segment, segment_value)
WHERE b.day IS NOT NULL;
CREATE TEMPORARY TABLE raw_leads AS
SELECT 'created'::text AS date_basis, (created AT TIME ZONE 'Asia/Kuala_Lumpur')::date AS day, c.*, converted, created, extract(epoch FROM first_response - created) / 3600 AS hours
FROM leads
CROSS JOIN LATERAL (VALUES ('all', 'all'), ('owner', owner), ('source', source), ('region', region),
	('owner, source, region', format('["%s", "%s", "%s"]', owner, source, region))) AS c (segment, segment_value);

CREATE VIEW pg_temp.rates_by_hand AS
SELECT 'win rate' AS measure, date_basis, day, segment, segment_value, count(*) FILTER (WHERE won) AS yes, count(*) FILTER (WHERE won IS NOT NULL) AS decided, count(*) FILTER (WHERE won IS NULL) AS undecided, coalesce(sum(amount) FILTER (WHERE won), 0) AS amount
FROM raw_deals GROUP BY 2, 3, 4, 5
UNION ALL
SELECT 'lead to opportunity rate', date_basis, day, segment, segment_value, count(converted), count(*), 0, 0
FROM raw_leads GROUP BY 2, 3, 4, 5
UNION ALL
SELECT 'response in time', date_basis, day, segment, segment_value, count(*) FILTER (WHERE hours BETWEEN 0 AND 24), count(*) FILTER (WHERE hours IS NULL OR hours >= 0), 0, 0
FROM raw_leads WHERE created <= '2025-12-31 00:00+00' GROUP BY 2, 3, 4, 5;
CREATE VIEW pg_temp.durations_by_hand AS
SELECT 'sales cycle' AS measure, date_basis, day, segment, segment_value, count(cycle) AS completed, round(avg(cycle)::numeric, 9) AS mean, count(*) FILTER (WHERE cycle IS NULL) AS not_timed
FROM raw_deals WHERE won GROUP BY 2, 3, 4, 5
UNION ALL
SELECT 'lead response time', date_basis, day, segment, segment_value, count(*) FILTER (WHERE hours >= 0), round((avg(hours / 24) FILTER (WHERE hours >= 0))::numeric, 9), count(*) FILTER (WHERE hours IS NULL OR hours < 0)
FROM raw_leads GROUP BY 2, 3, 4, 5;

SELECT pg_temp.same('SELECT measure, date_basis, day, segment, segment_value, succeeded(summary), decided(summary), undecided(summary), coalesce(amount_won(summary), 0) FROM kpi.rate_summary',
	'TABLE pg_temp.rates_by_hand', 'rates: counts and amounts of each day and segment');
SELECT pg_temp.same('SELECT measure, date_basis, day, segment, segment_value, completed(summary), round(mean_days(summary)::numeric, 9), still_open(summary) + invalid_rows(summary) FROM kpi.duration_summary',
	'TABLE pg_temp.durations_by_hand', 'durations: counts and means of each day and segment');
SELECT pg_temp.same($$ SELECT date_basis, day, segment, segment_value, opportunities(summary, 'all'), succeeded(summary), coalesce(amount_won(summary), 0) FROM kpi.velocity_summary $$,
	'SELECT date_basis, day, segment, segment_value, count(*), count(*) FILTER (WHERE won), coalesce(sum(amount) FILTER (WHERE won), 0) FROM raw_deals GROUP BY 1, 2, 3, 4', 'velocity: opportunities, deals won and their value of each day and segment');
SELECT pg_temp.same('SELECT survey, day, segment, segment_value, asked(summary), responses(summary) FROM kpi.survey_summary',
	$$ SELECT survey, (asked AT TIME ZONE 'Asia/Kuala_Lumpur')::date, c.segment, c.value, count(*), count(score)
		FROM survey_responses s, LATERAL (VALUES ('all', 'all'), (CASE survey WHEN 'eNPS' THEN 'team' ELSE 'region' END, s.segment)) AS c (segment, value) GROUP BY 1, 2, 3, 4 $$, 'surveys: asked and answered, of each day and segment');
SELECT pg_temp.same('SELECT day, owner, kind, activities, minutes FROM kpi.activity_summary',
	$$ SELECT (at AT TIME ZONE 'Asia/Kuala_Lumpur')::date, coalesce(rep, '(none)'), coalesce(kind, '(none)'), count(*), coalesce(sum(minutes), 0)::bigint FROM activities WHERE isfinite(at) GROUP BY 1, 2, 3 $$, 'activities: how many and how long, of each day, owner and kind');
SELECT pg_temp.same('SELECT month, segment, segment_value, reached FROM kpi.stage_summary, stage_leakage(summary) WHERE step = 1',
	$$ SELECT date_trunc('month', day)::date, segment, segment_value, count(DISTINCT deal_id)
		FROM (SELECT created, deal_id, c.* FROM deals d, LATERAL (VALUES ('all', 'all'), ('owner', coalesce(owner, '(none)')), ('source', source), ('region', region), ('industry', industry),
			('owner, source, region', format('["%s", "%s", "%s"]', coalesce(owner, '(none)'), source, region))) AS c (segment, segment_value)) d, LATERAL (SELECT created AT TIME ZONE 'Asia/Kuala_Lumpur') AS l (day)
		WHERE isfinite(day) AND EXISTS (SELECT FROM deal_stage_history h WHERE h.deal_id = d.deal_id AND isfinite(entered_at) AND stage IN ('Lead', 'Qualified', 'Demo', 'Proposal', 'Negotiation', 'Won'))
		GROUP BY 1, 2, 3 $$, 'stages: deals of each month and segment');
SELECT pg_temp.same('SELECT quarter, segment, segment_value, with_target(summary), no_target(summary), at_target(summary), actual_total(summary), target_total(summary) FROM kpi.attainment_summary',
	$$ SELECT period_start, c.*, count(*) FILTER (WHERE quota > 0), count(*) FILTER (WHERE quota IS NULL OR quota = 0), count(*) FILTER (WHERE quota > 0 AND sold >= quota), sum(sold) FILTER (WHERE quota > 0), sum(quota) FILTER (WHERE quota > 0)
		FROM (SELECT q.*, r.region, coalesce((SELECT sum(amount) FROM deals d WHERE d.owner = q.rep AND won AND closed >= period_start::timestamp AT TIME ZONE 'Asia/Kuala_Lumpur' AND closed < (period_end + 1)::timestamp AT TIME ZONE 'Asia/Kuala_Lumpur'), 0) AS sold
			FROM quotas q JOIN reps r USING (rep)) q, LATERAL (VALUES ('all', 'all'), ('owner', rep), ('region', region)) AS c (segment, value)
		GROUP BY 1, 2, 3 $$, 'attainment: reps at quota and the sums of each quarter and segment; who sold nothing counts 0');
SELECT pg_temp.same('SELECT month, closing FROM kpi.mrr_summary, mrr_movements(summary)',
	$$ SELECT m::date, (SELECT coalesce(sum(mrr), 0) FROM subscriptions WHERE starts < m + interval '1 month' AND (ends IS NULL OR ends >= m + interval '1 month') AND (ends IS NULL OR ends >= starts))
		FROM generate_series((SELECT date_trunc('month', min(starts)::timestamp) FROM subscriptions WHERE mrr IS NOT NULL), timestamp '2025-12-01', interval '1 month') m $$, 'mrr: what is paid at the end of each month that is over');
SELECT results_eq('SELECT customers(summary), orders(summary), revenue(summary) FROM kpi.cohort_summary', 'SELECT count(DISTINCT customer), count(*), sum(amount) FROM orders', 'cohorts: customers, orders, revenue');

-- Periods: the same from the rows, cut by another formula
CREATE VIEW pg_temp.periods_by_hand AS
SELECT DISTINCT day, p.* FROM raw_deals
CROSS JOIN LATERAL (VALUES
	('week', day - (extract(isodow FROM day)::integer - 1)),
	('month', make_date(extract(year FROM day)::integer, extract(month FROM day)::integer, 1)),
	('quarter', make_date(extract(year FROM day)::integer, (extract(month FROM day)::integer - 1) / 3 * 3 + 1, 1)),
	('fiscal year', make_date(extract(year FROM day)::integer - (extract(month FROM day) < 4)::integer, 4, 1))) AS p (period, period_start)
WHERE day BETWEEN '2024-01-01' AND '2026-01-01';
SELECT pg_temp.same($$ SELECT date_basis, period, period_start, segment, segment_value, succeeded(summary), decided(summary), coalesce(amount_won(summary), 0) FROM kpi.rate_periods WHERE measure = 'win rate' AND NOT is_comparison $$,
	'SELECT date_basis, period, period_start, segment, segment_value, count(*) FILTER (WHERE won), count(won), coalesce(sum(amount) FILTER (WHERE won), 0) FROM raw_deals JOIN pg_temp.periods_by_hand USING (day) GROUP BY 1, 2, 3, 4, 5', 'periods: rates');
SELECT pg_temp.same($$ SELECT date_basis, period, period_start, segment, segment_value, completed(summary), round(mean_days(summary)::numeric, 9) FROM kpi.duration_periods WHERE measure = 'sales cycle' AND NOT is_comparison $$,
	'SELECT date_basis, period, period_start, segment, segment_value, count(cycle), round(avg(cycle)::numeric, 9) FROM raw_deals JOIN pg_temp.periods_by_hand USING (day) WHERE won GROUP BY 1, 2, 3, 4, 5', 'periods: durations');
SELECT pg_temp.same($$ SELECT date_basis, period, period_start, segment, segment_value, opportunities(summary, 'all') FROM kpi.velocity_periods WHERE NOT is_comparison $$,
	'SELECT date_basis, period, period_start, segment, segment_value, count(*) FROM raw_deals JOIN pg_temp.periods_by_hand USING (day) GROUP BY 1, 2, 3, 4, 5', 'periods: velocity');
SELECT pg_temp.same($$ SELECT survey, period, period_start, segment, segment_value, rollup(summary)::text FROM kpi.survey_periods WHERE NOT is_comparison GROUP BY 1, 2, 3, 4, 5 $$,
	$$ SELECT survey, p.period, p.period_start, segment, segment_value, rollup(summary)::text FROM kpi.survey_summary JOIN kpi.calendar p USING (day) WHERE p.period <> 'day' AND NOT is_comparison GROUP BY 1, 2, 3, 4, 5 $$, 'periods: surveys');
SELECT pg_temp.same($$ SELECT period, period_start, segment_value, succeeded(summary), decided(summary) FROM kpi.rate_periods WHERE measure = 'win rate' AND date_basis = 'created' AND segment = 'source' AND is_comparison $$,
	$$ SELECT c.period, c.period_start, segment_value, count(*) FILTER (WHERE won), count(won)
		FROM (VALUES ('week', date '2025-12-29', date '2025-12-22', 3), ('month', '2026-01-01', '2025-12-01', 1), ('quarter', '2026-01-01', '2025-10-01', 1), ('fiscal year', '2025-04-01', '2024-04-01', 275)) AS c (period, period_start, before, days)
		JOIN raw_deals ON day >= before AND day < before + days AND date_basis = 'created' AND segment = 'source' GROUP BY 1, 2, 3 $$, 'periods: what compares with the unfinished ones');

--
-- The calendar
--
-- At eight in the morning of the new year, in Kuala Lumpur
SELECT results_eq($$ SELECT period, period_start, period_end, is_complete, is_comparison, count(*)::integer, min(day), max(day) FROM kpi.calendar
	WHERE period <> 'day' AND period_end >= '2025-12-28' GROUP BY 1, 2, 3, 4, 5 ORDER BY period_end - period_start, period_start, NOT is_comparison $$,
	$$ VALUES ('week', date '2025-12-22', date '2025-12-28', true, false, 7, date '2025-12-22', date '2025-12-28'),
		('week', '2025-12-29', '2026-01-04', false, true, 3, '2025-12-22', '2025-12-24'), ('week', '2025-12-29', '2026-01-04', false, false, 4, '2025-12-29', '2026-01-01'),
		('month', '2025-12-01', '2025-12-31', true, false, 31, '2025-12-01', '2025-12-31'),
		('month', '2026-01-01', '2026-01-31', false, true, 1, '2025-12-01', '2025-12-01'), ('month', '2026-01-01', '2026-01-31', false, false, 1, '2026-01-01', '2026-01-01'),
		('quarter', '2026-01-01', '2026-03-31', false, true, 1, '2025-10-01', '2025-10-01'), ('quarter', '2026-01-01', '2026-03-31', false, false, 1, '2026-01-01', '2026-01-01'),
		('quarter', '2025-10-01', '2025-12-31', true, false, 92, '2025-10-01', '2025-12-31'),
		('fiscal year', '2025-04-01', '2026-03-31', false, true, 275, '2024-04-01', '2024-12-31'), ('fiscal year', '2025-04-01', '2026-03-31', false, false, 276, '2025-04-01', '2026-01-01') $$,
	'calendar: the last periods, by the zone and fiscal year of the settings');
SELECT is((SELECT min(day) FROM kpi.calendar), (SELECT least((SELECT min(created AT TIME ZONE 'Asia/Kuala_Lumpur')::date FROM deals WHERE isfinite(created)), (SELECT min(created AT TIME ZONE 'Asia/Kuala_Lumpur')::date FROM leads))), 'calendar: it begins with the first deal or lead');

-- Days of an unfinished period and of what compares with it, at other moments. days_of(as_of, period): count, first, last of each
CREATE FUNCTION pg_temp.days_of(at_zone text, at timestamptz, of_period text, starts_with smallint DEFAULT 1, from_day date DEFAULT '2020-01-01') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result	text;
BEGIN
	UPDATE kpi.settings SET zone = at_zone, fiscal_year_start = starts_with, first_day = from_day;
	UPDATE kpi.snapshot SET as_of = at;
	SELECT string_agg(format('%s %s..%s', CASE WHEN is_complete THEN 'whole' WHEN is_comparison THEN 'against' ELSE 'so far' END, min, max), ', ' ORDER BY period_start, NOT is_comparison) INTO result
	FROM (SELECT period_start, is_comparison, is_complete, min(day), max(day) FROM kpi.calendar_days WHERE period = of_period GROUP BY 1, 2, 3 ORDER BY 1 DESC, 2 LIMIT 2) p;
	RAISE SQLSTATE 'UNDO1' USING MESSAGE = coalesce(result, 'none');
EXCEPTION WHEN SQLSTATE 'UNDO1' THEN
	RETURN SQLERRM;
END
$$;
SELECT is(pg_temp.days_of(zone, at, period, start::smallint, first_day), expected, 'calendar: ' || what)
FROM (VALUES
	('UTC', timestamptz '2025-03-15 00:00+00', 'month', 1, date '2020-01-01', 'against 2025-02-01..2025-02-14, so far 2025-03-01..2025-03-14', 'midnight belongs to the day before'),
	('UTC', '2025-03-15 02:15+00', 'month', 1, '2020-01-01', 'against 2025-02-01..2025-02-14, so far 2025-03-01..2025-03-15', 'a quarter past two: fourteen days have passed, to the nearest'),
	('UTC', '2025-03-15 18:00+00', 'month', 1, '2020-01-01', 'against 2025-02-01..2025-02-15, so far 2025-03-01..2025-03-15', 'in the evening: fifteen'),
	('UTC', '2025-03-31 00:00+00', 'month', 1, '2020-01-01', 'against 2025-02-01..2025-02-28, so far 2025-03-01..2025-03-30', 'a short month: all of it'),
	('UTC', '2025-04-01 00:00+00', 'month', 1, '2020-01-01', 'whole 2025-02-01..2025-02-28, whole 2025-03-01..2025-03-31', 'the end of a month: nothing is unfinished'),
	('UTC', '2025-04-01 02:15+00', 'month', 1, '2020-01-01', 'against 2025-03-01..2025-03-01, so far 2025-04-01..2025-04-01', 'the first night of a month: one day, not none'),
	('UTC', '2024-03-30 00:00+00', 'month', 1, '2020-01-01', 'against 2024-02-01..2024-02-29, so far 2024-03-01..2024-03-29', 'February of a leap year'),
	('UTC', '2025-02-28 12:30+00', 'month', 1, '2020-01-01', 'against 2025-01-01..2025-01-28, so far 2025-02-01..2025-02-28', 'the last day of a short month, a long one before'),
	('UTC', '2024-02-29 23:59:59.999999+00', 'month', 1, '2020-01-01', 'against 2024-01-01..2024-01-29, so far 2024-02-01..2024-02-29', 'the last microsecond of a leap day'),
	('UTC', '2025-01-01 12:30+00', 'week', 1, '2020-01-01', 'against 2024-12-23..2024-12-25, so far 2024-12-30..2025-01-01', 'a week across the year'),
	('UTC', '2025-05-31 00:00+00', 'quarter', 1, '2020-01-01', 'against 2025-01-01..2025-03-01, so far 2025-04-01..2025-05-30', 'a quarter: sixty days'),
	('UTC', '2024-12-31 00:00+00', 'fiscal year', 1, '2020-01-01', 'against 2023-01-01..2023-12-31, so far 2024-01-01..2024-12-30', 'a leap year against one of 365 days'),
	('UTC', '2025-12-31 00:00+00', 'fiscal year', 1, '2020-01-01', 'against 2024-01-01..2024-12-29, so far 2025-01-01..2025-12-30', 'a year against a leap year: as many days'),
	('UTC', '2024-03-15 00:00+00', 'fiscal year', 4, '2020-01-01', 'against 2022-04-01..2023-03-15, so far 2023-04-01..2024-03-14', 'a fiscal year from April, with a leap day'),
	('UTC', '2024-04-01 00:00+00', 'fiscal year', 4, '2020-01-01', 'whole 2022-04-01..2023-03-31, whole 2023-04-01..2024-03-31', 'a fiscal year that is over'),
	('UTC', '2024-10-31 00:00+00', 'fiscal year', 12, '2020-01-01', 'against 2022-12-01..2023-10-31, so far 2023-12-01..2024-10-30', 'a fiscal year from December, with a leap day'),
	('UTC', '2025-03-15 18:00+00', 'day', 1, '2020-01-01', 'whole 2025-03-14..2025-03-14, so far 2025-03-15..2025-03-15', 'a day has the day before'),
	('UTC', '2025-03-15 00:00+00', 'month', 1, '2025-03-03', 'so far 2025-03-03..2025-03-14', 'nothing before the first day to compare with'),
	('UTC', '2025-03-15 00:00+00', 'month', 1, '2025-02-10', 'against 2025-02-10..2025-02-14, so far 2025-03-01..2025-03-14', 'the data began within the period before'),
	('UTC', '2025-03-15 00:00+00', 'month', 1, '2025-03-16', 'none', 'a first day to come'),
	('Asia/Kuala_Lumpur', '2025-02-28 16:00+00', 'month', 1, '2020-01-01', 'whole 2025-01-01..2025-01-31, whole 2025-02-01..2025-02-28', 'midnight in Kuala Lumpur'),
	('America/New_York', '2025-03-10 04:00+00', 'week', 1, '2020-01-01', 'whole 2025-02-24..2025-03-02, whole 2025-03-03..2025-03-09', 'a week with a day of 23 hours'),
	('Asia/Tehran', '2025-03-14 20:30+00', 'month', 1, '2020-01-01', 'against 2025-02-01..2025-02-14, so far 2025-03-01..2025-03-14', 'midnight in Tehran')
) AS v (zone, at, period, start, first_day, expected, what);

-- Ordered as the views order it, what lies before a period's row is what compares with it
SELECT pg_temp.same($$
	SELECT period, period_start, before, since FROM (
		SELECT period, period_start, is_comparison, lag(count(*)) OVER w AS before, lag(min(day)) OVER w AS since
		FROM kpi.calendar WHERE period <> 'day' GROUP BY 1, 2, 3 WINDOW w AS (PARTITION BY period ORDER BY period_start, NOT is_comparison)) p
	WHERE NOT is_comparison $$, $$
	SELECT p.period, p.period_start, CASE WHEN b.days > 0 THEN b.days END, b.since
	FROM (SELECT DISTINCT period, period_start, is_complete FROM kpi.calendar WHERE period <> 'day' AND NOT is_comparison) p,
	LATERAL (
		SELECT count(*) AS days, min(day) AS since FROM kpi.calendar c
		WHERE c.period = p.period AND NOT c.is_comparison AND c.period_end = p.period_start - 1
			AND (p.is_complete OR c.day - c.period_start < CASE p.period WHEN 'week' THEN 3 WHEN 'fiscal year' THEN 275 ELSE 1 END)) b $$,
	'calendar: lag() by (period_start, NOT is_comparison) gives what compares');

--
-- Refreshes
--
CALL kpi.refresh();
SELECT pg_temp.same('SELECT * FROM pg_temp.contents()', 'TABLE at_first', 'refresh: nothing changed, no row is rewritten');

-- Late: a deal of March 2024, closed 20 months later, with a date in March; an amount corrected; a deal gone
SELECT deal_id AS late FROM deals WHERE created < '2024-03-01' AND won IS NULL AND closed IS NULL ORDER BY deal_id LIMIT 1 \gset
SELECT deal_id AS corrected FROM deals WHERE won AND amount > 0 AND closed >= '2024-05-10' AND isfinite(closed) ORDER BY closed LIMIT 1 \gset
SELECT deal_id AS gone FROM deals WHERE won IS FALSE AND closed >= '2024-07-10' AND isfinite(closed) ORDER BY closed LIMIT 1 \gset
CREATE TEMPORARY TABLE before AS SELECT date_basis, period_start, succeeded(summary) AS won, decided(summary), amount_won(summary) FROM kpi.rate_periods WHERE measure = 'win rate' AND segment = 'all' AND period = 'month' AND NOT is_comparison;
CREATE TEMPORARY TABLE changes AS
SELECT 'closed' AS date_basis, date '2024-03-01' AS month, 1 AS won, 1 AS decided, 500 AS amount
UNION ALL SELECT 'created', date_trunc('month', created AT TIME ZONE 'Asia/Kuala_Lumpur')::date, 1, 1, 500 FROM deals WHERE deal_id = :late
UNION ALL SELECT b.* FROM deals, LATERAL (VALUES ('closed', date_trunc('month', closed AT TIME ZONE 'Asia/Kuala_Lumpur')::date, 0, 0, 1000), ('created', date_trunc('month', created AT TIME ZONE 'Asia/Kuala_Lumpur')::date, 0, 0, 1000)) AS b WHERE deal_id = :corrected
UNION ALL SELECT b.* FROM deals, LATERAL (VALUES ('closed', date_trunc('month', closed AT TIME ZONE 'Asia/Kuala_Lumpur')::date, 0, -1, 0), ('created', date_trunc('month', created AT TIME ZONE 'Asia/Kuala_Lumpur')::date, 0, -1, 0)) AS b WHERE deal_id = :gone;
UPDATE deals SET won = true, closed = '2024-03-20 10:00+00', amount = 500 WHERE deal_id = :late;
UPDATE deals SET amount = amount + 1000 WHERE deal_id = :corrected;
DELETE FROM deals WHERE deal_id = :gone;
CALL kpi.refresh();
SELECT pg_temp.same($$ SELECT date_basis, period_start, succeeded(summary) - b.won, decided(summary) - b.decided, coalesce(amount_won(summary), 0) - coalesce(b.amount_won, 0) FROM kpi.rate_periods r JOIN before b USING (date_basis, period_start)
	WHERE measure = 'win rate' AND segment = 'all' AND period = 'month' AND NOT is_comparison AND (succeeded(summary), decided(summary), amount_won(summary)) IS DISTINCT FROM (b.won, b.decided, b.amount_won) $$,
	'SELECT date_basis, month, sum(won), sum(decided), sum(amount)::numeric FROM changes GROUP BY 1, 2', 'refresh: what comes late goes to the days it belongs to');
SELECT is_empty('SELECT * FROM (SELECT store, pg_temp.differences(store, made_by) AS n FROM stores) d WHERE n <> 0', 'refresh: all of it is what the views say');

-- A source that fails
SELECT pg_get_viewdef('kpi.source_activities') AS source_activities \gset
DROP TABLE before;
CREATE TEMPORARY TABLE before AS SELECT * FROM pg_temp.contents();
CREATE TEMPORARY TABLE snapshot_before AS TABLE kpi.snapshot;
UPDATE deals SET won = NOT won, closed = closed + interval '1 day' WHERE deal_id % 16 = 0;
CREATE OR REPLACE VIEW kpi.source_activities AS SELECT kind, owner, at, minutes / (activity_id - activity_id)::integer AS minutes, day FROM (SELECT activity_id, kind, rep AS owner, at, minutes, at::date AS day FROM activities) a;
\set said `psql -X -q -c 'CALL kpi.refresh()' 2>&1`
SELECT alike(:'said'::text, '%the refresh failed at kpi.activity_summary: division by zero%All figures are as they were before this refresh.%', 'a source fails: the error says where');
SELECT pg_temp.same('SELECT * FROM pg_temp.contents()', 'TABLE before', 'a source fails: everything is as it was');
SELECT pg_temp.same('TABLE kpi.snapshot', 'TABLE snapshot_before', 'a source fails: it was not refreshed');
CREATE OR REPLACE VIEW kpi.source_activities AS :source_activities;
\set said `psql -X -q -c 'BEGIN' -c 'CALL kpi.refresh()' 2>&1`
SELECT alike(:'said'::text, '%invalid transaction termination%', 'refresh: not in a transaction block that is READ COMMITTED');
REFRESH MATERIALIZED VIEW kpi.stage_summary WITH NO DATA;
BEGIN ISOLATION LEVEL REPEATABLE READ;
CALL kpi.refresh();
COMMIT;
SELECT is_empty('SELECT * FROM (SELECT store, pg_temp.differences(store, made_by) AS n FROM stores) d WHERE n <> 0', 'refresh: mended, within a transaction, one view without data');
SELECT isnt((SELECT refreshed_at FROM kpi.snapshot), (SELECT refreshed_at FROM snapshot_before), 'refresh: it says when');

--
-- Dumped and restored: the same figures, and a refresh finds nothing to do
--
\set restored :DBNAME _restored
\setenv KPI_RESTORED :restored
SELECT format('DROP DATABASE IF EXISTS %I', :'restored') \gexec
SELECT format('CREATE DATABASE %I TEMPLATE template0', :'restored') \gexec
\set said `pg_dump --exclude-schema=pg_temp* | psql -X -q -v ON_ERROR_STOP=1 -o /dev/null --dbname="$KPI_RESTORED" 2>&1 && echo done`
SELECT is(:'said'::text, 'done', 'dump and restore');
CREATE TEMPORARY TABLE here AS SELECT store, rows, held FROM pg_temp.contents();
