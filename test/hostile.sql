-- Hostile plans: every aggregate of the extension answers the same however PostgreSQL runs it.
--
-- A new family adds a row for each of its aggregates to "forms" below, and, where it has a
-- summary type, one to "summaries"; an aggregate that no row covers is a failure. It adds a
-- column to hostile.many only if it takes a kind of argument that is not there yet.
DROP SCHEMA IF EXISTS hostile CASCADE;
CREATE SCHEMA hostile;
SET search_path = hostile, public;
SET TimeZone = 'UTC';
SET DateStyle = 'ISO';
SET jit = off;

SELECT no_plan();

--
-- What is called: a name and arguments, over the columns of the tables below. A placeholder
-- stands for each of its kinds, and so for the overloads.
--

CREATE TABLE forms(name text, args text[]);
INSERT INTO forms VALUES
	-- outcome
	('label_agg', '{stage}'),
	-- rate
	('rate_agg', '{won}'), ('rate_agg', '{won,:amount}'),
	('win_rate', '{won}'), ('conversion_rate', '{won}'), ('win_loss_ratio', '{won}'),
	('win_rate_by_value', '{won,:amount}'), ('avg_deal_size', '{won,:amount}'),
	('within_agg', '{started_:time,ended_:time,"interval ''20 days''",":type ''2024-06-01''"}'),
	('conversion_within', '{started_:time,ended_:time,"interval ''20 days''",":type ''2024-06-01''"}'),
	('response_within', '{started_:time,ended_:time,"t * interval ''1 day''",":type ''2024-06-01''"}'),
	-- duration
	('duration_agg', '{started_:time,ended_:time}'),
	('cycle_time', '{started_:time,ended_:time}'), ('cycle_time', '{started_:time,ended_:time,0.9}'),
	('cycle_days', '{started_:time,ended_:time}'), ('cycle_days', '{started_:time,ended_:time,0.5}'),
	('lead_response_time', '{started_:time,ended_:time}'), ('lead_response_time', '{started_:time,ended_:time,0.5}'),
	-- business: the time elapsed, and open time
	('duration_agg', '{elapsed}'), ('cycle_time', '{elapsed}'), ('cycle_time', '{elapsed,0.9}'), ('cycle_days', '{elapsed}'), ('cycle_days', '{elapsed,0.5}'),
	('lead_response_time', '{elapsed}'), ('lead_response_time', '{elapsed,0.5}'),
	('within_agg', '{started_:time,ended_:time,"interval ''20 hours''",":type ''2024-06-01''","business_calendar ''Mon-Fri 09:00-17:00; zone: Asia/Tehran; closed: 2024-03-20..2024-04-02''"}'),
	('response_within', '{started_:time,ended_:time,"t * interval ''1 hour''",":type ''2024-06-01''","business_calendar ''Sat-Wed 22:00-06:00; zone: Europe/Berlin''"}'),
	-- velocity
	('velocity_agg', '{won,:amount,started_:time,ended_:time}'), ('pipeline_velocity', '{won,:amount,started_:time,ended_:time}'),
	-- survey
	('survey_agg', '{:score}'), ('enps_score', '{:score}'), ('nps_score', '{:score}'),
	('csat_score', '{:score}'), ('csat_score', '{:score,3}'),
	-- survival
	('survival_agg', '{started_:time,ended_:time,won,":type ''2024-06-01''"}'), ('survival_agg', '{started_:time,ended_:time,won,":type ''2024-06-01''",":type ''2024-03-01''"}'),
	('survival_agg', '{started_:time,ended_:time,stage,":type ''2024-06-01''"}'), ('survival_agg', '{started_:time,ended_:time,stage,":type ''2024-06-01''",":type ''2024-03-01''"}'),
	('survival_agg', '{started_:time,ended_:time,":type ''2024-06-01''"}'),
	-- segment
	('segment_agg', '{stage,won}'), ('segment_agg', '{stage,stored_rate_summary}'),
	-- stage
	('stage_agg', '{:entity,stage,started_:time,"funnel ''Lead > Qualified > Proposal > Won; lost: Lost''"}'),
	('stage_agg', '{:entity,stage,started_:time,:amount,"funnel ''Lead > Qualified > Proposal > Won; lost: Lost''"}'),
	-- pipeline
	('pipeline_agg', '{:entity,stage,started_:time,:amount,"funnel ''Lead > Qualified > Won; lost: Lost''",''month'',''UTC''}'),
	('pipeline_agg', '{:entity,stage,started_:local,:amount,"funnel ''Lead > Qualified > Won; lost: Lost''",''week''}'),
	-- cohort
	('cohort_agg', '{:entity,started_:time,"text ''month''","text ''Asia/Tehran''"}'),
	('cohort_agg', '{:entity,started_:time,:amount,"text ''week''","text ''Europe/Berlin''"}'),
	('cohort_agg', '{:entity,started_:local,"text ''quarter''"}'), ('cohort_agg', '{:entity,started_:local,:amount,"text ''day''"}'),
	-- event
	('event_agg', '{:entity,stage,started_:time,"journey ''Lead > Qualified > Won; within: 90 days; without: Lost''"}'),
	('event_agg', '{:entity,stage,started_:time,"journey ''Lead > Qualified; within: 30 days''","text ''week''","text ''Asia/Tehran''"}'),
	('event_agg', '{:entity,stage,started_:local,"journey ''Lead > Qualified; session: 20 days''","text ''month''"}'),
	('event_agg', '{:entity,stage,"started_date::text",started_:time,"journey ''Lead > Qualified; within: 90 days; property: last''"}'),
	('event_agg', '{:entity,started_:time,"journey ''a > b; without: x''","stage = ''Lead''",won,"t > 20"}'),
	('event_agg', '{:entity,started_:time,"journey ''a > b''","text ''month''","text ''UTC''","stage = ''Lead''",won}'),
	('funnel_level', '{stage,started_:time,"journey ''Lead > Qualified > Won; within: 90 days''"}'), ('funnel_level', '{started_:time,"journey ''a > b''","stage = ''Lead''",won}'),
	('funnel_outcome', '{stage,started_:time,"journey ''Lead > Qualified > Won; within: 90 days''","timestamptz ''2024-12-01''"}'),
	('funnel_outcome', '{started_:time,"journey ''a > b''","timestamptz ''2024-12-01''","stage = ''Lead''",won}'),
	('funnel_times', '{stage,started_:time,"journey ''Lead > Qualified > Won; within: 90 days''"}'), ('funnel_times', '{started_:time,"journey ''a > b''","stage = ''Lead''",won}'),
	-- sequence
	('window_funnel', '{started_:time,"interval ''60 days''","stage = ''Lead''",won,"t > 20"}'), ('window_funnel', '{started_:time,"interval ''60 days''","text ''strict_once''","stage = ''Lead''",won,"t > 20"}'),
	('retention', '{"stage = ''Lead''",won,"t > 20"}'),
	('sequence_match', '{"text ''(?1).*(?2)(?t<=864000)(?1)''",started_:time,"stage = ''Lead''",won}'), ('sequence_count', '{"text ''(?1).(?2)''",started_:time,"stage = ''Lead''",won}'),
	('sequence_events', '{"text ''(?1)(?t>=86400)(?2)''",started_:time,"stage = ''Lead''",won}'),
	-- flow
	('path_agg', '{:entity,stage,started_:time,"text ''from: Lead | Qualified; depth: 4; session: 40 days''"}'),
	-- session, retention, stickiness
	('session_agg', '{:entity,started_:time,"interval ''20 days''"}'), ('session_agg', '{:entity,started_:time,"interval ''36 hours''","text ''week''","text ''Asia/Tehran''"}'),
	('session_agg', '{:entity,started_:local,"interval ''1 hour''","text ''month''"}'),
	('retention_agg', '{:entity,started_:time,"stage = ''Lead''",won,"text ''week''","text ''Asia/Tehran''"}'), ('retention_agg', '{:entity,started_:time,"stage = ''Lead''",won,"ARRAY[1, 7, 30]","text ''UTC''"}'),
	('retention_agg', '{:entity,started_:local,"stage = ''Lead''",won,"text ''month''"}'), ('retention_agg', '{:entity,started_:local,"stage = ''Lead''",won,"ARRAY[0, 10, 100]"}'),
	('stickiness_agg', '{:entity,started_:time,"text ''day''","text ''month''","text ''Asia/Tehran''"}'), ('stickiness_agg', '{:entity,started_:local,"text ''week''","text ''quarter''"}'),
	-- revenue
	('mrr_agg', '{:entity,started_date,:amount}'), ('mrr_agg', '{:entity,started_date,ended_date,:amount,"date ''2024-06-30''"}'),
	('mrr_agg', '{:entity,started_date,:amount,"text ''jalali month''"}'), ('mrr_agg', '{:entity,started_date,ended_date,:amount,"date ''2024-06-30''","text ''jalali month''"}'),
	-- targets
	('attainment_agg', '{:amount,:amount}'), ('quota_attainment', '{:amount,:amount}'), ('target_attainment', '{:amount,:amount}'),
	-- attribution
	('attribution_agg', '{:entity,stage,started_:time,won,started_:time}'), ('attribution_agg', '{:entity,stage,started_:time,won,started_:time,"text ''markov: 2''"}'),
	('attribution_agg', '{:entity,stage,started_:time,won,started_:time,:amount}'), ('attribution_agg', '{:entity,stage,started_:time,won,ended_:time,:amount,"text ''lookback: 30 days''"}'),
	-- indicator
	('indicator_agg', '{started_date,stage,:amount}'),
	-- landmark
	('landmark_agg', '{:entity,stage,started_:time,"funnel ''Lead > Qualified > Won; lost: Lost''","landmarks(''2024-02-01 00:00+00'', ''10 days'', 9)","timestamptz ''2024-06-01 00:00+00''"}'),
	('landmark_agg', '{:entity,stage,started_:time,"funnel ''Lead > Qualified > Won; lost: Lost''","landmarks(''2024-02-01 00:00+00'', ''10 days'', 9)","timestamptz ''2024-06-01 00:00+00''","interval ''30 days''"}'),
	-- forecast, calibration
	('forecast_agg', '{:amount,t / 30.0}'), ('forecast_agg', '{:amount,(t / 30.0)::double precision}'), ('forecast_agg', '{:amount,(t / 30.0)::real}'),
	('calibration_agg', '{t / 30.0,won}'), ('calibration_agg', '{(t / 30.0)::double precision,won}'), ('calibration_agg', '{(t / 30.0)::real,won}'),
	('brier_score', '{t / 30.0,won}'), ('brier_score', '{(t / 30.0)::double precision,won}'), ('brier_score', '{(t / 30.0)::real,won}'),
	('log_loss', '{t / 31.0,won}'), ('log_loss', '{((t + 1) / 32.0)::double precision,won}'), ('log_loss', '{((t + 1) / 32.0)::real,won}');

-- parallel: the same calls
INSERT INTO forms SELECT 'parallel_' || name, args FROM forms
WHERE 'parallel_' || name IN (SELECT proname FROM pg_proc);

-- A summary type, and a call that makes one: the column stored_<type> holds such summaries, and is rolled up.
CREATE TABLE summaries(type text, call text);
INSERT INTO summaries VALUES
	('label_summary', 'label_agg(stage)'),
	('rate_summary', 'rate_agg(won, amount_numeric)'),
	('duration_summary', 'duration_agg(started_timestamptz, ended_timestamptz)'),
	('velocity_summary', 'velocity_agg(won, amount_numeric, started_timestamptz, ended_timestamptz)'),
	('survey_summary', 'survey_agg(score_int4)'),
	('survival_summary', 'survival_agg(started_timestamptz, ended_timestamptz, stage, ''2024-06-01'', timestamptz ''2024-03-01'')'),
	('segment_summary', 'segment_agg(stage, won)'),
	('stage_summary', 'stage_agg(entity_int8, stage, started_timestamptz, amount_numeric, ''Lead > Qualified > Proposal > Won; lost: Lost'')'),
	('cohort_summary', 'cohort_agg(entity_int8, started_timestamptz, amount_numeric, ''month'', ''Asia/Tehran'')'),
	('pipeline_summary', 'pipeline_agg(entity_int8, stage, started_timestamptz, amount_numeric, ''Lead > Qualified > Proposal > Won; lost: Lost'', ''month'', ''UTC'')'),
	('mrr_summary', 'mrr_agg(entity_int8, started_date, ended_date, amount_numeric, ''2024-06-30'')'),
	('event_summary', 'event_agg(entity_int8, stage, started_timestamptz, ''Lead > Qualified > Won; within: 90 days; without: Lost'', ''month'', ''UTC'')'),
	('path_summary', 'path_agg(entity_int8, stage, started_timestamptz, ''to: Won | Lost'')'),
	('session_summary', 'session_agg(entity_int8, started_timestamptz, ''20 days'', ''month'', ''UTC'')'),
	('retention_summary', 'retention_agg(entity_int8, started_timestamptz, stage = ''Lead'', won, ''week'', ''UTC'')'),
	('stickiness_summary', 'stickiness_agg(entity_int8, started_timestamptz, ''day'', ''month'', ''UTC'')'),
	('attainment_summary', 'attainment_agg(amount_numeric, t::numeric)'),
	('attribution_summary', 'attribution_agg(entity_int8, stage, started_timestamptz, won, started_timestamptz, amount_numeric, ''markov: 2'')'),
	('indicator_summary', 'indicator_agg(started_date, stage, amount_numeric)'),
	('landmark_summary', 'landmark_agg(entity_int8, stage, started_timestamptz, ''Lead > Qualified > Won; lost: Lost'', landmarks(''2024-02-01 00:00+00'', ''10 days'', 9), ''2024-06-01 00:00+00'')'),
	('forecast_summary', 'forecast_agg(amount_numeric, t / 30.0)'), ('calibration_summary', 'calibration_agg(t / 30.0, won)');
INSERT INTO forms SELECT 'rollup', ARRAY['stored_' || type] FROM summaries;

CREATE TABLE kinds(placeholder text, kind text, type text);
INSERT INTO kinds VALUES
	(':amount', 'int2', 'smallint'), (':amount', 'int4', 'integer'), (':amount', 'int8', 'bigint'),
	(':amount', 'numeric', 'numeric'), (':amount', 'float4', 'real'), (':amount', 'float8', 'double precision'),
	(':score', 'int2', 'smallint'), (':score', 'int4', 'integer'), (':score', 'int8', 'bigint'),
	(':score', 'numeric', 'numeric'), (':score', 'float4', 'real'), (':score', 'float8', 'double precision'),
	(':time', 'timestamptz', 'timestamptz'), (':time', 'timestamp', 'timestamp'), (':time', 'date', 'date'),
	(':local', 'timestamp', 'timestamp'), (':local', 'date', 'date'),
	(':entity', 'int8', 'bigint'), (':entity', 'text', 'text'), (':entity', 'uuid', 'uuid');

-- The aggregates of the extension, but those that only say what is missing
CREATE VIEW aggregates AS
SELECT p.oid::regprocedure AS aggregate, p.proname AS name, p.pronargs, a.aggtranstype = 'internal'::regtype AS internal, a.aggcombinefn <> 0 AS combines,
	EXISTS (SELECT FROM pg_depend AS t WHERE (t.classid, t.objid, t.deptype) = ('pg_type'::regclass, p.prorettype, 'e')) AS is_summary,
	EXISTS (SELECT FROM unnest(p.proargtypes) AS t(type) WHERE type NOT IN ('boolean[]'::regtype, 'integer[]'::regtype, 'timestamptz[]'::regtype) AND NOT EXISTS (SELECT FROM pg_opclass AS o
		JOIN pg_am ON pg_am.oid = opcmethod AND amname = 'btree' WHERE opcintype = t.type AND opcdefault)) AS unsortable
FROM pg_proc AS p JOIN pg_aggregate AS a ON a.aggfnoid = p.oid
	JOIN pg_depend AS d ON (d.classid, d.objid, d.deptype) = ('pg_proc'::regclass, p.oid, 'e')
	JOIN pg_extension AS e ON (d.refclassid, d.refobjid) = ('pg_extension'::regclass, e.oid) AND e.extname = 'funnel_metrics'
WHERE a.aggtransfn::regproc::text !~ 'incomplete_';

--
-- Rows: NULLs, ties, every type. g has 1000 groups, h has 5 and some NULLs.
--

-- A number 0 <= x < 1 that depends on nothing but its arguments
CREATE FUNCTION draw(seed text, id bigint) RETURNS double precision
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
	AS $$ SELECT ('x' || substr(md5(seed || id), 1, 8))::bit(32)::bigint / 4294967296.0::double precision $$;

CREATE TABLE raw AS
SELECT id, (draw('g', id) * 1000)::integer AS g, nullif((draw('h', id) * 5)::integer, 0) AS h, (draw('t', id) * 30)::integer AS t,
	CASE WHEN draw('won', id) < 0.4 THEN true WHEN draw('won', id) < 0.75 THEN false END AS won,
	round(amount)::smallint AS amount_int2, round(amount)::integer AS amount_int4, (round(amount) * 1e12)::bigint AS amount_int8,
	round(amount::numeric, 2) AS amount_numeric, floor(amount)::real + 0.5::real AS amount_float4, floor(amount) + 0.25 AS amount_float8,
	score::smallint AS score_int2, score AS score_int4, score::bigint AS score_int8, score::numeric AS score_numeric, score::real AS score_float4, score::double precision AS score_float8,
	started AS started_timestamptz, started AT TIME ZONE 'UTC' AS started_timestamp, started::date AS started_date,
	ended AS ended_timestamptz, ended AT TIME ZONE 'UTC' AS ended_timestamp, ended::date AS ended_date, CASE WHEN isfinite(ended) THEN ended - started END AS elapsed,
	entity AS entity_int8, 'deal ' || entity AS entity_text, md5(entity::text)::uuid AS entity_uuid,
	(ARRAY['Lead', 'Qualified', 'Proposal', 'Won', 'Lost', 'Lead', 'Nurture', NULL])[1 + floor(draw('stage', id) * 8)] AS stage
FROM (SELECT id,
		CASE WHEN draw('amount', id) > 0.15 THEN (draw('amount 2', id) - 0.2) * 30000 END AS amount,
		CASE WHEN draw('score', id) > 0.15 THEN floor(draw('score 2', id) * 11)::integer END AS score,
		started, CASE WHEN draw('ended', id) < 0.03 THEN 'infinity' WHEN draw('ended', id) > 0.2 THEN started + (floor((draw('ended 2', id) - 0.05) * 40) || ' days ' || id % 7 || ' hours')::interval END AS ended,
		CASE WHEN draw('entity', id) > 0.02 THEN floor(draw('entity 2', id) * 2000)::bigint END AS entity
	FROM generate_series(1, 5000) AS id,
		LATERAL (SELECT CASE WHEN draw('started', id) > 0.05 THEN timestamptz '2024-01-01' + floor(draw('started 2', id) * 180) * interval '1 day' + id % 3 * interval '90 minutes' END) AS s(started)
) AS drawn;

-- Stored summaries, of a few rows each; some NULL
SELECT string_agg(format(', CASE WHEN draw(%L, id) > 0.1 THEN (SELECT %s FROM hostile.raw AS x WHERE x.id BETWEEN raw.id AND raw.id + raw.id %% 4) END AS %I', type, call, 'stored_' || type), ' ') AS stored
FROM summaries \gset
CREATE INDEX ON raw(id);
ANALYZE raw;
CREATE TABLE deals AS SELECT * :stored FROM raw;
ALTER TABLE deals SET (parallel_workers = 3);
CREATE INDEX ON deals(g);
ANALYZE deals;

-- The same in partitions: by the group, and across it
CREATE TABLE by_group (LIKE deals) PARTITION BY HASH (g);
CREATE TABLE by_group_0 PARTITION OF by_group FOR VALUES WITH (MODULUS 3, REMAINDER 0);
CREATE TABLE by_group_1 PARTITION OF by_group FOR VALUES WITH (MODULUS 3, REMAINDER 1);
CREATE TABLE by_group_2 PARTITION OF by_group FOR VALUES WITH (MODULUS 3, REMAINDER 2);
INSERT INTO by_group SELECT * FROM deals;
CREATE TABLE by_id (LIKE deals) PARTITION BY RANGE (id);
CREATE TABLE by_id_0 PARTITION OF by_id FOR VALUES FROM (0) TO (1700);
CREATE TABLE by_id_1 PARTITION OF by_id FOR VALUES FROM (1700) TO (5001);
INSERT INTO by_id SELECT * FROM deals;
ANALYZE by_group;
ANALYZE by_id;

-- A few rows for window frames, with their place: rn among the rows, k among the ties
CREATE TABLE few AS SELECT *, 0::bigint AS rn, 0::bigint AS k FROM deals WHERE id <= 120;
UPDATE few SET g = g % 3;
UPDATE few SET rn = place.rn, k = place.k
FROM (SELECT id, row_number() OVER (PARTITION BY g ORDER BY t, id) AS rn, dense_rank() OVER (PARTITION BY g ORDER BY t) AS k FROM few) AS place WHERE place.id = few.id;
CREATE INDEX ON few(g, rn);
ANALYZE few;

-- 100,000 groups of two rows
CREATE TABLE many_rows AS
SELECT id, (((id + 5000 * copy) * 7919 + copy / 20 * 137) % 100000)::integer AS g FROM deals, generate_series(0, 39) AS copy;
ANALYZE many_rows;
SELECT string_agg('deals.' || quote_ident(attname), ', ') AS columns FROM pg_attribute WHERE attrelid = 'deals'::regclass AND attnum > 0 AND attname <> 'g' \gset
CREATE VIEW many AS SELECT many_rows.g, :columns FROM many_rows JOIN deals USING (id);

--
-- The calls, and what they are calls of: a view remembers it
--

CREATE TABLE calls(call text PRIMARY KEY, name text, args text, aggregate oid, internal boolean, combines boolean, is_summary boolean, unsortable boolean, leads boolean);

CREATE FUNCTION add_call(name text, args text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	kind record;
	varying text := (SELECT k.placeholder FROM kinds AS k WHERE array_to_string(args, ',') LIKE '%' || k.placeholder || '%' LIMIT 1);
	call text := format('%s(%s)', name, array_to_string(args, ', '));
BEGIN
	IF varying IS NOT NULL THEN
		FOR kind IN SELECT * FROM kinds AS k WHERE k.placeholder = varying LOOP
			PERFORM add_call(name, ARRAY(SELECT CASE
				WHEN a = ':type' OR a LIKE ':type %' THEN CASE WHEN varying = ':time' THEN replace(a, ':type', kind.type) ELSE a END
				WHEN a = varying THEN substr(varying, 2) || '_' || kind.kind
				ELSE replace(a, varying, kind.kind) END FROM unnest(args) WITH ORDINALITY AS u(a, n) ORDER BY n));
		END LOOP;
		RETURN;
	END IF;
	EXECUTE format('CREATE VIEW hostile.resolved AS SELECT %s AS answer FROM hostile.deals', call);
	INSERT INTO calls
	SELECT call, add_call.name, array_to_string(args, ', '), a.aggregate, a.internal, a.combines, a.is_summary, a.unsortable, false
	FROM pg_rewrite AS r JOIN pg_depend AS d ON (d.classid, d.objid, d.refclassid) = ('pg_rewrite'::regclass, r.oid, 'pg_proc'::regclass)
		JOIN aggregates AS a ON a.aggregate = d.refobjid
	WHERE r.ev_class = 'hostile.resolved'::regclass;
	IF NOT FOUND THEN
		RAISE '% calls no aggregate of the extension', call;
	END IF;
	DROP VIEW hostile.resolved;
END $$;
SELECT count(add_call(name, args)) > 0 AS added FROM forms \gset

SELECT is_empty('SELECT aggregate FROM hostile.aggregates EXCEPT SELECT aggregate FROM hostile.calls', 'every aggregate of the extension is called here (else: a row of "forms" in test/hostile.sql; of a rollup, of "summaries")');

-- One call of each name and number of arguments leads: it goes through everything, the other overloads through the part with "all".
UPDATE calls SET leads = true
WHERE call IN (SELECT DISTINCT ON (c.name, a.pronargs, c.args ~ '^stored_', CASE WHEN c.name = 'rollup' THEN c.call END) call
	FROM calls AS c JOIN aggregates AS a USING (aggregate) ORDER BY c.name, a.pronargs, c.args ~ '^stored_', CASE WHEN c.name = 'rollup' THEN c.call END, c.args LIKE '%numeric%' DESC, c.call);

--
-- Running a query under settings
--

-- Sets "name = value, ..." for the transaction; answers what undoes it.
CREATE FUNCTION apply(settings text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	setting text;
	before text := '';
BEGIN
	FOREACH setting IN ARRAY string_to_array(settings, ', ') LOOP
		before := concat_ws(', ', nullif(before, ''), split_part(setting, ' = ', 1) || ' = ' || current_setting(split_part(setting, ' = ', 1)));
		PERFORM set_config(split_part(setting, ' = ', 1), split_part(setting, ' = ', 2), true);
	END LOOP;
	RETURN before;
END $$;

-- The rows of a query as text, in an order of their own
CREATE FUNCTION wrapped(query text) RETURNS text LANGUAGE sql IMMUTABLE
	AS $$ SELECT format('SELECT coalesce(array_agg(q::text ORDER BY q::text COLLATE "C"), ''{}'') FROM (%s) AS q', query) $$;

CREATE FUNCTION answer(query text, settings text DEFAULT '') RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
	before text := apply(settings);
	answer text[];
BEGIN
	EXECUTE wrapped(query) INTO answer;
	PERFORM apply(before);
	RETURN answer;
END $$;

CREATE FUNCTION plan_of(query text, settings text DEFAULT '', analyze_it boolean DEFAULT false) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	before text := apply(settings);
	line text;
	plan text := '';
BEGIN
	FOR line IN EXECUTE format('EXPLAIN (COSTS OFF, ANALYZE %s, TIMING OFF, SUMMARY OFF) %s', analyze_it::text, wrapped(query)) LOOP
		plan := plan || line || E'\n';
	END LOOP;
	PERFORM apply(before);
	RETURN plan;
END $$;

-- What differs between two answers: NULL, or a few lines of it
CREATE FUNCTION difference(got text[], expected text[]) RETURNS text LANGUAGE sql AS $$
	SELECT CASE WHEN got IS DISTINCT FROM expected THEN coalesce((
		SELECT string_agg(side || left(line, 250), E'\n') FROM (
			(SELECT '  got ' AS side, line FROM (SELECT unnest(got) EXCEPT ALL SELECT unnest(expected)) AS d(line) ORDER BY line LIMIT 2)
			UNION ALL
			(SELECT '  expected ', line FROM (SELECT unnest(expected) EXCEPT ALL SELECT unnest(got)) AS d(line) ORDER BY line LIMIT 2)) AS d), '  the order of the rows') END $$;

-- "{call}", "{name}" and "{args}" of a query's template
CREATE FUNCTION filled(template text, c calls) RETURNS text LANGUAGE sql
	AS $$ SELECT replace(replace(replace(template, '{call}', c.call), '{name}', c.name), '{args}', c.args) $$;

-- The answers to compare with: each group on its own, one after the other
CREATE TABLE answers(call text, kind text, answer text[], PRIMARY KEY (call, kind));
CREATE TABLE plain(kind text, query text, everyone boolean);
INSERT INTO plain VALUES
	('by group', 'SELECT g, (SELECT {call} FROM deals WHERE deals.g = groups.g) AS answer FROM (SELECT DISTINCT g FROM deals) AS groups', false),
	('sets', 'SELECT g, NULL::integer AS h, (SELECT {call} FROM deals WHERE deals.g = groups.g) AS answer FROM (SELECT DISTINCT g FROM deals WHERE g < 100) AS groups
		UNION ALL SELECT NULL, h, (SELECT {call} FROM deals WHERE deals.h IS NOT DISTINCT FROM groups.h AND g < 100) FROM (SELECT DISTINCT h FROM deals WHERE g < 100) AS groups
		UNION ALL SELECT NULL, NULL, (SELECT {call} FROM deals WHERE g < 100)', false),
	('few groups', 'SELECT h, (SELECT {call} FROM deals WHERE deals.h IS NOT DISTINCT FROM groups.h) AS answer FROM (SELECT DISTINCT h FROM deals) AS groups', true),
	('total', 'SELECT {call} AS answer FROM deals', true);
\if :{?plans_only}
\else
INSERT INTO answers
SELECT c.call, plain.kind, answer(filled(query, c), 'max_parallel_workers_per_gather = 0') FROM calls AS c, plain WHERE leads OR everyone;
\endif

-- A plan of an aspect: its query and settings, what EXPLAIN must say, must not say, and must say of those that combine;
-- everyone: tried on all overloads
CREATE TABLE plans(aspect text, kind text, settings text, query text, must text, must_not text, combining text, everyone boolean DEFAULT false);
\set parallel 'max_parallel_workers_per_gather = 2, parallel_setup_cost = 0, parallel_tuple_cost = 0, min_parallel_table_scan_size = 0, enable_indexscan = off, enable_bitmapscan = off'
INSERT INTO plans VALUES
	('hash groups', 'by group', 'enable_sort = off, enable_indexscan = off', 'SELECT g, {call} AS answer FROM deals GROUP BY g', 'HashAggregate', 'GroupAggregate', NULL),
	('hash groups, every overload', 'few groups', 'enable_sort = off', 'SELECT h, {call} AS answer FROM deals GROUP BY h', 'HashAggregate', 'GroupAggregate', NULL),
	('sorted groups', 'by group', 'enable_hashagg = off', 'SELECT g, {call} AS answer FROM deals GROUP BY g', 'GroupAggregate', 'HashAggregate', NULL),
	('hash groups that spill', 'by group', 'work_mem = 64kB, hash_mem_multiplier = 1, enable_sort = off, enable_indexscan = off', 'SELECT g, {call} AS answer FROM deals GROUP BY g', 'Disk Usage', 'GroupAggregate', NULL),
	('sorted groups, little memory', 'by group', 'work_mem = 64kB, hash_mem_multiplier = 1, enable_hashagg = off, enable_indexscan = off', 'SELECT g, {call} AS answer FROM deals GROUP BY g', 'Sort Method: external', NULL, NULL),
	('one group, little memory', 'total', 'work_mem = 64kB, hash_mem_multiplier = 1', 'SELECT {call} AS answer FROM deals', NULL, NULL, NULL),
	('parallel', 'total', :'parallel', 'SELECT {call} AS answer FROM deals', 'Gather', NULL, 'Partial Aggregate'),
	('parallel, all rows in workers', 'total', :'parallel' || ', parallel_leader_participation = off', 'SELECT {call} AS answer FROM deals', 'Gather', NULL, 'Partial Aggregate'),
	('parallel groups', 'few groups', :'parallel', 'SELECT h, {call} AS answer FROM deals GROUP BY h', 'Gather', NULL, 'Partial (Hash|Group)Aggregate'),
	('parallel sorted groups', 'few groups', :'parallel' || ', enable_hashagg = off', 'SELECT h, {call} AS answer FROM deals GROUP BY h', 'Gather', 'HashAggregate', 'Partial GroupAggregate'),
	('partitionwise, whole groups', 'by group', 'enable_partitionwise_aggregate = on, max_parallel_workers_per_gather = 0', 'SELECT g, {call} AS answer FROM by_group GROUP BY g', 'Append.*Aggregate.*Aggregate', NULL, NULL),
	('partitionwise, parts of groups', 'few groups', 'enable_partitionwise_aggregate = on, max_parallel_workers_per_gather = 0', 'SELECT h, {call} AS answer FROM by_id GROUP BY h', 'Append', NULL, 'Append.*Partial'),
	('partitionwise, in parallel', 'few groups', 'enable_partitionwise_aggregate = on, ' || :'parallel', 'SELECT h, {call} AS answer FROM by_id GROUP BY h', 'Gather', NULL, 'Partial'),
	('rescanned hash table', 'by group', 'enable_sort = off, enable_hashjoin = off, enable_mergejoin = off, enable_material = off, max_parallel_workers_per_gather = 0',
		'SELECT g, answer FROM generate_series(0, 2) AS s JOIN (SELECT g, {call} AS answer FROM deals GROUP BY g OFFSET 0) AS groups ON g % 3 = s', 'Nested Loop.*HashAggregate', 'Materialize', NULL),
	('LATERAL', 'by group', '', 'SELECT g, answer FROM (SELECT DISTINCT g FROM deals) AS groups, LATERAL (SELECT {call} AS answer FROM deals WHERE deals.g = groups.g OFFSET 0) AS l', 'Nested Loop', NULL, NULL),
	('LATERAL, hash groups', 'by group', 'enable_sort = off',
		'SELECT g, answer FROM (SELECT DISTINCT g FROM deals) AS groups, LATERAL (SELECT g AS same, {call} AS answer FROM deals WHERE deals.g = groups.g GROUP BY deals.g OFFSET 0) AS l', 'Nested Loop', NULL, NULL),
	('rows shuffled', 'by group', '', 'SELECT g, {call} AS answer FROM (SELECT * FROM deals ORDER BY draw(''order'', id)) AS deals GROUP BY g', NULL, NULL, NULL),
	('rows backwards', 'total', '', 'SELECT {call} AS answer FROM (SELECT * FROM deals ORDER BY id DESC) AS deals', NULL, NULL, NULL),
	('ORDER BY inside', 'by group', '', 'SELECT g, {name}({args} ORDER BY t DESC, id) AS answer FROM deals GROUP BY g', NULL, NULL, NULL),
	('FILTER', 'by group', '', 'SELECT g, {call} FILTER (WHERE ours) AS answer FROM (SELECT *, true AS ours FROM deals UNION ALL SELECT *, false FROM deals) AS deals GROUP BY g', NULL, NULL, NULL),
	('grouping sets, hashed', 'sets', 'enable_sort = off', 'SELECT g, h, {call} AS answer FROM deals WHERE g < 100 GROUP BY GROUPING SETS ((g), (h), ())', 'MixedAggregate|HashAggregate', NULL, NULL),
	('grouping sets, sorted', 'sets', 'enable_hashagg = off', 'SELECT g, h, {call} AS answer FROM deals WHERE g < 100 GROUP BY GROUPING SETS ((g), (h), ())', 'GroupAggregate', NULL, NULL),
	('window without a frame', 'by group', '', 'SELECT g, answer FROM (SELECT g, {call} OVER (PARTITION BY g) AS answer, row_number() OVER (PARTITION BY g) AS n FROM deals) AS w WHERE n = 1', 'WindowAgg', NULL, NULL),
	('compiled just in time', 'total', 'jit = on, jit_above_cost = 0, jit_inline_above_cost = -1, jit_optimize_above_cost = -1', 'SELECT {call} AS answer FROM deals', NULL, NULL, NULL);
UPDATE plans SET everyone = true WHERE aspect IN ('hash groups, every overload', 'rows backwards');

-- test/fuzz interrupts these.
\if :{?plans_only}
	\q
\endif

CREATE FUNCTION try_plan(p plans, c calls) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	query text := filled(p.query, c);
	plan text := plan_of(query, p.settings, coalesce(p.must ~ 'Disk|external', false));
	problem text;
BEGIN
	problem := difference(answer(query, p.settings), (SELECT answer FROM answers AS a WHERE a.call = c.call AND a.kind = p.kind));
	IF plan !~ p.must OR plan ~ p.must_not OR (c.combines AND plan !~ p.combining) THEN
		problem := concat_ws(E'\n', problem, '  the plan is not the one to try:', plan);
	END IF;
	RETURN c.call || E':\n' || problem;
EXCEPTION WHEN OTHERS THEN
	RETURN c.call || ': ' || SQLSTATE || ' ' || SQLERRM;
END $$;

-- One test of an aspect: problems are lines, or NULL
CREATE FUNCTION no_problems(problems text, description text) RETURNS text LANGUAGE sql
	AS $$ SELECT ok(problems IS NULL, description) || coalesce(E'\n' || diag(left(problems, 4000)), '') $$;

SELECT no_problems((SELECT string_agg(try_plan(p, c), E'\n' ORDER BY c.call) FROM calls AS c WHERE c.leads OR p.everyone), p.aspect)
FROM plans AS p;

-- 100,000 groups: hashed as sorted, as many as there are; one call of each transition function, and so of each kind of state
CREATE FUNCTION fingerprint(c calls, settings text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	before text := apply(settings);
	fingerprint text;
BEGIN
	EXECUTE format('SELECT count(*) || '' '' || sum(hashtextextended(answer::text, g)) FROM (SELECT g, %s AS answer FROM many GROUP BY g) AS q', c.call) INTO fingerprint;
	PERFORM apply(before);
	RETURN fingerprint;
END $$;
SELECT no_problems(string_agg(call || ': ' || hashed || ' hashed, ' || sorted || ' sorted', E'\n') FILTER (WHERE hashed IS DISTINCT FROM sorted OR hashed NOT LIKE '100000 %'), '100,000 groups')
FROM (SELECT call, fingerprint(c, 'work_mem = 256MB, enable_sort = off') AS hashed, fingerprint(c, 'work_mem = 64MB, enable_hashagg = off') AS sorted FROM calls AS c
	WHERE call IN (SELECT DISTINCT ON (p.proname) call FROM calls JOIN pg_aggregate ON aggfnoid = aggregate JOIN pg_proc AS p ON p.oid = aggtransfn WHERE leads ORDER BY p.proname, is_summary DESC, call)) AS f;

--
-- Window frames, against the same rows picked by hand
--

CREATE TABLE frames(frame text, sorted_by text, rows text, everyone boolean DEFAULT false);
INSERT INTO frames VALUES
	('ROWS BETWEEN 5 PRECEDING AND 2 FOLLOWING', 't, id', 'x.rn BETWEEN few.rn - 5 AND few.rn + 2', true);
INSERT INTO frames VALUES
	('ROWS BETWEEN 9 PRECEDING AND 4 PRECEDING', 't, id', 'x.rn BETWEEN few.rn - 9 AND few.rn - 4'),
	('ROWS BETWEEN 3 FOLLOWING AND 6 FOLLOWING', 't, id', 'x.rn BETWEEN few.rn + 3 AND few.rn + 6'),
	('ROWS UNBOUNDED PRECEDING', 't, id', 'x.rn <= few.rn'),
	('ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING', 't, id', 'x.rn >= few.rn'),
	('ROWS BETWEEN 4 PRECEDING AND 4 FOLLOWING EXCLUDE CURRENT ROW', 't, id', 'x.rn BETWEEN few.rn - 4 AND few.rn + 4 AND x.rn <> few.rn'),
	('RANGE BETWEEN 3 PRECEDING AND 1 FOLLOWING', 't', 'x.t BETWEEN few.t - 3 AND few.t + 1'),
	('RANGE BETWEEN 2 FOLLOWING AND 2 FOLLOWING', 't', 'x.t = few.t + 2'),
	('RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW EXCLUDE TIES', 't', 'x.t < few.t OR x.id = few.id'),
	('RANGE BETWEEN 2 PRECEDING AND 2 FOLLOWING EXCLUDE GROUP', 't', 'x.t BETWEEN few.t - 2 AND few.t + 2 AND x.t <> few.t'),
	('GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING', 't', 'x.k BETWEEN few.k - 1 AND few.k + 1'),
	('GROUPS BETWEEN 2 PRECEDING AND 1 PRECEDING', 't', 'x.k BETWEEN few.k - 2 AND few.k - 1'),
	('GROUPS BETWEEN 1 PRECEDING AND 2 FOLLOWING EXCLUDE TIES', 't', 'x.k BETWEEN few.k - 1 AND few.k + 2 AND (x.k <> few.k OR x.id = few.id)');

-- A moving sum keeps the widest scale it has seen, so zeros at the end of a fraction are of no account.
CREATE FUNCTION without_zeros(lines text[]) RETURNS text[] LANGUAGE sql AS $$
	SELECT array_agg(regexp_replace(regexp_replace(line, '(\.[0-9]*[1-9])0+(?![0-9])', '\1', 'g'), '\.0+(?![0-9])', '', 'g') ORDER BY n)
	FROM unnest(lines) WITH ORDINALITY AS l(line, n) $$;

CREATE FUNCTION try_frame(f frames, c calls) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	-- with a filter, too, so that the frame holds rows that are not the aggregate's
	query text := format('SELECT id, %1$s OVER w AS answer, %1$s FILTER (WHERE id %% 3 > 0) OVER w AS filtered FROM few WINDOW w AS (PARTITION BY g ORDER BY %2$s %3$s)', c.call, f.sorted_by, f.frame);
	by_hand text := format('SELECT id, (SELECT %1$s FROM few AS x WHERE x.g = few.g AND (%2$s)) AS answer, (SELECT %1$s FROM few AS x WHERE x.g = few.g AND (%2$s) AND id %% 3 > 0) AS filtered FROM few', c.call, f.rows);
BEGIN
	RETURN c.call || E':\n' || difference(without_zeros(answer(query)), without_zeros(answer(by_hand, 'max_parallel_workers_per_gather = 0')));
EXCEPTION WHEN OTHERS THEN
	RETURN c.call || ': ' || SQLSTATE || ' ' || SQLERRM;
END $$;
SELECT no_problems((SELECT string_agg(try_frame(f, c), E'\n' ORDER BY c.call) FROM calls AS c WHERE c.leads OR f.everyone), f.frame)
FROM frames AS f;

--
-- DISTINCT, no rows, all in one
--

CREATE FUNCTION try_distinct(c calls) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	got text[];
	args text := (SELECT string_agg('a' || n, ', ' ORDER BY n) FROM generate_series(1, (SELECT CASE WHEN provariadic = 0 THEN pronargs ELSE cardinality(string_to_array(c.args, ', ')) END FROM pg_proc WHERE oid = c.aggregate)) AS n);
BEGIN
	got := answer(filled('SELECT h, {name}(DISTINCT {args}) AS answer FROM deals GROUP BY h', c));
	RETURN CASE WHEN c.unsortable THEN c.call || ': sorts what can''t be sorted'
		ELSE c.call || E':\n' || difference(got, answer(format('SELECT h, %s(%s) AS answer FROM (SELECT DISTINCT h, %s FROM deals) AS d(h, %s) GROUP BY h', c.name, args, c.args, args))) END;
EXCEPTION WHEN OTHERS THEN
	RETURN CASE WHEN NOT (c.unsortable AND SQLSTATE = '42883') THEN c.call || ': ' || SQLSTATE || ' ' || SQLERRM END;
END $$;
SELECT no_problems(string_agg(try_distinct(c), E'\n'), 'DISTINCT') FROM calls AS c WHERE leads;

-- No rows: an empty summary, a count or level of 0, no match, or a figure of NULL; the same from every plan
CREATE TABLE of_nothing(name text, answer text);
INSERT INTO of_nothing VALUES ('funnel_level', '0'), ('window_funnel', '0'), ('sequence_count', '0'), ('sequence_match', 'false');
CREATE FUNCTION try_empty(c calls, query text, settings text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	before text := apply(settings);
	got text;
	summary text := (SELECT n.answer FROM of_nothing AS n WHERE n.name = c.name);
BEGIN
	EXECUTE filled(query, c) INTO got;
	PERFORM apply(before);
	IF c.is_summary THEN
		EXECUTE format('SELECT rollup(s)::text FROM (SELECT NULL::%s WHERE false) AS empty(s)', (SELECT prorettype::regtype FROM pg_proc WHERE oid = c.aggregate)) INTO summary;
	END IF;
	RETURN CASE WHEN without_zeros(ARRAY[got]) IS DISTINCT FROM without_zeros(ARRAY[summary]) THEN c.call || ': got ' || coalesce(got, 'NULL') || ', expected ' || coalesce(summary, 'NULL') END;
EXCEPTION WHEN OTHERS THEN
	RETURN c.call || ': ' || SQLSTATE || ' ' || SQLERRM;
END $$;
CREATE TABLE empty_ways(way text, settings text, query text, everyone boolean);
INSERT INTO empty_ways VALUES
	('plain', '', 'SELECT {call}::text FROM deals WHERE id < 0', true),
	('never', '', 'SELECT {call}::text FROM deals WHERE false', false),
	('FILTER', '', 'SELECT ({call} FILTER (WHERE id < 0))::text FROM deals WHERE id < 10', false),
	('grouping sets', '', 'SELECT {call}::text FROM deals WHERE id < 0 GROUP BY GROUPING SETS ((g), ())', false),
	('a frame of no rows', '', 'SELECT ({call} OVER (ORDER BY t, id ROWS BETWEEN 5 FOLLOWING AND 2 FOLLOWING))::text FROM few WHERE id = 1', false),
	('a frame that rows have left', '', 'SELECT answer FROM (SELECT rn, ({call} FILTER (WHERE rn < 10) OVER (ORDER BY rn ROWS 5 PRECEDING))::text AS answer FROM few WHERE g = 1) AS w WHERE rn = 20', true),
	('parallel', :'parallel', 'SELECT {call}::text FROM deals WHERE id < 0', false),
	('partitionwise', 'enable_partitionwise_aggregate = on', 'SELECT {call}::text FROM by_id WHERE id < 0', false);
SELECT no_problems((SELECT string_agg(try_empty(c, query, settings), E'\n') FROM calls AS c WHERE leads OR everyone), 'no rows: ' || way) FROM empty_ways;

-- All in one query, so that calls with one transition function share their states; stored, so that they come back from disk.
SELECT string_agg(format('%s AS %I', call, 'a' || n), ', ' ORDER BY n) AS calls FROM (SELECT call, row_number() OVER (ORDER BY call) AS n FROM calls WHERE leads) AS c \gset
CREATE MATERIALIZED VIEW stored AS SELECT g, :calls FROM deals GROUP BY g;
CREATE UNIQUE INDEX ON stored(g);
CREATE VIEW stored_columns AS SELECT call, 'a' || row_number() OVER (ORDER BY call) AS name FROM calls WHERE leads;
SELECT no_problems(string_agg(call || E':\n' || difference(answer(format('SELECT g, %I AS answer FROM stored', name)), a.answer), E'\n'), 'all in one query, stored')
FROM stored_columns JOIN answers AS a USING (call) WHERE a.kind = 'by group';

-- Equal summaries are equal images: a refresh by another plan, of rows in another order, rewrites no row.
CREATE TABLE before AS SELECT g, xmin::text AS version FROM stored;
CREATE TABLE shuffled AS SELECT * FROM deals ORDER BY draw('shuffled', id);
TRUNCATE deals;
INSERT INTO deals SELECT * FROM shuffled;
ANALYZE deals;
SET enable_hashagg = off;
SET work_mem = '64kB';
REFRESH MATERIALIZED VIEW CONCURRENTLY stored;
RESET enable_hashagg;
RESET work_mem;
SELECT is((SELECT count(*) FROM stored JOIN before USING (g) WHERE stored.xmin::text = version), (SELECT count(*) FROM before), 'REFRESH CONCURRENTLY: nothing changed, no row is rewritten');
CREATE TABLE kept AS SELECT * FROM deals WHERE g < 50;
UPDATE deals SET won = NOT won, amount_numeric = amount_numeric + 1, started_timestamptz = started_timestamptz - interval '1 hour', started_date = started_date - 1, score_numeric = 10 - score_numeric WHERE g < 50;
REFRESH MATERIALIZED VIEW CONCURRENTLY stored;
SELECT is((SELECT count(*) FROM stored JOIN before USING (g) WHERE stored.xmin::text = version), (SELECT count(*) FROM before WHERE g >= 50), 'REFRESH CONCURRENTLY: the groups that changed are rewritten, no others');
SELECT no_problems(string_agg(call || E':\n' || difference(answer(format('SELECT g, %I AS answer FROM stored', name)), answer(format('SELECT g, %s AS answer FROM deals GROUP BY g', call))), E'\n'),
	'REFRESH CONCURRENTLY: the rows are the new ones') FROM stored_columns;
DELETE FROM deals WHERE g < 50;
INSERT INTO deals SELECT * FROM kept;
DROP TABLE kept, shuffled, before;
DROP MATERIALIZED VIEW stored CASCADE;

--
-- Errors in the middle, caught; then the same again
--

CREATE FUNCTION try_error(c calls, query text, settings text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	ignored text[];
	caught integer := 0;
BEGIN
	FOR i IN 1 .. 3 LOOP
		BEGIN
			ignored := answer(filled(query, c), settings);
		EXCEPTION WHEN division_by_zero THEN
			caught := caught + 1;
		END;
	END LOOP;
	IF caught <> 3 THEN
		RETURN c.call || ': no error was raised';
	END IF;
	RETURN c.call || E':\n' || difference(answer(filled('SELECT {call} AS answer FROM deals', c), settings), (SELECT answer FROM answers AS a WHERE a.call = c.call AND a.kind = 'total'));
EXCEPTION WHEN OTHERS THEN
	RETURN c.call || ': ' || SQLSTATE || ' ' || SQLERRM;
END $$;
SELECT no_problems((SELECT string_agg(try_error(c, query, settings), E'\n') FROM calls AS c WHERE leads), 'an error, caught: ' || name)
FROM (VALUES
	('one group', 'SELECT {call} FILTER (WHERE 1 / (id - 2500) IS NOT NULL) AS answer FROM deals', ''),
	('hash groups', 'SELECT h, {call} FILTER (WHERE 1 / (id - 2500) IS NOT NULL) AS answer FROM deals GROUP BY h', 'enable_sort = off'),
	('hash groups that spill', 'SELECT g, {call} FILTER (WHERE 1 / (id - 2500) IS NOT NULL) AS answer FROM deals GROUP BY g', 'enable_sort = off, work_mem = 64kB, hash_mem_multiplier = 1'),
	('sorted groups', 'SELECT g, {call} FILTER (WHERE 1 / (g - 500) IS NOT NULL) AS answer FROM deals GROUP BY g', 'enable_hashagg = off, work_mem = 64kB, hash_mem_multiplier = 1'),
	('sorted inside', 'SELECT h, {name}({args} ORDER BY t) FILTER (WHERE 1 / (id - 2500) IS NOT NULL) AS answer FROM deals GROUP BY h', ''),
	('parallel', 'SELECT {call} FILTER (WHERE 1 / (id - 2500) IS NOT NULL) AS answer FROM deals', :'parallel'),
	('window', 'SELECT {call} FILTER (WHERE 1 / (id - 60) IS NOT NULL) OVER (PARTITION BY g ORDER BY t ROWS BETWEEN 5 PRECEDING AND 1 FOLLOWING) AS answer FROM few', ''),
	('after the aggregate', 'SELECT g, {call} AS answer, 1 / (g - 500) FROM deals GROUP BY g', 'enable_hashagg = off'),
	('in a rescan', 'SELECT groups.g, answer FROM (SELECT DISTINCT g FROM deals) AS groups, LATERAL (SELECT {call} FILTER (WHERE 1 / (deals.g - 500) IS NOT NULL) AS answer FROM deals WHERE deals.g = groups.g OFFSET 0) AS l', '')
) AS ways(name, query, settings);

--
-- Cursors: fetched in steps, held past COMMIT, across ROLLBACK TO SAVEPOINT
--

-- What is left of a cursor, or this many rows of it
CREATE FUNCTION rest_of(cursor refcursor, most integer DEFAULT NULL) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
	line text;
	lines text[] := '{}';
BEGIN
	WHILE most IS NULL OR cardinality(lines) < most LOOP
		FETCH cursor INTO line;
		EXIT WHEN NOT FOUND;
		lines := lines || line;
	END LOOP;
	RETURN lines;
END $$;

CREATE TABLE cursors(way text, settings text, query text);
INSERT INTO cursors VALUES
	('sorted groups', 'SET LOCAL enable_hashagg = off', 'SELECT (g, {call})::text AS line FROM deals WHERE g < 200 GROUP BY g ORDER BY g'),
	('hash groups that spill', 'SET LOCAL enable_sort = off; SET LOCAL work_mem = ''64kB''; SET LOCAL hash_mem_multiplier = 1', 'SELECT (g, {call})::text AS line FROM deals GROUP BY g'),
	('window', 'SET LOCAL work_mem = ''64kB''', 'SELECT (id, {call} OVER (PARTITION BY g ORDER BY t, id ROWS BETWEEN 3 PRECEDING AND CURRENT ROW))::text AS line FROM few ORDER BY g, t, id');
CREATE FUNCTION in_order(lines text[]) RETURNS text[] LANGUAGE sql AS $$ SELECT array_agg(line ORDER BY line COLLATE "C") FROM unnest(lines) AS l(line) $$;
CREATE FUNCTION lines_of(query text) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
	lines text[];
BEGIN
	EXECUTE format('SELECT array_agg(line) FROM (%s) AS q', query) INTO lines;
	RETURN lines;
END $$;
CREATE TABLE expected AS
SELECT c.call, way, settings, filled(query, c) AS query, in_order(lines_of(filled(query, c))) AS lines FROM calls AS c, cursors WHERE leads;
CREATE TABLE got(call text, way text, how text, lines text[]);

SELECT 'BEGIN', settings, format('DECLARE hostile_cursor CURSOR FOR %s', query),
	format('INSERT INTO hostile.got SELECT %L, %L, ''fetched in steps'', hostile.rest_of(''hostile_cursor'', 3) || hostile.rest_of(''hostile_cursor'', 50) || hostile.rest_of(''hostile_cursor'')', call, way),
	'COMMIT'
FROM expected \gexec
SELECT 'BEGIN', settings, format('DECLARE hostile_cursor SCROLL CURSOR FOR %s', query), 'MOVE FORWARD 20 IN hostile_cursor', 'MOVE BACKWARD ALL IN hostile_cursor',
	format('INSERT INTO hostile.got SELECT %L, %L, ''fetched again from the start'', hostile.rest_of(''hostile_cursor'')', call, way),
	'COMMIT'
FROM expected \gexec
SELECT 'BEGIN', settings, format('DECLARE hostile_cursor CURSOR WITH HOLD FOR %s', query), 'COMMIT',
	format('INSERT INTO hostile.got SELECT %L, %L, ''held past COMMIT'', hostile.rest_of(''hostile_cursor'')', call, way),
	'CLOSE hostile_cursor'
FROM expected \gexec
-- opened before the savepoint and moved behind it
SELECT 'BEGIN', settings, format('DECLARE hostile_cursor CURSOR FOR %s', query),
	'SAVEPOINT back', 'MOVE FORWARD 1 IN hostile_cursor', 'ROLLBACK TO SAVEPOINT back',
	format('INSERT INTO hostile.got SELECT %L, %L, ''moved before ROLLBACK TO'', hostile.rest_of(''hostile_cursor'')', call, way),
	'COMMIT'
FROM expected \gexec
-- opened behind the savepoint, so closed in its middle
SELECT 'BEGIN', settings, 'SAVEPOINT back', format('DECLARE hostile_cursor CURSOR FOR %s', query), 'MOVE FORWARD 5 IN hostile_cursor', 'ROLLBACK TO SAVEPOINT back',
	format('DECLARE hostile_cursor CURSOR FOR %s', query),
	format('INSERT INTO hostile.got SELECT %L, %L, ''again after ROLLBACK TO'', hostile.rest_of(''hostile_cursor'')', call, way),
	'COMMIT'
FROM expected \gexec
-- left open in a transaction that is rolled back
SELECT 'BEGIN', settings, format('DECLARE hostile_cursor CURSOR FOR %s', query), 'MOVE FORWARD 5 IN hostile_cursor', 'ROLLBACK',
	format('INSERT INTO hostile.got SELECT %L, %L, ''again after ROLLBACK'', hostile.lines_of(%L)', call, way, query)
FROM expected \gexec

-- A loop over a cursor that commits in its body
CREATE PROCEDURE commit_in_loop() LANGUAGE plpgsql AS $$
DECLARE
	call hostile.expected;
	line text;
	lines text[];
BEGIN
	FOR call IN SELECT * FROM hostile.expected LOOP
		lines := '{}';
		FOR line IN EXECUTE call.query LOOP
			lines := lines || line;
			IF cardinality(lines) % 100 = 1 THEN
				COMMIT;
			END IF;
		END LOOP;
		INSERT INTO hostile.got VALUES (call.call, call.way, 'in a loop that commits', lines);
	END LOOP;
END $$;
CALL commit_in_loop();

SELECT no_problems(string_agg(call || E':\n' || CASE WHEN how LIKE 'moved%'
		THEN CASE WHEN cardinality(got.lines) <> cardinality(expected.lines) - 1 OR NOT got.lines <@ expected.lines THEN '  not the other rows' END
		ELSE difference(in_order(got.lines), expected.lines) END, E'\n'), 'cursor ' || how || ': ' || way)
FROM expected JOIN got USING (call, way) GROUP BY how, way ORDER BY how, way;
SELECT is((SELECT count(*) FROM got), 7 * (SELECT count(*) FROM expected), 'every cursor has been tried');

SELECT no_problems(string_agg(c.call || E':\n' || difference(answer(filled('SELECT {call} AS answer FROM deals', c)), a.answer), E'\n'), 'after all that: the same answers')
FROM calls AS c JOIN answers AS a USING (call) WHERE a.kind = 'total';

SELECT * FROM finish();
DROP SCHEMA hostile CASCADE;
