-- A row's text without what 0.1.0 did not keep: labels of unknown stages, and the version that says so
CREATE FUNCTION public.as_of_0_1_0(content text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
	SELECT regexp_replace(regexp_replace(content, '("+version"+: )2', '\11', 'g'), '"+unknown_labels"+: [{]"+labels"+: \[[^]]*\], "+other_rows"+: [0-9]+[}], ', '', 'g') $$;

-- Answered: what is stored in the schema kpi, and some views over it, as text; for tests that take a database elsewhere.
CREATE FUNCTION public.answered() RETURNS TABLE (relation text, rows bigint, content text) LANGUAGE plpgsql SET TimeZone = 'UTC' SET DateStyle = 'ISO' AS $$
BEGIN
	FOR relation IN
		SELECT c.relname FROM pg_class AS c
		WHERE relnamespace = 'kpi'::regnamespace AND relispopulated AND (relkind IN ('r', 'm') OR relname IN ('figures', 'leakage', 'stages_by_period', 'mrr_movements'))
	LOOP
		EXECUTE format('SELECT count(*), md5(string_agg(public.as_of_0_1_0(r::text), E''\n'' ORDER BY r::text COLLATE "C")) FROM kpi.%I AS r', relation) INTO rows, content;
		RETURN NEXT;
	END LOOP;
END $$;
CREATE TABLE public.answered_at_first AS SELECT * FROM public.answered();
