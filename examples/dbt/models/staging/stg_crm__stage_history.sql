{{ config(enabled=var('history_table') is not none and 'stg_crm__stage_history' not in var('own_staging')) }}

SELECT
	{{ funnel_metrics.column('history_columns', 'deal_id', 'bigint') }} AS deal_id,
	{{ funnel_metrics.column('history_columns', 'stage', 'text') }}::text AS stage,
	{{ funnel_metrics.moment('history_columns', 'entered_at') }}
FROM {{ source('crm', 'stage_history') }} t
WHERE {{ var('history_where') }}
