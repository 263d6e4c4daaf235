-- scaling.sql: what bench/scaling measures, on the coordinator.
\set QUIET on
SET client_min_messages = warning;
CREATE EXTENSION postgres_fdw;
SET jit = off;
SET work_mem = '256MB';
SET max_parallel_workers_per_gather = 0;
\set definition 'Lead > Qualified > Proposal > Negotiation > Won; lost: Lost'

SELECT format('CREATE SERVER shard_%s FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host ''127.0.0.1'', port %L, dbname ''crm'', extensions ''funnel_metrics'', async_capable ''true'', use_remote_estimate ''true'', fdw_tuple_cost ''0.2'', fetch_size ''10000'')', n, port),
	format('CREATE USER MAPPING FOR CURRENT_USER SERVER shard_%s OPTIONS (user ''postgres'', password ''bench'')', n)
FROM (VALUES (0, :port_0), (1, :port_1)) AS s (n, port)
\gexec
CREATE SCHEMA shards;
CREATE TABLE shards.deals (LIKE deals) PARTITION BY HASH (deal_id);
CREATE TABLE shards.history (LIKE history) PARTITION BY HASH (deal_id);
SELECT format('CREATE FOREIGN TABLE shards.%s_%s PARTITION OF shards.%1$s FOR VALUES WITH (MODULUS 2, REMAINDER %2$s) SERVER shard_%2$s OPTIONS (schema_name ''public'', table_name %1$L)', name, n)
FROM (VALUES ('deals'), ('history')) AS t (name), generate_series(0, 1) AS n
\gexec

-- The same answer, before anything is timed
CREATE TABLE work(number integer, work text, rows text, figure text, grouped boolean);
INSERT INTO work VALUES
	(1, 'rate_agg, by source', 'deals', 'rate_agg(won, amount)', true),
	(2, 'velocity_agg, by source', 'deals', 'velocity_agg(won, amount, created, closed)', true),
	(3, 'stage_agg', 'history', format('stage_agg(deal_id, stage, entered_at, %L)', :'definition'), false);
CREATE VIEW query AS
SELECT *, CASE WHEN grouped THEN format('SELECT source, %s AS s FROM %s GROUP BY source', figure, rows) ELSE format('SELECT %s AS s FROM %s', figure, rows) END AS one,
	CASE WHEN grouped THEN format('SELECT source, %s AS s FROM shards.%s GROUP BY source', figure, rows) ELSE format('SELECT %s AS s FROM shards.%s', figure, rows) END AS fetched,
	CASE WHEN grouped THEN format('SELECT source, rollup(s) AS s FROM (SELECT source, %1$s AS s FROM shards.%2$s_0 GROUP BY source UNION ALL SELECT source, %1$s FROM shards.%2$s_1 GROUP BY source) AS part GROUP BY source', figure, rows)
		ELSE format('SELECT rollup(s) AS s FROM (SELECT %1$s AS s FROM shards.%2$s_0 UNION ALL SELECT %1$s FROM shards.%2$s_1) AS part', figure, rows) END AS shipped
FROM work;
DO $$
DECLARE
	q query;
	answers text[] := '{}';
	answer text;
	query text;
BEGIN
	FOR q IN SELECT * FROM query LOOP
		answers := '{}';
		FOREACH query IN ARRAY ARRAY[q.one, q.shipped, q.fetched] LOOP
			EXECUTE format('SELECT md5(string_agg(a::text, '','' ORDER BY a::text)) FROM (%s) AS a', query) INTO answer;
			answers := answers || answer;
		END LOOP;
		IF answers[2] IS DISTINCT FROM answers[1] OR answers[3] IS DISTINCT FROM answers[1] THEN
			RAISE 'not the same: %', q.work;
		END IF;
	END LOOP;
END
$$;

SELECT format('CALL bench.measure(%L, ARRAY[[''one server'', %L], [''two shards, summaries come'', %L], [''the same, one shard after the other'', %L], [''two shards, rows come'', %L]], %s)',
	work, one, shipped, 'SET LOCAL enable_async_append = off; ' || shipped, fetched, :rounds)
FROM query ORDER BY number
\gexec
-- What Citus is given by GROUP BY the distribution column: a summary a deal, or one for each of 32 buckets
CALL bench.measure('stage_agg, and its rollup', ARRAY[
	['one group', format('SELECT stage_agg(deal_id, stage, entered_at, %L) FROM history', :'definition')],
	['32 groups', format('SELECT rollup(s) FROM (SELECT deal_id %% 32, stage_agg(deal_id, stage, entered_at, %L) AS s FROM history GROUP BY 1) AS part', :'definition')],
	['a group a deal', format('SELECT rollup(s) FROM (SELECT deal_id, stage_agg(deal_id, stage, entered_at, %L) AS s FROM history GROUP BY 1) AS part', :'definition')]], :rounds);

-- What is sent, in postgres_fdw's text form: octets of the values
SELECT format('INSERT INTO bench.figure (work, figure, value, unit) SELECT %1$L, ''summaries of both shards'', sum(octet_length(p::text)), ''bytes'' FROM (%2$s) AS p', work,
		substring(shipped FROM 'FROM \((.*)\) AS part')),
	format('INSERT INTO bench.figure (work, figure, value, unit) SELECT %1$L, ''rows of both shards'', sum(octet_length(r::text)), ''bytes'' FROM (SELECT %2$s FROM %3$s) AS r', work,
		concat_ws(', ', CASE WHEN grouped THEN 'source' END, substring(replace(figure, format(', %L', :'definition'), '') FROM '\((.*)\)')), rows)
FROM query ORDER BY number
\gexec
\ir report.sql
