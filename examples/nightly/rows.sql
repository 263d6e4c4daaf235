-- rows.sql: the CRM's rows as the figures read them. For each source a view kpi.*_rows, made of the columns that kpi.source_* has: labels
-- are keys, amounts exact decimals, moments and days those of 1900 to 2199. Nothing that stands in a row stops the night:
-- what can't be counted is left out here, and counted in kpi.data_quality.

CREATE TABLE kpi.source_columns (
	source		text NOT NULL,
	name		text NOT NULL,
	kind		text NOT NULL CHECK (kind IN ('key', 'text', 'label', 'amount', 'number', 'score', 'moment', 'day', 'end', 'outcome', 'span')),
	is_required	boolean NOT NULL,
	meaning		text NOT NULL,
	PRIMARY KEY (source, name)
);
COMMENT ON TABLE kpi.source_columns IS 'The columns of the source views: what whoever maps a CRM may give';
COMMENT ON COLUMN kpi.source_columns.source IS 'The view, without "source_"';
COMMENT ON COLUMN kpi.source_columns.name IS 'The column';
COMMENT ON COLUMN kpi.source_columns.kind IS 'What it may be: key (integers, uuid, text), text, label (text), amount, number and score (any number), moment (timestamptz, or timestamp and date, which are of kpi.settings.zone), day and end (a date, or a moment), outcome (boolean), span (interval)';
COMMENT ON COLUMN kpi.source_columns.is_required IS 'Whether the view must have it; what else is missing is NULL in all rows';
COMMENT ON COLUMN kpi.source_columns.meaning IS 'What it means, with its unit';
INSERT INTO kpi.source_columns VALUES
	('deals', 'deal_id', 'key', true, 'The deal'),
	('deals', 'owner', 'label', false, 'The rep'),
	('deals', 'source', 'label', false, 'Where the deal came from'),
	('deals', 'industry', 'label', false, 'The customer''s industry'),
	('deals', 'region', 'label', false, 'The region'),
	('deals', 'amount', 'amount', false, 'What it is worth, in one currency; NULL: not entered'),
	('deals', 'created', 'moment', true, 'When the row was made in the CRM'),
	('deals', 'expected_close', 'day', false, 'The day the owner expects a decision'),
	('deals', 'closed', 'moment', true, 'When the deal was won or lost; NULL: still open'),
	('deals', 'won', 'outcome', true, 'true: won; false: lost; NULL: still open'),
	('leads', 'lead_id', 'key', true, 'The lead'),
	('leads', 'owner', 'label', false, 'The rep'),
	('leads', 'source', 'label', false, 'Where the lead came from'),
	('leads', 'region', 'label', false, 'The region'),
	('leads', 'created', 'moment', true, 'When the row was made in the CRM'),
	('leads', 'first_response', 'moment', false, 'When a rep first answered; NULL: not yet'),
	('leads', 'qualified', 'moment', false, 'When the lead was found worth a deal; NULL: not, or not yet'),
	('leads', 'converted', 'moment', false, 'When the lead became a deal; NULL: not, or not yet'),
	('leads', 'answer_within', 'span', false, 'How soon this lead is to be answered, in days of 24 hours and hours (of kpi.settings.calendar, where there is one); NULL: as kpi.settings.answer_within, which is the longest'),
	('stage_history', 'deal_id', 'key', true, 'The deal'),
	('stage_history', 'stage', 'text', true, 'The stage''s label, as in kpi.settings.definition'),
	('stage_history', 'entered_at', 'moment', true, 'When the deal entered the stage'),
	('surveys', 'survey', 'label', true, 'eNPS (employees, 0..10), NPS (customers, 0..10), CSAT (customers, 1..5), or a name of one''s own, read as NPS'),
	('surveys', 'segment', 'text', true, 'By what the answers are cut: team, region'),
	('surveys', 'segment_value', 'label', false, 'Which of them'),
	('surveys', 'score', 'score', true, 'A whole number from 0 to 10; NULL: asked, not answered'),
	('surveys', 'asked', 'moment', true, 'When the person was asked'),
	('subscriptions', 'customer', 'key', true, 'Who pays'),
	('subscriptions', 'starts', 'day', true, 'The first day at this price'),
	('subscriptions', 'ends', 'end', true, 'The first day it runs no longer; NULL: still running'),
	('subscriptions', 'mrr', 'amount', true, 'What is paid a month, in one currency; 0: a trial; NULL: not entered'),
	('orders', 'customer', 'key', true, 'Who bought'),
	('orders', 'ordered', 'moment', true, 'When'),
	('orders', 'amount', 'amount', false, 'What for, in one currency; NULL: not entered'),
	('quotas', 'owner', 'label', true, 'The rep, as deals have it'),
	('quotas', 'region', 'label', false, 'The rep''s region'),
	('quotas', 'period_start', 'day', true, 'The first day the quota is for'),
	('quotas', 'period_end', 'day', true, 'The last day: of a week, a month, a quarter, a year'),
	('quotas', 'quota', 'amount', true, 'What is to be won in these days, in one currency; 0: on leave; NULL: none agreed'),
	('activities', 'kind', 'label', false, 'What was done: call, email, follow-up, meeting, visit, demo, proposal, event, social touch; internal is no selling; any other counts, too'),
	('activities', 'owner', 'label', false, 'The rep'),
	('activities', 'at', 'moment', true, 'When'),
	('activities', 'minutes', 'number', false, 'How long it took, in minutes'),
	('events', 'entity', 'key', true, 'Who did it: a visitor, a user, an account'),
	('events', 'event', 'text', true, 'What was done, as in kpi.settings.journey'),
	('events', 'at', 'moment', true, 'When'),
	('events', 'segment', 'text', false, 'By what events are cut: device, campaign, country; a visitor of two of them is two'),
	('events', 'segment_value', 'label', false, 'Which of them'),
	('touches', 'deal_id', 'key', true, 'The deal'),
	('touches', 'channel', 'label', true, 'What reached the customer: a source, a campaign, a kind of activity'),
	('touches', 'at', 'moment', true, 'When'),
	('costs', 'channel', 'label', true, 'As the touches have it'),
	('costs', 'day', 'day', true, 'The day, or a day of the month, it was spent on'),
	('costs', 'amount', 'amount', true, 'What was spent, in the deals'' currency');

-- Which tables the sources read: what their views depend on, now and by name when they were bound (kpi.bind). Where tables were swapped, the two differ.
CREATE VIEW kpi.read_now AS
SELECT DISTINCT substr(v.relname, 8) AS source, format('%I.%I', n.nspname, t.relname) AS table_name
FROM pg_class v
JOIN pg_rewrite w ON w.ev_class = v.oid
JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> v.oid
JOIN pg_class t ON t.oid = d.refobjid
JOIN pg_namespace n ON n.oid = t.relnamespace
WHERE v.relnamespace = 'kpi'::regnamespace AND v.relname LIKE 'source\_%' AND v.relkind = 'v' AND n.nspname <> 'kpi';

CREATE TABLE kpi.bound (
	source		text NOT NULL,
	table_name	text NOT NULL,
	PRIMARY KEY (source, table_name)
);
COMMENT ON TABLE kpi.bound IS 'Which tables each source reads, when kpi was installed';
COMMENT ON COLUMN kpi.bound.source IS 'The view, without "source_"';
COMMENT ON COLUMN kpi.bound.table_name IS 'The table or view it reads, with its schema';
INSERT INTO kpi.bound TABLE kpi.read_now;

-- What is watched, with its schema as well
UPDATE kpi.watched w SET table_name = format('%I.%I', n.nspname, c.relname)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = to_regclass(w.table_name);

CREATE TABLE kpi.source_definitions (
	source		text PRIMARY KEY,
	definition	text NOT NULL
);
COMMENT ON TABLE kpi.source_definitions IS 'What the source views say, as text: for kpi.bind()';
COMMENT ON COLUMN kpi.source_definitions.source IS 'The view, without "source_"';
COMMENT ON COLUMN kpi.source_definitions.definition IS 'Its query, with the schema of each table';

SET LOCAL search_path = pg_catalog;		-- so that pg_get_viewdef names them
INSERT INTO kpi.source_definitions
SELECT substr(relname, 8), rtrim(pg_get_viewdef(oid), ';') FROM pg_class WHERE relnamespace = 'kpi'::regnamespace AND relname LIKE 'source\_%' AND relkind = 'v';
SELECT set_config('search_path', :'search_path', true) AS search_path \gset

-- Late binding: the views read functions whose text names the tables, so that nothing in the database depends on these: a sync may alter, swap and drop
-- them. (A function in FROM that is nothing but a query is planned as one.)
--
-- Over tables that Citus distributes, too, and there the functions are planned by themselves, being volatile: each brings its source's rows. Else Citus would
-- plan the figures' queries, of which it takes few: their joins are not along its shards, and some recur.
SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'citus') AS is_apart \gset
SELECT :'binding' = 'late' OR :'is_apart' AS is_late, CASE WHEN :'is_apart' THEN 'VOLATILE ROWS 100000' ELSE 'STABLE PARALLEL SAFE' END AS reads \gset
SET LOCAL kpi.reads = :'reads';
\if :is_late
DO $$
DECLARE
	one	record;
BEGIN
	FOR one IN
		SELECT s.source, s.definition, string_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)), ', ' ORDER BY a.attnum) AS columns,
			-- what a function answers has lost the length of a type, and a view's column may not
			string_agg(format(CASE WHEN a.atttypmod < 0 THEN '%I' ELSE '%1$I::%2$s AS %1$I' END, a.attname, format_type(a.atttypid, a.atttypmod)), ', ' ORDER BY a.attnum) AS shown
		FROM kpi.source_definitions s JOIN pg_attribute a ON a.attrelid = ('kpi.source_' || s.source)::regclass AND a.attnum > 0 AND NOT a.attisdropped
		GROUP BY s.source, s.definition
	LOOP
		EXECUTE format('CREATE FUNCTION kpi.read_%s() RETURNS TABLE (%s) LANGUAGE sql %s AS %L', one.source, one.columns, current_setting('kpi.reads'), one.definition);
		EXECUTE format('REVOKE ALL ON FUNCTION kpi.read_%s() FROM PUBLIC', one.source);
		EXECUTE format('COMMENT ON FUNCTION kpi.read_%s() IS %L', one.source, format('What kpi.source_%s shows', one.source));
		EXECUTE format('CREATE OR REPLACE VIEW kpi.source_%s AS SELECT %s FROM kpi.read_%1$s()', one.source, one.shown);
	END LOOP;
END
$$;
\endif

-- What is wrong with the sources; and, for what the company doesn't have, views without rows
DO $$
DECLARE
	wrong	text;
	one		record;
BEGIN
	SELECT string_agg(relname, ', ') INTO wrong FROM pg_class
	WHERE relnamespace = 'kpi'::regnamespace AND relname LIKE 'source\_%' AND relkind = 'v' AND substr(relname, 8) NOT IN (SELECT source FROM kpi.source_columns);
	IF wrong IS NOT NULL THEN
		RAISE EXCEPTION 'unknown source: kpi.%', wrong
			USING ERRCODE = '42P01', HINT = (SELECT 'Sources are ' || string_agg(DISTINCT 'kpi.source_' || source, ', ') || '.' FROM kpi.source_columns);
	END IF;
	SELECT string_agg(DISTINCT table_name, ', ') INTO wrong FROM kpi.watched WHERE to_regclass(table_name) IS NULL;
	IF wrong IS NOT NULL THEN
		RAISE EXCEPTION 'kpi.watched names what is no table: %', wrong
			USING ERRCODE = '42P01', HINT = 'A name is as a query has it: with its schema, and in quotes where it has capital letters, crm."Deals".';
	END IF;
	IF NOT EXISTS (SELECT FROM pg_class WHERE relnamespace = 'kpi'::regnamespace AND relname LIKE 'source\_%' AND relkind = 'v') THEN
		RAISE EXCEPTION 'there is nothing to read: no table of the sample CRM is in the search_path (%)', current_setting('search_path')
			USING ERRCODE = '42P01', HINT = 'Where your tables are called otherwise: copy examples/nightly/company.sql, change it, and install with -v source=my_crm.sql (doc/nightly.md). Else set the search_path: PGOPTIONS=-csearch_path=crm,public';
	END IF;

	FOR one IN
		SELECT coalesce(c.source, a.source) AS source, coalesce(c.name, a.attname::text) AS name, c.kind, c.meaning, c.is_required AND a.attname IS NULL AS is_missing,
			c.name IS NULL AS is_unknown, coalesce(b.oid, t.oid)::regtype AS type, coalesce(b.typcategory, t.typcategory) AS category,
			coalesce(b.oid, t.oid) = ANY (CASE c.kind
				WHEN 'key' THEN '{smallint,integer,bigint,uuid,text,varchar,bpchar}'
				WHEN 'text' THEN '{text,varchar,bpchar,name}'
				WHEN 'label' THEN '{text,varchar,bpchar,name}'
				WHEN 'outcome' THEN '{boolean}'
				WHEN 'span' THEN '{interval}'
				WHEN 'moment' THEN '{timestamptz,timestamp,date}'
				WHEN 'day' THEN '{timestamptz,timestamp,date}'
				WHEN 'end' THEN '{timestamptz,timestamp,date}'
				ELSE '{smallint,integer,bigint,numeric,real,double precision}'
			END::regtype[]) AS is_fit
		FROM pg_class v
		JOIN kpi.source_columns c ON v.relname = 'source_' || c.source
		FULL JOIN (SELECT a.*, substr(s.relname, 8) AS source FROM pg_attribute a JOIN pg_class s ON s.oid = a.attrelid WHERE s.relnamespace = 'kpi'::regnamespace AND s.relname LIKE 'source\_%' AND s.relkind = 'v' AND a.attnum > 0) a
			ON a.attrelid = v.oid AND a.attname = c.name
		LEFT JOIN pg_type t ON t.oid = a.atttypid
		LEFT JOIN pg_type b ON b.oid = t.typbasetype
		WHERE v.relnamespace = 'kpi'::regnamespace OR v.oid IS NULL
		ORDER BY is_missing DESC, is_unknown DESC, source, name
	LOOP
		IF one.is_missing THEN
			RAISE EXCEPTION 'kpi.source_% has no column %', one.source, one.name
				USING ERRCODE = '42703', HINT = (SELECT format('%s. Of its columns (%s) write "AS %I" behind the one that it is.', one.meaning, string_agg(quote_ident(attname), ', ' ORDER BY attnum), one.name)
					FROM pg_attribute WHERE attrelid = ('kpi.source_' || one.source)::regclass);
		ELSIF one.is_unknown THEN
			RAISE EXCEPTION 'kpi.source_% has a column %, which no figure reads', one.source, quote_ident(one.name)
				USING ERRCODE = '42703', HINT = (SELECT format('It may have %s. Name it as one of these, or leave it out.', string_agg(name, ', ')) FROM kpi.source_columns c WHERE c.source = one.source);
		ELSIF NOT one.is_fit THEN
			RAISE EXCEPTION 'kpi.source_%.% is of type %: it is wanted as %', one.source, one.name, one.type, one.kind
				USING ERRCODE = '42804', HINT = format('Of a column x of that type write "%s AS %I". %s', CASE
					WHEN one.kind = 'outcome' AND one.category = 'N' THEN 'x = 1'
					WHEN one.kind = 'outcome' THEN 'outcome(x::text, ''{Won}'', ''{Lost}'')'		-- with the labels they have: any other is open
					WHEN one.kind IN ('moment', 'day', 'end') AND one.category = 'S' THEN 'to_timestamp(x, ''DD/MM/YYYY HH24:MI'')::timestamp'
					WHEN one.kind IN ('moment', 'day', 'end') AND one.category = 'N' THEN 'to_timestamp(x)'		-- seconds since 1970
					WHEN one.kind IN ('moment', 'day', 'end') THEN 'x::timestamp'
					WHEN one.kind = 'span' AND one.category = 'N' THEN 'make_interval(hours => x)'
					WHEN one.kind = 'span' THEN 'x::interval'
					WHEN one.kind IN ('amount', 'number', 'score') AND one.category = 'S' THEN 'replace(x, '','', '''')::numeric'
					WHEN one.kind IN ('amount', 'number', 'score') THEN 'x::numeric'
					WHEN one.kind = 'key' AND one.category = 'N' THEN 'x::bigint'
					ELSE 'x::text'
				END, one.name, col_description('kpi.source_columns'::regclass, 3));
		END IF;
	END LOOP;

	SELECT string_agg(format('kpi.%I.deal_id', v.relname), ' and ' ORDER BY v.relname) INTO wrong
	FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid JOIN pg_class v ON v.oid = a.attrelid
	WHERE a.attname = 'deal_id' AND v.oid IN (to_regclass('kpi.source_deals'), to_regclass('kpi.source_stage_history'), to_regclass('kpi.source_touches'))
	HAVING count(DISTINCT t.typcategory) > 1;
	IF wrong IS NOT NULL THEN
		RAISE EXCEPTION '% are of different types', wrong
			USING ERRCODE = '42804', HINT = 'Cast one to the type of the other.';
	END IF;

	FOR one IN
		SELECT source, string_agg(format('NULL::%s AS %I', CASE kind
			WHEN 'key' THEN coalesce((	-- that of the other source that has the key
				SELECT format_type(min(a.atttypid::bigint)::oid, NULL) FROM pg_attribute a JOIN pg_class v ON v.oid = a.attrelid
				WHERE v.relnamespace = 'kpi'::regnamespace AND v.relname LIKE 'source\_%' AND a.attname = c.name AND v.relkind = 'v'), 'bigint')
			WHEN 'text' THEN 'text' WHEN 'label' THEN 'text' WHEN 'moment' THEN 'timestamptz' WHEN 'day' THEN 'date' WHEN 'end' THEN 'date'
			WHEN 'outcome' THEN 'boolean' WHEN 'span' THEN 'interval' WHEN 'score' THEN 'smallint' ELSE 'numeric' END, name), ', ') AS columns
		FROM kpi.source_columns c WHERE to_regclass('kpi.source_' || source) IS NULL GROUP BY source
	LOOP
		EXECUTE format('CREATE VIEW kpi.source_%s AS SELECT %s WHERE false', one.source, one.columns);
	END LOOP;
END
$$;

-- One view a source. A moment or day outside of 1900 to 2199 is infinite here, as those are in which there is none; an end after them is none.
DO $$
DECLARE
	one	record;
BEGIN
	FOR one IN
		SELECT c.source, string_agg(format('%s AS %I', CASE
				WHEN a.attname IS NULL THEN CASE c.kind
					WHEN 'label' THEN '''(none)''::text' WHEN 'moment' THEN 'NULL::timestamptz' WHEN 'day' THEN 'NULL::date' WHEN 'amount' THEN 'NULL::numeric'
					WHEN 'number' THEN 'NULL::bigint' WHEN 'span' THEN '(SELECT answer_within FROM kpi.settings)' ELSE 'NULL' END
				WHEN c.kind = 'label' THEN format('kpi.label(%I::text)', c.name)
				WHEN c.kind = 'amount' AND t.oid = 'numeric'::regtype OR c.kind = 'number' AND t.oid = 'numeric'::regtype THEN format('CASE WHEN %I - %1$I = 0 THEN %1$I END', c.name)
				WHEN c.kind IN ('amount', 'number') AND t.oid IN ('real'::regtype, 'double precision'::regtype) THEN format('CASE WHEN %I - %1$I = 0 THEN %1$I::text::numeric END', c.name)	-- its shortest decimal form
				WHEN c.kind = 'amount' THEN format('%I::numeric', c.name)
				WHEN c.kind = 'score' THEN format('CASE WHEN %I BETWEEN 0 AND 10 THEN CASE WHEN %1$I = %1$I::integer THEN %1$I::smallint END END', c.name)
				WHEN c.kind = 'moment' THEN replace(CASE
						WHEN t.oid = 'timestamptz'::regtype THEN format('CASE WHEN %I < ''1900-01-01 00:00+00'' THEN ''-infinity'' WHEN %1$I >= ''2200-01-01 00:00+00'' THEN ''infinity'' ELSE %1$I END', c.name)
						ELSE format('CASE WHEN %I < ''1900-01-01'' THEN ''-infinity'' WHEN %1$I >= ''2200-01-01'' THEN ''infinity'' ELSE %1$I::timestamp AT TIME ZONE {zone} END', c.name)
					END, '{zone}', '(SELECT zone FROM kpi.settings)')
				WHEN c.kind IN ('day', 'end') THEN format(CASE c.kind
						WHEN 'day' THEN 'CASE WHEN %I < ''1900-01-01'' THEN ''-infinity''::date WHEN %1$I >= ''2200-01-01'' THEN ''infinity'' ELSE %2$s END'
						ELSE 'CASE WHEN %I < ''1900-01-01'' THEN ''-infinity''::date WHEN %1$I < ''2200-01-01'' THEN %2$s END' END,
					c.name, CASE WHEN t.oid = 'timestamptz'::regtype THEN format('(%I AT TIME ZONE (SELECT zone FROM kpi.settings))::date', c.name) ELSE format('%I::date', c.name) END)
				WHEN c.kind = 'span' THEN format('least(make_interval(secs => greatest(extract(epoch FROM coalesce(%I, (SELECT answer_within FROM kpi.settings)))::double precision, 0)), (SELECT answer_within FROM kpi.settings))', c.name)
				ELSE quote_ident(c.name)
			END, c.name), ', ' ORDER BY c.position) AS columns
		FROM (SELECT *, row_number() OVER () AS position FROM kpi.source_columns) c
		LEFT JOIN pg_attribute a ON a.attrelid = to_regclass('kpi.source_' || c.source) AND a.attname = c.name
		LEFT JOIN pg_type d ON d.oid = a.atttypid
		LEFT JOIN pg_type t ON t.oid = CASE WHEN d.typtype = 'd' THEN d.typbasetype ELSE d.oid END
		GROUP BY c.source
	LOOP
		EXECUTE format(CASE one.source
			WHEN 'deals' THEN $q$CREATE VIEW kpi.deal_rows AS
				SELECT *, CASE WHEN isfinite(created) THEN (created AT TIME ZONE (SELECT zone FROM kpi.settings))::date END AS created_day,
					CASE WHEN isfinite(closed) AND won IS NOT NULL THEN (closed AT TIME ZONE (SELECT zone FROM kpi.settings))::date END AS closed_day,
					coalesce(won AND isfinite(created) AND isfinite(closed) AND closed >= created, false) AS has_cycle
				FROM (SELECT %s FROM kpi.source_deals) r$q$
			WHEN 'leads' THEN $q$CREATE VIEW kpi.lead_rows AS	-- a day has 24 hours, whatever the zone; of a calendar, open ones
				SELECT *, CASE WHEN isfinite(created) THEN (created AT TIME ZONE (SELECT zone FROM kpi.settings))::date END AS created_day,
					coalesce(isfinite(first_response) AND first_response >= created, false) AS is_answered,
					CASE WHEN NOT isfinite(created) THEN false
						WHEN (SELECT calendar FROM kpi.settings) IS NULL THEN created <= (SELECT as_of FROM kpi.snapshot) - make_interval(secs => extract(epoch FROM answer_within)::double precision)
						-- no answer after as_of could be in time any more
						ELSE business_time((SELECT calendar FROM kpi.settings), created, (SELECT as_of FROM kpi.snapshot) + interval '1 microsecond') > answer_within
					END AS had_time,
					CASE WHEN NOT isfinite(created) OR NOT isfinite(first_response) OR (first_response >= created) IS NOT TRUE THEN false
						WHEN (SELECT calendar FROM kpi.settings) IS NULL THEN first_response <= created + make_interval(secs => extract(epoch FROM answer_within)::double precision)
						ELSE business_time((SELECT calendar FROM kpi.settings), created, first_response) <= answer_within
					END AS is_answered_in_time,
					coalesce(isfinite(first_response) AND first_response >= created, first_response IS NULL) AS has_response_or_none
				FROM (SELECT %s FROM kpi.source_leads) r$q$
			WHEN 'surveys' THEN $q$CREATE VIEW kpi.survey_rows AS
				SELECT r.survey, r.segment, r.segment_value, r.score, r.asked, CASE WHEN isfinite(r.asked) AND r.is_fit THEN (r.asked AT TIME ZONE (SELECT zone FROM kpi.settings))::date END AS asked_day, r.is_fit
				FROM (SELECT %s, CASE WHEN score BETWEEN 0 AND 10 THEN score = score::integer ELSE score IS NULL END AS is_fit FROM kpi.source_surveys) r$q$
			WHEN 'activities' THEN $q$CREATE VIEW kpi.activity_rows AS
				SELECT *, CASE WHEN isfinite(at) THEN (at AT TIME ZONE (SELECT zone FROM kpi.settings))::date END AS day
				FROM (SELECT %s FROM kpi.source_activities) r$q$
			WHEN 'quotas' THEN $q$CREATE VIEW kpi.quota_rows AS
				SELECT *, CASE WHEN isfinite(period_start) AND isfinite(period_end) AND period_end >= period_start THEN period_end - period_start + 1 END AS days
				FROM (SELECT %s FROM kpi.source_quotas) r$q$
			ELSE format('CREATE VIEW kpi.%s_rows AS SELECT %%s FROM kpi.source_%s r',
				CASE one.source WHEN 'stage_history' THEN 'history' WHEN 'subscriptions' THEN 'subscription' WHEN 'events' THEN 'event' WHEN 'touches' THEN 'touch' WHEN 'costs' THEN 'cost' ELSE 'order' END, one.source)
		END, one.columns);
	END LOOP;
END
$$;

-- Which row it was, when a refresh fails: the first that can't be read, or that its aggregates refuse. Rows are read one by one, in the order
-- in which they lie.
CREATE FUNCTION kpi.bad_row() RETURNS text LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp SET synchronize_seqscans = off SET max_parallel_workers_per_gather = 0 SET jit = off
AS $$
DECLARE
	extension	text := extnamespace::regnamespace FROM pg_extension WHERE extname = 'funnel_metrics';
	one			record;
	rows		refcursor;
	line		record;
	passed		bigint;
	name		name;
	value		text;
	told		text[];
BEGIN
	FOR one IN
		SELECT * FROM (VALUES
			('deals', 'deal_rows', '%1$s.velocity_agg(won, amount, created, closed)'),
			('leads', 'lead_rows', '%1$s.duration_agg(created, first_response)'),
			('stage_history', 'history_rows', '%1$s.stage_agg(deal_id, stage, entered_at, (SELECT definition FROM kpi.settings))'),
			('surveys', 'survey_rows', '%1$s.survey_agg(score)'),
			('subscriptions', 'subscription_rows', '%1$s.mrr_agg(customer, starts, ends, mrr, current_date)'),
			('orders', 'order_rows', '%1$s.cohort_agg(customer, ordered, amount, ''month'', ''UTC'')'),
			('quotas', 'quota_rows', '%1$s.attainment_agg(quota, quota)'),
			('activities', 'activity_rows', 'sum(minutes)'),
			('events', 'event_rows', '%1$s.session_agg(entity, at, (SELECT session_gap FROM kpi.settings))'),
			('touches', 'touch_rows', '%1$s.attribution_agg(deal_id, channel, at, true, at)'),
			('costs', 'cost_rows', 'sum(amount)')) AS v (source, rows, probe)
	LOOP
		passed := 0;
		BEGIN
			OPEN rows FOR EXECUTE format('SELECT * FROM kpi.%2$I r CROSS JOIN LATERAL (SELECT ' || one.probe || ' AS probe FROM (SELECT r.*) x) p', extension, one.rows);
			LOOP
				FETCH rows INTO line;
				EXIT WHEN NOT FOUND;
				passed := passed + 1;
			END LOOP;
			CLOSE rows;
		EXCEPTION WHEN OTHERS THEN
			told := NULL;
			FOR name IN SELECT attname FROM pg_attribute WHERE attrelid = format('kpi.source_%s', one.source)::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum LOOP
				BEGIN
					EXECUTE format('SELECT left(%I::text, 60) FROM kpi.source_%s OFFSET %s LIMIT 1', name, one.source, passed) INTO value;
					told := told || concat_ws(' ', name, coalesce(value, 'NULL'));
				EXCEPTION WHEN OTHERS THEN
					told := told || format('%s can''t be read', name);
				END;
			END LOOP;
			RETURN format('It is row %s of kpi.source_%s (%s).', passed + 1, one.source, array_to_string(told, ', '));
		END;
	END LOOP;
	RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION kpi.bad_row() FROM PUBLIC;
COMMENT ON FUNCTION kpi.bad_row() IS 'The first row of a source that can''t be read, in words, for the error of a refresh; NULL: all can';
