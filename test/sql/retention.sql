-- What retention answers, and what a wrong call is told.
\set VERBOSITY default
SET timezone = 'UTC';
SET datestyle = 'ISO';
CREATE TEMPORARY TABLE hits (visitor bigint, at timestamptz, event text);
INSERT INTO hits VALUES
	(1, '2026-01-01 10:00', 'visit'), (1, '2026-01-01 10:05', 'pay'), (1, '2026-01-03 10:35', 'pay'), (2, '2026-01-01 11:00', 'visit'), (2, '2026-01-02 11:00', 'visit'),
	(3, '2026-01-02 09:00', 'visit'), (3, '2026-01-04 09:00', 'pay'), (3, '2026-01-01 09:00', 'pay'), (4, '2026-01-02 09:00', 'pay'), (5, '2026-01-05 09:00', 'search'),
	(NULL, '2026-01-05 09:00', 'visit'), (5, NULL, 'visit'), (5, 'infinity', 'visit');
CREATE TEMPORARY TABLE stored AS SELECT retention_agg(visitor, at, event = 'visit', event = 'pay', 'day', 'UTC') AS s, retention_agg(visitor, at, event = 'visit', event = 'pay', ARRAY[1, 2, 4], 'UTC') AS b FROM hits;
SELECT * FROM event_retention((SELECT s FROM stored));
SELECT period, o.retained AS "on", a.retained AS or_after, u.retained AS up_to FROM stored, event_retention_curve(s) AS o JOIN event_retention_curve((SELECT s FROM stored), 'on or after') AS a USING (period) JOIN event_retention_curve((SELECT s FROM stored), 'up to') AS u USING (period);
SELECT * FROM event_retention((SELECT b FROM stored), 'up to', '2026-01-06');
SELECT period, eligible, retained, rate, low, high FROM event_retention_curve((SELECT b FROM stored));
SELECT * FROM retention_quality((SELECT b FROM stored));
SELECT retention_brackets(b), retention_brackets(s), entities_outside(s), data_from(s), data_through(s) FROM stored;
SELECT s FROM stored;
SELECT b FROM stored;
SELECT retention_agg(visitor, at, true, true, NULL::text, 'UTC') FROM hits;
SELECT retention_agg(visitor, at, true, true, 'fortnight', 'UTC') FROM hits;
SELECT retention_agg(visitor, at, true, true, NULL::integer[], 'UTC') FROM hits;
SELECT retention_agg(visitor, at, true, true, ARRAY[7], 'UTC') FROM hits;
SELECT retention_agg(visitor, at, true, true, ARRAY[7, 3], 'UTC') FROM hits;
SELECT retention_agg(visitor, at, true, true, CASE WHEN event = 'pay' THEN ARRAY[1, 2] ELSE ARRAY[1, 3] END, 'UTC') FROM hits;
SELECT event_retention(s, 'rolling') FROM stored;
SELECT event_retention(s, 'on or after', '2026-01-04') FROM stored;
SELECT event_retention(s, 'on', 'infinity') FROM stored;
SELECT rollup(x) FROM (SELECT s FROM stored UNION ALL SELECT b FROM stored) v(x);
SELECT rollup(x) FROM (SELECT s FROM stored UNION ALL SELECT retention_agg(visitor, at, true, true, 'week', 'UTC') FROM hits) v(x);
SELECT replace(s::text, '"first": 1', '"first": 2')::retention_summary FROM stored;
