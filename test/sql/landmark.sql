-- landmark: odds of what sits open in a stage, as one asks it, and every message

CREATE TABLE stages (deal bigint, stage text, entered_at timestamptz);
-- sixty deals: the fast are won in three days, the slow lost after fifty, some never decided
INSERT INTO stages SELECT n, 'Lead', timestamptz '2025-01-01 00:00+00' + n * interval '1 day' FROM generate_series(1, 60) n;
INSERT INTO stages SELECT n, 'Offer', timestamptz '2025-01-02 00:00+00' + n * interval '1 day' FROM generate_series(1, 60) n WHERE n % 4 > 0;
INSERT INTO stages SELECT n, 'Won', timestamptz '2025-01-04 00:00+00' + n * interval '1 day' FROM generate_series(1, 60) n WHERE n % 4 IN (1, 2) AND n % 3 > 0;
INSERT INTO stages SELECT n, 'Lost', timestamptz '2025-02-20 00:00+00' + n * interval '1 day' FROM generate_series(1, 60) n WHERE n % 4 = 3 OR n % 12 = 6;

SET TimeZone = 'UTC';
SELECT landmarks('2025-01-20 00:00+00', interval '10 days', 3);
CREATE VIEW seen AS SELECT landmark_agg(deal, stage, entered_at, 'Lead > Offer > Won; lost: Lost', landmarks('2025-01-20 00:00+00', interval '10 days', 5), '2025-06-01 00:00+00') AS s FROM stages;
SELECT step, stage, was_open, won, lost, undecided, win_probability::numeric(6,4), low::numeric(6,4), high::numeric(6,4), won_share::numeric(6,4) FROM seen, stage_odds(s);
-- the usual rule, of those that ever reached the stage
SELECT step, stage, advanced, lost, conversion_rate::numeric(6,4) FROM stage_leakage((SELECT stage_agg(deal, stage, entered_at, 'Lead > Offer > Won; lost: Lost') FROM stages));
SELECT c.* FROM seen, landmark_counts(s) c;
SELECT q.* FROM seen, landmark_quality(s) q;
-- won within thirty days
SELECT step, stage, was_open, won, lost, undecided, win_probability::numeric(6,4), won_share::numeric(6,4)
FROM stage_odds((SELECT landmark_agg(deal, stage, entered_at, 'Lead > Offer > Won; lost: Lost', landmarks('2025-01-20 00:00+00', interval '10 days', 5), '2025-03-25 00:00+00', interval '30 days') FROM stages), 0.9);

-- stored, and rolled up
SELECT landmark_agg(deal, stage, entered_at, 'Lead > Offer > Won; lost: Lost', '{2025-01-20 00:00+00}', '2025-06-01 00:00+00') FROM stages;
SELECT rollup(p)::text = (SELECT s::text FROM seen) AS same FROM (SELECT landmark_agg(deal, stage, entered_at, 'Lead > Offer > Won; lost: Lost', landmarks('2025-01-20 00:00+00', interval '10 days', 5), '2025-06-01 00:00+00') AS p FROM stages GROUP BY deal % 7) t;
SELECT data_from(s), data_through(s) FROM seen;

-- nothing
SELECT landmark_agg(deal, stage, entered_at, 'Lead > Won', '{2025-01-20 00:00+00}', '2025-06-01 00:00+00') FROM stages WHERE false;
SELECT * FROM stage_odds(NULL);

-- messages
SELECT landmark_agg(deal, stage, entered_at, 'Lead > Won', '{}', '2025-06-01 00:00+00') FROM stages;
SELECT landmark_agg(deal, stage, entered_at, 'Lead > Won', NULL, '2025-06-01 00:00+00') FROM stages;
SELECT landmark_agg(deal, stage, entered_at, 'Lead > Won', '{2025-07-01 00:00+00}', '2025-06-01 00:00+00') FROM stages;
SELECT landmark_agg(deal, stage, entered_at, 'Lead > Won', '{2025-01-20 00:00+00}', NULL) FROM stages;
SELECT landmark_agg(deal, stage, entered_at, 'Lead > Won', '{2025-01-20 00:00+00}', '2025-06-01 00:00+00', interval '3 months') FROM stages;
SELECT landmark_agg(deal, stage, entered_at, 'Lead > Won', '{2025-01-20 00:00+00}', '2025-06-01 00:00+00', interval '0') FROM stages;
SELECT landmark_agg(deal, stage, entered_at, 'Lead > Won', ARRAY[timestamptz '2025-01-20 00:00+00' + deal * interval '1 hour'], '2025-06-01 00:00+00') FROM stages;
SELECT landmarks('2025-01-01 00:00+00', interval '1 month', 12);
SELECT landmarks('2025-01-01 00:00+00', interval '1 day', 0);
SELECT '{"version": 3}'::landmark_summary;
SELECT replace(s::text, '"won": ', '"won": 99')::landmark_summary FROM seen;

DROP TABLE stages CASCADE;
