-- The nightly schema (examples/nightly) for another company: its documented mapping, in both forms; syncs that alter, swap and drop tables;
-- and what stands in rows that would stop a night.
SET TimeZone = 'America/New_York';		-- not the schema's: nothing may depend on it
\setenv PGDATABASE :DBNAME
\setenv PGOPTIONS '--client-min-messages=warning --jit=off'
SET jit = off;
SELECT no_plan();

\ir shared/nightly_tools.sql
\ir shared/company.sql
SET check_function_bodies = off;

CREATE FUNCTION pg_temp.is_right(description text) RETURNS text LANGUAGE sql AS $$
	SELECT is((SELECT string_agg(store || ': ' || n, ', ') FROM (SELECT store, pg_temp.differences(store, made_by) AS n FROM kpi.stores) d WHERE n <> 0), NULL, description)
$$;
-- An error's message, with its detail and hint
CREATE FUNCTION pg_temp.said(command text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	detail	text;
	hint	text;
BEGIN
	EXECUTE command;
	RETURN 'no error';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
	RETURN concat_ws(E'\n', SQLSTATE || ' ' || SQLERRM, detail, hint);
END
$$;

\set roles off
\set form incremental
\set zone Asia/Kuala_Lumpur
\set as_of '2025-11-20 02:15+08'
\set definition 'New > Qualify > Demo > Quote > Legal > Won; lost: Lost'
\set source examples/nightly/company.sql
\ir ../examples/nightly/install.sql

--
-- Figures, counted by hand in the company's own tables
--
CREATE VIEW pg_temp.by_hand AS
SELECT 'deals won' AS kpi, date_trunc('month', close_dt)::date AS month, count(*)::numeric AS numerator FROM app.opportunities WHERE NOT is_deleted AND deal_status ~* 'won' AND close_dt < '2025-11-20' GROUP BY 2
UNION ALL
SELECT 'deals lost', date_trunc('month', close_dt)::date, count(*) FROM app.opportunities WHERE NOT is_deleted AND deal_status ~* 'lost|disq' AND close_dt < '2025-11-20' GROUP BY 2
UNION ALL
SELECT 'total sales', date_trunc('month', close_dt)::date, coalesce(sum("Value (USD)"::text::numeric), 0) FROM app.opportunities WHERE NOT is_deleted AND deal_status ~* 'won' AND close_dt < '2025-11-20' GROUP BY 2
UNION ALL
SELECT 'leads', date_trunc('month', created_utc AT TIME ZONE 'UTC' AT TIME ZONE 'Asia/Kuala_Lumpur')::date, count(*) FROM app.inbound_leads WHERE created_utc < '2025-11-20 16:00' GROUP BY 2
UNION ALL
SELECT 'response in time', date_trunc('month', created_utc AT TIME ZONE 'UTC' AT TIME ZONE 'Asia/Kuala_Lumpur')::date,
	count(*) FILTER (WHERE first_touch_utc BETWEEN created_utc AND created_utc + CASE channel WHEN 'chat' THEN interval '5 minutes' WHEN 'phone' THEN '60 minutes' ELSE '24 hours' END
		AND created_utc + CASE channel WHEN 'chat' THEN interval '5 minutes' WHEN 'phone' THEN '60 minutes' ELSE '24 hours' END <= '2025-11-19 18:15')
FROM app.inbound_leads WHERE created_utc < '2025-11-20 16:00' GROUP BY 2
UNION ALL
SELECT CASE lower(type) WHEN 'call' THEN 'calls' WHEN 'email' THEN 'emails' ELSE 'meetings' END, date_trunc('month', dt)::date, count(*) FROM app.tbl_activity WHERE done = 1 AND lower(type) <> 'internal' AND dt < '2025-11-21' GROUP BY 1, 2;
SELECT pg_temp.same($$ SELECT kpi, period_start, numerator FROM kpi.figures WHERE period = 'month' AND segment = 'all' AND date_basis IN ('closed', 'created', 'done') AND kpi IN (SELECT kpi FROM pg_temp.by_hand)
		AND (date_basis <> 'created' OR kpi IN ('leads', 'response in time')) AND numerator <> 0 $$,
	'SELECT * FROM pg_temp.by_hand WHERE numerator <> 0', 'a company: deals, sales to the digit, leads, an SLA by channel, activities');
SELECT pg_temp.same($$ SELECT period, period_start, reps, reps_at_target, actual, target FROM kpi.quotas_by_period WHERE segment = 'all' AND reps > 0 $$, $$
	SELECT period, period_start, count(*), count(*) FILTER (WHERE sold >= quota), sum(sold), sum(quota)
	FROM (
		SELECT p.period, p.period_start, rep_email, sum(target_usd::text::numeric) AS quota, (
			SELECT coalesce(sum("Value (USD)"::text::numeric), 0) FROM app.opportunities o
			WHERE o.owner_email = rep_email AND NOT is_deleted AND deal_status ~* 'won' AND close_dt >= p.period_start AND close_dt < p.period_start + p.length AND close_dt < '2025-11-20') AS sold
		FROM app.sales_targets
		CROSS JOIN LATERAL (SELECT to_date(yyyymm, 'YYYYMM')::timestamp AS month) m
		CROSS JOIN LATERAL (VALUES ('month', m.month::date, interval '1 month'), ('quarter', date_trunc('quarter', m.month)::date, '3 months'), ('fiscal year', date_trunc('year', m.month)::date, '1 year')) AS p (period, period_start, length)
		GROUP BY p.period, p.period_start, p.length, rep_email
	) r GROUP BY 1, 2 $$, 'a company: quotas by month, of months, quarters and years, to the digit');
SELECT pg_temp.same($$ SELECT period, period_start, segment, segment_value, reps_without_quota, actual FROM kpi.quotas_by_period WHERE reps_without_quota > 0 AND period = 'month' $$, $$
	SELECT 'month'::text, month, segment, segment_value, count(*), sum(sold)
	FROM (
		SELECT date_trunc('month', close_dt)::date AS month, owner_email, NULL::numeric AS sold
		FROM app.opportunities
		WHERE NOT is_deleted AND deal_status ~* 'won' AND close_dt < '2025-11-20' AND to_char(close_dt, 'YYYYMM') IN (SELECT yyyymm FROM app.sales_targets)
			AND (owner_email, to_char(close_dt, 'YYYYMM')) NOT IN (SELECT rep_email, yyyymm FROM app.sales_targets)
		GROUP BY 1, 2 HAVING sum("Value (USD)") > 0
	) r JOIN app."Employees" ON "EmpEmail" = owner_email CROSS JOIN LATERAL (VALUES ('owner', owner_email)) g (segment, segment_value)
	GROUP BY 2, 3, 4
	UNION ALL
	SELECT 'month', q.period_start, 'all', 'all', count(*), (SELECT actual FROM kpi.quotas_by_period a WHERE a.period = 'month' AND a.period_start = q.period_start AND a.segment = 'all')
	FROM kpi.quotas_by_period q WHERE q.period = 'month' AND q.segment = 'owner' AND q.reps_without_quota > 0 GROUP BY q.period_start
	UNION ALL
	SELECT 'month', q.period_start, 'region', team, count(*), (SELECT actual FROM kpi.quotas_by_period a WHERE a.period = 'month' AND a.period_start = q.period_start AND a.segment = 'region' AND a.segment_value = team)
	FROM kpi.quotas_by_period q JOIN app."Employees" ON "EmpEmail" = q.segment_value WHERE q.period = 'month' AND q.segment = 'owner' AND q.reps_without_quota > 0 GROUP BY q.period_start, team
	$$, 'a company: who won something and has no quota is counted, and not among those who have one');
SELECT isnt_empty($$ SELECT FROM kpi.quotas_by_period WHERE reps_without_quota > 0 AND segment = 'all' $$, 'a company: there is such a rep');
SELECT results_eq($$ SELECT target FROM kpi.figures WHERE kpi = 'total sales' AND date_basis = 'closed' AND period = 'month' AND period_start = '2025-07-01' AND segment = 'all' $$,
	$$ SELECT sum(target_usd::text::numeric)::double precision FROM app.sales_targets WHERE yyyymm = '202507' $$, 'a company: months have targets');
SELECT is_empty($$ SELECT kpi FROM kpi.figures WHERE kpi ~ 'active customers|new customers' $$, 'a company without orders has no figures of them');
SELECT results_eq($$ SELECT step, stage, reached FROM kpi.stages_by_period WHERE period = 'all time' AND segment = 'all' ORDER BY step LIMIT 1 $$, $$ SELECT 1, 'New'::text, count(*) FROM app.opportunities WHERE NOT is_deleted AND created_on < '2025-11-20 02:15' $$, 'a company: stages, of texts for keys');
SELECT is_empty($$ SELECT kpi, date_basis, period_start FROM kpi.figures f LEFT JOIN (
			SELECT kpi, date_basis, date_trunc('month', day::timestamp)::date AS period_start, sum(contribution) AS contribution, count(*) FILTER (WHERE in_denominator) AS rows FROM kpi.deals_behind GROUP BY 1, 2, 3) b USING (kpi, date_basis, period_start)
		WHERE f.period = 'month' AND segment = 'all' AND kpi IN (SELECT kpi FROM kpi.figure_list WHERE behind IN ('deals', 'leads')) AND kpi <> 'pipeline velocity'
			AND (abs(f.numerator - coalesce(b.contribution, 0)) > 0.00001 OR kpi <> 'win rate by value' AND f.denominator <> coalesce(b.rows, 0)) $$, 'a company: the rows behind each figure add up to it');
SELECT results_eq($$ SELECT rows FROM kpi.data_quality WHERE source = 'subscriptions' AND reason = 'a moment before 1900 or after 2199' $$, 'VALUES (0::bigint)', 'a subscription until 9999 runs on');

--
-- The incremental form, over the triggers that the mapping asks for
--
SELECT results_eq($$ SELECT tgrelid::regclass::text, count(*) FROM pg_trigger WHERE tgname LIKE 'kpi\_notes%' AND tgrelid <> 'kpi.settings'::regclass GROUP BY tgrelid ORDER BY tgrelid::regclass::text COLLATE "C" $$,
	$$ VALUES ('app."Employees"', 4::bigint), ('app.billing_subs', 4), ('app.emp_survey', 4), ('app.inbound_leads', 4), ('app.opp_field_history', 4), ('app.opportunities', 4), ('app.sales_targets', 4), ('app.tbl_activity', 4) $$, 'incremental: triggers on the company''s own tables');
SELECT setseed(0.7) \gset ignored_
CREATE PROCEDURE pg_temp.night(number integer) LANGUAGE plpgsql AS $$
BEGIN
	UPDATE app.opportunities SET deal_status = (ARRAY['won', 'LOST', 'open'])[1 + floor(random() * 3)::integer], close_dt = timestamp '2025-11-19 23:30' - random() * interval '40 days' WHERE random() < 0.03;
	UPDATE app.opportunities SET created_on = created_on - interval '20 hours' WHERE random() < 0.02;
	DELETE FROM app.opportunities WHERE random() < 0.01;
	INSERT INTO app.opportunities VALUES ('N-' || number, 'seller2@example.my', 'won', 1e5 / 3, '2025-11-01', '2025-11-18 23:59:59', 'web', false), ('M-' || number, NULL, 'open', NULL, '2025-11-02', NULL, NULL, false);
	UPDATE app.opp_field_history SET changed_at = changed_at - interval '1 day' WHERE random() < 0.01;
	DELETE FROM app.opp_field_history WHERE random() < 0.01;
	INSERT INTO app.opp_field_history (opp_id, field, new_val, changed_at) VALUES ('N-' || number, 'StageName', '6 - Won', '2025-11-18'), ('nobody', 'StageName', '6 - Won', '2025-11-18');
	UPDATE app.inbound_leads SET first_touch_utc = created_utc + random() * interval '2 days' WHERE random() < 0.02;
	UPDATE app.inbound_leads SET channel = 'chat' WHERE random() < 0.01;
	DELETE FROM app.tbl_activity WHERE random() < 0.01;
	UPDATE app.tbl_activity SET dt = dt + interval '7 hours' WHERE random() < 0.01;
	UPDATE app.billing_subs SET cancelled = '2025-10-31' WHERE random() < 0.01;
	UPDATE app.emp_survey SET q_enps = 9 WHERE random() < 0.03;
	UPDATE app.sales_targets SET target_usd = target_usd + 0.7 WHERE random() < 0.03;
	IF number % 2 = 0 THEN
		UPDATE app."Employees" SET team = 'Large' WHERE random() < 0.5;
	END IF;
END
$$;
CALL pg_temp.night(1);
CALL kpi.refresh();
SELECT pg_temp.is_right('incremental: a night of changes');
CALL pg_temp.night(2);
UPDATE kpi.settings SET as_of = '2025-11-21 02:15+08';
CALL kpi.refresh();
SELECT pg_temp.is_right('incremental: another, a day later');
UPDATE kpi.settings SET as_of = '2025-11-24 02:15+08', answer_within = '1 day';		-- which has 24 hours, though the session's zone had one of 23
CALL kpi.refresh();
SELECT is_empty($$ SELECT kpi, date_basis, period_start FROM kpi.figures f LEFT JOIN (
			SELECT kpi, date_basis, date_trunc('month', day::timestamp)::date AS period_start, sum(contribution) AS contribution, count(*) FILTER (WHERE in_denominator) AS rows FROM kpi.deals_behind GROUP BY 1, 2, 3) b USING (kpi, date_basis, period_start)
		WHERE f.period = 'month' AND segment = 'all' AND kpi IN (SELECT kpi FROM kpi.figure_list WHERE behind IN ('deals', 'leads')) AND kpi <> 'pipeline velocity'
			AND (abs(f.numerator - coalesce(b.contribution, 0)) > 0.00001 OR kpi <> 'win rate by value' AND f.denominator <> coalesce(b.rows, 0)) $$, 'the same, with answer_within a day: the rows behind each figure add up to it');
SELECT pg_temp.is_right('incremental: nothing but time went on');
CREATE TEMPORARY TABLE incremental AS SELECT store, rows, held FROM contents();
DROP SCHEMA kpi CASCADE;

-- Roles take a superuser: that is said at once, not after all has been made
\set said `PGOPTIONS='-c role=pg_monitor' psql -X -q -f examples/nightly/install.sql 2>&1`
SELECT alike(:'said'::text, '%installing with roles takes a superuser: "pg_monitor" is none%roles=off%', 'no superuser, and roles: the error says what to do');

-- A table that nobody watches is not passed over
\set said `sed 's/(.app.tbl_activity., .activities., .dt.),//' examples/nightly/company.sql >/tmp/$PGDATABASE.sql; psql -X -q -v roles=off -v form=incremental -v source=/tmp/$PGDATABASE.sql -f examples/nightly/install.sql 2>&1; rm /tmp/$PGDATABASE.sql`
SELECT alike(:'said'::text, '%the sources read app.tbl_activity (activities), of which nobody would note a change%kpi.watched%', 'incremental: each table that a source reads is watched, or nothing is installed');

-- Nor one that is watched, but not for all that depends on it
\set said `sed 's/created_utc AT TIME ZONE .UTC. END AS converted/(SELECT created_on FROM app.opportunities o WHERE "Opportunity ID" = became_opp) END AS converted/; s/(.app."Employees"., .closed., NULL), //' examples/nightly/company.sql >/tmp/$PGDATABASE.sql; psql -X -q -v roles=off -v form=incremental -v source=/tmp/$PGDATABASE.sql -f examples/nightly/install.sql 2>&1; rm /tmp/$PGDATABASE.sql`
SELECT alike(:'said'::text, '%the sources read app."Employees" (closed), app.opportunities (leads), of which nobody would note a change%', 'incremental: a table is watched for each source that reads it');

--
-- Materialized, and bound late: the same, to the byte
--
ALTER TABLE app.opportunities ALTER owner_email TYPE varchar(80);		-- of a length, which what a function answers has not
\set form materialized
\set binding late
\set as_of '2025-11-24 02:15+08'
\ir ../examples/nightly/install.sql
UPDATE kpi.settings SET answer_within = '1 day';
CALL kpi.refresh();
SELECT pg_temp.same('SELECT store, rows, held FROM contents()', 'TABLE incremental', 'both forms and bindings hold the same, to the byte');
SELECT is_empty($$ SELECT v.relname, t.oid::regclass FROM pg_class v JOIN pg_rewrite w ON w.ev_class = v.oid JOIN pg_depend d ON d.objid = w.oid JOIN pg_class t ON t.oid = d.refobjid
	WHERE v.relnamespace = 'kpi'::regnamespace AND t.relnamespace = 'app'::regnamespace $$, 'bound late: nothing depends on the company''s tables');

-- A sync that alters, builds anew and swaps, or drops with CASCADE
ALTER TABLE app.opportunities ALTER COLUMN owner_email TYPE varchar, ADD COLUMN more text;
ALTER TABLE app.billing_subs ALTER COLUMN qty TYPE bigint;
CALL kpi.refresh();
SELECT pg_temp.same('SELECT store, rows, held FROM contents()', 'TABLE incremental', 'bound late: a column of another type');
BEGIN;
CREATE TABLE app.opportunities_new (LIKE app.opportunities INCLUDING ALL);
INSERT INTO app.opportunities_new SELECT * FROM app.opportunities WHERE "Opportunity ID" NOT LIKE 'O-1%';
DROP TABLE app.opportunities CASCADE;
ALTER TABLE app.opportunities_new RENAME TO opportunities;
COMMIT;
CALL kpi.refresh();
SELECT is((SELECT sum(numerator) FROM kpi.figures WHERE kpi = 'deals created' AND period = 'fiscal year' AND segment = 'all'), (SELECT count(*)::numeric FROM app.opportunities WHERE NOT is_deleted AND created_on < '2025-11-24'), 'bound late: a table swapped is read by its name');
SELECT pg_temp.is_right('bound late: all of it');

-- Months later, and nothing has come: what is missing is not taken for nothing
UPDATE kpi.settings SET as_of = '2026-09-15 12:00+08';
CALL kpi.refresh();
CREATE TEMPORARY TABLE last_day AS
SELECT max(day) AS day FROM (
	SELECT close_dt::date AS day FROM app.opportunities WHERE NOT is_deleted AND deal_status ~* 'won|lost|disq' UNION ALL SELECT created_on::date FROM app.opportunities WHERE NOT is_deleted
	UNION ALL SELECT (created_utc AT TIME ZONE 'UTC' AT TIME ZONE 'Asia/Kuala_Lumpur')::date FROM app.inbound_leads UNION ALL SELECT dt::date FROM app.tbl_activity WHERE done = 1 UNION ALL SELECT (sent_at AT TIME ZONE 'UTC' AT TIME ZONE 'Asia/Kuala_Lumpur')::date FROM app.emp_survey) d;
SELECT results_eq($$ SELECT period, period_start, is_complete FROM kpi.figures WHERE kpi = 'deals won' AND date_basis = 'closed' AND segment = 'all' AND period <> 'day' ORDER BY 1, 2 $$,
	$$ SELECT period, period_start, period_end <= (SELECT day FROM last_day) FROM kpi.calendar WHERE period <> 'day' AND NOT is_comparison GROUP BY 1, 2, 3 ORDER BY 1, 2 $$, 'data that have ended: periods behind them are not complete');
SELECT ok((SELECT day FROM last_day) BETWEEN '2025-11-24' AND '2026-08-01' AND bool_or(is_complete) AND NOT bool_and(is_complete), 'data that have ended: and that is some of them') FROM kpi.figures WHERE kpi = 'deals won' AND date_basis = 'closed' AND segment = 'all';

ALTER TABLE app.emp_survey RENAME TO emp_survey_gone;
SELECT matches(pg_temp.said('SELECT kpi.check_sources()'), '^55000 the sources read app.emp_survey, as it was: its name means another table now, or none', 'bound late: a table that is gone is told');
ALTER TABLE app.emp_survey_gone RENAME TO emp_survey;
DROP SCHEMA kpi CASCADE;

--
-- Bound early: what would go wrong is an error that says so
--
\set binding early
\set form incremental
\ir ../examples/nightly/install.sql
SELECT matches(pg_temp.said('DROP TABLE app.opportunities CASCADE'), '2BP01 this would take figures of the schema kpi away:.*source_deals.*binding=late', 'bound early: CASCADE takes no figures away');
SELECT matches(pg_temp.said('ALTER TABLE app.opportunities DROP COLUMN lead_src CASCADE'), '2BP01 this would take figures', 'bound early: nor by a column');
SELECT matches(pg_temp.said('DROP EXTENSION funnel_metrics CASCADE'), '2BP01 this would take figures', 'bound early: nor by the extension');
SELECT is(pg_temp.said('DROP VIEW kpi.freshness; CREATE TABLE public.other (a integer); DROP TABLE public.other CASCADE'), 'no error', 'bound early: what else is dropped is');
CREATE TABLE app.new_targets AS TABLE app.sales_targets;
UPDATE app.new_targets SET target_usd = 2 * target_usd;
ALTER TABLE app.sales_targets RENAME TO old_targets;
ALTER TABLE app.new_targets RENAME TO sales_targets;
\set said `psql -X -q -c 'CALL kpi.refresh()' 2>&1`
SELECT alike(:'said'::text, '%the sources read app.sales_targets, as it was: its name means another table now, or none%kpi.bind()%', 'bound early: a table swapped is told');
SELECT kpi.bind() \gset ignored_
CALL kpi.refresh();
SELECT is((SELECT sum(target) FROM kpi.quotas_by_period WHERE period = 'fiscal year' AND segment = 'all'), (SELECT sum(target_usd::text::numeric) FROM app.sales_targets WHERE yyyymm <= '202511'), 'bound early: bound anew, it is read');
SELECT isnt_empty($$ SELECT FROM kpi.figures WHERE kpi = 'selling-time share' AND value < 1 $$, 'a company that notes internal time has a share of selling');
UPDATE app.sales_targets SET target_usd = 1 WHERE yyyymm = '202511';
UPDATE app.tbl_activity SET type = 'Call' WHERE type = 'internal';
CALL kpi.refresh();
SELECT pg_temp.is_right('bound early: bound anew, it is watched');
SELECT is_empty($$ SELECT FROM kpi.figures WHERE kpi = 'selling-time share' AND value IS NOT NULL $$, 'and one that notes none has no share, rather than one of 1');
DROP TABLE app.old_targets;

--
-- What stands in rows
--
SELECT is(kpi.label(repeat('x', 100)), repeat('x', 100), 'a label of 100 characters is kept');
SELECT is(length(kpi.label(repeat('ش', 3200))), 100, 'a longer one is cut to 100');
SELECT isnt(kpi.label(repeat('x', 200)), kpi.label(repeat('x', 201)), 'and is another than one that begins alike');
INSERT INTO app.opportunities ("Opportunity ID", owner_email, deal_status, "Value (USD)", created_on, close_dt, lead_src, is_deleted)
SELECT 'L-' || n, CASE n WHEN 1 THEN repeat(E'\x01', 3200) ELSE 'seller1@example.my' END, 'won', v, '2025-10-01', '2025-10-05', (SELECT string_agg(chr(1 + (i * n) % 31), '') FROM generate_series(1, 3200) i), false
FROM (VALUES (1, 1.5::double precision), (2, 'NaN'), (3, 'Infinity'), (4, '-Infinity')) AS v (n, v);
INSERT INTO app.opportunities ("Opportunity ID", deal_status, created_on, close_dt, is_deleted) VALUES ('D-1', 'won', '0001-01-01', '2025-10-05', false), ('D-2', 'won', '2025-10-01', '9999-12-31', false), ('D-3', 'open', 'infinity', '-infinity', false);
INSERT INTO app.opp_field_history (opp_id, field, new_val, changed_at) VALUES ('L-1', 'StageName', '6 - Won', '0001-01-01'), ('L-2', 'StageName', '6 - Won', '9999-12-31');
INSERT INTO app.sales_targets VALUES ('seller1@example.my', '202510', 'Infinity'), ('seller2@example.my', '202510', 'NaN');
INSERT INTO app.billing_subs VALUES (9001, 1, 5, 'month', '0001-01-01', NULL), (9002, 1, 5, 'month', '2025-01-01', '0001-01-01'), (9003, 1, 'NaN', 'month', '2025-01-01', NULL);
INSERT INTO app.inbound_leads VALUES (9001, '0001-01-01', '9999-12-31', repeat('é', 3000), NULL), (9002, '2025-10-01', '9999-12-31', 'web', NULL);
INSERT INTO app.tbl_activity (who, type, dt, duration_min, done) VALUES (repeat('w', 3200), repeat('t', 3200), '2025-10-01', 5, 1), ('x', 'call', '9999-12-31', 5, 1);
INSERT INTO app.emp_survey VALUES (repeat('d', 3200), 5, '2025-10-01'), ('Sales', 99, '2025-10-01'), ('Sales', -1, 'infinity');
CALL kpi.refresh();
SELECT pg_temp.is_right('rows: labels of 3,200 characters, amounts that are none, the years 1 and 9999 stop no night');
SELECT results_eq($$ SELECT source, reason, rows FROM kpi.data_quality WHERE rows > 0 AND reason ~ '^(a label|an amount|a moment)' ORDER BY 1, 2 $$,
	$$ VALUES ('activities', 'a label of more than 100 characters', 1::bigint), ('activities', 'a moment before 1900 or after 2199', 1), ('deals', 'a label of more than 100 characters', 4), ('deals', 'a moment before 1900 or after 2199', 3), ('deals', 'an amount that is no number', 3),
		('leads', 'a label of more than 100 characters', 1), ('leads', 'a moment before 1900 or after 2199', 2), ('quotas', 'an amount that is no number', 2), ('stage history', 'a moment before 1900 or after 2199', 4),
		('subscriptions', 'a moment before 1900 or after 2199', 2), ('subscriptions', 'an amount that is no number', 1), ('surveys', 'a label of more than 100 characters', 1), ('surveys', 'a moment before 1900 or after 2199', 1) $$, 'rows: they are counted');
SELECT is((SELECT amount_won FROM kpi.deals_by_period WHERE date_basis = 'closed' AND period = 'month' AND period_start = '2025-10-01' AND segment = 'owner' AND length(segment_value) = 100), 1.5, 'rows: a cut label has its figures');
SELECT cmp_ok((SELECT count(*) FROM kpi.calendar), '<', 5000::bigint, 'rows: one wrong day makes no periods');
SELECT cmp_ok((SELECT count(*) FROM kpi.pipeline_movements), '<', 2000::bigint, 'rows: nor months of the pipeline');
SELECT cmp_ok((SELECT count(*) FROM kpi.mrr_movements), '<', 30::bigint, 'rows: nor of recurring revenue');

-- An id among the labels: an error before it makes millions of rows
UPDATE kpi.settings SET most_rows = 20000;
\set said `psql -X -q -c 'CALL kpi.refresh()' 2>&1`
SELECT alike(:'said'::text, '%kpi.figure_periods would have % rows, more than kpi.settings.most_rows (20000): % periods, and % labels of segment %', 'rows: a table larger than the bound is an error that says so');
UPDATE kpi.settings SET most_rows = 20000000;

-- A row that can't be read: the error says which
CREATE OR REPLACE VIEW kpi.source_activities AS SELECT lower(type) AS kind, who AS owner, dt AS at, duration_min / (id - 777)::integer AS minutes FROM app.tbl_activity WHERE done = 1;
UPDATE app.tbl_activity SET done = 1 WHERE id = 777;
\set said `psql -X -q -c 'CALL kpi.refresh()' 2>&1`
SELECT alike(:'said'::text, '%the refresh failed at kpi.activity_summary: division by zero%It is row % of kpi.source_activities (kind email, owner seller%, at 2025-06-12 %, minutes can''t be read).%', 'rows: the one that can''t be read is named');
DROP SCHEMA kpi CASCADE;

--
-- Zones whose name is an abbreviation, too, where such are here (Debian 13 has them in tzdata-legacy): one way everywhere
--
DELETE FROM app.opportunities;
INSERT INTO app.opportunities ("Opportunity ID", deal_status, "Value (USD)", created_on, close_dt, is_deleted) VALUES ('Z', 'won', 1, '2025-06-30 12:00', '2025-07-31 23:30', false);
SELECT CASE WHEN EXISTS (SELECT FROM pg_timezone_names WHERE name = 'CET') THEN 'CET' ELSE 'Europe/Brussels' END AS zone \gset
\set form materialized
\ir ../examples/nightly/install.sql
SELECT results_eq($$ SELECT created_day, closed_day, (closed AT TIME ZONE (SELECT zone FROM kpi.settings))::text FROM kpi.deal_rows $$, $$ VALUES ('2025-06-30'::date, '2025-07-31'::date, '2025-07-31 23:30:00') $$, :'zone' || ': a local evening stays on its day');
SELECT is((SELECT string_agg(period_start::text, ', ') FROM kpi.figures WHERE kpi = 'deals won' AND date_basis = 'closed' AND period = 'month' AND segment = 'all' AND value = 1), '2025-07-01', :'zone' || ': and in its month');

--
-- Deals alone, under five columns
--
DROP SCHEMA kpi CASCADE;
\set said `echo 'CREATE VIEW kpi.source_deals AS SELECT "Opportunity ID" AS deal_id, created_on AS created, close_dt AS closed, true AS won FROM app.opportunities;' >/tmp/$PGDATABASE.sql; psql -X -q -v roles=off -v source=/tmp/$PGDATABASE.sql -f examples/nightly/install.sql 2>&1; rm /tmp/$PGDATABASE.sql`
SELECT is(:'said'::text, '', 'deals alone: installed');
SELECT results_eq($$ SELECT date_basis, count(DISTINCT kpi) FROM kpi.figures GROUP BY 1 ORDER BY 1 $$, $$ SELECT b, count(*) FROM kpi.figure_list, unnest('{closed,created}'::text[]) b WHERE made_of = 'deals' AND value IS NOT NULL AND coalesce(date_basis, b) = b GROUP BY 1 ORDER BY 1 $$, 'deals alone: all their figures, and no others');
SELECT is_empty($$ SELECT relname FROM pg_class WHERE relnamespace = 'kpi'::regnamespace AND relkind IN ('v', 'm') AND asked(format('SELECT count(x::text) FROM kpi.%I x', relname)) !~ '^\d+$' $$, 'deals alone: every view answers');
CALL kpi.refresh();
DROP SCHEMA kpi CASCADE;

-- Mappings that don't fit are told so
\setenv KPI_MAPPING 'CREATE VIEW kpi.source_deals AS SELECT 1 AS deal_id, now() AS created, now() AS closed;'
\set said `echo "$KPI_MAPPING" >/tmp/$PGDATABASE.sql; psql -X -q -v roles=off -v source=/tmp/$PGDATABASE.sql -f examples/nightly/install.sql 2>&1`
SELECT alike(:'said'::text, '%kpi.source_deals has no column won%true: won; false: lost; NULL: still open. Of its columns (deal_id, created, closed) write "AS won" behind the one that it is.%', 'a mapping without a column that it must have');
\setenv KPI_MAPPING 'CREATE VIEW kpi.source_deals AS SELECT 1 AS deal_id, now() AS created, now() AS closed, \'yes\'::text AS won;'
\set said `echo "$KPI_MAPPING" >/tmp/$PGDATABASE.sql; psql -X -q -v roles=off -v source=/tmp/$PGDATABASE.sql -f examples/nightly/install.sql 2>&1`
SELECT alike(:'said'::text, '%kpi.source_deals.won is of type text: it is wanted as outcome%outcome (boolean)%', 'a mapping with a column of another type');
-- and what to write in its place, which PostgreSQL takes
CREATE TEMP TABLE fitted (name text, value text, said text);
\setenv KPI_MAPPING 'won 1::integer\nwon \'Won\'::text\namount \'1250.50\'::money\namount \'1,250.50\'::text\nsource true\ncreated \'31/12/2025 09:00\'::text\ncreated 1767171600\ndeal_id 7::numeric\nanswer_within 4\n'
\copy fitted from program 'printf "%b" "$KPI_MAPPING" | while read -r name value; do rest="1 AS deal_id, now() AS created, now() AS closed, true AS won"; view=deals; [ $name != answer_within ] || { view=leads; rest="1 AS lead_id, now() AS created"; }; rest=$(printf %s "$rest" | sed "s/[^,]* AS $name,* *//; s/, *$//"); echo "CREATE VIEW kpi.source_$view AS SELECT $rest, $value AS $name;" >/tmp/$PGDATABASE.sql; printf "%s\t%s\t%s\n" "$name" "$value" "$(psql -X -q -v roles=off -v source=/tmp/$PGDATABASE.sql -f examples/nightly/install.sql 2>&1 | sed -n "s/^HINT:  Of a column x of that type write .\(.*\) AS $name.\. What .*/\1/p")"; done'
SELECT results_eq($$ SELECT name, value, said FROM fitted $$, $$ VALUES
	('won', '1::integer', 'x = 1'), ('won', '''Won''::text', 'outcome(x::text, ''{Won}'', ''{Lost}'')'),
	('amount', '''1250.50''::money', 'x::numeric'), ('amount', '''1,250.50''::text', 'replace(x, '','', '''')::numeric'), ('source', 'true', 'x::text'),
	('created', '''31/12/2025 09:00''::text', 'to_timestamp(x, ''DD/MM/YYYY HH24:MI'')::timestamp'), ('created', '1767171600', 'to_timestamp(x)'),
	('deal_id', '7::numeric', 'x::bigint'), ('answer_within', '4', 'make_interval(hours => x)') $$, 'a mapping with a column of another type: what to write');
SELECT is(asked(format('SELECT (%s)::text FROM (SELECT %s AS x) v', said, value)), wanted, format('%s of %s', said, value))
FROM fitted JOIN (VALUES ('1::integer', 'true'), ('''Won''::text', 'true'), ('''1250.50''::money', '1250.50'), ('''1,250.50''::text', '1250.50'), ('true', 'true'),
	('''31/12/2025 09:00''::text', '2025-12-31 09:00:00'), ('1767171600', to_timestamp(1767171600)::text), ('7::numeric', '7'), ('4', '04:00:00')) w (value, wanted) USING (value);
\setenv KPI_MAPPING 'CREATE VIEW kpi.source_deals AS SELECT 1 AS deal_id, now() AS created, now() AS closed, true AS won, 5 AS value;'
\set said `echo "$KPI_MAPPING" >/tmp/$PGDATABASE.sql; psql -X -q -v roles=off -v source=/tmp/$PGDATABASE.sql -f examples/nightly/install.sql 2>&1`
SELECT alike(:'said'::text, '%kpi.source_deals has a column value, which no figure reads%It may have %amount%expected_close%Name it as one of these, or leave it out.%', 'a mapping with a column that is none');
\setenv KPI_MAPPING 'CREATE VIEW kpi.source_customers AS SELECT 1 AS customer;'
\set said `echo "$KPI_MAPPING" >/tmp/$PGDATABASE.sql; psql -X -q -v roles=off -v source=/tmp/$PGDATABASE.sql -f examples/nightly/install.sql 2>&1; rm /tmp/$PGDATABASE.sql`
SELECT alike(:'said'::text, '%unknown source: kpi.source_customers%Sources are kpi.source_activities, %', 'a mapping of something unknown');
SELECT hasnt_schema('kpi', 'nothing is left behind');

--
-- Names
--
\set form materialized
\ir ../examples/nightly/install.sql
SELECT is_empty($$ SELECT a.relname, b.relname FROM pg_class a JOIN pg_class b ON b.relname IN (a.relname || 's', a.relname || 'es', regexp_replace(a.relname, 'y$', 'ies'))
	WHERE a.relnamespace = 'kpi'::regnamespace AND b.relnamespace = 'kpi'::regnamespace AND a.relkind IN ('r', 'v', 'm') AND b.relkind IN ('r', 'v', 'm') AND a.oid <> b.oid $$, 'no two names differ by a plural only');
SELECT is_empty($$ SELECT replace(kpi, '{survey}', 'eNPS') FROM kpi.figure_list WHERE value IS NOT NULL EXCEPT SELECT kpi FROM kpi_catalog() $$, 'each figure of the list is in the catalogue');

DROP SCHEMA kpi CASCADE;
SELECT * FROM finish();
