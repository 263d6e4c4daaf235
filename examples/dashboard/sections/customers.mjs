// customers.mjs: what customers pay, and whether they come back.

import * as charts from '../charts.mjs'
import { change, number, periodName, whole } from '../format.mjs'
import { escape, say, text } from '../language.mjs'
import { full, sum } from './shared.mjs'

const moves = [['new', 1], ['expansion', 1], ['reactivated', 1], ['contraction', -1], ['churned', -1]]

const revenue = ({ revenue: latest }) => {
	const rows = [...latest].reverse(), first = rows[0], last = rows.at(-1)
	if (!last) return { id: 'revenue', empty: true }
	return {
		id: 'revenue', widths: full, rows,
		finding: Number(first.opening) ? 'finding' : 'findingFirst',
		values: {
			closing: number(last.closing, 'money'), change: escape(change(last.closing, first.opening, 'money')), n: rows.length,
			first: escape(periodName('month', first.month)), last: escape(periodName('month', last.month))
		},
		chart: (width, about) => charts.waterfall(charts.steps({ name: text('column.opening'), value: first.opening },
			moves.map(([name, sign]) => ({ name: text(`column.${name}`), value: sign * sum(rows, name) })), { name: text('column.closing'), value: last.closing }), width, about),
		columns: { month: r => escape(periodName('month', r.month)), ...Object.fromEntries(['opening', ...moves.map(([name]) => name), 'closing'].map(name => [name, r => whole(r[name])])) }
	}
}

const retention = ({ cohorts: rows }) => {
	const later = rows.filter(c => c.months_since > 0 && c.is_complete)
	if (!later.length) return { id: 'retention', empty: true }
	const share = n => {
		const after = later.filter(c => c.months_since === n)
		return after.length ? sum(after, 'retained') / sum(after, 'cohort_size') : null
	}
	return {
		id: 'retention', widths: full, rows, notes: rows.some(c => c.cohort_size < charts.fewCustomers) ? ['noteFew'] : [],
		finding: share(6) === null ? 'findingFirst' : 'finding',
		values: { first: number(share(1), 'rate'), sixth: number(share(6), 'rate'), few: charts.fewCustomers },
		chart: (width, about) => charts.cohorts(rows, width, about),
		columns: {
			cohort: c => escape(periodName('month', c.cohort)), monthsSince: c => whole(c.months_since), customers: c => whole(c.cohort_size), cameBack: c => whole(c.retained),
			share: c => number(c.rate, 'rate'), '': c => c.is_complete ? '' : say('notOver')
		}
	}
}

export const customers = [revenue, retention]
