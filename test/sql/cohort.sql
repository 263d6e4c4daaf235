-- cohort: examples, and each error message
SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD';
CREATE TEMP TABLE visits (customer text, at timestamptz, amount numeric);
INSERT INTO visits VALUES
	('Aiman', '2025-01-10 09:00Z', 12.50), ('Aiman', '2025-02-28 20:31Z', 7.25), ('Aiman', '2025-04-02 09:00Z', 30),
	('Bita', '2025-01-31 20:29Z', 99.90), ('Bita', '2025-01-31 20:30Z', NULL),
	('Chen', '2025-03-20 20:45Z', 5),
	(NULL, '2025-03-01Z', 1), ('Dara', NULL, 1), ('Dara', 'infinity', 1);

SELECT cohort_agg(customer, at, amount, 'month', 'Asia/Tehran') AS s FROM visits \gset
SELECT * FROM cohort_retention(:'s', '2025-05-01');
SELECT * FROM active_entities(:'s');
SELECT * FROM cohort_quality(:'s');
SELECT customers(s), orders(s), without_amount(s), revenue(s), data_from(s), data_through(s) FROM (SELECT :'s'::cohort_summary) v(s);
SELECT repeat_rate(s), avg_order_value(s), purchase_frequency(s), historic_clv(s) FROM (SELECT :'s'::cohort_summary) v(s);

-- Without a zone, without amounts
SELECT period, active, new, a."returning", reactivated, amount FROM active_entities((SELECT cohort_agg(customer, at::timestamp, 'week') FROM visits)) a;
SELECT cohort, periods_since, retained FROM cohort_retention((SELECT cohort_agg(customer, at::date, 'year') FROM visits), '2026-06-01');
SELECT cohort_agg(customer, at, amount, 'month', 'UTC') FROM visits WHERE customer = 'Chen';
SELECT cohort_agg(customer, at, amount, 'month', 'UTC') FROM visits WHERE false;

-- Errors
SELECT cohort_agg(customer, at, 'fortnight', 'UTC') FROM visits;
SELECT cohort_agg(customer, at, 'month', 'Asia/Teheran') FROM visits;
SELECT cohort_agg(customer, at, NULL, 'UTC') FROM visits;
SELECT cohort_agg(customer, at, 'month', NULL) FROM visits;
SELECT cohort_agg(customer, at, CASE WHEN amount > 10 THEN 'month' ELSE 'week' END, 'UTC') FROM visits;
SELECT cohort_agg(customer, at, 'month', CASE WHEN amount > 10 THEN 'utc' ELSE 'Asia/Tehran' END) FROM visits;
SELECT cohort_agg(customer, at::date, CASE WHEN amount > 10 THEN 'month' ELSE 'fortnight' END) FROM visits;
SELECT cohort_agg(customer, at, 'NaN'::float8, 'month', 'UTC') FROM visits;
SELECT * FROM cohort_retention(:'s', '2025-04-01');
SELECT * FROM cohort_retention(:'s', 'infinity');
SELECT rollup(s) FROM (SELECT cohort_agg(customer, at, period, 'UTC') AS s FROM visits, unnest(ARRAY['month', 'week']) period GROUP BY period ORDER BY period) p;
SELECT rollup(s) FROM (SELECT cohort_agg(customer, at, 'month', 'UTC') FROM visits UNION ALL SELECT cohort_agg(customer, at::date, 'month') FROM visits) p(s);
SELECT replace(:'s', '"used": 6', '"used": 5')::cohort_summary;
SELECT replace(:'s', '"start": "2025-01-01"', '"start": "2025-01-02"')::cohort_summary;
SELECT replace(:'s', '"last_day": "2025-04-02"', '"last_day": "yesterday"')::cohort_summary;
SELECT replace(:'s', '"period": "month"', '"period": "moon"')::cohort_summary;
SELECT replace(:'s', '"active": 1, "returning": 0', '"active": 3, "returning": 0')::cohort_summary;
SELECT rollup(s) FROM (SELECT replace(:'s', '"no_time": 1', '"no_time": 4611686018427387903')::cohort_summary FROM generate_series(1, 2)) v(s);
