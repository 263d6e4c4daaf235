-- stage.sql: every figure of a stage funnel against plain SQL over the rows themselves.
--
-- The oracle is the views over "history", "label" and "ask" below: window functions and
-- joins, written from the definitions in doc/stage.md and from nothing else. Each scenario
-- fills these tables and "answer", a summary of the same rows, and asks differences().
SELECT no_plan();

CREATE TEMP TABLE history (
	id bigint GENERATED ALWAYS AS IDENTITY, entity bigint, stage text, at timestamptz, amount numeric);
CREATE TEMP TABLE label (label text PRIMARY KEY, code integer);	-- stages 0 .., lost behind them; synonyms too
CREATE TEMP TABLE ask (definition funnel, stages integer, as_of date, stale_days integer);
CREATE TEMP TABLE answer (summary stage_summary);

--
-- The oracle
--

CREATE FUNCTION pg_temp.day_of(at timestamptz) RETURNS date
	LANGUAGE sql IMMUTABLE AS $$ SELECT (at AT TIME ZONE 'UTC')::date $$;

-- Rows by what becomes of them; "exact duplicate" and "entity outside" come out of "used" below.
CREATE TEMP VIEW judged AS
SELECT h.*, l.code,
	CASE
		WHEN h.entity IS NULL THEN 'no entity'
		WHEN h.stage IS NULL THEN 'no stage'
		WHEN h.at IS NULL THEN 'no time'
		WHEN l.code IS NULL THEN 'unknown stage'
		WHEN h.at IN ('infinity', '-infinity') OR h.at >= '6566-01-01' THEN 'time out of range'
		ELSE 'used'
	END AS reason
FROM history h LEFT JOIN label l ON l.label = h.stage;

CREATE TEMP VIEW placed AS
SELECT DISTINCT j.entity, j.at, j.code, j.code < a.stages AS is_stage FROM judged j, ask a WHERE j.reason = 'used';

-- A visit starts with a row whose stage is not that of the row before it.
CREATE TEMP VIEW visit AS
SELECT entity, at, code, is_stage,
	lead(at) OVER w AS left_at, lead(code) OVER w AS next_code
FROM (
	SELECT *, lag(code) OVER (PARTITION BY entity ORDER BY at, code) IS DISTINCT FROM code AS starts
	FROM placed
) p
WHERE starts
WINDOW w AS (PARTITION BY entity ORDER BY at, code);

CREATE TEMP VIEW entity AS
SELECT v.entity, v.furthest, v.lost, v.current, v.moved, a.amount, o.own
FROM (
	SELECT entity,
		max(code) FILTER (WHERE is_stage) AS furthest,
		NOT (array_agg(is_stage ORDER BY at DESC, code DESC))[1] AS lost,
		(array_agg(code ORDER BY at DESC, code DESC) FILTER (WHERE is_stage))[1] AS current,
		pg_temp.day_of(max(at)) AS moved
	FROM visit GROUP BY entity
) v
LEFT JOIN (
	SELECT DISTINCT ON (entity) entity, amount FROM judged
	WHERE reason = 'used' AND amount IS NOT NULL ORDER BY entity, at DESC, amount DESC
) a USING (entity)
LEFT JOIN (SELECT entity, array_agg(DISTINCT code) AS own FROM placed WHERE is_stage GROUP BY entity) o USING (entity)
WHERE v.furthest IS NOT NULL;

-- What stage_leakage says, once without stale_days and once with
CREATE TEMP VIEW leakage AS
SELECT w.with_stale, k.code + 1 AS step, k.stage, c.*,
	(lost + stalled)::float8 / nullif(advanced + lost + stalled, 0) AS leakage_rate,
	advanced::float8 / nullif(advanced + lost + stalled, 0) AS conversion_rate,
	open::float8 / nullif(reached, 0) AS open_share,
	reached::float8 / nullif(first_value(reached) OVER (PARTITION BY w.with_stale ORDER BY k.code), 0) AS reach_rate,
	t.mean_days, t.median_days, t.p90_days
FROM ask a
CROSS JOIN (VALUES (false), (true)) w (with_stale)
CROSS JOIN LATERAL (
	SELECT DISTINCT ON (code) code, label AS stage FROM (
		SELECT s.ord - 1 AS code, s.stage AS label FROM unnest(stages(a.definition)) WITH ORDINALITY s (stage, ord)) x
	ORDER BY code
) k
CROSS JOIN LATERAL (
	SELECT
		count(*) FILTER (WHERE furthest >= k.code) AS reached,
		count(*) FILTER (WHERE furthest >= k.code AND NOT k.code = ANY (own)) AS skipped,
		count(*) FILTER (WHERE furthest > k.code OR (furthest = k.code AND k.code = a.stages - 1 AND NOT e.lost)) AS advanced,
		count(*) FILTER (WHERE furthest = k.code AND e.lost) AS lost,
		count(*) FILTER (WHERE furthest = k.code AND k.code < a.stages - 1 AND NOT e.lost AND w.with_stale AND a.as_of - moved > a.stale_days) AS stalled,
		count(*) FILTER (WHERE furthest = k.code AND k.code < a.stages - 1 AND NOT e.lost AND NOT (w.with_stale AND a.as_of - moved > a.stale_days)) AS open,
		count(*) FILTER (WHERE current = k.code AND k.code < a.stages - 1 AND NOT e.lost) AS in_stage,
		CASE WHEN count(amount) > 0 THEN coalesce(sum(amount) FILTER (WHERE furthest >= k.code), 0) END AS amount_reached,
		CASE WHEN count(amount) > 0 THEN coalesce(sum(amount) FILTER (WHERE furthest = k.code
			AND (e.lost OR (k.code < a.stages - 1 AND w.with_stale AND a.as_of - moved > a.stale_days))), 0) END AS amount_leaked,
		CASE WHEN count(amount) > 0 THEN coalesce(sum(amount) FILTER (WHERE current = k.code AND k.code < a.stages - 1 AND NOT e.lost), 0) END AS amount_in_stage
	FROM entity e
) c
CROSS JOIN LATERAL (
	SELECT
		(sum(extract(epoch FROM left_at - at)::numeric) / (86400 * nullif(count(left_at), 0)))::float8 AS mean_days,
		percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM left_at - at) / 86400) AS median_days,
		percentile_cont(0.9) WITHIN GROUP (ORDER BY extract(epoch FROM left_at - at) / 86400) AS p90_days
	FROM visit v WHERE v.code = k.code AND v.left_at IS NOT NULL
) t;

CREATE TEMP VIEW stay AS
SELECT l.step, l.stage, t.*, m.median_age_days
FROM ask a
CROSS JOIN (SELECT step, stage FROM leakage WHERE NOT with_stale) l
CROSS JOIN LATERAL (
	SELECT count(*) AS visits, count(left_at) AS finished,
		(sum(extract(epoch FROM left_at - at)::numeric) / (86400 * nullif(count(left_at), 0)))::float8 AS mean_days,
		percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM left_at - at) / 86400) AS median_days,
		percentile_cont(0.75) WITHIN GROUP (ORDER BY extract(epoch FROM left_at - at) / 86400) AS p75_days,
		percentile_cont(0.9) WITHIN GROUP (ORDER BY extract(epoch FROM left_at - at) / 86400) AS p90_days,
		(max(extract(epoch FROM left_at - at)) / 86400)::float8 AS max_days,
		count(*) - count(DISTINCT entity) AS reentries,
		count(*) FILTER (WHERE next_code < code) AS regressions
	FROM visit v WHERE v.code = l.step - 1
) t
CROSS JOIN LATERAL (
	SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY (a.as_of - moved)::float8) AS median_age_days
	FROM entity e WHERE e.current = l.step - 1 AND l.step < a.stages AND NOT e.lost
) m;

CREATE TEMP VIEW shown AS	-- the name of each code: the first of its labels
SELECT s.ord - 1 AS code, s.stage AS name FROM ask, unnest(stages(definition)) WITH ORDINALITY s (stage, ord)
UNION ALL
SELECT l.code, min(l.label) FROM label l, ask WHERE l.code >= ask.stages GROUP BY l.code;

CREATE TEMP VIEW flow AS
SELECT s.name AS source, t.name AS target, count(*) AS value,
	percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM v.left_at - v.at) / 86400) AS median_days
FROM ask a, visit v JOIN shown s ON s.code = v.code JOIN shown t ON t.code = v.next_code
WHERE v.is_stage AND v.next_code > v.code
GROUP BY 1, 2
UNION ALL
SELECT s.name, 'still open', count(*), NULL
FROM ask a, entity e JOIN shown s ON s.code = e.current
WHERE NOT e.lost AND e.current < a.stages - 1
GROUP BY 1;

CREATE TEMP VIEW quality AS
SELECT r.reason, CASE r.reason
		WHEN 'used' THEN (SELECT count(*) FROM placed WHERE entity IN (SELECT entity FROM entity))
		WHEN 'entity outside' THEN (SELECT count(*) FROM placed WHERE entity NOT IN (SELECT entity FROM entity))
		WHEN 'exact duplicate' THEN (SELECT count(*) FROM judged WHERE reason = 'used') - (SELECT count(*) FROM placed)
		ELSE (SELECT count(*) FROM judged j WHERE j.reason = r.reason)
	END AS rows
FROM unnest(ARRAY['used', 'no entity', 'no stage', 'no time', 'unknown stage', 'time out of range', 'exact duplicate', 'entity outside']) r (reason);

-- Equal, NULLs too, but for the last bits of a double
CREATE FUNCTION pg_temp.near(a float8, b float8, tolerance float8 DEFAULT 1e-12) RETURNS boolean
	LANGUAGE sql IMMUTABLE AS $$ SELECT CASE WHEN a IS NULL OR b IS NULL THEN a IS NULL AND b IS NULL
		ELSE abs(a - b) <= tolerance * abs(b) + CASE WHEN tolerance > 1e-6 THEN 2e-11 ELSE 0 END END $$;

-- Where the answer and the oracle differ: no rows if nowhere
CREATE FUNCTION pg_temp.differences() RETURNS SETOF text LANGUAGE sql AS $$
	SELECT format('leakage: oracle %s, answer %s', o, l)
	FROM (SELECT false AS with_stale, f.* FROM ask, answer, stage_leakage(summary, as_of) f
		UNION ALL SELECT true, f.* FROM ask, answer, stage_leakage(summary, as_of, stale_days) f) l
	FULL JOIN leakage o USING (with_stale, step)
	WHERE (l.stage = o.stage AND l.reached = o.reached AND l.skipped = o.skipped AND l.advanced = o.advanced AND l.lost = o.lost
		AND CASE WHEN with_stale THEN l.stalled = o.stalled ELSE l.stalled IS NULL END
		AND l.open = o.open AND l.reached = l.advanced + l.lost + coalesce(l.stalled, 0) + l.open
		AND pg_temp.near(l.leakage_rate, o.leakage_rate) AND pg_temp.near(l.conversion_rate, o.conversion_rate)
		AND pg_temp.near(l.open_share, o.open_share) AND pg_temp.near(l.reach_rate, o.reach_rate)
		AND pg_temp.near(l.mean_days, o.mean_days) AND pg_temp.near(l.median_days, o.median_days, 0.01) AND pg_temp.near(l.p90_days, o.p90_days, 0.01)
		AND l.in_stage = o.in_stage
		AND l.amount_reached IS NOT DISTINCT FROM o.amount_reached
		AND l.amount_leaked IS NOT DISTINCT FROM o.amount_leaked
		AND l.amount_in_stage IS NOT DISTINCT FROM o.amount_in_stage) IS NOT TRUE
	UNION ALL
	SELECT format('time: oracle %s, answer %s', o, t)
	FROM (SELECT f.* FROM ask, answer, stage_time(summary, as_of) f) t FULL JOIN stay o USING (step)
	WHERE (t.stage = o.stage AND t.visits = o.visits AND t.finished = o.finished
		AND pg_temp.near(t.mean_days, o.mean_days) AND pg_temp.near(t.median_days, o.median_days, 0.01)
		AND pg_temp.near(t.p75_days, o.p75_days, 0.01) AND pg_temp.near(t.p90_days, o.p90_days, 0.01)
		AND pg_temp.near(t.max_days, o.max_days) AND pg_temp.near(t.median_age_days, o.median_age_days)
		AND t.reentries = o.reentries AND t.regressions = o.regressions) IS NOT TRUE
	UNION ALL
	SELECT format('flow: oracle %s, answer %s', o, f)
	FROM (SELECT f.* FROM answer, stage_flow(summary) f) f FULL JOIN flow o USING (source, target)
	WHERE (f.value = o.value AND pg_temp.near(f.median_days, o.median_days, 0.01)) IS NOT TRUE
	UNION ALL
	SELECT format('quality: oracle %s, answer %s', o, q)
	FROM (SELECT q.* FROM answer, stage_quality(summary) q) q FULL JOIN quality o USING (reason)
	WHERE (q.rows = o.rows) IS NOT TRUE
	UNION ALL
	SELECT format('rows: %s given, %s in stage_quality', (SELECT count(*) FROM history), sum(q.rows)) FROM answer, stage_quality(summary) q
	HAVING sum(q.rows) <> (SELECT count(*) FROM history)
	UNION ALL
	SELECT format('outside: oracle %s, answer %s', o, entities_outside(summary)) FROM answer,
		(SELECT count(DISTINCT h.entity) FROM history h WHERE h.entity NOT IN (SELECT entity FROM entity)) o (o)
	WHERE o IS DISTINCT FROM entities_outside(summary)
	UNION ALL
	SELECT format('moments: oracle %s to %s, answer %s to %s', f, t, data_from(summary), data_through(summary)) FROM answer,
		(SELECT min(at), max(at) FROM placed) o (f, t)
	WHERE f IS DISTINCT FROM data_from(summary) OR t IS DISTINCT FROM data_through(summary)
	UNION ALL
	SELECT format('chart: oracle %s, answer %s', o, c)
	FROM (SELECT c.*, row_number() OVER () AS step FROM answer, stage_chart(summary, 100) c) c
	FULL JOIN (SELECT * FROM leakage WHERE NOT with_stale) o USING (step)
	WHERE (c.stage = o.stage AND c.reached = o.reached AND pg_temp.near(c.conversion, o.conversion_rate)
		AND abs(length(c.bar) - coalesce(100 * o.reach_rate, 0)) <= 1 AND (c.reached > 0) = (c.bar <> '')) IS NOT TRUE
$$;

-- Two summaries in one image: the canonical bytes
CREATE FUNCTION pg_temp.image(stage_summary) RETURNS text
	LANGUAGE sql IMMUTABLE AS $$ SELECT md5(stage_summary_send($1)) $$;

--
-- Random histories
--

-- A number in [0, 1) from a seed and a row
CREATE FUNCTION pg_temp.draw(seed text, id bigint) RETURNS double precision
	LANGUAGE sql IMMUTABLE AS $$ SELECT ('x' || substr(md5(seed || ':' || id), 1, 7))::bit(28)::integer / 268435456.0::double precision $$;

-- Up to eight rows an entity, each of any stage at one of few times: re-entries, regressions, skips, ties, duplicates; and dirt
CREATE FUNCTION pg_temp.make_history(seed text, entities integer, dirt float8, spread integer) RETURNS void LANGUAGE sql AS $$
	TRUNCATE history;
	INSERT INTO history (entity, stage, at, amount)
	SELECT
		CASE WHEN pg_temp.draw(seed || 'no entity', n) >= dirt THEN e - entities / 2 END,
		CASE
			WHEN pg_temp.draw(seed || 'no stage', n) < dirt THEN NULL
			WHEN pg_temp.draw(seed || 'unknown', n) < dirt THEN (ARRAY['lead', 'Lead ', '', 'Tidak dikenal', 'Wonder'])[1 + floor(5 * pg_temp.draw(seed || 'which', n))::integer]
			WHEN pg_temp.draw(seed || 'only lost', e) < dirt THEN 'Lost'
			ELSE (SELECT label FROM label ORDER BY md5(seed || n || label) LIMIT 1)
		END,
		CASE
			WHEN pg_temp.draw(seed || 'no time', n) < dirt THEN NULL
			WHEN pg_temp.draw(seed || 'infinite', n) < dirt THEN (ARRAY['infinity', '-infinity', '9999-12-31'])[1 + floor(3 * pg_temp.draw(seed || 'which', n))::integer]::timestamptz
			ELSE timestamptz '1999-12-20 00:00+00' + floor(spread * pg_temp.draw(seed || 'at', n)) * interval '5 hours 7 minutes 0.000123 seconds'
		END,
		CASE WHEN pg_temp.draw(seed || 'amount', n) < 0.5 THEN round((pg_temp.draw(seed || 'how much', n) * 2000 - 200)::numeric, floor(3 * pg_temp.draw(seed || 'scale', n))::integer) END
	FROM (SELECT e, row_number() OVER (ORDER BY e, r) AS n
		FROM generate_series(1, entities) e, generate_series(1, 8) r
		WHERE r <= 1 + floor(8 * pg_temp.draw(seed || 'rows', e))) x;
$$;

INSERT INTO label VALUES ('Lead', 0), ('Qualified', 1), ('Proposal', 2), ('Offer', 2), ('Won', 3), ('Closed Won', 3), ('Lost', 4), ('Disqualified', 5);
INSERT INTO ask VALUES ('Lead > Qualified > Proposal | Offer > Won | Closed Won; lost: Lost, Disqualified', 4, '2000-03-01', 30);

-- Times of few and of many values, with dirt and without
DO $$
DECLARE
	seed integer;
BEGIN
	CREATE TEMP TABLE found (scenario text, difference text);
	FOR seed IN 1..24 LOOP
		PERFORM pg_temp.make_history('h' || seed, (ARRAY[1, 3, 30, 400])[1 + seed % 4], (ARRAY[0, 0.05, 0.3])[1 + seed % 3], (ARRAY[3, 40, 300])[1 + seed / 4 % 3]);
		TRUNCATE answer;
		INSERT INTO answer SELECT stage_agg(entity, stage, at, amount, definition) FROM history, ask;
		INSERT INTO found SELECT format('seed %s: %s rows', seed, (SELECT count(*) FROM history)), d FROM pg_temp.differences() d;
	END LOOP;
END $$;
SELECT is_empty('SELECT * FROM found', 'random histories: every column as plain SQL has it');

-- One larger history for all that follows
SELECT pg_temp.make_history('large', 4000, 0.02, 300);
TRUNCATE answer;
INSERT INTO answer SELECT stage_agg(entity, stage, at, amount, definition) FROM history, ask;
SELECT is_empty('SELECT * FROM pg_temp.differences()', 'a history of 18,000 rows: every column as plain SQL has it');
SELECT ok(every(reached > 100 AND skipped > 10 AND lost > 10 AND advanced > 10 AND (step = 4 OR (stalled > 5 AND open > 5 AND in_stage > 5))),
	'... with something in every column') FROM ask, answer, stage_leakage(summary, as_of, stale_days);
SELECT ok(every(reentries > 10 AND (step = 1 OR regressions > 10)), '... re-entries and regressions too') FROM answer, stage_time(summary);
SELECT ok(every(rows > 10), '... and rows of every reason') FROM answer, stage_quality(summary);

-- The same rows in every other way: the same bytes
CREATE FUNCTION pg_temp.same(other stage_summary, description text) RETURNS text
	LANGUAGE sql AS $$ SELECT is(pg_temp.image(other), pg_temp.image(summary), description) FROM answer $$;

SELECT pg_temp.same(stage_agg(entity::text, stage, at, amount, definition), 'text entities') FROM history, ask;
SELECT pg_temp.same(stage_agg(md5(entity::text)::uuid, stage, at, amount, definition), 'uuid entities') FROM history, ask;
SELECT pg_temp.same(stage_agg(entity, stage, at AT TIME ZONE 'UTC', amount, definition), 'timestamp, taken as UTC') FROM history, ask;
SELECT pg_temp.same(stage_agg(entity, stage, at, amount, definition), 'rows shuffled') FROM (SELECT * FROM history ORDER BY md5(id::text)) h, ask;
SELECT pg_temp.same(stage_agg(entity, stage, at, amount, definition ORDER BY at DESC), 'rows in falling order') FROM history, ask;
SELECT pg_temp.same(stage_agg(entity, stage, at, amount, 'Lead > Qualified > Proposal | Offer > Won | Closed Won; lost: Lost, Disqualified'), 'a constant definition') FROM history;
SELECT pg_temp.same(rollup(part), 'rolled up from 7 parts')
	FROM (SELECT stage_agg(entity, stage, at, amount, definition) AS part FROM history, ask GROUP BY entity % 7) p;
SELECT pg_temp.same(rollup(part), 'rolled up from a part an entity, NULLs among them')
	FROM (SELECT stage_agg(entity, stage, at, amount, definition) AS part FROM history, ask GROUP BY entity UNION ALL SELECT NULL) p;
SELECT pg_temp.same(rollup(part), 'rolled up in two levels')
	FROM (SELECT rollup(part) AS part FROM (
		SELECT entity % 60 AS g, stage_agg(entity, stage, at, amount, definition) AS part FROM history, ask GROUP BY entity % 60) p GROUP BY g % 5) q;
SELECT pg_temp.same(rollup(part), 'rolled up with an empty summary before and after')
	FROM (SELECT stage_agg(entity, stage, at, amount, definition) AS part FROM history, ask WHERE false
		UNION ALL SELECT stage_agg(entity, stage, at, amount, definition) FROM history, ask
		UNION ALL SELECT stage_agg(entity, stage, at, amount, definition) FROM history, ask WHERE false) p;
SELECT pg_temp.same(summary::text::stage_summary, 'through the text form') FROM answer;
SET TimeZone = 'Asia/Tehran';
SELECT pg_temp.same(stage_agg(entity, stage, at, amount, definition), 'in another time zone') FROM history, ask;
SELECT is_empty('SELECT * FROM pg_temp.differences()', '... with the same figures');
RESET TimeZone;

-- Dates
TRUNCATE answer;
CREATE TEMP TABLE exact AS SELECT * FROM history;
UPDATE history SET at = date_trunc('day', at, 'UTC');
INSERT INTO answer SELECT stage_agg(entity, stage, at, amount, definition) FROM history, ask;
SELECT pg_temp.same(stage_agg(entity, stage, (at AT TIME ZONE 'UTC')::date, amount, definition), 'date: midnight, UTC') FROM history, ask;
SELECT is_empty('SELECT * FROM pg_temp.differences()', '... as plain SQL has it');
TRUNCATE history, answer;
INSERT INTO history (entity, stage, at, amount) SELECT entity, stage, at, amount FROM exact ORDER BY id;

-- Without amounts
INSERT INTO answer SELECT stage_agg(entity, stage, at, definition) FROM history, ask;
SELECT pg_temp.same(stage_agg(entity, stage, at, NULL::numeric, definition), 'without an amount and with nothing but NULLs') FROM history, ask;
SELECT pg_temp.same(stage_agg(entity::text, stage, at, definition), '... text entities') FROM history, ask;
SELECT pg_temp.same(stage_agg(md5(entity::text)::uuid, stage, at::timestamptz, definition), '... uuid entities') FROM history, ask;
UPDATE history SET amount = NULL;
SELECT is_empty('SELECT * FROM pg_temp.differences()', '... as plain SQL has it');
TRUNCATE history, answer;
INSERT INTO history (entity, stage, at, amount) SELECT entity, stage, at, amount FROM exact ORDER BY id;

-- Amounts of every type, and such as an event has no room for
UPDATE history SET amount = round(amount / 10);
INSERT INTO answer SELECT stage_agg(entity, stage, at, amount::bigint, definition) FROM history, ask;
SELECT pg_temp.same(stage_agg(entity, stage, at, amount::smallint, definition), 'amounts: smallint') FROM history, ask;
SELECT pg_temp.same(stage_agg(entity, stage, at, amount::integer, definition), 'amounts: integer') FROM history, ask;
SELECT pg_temp.same(stage_agg(entity, stage, at, amount::real, definition), 'amounts: real') FROM history, ask;
SELECT pg_temp.same(stage_agg(entity, stage, at, amount::double precision, definition), 'amounts: double precision') FROM history, ask;
SELECT pg_temp.same(stage_agg(entity, stage, at, amount, definition), 'amounts: numeric') FROM history, ask;
UPDATE history SET amount = amount * CASE id % 3 WHEN 0 THEN 1e30 WHEN 1 THEN 1e18 ELSE 1 END + CASE id % 5 WHEN 0 THEN 1e-50 WHEN 1 THEN 1e-9 ELSE 0 END;
TRUNCATE answer;
INSERT INTO answer SELECT stage_agg(entity, stage, at, amount, definition) FROM history, ask;
SELECT is_empty('SELECT * FROM pg_temp.differences()', 'amounts of 33 digits before the point and 50 behind it');
SELECT pg_temp.same(rollup(part), '... rolled up')
	FROM (SELECT stage_agg(entity, stage, at, amount, definition) AS part FROM (SELECT * FROM history ORDER BY id DESC) h, ask GROUP BY entity % 7) p;
TRUNCATE history, answer;
INSERT INTO history (entity, stage, at, amount) SELECT entity, stage, at, amount FROM exact ORDER BY id;
INSERT INTO answer SELECT stage_agg(entity, stage, at, amount, definition) FROM history, ask;

-- Beyond memory, and through other plans
SET work_mem = '64kB';
SELECT pg_temp.same(stage_agg(entity, stage, at, amount, definition), 'with work_mem of 64 kB') FROM history, ask;
SELECT pg_temp.same(rollup(part), 'groups with work_mem of 64 kB')
	FROM (SELECT stage_agg(entity, stage, at, amount, definition) AS part FROM history, ask GROUP BY entity % 100) p;
RESET work_mem;
SET enable_hashagg = off;
SELECT pg_temp.same(rollup(part), 'sorted groups')
	FROM (SELECT stage_agg(entity, stage, at, amount, definition) AS part FROM history, ask GROUP BY entity % 100) p;
RESET enable_hashagg;
SELECT pg_temp.same(last_value, 'in a window, over all rows')
	FROM (SELECT last_value(s) OVER (), s AS last_value FROM (SELECT stage_agg(entity, stage, at, amount, definition) OVER () AS s FROM history, ask) w) x LIMIT 1;
SELECT is(count(DISTINCT pg_temp.image(a)) FILTER (WHERE pg_temp.image(a) <> pg_temp.image(b)), 0::bigint, 'in a growing window, each row''s figures are those of the rows up to it')
	FROM (
		SELECT stage_agg(entity, stage, at, amount, definition) OVER (ORDER BY id) AS a,
			(SELECT stage_agg(i.entity, i.stage, i.at, i.amount, ask.definition) FROM history i WHERE i.id <= h.id) AS b
		FROM history h, ask WHERE id <= (SELECT min(id) + 60 FROM history)) w;
SELECT pg_temp.same(rollup(s), 'in a LATERAL that is run again for each row')
	FROM (SELECT 0 AS g UNION ALL SELECT generate_series(1, 19) OFFSET 0) g,
		LATERAL (SELECT stage_agg(entity, stage, at, amount, definition) AS s FROM history, ask WHERE mod(coalesce(entity, 0) + 2000, 20) = g) x;
CREATE TEMP TABLE caught (message text);
DO $$
DECLARE
	i integer;
BEGIN
	FOR i IN 1..5 LOOP
		BEGIN
			SET LOCAL work_mem = '64kB';
			PERFORM stage_agg(entity, stage, at, amount / (id - (SELECT max(id) FROM history)), definition) FROM (SELECT * FROM history ORDER BY id) h, ask;
		EXCEPTION WHEN division_by_zero THEN
			INSERT INTO caught VALUES (SQLERRM);
		END;
	END LOOP;
END $$;
SELECT is(count(*), 5::bigint, 'an error in the middle of a spilled aggregate can be caught') FROM caught;
BEGIN;
DECLARE c CURSOR WITH HOLD FOR SELECT stage_agg(entity, stage, at, amount, definition) AS s FROM history, ask GROUP BY entity % 3 ORDER BY entity % 3;
SAVEPOINT a;
FETCH 1 FROM c \gset held_
ROLLBACK TO a;
COMMIT;
SELECT ok(:'held_s'::stage_summary IS NOT NULL, 'through a cursor, ROLLBACK TO and WITH HOLD');
CLOSE c;

-- Parallel plans
CREATE TABLE shared_history AS SELECT * FROM history;
SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0; SET max_parallel_workers_per_gather = 2;
SELECT pg_temp.same(stage_agg(entity, stage, at, amount, 'Lead > Qualified > Proposal | Offer > Won | Closed Won; lost: Lost, Disqualified'), 'over a parallel scan') FROM shared_history;
CREATE TABLE parts AS SELECT entity % 50 AS g, stage_agg(entity, stage, at, amount, 'Lead > Qualified > Proposal | Offer > Won | Closed Won; lost: Lost, Disqualified') AS part FROM shared_history GROUP BY 1;
ALTER TABLE parts SET (parallel_workers = 2);
SELECT pg_temp.same(rollup(part), 'rollup in a parallel plan') FROM parts;
RESET parallel_setup_cost; RESET parallel_tuple_cost; RESET min_parallel_table_scan_size; RESET max_parallel_workers_per_gather;

-- Stored, read back and refreshed
CREATE MATERIALIZED VIEW nightly AS SELECT g, part FROM parts;
CREATE UNIQUE INDEX ON nightly (g);
REFRESH MATERIALIZED VIEW CONCURRENTLY nightly;
SELECT pg_temp.same(rollup(part), 'from a materialized view refreshed concurrently') FROM nightly;

-- Summaries are small
SELECT cmp_ok(max(pg_column_size(s)), '<', 300, 'the summary of one entity is below 300 bytes')
	FROM (SELECT stage_agg(entity, stage, at, amount, definition) AS s FROM history, ask WHERE entity IS NOT NULL GROUP BY entity) x;

--
-- Edges, by hand
--

-- Rows for one entity, in text: 'Lead 2020-01-01, ...'
CREATE FUNCTION pg_temp.path(path text, definition funnel DEFAULT 'Lead > Qualified > Proposal | Offer > Won | Closed Won; lost: Lost, Disqualified') RETURNS stage_summary
	LANGUAGE sql AS $$ SELECT stage_agg(1, (regexp_match(r, '^\s*(.*) (\S+)$'))[1], (regexp_match(r, '(\S+)$'))[1]::timestamptz, definition) FROM unnest(string_to_array(path, ',')) r $$;

SELECT results_eq($$ SELECT reached, skipped, advanced, lost, stalled, open FROM stage_leakage(pg_temp.path('Proposal 2020-01-01'), '2020-01-31', 30) $$,
	$$ VALUES (1::bigint, 1::bigint, 1::bigint, 0::bigint, 0::bigint, 0::bigint), (1, 1, 1, 0, 0, 0), (1, 0, 0, 0, 0, 1), (0, 0, 0, 0, 0, 0) $$, 'a skipped stage counts as reached; 30 days are not more than 30');
SELECT results_eq($$ SELECT stalled, open FROM stage_leakage(pg_temp.path('Proposal 2020-01-01, Offer 2020-01-20'), '2020-02-01', 30) WHERE step = 3 $$,
	$$ VALUES (1::bigint, 0::bigint) $$, 'a second row of the same stage, by its synonym, is no movement; 31 days are more than 30');
SELECT results_eq($$ SELECT advanced, lost, open, in_stage FROM stage_leakage(pg_temp.path('Lead 2020-01-01, Lost 2020-01-02, Lead 2020-01-03'), '2020-02-01') WHERE step = 1 $$,
	$$ VALUES (0::bigint, 0::bigint, 1::bigint, 1::bigint) $$, 'a deal reopened after it was lost is not lost');
SELECT results_eq($$ SELECT lost, open FROM stage_leakage(pg_temp.path('Lost 2020-01-02, Lead 2020-01-02')) WHERE step = 1 $$,
	$$ VALUES (1::bigint, 0::bigint) $$, 'at equal times, lost comes last');
SELECT results_eq($$ SELECT step, advanced, lost, open, in_stage FROM stage_leakage(pg_temp.path('Won 2020-01-01, Qualified 2020-01-02')) WHERE step IN (2, 4) ORDER BY step $$,
	$$ VALUES (2, 1::bigint, 0::bigint, 0::bigint, 1::bigint), (4, 1, 0, 0, 0) $$, 'back from the last stage: it has arrived there, and stands in the earlier one');
SELECT results_eq($$ SELECT step, advanced, lost, leakage_rate FROM stage_leakage(pg_temp.path('Won 2020-01-01, Lost 2020-01-02')) WHERE step IN (3, 4) ORDER BY step $$,
	$$ VALUES (3, 1::bigint, 0::bigint, 0::float8), (4, 0, 1, 1) $$, 'lost after the last stage leaks there');
SELECT results_eq($$ SELECT visits, finished, mean_days, max_days, median_age_days, reentries, regressions FROM stage_time(pg_temp.path('Lead 2020-01-01, Qualified 2020-01-03, Lead 2020-01-04, Lead 2020-01-05, Qualified 2020-01-10'), '2020-01-12') WHERE step <= 2 $$,
	$$ VALUES (2::bigint, 2::bigint, 4::float8, 6::float8, NULL::float8, 1::bigint, 0::bigint), (2, 1, 1, 1, 2, 1, 1) $$, 'visits, re-entries and regressions');
SELECT results_eq($$ SELECT mean_days, median_days, p90_days, max_days FROM stage_time(pg_temp.path('Lead 2020-01-01, Qualified 2020-01-01')) WHERE step = 1 $$,
	$$ VALUES (0::float8, 0::float8, 0::float8, 0::float8) $$, 'a visit of no time is a visit');
SELECT results_eq($$ SELECT source, target, value FROM stage_flow(pg_temp.path('Lead 2020-01-01, Lost 2020-01-02, Disqualified 2020-01-03, Lead 2020-01-04, Proposal 2020-01-05, Lead 2020-01-06')) $$,
	$$ VALUES ('Lead', 'Proposal', 1::bigint), ('Lead', 'Lost', 1), ('Lead', 'still open', 1) $$, 'the flow has neither moves back nor moves between lost labels');
SELECT results_eq($$ SELECT reached, skipped, advanced, lost, open, leakage_rate, conversion_rate, in_stage FROM stage_leakage(pg_temp.path('A 2020-01-01', 'A')) $$,
	$$ VALUES (1::bigint, 0::bigint, 1::bigint, 0::bigint, 0::bigint, 0::float8, 1::float8, 0::bigint) $$, 'a funnel of one stage');
SELECT is_empty($$ SELECT FROM stage_leakage(NULL) UNION ALL SELECT FROM stage_time(NULL) UNION ALL SELECT FROM stage_flow(NULL) UNION ALL SELECT FROM stage_quality(NULL)
	UNION ALL SELECT FROM stage_chart(NULL) UNION ALL SELECT FROM compare_funnels(NULL, NULL) $$, 'a NULL summary: no rows');

CREATE TEMP TABLE nothing AS SELECT stage_agg(entity, stage, at, amount, definition) AS summary FROM history, ask WHERE false;
SELECT ok(summary IS NOT NULL AND definition(summary) IS NULL AND data_from(summary) IS NULL AND data_through(summary) IS NULL AND entities_outside(summary) = 0, 'a summary of no rows is empty, its definition not known') FROM nothing;
SELECT is(summary::text::stage_summary::text, summary::text, '... and goes through its text form') FROM nothing;
SELECT is_empty('SELECT FROM nothing, stage_leakage(summary, ''2020-01-01'', 3) UNION ALL SELECT FROM nothing, stage_time(summary) UNION ALL SELECT FROM nothing, stage_flow(summary) UNION ALL SELECT FROM nothing, stage_chart(summary)', '... has no stages');
SELECT is((SELECT sum(rows) FROM nothing, stage_quality(summary)), 0::numeric, '... and no rows of any reason');
SELECT is(pg_temp.image(rollup(s)), (SELECT pg_temp.image(summary) FROM nothing), 'a rollup of nothing is empty') FROM (SELECT summary AS s FROM nothing WHERE false) x;

-- Rows, but none that can be placed: dense all the same
SELECT results_eq($$ SELECT step, stage, reached, leakage_rate, reach_rate, mean_days, median_days, amount_reached FROM stage_leakage((SELECT stage_agg(1, 'nowhere', '2020-01-01'::timestamptz, 5, 'Lead > Won; lost: Lost'))) $$,
	$$ VALUES (1, 'Lead', 0::bigint, NULL::float8, NULL::float8, NULL::float8, NULL::float8, NULL::numeric), (2, 'Won', 0, NULL, NULL, NULL, NULL, NULL) $$, 'only unknown stages: every stage, nothing in it');
SELECT is(entities_outside(stage_agg(e, s, t::timestamptz, 'Lead > Won; lost: Lost')), 4::bigint, 'outside are entities of nothing but lost rows, unknown stages, no stage, no time')
	FROM (VALUES (1, 'Lost', '2020-01-01'), (2, 'nowhere', '2020-01-01'), (3, NULL, '2020-01-01'), (4, 'Lead', NULL), (5, 'Lead', '2020-01-01'), (5, 'Lost', '2020-01-02'), (5, 'nowhere', NULL)) v (e, s, t);

-- Times at the ends of what a history can hold
SELECT is(rows, 3::bigint, 'times beyond 4,567 years around 2000 are out of range') FROM stage_quality((SELECT stage_agg(e, 'Lead', t, 'Lead > Won') FROM
	(VALUES (1, '4713-01-01 BC'::timestamptz), (2, '2567-01-01 BC'), (3, '6567-01-01'), (4, '6566-01-01'), (5, '294276-01-01')) v (e, t))) WHERE reason = 'time out of range';
SELECT results_eq($$ SELECT round(mean_days::numeric), round(max_days::numeric) FROM stage_time(pg_temp.path('Lead 0001-01-01, Won 6000-01-01', 'Lead > Won')) WHERE step = 1 $$, $$ VALUES (2191091::numeric, 2191091::numeric) $$, 'a visit of six thousand years');

-- as_of by UTC days, whatever the session's zone
SET TimeZone = 'Pacific/Kiritimati';
SELECT is(stalled, 0::bigint, 'days are UTC') FROM stage_leakage(pg_temp.path('Lead 2020-01-01T23:59:59Z', 'Lead > Won'), '2020-01-02', 1) WHERE step = 1;
SELECT is(stalled, 1::bigint, '... one later it has stalled') FROM stage_leakage(pg_temp.path('Lead 2020-01-01T23:59:59Z', 'Lead > Won'), '2020-01-03', 1) WHERE step = 1;
RESET TimeZone;
SELECT throws_ok($$ SELECT stage_leakage(pg_temp.path('Lead 2020-01-02T00:00:00Z', 'Lead > Won'), '2020-01-01') $$, '22023', 'as_of 2020-01-01 lies before the last row, of 2020-01-02', 'an as_of before the last row is an error');
SELECT lives_ok($$ SELECT stage_leakage(pg_temp.path('Lead 2020-01-01T23:59:59Z', 'Lead > Won'), '2020-01-01') $$, 'the last day itself will do');

-- A stored summary answers for any later day as one asked that day
SELECT is_empty($$
	SELECT d, a.step FROM generate_series(date '2000-03-01', date '2000-06-01', interval '7 days') d, answer,
		LATERAL stage_leakage(summary::text::stage_summary, d::date, 30) a
		JOIN LATERAL (
			SELECT furthest + 1 AS step, count(*) AS stalled FROM entity, ask WHERE NOT lost AND furthest < ask.stages - 1 AND d::date - moved > 30 GROUP BY 1
		) o ON o.step = a.step
	WHERE o.stalled <> a.stalled $$, 'stalled at any later day');

--
-- Labels
--
SELECT is_empty($$
	WITH s AS (SELECT stage_agg(e, l, t::timestamptz, funnel(ARRAY['سرنخ', 'Rundingan 💰', 'it''s "quoted" > ; , : |', repeat('ы', 10000)], ARRAY['Kalah'])) AS summary
		FROM (VALUES (1, 'سرنخ', '2020-01-01'), (1, 'Rundingan 💰', '2020-01-02'), (1, 'it''s "quoted" > ; , : |', '2020-01-03'), (1, repeat('ы', 10000), '2020-01-04'),
			(2, 'سرنخ', '2020-01-01'), (2, 'Kalah', '2020-01-05')) v (e, l, t))
	SELECT f.* FROM s, stage_leakage(summary::text::stage_summary) f
	WHERE (step, reached, lost, skipped) NOT IN ((1, 2, 1, 0), (2, 1, 0, 0), (3, 1, 0, 0), (4, 1, 0, 0))
		OR stage <> (ARRAY['سرنخ', 'Rundingan 💰', 'it''s "quoted" > ; , : |', repeat('ы', 10000)])[step]
$$, 'labels in Persian, Malay, with emoji, quotes, separators, of 10,000 characters');
SELECT is(count(*), 64::bigint, 'a funnel of 64 stages') FROM stage_leakage((SELECT stage_agg(1, 's' || n, '2020-01-01'::timestamptz + n * interval '1 day', funnel((SELECT array_agg('s' || i ORDER BY i) FROM generate_series(1, 64) i))) FROM generate_series(1, 64) n)) WHERE reached = 1 AND skipped = 0;

--
-- Two texts of one definition
--
SELECT is(pg_temp.image(rollup(s ORDER BY o)), pg_temp.image(rollup(s ORDER BY o DESC)), 'rolled up from two texts of one definition, in either order')
	FROM (VALUES (1, pg_temp.path('Lead 2020-01-01', 'Lead > Won')), (2, pg_temp.path('Lead 2020-01-01', 'Lead>Won'))) v (o, s);

--
-- Comparing two segments
--
SELECT is_empty($$
	WITH s AS (SELECT
			stage_agg(entity, stage, at, definition) FILTER (WHERE entity % 3 = 0) AS a,
			stage_agg(entity, stage, at, definition) FILTER (WHERE entity % 3 <> 0) AS b FROM history, ask),
	raw AS (SELECT step, la.conversion_rate AS rate_a, lb.conversion_rate AS rate_b, r.* FROM s, stage_leakage(a, '2000-03-01', 30) la JOIN stage_leakage(b, '2000-03-01', 30) lb USING (step),
			LATERAL compare_rates(
				(SELECT rate_agg(i <= la.advanced) FROM generate_series(1, la.advanced + la.lost + la.stalled) i),
				(SELECT rate_agg(i <= lb.advanced) FROM generate_series(1, lb.advanced + lb.lost + lb.stalled) i)) r (x, y, difference, low, high, p)),
	holm AS (SELECT *, least(1, max(p * (5 - place)) OVER (ORDER BY place)) AS adjusted FROM (SELECT *, row_number() OVER (ORDER BY p) AS place FROM raw) x)
	SELECT c, holm FROM s, compare_funnels(a, b, '2000-03-01', 30) c FULL JOIN holm USING (step)
	WHERE (c.rate_a = holm.rate_a AND c.rate_b = holm.rate_b AND pg_temp.near(c.difference, holm.difference) AND pg_temp.near(c.low, holm.low) AND pg_temp.near(c.high, holm.high)
		AND pg_temp.near(c.p_value, holm.adjusted)) IS NOT TRUE $$, 'compare_funnels: compare_rates stage by stage, p-values after Holm');

--
-- One entity with a million rows
--
TRUNCATE history, answer;
INSERT INTO history (entity, stage, at, amount)
SELECT 7, (ARRAY['Lead', 'Qualified', 'Offer', 'Proposal', 'Won', 'Lost'])[1 + floor(6 * pg_temp.draw('million', n))::integer], '2020-01-01'::timestamptz + floor(pg_temp.draw('at', n) * 800000) * interval '100 seconds', n
FROM generate_series(1, 1000000) n;
INSERT INTO history (entity, stage, at) SELECT n, 'Lead', '2020-05-01' FROM generate_series(8, 17) n;
UPDATE ask SET as_of = '2024-01-01';
INSERT INTO answer SELECT stage_agg(entity, stage, at, amount, definition) FROM history, ask;
SELECT is_empty('SELECT * FROM pg_temp.differences()', 'one entity with a million rows');
SET work_mem = '1MB';
SELECT pg_temp.same(stage_agg(entity, stage, at, amount, definition), '... beyond memory') FROM history, ask;
RESET work_mem;
