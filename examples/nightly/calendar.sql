-- calendar.sql: the periods, and the rollups of the days by period.

-- Which days a period has, from the first day through that of as_of (the day before where as_of is midnight sharp).
--
-- The period that as_of falls into is unfinished. To hold it against the one before, it has a second set of days, marked
-- is_comparison: those of the period before, up to as many as have passed (to the nearest day, one at least; all of it
-- where it is shorter). So, ordered by (period_start, NOT is_comparison), lag() gives the unfinished period what compares
-- with it, and each other period all of the one before. Of a day, the one before is what compares.
CREATE VIEW kpi.calendar_days AS
WITH bounds AS (
	SELECT t.local_now, s.periods, s.fiscal_year_start,
		coalesce(s.first_day, (
			SELECT min(day) FROM kpi.rate_summary
			WHERE date_basis = 'created' AND segment = 'all' AND day >= (t.local_now - interval '10 years')::date), (	-- a company without deals and leads
			SELECT min(day) FROM (
				SELECT day FROM kpi.survey_summary UNION ALL SELECT day FROM kpi.activity_summary
				UNION ALL SELECT data_from(summary)::date FROM kpi.mrr_summary UNION ALL SELECT (data_from(summary) AT TIME ZONE s.zone)::date FROM kpi.cohort_summary
				UNION ALL SELECT (data_from(summary) AT TIME ZONE s.zone)::date FROM kpi.session_summary) e
			WHERE day >= (t.local_now - interval '10 years')::date)) AS first_day,
		(t.local_now - interval '1 microsecond')::date AS last_day
	FROM kpi.settings s, kpi.snapshot n, LATERAL (SELECT n.as_of AT TIME ZONE s.zone) AS t (local_now)
), days AS (
	SELECT p.period, p.period_start::date, p.next_start::date - 1 AS period_end, d.day::date,
		p.next_start <= b.local_now AS is_complete,
		greatest(round(extract(epoch FROM b.local_now - p.period_start) / 86400), 1) AS days_passed
	FROM bounds b
	CROSS JOIN LATERAL generate_series(b.first_day::timestamp, b.last_day::timestamp, interval '1 day') AS d (day)
	CROSS JOIN LATERAL (
		SELECT v.period, v.period_start, v.period_start + v.length AS next_start
		FROM (SELECT make_interval(months => b.fiscal_year_start - 1)) AS f (months_late)
		CROSS JOIN LATERAL (VALUES
			('day', d.day, interval '1 day'),
			('week', date_trunc('week', d.day), interval '7 days'),
			('month', date_trunc('month', d.day), interval '1 month'),
			('quarter', date_trunc('quarter', d.day), interval '3 months'),
			('fiscal year', date_trunc('year', date_trunc('month', d.day) - f.months_late) + f.months_late, interval '1 year')
		) AS v (period, period_start, length)
		WHERE b.periods = 'gregorian' OR v.period IN ('day', 'week')
		UNION ALL		-- a month is never longer than 31 days, a quarter than 93, a year than 366: so many days later it is the next one
		SELECT v.period, (v.first_day + v.days_late)::timestamp, (coalesce(period_start(v.first_day + v.longest, v.kind), '2200-01-01') + v.days_late)::timestamp
		FROM (SELECT (b.fiscal_year_start - 1) * 30 + least(b.fiscal_year_start - 1, 6)) AS f (days_late)	-- six months of 31 days, then 30
		CROSS JOIN LATERAL (VALUES
			('month', 'jalali month', period_start(d.day::date, 'jalali month'), 31, 0),
			('quarter', 'jalali quarter', period_start(d.day::date, 'jalali quarter'), 93, 0),
			('fiscal year', 'jalali year', period_start(d.day::date - f.days_late, 'jalali year'), 366, f.days_late)
		) AS v (period, kind, first_day, longest, days_late)
		WHERE b.periods = 'jalali'
	) AS p (period, period_start, next_start)
)
SELECT period, period_start, period_end, day, is_complete, false AS is_comparison
FROM days
UNION ALL
SELECT u.period, u.period_start, u.period_end, b.day, false, true
FROM (SELECT DISTINCT period, period_start, period_end, days_passed FROM days WHERE NOT is_complete AND period <> 'day') u
JOIN days b ON b.period = u.period AND b.period_end = u.period_start - 1 AND b.day - b.period_start < u.days_passed;

SELECT pg_temp.make_stores('calendar') AS made \gset

-- Rollups of the days, so that a dashboard reads a period as fast as a day.
CREATE VIEW kpi.rates_of_periods AS
SELECT s.measure, s.date_basis, c.period, c.period_start, c.is_comparison, s.segment, s.segment_value, s.owner, s.source, s.region,
	rollup(s.summary) AS summary
FROM kpi.rate_summary s JOIN kpi.calendar c USING (day)
WHERE c.period <> 'day'
GROUP BY s.measure, s.date_basis, c.period, c.period_start, c.is_comparison, s.segment, s.segment_value, s.owner, s.source, s.region;

CREATE VIEW kpi.durations_of_periods AS
SELECT s.measure, s.date_basis, c.period, c.period_start, c.is_comparison, s.segment, s.segment_value, s.owner, s.source, s.region,
	rollup(s.summary) AS summary
FROM kpi.duration_summary s JOIN kpi.calendar c USING (day)
WHERE c.period <> 'day'
GROUP BY s.measure, s.date_basis, c.period, c.period_start, c.is_comparison, s.segment, s.segment_value, s.owner, s.source, s.region;

CREATE VIEW kpi.velocities_of_periods AS
SELECT s.date_basis, c.period, c.period_start, c.is_comparison, s.segment, s.segment_value, s.owner, s.source, s.region,
	rollup(s.summary) AS summary
FROM kpi.velocity_summary s JOIN kpi.calendar c USING (day)
WHERE c.period <> 'day'
GROUP BY s.date_basis, c.period, c.period_start, c.is_comparison, s.segment, s.segment_value, s.owner, s.source, s.region;

CREATE VIEW kpi.surveys_of_periods AS
SELECT s.survey, c.period, c.period_start, c.is_comparison, s.segment, s.segment_value, rollup(s.summary) AS summary
FROM kpi.survey_summary s JOIN kpi.calendar c USING (day)
WHERE c.period <> 'day'
GROUP BY s.survey, c.period, c.period_start, c.is_comparison, s.segment, s.segment_value;

SELECT pg_temp.make_stores('rollups') AS made \gset

-- Quotas: a period's own, or else the sum of those within it (months in a quarter, quarters in a year), each in the period that it begins in.
-- What the rep won in the period is held against it; who sold nothing has won nothing. Who won something in a period that has quotas, and has
-- none for it, is a rep without a quota.
CREATE VIEW kpi.attainments_of_periods AS
WITH quotas AS (
	SELECT q.period, q.period_start, q.owner, max(q.region) AS region, sum(q.quota) FILTER (WHERE q.is_own = q.has_own) AS quota
	FROM (
		SELECT c.period, c.period_start, q.owner, q.region, q.quota, q.days = c.period_end - c.period_start + 1 AS is_own,
			bool_or(q.days = c.period_end - c.period_start + 1) OVER (PARTITION BY c.period, c.period_start, q.owner) AS has_own
		FROM kpi.quota_rows q
		JOIN (SELECT DISTINCT period, period_start, period_end FROM kpi.calendar WHERE NOT is_comparison AND period <> 'day') c
			ON q.period_start BETWEEN c.period_start AND c.period_end AND q.days <= c.period_end - c.period_start + 1
		WHERE q.period_start <= (SELECT max(day) FROM kpi.calendar)		-- those that have begun
	) q
	GROUP BY q.period, q.period_start, q.owner
), sales AS (
	SELECT period, period_start, segment_value AS owner, amount_won(summary) AS sales
	FROM kpi.rate_periods
	WHERE measure = 'win rate' AND date_basis = 'closed' AND segment = 'owner' AND NOT is_comparison
), reps AS (
	SELECT period, period_start, owner, region, sales, quota FROM quotas LEFT JOIN sales USING (period, period_start, owner)
	UNION ALL
	SELECT s.period, s.period_start, s.owner, l.region, s.sales, NULL
	FROM sales s
	LEFT JOIN (SELECT DISTINCT ON (owner) owner, region FROM kpi.quota_rows ORDER BY owner, period_start DESC, region) l USING (owner)
	WHERE s.sales > 0 AND s.owner <> '(none)' AND (s.period, s.period_start) IN (SELECT period, period_start FROM quotas)
		AND (s.period, s.period_start, s.owner) NOT IN (SELECT period, period_start, owner FROM quotas)
)
SELECT r.period, r.period_start, g.segment, g.segment_value, attainment_agg(r.sales, r.quota) AS summary
FROM reps r
CROSS JOIN LATERAL (VALUES ('all', 'all'), ('owner', r.owner), ('region', r.region)) AS g (segment, segment_value)
WHERE g.segment_value IS NOT NULL
GROUP BY r.period, r.period_start, g.segment, g.segment_value;

-- The periods, one row each, and whether their figures are final. Of data that have ended, as those of a sync that broke do, the periods
-- after their last day are not complete, nor is that of it: what is missing there is not known to be nothing.
CREATE VIEW kpi.periods_of_calendar AS
SELECT p.period, p.period_start, p.period_end, p.is_comparison, p.is_complete AS is_over,
	p.is_complete AND p.period_end <= d.known_through AS is_complete,
	p.period_end <= d.known_through AND p.period_end < d.today - d.matures_after_days AS is_mature,
	p.period_end <= d.known_through AND CASE WHEN NOT p.is_complete THEN false
		WHEN d.calendar IS NULL THEN p.period_end + 1 <= d.local_now - d.answer_within
		ELSE business_time(d.calendar, (p.period_end + 1)::timestamp AT TIME ZONE d.zone, d.as_of + interval '1 microsecond') > d.answer_within END AS is_answerable
FROM (SELECT DISTINCT period, period_start, period_end, is_comparison, is_complete FROM kpi.calendar) p
CROSS JOIN (
	SELECT n.as_of, l.local_now, l.local_now::date AS today, s.matures_after_days, s.zone, s.calendar, s.answer_within,
		CASE WHEN m.last_day < l.local_now::date - s.quiet_days THEN m.last_day ELSE 'infinity'::date END AS known_through
	FROM kpi.snapshot n
	CROSS JOIN kpi.settings s
	CROSS JOIN LATERAL (SELECT n.as_of AT TIME ZONE s.zone) AS l (local_now)
	CROSS JOIN LATERAL (
		SELECT max(day) FROM (
			SELECT day FROM kpi.rate_summary WHERE segment = 'all' UNION ALL
			SELECT day FROM kpi.survey_summary WHERE segment = 'all' UNION ALL
			SELECT day FROM kpi.activity_summary) e
		WHERE day <= l.local_now::date) AS m (last_day)
) d;
SELECT pg_temp.make_stores('periods') AS made \gset
