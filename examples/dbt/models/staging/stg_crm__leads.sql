{{ config(enabled=var('leads_table') is not none and 'stg_crm__leads' not in var('own_staging')) }}

SELECT *,
	CASE WHEN isfinite(created) THEN {{ funnel_metrics.local_day('created') }} END AS created_day,
	coalesce(isfinite(created) AND created <= {{ funnel_metrics.as_of() }} - answer_within, false) AS had_time,
	coalesce(isfinite(created) AND isfinite(first_response) AND first_response >= created
		AND first_response <= created + answer_within, false) AS is_answered_in_time,
	coalesce(isfinite(first_response) AND first_response >= created, first_response IS NULL) AS has_response_or_none
FROM (
	SELECT
		{{ funnel_metrics.column('lead_columns', 'lead_id', 'bigint') }} AS lead_id,
		{{ funnel_metrics.label('lead_columns', 'owner') }},
		{{ funnel_metrics.label('lead_columns', 'source') }},
		{{ funnel_metrics.label('lead_columns', 'region') }},
		{{ funnel_metrics.moment('lead_columns', 'created') }},
		{{ funnel_metrics.moment('lead_columns', 'first_response') }},
		{{ funnel_metrics.moment('lead_columns', 'converted') }},
		{{ funnel_metrics.span('lead_columns', 'answer_within', var('answer_within')) }}
	FROM {{ source('crm', 'leads') }} t
	WHERE {{ var('leads_where') }}
) r
