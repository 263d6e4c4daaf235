-- released.sql: what an earlier version made is read to the figures that it had. Run by test/update in a database with the
-- extension: :how it came to its version; FUNNEL_RELEASED (environment) names the files of test/released, without their endings.
\unset ECHO
\set QUIET 1
\set ON_ERROR_STOP 1
\pset format unaligned
\pset tuples_only on
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE SCHEMA released;
SET search_path = released, public;
SELECT no_plan();
\ir figures.sql

-- The columns of the files, by the first line of the text
\set header `head -n 1 "$FUNNEL_RELEASED.csv"`
SELECT format('CREATE TABLE %s (%s)', of_table, string_agg(format('%I %s', c, CASE c WHEN 'id' THEN 'integer' ELSE quote_ident(c) END), ', ' ORDER BY n))
FROM unnest(string_to_array(:'header', ',')) WITH ORDINALITY AS h (c, n), (VALUES ('by_text'), ('by_bytes')) AS t (of_table) GROUP BY of_table
\gexec
CREATE TABLE kept (type text, id integer, call text, answer text);
\copy by_text FROM PROGRAM 'cat "$FUNNEL_RELEASED.csv"' (FORMAT csv, HEADER)
\copy by_bytes FROM PROGRAM 'cat "$FUNNEL_RELEASED.copy"' (FORMAT binary)
\copy kept FROM PROGRAM 'cat "$FUNNEL_RELEASED.figures.csv"' (FORMAT csv, HEADER)

-- Text: printed as it was given. All columns as text, once as the file has them and once by way of the type.
SELECT format('CREATE TABLE as_text (%s)', string_agg(format('%I text', c), ', ' ORDER BY n)) FROM unnest(string_to_array(:'header', ',')) WITH ORDINALITY AS h (c, n)
\gexec
\copy as_text FROM PROGRAM 'cat "$FUNNEL_RELEASED.csv"' (FORMAT csv, HEADER)
SELECT is_empty(format('SELECT t.id, t.%1$I FROM as_text t JOIN %2$I v ON v.id::text = t.id WHERE v.%1$I::text IS DISTINCT FROM t.%1$I', c, of_table), format('%s: %s, %s: prints as it did', :'how', of_table, c))
FROM unnest(string_to_array(:'header', ',')) WITH ORDINALITY AS h (c, n), (VALUES ('by_text'), ('by_bytes')) AS t (of_table) WHERE c <> 'id' ORDER BY of_table, n;
SELECT ok((SELECT count(*) FROM as_text) = (SELECT count(*) FROM by_bytes) AND (SELECT count(*) FROM by_bytes) >= 5, :'how' || ': there are values');

-- Figures
SELECT cmp_ok((SELECT count(*) FROM kept), '>', 400::bigint, :'how' || ': there are figures');
SELECT is_empty(format('SELECT k.call, k.id, k.answer AS kept, f.answer AS now FROM (SELECT * FROM kept WHERE type = %1$L) k
		LEFT JOIN (SELECT c.call, f.* FROM (SELECT DISTINCT call FROM kept WHERE type = %1$L) c, figures(%2$L, %1$L, c.call) f) f USING (call, id)
	WHERE f.answer IS DISTINCT FROM k.answer ORDER BY call, id', type, of_table), format('%s: %s, %s: every figure as it was', :'how', of_table, type))
FROM (SELECT DISTINCT type FROM kept) k, (VALUES ('by_text'), ('by_bytes')) AS t (of_table) ORDER BY of_table, type;

SELECT * FROM finish();
DROP SCHEMA released CASCADE;
