// language.mjs: the language a page is in, and its words. They stand in words/, one file a language: the same keys in
// each, {names} in braces for what is put in, and {"one": ..., "other": ...} where a language tells one from many.

import { readFileSync } from 'node:fs'

/** What Intl needs to know, and how money is written: 1.2m or 1.2 million, also on an axis, RM before it or "ringgit" after it. */
export const languages = {
	en: { locale: 'en-GB', direction: 'ltr', compactDisplay: 'short', onAxis: 'short', currencyDisplay: 'narrowSymbol' },
	ms: { locale: 'ms-MY', direction: 'ltr', compactDisplay: 'long', onAxis: 'long', currencyDisplay: 'narrowSymbol' },
	id: { locale: 'id-ID', direction: 'ltr', compactDisplay: 'long', onAxis: 'short', currencyDisplay: 'narrowSymbol' },
	fa: { locale: 'fa-IR', direction: 'rtl', compactDisplay: 'long', onAxis: 'long', currencyDisplay: 'name' }
}

let language, words, plural

/** The page is in this language from here on, and its amounts in this currency: a code, a name, or null. */
export function speak(code, currency = null) {
	language = { code, currency, ...languages[code] }
	words = JSON.parse(readFileSync(new URL(`words/${code}.json`, import.meta.url), 'utf8'))
	plural = new Intl.PluralRules(language.locale)
	formats.clear()
}

export const spoken = () => language

/** One of Intl's formats in the page's language; each is made once. */
const formats = new Map()
export function intl(kind, options = {}, locale = language.locale) {
	const key = kind + locale + JSON.stringify(options)
	if (!formats.has(key)) formats.set(key, new Intl[kind](locale, options))
	return formats.get(key)
}

/** Text for HTML, in an element or an attribute. */
export const escape = text => String(text ?? '').replace(/[&<>"']/g, c => `&#${c.charCodeAt(0)};`)

/**
 * From right to left, a number's sign and its percent sign would stand on either side of it, as the letters before it have it. So a number that
 * has one is an isolate with its sign: the minus at its left, the percent sign behind it as one reads, wherever it stands.
 */
export const inPlace = text => language.direction !== 'rtl' ? text
	: text.replace(/\p{Cf}*[+−]\p{Nd}[\p{Nd}٬٫]*|\p{Nd}[\p{Nd}٬٫]*(?=٪)/gu, '\u2066$&\u2069')

function fill(key, values, make) {
	if (!(key in words)) throw new Error(`words/${language.code}.json has no "${key}"`)
	const phrase = typeof words[key] === 'string' ? words[key] : words[key][plural.select(values.n)] ?? words[key].other
	return phrase.split(/\{(\w+)\}/).map((part, i) => i % 2 === 0 ? make(inPlace(part))
		: typeof values[part] === 'number' ? intl('NumberFormat').format(values[part]) : values[part]).join('')
}

/** The words of a key as HTML. Values are HTML; numbers are written as the language does. */
export const say = (key, values = {}) => fill(key, values, escape)

/** The same as plain text, of plain values: for charts and attributes. */
export const text = (key, values = {}) => fill(key, values, part => part)

/** What the database calls something, in the page's language: as it is where there are no words for it. */
export const term = (kind, name) => words[`${kind}.${name}`] ?? name
