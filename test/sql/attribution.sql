-- attribution: who earned the conversions, as one asks it, and every message

SET TimeZone = 'UTC';
CREATE TABLE touched (customer text, channel text, touched_at timestamptz, bought boolean, ended_at timestamptz, amount numeric);
INSERT INTO touched VALUES
	('Ana', 'Ads', '2025-01-01', true, '2025-01-31', 100), ('Ana', 'Email', '2025-01-20', true, '2025-01-31', 100), ('Ana', 'Ads', '2025-01-30', true, '2025-01-31', 100), ('Ana', 'Email', '2025-02-05', true, '2025-01-31', 100),
	('Ben', 'Referral', '2025-01-10', true, '2025-01-12', 50.5), ('Cem', 'Ads', '2025-01-10', false, '2025-02-10', NULL), ('Cem', 'Email', '2025-01-11', false, '2025-02-10', NULL),
	('Dee', NULL, NULL, true, '2025-01-15', 20), ('Eva', 'Ads', '2025-01-15', NULL, NULL, NULL), ('Fay', 'Email', '2025-01-03', true, '2025-01-04', 10), ('Fay', 'Ads', '2025-01-03', true, '2025-01-04', 10), (NULL, 'Ads', '2025-01-03', true, '2025-01-04', 10);
CREATE VIEW seen AS SELECT attribution_agg(customer, channel, touched_at, bought, ended_at, amount) AS s FROM touched;

SELECT a.channel, touches, entities, conversions, value, share::numeric(6,4) FROM seen, attribution(s, 'linear') a;
SELECT m.* FROM seen, attribution_models(s) m;
SELECT source, target, moves, probability::numeric(6,4) FROM seen, attribution_transitions(s);
SELECT channel, effect::numeric(6,4) FROM seen, removal_effects(s);
SELECT c.* FROM seen, attribution_counts(s) c;
SELECT q.* FROM seen, attribution_quality(s) q;
SELECT data_from(s), data_through(s) FROM seen;
-- options
SELECT channel, conversions FROM attribution((SELECT attribution_agg(customer, channel, touched_at, bought, ended_at, 'lookback: 15 days') FROM touched), 'first');
SELECT channel, conversions FROM attribution((SELECT attribution_agg(customer, channel, touched_at, bought, ended_at, 'position: 50 20') FROM touched), 'position');
SELECT channel, conversions FROM attribution((SELECT attribution_agg(customer, channel, touched_at, bought, ended_at, 'half_life: 12 hours') FROM touched), 'decay');
SELECT source, target, moves FROM attribution_transitions((SELECT attribution_agg(customer, channel, touched_at, bought, ended_at, 'markov: 2') FROM touched));

-- stored, and rolled up
SELECT attribution_agg(customer, channel, touched_at, bought, ended_at) FROM touched WHERE customer = 'Fay';
SELECT rollup(p)::text = (SELECT s::text FROM seen) AS same FROM (SELECT attribution_agg(customer, channel, touched_at, bought, ended_at, amount) AS p FROM touched GROUP BY customer) t;

-- nothing
SELECT attribution_agg(customer, channel, touched_at, bought, ended_at) FROM touched WHERE false;
SELECT * FROM attribution((SELECT attribution_agg(customer, channel, touched_at, bought, ended_at) FROM touched WHERE false), 'markov');
SELECT * FROM attribution(NULL, 'first');

-- messages
SELECT attribution(s, 'best') FROM seen;
SELECT attribution_agg(customer, channel, touched_at, bought, ended_at, NULL::text) FROM touched;
SELECT attribution_agg(customer, channel, touched_at, bought, ended_at, 'markov: 5') FROM touched;
SELECT attribution_agg(customer, channel, touched_at, bought, ended_at, 'half-life: 7 days') FROM touched;
SELECT attribution_agg(customer, channel, touched_at, bought, ended_at, 'position: 60 60') FROM touched;
SELECT attribution_agg(customer, channel, touched_at, bought, ended_at, 'lookback: ' || length(channel) || ' days') FROM touched WHERE channel IS NOT NULL;
SELECT rollup(s) FROM (SELECT s FROM seen UNION ALL SELECT attribution_agg(customer, channel, touched_at, bought, ended_at, 'markov: 2') FROM touched) t;
SELECT '{"version": 2}'::attribution_summary;
SELECT replace(s::text, '"converted": 3', '"converted": 4')::attribution_summary FROM seen;

DROP TABLE touched CASCADE;
