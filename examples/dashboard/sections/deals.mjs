// deals.mjs: the deals (or leads) behind the tiles' figures, one list each, the largest first.

import { label, number, periodTitle, shortDate, whole } from '../format.mjs'
import { escape, say } from '../language.mjs'
import { listsBehind } from '../tiles.mjs'
import { forReps } from './shared.mjs'

const day = text => text === null ? '–' : `<time datetime="${escape(text)}">${escape(shortDate(text))}</time>`

const columns = {
	won: ['deal', 'owner', 'source', 'amount', 'created', 'closed'],
	lost: ['deal', 'owner', 'source', 'amount', 'created', 'closed'],
	pipeline: ['deal', 'owner', 'source', 'amount', 'created'],
	stalled: ['deal', 'owner', 'source', 'amount', 'created'],
	late: ['lead', 'owner', 'source', 'created']
}
const cells = {
	deal: r => label(r.deal_id), lead: r => label(r.lead_id), owner: r => label(r.owner), source: r => label(r.source), amount: r => r.amount === null ? '–' : whole(r.amount),
	created: r => day(r.created), closed: r => day(r.closed)
}

const list = name => forReps(({ deals, figures }) => {
	const rows = deals.filter(d => d.list === name), id = `list-${name}`
	if (!rows.length) return { id, empty: true }
	const n = Number(rows[0].rows), { period, first } = listsBehind(figures).find(l => l.list === name)
	return {
		id, rows, is_list: true, finding: `${name === 'late' ? 'leads' : 'deals'}${n > rows.length ? 'First' : ''}`,
		values: { n, shown: rows.length, total: number(rows[0].total, 'money'), period: period ? escape(periodTitle(period, first)) : '' },
		columns: Object.fromEntries(columns[name].map(column => [column, cells[column]]))
	}
})

export const deals = Object.keys(columns).map(list)
