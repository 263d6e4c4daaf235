-- The funnel definition.
SELECT plan(59);

\set definition '''Lead > Qualified > Proposal | Offer > Won | Closed Won; lost: Lost | Closed Lost, Disqualified'''

-- Text form
SELECT is(:definition::funnel::text, :definition, 'prints as it was given');
SELECT is(E'  Lead>\tWon ;lost:Lost,\n Gone  '::funnel::text, E'  Lead>\tWon ;lost:Lost,\n Gone  ', 'blanks and all');
SELECT is(stages(:definition), '{Lead,Qualified,Proposal,Won}', 'stages: in order, by the first name');
SELECT is(stages(E' Lead >\n\t Won ; LOST: x'), '{Lead,Won}', 'blanks around labels do not count; nor does the case of "lost"');
SELECT is(stages('"> ; , : "" |" > "  blanks  " > a b'), '{"> ; , : \" |","  blanks  ","a b"}', 'quoted labels');
SELECT is(stages('lost > Won; lost: Lost'), '{lost,Won}', '"lost" can be a stage');
SELECT is(stages('"Lead"|x> "Won" ;lost:"Lost"'), '{Lead,Won}', 'quotes without need');
SELECT is(stages('Lead'), '{Lead}', 'one stage is a funnel');
SELECT is(stages('سرنخ > پیشنهاد‌شده > برنده'), '{سرنخ,پیشنهاد‌شده,برنده}', 'Persian, with a zero-width non-joiner');
SELECT is(stages(E'\u200fسرنخ\u200f > 🎉 > 👩‍👩‍👧 > Menang > Ditawarkan'), ARRAY[E'\u200fسرنخ\u200f', '🎉', '👩‍👩‍👧', 'Menang', 'Ditawarkan'], 'marks, emoji, Malay, Indonesian');
SELECT is(length((stages((repeat('x', 10000) || ' > ' || repeat('س', 10000))::funnel))[2]), 10000, '10,000 characters');
SELECT is(cardinality(stages((SELECT string_agg('s' || i, ' > ' ORDER BY i) FROM generate_series(1, 64) i)::funnel)), 64, '64 stages');
SELECT is(stages((SELECT string_agg('s' || i, '|' ORDER BY i) FROM generate_series(1, 10000) i)::funnel), '{s1}', '10,000 synonyms');

-- Made of arrays
SELECT is(funnel(ARRAY['Lead','Won'])::text, 'Lead > Won', 'funnel(stages)');
SELECT is(funnel(ARRAY['Lead','Won'], '{Lost,Gone}')::text, 'Lead > Won; lost: Lost, Gone', 'funnel(stages, lost)');
SELECT is(funnel(ARRAY['Lead','Won'], '{Lost,Gone}'), 'Lead>Won;lost:Lost,Gone', '... is what the text says');
SELECT is(funnel(ARRAY['a > b', ' c', 'd ', 'e"f', '{g', 'h{', 'i|j', 'k:l', 'm;n', 'o,p'])::text,
	'"a > b" > " c" > "d " > "e""f" > "{g" > h{ > "i|j" > "k:l" > "m;n" > "o,p"', 'quotes what has to be');
SELECT is(stages(funnel(labels)), labels, 'labels as they are: ' || labels::text)
FROM (VALUES (ARRAY['a > b', ' c', 'd ', 'e"f', '"', '""', '{', ' ', '|', E'a\tb']), (ARRAY['سرنخ', '🎉'])) v(labels);
SELECT is(stages(funnel(labels)::text::funnel), labels, 'a random funnel, there and back')
FROM (SELECT setseed(0.5)) s, LATERAL (
	SELECT array_agg(DISTINCT label) AS labels
	FROM (SELECT string_agg(substr(E'ab >;,:|"{}\tسx', 1 + (random() * 13)::int, 1), '') AS label
		  FROM generate_series(1, 200) i GROUP BY i % 50) l
	WHERE label <> '') v;
SELECT is(funnel(NULL::text[]), NULL, 'NULL stages');

-- stage_step
SELECT is(stage_step(stage, :definition), step, format('stage_step(%L)', stage))
FROM (VALUES ('Lead', 1), ('Proposal', 3), ('Offer', 3), ('Closed Won', 4), ('Lost', 0), ('Closed Lost', 0),
	('Disqualified', 0), ('lead', NULL), ('Lead ', NULL), ('', NULL), (NULL, NULL)) v(stage, step);

-- Equality, order, hash
SELECT ok('a>b'::funnel = ' a > "b" '::funnel, 'equal where it means the same');
-- Arrows between stages, as people write them: errors that point at them, with a hint; in quotes they are part of a label
CREATE FUNCTION pg_temp.refusal(definition text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE detail text;
	hint text;
BEGIN
	PERFORM definition::funnel;
	RETURN 'accepted';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
	RETURN format('%s %s. %s. %s', SQLSTATE, SQLERRM, detail, left(hint, 27));
END $$;
SELECT is(pg_temp.refusal(definition), format('22P02 invalid funnel definition: an arrow in a label. At character %s: %s. Stages stand between ">", i', place, substr(definition, place)), definition)
FROM (VALUES ('Lead -> Won', 6), ('Lead => Won', 6), ('Lead→Won', 5), ('Lead » Won', 6), ('Won < Lead', 5), ('Lead –> Won', 6), ('Lead > Won; lost: Lost < Gone', 24), ('Lead > Won | Bought → Paid', 21)) v(definition, place);
SELECT is(stages(definition::funnel), expected, definition)
FROM (VALUES ('"Lead -> Won" > Paid', ARRAY['Lead -> Won', 'Paid']), ('"A→B" > "C » D" > "< 5"', ARRAY['A→B', 'C » D', '< 5']), ('Grade A- > Won', ARRAY['Grade A-', 'Won']),
	('سرنخ «داغ» > Won', ARRAY['سرنخ «داغ»', 'Won']), ('Lead-in > Won=', ARRAY['Lead-in', 'Won='])) v(definition, expected);
SELECT is(stages(funnel(labels)::text::funnel), labels, 'an array of labels with arrows') FROM (VALUES (ARRAY['Lead->', 'A=', 'x → y', 'n < 5', 'B-'])) v(labels);

SELECT ok('a>b'::funnel <> 'b>a'::funnel, 'order matters');
SELECT ok('a>b|c'::funnel <> 'a>b'::funnel, 'synonyms matter');
SELECT ok('a>b'::funnel <> 'a;lost:b'::funnel, 'a stage is not a lost label');
SELECT is(hash_funnel, 1::bigint, 'equal ones hash equally') FROM (SELECT count(DISTINCT funnel_hash(f)) AS hash_funnel FROM (VALUES ('a>b'::funnel), (' a > b')) v(f)) s;
CREATE TABLE definitions (id integer PRIMARY KEY, definition funnel);
INSERT INTO definitions VALUES (1, 'a > b'), (2, 'a>b'), (3, 'b > a'), (4, NULL), (5, (repeat('long', 5000) || ' > b')::funnel), (6, 'a > b; lost: c');
SELECT is((SELECT array_agg(n ORDER BY n) FROM (SELECT count(*) AS n FROM definitions GROUP BY definition) s), '{1,1,1,1,2}', 'GROUP BY');
SET enable_hashagg = off;
SELECT is((SELECT count(*) FROM (SELECT DISTINCT definition FROM definitions) s), 5::bigint, 'DISTINCT, by sorting');
RESET enable_hashagg;
CREATE INDEX ON definitions USING btree (definition);
CREATE INDEX ON definitions USING hash (definition);
SELECT throws_ok('CREATE UNIQUE INDEX ON definitions (definition)', '23505', NULL, 'a unique index');
SET enable_seqscan = off;
SELECT is((SELECT array_agg(id ORDER BY id) FROM definitions WHERE definition = '"a">b'), '{1,2}', 'by an index');
RESET enable_seqscan;

-- The binary form is the text
SELECT is(encode(funnel_send('a > b'), 'escape'), 'a > b', 'funnel_send');
SELECT is((SELECT count(*) FROM definitions WHERE definition <> definition::text::funnel), 0::bigint, 'stored ones are what their text says');
\! mkdir -p build
\copy definitions TO 'build/funnel.copy' WITH (FORMAT binary)
CREATE TABLE copied (LIKE definitions);
\copy copied FROM 'build/funnel.copy' WITH (FORMAT binary)
SELECT is((SELECT array_agg(definition::text ORDER BY id) FROM copied), (SELECT array_agg(definition::text ORDER BY id) FROM definitions), 'binary COPY, there and back');

-- Whatever comes in is refused, or prints as it came and means what it prints
CREATE FUNCTION mutated(source text, mutations integer) RETURNS TABLE (read bigint, refused bigint, wrong bigint) LANGUAGE plpgsql AS $$
DECLARE
	mutant text;
	definition funnel;
	characters text := E'>;,:|"{} \taL\u0633\U0001F389';
BEGIN
	read := 0; refused := 0; wrong := 0;
	FOR i IN 1 .. mutations LOOP
		mutant := source;
		FOR j IN 0 .. (random() * 3)::int LOOP
			mutant := overlay(mutant PLACING substr(characters, 1 + (random() * (length(characters) - 1))::int, (random() * 2)::int)
				FROM 1 + (random() * length(mutant))::int FOR (random() * 3)::int);
		END LOOP;
		BEGIN
			definition := mutant;
			read := read + 1;
			IF definition::text <> mutant OR stages(definition) <> stages(funnel(stages(definition)))
				OR stage_step((stages(definition))[1], definition) <> 1 THEN
				wrong := wrong + 1;
			END IF;
		EXCEPTION WHEN invalid_text_representation THEN
			refused := refused + 1;
		END;
	END LOOP;
	RETURN NEXT;
END $$;
SELECT setseed(0.5) \g /dev/null
SELECT ok(read > 0 AND refused > 0 AND wrong = 0 AND read + refused = :mutations, format('mutations: %s read, %s refused, %s wrong', read, refused, wrong))
FROM mutated('"Lead" > Qualified > Proposal | "Of ""fer" > Won; lost: "Lost", Gone', :mutations);

SELECT * FROM finish();
