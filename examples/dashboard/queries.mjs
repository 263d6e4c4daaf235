// queries.mjs: what the page reads, all of it from views of the schema kpi, in one snapshot of the database.
//
// Whether a difference may be chance is for the extension's tests to say (doc/statistics.md). They take summaries, and
// those of the schema kpi are its owner's alone: of a rate, the counts that kpi.figures shows are the summary.

import pg from 'pg'
import { lastDay } from './format.mjs'
import { headline, listsBehind } from './tiles.mjs'

/** A rate of counts, as the summary that the extension's tests take: the text of an empty one with these counts; NULL where there are none. */
const rate = (succeeded, decided) => `CASE WHEN ${decided} >= ${succeeded} THEN replace(replace((SELECT rate_agg(NULL::boolean) WHERE false)::text, ` +
	`'"succeeded": 0', '"succeeded": ' || (${succeeded})::bigint), '"failed": 0', '"failed": ' || (${decided} - (${succeeded}))::bigint)::rate_summary END`

/** Two such rates, tested: p_value, and is_few where it can't be trusted, fewer than 5 rows being expected somewhere (doc/statistics.md). */
const compared = (a, b) => `(
	SELECT c.p_value, least(decided(${a}), decided(${b})) * least(win_rate(pooled), 1 - win_rate(pooled)) < 5 AS is_few
	FROM compare_rates(${a}, ${b}) c, (SELECT rollup(one) AS pooled FROM (VALUES (${a}), (${b})) AS v (one)) AS r)`

// Each statement's text, and its values from $3 on: $1 is the segment of the page and $2 its value (all and all, or owner and a rep).
// They run in this order; what is read stands in data.
const statements = {
	freshness: () => [`
		SELECT as_of, refreshed_at, max(CASE WHEN data_through < as_of THEN data_through WHEN data_through >= as_of THEN as_of END) AS data_through
		FROM kpi.freshness GROUP BY as_of, refreshed_at`],
	segmentsThereAre: () => [`
		SELECT DISTINCT segment FROM kpi.figures
		WHERE kpi = 'win rate' AND date_basis = 'closed' AND period = 'fiscal year' AND segment <> 'all' ORDER BY 1`],
	quarter: () => [`
		SELECT period_start, is_complete FROM kpi.figures
		WHERE kpi = 'win rate' AND date_basis = 'closed' AND period = 'quarter' AND segment = $1 AND segment_value = $2 AND denominator > 0
		ORDER BY is_complete DESC, period_start DESC LIMIT 1`],
	figures: ({ period }) => [`
		WITH figures AS (
			SELECT f.*, CASE WHEN h.test = 'rate' THEN ${rate('f.numerator', 'f.denominator')} END AS counts
			FROM kpi.figures f JOIN unnest($4::text[], $5::text[], $6::text[]) AS h (date_basis, kpi, test) USING (date_basis, kpi)
			WHERE f.period = CASE f.date_basis WHEN 'month' THEN 'month' ELSE $3 END AND f.segment = $1 AND f.segment_value = $2
		), beside AS (
			SELECT f.*, lag(f.counts) OVER (PARTITION BY f.date_basis, f.kpi ORDER BY f.period_start) AS counts_before,
				y.counts AS counts_year_ago, y.value AS year_ago, y.period_start AS year_ago_start
			FROM figures f LEFT JOIN figures y ON (y.date_basis, y.kpi) = (f.date_basis, f.kpi)
				-- a Jalali month may begin a day earlier or later than a year before
				AND CASE f.period WHEN 'week' THEN y.period_start = f.period_start - 364 ELSE abs(y.period_start - (f.period_start - interval '1 year')::date) < 4 END
		)
		SELECT f.kpi, f.date_basis, f.period, f.period_start, f.value, f.numerator, f.denominator, coalesce(f.low, rate_low(f.counts)) AS low,
			coalesce(f.high, rate_high(f.counts)) AS high, f.previous, f.year_ago, f.year_ago_start, f.target, f.is_complete,
			b.p_value AS p_previous, b.is_few AS few_previous, y.p_value AS p_year_ago, y.is_few AS few_year_ago,
			CASE WHEN f.target BETWEEN 0 AND 1 THEN (SELECT p_value FROM compare_to_benchmark(f.counts, f.target)) END AS p_target
		FROM beside f
		CROSS JOIN LATERAL ${compared('f.counts', 'f.counts_before')} AS b
		CROSS JOIN LATERAL ${compared('f.counts', 'f.counts_year_ago')} AS y
		ORDER BY f.period_start`, period, ...columnsOf(headline, ['basis', 'kpi', 'test'])],
	segments: ({ segment }, data) => league(segment, data),
	reps: (_, data) => league('owner', data),
	repFigures: (_, { quarter: [quarter] }) => [`
		SELECT segment_value,
			max(numerator) FILTER (WHERE kpi = 'total sales' AND date_basis = 'closed') AS sales,
			max(numerator) FILTER (WHERE kpi = 'deals won' AND date_basis = 'closed') AS won,
			max(value) FILTER (WHERE kpi = 'average deal size' AND date_basis = 'closed') AS deal_size,
			max(value) FILTER (WHERE kpi = 'sales cycle in days' AND date_basis = 'closed') AS cycle,
			max(value) FILTER (WHERE kpi = 'target attainment') AS attainment,
			max(numerator) FILTER (WHERE kpi = 'activities') AS activities
		FROM kpi.figures
		WHERE $1 = 'all' AND $2 = 'all' AND segment = 'owner' AND period = 'quarter' AND period_start = $3
		GROUP BY segment_value`, quarter?.period_start],
	repPipelines: () => [`
		SELECT segment_value, numerator AS amount FROM kpi.figures
		WHERE $1 = 'all' AND $2 = 'all' AND kpi = 'pipeline value' AND segment = 'owner' AND period = 'month' AND period_start = (
			SELECT max(period_start) FROM kpi.figures WHERE kpi = 'pipeline value' AND segment = 'all' AND period = 'month')`],
	quotaPeriod: () => [`
		SELECT period, max(period_start) AS period_start FROM kpi.quotas_by_period
		WHERE segment = $1 AND segment_value = $2 AND target > 0
		GROUP BY period ORDER BY array_position('{month,quarter}', period) LIMIT 1`],
	quotas: (_, { quotaPeriod: [one] }) => [`
		SELECT q.segment, q.segment_value, q.period, q.period_start, q.actual, q.target, q.reps, q.reps_at_target, q.reps_without_quota, q.is_complete,
			p.attainment, p.period_passed, p.at_this_pace,
			(SELECT numerator FROM kpi.figures f WHERE f.kpi = 'total sales' AND f.date_basis = 'closed' AND (f.period, f.period_start, f.segment, f.segment_value) = (q.period, q.period_start, q.segment, q.segment_value)) AS sales
		FROM kpi.quotas_by_period q
		CROSS JOIN LATERAL attainment_pace(q.actual, q.target, q.period_start, $5::date, (SELECT max(as_of)::date FROM kpi.freshness)) p
		WHERE q.period = $3 AND q.period_start = $4 AND ((q.segment, q.segment_value) = ($1, $2) OR $1 = 'all' AND q.segment = 'owner' AND q.reps > 0)
		ORDER BY q.segment <> $1, p.attainment DESC, q.segment_value`, one?.period, one?.period_start, one && lastDay(one.period, one.period_start)],
	stages: () => [`
		SELECT s.step, s.stage, s.reached, s.advanced, s.lost, s.stalled, s.open, s.leakage_rate, s.in_stage, s.amount_leaked,
			t.finished, t.median_days, t.p90_days, t.median_age_days
		FROM kpi.stages_by_period s JOIN kpi.stage_times t USING (period, period_start, segment, segment_value, step)
		WHERE s.period = 'all time' AND s.segment = $1 AND s.segment_value = $2 ORDER BY s.step`],
	flows: () => [`
		SELECT source, target, value, median_days FROM kpi.stage_flows WHERE period = 'all time' AND segment = $1 AND segment_value = $2`],
	pipeline: () => [`
		SELECT month, opening, created, increased, reopened, decreased, won, lost, closing, opening_deals, closing_deals, is_complete
		FROM kpi.pipeline_movements WHERE segment = $1 AND segment_value = $2 ORDER BY month DESC LIMIT 13`],
	drivers: ({ period }) => [`
		SELECT period_start, lever, before, after, contribution
		FROM kpi.velocity_drivers
		WHERE date_basis = 'closed' AND period = $3 AND segment = $1 AND segment_value = $2 AND period_start = (
			SELECT max(period_start) FROM kpi.figures
			WHERE kpi = 'pipeline velocity' AND date_basis = 'closed' AND period = $3 AND segment = $1 AND segment_value = $2 AND is_complete AND value IS NOT NULL)`, period],
	forecast: () => [`
		SELECT period, period_start, won, deals, without_amount, without_odds, expected, p10, p90, target, chance_of_target
		FROM kpi.forecast WHERE period = 'quarter' AND segment = $1 AND segment_value = $2 AND deals > 0`],
	backtest: () => [`
		SELECT period, period_start, deals, expected, p10, p90, came, is_inside
		FROM kpi.forecast_backtest WHERE $1 = 'all' AND $2 = 'all' AND period = 'quarter' ORDER BY period_start`],
	winCurve: () => [`
		SELECT outcome, age_days AS day, at_risk, share, low, high FROM kpi.win_curve WHERE segment = $1 AND segment_value = $2 ORDER BY age_days`],
	winDrivers: ({ segment }, { quarter: [quarter] }) => [`
		SELECT d.segment_value, d.period_start, d.share_before, d.share_after, d.rate_before, d.rate_after, d.mix_effect, d.rate_effect, d.total, f.previous AS before, f.value AS after
		FROM kpi.rate_drivers d JOIN kpi.figures f USING (kpi, date_basis, period, period_start)
		WHERE $1 = 'all' AND $2 = 'all' AND d.kpi = 'win rate' AND d.date_basis = 'closed' AND d.period = 'quarter' AND d.segment = $3 AND d.period_start = $4 AND f.segment = 'all'
		ORDER BY abs(d.total) DESC, d.segment_value`, segment, quarter?.period_start],
	channels: () => [`
		SELECT period, period_start, model, channel, conversions, value, share, cost, return_on_investment
		FROM kpi.attribution
		WHERE $1 = 'all' AND $2 = 'all' AND period = 'fiscal year' AND model IN ('first', 'last', 'shapley') AND period_start = (
			SELECT period_start FROM kpi.attribution WHERE period = 'fiscal year' AND model = 'first' AND conversions > 0 ORDER BY is_complete DESC, period_start DESC LIMIT 1)
		ORDER BY channel`],
	leading: () => [`
		SELECT indicator, lag, pairs, correlation, p_value, p_adjusted
		FROM kpi.leading_indicators
		WHERE $1 = 'all' AND $2 = 'all' AND period = 'week' AND outcome = 'total sales' AND lag > 0 AND p_value IS NOT NULL AND pairs >= 20
		ORDER BY p_value, indicator, lag`],
	revenue: () => [`
		SELECT month, opening, new, expansion, reactivated, contraction, churned, closing
		FROM kpi.mrr_movements WHERE $1 = 'all' AND $2 = 'all' ORDER BY month DESC LIMIT 12`],
	surveys: () => [`
		SELECT segment, segment_value, period_start, score AS value, low, high, asked, responses, promoters, passives, detractors, is_complete
		FROM kpi.surveys_by_period
		WHERE $1 = 'all' AND $2 = 'all' AND survey = 'eNPS' AND period = 'quarter' AND period_start = (
			SELECT period_start FROM kpi.surveys_by_period
			WHERE survey = 'eNPS' AND period = 'quarter' AND segment = 'all' AND responses > 0 ORDER BY is_complete DESC, period_start DESC LIMIT 1)
		ORDER BY segment <> 'all', score DESC NULLS LAST, segment_value`],
	cohorts: () => [`
		SELECT cohort, months_since, cohort_size, retained, rate, is_complete FROM kpi.cohort_retention
		WHERE $1 = 'all' AND $2 = 'all' AND cohort > (SELECT max(cohort) FROM kpi.cohort_retention) - interval '24 months'
		ORDER BY cohort, months_since`],
	deals: (_, { figures }) => [`
		SELECT list, deal_id, lead_id, owner, source, amount, created, closed, rows, total
		FROM (
			SELECT l.list, b.deal_id, b.lead_id, b.owner, b.source, b.amount, b.created::date, b.closed::date,
				count(*) OVER (PARTITION BY l.list) AS rows, sum(b.amount) OVER (PARTITION BY l.list) AS total,
				row_number() OVER (PARTITION BY l.list ORDER BY b.amount DESC NULLS LAST, b.created, b.deal_id, b.lead_id) AS place
			FROM kpi.deals_behind b
			JOIN unnest($3::text[], $4::text[], $5::text[], $6::boolean[], $7::date[], $8::date[]) AS l (list, kpi, date_basis, counted, first_day, last_day)
				ON (l.kpi, l.date_basis, l.counted) = (b.kpi, b.date_basis, b.in_numerator) AND b.day BETWEEN l.first_day AND l.last_day
			WHERE $1 = 'all' OR b.owner = $2
		) b
		WHERE place <= 25 ORDER BY list, place`, ...columnsOf(listsBehind(figures), ['list', 'kpi', 'basis', 'counted', 'first', 'last'])],
	quality: () => [`
		SELECT source, reason, left_out_of, rows FROM kpi.data_quality WHERE $1 = 'all' AND $2 = 'all' AND rows > 0 ORDER BY rows DESC, source, reason`]
}

/** The win rates of a segment's values in the last quarter that is over, each against all others: p-values are corrected by Holm's method. */
const league = (segment, { quarter: [quarter] }) => [`
	WITH league AS (
		SELECT segment_value, period_start, value, numerator, denominator, low, high, is_complete, ${rate('numerator', 'denominator')} AS own,
			${rate('sum(numerator) OVER () - numerator', 'sum(denominator) OVER () - denominator')} AS others
		FROM kpi.figures
		WHERE $1 = 'all' AND $2 = 'all' AND kpi = 'win rate' AND date_basis = 'closed' AND period = 'quarter' AND segment = $3 AND period_start = $4 AND denominator > 0
	), tested AS (
		SELECT l.*, c.is_few, CASE WHEN NOT c.is_few THEN c.p_value END AS p
		FROM league l CROSS JOIN LATERAL ${compared('own', 'others')} AS c
	), ranked AS (
		SELECT *, p * (count(p) OVER () - row_number() OVER (ORDER BY p) + 1) AS multiplied FROM tested
	)
	SELECT segment_value, period_start, value, numerator, denominator, low, high, is_complete, is_few, win_rate(others) AS others,
		CASE WHEN p IS NOT NULL THEN least(1, max(multiplied) OVER (ORDER BY p)) END AS p_value
	FROM ranked ORDER BY value DESC, segment_value`, segment, quarter?.period_start]

const columnsOf = (rows, names) => names.map(name => rows.map(row => row[name]))

// Counts, rates and scores become numbers; numeric, bigint, dates and moments stay the text PostgreSQL sends.
const asNumber = new Set([pg.types.builtins.INT2, pg.types.builtins.INT4, pg.types.builtins.FLOAT4, pg.types.builtins.FLOAT8])
const types = {
	getTypeParser: oid => asNumber.has(oid) ? Number : oid === pg.types.builtins.BOOL ? text => text === 't' : text => text
}

function fail(message, next) {
	throw new Error(`${message}\nNext step: ${next}`)
}

/** What has to be there before anything is read. */
async function check(client) {
	const { rows: [there] } = await client.query(`
		SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'funnel_metrics') AS extension, to_regclass('kpi.figures') IS NOT NULL AS views,
			current_database() AS database`)
	if (!there.extension)
		fail(`the extension funnel_metrics is not in database "${there.database}"`, 'CREATE EXTENSION funnel_metrics, then psql -f examples/nightly/install.sql')
	if (!there.views)
		fail(`there is no view kpi.figures in database "${there.database}"`, 'psql -f examples/nightly/install.sql (doc/nightly.md)')
	await client.query("SELECT set_config('TimeZone', zone, true) FROM (SELECT zone FROM kpi.freshness LIMIT 1) z")
}

/** Whose page it is: the company's, or that of the rep who asks. Nobody else gets one: the views would show them nothing. */
async function reader(client) {
	const { rows: [who] } = await client.query('SELECT kpi.sees_all() AS sees_all, kpi.own_rep() AS rep, current_user AS login')
	if (who.sees_all) return { segment: 'all', value: 'all' }
	if (who.rep === null)
		fail(`"${who.login}" may see no figures: it is not a member of kpi_reader, and kpi.people does not say which rep it is`,
			`GRANT kpi_reader TO "${who.login}"; or, for a rep, INSERT INTO kpi.people (login, rep) VALUES ('${who.login}', '...')`)
	return { segment: 'owner', value: who.rep }
}

/** A statement's rows; none where a view it reads is not there, since the company has no such data. */
async function rowsOf(client, [text, ...values], page) {
	const views = [...new Set(text.match(/kpi\.\w+/g))]
	const { rows: [there] } = await client.query('SELECT bool_and(to_regclass(view) IS NOT NULL) AS all FROM unnest($1::text[]) AS view', [views])
	if (!there.all) return []
	const used = Math.max(0, ...(text.match(/\$\d+/g) ?? []).map(name => Number(name.slice(1))))
	return (await client.query(text, [page.segment, page.value, ...values].slice(0, used))).rows
}

/** All rows the page is made of: { page: { segment, value }, figures: [...], stages: [...], ... }. Options: period, segment. */
export async function readAll(options) {
	const client = new pg.Client({ types, application_name: 'dashboard', connectionTimeoutMillis: 10000 })
	await client.connect()
	try {
		await client.query('SET client_min_messages = warning; SET datestyle = ISO; SET timezone = UTC; SET jit = off')
		await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
		await check(client)
		const data = { page: await reader(client) }
		for (const [name, statement] of Object.entries(statements))
			data[name] = await rowsOf(client, statement(options, data), data.page)
		const known = data.segmentsThereAre.map(row => row.segment)
		if (data.page.segment === 'all' && known.length && !known.includes(options.segment))
			fail(`there are no figures by "${options.segment}"`, `--segment with one of ${known.join(', ')}`)
		return data
	} finally {
		await client.end()
	}
}
