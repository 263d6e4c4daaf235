/*
 * condition.h
 *		Rows told by conditions: a boolean for each thing they may be.
 */
#ifndef FUNNEL_CONDITION_H
#define FUNNEL_CONDITION_H

#include "base/compat.h"

#define CONDITIONS_MOST		63

/*
 * The conditions of a row: an argument that is a boolean[], of a VARIADIC
 * function or a column. A bit for each that is true; NULL is false. How many
 * they are goes to *given, if that is no more than CONDITIONS_MOST, else an error.
 */
extern uint64 conditions_mask(FunctionCallInfo fcinfo, int argument, int *given);

/* The same where a group has a number of them from its first row on: *count, 0 at first. "most" there may be. */
extern uint64 conditions_mask_fixed(FunctionCallInfo fcinfo, int argument, int *count, int most);

#endif							/* FUNNEL_CONDITION_H */
