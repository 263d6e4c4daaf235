-- Journeys by exhaustive search, in plain SQL: every chain that the definition (doc/journey.md) allows, and
-- what can be read off the list. Random small cases; times are minutes.
--
--	rule(id, definition, ...)	the rules of a case; steps are numbers from 1
--	fact(id, row, t, steps, x)	its rows: bit k - 1 of steps says that it satisfies step k, x that it is excluded
--	answer(id, level, outcome, times)	what is right
--
-- :cases says how many.

CREATE FUNCTION draw(seed text, id bigint, most integer) RETURNS integer LANGUAGE sql IMMUTABLE
	AS $$ SELECT (('x' || substr(md5(seed || id), 1, 8))::bit(32)::bigint * most / 4294967296)::integer $$;

CREATE TABLE rule AS
SELECT id, n, within, increase, no_repeat, no_skip, contiguous, entry_first, optional, x_from, x_to, gap, as_of, single,
	(SELECT string_agg('s' || k, ' > ' ORDER BY k) FROM generate_series(1, n) AS k)
	|| coalesce('; within: ' || within || ' minutes', '') || coalesce('; gap: ' || gap || ' minutes', '')
	|| coalesce('; without: x (' || x_from || '-' || x_to || ')', '') || coalesce('; optional: ' || optional, '')
	|| coalesce('; order: ' || nullif(concat_ws(', ', CASE WHEN increase THEN 'increase' END, CASE WHEN no_repeat THEN 'no_repeat' END,
		CASE WHEN no_skip THEN 'no_skip' END, CASE WHEN contiguous THEN 'contiguous' END), ''), '')
	|| CASE WHEN entry_first THEN '; entry: first' ELSE '' END AS definition
FROM (SELECT *, CASE WHEN plain AND draw('gap', id, 4) = 0 THEN least(1 + draw('gap 2', id, 4), within) END AS gap
	FROM (SELECT *, optional IS NULL AND n > 1 AS plain,
			CASE WHEN draw('x', id, 2) = 0 AND n > 1 THEN CASE WHEN optional IS NULL THEN 1 + draw('x 2', id, n - 1) ELSE 1 END END AS x_from,
			CASE WHEN optional IS NULL THEN n - draw('x 3', id, n - 1 - draw('x 2', id, n - 1)) ELSE n END AS to_if
		FROM (SELECT id, n, CASE WHEN draw('within', id, 4) > 0 THEN 1 + draw('within 2', id, 7) END AS within, draw('increase', id, 4) = 0 AS increase,
				draw('repeat', id, 5) = 0 AS repeat_if, draw('skip', id, 5) = 0 AS skip_if, draw('contiguous', id, 8) = 0 AS contiguous_if, draw('first', id, 6) = 0 AS entry_first,
				CASE WHEN n > 2 AND draw('optional', id, 4) = 0 THEN 2 + draw('optional 2', id, n - 2) END AS optional, 10 + draw('as of', id, 8) AS as_of, draw('single', id, 2) = 0 AS single
			FROM (SELECT id, 1 + draw('n', id, 4) AS n FROM generate_series(1, :cases) AS id OFFSET 0) AS a OFFSET 0) AS b OFFSET 0) AS c,
		LATERAL (SELECT plain AND repeat_if AS no_repeat, plain AND skip_if AS no_skip, plain AND contiguous_if AS contiguous, CASE WHEN x_from IS NOT NULL THEN greatest(to_if, x_from + 1) END AS x_to) AS d OFFSET 0) AS e;

-- Half of the cases have rows that satisfy one thing each and are not there twice: these can be told by labels, too.
CREATE TABLE fact AS
SELECT id, (row_number() OVER (PARTITION BY id ORDER BY t, steps, x))::integer AS row, t, steps, x
FROM (SELECT DISTINCT id, CASE WHEN single THEN 0 ELSE i END AS copy, t,
		CASE WHEN single THEN CASE WHEN what < n THEN 1 << what ELSE 0 END ELSE CASE WHEN what < n THEN 1 << what ELSE 0 END | (draw('more', id * 10 + i, 1 << n) & draw('more 2', id * 10 + i, 1 << n)) END AS steps,
		what = n AND x_from IS NOT NULL AS x
	FROM (SELECT r.*, i, draw('t', id * 10 + i, 1 + draw('moments', id, 10)) AS t, draw('what', id * 10 + i, n + CASE WHEN x_from IS NULL THEN 1 ELSE 2 END) AS what
		FROM rule AS r, generate_series(1, 7) AS i WHERE i <= 1 + draw('rows', id, 7) OFFSET 0) AS a) AS b;
CREATE INDEX ON fact(id);
ANALYZE rule;
ANALYZE fact;

-- Does a row bar the way from a step to the next?
CREATE FUNCTION bars(r rule, steps integer, step integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
	SELECT r.contiguous OR (r.no_repeat AND steps & ((2 << step) - 1) <> 0) OR (r.no_skip AND steps >> (step + 1) <> 0) $$;

CREATE TABLE chain AS
WITH RECURSIVE found AS (
	SELECT r.id, 1 AS step, ARRAY[f.row] AS rows, ARRAY[f.t, NULL, NULL, NULL]::integer[] AS ts, f.t AS t1, f.t AS tl, 0 AS choices
	FROM rule AS r JOIN fact AS f USING (id)
	WHERE f.steps & 1 = 1 AND (NOT r.entry_first OR f.t = (SELECT min(t) FROM fact AS first WHERE first.id = r.id AND first.steps & 1 = 1))
	UNION ALL
	SELECT c.id, k, c.rows || f.row, c.ts[:k - 1] || f.t || c.ts[k + 1:], c.t1, f.t, c.choices + (k = r.optional IS TRUE)::integer
	FROM found AS c JOIN rule AS r USING (id) CROSS JOIN generate_series(c.step + 1, least(c.step + CASE WHEN c.step + 1 = r.optional THEN 2 ELSE 1 END, r.n)) AS k JOIN fact AS f ON f.id = c.id
	WHERE f.steps >> (k - 1) & 1 = 1 AND f.row <> ALL (c.rows) AND f.t >= c.tl AND (NOT r.increase OR f.t > c.tl)
		AND (r.within IS NULL OR f.t <= c.t1 + r.within) AND (r.gap IS NULL OR f.t <= c.tl + r.gap)
		AND NOT EXISTS (SELECT FROM fact AS y WHERE y.id = c.id AND y.x AND k <= r.x_to AND y.t > c.ts[r.x_from] AND y.t < f.t)
		AND (f.t = c.tl OR NOT EXISTS (SELECT FROM fact AS y WHERE y.id = c.id AND y.row <> ALL (c.rows) AND bars(r, y.steps, c.step)
			AND ((y.t > c.tl AND y.t < f.t) OR (y.t = c.tl AND c.tl > c.t1)))))
SELECT c.*, CASE WHEN step = r.optional THEN step - 1 ELSE step END AS level, array_remove(ts, NULL) AS times, deadline,
	-- what becomes of it, if it goes no further
	CASE WHEN excluded_at <= coalesce(deadline, excluded_at) AND excluded_at <= coalesce(barred_at, excluded_at) THEN 'excluded'
		WHEN barred_at IS NOT NULL OR deadline < (SELECT max(t) FROM fact AS f WHERE f.id = c.id) THEN 'clean' ELSE 'pending' END AS fate
FROM found AS c JOIN rule AS r USING (id), LATERAL (SELECT least(t1 + within, tl + gap) AS deadline) AS d,
	LATERAL (SELECT min(y.t) AS excluded_at FROM fact AS y WHERE y.id = c.id AND y.x AND r.x_from <= c.step AND c.step < r.x_to AND y.t > c.ts[r.x_from] AND y.t >= c.tl) AS x,
	LATERAL (SELECT min(y.t) AS barred_at FROM fact AS y WHERE y.id = c.id AND y.row <> ALL (c.rows) AND bars(r, y.steps, c.step) AND (y.t > c.tl OR (y.t = c.tl AND c.tl > c.t1))) AS b;

CREATE INDEX ON chain(id);
ANALYZE chain;

CREATE TABLE answer AS
SELECT r.id, coalesce(best.level, 0) AS level, best.times,
	CASE WHEN best.level IS NULL THEN NULL WHEN best.level = r.n THEN 'converted'
		WHEN EXISTS (SELECT FROM chain AS c WHERE c.id = r.id AND c.fate = 'pending' AND c.deadline > r.as_of) THEN 'undecided'
		WHEN (SELECT bool_or(fate <> 'excluded')
			-- of the ways to one row the newest
			FROM (SELECT DISTINCT ON (step, choices, tl) fate FROM chain AS c WHERE c.id = r.id AND c.level = best.level ORDER BY step, choices, tl, times DESC, fate = 'clean') AS ways) THEN 'dropped'
		ELSE 'excluded' END AS outcome
FROM rule AS r LEFT JOIN LATERAL (SELECT level, ts AS times FROM chain AS c WHERE c.id = r.id ORDER BY c.level DESC, choices DESC, tl, c.times DESC LIMIT 1) AS best ON true;
