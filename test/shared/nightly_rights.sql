-- nightly_rights.sql: who may do what in the schema kpi, run by test/nightly_rights.sql: with roles, and without them after grants by hand.

-- Each relation of the schema, and who may read it. A new one fails this test until it stands here, or is granted to nobody.
CREATE TEMPORARY TABLE for_people (relation text);
INSERT INTO for_people VALUES ('figures'), ('daily_figures'), ('deals_across'), ('leads_across'), ('deals_by_period'), ('leads_by_period'), ('surveys_by_period'), ('quotas_by_period'), ('activities_by_period'), ('stages_by_period'), ('stage_flows'), ('stage_times'),
	('pipeline_movements'), ('mrr_movements'), ('mrr_waterfall'), ('cohort_retention'), ('customer_lifecycle'), ('event_funnel'), ('event_trend'), ('sessions'), ('retention'), ('retention_curve'),
	('forecast'), ('forecast_distribution'), ('forecast_backtest'), ('stage_odds'), ('win_curve'), ('attribution'), ('rate_drivers'), ('league_table'), ('leading_indicators'), ('velocity_drivers'), ('deals_behind'), ('data_quality'), ('freshness'), ('me');
SELECT is_empty('SELECT relation FROM for_people WHERE to_regclass(''kpi.'' || relation) IS NULL', 'roles: all views for people are there');
SELECT results_eq(format($$ SELECT relname::text, has_table_privilege(%L, oid, 'SELECT') FROM pg_class WHERE relnamespace = 'kpi'::regnamespace AND relkind IN ('r', 'v', 'm') ORDER BY relname $$, role),
	$$ SELECT relname::text, relname IN (SELECT relation FROM for_people) FROM pg_class WHERE relnamespace = 'kpi'::regnamespace AND relkind IN ('r', 'v', 'm') ORDER BY relname $$, format('roles: %s reads what is for people, and nothing else', what))
FROM (VALUES (:'analyst', 'a reader'), (:'emma', 'a rep')) AS r (role, what);
SELECT is_empty(format($$ SELECT relname FROM pg_class WHERE relnamespace = 'kpi'::regnamespace AND has_table_privilege(%L, oid, 'SELECT') $$, :'stranger'), 'roles: a stranger reads nothing');
SELECT is_empty(format($$ SELECT relname FROM pg_class WHERE relnamespace IN ('kpi'::regnamespace, 'public'::regnamespace) AND relkind IN ('r', 'v', 'm', 'f', 'p') AND relname !~ '^(tap_|pg_all_|__tap)'
		AND (has_table_privilege(%1$L, oid, 'INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER') OR has_any_column_privilege(%1$L, oid, 'INSERT, UPDATE, REFERENCES') OR relnamespace = 'public'::regnamespace AND has_any_column_privilege(%1$L, oid, 'SELECT')) $$, role),
	format('roles: %s writes nothing, and reads no table of the CRM', what))
FROM (VALUES (:'analyst', 'a reader'), (:'emma', 'a rep'), (:'stranger', 'a stranger')) AS r (role, what);
SELECT results_eq(format($$ SELECT p.oid::regprocedure::text FROM pg_proc p WHERE pronamespace = 'kpi'::regnamespace AND has_function_privilege(%L, oid, 'EXECUTE') ORDER BY 1 $$, role), $$ VALUES ('kpi.label(text)'), ('kpi.own_rep()'), ('kpi.sees_all()') $$, format('roles: %s calls what the views ask, and nothing else', what))
FROM (VALUES (:'analyst', 'a reader'), (:'emma', 'a rep')) AS r (role, what);
SELECT is_empty(format($$ SELECT relname FROM pg_class WHERE relnamespace = 'kpi'::regnamespace AND relkind IN ('r', 'v', 'm') AND relowner <> %1$L::regrole
	UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'kpi'::regnamespace AND proowner <> %1$L::regrole AND prorettype <> 'event_trigger'::regtype $$, :'owner'), 'roles: one role owns all of it');
SELECT is_empty($$ SELECT rolname FROM pg_roles WHERE rolname IN ('kpi_owner', 'kpi_reader', 'kpi_rep') AND (rolcanlogin OR rolsuper OR rolbypassrls OR rolcreaterole) $$, 'roles: none of the three may log in, or is more than it need be');
SELECT is_empty($$ SELECT v.relation FROM for_people v JOIN pg_class c ON c.oid = ('kpi.' || v.relation)::regclass WHERE NOT coalesce(reloptions @> '{security_barrier=true}', false) $$, 'roles: each view for people is a security barrier');

-- What they see. Each relation is asked, as who asks: the error's code, or how many rows
GRANT SELECT ON for_people TO PUBLIC;
CREATE TEMPORARY TABLE all_rows AS SELECT relation, asked(format('SELECT count(*) FROM kpi.%I', relation)) AS rows FROM for_people;
CREATE TEMPORARY TABLE emmas AS SELECT count(*) AS deals, count(*) FILTER (WHERE created >= '2025-11-01 00:00+08' AND created < '2025-12-03 00:00+08') AS created FROM deals WHERE owner = 'Emma Johnson';
CREATE TEMPORARY TABLE seen (role text, relation text, rows text);
GRANT INSERT ON seen TO PUBLIC;
CREATE TEMPORARY TABLE everyones AS SELECT count(*) AS deals FROM deals;
GRANT SELECT ON all_rows, emmas, everyones TO PUBLIC;

SET SESSION AUTHORIZATION :"analyst";
INSERT INTO seen SELECT 'analyst', relation, asked(format('SELECT count(*) FROM kpi.%I', relation)) FROM for_people;
SELECT is(asked('SELECT count(*) FROM kpi.rate_summary'), '42501', 'a reader: no summary');
SELECT is(asked('SELECT count(*) FROM kpi.source_deals'), '42501', 'a reader: no source');
SELECT is(asked('SELECT count(*) FROM deals'), '42501', 'a reader: no table of the CRM');
SELECT is(asked('SELECT count(*) FROM kpi.settings'), '42501', 'a reader: no settings');
SELECT is(asked('SELECT count(*) FROM kpi.people'), '42501', 'a reader: not who is who');
SELECT is(asked('SELECT kpi.store_all()'), '42501', 'a reader: no refresh by the back door');
SELECT throws_ok('CALL kpi.refresh()', '42501', NULL, 'a reader: no refresh');
SELECT matches(asked('REFRESH MATERIALIZED VIEW kpi.rate_summary'), '42501|42809', 'a reader: no REFRESH');
SELECT throws_ok('CREATE TABLE kpi.mine ()', '42501', NULL, 'a reader: creates nothing');
SELECT throws_ok('CREATE OR REPLACE VIEW kpi.figures AS SELECT 1', '42501', NULL, 'a reader: changes nothing');
SELECT matches(asked('UPDATE kpi.figures SET value = 1'), '55000|42501', 'a reader: updates nothing');
SELECT is((SELECT count(*) FROM pg_stats WHERE schemaname = 'kpi'), 0::bigint, 'a reader: no statistics of what is stored');
SELECT ok(kpi.sees_all(), 'a reader sees all');
RESET SESSION AUTHORIZATION;
SELECT pg_temp.same($$ SELECT relation, rows FROM seen WHERE role = 'analyst' AND relation <> 'me' $$, $$ SELECT relation, rows FROM all_rows WHERE relation <> 'me' $$, 'a reader: every row of every view');

SET SESSION AUTHORIZATION :"emma";
INSERT INTO seen SELECT 'emma', relation, asked(format('SELECT count(*) FROM kpi.%I', relation)) FROM for_people;
SELECT is(kpi.own_rep(), 'Emma Johnson', 'a rep: by kpi.people');
SELECT ok(NOT kpi.sees_all(), 'a rep does not see all');
SELECT results_eq('TABLE kpi.me', $$ VALUES ('Emma Johnson') $$, 'a rep: who it is itself, and nobody else');
SELECT is((SELECT string_agg(DISTINCT segment || ': ' || segment_value, ', ') FROM kpi.figures), 'owner: Emma Johnson', 'a rep: its own figures');
SELECT is((SELECT string_agg(DISTINCT owner, ', ') FROM kpi.deals_behind), 'Emma Johnson', 'a rep: its own deals behind them');
SELECT is((SELECT count(DISTINCT deal_id) FROM kpi.deals_behind WHERE kpi = 'deals created'), (SELECT created FROM emmas), 'a rep: all of them');
SELECT is((SELECT string_agg(DISTINCT owner, ', ') FROM kpi.activities_by_period), 'Emma Johnson', 'a rep: its own activities');
SELECT is((SELECT string_agg(DISTINCT segment_value, ', ') FROM (SELECT segment_value FROM kpi.deals_by_period UNION SELECT segment_value FROM kpi.leads_by_period UNION SELECT segment_value FROM kpi.quotas_by_period UNION SELECT segment_value FROM kpi.stages_by_period
	UNION SELECT segment_value FROM kpi.stage_flows UNION SELECT segment_value FROM kpi.stage_times UNION SELECT segment_value FROM kpi.pipeline_movements UNION SELECT segment_value FROM kpi.velocity_drivers) s), 'Emma Johnson', 'a rep: its own segment wherever there are segments');
SELECT is((SELECT count(*) FROM kpi.surveys_by_period) + (SELECT count(*) FROM kpi.mrr_movements) + (SELECT count(*) FROM kpi.mrr_waterfall) + (SELECT count(*) FROM kpi.cohort_retention) + (SELECT count(*) FROM kpi.customer_lifecycle), 0::bigint, 'a rep: nothing where there are none');
SELECT is((SELECT string_agg(DISTINCT value, ', ') FROM (SELECT value FROM kpi.deals_across WHERE dimension = 'owner' UNION SELECT value FROM kpi.leads_across WHERE dimension = 'owner') a), 'Emma Johnson', 'a rep: its own cuts across');
SELECT is((SELECT sum(deals) FROM kpi.deals_across WHERE dimension = 'source' AND date_basis = 'created' AND period = 'fiscal year'), (SELECT created::numeric FROM emmas), 'a rep: and what its own deals make in those of others');
SELECT is(asked('SELECT count(*) FROM deals'), '42501', 'a rep: no table of the CRM');
SELECT is(asked('SELECT count(*) FROM kpi.figure_periods'), '42501', 'a rep: no figures without the filter');
SELECT is(asked('SELECT count(*) FROM kpi.people'), '42501', 'a rep: not who is who');
SELECT matches(asked($$ INSERT INTO kpi.me VALUES ('Daniel Weber') $$), '42501|55000', 'a rep: becomes nobody else');
SELECT throws_ok('SET ROLE kpi_reader', '42501', NULL, 'a rep: no reader');
-- A function of the rep's own that costs nothing and tells what it is given: it is given the rep's rows, however cheap it seems to the planner
CREATE OR REPLACE FUNCTION pg_temp.leak(what text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS $$ BEGIN PERFORM set_config('leak.told', concat_ws(',', nullif(current_setting('leak.told', true), ''), what), false); RETURN true; END $$;
SELECT count(*) AS told FROM kpi.deals_behind WHERE pg_temp.leak(owner) AND kpi = 'deals created' \gset
SELECT is((SELECT string_agg(DISTINCT w, ';') FROM regexp_split_to_table(current_setting('leak.told'), ',') w), 'Emma Johnson', 'a rep: a function in WHERE sees no hidden deal');
SELECT set_config('leak.told', '', false) \gset ignored_
SELECT count(*) AS told FROM kpi.figures WHERE pg_temp.leak(segment_value) AND kpi = 'win rate' AND period = 'month' \gset
SELECT is((SELECT string_agg(DISTINCT w, ';') FROM regexp_split_to_table(current_setting('leak.told'), ',') w), 'Emma Johnson', 'a rep: a function in WHERE sees no hidden figure');
SELECT is(asked($$ SELECT sum(1 / (owner = 'Emma Johnson')::integer) FROM kpi.deals_behind WHERE kpi = 'deals created' $$), (SELECT asked($$ SELECT count(*) FROM kpi.deals_behind WHERE kpi = 'deals created' $$)), 'a rep: no error tells of a hidden deal');
SELECT is((SELECT count(*) FROM pg_stats WHERE schemaname IN ('kpi', 'public') AND tablename !~ 'tap'), 0::bigint, 'a rep: no statistics');
RESET SESSION AUTHORIZATION;

SET SESSION AUTHORIZATION :"stranger";
INSERT INTO seen SELECT 'stranger', relation, asked(format('SELECT count(*) FROM kpi.%I', relation)) FROM for_people;
RESET SESSION AUTHORIZATION;
SELECT is((SELECT string_agg(DISTINCT rows, ', ') FROM seen WHERE role = 'stranger'), '42501', 'a stranger: nothing, though kpi.people names it');

-- Who is both sees all; who is no rep any more, nothing
GRANT kpi_reader TO :"emma";
SET ROLE :"emma";
SELECT is(asked('SELECT count(*) FROM kpi.figures'), (SELECT rows FROM all_rows WHERE relation = 'figures'), 'a rep that is a reader, too: all');
RESET ROLE;
REVOKE kpi_reader FROM :"emma";
DELETE FROM kpi.people WHERE login = :'emma';
SET ROLE :"emma";
SELECT is(asked('SELECT count(*) FROM kpi.figures'), '0', 'a rep that kpi.people does not name: nothing');
RESET ROLE;
INSERT INTO kpi.people VALUES (:'emma', 'Emma Johnson');
DROP TABLE for_people, all_rows, emmas, seen, everyones;
