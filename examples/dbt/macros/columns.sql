{#- How staging models read the CRM's columns. What can't be counted becomes NULL or infinite here, as in the nightly schema (doc/nightly.md):
no row stops a run. -#}

{#- The expression of a column: that of the map, NULL where the map says null, and the column's own name where it says nothing. -#}
{% macro column(columns, name, type) -%}
	{%- set given = var(columns) or {} -%}
	{%- for key in given if key not in funnel_metrics.known_columns()[columns] -%}
		{{ exceptions.raise_compiler_error('the variable ' ~ columns ~ ' has a column "' ~ key ~ '", which no model reads. They are ' ~ funnel_metrics.known_columns()[columns] | join(', ')) }}
	{%- endfor -%}
	{%- if name not in given -%}{{ name }}
	{%- elif given[name] is none -%}NULL::{{ type }}
	{%- else -%}({{ given[name] }})
	{%- endif -%}
{%- endmacro %}

{% macro known_columns() %}
	{{ return({
		'deal_columns': ['deal_id', 'owner', 'source', 'industry', 'region', 'amount', 'created', 'closed', 'won'],
		'history_columns': ['deal_id', 'stage', 'entered_at'],
		'lead_columns': ['lead_id', 'owner', 'source', 'region', 'created', 'first_response', 'converted', 'answer_within'],
		'subscription_columns': ['customer', 'starts', 'ends', 'mrr'],
	}) }}
{% endmacro %}

{#- A label as a segment's value: (none) where it is missing, and cut to 100 characters, with a hash of the whole, where it is longer. -#}
{% macro label(columns, name) -%}
	{%- set given = funnel_metrics.column(columns, name, 'text') -%}
	CASE
			WHEN {{ given }} IS NULL THEN '(none)'
			WHEN length({{ given }}) <= 100 THEN {{ given }}::text
			ELSE left({{ given }}, 83) || '~' || lpad(to_hex(hashtextextended({{ given }}, 0)), 16, '0')
		END AS {{ name }}
{%- endmacro %}

{#- Any number, exactly: a double counts as its shortest decimal form. NaN and infinity are no amounts. -#}
{% macro amount(columns, name) -%}
	{%- set given = funnel_metrics.column(columns, name, 'numeric') -%}
	CASE WHEN {{ given }} - {{ given }} = 0 THEN {{ given }}::text::numeric END AS {{ name }}
{%- endmacro %}

{#- A timestamptz. What lies before 1900 or after 2199 is infinite, as moments are in which there is no day. -#}
{% macro moment(columns, name) -%}
	{%- set given = funnel_metrics.column(columns, name, 'timestamptz') -%}
	CASE WHEN {{ given }} < timestamptz '1900-01-01 00:00+00' THEN '-infinity' WHEN {{ given }} >= timestamptz '2200-01-01 00:00+00' THEN 'infinity' ELSE {{ given }} END AS {{ name }}
{%- endmacro %}

{#- A date. What lies outside is infinite or, as an end after 2199, none. -#}
{% macro day(columns, name, is_end=false) -%}
	{%- set given = funnel_metrics.column(columns, name, 'date') -%}
	CASE WHEN {{ given }} < date '1900-01-01' THEN '-infinity'::date {% if is_end -%}
		WHEN {{ given }} < date '2200-01-01' THEN {{ given }}::date END
	{%- else -%}
		WHEN {{ given }} >= date '2200-01-01' THEN 'infinity' ELSE {{ given }}::date END
	{%- endif %} AS {{ name }}
{%- endmacro %}

{#- An interval, in seconds: a day has 24 hours, whatever the zone. Where none is given, or a longer one, the longest. -#}
{% macro span(columns, name, longest) -%}
	{%- set given = (var(columns) or {}).get(name) -%}
	make_interval(secs => extract(epoch FROM
			{%- if given is none %} interval {{ funnel_metrics.literal(longest) }}
			{%- else %} least(greatest(coalesce({{ given }}, interval {{ funnel_metrics.literal(longest) }}), interval '0'), interval {{ funnel_metrics.literal(longest) }})
			{%- endif %})::double precision) AS {{ name }}
{%- endmacro %}
