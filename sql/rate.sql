--
-- rate: outcome rates (src/kpi/rate.c, doc/rate.md)
--

-- use SUMMARY_TYPE of rate_summary
COMMENT ON TYPE rate_summary IS 'Outcomes counted: rows that succeeded, failed or are undecided, with their amounts in one currency; made by rate_agg and within_agg, merged by rollup. Prints as JSON.';

-- Rows into a summary

CREATE FUNCTION rate_accum(rate_summary, outcome boolean) RETURNS rate_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION rate_remove(rate_summary, outcome boolean) RETURNS rate_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION rate_combine(rate_summary, rate_summary) RETURNS rate_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION rate_final(rate_summary) RETURNS rate_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rate_accum(rate_summary, boolean) IS 'Adds a row: transition function of rate_agg(boolean) and its kin.';
COMMENT ON FUNCTION rate_remove(rate_summary, boolean) IS 'Takes a row out of a moving window: inverse of rate_accum.';
COMMENT ON FUNCTION rate_combine(rate_summary, rate_summary) IS 'Merges two summaries: combine function of the rate aggregates, transition function of rollup.';
COMMENT ON FUNCTION rate_final(rate_summary) IS 'Packs a running summary: final function of rate_agg, within_agg and rollup.';

-- for amount in NUMBERS
CREATE FUNCTION rate_accum(rate_summary, outcome boolean, amount :amount) RETURNS rate_summary
	AS 'MODULE_PATHNAME', 'rate_accum_:amount.c' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION rate_remove(rate_summary, outcome boolean, amount :amount) RETURNS rate_summary
	AS 'MODULE_PATHNAME', 'rate_remove_:amount.c' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rate_accum(rate_summary, boolean, :amount) IS 'Adds a row with an amount: transition function of rate_agg(boolean, :amount) and its kin.';
COMMENT ON FUNCTION rate_remove(rate_summary, boolean, :amount) IS 'Takes a row with an amount out of a moving window: inverse of rate_accum.';
-- end

-- for time in MOMENTS
CREATE FUNCTION rate_accum_within(rate_summary, started :time, ended :time, span interval, as_of :time) RETURNS rate_summary
	AS 'MODULE_PATHNAME', 'rate_accum_within_:time.c' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION rate_remove_within(rate_summary, started :time, ended :time, span interval, as_of :time) RETURNS rate_summary
	AS 'MODULE_PATHNAME', 'rate_remove_within_:time.c' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rate_accum_within(rate_summary, :time, :time, interval, :time) IS 'Adds a row by its age: transition function of within_agg and its kin.';
COMMENT ON FUNCTION rate_remove_within(rate_summary, :time, :time, interval, :time) IS 'Takes a row out of a moving window: inverse of rate_accum_within.';
-- end

-- since 0.2.0
-- for time in TIMES
CREATE FUNCTION rate_accum_within(rate_summary, started :time, ended :time, span interval, as_of :time, calendar business_calendar) RETURNS rate_summary
	AS 'MODULE_PATHNAME', 'rate_accum_within_calendar_:time' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION rate_remove_within(rate_summary, started :time, ended :time, span interval, as_of :time, calendar business_calendar) RETURNS rate_summary
	AS 'MODULE_PATHNAME', 'rate_remove_within_calendar_:time' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rate_accum_within(rate_summary, :time, :time, interval, :time, business_calendar) IS 'Adds a row by its age in open time: transition function of within_agg with a calendar and its kin.';
COMMENT ON FUNCTION rate_remove_within(rate_summary, :time, :time, interval, :time, business_calendar) IS 'Takes a row out of a moving window: inverse of rate_accum_within.';
-- end
-- end

-- Figures of a summary

CREATE FUNCTION win_rate(rate_summary) RETURNS double precision
	AS 'MODULE_PATHNAME', 'rate_win_rate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION win_rate(rate_summary) IS 'Won of the decided, a fraction 0..1: succeeded / (succeeded + failed). NULL where nothing is decided.';

CREATE FUNCTION win_share(rate_summary) RETURNS double precision
	AS 'MODULE_PATHNAME', 'rate_win_share' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION win_share(rate_summary) IS 'Won of all rows, a fraction 0..1: succeeded / (succeeded + failed + undecided). NULL without rows.';

CREATE FUNCTION conversion_rate(rate_summary) RETURNS double precision
	AS 'MODULE_PATHNAME', 'rate_win_share' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION conversion_rate(rate_summary) IS 'Converted of all rows, a fraction 0..1; undecided (NULL) rows count as not converted. NULL without rows.';

CREATE FUNCTION conversion_within(rate_summary) RETURNS double precision
	AS 'MODULE_PATHNAME', 'rate_win_rate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION conversion_within(rate_summary) IS 'Converted within the span, of those old enough, a fraction 0..1; of a summary made by within_agg. NULL where none is old enough.';

CREATE FUNCTION response_within(rate_summary) RETURNS double precision
	AS 'MODULE_PATHNAME', 'rate_win_rate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION response_within(rate_summary) IS 'Answered within the agreed time, of those old enough, a fraction 0..1; of a summary made by within_agg. NULL where none is old enough.';

CREATE FUNCTION win_rate_by_value(rate_summary) RETURNS double precision
	AS 'MODULE_PATHNAME', 'rate_win_rate_by_value' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION win_rate_by_value(rate_summary) IS 'Amount won of the amount decided, a fraction (0..1 where no amount is negative). NULL where the amounts add up to nothing. Worthless where lost deals carry no amount: see without_amount and zero_amount.';

CREATE FUNCTION win_loss_ratio(rate_summary) RETURNS double precision
	AS 'MODULE_PATHNAME', 'rate_win_loss_ratio' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION win_loss_ratio(rate_summary) IS 'Won per lost, 0 and above. NULL where nothing is lost.';

CREATE FUNCTION avg_deal_size(rate_summary) RETURNS numeric
	AS 'MODULE_PATHNAME', 'rate_avg_deal_size' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION avg_deal_size(rate_summary) IS 'Average amount of a deal won, in the currency of the amounts: amount won / deals won that have an amount. NULL where none has.';

CREATE FUNCTION amount_won(rate_summary) RETURNS numeric
	AS 'MODULE_PATHNAME', 'rate_amount_won' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION amount_won(rate_summary) IS 'Amount won, exact, in the currency of the amounts. NULL where no deal won has an amount.';

CREATE FUNCTION amount_decided(rate_summary) RETURNS numeric
	AS 'MODULE_PATHNAME', 'rate_amount_decided' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION amount_decided(rate_summary) IS 'Amount won and lost, exact, in the currency of the amounts. NULL where no decided deal has an amount.';

CREATE FUNCTION decided(rate_summary) RETURNS bigint
	AS 'MODULE_PATHNAME', 'rate_decided' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION decided(rate_summary) IS 'Rows that are decided: what win_rate divides by.';

CREATE FUNCTION succeeded(rate_summary) RETURNS bigint
	AS 'MODULE_PATHNAME', 'rate_succeeded' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION succeeded(rate_summary) IS 'Rows that succeeded: won, converted, answered in time.';

CREATE FUNCTION undecided(rate_summary) RETURNS bigint
	AS 'MODULE_PATHNAME', 'rate_undecided' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION undecided(rate_summary) IS 'Rows that are not decided yet (outcome NULL, or too young): in no rate but win_share and conversion_rate.';

CREATE FUNCTION invalid_rows(rate_summary) RETURNS bigint
	AS 'MODULE_PATHNAME', 'rate_invalid_rows' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
-- since 0.2.0
COMMENT ON FUNCTION invalid_rows(rate_summary) IS 'Rows left out by within_agg: no start, no span, no calendar where one is asked for, end before start, a time outside of the years 1900 to 2199.';
-- end

CREATE FUNCTION without_amount(rate_summary) RETURNS bigint
	AS 'MODULE_PATHNAME', 'rate_without_amount' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION without_amount(rate_summary) IS 'Decided rows whose amount is NULL: absent from the amounts.';

CREATE FUNCTION zero_amount(rate_summary) RETURNS bigint
	AS 'MODULE_PATHNAME', 'rate_zero_amount' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION zero_amount(rate_summary) IS 'Decided rows whose amount is 0: many CRMs zero a lost deal, which bends win_rate_by_value.';

CREATE FUNCTION data_from(rate_summary) RETURNS timestamptz
	AS 'MODULE_PATHNAME', 'rate_data_from' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION data_from(rate_summary) IS 'The first moment seen (by within_agg), timestamp and date taken as UTC. NULL where none was.';

CREATE FUNCTION data_through(rate_summary) RETURNS timestamptz
	AS 'MODULE_PATHNAME', 'rate_data_through' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION data_through(rate_summary) IS 'The last moment seen (by within_agg), timestamp and date taken as UTC. NULL where none was.';

CREATE FUNCTION rate_low(summary rate_summary, confidence double precision DEFAULT 0.95) RETURNS double precision
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION rate_low(rate_summary, double precision) IS 'Lower end of the Wilson score interval of win_rate, a fraction 0..1, for a confidence between 0 and 1 (else an error). NULL where nothing is decided. Wilson 1927.';

CREATE FUNCTION rate_high(summary rate_summary, confidence double precision DEFAULT 0.95) RETURNS double precision
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION rate_high(rate_summary, double precision) IS 'Upper end of the Wilson score interval of win_rate, a fraction 0..1, for a confidence between 0 and 1 (else an error). NULL where nothing is decided. Wilson 1927.';

CREATE FUNCTION compare_rates(
	a rate_summary, b rate_summary, confidence double precision DEFAULT 0.95,
	OUT rate_a double precision, OUT rate_b double precision, OUT difference double precision,
	OUT low double precision, OUT high double precision, OUT p_value double precision)
	AS 'MODULE_PATHNAME', 'rate_compare_rates' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION compare_rates(rate_summary, rate_summary, double precision) IS 'Is the difference of two win rates real? One row: both rates, a minus b with its Newcombe interval, and the two-sided p-value of the pooled z test. NULLs where a side has nothing decided. Use it in FROM. Newcombe 1998, method 10.';

CREATE FUNCTION compare_to_benchmark(
	summary rate_summary, OUT rate double precision, INOUT benchmark double precision,
	OUT difference double precision, OUT p_value double precision)
	AS 'MODULE_PATHNAME', 'rate_compare_to_benchmark' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION compare_to_benchmark(rate_summary, double precision) IS 'Is a win rate off its benchmark or target (0..1, else an error)? One row: the rate, the benchmark, rate minus benchmark, and the two-sided p-value of the exact binomial test. NULLs where nothing is decided. Use it in FROM.';

-- Aggregates

CREATE AGGREGATE rate_agg(outcome boolean) (
	SFUNC = rate_accum, STYPE = rate_summary, SSPACE = 160,
	FINALFUNC = rate_final, COMBINEFUNC = rate_combine,
	MSFUNC = rate_accum, MINVFUNC = rate_remove, MSTYPE = rate_summary, MSSPACE = 160, MFINALFUNC = rate_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE rate_agg(boolean) IS 'Counts outcomes (true: won, false: lost, NULL: open) into a rate_summary. Never NULL.';

-- for amount in NUMBERS
CREATE AGGREGATE rate_agg(outcome boolean, amount :amount) (
	SFUNC = rate_accum, STYPE = rate_summary, SSPACE = 160,
	FINALFUNC = rate_final, COMBINEFUNC = rate_combine,
	MSFUNC = rate_accum, MINVFUNC = rate_remove, MSTYPE = rate_summary, MSSPACE = 160, MFINALFUNC = rate_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE rate_agg(boolean, :amount) IS 'Counts outcomes and adds up their amounts, exactly and in one currency, into a rate_summary. Never NULL; NaN and infinite amounts are errors.';
-- end

-- for time in TIMES
CREATE AGGREGATE within_agg(started :time, ended :time, span interval, as_of :time) (
	SFUNC = rate_accum_within, STYPE = rate_summary, SSPACE = 160,
	FINALFUNC = rate_final, COMBINEFUNC = rate_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE within_agg(:time, :time, interval, :time) IS 'Counts into a rate_summary who ended within the span of days and time: succeeded; not, but started at least a span before as_of: failed; younger: undecided. A span with months, a negative one and an as_of outside of the years 1900 to 2199 are errors. Never NULL.';
-- end

CREATE AGGREGATE rollup(rate_summary) (
	SFUNC = rate_combine, STYPE = rate_summary, SSPACE = 160,
	FINALFUNC = rate_final, COMBINEFUNC = rate_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(rate_summary) IS 'Merges summaries exactly: a month is the rollup of its days. Never NULL; NULL summaries are passed over.';

-- for figure in win_rate, conversion_rate, win_loss_ratio
CREATE AGGREGATE :figure(outcome boolean) (
	SFUNC = rate_accum, STYPE = rate_summary, SSPACE = 160,
	FINALFUNC = :figure, COMBINEFUNC = rate_combine,
	MSFUNC = rate_accum, MINVFUNC = rate_remove, MSTYPE = rate_summary, MSSPACE = 160, MFINALFUNC = :figure,
	PARALLEL = SAFE
);
-- end
COMMENT ON AGGREGATE win_rate(boolean) IS 'Won of the decided, a fraction 0..1: true / (true + false); NULL rows are open and left out. NULL where nothing is decided.';
COMMENT ON AGGREGATE conversion_rate(boolean) IS 'Converted of all rows, a fraction 0..1; a NULL row counts as not converted. NULL without rows.';
COMMENT ON AGGREGATE win_loss_ratio(boolean) IS 'Won per lost, 0 and above: true / false. NULL where nothing is lost.';

-- for figure in win_rate_by_value, avg_deal_size
-- for amount in NUMBERS
CREATE AGGREGATE :figure(won boolean, amount :amount) (
	SFUNC = rate_accum, STYPE = rate_summary, SSPACE = 160,
	FINALFUNC = :figure, COMBINEFUNC = rate_combine,
	MSFUNC = rate_accum, MINVFUNC = rate_remove, MSTYPE = rate_summary, MSSPACE = 160, MFINALFUNC = :figure,
	PARALLEL = SAFE
);
-- end
-- end
-- for amount in NUMBERS
COMMENT ON AGGREGATE win_rate_by_value(boolean, :amount) IS 'Amount won of the amount decided, a fraction (0..1 where no amount is negative). NULL where the amounts add up to nothing. Worthless where lost deals carry no amount: see without_amount and zero_amount.';
COMMENT ON AGGREGATE avg_deal_size(boolean, :amount) IS 'Average amount of a deal won, in the currency of the amounts: amount won / deals won that have an amount. NULL where none has.';
-- end

-- for figure in conversion_within, response_within
-- for time in TIMES
CREATE AGGREGATE :figure(started :time, ended :time, span interval, as_of :time) (
	SFUNC = rate_accum_within, STYPE = rate_summary, SSPACE = 160,
	FINALFUNC = :figure, COMBINEFUNC = rate_combine,
	MSFUNC = rate_accum_within, MINVFUNC = rate_remove_within, MSTYPE = rate_summary, MSSPACE = 160, MFINALFUNC = :figure,
	PARALLEL = SAFE
);
-- end
-- end
-- for time in TIMES
COMMENT ON AGGREGATE conversion_within(:time, :time, interval, :time) IS 'Converted within the span, of those that did or started at least a span before as_of, a fraction 0..1. The younger are left out, for they may still. NULL where none is old enough.';
COMMENT ON AGGREGATE response_within(:time, :time, interval, :time) IS 'Answered within the agreed time, of those that were or came at least that long before as_of, a fraction 0..1; the agreed time may differ from row to row. NULL where none is old enough.';
-- end

-- since 0.2.0
-- for time in TIMES
CREATE AGGREGATE within_agg(started :time, ended :time, span interval, as_of :time, calendar business_calendar) (
	SFUNC = rate_accum_within, STYPE = rate_summary, SSPACE = 160,
	FINALFUNC = rate_final, COMBINEFUNC = rate_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE within_agg(:time, :time, interval, :time, business_calendar) IS 'Counts into a rate_summary who ended within the span of open time: succeeded; who can''t any more after as_of: failed; who still can: undecided. The span runs while the calendar is open; the calendar may differ from row to row, and a row without one is invalid. Otherwise as within_agg(:time, :time, interval, :time). Never NULL.';
CREATE AGGREGATE response_within(started :time, ended :time, span interval, as_of :time, calendar business_calendar) (
	SFUNC = rate_accum_within, STYPE = rate_summary, SSPACE = 160,
	FINALFUNC = response_within, COMBINEFUNC = rate_combine,
	MSFUNC = rate_accum_within, MINVFUNC = rate_remove_within, MSTYPE = rate_summary, MSSPACE = 160, MFINALFUNC = response_within,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE response_within(:time, :time, interval, :time, business_calendar) IS 'Answered within the agreed open time, of those that were or can''t be any more after as_of, a fraction 0..1; what comes while the calendar is closed starts with the next opening. The agreed time and the calendar may differ from row to row. NULL where none is old enough.';
-- end
-- end
