// dashboard.mjs: builds the page of examples/dashboard from several companies' databases, looks at it in headless
// Chromium, and compares its numbers with SQL over the CRM's own tables. Prints TAP. PGDATABASE has the extension, the
// sample CRM and the schema kpi; others are made beside it, and dropped.

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { inEachLanguage } from './dashboard_languages.mjs'
import { afterwards, build, company, database, file, is, look, noise, nonsense, ok, open, overflow, psql, scratch, sql, table, test, tiles } from './dashboard_tools.mjs'

const sample = process.env.PGDATABASE
const charts = ['sales', 'win-rate', 'segments', 'drivers', 'forecast', 'win-curve', 'win-drivers', 'leading', 'channels', 'quota', 'enps', 'pipeline-movements', 'funnel', 'losses', 'stage-time', 'flow', 'revenue', 'retention']
const lists = ['list-won', 'list-lost', 'list-pipeline', 'list-stalled', 'list-late']
const ofReps = ['sales', 'win-rate', 'drivers', 'forecast', 'win-curve', 'quota', 'pipeline-movements', 'funnel', 'losses', 'stage-time', 'flow'] // those a rep's page has

// How it looks

async function chartsAreThere(url, width, name = `${width} pixels`, wanted = charts, labels = 'of people') {
	const page = await open(url, width), seen = await look(page)
	is(Object.keys(seen).sort(), [...wanted].sort(), `${name}: a section for each chart`)
	const poor = Object.entries(seen).filter(([, s]) => s.shown !== 1 || s.width < Math.min(330, width - 50) || s.height < 60 || s.marks < 4 || s.texts < 4)
	ok(poor.length === 0, `${name}: one picture a section, of a sensible size and with marks`, poor)
	const clipped = Object.entries(seen).filter(([, s]) => s.outside?.length)
	ok(clipped.length === 0, `${name}: no text is cut off`, clipped.map(([id, s]) => `${id}: ${s.outside}`).join('\n'))
	const crossing = Object.entries(seen).filter(([, s]) => s.crossing?.length)
	if (labels !== 'hostile') ok(crossing.length === 0, `${name}: no text lies on another`, crossing.map(([id, s]) => `${id}: ${s.crossing}`).join('\n'))
	is(await overflow(page), 0, `${name}: nothing to scroll sideways`)
	const silent = Object.entries(seen).filter(([, s]) => s.role !== 'img' || !(s.label?.length > 40) || !s.title)
	ok(silent.length === 0, `${name}: each picture has a title and a description`, silent)
	await page.close()
}

/** Text against what is behind it: at least 4.5 to 1, as WCAG asks of small text (the heat map has colours of its own). */
async function contrast(url, scheme) {
	const page = await open(url, 1280, scheme)
	const poor = await page.evaluate(() => {
		const light = colour => {
			const [r, g, b] = colour.match(/[\d.]+/g).map(v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
			return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05
		}
		const behind = e => {
			for (; e; e = e.parentElement) if (!/^(transparent|rgba\(.*, 0\))$/.test(getComputedStyle(e).backgroundColor)) return light(getComputedStyle(e).backgroundColor)
		}
		return [...document.querySelectorAll('p, h1, h2, h3, summary, th, td, a, .badge, section:not(#retention) figure text')]
			.map(e => [e.textContent.slice(0, 30), light(e instanceof SVGElement ? getComputedStyle(e).fill : getComputedStyle(e).color), behind(e)])
			.map(([text, ink, paper]) => [text, Math.max(ink, paper) / Math.min(ink, paper)]).filter(([, ratio]) => ratio < 4.5)
	})
	ok(poor.length === 0, `${scheme}: text stands out from the page`, poor)
	await page.close()
}

/** A label that is written from right to left: as it is in the database, in its order, whole. */
async function rightToLeft(url, id, text) {
	const page = await open(url, 1280)
	const found = await page.evaluate(([id, text]) => {
		const svg = [...document.querySelectorAll(`#${id} figure svg`)].find(s => s.getBoundingClientRect().width > 0)
		const element = [...svg.querySelectorAll('text')].find(t => t.textContent.includes(text))
		document.querySelectorAll('details').forEach(d => { d.open = true })
		const cell = [...document.querySelectorAll(`#${id} td bdi`)].find(b => b.textContent === text)
		if (!element || !cell) return { missing: [!element && 'chart', !cell && 'table'] }
		const start = element.textContent.indexOf(text), x = at => element.getExtentOfChar(at).x
		const range = at => { const r = document.createRange(); r.setStart(cell.firstChild, at); r.setEnd(cell.firstChild, at + 1); return r.getBoundingClientRect().left }
		// A missing glyph is the same box for every letter
		const draw = letter => {
			const canvas = document.createElement('canvas'), c = canvas.getContext('2d')
			c.font = `40px ${getComputedStyle(element).fontFamily}`
			c.fillText(letter, 20, 60)
			return canvas.toDataURL()
		}
		return {
			chart: x(start) > x(start + text.length - 1), table: range(0) > range(text.length - 1), direction: getComputedStyle(cell).direction,
			glyphs: new Set(['\uffff', ...new Set(text.replace(/\s/g, ''))].map(draw)).size === new Set(text.replace(/\s/g, '')).size + 1
		}
	}, [id, text])
	is(found, { chart: true, table: true, direction: 'rtl', glyphs: true }, `${text}: from right to left, in the chart and in the table, with glyphs for each letter`)
	await page.close()
}

/** Two columns of tiles on a phone, and each tile's name, meaning and figure in it. */
async function phone(url) {
	const page = await open(url, 390)
	const seen = await page.evaluate(() => {
		const all = [...document.querySelectorAll('.tile')].map(t => t.getBoundingClientRect())
		return {
			columns: new Set(all.map(r => Math.round(r.left))).size,
			wide: [...document.querySelectorAll('.tile *')].filter(e => e.getBoundingClientRect().right > e.closest('.tile').getBoundingClientRect().right).map(e => e.textContent),
			meanings: [...document.querySelectorAll('.tile .means')].filter(m => m.textContent.length > 10).length === all.length
		}
	})
	is(seen, { columns: 2, wide: [], meanings: true }, 'a phone has two columns of tiles, each with what it means, and nothing sticks out')
	await page.close()
}

// Numbers, by SQL over the CRM's own tables

const close = (a, b, within = 1e-9) => a === b || Math.abs(Number(a) - Number(b)) <= within * Math.max(1, Math.abs(Number(b)))
function same(have, want, name, within) {
	const bad = want.flatMap((row, i) => row.every((v, j) => have[i]?.[j] === v || v === '' && have[i]?.[j] === '–' || v !== '' && have[i]?.[j] !== '–' && close(have[i]?.[j], v, within)) ? [] : [[have[i], row]])
	ok(have.length === want.length && want.length > 0 && bad.length === 0, name, `${have.length} rows, to be ${want.length}`, ...bad.slice(0, 5))
}

const monthClosed = `date_trunc('month', closed AT TIME ZONE 'UTC')`
const lastQuarter = `closed >= '2025-10-01' AND closed < '2026-01-01'`
const history = `
	stages AS (SELECT * FROM unnest('{Lead,Qualified,Demo,Proposal,Negotiation,Won}'::text[]) WITH ORDINALITY AS s (stage, step)),
	rows AS (
		SELECT DISTINCT h.deal_id, h.stage, h.entered_at, coalesce(s.step, 0) AS step
		FROM deal_stage_history h JOIN deals d USING (deal_id) LEFT JOIN stages s USING (stage)
		WHERE isfinite(d.created) AND isfinite(h.entered_at) AND (s.step IS NOT NULL OR h.stage IN ('Lost', 'Disqualified'))),
	ordered AS (SELECT *, (step = 0)::int AS is_lost, lag(stage) OVER path AS before FROM rows WINDOW path AS (PARTITION BY deal_id ORDER BY entered_at, step = 0, step)),
	moves AS (SELECT *, lead(stage) OVER path AS next, lead(step) OVER path AS next_step, lead(entered_at) OVER path - entered_at AS stay
		FROM ordered WHERE stage IS DISTINCT FROM before WINDOW path AS (PARTITION BY deal_id ORDER BY entered_at, step = 0, step)),
	deal AS (SELECT deal_id, max(step) AS furthest, (array_agg(step ORDER BY entered_at DESC, step = 0 DESC, step DESC))[1] AS standing,
		(array_agg(step = 0 ORDER BY entered_at DESC, step = 0 DESC, step DESC))[1] AS lost, max(entered_at) FILTER (WHERE stage IS DISTINCT FROM before) AS moved
		FROM ordered GROUP BY deal_id HAVING max(step) > 0)`
const isStalled = `NOT lost AND furthest < 6 AND date '2026-01-01' - (moved AT TIME ZONE 'UTC')::date > 60`

async function resultsNumbers(page) {
	const byMonth = condition => sql(`
		SELECT to_char(m, 'FMMonth YYYY'), count(*) FILTER (WHERE won)::float8 / nullif(count(won), 0), count(*) FILTER (WHERE won), count(won), coalesce(sum(amount) FILTER (WHERE won), 0)
		FROM (SELECT ${monthClosed} AS m, won, amount FROM deals WHERE isfinite(closed) AND won IS NOT NULL AND closed >= '2024-01-01' AND closed < '2026-01-01') d
		WHERE ${condition} GROUP BY m ORDER BY m`)
	same((await table(page, '#win-rate')).map(r => [r[0], r[1], r[4], r[5]]), byMonth('true').map(r => r.slice(0, 4)), 'win rates: won and decided, month by month')
	const sales = await table(page, '#sales')
	same(sales.map(r => [r[0], r[1]]), byMonth(`m >= '2024-12-01'`).map(r => [r[0], r[4]]), 'sales, month by month')
	same(sales.slice(1).map(r => [r[2]]), byMonth(`m < '2025-01-01'`).map(r => [r[4]]), 'and the same months a year before')
	same((await table(page, '#segments')).map(r => [r[0], r[1], r[4], r[5]]), sql(`
		SELECT source, count(*) FILTER (WHERE won)::float8 / count(won), count(*) FILTER (WHERE won), count(won)
		FROM deals WHERE ${lastQuarter} AND isfinite(closed) AND won IS NOT NULL GROUP BY source ORDER BY 2 DESC`), 'win rates by source')
	const [[change]] = sql(`
		SELECT (max(v) FILTER (WHERE m = '2025-12-01') - max(v) FILTER (WHERE m = '2025-11-01')) FROM (
			SELECT ${monthClosed} AS m, count(*) * (count(*) FILTER (WHERE won)::numeric / count(*)) * avg(amount) FILTER (WHERE won)
				/ (avg(extract(epoch FROM closed - created)) FILTER (WHERE won AND closed >= created AND isfinite(created)) / 86400) AS v
			FROM deals WHERE isfinite(closed) AND won IS NOT NULL GROUP BY 1) d`)
	const parts = (await table(page, '#drivers')).map(r => r[3])
	is((await page.evaluate(() => [...document.querySelectorAll('#drivers td:last-child, #sales td')].map(c => c.textContent))).filter(text => /\.\d{3}/.test(text)), [], 'money in tables has cents, and no more digits')
	ok(parts.length === 4 && close(parts.reduce((sum, p) => sum + Number(p), 0), change, 1e-9), 'velocity: four levers, that add up to the change', parts, change)
}

/** By direct calls over the CRM's tables: what the first quarter of 2026 brings, 90 days long, and what that of each quarter before would have been. */
async function outlookNumbers(page) {
	const definition = `'Lead > Qualified > Demo > Proposal > Negotiation > Won; lost: Lost, Disqualified'::funnel`
	const of = (made, ends) => sql(`
		WITH h AS (SELECT h.* FROM deal_stage_history h JOIN deals d USING (deal_id) WHERE isfinite(d.created) AND isfinite(h.entered_at)),
		odds AS (SELECT o.* FROM (SELECT landmark_agg(deal_id, stage, entered_at, ${definition}, (
				SELECT array_agg(l ORDER BY l) FROM (SELECT timestamptz '2026-01-01 00:00+00' - interval '2160 hours' - k * interval '720 hours' AS l FROM generate_series(0, 36) k) g
				WHERE l <= '${made}'::timestamptz - interval '2160 hours' AND l > '${made}'::timestamptz - interval '10800 hours'), '${made}', interval '2160 hours') AS s FROM h) l, stage_odds(s) o),
		state AS (SELECT deal_id, max(e.step) AS step, (array_agg(e.step ORDER BY entered_at DESC, e.step = 0 DESC))[1] AS latest FROM h, stage_step(stage, ${definition}) e (step)
			WHERE e.step IS NOT NULL AND entered_at <= '${made}' GROUP BY deal_id),
		open_then AS (SELECT d.*, o.won_share FROM state JOIN deals d USING (deal_id) LEFT JOIN odds o USING (step) WHERE latest > 0 AND step < 6 AND (d.won IS NULL OR d.closed > '${made}'))
		SELECT f.deals, round(f.p10, 4), round(f.expected, 4), round(f.p90, 4), (SELECT coalesce(sum(amount) FILTER (WHERE won AND closed > '${made}' AND closed < '${ends}' AND won_share IS NOT NULL), 0) FROM open_then)
		FROM forecast((SELECT forecast_agg(amount, won_share) FROM open_then)) f`)[0]
	const rows = await table(page, '#forecast')
	same([rows.at(-1).slice(1, 5)], [of('2026-01-01 00:00+00', '2026-04-01 00:00+00').slice(0, 4)], 'the forecast of the quarter is that of the open deals, by landmarks')
	same([rows.at(-2).slice(1, 6)], [of('2025-10-03 00:00+00', '2026-01-01 00:00+00')], 'that of the quarter before is what it would have been, with what came')
	is(rows.map(r => r[0]).slice(-3), ['Q3 2025', 'Q4 2025', 'Q1 2026'], 'and so on')
	const inside = rows.slice(0, -1).filter(r => Number(r[5]) >= Number(r[2]) && Number(r[5]) <= Number(r[4])).length
	ok((await page.textContent('#forecast .note')).includes(`of the last ${rows.length - 1}, made as long before the end of their quarter, ${inside} came within their band`), 'its score is said', await page.textContent('#forecast .note'))
	const curve = await table(page, '#win-curve')
	same(curve.map(r => [r[0], r[1], r[2], r[3], r[4], r[5]]), sql(`
		SELECT day, max(share) FILTER (WHERE outcome = 'won'), max(low) FILTER (WHERE outcome = 'won'), max(high) FILTER (WHERE outcome = 'won'), max(share) FILTER (WHERE outcome = 'lost'), max(share) FILTER (WHERE outcome = 'open')
		FROM (SELECT survival_agg(created, closed, won, '2026-01-01 00:00+00') AS s FROM deals) d, survival_at(s, '{${curve.map(r => r[0])}}') GROUP BY day ORDER BY day`), 'by when deals are won, lost and still open')
	same((await table(page, '#win-drivers')).map(r => r.slice(0, 5)), sql(`
		SELECT label, rate_before, rate_after, share_before, share_after FROM (SELECT segment_agg(source, won) FILTER (WHERE closed < '2025-10-01') AS b, segment_agg(source, won) FILTER (WHERE closed >= '2025-10-01') AS a
			FROM deals WHERE closed >= '2025-07-01' AND closed < '2026-01-01' AND isfinite(closed)) d, rate_drivers(b, a) ORDER BY abs(total) DESC, label`), 'what moved the win rate')
	ok((await page.textContent('#win-drivers .finding')).startsWith('It fell from 24.7% to 19.6%.'), 'from what to what', await page.textContent('#win-drivers .finding'))
	const lead = await table(page, '#leading')
	same(lead.map(r => r.slice(1, 4)), sql(`
		SELECT lag, correlation, pairs FROM (
			SELECT DISTINCT ON (indicator) l.* FROM (SELECT indicator_agg(period_start, kpi, value) AS s FROM kpi.figures WHERE segment = 'all' AND period = 'week' AND is_complete AND (kpi IN ('total sales', 'deals won', 'win rate') AND date_basis = 'closed'
				OR date_basis = 'done' AND kpi <> 'selling-time share' OR kpi IN ('eNPS', 'NPS', 'CSAT', 'deals created', 'leads', 'response in time', 'lead response in hours'))) i, leading_indicators(s, 'total sales', 13) l
			WHERE lag > 0 AND p_value IS NOT NULL AND indicator NOT IN ('deals won', 'win rate') ORDER BY indicator, p_value, lag) b ORDER BY p_value, indicator`), 'which figure goes before sales, by a direct call')
	const touches = `SELECT deal_id, l.source AS channel, l.created AS at FROM deals JOIN leads l USING (lead_id) UNION ALL SELECT d.deal_id, kind, at FROM activities JOIN deals d USING (lead_id) WHERE kind IN ('call', 'email', 'event', 'social touch', 'visit')
		UNION ALL SELECT deal_id, kind, at FROM activities WHERE deal_id IS NOT NULL AND kind IN ('call', 'email', 'event', 'social touch', 'visit')`
	same((await table(page, '#channels')).map(r => [r[0], r[1], r[2], r[3], r[4], r[5], r[6]]), sql(`
		SELECT coalesce(s.channel, '(no touch)'), s.conversions, f.conversions, l.conversions, s.value, cost, (s.value - cost) / cost
		FROM (SELECT attribution_agg(deal_id, channel, at, won, closed, amount) AS s FROM deals LEFT JOIN (${touches}) t USING (deal_id) WHERE won IS NOT NULL AND closed >= '2025-01-01' AND closed < '2026-01-01') a
		CROSS JOIN LATERAL attribution(s, 'shapley') s JOIN LATERAL attribution(s, 'first') f ON f.channel IS NOT DISTINCT FROM s.channel JOIN LATERAL attribution(s, 'last') l ON l.channel IS NOT DISTINCT FROM s.channel
		LEFT JOIN (SELECT source, sum(amount) AS cost FROM costs WHERE kind = 'marketing' AND month >= '2025-01-01' AND month < '2026-01-01' GROUP BY source) c ON c.source = s.channel
		ORDER BY s.conversions DESC`), 'channels: credits by three models, what they cost and brought')
}

async function teamNumbers(page) {
	const quotas = `SELECT q.rep, q.quota, coalesce((SELECT sum(amount) FROM deals WHERE owner = q.rep AND won AND ${lastQuarter}), 0) AS won FROM quotas q WHERE period_start = '2025-10-01' AND quota > 0`
	same((await table(page, '#quota')).map(r => r.slice(0, 4)), sql(`
		SELECT rep, won / quota, won, quota FROM (SELECT 'Everyone' AS rep, sum(won) AS won, sum(quota) AS quota FROM (${quotas}) q UNION ALL SELECT rep, won, quota FROM (${quotas}) q) q
		ORDER BY rep <> 'Everyone', won / quota DESC`), 'quotas: what was won of each')
	const beside = await page.evaluate(() => document.querySelector('#quota .note data')?.value)
	ok(close(beside, sql(`SELECT sum(amount) FROM deals WHERE won AND ${lastQuarter} AND owner NOT IN (SELECT rep FROM (${quotas}) q)`)[0][0]), 'and what those won who have none', beside)
	same((await table(page, '#reps')).map(r => [r[0], r[1], r[3], r[5], r[6], r[7], r[9]]), sql(`
		SELECT owner, coalesce(sum(amount) FILTER (WHERE won), 0), avg(won::int), count(*) FILTER (WHERE won), avg(amount) FILTER (WHERE won),
			avg(extract(epoch FROM closed - created) / 86400) FILTER (WHERE won AND closed >= created AND isfinite(created)),
			(SELECT count(*) FROM activities WHERE rep = owner AND at >= '2025-10-01' AND at < '2026-01-01')
		FROM deals WHERE ${lastQuarter} AND won IS NOT NULL GROUP BY owner ORDER BY 2 DESC`), 'the reps: sales, win rate, deals won, deal size, cycle, activities')
	same((await table(page, '#reps')).map(r => [r[0], r[8]]).sort(), sql(`WITH ${history}
		SELECT owner, sum(amount) FROM deals JOIN deal USING (deal_id) WHERE standing BETWEEN 1 AND 5 GROUP BY owner`).sort(), 'and what each has under way')
	same((await table(page, '#enps')).slice(1).map(r => [r[0], r[1], r[4], r[6], r[7], r[8]]), sql(`
		SELECT segment, 100 * (count(*) FILTER (WHERE score >= 9) - count(*) FILTER (WHERE score <= 6))::float8 / count(score), count(*) FILTER (WHERE score >= 9),
			count(*) FILTER (WHERE score <= 6), count(score), count(*)
		FROM survey_responses WHERE survey = 'eNPS' AND asked >= '2025-10-01' AND asked < '2026-01-01' GROUP BY segment ORDER BY 2 DESC, 1`), 'eNPS by team')
}

async function pipelineNumbers(page) {
	same((await table(page, '#funnel')).map(r => r.slice(0, 6)), sql(`WITH ${history}
		SELECT stage, count(*), count(*) FILTER (WHERE furthest > step OR step = 6 AND NOT lost), count(*) FILTER (WHERE furthest = step AND NOT lost AND step < 6 AND NOT (${isStalled})),
			count(*) FILTER (WHERE furthest = step AND ${isStalled}), count(*) FILTER (WHERE furthest = step AND lost)
		FROM stages JOIN deal ON furthest >= step GROUP BY step, stage ORDER BY step`), 'funnel: reached, went on, open, stalled and lost')
	same((await table(page, '#stage-time')).slice(0, 5).map(r => r.slice(0, 4)), sql(`WITH ${history}
		SELECT stage, count(stay), percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM stay) / 86400), percentile_cont(0.9) WITHIN GROUP (ORDER BY extract(epoch FROM stay) / 86400)
		FROM moves WHERE step BETWEEN 1 AND 5 GROUP BY step, stage ORDER BY step`), 'time in stage: median and 90th percentile, within 1 %', 0.01)
	same((await table(page, '#flow')).map(r => r.slice(0, 3)).sort(), sql(`WITH ${history}
		SELECT stage, coalesce(next, 'still open'), count(*) FROM moves
		WHERE step BETWEEN 1 AND 5 AND (next IS NULL OR next_step = 0 OR next_step > step) OR step = 6 AND next_step = 0
		GROUP BY 1, 2`).sort(), 'flow: moves from stage to stage')
	same((await table(page, '#losses')).map(r => [r[0], r[1], r[2], r[3], r[6]]), sql(`WITH ${history}
		SELECT next, count(*), count(*) / sum(count(*)) OVER (), count(*) FILTER (WHERE stage = 'Lead'), count(*) FILTER (WHERE stage = 'Proposal')
		FROM moves WHERE step > 0 AND next_step = 0 GROUP BY next ORDER BY 2 DESC`), 'reasons for losing: how many, which share, from which stage')
	const moved = await table(page, '#pipeline-movements')
	ok(moved.length === 13 && moved.every((r, i) => close(Number(r[1]) + Number(r[2]) + Number(r[3]) + Number(r[4]) - r[5] - r[6] - r[7], r[8]) && (i === 0 || r[1] === moved[i - 1][8])),
		'pipeline: opening and movements make closing, which is the next opening', moved)
	is(moved.at(-1).slice(8), sql(`WITH ${history} SELECT sum(amount), count(*) FROM deals JOIN deal USING (deal_id) WHERE standing BETWEEN 1 AND 5`)[0], 'and it ends with what stands in it')
}

async function customersNumbers(page) {
	const revenue = await table(page, '#revenue')
	same(revenue.map(r => [r[0], r.at(-1)]), sql(`
		SELECT to_char(m, 'FMMonth YYYY'), sum(mrr) FROM generate_series(timestamp '2025-01-01', '2025-12-01', '1 month') m
		JOIN subscriptions ON starts <= (m + interval '1 month - 1 day')::date AND (ends IS NULL OR ends > (m + interval '1 month - 1 day')::date)
		WHERE customer IS NOT NULL AND (ends IS NULL OR ends > starts) GROUP BY m ORDER BY m`), 'recurring revenue at the end of each month')
	ok(revenue.every(r => close(Number(r[1]) + Number(r[2]) + Number(r[3]) + Number(r[4]) - Number(r[5]) - Number(r[6]), r[7])), 'opening and movements make closing', revenue)
	same((await table(page, '#retention')).map(r => r.slice(0, 4)), sql(`
		WITH o AS (SELECT DISTINCT customer, date_trunc('month', ordered AT TIME ZONE 'UTC') AS m FROM orders WHERE customer IS NOT NULL AND isfinite(ordered)),
		c AS (SELECT customer, min(m) AS cohort FROM o GROUP BY customer)
		SELECT to_char(cohort, 'FMMonth YYYY'), n, size, (SELECT count(*) FROM c JOIN o USING (customer) WHERE c.cohort = s.cohort AND m = s.cohort + n * interval '1 month')
		FROM (SELECT cohort, count(*) AS size FROM c GROUP BY cohort) s, generate_series(0, 23) n
		WHERE cohort + n * interval '1 month' < '2026-01-01' ORDER BY cohort, n`), 'retention: who came back, of each cohort')
	const small = await page.evaluate(() => {
		const svg = [...document.querySelectorAll('#retention svg')].find(s => s.getBoundingClientRect().width > 0)
		const rows = [...svg.querySelectorAll('text')].map(t => [/, (\d+)$/.exec(t.textContent)?.[1], t.getBoundingClientRect().top]).filter(([n]) => n)
		const shaded = [...svg.querySelectorAll('path[fill^="var(--shade-"]')].map(p => p.getBoundingClientRect())
		return rows.map(([n, top]) => [Number(n), shaded.some(r => Math.abs(r.top - top) < 12)])
	})
	ok(small.length > 20 && small.some(([n]) => n < 10) && small.every(([n, shaded]) => shaded === n >= 10 || n >= 10), 'cohorts of fewer than ten are not shaded', small)
}

async function dealsNumbers(page) {
	const december = `closed >= '2025-12-01' AND closed < '2026-01-01'`
	const wanted = {
		won: `deals WHERE won AND ${december}`, lost: `deals WHERE NOT won AND ${december}`,
		pipeline: `deals JOIN deal USING (deal_id) WHERE standing BETWEEN 1 AND 5`, stalled: `deals JOIN deal USING (deal_id) WHERE ${isStalled}`
	}
	for (const [name, from] of Object.entries(wanted))
		same((await table(page, `#list-${name}`)).map(r => r.slice(0, 4)), sql(`WITH ${history} SELECT deal_id, owner, source, coalesce(amount::text, '–') FROM ${from} ORDER BY amount DESC NULLS LAST, created, deal_id LIMIT 25`),
			`the ${name} deals behind a figure, the largest first`)
	const titles = await page.evaluate(() => [...document.querySelectorAll('details:has([id^=list-]) > summary')].map(s => [s.querySelector('data')?.value ?? '', s.textContent]))
	is(titles.slice(0, 4).map(([total]) => total), Object.values(wanted).map(from => sql(`WITH ${history} SELECT sum(amount) FROM ${from}`)[0][0]), 'and what they add up to')
	const late = sql(`SELECT count(*) FROM leads WHERE created >= '2025-11-01' AND created < '2025-12-01' AND (first_response > created + interval '24 hours' OR first_response IS NULL)`)[0][0]
	ok(titles[4][1].includes(`November 2025: ${late} leads`), 'and the leads not answered in time', titles, late)
	await page.click('.tile[data-kpi="total sales"] a')
	ok(await page.evaluate(() => document.querySelector('#list-won').closest('details').open), 'a click on a figure opens the list of its deals')
}

async function tilesNumbers(page) {
	const seen = await tiles(page)
	is(Object.keys(seen).length, 12, 'twelve tiles')
	is([seen['total sales'].value, seen.MRR.value, seen['pipeline value'].value], [sql(`SELECT sum(amount) FROM deals WHERE won AND closed >= '2025-12-01' AND closed < '2026-01-01'`)[0][0],
		(await table(page, '#revenue')).at(-1).at(-1), (await table(page, '#pipeline-movements')).at(-1)[8]], 'tiles: sales, recurring revenue and the pipeline to the last digit')
	ok(close(seen['win rate'].value, sql(`SELECT avg(won::int) FROM deals WHERE closed >= '2025-12-01' AND closed < '2026-01-01'`)[0][0]), 'tiles: win rate', seen)
	const lines = await page.evaluate(() => [...document.querySelectorAll('header p, footer summary')].map(p => p.textContent))
	ok(lines[0].includes('As of 1 January 2026, 00:00 \u2066UTC\u2069.') && lines[0].includes('Data through 31 December 2025'), 'the header says of when the figures are', lines)
	ok(/^[\d,]+ rows were left out/.test(lines[1]), 'the footer says how many rows were left out', lines)
	const reasons = await table(page, 'footer')
	is(reasons.filter(r => r[1] === 'won, closed before created').map(r => [r[0], r[3]]), [['deals', sql(`SELECT count(*) FROM deals WHERE won AND closed < created`)[0][0]]], 'and which')
}

// What may be chance

/** The two-sided p-value of the z test, by adding up the normal curve. */
function p_value(won_a, n_a, won_b, n_b) {
	const pooled = (won_a + won_b) / (n_a + n_b), z = Math.abs(won_a / n_a - won_b / n_b) / Math.sqrt(pooled * (1 - pooled) * (1 / n_a + 1 / n_b))
	let sum = 0
	for (let x = z, step = 1e-4; x < z + 10; x += step) sum += step * (Math.exp(-x * x / 2) + Math.exp(-((x + step) ** 2) / 2)) / 2
	return 2 * sum / Math.sqrt(2 * Math.PI)
}

/** Holm's correction of a list of p-values. */
function holm(ps) {
	const order = ps.map((p, i) => i).sort((a, b) => ps[a] - ps[b]), corrected = []
	order.forEach((at, rank) => { corrected[at] = Math.min(1, Math.max(ps[at] * (ps.length - rank), rank ? corrected[order[rank - 1]] : 0)) })
	return corrected
}

const deal = (id, owner, month, won) => `(${id}, '${owner}', 100, '2024-01-02', '${month}-29', ${won})` // late enough that the month's data are whole
/** Deals by rep and month: [rep, month, won, lost]. */
function dealsOf(groups) {
	const rows = groups.flatMap(([rep, month, won, lost]) => Array.from({ length: won + lost }, (_, i) => [rep, month, i < won]))
	return `INSERT INTO reps SELECT DISTINCT rep, 'team', 'region', date '2024-01-01' FROM unnest('{${[...new Set(groups.map(g => g[0]))]}}'::text[]) rep;
		INSERT INTO deals (deal_id, owner, amount, created, closed, won) VALUES ${rows.map(([rep, month, won], i) => deal(i + 1, rep, month, won)).join()}`
}

async function verdicts() {
	const near = { november: [60, 200], december: [40, 200] } // p = 0.021, and the intervals overlap
	ok(p_value(...near.november, ...near.december) < 0.025, 'the planted change has a p-value of 0.021', p_value(...near.november, ...near.december))
	const real = company('real', dealsOf([['A', '2025-11', 60, 140], ['A', '2025-12', 40, 160]])), chance = company('chance', dealsOf([['A', '2025-11', 60, 140], ['A', '2025-12', 46, 154]]))
	const few = company('few', dealsOf([['A', '2025-11', 1, 8], ['A', '2025-12', 7, 2]]))
	for (const [name, at, badge, tone, words] of [
		['p = 0.021, though the intervals overlap', real, 'Worse than Nov 2025', 'bad', 'in Nov 2025: beyond chance'], ['p = 0.11', chance, 'Change may be chance', 'even', 'in Nov 2025: may be chance'],
		['nine deals and nine', few, 'Too few to tell', 'even', 'in Nov 2025: too few to tell']
	]) {
		const page = await open(file(`verdict-${at}`, build([], { PGDATABASE: at }).stdout), 1280), seen = (await tiles(page))['win rate']
		ok(seen.badge === badge && seen.tone === tone && seen.text.includes(words), `${name}: ${badge.toLowerCase()}`, seen)
		await page.close()
	}

	// Twenty reps of whom one wins 24 of 50, p = 0.007: one in twenty does, by chance; and then one who wins 35.
	const others = Array.from({ length: 19 }, (_, i) => [`rep ${i + 1}`, '2025-12', 14 + i % 3, 36 - i % 3])
	for (const [best, beyond] of [[24, false], [35, true]]) {
		const groups = [...others, ['best', '2025-12', best, 50 - best]], sum = groups.reduce((total, g) => total + g[2], 0)
		const ps = groups.map(g => p_value(g[2], 50, sum - g[2], 50 * (groups.length - 1))), corrected = holm(ps)
		ok(ps.at(-1) < 0.05 && corrected.at(-1) < 0.05 === beyond, `${best} of 50: p = ${ps.at(-1).toPrecision(2)}, of twenty ${corrected.at(-1).toPrecision(2)}`)
		const page = await open(file(`league-${best}`, build(['--segment', 'owner'], { PGDATABASE: company(`league_${best}`, dealsOf(groups)) }).stdout), 1280)
		const told = Object.fromEntries((await table(page, '#reps')).map(r => [r[0], r.find(cell => /Within|Above|Below/.test(cell))?.replace(/^\S+\s/, '')]))
		is(Object.keys(told).filter(rep => told[rep] !== 'Within chance'), beyond ? ['best'] : [], `of twenty reps ${beyond ? 'only the best stands' : 'none stands'} out`)
		ok((await page.textContent('#segments .finding')).startsWith(beyond ? 'Beyond chance: best (70.0%) above the others.' : 'None of the 20 '), 'and the finding says so', await page.textContent('#segments .finding'))
		await page.close()
	}
}

// The databases

/** Labels as nobody should enter them, every amount as large as the column takes, and a month that is half over. */
const hostile = ['<script>alert(1)</script>', `"'&amp;</svg><img src=x onerror=alert(2)>`, 'x'.repeat(200), '\u202eevil {a|b} \\n', `نگار ${'محمدی '.repeat(30)}`.trim(), '']
const asKept = labels => labels.map(text => text.length <= 100 ? text : sql(`SELECT kpi.label(${quote(text)})`)[0][0])
const quote = text => `'${text.replace(/'/g, "''")}'`
function spoil(name) {
	psql(name, '-c', `
		UPDATE deals SET amount = 9999999999.99, source = (ARRAY[${hostile.map(quote)}])[deal_id % ${hostile.length} + 1];
		UPDATE survey_responses SET segment = (ARRAY[${hostile.map(quote)}])[response_id % ${hostile.length} + 1];
		UPDATE deal_stage_history SET stage = ${quote(hostile[1])} WHERE stage = 'Proposal';
		UPDATE deal_stage_history SET stage = ${quote(hostile[2])} WHERE stage = 'Disqualified'`,
	'-c', 'DROP SCHEMA kpi CASCADE', '-v', 'roles=off', '-v', 'as_of=2025-12-16 12:00+00', '-v', `definition=Lead > Qualified > Demo > "${hostile[1].replace(/"/g, '""')}" > Negotiation > Won; lost: Lost, "${hostile[2]}"`,
	'-f', 'examples/nightly/install.sql', '-c', `INSERT INTO kpi.targets (kpi, valid_from, target) VALUES ('win rate', '2024-06-01', 0.25)`)
}

async function theSample() {
	const built = build()
	ok(built.status === 0 && built.stderr === '', 'the sample CRM: a page, and nothing to say', built.stderr)
	const html = built.stdout, url = file('sample', html)
	ok(!/<script|<link(?! rel="icon" href="data:,")|\ssrc=|url\((?!#)|@import|https?:/i.test(html), 'the page has no script and names nothing elsewhere', html.match(/.{40}(<script|<link|\ssrc=|@import|https?:).{40}/i)?.[0] ?? '')
	const ids = html.match(/\sid="[^"]*"/g)
	is(ids.length, new Set(ids).size, 'no two elements have one id')
	ok(html.length < 1e6, 'the page is smaller than a megabyte', String(html.length))
	is(build([], { PGTZ: 'Asia/Tehran', TZ: 'Pacific/Auckland', PGDATESTYLE: 'German', LANG: 'fa_IR.UTF-8' }).stdout === html, true, "neither the session's zone nor its language changes the page")

	for (const width of [1280, 800, 390, 320]) await chartsAreThere(url, width)
	for (const scheme of ['light', 'dark']) await contrast(url, scheme)
	await phone(url)
	const page = await open(url, 1280)
	for (const numbers of [tilesNumbers, resultsNumbers, outlookNumbers, teamNumbers, pipelineNumbers, customersNumbers, dealsNumbers]) await numbers(page)
	is(await nonsense(page), null, 'no NaN, null or undefined anywhere')
	await page.close()

	for (const [segment, text] of [['region', 'ایران'], ['owner', 'نگار محمدی'], ['industry', 'گردشگری']])
		await rightToLeft(file(segment, build(['--segment', segment]).stdout), 'segments', text)
	await rightToLeft(url, 'enps', 'ایران')

	const byQuarter = await open(file('quarter', build(['--period', 'quarter', '--title', 'Bulanan ۱۴۰۴', '--currency', 'MYR']).stdout), 390)
	is([await byQuarter.title(), (await table(byQuarter, '#win-rate')).at(-1)[0], await overflow(byQuarter), await nonsense(byQuarter)], ['Bulanan ۱۴۰۴', 'Q4 2025', 0, null], 'by quarter, under another title')
	const sales = (await tiles(byQuarter))['total sales']
	ok(/RM\s1\.21m/.test(sales.text) && /Target: RM\s1\.47m/.test(sales.text) && sales.badge === 'Target missed' && sales.tone === 'bad', 'amounts in ringgit; the quotas are the target, and missed', sales)
	await byQuarter.close()
	for (const period of ['week', 'fiscal year']) {
		const other = await open(file(period, build(['--period', period]).stdout), 390)
		is([await nonsense(other), await overflow(other)], [null, 0], `by ${period}`)
		await other.close()
	}
	return html
}

async function hostileLabels(bad) {
	const spoiled = build(['--title', hostile[0]], { PGDATABASE: bad })
	ok(spoiled.status === 0, 'hostile labels: a page', spoiled.stderr)
	const url = file('hostile', spoiled.stdout)
	for (const width of [1280, 390]) {
		const page = await open(url, width)
		is(await page.evaluate(() => {
			const svg = [...document.querySelectorAll('#win-rate svg')].find(s => s.getBoundingClientRect().width > 0), tile = document.querySelector('.tile[data-kpi="win rate"]').textContent
			return [svg.querySelectorAll('path[fill="var(--paper)"][stroke="var(--blue)"]').length, svg.querySelectorAll('path[stroke-dasharray]').length,
				document.querySelector('#win-rate tbody tr:last-child').textContent.endsWith('not over yet'), tile.includes('Target: 25.0%'), tile.includes('So far in Dec 2025')]
		}), [1, 2, true, true, true], `half a month, ${width} pixels: its win rate is hollow, the way there and the target dashed; table and tile say so`)
		is(await page.evaluate(() => [document.scripts.length, document.querySelectorAll('img, iframe, object, script, [onerror]').length]), [0, 0], `hostile labels, ${width} pixels: no element comes of them`)
		const seen = await look(page)
		ok(charts.every(id => seen[id]?.shown === 1 && seen[id].outside.length === 0), `hostile labels, ${width} pixels: every chart is there, and no text leaves it`, Object.entries(seen).filter(([, s]) => s.shown !== 1 || s.outside.length).map(([id, s]) => `${id} ${JSON.stringify(s.outside)}`).join('\n'))
		is(await overflow(page), 0, `hostile labels, ${width} pixels: nothing to scroll sideways`)
		is((await page.evaluate(() => [...document.querySelectorAll('#segments td:first-child')].map(c => c.textContent))).sort(), asKept(hostile).map(text => text || '(blank)').sort(), `hostile labels, ${width} pixels: they are in the table, to the letter or as the nightly schema cuts them`)
		await page.close()
	}
	ok(spoiled.stdout.includes(`<data value="${sql(`SELECT sum(amount) FROM deals WHERE won AND closed >= '2025-11-01' AND closed < '2025-12-01'`, bad)[0][0]}"`), 'amounts beyond what a double holds keep their digits')

	// In the middle of a quarter: the pace
	const page = await open(url, 1280)
	const [whole] = await table(page, '#quota'), [[passed]] = sql(`SELECT 76 / 92.0`)
	ok(close(Number(whole[4]), Number(whole[1]) / passed) && (await page.textContent('#quota .finding')).includes('82.6% of it passed'), 'a quota that is not over: where it ends at this pace', whole, await page.textContent('#quota .finding'))
	await page.close()
	return spoiled.stdout
}

/** Who may see what. */
async function readers(bad, company) {
	psql(bad, '-v', 'row_security=off', '-f', 'examples/nightly/roles.sql')
	ok(build(['--title', hostile[0]], { PGDATABASE: bad, PGOPTIONS: '-c role=kpi_reader' }).stdout === company, 'who may only read the views gets the same page')

	const login = `dashboard_rep_${process.pid}`, as = { PGDATABASE: bad, PGUSER: login, PGPASSWORD: 'secret', PGPASSFILE: '/dev/null' }
	psql(bad, '-c', `CREATE ROLE ${login} LOGIN PASSWORD 'secret' IN ROLE kpi_rep`)
	afterwards(() => psql('postgres', '-c', `DROP ROLE IF EXISTS ${login}`))
	const target = join(scratch, 'refused.html'), refused = build(['-o', target], as)
	ok(refused.status === 1 && /may see no figures[^]*kpi\.people[^]*Next step/.test(refused.stderr) && refused.stdout === '' && !existsSync(target), 'a login that is no rep is refused, and no page is written', refused)

	psql(bad, '-c', `INSERT INTO kpi.people VALUES ('${login}', 'Emma Johnson')`)
	const own = build([], as)
	ok(own.status === 0, "a rep's login: a page", own.stderr)
	ok(own.stdout.includes('The figures of <bdi dir="auto">Emma Johnson</bdi>') && !/left out of/.test(own.stdout), "it is the rep's own, and says nothing of rows left out")
	const names = sql(`SELECT rep FROM reps WHERE rep NOT IN ('Emma Johnson', 'نگار محمدی')`, bad).flat() // a hostile label names the latter
	is(names.filter(name => own.stdout.includes(name)), [], 'and names no other rep')
	for (const width of [1280, 390]) await chartsAreThere(file('rep', own.stdout), width, `a rep's page, ${width} pixels`, ofReps, 'hostile')
	const page = await open(file('rep', own.stdout), 1280), seen = await tiles(page)
	is([seen['total sales'].value, seen['win rate'].value].map(Number), sql(`SELECT sum(amount) FILTER (WHERE won), avg(won::int) FROM deals
		WHERE owner = 'Emma Johnson' AND closed >= '2025-11-01' AND closed < '2025-12-01'`, bad)[0].map(Number), 'its figures are those of the deals of the rep')
	is([await nonsense(page), Object.keys(seen).includes('MRR')], [null, false], 'and none of the company is there')
	await page.close()
}

const empties = page => page.evaluate(() => document.querySelector('.missing')?.textContent ?? '')

async function smallCompanies(bad) {
	psql(bad, '-c', 'TRUNCATE subscriptions, survey_responses, orders, quotas; ALTER TABLE deals DROP CONSTRAINT deals_lead_id_fkey; TRUNCATE leads', '-c', 'CALL kpi.refresh()')
	const partly = await open(file('partly', build([], { PGDATABASE: bad }).stdout), 1280)
	is([Object.keys(await look(partly)), await empties(partly)], [charts.filter(id => !['quota', 'enps', 'revenue', 'retention'].includes(id)),
		'Nothing to show yet: quotas, eNPS, recurring revenue, customers who come back, leads not answered in time.'], 'a company without orders, leads and quotas: the rest is drawn, and the end says what is not')
	is([Object.keys(await tiles(partly)), await partly.evaluate(() => document.querySelectorAll('#reps tbody tr').length), await nonsense(partly)],
		[['total sales', 'win rate', 'average deal size', 'sales cycle in days', 'pipeline value', 'pipeline velocity'], 12, null], 'its tiles are those of deals, its reps are there, and no NaN, null or undefined')
	await partly.close()

	const one = `INSERT INTO reps VALUES ('Siti', 'team', 'Sabah', '2024-01-01'); INSERT INTO deals (deal_id, owner, amount, created, closed, won) VALUES `
	for (const [name, rows, wanted] of [
		['one_open', `(1, 'Siti', 500, '2025-12-29', NULL, NULL); INSERT INTO deal_stage_history VALUES (1, 'Lead', '2025-12-29')`, ['pipeline-movements', 'funnel', 'flow']],
		['one_won', `(1, 'Siti', 500, '2025-11-03', '2025-12-29', true); INSERT INTO deal_stage_history VALUES (1, 'Lead', '2025-11-03'), (1, 'Won', '2025-12-29')`,
			['sales', 'win-rate', 'segments', 'win-curve', 'pipeline-movements', 'funnel', 'stage-time', 'flow']],
		['one_lost', `(1, 'Siti', NULL, '2025-11-03', '2025-12-29', false); INSERT INTO deal_stage_history VALUES (1, 'Lead', '2025-11-03'), (1, 'Lost', '2025-12-29')`,
			['win-rate', 'segments', 'pipeline-movements', 'funnel', 'losses', 'stage-time', 'flow']]
	]) {
		const built = build(['--segment', 'owner'], { PGDATABASE: company(name, one + rows) })
		ok(built.status === 0, `${name}: a page`, built.stderr)
		for (const width of [1280, 390]) {
			const page = await open(file(name, built.stdout), width), seen = await look(page)
			is([Object.keys(seen), Object.values(seen).flatMap(s => [...s.outside, ...s.crossing]), await overflow(page), await nonsense(page)], [wanted, [], 0, null], `${name}, ${width} pixels: what there is to draw is drawn`)
			if (name === 'one_won') is(await page.evaluate(() => document.querySelectorAll('#sales .legend li').length), 1, 'no year before: the legend names none')
			if (name === 'one_lost') is(await page.textContent('#losses .finding'), '1 deal lost, from Lead. There is one reason only: Lost.', 'one reason is not called the most frequent')
			await page.close()
		}
	}

	const none = company('empty', `UPDATE kpi.settings SET zone = 'Asia/Tehran'`), empty = build([], { PGDATABASE: none })
	ok(empty.status === 0, 'an empty CRM: a page', empty.stderr)
	const blank = await open(file('empty', empty.stdout), 390)
	ok(await blank.evaluate(() => document.querySelector('main').textContent.startsWith('There are no deals') && document.querySelectorAll('svg, section, table').length === 0), 'an empty CRM: a sentence, and no broken chart', empty.stdout.slice(-800))
	ok(empty.stdout.includes('As of 1 January 2026, 03:30 \u2066UTC+03:30\u2069.'), "moments are of the zone that the figures' days are of", empty.stdout.match(/As of.*/)?.[0])
	is([await nonsense(blank), await overflow(blank)], [null, 0], 'an empty CRM: no NaN, null or undefined')
	await blank.close()
}

function mistakes(bad, html) {
	const bare = database('bare'), foreign = database('foreign'), target = join(scratch, 'never.html')
	psql(bare, '-c', 'CREATE EXTENSION funnel_metrics')
	for (const [name, args, environment, message] of [
		['no schema kpi', [], { PGDATABASE: bare }, /no view kpi\.figures[^]*install\.sql/],
		['no extension', [], { PGDATABASE: foreign }, /extension funnel_metrics is not in database/],
		['no right to read', [], { PGDATABASE: bad, PGOPTIONS: '-c role=pg_signal_backend' }, /permission denied[^]*GRANT kpi_reader/],
		['no such database', [], { PGDATABASE: 'no_such_database' }, /no_such_database/],
		['no server', [], { PGHOST: '127.0.0.1', PGPORT: '1' }, /no server answers at 127\.0\.0\.1, port 1/],
		['an unknown segment', ['--segment', 'colour'], {}, /no segment "colour"[^]*owner[^]*Usage/],
		['an unknown period', ['--period', 'decade'], {}, /no period "decade"[^]*Usage/],
		['an unknown language', ['--language', 'xx'], {}, /no language "xx"[^]*Usage/],
		['an unknown option', ['--colour'], {}, /Usage/]
	]) {
		const result = build([...args, '-o', target], environment)
		ok(result.status > 0 && result.stdout === '' && message.test(result.stderr) && !/^\s+at /m.test(result.stderr) && !existsSync(target), `${name}: says so, and writes no page`, result)
	}
	ok(build(['-o', target]).status === 0 && readFileSync(target, 'utf8') === html, '-o writes the same page to a file')
}

test(async () => {
	const html = await theSample()
	await verdicts()
	const bad = database('hostile', sample)
	spoil(bad)
	const spoiled = await hostileLabels(bad)
	await inEachLanguage(bad)
	await readers(bad, spoiled)
	await smallCompanies(bad)
	mistakes(bad, html)
	is(noise, [], 'no console message, no error, no request in any of these')
})
