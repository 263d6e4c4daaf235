-- figures.sql: what can be asked of the values in a table that has a column a type, named as it, and what they answer.
-- For what is kept of released versions: test/released/keep writes it, released.sql compares it.
SET TimeZone = 'UTC';
SET DateStyle = 'ISO, YMD';
SET IntervalStyle = 'postgres';
SET extra_float_digits = 0; -- the last digits of a logarithm are the machine's

-- The answer of a call of v, for each value: the row, or rows; long ones as their md5
CREATE FUNCTION figures(of_table text, of_type text, of_call text) RETURNS TABLE (id integer, answer text) LANGUAGE plpgsql AS $$
BEGIN
	FOR id IN EXECUTE format('SELECT id FROM %s WHERE %I IS NOT NULL', of_table, of_type) LOOP
		BEGIN
			EXECUTE format('SELECT coalesce(string_agg(coalesce(q.answer::text, ''NULL''), E''\n'' ORDER BY n), ''no row'')
				FROM (SELECT row_number() OVER () AS n, c.answer FROM (SELECT %I AS v FROM %s WHERE id = %s) AS t, LATERAL (SELECT %s AS answer) AS c) AS q', of_type, of_table, id, of_call)
				INTO answer;
			IF length(answer) > 500 THEN
				answer := 'md5 ' || md5(answer);
			END IF;
		EXCEPTION WHEN data_exception THEN
			answer := 'error ' || SQLSTATE;
		END;
		RETURN NEXT;
	END LOOP;
END $$;
