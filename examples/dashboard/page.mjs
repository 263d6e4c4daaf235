// page.mjs: the page: header, tiles, sections, footer. Nothing in it asks for anything elsewhere, or runs a script.

import { readFileSync } from 'node:fs'
import { spark } from './charts.mjs'
import { bounds, change, date, escape, exact, label, number, periodName } from './format.mjs'
import { headline } from './queries.mjs'
import { sections } from './sections.mjs'

const style = readFileSync(new URL('style.css', import.meta.url), 'utf8')

/** One tile: the latest period that is over, against the one before. */
function tile({ kpi, basis, name, unit, of, better }, figures) {
	const rows = figures.filter(f => f.kpi === kpi && f.date_basis === basis && f.value !== null)
	if (!rows.length) return ''
	const over = rows.map(f => f.is_complete).lastIndexOf(true), at = over < 0 ? rows.length - 1 : over
	const now = rows[at], before = rows[at - 1]
	const is_sure = before && now.low !== null && before.low !== null && (now.low > before.high || now.high < before.low)
	const direction = (now.value - now.previous) * better > 0 ? 'better' : 'worse'
	const verdict = now.previous === null || !now.is_complete ? '' : is_sure ? `; <strong>${direction} beyond chance</strong>` : '; may be chance'
	const facts = [
		now.previous !== null && `${change(now.value, now.previous, unit)} on ${number(now.previous, unit)} ${now.is_complete ? 'the' : 'as much of the'} ${now.period} before`,
		now.low !== null && bounds(now, unit) + verdict,
		of && now.denominator !== null && `${exact(now.denominator)} ${of}`,
		now.target !== null && `target ${number(now.target, unit)}, ${(now.value - now.target) * better >= 0 ? 'met' : 'not met'}`
	]
	const amount = unit === 'money' && now.denominator === null && now.numerator // to the last digit, where the figure is a sum
	const value = number(amount || now.value, unit).replace(/\u202f(\w+)/, ' <small>$1</small>')
	return `<article class="tile" data-kpi="${escape(kpi)}"><h2>${escape(name)}</h2>
<p>${periodName(now.period, now.period_start)}${now.is_complete ? '' : ', not over yet'}</p>
<div class="value">${value}</div>${spark(rows.slice(Math.max(at - 12, 0), at + 1).map(f => f.value))}
<p>${facts.filter(Boolean).join('<br>')}</p></article>`
}

/** One section: its chart at each width, and its numbers as a table. */
function section({ id, title, widths = [], finding, note, legend, chart, head, rows, empty }) {
	const open = `<section id="${id}" class="${widths.length > 2 ? 'full' : 'half'}"><h2>${title}</h2>`
	if (empty) return `${open}<p class="empty">${empty}</p></section>`
	const about = { title: plain(title), description: `${plain(finding)} ${plain(note)}` }
	return `${open}
<p class="finding">${finding}</p>
<p class="note">${note}</p>
${legend ? `<ul class="legend">${legend.map(([colour, name]) => `<li><i style="background: ${colour}"></i>${name}</li>`).join('')}</ul>` : ''}
<figure>${widths.map(width => `<div class="draw">${chart(width, about)}</div>`).join('\n')}</figure>
<details><summary>The numbers</summary><div class="scroll" tabindex="0" role="region" aria-label="${escape(about.title)}: the numbers">${table(head, rows)}</div></details></section>`
}

/** A table of cells that are HTML. */
const table = (head, rows) => `<table>
<thead><tr>${head.map(name => `<th scope="col">${name}</th>`).join('')}</tr></thead>
<tbody>${rows.map(cells => `<tr>${cells.map(cell => `<td>${cell}</td>`).join('')}</tr>`).join('\n')}</tbody>
</table>`

/** HTML of ours as plain text: tags go, and references become characters. */
const plain = html => html.replace(/<[^>]*>/g, '').replace(/&#(\d+);/g, (_, code) => String.fromCharCode(code))

/** What was left out of the figures. */
function leftOut(quality) {
	if (!quality.length) return '<p>No row was left out.</p>'
	const sum = quality.reduce((total, q) => total + BigInt(q.rows), 0n)
	return `<details><summary>${exact(sum)} rows were left out of some figure: which, and why</summary><div class="scroll">
${table(['rows of', 'because', 'left out of', 'rows'], quality.map(q => [label(q.source), label(q.reason), label(q.left_out_of), exact(q.rows)]))}</div></details>`
}

/** A moment as PostgreSQL prints it, to the minute. */
function moment(text) {
	const [, day, time, offset] = /^(\S{10}) (\d\d:\d\d)[^+-]*(.*)$/.exec(text) ?? []
	return day ? `${date(day)}, ${time} UTC${offset === '+00' ? '' : offset}` : escape(text)
}

const nothing = 'There are no deals, leads, surveys or subscriptions to report on yet. ' +
	'Once the CRM has rows, refresh the schema kpi and build this page again.'

/** The whole page. */
export function page(data, options) {
	const fresh = data.freshness[0] ?? {}
	const is_empty = !fresh.data_through
	const through = is_empty ? '' : ` Data through ${moment(fresh.data_through)}.`
	const body = is_empty
		? `<p class="empty">${nothing}</p>`
		: `<div class="tiles">${headline.map(h => tile(h, data.figures)).join('\n')}</div>
<div class="sections">${sections(data, options).map(section).join('\n')}</div>`
	return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<link rel="icon" href="data:,">
<title>${escape(options.title)}</title>
<style>
${style}</style>
</head>
<body>
<header><h1>${label(options.title)}</h1>
<p>Figures as of ${moment(fresh.as_of)}.${through} Refreshed ${moment(fresh.refreshed_at)}. Amounts in ${escape(options.currency)}.</p></header>
<main>${body}</main>
<footer>${leftOut(data.quality)}<p>Computed by funnel_metrics in PostgreSQL, from the views of schema kpi.</p></footer>
</body>
</html>
`
}
