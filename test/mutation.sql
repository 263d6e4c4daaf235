-- Mutated text and bytes of every type: an error of its own, or a valid value; never a crash, nor memory
-- beyond what the input is worth.
--
-- psql's :mutations says how many of each form of each type (10000). Needs test/module, for its
-- receive_value().
\if :{?mutations}
\else
\set mutations 10000
\endif

BEGIN;
SELECT no_plan();
CREATE SCHEMA mutation;
SET LOCAL search_path = mutation, public;
SET LOCAL TimeZone = 'UTC';
SET LOCAL max_parallel_workers_per_gather = 0;

\ir shared/seeds.sql

\ir shared/mutation.sql

CREATE TABLE memory AS SELECT memory_peak() AS before;
SELECT format('SELECT try_%s(%L, %s, 0.1)', type, form, :mutations) FROM types, (VALUES ('text'), ('binary')) AS forms(form) ORDER BY type, form
\gexec
SELECT ok(wrong IS NULL AND valid > 0 AND refused > 0 AND valid + refused <= :mutations, format('%s, %s: %s mutations, %s valid, %s refused (%s)', type, form, :mutations, valid, refused, array_to_string(states, ', ')))
	|| coalesce(E'\n' || diag(wrong), '')
FROM outcomes ORDER BY type, form;
SELECT is((SELECT count(*) FROM outcomes), 2 * (SELECT count(*) FROM types), 'text and bytes of every type have been tried');
SELECT ok(coalesce(memory_peak() - before < 100000, true), format('memory: the peak rose by %s kB', memory_peak() - before)) FROM memory;

SELECT * FROM finish();
ROLLBACK;
