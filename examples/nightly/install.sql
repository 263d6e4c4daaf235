-- install.sql: the schema kpi, in a database that has the extension and a CRM's tables:
--
--	psql -d mydb [-v NAME=VALUE]... -f examples/nightly/install.sql
--
--	source				a file that says how your tables are read (source.sql: those of the sample CRM; company.sql is one to copy)
--	zone				where a day begins (UTC), such as Asia/Kuala_Lumpur
--	periods				whose months, quarters and fiscal years: gregorian (the default) or jalali
--	fiscal_year_start	the month a fiscal year begins with, 1..12 (1)
--	calendar			when leads are answered, such as 'Mon-Fri 09:00-18:00; zone: Asia/Kuala_Lumpur' (around the clock)
--	definition			the stages of a deal (those of the sample CRM)
--	journey				the steps of an event funnel (as the source's file says, else none)
--	first_day			where the periods begin (the first row of the last ten years)
--	as_of				the moment to look back from, for data that stand still (none: that of each refresh)
--	form				materialized (materialized views, the default) or incremental (tables, and what changed in a day)
--	binding				early (views on your tables, the default) or late (by name, at each refresh: for syncs that alter or swap tables)
--	roles				on (kpi_owner, kpi_reader, kpi_rep: see roles.sql; takes a superuser) or off
--	row_security		off, or on: the CRM's tables filter for reps as well as the views do (see roles.sql)
--
-- The CRM's tables are found by the search_path. All or nothing: one transaction.
-- CALL kpi.refresh() each night from then on (cron.sql). DROP SCHEMA kpi CASCADE takes it all away but the roles.

\set ON_ERROR_STOP on
\if :{?zone} \else \set zone UTC \endif
\if :{?periods} \else \set periods gregorian \endif
\if :{?fiscal_year_start} \else \set fiscal_year_start 1 \endif
\if :{?calendar} \else \set calendar '' \endif
\if :{?definition} \else \set definition 'Lead > Qualified > Demo > Proposal > Negotiation > Won; lost: Lost, Disqualified' \endif
\if :{?journey} \else \set journey '' \endif
\if :{?first_day} \else \set first_day '' \endif
\if :{?as_of} \else \set as_of '' \endif
\if :{?form} \else \set form materialized \endif
\if :{?binding} \else \set binding early \endif
\if :{?roles} \else \set roles on \endif

BEGIN;
SET LOCAL client_min_messages = warning;
SET LOCAL work_mem = '256MB';
SET LOCAL jit = off;		-- compiling these queries takes longer than running them
SET LOCAL citus.enable_metadata_sync = off;		-- where there is Citus: all of it is the coordinator's

-- What would fail later, and less clearly
SET LOCAL kpi.form = :'form';
SET LOCAL kpi.binding = :'binding';
SET LOCAL kpi.roles = :'roles';
DO $$
BEGIN
	IF current_setting('kpi.form') NOT IN ('materialized', 'incremental') THEN
		RAISE EXCEPTION 'form is "%": it is materialized or incremental', current_setting('kpi.form') USING ERRCODE = '22023';
	END IF;
	IF current_setting('kpi.binding') NOT IN ('early', 'late') THEN
		RAISE EXCEPTION 'binding is "%": it is early or late', current_setting('kpi.binding') USING ERRCODE = '22023';
	END IF;
	IF current_setting('kpi.roles')::boolean AND EXISTS (SELECT FROM pg_extension WHERE extname = 'citus') THEN
		RAISE EXCEPTION 'with Citus there are no roles: it reads other nodes as who asks, and kpi_owner may not log in'
			USING ERRCODE = '0A000', HINT = 'psql -v roles=off ...: all is then of who installs, and what others may read is granted by hand.';
	END IF;
	IF current_setting('kpi.roles')::boolean AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
		RAISE EXCEPTION 'installing with roles takes a superuser: "%" is none', current_user
			USING ERRCODE = '42501', HINT = 'psql -v roles=off ...: all is then of who installs, and what others may read is granted by hand.';
	END IF;
	IF to_regtype('rate_summary') IS NULL THEN
		RAISE EXCEPTION 'the extension funnel_metrics is not in database "%", or not in the search_path (%)', current_database(), current_setting('search_path')
			USING ERRCODE = '42704', HINT = 'CREATE EXTENSION funnel_metrics;';
	END IF;
	IF to_regnamespace('kpi') IS NOT NULL THEN
		RAISE EXCEPTION 'there is a schema kpi already'
			USING ERRCODE = '42P06', HINT = 'DROP SCHEMA kpi CASCADE takes it away, with everything that was built on it.';
	END IF;
END
$$;
SELECT :'form' = 'incremental' AS is_incremental, current_setting('search_path') AS search_path \gset

\ir settings.sql
INSERT INTO kpi.settings (zone, periods, fiscal_year_start, calendar, definition, journey, first_day, as_of)
VALUES (:'zone', :'periods', :'fiscal_year_start', nullif(:'calendar', '')::business_calendar, :'definition', nullif(:'journey', '')::journey, nullif(:'first_day', '')::date, nullif(:'as_of', '')::timestamptz);
\if :{?source} \i :source \else \ir source.sql \endif
\ir rows.sql
\if :is_incremental \ir changes.sql \endif
\ir stores.sql
\ir days.sql
\ir calendar.sql
\ir figure_list.sql
\ir figures.sql
\ir people.sql
\ir analysis.sql
\ir behind.sql
\ir quality.sql
\ir comments.sql
\if :is_incremental \ir incremental.sql \else \ir materialized.sql \endif
\ir refresh.sql
\ir keep.sql
\if :roles \ir roles.sql \endif

COMMIT;
