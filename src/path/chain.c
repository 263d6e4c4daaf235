/*
 * chain.c
 *		Chains: how far the rows of one entity get along a list of steps.
 *
 * Steps in order. Of the chains that stand at a step, with so many optional
 * steps done, the newest is kept: a state. It has the latest start, and so the
 * latest limits, and what ends or bars a chain depends on the step alone. An
 * instant goes like this:
 *
 *	1. From each state, and from nothing, to each step further on: are there
 *	   different rows of this instant for all the steps on the way? Whether
 *	   there are is a bipartite matching (augmenting paths: Berge 1957).
 *	2. Exclusions and barring rows of this instant end old states.
 *	3. What was formed is noted, if it is the best so far, and becomes a state,
 *	   unless an exclusion of this instant ends it, or a row that bars the next
 *	   step is left over.
 *
 * In any order. Of the rows that satisfy a step the latest that can be matched
 * to different steps are kept (basis.h).
 *
 * Whether who gave up was dropped or excluded depends on all chains of the
 * highest level, not only on the newest. Older ones matter in one way: their
 * time may run out before an exclusion comes. So the earliest of their
 * deadlines since the last exclusion is kept.
 */
#include "base/compat.h"

#include "path/chain.h"

/* How a step was reached at this instant: from where; the steps that its rows filled */
typedef struct Candidate
{
	int			origin;			/* step; -1: it begins here */
	int			origin_choices;	/* of the state there */
	uint32		filled;
	bool		is_barred;		/* a row that bars the next step is left over */
}			Candidate;

/* Rows matched to steps, and the other way round; -1: not matched */
typedef struct Matching
{
	int			row_of[CHAIN_STEPS];
	int		   *step_of;		/* by row of the instant */
	uint32		filled;
}			Matching;

/* Rows of an instant that there is room for at first */
#define FIRST_ROWS		4

/* A state is words: these, and the times of its steps */
#define STATE_START		0
#define STATE_LAST		1
#define STATE_DONE		2
#define STATE_TIMES		3

struct Chain
{
	const ChainRules *rules;
	ChainEmit	emit;
	void	   *context;

	int			widths;			/* numbers of optional steps that can be done: 0 .. choices */
	int			stride;			/* words of a state */
	int64	   *states;			/* by step and number of optional steps done */
	uint32	   *standing;		/* by step: a bit for each number of which there is a state */
	Candidate  *candidates;		/* of this instant, as states */
	uint32	   *formed;			/* as standing */
	Matching	matching;
	Matching	trial;
	int			room;			/* of the matchings: rows */
	bool	   *visited;

	Basis		basis;
	int64		exclusion_at;	/* any order: the last one */
	int64		begin_at;		/* ... the last row that may begin a chain */
	bool		has_others;		/* ... rows that may not have come */
	Basis		beginners;		/* ... the basis of those that may, once they have */

	/* of the entity */
	bool		has_last;
	int64		last_at;		/* the last row */
	bool		has_entered;	/* there was a row of the first step */
	bool		is_over;		/* nothing more can come of this unit */

	/* of the unit: the best chain, and what became of those of its level */
	int			level;
	int			best_choices;
	int64		best_at;
	uint32		best_done;
	int64		best[CHAIN_STEPS];
	bool		is_clean;		/* one has ended without an exclusion */
	bool		is_pending;		/* one has not ended */
	int64		earliest;		/* the first of their deadlines, since an exclusion ended all */
};

#define slot_of(chain, step, choices)	((step) * (chain)->widths + (choices))

static inline int64 *
state_at(const Chain *chain, int slot)
{
	return chain->states + (Size) slot * chain->stride;
}

static inline int64
span_after(int64 at, int64 span)
{
	return span == CHAIN_NO_LIMIT ? CHAIN_NO_LIMIT : at + span;
}

void
chain_prepare(ChainRules *rules)
{
	int			level = 0;

	rules->choices = chain_popcount(rules->optional);
	rules->has_bars = rules->no_repeat || rules->no_skip || rules->contiguous != 0;
	for (int k = 0; k < rules->steps; k++)
	{
		rules->bars[k] = 0;
		rules->ends[k] = 0;
		if (!(rules->optional >> k & 1))
			level = k + 1;
		rules->level[k] = level;
		if (rules->no_repeat)
			rules->bars[k] |= chain_step_bits(rules) & ((UINT64CONST(2) << (k + 1)) - 1);
		if (rules->no_skip)
			rules->bars[k] |= chain_step_bits(rules) & ~((UINT64CONST(2) << (k + 1)) - 1);
		for (int i = 0; i < rules->exclusions; i++)
			if (rules->after[i] <= k && k < rules->before[i])
				rules->ends[k] |= chain_exclusion_bit(rules, i);
	}
	for (int k = 0; k <= rules->steps; k++)
	{
		rules->begun[k] = 0;
		for (int i = 0; i < rules->exclusions; i++)
			if (rules->after[i] < k)
				rules->begun[k] |= chain_exclusion_bit(rules, i);
	}
}

/* ---- instants ---- */

static inline bool
bars_way(const ChainRules *rules, int step, uint64 mask)
{
	return (mask & rules->bars[step]) != 0 || (rules->contiguous >> step & 1) != 0;
}

/*
 * Keeps a row if it can make a difference: to a step that has fewer rows than
 * there are steps, or to whether more rows bar a way than could be used up.
 */
static void
keep_row(ChainInstant *instant, const ChainRules *rules, uint64 mask)
{
	bool		matters = false;

	for (uint64 left = mask & chain_step_bits(rules); left != 0; left &= left - 1)
		matters |= instant->of_step[__builtin_ctzll(left)] < rules->steps;
	for (int k = 0; rules->has_bars && k < rules->steps - 1; k++)
		matters |= bars_way(rules, k, mask) && instant->barring[k] <= rules->steps;
	if (!matters)
		return;
	for (uint64 left = mask & chain_step_bits(rules); left != 0; left &= left - 1)
		instant->of_step[__builtin_ctzll(left)]++;
	for (int k = 0; rules->has_bars && k < rules->steps - 1; k++)
		instant->barring[k] += bars_way(rules, k, mask);
	if (instant->kept == instant->room)
	{
		instant->room = Max(8, 2 * instant->room);
		if (instant->masks == NULL)
			instant->masks = palloc(instant->room * sizeof(uint64));
		else
			instant->masks = repalloc(instant->masks, instant->room * sizeof(uint64));
	}
	instant->masks[instant->kept++] = mask;
}

/* A single row is told by "seen" alone; it is kept when a second one comes. */
void
chain_instant_begin(ChainInstant *instant, const ChainRules *rules, int64 at, uint64 mask)
{
	(void) rules;
	instant->at = at;
	instant->rows = 1;
	instant->seen = mask;
}

void
chain_instant_add(ChainInstant *instant, const ChainRules *rules, uint64 mask)
{
	if (instant->rows == 1)
	{
		instant->kept = 0;
		memset(instant->of_step, 0, sizeof(instant->of_step));
		memset(instant->barring, 0, sizeof(instant->barring));
		keep_row(instant, rules, instant->seen);
	}
	instant->rows++;
	instant->seen |= mask;
	keep_row(instant, rules, mask);
}

/* ---- units ---- */

static void
make_room_for_rows(Chain *chain, int rows)
{
	chain->room = rows;
	chain->matching.step_of = palloc(sizeof(int) * rows);
	chain->trial.step_of = palloc(sizeof(int) * rows);
	chain->visited = palloc(sizeof(bool) * rows);
}

static void
grow_room_for_rows(Chain *chain, int rows)
{
	if (rows <= chain->room)
		return;
	pfree(chain->matching.step_of);
	pfree(chain->trial.step_of);
	pfree(chain->visited);
	make_room_for_rows(chain, Max(rows, 2 * chain->room));
}

Chain *
chain_create(const ChainRules *rules, ChainEmit emit, void *context)
{
	Chain	   *chain = palloc0(sizeof(Chain));
	int			slots;

	chain->rules = rules;
	chain->emit = emit;
	chain->context = context;
	chain->widths = rules->choices + 1;
	chain->stride = STATE_TIMES + rules->steps;
	slots = rules->steps * chain->widths;
	chain->states = palloc0(sizeof(int64) * slots * chain->stride);
	chain->standing = palloc0(sizeof(uint32) * rules->steps);
	chain->candidates = palloc0(sizeof(Candidate) * slots);
	chain->formed = palloc0(sizeof(uint32) * rules->steps);
	make_room_for_rows(chain, FIRST_ROWS);
	return chain;
}

/* No chain stands anywhere. */
static void
clear_states(Chain *chain)
{
	memset(chain->standing, 0, sizeof(uint32) * chain->rules->steps);
	basis_clear(&chain->basis, chain->rules->steps);
	chain->exclusion_at = PG_INT64_MIN;
	chain->begin_at = PG_INT64_MIN;
	chain->has_others = false;
}

static void
begin_level(Chain *chain, int level)
{
	chain->level = level;
	chain->best_choices = -1;
	chain->is_clean = false;
	chain->is_pending = false;
	chain->earliest = CHAIN_NO_LIMIT;
}

static void
begin_unit(Chain *chain)
{
	clear_states(chain);
	begin_level(chain, 0);
	chain->is_over = false;
}

void
chain_begin(Chain *chain)
{
	chain->has_last = false;
	chain->has_entered = false;
	begin_unit(chain);
}

/* Until when a state can go on; CHAIN_NO_LIMIT: for ever */
static inline int64
state_deadline(const Chain *chain, const int64 *state, int step)
{
	return Min(span_after(state[STATE_START], chain->rules->within),
			   span_after(state[STATE_LAST], chain->rules->gap[step]));
}

/* Until when any chain of the unit can go on, but for its session; CHAIN_CLOSED: there is none */
static int64
last_deadline(const Chain *chain)
{
	int64		latest = CHAIN_CLOSED;

	if (chain->rules->any_order)
		return chain->begin_at > PG_INT64_MIN && chain->begin_at >= chain->exclusion_at
			? span_after(chain->begin_at, chain->rules->within) : CHAIN_CLOSED;
	for (int k = 0; k < chain->rules->steps - 1; k++)
		for (uint32 left = chain->standing[k]; left != 0; left &= left - 1)
		{
			int64		deadline = state_deadline(chain, state_at(chain, slot_of(chain, k, __builtin_ctz(left))), k);

			latest = Max(latest, deadline);
		}
	return latest;
}

/*
 * The unit's deadline. Chains without any limit are not waited for, so those
 * that have one decide.
 */
static int64
unit_deadline(const Chain *chain)
{
	const ChainRules *rules = chain->rules;
	int64		session_end = span_after(chain->last_at, rules->session);
	int64		latest = CHAIN_CLOSED;

	if (chain->level == rules->steps)
		return CHAIN_CLOSED;
	if (rules->any_order)
	{
		latest = Min(last_deadline(chain), session_end);
		return latest == CHAIN_NO_LIMIT ? CHAIN_CLOSED : latest;
	}
	for (int k = 0; k < rules->steps - 1; k++)
		for (uint32 left = chain->standing[k]; left != 0; left &= left - 1)
		{
			int64		deadline = state_deadline(chain, state_at(chain, slot_of(chain, k, __builtin_ctz(left))), k);

			deadline = Min(deadline, session_end);
			if (deadline != CHAIN_NO_LIMIT)
				latest = Max(latest, deadline);
		}
	return latest;
}

/* The unit ends, or the rows do. */
static void
conclude_unit(Chain *chain)
{
	ChainUnit	unit;

	if (chain->level > 0)
	{
		unit.level = chain->level;
		unit.done = chain->best_done;
		unit.times = chain->best;
		unit.dropped = chain->is_clean || chain->is_pending;
		unit.deadline = unit_deadline(chain);
		chain->emit(chain->context, &unit);
	}
	begin_unit(chain);
}

void
chain_end(Chain *chain)
{
	conclude_unit(chain);
}

/* The next row belongs to another session. */
static void
end_session(Chain *chain)
{
	if (chain->rules->count == CHAIN_ENTITIES)
	{
		chain->is_clean |= chain->is_pending;
		chain->is_pending = false;
		chain->earliest = CHAIN_NO_LIMIT;
		clear_states(chain);
		return;
	}
	conclude_unit(chain);
	if (chain->rules->count == CHAIN_SESSIONS)
		chain->has_entered = false;
}

bool
chain_is_over(const Chain *chain, int64 at)
{
	if (chain->is_over && chain->rules->count == CHAIN_ENTITIES)
		return true;
	return last_deadline(chain) < at ||
		(chain->rules->session != CHAIN_NO_LIMIT && at - chain->last_at > chain->rules->session);
}

bool
chain_can_begin(const Chain *chain, const ChainInstant *instant)
{
	const ChainRules *rules = chain->rules;

	if ((instant->seen & (rules->any_order ? chain_step_bits(rules) : 1)) == 0)
		return false;
	if (!rules->entry_first || !chain->has_entered)
		return true;
	return rules->count == CHAIN_SESSIONS && instant->at - chain->last_at > rules->session;
}

/* ---- matching rows of an instant to steps ---- */

static void
matching_clear(Matching *matching, int rows)
{
	memset(matching->row_of, -1, sizeof(matching->row_of));
	memset(matching->step_of, -1, sizeof(int) * rows);
	matching->filled = 0;
}

static void
matching_copy(Matching *into, const Matching *from, int rows)
{
	memcpy(into->row_of, from->row_of, sizeof(into->row_of));
	memcpy(into->step_of, from->step_of, sizeof(int) * rows);
	into->filled = from->filled;
}

/* Finds a row for a step, and where it is taken another one for the step that has it. */
static bool
find_row(const ChainInstant *instant, bool *visited, Matching *matching, int step)
{
	for (int row = 0; row < instant->kept; row++)
	{
		if (!(instant->masks[row] >> step & 1) || visited[row])
			continue;
		visited[row] = true;
		if (matching->step_of[row] < 0 || find_row(instant, visited, matching, matching->step_of[row]))
		{
			matching->step_of[row] = step;
			matching->row_of[step] = row;
			return true;
		}
	}
	return false;
}

/* Matches one more step; false, and changes nothing, where there are not rows enough. */
static bool
match_step(Chain *chain, const ChainInstant *instant, Matching *matching, int step)
{
	if (!(instant->seen >> step & 1))
		return false;
	memset(chain->visited, false, sizeof(bool) * instant->kept);
	if (!find_row(instant, chain->visited, matching, step))
		return false;
	matching->filled |= (uint32) 1 << step;
	return true;
}

bool
chain_can_fill(const ChainInstant *instant, int first, int last, int row)
{
	Matching	matching;
	bool	   *visited;
	bool		can_fill = true;

	if (instant->rows == 1)
		return first == last;
	visited = palloc(sizeof(bool) * instant->kept);
	matching.step_of = palloc(sizeof(int) * instant->kept);
	matching_clear(&matching, instant->kept);
	for (int step = first; step < last && can_fill; step++)
	{
		memset(visited, false, sizeof(bool) * instant->kept);
		visited[row] = true;	/* it is taken for good */
		can_fill = find_row(instant, visited, &matching, step);
	}
	pfree(visited);
	pfree(matching.step_of);
	return can_fill;
}

/* Finds a step, of those filled, for a row. */
static bool
find_step(const ChainInstant *instant, int row, uint32 filled, uint32 *visited, int *row_of)
{
	for (uint32 left = (uint32) instant->masks[row] & filled; left != 0; left &= left - 1)
	{
		int			step = __builtin_ctz(left);

		if (*visited >> step & 1)
			continue;
		*visited |= (uint32) 1 << step;
		if (row_of[step] < 0 || find_step(instant, row_of[step], filled, visited, row_of))
		{
			row_of[step] = row;
			return true;
		}
	}
	return false;
}

/*
 * Does a row that bars the way from a step stay unused, however the steps just
 * filled are matched? (A matching that uses all of them, and one that fills all
 * steps, make one that does both: Mendelsohn and Dulmage 1958.)
 */
static bool
is_bar_left_over(const Chain *chain, const ChainInstant *instant, int step, uint32 filled)
{
	int			row_of[CHAIN_STEPS];

	if (instant->rows == 1)
		return false;			/* the one row has carried the chain on */
	if (instant->barring[step] > chain_popcount(filled))
		return true;
	memset(row_of, -1, sizeof(row_of));
	for (int row = 0; row < instant->kept; row++)
	{
		uint32		visited = 0;

		if (bars_way(chain->rules, step, instant->masks[row]) &&
			!find_step(instant, row, filled, &visited, row_of))
			return true;
	}
	return false;
}

/* ---- steps in order ---- */

/* The times and steps of a candidate as if it were a state */
static uint32
write_chain(const Chain *chain, const Candidate *candidate, int64 at, int64 *times)
{
	uint32		done = 0;

	if (candidate->origin >= 0)
	{
		const int64 *state = state_at(chain, slot_of(chain, candidate->origin, candidate->origin_choices));

		done = (uint32) state[STATE_DONE];
		memmove(times, state + STATE_TIMES, sizeof(int64) * (candidate->origin + 1));
	}
	for (uint32 left = candidate->filled; left != 0; left &= left - 1)
		times[__builtin_ctz(left)] = at;
	return done | candidate->filled;
}

/*
 * Of two chains of as many rows: is the first the later one, looked at from the
 * start? Of those at equal times it is that which has done the earlier steps.
 */
static bool
is_later_chain(const int64 *times, uint32 done, const int64 *other_times, uint32 other_done)
{
	uint32		difference = done ^ other_done;

	for (uint32 left = done, other_left = other_done; left != 0 && other_left != 0; left &= left - 1, other_left &= other_left - 1)
	{
		int64		at = times[__builtin_ctz(left)];
		int64		other_at = other_times[__builtin_ctz(other_left)];

		if (at != other_at)
			return at > other_at;
	}
	return (difference & -difference & done) != 0;
}

/* Is this the best chain so far? */
static void
note_chain(Chain *chain, const Candidate *candidate, int step, int choices, int64 at)
{
	int			level = chain->rules->level[step];
	int64		times[CHAIN_STEPS];
	uint32		done;

	if (level < chain->level || (level == chain->level && choices < chain->best_choices))
		return;
	if (level > chain->level)
		begin_level(chain, level);
	if (choices == chain->best_choices && (chain->best_at < at || chain->widths == 1))
		return;
	done = write_chain(chain, candidate, at, times);
	if (choices == chain->best_choices && !is_later_chain(times, done, chain->best, chain->best_done))
		return;
	chain->best_choices = choices;
	chain->best_at = at;
	chain->best_done = done;
	memcpy(chain->best, times, sizeof(int64) * chain->rules->steps);
}

/*
 * A chain has got to a step. Of several with as many optional steps the newest
 * is kept. Without optional steps that is the first that is found, since the
 * origins come in order: the newest chain that stands at an earlier step has
 * never begun before the newest of a later one, which was there before.
 */
static void
add_candidate(Chain *chain, const ChainInstant *instant, int step, int origin, int origin_choices, uint32 filled)
{
	const ChainRules *rules = chain->rules;
	Candidate	candidate = {origin, origin_choices, filled, false};
	int			choices = origin_choices + chain_popcount(filled & rules->optional);
	Candidate  *known = &chain->candidates[slot_of(chain, step, choices)];
	bool		is_known = (chain->formed[step] >> choices & 1) != 0;

	if (is_known && chain->widths == 1)
		return;
	note_chain(chain, &candidate, step, choices, instant->at);
	if (step == rules->steps - 1 || (instant->seen & rules->ends[step] & rules->begun[origin + 1]) != 0)
		return;
	if (is_known)
	{
		int64		times[CHAIN_STEPS];
		int64		known_times[CHAIN_STEPS];
		uint32		done = write_chain(chain, &candidate, instant->at, times);
		uint32		known_done = write_chain(chain, known, instant->at, known_times);

		if (!is_later_chain(times, done, known_times, known_done))
			return;
	}
	candidate.is_barred = rules->has_bars && origin >= 0 && is_bar_left_over(chain, instant, step, filled);
	*known = candidate;
	chain->formed[step] |= (uint32) 1 << choices;
}

/* The states at a step that the rows of an instant can still carry on: a bit for each number of optional steps done */
static inline uint32
usable_states(const Chain *chain, int step, int64 at)
{
	uint32		usable = 0;

	for (uint32 left = chain->standing[step]; left != 0; left &= left - 1)
	{
		int			choices = __builtin_ctz(left);

		if (state_deadline(chain, state_at(chain, slot_of(chain, step, choices)), step) >= at)
			usable |= (uint32) 1 << choices;
	}
	return usable;
}

/* A step is reached by one row of its own, from the states before it that need no other. */
static inline void
reach_by_one_row(Chain *chain, const ChainInstant *instant, int step, bool may_begin)
{
	if (step == 0)
	{
		if (may_begin)
			add_candidate(chain, instant, 0, -1, 0, 1);
		return;
	}
	for (int origin = step - 1; origin >= 0; origin--)
	{
		for (uint32 left = usable_states(chain, origin, instant->at); left != 0; left &= left - 1)
			add_candidate(chain, instant, step, origin, __builtin_ctz(left), (uint32) 1 << step);
		if (!(chain->rules->optional >> origin & 1))
			return;
	}
}

/* As many optional steps on the way as there are rows left for */
static void
match_choices(Chain *chain, const ChainInstant *instant, Matching *matching, int origin, int step)
{
	for (int k = origin + 1; k < step; k++)
		if (chain->rules->optional >> k & 1)
			match_step(chain, instant, matching, k);
}

/* All that the rows of an instant can reach from one step; "from" is a bit for each state there. */
static void
reach_from(Chain *chain, const ChainInstant *instant, int origin, uint32 from)
{
	const ChainRules *rules = chain->rules;

	matching_clear(&chain->matching, instant->kept);
	for (int step = origin + 1; step < rules->steps; step++)
	{
		Matching   *matching = &chain->matching;

		if (rules->choices == 0)
		{
			if (!match_step(chain, instant, matching, step))
				return;
		}
		else
		{
			bool		is_optional = (rules->optional >> step & 1) != 0;

			if (!is_optional && !match_step(chain, instant, matching, step))
				return;
			matching = &chain->trial;
			matching_copy(matching, &chain->matching, instant->kept);
			if (is_optional && !match_step(chain, instant, matching, step))
				continue;
			match_choices(chain, instant, matching, origin, step);
		}
		for (uint32 left = from; left != 0; left &= left - 1)
			add_candidate(chain, instant, step, origin, __builtin_ctz(left), matching->filled);
	}
}

/* Finds what the rows of an instant can reach. */
static void
reach_steps(Chain *chain, const ChainInstant *instant, bool may_begin)
{
	const ChainRules *rules = chain->rules;
	uint64		steps = instant->seen & chain_step_bits(rules);

	if (instant->rows == 1 || rules->increase)
	{
		for (; steps != 0; steps &= steps - 1)
			reach_by_one_row(chain, instant, __builtin_ctzll(steps), may_begin);
		return;
	}
	grow_room_for_rows(chain, instant->kept);
	if (may_begin && (steps & 1))
		reach_from(chain, instant, -1, 1);
	for (int origin = 0; origin < rules->steps - 1; origin++)
	{
		uint32		from = chain->standing[origin] == 0 ? 0 : usable_states(chain, origin, instant->at);

		if (from != 0)
			reach_from(chain, instant, origin, from);
	}
}

/* Exclusions and barring rows end the chains that stood before this instant. */
static void
end_states(Chain *chain, const ChainInstant *instant)
{
	const ChainRules *rules = chain->rules;

	for (int k = 0; k < rules->steps - 1; k++)
	{
		if (chain->standing[k] == 0)
			continue;
		if (instant->seen & rules->ends[k])
		{
			chain->standing[k] = 0;
			if (rules->level[k] == chain->level)
			{
				chain->is_pending = false;
				chain->earliest = CHAIN_NO_LIMIT;
			}
		}
		else if (rules->has_bars && bars_way(rules, k, instant->seen))
		{
			chain->standing[k] = 0;
			if (rules->level[k] == chain->level)
				chain->is_clean = true;
		}
	}
}

/* What has been formed becomes a state, from the furthest down: a chain comes from a state below it. */
static void
install_states(Chain *chain, int64 at)
{
	const ChainRules *rules = chain->rules;

	for (int k = rules->steps - 2; k >= 0; k--)
	{
		for (; chain->formed[k] != 0; chain->formed[k] &= chain->formed[k] - 1)
		{
			int			choices = __builtin_ctz(chain->formed[k]);
			int			slot = slot_of(chain, k, choices);
			const Candidate *candidate = &chain->candidates[slot];
			int64	   *state = state_at(chain, slot);
			bool		counts = rules->level[k] == chain->level;
			int64		times[CHAIN_STEPS];
			uint32		done;

			if (candidate->is_barred)
			{
				chain->is_clean |= counts;
				continue;
			}
			done = write_chain(chain, candidate, at, times);
			if (counts)
			{
				int64		deadline = Min(span_after(times[0], rules->within), span_after(at, rules->gap[k]));

				chain->is_pending = true;
				chain->earliest = Min(chain->earliest, deadline);
			}
			if (chain->widths > 1 && (chain->standing[k] >> choices & 1) &&
				!is_later_chain(times, done, state + STATE_TIMES, (uint32) state[STATE_DONE]))
				continue;
			state[STATE_START] = times[0];
			state[STATE_LAST] = at;
			state[STATE_DONE] = done;
			memcpy(state + STATE_TIMES, times, sizeof(int64) * (k + 1));
			chain->standing[k] |= (uint32) 1 << choices;
		}
	}
	chain->formed[rules->steps - 1] = 0;
}

static void
advance_in_order(Chain *chain, const ChainInstant *instant, bool may_begin)
{
	const ChainRules *rules = chain->rules;

	if (rules->entry_first && chain->has_entered)
		may_begin = false;
	reach_steps(chain, instant, may_begin);
	if (rules->has_bars || (instant->seen & ~chain_step_bits(rules)) != 0)
		end_states(chain, instant);
	install_states(chain, instant->at);
	if (instant->seen & 1)
		chain->has_entered = true;
}

/* ---- any order ---- */

static void
add_rows(Chain *chain, const ChainInstant *instant, bool may_begin)
{
	uint64		steps = chain_step_bits(chain->rules);

	if (!may_begin && chain->begin_at == PG_INT64_MIN)
		return;
	if (!may_begin && !chain->has_others)
	{
		chain->has_others = true;
		chain->beginners = chain->basis;
	}
	for (int row = 0; row < (instant->rows == 1 ? 1 : instant->kept); row++)
	{
		uint64		mask = steps & (instant->rows == 1 ? instant->seen : instant->masks[row]);

		if (mask == 0)
			continue;
		basis_add(&chain->basis, instant->at, mask);
		if (may_begin)
			chain->begin_at = instant->at;
		if (may_begin && chain->has_others)
			basis_add(&chain->beginners, instant->at, mask);
	}
}

static void
advance_in_any_order(Chain *chain, const ChainInstant *instant, bool may_begin)
{
	const ChainRules *rules = chain->rules;
	bool		is_excluded = (instant->seen & ~chain_step_bits(rules)) != 0;
	int64		times[CHAIN_STEPS];
	int			count = 0;

	if (instant->seen & chain_step_bits(rules))
	{
		int64		since = rules->within == CHAIN_NO_LIMIT ? PG_INT64_MIN + 1 : instant->at - rules->within;

		add_rows(chain, instant, may_begin);
		count = basis_window(&chain->basis, &chain->beginners, chain->begin_at, Max(since, chain->exclusion_at), times);
		if (count > chain->level)
		{
			begin_level(chain, count);
			chain->best_done = (uint32) (((uint64) 1 << count) - 1);
			memcpy(chain->best, times, sizeof(int64) * count);
		}
	}
	if (is_excluded)
	{
		chain->is_pending = false;
		chain->earliest = CHAIN_NO_LIMIT;
		chain->exclusion_at = instant->at;
	}
	if (count > 0 && count == chain->level && !(is_excluded && times[0] < instant->at))
	{
		chain->is_pending = true;
		chain->earliest = Min(chain->earliest, span_after(times[0], rules->within));
	}
}

/* ---- rows in ---- */

/* Is there a chain that a row of this moment could carry on, of an attempt? */
static inline bool
is_running(const Chain *chain, int64 at)
{
	return last_deadline(chain) >= at;
}

void
chain_advance(Chain *chain, const ChainInstant *instant, bool may_begin)
{
	const ChainRules *rules = chain->rules;

	if (rules->session != CHAIN_NO_LIMIT && chain->has_last && instant->at - chain->last_at > rules->session)
		end_session(chain);
	chain->has_last = true;
	chain->last_at = instant->at;
	if (chain->is_over)
		return;
	if (chain->is_pending && chain->earliest < instant->at)
		chain->is_clean = true;
	if (rules->count == CHAIN_ATTEMPTS && chain->level > 0 && !is_running(chain, instant->at))
		conclude_unit(chain);

	if (rules->any_order)
		advance_in_any_order(chain, instant, may_begin);
	else
		advance_in_order(chain, instant, may_begin);

	if (rules->count == CHAIN_ATTEMPTS)
	{
		if (chain->level > 0 && (chain->level == rules->steps || !is_running(chain, instant->at)))
			conclude_unit(chain);
	}
	else if (chain->level == rules->steps && (rules->any_order || chain->best_choices == rules->choices))
		chain->is_over = true;
}
