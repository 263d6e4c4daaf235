{{ config(enabled=var('deals_table') is not none) }}

{#- Each month of each segment that occurs, whether anything happened in it or not: a chart has no gaps that it would draw a line across. #}
SELECT k.date_basis, m.month, k.segment, k.segment_value,
	coalesce(decided(d.rates) + undecided(d.rates), 0) AS deals,
	coalesce(succeeded(d.rates), 0) AS deals_won,
	coalesce(decided(d.rates) - succeeded(d.rates), 0) AS deals_lost,
	coalesce(undecided(d.rates), 0) AS deals_open,
	win_rate(d.rates) AS win_rate,
	rate_low(d.rates) AS win_rate_low,
	rate_high(d.rates) AS win_rate_high,
	coalesce(amount_won(d.rates), 0) AS amount_won,
	coalesce(amount_decided(d.rates), 0) AS amount_decided,
	win_rate_by_value(d.rates) AS win_rate_by_value,
	coalesce(without_amount(d.rates), 0) AS without_amount,
	coalesce(zero_amount(d.rates), 0) AS zero_amount,
	avg_deal_size(d.rates) AS average_deal_size,
	mean_days(d.cycles) AS sales_cycle_days,
	median_days(d.cycles) AS median_sales_cycle_days,
	percentile_days(d.cycles, 0.9) AS p90_sales_cycle_days,
	pipeline_velocity(d.velocities) AS pipeline_velocity,
	CASE k.date_basis WHEN 'created' THEN m.is_mature ELSE m.is_over END AS is_complete
FROM {{ ref('kpi_months') }} m
CROSS JOIN (SELECT DISTINCT date_basis, segment, segment_value FROM {{ ref('kpi_deal_months') }}) k
LEFT JOIN {{ ref('kpi_deal_months') }} d USING (date_basis, month, segment, segment_value)
