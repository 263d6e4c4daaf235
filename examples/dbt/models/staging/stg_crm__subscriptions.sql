{{ config(enabled=var('subscriptions_table') is not none and 'stg_crm__subscriptions' not in var('own_staging')) }}

SELECT
	{{ funnel_metrics.column('subscription_columns', 'customer', 'text') }} AS customer,
	{{ funnel_metrics.day('subscription_columns', 'starts') }},
	{{ funnel_metrics.day('subscription_columns', 'ends', is_end=true) }},
	{{ funnel_metrics.amount('subscription_columns', 'mrr') }}
FROM {{ source('crm', 'subscriptions') }} t
WHERE {{ var('subscriptions_where') }}
