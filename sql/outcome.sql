--
-- outcome: a status label as an outcome (src/kpi/outcome.c, doc/outcome.md)
--

CREATE FUNCTION outcome(status text, won text[], lost text[]) RETURNS boolean
	AS 'MODULE_PATHNAME', 'outcome_of_status' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION outcome(text, text[], text[]) IS 'The outcome that a status label means: true for a label of won, false for one of lost, NULL (open) for any other and for NULL. Letter case and blanks around do not count. A label in both lists, a blank one and a list that is NULL are errors.';
