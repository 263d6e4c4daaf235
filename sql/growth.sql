--
-- growth: costs and growth, plain ratios with their conditions (doc/growth.md)
--
-- Each is one expression that the planner writes into the query that calls it. "x - x = 0" says
-- that x is a number: NaN and the infinities give NaN there. Operators and types are named with
-- their schema: a view is refreshed under a search_path of its own, and a caller may have any.
--

-- for value in RATIONALS
CREATE FUNCTION growth_rate(current :value, previous :value) RETURNS double precision
	AS $$
	SELECT CASE WHEN previous OPERATOR(pg_catalog.>) 0::pg_catalog.:value.c
		AND ((current OPERATOR(pg_catalog.-) current) OPERATOR(pg_catalog.+) (previous OPERATOR(pg_catalog.-) previous)) OPERATOR(pg_catalog.=) 0::pg_catalog.:value.c
	THEN ((current OPERATOR(pg_catalog.-) previous) OPERATOR(pg_catalog./) previous)::pg_catalog.float8 END
	$$ LANGUAGE sql IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION growth_rate(:value, :value) IS 'Growth from one period to the next, 0.1 = 10 percent more: (current - previous) / previous. NULL where previous is 0 or negative: growth out of nothing, or out of a loss, has no rate. Compare periods of equal elapsed time.';

CREATE FUNCTION return_on_investment(gain :value, cost :value) RETURNS double precision
	AS $$
	SELECT CASE WHEN cost OPERATOR(pg_catalog.>) 0::pg_catalog.:value.c
		AND ((gain OPERATOR(pg_catalog.-) gain) OPERATOR(pg_catalog.+) (cost OPERATOR(pg_catalog.-) cost)) OPERATOR(pg_catalog.=) 0::pg_catalog.:value.c
	THEN ((gain OPERATOR(pg_catalog.-) cost) OPERATOR(pg_catalog./) cost)::pg_catalog.float8 END
	$$ LANGUAGE sql IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION return_on_investment(:value, :value) IS 'What a cost brought beyond itself, 0 = got back, 1 = doubled, -1 = lost: (gain - cost) / cost, where gain is all that came back (revenue or, better, margin). NULL where cost is 0 or negative.';

CREATE FUNCTION customer_acquisition_cost(cost :value, customers :value) RETURNS :value
	AS $$
	SELECT CASE WHEN customers OPERATOR(pg_catalog.>) 0::pg_catalog.:value.c
		AND ((cost OPERATOR(pg_catalog.-) cost) OPERATOR(pg_catalog.+) (customers OPERATOR(pg_catalog.-) customers)) OPERATOR(pg_catalog.=) 0::pg_catalog.:value.c
	THEN cost OPERATOR(pg_catalog./) customers END
	$$ LANGUAGE sql IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION customer_acquisition_cost(:value, :value) IS 'Cost of winning a customer (CAC), in the currency of the cost: sales and marketing cost / new customers of the same period. NULL where customers is 0 or negative.';

CREATE FUNCTION cost_per_lead(cost :value, leads :value) RETURNS :value
	AS $$
	SELECT CASE WHEN leads OPERATOR(pg_catalog.>) 0::pg_catalog.:value.c
		AND ((cost OPERATOR(pg_catalog.-) cost) OPERATOR(pg_catalog.+) (leads OPERATOR(pg_catalog.-) leads)) OPERATOR(pg_catalog.=) 0::pg_catalog.:value.c
	THEN cost OPERATOR(pg_catalog./) leads END
	$$ LANGUAGE sql IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cost_per_lead(:value, :value) IS 'Cost of a lead, in the currency of the cost: marketing cost / leads of the same period. NULL where leads is 0 or negative.';

CREATE FUNCTION ltv_cac_ratio(ltv :value, cac :value) RETURNS double precision
	AS $$
	SELECT CASE WHEN cac OPERATOR(pg_catalog.>) 0::pg_catalog.:value.c
		AND ((ltv OPERATOR(pg_catalog.-) ltv) OPERATOR(pg_catalog.+) (cac OPERATOR(pg_catalog.-) cac)) OPERATOR(pg_catalog.=) 0::pg_catalog.:value.c
	THEN (ltv OPERATOR(pg_catalog./) cac)::pg_catalog.float8 END
	$$ LANGUAGE sql IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION ltv_cac_ratio(:value, :value) IS 'Lifetime value of a customer per cost of winning one, 3 = earns three times its cost. NULL where cac is 0 or negative.';

CREATE FUNCTION cac_payback_months(cac :value, monthly_revenue :value, margin :value DEFAULT 1) RETURNS double precision
	AS $$
	SELECT CASE WHEN (monthly_revenue OPERATOR(pg_catalog.*) margin) OPERATOR(pg_catalog.>) 0::pg_catalog.:value.c
		AND (((cac OPERATOR(pg_catalog.-) cac) OPERATOR(pg_catalog.+) (monthly_revenue OPERATOR(pg_catalog.-) monthly_revenue)) OPERATOR(pg_catalog.+) (margin OPERATOR(pg_catalog.-) margin)) OPERATOR(pg_catalog.=) 0::pg_catalog.:value.c
	THEN (cac OPERATOR(pg_catalog./) (monthly_revenue OPERATOR(pg_catalog.*) margin))::pg_catalog.float8 END
	$$ LANGUAGE sql IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cac_payback_months(:value, :value, :value) IS 'Months until a customer has earned what winning it cost: cac / (monthly revenue of a customer x margin, a fraction). NULL where revenue x margin is 0 or negative: never.';

CREATE FUNCTION customer_lifetime_value(average_value :value, frequency :value, churn :value, margin :value DEFAULT 1) RETURNS :value
	AS $$
	SELECT CASE WHEN churn OPERATOR(pg_catalog.>) 0::pg_catalog.:value.c
		AND churn OPERATOR(pg_catalog.<=) 1::pg_catalog.:value.c
		AND ((((average_value OPERATOR(pg_catalog.-) average_value) OPERATOR(pg_catalog.+) (frequency OPERATOR(pg_catalog.-) frequency)) OPERATOR(pg_catalog.+) (churn OPERATOR(pg_catalog.-) churn)) OPERATOR(pg_catalog.+) (margin OPERATOR(pg_catalog.-) margin)) OPERATOR(pg_catalog.=) 0::pg_catalog.:value.c
	THEN ((average_value OPERATOR(pg_catalog.*) frequency) OPERATOR(pg_catalog.*) margin) OPERATOR(pg_catalog./) churn END
	$$ LANGUAGE sql IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION customer_lifetime_value(:value, :value, :value, :value) IS 'What a customer brings over its lifetime (CLV), in the currency of average_value: margin x average value x frequency / churn, where frequency (purchases) and churn (customers lost, a fraction of 0..1) are of the same unit of time. NULL where churn is 0, negative or above 1.';

CREATE FUNCTION pipeline_coverage(open_pipeline :value, target :value, won :value DEFAULT 0) RETURNS double precision
	AS $$
	SELECT CASE WHEN target OPERATOR(pg_catalog.>) COALESCE(won, 0::pg_catalog.:value.c)
		AND (((COALESCE(open_pipeline, 0::pg_catalog.:value.c) OPERATOR(pg_catalog.-) COALESCE(open_pipeline, 0::pg_catalog.:value.c)) OPERATOR(pg_catalog.+) (target OPERATOR(pg_catalog.-) target)) OPERATOR(pg_catalog.+) (COALESCE(won, 0::pg_catalog.:value.c) OPERATOR(pg_catalog.-) COALESCE(won, 0::pg_catalog.:value.c))) OPERATOR(pg_catalog.=) 0::pg_catalog.:value.c
	THEN (COALESCE(open_pipeline, 0::pg_catalog.:value.c) OPERATOR(pg_catalog./) (target OPERATOR(pg_catalog.-) COALESCE(won, 0::pg_catalog.:value.c)))::pg_catalog.float8 END
	$$ LANGUAGE sql IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_coverage(:value, :value, :value) IS 'Open pipeline due in the period per amount still to be won, 3 = three times what is missing: open_pipeline / (target - won); open_pipeline and won NULL are 0. NULL where the target is met, or none is set.';

CREATE FUNCTION activity_ratio(activities :value, deals_won :value) RETURNS double precision
	AS $$
	SELECT CASE WHEN deals_won OPERATOR(pg_catalog.>) 0::pg_catalog.:value.c
		AND ((activities OPERATOR(pg_catalog.-) activities) OPERATOR(pg_catalog.+) (deals_won OPERATOR(pg_catalog.-) deals_won)) OPERATOR(pg_catalog.=) 0::pg_catalog.:value.c
	THEN (activities OPERATOR(pg_catalog./) deals_won)::pg_catalog.float8 END
	$$ LANGUAGE sql IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION activity_ratio(:value, :value) IS 'Activities (calls, meetings, hours) per deal won. NULL where none is won.';
-- end
