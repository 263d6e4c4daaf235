{{ config(enabled=var('deals_table') is not none and 'stg_crm__deals' not in var('own_staging')) }}

SELECT *,
	CASE WHEN isfinite(created) THEN {{ funnel_metrics.local_day('created') }} END AS created_day,
	CASE WHEN isfinite(closed) AND won IS NOT NULL THEN {{ funnel_metrics.local_day('closed') }} END AS closed_day
FROM (
	SELECT
		{{ funnel_metrics.column('deal_columns', 'deal_id', 'bigint') }} AS deal_id,
		{{ funnel_metrics.label('deal_columns', 'owner') }},
		{{ funnel_metrics.label('deal_columns', 'source') }},
		{{ funnel_metrics.label('deal_columns', 'region') }},
		{{ funnel_metrics.label('deal_columns', 'industry') }},
		{{ funnel_metrics.amount('deal_columns', 'amount') }},
		{{ funnel_metrics.moment('deal_columns', 'created') }},
		{{ funnel_metrics.moment('deal_columns', 'closed') }},
		{{ funnel_metrics.column('deal_columns', 'won', 'boolean') }} AS won
	FROM {{ source('crm', 'deals') }} t
	WHERE {{ var('deals_where') }}
) r
