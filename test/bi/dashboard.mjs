// dashboard.mjs: builds the page of examples/dashboard from databases of the sample CRM, looks at it in headless
// Chromium, and compares its numbers with SQL over the CRM's own tables. Prints TAP. PGDATABASE has the extension, the
// sample CRM and the schema kpi; others are made beside it, and dropped.

import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { launch } from '../../examples/dashboard/chromium.mjs'

const program = 'examples/dashboard/dashboard.mjs'
const charts = ['win-rate', 'funnel', 'stage-time', 'flow', 'segments', 'drivers', 'revenue', 'enps', 'retention']
const scratch = mkdtempSync(join(tmpdir(), 'funnel_metrics-dashboard.'))
const made = [] // databases
let count = 0, failed = 0

function ok(good, name, ...diagnostics) {
	count++
	if (!good) failed++
	console.log(`${good ? 'ok' : 'not ok'} ${count} - ${name}`)
	if (!good) for (const line of diagnostics.map(d => typeof d === 'string' ? d : JSON.stringify(d)).join('\n').split('\n').slice(0, 20)) console.log(`# ${line}`)
}
const is = (have, want, name) => ok(JSON.stringify(have) === JSON.stringify(want), name, `have: ${JSON.stringify(have)}`, `want: ${JSON.stringify(want)}`)

function run(command, args, environment = {}) {
	const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', env: { ...process.env, ...environment }, maxBuffer: 1 << 27 })
	return { status, stdout, stderr }
}
function must(command, args, environment) {
	const result = run(command, args, environment)
	if (result.status !== 0) throw new Error(`${command} ${args.join(' ')}: ${result.stderr}`)
	return result.stdout
}

/** psql's answer as rows of text, of any files and commands. */
const psql = (database, ...args) => must('psql', ['-XqAt', '-F', '\u001f', '-v', 'ON_ERROR_STOP=1', '-d', database, ...args], { PGTZ: 'UTC', PGOPTIONS: '--client-min-messages=warning' })
const sql = (text, database = process.env.PGDATABASE) => psql(database, '-c', text).trimEnd().split('\n').map(line => line.split('\u001f'))

function database(name, template) {
	const full = `${process.env.PGDATABASE}_${name}`.slice(0, 63)
	must('createdb', [full, ...(template ? ['--template', template] : [])])
	made.push(full)
	return full
}

const build = (args = [], environment = {}) => run('node', [program, ...args], environment)

/** The page as a file, for the browser. */
function file(name, html) {
	const path = join(scratch, `${name}.html`)
	writeFileSync(path, html)
	return pathToFileURL(path).href
}

// In the browser

let browser
const noise = [] // console messages, errors, dialogs, and requests other than for the page

async function open(url, width, colorScheme = 'light') {
	const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme })
	page.on('console', message => noise.push(`console: ${message.text()}`))
	page.on('pageerror', error => noise.push(`error: ${error.message}`))
	page.on('dialog', dialog => { noise.push(`dialog: ${dialog.message()}`); dialog.dismiss() })
	page.on('request', request => { if (request.url() !== url) noise.push(`request: ${request.url().slice(0, 100)}`) })
	await page.goto(url)
	return page
}

/** What is drawn in each section: the one chart that shows, its marks, and texts that leave it. */
const look = page => page.evaluate(() => Object.fromEntries([...document.querySelectorAll('section')].map(section => {
	const shown = [...section.querySelectorAll('figure svg')].filter(svg => svg.getBoundingClientRect().width > 0)
	if (shown.length !== 1) return [section.id, { shown: shown.length }]
	const box = shown[0].getBoundingClientRect()
	const outside = [...shown[0].querySelectorAll('text')].filter(text => {
		const r = text.getBoundingClientRect()
		return r.width > 0 && (r.left < box.left - 1 || r.right > box.right + 1 || r.top < box.top - 1 || r.bottom > box.bottom + 1)
	})
	return [section.id, {
		shown: 1, width: Math.round(box.width), height: Math.round(box.height), marks: shown[0].querySelectorAll('path, rect, circle, polyline').length - 1,
		texts: shown[0].querySelectorAll('text').length, outside: outside.map(t => t.textContent),
		role: shown[0].getAttribute('role'), label: shown[0].getAttribute('aria-label'), title: shown[0].querySelector('title')?.textContent
	}]
})))
const overflow = page => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
const nonsense = page => page.evaluate(() => document.documentElement.textContent.match(/.{0,20}(NaN|undefined|Infinity|\[object|\bnull\b).{0,20}/g))

/** A section's table as the page has it: text of its cells, or the exact figure where a title has it. */
const table = (page, id) => page.evaluate(id => [...document.querySelectorAll(`#${id} tbody tr`)].map(row =>
	[...row.cells].map(cell => (cell.querySelector('[title]')?.title ?? cell.textContent).replace(/−/g, '-').replace(/(\d),(?=\d)/g, '$1'))), id)

async function chartsAreThere(url, width) {
	const page = await open(url, width)
	const seen = await look(page)
	is(Object.keys(seen).sort(), [...charts].sort(), `${width} pixels: a section for each chart`)
	const poor = Object.entries(seen).filter(([, s]) => s.shown !== 1 || s.width < Math.min(340, width - 50) || s.height < 150 || s.marks < 5 || s.texts < 5)
	ok(poor.length === 0, `${width} pixels: one picture a section, of a sensible size and with marks`, poor)
	const clipped = Object.entries(seen).filter(([, s]) => s.outside?.length)
	ok(clipped.length === 0, `${width} pixels: no text is cut off`, clipped.map(([id, s]) => `${id}: ${s.outside}`).join('\n'))
	is(await overflow(page), 0, `${width} pixels: nothing to scroll sideways`)
	const silent = Object.entries(seen).filter(([, s]) => s.role !== 'img' || !(s.label?.length > 40) || !s.title)
	ok(silent.length === 0, `${width} pixels: each picture has a title and a description`, silent)
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
		const paper = light(getComputedStyle(document.body).backgroundColor)
		return [...document.querySelectorAll('p, h1, h2, summary, th, section:not(#retention) figure text')]
			.map(e => [e.textContent.slice(0, 30), light(e instanceof SVGElement ? getComputedStyle(e).fill : getComputedStyle(e).color)])
			.map(([text, ink]) => [text, Math.max(ink, paper) / Math.min(ink, paper)]).filter(([, ratio]) => ratio < 4.5)
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

// Numbers, by SQL over the CRM's own tables

const close = (a, b, within = 1e-9) => a === b || Math.abs(Number(a) - Number(b)) <= within * Math.max(1, Math.abs(Number(b)))
function same(have, want, name, within) {
	const bad = want.flatMap((row, i) => row.every((v, j) => have[i]?.[j] === v || v !== '' && have[i]?.[j] !== '–' && close(have[i]?.[j], v, within)) ? [] : [[have[i], row]])
	ok(have.length === want.length && want.length > 0 && bad.length === 0, name, `${have.length} rows, to be ${want.length}`, ...bad.slice(0, 5))
}

const months = `date_trunc('month', closed AT TIME ZONE 'UTC')`
const history = `
	stages AS (SELECT * FROM unnest('{Lead,Qualified,Demo,Proposal,Negotiation,Won}'::text[]) WITH ORDINALITY AS s (stage, step)),
	rows AS (
		SELECT DISTINCT h.deal_id, h.stage, h.entered_at, coalesce(s.step, 0) AS step
		FROM deal_stage_history h JOIN deals d USING (deal_id) LEFT JOIN stages s USING (stage)
		WHERE isfinite(d.created) AND isfinite(h.entered_at) AND (s.step IS NOT NULL OR h.stage IN ('Lost', 'Disqualified'))),
	ordered AS (SELECT *, (step = 0)::int AS is_lost, lag(stage) OVER path AS before FROM rows WINDOW path AS (PARTITION BY deal_id ORDER BY entered_at, step = 0, step)),
	moves AS (SELECT *, lead(stage) OVER path AS next, lead(step) OVER path AS next_step, lead(entered_at) OVER path - entered_at AS stay
		FROM ordered WHERE stage IS DISTINCT FROM before WINDOW path AS (PARTITION BY deal_id ORDER BY entered_at, step = 0, step)),
	deal AS (SELECT deal_id, max(step) AS furthest, (array_agg(step = 0 ORDER BY entered_at DESC, step = 0 DESC, step DESC))[1] AS lost, max(entered_at) FILTER (WHERE stage IS DISTINCT FROM before) AS moved
		FROM ordered GROUP BY deal_id HAVING max(step) > 0)`

async function numbers(url) {
	const page = await open(url, 1280)
	same((await table(page, 'win-rate')).map(r => [r[0], r[1], r[4], r[5]]), sql(`
		SELECT to_char(m, 'FMMonth YYYY'), count(*) FILTER (WHERE won)::float8 / nullif(count(won), 0), count(*) FILTER (WHERE won), count(won)
		FROM (SELECT ${months} AS m, won FROM deals WHERE isfinite(closed) AND won IS NOT NULL AND closed >= '2024-01-01' AND closed < '2026-01-01') d
		GROUP BY m ORDER BY m`), 'win rates: won and decided, month by month')
	same((await table(page, 'funnel')).map(r => [r[0], r[1], r[2], Number(r[3]), r[4], r[5]].map(String)), sql(`WITH ${history}
		SELECT stage, count(*), count(*) FILTER (WHERE furthest > step OR step = 6 AND NOT lost),
			count(*) FILTER (WHERE furthest = step AND NOT lost AND step < 6 AND date '2026-01-01' - (moved AT TIME ZONE 'UTC')::date <= 60),
			count(*) FILTER (WHERE furthest = step AND NOT lost AND step < 6 AND date '2026-01-01' - (moved AT TIME ZONE 'UTC')::date > 60),
			count(*) FILTER (WHERE furthest = step AND lost)
		FROM stages JOIN deal ON furthest >= step GROUP BY step, stage ORDER BY step`), 'funnel: reached, went on, open, stalled and lost')
	same((await table(page, 'stage-time')).slice(0, 5).map(r => r.slice(0, 4)), sql(`WITH ${history}
		SELECT stage, count(stay), percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM stay) / 86400), percentile_cont(0.9) WITHIN GROUP (ORDER BY extract(epoch FROM stay) / 86400)
		FROM moves WHERE step BETWEEN 1 AND 5 GROUP BY step, stage ORDER BY step`), 'time in stage: median and 90th percentile, within 1 %', 0.01)
	same((await table(page, 'flow')).map(r => r.slice(0, 3)).sort(), sql(`WITH ${history}
		SELECT stage, coalesce(next, 'still open'), count(*) FROM moves
		WHERE step BETWEEN 1 AND 5 AND (next IS NULL OR next_step = 0 OR next_step > step) OR step = 6 AND next_step = 0
		GROUP BY 1, 2`).sort(), 'flow: moves from stage to stage')
	same((await table(page, 'segments')).map(r => [r[0], r[1], r[4], r[5]]), sql(`
		SELECT source, count(*) FILTER (WHERE won)::float8 / count(won), count(*) FILTER (WHERE won), count(won)
		FROM deals WHERE closed >= '2025-10-01' AND closed < '2026-01-01' AND isfinite(closed) AND won IS NOT NULL GROUP BY source ORDER BY 2 DESC`), 'win rates by source')
	const [[change]] = sql(`
		SELECT (max(v) FILTER (WHERE m = '2025-12-01') - max(v) FILTER (WHERE m = '2025-11-01')) FROM (
			SELECT ${months} AS m, count(*) * (count(*) FILTER (WHERE won)::numeric / count(*)) * avg(amount) FILTER (WHERE won)
				/ (avg(extract(epoch FROM closed - created)) FILTER (WHERE won AND closed >= created AND isfinite(created)) / 86400) AS v
			FROM deals WHERE isfinite(closed) AND won IS NOT NULL GROUP BY 1) d`)
	const parts = (await table(page, 'drivers')).map(r => r[3])
	ok(parts.length === 4 && close(parts.reduce((sum, p) => sum + Number(p), 0), change, 1e-9), 'velocity: four levers, that add up to the change', parts, change)
	const revenue = await table(page, 'revenue')
	same(revenue.map(r => [r[0], r.at(-1)]), sql(`
		SELECT to_char(m, 'FMMonth YYYY'), sum(mrr) FROM generate_series(timestamp '2025-01-01', '2025-12-01', '1 month') m
		JOIN subscriptions ON starts <= (m + interval '1 month - 1 day')::date AND (ends IS NULL OR ends > (m + interval '1 month - 1 day')::date)
		WHERE customer IS NOT NULL AND (ends IS NULL OR ends > starts) GROUP BY m ORDER BY m`), 'recurring revenue at the end of each month')
	ok(revenue.every(r => close(Number(r[1]) + Number(r[2]) + Number(r[3]) + Number(r[4]) - Number(r[5]) - Number(r[6]), r[7])), 'opening and movements make closing', revenue)
	same((await table(page, 'enps')).slice(1).map(r => [r[0], r[1], r[4], r[6], r[7], r[8]]), sql(`
		SELECT segment, 100 * (count(*) FILTER (WHERE score >= 9) - count(*) FILTER (WHERE score <= 6))::float8 / count(score), count(*) FILTER (WHERE score >= 9),
			count(*) FILTER (WHERE score <= 6), count(score), count(*)
		FROM survey_responses WHERE survey = 'eNPS' AND asked >= '2025-10-01' AND asked < '2026-01-01' GROUP BY segment ORDER BY 2, 1`), 'eNPS by team')
	same((await table(page, 'retention')).map(r => r.slice(0, 4)), sql(`
		WITH o AS (SELECT DISTINCT customer, date_trunc('month', ordered AT TIME ZONE 'UTC') AS m FROM orders WHERE customer IS NOT NULL AND isfinite(ordered)),
		c AS (SELECT customer, min(m) AS cohort FROM o GROUP BY customer)
		SELECT to_char(cohort, 'FMMonth YYYY'), n, size, (SELECT count(*) FROM c JOIN o USING (customer) WHERE c.cohort = s.cohort AND m = s.cohort + n * interval '1 month')
		FROM (SELECT cohort, count(*) AS size FROM c GROUP BY cohort) s, generate_series(0, 23) n
		WHERE cohort + n * interval '1 month' <= '2026-01-01' ORDER BY cohort, n`).filter(r => r), 'retention: who came back, of each cohort')
	const tiles = await page.evaluate(() => Object.fromEntries([...document.querySelectorAll('.tile')].map(t => [t.dataset.kpi, t.querySelector('.value [title]').title.replace(/,/g, '')])))
	ok(Object.keys(tiles).length === 12, 'twelve tiles', tiles)
	is([tiles['total sales'], tiles.MRR], [sql(`SELECT sum(amount) FROM deals WHERE won AND closed >= '2025-12-01' AND closed < '2026-01-01'`)[0][0], revenue.at(-1).at(-1)],
		'tiles: sales and recurring revenue to the last digit')
	ok(close(tiles['win rate'], sql(`SELECT avg(won::int) FROM deals WHERE closed >= '2025-12-01' AND closed < '2026-01-01'`)[0][0]), 'tiles: win rate', tiles)
	const lines = await page.evaluate(() => [...document.querySelectorAll('header p, footer summary')].map(p => p.textContent))
	ok(lines[0].includes('as of 1 January 2026, 00:00 UTC') && lines[0].includes('Data through 31 December 2025'), 'the header says of when the figures are', lines)
	ok(/^[\d,]+ rows were left out/.test(lines[1]), 'the footer says how many rows were left out', lines)
	const reasons = await page.evaluate(() => [...document.querySelectorAll('footer tbody tr')].map(row => [...row.cells].map(c => c.textContent)))
	is(reasons.filter(r => r[1] === 'won, closed before created').map(r => [r[0], r[3]]), [['deals', sql(`SELECT count(*) FROM deals WHERE won AND closed < created`)[0][0]]],
		'and which')
	await page.close()
}

// The databases

/** Labels as nobody should enter them, every amount as large as the column takes, and a month that is half over. */
const hostile = ['<script>alert(1)</script>', `"'&amp;</svg><img src=x onerror=alert(2)>`, 'x'.repeat(200), '\u202eevil {a|b} \\n', `نگار ${'محمدی '.repeat(30)}`.trim(), '']
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

async function main() {
	const sample = process.env.PGDATABASE
	const bad = database('hostile', sample), none = database('empty'), bare = database('bare'), foreign = database('foreign')
	spoil(bad)
	psql(none, '-c', 'CREATE EXTENSION funnel_metrics', '-f', 'examples/crm/schema.sql', '-v', 'roles=off', '-v', 'zone=Asia/Tehran', '-v', 'as_of=2026-01-01 00:00+00', '-f', 'examples/nightly/install.sql')
	psql(bare, '-c', 'CREATE EXTENSION funnel_metrics')

	const built = build()
	ok(built.status === 0 && built.stderr === '', 'the sample CRM: a page, and nothing to say', built.stderr)
	const html = built.stdout, url = file('sample', html)
	ok(!/<script|<link(?! rel="icon" href="data:,")|\ssrc=|url\((?!#)|@import|https?:/i.test(html), 'the page has no script and names nothing elsewhere', html.match(/.{40}(<script|<link|\ssrc=|@import|https?:).{40}/i)?.[0] ?? '')
	const ids = html.match(/\sid="[^"]*"/g)
	is(ids.length, new Set(ids).size, 'no two elements have one id')
	ok(html.length < 1e6, 'the page is smaller than a megabyte', String(html.length))
	is(build([], { PGTZ: 'Asia/Tehran', TZ: 'Pacific/Auckland', PGDATESTYLE: 'German', LANG: 'fa_IR.UTF-8' }).stdout === html, true, "neither the session's zone nor its language changes the page")

	browser = await launch()
	for (const width of [1280, 800, 390, 320]) await chartsAreThere(url, width)
	for (const scheme of ['light', 'dark']) await contrast(url, scheme)
	await numbers(url)
	const first = await open(url, 1280)
	is(await nonsense(first), null, 'no NaN, null or undefined anywhere')
	await first.close()

	for (const [segment, text] of [['region', 'ایران'], ['owner', 'نگار محمدی'], ['industry', 'گردشگری']])
		await rightToLeft(file(segment, build(['--segment', segment]).stdout), 'segments', text)
	await rightToLeft(url, 'enps', 'ایران')

	const quarters = file('quarter', build(['--period', 'quarter', '--title', 'Bulanan ۱۴۰۴']).stdout)
	const byQuarter = await open(quarters, 390)
	is([await byQuarter.title(), (await table(byQuarter, 'win-rate')).at(-1)[0], await overflow(byQuarter), await nonsense(byQuarter)], ['Bulanan ۱۴۰۴', 'Q4 2025', 0, null], 'by quarter, under another title')
	await byQuarter.close()

	const spoiled = build(['--title', hostile[0]], { PGDATABASE: bad })
	ok(spoiled.status === 0, 'hostile labels: a page', spoiled.stderr)
	const spoiledUrl = file('hostile', spoiled.stdout)
	for (const width of [1280, 390]) {
		const page = await open(spoiledUrl, width)
		is(await page.evaluate(() => {
			const svg = [...document.querySelectorAll('#win-rate svg')].find(s => s.getBoundingClientRect().width > 0)
			return [svg.querySelectorAll('path[fill="var(--paper)"][stroke="var(--blue)"]').length, svg.querySelectorAll('path[stroke-dasharray]').length,
				document.querySelector('#win-rate tbody tr:last-child').textContent.endsWith('not over yet'), document.querySelector('.tile').textContent.includes('target 25.0%, ')]
		}), [1, 2, true, true], `half a month, ${width} pixels: its win rate is hollow, the way there and the target dashed; table and tile say so`)
		is(await page.evaluate(() => [document.scripts.length, document.querySelectorAll('img, iframe, object, script, [onerror]').length]), [0, 0], `hostile labels, ${width} pixels: no element comes of them`)
		const seen = await look(page)
		ok(charts.every(id => seen[id]?.shown === 1 && seen[id].outside.length === 0), `hostile labels, ${width} pixels: every chart is there, and no text leaves it`, Object.entries(seen).filter(([, s]) => s.shown !== 1 || s.outside.length).map(([id, s]) => `${id} ${JSON.stringify(s.outside)}`).join('\n'))
		is(await overflow(page), 0, `hostile labels, ${width} pixels: nothing to scroll sideways`)
		is((await page.evaluate(() => [...document.querySelectorAll('#segments td:first-child')].map(c => c.textContent))).sort(), hostile.map(text => text || '(blank)').sort(), `hostile labels, ${width} pixels: they are in the table, to the letter`)
		await page.close()
	}
	ok(spoiled.stdout.includes(sql(`SELECT replace(to_char(sum(amount), 'FM999G999G999G999G999G990D00'), ' ', '') FROM deals WHERE won AND closed >= '2025-11-01' AND closed < '2025-12-01'`, bad)[0][0]), 'amounts beyond what a double holds keep their digits')

	psql(bad, '-v', 'row_security=off', '-f', 'examples/nightly/roles.sql')
	ok(build(['--title', hostile[0]], { PGDATABASE: bad, PGOPTIONS: '-c role=kpi_reader' }).stdout === spoiled.stdout, 'who may only read the views gets the same page')
	const rep = build([], { PGDATABASE: bad, PGOPTIONS: '-c role=kpi_rep' })
	ok(rep.status === 0 && !/<figure>|class="tile"/.test(rep.stdout), 'who may see no figure sees none', rep.stderr)

	psql(bad, '-c', 'TRUNCATE subscriptions, survey_responses, orders', '-c', 'CALL kpi.refresh()')
	const partly = await open(file('partly', build([], { PGDATABASE: bad }).stdout), 1280)
	is(await partly.evaluate(() => [...document.querySelectorAll('section')].filter(s => s.querySelector('.empty') && !s.querySelector('svg')).map(s => s.id)), ['revenue', 'enps', 'retention'], 'what has no rows says so, and the rest is drawn')
	is(await nonsense(partly), null, 'without them: no NaN, null or undefined')
	await partly.close()

	const empty = build([], { PGDATABASE: none })
	ok(empty.status === 0, 'an empty CRM: a page', empty.stderr)
	const blank = await open(file('empty', empty.stdout), 390)
	ok(await blank.evaluate(() => document.querySelector('main').textContent.startsWith('There are no deals') && document.querySelectorAll('svg, section, table').length === 0), 'an empty CRM: a sentence, and no broken chart', empty.stdout.slice(-800))
	ok(empty.stdout.includes('Figures as of 1 January 2026, 03:30 UTC+03:30.'), "moments are of the zone that the figures' days are of", empty.stdout.match(/Figures as of.*/)?.[0])
	is([await nonsense(blank), await overflow(blank)], [null, 0], 'an empty CRM: no NaN, null or undefined')
	await blank.close()

	is(noise, [], 'no console message, no error, no request in any of these')

	const target = join(scratch, 'never.html')
	for (const [name, args, environment, message] of [
		['no schema kpi', [], { PGDATABASE: bare }, /no view kpi\.figures[^]*install\.sql/],
		['no extension', [], { PGDATABASE: foreign }, /extension funnel_metrics is not in database/],
		['no right to read', [], { PGDATABASE: bad, PGOPTIONS: '-c role=pg_signal_backend' }, /permission denied[^]*GRANT kpi_reader/],
		['no such database', [], { PGDATABASE: 'no_such_database' }, /no_such_database/],
		['no server', [], { PGHOST: '127.0.0.1', PGPORT: '1' }, /no server answers at 127\.0\.0\.1, port 1/],
		['an unknown segment', ['--segment', 'colour'], {}, /no figures by "colour"[^]*owner/],
		['an unknown period', ['--period', 'decade'], {}, /no period "decade"[^]*Usage/],
		['an unknown option', ['--colour'], {}, /Usage/]
	]) {
		const result = build([...args, '-o', target], environment)
		ok(result.status > 0 && result.stdout === '' && message.test(result.stderr) && !/^\s+at /m.test(result.stderr) && !existsSync(target), `${name}: says so, and writes no page`, result)
	}
	ok(build(['-o', target]).status === 0 && readFileSync(target, 'utf8') === html, '-o writes the same page to a file')
}

try {
	await main()
} catch (error) {
	ok(false, 'the test ran to its end', error.stack)
} finally {
	await browser?.close()
	for (const name of made) run('dropdb', ['--force', '--if-exists', name])
	rmSync(scratch, { recursive: true, force: true })
}
console.log(`1..${count}`)
process.exitCode = failed ? 1 : 0
