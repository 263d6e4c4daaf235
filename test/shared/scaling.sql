-- scaling.sql: run by test/scaling on the coordinator; :port_1 and :port_2 are the shards' (shard.sql is what
-- they have). public holds the whole sample CRM, shards the same rows on three servers. pgTAP.
\unset ECHO
\set QUIET 1
\set ON_ERROR_STOP 1
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS funnel_metrics;
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE EXTENSION postgres_fdw;
SET TimeZone = 'UTC';
SET jit = off;
SELECT current_setting('server_version_num')::integer >= 140000 AS is_14, current_setting('server_version_num')::integer >= 150000 AS is_15 \gset
SELECT no_plan();

--
-- One server: the sample CRM; some leads, and their deals, are of no region
--
\ir ../../examples/crm/schema.sql
\ir ../../examples/crm/generate.sql
UPDATE leads SET region = NULL WHERE lead_id % 97 = 0;
UPDATE deals SET region = NULL WHERE lead_id % 97 = 0;
CREATE VIEW stage_history AS
SELECT d.region, d.source, h.deal_id, h.stage, h.entered_at, d.amount FROM deal_stage_history AS h JOIN deals AS d USING (deal_id);

--
-- Several: two shards with rows, one (a database of the second server) without any. Rows that have a region are
-- split by it, others by their customer.
--
CREATE TABLE shard(n integer PRIMARY KEY, server text, port integer, dbname text, regions text);
INSERT INTO shard VALUES (1, 'shard_1', :port_1, 'crm', '''Europe'', ''ایران'''), (2, 'shard_2', :port_2, 'crm', '''Americas'', ''Malaysia'', ''Indonesia'', NULL'), (3, 'shard_3', :port_2, 'nothing_yet', '''Antarctica''');
SELECT format('CREATE SERVER %s FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host ''127.0.0.1'', port %L, dbname %L, extensions ''funnel_metrics'', use_remote_estimate ''true'', fdw_tuple_cost ''0.2'', fetch_size ''10000'')', server, port, dbname),
	format('CREATE USER MAPPING FOR CURRENT_USER SERVER %s OPTIONS (user ''kpi_coordinator'', password ''not a secret'')', server) FROM shard
\gexec
\if :is_14
SELECT format('ALTER SERVER %s OPTIONS (ADD async_capable ''true'', ADD batch_size ''1000'')', server) FROM shard
\gexec
\endif
CREATE SCHEMA shards;
CREATE TABLE split(of_table text, key text, hashed boolean);
INSERT INTO split VALUES ('leads', 'region', false), ('deals', 'region', false), ('stage_history', 'region', false), ('survey_responses', 'segment', false), ('subscriptions', 'customer', true), ('orders', 'customer', true);
SELECT format('CREATE TABLE shards.%I (LIKE public.%1$I) PARTITION BY %s (%I)', of_table, CASE WHEN hashed THEN 'HASH' ELSE 'LIST' END, key) FROM split
\gexec
SELECT format('CREATE FOREIGN TABLE shards.%s %s SERVER %s OPTIONS (schema_name ''public'', table_name %L)', of_table || '_' || n,
	CASE WHEN NOT hashed THEN format('PARTITION OF shards.%I FOR VALUES IN (%s)', of_table, regions)
		WHEN n < 3 THEN format('PARTITION OF shards.%I FOR VALUES WITH (MODULUS 2, REMAINDER %s)', of_table, n - 1)
		ELSE format('(%s)', (SELECT string_agg(format('%I %s', attname, format_type(atttypid, atttypmod)), ', ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = of_table::regclass AND attnum > 0)) END, server, of_table)
FROM split, shard
\gexec
SELECT format('CREATE SCHEMA %s', server),
	format('IMPORT FOREIGN SCHEMA public LIMIT TO (reps, campaigns, deal_stage_history, cohorts_by_region) FROM SERVER %s INTO %1$s', server),
	format('IMPORT FOREIGN SCHEMA kpi FROM SERVER %s INTO %1$s', server) FROM shard
\gexec

-- Reps and campaigns are everywhere; a deal's history is where the deal is
SELECT format('INSERT INTO %s.%I SELECT * FROM %2$I', server, of_table) FROM shard, (VALUES ('reps'), ('campaigns')) AS t (of_table)
\gexec
INSERT INTO shards.leads SELECT * FROM leads;
INSERT INTO shards.deals SELECT * FROM deals;
SELECT format('INSERT INTO %s.deal_stage_history SELECT * FROM deal_stage_history WHERE deal_id IN (SELECT deal_id FROM shards.deals_%s)', server, n) FROM shard
\gexec
INSERT INTO shards.survey_responses SELECT * FROM survey_responses;
INSERT INTO shards.subscriptions SELECT * FROM subscriptions;
INSERT INTO shards.orders SELECT * FROM orders;
\! eval "$on_shard_1 crm -c ANALYZE"
\! eval "$on_shard_2 crm -c ANALYZE"
SELECT format('ANALYZE %I', of_table), format('ANALYZE shards.%I', of_table) FROM split WHERE of_table <> 'stage_history'
\gexec
SELECT is_empty(format('(TABLE %I EXCEPT ALL TABLE shards.%1$I) UNION ALL (TABLE shards.%1$I EXCEPT ALL TABLE %1$I)', of_table), format('the rows of %s are on the shards', of_table)) FROM split;
SELECT isnt_empty('SELECT FROM shards.deals_2 WHERE region IS NULL', 'rows of no region, too');
SELECT is_empty('SELECT FROM shards.deals_3', 'one shard is empty');

--
-- What is asked: aggregates over a table
--
CREATE TABLE asked(call text, of_table text);
INSERT INTO asked VALUES
	('label_agg(stage)', 'stage_history'),
	('rate_agg(won)', 'deals'), ('rate_agg(won, amount)', 'deals'), ('rate_agg(won, amount::double precision)', 'deals'), ('rate_agg(won, amount::bigint)', 'deals'),
	('rate_agg(won, amount) FILTER (WHERE owner = ''نگار محمدی'')', 'deals'),
	('within_agg(created, converted, ''30 days'', ''2025-12-31'')', 'leads'),
	('duration_agg(created, closed) FILTER (WHERE won)', 'deals'), ('duration_agg(created, first_response)', 'leads'),
	('survival_agg(created, closed, won, ''2025-12-31'')', 'deals'), ('survival_agg(created, closed, source, ''2025-12-31'', timestamptz ''2024-06-01'')', 'deals'), ('survival_agg(created, first_response, ''2025-12-31'')', 'leads'),
	('within_agg(created, first_response, ''4 hours'', ''2025-12-31'', ''Mon-Fri 09:00-18:00; zone: Asia/Kuala_Lumpur; closed: 2025-01-01, 2025-01-29..2025-01-30'')', 'leads'),
	('duration_agg(business_time(''Sat-Wed 08:00-16:00; zone: Asia/Tehran'', created, first_response)) FILTER (WHERE isfinite(created) AND isfinite(first_response))', 'leads'),
	('segment_agg(source, won)', 'deals'), ('segment_agg(owner, won) FILTER (WHERE amount > 1000)', 'deals'),
	('velocity_agg(won, amount, created, closed)', 'deals'), ('velocity_agg(won, amount::real, created, closed)', 'deals'),
	('survey_agg(score)', 'survey_responses'), ('survey_agg(score) FILTER (WHERE survey = ''eNPS'')', 'survey_responses'),
	('attainment_agg(amount, 9000::numeric)', 'deals'),
	('attribution_agg(deal_id, stage, entered_at, deal_id % 3 = 0, ''2026-01-01 00:00+00'', amount, ''markov: 2'')', 'stage_history'),
	('indicator_agg(starts, plan, mrr)', 'subscriptions'), ('indicator_agg(ends, customer, 1)', 'subscriptions'),	-- postgres_fdw ships no AT TIME ZONE of a constant zone
	('landmark_agg(deal_id, stage, entered_at, ''Lead > Qualified > Demo > Proposal > Negotiation > Won; lost: Lost, Disqualified'', landmarks(''2024-06-01 00:00+00'', interval ''30 days'', 12), ''2025-12-31 00:00+00'')', 'stage_history'),
	('forecast_agg(amount, deal_id % 21 * 0.05)', 'deals'), ('calibration_agg((deal_id % 21 * 0.05)::double precision, won)', 'deals'),
	('stage_agg(deal_id, stage, entered_at, ''Lead > Qualified > Demo > Proposal > Negotiation > Won; lost: Lost, Disqualified'')', 'stage_history'),
	('stage_agg(deal_id, stage, entered_at, amount, ''Lead > Qualified | Demo > "Proposal" > Won; lost: Lost, سرنخ'')', 'stage_history'),
	('stage_agg(source, stage, entered_at, ''Lead > Won'') FILTER (WHERE source IS NULL)', 'stage_history'),
	('pipeline_agg(deal_id, stage, entered_at, amount, ''Lead > Qualified > Demo > Proposal > Negotiation > Won; lost: Lost, Disqualified'', ''month'', ''Asia/Tehran'')', 'stage_history'),
	('cohort_agg(customer, ordered, amount, ''month'', ''UTC'')', 'orders'), ('cohort_agg(customer, ordered, ''week'', ''Asia/Jakarta'')', 'orders'), ('cohort_agg(customer, ordered, ''jalali month'', ''Asia/Tehran'')', 'orders'),
	('event_agg(deal_id, stage, entered_at, ''Lead > Proposal > Won; within: 60 days; without: Lost'')', 'stage_history'),
	('path_agg(deal_id, stage, entered_at, ''to: Won; depth: 4'')', 'stage_history'),
	('session_agg(customer, ordered, ''10 days'', ''week'', ''Asia/Tehran'')', 'orders'), ('retention_agg(customer, ordered, true, amount > 100, ''week'', ''Asia/Tehran'')', 'orders'),
	('retention_agg(customer, ordered, true, amount > 100, ''{1,30,90}''::integer[], ''UTC'')', 'orders'), ('stickiness_agg(customer, ordered, ''week'', ''quarter'', ''Asia/Jakarta'')', 'orders'),
	('mrr_agg(customer, starts, ends, mrr, ''2025-12-31'')', 'subscriptions'), ('mrr_agg(customer, starts, mrr)', 'subscriptions');

-- Of one server, and of the shards: by a subquery each, or by groups of what the table is split by
CREATE VIEW question AS
SELECT call, substring(call FROM '^\w+') AS aggregate, format('SELECT %s AS s FROM %I', call, of_table) AS whole, form, sharded
FROM asked JOIN split USING (of_table), LATERAL (
	SELECT 'a subquery a shard' AS form,
		format('SELECT rollup(s) AS s FROM (%s) AS part', string_agg(format('SELECT %s AS s FROM shards.%I', call, of_table || '_' || n), ' UNION ALL ' ORDER BY n)) AS sharded FROM shard
	UNION ALL
	SELECT 'groups of the partition key', format('SELECT rollup(s) AS s FROM (SELECT %I, %s AS s FROM shards.%I GROUP BY %1$I) AS part', key, call, of_table) WHERE NOT hashed) AS f;

-- What a query asks of the shards
CREATE FUNCTION remote_sql(query text, OUT remote text[], OUT plan text) LANGUAGE plpgsql AS $$
DECLARE
	line text;
BEGIN
	remote := '{}';
	plan := '';
	FOR line IN EXECUTE 'EXPLAIN (VERBOSE, COSTS OFF) ' || query LOOP
		plan := plan || line || E'\n';
		IF line ~ 'Remote SQL:' THEN
			remote := remote || substring(line FROM 'Remote SQL: (.*)');
		END IF;
	END LOOP;
END $$;
CREATE FUNCTION said(passed boolean, description text, otherwise text) RETURNS text LANGUAGE sql
	AS $$ SELECT ok(passed, description) || CASE WHEN passed THEN '' ELSE E'\n' || diag(otherwise) END $$;
-- So many remote queries, each of which calls the function
CREATE FUNCTION ships(query text, called text, parts integer, description text) RETURNS text LANGUAGE sql
	AS $$ SELECT said(cardinality(remote) = parts AND true = ALL (SELECT r ~ ('public\.' || called || '\(') FROM unnest(remote) AS u(r)), description, plan) FROM remote_sql(query) $$;
-- Some remote queries, none of which does
CREATE FUNCTION ships_not(query text, called text, description text) RETURNS text LANGUAGE sql
	AS $$ SELECT said(cardinality(remote) > 0 AND false = ALL (SELECT r ~ (called || '\(') FROM unnest(remote) AS u(r)), description, plan) FROM remote_sql(query) $$;

--
-- Whole aggregates are shipped, and the rollup of what comes back is one server's summary
--
SET enable_partitionwise_aggregate = on;
SELECT is_empty($$ SELECT proname FROM pg_proc JOIN pg_aggregate ON aggfnoid = pg_proc.oid JOIN pg_depend AS d ON (d.classid, d.objid, d.deptype) = ('pg_proc'::regclass, pg_proc.oid, 'e')
	JOIN pg_extension AS e ON e.oid = d.refobjid AND extname = 'funnel_metrics' WHERE proname LIKE '%\_agg' AND proname NOT LIKE 'parallel\_%' EXCEPT SELECT aggregate FROM question $$, 'every aggregate that makes a summary is asked for (else: a row of "asked" in test/shared/scaling.sql)');
SELECT ships(sharded, aggregate, 3, format('shipped, %s: %s', form, call)) FROM question;

-- Equal in text and in the answer of every accessor, set-returning ones too
CREATE SCHEMA seeds;
SET search_path = seeds, public;
\ir seeds.sql
UPDATE arguments SET value = 'date ''2026-01-01''' WHERE type = 'date';
UPDATE arguments SET value = 'timestamptz ''2026-01-01''' WHERE type LIKE 'timestamp%';
SET search_path = public;
CREATE FUNCTION answers(query text) RETURNS TABLE (what text, answer text) LANGUAGE plpgsql AS $$
DECLARE
	one record;
BEGIN
	EXECUTE 'CREATE TEMPORARY TABLE summary AS ' || query;
	FOR one IN SELECT call FROM seeds.accessors JOIN pg_attribute ON atttypid = type::regtype WHERE attrelid = 'summary'::regclass AND attname = 's' UNION ALL SELECT 'v::text' LOOP
		what := one.call;
		BEGIN
			EXECUTE format('SELECT string_agg(q::text, E''\n'') FROM (SELECT %s FROM (SELECT s AS v FROM summary) AS s) AS q', one.call) INTO answer;
		EXCEPTION WHEN data_exception THEN
			answer := SQLERRM;
		END;
		RETURN NEXT;
	END LOOP;
	DROP TABLE summary;
END $$;
SELECT bag_eq(format('SELECT * FROM answers(%L)', sharded), format('SELECT * FROM answers(%L)', whole), format('equal, %s: %s', form, call)) FROM question;
SELECT cmp_ok((SELECT count(*) FROM answers((SELECT whole FROM question WHERE aggregate = 'stage_agg' LIMIT 1)) WHERE length(answer) > 2), '>', 5::bigint, 'there are answers to compare');

--
-- Figures in one call, of groups that lie on one shard
--
CREATE FUNCTION is_of_shards(query text, called text, parts integer, description text) RETURNS SETOF text LANGUAGE sql AS $$
	SELECT ships(replace(query, '{}', 'shards'), called, parts, 'shipped: ' || description)
	UNION ALL SELECT bag_eq(replace(query, '{}', 'shards'), replace(query, '{}', 'public'), 'equal: ' || description) $$;
SELECT is_of_shards('SELECT region, source, win_rate(won), win_rate_by_value(won, amount), avg_deal_size(won, amount), pipeline_velocity(won, amount, created, closed), cycle_days(created, closed, 0.5) FILTER (WHERE won), cycle_time(created, closed) FILTER (WHERE won) FROM {}.deals GROUP BY region, source', 'cycle_days', 3, 'rates, velocity, cycles');
SELECT is_of_shards('SELECT segment, enps_score(score) FILTER (WHERE survey = ''eNPS''), csat_score(score, 4) FILTER (WHERE survey = ''CSAT'') FROM {}.survey_responses GROUP BY segment', 'enps_score', 3, 'eNPS');
SELECT is_of_shards('SELECT region, win_rate(won) FROM {}.deals GROUP BY region HAVING decided(rate_agg(won)) > 800', 'decided', 3, 'HAVING of a figure');
SELECT is_of_shards('SELECT region, duration_agg(created, closed ORDER BY deal_id)::text FROM {}.deals GROUP BY region', 'duration_agg', 3, 'ORDER BY in the aggregate');
SELECT is_of_shards('SELECT source, win_rate(won) FROM {}.deals WHERE region = ''ایران'' GROUP BY region, source', 'win_rate', 1, 'one region: other shards are not asked');
SELECT is_of_shards('SELECT region, source, l.step, l.stage, l.reached, l.lost, l.median_days, l.amount_leaked
	FROM (SELECT region, source, stage_agg(deal_id, stage, entered_at, amount, ''Lead > Qualified > Demo > Proposal > Negotiation > Won; lost: Lost, Disqualified'') AS s FROM {}.stage_history GROUP BY region, source) AS part, stage_leakage(s, ''2026-01-01'', 60) AS l', 'stage_agg', 3, 'leakage by segment, read here');

-- A join of tables of one shard goes there, too, with the aggregate over it
SELECT ships('SELECT stage_agg(h.deal_id, h.stage, h.entered_at, d.amount, ''Lead > Won; lost: Lost'') FROM shard_1.deal_stage_history AS h JOIN shards.deals_1 AS d USING (deal_id) WHERE d.source = ''Website''', 'stage_agg', 1, 'shipped: a join with the aggregate over it');
SELECT results_eq('SELECT stage_agg(h.deal_id, h.stage, h.entered_at, d.amount, ''Lead > Won; lost: Lost'')::text FROM shard_1.deal_stage_history AS h JOIN shards.deals_1 AS d USING (deal_id) WHERE d.source = ''Website''',
	'SELECT stage_agg(deal_id, stage, entered_at, amount, ''Lead > Won; lost: Lost'')::text FROM stage_history WHERE source = ''Website'' AND region IN (''Europe'', ''ایران'')', 'equal: a join with the aggregate over it');

--
-- What is not shipped: rows come here, and the answer is the same
--
CREATE FUNCTION is_of_rows(query text, called text, description text) RETURNS SETOF text LANGUAGE sql AS $$
	SELECT ships_not(replace(query, '{}', 'shards'), called, 'not shipped: ' || description)
	UNION ALL SELECT bag_eq(replace(query, '{}', 'shards'), replace(query, '{}', 'public'), 'equal: ' || description) $$;
SELECT is_of_rows('SELECT rate_agg(won, amount)::text FROM {}.deals', 'rate_agg', 'one group over all shards');
SELECT is_of_rows('SELECT source, win_rate(won) FROM {}.deals GROUP BY source', 'win_rate', 'groups that lie on several shards');
SELECT is_of_rows('SELECT source, win_rate(won) FROM {}.deals WHERE region = ''ایران'' GROUP BY source', 'win_rate', 'one region that is not in the GROUP BY');
SELECT is_of_rows('SELECT stage_agg(deal_id, stage, entered_at, ''Lead > Won'')::text FROM {}.stage_history', 'stage_agg', 'a path aggregate over all shards');
SELECT is_of_rows('SELECT region, cohort_agg(deal_id, entered_at, ''month'', ''UTC'')::text FROM {}.stage_history GROUP BY region', 'cohort_agg', 'constants of text, and no column of text beside them');
SELECT is_of_rows('SELECT region, date_trunc(''month'', closed AT TIME ZONE ''UTC''), win_rate(won) FROM {}.deals GROUP BY 1, 2', 'win_rate', 'a group by such a function');
SELECT is_of_rows('SELECT region, stage_agg(deal_id::text, stage, entered_at, ''Lead > Won'')::text FROM {}.stage_history GROUP BY region', 'stage_agg', 'a cast to text');
SELECT is_of_rows('SELECT region, closed::date, win_rate(won) FROM {}.deals GROUP BY 1, 2', 'win_rate', 'a group that depends on the time zone of the session');
SELECT is_of_rows('SELECT region, rate_agg(won) FILTER (WHERE created < now())::text FROM {}.deals GROUP BY 1', 'rate_agg', 'a filter that is not immutable');
SET enable_partitionwise_aggregate = off;
SELECT is_of_rows('SELECT region, win_rate(won) FROM {}.deals GROUP BY region', 'win_rate', 'groups of the partition key, without enable_partitionwise_aggregate');
SET enable_partitionwise_aggregate = on;
ALTER SERVER shard_1 OPTIONS (DROP extensions);
SELECT is_of_rows('SELECT source, win_rate(won) FROM {}.deals WHERE region = ''ایران'' GROUP BY region, source', 'win_rate', 'a server without the option extensions');
ALTER SERVER shard_1 OPTIONS (ADD extensions 'funnel_metrics');

-- A view of the shard does it there
SELECT results_eq('SELECT rollup(cohorts)::text FROM (TABLE shard_1.cohorts_by_region UNION ALL TABLE shard_2.cohorts_by_region UNION ALL TABLE shard_3.cohorts_by_region) AS part',
	'SELECT cohort_agg(deal_id, entered_at, ''month'', ''Asia/Tehran'')::text FROM stage_history', 'equal: summaries of a view on each shard');

-- Stored summaries of each shard, refreshed there
CREATE VIEW daily AS TABLE shard_1.daily UNION ALL TABLE shard_2.daily UNION ALL TABLE shard_3.daily;
SELECT is_empty('TABLE daily', 'materialized views of the shards: empty before their first refresh');
\! eval "$on_shard_1 crm -c 'REFRESH MATERIALIZED VIEW CONCURRENTLY kpi.daily'"
\! eval "$on_shard_2 crm -c 'REFRESH MATERIALIZED VIEW CONCURRENTLY kpi.daily'"
SELECT bag_eq('SELECT date_trunc(''month'', day), source, rollup(velocity)::text AS velocity, rollup(outcomes)::text AS outcomes FROM daily GROUP BY 1, 2',
	'SELECT date_trunc(''month'', (closed AT TIME ZONE ''UTC'')::date), source, velocity_agg(won, amount, created, closed)::text AS velocity, rate_agg(won, amount)::text AS outcomes FROM deals WHERE isfinite(closed) GROUP BY 1, 2', 'equal: months rolled up of the days of each shard');

--
-- Partitions of one server: the same, and direct aggregates also in parts
--
CREATE SCHEMA parts;
CREATE TABLE parts.deals (LIKE deals) PARTITION BY LIST (region);
CREATE TABLE parts.stage_history (LIKE stage_history) PARTITION BY LIST (region);
SELECT format('CREATE TABLE parts.%I PARTITION OF parts.%I FOR VALUES IN (%s)', of_table || '_' || n, of_table, regions)
FROM shard, (VALUES ('deals'), ('stage_history')) AS t (of_table)
\gexec
INSERT INTO parts.deals SELECT * FROM deals;
INSERT INTO parts.stage_history SELECT * FROM stage_history;
ANALYZE parts.deals, parts.stage_history;
SET max_parallel_workers_per_gather = 0;
CREATE FUNCTION is_of_parts(query text, must text, must_not text, description text) RETURNS SETOF text LANGUAGE sql AS $$
	SELECT said(plan ~ must AND plan !~ must_not, 'partitions: ' || description, plan) FROM remote_sql(replace(query, '{}', 'parts'))
	UNION ALL SELECT bag_eq(replace(query, '{}', 'parts'), replace(query, '{}', 'public'), 'equal, partitions: ' || description) $$;
\set of_each 'Append.*(Hash|Group)?Aggregate.*(Hash|Group)?Aggregate.*(Hash|Group)?Aggregate'
SELECT is_of_parts('SELECT velocity_agg(won, amount, created, closed)::text AS v, rate_agg(won, amount)::text AS r, duration_agg(created, closed)::text AS d FROM {}.deals', 'Finalize.*Append.*Partial.*Partial.*Partial', 'Async', 'direct aggregates in parts');
SELECT is_of_parts('SELECT region, win_rate(won), cycle_days(created, closed, 0.5) FROM {}.deals GROUP BY region', :'of_each', 'Partial|Finalize', 'direct aggregates of whole groups');
SELECT is_of_parts('SELECT region, source, stage_agg(deal_id, stage, entered_at, amount, ''Lead > Qualified > Won; lost: Lost'')::text AS s FROM {}.stage_history GROUP BY region, source', :'of_each', 'Partial|Finalize', 'path aggregates of whole groups');
SELECT is_of_parts('SELECT pipeline_agg(deal_id, stage, entered_at, amount, ''Lead > Qualified > Won; lost: Lost'', ''month'', ''UTC'')::text AS p FROM {}.stage_history', '^Aggregate.*Append', 'Partial|Append.*Aggregate', 'a path aggregate over all takes the rows of all');
SELECT is_of_parts('SELECT rollup(s)::text AS s FROM (SELECT region, pipeline_agg(deal_id, stage, entered_at, amount, ''Lead > Qualified > Won; lost: Lost'', ''month'', ''UTC'') AS s FROM {}.stage_history GROUP BY region) AS part', '^Aggregate.*' || :'of_each', 'Partial', 'their rollup is the same');
SET enable_partitionwise_join = on;
SELECT is_of_parts('SELECT d.region, stage_agg(h.deal_id, h.stage, h.entered_at, d.amount, ''Lead > Won; lost: Lost'')::text AS s FROM {}.stage_history AS h JOIN {}.deals AS d USING (region, deal_id) GROUP BY d.region', 'Append.*Aggregate.*Join.*Aggregate.*Join', 'Partial', 'a partitionwise join, and its aggregate');

--
-- All shards at once: since PostgreSQL 14, of subqueries since 15
--
\if :is_14
SELECT said(plan ~ 'Async Foreign Scan.*Async Foreign Scan.*Async Foreign Scan', 'async: groups of the partition key', plan) FROM remote_sql('SELECT region, win_rate(won) FROM shards.deals GROUP BY region');
\endif
\if :is_15
SELECT said(plan ~ 'Async Foreign Scan.*Async Foreign Scan', 'async: a subquery a shard', plan) FROM remote_sql('SELECT rollup(s) FROM (SELECT rate_agg(won) AS s FROM shards.deals_1 UNION ALL SELECT rate_agg(won) FROM shards.deals_2) AS part');
\endif

--
-- A shard that can't answer
--
SET lc_messages = 'C';
\if :is_14
\! eval "$shard_2 stop"
SELECT throws_ok('SELECT rollup(s) FROM (SELECT region, rate_agg(won) AS s FROM shards.deals GROUP BY region) AS part', '08001', NULL, 'a shard that is down: an error, no answer of the others alone');
SELECT throws_like('SELECT rollup(s) FROM (SELECT region, rate_agg(won) AS s FROM shards.deals GROUP BY region) AS part', '%could not connect to server "shard_2"%', 'a shard that is down: which');
SELECT results_eq('SELECT source, win_rate(won) FROM shards.deals WHERE region = ''Europe'' GROUP BY source ORDER BY source', 'SELECT source, win_rate(won) FROM deals WHERE region = ''Europe'' GROUP BY source ORDER BY source', 'a shard that is down: others answer what is theirs');
\! eval "$shard_2 start"
SELECT results_eq('SELECT rollup(s)::text FROM (SELECT region, rate_agg(won) AS s FROM shards.deals GROUP BY region) AS part', 'SELECT rate_agg(won)::text FROM deals', 'a shard that is up again: the same session goes on');
\else
SELECT skip('PostgreSQL 13 does not replace a connection that broke', 4);
\endif
\! eval "$on_shard_2 nothing_yet -c 'SET client_min_messages = warning' -c 'DROP EXTENSION funnel_metrics CASCADE'"
SELECT throws_like('SELECT rate_agg(won) FROM shards.deals_3', '%function public.rate_agg(boolean) does not exist%', 'a shard without the extension: an error that says what is missing');

SELECT * FROM finish();
