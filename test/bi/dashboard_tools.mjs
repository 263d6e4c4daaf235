// dashboard_tools.mjs: what test/bi/dashboard.mjs is made of: TAP, databases, pages as files, and how they are looked at
// in headless Chromium.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { launch } from '../../examples/dashboard/chromium.mjs'

const program = 'examples/dashboard/dashboard.mjs'
export const scratch = mkdtempSync(join(tmpdir(), 'funnel_metrics-dashboard.'))
const made = [] // databases
let count = 0, failed = 0

export function ok(good, name, ...diagnostics) {
	count++
	if (!good) failed++
	console.log(`${good ? 'ok' : 'not ok'} ${count} - ${name}`)
	if (!good) for (const line of diagnostics.map(d => typeof d === 'string' ? d : JSON.stringify(d)).join('\n').split('\n').slice(0, 20)) console.log(`# ${line}`)
}
export const is = (have, want, name) => ok(JSON.stringify(have) === JSON.stringify(want), name, `have: ${JSON.stringify(have)}`, `want: ${JSON.stringify(want)}`)

/** Runs the tests, says how many there were, and leaves nothing behind. */
export async function test(main) {
	try {
		browser = await launch()
		await main()
	} catch (error) {
		ok(false, 'the test ran to its end', error.stack)
	} finally {
		await browser?.close()
		for (const drop of leave) drop()
		for (const name of made) run('dropdb', ['--force', '--if-exists', name])
		rmSync(scratch, { recursive: true, force: true })
	}
	console.log(`1..${count}`)
	process.exitCode = failed ? 1 : 0
}
const leave = []

/** Something to undo at the end. */
export const afterwards = undo => leave.push(undo)

function run(command, args, environment = {}) {
	const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', env: { ...process.env, ...environment }, maxBuffer: 1 << 27 })
	return { status, stdout, stderr }
}
function must(command, args, environment) {
	const result = run(command, args, environment)
	if (result.status !== 0) throw new Error(`${command} ${args.join(' ')}: ${result.stderr}`)
	return result.stdout
}

// Databases

/** psql's answer as text, of any files and commands. */
export const psql = (database, ...args) => must('psql', ['-XqAt', '-F', '\u001f', '-v', 'ON_ERROR_STOP=1', '-d', database, ...args], { PGTZ: 'UTC', PGOPTIONS: '--client-min-messages=warning' })
export const sql = (text, database = process.env.PGDATABASE) => psql(database, '-c', text).trimEnd().split('\n').map(line => line.split('\u001f'))

export function database(name, template) {
	const full = `${process.env.PGDATABASE}_${name}`.slice(0, 63)
	must('createdb', [full, ...(template ? ['--template', template] : [])])
	made.push(full)
	return full
}

let blank // a company without rows, which the others are copies of

/** A database of the sample CRM's tables with other rows, and the schema kpi as of the beginning of 2026. */
export function company(name, rows) {
	if (!blank) {
		blank = database('blank')
		psql(blank, '-c', 'CREATE EXTENSION funnel_metrics', '-f', 'examples/crm/schema.sql', '-v', 'roles=off', '-v', 'as_of=2026-01-01 00:00+00', '-f', 'examples/nightly/install.sql')
	}
	const full = database(name, blank)
	psql(full, '-c', rows, '-c', 'CALL kpi.refresh()')
	return full
}

// Pages

export const build = (args = [], environment = {}) => run('node', [program, ...args], environment)

/** The page as a file, for the browser. */
export function file(name, html) {
	const path = join(scratch, `${name}.html`)
	writeFileSync(path, html)
	return pathToFileURL(path).href
}

// In the browser

let browser
export const noise = [] // console messages, errors, dialogs, and requests other than for the page

export async function open(url, width, colorScheme = 'light') {
	const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme })
	page.on('console', message => noise.push(`console: ${message.text()}`))
	page.on('pageerror', error => noise.push(`error: ${error.message}`))
	page.on('dialog', dialog => { noise.push(`dialog: ${dialog.message()}`); dialog.dismiss() })
	page.on('request', request => { if (request.url() !== url) noise.push(`request: ${request.url().slice(0, 100)}`) })
	await page.goto(url)
	return page
}

/** What a page says, asked at once: opened, looked at, closed. */
export async function ask(url, width, ...questions) {
	const page = await open(url, width), answers = []
	for (const question of questions) answers.push(await (typeof question === 'function' && question.length === 1 ? question(page) : page.evaluate(question)))
	await page.close()
	return answers
}

/** What is drawn in each section: the one chart that shows, its marks, texts that leave it, and texts that lie on one another. */
export const look = page => page.evaluate(() => Object.fromEntries([...document.querySelectorAll('section:has(figure)')].map(section => {
	const shown = [...section.querySelectorAll('figure svg')].filter(svg => svg.getBoundingClientRect().width > 0)
	if (shown.length !== 1) return [section.id, { shown: shown.length }]
	const box = shown[0].getBoundingClientRect()
	const texts = [...shown[0].querySelectorAll('text')].map(text => ({ text: text.textContent, r: text.getBoundingClientRect() })).filter(({ r }) => r.width > 0)
	const outside = texts.filter(({ r }) => r.left < box.left - 1 || r.right > box.right + 1 || r.top < box.top - 1 || r.bottom > box.bottom + 1)
	const touch = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4
	const crossing = texts.flatMap((a, i) => texts.slice(i + 1).filter(b => touch(a.r, b.r)).map(b => `${a.text} on ${b.text}`))
	return [section.id, {
		shown: 1, width: Math.round(box.width), height: Math.round(box.height), marks: shown[0].querySelectorAll('path, rect, circle, polyline').length - 1,
		texts: texts.length, outside: outside.map(t => t.text), crossing,
		role: shown[0].getAttribute('role'), label: shown[0].getAttribute('aria-label'), title: shown[0].querySelector('title')?.textContent
	}]
})))
export const overflow = page => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
export const nonsense = page => page.evaluate(() => document.documentElement.textContent.match(/.{0,20}(NaN|undefined|Infinity|\[object|\bnull\b).{0,20}/g))

/** The rows of a table as the page has it: text of its cells, or all digits of a figure. */
export const table = (page, selector) => page.evaluate(selector => [...document.querySelectorAll(`${selector} tbody tr`)].map(row =>
	[...row.cells].map(cell => cell.querySelector('data')?.value ?? cell.textContent)), selector)

/** All tiles: what stands in them, the figure to the last digit, and what is said of it. */
export const tiles = page => page.evaluate(() => Object.fromEntries([...document.querySelectorAll('.tile')].map(tile => [tile.dataset.kpi, {
	value: tile.querySelector('.value data').value, text: tile.textContent, badge: tile.querySelector('.badge')?.textContent.replace(/^\S+\s/, '') ?? '',
	tone: tile.className.replace('tile', '').trim()
}])))
