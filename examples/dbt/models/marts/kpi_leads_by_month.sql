{{ config(enabled=var('leads_table') is not none) }}

SELECT m.month, k.segment, k.segment_value,
	coalesce(decided(l.conversions), 0) AS leads,
	coalesce(succeeded(l.conversions), 0) AS converted,
	conversion_rate(l.conversions) AS conversion_rate,
	rate_low(l.conversions) AS conversion_rate_low,
	rate_high(l.conversions) AS conversion_rate_high,
	coalesce(completed(l.responses), 0) AS answered,
	coalesce(still_open(l.responses), 0) AS unanswered,
	coalesce(decided(l.answers_in_time), 0) AS answerable,
	coalesce(succeeded(l.answers_in_time), 0) AS answered_in_time,
	response_within(l.answers_in_time) AS response_in_time,
	mean_days(l.responses) * 24 AS response_hours,
	median_days(l.responses) * 24 AS median_response_hours,
	percentile_days(l.responses, 0.9) * 24 AS p90_response_hours,
	m.is_mature AS is_complete
FROM {{ ref('kpi_months') }} m
CROSS JOIN (SELECT DISTINCT segment, segment_value FROM {{ ref('kpi_lead_months') }}) k
LEFT JOIN {{ ref('kpi_lead_months') }} l USING (month, segment, segment_value)
