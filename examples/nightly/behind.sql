-- behind.sql: the deals (and leads) behind a figure, made of kpi.figure_list. Over a period's days, in_numerator, in_denominator and contribution
-- add up to what kpi.figures has: the contributions to its numerator, the rows in_denominator to its denominator where that counts rows.

CREATE VIEW kpi.deal_standings AS
SELECT h.deal_id, h.furthest, h.standing, h.moved, n.steps,
	h.standing BETWEEN 1 AND n.steps - 1 AS is_in_pipeline,
	h.standing > 0 AND h.furthest < n.steps AND n.today - (h.moved AT TIME ZONE 'UTC')::date > n.stale_days AS is_stalled
FROM (
	SELECT deal_id, max(step) AS furthest,
		(array_agg(step ORDER BY entered_at DESC, step = 0 DESC, step DESC))[1] AS standing,
		max(entered_at) FILTER (WHERE step IS DISTINCT FROM before) AS moved
	FROM (
		SELECT r.deal_id, r.entered_at, e.step, lag(e.step) OVER (PARTITION BY r.deal_id ORDER BY r.entered_at, e.step = 0, e.step) AS before
		FROM kpi.history_rows r
		CROSS JOIN LATERAL stage_step(r.stage, (SELECT definition FROM kpi.settings)) AS e (step)
		WHERE e.step IS NOT NULL AND r.entered_at > '-infinity' AND r.entered_at <= (SELECT as_of FROM kpi.snapshot)
	) p
	GROUP BY deal_id
	HAVING max(step) > 0
) h
CROSS JOIN (
	SELECT (a.as_of AT TIME ZONE 'UTC')::date AS today, s.stale_days,
		cardinality(stages(s.definition)) AS steps
	FROM kpi.settings s, kpi.snapshot a
) n;

DO $$
DECLARE
	query	text;
	deal_id	text := format_type(atttypid, NULL) FROM pg_attribute WHERE attrelid = 'kpi.source_deals'::regclass AND attname = 'deal_id';
	lead_id	text := format_type(atttypid, NULL) FROM pg_attribute WHERE attrelid = 'kpi.source_leads'::regclass AND attname = 'lead_id';
BEGIN
	SELECT string_agg(format(E'SELECT %s, %s\nFROM (\n\tSELECT k.kpi, r.*,\n\t\tcoalesce(CASE k.kpi %s END, false) AS in_numerator,\n\t\t%s AS in_denominator,\n\t\tCASE k.kpi %s ELSE 1 END AS adds\n\tFROM (%s) r\n\tJOIN (VALUES %s) AS k (kpi, only_by) ON k.only_by IS NULL OR k.only_by = r.date_basis\n) r\nWHERE in_numerator OR in_denominator',
			'kpi, date_basis, day, in_numerator, in_denominator, CASE WHEN in_numerator THEN adds END AS contribution',
			CASE behind WHEN 'leads' THEN format('NULL::%s AS deal_id, lead_id, owner, source, NULL::text AS industry, region, NULL::numeric AS amount, created, NULL::timestamptz AS closed, NULL::boolean AS won', deal_id)
				ELSE format('deal_id, NULL::%s AS lead_id, owner, source, industry, region, amount, created, closed, won', lead_id) END,
			numerators, denominators, contributions,
			CASE behind
				WHEN 'deals' THEN 'SELECT ''closed''::text AS date_basis, closed_day AS day, * FROM kpi.deal_rows WHERE closed_day IS NOT NULL
					UNION ALL SELECT ''created'', created_day, * FROM kpi.deal_rows WHERE created_day IS NOT NULL'
				WHEN 'leads' THEN 'SELECT ''created''::text AS date_basis, created_day AS day, * FROM kpi.lead_rows WHERE created_day IS NOT NULL'
				ELSE 'SELECT b.date_basis, CASE b.date_basis WHEN ''created'' THEN d.created_day ELSE (SELECT max(day) FROM kpi.calendar WHERE period = ''day'') END AS day,
					d.deal_id, d.owner, d.source, d.industry, d.region, d.amount, d.created, d.closed, d.won, s.is_in_pipeline, s.is_stalled
					FROM kpi.deal_rows d JOIN kpi.deal_standings s USING (deal_id) CROSS JOIN (VALUES (''month''), (''created'')) AS b (date_basis) WHERE d.created_day IS NOT NULL' END,
			names), E'\nUNION ALL\n' ORDER BY first) INTO query
	FROM (
		SELECT behind, min(position) AS first,
			string_agg(format('(%L, %L::text)', kpi, date_basis), ', ' ORDER BY position) AS names,
			string_agg(format('WHEN %L THEN %s', kpi, in_numerator), ' ' ORDER BY position) AS numerators,
			coalesce('coalesce(CASE k.kpi ' || string_agg(format('WHEN %L THEN %s', kpi, in_denominator), ' ' ORDER BY position) FILTER (WHERE in_denominator IS NOT NULL) || ' END, false)', 'false') AS denominators,
			coalesce(string_agg(format('WHEN %L THEN %s', kpi, contribution), ' ' ORDER BY position) FILTER (WHERE contribution IS NOT NULL), 'WHEN NULL THEN 1') AS contributions
		FROM kpi.figure_list
		WHERE behind IS NOT NULL
		GROUP BY behind
	) f;
	EXECUTE format('CREATE VIEW kpi.deals_behind WITH (security_barrier) AS
		SELECT b.kpi, b.date_basis, b.day, b.in_numerator, b.in_denominator, b.contribution, b.deal_id, b.lead_id, b.owner, b.source, b.industry, b.region, b.amount,
			CASE WHEN isfinite(b.created) THEN b.created END AS created,	-- no driver reads an infinite moment
			CASE WHEN isfinite(b.closed) THEN b.closed END AS closed, b.won
		FROM (%s) b
		WHERE b.day BETWEEN (SELECT min(day) FROM kpi.calendar WHERE period = ''day'') AND (SELECT max(day) FROM kpi.calendar WHERE period = ''day'')
			AND ((SELECT kpi.sees_all()) OR b.owner = (SELECT kpi.own_rep()))', query);
END
$$;
