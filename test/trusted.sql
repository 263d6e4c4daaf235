-- trusted: who may create the extension, and that nobody gains anything by it. The script of a trusted extension
-- runs with a superuser's rights in a schema that somebody else owns, who may have put anything there before.
BEGIN;
SELECT no_plan();
DROP EXTENSION IF EXISTS funnel_metrics;
SELECT current_user AS superuser, 'owner_' || pg_backend_pid() AS owner, 'creator_' || pg_backend_pid() AS creator, 'guest_' || pg_backend_pid() AS guest \gset
CREATE ROLE :"owner" NOSUPERUSER;
CREATE ROLE :"creator" NOSUPERUSER;
CREATE ROLE :"guest" NOSUPERUSER;
SELECT format('ALTER DATABASE %I OWNER TO %I', current_database(), :'owner') \gexec
SELECT format('GRANT CREATE ON DATABASE %I TO %I', current_database(), :'creator') \gexec
CREATE SCHEMA own AUTHORIZATION :"owner";

-- What came of a command that this role ran in a session of its own: 'done', or the error
CREATE FUNCTION public.run_as(role text, command text) RETURNS text AS $$
DECLARE
	result text := 'done';
BEGIN
	EXECUTE format('SET LOCAL SESSION AUTHORIZATION %I', role);
	BEGIN
		EXECUTE command;
	EXCEPTION WHEN OTHERS THEN
		result := SQLSTATE || ' ' || SQLERRM;
	END;
	RESET SESSION AUTHORIZATION;
	RETURN result;
END $$ LANGUAGE plpgsql;

CREATE VIEW public.members AS
SELECT d.classid, d.objid FROM pg_depend AS d JOIN pg_extension AS e ON (d.refclassid, d.refobjid) = ('pg_extension'::regclass, e.oid)
WHERE e.extname = 'funnel_metrics' AND d.deptype = 'e';

-- ---- Who may ----

SELECT is(run_as(:'guest', 'CREATE EXTENSION funnel_metrics'), '42501 permission denied to create extension "funnel_metrics"', 'not who has no right to create in the database');

SAVEPOINT nothing;
SELECT is(run_as(:'creator', 'CREATE SCHEMA mine; CREATE EXTENSION funnel_metrics SCHEMA mine'), 'done', 'who may create in the database');
ROLLBACK TO nothing;

SELECT is(run_as(:'owner', 'CREATE EXTENSION funnel_metrics SCHEMA own'), 'done', 'the owner of the database');
SELECT is((SELECT extowner::regrole::text FROM pg_extension WHERE extname = 'funnel_metrics'), :'owner', 'it is the owner''s');
SELECT is(run_as(:'owner', 'DO $do$ BEGIN ASSERT own.win_rate(won) = 0.5 FROM (VALUES (true), (false)) AS deals(won); END $do$'), 'done', 'and works for him');
SELECT is(run_as(:'guest', 'ALTER EXTENSION funnel_metrics UPDATE'), '42501 must be owner of extension funnel_metrics', 'nobody else changes it');
SELECT is(run_as(:'owner', 'ALTER EXTENSION funnel_metrics UPDATE'), 'done', 'the owner may update it');
-- Its functions are code that others, superusers too, will run: not even the extension's owner may change them.
SELECT is_empty(format($$
	SELECT oid::regprocedure::text FROM members JOIN pg_proc ON (classid, objid) = ('pg_proc'::regclass, oid) WHERE pg_has_role(%L, proowner, 'member') OR prosecdef OR proconfig <> ARRAY['search_path=pg_catalog, pg_temp']
	UNION ALL SELECT oid::regtype::text FROM members JOIN pg_type ON (classid, objid) = ('pg_type'::regclass, oid) WHERE pg_has_role(%L, typowner, 'member')$$, :'owner', :'owner'),
	'its functions and types are the superuser''s, and none runs with his rights');
SELECT alike(run_as(:'owner', 'CREATE OR REPLACE FUNCTION own.growth_rate(current numeric, previous numeric) RETURNS double precision AS ''SELECT 1::float8'' LANGUAGE sql'),
	'42501 %', 'the owner can''t put another function in place of one of it');
SELECT is(run_as(:'owner', 'DROP EXTENSION funnel_metrics'), 'done', 'the owner may drop it');
SELECT is((SELECT count(*) FROM pg_proc WHERE pronamespace = 'own'::regnamespace), 0::bigint, 'it leaves nothing');

-- ---- What may lie there before ----

-- What the script makes, by name: the owner makes each first. (The script takes over nothing: no OR REPLACE, no IF NOT EXISTS.)
CREATE EXTENSION funnel_metrics SCHEMA own;
CREATE TABLE public.to_plant AS
SELECT format('CREATE FUNCTION own.%I(%s) RETURNS %s AS %L LANGUAGE plpgsql', proname, pg_get_function_identity_arguments(oid),
		CASE WHEN proargmodes IS NULL THEN 'integer' ELSE pg_get_function_result(oid) END, CASE WHEN proargmodes IS NULL THEN 'BEGIN RETURN 666; END' ELSE 'BEGIN RETURN; END' END) AS command,
	oid::regprocedure::text AS object
FROM members JOIN pg_proc ON (classid, objid) = ('pg_proc'::regclass, oid)
WHERE NOT EXISTS (SELECT FROM unnest(proargtypes) AS type JOIN pg_type ON pg_type.oid = type WHERE typnamespace = 'own'::regnamespace OR typtype = 'p') AND NOT proretset AND prokind = 'f'
UNION ALL
SELECT format('CREATE TYPE own.%I AS (a text)', typname), oid::regtype::text
FROM members JOIN pg_type ON (classid, objid) = ('pg_type'::regclass, oid) WHERE typelem = 0;
DROP EXTENSION funnel_metrics;
SELECT cmp_ok((SELECT count(*) FROM to_plant), '>=', 20::bigint, 'functions of plain arguments, and types');
CREATE FUNCTION public.plant_and_create(owner text, planted text) RETURNS text AS $$
DECLARE
	result text;
BEGIN
	result := run_as(owner, planted);
	IF result <> 'done' THEN
		RETURN 'not planted: ' || result;
	END IF;
	result := run_as(owner, 'CREATE EXTENSION funnel_metrics SCHEMA own');
	RAISE EXCEPTION 'undo' USING detail = result;
EXCEPTION WHEN raise_exception THEN
	GET STACKED DIAGNOSTICS result = PG_EXCEPTION_DETAIL;
	RETURN result;
END $$ LANGUAGE plpgsql;
SELECT is_empty(format($$ SELECT object, result FROM to_plant, plant_and_create(%L, command) AS result WHERE result !~ '^(42723|42710) .*already exists' $$, :'owner'),
	'what is there under a name of its own is an error, never taken over');

-- Everything that the script and the bodies of functions may name without its schema: each operator and function of
-- PostgreSQL's own over plain types once more, in the target schema and in public, and each springs when it is called.
CREATE TABLE public.traps AS
WITH plain(type) AS (SELECT unnest('{boolean,integer,bigint,numeric,double precision,text,date,timestamp,timestamptz,interval}'::regtype[]))
SELECT DISTINCT proname AS name, pg_get_function_identity_arguments(oid) AS arguments, NULL::text AS operator, NULL::regtype AS l, NULL::regtype AS r
FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace AND prokind = 'f' AND pronargs BETWEEN 1 AND 3 AND proargtypes::oid[] <@ ARRAY(SELECT type::oid FROM plain)
	AND proallargtypes IS NULL AND provariadic = 0
UNION ALL
SELECT 'trap_' || row_number() OVER (), concat_ws(', ', NULLIF(oprleft, 0)::regtype, oprright::regtype), oprname, oprleft::regtype, oprright::regtype
FROM pg_operator WHERE oprnamespace = 'pg_catalog'::regnamespace AND oprright IN (SELECT type FROM plain) AND (oprleft = 0 OR oprleft IN (SELECT type FROM plain)) AND oprleft <> 0;
SELECT cmp_ok((SELECT count(*) FROM traps), '>', 500::bigint, 'traps');
SELECT format('GRANT CREATE, USAGE ON SCHEMA public TO %I', :'owner') \gexec
SELECT is((SELECT string_agg(DISTINCT run_as(:'owner', format('CREATE FUNCTION %I.%I(%s) RETURNS boolean AS $trap$BEGIN RAISE EXCEPTION ''trapped by %s, with the rights of %%'', current_user; END$trap$ LANGUAGE plpgsql', schema, name, arguments, name)), '; ')
	FROM traps, (VALUES ('own'), ('public')) AS places(schema)), 'done', 'functions are planted');
SELECT is((SELECT string_agg(DISTINCT run_as(:'owner', format('CREATE OPERATOR %I.%s (FUNCTION = %I.%I, LEFTARG = %s, RIGHTARG = %s)', schema, operator, schema, name, l, r)), '; ')
	FROM traps, (VALUES ('own'), ('public')) AS places(schema) WHERE operator IS NOT NULL), 'done', 'and operators');
-- Types of the owner's temporary schema, under the names of PostgreSQL's own and of the extension's
SELECT is(run_as(:'owner', 'CREATE TYPE pg_temp.numeric AS (a text); CREATE TYPE pg_temp.funnel AS (a text); CREATE TYPE pg_temp.rate_summary AS (a text); CREATE TYPE pg_temp.stage_summary AS (a text)'), 'done', 'and types');

SELECT is(run_as(:'owner', 'SET LOCAL search_path = pg_temp, own, public, pg_catalog; CREATE EXTENSION funnel_metrics SCHEMA own; SET LOCAL search_path = pg_catalog, public'), 'done', 'the script meets no trap');
SELECT is_empty($$
	SELECT oid::regprocedure::text FROM members JOIN pg_proc ON (classid, objid) = ('pg_proc'::regclass, oid)
	WHERE EXISTS (SELECT FROM unnest(proargtypes::oid[] || prorettype) AS type JOIN pg_type ON pg_type.oid = type WHERE pg_is_other_temp_schema(typnamespace) OR typnamespace = pg_my_temp_schema())
	UNION ALL SELECT aggfnoid::regprocedure::text FROM members JOIN pg_aggregate ON (classid, objid) = ('pg_proc'::regclass, aggfnoid::oid), unnest(ARRAY[aggtransfn, aggfinalfn, aggcombinefn, aggmtransfn, aggminvtransfn, aggmfinalfn]::oid[]) AS part(oid)
	WHERE part.oid <> 0 AND part.oid NOT IN (SELECT objid FROM members WHERE classid = 'pg_proc'::regclass)$$,
	'each function has the types, and each aggregate the functions, that are its own');

-- A superuser calls every function written in SQL, under a search_path that finds the traps first.
CREATE TABLE public.calls AS
SELECT format('SELECT count(*) FROM own.%I(%s)', proname, (SELECT string_agg(CASE
		WHEN type::regtype::text ~ '_summary$' THEN format('(SELECT own.rollup(NULL::%s))', type::regtype)
		ELSE format('%L::%s', CASE WHEN type = 'date'::regtype THEN '2025-01-0' || 1 + 8 * (n % 2) WHEN typelem <> 0 AND typlen = -1 THEN '{' || n || '}' ELSE '3' END, type::regtype) END, ', ' ORDER BY n)
	FROM unnest(proargtypes) WITH ORDINALITY AS argument(type, n) JOIN pg_type ON pg_type.oid = type)) AS call
FROM members JOIN pg_proc ON (classid, objid) = ('pg_proc'::regclass, oid) WHERE prolang = (SELECT oid FROM pg_language WHERE lanname = 'sql');
CREATE FUNCTION public.call(command text) RETURNS text AS $$
DECLARE
	result text;
BEGIN
	SET LOCAL search_path = own, public, pg_catalog;
	EXECUTE command;
	SET LOCAL search_path = pg_catalog, public;
	RETURN 'done';
EXCEPTION WHEN OTHERS THEN
	RETURN SQLERRM;
END $$ LANGUAGE plpgsql;
SELECT cmp_ok((SELECT count(*) FROM calls), '>=', 20::bigint, 'calls of functions in SQL');
SELECT is_empty($$ SELECT call, result FROM calls, call(call) AS result WHERE result <> 'done' $$, 'no function in SQL meets a trap');
SELECT alike(call('SELECT 1::numeric / 2::numeric'), 'trapped%', 'the traps do spring');

-- What the functions in C never use: SQL, files, other programs. (Temporary files are PostgreSQL's own, in base/spill;
-- base/handover makes one empty file beside them, whose name has nothing in it but the leader's process id.)
\set reaches_out `grep -rnE --include='*.[ch]' '\<(SPI_[a-z]+|AllocateFile|OpenTransientFile|PathNameOpenFile|BasicOpenFile|fopen|open|socket|system|popen|execv?e?p?|fork|dlopen|load_external_function|getenv|setenv)[ ]*\(' src | grep -vE '^src/base/handover[.]c:[0-9]+:.file = BasicOpenFile[(]path, O_RDWR [|] O_CREAT [|] PG_BINARY[)];$'`
SELECT is(:'reaches_out'::text, '', 'no function in C runs SQL or programs, or opens files');

SELECT * FROM finish();
ROLLBACK;
