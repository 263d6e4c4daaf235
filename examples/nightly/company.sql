-- company.sql: a mapping, for a company whose tables look different from the sample's: an example to copy.
--
--	psql -d mydb -v source=company.sql -v zone=Asia/Kuala_Lumpur \
--		-v definition='New > Qualify > Demo > Quote > Legal > Won; lost: Lost' -f examples/nightly/install.sql
--
-- The tables it reads are in test/shared/company.sql: opportunities with a status instead of an outcome, a history of fields, amounts
-- that are doubles, moments without a zone, quotas by month, an SLA for each channel. Orders they have none: there is no such view.

-- Deals. The status says what became of them; the day they are expected to close stands in close_dt until then, so an open one has no closing.
CREATE VIEW kpi.source_deals AS
SELECT o."Opportunity ID" AS deal_id, o.owner_email AS owner, initcap(o.lead_src) AS source, e.team AS region, o."Value (USD)" AS amount,
	o.created_on AS created,		-- a timestamp: local, in the zone of the settings
	o.close_dt::date AS expected_close,
	CASE WHEN s.won IS NOT NULL THEN o.close_dt END AS closed, s.won
FROM app.opportunities o
LEFT JOIN app."Employees" e ON e."EmpEmail" = o.owner_email
CROSS JOIN LATERAL (SELECT CASE WHEN o.deal_status ILIKE '%won%' THEN true WHEN o.deal_status ILIKE ANY (ARRAY['%lost%', 'disqualified']) THEN false END) AS s (won)
WHERE NOT o.is_deleted;

-- Where each deal was when: it begins as new, and goes on as the history of its field says. Labels are made those of the definition.
CREATE VIEW kpi.source_stage_history AS
SELECT "Opportunity ID" AS deal_id, 'New' AS stage, created_on AS entered_at FROM app.opportunities
UNION ALL
SELECT opp_id, CASE new_val
		WHEN '2 - Qualify' THEN 'Qualify'
		WHEN '3 - Demo/POC' THEN 'Demo'
		WHEN '4 - Quote, sent' THEN 'Quote'
		WHEN '5 - Legal' THEN 'Legal'
		WHEN '6 - Won' THEN 'Won'
		WHEN '0 - Lost' THEN 'Lost'
		ELSE new_val		-- what the definition doesn't know is counted
	END, changed_at
FROM app.opp_field_history
WHERE field = 'StageName';

-- Leads, with an SLA by channel; kpi.settings.answer_within is the longest
CREATE VIEW kpi.source_leads AS
SELECT lead_no AS lead_id, channel AS source,
	created_utc AT TIME ZONE 'UTC' AS created, first_touch_utc AT TIME ZONE 'UTC' AS first_response,
	CASE WHEN became_opp IS NOT NULL THEN created_utc AT TIME ZONE 'UTC' END AS converted,		-- when isn't known; that it did is enough
	CASE channel WHEN 'chat' THEN interval '5 minutes' WHEN 'phone' THEN '1 hour' END AS answer_within		-- all others: as the settings say
FROM app.inbound_leads;

CREATE VIEW kpi.source_surveys AS
SELECT 'eNPS' AS survey, 'team' AS segment, dept AS segment_value, q_enps AS score, sent_at AT TIME ZONE 'UTC' AS asked
FROM app.emp_survey;

-- What a year costs is paid in twelve parts
CREATE VIEW kpi.source_subscriptions AS
SELECT account_no AS customer, started AS starts, cancelled AS ends, qty * unit_price / CASE billing_interval WHEN 'year' THEN 12 ELSE 1 END AS mrr
FROM app.billing_subs;

-- Quotas by month: quarters and years are their sums
CREATE VIEW kpi.source_quotas AS
SELECT t.rep_email AS owner, e.team AS region, m.first_day AS period_start, (m.first_day + interval '1 month' - interval '1 day')::date AS period_end, t.target_usd AS quota
FROM app.sales_targets t
LEFT JOIN app."Employees" e ON e."EmpEmail" = t.rep_email
CROSS JOIN LATERAL (SELECT to_date(t.yyyymm, 'YYYYMM')) AS m (first_day);

-- Kinds as the figures know them: call, email, meeting, follow-up, visit, demo, proposal, event, social touch; internal is no selling.
-- Any other kind is counted among the activities, and in kpi.activities_by_period.
CREATE VIEW kpi.source_activities AS
SELECT CASE lower(type) WHEN 'mtg' THEN 'meeting' ELSE lower(type) END AS kind, who AS owner, dt AS at, duration_min AS minutes
FROM app.tbl_activity
WHERE done = 1;

-- For the incremental form: which of the company's own tables to watch, and the column that has a row's day (history: its deal). NULL: any
-- change is one of all days.
INSERT INTO kpi.watched VALUES
	('app.opportunities', 'created', 'created_on'), ('app.opportunities', 'closed', 'close_dt'),
	('app.opp_field_history', 'history', 'opp_id'), ('app.inbound_leads', 'leads', 'created_utc'), ('app.emp_survey', 'surveys', 'sent_at'),
	('app.billing_subs', 'subscriptions', NULL), ('app.sales_targets', 'quotas', NULL), ('app.tbl_activity', 'activities', 'dt'),
	('app."Employees"', 'created', NULL), ('app."Employees"', 'closed', NULL), ('app."Employees"', 'quotas', NULL);
