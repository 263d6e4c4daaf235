-- history.sql: bench.history(name, entities, batches) makes the stage history that the sections
-- stage, groups and memory read.
--
-- A deal enters the stages of :definition one after another, some days apart, none twice and none
-- skipped; 12 % go no further than Lead, 13 % than Qualified, 15 % than Proposal, 20 % than
-- Negotiation, 40 % are won; 62 % of the others are lost. So "reached", and the days between a stage
-- and the next row, mean the same to every contender, in the simplest SQL there is for them. That is
-- 4 rows a deal. Rows lie in random order; batch by batch, for a table larger than a sort can hold,
-- each batch a random part of all deals' rows.

\set definition 'Lead > Qualified > Proposal > Negotiation > Won; lost: Lost'

CREATE PROCEDURE bench.history(name text, entities bigint, batches integer DEFAULT 1)
LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE UNLOGGED TABLE %I (deal_id bigint, stage text, entered_at timestamptz)', name);
	FOR batch IN 0..batches - 1 LOOP	-- 6 slots a deal: a slot falls into any batch where 6 and batches have no common divisor
		EXECUTE format($insert$
			INSERT INTO %I
			SELECT deal_id, (ARRAY['Lead', 'Qualified', 'Proposal', 'Negotiation', 'Won', 'Lost'])[slot + 1],
				-- a lost deal's last row takes the place of the stage it did not reach
				timestamptz '2024-01-01 00:00+00' + make_interval(secs =>
					h %% 31536000 + CASE WHEN slot = 5 THEN depth ELSE slot END * (86400 + (h / 7) %% 1000000)
					+ (hashint8extended(deal_id * 6 + slot, 1) & 65535))
			FROM (
				SELECT deal_id, slot, h, CASE WHEN p < 12 THEN 1 WHEN p < 25 THEN 2 WHEN p < 40 THEN 3 WHEN p < 60 THEN 4 ELSE 5 END AS depth
				FROM (
					SELECT i / 6 AS deal_id, (i %% 6)::integer AS slot, hashint8extended(i / 6, 0) & 281474976710655 AS h,
						((hashint8extended(i / 6, 0) >> 48) & 65535) %% 100 AS p
					FROM generate_series(%s::bigint, %s * 6 - 1, %s) i) slots) deals
			WHERE slot < depth OR (slot = 5 AND depth < 5 AND (h / 31) %% 100 < 62)
			ORDER BY hashint8extended(deal_id * 6 + slot, 2)$insert$, name, batch, entities, batches);
		COMMIT;
	END LOOP;
END
$$;
