-- contenders.sql: stage funnels of ClickHouse and DuckDB, for the race of race.sql.
--
-- After engines.sql and race.sql, with :threads. What is written here was the fastest of what was tried: on the
-- ordered MergeTree optimize_aggregation_in_order helps windowFunnel and not minIf; quantileDD (a sketch of
-- 1 %, as ours) beat quantileTDigest and quantileExact; in DuckDB FILTER beat CASE. "max(step)" is what
-- little suffices where stages are numbers and nothing but "reached" is asked.

-- Five counts, four means and four medians, from patterns in which %1$s is the stage
CREATE FUNCTION side_by_side(reached text, mean text, median text) RETURNS text LANGUAGE sql AS $$
	SELECT (SELECT string_agg(format(reached, i), ', ') FROM generate_series(1, 5) i) || ', '
		|| (SELECT string_agg(format(mean, i), ', ') FROM generate_series(1, 4) i) || ', '
		|| (SELECT string_agg(format(median, i), ', ') FROM generate_series(1, 4) i)
$$;

\if :clickhouse
INSERT INTO contender (relation, name, query)
SELECT relation, format('ClickHouse windowFunnel, reached only, %s', title), format('clickhouse:SELECT countIf(level >= 1), countIf(level >= 2),
	countIf(level >= 3), countIf(level >= 4), countIf(level >= 5)
	FROM (SELECT deal_id, windowFunnel(1000000000)(entered_at, %s) AS level FROM %s GROUP BY deal_id) SETTINGS max_threads = %s%s',
	(SELECT string_agg(format('%s = %s', type, literal), ', ' ORDER BY step) FROM label l WHERE l.type = t.type AND step < 6), relation, :threads, settings)
FROM (VALUES ('history', ''), ('history_sorted', ', optimize_aggregation_in_order = 1')) AS r (relation, settings),
	(VALUES ('text', 'String'), ('enum', 'LowCardinality'), ('int', 'UInt8')) AS t (type, title);
INSERT INTO contender (relation, name, query)
SELECT relation, format('ClickHouse minIf, %s', title), format('clickhouse:SELECT %s FROM (SELECT deal_id, %s FROM %s GROUP BY deal_id) SETTINGS max_threads = %s',
	side_by_side('countIf(t%1$s > 0)',
		'avgIf((if(t%1$s_left > 0, t%1$s_left, t0) - t%1$s) / 86400, t%1$s > 0 AND (t%1$s_left > 0 OR t0 > 0))',
		'quantileDDIf(0.01, 0.5)((if(t%1$s_left > 0, t%1$s_left, t0) - t%1$s) / 86400, t%1$s > 0 AND (t%1$s_left > 0 OR t0 > 0))'),
	(SELECT string_agg(format('minIf(entered_at, %s = %s) AS t%s', type, literal, step % 6), ', ' ORDER BY step) FROM label l WHERE l.type = t.type), relation, :threads)
FROM (VALUES ('history'), ('history_sorted')) AS r (relation),
	(VALUES ('text', 'String'), ('enum', 'LowCardinality'), ('int', 'UInt8')) AS t (type, title);
INSERT INTO contender (relation, name, query)
SELECT relation, 'ClickHouse max(step), reached only, UInt8', format('clickhouse:SELECT countIf(level >= 1), countIf(level >= 2),
	countIf(level >= 3), countIf(level >= 4), countIf(level >= 5)
	FROM (SELECT deal_id, maxIf(int, int < 6) AS level FROM %s GROUP BY deal_id) SETTINGS max_threads = %s%s', relation, :threads, settings)
FROM (VALUES ('history', ''), ('history_sorted', ', optimize_aggregation_in_order = 1')) AS r (relation, settings);
\endif

\if :duckdb
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
