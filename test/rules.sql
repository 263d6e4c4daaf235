-- rules.sql: what is stored can be read. No aggregate, nobody's own either, makes a value that its type refuses;
-- a rollup of any number of parts is that of the whole, and takes no more memory than it.
SELECT no_plan();
SET jit = off;

CREATE TABLE types AS SELECT oid, typname AS name FROM pg_type WHERE typname ~ '^[a-z]+_summary$' AND oid IN (SELECT objid FROM pg_depend WHERE refclassid = 'pg_extension'::regclass AND classid = 'pg_type'::regclass);

-- Whether a value is its text's and its bytes'; what happened where it is not
CREATE FUNCTION pg_temp.unreadable(value anyelement) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	again text;
BEGIN
	EXECUTE format('SELECT ($1::text::%s)::text', pg_typeof(value)) INTO again USING value;
	RETURN CASE WHEN again IS DISTINCT FROM value::text THEN format('%s came back as %s', value, again) END;
EXCEPTION WHEN OTHERS THEN
	RETURN SQLERRM || ': ' || coalesce(value::text, 'no text');
END $$;

--
-- The ends of every type of column
--

CREATE TABLE ends AS SELECT row_number() OVER () AS id, (ARRAY['Lead', 'Qualified', 'Won', 'Lost'])[1 + row_number() OVER () % 4] AS stage, d, d2, t, t2, a FROM
	(VALUES (date '-infinity'), ('infinity'), ('4713-11-24 BC'), ('4713-01-01 BC'), ('0001-01-01'), ('1899-12-31'), ('1900-01-01'), ('2199-12-31'), ('294276-12-31'), ('5874897-12-31'), ('2000-01-01'), (NULL)) x (d),
	(VALUES (date '-infinity'), ('5874897-12-31'), ('2000-01-01'), (NULL)) y (d2),
	(VALUES (timestamptz '-infinity'), ('infinity'), ('4714-11-24 00:00:00+00 BC'), ('294276-12-31 23:59:59.999999+00'), ('6566-06-01'), ('2568-01-01 BC'), ('2000-01-01'), (NULL)) z (t),
	(VALUES (timestamptz '4714-11-24 00:00:00+00 BC'), ('294276-12-31 23:59:59.999999+00'), ('2000-01-01')) w (t2),
	(VALUES (0::numeric), (-1), (85070591730234615865843651857942052863), (-85070591730234615865843651857942052864), (1e-38), (144115188075855872), (NULL)) v (a);
\set definition '''Lead > Qualified > Won; lost: Lost'''

SELECT is(pg_temp.unreadable(s), NULL, format('the ends of every type: %s in %s', pg_typeof(s), zone))
FROM (VALUES ('Asia/Tehran'), ('Pacific/Kiritimati'), ('Etc/GMT+12')) z (zone), LATERAL (
	SELECT pipeline_agg(id, stage, t, a, :definition, 'day', zone) AS s FROM ends WHERE id % 4 = length(zone) % 4) x;
SELECT is(pg_temp.unreadable(s), NULL, format('the ends of every type: %s in %s', pg_typeof(s), zone))
FROM (VALUES ('Asia/Tehran'), ('Pacific/Kiritimati'), ('Etc/GMT+12')) z (zone), LATERAL (
	SELECT cohort_agg(id % 100, t, a, 'week', zone) AS s FROM ends) x;
SELECT is(pg_temp.unreadable(stage_agg(id, stage, t, a, :definition)), NULL, 'the ends of every type: stage_summary') FROM ends;
SELECT is(pg_temp.unreadable(stage_agg(id::text, stage, d, a, :definition)), NULL, '... of dates') FROM ends;
SELECT is(pg_temp.unreadable(mrr_agg(id % 50, d, a)), NULL, 'the ends of every type: mrr_summary') FROM ends;
SELECT is(pg_temp.unreadable(mrr_agg(id % 50, d, d2, a, '2199-12-31')), NULL, '... of subscriptions') FROM ends;
SELECT is(pg_temp.unreadable(mrr_agg(id % 50, d, a, 'jalali month')), NULL, '... by Jalali months') FROM ends;
SELECT is(pg_temp.unreadable(mrr_agg(id % 50, d, d2, a, '2199-12-31', 'jalali month')), NULL, '... subscriptions, too') FROM ends;
SELECT is(pg_temp.unreadable(indicator_agg(d, stage, a)), NULL, 'the ends of every type: indicator_summary') FROM ends;
SELECT is(pg_temp.unreadable(path_agg(id % 50, stage, t, 'repeats: keep; depth: 10')), NULL, 'the ends of every type: path_summary') FROM ends;
SELECT is(pg_temp.unreadable(duration_agg(t, t2)), NULL, 'the ends of every type: duration_summary') FROM ends;
SELECT is(pg_temp.unreadable(survival_agg(t, t2, stage, '2199-12-31 23:59:59.999999+00', t)), NULL, 'the ends of every type: survival_summary') FROM ends;
SELECT is(pg_temp.unreadable(survival_agg(d, d2, id % 3 = 0, '2199-12-31', d)), NULL, '... of dates') FROM ends;
SELECT is(pg_temp.unreadable(duration_agg(ended - interval '1000000000 seconds' * 9223 - interval '372036854.775807 seconds', ended)), NULL, 'the longest duration there is')
	FROM (VALUES (timestamptz '294276-12-31 23:59:59.999999+00')) v (ended);
SELECT is(pg_temp.unreadable(velocity_agg(id % 3 = 0, a, t, t2)), NULL, 'the ends of every type: velocity_summary') FROM ends;
SELECT is(pg_temp.unreadable(rate_agg(id % 2 = 0, a)), NULL, 'the ends of every type: rate_summary') FROM ends;
SELECT is(pg_temp.unreadable(within_agg(t, t2, interval '100000000 days', '2199-12-31')), NULL, '... of within_agg') FROM ends;
SELECT is(pg_temp.unreadable(s), NULL, format('the ends of every type: %s in %s', pg_typeof(s), zone))
FROM (VALUES ('Asia/Tehran'), ('Pacific/Kiritimati'), ('Etc/GMT+12')) z (zone), LATERAL (
	SELECT session_agg(id % 100, t, interval '100000000 days', 'day', zone) AS s FROM ends) x;
SELECT is(pg_temp.unreadable(session_agg(id % 100, t, interval '1 microsecond')), NULL, '... of the shortest gap') FROM ends;
SELECT is(pg_temp.unreadable(s), NULL, format('the ends of every type: %s in %s', pg_typeof(s), zone))
FROM (VALUES ('Asia/Tehran'), ('Pacific/Kiritimati'), ('Etc/GMT+12')) z (zone), LATERAL (
	SELECT retention_agg(id % 100, t, id % 3 = 0, true, 'week', zone) AS s FROM ends) x;
SELECT is(pg_temp.unreadable(retention_agg(id % 100, d, true, true, ARRAY[0, 1, 109574])), NULL, '... of brackets') FROM ends;
SELECT is(pg_temp.unreadable(s), NULL, format('the ends of every type: %s in %s', pg_typeof(s), zone))
FROM (VALUES ('Asia/Tehran'), ('Pacific/Kiritimati'), ('Etc/GMT+12')) z (zone), LATERAL (
	SELECT stickiness_agg(id % 100, t, 'day', 'year', zone) AS s FROM ends) x;
SELECT is(pg_temp.unreadable(attainment_agg(a, -a)), NULL, 'the ends of every type: attainment_summary') FROM ends;

--
-- Somebody's own aggregates: rows taken out that were never put in
--

CREATE AGGREGATE pg_temp.rate_less(boolean) (SFUNC = rate_remove, STYPE = rate_summary, FINALFUNC = rate_final);
CREATE AGGREGATE pg_temp.rate_less_bare(boolean) (SFUNC = rate_remove, STYPE = rate_summary);
CREATE AGGREGATE pg_temp.rate_less(boolean, numeric) (SFUNC = rate_remove, STYPE = rate_summary, FINALFUNC = rate_final);
CREATE AGGREGATE pg_temp.duration_less(timestamptz, timestamptz) (SFUNC = duration_remove_mean, STYPE = duration_summary, FINALFUNC = duration_final);
CREATE AGGREGATE pg_temp.velocity_less(boolean, numeric, timestamptz, timestamptz) (SFUNC = velocity_remove, STYPE = velocity_summary, FINALFUNC = velocity_final);
CREATE AGGREGATE pg_temp.survey_less(integer) (SFUNC = survey_remove, STYPE = survey_summary, FINALFUNC = survey_final);
CREATE AGGREGATE pg_temp.attainment_less(numeric, numeric) (SFUNC = attainment_remove, STYPE = attainment_summary, FINALFUNC = attainment_final);
SELECT is_empty($$ SELECT aggmtranstype::regtype FROM pg_aggregate WHERE aggmtranstype IN (SELECT oid FROM types)
	EXCEPT SELECT a.aggtranstype::regtype FROM pg_aggregate AS a JOIN pg_proc AS p ON p.oid = a.aggfnoid
		WHERE p.pronamespace = pg_my_temp_schema() AND a.aggtransfn IN (SELECT aggminvtransfn FROM pg_aggregate) $$,
	'every type that rows are taken out of is tried (else: an aggregate of its inverse and a call here, in test/rules.sql)');
SELECT throws_ok(format('SELECT pg_temp.%s FROM (VALUES (1)) v', call), '22003', 'a summary can''t lose a row that it does not count', call)
FROM unnest(ARRAY['rate_less(true)', 'rate_less(false)', 'rate_less(NULL)', 'rate_less_bare(true)', 'rate_less(true, 1)',
	'duration_less(now(), now())', 'duration_less(now(), NULL)', 'duration_less(NULL, now())',
	'velocity_less(true, 1, now(), now())', 'velocity_less(false, 1, now(), now())', 'velocity_less(NULL, 1, now(), now())',
	'survey_less(9)', 'survey_less(NULL)', 'attainment_less(1, 1)', 'attainment_less(1, NULL)', 'attainment_less(1, 0)', 'attainment_less(1, -1)']) call;

-- An amount taken out that is not the one put in: a sum that no rows can have
CREATE AGGREGATE pg_temp.attainment_first(numeric, numeric) (SFUNC = attainment_remove, STYPE = attainment_summary, FINALFUNC = attainment_final,
	INITCOND = '{"version": 1, "below_50_percent": 1, "from_50_percent": 0, "from_80_percent": 0, "from_100_percent": 0, "from_120_percent": 0, "without_actual": 0, "null_target": 0, "zero_target": 0, "invalid_rows": 0, "actual_total": 0, "target_total": 10}');
SELECT throws_ok('SELECT pg_temp.attainment_first(1, 20)', '22003',
	'a value of type attainment_summary could not be read again: the sum of the targets does not fit the number of rows that have one',
	'a target taken out that was not put in');
SELECT is(pg_temp.unreadable(pg_temp.attainment_first(0, 10)), NULL, 'the one that was put in');

-- Moments go with the last of the rows
CREATE AGGREGATE pg_temp.durations(timestamptz, timestamptz) (SFUNC = duration_accum_mean, STYPE = duration_summary, FINALFUNC = duration_final,
	MSFUNC = duration_accum_mean, MINVFUNC = duration_remove_mean, MSTYPE = duration_summary, MFINALFUNC = duration_final);
SELECT is_empty($$ SELECT pg_temp.unreadable(s) FROM (SELECT pg_temp.durations(x, y) OVER (ORDER BY i ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING) AS s
	FROM (VALUES (1, timestamptz '2025-01-01', timestamptz '2025-01-02'), (2, NULL, NULL), (3, NULL, NULL), (4, '2025-01-01', NULL), (5, NULL, NULL), (6, NULL, NULL)) v (i, x, y)) x WHERE pg_temp.unreadable(s) IS NOT NULL $$,
	'a moving frame without a row that counts');

--
-- Sums and counts beyond what a type holds: in a merge of any number of parts, with empty ones among them
--

-- One summary a type, and each whole number of its text as large as it gets: what is taken is merged with itself
CREATE TABLE seeds (type text, value text);
INSERT INTO seeds
SELECT 'rate_summary', rate_agg(id % 2 = 0, a)::text FROM ends WHERE a < 100 UNION ALL
SELECT 'duration_summary', duration_agg(t, t + interval '3 days')::text FROM ends WHERE t BETWEEN '1990-01-01' AND '2010-01-01' UNION ALL
SELECT 'velocity_summary', velocity_agg(id % 2 = 0, a, timestamptz '2025-01-01', timestamptz '2025-02-01')::text FROM ends WHERE a < 100 UNION ALL
SELECT 'survey_summary', survey_agg(9)::text UNION ALL
SELECT 'label_summary', label_agg(stage)::text FROM ends UNION ALL
SELECT 'survival_summary', survival_agg(date '2025-01-01', date '2025-01-01' + id::integer, stage, '2025-06-30', date '2025-01-01' + id::integer % 9)::text FROM ends WHERE id < 300 UNION ALL
SELECT 'segment_summary', segment_agg(stage, id % 3 = 0)::text FROM ends WHERE id < 300 UNION ALL
SELECT 'indicator_summary', indicator_agg(date '2025-01-01' + id::integer, stage, id)::text FROM ends WHERE id < 12 UNION ALL
SELECT 'forecast_summary', forecast_agg(id::numeric, (id % 10 / 10.0)::double precision)::text FROM ends WHERE id < 300 UNION ALL
SELECT 'calibration_summary', calibration_agg((id % 10 / 10.0)::double precision, id % 3 = 0)::text FROM ends WHERE id < 300 UNION ALL
SELECT 'landmark_summary', landmark_agg(id % 50, stage, timestamptz '2025-01-01' + id * interval '1 hour', :definition, landmarks('2025-01-02 00:00+00', '2 days', 3), '2025-06-01 00:00+00')::text FROM ends WHERE id < 300 UNION ALL
SELECT 'attribution_summary', attribution_agg(id % 50, stage, timestamptz '2025-01-01' + id * interval '1 hour', id % 50 % 3 = 0, timestamptz '2025-03-01')::text FROM ends WHERE id < 300 UNION ALL
SELECT 'attainment_summary', attainment_agg(id, 100::bigint)::text FROM ends WHERE id < 300 UNION ALL
SELECT 'stage_summary', stage_agg(id % 50, stage, timestamptz '2025-01-01' + id * interval '1 hour', 1::numeric, :definition)::text FROM ends WHERE id < 300 UNION ALL
SELECT 'pipeline_summary', pipeline_agg(id % 50, stage, timestamptz '2025-01-01' + id * interval '1 hour', 1::numeric, :definition, 'week', 'UTC')::text FROM ends WHERE id < 300 UNION ALL
SELECT 'cohort_summary', cohort_agg(id % 50, timestamptz '2025-01-01' + id * interval '1 hour', 1::numeric, 'week', 'UTC')::text FROM ends WHERE id < 300 UNION ALL
SELECT 'event_summary', event_agg(id % 50, stage, timestamptz '2025-01-01' + id * interval '1 hour', 'Lead > Qualified > Won; within: 9 days; optional: Qualified', 'week', 'UTC')::text FROM ends WHERE id < 300 UNION ALL
SELECT 'path_summary', path_agg(id % 50, stage, timestamptz '2025-01-01' + id * interval '1 hour', 'from: Lead; depth: 3')::text FROM ends WHERE id < 300 UNION ALL
SELECT 'session_summary', session_agg(id % 50, timestamptz '2025-01-01' + id * interval '1 hour', '60 hours', 'week', 'UTC')::text FROM ends WHERE id < 300 UNION ALL
SELECT 'retention_summary', retention_agg(id % 50, timestamptz '2025-01-01' + id * interval '1 hour', id % 3 = 0, id % 2 = 0, 'week', 'UTC')::text FROM ends WHERE id < 300 UNION ALL
SELECT 'stickiness_summary', stickiness_agg(id % 50, timestamptz '2025-01-01' + id * interval '1 hour', 'day', 'week', 'UTC')::text FROM ends WHERE id < 300 UNION ALL
SELECT 'mrr_summary', mrr_agg(id % 50, date '2025-01-01' + id::integer, 1::numeric)::text FROM ends WHERE id < 300;
SELECT set_eq('SELECT type FROM seeds', 'SELECT name::text FROM types', 'every type is tried (else: a row of "seeds" in test/rules.sql)');

CREATE FUNCTION pg_temp.enormous() RETURNS TABLE (type text, tried bigint, taken bigint, merged bigint, wrong text) LANGUAGE plpgsql AS $$
DECLARE
	seed record;
	mutant text;
	piece text[];
	many integer;
	answer text;
	problem text;
BEGIN
	FOR seed IN SELECT * FROM seeds LOOP
		type := seed.type; tried := 0; taken := 0; merged := 0; wrong := NULL;
		FOR piece IN SELECT regexp_matches(seed.value, '("[a-z0-9_]+": )(-?[0-9]+)([,}\]])', 'g') LOOP
			FOR mutant IN SELECT replace(seed.value, array_to_string(piece, ''), piece[1] || n || piece[3])
				FROM (VALUES ('4611686018427387903'), ('9223372036854775807'), ('72057594037927936'), ('42535295865117307932921825928971026432'), ('85070591730234615865843651857942052863')) v (n) LOOP
				tried := tried + 1;
				BEGIN
					EXECUTE format('SELECT ($1::%s)::text', type) INTO answer USING mutant;
				EXCEPTION WHEN data_exception THEN
					CONTINUE;
				END;
				taken := taken + 1;
				FOREACH many IN ARRAY ARRAY[2, 3, 5] LOOP
					BEGIN
						EXECUTE format('SELECT pg_temp.unreadable(rollup(s)) FROM (SELECT $1::%s AS s FROM generate_series(1, $2)) x', type) INTO problem USING mutant, many;
						wrong := coalesce(wrong, problem);
						merged := merged + 1;
					EXCEPTION WHEN numeric_value_out_of_range THEN
						NULL;
					END;
				END LOOP;
			END LOOP;
		END LOOP;
		RETURN NEXT;
	END LOOP;
END $$;
SELECT ok(tried >= 10 AND wrong IS NULL, format('%s: %s enormous numbers (10 at least), %s taken, %s merges of these; each can be read', type, tried, taken, merged)) || coalesce(E'\n' || diag(wrong), '')
FROM pg_temp.enormous() ORDER BY type;

-- Rows of a part without a definition are kept, wherever it stands
CREATE TABLE without_definition AS SELECT type, regexp_replace(empty, '"no_stage": 0', '"no_stage": 7')  AS value FROM (
	SELECT 'stage_summary' AS type, (stage_agg(1, 'Lead', now(), :definition) FILTER (WHERE false))::text AS empty UNION ALL
	SELECT 'pipeline_summary', (pipeline_agg(1, 'Lead', now(), 1, :definition, 'month', 'UTC') FILTER (WHERE false))::text) x;
SELECT is((SELECT rows FROM stage_quality(rolled) WHERE reason = 'no stage'), 7::bigint, 'stage: rows of a part without a definition are kept, ' || place)
FROM (SELECT place, rollup(s ORDER BY CASE place WHEN 'first' THEN i ELSE -i END) AS rolled
	FROM (VALUES ('first'), ('last')) p (place), (SELECT 1 AS i, value::stage_summary AS s FROM without_definition WHERE type = 'stage_summary' UNION ALL
		SELECT 2, value::stage_summary FROM seeds WHERE type = 'stage_summary') x GROUP BY place) y;
SELECT is((SELECT rows FROM pipeline_quality(rolled) WHERE reason = 'no stage'), 7::bigint, 'pipeline: rows of a part without a definition are kept, ' || place)
FROM (SELECT place, rollup(s ORDER BY CASE place WHEN 'first' THEN i ELSE -i END) AS rolled
	FROM (VALUES ('first'), ('last')) p (place), (SELECT 1 AS i, value::pipeline_summary AS s FROM without_definition WHERE type = 'pipeline_summary' UNION ALL
		SELECT 2, value::pipeline_summary FROM seeds WHERE type = 'pipeline_summary') x GROUP BY place) y;

--
-- Rollups of many parts
--

-- One part an entity: with cells of its own, with those of all others, with some of each
CREATE TABLE entities AS SELECT g AS id, (ARRAY['Lead', 'Qualified', 'Won', 'Lost'])[1 + g % 4] AS stage,
	timestamptz '2015-01-01' + g * interval '4 hours' AS own, timestamptz '2015-01-01' AS same, timestamptz '2015-01-01' + (g % 97) * interval '1 day' AS few
	FROM generate_series(1, 8000) g;
CREATE TABLE parts AS SELECT id, shape,
		stage_agg(id, stage, at, 1::numeric, :definition) AS stage,
		pipeline_agg(id, stage, at, 1::numeric, :definition, 'day', 'UTC') AS pipeline,
		cohort_agg(id, at, 1::numeric, 'day', 'UTC') AS cohort,
		mrr_agg(id, at::date, 1::numeric) AS mrr
	FROM entities, LATERAL (VALUES ('own', own), ('same', same), ('few', few)) v (shape, at) GROUP BY id, shape;
SELECT is(rollup(stage)::text, (SELECT stage_agg(id, stage, CASE shape WHEN 'own' THEN own WHEN 'same' THEN same ELSE few END, 1::numeric, :definition)::text FROM entities), 'stage, 8,000 parts: ' || shape) FROM parts GROUP BY shape;
SELECT is(rollup(pipeline)::text, (SELECT pipeline_agg(id, stage, CASE shape WHEN 'own' THEN own WHEN 'same' THEN same ELSE few END, 1::numeric, :definition, 'day', 'UTC')::text FROM entities), 'pipeline, 8,000 parts: ' || shape) FROM parts GROUP BY shape;
SELECT is(rollup(cohort)::text, (SELECT cohort_agg(id, CASE shape WHEN 'own' THEN own WHEN 'same' THEN same ELSE few END, 1::numeric, 'day', 'UTC')::text FROM entities), 'cohort, 8,000 parts: ' || shape) FROM parts GROUP BY shape;
SELECT is(rollup(mrr)::text, (SELECT mrr_agg(id, (CASE shape WHEN 'own' THEN own WHEN 'same' THEN same ELSE few END)::date, 1::numeric)::text FROM entities), 'mrr, 8,000 parts: ' || shape) FROM parts GROUP BY shape;

-- Any order, any split, in levels, in a window, of few parts a group
SELECT is(rollup(stage ORDER BY md5(id::text))::text, (SELECT rollup(stage)::text FROM parts WHERE shape = 'own'), 'in another order') FROM parts WHERE shape = 'own';
SELECT is(rollup(stage)::text, (SELECT rollup(stage)::text FROM parts WHERE shape = 'own'), 'in levels')
	FROM (SELECT rollup(stage) AS stage FROM parts WHERE shape = 'own' GROUP BY floor(sqrt(id))) x;
SELECT is_empty($$ SELECT id FROM (SELECT id, rollup(stage) OVER (ORDER BY id)::text AS running FROM parts WHERE shape = 'few' AND id <= 300) r
	WHERE running IS DISTINCT FROM (SELECT rollup(stage)::text FROM parts p WHERE p.id <= r.id AND shape = 'few') $$, 'in a window, row by row');
SELECT is(rollup(s)::text, (SELECT rollup(stage)::text FROM parts WHERE shape = 'own'), 'of few parts a group') FROM (SELECT rollup(stage) AS s FROM parts WHERE shape = 'own' GROUP BY id / 3) x;

-- The peak of this process, in kB
CREATE FUNCTION memory_peak() RETURNS bigint LANGUAGE sql AS $$ SELECT (regexp_match(pg_read_file('/proc/self/status', 0, 100000, true), 'VmHWM:\s+(\d+) kB'))[1]::bigint $$;
CREATE TABLE memory AS SELECT memory_peak() AS before;
SELECT octet_length(stage_summary_send(rollup(stage))) + octet_length(pipeline_summary_send(rollup(pipeline))) + octet_length(cohort_summary_send(rollup(cohort))) > 0 AS rolled FROM parts, generate_series(1, 5) WHERE shape = 'own' \gset
SELECT ok(coalesce(memory_peak() - before < 50000, true), format('memory: the peak rose by %s kB for 40,000 parts of each', memory_peak() - before)) FROM memory;

SELECT * FROM finish();
