-- period: Gregorian periods against date_trunc, Jalali ones against published new years and a calendar counted day by day.
BEGIN;
SELECT no_plan();
SET timezone = 'UTC';

CREATE TABLE days AS SELECT day::date FROM generate_series(date '1900-01-01', date '2199-12-31', '1 day') AS day;
SELECT is_empty($$ SELECT day, period FROM days, unnest('{day,week,month,quarter,year}'::text[]) AS period WHERE period_start(day, period) <> date_trunc(period, day) $$, 'Gregorian periods, of three centuries');

-- First days of Jalali years (1 Farvardin) as published; the law of 11 Farvardin 1304 is that of 1925-03-31. Of the years 1279 to 1578 an
-- astronomical computation (convertdate, after Meeus) has the same days but in 1503 (2124), by a day.
CREATE TABLE new_years(year integer, day date);
INSERT INTO new_years VALUES
	(1304, '1925-03-21'), (1305, '1926-03-22'), (1309, '1930-03-21'), (1313, '1934-03-21'), (1320, '1941-03-21'), (1330, '1951-03-22'), (1332, '1953-03-21'), (1342, '1963-03-21'), (1350, '1971-03-21'),
	(1354, '1975-03-21'), (1355, '1976-03-21'), (1357, '1978-03-21'), (1358, '1979-03-21'), (1359, '1980-03-21'), (1362, '1983-03-21'), (1363, '1984-03-21'), (1366, '1987-03-21'), (1367, '1988-03-21'),
	(1370, '1991-03-21'), (1371, '1992-03-21'), (1375, '1996-03-20'), (1376, '1997-03-21'), (1378, '1999-03-21'), (1379, '2000-03-20'), (1380, '2001-03-21'), (1383, '2004-03-20'), (1384, '2005-03-21'),
	(1387, '2008-03-20'), (1388, '2009-03-21'), (1391, '2012-03-20'), (1392, '2013-03-21'), (1395, '2016-03-20'), (1396, '2017-03-21'), (1397, '2018-03-21'), (1398, '2019-03-21'), (1399, '2020-03-20'),
	(1400, '2021-03-21'), (1401, '2022-03-21'), (1402, '2023-03-21'), (1403, '2024-03-20'), (1404, '2025-03-21'), (1405, '2026-03-21'), (1406, '2027-03-21'), (1407, '2028-03-20'), (1408, '2029-03-20'), (1409, '2030-03-21');
SELECT is_empty($$ SELECT year, day, from_jalali(year, 1, 1) FROM new_years WHERE from_jalali(year, 1, 1) <> day OR jalali_date(day) <> year || '-01-01' $$, 'new years');

-- The rule of 33, counted from one of them on: leap years have 366 days
CREATE TABLE counted AS
SELECT year, (date '2000-03-20' + days_before)::date AS new_year, leap
FROM (SELECT year, leap, (sum(365 + leap::integer) OVER (ORDER BY year) - (365 + leap::integer))::integer - (SELECT sum(365 + ((25 * y + 11) % 33 < 8)::integer)::integer FROM generate_series(1270, 1378) AS y) AS days_before
	FROM (SELECT year, (25 * year + 11) % 33 < 8 AS leap FROM generate_series(1270, 1580) AS year) y) s;
SELECT is((SELECT new_year FROM counted WHERE year = 1379), '2000-03-20', 'counted from 1379');
CREATE TABLE calendar AS
SELECT year, month, day_of_month, (new_year + (month - 1) * 31 - greatest(month - 7, 0) + day_of_month - 1)::date AS day
FROM counted, generate_series(1, 12) AS month, generate_series(1, CASE WHEN month < 7 THEN 31 WHEN month < 12 OR leap THEN 30 ELSE 29 END) AS day_of_month;
DELETE FROM calendar WHERE day NOT BETWEEN '1900-01-01' AND '2199-12-31';
SELECT results_eq('SELECT day FROM calendar ORDER BY day', 'SELECT day FROM days ORDER BY day', '... each day is one of the calendar');
SELECT is_empty($$ SELECT * FROM calendar WHERE jalali_date(day) <> format('%s-%s-%s', year, to_char(month, 'FM00'), to_char(day_of_month, 'FM00')) OR from_jalali(year, month, day_of_month) <> day $$, 'every day, there and back');
SELECT is_empty($$ SELECT c.* FROM calendar c JOIN calendar m USING (year, month) JOIN calendar q USING (year) JOIN calendar y USING (year)
	WHERE m.day_of_month = 1 AND q.day_of_month = 1 AND q.month = (c.month - 1) / 3 * 3 + 1 AND y.day_of_month = 1 AND y.month = 1
		AND (period_start(c.day, 'jalali month') <> m.day OR period_start(c.day, 'jalali quarter') <> q.day OR period_start(c.day, 'JALALI Year') <> y.day) $$, 'Jalali periods, of three centuries');
SELECT is(period_start('1900-01-01', 'jalali year'), '1899-03-21', 'a period may begin before 1900');
SELECT is_empty($$ SELECT * FROM calendar WHERE month = 12 AND day_of_month = 30 AND (25 * year + 11) % 33 >= 8 $$, '30 Esfand is a day of leap years only');

SELECT throws_ok(format('SELECT from_jalali(%s)', given), '22008', NULL, given)
FROM unnest('{"1404, 12, 30","1404, 7, 31","1404, 13, 1","1404, 0, 1","1404, 1, 0","1404, 1, 32","0, 1, 1","1200, 1, 1","1278, 10, 10","1578, 10, 11","2147483647, 2147483647, 2147483647","-2147483648, 1, 1"}'::text[]) AS given;
SELECT ok(jalali_date(given) IS NULL AND period_start(given, 'jalali month') IS NULL AND period_start(given, 'month') IS NULL, 'no period: ' || given) FROM unnest('{1899-12-31,2200-01-01,infinity,-infinity,4713-01-01 BC}'::date[]) AS given;
SELECT throws_ok(format('SELECT period_start(%L, %L)', '2026-01-01', given), '22023', NULL, given) FROM unnest('{jalali,jalali week,jalalimonth,jalali  month,"",decade}'::text[]) AS given;

/*
 * As an argument: Jalali months, quarters and years of aggregates are the groups that the calendar above makes
 */

CREATE TABLE moves AS
SELECT 'deal ' || deal AS deal, stage, timestamptz '2023-12-01 20:00+00' + deal * interval '29 hours' + n * ((deal * 7919 % 90)::integer * interval '1 day 7 hours') AS at, deal % 17 * 100.5 AS amount
FROM generate_series(1, 400) AS deal, unnest(ARRAY['Lead', 'Qualified', CASE WHEN deal % 3 = 0 THEN 'Won' WHEN deal % 3 = 1 THEN 'Lost' ELSE 'Qualified' END]) WITH ORDINALITY AS s(stage, n);
CREATE TABLE kinds AS SELECT * FROM (VALUES ('jalali month', 1), ('jalali quarter', 3), ('jalali year', 12)) k(period, months);
CREATE VIEW starts AS		-- of each day and kind, the period's first day
SELECT k.period, c.day, s.day AS start FROM kinds k, calendar c JOIN calendar s USING (year) WHERE s.day_of_month = 1 AND s.month = (c.month - 1) / k.months * k.months + 1;

SELECT results_eq(format($$ SELECT cohort, cohort_size FROM (SELECT cohort_agg(deal, at, %L, 'Asia/Tehran') AS s FROM moves) c, cohort_retention(s) WHERE periods_since = 0 AND cohort_size > 0 ORDER BY 1 $$, period),
	format($$ SELECT start, count(*) FROM (SELECT deal, (min(at) AT TIME ZONE 'Asia/Tehran')::date AS day FROM moves GROUP BY 1) f JOIN starts USING (day) WHERE period = %L GROUP BY 1 ORDER BY 1 $$, period), 'cohorts by ' || period)
FROM kinds;
SELECT results_eq(format($$ SELECT period, created, won FROM (SELECT pipeline_agg(deal, stage, at, amount, 'Lead > Qualified > Won; lost: Lost', %L, 'Asia/Tehran') AS s FROM moves) p, pipeline_movements(s, '2026-12-31') WHERE created + won > 0 ORDER BY 1 $$, period),
	format($$ SELECT start, coalesce(sum(amount) FILTER (WHERE stage = 'Lead'), 0), coalesce(sum(amount) FILTER (WHERE stage = 'Won'), 0) FROM (SELECT *, (at AT TIME ZONE 'Asia/Tehran')::date AS day FROM moves) m JOIN starts USING (day)
		WHERE period = %L GROUP BY 1 HAVING coalesce(sum(amount) FILTER (WHERE stage IN ('Lead', 'Won')), 0) > 0 ORDER BY 1 $$, period), 'pipeline by ' || period)
FROM kinds;
SELECT results_eq(format($$ SELECT period_start::date, entered FROM (SELECT event_agg(deal, stage, at, 'Lead > Qualified', %L, 'Asia/Tehran') AS s FROM moves) e, event_trend(s) WHERE entered > 0 ORDER BY 1 $$, period),
	format($$ SELECT start, count(*) FROM (SELECT deal, (min(at) AT TIME ZONE 'Asia/Tehran')::date AS day FROM moves WHERE stage = 'Lead' GROUP BY 1) f JOIN starts USING (day) WHERE period = %L GROUP BY 1 ORDER BY 1 $$, period), 'event funnels by ' || period)
FROM kinds;
SELECT throws_ok(format($$ SELECT stickiness_agg(deal, at, %L, %L, 'Asia/Tehran') FROM moves $$, unit, period), '22023', NULL, format('stickiness: a %s is not shorter than a %s', unit, period))
FROM (VALUES ('month', 'jalali month'), ('jalali month', 'month'), ('jalali quarter', 'jalali month'), ('year', 'jalali quarter')) v(unit, period);
SELECT lives_ok(format($$ SELECT stickiness_agg(deal, at, %L, %L, 'Asia/Tehran')::text::stickiness_summary FROM moves $$, unit, period), format('stickiness: %s of %s', unit, period))
FROM (VALUES ('day', 'jalali month'), ('week', 'jalali year'), ('jalali month', 'jalali year'), ('jalali month', 'year')) v(unit, period);
SELECT throws_ok($$ SELECT rollup(s) FROM (SELECT cohort_agg(deal, at, period, 'Asia/Tehran') AS s FROM moves, unnest('{month,jalali month}'::text[]) AS period GROUP BY period) c $$, '22023', NULL, 'a Jalali month is no month');
SELECT is(s, s::text::cohort_summary, 'its name is stored') FROM (SELECT cohort_agg(deal, at, 'Jalali Month', 'Asia/Tehran') AS s FROM moves) c;

SELECT * FROM finish();
ROLLBACK;
