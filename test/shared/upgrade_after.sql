-- upgrade_after.sql: run by test/upgrade and test/update in the database of upgrade_before.sql, once it is on another server
-- or the extension was updated: :how it came there.
\unset ECHO
\set QUIET 1
\set ON_ERROR_STOP 1
SET client_min_messages = warning;
CREATE EXTENSION pgtap;
SET search_path = storage, public;
SET TimeZone = 'UTC';
SELECT no_plan();
SELECT cmp_ok((SELECT count(*) FROM at_first WHERE length(answers) = 32), '>', (SELECT count(*) / 2 FROM at_first), :'how' || ': there are answers to compare');
SELECT is_as_at_first('storage.' || relation, format('%s: every type, its text, bytes and accessors, in %s', :'how', relation)) FROM (VALUES ('held'), ('held_external'), ('refreshed')) AS r (relation);
SELECT results_eq('SELECT * FROM answered() ORDER BY relation COLLATE "C"', 'SELECT * FROM answered_at_first ORDER BY relation COLLATE "C"', :'how' || ': tables, views and materialized views of a schema');
SELECT is((SELECT count(*) FROM answered_at_first WHERE rows > 0), 6::bigint, :'how' || ': none of them empty');
SELECT is((SELECT array_agg(relname::text ORDER BY relname) FROM pg_class WHERE relnamespace = 'kpi'::regnamespace AND relkind = 'm' AND NOT relispopulated), '{not_yet}', :'how' || ': what was not refreshed yet still is not');
SELECT is(obj_description('kpi.funnels'::regclass) || ', ' || col_description('kpi.daily'::regclass, 3), 'Definitions of funnels, Won and lost', :'how' || ': comments');
SELECT throws_ok($$ INSERT INTO kpi.funnels VALUES ('again', 'Lead > Won; lost: Lost') $$, '23505', NULL, :'how' || ': a unique definition');
SELECT throws_ok($$ INSERT INTO kpi.funnels VALUES ('wrong', 'Won > Lead') $$, '23514', NULL, :'how' || ': a check of a definition');

-- Indexes: used, and the same answer as without
CREATE FUNCTION by_index(how text, query text, index text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	with_index text;
	without text;
	line text;
	plan text := '';
BEGIN
	PERFORM set_config('enable_seqscan', 'off', true), set_config('enable_sort', 'off', true);
	FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
		plan := plan || line || E'\n';
	END LOOP;
	EXECUTE format('SELECT string_agg(q::text, '','' ORDER BY q::text) FROM (%s) AS q', query) INTO with_index;
	PERFORM set_config('enable_seqscan', 'on', true), set_config('enable_indexscan', 'off', true), set_config('enable_indexonlyscan', 'off', true), set_config('enable_bitmapscan', 'off', true);
	EXECUTE format('SELECT string_agg(q::text, '','' ORDER BY q::text) FROM (%s) AS q', query) INTO without;
	PERFORM set_config('enable_sort', 'on', true), set_config('enable_indexscan', 'on', true), set_config('enable_indexonlyscan', 'on', true), set_config('enable_bitmapscan', 'on', true);
	RETURN NEXT matches(plan, index, how || ', an index is used: ' || index);
	RETURN NEXT ok(with_index = without, how || ', it finds what is there: ' || index);
END $$;
SELECT by_index(:'how', $$ SELECT name FROM kpi.funnels WHERE definition = 'Lead > Qualified > Proposal > Won; lost: Lost' $$, 'funnels_(hash|definition_key)');
DROP INDEX kpi.funnels_hash;
SELECT by_index(:'how', $$ SELECT name FROM kpi.funnels WHERE definition = 'سرنخ > پیشنهاد > "برنده; آخر"' $$, 'funnels_definition_key');
SELECT by_index(:'how', $$ SELECT day FROM kpi.kept WHERE outcomes = (SELECT outcomes FROM kpi.kept WHERE day = '2024-03-05') $$, 'kept_hash');
SELECT by_index(:'how', $$ SELECT day, stage FROM kpi.daily WHERE win_rate(outcomes) > 0.3 $$, 'daily_rate');
SELECT by_index(:'how', $$ SELECT outcomes::text FROM kpi.daily WHERE day = '2024-03-05' $$, 'daily_day_stage_idx');

-- Refreshed concurrently: what did not change is the same row, what did is seen. Of rows of unknown stages there may be labels now.
CREATE TABLE storage.before AS SELECT month, name, xmin::text AS version, m::text AS content FROM kpi.monthly m;
REFRESH MATERIALIZED VIEW CONCURRENTLY kpi.monthly;
SELECT is((SELECT count(*) FROM kpi.monthly AS m JOIN storage.before USING (month, name) WHERE m.xmin::text = version OR m::text <> content AND public.as_of_0_1_0(m::text) = content), (SELECT rows FROM answered_at_first WHERE relation = 'monthly'), :'how' || ', REFRESH CONCURRENTLY: stored summaries equal those computed now');
REFRESH MATERIALIZED VIEW CONCURRENTLY refreshed;
SELECT is_as_at_first('storage.refreshed', :'how' || ', REFRESH CONCURRENTLY: every type');
SELECT results_eq('SELECT * FROM answered() ORDER BY relation COLLATE "C"', 'SELECT * FROM answered_at_first ORDER BY relation COLLATE "C"', :'how' || ', REFRESH CONCURRENTLY: the same figures');
UPDATE deals SET won = NOT won WHERE i = 4;
REFRESH MATERIALIZED VIEW CONCURRENTLY kpi.daily;
SELECT is((SELECT count(*) FROM kpi.daily JOIN kpi.kept USING (day) GROUP BY day HAVING rollup(daily.outcomes)::text <> min(kept.outcomes::text)), 1::bigint, :'how' || ', REFRESH CONCURRENTLY: a changed deal changes its day');
REFRESH MATERIALIZED VIEW kpi.not_yet;
SELECT is((SELECT rollup(outcomes)::text FROM kpi.not_yet), (SELECT rate_agg(won, amount)::text FROM deals), :'how' || ': a first refresh');
INSERT INTO kpi.kept SELECT '2030-01-01', rate_agg(won, amount) FROM deals;
SELECT is((SELECT won FROM kpi.kept WHERE day = '2030-01-01'), (SELECT win_rate(won) FROM deals), :'how' || ': a generated column');
SELECT * FROM finish();
