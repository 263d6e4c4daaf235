// team.mjs: quotas, the reps, and how they like it here.

import * as charts from '../charts.mjs'
import { digits, exact, interval, label, number, periodTitle, whole } from '../format.mjs'
import { badge, judgeOfLeague, judgeQuota } from '../judge.mjs'
import { escape, say, text } from '../language.mjs'
import { forReps, full, half } from './shared.mjs'

const name = (row, whole = 'everyone') => row.segment === 'all' ? escape(text(whole)) : label(row.segment_value)

const quota = forReps(({ quotas: rows }) => {
	const [whose] = rows
	if (!whose || whose.attainment === null) return { id: 'quota', empty: true }
	const beside = whose.sales - whose.actual // by who has no quota
	return {
		id: 'quota', widths: half, rows, notes: [...whose.is_complete ? [] : ['noteRunning'], ...whose.segment === 'all' && beside > 0 ? ['noteBeside'] : []],
		finding: whose.segment !== 'all' ? whose.is_complete ? 'findingOwn' : 'findingOwnPace' : whose.is_complete ? 'finding' : 'findingPace',
		values: {
			period: escape(periodTitle(whose.period, whose.period_start)), attainment: number(whose.attainment, 'rate'), actual: number(whose.actual, 'money'),
			target: number(whose.target, 'money'), passed: number(whose.period_passed, 'rate'), pace: number(whose.at_this_pace, 'rate'),
			n: Number(whose.reps), reached: whole(whose.reps_at_target), beside: number(beside, 'money')
		},
		chart: (width, about) => charts.quotas(rows.map(r => ({ ...r, name: r.segment === 'all' ? text('everyone') : r.segment_value, judged: judgeQuota(r) })), width, about),
		columns: {
			rep: r => name(r), attainment: r => number(r.attainment, 'rate'), won: r => number(r.actual, 'money', exact), quota: r => number(r.target, 'money', exact),
			...whose.is_complete ? {} : { pace: r => number(r.at_this_pace, 'rate') }, '': r => badge(judgeQuota(r))
		}
	}
})

/** A share as a bar in a cell. */
const bar = (share, judged) => share === null || share === undefined ? '–' : `<span class="bar ${judged?.tone ?? ''}" aria-hidden="true"><i style="width: ${Math.min(100, share * 100).toFixed(1)}%"></i></span> ${number(share, 'percent')}`

const reps = ({ reps: league, repFigures, repPipelines, quarter: [quarter] }) => {
	const rows = repFigures.map(figures => ({
		...figures, ...league.find(r => r.segment_value === figures.segment_value), pipeline: repPipelines.find(r => r.segment_value === figures.segment_value)?.amount
	})).filter(r => Number(r.sales) || r.denominator || Number(r.activities) || Number(r.pipeline)).sort((a, b) => b.sales - a.sales)
	if (!rows.length || !quarter) return { id: 'reps', empty: true }
	const told = rows.map(r => ({ ...r, judged: judgeOfLeague(r) })).filter(r => r.judged && r.judged.tone !== 'even')
	const has = key => rows.some(r => r[key] !== null && r[key] !== undefined)
	return {
		id: 'reps', is_open: true, rows,
		finding: told.length ? 'finding' : 'findingNone',
		values: {
			period: escape(periodTitle('quarter', quarter.period_start)), n: rows.length,
			told: told.map(r => say(`reps.${r.judged.tone}`, { rep: label(r.segment_value), rate: number(r.value, 'rate') })).join(text('comma'))
		},
		columns: {
			rep: r => label(r.segment_value), sales: r => number(r.sales, 'money', digits),
			...has('attainment') ? { attainment: r => bar(r.attainment, judgeQuota({ ...r, is_complete: quarter.is_complete, at_this_pace: null })) } : {},
			winRate: r => number(r.value, 'rate'), againstOthers: r => badge(judgeOfLeague(r)), won: r => whole(r.won), dealSize: r => number(r.deal_size, 'money', digits),
			cycle: r => number(r.cycle, 'days', digits), ...has('pipeline') ? { pipeline: r => number(r.pipeline, 'money', digits) } : {},
			...has('activities') ? { activities: r => whole(r.activities) } : {}
		}
	}
}

const enps = ({ surveys: rows }) => {
	const [company, ...teams] = rows, answered = teams.filter(t => t.value !== null), lowest = answered.at(-1)
	if (!company || company.segment !== 'all') return { id: 'enps', empty: true }
	return {
		id: 'enps', widths: half, rows,
		finding: lowest ? 'finding' : 'findingOnly',
		values: {
			score: number(company.value, 'score'), interval: interval(company, 'score'), n: Number(company.responses), asked: whole(company.asked),
			team: lowest && label(lowest.segment_value), lowest: lowest && number(lowest.value, 'score'), lowestInterval: lowest && interval(lowest, 'score'),
			period: escape(periodTitle('quarter', company.period_start))
		},
		chart: (width, about) => charts.scores([{ ...company, segment_value: text('everyone') }, ...answered], width, about),
		columns: {
			team: r => name(r), enps: r => number(r.value, 'score'), low: r => number(r.low, 'score'), high: r => number(r.high, 'score'),
			promoters: r => whole(r.promoters), passives: r => whole(r.passives), detractors: r => whole(r.detractors), answers: r => whole(r.responses), asked: r => whole(r.asked)
		}
	}
}

export const team = [quota, enps, reps]
