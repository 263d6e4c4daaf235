// format.mjs: numbers, money, periods and labels as the page shows them, in the page's language.
// Amounts arrive as text (PostgreSQL's numeric): exact() never makes a number of them.

import { escape, inPlace, intl, say, spoken, term, text } from './language.mjs'

const none = '–'
const is_missing = value => value === null || value === undefined

// Labels

const named = label => /\S/.test(label) ? term('label', label) : text('label.(blank)')

/** A label from the database in HTML: whatever its direction, it does not move what stands around it. */
export const label = text => `<bdi dir="auto">${escape(named(text))}</bdi>`

/** The same for a chart's text: between the marks of an isolate, and not longer than there is room for. */
export const isolate = (text, length) => `\u2068${shorten(named(text), length)}\u2069`

/** Text of at most that many characters (as people see them), an ellipsis in place of the rest. */
function shorten(text, length) {
	const characters = [...intl('Segmenter').segment(String(text ?? '').replace(/\s+/g, ' '))]
	return characters.length <= length ? characters.map(c => c.segment).join('')
		: `${characters.slice(0, length - 1).map(c => c.segment).join('')}…`
}

// Numbers

/** Digits of ASCII as the language writes them. */
export const localDigits = text => String(text).replace(/\d/g, d => intl('NumberFormat').format(d))

/** All digits there are, in groups of three. */
export function exact(value) {
	if (is_missing(value)) return none
	const [, sign, whole, , fraction] = /^(-?)(\d+)(\.(\d+))?$/.exec(String(value)) ?? []
	if (whole === undefined) return localDigits(value)
	const mark = (number, type) => intl('NumberFormat').formatToParts(number).find(part => part.type === type).value
	return inPlace((sign && mark(-1, 'minusSign').replace('-', '−')) + intl('NumberFormat').format(BigInt(whole)) + (fraction ? mark(0.5, 'decimal') + localDigits(fraction) : ''))
}

const oneDigit = { minimumFractionDigits: 1, maximumFractionDigits: 1 }
const compact = { notation: 'compact', minimumSignificantDigits: 3, maximumSignificantDigits: 3 }
const units = {
	count: () => ({ maximumFractionDigits: 0 }),
	credit: () => ({ maximumFractionDigits: 1 }),
	correlation: () => ({ minimumFractionDigits: 2, maximumFractionDigits: 2 }),
	money: () => ({ ...compact, compactDisplay: spoken().compactDisplay }),
	axis: () => ({ notation: 'compact', compactDisplay: spoken().onAxis, maximumSignificantDigits: 3 }),
	percent: () => ({ style: 'percent', maximumFractionDigits: 0 }),
	rate: () => ({ style: 'percent', ...oneDigit }),
	days: value => Math.abs(value) >= 100 ? units.count() : oneDigit,
	score: () => oneDigit
}
const options = (value, unit) => unit === 'money' && Number(value) === 0 ? units.count() : units[unit](value)
const format = (value, more) => inPlace(intl('NumberFormat', more).format(value).replace('-', '−').replace(/^−(?=[0.]+%?$)/, ''))

/** A figure without the name of its unit: count, money, rate, days or score. */
export const digits = (value, unit) => is_missing(value) ? none : format(value, options(value, unit))

/** The same with its sign. */
export const signed = (value, unit) => format(value, { ...options(value, unit), signDisplay: 'exceptZero' })

const is_code = currency => /^[A-Z]{3}$/.test(currency) && Intl.supportedValuesOf('currency').includes(currency)

function withCurrency(value) {
	const { currency, currencyDisplay } = spoken()
	if (!currency) return digits(value, 'money')
	if (!is_code(currency)) return `${digits(value, 'money')}\u00a0${currency}`
	// What stands before and after an amount: Intl has no long form (1.2 million) of money.
	const parts = intl('NumberFormat', { style: 'currency', currency, currencyDisplay, maximumFractionDigits: 0 }).formatToParts(1)
	const one = parts.findIndex(part => part.type === 'integer'), [, sign = '', amount] = /^(\p{Cf}?−)?(.*)$/u.exec(digits(value, 'money'))
	return [sign, ...parts.map((part, i) => i === one ? amount : part.value)].join('')
}

/** What amounts are in, in words: nothing where nobody said. */
export function currencyName() {
	const { currency } = spoken()
	return currency && is_code(currency) ? intl('DisplayNames', { type: 'currency' }).of(currency) : currency
}

/** A figure to read, with its unit. */
export function read(value, unit) {
	if (is_missing(value)) return none
	if (unit === 'money') return withCurrency(value)
	if (unit === 'days') return format(value, { style: 'unit', unit: 'day', unitDisplay: 'long', ...options(value, unit) })
	return digits(value, unit)
}

const readable = { rate: value => format(value, { style: 'percent', maximumFractionDigits: 4 }), days: value => format(value, { maximumFractionDigits: 4 }) }

const data = (value, unit, html) => is_missing(value) ? none
	: `<data value="${escape(value)}" title="${escape((readable[unit] ?? exact)(value))}">${html}</data>`

/** The same in HTML: all of the value's digits for programs, and more of them for who points at it. */
export const number = (value, unit, show = read) => data(value, unit, escape(show(value, unit)))

/** The same, the unit's name in smaller letters where it stands behind the figure. */
export function numberWithUnit(value, unit) {
	const shown = read(value, unit), figure = digits(value, unit)
	return data(value, unit, shown.startsWith(figure) && shown !== figure ? `${escape(figure)} <small>${escape(shown.slice(figure.length).trim())}</small>` : escape(shown))
}

/** A count or an amount in HTML, to the last digit. */
export const whole = value => number(value, 'count', exact)

/** An amount in HTML, to the cent. */
export const cents = value => number(value, 'money', amount => exact(Number(amount).toFixed(2)))

/** An interval of 95%, from the row that has it. */
export const interval = ({ low, high }, unit) => is_missing(low) ? '' : say('interval', { low: digits(low, unit), high: read(high, unit) })

/** What a figure changed by: of rates in points, of scores as it is, of others in percent of before. */
export function change(value, before, unit) {
	if (is_missing(value) || is_missing(before)) return ''
	if (unit === 'rate') return text('points', { change: signed((value - before) * 100, 'score') })
	if (unit === 'score') return signed(value - before, 'score')
	return Number(before) === 0 ? '' : signed(value / before - 1, 'rate')
}

// Periods and dates. Months of the nightly figures are the common calendar's or Jalali ones (kpi.settings.periods); days are those of the reader's calendar.

const at = start => new Date(`${start}T00:00Z`)
const dates = (options, locale) => intl('DateTimeFormat', { timeZone: 'UTC', ...options }, locale)
const common = () => `${spoken().locale}-u-ca-gregory`
const parts = (options, start) => Object.fromEntries(dates(options).formatToParts(at(start)).map(part => [part.type, part.value]))

/** A date (2025-12-01), as people write it. */
export const date = start => dates({ day: 'numeric', month: 'long', year: 'numeric' }).format(at(start))

/** The same in little room. */
export const shortDate = start => dates({ day: 'numeric', month: 'short', year: 'numeric' }).format(at(start))

/** Whether the reader's calendar has other months than the common one, and whether one of them begins on that day. */
const hasOwnMonths = () => dates().resolvedOptions().calendar !== 'gregory'
const isOwnMonth = start => hasOwnMonths() && parts({ day: 'numeric' }, start).day === localDigits(1)

function monthName(start, month, year = 'numeric') {
	if (isOwnMonth(start)) {
		const own = parts({ month, year: 'numeric' }, start)
		return `${own.month} ${own.year}`
	}
	return dates({ month, year }, common()).format(at(start))
}

const lengths = { week: [0, 7], month: [1, 0], quarter: [3, 0], 'fiscal year': [12, 0] } // months and days

/** Whether a period is of Jalali months: these never begin with the first of a common one. */
const isJalali = (period, start) => period !== 'week' && at(start).getUTCDate() !== 1
const jalali = (options, day) => Number(intl('DateTimeFormat', { timeZone: 'UTC', ...options }, 'en-u-ca-persian').format(day))

function lastJalaliDay(months, start) {
	const day = at(start)
	for (let left = months; left > 0; left -= jalali({ day: 'numeric' }, day) === 1 ? 1 : 0) day.setUTCDate(day.getUTCDate() + 1)
	return new Date(day - 86400000).toISOString().slice(0, 10)
}

/** The last day of the period that begins on that day. */
export function lastDay(period, start) {
	const [months, days] = lengths[period], day = at(start)
	if (isJalali(period, start)) return lastJalaliDay(months, start)
	return new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + months, day.getUTCDate() + days - 1)).toISOString().slice(0, 10)
}

/** From its first day to its last, where it is no period of the reader's calendar. */
const range = (period, start, month) => dates({ day: 'numeric', month, year: 'numeric' }).formatRange(at(start), at(lastDay(period, start)))

function nameOf(period, start, month) {
	if (isJalali(period, start) && !isOwnMonth(start)) return range(period, start, month)
	switch (period) {
		case 'month': return monthName(start, month)
		case 'quarter': if (isJalali(period, start)) return text('period.quarter', { quarter: text(`period.quarter.${Math.ceil(jalali({ month: 'numeric' }, at(start)) / 3)}`), year: parts({ year: 'numeric' }, start).year })
			return text('period.quarter', { quarter: text(`period.quarter.${Math.floor(at(start).getUTCMonth() / 3) + 1}`),
			year: dates({ year: 'numeric' }, common()).format(at(start)) })
		case 'week': return text('period.week', { day: month === 'long' ? date(start) : shortDate(start) })
		default: return text('period.year', { month: monthName(start, month) })
	}
}

/** What the period is called that begins on that day, at length and in short. */
export const periodName = (period, start) => nameOf(period, start, 'long')
export const shortName = (period, start) => nameOf(period, start, 'short')

/** At length, with its days where the reader's calendar has other months. */
export function periodTitle(period, start) {
	const name = periodName(period, start)
	return hasOwnMonths() && period !== 'week' && !isOwnMonth(start) ? text('period.days', { period: name, first: dates({ day: 'numeric', month: 'long' }).format(at(start)),
		last: date(lastDay(period, start)) }) : name
}

/** The same for an axis. */
export const periodTick = (period, start) => isJalali(period, start) && !isOwnMonth(start) ? shortDate(start)
	: period === 'month' ? monthName(start, 'short', '2-digit') : period === 'quarter' ? periodName(period, start) : shortDate(start)

/** A moment as PostgreSQL prints it, to the minute. */
export function moment(printed) {
	const [, day, time, offset] = /^(\S{10}) (\d\d:\d\d)[^+-]*(.*)$/.exec(printed) ?? []
	return day ? text('moment', { day: date(day), time: localDigits(time), zone: `\u2066UTC${offset === '+00' ? '' : localDigits(offset)}\u2069` }) : String(printed)
}
