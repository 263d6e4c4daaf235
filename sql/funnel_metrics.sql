-- funnel_metrics: made from sql/*.sql by make; edit those.

-- complain if script is sourced in psql, rather than via CREATE EXTENSION
\echo Use "CREATE EXTENSION funnel_metrics" to load this file. \quit
