/*
 * What examples/cube is asked, in the words of Cube's REST interface, and what SQL says to that: over the CRM's own tables, or where the
 * question is of all measures over the views of kpi. The columns of the SQL are in the order of the query's dimensions, time
 * dimensions and measures.
 */
'use strict';

const YEAR = ['2025-01-01', '2025-12-31'];
const RATES = ['deals', 'deals_won', 'deals_lost', 'deals_open', 'win_rate', 'win_rate_low', 'win_rate_high', 'amount_won', 'average_deal_size'];
const DEALS = [...RATES, 'sales_cycle_days', 'median_sales_cycle_days', 'p90_sales_cycle_days', 'pipeline_velocity'];
const LEADS = ['leads', 'converted', 'conversion_rate', 'response_in_time', 'answered', 'unanswered', 'median_response_hours'];
const STAGES = ['reached', 'advanced', 'lost', 'stalled', 'open', 'leakage_rate', 'amount_leaked'];
const of = (cube, names) => names.map((name) => `${cube}.${name}`);
const during = (dimension, dateRange, granularity) => [{ dimension, dateRange, ...(granularity && { granularity }) }];
const is = (member, ...values) => ({ member, operator: 'equals', values });

const CLOSED_IN_2025 = "won IS NOT NULL AND closed >= '2025-01-01 00:00+00' AND closed < '2026-01-01 00:00+00'";
const CREATED_IN_2025 = "created >= '2025-01-01 00:00+00' AND created < '2026-01-01 00:00+00'";

module.exports = [
	{
		name: 'a year as a whole, from the deals',
		query: { measures: of('deals', ['deals', 'deals_won', 'win_rate', 'amount_won']), timeDimensions: during('deals.day', YEAR) },
		sql: `SELECT count(*), count(*) FILTER (WHERE won), avg(won::integer), sum(amount) FILTER (WHERE won) FROM deals WHERE ${CLOSED_IN_2025}`,
	},
	{
		name: 'by source, from the deals',
		query: { measures: of('deals', ['deals', 'win_rate', 'amount_won']), dimensions: ['deals.source'], timeDimensions: during('deals.day', YEAR) },
		sql: `SELECT coalesce(source, '(none)'), count(*), avg(won::integer), sum(amount) FILTER (WHERE won) FROM deals WHERE ${CLOSED_IN_2025} GROUP BY 1`,
	},
	{
		name: 'three dimensions at once, two filtered, from the deals',
		query: {
			measures: of('deals', ['deals', 'deals_lost']), dimensions: of('deals', ['owner', 'source', 'region']), timeDimensions: during('deals.day', YEAR, 'quarter'),
			filters: [is('deals.source', 'Referral', 'Partner'), { member: 'deals.owner', operator: 'notEquals', values: ['Emma Johnson'] }],
		},
		sql: `
			SELECT owner, source, coalesce(region, '(none)'), date_trunc('quarter', closed AT TIME ZONE 'UTC')::date, count(*), count(*) FILTER (WHERE NOT won) FROM deals
			WHERE ${CLOSED_IN_2025} AND source IN ('Referral', 'Partner') AND owner <> 'Emma Johnson' GROUP BY 1, 2, 3, 4`,
	},
	{
		name: 'a filter on a measure, from the deals',
		query: {
			measures: ['deals.deals', 'deals.win_rate'], dimensions: ['deals.owner'], timeDimensions: during('deals.day', YEAR),
			filters: [{ member: 'deals.deals', operator: 'gt', values: ['230'] }],
		},
		sql: `SELECT owner, count(*), avg(won::integer) FROM deals WHERE ${CLOSED_IN_2025} GROUP BY 1 HAVING count(*) > 230`,
	},
	{
		name: 'medians within 1 % of those of the deals',
		within: 0.01,
		query: { measures: ['deals.median_sales_cycle_days'], dimensions: ['deals.region'], timeDimensions: during('deals.day', YEAR) },
		sql: `
			SELECT coalesce(region, '(none)'), percentile_disc(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM closed - created)) / 86400 FROM deals
			WHERE ${CLOSED_IN_2025} AND won AND closed >= created AND isfinite(created) GROUP BY 1`,
	},
	{
		name: 'by month, every measure of a deal',
		query: { measures: of('deals', DEALS), timeDimensions: during('deals.day', YEAR, 'month') },
		sql: `SELECT period_start, ${DEALS} FROM kpi.deals_by_period WHERE date_basis = 'closed' AND period = 'month' AND segment = 'all' AND period_start >= '2025-01-01'`,
	},
	{
		name: 'by week, every measure of a deal',
		query: { measures: of('deals', DEALS), timeDimensions: during('deals.day', ['2025-03-03', '2025-06-29'], 'week') },
		sql: `SELECT period_start, ${DEALS} FROM kpi.deals_by_period WHERE date_basis = 'closed' AND period = 'week' AND segment = 'all' AND period_start BETWEEN '2025-03-03' AND '2025-06-23'`,
	},
	{
		name: 'by quarter and region, every measure of a deal',
		query: { measures: of('deals', DEALS), dimensions: ['deals.region'], timeDimensions: during('deals.day', YEAR, 'quarter') },
		sql: `SELECT segment_value, period_start, ${DEALS} FROM kpi.deals_by_period WHERE date_basis = 'closed' AND period = 'quarter' AND segment = 'region' AND period_start >= '2025-01-01'`,
	},
	{
		name: 'by owner and source, across',
		query: { measures: of('deals', [...RATES, 'median_sales_cycle_days']), dimensions: ['deals.owner', 'deals.source'], timeDimensions: during('deals.day', YEAR) },
		sql: `
			SELECT value, other_value, ${RATES}, median_sales_cycle_days FROM kpi.deals_across
			WHERE date_basis = 'closed' AND period = 'fiscal year' AND period_start = '2025-01-01' AND dimension = 'owner' AND other_dimension = 'source'`,
	},
	{
		name: 'by the month of creation, from the deals',
		query: { measures: of('cohorts', ['deals', 'deals_won', 'deals_open']), timeDimensions: during('cohorts.day', YEAR, 'month') },
		sql: `
			SELECT date_trunc('month', created AT TIME ZONE 'UTC')::date, count(*), count(*) FILTER (WHERE won), count(*) FILTER (WHERE won IS NULL) FROM deals
			WHERE ${CREATED_IN_2025} GROUP BY 1`,
	},
	{
		name: 'by the month of creation, every measure of a deal',
		query: { measures: of('cohorts', DEALS), timeDimensions: during('cohorts.day', YEAR, 'month') },
		sql: `SELECT period_start, ${DEALS} FROM kpi.deals_by_period WHERE date_basis = 'created' AND period = 'month' AND segment = 'all' AND period_start >= '2025-01-01'`,
	},
	{
		name: 'leads by source, from the leads',
		query: { measures: of('leads', ['leads', 'converted', 'conversion_rate']), dimensions: ['leads.source'], timeDimensions: during('leads.day', YEAR) },
		sql: `SELECT coalesce(source, '(none)'), count(*), count(converted), avg((converted IS NOT NULL)::integer) FROM leads WHERE ${CREATED_IN_2025} GROUP BY 1`,
	},
	{
		name: 'leads by owner and quarter, every measure',
		query: { measures: of('leads', LEADS), dimensions: ['leads.owner'], timeDimensions: during('leads.day', YEAR, 'quarter') },
		sql: `SELECT segment_value, period_start, ${LEADS} FROM kpi.leads_by_period WHERE period = 'quarter' AND segment = 'owner' AND period_start >= '2025-01-01' AND leads > 0`,
	},
	{
		name: 'surveys by month: each score is of one survey',
		query: { measures: of('surveys', ['asked', 'responses', 'enps', 'nps', 'csat']), timeDimensions: during('surveys.day', YEAR, 'month') },
		sql: `
			SELECT period_start, sum(asked), sum(responses), max(score) FILTER (WHERE survey = 'eNPS'), max(score) FILTER (WHERE survey = 'NPS'), max(score) FILTER (WHERE survey = 'CSAT')
			FROM kpi.surveys_by_period WHERE period = 'month' AND segment = 'all' AND period_start >= '2025-01-01' GROUP BY 1`,
	},
	{
		name: 'eNPS by team, from the answers',
		query: { measures: ['surveys.enps'], dimensions: ['surveys.segment_value'], timeDimensions: during('surveys.day', YEAR), filters: [is('surveys.survey', 'eNPS')] },
		sql: `
			SELECT segment, 100.0 * (count(*) FILTER (WHERE score >= 9) - count(*) FILTER (WHERE score <= 6)) / count(score) FROM survey_responses
			WHERE survey = 'eNPS' AND asked >= '2025-01-01 00:00+00' AND asked < '2026-01-01 00:00+00' GROUP BY 1`,
	},
	{
		name: 'stages of the deals made in a year',
		query: { measures: of('stages', STAGES), dimensions: ['stages.step', 'stages.stage'], timeDimensions: during('stages.month', YEAR) },
		sql: `SELECT step, stage, ${STAGES} FROM kpi.stages_by_period WHERE period = 'fiscal year' AND segment = 'all' AND period_start = '2025-01-01'`,
	},
	{
		name: 'stages by source and quarter',
		query: { measures: of('stages', ['reached', 'lost', 'leakage_rate']), dimensions: ['stages.source', 'stages.stage'], timeDimensions: during('stages.month', YEAR, 'quarter') },
		sql: `SELECT segment_value, stage, period_start, reached, lost, leakage_rate FROM kpi.stages_by_period WHERE period = 'quarter' AND segment = 'source' AND period_start >= '2025-01-01'`,
	},
];

/* The columns of an answer, in the order of the SQL: their names in Cube's JSON. */
module.exports.columnsOf = ({ dimensions = [], timeDimensions = [], measures = [] }) => [
	...dimensions, ...timeDimensions.filter((time) => time.granularity).map((time) => `${time.dimension}.${time.granularity}`), ...measures];
