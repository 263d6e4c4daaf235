-- nightly_tools.sql: what the tests of examples/nightly share.

-- How many rows of a store are not, byte by byte, what its view says, or the other way round
CREATE FUNCTION pg_temp.differences(store text, made_by text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	result	bigint;
BEGIN
	EXECUTE format('SELECT count(*) FROM kpi.%I s FULL JOIN kpi.%I v USING (%s) WHERE (s.* *= v.*) IS NOT TRUE', store, made_by, (
		SELECT string_agg(quote_ident(attname), ', ') FROM pg_index i JOIN pg_attribute a ON attrelid = indrelid AND attnum = ANY (indkey) WHERE indrelid = format('kpi.%I', store)::regclass AND indisunique)) INTO result;
	RETURN result;
END
$$;
-- What each store holds, and which versions of rows
CREATE FUNCTION public.contents() RETURNS TABLE (store text, rows bigint, held text, versions numeric) LANGUAGE plpgsql AS $$
BEGIN
	FOR store IN SELECT s.store FROM kpi.stores s LOOP
		EXECUTE format('SELECT count(*), md5(coalesce(string_agg(hashtextextended(s::text, 0)::text, '','' ORDER BY hashtextextended(s::text, 0)), '''')), sum(xmin::text::bigint) FROM kpi.%I s', store) INTO rows, held, versions;
		RETURN NEXT;
	END LOOP;
END
$$;
-- Two queries give the same rows, and there are some; says which they don't share
CREATE FUNCTION pg_temp.same(have text, want text, description text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	difference	text;
	rows		bigint;
BEGIN
	EXECUTE format('SELECT count(*) FROM (%s) h', have) INTO rows;
	RETURN NEXT ok(rows > 0, description || ': there are rows');
	EXECUTE format('WITH h AS (%s), w AS (%s) SELECT string_agg(line, E''\n'') FROM (SELECT ''have '' || d::text AS line FROM (TABLE h EXCEPT ALL TABLE w) d UNION ALL SELECT ''want '' || d::text FROM (TABLE w EXCEPT ALL TABLE h) d LIMIT 10) l', have, want) INTO difference;
	RETURN NEXT ok(difference IS NULL, description);
	IF difference IS NOT NULL THEN
		RETURN NEXT diag(difference);
	END IF;
END
$$;
-- What a query answers, in one value, or the code of its error
CREATE FUNCTION asked(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result	text;
BEGIN
	EXECUTE query INTO result;
	RETURN result;
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE;
END
$$;
