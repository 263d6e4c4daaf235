-- mutation.sql: what tries mutated values of every type, for test/mutation.sql and test/fuzz; after seeds.sql. Needs test/module, for its
-- receive_value(). try_<type>(form, mutations, seed) adds a row to outcomes; form is text, binary or field: a change of the text
-- that knows its structure.

-- 0 .. most - 1
CREATE FUNCTION below(most integer) RETURNS integer LANGUAGE sql VOLATILE AS $$ SELECT floor(random() * most)::integer $$;

-- One change of text: alphabet is what it is written in; other is another seed
CREATE FUNCTION mutated(source text, other text) RETURNS text LANGUAGE plpgsql VOLATILE AS $$
DECLARE
	alphabet CONSTANT text[] := ARRAY['0', '1', '9', '-', '.', ',', ':', '"', '{', '}', '[', ']', '\', ' ', 'e', 'null', '>', ';', '|', 'é', '‏', E'\t', E'\x01', '\u0041', '\u0000',
		'99999999999999999999', '9223372036854775807', '9223372036854775808', '170141183460469231731687303715884105728', '-1', '1e5', '0.000000000000000000000000000000000000000000001', 'NaN', '[]', '{}', '[0, 1]', '"": 0'];
	length integer := length(source);
	at integer := 1 + below(length + 1);
	run integer := 1 + CASE below(3) WHEN 0 THEN 0 WHEN 1 THEN below(8) ELSE below(length + 1) END;
BEGIN
	CASE below(9)
		WHEN 0 THEN RETURN overlay(source PLACING alphabet[1 + below(cardinality(alphabet))] FROM at FOR 1);
		WHEN 1 THEN RETURN overlay(source PLACING '' FROM at FOR run);
		WHEN 2 THEN RETURN overlay(source PLACING alphabet[1 + below(cardinality(alphabet))] FROM at FOR 0);
		WHEN 3 THEN RETURN overlay(source PLACING substr(source, 1 + below(length + 1), run) FROM at FOR 0);
		WHEN 4 THEN RETURN left(source, at - 1);
		WHEN 5 THEN RETURN left(source, at - 1) || right(other, below(length(other) + 1));
		WHEN 6 THEN RETURN overlay(source PLACING reverse(substr(source, at, least(run, 4))) FROM at FOR least(run, 4));
		-- a number, replaced
		ELSE RETURN regexp_replace(left(source, at - 1), '[0-9]+([^0-9]*)$', alphabet[CASE WHEN below(3) = 0 THEN 26 + below(8) ELSE 1 + below(3) END] || '\1') || substr(source, at);
	END CASE;
END $$;

-- One change that leaves the form as it is: of a value, of two at once as a rule between them may want, of a part
CREATE FUNCTION field_mutated(source text, other text) RETURNS text LANGUAGE plpgsql VOLATILE AS $$
DECLARE
	token CONSTANT text := '"(?:[^"\\]|\\.)*"|-?[0-9][0-9.eE+-]*|[^\s"{}\[\],:;>|()0-9-]+|.';
	special CONSTANT text[] := ARRAY['0', '1', '2', '-1', '63', '64', '1000000', '2147483648', '9007199254740993', '4611686018427387904', '9223372036854775806', '9223372036854775807', '85070591730234615865843651857942052863', '1e60', '-1e60', '1e-60', '0.1'];
	extreme CONSTANT text[] := ARRAY['"1900-01-01"', '"2199-12-31"', '"1900-01-01 00:00:00+00"', '"2199-12-31 23:59:59.999999+00"', '"2000-01-01"', '""', '"UTC"', '"Asia/Tehran"', '"month"', '"day"', '"Lead > Won"', 'null'];
	mine text[] := ARRAY(SELECT m[1] FROM regexp_matches(source, token, 'g') AS m);
	theirs text[] := ARRAY(SELECT m[1] FROM regexp_matches(other, token, 'g') AS m);
	numbers integer[] := ARRAY(SELECT n FROM unnest(mine) WITH ORDINALITY AS t(t, n) WHERE t ~ '^-?[0-9]');
	words integer[] := ARRAY(SELECT n FROM unnest(mine) WITH ORDINALITY AS t(t, n) WHERE t ~ '^("|\w)' AND NOT t ~ '^[0-9]' AND mine[n + 1] IS DISTINCT FROM ':');
	opens integer[] := ARRAY(SELECT n FROM unnest(mine) WITH ORDINALITY AS t(t, n) WHERE t IN ('{', '[') AND n > 1);
	one integer := numbers[1 + below(cardinality(numbers))];
	two integer := numbers[1 + below(cardinality(numbers))];
	word integer := words[1 + below(cardinality(words))];
	delta numeric := (ARRAY[1, -1, 1000, 5, -5, 9223372036854775807, 0.5])[1 + below(7)];
	at integer;
	depth integer := 0;
	ends integer;
BEGIN
	CASE below(10)
		WHEN 0 THEN mine[one] := special[1 + below(cardinality(special))];
		WHEN 1 THEN mine[one] := mine[one]::numeric + delta;
		WHEN 2 THEN mine[one] := mine[one]::numeric + delta; mine[two] := mine[two]::numeric + delta;
		WHEN 3 THEN mine[one] := mine[one]::numeric + delta; mine[two] := mine[two]::numeric - delta;
		WHEN 4 THEN mine[one] := mine[two];
		WHEN 5 THEN mine[one] := -mine[one]::numeric;
		WHEN 6 THEN mine[word] := extreme[1 + below(cardinality(extreme))];
		WHEN 7 THEN mine[word] := mine[words[1 + below(cardinality(words))]];
		ELSE
			-- a list or record within: once more, not at all, or one of the other's
			at := opens[1 + below(cardinality(opens))];
			FOR i IN at .. cardinality(mine) LOOP
				depth := depth + CASE WHEN mine[i] IN ('{', '[') THEN 1 WHEN mine[i] IN ('}', ']') THEN -1 ELSE 0 END;
				ends := i;
				EXIT WHEN depth = 0;
			END LOOP;
			CASE below(3)
				WHEN 0 THEN mine := mine[:ends] || ARRAY[', '] || mine[at:];
				WHEN 1 THEN mine := mine[:at - 1] || mine[ends + 1 + CASE WHEN mine[ends + 1] = ',' THEN 1 ELSE 0 END:];
				ELSE mine[one] := theirs[one];
			END CASE;
	END CASE;
	RETURN coalesce(array_to_string(mine, ''), source);
EXCEPTION WHEN data_exception OR array_subscript_error OR null_value_not_allowed THEN
	RETURN source;
END $$;

-- One change of bytes
CREATE FUNCTION mutated(source bytea, other bytea) RETURNS bytea LANGUAGE plpgsql VOLATILE AS $$
DECLARE
	bytes CONSTANT bytea := '\x0001027f8081fffe7b0a';
	length integer := octet_length(source);
	at integer := 1 + below(length + 1);
	run integer := 1 + CASE below(3) WHEN 0 THEN 0 WHEN 1 THEN below(8) ELSE below(length + 1) END;
BEGIN
	CASE (CASE WHEN length = 0 THEN 2 ELSE below(9) END)
		WHEN 0 THEN RETURN set_bit(source, below(8 * length)::bigint, below(2));
		WHEN 1 THEN RETURN overlay(source PLACING '' FROM at FOR run);
		WHEN 2 THEN RETURN overlay(source PLACING substr(bytes, 1 + below(10), 1) FROM at FOR 0);
		WHEN 3 THEN RETURN overlay(source PLACING substr(source, 1 + below(length + 1), run) FROM at FOR 0);
		WHEN 4 THEN RETURN substr(source, 1, at - 1);
		WHEN 5 THEN RETURN substr(source, 1, at - 1) || substr(other, 1 + below(octet_length(other) + 1));
		WHEN 6 THEN RETURN set_byte(source, below(length), get_byte(bytes, below(10)));
		WHEN 7 THEN RETURN set_byte(source, below(length), below(256));
		-- a number of many bytes
		ELSE RETURN overlay(source PLACING decode(repeat('ff', 1 + below(19)) || lpad(to_hex(below(128)), 2, '0'), 'hex') FROM at FOR below(2));
	END CASE;
END $$;

-- What the backend has ever held in memory, in kB; NULL where the system doesn't tell
CREATE FUNCTION memory_peak() RETURNS bigint LANGUAGE sql AS $$
	SELECT substring(pg_read_file('/proc/self/status', 0, 10000, true) FROM 'VmHWM:\s+([0-9]+) kB')::bigint $$;

CREATE TABLE outcomes(type text, form text, valid bigint, refused bigint, states text[], wrong text);

-- For each type: read_value(form, bytes) and try_type_...(), with everything in static SQL
CREATE FUNCTION prepare(name text) RETURNS void LANGUAGE plpgsql AS $prepare$
BEGIN
	EXECUTE format('CREATE FUNCTION receive_%1$s(bytea) RETURNS %1$I AS ''path_probe'', ''receive_value'' LANGUAGE C STRICT', name);
	EXECUTE format($create$
		CREATE FUNCTION try_%1$s(form text, mutations integer, drawn double precision) RETURNS void LANGUAGE plpgsql AS $try$
		DECLARE
			seeds CONSTANT %1$I[] := ARRAY(SELECT seed FROM seeds_%1$s);
			texts text[] := ARRAY(SELECT s::text FROM unnest(seeds) AS s);
			binaries bytea[] := ARRAY(SELECT %2$s(s) FROM unnest(seeds) AS s);
			one integer;
			other integer;
			mutant_text text;
			mutant bytea;
			v %1$I;
			again text;
			valid bigint := 0;
			refused bigint := 0;
			states text[] := '{}';
			wrong text;
			message text;
		BEGIN
			PERFORM setseed(drawn);
			FOR i IN 1 .. mutations LOOP
				one := 1 + below(cardinality(seeds));
				other := 1 + below(cardinality(seeds));
				BEGIN
					IF form IN ('text', 'field') THEN
						mutant_text := texts[one];
						FOR more IN 0 .. below(3) LOOP
							mutant_text := CASE form WHEN 'text' THEN mutated(mutant_text, texts[other]) ELSE field_mutated(mutant_text, texts[other]) END;
						END LOOP;
						v := NULL;
						message := NULL;
						v := mutant_text::%1$I;
					ELSE
						mutant := mutated(binaries[one], binaries[other]);
						FOR more IN 1 .. below(3) LOOP
							mutant := mutated(mutant, binaries[other]);
						END LOOP;
						v := NULL;
						message := NULL;
						v := receive_%1$s(mutant);
					END IF;
					-- a value: its forms can be read, and are those it had
					again := v::text;
					IF again IS NULL OR again::%1$I::text <> again THEN
						message := 'text does not come back: ' || again;
					ELSIF receive_%1$s(%2$s(v))::text <> again OR %2$s(receive_%1$s(%2$s(v))) <> %2$s(v) OR %2$s(again::%1$I) <> %2$s(v) THEN
						message := 'bytes do not come back: ' || again;
					END IF;
					valid := valid + 1;
				EXCEPTION WHEN OTHERS THEN
					IF v IS NOT NULL THEN
						message := 'a value that can''t be read again: ' || SQLSTATE || ' ' || SQLERRM;
					-- 08P01: a message that is too short, as PostgreSQL's own receive functions say it
					ELSIF SQLSTATE LIKE '22%%' OR SQLSTATE IN ('0A000', '54000') OR (form = 'binary' AND SQLSTATE = '08P01') THEN
						refused := refused + 1;
						IF NOT SQLSTATE = ANY (states) THEN
							states := states || SQLSTATE::text;
						END IF;
					ELSE
						message := SQLSTATE || ' ' || SQLERRM;
					END IF;
				END;
				-- and everything can be asked of it; figures may be out of range
				IF v IS NOT NULL AND message IS NULL THEN
					BEGIN
						IF i %% 2 = 0 THEN
							PERFORM %3$s;
						ELSE
							PERFORM %4$s;
						END IF;
						%5$s
					EXCEPTION WHEN OTHERS THEN
						IF SQLSTATE NOT LIKE '22%%' AND SQLSTATE <> '54000' THEN	-- more than a summary may hold, when merged
							message := 'a value that can''t be used: ' || SQLSTATE || ' ' || SQLERRM;
						END IF;
					END;
				END IF;
				IF message IS NOT NULL THEN
					wrong := left(coalesce(wrong || E'\n', '') || format('mutation %%s: %%s of %%L', i, message, CASE form WHEN 'binary' THEN mutant::text ELSE mutant_text END), 3000);
				END IF;
			END LOOP;
			INSERT INTO outcomes VALUES ('%1$s', form, valid, refused, states, wrong);
		END $try$ $create$,
		name, (SELECT typsend::regproc FROM pg_type JOIN types USING (oid) WHERE type = name),
		(SELECT string_agg(call, ', ' ORDER BY call) FROM accessors WHERE type = name),
		(SELECT string_agg(call, ', ' ORDER BY call DESC) FROM accessors WHERE type = name),
		CASE WHEN EXISTS (SELECT FROM pg_proc WHERE proname = 'rollup' AND proargtypes[0] = (SELECT oid FROM types WHERE type = name))
			THEN format('IF (SELECT rollup(s)::text FROM (VALUES (v), (NULL)) AS r(s)) <> again THEN message := ''rolled up alone, another value''; END IF; again := (SELECT rollup(s)::text FROM (VALUES (v), (v), (seeds[one])) AS r(s));
				BEGIN
					IF again::%1$I::text <> again THEN message := ''rolled up, the text does not come back: '' || again; END IF;
				EXCEPTION WHEN OTHERS THEN message := ''rolled up, a value that can not be read: '' || SQLERRM || '' '' || again;
				END;', name) ELSE '' END);
END $prepare$;
SELECT count(prepare(type)) > 0 AS prepared FROM types \gset

