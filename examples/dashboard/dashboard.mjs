#!/usr/bin/env node
// dashboard.mjs: writes the figures of schema kpi as one HTML page that needs nothing else.
//
//	node examples/dashboard/dashboard.mjs [options] >page.html
//
// PGHOST, PGPORT, PGUSER, PGPASSWORD and PGDATABASE say where the database is. See doc/dashboard.md.

import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { languages, speak } from './language.mjs'
import { page } from './page.mjs'
import { readAll } from './queries.mjs'

const periods = ['week', 'month', 'quarter', 'fiscal year'], segments = ['source', 'owner', 'region', 'industry']

const usage = `Usage: node dashboard.mjs [options] >page.html
  -o, --output FILE    write the page there
      --language CODE  ${Object.keys(languages).join(', ')} (en)
      --period PERIOD  of the tiles and the trends: ${periods.join(', ')} (month)
      --segment NAME   of the win rates side by side: ${segments.join(', ')} (source)
      --currency CODE  what amounts are in, such as MYR, IDR or USD; or a name, such as toman
      --title TEXT     of the page`

/** The command line's options; what is wrong with them is an error. */
function options() {
	const text = { type: 'string' }
	const { values } = parseArgs({
		options: {
			output: { ...text, short: 'o' }, language: { ...text, default: 'en' }, period: { ...text, default: 'month' }, segment: { ...text, default: 'source' },
			currency: text, title: text, help: { type: 'boolean', short: 'h' }
		}
	})
	for (const [name, known] of Object.entries({ period: periods, segment: segments, language: Object.keys(languages) }))
		if (!known.includes(values[name])) throw new Error(`no ${name} "${values[name]}": it is one of ${known.join(', ')}`)
	return values
}

/** What PostgreSQL or the network said, and what to do about it. */
function explain(error) {
	const cause = error.errors?.[0] ?? error // several addresses: one error each
	const where = `${process.env.PGHOST ?? 'localhost'}, port ${process.env.PGPORT ?? 5432}`
	const next = {
		ECONNREFUSED: `no server answers at ${where}: PGHOST and PGPORT say where it is`,
		ENOENT: `no server answers at ${where}: PGHOST and PGPORT say where it is`,
		ENOTFOUND: `no server answers at ${where}: PGHOST and PGPORT say where it is`,
		'42P01': 'a view is missing: psql -f examples/nightly/install.sql',
		42703: 'a column is missing: the views are of another version; psql -f examples/nightly/install.sql',
		42501: 'the role may not read it: GRANT kpi_reader TO it (examples/nightly/roles.sql)',
		55000: 'not refreshed yet: CALL kpi.refresh()'
	}[cause.code]
	return cause.message + (next ? `\nNext step: ${next}` : '')
}

let chosen
try {
	chosen = options()
} catch (error) {
	console.error(`dashboard: ${error.message}\n${usage}`)
	process.exit(2)
}
if (chosen.help) {
	console.log(usage)
	process.exit(0)
}
try {
	speak(chosen.language, chosen.currency)
	const html = page(await readAll(chosen), chosen)
	if (chosen.output) writeFileSync(chosen.output, html)
	else process.stdout.write(html)
} catch (error) {
	console.error(`dashboard: ${explain(error)}`)
	process.exitCode = 1
}
