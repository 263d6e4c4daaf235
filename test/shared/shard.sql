-- A shard of test/scaling: the tables of the sample CRM (examples/crm/schema.sql was run before this) and,
-- as a view and a materialized view, what saves the coordinator work. A role of its own reads and writes it.

-- The history with what cuts it, so that it can be split as the deals are
CREATE VIEW stage_history AS
SELECT d.region, d.source, h.deal_id, h.stage, h.entered_at, d.amount FROM deal_stage_history AS h JOIN deals AS d USING (deal_id);

-- What postgres_fdw won't ship (constants of text without a column of text), summarized here
CREATE VIEW cohorts_by_region AS
SELECT region, cohort_agg(deal_id, entered_at, 'month', 'Asia/Tehran') AS cohorts FROM stage_history GROUP BY region;

CREATE SCHEMA kpi;
CREATE MATERIALIZED VIEW kpi.daily AS
SELECT (closed AT TIME ZONE 'UTC')::date AS day, coalesce(region, '-') AS region, source, velocity_agg(won, amount, created, closed) AS velocity, rate_agg(won, amount) AS outcomes
FROM deals WHERE isfinite(closed) GROUP BY 1, 2, 3;
CREATE UNIQUE INDEX ON kpi.daily (day, region, source);

DO $$ BEGIN
	CREATE ROLE kpi_coordinator LOGIN PASSWORD 'not a secret';
EXCEPTION WHEN duplicate_object THEN -- the other database of this server has it
END $$;
GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA public TO kpi_coordinator;
GRANT USAGE ON SCHEMA kpi TO kpi_coordinator;
GRANT SELECT ON ALL TABLES IN SCHEMA kpi TO kpi_coordinator;
