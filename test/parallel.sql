-- Path aggregates by several processes: the same bytes, however many collect the rows, whatever fails, and no file left.
DROP SCHEMA IF EXISTS parallel CASCADE;
CREATE SCHEMA parallel;
SET search_path = parallel, public;
SET jit = off;
SET client_min_messages = warning;
SELECT no_plan();

CREATE TABLE history AS
SELECT i, (i * 7919::bigint) % 12007 AS deal, (i % 3)::integer AS part, (i % 7)::integer AS seventh, (i * 7919::bigint % 12007 % 997)::integer AS hundredth, (ARRAY['Lead', 'Qualified', 'Won', 'Lost', 'Else', NULL])[1 + (i * 31 + i / 7) % 6] AS stage,
	timestamptz '2024-01-01' + ((i * 104729::bigint) % 10009) * interval '7 hours' AS at,
	CASE i % 97 WHEN 0 THEN NULL WHEN 1 THEN 1e30 + i WHEN 2 THEN -1e30 WHEN 3 THEN 10 ^ 200::numeric + i WHEN 4 THEN 123456789012345.125 ELSE round(i / 64.0, i % 6) END AS amount
FROM generate_series(1, 75000) i;
CREATE TABLE ordered AS SELECT * FROM history ORDER BY deal, at;
CREATE TABLE falling AS SELECT * FROM history ORDER BY deal, at DESC;
CREATE TABLE loads AS SELECT * FROM history ORDER BY i / 15000, deal, at;
CREATE TABLE equal AS SELECT i, (i * 7919::bigint) % 4001 AS deal, part, seventh, hundredth, stage, timestamptz '2024-01-01' + (i / 7 % 4) * interval '40 days' AS at, amount FROM history; -- rows of one moment, and the same rows twice
CREATE TABLE one AS SELECT i, deal % 2 AS deal, part, seventh, hundredth, stage, at, amount FROM history ORDER BY deal % 2, at;
CREATE TABLE partitioned (LIKE history) PARTITION BY LIST (part);
CREATE TABLE partitioned_0 PARTITION OF partitioned FOR VALUES IN (0);
CREATE TABLE partitioned_1 PARTITION OF partitioned FOR VALUES IN (1);
CREATE TABLE partitioned_2 PARTITION OF partitioned FOR VALUES IN (2);
INSERT INTO partitioned SELECT * FROM history;
ANALYZE history, ordered, falling, loads, equal, one, partitioned;

-- What is asked: a row a kind of state
CREATE TABLE calls(number integer, call text);
INSERT INTO calls
SELECT row_number() OVER (), replace(call, ':key', key) FROM (VALUES
	('stage', 'stage_agg(:key, stage, at, ''Lead > Qualified > Won; lost: Lost'')'),
	('stage with amounts', 'stage_agg(:key, stage, at, amount, ''Lead > Qualified > Won; lost: Lost'')'),
	('pipeline', 'pipeline_agg(:key, stage, at, amount, ''Lead > Qualified > Won; lost: Lost'', ''month'', ''Asia/Tehran'')'),
	('cohort', 'cohort_agg(:key, at, amount, ''week'', ''Asia/Tehran'')'),
	('cohort without amounts', 'cohort_agg(:key, at::date, ''month'')'),
	('mrr', 'mrr_agg(:key, at::date, amount)'),
	('mrr of Jalali months', 'mrr_agg(:key, at::date, amount, ''jalali month'')'),
	('mrr of subscriptions', 'mrr_agg(:key, at::date, at::date + (i % 90)::integer, amount, ''2031-12-31'')'),
	('event', 'event_agg(:key, stage, at, ''Lead > Qualified > Won; within: 90 days; without: Lost'', ''month'', ''UTC'')'),
	('event by conditions', 'event_agg(:key, at, ''a > b'', stage = ''Lead'', stage = ''Won'')'),
	('session', 'session_agg(:key, at, ''20 days'', ''month'', ''Asia/Tehran'')'),
	('stickiness', 'stickiness_agg(:key, at, ''day'', ''month'', ''Asia/Tehran'')'),
	('retention', 'retention_agg(:key, at, stage = ''Lead'', stage <> ''Else'', ''week'', ''Asia/Tehran'')'),
	('retention of brackets', 'retention_agg(:key, at, stage = ''Lead'', stage <> ''Else'', ARRAY[0, 1, 7, 30, 365], ''Asia/Tehran'')'),
	('landmark', 'landmark_agg(:key, stage, at, ''Lead > Qualified > Won; lost: Lost'', landmarks(''2025-01-01 00:00+00'', ''90 days'', 20), ''2031-06-30 00:00+00'', ''180 days'')'),
	('path', 'path_agg(:key, stage, at, ''from: Lead; to: Won | Lost; session: 900 days'')'),
	('path of many events', 'path_agg(:key, stage || repeat(''-'', 150) || i % 2500, at, ''depth: 3'')'),
	('attribution', 'attribution_agg(:key, stage, at, deal % 3 = 0, timestamptz ''2031-01-01'', ''markov: 2; lookback: 900 days'')'),
	('attribution with amounts', 'attribution_agg(:key, stage, at, deal % 3 > 0, timestamptz ''2031-01-01'', CASE deal % 7 WHEN 0 THEN 10 ^ 200::numeric + deal WHEN 1 THEN 1e30 + deal ELSE deal / 64.0 END)'),
	('attribution of many channels', 'attribution_agg(:key, stage || repeat(''-'', 100) || i % 700, at, deal % 3 = 0, timestamptz ''2031-01-01'', deal, ''half_life: 30 days'')'),
	('event with a property', 'event_agg(:key, stage, (i % 400)::text, at, ''Lead > Qualified > Won; within: 900 days; property: last'')'),
	('event of which a property is held', 'event_agg(:key, stage, nullif(i % 5, 0)::text, at, ''Lead > Won; property: hold'')')) AS c(name, call),
	(VALUES ('deal'), ('(''deal '' || deal)'), ('md5(deal::text)::uuid')) AS k(key);

SELECT is_empty($$ SELECT DISTINCT proname::text FROM pg_proc WHERE prokind = 'a' AND proname LIKE 'parallel\_%' EXCEPT SELECT 'parallel_' || substring(call FROM '^\w+') FROM calls $$,
	'every parallel form is asked (else: a row of "calls" in test/parallel.sql)');

-- Settings for the time of a query; gives back those of before
CREATE FUNCTION apply(settings text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	before text := '';
	setting text;
	name text;
BEGIN
	FOREACH setting IN ARRAY regexp_split_to_array(settings, ', *') LOOP
		CONTINUE WHEN setting = '';
		name := split_part(setting, ' = ', 1);
		before := concat_ws(', ', nullif(before, ''), name || ' = ' || current_setting(name, true));
		PERFORM set_config(name, split_part(setting, ' = ', 2), false);
	END LOOP;
	RETURN before;
END $$;

CREATE FUNCTION plan_of(query text, settings text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	before text := apply(settings);
	line text;
	plan text := '';
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
		plan := plan || line || E'\n';
	END LOOP;
	PERFORM apply(before);
	RETURN plan;
END $$;

CREATE FUNCTION answer(query text, settings text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	before text := apply(settings);
	answer text;
BEGIN
	EXECUTE format('SELECT md5(string_agg(q::text, E''\n'' ORDER BY q::text)) FROM (%s) AS q', query) INTO answer;
	PERFORM apply(before);
	RETURN answer;
END $$;

CREATE FUNCTION files() RETURNS bigint LANGUAGE sql PARALLEL RESTRICTED AS $$
	SELECT count(*) FROM pg_ls_dir(current_setting('data_directory') || '/base/pgsql_tmp', true, false) AS f WHERE f ~ ('^pgsql_tmp' || pg_backend_pid() || '\..*(funnel_metrics|fileset)$') $$;

\set parallel 'max_parallel_workers_per_gather = 2, parallel_setup_cost = 0, parallel_tuple_cost = 0, min_parallel_table_scan_size = 0'
\set alone 'max_parallel_workers_per_gather = 0'

-- By name: nothing changes for who doesn't ask
SELECT doesnt_match(plan_of('SELECT stage_agg(deal, stage, at, ''Lead > Won'') FROM history', :'parallel'), 'Partial', 'an aggregate of another name is not in parts');
SELECT matches(plan_of('SELECT parallel_stage_agg(deal, stage, at, ''Lead > Won'') FROM history', :'parallel'), 'Gather.*Partial Aggregate', 'with this one it is');

CREATE TABLE plans(number integer GENERATED ALWAYS AS IDENTITY, aspect text, settings text, query text, must text);
INSERT INTO plans(aspect, settings, query, must) VALUES
	('files', '', 'SELECT {call} FROM history', 'Gather.*Partial Aggregate'),
	('rows of equal moments', '', 'SELECT {call} FROM equal', 'Gather.*Partial Aggregate'),
	('files, in order of key', '', 'SELECT {call} FROM ordered', 'Gather.*Partial Aggregate'),
	('in order of key, falling times', '', 'SELECT {call} FROM falling', 'Gather.*Partial Aggregate'),
	('little memory, in order of key, falling times', ', work_mem = 64kB, hash_mem_multiplier = 1', 'SELECT {call} FROM falling', 'Gather.*Partial Aggregate'),
	('five loads in order of key', '', 'SELECT {call} FROM loads', 'Gather.*Partial Aggregate'),
	('little memory, five loads', ', work_mem = 64kB, hash_mem_multiplier = 1', 'SELECT {call} FROM loads', 'Gather.*Partial Aggregate'),
	('two entities, each larger than the memory', ', work_mem = 64kB, hash_mem_multiplier = 1', 'SELECT {call} FROM one', 'Gather.*Partial Aggregate'),
	('two entities', '', 'SELECT {call} FROM one', 'Gather.*Partial Aggregate'),
	('all rows in workers', ', parallel_leader_participation = off', 'SELECT {call} FROM history', 'Gather.*Partial Aggregate'),
	('no worker comes', ', max_parallel_workers = 0', 'SELECT {call} FROM history', 'Gather.*Partial Aggregate'),
	('little memory: files of what spilled', ', work_mem = 64kB, hash_mem_multiplier = 1', 'SELECT {call} FROM history', 'Gather.*Partial Aggregate'),
	('little memory, in order of key', ', work_mem = 64kB, hash_mem_multiplier = 1', 'SELECT {call} FROM ordered', 'Gather.*Partial Aggregate'),
	('no temporary files', ', temp_file_limit = 0, work_mem = 256MB', 'SELECT {call} FROM history', 'Gather.*Partial Aggregate'),
	('no temporary files, all rows in workers', ', temp_file_limit = 0, work_mem = 256MB, parallel_leader_participation = off', 'SELECT {call} FROM history', 'Gather.*Partial Aggregate'),
	('few groups, hashed', ', enable_sort = off', 'SELECT part, {call} FROM history GROUP BY part', 'Finalize.*Gather.*Partial HashAggregate'),
	('few groups, sorted', ', enable_hashagg = off', 'SELECT part, {call} FROM history GROUP BY part', 'Finalize GroupAggregate.*Gather Merge.*Partial GroupAggregate'),
	('many groups, hashed', ', enable_sort = off, work_mem = 64MB', 'SELECT hundredth, {call} FROM history GROUP BY hundredth', 'Finalize HashAggregate.*Gather.*Partial HashAggregate'),
	('many groups, spilling hash tables', ', enable_sort = off, work_mem = 64kB, hash_mem_multiplier = 1', 'SELECT hundredth, {call} FROM history GROUP BY hundredth', 'Finalize HashAggregate.*Gather.*Partial HashAggregate'),
	('rescans', ', enable_material = off', 'SELECT s, l.* FROM generate_series(0, 2) AS s, (SELECT {call} FROM history OFFSET 0) AS l', 'Nested Loop.*Gather.*Partial Aggregate'),
	('rescans of hashed groups', ', enable_material = off, enable_sort = off', 'SELECT s, l.* FROM generate_series(0, 2) AS s, (SELECT seventh, {call} FROM history GROUP BY seventh OFFSET 0) AS l', 'Nested Loop.*Finalize HashAggregate.*Gather.*Partial HashAggregate'),
	('rescans of sorted parts, which are read again', ', enable_material = off, enable_hashagg = off, enable_gathermerge = off', 'SELECT s, l.* FROM generate_series(0, 2) AS s, (SELECT seventh, {call} FROM history GROUP BY seventh OFFSET 0) AS l', 'Nested Loop.*Finalize GroupAggregate.*Sort.*Gather.*Partial'),
	('partitions, in parts without workers', ', enable_partitionwise_aggregate = on, max_parallel_workers_per_gather = 0', 'SELECT seventh, {call} FROM partitioned GROUP BY seventh', 'Finalize.*Append.*Partial'),
	('partitions, one group', ', enable_partitionwise_aggregate = on', 'SELECT {call} FROM partitioned', 'Partial'),
	('partitions, in parallel', ', enable_partitionwise_aggregate = on', 'SELECT seventh, {call} FROM partitioned GROUP BY seventh', 'Finalize.*Partial'),
	('a parallel append', ', enable_partitionwise_aggregate = off', 'SELECT {call} FROM partitioned', 'Finalize.*Parallel Append'),
	('FILTER', '', 'SELECT {call} FILTER (WHERE part > 0) FROM history', 'Partial'),
	('no row', '', 'SELECT {call} FROM history WHERE nullif(i, -1) < 0', 'Partial'),
	('rows for one process alone', '', 'SELECT {call} FROM history WHERE nullif(i, -1) < 50', 'Partial'),
	('memory runs out as the rows of the one process are put together', ', max_parallel_workers = 0, work_mem = 6500kB, hash_mem_multiplier = 1', 'SELECT {call} FROM history', 'Gather.*Partial Aggregate'),
	('compiled just in time', ', jit = on, jit_above_cost = 0, jit_inline_above_cost = -1, jit_optimize_above_cost = -1', 'SELECT {call} FROM history', 'Partial');

-- What one process answers, of each query once
CREATE TABLE answers(query text PRIMARY KEY, answer text);
CREATE FUNCTION answer_alone(asked text, alone text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO answers SELECT asked, answer(asked, alone) WHERE NOT EXISTS (SELECT FROM answers WHERE query = asked);
	RETURN (SELECT answer FROM answers WHERE query = asked);
END $$;

CREATE FUNCTION problem(p plans, c calls, parallel text, alone text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	query text := replace(p.query, '{call}', 'parallel_' || c.call);
	plan text := plan_of(query, parallel || p.settings);
BEGIN
	IF plan !~ p.must THEN
		RETURN c.call || E': the plan is not the one to try:\n' || plan;
	ELSIF answer(query, parallel || p.settings) IS DISTINCT FROM answer_alone(replace(p.query, '{call}', c.call), alone) THEN
		RETURN c.call || ': another answer';
	END IF;
	RETURN NULL;
EXCEPTION WHEN OTHERS THEN
	RETURN c.call || ': ' || SQLSTATE || ' ' || SQLERRM;
END $$;
CREATE FUNCTION no_problems(problems text, description text) RETURNS text LANGUAGE sql
	AS $$ SELECT ok(problems IS NULL, description) || coalesce(E'\n' || diag(left(problems, 3000)), '') $$;
-- Each kind of state in each plan, with one kind of key; the first two with all
SELECT no_problems((SELECT string_agg(problem(p, c, :'parallel', :'alone'), E'\n') FROM calls AS c WHERE p.number <= 2 OR (c.number + p.number) % 3 = 0), p.aspect) FROM plans AS p ORDER BY number;
SELECT is(files(), 0::bigint, 'no file is left');

-- There are some while a query runs, so that the tests below try something; none where temp_file_limit forbids them
CREATE FUNCTION files_of(settings text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	before text := apply(settings);
	files bigint;
BEGIN
	EXECUTE $query$ SELECT CASE WHEN s IS NOT NULL THEN files() END FROM (SELECT parallel_stage_agg('deal ' || deal, stage, at, 'Lead > Won') AS s FROM history OFFSET 0) AS q $query$ INTO files;
	PERFORM apply(before);
	RETURN files;
END $$;
SELECT cmp_ok(files_of(:'parallel' || ', parallel_leader_participation = off'), '>', 0::bigint, 'rows go through files');
SELECT cmp_ok(files_of(:'parallel' || ', work_mem = 64kB, hash_mem_multiplier = 1'), '>', 0::bigint, '... those that had spilled, too');
SELECT is(files_of(:'parallel' || ', temp_file_limit = 0, work_mem = 64MB'), 0::bigint, 'none where temp_file_limit would count it');

-- Where temp_file_limit leaves no file and the memory is just what one process needs, that is enough for the rows of several, too
CREATE FUNCTION refused(query text, settings text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	RETURN answer(query, settings) IS NULL;
EXCEPTION WHEN configuration_limit_exceeded THEN
	RETURN true;
END $$;
CREATE TABLE tight AS
SELECT call, kilobytes, refused(replace('SELECT {call} FROM history', '{call}', call), :'alone' || settings) AS alone,
	refused(replace('SELECT {call} FROM history', '{call}', 'parallel_' || call), :'parallel' || ', max_parallel_workers = 0' || settings) AS parallel
FROM generate_series(1600, 8000, 400) AS kilobytes, format(', temp_file_limit = 0, hash_mem_multiplier = 1, work_mem = %skB', kilobytes) AS settings,
	unnest(ARRAY['stage_agg(deal, stage, at, ''Lead > Qualified > Won'')', 'mrr_agg(''deal '' || deal, at::date, i)', 'attribution_agg(deal, stage, at, deal % 3 = 0, timestamptz ''2031-01-01'')']) AS call;
SELECT is((SELECT string_agg(format('%s: %s kB', call, kilobytes), E'\n') FROM tight WHERE parallel AND NOT alone), NULL, 'no file where one process needs none');
SELECT is((SELECT count(DISTINCT (call, alone)) FROM tight), 6::bigint, '... and with less memory, it needs some');

-- An error at any moment, in a worker, in the leader, at the end: and no file, and the session goes on
CREATE FUNCTION fail_at(at bigint, i bigint, leader integer, how text) RETURNS boolean LANGUAGE plpgsql PARALLEL SAFE AS $$
BEGIN
	IF i = at AND how = 'worker' AND pg_backend_pid() <> leader THEN RAISE EXCEPTION 'a worker fails';
	ELSIF i = at AND how = 'leader' AND pg_backend_pid() = leader THEN RAISE EXCEPTION 'the leader fails';
	ELSIF i = at AND how = 'terminate' AND pg_backend_pid() <> leader THEN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(10);
	ELSIF i = at AND how = 'cancel' AND pg_backend_pid() <> leader THEN PERFORM pg_cancel_backend(pg_backend_pid()); PERFORM pg_sleep(10);
	ELSIF i = at AND how = 'any' THEN RAISE EXCEPTION 'a process fails';
	END IF;
	RETURN true;
END $$;
CREATE FUNCTION outcome(query text, settings text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	before text := apply(settings);
	outcome text := 'answers';
BEGIN
	BEGIN
		EXECUTE query;
	EXCEPTION WHEN query_canceled OR OTHERS THEN
		outcome := SQLERRM;
	END;
	PERFORM apply(before);
	RETURN outcome;
END $$;
\set many_texts 'parallel_path_agg(deal, stage || repeat(''-'', 150) || i % 2500, at, ''depth: 3'')'
CREATE TABLE failures AS
SELECT how, work_mem, outcome(format('SELECT %s FROM history WHERE fail_at(%s, i, %s, %L)', call, at, pg_backend_pid(), how),
	:'parallel' || ', hash_mem_multiplier = 1, parallel_leader_participation = ' || CASE WHEN how = 'leader' THEN 'on' ELSE 'off' END || ', work_mem = ' || work_mem) AS outcome
FROM (VALUES ('worker'), ('terminate'), ('cancel'), ('any')) AS h(how), (VALUES ('64kB'), ('64MB')) AS m(work_mem), (VALUES (1), (40000), (74990)) AS a(at),
	(VALUES ('parallel_stage_agg(''deal '' || deal, stage, at, amount, ''Lead > Qualified > Won; lost: Lost'')'), (:'many_texts')) AS c(call);
SELECT is_empty($$ SELECT how, work_mem, outcome FROM failures WHERE outcome !~ CASE how WHEN 'worker' THEN 'a worker fails' WHEN 'terminate' THEN 'terminat' WHEN 'cancel' THEN 'cancel' ELSE 'a process fails' END $$,
	'what fails in a worker fails in the leader, with its words');
SELECT is(files(), 0::bigint, 'no file is left after errors of workers');
SELECT is(outcome($$SELECT 1 / (length(s::text) * 0) FROM (SELECT parallel_stage_agg('deal ' || deal, stage, at, 'Lead > Qualified > Won; lost: Lost') AS s FROM history OFFSET 0) AS q$$, :'parallel'), 'division by zero', 'the leader fails afterwards');
SELECT is(outcome(format('SELECT 1 / (length(s::text) * 0) FROM (SELECT %s AS s FROM history OFFSET 0) AS q', :'many_texts'), :'parallel'), 'division by zero', 'the leader fails afterwards, with many texts');
SELECT is(files(), 0::bigint, 'no file is left then');
\set ON_ERROR_STOP off
SELECT apply(:'parallel' || ', statement_timeout = 100ms') \g /dev/null
SELECT parallel_stage_agg('deal ' || deal, stage, at, 'Lead > Qualified > Won; lost: Lost') FROM history WHERE i < 74990 OR length(pg_sleep(2)::text) = 0 \g /dev/null
SELECT :'LAST_ERROR_MESSAGE' AS why \gset
SET statement_timeout = 0;
\set ON_ERROR_STOP on
SELECT is(:'why'::text, 'canceling statement due to statement timeout', 'a query is cancelled');
SELECT is(files(), 0::bigint, 'no file is left then, either');

-- A definition, a period or a zone that is another for another process's rows is an error, as it is for another row
SELECT is(outcome($$SELECT parallel_stage_agg(deal, stage, at, CASE WHEN i < 40000 THEN 'Lead > Won' ELSE 'Lead > Lost' END::funnel) FROM history$$, :'parallel'),
	outcome($$SELECT parallel_stage_agg(deal, stage, at, CASE WHEN i < 40000 THEN 'Lead > Won' ELSE 'Lead > Lost' END::funnel) FROM history$$, :'alone'), 'another funnel');
SELECT matches(outcome($$SELECT parallel_cohort_agg(deal, at, CASE WHEN part = 0 THEN 'month' ELSE 'week' END, 'UTC') FROM partitioned$$, :'parallel' || ', enable_partitionwise_aggregate = on'), 'the period changes', 'another period');
SELECT matches(outcome($$SELECT parallel_cohort_agg(deal, at, 'month', CASE WHEN part = 0 THEN 'UTC' ELSE 'Asia/Tehran' END) FROM partitioned$$, :'parallel' || ', enable_partitionwise_aggregate = on'), 'the zone changes', 'another zone');
SELECT matches(outcome($$SELECT parallel_session_agg(deal, at, CASE WHEN part = 0 THEN interval '1 day' ELSE interval '2 days' END) FROM partitioned$$, :'parallel' || ', enable_partitionwise_aggregate = on'), 'gap', 'another gap');
SELECT matches(outcome($$SELECT parallel_stickiness_agg(deal, at, CASE WHEN part = 0 THEN 'day' ELSE 'week' END, 'month', 'UTC') FROM partitioned$$, :'parallel' || ', enable_partitionwise_aggregate = on'), 'the unit changes', 'another unit');
SELECT matches(outcome($$SELECT parallel_retention_agg(deal, at, true, true, CASE WHEN part = 0 THEN 'month' ELSE 'week' END, 'UTC') FROM partitioned$$, :'parallel' || ', enable_partitionwise_aggregate = on'), 'the period changes', 'another unit of retention');
SELECT matches(outcome($$SELECT parallel_retention_agg(deal, at, true, true, CASE WHEN part = 0 THEN ARRAY[1, 7] ELSE ARRAY[1, 8] END, 'UTC') FROM partitioned$$, :'parallel' || ', enable_partitionwise_aggregate = on'), 'the brackets change', 'other brackets');
SELECT matches(outcome($$SELECT parallel_retention_agg(deal, at, true, true, CASE WHEN part = 0 THEN ARRAY[1, 7] ELSE ARRAY[1, 7, 30] END, 'UTC') FROM partitioned$$, :'parallel' || ', enable_partitionwise_aggregate = on'), 'the brackets change', 'more brackets');
CREATE FUNCTION landmark_outcome(landmarks text, as_of text, horizon text) RETURNS text LANGUAGE sql AS $$
	SELECT outcome(format('SELECT parallel_landmark_agg(deal, stage, at, ''Lead > Won'', %s, %s, %s) FROM partitioned', landmarks, as_of, horizon), current_setting('test.parallel') || ', enable_partitionwise_aggregate = on') $$;
SELECT set_config('test.parallel', :'parallel', false) \g /dev/null
SELECT is(landmark_outcome('ARRAY[at - at + timestamptz ''2025-01-01'']', 'timestamptz ''2026-01-01''', 'interval ''9 days'''), 'answers', 'the same landmarks');
SELECT matches(landmark_outcome('ARRAY[timestamptz ''2025-01-01'' + part * interval ''1 day'']', 'timestamptz ''2026-01-01''', 'interval ''9 days'''), 'landmarks changes', 'other landmarks');
SELECT matches(landmark_outcome('ARRAY[timestamptz ''2025-01-01'']', 'timestamptz ''2026-01-01'' + part * interval ''1 day''', 'interval ''9 days'''), 'as_of changes', 'another as_of of landmarks');
SELECT matches(landmark_outcome('ARRAY[timestamptz ''2025-01-01'']', 'timestamptz ''2026-01-01''', 'interval ''9 days'' * (part + 1)'), 'horizon changes', 'another horizon');
SELECT matches(outcome($$SELECT parallel_path_agg(deal, stage, at, CASE WHEN part = 0 THEN 'depth: 3' ELSE 'depth: 4' END) FROM partitioned$$, :'parallel' || ', enable_partitionwise_aggregate = on'), 'the shape of paths changes', 'another shape');
SELECT is(outcome($$SELECT parallel_path_agg(deal, stage, at, CASE WHEN part = 0 THEN 'depth: 3' ELSE 'DEPTH:3' END) FROM partitioned$$, :'parallel' || ', enable_partitionwise_aggregate = on'), 'answers', 'the same shape, spelled differently');
SELECT matches(outcome($$SELECT parallel_attribution_agg(deal, stage, at, true, at, CASE WHEN part = 0 THEN 'markov: 1' ELSE 'markov: 2' END) FROM partitioned$$, :'parallel' || ', enable_partitionwise_aggregate = on'), 'options changes', 'other options');
SELECT matches(outcome($$SELECT parallel_event_agg(deal, stage, part::text, at, CASE WHEN part = 0 THEN 'Lead > Won; property: hold' ELSE 'Lead > Won; property: last' END::journey) FROM partitioned$$, :'parallel' || ', enable_partitionwise_aggregate = on'), 'the journey changes', 'another journey with a property');
SELECT matches(outcome($$SELECT parallel_mrr_agg(deal, at::date, at::date, amount, CASE WHEN part = 0 THEN date '2031-12-31' ELSE '2032-12-31' END) FROM partitioned$$, :'parallel' || ', enable_partitionwise_aggregate = on'), 'as_of', 'another as_of');

-- One spelled differently that means the same is none
SELECT is(outcome($$SELECT parallel_stage_agg(deal, stage, at, CASE WHEN part = 0 THEN 'Lead > Won' ELSE 'Lead>Won' END::funnel) FROM partitioned$$, :'parallel' || ', enable_partitionwise_aggregate = on'), 'answers', 'the same funnel, spelled differently');

-- Cursors, a holdable one over the end of its transaction; subtransactions
BEGIN;
SELECT apply(:'parallel') \g /dev/null
DECLARE held CURSOR WITH HOLD FOR SELECT md5(stage_summary_send(parallel_stage_agg(deal, stage, at, 'Lead > Won'))) AS digest FROM history;
SAVEPOINT here;
\set ON_ERROR_STOP off
SELECT 1 / length(parallel_stage_agg('deal ' || deal, stage, at, 'Lead > Won')::text) / 0 FROM history;
\set ON_ERROR_STOP on
ROLLBACK TO here;
SELECT md5(stage_summary_send(parallel_stage_agg(deal::text, stage, at, 'Lead > Won'))) AS digest FROM history \gset sub_
COMMIT;
FETCH held \gset held_
CLOSE held;
SELECT is(:'held_digest'::text, md5(stage_summary_send(stage_agg(deal, stage, at, 'Lead > Won'))), 'a holdable cursor') FROM (SELECT * FROM history OFFSET 0) AS h;
SELECT is(:'sub_digest'::text, md5(stage_summary_send(stage_agg(deal::text, stage, at, 'Lead > Won'))), 'after a subtransaction') FROM (SELECT * FROM history OFFSET 0) AS h;
SELECT is(files(), 0::bigint, 'no file is left at last');

SELECT * FROM finish();
DROP SCHEMA parallel CASCADE;
