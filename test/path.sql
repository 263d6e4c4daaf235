-- The path engine, seen through path_digest of test/module: every digest is also computed in plain SQL.
SELECT plan(48);
\ir module/path_probe.sql
SET timezone = 'UTC';
SET max_parallel_workers_per_gather = 0;
SET work_mem = '64MB';

-- number * (at * 64 + code + 31 * payload), modulo a prime, summed over each entity's ordered events; squared; summed
CREATE FUNCTION oracle(rows regclass, entity text, by_group text DEFAULT 'true', payload text DEFAULT '0') RETURNS TABLE (grouped text, digest bigint)
LANGUAGE plpgsql AS $$
BEGIN
	RETURN QUERY EXECUTE format($query$
		SELECT grouped, sum(entity_sum * entity_sum)::bigint
		FROM (SELECT grouped, sum(number %% 1000003 * value %% 1000003)::bigint %% 1000003 AS entity_sum
			  FROM (SELECT (%1$s)::text AS grouped, %2$s AS entity,
						   row_number() OVER (PARTITION BY %1$s, %2$s ORDER BY at, code, %3$s) AS number,
						   ((moment %% 1000003 + 1000003) %% 1000003 + 31 * (((%3$s)::bigint %% 1000003 + 1000003) %% 1000003)) AS value
					FROM (SELECT *, (extract(epoch FROM at - timestamptz '2000-01-01') * 1000000)::bigint * 64 + code AS moment FROM %4$s) m) v
			  GROUP BY grouped, entity) e
		GROUP BY grouped
	$query$, by_group, entity, payload, rows);
END $$;

-- Shuffled rows: entities of a few rows, some of many, equal times, exact duplicates, times before 2000
CREATE UNLOGGED TABLE history AS
SELECT i, CASE WHEN i % 10 = 0 THEN i % 3 ELSE (i * 7919::bigint) % 50021 END AS entity,
	timestamptz '1999-12-01' + ((i * 104729::bigint) % 100003) * interval '37.000001 s' AS at,
	(i * 31 % 64)::int AS code, (i * 65537::bigint) % 1009 - 500 AS payload,
	md5((CASE WHEN i % 10 = 0 THEN i % 3 ELSE (i * 7919::bigint) % 50021 END)::text)::uuid AS uuid
FROM (SELECT i, i FROM generate_series(1, 200000) i UNION ALL SELECT i, i FROM generate_series(1, 5000) i) g(i, j);
ANALYZE history;
CREATE TEMP TABLE truth AS SELECT (SELECT digest FROM oracle('history', 'entity')) AS digest, (SELECT digest FROM oracle('history', 'entity', 'true', 'payload')) AS with_payload;

-- The hash of a text key: published values of MurmurHash3 x64_128
SELECT is(path_key_of_text(''), repeat('0', 32), 'key of an empty text');
SELECT is(path_key_of_text('hello'), 'cbd8a7b341bd9b025b1e906a48ae1d19', 'key of "hello"');
SELECT is(path_key_of_text('The quick brown fox jumps over the lazy dog'), 'e34bbc7bbc071b6c7a433ca9c49a9347', 'key of 43 bytes');
SELECT is(count(DISTINCT path_key_of_text(repeat('a', n))), 301::bigint, 'keys of all lengths differ') FROM generate_series(0, 300) n;

-- Labels of all lengths, wherever they lie in memory; those that differ in one byte only
SELECT is(array_agg(path_code_of_label(left('abcdefghijklmnopqrstuvwxyz', n), definition) ORDER BY n), array_agg(n - 1 ORDER BY n), 'codes of labels of 1 to 26 characters')
FROM generate_series(1, 26) n, (SELECT funnel(array_agg(left('abcdefghijklmnopqrstuvwxyz', n) ORDER BY n)) AS definition FROM generate_series(1, 26) n) f;
SELECT is(max(path_code_of_label(overlay(left('abcdefghijklmnopqrstuvwxyz', n) PLACING changed FROM at FOR 1), definition)), -1, 'no code for others')
FROM generate_series(1, 26) n, generate_series(1, n) at, unnest('{"",A,zz,س}'::text[]) changed,
	(SELECT funnel(array_agg(left('abcdefghijklmnopqrstuvwxyz', n) ORDER BY n)) AS definition FROM generate_series(1, 26) n) f
WHERE NOT (changed = '' AND at = n);

-- Every kind of key and payload, in memory and spilled
SELECT is(path_digest(entity, at, code), (SELECT digest FROM truth), 'bigint keys') FROM history;
SELECT is(path_digest(uuid, at, code), (SELECT digest FROM truth), 'uuid keys') FROM history;
SELECT is(path_digest(entity::text, at, code), (SELECT digest FROM truth), 'text keys') FROM history;
SELECT is(path_digest(entity, at, code, payload), (SELECT with_payload FROM truth), 'bigint keys with payload') FROM history;
SELECT is(path_digest(entity::text, at, code, payload), (SELECT with_payload FROM truth), 'text keys with payload') FROM history;
SELECT is(path_spilled(entity, at, code), 0::bigint, 'all in memory') FROM history;
SET work_mem = '64kB';
SELECT is(path_digest(entity, at, code), (SELECT digest FROM truth), 'spilled: bigint keys') FROM history;
SELECT is(path_digest(uuid, at, code), (SELECT digest FROM truth), 'spilled: uuid keys') FROM history;
SELECT is(path_digest(entity::text, at, code), (SELECT digest FROM truth), 'spilled: text keys') FROM history;
SELECT is(path_digest(entity, at, code, payload), (SELECT with_payload FROM truth), 'spilled: bigint keys with payload') FROM history;
SELECT is(path_digest(entity::text, at, code, payload), (SELECT with_payload FROM truth), 'spilled: text keys with payload') FROM history;
SELECT cmp_ok(path_spilled(entity, at, code), '>', 190000::bigint, 'nearly all spilled') FROM history;
SELECT is(path_digest(entity, at, code) = (SELECT digest FROM truth) AND path_digest(entity, at, code, payload) = (SELECT with_payload FROM truth)
	AND path_digest(uuid, at, code) = (SELECT digest FROM truth), true, 'three at once, sharing the budget') FROM history;
SET work_mem = '64MB';

-- One entity; all at one instant; all the same row; one row an entity; sorted: in memory and spilled
CREATE TEMP TABLE shapes AS
SELECT shape, grouped.digest FROM (VALUES ('0'), ('i'), ('entity')) v(shape), LATERAL oracle('history', shape) grouped;
CREATE UNLOGGED TABLE instant AS SELECT i, entity, timestamptz '2024-05-05' AS at, 5 AS code FROM history;
CREATE UNLOGGED TABLE sorted AS SELECT i, entity, at, code FROM history ORDER BY entity, at, code;
PREPARE shapes AS
SELECT array_agg(given = expected)
FROM (SELECT path_digest(0, at, code), (SELECT digest FROM oracle('history', '0')) FROM history
	  UNION ALL SELECT path_digest(0, at, code), (SELECT digest FROM oracle('instant', '0')) FROM instant
	  UNION ALL SELECT path_digest(entity, at, code), (SELECT digest FROM oracle('instant', 'entity')) FROM instant
	  UNION ALL SELECT path_digest(i, at, code), (SELECT digest FROM oracle('history', 'i')) FROM history
	  UNION ALL SELECT path_digest(entity, at, code), (SELECT digest FROM oracle('sorted', 'entity')) FROM sorted
	  UNION ALL SELECT path_digest(0, at, code), (SELECT digest FROM oracle('sorted', '0')) FROM sorted
	  UNION ALL SELECT path_digest(i % 3, at, code), (SELECT digest FROM oracle('history', 'i % 3')) FROM history) s(given, expected);
CREATE TEMP TABLE results (matches) AS EXECUTE shapes;
SELECT is(matches, array_fill(true, '{7}'), 'shapes, in memory') FROM results;
DROP TABLE results;
SET work_mem = '64kB';
CREATE TEMP TABLE results (matches) AS EXECUTE shapes;
SELECT is(matches, array_fill(true, '{7}'), 'shapes, spilled') FROM results;
SET work_mem = '64MB';

-- Empty, a single row, the edges of time
SELECT is(path_digest(entity, at, code), 0::bigint, 'no rows') FROM history WHERE false;
SELECT is(path_digest(entity, at, code), (SELECT digest FROM oracle('history', 'entity', 'i') WHERE grouped = '7777'), 'one row') FROM history WHERE i = 7777;
SELECT is(path_out_of_range(1, at::timestamptz, 63), 4::bigint, 'times out of range') FROM (VALUES
	('-infinity'), ('infinity'), ('6567-01-01'), ('2568-01-01 BC'), ('6566-01-01'), ('2566-01-01 BC'), ('1999-12-31 23:59:59.999999')) v(at);

-- Many groups: hashed, sorted, spilled, with grouping sets
CREATE FUNCTION wrong_groups(groups text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE wrong bigint;
BEGIN
	EXECUTE format('SELECT count(*) FROM (SELECT (%1$s)::text AS grouped, path_digest(entity, at, code) AS digest FROM history GROUP BY 1) s
		FULL JOIN (SELECT * FROM oracle(''history'', ''entity'', %1$L)) o USING (grouped) WHERE s.digest IS DISTINCT FROM o.digest', groups) INTO wrong;
	RETURN wrong;
END $$;
SET enable_sort = off;
SELECT is(wrong_groups('entity % 20000'), 0::bigint, '20,000 hashed groups');
SET work_mem = '64kB';
SELECT is(wrong_groups('entity % 20000'), 0::bigint, '20,000 hashed groups, tiny work_mem');
SELECT is(wrong_groups('i % 50'), 0::bigint, '50 hashed groups, tiny work_mem');
RESET enable_sort;
SET enable_hashagg = off;
SELECT is(wrong_groups('i % 5'), 0::bigint, '5 sorted groups, tiny work_mem');
RESET enable_hashagg;
SET work_mem = '64MB';
SET enable_hashagg = off;
SELECT is(wrong_groups('entity % 20000'), 0::bigint, '20,000 sorted groups');
RESET enable_hashagg;
CREATE TEMP TABLE sets AS
SELECT 'a' || (i % 4) AS grouped, path_digest(entity, at, code) AS digest FROM history GROUP BY 1
UNION ALL SELECT 'b' || (i % 7), path_digest(entity, at, code) FROM history GROUP BY 1
UNION ALL SELECT NULL, digest FROM truth;
SET work_mem = '64kB';
SELECT set_eq($$SELECT coalesce('a' || a, 'b' || b), digest FROM (SELECT i % 4 AS a, i % 7 AS b, path_digest(entity, at, code) AS digest FROM history
	GROUP BY GROUPING SETS ((i % 4), (i % 7), ())) s$$, 'SELECT * FROM sets', 'grouping sets, spilled');
SET work_mem = '64MB';

-- Window: a growing frame walks again and again, and never spills
SET work_mem = '64kB';
SELECT ok(bool_and(w.digest = (SELECT digest FROM oracle('history', 'entity', 'i <= ' || w.i) o WHERE o.grouped = 'true')), 'a growing window frame')
FROM (SELECT i, path_digest(entity, at, code) OVER (ORDER BY i) AS digest FROM history WHERE i <= 60) w WHERE w.i IN (1, 30, 60);
SELECT is(max(spilled), 0::bigint, 'no spilling under a window') FROM (SELECT path_spilled(entity, at, code) OVER () AS spilled FROM history) w;
SELECT is(min(digest), (SELECT digest FROM truth), '... and the figures are the same') FROM (SELECT path_digest(entity, at, code) OVER () AS digest FROM history) w;

-- Rescans, a cursor beside another query, WITH HOLD
SELECT is(array_agg(d.digest ORDER BY k), (SELECT array_agg(o.digest ORDER BY o.grouped) FROM oracle('history', 'entity', 'i % 3') o), 'rescans, spilled')
FROM generate_series(0, 2) k, LATERAL (SELECT path_digest(entity, at, code) AS digest FROM history WHERE i % 3 = k) d;
BEGIN;
DECLARE walking CURSOR FOR SELECT i % 3, path_digest(entity, at, code) FROM history GROUP BY 1 ORDER BY 1;
DECLARE held CURSOR WITH HOLD FOR SELECT i % 3, path_digest(entity, at, code) FROM history GROUP BY 1 ORDER BY 1;
FETCH 1 FROM walking \g /dev/null
SELECT is(path_digest(entity, at, code), (SELECT digest FROM truth), 'beside an open cursor') FROM history;
SAVEPOINT inner_one;
SELECT throws_ok('SELECT path_failing(entity, at, code) FROM history', 'XX000', 'the visitor fails', 'a visitor that fails, spilled');
FETCH 1 FROM walking \g /dev/null
ROLLBACK TO inner_one;
SELECT is(path_digest(entity, at, code), (SELECT digest FROM truth), 'after ROLLBACK TO') FROM history;
COMMIT;
FETCH ALL FROM held \g /dev/null
CLOSE held;

-- Errors, in the middle of the rows, of the spilling, of the walk: the session goes on and no file is left
CREATE FUNCTION caught(query text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE query;
	RETURN 'nothing';
EXCEPTION WHEN OTHERS OR query_canceled THEN
	RETURN SQLERRM;
END $$;
SELECT is(caught('SELECT path_digest(entity, at, code / (i - 150000)::int) FROM history'), 'division by zero', 'an error among the rows');
SELECT is(caught('SELECT path_failing(entity, at, code) FROM history'), 'the visitor fails', 'an error in the visitor');
SELECT is(caught('SELECT path_failing(0, at, code) FROM history'), 'the visitor fails', 'an error in the visitor of a huge entity');
SET temp_file_limit = '1MB';
SELECT alike(caught('SELECT path_digest(entity, at, code) FROM history'), 'temporary file size exceeds %temp_file_limit% (1024kB)', 'temp_file_limit holds');	-- 18 quotes the name
RESET temp_file_limit;
SET statement_timeout = '40ms';
SELECT is(caught('SELECT path_digest(entity, h.at, h.code) FROM history h, generate_series(1, 1000)'), 'canceling statement due to statement timeout', 'a cancelled statement');
RESET statement_timeout;
SELECT is(path_digest(entity, at, code), (SELECT digest FROM truth), 'the session goes on') FROM history;
SELECT is(count(*), 0::bigint, 'no temporary file is left') FROM pg_ls_tmpdir() WHERE name LIKE 'pgsql_tmp' || pg_backend_pid() || '.%';

-- Plain records: how many, how many of them spilled, and what two readings make of them
CREATE TEMP TABLE expected AS SELECT count(*) AS rows, sum(n % 1000003 * ((payload % 1000003 + 1000003) % 1000003) % 1000003)::bigint AS digest
FROM (SELECT row_number() OVER () AS n, payload FROM history) v;
SET work_mem = '64MB';
SELECT is(records_digest(payload), (SELECT ARRAY[rows, 0, digest, digest] FROM expected), 'records, in memory') FROM history;
SET work_mem = '64kB';
SELECT is((records_digest(payload))[3:], (SELECT ARRAY[digest, digest] FROM expected), 'records, spilled') FROM history;
SELECT cmp_ok((records_digest(payload))[2], '>', 190000::bigint, 'nearly all of them') FROM history;
SELECT is(path_live_bytes(), 0::bigint, 'no memory is counted as held any more');

SELECT * FROM finish();
