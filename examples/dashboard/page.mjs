// page.mjs: the page: header, tiles, groups of sections, footer. Nothing in it asks for anything elsewhere, or runs a script.

import { readFileSync } from 'node:fs'
import { currencyName, exact, label, moment, whole } from './format.mjs'
import { escape, say, spoken, term, text } from './language.mjs'
import { sections } from './sections.mjs'
import { headline, tile } from './tiles.mjs'

const style = readFileSync(new URL('style.css', import.meta.url), 'utf8')

/** HTML of ours as plain text: tags go, labels keep their isolation, and references become characters. */
const plain = html => html.replace(/<bdi[^>]*>/g, '\u2068').replace(/<\/bdi>/g, '\u2069').replace(/<[^>]*>/g, '').replace(/&#(\d+);/g, (_, code) => String.fromCharCode(code))

/** A table's head: words of ours or, after a colon, a label of the data. */
const heading = key => key === '' ? '' : key.startsWith(':') ? label(key.slice(1)) : say(`column.${key}`)

/** A table of cells that are HTML: a column for each of { key: row => cell }. */
const table = (columns, rows) => `<table>
<thead><tr>${Object.keys(columns).map(key => `<th scope="col">${heading(key)}</th>`).join('')}</tr></thead>
<tbody>${rows.map(row => `<tr>${Object.values(columns).map(cell => `<td>${cell(row)}</td>`).join('')}</tr>`).join('\n')}</tbody>
</table>`

const scrolled = (title, html, id) => `<div class="scroll"${id ? ` id="${id}"` : ''} tabindex="0" role="region" aria-label="${escape(title)}">${html}</div>`

/** A chart's colours. */
const legendOf = (id, legend) => `<ul class="legend">${legend.map(([colour, name, isLabel]) =>
	`<li><i style="background: ${colour}"></i>${isLabel ? label(name) : say(name)}</li>`).join('')}</ul>`

/** A list of deals: closed, until one asks for it. */
const list = ({ id, values, finding, columns, rows }) => `<details><summary>${say(`${id}.title`, values)}: ${say(`list.${finding}`, values)}</summary>
${scrolled(plain(say(`${id}.title`, values)), table(columns, rows), id)}</details>`

/** One section: its chart at each width, and its numbers as a table. */
function section(one) {
	if (one.is_list) return list(one)
	const { id, widths = [], values, finding = 'finding', notes = [], legend, chart, columns, rows, is_open } = one
	const found = say(`${id}.${finding}`, values), note = ['note', ...notes].map(key => say(`${id}.${key}`, values)).join(' '), title = plain(say(`${id}.title`, values))
	const numbers = table(columns, rows)
	return `<section id="${id}" class="${widths.length === 2 ? 'half' : 'full'}"><h3>${say(`${id}.title`, values)}</h3>
<p class="finding">${found}</p>
<p class="note">${note}</p>
${legend ? legendOf(id, legend) : ''}
${chart ? `<figure>${widths.map(width => `<div class="draw">${chart(width, { title, description: `${plain(found)} ${plain(note)}` })}</div>`).join('\n')}</figure>` : ''}
${is_open ? scrolled(title, numbers) : `<details><summary>${say('numbers')}</summary>${scrolled(text('numbersOf', { title }), numbers)}</details>`}</section>`
}

/** A group of sections, if there is anything in it. */
function group({ id, sections }) {
	const shown = sections.filter(s => !s.empty)
	return shown.length === 0 ? '' : `<div class="group"><h2 id="${id}">${say(`group.${id}`)}</h2>
<div class="sections${id === 'deals' ? ' lists' : ''}">${shown.map(section).join('\n')}</div></div>`
}

const links = groups => `<nav>${groups.filter(g => g.sections.some(s => !s.empty)).map(g => `<a href="#${g.id}">${say(`group.${g.id}`)}</a>`).join(' ')}</nav>`

/** What there is nothing to show of yet. */
function missing(groups) {
	const titles = groups.flatMap(g => g.sections).filter(s => s.empty).map(s => say(`${s.id}.name`))
	return titles.length ? `<p class="missing">${say('missing', { sections: titles.join(text('comma')) })}</p>` : ''
}

/** What was left out of the figures: for those who see all of them. */
function leftOut({ page, quality }) {
	if (page.segment !== 'all') return ''
	if (!quality.length) return `<p>${say('leftOut.none')}</p>`
	const cell = kind => row => { const known = term(kind, row[{ reason: 'reason', source: 'source', leftOutOf: 'left_out_of' }[kind]]); return label(known) }
	const columns = { rowsOf: cell('source'), because: cell('reason'), leftOutOf: cell('leftOutOf'), rows: row => whole(row.rows) }
	const sum = quality.reduce((total, q) => total + BigInt(q.rows), 0n)
	return `<details><summary>${say('leftOut.some', { rows: exact(sum), n: Number(sum) })}</summary>${scrolled(text('leftOut.title'), table(columns, quality))}</details>`
}

function header({ page, freshness: [fresh = {}] }, { title }) {
	const currency = currencyName()
	const lines = [
		page.segment === 'all' ? '' : say('header.rep', { rep: label(page.value) }),
		say('header.asOf', { moment: escape(moment(fresh.as_of)) }),
		fresh.data_through && say('header.through', { moment: escape(moment(fresh.data_through)) }),
		say('header.refreshed', { moment: escape(moment(fresh.refreshed_at)) }),
		currency ? say('header.currency', { currency: escape(currency) }) : say('header.anyCurrency')
	]
	return `<header><h1>${label(title ?? text('header.title'))}</h1>
<p>${lines.filter(Boolean).join(' ')}</p></header>`
}

/** The whole page. */
export function page(data, options) {
	const tiles = headline.map(about => tile(about, data.figures)).join('\n').trim(), groups = sections(data, options)
	const is_empty = !tiles && groups.every(g => g.sections.every(s => s.empty))
	const body = is_empty ? `<p class="empty">${say(data.page.segment === 'all' ? 'empty' : 'emptyRep')}</p>`
		: `${links(groups)}<div class="tiles">${tiles}</div>
${groups.map(group).join('\n')}`
	return `<!DOCTYPE html>
<html lang="${spoken().code}" dir="${spoken().direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<link rel="icon" href="data:,">
<title>${escape(options.title ?? text('header.title'))}</title>
<style>
${style}</style>
</head>
<body>
${header(data, options)}
<main>${body}</main>
<footer>${is_empty ? '' : missing(groups)}${leftOut(data)}<p>${say('footer')}</p></footer>
</body>
</html>
`
}
