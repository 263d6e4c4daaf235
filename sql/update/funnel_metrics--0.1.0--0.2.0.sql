-- funnel_metrics 0.1.0 to 0.2.0: made from sql/update/ by make; edit that.
-- What 0.2.0 has in sql/*.sql and 0.1.0 has not: families of its own whole, of others what is new, in the same words. test/update prints what is missing.

-- complain if script is sourced in psql, rather than via ALTER EXTENSION
\echo Use "ALTER EXTENSION funnel_metrics UPDATE" to load this file. \quit

-- whole survival
-- whole journey
-- whole event
-- whole sequence
-- whole flow
-- whole kpi_catalog or replace
