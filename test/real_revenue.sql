-- real_revenue: published figures of real customers (FUNNEL_DATA/ravenstack, telco_churn).
--
-- Every row of both figures.csv is answered, but for these:
--	ravenstack accounts, churn_event_accounts, refunds_usd		plain counts and sums of rows
--	ravenstack satisfaction_mean								a mean of scores: surveys answer shares
--	telco tenure_months_mean, _median							tenure is a number of months, not two moments
--	telco blank_total_charges									a property of the file
\if :{?have_funnel_data} \else \set have_funnel_data false \endif
\if :have_funnel_data

SELECT no_plan();
SET jit = off;
SET timezone = 'UTC';

CREATE TABLE figures (metric text, segment text, value numeric, definition text);
CREATE TABLE got (metric text, segment text, value numeric);

-- What is asked, and the same in figures.csv, to its digits
CREATE FUNCTION pg_temp.differences() RETURNS SETOF text LANGUAGE sql AS $$
	SELECT format('%s, %s: figures.csv %s, got %s', metric, segment, f.value, g.value)
	FROM got g LEFT JOIN figures f USING (metric, segment)
	WHERE (round(g.value, scale(f.value)) = f.value) IS NOT TRUE
$$;
-- What is not asked
CREATE FUNCTION pg_temp.left_out() RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(DISTINCT metric, ' ' ORDER BY metric) FROM (SELECT metric, segment FROM figures EXCEPT SELECT metric, segment FROM got) x
$$;

--
-- RavenStack: subscriptions as they are stored
--

\copy figures FROM PROGRAM 'cat "$FUNNEL_DATA/ravenstack/figures.csv"' CSV HEADER
CREATE TABLE subscription (subscription_id text, account_id text, start_date date, end_date date, plan_tier text, seats integer,
	mrr_amount integer, arr_amount integer, is_trial boolean, upgrade_flag boolean, downgrade_flag boolean, churn_flag boolean,
	billing_frequency text, auto_renew_flag boolean);
\copy subscription FROM PROGRAM 'zcat "$FUNNEL_DATA/ravenstack/ravenstack_subscriptions.csv.gz"' CSV HEADER
CREATE TABLE account (account_id text, account_name text, industry text, country text, signup_date date, referral_source text,
	plan_tier text, seats integer, is_trial boolean, churn_flag boolean);
\copy account FROM PROGRAM 'zcat "$FUNNEL_DATA/ravenstack/ravenstack_accounts.csv.gz"' CSV HEADER
CREATE TABLE churn_event (churn_event_id text, account_id text, churn_date date, reason_code text, refund_amount_usd numeric,
	preceding_upgrade_flag boolean, preceding_downgrade_flag boolean, is_reactivation boolean, feedback_text text);
\copy churn_event FROM PROGRAM 'zcat "$FUNNEL_DATA/ravenstack/ravenstack_churn_events.csv.gz"' CSV HEADER
CREATE TABLE ticket (ticket_id text, account_id text, submitted_at timestamp, closed_at timestamp, resolution_time_hours numeric,
	priority text, first_response_time_minutes numeric, satisfaction_score numeric, escalation_flag boolean);
\copy ticket FROM PROGRAM 'zcat "$FUNNEL_DATA/ravenstack/ravenstack_support_tickets.csv.gz"' CSV HEADER

-- One summary a country; every figure is a rollup of these.
CREATE MATERIALIZED VIEW country AS
SELECT country, mrr_agg(account_id, start_date, end_date, mrr_amount, '2024-12-31') AS summary
FROM subscription JOIN account USING (account_id) WHERE NOT subscription.is_trial GROUP BY country;
CREATE TABLE mrr AS SELECT rollup(summary) AS summary FROM country;
SELECT is(mrr_summary_send(summary), (SELECT mrr_summary_send(mrr_agg(account_id, start_date, end_date, mrr_amount, '2024-12-31')) FROM subscription WHERE NOT is_trial),
	'the rollup of the countries is the summary of all') FROM mrr;
SELECT cmp_ok(count(*), '>', 1::bigint, '... of several') FROM country;

INSERT INTO got
SELECT metric, (m.month + interval '1 month' - interval '1 day')::date::text, v.value
FROM mrr, mrr_movements(summary) m, LATERAL (VALUES ('mrr_usd', closing), ('paying_accounts', closing_customers)) v (metric, value)
WHERE m.month IN ('2023-12-01', '2024-06-01', '2024-11-01', '2024-12-01');

-- From one month to the next: the moves
INSERT INTO got
SELECT metric, '2024-11-30 .. 2024-12-31', v.value
FROM mrr, mrr_movements(summary) m, mrr_retention(summary, 1) r,
	LATERAL (VALUES ('new_mrr', new + reactivated), ('expansion_mrr', expansion), ('contraction_mrr', contraction), ('churned_mrr', churned),
		('nrr', net_retention::numeric), ('grr', gross_retention::numeric), ('logo_retention', customer_retention::numeric)) v (metric, value)
WHERE m.month = '2024-12-01' AND r.month = m.month;

-- Over a year: retention, and what follows where nobody has churned meanwhile
INSERT INTO got
SELECT metric, '2023-12-31 .. 2024-12-31', v.value
FROM mrr, mrr_movements(summary) m, mrr_retention(summary, 12) r,
	LATERAL (SELECT round(mrr_then * (1 - gross_retention::numeric)) AS lost) l,
	LATERAL (VALUES ('new_mrr', closing - mrr_now), ('expansion_mrr', mrr_now - mrr_then + lost), ('contraction_mrr', lost),
		('churned_mrr', CASE WHEN customer_retention = 1 THEN 0 END),
		('nrr', net_retention::numeric), ('grr', gross_retention::numeric), ('logo_retention', customer_retention::numeric)) v (metric, value)
WHERE m.month = '2024-12-01' AND r.month = m.month;

-- The same months given by the month
INSERT INTO got
SELECT metric, d::date::text, v.value
FROM (SELECT mrr_agg(account_id, d::date, mrr_amount) AS summary
		FROM generate_series(timestamp '2023-02-01', '2025-01-01', '1 month') s, LATERAL (SELECT s - interval '1 day') d (d), subscription
		WHERE NOT is_trial AND start_date <= d AND (end_date IS NULL OR end_date > d)) x,
	mrr_movements(summary) m, LATERAL (SELECT m.month + interval '1 month' - interval '1 day') d (d),
	LATERAL (VALUES ('mrr_usd', closing), ('paying_accounts', closing_customers)) v (metric, value)
WHERE m.month IN ('2023-12-01', '2024-06-01', '2024-11-01', '2024-12-01');
SELECT is(count(*), 30::bigint, 'RavenStack: 8 figures of months, twice, and 14 of changes') FROM got;

-- What the other families answer of the same file
INSERT INTO got SELECT 'account_churn_rate', 'all', conversion_rate(churn_flag) FROM account;
INSERT INTO got SELECT 'subscriptions', 'all', decided(rate_agg(end_date IS NOT NULL)) FROM subscription;
INSERT INTO got SELECT 'subscriptions_with_end', 'all', succeeded(rate_agg(end_date IS NOT NULL)) FROM subscription;
INSERT INTO got SELECT 'churn_events', 'all', decided(rate_agg(is_reactivation)) FROM churn_event;
INSERT INTO got SELECT 'tickets', 'all', asked(survey_agg(satisfaction_score)) FROM ticket;
INSERT INTO got SELECT 'tickets_scored', 'all', responses(survey_agg(satisfaction_score)) FROM ticket;
INSERT INTO got SELECT 'csat', coalesce('priority=' || priority, 'all'), csat_score(satisfaction_score) FROM ticket GROUP BY ROLLUP (priority);
INSERT INTO got
SELECT 'first_response_minutes_' || metric, 'all', extract(epoch FROM v.value) / 60
FROM (SELECT lead_response_time(submitted_at, answered_at) AS mean, lead_response_time(submitted_at, answered_at, 0.5) AS median, lead_response_time(submitted_at, answered_at, 0.9) AS p90
		FROM ticket, LATERAL (SELECT submitted_at + first_response_time_minutes * interval '1 minute') a (answered_at)) x,
	LATERAL (VALUES ('mean', mean), ('median', median), ('p90', p90)) v (metric, value);
INSERT INTO got SELECT 'first_response_within_60min', 'all', response_within(submitted_at, submitted_at + first_response_time_minutes * interval '1 minute', '1 hour', '2030-01-01'::timestamp)
FROM ticket WHERE first_response_time_minutes IS NOT NULL;

SELECT is_empty('SELECT * FROM pg_temp.differences()', 'RavenStack: equal to figures.csv');
SELECT is(pg_temp.left_out(), 'accounts churn_event_accounts refunds_usd satisfaction_mean', '... but for these, for the reasons above');

--
-- Telco churn: a customer's charge, and whether it left
--

TRUNCATE figures, got;
\copy figures FROM PROGRAM 'cat "$FUNNEL_DATA/telco_churn/figures.csv"' CSV HEADER
CREATE TABLE telco (customer text, gender text, senior text, partner text, dependents text, tenure integer, phone text, lines text, internet text, security text,
	backup text, protection text, support text, tv text, movies text, contract text, paperless text, payment text, charge numeric, total text, churn text);
\copy telco FROM PROGRAM 'zcat "$FUNNEL_DATA/telco_churn/Telco-Customer-Churn.csv.gz"' CSV HEADER

-- Two months: before churn everybody pays, after it those that stayed.
CREATE TABLE telco_month AS
SELECT contract, mrr_agg(customer, month, charge) AS summary
FROM telco, unnest('{2024-01-31, 2024-02-29}'::date[]) month WHERE month < '2024-02-01' OR churn = 'No' GROUP BY contract;
INSERT INTO got
SELECT metric, segment, v.value
FROM (SELECT coalesce('Contract=' || contract, 'all') AS segment, rollup(summary) AS summary FROM telco_month GROUP BY ROLLUP (contract)) x,
	mrr_movements(summary) m,
	LATERAL (VALUES ('customers', opening_customers), ('churned', churned_customers), ('churn_rate', customer_churn_rate::numeric), ('mrr', opening), ('churned_mrr', churned),
		('revenue_churn_rate', revenue_churn_rate::numeric), ('arpu', opening / opening_customers), ('simple_clv', opening / opening_customers / customer_churn_rate::numeric)) v (metric, value)
WHERE m.month = '2024-02-01' AND (segment = 'all' OR metric = 'churn_rate');
INSERT INTO got
SELECT metric, 'all', v.value
FROM (SELECT mrr_retention(rollup(summary), 1) AS r FROM telco_month) x, LATERAL (VALUES ('churn_rate', 1 - (r).customer_retention::numeric), ('revenue_churn_rate', 1 - (r).gross_retention::numeric)) v (metric, value);

-- The same as rates
INSERT INTO got
SELECT metric, segment, v.value
FROM (SELECT coalesce('Contract=' || contract, 'all') AS segment, rate_agg(churn = 'Yes', charge) AS s FROM telco GROUP BY ROLLUP (contract)) x,
	LATERAL (VALUES ('customers', decided(s)), ('churned', succeeded(s)), ('churn_rate', conversion_rate(s)::numeric), ('mrr', amount_decided(s)), ('churned_mrr', amount_won(s)),
		('revenue_churn_rate', win_rate_by_value(s)::numeric), ('arpu', amount_decided(s) / decided(s))) v (metric, value)
WHERE segment = 'all' OR metric = 'churn_rate';

SELECT is(count(*), 23::bigint, 'Telco: 11 figures from months, 2 from retention, 10 from rates') FROM got;
SELECT is_empty('SELECT * FROM pg_temp.differences()', 'Telco: equal to figures.csv');
SELECT is(pg_temp.left_out(), 'blank_total_charges tenure_months_mean tenure_months_median', '... but for these, for the reasons above');

SELECT * FROM finish();
\else
\echo 1..0 # SKIP FUNNEL_DATA names no folder of real data
\endif
