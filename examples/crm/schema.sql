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
COMMENT ON COLUMN reps.team IS 'The team; eNPS is asked by it (survey_responses.segment)';
COMMENT ON COLUMN reps.region IS 'Where the rep sells; as deals.region has it';
COMMENT ON COLUMN reps.hired IS 'The first day with the company';

CREATE TABLE campaigns (
	campaign_id	integer PRIMARY KEY,
	name		text NOT NULL,
	source		text NOT NULL,
	started		date NOT NULL,
	ended		date NOT NULL,
	cost		numeric(12,2)
);
COMMENT ON TABLE campaigns IS 'What brings leads in, and what it costs: one campaign a source and quarter';
COMMENT ON COLUMN campaigns.campaign_id IS 'Number of the campaign; leads.campaign_id names it';
COMMENT ON COLUMN campaigns.name IS 'Name, as marketing writes it';
COMMENT ON COLUMN campaigns.source IS 'The source its leads have, as leads.source has it';
COMMENT ON COLUMN campaigns.started IS 'The first day';
COMMENT ON COLUMN campaigns.ended IS 'The last day';
COMMENT ON COLUMN campaigns.cost IS 'US dollars in all; NULL: not entered';

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
COMMENT ON COLUMN leads.lead_id IS 'Number of the lead';
COMMENT ON COLUMN leads.source IS 'Where the lead came from: Website, Paid search, Referral, ...; any language';
COMMENT ON COLUMN leads.campaign_id IS 'The campaign that brought it';
COMMENT ON COLUMN leads.owner IS 'The rep who is to answer';
COMMENT ON COLUMN leads.region IS 'The region of that rep';
COMMENT ON COLUMN leads.created IS 'When the lead came in';
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
	won				boolean,
	modified		timestamptz
);
COMMENT ON TABLE deals IS 'Opportunities, one row each';
COMMENT ON COLUMN deals.deal_id IS 'Number of the deal';
COMMENT ON COLUMN deals.lead_id IS 'The lead it was made of';
COMMENT ON COLUMN deals.owner IS 'The rep who works on it';
COMMENT ON COLUMN deals.source IS 'The source of its lead; any language';
COMMENT ON COLUMN deals.industry IS 'The industry of the customer; any language';
COMMENT ON COLUMN deals.region IS 'The region of the owner';
COMMENT ON COLUMN deals.amount IS 'US dollars; NULL: not entered';
COMMENT ON COLUMN deals.created IS 'When the deal was made; -infinity: an import lost it';
COMMENT ON COLUMN deals.expected_close IS 'The day the owner expects a decision';
COMMENT ON COLUMN deals.closed IS 'When the deal was won or lost; NULL: still open';
COMMENT ON COLUMN deals.won IS 'true: won; false: lost; NULL: still open';
COMMENT ON COLUMN deals.modified IS 'When the row last changed; a decision entered late is later than closed, and a nightly refresh goes by it';

CREATE TABLE deal_stage_history (
	deal_id		bigint,
	stage		text,
	entered_at	timestamptz
);
COMMENT ON TABLE deal_stage_history IS 'Each entry of a deal into a stage: Lead, Qualified, Demo, Proposal, Negotiation, Won; Lost and Disqualified end it';
COMMENT ON COLUMN deal_stage_history.deal_id IS 'The deal; not a foreign key, since a history outlives its deals';
COMMENT ON COLUMN deal_stage_history.stage IS 'Name of the stage; also labels nobody defined';
COMMENT ON COLUMN deal_stage_history.entered_at IS 'When the deal entered the stage; NULL: an import lost it';

CREATE TABLE survey_responses (
	response_id	bigint PRIMARY KEY,
	survey		text NOT NULL,
	segment		text NOT NULL,
	asked		timestamptz NOT NULL,
	score		smallint
);
COMMENT ON TABLE survey_responses IS 'Who was asked in a survey, and the answer, one row each';
COMMENT ON COLUMN survey_responses.response_id IS 'Number of the question to one person';
COMMENT ON COLUMN survey_responses.survey IS 'eNPS (employees, 0..10), NPS (customers, 0..10) or CSAT (customers, 1..5)';
COMMENT ON COLUMN survey_responses.segment IS 'eNPS: the team; NPS and CSAT: the region';
COMMENT ON COLUMN survey_responses.asked IS 'When the person was asked';
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
COMMENT ON COLUMN subscriptions.subscription_id IS 'Number of the stretch';
COMMENT ON COLUMN subscriptions.customer IS 'Name of the customer, as orders.customer has it';
COMMENT ON COLUMN subscriptions.plan IS 'Trial (free, before the first paid one, if any), Basic, Plus or Pro';
COMMENT ON COLUMN subscriptions.starts IS 'The first day at this price';
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
COMMENT ON COLUMN orders.order_id IS 'Number of the order';
COMMENT ON COLUMN orders.customer IS 'Name of the customer, as subscriptions.customer has it';
COMMENT ON COLUMN orders.ordered IS 'When it was ordered';
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
COMMENT ON COLUMN quotas.rep IS 'The rep whose quota it is';
COMMENT ON COLUMN quotas.period_start IS 'The first day of the quarter';
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
COMMENT ON COLUMN activities.activity_id IS 'Number of the activity';
COMMENT ON COLUMN activities.kind IS 'call, email, follow-up, meeting, visit, demo, proposal, event, social touch; internal: anything but selling';
COMMENT ON COLUMN activities.rep IS 'Who did it';
COMMENT ON COLUMN activities.lead_id IS 'The lead it was for; NULL: a deal''s, or nobody''s';
COMMENT ON COLUMN activities.deal_id IS 'The deal it was for; NULL: a lead''s, or nobody''s';
COMMENT ON COLUMN activities.at IS 'When it began';
COMMENT ON COLUMN activities.minutes IS 'How long it took, in minutes';

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
COMMENT ON COLUMN costs.amount IS 'US dollars in that month';

CREATE TABLE stock (
	month		date,
	product		text,
	opening		numeric(12,2),
	purchased	numeric(12,2),
	sold		numeric(12,2),
	PRIMARY KEY (month, product)
);
COMMENT ON TABLE stock IS 'The devices in store, at cost, in US dollars: what was there on the first of the month, came in and went out; opening + purchased - sold is the next opening';
COMMENT ON COLUMN stock.month IS 'The first day of the month';
COMMENT ON COLUMN stock.product IS 'Name of the device';
COMMENT ON COLUMN stock.opening IS 'US dollars in store on the first of the month, at cost';
COMMENT ON COLUMN stock.purchased IS 'US dollars that came in during the month, at cost';
COMMENT ON COLUMN stock.sold IS 'US dollars that went out during the month, at cost';

CREATE TABLE shop_events (
	visitor	bigint,
	event	text,
	at		timestamptz,
	device	text
);
COMMENT ON TABLE shop_events IS 'What visitors of the web shop do, one row an event';
COMMENT ON COLUMN shop_events.visitor IS 'Number of the visitor; NULL: no cookie allowed';
COMMENT ON COLUMN shop_events.event IS 'visit, view (of a product), cart, checkout, payment, refund';
COMMENT ON COLUMN shop_events.at IS 'When it happened';
COMMENT ON COLUMN shop_events.device IS 'phone, desktop or tablet';
