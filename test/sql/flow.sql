-- What paths answer, and what a wrong call is told.
\set VERBOSITY default
SET timezone = 'UTC';
SET datestyle = 'ISO';
CREATE TEMPORARY TABLE shop (id bigint, at timestamptz, event text);
INSERT INTO shop VALUES
	(1, '2026-01-01 10:00', 'view'), (1, '2026-01-01 10:01', 'view'), (1, '2026-01-01 10:05', 'cart'), (1, '2026-01-02 10:00', 'purchase'),
	(2, '2026-01-01 10:00', 'view'), (2, '2026-01-01 11:00', 'search'), (2, '2026-01-01 12:00', 'view'), (2, '2026-01-01 12:30', 'cart'), (2, '2026-01-01 12:31', 'view'),
	(3, '2026-01-05 10:00', 'cart'), (3, NULL, 'view'), (NULL, '2026-01-05 09:00', 'view'), (3, '2026-01-05 10:00', NULL), (3, 'infinity', 'view'),
	(4, '2026-01-03 10:00', 'view'), (4, '2026-01-03 10:30', 'cart'), (4, '2026-01-03 11:00', 'purchase'),
	(5, '2026-01-09 10:00', 'view'), (5, '2026-01-09 10:00', 'view'), (6, '2026-01-09 11:00', 'search');
CREATE TEMPORARY TABLE stored AS SELECT path_agg(id, event, at, 'from: view; depth: 4') AS s FROM shop;
SELECT * FROM path_flow((SELECT s FROM stored));
SELECT * FROM path_flow((SELECT s FROM stored), 1);
SELECT * FROM path_list((SELECT s FROM stored), 2);
SELECT * FROM path_quality((SELECT s FROM stored));
SELECT definition(s), pruned(s), units_outside(s), data_from(s), data_through(s) FROM stored;
SELECT s FROM stored;
SELECT * FROM path_flow((SELECT path_agg(id, event, at, 'to: purchase') FROM shop));
SELECT * FROM path_list((SELECT path_agg(id, event, at, 'to: cart; depth: 2; repeats: keep') FROM shop));
SELECT * FROM path_list((SELECT path_agg(id, event, at, 'from: view; to: cart') FROM shop));
SELECT * FROM path_list((SELECT path_agg(id, event, at, 'session: 1 hour') FROM shop));
SELECT path_agg(id, event, at, NULL) FROM shop;
SELECT path_agg(id, event, at, 'from: ' || event) FROM shop WHERE event IS NOT NULL;
SELECT path_agg(id, event, at, 'view') FROM shop;
SELECT path_agg(id, event, at, 'from: view > cart') FROM shop;
SELECT path_agg(id, event, at, 'from: view | | cart') FROM shop;
SELECT path_agg(id, event, at, 'from: view | view') FROM shop;
SELECT path_agg(id, event, at, 'to: cart; to: view') FROM shop;
SELECT path_agg(id, event, at, 'depth: 11') FROM shop;
SELECT path_agg(id, event, at, 'session: 1 month') FROM shop;
SELECT path_agg(id, event, at, 'repeats: fold') FROM shop;
SELECT path_agg(id, event, at, 'count: attempts') FROM shop;
SELECT path_agg(id, event, at, 'depth: 3; count: sessions') FROM shop;
SELECT path_agg(1, 'event ' || i, '2026-01-01', '') FROM generate_series(0, 1000000) AS i;
SELECT path_flow(s, 101) FROM stored;
SELECT path_list(s, 0) FROM stored;
SELECT rollup(s) FROM (SELECT s FROM stored UNION ALL SELECT path_agg(id, event, at, 'from: view; depth: 5') FROM shop) v;
SELECT replace(s::text, '"ended": 1', '"ended": 2')::path_summary FROM stored;
SELECT replace(s::text, '"used": ', '"used": -')::path_summary FROM stored;
