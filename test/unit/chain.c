/*
 * chain.c
 *		Tests of src/path/chain.c against exhaustive search.
 *
 * Small random cases: a few rows at few moments under random rules. The search
 * lists every chain that the definition allows (doc/journey.md) and reads the
 * answer off the list; it shares no idea with the algorithm. Prints TAP; CASES
 * in the environment says how many of each kind, a few thousand by default.
 */
#include "path/chain.h"

#include "unit.h"

#define MOST_ROWS	9
#define MOST_UNITS	(MOST_ROWS + 1)

typedef struct Case
{
	ChainRules	rules;
	int			rows;
	int64		at[MOST_ROWS];	/* in order */
	uint64		mask[MOST_ROWS];
	int64		begin_from;		/* chains may begin from here to there */
	int64		begin_until;
}			Case;

/* A unit as either side tells it */
typedef struct Answer
{
	int			level;
	uint32		done;
	int64		times[CHAIN_STEPS];
	bool		dropped;
	int64		deadline;		/* of the chains that have one */
	bool		runs_on;		/* a chain has none */
}			Answer;

static void
add_deadline(Answer *answer, int64 deadline)
{
	if (deadline == CHAIN_NO_LIMIT)
		answer->runs_on = true;
	else
		answer->deadline = Max(answer->deadline, deadline);
}

typedef struct Answers
{
	int			count;
	Answer		unit[MOST_UNITS];
}			Answers;

/* All end with the session, at the latest. */
static void
limit_deadline(Answer *answer, int64 session_end)
{
	if (answer->runs_on && session_end != CHAIN_NO_LIMIT)
		answer->deadline = session_end;
	answer->deadline = Min(answer->deadline, session_end);
}

/* ---- the search ---- */

/* One chain: what the search has put together so far */
typedef struct Found
{
	int			length;
	int			step[CHAIN_STEPS];
	int			row[CHAIN_STEPS];
}			Found;

#define MOST_FOUND	200000

static Found found[MOST_FOUND];
static int	found_count;

static const Case *given;
static int	first_row;			/* the rows searched: of a session, or of an attempt */
static int	end_row;
static int64 entry_at;			/* of the first row of the first step that counts */

#define rules_of	(&given->rules)
#define time_of(chain, i)	(given->at[(chain)->row[i]])
#define last_of(chain)		((chain)->length - 1)

static bool
uses_row(const Found *chain, int row)
{
	for (int i = 0; i < chain->length; i++)
		if (chain->row[i] == row)
			return true;
	return false;
}

static bool
row_bars(int row, int step)
{
	uint64		mask = given->mask[row] & chain_step_bits(rules_of);

	if (rules_of->contiguous >> step & 1)
		return true;
	for (int k = 0; k < rules_of->steps; k++)
		if ((mask >> k & 1) && (k <= step + 1 ? rules_of->no_repeat : rules_of->no_skip))
			return true;
	return false;
}

static bool
may_begin(int row)
{
	return given->at[row] >= given->begin_from && given->at[row] <= given->begin_until &&
		(!rules_of->entry_first || given->at[row] == entry_at);
}

/* Is there an exclusion that counts strictly between the step it counts after and the moment? */
static bool
is_excluded_before(const Found *chain, int64 moment, int next_step)
{
	for (int e = 0; e < rules_of->exclusions; e++)
		for (int i = 0; i < chain->length; i++)
		{
			if (chain->step[i] != rules_of->after[e])
				continue;
			for (int row = first_row; row < end_row; row++)
				if ((given->mask[row] & chain_exclusion_bit(rules_of, e)) && given->at[row] > time_of(chain, i) &&
					given->at[row] < moment && next_step <= rules_of->before[e])
					return true;
		}
	return false;
}

/* Can the chain take a row for a step? */
static bool
can_take(const Found *chain, int step, int row)
{
	int64		at = given->at[row];
	int			last = last_of(chain);

	if (!(given->mask[row] >> step & 1) || uses_row(chain, row))
		return false;
	if (chain->length == 0)
		return may_begin(row);
	if (at < time_of(chain, last) || (rules_of->increase && at == time_of(chain, last)))
		return false;
	if (rules_of->within != CHAIN_NO_LIMIT && at > time_of(chain, 0) + rules_of->within)
		return false;
	if (rules_of->gap[chain->step[last]] != CHAIN_NO_LIMIT && at > time_of(chain, last) + rules_of->gap[chain->step[last]])
		return false;
	for (int other = first_row; at > time_of(chain, last) && other < end_row; other++)
		if (row_bars(other, chain->step[last]) && !uses_row(chain, other) &&
			((given->at[other] > time_of(chain, last) && given->at[other] < at) ||
			 (given->at[other] == time_of(chain, last) && time_of(chain, last) > time_of(chain, 0))))
			return false;
	return !is_excluded_before(chain, at, step);
}

static void
search(Found *chain)
{
	int			next = chain->length == 0 ? 0 : chain->step[last_of(chain)] + 1;

	for (int step = next; step < rules_of->steps; step++)
	{
		for (int row = first_row; row < end_row; row++)
		{
			if (!can_take(chain, step, row))
				continue;
			chain->step[chain->length] = step;
			chain->row[chain->length] = row;
			chain->length++;
			if (found_count == MOST_FOUND)
				abort();
			found[found_count++] = *chain;
			search(chain);
			chain->length--;
		}
		if (!(rules_of->optional >> step & 1))
			return;
	}
}

static int
found_level(const Found *chain)
{
	return rules_of->level[chain->step[last_of(chain)]];
}

static int
found_choices(const Found *chain)
{
	int			choices = 0;

	for (int i = 0; i < chain->length; i++)
		choices += rules_of->optional >> chain->step[i] & 1;
	return choices;
}

/* Of chains of as many rows: is the first the later, from the start? At equal times: by the earlier steps. */
static bool
is_later(const Found *a, const Found *b)
{
	for (int i = 0; i < a->length; i++)
		if (time_of(a, i) != time_of(b, i))
			return time_of(a, i) > time_of(b, i);
	for (int i = 0; i < a->length; i++)
		if (a->step[i] != b->step[i])
			return a->step[i] < b->step[i];
	return false;
}

static int64
plus(int64 at, int64 span)
{
	return span == CHAIN_NO_LIMIT ? CHAIN_NO_LIMIT : at + span;
}

static int64
found_deadline(const Found *chain)
{
	return Min(plus(time_of(chain, 0), rules_of->within),
			   plus(time_of(chain, last_of(chain)), rules_of->gap[chain->step[last_of(chain)]]));
}

typedef enum Fate
{
	FATE_PENDING,
	FATE_CLEAN,
	FATE_EXCLUDED
}			Fate;

/* What becomes of a chain that goes no further: the first thing that happens to it */
static Fate
found_fate(const Found *chain)
{
	int			last = last_of(chain);
	int			step = chain->step[last];
	int64		end = time_of(chain, last);
	int64		deadline = found_deadline(chain);

	for (int row = first_row; row < end_row; row++)
	{
		int64		at = given->at[row];
		bool		same_moment_ended = false;

		if (at < end)
			continue;
		if (at > deadline)
			return FATE_CLEAN;
		/* exclusions of this moment come before the rows of it that bar */
		for (int other = first_row; other < end_row; other++)
			for (int e = 0; given->at[other] == at && e < rules_of->exclusions; e++)
				if ((given->mask[other] & chain_exclusion_bit(rules_of, e)) && step < rules_of->before[e])
					for (int i = 0; i < chain->length; i++)
						if (chain->step[i] == rules_of->after[e] && time_of(chain, i) < at)
							same_moment_ended = true;
		if (same_moment_ended)
			return FATE_EXCLUDED;
		if (!uses_row(chain, row) && row_bars(row, step) && (at > end || end > time_of(chain, 0)))
			return FATE_CLEAN;
	}
	return FATE_PENDING;
}

/* Do two chains take the same time at each step? */
static bool
is_same_times(const Found *a, const Found *b)
{
	if (a->length != b->length)
		return false;
	for (int i = 0; i < a->length; i++)
		if (a->step[i] != b->step[i] || time_of(a, i) != time_of(b, i))
			return false;
	return true;
}

/* Is there another way to the same end that is newer (or as new, and not barred)? */
static bool
is_outdone(const Found *chain)
{
	for (int i = 0; i < found_count; i++)
	{
		const Found *other = &found[i];

		if (other->length == chain->length && other->step[last_of(other)] == chain->step[last_of(chain)] &&
			time_of(other, last_of(other)) == time_of(chain, last_of(chain)) &&
			(is_later(other, chain) ||
			 (is_same_times(other, chain) && found_fate(other) != FATE_CLEAN && found_fate(chain) == FATE_CLEAN)))
			return true;
	}
	return false;
}

/* The answer for the rows from first_row to end_row; the deadline but for the session. */
static bool
search_in_order(Answer *answer)
{
	Found		empty = {0};
	const Found *best = NULL;

	found_count = 0;
	search(&empty);
	for (int i = 0; i < found_count; i++)
	{
		const Found *chain = &found[i];
		int64		end = time_of(chain, last_of(chain));

		if (best == NULL || found_level(chain) > found_level(best) ||
			(found_level(chain) == found_level(best) &&
			 (found_choices(chain) > found_choices(best) ||
			  (found_choices(chain) == found_choices(best) &&
			   (end < time_of(best, last_of(best)) ||
				(end == time_of(best, last_of(best)) && is_later(chain, best)))))))
			best = chain;
	}
	if (best == NULL)
		return false;
	answer->level = found_level(best);
	answer->done = 0;
	for (int i = 0; i < best->length; i++)
	{
		answer->done |= (uint32) 1 << best->step[i];
		answer->times[best->step[i]] = time_of(best, i);
	}
	answer->dropped = false;
	answer->deadline = CHAIN_CLOSED;
	answer->runs_on = false;
	if (answer->level == rules_of->steps)
		return true;
	for (int i = 0; i < found_count; i++)
	{
		const Found *chain = &found[i];
		Fate		fate = found_fate(chain);

		if (fate == FATE_PENDING)
			add_deadline(answer, found_deadline(chain));
		if (found_level(chain) == answer->level && fate != FATE_EXCLUDED && !answer->dropped)
			answer->dropped = !is_outdone(chain);
	}
	return true;
}

/* Can so many different steps be matched to the rows of a set? */
static int
most_matched(uint32 set, int row, uint32 used)
{
	int			most;

	while (row < end_row && !(set >> row & 1))
		row++;
	if (row == end_row)
		return 0;
	most = most_matched(set, row + 1, used);
	for (int step = 0; step < rules_of->steps; step++)
		if ((given->mask[row] >> step & 1) && !(used >> step & 1))
			most = Max(most, 1 + most_matched(set, row + 1, used | (uint32) 1 << step));
	return most;
}

/* A set of rows, by bits, each of a different step */
typedef struct RowSet
{
	int			size;
	int64		times[MOST_ROWS];
}			RowSet;

static bool
read_set(uint32 set, RowSet *into)
{
	into->size = 0;
	for (int row = first_row; row < end_row; row++)
		if (set >> row & 1)
			into->times[into->size++] = given->at[row];
	if (into->size == 0 || into->size > rules_of->steps || most_matched(set, first_row, 0) < into->size)
		return false;
	if (into->times[0] < given->begin_from || into->times[0] > given->begin_until ||
		into->times[into->size - 1] > plus(into->times[0], rules_of->within))
		return false;
	for (int row = first_row; row < end_row; row++)
		if (given->mask[row] >> rules_of->steps && given->at[row] > into->times[0] &&
			given->at[row] < into->times[into->size - 1])
			return false;
	return true;
}

/* Of sets of one size: the earlier end, then the latest rows from the end back */
static bool
is_better_set(const RowSet *a, const RowSet *b)
{
	if (a->times[a->size - 1] != b->times[b->size - 1])
		return a->times[a->size - 1] < b->times[b->size - 1];
	for (int i = a->size - 1; i >= 0; i--)
		if (a->times[i] != b->times[i])
			return a->times[i] > b->times[i];
	return false;
}

static Fate
set_fate(const RowSet *set)
{
	for (int row = first_row; row < end_row; row++)
	{
		int64		at = given->at[row];

		if (at < set->times[set->size - 1])
			continue;
		if (at > plus(set->times[0], rules_of->within))
			return FATE_CLEAN;
		if (given->mask[row] >> rules_of->steps && at > set->times[0])
			return FATE_EXCLUDED;
	}
	return FATE_PENDING;
}

static bool
search_in_any_order(Answer *answer)
{
	static RowSet sets[1 << MOST_ROWS];
	int			count = 0;
	int			best = -1;

	for (uint32 set = 1; set < (uint32) 1 << end_row; set++)
		if ((set & (((uint32) 1 << first_row) - 1)) == 0 && read_set(set, &sets[count]))
		{
			if (best < 0 || sets[count].size > sets[best].size ||
				(sets[count].size == sets[best].size && is_better_set(&sets[count], &sets[best])))
				best = count;
			count++;
		}
	if (best < 0)
		return false;
	answer->level = sets[best].size;
	answer->done = (uint32) (((uint64) 1 << answer->level) - 1);
	memcpy(answer->times, sets[best].times, sizeof(int64) * answer->level);
	answer->dropped = false;
	answer->deadline = CHAIN_CLOSED;
	answer->runs_on = false;
	if (answer->level == rules_of->steps)
		return true;
	for (int i = 0; i < count; i++)
	{
		Fate		fate = set_fate(&sets[i]);
		bool		outdone = false;

		if (fate == FATE_PENDING)
			add_deadline(answer, plus(sets[i].times[0], rules_of->within));
		if (sets[i].size != answer->level || fate == FATE_EXCLUDED)
			continue;
		for (int j = 0; j < count; j++)
			outdone |= sets[j].size == sets[i].size &&
				sets[j].times[sets[j].size - 1] == sets[i].times[sets[i].size - 1] && is_better_set(&sets[j], &sets[i]);
		answer->dropped |= !outdone;
	}
	return true;
}

static bool
search_rows(int from, int end, Answer *answer)
{
	first_row = from;
	end_row = end;
	return rules_of->any_order ? search_in_any_order(answer) : search_in_order(answer);
}

/* The attempts among the rows of one session */
static void
search_attempts(int from, int end, Answers *answers)
{
	int			begin = from;

	while (begin < end)
	{
		Answer		answer = {0};
		Answer		before = {0};
		bool		runs = false;
		int			row = begin;

		/* moment by moment */
		while (row < end)
		{
			int			next = row;
			bool		was_running = runs;

			while (next < end && given->at[next] == given->at[row])
				next++;
			before = answer;
			if (was_running && !before.runs_on && before.deadline < given->at[row])
				break;			/* it had ended before this moment */
			runs = search_rows(begin, next, &answer);
			row = next;
			if (runs && (answer.level == rules_of->steps || (answer.deadline == CHAIN_CLOSED && !answer.runs_on)))
			{
				before = answer;
				break;
			}
			if (!runs)
				begin = next;	/* nothing has begun yet */
			before = answer;
		}
		if (runs)
			answers->unit[answers->count++] = before;
		begin = row;
	}
}

static void
answer_by_search(const Case *of, Answers *answers)
{
	bool		is_whole = of->rules.count == CHAIN_ENTITIES;
	int			from = 0;
	Answer		whole = {0};
	bool		has_whole = false;

	given = of;
	answers->count = 0;
	entry_at = PG_INT64_MAX;
	for (int row = of->rows - 1; row >= 0; row--)
		if ((of->mask[row] & 1))
			entry_at = of->at[row];
	while (from < of->rows)
	{
		int			end = from + 1;
		Answer		answer = {0};
		int64		session_end;

		while (end < of->rows && (of->rules.session == CHAIN_NO_LIMIT || of->at[end] - of->at[end - 1] <= of->rules.session))
			end++;
		session_end = plus(of->at[end - 1], of->rules.session);
		if (of->rules.count == CHAIN_SESSIONS)
		{
			entry_at = PG_INT64_MAX;
			for (int row = end - 1; row >= from; row--)
				if ((of->mask[row] & 1))
					entry_at = of->at[row];
		}
		if (of->rules.count == CHAIN_ATTEMPTS)
		{
			int			before = answers->count;

			search_attempts(from, end, answers);
			for (int i = before; i < answers->count; i++)
				limit_deadline(&answers->unit[i], session_end);
		}
		else if (search_rows(from, end, &answer))
		{
			limit_deadline(&answer, session_end);
			if (!is_whole)
				answers->unit[answers->count++] = answer;
			else if (!has_whole || answer.level > whole.level ||
					 (answer.level == whole.level && chain_popcount(answer.done) > chain_popcount(whole.done)))
			{
				bool		dropped = answer.dropped || (has_whole && answer.level == whole.level && whole.dropped);
				int64		deadline = has_whole ? Max(whole.deadline, answer.deadline) : answer.deadline;

				whole = answer;
				whole.dropped = dropped;
				whole.deadline = deadline;
				has_whole = true;
			}
			else
			{
				whole.dropped |= answer.level == whole.level && answer.dropped;
				whole.deadline = Max(whole.deadline, answer.deadline);
			}
		}
		from = end;
	}
	if (has_whole)
		answers->unit[answers->count++] = whole;
}

/* ---- the algorithm ---- */

static void
take_unit(void *context, const ChainUnit *unit)
{
	Answers    *answers = context;
	Answer	   *answer = &answers->unit[answers->count++];

	answer->level = unit->level;
	answer->done = unit->done;
	memcpy(answer->times, unit->times, sizeof(answer->times));
	answer->dropped = unit->dropped;
	answer->deadline = unit->deadline;
}

static void
answer_by_chain(const Case *of, Answers *answers)
{
	ChainInstant instant = {0};
	Chain	   *chain = chain_create(&of->rules, take_unit, answers);

	answers->count = 0;
	chain_begin(chain);
	for (int row = 0; row < of->rows;)
	{
		int64		at = of->at[row];

		chain_instant_begin(&instant, &of->rules, at, of->mask[row++]);
		while (row < of->rows && of->at[row] == at)
			chain_instant_add(&instant, &of->rules, of->mask[row++]);
		chain_advance(chain, &instant, at >= of->begin_from && at <= of->begin_until);
	}
	chain_end(chain);
}

/* ---- comparing them ---- */

static void
print_case(const Case *of)
{
	const ChainRules *rules = &of->rules;

	printf("# steps %d, optional %x, within %lld, session %lld, any %d, increase %d, no_repeat %d, no_skip %d, contiguous %x, first %d, count %d, begin %lld..%lld\n",
		   rules->steps, rules->optional, (long long) rules->within, (long long) rules->session, rules->any_order,
		   rules->increase, rules->no_repeat, rules->no_skip, rules->contiguous, rules->entry_first, rules->count,
		   (long long) of->begin_from, (long long) of->begin_until);
	for (int k = 0; k < rules->steps - 1; k++)
		if (rules->gap[k] != CHAIN_NO_LIMIT)
			printf("# gap %lld (%d-%d)\n", (long long) rules->gap[k], k + 1, k + 2);
	for (int e = 0; e < rules->exclusions; e++)
		printf("# x%d (%d-%d)\n", e + 1, rules->after[e] + 1, rules->before[e] + 1);
	for (int row = 0; row < of->rows; row++)
		printf("#   at %lld: %llx\n", (long long) of->at[row], (unsigned long long) of->mask[row]);
}

static void
print_answers(const char *whose, const Answers *answers)
{
	for (int i = 0; i < answers->count; i++)
	{
		printf("# %s: level %d, done %x, dropped %d, deadline %lld, times", whose, answers->unit[i].level,
			   answers->unit[i].done, answers->unit[i].dropped, (long long) answers->unit[i].deadline);
		for (int k = 0; k < CHAIN_STEPS; k++)
			if (answers->unit[i].done >> k & 1)
				printf(" %lld", (long long) answers->unit[i].times[k]);
		printf("\n");
	}
	if (answers->count == 0)
		printf("# %s: none\n", whose);
}

/* Deadlines in the past are all the same, and of no matter where the last step was reached. */
static int64
deadline_after(const Case *of, const Answer *answer)
{
	if (answer->level == of->rules.steps || answer->deadline <= of->at[of->rows - 1])
		return CHAIN_CLOSED;
	return answer->deadline;
}

static bool
is_same_answer(const Case *of, const Answer *a, const Answer *b)
{
	if (a->level != b->level || a->done != b->done || deadline_after(of, a) != deadline_after(of, b))
		return false;
	if (a->level < of->rules.steps && a->dropped != b->dropped)
		return false;
	for (int k = 0; k < of->rules.steps; k++)
		if ((a->done >> k & 1) && a->times[k] != b->times[k])
			return false;
	return true;
}

static bool
agrees(const Case *of)
{
	Answers		searched;
	Answers		got;
	bool		same;

	answer_by_search(of, &searched);
	answer_by_chain(of, &got);
	same = searched.count == got.count;
	for (int i = 0; same && i < got.count; i++)
		same = is_same_answer(of, &searched.unit[i], &got.unit[i]);
	if (!same)
	{
		print_case(of);
		print_answers("expected", &searched);
		print_answers("got", &got);
	}
	return same;
}

/* ---- random cases ---- */

static uint64 seed = 20261126;

static int
random_below(int limit)
{
	seed = seed * UINT64CONST(6364136223846793005) + UINT64CONST(1442695040888963407);
	return (int) ((seed >> 33) % (uint64) limit);
}

#define one_in(n)	(random_below(n) == 0)

enum
{
	KIND_PLAIN,
	KIND_EXCLUSIONS,
	KIND_BARS,
	KIND_GAPS,
	KIND_OPTIONAL,
	KIND_ANY_ORDER,
	KIND_ALL,
	KINDS
};

static const char *const kind_names[KINDS] = {
	"steps in order within a time", "exclusions", "rows that bar", "gaps", "optional steps", "any order", "all at once"
};

static void
make_rules(ChainRules *rules, int kind)
{
	memset(rules, 0, sizeof(ChainRules));
	rules->steps = 1 + random_below(4);
	rules->within = one_in(4) ? CHAIN_NO_LIMIT : random_below(8);
	rules->session = one_in(4) ? 1 + random_below(3) : CHAIN_NO_LIMIT;
	for (int k = 0; k < CHAIN_STEPS; k++)
		rules->gap[k] = CHAIN_NO_LIMIT;
	rules->count = (ChainCount) (one_in(2) ? CHAIN_ENTITIES : random_below(3));
	if (rules->count == CHAIN_SESSIONS && rules->session == CHAIN_NO_LIMIT)
		rules->session = 2;
	if (kind == KIND_EXCLUSIONS || (kind >= KIND_BARS && one_in(2)))
		rules->exclusions = rules->steps == 1 ? 0 : 1 + random_below(2);
	for (int e = 0; e < rules->exclusions; e++)
	{
		rules->after[e] = (uint8) random_below(rules->steps - 1);
		rules->before[e] = (uint8) (rules->after[e] + 1 + random_below(rules->steps - 1 - rules->after[e]));
	}
	if (kind == KIND_ANY_ORDER)
	{
		rules->any_order = true;
		for (int e = 0; e < rules->exclusions; e++)
		{
			rules->after[e] = 0;
			rules->before[e] = (uint8) (rules->steps - 1);
		}
		return;
	}
	rules->entry_first = one_in(5);
	rules->increase = one_in(4);
	if (kind == KIND_BARS || kind == KIND_ALL)
	{
		rules->no_repeat = one_in(2);
		rules->no_skip = one_in(2);
		rules->contiguous = one_in(3) ? (uint32) random_below(1 << (rules->steps - 1)) : 0;
	}
	if (kind == KIND_GAPS || kind == KIND_ALL)
		for (int k = 0; k < rules->steps - 1; k++)
			if (!one_in(3))
				rules->gap[k] = 1 + random_below(4);
	if (kind == KIND_OPTIONAL)
	{
		for (int k = 1; k < rules->steps - 1; k++)
			rules->optional |= one_in(2) ? 0 : (uint32) 1 << k;
		for (int e = 0; e < rules->exclusions; e++)
		{
			while (rules->optional >> rules->after[e] & 1)
				rules->after[e]--;
			while (rules->optional >> rules->before[e] & 1)
				rules->before[e]++;
		}
	}
}

static void
make_case(Case *of, int kind)
{
	int			bits;
	int			moments = 1 + random_below(9);

	make_rules(&of->rules, kind);
	chain_prepare(&of->rules);
	bits = of->rules.steps + of->rules.exclusions;
	of->rows = 1 + random_below(MOST_ROWS);
	for (int row = 0; row < of->rows; row++)
	{
		int64		at = random_below(moments) - 3;
		int			place = row;

		for (; place > 0 && of->at[place - 1] > at; place--)
		{
			of->at[place] = of->at[place - 1];
			of->mask[place] = of->mask[place - 1];
		}
		of->at[place] = at;
		of->mask[place] = one_in(6) ? 0 : UINT64CONST(1) << random_below(bits);
		if (one_in(4))
			of->mask[place] |= (uint64) random_below(1 << bits);
	}
	of->begin_from = PG_INT64_MIN;
	of->begin_until = PG_INT64_MAX;
	if (one_in(4))
	{
		of->begin_from = random_below(moments) - 3;
		of->begin_until = of->begin_from + random_below(4);
	}
}

int
main(void)
{
	const char *wanted = getenv("CASES");
	int			cases = wanted ? atoi(wanted) : 5000;

	for (int kind = 0; kind < KINDS; kind++)
	{
		int			different = 0;
		Case		of;

		for (int i = 0; i < cases && different < 3; i++)
		{
			make_case(&of, kind);
			if (!agrees(&of))
				different++;
		}
		ok(different == 0, "%s: %d random cases as exhaustive search has them", kind_names[kind], cases);
	}
	return end_tests();
}
