-- real_rfm: scores of the customers of CDNOW, by the SQL of doc/rfm.md (FUNNEL_DATA/cdnow/figures_rfm.csv).
\if :{?have_funnel_data} \else \set have_funnel_data false \endif
\if :have_funnel_data

BEGIN;
SELECT plan(4);

CREATE TABLE figures (metric text, segment text, value numeric, definition text);
\copy figures FROM PROGRAM 'cat "$FUNNEL_DATA/cdnow/figures_rfm.csv"' CSV HEADER
CREATE TABLE master (customer text, bought date, cds integer, amount numeric);
\copy master FROM PROGRAM 'zcat "$FUNNEL_DATA/cdnow/cdnow_master.csv.gz"' CSV HEADER
CREATE TABLE sample (customer text, sample_id text, bought date, cds integer, amount numeric);
\copy sample FROM PROGRAM 'zcat "$FUNNEL_DATA/cdnow/cdnow_sample.csv.gz"' CSV HEADER

CREATE TABLE rfm AS
SELECT name, scores, amount, 1 + scores * (rank() OVER (PARTITION BY name ORDER BY last) - 1) / count(*) OVER (PARTITION BY name) AS r, 1 + scores * (rank() OVER (PARTITION BY name ORDER BY orders) - 1) / count(*) OVER (PARTITION BY name) AS f,
	1 + scores * (rank() OVER (PARTITION BY name ORDER BY amount) - 1) / count(*) OVER (PARTITION BY name) AS m
FROM (SELECT 'master5' AS name, 5 AS scores, max(bought) AS last, count(*) AS orders, sum(amount) AS amount FROM master WHERE bought <= '1998-06-30' GROUP BY customer
	UNION ALL SELECT 'sample4', 4, max(bought), count(*), sum(amount) FROM sample WHERE bought <= '1997-09-30' GROUP BY customer) AS c;

CREATE TABLE got AS
SELECT 'customers' AS metric, name AS segment, count(*)::numeric AS value FROM rfm GROUP BY name
UNION ALL
SELECT metric || letter, name || ', ' || letter || '=' || score, value
FROM (SELECT name, letter, s AS score, count(amount) AS customers, coalesce(sum(amount), 0) AS amount
	FROM (SELECT DISTINCT name, scores FROM rfm) AS n, generate_series(1, scores) AS s, (VALUES ('R'), ('F'), ('M')) AS l (letter)
		LEFT JOIN LATERAL (SELECT rfm.amount FROM rfm WHERE rfm.name = n.name AND s = CASE letter WHEN 'R' THEN r WHEN 'F' THEN f ELSE m END) AS c ON true
	GROUP BY name, letter, s) AS d, LATERAL (VALUES ('customers_', customers), ('amount_', amount)) AS v (metric, value)
UNION ALL
SELECT 'customers_cell', name || ', RFM=' || r || f || m, count(*) FROM rfm GROUP BY name, r, f, m;

SELECT is_empty('SELECT f.metric, f.segment, f.value, g.value FROM figures AS f LEFT JOIN got AS g USING (metric, segment) WHERE g.value IS DISTINCT FROM f.value', 'every figure, to the cent');
SELECT is((SELECT count(*) FROM figures), 163::bigint, '... so many of them');
SELECT cmp_ok((SELECT count(*) FROM rfm WHERE name = 'master5' AND f = 1), '>', (SELECT count(*) FROM rfm WHERE name = 'master5' AND f > 1), 'more than half bought once, and have one score');
SELECT is_empty('SELECT name FROM rfm, LATERAL (SELECT ARRAY[min(amount) FILTER (WHERE m > 1), min(amount) FILTER (WHERE m > 2), min(amount) FILTER (WHERE m > 3), min(amount) FILTER (WHERE m > 4)] AS amounts FROM rfm AS o WHERE o.name = rfm.name) AS cuts
	WHERE name = ''sample4'' AND m <> 1 + (SELECT count(*) FROM unnest(amounts) AS cut WHERE amount >= cut)', 'cut points give the same scores');

SELECT * FROM finish();
ROLLBACK;

\else
\echo 1..0 # SKIP FUNNEL_DATA names no folder of real data
\endif
