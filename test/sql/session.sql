-- What sessions answer, and what a wrong call is told.
\set VERBOSITY default
SET timezone = 'UTC';
SET datestyle = 'ISO';
CREATE TEMPORARY TABLE hits (visitor bigint, at timestamptz);
INSERT INTO hits VALUES
	(1, '2026-01-01 10:00'), (1, '2026-01-01 10:05'), (1, '2026-01-01 10:35'), (1, '2026-01-02 23:50'), (1, '2026-01-03 00:10'),
	(2, '2026-01-01 10:00'), (2, '2026-01-01 10:30:00.000001'), (3, '2026-01-04 09:40'), (4, '2026-01-04 09:55'), (4, '2026-01-04 10:00'),
	(NULL, '2026-01-05 09:00'), (5, NULL), (5, 'infinity');
CREATE TEMPORARY TABLE stored AS SELECT session_agg(visitor, at, '30 minutes', 'day', 'UTC') AS s FROM hits;
\x on
SELECT * FROM session_figures((SELECT s FROM stored));
\x off
SELECT sessions, running FROM session_figures((SELECT s FROM stored), '2026-01-04 10:10');
SELECT period, sessions, entities, rows, single_row_sessions, round(mean_seconds) AS mean, running, is_complete FROM session_trend((SELECT s FROM stored), '2026-01-05 00:00');
SELECT * FROM session_quality((SELECT s FROM stored));
SELECT session_gap(s), data_from(s), data_through(s), s FROM stored;
SELECT visitor, at, session_number(at, '30 minutes') OVER (PARTITION BY visitor ORDER BY at) FROM hits ORDER BY visitor, at;
SELECT session_agg(visitor, at, NULL) FROM hits;
SELECT session_agg(visitor, at, '0') FROM hits;
SELECT session_agg(visitor, at, '1 month') FROM hits;
SELECT session_agg(visitor, at, visitor * interval '1 hour') FROM hits;
SELECT session_agg(visitor, at, '1 hour', 'fortnight', 'UTC') FROM hits;
SELECT session_figures(s, '2026-01-04 09:59') FROM stored;
SELECT session_trend(session_agg(visitor, at, '1 hour')) FROM hits;
SELECT rollup(s) FROM (SELECT s FROM stored UNION ALL SELECT session_agg(visitor, at, '1 hour', 'day', 'UTC') FROM hits) v;
SELECT rollup(s) FROM (SELECT s FROM stored UNION ALL SELECT session_agg(visitor, at, '30 minutes') FROM hits) v;
SELECT session_number(at, '30 minutes') OVER (ORDER BY at DESC) FROM hits WHERE isfinite(at);
SELECT session_number(at, visitor * interval '1 minute') OVER (ORDER BY at) FROM hits WHERE visitor IS NOT NULL;
SELECT session_number(at, '30 minutes') FROM hits;
SELECT replace(s::text, '"sessions": 2', '"sessions": 3')::session_summary FROM stored;
