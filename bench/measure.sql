-- measure.sql: times queries against one another, in turns, within one session.
--
-- A work is measured by contenders: name and query. Each round runs every
-- contender once, so that a noisy minute hits them all; what counts is the
-- median, and the ratio of medians to the first contender's.

CREATE SCHEMA bench;

CREATE TABLE bench.timing (
	work		text,
	place		integer,
	contender	text,
	round		integer,
	ms			double precision
);

CREATE TABLE bench.target (
	work		text,
	contender	text,
	against		text,
	at_most		double precision
);

CREATE PROCEDURE bench.measure(work text, contenders text[], rounds integer DEFAULT 5)
LANGUAGE plpgsql AS $$
DECLARE
	started	timestamptz;
BEGIN
	FOR round IN 0..rounds LOOP		-- round 0 warms the cache and does not count
		FOR place IN 1..array_length(contenders, 1) LOOP
			started := clock_timestamp();
			EXECUTE contenders[place][2];
			IF round > 0 THEN
				INSERT INTO bench.timing
				VALUES (work, place, contenders[place][1], round, extract(epoch FROM clock_timestamp() - started) * 1000);
			END IF;
		END LOOP;
	END LOOP;
END
$$;

CREATE VIEW bench.median AS
SELECT work, min(place) AS place, contender,
	percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) AS ms
FROM bench.timing GROUP BY work, contender;

-- Each contender's time, and how many times the first one's it is
CREATE VIEW bench.result AS
SELECT m.work, m.contender, round(m.ms::numeric, 1) AS ms,
	round((m.ms / f.ms)::numeric, 2) AS "x first"
FROM bench.median m JOIN bench.median f ON f.work = m.work AND f.place = 1
ORDER BY m.work, m.place;

-- What DESIGN.md asks for, and what was reached
CREATE VIEW bench.verdict AS
SELECT t.work, t.contender, t.against, t.at_most, round((c.ms / a.ms)::numeric, 2) AS reached,
	CASE WHEN c.ms / a.ms <= t.at_most THEN 'yes' ELSE 'NO' END AS met
FROM bench.target t
JOIN bench.median c ON c.work = t.work AND c.contender = t.contender
JOIN bench.median a ON a.work = t.work AND a.contender = t.against
ORDER BY t.work, t.contender, t.against;
