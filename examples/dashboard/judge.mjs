// judge.mjs: what is good, what is bad, and what nobody can tell: from the p-values that the extension's tests gave.

import { say } from './language.mjs'
import { shortName } from './format.mjs'

const level = 0.05
const close = 0.01 // sums nearer than this are about the same

/** A verdict: its tone (good, bad, even) gives the colour and the mark, so that nobody has to tell colours apart. */
const verdict = (tone, key, values) => ({ tone, words: say(`verdict.${key}`, values) })
const marks = { good: '▲', bad: '▼', even: '●' }

/** Whether a difference is real, by its p-value: 'real', 'chance', 'few' where there are too few rows to tell, or nothing where no test is. */
export const certainty = (p_value, is_few) => p_value === null || p_value === undefined ? is_few ? 'few' : undefined : is_few ? 'few' : p_value < level ? 'real' : 'chance'

/** Two values of a figure of which higher is better, or (better -1) lower. */
const direction = (now, before, better) => (now - before) * better > 0 ? 'good' : 'bad'

/** A figure against its target: reaching it is a fact, missing it may be chance. */
function againstTarget({ value, target, p_target }, better) {
	if ((value - target) * better >= 0) return verdict('good', 'met')
	return certainty(p_target) === 'chance' ? verdict('even', 'missedByChance') : verdict('bad', 'missed')
}

/** A rate against the period before or, if that may be chance, the year before: by the tests. */
function byTests(now, before, better) {
	const sure = certainty(now.p_previous, now.few_previous), sureOfYear = certainty(now.p_year_ago, now.few_year_ago)
	if (sure !== 'real' && sureOfYear !== 'real') return sure && verdict('even', sure)
	const [then, start] = sure === 'real' ? [now.previous, before.period_start] : [now.year_ago, now.year_ago_start]
	const tone = direction(now.value, then, better)
	return verdict(tone, tone, { period: shortName(now.period, start) })
}

/** A sum against the year before, so that a season is no news, or else the period before: no test, it is what it is. */
function againstYearAgo(now, before, better) {
	const [then, start] = now.year_ago === null ? [now.previous, before?.period_start] : [now.year_ago, now.year_ago_start]
	if (!Number(then) || !start) return undefined
	const period = shortName(now.period, start)
	if (Math.abs(now.value / then - 1) < close) return verdict('even', 'same', { period })
	const tone = direction(now.value, then, better)
	return verdict(tone, tone, { period })
}

/** What to think of a tile's figure: nothing where no target is set, no test is and the figure is no sum. */
export function judge(now, before, { better, test }) {
	if (now.target !== null) return againstTarget(now, better)
	if (!now.is_complete) return undefined
	return test === 'rate' ? before && byTests(now, before, better) : test === 'sum' ? againstYearAgo(now, before, better) : undefined
}

/** What to think of one of a league: its p-value is corrected for the number of them. */
export function judgeOfLeague({ value, others, p_value, is_few }) {
	const sure = certainty(p_value, is_few)
	if (sure !== 'real') return sure && verdict('even', sure === 'few' ? sure : 'within')
	return value > others ? verdict('good', 'above') : verdict('bad', 'below')
}

/** What to think of a share of a quota: reached or not, and on the way there by where it ends at this pace. */
export function judgeQuota({ attainment, at_this_pace, is_complete }) {
	const share = is_complete ? attainment : at_this_pace
	if (share === null) return undefined
	if (is_complete) return share >= 1 ? verdict('good', 'met') : verdict('bad', 'missed')
	return share >= 1 ? verdict('good', 'onPace') : verdict('bad', 'behind')
}

/** A verdict in HTML. */
export const badge = judged => judged ? `<span class="badge ${judged.tone}"><span aria-hidden="true">${marks[judged.tone]}</span> ${judged.words}</span>` : ''
