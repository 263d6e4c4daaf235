-- survival.sql: every figure of a survival_summary against plain SQL over the rows themselves.
--
-- The oracle counts for each day of age who was at risk and who ended how, multiplies shares in numeric and
-- takes the variances from the closed form of Greenwood's kind, not from the recursion that the extension steps
-- through: Var F_k(t) = sum over s <= t of (F_k(t) - F_k(s))^2 d / (n (n - d)) + S(s-)^2 d_k (n - d_k) / n^3
-- - 2 (F_k(t) - F_k(s)) S(s-) d_k / n^2, of which the open share is the case k = all, with its sign turned.
BEGIN;
SELECT no_plan();
SET LOCAL TimeZone = 'UTC';
SET LOCAL jit = off;

CREATE FUNCTION draw(seed text, id bigint) RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE
	AS $$ SELECT ('x' || substr(md5(seed || id), 1, 8))::bit(32)::bigint / 4294967296.0::double precision $$;

-- Rows of every kind: in a few groups, with ties, clean and dirty, seen from the start or later
CREATE TABLE deals AS
SELECT id, (id % 7)::integer AS grp,
	CASE WHEN draw('no start', id) > 0.02 THEN started END AS started,
	CASE WHEN draw('no end', id) < 0.3 THEN NULL WHEN draw('infinite', id) < 0.01 THEN 'infinity'
		WHEN id % 7 = 3 THEN started + floor(draw('ended', id) * 4) * interval '1 day'
		ELSE started + (draw('ended', id) - 0.02) * 60 * interval '1 day' END AS ended,
	CASE WHEN draw('won', id) < 0.3 THEN true WHEN draw('won', id) < 0.8 THEN false END AS won,
	(ARRAY['won', 'lost', 'Spam', 'ترک', 'open', 'OPEN', NULL])[1 + floor(draw('outcome', id) * 7)] AS outcome,
	CASE WHEN draw('observed', id) < 0.6 THEN started + (draw('observed from', id) - 0.6) * 100 * interval '1 day' WHEN draw('observed', id) < 0.65 THEN '-infinity' WHEN draw('observed', id) < 0.66 THEN 'infinity' END AS observed_from
FROM (SELECT id, CASE WHEN draw('range', id) < 0.01 THEN timestamptz '1776-07-04' ELSE timestamptz '2024-01-01' + draw('started', id) * 80 * interval '1 day' END AS started
	FROM generate_series(1, 2000) AS id) AS s;
\set as_of 'timestamptz \'2024-03-15 12:00\''

-- What each way to ask makes of a row: an outcome, or open; its cells of entry and end; or why it is left out
CREATE VIEW asked AS
SELECT way, id, grp, started, as_of, CASE WHEN delayed THEN observed_from END AS observed_from,
	CASE WHEN way LIKE 'won%' THEN CASE WHEN won THEN 'won' WHEN NOT won THEN 'lost' END WHEN way LIKE 'outcome%' THEN CASE WHEN ended IS NOT NULL AND lower(outcome) <> 'open' THEN outcome END
		WHEN ended IS NOT NULL THEN 'ended' END AS outcome, ended
FROM deals, (VALUES ('won', false), ('won, delayed', true), ('outcome', false), ('outcome, delayed', true), ('end', false)) AS w(way, delayed), (VALUES (timestamptz '2024-03-15 12:00')) AS a(as_of);
CREATE VIEW judged AS
SELECT *, CASE WHEN started IS NULL THEN 'no start' WHEN outcome IS NOT NULL AND ended IS NULL THEN 'no end'
	WHEN started < '1900-01-01' OR (outcome IS NOT NULL AND ended = 'infinity') THEN 'time out of range' WHEN outcome IS NOT NULL AND ended < started THEN 'end before start'
	WHEN started > as_of THEN 'start after as of' WHEN entered > age THEN 'before observed from' ELSE 'used' END AS reason
FROM (SELECT *, floor(extract(epoch FROM CASE WHEN is_open THEN as_of ELSE ended END - started) / 86400)::integer AS age, CASE WHEN is_open THEN 'open' ELSE outcome END AS how,
		CASE WHEN observed_from IS NULL OR observed_from <= started THEN 0 WHEN observed_from = 'infinity' THEN 1000000 ELSE ceil(extract(epoch FROM observed_from - started) / 86400)::integer END AS entered
	FROM (SELECT *, outcome IS NULL OR ended > as_of AS is_open FROM asked WHERE ended IS DISTINCT FROM 'infinity' OR outcome IS NULL) AS a
	UNION ALL SELECT *, false, 0, 'open', 0 FROM asked WHERE ended = 'infinity' AND outcome IS NOT NULL) AS a;
CREATE TABLE used AS SELECT way, grp, how, age, entered FROM judged WHERE reason = 'used';
CREATE INDEX ON used(way, grp, age);
ANALYZE used;

CREATE TABLE outcomes AS
SELECT way, grp, outcome FROM (SELECT DISTINCT way, grp FROM used) AS g, LATERAL (SELECT unnest(ARRAY['won', 'lost', 'open']) WHERE way LIKE 'won%' UNION SELECT 'ended' WHERE way = 'end' UNION SELECT 'open'
	UNION SELECT a.outcome FROM asked AS a JOIN judged AS j USING (way, id) WHERE a.way = g.way AND a.grp = g.grp AND way LIKE 'outcome%' AND a.outcome IS NOT NULL) AS o(outcome);
CREATE TABLE days AS
SELECT way, grp, day, (SELECT count(*) FROM used AS u WHERE (u.way, u.grp) = (g.way, g.grp) AND entered <= day AND age >= day) AS n,
	(SELECT count(*) FROM used AS u WHERE (u.way, u.grp) = (g.way, g.grp) AND age = day AND how <> 'open') AS d
FROM (SELECT way, grp, max(age) AS last FROM used GROUP BY way, grp) AS g, generate_series(0, last) AS day;
CREATE TABLE before AS -- S of the day before
WITH RECURSIVE walk(way, grp, day, n, d, before, after) AS (
	SELECT way, grp, day, n, d, 1::numeric, CASE WHEN n = 0 THEN 1 ELSE (n - d)::numeric(60, 40) / n END FROM days WHERE day = 0
	UNION ALL SELECT way, grp, days.day, days.n, days.d, after, CASE WHEN days.n = 0 THEN after ELSE round(after * (days.n - days.d) / days.n, 40) END
	FROM walk JOIN days USING (way, grp) WHERE days.day = walk.day + 1)
SELECT * FROM walk;
CREATE TABLE course AS
SELECT way, grp, outcome, day, n, d, before, after, ended, CASE WHEN outcome = 'open' THEN after ELSE sum(CASE WHEN n > 0 THEN before * ended / n ELSE 0 END) OVER (PARTITION BY way, grp, outcome ORDER BY day) END AS share,
	CASE WHEN outcome = 'open' THEN d ELSE ended END AS k
FROM (SELECT way, grp, outcome, day, n, d, before, after, (SELECT count(*) FROM used AS u WHERE (u.way, u.grp, u.how, u.age) = (o.way, o.grp, o.outcome, day)) AS ended FROM outcomes AS o JOIN before USING (way, grp)) AS c;
CREATE INDEX ON course(way, grp, outcome, day);
CREATE VIEW curve AS
SELECT way, grp, outcome, day, n, ended, share::double precision, CASE WHEN share > 0 AND share < 1 THEN power(share, exp(width)) WHEN n > 0 THEN CASE WHEN share = 0 THEN 0 ELSE 1 - z * z / (n + z * z) END END AS low,
	CASE WHEN share > 0 AND share < 1 THEN power(share, exp(-width)) WHEN n > 0 THEN CASE WHEN share = 0 THEN z * z / (n + z * z) ELSE 1 END END AS high, se
FROM (SELECT *, 1.959963984540054::double precision AS z, CASE WHEN share > 0 AND share < 1 THEN 1.959963984540054 * se / (share::double precision * -ln(share::double precision)) END AS width FROM (
	SELECT t.*, sqrt(greatest(0, coalesce((SELECT sum(CASE WHEN s.n = s.d THEN 0 ELSE power(r.f - s.f, 2) * s.d / (s.n::double precision * (s.n - s.d)) END
		+ power(s.before, 2) * s.k * (s.n - s.k) / power(s.n::double precision, 3) - 2 * (r.f - s.f) * s.before * s.k / power(s.n::double precision, 2))
		FROM (SELECT n, d, before::double precision, k, (CASE WHEN outcome = 'open' THEN 1 - share ELSE share END)::double precision AS f FROM course AS c WHERE (c.way, c.grp, c.outcome) = (t.way, t.grp, t.outcome) AND c.day <= t.day AND c.d > 0) AS s), 0)))::double precision AS se
	FROM course AS t, LATERAL (SELECT (CASE WHEN outcome = 'open' THEN 1 - share ELSE share END)::double precision AS f) AS r) AS v) AS i;

CREATE TABLE summaries AS
SELECT 'won' AS way, grp, survival_agg(started, ended, won, :as_of) AS summary FROM deals GROUP BY grp
UNION ALL SELECT 'won, delayed', grp, survival_agg(started, ended, won, :as_of, observed_from) FROM deals GROUP BY grp
UNION ALL SELECT 'outcome', grp, survival_agg(started, ended, outcome, :as_of) FROM deals GROUP BY grp
UNION ALL SELECT 'outcome, delayed', grp, survival_agg(started, ended, outcome, :as_of, observed_from) FROM deals GROUP BY grp
UNION ALL SELECT 'end', grp, survival_agg(started, ended, :as_of) FROM deals GROUP BY grp;
-- the curve of every day, which it need not show itself
CREATE TABLE got AS SELECT way, grp, c.* FROM summaries, LATERAL (SELECT max(day) AS last FROM survival_curve(summary)) AS l, survival_at(summary, ARRAY(SELECT generate_series(0, last))) AS c;
SELECT is_empty($$ (SELECT way, grp, c.* FROM summaries, survival_curve(summary) AS c EXCEPT SELECT * FROM got) UNION ALL
	(SELECT * FROM got AS g WHERE (way, grp, day) IN (SELECT way, grp, age FROM used) EXCEPT SELECT way, grp, c.* FROM summaries, survival_curve(summary) AS c) $$, 'survival_curve: the days on which anybody ended or was last seen, as survival_at has them');
CREATE TABLE expected AS SELECT * FROM curve;

SELECT cmp_ok((SELECT count(*) FROM expected), '>', 5000::bigint, 'the oracle has many ages');
SELECT is_empty($$ SELECT way, grp, outcome, day, g, e FROM got AS g FULL JOIN expected AS e USING (way, grp, outcome, day)
	WHERE g.at_risk IS DISTINCT FROM e.n OR g.ended IS DISTINCT FROM e.ended OR abs(g.share - e.share) > 1e-15 OR abs(g.standard_error - e.se) > 1e-9
		OR (g.low IS NULL) <> (e.low IS NULL) OR abs(g.low - e.low) > 1e-9 OR abs(g.high - e.high) > 1e-9 $$, 'the curve: at risk, ended, shares, intervals, standard errors');
SELECT is_empty($$ SELECT way, grp, day FROM got GROUP BY way, grp, day HAVING abs(sum(share) - 1) > 1e-15 $$, 'shares add up to 1 at every age');
SELECT is_empty($$ SELECT way, grp FROM got GROUP BY way, grp HAVING sum(ended) <> (SELECT count(*) FROM used AS u WHERE (u.way, u.grp) = (got.way, got.grp)) $$, 'all who were used ended, or were last seen open');
SELECT is_empty($$ SELECT * FROM (SELECT way, grp, reason, rows FROM summaries, survival_quality(summary)) AS q
	FULL JOIN (SELECT way, grp, reason, count(*) AS rows FROM judged GROUP BY way, grp, reason) AS j USING (way, grp, reason) WHERE q.rows <> coalesce(j.rows, 0) OR q.rows IS NULL $$, 'the reasons');
SELECT is_empty($$ SELECT reason FROM judged GROUP BY reason HAVING count(*) < 5 UNION ALL SELECT 'a reason is missing' FROM judged HAVING count(DISTINCT reason) <> 7 $$, '... each of which there is');
SELECT is_empty($$ SELECT way, grp, outcome, day FROM got JOIN summaries USING (way, grp) WHERE share_by(summary, outcome, day) <> share AND grp = 1 $$, 'share_by is the curve');
SELECT is_empty($$ SELECT way, grp FROM summaries, LATERAL (SELECT max(day) AS last FROM got WHERE (got.way, got.grp) = (summaries.way, summaries.grp)) AS l WHERE share_by(summary, 'open', last + 1) IS NOT NULL OR share_by(summary, 'open', last) IS NULL $$,
	'... and NULL beyond the last age');
SELECT is_empty($$ SELECT way, grp, outcome, share FROM summaries JOIN outcomes USING (way, grp), (VALUES (0.0001), (0.05), (0.2), (0.5), (0.9), (1)) AS v(share)
	WHERE days_to_share(summary, outcome, v.share) IS DISTINCT FROM (SELECT min(day) FROM got AS g WHERE (g.way, g.grp, g.outcome) = (summaries.way, summaries.grp, outcomes.outcome)
		AND CASE WHEN outcome = 'open' THEN g.share <= v.share ELSE g.share >= v.share END) $$, 'days_to_share is the first of the curve');
SELECT is_empty($$ SELECT way, grp, outcome FROM summaries JOIN outcomes USING (way, grp)
	WHERE outcome <> 'open' AND median_days_of(summary, outcome) IS DISTINCT FROM (SELECT min(day) FROM (SELECT day, share, max(share) OVER () AS final FROM got AS g WHERE (g.way, g.grp, g.outcome) = (summaries.way, summaries.grp, outcomes.outcome)) AS g WHERE share >= final / 2 AND final > 0) $$,
	'median_days_of: half of the last share');
SELECT is_empty($$ SELECT grp FROM summaries WHERE way = 'won' AND (as_of(summary), data_from(summary), data_through(summary)) IS DISTINCT FROM
	(timestamptz '2024-03-15 12:00', (SELECT min(started) FROM judged WHERE (judged.way, judged.grp, reason) = ('won', summaries.grp, 'used')), (SELECT max(greatest(started, CASE WHEN how <> 'open' THEN ended END)) FROM judged WHERE (judged.way, judged.grp, reason) = ('won', summaries.grp, 'used'))) $$, 'moments');

/*
 * The three kinds of time
 */

SET LOCAL TimeZone = 'Asia/Kuala_Lumpur';
SELECT results_eq($$ SELECT survival_agg(started::date, ended::date, won, '2024-03-15', observed_from::date)::text FROM deals WHERE ended IS DISTINCT FROM 'infinity' $$,
	$$ SELECT survival_agg(started::date::timestamp, ended::date::timestamp, won, '2024-03-15', observed_from::date::timestamp)::text FROM deals WHERE ended IS DISTINCT FROM 'infinity' $$, 'a date is its midnight, whatever the zone');
SELECT results_eq($$ SELECT survival_agg(started AT TIME ZONE 'UTC', ended AT TIME ZONE 'UTC', won, timestamp '2024-03-15 12:00')::text FROM deals $$, $$ SELECT survival_agg(started, ended, won, timestamptz '2024-03-15 12:00+00')::text FROM deals $$, 'a timestamp is taken as UTC');
SET LOCAL TimeZone = 'UTC';
SELECT is(share_by(survival_agg(timestamp '2024-01-01 00:00', timestamp '2024-01-03 23:59:59.999999', true, '2024-02-01'), 'won', 2), 1::double precision, 'the cell of day 2 is all before age 3');
SELECT is(days_to_share(survival_agg(timestamp '2024-01-01 00:00', timestamp '2024-01-04 00:00', true, '2024-02-01'), 'won', 1), 3, '... and age 3 is the next');
SELECT results_eq($$ SELECT (survival_agg(date '2024-01-01', date '2024-01-02', true, '2024-02-01', observed_from))::text LIKE '%"entered": []%', share_by(survival_agg(date '2024-01-01', date '2024-01-02', true, '2024-02-01', observed_from), 'won', 1)
	FROM (VALUES (date '2024-01-01'), ('2024-01-02'), ('2024-01-03'), (NULL)) AS v(observed_from) GROUP BY observed_from ORDER BY observed_from $$,
	$$ VALUES (true, 1::double precision), (false, 1), (true, NULL), (true, 1) $$, 'delayed entry: at risk on the very day from which ends can be seen, not before, and not at all when that is later');

/*
 * However they come
 */

SELECT results_eq(format('SELECT rollup(s)::text, survival_summary_send(rollup(s)) FROM (SELECT survival_agg(started, ended, outcome, %s, observed_from) AS s FROM deals GROUP BY %s) AS p', :'as_of', part),
	format('SELECT s::text, survival_summary_send(s) FROM (SELECT survival_agg(started, ended, outcome, %s, observed_from) AS s FROM deals) AS w', :'as_of'), 'a rollup is the summary of all rows, to the byte: split by ' || part)
FROM (VALUES ('id % 3'), ('id'), ('floor(draw(''part'', id) ^ 4 * 50)'), ('outcome')) AS p(part);
SELECT results_eq(format('SELECT survival_agg(started, ended, outcome, %s, observed_from ORDER BY draw(''order'', id))::text FROM deals', :'as_of'),
	format('SELECT survival_agg(started, ended, outcome, %s, observed_from ORDER BY outcome DESC, id DESC)::text FROM deals', :'as_of'), 'the order of rows is of no matter');
SELECT results_eq('SELECT rollup(s)::text FROM (SELECT summary AS s FROM summaries WHERE (way, grp) = (''won'', 1) UNION ALL SELECT NULL UNION ALL SELECT survival_agg(started, ended, won, ''2024-01-01'') FROM deals WHERE false) AS p',
	'SELECT summary::text FROM summaries WHERE (way, grp) = (''won'', 1)', 'NULL and empty summaries change nothing');
SELECT is_empty('SELECT way FROM summaries WHERE summary::text::survival_summary::text <> summary::text OR survival_summary_send(summary::text::survival_summary) <> survival_summary_send(summary)', 'the text form reads back');

/*
 * Ends of the range
 */

SELECT is_empty('SELECT * FROM survival_curve((SELECT survival_agg(started, ended, won, ''2024-01-01'') FROM deals WHERE false))', 'no rows: no curve');
SELECT results_eq('SELECT share_by(s, ''won'', 0), days_to_share(s, ''won'', 0.5), median_days_of(s, ''won''), as_of(s), data_from(s) FROM (SELECT survival_agg(started, ended, won, ''2024-01-01'') AS s FROM deals WHERE false) AS e',
	'SELECT NULL::double precision, NULL::integer, NULL::integer, NULL::timestamptz, NULL::timestamptz', '... no figures');
SELECT results_eq($$ SELECT outcome, day, at_risk, ended, share, round(low::numeric, 6), round(high::numeric, 6), standard_error FROM survival_curve((SELECT survival_agg(date '2024-01-01', NULL, NULL::boolean, '2024-01-01'))) $$,
	$$ VALUES ('lost', 0, 1::bigint, 0::bigint, 0::double precision, 0.000000, 0.793451, 0::double precision), ('won', 0, 1, 0, 0, 0.000000, 0.793451, 0), ('open', 0, 1, 1, 1, 0.206549, 1.000000, 0) $$, 'one open deal of age 0: Wilson''s limits');
SELECT results_eq($$ SELECT outcome, share, low IS NULL FROM survival_curve((SELECT survival_agg(date '2024-01-01', '2024-01-01', true, '2024-01-01'))) $$, $$ VALUES ('lost', 0::double precision, false), ('won', 1, false), ('open', 0, false) $$, 'one deal won at once');
SELECT results_eq($$ SELECT day, at_risk, share, low IS NULL AS unknown FROM survival_at((SELECT survival_agg(started, ended, 'ended', '2024-02-01', observed_from) FROM (VALUES (date '2024-01-01', date '2024-01-01', NULL::date), ('2024-01-01', '2024-01-05', '2024-01-04')) AS v(started, ended, observed_from)), '{4,0,2,3,1,5}') WHERE outcome = 'open' $$,
	$$ VALUES (0, 1::bigint, 0::double precision, false), (1, 0, 0, true), (2, 0, 0, true), (3, 1, 0, false), (4, 1, 0, false), (5, NULL, NULL, true) $$, 'nobody at risk: no limits; a share that is used up stays so');
CREATE TABLE ten AS SELECT survival_agg(date '2024-01-01', CASE WHEN i <= 3 THEN date '2024-01-01' + i END, CASE WHEN i <= 3 THEN true END, '2024-06-01') AS s FROM generate_series(1, 10) AS i;
SELECT results_eq('SELECT days_to_share(s, ''won'', 0.1), days_to_share(s, ''won'', 0.3), days_to_share(s, ''open'', 0.7), days_to_share(s, ''won'', 0.31), median_days_of(s, ''won'') FROM ten', 'VALUES (1, 3, 3, NULL::integer, 2)', 'a share that is met exactly is met: 1 and 3 of 10, 7 of 10 open');
SELECT is(share_by(survival_agg(date '1900-01-01', date '2199-12-31', true, '2199-12-31'), 'won', 109572), 1::double precision, 'the longest age there is');
SELECT is(share_by(survival_agg(date '2024-01-01', '2024-01-02', 'a', '2024-02-01'), 'b', 1), NULL, 'an outcome that was not seen: NULL');
SELECT is(share_by(survival_agg(date '2024-01-01', '2024-01-02', true, '2024-02-01'), 'lost', 1), 0::double precision, '... but of won and lost both are known');
SELECT is(round(share_by(format('{"version": 1, "rows": {"used": %1$s, "no_start": 0, "no_end": 0, "end_before_start": 0, "time_out_of_range": 0, "start_after_as_of": 0, "before_observed_from": 0}, "as_of": "2024-01-01 00:00:00+00", "data_from": "2024-01-01 00:00:00+00", "data_through": "2024-01-01 00:00:00+00",
	"open": [{"age_days": 3, "rows": %2$s}], "entered": [], "outcomes": [{"outcome": "won", "ended": [{"age_days": 1, "rows": %2$s}, {"age_days": 2, "rows": %2$s}]}]}', 3 * (4611686018427387903 / 3), 4611686018427387903 / 3)::survival_summary, 'won', 2)::numeric, 15), 0.666666666666667, 'counts of 4.6e18');

/*
 * What is refused
 */

CREATE FUNCTION whole(open text DEFAULT '[{"age_days": 3, "rows": 2}]', entered text DEFAULT '[{"age_days": 2, "rows": 1}]', outcomes text DEFAULT '[{"outcome": "lost", "ended": []}, {"outcome": "won", "ended": [{"age_days": 1, "rows": 1}]}]', used bigint DEFAULT 3, as_of text DEFAULT '"2024-02-01 00:00:00+00"', data_from text DEFAULT '"2024-01-01 00:00:00+00"')
	RETURNS text LANGUAGE sql AS $$ SELECT format('{"version": 1, "rows": {"used": %s, "no_start": 0, "no_end": 0, "end_before_start": 0, "time_out_of_range": 0, "start_after_as_of": 0, "before_observed_from": 0}, "as_of": %s, "data_from": %s, "data_through": %s, "open": %s, "entered": %s, "outcomes": %s}', used, as_of, data_from, data_from, open, entered, outcomes) $$;
SELECT is(whole()::survival_summary::text, whole(), 'what is right is read');
SELECT throws_like(format('SELECT %L::survival_summary', value), '%' || why || '%', why)
FROM (VALUES (whole(used => 4), 'the rows used are not those that ended or are open'), (whole(used => -1), '"used" is out of range'), (whole(used => 4611686018427387904), 'a count is too large'), (whole(as_of => 'null'), 'rows have no as_of, or an as_of no rows'),
	(whole(as_of => '"2400-01-01 00:00:00+00"'), '"as_of" is out of range'), (whole(data_from => 'null'), 'moments were seen without rows, or rows without moments'),
	(whole(open => '[{"age_days": 3, "rows": 1}, {"age_days": 3, "rows": 1}]'), 'ages are not in order, or without rows'), (whole(open => '[{"age_days": 3, "rows": 2}, {"age_days": 4, "rows": 0}]'), 'ages are not in order, or without rows'),
	(whole(open => '[{"age_days": 109573, "rows": 2}]'), 'an age is longer than all time in range'), (whole(entered => '[{"age_days": 0, "rows": 1}]'), 'who was there from the start has entered later'),
	(whole(entered => '[{"age_days": 2, "rows": 3}]'), 'more had been last seen at an age than had entered by then'), (whole(entered => '[{"age_days": 4, "rows": 1}]'), 'more had been last seen at an age than had entered by then'),
	(whole(entered => '[{"age_days": 2, "rows": 4}]'), 'the rows used are not those that ended or are open'),
	(whole(outcomes => '[{"outcome": "won", "ended": [{"age_days": 1, "rows": 1}]}, {"outcome": "lost", "ended": []}]'), 'the outcomes are not in order'), (whole(outcomes => '[{"outcome": "Open", "ended": [{"age_days": 1, "rows": 1}]}]'), 'an outcome is too long, or called open'),
	(whole(outcomes => format('[{"outcome": "%s", "ended": [{"age_days": 1, "rows": 1}]}]', repeat('x', 201))), 'an outcome is too long, or called open'),
	(whole(outcomes => (SELECT '[' || string_agg(format('{"outcome": "%s", "ended": []}', i), ',') || ']' FROM generate_series(100, 164) AS i)), 'has 65 entries, more than 64')) AS v(value, why);
SELECT throws_ok(query, code, message, message)
FROM (VALUES ('SELECT survival_agg(started, ended, won, NULL::timestamptz) FROM deals', '22004', 'as_of must not be null'), ('SELECT survival_agg(started, ended, outcome, NULL::timestamptz) FROM deals', '22004', 'as_of must not be null'),
	('SELECT survival_agg(started, ended, NULL::timestamptz) FROM deals', '22004', 'as_of must not be null'),
	('SELECT survival_agg(started, ended, won, ''2400-01-01'') FROM deals', '22008', 'as_of must be between 1900-01-01 and 2199-12-31: 2400-01-01 00:00:00'),
	('SELECT survival_agg(started, ended, won, ''2024-01-01''::date + id::integer) FROM deals WHERE id < 3', '22023', 'as_of changes within a group, from "2024-01-02 00:00:00" to "2024-01-03 00:00:00"'),
	('SELECT survival_agg(''2024-01-01'', ''2024-01-02'', id::text, date ''2024-03-01'') FROM generate_series(1, 65) AS id', '54000', 'survival_agg has more than 64 outcomes; one more is "65"'),
	('SELECT survival_agg(''2024-01-01'', ''2024-01-02'', repeat(''x'', 201), date ''2024-03-01'')', '22001', 'an outcome of 201 bytes is longer than 200'),
	('SELECT rollup(s) FROM (SELECT survival_agg(started, ended, won, date ''2024-03-01'' + grp) AS s FROM deals WHERE grp < 2 GROUP BY grp ORDER BY grp) AS p', '22023', 'survival summaries as of "2024-03-01 00:00:00" and "2024-03-02 00:00:00" can''t be merged'),
	('SELECT * FROM survival_curve((SELECT summary FROM summaries LIMIT 1), 1)', '22023', 'confidence must be greater than 0 and less than 1, not 1'),
	('SELECT * FROM survival_at((SELECT summary FROM summaries LIMIT 1), ''{1,-1}'')', '22023', 'day must be 0 or more, not -1'), ('SELECT * FROM survival_at((SELECT summary FROM summaries LIMIT 1), ''{1,NULL}'')', '22004', 'a day must not be null'),
	('SELECT share_by(summary, ''won'', -1) FROM summaries', '22023', 'day must be 0 or more, not -1'), ('SELECT days_to_share(summary, ''won'', 0) FROM summaries', '22023', 'share must be greater than 0 and at most 1, not 0'),
	('SELECT days_to_share(summary, ''won'', ''NaN'') FROM summaries', '22023', 'share must be greater than 0 and at most 1, not NaN'), ('SELECT median_days_of(summary, ''Open'') FROM summaries', '22023', 'what is open has not ended, so it has no median time to the end')) AS v(query, code, message);
SELECT lives_ok('SELECT survival_agg(date ''2024-01-01'', ''2024-01-02'', (id % 64)::text, ''2024-03-01'') FROM generate_series(1, 65) AS id', '64 outcomes are not too many');

SELECT * FROM finish();
ROLLBACK;
