-- figures.sql: every figure by period and segment. A formula is written once, in one of the dense_* views: they have a row for each
-- period of the calendar and each segment that occurs, with what compares with the unfinished period (is_comparison, see kpi.calendar)
-- beside it. The *_by_period views (people.sql) are these without the comparisons; kpi.figures has the same, a figure a row, as
-- kpi.figure_list says. It is stored: a dashboard then reads rows, and plans a scan of one table.

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
CREATE VIEW kpi.deal_parts AS
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

CREATE VIEW kpi.lead_parts AS
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

CREATE VIEW kpi.survey_parts AS
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
FROM kpi.deal_parts;

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
FROM kpi.lead_parts;

CREATE VIEW kpi.dense_surveys AS
SELECT 'asked'::text AS date_basis, s.survey, s.period, s.period_start, s.is_comparison, s.segment, s.segment_value,
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
FROM kpi.survey_parts s
CROSS JOIN LATERAL (
	SELECT max(responses) FILTER (WHERE category = 'promoter') AS promoters, max(responses) FILTER (WHERE category = 'passive') AS passives,
		max(responses) FILTER (WHERE category = 'detractor') AS detractors
	FROM survey_breakdown(s.summary)
) b;

CREATE VIEW kpi.dense_quotas AS
SELECT 'due'::text AS date_basis, c.period, c.period_start, c.is_comparison, k.segment, k.segment_value,
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
CROSS JOIN (SELECT DISTINCT segment, segment_value FROM kpi.attainment_periods) k
LEFT JOIN kpi.attainment_periods s ON s.period = c.period AND s.period_start = c.period_start AND NOT c.is_comparison
	AND s.segment = k.segment AND s.segment_value = k.segment_value
WHERE c.period IN (SELECT period FROM kpi.attainment_periods);

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
SELECT 'done'::text AS date_basis, period, period_start, is_comparison, segment, segment_value,
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
CREATE VIEW kpi.pipeline_parts AS
SELECT segment, segment_value, rollup(summary) AS summary
FROM kpi.pipeline_summary
WHERE segment <> 'owner, source, region'
GROUP BY segment, segment_value;

CREATE VIEW kpi.dense_pipeline AS
SELECT 'month'::text AS date_basis, c.period, c.period_start, c.is_comparison, k.segment, k.segment_value,
	coalesce(m.closing, 0) AS amount,
	coalesce(m.closing_deals, 0) AS deals,
	c.is_complete,
	k.data_through
FROM kpi.periods c
CROSS JOIN (SELECT segment, segment_value, max(data_through(summary)) OVER () AS data_through FROM kpi.pipeline_parts) k
LEFT JOIN (
	SELECT p.segment, p.segment_value, m.period AS month, m.closing, m.closing_deals,
		lead(m.period) OVER (PARTITION BY p.segment, p.segment_value ORDER BY m.period) AS next_month
	FROM kpi.pipeline_parts p, pipeline_movements(p.summary) m
) m ON m.segment = k.segment AND m.segment_value = k.segment_value
	AND m.month <= c.period_start AND (m.next_month > c.period_start OR m.next_month IS NULL)
WHERE c.period = 'month' AND NOT c.is_comparison;

-- Recurring revenue: the months that are over. What is not known yet is NULL, not 0.
CREATE VIEW kpi.dense_mrr AS
SELECT 'month'::text AS date_basis, c.period, c.period_start, c.is_comparison, 'all'::text AS segment, 'all'::text AS segment_value,
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
SELECT 'month'::text AS date_basis, c.period, c.period_start, c.is_comparison, 'all'::text AS segment, 'all'::text AS segment_value,
	CASE WHEN NOT c.is_comparison THEN coalesce(a.active, 0) END AS active,	-- who was active by the middle of a month isn't kept
	CASE WHEN NOT c.is_comparison THEN coalesce(a.new, 0) END AS new,
	c.is_complete,
	data_through(s.summary) AS data_through
FROM kpi.cohort_summary s
CROSS JOIN kpi.periods c
LEFT JOIN LATERAL active_entities(s.summary) a ON a.period = c.period_start
WHERE c.period = 'month' AND data_from(s.summary) IS NOT NULL;

-- kpi.figure_list, as SQL: a view of the figures that there are by the day, and one of those of months, quarters and years only. CASE rather
-- than a list of formulas: it works out what is asked for and no more, which is several times faster.
DO $$
DECLARE
	query	text;
	is_of_days	boolean;
BEGIN
	FOREACH is_of_days IN ARRAY '{true,false}'::boolean[] LOOP
		SELECT string_agg(format(E'SELECT d.date_basis, d.period, d.period_start, d.is_comparison, d.segment, d.segment_value, %s AS kpi,\n\t%s AS value,\n\t%s AS numerator,\n\t%s AS denominator,\n\t%s AS low,\n\t%s AS high,\n\t%s AS is_complete,\n\td.data_through,\n\t%s AS quota\nFROM kpi.dense_%s d\nJOIN (VALUES %s) AS k (kpi, only_by) ON k.only_by IS NULL OR k.only_by = d.date_basis',
				CASE made_of WHEN 'surveys' THEN 'replace(k.kpi, ''{survey}'', d.survey)' ELSE 'k.kpi' END,
				value, numerator, denominator, low, high, complete, target, made_of, names), E'\nUNION ALL\n' ORDER BY first) INTO query
		FROM (
			SELECT made_of, min(position) AS first,
				string_agg(format('(%L, %L::text)', kpi, date_basis), ', ' ORDER BY position) AS names,
				coalesce('CASE k.kpi ' || string_agg(format('WHEN %L THEN (%s)::double precision', kpi, value), ' ' ORDER BY position) || ' END', 'NULL::double precision') AS value,
				coalesce('CASE k.kpi ' || string_agg(format('WHEN %L THEN (%s)::numeric', kpi, numerator), ' ' ORDER BY position) FILTER (WHERE numerator IS NOT NULL) || ' END', 'NULL::numeric') AS numerator,
				coalesce('CASE k.kpi ' || string_agg(format('WHEN %L THEN (%s)::numeric', kpi, denominator), ' ' ORDER BY position) FILTER (WHERE denominator IS NOT NULL) || ' END', 'NULL::numeric') AS denominator,
				coalesce('CASE k.kpi ' || string_agg(format('WHEN %L THEN (%s)::double precision', kpi, low), ' ' ORDER BY position) FILTER (WHERE low IS NOT NULL) || ' END', 'NULL::double precision') AS low,
				coalesce('CASE k.kpi ' || string_agg(format('WHEN %L THEN (%s)::double precision', kpi, high), ' ' ORDER BY position) FILTER (WHERE high IS NOT NULL) || ' END', 'NULL::double precision') AS high,
				'CASE k.kpi ' || string_agg(format('WHEN %L THEN %s', kpi, complete), ' ' ORDER BY position) || ' END' AS complete,
				coalesce('CASE k.kpi ' || string_agg(format('WHEN %L THEN (%s)::double precision', kpi, target), ' ' ORDER BY position) FILTER (WHERE target IS NOT NULL) || ' END', 'NULL::double precision') AS target
			FROM kpi.figure_list
			WHERE value IS NOT NULL AND made_of IN ('deals', 'leads', 'surveys', 'activities') = is_of_days
			GROUP BY made_of
		) f;
		EXECUTE format('CREATE VIEW kpi.%s AS %s', CASE WHEN is_of_days THEN 'daily_figure_rows' ELSE 'other_figure_rows' END, query);
	END LOOP;
END
$$;

-- With the value before: that of the period before or, of the unfinished period, what compares with it.
CREATE VIEW kpi.figures_of_periods AS
SELECT date_basis, period, period_start, segment, segment_value, kpi, value, numerator, denominator, low, high, previous, quota, is_complete, data_through
FROM (
	SELECT *, lag(value) OVER (PARTITION BY date_basis, period, segment, segment_value, kpi ORDER BY period_start, NOT is_comparison) AS previous
	FROM (
		SELECT * FROM kpi.daily_figure_rows WHERE period <> 'day'
		UNION ALL
		SELECT * FROM kpi.other_figure_rows
	) r
) f
WHERE NOT is_comparison;

-- What each segment's value has a row for, times the periods: an id among the labels makes millions of them. That is an error before the
-- night has made them, rather than a full disk.
CREATE FUNCTION kpi.check_size() RETURNS void LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	most		bigint := most_rows FROM kpi.settings;
	periods		bigint := count(*) FROM kpi.periods WHERE period <> 'day';
	largest		record;
	expected	numeric;
BEGIN
	SELECT sum(s.segments * f.figures) * periods INTO expected
	FROM (
		SELECT 'deals' AS made_of, date_basis, count(*) AS segments FROM kpi.deal_segments GROUP BY date_basis
		UNION ALL SELECT 'leads', date_basis, count(*) FROM kpi.lead_segments GROUP BY date_basis
		UNION ALL SELECT 'surveys', 'asked', count(*) FROM kpi.survey_segments
		UNION ALL SELECT 'activities', 'done', count(DISTINCT owner) FROM kpi.activity_summary
	) s
	CROSS JOIN LATERAL (
		SELECT count(*) AS figures FROM kpi.figure_list l WHERE l.made_of = s.made_of AND l.value IS NOT NULL AND (l.date_basis IS NULL OR l.date_basis = s.date_basis)) f;
	IF expected > most THEN
		SELECT segment, count(*) AS labels INTO largest
		FROM (SELECT segment, segment_value FROM kpi.deal_segments UNION SELECT segment, segment_value FROM kpi.lead_segments UNION SELECT segment, segment_value FROM kpi.survey_segments) s
		GROUP BY segment ORDER BY count(*) DESC LIMIT 1;
		RAISE EXCEPTION 'kpi.figure_periods would have % rows, more than kpi.settings.most_rows (%): % periods, and % labels of segment "%"', expected, most, periods, largest.labels, largest.segment
			USING ERRCODE = '54000', HINT = 'Where each row has a label of its own, take it out of the kpi.source_* view; where the periods begin too early, set kpi.settings.first_day.';
	END IF;
END
$$;
REVOKE ALL ON FUNCTION kpi.check_size() FROM PUBLIC;
COMMENT ON FUNCTION kpi.check_size() IS 'An error where kpi.figure_periods would have more rows than kpi.settings.most_rows';

SELECT kpi.check_size() AS checked \gset
SELECT pg_temp.make_stores('figures') AS made \gset
CREATE INDEX figure_periods_of_period ON kpi.figure_periods (period, segment, period_start);	-- for all figures of a period
