-- real_landmark: the odds of lending_log's stages by landmark (FUNNEL_DATA/lending_log)
\if :{?have_funnel_data} \else \set have_funnel_data false \endif
\if :have_funnel_data

BEGIN;
SELECT no_plan();
SET timezone = 'UTC';

CREATE TABLE figures (metric text, segment text, value numeric, definition text);
CREATE TABLE events (case_id text, gender text, age integer, citizen text, protected text, event_no integer, activity text, resource text, event_time timestamptz);
\copy figures FROM PROGRAM 'cat "$FUNNEL_DATA/lending_log/figures_forecast.csv"' CSV HEADER
\copy events FROM PROGRAM 'zcat "$FUNNEL_DATA/lending_log/lending_events.csv.gz"' CSV HEADER
\set funnel '''Request Appointment > Set Appointment > Hand In Credit Appliaction > Verify Borrowers Information > Submit File to Underwriter > Sign Loan Agreement; lost: Application Rejected, Appointment Denied, Loan Denied'''

-- The rest of the file is forecasts: real_forecast.
CREATE TABLE odds AS SELECT o.* FROM stage_odds((SELECT landmark_agg(case_id, activity, event_time, :funnel, landmarks('2015-01-06 00:00+00', interval '1 day', 3), '2015-01-09 00:00+00') FROM events)) o;
SELECT is(count(*), 20::bigint, 'there are figures') FROM figures WHERE metric ~ '^landmark_';
SELECT is_empty($$
	SELECT f.metric, f.segment, f.value, got.value FROM figures f LEFT JOIN (SELECT 'as of 2015-01-09, ' || step || ' ' || stage AS segment, m.* FROM odds,
		LATERAL (VALUES ('landmark_won', won::numeric), ('landmark_lost', lost::numeric), ('landmark_open', undecided::numeric), ('landmark_win_probability', win_probability::numeric)) m(metric, value)) got USING (metric, segment)
	WHERE metric ~ '^landmark_' AND (abs(got.value - f.value) <= 1e-9) IS NOT TRUE$$, 'won, lost and undecided of those that were open, and the odds');
-- What doc/forecast.md says: with these odds, of what is open then
SELECT is(round(sum(open * win_probability)), 225::double precision, 'what the open ones were expected to bring') FROM odds JOIN stage_leakage((SELECT stage_agg(case_id, activity, event_time, :funnel) FROM events WHERE event_time <= '2015-01-09 00:00+00')) USING (step);

SELECT * FROM finish();
ROLLBACK;

\else
\echo 1..0 # SKIP FUNNEL_DATA names no folder of real data
\endif
