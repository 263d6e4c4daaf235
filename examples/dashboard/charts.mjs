// charts.mjs: one function a chart. Each takes rows of queries.mjs and a width, and gives an SVG as text.
// Colours are those of style.css.

import * as echarts from 'echarts'
import { digits, escape, isolate, periodTick } from './format.mjs'

const ink = 'var(--ink)', muted = 'var(--muted)', rule = 'var(--rule)', paper = 'var(--paper)'
export const colours = { good: 'var(--blue)', bad: 'var(--red)', stalled: 'var(--amber)', open: 'var(--grey)', total: muted }

const narrow = width => width < 400
const letter = 7.6 // pixels of a letter, at 12 pixels; on the wide side: what is reserved must hold any font

/** A chart as SVG with a title and a description, without what only a script would use. */
function draw(option, width, height, { title, description }) {
	const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width, height })
	chart.setOption({ animation: false, textStyle: { color: muted, fontSize: 12 }, ...option })
	const svg = chart.renderToSVGString()
	chart.dispose()
	return svg
		.replace(/<style\b[\s\S]*?<\/style>/g, '')
		.replace(/ (?:class|ecmeta_\w+|pointer-events|xml:space|baseProfile|version|xmlns(?::xlink)?)="[^"]*"/g, '')
		.replace(/font-family:[^;"]*;?/g, '')
		.replace(/^<svg [^>]*>/, `<svg role="img" aria-label="${escape(`${title}. ${description}`)}" viewBox="0 0 ${width} ${height}">` +
			`<title>${escape(title)}</title><desc>${escape(description)}</desc>`)
}

/** A series drawn by hand: for each row, shapes in the chart's own coordinates. */
const shapes = (rows, shape, more = {}) => ({
	type: 'custom', silent: true, data: rows.map((_, i) => i), ...more,
	renderItem: (_, api) => ({ type: 'group', children: shape(rows[api.value(0)], api.value(0), (x, y) => api.coord([x, y])).filter(Boolean) })
})
const rectangle = (x, y, width, height, style) => ({ type: 'rect', shape: { x: Math.min(x, x + width), y, width: Math.abs(width), height }, style })
const line = (x1, y1, x2, y2, style) => ({ type: 'line', shape: { x1, y1, x2, y2 }, style: { lineWidth: 1, ...style } })
const dot = (cx, cy, r, style) => ({ type: 'circle', shape: { cx, cy, r }, style })
const words = (text, x, y, style) => ({ type: 'text', style: { text, x, y, fill: ink, textVerticalAlign: 'middle', fontSize: 12, ...style } })

const valueAxis = more => ({
	type: 'value', axisLine: { show: false }, axisTick: { show: false }, splitLine: { lineStyle: { color: rule } },
	axisLabel: { color: muted }, ...more
})

/** Round ends and steps of an axis that holds these values. */
function scale(values, width) {
	const low = Math.min(0, ...values), high = Math.max(0, ...values)
	const least = (high - low || 1) / (narrow(width) ? 3 : 5), power = 10 ** Math.floor(Math.log10(least))
	const interval = [1, 2, 5, 10].map(n => n * power).find(step => step >= least)
	return { min: Math.floor(low / interval) * interval, max: Math.ceil(high / interval) * interval, interval }
}

/** What charts share that have one row for each of some labels: names at the left, values to the right. */
function rowsOf(names, width, axis, { right = 16, top = 8, rowHeight = 34 } = {}) {
	const length = narrow(width) ? 13 : 22
	const left = 12 + letter * Math.min(length, Math.max(...names.map(name => [...name].length)))
	return {
		height: top + 28 + names.length * rowHeight,
		frame: {
			grid: { left, right, top, bottom: 28 },
			xAxis: valueAxis(axis),
			yAxis: {
				type: 'category', inverse: true, data: names.map((_, i) => i), axisLine: { show: false }, axisTick: { show: false },
				axisLabel: { color: ink, formatter: i => isolate(names[i], length), interval: 0 }
			}
		}
	}
}

/** How many reached each stage: went on, still open, stalled, lost. */
export function funnel(stages, width, about) {
	const right = narrow(width) ? 112 : 150
	const { frame, height } = rowsOf(stages.map(s => s.stage), width, { max: Number(stages[0].reached), axisLabel: { show: false }, splitLine: { show: false } },
		{ right, top: 24, rowHeight: 40 })
	const part = (name, color) => ({
		type: 'bar', stack: 'all', barWidth: 22, silent: true, data: stages.map(s => Number(s[name] ?? 0)),
		itemStyle: { color, borderColor: paper, borderWidth: 0.5 }
	})
	const labels = shapes(stages, (s, i, at) => {
		const y = at(0, i)[1], last = i === stages.length - 1
		return [
			words(digits(s.reached, 'count'), width - right + 56, y, { textAlign: 'right' }),
			!last && s.leakage_rate !== null && words(digits(s.leakage_rate, 'rate'), width - 4, y, { textAlign: 'right', fill: colours.bad, fontWeight: 'bold' }),
			i === 0 && words('reached', width - right + 56, 12, { textAlign: 'right', fill: muted }),
			i === 0 && words('leaks', width - 4, 12, { textAlign: 'right', fill: muted })
		]
	})
	return draw({ ...frame, series: [part('advanced', colours.good), part('open', colours.open), part('stalled', colours.stalled), part('lost', colours.bad), labels] },
		width, height - 20, about)
}

/** Days in each stage: the median as a bar, the slowest tenth as a mark; and how old what waits there is. */
export function stageTime(all, width, about) {
	const stages = all.filter(s => s.median_days !== null || s.median_age_days !== null)
	const right = narrow(width) ? 78 : 150
	const { frame, height } = rowsOf(stages.map(s => s.stage), width, scale(stages.map(s => s.p90_days ?? s.median_days ?? 0), width), { right, top: 24, rowHeight: 40 })
	const marks = shapes(stages, (s, i, at) => {
		const [zero, y] = at(0, i), median = at(s.median_days ?? 0, i)[0], slow = at(s.p90_days ?? 0, i)[0]
		return [
			rectangle(zero, y - 11, median - zero, 22, { fill: colours.good }),
			s.p90_days !== null && line(median, y, slow, y, { stroke: ink }),
			s.p90_days !== null && line(slow, y - 7, slow, y + 7, { stroke: ink, lineWidth: 2 }),
			words(s.median_age_days === null ? '–' : narrow(width) ? `${digits(s.in_stage, 'count')}, ${digits(s.median_age_days, 'count')} d`
				: `${digits(s.in_stage, 'count')} for ${digits(s.median_age_days, 'count')} days`, width - 4, y, { textAlign: 'right' }),
			i === 0 && words('in it now', width - 4, 12, { textAlign: 'right', fill: muted })
		]
	})
	return draw({ ...frame, series: [marks] }, width, height, about)
}

/** Who went where, and what deals were lost to. Names of stages say which targets are ends. */
export function flow(flows, stages, width, about) {
	const vertical = narrow(width)
	const key = name => (stages.includes(name) ? 'stage ' : 'end ') + name // an end may be called as a stage is
	const nodes = new Map()
	for (const f of flows)
		for (const [name, end] of [[f.source, 0], [f.target, 1]]) {
			const node = nodes.get(key(name)) ?? { name, sums: [0, 0] }
			node.sums[end] += Number(f.value)
			nodes.set(key(name), node)
		}
	const colour = name => stages.includes(name) ? colours.good : name === 'still open' ? colours.open : colours.bad
	const text = ({ name, sums: [out, into] }) => `${isolate(name, 14)}${vertical && !out ? '\n' : ' '}${digits(Math.max(out, into), 'count')}`
	const series = {
		type: 'sankey', silent: true, orient: vertical ? 'vertical' : 'horizontal', nodeGap: vertical ? 46 : 22, nodeWidth: 12,
		left: vertical ? 20 : 4, top: 16, right: vertical ? 32 : 150, bottom: vertical ? 40 : 16, layoutIterations: 64,
		label: { color: ink, fontSize: 12, position: vertical ? 'bottom' : 'right', formatter: ({ name }) => text(nodes.get(name)) },
		data: [...nodes].map(([name, node]) => ({ name, itemStyle: { color: colour(node.name), borderWidth: 0 } })),
		links: flows.map(f => ({
			source: key(f.source), target: key(f.target), value: Number(f.value),
			lineStyle: { color: colour(f.target), opacity: 0.3, curveness: 0.5 }
		}))
	}
	return draw({ series: [series] }, width, vertical ? 640 : 420, about)
}

/** A rate by period with its interval as a band; periods that are not over are dashed and hollow. */
export function trend(periods, period, width, about) {
	const value = (p, name) => p[name] === null ? '-' : p[name]
	const over = periods.map(p => p.is_complete)
	const joins = i => !over[i] || (over[i + 1] === false) // the dashed part begins at the last point of the solid one
	const mark = (data, style) => ({ type: 'line', silent: true, data, symbol: 'circle', symbolSize: 7, lineStyle: { color: colours.good, width: 2 }, itemStyle: { color: colours.good }, ...style })
	const band = (data, areaStyle) => ({ type: 'line', silent: true, stack: 'band', data, symbol: 'none', lineStyle: { width: 0, opacity: 0 }, areaStyle })
	return draw({
		grid: { left: 44, right: 16, top: 14, bottom: 28 },
		xAxis: {
			type: 'category', data: periods.map(p => periodTick(period, p.period_start)), boundaryGap: false, axisTick: { show: false },
			axisLine: { lineStyle: { color: muted } }, axisLabel: { color: muted, hideOverlap: true }
		},
		yAxis: valueAxis({ min: 0, axisLabel: { color: muted, formatter: v => `${Math.round(v * 100)}%` } }),
		series: [
			band(periods.map(p => value(p, 'low'))),
			band(periods.map(p => p.low === null ? '-' : p.high - p.low), { color: colours.good, opacity: 0.18 }),
			mark(periods.map((p, i) => joins(i) ? value(p, 'value') : '-'), { symbol: 'none', lineStyle: { color: colours.good, width: 2, type: 'dashed' } }),
			mark(periods.map((p, i) => over[i] ? value(p, 'value') : '-')),
			mark(periods.map((p, i) => over[i] ? '-' : value(p, 'value')), { lineStyle: { width: 0, opacity: 0 }, itemStyle: { color: paper, borderColor: colours.good, borderWidth: 2 } }),
			mark(periods.map(p => value(p, 'target')), { symbol: 'none', step: 'end', lineStyle: { color: muted, type: 'dotted', width: 2 } })
		]
	}, width, narrow(width) ? 220 : 280, about)
}

/** A figure with its interval, a row each; the company's own as a line through all. */
function whiskers(rows, unit, reference) {
	return shapes(rows, (r, i, at) => {
		const y = at(0, i)[1], x = v => at(v, i)[0]
		return [
			i === 0 && reference !== null && line(x(reference), y - 21, x(reference), at(0, rows.length - 1)[1] + 21, { stroke: muted, lineDash: [2, 3] }),
			r.low !== null && line(x(r.low), y, x(r.high), y, { stroke: colours.good, lineWidth: 6, opacity: 0.35, lineCap: 'round' }),
			r.value !== null && dot(x(r.value), y, 5, { fill: r.is_complete ? colours.good : paper, stroke: colours.good, lineWidth: 2 }),
			r.value !== null && words(digits(r.value, unit), x(r.value), y - 14, { textAlign: 'center' })
		]
	})
}

/** A rate for each value of a segment, with intervals. */
export function segments(rows, company, width, about) {
	const { frame, height } = rowsOf(rows.map(r => r.segment_value), width,
		{ ...scale(rows.map(r => r.high ?? r.value), width), axisLabel: { color: muted, formatter: v => `${Math.round(v * 100)}%` } }, { rowHeight: 42 })
	return draw({ ...frame, series: [whiskers(rows, 'rate', company)] }, width, height, about)
}

/** From one total to another by what was added and taken away. Steps: { name, from, to, text, colour }. */
export function waterfall(steps, width, about) {
	const right = narrow(width) ? 66 : 84
	const { frame, height } = rowsOf(steps.map(s => s.name), width,
		{ ...scale(steps.flatMap(s => [s.from, s.to]), width), axisLabel: { color: muted, formatter: v => digits(v, 'axis') } }, { right })
	const bars = shapes(steps, (s, i, at) => {
		const [from, y] = at(s.from, i), to = at(s.to, i)[0]
		return [
			rectangle(from, y - 10, Math.abs(to - from) < 1 ? 1 : to - from, 20, { fill: s.colour }),
			i < steps.length - 1 && line(to, y + 10, to, at(s.to, i + 1)[1] - 10, { stroke: muted }),
			words(s.text, width - 4, y, { textAlign: 'right', fill: s.colour === colours.total ? ink : s.colour })
		]
	})
	return draw({ ...frame, series: [bars] }, width, height, about)
}

/** The score on its scale with its interval, and the teams below or beside it. */
export function gauge(score, teams, width, about) {
	const beside = !narrow(width)
	const { frame, height } = rowsOf(teams.length ? teams.map(t => t.segment_value) : [''], beside ? width / 2 : width,
		{ min: -100, max: 100, interval: 50, axisLabel: { color: muted, formatter: v => digits(v, 'count') } }, { rowHeight: 42 })
	const tall = beside ? Math.max(height, 250) : height + (teams.length ? 210 : 190)
	const at = value => (value + 100) / 200
	const dial = {
		type: 'gauge', silent: true, min: -100, max: 100, splitNumber: 4, startAngle: 200, endAngle: -20,
		center: beside ? ['22%', 135] : ['50%', 125], radius: 105,
		axisLine: { lineStyle: { width: 14, color: [[at(score.low), rule], [at(score.high), colours.good], [1, rule]] } },
		pointer: { length: '78%', width: 4, itemStyle: { color: ink } }, anchor: { show: true, size: 10, itemStyle: { color: ink, borderWidth: 0 } },
		axisTick: { show: false }, splitLine: { length: 14, distance: -14, lineStyle: { color: paper, width: 1 } },
		axisLabel: { color: muted, distance: 20, fontSize: 11, formatter: v => digits(v, 'count') },
		title: { show: false }, data: [{ value: score.value }],
		detail: { color: ink, fontSize: 26, fontWeight: 'bold', offsetCenter: [0, 48], formatter: v => digits(v, 'score') }
	}
	if (!teams.length) return draw({ series: [dial] }, width, beside ? 250 : 190, about)
	const grid = { ...frame.grid, top: beside ? 16 : 212, left: beside ? width / 2 + frame.grid.left - 24 : frame.grid.left }
	return draw({ ...frame, grid, series: [dial, whiskers(teams, 'score', score.value)] }, width, tall, about)
}

/** Share of each cohort that came back, by periods since; what is not over is hollow. */
export function cohorts(cells, period, width, about) {
	const shown = narrow(width) ? 10 : width < 700 ? 13 : Infinity
	const starts = [...new Set(cells.map(c => c.cohort))]
	const columns = Math.min(shown, Math.max(...cells.map(c => c.period)))
	const size = new Map(cells.map(c => [c.cohort, c.cohort_size]))
	const left = narrow(width) ? 62 : 120, top = 24, cellHeight = 24
	const cellWidth = (width - left - 4) / columns
	const visible = cells.filter(c => c.period >= 1 && c.period <= columns)
	const many = visible.filter(c => Number(c.cohort_size) >= 10) // the few of a small cohort would bleach the others
	const darkest = Math.max(...(many.length ? many : visible).map(c => c.rate), 0.01)
	const drawn = shapes(visible, c => {
		const x = left + (c.period - 1) * cellWidth, y = top + starts.indexOf(c.cohort) * cellHeight
		const shade = Math.min(6, Math.floor(c.rate / darkest * 7))
		return [
			rectangle(x + 1, y + 1, cellWidth - 2, cellHeight - 2, c.is_complete ? { fill: `var(--shade-${shade})` } : { fill: 'none', stroke: muted, lineDash: [2, 2] }),
			words(digits(c.rate * 100, 'count'), x + cellWidth / 2, y + cellHeight / 2, { textAlign: 'center', fontSize: 11, fill: !c.is_complete ? muted : shade > 3 ? 'var(--on-shade)' : ink })
		]
	}, { coordinateSystem: 'none' })
	const rowNames = shapes(starts, (start, i) => [words(`${periodTick(period, start)}${narrow(width) ? '' : `, ${digits(size.get(start), 'count')}`}`, left - 8, top + (i + 0.5) * cellHeight, { textAlign: 'right' })], { coordinateSystem: 'none' })
	const columnNames = shapes(Array.from({ length: columns }, (_, i) => i + 1), (n, i) => [words(String(n), left + (i + 0.5) * cellWidth, 12, { textAlign: 'center', fill: muted })], { coordinateSystem: 'none' })
	const corner = shapes([0], () => [words(narrow(width) ? '' : 'first order, n', left - 8, 12, { textAlign: 'right', fill: muted })], { coordinateSystem: 'none' })
	return draw({ series: [drawn, rowNames, columnNames, corner] }, width, top + starts.length * cellHeight + 4, about)
}

/** A tile's line of the last periods: by hand, it has no axes. */
export function spark(values, width = 120, height = 32) {
	const known = values.filter(v => v !== null)
	if (known.length < 2) return ''
	const low = Math.min(...known), span = Math.max(...known) - low || 1
	const points = values.map((v, i) => v === null ? null : [3 + i * (width - 6) / (values.length - 1), height - 4 - (v - low) / span * (height - 8)].map(n => n.toFixed(1))).filter(Boolean)
	const [x, y] = points.at(-1)
	return `<svg class="spark" viewBox="0 0 ${width} ${height}" aria-hidden="true"><polyline points="${points.map(p => p.join()).join(' ')}" fill="none" stroke="var(--blue)" stroke-width="1.5"/>` +
		`<circle cx="${x}" cy="${y}" r="2.5" fill="var(--blue)"/></svg>`
}
