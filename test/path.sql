-- The path engine, seen through path_digest of test/module: every digest is also computed in plain SQL.
SELECT plan(80);
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

-- The key of a text: of all its bytes, and of this process alone
SELECT is(path_key_of_text('hello'), path_key_of_text('hel' || 'lo'), 'one text has one key');
SELECT is(count(DISTINCT path_key_of_text(repeat('a', n))), 301::bigint, 'keys of all lengths differ') FROM generate_series(0, 300) n;
SELECT is(count(DISTINCT path_key_of_text(overlay(repeat('a', n) PLACING 'b' FROM at))), count(*), 'keys of texts that differ in one byte')
FROM generate_series(1, 300) n, generate_series(1, n) at;
\set there `psql --no-psqlrc --no-align --tuples-only --command "SELECT path_key_of_text('hello') || ' ' || path_hash(1) || ' ' || path_hash('00000000-0000-0000-0000-000000000001'::uuid)"`
SELECT is(array_length(regexp_split_to_array(:'there', ' '), 1), 3, 'another process has keys');
SELECT ok(there[1] <> path_key_of_text('hello') AND there[2]::bigint <> path_hash(1) AND there[3]::bigint <> path_hash('00000000-0000-0000-0000-000000000001'::uuid),
	'... and other ones') FROM regexp_split_to_array(:'there', ' ') there;

-- Ids chosen against MurmurHash3 with a known seed, 0: these six have one hash of 128 bits there. (Of the second 16 bytes
-- what leads to one state is solved for; of each 20 million first 16 bytes one makes them printable.)
SELECT is(count(DISTINCT path_key_of_text(id)), 6::bigint, 'six solved ids have six keys')
FROM unnest(ARRAY['deal-00002890547YysZ{;YWD9FLL.fC', 'deal-00037121900X=g}~xs;W+et"zqT', 'deal-00042989072#eAQf-+*bBH@`(Fy',
	'deal-00056376557)<z<ukp>jv: 8I7E', 'deal-00069150520bO#RjT{j}&oZd8$t', 'deal-00080422182F5Ef> df7[?j^2:^']) id;

-- ... and against its finalizer, which mixed bigint and uuid keys without any secret: how many pairs share a slot of 2^20 in
-- one of 128 partitions; all do, by the finalizer. Of hashes that are independent by twos that is n^2 / 2 / 2^27 on average.
CREATE TEMP TABLE chosen AS SELECT n, path_hash(path_chosen_int8(n)) AS narrow, path_hash(path_chosen_uuid(n)) AS wide FROM generate_series(0, 399999) n;
CREATE FUNCTION pairs(part bigint, hash text) RETURNS numeric LANGUAGE plpgsql AS $$
DECLARE pairs numeric;
BEGIN
	EXECUTE format('SELECT sum(n * (n - 1) / 2) FROM (SELECT count(*) AS n FROM chosen WHERE n < %s GROUP BY %2$I >> 57, %2$I & 1048575) s', part, hash) INTO pairs;
	RETURN pairs;
END $$;
SELECT cmp_ok(pairs(rows, hash), '<', (20 * rows ^ 2 / 2 / 2 ^ 27 + 20)::numeric, format('%s chosen ids share few slots: %s', rows, hash))
FROM unnest('{100000,200000,400000}'::bigint[]) rows, unnest('{narrow,wide}'::text[]) hash;
SELECT cmp_ok(max(n), '<', 400000::bigint / 128 * 2, 'they fill the partitions alike') FROM (SELECT count(*) AS n FROM chosen GROUP BY narrow >> 57 UNION ALL SELECT count(*) FROM chosen GROUP BY wide >> 57) s;
SELECT is(path_digest(path_chosen_uuid(n), '2000-01-01', 1), (100000 * 1)::bigint, 'a walk over 100,000 of them') FROM generate_series(1, 100000) n;
SELECT is(path_digest(path_chosen_int8(n), '2000-01-01', 1), (100000 * 1)::bigint, '... and bigints') FROM generate_series(1, 100000) n;

-- Labels of all lengths, wherever they lie in memory; those that differ in one byte only
SELECT is(array_agg(path_code_of_label(left('abcdefghijklmnopqrstuvwxyz', n), definition) ORDER BY n), array_agg(n - 1 ORDER BY n), 'codes of labels of 1 to 26 characters')
FROM generate_series(1, 26) n, (SELECT funnel(array_agg(left('abcdefghijklmnopqrstuvwxyz', n) ORDER BY n)) AS definition FROM generate_series(1, 26) n) f;
SELECT is(max(path_code_of_label(overlay(left('abcdefghijklmnopqrstuvwxyz', n) PLACING changed FROM at FOR 1), definition)), -1, 'no code for others')
FROM generate_series(1, 26) n, generate_series(1, n) at, unnest('{"",A,zz,س}'::text[]) changed,
	(SELECT funnel(array_agg(left('abcdefghijklmnopqrstuvwxyz', n) ORDER BY n)) AS definition FROM generate_series(1, 26) n) f
WHERE NOT (changed = '' AND at = n);

-- Labels that differ in their middle alone, and labels whose slots by their ends are one row of full ones
CREATE TEMP TABLE definition AS
SELECT funnel(ARRAY['Lead', 'Won'], '{}') AS few, (string_agg('Stage ' || lpad(n::text, 5, '0') || ' (pipeline A)', ' | ') || ' > Won')::funnel AS middle,
	(string_agg(md5(n::text), ' | ') || ' > Won')::funnel AS ends FROM generate_series(1, 9999) n;
SELECT cmp_ok(path_crowded_slots(few), '<=', 2, 'slots of two labels') FROM definition;
SELECT cmp_ok(path_crowded_slots(middle), '<', 40, 'few slots are full in a row: labels of equal ends') FROM definition;
SELECT cmp_ok(path_crowded_slots(ends), '<', 40, '... of different ends') FROM definition;
SELECT is(array_agg(path_code_of_label('Stage ' || lpad(n::text, 5, '0') || ' (pipeline A)', middle) ORDER BY n), '{-1,0,0,-1,-1}', 'labels of equal ends are told apart')
FROM definition, unnest('{0,1,9999,10000,99999}'::int[]) n;
SELECT is(array_agg(path_code_of_label(md5(n::text), ends) ORDER BY n), '{-1,0,0,-1,-1}', '... and others')
FROM definition, unnest('{0,1,9999,10000,99999}'::int[]) n;
SELECT is(path_code_of_label('Won', middle), 1, 'the other stage') FROM definition;
SELECT throws_ok(format('SELECT %L::funnel', string_agg('Stage ' || lpad(n::text, 5, '0') || ' (pipeline A)', ' | ') || ' | Stage 00777 (pipeline A) > Won'),
	'22P02', 'invalid funnel definition: a label is there twice', 'one of them twice') FROM generate_series(1, 2000) n;

-- Every kind of key and payload, in memory and spilled
SELECT is(path_digest(entity, at, code), (SELECT digest FROM truth), 'bigint keys') FROM history;
SELECT is(path_digest(uuid, at, code), (SELECT digest FROM truth), 'uuid keys') FROM history;
SELECT is(path_digest(entity::text, at, code), (SELECT digest FROM truth), 'text keys') FROM history;
SELECT is(path_digest(entity, at, code, payload), (SELECT with_payload FROM truth), 'bigint keys with payload') FROM history;
SELECT is(path_digest(entity::text, at, code, payload), (SELECT with_payload FROM truth), 'text keys with payload') FROM history;
SELECT is(ARRAY[path_digest(entity, at, code, payload, 2), path_digest(entity::text, at, code, payload, 3)], (SELECT ARRAY[with_payload, with_payload] FROM truth), 'more words of payload') FROM history;
SELECT is(path_spilled(entity, at, code), 0::bigint, 'all in memory') FROM history;
SET work_mem = '64kB';
SELECT is(path_digest(entity, at, code), (SELECT digest FROM truth), 'spilled: bigint keys') FROM history;
SELECT is(path_digest(uuid, at, code), (SELECT digest FROM truth), 'spilled: uuid keys') FROM history;
SELECT is(path_digest(entity::text, at, code), (SELECT digest FROM truth), 'spilled: text keys') FROM history;
SELECT is(path_digest(entity, at, code, payload), (SELECT with_payload FROM truth), 'spilled: bigint keys with payload') FROM history;
SELECT is(path_digest(entity::text, at, code, payload), (SELECT with_payload FROM truth), 'spilled: text keys with payload') FROM history;
SELECT is(ARRAY[path_digest(entity, at, code, payload, 3), path_digest(entity::text, at, code, payload, 2)], (SELECT ARRAY[with_payload, with_payload] FROM truth), 'spilled: more words of payload') FROM history;
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

-- In order of the entity: whole, wrapped, in parts, broken by the last row, with times falling, by every kind of key: all of the
-- rows, a tenth of the entities, a thousandth. The digest is that of the same rows in no order.
CREATE TEMP TABLE shape AS SELECT * FROM (VALUES ('in order', 'entity * 0'), ('falling times', 'entity * 0'), ('wrapped', '(entity <= 20000)::int'), ('last row breaks it', '(i = 77777)::int'),
	('16 parts', 'i % 16'), ('17 parts', 'i % 17'), ('40 parts', 'i % 40'), ('interleaved', 'i % 20000')) v(shape, part);
CREATE UNLOGGED TABLE ordered AS
SELECT i, entity - 25000 AS entity, at, code, payload,		-- the first halves of a few uuids are equal, and zero
	CASE WHEN entity % 10007 = 0 THEN lpad(to_hex(entity), 32, '0') ELSE lpad(to_hex(entity * 40961), 16, '0') || left(md5(entity::text), 16) END::uuid AS uuid
FROM history;
CREATE TEMP TABLE wanted AS SELECT modulus,
	(SELECT digest FROM oracle('history', 'entity', 'entity % ' || modulus) WHERE grouped = (3 % modulus)::text) AS plain,
	(SELECT digest FROM oracle('history', 'entity', 'entity % ' || modulus, 'payload') WHERE grouped = (3 % modulus)::text) AS payload
FROM unnest('{1,10,1000}'::int[]) modulus;
CREATE FUNCTION unlike(key text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	shapes	record;
	wrong	text := '';
	got		bigint[];
BEGIN
	FOR shapes IN SELECT * FROM shape, wanted LOOP
		EXECUTE format('SELECT ARRAY[path_digest(key, at, code), path_digest(key, at, code, payload)]
			FROM (SELECT %s AS key, at, code, payload FROM ordered WHERE (entity + 25000) %% %s = 3 %% %2$s ORDER BY %s, %1$s, CASE WHEN %4$L THEN - extract(epoch FROM at) ELSE extract(epoch FROM at) END, code, payload) o',
			key, shapes.modulus, shapes.part, shapes.shape = 'falling times') INTO got;
		IF got IS DISTINCT FROM ARRAY[shapes.plain, shapes.payload] THEN
			wrong := wrong || format('%s, modulus %s: %s; ', shapes.shape, shapes.modulus, got);
		END IF;
	END LOOP;
	RETURN wrong;
END $$;
SELECT is(unlike(key), '', 'rows in some order, in memory: ' || key) FROM unnest('{entity,uuid,uuid::text}'::text[]) key;
SELECT is(path_runs(entity, at, code), 1::bigint, 'one run') FROM (SELECT * FROM ordered ORDER BY entity, at) o;
SELECT is(path_runs(uuid, at, code), 1::bigint, 'one run of uuids') FROM (SELECT * FROM ordered WHERE (entity + 25000) % 10007 <> 0 ORDER BY uuid, at) o;
SELECT is(path_runs(entity, at, code), 16::bigint, '16 runs') FROM (SELECT * FROM ordered ORDER BY i % 16, entity, at) o;
SELECT is(path_runs(entity, at, code), 0::bigint, 'no runs: 17 parts') FROM (SELECT * FROM ordered ORDER BY i % 17, entity, at) o;
SET work_mem = '64kB';
SELECT is(unlike(key), '', 'rows in some order, spilled: ' || key) FROM unnest('{entity,uuid,uuid::text}'::text[]) key;
SELECT is(path_runs(entity, at, code), 1::bigint, 'one run, spilled') FROM (SELECT * FROM ordered ORDER BY entity, at) o;
SELECT is(path_runs(entity, at, code), 0::bigint, 'no runs, spilled: wrapped') FROM (SELECT * FROM ordered ORDER BY entity <= 0, entity, at) o;
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
