-- The secret of a process decides in which order a walk meets the entities. No figure, no byte may tell: every path
-- summary is made in this process and in another one.
SELECT plan(6);
CREATE TABLE history AS
SELECT i, (i * 7919::bigint) % 3001 AS deal, (ARRAY['Lead', 'Qualified', 'Won', 'Lost', 'Else'])[1 + i % 5] AS stage,
	timestamptz '2024-01-01' + ((i * 104729::bigint) % 1009) * interval '7 hours' AS at,
	CASE i % 7 WHEN 0 THEN NULL WHEN 1 THEN 1e30 + i WHEN 2 THEN -1e30 WHEN 3 THEN i / 7.0 ELSE round(i / 64.0, i % 6) END AS amount
FROM generate_series(1, 20000) i;
CREATE FUNCTION digests(OUT kind text, OUT digest text) RETURNS SETOF record LANGUAGE sql AS $$
	SELECT 'stage_agg', md5(stage_summary_send(stage_agg(deal, stage, at, amount, 'Lead > Qualified > Won; lost: Lost')) || stage_summary_send(stage_agg(deal::text, stage, at, amount, 'Lead > Qualified > Won; lost: Lost')) || stage_summary_send(stage_agg(md5(deal::text)::uuid, stage, at, amount, 'Lead > Qualified > Won; lost: Lost'))) FROM history
	UNION ALL SELECT 'pipeline_agg', md5(pipeline_summary_send(pipeline_agg(deal, stage, at, amount, 'Lead > Qualified > Won; lost: Lost', 'month', 'Asia/Tehran')) || pipeline_summary_send(pipeline_agg(deal::text, stage, at, amount, 'Lead > Qualified > Won; lost: Lost', 'month', 'Asia/Tehran')) || pipeline_summary_send(pipeline_agg(md5(deal::text)::uuid, stage, at, amount, 'Lead > Qualified > Won; lost: Lost', 'month', 'Asia/Tehran'))) FROM history
	UNION ALL SELECT 'cohort_agg', md5(cohort_summary_send(cohort_agg(deal, at, amount, 'week', 'Asia/Tehran')) || cohort_summary_send(cohort_agg(deal::text, at, amount, 'week', 'Asia/Tehran')) || cohort_summary_send(cohort_agg(md5(deal::text)::uuid, at, amount, 'week', 'Asia/Tehran'))) FROM history
	UNION ALL SELECT 'mrr_agg', md5(mrr_summary_send(mrr_agg(deal, at::date, amount)) || mrr_summary_send(mrr_agg(deal::text, at::date, amount)) || mrr_summary_send(mrr_agg(md5(deal::text)::uuid, at::date, amount))) FROM history
	UNION ALL SELECT 'mrr_agg of intervals', md5(mrr_summary_send(mrr_agg(deal::text, at::date, at::date + (deal % 90)::integer, amount, '2025-12-31')) || mrr_summary_send(mrr_agg(deal, at::date, at::date + (deal % 90)::integer, amount, '2025-12-31'))) FROM history
$$;
\set there `psql --no-psqlrc --no-align --tuples-only --command "SELECT array_agg(digest ORDER BY kind) FROM digests()"`
SELECT is(array_length(:'there'::text[], 1), 5, 'another process answers');
SELECT is(there, digest, kind || ' is the same there') FROM (SELECT *, row_number() OVER (ORDER BY kind) AS n FROM digests()) d
JOIN unnest(:'there'::text[]) WITH ORDINALITY t(there, n) USING (n);
SELECT * FROM finish();
