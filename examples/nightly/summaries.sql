-- summaries.sql: the summaries, by day and segment. For each, a view says how it comes about (*_of_days,
-- *_of_months); a refresh stores what that view says: all of it or, in the incremental form, the days that changed.

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
	within_agg(created, first_response, s.answer_within, coalesce(s.as_of, now()))
FROM kpi.lead_days, kpi.settings s
WHERE created <= coalesce(s.as_of, now()) - s.answer_within
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

-- What is stored. Each is a materialized view with a unique key, so that REFRESH ... CONCURRENTLY works.
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
