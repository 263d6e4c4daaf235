-- source.sql: how the CRM is read. This is the file to change: or rather, copy it, change the copy, and install with -v source=my_crm.sql
-- (company.sql beside it is such a copy, of a company whose tables look different; doc/crm.md maps three CRMs).
--
-- Eleven views; what a company doesn't have is left out, and its figures with it. What the columns mean stands in kpi.source_columns
-- (rows.sql); those that aren't required may be left out, too. Give what the CRM has: labels that are missing or too long, amounts that are NaN
-- or infinite, moments of the year 0001 are dealt with further on, and counted in kpi.data_quality. A moment without a time zone is
-- read as one of kpi.settings.zone; say "AT TIME ZONE 'UTC'" where it is not.
--
-- Here, each view is made if its table is in the search_path.

SELECT to_regclass('deals') IS NOT NULL AS has_deals, to_regclass('leads') IS NOT NULL AS has_leads,
	to_regclass('deal_stage_history') IS NOT NULL AS has_stages, to_regclass('survey_responses') IS NOT NULL AS has_surveys,
	to_regclass('subscriptions') IS NOT NULL AS has_subscriptions, to_regclass('orders') IS NOT NULL AS has_orders,
	to_regclass('quotas') IS NOT NULL AND to_regclass('reps') IS NOT NULL AS has_quotas, to_regclass('activities') IS NOT NULL AS has_activities,
	to_regclass('shop_events') IS NOT NULL AS has_events, to_regclass('costs') IS NOT NULL AS has_costs
\gset

\if :has_deals
CREATE VIEW kpi.source_deals AS
SELECT deal_id, owner, source, industry, region, amount, created, expected_close, closed, won FROM deals;
INSERT INTO kpi.watched VALUES ('deals', 'created', 'created'), ('deals', 'closed', 'closed');
\endif

\if :has_leads
CREATE VIEW kpi.source_leads AS
SELECT lead_id, owner, source, region, created, first_response, qualified, converted FROM leads;
INSERT INTO kpi.watched VALUES ('leads', 'leads', 'created');
\endif

\if :has_stages
CREATE VIEW kpi.source_stage_history AS
SELECT deal_id, stage, entered_at FROM deal_stage_history;
INSERT INTO kpi.watched VALUES ('deal_stage_history', 'history', 'deal_id');
\endif

\if :has_surveys
CREATE VIEW kpi.source_surveys AS
SELECT survey, CASE survey WHEN 'eNPS' THEN 'team' ELSE 'region' END AS segment, segment AS segment_value, score, asked FROM survey_responses;
INSERT INTO kpi.watched VALUES ('survey_responses', 'surveys', 'asked');
\endif

\if :has_subscriptions
CREATE VIEW kpi.source_subscriptions AS
SELECT customer, starts, ends, mrr FROM subscriptions;
INSERT INTO kpi.watched VALUES ('subscriptions', 'subscriptions', NULL);		-- any change: they are one row
\endif

\if :has_orders
CREATE VIEW kpi.source_orders AS
SELECT customer, ordered, amount FROM orders;
INSERT INTO kpi.watched VALUES ('orders', 'orders', NULL);
\endif

\if :has_quotas
CREATE VIEW kpi.source_quotas AS
SELECT rep AS owner, region, period_start, period_end, quota FROM quotas LEFT JOIN reps USING (rep);
INSERT INTO kpi.watched VALUES ('quotas', 'quotas', NULL), ('reps', 'quotas', NULL);
\endif

\if :has_activities
CREATE VIEW kpi.source_activities AS
SELECT kind, rep AS owner, at, minutes FROM activities;
INSERT INTO kpi.watched VALUES ('activities', 'activities', 'at');
\endif

\if :has_events
CREATE VIEW kpi.source_events AS
SELECT visitor AS entity, event, at, 'device' AS segment, device AS segment_value FROM shop_events;
INSERT INTO kpi.watched VALUES ('shop_events', 'events', NULL);
UPDATE kpi.settings SET journey = coalesce(journey, 'visit > cart > checkout > payment; within: 7 days'), active_events = '{visit}';
\endif

-- What brought a customer: where the lead came from and, since then, all that isn't a step of selling
\if :has_deals
\if :has_leads
\if :has_activities
CREATE VIEW kpi.source_touches AS
SELECT d.deal_id, l.source AS channel, l.created AS at FROM leads l JOIN (SELECT deal_id, lead_id FROM deals OFFSET 0) d USING (lead_id)		-- OFFSET 0: for Citus, by itself
UNION ALL
SELECT d.deal_id, a.kind, a.at FROM activities a JOIN (SELECT deal_id, lead_id FROM deals OFFSET 0) d USING (lead_id) WHERE a.kind IN ('call', 'email', 'event', 'social touch', 'visit')
UNION ALL
SELECT deal_id, kind, at FROM activities WHERE deal_id IS NOT NULL AND kind IN ('call', 'email', 'event', 'social touch', 'visit');
\endif
\endif
\endif

\if :has_costs
CREATE VIEW kpi.source_costs AS
SELECT source AS channel, month AS day, amount FROM costs WHERE kind = 'marketing' AND source IS NOT NULL;
INSERT INTO kpi.watched VALUES ('costs', 'costs', NULL);
\endif
