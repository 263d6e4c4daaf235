{#- What a row counts for: one row for the company, and one for each label it has. -#}
{% macro segments(of, labels) -%}
CROSS JOIN LATERAL (VALUES ('all', 'all'){% for label in labels %}, ('{{ label }}', {{ of }}.{{ label }}){% endfor %}) AS c (segment, segment_value)
{%- endmacro %}
