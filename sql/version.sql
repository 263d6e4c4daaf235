--
-- version: which funnel_metrics answers (src/funnel_metrics.c, doc/upgrading.md)
--

CREATE FUNCTION funnel_metrics_library_version() RETURNS text
	AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION funnel_metrics_library_version() IS 'The version of the library that this session has loaded, such as 0.1.0: that of the files installed when it first called a function of the extension.';

CREATE FUNCTION funnel_metrics_version(OUT library text, OUT extension text)
	AS $$
	SELECT @extschema@.funnel_metrics_library_version(),
		(SELECT e.extversion FROM pg_catalog.pg_extension AS e WHERE e.extname OPERATOR(pg_catalog.=) 'funnel_metrics'::pg_catalog.name)
	$$ LANGUAGE sql STABLE PARALLEL SAFE;
COMMENT ON FUNCTION funnel_metrics_version() IS 'Which version answers: that of the library that this session has loaded, and that of the extension in this database. They differ between the installation of a new version and ALTER EXTENSION funnel_metrics UPDATE, and in a session that is older than the installation. Use it in FROM.';
