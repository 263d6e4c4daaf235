-- incremental.sql: the refresh, where the summaries are tables. A night takes the days that changed (changes.sql), one SQL
-- statement for each table, and writes the rows that differ.

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
		USING ERRCODE = SQLSTATE, DETAIL = concat_ws(E'\n', kpi.bad_row(), nullif(detail, ''), context), HINT = 'All figures are as they were before this refresh.';
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
	notes		jsonb;
	history		jsonb;
	one			kpi.stores;
	units		date[];
	differed	jsonb := '{}';		-- of each store, the units for which anything did
	had_time	timestamptz;		-- leads created until then had the time to be answered at the last refresh
BEGIN
	SELECT * INTO settings FROM kpi.settings;
	SELECT as_of INTO before FROM kpi.snapshot;
	UPDATE kpi.snapshot SET as_of = coalesce(settings.as_of, now()), refreshed_at = now() RETURNING as_of INTO as_of_now;
	ANALYZE kpi.settings, kpi.snapshot, kpi.targets;		-- a few rows; the planner thinks of hundreds in a table it knows nothing of

	-- The notes are taken before any row is read, and those found are those taken: a note of a change that this refresh can't see
	-- can't be seen either, and waits for the next one. A day of UTC is two of the zone's, or one.
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
	FROM taken t LEFT JOIN kpi.deal_rows d ON d.deal_id::text = t.deal_id;

	-- What nobody changed, but time: entries into a stage, orders and events that were yet to come; leads that had the time to be answered since; a new day
	IF before <> as_of_now THEN
		IF history <> 'null' THEN
			SELECT history || coalesce(jsonb_agg(DISTINCT d.created_day), '[]') INTO history
			FROM kpi.history_rows h JOIN kpi.deal_rows d USING (deal_id)
			WHERE h.entered_at > least(before, as_of_now) AND h.entered_at <= greatest(before, as_of_now) AND d.created_day IS NOT NULL;
		END IF;
		IF EXISTS (SELECT FROM kpi.order_rows WHERE ordered > least(before, as_of_now) AND ordered <= greatest(before, as_of_now)) THEN
			notes := notes || '{"orders": null}';
		END IF;
		IF EXISTS (SELECT FROM kpi.event_rows WHERE at > least(before, as_of_now) AND at <= greatest(before, as_of_now)) THEN
			notes := notes || '{"events": null}';
		END IF;
		IF (before AT TIME ZONE settings.zone)::date <> (as_of_now AT TIME ZONE settings.zone)::date THEN
			notes := notes || '{"midnight": null}';
		END IF;
		had_time := least(before, as_of_now) - make_interval(secs => extract(epoch FROM settings.answer_within)::double precision);
		IF settings.calendar IS NOT NULL THEN
			EXECUTE format('SELECT max(at) FROM generate_series(timestamptz ''1900-01-01 00:00+00'', $1, interval ''1 day'') AS at WHERE %s.business_time($2, at, $1) > $3',
				(SELECT extnamespace::regnamespace FROM pg_extension WHERE extname = 'funnel_metrics')) INTO had_time USING least(before, as_of_now), settings.calendar, settings.answer_within;
		END IF;
		notes := notes || jsonb_build_object('answered', (		-- a lead's own answer_within is as long as that of the settings, or shorter
			SELECT jsonb_agg(day::date)
			FROM generate_series((coalesce(had_time, '1900-01-01') AT TIME ZONE settings.zone)::date::timestamp,
				(greatest(before, as_of_now) AT TIME ZONE settings.zone)::date::timestamp, interval '1 day') AS day));
	END IF;
	notes := notes || jsonb_build_object('history', history);

	FOR one IN SELECT * FROM kpi.stores ORDER BY position LOOP
		IF one.notes IS NULL THEN
			units := NULL;		-- all of it, here and below
		ELSIF one.unit IS NULL THEN
			CONTINUE WHEN NOT EXISTS (SELECT FROM unnest(one.notes || '{all}'::text[]) k WHERE notes -> k <> '[]');
			units := NULL;
		ELSIF one.follows IS NOT NULL THEN		-- the periods that have other days than before, and those of the days for which anything differed
			SELECT coalesce(array_agg(DISTINCT period_start), '{}') INTO units
			FROM (
				SELECT value::date AS period_start FROM jsonb_array_elements_text(differed -> one.follows[1])
				UNION ALL
				SELECT c.period_start FROM kpi.calendar c JOIN jsonb_array_elements_text(differed -> one.follows[2]) AS d (day) ON c.day = d.day::date
			) p;
		ELSE
			units := kpi.noted(notes, VARIADIC one.notes);
			IF one.unit = 'month' AND units IS NOT NULL THEN
				EXECUTE format('SELECT coalesce(array_agg(DISTINCT %s.period_start(day, $2)), ''{}'') FROM unnest($1) AS day',
					(SELECT extnamespace::regnamespace FROM pg_extension WHERE extname = 'funnel_metrics')) INTO units USING units, settings.month_period;
			END IF;
		END IF;
		IF one.store = 'figure_periods' THEN
			PERFORM kpi.check_size();
		END IF;
		differed := differed || jsonb_build_object(one.store, kpi.take(one.store, one.made_by, one.unit, units));
	END LOOP;
END
$$;
REVOKE ALL ON FUNCTION kpi.store_all() FROM PUBLIC;
COMMENT ON FUNCTION kpi.store_all() IS 'Stores what changed since the last time; kpi.refresh() calls it';
