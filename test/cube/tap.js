/* What the tests of test/cube share: TAP, and rows that can be compared. */
'use strict';

const { Client, types } = require('pg');

const DATE = 1082;

let count = 0;
let failed = 0;

function ok(passed, name, why = '') {
	count++;
	console.log(`${passed ? 'ok' : 'not ok'} ${count} - ${name}`);
	if (!passed) {
		failed++;
		console.log(String(why).split('\n').slice(-40).map((line) => `# ${line}`).join('\n'));
	}
	return passed;
}

function same(got, expected, name) {
	const [a, b] = [JSON.stringify(got), JSON.stringify(expected)];
	return ok(a === b, name, `expected ${b}\n     got ${a}`);
}

function done() {
	console.log(`1..${count}`);
	process.exitCode = failed ? 1 : 0;
}

/* A value as Cube's JSON, pg or another pg give it, made one: numbers to 12 digits, the first moment of a day as the day. */
function comparable(value) {
	if (value === null || value === undefined || value === '') {
		return null;
	}
	const text = value instanceof Date ? value.toISOString() : String(value);
	if (/^\d{4}-\d\d-\d\dT00:00:00(\.000)?Z?$/.test(text)) {
		return text.slice(0, 10);
	}
	return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text).toPrecision(12) : text;
}

/* Rows as arrays, in an order of their own. */
const asSet = (rows) => rows.map((row) => row.map(comparable)).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

/* The same rows, or each number of the same but for a share of it. */
function sameRows(got, expected, name, within = 0) {
	const [a, b] = [asSet(got), asSet(expected)];
	const fits = (x, y) => x === y || (within > 0 && Math.abs(x - y) <= within * Math.abs(y));
	const alike = b.length > 0 && a.length === b.length && a.every((row, i) => row.length === b[i].length && row.every((value, j) => fits(value, b[i][j])));
	return ok(alike, `${name}: ${b.length} rows`, `expected ${b.length} ${JSON.stringify(b.slice(0, 4))}\n     got ${a.length} ${JSON.stringify(a.slice(0, 4))}`);
}

/* A connection whose dates are their text. */
async function connect(options = {}) {
	const client = new Client({ types: { getTypeParser: (oid, format) => (oid === DATE ? (text) => text : types.getTypeParser(oid, format)) }, ...options });
	await client.connect();
	client.rows = async (text, values) => (await client.query({ text, values, rowMode: 'array' })).rows;
	return client;
}

module.exports = { connect, done, ok, same, sameRows };
