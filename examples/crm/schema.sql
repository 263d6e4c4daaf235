-- schema.sql: the tables a CRM export has, as the examples and the documentation use them.
-- Every moment is a timestamptz; every amount is in one currency (US dollars).
-- No check keeps dirty rows out: a CRM export has them, and the KPIs count them.

CREATE TABLE reps (
	rep		text PRIMARY KEY,
	team	text NOT NULL,
	region	text NOT NULL,
	hired	date NOT NULL
);
COMMENT ON TABLE reps IS 'The people who sell, one row each';
COMMENT ON COLUMN reps.rep IS 'Name, as deals.owner and leads.owner have it';

CREATE TABLE campaigns (
	campaign_id	integer PRIMARY KEY,
	name		text NOT NULL,
	source		text NOT NULL,
	started		date NOT NULL,
	ended		date NOT NULL,
	cost		numeric(12,2)
);
COMMENT ON TABLE campaigns IS 'What brings leads in, and what it costs: one campaign a source and quarter';

CREATE TABLE leads (
	lead_id			bigint PRIMARY KEY,
	source			text,
	campaign_id		integer REFERENCES campaigns,
	owner			text REFERENCES reps,
	region			text,
	created			timestamptz,
	first_response	timestamptz,
	qualified		timestamptz,
	converted		timestamptz
);
COMMENT ON TABLE leads IS 'People who asked or were asked, one row each';
COMMENT ON COLUMN leads.first_response IS 'When a rep first answered; NULL: not yet';
COMMENT ON COLUMN leads.qualified IS 'When the lead was found worth a deal; NULL: not, or not yet';
COMMENT ON COLUMN leads.converted IS 'When the lead became a deal; NULL: not, or not yet';

CREATE TABLE deals (
	deal_id			bigint PRIMARY KEY,
	lead_id			bigint REFERENCES leads,
	owner			text REFERENCES reps,
	source			text,
	industry		text,
	region			text,
	amount			numeric(12,2),
	created			timestamptz,
	expected_close	date,
	closed			timestamptz,
	won				boolean
);
COMMENT ON TABLE deals IS 'Opportunities, one row each';
COMMENT ON COLUMN deals.amount IS 'US dollars; NULL: not entered';
COMMENT ON COLUMN deals.expected_close IS 'The day the owner expects a decision';
COMMENT ON COLUMN deals.closed IS 'When the deal was won or lost; NULL: still open';
COMMENT ON COLUMN deals.won IS 'true: won; false: lost; NULL: still open';

CREATE TABLE deal_stage_history (
	deal_id		bigint,
	stage		text,
	entered_at	timestamptz
);
COMMENT ON TABLE deal_stage_history IS 'Each entry of a deal into a stage: Lead, Qualified, Demo, Proposal, Negotiation, Won; Lost and Disqualified end it';

CREATE TABLE survey_responses (
	response_id	bigint PRIMARY KEY,
	survey		text NOT NULL,
	segment		text NOT NULL,
	asked		timestamptz NOT NULL,
	score		smallint
);
COMMENT ON TABLE survey_responses IS 'Who was asked in a survey, and the answer, one row each';
COMMENT ON COLUMN survey_responses.survey IS 'eNPS (employees, 0..10), NPS (customers, 0..10) or CSAT (customers, 1..5)';
COMMENT ON COLUMN survey_responses.segment IS 'eNPS: the team; NPS and CSAT: the region';
COMMENT ON COLUMN survey_responses.score IS 'NULL: asked, not answered';

CREATE TABLE subscriptions (
	subscription_id	bigint PRIMARY KEY,
	customer		text,
	plan			text,
	starts			date,
	ends			date,
	mrr				numeric(12,2)
);
COMMENT ON TABLE subscriptions IS 'What customers pay each month, one row for each stretch at one price; a new price ends one row and starts the next';
COMMENT ON COLUMN subscriptions.plan IS 'Trial (free, before the first paid one, if any), Basic, Plus or Pro';
COMMENT ON COLUMN subscriptions.ends IS 'The first day it runs no longer; NULL: still running';
COMMENT ON COLUMN subscriptions.mrr IS 'US dollars a month; 0: a trial; NULL: not entered';

CREATE TABLE orders (
	order_id	bigint PRIMARY KEY,
	customer	text,
	ordered		timestamptz,
	amount		numeric(12,2),
	delivered	timestamptz
);
COMMENT ON TABLE orders IS 'What customers buy beside their subscription (devices, training, services), one order a row';
COMMENT ON COLUMN orders.amount IS 'US dollars; 0: given away; NULL: not entered';
COMMENT ON COLUMN orders.delivered IS 'When it reached the customer; NULL: not yet';

CREATE TABLE quotas (
	rep				text REFERENCES reps,
	period_start	date,
	period_end		date,
	quota			numeric,
	PRIMARY KEY (rep, period_start)
);
COMMENT ON TABLE quotas IS 'What each rep is to win in a quarter, one row a rep and quarter';
COMMENT ON COLUMN quotas.period_end IS 'The last day of the quarter';
COMMENT ON COLUMN quotas.quota IS 'US dollars of deals won; 0: on leave; NULL: none agreed';

CREATE TABLE activities (
	activity_id	bigint PRIMARY KEY,
	kind		text,
	rep			text REFERENCES reps,
	lead_id		bigint,
	deal_id		bigint,
	at			timestamptz,
	minutes		integer
);
COMMENT ON TABLE activities IS 'What reps spend their time on, one row an activity';
COMMENT ON COLUMN activities.kind IS 'call, email, follow-up, meeting, visit, demo, proposal, event, social touch; internal: anything but selling';
COMMENT ON COLUMN activities.lead_id IS 'The lead it was for; NULL: a deal''s, or nobody''s';
COMMENT ON COLUMN activities.deal_id IS 'The deal it was for; NULL: a lead''s, or nobody''s';

CREATE TABLE costs (
	month	date,
	kind	text,
	source	text,
	amount	numeric(12,2)
);
COMMENT ON TABLE costs IS 'What marketing and sales cost in a month; marketing is by source and holds the campaigns, month by month';
COMMENT ON COLUMN costs.month IS 'The first day of the month';
COMMENT ON COLUMN costs.kind IS 'marketing or sales';
COMMENT ON COLUMN costs.source IS 'As leads.source has it; NULL: of no single source';

CREATE TABLE stock (
	month		date,
	product		text,
	opening		numeric(12,2),
	purchased	numeric(12,2),
	sold		numeric(12,2),
	PRIMARY KEY (month, product)
);
COMMENT ON TABLE stock IS 'The devices in store, at cost, in US dollars: what was there on the first of the month, came in and went out; opening + purchased - sold is the next opening';
