-- What the rates answer, and what they are told who give them something else.
\set VERBOSITY default
SET TimeZone = 'UTC';
CREATE TABLE deals(deal integer, owner text, won boolean, amount numeric(12,2), created timestamptz, closed timestamptz);
INSERT INTO deals VALUES
	(1, 'Ana', true, 1200.00, '2024-01-03 09:00', '2024-02-01 12:00'),
	(2, 'Ana', false, 800.50, '2024-01-10 10:00', '2024-01-20 17:30'),
	(3, 'Ana', true, NULL, '2024-01-15 11:00', '2024-03-05 09:15'),
	(4, 'Ana', NULL, 5000.00, '2024-03-01 08:00', NULL),
	(5, 'Ben', true, 300.25, '2024-02-02 09:30', '2024-02-09 09:30'),
	(6, 'Ben', false, 0, '2024-02-11 14:00', '2024-02-10 14:00'),
	(7, 'Ben', false, 99.75, '2024-02-20 16:45', '2024-03-01 10:00'),
	(8, 'Cyd', NULL, NULL, '2024-03-03 12:00', NULL);

-- One call
SELECT owner, win_rate(won), win_loss_ratio(won), conversion_rate(won), avg_deal_size(won, amount), win_rate_by_value(won, amount)
FROM deals GROUP BY owner ORDER BY owner;
SELECT conversion_within(created, closed, '14 days', '2024-03-06'), response_within(created, closed, '30 days', '2024-03-06') FROM deals;
SELECT deal, win_rate(won) OVER (ORDER BY closed RANGE BETWEEN '30 days' PRECEDING AND CURRENT ROW) FROM deals WHERE closed IS NOT NULL ORDER BY closed;

-- Two steps
CREATE MATERIALIZED VIEW by_owner AS SELECT owner, rate_agg(won, amount) AS summary FROM deals GROUP BY owner;
SELECT owner, summary FROM by_owner ORDER BY owner;
SELECT rollup(summary) FROM by_owner;
SELECT owner, decided(summary), succeeded(summary), undecided(summary), without_amount(summary), zero_amount(summary), amount_won(summary), amount_decided(summary) FROM by_owner ORDER BY owner;
SELECT owner, win_rate(summary), win_share(summary), conversion_rate(summary), win_loss_ratio(summary), avg_deal_size(summary), win_rate_by_value(summary) FROM by_owner ORDER BY owner;
SELECT within_agg(created, closed, '14 days', '2024-03-06') FROM deals;
SELECT conversion_within(s), response_within(s), invalid_rows(s), data_from(s), data_through(s) FROM (SELECT within_agg(created, closed, '14 days', '2024-03-06') FROM deals) AS q(s);

-- No rows
SELECT rate_agg(won), win_rate(won), win_loss_ratio(won), conversion_rate(won) FROM deals WHERE false;
SELECT decided(s), succeeded(s), undecided(s), without_amount(s), zero_amount(s), invalid_rows(s), win_rate(s), win_share(s), conversion_rate(s), win_loss_ratio(s),
	avg_deal_size(s), win_rate_by_value(s), amount_won(s), amount_decided(s), conversion_within(s), response_within(s), data_from(s), data_through(s), rate_low(s), rate_high(s)
FROM (SELECT rollup(summary) FROM by_owner WHERE false) AS q(s);

-- How sure
SELECT round(rate_low(s)::numeric, 6) AS low, win_rate(s), round(rate_high(s)::numeric, 6) AS high, round(rate_low(s, 0.8)::numeric, 6) AS low_80 FROM (SELECT rate_agg(won) FROM deals) AS q(s);
SELECT rate_a, round(rate_b::numeric, 6) AS rate_b, round(difference::numeric, 6) AS difference, round(low::numeric, 6) AS low, round(high::numeric, 6) AS high, round(p_value::numeric, 6) AS p_value
FROM compare_rates((SELECT rate_agg(i <= 75) FROM generate_series(1, 100) AS i), (SELECT rate_agg(i <= 100) FROM generate_series(1, 150) AS i));
SELECT rate, benchmark, round(difference::numeric, 6) AS difference, round(p_value::numeric, 6) AS p_value FROM compare_to_benchmark((SELECT rate_agg(i <= 75) FROM generate_series(1, 100) AS i), 0.65);

-- Bad input
SELECT rate_agg(true, 'NaN'::double precision);
SELECT rate_agg(true, '-Infinity'::real);
SELECT rate_agg(true, 'NaN'::numeric);
SELECT rate_low(rate_agg(true), 95);
SELECT rate_high(rate_agg(true), 0);
SELECT compare_rates(rate_agg(true), rate_agg(true), 'NaN');
SELECT compare_to_benchmark(rate_agg(true), 30);
SELECT within_agg(date '2024-01-01', NULL, '1 month', date '2024-03-01');
SELECT within_agg(date '2024-01-01', NULL, '1 year 3 days', date '2024-03-01');
SELECT within_agg(date '2024-01-01', NULL, '-1 day', date '2024-03-01');
SELECT within_agg(date '2024-01-01', NULL, '2147483647 days', date '2024-03-01');
SELECT within_agg(date '2024-01-01', NULL, '1 day', NULL);
SELECT within_agg(date '2024-01-01', NULL, '1 day', date 'infinity');
SELECT win_rate_by_value(won, a) FROM (VALUES (true, 1e300), (false, -1e300 + 1e-300)) AS v(won, a);
-- PostgreSQL's own hints, which 19 words anew: not held
\set VERBOSITY terse
SELECT win_rate(1);
SELECT win_rate('won'::text);
SELECT win_rate(NULL);
\set VERBOSITY default
SELECT rate_accum(NULL, true);

-- Text that is no summary
SELECT ''::rate_summary;
SELECT 'win rate 0.4'::rate_summary;
SELECT '{}'::rate_summary;
SELECT '{"version": 0}'::rate_summary;
SELECT '{"version": 2, "won": 1}'::rate_summary;
SELECT '{"version": 1, "succeeded": -1}'::rate_summary;
SELECT '{"version": 1, "succeeded": 9223372036854775808}'::rate_summary;
SELECT '{"version": 1, "succeeded": 1.5}'::rate_summary;
SELECT '{"version": 1, "failed": 1}'::rate_summary;
SELECT replace(rate_agg(true)::text, '"succeeded_with_amount": 0', '"succeeded_with_amount": 2')::rate_summary;
SELECT replace(rate_agg(true)::text, '"amount_succeeded": 0', '"amount_succeeded": 1e5')::rate_summary;
SELECT replace(rate_agg(true)::text, '"amount_succeeded": 0', '"amount_succeeded": NaN')::rate_summary;
SELECT replace(rate_agg(true)::text, '"data_from": null', '"data_from": "now"')::rate_summary;
SELECT replace(rate_agg(true)::text, '"data_from": null', '"data_from": "2024-01-01 00:00:00+00"')::rate_summary;
SELECT (rate_agg(true)::text || '}')::rate_summary;
SELECT rollup(s) FROM (SELECT replace(text, '"succeeded": 1', '"succeeded": 9223372036854775807')::rate_summary FROM (SELECT rate_agg(true)::text FROM generate_series(1, 2) AS i GROUP BY i) AS t(text)) AS q(s);
DROP MATERIALIZED VIEW by_owner;
DROP TABLE deals;
