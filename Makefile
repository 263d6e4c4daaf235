EXTENSION = funnel_metrics
EXTVERSION = 0.1.0

MODULE_big = $(EXTENSION)
OBJS = $(patsubst %.c,%.o,src/$(EXTENSION).c $(wildcard src/base/*.c src/path/*.c src/kpi/*.c))
DATA_built = $(EXTENSION)--$(EXTVERSION).sql

# The families, in the order CREATE EXTENSION makes them.
FAMILIES = rate funnel

PG_CONFIG ?= pg_config
PG_CPPFLAGS = -Isrc -isystem $(shell $(PG_CONFIG) --includedir-server)
PG_CFLAGS = -Wall -Wextra
PGXS := $(shell $(PG_CONFIG) --pgxs)
include $(PGXS)

# A header changed: compile again what includes it, which is most of it.
$(OBJS): $(wildcard src/*/*.h)

$(EXTENSION)--$(EXTVERSION).sql: sql/$(EXTENSION).sql $(FAMILIES:%=sql/%.sql) sql/expand.awk
	{ cat sql/$(EXTENSION).sql; for family in $(FAMILIES); do echo; awk -f sql/expand.awk sql/$$family.sql || exit 1; done; } > $@.tmp
	mv $@.tmp $@
