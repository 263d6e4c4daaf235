-- funnel_metrics 0.1.0 to 0.2.0: made from sql/update/ by make; edit that.
-- What 0.2.0 has in sql/*.sql and 0.1.0 has not: families of its own whole, of others what they mark as new. test/update prints what is missing.

-- complain if script is sourced in psql, rather than via ALTER EXTENSION
\echo Use "ALTER EXTENSION funnel_metrics UPDATE" to load this file. \quit

-- whole period
-- whole business
-- since 0.2.0 of stage
-- since 0.2.0 of pipeline
-- since 0.2.0 of cohort
-- since 0.2.0 of revenue
-- since 0.2.0 of duration
-- since 0.2.0 of rate
-- whole survival
-- whole segment
-- whole journey
-- whole event
-- whole sequence
-- whole flow
-- whole landmark
-- whole forecast
-- whole calibration
-- whole session
-- whole retention
-- whole stickiness
-- whole attribution
-- whole indicator
-- whole parallel
-- whole kpi_catalog or replace

-- periods, Jalali ones too

-- for entity in KEYS
COMMENT ON AGGREGATE cohort_agg(:entity, timestamptz, text, text) IS 'Summarises what entities (customers, users) did: one row an order, a visit, in any order, by period (day, week from Monday, month, quarter, year; jalali month, jalali quarter, jalali year) of the local date in the zone, a name from pg_timezone_names. Read it with cohort_retention, active_entities, repeat_rate and others. Rows without an entity or a finite time are left out and counted. An error where period or zone is NULL, unknown or changes within a group.';
-- for amount in NUMBERS
COMMENT ON AGGREGATE pipeline_agg(:entity, text, timestamptz, :amount, funnel, text, text) IS 'Summarises what a stage history moved in the pipeline, by period (day, week from Monday, month, quarter, year; jalali month, jalali quarter, jalali year) in a time zone. One row a deal and stage it entered, in any order, and for each change of its amount, in one currency. Read it with pipeline_movements. An error where definition, period or zone is NULL, unknown or changes within a group.';
-- end
-- end
