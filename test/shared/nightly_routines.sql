-- nightly_routines.sql: who may call each routine of the schema kpi and of the extension, :which roles. A new one must keep to it.
CREATE OR REPLACE FUNCTION pg_temp.loose() RETURNS TABLE (routine text, why text) LANGUAGE sql AS $$
	WITH routines AS (
		SELECT p.oid::regprocedure::text AS routine, p.prosecdef, p.proconfig, p.pronamespace = 'kpi'::regnamespace AS is_kpi,
			EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a WHERE a.grantee = 0) AS is_public
		FROM pg_proc p
		WHERE p.pronamespace = 'kpi'::regnamespace OR EXISTS (
			SELECT FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid
			WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e' AND e.extname = 'funnel_metrics')
	)
	SELECT routine, 'everybody may call it' FROM routines WHERE is_public AND (is_kpi OR prosecdef)
	UNION ALL
	SELECT routine, 'runs as its owner, with names that a caller may choose' FROM routines
	WHERE prosecdef AND NOT EXISTS (SELECT FROM unnest(proconfig) AS setting WHERE setting ~ '^search_path=.*pg_temp$')
$$;
SELECT is_empty('SELECT * FROM pg_temp.loose()', format('routines, %s roles: nobody calls what is not for all, and what runs as its owner has a search_path that ends in pg_temp', :'which'));
SELECT cmp_ok((SELECT count(*) FROM pg_depend WHERE classid = 'pg_proc'::regclass AND refclassid = 'pg_extension'::regclass AND deptype = 'e'
	AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'funnel_metrics')), '>', 300::bigint, 'routines: those of the extension are among them');
BEGIN;
CREATE FUNCTION kpi.careless() RETURNS integer LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';
CREATE FUNCTION public.careless() RETURNS integer LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS 'SELECT 1';
ALTER EXTENSION funnel_metrics ADD FUNCTION public.careless();
SELECT results_eq('SELECT routine, count(*) FROM pg_temp.loose() GROUP BY routine ORDER BY routine COLLATE "C"', $$ VALUES ('careless()', 2::bigint), ('kpi.careless()', 2) $$, 'routines: a new one that does not keep to it is found');
ROLLBACK;
