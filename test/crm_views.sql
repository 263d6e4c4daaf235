-- crm_views: examples/crm/hubspot.sql, salesforce.sql and pipedrive.sql, over tables made as each sync makes them

\pset fieldsep '\n'
SET client_min_messages = warning;
SET TimeZone = 'UTC';

-- Funnel figures of a history by its own funnels: one row a step
CREATE FUNCTION steps(views text) RETURNS TABLE (pipeline text, stage text, reached bigint, advanced bigint, lost bigint, open bigint) LANGUAGE plpgsql AS $$
BEGIN
	RETURN QUERY EXECUTE format('SELECT f.pipeline, l.stage, l.reached, l.advanced, l.lost, l.open
		FROM (SELECT f.pipeline, stage_agg(h.deal_id, h.stage, h.entered_at, f.definition) AS s
			FROM %1$I.deal_stage_history h JOIN %1$I.deals d USING (deal_id) JOIN %1$I.funnels f USING (pipeline) GROUP BY f.pipeline) f, stage_leakage(f.s) l
		ORDER BY f.pipeline, l.step', views);
END$$;

-- HubSpot

CREATE SCHEMA hubspot;
CREATE TABLE hubspot.owner (owner_id bigint, first_name text, last_name text);
CREATE TABLE hubspot.deal_pipeline (pipeline_id text, label text);
CREATE TABLE hubspot.deal_pipeline_stage (stage_id text, pipeline_id text, label text, display_order integer, is_closed boolean, closed_won boolean, probability double precision, _fivetran_deleted boolean);
CREATE TABLE hubspot.deal (deal_id bigint, deal_pipeline_id text, deal_pipeline_stage_id text, owner_id bigint, is_deleted boolean, property_amount double precision,
	property_createdate timestamptz, property_closedate timestamptz, property_hs_analytics_source text, property_hs_lastmodifieddate timestamptz, property_hs_is_closed_won boolean);
CREATE TABLE hubspot.deal_stage (deal_id bigint, value text, date_entered timestamptz);
CREATE TABLE hubspot.merged_deal (deal_id bigint, merged_deal_id bigint);

-- Two pipelines that share labels; in the first, closed_won means "closed", as it does in some versions of the connector.
INSERT INTO hubspot.deal_pipeline VALUES ('s', 'Sales'), ('o', 'Onboarding');
INSERT INTO hubspot.deal_pipeline_stage VALUES
	('s1', 's', 'Talk', 0, false, false, 0.2, false), ('s2', 's', 'Closed Won', 1, true, true, 1, false), ('s3', 's', 'Closed Lost', 2, true, true, 0, false),
	('o1', 'o', 'Kickoff', 0, false, false, 0.2, false), ('o2', 'o', 'Closed Won', 1, true, true, 1, false), ('o3', 'o', 'Closed Lost', 2, true, true, 0, false);
INSERT INTO hubspot.deal VALUES
	(1, 's', 's2', 7, false, 100, '2025-03-01Z', '2025-03-11Z', 'web', '2025-03-11Z', true),
	(2, 's', 's3', 7, false, 100, '2025-03-01Z', '2025-03-06Z', 'web', '2025-03-06Z', false),
	(3, 's', 's3', 7, false, 100, '2025-03-01Z', '2025-03-06Z', 'web', '2025-03-06Z', false),
	(4, 's', 's1', 7, false, 100, '2025-03-01Z', '2025-03-31Z', 'web', '2025-03-06Z', false),
	(5, 'o', 'o1', 7, false, 100, '2025-03-01Z', '2025-05-11Z', 'web', '2025-03-11Z', false),	-- came from Sales, where it was won
	(6, 's', 's2', 7, true, 100, '2025-03-01Z', '2025-03-11Z', 'web', '2025-03-11Z', true),
	(7, 's', 's2', 7, false, 100, '2025-03-01Z', '2025-03-11Z', 'web', '2025-03-11Z', true);	-- merged into 1
INSERT INTO hubspot.deal_stage VALUES (1, 's1', '2025-03-01Z'), (1, 's2', '2025-03-11Z'), (2, 's1', '2025-03-01Z'), (2, 's3', '2025-03-06Z'), (3, 's1', '2025-03-01Z'), (3, 's3', '2025-03-06Z'),
	(4, 's1', '2025-03-01Z'), (5, 's1', '2025-03-01Z'), (5, 's2', '2025-03-10Z'), (5, 'o1', '2025-03-11Z'), (4, 'gone', '2025-03-02Z');
INSERT INTO hubspot.merged_deal VALUES (1, 7), (1, 1), (8, 9);
INSERT INTO hubspot.owner VALUES (7, 'Nur', 'A'), (7, 'Nur', 'A (inactive)');

\set source hubspot
\set views h
\ir ../examples/crm/hubspot.sql

SELECT no_plan();
SELECT results_eq('SELECT win_rate(won), decided(rate_agg(won)) FROM h.deals WHERE pipeline = ''Sales''', 'VALUES (1 / 3::double precision, 3::bigint)', 'HubSpot: won is what the property says, where closed_won means closed');
SELECT results_eq('SELECT * FROM steps(''h'')', $$VALUES ('Onboarding', 'Kickoff', 1::bigint, 0::bigint, 0::bigint, 1::bigint), ('Onboarding', 'Closed Won', 0, 0, 0, 0),
	('Sales', 'Talk', 4, 1, 2, 1), ('Sales', 'Closed Won', 1, 1, 0, 0)$$, 'a deal counts in the pipeline it is in, by the stages of that one');
SELECT results_eq('SELECT deal_id, owner FROM h.deals ORDER BY 1', $$SELECT id::bigint, 'Nur A' FROM generate_series(1, 5) id$$, 'each deal once, with an owner of two rows; a merge row naming itself changes nothing');
SELECT results_eq('SELECT * FROM h.deals_left_out ORDER BY 1', $$VALUES ('deleted', 1::bigint), ('merged into another', 1)$$, 'what is left out is counted');
SELECT is((SELECT stage FROM h.deal_stage_history WHERE deal_id = 4 AND entered_at = '2025-03-02Z'), 'gone', 'a stage that is nowhere keeps its id');
SELECT is_empty('SELECT deal_id FROM h.deals WHERE won IS NULL AND closed IS NOT NULL', 'an open deal has no day of closing');

-- What people do to their pipelines
INSERT INTO hubspot.merged_deal VALUES (3, 1);	-- a chain: 7 into 1, 1 into 3
SELECT results_eq('SELECT deal_id FROM h.deals ORDER BY 1', 'VALUES (2::bigint), (3), (4), (5)', 'a chain of merges');
DELETE FROM hubspot.merged_deal WHERE deal_id = 3;
INSERT INTO hubspot.deal_pipeline_stage VALUES ('s1_old', 's', 'Talk', 0, false, false, 0.2, true);
INSERT INTO hubspot.deal_stage VALUES (4, 's1_old', '2025-02-28Z');
INSERT INTO hubspot.deal_pipeline VALUES ('r', 'Renewals'), ('s_2', 'Sales'), ('e', 'Empty');
INSERT INTO hubspot.deal_pipeline_stage VALUES ('r1', 'r', 'Due', 0, false, false, 0.2, false), ('r2', 'r', 'Renewed', 1, true, true, 1, false), ('r3', 'r', 'Upsold', 2, true, true, 1, false),
	('t1', 's_2', 'Talk', 0, false, false, 0.2, false), ('t2', 's_2', 'Talk', 1, false, false, 0.2, false), ('t3', 's_2', 'Won', 2, true, true, 1, false);
SELECT results_eq('SELECT pipeline, definition::text FROM h.funnels ORDER BY 1', $$VALUES ('Onboarding', 'Kickoff > Closed Won; lost: Closed Lost'), ('Renewals', 'Due > Renewed'),
	('Sales (s)', 'Talk > Closed Won; lost: Closed Lost'), ('Sales (s_2)', 'Talk (t1) > Talk (t2) > Won')$$,
	'a recreated stage, two pipelines of one label, two stages of one label, two wins, no lost stage, no stage at all: the others go on');
SELECT is((SELECT stage FROM h.deal_stage_history WHERE deal_id = 4 AND entered_at = '2025-02-28Z'), 'Talk', 'a deleted stage is one with the stage that took its place');

-- By what a connector has
DELETE FROM hubspot.deal_pipeline_stage WHERE pipeline_id IN ('r', 's_2');
ALTER TABLE hubspot.deal DROP COLUMN property_hs_is_closed_won CASCADE;
\ir ../examples/crm/hubspot.sql
SELECT is((SELECT win_rate(won) FROM h.deals WHERE pipeline LIKE 'Sales%'), 1 / 3::double precision, 'without the property: by the probability');
ALTER TABLE hubspot.deal_pipeline_stage DROP COLUMN closed_won CASCADE;
\ir ../examples/crm/hubspot.sql
SELECT is((SELECT win_rate(won) FROM h.deals WHERE pipeline LIKE 'Sales%'), 1 / 3::double precision, 'without closed_won');
ALTER TABLE hubspot.deal_pipeline_stage DROP COLUMN is_closed CASCADE;
\ir ../examples/crm/hubspot.sql
SELECT is((SELECT win_rate(won) FROM h.deals WHERE pipeline LIKE 'Sales%'), 1 / 3::double precision, 'without is_closed: the probabilities 0 and 1 are the ends');
ALTER TABLE hubspot.deal_pipeline_stage ADD is_closed boolean, ADD closed_won boolean;
UPDATE hubspot.deal_pipeline_stage SET is_closed = probability IN (0, 1), closed_won = probability = 1;
ALTER TABLE hubspot.deal_pipeline_stage DROP COLUMN probability CASCADE;
\ir ../examples/crm/hubspot.sql
SELECT is((SELECT win_rate(won) FROM h.deals WHERE pipeline LIKE 'Sales%'), 1 / 3::double precision, 'by closed_won, where it sets an end apart');
UPDATE hubspot.deal_pipeline_stage SET closed_won = is_closed;
\set said `PGOPTIONS= psql --no-psqlrc -q -v source=hubspot -v views=h2 -f examples/crm/hubspot.sql 2>&1`
SELECT matches(:'said'::text, 'nothing tells the won deals from the lost ones.*HINT: .*hs_is_closed_won', 'closed_won alone, and it means closed: an error');
\set said `PGOPTIONS= psql --no-psqlrc -q -v source="no'such" -v views=h2 -f examples/crm/hubspot.sql 2>&1`
SELECT matches(:'said'::text, 'schema "no''such" lacks a table of HubSpot', 'a schema that isn''t the sync''s: an error');
ALTER TABLE hubspot.deal ADD property_hs_is_closed_won text, ADD property_deal_currency_code text;
UPDATE hubspot.deal SET property_hs_is_closed_won = CASE WHEN deal_id IN (1, 6, 7) THEN 'true' WHEN deal_id = 4 THEN '' ELSE 'false' END, property_deal_currency_code = CASE deal_id WHEN 2 THEN 'EUR' ELSE 'USD' END;
\set said `PGOPTIONS= psql --no-psqlrc -q -v source=hubspot -v views=h2 -f examples/crm/hubspot.sql 2>&1`
SELECT matches(:'said'::text, 'the deals have several currencies: EUR, USD.*HINT: .*-v currency=USD', 'several currencies: an error that says how to name one');
\set currency USD
\ir ../examples/crm/hubspot.sql
\unset currency
SELECT results_eq('SELECT deal_id, won FROM h.deals WHERE won IS NOT NULL ORDER BY 1', 'VALUES (1::bigint, true), (3, false)', 'one currency, and a property that is a text');
SELECT results_eq('SELECT * FROM h.deals_left_out ORDER BY 1', $$VALUES ('another currency', 1::bigint), ('deleted', 1), ('merged into another', 1)$$, 'the others are counted');

-- Salesforce

CREATE SCHEMA salesforce;
CREATE TABLE salesforce."user" (id text, name text);
CREATE TABLE salesforce.opportunity (id text, owner_id text, lead_source text, amount double precision, created_date timestamptz, close_date date,
	stage_name text, is_closed boolean, is_won boolean, is_deleted boolean, last_modified_date timestamptz);
CREATE TABLE salesforce.opportunity_history (opportunity_id text, stage_name text, amount double precision, created_date timestamptz);
CREATE TABLE salesforce.lead (id text, owner_id text, lead_source text, created_date timestamptz, is_deleted boolean, converted_date date, converted_opportunity_id text);
CREATE TABLE salesforce.opportunity_stage (master_label text, sort_order integer, is_active boolean, is_closed boolean, is_won boolean);
INSERT INTO salesforce.opportunity_stage VALUES ('Talk', 1, true, false, false), ('Offer', 2, true, false, false), ('Old', 3, false, false, false), ('Closed Lost', 4, true, true, false), ('Closed Won', 5, true, true, true);
INSERT INTO salesforce.opportunity VALUES
	('A', 'u', 'web', 100, '2025-01-06 14:00Z', '2025-01-06', 'Closed Won', true, true, false, '2025-01-06 14:30Z'),	-- the same day, no history
	('B', 'u', 'web', 100, '2025-01-06 09:00Z', '2025-01-16', 'Closed Won', true, true, false, '2025-01-16 14:30Z'),
	('C', 'u', 'web', 100, '2025-01-06 00:00Z', '2025-06-06', 'Closed Won', true, true, false, '2025-06-06 14:30Z'),	-- reopened, and won again
	('D', 'u', 'web', 100, '2025-01-01 00:00Z', '2025-03-01', 'Won', true, true, false, '2025-03-01 14:30Z'),			-- the stage was renamed since
	('E', 'u', 'web', 100, '2025-01-01 00:00Z', '2025-03-01', 'Offer', false, false, false, '2025-03-01 14:30Z'),		-- open: is_won is false
	('F', 'u', 'web', 100, '2025-01-01 00:00Z', '2025-03-01', 'Closed Won', true, true, true, '2025-03-01 14:30Z');		-- in the recycle bin
INSERT INTO salesforce.opportunity SELECT * FROM salesforce.opportunity WHERE id = 'B';	-- twice, as history mode leaves it
INSERT INTO salesforce.opportunity_history VALUES
	('C', 'Talk', 100, '2025-01-06Z'), ('C', 'Closed Won', 100, '2025-02-06Z'), ('C', 'Talk', 100, '2025-03-06Z'), ('C', 'Closed Won', 100, '2025-06-06Z'), ('C', 'Closed Won', 120, '2025-06-07Z'),
	('D', 'Talk', 100, '2025-01-01Z'), ('D', 'Closed Won', 100, '2025-03-01Z'), ('E', 'Talk', 100, '2025-01-01Z'), ('E', 'Offer', 100, '2025-01-02Z');
INSERT INTO salesforce.lead VALUES ('l', 'u', 'web', '2025-01-05 12:00Z', false, '2025-01-05', NULL), ('m', 'u', 'web', '2025-01-05 12:00Z', false, '2025-01-06', 'A');
INSERT INTO salesforce."user" VALUES ('u', 'Dewi'), ('u', 'Dewi');

\set source salesforce
\set views s
\ir ../examples/crm/salesforce.sql
SELECT results_eq('SELECT deal_id, won, closed FROM s.deals ORDER BY 1', $$VALUES ('A', true, '2025-01-06 14:00Z'::timestamptz), ('B', true, '2025-01-16 09:00Z'), ('C', true, '2025-06-06Z'), ('D', true, '2025-03-01Z'), ('E', NULL, NULL)$$,
	'Salesforce: a close date lies as many days behind the moment of creation as its date does; the last closing counts; each deal once');
SELECT results_eq($$SELECT completed(s), invalid_rows(s), mean_days(s) FROM (SELECT duration_agg(created, closed) AS s FROM s.deals WHERE deal_id IN ('A', 'B')) d$$, 'VALUES (2::bigint, 0::bigint, 5::double precision)', 'won the same day: 0 days');
SELECT is((SELECT definition::text FROM s.funnels), 'Talk > Offer > Closed Won; lost: Closed Lost', 'the stages in use, in their order');
SELECT results_eq($$SELECT stage, reached, advanced, open FROM stage_leakage((SELECT stage_agg(deal_id, stage, entered_at, 'Talk > Offer > Closed Won | Won; lost: Closed Lost') FROM s.deal_stage_history))$$,
	$$VALUES ('Talk', 5::bigint, 5::bigint, 0::bigint), ('Offer', 5, 4, 1), ('Closed Won', 4, 4, 0)$$, 'an end that the history lacks is in it');
SELECT results_eq('SELECT lead_id, converted FROM s.leads ORDER BY 1', $$VALUES ('l', '2025-01-05 12:00Z'::timestamptz), ('m', '2025-01-06 14:00Z')$$, 'a day of conversion beside a moment of creation');
SELECT results_eq('SELECT * FROM s.deals_left_out', $$VALUES ('deleted', 1::bigint)$$, 'what is left out is counted');
INSERT INTO salesforce.opportunity VALUES ('G', 'u', 'web', 100, '2025-01-06 23:00Z', '2025-01-07', 'Closed Won', true, true, false, '2025-01-07Z');
\set zone Asia/Kuala_Lumpur
\ir ../examples/crm/salesforce.sql
SELECT is((SELECT closed - created FROM s.deals WHERE deal_id = 'G'), interval '0', 'the day is that of the zone');
\set said `PGOPTIONS= psql --no-psqlrc -q -v zone=UTC+8 -f examples/crm/salesforce.sql 2>&1`
SELECT matches(:'said'::text, 'time zone "UTC\+8" is not known', 'a zone that is none: an error');
ALTER TABLE salesforce.opportunity ADD currency_iso_code text, ADD _fivetran_active boolean;
UPDATE salesforce.opportunity SET currency_iso_code = CASE id WHEN 'A' THEN 'MYR' ELSE 'USD' END, _fivetran_active = id <> 'C';
DROP TABLE salesforce.lead, salesforce.opportunity_history, salesforce.opportunity_stage CASCADE;
\set said `PGOPTIONS= psql --no-psqlrc -q -v views=s2 -f examples/crm/salesforce.sql 2>&1`
SELECT matches(:'said'::text, 'several currencies: MYR, USD', 'several currencies: an error');
\set currency USD
\ir ../examples/crm/salesforce.sql
\unset currency
\unset zone
SELECT results_eq('SELECT deal_id, currency FROM s.deals ORDER BY 1', $$VALUES ('B', 'USD'), ('D', 'USD'), ('E', 'USD'), ('G', 'USD')$$, 'one currency, the rows that are current, without history and leads');
SELECT results_eq('SELECT * FROM s.deals_left_out ORDER BY 1', $$VALUES ('an older version of the row', 1::bigint), ('another currency', 1), ('deleted', 1)$$, 'the others are counted');

-- Pipedrive

CREATE SCHEMA pipedrive;
CREATE TABLE pipedrive.users (id bigint, name text);
CREATE TABLE pipedrive.stages (id bigint, name text, order_nr integer, pipeline_id bigint);
CREATE TABLE pipedrive.deals (id bigint, user_id bigint, stage_id bigint, pipeline_id bigint, origin text, value double precision, currency text, status text,
	add_time timestamp, update_time timestamp, won_time timestamp, lost_time timestamp, expected_close_date date);
CREATE TABLE pipedrive.dealflow (item_id bigint, field_key text, old_value text, new_value text, log_time timestamp);
INSERT INTO pipedrive.stages VALUES (11, 'Lead', 1, 1), (12, 'Offer', 2, 1), (13, 'Deal', 3, 1), (21, 'Lead', 1, 2), (22, 'Trial', 2, 2);
INSERT INTO pipedrive.deals VALUES
	(1, 1, 13, 1, 'x', 100, 'USD', 'lost', '2025-05-01', '2025-05-11', NULL, '2025-05-10', NULL),	-- moved a minute after it was lost
	(2, 1, 12, 1, 'x', 100, 'USD', 'won', '2025-05-01', '2025-05-11', '2025-05-10', NULL, NULL),		-- and after it was won
	(3, 1, 12, 1, 'x', 0, 'USD', 'won', '2025-05-01', '2025-05-11', NULL, NULL, NULL),				-- the moment is missing
	(4, 1, 21, 2, 'x', 100, 'USD', 'open', '2025-05-01', '2025-05-11', NULL, NULL, NULL),				-- the second pipeline has a stage of the same name
	(5, 1, 22, 2, 'x', 100, 'USD', 'won', '2025-05-01', '2025-05-11', '2025-05-05', NULL, NULL),		-- came from the first
	(6, 1, 11, 1, 'x', 100, 'USD', 'deleted', '2025-05-01', '2025-05-11', NULL, NULL, NULL);
INSERT INTO pipedrive.dealflow VALUES (1, 'stage_id', '11', '12', '2025-05-03'), (1, 'stage_id', '12', '13', '2025-05-10 00:01'), (2, 'stage_id', '11', '12', '2025-05-10 00:00:01'),
	(3, 'value', '1', '0', '2025-05-04'), (5, 'stage_id', '11', '21', '2025-05-02'), (5, 'stage_id', '21', '22', '2025-05-03');
INSERT INTO pipedrive.users VALUES (1, 'Budi'), (1, 'Budi');

\set source pipedrive
\set views p
\ir ../examples/crm/pipedrive.sql
SELECT results_eq('SELECT deal_id, won, amount, closed FROM p.deals ORDER BY 1', $$VALUES (1::bigint, false, 100::numeric, '2025-05-10Z'::timestamptz), (2, true, 100, '2025-05-10Z'), (3, true, NULL, NULL), (4, NULL, 100, NULL), (5, true, 100, '2025-05-05Z')$$,
	'Pipedrive: the outcome is the status; an amount left out is none; a moment that is missing stays so');
SELECT results_eq('SELECT * FROM steps(''p'')', $$VALUES ('1', 'Lead', 3::bigint, 3::bigint, 0::bigint, 0::bigint), ('1', 'Offer', 3, 2, 1, 0), ('1', 'Deal', 2, 2, 0, 0), ('1', 'Won', 2, 2, 0, 0),
	('2', 'Lead (2)', 2, 1, 0, 1), ('2', 'Trial', 1, 1, 0, 0), ('2', 'Won (2)', 1, 1, 0, 0)$$, 'moves after the end do not reopen; each deal in its pipeline');
SELECT results_eq($$SELECT sum(in_stage)::bigint, sum(lost)::bigint FROM stage_leakage((SELECT stage_agg(deal_id, stage, entered_at, 'Lead > Offer > Deal > Won; lost: Lost') FROM p.deal_stage_history))$$, 'VALUES (0::bigint, 1::bigint)',
	'a funnel of the first pipeline, over the whole history: no deal of the second is in it');
SELECT results_eq($$SELECT sum(closing)::bigint FROM pipeline_movements((SELECT pipeline_agg(deal_id, stage, entered_at, 1, 'Lead > Offer > Deal > Won; lost: Lost', 'month', 'UTC') FROM p.deal_stage_history)) WHERE period = '2025-05-01'$$,
	'VALUES (0::bigint)', 'and its pipeline closes at 0');
CREATE TABLE pipedrive.pipelines (id bigint, name text);
INSERT INTO pipedrive.pipelines VALUES (1, 'Sales'), (2, 'Partners');
INSERT INTO pipedrive.deals VALUES (7, 1, 11, 1, 'x', 100, 'EUR', 'won', '2025-05-01', '2025-05-11', '2025-05-11', NULL, NULL);
\set said `PGOPTIONS= psql --no-psqlrc -q -v views=p2 -f examples/crm/pipedrive.sql 2>&1`
SELECT matches(:'said'::text, 'several currencies: EUR, USD', 'several currencies: an error');
\set currency EUR
\set won 'it''s ours'
\ir ../examples/crm/pipedrive.sql
SELECT results_eq('SELECT pipeline, definition::text FROM p.funnels ORDER BY 1', $$VALUES ('Partners', 'Lead (Partners) > Trial > it''s ours (Partners); lost: Lost (Partners)'), ('Sales', 'Lead > Offer > Deal > it''s ours; lost: Lost')$$, 'pipelines by their names, ends by those that are given');
SELECT results_eq('SELECT deal_id, stage FROM p.deal_stage_history ORDER BY entered_at, 2', $$VALUES (7::bigint, 'Lead'), (7, 'it''s ours')$$, 'one currency');

SELECT is_empty($$SELECT c.oid::regclass FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE relkind = 'v' AND nspname IN ('h', 's', 'p') AND obj_description(c.oid, 'pg_class') IS NULL$$, 'each view has a comment');
SELECT * FROM finish();
