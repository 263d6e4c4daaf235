// outlook.mjs: what will come, and how sure that is; by when deals are won; what moved the win rate; which channel earned the deals.

import * as charts from '../charts.mjs'
import { digits, exact, label, number, periodName, periodTitle, shortName, signed, whole } from '../format.mjs'
import { escape, say, term, text } from '../language.mjs'
import { forReps, half, highest, sum } from './shared.mjs'

const { colours } = charts

/** On which side of the band what came lies. */
const side = r => r.is_inside ? 'inside' : Number(r.came) < Number(r.p10) ? 'below' : 'above'

/** The forecast of the running quarter, beside those of earlier ones with what came. Amounts are of the deals that were open then. */
const forecast = forReps(({ forecast: [now], backtest }) => {
	if (!now) return { id: 'forecast', empty: true }
	const rows = [...backtest, { ...now, came: null }], inside = backtest.filter(r => r.is_inside).length, lately = backtest.length ? side(backtest.at(-1)) : ''
	return {
		id: 'forecast', widths: half, rows,
		finding: now.target === null ? 'finding' : 'findingTarget',
		notes: [...Number(now.won) ? ['noteWon'] : [], ...backtest.length ? ['noteScore'] : [], ...lately === 'below' ? ['noteHigh'] : lately === 'above' ? ['noteLow'] : [], ...Number(now.without_odds) + Number(now.without_amount) ? ['noteWithout'] : []],
		values: {
			period: escape(periodName(now.period, now.period_start)), n: Number(now.deals), expected: number(now.expected, 'money'), low: number(now.p10, 'money'), high: number(now.p90, 'money'),
			won: number(now.won, 'money'), target: number(now.target, 'money'), chance: number(now.chance_of_target, 'percent'),
			inside: whole(inside), forecasts: whole(backtest.length), without: whole(Number(now.without_odds) + Number(now.without_amount))
		},
		legend: [[colours.good, 'forecast.band'], ...backtest.length ? [[colours.ink, 'forecast.came']] : []],
		chart: (width, about) => charts.forecasts(rows.map(r => ({ ...r, name: shortName(r.period, r.period_start) })), width, about),
		columns: {
			period: r => escape(periodName(r.period, r.period_start)), openDeals: r => whole(r.deals), low80: r => number(r.p10, 'money', exact), expected: r => number(r.expected, 'money', exact),
			high80: r => number(r.p90, 'money', exact), came: r => r.came === null ? say('notOver') : number(r.came, 'money', exact),
			...backtest.length ? { '': r => r.came === null ? '' : say(`forecast.${side(r)}`) } : {}
		}
	}
})

const ages = [7, 14, 30, 60, 90, 120, 180, 270, 365, 545, 730]
const outcomes = ['won', 'lost', 'open']

/** Shares by day of age: [{ day, won, lost, open, at_risk }], the days on which anything changed. */
const byDay = rows => [...rows.reduce((days, r) => days.set(r.day, { ...days.get(r.day), day: r.day, [r.outcome]: r, at_risk: r.at_risk }), new Map()).values()]

const winCurve = forReps(({ winCurve: all }) => {
	const days = byDay(all).filter(d => outcomes.every(o => d[o])), last = days.at(-1)
	if (!last || !last.won.share) return { id: 'win-curve', empty: true }
	if (days[0].day > 0) days.unshift({ day: 0, won: { share: 0 }, lost: { share: 0 }, open: { share: 1 } }) // nothing has happened yet
	// The tail, in which next to nothing is won any more, and few are watched
	const end = Math.max(30, days.find(d => d.won.share >= 0.99 * last.won.share).day * 1.25), until = days.filter(d => d.day <= end)
	const at = day => days.filter(d => d.day <= day).at(-1)
	const rows = [...new Set([...ages.filter(day => day <= end && day <= last.day), until.at(-1).day])].sort((a, b) => a - b).map(day => ({ ...at(day), day }))
	const early = at(30), late = at(90)
	return {
		id: 'win-curve', widths: half, rows,
		finding: last.day < 30 ? 'findingShort' : last.day < 90 ? 'findingEarly' : 'finding',
		values: {
			first: number(early.won.share, 'percent'), second: number(late.won.share, 'percent'), open: number(late.open.share, 'percent'),
			final: number(last.won.share, 'percent'), day: whole(last.day)
		},
		legend: [[colours.good, 'win-curve.won'], [colours.bad, 'win-curve.lost'], [colours.open, 'win-curve.open']],
		chart: (width, about) => charts.curve(until.map(d => ({ day: d.day, won: d.won.share, lost: d.lost.share, open: d.open.share })), width, about),
		columns: {
			day: r => whole(r.day), won: r => number(r.won.share, 'rate'), low: r => number(r.won.low, 'rate'), high: r => number(r.won.high, 'rate'),
			lost: r => number(r.lost.share, 'rate'), open: r => number(r.open.share, 'rate'), watched: r => whole(r.at_risk)
		}
	}
})

const points = value => text('points', { change: signed(value * 100, 'score') })

const winDrivers = ({ winDrivers: rows }, { segment }) => {
	if (!rows.length || rows.some(r => r.total === null)) return { id: 'win-drivers', empty: true }
	const [{ before, after, period_start }] = rows, most = rows[0], mix = sum(rows, 'mix_effect'), rates = sum(rows, 'rate_effect')
	const shown = rows.slice(0, 12)
	return {
		id: 'win-drivers', widths: half, rows,
		finding: after < before ? 'findingFell' : 'findingRose',
		notes: [Math.abs(mix) > Math.abs(rates) ? 'noteMix' : 'noteRates'],
		values: {
			segment: say(`segments.by.${segment}`), period: escape(periodTitle('quarter', period_start)), before: number(before, 'rate'), after: number(after, 'rate'),
			most: label(most.segment_value), total: escape(points(Number(most.total)))
		},
		legend: [[colours.good, 'win-drivers.rate'], [colours.stalled, 'win-drivers.mix']],
		chart: (width, about) => charts.effects(shown.map(r => ({ ...r, name: r.segment_value, text: signed(r.total * 100, 'score') })), width, about),
		columns: {
			[`segment.${segment}`]: r => label(r.segment_value), rateBefore: r => number(r.rate_before, 'rate'), rateAfter: r => number(r.rate_after, 'rate'),
			shareBefore: r => number(r.share_before, 'rate'), shareAfter: r => number(r.share_after, 'rate'),
			byRate: r => escape(points(Number(r.rate_effect))), byMix: r => escape(points(Number(r.mix_effect))), inAll: r => escape(points(Number(r.total)))
		}
	}
}

/** A channel a row: what three of the models credit to it, what it cost, and what came back by the model that shares among all on the way. */
const channels = ({ channels: all }) => {
	const by = model => new Map(all.filter(r => r.model === model).map(r => [r.channel, r]))
	const shared = by('shapley'), first = by('first'), last = by('last')
	const rows = [...shared.values()].map(r => ({ ...r, first: Number(first.get(r.channel)?.conversions ?? 0), last: Number(last.get(r.channel)?.conversions ?? 0), shared: Number(r.conversions) }))
		.filter(r => r.shared || r.first || r.last || r.cost !== null).sort((a, b) => b.shared - a.shared)
	if (!rows.some(r => r.shared)) return { id: 'channels', empty: true }
	const shown = rows.slice(0, 14), costly = rows.some(r => r.return_on_investment !== null), [top] = rows, best = highest(rows, 'return_on_investment')
	return {
		id: 'channels', widths: half, rows,
		finding: costly ? 'findingCost' : 'finding', notes: costly ? ['noteCost'] : [],
		values: {
			period: escape(periodTitle(top.period, top.period_start)), top: label(top.channel), share: number(top.share, 'percent'), n: Math.round(sum(rows, 'shared')),
			best: best && label(best.channel), roi: best && number(best.return_on_investment, 'percent')
		},
		legend: [[colours.good, 'channels.shared'], [colours.ink, 'channels.first'], [colours.stalled, 'channels.last']],
		chart: (width, about) => charts.channels(shown.map(r => ({ ...r, name: r.channel, roi: r.return_on_investment })), costly, width, about),
		columns: {
			channel: r => label(r.channel), shared: r => number(r.shared, 'credit'), firstTouch: r => number(r.first, 'credit'), lastTouch: r => number(r.last, 'credit'),
			value: r => number(r.value, 'money', digits),
			...costly ? { cost: r => number(r.cost, 'money', digits), roi: r => number(r.return_on_investment, 'percent') } : {}
		}
	}
}

/** Of each figure the lag at which it goes most surely before sales. */
const leading = ({ leading: all }) => {
	const rows = all.filter((r, i) => all.findIndex(o => o.indicator === r.indicator) === i), sure = rows.filter(r => r.p_adjusted < 0.05)
	if (!rows.length) return { id: 'leading', empty: true }
	const name = r => term('kpi', r.indicator), [first] = rows
	return {
		id: 'leading', widths: half, rows,
		finding: sure.length ? 'finding' : 'findingNone',
		values: { indicator: label(name(first)), n: sure.length ? first.lag : rows.length, first: label(name(first)), lag: whole(first.lag) },
		legend: [[colours.good, 'leading.sure'], [colours.open, 'leading.chance']],
		chart: (width, about) => charts.correlations(rows.slice(0, 10).map(r => ({ ...r, name: name(r), text: text('leading.weeks', { n: r.lag }), is_sure: r.p_adjusted < 0.05 })), width, about),
		columns: {
			indicator: r => label(name(r)), weeksBefore: r => whole(r.lag), correlation: r => number(r.correlation, 'correlation'), weeks: r => whole(r.pairs),
			'': r => say(r.p_adjusted < 0.05 ? 'certainty.real' : 'certainty.chance')
		}
	}
}

export const outlook = [forecast, winCurve, winDrivers, leading, channels]
