-- schema.sql: the schema kpi, its settings, and the views through which it reads the CRM's tables.
-- Whoever has other tables changes the source_* views and nothing else (doc/crm.md maps three CRMs).

CREATE SCHEMA kpi;
COMMENT ON SCHEMA kpi IS 'Sales KPIs, computed each night: summaries, and views over them for analysts and BI tools';

CREATE TABLE kpi.settings (
	one_row				boolean PRIMARY KEY DEFAULT true CHECK (one_row),
	zone				text NOT NULL DEFAULT 'UTC',
	fiscal_year_start	smallint NOT NULL DEFAULT 1 CHECK (fiscal_year_start BETWEEN 1 AND 12),
	definition			funnel NOT NULL,
	stale_days			integer NOT NULL DEFAULT 60 CHECK (stale_days BETWEEN 0 AND 36525),
	answer_within		interval NOT NULL DEFAULT '24 hours' CHECK (answer_within BETWEEN '0' AND '3650 days' AND extract(year FROM answer_within) = 0 AND extract(month FROM answer_within) = 0),
	matures_after_days	integer NOT NULL DEFAULT 120 CHECK (matures_after_days BETWEEN 0 AND 36525),
	first_day			date CHECK (first_day BETWEEN '1900-01-01' AND '2199-12-31'),
	as_of				timestamptz CHECK (as_of >= '1900-01-01 00:00+00' AND as_of < '2200-01-01 00:00+00')
);
COMMENT ON TABLE kpi.settings IS 'What the figures depend on, one row; a change takes effect with the next full refresh';
COMMENT ON COLUMN kpi.settings.one_row IS 'Always true: there is one row';
COMMENT ON COLUMN kpi.settings.zone IS 'Where a day begins: a time zone''s name, such as Asia/Kuala_Lumpur';
COMMENT ON COLUMN kpi.settings.fiscal_year_start IS 'The month a fiscal year begins with, 1..12; the year is named by the day it begins';
COMMENT ON COLUMN kpi.settings.definition IS 'The stages of a deal, in order, and the labels that mean lost';
COMMENT ON COLUMN kpi.settings.stale_days IS 'A deal that has not moved for more days than this is stalled';
COMMENT ON COLUMN kpi.settings.answer_within IS 'How soon a lead is to be answered, in days of 24 hours and hours; no months';
COMMENT ON COLUMN kpi.settings.matures_after_days IS 'Figures by the day of creation count as complete this many days after their period''s end, when most deals have been decided';
COMMENT ON COLUMN kpi.settings.first_day IS 'Where the periods begin; NULL: with the first deal or lead of the last ten years. Earlier rows are counted in kpi.data_quality';
COMMENT ON COLUMN kpi.settings.as_of IS 'The moment the figures look back from; NULL: that of the refresh. Set it where the data stand still, as in the sample CRM';

-- A zone is a name of pg_timezone_names, as AT TIME ZONE reads it and as the extension does. What AT TIME ZONE takes beside these is
-- an abbreviation or a rule of POSIX, where UTC+8 lies west of Greenwich.
CREATE FUNCTION kpi.check_settings() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF NEW.zone NOT IN (SELECT name FROM pg_timezone_names UNION ALL VALUES ('UTC')) THEN
		RAISE EXCEPTION 'time zone "%" not recognized', NEW.zone
			USING ERRCODE = '22023', HINT = 'A zone is a name of pg_timezone_names, to the letter, such as Asia/Kuala_Lumpur.';
	END IF;
	RETURN NEW;
END
$$;
REVOKE ALL ON FUNCTION kpi.check_settings() FROM PUBLIC;
COMMENT ON FUNCTION kpi.check_settings() IS 'Trigger: refuses a zone that is none';
CREATE TRIGGER kpi_checks_settings BEFORE INSERT OR UPDATE OF zone ON kpi.settings FOR EACH ROW EXECUTE FUNCTION kpi.check_settings();

CREATE TABLE kpi.targets (
	kpi				text NOT NULL,
	segment			text NOT NULL DEFAULT 'all',
	segment_value	text NOT NULL DEFAULT 'all',
	valid_from		date NOT NULL CHECK (isfinite(valid_from)),
	target			double precision CHECK (target - target = 0),	-- neither NaN nor infinite
	PRIMARY KEY (kpi, segment, segment_value, valid_from)
);
COMMENT ON TABLE kpi.targets IS 'What a figure is to reach, from a day on: for rates, scores and durations; quotas (money in a quarter) are read from the CRM';
COMMENT ON COLUMN kpi.targets.kpi IS 'As kpi.figures has it';
COMMENT ON COLUMN kpi.targets.segment IS 'all, owner, source, region or industry';
COMMENT ON COLUMN kpi.targets.segment_value IS 'Which of them; all: the whole company';
COMMENT ON COLUMN kpi.targets.valid_from IS 'The first day it holds, until the next row of the same figure and segment';
COMMENT ON COLUMN kpi.targets.target IS 'In the figure''s unit; NULL: none from that day on';

-- Who sees what. Views run with their owner's rights, but current_user is who asks: a view or policy that filters by
--		(SELECT kpi.sees_all()) OR owner = (SELECT kpi.own_rep())
-- asks once a query. The roles are in roles.sql; without them only the schema's owner and superusers see all.
CREATE TABLE kpi.people (
	login	name PRIMARY KEY,
	rep		text NOT NULL
);
COMMENT ON TABLE kpi.people IS 'Which rep a login is: who is in kpi_rep sees the deals of this rep and no others';
COMMENT ON COLUMN kpi.people.login IS 'The name of a role of the database';
COMMENT ON COLUMN kpi.people.rep IS 'As deals.owner has it';

CREATE VIEW kpi.me WITH (security_barrier) AS
SELECT rep FROM kpi.people WHERE login = current_user;
COMMENT ON VIEW kpi.me IS 'The rep that asks: no row for those who are none';
COMMENT ON COLUMN kpi.me.rep IS 'As deals.owner has it';

CREATE FUNCTION kpi.own_rep() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS 'SELECT rep FROM kpi.me';
REVOKE ALL ON FUNCTION kpi.own_rep() FROM PUBLIC;
COMMENT ON FUNCTION kpi.own_rep() IS 'The rep that asks; NULL: none, by kpi.people';

CREATE FUNCTION kpi.sees_all() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = 'kpi' AND pg_has_role(nspowner, 'USAGE'))
		OR EXISTS (SELECT FROM pg_roles WHERE rolname = 'kpi_reader' AND pg_has_role(oid, 'USAGE'))
$$;
REVOKE ALL ON FUNCTION kpi.sees_all() FROM PUBLIC;
COMMENT ON FUNCTION kpi.sees_all() IS 'Whether who asks may see every segment: members of kpi_reader, and of the role that owns the schema';

-- The CRM, as the KPIs read it. A label that is missing is "(none)", so that nothing is left out of a cut. What would be an
-- error of an aggregate, and stop the night, is left out here (an amount that is NaN, a score of 11) and in kpi.data_quality.

CREATE VIEW kpi.source_deals AS
SELECT deal_id, coalesce(owner, '(none)') AS owner, coalesce(source, '(none)') AS source,
	coalesce(industry, '(none)') AS industry, coalesce(region, '(none)') AS region,
	nullif(amount, 'NaN') AS amount, created, expected_close, closed, won,
	CASE WHEN isfinite(created) THEN (created AT TIME ZONE (SELECT zone FROM kpi.settings))::date END AS created_day,
	CASE WHEN isfinite(closed) AND won IS NOT NULL THEN (closed AT TIME ZONE (SELECT zone FROM kpi.settings))::date END AS closed_day
FROM deals;

CREATE VIEW kpi.source_leads AS
SELECT lead_id, coalesce(owner, '(none)') AS owner, coalesce(source, '(none)') AS source, coalesce(region, '(none)') AS region,
	created, first_response, qualified, converted,
	CASE WHEN isfinite(created) THEN (created AT TIME ZONE (SELECT zone FROM kpi.settings))::date END AS created_day
FROM leads;

CREATE VIEW kpi.source_stage_history AS
SELECT deal_id, stage, entered_at FROM deal_stage_history;

CREATE VIEW kpi.source_surveys AS
SELECT survey, CASE survey WHEN 'eNPS' THEN 'team' ELSE 'region' END AS segment, coalesce(segment, '(none)') AS segment_value, score, asked,
	CASE WHEN isfinite(asked) AND coalesce(score BETWEEN 0 AND 10 AND score = trunc(score), true)
		THEN (asked AT TIME ZONE (SELECT zone FROM kpi.settings))::date END AS asked_day
FROM survey_responses;

CREATE VIEW kpi.source_subscriptions AS
SELECT customer, starts, ends, nullif(mrr, 'NaN') AS mrr FROM subscriptions;

CREATE VIEW kpi.source_orders AS
SELECT customer, CASE WHEN ordered BETWEEN '1900-01-01' AND '2199-12-31' THEN ordered END AS ordered,	-- tables of cohorts have no gaps
	nullif(amount, 'NaN') AS amount
FROM orders;

CREATE VIEW kpi.source_quotas AS
SELECT rep AS owner, coalesce(region, '(none)') AS region, period_start, period_end, nullif(quota, 'NaN') AS quota
FROM quotas LEFT JOIN reps USING (rep);

CREATE VIEW kpi.source_activities AS
SELECT coalesce(kind, '(none)') AS kind, coalesce(rep, '(none)') AS owner, at, minutes,
	CASE WHEN isfinite(at) THEN (at AT TIME ZONE (SELECT zone FROM kpi.settings))::date END AS day
FROM activities;
