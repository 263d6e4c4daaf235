--
-- velocity: pipeline velocity and its levers (src/kpi/velocity.c, doc/velocity.md)
--

-- use SUMMARY_TYPE of velocity_summary
COMMENT ON TYPE velocity_summary IS 'A pipeline summed up: deals won, lost and open, what was won in one currency and how long that took; made by velocity_agg, merged by rollup. Prints as JSON.';

-- Rows into a summary

CREATE FUNCTION velocity_combine(velocity_summary, velocity_summary) RETURNS velocity_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION velocity_final(velocity_summary) RETURNS velocity_summary
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION velocity_combine(velocity_summary, velocity_summary) IS 'Merges two summaries: combine function of the velocity aggregates, transition function of rollup.';
COMMENT ON FUNCTION velocity_final(velocity_summary) IS 'Packs a running summary: final function of velocity_agg and rollup.';

-- for amount in NUMBERS
-- for time in MOMENTS
CREATE FUNCTION velocity_accum(velocity_summary, won boolean, amount :amount, created :time, closed :time) RETURNS velocity_summary
	AS 'MODULE_PATHNAME', 'velocity_accum_:amount.c_:time.c' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION velocity_remove(velocity_summary, won boolean, amount :amount, created :time, closed :time) RETURNS velocity_summary
	AS 'MODULE_PATHNAME', 'velocity_remove_:amount.c_:time.c' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION velocity_accum(velocity_summary, boolean, :amount, :time, :time) IS 'Adds a deal: transition function of velocity_agg and pipeline_velocity.';
COMMENT ON FUNCTION velocity_remove(velocity_summary, boolean, :amount, :time, :time) IS 'Takes a deal out of a moving window: inverse of velocity_accum.';
-- end
-- end

-- Figures of a summary

CREATE FUNCTION pipeline_velocity(velocity_summary) RETURNS numeric
	AS 'MODULE_PATHNAME', 'velocity_pipeline_velocity' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_velocity(velocity_summary) IS 'Pipeline velocity, money per day in the currency of the amounts: all deals x win rate x average deal size / average cycle in days, with 16 decimals more than the amounts have. A stock: add it over segments, not over days. NULL where no deal was won, none has an amount or the cycle is zero.';

CREATE FUNCTION pipeline_velocity(summary velocity_summary, basis text) RETURNS numeric
	AS 'MODULE_PATHNAME', 'velocity_pipeline_velocity' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_velocity(velocity_summary, text) IS 'Pipeline velocity, money per day in the currency of the amounts, of the deals that basis names (''open'', ''decided'' or ''all'', else an error): their number x win rate x average deal size / average cycle in days, with 16 decimals more than the amounts have. A stock: add it over segments, not over days. NULL where no deal was won, none has an amount or the cycle is zero.';

CREATE FUNCTION opportunities(summary velocity_summary, basis text DEFAULT 'all') RETURNS bigint
	AS 'MODULE_PATHNAME', 'velocity_opportunities' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION opportunities(velocity_summary, text) IS 'Deals, of those that basis names: ''open'', ''decided'' (won and lost) or ''all'', else an error. The first lever of pipeline_velocity.';

CREATE FUNCTION win_rate(velocity_summary) RETURNS double precision
	AS 'MODULE_PATHNAME', 'velocity_win_rate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION win_rate(velocity_summary) IS 'Won of the decided, a fraction 0..1: won / (won + lost). The second lever of pipeline_velocity. NULL where nothing is decided.';

CREATE FUNCTION avg_deal_size(velocity_summary) RETURNS numeric
	AS 'MODULE_PATHNAME', 'velocity_avg_deal_size' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION avg_deal_size(velocity_summary) IS 'Average amount of a deal won, in the currency of the amounts: amount won / deals won that have an amount. The third lever of pipeline_velocity. NULL where none has.';

CREATE FUNCTION cycle_days(velocity_summary) RETURNS double precision
	AS 'MODULE_PATHNAME', 'velocity_cycle_days' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION cycle_days(velocity_summary) IS 'Average sales cycle of the deals won, in days of 86,400 s: from created to closed, of those with valid dates (see invalid_rows). The fourth lever of pipeline_velocity, which divides by it. NULL where there are none.';

CREATE FUNCTION amount_won(velocity_summary) RETURNS numeric
	AS 'MODULE_PATHNAME', 'velocity_amount_won' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION amount_won(velocity_summary) IS 'Amount won, exact, in the currency of the amounts. NULL where no deal won has an amount.';

CREATE FUNCTION succeeded(velocity_summary) RETURNS bigint
	AS 'MODULE_PATHNAME', 'velocity_succeeded' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION succeeded(velocity_summary) IS 'Deals won.';

CREATE FUNCTION won_without_amount(velocity_summary) RETURNS bigint
	AS 'MODULE_PATHNAME', 'velocity_won_without_amount' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION won_without_amount(velocity_summary) IS 'Deals won whose amount is NULL: absent from avg_deal_size, present in win_rate.';

CREATE FUNCTION invalid_rows(velocity_summary) RETURNS bigint
	AS 'MODULE_PATHNAME', 'velocity_invalid_rows' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION invalid_rows(velocity_summary) IS 'Deals won whose cycle is left out: a date is missing or outside of the years 1900 to 2199, or closed lies before created. They still count as won.';

CREATE FUNCTION data_from(velocity_summary) RETURNS timestamptz
	AS 'MODULE_PATHNAME', 'velocity_data_from' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION data_from(velocity_summary) IS 'The first moment seen, of created and (for deals decided) closed; timestamp and date taken as UTC; moments outside of the years 1900 to 2199 and rows that close before they were created left out. NULL where none was.';

CREATE FUNCTION data_through(velocity_summary) RETURNS timestamptz
	AS 'MODULE_PATHNAME', 'velocity_data_through' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION data_through(velocity_summary) IS 'The last moment seen, of created and (for deals decided) closed; timestamp and date taken as UTC; moments outside of the years 1900 to 2199 and rows that close before they were created left out. NULL where none was.';

CREATE FUNCTION velocity_drivers(
	before velocity_summary, after velocity_summary, basis text DEFAULT 'all',
	OUT lever text, OUT before numeric, OUT after numeric, OUT contribution numeric)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 4;
COMMENT ON FUNCTION velocity_drivers(velocity_summary, velocity_summary, text) IS 'Why pipeline velocity changed: four rows, opportunities, win_rate, avg_deal_size and cycle_days, each before and after, and its contribution in money per day; the contributions add up exactly to pipeline_velocity(after, basis) - pipeline_velocity(before, basis). Each is the average over all orders of changing the levers. Contributions are NULL where a side has no velocity; another basis than ''open'', ''decided'' or ''all'' is an error. Use it in FROM. Shapley 1953.';

-- Aggregates

-- for amount in NUMBERS
-- for time in TIMES
CREATE AGGREGATE velocity_agg(won boolean, amount :amount, created :time, closed :time) (
	SFUNC = velocity_accum, STYPE = velocity_summary, SSPACE = 128,
	FINALFUNC = velocity_final, COMBINEFUNC = velocity_combine,
	PARALLEL = SAFE
);
CREATE AGGREGATE pipeline_velocity(won boolean, amount :amount, created :time, closed :time) (
	SFUNC = velocity_accum, STYPE = velocity_summary, SSPACE = 128,
	FINALFUNC = pipeline_velocity, COMBINEFUNC = velocity_combine,
	MSFUNC = velocity_accum, MINVFUNC = velocity_remove, MSTYPE = velocity_summary, MSSPACE = 128, MFINALFUNC = pipeline_velocity,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE velocity_agg(boolean, :amount, :time, :time) IS 'Counts deals (won: true, false, or NULL for open) and adds up the amounts, in one currency, and the cycles of those won into a velocity_summary. Never NULL; NaN and infinite amounts are errors.';
COMMENT ON AGGREGATE pipeline_velocity(boolean, :amount, :time, :time) IS 'Pipeline velocity, money per day in the currency of the amounts: rows x win rate x average deal size / average cycle in days. won is true, false, or NULL for open. A stock: add it over segments, not over days. NULL where no deal was won, none has an amount or the cycle is zero.';
-- end
-- end

CREATE AGGREGATE rollup(velocity_summary) (
	SFUNC = velocity_combine, STYPE = velocity_summary, SSPACE = 128,
	FINALFUNC = velocity_final, COMBINEFUNC = velocity_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(velocity_summary) IS 'Merges summaries exactly: a year is the rollup of its months. Never NULL; NULL summaries are passed over.';
