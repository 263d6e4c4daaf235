--
-- revenue: recurring revenue (src/kpi/revenue*.c, doc/revenue.md)
--

-- use SUMMARY_TYPE of mrr_summary
COMMENT ON TYPE mrr_summary IS 'Monthly recurring revenue, in one currency: what customers paid by the month, how it moved and how much of it stayed; made by mrr_agg, merged by rollup. Prints as JSON.';

-- Rows into a summary

CREATE FUNCTION mrr_final(internal) RETURNS mrr_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mrr_final(internal) IS 'Walks the collected months of each customer: final function of mrr_agg.';

-- for customer in KEYS
-- for amount in NUMBERS
CREATE FUNCTION mrr_accum(internal, customer :customer, month date, mrr :amount) RETURNS internal
	AS 'MODULE_PATHNAME', 'mrr_accum_months_:customer.c_:amount.c' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mrr_accum(internal, :customer, date, :amount) IS 'Collects a row: transition function of mrr_agg(:customer, date, :amount).';

CREATE AGGREGATE mrr_agg(customer :customer, month date, mrr :amount) (
	SFUNC = mrr_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = mrr_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mrr_agg(:customer, date, :amount) IS 'Summarises recurring revenue given by the month: what each customer pays, in one currency, in the calendar month of any day in it. Rows of one customer and month add up; a month without a row is zero, and so is one whose total is negative. Rows without a customer, a month of the years 1900 to 2199 or an amount are left out and counted: mrr_quality. NaN and infinite amounts are errors. Read it with mrr_movements and mrr_retention.';

CREATE FUNCTION mrr_accum(internal, customer :customer, starts date, ends date, mrr :amount, as_of date) RETURNS internal
	AS 'MODULE_PATHNAME', 'mrr_accum_subscriptions_:customer.c_:amount.c' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mrr_accum(internal, :customer, date, date, :amount, date) IS 'Collects a subscription: transition function of mrr_agg(:customer, date, date, :amount, date).';

CREATE AGGREGATE mrr_agg(customer :customer, starts date, ends date, mrr :amount, as_of date) (
	SFUNC = mrr_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = mrr_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mrr_agg(:customer, date, date, :amount, date) IS 'Summarises recurring revenue given by subscriptions, one row each: it counts, with its mrr a month, in each month on whose last day it runs, that is starts <= the last day < ends. Ends NULL is running. The months go up to the last one that is over at as_of, the day up to which the subscriptions are known: one for all rows, given, of the years 1900 to 2199, otherwise an error. Otherwise as for months.';
-- end
-- end

-- since 0.2.0
-- for customer in KEYS
-- for amount in NUMBERS
CREATE FUNCTION mrr_accum(internal, customer :customer, month date, mrr :amount, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'mrr_accum_months_:customer.c_:amount.c' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mrr_accum(internal, :customer, date, :amount, text) IS 'Collects a row: transition function of mrr_agg(:customer, date, :amount, text).';

CREATE AGGREGATE mrr_agg(customer :customer, month date, mrr :amount, period text) (
	SFUNC = mrr_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = mrr_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mrr_agg(:customer, date, :amount, text) IS 'Summarises recurring revenue given by the month, as without a period, in months of that kind: month, or jalali month (another one is an error, and so is one that is NULL or changes within a group).';

CREATE FUNCTION mrr_accum(internal, customer :customer, starts date, ends date, mrr :amount, as_of date, period text) RETURNS internal
	AS 'MODULE_PATHNAME', 'mrr_accum_subscriptions_:customer.c_:amount.c' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mrr_accum(internal, :customer, date, date, :amount, date, text) IS 'Collects a subscription: transition function of mrr_agg(:customer, date, date, :amount, date, text).';

CREATE AGGREGATE mrr_agg(customer :customer, starts date, ends date, mrr :amount, as_of date, period text) (
	SFUNC = mrr_accum, STYPE = internal, SSPACE = 4096, FINALFUNC = mrr_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mrr_agg(:customer, date, date, :amount, date, text) IS 'Summarises recurring revenue given by subscriptions, as without a period, in months of that kind: month, or jalali month (another one is an error, and so is one that is NULL or changes within a group). It counts in each on whose last day it runs.';
-- end
-- end
-- end

-- Merging

CREATE FUNCTION mrr_summary_rollup(mrr_summary, summary mrr_summary) RETURNS mrr_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION mrr_summary_final(mrr_summary) RETURNS mrr_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mrr_summary_rollup(mrr_summary, mrr_summary) IS 'Merges two summaries: transition and combine function of rollup(mrr_summary).';
COMMENT ON FUNCTION mrr_summary_final(mrr_summary) IS 'Packs a merged summary: final function of rollup(mrr_summary).';

CREATE AGGREGATE rollup(mrr_summary) (
	SFUNC = mrr_summary_rollup, STYPE = mrr_summary, SSPACE = 4096, FINALFUNC = mrr_summary_final,
	COMBINEFUNC = mrr_summary_rollup, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(mrr_summary) IS 'Merges the recurring revenue of different customers: of regions into a company''s. Exact, if no customer is in two parts: one that is counts twice, and parts of different months can''t be joined. Of a part that ends early nobody pays in the months after; one of subscriptions that ends early is an error. NULLs are left out.';

-- Figures of a summary

CREATE FUNCTION mrr_movements(
	summary mrr_summary, as_of date DEFAULT NULL,
	OUT month date, OUT opening numeric, OUT new numeric, OUT expansion numeric, OUT reactivated numeric,
	OUT contraction numeric, OUT churned numeric, OUT closing numeric,
	OUT opening_customers bigint, OUT new_customers bigint, OUT reactivated_customers bigint,
	OUT churned_customers bigint, OUT closing_customers bigint,
	OUT quick_ratio double precision, OUT customer_churn_rate double precision, OUT revenue_churn_rate double precision)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100 ROWS 36;
COMMENT ON FUNCTION mrr_movements(mrr_summary, date) IS 'How recurring revenue moved: one row a month, from the first to that of as_of (by default the last of the data), by its first day. Give all segments one as_of, so that one that everybody left shows it: in months behind its last row nobody pays; months behind as_of are left out. (Subscriptions end at the as_of of mrr_agg; a later one is an error, as is one outside of 1900 to 2199.) The amounts, exact and never negative, are of a month, and opening + new + expansion + reactivated - contraction - churned = closing. Quick ratio is (new + expansion + reactivated) / (contraction + churned), the churn rates are churned / opening, fractions 0..1: NULL where there is nothing to divide by.';

CREATE FUNCTION mrr_retention(
	summary mrr_summary, months integer, as_of date DEFAULT NULL,
	OUT month date, OUT customers_then bigint, OUT mrr_then numeric, OUT mrr_now numeric,
	OUT net_retention double precision, OUT gross_retention double precision, OUT customer_retention double precision)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100 ROWS 36;
COMMENT ON FUNCTION mrr_retention(mrr_summary, integer, date) IS 'What became of the customers of 1, 3, 6 or 12 months before (another number is an error): one row for each month, up to that of as_of as in mrr_movements, that has one so long before it. Mrr_now is what those of them pay that have paid in every month since; net retention is it / mrr_then, gross retention counts the smaller of then and now for each customer, customer retention counts the customers: fractions (net may exceed 1), NULL where nobody paid then.';

CREATE FUNCTION mrr_quality(
	summary mrr_summary,
	OUT reason text, OUT rows bigint)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 8;
COMMENT ON FUNCTION mrr_quality(mrr_summary) IS 'How many rows were used, and how many not and why: one row a reason. Each row given is in exactly one. "in no month" are subscriptions that run on no last day of a month up to as_of; "negative month" are rows of a customer''s month with a negative total (of a subscription, its first month), and negative_months counts such months.';

CREATE FUNCTION negative_months(mrr_summary) RETURNS bigint
	AS 'MODULE_PATHNAME', 'mrr_negative_months' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION negative_months(mrr_summary) IS 'Months of customers whose total is negative: each counts as zero.';

CREATE FUNCTION data_from(mrr_summary) RETURNS date
	AS 'MODULE_PATHNAME', 'mrr_data_from' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION data_from(mrr_summary) IS 'The first day of the first month. NULL where no row counts in any.';

CREATE FUNCTION data_through(mrr_summary) RETURNS date
	AS 'MODULE_PATHNAME', 'mrr_data_through' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION data_through(mrr_summary) IS 'The last day of the last month. NULL where no row counts in any.';
