-- What is small where it is stored is small where it is read: memory of a process of its own, from the system's /proc.
SELECT plan(5);
SET timezone = 'UTC';

-- From each of 24 stages to each other 400 moves of a microsecond and 400 of three centuries: the ends of a sketch
CREATE TABLE bomb AS
SELECT stage_agg((a * 24 + b) * 1000 + n, stage, at, (SELECT string_agg('S' || i, ' > ' ORDER BY i) FROM generate_series(1, 24) i)::funnel) AS summary
FROM generate_series(1, 24) a, generate_series(1, 24) b, generate_series(1, 800) n,
	LATERAL (VALUES ('S' || a, timestamptz '1900-01-01'), ('S' || b, CASE WHEN n % 2 = 0 THEN timestamptz '1900-01-01 00:00:00.000001' ELSE '2199-12-31' END)) v(stage, at)
WHERE a <> b AND a < 24;
CREATE FUNCTION peak() RETURNS bigint LANGUAGE sql AS $$ SELECT substring(pg_read_file('/proc/self/status') FROM 'VmHWM:\s*(\d+) kB')::bigint $$;
SELECT cmp_ok(octet_length(stage_summary_send(summary)), '<', 13000, 'the summary is small') FROM bomb;
CREATE TABLE little AS SELECT stage_agg(1, 'Lead', timestamptz '2024-01-01', 'Lead > Won') AS summary;
\set is_measured `[ "$FUNNEL_SANITIZED" ] && echo no || echo yes`
\if :is_measured
\set nothing `psql --no-psqlrc --quiet --no-align --tuples-only --command "SET search_path = public" --command "SELECT entities_outside(rollup(summary)) FROM little, generate_series(1, 20)" --command "SELECT peak()" | tail -1`
\set reading `psql --no-psqlrc --quiet --no-align --tuples-only --command "SET search_path = public" --command "SELECT sum(entities_outside(summary)) FROM bomb" --command "SELECT peak()" | tail -1`
\set merging `psql --no-psqlrc --quiet --no-align --tuples-only --command "SET search_path = public" --command "SELECT entities_outside(rollup(summary)) FROM bomb, generate_series(1, 20)" --command "SELECT peak()" | tail -1`
\echo # reading :reading merging :merging nothing :nothing kB
SELECT cmp_ok(:'reading'::bigint - :'nothing'::bigint, '<', 3072::bigint, 'it takes no more than 3 MB to read: ' || (:'reading'::bigint - :'nothing'::bigint) || ' kB');
SELECT cmp_ok(:'merging'::bigint - :'nothing'::bigint, '<', 4096::bigint, '... nor much more to roll up 20 of it: ' || (:'merging'::bigint - :'nothing'::bigint) || ' kB');
\else
SELECT skip('memory: the sanitizer takes its own', 2);
\endif

-- A rollup of such sketches, by pairs, says what one of all rows says
SELECT is(rollup(summary)::text, (SELECT stage_agg(part * 1000000 + (a * 24 + b) * 1000 + n, stage, at, (SELECT string_agg('S' || i, ' > ' ORDER BY i) FROM generate_series(1, 24) i)::funnel)::text
	FROM generate_series(1, 3) part, generate_series(1, 24) a, generate_series(1, 24) b, generate_series(1, 800) n,
		LATERAL (VALUES ('S' || a, timestamptz '1900-01-01'), ('S' || b, CASE WHEN n % 2 = 0 THEN timestamptz '1900-01-01 00:00:00.000001' ELSE '2199-12-31' END)) v(stage, at)
	WHERE a <> b AND a < 24), 'three of it are the summary of thrice the deals') FROM bomb, generate_series(1, 3);

-- Merging lists, pairs and arrays in whatever order gives the same: durations of all shapes
CREATE TABLE part AS
SELECT p, duration_agg(timestamp '2024-01-01', timestamp '2024-01-01' + us * interval '1 microsecond')::text::duration_summary AS s
FROM (SELECT p, CASE p % 4 WHEN 0 THEN (n % 3) * 1000000000000000::bigint + 7 WHEN 1 THEN n * n WHEN 2 THEN 5 ELSE (n % 2) * (3000000000000000::bigint + p) END AS us
	FROM generate_series(1, 40) p, LATERAL generate_series(1, CASE WHEN p % 5 = 0 THEN 3 ELSE 1500 END) n) v GROUP BY p;
SELECT is((SELECT array_agg(DISTINCT r.s::text) FROM (
		SELECT rollup(s ORDER BY p) AS s FROM part UNION ALL SELECT rollup(s ORDER BY p DESC) FROM part UNION ALL SELECT rollup(s ORDER BY md5(p::text)) FROM part
		UNION ALL SELECT rollup(s) FROM (SELECT rollup(s) AS s FROM part GROUP BY p % 7) q) r),
	(SELECT ARRAY[duration_agg(timestamp '2024-01-01', timestamp '2024-01-01' + us * interval '1 microsecond')::text]
	FROM (SELECT p, CASE p % 4 WHEN 0 THEN (n % 3) * 1000000000000000::bigint + 7 WHEN 1 THEN n * n WHEN 2 THEN 5 ELSE (n % 2) * (3000000000000000::bigint + p) END AS us
		FROM generate_series(1, 40) p, LATERAL generate_series(1, CASE WHEN p % 5 = 0 THEN 3 ELSE 1500 END) n) v), 'merging sketches in any order');
SELECT * FROM finish();
