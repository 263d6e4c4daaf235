{#- Nothing is lost between the stages: at each, who reached it has advanced, is lost, stalled or open; and who advanced has reached the next.

	by		the columns that tell funnels apart
	step	the column that has the stage's place, 1 and up; the others are named as stage_leakage() names them
-#}
{% test funnel_identity_holds(model, by, step='step', reached='reached', advanced='advanced', lost='lost', stalled='stalled', open='open') %}
SELECT *
FROM (
	SELECT {{ by | join(', ') }}, {{ step }} AS step, {{ reached }} AS reached, {{ advanced }} AS advanced, {{ lost }} AS lost, {{ stalled }} AS stalled, {{ open }} AS open,
		lead({{ reached }}) OVER next AS reached_next, lead({{ step }}) OVER next AS next_step
	FROM {{ model }}
	WINDOW next AS (PARTITION BY {{ by | join(', ') }} ORDER BY {{ step }})
) f
WHERE (reached = advanced + lost + coalesce(stalled, 0) + open AND least(advanced, lost, stalled, open) >= 0) IS NOT TRUE
	OR advanced <> reached_next OR next_step <> step + 1
{% endtest %}
