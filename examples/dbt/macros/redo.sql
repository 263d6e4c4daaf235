{#- Which days (or months: whatever the key is) an incremental model takes anew, as a CTE "redo": the key, and the fingerprint to store.

The fingerprint of a day is the number of its rows and the sum of their hashes: whatever changes a row's values, moves it from one day to another,
makes or deletes it, changes the fingerprint of each day that it belonged to or belongs to now, however old. So a closing that was entered late
needs no window of days to look back, and nothing needs a column that says when a row was modified. A day without rows any more has no fingerprint:
see gone(). (A session's settings may change how a row prints, and so its hash: then more days are taken anew than need be, never fewer.)

	rows		the CTE that has the rows
	key			the columns that rows are taken by
	values		the columns that the result depends on
	settings	an SQL text: what else it depends on
-#}
{% macro redo(rows, key, values, settings="''") -%}
redo AS (
	SELECT {{ key | join(', ') }}, n.fingerprint
	FROM (
		SELECT {{ key | join(', ') }}, concat_ws(' ', count(*), sum(hashtextextended(ROW({{ values | join(', ') }})::text, 0)), nullif({{ settings }}, '')) AS fingerprint
		FROM {{ rows }}
		GROUP BY {{ key | join(', ') }}
	) n
	{%- if is_incremental() %}
	FULL JOIN (SELECT DISTINCT {{ key | join(', ') }}, fingerprint FROM {{ this }}) s USING ({{ key | join(', ') }})
	WHERE n.fingerprint IS DISTINCT FROM s.fingerprint
	{%- endif %}
)
{%- endmacro %}

{#- Days that have no rows any more. They are part of the result with nothing but their key, so that dbt deletes what is stored of them; a post_hook in
the same transaction deletes these rows, too. -#}
{% macro gone(key, others) -%}
	{%- if is_incremental() %}
UNION ALL
SELECT {{ key | join(', ') }}, {{ (['NULL'] * others) | join(', ') }} FROM redo WHERE fingerprint IS NULL
	{%- endif -%}
{%- endmacro %}
