-- people.sql: what people and BI tools read, and who sees what. Plain columns only: numbers, text, booleans, dates, moments.
--
-- Reps see their own rows of the views that have a segment "owner", and of the others none (kpi.sees_all).

-- Who sees what. Views run with their owner's rights, but current_user is who asks: a view or policy that filters by
--		(SELECT kpi.sees_all()) OR owner = (SELECT kpi.own_rep())
-- asks once a query. The roles are in roles.sql; without them only the schema's owner and superusers see all.
CREATE TABLE kpi.people (
	login	name PRIMARY KEY,
	rep		text NOT NULL
);
COMMENT ON TABLE kpi.people IS 'Which rep a login is: who is in kpi_rep sees the deals of this rep and no others';
COMMENT ON COLUMN kpi.people.login IS 'The name of a role of the database';
COMMENT ON COLUMN kpi.people.rep IS 'As kpi.source_deals.owner has it';

CREATE VIEW kpi.me WITH (security_barrier) AS
SELECT kpi.label(rep) AS rep FROM kpi.people WHERE login = current_user;
COMMENT ON VIEW kpi.me IS 'The rep that asks: no row for those who are none';
COMMENT ON COLUMN kpi.me.rep IS 'As deals.owner has it';

CREATE FUNCTION kpi.own_rep() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS 'SELECT rep FROM kpi.me';
REVOKE ALL ON FUNCTION kpi.own_rep() FROM PUBLIC;
COMMENT ON FUNCTION kpi.own_rep() IS 'The rep that asks; NULL: none, by kpi.people';

CREATE FUNCTION kpi.sees_all() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = 'kpi' AND pg_has_role(nspowner, 'USAGE'))
		OR EXISTS (SELECT FROM pg_roles WHERE rolname = 'kpi_reader' AND pg_has_role(oid, 'USAGE'))
$$;
REVOKE ALL ON FUNCTION kpi.sees_all() FROM PUBLIC;
COMMENT ON FUNCTION kpi.sees_all() IS 'Whether who asks may see every segment: members of kpi_reader, and of the role that owns the schema';

-- The figures. A target is the one that holds on the period's first day. It is joined: a subquery for each row is estimated so dear that
-- reading all figures had PostgreSQL compile the query first (jit), which took half of the time.
CREATE VIEW kpi.target_days AS
SELECT kpi, segment, segment_value, valid_from,
	lead(valid_from, 1, 'infinity'::date) OVER (PARTITION BY kpi, segment, segment_value ORDER BY valid_from) AS valid_until, target
FROM kpi.targets;

CREATE VIEW kpi.figures WITH (security_barrier) AS
SELECT f.date_basis, f.period, f.period_start, f.segment, f.segment_value, f.kpi, f.value, f.numerator, f.denominator, f.low, f.high, f.previous,
	coalesce(f.quota, targets.target) AS target, f.is_complete, f.data_through
FROM kpi.figure_periods f
LEFT JOIN kpi.target_days targets ON targets.kpi = f.kpi AND targets.segment = f.segment AND targets.segment_value = f.segment_value
	AND f.period_start >= targets.valid_from AND f.period_start < targets.valid_until
WHERE (SELECT kpi.sees_all()) OR f.segment = 'owner' AND f.segment_value = (SELECT kpi.own_rep());

-- Of days, they are worked out when they are asked for: there are several times as many.
CREATE VIEW kpi.daily_figures WITH (security_barrier) AS
SELECT f.date_basis, f.period, f.period_start, f.segment, f.segment_value, f.kpi, f.value, f.numerator, f.denominator, f.low, f.high, f.previous,
	targets.target, f.is_complete, f.data_through
FROM (
	SELECT *, lag(value) OVER (PARTITION BY date_basis, period, segment, segment_value, kpi ORDER BY period_start) AS previous
	FROM kpi.daily_figure_rows
	WHERE period = 'day'
) f
LEFT JOIN kpi.target_days targets ON targets.kpi = f.kpi AND targets.segment = f.segment AND targets.segment_value = f.segment_value
	AND f.period_start >= targets.valid_from AND f.period_start < targets.valid_until
WHERE (SELECT kpi.sees_all()) OR f.segment = 'owner' AND f.segment_value = (SELECT kpi.own_rep());

-- The same figures side by side, one row a period and segment.
CREATE VIEW kpi.deals_by_period WITH (security_barrier) AS
SELECT date_basis, period, period_start, segment, segment_value,
	deals, deals_won, deals_lost, deals_open, win_rate, win_rate_low, win_rate_high, won_of_all, win_loss_ratio,
	amount_won, amount_decided, win_rate_by_value, without_amount, zero_amount, average_deal_size,
	sales_cycle_days, median_sales_cycle_days, p90_sales_cycle_days, pipeline_velocity, is_complete, data_through
FROM kpi.dense_deals
WHERE NOT is_comparison AND ((SELECT kpi.sees_all()) OR segment = 'owner' AND segment_value = (SELECT kpi.own_rep()));

CREATE VIEW kpi.leads_by_period WITH (security_barrier) AS
SELECT date_basis, period, period_start, segment, segment_value,
	leads, converted, conversion_rate, conversion_rate_low, conversion_rate_high, answered, unanswered,
	answerable, answered_in_time, response_in_time, response_in_time_low, response_in_time_high,
	response_hours, median_response_hours, p90_response_hours, is_complete, data_through
FROM kpi.dense_leads
WHERE NOT is_comparison AND ((SELECT kpi.sees_all()) OR segment = 'owner' AND segment_value = (SELECT kpi.own_rep()));

CREATE VIEW kpi.surveys_by_period WITH (security_barrier) AS
SELECT survey, period, period_start, segment, segment_value,
	asked, responses, response_rate, score, low, high, promoters, passives, detractors, satisfied, is_complete, data_through
FROM kpi.dense_surveys
WHERE NOT is_comparison AND (SELECT kpi.sees_all());

CREATE VIEW kpi.quotas_by_period WITH (security_barrier) AS
SELECT period, period_start, segment, segment_value,
	reps, reps_at_target, reps_without_quota, quota_attainment, actual, target, target_attainment, is_complete, data_through
FROM kpi.dense_quotas
WHERE NOT is_comparison AND ((SELECT kpi.sees_all()) OR segment = 'owner' AND segment_value = (SELECT kpi.own_rep()));

CREATE VIEW kpi.activity_kinds AS	-- from one to the next by the index, rather than all rows
WITH RECURSIVE k AS (
	(SELECT owner, kind FROM kpi.activity_summary ORDER BY owner, kind LIMIT 1)
	UNION ALL
	SELECT n.owner, n.kind
	FROM k CROSS JOIN LATERAL (
		SELECT a.owner, a.kind FROM kpi.activity_summary a WHERE (a.owner, a.kind) > (k.owner, k.kind) ORDER BY a.owner, a.kind LIMIT 1) n
)
SELECT owner, kind FROM k;

CREATE VIEW kpi.activities_by_period WITH (security_barrier) AS
SELECT period, period_start, owner, kind, coalesce(sum(activities), 0)::bigint AS activities, round(coalesce(sum(minutes), 0) / 60.0, 6) AS hours,
	bool_and(is_complete) AS is_complete
FROM (
	SELECT c.period, c.period_start, k.owner, k.kind, c.is_complete, NULL::bigint AS activities, NULL::bigint AS minutes
	FROM kpi.periods c CROSS JOIN kpi.activity_kinds k
	WHERE NOT c.is_comparison
	UNION ALL
	SELECT c.period, c.period_start, a.owner, a.kind, NULL, a.activities, a.minutes
	FROM kpi.activity_summary a JOIN kpi.calendar c USING (day)
	WHERE NOT c.is_comparison
) a
WHERE (SELECT kpi.sees_all()) OR owner = (SELECT kpi.own_rep())
GROUP BY period, period_start, owner, kind;

-- Cuts across two dimensions at once, of owner, source and region. A rep sees what its own deals and leads make.
CREATE VIEW kpi.deals_across WITH (security_barrier) AS
SELECT date_basis, period, period_start, dimension, value, other_dimension, other_value,
	decided(rate) + undecided(rate) AS deals, succeeded(rate) AS deals_won, decided(rate) - succeeded(rate) AS deals_lost, undecided(rate) AS deals_open,
	win_rate(rate) AS win_rate, rate_low(rate) AS win_rate_low, rate_high(rate) AS win_rate_high,
	coalesce(amount_won(rate), 0) AS amount_won, avg_deal_size(rate) AS average_deal_size,
	mean_days(cycle) AS sales_cycle_days, median_days(cycle) AS median_sales_cycle_days
FROM (
	SELECT s.date_basis, s.period, s.period_start, c.dimension, c.value, c.other_dimension, c.other_value, rollup(s.rate) AS rate, rollup(s.cycle) AS cycle
	FROM (
		SELECT date_basis, period, period_start, owner, source, region, summary AS rate, NULL::duration_summary AS cycle
		FROM kpi.rate_periods WHERE measure = 'win rate' AND segment = 'owner, source, region' AND NOT is_comparison
		UNION ALL
		SELECT date_basis, period, period_start, owner, source, region, NULL, summary
		FROM kpi.duration_periods WHERE measure = 'sales cycle' AND segment = 'owner, source, region' AND NOT is_comparison
	) s
	CROSS JOIN LATERAL (VALUES
		('owner', s.owner, 'source', s.source), ('owner', s.owner, 'region', s.region), ('source', s.source, 'region', s.region)
	) AS c (dimension, value, other_dimension, other_value)
	WHERE (SELECT kpi.sees_all()) OR s.owner = (SELECT kpi.own_rep())
	GROUP BY s.date_basis, s.period, s.period_start, c.dimension, c.value, c.other_dimension, c.other_value
) a;

CREATE VIEW kpi.leads_across WITH (security_barrier) AS
SELECT period, period_start, dimension, value, other_dimension, other_value,
	decided(conversion) AS leads, succeeded(conversion) AS converted,
	conversion_rate(conversion) AS conversion_rate, rate_low(conversion) AS conversion_rate_low, rate_high(conversion) AS conversion_rate_high,
	coalesce(decided(in_time), 0) AS answerable, coalesce(succeeded(in_time), 0) AS answered_in_time, response_within(in_time) AS response_in_time,
	mean_days(response) * 24 AS response_hours, median_days(response) * 24 AS median_response_hours
FROM (
	SELECT s.period, s.period_start, c.dimension, c.value, c.other_dimension, c.other_value, rollup(s.conversion) AS conversion, rollup(s.in_time) AS in_time, rollup(s.response) AS response
	FROM (
		SELECT period, period_start, owner, source, region, CASE measure WHEN 'lead to opportunity rate' THEN summary END AS conversion,
			CASE measure WHEN 'response in time' THEN summary END AS in_time, NULL::duration_summary AS response
		FROM kpi.rate_periods WHERE measure IN ('lead to opportunity rate', 'response in time') AND date_basis = 'created' AND segment = 'owner, source, region' AND NOT is_comparison
		UNION ALL
		SELECT period, period_start, owner, source, region, NULL, NULL, summary
		FROM kpi.duration_periods WHERE measure = 'lead response time' AND date_basis = 'created' AND segment = 'owner, source, region' AND NOT is_comparison
	) s
	CROSS JOIN LATERAL (VALUES
		('owner', s.owner, 'source', s.source), ('owner', s.owner, 'region', s.region), ('source', s.source, 'region', s.region)
	) AS c (dimension, value, other_dimension, other_value)
	WHERE (SELECT kpi.sees_all()) OR s.owner = (SELECT kpi.own_rep())
	GROUP BY s.period, s.period_start, c.dimension, c.value, c.other_dimension, c.other_value
) a;

-- Stages, by the day that deals were created: each deal is in one month, and so in one quarter and year.
CREATE VIEW kpi.stage_parts AS
SELECT p.period, p.period_start, s.segment, s.segment_value, rollup(s.summary) AS summary
FROM kpi.stage_summary s
JOIN (
	SELECT period, period_start, period_start AS from_day, period_end FROM kpi.periods WHERE period IN ('month', 'quarter', 'fiscal year') AND NOT is_comparison
	UNION ALL
	SELECT 'all time', min(period_start), min(period_start), 'infinity' FROM kpi.calendar WHERE period = 'month'
) p ON s.month BETWEEN p.from_day AND p.period_end
WHERE s.segment <> 'owner, source, region'
	AND s.month BETWEEN (SELECT min(period_start) FROM kpi.calendar WHERE period = 'month') AND (SELECT max(period_start) FROM kpi.calendar WHERE period = 'month')
GROUP BY p.period, p.period_start, s.segment, s.segment_value;

CREATE VIEW kpi.stages_by_period WITH (security_barrier) AS
SELECT s.period, s.period_start, s.segment, s.segment_value, l.step, l.stage, l.reached, l.skipped, l.advanced, l.lost, l.stalled, l.open,
	l.leakage_rate, l.conversion_rate, l.open_share, l.reach_rate, l.mean_days, l.median_days, l.p90_days,
	l.in_stage, l.amount_reached, l.amount_leaked, l.amount_in_stage
FROM kpi.stage_parts s
CROSS JOIN LATERAL stage_leakage(s.summary,
	(SELECT (as_of AT TIME ZONE 'UTC')::date FROM kpi.snapshot), (SELECT stale_days FROM kpi.settings)) l
WHERE (SELECT kpi.sees_all()) OR s.segment = 'owner' AND s.segment_value = (SELECT kpi.own_rep());

CREATE VIEW kpi.stage_times WITH (security_barrier) AS
SELECT s.period, s.period_start, s.segment, s.segment_value, t.step, t.stage, t.visits, t.finished,
	t.mean_days, t.median_days, t.p75_days, t.p90_days, t.max_days, t.median_age_days, t.reentries, t.regressions
FROM kpi.stage_parts s
CROSS JOIN LATERAL stage_time(s.summary, (SELECT (as_of AT TIME ZONE 'UTC')::date FROM kpi.snapshot)) t
WHERE (SELECT kpi.sees_all()) OR s.segment = 'owner' AND s.segment_value = (SELECT kpi.own_rep());

CREATE VIEW kpi.stage_flows WITH (security_barrier) AS
SELECT s.period, s.period_start, s.segment, s.segment_value, f.source, f.target, f.value, f.median_days
FROM kpi.stage_parts s
CROSS JOIN LATERAL stage_flow(s.summary) f
WHERE (SELECT kpi.sees_all()) OR s.segment = 'owner' AND s.segment_value = (SELECT kpi.own_rep());

CREATE VIEW kpi.pipeline_movements WITH (security_barrier) AS
SELECT m.period AS month, p.segment, p.segment_value, m.opening, m.created, m.increased, m.decreased, m.won, m.lost, m.reopened, m.closing,
	m.opening_deals, m.created_deals, m.increased_deals, m.decreased_deals, m.won_deals, m.lost_deals, m.reopened_deals, m.closing_deals, m.growth_rate,
	c.is_complete
FROM kpi.pipeline_parts p
CROSS JOIN LATERAL pipeline_movements(p.summary) m
JOIN kpi.periods c ON c.period = 'month' AND c.period_start = m.period AND NOT c.is_comparison
WHERE (SELECT kpi.sees_all()) OR p.segment = 'owner' AND p.segment_value = (SELECT kpi.own_rep());

-- Customers and recurring revenue, of the company.
CREATE VIEW kpi.mrr_movements WITH (security_barrier) AS
SELECT m.month, m.opening, m.new, m.expansion, m.reactivated, m.contraction, m.churned, m.closing,
	m.opening_customers, m.new_customers, m.reactivated_customers, m.churned_customers, m.closing_customers,
	m.quick_ratio, m.customer_churn_rate, m.revenue_churn_rate, r.net_retention AS net_retention_12_months, r.gross_retention AS gross_retention_12_months
FROM kpi.mrr_summary s
CROSS JOIN LATERAL mrr_movements(s.summary) m
LEFT JOIN LATERAL mrr_retention(s.summary, 12) r ON r.month = m.month
WHERE (SELECT kpi.sees_all());

CREATE VIEW kpi.mrr_waterfall WITH (security_barrier) AS
SELECT m.month, w.step, w.dimension, w.change
FROM kpi.mrr_movements m
CROSS JOIN LATERAL (VALUES
	(1, 'opening', m.opening),
	(2, 'new', m.new),
	(3, 'expansion', m.expansion),
	(4, 'reactivated', m.reactivated),
	(5, 'contraction', - m.contraction),
	(6, 'churned', - m.churned)
) AS w (step, dimension, change);

CREATE VIEW kpi.cohort_retention WITH (security_barrier) AS
SELECT r.cohort, r.periods_since AS months_since, r.cohort_size, r.retained, r.rate, r.amount, r.amount_per_customer, r.is_complete
FROM kpi.cohort_summary s
CROSS JOIN LATERAL cohort_retention(s.summary, (SELECT (n.as_of AT TIME ZONE z.zone)::date FROM kpi.snapshot n, kpi.settings z)) r
-- the last month that has begun; ten days on, so many months later, it is that one in any calendar
WHERE r.cohort + make_interval(months => r.periods_since::integer, days => 10) <= (SELECT max(period_end) FROM kpi.periods WHERE period = 'month')
	AND (SELECT kpi.sees_all());

CREATE VIEW kpi.customer_lifecycle WITH (security_barrier) AS
SELECT l.period AS month, l.new, l."returning", l.reactivated, l.dormant, l.is_complete
FROM kpi.cohort_summary s
CROSS JOIN LATERAL lifecycle(s.summary, (SELECT (n.as_of AT TIME ZONE z.zone)::date FROM kpi.snapshot n, kpi.settings z)) l
WHERE l.period <= (SELECT max(period_start) FROM kpi.periods WHERE period = 'month')	-- the last that has begun
	AND (SELECT kpi.sees_all());

-- Visitors of the web: how far they got, how often they came, who came back.
CREATE VIEW kpi.event_funnel WITH (security_barrier) AS
SELECT s.segment, s.segment_value, f.step, f.name, f.is_optional, f.reached, f.advanced, f.dropped, f.excluded, f.undecided,
	f.conversion_rate, f.rate_low, f.rate_high, f.reach_rate, f.overall_rate, f.undecided_share,
	f.mean_seconds, f.median_seconds, f.p90_seconds, f.median_seconds_total, f.p90_seconds_total
FROM kpi.event_summary s
CROSS JOIN LATERAL event_funnel(s.summary, (SELECT as_of FROM kpi.snapshot)) f
WHERE (SELECT kpi.sees_all());

CREATE VIEW kpi.event_trend WITH (security_barrier) AS
SELECT s.segment, s.segment_value, t.period_start::date AS month, t.entered, t.converted, t.dropped, t.excluded, t.undecided,
	t.conversion_rate, t.reach_rate, t.median_seconds_total, t.is_complete
FROM kpi.event_summary s
CROSS JOIN LATERAL event_trend(s.summary, (SELECT as_of FROM kpi.snapshot)) t
WHERE t.period_start <= (SELECT max(period_start) FROM kpi.periods WHERE period = 'month')	-- the last that has begun, here and below
	AND (SELECT kpi.sees_all());

CREATE VIEW kpi.sessions WITH (security_barrier) AS
SELECT s.segment, s.segment_value, t.period AS month, t.sessions, t.entities, t.rows, t.single_row_sessions, t.single_row_share,
	t.sessions_per_entity, t.rows_per_session, t.mean_seconds, t.median_seconds, t.p90_seconds, t.running, t.is_complete
FROM kpi.session_summary s
CROSS JOIN LATERAL session_trend(s.summary, (SELECT as_of FROM kpi.snapshot)) t
WHERE t.period <= (SELECT max(period_start) FROM kpi.periods WHERE period = 'month')
	AND (SELECT kpi.sees_all());

CREATE VIEW kpi.retention WITH (security_barrier) AS
SELECT s.segment, s.segment_value, r.cohort, r.period AS months_since, r.cohort_size, r.retained, r.rate, r.is_complete
FROM kpi.retention_summary s
CROSS JOIN LATERAL event_retention(s.summary, 'on', (SELECT (n.as_of AT TIME ZONE z.zone)::date FROM kpi.snapshot n, kpi.settings z)) r
WHERE r.cohort + make_interval(months => r.period, days => 10) <= (SELECT max(period_end) FROM kpi.periods WHERE period = 'month')
	AND (SELECT kpi.sees_all());

CREATE VIEW kpi.retention_curve WITH (security_barrier) AS
SELECT s.segment, s.segment_value, r.period AS months_since, r.eligible, r.retained, r.rate, r.low, r.high
FROM kpi.retention_summary s
CROSS JOIN LATERAL event_retention_curve(s.summary, 'on', (SELECT (n.as_of AT TIME ZONE z.zone)::date FROM kpi.snapshot n, kpi.settings z)) r
WHERE (SELECT kpi.sees_all());

-- What moved velocity since the period before (of the unfinished period: since as much of the one before).
CREATE VIEW kpi.velocity_drivers WITH (security_barrier) AS
SELECT v.date_basis, v.period, v.period_start, v.segment, v.segment_value, d.step::integer, d.lever, d.before, d.after, d.contribution, v.is_complete
FROM (
	SELECT date_basis, period, period_start, is_comparison, segment, segment_value, velocity,
		lag(velocity) OVER (PARTITION BY date_basis, period, segment, segment_value ORDER BY period_start, NOT is_comparison) AS before,
		CASE date_basis WHEN 'created' THEN is_mature ELSE is_complete END AS is_complete
	FROM kpi.deal_parts
	WHERE period <> 'day'
) v
CROSS JOIN LATERAL velocity_drivers(v.before, v.velocity) WITH ORDINALITY AS d (lever, before, after, contribution, step)
WHERE NOT v.is_comparison AND ((SELECT kpi.sees_all()) OR v.segment = 'owner' AND v.segment_value = (SELECT kpi.own_rep()));

