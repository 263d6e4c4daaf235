-- What wrong lists of labels are told.
\set VERBOSITY default
SELECT outcome('Won', NULL, '{Lost}');
SELECT outcome('Won', '{Won}', NULL);
SELECT outcome('Won', '{Won,NULL}', '{Lost}');
SELECT outcome('Won', '{Won}', '{Lost," "}');
SELECT outcome('Won', '{Won,Closed}', '{Lost,closed }');
-- PostgreSQL's own hints, which 19 words anew: not held
\set VERBOSITY terse
SELECT outcome(1, '{Won}', '{Lost}');
\set VERBOSITY default
