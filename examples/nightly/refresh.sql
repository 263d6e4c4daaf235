-- refresh.sql: CALL kpi.refresh(), once a night.

-- A view goes on reading a table that was renamed, though another has its name by now, as where a sync builds a new one and swaps them.
CREATE FUNCTION kpi.check_sources() RETURNS void LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	wrong	text;
BEGIN
	SELECT string_agg(DISTINCT table_name, ', ') INTO wrong FROM kpi.bound b
	WHERE CASE WHEN to_regproc('kpi.read_' || b.source) IS NULL THEN NOT EXISTS (SELECT FROM kpi.read_now n WHERE n.source = b.source AND n.table_name = b.table_name)
		ELSE to_regclass(b.table_name) IS NULL END;
	IF wrong IS NOT NULL THEN
		RAISE EXCEPTION 'the sources read %, as it was: its name means another table now, or none', wrong
			USING ERRCODE = '55000', HINT = 'SELECT kpi.bind() makes them read what the names mean now. Where tables are swapped each night, install with -v binding=late.';
	END IF;
	SELECT string_agg(DISTINCT w.table_name, ', ') INTO wrong FROM kpi.watched w
	WHERE to_regproc('kpi.watch') IS NOT NULL AND NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = to_regclass(w.table_name) AND tgname LIKE 'kpi\_notes\_%');
	IF wrong IS NOT NULL THEN
		RAISE EXCEPTION 'nobody notes what changes in %: it is another table than when kpi was installed, or none', wrong
			USING ERRCODE = '55000', HINT = 'SELECT kpi.bind() makes the triggers anew, and the next refresh take everything.';
	END IF;
END
$$;
REVOKE ALL ON FUNCTION kpi.check_sources() FROM PUBLIC;
COMMENT ON FUNCTION kpi.check_sources() IS 'An error where a source reads a table whose name means another by now, or one that isn''t watched any more';

CREATE FUNCTION kpi.bind() RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	one	record;
BEGIN
	FOR one IN SELECT * FROM kpi.source_definitions LOOP
		IF to_regproc('kpi.read_' || one.source) IS NULL THEN
			EXECUTE format('CREATE OR REPLACE VIEW kpi.source_%s AS %s', one.source, one.definition);
		END IF;
	END LOOP;
	IF to_regproc('kpi.watch') IS NOT NULL THEN
		PERFORM kpi.watch();
		PERFORM kpi.refill();
	END IF;
END
$$;
REVOKE ALL ON FUNCTION kpi.bind() FROM PUBLIC;
COMMENT ON FUNCTION kpi.bind() IS 'Makes the sources read what the names of their tables mean now, after tables were swapped; in the incremental form with triggers, and all figures anew. By whoever installed kpi; with roles, run roles.sql afterwards';

-- All of it is one transaction, and of one moment: readers see the figures of yesterday until it is through, and
-- those of today from then on, in every relation. If it fails, yesterday's stay.
CREATE PROCEDURE kpi.refresh() LANGUAGE plpgsql AS $$
DECLARE
	source	text;
BEGIN
	IF current_setting('transaction_isolation') = 'read committed' THEN
		COMMIT;
		SET TRANSACTION ISOLATION LEVEL REPEATABLE READ;
	END IF;

	-- Before the moment is taken: one refresh at a time, and no table is truncated behind it (which would look empty, since
	-- TRUNCATE keeps no old rows). A view is locked with what it reads.
	LOCK TABLE kpi.snapshot IN SHARE ROW EXCLUSIVE MODE;
	PERFORM kpi.check_sources();
	FOR source IN SELECT DISTINCT table_name FROM kpi.bound LOOP
		EXECUTE format('LOCK TABLE %s IN ACCESS SHARE MODE', source);
	END LOOP;

	PERFORM kpi.store_all();
END
$$;
REVOKE ALL ON PROCEDURE kpi.refresh() FROM PUBLIC;
COMMENT ON PROCEDURE kpi.refresh() IS 'Takes the figures anew, all in one transaction: call it once a night, outside of a transaction block or in one that is REPEATABLE READ';
