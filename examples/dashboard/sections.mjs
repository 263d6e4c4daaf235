// sections.mjs: the page's sections, in their order. A section is an object:
//
//	id			of the element; words/ has its title, finding and note under this name (say() fills them in from values)
//	values		what its words say, as HTML
//	finding		which of its findings, where there are several
//	notes		further notes, where they apply
//	legend		[colour, key of its words] of each colour
//	widths		to draw the chart for: the page shows the one that fits
//	chart		(width, about) => SVG
//	columns		{ key of its words: row => cell as HTML } of the table of its numbers
//	rows		of the table; is_open: it is shown at once
//
// or, where there is nothing to show, { id, empty: true }: the page's end lists these.

import { outlook } from './sections/outlook.mjs'
import { pipeline } from './sections/pipeline.mjs'
import { results } from './sections/results.mjs'
import { team } from './sections/team.mjs'
import { customers } from './sections/customers.mjs'
import { deals } from './sections/deals.mjs'

const groups = { results, outlook, team, pipeline, customers, deals }

/** The groups of the page, each with its sections. A rep's page has those of one rep only. */
export const sections = (data, options) => Object.entries(groups).map(([id, list]) => ({
	id,
	sections: list.filter(section => data.page.segment === 'all' || section.forReps).map(section => section(data, options))
}))
