-- What an event funnel answers, and what a wrong call is told.
\set VERBOSITY default
SET timezone = 'UTC';
SET datestyle = 'ISO';
CREATE TEMPORARY TABLE shop (id bigint, at timestamptz, event text);
INSERT INTO shop VALUES
	(1, '2026-01-01 10:00', 'view'), (1, '2026-01-01 10:05', 'cart'), (1, '2026-01-02 10:00', 'purchase'),
	(2, '2026-01-01 10:00', 'view'), (2, '2026-01-01 11:00', 'view'), (2, '2026-01-01 12:00', 'cart'),
	(3, '2026-01-05 10:00', 'cart'), (3, NULL, 'view'), (NULL, '2026-01-05 09:00', 'view'),
	(4, '2026-01-03 10:00', 'view'), (4, '2026-01-03 10:30', 'refund'), (4, '2026-01-03 11:00', 'cart'),
	(5, '2026-01-09 10:00', 'view'), (5, '2026-01-09 10:00', 'view'), (6, '2026-01-09 11:00', 'search');
CREATE TEMPORARY TABLE stored AS SELECT event_agg(id, event, at, 'view > cart > purchase; within: 7 days; without: refund (1-2)', 'day', 'UTC') AS s FROM shop;
\x on
SELECT * FROM event_funnel((SELECT s FROM stored));
\x off
SELECT step, reached, dropped, excluded, undecided FROM event_funnel((SELECT s FROM stored), '2026-01-16 10:00');
SELECT * FROM event_trend((SELECT s FROM stored));
SELECT * FROM event_times((SELECT s FROM stored), 2, 3);
SELECT * FROM event_quality((SELECT s FROM stored));
SELECT * FROM event_chart((SELECT s FROM stored), 10);
SELECT s FROM stored;
SELECT funnel_level(event, at, definition(s)), funnel_outcome(event, at, definition(s), '2026-01-10'), funnel_times(event, at, definition(s)) FROM shop, stored GROUP BY id ORDER BY id;
SELECT segment, kind, step, name, reached, dropped, excluded, undecided FROM event_funnel_by((SELECT event_agg(id, event, nullif(left(at::time::text, 2), '12'), at, 'view > cart; within: 7 days; property: hold') FROM shop));
SELECT segment, kind, step, name, reached, dropped, excluded, undecided FROM event_funnel_by((SELECT event_agg(id, event, nullif(left(at::time::text, 2), '12'), at, 'view > cart; within: 7 days; property: step 2') FROM shop));
SELECT reason, rows FROM event_quality((SELECT event_agg(id, event, nullif(left(at::time::text, 2), '12'), at, 'view > cart; property: hold') FROM shop)) WHERE rows > 0;
SELECT event_agg(id, event, 'x', at, 'view > cart') FROM shop;
SELECT event_agg(id, event, at, 'view > cart; property: first') FROM shop;
SELECT funnel_level(event, at, 'view > cart; property: hold') FROM shop;
SELECT event_agg(id, event, 'x', at, 'view > cart; property: step 3') FROM shop;
SELECT event_agg(id, event, 'x', at, 'view > cart; property: each') FROM shop;
SELECT event_funnel_by(s) FROM stored;
SELECT event_agg(id, event, at, NULL) FROM shop;
SELECT event_agg(id, event, at, ('view > ' || event)::journey) FROM shop;
SELECT event_agg(id, event, at, 'view > '::journey) FROM shop;
SELECT event_agg(id, at, 'view > cart; without: refund', event = 'view', event = 'cart') FROM shop;
SELECT event_agg(id, event, at, 'view > cart', 'fortnight', 'UTC') FROM shop;
SELECT event_funnel(s, '2026-01-09 10:59') FROM stored;
SELECT event_funnel(s, 'infinity') FROM stored;
SELECT event_trend(s, NULL, 4) FROM stored;
SELECT event_trend(event_agg(id, event, at, 'view > cart')) FROM shop;
SELECT event_trend(event_agg(id, event, at, 'view > cart > purchase; optional: cart', 'day', 'UTC'), NULL, 2) FROM shop;
SELECT event_times(s, 1) FROM stored;
SELECT event_times(s, 2, 1001) FROM stored;
SELECT event_chart(s, 0) FROM stored;
SELECT rollup(s) FROM (SELECT s FROM stored UNION ALL SELECT event_agg(id, event, at, 'view > cart', 'day', 'UTC') FROM shop) v;
SELECT rollup(s) FROM (SELECT s FROM stored UNION ALL SELECT event_agg(id, event, at, 'view > cart > purchase; within: 7 days; without: refund (1-2)', 'week', 'UTC') FROM shop) v;
SELECT compare_funnels(s, (SELECT event_agg(id, event, at, 'view > cart') FROM shop)) FROM stored;
SELECT funnel_outcome(event, at, 'view > cart', '2026-01-09 10:59') FROM shop;
SELECT replace(s::text, '"advanced": 1', '"advanced": 2')::event_summary FROM stored;
SELECT replace(s::text, '"used": ', '"used": -')::event_summary FROM stored;
-- A journey none of whose labels occurs: said once a query. By conditions there are no labels.
SET client_min_messages = notice;
SELECT id, event_agg(id, upper(event), at, 'view > cart; within: 7 days') IS NULL AS silent FROM shop GROUP BY id ORDER BY id;
SELECT event_agg(id, at, 'view > cart; within: 7 days', event = 'VIEW', event = 'CART') IS NULL AS silent FROM shop;
