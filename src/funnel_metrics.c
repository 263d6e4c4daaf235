/*
 * funnel_metrics.c
 *		The module's entry.
 */
#include "base/compat.h"

#include "base/sketch.h"

PG_MODULE_MAGIC;

PGDLLEXPORT void _PG_init(void);

void
_PG_init(void)
{
	sketch_startup();
}
