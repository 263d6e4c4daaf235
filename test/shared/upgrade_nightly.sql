-- upgrade_nightly.sql: run by test/upgrade in a database with examples/nightly, once it is on another server: :how it came there.
\unset ECHO
\set QUIET 1
\set ON_ERROR_STOP 1
SET client_min_messages = warning;
CREATE EXTENSION pgtap;
SELECT no_plan();
SELECT cmp_ok((SELECT count(*) FROM answered_at_first WHERE rows > 0), '>', 15::bigint, :'how' || ', the nightly schema: there are answers to compare');
SELECT results_eq('SELECT * FROM answered() ORDER BY relation COLLATE "C"', 'SELECT * FROM answered_at_first ORDER BY relation COLLATE "C"', :'how' || ', the nightly schema: every table, materialized view, and figure');
CALL kpi.refresh();
SELECT results_eq('SELECT * FROM answered() WHERE relation NOT IN (''snapshot'', ''freshness'') ORDER BY relation COLLATE "C"', 'SELECT * FROM answered_at_first WHERE relation NOT IN (''snapshot'', ''freshness'') ORDER BY relation COLLATE "C"', :'how' || ', the nightly schema: refreshed, the same figures');
SELECT is((SELECT array_agg(DISTINCT relowner::regrole::text) FROM pg_class WHERE relnamespace = 'kpi'::regnamespace), '{kpi_owner}', :'how' || ', the nightly schema: its owner');
SELECT * FROM finish();
