{#- A rate lies within its bounds, is never NaN, and is NULL just where there is nothing to divide by.

	at_least, at_most	the bounds: 0 and 1, if they are left out
	denominator			what it was divided by, an expression; not looked at, if it is left out
	low, high			the ends of its interval, between which it lies; not looked at, if they are left out
-#}
{% test rate_between(model, column_name, at_least=0, at_most=1, denominator=none, low=none, high=none) %}
SELECT *
FROM {{ model }}
WHERE {{ column_name }} NOT BETWEEN {{ at_least }} AND {{ at_most }}	-- NaN is above all numbers
	{%- if denominator is not none %}
	OR ({{ column_name }} IS NULL) <> (coalesce({{ denominator }}, 0) = 0)
	{%- endif %}
	{%- if low is not none %}
	OR ({{ column_name }} IS NULL) <> ({{ low }} IS NULL) OR {{ low }} > {{ column_name }} OR {{ low }} < {{ at_least }}
	{%- endif %}
	{%- if high is not none %}
	OR ({{ column_name }} IS NULL) <> ({{ high }} IS NULL) OR {{ high }} < {{ column_name }} OR {{ high }} > {{ at_most }}
	{%- endif %}
{% endtest %}
