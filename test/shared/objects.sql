-- objects.sql: everything that the extension has made in this database, a line each of its properties: "object: property = value".
-- Two databases whose lines are equal have the same extension. For test/update.
\unset ECHO
\set QUIET 1
\set ON_ERROR_STOP 1
\pset format unaligned
\pset tuples_only on
\pset pager off
SET client_min_messages = warning;
SET search_path = pg_catalog; -- so that our own names have their schema

CREATE TEMP VIEW members AS
SELECT d.classid, d.objid, pg_describe_object(d.classid, d.objid, 0) AS object
FROM pg_depend AS d JOIN pg_extension AS e ON (d.refclassid, d.refobjid) = ('pg_extension'::regclass, e.oid) AND e.extname = 'funnel_metrics'
WHERE d.deptype = 'e';

-- Properties that hold an OID are shown as what it stands for; those that depend on the database, such as owners, are left out.
CREATE TEMP VIEW properties AS
SELECT classid, object, p.property, p.value
FROM members AS m JOIN pg_proc AS f ON (m.classid, m.objid) = ('pg_proc'::regclass, f.oid) JOIN pg_language AS l ON l.oid = f.prolang
CROSS JOIN LATERAL (VALUES
	('kind', f.prokind::text), ('arguments', pg_get_function_arguments(f.oid)), ('result', pg_get_function_result(f.oid)), ('language', l.lanname::text),
	('library', f.probin), ('symbol or body', f.prosrc), ('volatility', f.provolatile::text), ('strict', f.proisstrict::text),
	('parallel', f.proparallel::text), ('leakproof', f.proleakproof::text), ('security definer', f.prosecdef::text), ('returns a set', f.proretset::text),
	('cost', f.procost::text), ('rows', f.prorows::text), ('support', f.prosupport::text), ('settings', f.proconfig::text), ('transforms', f.protrftypes::text),
	('rights', (SELECT string_agg(CASE WHEN grantee = 0 THEN 'everybody' ELSE 'owner or another' END || ' ' || privilege_type, ', ' ORDER BY 1) FROM aclexplode(f.proacl)))) AS p (property, value)
UNION ALL
SELECT classid, object, p.property, p.value
FROM members AS m JOIN pg_aggregate AS a ON (m.classid, m.objid) = ('pg_proc'::regclass, a.aggfnoid::oid)
CROSS JOIN LATERAL (VALUES
	('aggregate kind', a.aggkind::text), ('direct arguments', a.aggnumdirectargs::text), ('transition', a.aggtransfn::regprocedure::text), ('final', a.aggfinalfn::regprocedure::text),
	('combine', a.aggcombinefn::regprocedure::text), ('serial', a.aggserialfn::regprocedure::text), ('deserial', a.aggdeserialfn::regprocedure::text),
	('moving transition', a.aggmtransfn::regprocedure::text), ('inverse', a.aggminvtransfn::regprocedure::text), ('moving final', a.aggmfinalfn::regprocedure::text),
	('final extra', a.aggfinalextra::text || a.aggmfinalextra::text), ('final modifies', a.aggfinalmodify::text || a.aggmfinalmodify::text), ('sort operator', a.aggsortop::regoperator::text),
	('state', a.aggtranstype::regtype::text), ('state size', a.aggtransspace::text), ('moving state', a.aggmtranstype::regtype::text), ('moving state size', a.aggmtransspace::text),
	('first state', a.agginitval), ('first moving state', a.aggminitval)) AS p (property, value)
UNION ALL
SELECT classid, object, p.property, p.value
FROM members AS m JOIN pg_type AS t ON (m.classid, m.objid) = ('pg_type'::regclass, t.oid)
CROSS JOIN LATERAL (VALUES
	('kind', t.typtype::text || t.typcategory::text), ('length', t.typlen::text), ('by value', t.typbyval::text), ('preferred', t.typispreferred::text), ('defined', t.typisdefined::text),
	('delimiter', t.typdelim::text), ('element', t.typelem::regtype::text), ('array', t.typarray::regtype::text), ('input', t.typinput::regprocedure::text), ('output', t.typoutput::regprocedure::text),
	('receive', t.typreceive::regprocedure::text), ('send', t.typsend::regprocedure::text), ('modifier', t.typmodin::regprocedure::text || t.typmodout::regprocedure::text),
	('analyze', t.typanalyze::regprocedure::text), ('alignment', t.typalign::text), ('storage', t.typstorage::text), ('not null', t.typnotnull::text), ('base', t.typbasetype::regtype::text),
	('default', t.typdefault), ('collation', t.typcollation::text)) AS p (property, value)
UNION ALL
SELECT classid, object, p.property, p.value
FROM members AS m JOIN pg_operator AS o ON (m.classid, m.objid) = ('pg_operator'::regclass, o.oid)
CROSS JOIN LATERAL (VALUES
	('kind', o.oprkind::text), ('result', o.oprresult::regtype::text), ('function', o.oprcode::regprocedure::text), ('commutator', o.oprcom::regoperator::text), ('negator', o.oprnegate::regoperator::text),
	('merges', o.oprcanmerge::text), ('hashes', o.oprcanhash::text), ('restrict', o.oprrest::text), ('join', o.oprjoin::text)) AS p (property, value)
UNION ALL
SELECT classid, object, p.property, p.value
FROM members AS m JOIN pg_opclass AS c ON (m.classid, m.objid) = ('pg_opclass'::regclass, c.oid) JOIN pg_am AS a ON a.oid = c.opcmethod
CROSS JOIN LATERAL (VALUES
	('method', a.amname::text), ('family', pg_describe_object('pg_opfamily'::regclass, c.opcfamily, 0)), ('type', c.opcintype::regtype::text), ('default', c.opcdefault::text),
	('key', c.opckeytype::regtype::text)) AS p (property, value)
UNION ALL
SELECT m.classid, m.object, 'operator ' || a.amopstrategy || ' of ' || a.amoplefttype::regtype || ', ' || a.amoprighttype::regtype, a.amopopr::regoperator::text || ' ' || a.amoppurpose::text
FROM members AS m JOIN pg_amop AS a ON (m.classid, m.objid) = ('pg_opfamily'::regclass, a.amopfamily)
UNION ALL
SELECT m.classid, m.object, 'function ' || a.amprocnum || ' of ' || a.amproclefttype::regtype || ', ' || a.amprocrighttype::regtype, a.amproc::regprocedure::text
FROM members AS m JOIN pg_amproc AS a ON (m.classid, m.objid) = ('pg_opfamily'::regclass, a.amprocfamily)
UNION ALL
SELECT m.classid, m.object, 'cast', c.castfunc::regprocedure::text || ' ' || c.castcontext::text || ' ' || c.castmethod::text
FROM members AS m JOIN pg_cast AS c ON (m.classid, m.objid) = ('pg_cast'::regclass, c.oid);

SELECT line FROM (
SELECT object || ': it is there' AS line FROM members
UNION ALL
SELECT format('%s: %s = %s', object, property, coalesce(quote_literal(value), 'NULL')) FROM properties
UNION ALL
SELECT format('%s: comment = %s', object, coalesce(quote_literal(obj_description(objid, classid::regclass::name)), 'NULL')) FROM members
UNION ALL -- a kind of object that nothing above looks at: its catalog is to be added
SELECT object || ': objects.sql does not know this kind of object' FROM members
WHERE object NOT IN (SELECT object FROM properties)
UNION ALL
SELECT format('extension: %s = %s', p.property, coalesce(p.value, 'NULL'))
FROM pg_extension AS e CROSS JOIN LATERAL (VALUES ('version', e.extversion), ('schema', e.extnamespace::regnamespace::text), ('relocatable', e.extrelocatable::text),
	('configuration', e.extconfig::text), ('requires', (SELECT string_agg(pg_describe_object(refclassid, refobjid, 0), ', ' ORDER BY 1) FROM pg_depend
		WHERE (classid, objid) = ('pg_extension'::regclass, e.oid) AND deptype = 'n' AND refclassid = 'pg_extension'::regclass))) AS p (property, value)
WHERE e.extname = 'funnel_metrics'
) AS lines ORDER BY line COLLATE "C";
