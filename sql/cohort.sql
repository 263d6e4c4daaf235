--
-- cohort: orders, visits and other rows in time (src/kpi/cohort*.c, doc/cohort.md)
--

-- use SUMMARY_TYPE of cohort_summary
COMMENT ON TYPE cohort_summary IS 'Orders or visits, counted by period of an entity''s first row and of the row itself: who came back when and with what amounts, in one currency; made by cohort_agg, merged by rollup. Prints as JSON.';

-- Rows into a summary: moments with a zone, and times that are local already

CREATE FUNCTION cohort_final(internal) RETURNS cohort_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_final(internal) IS 'Walks the collected rows of each entity: final function of cohort_agg.';

-- for entity in KEYS
CREATE FUNCTION cohort_accum(internal, entity :entity, at timestamptz, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_:entity.c_timestamptz' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_accum(internal, :entity, timestamptz, text, text) IS 'Collects a row: transition function of cohort_agg(:entity, timestamptz, text, text).';

CREATE AGGREGATE cohort_agg(entity :entity, at timestamptz, period text, zone text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(:entity, timestamptz, text, text) IS 'Summarises what entities (customers, users) did: one row an order, a visit, in any order, by period (day, week from Monday, month, quarter, year; jalali month, jalali quarter, jalali year) of the local date in the zone, a name from pg_timezone_names. Read it with cohort_retention, active_entities, repeat_rate and others. Rows without an entity or a finite time are left out and counted. An error where period or zone is NULL, unknown or changes within a group.';

-- for amount in NUMBERS
CREATE FUNCTION cohort_accum(internal, entity :entity, at timestamptz, amount :amount, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_:entity.c_timestamptz_:amount.c' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_accum(internal, :entity, timestamptz, :amount, text, text) IS 'Collects a row: transition function of cohort_agg(:entity, timestamptz, :amount, text, text).';

CREATE AGGREGATE cohort_agg(entity :entity, at timestamptz, amount :amount, period text, zone text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(:entity, timestamptz, :amount, text, text) IS 'Summarises what entities did, with amounts, in one currency, added up exactly; a row without an amount (NULL) counts in all but the amounts. Otherwise as without. NaN and infinite amounts are errors.';
-- end

-- for time in LOCAL_TIMES
CREATE FUNCTION cohort_accum(internal, entity :entity, at :time, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_:entity.c_:time.c' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION cohort_accum(internal, entity :entity, at :time, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_:entity.c_:time.c' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_accum(internal, :entity, :time, text) IS 'Collects a row: transition function of cohort_agg(:entity, :time, text).';
COMMENT ON FUNCTION cohort_accum(internal, :entity, :time, text, text) IS 'Collects a row: transition function of cohort_agg(:entity, :time, text, text).';

CREATE AGGREGATE cohort_agg(entity :entity, at :time, period text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
CREATE AGGREGATE cohort_agg(entity :entity, at :time, period text, zone text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(:entity, :time, text) IS 'Summarises what entities did, by period of times that are local already: no zone. Otherwise as cohort_agg(:entity, timestamptz, text, text).';
COMMENT ON AGGREGATE cohort_agg(:entity, :time, text, text) IS 'Summarises what entities did, by period of times that are local in that zone already: nothing is converted. Otherwise as cohort_agg(:entity, timestamptz, text, text), whose summaries it merges with.';

-- for amount in NUMBERS
CREATE FUNCTION cohort_accum(internal, entity :entity, at :time, amount :amount, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_:entity.c_:time.c_:amount.c' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION cohort_accum(internal, entity :entity, at :time, amount :amount, period text, zone text) RETURNS internal
	AS 'MODULE_PATHNAME', 'cohort_accum_:entity.c_:time.c_:amount.c' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_accum(internal, :entity, :time, :amount, text) IS 'Collects a row: transition function of cohort_agg(:entity, :time, :amount, text).';
COMMENT ON FUNCTION cohort_accum(internal, :entity, :time, :amount, text, text) IS 'Collects a row: transition function of cohort_agg(:entity, :time, :amount, text, text).';

CREATE AGGREGATE cohort_agg(entity :entity, at :time, amount :amount, period text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
CREATE AGGREGATE cohort_agg(entity :entity, at :time, amount :amount, period text, zone text) (
	SFUNC = cohort_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = cohort_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(:entity, :time, :amount, text) IS 'Summarises what entities did, with amounts, by period of times that are local already: no zone. Otherwise as cohort_agg(:entity, timestamptz, :amount, text, text).';
COMMENT ON AGGREGATE cohort_agg(:entity, :time, :amount, text, text) IS 'Summarises what entities did, with amounts, by period of times that are local in that zone already: nothing is converted. Otherwise as cohort_agg(:entity, timestamptz, :amount, text, text), whose summaries it merges with.';
-- end
-- end
-- end

-- Merging

CREATE FUNCTION cohort_summary_rollup(cohort_summary, summary cohort_summary) RETURNS cohort_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION cohort_summary_final(cohort_summary) RETURNS cohort_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_summary_rollup(cohort_summary, cohort_summary) IS 'Merges two summaries of one period and zone: transition and combine function of rollup(cohort_summary).';
COMMENT ON FUNCTION cohort_summary_final(cohort_summary) IS 'Packs a merged summary: final function of rollup(cohort_summary).';

CREATE AGGREGATE rollup(cohort_summary) (
	SFUNC = cohort_summary_rollup, STYPE = cohort_summary, SSPACE = 4096, FINALFUNC = cohort_summary_final,
	COMBINEFUNC = cohort_summary_rollup, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(cohort_summary) IS 'Merges summaries of different entities: of regions into a company''s. Exact, if no entity is in two parts: one that is counts twice, so days or months can''t be rolled up. Summaries of different periods or zones are an error; NULLs are left out.';

-- Figures of a summary

CREATE FUNCTION cohort_retention(
	summary cohort_summary, as_of date DEFAULT NULL,
	OUT cohort date, OUT periods_since integer, OUT cohort_size bigint, OUT retained bigint, OUT rate double precision,
	OUT amount numeric, OUT amount_per_customer numeric, OUT is_complete boolean)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100 ROWS 300;
COMMENT ON FUNCTION cohort_retention(cohort_summary, date) IS 'Who came back: one row a cohort (the first day of the period of an entity''s first row) and number of periods_since, 0 up to the period of as_of. Rate is retained / cohort_size, a fraction 0..1; amount_per_customer is amount / cohort_size, in the currency of the amounts, both NULL where no row has an amount. The period in which as_of (a local date, by default that of the last row) lies isn''t over: is_complete is false, and its figures may still grow. What lies behind the period of as_of is left out; an as_of outside of 1900 to 2199 is an error.';

CREATE FUNCTION active_entities(
	summary cohort_summary, as_of date DEFAULT NULL,
	OUT period date, OUT active bigint, OUT new bigint, OUT "returning" bigint, OUT reactivated bigint, OUT amount numeric)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100 ROWS 100;
COMMENT ON FUNCTION active_entities(cohort_summary, date) IS 'How many entities were active: one row a period, by its first day, from the first to that of as_of (a local date; by default that of the last row), without gaps. Give all segments one as_of, so that one that everybody left shows it; periods behind as_of are left out, and one outside of 1900 to 2199 is an error. Active = new (first row ever) + returning (active in the period before, too) + reactivated (active before that, not then). Amount in the currency of the amounts, NULL where no row has one.';

-- since 0.2.0
CREATE FUNCTION lifecycle(
	summary cohort_summary, as_of date DEFAULT NULL,
	OUT period date, OUT new bigint, OUT "returning" bigint, OUT reactivated bigint, OUT dormant bigint, OUT is_complete boolean)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME', 'cohort_lifecycle' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100 ROWS 100;
COMMENT ON FUNCTION lifecycle(cohort_summary, date) IS 'Who came, stayed, came back and went: one row a period, by its first day, as active_entities has them, without gaps up to that of as_of (a local date; by default that of the last row). New, returning and reactivated as there; dormant are those active in the period before and not in this one: active of the period before + new + reactivated - dormant = active. The period in which as_of lies isn''t over: is_complete is false, and who is dormant may still come.';
-- end

CREATE FUNCTION cohort_quality(
	summary cohort_summary,
	OUT reason text, OUT rows bigint)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 4;
COMMENT ON FUNCTION cohort_quality(cohort_summary) IS 'How many rows were used, and how many not and why: one row a reason. Each row given is in exactly one.';

CREATE FUNCTION customers(cohort_summary) RETURNS bigint
	AS 'MODULE_PATHNAME', 'cohort_customers' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION customers(cohort_summary) IS 'Entities with at least one row.';

CREATE FUNCTION orders(cohort_summary) RETURNS bigint
	AS 'MODULE_PATHNAME', 'cohort_orders' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION orders(cohort_summary) IS 'Rows used: orders, visits.';

CREATE FUNCTION without_amount(cohort_summary) RETURNS bigint
	AS 'MODULE_PATHNAME', 'cohort_without_amount' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION without_amount(cohort_summary) IS 'Rows used whose amount is NULL or was not given: absent from the amounts.';

CREATE FUNCTION revenue(cohort_summary) RETURNS numeric
	AS 'MODULE_PATHNAME', 'cohort_revenue' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION revenue(cohort_summary) IS 'Sum of all amounts, exact, in the currency of the amounts. NULL where no row has one.';

CREATE FUNCTION repeat_rate(cohort_summary) RETURNS double precision
	AS 'MODULE_PATHNAME', 'cohort_repeat_rate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION repeat_rate(cohort_summary) IS 'Entities with two rows or more of all entities, a fraction 0..1. Two orders on one day are two. NULL without entities.';

CREATE FUNCTION avg_order_value(cohort_summary) RETURNS numeric
	AS 'MODULE_PATHNAME', 'cohort_avg_order_value' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION avg_order_value(cohort_summary) IS 'Average amount of an order, in the currency of the amounts: sum of amounts / rows that have one. NULL where none has.';

CREATE FUNCTION purchase_frequency(cohort_summary) RETURNS double precision
	AS 'MODULE_PATHNAME', 'cohort_purchase_frequency' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION purchase_frequency(cohort_summary) IS 'Orders per customer, over the whole time of the data: rows used / entities, 1 and above. NULL without entities.';

CREATE FUNCTION historic_clv(cohort_summary) RETURNS numeric
	AS 'MODULE_PATHNAME', 'cohort_historic_clv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION historic_clv(cohort_summary) IS 'Revenue per customer so far, in the currency of the amounts: sum of amounts / entities. Not a forecast. NULL where no row has an amount.';

CREATE FUNCTION data_from(cohort_summary) RETURNS timestamptz
	AS 'MODULE_PATHNAME', 'cohort_data_from' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION data_from(cohort_summary) IS 'The first moment of the rows used, timestamp and date taken as UTC. NULL where there is none.';

CREATE FUNCTION data_through(cohort_summary) RETURNS timestamptz
	AS 'MODULE_PATHNAME', 'cohort_data_through' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION data_through(cohort_summary) IS 'The last moment of the rows used, timestamp and date taken as UTC. NULL where there is none.';
