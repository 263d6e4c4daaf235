{#- What the variables say, as SQL. -#}

{% macro literal(text) %}'{{ text | string | replace("'", "''") }}'{% endmacro %}

{% macro zone() %}{{ funnel_metrics.literal(var('zone')) }}{% endmacro %}

{#- The moment that figures look back from: the same in all models of a run. -#}
{% macro as_of() %}timestamptz {{ funnel_metrics.literal(var('as_of') or run_started_at.isoformat()) }}{% endmacro %}

{#- The same as a clock on the wall shows it. -#}
{% macro local_now() %}({{ funnel_metrics.as_of() }} AT TIME ZONE {{ funnel_metrics.zone() }}){% endmacro %}

{% macro local_day(moment) %}({{ moment }} AT TIME ZONE {{ funnel_metrics.zone() }})::date{% endmacro %}

{% macro definition() %}{{ funnel_metrics.literal(var('definition')) }}::funnel{% endmacro %}

{#- What would fail later, and less clearly -#}
{% macro check_setup() %}
	{%- if execute -%}
		{%- if not run_query("SELECT 1 FROM pg_extension WHERE extname = 'funnel_metrics'").rows -%}
			{{ exceptions.raise_compiler_error('the extension funnel_metrics is not in database "' ~ target.dbname ~ '". CREATE EXTENSION funnel_metrics;') }}
		{%- endif -%}
		{%- if not run_query("SELECT 1 WHERE to_regtype('rate_summary') IS NOT NULL").rows -%}
			{{ exceptions.raise_compiler_error('the extension funnel_metrics is in a schema that is not in the search_path. Set search_path in the profile, with that schema in it.') }}
		{%- endif -%}
		{%- if not run_query("SELECT 1 FROM pg_timezone_names WHERE name = " ~ funnel_metrics.zone()).rows -%}
			{{ exceptions.raise_compiler_error('the variable zone is "' ~ var('zone') ~ '", which is no time zone. It is a name of pg_timezone_names, to the letter, such as Asia/Kuala_Lumpur.') }}
		{%- endif -%}
		{%- do run_query('SELECT ' ~ funnel_metrics.definition()) -%}		{#- PostgreSQL says what is wrong with it, and where -#}
	{%- endif -%}
{% endmacro %}
