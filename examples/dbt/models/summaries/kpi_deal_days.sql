{{ config(
	enabled=var('deals_table') is not none,
	incremental_strategy='delete+insert',
	unique_key=['date_basis', 'day'],
	indexes=[{'columns': ['date_basis', 'day', 'segment', 'segment_value'], 'unique': true}],
	post_hook='DELETE FROM {{ this }} WHERE segment IS NULL'
) }}

{%- set key = ['date_basis', 'day'] %}

WITH deals AS NOT MATERIALIZED (
	SELECT 'closed'::text AS date_basis, closed_day AS day, * FROM {{ ref('stg_crm__deals') }} WHERE closed_day IS NOT NULL
	UNION ALL
	SELECT 'created', created_day, * FROM {{ ref('stg_crm__deals') }} WHERE created_day IS NOT NULL
), {{ funnel_metrics.redo('deals', key, ['deal_id', 'owner', 'source', 'region', 'industry', 'amount', 'created', 'closed', 'won']) }}

SELECT date_basis, day, c.segment, c.segment_value, r.fingerprint,
	rate_agg(d.won, d.amount) AS rates,
	duration_agg(d.created, d.closed) FILTER (WHERE d.won) AS cycles,
	velocity_agg(d.won, d.amount, d.created, d.closed) AS velocities
FROM redo r
JOIN deals d USING (date_basis, day)
{{ funnel_metrics.segments('d', ['owner', 'source', 'region', 'industry']) }}
GROUP BY date_basis, day, c.segment, c.segment_value, r.fingerprint
{{ funnel_metrics.gone(key, 6) }}
