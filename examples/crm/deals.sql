-- deals.sql: loads what read-deals wrote, from the directory where psql runs, and tells report.sql what is there.
--
-- Values of a file come by COPY alone, and what the report shows of them by \gset: no name of a file or a column is ever
-- part of a command or of its options.

CREATE TABLE labels (name text, value text);
\copy labels FROM 'labels'
SELECT value AS zone FROM labels WHERE name = 'zone' \gset
SET TimeZone = :'zone';

-- Times without a zone are of that one. Where one of two is a day (in_days), both are: the days of that zone, kept as
-- midnights of UTC, so that no change of the clocks comes between them.
CREATE TABLE deals_read (deal_id text, owner text, source text, industry text, region text, currency text, amount numeric,
	created timestamptz, closed timestamptz, in_days boolean, won boolean);
\copy deals_read FROM 'deals'
CREATE TABLE deals AS
SELECT deal_id, owner, source, industry, region, currency, amount,
	CASE WHEN in_days THEN created::date::timestamp AT TIME ZONE 'UTC' ELSE created END AS created,
	CASE WHEN in_days THEN closed::date::timestamp AT TIME ZONE 'UTC' ELSE closed END AS closed, won
FROM deals_read;
DROP TABLE deals_read;

SELECT value AS has_history FROM labels WHERE name = 'has_history' \gset
\if :has_history
\ir history.sql
\endif
SET TimeZone = 'UTC';
ANALYZE deals;

SELECT value AS title FROM labels WHERE name = 'title' \gset
SELECT max(value) FILTER (WHERE name = 'has_owner') AS has_owner, max(value) FILTER (WHERE name = 'owner_label') AS owner_label,
	max(value) FILTER (WHERE name = 'has_source') AS has_source, max(value) FILTER (WHERE name = 'source_label') AS source_label,
	max(value) FILTER (WHERE name = 'has_amount') AS has_amount, max(value) FILTER (WHERE name = 'has_created') AS has_created,
	max(value) FILTER (WHERE name = 'has_closed') AS has_closed, max(value) FILTER (WHERE name = 'has_currencies') AS has_currencies
FROM labels \gset
\set is_sample false
