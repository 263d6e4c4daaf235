-- changes.sql: which days changed, for the incremental form. Triggers on the CRM's tables write it down; a refresh takes it.
--
-- A row is only ever added here, never looked up: a writer that found its day noted already, and left it at that, would lose
-- its change to a refresh that takes the note without seeing the change. Of a row that moves, the days before and after are noted.

CREATE TABLE kpi.changed_days (
	kind	text NOT NULL,
	day		date
);
COMMENT ON TABLE kpi.changed_days IS 'The days whose rows changed since the last refresh; a day may stand here many times';
COMMENT ON COLUMN kpi.changed_days.kind IS 'closed, created (deals), leads, surveys, subscriptions, orders, quotas, activities, events, touches or costs; all: everything';
COMMENT ON COLUMN kpi.changed_days.day IS 'The day in UTC, whatever kpi.settings.zone is: the refresh finds out which days of that zone it touches; NULL: all of them';

CREATE TABLE kpi.changed_deals (
	deal_id	text
);
COMMENT ON TABLE kpi.changed_deals IS 'The deals whose stage history changed since the last refresh: which month they belong to is found out then';
COMMENT ON COLUMN kpi.changed_deals.deal_id IS 'As kpi.source_stage_history has it, as text; NULL: all of them';

-- The triggers' functions run with their owner's rights in the statements of others, over rows of others, so that a writer needs
-- no rights in this schema. Therefore:
--	* nobody else may call them, and so attach them to a table of his own (REVOKE);
--	* their arguments are kinds and names of columns, never SQL;
--	* they read columns of built-in types only: with any other, an expression may call a cast or an operator that somebody made,
--	  and whoever owns a table of the CRM may change a column's type;
--	* they read new_rows and old_rows only where the trigger has them: else the names would be those of somebody's pg_temp;
--	* they never fail the writer: where a table is not what it was when the trigger was made, all days are noted. (No EXCEPTION
--	  block: each would be a subtransaction of the writer's.)
CREATE FUNCTION kpi.noted_type(relation oid, trigger_name name, operation text, column_name text) RETURNS regtype LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT t.oid
	FROM pg_trigger g
	JOIN pg_attribute a ON a.attrelid = g.tgrelid AND a.attname = column_name AND a.attnum > 0 AND NOT a.attisdropped
	JOIN pg_type d ON d.oid = a.atttypid
	JOIN pg_type t ON t.oid = CASE WHEN d.typtype = 'd' THEN d.typbasetype ELSE d.oid END
	WHERE g.tgrelid = relation AND g.tgname = trigger_name
		AND (operation = 'INSERT' OR g.tgoldtable = 'old_rows') AND (operation = 'DELETE' OR g.tgnewtable = 'new_rows')
		AND t.oid = ANY ('{timestamptz,timestamp,date,smallint,integer,bigint,numeric,uuid,text,varchar,bpchar}'::regtype[])
$$;
REVOKE ALL ON FUNCTION kpi.noted_type(oid, name, text, text) FROM PUBLIC;
COMMENT ON FUNCTION kpi.noted_type(oid, name, text, text) IS 'The type of a column of a trigger''s rows, of a domain that which it is made of; NULL: not one that the trigger may read';

-- Arguments: a kind and the column that has its moment, or more such pairs. An empty name: any change is one of all days.
-- Where a column has no zone, its day is that of some zone, up to a day away from that of UTC: those beside it are noted, too.
CREATE FUNCTION kpi.note_days() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	rows_of	text := CASE TG_OP WHEN 'INSERT' THEN 'TABLE new_rows' WHEN 'DELETE' THEN 'TABLE old_rows' ELSE 'TABLE old_rows UNION ALL TABLE new_rows' END;
	day		text;
BEGIN
	FOR pair IN 0 .. TG_NARGS / 2 - 1 LOOP
		day := CASE WHEN TG_OP <> 'TRUNCATE' THEN CASE kpi.noted_type(TG_RELID, TG_NAME, TG_OP, TG_ARGV[2 * pair + 1])
			WHEN 'timestamptz'::regtype THEN $q$CASE WHEN %I >= '1899-12-30 00:00+00' AND %1$I < '2200-01-03 00:00+00' THEN (%1$I AT TIME ZONE 'UTC')::date END + generate_series(0, 0)$q$
			WHEN 'timestamp'::regtype THEN $q$CASE WHEN %I >= '1899-12-30' AND %1$I < '2200-01-03' THEN %1$I::date END + generate_series(-1, 1)$q$
			WHEN 'date'::regtype THEN $q$CASE WHEN %I >= '1899-12-30' AND %1$I < '2200-01-03' THEN %1$I END + generate_series(-1, 1)$q$
		END END;
		IF day IS NULL THEN
			INSERT INTO kpi.changed_days (kind) VALUES (TG_ARGV[2 * pair]);
		ELSE
			EXECUTE format('INSERT INTO kpi.changed_days (kind, day) SELECT DISTINCT $1, day FROM (SELECT ' || day || ' FROM (%2$s) r) AS days (day) WHERE day IS NOT NULL',
				TG_ARGV[2 * pair + 1], rows_of) USING TG_ARGV[2 * pair];
		END IF;
	END LOOP;
	RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION kpi.note_days() FROM PUBLIC;
COMMENT ON FUNCTION kpi.note_days() IS 'Trigger: notes the days of the changed rows in kpi.changed_days';

-- Argument: the column that has the deal.
CREATE FUNCTION kpi.note_deals() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	rows_of	text := CASE TG_OP WHEN 'INSERT' THEN 'TABLE new_rows' WHEN 'DELETE' THEN 'TABLE old_rows' ELSE 'TABLE old_rows UNION ALL TABLE new_rows' END;
BEGIN
	IF TG_OP = 'TRUNCATE' OR kpi.noted_type(TG_RELID, TG_NAME, TG_OP, TG_ARGV[0]) IS NULL THEN
		INSERT INTO kpi.changed_deals VALUES (NULL);
	ELSE
		EXECUTE format('INSERT INTO kpi.changed_deals SELECT DISTINCT %I::text FROM (%s) r WHERE %1$I IS NOT NULL', TG_ARGV[0], rows_of);
	END IF;
	RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION kpi.note_deals() FROM PUBLIC;
COMMENT ON FUNCTION kpi.note_deals() IS 'Trigger: notes the deals of the changed rows in kpi.changed_deals';

-- The triggers that kpi.watched asks for, where they are not there. From the installation on: the tables are locked against writers to
-- its end, so that nothing slips in between the first summaries and the first note.
CREATE FUNCTION kpi.watch() RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	one	record;
BEGIN
	FOR one IN
		SELECT w.*, events.*
		FROM (
			SELECT table_name, 'days' AS about, format('note_days(%s)', string_agg(format('%L, %L', kind, coalesce(column_name, '')), ', ' ORDER BY kind)) AS note
			FROM kpi.watched WHERE kind <> 'history' GROUP BY table_name
			UNION ALL
			SELECT table_name, 'deals', format('note_deals(%L)', coalesce(column_name, '')) FROM kpi.watched WHERE kind = 'history'
		) w,
		(VALUES
			('insert', 'REFERENCING NEW TABLE AS new_rows'),
			('update', 'REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows'),
			('delete', 'REFERENCING OLD TABLE AS old_rows'),
			('truncate', '')
		) AS events (event, transition)
		WHERE NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = to_regclass(w.table_name) AND tgname = format('kpi_notes_%s_of_%s', events.event, w.about))
		ORDER BY w.table_name
	LOOP
		EXECUTE format('CREATE TRIGGER kpi_notes_%1$s_of_%2$s AFTER %1$s ON %3$s %4$s FOR EACH STATEMENT EXECUTE FUNCTION kpi.%5$s',
			one.event, one.about, one.table_name, one.transition, one.note);
	END LOOP;
END
$$;
REVOKE ALL ON FUNCTION kpi.watch() FROM PUBLIC;
COMMENT ON FUNCTION kpi.watch() IS 'Makes the triggers that kpi.watched asks for, where they are missing; by whoever may make triggers on these tables';

-- Each table that a source reads, through whatever views, is to be watched for all that depends on that source: a change of any other would
-- never be in the figures. Of quotas nothing is noted: they are worked out each time. A deal's stages are those of the month it was made in,
-- so a table that is watched for that will do; as will one that is watched for deals, leads or activities, for touches.
DO $$
DECLARE
	unwatched	text;
BEGIN
	WITH RECURSIVE read AS (
		SELECT source, to_regclass(table_name)::oid AS relation FROM kpi.bound
		UNION
		SELECT r.source, d.refobjid
		FROM read r
		JOIN pg_rewrite w ON w.ev_class = r.relation
		JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> r.relation
	), wanted AS (
		SELECT DISTINCT r.relation, k.kind, k.or_kinds
		FROM read r
		JOIN (VALUES ('deals', 'created', NULL), ('deals', 'closed', NULL), ('stage_history', 'history', '{created}'::text[]), ('leads', 'leads', NULL),
			('surveys', 'surveys', NULL), ('subscriptions', 'subscriptions', NULL), ('orders', 'orders', NULL), ('activities', 'activities', NULL), ('events', 'events', NULL),
			('touches', 'touches', '{created,leads,activities}'), ('costs', 'costs', NULL))
			AS k (source, kind, or_kinds) USING (source)
		JOIN pg_class c ON c.oid = r.relation
		WHERE c.relkind IN ('r', 'p', 'f', 'm') AND c.relnamespace NOT IN ('kpi'::regnamespace, 'pg_catalog'::regnamespace)
	)
	SELECT string_agg(format('%s (%s)', relation::regclass, kinds), ', ' ORDER BY relation::regclass::text) INTO unwatched
	FROM (
		SELECT relation, string_agg(DISTINCT kind, ', ') AS kinds
		FROM wanted w
		WHERE NOT EXISTS (SELECT FROM kpi.watched t WHERE to_regclass(t.table_name) = w.relation AND (t.kind = w.kind OR t.kind = ANY (w.or_kinds)))
		GROUP BY relation
	) u;
	IF unwatched IS NOT NULL THEN
		RAISE EXCEPTION 'the sources read %, of which nobody would note a change', unwatched
			USING ERRCODE = '55000', HINT = 'In brackets is what depends on it. Add a row to kpi.watched for each, in the file of the sources: INSERT INTO kpi.watched VALUES (''table'', ''kind'', ''column of the day, or NULL''). Or install with form=materialized.';
	END IF;
	PERFORM kpi.watch();
END
$$;

-- Anything else that the figures depend on
CREATE FUNCTION kpi.refill() RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$ INSERT INTO kpi.changed_days (kind) VALUES ('all') $$;
REVOKE ALL ON FUNCTION kpi.refill() FROM PUBLIC;
COMMENT ON FUNCTION kpi.refill() IS 'Makes the next refresh take everything anew: for changes that no trigger saw (a source view changed, triggers were off)';

CREATE FUNCTION kpi.note_settings() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	PERFORM kpi.refill();
	RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION kpi.note_settings() FROM PUBLIC;
COMMENT ON FUNCTION kpi.note_settings() IS 'Trigger: new settings make the next refresh take everything anew';
CREATE TRIGGER kpi_notes_settings AFTER INSERT OR UPDATE OF zone, periods, fiscal_year_start, definition, journey, active_events, session_gap, answer_within, calendar OR DELETE ON kpi.settings
FOR EACH STATEMENT EXECUTE FUNCTION kpi.note_settings();
