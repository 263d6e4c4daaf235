-- generate.sql: fills the sample CRM. Run by psql in a database with schema.sql:
--
--	psql -v scale=10 -f schema.sql -f generate.sql
--
-- scale, a whole number from 1 (the default) to 5,000, times 5,000 deals over the 24 months from January
-- 2024 through December 2025; the moment of the export is 2026-01-01 00:00 UTC. seed (1), any text, makes
-- another company of it.
--
-- Rows at scale 1: 12 reps, 48 campaigns, 14,000 leads, 5,000 deals, 21,218 deal_stage_history,
-- 3,145 survey_responses, 3,216 subscriptions, 2,269 orders, 96 quotas, 49,910 activities, 165 costs,
-- 72 stock, 22,645 shop_events. With the scale grow leads, deals and all that hangs on them, and the shop's
-- visits; of the others the amounts do.
--
-- scale 1:	1 second, 10 MB
-- scale 100:	1.6 minutes, 900 MB (1.9 GB until it commits), 500 MB of memory; 1,400,000 leads, 500,000 deals,
--		2,132,237 deal_stage_history, 4,382,267 activities (PostgreSQL 15, one process on an AMD EPYC)
--
-- The same digits at every run, on every version and machine: draws are bits of md5(), and the
-- arithmetic on them is of whole numbers, or + - * of doubles, which IEEE 754 fixes.
--
-- The story the KPIs find:
--	* deals from "Paid search" are won half as often as the others;
--	* from June 2025 on, Proposal leaks: prices went up;
--	* Daniel Weber answers leads in days where others take hours, and fewer become deals;
--	* some deals stall: nothing moves, nobody closes them; two in three of those that wait in Negotiation;
--	* the team "Indonesia" thinks less of its employer since 2025;
--	* in the web shop, who is on a phone no longer gets from checkout to payment since September 1, 2025.
-- And the dirt of any CRM: deals closed before they were created, won without an amount, lost ones of
-- "Partner" with their amount set to zero, infinite dates, stages entered twice, unknown or missing, leads
-- answered before they came, orders and subscriptions without an amount, campaigns without a cost; and one
-- decision in twenty is entered days after it was made (deals.modified), so nightly figures of old days change.

\if :{?scale} \else \set scale 1 \endif
\if :{?seed} \else \set seed 1 \endif
\set export '''2026-01-01 00:00+00''::timestamptz'

SELECT :'scale' !~ '^0*([1-9][0-9]{0,2}|[1-4][0-9]{3}|5000)$' AS bad_scale \gset
\if :bad_scale
SELECT set_config('crm.scale', :'scale', false) AS scale \gset
DO $$BEGIN
	RAISE EXCEPTION 'scale "%" is not a whole number from 1 to 5000', current_setting('crm.scale')
		USING ERRCODE = 'invalid_parameter_value', HINT = 'Scale 1 is 5,000 deals: psql -v scale=10 -f schema.sql -f generate.sql';
END$$;
\quit
\endif

BEGIN;

-- Whoever runs it, with whatever settings: the same digits.
SET LOCAL client_encoding = 'UTF8';
SET LOCAL TimeZone = 'UTC';

-- Room to sort in memory, and no compiling of queries that run once.
SET LOCAL work_mem = '256MB';
SET LOCAL jit = off;

-- Foreign keys are checked in one pass at the end, not row by row.
CREATE TEMPORARY TABLE foreign_key ON COMMIT DROP AS
SELECT conrelid::regclass AS of_table, conname AS name, pg_get_constraintdef(oid) AS definition
FROM pg_constraint
WHERE contype = 'f' AND conrelid IN ('leads'::regclass, 'deals'::regclass, 'quotas'::regclass, 'activities'::regclass);
SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', of_table, name) FROM foreign_key \gexec

-- A number in [0, 1) that depends on nothing but the seed, what it is for, and a row's number.
-- (id::text is immutable where || id is not, so the body is put in place of each call; where a draw is
-- used more than once, OFFSET 0 keeps it from being made more than once.)
SELECT format($f$
	CREATE FUNCTION pg_temp.draw(what text, id bigint) RETURNS double precision
	LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
	$body$ SELECT ('x' || substr(md5(%L || what || id::text), 1, 7))::bit(28)::integer / 268435456.0::double precision $body$
$f$, :'seed' || ':') AS create_draw \gset
:create_draw;

INSERT INTO reps (rep, team, region, hired) VALUES
	('Emma Johnson',		'Americas',		'Americas',	'2019-03-04'),
	('Liam Carter',			'Americas',		'Americas',	'2021-08-16'),
	('Sofia Alvarez',		'Americas',		'Americas',	'2022-01-10'),
	('Daniel Weber',		'Europe',		'Europe',	'2018-05-02'),
	('Chloé Martin',		'Europe',		'Europe',	'2020-11-23'),
	('Oliver Smith',		'Europe',		'Europe',	'2023-02-06'),
	('Nur Aisyah Rahman',	'Malaysia',		'Malaysia',	'2020-02-17'),
	('Ahmad Faiz Abdullah',	'Malaysia',		'Malaysia',	'2022-06-01'),
	('Budi Santoso',		'Indonesia',	'Indonesia', '2019-09-09'),
	('Dewi Lestari',		'Indonesia',	'Indonesia', '2021-04-19'),
	('نگار محمدی',			'ایران',		'ایران',	'2020-07-27'),
	('Reza Karimi',			'ایران',		'ایران',	'2023-05-15');

-- Sources: their part of the leads up to (of 100), and what they make of a deal's chances.
CREATE TEMPORARY TABLE source_of ON COMMIT DROP AS
SELECT * FROM (VALUES
	(1, 'Website',			0,	30,	1.00::double precision,	9000),
	(2, 'Paid search',		30,	54,	0.87,					16000),	-- to the power of five stages: one half
	(3, 'Referral',			54,	69,	1.00,					2000),
	(4, 'Partner',			69,	82,	1.00,					5000),
	(5, 'Pameran dagang',	82,	92,	1.00,					12000),	-- trade fair, in Indonesian
	(6, 'Panggilan dingin',	92,	100, 0.98,					4000)	-- cold call, in Malay
) AS v (n, source, share_from, share_to, luck, cost);

CREATE TEMPORARY TABLE rep_of ON COMMIT DROP AS
SELECT row_number() OVER (ORDER BY hired) - 1 AS n, rep, region, rep = 'Daniel Weber' AS is_slow FROM reps;

INSERT INTO campaigns (campaign_id, name, source, started, ended, cost)
SELECT s.n * 100 + q, s.source || ' ' || to_char(d, 'YYYY "Q"Q'), s.source, d::date, (d + interval '3 months' - interval '1 day')::date,
	CASE WHEN pg_temp.draw('no cost', s.n * 100 + q) >= 0.05		-- now and then nobody entered it
		THEN round((s.cost * :scale * (0.8 + 0.4 * pg_temp.draw('cost', s.n * 100 + q)))::numeric, -1) END
FROM source_of s, generate_series(1, 8) q, LATERAL (SELECT timestamp '2024-01-01' + (q - 1) * interval '3 months') AS quarter (d);

-- Leads: 14,000 x scale, somewhat more each month. Moments are whole seconds.
CREATE TEMPORARY TABLE lead ON COMMIT DROP AS
SELECT l.id, s.source, s.n AS source_n, s.luck, r.rep, r.region, r.is_slow,
	l.created,
	CASE WHEN pg_temp.draw('answered', l.id) < CASE WHEN r.is_slow THEN 0.80 ELSE 0.93 END
		THEN l.created + floor(CASE WHEN r.is_slow THEN 8 + 110 * l.wait * l.wait ELSE 0.1 + 14 * l.wait * l.wait * l.wait END * 3600)::integer * interval '1 second'
	END AS answered,
	l.created + floor((2 + 18 * pg_temp.draw('converts after', l.id)) * 86400)::integer * interval '1 second' AS converts
FROM (
	SELECT id, pg_temp.draw('wait', id) AS wait, floor(pg_temp.draw('source', id) * 100) AS share,
		floor(pg_temp.draw('rep', id) * 12)::integer AS rep_n,
		timestamptz '2024-01-01 00:00+00' + floor(731 * 86400 * CASE
			WHEN pg_temp.draw('growth', id) < 0.25 THEN greatest(pg_temp.draw('created', id), pg_temp.draw('created later', id))
			ELSE pg_temp.draw('created', id) END)::integer * interval '1 second' AS created
	FROM generate_series(1, 14000::bigint * :scale) id
	OFFSET 0	-- so that each draw is made once
) l
JOIN source_of s ON l.share >= s.share_from AND l.share < s.share_to
JOIN rep_of r ON r.n = l.rep_n;
ANALYZE lead;

-- 5,000 x scale of those that were answered become deals; a slow answer costs four in ten.
CREATE TEMPORARY TABLE deal ON COMMIT DROP AS
SELECT row_number() OVER (ORDER BY converts, id) AS id, id AS lead_id, source, source_n, luck, rep, region, converts AS created
FROM (
	SELECT *, row_number() OVER (ORDER BY pg_temp.draw('converts', id) / CASE WHEN is_slow THEN 0.6 ELSE 1.0 END, id) AS place
	FROM lead
	WHERE answered < converts AND converts < :export
) l
WHERE place <= 5000::bigint * :scale;
ANALYZE deal;

INSERT INTO leads (lead_id, source, campaign_id, owner, region, created, first_response, qualified, converted)
SELECT l.id, l.source,
	l.source_n * 100 + (extract(year FROM l.created AT TIME ZONE 'UTC')::integer - 2024) * 4 + extract(quarter FROM l.created AT TIME ZONE 'UTC')::integer,
	l.rep, l.region, l.created,
	CASE
		WHEN pg_temp.draw('answer before lead', l.id) < 0.003 THEN l.created - interval '20 minutes'	-- a clock that was wrong
		WHEN l.answered < :export THEN l.answered
	END,
	CASE
		WHEN d.id IS NOT NULL THEN l.answered + (l.converts - l.answered) / 2
		WHEN pg_temp.draw('qualified', l.id) < 0.2 AND l.converts < :export THEN l.converts
	END,
	d.created
FROM lead l LEFT JOIN deal d ON d.lead_id = l.id
ORDER BY l.id;

-- The stages of each deal: when it would enter them, and whether it would go on from there.
CREATE TEMPORARY TABLE step ON COMMIT DROP AS
SELECT *,
	coalesce(bool_and(goes_on) OVER (PARTITION BY id ORDER BY n ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), true) AS arrives
FROM (
	SELECT *,
		n < 6 AND pg_temp.draw('goes on' || n, id) < luck * CASE
			WHEN stage = 'Proposal' AND entered >= '2025-06-01 00:00+00' THEN 0.50
			ELSE goes_on_rate END AS goes_on,
		n BETWEEN 2 AND 5 AND pg_temp.draw('stalls' || n, id) < CASE WHEN stage = 'Negotiation' THEN 0.16 ELSE 0.06 END AS stalls
	FROM (
		SELECT d.id, d.luck, s.n, s.stage, s.goes_on_rate, d.created,
			floor((0.5 + s.days * (0.25 + 2.25 * u * u)) * 86400)::integer * interval '1 second' AS stay,
			d.created + coalesce(sum(floor((0.5 + s.days * (0.25 + 2.25 * u * u)) * 86400)::integer * interval '1 second')
				OVER (PARTITION BY d.id ORDER BY s.n ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), '0') AS entered
		FROM deal d
		CROSS JOIN (VALUES
			(1, 'Lead', 4, 0.88::double precision), (2, 'Qualified', 9, 0.82), (3, 'Demo', 12, 0.82),
			(4, 'Proposal', 16, 0.78), (5, 'Negotiation', 14, 0.80), (6, 'Won', 0, 0)) AS s (n, stage, days, goes_on_rate),
			LATERAL (SELECT pg_temp.draw('stay' || s.n, d.id) OFFSET 0) AS drawn (u)
	) timed
) fated;
ANALYZE step;

-- How each deal ended, if it did: the last stage it came to before the export.
CREATE TEMPORARY TABLE ending ON COMMIT DROP AS
SELECT id, n, stage, entered, entered + stay AS ended,
	CASE
		WHEN stage = 'Won' THEN true
		WHEN NOT goes_on AND NOT stalls AND entered + stay < :export THEN false
	END AS won,
	pg_temp.draw('reopened', id) < 0.012 AND entered + stay + interval '20 days' < :export AS reopens
FROM (
	SELECT DISTINCT ON (id) * FROM step WHERE arrives AND entered < :export ORDER BY id, n DESC
) last_stage;
ANALYZE ending;

INSERT INTO deal_stage_history (deal_id, stage, entered_at)
SELECT id, stage, at FROM (
	-- the way forward; now and then Demo is skipped, or an import lost the moment
	SELECT s.id, s.stage, CASE WHEN pg_temp.draw('no moment' || s.n, s.id) < 0.0008 THEN NULL ELSE s.entered END AS at, s.n AS place
	FROM step s
	WHERE s.arrives AND s.entered < :export AND NOT (s.stage = 'Demo' AND pg_temp.draw('skips', s.id) < 0.08)
	UNION ALL
	-- back from Proposal to Demo, and to Proposal again
	SELECT s.id, b.stage, s.entered + s.stay * b.part, 10 + b.part
	FROM step s, (VALUES ('Demo', 0.25::double precision), ('Proposal', 0.5)) AS b (stage, part)
	WHERE s.arrives AND s.stage = 'Proposal' AND s.entered + s.stay < :export AND pg_temp.draw('goes back', s.id) < 0.04
	UNION ALL
	-- lost; some are opened again
	SELECT e.id, CASE WHEN e.n <= 2 AND pg_temp.draw('disqualified', e.id) < 0.6 THEN 'Disqualified' ELSE 'Lost' END, e.ended, 20
	FROM ending e
	WHERE e.won IS FALSE
	UNION ALL
	SELECT e.id, 'Proposal', e.ended + interval '20 days', 21
	FROM ending e
	WHERE e.won IS FALSE AND e.reopens
	UNION ALL
	-- written twice by the sync, or with a label nobody knows
	SELECT s.id, s.stage, s.entered, 30
	FROM step s
	WHERE s.arrives AND s.entered < :export AND s.n = 2 AND pg_temp.draw('twice', s.id) < 0.006
	UNION ALL
	SELECT s.id, 'Nurture', s.entered + s.stay * 0.5, 31
	FROM step s
	WHERE s.arrives AND s.entered + s.stay < :export AND s.n = 2 AND pg_temp.draw('nurture', s.id) < 0.004
) rows_of
ORDER BY at NULLS LAST, id, place;

INSERT INTO deals (deal_id, lead_id, owner, source, industry, region, amount, created, expected_close, closed, won, modified)
SELECT d.id, d.lead_id, d.rep, d.source, i.industry, d.region,
	CASE
		WHEN pg_temp.draw('no amount', d.id) < 0.012 THEN NULL
		WHEN d.source = 'Partner' AND o.won IS FALSE THEN 0		-- the partner portal's sync does that
		ELSE round(((800 + 36000 * s.size * s.size * s.size) * i.worth)::numeric, 2)
	END,
	CASE WHEN pg_temp.draw('no creation', d.id) < 0.0006 THEN '-infinity' ELSE d.created END,
	((d.created + floor(20 + 90 * pg_temp.draw('expected', d.id))::integer * interval '86400 seconds') AT TIME ZONE 'UTC')::date,
	CASE
		WHEN o.won IS NULL AND pg_temp.draw('never', d.id) < 0.01 THEN 'infinity'	-- "some day"
		WHEN o.won IS NULL THEN NULL
		WHEN pg_temp.draw('closed before created', d.id) < 0.004 THEN d.created - interval '2 hours'
		WHEN o.won THEN e.entered
		ELSE e.ended
	END,
	o.won,
	-- decisions are entered when they are made, or the days after
	least(greatest(h.moved, d.created) + CASE
		WHEN o.won IS NOT NULL AND pg_temp.draw('entered late', d.id) < 0.05
		THEN floor((1 + 20 * pg_temp.draw('entered after', d.id)) * 86400)::integer ELSE 0 END * interval '1 second',
		:export - interval '1 second')
FROM deal d
JOIN ending e ON e.id = d.id
JOIN (SELECT deal_id, max(entered_at) AS moved FROM deal_stage_history GROUP BY deal_id) h ON h.deal_id = d.id
CROSS JOIN LATERAL (SELECT CASE WHEN e.won IS FALSE AND e.reopens THEN NULL ELSE e.won END) AS o (won)
CROSS JOIN LATERAL (SELECT pg_temp.draw('size', d.id) OFFSET 0) AS s (size)
JOIN (VALUES
	(0, 'Software',			1.0::double precision), (1, 'Manufacturing', 1.6), (2, 'Retail', 0.7),
	(3, 'Pendidikan',		0.6),	-- education, in Malay and Indonesian
	(4, 'Kesihatan',		1.2),	-- health, in Malay
	(5, 'گردشگری',			0.8)	-- tourism, in Persian
) AS i (n, industry, worth) ON i.n = floor(pg_temp.draw('industry', d.id) * 6)
ORDER BY d.id;

-- Surveys: every employee each quarter, customers a month after they signed.
INSERT INTO survey_responses (response_id, survey, segment, asked, score)
SELECT row_number() OVER (ORDER BY asked, survey COLLATE "C", who), survey, segment, asked,
	CASE WHEN pg_temp.draw(survey || ' answers', who) < answer_rate THEN
		CASE survey
			WHEN 'CSAT' THEN 1 + floor(4.999 * (1 - u * u))
			ELSE floor(10.999 * (1 - u * u * spread))
		END END
FROM (
	SELECT 'eNPS' AS survey, t.team AS segment, timestamptz '2024-03-15 09:00+00' + q * interval '2192 hours' AS asked,	-- a quarter of a year
		(t.n * 8 + q) * 100000 + e AS who, 0.8 AS answer_rate,
		CASE WHEN t.team = 'Indonesia' AND q >= 4 THEN 0.75 ELSE 0.45 END AS spread
	FROM (SELECT team, row_number() OVER (ORDER BY min(hired)) AS n FROM reps GROUP BY team) t,
		generate_series(0, 7) q, generate_series(1, 18 * :scale) e
	UNION ALL
	SELECT 'NPS', d.region, e.entered + interval '720 hours', d.id, 0.4, 0.55
	FROM ending e JOIN deal d USING (id)
	WHERE e.won AND e.entered + interval '720 hours' < :export
	UNION ALL
	SELECT 'CSAT', d.region, e.entered + interval '960 hours', d.id, 0.35, 1
	FROM ending e JOIN deal d USING (id)
	WHERE e.won AND e.entered + interval '960 hours' < :export
) asked, LATERAL (SELECT pg_temp.draw(survey || ' score', who) OFFSET 0) AS drawn (u);

-- Customers: who won deals belong to, each with a level that its subscription and its orders follow.
CREATE TEMPORARY TABLE customer ON COMMIT DROP AS
SELECT id, 'Customer ' || id AS customer, entered AS since, round((40 + 900 * size * size * size)::numeric, 2) AS level
FROM (SELECT e.id, e.entered, pg_temp.draw('size', e.id) AS size FROM ending e WHERE e.won OFFSET 0) won;

-- Subscriptions: up to six stretches a customer, each ended by a new price, a pause or a goodbye.
CREATE TEMPORARY TABLE stretch ON COMMIT DROP AS
SELECT *,
	(since + make_interval(months => before::integer))::date AS starts,
	(since + make_interval(months => (before + months)::integer))::date AS ends,
	coalesce(bool_and(fate < 0.70) OVER (PARTITION BY id ORDER BY n ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), true) AS arrives
FROM (
	SELECT c.id, c.customer, c.level, n, months, fate,
		(c.since AT TIME ZONE 'UTC')::date::timestamp AS since,
		coalesce(sum(months + pause) OVER earlier, 0) AS before,
		coalesce(sum(CASE WHEN fate < 0.45 THEN 35 WHEN fate < 0.60 THEN -25 ELSE 0 END) OVER earlier, 0) AS change
	FROM customer c CROSS JOIN generate_series(1, 6) n
	CROSS JOIN LATERAL (SELECT 3 + floor(13 * pg_temp.draw('months' || n, c.id))::integer, pg_temp.draw('fate' || n, c.id) OFFSET 0) AS drawn (months, fate)
	CROSS JOIN LATERAL (SELECT CASE WHEN fate >= 0.60 THEN 2 + floor(4 * pg_temp.draw('pause' || n, c.id))::integer ELSE 0 END) AS rest (pause)
	WINDOW earlier AS (PARTITION BY c.id ORDER BY n ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
) priced;

INSERT INTO subscriptions (subscription_id, customer, plan, starts, ends, mrr)
SELECT row_number() OVER (ORDER BY starts, id, n), customer,
	CASE WHEN n = 0 THEN 'Trial' WHEN full_mrr < 90 THEN 'Basic' WHEN full_mrr < 350 THEN 'Plus' ELSE 'Pro' END,
	starts,
	CASE
		WHEN ends >= (:export AT TIME ZONE 'UTC')::date THEN NULL
		WHEN n > 0 AND pg_temp.draw('ends before it starts' || n, id) < 0.004 THEN starts - 30		-- a wrong year, month or day
		ELSE ends
	END,
	CASE WHEN pg_temp.draw('no mrr' || n, id) >= 0.004 THEN full_mrr END
FROM (
	SELECT id, n, customer, starts, ends, round(level * greatest(30, 100 + change) / 100, 2) AS full_mrr
	FROM stretch
	WHERE arrives AND starts < (:export AT TIME ZONE 'UTC')::date
	UNION ALL
	-- two weeks on trial: for four in ten before they paid, and for some that never did
	SELECT id, 0, customer, since_day - 14, since_day, 0
	FROM (SELECT id, customer, (since AT TIME ZONE 'UTC')::date AS since_day FROM customer) c
	WHERE pg_temp.draw('trial', id) < 0.4
	UNION ALL
	SELECT s.id, 0, 'Customer ' || s.id, (s.entered AT TIME ZONE 'UTC')::date, (s.entered AT TIME ZONE 'UTC')::date + 14, 0
	FROM step s LEFT JOIN customer c USING (id)
	WHERE c.id IS NULL AND s.stage = 'Demo' AND s.arrives AND s.entered < :export AND pg_temp.draw('trial', s.id) < 0.4
) stretches;

-- Orders: seven in ten customers come, and each time as many come again, some weeks later.
INSERT INTO orders (order_id, customer, ordered, amount, delivered)
SELECT row_number() OVER (ORDER BY ordered, id, n), customer, ordered,
	CASE
		WHEN pg_temp.draw('no order amount' || n, id) < 0.005 THEN NULL
		WHEN pg_temp.draw('given away' || n, id) < 0.005 THEN 0
		ELSE round(level * (1 + 2 * pg_temp.draw('basket' || n, id) * pg_temp.draw('items' || n, id))::numeric, 2)
	END,
	CASE WHEN ordered + delivery < :export THEN ordered + delivery END
FROM (
	SELECT c.id, c.customer, c.level, n,
		c.since + sum(floor((1 + 150 * u * u) * 86400)::integer * interval '1 second') OVER so_far AS ordered,
		floor((1 + 11 * pg_temp.draw('delivery' || n, c.id)) * 86400)::integer * interval '1 second' AS delivery,
		bool_and(pg_temp.draw('orders' || n, c.id) < 0.7) OVER so_far AS comes
	FROM customer c CROSS JOIN generate_series(1, 9) n CROSS JOIN LATERAL (SELECT pg_temp.draw('wait for order' || n, c.id) OFFSET 0) AS drawn (u)
	WINDOW so_far AS (PARTITION BY c.id ORDER BY n)
) timed
WHERE comes AND ordered < :export;

-- Quotas: the first quarter's is half, since deals take their time; now and then one is missing, or 0.
INSERT INTO quotas (rep, period_start, period_end, quota)
SELECT r.rep, d::date, (d + interval '3 months' - interval '1 day')::date,
	CASE
		WHEN pg_temp.draw('no quota', r.n * 8 + q) < 0.03 THEN NULL
		WHEN pg_temp.draw('on leave', r.n * 8 + q) < 0.03 THEN 0
		ELSE round((:scale * CASE WHEN q = 1 THEN 30000 ELSE 95000 + 5000 * q END * (0.8 + 0.4 * pg_temp.draw('quota', r.n * 8 + q)))::numeric, -3)
	END
FROM rep_of r, generate_series(1, 8) q, LATERAL (SELECT timestamp '2024-01-01' + (q - 1) * interval '3 months') AS quarter (d);

-- Activities: on leads, in each stage of a deal, and the hours between.
INSERT INTO activities (activity_id, kind, rep, lead_id, deal_id, at, minutes)
SELECT row_number() OVER (ORDER BY at, lead_id, deal_id, rep COLLATE "C", kind COLLATE "C", place), kind, rep, lead_id, deal_id, at,
	minutes + floor(minutes * pg_temp.draw('minutes' || kind || place, coalesce(lead_id, deal_id, place)))::integer
FROM (
	-- a lead is answered by mail or by phone, and followed up while it is silent
	SELECT CASE WHEN pg_temp.draw('by phone', l.id) < 0.4 THEN 'call' ELSE 'email' END AS kind, l.rep, l.id AS lead_id, NULL::bigint AS deal_id,
		l.answered AS at, 5 AS minutes, 0 AS place
	FROM lead l
	WHERE l.answered < :export
	UNION ALL
	SELECT 'follow-up', rep, id, NULL, answered + f * gap * interval '1 second', 5, f
	FROM (
		SELECT l.rep, l.id, l.answered, floor(4 * pg_temp.draw('follow-ups', l.id) * pg_temp.draw('patience', l.id))::integer AS times,
			floor((1 + 5 * pg_temp.draw('again after', l.id)) * 86400)::integer AS gap
		FROM lead l
		OFFSET 0
	) patient, generate_series(1, times) f
	WHERE answered + f * gap * interval '1 second' < :export
	UNION ALL
	-- a deal's stages: what belongs to the stage, and whatever keeps it warm
	SELECT a.kind, d.rep, NULL, d.id, s.entered + s.stay * 0.25, a.minutes, 10 + s.n
	FROM step s JOIN deal d ON d.id = s.id
	JOIN (VALUES ('Qualified', 'meeting', 30), ('Demo', 'demo', 45), ('Proposal', 'proposal', 90), ('Negotiation', 'meeting', 40)) AS a (stage, kind, minutes)
		ON a.stage = s.stage
	WHERE s.arrives AND s.entered + s.stay * 0.25 < :export
	UNION ALL
	SELECT (ARRAY['call', 'call', 'email', 'email', 'social touch', 'social touch', 'visit', 'event'])[1 + floor(8 * pg_temp.draw('touch' || s.n, s.id))::integer],
		d.rep, NULL, d.id, s.entered + s.stay * 0.75, 15, 20 + s.n
	FROM step s JOIN deal d ON d.id = s.id
	WHERE s.arrives AND s.n BETWEEN 2 AND 5 AND s.entered + s.stay * 0.75 < :export
	UNION ALL
	-- reports, training, travel: each working day
	SELECT 'internal', r.rep, NULL, NULL, day AT TIME ZONE 'UTC' + interval '16 hours', 120, (day::date - date '2024-01-01') * 12 + r.n::integer
	FROM rep_of r, generate_series(timestamp '2024-01-01', timestamp '2025-12-31', interval '1 day') AS day
	WHERE extract(isodow FROM day) <= 5
) did;

-- Costs: the campaigns by month (a cost not entered there is missing here too), salaries and commissions.
INSERT INTO costs (month, kind, source, amount)
SELECT (c.started + make_interval(months => m))::date, 'marketing', c.source, round(c.cost / 3, 2)
FROM campaigns c, generate_series(0, 2) m
WHERE c.cost IS NOT NULL
ORDER BY c.started, m, c.campaign_id;
INSERT INTO costs (month, kind, amount)
SELECT (timestamp '2024-01-01' + make_interval(months => m))::date, 'sales', round((60000 * :scale * (0.95 + 0.1 * pg_temp.draw('salaries', m)))::numeric, 2)
FROM generate_series(0, 23) m;

-- Stock: what goes out is drawn, what comes in makes up for it a month later.
INSERT INTO stock (month, product, opening, purchased, sold)
SELECT month, product, 20000 * :scale - coalesce(lag(sold) OVER by_product, 0),
	coalesce(lag(sold) OVER by_product, 0), sold
FROM (
	SELECT (timestamp '2024-01-01' + make_interval(months => m))::date AS month, p.product,
		round((:scale * 9000 * p.pace * (0.6 + 0.8 * pg_temp.draw(p.product, m)))::numeric, 2) AS sold
	FROM generate_series(0, 23) m, (VALUES ('Card reader', 1.0::double precision), ('Label printer', 0.5), ('Tablet', 1.4)) AS p (product, pace)
) moved
WINDOW by_product AS (PARTITION BY product ORDER BY month);

-- The web shop in 2025: visits of visitors who come back now and then. Some pay a day or two after checkout,
-- some clicks come twice, and one visitor in a hundred allows no cookie.
INSERT INTO shop_events (visitor, event, at, device)
SELECT CASE WHEN pg_temp.draw('no cookie', visitor) >= 0.01 THEN visitor END, event, at, device
FROM (
	SELECT *, CASE WHEN on_device < 0.55 THEN 'phone' WHEN on_device < 0.92 THEN 'desktop' ELSE 'tablet' END AS device,
		carted < 0.4 AS puts, carted < 0.4 * 0.62 AS checks_out,
		carted < 0.4 * 0.62 AND paid < CASE WHEN on_device < 0.55 AND begun >= '2025-09-01 00:00+00' THEN 0.42 ELSE 0.78 END AS pays
	FROM (
		SELECT v AS visit, visitor, pg_temp.draw('device', visitor) AS on_device, pg_temp.draw('carted', v) AS carted, pg_temp.draw('paid', v) AS paid,
			'2025-01-01 00:00+00'::timestamptz + floor(pg_temp.draw('shop visit', v) * 365 * 86400) * interval '1 second' AS begun,
			1 + floor(4 * pg_temp.draw('views', v) * pg_temp.draw('views', v))::integer AS views,
			20 + floor(200 * pg_temp.draw('pace', v))::integer AS pace,
			CASE WHEN pg_temp.draw('sleeps on it', v) < 0.2 THEN 86400 * (0.4 + 2 * pg_temp.draw('sleeps', v)) ELSE 90 END AS thinks
		FROM (SELECT v, 1 + floor(pg_temp.draw('shop visitor', v) * 3500 * :scale)::bigint AS visitor FROM generate_series(1, 6000 * :scale) v OFFSET 0) came
		OFFSET 0
	) visit
	OFFSET 0
) visit, LATERAL (
	SELECT 'visit' AS event, begun AS at, 0 AS place
	UNION ALL SELECT 'view', begun + n * pace * interval '1 second', n FROM generate_series(1, views) n
	UNION ALL SELECT 'cart', begun + (views + 1) * pace * interval '1 second', 10 WHERE puts
	UNION ALL SELECT 'cart', begun + (views + 1) * pace * interval '1 second', 11 WHERE puts AND pg_temp.draw('clicks twice', visit) < 0.03
	UNION ALL SELECT 'checkout', begun + (views + 3) * pace * interval '1 second', 12 WHERE checks_out
	UNION ALL SELECT 'payment', begun + (views + 3) * pace * interval '1 second' + floor(thinks) * interval '1 second', 13 WHERE pays
	UNION ALL SELECT 'refund', begun + floor((2 + 9 * pg_temp.draw('refund after', visit)) * 86400) * interval '1 second', 14 WHERE pays AND pg_temp.draw('refund', visit) < 0.07
) did
WHERE at < :export
ORDER BY at, visit, place;

SELECT format('ALTER TABLE %s ADD CONSTRAINT %I %s', of_table, name, definition) FROM foreign_key ORDER BY name \gexec

DROP FUNCTION pg_temp.draw(text, bigint);

COMMIT;

ANALYZE reps, campaigns, leads, deals, deal_stage_history, survey_responses, subscriptions, orders, quotas, activities, costs, stock, shop_events;
