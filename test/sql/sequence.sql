-- What ClickHouse's functions are told when they are called wrong.
\set VERBOSITY default
SET timezone = 'UTC';
SET datestyle = 'ISO';
CREATE TEMPORARY TABLE shop (at timestamptz, event text);
INSERT INTO shop VALUES ('2026-01-01 10:00', 'view'), ('2026-01-01 10:05', 'cart'), ('2026-01-02 10:00', 'pay');
SELECT window_funnel(at, '1 day', event = 'view', event = 'cart', event = 'pay'), retention(event = 'view', event = 'refund'),
	sequence_match('(?1)(?2)', at, event = 'view', event = 'cart'), sequence_count('.', at, event = 'view', event = 'cart'), sequence_events('(?1).*(?2)', at, event = 'view', event = 'pay') FROM shop;
SELECT window_funnel(at, '1 month', event = 'view') FROM shop;
SELECT window_funnel(at, '-1 day', event = 'view') FROM shop;
SELECT window_funnel(at, NULL, event = 'view') FROM shop;
SELECT window_funnel(at, '1 day', 'strict', event = 'view') FROM shop;
SELECT window_funnel(at, '1 day', 'allow_reentry', event = 'view') FROM shop;
SELECT window_funnel(at, '1 day', NULL, event = 'view') FROM shop;
SELECT window_funnel(at, '1 day', VARIADIC '{}') FROM shop;
SELECT window_funnel(at, '1 day', VARIADIC NULL) FROM shop;
SELECT window_funnel(at, '1 day', VARIADIC '{{t}}') FROM shop;
SELECT sequence_match('(?1)(?3)', at, true, true) FROM shop;
SELECT sequence_match('(?1)(?t=5)(?2)', at, true, true) FROM shop;
SELECT sequence_match('(?1)(?t<)', at, true, true) FROM shop;
SELECT sequence_match('(?1', at, true) FROM shop;
SELECT sequence_match('(?)', at, true) FROM shop;
SELECT sequence_match('.+', at, true) FROM shop;
SELECT sequence_match(NULL, at, true) FROM shop;
SELECT sequence_match('(?1)' || event, at, true) FROM shop;
