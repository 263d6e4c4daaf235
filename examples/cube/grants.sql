-- grants.sql: what the login of Cube reads: what is stored for the cubes of model/, and nothing of the CRM. Run as a member of kpi_owner:
--
--	psql -d mydb -c "CREATE ROLE cube LOGIN PASSWORD '...'" -v login=cube -f examples/cube/grants.sql
--
-- It sees every rep. Who may see which is for cube.js to say.

\set ON_ERROR_STOP on

GRANT USAGE ON SCHEMA kpi TO :"login";
GRANT SELECT (stale_days) ON kpi.settings TO :"login";
GRANT SELECT ON kpi.snapshot, kpi.rate_summary, kpi.duration_summary, kpi.velocity_summary, kpi.survey_summary, kpi.stage_summary TO :"login";
