// tiles.mjs: the figures at the top of the page, one tile each.

import { spark } from './charts.mjs'
import { change, interval, lastDay, number, numberWithUnit, periodTitle, shortName } from './format.mjs'
import { badge, certainty, judge } from './judge.mjs'
import { escape, say } from './language.mjs'

/**
 * A tile: as kpi.figures has it (date basis and name), its words in words/, its unit, which way is better (1: up), how two
 * of it are compared (rate: a test; sum: it is what it is; otherwise not at all), and the list of deals behind it.
 */
export const headline = [
	['closed', 'total sales', 'sales', 'money', 1, 'sum', 'won'],
	['closed', 'win rate', 'winRate', 'rate', 1, 'rate', 'lost'],
	['closed', 'average deal size', 'dealSize', 'money', 1, '', 'won'],
	['closed', 'sales cycle in days', 'cycle', 'days', -1],
	['month', 'pipeline value', 'pipeline', 'money', 1, 'sum', 'pipeline'],
	['closed', 'pipeline velocity', 'velocity', 'money', 1],
	['created', 'lead to opportunity rate', 'leads', 'rate', 1, 'rate'],
	['created', 'response in time', 'response', 'rate', 1, 'rate', 'late'],
	['month', 'MRR', 'mrr', 'money', 1, 'sum'],
	['month', 'net revenue retention, 12 months', 'retention', 'rate', 1, 'sum'],
	['month', 'customer churn rate', 'churn', 'rate', -1, 'rate'],
	['asked', 'NPS', 'nps', 'score', 1]
].map(([basis, kpi, key, unit, better, test = '', list]) => ({ basis, kpi, key, unit, better, test, list }))

/** Of a figure: the latest period that is over, the one before, the periods until then, and the one that is not over yet. */
export function latest(figures, basis, kpi) {
	const rows = figures.filter(f => f.kpi === kpi && f.date_basis === basis && f.value !== null)
	const over = rows.map(f => f.is_complete).lastIndexOf(true), at = over < 0 ? rows.length - 1 : over
	return { now: rows[at], before: rows[at - 1], until: rows.slice(Math.max(at - 12, 0), at + 1), running: over < 0 ? undefined : rows[over + 1] }
}

/**
 * The lists of deals (or leads) behind the figures, as kpi.deals_behind has them: those counted in its numerator, or those
 * that are not, of the period that the tile of a figure shows; or as they stand.
 */
const lists = [
	{ list: 'won', basis: 'closed', kpi: 'deals won', of: 'total sales' },
	{ list: 'lost', basis: 'closed', kpi: 'deals lost', of: 'win rate' },
	{ list: 'pipeline', basis: 'month', kpi: 'pipeline value' },
	{ list: 'stalled', basis: 'created', kpi: 'stalled' },
	{ list: 'late', basis: 'created', kpi: 'response in time', of: 'response in time', counted: false }
]
export const listsBehind = figures => lists.map(list => {
	const { now } = list.of ? latest(figures, list.basis, list.of) : {}
	const ever = list.of ? '-infinity' : 'infinity'
	return {
		counted: true, ...list, period: now?.period, first: now ? now.period_start : '-infinity', last: now ? lastDay(now.period, now.period_start) : ever
	}
})

/** The figure then, what it changed by since, and whether that may be chance. */
function versus(now, then, period, sure, unit) {
	if (then === null || !change(now.value, then, unit)) return undefined
	const line = say('tile.versus', { change: `<b>${escape(change(now.value, then, unit))}</b>`, before: number(then, unit), period: escape(period) })
	return sure ? say('tile.certainty', { versus: line, certainty: say(`certainty.${sure}`) }) : line
}

/** The lines below a tile's figure. */
function facts({ now, before, running }, { key, unit, test, better }) {
	const sure = name => test === 'rate' ? certainty(now[`p_${name}`], now[`few_${name}`]) : undefined
	const counted = test === 'rate' || ['dealSize', 'cycle', 'velocity', 'nps'].includes(key)
	return [
		now.is_complete ? before && versus(now, now.previous, shortName(before.period, before.period_start), sure('previous'), unit)
			: versus(now, now.previous, say('tile.asMuch'), undefined, unit),
		now.is_complete && now.year_ago !== null && versus(now, now.year_ago, shortName(now.period, now.year_ago_start), sure('year_ago'), unit),
		now.target !== null && say('tile.target', { target: number(now.target, unit) }),
		interval(now, unit),
		counted && now.denominator !== null && say(`tile.${key}.of`, { n: Number(now.denominator) }),
		running && say('tile.running', { period: escape(shortName(running.period, running.period_start)), value: number(running.value, unit) })
	].filter(Boolean)
}

/** Whether a figure takes the line for itself (RM 1,03 juta), the small letters of its unit counting half: its line of the last periods is below then. */
const isWide = html => html.replace(/<small>(.*?)<\/small>/, (_, unit) => unit.slice(unit.length / 2)).replace(/<[^>]*>?|\p{Cf}/gu, '').length > 9

/** One tile, or nothing where there is no such figure. */
export function tile(about, figures) {
	const { basis, kpi, key, unit, list } = about
	const found = latest(figures, basis, kpi), { now, before, until } = found
	if (!now) return ''
	const judged = judge(now, before, about)
	const amount = unit === 'money' && now.denominator === null && now.numerator // to the last digit, where the figure is a sum
	const value = numberWithUnit(amount || now.value, unit)
	return `<article class="tile ${judged?.tone ?? ''}" data-kpi="${escape(kpi)}"${isWide(value) ? ' data-wide' : ''}><h3>${say(`tile.${key}.name`)}</h3>
<p class="means">${say(`tile.${key}.means`)}</p>
<div class="value">${list ? `<a href="#list-${list}">${value}</a>` : value}</div>
<p class="period">${escape(periodTitle(now.period, now.period_start))}${now.is_complete ? '' : `, ${say('notOver')}`}</p>
${badge(judged)}${spark(until.map(f => f.value))}
<p class="facts">${facts(found, about).join('<br>')}</p></article>`
}
