/*
 * velocity.c
 *		Pipeline velocity: what a pipeline brings in a day, and why it changed.
 *
 * Rows are deals: won, lost or (NULL) open, their amount, the moments they
 * were created and closed. See doc/velocity.md.
 */
#include "base/compat.h"

#include "base/moment.h"
#include "base/rows.h"
#include "base/summary.h"
#include "utils/builtins.h"

/* Decimals of a velocity beyond those of the amounts */
#define VELOCITY_SCALE		16

typedef struct VelocitySummary
{
	SummaryHeader header;
	int64		won;
	int64		lost;
	int64		open;
	int64		priced_won;		/* of won: with an amount */
	int64		timed_won;		/* of won: with a valid cycle */
	int64		data_from;
	int64		data_through;
	int128		cycle;			/* microseconds, of timed_won rows */
	Decimal		amount_won;		/* of priced_won rows */
}			VelocitySummary;

static void
velocity_clear(void *summary)
{
	VelocitySummary *velocity = summary;

	velocity->data_from = MOMENT_NONE_FROM;
	velocity->data_through = MOMENT_NONE_THROUGH;
}

static void
velocity_fields(Codec *codec, void *summary)
{
	VelocitySummary *velocity = summary;

	codec_count(codec, "won", &velocity->won);
	codec_count(codec, "lost", &velocity->lost);
	codec_count(codec, "open", &velocity->open);
	codec_count(codec, "won_with_amount", &velocity->priced_won);
	codec_count(codec, "won_with_cycle", &velocity->timed_won);
	codec_decimal(codec, "amount_won", &velocity->amount_won);
	codec_int128(codec, "cycle_sum_microseconds", &velocity->cycle);
	codec_moments(codec, &velocity->data_from, &velocity->data_through);
}

static const char *
velocity_rules(const void *summary)
{
	const VelocitySummary *velocity = summary;

	if (velocity->priced_won > velocity->won || velocity->timed_won > velocity->won)
		return "more rows have an amount or a cycle than are won";
	if (velocity->cycle < 0 || (velocity->timed_won == 0 && velocity->cycle != 0))
		return "its cycles add up to less than nothing, or there are none";
	return NULL;
}

static const SummaryType velocity_type = {
	.name = "velocity_summary",
	.version = 1,
	.size = sizeof(VelocitySummary),
	.fields = velocity_fields,
	.clear = velocity_clear,
	.rules = velocity_rules,
};

#define VELOCITY_STATE()	((VelocitySummary *) summary_state(&velocity_type, fcinfo))
#define RETURN_VELOCITY_STATE(velocity) \
	return summary_state_datum(&velocity_type, (velocity), (velocity)->amount_won.wide == NULL)

/*
 * The type
 */

SUMMARY_TYPE_FUNCTIONS(velocity_summary, velocity_type)

/*
 * Rows into a summary: won, amount, created, closed. Each step takes "times",
 * 1 to add a row and -1 to take it out of a moving window again.
 */

/* The amount of a deal won */
static inline void
count_amount(VelocitySummary *velocity, Decimal amount, int times)
{
	count_step(&velocity->priced_won, times);
	if (times > 0)
		decimal_add(&velocity->amount_won, &amount);
	else
		decimal_subtract(&velocity->amount_won, &amount);
}

/*
 * The first and last moment seen, which a moving window does not show. An open
 * deal's close date is what somebody expects: no moment seen. Nor are the dates
 * of a row that ends before it starts.
 */
static inline void
see_moments(VelocitySummary *velocity, Timestamp created, Timestamp closed)
{
	Timestamp	first = TIMESTAMP_IS_NOBEGIN(created) ? closed : created;
	Timestamp	last = TIMESTAMP_IS_NOEND(closed) ? created : closed;

	if (created > closed || !moment_in_range(first) || !moment_in_range(last))
		return;
	velocity->data_from = Min(velocity->data_from, first);
	velocity->data_through = Max(velocity->data_through, last);
}

static inline void
count_row(VelocitySummary *velocity, FunctionCallInfo fcinfo,
		  Decimal (*decimal) (Datum), Timestamp (*moment) (Datum), int times)
{
	bool		open = PG_ARGISNULL(1);
	bool		won = !open && PG_GETARG_BOOL(1);
	Timestamp	created = PG_ARGISNULL(3) ? DT_NOBEGIN : moment(PG_GETARG_DATUM(3));
	Timestamp	closed = open || PG_ARGISNULL(4) ? DT_NOEND : moment(PG_GETARG_DATUM(4));
	int64		elapsed;

	if (times > 0)
		see_moments(velocity, created, closed);
	if (!won)
	{
		if (open)
			count_step(&velocity->open, times);
		else
			count_step(&velocity->lost, times);
		return;
	}

	count_step(&velocity->won, times);
	if (moment_elapsed(created, closed, &elapsed))
	{
		count_step(&velocity->timed_won, times);
		velocity->cycle += times * (int128) elapsed;
	}
	if (!PG_ARGISNULL(2))
		count_amount(velocity, decimal(PG_GETARG_DATUM(2)), times);
}

/* velocity_accum_int2_timestamp(state, won, amount, created, closed) ... velocity_remove_float8_date */
#define VELOCITY_OF_AMOUNT_AND_MOMENT(amount, time) \
PG_FUNCTION_INFO_V1(velocity_accum_##amount##_##time); \
Datum \
velocity_accum_##amount##_##time(PG_FUNCTION_ARGS) \
{ \
	VelocitySummary *velocity = VELOCITY_STATE(); \
\
	count_row(velocity, fcinfo, decimal_from_##amount, moment_from_##time, 1); \
	RETURN_VELOCITY_STATE(velocity); \
} \
PG_FUNCTION_INFO_V1(velocity_remove_##amount##_##time); \
Datum \
velocity_remove_##amount##_##time(PG_FUNCTION_ARGS) \
{ \
	VelocitySummary *velocity = VELOCITY_STATE(); \
\
	count_row(velocity, fcinfo, decimal_from_##amount, moment_from_##time, -1); \
	RETURN_VELOCITY_STATE(velocity); \
}

#define VELOCITY_OF_TIMESTAMP(amount)	VELOCITY_OF_AMOUNT_AND_MOMENT(amount, timestamp)
#define VELOCITY_OF_DATE(amount)		VELOCITY_OF_AMOUNT_AND_MOMENT(amount, date)

AMOUNT_TYPES(VELOCITY_OF_TIMESTAMP)
AMOUNT_TYPES(VELOCITY_OF_DATE)

/* Merges a summary into the state; either may be NULL. */
PG_FUNCTION_INFO_V1(velocity_combine);
Datum
velocity_combine(PG_FUNCTION_ARGS)
{
	VelocitySummary *velocity;
	VelocitySummary other;

	RETURN_STATE_WITHOUT_OTHER();
	velocity = VELOCITY_STATE();
	summary_read(&velocity_type, PG_GETARG_DATUM(1), &other);
	count_add(&velocity->won, other.won);
	count_add(&velocity->lost, other.lost);
	count_add(&velocity->open, other.open);
	count_add(&velocity->priced_won, other.priced_won);
	count_add(&velocity->timed_won, other.timed_won);
	sum_add(&velocity->cycle, other.cycle);
	decimal_add(&velocity->amount_won, &other.amount_won);
	velocity->data_from = Min(velocity->data_from, other.data_from);
	velocity->data_through = Max(velocity->data_through, other.data_through);
	RETURN_VELOCITY_STATE(velocity);
}

SUMMARY_TYPE_FUNCTION(velocity, velocity_type, final)

/*
 * Figures of a summary. They are final functions too, so they read states.
 */

#define GETARG_VELOCITY(n, velocity)	summary_read(&velocity_type, PG_GETARG_DATUM(n), (velocity))

typedef enum Basis
{
	BASIS_OPEN,
	BASIS_DECIDED,
	BASIS_ALL
}			Basis;

/* Which deals are the opportunities: argument n, or all where there is none */
static Basis
getarg_basis(FunctionCallInfo fcinfo, int n)
{
	char	   *basis;

	if (PG_NARGS() <= n)
		return BASIS_ALL;
	basis = text_to_cstring(PG_GETARG_TEXT_PP(n));
	if (strcmp(basis, "open") == 0)
		return BASIS_OPEN;
	if (strcmp(basis, "decided") == 0)
		return BASIS_DECIDED;
	if (strcmp(basis, "all") == 0)
		return BASIS_ALL;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("basis must say which deals are the opportunities, not \"%s\"", basis),
			 errhint("Give 'open', 'decided' or 'all'.")));
	pg_unreachable();
}

static int64
decided_deals(const VelocitySummary *velocity)
{
	int64		decided = velocity->won;

	count_add(&decided, velocity->lost);
	return decided;
}

static int64
opportunities(const VelocitySummary *velocity, Basis basis)
{
	int64		opportunities = 0;

	if (basis != BASIS_OPEN)
		opportunities = decided_deals(velocity);
	if (basis != BASIS_DECIDED)
		count_add(&opportunities, velocity->open);
	return opportunities;
}

/* What the cycles of the deals won would add up to, in microseconds, had each been a day long: of a sum, days are the multiples of it */
static int128
cycle_unit(const VelocitySummary *velocity)
{
	return (int128) velocity->timed_won * USECS_PER_DAY;
}

/* Without a deal won, an amount or a cycle that took time there is no velocity. */
static bool
has_velocity(const VelocitySummary *velocity)
{
	return velocity->priced_won > 0 && velocity->cycle > 0;
}

/* Numerics, for what is exact beyond 128 bits */

#define ADD(a, b)		call_numeric(numeric_add, (a), (b))
#define SUBTRACT(a, b)	call_numeric(numeric_sub, (a), (b))
#define MULTIPLY(a, b)	call_numeric(numeric_mul, (a), (b))

static Numeric
call_numeric(PGFunction function, Numeric a, Numeric b)
{
	return DatumGetNumeric(DirectFunctionCall2(function, NumericGetDatum(a), NumericGetDatum(b)));
}

static Numeric
numeric_of_units(int128 units, int scale)
{
	Decimal		value = {units, scale, NULL};

	return decimal_to_numeric(&value);
}

static Numeric
numeric_of(int128 integer)
{
	return numeric_of_units(integer, 0);
}

/* 10^exponent */
static Numeric
numeric_power_of_ten(int exponent)
{
	return DatumGetNumeric(DirectFunctionCall3(numeric_in, CStringGetDatum(psprintf("1e%d", exponent)),
											   ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
}

/*
 * a / b, b > 0, to the last of scale decimals, half rounded away from zero: so
 * equal quotients are equal results, however they came about. numeric_div
 * chooses a scale by what it guesses of the size.
 */
static Numeric
numeric_quotient(Numeric a, Numeric b, int scale)
{
	Numeric		sign = DatumGetNumeric(DirectFunctionCall1(numeric_sign, NumericGetDatum(a)));
	Numeric		two = numeric_of(2);
	Numeric		twofold = MULTIPLY(MULTIPLY(a, two), numeric_power_of_ten(scale));
	Numeric		rounded = ADD(twofold, MULTIPLY(sign, b));
	Numeric		units = call_numeric(numeric_div_trunc, rounded, MULTIPLY(b, two));

	return MULTIPLY(units, numeric_power_of_ten(-scale));
}

/* The four levers, in the order in which velocity_drivers shows them */
typedef enum Lever
{
	LEVER_OPPORTUNITIES,
	LEVER_WIN_RATE,
	LEVER_AVG_DEAL_SIZE,
	LEVER_CYCLE_DAYS,
	LEVERS
}			Lever;

/* What velocity is the product of, each an exact fraction; the last is cycles a day */
typedef struct Factors
{
	Numeric		above[LEVERS];
	Numeric		below[LEVERS];
}			Factors;

static Factors
factors_of(const VelocitySummary *velocity, Basis basis)
{
	Factors		factors;

	factors.above[LEVER_OPPORTUNITIES] = numeric_of(opportunities(velocity, basis));
	factors.below[LEVER_OPPORTUNITIES] = numeric_of(1);
	factors.above[LEVER_WIN_RATE] = numeric_of(velocity->won);
	factors.below[LEVER_WIN_RATE] = numeric_of(decided_deals(velocity));
	factors.above[LEVER_AVG_DEAL_SIZE] = decimal_to_numeric(&velocity->amount_won);
	factors.below[LEVER_AVG_DEAL_SIZE] = numeric_of(velocity->priced_won);
	factors.above[LEVER_CYCLE_DAYS] = numeric_of(cycle_unit(velocity));
	factors.below[LEVER_CYCLE_DAYS] = numeric_of(velocity->cycle);
	return factors;
}

static Numeric
product(Numeric *numbers)
{
	return MULTIPLY(MULTIPLY(numbers[0], numbers[1]), MULTIPLY(numbers[2], numbers[3]));
}

static int
velocity_scale(const VelocitySummary *velocity)
{
	return Min(velocity->amount_won.scale + VELOCITY_SCALE, NUMERIC_MAX_RESULT_SCALE);
}

/* Money a day, of a summary that has a velocity */
static Numeric
velocity_of(const VelocitySummary *velocity, Basis basis)
{
	Factors		factors = factors_of(velocity, basis);

	return numeric_quotient(product(factors.above), product(factors.below), velocity_scale(velocity));
}

/* pipeline_velocity(summary), pipeline_velocity(summary, basis) */
PG_FUNCTION_INFO_V1(velocity_pipeline_velocity);
Datum
velocity_pipeline_velocity(PG_FUNCTION_ARGS)
{
	VelocitySummary velocity;
	Basis		basis = getarg_basis(fcinfo, 1);

	GETARG_VELOCITY(0, &velocity);
	if (!has_velocity(&velocity))
		PG_RETURN_NULL();
	PG_RETURN_NUMERIC(velocity_of(&velocity, basis));
}

PG_FUNCTION_INFO_V1(velocity_opportunities);
Datum
velocity_opportunities(PG_FUNCTION_ARGS)
{
	VelocitySummary velocity;
	Basis		basis = getarg_basis(fcinfo, 1);

	GETARG_VELOCITY(0, &velocity);
	PG_RETURN_INT64(opportunities(&velocity, basis));
}

PG_FUNCTION_INFO_V1(velocity_win_rate);
Datum
velocity_win_rate(PG_FUNCTION_ARGS)
{
	VelocitySummary velocity;

	GETARG_VELOCITY(0, &velocity);
	RETURN_RATIO(velocity.won, decided_deals(&velocity));
}

PG_FUNCTION_INFO_V1(velocity_avg_deal_size);
Datum
velocity_avg_deal_size(PG_FUNCTION_ARGS)
{
	VelocitySummary velocity;

	GETARG_VELOCITY(0, &velocity);
	if (velocity.priced_won == 0)
		PG_RETURN_NULL();
	PG_RETURN_NUMERIC(decimal_mean(&velocity.amount_won, velocity.priced_won));
}

PG_FUNCTION_INFO_V1(velocity_cycle_days);
Datum
velocity_cycle_days(PG_FUNCTION_ARGS)
{
	VelocitySummary velocity;

	GETARG_VELOCITY(0, &velocity);
	RETURN_RATIO(velocity.cycle, cycle_unit(&velocity));
}

PG_FUNCTION_INFO_V1(velocity_amount_won);
Datum
velocity_amount_won(PG_FUNCTION_ARGS)
{
	VelocitySummary velocity;

	GETARG_VELOCITY(0, &velocity);
	if (velocity.priced_won == 0)
		PG_RETURN_NULL();
	PG_RETURN_NUMERIC(decimal_to_numeric(&velocity.amount_won));
}

PG_FUNCTION_INFO_V1(velocity_succeeded);
Datum
velocity_succeeded(PG_FUNCTION_ARGS)
{
	VelocitySummary velocity;

	GETARG_VELOCITY(0, &velocity);
	PG_RETURN_INT64(velocity.won);
}

PG_FUNCTION_INFO_V1(velocity_won_without_amount);
Datum
velocity_won_without_amount(PG_FUNCTION_ARGS)
{
	VelocitySummary velocity;

	GETARG_VELOCITY(0, &velocity);
	PG_RETURN_INT64(velocity.won - velocity.priced_won);
}

PG_FUNCTION_INFO_V1(velocity_invalid_rows);
Datum
velocity_invalid_rows(PG_FUNCTION_ARGS)
{
	VelocitySummary velocity;

	GETARG_VELOCITY(0, &velocity);
	PG_RETURN_INT64(velocity.won - velocity.timed_won);
}

SUMMARY_MOMENT(velocity_data_from, velocity_type, VelocitySummary, data_from)
SUMMARY_MOMENT(velocity_data_through, velocity_type, VelocitySummary, data_through)

/*
 * Drivers
 */

/*
 * What each lever contributed to the change from one product of factors to
 * another: the average, over all 24 orders of changing the four one after the
 * other, of what the product gains when the lever's turn comes. Shapley, "A
 * value for n-person games", 1953.
 *
 * With B and A a factor before and after, and 1, 2, 3 the other levers, a lever
 * is first in 6 orders, behind a given one in 2, behind a given two in 2, and
 * last in 6, so its part is (A - B) times
 *
 *		6 B1 B2 B3 + 2 A1 B2 B3 + ... + 2 A1 A2 B3 + ... + 6 A1 A2 A3, over 24
 *
 * computed with factors brought to one denominator, so that nothing but the
 * last division rounds.
 */
static void
contributions_of(const Factors *from, const Factors *to, int scale, Numeric *contribution)
{
	Numeric		before[LEVERS];
	Numeric		after[LEVERS];
	Numeric		common[LEVERS];
	Numeric		three = numeric_of(3);
	Numeric		below;

	for (int i = 0; i < LEVERS; i++)
	{
		before[i] = MULTIPLY(from->above[i], to->below[i]);
		after[i] = MULTIPLY(to->above[i], from->below[i]);
		common[i] = MULTIPLY(from->below[i], to->below[i]);
	}
	below = MULTIPLY(numeric_of(12), product(common));

	for (int i = 0; i < LEVERS; i++)
	{
		int			one = (i + 1) % LEVERS;
		int			two = (i + 2) % LEVERS;
		int			last = (i + 3) % LEVERS;
		Numeric		neither = MULTIPLY(before[one], before[two]);
		Numeric		either = ADD(MULTIPLY(after[one], before[two]), MULTIPLY(before[one], after[two]));
		Numeric		both = MULTIPLY(after[one], after[two]);
		Numeric		while_before = ADD(ADD(MULTIPLY(three, neither), either), both);
		Numeric		while_after = ADD(ADD(MULTIPLY(three, both), either), neither);
		Numeric		weight = ADD(MULTIPLY(before[last], while_before), MULTIPLY(after[last], while_after));

		contribution[i] = numeric_quotient(MULTIPLY(SUBTRACT(after[i], before[i]), weight), below, scale);
	}
}

/*
 * Makes the contributions add up to the change, of which each was rounded for
 * itself. What is missing, some units of the last decimal, goes to the largest
 * one, the first of them if several are: there it is least of the whole, and a
 * lever that did not move keeps its zero.
 */
static void
settle(Numeric *contribution, Numeric change)
{
	Numeric		missing = change;
	Numeric		most = NULL;
	int			largest = 0;

	for (int i = 0; i < LEVERS; i++)
	{
		Numeric		size = DatumGetNumeric(DirectFunctionCall1(numeric_abs, NumericGetDatum(contribution[i])));

		missing = SUBTRACT(missing, contribution[i]);
		if (most == NULL || DatumGetBool(DirectFunctionCall2(numeric_gt, NumericGetDatum(size), NumericGetDatum(most))))
		{
			most = size;
			largest = i;
		}
	}
	contribution[largest] = ADD(contribution[largest], missing);
}

/* A lever as it is shown: above / below, or for the cycle below / above; NULL where that is nothing */
static void
put_lever(Row *row, const Factors *factors, Lever lever)
{
	Numeric		above = factors->above[lever];
	Numeric		below = factors->below[lever];

	if (lever == LEVER_CYCLE_DAYS)
	{
		above = factors->below[lever];
		below = factors->above[lever];
	}
	if (lever == LEVER_OPPORTUNITIES)
		row_put(row, NumericGetDatum(above));
	else if (DatumGetBool(DirectFunctionCall2(numeric_eq, NumericGetDatum(below), NumericGetDatum(numeric_of(0)))))
		row_put_null(row);
	else
		row_put(row, NumericGetDatum(call_numeric(numeric_div, above, below)));
}

/* velocity_drivers(before, after, basis) -> (lever, before, after, contribution), always four rows */
PG_FUNCTION_INFO_V1(velocity_drivers);
Datum
velocity_drivers(PG_FUNCTION_ARGS)
{
	static const char *const names[LEVERS] = {"opportunities", "win_rate", "avg_deal_size", "cycle_days"};
	VelocitySummary before;
	VelocitySummary after;
	Basis		basis = getarg_basis(fcinfo, 2);
	Factors		from;
	Factors		to;
	Numeric		contribution[LEVERS] = {NULL};
	Row			row;

	GETARG_VELOCITY(0, &before);
	GETARG_VELOCITY(1, &after);
	from = factors_of(&before, basis);
	to = factors_of(&after, basis);
	if (has_velocity(&before) && has_velocity(&after))
	{
		contributions_of(&from, &to, Max(velocity_scale(&before), velocity_scale(&after)), contribution);
		settle(contribution, SUBTRACT(velocity_of(&after, basis), velocity_of(&before, basis)));
	}

	row_begin(&row, fcinfo);
	for (int i = 0; i < LEVERS; i++)
	{
		row_put_text(&row, names[i]);
		put_lever(&row, &from, i);
		put_lever(&row, &to, i);
		if (contribution[i] == NULL)
			row_put_null(&row);
		else
			row_put(&row, NumericGetDatum(contribution[i]));
		row_end(&row);
	}
	return (Datum) 0;
}
