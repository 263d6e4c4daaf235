-- summaries.sql: the summaries, by day and segment, and their rollups. For each, a view says how it comes about (*_of_days,
-- *_of_months, ...); a refresh stores what that view says: all of it or, in the incremental form, what changed.
-- Run by install.sql, after schema.sql and a row in kpi.settings. What is stored has a unique key, so that
-- REFRESH ... CONCURRENTLY works; the incremental form makes tables of it.

\if :{?stored} \else \set stored 'MATERIALIZED VIEW' \endif

-- When the figures were taken. A refresh writes it first and all else reads it: nothing but the refresh reads the clock,
-- so that what is dumped and restored, or refreshed one by one, is of the same moment.
CREATE TABLE kpi.snapshot (
	one_row			boolean PRIMARY KEY DEFAULT true CHECK (one_row),
	as_of			timestamptz NOT NULL,
	refreshed_at	timestamptz NOT NULL
);
COMMENT ON TABLE kpi.snapshot IS 'When the figures were taken, one row';
COMMENT ON COLUMN kpi.snapshot.one_row IS 'Always true: there is one row';
COMMENT ON COLUMN kpi.snapshot.as_of IS 'The moment the figures look back from: that of kpi.settings, or that of the refresh';
COMMENT ON COLUMN kpi.snapshot.refreshed_at IS 'When the last refresh that went through began';
INSERT INTO kpi.snapshot (as_of, refreshed_at) SELECT coalesce(as_of, now()), now() FROM kpi.settings;
ANALYZE kpi.settings, kpi.snapshot;		-- one row each; the planner thinks of thousands in a table it knows nothing of

-- What a deal counts for: the day it was closed and the day it was created, in each cut that it belongs to.
-- The last cut is the cube, for cuts across: owner, source and region at once.
CREATE VIEW kpi.deal_days AS
SELECT d.date_basis, d.day, c.*, d.deal_id, d.amount, d.created, d.closed, d.won
FROM (
	SELECT 'closed' AS date_basis, closed_day AS day, * FROM kpi.source_deals WHERE closed_day IS NOT NULL
	UNION ALL
	SELECT 'created', created_day, * FROM kpi.source_deals WHERE created_day IS NOT NULL
) d
CROSS JOIN LATERAL (VALUES
	('all', 'all', NULL, NULL, NULL),
	('owner', d.owner, d.owner, NULL, NULL),
	('source', d.source, NULL, d.source, NULL),
	('region', d.region, NULL, NULL, d.region),
	('industry', d.industry, NULL, NULL, NULL),
	('owner, source, region', jsonb_build_array(d.owner, d.source, d.region)::text, d.owner, d.source, d.region)
) AS c (segment, segment_value, owner, source, region);

CREATE VIEW kpi.lead_days AS
SELECT 'created'::text AS date_basis, l.created_day AS day, c.*, l.lead_id, l.created, l.first_response, l.qualified, l.converted
FROM kpi.source_leads l
CROSS JOIN LATERAL (VALUES
	('all', 'all', NULL, NULL, NULL),
	('owner', l.owner, l.owner, NULL, NULL),
	('source', l.source, NULL, l.source, NULL),
	('region', l.region, NULL, NULL, l.region),
	('owner, source, region', jsonb_build_array(l.owner, l.source, l.region)::text, l.owner, l.source, l.region)
) AS c (segment, segment_value, owner, source, region)
WHERE l.created_day IS NOT NULL;

-- Rates: deals won, leads that became deals, leads answered in time (of those that had the time to be).
CREATE VIEW kpi.rates_of_days AS
SELECT 'win rate' AS measure, date_basis, day, segment, segment_value, owner, source, region, rate_agg(won, amount) AS summary
FROM kpi.deal_days
GROUP BY date_basis, day, segment, segment_value, owner, source, region
UNION ALL
SELECT 'lead to opportunity rate', date_basis, day, segment, segment_value, owner, source, region, rate_agg(converted IS NOT NULL)
FROM kpi.lead_days
GROUP BY date_basis, day, segment, segment_value, owner, source, region
UNION ALL
SELECT 'response in time', date_basis, day, segment, segment_value, owner, source, region,
	within_agg(created, first_response, s.answer_within, n.as_of)
FROM kpi.lead_days, kpi.settings s, kpi.snapshot n
WHERE created <= n.as_of - make_interval(secs => extract(epoch FROM s.answer_within)::double precision)	-- whole seconds: a day of 24 hours, whatever the session's zone
GROUP BY date_basis, day, segment, segment_value, owner, source, region;

-- Durations: the sales cycle of deals won, and how long leads waited for an answer.
CREATE VIEW kpi.durations_of_days AS
SELECT 'sales cycle' AS measure, date_basis, day, segment, segment_value, owner, source, region, duration_agg(created, closed) AS summary
FROM kpi.deal_days
WHERE won
GROUP BY date_basis, day, segment, segment_value, owner, source, region
UNION ALL
SELECT 'lead response time', date_basis, day, segment, segment_value, owner, source, region, duration_agg(created, first_response)
FROM kpi.lead_days
GROUP BY date_basis, day, segment, segment_value, owner, source, region;

CREATE VIEW kpi.velocities_of_days AS
SELECT date_basis, day, segment, segment_value, owner, source, region, velocity_agg(won, amount, created, closed) AS summary
FROM kpi.deal_days
GROUP BY date_basis, day, segment, segment_value, owner, source, region;

CREATE VIEW kpi.surveys_of_days AS
SELECT s.survey, s.asked_day AS day, c.segment, c.segment_value, survey_agg(s.score) AS summary
FROM kpi.source_surveys s
CROSS JOIN LATERAL (VALUES ('all', 'all'), (s.segment, s.segment_value)) AS c (segment, segment_value)
WHERE s.asked_day IS NOT NULL
GROUP BY s.survey, s.asked_day, c.segment, c.segment_value;

-- Paths. A rollup adds entities up, so each deal is in one part only: that of the month it was created in. What is yet to
-- come is left out: a single row of the year 2199, and every deal would have stalled by then.
CREATE VIEW kpi.stages_of_months AS
SELECT date_trunc('month', d.day::timestamp)::date AS month, d.segment, d.segment_value, d.owner, d.source, d.region,
	stage_agg(h.deal_id, h.stage, h.entered_at, d.amount, s.definition) AS summary
FROM kpi.deal_days d JOIN kpi.source_stage_history h USING (deal_id), kpi.settings s, kpi.snapshot n
WHERE d.date_basis = 'created' AND (h.entered_at <= n.as_of) IS NOT FALSE
GROUP BY 1, d.segment, d.segment_value, d.owner, d.source, d.region;

CREATE VIEW kpi.pipelines_of_months AS
SELECT date_trunc('month', d.day::timestamp)::date AS month, d.segment, d.segment_value, d.owner, d.source, d.region,
	pipeline_agg(h.deal_id, h.stage, h.entered_at, d.amount, s.definition, 'month', s.zone) AS summary
FROM kpi.deal_days d JOIN kpi.source_stage_history h USING (deal_id), kpi.settings s, kpi.snapshot n
WHERE d.date_basis = 'created' AND (h.entered_at <= n.as_of) IS NOT FALSE
GROUP BY 1, d.segment, d.segment_value, d.owner, d.source, d.region;

-- Quotas: what each rep won in the quarter, then who is at target. A rep without a sale has won nothing.
CREATE VIEW kpi.attainments_of_quarters AS
SELECT r.quarter, c.segment, c.segment_value, attainment_agg(r.sales, r.quota) AS summary
FROM (
	SELECT q.period_start AS quarter, q.owner, q.region, q.quota, sum(d.amount) AS sales
	FROM kpi.source_quotas q
	LEFT JOIN kpi.source_deals d ON d.owner = q.owner AND d.won AND d.closed_day BETWEEN q.period_start AND q.period_end
	GROUP BY q.period_start, q.owner, q.region, q.quota
) r
CROSS JOIN LATERAL (VALUES ('all', 'all'), ('owner', r.owner), ('region', r.region)) AS c (segment, segment_value)
GROUP BY r.quarter, c.segment, c.segment_value;

-- The company's customers: who pays from month to month, who buys again. A customer is in one part only: the company.
CREATE VIEW kpi.mrr_of_company AS
SELECT 'all'::text AS segment, mrr_agg(customer, starts, ends, mrr, (n.as_of AT TIME ZONE s.zone)::date - 1) AS summary	-- the last day that is over
FROM kpi.source_subscriptions, kpi.settings s, kpi.snapshot n;

CREATE VIEW kpi.cohorts_of_company AS
SELECT 'all'::text AS segment, cohort_agg(customer, ordered, amount, 'month', s.zone) AS summary
FROM kpi.source_orders, kpi.settings s, kpi.snapshot n
WHERE (ordered <= n.as_of) IS NOT FALSE;

CREATE VIEW kpi.activities_of_days AS
SELECT day, owner, kind, count(*) AS activities, coalesce(sum(minutes), 0) AS minutes
FROM kpi.source_activities
WHERE day IS NOT NULL
GROUP BY day, owner, kind;

-- What is stored.-- What is stored.
CREATE :stored kpi.rate_summary AS SELECT * FROM kpi.rates_of_days;
CREATE UNIQUE INDEX ON kpi.rate_summary (measure, date_basis, segment, segment_value, day);

CREATE :stored kpi.duration_summary AS SELECT * FROM kpi.durations_of_days;
CREATE UNIQUE INDEX ON kpi.duration_summary (measure, date_basis, segment, segment_value, day);

CREATE :stored kpi.velocity_summary AS SELECT * FROM kpi.velocities_of_days;
CREATE UNIQUE INDEX ON kpi.velocity_summary (date_basis, segment, segment_value, day);

CREATE :stored kpi.survey_summary AS SELECT * FROM kpi.surveys_of_days;
CREATE UNIQUE INDEX ON kpi.survey_summary (survey, segment, segment_value, day);

CREATE :stored kpi.stage_summary AS SELECT * FROM kpi.stages_of_months;
CREATE UNIQUE INDEX ON kpi.stage_summary (segment, segment_value, month);

CREATE :stored kpi.pipeline_summary AS SELECT * FROM kpi.pipelines_of_months;
CREATE UNIQUE INDEX ON kpi.pipeline_summary (segment, segment_value, month);

CREATE :stored kpi.attainment_summary AS SELECT * FROM kpi.attainments_of_quarters;
CREATE UNIQUE INDEX ON kpi.attainment_summary (segment, segment_value, quarter);

CREATE :stored kpi.mrr_summary AS SELECT * FROM kpi.mrr_of_company;
CREATE UNIQUE INDEX ON kpi.mrr_summary (segment);

CREATE :stored kpi.cohort_summary AS SELECT * FROM kpi.cohorts_of_company;
CREATE UNIQUE INDEX ON kpi.cohort_summary (segment);

CREATE :stored kpi.activity_summary AS SELECT * FROM kpi.activities_of_days;
CREATE UNIQUE INDEX ON kpi.activity_summary (owner, kind, day);
CREATE INDEX ON kpi.activity_summary (day);	-- of all reps and kinds

-- Which days a period has, from the first day through that of as_of (the day before where as_of is midnight sharp).
--
-- The period that as_of falls into is unfinished. To hold it against the one before, it has a second set of days, marked
-- is_comparison: those of the period before, up to as many as have passed (to the nearest day, one at least; all of it
-- where it is shorter). So, ordered by (period_start, NOT is_comparison), lag() gives the unfinished period what compares
-- with it, and each other period all of the one before. Of a day, the one before is what compares.
CREATE VIEW kpi.calendar_days AS
WITH bounds AS (
	SELECT t.local_now, s.fiscal_year_start,
		coalesce(s.first_day, (
			SELECT min(day) FROM kpi.rate_summary
			WHERE date_basis = 'created' AND segment = 'all' AND day >= (t.local_now - interval '10 years')::date)) AS first_day,
		(t.local_now - interval '1 microsecond')::date AS last_day
	FROM kpi.settings s, kpi.snapshot n, LATERAL (SELECT n.as_of AT TIME ZONE s.zone) AS t (local_now)
), days AS (
	SELECT p.period, p.period_start::date, (p.period_start + p.length - interval '1 day')::date AS period_end, d.day::date,
		p.period_start + p.length <= b.local_now AS is_complete,
		greatest(round(extract(epoch FROM b.local_now - p.period_start) / 86400), 1) AS days_passed
	FROM bounds b
	CROSS JOIN LATERAL generate_series(b.first_day::timestamp, b.last_day::timestamp, interval '1 day') AS d (day)
	CROSS JOIN LATERAL (SELECT make_interval(months => b.fiscal_year_start - 1)) AS f (months_late)
	CROSS JOIN LATERAL (VALUES
		('day', d.day, interval '1 day'),
		('week', date_trunc('week', d.day), interval '7 days'),
		('month', date_trunc('month', d.day), interval '1 month'),
		('quarter', date_trunc('quarter', d.day), interval '3 months'),
		('fiscal year', date_trunc('year', date_trunc('month', d.day) - f.months_late) + f.months_late, interval '1 year')
	) AS p (period, period_start, length)
)
SELECT period, period_start, period_end, day, is_complete, false AS is_comparison
FROM days
UNION ALL
SELECT u.period, u.period_start, u.period_end, b.day, false, true
FROM (SELECT DISTINCT period, period_start, period_end, days_passed FROM days WHERE NOT is_complete AND period <> 'day') u
JOIN days b ON b.period = u.period AND b.period_end = u.period_start - 1 AND b.day - b.period_start < u.days_passed;

CREATE :stored kpi.calendar AS SELECT * FROM kpi.calendar_days;
CREATE UNIQUE INDEX ON kpi.calendar (period, period_start, is_comparison, day);

-- Rollups of the days, so that a dashboard reads a period as fast as a day.
CREATE VIEW kpi.rates_of_periods AS
SELECT s.measure, s.date_basis, c.period, c.period_start, c.is_comparison, s.segment, s.segment_value, s.owner, s.source, s.region,
	rollup(s.summary) AS summary
FROM kpi.rate_summary s JOIN kpi.calendar c USING (day)
WHERE c.period <> 'day'
GROUP BY s.measure, s.date_basis, c.period, c.period_start, c.is_comparison, s.segment, s.segment_value, s.owner, s.source, s.region;

CREATE VIEW kpi.durations_of_periods AS
SELECT s.measure, s.date_basis, c.period, c.period_start, c.is_comparison, s.segment, s.segment_value, s.owner, s.source, s.region,
	rollup(s.summary) AS summary
FROM kpi.duration_summary s JOIN kpi.calendar c USING (day)
WHERE c.period <> 'day'
GROUP BY s.measure, s.date_basis, c.period, c.period_start, c.is_comparison, s.segment, s.segment_value, s.owner, s.source, s.region;

CREATE VIEW kpi.velocities_of_periods AS
SELECT s.date_basis, c.period, c.period_start, c.is_comparison, s.segment, s.segment_value, s.owner, s.source, s.region,
	rollup(s.summary) AS summary
FROM kpi.velocity_summary s JOIN kpi.calendar c USING (day)
WHERE c.period <> 'day'
GROUP BY s.date_basis, c.period, c.period_start, c.is_comparison, s.segment, s.segment_value, s.owner, s.source, s.region;

CREATE VIEW kpi.surveys_of_periods AS
SELECT s.survey, c.period, c.period_start, c.is_comparison, s.segment, s.segment_value, rollup(s.summary) AS summary
FROM kpi.survey_summary s JOIN kpi.calendar c USING (day)
WHERE c.period <> 'day'
GROUP BY s.survey, c.period, c.period_start, c.is_comparison, s.segment, s.segment_value;

CREATE :stored kpi.rate_periods AS SELECT * FROM kpi.rates_of_periods;
CREATE UNIQUE INDEX ON kpi.rate_periods (measure, date_basis, period, segment, period_start, is_comparison, segment_value);

CREATE :stored kpi.duration_periods AS SELECT * FROM kpi.durations_of_periods;
CREATE UNIQUE INDEX ON kpi.duration_periods (measure, date_basis, period, segment, period_start, is_comparison, segment_value);

CREATE :stored kpi.velocity_periods AS SELECT * FROM kpi.velocities_of_periods;
CREATE UNIQUE INDEX ON kpi.velocity_periods (date_basis, period, segment, period_start, is_comparison, segment_value);

CREATE :stored kpi.survey_periods AS SELECT * FROM kpi.surveys_of_periods;
CREATE UNIQUE INDEX ON kpi.survey_periods (survey, period, segment, period_start, is_comparison, segment_value);

-- What each of them and their columns is.
DO $$
DECLARE
	one	record;
BEGIN
	FOR one IN
		SELECT format('COMMENT ON %s kpi.%I IS %L',
			CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'TABLE' END, c.relname, v.comment) AS command
		FROM (VALUES
			('source_deals', 'The deals, as the KPIs read them, one row each'),
			('source_leads', 'The leads, as the KPIs read them, one row each'),
			('source_stage_history', 'Each entry of a deal into a stage, as the KPIs read it'),
			('source_surveys', 'Who was asked in a survey, and the answer, one row each'),
			('source_subscriptions', 'What customers pay each month, one row for each stretch at one price'),
			('source_orders', 'What customers buy beside their subscription, one order a row'),
			('source_quotas', 'What each rep is to win in a quarter, one row a rep and quarter'),
			('source_activities', 'What reps spend their time on, one row an activity'),
			('deal_days', 'What a deal counts for: each date basis and cut that it belongs to, one row each'),
			('lead_days', 'What a lead counts for: each cut that it belongs to, one row each'),
			('rates_of_days', 'How kpi.rate_summary comes about'),
			('durations_of_days', 'How kpi.duration_summary comes about'),
			('velocities_of_days', 'How kpi.velocity_summary comes about'),
			('surveys_of_days', 'How kpi.survey_summary comes about'),
			('stages_of_months', 'How kpi.stage_summary comes about'),
			('pipelines_of_months', 'How kpi.pipeline_summary comes about'),
			('attainments_of_quarters', 'How kpi.attainment_summary comes about'),
			('mrr_of_company', 'How kpi.mrr_summary comes about'),
			('cohorts_of_company', 'How kpi.cohort_summary comes about'),
			('activities_of_days', 'How kpi.activity_summary comes about'),
			('calendar_days', 'How kpi.calendar comes about'),
			('rates_of_periods', 'How kpi.rate_periods comes about'),
			('durations_of_periods', 'How kpi.duration_periods comes about'),
			('velocities_of_periods', 'How kpi.velocity_periods comes about'),
			('surveys_of_periods', 'How kpi.survey_periods comes about'),
			('rate_summary', 'Rates by day: deals won (win rate), leads that became deals (lead to opportunity rate), leads answered in time of those that had the time to be (response in time)'),
			('duration_summary', 'Durations by day: the sales cycle of deals won, and how long leads waited for an answer (lead response time)'),
			('velocity_summary', 'Opportunities, win rate, size and cycle of deals by day'),
			('survey_summary', 'Answers to surveys by the day they were asked on'),
			('stage_summary', 'The stages of deals by the month they were created in: a deal is in one month only'),
			('pipeline_summary', 'What moved the pipeline, month by month, of the deals created in a month: a deal is in one month only'),
			('attainment_summary', 'Who was at quota, by quarter; a rep without a sale has won nothing'),
			('mrr_summary', 'Monthly recurring revenue of the company: one row'),
			('cohort_summary', 'Who bought when, by the month of the first order: one row'),
			('activity_summary', 'Activities and the minutes they took, by day, rep and kind'),
			('calendar', 'Which days a period has; for the unfinished period, also the days of the one before that compare with it'),
			('rate_periods', 'Rollups of kpi.rate_summary by week, month, quarter and fiscal year'),
			('duration_periods', 'Rollups of kpi.duration_summary by week, month, quarter and fiscal year'),
			('velocity_periods', 'Rollups of kpi.velocity_summary by week, month, quarter and fiscal year'),
			('survey_periods', 'Rollups of kpi.survey_summary by week, month, quarter and fiscal year')
		) AS v (relation, comment)
		LEFT JOIN pg_class c ON c.oid = ('kpi.' || v.relation)::regclass
		UNION ALL
		SELECT format('COMMENT ON COLUMN kpi.%I.%I IS %L', c.relname, a.attname, CASE
			WHEN a.attname = 'summary' THEN format('What its figures are read from, a %s', format_type(a.atttypid, NULL))
			WHEN a.attname = 'amount' AND c.relname LIKE '%order%' THEN 'US dollars; NULL: not entered'
			WHEN a.attname = 'period_start' AND c.relname = 'source_quotas' THEN 'The first day of the quarter'
			WHEN a.attname = 'period_end' AND c.relname = 'source_quotas' THEN 'The last day of the quarter'
			WHEN a.attname = 'day' AND c.relname LIKE 'calendar%' THEN 'A day of the period, by kpi.settings.zone'
			ELSE v.comment END)
		FROM pg_class c
		JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
		LEFT JOIN (VALUES
			('activities', 'How many'),
			('amount', 'US dollars; NULL: not entered'),
			('asked', 'When'),
			('asked_day', 'The day, by kpi.settings.zone'),
			('at', 'When'),
			('closed', 'When the deal was won or lost; NULL: still open'),
			('closed_day', 'The day it was won or lost, by kpi.settings.zone; NULL: open, or no moment'),
			('converted', 'When the lead became a deal; NULL: not, or not yet'),
			('created', 'When the row was made in the CRM'),
			('created_day', 'The day it was made, by kpi.settings.zone; NULL: no moment'),
			('customer', 'Who pays'),
			('date_basis', 'What the day is that of: closed (decided), created'),
			('day', 'The day, by kpi.settings.zone'),
			('deal_id', 'The deal'),
			('ends', 'The first day it runs no longer; NULL: still running'),
			('entered_at', 'When the deal entered the stage'),
			('expected_close', 'The day the owner expects a decision'),
			('first_response', 'When a rep first answered; NULL: not yet'),
			('industry', 'The customer''s; (none): not entered'),
			('is_comparison', 'false: the period''s own; true: of the period before, as many days as have passed of this unfinished one'),
			('is_complete', 'Whether the period was over at kpi.snapshot.as_of'),
			('kind', 'What was done; (none): not entered'),
			('lead_id', 'The lead'),
			('measure', 'What is counted or timed'),
			('minutes', 'How long it took, in minutes'),
			('month', 'The first day of the month the deals were created in'),
			('mrr', 'US dollars a month; 0: a trial; NULL: not entered'),
			('ordered', 'When'),
			('owner', 'The rep; (none): not entered; in summaries NULL where the segment holds several'),
			('period', 'day, week (from Monday), month, quarter or fiscal year'),
			('period_end', 'The last day of the period'),
			('period_start', 'The first day of the period'),
			('qualified', 'When the lead was found worth a deal; NULL: not, or not yet'),
			('quarter', 'The first day of the quarter'),
			('quota', 'US dollars of deals won; 0: on leave; NULL: none agreed'),
			('region', 'The region; (none): not entered; in summaries NULL where the segment holds several'),
			('score', 'NULL: asked, not answered'),
			('segment', 'Which cut: all (the company), owner, source, region, industry, team, or owner, source, region at once'),
			('segment_value', 'Which of them: all for the company, a JSON array for several at once; (none): not entered'),
			('source', 'Where the lead came from; (none): not entered; in summaries NULL where the segment holds several'),
			('stage', 'The stage''s label'),
			('starts', 'The first day'),
			('survey', 'eNPS (employees, 0..10), NPS (customers, 0..10) or CSAT (customers, 1..5)'),
			('won', 'true: won; false: lost; NULL: still open')
		) AS v (name, comment) ON v.name = a.attname
		WHERE c.relnamespace = 'kpi'::regnamespace AND c.relkind IN ('r', 'v', 'm') AND col_description(c.oid, a.attnum) IS NULL
	LOOP
		EXECUTE one.command;
	END LOOP;
END
$$;
