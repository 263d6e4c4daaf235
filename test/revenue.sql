-- revenue.sql: every figure of recurring revenue against plain SQL over the rows themselves.
--
-- The oracle is the views and tables over "given" and "ask" below: a grid of every customer and
-- month, written from the definitions in doc/revenue.md and from nothing else. Each scenario
-- fills these tables and "answer", a summary of the same rows, and asks differences().
SELECT no_plan();
SET jit = off;	-- it takes longer than the oracle

CREATE TEMP TABLE given (
	id bigint GENERATED ALWAYS AS IDENTITY, customer bigint, starts date, ends date, mrr numeric);	-- starts: the month
CREATE TEMP TABLE ask (as_of date);	-- NULL: rows of months, else subscriptions
CREATE TEMP TABLE answer (summary mrr_summary);
INSERT INTO ask VALUES (NULL);

--
-- The oracle
--

CREATE FUNCTION pg_temp.last_day(month date) RETURNS date
	LANGUAGE sql IMMUTABLE AS $$ SELECT (date_trunc('month', month) + interval '1 month')::date - 1 $$;

-- Rows by what becomes of them; "in no month" and "negative month" come out of "used" below.
CREATE TEMP VIEW judged AS
SELECT g.*, a.as_of,
	CASE
		WHEN customer IS NULL THEN 'no customer'
		WHEN starts IS NULL THEN 'no month'
		WHEN starts NOT BETWEEN '1900-01-01' AND '2199-12-31' THEN 'time out of range'
		WHEN a.as_of IS NOT NULL AND ends < starts THEN 'ends before starts'
		WHEN mrr IS NULL THEN 'no amount'
		ELSE 'used'
	END AS reason
FROM given g, ask a;

-- Worked out by work_out(): the months that each row counts in, all months, totals, and the grid
CREATE TEMP TABLE counts_in (id bigint, customer bigint, month date, mrr numeric);
CREATE TEMP TABLE month (month date);
CREATE TEMP TABLE total (customer bigint, month date, total numeric);
CREATE TEMP TABLE grid (customer bigint, month date, mrr numeric, before numeric, known boolean,
	then_3 numeric, stayed_3 boolean, then_6 numeric, stayed_6 boolean, then_12 numeric, stayed_12 boolean);

CREATE FUNCTION pg_temp.work_out() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	TRUNCATE counts_in, month, total, grid;

	INSERT INTO counts_in
	SELECT id, customer, date_trunc('month', starts)::date, mrr FROM judged WHERE reason = 'used' AND as_of IS NULL
	UNION ALL
	SELECT id, customer, m::date, mrr
	FROM judged, generate_series(date_trunc('month', starts), least(as_of, ends), interval '1 month') m
	WHERE reason = 'used' AND as_of IS NOT NULL
		AND starts <= pg_temp.last_day(m::date) AND (ends IS NULL OR ends > pg_temp.last_day(m::date)) AND pg_temp.last_day(m::date) <= as_of;

	INSERT INTO month
	SELECT m
	FROM ask, (SELECT min(c.month) AS first, max(c.month) AS last FROM counts_in c) c,
		generate_series(first, CASE WHEN as_of IS NULL THEN last ELSE date_trunc('month', as_of + 1) - interval '1 month' END, interval '1 month') m
	WHERE first IS NOT NULL;

	INSERT INTO total SELECT c.customer, c.month, sum(c.mrr) FROM counts_in c GROUP BY 1, 2;
	ANALYZE total;

	INSERT INTO grid
	SELECT customer, x.month, mrr,
		lag(mrr, 1, 0::numeric) OVER w,
		coalesce(max(mrr) OVER (w ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) > 0,
		lag(mrr, 3) OVER w, min(mrr) OVER (w ROWS 3 PRECEDING) > 0,
		lag(mrr, 6) OVER w, min(mrr) OVER (w ROWS 6 PRECEDING) > 0,
		lag(mrr, 12) OVER w, min(mrr) OVER (w ROWS 12 PRECEDING) > 0
	FROM (
		SELECT c.customer, m.month, greatest(coalesce(t.total, 0), 0) AS mrr
		FROM (SELECT DISTINCT i.customer FROM counts_in i) c CROSS JOIN month m LEFT JOIN total t USING (customer, month)
	) x
	WINDOW w AS (PARTITION BY customer ORDER BY x.month);
	ANALYZE counts_in; ANALYZE month; ANALYZE grid;
END $$;

CREATE TEMP VIEW movements AS
SELECT *,
	(new + expansion + reactivated) / nullif(contraction + churned, 0) AS quick_ratio,
	churned_customers::numeric / nullif(opening_customers, 0) AS customer_churn_rate,
	churned / nullif(opening, 0) AS revenue_churn_rate
FROM (
	SELECT month,
		sum(before) AS opening,
		coalesce(sum(mrr) FILTER (WHERE NOT known), 0) AS new,
		coalesce(sum(mrr - before) FILTER (WHERE before > 0 AND mrr > before), 0) AS expansion,
		coalesce(sum(mrr) FILTER (WHERE known AND before = 0), 0) AS reactivated,
		coalesce(sum(before - mrr) FILTER (WHERE mrr > 0 AND mrr < before), 0) AS contraction,
		coalesce(sum(before) FILTER (WHERE mrr = 0), 0) AS churned,
		sum(mrr) AS closing,
		count(*) FILTER (WHERE before > 0) AS opening_customers,
		count(*) FILTER (WHERE NOT known AND mrr > 0) AS new_customers,
		count(*) FILTER (WHERE known AND before = 0 AND mrr > 0) AS reactivated_customers,
		count(*) FILTER (WHERE before > 0 AND mrr = 0) AS churned_customers,
		count(*) FILTER (WHERE mrr > 0) AS closing_customers
	FROM grid GROUP BY month
) m;

CREATE TEMP VIEW retention AS
SELECT *, mrr_now / nullif(mrr_then, 0) AS net_retention, least / nullif(mrr_then, 0) AS gross_retention,
	retained::numeric / nullif(customers_then, 0) AS customer_retention
FROM (
	SELECT lag AS months, month,
		count(*) FILTER (WHERE before > 0) AS customers_then,
		sum(before) AS mrr_then,
		coalesce(sum(mrr) FILTER (WHERE stayed), 0) AS mrr_now,
		coalesce(sum(least(before, mrr)) FILTER (WHERE stayed), 0) AS least,
		count(*) FILTER (WHERE stayed) AS retained
	FROM (
		SELECT 1 AS lag, month, CASE WHEN month > (SELECT min(month) FROM month) THEN before END AS before, mrr, before > 0 AND mrr > 0 AS stayed FROM grid
		UNION ALL SELECT 3, month, then_3, mrr, stayed_3 FROM grid
		UNION ALL SELECT 6, month, then_6, mrr, stayed_6 FROM grid
		UNION ALL SELECT 12, month, then_12, mrr, stayed_12 FROM grid
	) l
	WHERE before IS NOT NULL GROUP BY lag, month
) r;

CREATE TEMP VIEW quality AS
SELECT r.reason, count(j.id) AS rows
FROM unnest(ARRAY['used', 'no customer', 'no month', 'no amount', 'time out of range', 'ends before starts', 'in no month', 'negative month']) r (reason)
LEFT JOIN (
	SELECT j.id, CASE
			WHEN reason <> 'used' THEN reason
			WHEN c.month IS NULL THEN 'in no month'
			WHEN t.total < 0 THEN 'negative month'
			ELSE 'used'
		END AS reason
	FROM judged j LEFT JOIN (SELECT id, min(month) AS month FROM counts_in GROUP BY id) c USING (id)
	LEFT JOIN total t ON t.customer = j.customer AND t.month = c.month
) j USING (reason)
GROUP BY r.reason;

-- Equal, NULLs too, but for the last bits of a double
CREATE FUNCTION pg_temp.near(a float8, b numeric) RETURNS boolean
	LANGUAGE sql IMMUTABLE AS $$ SELECT CASE WHEN a IS NULL OR b IS NULL THEN a IS NULL AND b IS NULL ELSE abs(a - b::float8) <= 1e-14 * abs(b::float8) END $$;

-- Where the answer and the oracle differ: no rows if nowhere
CREATE FUNCTION pg_temp.differences() RETURNS SETOF text LANGUAGE sql AS $$
	SELECT pg_temp.work_out();
	SELECT format('movements: oracle %s, answer %s', o, m)
	FROM (SELECT m.* FROM answer, mrr_movements(summary) m) m FULL JOIN movements o USING (month)
	WHERE (m.opening = o.opening AND m.new = o.new AND m.expansion = o.expansion AND m.reactivated = o.reactivated
		AND m.contraction = o.contraction AND m.churned = o.churned AND m.closing = o.closing
		AND m.opening + m.new + m.expansion + m.reactivated - m.contraction - m.churned = m.closing
		AND least(m.opening, m.new, m.expansion, m.reactivated, m.contraction, m.churned, m.closing) >= 0
		AND m.opening_customers = o.opening_customers AND m.new_customers = o.new_customers AND m.reactivated_customers = o.reactivated_customers
		AND m.churned_customers = o.churned_customers AND m.closing_customers = o.closing_customers
		AND pg_temp.near(m.quick_ratio, o.quick_ratio) AND pg_temp.near(m.customer_churn_rate, o.customer_churn_rate)
		AND pg_temp.near(m.revenue_churn_rate, o.revenue_churn_rate)) IS NOT TRUE
	UNION ALL
	SELECT format('retention: oracle %s, answer %s', o, r)
	FROM (SELECT l AS months, r.* FROM answer, unnest('{1, 3, 6, 12}'::integer[]) l, mrr_retention(summary, l) r) r FULL JOIN retention o USING (months, month)
	WHERE (r.customers_then = o.customers_then AND r.mrr_then = o.mrr_then AND r.mrr_now = o.mrr_now
		AND pg_temp.near(r.net_retention, o.net_retention) AND pg_temp.near(r.gross_retention, o.gross_retention)
		AND pg_temp.near(r.customer_retention, o.customer_retention)) IS NOT TRUE
	UNION ALL
	SELECT format('quality: oracle %s, answer %s', o, q)
	FROM (SELECT q.* FROM answer, mrr_quality(summary) q) q FULL JOIN quality o USING (reason)
	WHERE (q.rows = o.rows) IS NOT TRUE
	UNION ALL
	SELECT format('rows: %s given, %s in mrr_quality', (SELECT count(*) FROM given), sum(q.rows)) FROM answer, mrr_quality(summary) q
	HAVING sum(q.rows) <> (SELECT count(*) FROM given)
	UNION ALL
	SELECT format('negative months: oracle %s, answer %s', o, negative_months(summary)) FROM answer, (SELECT count(*) FROM total WHERE total < 0) o (o)
	WHERE o <> negative_months(summary)
	UNION ALL
	SELECT format('data: oracle %s to %s, answer %s to %s', f, t, data_from(summary), data_through(summary)) FROM answer,
		(SELECT min(month), pg_temp.last_day(max(month)) FROM month) o (f, t)
	WHERE f IS DISTINCT FROM data_from(summary) OR t IS DISTINCT FROM data_through(summary)
$$;

-- A summary in one image: the canonical bytes
CREATE FUNCTION pg_temp.image(mrr_summary) RETURNS text
	LANGUAGE sql IMMUTABLE AS $$ SELECT md5(mrr_summary_send($1)) $$;

--
-- Random rows
--

-- A number in [0, 1) from a seed and a row
CREATE FUNCTION pg_temp.draw(seed text, id bigint) RETURNS double precision
	LANGUAGE sql IMMUTABLE AS $$ SELECT ('x' || substr(md5(seed || ':' || id), 1, 7))::bit(28)::integer / 268435456.0::double precision $$;

-- An amount of 0, 1 or 2 decimals, one in twelve negative
CREATE FUNCTION pg_temp.amount(seed text, id bigint, dirt float8) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE WHEN pg_temp.draw(seed || 'no amount', id) >= dirt
		THEN round((floor(pg_temp.draw(seed || 'amount', id) * 12) * 10.25 - 5)::numeric, floor(3 * pg_temp.draw(seed || 'scale', id))::integer) END
$$;

CREATE FUNCTION pg_temp.any_day(seed text, id bigint, dirt float8, days integer) RETURNS date LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE
			WHEN pg_temp.draw(seed || 'no day', id) < dirt THEN NULL
			WHEN pg_temp.draw(seed || 'far', id) < dirt THEN (ARRAY['infinity', '-infinity', '9999-12-31', '0001-01-01', '2200-01-01', '1899-12-31'])[1 + floor(6 * pg_temp.draw(seed || 'which', id))::integer]::date
			ELSE date '1999-03-28' + floor(days * pg_temp.draw(seed || 'day', id))::integer
		END
$$;

-- Months: of each customer a run of them, an amount for several together, some missing; and rows of any month, refunds among them
CREATE FUNCTION pg_temp.make_months(seed text, customers integer, dirt float8, days integer) RETURNS void LANGUAGE sql AS $$
	TRUNCATE given, answer;
	UPDATE ask SET as_of = NULL;
	INSERT INTO given (customer, starts, mrr)
	SELECT CASE WHEN pg_temp.draw(seed || 'no customer', n) >= dirt THEN c - customers / 2 END,
		CASE WHEN pg_temp.draw(seed || 'anywhere', n) < 0.05 + dirt THEN pg_temp.any_day(seed, n, dirt, days)
			ELSE date '1999-03-28' + floor(days * pg_temp.draw(seed || 'first', c) * 0.7)::integer + 31 * r END,
		pg_temp.amount(seed, CASE WHEN pg_temp.draw(seed || 'own', n) < 0.2 THEN n ELSE c * 1000 + r / 4 END, dirt)
	FROM (SELECT c, r, row_number() OVER (ORDER BY c, r) AS n FROM generate_series(1, customers) c, generate_series(1, days / 30) r) x
	WHERE pg_temp.draw(seed || 'there', n) < 0.95 AND r < 40 * pg_temp.draw(seed || 'rows', c);
	INSERT INTO answer SELECT mrr_agg(customer, starts, mrr) FROM given;
$$;

-- Subscriptions: overlapping, in sequence, short ones, credits beside them; ends on the last and on the first of a month
CREATE FUNCTION pg_temp.make_subscriptions(seed text, customers integer, dirt float8, days integer, as_of_day date) RETURNS void LANGUAGE sql AS $$
	TRUNCATE given, answer;
	UPDATE ask SET as_of = as_of_day;
	INSERT INTO given (customer, starts, ends, mrr)
	SELECT CASE WHEN pg_temp.draw(seed || 'no customer', n) >= dirt THEN c - customers / 2 END,
		CASE WHEN pg_temp.draw(seed || 'edge', n) < 0.2 THEN date_trunc('month', starts)::date ELSE starts END,
		CASE
			WHEN pg_temp.draw(seed || 'before', n) < dirt THEN (ARRAY['-infinity', '1999-01-01', '0001-01-01'])[1 + n % 3]::date
			WHEN pg_temp.draw(seed || 'runs', n) < 0.15 THEN (ARRAY[NULL, 'infinity', '9999-12-31'])[1 + n % 3]::date
			WHEN pg_temp.draw(seed || 'end', n) < 0.2 THEN pg_temp.last_day(starts + length)
			WHEN pg_temp.draw(seed || 'end', n) < 0.4 THEN pg_temp.last_day(starts + length) + 1
			ELSE starts + length
		END,
		pg_temp.amount(seed, n, dirt)
	FROM (
		SELECT *, pg_temp.any_day(seed, n, dirt, days) AS starts, floor(400 * pg_temp.draw(seed || 'length', n) ^ 2)::integer AS length
		FROM (SELECT c, row_number() OVER (ORDER BY c, r) AS n FROM generate_series(1, customers) c, generate_series(1, 8) r
			WHERE r <= 1 + floor(8 * pg_temp.draw(seed || 'rows', c))) x
	) y;
	INSERT INTO answer SELECT mrr_agg(customer, starts, ends, mrr, ask.as_of) FROM given, ask;
$$;

CREATE TEMP TABLE found (scenario text, difference text);
DO $$
DECLARE
	seed integer;
BEGIN
	FOR seed IN 1..24 LOOP
		PERFORM pg_temp.make_months('m' || seed, (ARRAY[1, 3, 20, 120])[1 + seed % 4], (ARRAY[0, 0.02, 0.2])[1 + seed % 3], (ARRAY[40, 300, 1000])[1 + seed / 4 % 3]);
		INSERT INTO found SELECT format('months, seed %s: %s rows', seed, (SELECT count(*) FROM given)), d FROM pg_temp.differences() d;
		PERFORM pg_temp.make_subscriptions('s' || seed, (ARRAY[1, 3, 40, 200])[1 + seed % 4], (ARRAY[0, 0.02, 0.2])[1 + seed % 3], (ARRAY[1, 200, 1000])[1 + seed / 4 % 3],
			(ARRAY['2002-02-28', '2000-02-28', '2000-02-29', '1999-03-30', '2003-01-15', '2001-12-31']::date[])[1 + seed % 6]);
		INSERT INTO found SELECT format('subscriptions, seed %s: %s rows', seed, (SELECT count(*) FROM given)), d FROM pg_temp.differences() d;
	END LOOP;
END $$;
SELECT is_empty('SELECT * FROM found', 'random months and subscriptions: every column as plain SQL has it');

--
-- The same rows in every other way: the same bytes
--

CREATE FUNCTION pg_temp.same(other mrr_summary, description text) RETURNS text
	LANGUAGE sql AS $$ SELECT is(pg_temp.image(other), pg_temp.image(summary), description) FROM answer $$;

SELECT pg_temp.make_months('large', 1000, 0.02, 900);
SELECT is_empty('SELECT * FROM pg_temp.differences()', '20,000 rows of months: every column as plain SQL has it');
SELECT ok(every(opening > 0 AND new > 0 AND expansion > 0 AND reactivated > 0 AND contraction > 0 AND churned > 0), '... with something in every column')
	FROM answer, mrr_movements(summary) WHERE month BETWEEN '1999-08-01' AND '2000-12-01';
SELECT ok(every(mrr_now > 0 AND net_retention > gross_retention AND gross_retention > 0 AND customer_retention BETWEEN 0.01 AND 0.99), '... retention too')
	FROM answer, unnest('{1, 3, 6, 12}'::integer[]) l, mrr_retention(summary, l) WHERE month BETWEEN '2001-01-01' AND '2001-12-01';
SELECT ok(every(rows > 10), '... and rows of every reason that months have') FROM answer, mrr_quality(summary) WHERE reason NOT IN ('ends before starts', 'in no month');

SELECT pg_temp.same(mrr_agg(customer::text, starts, mrr), 'text customers') FROM given;
SELECT pg_temp.same(mrr_agg(md5(customer::text)::uuid, starts, mrr), 'uuid customers') FROM given;
SELECT pg_temp.same(mrr_agg(customer, date_trunc('month', starts)::date, mrr), 'any day of the month stands for it') FROM given;
SELECT pg_temp.same(mrr_agg(customer, starts, mrr), 'rows shuffled') FROM (SELECT * FROM given ORDER BY md5(id::text)) g;
SELECT pg_temp.same(mrr_agg(customer, starts, mrr ORDER BY starts DESC), 'rows in falling order') FROM given;
SELECT pg_temp.same(rollup(part), 'rolled up from 7 parts')
	FROM (SELECT mrr_agg(customer, starts, mrr) AS part FROM given GROUP BY customer % 7) p;
SELECT pg_temp.same(rollup(part), 'rolled up from parts drawn at random')
	FROM (SELECT mrr_agg(customer, starts, mrr) AS part FROM given GROUP BY floor(20 * pg_temp.draw('part', customer) ^ 4)) p;
SELECT pg_temp.same(rollup(part ORDER BY md5(part::text)), 'rolled up from a part a customer, of different months, NULLs among them')
	FROM (SELECT mrr_agg(customer, starts, mrr) AS part FROM given GROUP BY customer UNION ALL SELECT NULL) p;
SELECT pg_temp.same(rollup(part), 'rolled up in two levels')
	FROM (SELECT rollup(part) AS part FROM (SELECT customer % 60 AS g, mrr_agg(customer, starts, mrr) AS part FROM given GROUP BY customer % 60) p GROUP BY g % 5) q;
SELECT pg_temp.same(rollup(part), 'rolled up with an empty summary before and after')
	FROM (SELECT mrr_agg(customer, starts, mrr) AS part FROM given WHERE false
		UNION ALL SELECT mrr_agg(customer, starts, mrr) FROM given
		UNION ALL SELECT mrr_agg(customer, starts, mrr) FROM given WHERE false) p;
SELECT pg_temp.same(summary::text::mrr_summary, 'through the text form') FROM answer;
SET TimeZone = 'Asia/Tehran';
SELECT pg_temp.same(mrr_agg(customer, starts, mrr), 'in another time zone') FROM given;
RESET TimeZone;

-- Beyond memory, and through other plans
SET work_mem = '64kB';
SELECT pg_temp.same(mrr_agg(customer, starts, mrr), 'with work_mem of 64 kB') FROM given;
SELECT pg_temp.same(rollup(part), 'groups with work_mem of 64 kB')
	FROM (SELECT mrr_agg(customer, starts, mrr) AS part FROM given GROUP BY customer % 100) p;
RESET work_mem;
SET enable_hashagg = off;
SELECT pg_temp.same(rollup(part), 'sorted groups')
	FROM (SELECT mrr_agg(customer, starts, mrr) AS part FROM given GROUP BY customer % 100) p;
RESET enable_hashagg;
SELECT pg_temp.same(s, 'in a window, over all rows') FROM (SELECT mrr_agg(customer, starts, mrr) OVER () AS s FROM given) w LIMIT 1;
SELECT is(count(*) FILTER (WHERE pg_temp.image(a) <> pg_temp.image(b)), 0::bigint, 'in a growing window, each row''s figures are those of the rows up to it')
	FROM (
		SELECT mrr_agg(customer, starts, mrr) OVER (ORDER BY id) AS a,
			(SELECT mrr_agg(i.customer, i.starts, i.mrr) FROM given i WHERE i.id <= g.id) AS b
		FROM given g WHERE id <= (SELECT min(id) + 60 FROM given)) w;
SELECT pg_temp.same(rollup(s), 'in a LATERAL that is run again for each row')
	FROM (SELECT 0 AS g UNION ALL SELECT generate_series(1, 19) OFFSET 0) g,
		LATERAL (SELECT mrr_agg(customer, starts, mrr) AS s FROM given WHERE mod(coalesce(customer, 0) + 2000, 20) = g) x;
CREATE TEMP TABLE caught (message text);
DO $$
BEGIN
	FOR i IN 1..5 LOOP
		BEGIN
			SET LOCAL work_mem = '64kB';
			PERFORM mrr_agg(customer, starts, mrr / (id - (SELECT max(id) FROM given))) FROM (SELECT * FROM given ORDER BY id) g;
		EXCEPTION WHEN division_by_zero THEN
			INSERT INTO caught VALUES (SQLERRM);
		END;
	END LOOP;
END $$;
SELECT is(count(*), 5::bigint, 'an error in the middle of a spilled aggregate can be caught') FROM caught;

CREATE TABLE shared_months AS SELECT * FROM given;
SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0; SET max_parallel_workers_per_gather = 2;
CREATE FUNCTION pg_temp.plan_of(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	line text;
	plan text := '';
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (COSTS off) ' || query LOOP
		plan := plan || line || E'\n';
	END LOOP;
	RETURN plan;
END $$;
SELECT matches(pg_temp.plan_of('SELECT mrr_agg(customer, starts, mrr) FROM shared_months'), 'Parallel Seq Scan', 'a plan with a parallel scan');
SELECT pg_temp.same(mrr_agg(customer, starts, mrr), '... the same') FROM shared_months;
CREATE TABLE parts AS SELECT customer % 50 AS g, mrr_agg(customer, starts, mrr) AS part FROM shared_months GROUP BY 1;
ALTER TABLE parts SET (parallel_workers = 2);
SELECT matches(pg_temp.plan_of('SELECT rollup(part) FROM parts'), 'Partial Aggregate', 'a plan with partial rollups');
SELECT pg_temp.same(rollup(part), '... the same') FROM parts;
RESET parallel_setup_cost; RESET parallel_tuple_cost; RESET min_parallel_table_scan_size; RESET max_parallel_workers_per_gather;

CREATE MATERIALIZED VIEW nightly AS SELECT g, part FROM parts;
CREATE UNIQUE INDEX ON nightly (g);
REFRESH MATERIALIZED VIEW CONCURRENTLY nightly;
SELECT pg_temp.same(rollup(part), 'from a materialized view refreshed concurrently') FROM nightly;

SELECT cmp_ok(max(pg_column_size(mrr_agg)), '<', 1000, 'the summary of one customer and 30 months is below 1,000 bytes')
	FROM (SELECT mrr_agg(customer, starts, mrr) FROM given WHERE customer IS NOT NULL GROUP BY customer) x;

-- Subscriptions, likewise
SELECT pg_temp.make_subscriptions('large', 2000, 0.02, 1500, '2003-06-29');
SELECT is_empty('SELECT * FROM pg_temp.differences()', '9,000 subscriptions: every column as plain SQL has it');
SELECT ok(every(opening > 0 AND new > 0 AND expansion > 0 AND reactivated > 0 AND contraction > 0 AND churned > 0), '... with something in every column')
	FROM answer, mrr_movements(summary) WHERE month BETWEEN '2000-01-01' AND '2002-06-01';
SELECT is(data_through(summary), '2003-05-31'::date, 'a month that is not over at as_of is not there') FROM answer;
SELECT ok(every(rows > 10), '... and rows of every reason') FROM answer, mrr_quality(summary);
SELECT pg_temp.same(mrr_agg(customer::text, starts, ends, mrr, as_of), 'text customers') FROM given, ask;
SELECT pg_temp.same(mrr_agg(md5(customer::text)::uuid, starts, ends, mrr, as_of), 'uuid customers') FROM given, ask;
SELECT pg_temp.same(mrr_agg(customer, starts, ends, mrr, as_of), 'rows shuffled') FROM (SELECT * FROM given ORDER BY md5(id::text)) g, ask;
SELECT pg_temp.same(mrr_agg(customer, starts, ends, mrr, '2003-05-31'), 'as_of on the last day of the last month: the same') FROM given;
SELECT pg_temp.same(rollup(part), 'rolled up from 7 parts')
	FROM (SELECT mrr_agg(customer, starts, ends, mrr, as_of) AS part FROM given, ask GROUP BY customer % 7) p;
SELECT pg_temp.same(rollup(part ORDER BY md5(part::text)), 'rolled up from a part a customer')
	FROM (SELECT mrr_agg(customer, starts, ends, mrr, as_of) AS part FROM given, ask GROUP BY customer) p;
SELECT pg_temp.same(summary::text::mrr_summary, 'through the text form') FROM answer;
SET work_mem = '64kB';
SELECT pg_temp.same(mrr_agg(customer, starts, ends, mrr, as_of), 'with work_mem of 64 kB') FROM given, ask;
RESET work_mem;

-- Both forms say the same of the same months
SELECT is_empty($$
	(SELECT m.* FROM answer, mrr_movements(summary) m EXCEPT SELECT m.* FROM (SELECT mrr_agg(customer, month, mrr) AS s FROM counts_in) x, mrr_movements(s) m)
	UNION ALL
	SELECT m.* FROM answer, mrr_movements(summary) m WHERE (SELECT count(*) FROM mrr_movements(summary)) <> (SELECT count(*) FROM month)
$$, 'a row a month for each subscription: the same movements');

--
-- Amounts
--

SELECT pg_temp.make_months('types', 60, 0, 400);
UPDATE given SET mrr = round(mrr);
UPDATE answer SET summary = (SELECT mrr_agg(customer, starts, mrr::bigint) FROM given);
SELECT is_empty('SELECT * FROM pg_temp.differences()', 'whole amounts, bigint');
SELECT pg_temp.same(mrr_agg(customer, starts, mrr::smallint), 'smallint') FROM given;
SELECT pg_temp.same(mrr_agg(customer, starts, mrr::integer), 'integer') FROM given;
SELECT pg_temp.same(mrr_agg(customer, starts, mrr::real), 'real') FROM given;
SELECT pg_temp.same(mrr_agg(customer, starts, mrr::double precision), 'double precision') FROM given;
SELECT pg_temp.same(mrr_agg(customer, starts, mrr), 'numeric') FROM given;
SELECT pg_temp.same(mrr_agg(customer::text, starts, mrr::smallint), 'text customers') FROM given;
SELECT pg_temp.same(mrr_agg(md5(customer::text)::uuid, starts, mrr::double precision), 'uuid customers') FROM given;
UPDATE given SET ends = starts + 45;
UPDATE ask SET as_of = '2001-01-01';
UPDATE answer SET summary = (SELECT mrr_agg(customer, starts, ends, mrr, as_of) FROM given, ask);
SELECT is_empty('SELECT * FROM pg_temp.differences()', 'subscriptions of whole amounts');
SELECT pg_temp.same(mrr_agg(customer, starts, ends, mrr::smallint, as_of), 'smallint') FROM given, ask;
SELECT pg_temp.same(mrr_agg(customer, starts, ends, mrr::integer, as_of), 'integer') FROM given, ask;
SELECT pg_temp.same(mrr_agg(customer, starts, ends, mrr::bigint, as_of), 'bigint') FROM given, ask;
SELECT pg_temp.same(mrr_agg(customer, starts, ends, mrr::real, as_of), 'real') FROM given, ask;
SELECT pg_temp.same(mrr_agg(customer, starts, ends, mrr::double precision, as_of), 'double precision') FROM given, ask;
SELECT pg_temp.same(mrr_agg(customer::text, starts, ends, mrr::real, as_of), 'text customers') FROM given, ask;
SELECT pg_temp.same(mrr_agg(md5(customer::text)::uuid, starts, ends, mrr::bigint, as_of), 'uuid customers') FROM given, ask;

-- 18 digits, 19 that an event has no room for, 31 before the point and 50 behind it
UPDATE given SET mrr = mrr * 4294967296000001.03;
UPDATE answer SET summary = (SELECT mrr_agg(customer, starts, ends, mrr, as_of) FROM given, ask);
SELECT is_empty('SELECT * FROM pg_temp.differences()', 'subscriptions of 18 significant digits and more');
UPDATE given SET mrr = mrr * CASE id % 3 WHEN 0 THEN 1e30 WHEN 1 THEN 1e9 ELSE 1 END + CASE id % 5 WHEN 0 THEN 1e-50 WHEN 1 THEN 1e-9 ELSE 0 END;
UPDATE answer SET summary = (SELECT mrr_agg(customer, starts, ends, mrr, as_of) FROM given, ask);
SELECT is_empty('SELECT * FROM pg_temp.differences()', 'subscriptions of more than 40 digits before the point and 50 behind it');
SELECT pg_temp.same(rollup(part), '... rolled up')
	FROM (SELECT mrr_agg(customer, starts, ends, mrr, as_of) AS part FROM (SELECT * FROM given ORDER BY id DESC) g, ask GROUP BY customer % 7) p;
SELECT pg_temp.same(summary::text::mrr_summary, '... through the text form') FROM answer;
UPDATE ask SET as_of = NULL;
UPDATE answer SET summary = (SELECT mrr_agg(customer, starts, mrr) FROM given);
SELECT is_empty('SELECT * FROM pg_temp.differences()', 'months of such amounts');
SELECT pg_temp.same(rollup(part), '... rolled up')
	FROM (SELECT mrr_agg(customer, starts, mrr) AS part FROM (SELECT * FROM given ORDER BY id DESC) g GROUP BY customer % 7) p;

--
-- Edges, by hand
--

-- The movements of one customer: amounts of months from 2024-01, '-' for no row
CREATE FUNCTION pg_temp.months(amounts text) RETURNS mrr_summary
	LANGUAGE sql AS $$ SELECT mrr_agg(1, (date '2024-01-31' + (n - 1) * interval '1 month')::date, a::numeric) FILTER (WHERE a <> '-') FROM unnest(string_to_array(amounts, ' ')) WITH ORDINALITY u (a, n) $$;

SELECT results_eq($$ SELECT opening, new, expansion, reactivated, contraction, churned, closing FROM mrr_movements(pg_temp.months('10 12 - 5 5 3 0 -2 4')) $$,
	$$ VALUES (0.0, 10.0, 0.0, 0.0, 0.0, 0.0, 10.0), (10, 0, 2, 0, 0, 0, 12), (12, 0, 0, 0, 0, 12, 0), (0, 0, 0, 5, 0, 0, 5), (5, 0, 0, 0, 0, 0, 5), (5, 0, 0, 0, 2, 0, 3), (3, 0, 0, 0, 0, 3, 0), (0, 0, 0, 0, 0, 0, 0), (0, 0, 0, 4, 0, 0, 4) $$,
	'new, expansion, churn without a row and with zero, reactivation, contraction, a negative month');
SELECT results_eq($$ SELECT quick_ratio, customer_churn_rate, revenue_churn_rate FROM mrr_movements(pg_temp.months('10 12 - 5')) $$,
	$$ VALUES (NULL::float8, NULL::float8, NULL::float8), (NULL, 0, 0), (0, 1, 1), (NULL, NULL, NULL) $$, 'ratios are NULL where there is nothing to divide by');
SELECT results_eq($$ SELECT customers_then, mrr_then, mrr_now, net_retention, gross_retention, customer_retention FROM mrr_retention(pg_temp.months('10 12 8 20'), 3) $$,
	$$ VALUES (1::bigint, 10::numeric, 20::numeric, 2::float8, 1::float8, 1::float8) $$, 'gross retention counts no more than there was then');
SELECT results_eq($$ SELECT month, customers_then, mrr_now, net_retention, customer_retention FROM mrr_retention(pg_temp.months('10 12 - 20 20'), 3) $$,
	$$ VALUES ('2024-04-01'::date, 1::bigint, 0::numeric, 0::float8, 0::float8), ('2024-05-01', 1, 0, 0, 0) $$, 'who went in between and came back is not retained');
SELECT results_eq($$ SELECT month, customers_then, net_retention, gross_retention, customer_retention FROM mrr_retention(pg_temp.months('10 - 5 6'), 1) $$,
	$$ VALUES ('2024-02-01'::date, 1::bigint, 0::float8, 0::float8, 0::float8), ('2024-03-01', 0, NULL, NULL, NULL), ('2024-04-01', 1, 1.2, 1, 1) $$, 'retention over one month; NULL where nobody paid then');
SELECT is_empty($$ SELECT FROM mrr_retention(pg_temp.months('1 1 1 1 1 1 1 1 1 1 1 1'), 12) $$, 'twelve months know no retention over twelve');
SELECT is((SELECT count(*) FROM mrr_retention(pg_temp.months('1 1 1 1 1 1 1 1 1 1 1 1 1'), 12)), 1::bigint, 'thirteen do');

-- Negative months
SELECT results_eq($$ SELECT reason, rows FROM mrr_quality((SELECT mrr_agg(1, m::date, a) FROM (VALUES ('2024-01-01', 10), ('2024-01-02', -11), ('2024-01-03', 0), ('2024-02-01', 5), ('2024-02-02', -5)) v (m, a))) WHERE rows > 0 $$,
	$$ VALUES ('used', 2::bigint), ('negative month', 3) $$, 'all rows of a month with a negative total are left out; a total of zero is not negative');
SELECT results_eq($$ SELECT new, new_customers, closing FROM mrr_movements((SELECT mrr_agg(c, '2024-01-01'::date, a) FROM (VALUES (1, 10), (2, -10)) v (c, a))) $$,
	$$ VALUES (10::numeric, 1::bigint, 10::numeric) $$, 'a negative month takes nothing from another customer');

-- A subscription of one day a month from the end, by end
CREATE FUNCTION pg_temp.paid_in(starts date, ends date, as_of date) RETURNS text
	LANGUAGE sql AS $$ SELECT coalesce(string_agg(to_char(month, 'YYYY-MM'), ' ' ORDER BY month) FILTER (WHERE closing > 0), '') || ' of ' || count(*) FROM mrr_movements((SELECT mrr_agg(1, starts, ends, 5, as_of))) $$;
SELECT is(pg_temp.paid_in('2024-01-31', '2024-02-01', '2024-03-31'), '2024-01 of 3', 'it counts in the month on whose last day it started');
SELECT is(pg_temp.paid_in('2024-01-01', '2024-01-31', '2024-03-31'), ' of 0', 'it ends on the last day: on that day it doesn''t run any more');
SELECT is(pg_temp.paid_in('2024-01-01', '2024-02-29', '2024-03-31'), '2024-01 of 3', '... in a leap year');
SELECT is(pg_temp.paid_in('2023-12-02', '2024-01-30', '2024-01-30'), '2023-12 of 1', 'as_of before the last day: that month is not there');
SELECT is(pg_temp.paid_in('2023-12-02', '2024-03-01', '2024-01-31'), '2023-12 2024-01 of 2', 'as_of on the last day: it is; an end after as_of is none yet');
SELECT is(pg_temp.paid_in('2023-12-02', NULL, '2024-02-28'), '2023-12 2024-01 of 2', 'running');
SELECT is(pg_temp.paid_in('2023-12-02', 'infinity', '2024-02-29'), '2023-12 2024-01 2024-02 of 3', 'an end at infinity is none');
SELECT is(pg_temp.paid_in('2024-01-15', '2024-01-15', '2024-02-29'), ' of 0', 'it ends when it starts: it never ran');
SELECT is(pg_temp.paid_in('2024-03-01', NULL, '2024-02-29'), ' of 0', 'it starts after as_of');
SELECT is(rows, 4::bigint, 'subscriptions in no month are counted') FROM mrr_quality((SELECT mrr_agg(1, s::date, e::date, 5, '2024-02-29')
	FROM (VALUES ('2024-01-01', '2024-01-31'), ('2024-01-15', '2024-01-15'), ('2024-03-01', NULL), ('2024-02-01', '2024-02-20'), ('2024-02-01', NULL)) v (s, e))) WHERE reason = 'in no month';
SELECT results_eq($$ SELECT rows, negative_months(s) FROM (SELECT mrr_agg(1, s::date, e::date, a, '2024-04-30') AS s
	FROM (VALUES ('2024-01-01', '2024-03-01', 10), ('2024-01-01', NULL, -4)) v (s, e, a)) x, mrr_quality(s) WHERE reason = 'negative month' $$,
	$$ VALUES (0::bigint, 2::bigint) $$, 'a credit that outlives its subscription: two negative months, no row that begins in one');

-- The years that count
SELECT results_eq($$ SELECT data_from(s), data_through(s), (SELECT count(*) FROM mrr_movements(s)), (SELECT sum(closing) FROM mrr_movements(s))
	FROM (SELECT mrr_agg(1, d::date, 1) AS s FROM unnest('{1899-12-31, 1900-01-01, 2199-12-31, 2200-01-01}'::date[]) d) x $$,
	$$ VALUES ('1900-01-01'::date, '2199-12-31'::date, 3600::bigint, 2::numeric) $$, 'months of the years 1900 to 2199');
SELECT results_eq($$ SELECT (SELECT count(*) FROM mrr_movements(s)), (SELECT sum(closing) FROM mrr_movements(s)), (SELECT sum(customers_then) FROM mrr_retention(s, 12))
	FROM (SELECT mrr_agg(1, '1900-01-01', NULL, 1, '2199-12-31') AS s) x $$,
	$$ VALUES (3600::bigint, 3600::numeric, 3588::numeric) $$, 'a subscription that runs through all of them');

-- Nothing
CREATE TEMP TABLE nothing AS SELECT mrr_agg(customer, starts, mrr) AS summary FROM given WHERE false;
SELECT ok(summary IS NOT NULL AND data_from(summary) IS NULL AND data_through(summary) IS NULL AND negative_months(summary) = 0, 'a summary of no rows is empty') FROM nothing;
SELECT is(pg_temp.image(mrr_agg(1, NULL, NULL, 5, '2024-01-31') FILTER (WHERE false)), (SELECT pg_temp.image(summary) FROM nothing), '... of no subscriptions, too');
SELECT is(summary::text::mrr_summary::text, summary::text, '... and goes through its text form') FROM nothing;
SELECT is_empty('SELECT FROM nothing, mrr_movements(summary) UNION ALL SELECT FROM nothing, mrr_retention(summary, 3)', '... has no months');
SELECT results_eq('SELECT count(*), sum(rows) FROM nothing, mrr_quality(summary)', $$ VALUES (8::bigint, 0::numeric) $$, '... and no rows of any reason');
SELECT is(pg_temp.image(rollup(s)), (SELECT pg_temp.image(summary) FROM nothing), 'a rollup of nothing is empty') FROM (SELECT summary AS s FROM nothing WHERE false) x;
SELECT is_empty($$ SELECT FROM mrr_movements(NULL) UNION ALL SELECT FROM mrr_retention(NULL, 3) UNION ALL SELECT FROM mrr_retention(pg_temp.months('1'), NULL) UNION ALL SELECT FROM mrr_quality(NULL) $$, 'a NULL summary: no rows');
SELECT results_eq($$ SELECT reason, rows FROM mrr_quality((SELECT mrr_agg(c, m::date, a) FROM (VALUES (NULL, '2024-01-01', 5), (1, NULL, 5), (1, '2024-01-01', NULL), (1, 'infinity', 5), (NULL, NULL, NULL)) v (c, m, a))) WHERE rows > 0 $$,
	$$ VALUES ('no customer', 2::bigint), ('no month', 1), ('no amount', 1), ('time out of range', 1) $$, 'only dirt: counted, no months');

--
-- Rollup
--

SELECT is(pg_temp.image(rollup(s)), (SELECT pg_temp.image(mrr_agg(c, m::date, 7)) FROM (VALUES (1, '2024-01-01'), (1, '2024-02-01'), (2, '2024-02-01'), (2, '2024-05-01'), (3, '2023-11-01')) v (c, m)),
	'parts of different months: of one that ends early nobody pays afterwards')
	FROM (SELECT mrr_agg(c, m::date, 7) AS s FROM (VALUES (1, '2024-01-01'), (1, '2024-02-01'), (2, '2024-02-01'), (2, '2024-05-01'), (3, '2023-11-01')) v (c, m) GROUP BY c) x;
SELECT throws_ok($$ SELECT rollup(s) FROM (SELECT mrr_agg(1, '2024-01-01', NULL, 5, d) AS s FROM unnest('{2024-01-31, 2024-03-10}'::date[]) d GROUP BY d) x $$,
	'22023', 'cannot merge MRR of subscriptions known to 2024-01 with MRR to 2024-02', 'subscriptions known to different months can''t be merged');
SELECT throws_ok($$ SELECT rollup(s) FROM (SELECT mrr_agg(1, '2024-01-01', NULL, 5, '2024-01-31') UNION ALL SELECT mrr_agg(2, '2024-03-01', 5)) x (s) $$,
	'22023', 'cannot merge MRR of subscriptions known to 2024-01 with MRR to 2024-03', '... nor with months after');
SELECT throws_ok($$ SELECT rollup(s) FROM (SELECT mrr_agg(2, '2024-03-01', 5) UNION ALL SELECT mrr_agg(1, '2024-01-01', NULL, 5, '2024-01-31')) x (s) $$,
	'22023', 'cannot merge MRR of subscriptions known to 2024-01 with MRR to 2024-03', '... in either order');
SELECT results_eq($$ SELECT m.month, closing, churned FROM (SELECT rollup(s) FROM (SELECT mrr_agg(2, '2023-12-01', 5) UNION ALL SELECT mrr_agg(1, '2024-01-01', NULL, 6, '2024-01-31')) x (s)) y (s), mrr_movements(s) m $$,
	$$ VALUES ('2023-12-01'::date, 5::numeric, 0::numeric), ('2024-01-01', 6, 5) $$, 'months that end before can be');

--
-- Jalali months. A twin of a date lies in the Gregorian month that has the same number, so that the oracle above
-- has said what comes of it; a day of a month stands for all of it, and whether it is the last is known of as_of alone.
--

CREATE FUNCTION pg_temp.month_number(day date) RETURNS integer LANGUAGE sql IMMUTABLE
	AS $$ SELECT 12 * split_part(jalali_date(day), '-', 1)::integer + split_part(jalali_date(day), '-', 2)::integer $$;
CREATE FUNCTION pg_temp.twin(day date) RETURNS date LANGUAGE sql IMMUTABLE
	AS $$ SELECT CASE WHEN day BETWEEN '1900-01-01' AND '2199-12-31' THEN (timestamp '2000-01-01' + make_interval(months => pg_temp.month_number(day) - 12 * 1378 - 10))::date ELSE day END $$;
CREATE FUNCTION pg_temp.twin_text(of text, twin text) RETURNS boolean LANGUAGE sql AS
	$$ SELECT regexp_replace(regexp_replace(of, '"version": 2', '"version": 1'), '"period": "jalali month", "first_month": "[-0-9]*"', '') = regexp_replace(twin, '"first_month": "[-0-9]*"', '') $$;
TRUNCATE given;
INSERT INTO given (customer, starts, ends, mrr)
SELECT CASE WHEN n % 50 > 0 THEN n % 23 END, CASE WHEN n % 40 = 0 THEN (ARRAY[NULL, 'infinity', '1899-12-31', '2200-01-01']::date[])[1 + n / 40 % 4] ELSE s END,
	CASE WHEN n % 5 > 1 THEN s + floor(pg_temp.draw('stays', n) * 300)::integer - 9 WHEN n % 5 = 1 THEN date '9999-12-31' END, round((pg_temp.draw('much', n) * 100 - 10)::numeric, 2)
FROM (SELECT n, date '2019-01-01' + floor(pg_temp.draw('day', n) * 1500)::integer AS s FROM generate_series(1, 800) n) d;
SELECT results_eq('SELECT m.* FROM mrr_movements((SELECT mrr_agg(customer, pg_temp.twin(starts), mrr) FROM given)) m',
	'SELECT pg_temp.twin(m.month), m.opening, m.new, m.expansion, m.reactivated, m.contraction, m.churned, m.closing, m.opening_customers, m.new_customers, m.reactivated_customers, m.churned_customers, m.closing_customers, m.quick_ratio, m.customer_churn_rate, m.revenue_churn_rate
	FROM mrr_movements((SELECT mrr_agg(customer, starts, mrr, ''Jalali month'') FROM given)) m', 'Jalali months: the moves are those of the twins');
SELECT is_empty('SELECT month FROM mrr_movements((SELECT mrr_agg(customer, starts, mrr, ''jalali month'') FROM given)) WHERE month <> period_start(month, ''jalali month'')', '... a month is shown by its first day');
SELECT results_eq(format('SELECT m.* FROM mrr_retention((SELECT mrr_agg(customer, pg_temp.twin(starts), mrr) FROM given), %s) m', months),
	format('SELECT pg_temp.twin(m.month), m.customers_then, m.mrr_then, m.mrr_now, m.net_retention, m.gross_retention, m.customer_retention FROM mrr_retention((SELECT mrr_agg(customer, starts, mrr, ''jalali month'') FROM given), %s) m', months),
	'... and what stays over ' || months) FROM unnest('{1,3,6,12}'::integer[]) months;
SELECT ok(pg_temp.twin_text(mrr_agg(customer, starts, mrr, 'jalali month')::text, mrr_agg(customer, pg_temp.twin(starts), mrr)::text), '... all that is kept is the same') FROM given;
SELECT ok(pg_temp.twin_text(mrr_agg(customer, starts, ends, mrr, as_of, 'jalali month')::text,
	mrr_agg(customer, pg_temp.twin(starts), CASE WHEN ends <= '2199-12-31' THEN pg_temp.twin(ends) - (ends < starts)::integer * 40 ELSE ends END, mrr, pg_temp.twin(as_of + 1) - 1)::text), 'subscriptions in Jalali months, as of ' || as_of || ' (' || jalali_date(as_of) || ')')
FROM given, unnest('{2023-03-20, 2023-03-21, 2023-03-19, 2023-12-31, 2022-09-22}'::date[]) as_of GROUP BY as_of;
SELECT is(mrr_agg(customer, starts, mrr, 'MONTH')::text, mrr_agg(customer, starts, mrr)::text, 'months, said to be so, are what they are without') FROM given;
SELECT is(mrr_agg(customer, starts, ends, mrr, '2023-01-31', 'month')::text, mrr_agg(customer, starts, ends, mrr, '2023-01-31')::text, '... of subscriptions, too') FROM given;
SELECT results_eq($$ SELECT data_from(s), data_through(s), (SELECT count(*) FROM mrr_movements(s)), (SELECT sum(closing) FROM mrr_movements(s)), s::text::mrr_summary::text = s::text
	FROM (SELECT mrr_agg(1, d::date, 1, 'jalali month') AS s FROM unnest('{1899-12-31, 1900-01-01, 2199-12-31, 2200-01-01}'::date[]) d) x $$,
	$$ VALUES ('1899-12-22'::date, '2200-01-20'::date, 3601::bigint, 2::numeric, true) $$, 'from the Jalali month of the first day to that of the last');
SELECT results_eq($$ SELECT month, closing, churned FROM mrr_movements((SELECT mrr_agg(1, '2026-02-20'::date, 5, 'jalali month')), '2026-04-20') $$,
	$$ VALUES ('2026-02-20'::date, 5::numeric, 0::numeric), ('2026-03-21', 0, 5) $$, 'up to the Jalali month of as_of');
SELECT is(pg_temp.image(rollup(s)), (SELECT pg_temp.image(mrr_agg(customer, starts, mrr, 'jalali month')) FROM given), 'split by customer, and rolled up') FROM (SELECT mrr_agg(customer, starts, mrr, 'jalali month') AS s FROM given GROUP BY customer % 5) x;
SELECT is(rollup(s)::text, (SELECT rollup(s)::text FROM (SELECT mrr_agg(customer, starts, mrr) AS s FROM given WHERE customer = 1 UNION ALL SELECT mrr_agg(NULL, starts, mrr) FROM given) y), 'rows of no month are of no calendar')
FROM (SELECT mrr_agg(customer, starts, mrr) AS s FROM given WHERE customer = 1 UNION ALL SELECT mrr_agg(NULL, starts, mrr, 'jalali month') FROM given) x;
SELECT throws_ok('SELECT rollup(s) FROM (SELECT mrr_agg(1, starts, mrr) AS s FROM given UNION ALL SELECT mrr_agg(2, starts, mrr, ''jalali month'') FROM given) x', '22023', 'cannot merge MRR by the "month" with MRR by the "jalali month"', 'months of two calendars can''t be merged');
SELECT throws_ok($$ SELECT rollup(s) FROM (SELECT mrr_agg(1, '2024-01-01', NULL, 5, d, 'jalali month') AS s FROM unnest('{2024-01-31, 2024-03-20}'::date[]) d GROUP BY d) x $$,
	'22023', 'cannot merge MRR of subscriptions known to 1402-10 with MRR to 1402-12', '... nor what is known to different ones, by their Jalali names');
SELECT throws_ok(format('SELECT mrr_agg(customer, starts, %smrr, %s) FROM given', ends, args), code, message, ends || args)
FROM (VALUES ('', '''week''', '22023', 'recurring revenue is by the month, not by the "week"'), ('', '''jalali year''', '22023', 'recurring revenue is by the month, not by the "jalali year"'), ('', '''lunar month''', '22023', 'unknown period: "lunar month"'), ('', 'NULL::text', '22004', 'the period must not be null'),
	('', 'CASE id % 2 WHEN 0 THEN ''month'' ELSE ''jalali month'' END', '22023', NULL), ('ends, ', '''2023-01-01'', ''day''', '22023', 'recurring revenue is by the month, not by the "day"'), ('ends, ', '''2023-01-01'', NULL', '22004', 'the period must not be null'),
	('ends, ', '''2023-01-01'', CASE id % 2 WHEN 0 THEN ''month'' ELSE ''jalali month'' END', '22023', NULL)) v (ends, args, code, message);
CREATE TEMP TABLE jalali AS SELECT mrr_agg(1, d::date, 5, 'jalali month')::text AS image FROM unnest('{2024-02-20, 2024-03-20}'::date[]) d;
SELECT ok(image LIKE '{"version": 2, %"ends_at_as_of": false, "period": "jalali month", "first_month": "2024-02-20", %' AND image::mrr_summary::text = image, 'the text form says the period') FROM jalali;
SELECT throws_ok(format('SELECT %L::mrr_summary', replace(image, a, b)), '22P02', NULL, 'refused: ' || b)
FROM jalali, (VALUES ('"period": "jalali month"', '"period": "month"'), ('"period": "jalali month"', '"period": "jalali year"'), ('"period": "jalali month"', '"period": ""'), ('"version": 2', '"version": 1'), ('"2024-02-20"', '"2024-02-21"'), ('"2024-02-20"', '"2024-02-01"'), ('"2024-02-20"', '"1899-11-22"'), ('"2024-02-20"', '"2199-12-22"')) v (a, b);

--
-- The text form and the bytes
--

CREATE TEMP TABLE good AS SELECT pg_temp.months('10 12 8 20 - 5')::text AS image;
SELECT throws_ok(format('SELECT %L::mrr_summary', replace(image, a, b)), '22P02', NULL, 'refused: ' || why)
FROM good, (VALUES
	('"version": 1', '"version": 3', 'a version that is not known'),
	('"version": 1', '"version": 2', 'months of no period'),
	('"used": 5', '"used": 0', 'months but no rows'),
	('"first_month": "2024-01-01"', '"first_month": "2024-13-01"', 'a thirteenth month'),
	('"first_month": "2024-01-01"', '"first_month": "1899-12-01"', 'a month before 1900'),
	('"first_month": "2024-01-01"', '"first_month": "2199-08-01"', 'months after 2199'),
	('"first_month": "2024-01-01"', '"first_month": 0', 'months without a first'),
	('"ends_at_as_of": false', '"ends_at_as_of": 2', 'a flag that is none'),
	('"negative_months": 0', '"negative_months": -1', 'a negative count'),
	('"negative_month": 0', '"negative_month": 1', 'negative rows without a negative month'),
	('"expansion": 2', '"expansion": 3', 'moves that don''t add up'),
	('"new": 10', '"new": -10', 'a negative move'),
	('"mrr": 12', '"mrr": 1e1', 'an amount in scientific notation'),
	('"mrr": 12', '"mrr": NaN', 'NaN'),
	('"churned_customers": 1', '"churned_customers": 2', 'more churned than there were'),
	('"reactivated_customers": 1', '"reactivated_customers": 2', 'more reactivated than churned'),
	('"new_customers": 1', '"new_customers": 4611686018427387905', 'too many customers'),
	('"retained_customers_3_months": 1', '"retained_customers_3_months": 2', 'more retained than there were'),
	('"net_retained_3_months": 20', '"net_retained_3_months": 21', 'more retained than is paid'),
	('"gross_retained_3_months": 10', '"gross_retained_3_months": 11', 'a smaller amount that is larger than that of then'),
	('"gross_retained_3_months": 10', '"gross_retained_3_months": 0', 'a customer that pays nothing'),
	('}]}', '}]} x', 'something behind the end')) v (a, b, why);
SELECT ok(bool_and(position(a IN image) > 0), '... each of these was in the text') FROM good, (VALUES ('"used": 5'), ('"retained_customers_3_months": 1'), ('"net_retained_3_months": 20'), ('"gross_retained_3_months": 10'), ('"churned_customers": 1'), ('"reactivated_customers": 1'), ('"expansion": 2')) v (a);
SELECT throws_ok($$ SELECT '{"version": 1, "rows": {"used": 0, "no_customer": 0, "no_month": 0, "no_amount": 0, "time_out_of_range": 0, "ends_before_starts": 0, "in_no_month": 0, "negative_month": 0}, "negative_months": 0, "ends_at_as_of": true, "months": []}'::mrr_summary $$,
	'22P02', NULL, 'refused: a last month without months');

--
-- One customer with 300,000 rows
--
TRUNCATE given;
INSERT INTO given (customer, starts, mrr)
SELECT 7, date '2010-01-01' + floor(3650 * pg_temp.draw('day', n))::integer, round((pg_temp.draw('much', n) * 100 - 30)::numeric, 2) FROM generate_series(1, 300000) n;
INSERT INTO given (customer, starts, mrr) SELECT n, '2015-05-01', 3 FROM generate_series(8, 17) n;
UPDATE answer SET summary = (SELECT mrr_agg(customer, starts, mrr) FROM given);
SELECT is_empty('SELECT * FROM pg_temp.differences()', 'one customer with 300,000 rows');
SET work_mem = '256kB';
SELECT pg_temp.same(mrr_agg(customer, starts, mrr), '... beyond memory') FROM given;
RESET work_mem;

SELECT * FROM finish();
