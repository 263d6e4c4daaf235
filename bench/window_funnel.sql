-- window_funnel.sql: ClickHouse's windowFunnel over three steps within 30 days, for the race of race.sql.
--
-- After engines.sql and race.sql, with :threads.

\if :clickhouse
INSERT INTO contender (relation, name, query)
SELECT relation, 'ClickHouse windowFunnel, ' || title, format('clickhouse:SELECT countIf(level >= 1), countIf(level >= 2), countIf(level >= 3)
	FROM (SELECT deal_id, windowFunnel(2592000)(entered_at, %s) AS level FROM %s GROUP BY deal_id) SETTINGS max_threads = %s%s',
	(SELECT string_agg(format('%s = %s', type, literal), ', ' ORDER BY step) FROM label l WHERE l.type = t.type AND step IN (1, 2, 5)), relation, :threads, settings)
FROM (VALUES ('history', ''), ('history_sorted', ', optimize_aggregation_in_order = 1')) AS r (relation, settings),
	(VALUES ('text', 'String'), ('enum', 'LowCardinality'), ('int', 'UInt8')) AS t (type, title);
\endif
