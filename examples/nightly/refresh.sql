-- refresh.sql: CALL kpi.refresh(), once a night.

-- All of it is one transaction, and of one moment: readers see the figures of yesterday until it is through, and
-- those of today from then on, in every relation. If it fails, yesterday's stay.
CREATE PROCEDURE kpi.refresh() LANGUAGE plpgsql AS $$
BEGIN
	IF current_setting('transaction_isolation') = 'read committed' THEN
		COMMIT;
		SET TRANSACTION ISOLATION LEVEL REPEATABLE READ;
	END IF;

	-- Before the moment is taken: one refresh at a time, and no table is truncated behind it (which would look empty, since
	-- TRUNCATE keeps no old rows). A view is locked with what it reads.
	LOCK TABLE kpi.snapshot IN SHARE ROW EXCLUSIVE MODE;
	LOCK TABLE kpi.source_deals, kpi.source_leads, kpi.source_stage_history, kpi.source_surveys, kpi.source_subscriptions,
		kpi.source_orders, kpi.source_quotas, kpi.source_activities IN ACCESS SHARE MODE;

	PERFORM kpi.store_all();
END
$$;
REVOKE ALL ON PROCEDURE kpi.refresh() FROM PUBLIC;
COMMENT ON PROCEDURE kpi.refresh() IS 'Takes the figures anew, all in one transaction: call it once a night, outside of a transaction block or in one that is REPEATABLE READ';
