-- scaling_rows.sql: :deals deals and their stage history, for bench/scaling.

\ir history.sql
CALL bench.history('history', :deals);
CREATE UNLOGGED TABLE deals AS
SELECT deal_id, (ARRAY['Website', 'Paid search', 'Referral', 'Partner', 'Pameran dagang', 'ایران'])[1 + (h % 6)] AS source,
	CASE WHEN h % 10 > 0 THEN (h / 10) % 3 = 0 END AS won, ((h / 7) % 1000000 / 100.0)::numeric(12,2) AS amount,
	timestamptz '2024-01-01 00:00+00' + (h / 11) % 63072000 * interval '1 second' AS created,
	timestamptz '2024-01-01 00:00+00' + ((h / 11) % 63072000 + (h / 13) % 10368000) * interval '1 second' AS closed
FROM (SELECT deal_id, abs(hashint8(deal_id)::bigint) AS h FROM generate_series(0, :deals - 1) AS deal_id) AS d;
VACUUM (ANALYZE) deals, history;
