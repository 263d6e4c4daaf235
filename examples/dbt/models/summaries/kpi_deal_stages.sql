{{ config(
	enabled=var('deals_table') is not none and var('history_table') is not none,
	incremental_strategy='delete+insert',
	unique_key=['month'],
	indexes=[{'columns': ['month', 'segment', 'segment_value'], 'unique': true}],
	post_hook='DELETE FROM {{ this }} WHERE segment IS NULL'
) }}

{#- A rollup adds deals up, so each is in one part only: that of the month it was created in. What is yet to come is left out: a single row of the
year 2199, and every deal would have stalled by then. #}
{%- set key = ['month'] %}

WITH history AS NOT MATERIALIZED (
	SELECT date_trunc('month', d.created_day)::date AS month, h.deal_id, h.stage, h.entered_at, d.amount, d.owner, d.source, d.region, d.industry
	FROM {{ ref('stg_crm__deals') }} d
	JOIN {{ ref('stg_crm__stage_history') }} h USING (deal_id)
	WHERE d.created_day IS NOT NULL AND (h.entered_at <= {{ funnel_metrics.as_of() }}) IS NOT FALSE
), {{ funnel_metrics.redo('history', key, ['deal_id', 'stage', 'entered_at', 'amount', 'owner', 'source', 'region', 'industry'], funnel_metrics.definition() ~ '::text') }}

SELECT month, c.segment, c.segment_value, r.fingerprint,
	stage_agg(h.deal_id, h.stage, h.entered_at, h.amount, {{ funnel_metrics.definition() }}) AS stages
FROM redo r
JOIN history h USING (month)
{{ funnel_metrics.segments('h', ['owner', 'source', 'region', 'industry']) }}
GROUP BY month, c.segment, c.segment_value, r.fingerprint
{{ funnel_metrics.gone(key, 4) }}
