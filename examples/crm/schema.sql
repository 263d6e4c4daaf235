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
