-- incremental.sql: the refresh, where the summaries are tables. A night takes the days that changed (changes.sql), one SQL
-- statement for each table, and writes the rows that differ.

DO $$
DECLARE
	one	record;
BEGIN
	FOR one IN
		SELECT i.indrelid::regclass AS store, c.relname AS index
		FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
		WHERE c.relnamespace = 'kpi'::regnamespace AND i.indisunique AND NOT i.indisprimary
	LOOP
		EXECUTE format('ALTER TABLE %s ADD PRIMARY KEY USING INDEX %I', one.store, one.index);
	END LOOP;
END
$$;

-- Stores what a view says of some days (or months, quarters, periods: what column unit holds; NULL: of all), and returns those
-- of them for which anything differed. The array stands in the query as a constant: so it reaches the scan through the view's
-- GROUP BY. Values are compared by their bytes (*<>): equal summaries are equal bytes.
CREATE FUNCTION kpi.take(store text, made_by text, unit text, units date[]) RETURNS date[] LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	relation	regclass := format('kpi.%I', store);
	wanted		text := CASE WHEN units IS NULL THEN 'true' ELSE format('%I = ANY (%L::date[])', unit, units) END;
	differed	date[];
	detail		text;
	context		text;
BEGIN
	IF units = '{}' THEN
		RETURN units;
	END IF;
	EXECUTE (
		SELECT format('
			WITH made AS (SELECT * FROM kpi.%1$I WHERE %2$s),
			gone AS (
				DELETE FROM %3$s s WHERE %2$s AND NOT EXISTS (SELECT FROM made m WHERE %4$s)
				RETURNING %5$s AS unit
			), kept AS (
				INSERT INTO %3$s AS s SELECT * FROM made
				ON CONFLICT (%6$s) DO UPDATE SET (%7$s) = ROW(%8$s) WHERE s.* *<> excluded.*
				RETURNING %5$s AS unit
			)
			SELECT coalesce(array_agg(DISTINCT unit), ''{}'') FROM (SELECT unit FROM gone UNION ALL SELECT unit FROM kept) d',
			made_by, wanted, relation,
			string_agg(format('m.%1$I = s.%1$I', attname), ' AND ') FILTER (WHERE is_key),
			CASE WHEN unit IS NULL THEN 'NULL::date' ELSE format('s.%I', unit) END,
			string_agg(quote_ident(attname), ', ') FILTER (WHERE is_key),
			string_agg(quote_ident(attname), ', ') FILTER (WHERE NOT is_key),
			string_agg(format('excluded.%I', attname), ', ') FILTER (WHERE NOT is_key))
		FROM (
			SELECT a.attname, a.attnum = ANY (i.indkey) AS is_key
			FROM pg_attribute a JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisprimary
			WHERE a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped
		) columns
	) INTO differed;
	RETURN differed;
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, context = PG_EXCEPTION_CONTEXT;
	RAISE EXCEPTION 'the refresh failed at kpi.%: %', store, SQLERRM
		USING ERRCODE = SQLSTATE, DETAIL = concat_ws(E'\n', nullif(detail, ''), context), HINT = 'All figures are as they were before this refresh.';
END
$$;
REVOKE ALL ON FUNCTION kpi.take(text, text, text, date[]) FROM PUBLIC;
COMMENT ON FUNCTION kpi.take(text, text, text, date[]) IS 'Stores what a view says of some days, and returns those for which anything differed';

CREATE FUNCTION kpi.noted(notes jsonb, VARIADIC kinds text[]) RETURNS date[] LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT CASE
		WHEN notes ? 'all' OR EXISTS (SELECT FROM unnest(kinds) k WHERE notes -> k = 'null') THEN NULL
		ELSE ARRAY(SELECT DISTINCT day::date FROM unnest(kinds) k, jsonb_array_elements_text(coalesce(notes -> k, '[]')) AS day)
	END
$$;
REVOKE ALL ON FUNCTION kpi.noted(jsonb, text[]) FROM PUBLIC;
COMMENT ON FUNCTION kpi.noted(jsonb, text[]) IS 'The days noted for some kinds; NULL: all of them';

CREATE FUNCTION kpi.store_all() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET work_mem = '256MB' SET jit = off
AS $$
DECLARE
	settings	kpi.settings;
	before		timestamptz;
	as_of_now	timestamptz;
	answered	timestamptz[];
	notes		jsonb;
	history		jsonb;
	closed		date[];
	months		date[];
	quarters	date[];
	rates		date[];
	durations	date[];
	velocities	date[];
	surveys		date[];
	periods		date[];
BEGIN
	SELECT * INTO settings FROM kpi.settings;
	SELECT as_of INTO before FROM kpi.snapshot;
	UPDATE kpi.snapshot SET as_of = coalesce(settings.as_of, now()), refreshed_at = now() RETURNING as_of INTO as_of_now;
	ANALYZE kpi.settings, kpi.snapshot;		-- one row each; the planner thinks of thousands in a table it knows nothing of

	-- The notes are taken before any row is read, and those found are those taken: a note of a change that this refresh can't see
	-- can't be seen either, and waits for the next one.
	-- A day of UTC is two of the zone's, or one.
	WITH taken AS (DELETE FROM kpi.changed_days RETURNING kind, day)
	SELECT coalesce(jsonb_object_agg(kind, days), '{}') INTO notes
	FROM (
		SELECT t.kind, CASE WHEN bool_and(t.day IS NOT NULL) THEN to_jsonb(array_agg(DISTINCT l.day)) ELSE 'null' END AS days
		FROM (SELECT DISTINCT kind, day FROM taken) t
		CROSS JOIN LATERAL (VALUES
			((t.day::timestamp AT TIME ZONE 'UTC' AT TIME ZONE settings.zone)::date),
			(((t.day + 1)::timestamp AT TIME ZONE 'UTC' AT TIME ZONE settings.zone - interval '1 microsecond')::date)) AS l (day)
		GROUP BY t.kind
	) k;

	WITH taken AS (DELETE FROM kpi.changed_deals RETURNING deal_id)
	SELECT CASE WHEN bool_or(t.deal_id IS NULL) THEN 'null' ELSE coalesce(to_jsonb(array_agg(DISTINCT d.created_day) FILTER (WHERE d.created_day IS NOT NULL)), '[]') END INTO history
	FROM taken t LEFT JOIN kpi.source_deals d ON d.deal_id::text = t.deal_id;

	-- Entries into a stage, and orders, that were yet to come
	IF before <> as_of_now AND history <> 'null' THEN
		SELECT history || coalesce(jsonb_agg(DISTINCT d.created_day), '[]') INTO history
		FROM kpi.source_stage_history h JOIN kpi.source_deals d USING (deal_id)
		WHERE h.entered_at > least(before, as_of_now) AND h.entered_at <= greatest(before, as_of_now) AND d.created_day IS NOT NULL;
	END IF;

	-- Leads that had the time to be answered since the last refresh
	answered := ARRAY[least(before, as_of_now), greatest(before, as_of_now)];
	notes := notes || jsonb_build_object('history', history, 'answered', (
		SELECT coalesce(jsonb_agg(day::date), '[]')
		FROM generate_series(
			((answered[1] - make_interval(secs => extract(epoch FROM settings.answer_within)::double precision)) AT TIME ZONE settings.zone)::date::timestamp,
			((answered[2] - make_interval(secs => extract(epoch FROM settings.answer_within)::double precision)) AT TIME ZONE settings.zone)::date::timestamp,
			interval '1 day') AS day
		WHERE before <> as_of_now));

	rates := kpi.take('rate_summary', 'rates_of_days', 'day', kpi.noted(notes, 'created', 'closed', 'leads', 'answered'));
	durations := kpi.take('duration_summary', 'durations_of_days', 'day', kpi.noted(notes, 'created', 'closed', 'leads'));
	velocities := kpi.take('velocity_summary', 'velocities_of_days', 'day', kpi.noted(notes, 'created', 'closed'));
	surveys := kpi.take('survey_summary', 'surveys_of_days', 'day', kpi.noted(notes, 'surveys'));
	PERFORM kpi.take('activity_summary', 'activities_of_days', 'day', kpi.noted(notes, 'activities'));

	-- Every month in which a changed deal was, or is now; a NULL array is all of them, here and below.
	SELECT array_agg(DISTINCT date_trunc('month', day::timestamp)::date) INTO months FROM unnest(kpi.noted(notes, 'created', 'history')) AS day;
	IF kpi.noted(notes, 'created', 'history') IS NOT NULL THEN
		months := coalesce(months, '{}');
	END IF;
	PERFORM kpi.take('stage_summary', 'stages_of_months', 'month', months);
	PERFORM kpi.take('pipeline_summary', 'pipelines_of_months', 'month', months);

	-- Quarters with a changed quota, and those in which deals changed that are closed
	closed := kpi.noted(notes, 'closed');
	quarters := kpi.noted(notes, 'quotas');
	IF closed IS NULL OR quarters IS NULL OR notes ? 'reps' THEN
		quarters := NULL;
	ELSIF quarters IS NOT NULL THEN
		quarters := quarters || ARRAY(SELECT DISTINCT period_start FROM kpi.source_quotas q JOIN unnest(closed) AS day ON day BETWEEN q.period_start AND q.period_end);
	END IF;
	PERFORM kpi.take('attainment_summary', 'attainments_of_quarters', 'quarter', quarters);

	IF notes ?| '{all,subscriptions}' OR (before AT TIME ZONE settings.zone)::date <> (as_of_now AT TIME ZONE settings.zone)::date THEN
		PERFORM kpi.take('mrr_summary', 'mrr_of_company', NULL, NULL);
	END IF;
	IF notes ?| '{all,orders}' OR EXISTS (
		SELECT FROM kpi.source_orders WHERE ordered > least(before, as_of_now) AND ordered <= greatest(before, as_of_now)) THEN
		PERFORM kpi.take('cohort_summary', 'cohorts_of_company', NULL, NULL);
	END IF;

	-- Periods with other days than before, and those of the days for which anything differed
	periods := kpi.take('calendar', 'calendar_days', 'period_start', NULL);
	PERFORM kpi.take('rate_periods', 'rates_of_periods', 'period_start',
		periods || ARRAY(SELECT DISTINCT period_start FROM kpi.calendar WHERE day = ANY (rates)));
	PERFORM kpi.take('duration_periods', 'durations_of_periods', 'period_start',
		periods || ARRAY(SELECT DISTINCT period_start FROM kpi.calendar WHERE day = ANY (durations)));
	PERFORM kpi.take('velocity_periods', 'velocities_of_periods', 'period_start',
		periods || ARRAY(SELECT DISTINCT period_start FROM kpi.calendar WHERE day = ANY (velocities)));
	PERFORM kpi.take('survey_periods', 'surveys_of_periods', 'period_start',
		periods || ARRAY(SELECT DISTINCT period_start FROM kpi.calendar WHERE day = ANY (surveys)));
	PERFORM kpi.take('periods', 'periods_of_calendar', 'period_start', NULL);
	PERFORM kpi.take('figure_periods', 'figures_of_periods', 'period_start', NULL);
END
$$;
REVOKE ALL ON FUNCTION kpi.store_all() FROM PUBLIC;
COMMENT ON FUNCTION kpi.store_all() IS 'Stores what changed since the last time; kpi.refresh() calls it';
