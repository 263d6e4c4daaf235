/*
 * attribution_markov.h
 *		Removal effects of a Markov chain of touches.
 */
#ifndef FUNNEL_ATTRIBUTION_MARKOV_H
#define FUNNEL_ATTRIBUTION_MARKOV_H

#include "base/compat.h"

#include "kpi/attribution_summary.h"

/*
 * By channel: 1 less the probability of a conversion, were every move into a
 * touch of it the end, over the probability as it is; palloc'd. Zeroes where
 * nobody converted. An error where the chain has too many states to solve it.
 */
extern double *markov_removal_effects(const AttributionSummary *summary);

#endif							/* FUNNEL_ATTRIBUTION_MARKOV_H */
