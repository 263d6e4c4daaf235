-- cron.sql: the nightly refresh by pg_cron. Run as a superuser, in the database that cron.database_name names:
--
--	psql -d postgres [-v database=mydb] [-v at='15 2 * * *'] -f examples/nightly/cron.sql
--
--	database	where the schema kpi is (this database)
--	at			when, as cron writes it: minute, hour, day, month, weekday (a quarter past two)
--
-- The hour is GMT, or that of cron.timezone (pg_cron 1.5 and later), and not that of kpi.settings.zone, nor of the session: 02:15 in
-- Kuala Lumpur is '15 18 * * *'. Zones with summer time see the refresh an hour earlier in half of the year; both sides of
-- midnight are kept apart by kpi.settings.zone, whenever it runs.
--
-- pg_cron needs shared_preload_libraries = 'pg_cron' and a restart. It runs a job as its user: by a connection of its own, for which
-- pg_hba.conf must let that user in from cron.host without a password (or ~postgres/.pgpass has one), or as a background worker
-- (cron.use_background_workers = on), which needs no connection.

\set ON_ERROR_STOP on
\if :{?at} \else \set at '15 2 * * *' \endif
\if :{?database} \else \set database :DBNAME \endif

CREATE EXTENSION IF NOT EXISTS pg_cron;

-- Who refreshes: no superuser, and what kpi_owner may
DO $$
BEGIN
	IF to_regrole('kpi_nightly') IS NULL THEN
		CREATE ROLE kpi_nightly LOGIN IN ROLE kpi_owner;
	END IF;
END
$$;

-- A job of the same name is replaced. Of two runs at a time, the second waits for the first.
SELECT cron.schedule_in_database('kpi refresh', :'at', 'CALL kpi.refresh()', :'database', 'kpi_nightly');

-- pg_cron keeps what became of each run, for ever
SELECT cron.schedule_in_database('kpi refresh: forget old runs', '45 3 * * *', $$DELETE FROM cron.job_run_details WHERE end_time < now() - interval '90 days'$$, current_database());

-- Did it run, how long, and what went wrong? A failed refresh leaves yesterday's figures: kpi.snapshot.refreshed_at says of when they are.
SELECT j.jobname, d.status, d.start_time, d.end_time - d.start_time AS took, d.return_message
FROM cron.job j LEFT JOIN LATERAL (SELECT * FROM cron.job_run_details d WHERE d.jobid = j.jobid ORDER BY runid DESC LIMIT 5) d ON true
WHERE j.jobname = 'kpi refresh'
ORDER BY d.start_time DESC;
