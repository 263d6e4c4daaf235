-- report.sql: what measure.sql collected, for a reader at the terminal.

\pset footer off
\pset title 'Milliseconds: the median of the rounds, the fastest and the slowest'
SELECT * FROM bench.result;
SELECT count(*) > 0 AS any FROM bench.figure \gset
\if :any
\pset title 'Figures'
SELECT * FROM bench.figures;
\endif
SELECT count(*) > 0 AS any FROM bench.verdict \gset
\if :any
\pset title 'Against the targets'
SELECT * FROM bench.verdict;
\endif
\pset title
