# funnel_metrics: the usual PGXS targets (all, install, installcheck, clean), and
# those that need nothing but apt and a checkout: demo, test, bench, prepare.

EXTENSION = funnel_metrics
# The control file says which version this is; what else names it is made from there, or held to it by test/version.
EXTVERSION := $(shell sed -n "s/^default_version = '\(.*\)'/\1/p" funnel_metrics.control)

MODULE_big = $(EXTENSION)
OBJS = $(patsubst %.c,%.o,src/$(EXTENSION).c $(wildcard src/base/*.c src/path/*.c src/kpi/*.c))
# The script of this version, and those that bring a database from a version to the next.
DATA_built = $(EXTENSION)--$(EXTVERSION).sql $(patsubst sql/update/%,%,$(wildcard sql/update/*.sql))

# The families, in the order CREATE EXTENSION makes them.
FAMILIES = version period funnel journey business outcome rate duration velocity survey survival segment stage pipeline revenue cohort targets landmark forecast calibration attribution indicator growth event sequence flow session retention stickiness parallel incomplete kpi_catalog

# What the pg_regress side compares; its output goes where git does not look. (pg_regress finds expected/ beside
# sql/, and older ones nowhere else: test/expected is a link.)
REGRESS = $(patsubst test/sql/%.sql,%,$(wildcard test/sql/*.sql))
REGRESS_OPTS = --inputdir=test --outputdir=build/regress --load-extension=$(EXTENSION)

# Settings of the targets below, for the command line: make test FUNNEL_DATA=/data
FUNNEL_DATA ?= ../shared/data
SANITIZE_TESTS ?= $(wildcard test/*.sql)
MUTATIONS ?= 100000
SHARED_BUFFERS ?= 2GB

EXTRA_CLEAN = build $(wildcard $(EXTENSION)--*.sql $(EXTENSION)--*.sql.tmp) $(wildcard test/module/*.o test/module/*.bc test/module/*.so)

PG_CONFIG ?= pg_config
PG_CPPFLAGS = -Isrc -isystem $(shell $(PG_CONFIG) --includedir-server 2>/dev/null) -DFUNNEL_METRICS_VERSION='"$(EXTVERSION)"'
# A function that no header declares would be called as if it answered int.
# A fused multiply-add, where the processor has one, would change last digits.
PG_CFLAGS = -Wall -Wextra -Werror=implicit-function-declaration -ffp-contract=off
# A library loaded before may have a function of our name (JIT brings libedit): ours calls ours.
SHLIB_LINK = -lm $(if $(filter linux,$(PORTNAME)),-Wl$(comma)-Bsymbolic)
comma = ,

# A client alone may have pg_config and even pgxs.mk: what counts is that postgres.h is here too.
PGXS := $(shell pgxs=$$($(PG_CONFIG) --pgxs 2>/dev/null) && test -e "$$($(PG_CONFIG) --includedir-server)/postgres.h" && ls "$$pgxs" 2>/dev/null)

ifneq ($(PGXS),)
include $(PGXS)
installcheck: | build/regress test/expected/.
else
all install uninstall installcheck clean:
	@tools/prepare --explain
	@exit 1
endif

# A header changed, or PostgreSQL did, or the version: compile again what includes it, which is most of it.
$(OBJS) $(OBJS:.o=.bc): $(wildcard src/*/*.h) build/compiled_for

build/compiled_for: compiled_for := $(EXTVERSION) $(shell $(PG_CONFIG) --version --includedir-server 2>/dev/null)
build/compiled_for: always | build
	@echo '$(compiled_for)' | cmp -s - $@ || echo '$(compiled_for)' >$@
.PHONY: always

$(EXTENSION)--$(EXTVERSION).sql: sql/$(EXTENSION).sql $(FAMILIES:%=sql/%.sql) sql/common.sql sql/expand.awk
	{ cat sql/$(EXTENSION).sql; for family in $(FAMILIES); do echo; awk -f sql/expand.awk sql/common.sql sql/$$family.sql || exit 1; done; } > $@.tmp
	mv $@.tmp $@

$(EXTENSION)--%.sql: sql/update/$(EXTENSION)--%.sql $(FAMILIES:%=sql/%.sql) sql/common.sql sql/expand.awk
	awk -f sql/expand.awk sql/common.sql $< > $@.tmp
	mv $@.tmp $@

# The targets that bring what they need. What "prepare" installs is not there when this
# file is read, so each goes on in a make of its own, with the pg_config that prepare found complete. The
# server is a throwaway one, the extension is installed for that server alone.
prepared = -s PG_CONFIG="$$(tools/prepare --pg-config)"
export PG_CONFIG FUNNEL_DATA DEALS HISTORY MAP DATES NUMBERS ENCODING FUNNEL ZONE CITUS BENCH ROWS DIRECT_ROWS MEMORY_ROWS NIGHTLY_SCALE ROUNDS ONLY

# What examples/crm/read-deals needs beside, for "make demo" and "make test".
export PREPARE_ALSO = libtext-csv-xs-perl:/usr/share/doc/libtext-csv-xs-perl/copyright:Text::CSV_XS, which reads CSV files

.PHONY: prepare demo dashboard test test-updated test-bi test-citus test-cube test-dbt test-superset bench test-sanitize fuzz growth unit dist deb
.PHONY: run-demo run-dashboard run-test run-test-updated run-test-bi run-test-citus run-test-cube run-test-dbt run-test-superset run-bench run-test-sanitize run-fuzz run-growth run-dist
prepare:
	@tools/prepare

demo test test-citus test-updated bench test-sanitize fuzz growth dist: prepare
	@$(MAKE) $(prepared) run-$@

# What needs Java, Node or a browser: see tools/test-bi.
test-bi test-cube: test-%:
	@tools/test-bi --prepare $*
	@$(MAKE) $(prepared) run-$@

# What needs Python: see tools/test-python.
test-dbt test-superset: test-%:
	@tools/test-python --prepare $*
	@$(MAKE) $(prepared) run-$@

# build/dashboard.html, from the sample CRM. Of a database of your own: doc/dashboard.md.
dashboard:
	@examples/dashboard/sample --prepare
	@$(MAKE) $(prepared) run-$@

run-demo: all
	@examples/crm/demo

run-test: all unit
	@$(MAKE) -s -C test/module all
	@tools/with-server tools/run-tests

# test/*.sql in databases of the version before, updated
run-test-updated: all
	@$(MAKE) -s -C test/module all
	@tools/with-server tools/run-tests --updated

# Skipped where there is no Citus: see test/citus. CITUS=DIR: what its "make install DESTDIR=DIR" made, where it isn't installed.
run-test-citus: all
	@tools/with-server $(CITUS:%=--beside %) tools/run-tests test/citus

run-test-bi run-test-cube: run-test-%: all
	@tools/with-server tools/test-bi test/$*

run-test-dbt run-test-superset: run-test-%: all
	@tools/with-server tools/test-python $*

run-dashboard: all
	@tools/with-server examples/dashboard/sample build/dashboard.html

# BENCH, ROWS, DIRECT_ROWS, MEMORY_ROWS, NIGHTLY_SCALE, ROUNDS and ONLY: see bench/run.
run-bench: all
	@$(MAKE) -s -C test/module all
	@tools/with-server --set shared_buffers=$(SHARED_BUFFERS) bench/run

# FUZZ_SECONDS, FUZZ_SEED: see test/fuzz.
run-fuzz: all
	@$(MAKE) -s -C test/module all
	@tools/with-server test/fuzz

# GROWTH_ROWS, GROWTH_ONLY: see test/growth.
run-growth: all
	@$(MAKE) -s -C test/module all
	@tools/with-server tools/run-tests test/growth

run-test-sanitize:
	@MUTATIONS=$(MUTATIONS) tools/test-sanitize $(SANITIZE_TESTS)

# build/funnel_metrics-VERSION.zip for PGXN, and build/deb/*.deb
run-dist:
	@tools/make-dist

deb:
	@tools/make-deb

# Unit tests, which need no server: test/unit/NAME.c with NAME.c of src/base or src/path, under
# stand-ins for PostgreSQL's own headers.
unit: $(patsubst test/unit/%.c,build/unit/%,$(wildcard test/unit/*.c))

build/unit/chain: also = basis
build/unit/codec: also = decimal sketch
build/unit/total: also = portable
build/unit/%: test/unit/%.c $(wildcard test/unit/*.h test/unit/stub/*.h test/unit/stub/*/*.h src/*/*.[ch]) | build/unit
	$(CC) -std=gnu99 -O2 -Wall -Wextra -Werror=implicit-function-declaration -ffp-contract=off -Itest/unit/stub -Itest/unit -Isrc -o $@ $< $(wildcard $(foreach name,$* $(also),src/base/$(name).c src/path/$(name).c)) -lm

build build/unit build/regress:
	mkdir -p $@

# Who unpacks an archive without knowing links, PGXN's client for one, has a file there.
test/expected/.:
	rm -f test/expected
	ln -s ../expected test/expected
