-- crm: the sample CRM is the same everywhere, is what the head of generate.sql says, and the KPIs find its story

-- Tests side by side in one SELECT print a line each.
\pset fieldsep '\n'
SET TimeZone = 'UTC';

-- The head of generate.sql, the tables that doc/crm.md lists, and what psql says to a scale that is none
\set head `sed -n '/^-- Rows at scale 1:/,/^--$/p' examples/crm/generate.sql`
\set documented `sed -n '/^## The tables/,/^Start with/s/^| [^a-z]\([a-z_][a-z_]*\)[^a-z].*/\1/p' doc/crm.md`
\set refused `for scale in 0 -1 1.5 ten '' 5001; do PGOPTIONS= psql --no-psqlrc -q -v scale="$scale" -f examples/crm/generate.sql 2>&1 | sed -n 's/.*ERROR:  //p'; done`

\ir ../examples/crm/schema.sql
\ir ../examples/crm/generate.sql

-- Another company
CREATE SCHEMA other;
SET search_path = other, public;
\set seed 'Syarikat O''Brien %s'
\ir ../examples/crm/schema.sql
\ir ../examples/crm/generate.sql

-- The first one again, by other plans, in a session with other settings
CREATE SCHEMA again;
SET search_path = again, public;
SET TimeZone = 'America/New_York';
SET DateStyle = 'German';
SET IntervalStyle = 'sql_standard';
SET extra_float_digits = -3;
SET enable_hashjoin = off;
\set seed 1
\ir ../examples/crm/schema.sql
\ir ../examples/crm/generate.sql
RESET ALL;
SET client_min_messages = warning;
SET TimeZone = 'UTC';

CREATE VIEW public.crm_tables AS
	SELECT c.oid::regclass AS table, nspname AS schema, relname AS name
	FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
	WHERE relkind = 'r' AND nspname IN ('public', 'other', 'again') AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = c.oid AND deptype = 'e');

CREATE FUNCTION public.rows_of(of_table regclass) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	n bigint;
BEGIN
	EXECUTE format('SELECT count(*) FROM %s', of_table) INTO n;
	RETURN n;
END$$;

-- All digits of a table, in whatever order the rows lie
CREATE FUNCTION public.digits(of_table regclass) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	digits text;
BEGIN
	EXECUTE format('SELECT md5(string_agg(r::text, E''\n'' ORDER BY r::text COLLATE "C")) FROM %s r', of_table) INTO digits;
	RETURN digits;
END$$;

SET search_path = public;
SELECT no_plan();

-- The digits

CREATE TABLE expected AS SELECT * FROM (VALUES
	('activities', 'e9cdfdc7af817c317d72f126174681f9'),
	('campaigns', 'b514d759af3231e41da355e012d2d78b'),
	('costs', 'ca49e24a0692562ed09b93e4dc46d127'),
	('deal_stage_history', '3a1fffc27f3151c103052a1d20c25f19'),
	('deals', '7fcb377ce298faf741ea8302491aaf8a'),
	('leads', '7c185f3e816c627a8817c51e2c6abcf9'),
	('orders', '3c5a7a8c5ce24096435e8749f192de60'),
	('quotas', 'e2636323b8f953a6a788b765355a8001'),
	('reps', '7fd1d2ecb1666cfa6e96e56122a82918'),
	('shop_events', '49e28ff47c48abbfaeee4ef157bd63ee'),
	('stock', 'c01b1378498fde95b13a7d784182e160'),
	('subscriptions', 'c3bd3967343f2817e6b3f74a26334379'),
	('survey_responses', '928697253cd0e45c7b95bf740f3fb298')
) v (name, digits);

SELECT is(digits(t.table), e.digits, 'the digits of ' || e.name) FROM expected e LEFT JOIN crm_tables t ON t.name = e.name AND t.schema = 'public';
SELECT is(digits(t.table), e.digits, 'the same in another session: ' || e.name) FROM expected e LEFT JOIN crm_tables t ON t.name = e.name AND t.schema = 'again';
SELECT is(array_agg(t.name ORDER BY t.name), '{reps}', 'another seed, another company: the people alone are the same')
FROM expected e JOIN crm_tables t ON t.name = e.name AND t.schema = 'other' AND digits(t.table) = e.digits;
SELECT set_eq('SELECT name::text FROM crm_tables WHERE schema = ''public'' AND name <> ''expected''', 'SELECT name FROM expected', 'no table without expected digits');

-- What the head of generate.sql says

SELECT bag_eq(format($q$SELECT m[2], replace(m[1], ',', '')::bigint FROM regexp_matches(%L, '([0-9,]+) ([a-z_]+)', 'g') m
		WHERE m[2] IN (SELECT name FROM expected)$q$, split_part(:'head', 'With the scale', 1)),
	'SELECT name::text, rows_of(t.table) FROM crm_tables t WHERE schema = ''public'' AND name IN (SELECT name FROM expected)',
	'the rows of each table are those of the head of generate.sql');
SELECT set_eq(format('SELECT unnest(string_to_array(%L, E''\n''))', :'documented'), 'SELECT name FROM expected', 'doc/crm.md lists the tables');
SELECT is(:'refused'::text, E'scale "0" is not a whole number from 1 to 5000\nscale "-1" is not a whole number from 1 to 5000\nscale "1.5" is not a whole number from 1 to 5000\n'
	'scale "ten" is not a whole number from 1 to 5000\nscale "" is not a whole number from 1 to 5000\nscale "5001" is not a whole number from 1 to 5000', 'a scale that is none is refused');

-- What the schema says

SELECT is_empty($$SELECT name FROM crm_tables t WHERE schema = 'again' AND coalesce(obj_description(t.table, 'pg_class'), '') = ''$$, 'each table has a comment');
SELECT is_empty($$SELECT t.table, attname FROM crm_tables t JOIN pg_attribute ON attrelid = t.table AND attnum > 0 AND NOT attisdropped
	WHERE schema = 'again' AND coalesce(col_description(t.table, attnum), '') = ''$$, 'each column has a comment');
SELECT results_eq($$SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND convalidated AND conrelid IN (SELECT t.table FROM crm_tables t) GROUP BY connamespace$$,
	'SELECT 6::bigint FROM generate_series(1, 3)', 'the foreign keys are there again after the load');
SELECT is_empty($$SELECT deal_id FROM deals WHERE modified IS NULL OR modified >= '2026-01-01' OR modified < created
	OR modified < (SELECT max(entered_at) FROM deal_stage_history h WHERE h.deal_id = deals.deal_id)$$, 'a deal was last modified after it last moved, before the export');

-- The story, as the KPIs tell it. In a function, so that it is read in whatever company search_path names.

CREATE FUNCTION public.story() RETURNS TABLE (finding text, value double precision) LANGUAGE sql AS $$
	WITH f AS (
		SELECT funnel 'Lead > Qualified > Demo > Proposal > Negotiation > Won; lost: Lost, Disqualified' AS definition
	), proposals AS (	-- by the month a deal first came to Proposal
		SELECT date_trunc('month', first.at)::date AS month, stage_agg(h.deal_id, h.stage, h.entered_at, f.definition) AS s
		FROM f, deal_stage_history h JOIN (
			SELECT deal_id, min(entered_at) AS at FROM deal_stage_history WHERE stage = 'Proposal' GROUP BY deal_id) first USING (deal_id)
		GROUP BY 1
	), splits AS (	-- the months before each month against those from it on
		SELECT boundary.month, c.*
		FROM proposals boundary, LATERAL (SELECT rollup(s) FILTER (WHERE month < boundary.month) AS before, rollup(s) FILTER (WHERE month >= boundary.month) AS after
			FROM proposals) t, compare_funnels(t.before, t.after, '2026-01-01', 60) c
		WHERE boundary.month BETWEEN '2024-04-01' AND '2025-10-01' AND c.stage IN ('Proposal', 'Negotiation')
	), sources AS (
		SELECT source = 'Paid search' AS is_paid, rate_agg(won, amount) AS s FROM deals GROUP BY 1
	), answers AS (
		SELECT owner = 'Daniel Weber' AS is_his, 24 * cycle_days(created, first_response, 0.5) AS hours,
			rate_agg(converted IS NOT NULL) AS s, response_within(created, first_response, '24 hours', '2026-01-01') AS in_a_day
		FROM leads GROUP BY 1
	), stages AS (
		SELECT l.* FROM f, LATERAL (SELECT stage_agg(deal_id, stage, entered_at, f.definition) AS s FROM deal_stage_history) t, stage_leakage(t.s, '2026-01-01', 60) l
	), waiting AS (
		SELECT stage, stalled::double precision / nullif(stalled + open, 0) AS stalled FROM stages
	), teams AS (
		SELECT segment, asked >= '2025-01-01' AS since_2025, survey_agg(score) AS s FROM survey_responses WHERE survey = 'eNPS' GROUP BY 1, 2
	)
	SELECT 'paid search wins, of what others win', win_rate(p.s) / win_rate(o.s) FROM sources p, sources o WHERE p.is_paid AND NOT o.is_paid
	UNION ALL SELECT 'paid search, p', c.p_value FROM sources p, sources o, compare_rates(p.s, o.s) c WHERE p.is_paid AND NOT o.is_paid
	UNION ALL SELECT 'proposals go on, before', rate_a FROM splits WHERE month = '2025-06-01' AND stage = 'Proposal'
	UNION ALL SELECT 'proposals go on, since June 2025', rate_b FROM splits WHERE month = '2025-06-01' AND stage = 'Proposal'
	UNION ALL SELECT 'proposals, p', p_value FROM splits WHERE month = '2025-06-01' AND stage = 'Proposal'
	UNION ALL SELECT 'months from June 2025 to the break', (SELECT 12 * (extract(year FROM month) - 2025) + extract(month FROM month) - 6 FROM splits WHERE stage = 'Proposal' ORDER BY p_value, month LIMIT 1)
	UNION ALL SELECT 'negotiations, p', p_value FROM splits WHERE month = '2025-06-01' AND stage = 'Negotiation'
	UNION ALL SELECT 'hours until Daniel Weber answers', hours FROM answers WHERE is_his
	UNION ALL SELECT 'hours until the others answer', hours FROM answers WHERE NOT is_his
	UNION ALL SELECT 'his leads within a day', in_a_day FROM answers WHERE is_his
	UNION ALL SELECT 'other leads within a day', in_a_day FROM answers WHERE NOT is_his
	UNION ALL SELECT 'his leads become deals, of what others'' do', conversion_rate(h.s) / conversion_rate(o.s) FROM answers h, answers o WHERE h.is_his AND NOT o.is_his
	UNION ALL SELECT 'his leads, p', c.p_value FROM answers h, answers o, compare_rates(h.s, o.s) c WHERE h.is_his AND NOT o.is_his
	UNION ALL SELECT 'stalled of those waiting in Negotiation', stalled FROM waiting WHERE stage = 'Negotiation'
	UNION ALL SELECT 'stalled of those waiting in the stage after', max(stalled) FROM waiting WHERE stage <> 'Negotiation'
	UNION ALL SELECT 'eNPS of Indonesia, 2024', enps_score(s) FROM teams WHERE segment = 'Indonesia' AND NOT since_2025
	UNION ALL SELECT 'eNPS of Indonesia, 2025', enps_score(s) FROM teams WHERE segment = 'Indonesia' AND since_2025
	UNION ALL SELECT 'eNPS of Indonesia, 2025, at most', score_high(s) FROM teams WHERE segment = 'Indonesia' AND since_2025
	UNION ALL SELECT 'eNPS of the others, 2025, at least', score_low(rollup(s)) FROM teams WHERE segment <> 'Indonesia' AND since_2025
$$;

CREATE TABLE told (company text, finding text, value double precision);
INSERT INTO told SELECT 'the company', * FROM story();
SET search_path = other, public;
INSERT INTO told SELECT 'another company', * FROM story();
SET search_path = public;
CREATE FUNCTION figure(of_company text, what text) RETURNS double precision LANGUAGE plpgsql AS $$
DECLARE
	figure double precision;
BEGIN
	SELECT value INTO STRICT figure FROM told WHERE company = of_company AND finding = what;
	RETURN figure;
END$$;

SELECT isnt((SELECT array_agg(value ORDER BY finding) FROM told WHERE company = 'the company'), (SELECT array_agg(value ORDER BY finding) FROM told WHERE company = 'another company'),
	'two companies');
SELECT cmp_ok(figure(c, 'paid search wins, of what others win'), '>=', 0.4::double precision, c || ': paid search wins half as often'),
	cmp_ok(figure(c, 'paid search wins, of what others win'), '<=', 0.6::double precision, c || ': and not more'),
	cmp_ok(figure(c, 'paid search, p'), '<', 1e-12::double precision, c || ': which is no chance'),
	cmp_ok(figure(c, 'proposals go on, before') - figure(c, 'proposals go on, since June 2025'), '>', 0.2::double precision, c || ': Proposal leaks since June 2025'),
	cmp_ok(figure(c, 'proposals, p'), '<', 1e-12::double precision, c || ': which is no chance, either'),
	is(figure(c, 'months from June 2025 to the break'), 0::double precision, c || ': no other month divides before and after as well'),
	cmp_ok(figure(c, 'negotiations, p'), '>', 0.05::double precision, c || ': Negotiation does not leak more'),
	cmp_ok(figure(c, 'hours until Daniel Weber answers'), '>', 24::double precision, c || ': Daniel Weber answers in days'),
	cmp_ok(figure(c, 'hours until the others answer'), '<', 4::double precision, c || ': the others in hours'),
	cmp_ok(figure(c, 'his leads within a day'), '<', 0.6 * figure(c, 'other leads within a day'), c || ': which shows in answers within a day'),
	cmp_ok(figure(c, 'his leads become deals, of what others'' do'), '<', 0.7::double precision, c || ': fewer of his leads become deals'),
	cmp_ok(figure(c, 'his leads, p'), '<', 1e-12::double precision, c || ': and that is no chance'),
	cmp_ok(figure(c, 'stalled of those waiting in Negotiation'), '>', 0.6::double precision, c || ': most that wait in Negotiation have stalled'),
	cmp_ok(figure(c, 'stalled of those waiting in Negotiation'), '>', 1.15 * figure(c, 'stalled of those waiting in the stage after'), c || ': more than in any other stage'),
	cmp_ok(figure(c, 'eNPS of Indonesia, 2025'), '<', figure(c, 'eNPS of Indonesia, 2024') - 10, c || ': Indonesia thinks less of its employer since 2025'),
	cmp_ok(figure(c, 'eNPS of Indonesia, 2025, at most'), '<', figure(c, 'eNPS of the others, 2025, at least'), c || ': less than the others do, beyond the margins')
FROM (VALUES ('the company'), ('another company')) v (c);

-- The dirt: each kind, as the KPI that meets it counts it

CREATE FUNCTION dirt() RETURNS TABLE (kind text, rows bigint) LANGUAGE sql AS $$
	SELECT 'deals closed before they were created, or with an infinite date', invalid_rows(duration_agg(created, closed)) FROM deals
	UNION ALL SELECT 'of these, won', invalid_rows(velocity_agg(won, amount, created, closed)) FROM deals
	UNION ALL SELECT 'won without an amount', won_without_amount(velocity_agg(won, amount, created, closed)) FROM deals
	UNION ALL SELECT 'decided without an amount', without_amount(rate_agg(won, amount)) FROM deals
	UNION ALL SELECT 'decided with an amount of zero, Partner', zero_amount(rate_agg(won, amount)) FROM deals WHERE source = 'Partner'
	UNION ALL SELECT 'decided with an amount of zero, others', zero_amount(rate_agg(won, amount)) FROM deals WHERE source <> 'Partner'
	UNION ALL SELECT 'leads answered before they came', invalid_rows(duration_agg(created, first_response)) FROM leads
	UNION ALL SELECT 'history: ' || q.reason, q.rows FROM (SELECT stage_agg(deal_id, stage, entered_at, 'Lead > Qualified > Demo > Proposal > Negotiation > Won; lost: Lost, Disqualified') AS s
		FROM deal_stage_history) t, stage_quality(t.s) q WHERE q.reason <> 'used' AND q.rows > 0
	UNION ALL SELECT 'subscriptions: ' || q.reason, q.rows FROM (SELECT mrr_agg(customer, starts, ends, mrr, '2025-12-31') AS s FROM subscriptions) t, mrr_quality(t.s) q
		WHERE q.reason IN ('ends before starts', 'no amount')
	UNION ALL SELECT 'orders without an amount', without_amount(cohort_agg(customer, ordered, amount, 'month', 'UTC')) FROM orders
	UNION ALL SELECT 'quotas, none or zero', without_target(attainment_agg(0::numeric, quota)) FROM quotas
	UNION ALL SELECT 'quotas of zero', zero_target(attainment_agg(0::numeric, quota)) FROM quotas
	UNION ALL SELECT 'campaigns without a cost', count(*) FROM campaigns WHERE cost IS NULL
	UNION ALL SELECT 'decisions entered a day and more late', succeeded(rate_agg(modified > closed + interval '1 day')) FROM deals WHERE won IS NOT NULL AND closed >= created
$$;

CREATE TABLE counted AS SELECT * FROM (VALUES
	('deals closed before they were created, or with an infinite date', 22::bigint),
	('of these, won', 6::bigint),
	('won without an amount', 11::bigint),
	('decided without an amount', 42::bigint),
	('decided with an amount of zero, Partner', 412::bigint),
	('decided with an amount of zero, others', 0::bigint),
	('leads answered before they came', 45::bigint),
	('history: no time', 12::bigint),
	('history: unknown stage', 15::bigint),
	('history: exact duplicate', 21::bigint),
	('subscriptions: no amount', 13::bigint),
	('subscriptions: ends before starts', 2::bigint),
	('orders without an amount', 8::bigint),
	('quotas, none or zero', 6::bigint),
	('quotas of zero', 3::bigint),
	('campaigns without a cost', 1::bigint),
	('decisions entered a day and more late', 238::bigint)
) v (kind, rows);
SELECT results_eq('SELECT * FROM dirt()', 'SELECT kind, rows FROM counted', 'each kind of dirt is counted');
SET search_path = other, public;
SELECT is_empty('SELECT d.kind FROM public.dirt() d JOIN counted c USING (kind) WHERE d.rows = 0 AND c.rows >= 5', 'another company is as dirty, but for kinds so rare that none may be drawn');
SELECT is((SELECT rows FROM public.dirt() WHERE kind = 'decided with an amount of zero, others'), 0::bigint, 'but for its other sources');

SELECT * FROM finish();
