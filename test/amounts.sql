-- Amounts that 8 bytes have no room for: as exact as others, and as little memory, however many. Memory is that of a process
-- of its own, from the system's /proc.
SELECT no_plan();
SET timezone = 'UTC';
SET max_parallel_workers_per_gather = 0;

-- 100,000 rows of 33,334 deals in no order: an amount of 8 bytes, one of 128 bits, one of more digits, and the three mixed
CREATE UNLOGGED TABLE deals AS
SELECT deal, (ARRAY['Lead', 'Offer', 'Won'])[1 + step] AS stage, timestamptz '2024-01-01' + (deal * 7919::bigint % 900 + step * 40) * interval '1 day' AS at,
	amount AS short, amount + 0.00000000000000000001 * (n + 1) AS long, (amount + n * 1e-31) * 1e25 AS wide, amount * (ARRAY[1, 1.00000000000000000001, 1e45])[1 + n % 3] AS mixed
FROM (SELECT n, n * 7919::bigint % 33334 AS deal, n / 33334 AS step, 1 + round((n * 104729::bigint % 1000003) / 100.0, 2) AS amount FROM generate_series(0, 99999) n) q;
ANALYZE deals;

CREATE TABLE called(name text, call text);
INSERT INTO called VALUES
	('stage_agg', 'stage_agg(deal, stage, at, {}, ''Lead > Offer > Won'')'), ('stage_agg, text', 'stage_agg(deal::text, stage, at, {}, ''Lead > Offer > Won'')'),
	('pipeline_agg', 'pipeline_agg(deal, stage, at, {}, ''Lead > Offer > Won'', ''month'', ''UTC'')'), ('pipeline_agg, all lost and found', 'pipeline_agg(deal % 7, stage, at, {}, ''Offer > Won; lost: Lead'', ''quarter'', ''UTC'')'),
	('cohort_agg', 'cohort_agg(deal, at, {}, ''month'', ''UTC'')'), ('cohort_agg, one entity', 'cohort_agg(1, at, {}, ''year'', ''UTC'')'),
	('mrr_agg', 'mrr_agg(deal, at::date, {})'), ('mrr_agg, subscriptions', 'mrr_agg(deal % 15000, at::date, (at + interval ''100 days'')::date, {}, ''2027-01-01'')');
CREATE TABLE kinds(kind text);
INSERT INTO kinds VALUES ('long'), ('wide'), ('mixed');
CREATE VIEW queries AS SELECT name, kind, 'SELECT ' || replace(call, '{}', kind) || '::text FROM deals' AS query, call FROM called, kinds;

-- Exact: against sums of PostgreSQL's own
SELECT is(amount_reached, (SELECT sum(long) FROM deals WHERE stage = 'Won'), 'stage_agg: the amounts of all who arrived')
FROM stage_leakage((SELECT stage_agg(deal, stage, at, long, 'Lead > Offer > Won') FROM deals), '2030-01-01') WHERE stage = 'Won';
SELECT is((SELECT sum(won) FROM pipeline_movements((SELECT pipeline_agg(deal, stage, at, wide, 'Lead > Offer > Won', 'month', 'UTC') FROM deals), '2030-01-01')),
	(SELECT sum(wide) FROM deals WHERE stage = 'Won'), 'pipeline_agg: the amounts of all won');
SELECT is((SELECT sum(amount) FROM cohort_retention((SELECT cohort_agg(deal, at, mixed, 'month', 'UTC') FROM deals), '2030-01-01')), (SELECT sum(mixed) FROM deals), 'cohort_agg: all amounts');

-- Spilled, and in plans of all kinds, as in memory
CREATE FUNCTION answer(query text, settings text DEFAULT '') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	answer text;
	setting text;
BEGIN
	FOREACH setting IN ARRAY string_to_array(settings, ', ') LOOP
		PERFORM set_config(split_part(setting, ' = ', 1), split_part(setting, ' = ', 2), true);
	END LOOP;
	EXECUTE 'SELECT md5(string_agg(q::text, '','' ORDER BY q::text)) FROM (' || query || ') q' INTO answer;
	RETURN answer;
END $$;
CREATE TABLE answers AS SELECT name, kind, query, call, answer(query, 'work_mem = 1GB') FROM queries;
\set little 'work_mem = 64kB, hash_mem_multiplier = 1'
SELECT is(answer(query, :'little'), answer, format('spilled: %s of %s amounts', name, kind)) FROM answers;
SELECT is(answer('SELECT g, ' || replace(call, '{}', kind) || '::text FROM (SELECT *, deal % 9 AS g FROM deals) d GROUP BY g', :'little' || ', enable_sort = off'),
	answer('SELECT g, ' || replace(call, '{}', kind) || '::text FROM (SELECT *, deal % 9 AS g FROM deals) d GROUP BY g', 'work_mem = 1GB, hash_mem_multiplier = 1, enable_sort = on'), format('nine groups at once, spilled: %s of %s amounts', name, kind)) FROM queries WHERE name !~ ',';
SELECT is(answer('SELECT x, ' || replace(call, '{}', kind) || '::text FROM generate_series(1, 2) x, LATERAL (SELECT * FROM deals WHERE deal % 2 < x OFFSET 0) d GROUP BY x', :'little' || ', enable_hashagg = off'),
	answer('SELECT 1 AS x, ' || replace(call, '{}', kind) || '::text FROM deals WHERE deal % 2 < 1 UNION ALL SELECT 2, ' || replace(call, '{}', kind) || '::text FROM deals', 'work_mem = 1GB'), format('rescanned: %s of %s amounts', name, kind)) FROM queries WHERE name !~ ',' AND kind = 'mixed';
-- Several readings of one state: an end for each row of the window, where nothing may spill
SELECT is((SELECT md5(string_agg(s, ',' ORDER BY at, deal)) FROM (SELECT at, deal, cohort_agg(deal, at, mixed, 'month', 'UTC') OVER (ORDER BY at, deal)::text AS s FROM deals WHERE deal < 60) w),
	(SELECT md5(string_agg((SELECT cohort_agg(d.deal, d.at, d.mixed, 'month', 'UTC')::text FROM deals d WHERE d.deal < 60 AND (d.at, d.deal) <= (o.at, o.deal)), ',' ORDER BY at, deal)) FROM deals o WHERE deal < 60), 'a window that grows');

-- Memory: that of amounts of 8 bytes, and a little
\set is_measured `[ "$FUNNEL_SANITIZED" ] && echo no || echo yes`
\if :is_measured
CREATE FUNCTION peak() RETURNS bigint LANGUAGE sql AS $$ SELECT substring(pg_read_file('/proc/self/status') FROM 'VmHWM:\s*(\d+) kB')::bigint $$;
CREATE TABLE peaks(name text, kind text, peak bigint);
SELECT concat_ws(E'\n', '\connect -', 'SET search_path = public;', 'SET work_mem = ''1MB'';', 'SET hash_mem_multiplier = 1;', 'SET max_parallel_workers_per_gather = 0;', 'SET jit = off;',
	'SELECT length((' || replace(call, '{}', kind) || ')::text) FROM deals;', format('INSERT INTO peaks VALUES (%L, %L, peak());', name, kind))
FROM called, (SELECT 'short' AS kind UNION ALL TABLE kinds) k
\g |psql --no-psqlrc --quiet --output /dev/null
SELECT cmp_ok(p.peak - short.peak, '<', 1536::bigint, format('memory: %s of %s amounts takes %s kB more', name, p.kind, p.peak - short.peak)) FROM peaks p JOIN peaks short USING (name) WHERE short.kind = 'short' AND p.kind <> 'short';
SELECT is((SELECT count(*) FROM peaks), (SELECT 4 * count(*) FROM called), 'all have been measured');
\else
SELECT skip('memory: the sanitizer takes its own', (3 * count(*) + 1)::integer) FROM called;
\endif
SELECT * FROM finish();
