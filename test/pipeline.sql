-- pipeline.sql: pipeline movements against plain SQL on random histories.
SELECT no_plan();
SET jit = off;
SET timezone = 'UTC';

CREATE TEMP TABLE history (id bigint GENERATED ALWAYS AS IDENTITY, deal bigint, stage text, at timestamptz, amount numeric);
CREATE TEMP TABLE label (label text PRIMARY KEY, code integer);	-- stages 0 to 3, lost behind them
CREATE TEMP TABLE answer (period text, zone text, summary pipeline_summary);
INSERT INTO label VALUES ('Lead', 0), ('Qualified', 1), ('Proposal', 2), ('Offer', 2), ('Won', 3), ('Closed Won', 3), ('Lost', 4), ('Disqualified', 5);
\set definition '''Lead > Qualified > Proposal | Offer > Won | Closed Won; lost: Lost, Disqualified'''

--
-- The oracle: each deal's state, an open amount or none, before and after each row. What differs is a move.
--

-- One row a deal, moment and stage, with the largest amount of the moment
CREATE TEMP VIEW placed AS
SELECT deal, at, code, max(max(amount)) OVER (PARTITION BY deal, at) AS amount
FROM history JOIN label ON label = stage
WHERE deal IS NOT NULL AND at > '-infinity' AND at < '6566-01-01'
GROUP BY deal, at, code;

CREATE TEMP VIEW state AS
SELECT deal, at, code, n,
	bool_or(code < 4) OVER w AS born,								-- has been in a stage by now
	CASE WHEN code = 3 THEN 'won' WHEN code > 3 THEN 'lost' ELSE 'open' END AS place,
	coalesce((array_remove(array_agg(amount) OVER w, NULL))[cardinality(array_remove(array_agg(amount) OVER w, NULL))], 0) AS amount
FROM (SELECT *, row_number() OVER (PARTITION BY deal ORDER BY at, code) AS n FROM placed) p
WINDOW w AS (PARTITION BY deal ORDER BY n);

CREATE TEMP VIEW step AS
SELECT *, CASE WHEN lag(born) OVER w THEN lag(place) OVER w END AS before, lag(amount) OVER w AS amount_before
FROM state WHERE true
WINDOW w AS (PARTITION BY deal ORDER BY n);

CREATE TEMP VIEW move AS
SELECT deal, at, m.kind, m.amount FROM step, LATERAL (
	SELECT 'created', amount WHERE before IS NULL AND place <> 'lost'
	UNION ALL SELECT 'increased', amount - amount_before WHERE before = 'open' AND place <> 'lost' AND amount > amount_before
	UNION ALL SELECT 'decreased', amount_before - amount WHERE before = 'open' AND place <> 'lost' AND amount < amount_before
	UNION ALL SELECT 'won', amount WHERE place = 'won' AND before IS DISTINCT FROM 'won'
	UNION ALL SELECT 'lost', amount_before WHERE place = 'lost' AND before = 'open'
	UNION ALL SELECT 'reopened', amount WHERE (before = 'lost' AND place <> 'lost') OR (before = 'won' AND place = 'open')
) m (kind, amount);

CREATE FUNCTION pg_temp.movements(period text, zone text) RETURNS TABLE (start date, kind text, deals bigint, amount numeric) LANGUAGE sql AS $$
	SELECT date_trunc(period, m.at AT TIME ZONE zone)::date, m.kind, count(*), sum(m.amount) FROM move m GROUP BY 1, 2
$$;

CREATE TEMP TABLE figure AS SELECT a.period AS unit, a.zone, f.* FROM answer a, pipeline_movements(summary) f;
CREATE FUNCTION pg_temp.differences() RETURNS SETOF text LANGUAGE sql AS $$
	TRUNCATE figure;
	INSERT INTO figure SELECT a.period, a.zone, f.* FROM answer a, pipeline_movements(summary) f;
	-- each move of each period
	SELECT format('%s %s: oracle %s, answer %s', f.unit, f.zone, o, f)
	FROM (SELECT unit, zone, period AS start, kind, deals, amount FROM figure,
			LATERAL (VALUES ('created', created_deals, created), ('increased', increased_deals, increased), ('decreased', decreased_deals, decreased),
				('won', won_deals, won), ('lost', lost_deals, lost), ('reopened', reopened_deals, reopened)) v (kind, deals, amount) WHERE deals > 0 OR amount <> 0) f
	FULL JOIN (SELECT period AS unit, zone, m.* FROM answer, pg_temp.movements(period, zone) m) o USING (unit, zone, start, kind)
	WHERE (f.deals = o.deals AND coalesce(f.amount, 0) = o.amount) IS NOT TRUE
	UNION ALL
	-- opening + moves = closing, and each opening is the closing before
	SELECT format('%s %s %s: does not add up', unit, zone, period)
	FROM (SELECT *, lag(closing) OVER w AS closed, lag(closing_deals) OVER w AS closed_deals FROM figure WINDOW w AS (PARTITION BY unit, zone ORDER BY period)) f
	WHERE opening + created + increased - decreased - won - lost + reopened <> closing OR opening_deals + created_deals - won_deals - lost_deals + reopened_deals <> closing_deals
		OR coalesce(closed, 0) <> opening OR coalesce(closed_deals, 0) <> opening_deals
		OR growth_rate IS DISTINCT FROM ((closing - opening) / nullif(opening, 0))::float8 AND abs(growth_rate - ((closing - opening) / nullif(opening, 0))::float8) > 1e-12
	UNION ALL
	-- the last closing is the pipeline as stage_leakage has it
	SELECT format('%s %s: closes with %s deals of %s, in stages are %s of %s', f.unit, f.zone, f.closing_deals, f.closing, s.deals, s.amount)
	FROM (SELECT DISTINCT ON (unit, zone) * FROM figure ORDER BY unit, zone, period DESC) f,
		(SELECT sum(l.in_stage) AS deals, sum(l.amount_in_stage) AS amount FROM (SELECT stage_agg(deal, stage, at, amount, 'Lead > Qualified > Proposal | Offer > Won | Closed Won; lost: Lost, Disqualified') AS s FROM history) x, stage_leakage(s) l) s
	WHERE f.closing_deals <> s.deals OR f.closing <> s.amount
	UNION ALL
	-- every period from the first to the last, once
	SELECT format('%s %s: periods %s, oracle %s', unit, zone, f.n, o.n)
	FROM (SELECT period AS unit, zone, count(*) AS n, min(f.start), max(f.start) FROM answer a, LATERAL (SELECT g.period AS start FROM pipeline_movements(summary) g) f GROUP BY 1, 2) f
	FULL JOIN (SELECT period AS unit, zone, count(*) AS n, min(g), max(g) FROM answer, (SELECT min(at) AS a, max(at) AS z FROM placed) p,
		generate_series(date_trunc(period, a AT TIME ZONE zone), date_trunc(period, z AT TIME ZONE zone), CASE period WHEN 'quarter' THEN interval '3 months' ELSE ('1 ' || period)::interval END) g GROUP BY 1, 2) o USING (unit, zone)
	WHERE (f.n = o.n AND f.min = o.min AND f.max = o.max) IS NOT TRUE
	UNION ALL
	SELECT format('unknown labels: %s', u) FROM (SELECT summary FROM answer LIMIT 1) a, pipeline_unknown_labels(summary) u
	FULL JOIN (SELECT stage, count(*) AS rows FROM history WHERE deal IS NOT NULL AND at IS NOT NULL AND stage NOT IN (SELECT label FROM label) GROUP BY stage) o ON o.stage = u.label
	WHERE (u.rows = o.rows) IS NOT TRUE
	UNION ALL
	SELECT format('%s rows given, %s in pipeline_quality', (SELECT count(*) FROM history), sum(q.rows)) FROM (SELECT summary FROM answer LIMIT 1) a, pipeline_quality(summary) q
	HAVING sum(q.rows) <> (SELECT count(*) FROM history)
$$;

CREATE FUNCTION pg_temp.draw(seed text, id bigint) RETURNS double precision
	LANGUAGE sql IMMUTABLE AS $$ SELECT ('x' || substr(md5(seed || ':' || id), 1, 7))::bit(28)::integer / 268435456.0::double precision $$;

CREATE FUNCTION pg_temp.make_history(seed text, deals integer, dirt float8, spread integer) RETURNS void LANGUAGE sql AS $$
	TRUNCATE history;
	INSERT INTO history (deal, stage, at, amount)
	SELECT
		CASE WHEN pg_temp.draw(seed || 'no deal', n) >= dirt THEN e END,
		CASE WHEN pg_temp.draw(seed || 'no stage', n) < dirt THEN NULL WHEN pg_temp.draw(seed || 'unknown', n) < dirt THEN 'nowhere'
			WHEN pg_temp.draw(seed || 'only lost', e) < dirt THEN 'Lost'
			ELSE (SELECT label FROM label ORDER BY md5(seed || n || label) LIMIT 1) END,
		CASE WHEN pg_temp.draw(seed || 'no time', n) < dirt THEN NULL WHEN pg_temp.draw(seed || 'infinite', n) < dirt THEN 'infinity'
			ELSE timestamptz '1999-10-20 00:00+00' + floor(spread * pg_temp.draw(seed || 'at', n)) * interval '15 hours 7 minutes 0.000123 seconds' END,
		CASE WHEN pg_temp.draw(seed || 'amount', n) < 0.6 THEN round((pg_temp.draw(seed || 'how much', n) * 2000)::numeric, floor(3 * pg_temp.draw(seed || 'scale', n))::integer) END
	FROM (SELECT e, row_number() OVER (ORDER BY e, r) AS n FROM generate_series(1, deals) e, generate_series(1, 8) r WHERE r <= 1 + floor(8 * pg_temp.draw(seed || 'rows', e))) x;
$$;

CREATE FUNCTION pg_temp.ask() RETURNS void LANGUAGE sql AS $$
	TRUNCATE answer;
	INSERT INTO answer
	SELECT p, z, pipeline_agg(deal, stage, at, amount, 'Lead > Qualified > Proposal | Offer > Won | Closed Won; lost: Lost, Disqualified', p, z)
	FROM history, unnest(ARRAY['day', 'week', 'month', 'quarter', 'year']) p, unnest(ARRAY['UTC', 'Asia/Tehran', 'America/New_York', 'Pacific/Kiritimati']) z
	GROUP BY p, z;
$$;

CREATE TEMP TABLE found (scenario text, difference text);
DO $$
BEGIN
	FOR seed IN 1..12 LOOP
		PERFORM pg_temp.make_history('p' || seed, (ARRAY[1, 3, 30, 200])[1 + seed % 4], (ARRAY[0, 0.05, 0.3])[1 + seed % 3], (ARRAY[3, 40, 500])[1 + seed / 4 % 3]);
		PERFORM pg_temp.ask();
		INSERT INTO found SELECT format('seed %s', seed), d FROM pg_temp.differences() d;
	END LOOP;
	PERFORM pg_temp.make_history('large', 2000, 0.02, 1000);
	PERFORM pg_temp.ask();
	INSERT INTO found SELECT 'large', d FROM pg_temp.differences() d;
END $$;
SELECT is_empty('SELECT * FROM found', 'random histories: every move of every period as plain SQL has it, in four zones');
SELECT ok(every(created_deals > 10 AND increased_deals > 10 AND decreased_deals > 10 AND won_deals > 10 AND lost_deals > 10 AND reopened_deals > 10), '... moves of every kind')
	FROM answer, pipeline_movements(summary) WHERE answer.period = 'year' AND extract(year FROM pipeline_movements.period) = 2000;

-- The same rows in other ways: the same bytes
CREATE FUNCTION pg_temp.same(other pipeline_summary, description text) RETURNS text
	LANGUAGE sql AS $$ SELECT is(md5(pipeline_summary_send(other)), md5(pipeline_summary_send(summary)), description) FROM answer WHERE period = 'month' AND zone = 'UTC' $$;
SELECT pg_temp.same(pipeline_agg(deal::text, stage, at, amount, :definition, 'month', 'UTC'), 'text ids') FROM history;
SELECT pg_temp.same(pipeline_agg(md5(deal::text)::uuid, stage, at, amount, :definition, 'month', 'UTC'), 'uuid ids') FROM history;
SELECT pg_temp.same(pipeline_agg(deal, stage, at AT TIME ZONE 'UTC', amount, :definition, 'month'), 'timestamp') FROM history;
SELECT pg_temp.same(pipeline_agg(deal, stage, at, amount, :definition, 'Month', 'UTC' ORDER BY md5(id::text)), 'rows shuffled') FROM history;
SELECT pg_temp.same(rollup(s), 'rolled up from 7 parts') FROM (SELECT pipeline_agg(deal, stage, at, amount, :definition, 'month', 'UTC') AS s FROM history GROUP BY deal % 7) x;
SELECT pg_temp.same(rollup(s), 'rolled up from a part a deal') FROM (SELECT pipeline_agg(deal, stage, at, amount, :definition, 'month', 'UTC') AS s FROM history GROUP BY deal) x;
SELECT pg_temp.same(summary::text::pipeline_summary, 'through the text form') FROM answer WHERE period = 'month' AND zone = 'UTC';
SET work_mem = '64kB';
SELECT pg_temp.same(pipeline_agg(deal, stage, at, amount, :definition, 'month', 'UTC'), 'with work_mem of 64 kB') FROM history;
RESET work_mem;
SET TimeZone = 'Asia/Kolkata';
SELECT pg_temp.same(pipeline_agg(deal, stage, at, amount, :definition, 'month', 'UTC'), 'whatever the session''s zone') FROM history;
RESET TimeZone;
-- Times that are local in a zone: as the moments they are there, whatever the session's zone
CREATE TEMP TABLE local_history AS SELECT id, deal, stage, at, at AT TIME ZONE 'Asia/Tehran' AS wall, amount FROM history WHERE at > '-infinity' AND at < 'infinity';
SET TimeZone = 'America/New_York';
SELECT results_eq(format($$ SELECT m.* FROM (SELECT pipeline_agg(deal, stage, wall, amount, %1$L, %2$L, 'Asia/Tehran') AS s FROM local_history) x, pipeline_movements(s) m $$, :definition, unit),
	format($$ SELECT m.* FROM (SELECT pipeline_agg(deal, stage, at, amount, %1$L, %2$L, 'Asia/Tehran') AS s FROM local_history) x, pipeline_movements(s) m $$, :definition, unit), 'timestamp, local in a zone, by ' || unit)
	FROM unnest(ARRAY['day', 'week', 'month', 'quarter', 'year']) unit;
SELECT results_eq(format($$ SELECT m.* FROM (SELECT pipeline_agg(deal, stage, wall::date, amount, %1$L, 'day', 'Asia/Tehran') AS s FROM local_history) x, pipeline_movements(s) m $$, :definition),
	format($$ SELECT m.* FROM (SELECT pipeline_agg(deal, stage, wall::date, amount, %1$L, 'day') AS s FROM local_history) x, pipeline_movements(s) m $$, :definition), 'date, local in a zone: the periods are those of the date');
SELECT is(rollup(s)::text, (SELECT rollup(s)::text FROM (SELECT pipeline_agg(deal, stage, wall, amount, :definition, 'month', 'Asia/Tehran') AS s FROM local_history) x), 'a part of a zone''s timestamp rows merges with another')
	FROM (SELECT pipeline_agg(deal, stage, wall, amount, :definition, 'month', 'Asia/Tehran') AS s FROM local_history GROUP BY deal % 2) x;
SELECT lives_ok(format($$ SELECT rollup(s) FROM (SELECT pipeline_agg(deal, stage, wall, amount, %1$L, 'month', 'Asia/Tehran') AS s FROM local_history WHERE deal %% 2 = 0
	UNION ALL SELECT pipeline_agg(deal, stage, at, amount, %1$L, 'month', 'Asia/Tehran') FROM local_history WHERE deal %% 2 = 1) x $$, :definition), '... and with timestamptz rows of that zone');
RESET TimeZone;
UPDATE history SET at = date_trunc('day', at), amount = round(amount);
SELECT pg_temp.ask() \g /dev/null
SELECT pg_temp.same(pipeline_agg(deal, stage, at::date, amount, :definition, 'month'), 'date') FROM history;
SELECT pg_temp.same(pipeline_agg(deal, stage, at, amount::double precision, :definition, 'month', 'UTC'), 'amounts: double precision') FROM history;
SELECT pg_temp.same(pipeline_agg(deal, stage, at, amount::real, :definition, 'month', 'UTC'), 'amounts: real') FROM history;
SELECT pg_temp.same(pipeline_agg(deal, stage, at, amount::smallint, :definition, 'month', 'UTC'), 'amounts: smallint') FROM history;
SELECT pg_temp.same(pipeline_agg(deal, stage, at, amount::integer, :definition, 'month', 'UTC'), 'amounts: integer') FROM history;
SELECT pg_temp.same(pipeline_agg(deal, stage, at, amount::bigint, :definition, 'month', 'UTC'), 'amounts: bigint') FROM history;
UPDATE history SET amount = amount * 1e31 + 1e-40;
SELECT pg_temp.ask() \g /dev/null
SELECT is_empty('SELECT * FROM pg_temp.differences()', 'amounts of 34 digits before the point and 40 behind it');
UPDATE history SET amount = NULL;
SELECT pg_temp.ask() \g /dev/null
SELECT ok(every(opening IS NULL AND created IS NULL AND closing IS NULL AND growth_rate IS NULL AND closing_deals IS NOT NULL), 'no amounts: deals alone') FROM answer, pipeline_movements(summary);

-- Edges
CREATE TEMP TABLE nothing AS SELECT pipeline_agg(deal, stage, at, amount, :definition, 'month', 'UTC') AS s FROM history WHERE false;
SELECT is_empty('SELECT FROM nothing, pipeline_movements(s)', 'a summary of no rows has no periods');
SELECT is((SELECT sum(rows) FROM nothing, pipeline_quality(s)), 0::numeric, '... and no rows');
SELECT is(s::text::pipeline_summary::text, s::text, '... and goes through its text form') FROM nothing;
SELECT results_eq($$ SELECT period, created, won, lost, reopened, closing, closing_deals FROM pipeline_movements((
	SELECT pipeline_agg(1, s, t::date, a, 'Lead > Won; lost: Lost', 'month') FROM (VALUES ('Lost', '2024-01-05', 70), ('Won', '2024-02-05', 50), ('Lost', '2024-03-01', 0), ('Lead', '2024-05-01', NULL)) v (s, t, a))) $$,
	$$ VALUES ('2024-01-01'::date, 0::numeric, 0::numeric, 0::numeric, 0::numeric, 0::numeric, 0::bigint), ('2024-02-01', 50, 50, 0, 0, 0, 0), ('2024-03-01', 0, 0, 0, 0, 0, 0), ('2024-04-01', 0, 0, 0, 0, 0, 0), ('2024-05-01', 0, 0, 0, 0, 0, 1) $$,
	'lost before it was created: no move; won at once: created and won; reopened with its latest amount, 0');
SELECT results_eq($$ SELECT lost, decreased, closing FROM pipeline_movements((SELECT pipeline_agg(1, s, t::date, a, 'Lead > Won; lost: Lost', 'year') FROM (VALUES ('Lead', '2024-01-05', 70), ('Lost', '2024-02-05', 0)) v (s, t, a))) $$,
	$$ VALUES (70::numeric, 0::numeric, 0::numeric) $$, 'what is lost is what was in the pipeline, even where the CRM zeroes it');
SELECT throws_ok($$ SELECT pipeline_agg(1, 'Lead', now(), 1, 'Lead > Won', 'fortnight', 'UTC') $$, '22023', 'unknown period: "fortnight"');
SELECT throws_ok($$ SELECT pipeline_agg(1, 'Lead', now(), 1, 'Lead > Won', 'day', 'Mars/Phobos') $$, '22023', 'unknown time zone: "Mars/Phobos"');
SELECT throws_ok($$ SELECT pipeline_agg(1, 'Lead', now(), 1, 'Lead > Won', NULL, 'UTC') $$, '22004', 'the period must not be null');
SELECT throws_ok($$ SELECT pipeline_agg(1, 'Lead', now()::timestamp, 1, 'Lead > Won', 'day', 'Mars/Phobos') $$, '22023', 'unknown time zone: "Mars/Phobos"');
SELECT throws_ok($$ SELECT pipeline_agg(1, 'Lead', now()::date, 1, 'Lead > Won', 'day', z) FROM (VALUES ('UTC'), ('Asia/Tehran')) v (z) $$, '22023', 'the zone changes within a group, from "UTC" to "Asia/Tehran"');
SELECT throws_ok($$ SELECT '{"version": 1, "definition": "", "period": "month", "zone": "UTC", "data_from": null, "data_through": null, "rows": {"used": 0, "no_entity": 0, "no_stage": 0, "no_time": 0, "unknown_stage": 0, "time_out_of_range": 0, "exact_duplicate": 0, "entity_outside": 0}, "entities_outside": 0, "entities_with_amount": 0, "periods": []}'::pipeline_summary $$, '22P02', NULL, 'a period without a definition is refused');
SELECT throws_ok($$ SELECT pipeline_agg(1, 'Lead', now(), 1, 'Lead > Won', 'day', NULL) $$, '22004', 'the zone must not be null');
SELECT throws_ok($$ SELECT pipeline_agg(1, 'Lead', now(), 1, 'Lead > Won', p, 'UTC') FROM (VALUES ('day'), ('week')) v (p) $$, '22023', 'the period changes within a group, from "day" to "week"');
SELECT throws_ok($$ SELECT rollup(s) FROM (SELECT pipeline_agg(1, 'Lead', now(), 1, 'Lead > Won', p, 'UTC') AS s FROM (VALUES ('day'), ('week')) v (p) GROUP BY p) x $$, '22023', 'cannot merge pipeline summaries of different funnels, periods or zones');

SELECT * FROM finish();
