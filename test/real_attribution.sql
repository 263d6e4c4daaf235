-- real_attribution: credits worked out elsewhere, in fractions (FUNNEL_DATA: attribution_paths, lending_log, worked_examples)
\if :{?have_funnel_data} \else \set have_funnel_data false \endif
\if :have_funnel_data

BEGIN;
SELECT no_plan();
SET timezone = 'UTC';
\pset fieldsep '\n'

CREATE TABLE figures (set text DEFAULT current_setting('figures.set'), metric text, segment text, value numeric, definition text);
SET figures.set = 'worked';
\copy figures(metric, segment, value, definition) FROM PROGRAM 'cat "$FUNNEL_DATA/worked_examples/figures_attribution.csv"' CSV HEADER
SET figures.set = 'paths';
\copy figures(metric, segment, value, definition) FROM PROGRAM 'cat "$FUNNEL_DATA/attribution_paths/figures_attribution.csv"' CSV HEADER
SET figures.set = 'lending';
\copy figures(metric, segment, value, definition) FROM PROGRAM 'cat "$FUNNEL_DATA/lending_log/figures_attribution.csv"' CSV HEADER

-- Paths with how often each converted and gave up: an entity for each, touches a day apart, the value with the first that converted
CREATE TABLE paths (set text DEFAULT current_setting('figures.set'), name text, path text, conversions bigint, value numeric, nulls bigint, id serial);
SET figures.set = 'worked';
\copy paths(path, conversions, nulls, value) FROM PROGRAM 'cat "$FUNNEL_DATA/worked_examples/attribution_small.csv"' CSV HEADER
UPDATE paths SET name = 'small';
INSERT INTO paths(name, path, conversions, nulls) VALUES ('one channel', 'a', 4, 6), ('channel without conversion', 'a > b', 0, 7), ('channel without conversion', 'b', 5, 0), ('loops', 'a > a > a', 1, 1), ('loops', 'a > b > a > b', 1, 1);
SET figures.set = 'paths';
\copy paths(path, conversions, value, nulls) FROM PROGRAM 'zcat "$FUNNEL_DATA/attribution_paths/paths.csv.gz"' CSV HEADER
CREATE TABLE touches AS
SELECT set, coalesce(name, '') AS name, id::bigint * 100000 + n AS entity, channel, timestamptz '2025-01-01 00:00+00' + place * interval '1 day' AS at, n <= conversions AS outcome,
	timestamptz '2025-06-01 00:00+00' AS ended, CASE WHEN n = 1 AND conversions > 0 THEN value END AS amount
FROM paths, generate_series(1, conversions + nulls) n, unnest(string_to_array(path, ' > ')) WITH ORDINALITY AS t(channel, place);

-- lending_log: resources that touched an application before it was signed, or turned down
CREATE TABLE events (case_id text, gender text, age integer, citizen text, protected text, event_no integer, activity text, resource text, event_time timestamptz);
\copy events FROM PROGRAM 'zcat "$FUNNEL_DATA/lending_log/lending_events.csv.gz"' CSV HEADER
CREATE TABLE ends AS SELECT DISTINCT ON (case_id) case_id, activity = 'Sign Loan Agreement' AS outcome, event_time AS ended, event_no FROM events
WHERE activity IN ('Sign Loan Agreement', 'Application Rejected', 'Appointment Denied', 'Loan Denied') ORDER BY case_id, activity <> 'Sign Loan Agreement', event_time;

CREATE TABLE summaries (set text, name text, half_life text, markov integer, s attribution_summary);
INSERT INTO summaries SELECT set, name, '7', k, attribution_agg(entity, channel, at, outcome, ended, amount, 'markov: ' || k) FROM touches, generate_series(1, 4) k WHERE set = 'worked' OR k < 4 GROUP BY set, name, k;
INSERT INTO summaries SELECT 'lending', '', '7', k, attribution_agg(e.case_id, resource, event_time, outcome, ended, 'markov: ' || k) FROM events e JOIN ends USING (case_id), generate_series(1, 3) k WHERE e.event_no <> ends.event_no GROUP BY k;
INSERT INTO summaries SELECT 'lending', '', '0.5', 1, attribution_agg(e.case_id, resource, event_time, outcome, ended, 'half_life: 12 hours') FROM events e JOIN ends USING (case_id) WHERE e.event_no <> ends.event_no;
CREATE VIEW named AS SELECT *, trim(name || ' ') AS prefix FROM summaries;
CREATE FUNCTION pg_temp.segment(name text, what text) RETURNS text LANGUAGE sql AS $$ SELECT CASE name WHEN '' THEN what ELSE name || ' ' || what END $$;
CREATE TABLE got AS
SELECT set, CASE model WHEN 'first' THEN 'first_touch' WHEN 'last' THEN 'last_touch' WHEN 'position' THEN 'position_40_40' WHEN 'decay' THEN 'time_decay_half_life_' || half_life || 'd' WHEN 'markov' THEN 'markov' || markov ELSE model END || '_' || m.metric AS metric,
	pg_temp.segment(name, channel) AS segment, m.value
FROM summaries, unnest(ARRAY['first', 'last', 'linear', 'position', 'decay', 'markov', 'shapley']) model, attribution(s, model) a, LATERAL (VALUES ('conversions', a.conversions), ('value', a.value)) m(metric, value)
WHERE (markov = 1 OR model = 'markov') AND (half_life = '7' OR model = 'decay')
UNION ALL SELECT set, 'markov' || markov || '_removal_effect', pg_temp.segment(name, channel), effect::numeric FROM summaries, removal_effects(s) WHERE half_life = '7'
UNION ALL SELECT set, 'markov' || markov || '_states', pg_temp.segment(name, 'all'), (SELECT count(DISTINCT source) - 1 FROM attribution_transitions(s)) FROM summaries WHERE half_life = '7'
UNION ALL SELECT set, 'markov' || markov || '_conversion_probability', pg_temp.segment(name, 'all'), converted::numeric / (converted + gave_up) FROM summaries,
	LATERAL (SELECT sum(entities) FILTER (WHERE outcome = 'converted') AS converted, sum(entities) FILTER (WHERE outcome = 'gave up') AS gave_up FROM attribution_counts(s)) c WHERE half_life = '7'
UNION ALL SELECT set, m.metric, pg_temp.segment(name, 'all'), m.value FROM summaries, LATERAL (SELECT sum(entities) FILTER (WHERE outcome = 'converted') AS converted, sum(entities) FILTER (WHERE outcome = 'gave up') AS gave_up FROM attribution_counts(s)) c,
	LATERAL (VALUES ('conversions', converted), ('null_paths', gave_up)) m(metric, value) WHERE half_life = '7' AND markov = 1
UNION ALL SELECT set, 'value', pg_temp.segment(name, 'all'), sum(value) FROM summaries, attribution(s, 'first') WHERE half_life = '7' AND markov = 1 AND set <> 'lending' GROUP BY set, name;
-- Other weights, another half-life
INSERT INTO got SELECT 'paths', 'position_30_30_conversions', channel, conversions FROM attribution((SELECT attribution_agg(entity, channel, at, outcome, ended, 'position: 30 30') FROM touches WHERE set = 'paths'), 'position');
INSERT INTO got SELECT 'worked', 'time_decay_half_life_1d_value', 'small ' || channel, value FROM attribution((SELECT attribution_agg(entity, channel, at, outcome, ended, amount, 'half_life: 1 day') FROM touches WHERE name = 'small'), 'decay');
-- Published shares of decay
INSERT INTO got SELECT 'worked', 'time_decay_weight', format('half-life 7 days, click %s days before, relative to one 1 day before', d), min(conversions) / max(conversions) FROM (VALUES (8), (15), (22)) v(d), LATERAL (
	SELECT a.* FROM attribution((SELECT attribution_agg(1, channel, timestamptz '2025-03-01 00:00+00' - days * interval '1 day', true, '2025-03-01 00:00+00') FROM (VALUES ('a', 1), ('b', d)) t(channel, days)), 'decay') a) a GROUP BY d;
INSERT INTO got SELECT 'worked', 'time_decay_half_life_7d_value', '12,000 over touches on days 0, 5, 12, 30, 38: touch ' || channel, value FROM attribution((
	SELECT attribution_agg(1, n::text, timestamptz '2025-03-01 00:00+00' + d * interval '1 day', true, '2025-05-01 00:00+00', 12000) FROM unnest(ARRAY[0, 5, 12, 30, 38]) WITH ORDINALITY t(d, n)), 'decay');
INSERT INTO got SELECT 'worked', 'time_decay_half_life_7d_share', 'touches on days 0, 7, 14, 21: touch ' || channel, conversions FROM attribution((
	SELECT attribution_agg(1, n::text, timestamptz '2025-03-01 00:00+00' + d * interval '1 day', true, '2025-05-01 00:00+00') FROM unnest(ARRAY[0, 7, 14, 21]) WITH ORDINALITY t(d, n)), 'decay');

-- Left out: how many rows of paths the file has (entities are told apart here); the sets of channels, of which those who gave up are
-- counted there and earn nothing here; and the game of rates, which gives negative credit and isn't built
CREATE TABLE compared AS
SELECT f.set, f.metric, f.segment, f.value AS expected, g.value FROM figures f LEFT JOIN got g USING (set, metric, segment) WHERE f.metric NOT IN ('paths', 'shapley_channel_sets') AND f.metric !~ 'NOT_ADOPTED';
SELECT cmp_ok(count(*), '>', 450::bigint, 'there are figures') FROM compared;
SELECT is(string_agg(format('%s: %s, not %s', segment, value, expected), E'\n') FILTER (WHERE is_same IS NOT TRUE), NULL, format('%s: %s %s', set, count(*), metric))
FROM (SELECT *, abs(value - expected) <= 1e-9 * greatest(1, abs(expected)) AS is_same FROM compared) c GROUP BY set, metric ORDER BY set, metric;

SELECT * FROM finish();
ROLLBACK;

\else
\echo 1..0 # SKIP FUNNEL_DATA names no folder of real data
\endif
