-- salesforce.sql: Salesforce, as Fivetran writes it into PostgreSQL, as views of the form of schema.sql: deals,
-- deal_stage_history, leads, quotas and, with opportunity_stage, funnels; deals_left_out. Nothing is copied. Run by psql:
--
--	psql -d mydb -v source=salesforce -v views=from_salesforce -v zone=Asia/Kuala_Lumpur -f examples/crm/salesforce.sql
--
-- source	the schema the sync writes into (salesforce): opportunity, "user" and, where they are there, opportunity_history,
--			opportunity_stage, lead, task, forecasting_quota
-- views	the schema that the views are made in (from_salesforce); made if it isn't there, and its views anew
-- zone		the time zone whose days the people who type the close dates live in (UTC)
-- currency	where the opportunities have several (currency_iso_code): the one to keep

\set ON_ERROR_STOP 1
\if :{?source} \else \set source salesforce \endif
\if :{?views} \else \set views from_salesforce \endif
\if :{?zone} \else \set zone UTC \endif

SELECT count(*) FILTER (WHERE of = 'opportunity' AND attname = 'is_deleted') > 0 AS has_is_deleted,
	count(*) FILTER (WHERE of = 'opportunity' AND attname = '_fivetran_deleted') > 0 AS has_deal_deleted,
	count(*) FILTER (WHERE of = 'opportunity' AND attname = '_fivetran_active') > 0 AS has_deal_active,
	count(*) FILTER (WHERE of = 'opportunity' AND attname = 'currency_iso_code') > 0 AS has_currency,
	count(*) FILTER (WHERE of = 'opportunity_history') > 0 AS has_history,
	count(*) FILTER (WHERE of = 'opportunity_stage') > 0 AS has_stages,
	count(*) FILTER (WHERE of = 'lead') > 0 AS has_leads,
	count(*) FILTER (WHERE of = 'task') > 0 AS has_tasks,
	count(*) FILTER (WHERE of = 'forecasting_quota') > 0 AS has_quotas,
	count(DISTINCT of) FILTER (WHERE of IN ('opportunity', 'user')) < 2 AS is_incomplete
FROM (SELECT relname AS of, attname FROM pg_attribute JOIN pg_class c ON c.oid = attrelid JOIN pg_namespace n ON n.oid = relnamespace
	WHERE nspname = :'source' AND attnum > 0 AND NOT attisdropped) a \gset

\if :is_incomplete
SELECT set_config('crm.source', :'source', false) AS set \gset
DO $$BEGIN
	RAISE EXCEPTION 'schema "%" lacks a table of Salesforce''s: opportunity, user', current_setting('crm.source')
		USING ERRCODE = 'undefined_table', HINT = 'Name the schema of the sync: psql -v source=SCHEMA -f examples/crm/salesforce.sql';
END$$;
\endif

SELECT NOT EXISTS (SELECT FROM pg_timezone_names WHERE name = :'zone') AS is_no_zone, set_config('crm.zone', :'zone', false) AS set, quote_literal(:'zone') AS zone_literal \gset
\if :is_no_zone
DO $$BEGIN
	RAISE EXCEPTION 'time zone "%" is not known', current_setting('crm.zone')
		USING ERRCODE = 'invalid_parameter_value', HINT = 'Name one of pg_timezone_names: psql -v zone=Asia/Kuala_Lumpur -f examples/crm/salesforce.sql';
END$$;
\endif

\set is_left_out 'CASE WHEN o.id IS NULL THEN ''no id'''
\if :has_is_deleted
\set is_left_out :is_left_out ' WHEN o.is_deleted THEN ''deleted'''
\endif
\if :has_deal_deleted
\set is_left_out :is_left_out ' WHEN o._fivetran_deleted THEN ''deleted'''
\endif
\if :has_deal_active
\set is_left_out :is_left_out ' WHEN NOT o._fivetran_active THEN ''an older version of the row'''
\endif
\set deal_currency NULL::text
\if :has_currency
\set deal_currency o.currency_iso_code
SELECT count(DISTINCT currency_iso_code) > 1 AS is_mixed, coalesce(min(currency_iso_code), 'USD') AS only_currency,
	string_agg(DISTINCT currency_iso_code, ', ') AS currencies FROM :"source".opportunity WHERE amount <> 0 \gset
\if :{?currency}
\elif :is_mixed
SELECT set_config('crm.currencies', :'currencies', false) AS set \gset
DO $$BEGIN
	RAISE EXCEPTION 'the opportunities have several currencies: %', current_setting('crm.currencies')
		USING HINT = 'Name the one to keep: psql -v currency=USD -f examples/crm/salesforce.sql';
END$$;
\else
\set currency :only_currency
\endif
SELECT quote_literal(:'currency') AS currency_literal \gset
\set is_left_out :is_left_out ' WHEN o.currency_iso_code <> ' :currency_literal ' THEN ''another currency'''
\endif
\set is_left_out :is_left_out ' END'

SET client_min_messages = warning;
CREATE SCHEMA IF NOT EXISTS :"views";
DROP VIEW IF EXISTS :"views".deals_left_out, :"views".quotas, :"views".leads, :"views".funnels, :"views".deal_stage_history, :"views".deals;

-- When a deal ended: when its history last came into the stage it is in, so that of a reopened deal the last closing counts.
-- Without such a row it is the close date, which is a day and no moment: as many days after "created" as its date is, at
-- the same time of day. A deal won the day it was made took 0 days.
CREATE VIEW :"views".deals AS
SELECT d.id AS deal_id, l.id AS lead_id, u.name AS owner, d.lead_source AS source, d.amount, d.currency, d.created_date AS created, d.close_date AS expected_close,
	CASE WHEN d.is_closed THEN coalesce(h.entered, d.created_date + (d.close_date - (d.created_date AT TIME ZONE :zone_literal)::date) * interval '24 hours',
		d.close_date::timestamp AT TIME ZONE :zone_literal) END AS closed,
	CASE WHEN d.is_closed THEN d.is_won END AS won, d.stage_name AS stage, d.last_modified_date AS modified
FROM (
	SELECT DISTINCT ON (o.id) o.*, :deal_currency AS currency FROM :"source".opportunity o WHERE :is_left_out IS NULL ORDER BY o.id, o.last_modified_date DESC NULLS LAST
) d
LEFT JOIN (SELECT id, min(name) AS name FROM :"source"."user" GROUP BY id) u ON u.id = d.owner_id
\if :has_leads
LEFT JOIN (SELECT converted_opportunity_id, min(id) AS id FROM :"source".lead WHERE is_deleted IS NOT TRUE GROUP BY 1) l ON l.converted_opportunity_id = d.id
\else
CROSS JOIN (SELECT NULL::text AS id) l
\endif
\if :has_history
LEFT JOIN (
	SELECT opportunity_id, stage_name, min(created_date) AS entered FROM (
		SELECT h.*, max(created_date) FILTER (WHERE is_new) OVER (PARTITION BY opportunity_id) AS last_change FROM (
			SELECT opportunity_id, stage_name, created_date, stage_name IS DISTINCT FROM lag(stage_name) OVER (PARTITION BY opportunity_id ORDER BY created_date) AS is_new
			FROM :"source".opportunity_history) h) h
	WHERE created_date >= last_change GROUP BY 1, 2) h ON h.opportunity_id = d.id AND h.stage_name = d.stage_name;
\else
CROSS JOIN (SELECT NULL::timestamptz AS entered) h;
\endif

-- Each entry into a stage; and the end of a deal whose history does not have it (it was not synced, or the stage was renamed since).
CREATE VIEW :"views".deal_stage_history AS
SELECT d.deal_id, d.stage, d.closed AS entered_at, d.amount
FROM :"views".deals d
WHERE d.won IS NOT NULL
\if :has_history
	AND NOT EXISTS (SELECT FROM :"source".opportunity_history h WHERE h.opportunity_id = d.deal_id AND h.stage_name = d.stage)
UNION ALL
SELECT h.opportunity_id, h.stage_name, h.created_date, h.amount
FROM :"source".opportunity_history h JOIN :"views".deals d ON d.deal_id = h.opportunity_id
\endif
;

\if :has_stages
-- The stages in use, in their order; the wins are the last step. One definition: that a record type has part of them, a
-- deal's path shows.
CREATE VIEW :"views".funnels AS
SELECT 'Salesforce'::text AS pipeline, funnel(array_agg(label ORDER BY is_won, sort_order, label) FILTER (WHERE is_won OR NOT is_closed),
	coalesce(array_agg(label ORDER BY sort_order, label) FILTER (WHERE is_closed AND NOT is_won), '{}')) AS definition
FROM (SELECT DISTINCT ON (master_label) master_label AS label, sort_order, coalesce(is_closed, false) AS is_closed, coalesce(is_won, false) AS is_won
	FROM :"source".opportunity_stage WHERE is_active IS NOT FALSE ORDER BY master_label, sort_order) s
HAVING count(*) BETWEEN 1 AND 64 AND bool_or(is_won OR NOT is_closed);
COMMENT ON VIEW :"views".funnels IS 'The stages of opportunities in order, the won ones last, and the lost ones';
\endif

\if :has_leads
CREATE VIEW :"views".leads AS
SELECT l.id AS lead_id, l.lead_source AS source, u.name AS owner, l.created_date AS created, t.first_response,
	coalesce(o.created_date, l.created_date + (l.converted_date - (l.created_date AT TIME ZONE :zone_literal)::date) * interval '24 hours') AS converted
FROM (SELECT DISTINCT ON (id) * FROM :"source".lead WHERE is_deleted IS NOT TRUE ORDER BY id) l
LEFT JOIN (SELECT id, min(name) AS name FROM :"source"."user" GROUP BY id) u ON u.id = l.owner_id
LEFT JOIN (SELECT id, min(created_date) AS created_date FROM :"source".opportunity GROUP BY id) o ON o.id = l.converted_opportunity_id
\if :has_tasks
LEFT JOIN (SELECT who_id, min(completed_date_time) AS first_response FROM :"source".task WHERE is_deleted IS NOT TRUE GROUP BY who_id) t ON t.who_id = l.id;
\else
CROSS JOIN (SELECT NULL::timestamptz AS first_response) t;
\endif
COMMENT ON VIEW :"views".leads IS 'Leads of Salesforce, one row each';
\endif

\if :has_quotas
CREATE VIEW :"views".quotas AS	-- here by the quarter; a forecast type may be monthly
SELECT u.name AS rep, q.start_date AS period_start, (q.start_date + interval '3 months' - interval '1 day')::date AS period_end, sum(q.quota_amount) AS quota
FROM :"source".forecasting_quota q JOIN (SELECT id, min(name) AS name FROM :"source"."user" GROUP BY id) u ON u.id = q.quota_owner_id
WHERE q.is_amount GROUP BY 1, 2;
COMMENT ON VIEW :"views".quotas IS 'What each rep is to win in a quarter';
\endif

CREATE VIEW :"views".deals_left_out AS
SELECT reason, count(*) AS deals FROM (SELECT :is_left_out AS reason FROM :"source".opportunity o) d WHERE reason IS NOT NULL GROUP BY reason;

COMMENT ON VIEW :"views".deals IS 'Opportunities of Salesforce, one row each; won from IsWon where IsClosed, NULL while open';
COMMENT ON VIEW :"views".deal_stage_history IS 'Each entry of an opportunity into a stage, its end included';
COMMENT ON VIEW :"views".deals_left_out IS 'How many opportunities are not in deals, and why';
RESET client_min_messages;
