-- growth.sql: run by test/growth; :rows is n. pgTAP. A new aggregate adds a line to "calls", a new summary type one to "summaries".
\unset ECHO
\set QUIET 1
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS funnel_metrics;
CREATE EXTENSION IF NOT EXISTS pgtap;
\ir ../module/path_probe.sql
CREATE FUNCTION work_done() RETURNS bigint AS 'path_probe' LANGUAGE C STRICT;
CREATE FUNCTION work_unit() RETURNS text AS 'path_probe' LANGUAGE C STRICT;
CREATE FUNCTION memory_forget() RETURNS bigint AS 'path_probe' LANGUAGE C STRICT;
CREATE FUNCTION memory_most() RETURNS bigint AS 'path_probe' LANGUAGE C STRICT;
SET TimeZone = 'UTC';
SET jit = off;
SET max_parallel_workers_per_gather = 0;
SET work_mem = '256MB';
SELECT no_plan();

--
-- What is called, over the columns of the tables below: of every aggregate at least one call
--
CREATE TABLE calls(call text);
INSERT INTO calls VALUES
	('label_agg(label)'),
	('rate_agg(won, amount)'), ('win_rate(won)'), ('conversion_rate(won)'), ('win_loss_ratio(won)'), ('win_rate_by_value(won, amount)'), ('avg_deal_size(won, amount)'),
	('within_agg(at, ended, interval ''20 days'', timestamptz ''2199-01-01'')'), ('conversion_within(at, ended, interval ''20 days'', timestamptz ''2199-01-01'')'),
	('response_within(at, ended, interval ''20 days'', timestamptz ''2199-01-01'')'),
	('duration_agg(at, ended)'), ('cycle_time(at, ended, 0.9)'), ('cycle_days(at, ended)'), ('lead_response_time(at, ended)'),
	('velocity_agg(won, amount, at, ended)'), ('pipeline_velocity(won, amount, at, ended)'),
	('survey_agg(score)'), ('enps_score(score)'), ('nps_score(score)'), ('csat_score(score)'),
	('attainment_agg(amount, amount)'), ('quota_attainment(amount, amount)'), ('target_attainment(amount, amount)'),
	('stage_agg(id, stage, at, amount, ''Lead > Offer > Won; lost: Lost'')'), ('stage_agg(name, label, at, ''Lead > Offer > Won; lost: Lost'')'),
	('pipeline_agg(id, stage, at, amount, ''Lead > Offer > Won; lost: Lost'', ''day'', ''Europe/Berlin'')'), ('pipeline_agg(code, stage, at, amount, ''Lead > Offer > Won; lost: Lost'', ''month'', ''UTC'')'),
	('cohort_agg(id, at, amount, ''month'', ''UTC'')'), ('cohort_agg(name, at, ''month'', ''Europe/Berlin'')'), ('cohort_agg(code, at, amount, ''year'', ''UTC'')'),
	('mrr_agg(id, at::date, amount)'), ('mrr_agg(name, at::date, ended::date, amount, ''2199-12-01'')'),
	('event_agg(id, stage, at, ''Lead > Offer > Won; within: 90 days; without: Lost'')'), ('event_agg(name, stage, at, ''Lead > Offer; session: 20 days'', ''month'', ''UTC'')'),
	('event_agg(code, at, ''a > b > c; without: x; count: attempts'', stage = ''Lead'', won, stage = ''Offer'', score = 1)'),
	('path_agg(id, stage, at, ''from: Lead; depth: 4; session: 40 days'')'), ('path_agg(name, label, at, ''to: Won'')'),
	('indicator_agg(at::date, label, amount)'),
	('forecast_agg(amount, (score + 1) / 13.0)'), ('calibration_agg((score + 1) / 13.0, won)'), ('brier_score((score + 1) / 13.0, won)'), ('log_loss((score + 1) / 13.0, won)'),
	('survival_agg(at, ended, stage, timestamptz ''2199-12-01'')'), ('session_agg(id, at, interval ''20 days'')'), ('session_agg(name, at, interval ''36 hours'', ''week'', ''UTC'')'),
	('retention_agg(id, at, stage = ''Lead'', won, ''week'', ''UTC'')'), ('stickiness_agg(id, at, ''day'', ''month'', ''UTC'')'),
	('segment_agg(label, won)'), ('attribution_agg(id, label, at, won, timestamptz ''2199-01-01'')'), ('attribution_agg(name, stage, at, true, timestamptz ''2199-01-01'', amount, ''markov: 2'')'),
	('landmark_agg(id, stage, at, ''Lead > Offer > Won; lost: Lost'', landmarks(''2024-03-01 00:00+00'', ''30 days'', 12), ''2199-01-01 00:00+00'')'),
	('funnel_level(stage, at, ''Lead > Offer > Won; within: 90 days'')'), ('funnel_outcome(stage, at, ''Lead > Offer > Won; within: 90 days'', timestamptz ''2199-01-01'')'),
	('funnel_times(stage, at, ''Lead > Offer > Won; within: 90 days'')'),
	('window_funnel(at, interval ''60 days'', stage = ''Lead'', won, score > 5)'), ('retention(stage = ''Lead'', won, score > 5)'),
	('sequence_match(''(?1).*(?2)(?t<=864000)(?1)'', at, stage = ''Lead'', won)'), ('sequence_count(''(?1).(?2)'', at, stage = ''Lead'', won)'), ('sequence_events(''(?1)(?t>=86400)(?2)'', at, stage = ''Lead'', won)');

-- Summaries of one row each, to be rolled up
CREATE TABLE summaries(type text, call text);
INSERT INTO summaries VALUES
	('label_summary', 'label_agg(label)'), ('rate_summary', 'rate_agg(won, amount)'), ('duration_summary', 'duration_agg(at, ended)'), ('velocity_summary', 'velocity_agg(won, amount, at, ended)'),
	('survey_summary', 'survey_agg(score)'), ('attainment_summary', 'attainment_agg(amount, amount)'),
	('stage_summary', 'stage_agg(id, stage, at, amount, ''Lead > Offer > Won; lost: Lost'')'), ('pipeline_summary', 'pipeline_agg(id, stage, at, amount, ''Lead > Offer > Won; lost: Lost'', ''day'', ''UTC'')'),
	('cohort_summary', 'cohort_agg(id, at, amount, ''month'', ''UTC'')'), ('mrr_summary', 'mrr_agg(id, at::date, amount)'), ('event_summary', 'event_agg(id, stage, at, ''Lead > Offer > Won; within: 90 days'', ''month'', ''UTC'')'),
	('path_summary', 'path_agg(id, stage, at, ''depth: 4'')'), ('forecast_summary', 'forecast_agg(amount, (score + 1) / 13.0)'), ('calibration_summary', 'calibration_agg((score + 1) / 13.0, won)'),
	('indicator_summary', 'indicator_agg(at::date, label, amount)'),
	('survival_summary', 'survival_agg(at, ended, stage, timestamptz ''2199-12-01'')'), ('session_summary', 'session_agg(id, at, interval ''20 days'', ''month'', ''UTC'')'),
	('retention_summary', 'retention_agg(id, at, stage = ''Lead'', won, ''week'', ''UTC'')'), ('stickiness_summary', 'stickiness_agg(id, at, ''day'', ''month'', ''UTC'')'),
	('segment_summary', 'segment_agg(label, won)'), ('attribution_summary', 'attribution_agg(id, label, at, won, timestamptz ''2199-01-01'', amount)'),
	('landmark_summary', 'landmark_agg(id, stage, at, ''Lead > Offer > Won; lost: Lost'', landmarks(''2024-03-01 00:00+00'', ''30 days'', 12), ''2199-01-01 00:00+00'')');

CREATE VIEW aggregates AS
SELECT p.oid, p.proname::text AS name, p.proargtypes[0] AS first FROM pg_proc AS p JOIN pg_aggregate AS a ON a.aggfnoid = p.oid JOIN pg_depend AS d ON (d.classid, d.objid, d.deptype) = ('pg_proc'::regclass, p.oid, 'e')
	JOIN pg_extension AS e ON (d.refclassid, d.refobjid) = ('pg_extension'::regclass, e.oid) AND e.extname = 'funnel_metrics'
WHERE a.aggtransfn::regproc::text !~ 'incomplete_';
-- (of the parallel forms the transition functions are those of the others)
SELECT is_empty($$ SELECT name FROM aggregates WHERE name <> 'rollup' AND name NOT LIKE 'parallel\_%' EXCEPT SELECT substring(call FROM '^\w+') FROM calls $$, 'every aggregate is called here (else: a row of "calls" in test/shared/growth.sql)');
SELECT is_empty($$ SELECT first::regtype::text FROM aggregates WHERE name = 'rollup' EXCEPT SELECT type FROM summaries $$, 'every summary that rolls up, too (else: of "summaries")');

--
-- Shapes of rows: number i is of them all, up to 4n
--
CREATE TABLE shapes(shape text, id text, at text, label text, amount text);
INSERT INTO shapes VALUES
	('one entity', '7', 'base + i * 7919 % 1000003 * interval ''1 minute''', 'stage', 'i % 1000 / 4.0'),
	('an entity a row', 'i * 7919 % 1000003', 'base + i % 700 * interval ''1 day''', 'stage', 'i % 1000 / 4.0'),
	('one moment', 'i % 3', 'base', 'stage', 'i % 2'),
	('the same row', '7', 'base', '''Lead''', '1'),
	('a label a row', 'i % 100', 'base + i % 700 * interval ''1 day''', '''Stage '' || lpad(i::text, 6, ''0'') || '' (pipeline A)''', '1.25'),
	('a day a row', 'i % 1000', '''1900-01-01''::timestamptz + i * 7919 % 109000 * interval ''1 day''', 'stage', 'i % 1000 / 4.0'),
	('chosen ids', 'NULL', 'base + i % 700 * interval ''1 day''', 'stage', '1.25'),
	('long amounts', 'i / 3', 'base + i % 3 * interval ''10 days''', 'stage', 'i * 1.00000000000000000001 + i % 3 * 1e10');
SELECT format('CREATE UNLOGGED TABLE %I AS SELECT i, coalesce(id, path_chosen_int8(i)) AS id, coalesce(''deal '' || id, lpad(i::text, 40, ''0'')) AS name, coalesce(lpad(id::text, 32, ''0'')::uuid, path_chosen_uuid(i)) AS code,
		at, at + i %% 90 * interval ''1 day'' AS ended, stage, %s AS label, (%s)::numeric AS amount, i %% 3 = 0 AS won, (i %% 11)::int AS score
	FROM (SELECT i, (%s)::bigint AS id, %s AS at, stage FROM generate_series(1::bigint, 4 * %s) AS i, LATERAL (SELECT (ARRAY[''Lead'', ''Offer'', ''Won'', ''Lost''])[1 + i %% 4] AS stage, timestamptz ''2024-01-01'' AS base) AS s) AS r', shape, label, amount, id, at, :rows),
	format('ANALYZE %I', shape), format('DO $w$ BEGIN PERFORM sum(length(r::text)) FROM %I AS r; END $w$', shape)
FROM shapes
\gexec

-- Summaries of one row and of three; those of a path of one entity each
SELECT format('CREATE UNLOGGED TABLE %I AS SELECT i, (SELECT %s FROM (SELECT r.*) AS r) AS s FROM (SELECT i, i AS id, at, ended, stage, label, amount, won, score FROM %I) AS r', type || ', ' || shape, call, shape),
	format('ANALYZE %I', type || ', ' || shape)
FROM summaries, shapes WHERE shape IN ('an entity a row', 'a label a row', 'a day a row', 'long amounts')
\gexec

--
-- What is measured: a query of n rows
--
CREATE TABLE work(number serial, what text, query text, settings text DEFAULT '');
-- (figures in one call have the transition function of an aggregate that goes through all shapes)
INSERT INTO work(what, query)
SELECT call || ', ' || shape, format('SELECT pg_column_size(%s) FROM %I WHERE i <= {n}', call, shape) FROM calls, shapes WHERE call ~ '^\w+_agg\(' OR shape IN ('one entity', 'the same row');
INSERT INTO work(what, query)
SELECT call || ', a group a row', format('SELECT max(s) FROM (SELECT pg_column_size(%s) AS s FROM %I WHERE i <= {n} GROUP BY i) AS g', call, 'a day a row') FROM calls;
INSERT INTO work(what, query, settings)
SELECT call || ', spilled', format('SELECT pg_column_size(%s) FROM %I WHERE i <= {n}', call, 'long amounts'), '64kB' FROM calls WHERE call ~ '^(stage|pipeline|cohort|mrr|event)_agg';
INSERT INTO work(what, query)
SELECT format('rollup(%s), %s', type, shape), format('SELECT pg_column_size(rollup(s)) FROM %I WHERE i <= {n}', type || ', ' || shape) FROM summaries, shapes WHERE to_regclass(quote_ident(type || ', ' || shape)) IS NOT NULL;
INSERT INTO work(what, query)
SELECT format('rollup(%s), a group a part', type), format('SELECT max(s) FROM (SELECT pg_column_size(rollup(s)) AS s FROM %I WHERE i <= {n} GROUP BY i) AS g', type || ', a day a row') FROM summaries;
INSERT INTO work(what, query) VALUES
	('a funnel of n synonyms', 'SELECT pg_column_size((string_agg(label, '' | '') || '' > Won'')::funnel) FROM "a label a row" WHERE i <= {n} / 4'),
	('stage_agg of n labels', 'SELECT pg_column_size(stage_agg(id, label, at, definition)) FROM (SELECT * FROM "a label a row" LIMIT 100) AS r, (SELECT (string_agg(label, '' | '') || '' > Won'')::funnel AS definition FROM "a label a row" WHERE i <= {n} / 4 OFFSET 0) AS d');

DELETE FROM work WHERE what !~ :'only';

-- The least work and the most memory (kB) that n rows took; memory is measured once
CREATE TABLE measured(number int, rows bigint, work bigint, memory bigint, PRIMARY KEY (number, rows));
CREATE PROCEDURE measure(job work, n bigint) LANGUAGE plpgsql AS $$
DECLARE
	answer text;
	work bigint;
	memory bigint;
BEGIN
	PERFORM set_config('work_mem', coalesce(nullif(job.settings, ''), '256MB'), true);
	memory := memory_forget();
	work := work_done();
	EXECUTE replace(job.query, '{n}', n::text) INTO answer;
	work := work_done() - work;
	memory := memory_most() - memory;
	INSERT INTO measured VALUES (job.number, n, work, memory)
	ON CONFLICT (number, rows) DO UPDATE SET work = least(measured.work, excluded.work), memory = least(measured.memory, excluded.memory);
END $$;
CREATE VIEW exponents AS
SELECT w.*, one.work AS work_1, four.work AS work_4, round((ln(four.work::numeric / one.work) / ln(4.0)), 2) AS exponent,
	-- what is less than 4 MB is as good as nothing
	one.memory AS memory_1, four.memory AS memory_4, round((ln(greatest(four.memory, 4096)::numeric / greatest(one.memory, 1024)) / ln(4.0)), 2) AS memory_exponent
FROM work AS w JOIN measured AS one ON (one.number, one.rows) = (w.number, :rows) JOIN measured AS four ON (four.number, four.rows) = (w.number, 4 * :rows);
CREATE PROCEDURE measure_all(n bigint, rounds int) LANGUAGE plpgsql AS $$
DECLARE
	job work;
BEGIN
	FOR round IN 1 .. rounds LOOP
		FOR job IN SELECT w.* FROM work AS w LEFT JOIN exponents AS e USING (number) WHERE round <= 1 OR e.exponent >= 1.2 OR e.memory_exponent >= 1.2 ORDER BY w.number LOOP
			FOR i IN 0 .. 2 LOOP
				CALL measure(job, n << i);
			END LOOP;
			COMMIT;
		END LOOP;
	END LOOP;
END $$;
CALL measure_all(:rows, 20);
SELECT diag('counted: ' || work_unit());
SELECT diag(format('%s: work %s -> %s, exponent %s; memory %s -> %s kB, exponent %s', what, work_1, work_4, exponent, memory_1, memory_4, memory_exponent))
FROM exponents WHERE exponent >= 1.2 OR memory_exponent >= 1.2;
SELECT ok(exponent < 1.2 AND memory_exponent < 1.2, format('%s: %s, memory %s', what, exponent, memory_exponent)) FROM exponents ORDER BY number;
SELECT is((SELECT count(*) FROM exponents), (SELECT count(*) FROM work), 'all has been measured');
SELECT cmp_ok((SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY exponent) FROM exponents)::numeric, '>', 0.4, 'rows are enough: half of them grow by more than fixed costs hide');
-- (0.53 of 4,000 rows on a quiet machine; what is quadratic from there on is seen, below)

-- The measure sees what is quadratic
INSERT INTO work(number, what, query) VALUES (-1, 'a string that is copied for each row', 'SELECT length(md5(string_agg(s, '''' ORDER BY i))) FROM (SELECT i, left(repeat(''x'', {n}), {n} - (i % 2)::int) AS s FROM "one entity" WHERE i <= {n} AND i % 4 = 0) AS q');
DO $$
DECLARE
	job work;
	n bigint := (SELECT min(rows) FROM measured);
BEGIN
	SELECT * INTO job FROM work WHERE number = -1;
	FOR i IN 0 .. 2 LOOP
		CALL measure(job, n << i);
	END LOOP;
END $$;
SELECT ok(exponent > 1.5 AND memory_exponent > 1.2, format('what is quadratic is seen: %s, memory %s', exponent, memory_exponent)) FROM exponents WHERE number = -1;
SELECT * FROM finish();
