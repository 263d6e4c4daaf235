{{ config(enabled=var('deals_table') is not none and var('history_table') is not none) }}

SELECT s.period, s.period_start, s.segment, s.segment_value, l.step, l.stage,
	l.reached, l.skipped, l.advanced, l.lost, l.stalled, l.open,
	l.leakage_rate, l.conversion_rate, l.open_share, l.reach_rate, l.mean_days, l.median_days, l.p90_days,
	l.in_stage, l.amount_reached, l.amount_leaked, l.amount_in_stage
FROM (
	SELECT p.period, p.period_start, s.segment, s.segment_value, rollup(s.stages) AS stages
	FROM {{ ref('kpi_deal_stages') }} s
	JOIN (
		SELECT 'month'::text AS period, month AS period_start, month FROM {{ ref('kpi_months') }}
		UNION ALL
		SELECT 'all time', min(month) OVER (), month FROM {{ ref('kpi_months') }}
	) p USING (month)
	GROUP BY p.period, p.period_start, s.segment, s.segment_value
) s
CROSS JOIN LATERAL stage_leakage(s.stages, ({{ funnel_metrics.as_of() }} AT TIME ZONE 'UTC')::date, {{ var('stale_days') | int }}) l
