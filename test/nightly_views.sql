-- nightly_views: what the views of examples/nightly show is what plain SQL finds in the CRM's rows

SET TimeZone = 'UTC';
\ir ../examples/crm/schema.sql
\ir ../examples/crm/generate.sql

-- Dirt that the generator has not: labels and amounts nobody entered, amounts that are no numbers, days far away, impossible scores.
INSERT INTO deals (deal_id, owner, source, industry, region, amount, created, closed, won)
SELECT 900000 + n, CASE WHEN n % 3 > 0 THEN 'نگار محمدی' END, CASE WHEN n % 4 > 0 THEN 'Website' END, CASE WHEN n % 5 > 0 THEN 'پوشاک' END,
	CASE WHEN n % 2 > 0 THEN 'ایران' END, CASE n % 7 WHEN 0 THEN numeric 'NaN' WHEN 1 THEN NULL ELSE n * 100 END,
	timestamptz '2025-01-01 12:00+00' + n * interval '3 days', timestamptz '2025-02-01 12:00+00' + n * interval '3 days', n % 3 = 1
FROM generate_series(1, 80) n;
INSERT INTO deals (deal_id, amount, created, closed, won) VALUES
	(900101, 1000, '1970-01-01', '1970-02-01', true), (900102, 2000, '2025-03-01', '2199-01-01', true), (900103, 3000, NULL, '2025-03-03', true),
	(900104, 4000, 'infinity', 'infinity', true), (900105, 5000, '2025-04-01', NULL, true), (900106, 6000, '2025-05-05', '2025-05-01', true);
INSERT INTO deal_stage_history VALUES (900102, 'Lead', '2025-03-01'), (900102, 'Won', '2199-01-01'), (123456789, 'Lead', '2025-03-01');
INSERT INTO leads (lead_id, created, first_response) VALUES (900101, '1970-01-01', '1970-01-02'), (900102, '2025-03-01', '-infinity'), (900103, NULL, '2025-03-03');
INSERT INTO survey_responses VALUES (900101, 'NPS', 'Europe', '2025-03-01', 11), (900102, 'NPS', 'Europe', '2025-03-01', -1), (900103, 'NPS', 'Europe', 'infinity', 5),
	(900104, 'NPS', 'Europe', '1970-03-01', 5);
INSERT INTO subscriptions VALUES (900101, 'x', 'Pro', '2025-03-01', NULL, 'NaN'), (900102, 'y', 'Pro', '2025-03-01', NULL, -5);
INSERT INTO orders VALUES (900101, 'x', '2025-03-01', 'NaN', NULL), (900102, 'y', '0001-01-01', 5, NULL);
INSERT INTO quotas VALUES ('Emma Johnson', '2023-10-01', '2023-12-31', 'NaN'), ('Emma Johnson', '2025-02-01', '2025-03-31', 100);
INSERT INTO activities VALUES (9000001, NULL, NULL, NULL, NULL, '2025-03-01', NULL), (9000002, 'call', NULL, NULL, NULL, 'infinity', 5);

-- In the middle of a day, week, month, quarter and fiscal year, where days begin at 20:30 UTC
\set zone 'Asia/Tehran'
\set fiscal_year_start 4
\set as_of '2025-11-17 10:00+03:30'
\set roles off
\ir ../examples/nightly/install.sql
SET jit = off;
SET enable_mergejoin = off;	-- keys of six columns, which the planner takes for independent
SET work_mem = '64MB';

INSERT INTO kpi.targets (kpi, segment, segment_value, valid_from, target) VALUES
	('win rate', 'all', 'all', '2024-03-10', 0.3), ('win rate', 'all', 'all', '2025-01-01', 0.35), ('win rate', 'all', 'all', '2025-07-01', NULL),
	('win rate', 'region', 'ایران', '2024-01-01', 0.25), ('total sales', 'all', 'all', '2024-01-01', 100000);

SELECT * FROM no_plan();

--
-- The periods, by arithmetic on days of one's own
--
CREATE TEMP TABLE cal AS
WITH days AS (
	SELECT p.*, d::date AS day, timestamp '2025-11-17 10:00' AS local_now
	FROM generate_series((SELECT min((created AT TIME ZONE 'Asia/Tehran')::date) FROM (
			SELECT created FROM deals WHERE created BETWEEN '2016-01-01' AND '2026-12-31' UNION ALL SELECT created FROM leads WHERE created BETWEEN '2016-01-01' AND '2026-12-31') c),
		timestamp '2025-11-17', '1 day') d,
	LATERAL (VALUES
		('day', d::date, d::date),
		('week', (d - (extract(isodow FROM d)::integer - 1) * interval '1 day')::date, (d + (7 - extract(isodow FROM d)::integer) * interval '1 day')::date),
		('month', make_date(extract(year FROM d)::integer, extract(month FROM d)::integer, 1), (date_trunc('month', d) + interval '1 month -1 day')::date),
		('quarter', make_date(extract(year FROM d)::integer, extract(quarter FROM d)::integer * 3 - 2, 1), (date_trunc('quarter', d) + interval '3 months -1 day')::date),
		('fiscal year', make_date(extract(year FROM d)::integer - CASE WHEN extract(month FROM d) < 4 THEN 1 ELSE 0 END, 4, 1),
			make_date(extract(year FROM d)::integer + CASE WHEN extract(month FROM d) < 4 THEN 0 ELSE 1 END, 3, 31))
	) AS p (period, period_start, period_end)
)
SELECT period, period_start, period_end, day, false AS is_comparison FROM days
UNION ALL
SELECT u.period, u.period_start, u.period_end, b.day, true
FROM (SELECT DISTINCT period, period_start, period_end, greatest(round(extract(epoch FROM local_now - period_start) / 86400), 1) AS passed
	FROM days WHERE period_end >= '2025-11-17' AND period <> 'day') u
JOIN days b ON b.period = u.period AND b.period_end = u.period_start - 1 AND b.day < b.period_start + u.passed::integer;
ANALYZE cal;

SELECT results_eq('SELECT period, period_start, period_end, day, is_comparison FROM kpi.calendar ORDER BY 1, 2, 4, 5', 'TABLE cal ORDER BY 1, 2, 4, 5', 'the calendar');
SELECT is((SELECT string_agg(period || ' ' || period_start || ' ' || n, ', ' ORDER BY period) FROM (SELECT period, period_start, count(*) AS n FROM cal WHERE is_comparison GROUP BY 1, 2) c),
	'fiscal year 2025-04-01 230, month 2025-11-01 16, quarter 2025-10-01 47, week 2025-11-17 1', 'what compares with the unfinished periods');

--
-- Figures, worked out from the rows
--
CREATE TEMP TABLE deal_row AS
SELECT d.*, b.date_basis, b.day, s.segment, s.segment_value
FROM (SELECT deal_id, nullif(amount, 'NaN') AS amount, created, closed, won, owner, source, industry, region FROM deals) d
CROSS JOIN LATERAL (VALUES ('closed', CASE WHEN won IS NOT NULL THEN closed END), ('created', created)) AS m (date_basis, moment)
CROSS JOIN LATERAL (SELECT m.date_basis, (m.moment AT TIME ZONE 'Asia/Tehran')::date AS day WHERE m.moment > '-infinity' AND m.moment < 'infinity') b
CROSS JOIN LATERAL (VALUES ('all', 'all'), ('owner', coalesce(owner, '(none)')), ('source', coalesce(source, '(none)')),
	('industry', coalesce(industry, '(none)')), ('region', coalesce(region, '(none)'))) AS s (segment, segment_value);

CREATE TEMP TABLE deal_oracle AS
SELECT date_basis, period, period_start, is_comparison, segment, segment_value,
	n, won, lost, n - won - lost AS open, amount_won, amount_decided, priced, cycles, days, median, p90,
	amount_won::double precision / nullif(priced, 0) AS size, won::double precision / nullif(won + lost, 0) AS rate, days / nullif(cycles, 0) AS cycle
FROM (
	SELECT d.date_basis, c.period, c.period_start, c.is_comparison, d.segment, d.segment_value,
		count(*) AS n, count(*) FILTER (WHERE won) AS won, count(*) FILTER (WHERE NOT won) AS lost,
		coalesce(sum(amount) FILTER (WHERE won), 0) AS amount_won, coalesce(sum(amount) FILTER (WHERE won IS NOT NULL), 0) AS amount_decided,
		count(amount) FILTER (WHERE won) AS priced, count(*) FILTER (WHERE won AND days >= 0) AS cycles, sum(days) FILTER (WHERE won AND days >= 0) AS days,
		percentile_cont(0.5) WITHIN GROUP (ORDER BY days) FILTER (WHERE won AND days >= 0) AS median,
		percentile_cont(0.9) WITHIN GROUP (ORDER BY days) FILTER (WHERE won AND days >= 0) AS p90
	FROM (SELECT *, CASE WHEN closed < 'infinity' AND created < 'infinity' THEN extract(epoch FROM closed - created)::double precision / 86400 END AS days FROM deal_row) d
	JOIN cal c USING (day)
	GROUP BY 1, 2, 3, 4, 5, 6
) g;

CREATE TEMP TABLE lead_oracle AS
SELECT c.period, c.period_start, c.is_comparison, s.segment, s.segment_value,
	count(*) AS n, count(converted) AS converted, count(*) FILTER (WHERE first_response IS NULL) AS unanswered,
	count(*) FILTER (WHERE answerable AND (hours >= 0 OR first_response IS NULL)) AS answerable,
	count(*) FILTER (WHERE answerable AND hours BETWEEN 0 AND 24) AS in_time,
	count(*) FILTER (WHERE hours >= 0) AS answered, sum(hours) FILTER (WHERE hours >= 0) AS hours,
	percentile_cont(0.5) WITHIN GROUP (ORDER BY hours) FILTER (WHERE hours >= 0) AS median
FROM (SELECT *, created <= timestamptz '2025-11-16 10:00+03:30' AS answerable, (created AT TIME ZONE 'Asia/Tehran')::date AS day,
		CASE WHEN first_response > '-infinity' AND first_response < 'infinity' THEN extract(epoch FROM first_response - created)::double precision / 3600 END AS hours
	FROM leads WHERE created > '-infinity' AND created < 'infinity') l
JOIN cal c USING (day)
CROSS JOIN LATERAL (VALUES ('all', 'all'), ('owner', coalesce(owner, '(none)')), ('source', coalesce(source, '(none)')), ('region', coalesce(region, '(none)'))) AS s (segment, segment_value)
GROUP BY 1, 2, 3, 4, 5;

CREATE TEMP TABLE survey_oracle AS
SELECT s.survey, c.period, c.period_start, c.is_comparison, g.segment, g.segment_value, count(*) AS asked, count(score) AS n,
	count(*) FILTER (WHERE CASE survey WHEN 'CSAT' THEN score >= 4 ELSE score >= 9 END) AS good,
	count(*) FILTER (WHERE survey <> 'CSAT' AND score <= 6) AS bad
FROM survey_responses s
JOIN cal c ON c.day = (CASE WHEN isfinite(s.asked) THEN s.asked END AT TIME ZONE 'Asia/Tehran')::date
CROSS JOIN LATERAL (VALUES ('all', 'all'), (CASE survey WHEN 'eNPS' THEN 'team' ELSE 'region' END, s.segment)) AS g (segment, segment_value)
WHERE score IS NULL OR score BETWEEN 0 AND 10
GROUP BY 1, 2, 3, 4, 5, 6;

CREATE TEMP TABLE activity_oracle AS
SELECT c.period, c.period_start, c.is_comparison, g.segment, g.segment_value, count(*) AS n, count(*) FILTER (WHERE kind = 'call') AS calls,
	count(*) FILTER (WHERE kind = 'social touch') AS touches, coalesce(sum(minutes), 0) AS minutes, coalesce(sum(minutes) FILTER (WHERE kind <> 'internal'), 0) AS selling
FROM activities a
JOIN cal c ON c.day = (CASE WHEN isfinite(a.at) THEN a.at END AT TIME ZONE 'Asia/Tehran')::date
CROSS JOIN LATERAL (VALUES ('all', 'all'), ('owner', coalesce(rep, '(none)'))) AS g (segment, segment_value)
GROUP BY 1, 2, 3, 4, 5;

-- One row a figure; exact: how far the value may be off
CREATE TEMP TABLE found AS
SELECT date_basis, period, period_start, is_comparison, segment, segment_value, f.*
FROM deal_oracle o
CROSS JOIN LATERAL (VALUES
	(CASE date_basis WHEN 'created' THEN 'deals created' END, n::double precision, n::numeric, NULL::numeric, 0::double precision),
	(CASE date_basis WHEN 'created' THEN 'deals still open' END, open, open, NULL, 0),
	(CASE date_basis WHEN 'created' THEN 'won of all' END, won::double precision / n, won, n, 1e-12),
	('deals won', won, won, NULL, 0),
	('deals lost', lost, lost, NULL, 0),
	('win rate', rate, won, won + lost, 1e-12),
	('win rate by value', (amount_won / nullif(amount_decided, 0))::double precision, amount_won, amount_decided, 1e-12),
	('win/loss ratio', won::double precision / nullif(lost, 0), won, lost, 1e-12),
	('total sales', amount_won, amount_won, NULL, 0),
	('average deal size', size, amount_won, priced, 1e-12),
	('sales cycle in days', cycle, round(days::numeric, 6), cycles, 1e-9),
	('median sales cycle', median, NULL, cycles, 0.0101),
	('90th percentile of the sales cycle', p90, NULL, cycles, 0.0101),
	('pipeline velocity', n * rate * size / nullif(cycle, 0), NULL, n, 1e-9)
) AS f (kpi, value, numerator, denominator, off)
WHERE kpi IS NOT NULL
UNION ALL
SELECT 'created', period, period_start, is_comparison, segment, segment_value, f.*
FROM lead_oracle
CROSS JOIN LATERAL (VALUES
	('leads', n::double precision, n::numeric, NULL::numeric, 0::double precision),
	('lead to opportunity rate', converted::double precision / n, converted, n, 1e-12),
	('response in time', in_time::double precision / nullif(answerable, 0), in_time, answerable, 1e-12),
	('leads unanswered', unanswered, unanswered, NULL, 0),
	('lead response in hours', hours / nullif(answered, 0), round(hours::numeric, 6), answered, 1e-9),
	('median lead response in hours', median, NULL, answered, 0.0101)
) AS f (kpi, value, numerator, denominator, off)
UNION ALL
SELECT 'asked', period, period_start, is_comparison, segment, segment_value, f.*
FROM survey_oracle
CROSS JOIN LATERAL (VALUES
	(survey, CASE survey WHEN 'CSAT' THEN 1 ELSE 100 END * (good - bad)::double precision / nullif(n, 0), (good - bad)::numeric, n::numeric, 1e-12),
	(survey || ' response rate', n::double precision / asked, n, asked, 1e-12)
) AS f (kpi, value, numerator, denominator, off)
UNION ALL
SELECT 'done', period, period_start, is_comparison, segment, segment_value, f.*
FROM activity_oracle
CROSS JOIN LATERAL (VALUES
	('activities', n::double precision, n::numeric, NULL::numeric, 0),
	('calls', calls, calls, NULL, 0),
	('social touches', touches, touches, NULL, 0),
	('selling-time share', selling::double precision / nullif(minutes, 0), round(selling / 60.0, 6), round(minutes / 60.0, 6), 1e-6)
) AS f (kpi, value, numerator, denominator, off);

-- What the views have of the same figures. Where there were no rows, counts are 0 and ratios NULL.
CREATE TEMP TABLE shown AS
SELECT * FROM kpi.figures
UNION ALL	-- of the days, those of some segments: there are hundreds of thousands
SELECT * FROM kpi.daily_figures WHERE segment IN ('all', 'region', 'team')
UNION ALL
SELECT * FROM kpi.daily_figures WHERE kpi IN ('win rate', 'leads', 'activities') AND segment = 'owner';
ANALYZE shown;
ANALYZE found;
CREATE TEMP TABLE compared AS
SELECT f.date_basis, f.period, f.period_start, f.segment, f.segment_value, f.kpi, f.value, f.numerator, f.denominator, f.low, f.high, f.previous, f.is_complete,
	o.off,
	coalesce(o.value, CASE WHEN k.is_count THEN 0 END) AS expected,
	coalesce(o.numerator, CASE WHEN k.has_numerator THEN 0 END) AS expected_numerator,
	coalesce(o.denominator, CASE WHEN k.has_denominator THEN 0 END) AS expected_denominator
FROM shown f
JOIN (SELECT kpi, bool_and(denominator IS NULL) AS is_count, bool_or(denominator IS NOT NULL) AS has_denominator,
		bool_or(numerator IS NOT NULL) AND kpi NOT IN ('sales cycle in days', 'lead response in hours') AS has_numerator FROM found GROUP BY kpi) k USING (kpi)
LEFT JOIN found o ON NOT o.is_comparison AND (o.date_basis, o.period, o.period_start, o.segment, o.segment_value, o.kpi) = (f.date_basis, f.period, f.period_start, f.segment, f.segment_value, f.kpi);

SELECT is_empty($$
	SELECT date_basis, period, period_start, segment, segment_value, kpi, value, expected FROM compared
	WHERE (value IS NULL) <> (expected IS NULL) OR abs(value - expected) > greatest(abs(expected), 1e-6) * coalesce(off, 0) LIMIT 5$$, 'each value is that of the rows');
SELECT is_empty($$
	SELECT date_basis, period, period_start, segment, segment_value, kpi, numerator, expected_numerator, denominator, expected_denominator FROM compared
	WHERE abs(numerator - expected_numerator) > CASE WHEN kpi ~ ' in (days|hours)$' THEN 0.000002 ELSE 0 END OR (numerator IS NULL) <> (expected_numerator IS NULL)
		OR denominator IS DISTINCT FROM expected_denominator AND kpi <> 'selling-time share' OR abs(denominator - expected_denominator) > 1e-9 LIMIT 5$$, 'each numerator and denominator, too');
SELECT is_empty($$
	SELECT o.date_basis, o.period, o.period_start, o.segment, o.segment_value, o.kpi FROM found o
	LEFT JOIN shown f ON (o.date_basis, o.period, o.period_start, o.segment, o.segment_value, o.kpi) = (f.date_basis, f.period, f.period_start, f.segment, f.segment_value, f.kpi)
	WHERE f.kpi IS NULL AND NOT o.is_comparison AND (o.period <> 'day' OR o.segment IN ('all', 'region', 'team')) LIMIT 5$$, 'nothing that the rows have is missing');
SELECT cmp_ok((SELECT count(*) FROM compared WHERE off IS NOT NULL), '>', 100000::bigint, 'and that was compared with something');

-- What a value was one period before: for the periods that as_of lies in, the part that compares
SELECT is_empty($$
	SELECT c.date_basis, c.period, c.period_start, c.segment, c.segment_value, c.kpi, c.previous, b.value
	FROM compared c
	JOIN (SELECT period, period_start, lag(period_start) OVER (PARTITION BY period ORDER BY period_start) AS before, bool_or(is_comparison) AS is_unfinished
		FROM cal GROUP BY period, period_start) p USING (period, period_start)
	LEFT JOIN found b ON (b.date_basis, b.period, b.segment, b.segment_value, b.kpi) = (c.date_basis, c.period, c.segment, c.segment_value, c.kpi)
		AND b.period_start = CASE WHEN p.is_unfinished THEN c.period_start ELSE p.before END AND b.is_comparison = p.is_unfinished
	WHERE (c.previous IS NULL) <> (coalesce(b.value, CASE WHEN c.denominator IS NULL AND p.before IS NOT NULL THEN 0 END) IS NULL)
		OR abs(c.previous - b.value) > greatest(abs(b.value), 1e-6) * b.off LIMIT 5$$, 'previous is the value of the period before, or of what compares');
SELECT isnt((SELECT previous FROM shown WHERE kpi = 'total sales' AND date_basis = 'closed' AND period = 'month' AND segment = 'all' AND period_start = '2025-11-01'),
	(SELECT value FROM shown WHERE kpi = 'total sales' AND date_basis = 'closed' AND period = 'month' AND segment = 'all' AND period_start = '2025-10-01'),
	'half a month is not held against a whole one');

-- Wilson's interval of rates, written out
SELECT is_empty($$
	SELECT date_basis, period, period_start, segment, segment_value, kpi, low, high FROM (
		SELECT *, numerator::double precision / nullif(denominator, 0)::double precision AS p, denominator::double precision AS n, 1.959963984540054::double precision AS z FROM compared
		WHERE kpi IN ('win rate', 'lead to opportunity rate', 'response in time', 'CSAT')) f
	WHERE n > 0 AND (abs(low - (p + z * z / (2 * n) - z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))) / (1 + z * z / n)) > 1e-9
		OR abs(high - (p + z * z / (2 * n) + z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))) / (1 + z * z / n)) > 1e-9 OR low IS NULL OR high IS NULL)
		OR n = 0 AND (low IS NOT NULL OR high IS NOT NULL) LIMIT 5$$, 'intervals of rates');
SELECT is_empty($$SELECT * FROM compared WHERE kpi IN ('NPS', 'eNPS') AND (NOT (-100 <= low AND low < high AND high <= 100) OR (low IS NULL) <> (value IS NULL)) LIMIT 5$$, 'intervals of scores');

SELECT set_eq('SELECT DISTINCT kpi FROM shown', $$SELECT replace(kpi, '{survey}', survey) FROM kpi.figure_list, (SELECT DISTINCT survey FROM survey_responses) s WHERE value IS NOT NULL$$, 'the figures are those of the list');

-- Two dimensions at once
SELECT set_eq($$SELECT date_basis, period, period_start, dimension, value, other_dimension, other_value, deals, deals_won, amount_won, round(sales_cycle_days::numeric, 6) FROM kpi.deals_across WHERE period <> 'week'$$,
	$$SELECT d.date_basis, c.period, c.period_start, a.dimension, coalesce(a.value, '(none)') AS value, a.other_dimension, coalesce(a.other_value, '(none)') AS other_value, count(*), count(*) FILTER (WHERE won) AS won, coalesce(sum(amount) FILTER (WHERE won), 0) AS amount,
		round((avg(extract(epoch FROM closed - created)) FILTER (WHERE won AND closed >= created AND closed < 'infinity' AND created < 'infinity') / 86400)::numeric, 6)
	FROM (SELECT date_basis, day, owner, source, region, won, amount, CASE WHEN isfinite(closed) THEN closed END AS closed, CASE WHEN isfinite(created) THEN created END AS created FROM deal_row WHERE segment = 'all') d
	JOIN cal c USING (day)
	CROSS JOIN LATERAL (VALUES ('owner', owner, 'source', source), ('owner', owner, 'region', region), ('source', source, 'region', region)) AS a (dimension, value, other_dimension, other_value)
	WHERE NOT c.is_comparison AND c.period NOT IN ('day', 'week') GROUP BY 1, 2, 3, 4, 5, 6, 7$$, 'deals across two dimensions');
SELECT set_eq($$SELECT period, period_start, dimension, value, other_dimension, other_value, leads, converted, answerable, answered_in_time FROM kpi.leads_across WHERE period = 'quarter'$$,
	$$SELECT c.period, c.period_start, a.dimension, coalesce(a.value, '(none)') AS value, a.other_dimension, coalesce(a.other_value, '(none)') AS other_value, count(*) AS n, count(converted) AS converted,
		count(*) FILTER (WHERE answerable AND (hours >= 0 OR first_response IS NULL)) AS answerable, count(*) FILTER (WHERE answerable AND hours BETWEEN 0 AND 24) AS in_time
	FROM (SELECT *, created <= timestamptz '2025-11-16 10:00+03:30' AS answerable, (created AT TIME ZONE 'Asia/Tehran')::date AS day,
			CASE WHEN isfinite(first_response) THEN extract(epoch FROM first_response - created) / 3600 END AS hours FROM leads WHERE isfinite(created)) l
	JOIN cal c USING (day)
	CROSS JOIN LATERAL (VALUES ('owner', owner, 'source', source), ('owner', owner, 'region', region), ('source', source, 'region', region)) AS a (dimension, value, other_dimension, other_value)
	WHERE NOT c.is_comparison AND c.period = 'quarter' GROUP BY 1, 2, 3, 4, 5, 6$$, 'leads across two dimensions');

-- Every figure, of those without an oracle here, too
SELECT is_empty($$SELECT kpi FROM shown EXCEPT SELECT kpi FROM kpi_catalog()$$, 'each figure is in the catalogue');
SELECT is_empty($$
	SELECT date_basis, period, period_start, segment, segment_value, kpi FROM shown GROUP BY 1, 2, 3, 4, 5, 6 HAVING count(*) > 1 LIMIT 5$$, 'one row a figure');
SELECT is_empty($$
	SELECT date_basis, segment, segment_value, kpi, period, count(*), n
	FROM shown JOIN (SELECT period, count(DISTINCT period_start) AS n FROM cal GROUP BY period) c USING (period)
	GROUP BY date_basis, segment, segment_value, kpi, period, n HAVING count(*) <> n LIMIT 5$$, 'dense: each period there is');
SELECT is_empty($$
	SELECT kpi, date_basis, count(DISTINCT period) FROM shown GROUP BY 1, 2
	HAVING count(DISTINCT period) <> CASE date_basis WHEN 'due' THEN 2 WHEN 'month' THEN 1 ELSE 5 END$$, 'in each kind of period');
SELECT is_empty($$
	SELECT * FROM shown WHERE value = 'NaN' OR abs(value) = 'Infinity' OR numerator = 'NaN' OR denominator = 'NaN' OR low = 'NaN' OR high = 'NaN' OR previous = 'NaN' LIMIT 5$$, 'never NaN or infinite');
SELECT is_empty($$SELECT * FROM shown WHERE is_complete IS NULL OR data_through IS NULL LIMIT 5$$, 'each says whether it is complete, and through when');

SELECT is_empty($$
	SELECT f.date_basis, f.period, f.period_start, f.kpi, f.is_complete
	FROM shown f JOIN (SELECT DISTINCT period, period_start, period_end FROM cal) c USING (period, period_start)
	WHERE f.segment = 'all' AND f.is_complete IS DISTINCT FROM CASE
		WHEN f.date_basis <> 'created' OR f.kpi IN ('deals created', 'deals still open', 'leads') THEN c.period_end < '2025-11-17'
		WHEN f.kpi ~ 'response|unanswered' THEN c.period_end + 1 + interval '24 hours' <= '2025-11-17 10:00'
		ELSE c.period_end + 120 < '2025-11-17' END LIMIT 5$$, 'complete is what is over, answered or decided by now');
SELECT results_eq($$SELECT DISTINCT date_basis, data_through FROM shown WHERE kpi IN ('win rate') ORDER BY 1$$,
	$$SELECT b.date_basis, max(CASE WHEN won IS NOT NULL AND closed < 'infinity' AND closed >= created THEN greatest(created, closed) ELSE created END)
	FROM (SELECT DISTINCT date_basis, deal_id, day, created, closed, won FROM deal_row) b WHERE day BETWEEN '2016-01-01' AND '2025-11-17' AND created < 'infinity' GROUP BY 1 ORDER BY 1$$, 'data_through is the last moment seen');

-- Targets: the latest that holds, of the same segment; quotas for sales
SELECT results_eq($$SELECT period_start, target FROM shown WHERE kpi = 'win rate' AND date_basis = 'closed' AND period = 'quarter' AND segment = 'all' ORDER BY 1$$,
	$$VALUES ('2024-01-01'::date, NULL::double precision), ('2024-04-01', 0.3), ('2024-07-01', 0.3), ('2024-10-01', 0.3), ('2025-01-01', 0.35), ('2025-04-01', 0.35),
		('2025-07-01', NULL), ('2025-10-01', NULL)$$, 'a target holds until the next');
SELECT is((SELECT count(*) FROM shown WHERE kpi = 'win rate' AND target = 0.25), 2 * (SELECT count(DISTINCT (period, period_start)) FROM cal WHERE period_start >= '2024-01-01'), 'of its segment');
SELECT results_eq($$SELECT period, period_start, segment, segment_value, target FROM shown WHERE kpi = 'total sales' AND date_basis = 'closed' AND period IN ('quarter', 'fiscal year')
		AND segment IN ('all', 'owner', 'region') AND target IS NOT NULL AND (segment <> 'all' OR target <> 100000) ORDER BY period, period_start, segment, segment_value COLLATE "C"$$,
	$$SELECT p.period, p.period_start, g.segment, g.segment_value, sum(quota)::double precision
	FROM quotas JOIN reps USING (rep), LATERAL (VALUES ('all', 'all'), ('owner', rep), ('region', region)) AS g (segment, segment_value),
		LATERAL (VALUES ('quarter', period_start), ('fiscal year', (date_trunc('year', period_start - interval '3 months') + interval '3 months')::date)) AS p (period, period_start)
	WHERE quota > 0 AND quota < 'NaN' AND quotas.period_start BETWEEN '2024-01-01' AND '2025-11-17' AND (p.period = 'fiscal year' OR extract(month FROM quotas.period_start) IN (1, 4, 7, 10))
	GROUP BY 1, 2, 3, 4 ORDER BY period, period_start, segment, segment_value COLLATE "C"$$, 'quotas are the targets of sales, in quarters and fiscal years');
SELECT is((SELECT target FROM shown WHERE kpi = 'total sales' AND date_basis = 'closed' AND period = 'month' AND segment = 'all' AND period_start = '2025-01-01'),
	100000::double precision, 'and where there is no quota, the target');

--
-- The deals behind
--
CREATE TEMP TABLE behind AS
SELECT d.kpi, d.date_basis, c.period, c.period_start, g.segment, g.segment_value, sum(d.contribution) AS contribution,
	count(*) FILTER (WHERE d.in_numerator) AS hits, count(*) FILTER (WHERE d.in_denominator) AS rows
FROM kpi.deals_behind d
JOIN cal c USING (day)
CROSS JOIN LATERAL (VALUES ('all', 'all'), ('owner', d.owner), ('source', d.source), ('region', d.region), ('industry', d.industry)) AS g (segment, segment_value)
WHERE NOT c.is_comparison AND g.segment_value IS NOT NULL AND (c.period IN ('month', 'fiscal year') OR c.period IN ('day', 'week') AND g.segment = 'all')
GROUP BY 1, 2, 3, 4, 5, 6;
ANALYZE behind;

SELECT is_empty($$
	SELECT f.kpi, f.date_basis, f.period, f.period_start, f.segment, f.segment_value, f.numerator, b.contribution, b.hits, f.denominator, b.rows
	FROM shown f
	LEFT JOIN behind b USING (kpi, date_basis, period, period_start, segment, segment_value)
	WHERE f.kpi = ANY (ARRAY(SELECT DISTINCT kpi FROM behind)) AND f.date_basis IN ('closed', 'created') AND (f.period IN ('month', 'fiscal year') OR f.period IN ('day', 'week') AND f.segment = 'all')
		AND (abs(coalesce(b.contribution, 0) - f.numerator) > CASE WHEN f.kpi ~ ' in (days|hours)$' THEN 0.00001 ELSE 0 END
			OR f.kpi !~ 'by value|size|total|cycle|velocity| in hours' AND coalesce(b.hits, 0) <> f.numerator
			OR f.kpi <> 'win rate by value' AND coalesce(b.rows, 0) <> f.denominator) LIMIT 5$$, 'the deals behind a figure add up to its numerator, and count up to its denominator');
SELECT set_eq('SELECT DISTINCT kpi FROM behind', $$VALUES ('deals created'), ('deals still open'), ('deals won'), ('deals lost'), ('win rate'), ('won of all'), ('win rate by value'),
	('win/loss ratio'), ('total sales'), ('average deal size'), ('sales cycle in days'), ('pipeline velocity'), ('pipeline value'), ('deals in the pipeline'), ('stalled'),
	('leads'), ('lead to opportunity rate'), ('leads unanswered'), ('response in time'), ('lead response in hours')$$, 'of these figures');
SELECT results_eq($$SELECT kpi, segment, segment_value, numerator FROM shown WHERE kpi IN ('pipeline value', 'deals in the pipeline') AND period_start = '2025-11-01' AND numerator <> 0 ORDER BY kpi, segment, segment_value COLLATE "C"$$,
	$$SELECT kpi, segment, segment_value, contribution FROM behind WHERE kpi IN ('pipeline value', 'deals in the pipeline') AND period = 'month' AND contribution <> 0 ORDER BY kpi, segment, segment_value COLLATE "C"$$, 'the pipeline as it stands');
SELECT is_empty($$
	SELECT s.period, s.period_start, s.segment, s.segment_value, s.stalled, b.hits
	FROM (SELECT period, period_start, segment, segment_value, sum(stalled) AS stalled FROM kpi.stages_by_period WHERE period IN ('month', 'fiscal year') GROUP BY 1, 2, 3, 4) s
	LEFT JOIN (SELECT * FROM behind WHERE kpi = 'stalled') b USING (period, period_start, segment, segment_value)
	WHERE s.stalled <> coalesce(b.hits, 0) LIMIT 5$$, 'what has stalled');

--
-- What has no days: against the direct call
--
CREATE TEMP TABLE staged AS
SELECT p.period, p.period_start, g.segment, g.segment_value, stage_agg(h.deal_id, h.stage, h.entered_at, nullif(d.amount, 'NaN'), s.definition) AS summary
FROM deals d
JOIN deal_stage_history h USING (deal_id)
CROSS JOIN kpi.settings s
CROSS JOIN LATERAL (SELECT CASE WHEN isfinite(d.created) THEN date_trunc('month', d.created AT TIME ZONE 'Asia/Tehran') END) AS m (month)
CROSS JOIN LATERAL (VALUES ('month', m.month::date), ('quarter', date_trunc('quarter', m.month)::date),
	('fiscal year', (date_trunc('year', m.month - interval '3 months') + interval '3 months')::date), ('all time', '2024-01-01')) AS p (period, period_start)
CROSS JOIN LATERAL (VALUES ('all', 'all'), ('region', coalesce(region, '(none)'))) AS g (segment, segment_value)
WHERE m.month BETWEEN '2024-01-01' AND '2025-11-01' AND (h.entered_at <= '2025-11-17 10:00+03:30') IS NOT FALSE
GROUP BY 1, 2, 3, 4;
ANALYZE staged;

SELECT set_eq('SELECT period, period_start, segment, segment_value, step, stage, reached, skipped, advanced, lost, stalled, open, leakage_rate, median_days, in_stage, amount_leaked FROM kpi.stages_by_period WHERE segment IN (''all'', ''region'')',
	$$SELECT period, period_start, segment, segment_value, l.step, l.stage, l.reached, l.skipped, l.advanced, l.lost, l.stalled, l.open, l.leakage_rate, l.median_days, l.in_stage, l.amount_leaked
	FROM staged, stage_leakage(summary, '2025-11-17', 60) l$$, 'stages');
SELECT set_eq('SELECT period, period_start, segment, segment_value, step, visits, finished, mean_days, median_age_days, regressions FROM kpi.stage_times WHERE segment IN (''all'', ''region'')',
	$$SELECT period, period_start, segment, segment_value, l.step, l.visits, l.finished, l.mean_days, l.median_age_days, l.regressions
	FROM staged, stage_time(summary, '2025-11-17') l$$, 'times in stages');
SELECT set_eq('SELECT period, period_start, segment, segment_value, source, target, value, median_days FROM kpi.stage_flows WHERE segment IN (''all'', ''region'')',
	$$SELECT period, period_start, segment, segment_value, f.source, f.target, f.value, f.median_days FROM staged, stage_flow(summary) f$$, 'flows');
SELECT is_empty($$WITH RECURSIVE walk AS (
		SELECT DISTINCT source, target, ARRAY[source] AS way FROM kpi.stage_flows
		UNION SELECT w.source, f.target, w.way || f.source FROM walk w JOIN (SELECT DISTINCT source, target FROM kpi.stage_flows) f ON f.source = w.target WHERE f.source <> ALL (w.way))
	SELECT * FROM walk WHERE target = ANY (way)$$, 'no cycle, which a Sankey chart cannot draw');

SELECT set_eq($$SELECT month, opening, created, won, lost, closing, closing_deals FROM kpi.pipeline_movements WHERE segment = 'all'$$,
	$$SELECT m.period, m.opening, m.created, m.won, m.lost, m.closing, m.closing_deals FROM pipeline_movements((
		SELECT pipeline_agg(h.deal_id, h.stage, h.entered_at, nullif(d.amount, 'NaN'), s.definition, 'month', 'Asia/Tehran')
		FROM deals d JOIN deal_stage_history h USING (deal_id), kpi.settings s WHERE isfinite(d.created) AND (h.entered_at <= '2025-11-17 10:00+03:30') IS NOT FALSE)) m WHERE m.period BETWEEN '2024-01-01' AND '2025-11-01'$$, 'movements of the pipeline');
SELECT is_empty($$SELECT * FROM kpi.pipeline_movements WHERE opening + created + increased - decreased - won - lost + reopened <> closing$$, 'which add up');
SELECT is_empty($$SELECT f.segment, f.segment_value, f.period_start FROM shown f JOIN kpi.pipeline_movements m ON m.month = f.period_start AND (m.segment, m.segment_value) = (f.segment, f.segment_value)
	WHERE f.kpi = 'pipeline value' AND f.numerator <> m.closing OR f.kpi = 'deals in the pipeline' AND f.numerator <> m.closing_deals$$, 'and are the pipeline''s value');

CREATE TEMP TABLE paid AS
SELECT mrr_agg(customer, starts, ends, nullif(mrr, 'NaN'), '2025-11-16') AS summary FROM subscriptions;
SELECT set_eq('SELECT month, opening, new, churned, closing, quick_ratio, net_retention_12_months FROM kpi.mrr_movements',
	'SELECT m.month, m.opening, m.new, m.churned, m.closing, m.quick_ratio, r.net_retention FROM paid CROSS JOIN mrr_movements(summary) m LEFT JOIN mrr_retention(summary, 12) r ON r.month = m.month', 'recurring revenue');
SELECT is_empty('SELECT month FROM kpi.mrr_waterfall JOIN kpi.mrr_movements m USING (month) GROUP BY month, m.closing HAVING sum(change) <> m.closing OR count(*) <> 6', 'its waterfall adds up to the closing');
SELECT set_eq($$SELECT kpi, period_start, value FROM shown WHERE date_basis = 'month' AND kpi ~ 'MRR|net revenue|customer churn' AND value IS NOT NULL$$,
	$$SELECT 'MRR', month, closing::double precision FROM paid, mrr_movements(summary)
	UNION ALL SELECT 'customer churn rate', month, customer_churn_rate FROM paid, mrr_movements(summary) WHERE customer_churn_rate IS NOT NULL
	UNION ALL SELECT 'net revenue retention, ' || n || CASE n WHEN 1 THEN ' month' ELSE ' months' END, r.month, r.net_retention
	FROM paid, unnest(ARRAY[1, 3, 6, 12]) n, mrr_retention(summary, n) r WHERE r.net_retention IS NOT NULL$$, 'and is among the figures, but for the month that isn''t over');
SELECT results_eq($$SELECT period_start, value, is_complete FROM shown WHERE kpi = 'MRR' AND period_start >= '2025-10-01' ORDER BY 1$$,
	$$SELECT '2025-10-01'::date, closing::double precision, true FROM kpi.mrr_movements WHERE month = '2025-10-01' UNION ALL VALUES ('2025-11-01'::date, NULL::double precision, false)$$, 'which is NULL');
SELECT is_empty($$SELECT kpi, value, numerator, denominator FROM shown WHERE abs(value - numerator / nullif(denominator, 0)) > 1e-9 AND date_basis IN ('due', 'month')$$, 'a ratio is its numerator / its denominator');

SELECT set_eq('SELECT cohort, months_since, cohort_size, retained, rate, amount, is_complete FROM kpi.cohort_retention',
	$$SELECT r.cohort, r.periods_since, r.cohort_size, r.retained, r.rate, r.amount, r.is_complete FROM cohort_retention((
		SELECT cohort_agg(customer, ordered, nullif(amount, 'NaN'), 'month', 'Asia/Tehran') FROM orders WHERE ordered BETWEEN '1900-01-01' AND '2025-11-17 10:00+03:30'), '2025-11-17') r$$, 'cohorts');
SELECT set_eq('SELECT month, new, "returning", reactivated, dormant, is_complete FROM kpi.customer_lifecycle',
	$$SELECT l.* FROM lifecycle((
		SELECT cohort_agg(customer, ordered, nullif(amount, 'NaN'), 'month', 'Asia/Tehran') FROM orders WHERE ordered BETWEEN '1900-01-01' AND '2025-11-17 10:00+03:30'), '2025-11-17') l$$, 'who came and went');
SELECT set_eq($$SELECT kpi, period_start, value FROM shown WHERE kpi IN ('new customers', 'active customers') AND value > 0$$,
	$$SELECT kpi, month, n::double precision FROM (
		SELECT 'active customers' AS kpi, date_trunc('month', ordered AT TIME ZONE 'Asia/Tehran')::date AS month, count(DISTINCT customer) AS n FROM orders WHERE ordered BETWEEN '1900-01-01' AND '2025-11-17 10:00+03:30' GROUP BY 2
		UNION ALL
		SELECT 'new customers', month, count(*) FROM (SELECT customer, min(date_trunc('month', ordered AT TIME ZONE 'Asia/Tehran'))::date AS month FROM orders WHERE ordered BETWEEN '1900-01-01' AND '2025-11-17 10:00+03:30' GROUP BY 1) f GROUP BY 2
	) c WHERE month <= '2025-11-01'$$, 'customers who ordered, and who did for the first time');

-- Quotas: reps first
CREATE TEMP TABLE rep_period AS
SELECT p.period, p.period_start, q.rep, r.region, sum(nullif(q.quota, 'NaN')) AS quota, (
	SELECT coalesce(sum(amount), 0) FROM deal_row d JOIN cal c USING (day)
	WHERE c.period = p.period AND c.period_start = p.period_start AND NOT c.is_comparison AND d.date_basis = 'closed' AND d.segment = 'owner' AND d.segment_value = q.rep AND d.won) AS sales
FROM quotas q JOIN reps r USING (rep)
CROSS JOIN LATERAL (VALUES ('quarter', q.period_start), ('fiscal year', (date_trunc('year', q.period_start - interval '3 months') + interval '3 months')::date)) AS p (period, period_start)
WHERE q.period_start BETWEEN '2024-01-01' AND '2025-11-17' AND (p.period = 'fiscal year' OR q.period_start = date_trunc('quarter', q.period_start))
GROUP BY 1, 2, 3, 4;
SELECT results_eq($$SELECT period, period_start, segment, segment_value, reps, reps_at_target, quota_attainment, target FROM kpi.quotas_by_period WHERE reps > 0 AND period = 'fiscal year' ORDER BY period, period_start, segment, segment_value COLLATE "C"$$,
	$$SELECT period, period_start, g.segment, g.segment_value, count(*) FILTER (WHERE quota > 0), count(*) FILTER (WHERE quota > 0 AND sales >= quota),
		count(*) FILTER (WHERE quota > 0 AND sales >= quota)::double precision / count(*) FILTER (WHERE quota > 0), sum(quota) FILTER (WHERE quota > 0)
	FROM rep_period, LATERAL (VALUES ('all', 'all'), ('owner', rep), ('region', region)) AS g (segment, segment_value)
	WHERE period = 'fiscal year' GROUP BY 1, 2, 3, 4 HAVING count(*) FILTER (WHERE quota > 0) > 0 ORDER BY period, period_start, segment, segment_value COLLATE "C"$$, 'quotas of fiscal years, of the reps'' sums');
SELECT results_eq($$SELECT kpi, value, numerator, denominator FROM shown WHERE date_basis = 'due' AND period = 'quarter' AND period_start = '2025-07-01' AND segment = 'all' ORDER BY 1$$,
	$$SELECT 'quota attainment', avg(CASE WHEN sales >= quota THEN 1 ELSE 0 END)::double precision, count(*) FILTER (WHERE sales >= quota)::numeric, count(*)::numeric
	FROM rep_period WHERE period = 'quarter' AND period_start = '2025-07-01' AND quota > 0
	UNION ALL SELECT 'reps without a quota', count(*), count(*), NULL FROM rep_period WHERE period = 'quarter' AND period_start = '2025-07-01' AND coalesce(quota, 0) = 0
	UNION ALL SELECT 'target attainment', (sum(sales) / sum(quota))::double precision, sum(sales), sum(quota) FROM rep_period WHERE period = 'quarter' AND period_start = '2025-07-01' AND quota > 0$$, 'and of quarters');

-- Visitors of the web: as the functions say, of the events that are known by then
CREATE TEMP TABLE event_row AS
SELECT c.*, visitor, event, at FROM shop_events, LATERAL (VALUES ('all', 'all'), ('device', coalesce(device, '(none)'))) AS c (segment, segment_value) WHERE at <= '2025-11-17 10:00+03:30';
SELECT set_eq('SELECT * FROM kpi.event_funnel', $$SELECT segment, segment_value, f.* FROM (
		SELECT segment, segment_value, event_agg(visitor, event, at, 'visit > cart > checkout > payment; within: 7 days') AS s FROM event_row GROUP BY 1, 2) e, event_funnel(s, '2025-11-17 10:00+03:30') f$$, 'the event funnel');
SELECT is((SELECT count(*) FROM kpi.event_funnel), 16::bigint, 'of four steps, of all and three devices');
SELECT is_empty('SELECT * FROM kpi.event_funnel WHERE reached <> advanced + dropped + excluded + undecided', 'whoever got to a step went on, dropped or still has time');
SELECT set_eq('SELECT * FROM kpi.event_trend', $$SELECT segment, segment_value, t.period_start::date, t.entered, t.converted, t.dropped, t.excluded, t.undecided, t.conversion_rate, t.reach_rate, t.median_seconds_total, t.is_complete FROM (
		SELECT segment, segment_value, event_agg(visitor, event, at, 'visit > cart > checkout > payment; within: 7 days', 'month', 'Asia/Tehran') AS s FROM event_row GROUP BY 1, 2) e, event_trend(s, '2025-11-17 10:00+03:30') t$$, 'by month');
SELECT results_eq($$SELECT sum(entered) FROM kpi.event_trend WHERE segment = 'all' AND month = '2025-10-01'$$,
	$$SELECT count(DISTINCT visitor)::numeric FROM shop_events WHERE event = 'visit' AND (at AT TIME ZONE 'Asia/Tehran') >= '2025-10-01' AND (at AT TIME ZONE 'Asia/Tehran') < '2025-11-01'$$, 'who began in a month, counted');
SELECT set_eq('SELECT * FROM kpi.sessions', $$SELECT segment, segment_value, t.* FROM (
		SELECT segment, segment_value, session_agg(visitor, at, '30 minutes', 'month', 'Asia/Tehran') AS s FROM event_row GROUP BY 1, 2) e, session_trend(s, '2025-11-17 10:00+03:30') t$$, 'sessions');
SELECT set_eq('SELECT * FROM kpi.retention', $$SELECT segment, segment_value, r.* FROM (
		SELECT segment, segment_value, retention_agg(visitor, at, event = 'visit', event = 'visit', 'month', 'Asia/Tehran') AS s FROM event_row GROUP BY 1, 2) e, event_retention(s, 'on', '2025-11-17') r$$, 'who came back');
SELECT set_eq('SELECT * FROM kpi.retention_curve', $$SELECT segment, segment_value, r.* FROM (
		SELECT segment, segment_value, retention_agg(visitor, at, event = 'visit', event = 'visit', 'month', 'Asia/Tehran') AS s FROM event_row GROUP BY 1, 2) e, event_retention_curve(s, 'on', '2025-11-17') r$$, 'after how many months');
SELECT isnt_empty('SELECT FROM kpi.retention_curve WHERE months_since > 3 AND rate > 0', 'and somebody did');
SELECT results_eq($$SELECT reason, left_out_of, rows FROM kpi.data_quality WHERE source = 'events' AND rows > 0 ORDER BY 1$$,
	$$VALUES ('exact duplicate', 'event funnel', (SELECT count(*) - count(DISTINCT (visitor, event, at)) FROM event_row WHERE segment = 'all' AND visitor IS NOT NULL AND event IN ('visit', 'cart', 'checkout', 'payment'))),
		('later than as_of', 'all figures', (SELECT count(*) FROM shop_events WHERE at > '2025-11-17 10:00+03:30')), ('no entity', 'all figures', (SELECT count(*) FROM event_row WHERE segment = 'all' AND visitor IS NULL))$$, 'events left out are counted');

-- What the open deals will bring: by the functions, of the rows as they were that morning
CREATE TEMP TABLE crm_deal AS
SELECT deal_id, nullif(amount, 'NaN') AS amount, created, closed, won, s.* FROM deals,
	LATERAL (VALUES ('all', 'all'), ('owner', coalesce(owner, '(none)')), ('source', coalesce(source, '(none)')), ('region', coalesce(region, '(none)')), ('industry', coalesce(industry, '(none)'))) AS s (segment, segment_value)
WHERE created > '-infinity' AND created < 'infinity';
CREATE TEMP TABLE known_history AS
SELECT h.* FROM deal_stage_history h WHERE deal_id IN (SELECT deal_id FROM crm_deal) AND entered_at BETWEEN '1900-01-01' AND '2199-12-31';
CREATE TEMP TABLE forecast_oracle AS		-- the end of the month is 14 days away, that of the quarter 45
SELECT p.period, p.period_start, ago, p.horizon, p.period_start::timestamp AT TIME ZONE 'Asia/Tehran' AS starts_at, p.next_start AT TIME ZONE 'Asia/Tehran' AS ends_at, (p.next_start AT TIME ZONE 'Asia/Tehran') - p.horizon AS made_at
FROM (
	SELECT 'month' AS period, n AS ago, (timestamp '2025-11-01' - n * interval '1 month')::date AS period_start, timestamp '2025-12-01' - n * interval '1 month' AS next_start, interval '336 hours' AS horizon FROM generate_series(0, 12) n
	UNION ALL
	SELECT 'quarter', n, (timestamp '2025-10-01' - n * interval '3 months')::date, timestamp '2026-01-01' - n * interval '3 months', interval '1080 hours' FROM generate_series(0, 8) n
) p;
CREATE TEMP TABLE odds_oracle AS
SELECT o.period, o.period_start, s.*
FROM forecast_oracle o,
LATERAL (SELECT array_agg(at ORDER BY at) AS landmarks FROM (SELECT timestamptz '2025-11-17 00:00+03:30' - o.horizon - k * interval '720 hours' AS at FROM generate_series(0, 36) k) g
	WHERE at <= o.made_at - o.horizon AND at > o.made_at - o.horizon - interval '8640 hours') m,
LATERAL (SELECT landmark_agg(deal_id, stage, entered_at, 'Lead > Qualified > Demo > Proposal > Negotiation > Won; lost: Lost, Disqualified', m.landmarks, o.made_at, o.horizon) AS summary FROM known_history) l,
LATERAL stage_odds(l.summary) s
WHERE m.landmarks IS NOT NULL;
SELECT set_eq('SELECT * FROM kpi.stage_odds', $$SELECT period, step, stage, was_open, won, lost, undecided, won_share FROM odds_oracle WHERE period_start IN ('2025-11-01', '2025-10-01') AND (period, period_start) IN (SELECT period, period_start FROM forecast_oracle WHERE ago = 0)$$, 'odds are those of landmarks of the last year');
SELECT set_eq($$SELECT period, period_start, step, won_share FROM kpi.odds_of_periods WHERE was_open > 0$$, 'SELECT period, period_start, step, won_share FROM odds_oracle WHERE was_open > 0', 'and of earlier periods those known then');
-- A deal is lost where its latest row is a lost label, and else open in its furthest stage
CREATE TEMP TABLE open_then AS
SELECT o.*, d.deal_id, d.furthest AS step
FROM forecast_oracle o, LATERAL (
	SELECT deal_id, max(e.step) AS furthest, (array_agg(e.step ORDER BY entered_at DESC, e.step = 0 DESC))[1] AS latest
	FROM known_history, stage_step(stage, 'Lead > Qualified > Demo > Proposal > Negotiation > Won; lost: Lost, Disqualified') e (step)
	WHERE e.step IS NOT NULL AND entered_at <= o.made_at GROUP BY deal_id) d
WHERE d.latest > 0 AND d.furthest < 6;
CREATE TEMP TABLE forecast_found AS
SELECT o.period, o.period_start, o.ago, d.segment, d.segment_value, forecast_agg(d.amount, p.won_share) AS summary, coalesce(sum(d.amount) FILTER (WHERE d.won AND d.closed > o.made_at AND d.closed < o.ends_at AND p.won_share IS NOT NULL), 0) AS came
FROM open_then o JOIN crm_deal d USING (deal_id) LEFT JOIN odds_oracle p USING (period, period_start, step)
WHERE d.won IS NULL OR d.closed > o.made_at
GROUP BY 1, 2, 3, 4, 5;
SELECT set_eq('SELECT period, period_start, segment, segment_value, deals, without_amount, expected, p10, p50, p90 FROM kpi.forecast WHERE deals > 0 OR without_odds + without_amount > 0',
	'SELECT period, period_start, segment, segment_value, f.deals, f.without_amount, round(f.expected, 4) AS expected, round(f.p10, 4) AS p10, round(f.p50, 4) AS p50, round(f.p90, 4) AS p90 FROM forecast_found, forecast(summary) f WHERE ago = 0', 'the forecast is that of the open deals');
SELECT cmp_ok((SELECT count(*) FROM kpi.forecast WHERE expected > 0 AND p10 < p90 AND segment = 'owner'), '>', 20::bigint, 'of each rep, too');
SELECT set_eq($$SELECT period, period_start, segment, segment_value, won FROM kpi.forecast WHERE won > 0$$,
	$$SELECT o.period, o.period_start, segment, segment_value, sum(amount) FROM forecast_oracle o JOIN crm_deal d ON won AND closed >= o.starts_at AND closed < '2025-11-17 00:00+03:30' WHERE ago = 0 GROUP BY 1, 2, 3, 4 HAVING sum(amount) > 0$$, 'beside what is won already');
SELECT results_eq($$SELECT target, round(chance_of_target::numeric, 9) FROM kpi.forecast WHERE period = 'quarter' AND segment = 'all'$$,
	$$SELECT sum(quota), (SELECT round(chance_of(summary, (SELECT sum(quota) FROM quotas WHERE period_start = '2025-10-01') - won)::numeric, 9) FROM forecast_found f, kpi.forecast k
		WHERE f.ago = 0 AND (f.period, f.segment, k.period, k.segment) = ('quarter', 'all', 'quarter', 'all')) FROM quotas WHERE period_start = '2025-10-01'$$, 'and the chance of the quotas');
SELECT set_eq('SELECT period, period_start, deals, expected, p10, p50, p90, came, is_inside FROM kpi.forecast_backtest',
	$$SELECT period, period_start, f.deals, round(f.expected, 4) AS expected, round(f.p10, 4) AS p10, round(f.p50, 4) AS p50, round(f.p90, 4) AS p90, came, came BETWEEN f.p10 AND f.p90 AS is_inside FROM forecast_found, forecast(summary) f WHERE ago > 0 AND segment = 'all' AND f.deals > 0$$, 'earlier forecasts are those that would have been made then, with what came');
SELECT results_eq('SELECT period, max(forecasts), round(max(inside_share)::numeric, 9) FROM kpi.forecast_backtest GROUP BY 1 ORDER BY 1', 'SELECT period, count(*), round(avg(is_inside::integer), 9) FROM kpi.forecast_backtest GROUP BY 1 ORDER BY 1', 'and their score');
SELECT cmp_ok((SELECT count(*) FROM kpi.forecast_backtest), '>=', 14::bigint, 'there are some');
SELECT is_empty($$SELECT b.period, b.period_start FROM kpi.forecast_backtest b WHERE won_of_others < 0 UNION ALL SELECT b.period, b.period_start FROM kpi.forecast_backtest b JOIN kpi.figures f ON f.kpi = 'total sales' AND f.date_basis = 'closed' AND f.segment = 'all' AND (f.period, f.period_start) = (b.period, b.period_start)
	WHERE f.numerator <> CASE WHEN b.made_at < b.period_start::timestamp AT TIME ZONE 'Asia/Tehran' THEN f.numerator ELSE b.won_before + b.came + b.won_of_others END$$, 'what came, and what else was won, are the sales of the period');
SELECT is_empty($$SELECT period, segment, segment_value FROM kpi.forecast_distribution GROUP BY 1, 2, 3 HAVING abs(sum(probability) - 1) > 1e-9 OR count(*) > 20$$, 'its bars add up to 1');
SELECT set_eq($$SELECT * FROM kpi.forecast_distribution WHERE period = 'quarter' AND segment = 'all'$$, $$SELECT period, period_start, segment, segment_value, round(from_amount, 4) AS from_amount, round(to_amount, 4) AS to_amount, probability, chance FROM forecast_found, forecast_distribution(summary, 20) d WHERE ago = 0 AND period = 'quarter' AND segment = 'all'$$, 'and are those of the function');

-- By when deals are won
SELECT set_eq('SELECT * FROM kpi.win_curve', $$SELECT segment, segment_value, c.outcome, c.day, c.at_risk, c.ended, c.share, c.low, c.high FROM (
	SELECT segment, segment_value, survival_agg(created, closed, won, '2025-11-17 00:00+03:30') AS s FROM crm_deal GROUP BY 1, 2) s, survival_curve(s) c$$, 'the win curve');
SELECT is_empty('SELECT segment_value, age_days FROM kpi.win_curve GROUP BY segment, segment_value, age_days HAVING abs(sum(share) - 1) > 1e-12', 'its shares add up to 1 on every day');

-- Which channel earned the deals
CREATE TEMP TABLE touch AS
SELECT deal_id, coalesce(l.source, '(none)') AS channel, l.created AS at FROM deals d JOIN leads l USING (lead_id)
UNION ALL
SELECT coalesce(a.deal_id, d.deal_id), a.kind, a.at FROM activities a LEFT JOIN deals d ON d.lead_id = a.lead_id AND a.deal_id IS NULL
WHERE a.kind IN ('call', 'email', 'event', 'social touch', 'visit') AND coalesce(a.deal_id, d.deal_id) IS NOT NULL;
CREATE TEMP TABLE credited AS
SELECT q.period, q.period_start, attribution_agg(d.deal_id, t.channel, t.at, won, closed, amount) AS summary
FROM (SELECT deal_id, won, nullif(amount, 'NaN') AS amount, closed, (closed AT TIME ZONE 'Asia/Tehran')::date AS day FROM deals WHERE won IS NOT NULL AND closed > '-infinity' AND closed < 'infinity') d
LEFT JOIN touch t USING (deal_id)
CROSS JOIN LATERAL (VALUES ('quarter', date_trunc('quarter', day)::date), ('all time', '2024-01-01')) AS q (period, period_start)
WHERE day >= '2024-01-01' AND closed < '2025-11-17 00:00+03:30' GROUP BY 1, 2;
SELECT set_eq($$SELECT period, period_start, model, channel, touches, deals, conversions, value FROM kpi.attribution WHERE period <> 'fiscal year' AND conversions > 0$$,
	$$SELECT period, period_start, model, coalesce(channel, '(no touch)'), touches, entities, conversions, value FROM credited, unnest('{first,last,linear,position,decay,markov,shapley}'::text[]) model, attribution(summary, model) a WHERE conversions > 0$$, 'credits of each model');
SELECT is_empty($$SELECT attribution.period_start, model FROM kpi.attribution JOIN kpi.figures f ON f.kpi = 'deals won' AND f.date_basis = 'closed' AND f.segment = 'all' AND (f.period, f.period_start) = (attribution.period, attribution.period_start)
	WHERE attribution.is_complete GROUP BY attribution.period, attribution.period_start, model, f.numerator HAVING sum(conversions) <> f.numerator$$, 'they add up to the deals won, to the last digit');
SELECT set_eq($$SELECT channel, cost, round(return_on_investment::numeric, 9) FROM kpi.attribution WHERE period = 'quarter' AND period_start = '2025-07-01' AND model = 'shapley' AND cost IS NOT NULL$$,
	$$SELECT source, sum(amount), round((SELECT (value - sum(amount)) / sum(amount) FROM credited, attribution(summary, 'shapley') a WHERE period = 'quarter' AND period_start = '2025-07-01' AND channel = source), 9) FROM costs
		WHERE kind = 'marketing' AND month BETWEEN '2025-07-01' AND '2025-09-30' GROUP BY source$$, 'with what they cost');
SELECT results_eq($$SELECT source, reason, rows FROM kpi.data_quality WHERE source IN ('touches', 'costs') AND rows > 0 AND reason <> 'after end' ORDER BY 1, 2$$, $$SELECT ''::text, ''::text, 0::bigint WHERE false$$, 'no touch is of no deal');

-- What moved the rates, and who is really better
CREATE TEMP TABLE rated AS
SELECT date_basis, period, period_start, is_comparison, segment, segment_agg(segment_value, won) AS summary FROM deal_row JOIN cal USING (day) WHERE period IN ('month', 'quarter', 'fiscal year') AND segment <> 'all' GROUP BY 1, 2, 3, 4, 5;
SELECT set_eq($$SELECT date_basis, period, period_start, segment, segment_value, mix_effect, rate_effect, total FROM kpi.rate_drivers WHERE kpi = 'win rate'$$,
	$$SELECT date_basis, period, period_start, segment, d.label, d.mix_effect, d.rate_effect, d.total
	FROM (SELECT *, lag(summary) OVER (PARTITION BY date_basis, period, segment ORDER BY period_start, NOT is_comparison) AS before FROM rated) r, rate_drivers(before, summary) d WHERE NOT is_comparison$$, 'what moved the win rate');
SELECT is_empty($$SELECT d.kpi, d.date_basis, d.period, d.period_start, d.segment, sum(d.total), f.value - f.previous
	FROM kpi.rate_drivers d JOIN shown f ON f.segment = 'all' AND (f.kpi, f.date_basis, f.period, f.period_start) = (d.kpi, d.date_basis, d.period, d.period_start)
	GROUP BY 1, 2, 3, 4, 5, f.value, f.previous HAVING abs(sum(d.total) - (f.value - f.previous)::numeric) > 1e-12$$, 'adds up to the change of each rate');
SELECT set_eq('SELECT DISTINCT kpi FROM kpi.rate_drivers', $$VALUES ('win rate'), ('lead to opportunity rate'), ('response in time')$$, 'of three rates');
SELECT set_eq($$SELECT date_basis, period, period_start, segment, segment_value, decided, rate, p_adjusted, shrunk_rate, is_outlier FROM kpi.league_table WHERE kpi = 'win rate'$$,
	$$SELECT date_basis, period, period_start, segment, l.label, l.decided, l.rate, l.p_adjusted, l.shrunk_rate, l.is_outlier FROM rated, league_table(summary) l WHERE NOT is_comparison$$, 'league tables');
SELECT set_eq('SELECT * FROM kpi.leading_indicators', $$SELECT period, outcome, l.* FROM (
		SELECT period, indicator_agg(period_start, kpi, value) AS s FROM kpi.figures
		WHERE segment = 'all' AND period IN ('week', 'month') AND is_complete AND (kpi IN ('total sales', 'deals won', 'win rate') AND date_basis = 'closed' OR date_basis = 'done' AND kpi <> 'selling-time share' OR kpi IN ('eNPS', 'NPS', 'CSAT')
			OR kpi IN ('deals created', 'leads', 'response in time', 'lead response in hours', 'pipeline value', 'deals in the pipeline')) GROUP BY 1) i,
		unnest('{total sales,deals won,win rate}'::text[]) outcome, leading_indicators(s, outcome, CASE period WHEN 'week' THEN 13 ELSE 6 END) l WHERE l.indicator NOT IN ('total sales', 'deals won', 'win rate')$$, 'which figure leads');
SELECT cmp_ok((SELECT count(DISTINCT indicator) FROM kpi.leading_indicators WHERE correlation IS NOT NULL), '>', 10::bigint, 'of many');

-- Velocity
SELECT is_empty($$
	SELECT d.period, d.period_start, d.segment_value, sum(d.contribution), f.value - f.previous
	FROM kpi.velocity_drivers d JOIN shown f ON f.kpi = 'pipeline velocity' AND (f.date_basis, f.period, f.period_start, f.segment, f.segment_value) = (d.date_basis, d.period, d.period_start, d.segment, d.segment_value)
	GROUP BY d.date_basis, d.period, d.period_start, d.segment, d.segment_value, f.value, f.previous
	HAVING count(*) <> 4 OR abs(sum(d.contribution) - (f.value - f.previous)::numeric) > 1e-6 OR count(d.contribution) > 0 AND f.value - f.previous IS NULL OR count(d.contribution) = 0 AND f.value - f.previous IS NOT NULL LIMIT 5$$, 'what moved velocity adds up to its change');

-- Side by side
SELECT is_empty($$
	SELECT * FROM kpi.deals_by_period d JOIN shown f USING (date_basis, period, period_start, segment, segment_value)
	WHERE f.kpi = 'win rate' AND (d.win_rate, d.win_rate_low, d.win_rate_high, d.deals_won, d.is_complete) IS DISTINCT FROM (f.value, f.low, f.high, f.numerator::bigint, f.is_complete) LIMIT 5$$, 'deals, side by side');
SELECT is((SELECT count(*) FROM kpi.deals_by_period WHERE period <> 'day'), (SELECT count(*) FROM shown WHERE kpi = 'win rate' AND period <> 'day'), 'as many');
SELECT is_empty($$
	SELECT * FROM kpi.leads_by_period d JOIN shown f USING (date_basis, period, period_start, segment, segment_value)
	WHERE f.kpi = 'response in time' AND (d.response_in_time, d.response_in_time_low, d.answered_in_time) IS DISTINCT FROM (f.value, f.low, f.numerator::bigint) LIMIT 5$$, 'leads');
SELECT is_empty($$
	SELECT * FROM kpi.surveys_by_period d JOIN shown f ON (f.kpi, f.period, f.period_start, f.segment, f.segment_value) = (d.survey, d.period, d.period_start, d.segment, d.segment_value)
	WHERE (d.score, d.low, d.responses) IS DISTINCT FROM (f.value, f.low, f.denominator::bigint)
		OR d.survey <> 'CSAT' AND d.promoters + d.passives + d.detractors <> d.responses OR d.survey = 'CSAT' AND d.satisfied <> f.numerator LIMIT 5$$, 'surveys');
SELECT results_eq($$SELECT period_start, owner, sum(activities), round(sum(hours), 4) FROM kpi.activities_by_period WHERE period = 'month' GROUP BY 1, 2 ORDER BY period_start, owner COLLATE "C"$$,
	$$SELECT c.period_start, o.owner, coalesce(sum(a.n), 0), round(coalesce(sum(a.minutes), 0) / 60.0, 4)
	FROM (SELECT DISTINCT period_start FROM cal WHERE period = 'month') c CROSS JOIN (SELECT DISTINCT segment_value AS owner FROM activity_oracle WHERE segment = 'owner') o
	LEFT JOIN activity_oracle a ON a.period = 'month' AND a.period_start = c.period_start AND NOT a.is_comparison AND a.segment = 'owner' AND a.segment_value = o.owner
	GROUP BY 1, 2 ORDER BY period_start, owner COLLATE "C"$$, 'activities');

-- What was left out, and how fresh it is
SELECT results_eq($$SELECT * FROM (SELECT source, reason, rows FROM kpi.data_quality WHERE source IN ('surveys', 'activities', 'quotas') OR reason IN ('no day of creation', 'decided, no day of closing')
		OR source = 'leads') q WHERE reason !~ '^(a |an |to be answered)' ORDER BY 1, 2$$,
	$$VALUES ('activities', 'done outside of the periods', (SELECT count(*) FROM activities WHERE at >= '2025-11-17 20:30+00' AND at < 'infinity')), ('activities', 'no day', 1),
		('deals', 'decided, no day of closing', (SELECT count(*) FROM deals WHERE won IS NOT NULL AND NOT coalesce(isfinite(closed), false))),
		('deals', 'no day of creation', (SELECT count(*) FROM deals WHERE NOT coalesce(isfinite(created), false))),
		('leads', 'answered before created, or at no time', (SELECT count(*) FROM leads WHERE isfinite(created) AND (first_response < created OR first_response = 'infinity'))),
		('leads', 'created outside of the periods', (SELECT count(*) FROM leads WHERE isfinite(created) AND (created < '2023-12-31 20:30+00' OR created >= '2025-11-17 20:30+00'))),
		('leads', 'no day of creation', 1),
		('quotas', 'negative', 0), ('quotas', 'no days, or more than a year', 0), ('quotas', 'no quota, or 0', (SELECT count(*) FROM quotas WHERE coalesce(nullif(quota, 'NaN'), 0) = 0)), ('quotas', 'runs over the end of a month, quarter or year', 0),
		('surveys', 'asked outside of the periods', (SELECT count(*) FROM survey_responses WHERE isfinite(asked) AND (asked < '2023-12-31 20:30+00' OR asked >= '2025-11-17 20:30+00'))),
		('surveys', 'no day', 1), ('surveys', 'no whole score from 0 to 10', 2)$$, 'rows left out are counted');
SELECT results_eq($$SELECT reason, rows FROM kpi.data_quality WHERE source = 'deals' AND reason ~ 'outside' ORDER BY 1$$,
	$$SELECT 'closed outside of the periods', count(DISTINCT deal_id) FROM deal_row WHERE date_basis = 'closed' AND NOT day BETWEEN '2024-01-01' AND '2025-11-17'
	UNION ALL SELECT 'created outside of the periods', count(DISTINCT deal_id) FROM deal_row WHERE date_basis = 'created' AND NOT day BETWEEN '2024-01-01' AND '2025-11-17'$$, 'as are those of days outside of the periods');
SELECT is_empty('SELECT * FROM kpi.freshness WHERE data_from > data_through OR data_through IS NULL OR as_of IS DISTINCT FROM ''2025-11-17 10:00+03:30''::timestamptz', 'freshness');
SELECT cmp_ok((SELECT count(*) FROM kpi.freshness), '>=', 17::bigint, 'of each summary');

-- What a tool finds: plain columns, and what they mean
SELECT is_empty($$
	SELECT c.relname, a.attname, format_type(a.atttypid, NULL) FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
	WHERE c.relnamespace = 'kpi'::regnamespace AND (c.relname ~ '_(by_period|movements|waterfall|flows|times|drivers|behind)$' OR c.relname IN ('figures', 'daily_figures', 'deals_across', 'leads_across', 'cohort_retention', 'data_quality', 'freshness',
			'event_funnel', 'event_trend', 'sessions', 'retention', 'retention_curve',
			'forecast', 'forecast_distribution', 'forecast_backtest', 'stage_odds', 'win_curve', 'attribution', 'rate_drivers', 'league_table', 'leading_indicators'))
		AND format_type(a.atttypid, NULL) NOT IN ('text', 'date', 'boolean', 'integer', 'bigint', 'numeric', 'double precision', 'timestamp with time zone')$$, 'plain types');
SELECT is_empty($$SELECT relname FROM pg_class c WHERE relnamespace = 'kpi'::regnamespace AND relkind IN ('r', 'v', 'm') AND obj_description(oid, 'pg_class') IS NULL$$, 'each relation has a comment');
SELECT is_empty($$
	SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
	WHERE c.relnamespace = 'kpi'::regnamespace AND c.relkind IN ('r', 'v', 'm') AND col_description(c.oid, a.attnum) IS NULL$$, 'and each column');

-- Filters reach the stores: one figure of months is read by one scan of the stored figures, and a view by the index.
CREATE FUNCTION plan_of(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
	RETURN QUERY EXECUTE 'EXPLAIN (COSTS OFF) ' || query;
END$$;
SELECT is((SELECT array_agg(substring(line FROM 'Scan.* on (\w+)')) FROM plan_of($$SELECT * FROM kpi.figures WHERE kpi = 'win rate' AND period = 'month' AND date_basis = 'closed' AND segment = 'all'$$) line
	WHERE line ~ 'Scan.* on \w+' AND line !~ 'Bitmap Index|targets| on figures$'), ARRAY['figure_periods'], 'a figure is one scan');

-- All of them at once are estimated for what they are: with default settings, PostgreSQL does not compile such a query first (jit).
CREATE FUNCTION cost_of(query text) RETURNS double precision LANGUAGE plpgsql AS $$
DECLARE
	plan	json;
BEGIN
	EXECUTE 'EXPLAIN (FORMAT JSON) ' || query INTO plan;
	RETURN plan -> 0 -> 'Plan' ->> 'Total Cost';
END$$;
SELECT cmp_ok(cost_of(query), '<', current_setting('jit_above_cost')::double precision, query || ': not compiled first')
FROM (VALUES ('SELECT * FROM kpi.figures ORDER BY kpi, period_start, segment, segment_value'), ('SELECT DISTINCT * FROM kpi.figures')) q (query);
SELECT is_empty($$SELECT line FROM plan_of($q$SELECT * FROM kpi.daily_figures WHERE kpi = 'win rate' AND date_basis = 'closed' AND segment = 'owner' AND segment_value = 'Emma Johnson'$q$) line
	WHERE line ~ 'Seq Scan on (rate|duration|velocity)_(summary|periods)'$$, 'of days, too, no store is read as a whole');
SELECT is_empty($$SELECT line FROM plan_of($q$SELECT * FROM kpi.deals_by_period WHERE period = 'month' AND date_basis = 'closed' AND segment = 'owner' AND segment_value = 'Emma Johnson' AND period_start >= '2025-01-01'$q$) line
	WHERE line ~ 'Seq Scan on \w+_(summary|periods)'$$, 'nor side by side');

--
-- A CRM of one row, and of none
--
DROP SCHEMA kpi CASCADE;
TRUNCATE reps, leads, deals, campaigns, deal_stage_history, survey_responses, subscriptions, orders, quotas, activities, shop_events, costs;
INSERT INTO deals (deal_id, created, closed, won, amount) VALUES (1, '2025-01-01', '2025-01-11', true, 100);
\set as_of '2025-01-15 00:00+00'
\set zone UTC
\ir ../examples/nightly/install.sql
SELECT results_eq($$SELECT date_basis, period, period_start, value, previous, numerator, denominator, is_complete FROM kpi.figures
		WHERE kpi = 'sales cycle in days' AND segment = 'owner' AND segment_value = '(none)' AND period IN ('month', 'fiscal year') ORDER BY 1, 2$$,
	$$VALUES ('closed', 'fiscal year', '2024-04-01'::date, 10::double precision, NULL::double precision, 10::numeric, 1::numeric, false), ('closed', 'month', '2025-01-01', 10, NULL, 10, 1, false),
		('created', 'fiscal year', '2024-04-01', 10, NULL, 10, 1, false), ('created', 'month', '2025-01-01', 10, NULL, 10, 1, false)$$, 'one deal is a CRM');
SELECT is((SELECT string_agg(DISTINCT date_basis, ', ') FROM kpi.figures), 'closed, created', 'figures of what there is');

CREATE FUNCTION rows_of_all() RETURNS TABLE (relation text, rows bigint) LANGUAGE plpgsql AS $$
BEGIN
	FOR relation IN SELECT relname FROM pg_class WHERE relnamespace = 'kpi'::regnamespace AND relkind IN ('v', 'm') ORDER BY 1 LOOP
		EXECUTE format('SELECT count(x::text) FROM kpi.%I x', relation) INTO rows;
		RETURN NEXT;
	END LOOP;
END$$;
SELECT is((SELECT count(*) FROM rows_of_all() WHERE rows IS NULL), 0::bigint, 'every view answers');

-- What was yet to come has come: a refresh takes it, in the incremental form, too
DROP SCHEMA kpi CASCADE;
INSERT INTO deal_stage_history VALUES (1, 'Lead', '2025-01-01'), (1, 'Qualified', '2025-01-10'), (1, 'Won', '2025-01-20');
INSERT INTO orders VALUES (1, 'x', '2025-01-02', 5, NULL), (2, 'x', '2025-01-20', 5, NULL);
\set form incremental
\ir ../examples/nightly/install.sql
SELECT results_eq($$SELECT reached, (SELECT sum(amount) FROM kpi.cohort_retention) FROM kpi.stages_by_period WHERE stage = 'Won' AND period = 'all time' AND segment = 'all'$$,
	'VALUES (0::bigint, 5.00)', 'an entry into a stage and an order of tomorrow are not known today');
SELECT results_eq($$SELECT source, rows FROM kpi.data_quality WHERE reason = 'later than as_of' AND rows > 0 ORDER BY 1$$, $$VALUES ('orders', 1::bigint), ('stage history', 1)$$, 'but counted');
UPDATE kpi.settings SET as_of = '2025-01-21 00:00+00';
CALL kpi.refresh();
SELECT results_eq($$SELECT reached, (SELECT sum(amount) FROM kpi.cohort_retention) FROM kpi.stages_by_period WHERE stage = 'Won' AND period = 'all time' AND segment = 'all'$$,
	'VALUES (1::bigint, 10.00)', 'and are after it, though no row changed');
SELECT is_empty('SELECT * FROM kpi.figures_of_periods EXCEPT SELECT * FROM kpi.figure_periods', 'and the figures are those of the new moment');
UPDATE kpi.settings SET as_of = '2025-02-01 00:00+00';
CALL kpi.refresh();
SELECT is((SELECT max(cohort + make_interval(months => months_since::integer))::date FROM kpi.cohort_retention), '2025-01-01'::date, 'cohorts end with the last month that has begun: at midnight, not with the new one');
\set form materialized

DROP SCHEMA kpi CASCADE;
TRUNCATE deals, deal_stage_history, orders CASCADE;
\ir ../examples/nightly/install.sql
SELECT is((SELECT string_agg(relation, ', ') FROM rows_of_all() WHERE rows > 0 AND relation !~ '^(dense|forecast_periods|this_morning|data_quality|left_out|read_now|freshness|mrr_summary|mrr_of_company|cohort_summary|cohorts_of_company)'), NULL, 'of an empty CRM no view fails, and none has rows');
SELECT is((SELECT sum(rows) FROM kpi.data_quality), 0::numeric, 'nor was anything left out');

SELECT * FROM finish();
