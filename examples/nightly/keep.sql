-- keep.sql: DROP TABLE deals CASCADE would take views that read deals, what is stored by these, and so all figures, without a word. This
-- event trigger refuses it, unless the schema kpi or something in it is what was to be dropped. It takes a superuser to make one.
-- (With late binding nothing depends on the CRM's tables.)

SELECT rolsuper AS is_superuser FROM pg_roles WHERE rolname = current_user \gset
\if :is_superuser
CREATE FUNCTION kpi.keep() RETURNS event_trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF EXISTS (SELECT FROM pg_event_trigger_dropped_objects() WHERE schema_name = 'kpi' AND object_type IN ('table', 'view', 'materialized view', 'function', 'procedure'))
		AND NOT EXISTS (SELECT FROM pg_event_trigger_dropped_objects() WHERE original AND (schema_name = 'kpi' OR object_type = 'schema' AND object_name = 'kpi'))
	THEN
		RAISE EXCEPTION 'this would take figures of the schema kpi away: %', (
			SELECT string_agg(object_identity, ', ') FROM pg_event_trigger_dropped_objects() WHERE schema_name = 'kpi' AND object_type IN ('view', 'materialized view') AND object_name LIKE 'source\_%')
			USING ERRCODE = '2BP01', HINT = 'DROP SCHEMA kpi CASCADE first, if that is what you want. For a sync that drops or alters tables, install kpi with -v binding=late.';
	END IF;
END
$$;
REVOKE ALL ON FUNCTION kpi.keep() FROM PUBLIC;
COMMENT ON FUNCTION kpi.keep() IS 'Event trigger: refuses a CASCADE from elsewhere that would drop what is in the schema kpi';
DROP EVENT TRIGGER IF EXISTS kpi_keeps;
CREATE EVENT TRIGGER kpi_keeps ON sql_drop EXECUTE FUNCTION kpi.keep();
COMMENT ON EVENT TRIGGER kpi_keeps IS 'Refuses a CASCADE from elsewhere that would drop what is in the schema kpi';
\endif
