# expand.awk: writes a family's SQL once for each type it is overloaded on.
#
#	-- for amount in smallint, integer, bigint, numeric, real, double precision
#	CREATE AGGREGATE rate_agg(boolean, :amount) (SFUNC = rate_accum, ...);
#	-- end
#
# Loops nest. Inside, ":name" stands for the value, which may be "SQL=C", with
# ":name" for SQL's word and ":name.c" for the part of C's function name.
# What lies outside of loops passes through untouched.

function unfold(from, to,    i, j, depth, loop, name, list, count, values, pair, v) {
	for (i = from; i <= to; i++) {
		if (line[i] !~ /^-- for /) {
			print bound(line[i])
			continue
		}
		depth = 1
		for (j = i + 1; j <= to && depth > 0; j++)
			depth += (line[j] ~ /^-- for /) - (line[j] ~ /^-- end$/)
		if (depth > 0) {
			print FILENAME ":" i ": \"-- for\" without \"-- end\"" > "/dev/stderr"
			exit 1
		}
		loop = line[i]
		sub(/^-- for /, "", loop)
		name = loop
		sub(/ in .*/, "", name)
		list = substr(loop, length(name) + 5)
		count = split(list, values, /, */)
		names[++level] = name
		for (v = 1; v <= count; v++) {
			if (split(values[v], pair, "=") == 1)
				pair[2] = pair[1]
			sqlword[level] = pair[1]
			cword[level] = pair[2]
			unfold(i + 1, j - 2)
		}
		level--
		i = j - 1
	}
}

function bound(text,    l) {
	for (l = 1; l <= level; l++) {
		gsub(":" names[l] "\\.c", cword[l], text)
		gsub(":" names[l], sqlword[l], text)
	}
	return text
}

{ line[NR] = $0 }

END { unfold(1, NR) }
