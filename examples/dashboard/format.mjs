// format.mjs: numbers, periods and text as the page shows them.
// Amounts arrive as text (PostgreSQL's numeric): exact() never makes a number of them.

const locale = 'en-GB'
const thin = '\u202f' // a narrow space that does not break

/** Text for HTML, in an element or an attribute. */
export const escape = text =>
	String(text ?? '').replace(/[&<>"']/g, c => `&#${c.charCodeAt(0)};`)

/** A label from the database in HTML: whatever its direction, it does not move what stands around it. */
export const label = text => `<bdi dir="auto">${escape(named(text))}</bdi>`

/** The same for a chart's text: between the marks of an isolate, and not longer than there is room for. */
export const isolate = (text, length) => `\u2068${shorten(named(text), length)}\u2069`

const named = text => /\S/.test(text) ? text : '(blank)'

/** Text of at most that many characters (as people see them), an ellipsis in place of the rest. */
function shorten(text, length) {
	const characters = [...new Intl.Segmenter(locale).segment(String(text ?? '').replace(/\s+/g, ' '))]
	return characters.length <= length ? characters.map(c => c.segment).join('')
		: `${characters.slice(0, length - 1).map(c => c.segment).join('')}…`
}

/** All digits there are, in groups of three. */
export function exact(value) {
	if (value === null || value === undefined) return '–'
	const [, sign, whole, rest] = /^(-?)(\d+)(.*)$/.exec(String(value)) ?? []
	return whole === undefined ? String(value) : (sign && '−') + whole.replace(/\B(?=(\d{3})+$)/g, ',') + rest
}

const intl = options => new Intl.NumberFormat(locale, options)
const formats = {
	count: intl({ maximumFractionDigits: 0 }),
	money: intl({ notation: 'compact', minimumSignificantDigits: 3, maximumSignificantDigits: 3 }),
	axis: intl({ notation: 'compact', maximumSignificantDigits: 3 }),
	rate: intl({ style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 }),
	days: intl({ minimumFractionDigits: 1, maximumFractionDigits: 1 }),
	score: intl({ minimumFractionDigits: 1, maximumFractionDigits: 1 })
}

/** A figure to read, of a unit: count, money, rate, days or score. */
export const read = (value, unit) =>
	value === null || value === undefined ? '–' : digits(value, unit) + (unit === 'days' ? `${thin}days` : '')

/** The same in HTML, with all of its digits in the title. */
export const number = (value, unit) => `<span title="${exact(value)}">${read(value, unit)}</span>`

/** The same without the unit's name. */
export const digits = (value, unit) =>
	formats[unit === 'days' && Math.abs(value) >= 100 || unit === 'money' && Number(value) === 0 ? 'count' : unit].format(value)
		.replace(/^-(?=[0.]+%?$)/, '').replace('-', '−')

/** An interval of 95%, from the row that has it. */
export const bounds = ({ low, high }, unit) => `95%: ${digits(low, unit).replace('%', '')} to ${read(high, unit)}`

/** What a figure changed by: of rates in points, of scores as it is, of others in percent of before. */
export function change(value, before, unit) {
	if (value === null || before === null || value === undefined || before === undefined) return ''
	const signed = (number, name) => `${number < 0 ? '−' : number > 0 ? '+' : '±'}${formats.days.format(Math.abs(number))}${name}`
	if (unit === 'rate') return signed((value - before) * 100, `${thin}points`)
	if (unit === 'score') return signed(value - before, '')
	return Number(before) === 0 ? '' : signed((value / before - 1) * 100, '%')
}

const day = options => new Intl.DateTimeFormat(locale, { timeZone: 'UTC', ...options })
const months = day({ month: 'long', year: 'numeric' })
const shortMonths = day({ month: 'short', year: '2-digit' })
const days = day({ day: 'numeric', month: 'long', year: 'numeric' })

/** A date (2025-12-01), as people write it. */
export const date = start => days.format(new Date(`${start}T00:00Z`))

/** What the period is called that begins on that day. */
export function periodName(period, start) {
	const at = new Date(`${start}T00:00Z`)
	switch (period) {
		case 'month': return months.format(at)
		case 'quarter': return `Q${Math.floor(at.getUTCMonth() / 3) + 1} ${at.getUTCFullYear()}`
		case 'week': return `the week of ${days.format(at)}`
		case 'fiscal year': return `the year from ${months.format(at)}`
		case 'all time': return 'all time'
		default: return days.format(at)
	}
}

/** The same for an axis. */
export const periodTick = (period, start) =>
	period === 'month' ? shortMonths.format(new Date(`${start}T00:00Z`)) : period === 'quarter' ? periodName(period, start) : start
