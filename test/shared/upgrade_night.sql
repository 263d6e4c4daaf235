-- upgrade_night.sql: run by test/upgrade after upgrade_nightly.sql: another night of the nightly schema. Its triggers, where it
-- has them, note what changed, and what is stored is what its views say.
\unset ECHO
\set QUIET 1
\set ON_ERROR_STOP 1
SET client_min_messages = warning;
SELECT no_plan();
CREATE FUNCTION pg_temp.differences() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	one record;
	n bigint;
	found text;
BEGIN
	FOR one IN SELECT store, made_by FROM kpi.stores ORDER BY store LOOP
		EXECUTE format('SELECT count(*) FROM ((SELECT s::text FROM kpi.%1$I s EXCEPT SELECT m::text FROM kpi.%2$I m) UNION ALL (SELECT m::text FROM kpi.%2$I m EXCEPT SELECT s::text FROM kpi.%1$I s)) d', one.store, one.made_by) INTO n;
		found := concat_ws(', ', found, CASE WHEN n > 0 THEN one.store || ': ' || n END);
	END LOOP;
	RETURN found;
END $$;
SELECT cmp_ok((SELECT count(*) FROM kpi.stores), '>', 5::bigint, :'how' || ': there are stores to compare');
SELECT is(pg_temp.differences(), '', :'how' || ': what is stored is what its views say');
UPDATE deals SET amount = amount + 1, won = NOT won WHERE deal_id = (SELECT min(deal_id) FROM deals WHERE won);
DELETE FROM deal_stage_history WHERE deal_id = (SELECT max(deal_id) FROM deals);
DELETE FROM deals WHERE deal_id = (SELECT max(deal_id) FROM deals);
UPDATE leads SET created = created + interval '1 day' WHERE lead_id = (SELECT min(lead_id) FROM leads);
SELECT isnt(pg_temp.differences(), '', :'how' || ': a changed deal is seen by the views');
CALL kpi.refresh();
SELECT is(pg_temp.differences(), '', :'how' || ': the next refresh stores it');
SELECT * FROM finish();
