-- The catalogue: what every object of the extension owes its users and the planner.
BEGIN;
SELECT no_plan();
CREATE SCHEMA catalogue;
SET LOCAL search_path = catalogue, public;

CREATE VIEW objects AS
SELECT d.classid, d.objid, pg_describe_object(d.classid, d.objid, 0) AS object, obj_description(d.objid, d.classid::regclass::name) AS comment
FROM pg_depend AS d JOIN pg_extension AS e ON (d.refclassid, d.refobjid) = ('pg_extension'::regclass, e.oid) AND e.extname = 'funnel_metrics'
WHERE d.deptype = 'e';
CREATE VIEW functions AS
SELECT p.*, o.object, o.comment, l.lanname FROM objects AS o JOIN pg_proc AS p ON (o.classid, o.objid) = ('pg_proc'::regclass, p.oid) JOIN pg_language AS l ON l.oid = p.prolang;
CREATE VIEW aggregates AS
SELECT f.object, f.proname, a.* FROM functions AS f JOIN pg_aggregate AS a ON a.aggfnoid = f.oid;
CREATE VIEW types AS
SELECT t.* FROM objects AS o JOIN pg_type AS t ON (o.classid, o.objid) = ('pg_type'::regclass, t.oid) WHERE t.typtype = 'b' AND t.typelem = 0;

SELECT cmp_ok((SELECT count(*) FROM objects), '>', 100::bigint, 'the extension has objects');

-- Comments: a first sentence, ending in a stop. The types' own four functions and an operator family say nothing to a user.
SELECT is_empty($$
	SELECT object FROM objects WHERE coalesce(comment !~ '^.{5,}?[.:?](\s|$)', true)
		AND NOT (classid = 'pg_proc'::regclass AND objid IN (SELECT unnest(ARRAY[typinput, typoutput, typreceive, typsend]::oid[]) FROM types))
		AND classid NOT IN ('pg_opfamily'::regclass, 'pg_amop'::regclass, 'pg_amproc'::regclass)
		AND NOT (classid = 'pg_type'::regclass AND objid NOT IN (SELECT oid FROM types))
	ORDER BY object $$, 'every object has a comment of a sentence');
SELECT is_empty($$ SELECT object FROM objects WHERE comment ~ '\m(TODO|FIXME|XXX)\M' OR comment ~* 'aggregate for|this function' $$, 'no comment is a placeholder');

-- Aggregates
SELECT is_empty($$ SELECT object FROM aggregates WHERE aggtransspace <= 0 OR (aggmtransfn <> 0 AND aggmtransspace <= 0) $$, 'every aggregate says how large its state is');
SELECT is_empty($$ SELECT object FROM functions WHERE proparallel <> 's' $$, 'everything is safe in parallel plans');
SELECT is_empty($$ SELECT object FROM aggregates WHERE aggtranstype <> 'internal'::regtype AND aggcombinefn = 0 $$, 'every summary state can be combined');
SELECT is_empty($$ SELECT object FROM aggregates JOIN pg_proc AS p ON p.oid = aggcombinefn WHERE p.proisstrict $$, 'no combine function is strict');
SELECT is_empty($$ SELECT object FROM aggregates WHERE aggtranstype NOT IN (SELECT oid FROM types) AND aggtranstype <> 'internal'::regtype $$, 'a state is a type of the extension, or internal');
SELECT is_empty($$ SELECT object FROM aggregates WHERE aggkind <> 'n' OR agginitval IS NOT NULL OR aggfinalextra OR aggmfinalextra $$, 'aggregates are plain ones: no direct arguments, no extra ones');
SELECT is_empty($$ SELECT object FROM aggregates WHERE aggfinalmodify <> 'r' OR (aggmtransfn <> 0 AND aggmfinalmodify <> 'r') $$, 'no final function changes the state');
SELECT is_empty($$ SELECT object FROM aggregates AS a JOIN pg_proc AS p ON p.oid = a.aggtransfn WHERE p.proisstrict $$, 'a row with a NULL is a row: no transition function is strict');
SELECT is_empty($$ SELECT object FROM aggregates AS a JOIN pg_proc AS f ON f.oid = a.aggmtransfn JOIN pg_proc AS i ON i.oid = a.aggminvtransfn WHERE f.proisstrict <> i.proisstrict OR f.proargtypes <> i.proargtypes $$,
	'a moving aggregate''s inverse takes what its transition takes');
SELECT is_empty($$ SELECT t.typname FROM types AS t WHERE t.typname ~ '_summary$' AND NOT EXISTS (SELECT FROM functions AS f WHERE f.proname = 'rollup' AND f.prokind = 'a' AND f.proargtypes[0] = t.oid) $$,
	'every summary can be rolled up');

-- Functions
-- Which version answers is no property of the arguments: these two are stable.
SELECT set_eq($$ SELECT proname::text FROM functions WHERE provolatile <> 'i' AND prokind = 'f' $$, ARRAY['funnel_metrics_version', 'funnel_metrics_library_version'], 'every function is immutable, but those that tell the version');
SELECT is_empty($$ SELECT object FROM functions WHERE lanname NOT IN ('c', 'sql', 'internal') $$, 'functions are in C, or SQL');
SELECT is_empty($$ SELECT object FROM functions WHERE prosecdef $$, 'no function runs as its owner');
SELECT is_empty($$ SELECT object FROM functions WHERE provariadic NOT IN (0, 'boolean'::regtype) OR 'anyelement'::regtype = ANY (proargtypes) OR '"any"'::regtype = ANY (proargtypes) $$, 'arguments have concrete types');
SELECT is_empty($$ SELECT object FROM functions WHERE prokind = 'f' AND proretset AND (prorows = 1000 OR prorows < 1) $$, 'every set-returning function says about how many rows');

-- Functions of a summary are strict, but those of aggregates, and those with an argument whose NULL means something
CREATE TABLE with_nulls(name text, why text);
INSERT INTO with_nulls VALUES
	('outcome_labels', 'lists that are NULL are errors, of outcome()'),
	('stage_leakage', 'as_of and stale_days may be NULL: nothing is stale'),
	('stage_time', 'as_of may be NULL: the last moment seen'),
	('compare_funnels', 'as_of and stale_days may be NULL'),
	('event_funnel', 'as_of may be NULL: the last moment seen'),
	('event_funnel_by', 'as_of may be NULL: the last moment seen'),
	('event_trend', 'as_of and step may be NULL: the last moment seen, the last step'),
	('event_times', 'step and bins may be NULL: the last step, 20 bins'),
	('event_chart', 'width may be NULL: 40 characters'),
	('path_flow', 'top may be NULL: 8 events a step'),
	('path_list', 'top may be NULL: 20 paths'),
	('session_figures', 'as_of may be NULL: the last moment seen'),
	('session_trend', 'as_of may be NULL: the last moment seen'),
	('event_retention', 'kind and as_of may be NULL: on, and the day of the last row'),
	('event_retention_curve', 'kind and as_of may be NULL: on, and the day of the last row'),
	('stickiness', 'as_of may be NULL: the day of the last row'),
	('stickiness_trend', 'as_of may be NULL: the day of the last row'),
	('lifecycle', 'as_of may be NULL: the day of the last row'),
	('cohort_retention', 'as_of may be NULL: the day of the last row'),
	('active_entities', 'as_of may be NULL: the day of the last row'),
	('pipeline_movements', 'as_of may be NULL: the last period'),
	('mrr_movements', 'as_of may be NULL: the last month'),
	('mrr_retention', 'as_of may be NULL: the last month'),
	('leading_indicators', 'season may be NULL: changes from period to period'), ('indicator_changes', 'season may be NULL: changes from period to period'),
	('stage_chart', 'width may be NULL: 40 characters');
SELECT is_empty($$
	SELECT object FROM functions AS f WHERE prokind = 'f' AND NOT proisstrict AND EXISTS (SELECT FROM types AS t WHERE t.oid = ANY (f.proargtypes))
		AND NOT EXISTS (SELECT FROM pg_aggregate WHERE f.oid IN (aggtransfn, aggcombinefn, aggmtransfn, aggminvtransfn, aggfinalfn, aggmfinalfn))
		AND proname NOT IN (SELECT name FROM with_nulls) $$, 'a function of a summary is strict, or listed here');
SELECT is_empty($$ SELECT name FROM with_nulls WHERE NOT EXISTS (SELECT FROM functions WHERE proname = name AND NOT proisstrict) $$, 'the list of those that are not strict holds nothing else');

-- Operators
SELECT is_empty($$ SELECT object FROM objects JOIN pg_operator AS o ON (classid, objid) = ('pg_operator'::regclass, o.oid) WHERE oprname ~ '[?]' $$, 'no operator has a question mark: JDBC takes it for a parameter');

-- Types
SELECT is_empty($$ SELECT typname FROM types WHERE typreceive = 0 OR typsend = 0 $$, 'every type has a binary form');
SELECT is_empty($$ SELECT typname FROM types WHERE typname ~ '_summary$' AND (typlen <> -1 OR typstorage <> 'x' OR typalign <> 'd') $$, 'summaries are varlena that can be compressed, aligned as their structs are');

-- The parts of one thing have one name: CREATE EXTENSION puts everything into one schema, and leaves nothing open
SELECT is((SELECT extrelocatable FROM pg_extension WHERE extname = 'funnel_metrics'), false, 'the extension stays in its schema');
SELECT is_empty($$ SELECT object FROM functions WHERE pronamespace <> (SELECT extnamespace FROM pg_extension WHERE extname = 'funnel_metrics') $$, 'everything is in the schema of the extension');

-- doc/ has each name that a user can call: the aggregates, the functions of summaries, the types
\set pages `cat doc/*.md ../doc/*.md 2>/dev/null`
SELECT :'pages' <> '' AS have_pages \gset
\if :have_pages
SELECT is_empty(format($$
	SELECT DISTINCT proname FROM functions AS f
	WHERE NOT EXISTS (SELECT FROM pg_aggregate WHERE f.oid IN (aggtransfn, aggcombinefn, aggserialfn, aggdeserialfn, aggmtransfn, aggminvtransfn) OR (f.oid IN (aggfinalfn, aggmfinalfn) AND ('internal'::regtype = ANY (proargtypes) OR proname ~ '_final$')))
		AND f.oid NOT IN (SELECT unnest(ARRAY[typinput, typoutput, typreceive, typsend]::oid[]) FROM types)
		AND f.oid NOT IN (SELECT amproc::oid FROM pg_amproc) AND f.oid NOT IN (SELECT oprcode::oid FROM pg_operator)
		AND %L !~ ('\m' || proname || '\M') ORDER BY proname $$, :'pages'), 'every function and aggregate has its place in doc/ (of a family doc/FAMILY.md, of a parallel form doc/parallel.md)');
SELECT is_empty(format($$ SELECT typname FROM types WHERE %L !~ ('\m' || typname || '\M') $$, :'pages'), 'every type has its place in doc/ (of a summary doc/summaries.md)');
\else
SELECT fail('doc/*.md must be readable from the directory of the tests');
\endif

SELECT * FROM finish();
ROLLBACK;
