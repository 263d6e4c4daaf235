-- roles.sql: who may do what. Run by install.sql; run it again after a view was dropped and made anew:
--
--	psql -d mydb [-v row_security=on] -f examples/nightly/roles.sql
--
--	kpi_owner	owns the schema, reads the CRM's tables, refreshes. Logins that refresh are members.
--	kpi_reader	reads the views made for people: every segment, every deal behind a figure.
--	kpi_rep		reads the same views, and there the rows of one rep: the one that kpi.people names for the login.
--
-- None of them may log in, and roles belong to the whole cluster: GRANT kpi_reader TO ann. Nobody but kpi_owner reads a summary
-- (materialized views have no row security), the settings or the CRM's tables.
--
-- The views filter: a view reads with the rights of its owner, kpi_owner, but current_user in it is who asks, and a security
-- barrier runs nobody's function on a row before the filter has let it pass.
--
-- row_security=on has the CRM's deals and leads filtered as well, by policies for kpi_owner, so that a view without a filter shows
-- reps no more. It has its price: without it nothing of the CRM is touched, with it
--	* COPY deals FROM fails for whoever is neither the table's owner nor a superuser,
--	* what pg_dump writes can't be restored where summaries are materialized views, unless it is called with
--	  --enable-row-security (REFRESH runs as kpi_owner, and a dump forbids to read less than everything).

\set ON_ERROR_STOP on
\if :{?row_security} \else \set row_security off \endif

DO $$
DECLARE
	one	text;
BEGIN
	FOREACH one IN ARRAY ARRAY['kpi_owner', 'kpi_reader', 'kpi_rep'] LOOP
		BEGIN
			IF to_regrole(one) IS NULL THEN
				EXECUTE format('CREATE ROLE %I NOLOGIN', one);
			END IF;
		EXCEPTION WHEN duplicate_object OR unique_violation THEN
			NULL;	-- another database of the cluster was faster
		END;
	END LOOP;

	-- What the owner needs: the tables that the sources read, and temporary tables (REFRESH ... CONCURRENTLY makes them)
	EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO kpi_owner', current_database());
	FOR one IN
		SELECT DISTINCT unnest(ARRAY[format('GRANT USAGE ON SCHEMA %I TO kpi_owner', n.nspname), format('GRANT SELECT ON %s TO kpi_owner', t.oid::regclass)])
		FROM kpi.bound b JOIN pg_class t ON t.oid = to_regclass(b.table_name) JOIN pg_namespace n ON n.oid = t.relnamespace
	LOOP
		EXECUTE one;
	END LOOP;

	-- Everything in the schema is the owner's, and nobody else's; but for the event trigger's function, which whoever drops a table runs
	FOR one IN
		SELECT format('ALTER %s %s OWNER TO kpi_owner', CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'TABLE' END, oid::regclass)
		FROM pg_class WHERE relnamespace = 'kpi'::regnamespace AND relkind IN ('r', 'v', 'm')
		UNION ALL
		SELECT format('ALTER ROUTINE %s OWNER TO kpi_owner', oid::regprocedure) FROM pg_proc WHERE pronamespace = 'kpi'::regnamespace AND prorettype <> 'event_trigger'::regtype
	LOOP
		EXECUTE one;
	END LOOP;
	ALTER SCHEMA kpi OWNER TO kpi_owner;
	REVOKE ALL ON ALL ROUTINES IN SCHEMA kpi FROM PUBLIC;
	REVOKE ALL ON ALL TABLES IN SCHEMA kpi FROM PUBLIC, kpi_reader, kpi_rep;

	-- What people read
	GRANT USAGE ON SCHEMA kpi TO kpi_reader, kpi_rep;
	GRANT EXECUTE ON FUNCTION kpi.sees_all(), kpi.own_rep(), kpi.label(text) TO kpi_reader, kpi_rep;
	GRANT SELECT ON kpi.me TO kpi_reader, kpi_rep;
	FOREACH one IN ARRAY ARRAY['figures', 'daily_figures', 'deals_across', 'leads_across', 'deals_by_period', 'leads_by_period', 'surveys_by_period', 'quotas_by_period', 'activities_by_period',
		'stages_by_period', 'stage_flows', 'stage_times', 'pipeline_movements', 'mrr_movements', 'mrr_waterfall', 'cohort_retention', 'customer_lifecycle',
		'event_funnel', 'event_trend', 'sessions', 'retention', 'retention_curve',
		'forecast', 'forecast_distribution', 'forecast_backtest', 'stage_odds', 'win_curve', 'attribution', 'rate_drivers', 'league_table', 'leading_indicators',
		'velocity_drivers', 'deals_behind', 'data_quality', 'freshness']
	LOOP
		CONTINUE WHEN to_regclass('kpi.' || one) IS NULL;
		EXECUTE format('GRANT SELECT ON kpi.%I TO kpi_reader, kpi_rep', one);
	END LOOP;
END
$$;

\if :row_security
DO $$
DECLARE
	source	regclass;
BEGIN
	FOR source IN
		SELECT DISTINCT t.oid
		FROM kpi.bound b JOIN pg_class t ON t.oid = to_regclass(b.table_name) AND t.relkind IN ('r', 'p')
		WHERE b.source IN ('deals', 'leads')
	LOOP
		IF NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = source AND attname = 'owner' AND NOT attisdropped) THEN
			RAISE EXCEPTION 'row security: table % has no column owner', source
				USING ERRCODE = '42703', HINT = 'Write the policies of roles.sql with the column that has the rep, and leave row_security off.';
		END IF;
		-- For all who are there already nothing changes. A table that has policies of its own keeps them.
		IF NOT (SELECT relrowsecurity FROM pg_class WHERE oid = source) THEN
			EXECUTE format('CREATE POLICY as_before ON %s USING (true) WITH CHECK (true)', source);
			EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', source);
		END IF;
		EXECUTE format('DROP POLICY IF EXISTS kpi_reads ON %s', source);
		EXECUTE format('CREATE POLICY kpi_reads ON %s FOR SELECT TO kpi_owner USING (true)', source);
		EXECUTE format('DROP POLICY IF EXISTS kpi_own_rows ON %s', source);
		EXECUTE format('CREATE POLICY kpi_own_rows ON %s AS RESTRICTIVE FOR SELECT TO kpi_owner
			USING ((SELECT kpi.sees_all()) OR owner = (SELECT kpi.own_rep()))', source);
	END LOOP;
END
$$;
\endif
