-- figure_list.sql: the figures, one row each. kpi.figures, kpi.daily_figures and kpi.deals_behind are made of this table at install, as
-- plain CASE expressions (figures.sql, behind.sql). A new figure is a row here, and one of kpi_catalog() if it isn't there.
--
-- Expressions are SQL over the columns of kpi.dense_*; those of the rows behind, over the columns of kpi.deal_rows, kpi.lead_rows or kpi.deal_standings.

CREATE TABLE kpi.figure_list (
	position		integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	kpi				text NOT NULL,
	made_of			text NOT NULL CHECK (made_of IN ('deals', 'leads', 'surveys', 'activities', 'quotas', 'pipeline', 'mrr', 'customers')),
	date_basis		text,
	value			text,
	numerator		text,
	denominator		text,
	low				text,
	high			text,
	complete		text NOT NULL DEFAULT 'is_complete',
	target			text,
	behind			text CHECK (behind IN ('deals', 'leads', 'standings')),
	in_numerator	text,
	in_denominator	text,
	contribution	text,
	warns			text CHECK (warns IN ('early', 'outcome')),
	UNIQUE (kpi, made_of, date_basis)
);
COMMENT ON TABLE kpi.figure_list IS 'The figures, one row each: what kpi.figures, kpi.daily_figures and kpi.deals_behind are made of, when kpi is installed';
COMMENT ON COLUMN kpi.figure_list.position IS 'A number';
COMMENT ON COLUMN kpi.figure_list.kpi IS 'Its name, as kpi_catalog() has it; {survey}: that of each survey';
COMMENT ON COLUMN kpi.figure_list.made_of IS 'Which kpi.dense_* view has the columns of its expressions';
COMMENT ON COLUMN kpi.figure_list.date_basis IS 'The one date basis that it has; NULL: each of its view''s';
COMMENT ON COLUMN kpi.figure_list.value IS 'SQL: the figure, in its unit; NULL: it is no figure, there are only rows behind it';
COMMENT ON COLUMN kpi.figure_list.numerator IS 'SQL: what was counted or summed up, exactly';
COMMENT ON COLUMN kpi.figure_list.denominator IS 'SQL: what it was divided by, exactly';
COMMENT ON COLUMN kpi.figure_list.low IS 'SQL: the lower end of its 95 % interval';
COMMENT ON COLUMN kpi.figure_list.high IS 'SQL: the upper end of its 95 % interval';
COMMENT ON COLUMN kpi.figure_list.complete IS 'SQL: whether it is final';
COMMENT ON COLUMN kpi.figure_list.target IS 'SQL: its target, where that isn''t one of kpi.targets';
COMMENT ON COLUMN kpi.figure_list.behind IS 'Which rows are behind it: deals, leads, or standings of deals; NULL: there is no list of them';
COMMENT ON COLUMN kpi.figure_list.in_numerator IS 'SQL: whether a row is counted in the numerator';
COMMENT ON COLUMN kpi.figure_list.in_denominator IS 'SQL: whether a row is counted in the denominator; NULL: none is';
COMMENT ON COLUMN kpi.figure_list.contribution IS 'SQL: what a row of the numerator adds to it; NULL: 1';
COMMENT ON COLUMN kpi.figure_list.warns IS 'early: it may give early warning; outcome: of it, by the day of closing (kpi.leading_indicators); NULL: neither';

-- Deals, by the day they were closed and by the day they were created
INSERT INTO kpi.figure_list (kpi, made_of, date_basis, value, numerator, denominator, low, high, complete, target, behind, in_numerator, in_denominator, contribution) VALUES
	('deals created', 'deals', 'created', 'deals', 'deals', NULL, NULL, NULL, 'is_over', NULL, 'deals', 'true', NULL, NULL),
	('deals still open', 'deals', 'created', 'deals_open', 'deals_open', NULL, NULL, NULL, 'is_over', NULL, 'deals', 'won IS NULL', NULL, NULL),
	('won of all', 'deals', 'created', 'won_of_all', 'deals_won', 'deals', NULL, NULL, 'is_complete', NULL, 'deals', 'won', 'true', NULL),
	('deals won', 'deals', NULL, 'deals_won', 'deals_won', NULL, NULL, NULL, 'is_complete', NULL, 'deals', 'won', NULL, NULL),
	('deals lost', 'deals', NULL, 'deals_lost', 'deals_lost', NULL, NULL, NULL, 'is_complete', NULL, 'deals', 'NOT won', NULL, NULL),
	('win rate', 'deals', NULL, 'win_rate', 'deals_won', 'deals_won + deals_lost', 'win_rate_low', 'win_rate_high', 'is_complete', NULL, 'deals', 'won', 'won IS NOT NULL', NULL),
	('win rate by value', 'deals', NULL, 'win_rate_by_value', 'amount_won', 'amount_decided', NULL, NULL, 'is_complete', NULL, 'deals', 'won AND amount IS NOT NULL', 'won IS NOT NULL AND amount IS NOT NULL', 'amount'),
	('win/loss ratio', 'deals', NULL, 'win_loss_ratio', 'deals_won', 'deals_lost', NULL, NULL, 'is_complete', NULL, 'deals', 'won', 'NOT won', NULL),
	('total sales', 'deals', NULL, 'amount_won', 'amount_won', NULL, NULL, NULL, 'is_complete',
		-- what the quotas say
		'CASE d.date_basis WHEN ''closed'' THEN (SELECT target_total(q.summary) FROM kpi.attainment_periods q
			WHERE q.period = d.period AND q.period_start = d.period_start AND q.segment = d.segment AND q.segment_value = d.segment_value) END',
		'deals', 'won AND amount IS NOT NULL', NULL, 'amount'),
	('average deal size', 'deals', NULL, 'average_deal_size', 'amount_won', 'won_with_amount', NULL, NULL, 'is_complete', NULL, 'deals', 'won AND amount IS NOT NULL', 'won AND amount IS NOT NULL', 'amount'),
	('sales cycle in days', 'deals', NULL, 'sales_cycle_days', 'round((sales_cycle_days * sales_cycles)::numeric, 6)', 'sales_cycles', NULL, NULL, 'is_complete', NULL,
		'deals', 'has_cycle', 'has_cycle', '(extract(epoch FROM closed - created) / 86400)::numeric'),
	('median sales cycle', 'deals', NULL, 'median_sales_cycle_days', NULL, 'sales_cycles', NULL, NULL, 'is_complete', NULL, NULL, NULL, NULL, NULL),
	('90th percentile of the sales cycle', 'deals', NULL, 'p90_sales_cycle_days', NULL, 'sales_cycles', NULL, NULL, 'is_complete', NULL, NULL, NULL, NULL, NULL),
	('pipeline velocity', 'deals', NULL, 'pipeline_velocity', NULL, 'deals', NULL, NULL, 'is_complete', NULL, 'deals', 'won', 'true', 'NULL'),
	('stalled', 'deals', 'created', NULL, NULL, NULL, NULL, NULL, 'is_complete', NULL, 'standings', 'is_stalled', NULL, NULL);		-- as kpi.stages_by_period counts them

-- Leads, by the day they were created
INSERT INTO kpi.figure_list (kpi, made_of, value, numerator, denominator, low, high, complete, behind, in_numerator, in_denominator, contribution) VALUES
	('leads', 'leads', 'leads', 'leads', NULL, NULL, NULL, 'is_over', 'leads', 'true', NULL, NULL),
	('lead to opportunity rate', 'leads', 'conversion_rate', 'converted', 'leads', 'conversion_rate_low', 'conversion_rate_high', 'is_complete', 'leads', 'converted IS NOT NULL', 'true', NULL),
	('response in time', 'leads', 'response_in_time', 'answered_in_time', 'answerable', 'response_in_time_low', 'response_in_time_high', 'is_answerable',
		'leads', 'had_time AND is_answered_in_time', 'had_time AND has_response_or_none', NULL),
	('leads unanswered', 'leads', 'unanswered', 'unanswered', NULL, NULL, NULL, 'is_answerable', 'leads', 'first_response IS NULL', NULL, NULL),
	('lead response in hours', 'leads', 'response_hours', 'round((response_hours * answered)::numeric, 6)', 'answered', NULL, NULL, 'is_answerable',
		'leads', 'is_answered', 'is_answered', '(extract(epoch FROM first_response - created) / 3600)::numeric'),
	('median lead response in hours', 'leads', 'median_response_hours', NULL, 'answered', NULL, NULL, 'is_answerable', NULL, NULL, NULL, NULL);

-- Surveys, by the day they were asked
INSERT INTO kpi.figure_list (kpi, made_of, value, numerator, denominator, low, high) VALUES
	('{survey}', 'surveys', 'score', 'coalesce(promoters - detractors, satisfied)', 'responses', 'low', 'high'),
	('{survey} response rate', 'surveys', 'response_rate', 'responses', 'asked', NULL, NULL);

-- Activities, by the day they were done
INSERT INTO kpi.figure_list (kpi, made_of, value, numerator, denominator) VALUES
	('activities', 'activities', 'activities', 'activities', NULL),
	('calls', 'activities', 'calls', 'calls', NULL),
	('emails', 'activities', 'emails', 'emails', NULL),
	('meetings', 'activities', 'meetings', 'meetings', NULL),
	('follow-ups', 'activities', 'follow_ups', 'follow_ups', NULL),
	('visits', 'activities', 'visits', 'visits', NULL),
	('demos', 'activities', 'demos', 'demos', NULL),
	('proposals', 'activities', 'proposals', 'proposals', NULL),
	('events', 'activities', 'events', 'events', NULL),
	('social touches', 'activities', 'social_touches', 'social_touches', NULL),
	('selling-time share', 'activities', 'CASE WHEN (SELECT bool_or(kind = ''internal'') FROM kpi.activity_summary) THEN selling_hours / nullif(hours, 0) END',
		'selling_hours', 'hours');		-- where nobody notes what is no selling, a share of 1 would be no news

-- Quotas, of the periods they are for
INSERT INTO kpi.figure_list (kpi, made_of, value, numerator, denominator, target) VALUES
	('quota attainment', 'quotas', 'quota_attainment', 'reps_at_target', 'reps', NULL),
	('target attainment', 'quotas', 'target_attainment', 'actual', 'target', 'CASE WHEN target > 0 THEN 1 END'),
	('reps without a quota', 'quotas', 'reps_without_quota', 'reps_without_quota', NULL, NULL);

-- The pipeline, at the end of each month
INSERT INTO kpi.figure_list (kpi, made_of, date_basis, value, numerator, behind, in_numerator, contribution) VALUES
	('pipeline value', 'pipeline', 'month', 'amount', 'amount', 'standings', 'is_in_pipeline', 'amount'),
	('deals in the pipeline', 'pipeline', 'month', 'deals', 'deals', 'standings', 'is_in_pipeline', NULL);

-- Recurring revenue, by month
INSERT INTO kpi.figure_list (kpi, made_of, value, numerator, denominator) VALUES
	('MRR', 'mrr', 'mrr', 'mrr', NULL),
	('paying customers', 'mrr', 'customers', 'customers', NULL),
	('quick ratio', 'mrr', 'quick_ratio', 'gained', 'given_up'),
	('customer churn rate', 'mrr', 'customer_churn_rate', 'churned_customers', 'opening_customers'),
	('revenue churn rate', 'mrr', 'revenue_churn_rate', 'churned', 'opening'),
	('net revenue retention, 1 month', 'mrr', 'net_1', 'mrr_now_1', 'mrr_1'),
	('net revenue retention, 3 months', 'mrr', 'net_3', 'mrr_now_3', 'mrr_3'),
	('net revenue retention, 6 months', 'mrr', 'net_6', 'mrr_now_6', 'mrr_6'),
	('net revenue retention, 12 months', 'mrr', 'net_12', 'mrr_now_12', 'mrr_12'),
	('gross revenue retention, 1 month', 'mrr', 'gross_1', NULL, 'mrr_1'),
	('gross revenue retention, 3 months', 'mrr', 'gross_3', NULL, 'mrr_3'),
	('gross revenue retention, 6 months', 'mrr', 'gross_6', NULL, 'mrr_6'),
	('gross revenue retention, 12 months', 'mrr', 'gross_12', NULL, 'mrr_12'),
	('customer retention, 12 months', 'mrr', 'customer_retention_12', NULL, 'customers_12');

-- Customers who order, by month
INSERT INTO kpi.figure_list (kpi, made_of, value, numerator) VALUES
	('active customers', 'customers', 'active', 'active'),
	('new customers', 'customers', 'new', 'new');

-- Which of them are known when their period is over, and so may give early warning; and of which. What becomes of the deals and leads made in a period
-- is known later only, and would seem to know the future.
UPDATE kpi.figure_list SET warns = 'early' WHERE made_of = 'activities' AND kpi <> 'selling-time share' OR made_of = 'surveys' AND kpi = '{survey}'
	OR kpi IN ('deals created', 'leads', 'response in time', 'lead response in hours', 'pipeline value', 'deals in the pipeline');
UPDATE kpi.figure_list SET warns = 'outcome' WHERE kpi IN ('total sales', 'deals won', 'win rate');
