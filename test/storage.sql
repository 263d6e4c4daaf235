-- Storage: values of every type come back from text, bytes, disk, dumps and refreshes as what they were.
DROP SCHEMA IF EXISTS storage CASCADE;
CREATE SCHEMA storage;
SET search_path = storage, public;
SET TimeZone = 'UTC';

SELECT no_plan();
\ir shared/seeds.sql

\ir shared/held.sql
SELECT cmp_ok((SELECT count(*) FROM at_first WHERE length(answers) = 32), '>', (SELECT count(*) / 2 FROM at_first), 'accessors answer');

-- Text and bytes
SELECT format('CREATE TABLE by_text AS SELECT id, %s FROM held', string_agg(format('%1$I::text::%1$I', type), ', ' ORDER BY type)) FROM types
\gexec
SELECT is_as_at_first('storage.by_text', 'text: read again');
\setenv FUNNEL_STORAGE_FILE `mktemp`
CREATE TABLE by_copy AS SELECT * FROM held WHERE false;
\copy storage.held TO PROGRAM 'cat >"$FUNNEL_STORAGE_FILE"' (FORMAT binary)
\copy storage.by_copy FROM PROGRAM 'cat "$FUNNEL_STORAGE_FILE"' (FORMAT binary)
SELECT is_as_at_first('storage.by_copy', 'binary COPY: there and back');
TRUNCATE by_copy;
\copy storage.held TO PROGRAM 'cat >"$FUNNEL_STORAGE_FILE"' (FORMAT csv)
\copy storage.by_copy FROM PROGRAM 'cat "$FUNNEL_STORAGE_FILE"' (FORMAT csv)
SELECT is_as_at_first('storage.by_copy', 'COPY as CSV: there and back');
\! rm -f "$FUNNEL_STORAGE_FILE"

-- On disk: compressed or not, in line or not, short headers
SELECT format('CREATE TABLE stored_%s AS SELECT * FROM held WHERE false', storage) FROM (VALUES ('default'), ('main'), ('external'), ('extended')) AS s(storage)
\gexec
SELECT format('ALTER TABLE stored_%s %s', storage, string_agg(format('ALTER %I SET STORAGE %s', type, storage), ', ')) FROM types, (VALUES ('main'), ('external'), ('extended')) AS s(storage) GROUP BY storage
\gexec
SELECT format('ALTER TABLE stored_%s SET (toast_tuple_target = 128)', storage) FROM (VALUES ('external'), ('extended')) AS s(storage)
\gexec
SELECT format('INSERT INTO stored_%s SELECT * FROM by_text', storage) FROM (VALUES ('default'), ('main'), ('external'), ('extended')) AS s(storage)
\gexec
SELECT is_as_at_first('storage.stored_' || storage, 'on disk: ' || storage) FROM (VALUES ('default'), ('main'), ('external'), ('extended')) AS s(storage);
SELECT cmp_ok(pg_relation_size(reltoastrelid), '>', 0::bigint, 'on disk: some are out of line in ' || relname) FROM pg_class WHERE oid IN ('stored_external'::regclass, 'stored_extended'::regclass) ORDER BY relname;
SELECT cmp_ok((SELECT min(pg_column_size(rate_summary)) FROM stored_main), '<', 100, 'on disk: a small summary has a short header');

-- Out of line and short values as what rollup reads
SELECT is_empty(format('SELECT id, rollup(%1$I)::text FROM held GROUP BY id EXCEPT SELECT id, rollup(%1$I)::text FROM %2$s GROUP BY id', type, of_table), format('rolled up from %s: %s', of_table, type))
FROM types, (VALUES ('stored_external'), ('stored_extended'), ('stored_main')) AS t(of_table)
WHERE EXISTS (SELECT FROM pg_proc WHERE proname = 'rollup' AND proargtypes[0] = types.oid);
SELECT is((SELECT rollup(stage_summary)::text FROM stored_external WHERE id % 1000 = 100), (SELECT rollup(stage_summary)::text FROM held WHERE id % 1000 = 100), 'rolled up out of line: a stage_summary beyond a page');
SELECT is((SELECT rollup(cohort_summary)::text FROM stored_external WHERE id % 1000 IN (1, 2)), (SELECT rollup(cohort_summary)::text FROM held WHERE id % 1000 IN (1, 2)), 'rolled up out of line: cohort_summary');
SELECT is((SELECT rollup(rate_summary)::text FROM stored_external WHERE id % 1000 < 5), (SELECT rollup(rate_summary)::text FROM held WHERE id % 1000 < 5), 'rolled up out of line: rate_summary');

-- Rewritten
CREATE INDEX stored_order ON stored_extended((md5(id::text)));
VACUUM FULL stored_extended;
SELECT is_as_at_first('storage.stored_extended', 'VACUUM FULL');
CLUSTER stored_extended USING stored_order;
SELECT is_as_at_first('storage.stored_extended', 'CLUSTER');
UPDATE stored_external SET id = id;
VACUUM stored_external;
SELECT is_as_at_first('storage.stored_external', 'UPDATE, VACUUM');
SELECT format('ALTER TABLE stored_main ALTER %I TYPE %1$I USING %1$I::text::%1$I', type) FROM types
\gexec
SELECT is_as_at_first('storage.stored_main', 'ALTER TYPE by way of text');

-- Materialized views
CREATE MATERIALIZED VIEW refreshed AS SELECT * FROM stored_external WITH NO DATA;
CREATE UNIQUE INDEX ON refreshed(id);
REFRESH MATERIALIZED VIEW refreshed;
SELECT is_as_at_first('storage.refreshed', 'REFRESH MATERIALIZED VIEW');
CREATE TABLE before AS SELECT id, xmin::text AS version FROM refreshed;
REFRESH MATERIALIZED VIEW CONCURRENTLY refreshed;
SELECT is_as_at_first('storage.refreshed', 'REFRESH MATERIALIZED VIEW CONCURRENTLY');
SELECT is((SELECT count(*) FROM refreshed JOIN before USING (id) WHERE refreshed.xmin::text = version), (SELECT count(*) FROM held), 'REFRESH MATERIALIZED VIEW CONCURRENTLY: nothing changed, no row is rewritten');
DROP TABLE before;

-- Dumps, read into another database. What pg_dump makes of a whole database: extension, table, materialized view. Of the server's own major: what a newer one writes can't be read there.
\set restored :DBNAME _restored
SELECT format('DROP DATABASE IF EXISTS %I', :'restored') \gexec
SELECT format('CREATE DATABASE %I TEMPLATE template0', :'restored') \gexec
\setenv FUNNEL_FROM :DBNAME
\setenv FUNNEL_TO :restored
\setenv PGOPTIONS '--client-min-messages=warning'
\set dumped `"$(${PG_CONFIG:-pg_config} --bindir)/pg_dump" --dbname="$FUNNEL_FROM" | psql -X -q -v ON_ERROR_STOP=1 -o /dev/null --dbname="$FUNNEL_TO" 2>&1 && echo done`
SELECT is(:'dumped'::text, 'done', 'pg_dump | psql');
\set here `psql -X -q -A -t --dbname="$FUNNEL_FROM" -c "SET search_path = storage, public" -c "SET TimeZone = 'UTC'" -c "SELECT md5(string_agg(k::text, ',' ORDER BY k::text COLLATE \"C\")) FROM known('held') AS k"`
\set there `psql -X -q -A -t --dbname="$FUNNEL_TO" -c "SET search_path = storage, public" -c "SET TimeZone = 'UTC'" -c "SELECT md5(string_agg(k::text, ',' ORDER BY k::text COLLATE \"C\")) FROM known('held') AS k"`
\set view_there `psql -X -q -A -t --dbname="$FUNNEL_TO" -c "SET search_path = storage, public" -c "SET TimeZone = 'UTC'" -c "SELECT md5(string_agg(k::text, ',' ORDER BY k::text COLLATE \"C\")) FROM known('refreshed') AS k"`
SELECT matches(:'here'::text, '^[0-9a-f]{32}$', 'dump and restore: there is something to compare');
SELECT is(:'there'::text, :'here', 'dump and restore: a table');
SELECT is(:'view_there'::text, :'here', 'dump and restore: a materialized view');
SELECT format('DROP DATABASE %I', :'restored') \gexec

SELECT * FROM finish();
DROP SCHEMA storage CASCADE;
