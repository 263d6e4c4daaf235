-- hubspot.sql: HubSpot, as Fivetran writes it into PostgreSQL, as views of the form of schema.sql: deals,
-- deal_stage_history, funnels, deals_left_out. Nothing is copied. Run by psql:
--
--	psql -d mydb -v source=hubspot -v views=from_hubspot -f examples/crm/hubspot.sql
--
-- source	the schema the sync writes into (hubspot): owner, deal, deal_pipeline, deal_pipeline_stage, deal_stage and,
--			where they are there, merged_deal, deal_contact
-- views	the schema that the views are made in (from_hubspot); made if it isn't there, and its views anew
-- currency	where the deals have several (property_deal_currency_code) and no amount in the home currency: the one to keep
--
-- What each column is taken from depends on the columns that the sync has; what can't be told stops the script.

\set ON_ERROR_STOP 1
\if :{?source} \else \set source hubspot \endif
\if :{?views} \else \set views from_hubspot \endif

SELECT count(*) FILTER (WHERE of = 'deal_pipeline_stage' AND attname = 'is_closed') > 0 AS has_is_closed,
	count(*) FILTER (WHERE of = 'deal_pipeline_stage' AND attname = 'closed_won') > 0 AS has_closed_won,
	count(*) FILTER (WHERE of = 'deal_pipeline_stage' AND attname = 'probability') > 0 AS has_probability,
	count(*) FILTER (WHERE of = 'deal_pipeline_stage' AND attname = '_fivetran_deleted') > 0 AS has_stage_deleted,
	count(*) FILTER (WHERE of = 'deal_pipeline' AND attname = '_fivetran_deleted') > 0 AS has_pipeline_deleted,
	count(*) FILTER (WHERE of = 'deal' AND attname = 'property_hs_is_closed_won') > 0 AS has_won_property,
	count(*) FILTER (WHERE of = 'deal' AND attname = 'property_hs_is_closed') > 0 AS has_closed_property,
	count(*) FILTER (WHERE of = 'deal' AND attname = 'property_amount_in_home_currency') > 0 AS has_home_amount,
	count(*) FILTER (WHERE of = 'deal' AND attname = 'property_deal_currency_code') > 0 AS has_currency,
	count(*) FILTER (WHERE of = 'deal' AND attname = 'is_deleted') > 0 AS has_is_deleted,
	count(*) FILTER (WHERE of = 'deal' AND attname = '_fivetran_deleted') > 0 AS has_deal_deleted,
	count(*) FILTER (WHERE of = 'deal' AND attname = '_fivetran_active') > 0 AS has_deal_active,
	count(*) FILTER (WHERE of = 'merged_deal') > 0 AS has_merged,
	count(*) FILTER (WHERE of = 'deal_contact') > 0 AS has_contact,
	count(DISTINCT of) FILTER (WHERE of IN ('owner', 'deal', 'deal_pipeline', 'deal_pipeline_stage', 'deal_stage')) < 5 AS is_incomplete
FROM (SELECT relname AS of, attname FROM pg_attribute JOIN pg_class c ON c.oid = attrelid JOIN pg_namespace n ON n.oid = relnamespace
	WHERE nspname = :'source' AND attnum > 0 AND NOT attisdropped) a \gset

\if :is_incomplete
SELECT set_config('crm.source', :'source', false) AS set \gset
DO $$BEGIN
	RAISE EXCEPTION 'schema "%" lacks a table of HubSpot''s: owner, deal, deal_pipeline, deal_pipeline_stage, deal_stage', current_setting('crm.source')
		USING ERRCODE = 'undefined_table', HINT = 'Name the schema of the sync: psql -v source=SCHEMA -f examples/crm/hubspot.sql';
END$$;
\endif

-- Is a stage an end? is_closed says so; older connectors have it in closed_won alone (whatever its name); HubSpot gives
-- ends the probabilities 0 and 1.
\if :has_is_closed
\set stage_closed s.is_closed
\elif :has_closed_won
\set stage_closed s.closed_won
\elif :has_probability
\set stage_closed 's.probability IN (0, 1)'
\else
\set stage_closed NULL::boolean
\endif

-- Is it a win? Its probability is 1 then. closed_won has meant "closed" in some versions of the connector: it counts only
-- where it sets an end apart from another one.
\if :has_probability
\set stage_won 's.probability >= 1'
\if :has_closed_won
\set stage_won 'coalesce(s.probability >= 1, s.closed_won)'
\endif
\elif :has_closed_won
\set stage_won s.closed_won
\else
\set stage_won NULL::boolean
\endif
\if :has_won_property
\set deal_won 'nullif(d.property_hs_is_closed_won::text, '''')::boolean'
\else
\set deal_won NULL::boolean
SELECT CASE WHEN :'has_probability' = 't' THEN false
		ELSE NOT coalesce(bool_or(:stage_closed AND NOT :stage_won), false) END AS is_unknown
FROM :"source".deal_pipeline_stage s \gset
\if :is_unknown
DO $$BEGIN
	RAISE EXCEPTION 'nothing tells the won deals from the lost ones'
		USING HINT = 'Sync the property hs_is_closed_won of deals, or the probability of pipeline stages; closed_won holds no more than "closed" here.';
END$$;
\endif
\endif
\if :has_closed_property
\set deal_closed 'nullif(d.property_hs_is_closed::text, '''')::boolean'
\else
\set deal_closed NULL::boolean
\endif

\set is_left_out 'CASE'
\if :has_is_deleted
\set is_left_out :is_left_out ' WHEN d.is_deleted THEN ''deleted'''
\endif
\if :has_deal_deleted
\set is_left_out :is_left_out ' WHEN d._fivetran_deleted THEN ''deleted'''
\endif
\if :has_deal_active
\set is_left_out :is_left_out ' WHEN NOT d._fivetran_active THEN ''an older version of the row'''
\endif
\if :has_merged
\set is_left_out :is_left_out ' WHEN EXISTS (SELECT FROM ' :"source" '.merged_deal m WHERE m.merged_deal_id = d.deal_id AND m.deal_id <> m.merged_deal_id) THEN ''merged into another'''
\endif

-- Amounts are of one currency: the account's own where the sync has them, else those of the deals in one.
\set amount d.property_amount
\set deal_currency NULL::text
\if :has_home_amount
\set amount d.property_amount_in_home_currency
\elif :has_currency
\set deal_currency d.property_deal_currency_code
SELECT count(DISTINCT property_deal_currency_code) > 1 AS is_mixed, coalesce(min(property_deal_currency_code), 'USD') AS only_currency,
	string_agg(DISTINCT property_deal_currency_code, ', ') AS currencies FROM :"source".deal WHERE property_amount <> 0 \gset
\if :{?currency}
\elif :is_mixed
SELECT set_config('crm.currencies', :'currencies', false) AS set \gset
DO $$BEGIN
	RAISE EXCEPTION 'the deals have several currencies: %', current_setting('crm.currencies')
		USING HINT = 'Sync the property amount_in_home_currency, or name the currency to keep: psql -v currency=USD -f examples/crm/hubspot.sql';
END$$;
\else
\set currency :only_currency
\endif
SELECT quote_literal(:'currency') AS currency_literal \gset
\set is_left_out :is_left_out ' WHEN d.property_deal_currency_code <> ' :currency_literal ' THEN ''another currency'''
\endif
\set is_left_out :is_left_out ' WHEN d.deal_id IS NULL THEN ''no id'' END'

\if :has_stage_deleted
\set stage_deleted 'coalesce(s._fivetran_deleted, false)'
\else
\set stage_deleted false
\endif
\if :has_pipeline_deleted
\set pipeline_deleted 'coalesce(p._fivetran_deleted, false)'
\else
\set pipeline_deleted false
\endif

SET client_min_messages = warning;
CREATE SCHEMA IF NOT EXISTS :"views";
DROP VIEW IF EXISTS :"views".deals_left_out, :"views".funnels, :"views".deal_stage_history, :"views".deals, :"views".hubspot_stages, :"views".hubspot_pipelines;

-- A name of its own for each pipeline: two of one label are told apart by their ids.
CREATE VIEW :"views".hubspot_pipelines AS
SELECT pipeline_id, label || CASE WHEN count(*) OVER (PARTITION BY label) > 1 THEN ' (' || pipeline_id || ')' ELSE '' END AS pipeline
FROM (SELECT p.pipeline_id, coalesce(nullif(btrim(p.label), ''), p.pipeline_id) AS label FROM :"source".deal_pipeline p WHERE NOT :pipeline_deleted) p;

-- And for each stage within its pipeline. A deleted one goes by its label, so that it is one with the stage that took its
-- place; the wins of a pipeline are one, its last step.
CREATE VIEW :"views".hubspot_stages AS
SELECT pipeline_id, stage_id, display_order, is_closed, is_won, is_deleted,
	CASE WHEN is_won AND NOT is_deleted THEN first_value(name) OVER (PARTITION BY pipeline_id, is_won, is_deleted ORDER BY display_order, stage_id) ELSE name END AS stage
FROM (
	SELECT *, label || CASE WHEN NOT is_deleted AND count(*) FILTER (WHERE NOT is_deleted) OVER (PARTITION BY pipeline_id, label) > 1 THEN ' (' || stage_id || ')' ELSE '' END AS name
	FROM (
		SELECT s.pipeline_id, s.stage_id, s.display_order, coalesce(nullif(btrim(s.label), ''), s.stage_id) AS label, coalesce(:stage_closed, false) AS is_closed,
			CASE WHEN :stage_closed THEN :stage_won ELSE false END AS is_won, :stage_deleted AS is_deleted
		FROM :"source".deal_pipeline_stage s
	) s
) s;

CREATE VIEW :"views".deals AS
SELECT d.deal_id, d.lead_id, d.owner, d.source, d.pipeline, d.amount, d.currency, d.created, d.expected_close,
	CASE WHEN d.is_closed THEN d.close_date END AS closed, CASE WHEN d.is_closed THEN d.is_won END AS won, d.modified
FROM (
	SELECT DISTINCT ON (d.deal_id) d.deal_id, c.contact_id AS lead_id, o.owner, d.property_hs_analytics_source AS source, coalesce(p.pipeline, d.deal_pipeline_id) AS pipeline,
		:amount AS amount, :deal_currency AS currency, d.property_createdate AS created, (d.property_closedate AT TIME ZONE 'UTC')::date AS expected_close, d.property_closedate AS close_date,
		coalesce(:deal_closed, s.is_closed) AS is_closed, coalesce(:deal_won, s.is_won) AS is_won, d.property_hs_lastmodifieddate AS modified
	FROM :"source".deal d
	LEFT JOIN (SELECT owner_id, min(concat_ws(' ', first_name, last_name)) AS owner FROM :"source".owner GROUP BY owner_id) o USING (owner_id)
	LEFT JOIN :"views".hubspot_pipelines p ON p.pipeline_id = d.deal_pipeline_id
	LEFT JOIN :"views".hubspot_stages s ON s.stage_id = d.deal_pipeline_stage_id AND s.pipeline_id = d.deal_pipeline_id
\if :has_contact
	LEFT JOIN (SELECT deal_id, min(contact_id) AS contact_id FROM :"source".deal_contact GROUP BY deal_id) c ON c.deal_id = d.deal_id
\else
	CROSS JOIN (SELECT NULL::bigint AS contact_id) c
\endif
	WHERE :is_left_out IS NULL
	ORDER BY d.deal_id, d.property_hs_lastmodifieddate DESC NULLS LAST
) d;

-- The stages of the pipeline that a deal is in. Those of a pipeline it was in before are left out; a stage that is nowhere
-- any more keeps its id, which no funnel knows.
CREATE VIEW :"views".deal_stage_history AS
SELECT h.deal_id, coalesce(s.stage, h.value) AS stage, h.date_entered AS entered_at
FROM :"source".deal_stage h
JOIN (SELECT DISTINCT d.deal_id, d.deal_pipeline_id FROM :"source".deal d WHERE :is_left_out IS NULL) d ON d.deal_id = h.deal_id
LEFT JOIN :"views".hubspot_stages s ON s.stage_id = h.value AND s.pipeline_id = d.deal_pipeline_id
WHERE s.stage_id IS NOT NULL OR NOT EXISTS (SELECT FROM :"source".deal_pipeline_stage other WHERE other.stage_id = h.value);

CREATE VIEW :"views".funnels AS
SELECT p.pipeline, funnel(s.stages, s.lost) AS definition
FROM :"views".hubspot_pipelines p
JOIN (
	SELECT pipeline_id, array_agg(stage ORDER BY is_won, display_order, stage_id) FILTER (WHERE is_won OR NOT is_closed) AS stages,
		coalesce(array_agg(stage ORDER BY display_order, stage_id) FILTER (WHERE is_closed AND NOT is_won), '{}') AS lost
	FROM (
		SELECT DISTINCT ON (pipeline_id, stage) * FROM :"views".hubspot_stages WHERE NOT is_deleted ORDER BY pipeline_id, stage, display_order, stage_id
	) s
	GROUP BY pipeline_id
) s USING (pipeline_id)
WHERE cardinality(s.stages) + cardinality(s.lost) <= 64;	-- what a funnel holds; NULL without a stage that isn't lost

CREATE VIEW :"views".deals_left_out AS
SELECT reason, count(*) AS deals FROM (SELECT :is_left_out AS reason FROM :"source".deal d) d WHERE reason IS NOT NULL GROUP BY reason;

COMMENT ON VIEW :"views".deals IS 'Deals of HubSpot, one row each; won from hs_is_closed_won or the probability of the stage, NULL while open';
COMMENT ON VIEW :"views".deal_stage_history IS 'Each entry of a deal into a stage of the pipeline it is in';
COMMENT ON VIEW :"views".funnels IS 'The funnel of each pipeline, as HubSpot has it: its stages in order, the won one last, and the lost ones';
COMMENT ON VIEW :"views".deals_left_out IS 'How many deals are not in deals, and why';
COMMENT ON VIEW :"views".hubspot_pipelines IS 'A name of its own for each pipeline';
COMMENT ON VIEW :"views".hubspot_stages IS 'A name of its own for each stage within its pipeline, and whether it is an end and a win';
RESET client_min_messages;
