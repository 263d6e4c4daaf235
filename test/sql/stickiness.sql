-- What stickiness answers, and what a wrong call is told.
\set VERBOSITY default
SET timezone = 'UTC';
SET datestyle = 'ISO';
CREATE TEMPORARY TABLE hits (visitor bigint, at timestamptz);
INSERT INTO hits VALUES
	(1, '2026-01-05 10:00'), (1, '2026-01-05 10:05'), (1, '2026-01-07 10:35'), (1, '2026-01-11 23:59'), (2, '2026-01-05 10:00'), (2, '2026-01-14 10:00'), (3, '2026-01-14 09:40'),
	(NULL, '2026-01-05 09:00'), (5, NULL), (5, 'infinity');
CREATE TEMPORARY TABLE stored AS SELECT stickiness_agg(visitor, at, 'day', 'week', 'UTC') AS s FROM hits;
SELECT * FROM stickiness((SELECT s FROM stored), '2026-01-15');
SELECT * FROM stickiness_trend((SELECT s FROM stored), '2026-01-15');
SELECT * FROM stickiness_trend((SELECT stickiness_agg(visitor, at, 'week', 'month', 'UTC') FROM hits), '2026-02-01');
SELECT * FROM stickiness_quality((SELECT s FROM stored));
SELECT data_from(s), data_through(s), s FROM stored;
SELECT stickiness_agg(visitor, at, NULL, 'month', 'UTC') FROM hits;
SELECT stickiness_agg(visitor, at, 'hour', 'month', 'UTC') FROM hits;
SELECT stickiness_agg(visitor, at, 'month', 'week', 'UTC') FROM hits;
SELECT stickiness_agg(visitor, at, CASE visitor WHEN 1 THEN 'day' ELSE 'week' END, 'month', 'UTC') FROM hits;
SELECT stickiness(s, 'infinity') FROM stored;
SELECT rollup(x) FROM (SELECT s FROM stored UNION ALL SELECT stickiness_agg(visitor, at, 'week', 'month', 'UTC') FROM hits) v(x);
SELECT rollup(x) FROM (SELECT stickiness_agg(visitor, at, 'day', 'month', 'UTC') FROM hits UNION ALL SELECT stickiness_agg(visitor, at, 'week', 'month', 'UTC') FROM hits) v(x);
SELECT replace(s::text, '"active_units": 3', '"active_units": 8')::stickiness_summary FROM stored;
