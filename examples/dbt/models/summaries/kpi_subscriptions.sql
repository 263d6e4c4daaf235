{{ config(enabled=var('subscriptions_table') is not none, materialized='table') }}

SELECT mrr_agg(customer, starts, ends, mrr, {{ funnel_metrics.local_now() }}::date - 1) AS subscriptions	-- the last day that is over
FROM {{ ref('stg_crm__subscriptions') }}
