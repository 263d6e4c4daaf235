-- path.sql: the path engine alone, with a visitor that only checks what it sees (test/module).
--
--	psql -v rows=8000000 -v rounds=5 -f bench/measure.sql -f bench/path.sql
--
-- path_spilled appends every row and walks over none: the difference between it
-- and path_digest is the walk, and the visitor's own four divisions an event.

\if :{?rows} \else \set rows 8000000 \endif
\if :{?rounds} \else \set rounds 5 \endif
\set QUIET on
\ir ../test/module/path_probe.sql

SET jit = off;
SET work_mem = '512MB';
SET max_parallel_workers_per_gather = 0;
SET client_min_messages = warning;

-- A quarter as many entities as rows, shuffled
CREATE UNLOGGED TABLE history AS
SELECT h % (:rows / 4) AS entity, timestamptz '2024-01-01 00:00+00' + (h / 11) % 63072000 * interval '1 second' AS at,
	((h / 17) % 7)::integer AS code, (i % 50)::integer AS segment, (i % (:rows / 80))::integer AS owner
FROM (SELECT i, abs(hashint8extended(i, 0)) AS h FROM generate_series(1, :rows) i) rows;
CREATE UNLOGGED TABLE history_sorted AS SELECT * FROM history ORDER BY entity, at;
VACUUM (ANALYZE) history, history_sorted;

CALL bench.measure('shuffled', ARRAY[
	ARRAY['scan', 'SELECT count(entity), count(at), count(code) FROM history'],
	ARRAY['append', 'SELECT path_spilled(entity, at, code) FROM history'],
	ARRAY['append and walk', 'SELECT path_digest(entity, at, code) FROM history'],
	ARRAY['text keys', 'SELECT path_digest(entity::text, at, code) FROM history']], :rounds);
CALL bench.measure('by entity and time', ARRAY[
	ARRAY['scan', 'SELECT count(entity), count(at), count(code) FROM history_sorted'],
	ARRAY['append and walk', 'SELECT path_digest(entity, at, code) FROM history_sorted']], :rounds);
CALL bench.measure('one entity', ARRAY[
	ARRAY['scan', 'SELECT count(entity), count(at), count(code) FROM history'],
	ARRAY['append and walk', 'SELECT path_digest(0, at, code) FROM history']], :rounds);
SET work_mem = '4MB';
CALL bench.measure('shuffled, work_mem 4 MB', ARRAY[
	ARRAY['scan', 'SELECT count(entity), count(at), count(code) FROM history'],
	ARRAY['append and walk', 'SELECT path_digest(entity, at, code) FROM history']], :rounds);
SET work_mem = '512MB';
CALL bench.measure('50 groups', ARRAY[
	ARRAY['sum(bigint)', 'SELECT count(s) FROM (SELECT sum(entity) FROM history GROUP BY segment OFFSET 0) s'],
	ARRAY['append and walk', 'SELECT count(s) FROM (SELECT path_digest(entity, at, code) FROM history GROUP BY segment OFFSET 0) s']], :rounds);
CALL bench.measure('groups of 80 rows', ARRAY[
	ARRAY['sum(bigint)', 'SELECT count(s) FROM (SELECT sum(entity) FROM history GROUP BY owner OFFSET 0) s'],
	ARRAY['append and walk', 'SELECT count(s) FROM (SELECT path_digest(entity, at, code) FROM history GROUP BY owner OFFSET 0) s']], :rounds);

INSERT INTO bench.target VALUES ('groups of 80 rows', 'append and walk', 'sum(bigint)', 4);

\ir report.sql
