-- settings.sql: the schema kpi, and what its figures depend on beside the CRM.

CREATE SCHEMA kpi;
COMMENT ON SCHEMA kpi IS 'Sales KPIs, computed each night: summaries, and views over them for analysts and BI tools';

CREATE TABLE kpi.settings (
	one_row				boolean PRIMARY KEY DEFAULT true CHECK (one_row),
	zone				text NOT NULL DEFAULT 'UTC',
	periods				text NOT NULL DEFAULT 'gregorian' CHECK (periods IN ('gregorian', 'jalali')),
	month_period		text NOT NULL GENERATED ALWAYS AS (CASE periods WHEN 'jalali' THEN 'jalali month' ELSE 'month' END) STORED,
	fiscal_year_start	smallint NOT NULL DEFAULT 1 CHECK (fiscal_year_start BETWEEN 1 AND 12),
	definition			funnel NOT NULL,
	journey				journey,
	active_events		text[],
	session_gap			interval NOT NULL DEFAULT '30 minutes' CHECK (session_gap > '0' AND session_gap <= '366 days' AND extract(year FROM session_gap) = 0 AND extract(month FROM session_gap) = 0),
	stale_days			integer NOT NULL DEFAULT 60 CHECK (stale_days BETWEEN 0 AND 36525),
	answer_within		interval NOT NULL DEFAULT '24 hours' CHECK (answer_within BETWEEN '0' AND '3650 days' AND extract(year FROM answer_within) = 0 AND extract(month FROM answer_within) = 0),
	calendar			business_calendar CHECK (business_time(calendar, timestamptz '2000-01-01 00:00+00', '2000-01-02 00:00+00') >= '0'),	-- an error where it has no zone
	matures_after_days	integer NOT NULL DEFAULT 120 CHECK (matures_after_days BETWEEN 0 AND 36525),
	quiet_days			integer NOT NULL DEFAULT 7 CHECK (quiet_days BETWEEN 0 AND 36525),
	most_rows			bigint NOT NULL DEFAULT 20000000 CHECK (most_rows > 0),
	first_day			date CHECK (first_day BETWEEN '1900-01-01' AND '2199-12-31'),
	as_of				timestamptz CHECK (as_of >= '1900-01-01 00:00+00' AND as_of < '2200-01-01 00:00+00')
);
COMMENT ON TABLE kpi.settings IS 'What the figures depend on, one row; a change takes effect with the next full refresh';
COMMENT ON COLUMN kpi.settings.one_row IS 'Always true: there is one row';
COMMENT ON COLUMN kpi.settings.zone IS 'Where a day begins: a time zone''s name, such as Asia/Kuala_Lumpur';
COMMENT ON COLUMN kpi.settings.periods IS 'Whose months, quarters and fiscal years: gregorian, or jalali (the calendar of Iran)';
COMMENT ON COLUMN kpi.settings.month_period IS 'The period that a month is, as the extension calls it: follows from periods';
COMMENT ON COLUMN kpi.settings.fiscal_year_start IS 'The month a fiscal year begins with, 1..12, of the calendar that periods names; the year is named by the day it begins';
COMMENT ON COLUMN kpi.settings.definition IS 'The stages of a deal, in order, and the labels that mean lost';
COMMENT ON COLUMN kpi.settings.journey IS 'The steps of the event funnel, as kpi.source_events names them; NULL: there is none';
COMMENT ON COLUMN kpi.settings.active_events IS 'Which events say that somebody came, or came back (kpi.retention); NULL: any';
COMMENT ON COLUMN kpi.settings.session_gap IS 'Events of one visitor that are no further apart are one session, in days of 24 hours and hours; no months';
COMMENT ON COLUMN kpi.settings.stale_days IS 'A deal that has not moved for more days than this is stalled; days of UTC, whatever zone is';
COMMENT ON COLUMN kpi.settings.answer_within IS 'How soon a lead is to be answered, in days of 24 hours and hours; no months';
COMMENT ON COLUMN kpi.settings.calendar IS 'When leads are answered: answer_within counts its open hours; NULL: around the clock';
COMMENT ON COLUMN kpi.settings.matures_after_days IS 'Figures by the day of creation count as complete this many days after their period''s end, when most deals have been decided';
COMMENT ON COLUMN kpi.settings.quiet_days IS 'Data of which nothing is younger than so many days have ended: periods after their last moment are not complete';
COMMENT ON COLUMN kpi.settings.most_rows IS 'How many rows kpi.figure_periods may have; more are an error, for a label of which each row has its own makes millions';
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
COMMENT ON TABLE kpi.targets IS 'What a figure is to reach, from a day on: for rates, scores and durations; quotas are read from the CRM';
COMMENT ON COLUMN kpi.targets.kpi IS 'As kpi.figures has it';
COMMENT ON COLUMN kpi.targets.segment IS 'all, owner, source, region or industry';
COMMENT ON COLUMN kpi.targets.segment_value IS 'Which of them; all: the whole company';
COMMENT ON COLUMN kpi.targets.valid_from IS 'The first day it holds, until the next row of the same figure and segment';
COMMENT ON COLUMN kpi.targets.target IS 'In the figure''s unit; NULL: none from that day on';

-- When the figures were taken. A refresh writes it first and all else reads it: nothing but the refresh reads the clock,
-- so that what is dumped and restored, or refreshed one by one, is of the same moment.
CREATE TABLE kpi.snapshot (
	one_row			boolean PRIMARY KEY DEFAULT true CHECK (one_row),
	as_of			timestamptz NOT NULL,
	refreshed_at	timestamptz NOT NULL
);
COMMENT ON TABLE kpi.snapshot IS 'When the figures were taken, one row';
COMMENT ON COLUMN kpi.snapshot.one_row IS 'Always true: there is one row';
COMMENT ON COLUMN kpi.snapshot.as_of IS 'The moment the figures look back from: that of kpi.settings, or that of the refresh';
COMMENT ON COLUMN kpi.snapshot.refreshed_at IS 'When the last refresh that went through began';

-- A label as a key: what is missing is "(none)", so that nothing is left out of a cut; what is longer than 100 characters is cut, with
-- a hash of the whole (a web form's utm_source of 3,200 would be too large for an index). kpi.data_quality counts them.
CREATE FUNCTION kpi.label(label text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
	SELECT CASE
		WHEN label IS NULL THEN '(none)'
		WHEN octet_length(label) <= 100 OR length(label) <= 100 THEN label
		ELSE left(label, 83) || '~' || lpad(to_hex(hashtextextended(label, 0)), 16, '0')
	END
$$;
REVOKE ALL ON FUNCTION kpi.label(text) FROM PUBLIC;
COMMENT ON FUNCTION kpi.label(text) IS 'A label as a segment''s value: (none) where it is missing, cut to 100 characters where it is longer';

-- What a file of sources says beside its views: which tables are watched for changes, in the incremental form.
CREATE TABLE kpi.watched (
	table_name	text NOT NULL,
	kind		text NOT NULL CHECK (kind IN ('created', 'closed', 'history', 'leads', 'surveys', 'subscriptions', 'orders', 'quotas', 'activities', 'events', 'touches', 'costs')),
	column_name	text,
	PRIMARY KEY (table_name, kind)
);
COMMENT ON TABLE kpi.watched IS 'Which tables of the CRM have triggers in the incremental form, and what a changed row of them changes';
COMMENT ON COLUMN kpi.watched.table_name IS 'The table, as SQL names it: app."Employees"';
COMMENT ON COLUMN kpi.watched.kind IS 'What depends on it: created (deals, by the day they were made), closed (deals, by the day they were closed), history (their stages), leads, surveys, subscriptions, orders, quotas, activities, events, touches or costs';
COMMENT ON COLUMN kpi.watched.column_name IS 'The column that has the row''s day (timestamptz, timestamp or date) or, for history, its deal; NULL: any change is one of all days';
