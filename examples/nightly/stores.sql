-- stores.sql: what is stored, one row each. All that handles stores goes by this table: their creation, the refresh of either form, ANALYZE,
-- and the tests. A new one is a view that says what is in it, and a row here.

CREATE TABLE kpi.stores (
	position	integer PRIMARY KEY,
	store		text NOT NULL UNIQUE,
	made_by		text NOT NULL,
	made_in		text NOT NULL CHECK (made_in IN ('days', 'calendar', 'rollups', 'periods', 'figures', 'odds', 'analysis', 'quality')),
	key			text[] NOT NULL,
	unit		text,
	notes		text[],
	follows		text[],
	comment		text NOT NULL
);
COMMENT ON TABLE kpi.stores IS 'What is stored, one row each';
COMMENT ON COLUMN kpi.stores.position IS 'The order in which they are stored: each after those that its view reads';
COMMENT ON COLUMN kpi.stores.store IS 'Its name: a materialized view or, in the incremental form, a table';
COMMENT ON COLUMN kpi.stores.made_by IS 'The view that says what is in it';
COMMENT ON COLUMN kpi.stores.made_in IS 'With which others it is made at install: after their views, and before the views that read it';
COMMENT ON COLUMN kpi.stores.key IS 'Its unique key';
COMMENT ON COLUMN kpi.stores.unit IS 'Incremental: by which of its columns what changed is taken: day, month or period_start; NULL: as a whole';
COMMENT ON COLUMN kpi.stores.notes IS 'Incremental: which kinds of kpi.changed_days have it taken anew; NULL: it is taken each time';
COMMENT ON COLUMN kpi.stores.follows IS 'Incremental: for which stores'' changes its periods are taken anew';
COMMENT ON COLUMN kpi.stores.comment IS 'What it has';
INSERT INTO kpi.stores VALUES
	(1, 'rate_summary', 'rates_of_days', 'days', '{measure,date_basis,segment,segment_value,day}', 'day', '{created,closed,leads,answered}', NULL,
		'Rates by day: deals won (win rate), leads that became deals (lead to opportunity rate), leads answered in time of those that had the time to be (response in time)'),
	(2, 'duration_summary', 'durations_of_days', 'days', '{measure,date_basis,segment,segment_value,day}', 'day', '{created,closed,leads}', NULL,
		'Durations by day: the sales cycle of deals won, and how long leads waited for an answer (lead response time)'),
	(3, 'velocity_summary', 'velocities_of_days', 'days', '{date_basis,segment,segment_value,day}', 'day', '{created,closed}', NULL,
		'Opportunities, win rate, size and cycle of deals by day'),
	(4, 'survey_summary', 'surveys_of_days', 'days', '{survey,segment,segment_value,day}', 'day', '{surveys}', NULL,
		'Answers to surveys by the day they were asked on'),
	(5, 'stage_summary', 'stages_of_months', 'days', '{segment,segment_value,month}', 'month', '{created,history}', NULL,
		'The stages of deals by the month they were created in: a deal is in one month only'),
	(6, 'pipeline_summary', 'pipelines_of_months', 'days', '{segment,segment_value,month}', 'month', '{created,history}', NULL,
		'What moved the pipeline, month by month, of the deals created in a month: a deal is in one month only'),
	(7, 'mrr_summary', 'mrr_of_company', 'days', '{segment}', NULL, '{subscriptions,midnight}', NULL,
		'Monthly recurring revenue of the company: one row'),
	(8, 'cohort_summary', 'cohorts_of_company', 'days', '{segment}', NULL, '{orders}', NULL,
		'Who bought when, by the month of the first order: one row'),
	(9, 'activity_summary', 'activities_of_days', 'days', '{owner,kind,day}', 'day', '{activities}', NULL,
		'Activities and the minutes they took, by day, rep and kind'),
	(10, 'event_summary', 'journeys_of_company', 'days', '{segment,segment_value}', NULL, '{events}', NULL,
		'How far visitors got along kpi.settings.journey, in all and by the month they began in'),
	(11, 'session_summary', 'sessions_of_company', 'days', '{segment,segment_value}', NULL, '{events}', NULL,
		'The sessions of visitors, by the month they began in'),
	(12, 'retention_summary', 'retention_of_company', 'days', '{segment,segment_value}', NULL, '{events}', NULL,
		'Which visitors came back, by the month they came first'),
	(13, 'calendar', 'calendar_days', 'calendar', '{period,period_start,is_comparison,day}', 'period_start', NULL, NULL,
		'Which days a period has; for the unfinished period, also the days of the one before that compare with it'),
	(14, 'rate_periods', 'rates_of_periods', 'rollups', '{measure,date_basis,period,segment,period_start,is_comparison,segment_value}', 'period_start', '{}', '{calendar,rate_summary}',
		'Rollups of kpi.rate_summary by week, month, quarter and fiscal year'),
	(15, 'duration_periods', 'durations_of_periods', 'rollups', '{measure,date_basis,period,segment,period_start,is_comparison,segment_value}', 'period_start', '{}', '{calendar,duration_summary}',
		'Rollups of kpi.duration_summary by week, month, quarter and fiscal year'),
	(16, 'velocity_periods', 'velocities_of_periods', 'rollups', '{date_basis,period,segment,period_start,is_comparison,segment_value}', 'period_start', '{}', '{calendar,velocity_summary}',
		'Rollups of kpi.velocity_summary by week, month, quarter and fiscal year'),
	(17, 'survey_periods', 'surveys_of_periods', 'rollups', '{survey,period,segment,period_start,is_comparison,segment_value}', 'period_start', '{}', '{calendar,survey_summary}',
		'Rollups of kpi.survey_summary by week, month, quarter and fiscal year'),
	(18, 'attainment_periods', 'attainments_of_periods', 'periods', '{period,segment,period_start,segment_value}', 'period_start', NULL, NULL,
		'Who was at quota, by week, month, quarter and fiscal year, as far as there are quotas for them; a rep without a sale has won nothing'),
	(19, 'periods', 'periods_of_calendar', 'periods', '{period,period_start,is_comparison}', 'period_start', NULL, NULL,
		'The periods, one row each, and whether their figures are final'),
	(20, 'figure_periods', 'figures_of_periods', 'figures', '{kpi,date_basis,period,segment,period_start,segment_value}', 'period_start', NULL, NULL,
		'The figures of kpi.figures by week, month, quarter and fiscal year'),
	(21, 'landmark_summary', 'landmarks_of_periods', 'odds', '{period}', NULL, '{created,history,midnight}', NULL,
		'How deals that sat open in a stage came out within as long as the running month, or quarter, still lasts'),
	(22, 'forecast_summary', 'forecasts_of_periods', 'analysis', '{period,period_start,segment,segment_value}', NULL, '{created,closed,history,midnight}', NULL,
		'What open deals will bring by the end of the running month and quarter; and what was forecast as long before the end of earlier ones, with what came'),
	(23, 'survival_summary', 'survivals_of_company', 'analysis', '{segment,segment_value}', NULL, '{created,closed,midnight}', NULL,
		'By when deals are won and lost, of all deals'),
	(24, 'attribution_summary', 'attributions_of_months', 'analysis', '{month}', NULL, '{created,closed,leads,activities,touches,midnight}', NULL,
		'What touched the deals, by the month they were closed in: a deal is in one month only'),
	(25, 'cost_summary', 'costs_of_months', 'analysis', '{month,channel}', NULL, '{costs}', NULL,
		'What each channel cost, by month'),
	(26, 'indicator_summary', 'indicators_of_periods', 'analysis', '{period}', NULL, NULL, NULL,
		'Figures that may give early warning, and the outcomes, by week and by month'),
	(27, 'left_out', 'left_out_of_sources', 'quality', '{source,reason}', NULL, NULL, NULL,
		'Rows of the CRM that were left out, by source and reason');

-- Makes some of the stores, whose views are there by now, and what they need to be read: their keys, and statistics. (What the planner
-- doesn't know of them costs those who read them minutes.)
CREATE OR REPLACE FUNCTION pg_temp.make_stores(of_group text, form text DEFAULT current_setting('kpi.form')) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
	one		kpi.stores;
	made	integer := 0;
BEGIN
	FOR one IN SELECT * FROM kpi.stores WHERE made_in = of_group ORDER BY position LOOP
		EXECUTE format('CREATE %s kpi.%I AS SELECT * FROM kpi.%I', CASE form WHEN 'incremental' THEN 'TABLE' ELSE 'MATERIALIZED VIEW' END, one.store, one.made_by);
		EXECUTE format('CREATE UNIQUE INDEX %I ON kpi.%I (%s)', one.store || '_key', one.store, array_to_string(one.key, ', '));		-- what REFRESH ... CONCURRENTLY needs
		IF form = 'incremental' THEN
			EXECUTE format('ALTER TABLE kpi.%I ADD PRIMARY KEY USING INDEX %I', one.store, one.store || '_key');
		END IF;
		EXECUTE format('ANALYZE kpi.%I', one.store);
		EXECUTE format('COMMENT ON %s kpi.%I IS %L', CASE form WHEN 'incremental' THEN 'TABLE' ELSE 'MATERIALIZED VIEW' END, one.store, one.comment);
		EXECUTE format('COMMENT ON VIEW kpi.%I IS %L', one.made_by, 'How kpi.' || one.store || ' comes about');
		made := made + 1;
	END LOOP;
	RETURN made;
END
$$;

INSERT INTO kpi.snapshot (as_of, refreshed_at) SELECT coalesce(as_of, now()), now() FROM kpi.settings;
ANALYZE kpi.settings, kpi.snapshot, kpi.targets;		-- a few rows; the planner thinks of hundreds in a table it knows nothing of
