-- Calls that lack an argument say which, over rows and over none; those that don't are not touched.
SELECT no_plan();

CREATE TABLE rows (id integer, name text, uuid uuid, moment timestamptz, local timestamp, day date, n numeric, i integer, stage text);
INSERT INTO rows VALUES (1, 'a', '00000000-0000-0000-0000-000000000001', '2025-01-01', '2025-01-01', '2025-01-01', 1.5, 2, 'Lead');

SELECT throws_ok(format('SELECT %s FROM rows WHERE %s', call, condition), '42883', message)
FROM (VALUES
	('cohort_agg(id, moment, ''month'')', 'cohort_agg of timestamptz needs a time zone'),
	('cohort_agg(name, moment, n, ''month'')', 'cohort_agg of timestamptz needs a time zone'),
	('cohort_agg(uuid, moment, i, ''month'')', 'cohort_agg of timestamptz needs a time zone'),
	('cohort_agg(id, ''2025-01-01'', ''month'')', 'cohort_agg of timestamptz needs a time zone'),
	('pipeline_agg(id, stage, moment, i, ''Lead > Won'', ''month'')', 'pipeline_agg of timestamptz needs a time zone'),
	('pipeline_agg(name, stage, moment, n, ''Lead > Won'', ''month'')', 'pipeline_agg of timestamptz needs a time zone'),
	('mrr_agg(id, day, day, n)', 'mrr_agg of subscriptions needs as_of'),
	('mrr_agg(name, day, NULL, i)', 'mrr_agg of subscriptions needs as_of'),
	('within_agg(day, day, ''3 days'')', 'who ended within a span can''t be told without as_of'),
	('conversion_within(local, local, interval ''3 days'')', 'who ended within a span can''t be told without as_of'),
	('response_within(moment, moment, ''3 days'')', 'who ended within a span can''t be told without as_of')) AS calls(call, message),
	(VALUES ('true'), ('false')) AS over(condition);

SELECT lives_ok(format('SELECT %s FROM rows', call), call)
FROM (VALUES ('cohort_agg(id, local, ''month'')'), ('cohort_agg(name, day, n, ''month'')'),
	('cohort_agg(id, moment, ''month'', ''UTC'')'), ('cohort_agg(id, moment, NULL, ''month'', ''UTC'')'), ('cohort_agg(id, day, ''month'', ''UTC'')'),
	('pipeline_agg(id, stage, day, NULL, ''Lead > Won'', ''month'')'), ('pipeline_agg(id, stage, moment, n, ''Lead > Won'', ''month'', ''UTC'')'),
	('mrr_agg(id, day, n)'), ('mrr_agg(id, day, NULL, n, ''2025-01-31'')'), ('within_agg(day, NULL, ''3 days'', ''2025-02-01'')')) AS calls(call);

SELECT * FROM finish();
