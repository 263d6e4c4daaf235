-- real_business: open time of real cases, and worked examples (FUNNEL_DATA/receipt_log, lending_log, worked_examples).
\if :{?have_funnel_data} \else \set have_funnel_data false \endif
\if :have_funnel_data

BEGIN;
SELECT no_plan();
SET timezone = 'UTC';

CREATE TABLE figures (metric text, segment text, value numeric, definition text, dataset text DEFAULT 'worked');
\copy figures (metric, segment, value, definition) FROM PROGRAM 'cat "$FUNNEL_DATA/worked_examples/figures_business_hours.csv"' CSV HEADER
ALTER TABLE figures ALTER dataset SET DEFAULT 'receipt';
\copy figures (metric, segment, value, definition) FROM PROGRAM 'cat "$FUNNEL_DATA/receipt_log/figures_business_hours.csv"' CSV HEADER
ALTER TABLE figures ALTER dataset SET DEFAULT 'lending';
\copy figures (metric, segment, value, definition) FROM PROGRAM 'cat "$FUNNEL_DATA/lending_log/figures_business_hours.csv"' CSV HEADER

/*
 * Worked examples: the moments stand in the definition, "A to B, zone; hours"
 */

CREATE TABLE calendars(rule text, calendar business_calendar);
INSERT INTO calendars VALUES
	('open 00:00-24:00 every day.', 'Mon-Sun 00:00-24:00; zone: Europe/Amsterdam'),
	('Mon-Fri 09:00-17:00.', 'Mon-Fri 09:00-17:00; zone: Europe/Amsterdam'),
	('Mon-Fri 09:00-17:00, holiday list with 2011-12-26.', 'Mon-Fri 09:00-17:00; zone: Europe/Amsterdam; closed: 2011-12-26'),
	('22:00-06:00, begun every day.', 'Mon-Sun 22:00-06:00; zone: Europe/Amsterdam');
CREATE TABLE examples AS
SELECT segment, value, m[1]::timestamptz AS started, m[2]::timestamptz AS ended, calendar
FROM figures, LATERAL regexp_match(definition, '^(\S+) to (\S+), Europe/Amsterdam; (.*)$') AS m LEFT JOIN calendars ON rule = m[3]
WHERE dataset = 'worked';
SELECT is_empty($$ SELECT segment, value, business_time(calendar, started, ended) FROM examples WHERE business_time(calendar, started, ended) IS DISTINCT FROM value * interval '1 second' $$, 'worked examples');
SELECT is((SELECT count(business_time(calendar, started, ended)) FROM examples), 10::bigint, '... all ten');

/*
 * The first of one activity to the first of another, of a case
 */

CREATE TABLE receipt (channel text, case_id text, deadline text, department text, enddate text, planned text, grp text, responsible text,
	startdate text, instance text, activity text, transition text, org_group text, resource text, at timestamptz);
CREATE TABLE lending (case_id text, gender text, age text, citizen text, protected text, event_no integer, activity text, resource text, at timestamptz);
\copy receipt FROM PROGRAM 'zcat "$FUNNEL_DATA/receipt_log/receipt.csv.gz"' CSV HEADER
\copy lending FROM PROGRAM 'zcat "$FUNNEL_DATA/lending_log/lending_events.csv.gz"' CSV HEADER
CREATE VIEW events AS SELECT 'receipt' AS dataset, case_id, activity, at FROM receipt UNION ALL SELECT 'lending', case_id, activity, at FROM lending;

CREATE TABLE measured(dataset text, segment text, first text, last text, calendar business_calendar);
\set office 'Mon-Fri 09:00-17:00; zone: Europe/Amsterdam; closed: 2010-12-25, 2010-12-26, 2011-01-01, 2011-04-22, 2011-04-25, 2011-06-02, 2011-06-13, 2011-12-25, 2011-12-26, 2012-01-01, 2012-04-06, 2012-04-09'
INSERT INTO measured VALUES
	('receipt', 'Confirmation of receipt -> T02, Mon-Fri 09:00-17:00', 'Confirmation of receipt', 'T02 Check confirmation of receipt', :'office'),
	('receipt', 'Confirmation of receipt -> T02, lunch break', 'Confirmation of receipt', 'T02 Check confirmation of receipt',
		'Mon-Thu 08:30-12:00, 13:00-17:00; Fri 08:30-12:00; zone: Europe/Amsterdam'),
	('receipt', 'Confirmation of receipt -> T10, Mon-Fri 09:00-17:00', 'Confirmation of receipt', 'T10 Determine necessity to stop indication', :'office'),
	('lending', 'Request Appointment -> Set Appointment, Sat-Wed 08:00-16:00, Thu 08:00-12:00 Asia/Tehran', 'Request Appointment', 'Set Appointment',
		'Sat-Wed 08:00-16:00; Thu 08:00-12:00; zone: Asia/Tehran');
CREATE TABLE cases AS
SELECT dataset, segment, case_id, calendar, min(at) FILTER (WHERE activity = first) AS started, min(at) FILTER (WHERE activity = last) AS ended
FROM measured JOIN events USING (dataset) GROUP BY dataset, segment, case_id, calendar;
DELETE FROM cases WHERE (started <= ended) IS NOT TRUE;

CREATE TABLE answers AS
SELECT dataset, segment, name AS metric, answer
FROM (SELECT dataset, segment, count(*) AS pairs, sum(business_hours(calendar, started, ended)) AS hours, count(*) FILTER (WHERE business_time(calendar, started, ended) = '0') AS zero,
		duration_agg(business_time(calendar, started, ended)) AS open, cycle_days(business_time(calendar, started, ended)) * 24 AS mean,
		cycle_days(business_time(calendar, started, ended), 0.5) * 24 AS p50, cycle_days(business_time(calendar, started, ended), 0.9) * 24 AS p90,
		cycle_days(business_time(calendar, started, ended), 0.99) * 24 AS p99, cycle_days(started, ended) * 24 AS elapsed_mean, cycle_days(ended - started, 0.5) * 24 AS elapsed_p50,
		response_within(started, ended, '1 hour', '2016-01-01', calendar) AS within_1, response_within(started, ended, '4 hours', '2016-01-01', calendar) AS within_4,
		response_within(started, ended, '8 hours', '2016-01-01', calendar) AS within_8, response_within(started, ended, '16 hours', '2016-01-01', calendar) AS within_16,
		response_within(started, ended, '24 hours', '2016-01-01', calendar) AS within_24
	FROM cases GROUP BY dataset, segment) c,
LATERAL (VALUES ('pairs', pairs), ('pairs', completed(open)), ('business_hours_sum', hours), ('business_hours_mean', mean), ('business_hours_mean', mean_days(open) * 24), ('business_hours_p50', p50),
	('business_hours_p90', p90), ('business_hours_p99', p99), ('business_zero', zero), ('elapsed_hours_mean', elapsed_mean), ('elapsed_hours_p50', elapsed_p50), ('within_1_business_hours', within_1),
	('within_4_business_hours', within_4), ('within_8_business_hours', within_8), ('within_16_business_hours', within_16), ('within_24_business_hours', within_24)) v(name, answer);
SELECT is_empty($$ SELECT dataset, metric, segment, value, answer FROM figures JOIN answers USING (dataset, metric, segment) WHERE abs(answer - value) > 1e-9 * greatest(1, value) $$, 'figures of real cases');
SELECT is_empty($$ SELECT dataset, metric, segment FROM figures WHERE dataset <> 'worked' EXCEPT SELECT dataset, metric, segment FROM answers WHERE answer IS NOT NULL $$, '... all of them');
SELECT is((SELECT count(*) FROM figures), 55::bigint, '... which are 55, with the examples');

SELECT * FROM finish();
ROLLBACK;

\else
\echo 1..0 # SKIP FUNNEL_DATA names no folder of real data
\endif
