-- calibration: whether probabilities were right, as one asks it, and every message

CREATE TABLE predictions (model text, probability numeric, won boolean);
INSERT INTO predictions SELECT 'careful', 0.05 + n % 10 * 0.1, n % 10 + n / 10 % 2 > 8 - n % 3 FROM generate_series(1, 200) n;
INSERT INTO predictions VALUES ('bold', 1, true), ('bold', 1, true), ('bold', 0, false), ('bold', 0.9, NULL), ('bold', NULL, true), ('wrong', 1, false), ('wrong', 0.5, true);

SELECT model, brier_score(probability, won)::numeric(8,6), log_loss(probability, won)::numeric(8,6) FROM predictions GROUP BY model ORDER BY model;
SELECT from_probability, to_probability, deals, predicted::numeric(8,6), happened::numeric(8,6), low::numeric(8,6), high::numeric(8,6)
FROM calibration((SELECT calibration_agg(probability, won) FROM predictions WHERE model = 'careful'), 5);

-- stored, and rolled up
CREATE MATERIALIZED VIEW by_model AS SELECT model, calibration_agg(probability, won) AS summary FROM predictions GROUP BY model;
SELECT summary FROM by_model WHERE model <> 'careful' ORDER BY model;
SELECT model, brier_score(summary)::numeric(8,6), log_loss(summary)::numeric(8,6), predicted_rate(summary)::numeric(8,6), happened_rate(summary)::numeric(8,6), impossible_rows(summary) FROM by_model ORDER BY model;
SELECT brier_score(rollup(summary)) = (SELECT brier_score(probability, won) FROM predictions) AS same FROM by_model;
SELECT q.* FROM calibration_quality((SELECT rollup(summary) FROM by_model)) q;

-- nothing
SELECT calibration_agg(probability, won), brier_score(probability, won), log_loss(probability, won) FROM predictions WHERE false;
SELECT brier_score(NULL::calibration_summary), log_loss(NULL::calibration_summary), impossible_rows(NULL);
SELECT * FROM calibration(NULL);

-- messages
SELECT brier_score(30, true);
SELECT log_loss('NaN'::double precision, true);
SELECT calibration_agg(-0.001, NULL);
-- PostgreSQL's own hints, which 19 words anew: not held
\set VERBOSITY terse
SELECT brier_score('0.5'::text, true);
\set VERBOSITY default
SELECT calibration(summary, 3) FROM by_model;
SELECT calibration(summary, 10, 0) FROM by_model;
SELECT '{"version": 2}'::calibration_summary;
SELECT replace(calibration_agg(0.25, true)::text, '"cell": 250', '"cell": 251')::calibration_summary;
SELECT replace(calibration_agg(0.25, true)::text, '"used": 1', '"used": 2')::calibration_summary;

DROP TABLE predictions CASCADE;
