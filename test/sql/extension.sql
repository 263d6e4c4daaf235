-- What CREATE EXTENSION leaves behind, whatever the families: each query lists what should not be there.

-- A member nobody described (its type's comment describes a type function, its class's an operator family)
SELECT pg_describe_object(classid, objid, 0) AS without_comment
FROM pg_depend
WHERE refclassid = 'pg_extension'::regclass AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'funnel_metrics')
	AND deptype = 'e' AND obj_description(objid, classid::regclass::name) IS NULL
	AND classid <> 'pg_opfamily'::regclass
	AND NOT (classid = 'pg_proc'::regclass AND EXISTS (
		SELECT FROM pg_type WHERE objid IN (typinput, typoutput, typreceive, typsend)))
	AND NOT (classid = 'pg_type'::regclass AND EXISTS (		-- an array of a type: a member of its own from 18 on
		SELECT FROM pg_type WHERE typarray = objid))
ORDER BY 1;

-- A function that may not run in a parallel worker, or an aggregate without a state size
SELECT p.oid::regprocedure AS not_parallel_safe
FROM pg_proc p JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
JOIN pg_extension e ON d.refobjid = e.oid AND d.refclassid = 'pg_extension'::regclass AND e.extname = 'funnel_metrics'
WHERE p.proparallel <> 's'
ORDER BY p.oid::regprocedure::text;
SELECT a.aggfnoid::regprocedure AS without_state_size
FROM pg_aggregate a JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = a.aggfnoid AND d.deptype = 'e'
JOIN pg_extension e ON d.refobjid = e.oid AND d.refclassid = 'pg_extension'::regclass AND e.extname = 'funnel_metrics'
WHERE a.aggtransspace = 0
ORDER BY a.aggfnoid::regprocedure::text;

-- An operator with a question mark, which JDBC takes for a parameter
SELECT o.oid::regoperator AS with_question_mark
FROM pg_operator o JOIN pg_depend d ON d.classid = 'pg_operator'::regclass AND d.objid = o.oid AND d.deptype = 'e'
WHERE o.oprname LIKE '%?%';

-- It goes without a trace, and comes again.
DROP EXTENSION funnel_metrics;
SELECT count(*) FROM pg_proc WHERE probin LIKE '%funnel_metrics%';
CREATE EXTENSION funnel_metrics;
