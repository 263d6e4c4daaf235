-- Time zones, as an argument and as stored: names of pg_timezone_names alone, read as AT TIME ZONE reads them.
SELECT plan(22);
SET timezone = 'UTC';
SET max_parallel_workers_per_gather = 0;

-- Every name, over some years, against AT TIME ZONE; MET and its like, where they are here, are abbreviations there, without summer time
CREATE TEMP TABLE moment AS
SELECT row_number() OVER () AS n, at FROM generate_series(timestamptz '2023-12-31 00:07Z', '2026-01-01', '37 hours 31 min') at;
CREATE TEMP TABLE zone AS SELECT name FROM pg_timezone_names WHERE name !~ '^(posix|right)/' OR name ~ '/[A-Z]+$';
SELECT cmp_ok(count(*), '>', 400::bigint, 'many zones') FROM zone;
SELECT is_empty($$
	SELECT name FROM (SELECT name, cohort_agg(1, at, 'day', name) AS summary, array_agg(DISTINCT (at AT TIME ZONE name)::date) AS days FROM zone, moment GROUP BY name) s
	WHERE days <> ARRAY(SELECT period FROM active_entities(summary) WHERE active > 0 ORDER BY period)$$, 'days of all zones, by cohort_agg');
SELECT is_empty($$
	SELECT name FROM (SELECT name, pipeline_agg(n, 'Lead', at, 1, 'Lead > Won', 'day', name) AS summary, array_agg((at AT TIME ZONE name)::date ORDER BY at) AS days FROM zone, moment GROUP BY name) s
	WHERE days <> ARRAY(SELECT period FROM pipeline_movements(summary), generate_series(1, created_deals) ORDER BY 1)$$, '... by pipeline_agg');
SELECT EXISTS (SELECT FROM pg_timezone_names WHERE name = 'MET') AS met_is_here \gset
\if :met_is_here
SELECT is(array_agg(period ORDER BY period), ARRAY['2025-07-31', '2025-08-01']::date[], 'MET has no summer time, Europe/Paris has')
FROM (SELECT zone, cohort_agg(1, timestamptz '2025-07-31 22:30Z', 'day', zone) AS summary FROM (VALUES ('MET'), ('europe/paris')) v(zone) GROUP BY zone) s, active_entities(summary);
SELECT is(cohort_agg(1, at, 'day', zone)::text::json ->> 'zone', 'MET', 'stored by its name')
FROM (VALUES (timestamptz '2025-07-31 22:30Z', 'met')) v(at, zone);
SELECT throws_like($$SELECT cohort_agg(1, now(), 'day', zone) FROM (VALUES ('CET'), ('MET')) v(zone)$$, 'the zone changes within a group, from "CET" to "MET"', 'one is not the other');
\else
SELECT skip('no zone MET here: Debian 13 has it in tzdata-legacy', 3);
\endif
SELECT isnt(cohort_agg(1, now(), 'day', 'utc'), NULL, 'UTC in any case of letters');

-- What is none: the SQLSTATE, the value and a hint that names the right spelling
CREATE FUNCTION refusal(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE hint text;
BEGIN
	EXECUTE query;
	RETURN 'accepted';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
	RETURN SQLSTATE || ' ' || SQLERRM || '. ' || hint;
END $$;
SELECT is(refusal(format('SELECT cohort_agg(1, now(), ''day'', %L)', zone)),
	format('22023 unknown time zone: "%s". Give a name of pg_timezone_names, such as %s', zone, coalesce('Asia/Kuala_Lumpur. The one that is always ' || advice || '.', 'Asia/Tehran.')), zone)
FROM (VALUES ('UTC+8', '8 hours ahead of UTC is Etc/GMT-8'), ('+08:00', '8 hours ahead of UTC is Etc/GMT-8'), ('gmt-7', '7 hours behind UTC is Etc/GMT+7'),
	('+8', '8 hours ahead of UTC is Etc/GMT-8'), ('UTC+3:30', NULL), ('WIB-7', NULL), ('Foo+5', NULL), ('<X>-100', NULL), ('PST', NULL)) v(zone, advice);
SELECT is_empty($$
	SELECT zone, answer FROM (SELECT zone, refusal(format('SELECT pipeline_agg(1, ''Lead'', now(), 1, ''Lead > Won'', ''day'', %L)', zone)) AS answer
		FROM unnest(ARRAY['UTC8', 'UTC+8', '+08:00', 'GMT+15', 'Etc/Foo+5', 'posix/X+5', 'EST5EDT,M3.2.0/2,M11.1.0', ':UTC', '', '../UTC', 'Asia/Kuala_Lumpr', 'CEST', repeat('x', 300)]) zone) s
	WHERE answer NOT LIKE '22023 unknown time zone: %'$$, 'none of these, by pipeline_agg');

-- Stored: no rule in POSIX's form, which nothing could read again; but names that this server need not know
SELECT is(refusal(format('SELECT replace(%L, ''Asia/Tehran'', %L)::cohort_summary', summary, zone)) LIKE expected, true, 'a stored cohort summary of zone ' || zone)
FROM (VALUES ('<X>-100', '22P02 %its zone is not the name of a time zone%'), ('UTC+8', '22P02 %its zone is not%'), ('Asia/Nowhere', 'accepted'), ('Etc/GMT-8', 'accepted')) v(zone, expected),
	(SELECT cohort_agg(1, timestamptz '2025-01-01', 'day', 'Asia/Tehran')) s(summary);
SELECT is_empty($$
	SELECT name FROM (SELECT name, cohort_agg(1, at, 'month', name) AS summary FROM zone, moment GROUP BY name) s
	WHERE summary::text::cohort_summary::text <> summary::text OR summary::text::json ->> 'zone' <> name$$, 'summaries of all zones can be read again');
SELECT * FROM finish();
