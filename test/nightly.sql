-- The nightly schema (examples/nightly): what is stored is what the rows say, in both forms; installing, refreshes, dumps. Rights: nightly_rights.sql.
SET TimeZone = 'America/New_York';		-- not the schema's: nothing may depend on it
\setenv PGDATABASE :DBNAME
\setenv PGOPTIONS '--client-min-messages=warning --jit=off'
\setenv PGTZ America/New_York
SET jit = off;
SELECT no_plan();

\ir shared/nightly_tools.sql

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
\set empty :DBNAME _empty
\setenv KPI_EMPTY :empty
SELECT format('CREATE DATABASE %I TEMPLATE funnel_test_template', :'empty') \gexec
\set said `PGDATABASE="$KPI_EMPTY" psql -X -q -f examples/nightly/install.sql 2>&1`
SELECT alike(:'said'::text, '%there is nothing to read: no table of the sample CRM is in the search_path%copy examples/nightly/company.sql%', 'install: no table that is known');
SELECT format('DROP DATABASE %I', :'empty') \gexec
\set said `psql -X -q -f examples/nightly/install.sql -v zone=Malaysia/Johor 2>&1`
SELECT alike(:'said'::text, '%time zone "Malaysia/Johor" not recognized%', 'install: a zone that is none');
SELECT hasnt_schema('kpi', 'install: all or nothing');

\set zone Asia/Kuala_Lumpur
\set fiscal_year_start 4
\set as_of '2026-01-01 00:00+00'
\ir ../examples/nightly/install.sql
\set said `psql -X -q -f examples/nightly/install.sql 2>&1`
SELECT alike(:'said'::text, '%there is a schema kpi already%', 'install: twice');

SELECT set_eq($$ SELECT relname::text FROM pg_class WHERE relnamespace = 'kpi'::regnamespace AND relkind = 'm' $$, 'SELECT store FROM kpi.stores', 'each stored relation is in this test');
SELECT is((SELECT count(*) FROM pg_index i JOIN kpi.stores ON indrelid = ('kpi.' || store)::regclass WHERE indisunique AND indpred IS NULL AND 0 <> ALL (indkey)), (SELECT count(*) FROM kpi.stores), 'each has a unique key of plain columns');

CREATE TEMPORARY TABLE at_first AS SELECT * FROM contents();
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
SELECT pg_temp.same('SELECT period, period_start, segment, segment_value, with_target(summary), without_target(summary), at_target(summary), actual_total(summary), target_total(summary) FROM kpi.attainment_periods',
	$$ SELECT period, period_start, c.*, count(*) FILTER (WHERE quota > 0), count(*) FILTER (WHERE quota IS NULL OR quota = 0), count(*) FILTER (WHERE quota > 0 AND sold >= quota), sum(sold) FILTER (WHERE quota > 0), sum(quota) FILTER (WHERE quota > 0)
		FROM (
			SELECT p.period, p.period_start, q.rep, r.region, sum(q.quota) AS quota, coalesce((SELECT sum(amount) FROM deals d WHERE d.owner = q.rep AND won
				AND closed >= greatest(p.period_start, '2024-01-01')::timestamp AT TIME ZONE 'Asia/Kuala_Lumpur' AND closed < (p.period_start + p.length) AT TIME ZONE 'Asia/Kuala_Lumpur'
				AND closed < '2026-01-02 00:00+08'), 0) AS sold
			FROM quotas q JOIN reps r USING (rep), LATERAL (VALUES ('quarter', q.period_start, interval '3 months'), ('fiscal year', (date_trunc('year', q.period_start - interval '3 months') + interval '3 months')::date, '1 year')) AS p (period, period_start, length)
			WHERE q.period_start BETWEEN '2024-01-01' AND '2026-01-01'
			GROUP BY p.period, p.period_start, p.length, q.rep, r.region
		) q, LATERAL (VALUES ('all', 'all'), ('owner', rep), ('region', region)) AS c (segment, value)
		GROUP BY 1, 2, 3, 4 $$, 'attainment: reps at quota and the sums of each quarter and fiscal year, and segment; who sold nothing counts 0');
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
UPDATE kpi.settings SET first_day = '2025-11-15';
CALL kpi.refresh();
TRUNCATE at_first;
INSERT INTO at_first SELECT * FROM contents();
CALL kpi.refresh();
SELECT pg_temp.same('SELECT * FROM contents()', 'TABLE at_first', 'refresh: nothing changed, no row is rewritten');

-- Late: a deal of March 2024, closed 20 months later, with a date in March; an amount corrected; a deal gone
SELECT deal_id AS late FROM deals WHERE created < '2024-03-01' AND won IS NULL AND closed IS NULL ORDER BY deal_id LIMIT 1 \gset
SELECT deal_id AS corrected FROM deals WHERE won AND amount > 0 AND closed >= '2024-05-10' AND isfinite(closed) ORDER BY closed LIMIT 1 \gset
SELECT deal_id AS gone FROM deals WHERE won IS FALSE AND closed >= '2024-07-10' AND isfinite(closed) ORDER BY closed LIMIT 1 \gset
CREATE VIEW pg_temp.months AS
SELECT date_basis, date_trunc('month', day::timestamp)::date AS month, sum(succeeded(summary)) AS won, sum(decided(summary)) AS decided, sum(amount_won(summary)) AS amount
FROM kpi.rate_summary WHERE measure = 'win rate' AND segment = 'all' GROUP BY 1, 2;
CREATE TEMPORARY TABLE before AS TABLE pg_temp.months;
CREATE TEMPORARY TABLE changes AS
SELECT 'closed' AS date_basis, date '2024-03-01' AS month, 1 AS won, 1 AS decided, 500 AS amount
UNION ALL SELECT 'created', date_trunc('month', created AT TIME ZONE 'Asia/Kuala_Lumpur')::date, 1, 1, 500 FROM deals WHERE deal_id = :late
UNION ALL SELECT b.* FROM deals, LATERAL (VALUES ('closed', date_trunc('month', closed AT TIME ZONE 'Asia/Kuala_Lumpur')::date, 0, 0, 1000), ('created', date_trunc('month', created AT TIME ZONE 'Asia/Kuala_Lumpur')::date, 0, 0, 1000)) AS b WHERE deal_id = :corrected
UNION ALL SELECT b.* FROM deals, LATERAL (VALUES ('closed', date_trunc('month', closed AT TIME ZONE 'Asia/Kuala_Lumpur')::date, 0, -1, 0), ('created', date_trunc('month', created AT TIME ZONE 'Asia/Kuala_Lumpur')::date, 0, -1, 0)) AS b WHERE deal_id = :gone;
UPDATE deals SET won = true, closed = '2024-03-20 10:00+00', amount = 500 WHERE deal_id = :late;
UPDATE deals SET amount = amount + 1000 WHERE deal_id = :corrected;
DELETE FROM deals WHERE deal_id = :gone;
CALL kpi.refresh();
SELECT pg_temp.same('SELECT date_basis, month, m.won - b.won, m.decided - b.decided, coalesce(m.amount, 0) - coalesce(b.amount, 0) FROM pg_temp.months m JOIN before b USING (date_basis, month) WHERE m IS DISTINCT FROM b',
	'SELECT date_basis, month, sum(won)::numeric, sum(decided)::numeric, sum(amount)::numeric FROM changes GROUP BY 1, 2', 'refresh: what comes late goes to the days it belongs to');
SELECT is_empty('SELECT * FROM (SELECT store, pg_temp.differences(store, made_by) AS n FROM kpi.stores) d WHERE n <> 0', 'refresh: all of it is what the views say');

-- A source that fails
SELECT pg_get_viewdef('kpi.source_activities') AS source_activities \gset
DROP VIEW pg_temp.months;
DROP TABLE before;
CREATE TEMPORARY TABLE before AS SELECT * FROM contents();
CREATE TEMPORARY TABLE snapshot_before AS TABLE kpi.snapshot;
UPDATE deals SET won = NOT won, closed = closed + interval '1 day' WHERE deal_id % 16 = 0;
CREATE OR REPLACE VIEW kpi.source_activities AS SELECT kind, rep AS owner, at, minutes / (activity_id - 320)::integer AS minutes FROM activities;
\set said `psql -X -q -c 'CALL kpi.refresh()' 2>&1`
SELECT alike(:'said'::text, '%the refresh failed at kpi.activity_summary: division by zero%It is row % of kpi.source_activities (kind %, owner %, at %, minutes can''t be read).%All figures are as they were before this refresh.%', 'a source fails: the error says where');
SELECT pg_temp.same('SELECT * FROM contents()', 'TABLE before', 'a source fails: everything is as it was');
SELECT pg_temp.same('TABLE kpi.snapshot', 'TABLE snapshot_before', 'a source fails: it was not refreshed');
CREATE OR REPLACE VIEW kpi.source_activities AS :source_activities;
\set said `psql -X -q -c 'BEGIN' -c 'CALL kpi.refresh()' 2>&1`
SELECT alike(:'said'::text, '%invalid transaction termination%', 'refresh: not in a transaction block that is READ COMMITTED');
REFRESH MATERIALIZED VIEW kpi.stage_summary WITH NO DATA;
BEGIN ISOLATION LEVEL REPEATABLE READ;
CALL kpi.refresh();
COMMIT;
SELECT is_empty('SELECT * FROM (SELECT store, pg_temp.differences(store, made_by) AS n FROM kpi.stores) d WHERE n <> 0', 'refresh: mended, within a transaction, one view without data');
SELECT isnt((SELECT refreshed_at FROM kpi.snapshot), (SELECT refreshed_at FROM snapshot_before), 'refresh: it says when');

--
-- Dumped and restored: the same figures, and a refresh finds nothing to do
--
\set restored :DBNAME _restored
\setenv KPI_RESTORED :restored
SELECT format('DROP DATABASE IF EXISTS %I', :'restored') \gexec
SELECT format('CREATE DATABASE %I TEMPLATE template0', :'restored') \gexec
\set said `"$(${PG_CONFIG:-pg_config} --bindir)/pg_dump" | psql -X -q -v ON_ERROR_STOP=1 -o /dev/null --dbname="$KPI_RESTORED" 2>&1 && echo done`
SELECT is(:'said'::text, 'done', 'dump and restore');
\set there `PGDATABASE="$KPI_RESTORED" psql -X -q -A -t -c 'SELECT store, rows, held FROM contents() ORDER BY store COLLATE "C"'`
SELECT is(:'there'::text, (SELECT string_agg(concat_ws('|', store, rows, held), E'\n' ORDER BY store COLLATE "C") FROM contents()), 'dump and restore: all of it is there');
\set there `PGDATABASE="$KPI_RESTORED" psql -X -q -A -t -c 'SELECT store, rows, held, versions FROM contents() ORDER BY store COLLATE "C"'`
\set said `PGDATABASE="$KPI_RESTORED" psql -X -q -A -t -c 'CALL kpi.refresh()' -c 'SELECT store, rows, held, versions FROM contents() ORDER BY store COLLATE "C"' 2>&1`
SELECT is(:'said'::text, :'there'::text, 'dump and restore: a refresh rewrites nothing');
SELECT format('DROP DATABASE %I', :'restored') \gexec

--
-- The incremental form: night after night the same as what the views say
--
DROP SCHEMA kpi CASCADE;
SELECT is_empty($$ SELECT tgname FROM pg_trigger WHERE tgname LIKE 'kpi%' UNION ALL SELECT polname FROM pg_policy $$, 'DROP SCHEMA kpi CASCADE leaves nothing with the tables of the CRM');
\set form incremental
\set as_of '2025-11-10 18:15+00'
\set first_day 2025-10-01
\ir ../examples/nightly/install.sql
UPDATE kpi.settings SET answer_within = '36 hours';
SELECT set_eq($$ SELECT relname::text FROM pg_class WHERE relnamespace = 'kpi'::regnamespace AND relkind = 'r' AND relname IN (SELECT store FROM kpi.stores) $$, 'SELECT store FROM kpi.stores', 'incremental: what is stored are tables of the same names');
SELECT is((SELECT count(*) FROM pg_index i JOIN kpi.stores ON indrelid = ('kpi.' || store)::regclass WHERE indisprimary), (SELECT count(*) FROM kpi.stores), 'incremental: each has a primary key');

CREATE FUNCTION pg_temp.is_right(description text) RETURNS text LANGUAGE sql AS $$
	SELECT is((SELECT string_agg(store || ': ' || n, ', ') FROM (SELECT store, pg_temp.differences(store, made_by) AS n FROM kpi.stores) d WHERE n <> 0), NULL, 'incremental: ' || description)
$$;
CALL kpi.refresh();
SELECT pg_temp.is_right('the first night');
SELECT is((SELECT count(*) FROM kpi.changed_days), 0::bigint, 'incremental: what was noted is taken');

-- One deal: only its days are written, only its months, quarters and periods, and there only its segments
SELECT deal_id AS one FROM deals WHERE won AND amount > 0 AND isfinite(closed) AND closed::date > created::date + 40 AND owner IS NOT NULL AND closed BETWEEN '2025-10-05' AND '2025-10-30' ORDER BY deal_id LIMIT 1 \gset
CREATE TEMPORARY TABLE one AS SELECT *, (created AT TIME ZONE 'Asia/Kuala_Lumpur')::date AS created_day, (closed AT TIME ZONE 'Asia/Kuala_Lumpur')::date AS closed_day FROM deals WHERE deal_id = :one;
CREATE TEMPORARY TABLE versions AS SELECT 'rate_summary' AS store, ctid AS place, xmin AS version FROM kpi.rate_summary UNION ALL SELECT 'stage_summary', ctid AS place, xmin AS version FROM kpi.stage_summary UNION ALL SELECT 'rate_periods', ctid AS place, xmin AS version FROM kpi.rate_periods
	UNION ALL SELECT 'attainment_periods', ctid AS place, xmin AS version FROM kpi.attainment_periods WHERE period = 'quarter' UNION ALL SELECT 'survey_summary', ctid AS place, xmin AS version FROM kpi.survey_summary;
UPDATE deals SET amount = amount + 7 WHERE deal_id = :one;
CALL kpi.refresh();
SELECT pg_temp.same($$ SELECT date_basis, day, segment, segment_value FROM kpi.rate_summary s LEFT JOIN versions v ON v.store = 'rate_summary' AND v.place = s.ctid AND v.version = s.xmin WHERE v.store IS NULL $$,
	$$ SELECT b.*, c.* FROM one, LATERAL (VALUES ('created', created_day), ('closed', closed_day)) AS b (basis, day), LATERAL (VALUES ('all', 'all'), ('owner', owner), ('source', source), ('region', region), ('industry', industry),
		('owner, source, region', format('["%s", "%s", "%s"]', owner, source, region))) AS c (segment, value) $$, 'one deal: twelve rows of rates are written');
SELECT pg_temp.same($$ SELECT month, segment FROM kpi.stage_summary s LEFT JOIN versions v ON v.store = 'stage_summary' AND v.place = s.ctid AND v.version = s.xmin WHERE v.store IS NULL $$,
	$$ SELECT date_trunc('month', created_day)::date, segment FROM one, unnest('{all,owner,source,region,industry,"owner, source, region"}'::text[]) AS segment $$, 'one deal: six rows of stages');
SELECT pg_temp.same($$ SELECT period_start, segment, segment_value FROM kpi.attainment_periods s LEFT JOIN versions v ON v.store = 'attainment_periods' AND v.place = s.ctid AND v.version = s.xmin WHERE v.store IS NULL AND period = 'quarter' $$,
	$$ SELECT date_trunc('quarter', closed_day)::date, c.* FROM one, LATERAL (SELECT reps.region FROM reps WHERE rep = owner) r, LATERAL (VALUES ('all', 'all'), ('owner', owner), ('region', r.region)) AS c (segment, value)
		WHERE EXISTS (SELECT FROM quotas WHERE rep = owner AND quota > 0 AND closed_day BETWEEN period_start AND period_end) $$, 'one deal: three rows of attainment');
SELECT is_empty($$ SELECT FROM kpi.survey_summary s LEFT JOIN versions v ON v.store = 'survey_summary' AND v.place = s.ctid AND v.version = s.xmin WHERE v.store IS NULL $$, 'one deal: no row of surveys');
SELECT ok(count(*) BETWEEN 12 AND 60, 'one deal: ' || count(*) || ' rows of periods') FROM kpi.rate_periods s LEFT JOIN versions v ON v.store = 'rate_periods' AND v.place = s.ctid AND v.version = s.xmin WHERE v.store IS NULL;
SELECT pg_temp.is_right('one deal');

-- Nights of random changes, in transactions as they come
CREATE PROCEDURE pg_temp.day(today timestamptz) LANGUAGE plpgsql AS $$
BEGIN
	-- The history may be there before the deal, and the other way round
	INSERT INTO deal_stage_history SELECT 1000000 + extract(epoch FROM today) + n, s.stage, today - n * interval '31 hours' + s.place * interval '5 hours'
	FROM generate_series(1, 12) n, (VALUES (1, 'Lead'), (2, 'Qualified'), (3, 'Demo')) AS s (place, stage) WHERE s.place <= 1 + n % 3;
	COMMIT;
	INSERT INTO deals (deal_id, owner, source, industry, region, amount, created, closed, won)
	SELECT 1000000 + extract(epoch FROM today) + n, owner, source, industry, region, amount, today - n * interval '31 hours', CASE WHEN n % 3 = 0 THEN today - n * interval '20 hours' END, CASE WHEN n % 3 = 0 THEN n % 2 = 0 END
	FROM (SELECT *, row_number() OVER (ORDER BY random()) AS n FROM deals WHERE isfinite(created)) d WHERE n <= 14;
	COMMIT;
	UPDATE deals SET owner = (SELECT rep FROM reps WHERE rep <> coalesce(deals.owner, '') ORDER BY random() LIMIT 1), region = 'Europe' WHERE random() < 0.01;
	UPDATE deals SET won = random() < 0.5, closed = CASE WHEN random() < 0.2 THEN timestamptz '2024-03-31 20:00+00' ELSE today - random() * interval '60 days' END WHERE won IS NULL AND random() < 0.06;		-- some late
	UPDATE deals SET won = NULL, closed = NULL WHERE won IS FALSE AND random() < 0.02;
	UPDATE deals SET closed = closed + interval '1 day' * round(random() * 40 - 20) WHERE won AND random() < 0.02;
	UPDATE deals SET amount = CASE WHEN random() < 0.9 THEN amount + 1 END WHERE random() < 0.02;
	UPDATE deals SET created = created - interval '33 days' WHERE random() < 0.006;
	UPDATE deals SET created = '-infinity' WHERE random() < 0.002;
	COMMIT;
	DELETE FROM deals WHERE random() < 0.01;
	INSERT INTO deal_stage_history SELECT deal_id, 'Negotiation', today - interval '3 hours' FROM deals WHERE random() < 0.02;
	UPDATE deal_stage_history SET entered_at = entered_at + interval '2 days' WHERE random() < 0.005;
	UPDATE deal_stage_history SET deal_id = (SELECT min(deal_id) FROM deals WHERE deal_id > deal_stage_history.deal_id) WHERE random() < 0.003;
	DELETE FROM deal_stage_history WHERE random() < 0.005;
	INSERT INTO deal_stage_history VALUES (NULL, 'Lead', today), (9, NULL, today);
	COMMIT;
	INSERT INTO leads (lead_id, owner, source, region, created) SELECT 1000000 + extract(epoch FROM today) + n, owner, source, region, today - n * interval '90 minutes' FROM (SELECT *, row_number() OVER (ORDER BY random()) AS n FROM leads) l WHERE n <= 25;
	UPDATE leads SET first_response = created + random() * interval '3 days' WHERE first_response IS NULL AND random() < 0.2;
	UPDATE leads SET converted = today WHERE converted IS NULL AND random() < 0.01;
	UPDATE leads SET created = created + interval '1 day' WHERE random() < 0.004;
	DELETE FROM leads WHERE random() < 0.01 AND NOT EXISTS (SELECT FROM deals WHERE deals.lead_id = leads.lead_id);
	COMMIT;
	INSERT INTO survey_responses SELECT 1000000 + extract(epoch FROM today) + n, (ARRAY['eNPS', 'NPS'])[1 + n % 2], (ARRAY['Malaysia', 'Europe'])[1 + n % 2], today - n * interval '3 hours', CASE WHEN n % 3 > 0 THEN n % 11 END FROM generate_series(1, 20) n;
	UPDATE survey_responses SET score = 9 WHERE score IS NULL AND random() < 0.02;
	DELETE FROM survey_responses WHERE random() < 0.003;
	INSERT INTO activities SELECT 1000000 + extract(epoch FROM today) + n, 'call', (SELECT min(rep) FROM reps), NULL, NULL, today - n * interval '3 hours', n FROM generate_series(1, 10) n;
	UPDATE activities SET rep = (SELECT max(rep) FROM reps), minutes = NULL WHERE random() < 0.003;
	DELETE FROM activities WHERE random() < 0.003;
	UPDATE subscriptions SET mrr = mrr + 5 WHERE random() < 0.01;
	UPDATE orders SET amount = amount + 5 WHERE random() < 0.01;
	INSERT INTO shop_events SELECT 9000 + n, (ARRAY['visit', 'cart', 'payment'])[1 + n % 3], today - n * interval '50 minutes' + interval '1 day' * (n % 5), 'phone' FROM generate_series(1, 20) n;		-- some yet to come
	DELETE FROM shop_events WHERE random() < 0.001;
	UPDATE quotas SET quota = quota * 0.9 WHERE random() < 0.05;
	COMMIT;
END
$$;
SELECT setseed(0.42) \gset ignored_
CALL pg_temp.day('2025-11-11 18:15+00');
UPDATE kpi.settings SET as_of = '2025-11-11 18:15+00';
CALL kpi.refresh();
SELECT pg_temp.is_right('a night');

-- Nothing changes, but time goes on: leads had their time, the calendar has another day
UPDATE kpi.settings SET as_of = '2025-11-13 16:00+00';
CALL kpi.refresh();
SELECT pg_temp.is_right('two days without a change');

-- Reps move; quotas come and go
CALL pg_temp.day('2025-11-14 18:15+00');
UPDATE reps SET region = 'Malaysia' WHERE rep = 'Emma Johnson';
DELETE FROM quotas WHERE rep = 'Daniel Weber' AND period_start = '2025-10-01';
UPDATE quotas SET period_end = period_end - 45 WHERE rep = 'Liam Carter' AND period_start = '2025-07-01';
UPDATE kpi.settings SET as_of = '2025-11-14 18:15+00';
CALL kpi.refresh();
SELECT pg_temp.is_right('reps and quotas changed');

-- Other settings; and back in time
UPDATE kpi.settings SET zone = 'America/Los_Angeles', fiscal_year_start = 2, answer_within = '1 day', as_of = '2025-10-20 07:00+00', definition = 'Lead > Qualified > Proposal > Won; lost: Lost';
CALL kpi.refresh();
SELECT pg_temp.is_right('other settings, an earlier moment');

-- Leads answered in working hours: a Friday at closing; the weekend, in which nobody's time runs out; Monday
UPDATE kpi.settings SET zone = 'Asia/Kuala_Lumpur', fiscal_year_start = 4, as_of = '2025-11-28 10:00+00', answer_within = '10 hours', calendar = 'Mon-Fri 09:00-18:00; zone: Asia/Kuala_Lumpur; closed: 2025-11-27',
	definition = 'Lead > Qualified > Demo > Proposal > Negotiation > Won; lost: Lost, Disqualified';
CALL kpi.refresh();
SELECT pg_temp.is_right('a calendar');
UPDATE kpi.settings SET as_of = '2025-11-30 10:00+00';
CALL kpi.refresh();
SELECT pg_temp.is_right('a calendar, over the weekend');
UPDATE kpi.settings SET as_of = '2025-12-01 02:00+00';
CALL kpi.refresh();
SELECT pg_temp.is_right('a calendar, an hour after opening');
SELECT pg_temp.same($$ SELECT segment_value, period_start, value, numerator::bigint, denominator::bigint FROM kpi.figures WHERE kpi = 'response in time' AND period = 'month' AND segment = 'owner' AND value IS NOT NULL $$,
	$$ SELECT owner, month, response_within(s), succeeded(s), decided(s) FROM (
		SELECT coalesce(owner, '(none)') AS owner, date_trunc('month', created AT TIME ZONE 'Asia/Kuala_Lumpur')::date AS month, within_agg(created, first_response, '10 hours', '2025-12-01 02:00+00', s.calendar) AS s
		FROM leads, kpi.settings s
		WHERE created >= '2025-09-30 16:00+00' AND created < '2025-12-31' AND (first_response IS NULL OR first_response >= created AND isfinite(first_response))
			AND business_time(s.calendar, created, '2025-12-01 02:00:00.000001+00') > '10 hours'
		GROUP BY 1, 2) w WHERE decided(s) > 0 $$, 'a calendar: response in time is response_within');
SELECT throws_ok($$ UPDATE kpi.settings SET calendar = 'Mon-Fri 09:00-18:00' $$, '22023', NULL, 'a calendar needs a zone');
-- Jalali periods: the same by the other calendar
UPDATE kpi.settings SET zone = 'Asia/Tehran', periods = 'jalali', fiscal_year_start = 7;
CALL kpi.refresh();
SELECT pg_temp.is_right('Jalali periods');
UPDATE kpi.settings SET as_of = '2025-12-23 02:00+00';
CALL kpi.refresh();
SELECT pg_temp.is_right('Jalali periods, in a new month and quarter');
SELECT is_empty($$ SELECT * FROM kpi.calendar WHERE NOT is_comparison AND (period_start <> CASE period WHEN 'month' THEN from_jalali(left(jalali_date(day), 4)::integer, substr(jalali_date(day), 6, 2)::integer, 1)
		WHEN 'quarter' THEN from_jalali(left(jalali_date(day), 4)::integer, (substr(jalali_date(day), 6, 2)::integer - 1) / 3 * 3 + 1, 1)
		WHEN 'fiscal year' THEN from_jalali(left(jalali_date(day), 4)::integer - (substr(jalali_date(day), 6, 2) < '07')::integer, 7, 1)
		WHEN 'week' THEN date_trunc('week', day)::date ELSE day END
	OR period IN ('month', 'quarter') AND right(jalali_date(period_end + 1), 2) <> '01' OR period = 'fiscal year' AND right(jalali_date(period_end + 1), 5) <> '07-01') $$, 'Jalali periods: each day in its own');
SELECT pg_temp.same($$ SELECT period, period_start, value, denominator::bigint FROM kpi.figures WHERE kpi = 'win rate' AND date_basis = 'closed' AND period IN ('month', 'quarter') AND segment = 'all' AND value IS NOT NULL $$,
	$$ SELECT k.period, period_start(day, 'jalali ' || k.period), win_rate(won), count(*) FROM (SELECT (closed AT TIME ZONE 'Asia/Tehran')::date AS day, won FROM deals WHERE won IS NOT NULL AND isfinite(closed)) d,
		(VALUES ('month'), ('quarter')) AS k (period) WHERE day IN (SELECT day FROM kpi.calendar) GROUP BY 1, 2 $$, 'Jalali periods: win rates');
SELECT pg_temp.same($$ SELECT period_start, value FROM kpi.figures WHERE kpi = 'MRR' AND period = 'month' AND is_complete $$,
	$$ SELECT m.month, m.closing::double precision FROM kpi.settings s, mrr_movements((SELECT mrr_agg(customer, starts, ends, mrr, '2025-12-22', 'jalali month') FROM subscriptions)) m WHERE m.month IN (SELECT period_start FROM kpi.periods WHERE period = 'month') $$, 'Jalali periods: recurring revenue');
SELECT cmp_ok((SELECT count(*) FROM kpi.figures WHERE period = 'month' AND segment = 'all' AND kpi IN ('pipeline value', 'active customers', 'MRR') AND value > 0), '>', 3::bigint, 'Jalali periods: the pipeline and the customers have figures');
UPDATE kpi.settings SET zone = 'Asia/Kuala_Lumpur', periods = 'gregorian', fiscal_year_start = 4, as_of = '2025-12-01 18:15+00';
CALL kpi.refresh();

-- A sync that replaces whole tables, by the same rows and some others
CREATE TEMPORARY TABLE deals_copy AS TABLE deals;
CREATE TEMPORARY TABLE history_copy AS TABLE deal_stage_history;
CREATE TEMPORARY TABLE before_sync AS SELECT * FROM contents();
TRUNCATE deals, deal_stage_history;
INSERT INTO deal_stage_history TABLE history_copy;
INSERT INTO deals TABLE deals_copy;
CALL kpi.refresh();
SELECT pg_temp.same('SELECT * FROM contents()', 'TABLE before_sync', 'incremental: a sync that brings the same rows rewrites nothing');
TRUNCATE deals, deal_stage_history, survey_responses, orders;
INSERT INTO deals SELECT * FROM deals_copy WHERE deal_id % 16 = 0;
INSERT INTO deal_stage_history SELECT * FROM history_copy WHERE deal_id % 32 = 0;
CALL kpi.refresh();
SELECT pg_temp.is_right('a sync that brings fewer');

-- Triggers that were off: refill
ALTER TABLE deals DISABLE TRIGGER USER;
UPDATE deals SET amount = amount + 1;
ALTER TABLE deals ENABLE TRIGGER USER;
CALL kpi.refresh();
SELECT isnt(pg_temp.differences('rate_summary', 'rates_of_days'), 0::bigint, 'incremental: what no trigger saw is not taken');
SELECT kpi.refill() \gset ignored_
CALL kpi.refresh();
SELECT pg_temp.is_right('refilled');

-- A source that fails: nothing is taken, nothing noted is lost
SELECT pg_get_viewdef('kpi.source_quotas') AS source_quotas \gset
CREATE OR REPLACE VIEW kpi.source_quotas AS SELECT rep AS owner, region, period_start, period_end, quota / (quota - quota) AS quota FROM quotas JOIN reps USING (rep);
UPDATE deals SET amount = amount + 1 WHERE won;
TRUNCATE before;
INSERT INTO before SELECT * FROM contents();
CREATE TEMPORARY TABLE noted AS TABLE kpi.changed_days;
\set said `psql -X -q -c 'CALL kpi.refresh()' 2>&1`
SELECT alike(:'said'::text, '%the refresh failed at kpi.attainment_periods: division by zero%', 'incremental: a source fails, the error says where');
SELECT pg_temp.same('SELECT * FROM contents()', 'TABLE before', 'incremental: a source fails, everything is as it was');
SELECT pg_temp.same('TABLE kpi.changed_days', 'TABLE noted', 'incremental: a source fails, what was noted still is');
CREATE OR REPLACE VIEW kpi.source_quotas AS :source_quotas;
CALL kpi.refresh();
SELECT pg_temp.is_right('the source mended');

-- A writer that commits while a refresh runs: what it changed waits for the next one.
-- The moment of this refresh is taken first, then another session writes and commits.
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT count(*) AS deals_then FROM deals \gset
\set said `psql -X -q -c 'UPDATE deals SET amount = amount + 100 WHERE won AND deal_id % 3 = 0' 2>&1`
CALL kpi.refresh();
COMMIT;
SELECT is(:'said'::text, '', 'a writer is not kept waiting by a refresh');
SELECT cmp_ok((SELECT count(*) FROM kpi.changed_days), '>', 0::bigint, 'a writer commits after the moment of a refresh: what it noted is still there');
SELECT isnt(pg_temp.differences('velocity_summary', 'velocities_of_days'), 0::bigint, '... and what it changed not yet');
CALL kpi.refresh();
SELECT pg_temp.is_right('a writer committed after the moment of the refresh');

-- A writer that has noted its change, and commits after the refresh: it waits for a lock of this session meanwhile
SELECT pg_advisory_lock(20260101) \gset ignored_
\! psql -X -q -o /dev/null -c "BEGIN" -c "UPDATE deals SET amount = amount + 1000 WHERE won AND deal_id % 5 = 0" -c "SELECT pg_advisory_xact_lock(20260101)" -c "COMMIT" >/dev/null 2>&1 &
DO $$
BEGIN
	FOR i IN 1..600 LOOP
		EXIT WHEN EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = 20260101 AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database()));
		PERFORM pg_sleep(0.05);
	END LOOP;
END
$$;
SELECT is((SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 20260101 AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())), 1::bigint, 'a writer is under way');
UPDATE deals SET amount = amount + 1 WHERE deal_id = (SELECT min(deal_id) FROM deals WHERE won AND deal_id % 5 <> 0);		-- on a day of its own
CALL kpi.refresh();
SELECT pg_temp.is_right('a writer under way: what is committed is taken');
SELECT is((SELECT count(*) FROM kpi.changed_days), 0::bigint, '... and no note of it is seen');
SELECT pg_advisory_unlock(20260101) \gset ignored_
DO $$
BEGIN
	FOR i IN 1..600 LOOP
		EXIT WHEN EXISTS (SELECT FROM kpi.changed_days);
		PERFORM pg_sleep(0.05);
	END LOOP;
END
$$;
SELECT cmp_ok((SELECT count(*) FROM kpi.changed_days), '>', 0::bigint, '... committed: its notes appear');
SELECT isnt(pg_temp.differences('velocity_summary', 'velocities_of_days'), 0::bigint, '... its changes are not in the figures');
CALL kpi.refresh();
SELECT pg_temp.is_right('a writer that committed after the refresh');

--
-- Both forms hold the same, to the byte
--
CREATE TEMPORARY TABLE incremental AS SELECT store, rows, held FROM contents();
CREATE TEMPORARY TABLE settings_then AS TABLE kpi.settings;
DROP SCHEMA kpi CASCADE;
SELECT is_empty($$ SELECT tgname FROM pg_trigger WHERE tgname LIKE 'kpi%' $$, 'DROP SCHEMA kpi CASCADE takes the triggers away');
\set form materialized
\ir ../examples/nightly/install.sql
UPDATE kpi.settings s SET as_of = t.as_of, first_day = t.first_day, answer_within = t.answer_within, calendar = t.calendar FROM settings_then t;
CALL kpi.refresh();
SELECT pg_temp.same('SELECT store, rows, held FROM contents()', 'TABLE incremental', 'both forms hold the same');

DROP SCHEMA kpi CASCADE;
SELECT * FROM finish();
