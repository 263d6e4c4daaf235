{{ config(enabled=var('deals_table') is not none, materialized='table') }}

SELECT d.date_basis, m.month, d.segment, d.segment_value, rollup(d.rates) AS rates, rollup(d.cycles) AS cycles, rollup(d.velocities) AS velocities
FROM {{ ref('kpi_months') }} m
JOIN {{ ref('kpi_deal_days') }} d ON d.day BETWEEN m.first_day AND m.last_day
GROUP BY d.date_basis, m.month, d.segment, d.segment_value
