/*
 * attribution_markov.c
 *		Removal effects of a Markov chain of touches.
 *
 * Let Q be the moves between states, r those into a conversion. The visits
 * N = (I - Q)^-1 tell all: a conversion from the start has the probability
 * N[start] r. Without a set of states S it is less by that of coming to S and
 * converting from there; h = N[start, S] N[S, S]^-1 is how likely each state of
 * S is the first of them, and what is lost is h N[S] r. So one inverse serves
 * all channels, and each takes but a system as large as its own states.
 * (Anderl, Becker, von Wangenheim, Schumann, "Mapping the customer journey",
 * 2016, define the effect.)
 */
#include "kpi/attribution_markov.h"

#include "miscadmin.h"

#define STATES_MOST		3000	/* an inverse of so many takes 200 MB, and a minute */

typedef struct Chain
{
	int			states;			/* the first is the start */
	double	   *visits;			/* N, by rows */
	double	   *converts;		/* N r: the probability of a conversion from each */
	uint32	   *entered;		/* of each state the channel of its last touch; the start: none */
}			Chain;

static int
compare_states(const uint32 *a, const uint32 *b, int order)
{
	for (int k = 0; k < order; k++)
		if (a[k] != b[k])
			return a[k] < b[k] ? -1 : 1;
	return 0;
}

/* The number of a state, among those that moves go out of; -1: none does */
static int
state_number(const IdCounts *ids, const int32 *order, const int *begin, int states, const uint32 *state, int length)
{
	int			low = 0;
	int			high = states - 1;

	while (low <= high)
	{
		int			middle = (low + high) / 2;
		int			difference = compare_states(state, ids_list(ids, order[begin[middle]]), length);

		if (difference == 0)
			return middle;
		if (difference < 0)
			high = middle - 1;
		else
			low = middle + 1;
	}
	return -1;
}

/*
 * Solves a x = b for "width" right sides at once, in place, by elimination. No
 * pivot is sought: I - Q and what is left of it have diagonals that no sum of
 * their rows exceeds, so what is on them stays the largest.
 */
static void
eliminate(double *a, double *b, int n, int width)
{
	for (int pivot = 0; pivot < n; pivot++)
	{
		double		inverse = 1 / a[(Size) pivot * n + pivot];

		CHECK_FOR_INTERRUPTS();
		for (int k = pivot; k < n; k++)
			a[(Size) pivot * n + k] *= inverse;
		for (int k = 0; k < width; k++)
			b[(Size) pivot * width + k] *= inverse;
		for (int i = 0; i < n; i++)
		{
			double		factor = a[(Size) i * n + pivot];

			if (i == pivot || factor == 0)
				continue;
			for (int k = pivot; k < n; k++)
				a[(Size) i * n + k] -= factor * a[(Size) pivot * n + k];
			for (int k = 0; k < width; k++)
				b[(Size) i * width + k] -= factor * b[(Size) pivot * width + k];
		}
	}
}

static double *
matrix(int rows, int columns)
{
	return MemoryContextAllocExtended(CurrentMemoryContext, sizeof(double) * Max((Size) rows * columns, 1), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
}

/* Where the moves out of each state begin in the order; how many states there are */
static int
find_states(const IdCounts *ids, const int32 *order, int length, int *begin)
{
	int			states = 0;

	for (int32 i = 0; i < ids->lists.count; i++)
		if (i == 0 || compare_states(ids_list(ids, order[i]), ids_list(ids, order[i - 1]), length) != 0)
			begin[states++] = i;
	begin[states] = ids->lists.count;
	return states;
}

pg_noreturn static void
refuse_states(int states)
{
	ereport(ERROR,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			 errmsg("a Markov chain of %d states is too large, the most are %d", states, STATES_MOST),
			 errhint("Give a lower order, \"markov: 1\", or fewer channels: kinds of them rather than campaigns.")));
	pg_unreachable();
}

/* Puts the moves out of a state into a row of I - Q, and into r. */
static void
fill_row(const AttributionSummary *summary, const int32 *order, const int *begin, int states, int from, double *row, double *converts)
{
	const IdCounts *ids = &summary->moves;
	int			length = (int) summary->meant.order;
	double		out = 0;

	for (int i = begin[from]; i < begin[from + 1]; i++)
		out += ids->counts[order[i]];
	row[from] = 1;
	for (int i = begin[from]; i < begin[from + 1]; i++)
	{
		const uint32 *move = ids_list(ids, order[i]);
		double		probability = ids->counts[order[i]] / out;
		int			to;

		if (move[length] == TARGET_CONVERSION)
			*converts += probability;
		if (move[length] >= TARGET_NULL)
			continue;
		/* the next state is this one less its first touch, and the target */
		to = state_number(ids, order, begin, states, move + 1, length);
		if (to >= 0)
			row[to] -= probability;
	}
}

static Chain
chain_of(const AttributionSummary *summary)
{
	const IdCounts *ids = &summary->moves;
	int			length = (int) summary->meant.order;
	int32	   *order = ids_in_order(ids);
	int		   *begin = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(int) * (ids->lists.count + 1));
	Chain		chain;
	double	   *moves;
	double	   *ends;

	chain.states = find_states(ids, order, length, begin);
	if (chain.states > STATES_MOST)
		refuse_states(chain.states);
	moves = matrix(chain.states, chain.states);
	ends = matrix(chain.states, 1);
	chain.visits = matrix(chain.states, chain.states);
	chain.converts = matrix(chain.states, 1);
	chain.entered = palloc(sizeof(uint32) * Max(chain.states, 1));
	for (int i = 0; i < chain.states; i++)
	{
		chain.entered[i] = ids_list(ids, order[begin[i]])[length - 1];
		chain.visits[(Size) i * chain.states + i] = 1;
		fill_row(summary, order, begin, chain.states, i, moves + (Size) i * chain.states, &ends[i]);
	}
	eliminate(moves, chain.visits, chain.states, chain.states);
	for (int i = 0; i < chain.states; i++)
		for (int k = 0; k < chain.states; k++)
			chain.converts[i] += chain.visits[(Size) i * chain.states + k] * ends[k];
	pfree(moves);
	pfree(ends);
	return chain;
}

/* What the probability of a conversion loses where no move leads into the states of a channel */
static double
lost_without(const Chain *chain, uint32 channel, int *own)
{
	int			count = 0;
	double		lost = 0;
	double	   *among;
	double	   *first;

	for (int i = 0; i < chain->states; i++)
		if (chain->entered[i] == channel + 1)
			own[count++] = i;
	among = matrix(count, count);
	first = matrix(count, 1);
	for (int i = 0; i < count; i++)
	{
		first[i] = chain->visits[own[i]];	/* from the start, which is state 0 */
		for (int k = 0; k < count; k++)	/* transposed: h N[S, S] = N[start, S] */
			among[(Size) i * count + k] = chain->visits[(Size) own[k] * chain->states + own[i]];
	}
	eliminate(among, first, count, 1);
	for (int i = 0; i < count; i++)
		lost += first[i] * chain->converts[own[i]];
	pfree(among);
	pfree(first);
	return lost;
}

double *
markov_removal_effects(const AttributionSummary *summary)
{
	double	   *effects = palloc0(sizeof(double) * Max(summary->count, 1));
	Chain		chain;
	int		   *own;

	if (summary->converted == 0)
		return effects;
	chain = chain_of(summary);
	own = palloc(sizeof(int) * chain.states);
	for (int i = 0; i < summary->count; i++)
	{
		double		effect = lost_without(&chain, i, own) / chain.converts[0];

		effects[i] = Min(Max(effect, 0), 1);
	}
	return effects;
}
