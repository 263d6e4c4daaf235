-- views.sql: what people and BI tools read. Plain columns only: numbers, text, booleans, dates, moments.
--
-- A figure's formula is written once, in one of the dense_* views: they have a row for each period of the calendar
-- and each segment that occurs, with what compares with the unfinished period (is_comparison, see kpi.calendar) beside
-- it. The *_by_period views are these without the comparisons; kpi.figures has the same, a figure a row. All but its
-- days is stored (kpi.figure_periods): a dashboard then reads rows, and plans a scan of one table.
--
-- Reps see their own rows of the views that have a segment "owner", and of the others none (kpi.sees_all).

-- The figures are read from these right away: what the planner doesn't know of them costs it minutes.
ANALYZE kpi.calendar, kpi.rate_summary, kpi.duration_summary, kpi.velocity_summary, kpi.survey_summary, kpi.activity_summary,
	kpi.rate_periods, kpi.duration_periods, kpi.velocity_periods, kpi.survey_periods, kpi.settings, kpi.snapshot;

-- The periods, and when their figures are final: what becomes of a deal shows some time after it was created.
CREATE VIEW kpi.periods_of_calendar AS
SELECT DISTINCT period, period_start, period_end, is_comparison, is_complete,
	period_end < (SELECT (n.as_of AT TIME ZONE s.zone)::date - s.matures_after_days FROM kpi.snapshot n, kpi.settings s) AS is_mature,
	period_end + 1 <= (SELECT n.as_of AT TIME ZONE s.zone - s.answer_within FROM kpi.snapshot n, kpi.settings s) AS is_answerable
FROM kpi.calendar;

\if :{?stored} \else \set stored 'MATERIALIZED VIEW' \endif
CREATE :stored kpi.periods AS SELECT * FROM kpi.periods_of_calendar;
CREATE UNIQUE INDEX ON kpi.periods (period, period_start, is_comparison);
ANALYZE kpi.periods;

-- The segments that occur: each has a row in some fiscal year. The cube is for queries of one's own.
CREATE VIEW kpi.deal_segments AS
SELECT DISTINCT date_basis, segment, segment_value
FROM kpi.velocity_periods
WHERE period = 'fiscal year' AND NOT is_comparison AND segment <> 'owner, source, region';

CREATE VIEW kpi.lead_segments AS
SELECT DISTINCT date_basis, segment, segment_value
FROM kpi.rate_periods
WHERE measure = 'lead to opportunity rate' AND date_basis = 'created' AND period = 'fiscal year' AND NOT is_comparison AND segment <> 'owner, source, region';

CREATE VIEW kpi.survey_segments AS
SELECT DISTINCT survey, segment, segment_value
FROM kpi.survey_periods
WHERE period = 'fiscal year' AND NOT is_comparison;

-- Periods x segments, and the summaries beside them. Rows are put together by GROUP BY rather than by joins: that
-- takes one pass whatever the planner believes about their number, and any filter on the key reaches every table.
CREATE VIEW kpi.deal_summaries AS
SELECT date_basis, period, period_start, is_comparison, segment, segment_value,
	rollup(rate) AS rate, rollup(cycle) AS cycle, rollup(velocity) AS velocity,
	bool_and(is_complete) AS is_complete, bool_and(is_mature) AS is_mature
FROM (
	SELECT k.date_basis, c.period, c.period_start, c.is_comparison, k.segment, k.segment_value, c.is_complete, c.is_mature,
		NULL::rate_summary AS rate, NULL::duration_summary AS cycle, NULL::velocity_summary AS velocity
	FROM kpi.periods c CROSS JOIN kpi.deal_segments k
	UNION ALL
	SELECT date_basis, period, period_start, is_comparison, segment, segment_value, NULL, NULL, summary, NULL, NULL
	FROM kpi.rate_periods WHERE measure = 'win rate'
	UNION ALL
	SELECT date_basis, period, period_start, is_comparison, segment, segment_value, NULL, NULL, NULL, summary, NULL
	FROM kpi.duration_periods WHERE measure = 'sales cycle'
	UNION ALL
	SELECT date_basis, period, period_start, is_comparison, segment, segment_value, NULL, NULL, NULL, NULL, summary
	FROM kpi.velocity_periods
	UNION ALL
	SELECT date_basis, 'day', day, false, segment, segment_value, NULL, NULL, summary, NULL, NULL
	FROM kpi.rate_summary WHERE measure = 'win rate'
	UNION ALL
	SELECT date_basis, 'day', day, false, segment, segment_value, NULL, NULL, NULL, summary, NULL
	FROM kpi.duration_summary WHERE measure = 'sales cycle'
	UNION ALL
	SELECT date_basis, 'day', day, false, segment, segment_value, NULL, NULL, NULL, NULL, summary
	FROM kpi.velocity_summary
) s
GROUP BY date_basis, period, period_start, is_comparison, segment, segment_value
HAVING count(is_complete) > 0;	-- a period of the calendar

CREATE VIEW kpi.lead_summaries AS
SELECT date_basis, period, period_start, is_comparison, segment, segment_value,
	rollup(conversion) AS conversion, rollup(in_time) AS in_time, rollup(response) AS response,
	bool_and(is_complete) AS is_complete, bool_and(is_mature) AS is_mature, bool_and(is_answerable) AS is_answerable
FROM (
	SELECT k.date_basis, c.period, c.period_start, c.is_comparison, k.segment, k.segment_value, c.is_complete, c.is_mature, c.is_answerable,
		NULL::rate_summary AS conversion, NULL::rate_summary AS in_time, NULL::duration_summary AS response
	FROM kpi.periods c CROSS JOIN kpi.lead_segments k
	UNION ALL
	SELECT date_basis, period, period_start, is_comparison, segment, segment_value, NULL, NULL, NULL, summary, NULL, NULL
	FROM kpi.rate_periods WHERE measure = 'lead to opportunity rate' AND date_basis = 'created'
	UNION ALL
	SELECT date_basis, period, period_start, is_comparison, segment, segment_value, NULL, NULL, NULL, NULL, summary, NULL
	FROM kpi.rate_periods WHERE measure = 'response in time' AND date_basis = 'created'
	UNION ALL
	SELECT date_basis, period, period_start, is_comparison, segment, segment_value, NULL, NULL, NULL, NULL, NULL, summary
	FROM kpi.duration_periods WHERE measure = 'lead response time' AND date_basis = 'created'
	UNION ALL
	SELECT date_basis, 'day', day, false, segment, segment_value, NULL, NULL, NULL, summary, NULL, NULL
	FROM kpi.rate_summary WHERE measure = 'lead to opportunity rate' AND date_basis = 'created'
	UNION ALL
	SELECT date_basis, 'day', day, false, segment, segment_value, NULL, NULL, NULL, NULL, summary, NULL
	FROM kpi.rate_summary WHERE measure = 'response in time' AND date_basis = 'created'
	UNION ALL
	SELECT date_basis, 'day', day, false, segment, segment_value, NULL, NULL, NULL, NULL, NULL, summary
	FROM kpi.duration_summary WHERE measure = 'lead response time' AND date_basis = 'created'
) s
GROUP BY date_basis, period, period_start, is_comparison, segment, segment_value
HAVING count(is_complete) > 0;

CREATE VIEW kpi.survey_summaries AS
SELECT survey, period, period_start, is_comparison, segment, segment_value, rollup(summary) AS summary, bool_and(is_complete) AS is_complete
FROM (
	SELECT k.survey, c.period, c.period_start, c.is_comparison, k.segment, k.segment_value, c.is_complete, NULL::survey_summary AS summary
	FROM kpi.periods c CROSS JOIN kpi.survey_segments k
	UNION ALL
	SELECT survey, period, period_start, is_comparison, segment, segment_value, NULL, summary FROM kpi.survey_periods
	UNION ALL
	SELECT survey, 'day', day, false, segment, segment_value, NULL, summary FROM kpi.survey_summary
) s
GROUP BY survey, period, period_start, is_comparison, segment, segment_value
HAVING count(is_complete) > 0;

-- The figures read from them.
CREATE VIEW kpi.dense_deals AS
SELECT date_basis, period, period_start, is_comparison, segment, segment_value,
	coalesce(decided(rate) + undecided(rate), 0) AS deals,
	coalesce(succeeded(rate), 0) AS deals_won,
	coalesce(decided(rate) - succeeded(rate), 0) AS deals_lost,
	coalesce(undecided(rate), 0) AS deals_open,
	win_rate(rate) AS win_rate,
	rate_low(rate) AS win_rate_low,
	rate_high(rate) AS win_rate_high,
	win_share(rate) AS won_of_all,
	win_loss_ratio(rate) AS win_loss_ratio,
	coalesce(amount_won(rate), 0) AS amount_won,
	coalesce(amount_decided(rate), 0) AS amount_decided,
	win_rate_by_value(rate) AS win_rate_by_value,
	coalesce(without_amount(rate), 0) AS without_amount,
	coalesce(zero_amount(rate), 0) AS zero_amount,
	avg_deal_size(rate) AS average_deal_size,
	coalesce(succeeded(velocity) - won_without_amount(velocity), 0) AS won_with_amount,
	mean_days(cycle) AS sales_cycle_days,
	median_days(cycle) AS median_sales_cycle_days,
	percentile_days(cycle, 0.9) AS p90_sales_cycle_days,
	coalesce(completed(cycle), 0) AS sales_cycles,
	pipeline_velocity(velocity) AS pipeline_velocity,
	is_complete AS is_over,
	CASE date_basis WHEN 'created' THEN is_mature ELSE is_complete END AS is_complete,
	CASE date_basis
		WHEN 'closed' THEN (SELECT max(data_through(summary)) FROM kpi.velocity_periods
			WHERE date_basis = 'closed' AND period = 'fiscal year' AND segment = 'all' AND NOT is_comparison)
		ELSE (SELECT max(data_through(summary)) FROM kpi.velocity_periods
			WHERE date_basis = 'created' AND period = 'fiscal year' AND segment = 'all' AND NOT is_comparison)
	END AS data_through
FROM kpi.deal_summaries;

CREATE VIEW kpi.dense_leads AS
SELECT date_basis, period, period_start, is_comparison, segment, segment_value,
	coalesce(decided(conversion), 0) AS leads,
	coalesce(succeeded(conversion), 0) AS converted,
	conversion_rate(conversion) AS conversion_rate,
	rate_low(conversion) AS conversion_rate_low,
	rate_high(conversion) AS conversion_rate_high,
	coalesce(completed(response), 0) AS answered,
	coalesce(still_open(response), 0) AS unanswered,
	coalesce(decided(in_time), 0) AS answerable,
	coalesce(succeeded(in_time), 0) AS answered_in_time,
	response_within(in_time) AS response_in_time,
	rate_low(in_time) AS response_in_time_low,
	rate_high(in_time) AS response_in_time_high,
	mean_days(response) * 24 AS response_hours,
	median_days(response) * 24 AS median_response_hours,
	percentile_days(response, 0.9) * 24 AS p90_response_hours,
	is_complete AS is_over,
	is_answerable,
	is_mature AS is_complete,
	(SELECT max(data_through(summary)) FROM kpi.duration_periods
	 WHERE measure = 'lead response time' AND date_basis = 'created' AND period = 'fiscal year' AND segment = 'all' AND NOT is_comparison) AS data_through
FROM kpi.lead_summaries;

CREATE VIEW kpi.dense_surveys AS
SELECT s.survey, s.period, s.period_start, s.is_comparison, s.segment, s.segment_value,
	coalesce(asked(s.summary), 0) AS asked,
	coalesce(responses(s.summary), 0) AS responses,
	response_rate(s.summary) AS response_rate,
	CASE s.survey WHEN 'CSAT' THEN csat_score(s.summary) ELSE nps_score(s.summary) END AS score,
	CASE s.survey WHEN 'CSAT' THEN csat_low(s.summary) ELSE score_low(s.summary) END AS low,
	CASE s.survey WHEN 'CSAT' THEN csat_high(s.summary) ELSE score_high(s.summary) END AS high,
	CASE WHEN s.survey <> 'CSAT' THEN coalesce(b.promoters, 0) END AS promoters,
	CASE WHEN s.survey <> 'CSAT' THEN coalesce(b.passives, 0) END AS passives,
	CASE WHEN s.survey <> 'CSAT' THEN coalesce(b.detractors, 0) END AS detractors,
	CASE WHEN s.survey = 'CSAT' THEN coalesce(round(csat_score(s.summary) * responses(s.summary)), 0)::bigint END AS satisfied,
	s.is_complete,
	(SELECT max(x.day)::timestamp AT TIME ZONE (SELECT zone FROM kpi.settings)
	 FROM kpi.survey_summary x
	 WHERE x.segment = 'all' AND x.day <= (SELECT max(period_start) FROM kpi.calendar WHERE period = 'day')) AS data_through
FROM kpi.survey_summaries s
CROSS JOIN LATERAL (
	SELECT max(responses) FILTER (WHERE category = 'promoter') AS promoters, max(responses) FILTER (WHERE category = 'passive') AS passives,
		max(responses) FILTER (WHERE category = 'detractor') AS detractors
	FROM survey_breakdown(s.summary)
) b;

-- Quotas are of calendar quarters. Those of a year are added up by rep first: a rep who met two quarters of four is one rep.
CREATE VIEW kpi.quota_summaries AS
SELECT 'quarter'::text AS period, quarter AS period_start, segment, segment_value, summary
FROM kpi.attainment_summary
UNION ALL
SELECT 'fiscal year', y.period_start, g.segment, g.segment_value, attainment_agg(y.sales, y.quota)
FROM (
	SELECT c.period_start, q.owner, q.region, sum(q.quota) AS quota, max(amount_won(r.summary)) AS sales
	FROM kpi.source_quotas q
	JOIN kpi.calendar c ON c.period = 'fiscal year' AND NOT c.is_comparison AND c.day = q.period_start
	LEFT JOIN kpi.rate_periods r ON r.measure = 'win rate' AND r.date_basis = 'closed' AND r.period = 'fiscal year' AND r.segment = 'owner'
		AND r.period_start = c.period_start AND NOT r.is_comparison AND r.segment_value = q.owner
	GROUP BY c.period_start, q.owner, q.region
) y
CROSS JOIN LATERAL (VALUES ('all', 'all'), ('owner', y.owner), ('region', y.region)) AS g (segment, segment_value)
GROUP BY y.period_start, g.segment, g.segment_value;

CREATE VIEW kpi.dense_quotas AS
SELECT c.period, c.period_start, c.is_comparison, k.segment, k.segment_value,
	coalesce(with_target(s.summary), 0) AS reps,
	coalesce(at_target(s.summary), 0) AS reps_at_target,
	coalesce(without_target(s.summary), 0) AS reps_without_quota,
	quota_attainment(s.summary) AS quota_attainment,
	actual_total(s.summary) AS actual,
	target_total(s.summary) AS target,
	target_attainment(s.summary) AS target_attainment,
	c.is_complete,
	(SELECT max(data_through(v.summary)) FROM kpi.velocity_periods v
	 WHERE v.date_basis = 'closed' AND v.period = 'fiscal year' AND v.segment = 'all' AND NOT v.is_comparison) AS data_through
FROM kpi.periods c
CROSS JOIN (SELECT DISTINCT segment, segment_value FROM kpi.attainment_summary) k
LEFT JOIN kpi.quota_summaries s ON s.period = c.period AND s.period_start = c.period_start AND NOT c.is_comparison
	AND s.segment = k.segment AND s.segment_value = k.segment_value
WHERE c.period IN ('quarter', 'fiscal year');

CREATE VIEW kpi.activity_days AS	-- a row a rep and day: the sums below then have few rows to add up
SELECT day, owner,
	sum(activities) AS activities,
	sum(activities) FILTER (WHERE kind = 'call') AS calls,
	sum(activities) FILTER (WHERE kind = 'email') AS emails,
	sum(activities) FILTER (WHERE kind = 'meeting') AS meetings,
	sum(activities) FILTER (WHERE kind = 'follow-up') AS follow_ups,
	sum(activities) FILTER (WHERE kind = 'visit') AS visits,
	sum(activities) FILTER (WHERE kind = 'demo') AS demos,
	sum(activities) FILTER (WHERE kind = 'proposal') AS proposals,
	sum(activities) FILTER (WHERE kind = 'event') AS events,
	sum(activities) FILTER (WHERE kind = 'social touch') AS social_touches,
	sum(minutes) FILTER (WHERE kind <> 'internal') / 60.0 AS selling_hours,
	sum(minutes) / 60.0 AS hours
FROM kpi.activity_summary
GROUP BY day, owner;

CREATE VIEW kpi.dense_activities AS
SELECT period, period_start, is_comparison, segment, segment_value,
	coalesce(sum(activities), 0) AS activities,
	coalesce(sum(calls), 0) AS calls,
	coalesce(sum(emails), 0) AS emails,
	coalesce(sum(meetings), 0) AS meetings,
	coalesce(sum(follow_ups), 0) AS follow_ups,
	coalesce(sum(visits), 0) AS visits,
	coalesce(sum(demos), 0) AS demos,
	coalesce(sum(proposals), 0) AS proposals,
	coalesce(sum(events), 0) AS events,
	coalesce(sum(social_touches), 0) AS social_touches,
	round(coalesce(sum(selling_hours), 0), 6) AS selling_hours,
	round(coalesce(sum(hours), 0), 6) AS hours,
	bool_and(is_complete) AS is_complete,
	(SELECT max(day)::timestamp AT TIME ZONE (SELECT zone FROM kpi.settings)
	 FROM kpi.activity_summary
	 WHERE day <= (SELECT max(period_start) FROM kpi.calendar WHERE period = 'day')) AS data_through
FROM (
	SELECT c.period, c.period_start, c.is_comparison, k.segment, k.segment_value, c.is_complete,
		NULL::numeric AS activities, NULL::numeric AS calls, NULL::numeric AS emails, NULL::numeric AS meetings, NULL::numeric AS follow_ups,
		NULL::numeric AS visits, NULL::numeric AS demos, NULL::numeric AS proposals, NULL::numeric AS events, NULL::numeric AS social_touches,
		NULL::numeric AS selling_hours, NULL::numeric AS hours
	FROM kpi.periods c
	CROSS JOIN (
		SELECT DISTINCT g.segment, g.segment_value
		FROM (SELECT DISTINCT owner FROM kpi.activity_summary
			WHERE day BETWEEN (SELECT min(day) FROM kpi.calendar) AND (SELECT max(day) FROM kpi.calendar)) a,
			LATERAL (VALUES ('all', 'all'), ('owner', a.owner)) AS g (segment, segment_value)
	) k
	UNION ALL
	SELECT c.period, c.period_start, c.is_comparison, g.segment, g.segment_value, NULL,
		a.activities, a.calls, a.emails, a.meetings, a.follow_ups, a.visits, a.demos, a.proposals, a.events, a.social_touches, a.selling_hours, a.hours
	FROM kpi.activity_days a
	JOIN kpi.calendar c USING (day)
	CROSS JOIN LATERAL (VALUES ('all', 'all'), ('owner', a.owner)) AS g (segment, segment_value)
) a
GROUP BY period, period_start, is_comparison, segment, segment_value;

-- The pipeline as it stood at the end of each month. A month without a movement ends as it began.
CREATE VIEW kpi.pipelines AS
SELECT segment, segment_value, rollup(summary) AS summary
FROM kpi.pipeline_summary
WHERE segment <> 'owner, source, region'
GROUP BY segment, segment_value;

CREATE VIEW kpi.dense_pipeline AS
SELECT c.period, c.period_start, k.segment, k.segment_value,
	coalesce(m.closing, 0) AS amount,
	coalesce(m.closing_deals, 0) AS deals,
	c.is_complete,
	k.data_through
FROM kpi.periods c
CROSS JOIN (SELECT segment, segment_value, max(data_through(summary)) OVER () AS data_through FROM kpi.pipelines) k
LEFT JOIN (
	SELECT p.segment, p.segment_value, m.period AS month, m.closing, m.closing_deals,
		lead(m.period) OVER (PARTITION BY p.segment, p.segment_value ORDER BY m.period) AS next_month
	FROM kpi.pipelines p, pipeline_movements(p.summary) m
) m ON m.segment = k.segment AND m.segment_value = k.segment_value
	AND m.month <= c.period_start AND (m.next_month > c.period_start OR m.next_month IS NULL)
WHERE c.period = 'month' AND NOT c.is_comparison;

-- Recurring revenue: the months that are over. What is not known yet is NULL, not 0.
CREATE VIEW kpi.dense_mrr AS
SELECT c.period, c.period_start,
	CASE WHEN m.month IS NOT NULL THEN m.closing WHEN c.period_start < data_from(s.summary) THEN 0 END AS mrr,
	CASE WHEN m.month IS NOT NULL THEN m.closing_customers WHEN c.period_start < data_from(s.summary) THEN 0 END AS customers,
	m.opening, m.new + m.expansion + m.reactivated AS gained, m.contraction + m.churned AS given_up, m.quick_ratio,
	m.opening_customers, m.churned_customers, m.customer_churn_rate, m.churned, m.revenue_churn_rate,
	r1.mrr_then AS mrr_1, r1.mrr_now AS mrr_now_1, r1.net_retention AS net_1, r1.gross_retention AS gross_1,
	r3.mrr_then AS mrr_3, r3.mrr_now AS mrr_now_3, r3.net_retention AS net_3, r3.gross_retention AS gross_3,
	r6.mrr_then AS mrr_6, r6.mrr_now AS mrr_now_6, r6.net_retention AS net_6, r6.gross_retention AS gross_6,
	r12.mrr_then AS mrr_12, r12.mrr_now AS mrr_now_12, r12.net_retention AS net_12, r12.gross_retention AS gross_12,
	r12.customers_then AS customers_12, r12.customer_retention AS customer_retention_12,
	c.is_complete AND m.month IS NOT NULL AS is_complete,
	data_through(s.summary)::timestamp AT TIME ZONE (SELECT zone FROM kpi.settings) AS data_through
FROM kpi.mrr_summary s
CROSS JOIN kpi.periods c
LEFT JOIN LATERAL mrr_movements(s.summary) m ON m.month = c.period_start
LEFT JOIN LATERAL mrr_retention(s.summary, 1) r1 ON r1.month = c.period_start
LEFT JOIN LATERAL mrr_retention(s.summary, 3) r3 ON r3.month = c.period_start
LEFT JOIN LATERAL mrr_retention(s.summary, 6) r6 ON r6.month = c.period_start
LEFT JOIN LATERAL mrr_retention(s.summary, 12) r12 ON r12.month = c.period_start
WHERE c.period = 'month' AND NOT c.is_comparison AND data_from(s.summary) IS NOT NULL;

CREATE VIEW kpi.dense_customers AS
SELECT c.period, c.period_start, c.is_comparison,
	CASE WHEN NOT c.is_comparison THEN coalesce(a.active, 0) END AS active,	-- who was active by the middle of a month isn't kept
	CASE WHEN NOT c.is_comparison THEN coalesce(a.new, 0) END AS new,
	c.is_complete,
	data_through(s.summary) AS data_through
FROM kpi.cohort_summary s
CROSS JOIN kpi.periods c
LEFT JOIN LATERAL active_entities(s.summary) a ON a.period = c.period_start
WHERE c.period = 'month' AND data_from(s.summary) IS NOT NULL;

-- Every figure, one row each: those that there are by the day, and those of months, quarters and years only.
-- CASE rather than a VALUES list of formulas: it works out what is asked for and no more, which is several times faster.
CREATE VIEW kpi.daily_figure_rows AS
SELECT d.date_basis, d.period, d.period_start, d.is_comparison, d.segment, d.segment_value, k.kpi,
	CASE k.kpi
		WHEN 'deals created' THEN d.deals
		WHEN 'deals still open' THEN d.deals_open
		WHEN 'deals won' THEN d.deals_won
		WHEN 'deals lost' THEN d.deals_lost
		WHEN 'win rate' THEN d.win_rate
		WHEN 'won of all' THEN d.won_of_all
		WHEN 'win rate by value' THEN d.win_rate_by_value
		WHEN 'win/loss ratio' THEN d.win_loss_ratio
		WHEN 'total sales' THEN d.amount_won
		WHEN 'average deal size' THEN d.average_deal_size
		WHEN 'sales cycle in days' THEN d.sales_cycle_days
		WHEN 'median sales cycle' THEN d.median_sales_cycle_days
		WHEN '90th percentile of the sales cycle' THEN d.p90_sales_cycle_days
		WHEN 'pipeline velocity' THEN d.pipeline_velocity
	END AS value,
	CASE
		WHEN k.kpi = 'deals created' THEN d.deals
		WHEN k.kpi = 'deals still open' THEN d.deals_open
		WHEN k.kpi IN ('deals won', 'win rate', 'won of all', 'win/loss ratio') THEN d.deals_won
		WHEN k.kpi = 'deals lost' THEN d.deals_lost
		WHEN k.kpi IN ('total sales', 'win rate by value', 'average deal size') THEN d.amount_won
		WHEN k.kpi = 'sales cycle in days' THEN round((d.sales_cycle_days * d.sales_cycles)::numeric, 6)
	END AS numerator,
	CASE
		WHEN k.kpi = 'win rate' THEN d.deals_won + d.deals_lost
		WHEN k.kpi IN ('won of all', 'pipeline velocity') THEN d.deals
		WHEN k.kpi = 'win rate by value' THEN d.amount_decided
		WHEN k.kpi = 'win/loss ratio' THEN d.deals_lost
		WHEN k.kpi = 'average deal size' THEN d.won_with_amount
		WHEN k.kpi IN ('sales cycle in days', 'median sales cycle', '90th percentile of the sales cycle') THEN d.sales_cycles
	END AS denominator,
	CASE k.kpi WHEN 'win rate' THEN d.win_rate_low END AS low,
	CASE k.kpi WHEN 'win rate' THEN d.win_rate_high END AS high,
	CASE WHEN k.kpi IN ('deals created', 'deals still open') THEN d.is_over ELSE d.is_complete END AS is_complete,
	d.data_through
FROM kpi.dense_deals d
JOIN (VALUES
	('deals created', 'created'), ('deals still open', 'created'), ('won of all', 'created'),
	('deals won', NULL), ('deals lost', NULL), ('win rate', NULL), ('win rate by value', NULL), ('win/loss ratio', NULL), ('total sales', NULL),
	('average deal size', NULL), ('sales cycle in days', NULL), ('median sales cycle', NULL), ('90th percentile of the sales cycle', NULL),
	('pipeline velocity', NULL)
) AS k (kpi, date_basis) ON coalesce(k.date_basis, d.date_basis) = d.date_basis
UNION ALL
SELECT d.date_basis, d.period, d.period_start, d.is_comparison, d.segment, d.segment_value, k.kpi,
	CASE k.kpi
		WHEN 'leads' THEN d.leads
		WHEN 'lead to opportunity rate' THEN d.conversion_rate
		WHEN 'response in time' THEN d.response_in_time
		WHEN 'leads unanswered' THEN d.unanswered
		WHEN 'lead response in hours' THEN d.response_hours
		WHEN 'median lead response in hours' THEN d.median_response_hours
	END,
	CASE k.kpi
		WHEN 'leads' THEN d.leads
		WHEN 'lead to opportunity rate' THEN d.converted
		WHEN 'response in time' THEN d.answered_in_time
		WHEN 'leads unanswered' THEN d.unanswered
		WHEN 'lead response in hours' THEN round((d.response_hours * d.answered)::numeric, 6)
	END,
	CASE
		WHEN k.kpi = 'lead to opportunity rate' THEN d.leads
		WHEN k.kpi = 'response in time' THEN d.answerable
		WHEN k.kpi IN ('lead response in hours', 'median lead response in hours') THEN d.answered
	END,
	CASE k.kpi WHEN 'lead to opportunity rate' THEN d.conversion_rate_low WHEN 'response in time' THEN d.response_in_time_low END,
	CASE k.kpi WHEN 'lead to opportunity rate' THEN d.conversion_rate_high WHEN 'response in time' THEN d.response_in_time_high END,
	CASE k.kpi WHEN 'leads' THEN d.is_over WHEN 'lead to opportunity rate' THEN d.is_complete ELSE d.is_answerable END,
	d.data_through
FROM kpi.dense_leads d
CROSS JOIN (VALUES
	('leads'), ('lead to opportunity rate'), ('response in time'), ('leads unanswered'), ('lead response in hours'), ('median lead response in hours')
) AS k (kpi)
UNION ALL
SELECT 'asked', d.period, d.period_start, d.is_comparison, d.segment, d.segment_value, d.survey || k.kpi,
	CASE k.kpi WHEN '' THEN d.score ELSE d.response_rate END,
	CASE k.kpi WHEN '' THEN coalesce(d.promoters - d.detractors, d.satisfied) ELSE d.responses END,
	CASE k.kpi WHEN '' THEN d.responses ELSE d.asked END,
	CASE k.kpi WHEN '' THEN d.low END,
	CASE k.kpi WHEN '' THEN d.high END,
	d.is_complete, d.data_through
FROM kpi.dense_surveys d
CROSS JOIN (VALUES (''), (' response rate')) AS k (kpi)
UNION ALL
SELECT 'done', d.period, d.period_start, d.is_comparison, d.segment, d.segment_value, k.kpi,
	CASE k.kpi WHEN 'selling-time share' THEN d.selling_hours / nullif(d.hours, 0) ELSE a.activities END,
	CASE k.kpi WHEN 'selling-time share' THEN d.selling_hours ELSE a.activities END,
	CASE k.kpi WHEN 'selling-time share' THEN d.hours END,
	NULL, NULL, d.is_complete, d.data_through
FROM kpi.dense_activities d
CROSS JOIN (VALUES
	('activities'), ('calls'), ('emails'), ('meetings'), ('follow-ups'), ('visits'), ('demos'), ('proposals'), ('events'), ('social touches'), ('selling-time share')
) AS k (kpi)
CROSS JOIN LATERAL (SELECT CASE k.kpi
	WHEN 'activities' THEN d.activities
	WHEN 'calls' THEN d.calls
	WHEN 'emails' THEN d.emails
	WHEN 'meetings' THEN d.meetings
	WHEN 'follow-ups' THEN d.follow_ups
	WHEN 'visits' THEN d.visits
	WHEN 'demos' THEN d.demos
	WHEN 'proposals' THEN d.proposals
	WHEN 'events' THEN d.events
	WHEN 'social touches' THEN d.social_touches
END) AS a (activities);

CREATE VIEW kpi.other_figure_rows AS
SELECT 'due' AS date_basis, d.period, d.period_start, d.is_comparison, d.segment, d.segment_value,
	f.kpi, f.value, f.numerator, f.denominator, NULL::double precision AS low, NULL::double precision AS high, d.is_complete, d.data_through, f.quota
FROM kpi.dense_quotas d
CROSS JOIN LATERAL (VALUES
	('quota attainment', d.quota_attainment, d.reps_at_target::numeric, d.reps::numeric, NULL::double precision),
	('target attainment', d.target_attainment, d.actual, d.target, CASE WHEN d.target > 0 THEN 1 END),
	('reps without a quota', d.reps_without_quota, d.reps_without_quota, NULL, NULL)
) AS f (kpi, value, numerator, denominator, quota)
UNION ALL
SELECT 'month', d.period, d.period_start, false, d.segment, d.segment_value,
	f.kpi, f.value, f.numerator, NULL, NULL, NULL, d.is_complete, d.data_through, NULL
FROM kpi.dense_pipeline d
CROSS JOIN LATERAL (VALUES
	('pipeline value', d.amount::double precision, d.amount),
	('deals in the pipeline', d.deals, d.deals)
) AS f (kpi, value, numerator)
UNION ALL
SELECT 'month', d.period, d.period_start, false, 'all', 'all',
	f.kpi, f.value, f.numerator, f.denominator, NULL, NULL, d.is_complete, d.data_through, NULL
FROM kpi.dense_mrr d
CROSS JOIN LATERAL (VALUES
	('MRR', d.mrr::double precision, d.mrr, NULL::numeric),
	('paying customers', d.customers, d.customers, NULL),
	('quick ratio', d.quick_ratio, d.gained, d.given_up),
	('customer churn rate', d.customer_churn_rate, d.churned_customers, d.opening_customers),
	('revenue churn rate', d.revenue_churn_rate, d.churned, d.opening),
	('net revenue retention, 1 month', d.net_1, d.mrr_now_1, d.mrr_1),
	('net revenue retention, 3 months', d.net_3, d.mrr_now_3, d.mrr_3),
	('net revenue retention, 6 months', d.net_6, d.mrr_now_6, d.mrr_6),
	('net revenue retention, 12 months', d.net_12, d.mrr_now_12, d.mrr_12),
	('gross revenue retention, 1 month', d.gross_1, NULL, d.mrr_1),
	('gross revenue retention, 3 months', d.gross_3, NULL, d.mrr_3),
	('gross revenue retention, 6 months', d.gross_6, NULL, d.mrr_6),
	('gross revenue retention, 12 months', d.gross_12, NULL, d.mrr_12),
	('customer retention, 12 months', d.customer_retention_12, NULL, d.customers_12)
) AS f (kpi, value, numerator, denominator)
UNION ALL
SELECT 'month', d.period, d.period_start, d.is_comparison, 'all', 'all',
	f.kpi, f.value, f.value, NULL, NULL, NULL, d.is_complete, d.data_through, NULL
FROM kpi.dense_customers d
CROSS JOIN LATERAL (VALUES ('active customers', d.active), ('new customers', d.new)) AS f (kpi, value);

-- With the value before: that of the period before or, of the unfinished period, what compares with it.
CREATE VIEW kpi.figures_of_periods AS
SELECT date_basis, period, period_start, segment, segment_value, kpi, value, numerator, denominator, low, high, previous,
	CASE WHEN kpi = 'total sales' AND date_basis = 'closed' THEN (
		SELECT target_total(q.summary)::double precision FROM kpi.quota_summaries q
		WHERE q.period = f.period AND q.period_start = f.period_start AND q.segment = f.segment AND q.segment_value = f.segment_value)
	ELSE quota END AS quota,
	is_complete, data_through
FROM (
	SELECT *, lag(value) OVER (PARTITION BY date_basis, period, segment, segment_value, kpi ORDER BY period_start, NOT is_comparison) AS previous
	FROM (
		SELECT *, NULL::double precision AS quota FROM kpi.daily_figure_rows WHERE period <> 'day'
		UNION ALL
		SELECT * FROM kpi.other_figure_rows
	) r
) f
WHERE NOT is_comparison;

CREATE VIEW kpi.figures_of_days WITH (security_barrier) AS	-- a barrier keeps it in one piece, so that another period leaves it unplanned
SELECT date_basis, period_start, segment, segment_value, kpi, value, numerator, denominator, low, high,
	lag(value) OVER (PARTITION BY date_basis, segment, segment_value, kpi ORDER BY period_start) AS previous,
	is_complete, data_through
FROM kpi.daily_figure_rows
WHERE period = 'day';

CREATE :stored kpi.figure_periods AS SELECT * FROM kpi.figures_of_periods;
CREATE UNIQUE INDEX ON kpi.figure_periods (kpi, date_basis, period, segment, period_start, segment_value);
CREATE INDEX ON kpi.figure_periods (period, segment, period_start);	-- for all figures of a period

CREATE VIEW kpi.figures WITH (security_barrier) AS
SELECT f.date_basis, f.period, f.period_start, f.segment, f.segment_value, f.kpi, f.value, f.numerator, f.denominator, f.low, f.high, f.previous,
	coalesce(f.quota, (
		SELECT t.target FROM kpi.targets t
		WHERE t.kpi = f.kpi AND t.segment = f.segment AND t.segment_value = f.segment_value AND t.valid_from <= f.period_start
		ORDER BY t.valid_from DESC LIMIT 1)) AS target,
	f.is_complete, f.data_through
FROM (
	SELECT date_basis, period, period_start, segment, segment_value, kpi, value, numerator, denominator, low, high, previous, quota, is_complete, data_through
	FROM kpi.figure_periods
	UNION ALL
	SELECT date_basis, 'day'::text, period_start, segment, segment_value, kpi, value, numerator, denominator, low, high, previous, NULL::double precision, is_complete, data_through
	FROM kpi.figures_of_days
) f
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

-- Stages, by the day that deals were created: each deal is in one month, and so in one quarter and year.
CREATE VIEW kpi.stage_summaries AS
SELECT p.period, p.period_start, s.segment, s.segment_value, rollup(s.summary) AS summary
FROM kpi.stage_summary s
CROSS JOIN LATERAL (SELECT make_interval(months => (SELECT fiscal_year_start - 1 FROM kpi.settings))) AS f (months_late)
CROSS JOIN LATERAL (VALUES
	('month', s.month),
	('quarter', date_trunc('quarter', s.month::timestamp)::date),
	('fiscal year', (date_trunc('year', s.month - f.months_late) + f.months_late)::date),
	('all time', (SELECT min(period_start) FROM kpi.calendar WHERE period = 'month'))
) AS p (period, period_start)
WHERE s.segment <> 'owner, source, region'
	AND s.month BETWEEN (SELECT min(period_start) FROM kpi.calendar WHERE period = 'month') AND (SELECT max(period_start) FROM kpi.calendar WHERE period = 'month')
GROUP BY p.period, p.period_start, s.segment, s.segment_value;

CREATE VIEW kpi.stages_by_period WITH (security_barrier) AS
SELECT s.period, s.period_start, s.segment, s.segment_value, l.step, l.stage, l.reached, l.skipped, l.advanced, l.lost, l.stalled, l.open,
	l.leakage_rate, l.conversion_rate, l.open_share, l.reach_rate, l.mean_days, l.median_days, l.p90_days,
	l.in_stage, l.amount_reached, l.amount_leaked, l.amount_in_stage
FROM kpi.stage_summaries s
CROSS JOIN LATERAL stage_leakage(s.summary,
	(SELECT (as_of AT TIME ZONE 'UTC')::date FROM kpi.snapshot), (SELECT stale_days FROM kpi.settings)) l
WHERE (SELECT kpi.sees_all()) OR s.segment = 'owner' AND s.segment_value = (SELECT kpi.own_rep());

CREATE VIEW kpi.stage_times WITH (security_barrier) AS
SELECT s.period, s.period_start, s.segment, s.segment_value, t.step, t.stage, t.visits, t.finished,
	t.mean_days, t.median_days, t.p75_days, t.p90_days, t.max_days, t.median_age_days, t.reentries, t.regressions
FROM kpi.stage_summaries s
CROSS JOIN LATERAL stage_time(s.summary, (SELECT (as_of AT TIME ZONE 'UTC')::date FROM kpi.snapshot)) t
WHERE (SELECT kpi.sees_all()) OR s.segment = 'owner' AND s.segment_value = (SELECT kpi.own_rep());

CREATE VIEW kpi.stage_flows WITH (security_barrier) AS
SELECT s.period, s.period_start, s.segment, s.segment_value, f.source, f.target, f.value, f.median_days
FROM kpi.stage_summaries s
CROSS JOIN LATERAL stage_flow(s.summary) f
WHERE (SELECT kpi.sees_all()) OR s.segment = 'owner' AND s.segment_value = (SELECT kpi.own_rep());

CREATE VIEW kpi.pipeline_movements WITH (security_barrier) AS
SELECT m.period AS month, p.segment, p.segment_value, m.opening, m.created, m.increased, m.decreased, m.won, m.lost, m.reopened, m.closing,
	m.opening_deals, m.created_deals, m.increased_deals, m.decreased_deals, m.won_deals, m.lost_deals, m.reopened_deals, m.closing_deals, m.growth_rate,
	c.is_complete
FROM kpi.pipelines p
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
WHERE (SELECT kpi.sees_all());

-- What moved velocity since the period before (of the unfinished period: since as much of the one before).
CREATE VIEW kpi.velocity_drivers WITH (security_barrier) AS
SELECT v.date_basis, v.period, v.period_start, v.segment, v.segment_value, d.step::integer, d.lever, d.before, d.after, d.contribution, v.is_complete
FROM (
	SELECT date_basis, period, period_start, is_comparison, segment, segment_value, velocity,
		lag(velocity) OVER (PARTITION BY date_basis, period, segment, segment_value ORDER BY period_start, NOT is_comparison) AS before,
		CASE date_basis WHEN 'created' THEN is_mature ELSE is_complete END AS is_complete
	FROM kpi.deal_summaries
	WHERE period <> 'day'
) v
CROSS JOIN LATERAL velocity_drivers(v.before, v.velocity) WITH ORDINALITY AS d (lever, before, after, contribution, step)
WHERE NOT v.is_comparison AND ((SELECT kpi.sees_all()) OR v.segment = 'owner' AND v.segment_value = (SELECT kpi.own_rep()));

-- The deals (and leads) behind a figure. Over a period's days, in_numerator, in_denominator and contribution add up to what
-- kpi.figures has: the contributions to its numerator, the rows in_denominator to its denominator where that counts rows.
CREATE VIEW kpi.deal_standings AS
SELECT h.deal_id, h.furthest, h.standing, h.moved, n.steps,
	h.standing BETWEEN 1 AND n.steps - 1 AS is_in_pipeline,
	h.standing > 0 AND h.furthest < n.steps AND n.today - (h.moved AT TIME ZONE 'UTC')::date > n.stale_days AS is_stalled
FROM (
	SELECT deal_id, max(step) AS furthest,
		(array_agg(step ORDER BY entered_at DESC, step = 0 DESC, step DESC))[1] AS standing,
		max(entered_at) FILTER (WHERE step IS DISTINCT FROM before) AS moved
	FROM (
		SELECT r.deal_id, r.entered_at, e.step, lag(e.step) OVER (PARTITION BY r.deal_id ORDER BY r.entered_at, e.step = 0, e.step) AS before
		FROM kpi.source_stage_history r
		CROSS JOIN LATERAL stage_step(r.stage, (SELECT definition FROM kpi.settings)) AS e (step)
		WHERE e.step IS NOT NULL AND r.entered_at > '-infinity' AND r.entered_at <= (SELECT as_of FROM kpi.snapshot)
	) p
	GROUP BY deal_id
	HAVING max(step) > 0
) h
CROSS JOIN (
	SELECT (a.as_of AT TIME ZONE 'UTC')::date AS today, s.stale_days,
		(SELECT count(*) FROM stage_time((SELECT stage_agg(NULL::bigint, NULL::text, NULL::timestamptz, x.definition) FROM kpi.settings x))) AS steps
	FROM kpi.settings s, kpi.snapshot a
) n;

CREATE VIEW kpi.deals_behind WITH (security_barrier) AS
SELECT b.kpi, b.date_basis, b.day, b.in_numerator, b.in_denominator, b.contribution, b.deal_id, b.lead_id,
	b.owner, b.source, b.industry, b.region, b.amount,
	CASE WHEN isfinite(b.created) THEN b.created END AS created,	-- no driver reads an infinite moment
	CASE WHEN isfinite(b.closed) THEN b.closed END AS closed, b.won
FROM (
	SELECT k.kpi, d.date_basis, d.day,
		coalesce(CASE
			WHEN k.kpi = 'deals created' THEN true
			WHEN k.kpi = 'deals still open' THEN d.won IS NULL
			WHEN k.kpi = 'deals lost' THEN NOT d.won
			WHEN k.kpi IN ('win rate by value', 'total sales', 'average deal size') THEN d.won AND d.amount IS NOT NULL
			WHEN k.kpi = 'sales cycle in days' THEN d.won AND d.has_cycle
			ELSE d.won
		END, false) AS in_numerator,
		coalesce(CASE
			WHEN k.kpi = 'win rate' THEN d.won IS NOT NULL
			WHEN k.kpi IN ('won of all', 'pipeline velocity') THEN true
			WHEN k.kpi = 'win/loss ratio' THEN NOT d.won
			WHEN k.kpi = 'win rate by value' THEN d.won IS NOT NULL AND d.amount IS NOT NULL
			WHEN k.kpi = 'average deal size' THEN d.won AND d.amount IS NOT NULL
			WHEN k.kpi = 'sales cycle in days' THEN d.won AND d.has_cycle
		END, false) AS in_denominator,
		CASE
			WHEN k.kpi IN ('win rate by value', 'total sales', 'average deal size') THEN CASE WHEN d.won THEN d.amount END
			WHEN k.kpi = 'sales cycle in days' THEN CASE WHEN d.won AND d.has_cycle THEN (extract(epoch FROM d.closed - d.created) / 86400)::numeric END
			WHEN k.kpi = 'pipeline velocity' THEN NULL
			ELSE CASE WHEN CASE k.kpi WHEN 'deals created' THEN true WHEN 'deals still open' THEN d.won IS NULL WHEN 'deals lost' THEN NOT d.won ELSE d.won END THEN 1 END
		END AS contribution,
		d.deal_id, NULL::bigint AS lead_id, d.owner, d.source, d.industry, d.region, d.amount, d.created, d.closed, d.won
	FROM (
		SELECT 'closed'::text AS date_basis, closed_day AS day, coalesce(isfinite(closed) AND closed >= created AND isfinite(created), false) AS has_cycle, *
		FROM kpi.source_deals WHERE closed_day IS NOT NULL
		UNION ALL
		SELECT 'created', created_day, coalesce(isfinite(closed) AND closed >= created AND isfinite(created), false), *
		FROM kpi.source_deals WHERE created_day IS NOT NULL
	) d
	JOIN (VALUES
		('deals created', 'created'), ('deals still open', 'created'), ('won of all', 'created'),
		('deals won', NULL), ('deals lost', NULL), ('win rate', NULL), ('win rate by value', NULL), ('win/loss ratio', NULL), ('total sales', NULL),
		('average deal size', NULL), ('sales cycle in days', NULL), ('pipeline velocity', NULL)
	) AS k (kpi, date_basis) ON coalesce(k.date_basis, d.date_basis) = d.date_basis
	UNION ALL
	SELECT k.kpi, 'month', (SELECT max(day) FROM kpi.calendar WHERE period = 'day'), true, false,
		CASE k.kpi WHEN 'pipeline value' THEN d.amount ELSE 1 END,
		d.deal_id, NULL, d.owner, d.source, d.industry, d.region, d.amount, d.created, d.closed, d.won
	FROM kpi.source_deals d
	JOIN kpi.deal_standings s USING (deal_id)
	CROSS JOIN (VALUES ('pipeline value'), ('deals in the pipeline')) AS k (kpi)
	WHERE d.created_day IS NOT NULL AND s.is_in_pipeline
	UNION ALL
	SELECT 'stalled', 'created', d.created_day, true, false, 1,
		d.deal_id, NULL, d.owner, d.source, d.industry, d.region, d.amount, d.created, d.closed, d.won
	FROM kpi.source_deals d
	JOIN kpi.deal_standings s USING (deal_id)
	WHERE d.created_day IS NOT NULL AND s.is_stalled
	UNION ALL
	SELECT k.kpi, 'created', l.created_day,
		coalesce(CASE k.kpi
			WHEN 'leads' THEN true
			WHEN 'lead to opportunity rate' THEN l.converted IS NOT NULL
			WHEN 'leads unanswered' THEN l.first_response IS NULL
			WHEN 'response in time' THEN l.is_answerable AND l.first_response <= l.created + n.answer_within
			WHEN 'lead response in hours' THEN l.is_answered
		END, false),
		coalesce(CASE k.kpi
			WHEN 'lead to opportunity rate' THEN true
			WHEN 'response in time' THEN l.is_answerable
			WHEN 'lead response in hours' THEN l.is_answered
		END, false),
		CASE k.kpi
			WHEN 'leads' THEN 1
			WHEN 'lead to opportunity rate' THEN CASE WHEN l.converted IS NOT NULL THEN 1 END
			WHEN 'leads unanswered' THEN CASE WHEN l.first_response IS NULL THEN 1 END
			WHEN 'response in time' THEN CASE WHEN l.is_answerable AND l.first_response <= l.created + n.answer_within THEN 1 END
			WHEN 'lead response in hours' THEN CASE WHEN l.is_answered THEN (extract(epoch FROM l.first_response - l.created) / 3600)::numeric END
		END,
		NULL, l.lead_id, l.owner, l.source, NULL, l.region, NULL, l.created, NULL, NULL
	FROM (SELECT s.answer_within, a.as_of FROM kpi.settings s, kpi.snapshot a) n
	CROSS JOIN LATERAL (
		SELECT *, coalesce(isfinite(first_response) AND first_response >= created, false) AS is_answered,
			created <= n.as_of - n.answer_within AND coalesce(isfinite(first_response) AND first_response >= created, true) AS is_answerable
		FROM kpi.source_leads
		WHERE created_day IS NOT NULL
	) l
	CROSS JOIN (VALUES ('leads'), ('lead to opportunity rate'), ('leads unanswered'), ('response in time'), ('lead response in hours')) AS k (kpi)
) b
WHERE (b.in_numerator OR b.in_denominator) AND ((SELECT kpi.sees_all()) OR b.owner = (SELECT kpi.own_rep()));

-- What was left out, and of what.
CREATE VIEW kpi.data_quality WITH (security_barrier) AS
SELECT q.source, q.reason, q.left_out_of, q.rows
FROM (
	SELECT 'deals' AS source, r.reason, r.left_out_of, r.rows
	FROM (
		SELECT count(*) FILTER (WHERE created_day IS NULL) AS no_creation,
			count(*) FILTER (WHERE created_day NOT BETWEEN c.first_day AND c.last_day) AS created_outside,
			count(*) FILTER (WHERE won IS NOT NULL AND closed_day IS NULL) AS no_closing,
			count(*) FILTER (WHERE closed_day NOT BETWEEN c.first_day AND c.last_day) AS closed_outside,
			count(*) FILTER (WHERE won AND closed < created) AS backwards,
			count(*) FILTER (WHERE won AND amount IS NULL) AS no_amount
		FROM kpi.source_deals, (SELECT min(day) AS first_day, max(day) AS last_day FROM kpi.calendar WHERE NOT is_comparison) c
	) d
	CROSS JOIN LATERAL (VALUES
		('no day of creation', 'figures by the day of creation, stages, pipeline', d.no_creation),
		('created outside of the periods', 'figures by the day of creation', d.created_outside),
		('decided, no day of closing', 'figures by the day of closing', d.no_closing),
		('closed outside of the periods', 'figures by the day of closing', d.closed_outside),
		('won, closed before created', 'sales cycle', d.backwards),
		('won, no amount', 'amounts', d.no_amount)
	) AS r (reason, left_out_of, rows)
	UNION ALL
	SELECT 'leads', r.reason, r.left_out_of, r.rows
	FROM (
		SELECT count(*) FILTER (WHERE created_day IS NULL) AS no_creation,
			count(*) FILTER (WHERE created_day NOT BETWEEN c.first_day AND c.last_day) AS created_outside,
			count(*) FILTER (WHERE created_day IS NOT NULL AND (first_response < created OR NOT isfinite(first_response))) AS backwards
		FROM kpi.source_leads, (SELECT min(day) AS first_day, max(day) AS last_day FROM kpi.calendar WHERE NOT is_comparison) c
	) l
	CROSS JOIN LATERAL (VALUES
		('no day of creation', 'all figures', l.no_creation),
		('created outside of the periods', 'all figures', l.created_outside),
		('answered before created, or at no time', 'response times', l.backwards)
	) AS r (reason, left_out_of, rows)
	UNION ALL
	SELECT 'stage history', 'of no deal, or of one without a day of creation', 'stages, pipeline', count(*)
	FROM kpi.source_stage_history h
	WHERE NOT EXISTS (SELECT FROM kpi.source_deals d WHERE d.deal_id = h.deal_id AND d.created_day IS NOT NULL)
	UNION ALL
	SELECT 'stage history', 'later than as_of', 'stages, pipeline', count(*) FROM kpi.source_stage_history WHERE entered_at > (SELECT as_of FROM kpi.snapshot)
	UNION ALL
	SELECT 'stage history', q.reason, 'stages, pipeline', q.rows
	FROM (SELECT rollup(summary) AS summary FROM kpi.stage_summary WHERE segment = 'all') s, stage_quality(s.summary) q
	WHERE q.reason <> 'used'
	UNION ALL
	SELECT 'surveys', r.reason, 'all figures', r.rows
	FROM (
		SELECT count(*) FILTER (WHERE asked_day IS NULL AND score IS NOT NULL AND NOT (score BETWEEN 0 AND 10 AND score = trunc(score))) AS no_score,
			count(*) FILTER (WHERE asked IS NULL OR NOT isfinite(asked)) AS no_day,
			count(*) FILTER (WHERE asked_day NOT BETWEEN c.first_day AND c.last_day) AS outside
		FROM kpi.source_surveys, (SELECT min(day) AS first_day, max(day) AS last_day FROM kpi.calendar WHERE NOT is_comparison) c
	) s
	CROSS JOIN LATERAL (VALUES
		('no whole score from 0 to 10', s.no_score), ('no day', s.no_day), ('asked outside of the periods', s.outside)
	) AS r (reason, rows)
	UNION ALL
	SELECT 'subscriptions', q.reason, 'recurring revenue', q.rows FROM kpi.mrr_summary s, mrr_quality(s.summary) q WHERE q.reason <> 'used'
	UNION ALL
	SELECT 'orders', 'later than as_of', 'cohorts', count(*) FROM kpi.source_orders WHERE ordered > (SELECT as_of FROM kpi.snapshot)
	UNION ALL
	SELECT 'orders', q.reason, 'cohorts', q.rows FROM kpi.cohort_summary s, cohort_quality(s.summary) q WHERE q.reason <> 'used'
	UNION ALL
	SELECT 'quotas', r.reason, 'attainment', r.rows
	FROM (
		SELECT count(*) FILTER (WHERE coalesce(quota, 0) = 0) AS no_quota,
			count(*) FILTER (WHERE quota < 0) AS negative,
			count(*) FILTER (WHERE period_start <> date_trunc('quarter', period_start::timestamp)) AS no_quarter
		FROM kpi.source_quotas
	) s
	CROSS JOIN LATERAL (VALUES ('no quota, or 0', s.no_quota), ('negative', s.negative), ('of no calendar quarter', s.no_quarter)) AS r (reason, rows)
	UNION ALL
	SELECT 'activities', r.reason, 'all figures', r.rows
	FROM (
		SELECT count(*) FILTER (WHERE day IS NULL) AS no_day, count(*) FILTER (WHERE day NOT BETWEEN c.first_day AND c.last_day) AS outside
		FROM kpi.source_activities, (SELECT min(day) AS first_day, max(day) AS last_day FROM kpi.calendar WHERE NOT is_comparison) c
	) a
	CROSS JOIN LATERAL (VALUES ('no day', a.no_day), ('done outside of the periods', a.outside)) AS r (reason, rows)
) q
WHERE (SELECT kpi.sees_all());

CREATE VIEW kpi.freshness WITH (security_barrier) AS
SELECT f.summary, f.measure, f.date_basis, f.data_from, f.data_through, n.as_of, n.refreshed_at
FROM kpi.snapshot n
CROSS JOIN LATERAL (
	SELECT 'kpi.velocity_summary' AS summary, 'deals' AS measure, date_basis, min(data_from(summary)) AS data_from, max(data_through(summary)) AS data_through
	FROM kpi.velocity_periods WHERE period = 'fiscal year' AND segment = 'all' AND NOT is_comparison GROUP BY date_basis
	UNION ALL
	SELECT 'kpi.duration_summary', measure, date_basis, min(data_from(summary)), max(data_through(summary))
	FROM kpi.duration_periods WHERE period = 'fiscal year' AND segment = 'all' AND NOT is_comparison GROUP BY measure, date_basis
	UNION ALL
	SELECT 'kpi.rate_summary', measure, date_basis,
		min(day)::timestamp AT TIME ZONE (SELECT zone FROM kpi.settings), max(day)::timestamp AT TIME ZONE (SELECT zone FROM kpi.settings)
	FROM kpi.rate_summary WHERE segment = 'all' AND day IN (SELECT day FROM kpi.calendar WHERE period = 'day') GROUP BY measure, date_basis
	UNION ALL
	SELECT 'kpi.survey_summary', survey, 'asked',
		min(day)::timestamp AT TIME ZONE (SELECT zone FROM kpi.settings), max(day)::timestamp AT TIME ZONE (SELECT zone FROM kpi.settings)
	FROM kpi.survey_summary WHERE segment = 'all' AND day IN (SELECT day FROM kpi.calendar WHERE period = 'day') GROUP BY survey
	UNION ALL
	SELECT 'kpi.activity_summary', 'activities', 'done',
		min(day)::timestamp AT TIME ZONE (SELECT zone FROM kpi.settings), max(day)::timestamp AT TIME ZONE (SELECT zone FROM kpi.settings)
	FROM kpi.activity_summary WHERE day IN (SELECT day FROM kpi.calendar WHERE period = 'day')
	UNION ALL
	SELECT 'kpi.stage_summary', 'stages', 'created', min(data_from(summary)), max(data_through(summary)) FROM kpi.stage_summary WHERE segment = 'all'
	UNION ALL
	SELECT 'kpi.pipeline_summary', 'pipeline', 'month', min(data_from(summary)), max(data_through(summary)) FROM kpi.pipeline_summary WHERE segment = 'all'
	UNION ALL
	SELECT 'kpi.mrr_summary', 'recurring revenue', 'month', data_from(summary)::timestamp AT TIME ZONE (SELECT zone FROM kpi.settings),
		data_through(summary)::timestamp AT TIME ZONE (SELECT zone FROM kpi.settings) FROM kpi.mrr_summary
	UNION ALL
	SELECT 'kpi.cohort_summary', 'customers', 'month', data_from(summary), data_through(summary) FROM kpi.cohort_summary
) f;

-- What each of them and their columns is. A column of one name means the same everywhere; where it doesn't, it stands with its view.
DO $$
DECLARE
	one	record;
BEGIN
	FOR one IN
		SELECT format('COMMENT ON %s kpi.%I IS %L',
			CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'TABLE' END, c.relname, v.comment) AS command
		FROM (VALUES
			('figures', 'Every figure by period and segment, one row each: dense in its periods, with the counts behind it. Filter by kpi, date_basis, period and segment'),
			('deals_by_period', 'Deals by the day they were closed or created: counts, win rate, amounts, size, cycle and velocity; one row a period and segment'),
			('leads_by_period', 'Leads by the day they were created: how many, how many became deals, how soon they were answered; one row a period and segment'),
			('surveys_by_period', 'Surveys by the day they were asked: score, interval, response rate; one row a survey, period and segment'),
			('quotas_by_period', 'Quotas by quarter and fiscal year: what was won of them, and how many reps reached theirs; one row a period and segment'),
			('activities_by_period', 'Activities and hours by rep and kind, one row a period, rep and kind'),
			('stages_by_period', 'Where deals leak, by the period they were created in: one row a stage (see stage_leakage)'),
			('stage_times', 'How long deals stay in a stage, by the period they were created in: one row a stage (see stage_time)'),
			('stage_flows', 'Who went where, by the period the deals were created in: source, target and value of a Sankey chart, without a cycle (see stage_flow)'),
			('pipeline_movements', 'What moved the pipeline from month to month: opening + created + increased - decreased - won - lost + reopened = closing'),
			('mrr_movements', 'What moved monthly recurring revenue: opening + new + expansion + reactivated - contraction - churned = closing; one row a month'),
			('mrr_waterfall', 'The movements of a month as a waterfall chart wants them: in order of step the changes add up to the closing, which the chart draws itself'),
			('cohort_retention', 'How many customers came back, by the month of their first order: one row a cohort and month since'),
			('velocity_drivers', 'What moved pipeline velocity since the period before, lever by lever: the contributions add up to the change'),
			('deals_behind', 'The deals (or leads) behind a figure, one row each: over the days of a period, contribution adds up to the numerator of kpi.figures'),
			('data_quality', 'Rows of the CRM that were left out, by source and reason, as the CRM is now'),
			('freshness', 'From when and through when the data are, for each summary'),
			('periods_of_calendar', 'How kpi.periods comes about'),
			('periods', 'The periods, one row each, and whether their figures are final'),
			('deal_segments', 'Which segments deals have'),
			('lead_segments', 'Which segments leads have'),
			('survey_segments', 'Which segments surveys have'),
			('deal_summaries', 'The summaries of deals side by side, dense in periods and segments'),
			('lead_summaries', 'The summaries of leads side by side, dense in periods and segments'),
			('survey_summaries', 'The summaries of surveys, dense in periods and segments'),
			('stage_summaries', 'Rollups of kpi.stage_summary by the period the deals were created in'),
			('quota_summaries', 'Attainment by quarter, and by fiscal year of the reps'' sums'),
			('pipelines', 'The whole of kpi.pipeline_summary, by segment'),
			('dense_deals', 'What kpi.deals_by_period shows, and the comparisons'),
			('dense_leads', 'What kpi.leads_by_period shows, and the comparisons'),
			('dense_surveys', 'What kpi.surveys_by_period shows, and the comparisons'),
			('dense_quotas', 'What kpi.quotas_by_period shows, and the comparisons'),
			('activity_kinds', 'Which kinds of activity each rep has done, one row each'),
			('activity_days', 'Activities by kind side by side, one row a day and rep'),
			('dense_activities', 'Activities by kind side by side, dense in periods and segments'),
			('dense_pipeline', 'The pipeline at the end of each month'),
			('dense_mrr', 'Recurring revenue and its retention by month, side by side'),
			('dense_customers', 'Customers who ordered, by month'),
			('daily_figure_rows', 'Every figure that there is by the day, one row each, and the comparisons'),
			('other_figure_rows', 'Every figure of months, quarters and years only, one row each, and the comparisons'),
			('figures_of_periods', 'How kpi.figure_periods comes about'),
			('figures_of_days', 'The figures of kpi.figures by day, worked out when they are asked for'),
			('figure_periods', 'The figures of kpi.figures by week, month, quarter and fiscal year'),
			('deal_standings', 'Where each deal of the history stands: one row a deal')
		) AS v (relation, comment)
		LEFT JOIN pg_class c ON c.oid = ('kpi.' || v.relation)::regclass
		UNION ALL
		SELECT format('COMMENT ON COLUMN kpi.%I.%I IS %L', c.relname, a.attname, coalesce(o.comment, v.comment))
		FROM pg_class c
		JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
		LEFT JOIN (VALUES
			-- the key
			('date_basis', 'What the period is that of: closed (deals decided in it), created (deals or leads made in it), asked (surveys), done (activities), month (recurring revenue, pipeline), due (quotas)'),
			('period', 'day, week (from Monday), month, quarter or fiscal year; of stages all time, too'),
			('period_start', 'The first day of the period; of all time the first day there is'),
			('period_end', 'The last day of the period'),
			('segment', 'Which cut: all (the company), owner, source, region, industry (deals) or team (eNPS)'),
			('segment_value', 'Which of them: all for the company; (none): not entered'),
			('survey', 'eNPS (employees), NPS (customers) or CSAT (customers)'),
			('kpi', 'Which figure, as kpi_catalog() has it: JOIN kpi_catalog() USING (kpi) gives its unit and meaning'),
			('month', 'The first day of the month'),
			('owner', 'The rep; (none): not entered'),
			('kind', 'What was done: call, email, follow-up, meeting, visit, demo, proposal, event, social touch; internal: anything but selling'),
			-- figures
			('value', 'The figure, in its unit: rates are fractions of 0 to 1, money in the CRM''s currency; NULL: nothing to divide by, or not known yet'),
			('numerator', 'What was counted or summed up, exactly; NULL: the figure is no count, sum or ratio'),
			('denominator', 'What it was divided by, exactly (of a percentile, the number of rows); NULL: nothing'),
			('low', 'Lower end of the 95 % interval, in the figure''s unit; NULL: none known'),
			('high', 'Upper end of the 95 % interval, in the figure''s unit; NULL: none known'),
			('previous', 'The value one period earlier, in the same unit; for the period of as_of, which is not over, that of as many days of the one before'),
			('target', 'What it is to reach, in the same unit: the quota (total sales of quarters and fiscal years), or as kpi.targets has it'),
			('quota', 'What it is to reach by the quotas, in the same unit'),
			('is_complete', 'Whether the figure is final: the period is over, and where deals or leads created in it are to be decided, kpi.settings.matures_after_days have passed since'),
			('is_over', 'Whether the period is over at as_of'),
			('is_mature', 'Whether the period has been over for kpi.settings.matures_after_days'),
			('is_answerable', 'Whether each lead of the period has had kpi.settings.answer_within to be answered'),
			('is_comparison', 'true: not the period itself but what compares with it, being unfinished: as many days of the one before'),
			('data_through', 'The last moment seen in the data behind it, of all days and segments; where only days are kept, the beginning of the last one'),
			('data_from', 'The first moment seen in the data behind it; where only days are kept, the beginning of the first one'),
			-- deals
			('deals', 'Deals of the period: decided in it (closed) or made in it (created)'),
			('deals_won', 'Deals won'),
			('deals_lost', 'Deals lost'),
			('deals_open', 'Deals not decided yet; by closing day there are none'),
			('win_rate', 'Deals won of those decided, a fraction of 0 to 1'),
			('win_rate_low', 'Lower end of the 95 % interval of the win rate, a fraction'),
			('win_rate_high', 'Upper end of the 95 % interval of the win rate, a fraction'),
			('won_of_all', 'Deals won of all, open ones included, a fraction of 0 to 1'),
			('win_loss_ratio', 'Deals won per deal lost'),
			('amount_won', 'Amount of the deals won, in the CRM''s currency'),
			('amount_decided', 'Amount of the deals won and lost, in the CRM''s currency'),
			('win_rate_by_value', 'Amount won of the amount decided, a fraction; worthless where lost deals lose their amount: see without_amount and zero_amount'),
			('without_amount', 'Deals decided whose amount nobody entered'),
			('zero_amount', 'Deals decided whose amount is 0'),
			('average_deal_size', 'Average amount of the deals won that have one, in the CRM''s currency'),
			('won_with_amount', 'Deals won that have an amount'),
			('sales_cycle_days', 'Mean time from created to closed of the deals won, in days of 24 hours'),
			('median_sales_cycle_days', 'Median time from created to closed of the deals won, in days, within 1 %'),
			('p90_sales_cycle_days', 'Time from created to closed within which 90 % of the deals won were, in days, within 1 %'),
			('sales_cycles', 'Deals won with both ends of their cycle'),
			('pipeline_velocity', 'Deals x win rate x average size / cycle: money a day, in the CRM''s currency; compare periods of equal length'),
			('rate', 'Of win rate, a rate_summary'),
			('cycle', 'Of the sales cycle, a duration_summary'),
			('velocity', 'Of pipeline velocity, a velocity_summary'),
			('conversion', 'Of lead to opportunity rate, a rate_summary'),
			('in_time', 'Of response in time, a rate_summary'),
			('response', 'Of lead response time, a duration_summary'),
			-- leads
			('leads', 'Leads made in the period'),
			('converted', 'Leads of the period that became a deal, whenever'),
			('conversion_rate', 'Leads that became a deal of all, a fraction of 0 to 1'),
			('conversion_rate_low', 'Lower end of the 95 % interval of the conversion rate, a fraction'),
			('conversion_rate_high', 'Upper end of the 95 % interval of the conversion rate, a fraction'),
			('answered', 'Leads answered, whenever'),
			('unanswered', 'Leads not answered yet'),
			('answerable', 'Leads old enough to have been answered within kpi.settings.answer_within'),
			('answered_in_time', 'Of the answerable, leads answered within it'),
			('response_in_time', 'Leads answered in time of the answerable, a fraction of 0 to 1'),
			('response_in_time_low', 'Lower end of the 95 % interval of response_in_time, a fraction'),
			('response_in_time_high', 'Upper end of the 95 % interval of response_in_time, a fraction'),
			('response_hours', 'Mean time from the lead to the first answer, in hours; those not answered are in no mean'),
			('median_response_hours', 'Median time from the lead to the first answer, in hours, within 1 %'),
			('p90_response_hours', 'Time within which 90 % of the leads answered were answered, in hours, within 1 %'),
			-- surveys
			('asked', 'People asked'),
			('responses', 'People who answered'),
			('response_rate', 'Answers of those asked, a fraction of 0 to 1'),
			('score', 'eNPS and NPS: % promoters - % detractors, -100 to 100; CSAT: satisfied of those who answered, a fraction of 0 to 1'),
			('promoters', 'Answers of 9 and 10; NULL: not that kind of survey'),
			('passives', 'Answers of 7 and 8; NULL: not that kind of survey'),
			('detractors', 'Answers of 0 to 6; NULL: not that kind of survey'),
			('satisfied', 'Answers of 4 and above; NULL: not that kind of survey'),
			-- quotas
			('reps', 'Reps with a quota above 0'),
			('reps_at_target', 'Of these, reps who won as much or more'),
			('reps_without_quota', 'Reps whose quota is missing or 0: in no other column'),
			('quota_attainment', 'Reps at target of those with a quota, a fraction of 0 to 1'),
			('actual', 'Amount won by reps with a quota, in the CRM''s currency'),
			('target_attainment', 'Amount won per amount of the quotas: 1 is the target'),
			-- activities
			('activities', 'How many'),
			('hours', 'Time they took, in hours'),
			('selling_hours', 'Of these, hours of all kinds but internal'),
			('calls', 'How many'), ('emails', 'How many'), ('meetings', 'How many'), ('follow_ups', 'How many'), ('visits', 'How many'),
			('demos', 'How many'), ('proposals', 'How many'), ('events', 'How many'), ('social_touches', 'How many'),
			-- stages
			('step', 'The place in the order, from 1'),
			('stage', 'The stage; of synonyms the first'),
			('reached', 'Deals that entered this stage or any later one'),
			('skipped', 'Of these, deals without a row for it'),
			('advanced', 'Deals that reached the next stage, too; at the last stage: arrived and not lost now'),
			('lost', 'Deals lost whose furthest stage this is'),
			('stalled', 'Deals not lost whose furthest stage this is and that have not moved for more than kpi.settings.stale_days'),
			('open', 'Deals not lost and not stalled whose furthest stage this is; 0 at the last stage'),
			('leakage_rate', 'Lost and stalled deals of those that advanced or leaked, a fraction of 0 to 1'),
			('open_share', 'Open deals of those that reached the stage, a fraction of 0 to 1'),
			('reach_rate', 'Deals that reached the stage of those that reached the first, a fraction of 0 to 1'),
			('mean_days', 'Mean of finished visits to the stage, in days'),
			('median_days', 'Median time in the stage, in days, within 1 %'),
			('p75_days', 'Days within which 75 % of finished visits ended, within 1 %'),
			('p90_days', 'Days within which 90 % of finished visits ended, within 1 %'),
			('max_days', 'The longest finished visit, in days'),
			('median_age_days', 'Of the deals still in the stage, the median of whole days since the last movement'),
			('visits', 'Visits to the stage, later ones of the same deal too'),
			('finished', 'Visits that have ended'),
			('reentries', 'Visits by deals that had been in the stage before'),
			('regressions', 'Visits that ended with a move to an earlier stage'),
			('in_stage', 'Deals in the stage now: the pipeline; 0 at the last stage'),
			('amount_reached', 'Amount of the deals that reached it, in the CRM''s currency'),
			('amount_leaked', 'Amount of the deals lost or stalled there, in the CRM''s currency'),
			('amount_in_stage', 'Amount of the deals in it now, in the CRM''s currency'),
			-- pipeline and recurring revenue
			('opening', 'At the beginning of the month, in money'),
			('closing', 'At the end of the month, in money'),
			('opening_deals', 'Deals in the pipeline at the beginning'),
			('created_deals', 'Deals that came into the pipeline for the first time'),
			('increased_deals', 'Times that an amount rose'),
			('decreased_deals', 'Times that an amount fell'),
			('won_deals', 'Deals that came into the last stage'),
			('lost_deals', 'Deals that were lost'),
			('reopened_deals', 'Deals that came back'),
			('closing_deals', 'Deals in the pipeline at the end'),
			('growth_rate', '(closing - opening) / opening, a fraction'),
			('new', 'From customers who pay for the first time, in money a month'),
			('expansion', 'From customers who pay more than the month before, in money a month'),
			('reactivated', 'From customers who pay again, in money a month'),
			('contraction', 'From customers who pay less than the month before, in money a month, not negative'),
			('churned', 'From customers who pay no more, in money a month, not negative'),
			('opening_customers', 'Customers who paid in the month before'),
			('new_customers', 'Customers who pay for the first time'),
			('reactivated_customers', 'Customers who pay again'),
			('churned_customers', 'Customers who pay no more'),
			('closing_customers', 'Customers who pay'),
			('quick_ratio', '(new + expansion + reactivated) / (contraction + churned)'),
			('customer_churn_rate', 'Customers churned of those at the beginning, a fraction a month'),
			('revenue_churn_rate', 'Revenue churned of that at the beginning, a fraction a month'),
			('net_retention_12_months', 'What customers of a year ago who stayed pay now, per what all of them paid then'),
			('gross_retention_12_months', 'The same without what they pay more: never above 1'),
			('dimension', 'Which change: opening, new, expansion, reactivated, contraction, churned'),
			('change', 'By how much, in money a month: negative where it falls'),
			('mrr', 'Recurring revenue, in money a month; NULL: the month isn''t over'),
			('customers', 'Customers who pay; NULL: the month isn''t over'),
			('gained', 'new + expansion + reactivated, in money a month'),
			('given_up', 'contraction + churned, in money a month'),
			('customers_12', 'Customers who paid 12 months ago'),
			('customer_retention_12', 'Of these, customers who have paid in every month since, a fraction'),
			('active', 'Customers who ordered in the month'),
			-- cohorts
			('cohort', 'The month of the first order, by its first day'),
			('months_since', 'Months since then, from 0'),
			('cohort_size', 'Customers in the cohort'),
			('retained', 'Of these, customers who ordered in that month'),
			('amount', 'Money, in the CRM''s currency; NULL: not entered'),
			('amount_per_customer', 'Amount per customer of the cohort, in the CRM''s currency'),
			-- velocity
			('lever', 'What moved: opportunities, win_rate, avg_deal_size or cycle_days'),
			('before', 'The lever in the period before, in its own unit'),
			('after', 'The lever in this period, in its own unit'),
			('contribution', 'What it adds to the change of velocity, in money a day; NULL: one of the two has no velocity'),
			-- deals behind
			('day', 'The day it counts for, by kpi.settings.zone'),
			('in_numerator', 'Whether the row is counted in the numerator'),
			('in_denominator', 'Whether the row is counted in the denominator'),
			('deal_id', 'The deal; NULL: the figure is of leads'),
			('lead_id', 'The lead; NULL: the figure is of deals'),
			('source', 'Where the deal or lead came from; (none): not entered'),
			('industry', 'The customer''s; (none): not entered'),
			('region', 'The region; (none): not entered'),
			('created', 'When the row was made in the CRM'),
			('closed', 'When the deal was won or lost'),
			('won', 'true: won; false: lost; NULL: still open'),
			('furthest', 'The furthest stage ever entered, by its place'),
			('standing', 'The latest stage, by its place; 0: lost'),
			('steps', 'How many stages there are'),
			('moved', 'When the deal last came into another stage'),
			('is_stalled', 'Whether it is neither lost nor in the last stage, and has not moved for more than kpi.settings.stale_days'),
			('is_in_pipeline', 'Whether it is in a stage but the last'),
			-- quality and freshness
			('reason', 'Why'),
			('left_out_of', 'Which figures the rows are not in'),
			('rows', 'How many rows'),
			('summary', 'What the figures are read from'),
			('measure', 'What is counted or timed'),
			('as_of', 'The moment the figures look back from'),
			('refreshed_at', 'When the last refresh that went through began')
		) AS v (name, comment) ON v.name = a.attname
		LEFT JOIN (VALUES
			('surveys_by_period', 'is_complete', 'Whether the period is over'),
			('activities_by_period', 'is_complete', 'Whether the period is over'),
			('quotas_by_period', 'is_complete', 'Whether the period is over'),
			('quotas_by_period', 'target', 'The quotas of these reps, in the CRM''s currency'),
			('dense_quotas', 'target', 'The quotas of these reps, in the CRM''s currency'),
			('surveys_by_period', 'low', 'Lower end of the 95 % interval of the score, in its unit'),
			('surveys_by_period', 'high', 'Upper end of the 95 % interval of the score, in its unit'),
			('stages_by_period', 'conversion_rate', 'Deals that advanced of those that advanced or leaked, a fraction of 0 to 1: 1 - leakage_rate'),
			('stage_flows', 'source', 'The stage that was left'),
			('stage_flows', 'target', 'The later stage or lost label that was entered, or still open'),
			('stage_flows', 'value', 'How many moves'),
			('stage_flows', 'median_days', 'Median time in the source before the move, in days, within 1 %; NULL: still open'),
			('pipeline_movements', 'created', 'Amount of deals that came into the pipeline for the first time, in the CRM''s currency'),
			('pipeline_movements', 'increased', 'By how much amounts rose, in the CRM''s currency'),
			('pipeline_movements', 'decreased', 'By how much amounts fell, in the CRM''s currency, not negative'),
			('pipeline_movements', 'won', 'Amount of deals that came into the last stage, in the CRM''s currency'),
			('pipeline_movements', 'lost', 'Amount of deals that were lost, in the CRM''s currency'),
			('pipeline_movements', 'reopened', 'Amount of deals that came back, in the CRM''s currency'),
			('dense_pipeline', 'deals', 'Deals in the pipeline at the end of the month'),
			('dense_pipeline', 'amount', 'Their amount, in the CRM''s currency'),
			('dense_customers', 'new', 'Customers whose first order was in the month'),
			('mrr_waterfall', 'step', 'The order of the bars, from 1'),
			('velocity_drivers', 'step', 'The order of the levers, from 1'),
			('cohort_retention', 'rate', 'Retained of the cohort, a fraction of 0 to 1'),
			('cohort_retention', 'amount', 'What they ordered in that month, in the CRM''s currency'),
			('cohort_retention', 'is_complete', 'Whether that month is over: who has not come back yet still may'),
			('deals_behind', 'contribution', 'What the row adds to the numerator of kpi.figures: 1, money, days or hours; NULL: nothing'),
			('deals_behind', 'kpi', 'Which figure, as kpi.figures has it; stalled: deals that have not moved, as kpi.stages_by_period counts them'),
			('data_quality', 'source', 'Which of the CRM''s tables'),
			('freshness', 'summary', 'Where it is stored')
		) AS o (relation, name, comment) ON o.relation = c.relname AND o.name = a.attname
		WHERE c.relnamespace = 'kpi'::regnamespace AND c.relkind IN ('r', 'v', 'm') AND col_description(c.oid, a.attnum) IS NULL
			AND coalesce(o.comment, v.comment) IS NOT NULL
	LOOP
		EXECUTE one.command;
	END LOOP;

	-- kpi.dense_mrr has retention over several spans side by side.
	FOR one IN
		SELECT format('COMMENT ON COLUMN kpi.dense_mrr.%I IS %L', m.name || '_' || n.months, m.comment || n.months || m.rest) AS command
		FROM (VALUES ('mrr', 'What was paid ', ' months ago, in money a month'),
			('mrr_now', 'What those who have paid in every month pay now, over ', ' months, in money a month'),
			('net', 'Net revenue retention over ', ' months'),
			('gross', 'Gross revenue retention over ', ' months')) AS m (name, comment, rest), unnest(ARRAY[1, 3, 6, 12]) AS n (months)
	LOOP
		EXECUTE one.command;
	END LOOP;
END
$$;
