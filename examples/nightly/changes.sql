-- changes.sql: which days changed, for the incremental form. Triggers on the CRM's tables write it down; a refresh takes it.
--
-- A row is only ever added here, never looked up: a writer that found its day noted already, and left it at that, would lose
-- its change to a refresh that takes the note without seeing the change. Of a row that moves, the days before and after are noted.

CREATE TABLE kpi.changed_days (
	kind	text NOT NULL,
	day		date
);
COMMENT ON TABLE kpi.changed_days IS 'The days whose rows changed since the last refresh; a day may stand here many times';
COMMENT ON COLUMN kpi.changed_days.kind IS 'closed, created (deals), leads, surveys, subscriptions, orders, quotas, reps or activities; all: everything';
COMMENT ON COLUMN kpi.changed_days.day IS 'The day, by kpi.settings.zone (quotas: the first day of their period); NULL: all of them';

CREATE TABLE kpi.changed_deals (
	deal_id	bigint
);
COMMENT ON TABLE kpi.changed_deals IS 'The deals whose stage history changed since the last refresh: which month they belong to is found out then';
COMMENT ON COLUMN kpi.changed_deals.deal_id IS 'As in deal_stage_history; NULL: all of them';

-- Arguments: a kind and its day, as SQL over the changed rows ($1 is the zone); or more such pairs. Writers need no rights in the schema.
CREATE FUNCTION kpi.note_days() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	rows_of	text := CASE TG_OP WHEN 'INSERT' THEN 'TABLE new_rows' WHEN 'DELETE' THEN 'TABLE old_rows' ELSE 'TABLE old_rows UNION ALL TABLE new_rows' END;
	zone	text := s.zone FROM kpi.settings s;
BEGIN
	FOR pair IN 0 .. TG_NARGS / 2 - 1 LOOP
		IF TG_OP = 'TRUNCATE' THEN
			INSERT INTO kpi.changed_days (kind) VALUES (TG_ARGV[2 * pair]);
		ELSE
			EXECUTE format('INSERT INTO kpi.changed_days (kind, day) SELECT DISTINCT %L, day FROM (SELECT %s FROM (%s) r) AS days (day) WHERE isfinite(day)',
				TG_ARGV[2 * pair], TG_ARGV[2 * pair + 1], rows_of) USING zone;
		END IF;
	END LOOP;
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION kpi.note_days() IS 'Trigger: notes the days of the changed rows in kpi.changed_days';

CREATE FUNCTION kpi.note_deals() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF TG_OP = 'TRUNCATE' THEN
		INSERT INTO kpi.changed_deals VALUES (NULL);
	END IF;
	IF TG_OP IN ('INSERT', 'UPDATE') THEN
		INSERT INTO kpi.changed_deals SELECT DISTINCT deal_id FROM new_rows WHERE deal_id IS NOT NULL;
	END IF;
	IF TG_OP IN ('UPDATE', 'DELETE') THEN
		INSERT INTO kpi.changed_deals SELECT DISTINCT deal_id FROM old_rows WHERE deal_id IS NOT NULL;
	END IF;
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION kpi.note_deals() IS 'Trigger: notes the deals of the changed rows in kpi.changed_deals';

-- What each of the CRM's tables notes. They are locked against writers from here to the end of the installation, so
-- that nothing slips in between the first summaries and the first note.
DO $$
DECLARE
	one	record;
BEGIN
	FOR one IN
		SELECT source, note, events.*
		FROM (VALUES
			('deals', $a$note_days('created', '(created AT TIME ZONE $1)::date', 'closed', '(closed AT TIME ZONE $1)::date')$a$),
			('leads', $a$note_days('leads', '(created AT TIME ZONE $1)::date')$a$),
			('deal_stage_history', 'note_deals()'),
			('survey_responses', $a$note_days('surveys', '(asked AT TIME ZONE $1)::date')$a$),
			('subscriptions', $a$note_days('subscriptions', '''epoch''::date')$a$),		-- any day: they are one row
			('orders', $a$note_days('orders', '''epoch''::date')$a$),
			('quotas', $a$note_days('quotas', 'period_start')$a$),
			('reps', $a$note_days('reps', '''epoch''::date')$a$),
			('activities', $a$note_days('activities', '(at AT TIME ZONE $1)::date')$a$)
		) AS n (source, note),
		(VALUES
			('insert', 'REFERENCING NEW TABLE AS new_rows'),
			('update', 'REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows'),
			('delete', 'REFERENCING OLD TABLE AS old_rows'),
			('truncate', '')
		) AS events (event, transition)
	LOOP
		EXECUTE format('CREATE TRIGGER kpi_notes_%s AFTER %1$s ON %s %s FOR EACH STATEMENT EXECUTE FUNCTION kpi.%s', one.event, one.source, one.transition, one.note);
	END LOOP;
END
$$;

-- Anything else that the figures depend on
CREATE FUNCTION kpi.refill() RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$ INSERT INTO kpi.changed_days (kind) VALUES ('all') $$;
COMMENT ON FUNCTION kpi.refill() IS 'Makes the next refresh take everything anew: for changes that no trigger saw (a source view changed, triggers were off)';

CREATE FUNCTION kpi.note_settings() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	PERFORM kpi.refill();
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION kpi.note_settings() IS 'Trigger: new settings make the next refresh take everything anew';
CREATE TRIGGER kpi_notes_settings AFTER INSERT OR UPDATE OF zone, fiscal_year_start, definition, answer_within OR DELETE ON kpi.settings
FOR EACH STATEMENT EXECUTE FUNCTION kpi.note_settings();
