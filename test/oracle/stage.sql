-- stage.sql: the figures of stage funnels in plain SQL, from the rows themselves.
--
-- Written from the definitions in doc/stage.md and from nothing else. A test fills "history"
-- (the rows), "label" and "ask" (the definition, and when the figures are asked for) and
-- "answer", a summary of the same rows; differences() then says where the two disagree.

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
CREATE TEMP VIEW judge AS
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

CREATE TEMP TABLE judged AS SELECT * FROM judge;

CREATE TEMP VIEW place AS
SELECT DISTINCT j.entity, j.at, j.code, j.code < a.stages AS is_stage FROM judged j, ask a WHERE j.reason = 'used';

CREATE TEMP TABLE placed AS SELECT * FROM place;

-- A visit starts with a row whose stage is not that of the row before it.
CREATE TEMP VIEW visits AS
SELECT entity, at, code, is_stage,
	lead(at) OVER w AS left_at, lead(code) OVER w AS next_code
FROM (
	SELECT *, lag(code) OVER (PARTITION BY entity ORDER BY at, code) IS DISTINCT FROM code AS starts
	FROM placed
) p
WHERE starts
WINDOW w AS (PARTITION BY entity ORDER BY at, code);

CREATE TEMP TABLE visit AS SELECT * FROM visits;

CREATE TEMP VIEW entities AS
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

CREATE TEMP TABLE entity AS SELECT * FROM entities;

CREATE FUNCTION pg_temp.work_out() RETURNS void LANGUAGE sql AS $$
	TRUNCATE judged, placed, visit, entity;
	INSERT INTO judged SELECT * FROM judge;
	INSERT INTO placed SELECT * FROM place;
	INSERT INTO visit SELECT * FROM visits;
	INSERT INTO entity SELECT * FROM entities;
$$;

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
	SELECT pg_temp.work_out();
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
	SELECT format('missing labels: oracle %s, answer %s', o, m)
	FROM (SELECT m.* FROM answer, stage_missing_labels(summary) m) m
	FULL JOIN (SELECT code + 1 AS step, name FROM shown, ask WHERE code < stages AND code NOT IN (SELECT unnest(own) FROM entity)) o USING (step)
	WHERE (m.stage = o.name) IS NOT TRUE
	UNION ALL
	SELECT format('unknown labels: oracle %s, answer %s', o, u)
	FROM (SELECT u.* FROM answer, stage_unknown_labels(summary) u) u
	FULL JOIN (SELECT stage, count(*) AS rows FROM judged WHERE reason = 'unknown stage' GROUP BY stage) o ON o.stage = u.label
	WHERE (u.rows = o.rows) IS NOT TRUE
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
	WHERE (c.stage = o.stage AND c.reached = o.reached AND pg_temp.near(c.conversion_rate, o.conversion_rate)
		AND abs(length(c.bar) - coalesce(100 * o.reach_rate, 0)) <= 1 AND (c.reached > 0) = (c.bar <> '')) IS NOT TRUE
$$;

-- Two summaries in one image: the canonical bytes
CREATE FUNCTION pg_temp.image(stage_summary) RETURNS text
	LANGUAGE sql IMMUTABLE AS $$ SELECT md5(stage_summary_send($1)) $$;
