-- quality.sql: what was left out of the figures and why, and how fresh they are.

-- By what rows mean
CREATE VIEW kpi.left_out_by_meaning AS
SELECT 'deals' AS source, r.reason, r.left_out_of, r.rows
FROM (
	SELECT count(*) FILTER (WHERE created_day IS NULL) AS no_creation,
		count(*) FILTER (WHERE created_day NOT BETWEEN c.first_day AND c.last_day) AS created_outside,
		count(*) FILTER (WHERE won IS NOT NULL AND closed_day IS NULL) AS no_closing,
		count(*) FILTER (WHERE closed_day NOT BETWEEN c.first_day AND c.last_day) AS closed_outside,
		count(*) FILTER (WHERE won AND closed < created) AS backwards,
		count(*) FILTER (WHERE won AND amount IS NULL) AS no_amount
	FROM kpi.deal_rows, (SELECT min(day) AS first_day, max(day) AS last_day FROM kpi.calendar WHERE NOT is_comparison) c
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
	FROM kpi.lead_rows, (SELECT min(day) AS first_day, max(day) AS last_day FROM kpi.calendar WHERE NOT is_comparison) c
) l
CROSS JOIN LATERAL (VALUES
	('no day of creation', 'all figures', l.no_creation),
	('created outside of the periods', 'all figures', l.created_outside),
	('answered before created, or at no time', 'response times', l.backwards)
) AS r (reason, left_out_of, rows)
UNION ALL
SELECT 'stage history', 'of no deal, or of one without a day of creation', 'stages, pipeline', count(*)
FROM kpi.history_rows h
WHERE NOT EXISTS (SELECT FROM kpi.deal_rows d WHERE d.deal_id = h.deal_id AND d.created_day IS NOT NULL)
UNION ALL
SELECT 'stage history', 'later than as_of', 'stages, pipeline', count(*) FROM kpi.history_rows WHERE entered_at > (SELECT as_of FROM kpi.snapshot)
UNION ALL
SELECT 'stage history', q.reason, 'stages, pipeline', q.rows
FROM (SELECT rollup(summary) AS summary FROM kpi.stage_summary WHERE segment = 'all') s, stage_quality(s.summary) q
WHERE q.reason <> 'used'
UNION ALL
SELECT 'surveys', r.reason, 'all figures', r.rows
FROM (
	SELECT count(*) FILTER (WHERE NOT is_fit) AS no_score,
		count(*) FILTER (WHERE asked IS NULL OR NOT isfinite(asked)) AS no_day,
		count(*) FILTER (WHERE asked_day NOT BETWEEN c.first_day AND c.last_day) AS outside
	FROM kpi.survey_rows, (SELECT min(day) AS first_day, max(day) AS last_day FROM kpi.calendar WHERE NOT is_comparison) c
) s
CROSS JOIN LATERAL (VALUES
	('no whole score from 0 to 10', s.no_score), ('no day', s.no_day), ('asked outside of the periods', s.outside)
) AS r (reason, rows)
UNION ALL
SELECT 'subscriptions', q.reason, 'recurring revenue', q.rows FROM kpi.mrr_summary s, mrr_quality(s.summary) q WHERE q.reason <> 'used'
UNION ALL
SELECT 'orders', 'later than as_of', 'cohorts', count(*) FROM kpi.order_rows WHERE ordered > (SELECT as_of FROM kpi.snapshot)
UNION ALL
SELECT 'orders', q.reason, 'cohorts', q.rows FROM kpi.cohort_summary s, cohort_quality(s.summary) q WHERE q.reason <> 'used'
UNION ALL
SELECT 'quotas', r.reason, r.left_out_of, r.rows
FROM (
	SELECT count(*) FILTER (WHERE coalesce(quota, 0) = 0) AS no_quota,
		count(*) FILTER (WHERE quota < 0) AS negative,
		count(*) FILTER (WHERE coalesce(days > 366, true)) AS no_period,
		count(*) FILTER (WHERE CASE
			WHEN days <= 31 THEN period_start(q.period_start, f.calendar || 'month') <> period_start(q.period_end, f.calendar || 'month')
			WHEN days <= 93 AND f.calendar <> '' OR days <= 92 THEN period_start(q.period_start, f.calendar || 'quarter') <> period_start(q.period_end, f.calendar || 'quarter')
			WHEN days <= 366 AND f.calendar <> '' THEN period_start(q.period_start - f.days_late, 'jalali year') <> period_start(q.period_end - f.days_late, 'jalali year')
			WHEN days <= 366 THEN date_trunc('year', q.period_start - f.months_late) <> date_trunc('year', q.period_end - f.months_late) END) AS across
	FROM kpi.quota_rows q, (
		SELECT CASE periods WHEN 'jalali' THEN 'jalali ' ELSE '' END AS calendar, make_interval(months => fiscal_year_start - 1) AS months_late,
			(fiscal_year_start - 1) * 30 + least(fiscal_year_start - 1, 6) AS days_late
		FROM kpi.settings) f
) s
CROSS JOIN LATERAL (VALUES
	('no quota, or 0', 'attainment', s.no_quota), ('negative', 'attainment', s.negative), ('no days, or more than a year', 'attainment', s.no_period),
	('runs over the end of a month, quarter or year', 'nothing: it counts where it begins', s.across)
) AS r (reason, left_out_of, rows)
UNION ALL
SELECT 'events', 'later than as_of', 'all figures', count(*) FROM kpi.event_rows WHERE at > (SELECT as_of FROM kpi.snapshot)
UNION ALL
SELECT 'events', q.reason, 'all figures', q.rows FROM kpi.session_summary s, session_quality(s.summary) q WHERE s.segment = 'all' AND q.reason <> 'used'
UNION ALL	-- events that are in no step are nothing missing
SELECT 'events', q.reason, 'event funnel', q.rows FROM kpi.event_summary s, event_quality(s.summary) q
WHERE s.segment = 'all' AND q.reason IN ('no event', 'exact duplicate', 'entity outside')
UNION ALL
SELECT 'touches', 'of no deal', 'attribution', count(*) FROM kpi.touch_rows t WHERE NOT EXISTS (SELECT FROM kpi.deal_rows d WHERE d.deal_id = t.deal_id)
UNION ALL
SELECT 'touches', q.reason, 'attribution', q.rows FROM (SELECT rollup(summary) AS summary FROM kpi.attribution_summary) s, attribution_quality(s.summary) q
WHERE q.reason IN ('time out of range', 'after end')
UNION ALL
SELECT 'costs', 'no day', 'attribution', count(*) FROM kpi.cost_rows WHERE isfinite(day) IS NOT TRUE
UNION ALL
SELECT 'activities', r.reason, 'all figures', r.rows
FROM (
	SELECT count(*) FILTER (WHERE day IS NULL) AS no_day, count(*) FILTER (WHERE day NOT BETWEEN c.first_day AND c.last_day) AS outside
	FROM kpi.activity_rows, (SELECT min(day) AS first_day, max(day) AS last_day FROM kpi.calendar WHERE NOT is_comparison) c
) a
CROSS JOIN LATERAL (VALUES ('no day', a.no_day), ('done outside of the periods', a.outside)) AS r (reason, rows);

-- By what stands in their columns, as kpi.source_columns says what may
DO $$
DECLARE
	query	text;
BEGIN
	SELECT string_agg(format(E'SELECT %L AS source, r.reason, r.left_out_of, r.rows\nFROM (SELECT count(*) FILTER (WHERE %s) AS labels, count(*) FILTER (WHERE %s) AS amounts, count(*) FILTER (WHERE %s) AS moments, count(*) FILTER (WHERE %s) AS spans FROM kpi.source_%s) s\nCROSS JOIN LATERAL (VALUES %s) AS r (reason, left_out_of, rows)',
			replace(source, '_', ' '), coalesce(labels, 'false'), coalesce(amounts, 'false'), coalesce(moments, 'false'), coalesce(spans, 'false'), source,
			concat_ws(', ',
				'(''a label of more than 100 characters'', ''nothing: it is cut'', s.labels)' || left(labels, 0),
				'(''an amount that is no number'', ''amounts'', s.amounts)' || left(amounts, 0),
				'(''a moment before 1900 or after 2199'', ''what is by that moment'', s.moments)' || left(moments, 0),
				'(''to be answered later than kpi.settings.answer_within'', ''nothing: that holds'', s.spans)' || left(spans, 0))), E'\nUNION ALL\n' ORDER BY source) INTO query
	FROM (
		SELECT c.source,
			string_agg(format('length(%I::text) > 100', c.name), ' OR ') FILTER (WHERE c.kind = 'label') AS labels,
			string_agg(format('%I - %1$I <> 0', c.name), ' OR ') FILTER (WHERE c.kind IN ('amount', 'number')) AS amounts,
			string_agg(format(CASE c.kind WHEN 'end' THEN '%I < ''1900-01-01''' ELSE '%I < ''1900-01-01'' OR %1$I >= ''2200-01-01''' END, c.name), ' OR ') FILTER (WHERE c.kind IN ('moment', 'day', 'end')) AS moments,
			string_agg(format('%I > (SELECT answer_within FROM kpi.settings)', c.name), ' OR ') FILTER (WHERE c.kind = 'span') AS spans
		FROM kpi.source_columns c
		JOIN pg_attribute a ON a.attrelid = to_regclass('kpi.source_' || c.source) AND a.attname = c.name
		GROUP BY c.source
	) s;
	EXECUTE 'CREATE VIEW kpi.left_out_by_column AS ' || query;
END
$$;

CREATE VIEW kpi.left_out_of_sources AS
SELECT source, reason, left_out_of, rows::bigint AS rows FROM kpi.left_out_by_meaning
UNION ALL
SELECT source, reason, left_out_of, rows FROM kpi.left_out_by_column;
SELECT pg_temp.make_stores('quality') AS made \gset

CREATE VIEW kpi.data_quality WITH (security_barrier) AS
SELECT source, reason, left_out_of, rows FROM kpi.left_out WHERE (SELECT kpi.sees_all());

CREATE VIEW kpi.freshness WITH (security_barrier) AS
SELECT f.summary, f.measure, f.date_basis, f.data_from, f.data_through, n.as_of, n.refreshed_at, z.zone
FROM kpi.snapshot n
CROSS JOIN kpi.settings z
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
	UNION ALL
	SELECT 'kpi.event_summary', 'journey', 'month', data_from(summary), data_through(summary) FROM kpi.event_summary WHERE segment = 'all'
	UNION ALL
	SELECT 'kpi.session_summary', 'sessions', 'month', data_from(summary), data_through(summary) FROM kpi.session_summary WHERE segment = 'all'
	UNION ALL
	SELECT 'kpi.retention_summary', 'visitors', 'month', data_from(summary), data_through(summary) FROM kpi.retention_summary WHERE segment = 'all'
	UNION ALL
	SELECT 'kpi.landmark_summary', 'odds', period, data_from(summary), data_through(summary) FROM kpi.landmark_summary
	UNION ALL
	SELECT 'kpi.survival_summary', 'win curve', 'created', data_from(summary), data_through(summary) FROM kpi.survival_summary WHERE segment = 'all'
	UNION ALL
	SELECT 'kpi.attribution_summary', 'touches', 'closed', min(data_from(summary)), max(data_through(summary)) FROM kpi.attribution_summary HAVING count(*) > 0
) f;
