-- Equality: every summary type can be compared, hashed and joined; equal is what has equal bytes.
DROP SCHEMA IF EXISTS equality CASCADE;
CREATE SCHEMA equality;
SET search_path = equality, public;
SET TimeZone = 'UTC';

SELECT no_plan();
\ir shared/seeds.sql

CREATE VIEW summary_types AS SELECT * FROM types WHERE type ~ '_summary$';
SELECT cmp_ok((SELECT count(*) FROM summary_types), '>=', 9::bigint, 'there are summary types');

-- What the catalogue says of them
CREATE VIEW equalities AS
SELECT t.type, o.oid::regoperator AS operator, o.*, c.opcdefault, f.opfmethod, am.amname
FROM summary_types t
JOIN pg_opclass c ON c.opcintype = t.oid JOIN pg_am am ON am.oid = c.opcmethod
JOIN pg_opfamily f ON f.oid = c.opcfamily
JOIN pg_amop a ON a.amopfamily = f.oid AND a.amopstrategy = 1
JOIN pg_operator o ON o.oid = a.amopopr;
SELECT set_eq('SELECT type, amname, opcdefault, oprname FROM equalities', $$ SELECT type, name 'hash' AS amname, true AS is_default, name '=' AS operator FROM summary_types $$, 'every summary type has a hash operator class, which is the default');
SELECT is_empty($$ SELECT type FROM equalities e WHERE NOT oprcanhash OR oprcanmerge OR oprcom <> e.operator OR oprrest <> 'eqsel'::regproc OR oprjoin <> 'eqjoinsel'::regproc
	OR NOT EXISTS (SELECT FROM pg_operator n WHERE n.oid = e.oprnegate AND n.oprname = '<>' AND n.oprcom = n.oid AND n.oprnegate = e.operator
		AND n.oprrest = 'neqsel'::regproc AND n.oprjoin = 'neqjoinsel'::regproc) $$, '... whose = says what the planner may do with it, and has a <>');
SELECT is_empty($$ SELECT type FROM summary_types t WHERE (SELECT array_agg(amprocnum ORDER BY amprocnum) FROM pg_amproc WHERE amproclefttype = t.oid) IS DISTINCT FROM '{1,2}' $$,
	'... and both hashes');
SELECT is((SELECT array_agg(DISTINCT prosrc ORDER BY prosrc) FROM pg_proc p JOIN summary_types t ON t.oid = p.proargtypes[0] WHERE p.proname ~ '_(eq|ne|hash|hash_extended)$'),
	ARRAY['summary_eq', 'summary_hash', 'summary_hash_extended', 'summary_ne'], 'the C functions are the same for all');

-- Values: every pair of seeds, one of each stored short, compressed or out of line
CREATE FUNCTION pairs(type text) RETURNS TABLE (same_bytes boolean, eq boolean, ne boolean, is_same boolean, hashes_agree boolean)
LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE TEMP TABLE far (id bigint, seed %1$I) WITH (toast_tuple_target = 128); ALTER TABLE far ALTER seed SET STORAGE external;
		INSERT INTO far SELECT id, seed FROM seeds_%1$s', type);
	RETURN QUERY EXECUTE format('SELECT %1$I_send(a.seed) = %1$I_send(b.seed), a.seed = b.seed, a.seed <> b.seed, a.seed IS NOT DISTINCT FROM b.seed,
		(%1$I_hash(a.seed) = %1$I_hash(b.seed)) AND (%1$I_hash_extended(a.seed, 7) = %1$I_hash_extended(b.seed, 7))
		FROM seeds_%1$s a, far b', type);
	DROP TABLE far;
END $$;
SELECT is_empty(format($$ SELECT * FROM pairs(%L) WHERE eq <> same_bytes OR ne = same_bytes OR is_same <> same_bytes OR (same_bytes AND NOT hashes_agree) $$, type), type || ': = is that the bytes are, wherever they lie')
FROM summary_types;
SELECT ok(bool_or(eq) AND bool_or(ne) AND NOT bool_and(hashes_agree), type || ': ... some are, some are not') FROM summary_types, pairs(type) GROUP BY type;

-- What it is for, of each type
CREATE FUNCTION uses(type text) RETURNS TABLE (use text, got bigint, wanted bigint)
LANGUAGE plpgsql AS $$
DECLARE
	n bigint;
	different bigint;
BEGIN
	EXECUTE format('SELECT count(*), count(DISTINCT %1$I_send(seed)) FROM seeds_%1$s', type) INTO n, different;
	RETURN QUERY EXECUTE format('SELECT ''DISTINCT'', (SELECT count(*) FROM (SELECT DISTINCT seed FROM (SELECT seed FROM seeds_%1$s UNION ALL SELECT seed FROM seeds_%1$s) s) d), %2$s::bigint', type, different);
	RETURN QUERY EXECUTE format('SELECT ''UNION'', (SELECT count(*) FROM (SELECT seed FROM seeds_%1$s UNION SELECT seed FROM seeds_%1$s) d), %2$s::bigint', type, different);
	RETURN QUERY EXECUTE format('SELECT ''EXCEPT'', (SELECT count(*) FROM (SELECT seed FROM seeds_%1$s EXCEPT SELECT seed FROM seeds_%1$s) d), 0::bigint', type);
	RETURN QUERY EXECUTE format('SELECT ''GROUP BY'', (SELECT count(*) FROM (SELECT seed, count(*) FROM seeds_%1$s GROUP BY seed) d), %2$s::bigint', type, different);
	RETURN QUERY EXECUTE format('SELECT ''IN'', (SELECT count(*) FROM seeds_%1$s WHERE seed IN (SELECT seed FROM seeds_%1$s)), %2$s::bigint', type, n);
	EXECUTE format('CREATE TEMP TABLE kept (id bigint PRIMARY KEY, seed %1$I); CREATE INDEX kept_hash ON kept USING hash (seed); INSERT INTO kept SELECT * FROM seeds_%1$s', type);
	SET LOCAL enable_seqscan = off;
	SET LOCAL enable_bitmapscan = off;
	RETURN QUERY EXECUTE format('SELECT ''hash index'', count(*), %2$s::bigint FROM seeds_%1$s s WHERE EXISTS (SELECT FROM kept k WHERE k.seed = s.seed)', type, n);
	RESET enable_seqscan;
	RESET enable_bitmapscan;
	WITH given AS (INSERT INTO kept AS k SELECT * FROM kept ON CONFLICT (id) DO UPDATE SET seed = excluded.seed WHERE k.seed IS DISTINCT FROM excluded.seed RETURNING 1)
	SELECT 'ON CONFLICT ... WHERE IS DISTINCT FROM: nothing changed', count(*), 0 FROM given INTO use, got, wanted;
	RETURN NEXT;
	SELECT 'rows: IS DISTINCT FROM', count(*), 0 FROM kept a JOIN kept b USING (id) WHERE a.* IS DISTINCT FROM b.* OR ROW(a.*) IS DISTINCT FROM ROW(b.*) INTO use, got, wanted;
	RETURN NEXT;
	DROP TABLE kept;
END $$;
SELECT is_empty(format('SELECT * FROM uses(%L) WHERE got IS DISTINCT FROM wanted', type), type || ': DISTINCT, UNION, EXCEPT, GROUP BY, IN, hash indexes, upserts, rows') FROM summary_types;
SELECT is(count(*), (SELECT 8 * count(*) FROM summary_types), '... each of them tried') FROM summary_types, uses(type);

-- Joins hash, and so may partitions and parallel workers
CREATE TABLE days AS SELECT d, rate_agg(d % n = 0) AS s FROM generate_series(1, 500) d, generate_series(1, 20) n GROUP BY d;
ANALYZE days;
CREATE FUNCTION plan_of(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY EXECUTE 'EXPLAIN (COSTS OFF) ' || query; END $$;
SELECT ok(bool_or(p ~ 'Hash Cond: \(a.s = b.s\)'), 'a join on = hashes') FROM plan_of('SELECT count(*) FROM days a JOIN days b ON a.s = b.s') p;
SELECT is((SELECT count(*) FROM days a JOIN days b ON a.s = b.s), (SELECT sum(n * n)::bigint FROM (SELECT count(*) AS n FROM days GROUP BY rate_summary_send(s)) x), '... to the right rows');
CREATE TABLE spread (s rate_summary) PARTITION BY HASH (s);
CREATE TABLE spread_0 PARTITION OF spread FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE spread_1 PARTITION OF spread FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO spread SELECT s FROM days;
SELECT ok((SELECT count(*) FROM spread_0) > 0 AND (SELECT count(*) FROM spread_1) > 0 AND (SELECT count(*) FROM spread) = 500, 'a table can be partitioned by the hash of one');

-- Triggers that look for a change; MERGE, where there is one
CREATE TABLE daily (day date PRIMARY KEY, s rate_summary);
INSERT INTO daily SELECT '2025-01-01', rate_agg(true);
CREATE FUNCTION changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW IS DISTINCT FROM OLD THEN RAISE EXCEPTION 'changed'; END IF; RETURN NEW; END $$;
CREATE TRIGGER asks BEFORE UPDATE ON daily FOR EACH ROW EXECUTE FUNCTION changed();
CREATE TRIGGER only_then BEFORE UPDATE ON daily FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION changed();
SELECT lives_ok('UPDATE daily SET s = s::text::rate_summary', 'a trigger sees that nothing changed');
SELECT throws_ok('UPDATE daily SET s = (SELECT rollup(v) FROM (VALUES (s), (s)) x (v))', 'P0001', 'changed', '... and that something did');
DROP TRIGGER asks ON daily;
DROP TRIGGER only_then ON daily;
CREATE TRIGGER unless_redundant BEFORE UPDATE ON daily FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
WITH u AS (UPDATE daily SET s = s::text::rate_summary RETURNING 1) SELECT is(count(*), 0::bigint, 'suppress_redundant_updates_trigger: nothing to do') FROM u;
DROP TRIGGER unless_redundant ON daily;
SELECT current_setting('server_version_num')::integer >= 150000 AS has_merge \gset
\if :has_merge
CREATE FUNCTION merge_day(outcome boolean) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	n bigint;
BEGIN
	MERGE INTO daily m USING (SELECT date '2025-01-01' AS day, rate_agg(outcome) AS s) p ON p.day = m.day
		WHEN MATCHED AND ROW(m.*) IS DISTINCT FROM ROW(p.*) THEN UPDATE SET s = p.s WHEN NOT MATCHED THEN INSERT VALUES (p.day, p.s);
	GET DIAGNOSTICS n = ROW_COUNT;
	RETURN n || ' ' || (SELECT succeeded(s) FROM daily);
END $$;
SELECT is(merge_day(outcome), row, 'MERGE: ' || what) FROM (VALUES (1, true, '0 1', 'what is the same stays'), (2, false, '1 0', 'what changed is written'), (3, false, '0 0', '... once')) v (n, outcome, row, what) ORDER BY n;
\else
SELECT skip('MERGE: since PostgreSQL 15', 3);
\endif

-- To the last decimal place; and what has no order
SELECT ok((SELECT rate_agg(true, 1.0)) <> (SELECT rate_agg(true, 1.00)), 'another number of decimals is another summary: it prints otherwise');
SELECT throws_ok('SELECT s FROM days ORDER BY s', '42883', NULL, 'summaries have no order');
SELECT throws_ok('SELECT count(DISTINCT s) FROM days', '42883', NULL, '... so count(DISTINCT ...), which sorts, refuses them');
SELECT throws_ok('CREATE UNIQUE INDEX ON days (s)', '42704', NULL, '... and a unique index, which is a btree');

SELECT * FROM finish();
DROP SCHEMA equality CASCADE;
