{#- The summaries of this column, rolled up by some keys, are those of a larger whole, to the byte: segments are the company, days are their months.

	by			the keys: a list of columns that both have, or a map from the whole's column to the expression in the parts
	to			the relation that has the whole; this one, if it is left out
	to_column	its summaries; of the same name, if it is left out
	to_where	which of its rows
	parts_where	which rows are the parts
-#}
{% test summary_rolls_up_to(model, column_name, by, to=none, to_column=none, to_where='true', parts_where='true') %}
{%- set keys = by if by is mapping else dict(zip(by, by)) %}
WITH parts AS (
	SELECT {% for key, expression in keys.items() %}{{ expression }} AS {{ key }}, {% endfor %}rollup({{ column_name }}) AS rolled_up
	FROM {{ model }}
	WHERE {{ parts_where }}
	GROUP BY {{ range(1, keys | length + 1) | join(', ') }}
), whole AS (
	SELECT {{ keys.keys() | join(', ') }}, {{ to_column or column_name }} AS whole
	FROM {{ to or model }}
	WHERE {{ to_where }}
)
SELECT {{ keys.keys() | join(', ') }}, rolled_up, whole
FROM parts FULL JOIN whole USING ({{ keys.keys() | join(', ') }})
WHERE rolled_up IS DISTINCT FROM whole
{% endtest %}
