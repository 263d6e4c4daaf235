// sections.mjs: the page's sections. Each has a title, what it found, how to read it, a chart and a table of its
// numbers; or, where there is nothing to draw, a sentence. What they return is HTML: labels go through label().

import * as charts from './charts.mjs'
import { bounds, change, escape, exact, label, number, periodName, read } from './format.mjs'

const colours = charts.colours
const half = [576, 358], full = [1200, 600, 358] // widths to draw for: the page shows the one that fits

const within = (row, unit) => row.low === null ? '' : ` (${bounds(row, unit)})`
const highest = (rows, by) => rows.reduce((best, row) => row[by] !== null && (!best || Number(row[by]) > Number(best[by])) ? row : best, null)

function winRate({ figures }, { period }) {
	const rows = figures.filter(f => f.kpi === 'win rate' && f.date_basis === 'closed').slice(-25)
	const last = rows.filter(r => r.is_complete && r.denominator > 0).at(-1)
	const about = { id: 'win-rate', title: `Win rate by ${period}` }
	if (!last) return { ...about, empty: 'No period with deals won or lost is over yet.' }
	return {
		...about, widths: full,
		finding: `${periodName(period, last.period_start)}: ${number(last.value, 'rate')} of the ${exact(last.denominator)} deals decided were won` +
			`${within(last, 'rate')}.`,
		note: `Deals won, of those won or lost in the ${period}. The band is the 95% interval. Dashed and hollow: not over yet.`,
		chart: (width, text) => charts.trend(rows, period, width, text),
		head: [period, 'win rate', '95% from', 'to', 'won', 'decided', ''],
		rows: rows.map(r => [periodName(period, r.period_start), number(r.value, 'rate'), number(r.low, 'rate'), number(r.high, 'rate'),
			exact(r.numerator), exact(r.denominator), r.is_complete ? '' : 'not over yet'])
	}
}

function segments({ segments: all }, { segment }) {
	const rows = all.filter(r => r.value !== null).sort((a, b) => b.value - a.value)
	const about = { id: 'segments', title: `Win rate by ${escape(segment)}` }
	if (!rows.length) return { ...about, empty: 'No quarter with deals won or lost is over yet.' }
	const best = rows[0], worst = rows.at(-1)
	const sum = name => rows.reduce((total, r) => total + Number(r[name]), 0)
	return {
		...about, widths: half,
		finding: `${label(worst.segment_value)} wins least, ${number(worst.value, 'rate')}${within(worst, 'rate')}; ` +
			`${label(best.segment_value)} most, ${number(best.value, 'rate')}${within(best, 'rate')}. ` +
			(worst.high < best.low ? 'The intervals are apart.' : 'The intervals overlap: it may be chance.'),
		note: `${periodName('quarter', best.period_start)}, deals won of those decided, with 95% intervals. Dotted: those shown together.`,
		chart: (width, text) => charts.segments(rows, sum('numerator') / sum('denominator'), width, text),
		head: [escape(segment), 'win rate', '95% from', 'to', 'won', 'decided'],
		rows: rows.map(r => [label(r.segment_value), ...[r.value, r.low, r.high].map(v => number(v, 'rate')), exact(r.numerator), exact(r.denominator)])
	}
}

function funnel({ stages }) {
	const about = { id: 'funnel', title: 'Where deals leak' }
	if (!stages.length || !Number(stages[0].reached)) return { ...about, empty: 'No deal has entered a stage yet.' }
	const worst = highest(stages.slice(0, -1), 'leakage_rate')
	return {
		...about, widths: half,
		finding: worst ? `${label(worst.stage)} leaks most: of the deals decided there ${number(worst.leakage_rate, 'rate')} went no further, ` +
			`${exact(worst.lost)} lost and ${exact(worst.stalled)} stalled.` : 'No deal is decided yet.',
		note: 'Deals that reached each stage, of all time. Leaks: lost or stalled, of those no longer open.',
		legend: [[colours.good, 'went on'], [colours.open, 'open'], [colours.stalled, 'stalled'], [colours.bad, 'lost']],
		chart: (width, text) => charts.funnel(stages, width, text),
		head: ['stage', 'reached', 'went on', 'open', 'stalled', 'lost', 'leaks', 'amount leaked'],
		rows: stages.map(s => [label(s.stage), ...[s.reached, s.advanced, s.open, s.stalled, s.lost].map(exact),
			number(s.leakage_rate, 'rate'), exact(s.amount_leaked)])
	}
}

function stageTime({ stages }) {
	const about = { id: 'stage-time', title: 'Time in stage' }
	const longest = highest(stages, 'median_days'), oldest = highest(stages, 'median_age_days')
	if (!longest) return { ...about, empty: 'No deal has left a stage yet.' }
	return {
		...about, widths: half,
		finding: `${label(longest.stage)} takes longest, a median of ${number(longest.median_days, 'days')}.` +
			(oldest ? ` The ${exact(oldest.in_stage)} deals in ${label(oldest.stage)} have been there for ${number(oldest.median_age_days, 'days')} (median).` : ''),
		note: 'Days from entering a stage to leaving it. Bar: the median; mark: nine in ten were faster. ' +
			'At the right: how many are in it now, and for how long (median).',
		chart: (width, text) => charts.stageTime(stages, width, text),
		head: ['stage', 'visits ended', 'median days', '90% within', 'in it now', 'for days (median)'],
		rows: stages.map(s => [label(s.stage), exact(s.finished), number(s.median_days, 'days'), number(s.p90_days, 'days'),
			exact(s.in_stage), number(s.median_age_days, 'days')])
	}
}

function flow({ flows, stages }) {
	const about = { id: 'flow', title: 'Who goes where' }
	if (!flows.length) return { ...about, empty: 'No deal has moved yet.' }
	const names = stages.map(s => s.stage)
	const ends = flows.filter(f => !names.includes(f.target) && f.target !== 'still open')
	const most = highest(ends, 'value')
	return {
		...about, widths: full,
		finding: most ? `Most are lost from ${label(most.source)} as ${label(most.target)}: ${exact(most.value)}, ` +
			`after a median of ${number(most.median_days, 'days')} there.` : 'None has been lost yet.',
		note: 'Moves from stage to stage, of all time; a deal that was reopened moves again. Moves back are left out.',
		legend: [[colours.good, 'to a stage'], [colours.bad, 'lost'], [colours.open, 'still open']],
		chart: (width, text) => charts.flow(flows, names, width, text),
		head: ['from', 'to', 'moves', 'median days before'],
		rows: flows.map(f => [label(f.source), label(f.target), exact(f.value), number(f.median_days, 'days')])
	}
}

const levers = { opportunities: ['deals', 'count'], win_rate: ['win rate', 'rate'], avg_deal_size: ['deal size', 'money'], cycle_days: ['sales cycle', 'days'] }

/** Steps of a waterfall: a total, then what is added or taken away, then the total it makes. */
function steps(first, moves, last) {
	let level = Number(first.value)
	return [
		{ name: first.name, from: 0, to: level, text: read(first.value, 'money'), colour: colours.total },
		...moves.map(({ name, value }) => {
			const from = level
			level += Number(value)
			return { name, from, to: level, text: (value > 0 ? '+' : '') + read(value, 'money'), colour: value < 0 ? colours.bad : colours.good }
		}),
		{ name: last.name, from: 0, to: Number(last.value), text: read(last.value, 'money'), colour: colours.total }
	]
}

function drivers({ drivers: rows, figures }, { period }) {
	const about = { id: 'drivers', title: 'What moved pipeline velocity' }
	const figure = rows.length && figures.find(f => f.kpi === 'pipeline velocity' && f.period_start === rows[0].period_start)
	if (!figure || rows.some(r => r.contribution === null)) return { ...about, empty: 'There are no two periods to compare yet.' }
	const most = rows.reduce((a, b) => Math.abs(b.contribution) > Math.abs(a.contribution) ? b : a)
	const [name, unit] = levers[most.lever]
	return {
		...about, widths: half,
		finding: `It ${figure.value < figure.previous ? 'fell' : 'rose'} from ${number(figure.previous, 'money')} to ${number(figure.value, 'money')} a day, ` +
			`most by the ${name}: ${number(most.before, unit)} before, now ${number(most.after, unit)}.`,
		note: `Money a day, ${periodName(period, rows[0].period_start)} against the ${period} before: deals × win rate × deal size ÷ days of the cycle.`,
		chart: (width, text) => charts.waterfall(steps({ name: 'before', value: figure.previous },
			rows.map(r => ({ name: levers[r.lever][0], value: r.contribution })), { name: 'now', value: figure.value }), width, text),
		head: ['lever', 'before', 'now', 'moved velocity by'],
		rows: rows.map(r => [levers[r.lever][0], number(r.before, levers[r.lever][1]), number(r.after, levers[r.lever][1]), exact(r.contribution)])
	}
}

const moves = [['new', 1], ['expansion', 1], ['reactivated', 1], ['contraction', -1], ['churned', -1]]

function revenue({ revenue: latest }) {
	const about = { id: 'revenue', title: 'Recurring revenue' }
	const rows = [...latest].reverse(), first = rows[0], last = rows.at(-1)
	if (!last) return { ...about, empty: 'No month of subscriptions is over yet.' }
	const sum = name => rows.reduce((total, r) => total + Number(r[name]), 0)
	return {
		...about, widths: half,
		finding: `${number(last.closing, 'money')} a month at the end of ${periodName('month', last.month)}, ` +
			`${change(last.closing, first.opening, 'money') || 'from nothing'} in ${rows.length} months.`,
		note: `Money a month, ${periodName('month', first.month)} to ${periodName('month', last.month)}: what each month's customers added and took away.`,
		chart: (width, text) => charts.waterfall(steps({ name: 'opening', value: first.opening },
			moves.map(([name, sign]) => ({ name, value: sign * sum(name) })), { name: 'closing', value: last.closing }), width, text),
		head: ['month', 'opening', ...moves.map(([name]) => name), 'closing'],
		rows: rows.map(r => [periodName('month', r.month), ...['opening', ...moves.map(([name]) => name), 'closing'].map(name => exact(r[name]))])
	}
}

function survey({ surveys }) {
	const about = { id: 'enps', title: 'Would employees recommend working here?' }
	const [company, ...teams] = surveys
	if (!company || company.segment !== 'all') return { ...about, empty: 'Nobody has answered an eNPS survey yet.' }
	const answered = teams.filter(t => t.value !== null).reverse(), lowest = answered.at(-1)
	return {
		...about, widths: half,
		finding: `eNPS ${number(company.value, 'score')}${within(company, 'score')}, from ${exact(company.responses)} answers of ${exact(company.asked)} asked.` +
			(lowest ? ` Lowest in ${label(lowest.segment_value)}: ${number(lowest.value, 'score')}${within(lowest, 'score')}.` : ''),
		note: `${periodName('quarter', company.period_start)}, −100 to 100: percent promoters less percent detractors. ` +
			'Coloured: the 95% interval. Dotted: the company.',
		chart: (width, text) => charts.gauge(company, answered, width, text),
		head: ['team', 'eNPS', '95% from', 'to', 'promoters', 'passives', 'detractors', 'answers', 'asked'],
		rows: surveys.map(s => [s.segment === 'all' ? 'all' : label(s.segment_value), ...[s.value, s.low, s.high].map(v => number(v, 'score')),
			...[s.promoters, s.passives, s.detractors, s.responses, s.asked].map(exact)])
	}
}

function retention({ cohorts }) {
	const about = { id: 'retention', title: 'Customers who come back' }
	const later = cohorts.filter(c => c.months_since > 0 && c.is_complete)
	if (!later.length) return { ...about, empty: 'No customer has had a month to come back in yet.' }
	const after = n => later.filter(c => c.months_since === n)
	const share = n => after(n).reduce((sum, c) => sum + Number(c.retained), 0) / after(n).reduce((sum, c) => sum + Number(c.cohort_size), 0)
	const far = after(6).length ? 6 : 1
	return {
		...about, widths: full,
		finding: `${number(share(1), 'rate')} ordered again in the month after their first order${far > 1 ? `, ${number(share(far), 'rate')} in the sixth` : ''}.`,
		note: 'Percent of the customers of each month of first order (how many, at the left) that ordered again 1, 2, 3 … months later. ' +
			'Hollow: that month is not over yet.',
		chart: (width, text) => charts.cohorts(cohorts, width, text),
		head: ['first order', 'months since', 'customers', 'came back', 'share', ''],
		rows: cohorts.map(c => [periodName('month', c.cohort), exact(c.months_since), exact(c.cohort_size), exact(c.retained),
			number(c.rate, 'rate'), c.is_complete ? '' : 'not over yet'])
	}
}

/** All sections, in the order of the page. */
export const sections = (data, options) =>
	[winRate, funnel, stageTime, flow, segments, drivers, revenue, survey, retention].map(section => section(data, options))
