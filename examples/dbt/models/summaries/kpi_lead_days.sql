{{ config(
	enabled=var('leads_table') is not none,
	incremental_strategy='delete+insert',
	unique_key=['day'],
	indexes=[{'columns': ['day', 'segment', 'segment_value'], 'unique': true}],
	post_hook='DELETE FROM {{ this }} WHERE segment IS NULL'
) }}

{%- set key = ['day'] %}

WITH leads AS NOT MATERIALIZED (
	SELECT created_day AS day, * FROM {{ ref('stg_crm__leads') }} WHERE created_day IS NOT NULL
), {{ funnel_metrics.redo('leads', key, ['lead_id', 'owner', 'source', 'region', 'created', 'first_response', 'converted', 'had_time', 'is_answered_in_time']) }}

SELECT day, c.segment, c.segment_value, r.fingerprint,
	rate_agg(l.converted IS NOT NULL) AS conversions,
	rate_agg(l.is_answered_in_time) FILTER (WHERE l.had_time AND l.has_response_or_none) AS answers_in_time,
	duration_agg(l.created, l.first_response) AS responses
FROM redo r
JOIN leads l USING (day)
{{ funnel_metrics.segments('l', ['owner', 'source', 'region']) }}
GROUP BY day, c.segment, c.segment_value, r.fingerprint
{{ funnel_metrics.gone(key, 6) }}
