/* summary.h: what sources under test take of src/base/summary.h, without the server's headers */
#ifndef FUNNEL_SUMMARY_H
#define FUNNEL_SUMMARY_H

#include "base/compat.h"

static inline void
count_add(int64 *count, int64 more)
{
	if (__builtin_add_overflow(*count, more, count))
		raise_error(0);
}

#endif							/* FUNNEL_SUMMARY_H */
