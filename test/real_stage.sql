-- real_stage: published figures of real histories (FUNNEL_DATA/receipt_log, hiring_log, lending_log).
--
-- Their figures.csv follow an ordered funnel: a case reaches a step after it has reached the one
-- before. Here a later stage counts as passing the earlier ones, whatever the order. So these
-- are comparable, and held:
--	events						the rows given
--	cases						the entities, those outside of the funnel included
--	funnel_cases_any_order		reached - skipped: entities with a row of that stage
--	stage_hours_median			the median of stage_flow, where the two stages always follow each other at once
-- and these are not: funnel_cases_ordered, leakage_ordered, conversion_ordered, ..._window (order or
-- a window decides there), case_duration (from first to last event, unknown stages included), variants.
-- For the rest the answers are held against plain SQL over the same rows.
\if :{?have_funnel_data} \else \set have_funnel_data false \endif
\if :have_funnel_data

SELECT no_plan();
SET jit = off;
SET timezone = 'UTC';
\ir oracle/stage.sql

CREATE TABLE figures (log text, metric text, segment text, value numeric, definition text);
CREATE TABLE event (log text, case_id text, activity text, at timestamptz);
CREATE TABLE receipt (channel text, case_id text, deadline text, department text, enddate text, planned text, grp text, responsible text,
	startdate text, instance text, activity text, transition text, org text, resource text, at timestamptz);
CREATE TABLE simulated (case_id text, gender text, age text, citizen text, protected text, event_no integer, activity text, resource text, at timestamptz);
CREATE TABLE read_figures (metric text, segment text, value numeric, definition text);

\copy receipt FROM PROGRAM 'zcat "$FUNNEL_DATA/receipt_log/receipt.csv.gz"' CSV HEADER
INSERT INTO event SELECT 'receipt', case_id, activity, at FROM receipt;
\copy simulated FROM PROGRAM 'zcat "$FUNNEL_DATA/hiring_log/hiring_events.csv.gz"' CSV HEADER
INSERT INTO event SELECT 'hiring', case_id, activity, at FROM simulated;
TRUNCATE simulated;
\copy simulated FROM PROGRAM 'zcat "$FUNNEL_DATA/lending_log/lending_events.csv.gz"' CSV HEADER
INSERT INTO event SELECT 'lending', case_id, activity, at FROM simulated;

\copy read_figures FROM PROGRAM 'cat "$FUNNEL_DATA/receipt_log/figures.csv"' CSV HEADER
INSERT INTO figures SELECT 'receipt', * FROM read_figures;
TRUNCATE read_figures;
\copy read_figures FROM PROGRAM 'cat "$FUNNEL_DATA/hiring_log/figures.csv"' CSV HEADER
INSERT INTO figures SELECT 'hiring', * FROM read_figures;
TRUNCATE read_figures;
\copy read_figures FROM PROGRAM 'cat "$FUNNEL_DATA/lending_log/figures.csv"' CSV HEADER
INSERT INTO figures SELECT 'lending', * FROM read_figures;

-- The stages are those the figures name, in their order; nothing means lost in these logs.
CREATE TABLE log AS
SELECT log, funnel(array_agg(substr(segment, 3) ORDER BY segment)) AS definition
FROM figures WHERE metric = 'funnel_cases_any_order' GROUP BY log;
CREATE TABLE answers AS
SELECT log, stage_agg(case_id, activity, at, definition) AS summary FROM event JOIN log USING (log) GROUP BY log;

SELECT is(count(*), 3::bigint, 'three logs') FROM answers;
SELECT results_eq(
	$$ SELECT log, sum(rows) FROM answers, stage_quality(summary) GROUP BY log ORDER BY log $$,
	$$ SELECT log, value FROM figures WHERE metric = 'events' ORDER BY log $$, 'events');
SELECT results_eq(
	$$ SELECT log, reached + entities_outside(summary) FROM answers, stage_leakage(summary) WHERE step = 1 ORDER BY log $$,
	$$ SELECT log, value::bigint FROM figures WHERE metric = 'cases' ORDER BY log $$, 'cases');
SELECT results_eq(
	$$ SELECT log, step || ' ' || stage, reached - skipped FROM answers, stage_leakage(summary) ORDER BY log, step $$,
	$$ SELECT log, segment, value::bigint FROM figures WHERE metric = 'funnel_cases_any_order' ORDER BY log, segment $$, 'cases with each stage, whatever the order');
SELECT is_empty(
	$$ SELECT g.*, f.value, f.median_days * 24 FROM figures g
		LEFT JOIN (SELECT a.log, f.* FROM answers a, stage_flow(summary) f) f ON f.log = g.log AND g.segment = f.source || ' -> ' || f.target
		WHERE g.metric = 'stage_hours_median' AND g.log IN ('hiring', 'lending') AND g.segment !~ 'Underwriter'
			AND (f.value = substring(g.definition FROM 'n=([0-9]+)')::bigint AND abs(f.median_days * 24 - g.value) <= 0.01 * g.value) IS NOT TRUE $$,
	'median hours from one stage to the next, within 1 %, of as many cases');

-- Each log, with its days and labels, against plain SQL; text, and integers in their place
CREATE FUNCTION pg_temp.take(which text) RETURNS void LANGUAGE sql AS $$
	TRUNCATE history, label, ask, answer;
	INSERT INTO history (entity, stage, at) SELECT dense_rank() OVER (ORDER BY case_id), activity, at FROM event WHERE log = which;
	INSERT INTO label SELECT stage, ord - 1 FROM log, unnest(stages(definition)) WITH ORDINALITY s (stage, ord) WHERE log = which;
	INSERT INTO ask SELECT definition, cardinality(stages(definition)), (SELECT max(at)::date + 20 FROM event WHERE log = which), 30 FROM log WHERE log = which;
	INSERT INTO answer SELECT summary FROM answers WHERE log = which;
$$;
SELECT pg_temp.take('receipt');
SELECT is_empty('SELECT * FROM pg_temp.differences()', 'receipt log: every column as plain SQL has it');
SELECT is(pg_temp.image(stage_agg(entity, stage, at, definition)), (SELECT pg_temp.image(summary) FROM answer), '... integers for entities') FROM history, ask;
SELECT pg_temp.take('hiring');
SELECT is_empty('SELECT * FROM pg_temp.differences()', 'hiring log: every column as plain SQL has it');
SELECT pg_temp.take('lending');
SELECT is_empty('SELECT * FROM pg_temp.differences()', 'lending log: every column as plain SQL has it');

SELECT * FROM finish();
\else
\echo 1..0 # SKIP FUNNEL_DATA names no folder of real data
\endif
