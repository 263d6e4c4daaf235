-- Stage funnels: examples and errors, as psql shows them.
\pset null '-'
SET timezone = 'UTC';
SET datestyle = 'ISO, YMD';
CREATE TEMP TABLE history (deal_id bigint, stage text, entered_at timestamptz, amount numeric(12,2));
INSERT INTO history VALUES
	(1, 'Lead', '2025-01-01', 1000), (1, 'Qualified', '2025-01-04', 1500), (1, 'Proposal', '2025-01-10', 1500), (1, 'Won', '2025-01-20', 1400),
	(2, 'Lead', '2025-01-02', 500), (2, 'Qualified', '2025-01-03', 500), (2, 'Lost', '2025-01-08', NULL),
	(3, 'Lead', '2025-01-05', NULL), (3, 'Offer', '2025-01-09', 800), (3, 'Qualified', '2025-01-11', 700), (3, 'Proposal', '2025-01-12', 900),
	(4, 'Lead', '2025-01-06', 250), (4, 'Disqualified', '2025-01-07', NULL), (4, 'Lead', '2025-01-30', 300),
	(5, 'Lead', '2025-02-02', 100), (5, 'Lead', '2025-02-02', 100), (5, 'Lead', '2025-02-12', 100),
	(6, 'Lost', '2025-02-01', 70), (7, 'Demo', '2025-02-01', NULL),
	(NULL, 'Lead', '2025-02-01', 1), (5, NULL, '2025-02-01', 1), (5, 'Lead', NULL, 1), (5, 'Lead', 'infinity', 1);
CREATE TEMP TABLE summaries AS
	SELECT stage_agg(deal_id, stage, entered_at, amount, 'Lead > Qualified > Proposal | Offer > Won; lost: Lost, Disqualified') AS s FROM history;

-- The figures
\x on
SELECT l.* FROM summaries, stage_leakage(s, '2025-02-20', 14) l;
\x off
SELECT step, stage, reached, advanced, lost, stalled, open, leakage_rate, conversion_rate FROM summaries, stage_leakage(s);
SELECT t.* FROM summaries, stage_time(s, as_of => '2025-02-20') t;
SELECT f.* FROM summaries, stage_flow(s) f;
SELECT q.* FROM summaries, stage_quality(s) q;
SELECT u.* FROM summaries, stage_unknown_labels(s) u;
SELECT m.* FROM stage_missing_labels((SELECT stage_agg(deal_id, stage, entered_at, 'New | Fresh > Lead > Contract > Won') FROM history)) m;
SELECT c.* FROM summaries, stage_chart(s, width => 20) c;
SELECT entities_outside(s), data_from(s), data_through(s), definition(s) FROM summaries;
SET extra_float_digits = 0;			-- the last digit is the C library's
SELECT c.* FROM compare_funnels(
	(SELECT stage_agg(deal_id, stage, entered_at, 'Lead > Qualified > Proposal | Offer > Won; lost: Lost, Disqualified') FROM history WHERE deal_id % 2 = 1),
	(SELECT stage_agg(deal_id, stage, entered_at, 'Lead > Qualified > Proposal | Offer > Won; lost: Lost, Disqualified') FROM history WHERE deal_id % 2 = 0), '2025-02-20', 14) c;
RESET extra_float_digits;
\t on
SELECT s FROM summaries;
\t off
SELECT stage_summary_send(s) FROM (SELECT stage_agg(1, 'Lead', '2025-01-01'::date, 'Lead > Won') AS s) x;

-- What was stored by version 1 is read for ever
CREATE TEMP TABLE stored (s stage_summary);
INSERT INTO stored VALUES ('{"version": 1, "definition": "Lead > Won", "data_from": "2025-01-01 00:00:00+00", "data_through": "2025-01-01 00:00:00+00", "rows": {"used": 1, "no_entity": 0, "no_stage": 0, "no_time": 0, "unknown_stage": 0, "time_out_of_range": 0, "exact_duplicate": 0, "entity_outside": 0}, "entities_outside": 0, "entities_with_amount": 0, "arrived": 0, "amount_arrived": 0, "stages": [{"entered": 1, "lost": 0, "amount_lost": 0, "reentries": 0, "visit_sum_microseconds": 0, "visit_max_microseconds": 0}, {"entered": 0, "lost": 0, "amount_lost": 0, "reentries": 0, "visit_sum_microseconds": 0, "visit_max_microseconds": 0}], "standings": [{"furthest": 0, "current": 0, "day": "2025-01-01", "entities": 1, "amount": 0}], "moves": []}');
SELECT l.step, l.stage, l.reached, l.open FROM stored, stage_leakage(s) l;

-- A definition none of whose labels occurs: said once a query, however many groups it has
SET client_min_messages = notice;
SELECT l.stage, l.reached FROM stage_leakage((SELECT stage_agg(deal_id, lower(stage), entered_at, 'Lead > Qualified > Won; lost: Lost') FROM history)) l;
SELECT deal_id, entities_outside(stage_agg(deal_id, lower(stage), entered_at, 'Lead > Qualified > Won; lost: Lost')) AS outside FROM history GROUP BY deal_id ORDER BY deal_id;
SET enable_hashagg = off;
SELECT deal_id, entities_outside(stage_agg(deal_id, lower(stage), entered_at, 'Lead > Qualified > Won; lost: Lost')) AS outside FROM history GROUP BY deal_id ORDER BY deal_id;
SELECT d.deal_id, (SELECT entities_outside(stage_agg(h.deal_id, lower(stage), entered_at, 'Lead > Qualified > Won; lost: Lost')) FROM history h WHERE h.deal_id = d.deal_id) AS outside FROM (VALUES (1), (2), (3)) d (deal_id);
SELECT DISTINCT entities_outside(stage_agg(deal_id, lower(stage), entered_at, 'Lead > Qualified > Won; lost: Lost') OVER (ORDER BY deal_id ROWS 1 PRECEDING)) AS outside FROM history ORDER BY 1;
RESET enable_hashagg;
-- ... and not where it occurs in any group, where there is no row, or where the query fails
SELECT deal_id % 2 AS odd, entities_outside(stage_agg(deal_id, stage, entered_at, 'Demo > Won')) AS outside FROM history WHERE deal_id >= 5 GROUP BY 1 ORDER BY 1;
SELECT entities_outside(stage_agg(deal_id, stage, entered_at, 'Lost > Won')) AS outside FROM history WHERE stage = 'Won';
SELECT entities_outside(stage_agg(deal_id, stage, entered_at, 'Nowhere')) AS outside FROM history WHERE false;
SELECT 1 / entities_outside(rollup(s)) AS outside FROM (SELECT stage_agg(deal_id, lower(stage), entered_at, 'Won') FILTER (WHERE false) AS s, stage_agg(deal_id, stage, entered_at, 'Nowhere') FROM history) x;
RESET client_min_messages;

-- Errors
SELECT stage_agg(deal_id, stage, entered_at, NULL) FROM history;
SELECT stage_agg(deal_id, stage, entered_at, CASE WHEN deal_id = 3 THEN 'Lead > Won' ELSE 'Lead > Lost' END::funnel) FROM history;
SELECT stage_agg(deal_id, stage, entered_at, 'Lead > Lead') FROM history;
SELECT stage_agg(deal_id, stage, entered_at, 'NaN'::float8, 'Lead > Won') FROM history;
SELECT stage_agg(deal_id, stage, entered_at, 'infinity'::float8, 'Lead > Won') FROM history;
SELECT l.* FROM summaries, stage_leakage(s, '2025-02-11') l;
SELECT l.* FROM summaries, stage_leakage(s, 'infinity') l;
SELECT l.* FROM summaries, stage_leakage(s, stale_days => 14) l;
SELECT l.* FROM summaries, stage_leakage(s, '2025-02-20', -1) l;
SELECT t.* FROM summaries, stage_time(s, '2025-02-11') t;
SELECT c.* FROM summaries, stage_chart(s, 0) c;
SELECT rollup(v) FROM (SELECT s AS v FROM summaries UNION ALL SELECT stage_agg(1, 'Lead', now(), 'Lead > Won')) x;
SELECT c.* FROM summaries, compare_funnels(s, (SELECT stage_agg(1, 'Lead', now(), 'Lead > Won'))) c;
SELECT 'Lead > Won'::stage_summary;
SELECT '{"version": 3}'::stage_summary;
SELECT replace(s::text, '"entered": 1', '"entered": 9')::stage_summary FROM stored;
