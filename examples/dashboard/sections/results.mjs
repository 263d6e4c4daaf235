// results.mjs: what was sold, and how much of what was decided was won.

import * as charts from '../charts.mjs'
import { cents, change, digits, interval, label, number, periodName, periodTitle, shortName, whole } from '../format.mjs'
import { badge, judgeOfLeague } from '../judge.mjs'
import { escape, say, text } from '../language.mjs'
import { forReps, full, half, sum } from './shared.mjs'

const figure = (figures, kpi) => figures.filter(f => f.kpi === kpi && f.date_basis === 'closed')
const notOver = row => row.is_complete ? '' : say('notOver')

const sales = forReps(({ figures }) => {
	const all = figure(figures, 'total sales'), rows = all.slice(-13), last = rows.filter(r => r.is_complete).at(-1)
	if (!last || !all.some(r => Number(r.value))) return { id: 'sales', empty: true }
	return {
		id: 'sales', widths: full, rows, notes: rows.at(-1).is_complete ? [] : ['noteRunning'],
		finding: Number(last.year_ago) ? 'finding' : 'findingFirst',
		values: {
			period: escape(periodName(last.period, last.period_start)), value: number(last.numerator, 'money'), change: escape(change(last.value, last.year_ago, 'money')),
			before: number(last.year_ago, 'money'), year: last.year_ago_start && escape(shortName(last.period, last.year_ago_start))
		},
		legend: [[charts.colours.good, 'sales.legend.now'], ...rows.some(r => Number(r.year_ago)) ? [[charts.colours.open, 'sales.legend.yearAgo']] : [],
			...rows.some(r => r.target !== null) ? [[charts.colours.ink, 'sales.legend.target']] : []],
		chart: (width, about) => charts.bars(rows, width, about),
		columns: {
			period: r => escape(periodName(r.period, r.period_start)), sales: r => whole(r.numerator), yearAgo: r => cents(r.year_ago),
			change: r => r.is_complete ? escape(change(r.value, r.year_ago, 'money')) : '', target: r => whole(r.target), '': notOver
		}
	}
})

const winRate = forReps(({ figures }) => {
	const rows = figure(figures, 'win rate').slice(-25), last = rows.filter(r => r.is_complete && r.denominator > 0).at(-1)
	if (!last) return { id: 'win-rate', empty: true }
	return {
		id: 'win-rate', widths: full, rows,
		notes: [...rows.at(-1).is_complete ? [] : ['noteRunning'], ...rows.some(r => r.target !== null) ? ['noteTarget'] : []],
		values: { period: escape(periodName(last.period, last.period_start)), rate: number(last.value, 'rate'), n: Number(last.denominator), interval: interval(last, 'rate') },
		chart: (width, about) => charts.trend(rows, width, about),
		columns: {
			period: r => escape(periodName(r.period, r.period_start)), winRate: r => number(r.value, 'rate'), low: r => number(r.low, 'rate'), high: r => number(r.high, 'rate'),
			won: r => whole(r.numerator), decided: r => whole(r.denominator), '': notOver
		}
	}
})

const names = rows => rows.map(r => `${label(r.segment_value)} (${number(r.value, 'rate')})`).join(text('comma'))

const segments = ({ segments: all }, { segment }) => {
	const rows = all.slice(0, 40), shown = [...all].sort((a, b) => b.denominator - a.denominator).slice(0, 12).sort((a, b) => b.value - a.value)
	if (!rows.length) return { id: 'segments', empty: true }
	const told = all.map(r => ({ ...r, judged: judgeOfLeague(r) }))
	const above = told.filter(r => r.judged?.tone === 'good'), below = told.filter(r => r.judged?.tone === 'bad')
	return {
		id: 'segments', widths: half, rows,
		finding: above.length && below.length ? 'findingBoth' : above.length ? 'findingAbove' : below.length ? 'findingBelow' : 'findingNone',
		values: {
			segment: say(`segments.by.${segment}`), above: names(above), below: names(below), n: all.length,
			period: escape(periodTitle('quarter', rows[0].period_start))
		},
		chart: (width, about) => charts.segments(shown.map(r => ({ ...r, judged: judgeOfLeague(r) })), sum(all, 'numerator') / sum(all, 'denominator'), width, about),
		columns: {
			[`segment.${segment}`]: r => label(r.segment_value), winRate: r => number(r.value, 'rate'), low: r => number(r.low, 'rate'), high: r => number(r.high, 'rate'),
			won: r => whole(r.numerator), decided: r => whole(r.denominator), againstOthers: r => badge(judgeOfLeague(r))
		}
	}
}

const levers = { opportunities: 'count', win_rate: 'rate', avg_deal_size: 'money', cycle_days: 'days' }

const drivers = forReps(({ drivers: rows, figures }, { period }) => {
	const velocity = rows.length && figures.find(f => f.kpi === 'pipeline velocity' && f.period_start === rows[0].period_start)
	if (!velocity || rows.some(r => r.contribution === null)) return { id: 'drivers', empty: true }
	const most = rows.reduce((a, b) => Math.abs(b.contribution) > Math.abs(a.contribution) ? b : a)
	const lever = r => text(`lever.${r.lever}`), is_fall = velocity.value < velocity.previous
	return {
		id: 'drivers', widths: half, rows,
		finding: is_fall ? 'findingFell' : 'findingRose',
		values: {
			before: number(velocity.previous, 'money'), now: number(velocity.value, 'money'), lever: escape(lever(most)), period: escape(periodName(period, rows[0].period_start)),
			leverBefore: number(most.before, levers[most.lever]), leverNow: number(most.after, levers[most.lever])
		},
		chart: (width, about) => charts.waterfall(charts.steps({ name: text('drivers.before'), value: velocity.previous },
			rows.map(r => ({ name: lever(r), value: r.contribution })), { name: text('drivers.now'), value: velocity.value }), width, about),
		columns: {
			lever: r => escape(lever(r)), before: r => number(r.before, levers[r.lever], digits), now: r => number(r.after, levers[r.lever], digits),
			contribution: r => cents(r.contribution)
		}
	}
})

export const results = [sales, winRate, segments, drivers]
