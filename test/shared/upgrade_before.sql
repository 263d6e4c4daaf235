-- upgrade_before.sql: run by test/upgrade in a database of the old server, and by test/update in one of an earlier
-- :version of ours: everything of ours that can be stored, in tables and materialized views, under indexes, constraints, defaults and generated columns.
\unset ECHO
\set QUIET 1
\set ON_ERROR_STOP 1
SET client_min_messages = warning;
\if :{?version}
CREATE EXTENSION funnel_metrics VERSION :'version';
\else
CREATE EXTENSION funnel_metrics;
\endif
CREATE EXTENSION pgtap; -- the seeds look at themselves
CREATE SCHEMA storage;
SET search_path = storage, public;
SET TimeZone = 'UTC';
SELECT no_plan();
\ir seeds.sql
\ir held.sql
CREATE TABLE held_external (LIKE held);
SELECT format('ALTER TABLE held_external %s', string_agg(format('ALTER %I SET STORAGE external', type), ', ')) FROM types
\gexec
ALTER TABLE held_external SET (toast_tuple_target = 128);
INSERT INTO held_external SELECT * FROM held;
CREATE MATERIALIZED VIEW refreshed AS SELECT * FROM held_external;
CREATE UNIQUE INDEX ON refreshed (id);

-- A schema of a nightly job
CREATE SCHEMA kpi;
CREATE TABLE kpi.funnels (name text PRIMARY KEY, definition funnel UNIQUE DEFAULT 'Lead > Won; lost: Lost', CHECK (definition::text <> 'Won > Lead'));
COMMENT ON TABLE kpi.funnels IS 'Definitions of funnels';
INSERT INTO kpi.funnels VALUES ('sales', 'Lead > Qualified > Proposal > Won; lost: Lost'), ('persian', 'سرنخ > پیشنهاد > "برنده; آخر"');
INSERT INTO kpi.funnels VALUES ('short', DEFAULT);
CREATE INDEX funnels_hash ON kpi.funnels USING hash (definition);
CREATE MATERIALIZED VIEW kpi.daily AS
SELECT started::date AS day, stage, rate_agg(won, amount) AS outcomes, duration_agg(started, ended) AS cycle, velocity_agg(won, amount, started, ended) AS velocity,
	survey_agg(score) AS answers, attainment_agg(amount, 1000) AS attainment
FROM deals GROUP BY 1, 2;
CREATE UNIQUE INDEX ON kpi.daily (day, stage);
CREATE INDEX daily_rate ON kpi.daily (win_rate(outcomes));
COMMENT ON COLUMN kpi.daily.outcomes IS 'Won and lost';
CREATE MATERIALIZED VIEW kpi.monthly AS
SELECT date_trunc('month', started, 'UTC')::date AS month, name, stage_agg(deal, stage, started, amount, definition) AS stages, pipeline_agg(deal, stage, started, amount, definition, 'week', 'UTC') AS movements,
	cohort_agg(deal, started, amount, 'month', 'UTC') AS cohorts, mrr_agg(deal, started::date, ended::date, amount, '2025-06-30') AS mrr
FROM deals, kpi.funnels GROUP BY 1, 2;
CREATE UNIQUE INDEX ON kpi.monthly (month, name);
CREATE MATERIALIZED VIEW kpi.not_yet AS SELECT stage, rollup(outcomes) AS outcomes FROM kpi.daily GROUP BY stage WITH NO DATA;
CREATE VIEW kpi.figures AS
SELECT date_trunc('month', day)::date AS month, win_rate(rollup(outcomes)), median_days(rollup(cycle)), pipeline_velocity(rollup(velocity)), nps_score(rollup(answers)), target_attainment(rollup(attainment)) FROM kpi.daily GROUP BY 1;
CREATE VIEW kpi.leakage AS SELECT name, l.* FROM (SELECT name, rollup(stages) AS stages FROM kpi.monthly GROUP BY name) AS m, stage_leakage(stages, '2026-01-01', 60) AS l;
CREATE TABLE kpi.kept (day date PRIMARY KEY, outcomes rate_summary NOT NULL, of_stages rate_summary[], won double precision GENERATED ALWAYS AS (win_rate(outcomes)) STORED, CHECK (decided(outcomes) >= 0));
CREATE INDEX kept_hash ON kpi.kept USING hash (outcomes);
INSERT INTO kpi.kept SELECT day, rollup(outcomes), array_agg(outcomes ORDER BY stage) FROM kpi.daily GROUP BY day;

\ir answered.sql
DROP EXTENSION pgtap; -- of another version on the other server
