-- materialized.sql: the refresh, where the summaries are materialized views.

CREATE FUNCTION kpi.store_all() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET work_mem = '256MB' SET jit = off
AS $$
DECLARE
	store	text;
	detail	text;
	context	text;
BEGIN
	UPDATE kpi.snapshot n SET as_of = coalesce(s.as_of, now()), refreshed_at = now() FROM kpi.settings s;
	ANALYZE kpi.settings, kpi.snapshot, kpi.targets;		-- a few rows; the planner thinks of hundreds in a table it knows nothing of

	FOR store IN SELECT s.store FROM kpi.stores s ORDER BY position LOOP
		IF store = 'figure_periods' THEN
			PERFORM kpi.check_size();
		END IF;
		-- One without data (as after WITH NO DATA) can't be read, so there are no readers to wait for.
		EXECUTE format('REFRESH MATERIALIZED VIEW %s kpi.%I',
			CASE WHEN (SELECT relispopulated FROM pg_class WHERE oid = format('kpi.%I', store)::regclass) THEN 'CONCURRENTLY' END, store);
	END LOOP;
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, context = PG_EXCEPTION_CONTEXT;
	RAISE EXCEPTION 'the refresh failed at kpi.%: %', coalesce(store, 'snapshot'), SQLERRM
		USING ERRCODE = SQLSTATE, DETAIL = concat_ws(E'\n', kpi.bad_row(), nullif(detail, ''), context), HINT = 'All figures are as they were before this refresh.';
END
$$;
REVOKE ALL ON FUNCTION kpi.store_all() FROM PUBLIC;
COMMENT ON FUNCTION kpi.store_all() IS 'Stores what the views behind the summaries say now; kpi.refresh() calls it';
