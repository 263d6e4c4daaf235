# expand.awk: writes SQL once for each type it is overloaded on.
#
#	awk -f sql/expand.awk sql/common.sql sql/rate.sql
#
# prints the last of the files; those before it only say what it may use. A line of its own each:
#
#	-- for amount in smallint, integer, double precision=float8		the lines up to "-- end", once for each value
#	-- for amount in NUMBERS										the same, of a list that has a name
#	-- list NUMBERS = smallint, integer, double precision=float8	names a list: a word in capitals
#	-- block SUMMARY_TYPE of summary								names the lines up to "-- end"
#	-- use SUMMARY_TYPE of rate_summary								writes them: as "-- for summary in rate_summary" would
#	-- whole journey												the whole of journey.sql, which lies beside the first file
#	-- whole kpi_catalog or replace									the same, of functions that may be there already
#	-- since 0.2.0													in journey.sql: the lines up to "-- end" are new in that version
#	-- since 0.2.0 of journey										what is so marked in journey.sql, and nothing else of it
#
# Loops nest. Inside, ":name" stands for the value, which may be "SQL=C": then ":name" is SQL's word
# and ":name.c" the part of C's function name. Names are whole words, so "::timestamptz" is left
# alone where "time" is a name; ":{name}" and ":{name.c}" are for those that letters follow. A name
# that stands for nothing is an error, and so are unknown lists and blocks, and an end too few or too many.

function refuse(i, why) {
	print where[i] ": " why > "/dev/stderr"
	failed = 1
	exit 1
}

# The line that ends what line i begins
function end_of(i, to,    j, depth) {
	depth = 1
	for (j = i + 1; j <= to; j++) {
		depth += (line[j] ~ /^-- ((for|block) |since [0-9.]+$)/) - (line[j] ~ /^-- end$/)
		if (depth == 0)
			return j
	}
	refuse(i, "\"" line[i] "\" without \"-- end\"")
}

# Writes the lines from .. to, with what the loops around them stand for.
function unfold(from, to,    i, word) {
	for (i = from; i <= to; i++) {
		if (line[i] ~ /^-- (for|list|block|use) / && split(line[i], word, " ") < 5)
			refuse(i, "something is missing")
		if (line[i] ~ /^-- for /) {
			if (word[4] != "in")
				refuse(i, "expected \"-- for NAME in VALUES\"")
			repeat(i, word[3], after(line[i], " in "), i + 1, end_of(i, to) - 1)
			i = end_of(i, to)
		} else if (line[i] ~ /^-- since /) {
			unfold(i + 1, end_of(i, to) - 1)
			i = end_of(i, to)
		} else if (line[i] ~ /^-- block /) {
			if (word[4] != "of" || level > 0)
				refuse(i, "expected \"-- block NAME of NAME\", outside of loops")
			block_parameter[word[3]] = word[5]
			block_from[word[3]] = i + 1
			i = end_of(i, to)
			block_to[word[3]] = i - 1
		} else if (line[i] ~ /^-- use /) {
			if (!(word[3] in block_from))
				refuse(i, "there is no block " word[3])
			if (word[4] != "of")
				refuse(i, "expected \"-- use BLOCK of VALUES\"")
			repeat(i, block_parameter[word[3]], after(line[i], " of "), block_from[word[3]], block_to[word[3]])
		} else if (line[i] ~ /^-- list /) {
			if (word[3] !~ /^[A-Z][A-Z_]*$/ || word[4] != "=")
				refuse(i, "expected \"-- list NAME = VALUES\", the name in capitals")
			lists[word[3]] = after(line[i], " = ")
		} else if (line[i] ~ /^-- end/)
			refuse(i, "\"-- end\" of nothing")
		else if (printing)
			print bound(i, line[i])
	}
}

function after(text, mark) {
	return substr(text, index(text, mark) + length(mark))
}

# Writes the lines from .. to for each of the values, which "name" stands for.
function repeat(i, name, values, from, to,    count, value, pair, v) {
	if (values ~ /^[A-Z][A-Z_]*$/) {
		if (!(values in lists))
			refuse(i, "there is no list " values)
		values = lists[values]
	}
	if (name in sqlword)
		refuse(i, "a loop around this one has the name " name)
	count = split(values, value, /, */)
	level++
	for (v = 1; v <= count; v++) {
		if (split(value[v], pair, "=") == 1)
			pair[2] = pair[1]
		sqlword[name] = pair[1]
		cword[name] = pair[2]
		unfold(from, to)
	}
	level--
	delete sqlword[name]
	delete cword[name]
}

# The text with what its names stand for
function bound(i, text,    done, at, inside, name, rest) {
	done = ""
	while ((at = index(text, ":")) > 0) {
		inside = substr(text, 1, at - 1) ~ /[A-Za-z0-9]$/	# a word: LTV:CAC
		done = done substr(text, 1, at - 1)
		text = substr(text, at)
		if (inside && text !~ /^::/) {
			done = done ":"
			text = substr(text, 2)
			continue
		}
		if (match(text, /^::+/)) {	# a cast: of this type, and no name
			done = done substr(text, 1, RLENGTH)
			text = substr(text, RLENGTH + 1)
			continue
		}
		if (match(text, /^:[{][A-Za-z_0-9.]*[}]/))
			name = substr(text, 3, RLENGTH - 3)
		else if (match(text, /^:[A-Za-z_][A-Za-z_0-9]*/)) {
			name = substr(text, 2, RLENGTH - 1)
			rest = substr(text, RLENGTH + 1)
			if (rest ~ /^[.]c([^A-Za-z0-9]|$)/) {
				name = name ".c"
				RLENGTH += 2
			}
		} else {
			done = done ":"
			text = substr(text, 2)
			continue
		}
		done = done value_of(i, name)
		text = substr(text, RLENGTH + 1)
	}
	return done text
}

function value_of(i, name,    c) {
	c = sub(/[.]c$/, "", name)
	if (!(name in sqlword))
		refuse(i, "\":" name "\" stands for nothing here")
	return c ? cword[name] : sqlword[name]
}

function add(text, from) {
	line[++lines] = text
	where[lines] = from
}

# Opens a file beside the first; "where" is who asks for it.
function open_beside(name, asker,    text) {
	if ((getline text < (directory name ".sql")) < 0) {
		where[0] = asker
		refuse(0, "there is no file " directory name ".sql")
	}
	close(directory name ".sql")
	return directory name ".sql"
}

function add_whole(asker, name, or_replace,    file, number, text) {
	file = open_beside(name, asker)
	while ((getline text < file) > 0) {
		if (or_replace)
			sub(/^CREATE FUNCTION /, "CREATE OR REPLACE FUNCTION ", text)
		add(text, file ":" ++number)
	}
	close(file)
}

# What a file marks as new in a version: line by line, since its loops end as the mark does
function add_since(asker, version, name,    file, number, text, depth, found) {
	file = open_beside(name, asker)
	while ((getline text < file) > 0) {
		number++
		if (depth == 0) {
			if (text == "-- since " version)
				depth = found = 1
			continue
		}
		depth += (text ~ /^-- (for|block) /) - (text ~ /^-- end$/)
		if (depth > 0)
			add(text, file ":" number)
	}
	close(file)
	where[0] = asker
	if (!found)
		refuse(0, "nothing of " file " is marked \"-- since " version "\"")
	if (depth > 0)
		refuse(0, file " ends within \"-- since " version "\"")
}

NR == 1 {
	directory = FILENAME
	sub(/[^\/]*$/, "", directory)
}

FNR == 1 {
	last_file = lines + 1
}

/^-- whole [a-z_]+( or replace)?$/ {
	add_whole(FILENAME ":" FNR, $3, NF > 3)
	next
}

/^-- since [0-9.]+ of [a-z_]+$/ {
	add_since(FILENAME ":" FNR, $3, $5)
	next
}

{
	add($0, FILENAME ":" FNR)
}

END {
	if (failed || lines == 0)
		exit failed
	unfold(1, last_file - 1)
	printing = 1
	unfold(last_file, lines)
}
