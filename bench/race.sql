-- race.sql: contenders of a funnel, and whether they answer the same.
--
-- Included by the sections that race with other engines: stage, event, parallel.

-- What a contender answers: reached of the steps alone; or reached of the 5 stages, mean days in the first 4, median days in the
-- first 4 (the fifth is not left), as one row of 13 columns or as a row a stage (stage, reached,
-- mean_days, median_days).
CREATE TABLE contender (
	place		integer GENERATED ALWAYS AS IDENTITY,
	relation	text,
	name		text,
	query		text
);

CREATE FUNCTION figures(answer json) RETURNS double precision[] LANGUAGE sql AS $$
	SELECT CASE WHEN json_array_length(answer) > 1 THEN		-- a row a stage
		(SELECT array_agg(r ORDER BY step) || array_agg(mean ORDER BY step) FILTER (WHERE step < 5)
			|| array_agg(median ORDER BY step) FILTER (WHERE step < 5)
		FROM (SELECT (q.row->>1)::float8 AS r, (q.row->>2)::float8 AS mean, (q.row->>3)::float8 AS median,
				array_position(ARRAY['Lead', 'Qualified', 'Proposal', 'Negotiation', 'Won'], q.row->>0) AS step
			FROM json_array_elements(answer) AS q (row)) s
		WHERE step IS NOT NULL)
	ELSE ARRAY(SELECT json_array_elements_text(answer->0)::float8) END
$$;

CREATE FUNCTION ask(query text) RETURNS double precision[] LANGUAGE plpgsql AS $$
DECLARE
	engine	text := substring(query FROM '^(clickhouse|duckdb):');
	answer	json;
BEGIN
	IF engine IS NULL THEN
		EXECUTE format('SELECT json_agg((SELECT json_agg(value ORDER BY number)
			FROM json_each(row_to_json(q)) WITH ORDINALITY AS e (key, value, number))) FROM (%s) q', query) INTO answer;
	ELSE
		answer := (bench.ask(engine, substr(query, length(engine) + 2))).answer;
	END IF;
	RETURN figures(answer);
END
$$;

-- Counts must be equal, means to nine digits; our medians are within 1 %, other engines' may be, too.
CREATE PROCEDURE compare(work text) LANGUAGE plpgsql AS $$
DECLARE
	other	record;
	ours	double precision[];
	theirs	double precision[];
BEGIN
	SELECT ask(query) INTO STRICT ours FROM contender WHERE relation = work AND name = 'ours';
	FOR other IN SELECT * FROM contender WHERE relation = work AND name NOT IN ('ours', 'scan', 'empty transition') ORDER BY place LOOP
		theirs := ask(other.query);
		IF theirs[1:5] IS DISTINCT FROM ours[1:5] THEN
			RAISE '%: % counts %, ours %', work, other.name, theirs, ours;
		END IF;
		FOR i IN 6..cardinality(theirs) LOOP
			CONTINUE WHEN abs(theirs[i] / ours[i] - 1) <= CASE WHEN i < 10 THEN 1e-9 ELSE 0.02 END;
			RAISE '%: figure % of % is %, ours %', work, i, other.name, theirs[i], ours[i];
		END LOOP;
	END LOOP;
END
$$;
