-- analysis.sql: why, and what next. What open deals will bring by the end of the month and quarter, and how such forecasts fared; by when deals
-- are won; which channel earned them; what moved the rates, and who is really better.
--
-- The moment of these figures is the beginning of as_of's day, so that they are the same all day, however often it is refreshed.

CREATE VIEW kpi.this_morning AS
SELECT l.today, l.today::timestamp AT TIME ZONE s.zone AS moment, s.zone, CASE s.periods WHEN 'jalali' THEN 'jalali ' ELSE '' END AS calendar
FROM kpi.settings s CROSS JOIN kpi.snapshot n CROSS JOIN LATERAL (SELECT (n.as_of AT TIME ZONE s.zone)::date) AS l (today);

-- The running month and quarter, and those before it. Each has a moment as long before its end as this morning is before the end of the
-- running one: a forecast made then is held against what came. (So many days after a period's first one it is the next, in either calendar.)
CREATE VIEW kpi.forecast_periods AS
WITH RECURSIVE periods AS (
	SELECT v.period, m.calendar || v.period AS kind, v.longest, v.most, 0 AS ago, p.period_start, period_start(p.period_start + v.longest, m.calendar || v.period) AS next_start
	FROM kpi.this_morning m
	CROSS JOIN (VALUES ('month', 31, 12), ('quarter', 93, 8)) AS v (period, longest, most)
	CROSS JOIN LATERAL (SELECT period_start(m.today, m.calendar || v.period)) AS p (period_start)
	UNION ALL
	SELECT period, kind, longest, most, ago + 1, period_start(period_start - 1, kind), period_start FROM periods WHERE ago < most
), ends AS (
	SELECT p.*, m.moment, p.period_start::timestamp AT TIME ZONE m.zone AS starts_at, p.next_start::timestamp AT TIME ZONE m.zone AS ends_at,
		make_interval(secs => extract(epoch FROM first_value(p.next_start) OVER (PARTITION BY p.period ORDER BY p.ago)::timestamp AT TIME ZONE m.zone - m.moment)::double precision) AS horizon
	FROM periods p CROSS JOIN kpi.this_morning m
)
SELECT period, period_start, next_start - 1 AS period_end, ago = 0 AS is_running, moment, starts_at, ends_at, horizon, ends_at - horizon AS made_at
FROM ends
OFFSET 0;		-- computed once, not for each row that it is joined to

-- How deals that sat open in a stage came out within so long, at moments 30 days apart: the last of which that is known, and three years before it.
CREATE VIEW kpi.landmarks_of_periods AS
SELECT p.period, landmark_agg(h.deal_id, h.stage, h.entered_at, s.definition, p.landmarks, p.moment, p.horizon) AS summary
FROM kpi.history_rows h
JOIN kpi.deal_rows d USING (deal_id)
CROSS JOIN kpi.settings s
CROSS JOIN (
	SELECT period, moment, horizon, landmarks(moment - horizon - make_interval(hours => 36 * 720), make_interval(hours => 720), 37) AS landmarks
	FROM kpi.forecast_periods WHERE is_running OFFSET 0) p
WHERE d.created_day IS NOT NULL
GROUP BY p.period;

-- From when until when a deal was open in which furthest stage, as landmarks see it.
CREATE VIEW kpi.deal_stretches AS
SELECT deal_id, furthest AS step, entered_at AS from_at, until_at
FROM (
	SELECT r.deal_id, r.entered_at, e.step, max(e.step) OVER path AS furthest, lead(r.entered_at) OVER path AS until_at
	FROM kpi.history_rows r
	CROSS JOIN LATERAL stage_step(r.stage, (SELECT definition FROM kpi.settings)) AS e (step)
	WHERE e.step IS NOT NULL AND isfinite(r.entered_at)
	WINDOW path AS (PARTITION BY r.deal_id ORDER BY r.entered_at, e.step = 0, e.step)
) p
WHERE step > 0 AND (until_at > entered_at) IS NOT FALSE
	AND furthest < (SELECT cardinality(stages(definition)) FROM kpi.settings);

SELECT pg_temp.make_stores('odds') AS made \gset

-- The odds of each forecast: of the landmarks of the year before that were known by then, as stage_odds has it. Of fewer than 20 deals there are none.
CREATE VIEW kpi.odds_of_periods AS
SELECT p.period, p.period_start, c.step, c.stage, sum(c.was_open)::bigint AS was_open, sum(c.won)::bigint AS won, sum(c.lost)::bigint AS lost, sum(c.undecided)::bigint AS undecided,
	CASE WHEN sum(c.was_open) >= 20 THEN sum(c.won)::double precision / sum(c.was_open)::double precision END AS won_share
FROM kpi.forecast_periods p
JOIN kpi.landmark_summary l USING (period)
CROSS JOIN LATERAL landmark_counts(l.summary) c
WHERE c.landmark <= p.made_at - p.horizon AND c.landmark > p.made_at - p.horizon - make_interval(hours => 12 * 720)
GROUP BY p.period, p.period_start, c.step, c.stage;

-- Deals that were open when a forecast was made, with what came of them; and what else was won in the period. Of the running period by segment, too.
CREATE VIEW kpi.forecasts_of_periods AS
SELECT p.period, p.period_start, p.period_end, p.is_running, p.made_at, g.segment, g.segment_value,
	forecast_agg(d.amount, d.won_share) FILTER (WHERE d.is_open) AS summary,
	coalesce(sum(d.amount) FILTER (WHERE d.is_open AND d.won_share IS NOT NULL AND d.is_won), 0) AS came,
	coalesce(sum(d.amount) FILTER (WHERE NOT d.is_open AND d.is_won AND d.closed <= p.made_at), 0) AS won_before,
	coalesce(sum(d.amount) FILTER (WHERE NOT d.is_open AND d.is_won AND d.closed > p.made_at), 0) AS won_after
FROM kpi.forecast_periods p
JOIN (
	SELECT p.period, p.period_start, true AS is_open, o.won_share, d.won AND d.closed > p.made_at AND d.closed < p.ends_at AS is_won, d.amount, d.closed, d.owner, d.source, d.region, d.industry
	FROM kpi.forecast_periods p
	JOIN kpi.deal_stretches s ON s.from_at <= p.made_at AND (s.until_at > p.made_at) IS NOT FALSE
	JOIN kpi.deal_rows d ON d.deal_id = s.deal_id AND d.created_day IS NOT NULL AND (d.won IS NULL OR d.closed > p.made_at)
	LEFT JOIN kpi.odds_of_periods o ON o.period = p.period AND o.period_start = p.period_start AND o.step = s.step
	UNION ALL
	SELECT p.period, p.period_start, false, NULL, true, d.amount, d.closed, d.owner, d.source, d.region, d.industry
	FROM kpi.forecast_periods p JOIN kpi.deal_rows d ON d.won AND d.closed >= least(p.starts_at, p.made_at) AND d.closed < least(p.ends_at, p.moment)
) d ON d.period = p.period AND d.period_start = p.period_start
CROSS JOIN LATERAL (VALUES ('all', 'all'), ('owner', d.owner), ('source', d.source), ('region', d.region), ('industry', d.industry)) AS g (segment, segment_value)
WHERE g.segment = 'all' OR p.is_running
GROUP BY p.period, p.period_start, p.period_end, p.is_running, p.made_at, g.segment, g.segment_value;

-- By when deals are won, lost, and still open: all ages, of all deals.
CREATE VIEW kpi.survivals_of_company AS
SELECT c.segment, c.segment_value, survival_agg(d.created, d.closed, d.won, m.moment) AS summary
FROM kpi.deal_rows d
CROSS JOIN kpi.this_morning m
CROSS JOIN LATERAL (VALUES ('all', 'all'), ('owner', d.owner), ('source', d.source), ('region', d.region), ('industry', d.industry)) AS c (segment, segment_value)
GROUP BY c.segment, c.segment_value;

-- What touched the deals, by the month they were closed in: a deal is in one month only. And what the channels cost.
CREATE VIEW kpi.attributions_of_months AS
SELECT period_start(d.closed_day, s.month_period) AS month, attribution_agg(d.deal_id, t.channel, t.at, d.won, d.closed, d.amount) AS summary
FROM kpi.deal_rows d
LEFT JOIN kpi.touch_rows t USING (deal_id)
CROSS JOIN kpi.settings s
CROSS JOIN kpi.this_morning m
WHERE d.closed_day IS NOT NULL AND d.closed < m.moment AND EXISTS (SELECT FROM kpi.touch_rows)
GROUP BY 1;

CREATE VIEW kpi.costs_of_months AS
SELECT period_start(c.day, s.month_period) AS month, c.channel, sum(c.amount) AS cost
FROM kpi.cost_rows c CROSS JOIN kpi.settings s
WHERE isfinite(c.day) AND c.amount IS NOT NULL
GROUP BY 1, c.channel;

-- Figures that are known when their period is over, beside the outcomes; whole periods only.
CREATE VIEW kpi.indicators_of_periods AS
SELECT f.period, indicator_agg(f.period_start, f.kpi, f.value) AS summary
FROM kpi.figure_periods f
WHERE f.segment = 'all' AND f.period IN ('week', 'month') AND f.is_complete AND f.value IS NOT NULL AND EXISTS (
	SELECT FROM kpi.figure_list l
	WHERE (l.kpi = f.kpi OR l.kpi = '{survey}' AND f.date_basis = 'asked' AND f.kpi !~ ' response rate$') AND (l.warns = 'early' AND f.date_basis <> 'closed' OR l.warns = 'outcome' AND f.date_basis = 'closed'))
GROUP BY f.period;

SELECT pg_temp.make_stores('analysis') AS made \gset

-- What people read

CREATE VIEW kpi.stage_odds WITH (security_barrier) AS
SELECT o.period, o.step, o.stage, o.was_open, o.won, o.lost, o.undecided, o.won_share
FROM kpi.odds_of_periods o JOIN kpi.forecast_periods p USING (period, period_start)
WHERE p.is_running AND (SELECT kpi.sees_all());

CREATE VIEW kpi.forecast WITH (security_barrier) AS
SELECT s.period, s.period_start, s.period_end, s.segment, s.segment_value, s.made_at, s.won_before AS won, f.deals, f.without_amount, q.rows AS without_odds,
	round(f.expected, 4) AS expected, round(f.p10, 4) AS p10, round(f.p50, 4) AS p50, round(f.p90, 4) AS p90, t.target,
	CASE WHEN f.deals > 0 THEN chance_of(s.summary, t.target - s.won_before) END AS chance_of_target
FROM kpi.forecast_summary s
CROSS JOIN LATERAL forecast(s.summary) f
CROSS JOIN LATERAL (SELECT rows FROM forecast_quality(s.summary) WHERE reason = 'no probability') q
LEFT JOIN (SELECT period, period_start, segment, segment_value, target_total(summary) AS target FROM kpi.attainment_periods) t USING (period, period_start, segment, segment_value)
WHERE s.is_running AND ((SELECT kpi.sees_all()) OR s.segment = 'owner' AND s.segment_value = (SELECT kpi.own_rep()));

CREATE VIEW kpi.forecast_distribution WITH (security_barrier) AS
SELECT s.period, s.period_start, s.segment, s.segment_value, round(d.from_amount, 4) AS from_amount, round(d.to_amount, 4) AS to_amount, d.probability, d.chance
FROM kpi.forecast_summary s
CROSS JOIN LATERAL forecast_distribution(s.summary, 20) d
WHERE s.is_running AND ((SELECT kpi.sees_all()) OR s.segment = 'owner' AND s.segment_value = (SELECT kpi.own_rep()));

-- The share that came within p10 to p90 is the forecasts' score: it should be about 8 in 10.
CREATE VIEW kpi.forecast_backtest WITH (security_barrier) AS
SELECT s.period, s.period_start, s.period_end, s.made_at, f.deals, round(f.expected, 4) AS expected, round(f.p10, 4) AS p10, round(f.p50, 4) AS p50, round(f.p90, 4) AS p90, s.came, s.came BETWEEN f.p10 AND f.p90 AS is_inside,
	s.won_before, s.won_after - s.came AS won_of_others,
	count(*) OVER (PARTITION BY s.period) AS forecasts, avg((s.came BETWEEN f.p10 AND f.p90)::integer) OVER (PARTITION BY s.period)::double precision AS inside_share
FROM kpi.forecast_summary s
CROSS JOIN LATERAL forecast(s.summary) f
WHERE NOT s.is_running AND f.deals > 0 AND (SELECT kpi.sees_all());

CREATE VIEW kpi.win_curve WITH (security_barrier) AS
SELECT s.segment, s.segment_value, c.outcome, c.day AS age_days, c.at_risk, c.ended, c.share, c.low, c.high
FROM kpi.survival_summary s
CROSS JOIN LATERAL survival_curve(s.summary) c
WHERE (SELECT kpi.sees_all()) OR s.segment = 'owner' AND s.segment_value = (SELECT kpi.own_rep());

-- Credits by model, with what the channels cost in the same months; a channel that cost something and earned nothing has a row, too.
CREATE VIEW kpi.attribution_parts AS
SELECT p.period, p.period_start, p.is_complete, rollup(a.summary) AS summary, p.from_day, p.period_end
FROM kpi.attribution_summary a
JOIN (
	SELECT period, period_start, is_complete, period_start AS from_day, period_end FROM kpi.periods WHERE period IN ('quarter', 'fiscal year') AND NOT is_comparison
	UNION ALL
	SELECT 'all time', min(period_start), true, min(period_start), max(period_start) FROM kpi.periods WHERE period = 'month'
) p ON a.month BETWEEN p.from_day AND p.period_end
GROUP BY p.period, p.period_start, p.is_complete, p.from_day, p.period_end;

CREATE VIEW kpi.attribution WITH (security_barrier) AS
SELECT c.period, c.period_start, c.model, c.channel, sum(c.touches)::bigint AS touches, sum(c.deals)::bigint AS deals, sum(c.conversions) AS conversions, sum(c.value) AS value,
	sum(c.share) AS share, sum(c.cost) AS cost, return_on_investment(sum(c.value), sum(c.cost)) AS return_on_investment, bool_and(c.is_complete) AS is_complete
FROM (
	SELECT s.period, s.period_start, m.model, coalesce(a.channel, '(no touch)') AS channel, a.touches, a.entities AS deals, a.conversions, a.value, a.share, NULL::numeric AS cost, s.is_complete
	FROM kpi.attribution_parts s
	CROSS JOIN (VALUES ('first'), ('last'), ('linear'), ('position'), ('decay'), ('markov'), ('shapley')) AS m (model)
	CROSS JOIN LATERAL attribution(s.summary, m.model) a
	UNION ALL
	SELECT s.period, s.period_start, m.model, k.channel, 0, 0, 0, 0, 0, k.cost, s.is_complete
	FROM kpi.attribution_parts s
	JOIN kpi.cost_summary k ON k.month BETWEEN s.from_day AND s.period_end
	CROSS JOIN (VALUES ('first'), ('last'), ('linear'), ('position'), ('decay'), ('markov'), ('shapley')) AS m (model)
) c
WHERE (SELECT kpi.sees_all())
GROUP BY c.period, c.period_start, c.model, c.channel;

-- Rates by segment's value, of each period: what moved the whole rate since the period before (of the unfinished one: since as much of it), and
-- which of them differ from the others beyond chance.
CREATE VIEW kpi.rate_segments AS
SELECT k.measure AS kpi, k.date_basis, c.period, c.period_start, c.is_comparison, k.segment, segment_agg(r.segment_value, r.summary) FILTER (WHERE r.summary IS NOT NULL) AS summary,
	bool_and(CASE WHEN k.measure = 'response in time' THEN c.is_answerable WHEN k.date_basis = 'created' THEN c.is_mature ELSE c.is_complete END) AS is_complete
FROM kpi.periods c
CROSS JOIN (SELECT DISTINCT measure, date_basis, segment FROM kpi.rate_periods WHERE period = 'fiscal year' AND segment IN ('owner', 'source', 'region', 'industry')) k
LEFT JOIN kpi.rate_periods r USING (measure, date_basis, period, period_start, is_comparison, segment)
WHERE c.period IN ('month', 'quarter', 'fiscal year')		-- of a week, all may be chance
GROUP BY k.measure, k.date_basis, c.period, c.period_start, c.is_comparison, k.segment;

CREATE VIEW kpi.rate_drivers WITH (security_barrier) AS
SELECT s.kpi, s.date_basis, s.period, s.period_start, s.segment, d.label AS segment_value, d.share_before, d.share_after, d.rate_before, d.rate_after, d.mix_effect, d.rate_effect, d.total, s.is_complete
FROM (
	SELECT *, lag(summary) OVER (PARTITION BY kpi, date_basis, period, segment ORDER BY period_start, NOT is_comparison) AS before
	FROM kpi.rate_segments
) s
CROSS JOIN LATERAL rate_drivers(s.before, s.summary) d
WHERE NOT s.is_comparison AND (SELECT kpi.sees_all());

CREATE VIEW kpi.league_table WITH (security_barrier) AS
SELECT s.kpi, s.date_basis, s.period, s.period_start, s.segment, l.label AS segment_value, l.decided, l.rate, l.rest_rate, l.difference, l.low, l.high, l.p_value, l.p_adjusted,
	l.shrunk_rate, l.shrunk_low, l.shrunk_high, l.limit_low_95, l.limit_high_95, l.limit_low_998, l.limit_high_998, l.is_outlier, s.is_complete
FROM kpi.rate_segments s
CROSS JOIN LATERAL league_table(s.summary) l
WHERE NOT s.is_comparison AND (SELECT kpi.sees_all());

-- Which figure goes before an outcome, and by how much: up to a quarter of a year of weeks, half a year of months.
CREATE VIEW kpi.leading_indicators WITH (security_barrier) AS
SELECT s.period, s.outcome, l.indicator, l.lag, l.pairs, l.effective_n, l.correlation, l.p_value, l.p_adjusted
FROM (
	SELECT i.period, i.summary, o.outcome, CASE i.period WHEN 'week' THEN 13 ELSE 6 END AS max_lag
	FROM kpi.indicator_summary i
	CROSS JOIN LATERAL (SELECT DISTINCT c.indicator AS outcome FROM indicator_changes(i.summary) c JOIN kpi.figure_list f ON f.kpi = c.indicator AND f.warns = 'outcome' WHERE c.value IS NOT NULL) o
	OFFSET 0		-- an outcome without values is an error below
) s
CROSS JOIN LATERAL leading_indicators(s.summary, s.outcome, s.max_lag) l
WHERE (SELECT kpi.sees_all()) AND l.indicator NOT IN (SELECT kpi FROM kpi.figure_list WHERE warns = 'outcome');
