/*
 * survival.c
 *		Won, lost and open as competing ends: rows into a summary.
 *
 * Rows are entities, each with a start and, where it ended, an end and how it
 * ended. See doc/survival.md.
 */
#include "base/compat.h"

#include "base/argument.h"
#include "kpi/survival_summary.h"
#include "utils/builtins.h"

#define LABELS_FIRST	16		/* bytes: room for "won" and "lost" */

#define TAIL(survival)	((char *) (survival) + sizeof(SurvivalSummary))

static void
point_at_tail(SurvivalSummary *survival)
{
	survival->labels = TAIL(survival);
	survival->cells = (Cells *) (TAIL(survival) + survival->labels_room);
}

/* A copy of a state with room for so much, in its tail */
static SurvivalSummary *
reshape_state(const SurvivalSummary *survival, int labels_room, int bits)
{
	Size		size = sizeof(SurvivalSummary) + labels_room + cells_size(bits);
	SurvivalSummary *larger = palloc(size);

	memcpy(larger, survival, sizeof(SurvivalSummary));
	SET_VARSIZE(larger, size);
	larger->labels_room = labels_room;
	larger->outcome = NULL;
	larger->cell = NULL;
	point_at_tail(larger);
	memset(larger->labels, 0, labels_room);
	cells_init(larger->cells, bits);
	if (survival->cells != NULL)
	{
		memcpy(larger->labels, survival->labels, survival->labels_used);
		cells_merge(larger->cells, survival->cells);
	}
	return larger;
}

/* The kind of an outcome, which becomes one of the state where it is not yet; it may grow. */
static int
state_kind(SurvivalSummary **state, const char *text, int length)
{
	SurvivalSummary *survival = *state;
	char	   *at = survival->labels;

	for (int i = 0; i < survival->outcomes; i++)
	{
		if ((uint8) *at == length && memcmp(at + 1, text, length) == 0)
			return KIND_OUTCOME + i;
		at += 1 + (uint8) *at;
	}
	if (survival->outcomes == SURVIVAL_OUTCOMES)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("survival_agg has more than %d outcomes; one more is \"%.*s\"", SURVIVAL_OUTCOMES, length, text),
				 errhint("An outcome says how something ended: won, lost. Is this a name or a number of each?")));
	if (survival->labels_used + 1 + length > survival->labels_room)
		survival = *state = reshape_state(survival, MAXALIGN(2 * (survival->labels_used + 1 + length)), survival->cells->bits);
	at = survival->labels + survival->labels_used;
	*at = (char) length;
	memcpy(at + 1, text, length);
	survival->labels_used += 1 + length;
	return KIND_OUTCOME + survival->outcomes++;
}

static int
state_kind_of_text(SurvivalSummary **state, const text *outcome)
{
	int			length = VARSIZE_ANY_EXHDR(outcome);

	if (length > OUTCOME_BYTES)
		ereport(ERROR,
				(errcode(ERRCODE_STRING_DATA_RIGHT_TRUNCATION),
				 errmsg("an outcome of %d bytes is longer than %d", length, OUTCOME_BYTES),
				 errhint("An outcome says how something ended, in a word or two.")));
	return state_kind(state, VARDATA_ANY(outcome), length);
}

/* Adds to a cell; the state may grow. */
static inline void
state_count(SurvivalSummary **state, int kind, int day, int64 rows)
{
	while (unlikely(!cells_add((*state)->cells, cell_key(kind, day), rows)))
		*state = reshape_state(*state, (*state)->labels_room, cells_next_bits((*state)->cells));
}

/* Adds the cells of a summary that has been read, and its outcomes. */
static void
state_add_cells(SurvivalSummary **state, const SurvivalSummary *other)
{
	int			kinds[KIND_OUTCOME + SURVIVAL_OUTCOMES] = {KIND_OPEN, KIND_ENTERED};

	for (int i = 0; i < other->outcomes; i++)
		kinds[KIND_OUTCOME + i] = state_kind(state, other->outcome[i].text, other->outcome[i].length);
	for (int i = 0; i < other->cell_count; i++)
		state_count(state, kinds[cell_kind(&other->cell[i])], cell_day(&other->cell[i]), other->cell[i].rows);
}

/* The state of an aggregate, with its tail; of one that was packed, made again */
static SurvivalSummary *
survival_state(FunctionCallInfo fcinfo)
{
	SurvivalSummary *given = summary_state(&survival_type, fcinfo);
	SurvivalSummary *survival;

	if (likely(VARSIZE(given) > sizeof(SurvivalSummary)))
	{
		point_at_tail(given);
		return given;
	}
	survival_settle(given);
	survival = palloc(sizeof(SurvivalSummary));
	memcpy(survival, given, sizeof(SurvivalSummary));
	survival->outcomes = 0;
	survival->won = survival->lost = survival->ended = 0;
	survival->labels_used = 0;
	survival->cells = NULL;
	survival = reshape_state(survival, LABELS_FIRST, CELLS_FIRST_BITS);
	state_add_cells(&survival, given);
	return survival;
}

#define RETURN_SURVIVAL_STATE(survival) \
	return summary_state_datum(&survival_type, (survival), true)

static inline void
see_moment(SurvivalSummary *survival, Timestamp at)
{
	survival->data_from = Min(survival->data_from, at);
	survival->data_through = Max(survival->data_through, at);
}

static void
set_as_of(SurvivalSummary *survival, Timestamp as_of)
{
	check_as_of_moment(as_of, true);
	if (survival->as_of != MOMENT_NONE_FROM)
		refuse_change("as_of", moment_text(survival->as_of, true), moment_text(as_of, true));
	survival->as_of = as_of;
}

/* The argument as_of, which has to be the same throughout a group */
static inline Timestamp
read_as_of(SurvivalSummary *survival, FunctionCallInfo fcinfo, Timestamp (*moment) (Datum), int argument)
{
	Timestamp	as_of;

	if (PG_ARGISNULL(argument))
		refuse_null("as_of", "It is the moment up to which ends are known: what has not ended by then is open. Give it for every row.");
	as_of = moment(PG_GETARG_DATUM(argument));
	if (unlikely(as_of != survival->as_of || as_of == MOMENT_NONE_FROM))	/* which infinity is, too */
		set_as_of(survival, as_of);
	return as_of;
}

/*
 * The first cell that an entity is at risk in for all of its day: 0 where it
 * is not older than the moment from which ends could be seen. SURVIVAL_DAYS,
 * which is behind all ages, where that never came.
 */
static inline int
entry_day(Timestamp started, Timestamp observed_from)
{
	if (observed_from <= started)
		return 0;
	if (!moment_in_range(observed_from))
		return SURVIVAL_DAYS;
	return (int) ((observed_from - started + USECS_PER_DAY - 1) / USECS_PER_DAY);
}

/*
 * Counts a row: the second and third argument are its start and its end, the
 * last as_of, or the two last as_of and observed_from. "kind" is that of its
 * outcome, KIND_OPEN without one.
 */
static inline SurvivalReason
count_row(SurvivalSummary **state, FunctionCallInfo fcinfo, Timestamp (*moment) (Datum), int kind, int as_of_argument)
{
	SurvivalSummary *survival = *state;
	Timestamp	as_of = read_as_of(survival, fcinfo, moment, as_of_argument);
	Timestamp	started;
	Timestamp	last;
	int			entered = 0;
	int			day;

	if (PG_ARGISNULL(1))
		return SURVIVAL_NO_START;
	started = moment(PG_GETARG_DATUM(1));
	if (!moment_in_range(started))
		return SURVIVAL_OUT_OF_RANGE;
	last = as_of;
	if (kind != KIND_OPEN)
	{
		Timestamp	ended = moment(PG_GETARG_DATUM(2));

		if (!moment_in_range(ended))
			return SURVIVAL_OUT_OF_RANGE;
		if (ended < started)
			return SURVIVAL_END_BEFORE_START;
		if (ended > as_of)
			kind = KIND_OPEN;
		else
			last = ended;
	}
	if (started > as_of)
		return SURVIVAL_AFTER_AS_OF;

	day = (int) ((last - started) / USECS_PER_DAY);
	if (PG_NARGS() > as_of_argument + 1 && !PG_ARGISNULL(as_of_argument + 1))
		entered = entry_day(started, moment(PG_GETARG_DATUM(as_of_argument + 1)));
	if (entered > day)
		return SURVIVAL_BEFORE_OBSERVED;

	see_moment(survival, started);
	if (kind != KIND_OPEN)
		see_moment(survival, last);
	state_count(state, kind, day, 1);
	if (entered > 0)
		state_count(state, KIND_ENTERED, entered, 1);
	return SURVIVAL_USED;
}

/* Won or lost; both are outcomes of every such summary, so that it shows that nobody lost. */
static inline SurvivalReason
count_won(SurvivalSummary **state, FunctionCallInfo fcinfo, Timestamp (*moment) (Datum))
{
	int			kind = KIND_OPEN;

	if (unlikely((*state)->won == 0))
	{
		int			lost = state_kind(state, "lost", 4);
		int			won = state_kind(state, "won", 3);

		(*state)->lost = lost;
		(*state)->won = won;
	}
	if (!PG_ARGISNULL(3))
	{
		if (PG_ARGISNULL(2))
		{
			read_as_of(*state, fcinfo, moment, 4);
			return PG_ARGISNULL(1) ? SURVIVAL_NO_START : SURVIVAL_NO_END;
		}
		kind = PG_GETARG_BOOL(3) ? (*state)->won : (*state)->lost;
	}
	return count_row(state, fcinfo, moment, kind, 4);
}

/* An outcome by its name; without an end it is open whatever its status says, as "Negotiating" does. */
static inline SurvivalReason
count_outcome(SurvivalSummary **state, FunctionCallInfo fcinfo, Timestamp (*moment) (Datum))
{
	int			kind = KIND_OPEN;

	if (!PG_ARGISNULL(3) && !PG_ARGISNULL(2))
	{
		text	   *outcome = PG_GETARG_TEXT_PP(3);

		if (!outcome_is_open(VARDATA_ANY(outcome), VARSIZE_ANY_EXHDR(outcome)))
			kind = state_kind_of_text(state, outcome);
		PG_FREE_IF_COPY(outcome, 3);
	}
	return count_row(state, fcinfo, moment, kind, 4);
}

/* Ends are of one kind. */
static inline SurvivalReason
count_end(SurvivalSummary **state, FunctionCallInfo fcinfo, Timestamp (*moment) (Datum))
{
	if (unlikely((*state)->ended == 0))
	{
		int			ended = state_kind(state, "ended", 5);

		(*state)->ended = ended;
	}
	return count_row(state, fcinfo, moment, PG_ARGISNULL(2) ? KIND_OPEN : (*state)->ended, 3);
}

/*
 * survival_accum_won_timestamp(state, started, ended, won, as_of [, observed_from]), _date;
 * survival_accum_outcome_...(state, started, ended, outcome, as_of [, observed_from]);
 * survival_accum_end_...(state, started, ended, as_of)
 */
#define SURVIVAL_ACCUM(way, type) \
PG_FUNCTION_INFO_V1(survival_accum_##way##_##type); \
Datum \
survival_accum_##way##_##type(PG_FUNCTION_ARGS) \
{ \
	SurvivalSummary *survival = survival_state(fcinfo); \
	SurvivalReason reason = count_##way(&survival, fcinfo, moment_from_##type); \
\
	survival->rows[reason]++; \
	RETURN_SURVIVAL_STATE(survival); \
}
#define SURVIVAL_OF(type) \
	SURVIVAL_ACCUM(won, type) \
	SURVIVAL_ACCUM(outcome, type) \
	SURVIVAL_ACCUM(end, type)

MOMENT_TYPES(SURVIVAL_OF)

/* Error: ends of the one are known up to another moment than those of the other, so open means two things. */
static void
merge_as_of(SurvivalSummary *survival, const SurvivalSummary *other)
{
	if (other->as_of == MOMENT_NONE_FROM || other->as_of == survival->as_of)
		return;
	if (survival->as_of != MOMENT_NONE_FROM)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("survival summaries as of \"%s\" and \"%s\" can't be merged",
						moment_text(survival->as_of, true), moment_text(other->as_of, true)),
				 errhint("What is open in the older one may have ended since: make all of them as of one moment.")));
	survival->as_of = other->as_of;
}

/* What a call is told that lacks as_of: the transition and the final function of an aggregate that nobody means to call */
PG_FUNCTION_INFO_V1(survival_without_as_of);
Datum
survival_without_as_of(PG_FUNCTION_ARGS)
{
	ereport(ERROR,
			(errcode(ERRCODE_UNDEFINED_FUNCTION),
			 errmsg("survival_agg needs as_of"),
			 errhint("Add it behind the outcome: the moment up to which ends are known, so that what has not ended by then counts as open.")));
	PG_RETURN_NULL();
}

/* Merges a summary into the state; either may be NULL. */
PG_FUNCTION_INFO_V1(survival_combine);
Datum
survival_combine(PG_FUNCTION_ARGS)
{
	SurvivalSummary *survival;
	SurvivalSummary other;

	RETURN_STATE_WITHOUT_OTHER();
	survival = survival_state(fcinfo);
	summary_read(&survival_type, PG_GETARG_DATUM(1), &other);
	survival_settle(&other);
	merge_as_of(survival, &other);
	reasons_merge(&survival_reasons, survival->rows, other.rows);
	survival->data_from = Min(survival->data_from, other.data_from);
	survival->data_through = Max(survival->data_through, other.data_through);
	state_add_cells(&survival, &other);
	RETURN_SURVIVAL_STATE(survival);
}

SUMMARY_TYPE_FUNCTION(survival, survival_type, final)
