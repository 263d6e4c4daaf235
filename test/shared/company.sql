-- company.sql: the tables of a company, as examples/nightly/company.sql maps them; made up, and the same each time.
-- Nothing is called as in the sample CRM: outcomes are words, amounts doubles, moments local or of UTC without saying so, quotas by month.
CREATE SCHEMA app;
CREATE TABLE app."Employees" ("EmpEmail" text PRIMARY KEY, "Full Name" text, team text);
INSERT INTO app."Employees" SELECT 'seller' || n || '@example.my', 'Seller ' || n, CASE WHEN n % 2 = 0 THEN 'Large' ELSE 'Small' END FROM generate_series(1, 6) n;

CREATE TABLE app.opportunities (
	"Opportunity ID" text PRIMARY KEY, owner_email text, deal_status text, "Value (USD)" double precision, created_on timestamp, close_dt timestamp, lead_src text, is_deleted boolean);
INSERT INTO app.opportunities
SELECT 'O-' || n, 'seller' || 1 + n % 6 || '@example.my', (ARRAY['Closed Won', 'Closed - Lost', 'open', 'disqualified', 'won', 'LOST', 'On hold'])[1 + n % 7],
	CASE WHEN n % 19 > 0 THEN (n * 7919 % 100000) / 8.0 + 0.1 END,
	timestamp '2024-11-01 08:00' + n * 11 % 380 * interval '1 day' + n % 24 * interval '1 hour',
	timestamp '2024-11-01 08:00' + (n * 11 % 380 + 5 + n % 50) * interval '1 day' + n % 24 * interval '1 hour',
	(ARRAY['web', 'WEB', 'referral', NULL, 'cold call'])[1 + n % 5], n % 97 = 0
FROM generate_series(1, 900) n;

CREATE TABLE app.opp_field_history (id bigserial, opp_id text, field text, new_val text, changed_at timestamp);
INSERT INTO app.opp_field_history (opp_id, field, new_val, changed_at)
SELECT o."Opportunity ID", 'StageName', s.label, o.created_on + (o.close_dt - o.created_on) * s.place / 6
FROM app.opportunities o
CROSS JOIN LATERAL (SELECT substr("Opportunity ID", 3)::integer AS n) k
CROSS JOIN (VALUES (1, '2 - Qualify'), (2, '3 - Demo/POC'), (3, '4 - Quote, sent'), (4, '5 - Legal')) AS s (place, label)
WHERE s.place <= n % 5
UNION ALL
SELECT "Opportunity ID", 'StageName', CASE WHEN deal_status ILIKE '%won%' THEN '6 - Won' ELSE '0 - Lost' END, close_dt FROM app.opportunities WHERE deal_status ~* 'won|lost|disq'
UNION ALL
SELECT "Opportunity ID", 'Amount', '17', close_dt FROM app.opportunities WHERE deal_status ~* 'won';

CREATE TABLE app.tbl_activity (id bigserial, who text, type text, dt timestamp, duration_min integer, done integer);
INSERT INTO app.tbl_activity (who, type, dt, duration_min, done)
SELECT 'seller' || 1 + n % 6 || '@example.my', (ARRAY['Call', 'EMAIL', 'mtg', 'internal'])[1 + n % 4], timestamp '2025-01-01 09:00' + n * interval '5 hours', n % 60, (n % 10 > 0)::integer FROM generate_series(1, 1500) n;

CREATE TABLE app.billing_subs (account_no integer, qty integer, unit_price numeric(10,2), billing_interval text, started date, cancelled date);
INSERT INTO app.billing_subs SELECT n, 1 + n % 20, 25.50, CASE WHEN n % 3 = 0 THEN 'year' ELSE 'month' END, date '2024-12-01' + n * 5 % 300, CASE WHEN n % 4 = 0 THEN date '2025-01-01' + n * 5 % 300 + n % 90 WHEN n % 7 = 0 THEN '9999-12-31' END FROM generate_series(1, 200) n;

CREATE TABLE app.emp_survey (dept text, q_enps integer, sent_at timestamp);
INSERT INTO app.emp_survey SELECT (ARRAY['Sales', 'Technology'])[1 + n % 2], CASE WHEN n % 3 > 0 THEN n % 11 END, timestamp '2025-03-01 00:00' + n % 3 * interval '3 months' FROM generate_series(1, 120) n;

CREATE TABLE app.inbound_leads (lead_no integer, created_utc timestamp, first_touch_utc timestamp, channel text, became_opp text);
INSERT INTO app.inbound_leads
SELECT n, timestamp '2025-01-01' + n * interval '6 hours 13 minutes', CASE WHEN n % 8 > 0 THEN timestamp '2025-01-01' + n * interval '6 hours 13 minutes' + n * n % 2000 * interval '1 minute' WHEN n % 40 = 0 THEN timestamp '2025-01-01' END,
	(ARRAY['web', 'chat', 'phone'])[1 + n % 3], CASE WHEN n % 5 = 0 THEN 'O-' || n % 900 END
FROM generate_series(1, 1300) n;

CREATE TABLE app.sales_targets (rep_email text, yyyymm text, target_usd double precision);
INSERT INTO app.sales_targets SELECT 'seller' || r || '@example.my', to_char(m, 'YYYYMM'), 9000.1 + r FROM generate_series(1, 6) r, generate_series(timestamp '2024-11-01', timestamp '2025-11-01', interval '1 month') m WHERE NOT (r = 6 AND m > '2025-06-01');
ANALYZE;
