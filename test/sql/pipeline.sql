-- Pipeline movements: an example and errors, as psql shows them.
\pset null '-'
SET timezone = 'UTC';
SET datestyle = 'ISO, YMD';
CREATE TEMP TABLE history (deal_id bigint, stage text, entered_at timestamptz, amount numeric(12,2));
INSERT INTO history VALUES
	(1, 'Lead', '2025-01-01', 1000), (1, 'Qualified', '2025-01-20', 1500), (1, 'Won', '2025-03-20', 1400),
	(2, 'Lead', '2025-01-31 20:30+00', 500), (2, 'Lost', '2025-03-08', 0), (2, 'Lead', '2025-04-02', 450),
	(3, 'Lead', '2025-02-05', NULL), (3, 'Qualified', '2025-03-01', 800),
	(4, 'Won', '2025-03-05', 75), (5, 'Lost', '2025-03-05', 75), (6, 'Demo', '2025-03-05', 75), (6, 'Lead', NULL, 75);
CREATE TEMP TABLE summaries AS
	SELECT zone, pipeline_agg(deal_id, stage, entered_at, amount, 'Lead > Qualified > Won; lost: Lost', 'month', zone) AS s
	FROM history, (VALUES ('UTC'), ('Asia/Tehran')) z (zone) GROUP BY zone;
SELECT period, opening, created, increased, decreased, won, lost, reopened, closing, growth_rate FROM summaries, pipeline_movements(s) WHERE zone = 'UTC';
SELECT period, opening_deals, created_deals, increased_deals, decreased_deals, won_deals, lost_deals, reopened_deals, closing_deals FROM summaries, pipeline_movements(s) WHERE zone = 'UTC';
SELECT period, created, closing FROM summaries, pipeline_movements(s) WHERE zone = 'Asia/Tehran';
SELECT q.* FROM summaries, pipeline_quality(s) q WHERE zone = 'UTC';
SELECT data_from(s), data_through(s) FROM summaries WHERE zone = 'UTC';
\t on
SELECT s FROM summaries WHERE zone = 'UTC';
SELECT pipeline_summary_send(s) FROM (SELECT pipeline_agg(1, 'Lead', '2025-01-01'::date, 10, 'Lead > Won', 'year') AS s) x;
\t off

-- Errors
SELECT pipeline_agg(deal_id, stage, entered_at, amount, NULL, 'month', 'UTC') FROM history;
SELECT pipeline_agg(deal_id, stage, entered_at, amount, 'Lead > Won', NULL, 'UTC') FROM history;
SELECT pipeline_agg(deal_id, stage, entered_at, amount, 'Lead > Won', 'month', NULL) FROM history;
SELECT pipeline_agg(deal_id, stage, entered_at, amount, 'Lead > Won', 'hour', 'UTC') FROM history;
SELECT pipeline_agg(deal_id, stage, entered_at, amount, 'Lead > Won', 'month', 'Teheran') FROM history;
SELECT rollup(s) FROM summaries;
SELECT replace(s::text, '"won_deals": 0', '"won_deals": 7')::pipeline_summary FROM summaries WHERE zone = 'UTC';
