-- survey: eNPS, NPS and CSAT as one uses them, and every message

CREATE TABLE answers (team text, score smallint);
INSERT INTO answers VALUES
	('Sales', 10), ('Sales', 9), ('Sales', 9), ('Sales', 7), ('Sales', 3), ('Sales', NULL),
	('Support', 10), ('Support', 8), ('Support', 6), ('Support', 0), ('Support', NULL), ('Support', NULL),
	('Finance', NULL);

-- one call
SELECT team, enps_score(score), nps_score(score), csat_score(score), csat_score(score, 9) FROM answers GROUP BY team ORDER BY team;

-- two steps
CREATE MATERIALIZED VIEW team_answers AS SELECT team, survey_agg(score) AS summary FROM answers GROUP BY team;
SELECT team, summary FROM team_answers ORDER BY team;
SELECT team, asked(summary), responses(summary), response_rate(summary)::numeric(5,4), enps_score(summary),
	score_low(summary)::numeric(6,2), score_high(summary)::numeric(6,2), score_low(summary, 0.8)::numeric(6,2)
FROM team_answers ORDER BY team;
SELECT team, csat_score(summary), csat_score(summary, 9), csat_low(summary)::numeric(5,4), csat_high(summary)::numeric(5,4),
	csat_high(summary, 9, 0.8)::numeric(5,4), csat_high(summary, confidence => 0.8)::numeric(5,4)
FROM team_answers ORDER BY team;
SELECT team, b.* FROM (SELECT * FROM team_answers ORDER BY team) t, survey_breakdown(summary) b;
SELECT enps_score(rollup(summary)), (SELECT enps_score(score) FROM answers), asked(rollup(summary)) FROM team_answers;

-- scores of any numeric type
SELECT nps_score(s), nps_score(s::bigint), nps_score(s::numeric), nps_score(s::real), nps_score(s::float8), nps_score(s + 0.000) FROM generate_series(1, 10) s;

-- as a moving window
SELECT i, nps_score(i) OVER (ORDER BY i ROWS 2 PRECEDING) FROM generate_series(5, 10) i;

-- a survey of no rows, and NULL
SELECT survey_agg(score), enps_score(score), csat_score(score), csat_score(score, 3) FROM answers WHERE false;
SELECT enps_score(NULL::survey_summary), score_low(NULL), asked(NULL);
SELECT * FROM survey_breakdown(NULL);

-- messages
SELECT enps_score(11);
SELECT enps_score(-1::smallint);
SELECT enps_score(99999999999);
SELECT enps_score(7.5);
SELECT enps_score('NaN'::numeric);
SELECT enps_score(0.5::real);
SELECT enps_score('NaN'::double precision);
SELECT survey_agg(11);
SELECT csat_score(5, 0);
SELECT csat_score(5, 11);
SELECT csat_score(5, NULL);
SELECT csat_score(s, s) FROM generate_series(3, 4) s;
SELECT csat_score(summary, 0) FROM team_answers;
SELECT csat_low(summary, 12) FROM team_answers;
SELECT csat_low(summary, confidence => 0) FROM team_answers;
SELECT score_low(summary, 1) FROM team_answers;
SELECT score_high(summary, 'NaN') FROM team_answers;
-- PostgreSQL's own hints, which 19 words anew: not held
\set VERBOSITY terse
SELECT enps_score('9');
SELECT enps_score('9'::text);
\set VERBOSITY default
SELECT '{"version": 2}'::survey_summary;
SELECT '{"version": 1, "score_0": -1}'::survey_summary;
SELECT replace(survey_agg(5)::text, '"satisfied_from": 0', '"satisfied_from": 11')::survey_summary;
SELECT responses(rollup(s)) FROM (
	SELECT replace(survey_agg(5)::text, '"score_5": 1', '"score_5": 9223372036854775807')::survey_summary AS s, n FROM generate_series(1, 2) n GROUP BY n) full_one;

DROP TABLE answers CASCADE;
