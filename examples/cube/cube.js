// Who sees what, and whose days. Cube reads what is stored with one login, which sees every rep: so the token decides.
//
//	{ "sees_all": true }			every deal, lead and answer
//	{ "rep": "Emma Johnson" }		those of this rep (as deals.owner has it); a cube without an owner refuses
//
// A token with neither sees nothing.

// The cubes that a query names, wherever it does: measures, dimensions, filters within filters. Rather one too many than one too few.
function cubesOf(part) {
	if (typeof part === 'string') {
		return /^\w+\.\w/.test(part) ? [part.split('.')[0]] : [];
	}
	return Object.entries(part || {}).flatMap(([key, value]) => (key === 'values' ? [] : [...cubesOf(key), ...cubesOf(value)]));
}

module.exports = {
	queryRewrite: (query, { securityContext }) => {
		const { sees_all, rep } = securityContext || {};
		if (sees_all !== true && typeof rep !== 'string') {
			throw new Error('The token says neither "sees_all": true nor a "rep": see examples/cube/cube.js');
		}
		// A day is that of kpi.settings.zone already; in another zone it would be another day
		const rewritten = { ...query, timezone: 'UTC' };
		if (sees_all !== true) {
			const own = [...new Set(cubesOf(query))].map((cube) => ({ member: `${cube}.owner`, operator: 'equals', values: [rep] }));
			rewritten.filters = [...(query.filters || []), ...own];
		}
		return rewritten;
	},
};
