// Deals: rollups of what is stored by day, owner, source and region. A measure merges the summaries that a query selects and reads its
// figure from the whole: right for any cut and any total, medians and intervals too.
//
// In JavaScript, since two cubes have the same SQL but for the date basis: `deals` by the day they were closed, `cohorts` by the day they
// were created.

const daysBy = (dateBasis) => `
	SELECT day, owner, source, region, summary AS rate, NULL::duration_summary AS cycle, NULL::velocity_summary AS velocity
	FROM kpi.rate_summary WHERE measure = 'win rate' AND segment = 'owner, source, region' AND date_basis = '${dateBasis}'
	UNION ALL
	SELECT day, owner, source, region, NULL, summary, NULL
	FROM kpi.duration_summary WHERE measure = 'sales cycle' AND segment = 'owner, source, region' AND date_basis = '${dateBasis}'
	UNION ALL
	SELECT day, owner, source, region, NULL, NULL, summary
	FROM kpi.velocity_summary WHERE segment = 'owner, source, region' AND date_basis = '${dateBasis}'`;

cube('deals', {
	description: 'Deals by the day they were closed',
	sql: daysBy('closed'),
	refresh_key: {
		sql: 'SELECT refreshed_at FROM kpi.snapshot',
	},
	dimensions: {
		day: { sql: `${CUBE}.day`, type: 'time', description: 'A day of kpi.settings.zone' },
		owner: { sql: `${CUBE}.owner`, type: 'string' },
		source: { sql: `${CUBE}.source`, type: 'string' },
		region: { sql: `${CUBE}.region`, type: 'string' },
	},
	measures: {
		deals: { sql: `decided(rollup(${CUBE}.rate)) + undecided(rollup(${CUBE}.rate))`, type: 'number' },
		deals_won: { sql: `succeeded(rollup(${CUBE}.rate))`, type: 'number' },
		deals_lost: { sql: `decided(rollup(${CUBE}.rate)) - succeeded(rollup(${CUBE}.rate))`, type: 'number' },
		deals_open: { sql: `undecided(rollup(${CUBE}.rate))`, type: 'number' },
		win_rate: { sql: `win_rate(rollup(${CUBE}.rate))`, type: 'number', description: 'Won of those decided, a fraction' },
		win_rate_low: { sql: `rate_low(rollup(${CUBE}.rate))`, type: 'number', description: 'The lower end of its 95 % interval' },
		win_rate_high: { sql: `rate_high(rollup(${CUBE}.rate))`, type: 'number', description: 'The upper end of its 95 % interval' },
		amount_won: { sql: `coalesce(amount_won(rollup(${CUBE}.rate)), 0)`, type: 'number' },
		average_deal_size: { sql: `avg_deal_size(rollup(${CUBE}.rate))`, type: 'number', description: 'Of deals won' },
		sales_cycle_days: { sql: `mean_days(rollup(${CUBE}.cycle))`, type: 'number' },
		median_sales_cycle_days: { sql: `median_days(rollup(${CUBE}.cycle))`, type: 'number', description: 'Within 1 %' },
		p90_sales_cycle_days: { sql: `percentile_days(rollup(${CUBE}.cycle), 0.9)`, type: 'number', description: 'Within 1 %' },
		pipeline_velocity: { sql: `pipeline_velocity(rollup(${CUBE}.velocity))`, type: 'number', description: 'Money a day' },
	},
});

cube('cohorts', {
	extends: deals,
	description: 'Deals by the day they were created, whatever has become of them since',
	sql: daysBy('created'),
});
