// pipeline.mjs: what is under way, where it leaks, and why.

import * as charts from '../charts.mjs'
import { change, digits, exact, label, number, periodName, periodTitle, whole } from '../format.mjs'
import { escape, say, text } from '../language.mjs'
import { forReps, full, half, highest, sum } from './shared.mjs'

const { colours } = charts

const moves = [['created', 1], ['reopened', 1], ['increased', 1], ['decreased', -1], ['won', -1], ['lost', -1]]

const movements = forReps(({ pipeline }) => {
	const rows = [...pipeline].reverse(), last = pipeline.find(r => r.is_complete) ?? pipeline[0]
	if (!last) return { id: 'pipeline-movements', empty: true }
	const happened = moves.filter(([name, sign]) => ['created', 'won', 'lost'].includes(name) || Number(last[name]))
	return {
		id: 'pipeline-movements', widths: half, rows,
		values: {
			opening: number(last.opening, 'money'), closing: number(last.closing, 'money'), change: escape(change(last.closing, last.opening, 'money') || text('pipeline-movements.fromNothing')),
			n: Number(last.closing_deals), period: escape(periodTitle('month', last.month)), created: number(last.created, 'money'), won: number(last.won, 'money'), lost: number(last.lost, 'money')
		},
		chart: (width, about) => charts.waterfall(charts.steps({ name: text('column.opening'), value: last.opening },
			happened.map(([name, sign]) => ({ name: text(`column.${name}`), value: sign * last[name], colour: name === 'won' ? colours.good : undefined })), { name: text('column.closing'), value: last.closing }), width, about),
		columns: {
			month: r => escape(periodName('month', r.month)), opening: r => whole(r.opening), ...Object.fromEntries(moves.map(([name]) => [name, r => whole(r[name])])),
			closing: r => whole(r.closing), openDeals: r => whole(r.closing_deals)
		}
	}
})

const funnel = forReps(({ stages: rows }) => {
	if (!rows.length || !Number(rows[0].reached)) return { id: 'funnel', empty: true }
	const worst = highest(rows.slice(0, -1), 'leakage_rate')
	return {
		id: 'funnel', widths: half, rows,
		finding: worst ? 'finding' : 'findingNone',
		values: worst && { stage: label(worst.stage), rate: number(worst.leakage_rate, 'rate'), lost: whole(worst.lost), stalled: whole(worst.stalled) },
		legend: [[colours.good, 'funnel.advanced'], [colours.open, 'funnel.open'], [colours.stalled, 'funnel.stalled'], [colours.bad, 'funnel.lost']],
		chart: (width, about) => charts.funnel(rows, width, about),
		columns: {
			stage: r => label(r.stage), reached: r => whole(r.reached), advanced: r => whole(r.advanced), open: r => whole(r.open), stalled: r => whole(r.stalled),
			lost: r => whole(r.lost), leaks: r => number(r.leakage_rate, 'rate'), amountLeaked: r => whole(r.amount_leaked)
		}
	}
})

const stageTime = forReps(({ stages: rows }) => {
	const longest = highest(rows, 'median_days'), oldest = highest(rows, 'median_age_days')
	if (!longest) return { id: 'stage-time', empty: true }
	return {
		id: 'stage-time', widths: half, rows,
		finding: oldest ? 'finding' : 'findingOnly',
		values: {
			stage: label(longest.stage), days: number(longest.median_days, 'days'), n: oldest && Number(oldest.in_stage), oldest: oldest && label(oldest.stage),
			age: oldest && number(oldest.median_age_days, 'days')
		},
		chart: (width, about) => charts.stageTime(rows, width, about),
		columns: {
			stage: r => label(r.stage), visits: r => whole(r.finished), medianDays: r => number(r.median_days, 'days', digits), p90Days: r => number(r.p90_days, 'days', digits),
			inStage: r => whole(r.in_stage), ageDays: r => number(r.median_age_days, 'days', digits)
		}
	}
})

/** Which flows go on to a stage; the others end, as lost or still open. */
const goesOn = stages => f => stages.indexOf(f.target) > stages.indexOf(f.source)
const is_open = f => f.target === 'still open'

const flow = forReps(({ flows, stages }) => {
	const names = stages.map(s => s.stage), worst = highest(flows.filter(f => !goesOn(names)(f) && !is_open(f)), 'value')
	if (!flows.length) return { id: 'flow', empty: true }
	const rows = [...flows].sort((a, b) => names.indexOf(a.source) - names.indexOf(b.source) || b.value - a.value)
	return {
		id: 'flow', widths: full, rows,
		finding: worst ? 'finding' : 'findingNone',
		values: worst && { source: label(worst.source), target: label(worst.target), n: Number(worst.value), days: number(worst.median_days, 'days') },
		legend: [[colours.good, 'flow.stage'], [colours.bad, 'funnel.lost'], [colours.open, 'flow.open']],
		chart: (width, about) => charts.flow(flows, names, width, about),
		columns: {
			from: r => label(r.source), to: r => is_open(r) ? say('flow.open') : label(r.target), moves: r => whole(r.value), daysBefore: r => number(r.median_days, 'days', digits)
		}
	}
})

/** Reasons for losing: the labels that mean lost, each by the stage that was left. */
const losses = forReps(({ flows, stages }) => {
	const names = stages.map(s => s.stage), lost = flows.filter(f => !goesOn(names)(f) && !is_open(f))
	if (!lost.length) return { id: 'losses', empty: true }
	const all = sum(lost, 'value')
	const rows = [...new Set(lost.map(f => f.target))].map(reason => {
		const of = lost.filter(f => f.target === reason), n = sum(of, 'value'), from = highest(of, 'value')
		return { reason, n, share: n / all, from: from.source, from_n: Number(from.value), by: names.map(stage => Number(of.find(f => f.source === stage)?.value ?? 0)) }
	}).sort((a, b) => b.n - a.n)
	const [first] = rows, left = names.map((stage, i) => ({ stage, i })).filter(({ i }) => rows.some(r => r.by[i]))
	return {
		id: 'losses', widths: half, rows,
		finding: rows.length > 1 ? 'finding' : 'findingOne',
		values: { reason: label(first.reason), share: number(first.share, 'rate'), n: all, stage: label(first.from), from: whole(first.from_n) },
		legend: left.map(({ stage, i }) => [charts.ofStage(i), stage, true]),
		chart: (width, about) => charts.losses(rows, names, width, about),
		columns: {
			reason: r => label(r.reason), lost: r => whole(r.n), share: r => number(r.share, 'rate'),
			...Object.fromEntries(left.map(({ stage, i }) => [`:${stage}`, r => whole(r.by[i])]))
		}
	}
})

export const pipeline = [movements, funnel, losses, stageTime, flow]
