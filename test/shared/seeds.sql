-- Seeds: values of every type of the extension, and everything that can be asked of them; for the tests
-- that try each type. A new type adds its seeds below; a type without seeds is a failure.

-- What the seeds are made of
CREATE TABLE deals AS
SELECT i, i % 3 = 0 OR nullif(i % 3, 2) IS NULL AND NULL AS won, i * 1234.56 - 9999 AS amount, i % 11 AS score, 'deal ' || i % 40 AS deal,
	(ARRAY['Lead', 'Qualified', 'Won', 'Lost', 'Proposal'])[1 + (i * 7) % 5] AS stage,
	timestamptz '2023-12-28 08:00:00+00' + i * interval '31 hours' AS started,
	timestamptz '2023-12-28 08:00:00+00' + i * interval '31 hours' + (i * i % 97 - 3) * interval '17 hours 0.5 seconds' AS ended
FROM generate_series(1, 200) AS i;

-- Expressions, each a value of the type: nothing, little, much, the extremes
CREATE TABLE seeds(number serial, type text, seed text);
INSERT INTO seeds(type, seed) VALUES
	('label_summary', '(SELECT label_agg(stage) FROM deals WHERE false)'),
	('label_summary', '(SELECT label_agg(nullif(stage, ''Won'')) FROM deals)'),
	('label_summary', '(SELECT label_agg(repeat(E''\u0633"'', i % 120) || i) FROM generate_series(1, 1500) AS i)'),
	('rate_summary', '(SELECT rate_agg(won) FROM deals WHERE false)'),
	('rate_summary', '(SELECT rate_agg(won, amount) FROM deals)'),
	('rate_summary', '(SELECT rate_agg(won, CASE i % 3 WHEN 1 THEN 1e60 WHEN 2 THEN 1e-60 ELSE -7.25 END) FROM deals)'),
	('rate_summary', '(SELECT within_agg(started, ended, ''3 days'', ''2024-02-01'') FROM deals)'),
	('rate_summary', '''{"version": 1, "succeeded": 9223372036854775807, "failed": 9223372036854775807, "undecided": 9223372036854775807, "invalid_rows": 9223372036854775807, "succeeded_with_amount": 9223372036854775807, "failed_with_amount": 0, "zero_amount": 9223372036854775807, "amount_succeeded": 85070591730234615865843651857942052863, "amount_failed": -85070591730234615865843651857942052863.5, "data_from": "1900-01-01 00:00:00+00", "data_through": "2199-12-31 23:59:59.999999+00"}''::rate_summary'),
	('business_calendar', 'business_calendar ''Mon-Fri 09:00-12:00, 13:00-17:00; Sat 09:00-13:00; zone: Asia/Kuala_Lumpur; closed: 2026-01-01, 2026-03-20..2026-03-24; open: 2026-03-28 09:00-12:00'''),
	('business_calendar', 'business_calendar ''sat-wed: 22:00-06:00; closed: 1405-01-01..1405-01-13'''),
	('business_calendar', '(SELECT ''open: '' || string_agg(day::date || '' 00:00-24:00'', '', '') || ''; zone: UTC'' FROM generate_series(date ''2026-01-01'', ''2026-12-31'', ''1 day'') AS day)::business_calendar'),
	('duration_summary', '(SELECT duration_agg(started, ended) FROM deals WHERE false)'),
	('duration_summary', '(SELECT duration_agg(started, ended) FROM deals WHERE i < 5)'),
	('duration_summary', '(SELECT duration_agg(started, ended) FROM deals)'),
	('duration_summary', '(SELECT duration_agg(timestamp ''2000-01-01'', timestamp ''2000-01-01'' + least(power(1.07, i), 1e10) * interval ''1 second'') FROM generate_series(1, 500) AS i)'),
	('velocity_summary', '(SELECT velocity_agg(won, amount, started, ended) FROM deals WHERE false)'),
	('velocity_summary', '(SELECT velocity_agg(won, amount, started, ended) FROM deals)'),
	('velocity_summary', '(SELECT velocity_agg(won, amount * 1e40, started, ended) FROM deals)'),
	('survey_summary', '(SELECT survey_agg(score) FROM deals WHERE false)'),
	('survey_summary', '(SELECT survey_agg(nullif(score, 5)) FROM deals)'),
	('survival_summary', '(SELECT survival_agg(started, ended, won, ''2024-06-01'') FROM deals WHERE false)'),
	('survival_summary', '(SELECT survival_agg(started, ended, won, ''2024-06-01'') FROM deals)'),
	('survival_summary', '(SELECT survival_agg(started, ended, stage, ''2024-06-01'', timestamptz ''2024-02-01'') FROM deals)'),
	('survival_summary', '(SELECT survival_agg(started::date, ended::date, ''2024-06-01'') FROM deals)'),
	('survival_summary', '(SELECT survival_agg(date ''1900-01-01'' + i * i, ''2199-12-31'', repeat(E''\u0633"'', i % 64), ''2199-12-31'', date ''1900-01-01'' + i * i * i) FROM deals WHERE i % 3 = 0)'),
	('segment_summary', '(SELECT segment_agg(stage, won) FROM deals WHERE false)'),
	('segment_summary', '(SELECT segment_agg(nullif(stage, ''Won''), won) FROM deals)'),
	('segment_summary', '(SELECT segment_agg(repeat(E''\u0633"'', i % 40) || i, r) FROM (SELECT i, rate_agg(won) AS r FROM deals GROUP BY i) AS d)'),
	('attainment_summary', '(SELECT attainment_agg(amount, i) FROM deals WHERE false)'),
	('attainment_summary', '(SELECT attainment_agg(nullif(amount, 234.56), nullif(i, 7) * 1000 - 20000.5) FROM deals)'),
	('attainment_summary', '(SELECT attainment_agg(CASE i % 3 WHEN 1 THEN 1e60 WHEN 2 THEN 1e-60 ELSE -7.25 END, 1e-50) FROM deals)'),
	('attainment_summary', '''{"version": 1, "below_50_percent": 9223372036854775807, "from_50_percent": 9223372036854775807, "from_80_percent": 9223372036854775807, "from_100_percent": 9223372036854775807, "from_120_percent": 9223372036854775807, "without_actual": 9223372036854775807, "null_target": 9223372036854775807, "zero_target": 9223372036854775807, "invalid_rows": 9223372036854775807, "actual_total": -85070591730234615865843651857942052863.5, "target_total": 85070591730234615865843651857942052863}''::attainment_summary'),
	('stage_summary', '(SELECT stage_agg(deal, stage, started, ''Lead > Won'') FROM deals WHERE false)'),
	('stage_summary', '(SELECT stage_agg(deal, stage, started, amount, ''Lead > Qualified > Proposal > Won; lost: Lost'') FROM deals)'),
	('stage_summary', '(SELECT stage_agg(deal, stage, ended, ''Lead > "Qua""lified"|Qualified > Won; lost: Lost, سرنخ'') FROM deals)'),
	('stage_summary', '(SELECT stage_agg(deal, stage, started, CASE i % 3 WHEN 1 THEN 1e60 ELSE 1e-60 END, ''Lead > Won > Proposal; lost: Lost'') FROM deals)'),
	('stage_summary', '(SELECT stage_agg(deal, CASE WHEN i % 2 = 0 THEN ''Lead'' ELSE repeat(E''\u0633"'', i % 90) || i END, started, ''Lead > Won'') FROM (SELECT * FROM deals UNION ALL SELECT i + 200, won, amount, score, deal, stage, started, ended FROM deals) d)'),
	('pipeline_summary', '(SELECT pipeline_agg(deal, stage, started, amount, ''Lead > Won'', ''month'', ''UTC'') FROM deals WHERE false)'),
	('pipeline_summary', '(SELECT pipeline_agg(deal, stage, started, amount, ''Lead > Qualified > Proposal > Won; lost: Lost'', ''week'', ''Asia/Tehran'') FROM deals)'),
	('pipeline_summary', '(SELECT pipeline_agg(deal, stage, started, CASE i % 3 WHEN 1 THEN 1e60 ELSE 1e-60 END, ''Lead > Won > Proposal; lost: Lost'', ''quarter'', ''UTC'') FROM deals)'),
	('mrr_summary', '(SELECT mrr_agg(deal, started::date, amount) FROM deals WHERE false)'),
	('mrr_summary', '(SELECT mrr_agg(deal, started::date, amount) FROM deals)'),
	('mrr_summary', '(SELECT mrr_agg(deal, started::date, ended::date, abs(amount) * 1e40, ''2024-06-30'') FROM deals)'),
	('cohort_summary', '(SELECT cohort_agg(deal, started, amount, ''month'', ''UTC'') FROM deals WHERE false)'),
	('cohort_summary', '(SELECT cohort_agg(deal, started, amount, ''week'', ''Asia/Tehran'') FROM deals)'),
	('cohort_summary', '(SELECT cohort_agg(deal, started::date, ''month'') FROM deals)'),
	('cohort_summary', '(SELECT cohort_agg(deal, CASE i % 9 WHEN 1 THEN ''infinity'' WHEN 2 THEN ''4713-01-02 BC'' ELSE started END, CASE i % 3 WHEN 1 THEN 1e60 WHEN 2 THEN 1e-60 END, ''year'', ''America/New_York'') FROM deals)'),
	('cohort_summary', '(SELECT cohort_agg(deal, started::date, CASE i % 3 WHEN 1 THEN 1e60 ELSE 1e-60 END, ''quarter'') FROM deals)'),
	('mrr_summary', '(SELECT mrr_agg(i % 5, started::date, CASE i % 3 WHEN 1 THEN 1e60 ELSE 1e-60 END) FROM deals)'),
	('mrr_summary', '(SELECT mrr_agg(deal, started::date, ended::date, amount, ''2025-06-30'') FROM deals)'),
	('mrr_summary', '(SELECT mrr_agg(i, started::date, NULL, 9.90, ''2025-06-30'') FROM deals)'),
	('event_summary', '(SELECT event_agg(deal, stage, started, ''Lead > Won'') FROM deals WHERE false)'),
	('event_summary', '(SELECT event_agg(deal, stage, started, ''Lead > Qualified > Proposal > Won; within: 60 days; without: Lost (2-4)'') FROM deals)'),
	('event_summary', '(SELECT event_agg(deal, stage, started, ''Lead > Qualified > Won; within: 200 days; optional: Qualified'', ''month'', ''Asia/Tehran'') FROM deals)'),
	('event_summary', '(SELECT event_agg(deal, stage, started::date, ''Won > Lead > Lost; order: any; session: 90 days; count: sessions'', ''quarter'') FROM deals)'),
	('event_summary', '(SELECT event_agg(i % 7, started, ''a > b > b; gap: 10 days; count: attempts; without: x'', stage = ''Lead'', won, i % 5 = 1, i % 11 = 1) FROM deals)'),
	('event_summary', '(SELECT event_agg(deal, stage, nullif(''r '' || i % 4, ''r 0''), started, ''Lead > Qualified > Won; within: 90 days; property: first'') FROM deals)'),
	('event_summary', '(SELECT event_agg(i % 9, stage, ''ر'' || i % 3, started::date, ''Lead > Won; count: attempts; within: 100 days; property: hold'') FROM deals)'),
	('path_summary', '(SELECT path_agg(deal, stage, started, ''from: Lead'') FROM deals WHERE false)'),
	('path_summary', '(SELECT path_agg(deal, stage, started, '''') FROM deals)'),
	('path_summary', '(SELECT path_agg(deal, stage, ended, ''to: Won | Lost; depth: 3; session: 90 days; repeats: keep'') FROM deals)'),
	('path_summary', '(SELECT path_agg(i % 9, stage || '' "س"'', started::date, ''from: "Lead ""س"""; to: "Won ""س""" | other; depth: 10; session: 200 days; count: entities'') FROM deals)'),
	('path_summary', '''{"version": 1, "definition": "depth: 2", "data_from": "1900-01-01 00:00:00+00", "data_through": "2199-12-31 23:59:59.999999+00", "rows": {"used": 4611686018427387903, "no_entity": 4611686018427387903, "no_event": 4611686018427387903, "no_time": 4611686018427387903, "time_out_of_range": 4611686018427387903, "exact_duplicate": 4611686018427387903, "repeat": 4611686018427387903, "off_the_path": 4611686018427387903, "unit_outside": 4611686018427387903}, "units_outside": 4611686018427387903, "labels": [{"label": ""}, {"label": "a"}], "others": 2, "others_ended": [{"units": 1}, {"units": 1}], "steps": [{"after": 0, "label": 1, "ended": 4611686018427387896, "others": 1}, {"after": 1, "label": 2, "ended": 0, "others": 1, "since_step_before": {"sketch": [[0, 1]]}}]}''::path_summary'),
	('attribution_summary', '(SELECT attribution_agg(deal, stage, started, won, started) FROM deals WHERE false)'),
	('attribution_summary', '(SELECT attribution_agg(i % 90, stage, started, i % 90 % 3 = 0, timestamptz ''2024-10-01'', i % 90 * 1.25, ''markov: 3; half_life: 30 days'') FROM deals)'),
	('attribution_summary', '(SELECT attribution_agg(i % 40, nullif(stage, ''Won'') || '' "س"'', started::date, nullif(i % 40 % 4, 2) = 0, date ''2024-08-01'', CASE i % 40 % 3 WHEN 1 THEN 1e60 ELSE -1e-60 END, ''lookback: 90 days; position: 0 30'') FROM deals)'),
	('indicator_summary', '(SELECT indicator_agg(started::date, stage, amount) FROM deals WHERE false)'),
	('indicator_summary', '(SELECT indicator_agg(date ''2024-01-01'' + 7 * (i / 5), nullif(stage, ''Won''), nullif(score, 7)) FROM deals)'),
	('indicator_summary', '(SELECT indicator_agg((timestamp ''2000-02-01'' + make_interval(months => i))::date - 1, CASE i % 2 WHEN 0 THEN ''all'' ELSE repeat(E''\u0633"'', i % 3) END, CASE i % 3 WHEN 1 THEN 1e60 * i WHEN 2 THEN -1e-60 * i ELSE -7.25 END) FROM deals)'),
	('indicator_summary', '(SELECT indicator_agg(date ''1900-01-01'' + i * 547, ''all'', i) FROM deals)'),
	('landmark_summary', '(SELECT landmark_agg(deal, stage, started, ''Lead > Won'', ''{2024-02-01}'', ''2024-06-01'') FROM deals WHERE false)'),
	('landmark_summary', '(SELECT landmark_agg(deal, stage, started, ''Lead > Qualified > Proposal > Won; lost: Lost'', landmarks(''2024-02-01 00:00+00'', ''10 days'', 9), ''2024-06-01'') FROM deals)'),
	('landmark_summary', '(SELECT landmark_agg(deal, stage, started, ''Lead > Qualified | Proposal > Won; lost: Lost, سرنخ'', landmarks(''2024-02-01 00:00+00'', ''10 days'', 6), ''2024-04-01'', ''30 days'') FROM deals)'),
	('forecast_summary', '(SELECT forecast_agg(amount, 0.5) FROM deals WHERE false)'),
	('forecast_summary', '(SELECT forecast_agg(nullif(amount, 234.56), nullif(score, 7) / 10.0) FROM deals)'),
	('forecast_summary', '(SELECT forecast_agg(CASE i % 3 WHEN 1 THEN 1e15 WHEN 2 THEN 1e-15 ELSE -7.25 END, CASE i % 4 WHEN 1 THEN 0 WHEN 2 THEN 1 ELSE 0.333333333333333333 END) FROM deals)'),
	('forecast_summary', '(SELECT forecast_agg(i * 1e-3 * (-1) ^ (i % 2), i % 1000 * 0.001) FROM generate_series(1, 2500) AS i)'),
	('calibration_summary', '(SELECT calibration_agg(0.5, won) FROM deals WHERE false)'),
	('calibration_summary', '(SELECT calibration_agg(nullif(score, 7) / 10.0, won) FROM deals)'),
	('calibration_summary', '(SELECT calibration_agg(i / 1500.0, i % 4 = 0) FROM generate_series(0, 1500) AS i)'),
	('session_summary', '(SELECT session_agg(deal, started, ''2 days'') FROM deals WHERE false)'),
	('session_summary', '(SELECT session_agg(deal, started, ''2 days'') FROM deals)'),
	('session_summary', '(SELECT session_agg(i % 5, ended, ''20 hours'', ''week'', ''Asia/Tehran'') FROM deals)'),
	('session_summary', '(SELECT session_agg(deal, CASE i % 9 WHEN 1 THEN ''infinity'' ELSE started END, ''90 days'', ''quarter'', ''America/New_York'') FROM deals)'),
	('session_summary', '(SELECT session_agg(deal, started::date, interval ''1 day'', ''day'') FROM deals)'),
	('retention_summary', '(SELECT retention_agg(deal, started, won, won IS NULL, ''week'', ''UTC'') FROM deals WHERE false)'),
	('retention_summary', '(SELECT retention_agg(i % 7, started, stage = ''Lead'', stage <> ''Lost'', ''week'', ''Asia/Tehran'') FROM deals)'),
	('retention_summary', '(SELECT retention_agg(deal, CASE i % 9 WHEN 1 THEN ''infinity'' ELSE started END, won, true, ''month'', ''America/New_York'') FROM deals)'),
	('retention_summary', '(SELECT retention_agg(i % 7, started, stage = ''Lead'', stage <> ''Lost'', ARRAY[1, 3, 7, 14, 30], ''UTC'') FROM deals)'),
	('retention_summary', '(SELECT retention_agg(i % 3, started::date, true, won, ''{0,100000}''::integer[]) FROM deals)'),
	('stickiness_summary', '(SELECT stickiness_agg(deal, started, ''day'', ''month'', ''UTC'') FROM deals WHERE false)'),
	('stickiness_summary', '(SELECT stickiness_agg(i % 7, started, ''day'', ''month'', ''Asia/Tehran'') FROM deals)'),
	('stickiness_summary', '(SELECT stickiness_agg(deal, CASE i % 9 WHEN 1 THEN ''infinity'' ELSE ended END, ''week'', ''quarter'', ''America/New_York'') FROM deals)'),
	('stickiness_summary', '(SELECT stickiness_agg(i % 3, started::date, ''month'', ''year'') FROM deals)'),
	('journey', 'journey ''view > cart | basket > "pay (card)"; within: 7 days 12 hours; without: refund | "charge; back" (2-3), cancel; count: attempts'''),
	('journey', 'journey ''view > cart > pay; within: 1 hour; property: step 2'''),
	('journey', 'journey ''دیدن > سبد > خرید; optional: سبد; order: increase; entry: first; session: 30 minutes'''),
	('journey', '(SELECT string_agg(repeat(''x'', i) || i, '' > '') || ''; gap: 1 hour (1-9), 2 days (10-32); order: contiguous (3-4), no_repeat'' FROM generate_series(1, 32) AS i)::journey'),
	('funnel', 'funnel ''Lead > Qualified > Proposal | Offer > Won | "Closed; Won"; lost: Lost, "Dis""qualified"'''),
	('funnel', 'funnel ''سرنخ > پیشنهاد > برنده'''),
	('funnel', '(SELECT string_agg(repeat(''x'', i) || i, '' > '') || ''; lost: L'' FROM generate_series(1, 63) AS i)::funnel');

-- Values that 0.1.0 couldn't make of its types
INSERT INTO seeds(type, seed)
SELECT * FROM (VALUES
	('rate_summary', '(SELECT within_agg(started, ended, ''3 hours'', ''2024-02-01'', ''Mon-Fri 09:00-17:00; zone: Asia/Tehran'') FROM deals)'),
	('duration_summary', '(SELECT duration_agg((i % 7 - 1) * interval ''2 days 03:04:05.000006'') FROM deals)'),
	('cohort_summary', '(SELECT cohort_agg(deal, started, amount, ''jalali month'', ''Asia/Tehran'') FROM deals)'),
	('pipeline_summary', '(SELECT pipeline_agg(deal, stage, started, amount, ''Lead > Qualified > Proposal > Won; lost: Lost'', ''jalali quarter'', ''Asia/Tehran'') FROM deals)'),
	('mrr_summary', '(SELECT mrr_agg(deal, started::date, amount, ''jalali month'') FROM deals)'),
	('mrr_summary', '(SELECT mrr_agg(deal, started::date, ended::date, amount, ''2024-06-01'', ''jalali month'') FROM deals)'),
	('event_summary', '(SELECT event_agg(deal, stage, started, ''Lead > Won'', ''jalali year'', ''Asia/Tehran'') FROM deals)')) AS later (type, seed)
WHERE to_regtype('business_calendar') IS NOT NULL;

-- What an accessor's further arguments are
CREATE TABLE arguments(type text, value text);
INSERT INTO arguments VALUES ('double precision', '0.5'), ('numeric', '1000'), ('integer', '3'), ('bigint', '1'), ('date', 'date ''2024-06-01'''), ('text', '''all'''), ('text[]', '''{Won}'''), ('integer[]', '''{0,30}'''), ('timestamp without time zone', 'timestamp ''2024-06-01'''), ('timestamp with time zone', 'timestamptz ''2024-06-01''');

CREATE VIEW types_of_extension AS
SELECT t.oid, t.typname::text AS type FROM pg_type AS t JOIN pg_depend AS d ON (d.classid, d.objid, d.deptype) = ('pg_type'::regclass, t.oid, 'e')
	JOIN pg_extension AS e ON (d.refclassid, d.refobjid) = ('pg_extension'::regclass, e.oid) AND e.extname = 'funnel_metrics'
WHERE t.typtype = 'b' AND t.typelem = 0;
SELECT is_empty('SELECT type FROM types_of_extension EXCEPT SELECT type FROM seeds', 'every type of the extension has seeds (else: rows of "seeds" in test/shared/seeds.sql)');
SELECT is_empty('SELECT typname FROM pg_type JOIN types_of_extension USING (oid) WHERE typreceive = 0 OR typsend = 0', 'every type of the extension has a binary form');

CREATE VIEW types AS SELECT * FROM types_of_extension WHERE type IN (SELECT type FROM seeds);

-- The functions of a type, as calls of v: all but those that only an aggregate may call
CREATE VIEW accessors AS
SELECT t.type, p.proname || '(' || concat_ws(', ', 'v', (SELECT string_agg(CASE WHEN u.type = t.oid THEN 'v' ELSE coalesce(a.value, '?') END, ', ' ORDER BY n)
		FROM unnest(p.proargtypes[1:]) WITH ORDINALITY AS u(type, n) LEFT JOIN arguments AS a ON a.type = u.type::regtype::text)) || ')' AS call
FROM types AS t JOIN pg_proc AS p ON p.proargtypes[0] = t.oid JOIN pg_depend AS d ON (d.classid, d.objid, d.deptype) = ('pg_proc'::regclass, p.oid, 'e')
WHERE p.prokind = 'f' AND NOT EXISTS (SELECT FROM pg_aggregate WHERE p.oid IN (aggtransfn, aggcombinefn, aggmtransfn, aggminvtransfn));
SELECT is_empty('SELECT call FROM accessors WHERE call LIKE ''%?%''', 'every argument of an accessor has a value');

-- seeds_<type>: the values, numbered as they stand above, whatever the plan
SELECT format('CREATE TABLE seeds_%s AS %s', type, string_agg(format('SELECT %s::bigint AS id, %s AS seed', n, seed), ' UNION ALL ' ORDER BY n))
FROM (SELECT type, seed, row_number() OVER (PARTITION BY type ORDER BY number) AS n FROM seeds WHERE type IN (SELECT type FROM types)) AS s GROUP BY type
\gexec
