// queries.mjs: what the page reads, all of it from views of the schema kpi, in one snapshot of the database.

import pg from 'pg'

/** The figures of the tiles: as kpi.figures has them (date basis and name), what they are in, and which way is better. */
export const headline = [
	['closed', 'win rate', 'Win rate', 'rate', 1, 'deals decided'],
	['closed', 'total sales', 'Sales', 'money', 1],
	['closed', 'average deal size', 'Average deal size', 'money', 1, 'deals won'],
	['closed', 'sales cycle in days', 'Sales cycle', 'days', -1, 'deals won'],
	['closed', 'pipeline velocity', 'Pipeline velocity, a day', 'money', 1, 'deals decided'],
	['month', 'pipeline value', 'Open pipeline', 'money', 1],
	['created', 'lead to opportunity rate', 'Leads that became deals', 'rate', 1, 'leads'],
	['created', 'response in time', 'Leads answered in time', 'rate', 1, 'leads'],
	['month', 'MRR', 'Monthly recurring revenue', 'money', 1],
	['month', 'net revenue retention, 12 months', 'Net revenue retention, 12 months', 'rate', 1],
	['month', 'customer churn rate', 'Customer churn', 'rate', -1, 'customers'],
	['asked', 'NPS', "Customers' NPS", 'score', 1, 'answers']
].map(([basis, kpi, name, unit, better, of]) => ({ basis, kpi, name, unit, better, of }))

const statements = {
	freshness: `
		SELECT as_of, refreshed_at, max(CASE WHEN data_through < as_of THEN data_through WHEN data_through >= as_of THEN as_of END) AS data_through
		FROM kpi.freshness GROUP BY as_of, refreshed_at`,
	segmentsThereAre: `
		SELECT DISTINCT segment FROM kpi.figures
		WHERE kpi = 'win rate' AND date_basis = 'closed' AND period = 'fiscal year' AND segment <> 'all' ORDER BY 1`,
	figures: `
		SELECT kpi, date_basis, period, period_start, value, numerator, denominator, low, high, previous, target, is_complete
		FROM kpi.figures
		WHERE period = CASE date_basis WHEN 'month' THEN 'month' ELSE $1 END AND segment = 'all'
			AND (date_basis, kpi) IN (SELECT * FROM unnest($2::text[], $3::text[]))
		ORDER BY period_start`,
	segments: `
		SELECT segment_value, period_start, value, numerator, denominator, low, high, is_complete
		FROM kpi.figures
		WHERE kpi = 'win rate' AND date_basis = 'closed' AND period = 'quarter' AND segment = $1 AND period_start = (
			SELECT max(period_start) FROM kpi.figures
			WHERE kpi = 'win rate' AND date_basis = 'closed' AND period = 'quarter' AND segment = 'all' AND is_complete AND denominator > 0)
		ORDER BY denominator DESC, segment_value LIMIT 12`,
	stages: `
		SELECT s.step, s.stage, s.reached, s.advanced, s.lost, s.stalled, s.open, s.leakage_rate, s.in_stage, s.amount_leaked,
			t.finished, t.median_days, t.p90_days, t.median_age_days
		FROM kpi.stages_by_period s JOIN kpi.stage_times t USING (period, period_start, segment, segment_value, step)
		WHERE s.period = 'all time' AND s.segment = 'all' ORDER BY s.step`,
	flows: `
		SELECT source, target, value, median_days FROM kpi.stage_flows WHERE period = 'all time' AND segment = 'all'`,
	drivers: `
		SELECT period_start, lever, before, after, contribution
		FROM kpi.velocity_drivers
		WHERE date_basis = 'closed' AND period = $1 AND segment = 'all' AND period_start = (
			SELECT max(period_start) FROM kpi.figures
			WHERE kpi = 'pipeline velocity' AND date_basis = 'closed' AND period = $1 AND segment = 'all' AND is_complete AND value IS NOT NULL)`,
	revenue: `
		SELECT month, opening, new, expansion, reactivated, contraction, churned, closing
		FROM kpi.mrr_movements ORDER BY month DESC LIMIT 12`,
	surveys: `
		SELECT segment, segment_value, period_start, score AS value, low, high, asked, responses, promoters, passives, detractors, is_complete
		FROM kpi.surveys_by_period
		WHERE survey = 'eNPS' AND period = 'quarter' AND period_start = (
			SELECT max(period_start) FROM kpi.surveys_by_period
			WHERE survey = 'eNPS' AND period = 'quarter' AND segment = 'all' AND is_complete AND responses > 0)
		ORDER BY segment <> 'all', score, segment_value`,
	cohorts: `
		SELECT cohort, months_since, cohort_size, retained, rate, is_complete FROM kpi.cohort_retention
		WHERE cohort > (SELECT max(cohort) FROM kpi.cohort_retention) - interval '24 months'
		ORDER BY cohort, months_since`,
	quality: `
		SELECT source, reason, left_out_of, rows FROM kpi.data_quality WHERE rows > 0 ORDER BY rows DESC, source, reason`
}

// Counts, rates and scores become numbers; numeric, bigint, dates and moments stay the text PostgreSQL sends.
const asNumber = new Set([pg.types.builtins.INT2, pg.types.builtins.INT4, pg.types.builtins.FLOAT4, pg.types.builtins.FLOAT8])
const types = {
	getTypeParser: oid => asNumber.has(oid) ? Number : oid === pg.types.builtins.BOOL ? text => text === 't' : text => text
}

function fail(message, next) {
	throw new Error(`${message}\nNext step: ${next}`)
}

/** All rows the page is made of: { figures: [...], stages: [...], ... }. Options: period, segment. */
export async function readAll({ period, segment }) {
	const client = new pg.Client({ types, application_name: 'dashboard', connectionTimeoutMillis: 10000 })
	await client.connect()
	try {
		await client.query('SET client_min_messages = warning; SET datestyle = ISO; SET timezone = UTC')
		await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
		const { rows: [there] } = await client.query(`
			SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'funnel_metrics') AS extension,
				to_regclass('kpi.figures') IS NOT NULL AS views, has_table_privilege(to_regclass('kpi.settings')::oid, 'SELECT') AS settings,
				current_database() AS database`)
		if (!there.extension)
			fail(`the extension funnel_metrics is not in database "${there.database}"`,
				'CREATE EXTENSION funnel_metrics, then psql -f examples/nightly/install.sql')
		if (!there.views)
			fail(`there is no view kpi.figures in database "${there.database}"`, 'psql -f examples/nightly/install.sql (doc/nightly.md)')
		if (there.settings) await client.query("SELECT set_config('TimeZone', zone, true) FROM kpi.settings")
		const values = {
			figures: [period, headline.map(h => h.basis), headline.map(h => h.kpi)], segments: [segment], drivers: [period]
		}
		const data = {}
		for (const [name, text] of Object.entries(statements))
			data[name] = (await client.query(text, values[name])).rows
		const known = data.segmentsThereAre.map(row => row.segment)
		if (known.length && !known.includes(segment)) fail(`there are no figures by "${segment}"`, `--segment with one of ${known.join(', ')}`)
		return data
	} finally {
		await client.end()
	}
}
