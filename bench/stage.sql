-- stage.sql: stage funnels against SQL by hand, ClickHouse and DuckDB.
--
--	psql -v rows=8000000 -v rounds=5 -f bench/measure.sql -f bench/stage.sql
--
-- bench/run starts the other engines and sets bench.engines, bench.port and bench.token; without
-- them the rest is measured. Every contender's figures are compared with ours before it is timed.

\if :{?rows} \else \set rows 8000000 \endif
\if :{?rounds} \else \set rounds 5 \endif
\if :{?only} \else \set only . \endif
\if :{?csv} \else \set csv /dev/null \endif
\set QUIET on
\ir history.sql

SET jit = off;
SET work_mem = '1GB';
SET max_parallel_workers_per_gather = 0;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS pg_prewarm;

SELECT coalesce(current_setting('bench.engines', true), '') LIKE '%clickhouse%' AS clickhouse,
	coalesce(current_setting('bench.engines', true), '') LIKE '%duckdb%' AS duckdb \gset

CALL bench.history('history', :rows / 4);
CREATE UNLOGGED TABLE history_sorted AS SELECT * FROM history ORDER BY deal_id, entered_at;
CREATE UNLOGGED TABLE history_text AS
SELECT '006' || substr(md5(deal_id::text), 1, 15) AS deal_id, stage, entered_at FROM history;
CREATE UNLOGGED TABLE history_uuid AS
SELECT md5(deal_id::text)::uuid AS deal_id, stage, entered_at FROM history;
VACUUM (ANALYZE) history, history_sorted, history_text, history_uuid;

-- What a contender answers: reached of the 5 stages, mean days in the first 4, median days in the
-- first 4 (the fifth is not left), as one row of 13 columns or as a row a stage (stage, reached,
-- mean_days, median_days); or reached alone: 5 columns.
CREATE TABLE contender (
	place		integer GENERATED ALWAYS AS IDENTITY,
	relation	text,
	name		text,
	query		text
);

CREATE FUNCTION figures(answer json) RETURNS double precision[] LANGUAGE sql AS $$
	SELECT CASE WHEN json_array_length(answer) > 1 THEN		-- a row a stage
		(SELECT array_agg(r ORDER BY step) || array_agg(mean ORDER BY step) FILTER (WHERE step < 5)
			|| array_agg(median ORDER BY step) FILTER (WHERE step < 5)
		FROM (SELECT (q.row->>1)::float8 AS r, (q.row->>2)::float8 AS mean, (q.row->>3)::float8 AS median,
				array_position(ARRAY['Lead', 'Qualified', 'Proposal', 'Negotiation', 'Won'], q.row->>0) AS step
			FROM json_array_elements(answer) AS q (row)) s
		WHERE step IS NOT NULL)
	ELSE ARRAY(SELECT json_array_elements_text(answer->0)::float8) END
$$;

CREATE FUNCTION ask(query text) RETURNS double precision[] LANGUAGE plpgsql AS $$
DECLARE
	engine	text := substring(query FROM '^(clickhouse|duckdb):');
	answer	json;
BEGIN
	IF engine IS NULL THEN
		EXECUTE format('SELECT json_agg((SELECT json_agg(value ORDER BY number)
			FROM json_each(row_to_json(q)) WITH ORDINALITY AS e (key, value, number))) FROM (%s) q', query) INTO answer;
	ELSE
		answer := (bench.ask(engine, substr(query, length(engine) + 2))).answer;
	END IF;
	RETURN figures(answer);
END
$$;

-- Counts must be equal, means to nine digits; our medians are within 1 %, other engines' may be, too.
CREATE PROCEDURE compare(work text) LANGUAGE plpgsql AS $$
DECLARE
	other	record;
	ours	double precision[];
	theirs	double precision[];
BEGIN
	SELECT ask(query) INTO STRICT ours FROM contender WHERE relation = work AND name = 'ours';
	FOR other IN SELECT * FROM contender WHERE relation = work AND name NOT IN ('ours', 'scan') ORDER BY place LOOP
		theirs := ask(other.query);
		IF cardinality(theirs) NOT IN (5, 13) OR theirs[1:5] <> ours[1:5] THEN
			RAISE '%: % counts %, ours %', work, other.name, theirs, ours;
		END IF;
		FOR i IN 6..cardinality(theirs) LOOP
			CONTINUE WHEN abs(theirs[i] / ours[i] - 1) <= CASE WHEN i < 10 THEN 1e-9 ELSE 0.02 END;
			RAISE '%: figure % of % is %, ours %', work, i, other.name, theirs[i], ours[i];
		END LOOP;
	END LOOP;
END
$$;

-- In PostgreSQL. The times of a deal's stages, side by side, with min() FILTER:
\set times 'SELECT deal_id, min(entered_at) FILTER (WHERE stage = ''Lead'') AS t1, min(entered_at) FILTER (WHERE stage = ''Qualified'') AS t2, min(entered_at) FILTER (WHERE stage = ''Proposal'') AS t3, min(entered_at) FILTER (WHERE stage = ''Negotiation'') AS t4, min(entered_at) FILTER (WHERE stage = ''Won'') AS t5, min(entered_at) FILTER (WHERE stage = ''Lost'') AS t0 FROM %1$I GROUP BY deal_id'
INSERT INTO contender (relation, name, query)
SELECT relation, name, format(query, relation, :'definition')
FROM (VALUES ('history'), ('history_sorted'), ('history_text'), ('history_uuid')) AS r (relation),
(VALUES
	('scan', 'SELECT count(deal_id), count(stage), count(entered_at) FROM %1$I'),
	('ours', 'SELECT stage, reached, mean_days, median_days FROM stage_leakage((SELECT stage_agg(deal_id, stage, entered_at, %2$L) FROM %1$I))'),
	('window functions', $$SELECT stage, count(*) AS reached, avg(days) AS mean_days, percentile_cont(0.5) WITHIN GROUP (ORDER BY days) AS median_days
		FROM (SELECT stage, date_part('epoch', lead(entered_at) OVER (PARTITION BY deal_id ORDER BY entered_at) - entered_at) / 86400 AS days
			FROM %1$I) v WHERE stage <> 'Lost' GROUP BY stage$$),
	('DISTINCT ON', $$SELECT stage, count(*) AS reached, avg(days) AS mean_days, percentile_cont(0.5) WITHIN GROUP (ORDER BY days) AS median_days
		FROM (SELECT stage, date_part('epoch', lead(entered_at) OVER (PARTITION BY deal_id ORDER BY entered_at) - entered_at) / 86400 AS days
			FROM (SELECT DISTINCT ON (deal_id, stage) deal_id, stage, entered_at FROM %1$I ORDER BY deal_id, stage, entered_at) f) v
		WHERE stage <> 'Lost' GROUP BY stage$$),
	('min() FILTER, by column', format($$SELECT count(t1), count(t2), count(t3), count(t4), count(t5), avg(d1), avg(d2), avg(d3), avg(d4),
		percentile_cont(0.5) WITHIN GROUP (ORDER BY d1), percentile_cont(0.5) WITHIN GROUP (ORDER BY d2),
		percentile_cont(0.5) WITHIN GROUP (ORDER BY d3), percentile_cont(0.5) WITHIN GROUP (ORDER BY d4)
		FROM (SELECT t1, t2, t3, t4, t5, date_part('epoch', coalesce(t2, t0) - t1) / 86400 AS d1, date_part('epoch', coalesce(t3, t0) - t2) / 86400 AS d2,
				date_part('epoch', coalesce(t4, t0) - t3) / 86400 AS d3, date_part('epoch', coalesce(t5, t0) - t4) / 86400 AS d4
			FROM (%s) t OFFSET 0) d$$, replace(:'times', '%', '%%'))),
	('min() FILTER, by row', format($$SELECT stage, count(entered) AS reached, avg(days) AS mean_days, percentile_cont(0.5) WITHIN GROUP (ORDER BY days) AS median_days
		FROM (SELECT stage, entered, date_part('epoch', left_at - entered) / 86400 AS days
			FROM (%s) t, LATERAL (VALUES ('Lead', t1, coalesce(t2, t0)), ('Qualified', t2, coalesce(t3, t0)), ('Proposal', t3, coalesce(t4, t0)),
				('Negotiation', t4, coalesce(t5, t0)), ('Won', t5, NULL)) AS v (stage, entered, left_at)
			WHERE entered IS NOT NULL) d GROUP BY stage$$, replace(:'times', '%', '%%')))) AS q (name, query)
WHERE relation = 'history' OR name <> 'min() FILTER, by row' AND (relation = 'history_sorted' OR name <> 'DISTINCT ON');
-- The outer format of the two nested ones leaves %%1$I as %1$I for the inner
UPDATE contender SET query = format(query, relation) WHERE query LIKE '%\%1$I%';

-- ClickHouse: MergeTree, in the rows' order and ordered by deal and time; stages as String, LowCardinality
-- and UInt8, times as DateTime (32 bits); one thread. DuckDB: a table in memory, in the rows' order and
-- sorted; stages as VARCHAR, ENUM and UTINYINT; one thread. What is written here was the fastest of
-- what was tried: on the ordered MergeTree optimize_aggregation_in_order helps windowFunnel and not minIf;
-- quantileDD (a sketch of 1 %, as ours) beat quantileTDigest and quantileExact; in DuckDB FILTER beat CASE.
-- "max(step)" is what little suffices where stages are numbers and nothing but "reached" is asked.
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

-- Five counts, four means and four medians, from patterns in which %1$s is the stage
CREATE FUNCTION side_by_side(reached text, mean text, median text) RETURNS text LANGUAGE sql AS $$
	SELECT (SELECT string_agg(format(reached, i), ', ') FROM generate_series(1, 5) i) || ', '
		|| (SELECT string_agg(format(mean, i), ', ') FROM generate_series(1, 4) i) || ', '
		|| (SELECT string_agg(format(median, i), ', ') FROM generate_series(1, 4) i)
$$;

\if :clickhouse
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

INSERT INTO contender (relation, name, query)
SELECT relation, format('ClickHouse windowFunnel, reached only, %s', title), format('clickhouse:SELECT countIf(level >= 1), countIf(level >= 2),
	countIf(level >= 3), countIf(level >= 4), countIf(level >= 5)
	FROM (SELECT deal_id, windowFunnel(1000000000)(entered_at, %s) AS level FROM %s GROUP BY deal_id) SETTINGS max_threads = 1%s',
	(SELECT string_agg(format('%s = %s', type, literal), ', ' ORDER BY step) FROM label l WHERE l.type = t.type AND step < 6), relation, settings)
FROM (VALUES ('history', ''), ('history_sorted', ', optimize_aggregation_in_order = 1')) AS r (relation, settings),
	(VALUES ('text', 'String'), ('enum', 'LowCardinality'), ('int', 'UInt8')) AS t (type, title);
INSERT INTO contender (relation, name, query)
SELECT relation, format('ClickHouse minIf, %s', title), format('clickhouse:SELECT %s FROM (SELECT deal_id, %s FROM %s GROUP BY deal_id) SETTINGS max_threads = 1',
	side_by_side('countIf(t%1$s > 0)',
		'avgIf((if(t%1$s_left > 0, t%1$s_left, t0) - t%1$s) / 86400, t%1$s > 0 AND (t%1$s_left > 0 OR t0 > 0))',
		'quantileDDIf(0.01, 0.5)((if(t%1$s_left > 0, t%1$s_left, t0) - t%1$s) / 86400, t%1$s > 0 AND (t%1$s_left > 0 OR t0 > 0))'),
	(SELECT string_agg(format('minIf(entered_at, %s = %s) AS t%s', type, literal, step % 6), ', ' ORDER BY step) FROM label l WHERE l.type = t.type), relation)
FROM (VALUES ('history'), ('history_sorted')) AS r (relation),
	(VALUES ('text', 'String'), ('enum', 'LowCardinality'), ('int', 'UInt8')) AS t (type, title);
INSERT INTO contender (relation, name, query)
SELECT relation, 'ClickHouse max(step), reached only, UInt8', format('clickhouse:SELECT countIf(level >= 1), countIf(level >= 2),
	countIf(level >= 3), countIf(level >= 4), countIf(level >= 5)
	FROM (SELECT deal_id, maxIf(int, int < 6) AS level FROM %s GROUP BY deal_id) SETTINGS max_threads = 1%s', relation, settings)
FROM (VALUES ('history', ''), ('history_sorted', ', optimize_aggregation_in_order = 1')) AS r (relation, settings);
\endif

\if :duckdb
CALL bench.tell('duckdb', $$CREATE TYPE stage AS ENUM ('Lead', 'Qualified', 'Proposal', 'Negotiation', 'Won', 'Lost')$$);
CALL bench.tell('duckdb', $$CREATE TABLE history AS
	SELECT deal_id, stage AS text, stage::stage AS enum,
		list_position(['Lead', 'Qualified', 'Proposal', 'Negotiation', 'Won', 'Lost'], stage)::UTINYINT AS int, entered_at
	FROM read_csv('$$ || :'csv' || $$', header = false, columns = {deal_id: 'BIGINT', stage: 'VARCHAR', entered_at: 'TIMESTAMP'})$$);
CALL bench.tell('duckdb', 'CREATE TABLE history_sorted AS SELECT * FROM history ORDER BY deal_id, entered_at');
INSERT INTO contender (relation, name, query)
SELECT relation, format('DuckDB min() FILTER, %s', title), format('duckdb:SELECT %s FROM (SELECT %s FROM %s GROUP BY deal_id)',
	side_by_side('count(t%1$s)', 'avg(epoch(coalesce(t%1$s_left, t0)) - epoch(t%1$s)) / 86400',
		'approx_quantile(epoch(coalesce(t%1$s_left, t0)) - epoch(t%1$s), 0.5) / 86400'),
	(SELECT string_agg(format('min(entered_at) FILTER (WHERE %s = %s) AS t%s', type, literal, step % 6), ', ' ORDER BY step) FROM label l WHERE l.type = t.type), relation)
FROM (VALUES ('history'), ('history_sorted')) AS r (relation),
	(VALUES ('text', 'VARCHAR'), ('enum', 'ENUM'), ('int', 'UTINYINT')) AS t (type, title);
INSERT INTO contender (relation, name, query)
SELECT relation, format('DuckDB window functions, %s', title), format('duckdb:SELECT %1$s AS stage, count(*) AS reached, avg(days) AS mean_days, median(days) AS median_days
	FROM (SELECT %1$s, (epoch(lead(entered_at) OVER (PARTITION BY deal_id ORDER BY entered_at)) - epoch(entered_at)) / 86400 AS days FROM %2$s)
	WHERE %1$s <> ''Lost'' GROUP BY %1$s', type, relation)
FROM (VALUES ('history'), ('history_sorted')) AS r (relation), (VALUES ('text', 'VARCHAR'), ('enum', 'ENUM')) AS t (type, title);
INSERT INTO contender (relation, name, query)
SELECT relation, 'DuckDB max(step), reached only, UTINYINT', format('duckdb:SELECT count(*) FILTER (WHERE level >= 1), count(*) FILTER (WHERE level >= 2),
	count(*) FILTER (WHERE level >= 3), count(*) FILTER (WHERE level >= 4), count(*) FILTER (WHERE level >= 5)
	FROM (SELECT deal_id, max(int) FILTER (WHERE int < 6) AS level FROM %s GROUP BY deal_id)', relation)
FROM (VALUES ('history'), ('history_sorted')) AS r (relation);
\endif
-- "t1_left" is the time of the next stage
UPDATE contender SET query = replace(replace(replace(replace(query, 't1_left', 't2'), 't2_left', 't3'), 't3_left', 't4'), 't4_left', 't5');

-- only: a regular expression of contenders, for a quick look
DELETE FROM contender WHERE name !~ :'only' AND name NOT IN ('scan', 'ours');

SELECT format('CALL compare(%L)', relation) FROM contender GROUP BY relation \gexec

SELECT format('DO $$BEGIN PERFORM pg_prewarm(%L); END$$', relation), format('CALL bench.measure(%L, %L, %s)', title,
	(SELECT array_agg(ARRAY[name, query] ORDER BY place) FROM contender c WHERE c.relation = r.relation), :rounds)
FROM (VALUES ('history', 'shuffled'), ('history_sorted', 'in deal order'), ('history_text', 'text ids'), ('history_uuid', 'uuid ids')) AS r (relation, title)
\gexec

-- Against the fastest of each kind
INSERT INTO bench.target
SELECT work, 'ours', 'scan', 2.0 FROM bench.median WHERE contender = 'scan';
INSERT INTO bench.target
SELECT DISTINCT ON (work) work, 'ours', contender, 1 / 8.0
FROM bench.median WHERE contender !~ '^(ours|scan|ClickHouse|DuckDB)' ORDER BY work, ms;
INSERT INTO bench.target
SELECT DISTINCT ON (work, kind) work, 'ours', contender, 1.0
FROM (SELECT *, substring(contender FROM '^(ClickHouse windowFunnel|ClickHouse minIf|DuckDB(?! max))') AS kind FROM bench.median) m
WHERE kind IS NOT NULL ORDER BY work, kind, ms;

-- landmark_agg, twelve landmarks, against the scan of its columns
CALL bench.measure('landmark_agg', ARRAY[
	['scan', 'SELECT count(deal_id), count(stage), count(entered_at) FROM history'],
	['ours', $$SELECT count(s) FROM (SELECT landmark_agg(deal_id, stage, entered_at, 'Lead > Qualified > Demo > Proposal > Negotiation > Won; lost: Lost', landmarks('2024-06-01 00:00+00', '30 days', 12), '2026-01-01 00:00+00') AS s FROM history) t$$]], :rounds);
INSERT INTO bench.target VALUES ('landmark_agg', 'ours', 'scan', 2.5);

-- attribution_agg of four touches a deal, against the scan of its columns
CALL bench.measure('attribution_agg', ARRAY[
	['scan', 'SELECT count(deal_id), count(stage), count(entered_at) FROM history'],
	['ours', $$SELECT count(s) FROM (SELECT attribution_agg(deal_id, stage, entered_at, deal_id % 3 = 0, timestamptz '2199-01-01 00:00+00') AS s FROM history) t$$]], :rounds);
INSERT INTO bench.target VALUES ('attribution_agg', 'ours', 'scan', 2.5);

\ir report.sql
