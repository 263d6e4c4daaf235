-- Sums over segments are the whole, in every period: a segment whose last row is old still shows its
-- churn and its balance, where all are asked with one as_of.
SELECT no_plan();

-- Segments that begin late and end early, customers and deals that stay in one
SELECT setseed(0.5) \g /dev/null
CREATE TABLE rows AS
SELECT segment, segment * 1000 + (random() * 20)::integer AS entity, (random() * 500)::numeric(8, 2) AS amount,
	(ARRAY['Lead', 'Demo', 'Won', 'Lost'])[1 + (random() * 3)::integer] AS stage,
	date '2024-01-10' + segment * 25 + (random() * random() * 60 * (1 + segment % 4))::integer AS day
FROM generate_series(1, 12) segment, generate_series(1, 120);
CREATE TABLE asked (as_of date);
INSERT INTO asked VALUES ((SELECT max(day) FROM rows)), ('2024-07-15'), ('2025-12-31'), ('2024-02-01');

CREATE TABLE tables (name text, summary text, call text, key text);
INSERT INTO tables VALUES
	('mrr_movements', 'mrr_agg(entity, day, amount)', 'mrr_movements(s, as_of)', 'month'),
	('mrr_retention', 'mrr_agg(entity, day, amount)', 'mrr_retention(s, 1, as_of)', 'month'),
	('mrr_retention over 3 months', 'mrr_agg(entity, day, amount)', 'mrr_retention(s, 3, as_of)', 'month'),
	('pipeline_movements', 'pipeline_agg(entity, stage, day, amount, ''Lead > Demo > Won; lost: Lost'', ''month'')', 'pipeline_movements(s, as_of)', 'period'),
	('pipeline_movements by day', 'pipeline_agg(entity, stage, day, amount, ''Lead > Demo > Won; lost: Lost'', ''day'')', 'pipeline_movements(s, as_of)', 'period'),
	('active_entities', 'cohort_agg(entity, day, amount, ''week'')', 'active_entities(s, as_of)', 'period'),
	('cohort_retention', 'cohort_agg(entity, day, amount, ''month'')', 'cohort_retention(s, as_of)', 'cohort || '' '' || periods_since');

-- Every number of a table that adds up, by key, column and as_of; what is not there is nothing
CREATE FUNCTION sums(grouped text, summary text, call text, key text) RETURNS text LANGUAGE sql AS $$
	SELECT format('SELECT as_of, %s AS key, j.key AS figure, sum(j.value::numeric)
		FROM asked, (SELECT %s AS s FROM rows %s) q, %s t, jsonb_each_text(to_jsonb(t)) j
		WHERE j.key !~ ''rate|ratio|retention|per_customer|period|month|cohort$|is_'' GROUP BY 1, 2, 3 HAVING sum(j.value::numeric) <> 0', key, summary, grouped, call) $$;
CREATE FUNCTION same_rows(got text, expected text, what text) RETURNS text LANGUAGE sql AS $$
	SELECT is_empty(format('(%1$s EXCEPT %2$s) UNION ALL (%2$s EXCEPT %1$s)', '(' || got || ')', '(' || expected || ')'), what) $$;
SELECT isnt_empty(sums('', summary, call, key), name || ': there are figures') FROM tables;
SELECT same_rows(sums('', summary, call, key), sums('GROUP BY segment', summary, call, key), name || ': segments add up to the whole') FROM tables;

-- A table ends with the period of as_of, and begins where the data does
SELECT results_eq(format('SELECT as_of, max(%1$s), min(%1$s) FROM asked, (SELECT %2$s AS s FROM rows) q, %3$s t GROUP BY 1 ORDER BY 1', key, summary, call),
	format('SELECT as_of, date_trunc(%L, as_of)::date, date_trunc(%1$L, (SELECT min(day) FROM rows))::date FROM asked WHERE as_of >= date_trunc(%1$L, (SELECT min(day) FROM rows)) ORDER BY 1', unit), tables.name || ': up to as_of')
FROM tables, (VALUES ('mrr_movements', 'month'), ('pipeline_movements', 'month'), ('pipeline_movements by day', 'day'), ('active_entities', 'week')) u(name, unit) WHERE u.name = tables.name;
-- What is shown up to an as_of of the past is what the rows up to the end of its period give
SELECT results_eq(format('SELECT t.* FROM (SELECT %s AS s FROM rows) q, LATERAL (SELECT date ''2024-07-31'' AS as_of) a, %s t', summary, call),
	format('SELECT t.* FROM (SELECT %s AS s FROM rows WHERE day <= ''2024-07-31'') q, LATERAL (SELECT date ''2024-07-31'' AS as_of) a, %s t', summary, call), name || ': rows of the future do not lock the past')
FROM tables WHERE name !~ 'active';

-- By default: to the last row
SELECT results_eq(format('SELECT t.* FROM (SELECT %s AS s FROM rows) q, %s t', summary, replace(call, 'as_of', 'NULL')),
	format('SELECT t.* FROM (SELECT %s AS s FROM rows) q, (SELECT max(day) FROM rows) a(as_of), %s t', summary, call), name || ': by default to the last row')
FROM tables;

-- Subscriptions end at the as_of they were known to
CREATE TABLE subscribed AS SELECT mrr_agg(1, date '2024-01-15', NULL, 10, date '2024-06-30') AS s;
SELECT is((SELECT max(month) FROM subscribed, mrr_movements(s, '2024-03-01')), date '2024-03-01', 'subscriptions: an earlier as_of');
SELECT is((SELECT max(month) FROM subscribed, mrr_movements(s, '2024-06-15')), date '2024-06-01', 'subscriptions: the same month');
SELECT throws_ok('SELECT mrr_movements(s, ''2024-07-01'') FROM subscribed', '22023', 'MRR of subscriptions is known to 2024-06, not to 2024-07', 'subscriptions: a later as_of is an error');
SELECT is_empty('SELECT mrr_movements(s, ''2023-12-31'') FROM subscribed', 'an as_of before all rows: no month');
SELECT is_empty(format('SELECT t.* FROM (SELECT %s AS s FROM rows) q, %s t', summary, replace(call, 'as_of', '''1999-12-31''')), name || ': an as_of before all rows') FROM tables;
SELECT is_empty(format('SELECT t.* FROM (SELECT %s AS s FROM rows WHERE false) q, %s t', summary, replace(call, 'as_of', '''2024-12-31''')), name || ': no rows') FROM tables;
SELECT is_empty(format('SELECT t.* FROM (SELECT %s AS s FROM rows) q, %s t', summary, replace(call, '(s,', '(nullif(s, s),')), name || ': no summary') FROM (SELECT name, summary, replace(call, 'as_of', 'NULL') AS call FROM tables) t;
SELECT throws_ok(format('SELECT t.* FROM (SELECT %s AS s FROM rows) q, %s t', summary, replace(call, 'as_of', quote_literal(as_of))), '22008',
	format('as_of must be between 1900-01-01 and 2199-12-31: %s', as_of), name || ': as_of ' || as_of)
FROM tables, (VALUES ('infinity'), ('-infinity'), ('1899-12-31'), ('2200-01-01')) v(as_of);

SELECT * FROM finish();
