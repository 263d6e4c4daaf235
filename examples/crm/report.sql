-- report.sql: the KPI report of "make demo", over the table deals and, in the sample CRM, leads and
-- survey_responses. Each query is one to take away. In a database of one's own:
--
--	psql -f examples/crm/report.sql
--
-- Variables: title, is_sample, and for a file of deals has_NAME and NAME_label of each column.
-- Percentages and rounding are for the reader here: the functions give fractions, in full.

\if :{?is_sample} \else \set is_sample true \endif
\if :{?title} \else \set title 'Deals' \endif
\if :is_sample
\set has_owner true
\set has_source true
\set has_industry true
\set has_region true
\set has_amount true
\set has_created true
\set has_closed true
\set has_currencies false
\set has_history false
\set owner_label owner
\set source_label source
\set industry_label industry
\set region_label region
\endif
SELECT :has_created AND :has_closed AS has_cycle, :has_created AND :has_closed AND :has_amount AS has_velocity \gset

\pset footer off
\pset null '-'
\timing off

\qecho
\qecho ===== :title =====
\qecho
\qecho 'Win rate: deals won of those decided, in percent, with the interval it lies in (95 %).'
SELECT decided(s) AS decided, succeeded(s) AS won, undecided(s) AS open,
	round((100 * win_rate(s))::numeric, 1) AS "win rate %",
	round((100 * rate_low(s))::numeric, 1) AS low,
	round((100 * rate_high(s))::numeric, 1) AS high,
	round((100 * win_share(s))::numeric, 1) AS "won of all %",
	round(win_loss_ratio(s)::numeric, 2) AS "won per lost"
FROM (SELECT rate_agg(won) AS s FROM deals) t;

\if :has_source
\qecho 'Win rate by' :source_label: 'is the difference from all other deals real? (p below 0.05: more than chance, mostly.)'
WITH segments AS (SELECT source, rate_agg(won) AS s FROM deals GROUP BY source)
SELECT source AS :"source_label", decided(s) AS decided, undecided(s) AS open,
	round((100 * win_rate(s))::numeric, 1) AS "win rate %",
	round((100 * rate_low(s))::numeric, 1) AS low,
	round((100 * rate_high(s))::numeric, 1) AS high,
	round((100 * difference)::numeric, 1) AS "to the others",
	round(p_value::numeric, 4) AS p
FROM segments,
	LATERAL (SELECT rollup(o.s) AS others FROM segments o WHERE o.source IS DISTINCT FROM segments.source) t,
	compare_rates(s, others)
ORDER BY win_rate(s) DESC NULLS LAST, source
LIMIT 20;
\endif

\if :has_owner
\qecho 'Win rate by' :owner_label: 'the five that win most, of those with 30 decided deals or more.'
SELECT owner AS :"owner_label", decided(s) AS decided,
	round((100 * win_rate(s))::numeric, 1) AS "win rate %",
	round((100 * rate_low(s))::numeric, 1) AS low,
	round((100 * rate_high(s))::numeric, 1) AS high
FROM (SELECT owner, rate_agg(won) AS s FROM deals GROUP BY owner) t
WHERE decided(s) >= 30
ORDER BY win_rate(s) DESC, owner
LIMIT 5;
\endif

\if :has_amount
\qecho 'Deal size: average of the deals won, and how much of the value was won. A win rate by value is worth'
\qecho 'nothing where lost deals lost their amount too: "no amount" and "zero" count the decided deals that did.'
\if :has_source
SELECT source AS :"source_label",
\else
SELECT 'all' AS deals,
\endif
\if :has_currencies
	currency,
\endif
	round(avg_deal_size(s), 2) AS "average won", amount_won(s) AS "amount won",
	round((100 * win_rate_by_value(s))::numeric, 1) AS "win rate by value %",
	without_amount(s) AS "no amount", zero_amount(s) AS zero
FROM (SELECT source, currency, rate_agg(won, amount) AS s FROM (
\if :has_currencies
	SELECT source, currency, won, amount FROM deals WHERE won IS NOT NULL	-- amounts of several currencies are never summed
\else
	SELECT source, NULL AS currency, won, amount FROM deals
\endif
	) d GROUP BY source, currency) t
ORDER BY currency, amount_won(s) DESC NULLS LAST, source;
\endif

\if :has_cycle
\qecho 'Sales cycle in days, from created to closed. "invalid": closed before created, or a date without end.'
SELECT CASE WHEN won THEN 'won' ELSE 'lost' END AS deals, completed(s) AS counted,
	round(mean_days(s)::numeric, 1) AS mean, round(median::numeric, 1) AS median,
	round(p90::numeric, 1) AS p90, round(max_days(s)::numeric, 1) AS longest,
	invalid_rows(s) AS invalid
FROM (
	SELECT won, duration_agg(created, closed) AS s,
		cycle_days(created, closed, 0.5) AS median, cycle_days(created, closed, 0.9) AS p90
	FROM deals WHERE won IS NOT NULL GROUP BY won
) t
ORDER BY won DESC;
\endif

\if :has_velocity
\qecho 'Pipeline velocity: money won per day = opportunities x win rate x deal size / cycle, of the decided deals.'
\if :has_currencies
SELECT currency, round(pipeline_velocity(s, 'decided')::numeric, 2) AS "velocity per day",
	opportunities(s, 'decided') AS opportunities, round((100 * win_rate(s))::numeric, 1) AS "win rate %",
	round(avg_deal_size(s), 2) AS "average won", round(cycle_days(s)::numeric, 1) AS "cycle days"
FROM (SELECT currency, velocity_agg(won, amount, created, closed) AS s FROM deals WHERE won IS NOT NULL GROUP BY currency) t
ORDER BY currency;
\else
SELECT round(pipeline_velocity(s, 'decided')::numeric, 2) AS "velocity per day",
	opportunities(s, 'decided') AS opportunities, round((100 * win_rate(s))::numeric, 1) AS "win rate %",
	round(avg_deal_size(s), 2) AS "average won", round(cycle_days(s)::numeric, 1) AS "cycle days"
FROM (SELECT velocity_agg(won, amount, created, closed) AS s FROM deals) t;

-- Half of the time in which all but one in a hundred at either end were closed: a year that is mistyped makes no half.
SELECT (first + (last - first) / 2)::date AS half
FROM (SELECT percentile_disc(0.01) WITHIN GROUP (ORDER BY closed) AS first, percentile_disc(0.99) WITHIN GROUP (ORDER BY closed) AS last FROM deals WHERE won IS NOT NULL AND isfinite(closed)) d \gset
\if :{?half}
\qecho 'What moved it: deals decided from' :half 'on against those before, by lever. The parts add up to the change.'
SELECT lever, round(d.before::numeric, 3) AS before, round(d.after::numeric, 3) AS after,
	round(contribution, 2) AS contribution
FROM (
	SELECT velocity_agg(won, amount, created, closed) FILTER (WHERE closed < :'half') AS first_half,
		velocity_agg(won, amount, created, closed) FILTER (WHERE closed >= :'half') AS second_half
	FROM deals WHERE won IS NOT NULL
) t, velocity_drivers(first_half, second_half) d;
\endif
\endif
\endif

\if :is_sample
\qecho 'Lead response: hours until a rep first answered. Those still waiting are in no mean, so they stand beside it;'
\qecho '"within a day" counts them once they have waited a day.'
SELECT owner, completed(d) AS answered, still_open(d) AS waiting, invalid_rows(d) AS invalid,
	round((24 * mean_days(d))::numeric, 1) AS mean, round((24 * median_days(d))::numeric, 1) AS median,
	round((24 * percentile_days(d, 0.9))::numeric, 1) AS p90,
	round((100 * in_a_day)::numeric, 1) AS "within a day %",
	round((100 * conversion)::numeric, 1) AS "lead to deal %"
FROM (
	SELECT owner, duration_agg(created, first_response) AS d,
		response_within(created, first_response, '24 hours', '2026-01-01 00:00+00') AS in_a_day,
		conversion_rate(converted IS NOT NULL) AS conversion
	FROM leads GROUP BY owner
) t
ORDER BY mean_days(d) DESC, owner;

\qecho 'Lead to deal within 30 days, in percent, by quarter of creation. Leads of the last 30 days are not asked: of'
\qecho 'them, only those that have converted already would count.'
SELECT quarter, decided(s) AS leads, round((100 * conversion_within(s))::numeric, 1) AS "within 30 days %",
	round((100 * rate_low(s))::numeric, 1) AS low, round((100 * rate_high(s))::numeric, 1) AS high
FROM (
	SELECT to_char(created AT TIME ZONE 'UTC', 'YYYY "Q"Q') AS quarter,
		within_agg(created, converted, '30 days', '2026-01-01 00:00+00') AS s
	FROM leads WHERE created <= timestamptz '2026-01-01 00:00+00' - interval '720 hours' GROUP BY 1
) t
ORDER BY quarter;

\qecho 'Stage funnel: where deals leak, of all that reached a stage. "stalled": nothing moved for 60 days.'
SELECT stage_agg(h.deal_id, h.stage, h.entered_at, d.amount,
	'Lead > Qualified > Demo > Proposal > Negotiation > Won; lost: Lost, Disqualified') AS funnel
FROM deal_stage_history h LEFT JOIN deals d USING (deal_id) \gset
SELECT stage, reached, advanced, lost, stalled, open, round((100 * leakage_rate)::numeric, 1) AS "leakage %",
	round(median_days::numeric, 1) AS "median days", round(amount_leaked) AS "amount leaked"
FROM stage_leakage(:'funnel', '2026-01-01', 60);

\qecho 'The stage that leaks more since June 2025: deals created before against those created after, p corrected for the stages.'
SELECT c.stage, round((100 * c.rate_a)::numeric, 1) AS "on, before %", round((100 * c.rate_b)::numeric, 1) AS "on, after %",
	round((100 * c.difference)::numeric, 1) AS difference, round(c.p_value::numeric, 4) AS p
FROM (
	SELECT stage_agg(h.deal_id, h.stage, h.entered_at, f.definition) FILTER (WHERE d.created < '2025-05-01') AS before,
		stage_agg(h.deal_id, h.stage, h.entered_at, f.definition) FILTER (WHERE d.created >= '2025-05-01') AS after
	FROM deal_stage_history h JOIN deals d USING (deal_id),
		(SELECT funnel 'Lead > Qualified > Demo > Proposal > Negotiation > Won; lost: Lost, Disqualified') AS f (definition)
) t, compare_funnels(t.before, t.after) c
WHERE c.p_value IS NOT NULL;

\qecho 'Employees (eNPS, by team and year): promoters less detractors, -100 to 100.'
SELECT segment AS team, year, asked(s) AS asked, responses(s) AS answered,
	round((100 * response_rate(s))::numeric, 1) AS "answered %",
	round(enps_score(s)::numeric, 1) AS "eNPS", round(score_low(s)::numeric, 1) AS low, round(score_high(s)::numeric, 1) AS high
FROM (
	SELECT segment, extract(year FROM asked AT TIME ZONE 'UTC')::integer AS year, survey_agg(score) AS s
	FROM survey_responses WHERE survey = 'eNPS' GROUP BY 1, 2
) t
ORDER BY team, year;

\qecho 'Customers: NPS a month after signing, and CSAT (share of scores 4 and 5, in percent).'
SELECT region, responses(nps) AS "NPS answers", round(nps_score(nps)::numeric, 1) AS "NPS",
	round(score_low(nps)::numeric, 1) AS low, round(score_high(nps)::numeric, 1) AS high,
	csat_answers AS "CSAT answers", round((100 * csat)::numeric, 1) AS "CSAT %"
FROM (
	SELECT segment AS region, survey_agg(score) FILTER (WHERE survey = 'NPS') AS nps,
		count(score) FILTER (WHERE survey = 'CSAT') AS csat_answers,
		csat_score(score) FILTER (WHERE survey = 'CSAT') AS csat
	FROM survey_responses WHERE survey IN ('NPS', 'CSAT') GROUP BY segment
) t
ORDER BY region;
\else
\if :has_history
\qecho 'Stage funnel: where deals leak, of all that reached a stage, and how long they sit in it.'
SELECT stage_agg(h.deal_id, h.stage, h.entered_at, f.definition) AS funnel FROM deal_stage_history h CROSS JOIN history_funnel f \gset
SELECT stage, reached, advanced, lost, open, round((100 * leakage_rate)::numeric, 1) AS "leakage %", round(mean_days::numeric, 1) AS "mean days", round(median_days::numeric, 1) AS "median days"
FROM stage_leakage(:'funnel');

\qecho 'Rows of the history, and those left out; a label that FUNNEL does not have is none of its stages.'
SELECT reason, rows FROM stage_quality(:'funnel') WHERE rows > 0;
SELECT label AS "not in FUNNEL", rows FROM stage_unknown_labels(:'funnel') LIMIT 20;
SELECT stage AS "stage without a row" FROM stage_missing_labels(:'funnel');
SELECT count(*) AS "deals without history", count(*) FILTER (WHERE won IS NOT NULL) AS "of these decided",
	(SELECT count(*) FROM history_end) AS "ended by the file of deals"
FROM deals d WHERE NOT EXISTS (SELECT FROM deal_stage_history h WHERE h.deal_id = d.deal_id);
\endif
\qecho 'Left out: leads and surveys, which a file of deals does not hold.'
\if :has_amount \else
\qecho 'Left out: deal size, for want of amounts.'
\endif
\if :has_cycle \else
\qecho 'Left out: sales cycle, for want of the days of creation or closing.'
\endif
\if :has_velocity \else
\qecho 'Left out: pipeline velocity, which needs amounts and both days.'
\endif
\endif
