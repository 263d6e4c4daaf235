-- days.sql: how the summaries come about, by day and segment; what has no days, by month of creation or for the company as a whole.
-- A refresh stores what these views say: all of it or, in the incremental form, what changed.

-- What a deal counts for: the day it was closed and the day it was created, in each cut that it belongs to.
-- The last cut is the cube, for cuts across: owner, source and region at once.
CREATE VIEW kpi.deal_days AS
SELECT d.date_basis, d.day, c.*, d.deal_id, d.amount, d.created, d.closed, d.won
FROM (
	SELECT 'closed' AS date_basis, closed_day AS day, * FROM kpi.deal_rows WHERE closed_day IS NOT NULL
	UNION ALL
	SELECT 'created', created_day, * FROM kpi.deal_rows WHERE created_day IS NOT NULL
) d
CROSS JOIN LATERAL (VALUES
	('all', 'all', NULL, NULL, NULL),
	('owner', d.owner, d.owner, NULL, NULL),
	('source', d.source, NULL, d.source, NULL),
	('region', d.region, NULL, NULL, d.region),
	('industry', d.industry, NULL, NULL, NULL),
	('owner, source, region', jsonb_build_array(d.owner, d.source, d.region)::text, d.owner, d.source, d.region)
) AS c (segment, segment_value, owner, source, region);

-- Leads are many: they are summed up by day, owner, source and region first, and these cells by cut.
CREATE VIEW kpi.lead_cells AS
SELECT created_day AS day, owner, source, region, bool_or(had_time) AS had_time,
	rate_agg(converted IS NOT NULL) AS opportunities,
	rate_agg(is_answered_in_time) FILTER (WHERE had_time AND has_response_or_none) AS answered_in_time,
	duration_agg(created, first_response) AS response
FROM kpi.lead_rows
WHERE created_day IS NOT NULL
GROUP BY created_day, owner, source, region;

CREATE VIEW kpi.lead_days AS
SELECT 'created'::text AS date_basis, l.day, c.*, l.had_time, l.opportunities, l.answered_in_time, l.response
FROM kpi.lead_cells l
CROSS JOIN LATERAL (VALUES
	('all', 'all', NULL, NULL, NULL),
	('owner', l.owner, l.owner, NULL, NULL),
	('source', l.source, NULL, l.source, NULL),
	('region', l.region, NULL, NULL, l.region),
	('owner, source, region', jsonb_build_array(l.owner, l.source, l.region)::text, l.owner, l.source, l.region)
) AS c (segment, segment_value, owner, source, region);

-- Rates: deals won, leads that became deals, leads answered in time (of those that had the time to be).
CREATE VIEW kpi.rates_of_days AS
SELECT 'win rate' AS measure, date_basis, day, segment, segment_value, owner, source, region, rate_agg(won, amount) AS summary
FROM kpi.deal_days
GROUP BY date_basis, day, segment, segment_value, owner, source, region
UNION ALL
SELECT 'lead to opportunity rate', date_basis, day, segment, segment_value, owner, source, region, rollup(opportunities)
FROM kpi.lead_days
GROUP BY date_basis, day, segment, segment_value, owner, source, region
UNION ALL
SELECT 'response in time', date_basis, day, segment, segment_value, owner, source, region,
	rollup(answered_in_time)
FROM kpi.lead_days
WHERE had_time
GROUP BY date_basis, day, segment, segment_value, owner, source, region;

-- Durations: the sales cycle of deals won, and how long leads waited for an answer.
CREATE VIEW kpi.durations_of_days AS
SELECT 'sales cycle' AS measure, date_basis, day, segment, segment_value, owner, source, region, duration_agg(created, closed) AS summary
FROM kpi.deal_days
WHERE won
GROUP BY date_basis, day, segment, segment_value, owner, source, region
UNION ALL
SELECT 'lead response time', date_basis, day, segment, segment_value, owner, source, region, rollup(response)
FROM kpi.lead_days
GROUP BY date_basis, day, segment, segment_value, owner, source, region;

CREATE VIEW kpi.velocities_of_days AS
SELECT date_basis, day, segment, segment_value, owner, source, region, velocity_agg(won, amount, created, closed) AS summary
FROM kpi.deal_days
GROUP BY date_basis, day, segment, segment_value, owner, source, region;

CREATE VIEW kpi.surveys_of_days AS
SELECT s.survey, s.asked_day AS day, c.segment, c.segment_value, survey_agg(s.score) AS summary
FROM kpi.survey_rows s
CROSS JOIN LATERAL (VALUES ('all', 'all'), (s.segment, s.segment_value)) AS c (segment, segment_value)
WHERE s.asked_day IS NOT NULL
GROUP BY s.survey, s.asked_day, c.segment, c.segment_value;

-- Paths. A rollup adds entities up, so each deal is in one part only: that of the month it was created in. What is yet to
-- come is left out: a single row of the year 2199, and every deal would have stalled by then.
CREATE VIEW kpi.stages_of_months AS
SELECT period_start(d.day, s.month_period) AS month, d.segment, d.segment_value, d.owner, d.source, d.region,
	stage_agg(h.deal_id, h.stage, h.entered_at, d.amount, s.definition) AS summary
FROM kpi.deal_days d JOIN kpi.history_rows h USING (deal_id), kpi.settings s, kpi.snapshot n
WHERE d.date_basis = 'created' AND (h.entered_at <= n.as_of) IS NOT FALSE
GROUP BY 1, d.segment, d.segment_value, d.owner, d.source, d.region;

CREATE VIEW kpi.pipelines_of_months AS
SELECT period_start(d.day, s.month_period) AS month, d.segment, d.segment_value, d.owner, d.source, d.region,
	pipeline_agg(h.deal_id, h.stage, h.entered_at, d.amount, s.definition, s.month_period, s.zone) AS summary
FROM kpi.deal_days d JOIN kpi.history_rows h USING (deal_id), kpi.settings s, kpi.snapshot n
WHERE d.date_basis = 'created' AND (h.entered_at <= n.as_of) IS NOT FALSE
GROUP BY 1, d.segment, d.segment_value, d.owner, d.source, d.region;

-- The company's customers: who pays from month to month, who buys again. A customer is in one part only: the company.
CREATE VIEW kpi.mrr_of_company AS
SELECT 'all'::text AS segment, mrr_agg(customer, starts, ends, mrr, (n.as_of AT TIME ZONE s.zone)::date - 1, s.month_period) AS summary	-- the last day that is over
FROM kpi.subscription_rows, kpi.settings s, kpi.snapshot n;

CREATE VIEW kpi.cohorts_of_company AS
SELECT 'all'::text AS segment, cohort_agg(customer, ordered, amount, s.month_period, s.zone) AS summary
FROM kpi.order_rows, kpi.settings s, kpi.snapshot n
WHERE (ordered <= n.as_of) IS NOT FALSE;

-- Visitors of the web, in all and by what the source cuts them by. A visitor is in one part only: the company, or the segment (where somebody of
-- two devices is two).
CREATE VIEW kpi.event_cuts AS
SELECT c.segment, c.segment_value, e.entity, e.event, e.at
FROM kpi.event_rows e
CROSS JOIN kpi.snapshot n
CROSS JOIN LATERAL (VALUES ('all', 'all'), (e.segment, e.segment_value)) AS c (segment, segment_value)
WHERE c.segment IS NOT NULL AND (e.at <= n.as_of) IS NOT FALSE;

CREATE VIEW kpi.journeys_of_company AS
SELECT e.segment, e.segment_value, event_agg(e.entity, e.event, e.at, s.journey, s.month_period, s.zone) AS summary
FROM kpi.event_cuts e CROSS JOIN kpi.settings s
WHERE s.journey IS NOT NULL
GROUP BY e.segment, e.segment_value;

CREATE VIEW kpi.sessions_of_company AS
SELECT e.segment, e.segment_value, session_agg(e.entity, e.at, s.session_gap, s.month_period, s.zone) AS summary
FROM kpi.event_cuts e CROSS JOIN kpi.settings s
GROUP BY e.segment, e.segment_value;

CREATE VIEW kpi.retention_of_company AS
SELECT e.segment, e.segment_value, retention_agg(e.entity, e.at, a.is_active, a.is_active, s.month_period, s.zone) AS summary
FROM kpi.event_cuts e
CROSS JOIN kpi.settings s
CROSS JOIN LATERAL (SELECT s.active_events IS NULL OR e.event = ANY (s.active_events)) AS a (is_active)
GROUP BY e.segment, e.segment_value;

CREATE VIEW kpi.activities_of_days AS
SELECT day, owner, kind, count(*) AS activities, coalesce(sum(minutes), 0) AS minutes
FROM kpi.activity_rows
WHERE day IS NOT NULL
GROUP BY day, owner, kind;

SELECT pg_temp.make_stores('days') AS made \gset
