-- pipedrive.sql: Pipedrive, as Stitch writes it into PostgreSQL, as views of the form of schema.sql: deals,
-- deal_stage_history, funnels, deals_left_out. Nothing is copied. Run by psql:
--
--	psql -d mydb -v source=pipedrive -v views=from_pipedrive -v currency=USD -f examples/crm/pipedrive.sql
--
-- source	the schema the sync writes into (pipedrive): deals, stages, users, dealflow and, where it is there, pipelines
-- views	the schema that the views are made in (from_pipedrive); made if it isn't there, and its views anew
-- currency	where the deals have several: the one to keep
-- won, lost	the labels of the ends in the history (Won, Lost): the outcome of a deal is its status, not a stage

\set ON_ERROR_STOP 1
\if :{?source} \else \set source pipedrive \endif
\if :{?views} \else \set views from_pipedrive \endif
\if :{?won} \else \set won Won \endif
\if :{?lost} \else \set lost Lost \endif

SELECT count(*) FILTER (WHERE of = 'pipelines' AND attname = 'name') > 0 AS has_pipelines,
	count(*) FILTER (WHERE of = 'deals' AND attname = 'close_time') > 0 AS has_close_time,
	count(*) FILTER (WHERE of = 'deals' AND attname = 'industry') > 0 AS has_industry,
	count(DISTINCT of) FILTER (WHERE of IN ('deals', 'stages', 'users', 'dealflow')) < 4 AS is_incomplete
FROM (SELECT relname AS of, attname FROM pg_attribute JOIN pg_class c ON c.oid = attrelid JOIN pg_namespace n ON n.oid = relnamespace
	WHERE nspname = :'source' AND attnum > 0 AND NOT attisdropped) a \gset

\if :is_incomplete
SELECT set_config('crm.source', :'source', false) AS set \gset
DO $$BEGIN
	RAISE EXCEPTION 'schema "%" lacks a table of Pipedrive''s: deals, stages, users, dealflow', current_setting('crm.source')
		USING ERRCODE = 'undefined_table', HINT = 'Name the schema of the sync: psql -v source=SCHEMA -f examples/crm/pipedrive.sql';
END$$;
\endif

-- Amounts are of one currency.
SELECT count(DISTINCT currency) > 1 AS is_mixed, coalesce(min(currency), 'USD') AS only_currency, string_agg(DISTINCT currency, ', ') AS currencies
FROM :"source".deals WHERE status <> 'deleted' AND value <> 0 \gset
\if :{?currency}
\elif :is_mixed
SELECT set_config('crm.currencies', :'currencies', false) AS set \gset
DO $$BEGIN
	RAISE EXCEPTION 'the deals have several currencies: %', current_setting('crm.currencies')
		USING HINT = 'Name the one to keep: psql -v currency=USD -f examples/crm/pipedrive.sql';
END$$;
\else
\set currency :only_currency
\endif

-- v1 writes times in UTC without saying so; v2 says it.
SELECT CASE WHEN atttypid = 'timestamp'::regtype THEN $$ AT TIME ZONE 'UTC'$$ ELSE '' END AS as_moment
FROM pg_attribute WHERE attrelid = to_regclass(format('%I.deals', :'source')) AND attname = 'add_time' \gset
SELECT CASE WHEN atttypid = 'timestamp'::regtype THEN $$ AT TIME ZONE 'UTC'$$ ELSE '' END AS as_logged
FROM pg_attribute WHERE attrelid = to_regclass(format('%I.dealflow', :'source')) AND attname = 'log_time' \gset

SELECT quote_literal(:'currency') AS currency_literal, quote_literal(:'won') AS won_literal, quote_literal(:'lost') AS lost_literal \gset
\set is_left_out 'CASE WHEN d.id IS NULL THEN ''no id'' WHEN d.status = ''deleted'' THEN ''deleted'' WHEN d.currency <> ' :currency_literal ' THEN ''another currency'' END'
\set close_time NULL
\if :has_close_time
\set close_time d.close_time
\endif

SET client_min_messages = warning;
CREATE SCHEMA IF NOT EXISTS :"views";
DROP VIEW IF EXISTS :"views".deals_left_out, :"views".funnels, :"views".deal_stage_history, :"views".deals, :"views".pipedrive_stages, :"views".pipedrive_pipelines;

-- A name of its own for each pipeline. The one with the lowest number needs no name behind those of its stages.
CREATE VIEW :"views".pipedrive_pipelines AS
SELECT pipeline_id, is_first, label || CASE WHEN count(*) OVER (PARTITION BY label) > 1 THEN ' (' || pipeline_id || ')' ELSE '' END AS pipeline
FROM (
\if :has_pipelines
	SELECT s.pipeline_id, s.pipeline_id = min(s.pipeline_id) OVER () AS is_first, coalesce(nullif(btrim(p.name), ''), s.pipeline_id::text) AS label
	FROM (SELECT DISTINCT pipeline_id FROM :"source".stages) s LEFT JOIN (SELECT id, min(name) AS name FROM :"source".pipelines GROUP BY id) p ON p.id = s.pipeline_id
\else
	SELECT pipeline_id, pipeline_id = min(pipeline_id) OVER () AS is_first, pipeline_id::text AS label FROM :"source".stages GROUP BY pipeline_id
\endif
) p;

-- A name of its own for each stage, over all pipelines: where two have stages of one name, those of the later pipeline have its
-- name behind theirs. So no deal counts in a funnel that it isn't in, and a first pipeline keeps its names when a second one comes.
CREATE VIEW :"views".pipedrive_stages AS
SELECT s.id AS stage_id, s.pipeline_id, s.order_nr, s.name
	|| CASE WHEN NOT p.is_first AND EXISTS (SELECT FROM :"source".stages o WHERE o.name = s.name AND o.pipeline_id < s.pipeline_id) THEN ' (' || p.pipeline || ')' ELSE '' END
	|| CASE WHEN count(*) OVER (PARTITION BY s.pipeline_id, s.name) > 1 THEN ' (' || s.id || ')' ELSE '' END AS stage
FROM (SELECT DISTINCT ON (id) * FROM :"source".stages ORDER BY id) s JOIN :"views".pipedrive_pipelines p USING (pipeline_id);

CREATE VIEW :"views".deals AS
SELECT DISTINCT ON (d.id) d.id AS deal_id, NULL::bigint AS lead_id, u.name AS owner, d.origin AS source, NULL::text AS industry, NULL::text AS region,
	coalesce(p.pipeline, d.pipeline_id::text) AS pipeline, nullif(d.value, 0)::numeric AS amount, d.currency, d.add_time:as_moment AS created, d.expected_close_date AS expected_close,
	CASE d.status WHEN 'won' THEN coalesce(d.won_time, :close_time) WHEN 'lost' THEN coalesce(d.lost_time, :close_time) END:as_moment AS closed,
	CASE d.status WHEN 'won' THEN true WHEN 'lost' THEN false END AS won, d.update_time:as_moment AS modified
FROM :"source".deals d
LEFT JOIN (SELECT id, min(name) AS name FROM :"source".users GROUP BY id) u ON u.id = d.user_id
LEFT JOIN :"views".pipedrive_pipelines p ON p.pipeline_id = d.pipeline_id
WHERE :is_left_out IS NULL
ORDER BY d.id, d.update_time DESC NULLS LAST;

-- Where a deal began, each move, and how it ended. What is moved after the end does not reopen it; where the end has no
-- moment, it is that of the last move. Moves between stages of other pipelines are left out.
CREATE VIEW :"views".deal_stage_history AS
WITH move AS (
	SELECT DISTINCT item_id AS deal_id, old_value::bigint AS old_stage, new_value::bigint AS new_stage, log_time:as_logged AS at
	FROM :"source".dealflow WHERE field_key = 'stage_id' AND new_value IS NOT NULL
), deal AS (
	SELECT DISTINCT ON (d.id) d.id AS deal_id, d.pipeline_id, d.stage_id, v.created, v.closed, v.won, v.pipeline
	FROM :"source".deals d JOIN :"views".deals v ON v.deal_id = d.id ORDER BY d.id, d.update_time DESC NULLS LAST
), entry AS (
	SELECT d.deal_id, coalesce((SELECT m.old_stage FROM move m WHERE m.deal_id = d.deal_id ORDER BY m.at LIMIT 1), d.stage_id) AS stage_id, d.created AS at FROM deal d
	UNION ALL
	SELECT m.deal_id, m.new_stage, m.at FROM move m JOIN deal d USING (deal_id) WHERE d.won IS NULL OR d.closed IS NULL OR m.at <= d.closed
)
SELECT d.deal_id, coalesce(s.stage, e.stage_id::text) AS stage, e.at AS entered_at
FROM entry e JOIN deal d USING (deal_id) LEFT JOIN :"views".pipedrive_stages s ON s.stage_id = e.stage_id
WHERE s.stage_id IS NULL OR s.pipeline_id = d.pipeline_id
UNION ALL
SELECT d.deal_id, CASE WHEN d.won THEN :won_literal ELSE :lost_literal END || CASE WHEN p.is_first IS FALSE THEN ' (' || p.pipeline || ')' ELSE '' END,
	coalesce(d.closed, (SELECT max(e.at) FROM entry e WHERE e.deal_id = d.deal_id))
FROM deal d LEFT JOIN :"views".pipedrive_pipelines p ON p.pipeline_id = d.pipeline_id WHERE d.won IS NOT NULL;

CREATE VIEW :"views".funnels AS
SELECT p.pipeline, funnel(array_agg(s.stage ORDER BY s.order_nr, s.stage_id) || (:won_literal || p.suffix), ARRAY[:lost_literal || p.suffix]) AS definition
FROM (SELECT *, CASE WHEN is_first THEN '' ELSE ' (' || pipeline || ')' END AS suffix FROM :"views".pipedrive_pipelines) p JOIN :"views".pipedrive_stages s USING (pipeline_id)
GROUP BY p.pipeline, p.suffix
HAVING count(*) <= 62;	-- with the ends, what a funnel holds

CREATE VIEW :"views".deals_left_out AS
SELECT reason, count(*) AS deals FROM (SELECT :is_left_out AS reason FROM :"source".deals d) d WHERE reason IS NOT NULL GROUP BY reason;

COMMENT ON VIEW :"views".deals IS 'Deals of Pipedrive in one currency, one row each; won from the status, NULL while open';
COMMENT ON VIEW :"views".deal_stage_history IS 'Where a deal began, each move to a stage of the pipeline it is in, and its end';
COMMENT ON VIEW :"views".funnels IS 'The funnel of each pipeline: its stages in order, the win last, and the loss';
COMMENT ON VIEW :"views".deals_left_out IS 'How many deals are not in deals, and why';
COMMENT ON VIEW :"views".pipedrive_pipelines IS 'A name of its own for each pipeline';
COMMENT ON VIEW :"views".pipedrive_stages IS 'A name of its own for each stage';
RESET client_min_messages;
