-- history.sql: loads the stage history that read-deals wrote; run by deals.sql. Makes deal_stage_history, and history_funnel,
-- the one definition that FUNNEL gives.

CREATE TABLE history_funnel AS SELECT value::funnel AS definition, NULL::text AS lost_label FROM labels WHERE name = 'funnel';
-- The name of the first lost label, as it is written: plain, or in quotes.
UPDATE history_funnel SET lost_label = l.label
FROM (SELECT CASE WHEN m[1] LIKE '"%' THEN replace(substr(m[1], 2, length(m[1]) - 2), '""', '"') ELSE btrim(m[1]) END AS label
	FROM history_funnel, regexp_match(definition::text, ';\s*lost:\s*("(?:[^"]|"")*"|[^,|]+)') m) l
WHERE stage_step(l.label, definition) = 0;

CREATE TABLE history_read (deal_id text, old_stage text, stage text, entered_at timestamptz);
\copy history_read FROM 'history'
DO $$
DECLARE
	labels text;
BEGIN
	SELECT string_agg(format('"%s"', stage), ', ' ORDER BY stage) INTO labels
	FROM (SELECT DISTINCT stage FROM history_read) h HAVING NOT bool_or(stage_step(stage, (SELECT definition FROM history_funnel)) IS NOT NULL);
	IF labels IS NOT NULL THEN
		RAISE EXCEPTION 'no stage of the history is in FUNNEL; its stages are %', labels USING HINT = 'Write the labels as the file has them: FUNNEL=''Lead > Demo > Won; lost: Lost''.';
	END IF;
END$$;

-- Where changes have a value before, the first one's is where the deal began.
CREATE TABLE deal_stage_history AS
SELECT deal_id, stage, entered_at FROM history_read
UNION ALL
SELECT deal_id, old_stage, created FROM (SELECT DISTINCT ON (deal_id) deal_id, old_stage, entered_at FROM history_read ORDER BY deal_id, entered_at, old_stage) first JOIN deals USING (deal_id)
WHERE old_stage IS NOT NULL;

-- A deal that is won or lost, and whose history ends elsewhere, ends on its day of closing: what was moved after it does not reopen it.
CREATE TABLE history_end AS
SELECT d.deal_id, CASE WHEN d.won THEN (stages(f.definition))[cardinality(stages(f.definition))] ELSE f.lost_label END AS stage, coalesce(d.closed, h.last) AS ended
FROM deals d CROSS JOIN history_funnel f
JOIN (SELECT DISTINCT ON (deal_id) deal_id, stage_step(stage, (SELECT definition FROM history_funnel)) AS step, entered_at AS last FROM deal_stage_history
	WHERE entered_at IS NOT NULL AND stage_step(stage, (SELECT definition FROM history_funnel)) IS NOT NULL ORDER BY deal_id, entered_at DESC, 2) h USING (deal_id)
WHERE d.won IS NOT NULL AND h.step IS DISTINCT FROM CASE WHEN d.won THEN cardinality(stages(f.definition)) ELSE 0 END
	AND (d.won OR f.lost_label IS NOT NULL);
DELETE FROM deal_stage_history h USING history_end e WHERE e.deal_id = h.deal_id AND h.entered_at > e.ended;
INSERT INTO deal_stage_history SELECT deal_id, stage, ended FROM history_end;
DROP TABLE history_read;
ANALYZE deal_stage_history;
