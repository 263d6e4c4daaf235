-- measure.sql: times queries against one another, in turns, within one session.
--
-- A work is measured by contenders: name and query. Each round runs every
-- contender once, so that a noisy minute hits them all; what counts is the
-- median, and the ratio of medians to the first contender's. A query that begins
-- with "clickhouse:" or "duckdb:" is asked of that engine (bench/engines.mjs), which
-- says how long it took.

CREATE SCHEMA bench;

CREATE TABLE bench.timing (
	work		text,
	place		integer,
	contender	text,
	round		integer,
	ms			double precision,
	number		integer GENERATED ALWAYS AS IDENTITY
);

CREATE TABLE bench.target (
	work		text,
	contender	text,
	against		text,
	at_most		double precision
);

-- What is no time in a race: bytes, milliseconds to an answer
CREATE TABLE bench.figure (
	work		text,
	figure		text,
	value		numeric,
	unit		text,
	at_most		numeric,
	number		integer GENERATED ALWAYS AS IDENTITY
);

CREATE TABLE bench.reply (
	ms			double precision,
	answer		text,
	error		text
);

-- One query of another engine; bench.port and bench.token say where they are (bench/run)
CREATE FUNCTION bench.ask(engine text, query text, OUT ms double precision, OUT answer json)
LANGUAGE plpgsql AS $$
DECLARE
	reply	bench.reply;
BEGIN
	EXECUTE format('COPY bench.reply FROM PROGRAM %L',
		format('bash -c ''exec 3<>/dev/tcp/127.0.0.1/%s; echo "%s %s %s" >&3; cat <&3''',
			current_setting('bench.port'), current_setting('bench.token'), engine,
			translate(encode(convert_to(query, 'UTF8'), 'base64'), E'\n', '')));
	DELETE FROM bench.reply RETURNING * INTO STRICT reply;
	IF reply.error IS NOT NULL THEN
		RAISE '%: %', engine, reply.error USING DETAIL = query;
	END IF;
	ms := reply.ms;
	answer := reply.answer;
END
$$;

CREATE PROCEDURE bench.tell(engine text, query text) LANGUAGE sql AS 'SELECT FROM bench.ask(engine, query)';

CREATE PROCEDURE bench.measure(work text, contenders text[], rounds integer DEFAULT 5)
LANGUAGE plpgsql AS $$
DECLARE
	query	text;
	engine	text;
	started	timestamptz;
	ms		double precision;
BEGIN
	FOR round IN 0..rounds LOOP		-- round 0 warms the cache and does not count
		FOR place IN 1..array_length(contenders, 1) LOOP
			query := contenders[place][2];
			engine := substring(query FROM '^(clickhouse|duckdb):');
			IF engine IS NULL THEN
				started := clock_timestamp();
				EXECUTE query;
				ms := extract(epoch FROM clock_timestamp() - started) * 1000;
			ELSE
				ms := (bench.ask(engine, substr(query, length(engine) + 2))).ms;
			END IF;
			IF round > 0 THEN
				INSERT INTO bench.timing VALUES (work, place, contenders[place][1], round, ms);
			END IF;
			COMMIT;
		END LOOP;
		RAISE INFO '%, round % of %', work, round, rounds;	-- for who waits
	END LOOP;
END
$$;

CREATE VIEW bench.median AS
SELECT work, min(place) AS place, contender,
	percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) AS ms, min(ms) AS least, max(ms) AS most,
	min(min(number)) OVER (PARTITION BY work) AS number
FROM bench.timing GROUP BY work, contender;

-- Each contender's time, its fastest and slowest round, and how many times the first one's it is
CREATE VIEW bench.result AS
SELECT m.work, m.contender, round(m.ms::numeric, 1) AS ms,
	round(m.least::numeric, 1) AS least, round(m.most::numeric, 1) AS most,
	round((m.ms / f.ms)::numeric, 2) AS "x first"
FROM bench.median m JOIN bench.median f ON f.work = m.work AND f.place = 1
ORDER BY m.number, m.place;

-- What DESIGN.md asks for, and what was reached
CREATE VIEW bench.verdict AS
SELECT t.work, t.contender, t.against, round(t.at_most::numeric, 3) AS "at most", round((c.ms / a.ms)::numeric, 3) AS reached,
	CASE WHEN c.ms / a.ms <= t.at_most THEN 'yes' ELSE 'NO' END AS met
FROM bench.target t
JOIN bench.median c ON c.work = t.work AND c.contender = t.contender
JOIN bench.median a ON a.work = t.work AND a.contender = t.against
ORDER BY c.number, c.place, a.place;

CREATE VIEW bench.figures AS
SELECT work, figure, value, unit, at_most AS "at most",
	CASE WHEN value <= at_most THEN 'yes' WHEN at_most IS NOT NULL THEN 'NO' END AS met
FROM bench.figure ORDER BY number;
