/*
 * funnel_metrics.c
 *		The module's entry.
 */
#include "base/compat.h"

#include "base/handover.h"
#include "base/sketch.h"
#include "utils/builtins.h"

PG_MODULE_MAGIC;

PGDLLEXPORT void _PG_init(void);

void
_PG_init(void)
{
	sketch_startup();
	handover_startup();
}

/* The version of the library that this session has loaded, which need not be that of the extension's objects. */
PG_FUNCTION_INFO_V1(funnel_metrics_library_version);
Datum
funnel_metrics_library_version(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(cstring_to_text(FUNNEL_METRICS_VERSION));
}
