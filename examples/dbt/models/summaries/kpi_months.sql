{{ config(enabled=var('deals_table') is not none or var('leads_table') is not none, materialized='table') }}

{#- From the first day through that of as_of (the day before, where as_of is midnight). The first month and the last have those of their days only. #}
WITH bounds AS (
	SELECT ({{ funnel_metrics.local_now() }} - interval '1 microsecond')::date AS last_day,
		{% if var('first_day') is not none -%}
		{{ funnel_metrics.literal(var('first_day')) }}::date AS first_day
		{%- else -%}
		(
			SELECT min(day)
			FROM (
				{%- if var('deals_table') is not none %}
				SELECT day FROM {{ ref('kpi_deal_days') }} WHERE date_basis = 'created' AND segment = 'all'
				{%- endif %}
				{%- if var('deals_table') is not none and var('leads_table') is not none %}
				UNION ALL
				{%- endif %}
				{%- if var('leads_table') is not none %}
				SELECT day FROM {{ ref('kpi_lead_days') }} WHERE segment = 'all'
				{%- endif %}
			) d
			WHERE day >= ({{ funnel_metrics.local_now() }} - interval '10 years')::date
		) AS first_day
		{%- endif %}
)
SELECT m.month::date AS month,
	greatest(m.month::date, b.first_day) AS first_day,
	least((m.month + interval '1 month')::date - 1, b.last_day) AS last_day,
	m.month + interval '1 month' <= {{ funnel_metrics.local_now() }} AS is_over,
	(m.month + interval '1 month')::date - 1 < {{ funnel_metrics.local_now() }}::date - {{ var('matures_after_days') | int }} AS is_mature
FROM bounds b
CROSS JOIN LATERAL generate_series(date_trunc('month', b.first_day::timestamp), b.last_day::timestamp, interval '1 month') AS m (month)
