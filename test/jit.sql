-- jit: with everything compiled, and LLVM loaded before the extension is, the answers are the same.
-- (libLLVM brings libedit along, and 400 more names that a function of ours could be mistaken for.)

\pset fieldsep '\n'
SET jit = on;
SET jit_above_cost = 0;
SET jit_inline_above_cost = 0;
SET jit_optimize_above_cost = 0;
SELECT pg_jit_available() AS jit_is_here, sum(i) > 0 AS was_run FROM generate_series(1, 10) i \gset

SELECT no_plan();

-- The same queries, compiled and not
CREATE TABLE entries AS
	SELECT i % 100 AS deal, (ARRAY['Lead', 'Demo', 'Won', 'Lost'])[1 + i % 4] AS stage, timestamptz '2025-01-01 00:00+00' + i * interval '1 hour' AS at,
		i % 3 = 0 AS won, i AS amount, i % 11 AS score
	FROM generate_series(1, 400) i;
CREATE TABLE asked (name text, query text);
INSERT INTO asked VALUES
	('outcome', 'SELECT label_agg(stage)::text FROM entries'),
	('stage', $$SELECT stage_agg(deal, stage, at, 'Lead > Demo > Won; lost: Lost')::text FROM entries$$),
	('rate', 'SELECT rate_agg(won, amount)::text FROM entries'),
	('duration', $$SELECT duration_agg(at, at + interval '3 hours')::text FROM entries$$),
	('velocity', $$SELECT velocity_agg(won, amount, at, at + interval '3 hours')::text FROM entries$$),
	('survey', 'SELECT survey_agg(score)::text FROM entries'),
	('attribution', $$SELECT attribution_agg(deal, stage, at, deal % 3 = 0, timestamptz '2026-01-01 00:00+00', deal, 'markov: 2')::text FROM entries$$),
	('indicator', 'SELECT indicator_agg(at::date, stage, amount)::text FROM entries'),
	('landmark', $$SELECT landmark_agg(deal, stage, at, 'Lead > Demo > Won; lost: Lost', '{2025-01-05 00:00+00}', '2025-01-15 00:00+00')::text FROM entries$$),
	('forecast', 'SELECT forecast_agg(amount, score / 11.0)::text FROM entries'),
	('calibration', 'SELECT calibration_agg(score / 11.0, won)::text FROM entries'),
	('attainment', 'SELECT attainment_agg(amount, score)::text FROM entries'),
	('cohort', $$SELECT cohort_agg(deal, at, 'week', 'UTC')::text FROM entries$$),
	('revenue', 'SELECT mrr_agg(deal, at::date, amount)::text FROM entries');
CREATE FUNCTION answer(query text, setting text) RETURNS text LANGUAGE plpgsql AS
	$$DECLARE answer text; BEGIN PERFORM set_config('jit', setting, true); EXECUTE query INTO answer; RETURN answer; END$$;

SELECT CASE WHEN :'jit_is_here' THEN ok(:'was_run', 'LLVM is here, and came before the extension')
	ELSE skip('no JIT here', 1) END;
SELECT is(answer(query, 'on'), answer(query, 'off'), name || ': compiled as interpreted') FROM asked;

SELECT * FROM finish();
