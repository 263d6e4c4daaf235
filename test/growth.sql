-- growth: each plain ratio, where it is NULL, with which types, written into the query, whatever the search_path

\pset fieldsep '\n'
SET TimeZone = 'UTC';

CREATE FUNCTION plan_of(query text) RETURNS SETOF text LANGUAGE plpgsql AS
	$$BEGIN RETURN QUERY EXECUTE 'EXPLAIN (COSTS OFF, VERBOSE) ' || query; END$$;

CREATE TABLE asked (call text, answer numeric);
INSERT INTO asked VALUES
	('growth_rate(120, 100)', 0.2), ('growth_rate(80, 100)', -0.2), ('growth_rate(0, 100)', -1), ('growth_rate(-50, 100)', -1.5),
	('growth_rate(100, 0)', NULL), ('growth_rate(100, -50)', NULL), ('growth_rate(NULL, 100)', NULL), ('growth_rate(100, NULL)', NULL),
	('return_on_investment(300, 100)', 2), ('return_on_investment(0, 100)', -1), ('return_on_investment(100, 100)', 0),
	('return_on_investment(100, 0)', NULL), ('return_on_investment(100, -1)', NULL), ('return_on_investment(NULL, 1)', NULL),
	('customer_acquisition_cost(1000, 8)', 125), ('customer_acquisition_cost(0, 8)', 0), ('customer_acquisition_cost(1000, 0)', NULL), ('customer_acquisition_cost(1000, -1)', NULL), ('customer_acquisition_cost(NULL, 8)', NULL),
	('cost_per_lead(1000, 16)', 62.5), ('cost_per_lead(1000, 0)', NULL), ('cost_per_lead(1000, -4)', NULL), ('cost_per_lead(1000, NULL)', NULL),
	('ltv_cac_ratio(3000, 1000)', 3), ('ltv_cac_ratio(3000, 0)', NULL), ('ltv_cac_ratio(3000, -1)', NULL), ('ltv_cac_ratio(NULL, 1)', NULL),
	('cac_payback_months(1200, 100)', 12), ('cac_payback_months(1200, 100, 0.5)', 24), ('cac_payback_months(1200, 0)', NULL), ('cac_payback_months(1200, 100, 0)', NULL),
	('cac_payback_months(1200, -100)', NULL), ('cac_payback_months(1200, 100, -0.5)', NULL), ('cac_payback_months(1200, 100, NULL)', NULL), ('cac_payback_months(0, 100)', 0),
	('customer_lifetime_value(50, 2, 0.05)', 2000), ('customer_lifetime_value(50, 2, 0.05, 0.25)', 500), ('customer_lifetime_value(50, 2, 1)', 100),
	('customer_lifetime_value(50, 2, 0)', NULL), ('customer_lifetime_value(50, 2, -0.1)', NULL), ('customer_lifetime_value(50, 2, 5)', NULL), ('customer_lifetime_value(50, NULL, 0.5)', NULL),
	('pipeline_coverage(300, 200, 100)', 3), ('pipeline_coverage(300, 200)', 1.5), ('pipeline_coverage(300, 200, NULL)', 1.5), ('pipeline_coverage(NULL, 200, 100)', 0),
	('pipeline_coverage(300, 200, 200)', NULL), ('pipeline_coverage(300, 200, 250)', NULL), ('pipeline_coverage(300, 0)', NULL), ('pipeline_coverage(300, NULL)', NULL), ('pipeline_coverage(300, 200, -100)', 1),
	('activity_ratio(120, 8)', 15), ('activity_ratio(0, 8)', 0), ('activity_ratio(120, 0)', NULL), ('activity_ratio(120, -8)', NULL), ('activity_ratio(NULL, 8)', NULL);

-- The same call with its numbers of each type
CREATE FUNCTION typed(call text, type text) RETURNS text LANGUAGE sql AS
	$$SELECT regexp_replace(call, '(?<=[(,] ?)(-?[0-9.]+|NULL)', '(\1)::' || type, 'g')$$;
CREATE FUNCTION answer_of(call text) RETURNS numeric LANGUAGE plpgsql AS
	$$DECLARE answer numeric; BEGIN EXECUTE 'SELECT (' || call || ')::numeric' INTO answer; RETURN answer; END$$;

SELECT no_plan();

SELECT is(answer_of(call), answer, call) FROM asked;
SELECT is_empty(format($$SELECT call, answer_of(typed(call, %1$L)), answer FROM asked WHERE answer_of(typed(call, %1$L)) IS DISTINCT FROM answer$$, type), 'of ' || type)
FROM unnest(ARRAY['numeric', 'double precision']) type;
SELECT is_empty(format($$SELECT call, answer_of(typed(call, %1$L)), answer FROM asked WHERE call !~ '\.' AND answer_of(typed(call, %1$L)) IS DISTINCT FROM answer$$, type), 'of ' || type)
FROM unnest(ARRAY['smallint', 'integer', 'bigint', 'real']) type;

-- Neither NaN nor infinity comes out, whatever goes in: for each argument of each function
SELECT is(count(answer_of(call)), 0::bigint, format('%s, %s, argument %s: NULL', proname, type, n))
FROM (SELECT proname, type, n, format('%s(%s)', proname, (SELECT string_agg(format('(%s)::%s', CASE WHEN i = n THEN quote_literal(value) WHEN i = 3 THEN '0.5' ELSE '7' END, type), ', ' ORDER BY i) FROM generate_series(1, pronargs) i)) AS call
	FROM pg_proc p, generate_series(1, pronargs) n, (VALUES ('numeric', 'NaN'), ('double precision', 'NaN'), ('double precision', 'Infinity'), ('double precision', '-Infinity')) v (type, value)
	WHERE proname IN (SELECT split_part(call, '(', 1) FROM asked) AND type::regtype = proargtypes[0]) calls
GROUP BY proname, type, n;

SELECT throws_ok('SELECT growth_rate(a, b) FROM (VALUES (1e308::double precision, 1e-308::double precision)) v (a, b)', '22003', NULL, 'a quotient beyond the doubles is an error');

-- Types: money stays money, ratios are doubles
SELECT results_eq($$SELECT pg_typeof(customer_acquisition_cost(1.5, 2::bigint))::text, pg_typeof(cost_per_lead(1.5::double precision, 2))::text,
		pg_typeof(customer_lifetime_value(10.5, 2, 0.1))::text, pg_typeof(customer_lifetime_value(10.5, 2, 0.1::double precision))::text,
		pg_typeof(growth_rate(2.0, 1))::text, pg_typeof(ltv_cac_ratio(2.0, 1.0))::text$$,
	$$VALUES ('numeric', 'double precision', 'numeric', 'double precision', 'double precision', 'double precision')$$, 'what comes out');
SELECT is(customer_acquisition_cost(sum(cost), count(*)), 500000000000.005, 'a sum and a count: exact')
FROM (VALUES (1000000000000.00), (0.01)) v (cost);

-- Written into the query: no call is left, and it may run in an index and a parallel worker
CREATE TABLE figures AS SELECT i, i::numeric AS a, i::double precision AS b FROM generate_series(1, 10) i;
SELECT ok(NOT bool_or(line ~ (proname || '\(')) AND bool_or(line ~ 'CASE WHEN'), format('%s(%s): written into the query', proname, type))
FROM (SELECT DISTINCT proname, type, format('SELECT %s(%s) FROM figures', proname, array_to_string(array_fill(CASE type WHEN 'numeric' THEN 'a' ELSE 'b' END, ARRAY[pronargs::integer]), ', ')) AS query
	FROM pg_proc, (VALUES ('numeric'), ('double precision')) t (type)
	WHERE proname IN (SELECT split_part(call, '(', 1) FROM asked) AND type::regtype = proargtypes[0]) calls, plan_of(query) line
GROUP BY proname, type ORDER BY proname, type;
SELECT is((SELECT string_agg(line, '') FROM plan_of('SELECT growth_rate(sum(a), lag(sum(a)) OVER (ORDER BY i)) FROM figures GROUP BY i') line) ~ 'growth_rate\(', false, 'of sums and windows too');

-- Whatever the search_path: as a view is refreshed, and with operators that lie
CREATE SCHEMA liar;
CREATE FUNCTION liar.lie(numeric, numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS 'SELECT 42::numeric';
CREATE FUNCTION liar.lie(double precision, double precision) RETURNS double precision LANGUAGE sql IMMUTABLE AS 'SELECT 42::double precision';
SELECT format('CREATE OPERATOR liar.%s (LEFTARG = %s, RIGHTARG = %s, FUNCTION = liar.lie)', operator, type, type)
FROM unnest(ARRAY['+', '-', '*', '/']) operator, unnest(ARRAY['numeric', 'double precision']) type \gexec
CREATE FUNCTION answer_under(path text, call text) RETURNS numeric LANGUAGE plpgsql AS $$
DECLARE
	before text := current_setting('search_path');
	answer numeric;
BEGIN
	PERFORM set_config('search_path', path, true);
	EXECUTE 'SELECT (' || call || ')::pg_catalog.numeric' INTO answer;
	PERFORM pg_catalog.set_config('search_path', before, true);
	RETURN answer;
END$$;
SELECT is(answer_under('liar, pg_catalog', 'SELECT 7::numeric + 7'), 42::numeric, 'the operators do lie');
SELECT is_empty(format($$SELECT call, answer_under(%1$L, 'public.' || typed(call, %2$L)), answer FROM asked WHERE answer_under(%1$L, 'public.' || typed(call, %2$L)) IS DISTINCT FROM answer$$, path, type),
	format('of %s, search_path %L', type, path))
FROM unnest(ARRAY['liar, pg_catalog', '']) path, unnest(ARRAY['numeric', 'double precision']) type;
SELECT is(answer_under(path, format('SELECT at_this_pace FROM public.attainment_pace(500::%s, 1000, ''2025-04-01'', ''2025-04-30'', ''2025-04-16'')', type)), 1::numeric,
	format('attainment_pace of %s, search_path %L', type, path))
FROM unnest(ARRAY['liar, pg_catalog', '']) path, unnest(ARRAY['numeric', 'double precision']) type;
SELECT is(answer_under('', 'SELECT pg_catalog.count(*) FROM public.kpi_catalog()'), count(*)::numeric, 'kpi_catalog, search_path ''''') FROM kpi_catalog();

SELECT * FROM finish();
