{{ config(enabled=var('leads_table') is not none, materialized='table') }}

SELECT m.month, d.segment, d.segment_value, rollup(d.conversions) AS conversions, rollup(d.answers_in_time) AS answers_in_time, rollup(d.responses) AS responses
FROM {{ ref('kpi_months') }} m
JOIN {{ ref('kpi_lead_days') }} d ON d.day BETWEEN m.first_day AND m.last_day
GROUP BY m.month, d.segment, d.segment_value
