-- contract.sql: what the drivers are asked, for test/bi/jdbc and test/bi/node-pg. Run in a database with
-- the extension and the sample CRM (and, where it is there, the schema kpi). Both tests read bi.sources, and
-- the views of what is missing: a function without a call is a failure.

CREATE SCHEMA bi;

-- The extension's own functions
CREATE VIEW bi.functions AS
SELECT p.oid, p.oid::regprocedure::text AS function, p.proname::text AS name, p.prokind::text AS kind, p.prorettype::regtype::text AS result,
	p.proretset OR p.prorettype = 'record'::regtype AS has_columns, p.proargtypes::oid[] AS arguments
FROM pg_proc AS p
JOIN pg_depend AS d ON (d.classid, d.objid, d.deptype) = ('pg_proc'::regclass, p.oid, 'e')
JOIN pg_extension AS e ON (d.refclassid, d.refobjid) = ('pg_extension'::regclass, e.oid) AND e.extname = 'funnel_metrics';

-- One call of each function that gives columns. "sent" is the same with parameters in place of literals,
-- $1, $2, ... of the types and with the values that "parameters" has in this order (type, value, type, value, ...).
CREATE TABLE bi.calls (function text NOT NULL, call text NOT NULL, sent text, parameters text[]);
INSERT INTO bi.calls VALUES
	('labels(label_summary)', $$SELECT * FROM labels((SELECT label_agg(stage) FROM deal_stage_history WHERE entered_at < '2026-01-01 00:00+00'))$$,
		$$SELECT * FROM labels((SELECT label_agg(stage) FROM deal_stage_history WHERE entered_at < $1))$$, '{timestamptz, 2026-01-01T00:00Z}'),
	('outcome_labels(label_summary,text[],text[])', $$SELECT * FROM outcome_labels((SELECT label_agg(stage) FROM deal_stage_history), '{Won}', '{Lost,Disqualified}')$$,
		$$SELECT * FROM outcome_labels((SELECT label_agg(stage) FROM deal_stage_history), $1, $2)$$, '{text[], "{Won}", text[], "{Lost,Disqualified}"}'),
	('compare_rates(rate_summary,rate_summary,double precision)',
		$$SELECT c.* FROM (SELECT rate_agg(won) FILTER (WHERE source = 'Paid search') AS a, rate_agg(won) FILTER (WHERE source <> 'Paid search') AS b FROM deals) t, compare_rates(a, b, 0.9) c$$,
		$$SELECT c.* FROM (SELECT rate_agg(won) FILTER (WHERE source = $1) AS a, rate_agg(won) FILTER (WHERE source <> $1) AS b FROM deals) t, compare_rates(a, b, $2) c$$,
		'{text, Paid search, double precision, 0.9}'),
	('compare_to_benchmark(rate_summary,double precision)',
		$$SELECT source, b.* FROM (SELECT source, rate_agg(won) AS s FROM deals GROUP BY source) t, compare_to_benchmark(s, 0.25) b$$,
		$$SELECT source, b.* FROM (SELECT source, rate_agg(won) AS s FROM deals GROUP BY source) t, compare_to_benchmark(s, $1) b$$,
		'{double precision, 0.25}'),
	('velocity_drivers(velocity_summary,velocity_summary,text)',
		$$SELECT v.* FROM (SELECT velocity_agg(won, amount, created, closed) FILTER (WHERE closed < '2025-01-01 00:00+00') AS a, velocity_agg(won, amount, created, closed) FILTER (WHERE closed >= '2025-01-01 00:00+00') AS b FROM deals) t, velocity_drivers(a, b, 'decided') v$$,
		$$SELECT v.* FROM (SELECT velocity_agg(won, amount, created, closed) FILTER (WHERE closed < $1) AS a, velocity_agg(won, amount, created, closed) FILTER (WHERE closed >= $1) AS b FROM deals) t, velocity_drivers(a, b, $2) v$$,
		'{timestamptz, 2025-01-01T00:00Z, text, decided}'),
	('survey_breakdown(survey_summary)',
		$$SELECT segment, b.* FROM (SELECT segment, survey_agg(score) AS s FROM survey_responses WHERE survey = 'eNPS' GROUP BY segment) t, survey_breakdown(s) b$$,
		$$SELECT segment, b.* FROM (SELECT segment, survey_agg(score) AS s FROM survey_responses WHERE survey = $1 GROUP BY segment) t, survey_breakdown(s) b$$,
		'{text, eNPS}'),
	('attribution(attribution_summary,text)',
		$$SELECT * FROM attribution((SELECT attribution_agg(deal_id, kind, at, won, closed, amount, 'markov: 2') FROM deals LEFT JOIN activities USING (deal_id)), 'shapley')$$,
		$$SELECT * FROM attribution((SELECT attribution_agg(deal_id, kind, at, won, closed, amount, $1) FROM deals LEFT JOIN activities USING (deal_id)), 'shapley')$$,
		'{text, markov: 2}'),
	('attribution_models(attribution_summary)',
		$$SELECT * FROM attribution_models((SELECT attribution_agg(deal_id, kind, at, won, closed, amount, 'markov: 2') FROM deals LEFT JOIN activities USING (deal_id)))$$,
		$$SELECT * FROM attribution_models((SELECT attribution_agg(deal_id, kind, at, won, closed, amount, $1) FROM deals LEFT JOIN activities USING (deal_id)))$$,
		'{text, markov: 2}'),
	('attribution_transitions(attribution_summary)',
		$$SELECT * FROM attribution_transitions((SELECT attribution_agg(deal_id, kind, at, won, closed, amount, 'markov: 2') FROM deals LEFT JOIN activities USING (deal_id)))$$,
		$$SELECT * FROM attribution_transitions((SELECT attribution_agg(deal_id, kind, at, won, closed, amount, $1) FROM deals LEFT JOIN activities USING (deal_id)))$$,
		'{text, markov: 2}'),
	('removal_effects(attribution_summary)',
		$$SELECT * FROM removal_effects((SELECT attribution_agg(deal_id, kind, at, won, closed, amount, 'markov: 2') FROM deals LEFT JOIN activities USING (deal_id)))$$,
		$$SELECT * FROM removal_effects((SELECT attribution_agg(deal_id, kind, at, won, closed, amount, $1) FROM deals LEFT JOIN activities USING (deal_id)))$$,
		'{text, markov: 2}'),
	('attribution_counts(attribution_summary)',
		$$SELECT * FROM attribution_counts((SELECT attribution_agg(deal_id, kind, at, won, closed, amount, 'markov: 2') FROM deals LEFT JOIN activities USING (deal_id)))$$,
		$$SELECT * FROM attribution_counts((SELECT attribution_agg(deal_id, kind, at, won, closed, amount, $1) FROM deals LEFT JOIN activities USING (deal_id)))$$,
		'{text, markov: 2}'),
	('attribution_quality(attribution_summary)',
		$$SELECT * FROM attribution_quality((SELECT attribution_agg(deal_id, kind, at, won, closed, amount, 'markov: 2') FROM deals LEFT JOIN activities USING (deal_id)))$$,
		$$SELECT * FROM attribution_quality((SELECT attribution_agg(deal_id, kind, at, won, closed, amount, $1) FROM deals LEFT JOIN activities USING (deal_id)))$$,
		'{text, markov: 2}'),
	('stage_odds(landmark_summary,double precision)',
		$$SELECT * FROM stage_odds((SELECT landmark_agg(deal_id, stage, entered_at, 'Lead > Qualified > Demo > Proposal > Negotiation > Won; lost: Lost, Disqualified', landmarks('2024-06-01 00:00+00', '30 days', 12), '2026-01-01 00:00+00') FROM deal_stage_history), 0.9)$$,
		$$SELECT * FROM stage_odds((SELECT landmark_agg(deal_id, stage, entered_at, $1, landmarks('2024-06-01 00:00+00', '30 days', 12), $2) FROM deal_stage_history), $3)$$,
		'{funnel, "Lead > Qualified > Demo > Proposal > Negotiation > Won; lost: Lost, Disqualified", timestamptz, 2026-01-01T00:00Z, double precision, 0.9}'),
	('landmark_counts(landmark_summary)',
		$$SELECT * FROM landmark_counts((SELECT landmark_agg(deal_id, stage, entered_at, 'Lead > Qualified > Demo > Proposal > Negotiation > Won; lost: Lost, Disqualified', landmarks('2024-06-01 00:00+00', '30 days', 12), '2026-01-01 00:00+00') FROM deal_stage_history))$$,
		$$SELECT * FROM landmark_counts((SELECT landmark_agg(deal_id, stage, entered_at, $1, landmarks('2024-06-01 00:00+00', '30 days', 12), '2026-01-01 00:00+00') FROM deal_stage_history))$$,
		'{funnel, "Lead > Qualified > Demo > Proposal > Negotiation > Won; lost: Lost, Disqualified"}'),
	('landmark_unknown_labels(landmark_summary)',
		$$SELECT * FROM landmark_unknown_labels((SELECT landmark_agg(deal_id, stage, entered_at, 'Lead > Won', landmarks('2024-06-01 00:00+00', '30 days', 12), '2026-01-01 00:00+00') FROM deal_stage_history))$$,
		$$SELECT * FROM landmark_unknown_labels((SELECT landmark_agg(deal_id, stage, entered_at, $1, landmarks('2024-06-01 00:00+00', '30 days', 12), '2026-01-01 00:00+00') FROM deal_stage_history))$$,
		'{funnel, Lead > Won}'),
	('landmark_quality(landmark_summary)',
		$$SELECT * FROM landmark_quality((SELECT landmark_agg(deal_id, stage, entered_at, 'Lead > Qualified > Demo > Proposal > Negotiation > Won; lost: Lost, Disqualified', landmarks('2024-06-01 00:00+00', '30 days', 12), '2026-01-01 00:00+00') FROM deal_stage_history))$$,
		$$SELECT * FROM landmark_quality((SELECT landmark_agg(deal_id, stage, entered_at, $1, landmarks('2024-06-01 00:00+00', '30 days', 12), '2026-01-01 00:00+00') FROM deal_stage_history))$$,
		'{funnel, "Lead > Qualified > Demo > Proposal > Negotiation > Won; lost: Lost, Disqualified"}'),
	('forecast(forecast_summary)',
		$$SELECT region, f.* FROM (SELECT region, forecast_agg(amount, 0.25) AS s FROM deals WHERE won IS NULL GROUP BY region) t, forecast(s) f$$,
		$$SELECT region, f.* FROM (SELECT region, forecast_agg(amount, $1) AS s FROM deals WHERE won IS NULL GROUP BY region) t, forecast(s) f$$,
		'{double precision, 0.25}'),
	('forecast_distribution(forecast_summary,integer)',
		$$SELECT * FROM forecast_distribution((SELECT forecast_agg(amount, 0.25) FROM deals WHERE won IS NULL), 20)$$,
		$$SELECT * FROM forecast_distribution((SELECT forecast_agg(amount, $1) FROM deals WHERE won IS NULL), $2)$$,
		'{double precision, 0.25, integer, 20}'),
	('forecast_quality(forecast_summary)',
		$$SELECT * FROM forecast_quality((SELECT forecast_agg(amount, 0.25) FROM deals WHERE won IS NULL))$$,
		$$SELECT * FROM forecast_quality((SELECT forecast_agg(amount, $1) FROM deals WHERE won IS NULL))$$,
		'{double precision, 0.25}'),
	('calibration(calibration_summary,integer,double precision)',
		$$SELECT * FROM calibration((SELECT calibration_agg(0.1 + deal_id % 5 * 0.1, won) FROM deals), 10, 0.9)$$,
		$$SELECT * FROM calibration((SELECT calibration_agg(0.1 + deal_id % 5 * 0.1, won) FROM deals), $1, $2)$$,
		'{integer, 10, double precision, 0.9}'),
	('calibration_quality(calibration_summary)',
		$$SELECT * FROM calibration_quality((SELECT calibration_agg(0.25, won) FROM deals))$$,
		$$SELECT * FROM calibration_quality((SELECT calibration_agg($1, won) FROM deals))$$,
		'{double precision, 0.25}'),
	('stage_leakage(stage_summary,date,integer)',
		$$SELECT * FROM stage_leakage((SELECT stage_agg(deal_id, stage, entered_at, d.amount, 'Lead > Qualified > Demo > Proposal > Negotiation > Won; lost: Lost, Disqualified') FROM deal_stage_history JOIN deals d USING (deal_id)), '2026-01-01', 60)$$,
		$$SELECT * FROM stage_leakage((SELECT stage_agg(deal_id, stage, entered_at, d.amount, $1) FROM deal_stage_history JOIN deals d USING (deal_id)), $2, $3)$$,
		'{funnel, "Lead > Qualified > Demo > Proposal > Negotiation > Won; lost: Lost, Disqualified", date, 2026-01-01, integer, 60}'),
	('stage_time(stage_summary,date)',
		$$SELECT * FROM stage_time((SELECT stage_agg(deal_id, stage, entered_at, 'Lead > Qualified > Demo > Proposal > Negotiation > Won; lost: Lost, Disqualified') FROM deal_stage_history), '2026-01-01')$$,
		$$SELECT * FROM stage_time((SELECT stage_agg(deal_id, stage, entered_at, $1) FROM deal_stage_history), $2)$$,
		'{funnel, "Lead > Qualified > Demo > Proposal > Negotiation > Won; lost: Lost, Disqualified", date, 2026-01-01}'),
	('stage_flow(stage_summary)',
		$$SELECT * FROM stage_flow((SELECT stage_agg(deal_id, stage, entered_at, 'Lead > Qualified > Demo > Proposal > Negotiation > Won; lost: Lost, Disqualified') FROM deal_stage_history))$$,
		$$SELECT * FROM stage_flow((SELECT stage_agg(deal_id, stage, entered_at, $1) FROM deal_stage_history))$$,
		'{funnel, "Lead > Qualified > Demo > Proposal > Negotiation > Won; lost: Lost, Disqualified"}'),
	('survival_curve(survival_summary,double precision)',
		$$SELECT * FROM survival_curve((SELECT survival_agg(created, closed, won, '2026-01-01 00:00+00') FROM deals), 0.9)$$,
		$$SELECT * FROM survival_curve((SELECT survival_agg(created, closed, won, $1) FROM deals), $2)$$,
		'{timestamptz, 2026-01-01T00:00Z, double precision, 0.9}'),
	('survival_at(survival_summary,integer[],double precision)',
		$$SELECT * FROM survival_at((SELECT survival_agg(created, closed, won, '2026-01-01 00:00+00') FROM deals), '{30,90}', 0.9)$$,
		$$SELECT * FROM survival_at((SELECT survival_agg(created, closed, won, $1) FROM deals), $2, $3)$$,
		'{timestamptz, 2026-01-01T00:00Z, integer[], "{30,90}", double precision, 0.9}'),
	('survival_quality(survival_summary)',
		$$SELECT * FROM survival_quality((SELECT survival_agg(created, closed, won, '2026-01-01 00:00+00') FROM deals))$$,
		$$SELECT * FROM survival_quality((SELECT survival_agg(created, closed, won, $1) FROM deals))$$,
		'{timestamptz, 2026-01-01T00:00Z}'),
	('leading_indicators(indicator_summary,text,integer,integer,text)',
		$$SELECT * FROM leading_indicators((SELECT indicator_agg(period_start((entered_at AT TIME ZONE 'UTC')::date, 'week'), stage, 1) FROM deal_stage_history WHERE entered_at < '2026-01-01 00:00+00'), 'Won', 4, 1, 'bh')$$,
		$$SELECT * FROM leading_indicators((SELECT indicator_agg(period_start((entered_at AT TIME ZONE 'UTC')::date, 'week'), stage, 1) FROM deal_stage_history WHERE entered_at < $1), $2, $3, $4, $5)$$,
		'{timestamptz, 2026-01-01T00:00Z, text, Won, integer, 4, integer, 1, text, bh}'),
	('indicator_changes(indicator_summary,integer)',
		$$SELECT * FROM indicator_changes((SELECT indicator_agg(period_start((entered_at AT TIME ZONE 'UTC')::date, 'month'), stage, 1) FROM deal_stage_history), 12)$$,
		$$SELECT * FROM indicator_changes((SELECT indicator_agg(period_start((entered_at AT TIME ZONE 'UTC')::date, 'month'), stage, 1) FROM deal_stage_history), $1)$$, '{integer, 12}'),
	('indicator_quality(indicator_summary)',
		$$SELECT * FROM indicator_quality((SELECT indicator_agg((entered_at AT TIME ZONE 'UTC')::date, stage, 1) FROM deal_stage_history WHERE entered_at < '2026-01-01 00:00+00'))$$,
		$$SELECT * FROM indicator_quality((SELECT indicator_agg((entered_at AT TIME ZONE 'UTC')::date, stage, 1) FROM deal_stage_history WHERE entered_at < $1))$$, '{timestamptz, 2026-01-01T00:00Z}'),
	('segments(segment_summary)',
		$$SELECT * FROM segments((SELECT segment_agg(source, won) FROM deals WHERE closed < '2026-01-01 00:00+00'))$$,
		$$SELECT * FROM segments((SELECT segment_agg(source, won) FROM deals WHERE closed < $1))$$, '{timestamptz, 2026-01-01T00:00Z}'),
	('rate_drivers(segment_summary,segment_summary)',
		$$SELECT d.* FROM (SELECT segment_agg(source, won) FILTER (WHERE closed < '2025-07-01 00:00+00') AS b, segment_agg(source, won) FILTER (WHERE closed >= '2025-07-01 00:00+00') AS a FROM deals) t, rate_drivers(b, a) d$$,
		$$SELECT d.* FROM (SELECT segment_agg(source, won) FILTER (WHERE closed < $1) AS b, segment_agg(source, won) FILTER (WHERE closed >= $1) AS a FROM deals) t, rate_drivers(b, a) d$$,
		'{timestamptz, 2025-07-01T00:00Z}'),
	('league_table(segment_summary,text)',
		$$SELECT * FROM league_table((SELECT segment_agg(source, won) FROM deals), 'bh')$$,
		$$SELECT * FROM league_table((SELECT segment_agg(source, won) FROM deals), $1)$$, '{text, bh}'),
	('segment_quality(segment_summary)',
		$$SELECT * FROM segment_quality((SELECT segment_agg(source, won) FROM deals WHERE closed < '2026-01-01 00:00+00'))$$,
		$$SELECT * FROM segment_quality((SELECT segment_agg(source, won) FROM deals WHERE closed < $1))$$, '{timestamptz, 2026-01-01T00:00Z}'),
	('stage_quality(stage_summary)',
		$$SELECT * FROM stage_quality((SELECT stage_agg(deal_id, stage, entered_at, 'Lead > Qualified > Won; lost: Lost') FROM deal_stage_history))$$,
		$$SELECT * FROM stage_quality((SELECT stage_agg(deal_id, stage, entered_at, $1) FROM deal_stage_history))$$,
		'{funnel, "Lead > Qualified > Won; lost: Lost"}'),
	('stage_missing_labels(stage_summary)',
		$$SELECT * FROM stage_missing_labels((SELECT stage_agg(deal_id, stage, entered_at, 'New > Lead > Won; lost: Lost') FROM deal_stage_history))$$,
		$$SELECT * FROM stage_missing_labels((SELECT stage_agg(deal_id, stage, entered_at, $1) FROM deal_stage_history))$$,
		'{funnel, "New > Lead > Won; lost: Lost"}'),
	('stage_unknown_labels(stage_summary)',
		$$SELECT * FROM stage_unknown_labels((SELECT stage_agg(deal_id, stage, entered_at, 'Lead > Qualified > Won; lost: Lost') FROM deal_stage_history))$$,
		$$SELECT * FROM stage_unknown_labels((SELECT stage_agg(deal_id, stage, entered_at, $1) FROM deal_stage_history))$$,
		'{funnel, "Lead > Qualified > Won; lost: Lost"}'),
	('pipeline_unknown_labels(pipeline_summary)',
		$$SELECT * FROM pipeline_unknown_labels((SELECT pipeline_agg(h.deal_id, h.stage, h.entered_at, d.amount, 'Lead > Won; lost: Lost', 'week', 'UTC') FROM deal_stage_history h JOIN deals d USING (deal_id)))$$,
		$$SELECT * FROM pipeline_unknown_labels((SELECT pipeline_agg(h.deal_id, h.stage, h.entered_at, d.amount, $1, $2, $3) FROM deal_stage_history h JOIN deals d USING (deal_id)))$$,
		'{funnel, "Lead > Won; lost: Lost", text, week, text, UTC}'),
	('stage_chart(stage_summary,integer)',
		$$SELECT * FROM stage_chart((SELECT stage_agg(deal_id, stage, entered_at, 'Lead > Qualified > Demo > Proposal > Negotiation > Won; lost: Lost, Disqualified') FROM deal_stage_history), 30)$$,
		$$SELECT * FROM stage_chart((SELECT stage_agg(deal_id, stage, entered_at, $1) FROM deal_stage_history), $2)$$,
		'{funnel, "Lead > Qualified > Demo > Proposal > Negotiation > Won; lost: Lost, Disqualified", integer, 30}'),
	('compare_funnels(stage_summary,stage_summary,date,integer)',
		$$SELECT c.* FROM (SELECT stage_agg(deal_id, stage, entered_at, 'Lead > Qualified > Won; lost: Lost') FILTER (WHERE source = 'Paid search') AS a, stage_agg(deal_id, stage, entered_at, 'Lead > Qualified > Won; lost: Lost') FILTER (WHERE source = 'Referral') AS b FROM deal_stage_history JOIN deals USING (deal_id)) t, compare_funnels(a, b, '2026-01-01', 60) c$$,
		$$SELECT c.* FROM (SELECT stage_agg(deal_id, stage, entered_at, $1) FILTER (WHERE source = $2) AS a, stage_agg(deal_id, stage, entered_at, $1) FILTER (WHERE source = $3) AS b FROM deal_stage_history JOIN deals USING (deal_id)) t, compare_funnels(a, b, $4, $5) c$$,
		'{funnel, "Lead > Qualified > Won; lost: Lost", text, Paid search, text, Referral, date, 2026-01-01, integer, 60}'),
	('pipeline_movements(pipeline_summary,date)',
		$$SELECT * FROM pipeline_movements((SELECT pipeline_agg(h.deal_id, h.stage, h.entered_at, d.amount, 'Lead > Qualified > Demo > Proposal > Negotiation > Won; lost: Lost, Disqualified', 'month', 'Asia/Tehran') FROM deal_stage_history h JOIN deals d USING (deal_id)))$$,
		$$SELECT * FROM pipeline_movements((SELECT pipeline_agg(h.deal_id, h.stage, h.entered_at, d.amount, $1, $2, $3) FROM deal_stage_history h JOIN deals d USING (deal_id)))$$,
		'{funnel, "Lead > Qualified > Demo > Proposal > Negotiation > Won; lost: Lost, Disqualified", text, month, text, Asia/Tehran}'),
	('pipeline_quality(pipeline_summary)',
		$$SELECT * FROM pipeline_quality((SELECT pipeline_agg(h.deal_id, h.stage, h.entered_at, d.amount, 'Lead > Won; lost: Lost', 'week', 'UTC') FROM deal_stage_history h JOIN deals d USING (deal_id)))$$,
		$$SELECT * FROM pipeline_quality((SELECT pipeline_agg(h.deal_id, h.stage, h.entered_at, d.amount, $1, $2, $3) FROM deal_stage_history h JOIN deals d USING (deal_id)))$$,
		'{funnel, "Lead > Won; lost: Lost", text, week, text, UTC}'),
	('mrr_movements(mrr_summary,date)',
		$$SELECT * FROM mrr_movements((SELECT mrr_agg(customer, starts, ends, mrr, '2026-01-01') FROM subscriptions))$$,
		$$SELECT * FROM mrr_movements((SELECT mrr_agg(customer, starts, ends, mrr, $1) FROM subscriptions))$$,
		'{date, 2026-01-01}'),
	('mrr_retention(mrr_summary,integer,date)',
		$$SELECT * FROM mrr_retention((SELECT mrr_agg(customer, starts, ends, mrr, '2026-01-01') FROM subscriptions), 12)$$,
		$$SELECT * FROM mrr_retention((SELECT mrr_agg(customer, starts, ends, mrr, $1) FROM subscriptions), $2)$$,
		'{date, 2026-01-01, integer, 12}'),
	('mrr_quality(mrr_summary)',
		$$SELECT * FROM mrr_quality((SELECT mrr_agg(customer, starts, ends, mrr, '2026-01-01') FROM subscriptions))$$,
		$$SELECT * FROM mrr_quality((SELECT mrr_agg(customer, starts, ends, mrr, $1) FROM subscriptions))$$,
		'{date, 2026-01-01}'),
	('cohort_retention(cohort_summary,date)',
		$$SELECT * FROM cohort_retention((SELECT cohort_agg(customer, ordered, amount, 'quarter', 'America/St_Johns') FROM orders), '2026-01-01')$$,
		$$SELECT * FROM cohort_retention((SELECT cohort_agg(customer, ordered, amount, $1, $2) FROM orders), $3)$$,
		'{text, quarter, text, America/St_Johns, date, 2026-01-01}'),
	('active_entities(cohort_summary,date)',
		$$SELECT * FROM active_entities((SELECT cohort_agg(customer, ordered, amount, 'month', 'Asia/Kuala_Lumpur') FROM orders))$$,
		$$SELECT * FROM active_entities((SELECT cohort_agg(customer, ordered, amount, $1, $2) FROM orders))$$,
		'{text, month, text, Asia/Kuala_Lumpur}'),
	('lifecycle(cohort_summary,date)',
		$$SELECT * FROM lifecycle((SELECT cohort_agg(customer, ordered, 'month', 'Asia/Kuala_Lumpur') FROM orders), '2026-01-01')$$,
		$$SELECT * FROM lifecycle((SELECT cohort_agg(customer, ordered, $1, $2) FROM orders), $3)$$,
		'{text, month, text, Asia/Kuala_Lumpur, date, 2026-01-01}'),
	('cohort_quality(cohort_summary)',
		$$SELECT * FROM cohort_quality((SELECT cohort_agg(customer, ordered, amount, 'year', 'UTC') FROM orders))$$,
		$$SELECT * FROM cohort_quality((SELECT cohort_agg(customer, ordered, amount, $1, $2) FROM orders))$$,
		'{text, year, text, UTC}'),
	('attainment_bands(attainment_summary)',
		$$SELECT b.* FROM (SELECT attainment_agg(sales, quota) AS s FROM quotas LEFT JOIN (SELECT owner AS rep, date_trunc('quarter', closed AT TIME ZONE 'UTC')::date AS period_start, sum(amount) AS sales FROM deals WHERE won GROUP BY 1, 2) d USING (rep, period_start) WHERE period_start >= '2025-01-01') t, attainment_bands(s) b$$,
		$$SELECT b.* FROM (SELECT attainment_agg(sales, quota) AS s FROM quotas LEFT JOIN (SELECT owner AS rep, date_trunc('quarter', closed AT TIME ZONE $1)::date AS period_start, sum(amount) AS sales FROM deals WHERE won GROUP BY 1, 2) d USING (rep, period_start) WHERE period_start >= $2) t, attainment_bands(s) b$$,
		'{text, UTC, date, 2025-01-01}'),
	('attainment_pace(numeric,numeric,date,date,date)',
		$$SELECT rep, p.* FROM quotas JOIN (SELECT owner AS rep, sum(amount) AS sales FROM deals WHERE won AND closed >= '2025-10-01 00:00+00' GROUP BY owner) d USING (rep), attainment_pace(sales, quota, period_start, period_end, '2025-11-15') p WHERE period_start = '2025-10-01'$$,
		$$SELECT rep, p.* FROM quotas JOIN (SELECT owner AS rep, sum(amount) AS sales FROM deals WHERE won AND closed >= $1 GROUP BY owner) d USING (rep), attainment_pace(sales, quota, period_start, period_end, $2) p WHERE period_start = $3$$,
		'{timestamptz, 2025-10-01T00:00Z, date, 2025-11-15, date, 2025-10-01}'),
	('attainment_pace(double precision,double precision,date,date,date)',
		$$SELECT p.* FROM attainment_pace(40.5::double precision, 100::double precision, '2025-10-01', '2025-12-31', '2025-11-15') p$$,
		$$SELECT p.* FROM attainment_pace($1, $2, $3, $4, $5) p$$,
		'{double precision, 40.5, double precision, 100, date, 2025-10-01, date, 2025-12-31, date, 2025-11-15}'),
	('event_funnel(event_summary,timestamp with time zone)',
		$$SELECT * FROM event_funnel((SELECT event_agg(visitor, event, at, 'visit > cart > checkout > payment; within: 7 days') FROM shop_events), '2026-01-02 00:00+00')$$,
		$$SELECT * FROM event_funnel((SELECT event_agg(visitor, event, at, $1) FROM shop_events), $2)$$,
		'{journey, "visit > cart > checkout > payment; within: 7 days", timestamptz, 2026-01-02T00:00Z}'),
	('event_funnel_by(event_summary,timestamp with time zone)',
		$$SELECT * FROM event_funnel_by((SELECT event_agg(visitor, event, device, at, 'visit > cart > checkout > payment; within: 7 days; property: first') FROM shop_events), '2026-01-02 00:00+00')$$,
		$$SELECT * FROM event_funnel_by((SELECT event_agg(visitor, event, device, at, $1) FROM shop_events), $2)$$,
		'{journey, "visit > cart > checkout > payment; within: 7 days; property: first", timestamptz, 2026-01-02T00:00Z}'),
	('event_trend(event_summary,timestamp with time zone,integer)',
		$$SELECT * FROM event_trend((SELECT event_agg(visitor, event, at, 'visit > cart > checkout > payment; within: 7 days', 'month', 'America/St_Johns') FROM shop_events), '2026-01-02 00:00+00', 3)$$,
		$$SELECT * FROM event_trend((SELECT event_agg(visitor, event, at, $1, $2, $3) FROM shop_events), $4, $5)$$,
		'{journey, "visit > cart > checkout > payment; within: 7 days", text, month, text, America/St_Johns, timestamptz, 2026-01-02T00:00Z, integer, 3}'),
	('event_times(event_summary,integer,integer)',
		$$SELECT * FROM event_times((SELECT event_agg(visitor, event, at, 'visit > cart > checkout > payment; within: 7 days') FROM shop_events), 4, 5)$$,
		$$SELECT * FROM event_times((SELECT event_agg(visitor, event, at, $1) FROM shop_events), $2, $3)$$,
		'{journey, "visit > cart > checkout > payment; within: 7 days", integer, 4, integer, 5}'),
	('event_quality(event_summary)',
		$$SELECT * FROM event_quality((SELECT event_agg(visitor, event, at, 'visit > cart > checkout > payment; within: 7 days') FROM shop_events))$$,
		$$SELECT * FROM event_quality((SELECT event_agg(visitor, event, at, $1) FROM shop_events))$$,
		'{journey, "visit > cart > checkout > payment; within: 7 days"}'),
	('event_chart(event_summary,integer)',
		$$SELECT * FROM event_chart((SELECT event_agg(visitor, event, at, 'visit > cart > checkout > payment; within: 7 days') FROM shop_events), 30)$$,
		$$SELECT * FROM event_chart((SELECT event_agg(visitor, event, at, $1) FROM shop_events), $2)$$,
		'{journey, "visit > cart > checkout > payment; within: 7 days", integer, 30}'),
	('compare_funnels(event_summary,event_summary,timestamp with time zone)',
		$$SELECT c.* FROM (SELECT event_agg(visitor, event, at, 'visit > cart > checkout > payment; within: 7 days') FILTER (WHERE device = 'phone') AS a, event_agg(visitor, event, at, 'visit > cart > checkout > payment; within: 7 days') FILTER (WHERE device = 'desktop') AS b FROM shop_events) t, compare_funnels(a, b, '2026-01-02 00:00+00') c$$,
		$$SELECT c.* FROM (SELECT event_agg(visitor, event, at, $1) FILTER (WHERE device = $2) AS a, event_agg(visitor, event, at, $1) FILTER (WHERE device = $3) AS b FROM shop_events) t, compare_funnels(a, b, $4) c$$,
		'{journey, "visit > cart > checkout > payment; within: 7 days", text, phone, text, desktop, timestamptz, 2026-01-02T00:00Z}'),
	('path_flow(path_summary,integer)',
		$$SELECT * FROM path_flow((SELECT path_agg(visitor, event, at, 'from: visit; depth: 4; session: 30 minutes') FROM shop_events), 3)$$,
		$$SELECT * FROM path_flow((SELECT path_agg(visitor, event, at, $1) FROM shop_events), $2)$$,
		'{text, "from: visit; depth: 4; session: 30 minutes", integer, 3}'),
	('path_list(path_summary,integer)',
		$$SELECT rank, name, value, share, cut FROM path_list((SELECT path_agg(visitor, event, at, 'to: payment; session: 30 minutes') FROM shop_events), 5)$$,
		$$SELECT rank, name, value, share, cut FROM path_list((SELECT path_agg(visitor, event, at, $1) FROM shop_events), $2)$$,
		'{text, "to: payment; session: 30 minutes", integer, 5}'),
	('path_quality(path_summary)',
		$$SELECT * FROM path_quality((SELECT path_agg(visitor, event, at, 'to: payment') FROM shop_events))$$,
		$$SELECT * FROM path_quality((SELECT path_agg(visitor, event, at, $1) FROM shop_events))$$,
		'{text, "to: payment"}'),
	('session_figures(session_summary,timestamp with time zone)',
		$$SELECT * FROM session_figures((SELECT session_agg(visitor, at, '30 minutes') FROM shop_events), '2026-01-02 00:00+00')$$,
		$$SELECT * FROM session_figures((SELECT session_agg(visitor, at, '30 minutes') FROM shop_events WHERE device <> $1), $2)$$,
		'{text, none, timestamptz, 2026-01-02T00:00Z}'),
	('session_trend(session_summary,timestamp with time zone)',
		$$SELECT * FROM session_trend((SELECT session_agg(visitor, at, '30 minutes', 'month', 'America/St_Johns') FROM shop_events), '2026-01-02 00:00+00')$$,
		$$SELECT * FROM session_trend((SELECT session_agg(visitor, at, '30 minutes', $1, $2) FROM shop_events), $3)$$,
		'{text, month, text, America/St_Johns, timestamptz, 2026-01-02T00:00Z}'),
	('session_quality(session_summary)',
		$$SELECT * FROM session_quality((SELECT session_agg(visitor, at, '30 minutes') FROM shop_events))$$,
		$$SELECT * FROM session_quality((SELECT session_agg(visitor, at, '30 minutes') FROM shop_events WHERE device <> $1))$$,
		'{text, none}'),
	('event_retention(retention_summary,text,date)',
		$$SELECT * FROM event_retention((SELECT retention_agg(visitor, at, event = 'visit', event = 'visit', 'month', 'America/St_Johns') FROM shop_events), 'up to', '2026-01-01')$$,
		$$SELECT * FROM event_retention((SELECT retention_agg(visitor, at, event = $1, event = $1, $2, $3) FROM shop_events), $4, $5)$$,
		'{text, visit, text, month, text, America/St_Johns, text, up to, date, 2026-01-01}'),
	('event_retention_curve(retention_summary,text,date)',
		$$SELECT * FROM event_retention_curve((SELECT retention_agg(visitor, at, event = 'visit', event = 'visit', ARRAY[1, 3, 7, 14, 30], 'UTC') FROM shop_events), 'on', '2026-01-01')$$,
		$$SELECT * FROM event_retention_curve((SELECT retention_agg(visitor, at, event = $1, event = $1, ARRAY[1, 3, 7, 14, 30], 'UTC') FROM shop_events), $2, $3)$$,
		'{text, visit, text, on, date, 2026-01-01}'),
	('retention_quality(retention_summary)',
		$$SELECT * FROM retention_quality((SELECT retention_agg(visitor, at, event = 'visit', event = 'payment', 'week', 'UTC') FROM shop_events))$$,
		$$SELECT * FROM retention_quality((SELECT retention_agg(visitor, at, event = $1, event = $2, $3, $4) FROM shop_events))$$,
		'{text, visit, text, payment, text, week, text, UTC}'),
	('stickiness(stickiness_summary,date)',
		$$SELECT * FROM stickiness((SELECT stickiness_agg(visitor, at, 'day', 'month', 'America/St_Johns') FROM shop_events), '2026-01-01')$$,
		$$SELECT * FROM stickiness((SELECT stickiness_agg(visitor, at, $1, $2, $3) FROM shop_events), $4)$$,
		'{text, day, text, month, text, America/St_Johns, date, 2026-01-01}'),
	('stickiness_trend(stickiness_summary,date)',
		$$SELECT * FROM stickiness_trend((SELECT stickiness_agg(visitor, at, 'week', 'quarter', 'America/St_Johns') FROM shop_events), '2026-01-01')$$,
		$$SELECT * FROM stickiness_trend((SELECT stickiness_agg(visitor, at, $1, $2, $3) FROM shop_events), $4)$$,
		'{text, week, text, quarter, text, America/St_Johns, date, 2026-01-01}'),
	('stickiness_quality(stickiness_summary)',
		$$SELECT * FROM stickiness_quality((SELECT stickiness_agg(visitor, at, 'day', 'month', 'UTC') FROM shop_events))$$,
		$$SELECT * FROM stickiness_quality((SELECT stickiness_agg(visitor, at, $1, $2, $3) FROM shop_events))$$,
		'{text, day, text, month, text, UTC}'),
	('funnel_metrics_version()',
		$$SELECT * FROM funnel_metrics_version()$$,
		$$SELECT * FROM funnel_metrics_version() WHERE extension <> $1$$,
		'{text, 0}'),
	('kpi_catalog()',
		$$SELECT * FROM kpi_catalog()$$,
		$$SELECT * FROM kpi_catalog() WHERE $1 IN ('any', family)$$,
		'{text, any}');

CREATE VIEW bi.functions_without_call AS
SELECT function FROM bi.functions WHERE has_columns EXCEPT SELECT function FROM bi.calls;

-- An interval is what people read, and no tool can draw one. Who gives one is here, with what gives the same in
-- days beside it: the function of that name for the same arguments, and the query.
CREATE TABLE bi.interval_functions (name text PRIMARY KEY, days text NOT NULL, why text NOT NULL);
INSERT INTO bi.interval_functions VALUES
	('cycle_time', 'cycle_days', 'the sales cycle as people say it: 56 days 06:32:26'),
	('business_time', 'business_hours', 'working time as people say it; hours beside it'),
	('lead_response_time', 'cycle_days', 'an answer within 03:20:00: hours and minutes, which days hide'),
	('duration_percentile', 'duration_percentile_in_days', 'what cycle_time and lead_response_time end with');
CREATE TABLE bi.interval_calls (kpi text PRIMARY KEY, days text NOT NULL, why text NOT NULL);
INSERT INTO bi.interval_calls VALUES
	('sales cycle length', $$SELECT cycle_days(created, closed) FILTER (WHERE won) FROM deals$$, 'the catalogue has "sales cycle in days" beside it'),
	('median working time to the answer', $$SELECT owner, cycle_days(business_time('Mon-Fri 09:00-18:00; zone: Asia/Kuala_Lumpur', created, first_response), 0.5) * 24 AS hours FROM leads GROUP BY owner$$, 'hours for people'),
	('lead response time', $$SELECT owner, mean_days(s), still_open(s) FROM (SELECT owner, duration_agg(created, first_response) AS s FROM leads GROUP BY owner) t$$, 'hours for people'),
	('median lead response time', $$SELECT owner, cycle_days(created, first_response, 0.5) FROM leads GROUP BY owner$$, 'hours for people'),
	('time to answer an inquiry', $$SELECT cycle_days(created, first_response) FROM leads WHERE source = 'Website'$$, 'hours for people');
-- What else a function may give that no chart takes.
CREATE TABLE bi.other_results (name text PRIMARY KEY, why text NOT NULL);
INSERT INTO bi.other_results VALUES
	('stages', 'text[]: the stages of a definition, for SQL; stage_leakage has them as rows, also those nobody reached'),
	('steps', 'text[]: the steps of a journey, for SQL; event_funnel has them as rows, also those nobody reached'),
	('landmarks', 'timestamptz[]: moments, for landmark_agg'),
	('funnel_times', 'timestamptz[]: when one entity did each step; an element of it is a moment'),
	('retention', 'boolean[]: what one entity did; an element of it is a boolean'),
	('session_gap', 'interval: what a summary was made with, to be given again'),
	('retention_brackets', 'integer[]: what a summary was made with, to be given again'),
	('sequence_events', 'timestamptz[]: when a pattern was met; an element of it is a moment');

-- Types that every tool draws or prints
CREATE TABLE bi.chart_types (type text PRIMARY KEY);
INSERT INTO bi.chart_types VALUES
	('smallint'), ('integer'), ('bigint'), ('numeric'), ('double precision'), ('text'), ('boolean'), ('date'), ('timestamp without time zone'), ('timestamp with time zone');

-- Figures that give something else: neither of these types, nor a summary to be stored, nor listed above
CREATE VIEW bi.functions_of_other_types AS
SELECT function, result FROM bi.functions
WHERE NOT has_columns AND result <> 'internal' AND NOT arguments && ARRAY['internal', 'cstring']::regtype[]::oid[]
	AND result NOT IN (SELECT type FROM bi.chart_types)
	AND name NOT IN (SELECT name FROM bi.interval_functions UNION ALL SELECT name FROM bi.other_results)
	AND result::regtype NOT IN (SELECT t.oid FROM pg_type AS t JOIN pg_depend AS d ON (d.classid, d.objid, d.deptype) = ('pg_type'::regclass, t.oid, 'e') WHERE t.typtype = 'b' AND t.typelem = 0)
	AND name NOT LIKE '%\_send' AND name NOT LIKE '%\_out';

CREATE VIEW bi.intervals_without_days AS
SELECT i.function FROM bi.functions AS i JOIN bi.interval_functions AS l ON l.name = i.name AND i.result = 'interval'
WHERE NOT i.arguments && ARRAY['internal']::regtype[]::oid[]
	AND NOT EXISTS (SELECT FROM bi.functions AS d WHERE d.name = l.days AND d.result = 'double precision' AND d.arguments = i.arguments);

-- What the role of BI tools may read of the nightly schema. Of many rows, some are asked for in every way, the same
-- ones in each session, and all of them once.
CREATE TABLE bi.relations (name text PRIMARY KEY, rows bigint NOT NULL, query text NOT NULL);
CREATE TABLE bi.not_for_charts (name text PRIMARY KEY, why text NOT NULL);
INSERT INTO bi.not_for_charts VALUES ('kpi.me', 'which rep is asking, for policies: one row, or none for who is no rep');
DO $$
DECLARE
	relation	record;
	total		bigint;
	chosen		bigint;
BEGIN
	FOR relation IN
		SELECT c.oid::regclass::text AS name,
			CASE WHEN c.relname = 'daily_figures' THEN $_$ WHERE period_start BETWEEN '2025-06-01' AND '2025-06-07'$_$ -- days are its only period
				WHEN c.relname = 'leading_indicators' THEN ' WHERE period = $_$month$_$' -- weeks and months are its
				WHEN 'period' = ANY (a.names) THEN $_$ WHERE period IN ('quarter', 'fiscal year', 'all time')$_$
				WHEN 'day' = ANY (a.names) THEN $_$ WHERE day BETWEEN '2025-06-01' AND '2025-06-07'$_$ ELSE ' WHERE true' END AS part,
			a.key
		FROM pg_class AS c, pg_roles AS r, LATERAL (
			SELECT array_agg(attname::text) AS names,
				string_agg(format('%I', attname), ', ' ORDER BY attnum) FILTER (WHERE atttypid IN ('text'::regtype, 'date'::regtype, 'integer'::regtype, 'bigint'::regtype)) AS key
			FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0) AS a
		WHERE c.relnamespace = to_regnamespace('kpi') AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
			AND r.rolname = 'kpi_reader' AND has_table_privilege(r.oid, c.oid, 'SELECT')
			AND c.oid::regclass::text NOT IN (SELECT name FROM bi.not_for_charts)
	LOOP
		EXECUTE format('SELECT count(*), count(*) FILTER (%s) FROM %s', relation.part, relation.name) INTO total, chosen;
		INSERT INTO bi.relations VALUES (relation.name, total, format('SELECT * FROM %s', relation.name)
			|| CASE WHEN total > 1000 THEN format('%s AND hashtext(concat_ws($_$ $_$, %s)) %% %s = 0', relation.part, relation.key, chosen / 500 + 1) ELSE '' END);
	END LOOP;
END
$$;

-- What a tool may be pointed at: calls, the catalogue's queries, and the nightly schema. "whole" has all rows where
-- "query" has some of them.
CREATE VIEW bi.sources AS
SELECT 'function' AS kind, function AS name, call AS query, sent, parameters, NULL AS whole FROM bi.calls
UNION ALL
SELECT 'kpi', kpi, call, NULL, NULL, NULL FROM kpi_catalog() WHERE kpi NOT IN (SELECT kpi FROM bi.interval_calls)
UNION ALL
SELECT 'days of a kpi', kpi, days, NULL, NULL, NULL FROM bi.interval_calls
UNION ALL
SELECT 'view', name, query, NULL, NULL, CASE WHEN rows > 1000 THEN format('SELECT * FROM %s', name) END FROM bi.relations;
