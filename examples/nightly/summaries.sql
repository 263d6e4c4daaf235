-- summaries.sql: the summaries, by day and segment. For each, a view says how it comes about (*_of_days,
-- *_of_months); a refresh stores what that view says: all of it or, in the incremental form, the days that changed.

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
WHERE created <= n.as_of - s.answer_within
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

-- Paths. A rollup adds entities up, so each deal is in one part only: that of the month it was created in.
CREATE VIEW kpi.stages_of_months AS
SELECT date_trunc('month', d.day::timestamp)::date AS month, d.segment, d.segment_value, d.owner, d.source, d.region,
	stage_agg(h.deal_id, h.stage, h.entered_at, d.amount, s.definition) AS summary
FROM kpi.deal_days d JOIN kpi.source_stage_history h USING (deal_id), kpi.settings s
WHERE d.date_basis = 'created'
GROUP BY 1, d.segment, d.segment_value, d.owner, d.source, d.region;

CREATE VIEW kpi.pipelines_of_months AS
SELECT date_trunc('month', d.day::timestamp)::date AS month, d.segment, d.segment_value, d.owner, d.source, d.region,
	pipeline_agg(h.deal_id, h.stage, h.entered_at, d.amount, s.definition, 'month', s.zone) AS summary
FROM kpi.deal_days d JOIN kpi.source_stage_history h USING (deal_id), kpi.settings s
WHERE d.date_basis = 'created'
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
FROM kpi.source_orders, kpi.settings s;

CREATE VIEW kpi.activities_of_days AS
SELECT day, owner, kind, count(*) AS activities, coalesce(sum(minutes), 0) AS minutes
FROM kpi.source_activities
WHERE day IS NOT NULL
GROUP BY day, owner, kind;

-- What is stored.-- What is stored. Each is a materialized view with a unique key, so that REFRESH ... CONCURRENTLY works.
CREATE MATERIALIZED VIEW kpi.rate_summary AS SELECT * FROM kpi.rates_of_days;
CREATE UNIQUE INDEX ON kpi.rate_summary (measure, date_basis, segment, segment_value, day);

CREATE MATERIALIZED VIEW kpi.duration_summary AS SELECT * FROM kpi.durations_of_days;
CREATE UNIQUE INDEX ON kpi.duration_summary (measure, date_basis, segment, segment_value, day);

CREATE MATERIALIZED VIEW kpi.velocity_summary AS SELECT * FROM kpi.velocities_of_days;
CREATE UNIQUE INDEX ON kpi.velocity_summary (date_basis, segment, segment_value, day);

CREATE MATERIALIZED VIEW kpi.survey_summary AS SELECT * FROM kpi.surveys_of_days;
CREATE UNIQUE INDEX ON kpi.survey_summary (survey, segment, segment_value, day);

CREATE MATERIALIZED VIEW kpi.stage_summary AS SELECT * FROM kpi.stages_of_months;
CREATE UNIQUE INDEX ON kpi.stage_summary (segment, segment_value, month);

CREATE MATERIALIZED VIEW kpi.pipeline_summary AS SELECT * FROM kpi.pipelines_of_months;
CREATE UNIQUE INDEX ON kpi.pipeline_summary (segment, segment_value, month);

CREATE MATERIALIZED VIEW kpi.attainment_summary AS SELECT * FROM kpi.attainments_of_quarters;
CREATE UNIQUE INDEX ON kpi.attainment_summary (segment, segment_value, quarter);

CREATE MATERIALIZED VIEW kpi.mrr_summary AS SELECT * FROM kpi.mrr_of_company;
CREATE UNIQUE INDEX ON kpi.mrr_summary (segment);

CREATE MATERIALIZED VIEW kpi.cohort_summary AS SELECT * FROM kpi.cohorts_of_company;
CREATE UNIQUE INDEX ON kpi.cohort_summary (segment);

CREATE MATERIALIZED VIEW kpi.activity_summary AS SELECT * FROM kpi.activities_of_days;
CREATE UNIQUE INDEX ON kpi.activity_summary (owner, kind, day);

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

CREATE MATERIALIZED VIEW kpi.calendar AS SELECT * FROM kpi.calendar_days;
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

CREATE MATERIALIZED VIEW kpi.rate_periods AS SELECT * FROM kpi.rates_of_periods;
CREATE UNIQUE INDEX ON kpi.rate_periods (measure, date_basis, period, segment, period_start, is_comparison, segment_value);

CREATE MATERIALIZED VIEW kpi.duration_periods AS SELECT * FROM kpi.durations_of_periods;
CREATE UNIQUE INDEX ON kpi.duration_periods (measure, date_basis, period, segment, period_start, is_comparison, segment_value);

CREATE MATERIALIZED VIEW kpi.velocity_periods AS SELECT * FROM kpi.velocities_of_periods;
CREATE UNIQUE INDEX ON kpi.velocity_periods (date_basis, period, segment, period_start, is_comparison, segment_value);

CREATE MATERIALIZED VIEW kpi.survey_periods AS SELECT * FROM kpi.surveys_of_periods;
CREATE UNIQUE INDEX ON kpi.survey_periods (survey, period, segment, period_start, is_comparison, segment_value);
