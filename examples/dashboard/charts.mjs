// charts.mjs: one function a chart. Each takes rows of queries.mjs and a width, and gives an SVG as text.
// Colours are those of style.css. Charts are laid out from left to right; draw() mirrors them for the other direction.

import * as echarts from 'echarts'
import { digits, isolate, localDigits, periodTick, signed } from './format.mjs'
import { escape, spoken, text } from './language.mjs'

const ink = 'var(--ink)', muted = 'var(--muted)', rule = 'var(--rule)', paper = 'var(--paper)'
export const colours = { good: 'var(--blue)', bad: 'var(--red)', stalled: 'var(--amber)', open: 'var(--grey)', total: muted, ink }
const tones = { good: 'var(--good)', bad: 'var(--bad)', even: colours.good }

/** One colour for each stage, from pale to dark. */
export const ofStage = i => `var(--shade-${Math.min(i + 1, 6)})`

export const fewCustomers = 10 // a cohort of fewer is not shaded: each of them would be more than ten percent

const narrow = width => width < 400
const letter = 7.6 // pixels of a letter, at 12 pixels; on the wide side: what is reserved must hold any font

// How wide a text is, for what echarts leaves out where there is no room. Without a browser, it takes each letter that isn't ASCII for as wide as it
// is high, marks of direction included: a Persian axis lost most of its labels, and a line its points.
echarts.setPlatformAPI({
	measureText: (text, font) => {
		const of = c => /\p{Cf}|\p{Mn}/u.test(c) ? 0 : c === ' ' ? 0.3 : /\p{Script=Han}|\p{Script=Hangul}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Extended_Pictographic}/u.test(c) ? 1 : 0.6
		return { width: [...text].reduce((sum, c) => sum + of(c), 0) * (parseFloat(/([\d.]+)px/.exec(font)?.[1]) || 12) }
	}
})
const percent = value => digits(value, 'percent')
const count = value => digits(value, 'count')

// From right to left, the picture is its mirror image, and each text is turned back about its own place. (Which end of
// it is there follows: SVG's text-anchor goes by the page's direction.)
const mirrored = (svg, width) => svg
	.replace(/<text\b[^>]*>/g, tag => {
		const [, x, y] = /translate\(([-\d.]+) ([-\d.]+)\)/.exec(tag) ?? [, /\bx="([-\d.]+)"/.exec(tag)?.[1] ?? 0, 0]
		const turned = `transform="translate(${x} ${y}) scale(-1 1)"`
		return / transform="/.test(tag) ? tag.replace(/transform="[^"]*"/, turned) : tag.replace(/ x="[^"]*"/, '').replace('<text', `<text ${turned}`)
	})
	.replace(/<\/desc>/, `$&<g transform="translate(${width} 0) scale(-1 1)">`).replace(/<\/svg>$/, '</g>$&')

/** A chart as SVG with a title and a description, without what only a script would use. */
function draw(option, width, height, { title, description }) {
	const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width, height })
	chart.setOption({ animation: false, ...option })
	const drawn = chart.renderToSVGString()
	chart.dispose()
	const opening = `<svg role="img" aria-label="${escape(`${title}. ${description}`)}" viewBox="0 0 ${width} ${height}">`
	const svg = drawn
		.replace(/<style\b[\s\S]*?<\/style>/g, '')
		.replace(/ (?:class|ecmeta_\w+|pointer-events|xml:space)="[^"]*"/g, '')
		.replace(/font-family:[^;"]*;?/g, '')
		.replace(/^<svg [^>]*>/, () => `${opening}<title>${escape(title)}</title><desc>${escape(description)}</desc>`)
	return spoken().direction === 'rtl' ? mirrored(svg, width) : svg
}

/** A series drawn by hand: for each row, shapes where at(x, y) says. */
const shapes = (rows, shape, more) => ({
	type: 'custom', silent: true, data: rows.map((_, i) => i), ...more,
	renderItem: (_, api) => {
		const i = api.value(0)
		return { type: 'group', children: shape(rows[i], i, (x, y) => api.coord([x, y])).filter(Boolean) }
	}
})
const rectangle = (x, y, width, height, style) => ({ type: 'rect', shape: { x: Math.min(x, x + width), y, width: Math.abs(width), height }, style })
const line = (x1, y1, x2, y2, style) => ({ type: 'line', shape: { x1, y1, x2, y2 }, style: { lineWidth: 1, ...style } })
const dot = (cx, cy, r, style) => ({ type: 'circle', shape: { cx, cy, r }, style })
const words = (text, x, y, textAlign, fill = ink, style = {}) =>
	({ type: 'text', style: { text, x, y, textAlign, fill, textVerticalAlign: 'middle', fontSize: 12, ...style } })

/** Round ends and steps of an axis that holds these values. */
function scale(values, width) {
	const low = Math.min(0, ...values), high = Math.max(0, ...values)
	const least = (high - low || 1) / (narrow(width) ? 3 : 5), power = 10 ** Math.floor(Math.log10(least))
	const interval = [1, 2, 5, 10].map(n => n * power).find(step => step >= least)
	return { min: Math.floor(low / interval) * interval, max: Math.ceil(high / interval) * interval, interval }
}

const valueAxis = (formatter, more) => ({
	type: 'value', axisLine: { show: false }, axisTick: { show: false }, splitLine: { lineStyle: { color: rule } },
	axisLabel: { color: muted, formatter, hideOverlap: true }, ...more
})
const moneyAxis = (values, width) => valueAxis(value => digits(value, 'axis'), scale(values, width))

/** Rows with their names at the left, an axis of values below, and room at the right. Names are cut at some length: those that are the page's own words aren't. */
function rowsOf(names, width, axis, { right = 16, top = 8, rowHeight = 34, length = narrow(width) ? 16 : 22 } = {}) {
	const left = 12 + letter * Math.min(length, Math.max(...names.map(name => name.length)))
	return {
		height: top + 28 + names.length * rowHeight,
		frame: {
			grid: { left, right, top, bottom: 28 },
			xAxis: axis,
			yAxis: {
				type: 'category', inverse: true, data: names.map((_, i) => i), axisLine: { show: false }, axisTick: { show: false },
				axisLabel: { color: ink, interval: 0, formatter: i => isolate(names[i], length) }
			}
		}
	}
}

/** Parts of each row, end to end. Series: { colour, values }. */
const stacked = series => series.map(({ colour, values }) => ({
	type: 'bar', stack: 'all', barWidth: 22, silent: true, data: values, itemStyle: { color: colour, borderColor: paper, borderWidth: 0.5 }
}))

// Over time

const timeAxis = (periods, more) => ({
	type: 'category', data: periods.map(p => periodTick(p.period, p.period_start)), axisTick: { show: false },
	axisLine: { lineStyle: { color: muted } }, axisLabel: { color: muted, hideOverlap: true }, ...more
})

/** A sum by period: a bar, the year before as a mark behind it, and the target as a line. What is not over is hollow. */
export function bars(periods, width, about) {
	const axis = moneyAxis(periods.flatMap(p => [p.value, p.year_ago, p.target].map(Number)), width)
	const marks = shapes(periods, (p, i, at) => {
		const [x, zero] = at(i, 0), y = value => at(i, Number(value))[1], wide = Math.min(36, (width - 80) / periods.length * 0.6)
		const standing = (value, left, size, style) => value !== null && rectangle(x + left, Math.min(zero, y(value)), size, Math.abs(zero - y(value)), style)
		return [
			standing(p.year_ago, -wide / 2 - 4, wide, { fill: colours.open }),
			standing(p.value, -wide / 2 + 2, wide, p.is_complete ? { fill: colours.good } : { fill: paper, stroke: colours.good, lineDash: [3, 2] }),
			p.target !== null && line(x - wide / 2 - 6, y(p.target), x + wide / 2 + 4, y(p.target), { stroke: ink, lineWidth: 2 })
		]
	})
	return draw({ grid: { left: 64, right: 16, top: 14, bottom: 28 }, xAxis: timeAxis(periods), yAxis: axis, series: [marks] }, width, narrow(width) ? 220 : 280, about)
}

/** A rate by period with its interval as a band; periods that are not over are dashed and hollow. */
export function trend(periods, width, about) {
	const points = (name, wanted = () => true) => periods.map((p, i) => p[name] === null || !wanted(p, i) ? '-' : p[name])
	const over = p => p.is_complete
	const dashed = (p, i) => !over(p) || periods[i + 1] && !over(periods[i + 1]) // from the last point of the solid part on
	const path = (data, lineStyle, more) =>
		({ type: 'line', silent: true, symbol: 'none', data, lineStyle: { color: colours.good, width: 2, ...lineStyle }, ...more })
	const marks = color => ({ symbol: 'circle', symbolSize: 7, showAllSymbol: true, itemStyle: { color, borderColor: colours.good, borderWidth: 2 } })
	const hidden = { width: 0, opacity: 0 }
	return draw({
		grid: { left: 44, right: 16, top: 14, bottom: 28 },
		xAxis: timeAxis(periods, { boundaryGap: false }),
		yAxis: valueAxis(percent, { min: 0 }),
		series: [
			path(points('low'), hidden, { stack: 'band' }),
			path(periods.map(p => p.low === null ? '-' : p.high - p.low), hidden, { stack: 'band', areaStyle: { color: colours.good, opacity: 0.18 } }),
			path(points('value', dashed), { type: 'dashed' }),
			path(points('value', over), {}, marks(colours.good)),
			path(points('value', p => !over(p)), hidden, marks(paper)),
			...periods.some(p => p.target !== null) ? [path(points('target'), { color: muted, type: 'dotted' }, { step: 'end' })] : []
		]
	}, width, narrow(width) ? 220 : 280, about)
}

/** A tile's line of the last periods: by hand, it has no axes. */
export function spark(values, width = 120, height = 32) {
	const low = Math.min(...values), span = Math.max(...values) - low || 1
	const points = values.map((v, i) => [3 + i * (width - 6) / (values.length - 1), height - 4 - (v - low) / span * (height - 8)].map(n => n.toFixed(1)))
	if (points.length < 2) return ''
	const [x, y] = points.at(-1)
	const turn = spoken().direction === 'rtl' ? ` transform="translate(${width} 0) scale(-1 1)"` : ''
	return `<svg class="spark" viewBox="0 0 ${width} ${height}" aria-hidden="true"><g${turn}>` +
		`<polyline points="${points.map(p => p.join()).join(' ')}" fill="none" stroke="var(--blue)" stroke-width="1.5"/>` +
		`<circle cx="${x}" cy="${y}" r="2.5" fill="var(--blue)"/></g></svg>`
}

// One against the other

/** A figure with its interval, a row each, in the colour of what is to think of it; what it is for all of them as a line. */
const whiskers = (rows, unit, all) => shapes(rows, (r, i, at) => {
	const y = at(0, i)[1], x = value => at(value, i)[0], colour = tones[r.judged?.tone ?? 'even']
	return [
		i === 0 && line(x(all), y - 21, x(all), at(0, rows.length - 1)[1] + 21, { stroke: muted, lineDash: [2, 3] }),
		r.low !== null && line(x(r.low), y, x(r.high), y, { stroke: colour, lineWidth: 6, opacity: 0.35, lineCap: 'round' }),
		dot(x(r.value), y, 5, { fill: r.is_complete ? colour : paper, stroke: colour, lineWidth: 2 }),
		words(digits(r.value, unit), x(r.value), y - 14, 'center')
	]
})

/** A rate for each value of a segment, with intervals. */
export function segments(rows, all, width, about) {
	const ends = scale(rows.map(r => r.high ?? r.value), width)
	const { frame, height } = rowsOf(rows.map(r => r.segment_value), width, valueAxis(percent, ends), { rowHeight: 42, right: 28 })
	return draw({ ...frame, series: [whiskers(rows, 'rate', all)] }, width, height, about)
}

/** A score for each team, with intervals; the first row is everyone. */
export function scores(rows, width, about) {
	const { frame, height } = rowsOf(rows.map(r => r.segment_value), width, valueAxis(count, { min: -100, max: 100, interval: 50 }), { rowHeight: 42, right: 28 })
	return draw({ ...frame, series: [whiskers(rows, 'score', rows[0].value)] }, width, height, about)
}

/** Shares of quotas: a bar up to what was won, a line at the quota, a mark where the bar would be on time, and where it ends at this pace. */
export function quotas(rows, width, about) {
	const right = narrow(width) ? 52 : 64, longest = Math.min(3, Math.max(1.1, ...rows.map(r => Math.max(r.attainment, r.at_this_pace ?? 0))))
	const { frame, height } = rowsOf(rows.map(r => r.name), width, valueAxis(percent, scale([longest], width)), { right, rowHeight: 30 })
	const marks = shapes(rows, (r, i, at) => {
		const [zero, y] = at(0, i), x = value => at(Math.min(value, longest), i)[0], colour = tones[r.judged?.tone ?? 'even']
		return [
			!r.is_complete && r.at_this_pace !== null && rectangle(zero, y - 8, x(r.at_this_pace) - zero, 16, { fill: colour, opacity: 0.25 }),
			rectangle(zero, y - 8, Math.max(1, x(r.attainment) - zero), 16, { fill: colour }),
			!r.is_complete && line(x(r.period_passed), y - 11, x(r.period_passed), y + 11, { stroke: ink, lineDash: [2, 2] }),
			line(x(1), y - 13, x(1), y + 13, { stroke: ink, lineWidth: 2 }),
			words(digits(r.attainment, 'percent'), width - 4, y, 'right', ink, r.segment === 'all' ? { fontWeight: 'bold' } : {})
		]
	})
	return draw({ ...frame, series: [marks] }, width, height, about)
}

/** Steps of a waterfall: a total, then what is added or taken away, then the total it makes. Each has a name and a value. */
export function steps(first, moves, last) {
	const total = ({ name, value }) => ({ name, from: 0, to: Number(value), text: digits(value, 'money'), colour: colours.total })
	let level = Number(first.value)
	return [total(first), ...moves.map(({ name, value, colour }) => {
		const from = level
		level += Number(value)
		return { name, from, to: level, text: signed(value, 'money'), colour: colour ?? (value < 0 ? colours.bad : colours.good) }
	}), total(last)]
}

/** From one total to another by what was added and taken away. */
export function waterfall(steps, width, about) {
	const { frame, height } = rowsOf(steps.map(s => s.name), width, moneyAxis(steps.flatMap(s => [s.from, s.to]), width), { right: narrow(width) ? 84 : 96, length: Infinity })
	const bars = shapes(steps, (s, i, at) => {
		const [from, y] = at(s.from, i), to = at(s.to, i)[0]
		return [
			rectangle(from, y - 10, Math.abs(to - from) < 1 ? 1 : to - from, 20, { fill: s.colour }),
			i < steps.length - 1 && line(to, y + 10, to, at(s.to, i + 1)[1] - 10, { stroke: muted }),
			words(s.text, width - 4, y, 'right', s.colour === colours.total ? ink : s.colour)
		]
	})
	return draw({ ...frame, series: [bars] }, width, height, about)
}

// Stages

/** How many reached each stage: went on, still open, stalled, lost. */
export function funnel(stages, width, about) {
	const right = narrow(width) ? 112 : 150, reached = width - right + 56, leaks = width - 4
	const axis = { type: 'value', show: false, max: Number(stages[0].reached) }
	const { frame, height } = rowsOf(stages.map(s => s.stage), width, axis, { right, top: 24, rowHeight: 40 })
	const part = (name, colour) => ({ colour, values: stages.map(s => Number(s[name] ?? 0)) })
	const labels = shapes(stages, (s, i, at) => {
		const y = at(0, i)[1], decides = i < stages.length - 1 && s.leakage_rate !== null
		return [
			words(count(s.reached), reached, y, 'right'),
			decides && words(digits(s.leakage_rate, 'rate'), leaks, y, 'right', colours.bad, { fontWeight: 'bold' }),
			i === 0 && words(text('column.reached'), reached, 12, 'right', muted),
			i === 0 && words(text('column.leaks'), leaks, 12, 'right', muted)
		]
	})
	const parts = stacked([part('advanced', colours.good), part('open', colours.open), part('stalled', colours.stalled), part('lost', colours.bad)])
	return draw({ ...frame, series: [...parts, labels] }, width, height - 20, about)
}

/** Why deals were lost: how many for each reason, by the stage that was left. */
export function losses(reasons, stages, width, about) {
	const right = narrow(width) ? 116 : 130
	const { frame, height } = rowsOf(reasons.map(r => r.reason), width, { type: 'value', show: false, max: Math.max(...reasons.map(r => r.n)) }, { right, rowHeight: 40 })
	const labels = shapes(reasons, (r, i, at) => [
		words(count(r.n), width - right + 56, at(0, i)[1], 'right'),
		words(digits(r.share, 'rate'), width - 4, at(0, i)[1], 'right', ink, { fontWeight: 'bold' })
	])
	const parts = stacked(stages.map((_, i) => ({ colour: ofStage(i), values: reasons.map(r => r.by[i]) })))
	return draw({ ...frame, series: [...parts, labels] }, width, height - 20, about)
}

/** Days in each stage: the median as a bar, the slowest tenth as a mark; and how old what waits there is. */
export function stageTime(all, width, about) {
	const stages = all.filter(s => s.median_days !== null || s.median_age_days !== null)
	const ends = scale(stages.map(s => s.p90_days ?? 0), width)
	const { frame, height } = rowsOf(stages.map(s => s.stage), width, valueAxis(count, ends), { right: narrow(width) ? 78 : 150, top: 24, rowHeight: 40 })
	const waiting = s => s.median_age_days === null ? '–'
		: text(narrow(width) ? 'stage-time.waitingShort' : 'stage-time.waiting', { deals: count(s.in_stage), days: count(s.median_age_days) })
	const marks = shapes(stages, (s, i, at) => {
		const [zero, y] = at(0, i), median = at(s.median_days ?? 0, i)[0], slow = at(s.p90_days ?? 0, i)[0]
		return [
			rectangle(zero, y - 11, median - zero, 22, { fill: colours.good }),
			s.p90_days !== null && line(median, y, slow, y, { stroke: ink }),
			s.p90_days !== null && line(slow, y - 7, slow, y + 7, { stroke: ink, lineWidth: 2 }),
			words(waiting(s), width - 4, y, 'right'),
			i === 0 && words(text('column.inStage'), width - 4, 12, 'right', muted)
		]
	})
	return draw({ ...frame, series: [marks] }, width, height, about)
}

/** Who went where, and what deals were lost to. A target is a stage if it comes later than the source, and else an end. */
export function flow(flows, stages, width, about) {
	const vertical = width < 700, nodes = new Map()
	const room = vertical ? 16 : Math.min(24, Math.max(14, Math.floor((width - 154) / stages.length / letter) - 9)) // letters from one stage to the next, less the count
	const node = (name, is_stage, end, value) => {
		const key = (is_stage ? 'stage ' : 'end ') + name // a way to lose may be called as a stage is
		const is_open = !is_stage && name === 'still open'
		const known = nodes.get(key) ?? {
			name: is_open ? text('flow.open') : name, is_open, out: 0, into: 0, colour: is_stage ? colours.good : is_open ? colours.open : colours.bad
		}
		known[end] += value
		nodes.set(key, known)
		return key
	}
	const links = flows.map(f => {
		const value = Number(f.value), source = node(f.source, true, 'out', value)
		const target = node(f.target, stages.indexOf(f.target) > stages.indexOf(f.source), 'into', value)
		return { source, target, value, lineStyle: { color: nodes.get(target).colour, opacity: 0.3, curveness: 0.5 } }
	})
	const broken = name => vertical ? name.replaceAll(' ', '\n') : name
	const named = ({ name, is_open, out, into }) => `${is_open ? broken(name) : isolate(name, out ? room : 14)}${vertical && !out ? '\n' : ' '}${count(Math.max(out, into))}`
	const series = {
		type: 'sankey', silent: true, nodeWidth: 12, layoutIterations: 64, top: 16, links,
		...(vertical ? { orient: 'vertical', nodeGap: 46, left: 20, right: 32, bottom: 56 } : { nodeGap: 22, left: 4, right: 150, bottom: 16 }),
		label: { color: ink, fontSize: 12, position: vertical ? 'bottom' : 'right', formatter: ({ name }) => named(nodes.get(name)) },
		data: [...nodes].map(([name, { colour }]) => ({ name, itemStyle: { color: colour, borderWidth: 0 } }))
	}
	return draw({ series: [series] }, width, vertical ? 640 : 420, about)
}

// Customers

/** Share of each cohort that came back, by months since; what is not over is hollow, and a cohort of few is not shaded. */
export function cohorts(cells, width, about) {
	const columns = Math.min(narrow(width) ? 10 : width < 700 ? 13 : Infinity, Math.max(...cells.map(c => c.months_since)))
	const left = narrow(width) ? Math.max(74, 12 + letter * Math.max(...cells.map(c => periodTick('month', c.cohort).length))) : 130, top = 24, high = 24, wide = (width - left - 4) / columns
	const shown = cells.filter(c => c.months_since >= 1 && c.months_since <= columns)
	const size = new Map(shown.map(c => [c.cohort, Number(c.cohort_size)])), starts = [...size.keys()]
	const isShaded = c => c.is_complete && c.cohort_size >= fewCustomers
	const darkest = Math.max(0.01, ...shown.filter(isShaded).map(c => c.rate))
	const cell = c => {
		const x = left + (c.months_since - 1) * wide, y = top + starts.indexOf(c.cohort) * high
		const shade = isShaded(c) ? Math.min(6, Math.floor(c.rate / darkest * 7)) : 0
		return [
			rectangle(x + 1, y + 1, wide - 2, high - 2, c.is_complete ? { fill: isShaded(c) ? `var(--shade-${shade})` : 'none' } : { fill: 'none', stroke: muted, lineDash: [2, 2] }),
			words(count(c.rate * 100), x + wide / 2, y + high / 2, 'center', !isShaded(c) ? muted : shade > 3 ? 'var(--on-shade)' : ink, { fontSize: 11 })
		]
	}
	const rowName = start => narrow(width) ? periodTick('month', start) : text('retention.cohort', { month: periodTick('month', start), customers: count(size.get(start)) })
	const all = shapes([cells], () => [
		...shown.flatMap(cell),
		...starts.map((start, i) => words(rowName(start), left - 8, top + (i + 0.5) * high, 'right')),
		...Array.from({ length: columns }, (_, i) => words(localDigits(i + 1), left + (i + 0.5) * wide, 12, 'center', muted)),
		!narrow(width) && words(text('retention.axis'), left - 8, 12, 'right', muted)
	], { coordinateSystem: 'none' })
	return draw({ series: [all] }, width, top + starts.length * high + 4, about)
}

// What will come, and why

/** Between which amounts each forecast lay in 8 cases of 10, what was expected, and what came: a row a forecast; the last is not over. */
export function forecasts(rows, width, about) {
	const axis = moneyAxis(rows.flatMap(r => [r.p10, r.p90, r.came ?? 0].map(Number)), width)
	const { frame, height } = rowsOf(rows.map(r => r.name), width, axis, { rowHeight: 30, right: 28, length: Infinity })
	const marks = shapes(rows, (r, i, at) => {
		const y = at(0, i)[1], x = value => at(Number(value), i)[0], running = r.came === null
		return [
			rectangle(x(r.p10), y - 7, Math.max(2, x(r.p90) - x(r.p10)), 14, running ? { fill: colours.good } : { fill: colours.good, opacity: 0.35 }),
			line(x(r.expected), y - 7, x(r.expected), y + 7, { stroke: paper, lineWidth: 2 }),
			!running && dot(x(r.came), y, 5, { fill: r.is_inside ? ink : paper, stroke: ink, lineWidth: 2 })
		]
	})
	return draw({ ...frame, series: [marks] }, width, height, about)
}

/** Shares of one whole by day of age: won below, lost above, what is open between. */
export function curve(days, width, about) {
	const ends = scale([days.at(-1).day], width), shown = [...days, { ...days.at(-1), day: ends.max }]
	const part = (name, colour) => ({
		type: 'line', stack: 'all', step: 'end', symbol: 'none', silent: true, data: shown.map(d => [d.day, d[name]]),
		lineStyle: { width: 0, opacity: 0 }, areaStyle: { color: colour, opacity: 1 }
	})
	return draw({
		grid: { left: 44, right: 16, top: 14, bottom: 44 },
		xAxis: valueAxis(count, { ...ends, splitLine: { show: false }, axisLine: { show: true, lineStyle: { color: muted } },
			name: text('win-curve.axis'), nameLocation: 'middle', nameGap: 28, nameTextStyle: { color: muted } }),
		yAxis: valueAxis(percent, { min: 0, max: 1, interval: 0.25 }),
		series: [part('won', colours.good), part('open', colours.open), part('lost', colours.bad)]
	}, width, narrow(width) ? 240 : 280, about)
}

/** What each added to a change: by its own rate and by its share, from zero to either side; both together at the right. */
export function effects(rows, width, about) {
	const ends = scale(rows.flatMap(r => [r.rate_effect, r.mix_effect].map(Number)), width)
	const axis = valueAxis(value => signed(value * 100, 'score'), ends)
	const { frame, height } = rowsOf(rows.map(r => r.name), width, axis, { right: narrow(width) ? 48 : 56, rowHeight: 34 })
	const bars = shapes(rows, (r, i, at) => {
		const [zero, y] = at(0, i), to = value => at(Number(value), i)[0] - zero
		return [
			i === 0 && line(zero, y - 17, zero, at(0, rows.length - 1)[1] + 17, { stroke: muted }),
			rectangle(zero, y - 10, to(r.rate_effect) || 1, 10, { fill: colours.good }),
			rectangle(zero, y + 1, to(r.mix_effect) || 1, 8, { fill: colours.stalled }),
			words(r.text, width - 4, y, 'right')
		]
	})
	return draw({ ...frame, series: [bars] }, width, height, about)
}

/** Deals credited to each channel: shared among all on the way as a bar, by first and last touch as marks; what came back of its cost at the right. */
export function channels(rows, costly, width, about) {
	const right = costly ? narrow(width) ? 64 : 80 : 20
	const axis = valueAxis(count, scale(rows.flatMap(r => [r.shared, r.first, r.last]), width))
	const { frame, height } = rowsOf(rows.map(r => r.name), width, axis, { right, rowHeight: 30, top: costly ? 24 : 8 })
	const marks = shapes(rows, (r, i, at) => {
		const [zero, y] = at(0, i), x = value => at(value, i)[0]
		return [
			rectangle(zero, y - 8, Math.max(1, x(r.shared) - zero), 16, { fill: colours.good }),
			r.first > 0 && line(x(r.first), y - 11, x(r.first), y + 11, { stroke: ink, lineWidth: 3 }),
			r.last > 0 && line(x(r.last), y - 11, x(r.last), y + 11, { stroke: colours.stalled, lineWidth: 3 }),
			costly && words(r.roi === null ? '–' : digits(r.roi, 'percent'), width - 4, y, 'right'),
			costly && i === 0 && words(text('column.roi'), width - 4, 12, 'right', muted)
		]
	})
	return draw({ ...frame, series: [marks] }, width, height, about)
}

/** How closely an outcome goes with each figure, so many weeks later: from -1 to 1, pale where it may be chance. */
export function correlations(rows, width, about) {
	const axis = valueAxis(value => digits(value, 'correlation'), scale(rows.map(r => r.correlation), width))
	const { frame, height } = rowsOf(rows.map(r => r.name), width, axis, { right: narrow(width) ? 80 : 92, rowHeight: 30 })
	const bars = shapes(rows, (r, i, at) => {
		const [zero, y] = at(0, i)
		return [
			i === 0 && line(zero, y - 15, zero, at(0, rows.length - 1)[1] + 15, { stroke: muted }),
			rectangle(zero, y - 8, at(r.correlation, i)[0] - zero || 1, 16, { fill: r.is_sure ? colours.good : colours.open }),
			words(r.text, width - 4, y, 'right')
		]
	})
	return draw({ ...frame, series: [bars] }, width, height, about)
}
