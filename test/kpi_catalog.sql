-- kpi_catalog: each row's call, run on the sample CRM, answers

\pset fieldsep '\n'
SET TimeZone = 'UTC';
\ir ../examples/crm/schema.sql
\ir ../examples/crm/generate.sql
\set pages `ls doc | sed 's,^,doc/,' | paste -sd,`

-- What is wrong with an answer: an error, no rows, or columns that hold nothing in any row. NULL: nothing is.
CREATE FUNCTION complaint(call text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	complaint text;
BEGIN
	EXECUTE format($q$
		WITH answer AS (SELECT row_number() OVER () AS n, to_jsonb(a) AS line FROM (%s) a)
		SELECT CASE WHEN NOT EXISTS (SELECT FROM answer) THEN 'no rows'
			ELSE (SELECT 'empty: ' || string_agg(key, ', ') FROM (
				SELECT key FROM answer, jsonb_each(line) GROUP BY key HAVING bool_and(value = 'null')) e) END$q$, call) INTO complaint;
	RETURN complaint;
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE || ' ' || SQLERRM;
END$$;

SELECT plan(count(*)::integer + 9) FROM kpi_catalog();

SELECT is(complaint(call), NULL, family || ': ' || kpi) FROM kpi_catalog();

SELECT is(complaint('SELECT 1/0'), '22012 division by zero', 'an error would be seen');
SELECT is(complaint('SELECT rep FROM reps WHERE false'), 'no rows', 'no rows would be seen');
SELECT is(complaint('SELECT rep, NULL AS figure FROM reps'), 'empty: figure', 'an empty figure would be seen');

SELECT is_empty('SELECT kpi FROM kpi_catalog() GROUP BY kpi HAVING count(*) > 1', 'a row a KPI');
SELECT is_empty($$SELECT kpi FROM kpi_catalog() WHERE indicator NOT IN ('leading', 'lagging') OR NOT (kpi > '' AND family > '' AND meaning > '' AND unit > '')$$, 'nothing is missing');
SELECT is_empty(format($$SELECT DISTINCT doc FROM kpi_catalog() WHERE doc <> ALL (string_to_array(%L, ','))$$, :'pages'), 'the pages are there');
SELECT results_eq('SELECT family FROM (SELECT family, row_number() OVER () AS n FROM kpi_catalog()) k GROUP BY family ORDER BY min(n)',
	'SELECT family FROM (SELECT family, n, n - row_number() OVER (PARTITION BY family ORDER BY n) AS run FROM (SELECT family, row_number() OVER () AS n FROM kpi_catalog()) k) runs GROUP BY family, run ORDER BY min(n)',
	'families stand together');

-- Whatever CREATE EXTENSION brings to be called on rows is in a call. (A parallel form is the aggregate of its name, on several cores.)
SELECT is_empty($$
	SELECT DISTINCT proname FROM pg_proc p JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
	WHERE prokind = 'a' AND proname <> 'rollup' AND NOT EXISTS (SELECT FROM kpi_catalog() WHERE call ~ ('\m' || regexp_replace(proname, '^parallel_', '') || '\('))
		AND d.refobjid = (SELECT oid FROM pg_extension WHERE extname = 'funnel_metrics')$$, 'each aggregate is in a call (else: a row of sql/kpi_catalog.sql)');
SELECT is_empty($$
	SELECT name FROM unnest(ARRAY['growth_rate', 'customer_acquisition_cost', 'cost_per_lead', 'ltv_cac_ratio', 'cac_payback_months', 'return_on_investment',
		'pipeline_coverage', 'activity_ratio', 'customer_lifetime_value', 'attainment_pace', 'attainment_bands']) name
	WHERE NOT EXISTS (SELECT FROM kpi_catalog() WHERE call ~ ('\m' || name || '\('))$$, 'each plain ratio is in a call (else: a row of sql/kpi_catalog.sql)');

SELECT * FROM finish();
