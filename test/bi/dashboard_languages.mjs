// dashboard_languages.mjs: the page in each of its languages: the words are all there and none is English, the numbers
// are the same, and digits, dates and direction are the language's.

import { readFileSync, readdirSync } from 'node:fs'
import { languages, speak } from '../../examples/dashboard/language.mjs'
import { lastDay, periodName, periodTitle } from '../../examples/dashboard/format.mjs'
import { build, database, file, is, look, nonsense, ok, open, overflow, psql, sql, table, tiles } from './dashboard_tools.mjs'

const folder = 'examples/dashboard'
const wordsOf = code => JSON.parse(readFileSync(`${folder}/words/${code}.json`, 'utf8'))
const codes = Object.keys(languages), others = codes.filter(code => code !== 'en')
const forms = phrase => typeof phrase === 'string' ? { other: phrase } : phrase
const placeholders = text => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort()
const wordsIn = text => text.replace(/\{\w+\}/g, ' ').match(/[\p{L}\p{M}\u200c'-]*\p{L}[\p{L}\p{M}\u200c'-]*/gu) ?? []

const proper = new Set(['ROI', 'eNPS', 'NPS', 'MRR', 'CRM', 'PostgreSQL', 'funnel_metrics', 'funnel', 'metrics', 'kpi', 'UTC', 'Holm'])

// What is the same word in English and there.
const sameWords = { ms: ['median', 'n'], id: ['pipeline', 'target', 'median', 'n', 'churn', 'view'], fa: [] }

function theWords() {
	is(readdirSync(`${folder}/words`).sort(), codes.map(code => `${code}.json`).sort(), 'one file of words a language')
	const english = wordsOf('en'), keys = Object.keys(english)
	for (const code of codes) {
		const words = wordsOf(code), categories = new Intl.PluralRules(languages[code].locale).resolvedOptions().pluralCategories
		is(Object.keys(words), keys, `${code}: every key, in the same order, and no other`)
		const bad = keys.filter(key => {
			const wanted = placeholders(forms(english[key]).other), have = forms(words[key])
			return JSON.stringify(placeholders(have.other)) !== JSON.stringify(wanted) || Object.entries(have).some(([form, text]) =>
				!text.trim() || !categories.includes(form) || placeholders(text).some(name => !wanted.includes(name)))
		})
		is(bad, [], `${code}: each has the placeholders of the English one`)
	}
	for (const code of others) {
		const words = wordsOf(code)
		const english_left = keys.filter(key => wordsIn(forms(words[key]).other).join(' ').toLowerCase() === wordsIn(forms(english[key]).other).join(' ').toLowerCase())
			.filter(key => wordsIn(forms(words[key]).other).some(word => !proper.has(word) && !sameWords[code].includes(word.toLowerCase())))
		is(english_left, [], `${code}: no phrase is the English one`)
	}
	is(Object.entries(wordsOf('fa')).filter(([, phrase]) => /[0-9a-z]/i.test(forms(phrase).other.replace(/\{\w+\}/g, '').split(/\s|[().,،]/).filter(w => !proper.has(w)).join(' '))).map(([key]) => key), [],
		'fa: its own digits and letters')

	// Each key is one that the program asks for
	const code = readdirSync(folder, { recursive: true }).filter(name => /^(sections\/)?\w+\.mjs$/.test(name)).map(name => readFileSync(`${folder}/${name}`, 'utf8')).join('\n')
	const asked = (code.match(/(['`])[\w-]+(\.[^'`\n]*)?\1/g) ?? []).map(text => text.slice(1, -1)).filter(text => /^[\w.${}()' -]+$/.test(text))
		.map(text => new RegExp(`^${text.split(/\$\{[^}]*\}/).map(part => part.replace(/[.()]/g, '\\$&')).join('.+')}$`))
	const kinds = /^(source|reason|leftOutOf|label|kpi|column|period\.quarter|[\w-]+\.(title|note|finding|name))/
	is(keys.filter(key => !asked.some(pattern => pattern.test(key)) && !kinds.test(key)), [], 'no words that nothing asks for')
	const unknown = sql(`SELECT kind || '.' || name FROM kpi.data_quality, LATERAL (VALUES ('source', source), ('reason', reason), ('leftOutOf', left_out_of)) v (kind, name) GROUP BY 1`).flat()
	is(unknown.filter(key => !(key in english)), [], 'each reason for leaving rows out has words')
}

/** The page's text without labels of the data: those are isolated, in HTML and in charts. */
const ownText = page => page.evaluate(() => {
	const copy = document.documentElement.cloneNode(true)
	copy.querySelectorAll('bdi, style').forEach(e => e.remove())
	const attributes = [...copy.querySelectorAll('*')].flatMap(e => ['title', 'aria-label'].map(name => e.getAttribute(name) ?? ''))
	copy.querySelectorAll('td, th, p, h2, h3, li, text, a, summary, title, desc, br, .badge').forEach(e => e.append('\n'))
	return [copy.textContent, ...attributes].join('\n').replace(/\u2068[^\u2069]*\u2069/g, ' ')
})

/** Words that Intl puts in: months, units, currencies. */
function ofIntl({ locale }) {
	const months = Array.from({ length: 12 }, (_, i) => new Date(Date.UTC(2025, i, 25)))
	const dates = [locale, `${locale}-u-ca-gregory`].flatMap(name => ['long', 'short'].flatMap(month => months.flatMap(at => ['numeric', '2-digit'].map(year =>
		new Intl.DateTimeFormat(name, { timeZone: 'UTC', day: 'numeric', month, year }).format(at)))))
	const numbers = ['short', 'long'].flatMap(compactDisplay => [1e3, 1e6, 1e9, 1e12, 1e15].map(value => new Intl.NumberFormat(locale, { notation: 'compact', compactDisplay }).format(value)))
	const money = ['name', 'narrowSymbol'].map(currencyDisplay => new Intl.NumberFormat(locale, { style: 'currency', currency: 'MYR', currencyDisplay }).format(1))
	const days = new Intl.NumberFormat(locale, { style: 'unit', unit: 'day', unitDisplay: 'long' }).format(5)
	return wordsIn([...dates, ...numbers, ...money, days, new Intl.DisplayNames(locale, { type: 'currency' }).of('MYR')].join(' '))
}

/** Nothing but words of the language's file, of Intl, and proper names. */
async function noEnglish(page, code, name) {
	const known = new Set([...Object.values(wordsOf(code)).flatMap(phrase => Object.values(forms(phrase))).flatMap(wordsIn), ...ofIntl(languages[code]), ...proper].map(word => word.toLowerCase()))
	const text = await ownText(page), foreign = [...new Set(wordsIn(text))].filter(word => !known.has(word.toLowerCase()))
	is(foreign, [], `${name}: no other language's words`)
	if (code === 'fa') is(text.match(/.{0,12}[0-9].{0,12}/g), null, `${name}: no other digits`)
}

const numbersOf = page => page.evaluate(() => [...document.querySelectorAll('data, time')].map(e => e.value ?? e.dateTime))

const signs = { // what is there in each: the date of the figures, the win rate, a month, an amount
	en: ['1 January 2026', '17.3%', 'December 2025', 'RM 423k'], ms: ['1 Januari 2026', '17.3%', 'Disember 2025', 'RM 423 ribu'],
	id: ['1 Januari 2026', '17,3%', 'Desember 2025', 'RM 423 ribu'], fa: ['۱۱ دی ۱۴۰۴', '۱۷٫۳٪', 'دسامبر ۲۰۲۵ (۱۰ آذر تا ۱۰ دی ۱۴۰۴)', '۴۲۳ هزار رینگیت مالزی']
}

async function onePage(code, numbers) {
	const url = file(`in-${code}`, build(['--language', code, '--currency', 'MYR']).stdout)
	for (const width of [1280, 390, 320]) {
		const page = await open(url, width), seen = await look(page)
		is([Object.entries(seen).flatMap(([id, s]) => s.shown === 1 ? [...s.outside, ...s.crossing].map(text => `${id}: ${text}`) : [id]), await overflow(page)], [[], 0],
			`${code}, ${width} pixels: every chart is there, no text leaves it or lies on another, nothing to scroll sideways`)
		if (width === 1280) {
			const text = (await page.evaluate(() => document.body.textContent)).replace(/[\u00a0\u202f]/g, ' ').replace(/[\u2066\u2069]/g, '')
			is(signs[code].filter(sign => !text.includes(sign)), [], `${code}: dates, digits and money are the language's`)
			is(await numbersOf(page), numbers, `${code}: the numbers are those of the English page`)
			if (code !== 'en') await noEnglish(page, code, code)
			is(await nonsense(page), null, `${code}: no NaN, null or undefined`)
			is(await page.evaluate(() => [...document.querySelectorAll('.tile .value')].filter(v => v.getBoundingClientRect().height > 50).map(v => v.textContent)), [], `${code}: a tile's figure is on one line`)
			is(await page.evaluate(() => [document.documentElement.lang, document.documentElement.dir]), [code, languages[code].direction], `${code}: the page says its language and direction`)
		}
		const points = await page.evaluate(() => [[...document.querySelectorAll('#win-rate svg')].find(s => s.getBoundingClientRect().width > 0).innerHTML.match(/d="M1 0A1 1 0/g)?.length ?? 0,
			document.querySelectorAll('#win-rate tbody tr').length])
		ok(points[0] === points[1] && seen.drivers.texts >= 14, `${code}, ${width} pixels: a line has its points, a bar chart its axis`, points, seen.drivers.texts)
		if (width === 390) is(await inLittleRoom(page), [], `${code}, ${width} pixels: the page's own words are not cut, no two numbers look like one`)
		await page.close()
	}
}

/** Of all numbers that show: those whose percent sign is not behind them, as one reads, or whose sign is not at their left. */
const outOfPlace = page => page.evaluate(() => {
	const place = (node, svg) => at => {
		if (svg) return svg.getExtentOfChar(at).x
		const range = document.createRange()
		range.setStart(node, at)
		range.setEnd(node, at + 1)
		return range.getBoundingClientRect().x
	}
	document.querySelectorAll('details').forEach(d => { d.open = true })
	const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), bad = []
	let numbers = 0
	for (let node; (node = walker.nextNode());) {
		const svg = node.parentElement.closest('text'), box = node.parentElement.getBoundingClientRect(), x = place(node, svg)
		if (!box.width || node.parentElement.closest('desc, title, bdi') || !/[\u06f0-\u06f9]/.test(node.data) || node.data.includes('UTC')) continue
		for (const { 0: found, index } of node.data.matchAll(/[\u06f0-\u06f9]\u2069?٪/g)) if (++numbers && x(index + found.length - 1) > x(index)) bad.push(node.data)
		for (const { index } of node.data.matchAll(/[+−][\u06f0-\u06f9]/g)) if (++numbers && x(index) > x(index + 1)) bad.push(node.data)
	}
	return [numbers > 100, bad]
})

/** At 390 pixels: the page's own words are whole in charts, and two numbers side by side can't be read as one. */
const inLittleRoom = page => page.evaluate(() => [...document.querySelectorAll('#drivers text, #forecast text, #revenue text, #pipeline-movements text, #stage-time text')]
	.filter(t => t.getBoundingClientRect().width > 0).map(t => t.textContent).filter(text => /…|\p{Nd}[,،.] \p{Nd}/u.test(text)))

async function fromTheRight() {
	const page = await open(file('right', build(['--language', 'fa']).stdout), 1280)
	const found = await page.evaluate(() => {
		const middle = innerWidth / 2, left = (selector, n = 0) => document.querySelectorAll(selector)[n].getBoundingClientRect().left
		const svg = [...document.querySelectorAll('#quota svg')].find(s => s.getBoundingClientRect().width > 0), box = svg.getBoundingClientRect()
		const at = text => [...svg.querySelectorAll('text')].find(t => t.textContent.replace(/[\u2066\u2069]/g, '').includes(text)).getBoundingClientRect()
		return [left('.tile', 0) > left('.tile', 1), left('#reps th', 0) > left('#reps th', 1), at('Emma').right > box.right - 150 && at('۷۴٪').left < box.left + 40,
			document.querySelector('h1').getBoundingClientRect().right > middle]
	})
	is(found, [true, true, true, true], 'fa: tiles, tables and charts begin at the right')
	is(await outOfPlace(page), [true, []], 'fa: a percent sign stands behind its number, and a minus before it, wherever they stand')
	await page.close()
}

function calendars() {
	speak('fa')
	is([periodName('month', '2025-12-22'), periodName('month', '2025-12-01'), periodTitle('month', '2025-12-22')], ['دی ۱۴۰۴', 'دسامبر ۲۰۲۵', 'دی ۱۴۰۴'],
		'a month that begins with the Jalali one is called by it, others as they are')
	is([lastDay('month', '2024-02-01'), lastDay('quarter', '2025-10-01'), lastDay('week', '2025-12-29'), lastDay('fiscal year', '2025-04-01')], ['2024-02-29', '2025-12-31', '2026-01-04', '2026-03-31'],
		'the last days of periods')
}

/** A company whose months are Jalali ones, which begin a day earlier or later than a year before: in Persian, and in English. */
async function jalaliPeriods(sample) {
	const jalali = database('jalali', sample)
	psql(jalali, '-c', 'DROP SCHEMA kpi CASCADE', '-v', 'roles=off', '-v', 'as_of=2025-12-30 08:00+03:30', '-v', 'zone=Asia/Tehran', '-v', 'periods=jalali', '-f', 'examples/nightly/install.sql')
	const months = sql(`
		WITH months AS (SELECT left(jalali_date((closed AT TIME ZONE 'Asia/Tehran')::date), 7) AS month, sum(amount) AS sales
			FROM deals WHERE won AND isfinite(closed) AND closed < '2025-12-31 00:00+03:30' GROUP BY 1)
		SELECT m.sales, coalesce((SELECT sales FROM months y WHERE y.month = (left(m.month, 4)::integer - 1) || substr(m.month, 5)), 0) FROM months m ORDER BY month DESC LIMIT 12`, jalali).reverse()
	const [[over]] = months.slice(-2) // Azar 1404, from 22 November to 21 December 2025; a year before from 21 November to 20 December 2024
	for (const [code, period] of [['en', '22 November – 21 December 2025'], ['fa', 'آذر ۱۴۰۴']]) {
		const built = build(['--language', code], { PGDATABASE: jalali }), url = file(`jalali-${code}`, built.stdout)
		const page = await open(url, 1280), seen = await tiles(page)
		is((await table(page, '#sales')).slice(-12).map(r => [r[1], r[2]].map(Number)), months.map(m => m.map(Number)), `Jalali months, ${code}: each against the same month of the year before`)
		ok(seen['total sales'].value === over && seen['total sales'].text.replace(/[\u2009\u202f]/g, ' ').includes(period), `Jalali months, ${code}: the tile is of ${period}`, seen['total sales'])
		is((await page.evaluate(() => document.querySelector('details:has(#list-won) summary data')?.value)), over, `Jalali months, ${code}: the deals behind it are all of those of its days`)
		is([await nonsense(page), await overflow(page)], [null, 0], `Jalali months, ${code}: a page`)
		await page.close()
		for (const width of [1280, 390]) {
			const small = await open(url, width)
			is(Object.entries(await look(small)).flatMap(([id, s]) => s.shown === 1 ? [...s.outside, ...s.crossing].map(text => `${id}: ${text}`) : [id]), [], `Jalali months, ${code}, ${width} pixels: every chart is there, no text leaves it or lies on another`)
			await small.close()
		}
	}
	is([periodName('quarter', '2025-09-23'), lastDay('month', '2026-01-21'), lastDay('month', '2026-02-20'), lastDay('quarter', '2025-09-23'), lastDay('fiscal year', '2025-03-21')],
		['سه‌ماهه سوم ۱۴۰۴', '2026-02-19', '2026-03-20', '2025-12-21', '2026-03-20'], 'Jalali quarters and years, and their last days')
}

/** All of it; hostile is a database of labels that nobody should enter. */
export async function inEachLanguage(hostile) {
	theWords()
	calendars()
	await jalaliPeriods(process.env.PGDATABASE)
	const english = await open(file('english', build(['--currency', 'MYR']).stdout), 1280), numbers = await numbersOf(english)
	await english.close()
	for (const code of codes) await onePage(code, numbers)
	await fromTheRight()
	for (const period of ['week', 'quarter', 'fiscal year']) for (const code of others) {
		const page = await open(file('period', build(['--language', code, '--period', period, '--segment', 'industry', '--currency', 'MYR']).stdout), 390)
		await noEnglish(page, code, `${code} by ${period}`)
		is([await overflow(page), await nonsense(page)], [0, null], `${code} by ${period}: a page`)
		await page.close()
	}
	for (const width of [1280, 390]) {
		const page = await open(file('hostile-fa', build(['--language', 'fa'], { PGDATABASE: hostile }).stdout), width), seen = await look(page)
		is([Object.values(seen).flatMap(s => s.outside), await overflow(page), await page.evaluate(() => document.querySelectorAll('img, script').length)], [[], 0, 0], `fa, hostile labels, ${width} pixels: no text leaves its chart, no element comes of them`)
		await noEnglish(page, 'fa', `fa, hostile labels, ${width} pixels`)
		await page.close()
	}
}
