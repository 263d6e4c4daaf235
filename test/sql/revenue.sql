-- Recurring revenue: examples and errors, as psql shows them.
\pset null '-'
SET datestyle = 'ISO';
CREATE TEMP TABLE payments (customer text, month date, mrr numeric(12,2));
INSERT INTO payments VALUES
	('Anand', '2024-01-15', 100), ('Anand', '2024-02-15', 120), ('Anand', '2024-03-15', 120), ('Anand', '2024-04-15', 90), ('Anand', '2024-05-15', 90),
	('Bahar', '2024-01-03', 50), ('Bahar', '2024-02-03', 50), ('Bahar', '2024-04-03', 60), ('Bahar', '2024-05-03', 60),
	('Citra', '2024-02-28', 200), ('Citra', '2024-03-01', 150), ('Citra', '2024-03-31', 100), ('Citra', '2024-04-30', 200), ('Citra', '2024-04-30', -250),
	('Dara', '2024-05-01', 0),
	(NULL, '2024-01-01', 1), ('Anand', NULL, 1), ('Anand', '2024-01-01', NULL), ('Anand', 'infinity', 1), ('Anand', '0202-01-01', 1);
CREATE TEMP TABLE summaries AS SELECT mrr_agg(customer, month, mrr) AS s FROM payments;

-- The figures
SELECT month, opening, new, expansion, reactivated, contraction, churned, closing FROM summaries, mrr_movements(s);
SELECT month, opening_customers, new_customers, reactivated_customers, churned_customers, closing_customers FROM summaries, mrr_movements(s);
SELECT month, quick_ratio, customer_churn_rate, revenue_churn_rate FROM summaries, mrr_movements(s);
SELECT r.* FROM summaries, mrr_retention(s, 1) r;
SELECT r.* FROM summaries, mrr_retention(s, 3) r;
SELECT r.* FROM summaries, mrr_retention(s, 12) r;
SELECT q.* FROM summaries, mrr_quality(s) q;
SELECT negative_months(s), data_from(s), data_through(s) FROM summaries;
\t on
SELECT s FROM summaries;
\t off
SELECT mrr_summary_send(s) FROM (SELECT mrr_agg(1, '2025-01-31', 9.90) AS s) x;

-- Subscriptions
CREATE TEMP TABLE contracts (customer bigint, starts date, ends date, mrr integer);
INSERT INTO contracts VALUES
	(1, '2024-01-10', '2024-04-10', 100), (1, '2024-04-10', NULL, 130),	-- a higher price
	(2, '2024-01-31', '2024-02-29', 40),								-- ends on the last day of February: not on it any more
	(3, '2024-02-01', '2024-03-01', 70), (3, '2024-05-01', NULL, 70),	-- gone for two months
	(4, '2024-03-05', '2024-03-20', 10),								-- on no last day
	(5, '2024-06-01', NULL, 10),										-- not yet
	(6, '2024-03-01', '2024-02-01', 10), (7, NULL, NULL, 10), (NULL, '2024-01-01', NULL, 10), (8, '2024-01-01', NULL, NULL), (9, '9999-12-31', NULL, 10);
SELECT month, opening, new, expansion, reactivated, contraction, churned, closing, closing_customers
FROM mrr_movements((SELECT mrr_agg(customer, starts, ends, mrr, '2024-06-15') FROM contracts));
SELECT q.* FROM mrr_quality((SELECT mrr_agg(customer, starts, ends, mrr, '2024-06-15') FROM contracts)) q;

-- Merging: customers apart
SELECT month, opening, new, churned, closing FROM mrr_movements((
	SELECT rollup(s) FROM (SELECT mrr_agg(customer, month, mrr) AS s FROM payments GROUP BY customer) x));

-- What was stored by version 1 is read for ever
CREATE TEMP TABLE stored (s mrr_summary);
INSERT INTO stored VALUES ('{"version": 1, "rows": {"used": 5, "no_customer": 0, "no_month": 0, "no_amount": 0, "time_out_of_range": 0, "ends_before_starts": 0, "in_no_month": 0, "negative_month": 0}, "negative_months": 0, "ends_at_as_of": false, "first_month": "2024-01-01", "months": [{"mrr": 10, "new_customers": 1, "new": 10, "expansion": 0, "reactivated_customers": 0, "contraction": 0, "churned_customers": 0}, {"mrr": 12, "new_customers": 0, "expansion": 2, "reactivated_customers": 0, "contraction": 0, "churned_customers": 0}, {"mrr": 0, "new_customers": 0, "expansion": 0, "reactivated_customers": 0, "contraction": 0, "churned_customers": 1, "churned": 12}, {"mrr": 5, "new_customers": 0, "expansion": 0, "reactivated_customers": 1, "reactivated": 5, "contraction": 0, "churned_customers": 0, "retained_customers_3_months": 0}, {"mrr": 4.50, "new_customers": 0, "expansion": 0, "reactivated_customers": 0, "contraction": 0.50, "churned_customers": 0, "retained_customers_3_months": 0}]}');
SELECT month, opening, new, expansion, reactivated, contraction, churned, closing FROM stored, mrr_movements(s);

-- Errors
SELECT mrr_agg(customer, month, 'NaN'::float8) FROM payments;
SELECT mrr_agg(customer, month, '-infinity'::real) FROM payments;
SELECT mrr_agg(customer, starts, ends, mrr, NULL) FROM contracts;
SELECT mrr_agg(customer, starts, ends, mrr, 'infinity') FROM contracts;
SELECT mrr_agg(customer, starts, ends, mrr, '1899-12-31') FROM contracts;
SELECT mrr_agg(customer, starts, ends, mrr, CASE WHEN customer = 3 THEN '2024-06-30' ELSE '2024-05-31' END::date) FROM contracts;
SELECT r.* FROM summaries, mrr_retention(s, 2) r;
SELECT r.* FROM summaries, mrr_retention(s, -1) r;
SELECT rollup(s) FROM (SELECT mrr_agg(customer, starts, ends, mrr, as_of) AS s FROM contracts, unnest('{2024-05-31, 2024-06-30}'::date[]) as_of GROUP BY as_of ORDER BY as_of) x;
SELECT rollup(replace(s::text, '"used": 5', '"used": 4611686018427387903')::mrr_summary) FROM stored, generate_series(1, 2);
SELECT '2024-01'::mrr_summary;
SELECT '{"version": 3}'::mrr_summary;
SELECT replace(s::text, '"used": 5', '"used": 4611686018427387904')::mrr_summary FROM stored;
SELECT replace(s::text, '"used": 5', '"used": 0')::mrr_summary FROM stored;
SELECT replace(s::text, '"negative_months": 0', '"negative_months": 4611686018427387904')::mrr_summary FROM stored;
SELECT replace(s::text, '"negative_month": 0', '"negative_month": 1')::mrr_summary FROM stored;
SELECT replace(s::text, '"ends_at_as_of": false', '"ends_at_as_of": 2')::mrr_summary FROM stored;
SELECT replace(s::text, '"first_month": "2024-01-01"', '"first_month": "2024-00-01"')::mrr_summary FROM stored;
SELECT replace(s::text, '"first_month": "2024-01-01"', '"first_month": "2199-12-01"')::mrr_summary FROM stored;
SELECT replace(s::text, '"new_customers": 1', '"new_customers": 4611686018427387904')::mrr_summary FROM stored;
SELECT replace(s::text, '"new": 10', '"new": -10')::mrr_summary FROM stored;
SELECT replace(s::text, '"churned_customers": 1', '"churned_customers": 2')::mrr_summary FROM stored;
SELECT replace(s::text, '"churned": 12', '"churned": 13')::mrr_summary FROM stored;
SELECT replace(s::text, '"contraction": 0.50', '"contraction": -0.50')::mrr_summary FROM stored;
SELECT replace(s::text, '"expansion": 2', '"expansion": 3')::mrr_summary FROM stored;
SELECT replace(s::text, '"reactivated_customers": 1', '"reactivated_customers": 2')::mrr_summary FROM stored;
SELECT replace(s::text, '"used": 2', '"used": 1')::mrr_summary FROM (SELECT mrr_agg(c, '2024-01-01', 5) AS s FROM generate_series(1, 2) c) x;
SELECT '{"version": 1, "rows": {"used": 0, "no_customer": 0, "no_month": 0, "no_amount": 0, "time_out_of_range": 0, "ends_before_starts": 0, "in_no_month": 0, "negative_month": 0}, "negative_months": 0, "ends_at_as_of": true, "months": []}'::mrr_summary;
SELECT replace(s::text, '"retained_customers_3_months": 0', '"retained_customers_3_months": 1, "net_retained_3_months": 0, "gross_retained_3_months": 0')::mrr_summary FROM stored;
SELECT replace(s::text, '"retained_customers_3_months": 0}]', '"retained_customers_3_months": 1, "net_retained_3_months": 5.00, "gross_retained_3_months": 1}]')::mrr_summary FROM stored;
SELECT replace(s::text, '"net_retained_6_months": 5', '"net_retained_6_months": 11')::mrr_summary FROM (SELECT mrr_agg(c, m::date, 5) AS s FROM generate_series(1, 3) c, generate_series(timestamp '2024-01-01', '2024-07-01', '1 month') m WHERE (c, m) NOT IN ((2, '2024-04-01'), (3, '2024-03-01'))) x;
