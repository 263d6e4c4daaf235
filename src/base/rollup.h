/*
 * rollup.h
 *		The aggregate rollup(summary) of a type that has a "merge".
 *
 * Its state has a form of its own (SUMMARY_ROLLUP): packed summaries in a row,
 * of which the first is what has been merged so far. They are merged when they
 * are as many bytes as that, and some: so a summary is unpacked a few times
 * however many there are, and a rollup is linear. In memory are then what has
 * been merged, unpacked once, and a few of the parts.
 *
 * The state is a flat varlena without a context of its own: a hundred thousand
 * groups are ordinary, and it travels between parallel workers as it is.
 */
#ifndef FUNNEL_ROLLUP_H
#define FUNNEL_ROLLUP_H

#include "base/compat.h"

#include "base/summary.h"

/*
 * The transition function, and the combine function too: NULL on either side
 * is nothing. The final function is summary_final.
 */
extern Datum summary_rollup(const SummaryType *type, FunctionCallInfo fcinfo);

/* Both, for a type: name_rollup and name_final */
#define SUMMARY_ROLLUP_FUNCTIONS(name, type) \
	SUMMARY_TYPE_FUNCTION(name, type, rollup) \
	SUMMARY_TYPE_FUNCTION(name, type, final)

/* Merges the parts of a state into the caller's struct. An error where the sum breaks a rule. */
extern void rollup_read(const SummaryType *type, struct varlena *state, void *into);

#endif							/* FUNNEL_ROLLUP_H */
