--
-- survival: examples, and every error message
--
SET timezone = 'UTC';
SET datestyle = 'ISO, YMD';

CREATE TABLE deals (deal text, created date, closed date, stage text, won boolean);
INSERT INTO deals VALUES
	('a', '2024-01-01', '2024-01-01', 'Won', true),		-- on the day it began: age 0
	('b', '2024-01-01', '2024-01-04', 'Lost', false),
	('c', '2024-01-02', '2024-01-05', 'Won', true),
	('d', '2024-01-03', '2024-01-08', 'Lost', false),
	('e', '2024-01-05', NULL, 'Proposal', NULL),
	('f', '2024-01-06', '2024-02-28', 'Proposal', NULL),	-- an expected end: it is open
	('g', '2024-01-07', '2024-01-20', 'Won', true),		-- after as_of: open then
	('h', '2024-01-05', '2024-01-04', 'Lost', false),	-- ends before it starts
	('i', NULL, '2024-01-04', 'Won', true),
	('j', '2024-01-05', NULL, 'Won', true),				-- won, but when?
	('k', '0024-01-05', '2024-01-05', 'Won', true),
	('l', '2024-01-15', NULL, 'Lead', NULL);			-- starts after as_of

-- Won and lost; what was seen
SELECT outcome, day, at_risk, ended, round(share::numeric, 4) AS share, round(low::numeric, 4) AS low, round(high::numeric, 4) AS high, round(standard_error::numeric, 4) AS standard_error
FROM survival_curve((SELECT survival_agg(created, closed, won, '2024-01-10') FROM deals));
SELECT * FROM survival_quality((SELECT survival_agg(created, closed, won, '2024-01-10') FROM deals));
SELECT share_by(s, 'won', 3) AS won, share_by(s, 'lost', 3) AS lost, share_by(s, 'open', 3) AS open, share_by(s, 'won', 6) AS beyond, share_by(s, 'Won', 3) AS unknown,
	days_to_share(s, 'won', 0.25), days_to_share(s, 'won', 0.5) AS never, days_to_share(s, 'open', 0.75) AS days_to_75_open, median_days_of(s, 'won'), median_days_of(s, 'lost'), as_of(s), data_from(s), data_through(s)
FROM (SELECT survival_agg(created, closed, won, '2024-01-10') AS s FROM deals) d;

SELECT outcome, day, at_risk, ended, round(share::numeric, 4) AS share FROM survival_at((SELECT survival_agg(created, closed, won, '2024-01-10') FROM deals), '{2,9}');

-- A status column: without an end it is open, whatever it says
SELECT outcome, sum(ended) AS ended FROM survival_curve((SELECT survival_agg(created, closed, stage, '2024-03-10') FROM deals)) GROUP BY outcome ORDER BY outcome;

-- Ends of one kind; seen from a day on only
SELECT outcome, day, at_risk, ended, round(share::numeric, 4) AS share FROM survival_curve((SELECT survival_agg(created, closed, '2024-01-10') FROM deals)) WHERE outcome = 'open';
SELECT outcome, day, at_risk, ended, round(share::numeric, 4) AS share FROM survival_curve((SELECT survival_agg(created, closed, 'ended', '2024-01-10', '2024-01-05') FROM deals)) WHERE outcome = 'open';

-- Two steps
CREATE TABLE stored AS SELECT stage, survival_agg(created, closed, won, '2024-01-10') AS s FROM deals GROUP BY stage;
SELECT stage, s FROM stored ORDER BY stage;
SELECT rollup(s) = (SELECT survival_agg(created, closed, won, '2024-01-10') FROM deals) AS same FROM stored;
SELECT s AS "no rows", share_by(s, 'won', 0), median_days_of(s, 'won'), as_of(s) FROM (SELECT survival_agg(created, closed, won, '2024-01-10') AS s FROM deals WHERE false) d;
SELECT count(*) FROM survival_curve((SELECT survival_agg(created, closed, won, '2024-01-10') FROM deals WHERE false));

-- Arguments
SELECT survival_agg(created, closed, won) FROM deals;
SELECT survival_agg(created, closed, won, NULL) FROM deals;
SELECT survival_agg(created, closed, won, 'infinity') FROM deals;
SELECT survival_agg(created, closed, won, closed) FROM deals WHERE won;
SELECT survival_agg('2024-01-01', '2024-01-02', i::text, date '2024-03-01') FROM generate_series(1, 65) i;
SELECT survival_agg('2024-01-01', '2024-01-02', repeat('x', 300), date '2024-03-01');
SELECT survival_curve(s, 0) FROM stored;
SELECT survival_at(s, '{-1}') FROM stored;
SELECT survival_at(s, '{NULL}') FROM stored;
SELECT share_by(s, 'won', -1) FROM stored;
SELECT days_to_share(s, 'won', 50) FROM stored;
SELECT median_days_of(s, 'open') FROM stored;
SELECT rollup(s) FROM (SELECT s FROM stored UNION ALL SELECT survival_agg(created, closed, won, '2024-01-11') FROM deals) d;
SELECT '{"version": 1}'::survival_summary;
SELECT '{"version": 2}'::survival_summary;

DROP TABLE deals, stored;
