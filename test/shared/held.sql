-- Held: a table of the seeds (seeds.sql comes before this), and what is known of its values; for the tests that
-- take values elsewhere and look whether they are the same. The schema is storage.

-- Large ones, beyond a page
INSERT INTO seeds_funnel SELECT 100, (string_agg(md5(i::text) || md5((-i)::text) || repeat('x', 300), ' > ') || '; lost: L')::funnel FROM generate_series(1, 60) AS i;
INSERT INTO seeds_stage_summary
SELECT 100, stage_agg(deal, stage, started, amount, (SELECT 'Lead > Qualified > Won | ' || string_agg(md5(i::text) || repeat('y', 100), ' | ') || '; lost: Lost' FROM generate_series(1, 100) AS i)::funnel) FROM deals;

-- One row a seed, one column a type; each 5 times, so that there is a table to vacuum
SELECT format('CREATE TABLE held AS SELECT 1000 * copy + id AS id, %s FROM generate_series(1, 5) AS copy, (SELECT DISTINCT id FROM (%s) AS ids) AS ids %s',
	string_agg(format('seeds_%1$s.seed AS %1$I', type), ', ' ORDER BY type), string_agg(format('SELECT id FROM seeds_%s', type), ' UNION '), string_agg(format('LEFT JOIN seeds_%s USING (id)', type), ' ' ORDER BY type)) FROM types
\gexec
SELECT cmp_ok((SELECT count(*) FROM held), '>', 20::bigint, 'there are values to hold');

-- What is known of the values in a table: text, bytes, and the answer of every accessor
CREATE FUNCTION known(of_table text) RETURNS TABLE (type text, what text, answers text) LANGUAGE plpgsql AS $$
DECLARE
	one record;
BEGIN
	-- of the types that the table has: an updated extension may have more
	FOR one IN SELECT c.* FROM (SELECT a.type, a.call FROM accessors AS a UNION ALL SELECT t.type, format('%s(v)', typsend) FROM types AS t JOIN pg_type USING (oid) UNION ALL SELECT t.type, 'v::text' FROM types AS t) AS c
		JOIN pg_attribute ON attrelid = of_table::regclass AND attname = c.type LOOP
		type := one.type;
		what := one.call;
		BEGIN
			EXECUTE format('SELECT md5(string_agg(q::text, '','' ORDER BY q::text COLLATE "C")) FROM (SELECT id, %s FROM (SELECT id, %I AS v FROM %s WHERE %2$I IS NOT NULL) AS t) AS q', one.call, one.type, of_table) INTO answers;
		EXCEPTION WHEN data_exception THEN
			answers := SQLSTATE;
		END;
		RETURN NEXT;
	END LOOP;
END $$;
CREATE TABLE at_first AS SELECT * FROM known('held');
-- An updated extension may have more to ask, and answers what there was at first.
CREATE FUNCTION is_as_at_first(of_table text, description text) RETURNS text LANGUAGE sql AS $$
	SELECT is_empty(format('SELECT type, what FROM (SELECT * FROM storage.at_first EXCEPT SELECT * FROM storage.known(%L)) AS d ORDER BY 1, 2', of_table), description) $$;
