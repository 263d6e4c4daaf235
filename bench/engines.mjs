// engines.mjs DIRECTORY: ClickHouse (chdb) and DuckDB, each in this process, asked over TCP.
//
// Prints "PORT TOKEN ENGINE..." when it is ready. A question is one line, "TOKEN ENGINE SQL in
// base64"; the answer one line of COPY's text form: milliseconds of the query alone, its rows as
// JSON (an array of arrays), NULL; or NULL, NULL, the error. DIRECTORY keeps ClickHouse's tables.

import net from 'node:net';
import {randomBytes} from 'node:crypto';

const engines = {};
try {
	const {Session} = await import('chdb');
	const session = new Session(process.argv[2]);
	engines.clickhouse = async sql => {
		const text = (await session.queryAsync(sql, {format: 'JSONCompactEachRow'})).text();
		return '[' + text.trim().split('\n').join(',') + ']';
	};
	await engines.clickhouse('SELECT 1');
} catch (error) {
	delete engines.clickhouse;
	console.error(`bench: without ClickHouse: ${error.message.split('\n')[0]}`);
}
try {
	const {DuckDBInstance} = await import('@duckdb/node-api');
	const connection = await (await DuckDBInstance.create(':memory:', {threads: '1'})).connect();
	engines.duckdb = async sql => JSON.stringify((await connection.runAndReadAll(sql)).getRowsJson());
	await engines.duckdb('SELECT 1');
} catch (error) {
	delete engines.duckdb;
	console.error(`bench: without DuckDB: ${error.message.split('\n')[0]}`);
}

const token = randomBytes(16).toString('hex');
const field = text => String(text).replace(/[\\\t\n\r]/g, c => ({'\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r'})[c]);

async function answer(line) {
	const [key, engine, sql] = line.split(' ');
	if (key !== token)
		return '\\N\t\\N\twrong token\n';
	try {
		const started = process.hrtime.bigint();
		const rows = await engines[engine](Buffer.from(sql, 'base64').toString());
		return `${Number(process.hrtime.bigint() - started) / 1e6}\t${field(rows)}\t\\N\n`;
	} catch (error) {
		return `\\N\t\\N\t${field(error.message)}\n`;
	}
}

net.createServer(socket => {
	let line = '';
	socket.on('error', () => {});
	socket.on('data', async data => {
		line += data;
		if (line.endsWith('\n'))
			socket.end(await answer(line.trim()));
	});
}).listen(0, '127.0.0.1', function () {
	console.log([this.address().port, token, ...Object.keys(engines)].join(' '));
});
