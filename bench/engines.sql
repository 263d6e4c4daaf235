-- engines.sql: the table history in ClickHouse and DuckDB, where bench/run has started them.
--
-- Sets :clickhouse and :duckdb (is it there), and makes the table label. Included with :threads set
-- (DuckDB's; ClickHouse takes them with each query), and :csv, a file for the way over.
--
-- ClickHouse: MergeTree, in the rows' order (history) and ordered by deal and time (history_sorted);
-- stages as String, LowCardinality and UInt8, times as DateTime (32 bits). DuckDB: a table in memory, in
-- the rows' order and sorted; stages as VARCHAR, ENUM and UTINYINT.

SELECT coalesce(current_setting('bench.engines', true), '') LIKE '%clickhouse%' AS clickhouse,
	coalesce(current_setting('bench.engines', true), '') LIKE '%duckdb%' AS duckdb \gset
SELECT :'clickhouse' OR :'duckdb' AS engines \gset
\if :engines
\o :csv
COPY (SELECT deal_id, stage, to_char(entered_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') FROM history) TO STDOUT (FORMAT csv);
\o
\endif

-- The stage in each type: how it is written in a query
CREATE TABLE label (type text, step integer, literal text);
INSERT INTO label
SELECT type, step, CASE WHEN type = 'int' THEN step::text ELSE quote_literal(stage) END
FROM (VALUES ('text'), ('enum'), ('int')) AS t (type),
	unnest(ARRAY['Lead', 'Qualified', 'Proposal', 'Negotiation', 'Won', 'Lost']) WITH ORDINALITY AS s (stage, step);

\if :clickhouse
CALL bench.tell('clickhouse', 'DROP TABLE IF EXISTS history');			-- of another section
CALL bench.tell('clickhouse', 'DROP TABLE IF EXISTS history_sorted');
CALL bench.tell('clickhouse', $$CREATE TABLE history (deal_id Int64, text String, enum LowCardinality(String), int UInt8, entered_at DateTime('UTC'))
	ENGINE = MergeTree ORDER BY tuple()$$);
CALL bench.tell('clickhouse', $$INSERT INTO history
	SELECT deal_id, stage, stage, indexOf(['Lead', 'Qualified', 'Proposal', 'Negotiation', 'Won', 'Lost'], stage), entered_at
	FROM file('$$ || :'csv' || $$', CSV, 'deal_id Int64, stage String, entered_at DateTime(''UTC'')')
	SETTINGS max_threads = 1, max_insert_threads = 1$$);
CALL bench.tell('clickhouse', 'OPTIMIZE TABLE history FINAL');
CALL bench.tell('clickhouse', $$CREATE TABLE history_sorted (deal_id Int64, text String, enum LowCardinality(String), int UInt8, entered_at DateTime('UTC'))
	ENGINE = MergeTree ORDER BY (deal_id, entered_at)$$);
CALL bench.tell('clickhouse', 'INSERT INTO history_sorted SELECT * FROM history');
CALL bench.tell('clickhouse', 'OPTIMIZE TABLE history_sorted FINAL');
\endif

\if :duckdb
CALL bench.tell('duckdb', 'SET threads = ' || :threads);
CALL bench.tell('duckdb', 'DROP TABLE IF EXISTS history');
CALL bench.tell('duckdb', 'DROP TABLE IF EXISTS history_sorted');
CALL bench.tell('duckdb', 'DROP TYPE IF EXISTS stage');
CALL bench.tell('duckdb', $$CREATE TYPE stage AS ENUM ('Lead', 'Qualified', 'Proposal', 'Negotiation', 'Won', 'Lost')$$);
CALL bench.tell('duckdb', $$CREATE TABLE history AS
	SELECT deal_id, stage AS text, stage::stage AS enum,
		list_position(['Lead', 'Qualified', 'Proposal', 'Negotiation', 'Won', 'Lost'], stage)::UTINYINT AS int, entered_at
	FROM read_csv('$$ || :'csv' || $$', header = false, columns = {deal_id: 'BIGINT', stage: 'VARCHAR', entered_at: 'TIMESTAMP'})$$);
CALL bench.tell('duckdb', 'CREATE TABLE history_sorted AS SELECT * FROM history ORDER BY deal_id, entered_at');
\endif
