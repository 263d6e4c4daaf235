-- Overloads: every argument of every aggregate, tried with columns of every type. It works, or the
-- error says what to cast; and no overload captures a column that it would not read exactly.
--
-- A new family adds a row for each aggregate to "aggregates" below; one that is not there is a failure.
BEGIN;
SELECT no_plan();
CREATE SCHEMA overloads;
SET LOCAL search_path = overloads, public;

CREATE TYPE mood AS ENUM ('Lead', 'Won');
CREATE TABLE given(n integer, type text, expression text);
INSERT INTO given VALUES
	(1, 'smallint', 'c1'), (2, 'integer', 'c2'), (3, 'bigint', 'c3'), (4, 'numeric', 'c4'), (5, 'real', 'c5'), (6, 'double precision', 'c6'),
	(7, 'date', 'c7'), (8, 'timestamp', 'c8'), (9, 'timestamptz', 'c9'), (10, 'varchar', 'c10'), (11, 'char(8)', 'c11'), (12, 'text', 'c12'), (13, 'mood', 'c13'),
	(14, 'a literal', NULL), (15, 'NULL', 'NULL');
SELECT format('CREATE TABLE columns(%s, won boolean, stored_rate rate_summary)', string_agg(expression || ' ' || type, ', ' ORDER BY n)) FROM given WHERE n <= 13 \gexec

-- What each kind of argument becomes, for each of the types above: the type of the overload that takes it, or
--	.	42883: no such function, with a hint to cast
--	?	42725: not unique, with a hint to cast
-- and the literal to try, and what stands in when it is another argument's turn. A literal and a NULL
-- take the preferred type of their category: nothing is lost, for a literal is read as what it says.
CREATE TABLE kinds(kind text, literal text, stand_in text, becomes text[]);
INSERT INTO kinds VALUES
	--                                    smallint  integer  bigint  numeric  real  double    date  timestamp  timestamptz  varchar char text enum literal NULL
	('outcome', '''true''', 'won',       '{.,       .,       .,      .,       .,    .,        .,    .,         .,           .,      .,   .,   .,   bool,   bool}'),
	('outcome or label', '''won''', 'won', '{.,     .,       .,      .,       .,    .,        .,    .,         .,           text,   text, text, ., text,   text}'),
	('outcome or rate', '''true''', 'won', '{.,     .,       .,      .,       .,    .,        .,    .,         .,           .,      .,   .,   .,   ?,      ?}'),
	('amount', '''0.1''', 'c4',          '{int2,    int4,    int8,   numeric, float4, float8, .,    .,         .,           .,      .,   .,   .,   float8, float8}'),
	('options', '''markov: 1''', 'text ''markov: 1''', '{., .,      .,      .,       .,    .,        .,    .,         .,           text,   text, text, ., text,   text}'),
	('amount or options', '''markov: 1''', 'c4', '{int2, int4,   int8,   numeric, float4, float8, .,    .,         .,           text,   text, text, ., text,   text}'),
	('moments', '''{2024-01-01}''', 'landmarks(''2023-01-01 00:00+00'', ''1 day'', 3)', NULL),
	('probability', '''0.5''', '0.5',    '{float8,  float8,  float8, numeric, float4, float8, .,    .,         .,           .,      .,   .,   .,   float8, float8}'),
	('score', '''9''', 'c2',             '{int2,    int4,    int8,   numeric, float4, float8, .,    .,         .,           .,      .,   .,   .,   float8, float8}'),
	('time', '''2024-01-01''', 'c9',     '{.,       .,       .,      .,       .,    .,        date, timestamp, timestamptz, .,      .,   .,   .,   timestamptz, timestamptz}'),
	-- three alone may lack as_of, the last of them a literal for won
	('times', '''2024-01-01''', 'c9',    '{.,       .,       .,      .,       .,    .,        date, timestamp, timestamptz, .,      .,   .,   .,   ?,      ?}'),
	('local', '''2024-01-01''', 'c8',    '{.,       .,       .,      .,       .,    .,        date, timestamp, .,        .,      .,   .,   .,   ?,      ?}'),
	-- a literal is a moment, which needs a zone
	('moment', '''2024-01-01''', 'c8',    '{.,       .,       .,      .,       .,    .,        date, timestamp, .,        .,      .,   .,   .,   ., .}'),
	('day', '''2024-01-01''', 'c7',      '{.,       .,       .,      .,       .,    .,        date, .,         .,        .,      .,   .,   .,   date,   date}'),
	('span', '''1 day''', 'interval ''1 day''', '{., .,      .,      .,       .,    .,        .,    .,         .,           .,      .,   .,   .,   interval, interval}'),
	('calendar', '''Mon 09:00-17:00; zone: UTC''', 'business_calendar ''Mon 09:00-17:00; zone: UTC''', '{., ., ., ., ., ., ., ., ., ., ., ., ., business_calendar, business_calendar}'),
	('fraction', '''0.5''', '0.5',       '{float8,  float8,  float8, float8,  float8, float8, .,    .,         .,           .,      .,   .,   .,   float8, float8}'),
	('threshold', '''4''', '4',          '{int4,    int4,    .,      .,       .,    .,        .,    .,         .,           .,      .,   .,   .,   int4,   int4}'),
	('entity', '''a''', 'c3',            '{int8,    int8,    int8,   .,       .,    .,        .,    .,         .,           text,   text, text, ., text,   text}'),
	('stage', '''Lead''', 'c12',         '{.,       .,       .,      .,       .,    .,        .,    .,         .,           text,   text, text, ., text,   text}'),
	('definition', '''Lead > Won''', 'funnel ''Lead > Won''', '{., ., ., .,   .,    .,        .,    .,         .,           .,      .,   .,   .,   funnel, funnel}'),
	('journey', '''Lead > Won''', 'journey ''Lead > Won''', '{., ., ., .,   .,    .,        .,    .,         .,           .,      .,   .,   .,   journey, journey}'),
	('held', '''Lead > Won; property: hold''', 'journey ''Lead > Won; property: hold''', '{., ., ., .,   .,    .,        .,    .,         .,           .,      .,   .,   .,   journey, journey}'),
	('property', '''x''', 'c12',         '{.,       .,       .,      .,       .,    .,        .,    .,         .,           text,   text, text, ., text,   text}'),
	('conditions', '''{t,f}''', 'VARIADIC ARRAY[won, won]', NULL),
	('brackets', '''{1,7}''', 'ARRAY[1, 7]', NULL),
	('mode', '''default''', 'text ''default''', '{., .,     .,      .,       .,    .,        .,    .,         .,           text,   text, text, ., text,   text}'),
	('pattern', '''(?1)''', 'text ''(?1)''', '{., .,      .,      .,       .,    .,        .,    .,         .,           text,   text, text, ., text,   text}'),
	('shape', '''from: Lead''', 'text ''''',  '{.,       .,       .,      .,       .,    .,        .,    .,         .,           text,   text, text, ., text,   text}'),
	('as_of', '''2024-01-01''', 'c9',    '{.,       .,       .,      .,       .,    .,        timestamptz, timestamptz, timestamptz, ., .,   .,   .,   timestamptz, timestamptz}'),
	-- a text in the place of the amount is a period, and refused as one
	('amount or period', '''month''', 'c4', '{int2, int4,    int8,   numeric, float4, float8, .,    .,         .,           text,   text, text, ., text,   text}'),
	('period', '''month''', 'text ''month''', '{., .,   .,      .,       .,    .,        .,    .,         .,           text,   text, text, ., text,   text}'),
	('months', '''jalali month''', 'text ''jalali month''', '{., ., .,  .,       .,    .,        .,    .,         .,           text,   text, text, ., text,   text}'),
	('zone', '''UTC''', 'text ''UTC''',  '{.,       .,       .,      .,       .,    .,        .,    .,         .,           text,   text, text, ., text,   text}'),
	('summary', '''x''', 'stored_rate',  '{.,       .,       .,      .,       .,    .,        .,    .,         .,           .,      .,   .,   .,   ?,      ?}');

-- Arguments of one kind that come twice ("time") have one type, and change together.
CREATE TABLE aggregates(name text, kinds text[]);
INSERT INTO aggregates VALUES
	('label_agg', '{stage}'),
	('rate_agg', '{outcome}'), ('rate_agg', '{outcome,amount}'), ('win_rate', '{outcome}'), ('conversion_rate', '{outcome}'), ('win_loss_ratio', '{outcome}'),
	('win_rate_by_value', '{outcome,amount}'), ('avg_deal_size', '{outcome,amount}'),
	('within_agg', '{time,time,span,time}'), ('conversion_within', '{time,time,span,time}'), ('response_within', '{time,time,span,time}'),
	('duration_agg', '{time,time}'), ('cycle_time', '{time,time}'), ('cycle_time', '{time,time,fraction}'), ('cycle_days', '{time,time}'), ('cycle_days', '{time,time,fraction}'),
	('lead_response_time', '{time,time}'), ('lead_response_time', '{time,time,fraction}'),
	('duration_agg', '{span}'), ('cycle_time', '{span}'), ('cycle_time', '{span,fraction}'), ('cycle_days', '{span}'), ('cycle_days', '{span,fraction}'),
	('lead_response_time', '{span}'), ('lead_response_time', '{span,fraction}'),
	('within_agg', '{time,time,span,time,calendar}'), ('response_within', '{time,time,span,time,calendar}'),
	('velocity_agg', '{outcome,amount,time,time}'), ('pipeline_velocity', '{outcome,amount,time,time}'),
	('survey_agg', '{score}'), ('enps_score', '{score}'), ('nps_score', '{score}'), ('csat_score', '{score}'), ('csat_score', '{score,threshold}'),
	('survival_agg', '{times,times,times}'), ('survival_agg', '{time,time,outcome or label,time}'), ('survival_agg', '{time,time,outcome or label,time,time}'),
	('segment_agg', '{stage,outcome or rate}'),
	('cohort_agg', '{entity,moment,period}'), ('cohort_agg', '{entity,local,amount or period,period}'), ('cohort_agg', '{entity,time,period,zone}'), ('cohort_agg', '{entity,time,amount,period,zone}'),
	('stage_agg', '{entity,stage,time,definition}'), ('stage_agg', '{entity,stage,time,amount,definition}'),
	('pipeline_agg', '{entity,stage,time,amount,definition,period,zone}'), ('pipeline_agg', '{entity,stage,local,amount,definition,period}'),
	('event_agg', '{entity,stage,time,journey}'), ('event_agg', '{entity,stage,local,journey,period}'), ('event_agg', '{entity,stage,time,journey,period,zone}'),
	('event_agg', '{entity,stage,property,time,held}'), ('event_agg', '{entity,time,journey,conditions}'), ('event_agg', '{entity,time,journey,period,zone,conditions}'),
	('funnel_level', '{stage,time,journey}'), ('funnel_level', '{time,journey,conditions}'), ('funnel_times', '{stage,time,journey}'), ('funnel_times', '{time,journey,conditions}'),
	('funnel_outcome', '{stage,time,journey,as_of}'), ('funnel_outcome', '{time,journey,as_of,conditions}'),
	('window_funnel', '{time,span,conditions}'), ('window_funnel', '{time,span,mode,conditions}'), ('retention', '{conditions}'),
	('sequence_match', '{pattern,time,conditions}'), ('sequence_count', '{pattern,time,conditions}'), ('sequence_events', '{pattern,time,conditions}'),
	('path_agg', '{entity,stage,time,shape}'),
	('session_agg', '{entity,time,span}'), ('session_agg', '{entity,time,span,period,zone}'), ('session_agg', '{entity,local,span,period}'),
	('retention_agg', '{entity,time,outcome,outcome,period,zone}'), ('retention_agg', '{entity,local,outcome,outcome,period}'),
	('retention_agg', '{entity,time,outcome,outcome,brackets,zone}'), ('retention_agg', '{entity,local,outcome,outcome,brackets}'),
	('stickiness_agg', '{entity,time,period,period,zone}'), ('stickiness_agg', '{entity,local,period,period}'),
	('mrr_agg', '{entity,day,amount}'), ('mrr_agg', '{entity,day,day,amount,day}'), ('mrr_agg', '{entity,day,amount,months}'), ('mrr_agg', '{entity,day,day,amount,day,months}'),
	('attainment_agg', '{amount,amount}'), ('quota_attainment', '{amount,amount}'), ('target_attainment', '{amount,amount}'),
	('attribution_agg', '{entity,stage,time,outcome,time}'), ('attribution_agg', '{entity,stage,time,outcome,time,amount or options}'), ('attribution_agg', '{entity,stage,time,outcome,time,amount,options}'),
	('indicator_agg', '{day,stage,amount}'),
	('landmark_agg', '{entity,stage,time,definition,moments,as_of}'), ('landmark_agg', '{entity,stage,time,definition,moments,as_of,span}'),
	('forecast_agg', '{amount,probability}'), ('calibration_agg', '{probability,outcome}'), ('brier_score', '{probability,outcome}'), ('log_loss', '{probability,outcome}'),
	('rollup', '{summary}');

CREATE VIEW all_of_extension AS
SELECT p.oid, p.proname::text AS name, p.pronargs, p.proargtypes FROM pg_proc AS p JOIN pg_depend AS d ON (d.classid, d.objid, d.deptype) = ('pg_proc'::regclass, p.oid, 'e')
	JOIN pg_extension AS e ON (d.refclassid, d.refobjid) = ('pg_extension'::regclass, e.oid) AND e.extname = 'funnel_metrics'
	JOIN pg_aggregate AS a ON a.aggfnoid = p.oid AND a.aggtransfn::text !~ 'incomplete_'; -- those only say what a call lacks
CREATE VIEW of_extension AS SELECT * FROM all_of_extension WHERE name NOT LIKE 'parallel\_%';
SELECT is_empty('SELECT name, pronargs FROM of_extension EXCEPT SELECT name, cardinality(kinds) FROM aggregates', 'every aggregate and number of arguments is tried (else: a row of "aggregates" in test/overloads.sql)');

-- A parallel form takes what the plain one does
CREATE VIEW with_parallel_form AS SELECT name, proargtypes::oid[] FROM of_extension WHERE 'parallel_' || name IN (SELECT name FROM all_of_extension);
CREATE VIEW parallel_forms AS SELECT substr(name, 10) AS name, proargtypes::oid[] FROM all_of_extension WHERE name LIKE 'parallel\_%';
SELECT is_empty('(TABLE with_parallel_form EXCEPT ALL TABLE parallel_forms) UNION ALL (TABLE parallel_forms EXCEPT ALL TABLE with_parallel_form)', 'a parallel form has the overloads of the plain one (sql/parallel.sql)');
SELECT is((SELECT count(DISTINCT name) FROM parallel_forms), 11::bigint, 'eleven have one (else: the number in test/overloads.sql)');

-- The type that an argument of a call has in the overload that takes it: a view remembers which it was
CREATE FUNCTION taken_by(call text, argument integer) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	hint text;
	taken text;
BEGIN
	EXECUTE 'CREATE TEMPORARY VIEW resolved AS SELECT ' || call || ' AS answer FROM columns';
	SELECT typname INTO STRICT taken
	FROM pg_rewrite AS r JOIN pg_depend AS d ON (d.classid, d.objid, d.refclassid) = ('pg_rewrite'::regclass, r.oid, 'pg_proc'::regclass)
		JOIN of_extension AS a ON a.oid = d.refobjid JOIN pg_type AS t ON t.oid = a.proargtypes[argument - 1]
	WHERE r.ev_class = 'resolved'::regclass AND call LIKE a.name || '(%';
	DROP VIEW resolved;
	RETURN taken;
EXCEPTION WHEN no_data_found THEN -- it lacks an argument, and is told which
	RETURN '.';
WHEN undefined_function OR ambiguous_function THEN
	GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
	RETURN CASE WHEN hint !~ 'add explicit type casts' THEN 'no hint' WHEN SQLSTATE = '42883' THEN '.' ELSE '?' END;
END $$;

CREATE TABLE tried AS
SELECT a.name, kind, given.n, given.type,
	-- a literal or NULL alone also fits the figure of a summary that has the same name
	CASE WHEN given.n >= 14 AND array_position(a.kinds, kind) = 1 AND EXISTS (SELECT FROM pg_proc AS p WHERE p.proname = a.name AND p.prokind = 'f' AND p.pronargs = cardinality(a.kinds))
			-- and literals alone fit any aggregate of the name that has as many arguments, such as an interval and a fraction
			OR given.n >= 14 AND tried.kind = ALL (a.kinds) AND EXISTS (SELECT FROM aggregates AS other WHERE other.name = a.name AND cardinality(other.kinds) = cardinality(a.kinds) AND other.kinds[1] <> a.kinds[1])
		THEN '?' ELSE becomes[given.n] END AS expected,
	taken_by(format('%s(%s)', a.name, (SELECT string_agg(CASE WHEN u.kind = tried.kind THEN coalesce(given.expression, tried.literal) ELSE other.stand_in END, ', ' ORDER BY n)
		FROM unnest(a.kinds) WITH ORDINALITY AS u(kind, n) JOIN kinds AS other ON other.kind = u.kind)), array_position(a.kinds, kind)) AS got, a.kinds
FROM aggregates AS a, kinds AS tried, given WHERE tried.kind = ANY (a.kinds) AND becomes IS NOT NULL;
SELECT ok(bool_and(got = expected), format('%s(%s): %s', name, array_to_string(kinds, ', '), kind))
	|| coalesce(E'\n' || diag(string_agg(format('%s: got %s, expected %s', type, got, expected), E'\n' ORDER BY n) FILTER (WHERE got <> expected)), '')
FROM tried GROUP BY name, kinds, kind ORDER BY name, kinds, kind;

-- Times of two types: both become the wider one; a zone is never dropped
SELECT is(taken_by(call, argument), expected, call)
FROM (VALUES ('cycle_days(c7, c8)', 1, 'timestamp'), ('cycle_days(c8, c7)', 2, 'timestamp'), ('cycle_days(c7, c9)', 1, 'timestamptz'), ('cycle_days(c9, c7)', 1, 'timestamptz'),
	('cycle_days(c8, c9)', 1, 'timestamptz'), ('conversion_within(c7, c7, ''1 day'', c9)', 1, 'timestamptz'), ('conversion_within(c7, c7, ''1 day'', ''2024-01-01'')', 4, 'date'),
	('conversion_within(c8, c7, ''1 day'', ''2024-01-01'')', 4, 'timestamp'), ('conversion_within(c9, NULL, ''1 day'', ''2024-01-01'')', 4, 'timestamptz'),
	('duration_agg(c8, NULL)', 2, 'timestamp'), ('duration_agg(c7, NULL)', 2, 'date'),
	('stage_agg(c3, c12, c7, NULL, ''Lead > Won'')', 4, 'float8')) AS mixed(call, argument, expected);

-- What was taken is read exactly
SELECT is(amount_won(rate_agg), expected::numeric, 'read exactly: ' || what)
FROM (SELECT 'bigint', '9007199254740993', rate_agg(true, 9007199254740993::bigint) UNION ALL SELECT 'integer', '2147483647', rate_agg(true, 2147483647)
	UNION ALL SELECT 'smallint', '-32768', rate_agg(true, (-32768)::smallint) UNION ALL SELECT 'numeric', '0.1000000000000000000000000000001', rate_agg(true, 0.1000000000000000000000000000001)
	UNION ALL SELECT 'real', '0.1', rate_agg(true, 0.1::real) UNION ALL SELECT 'double precision', '0.1', rate_agg(true, 0.1::double precision)
	UNION ALL SELECT 'a large double', '9007199254740992', rate_agg(true, 9007199254740992::double precision)
	UNION ALL SELECT 'a large real', '16777216', rate_agg(true, 16777216::real) UNION ALL SELECT 'a literal', '0.1', rate_agg(true, '0.1')) AS v(what, expected, rate_agg);
SET LOCAL TimeZone = 'America/New_York';
SELECT is(data_from(within_agg(date '2024-07-01', NULL, '1 day', '2024-08-01')), timestamptz '2024-07-01 00:00+00', 'a date is not taken through the zone of the session');
SELECT is(data_from(within_agg(timestamp '2024-07-01', NULL, '1 day', '2024-08-01')), timestamptz '2024-07-01 00:00+00', 'nor is a timestamp');
SELECT is(cycle_days(date '2024-03-09', date '2024-03-11'), 2::double precision, 'two dates across the change of clocks: whole days');
SELECT is(cycle_days(timestamp '2024-03-09', timestamp '2024-03-11'), 2::double precision, 'two timestamps likewise');

SELECT * FROM finish();
ROLLBACK;
