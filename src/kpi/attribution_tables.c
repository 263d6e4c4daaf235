/*
 * attribution_tables.c
 *		Credit: what each model of attribution says.
 *
 * Credits of a model are decimals that add up to the conversions, and to their
 * amount, to the last digit: what rounding leaves goes to the largest.
 */
#include "kpi/attribution_summary.h"

#include <math.h>

#include "base/definition.h"
#include "kpi/attribution_markov.h"
#include "utils/builtins.h"

#define CREDIT_SCALE	12		/* decimals; of amounts as many more than they have */
#define SPARE_SCALE		6		/* of what is added up before it is rounded */

typedef enum Model
{
	MODEL_FIRST,
	MODEL_LAST,
	MODEL_LINEAR,
	MODEL_POSITION,
	MODEL_DECAY,
	MODEL_MARKOV,
	MODEL_SHAPLEY
}			Model;

#define MODELS	(MODEL_SHAPLEY + 1)

static const char *const model_names[MODELS] = {"first", "last", "linear", "position", "decay", "markov", "shapley"};

/* Of a channel */
typedef struct Credit
{
	Decimal		conversions;
	Decimal		amount;
}			Credit;

static Model
argument_model(FunctionCallInfo fcinfo, int argument)
{
	char	   *name = text_to_cstring(PG_GETARG_TEXT_PP(argument));

	for (int model = 0; model < MODELS; model++)
		if (strcmp(name, model_names[model]) == 0)
			return model;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unknown model of attribution: \"%s\"", name),
			 errhint("Give 'first', 'last', 'linear', 'position', 'decay', 'markov' or 'shapley'.")));
	pg_unreachable();
}

/* How many decimals credits of amounts have */
static int
amount_scale(const AttributionSummary *summary)
{
	return Min(Max(summary->amount.scale, 0) + CREDIT_SCALE, NUMERIC_MAX_RESULT_SCALE - SPARE_SCALE);
}

static Decimal
whole(int64 number)
{
	Decimal		value = {number, 0, NULL};

	return value;
}

/* Adds value * above / below to a sum, rounded to some more decimals than it will have. */
static void
add_part(Decimal *sum, const Decimal *value, int64 above, int64 below, int scale)
{
	Decimal		factor = whole(above);
	Decimal		divisor = whole(below);
	Decimal		part = decimal_multiply(value, &factor);

	part = decimal_quotient(&part, &divisor, scale + SPARE_SCALE);
	decimal_add(sum, &part);
}

/* The part of a touch, as a fraction; linear, or by position */
static void
weight_of(const AttributionSummary *summary, Model model, const uint32 *position, int64 *above, int64 *below)
{
	int64		first = summary->meant.first;
	int64		last = summary->meant.last;
	int64		length = position[2];

	*above = *below = 1;
	if (model == MODEL_LINEAR)
		*below = length;
	else if (model == MODEL_FIRST)
		*above = position[1] <= PLACE_FIRST;
	else if (model == MODEL_LAST)
		*above = position[1] == PLACE_ONLY || position[1] == PLACE_LAST;
	else if (position[1] != PLACE_ONLY)
	{
		*above = position[1] == PLACE_FIRST ? first : position[1] == PLACE_LAST ? last : 100 - first - last;
		*below = length == 2 ? first + last : position[1] == PLACE_MIDDLE ? 100 * (length - 2) : 100;
		/* nothing for either end is shared like the rest, of two touches like them */
	}
}

static void
credit_positions(const AttributionSummary *summary, Model model, Credit *credits)
{
	const IdCounts *ids = &summary->positions;
	int32	   *order = ids_in_order(ids);
	int			scale = amount_scale(summary);

	for (int32 i = 0; i < ids->lists.count; i++)
	{
		const uint32 *position = ids_list(ids, order[i]);
		Credit	   *credit = &credits[position[0]];
		Decimal		entities = whole(ids->counts[order[i]]);
		int64		above;
		int64		below;

		weight_of(summary, model, position, &above, &below);
		add_part(&credit->conversions, &entities, above, below, CREDIT_SCALE);
		add_part(&credit->amount, &ids->amounts[order[i]], above, below, scale);
	}
}

static void
credit_sets(const AttributionSummary *summary, Credit *credits)
{
	const IdCounts *ids = &summary->sets;
	int32	   *order = ids_in_order(ids);
	int			scale = amount_scale(summary);

	for (int32 i = 0; i < ids->lists.count; i++)
	{
		const uint32 *set = ids_list(ids, order[i]);
		int			length = ids_length(ids, order[i]);
		Decimal		entities = whole(ids->counts[order[i]]);

		for (int k = 0; k < length; k++)
		{
			add_part(&credits[set[k]].conversions, &entities, 1, length, CREDIT_SCALE);
			add_part(&credits[set[k]].amount, &ids->amounts[order[i]], 1, length, scale);
		}
	}
}

static void
credit_decay(const AttributionSummary *summary, Credit *credits)
{
	for (int i = 0; i < summary->count; i++)
	{
		credits[i].conversions = (Decimal) {summary->channels[i].decay, PROBABILITY_SCALE, NULL};
		credits[i].amount = summary->channels[i].decay_amount;
	}
}

static void
credit_markov(const AttributionSummary *summary, Credit *credits)
{
	double	   *effects = markov_removal_effects(summary);
	Decimal		converted = whole(summary->converted);
	double		sum = 0;

	for (int i = 0; i < summary->count; i++)
		sum += effects[i];
	for (int i = 0; i < summary->count && sum > 0; i++)
	{
		Decimal		share = {(int64) rint(effects[i] / sum * PROBABILITY_ONE), PROBABILITY_SCALE, NULL};

		credits[i].conversions = decimal_multiply(&share, &converted);
		credits[i].amount = decimal_multiply(&share, &summary->amount);
	}
}

/* Rounds one of the two numbers of each credit; what is missing to the total goes to the largest, the first of them if several are. */
static void
round_to(Decimal *(*member) (Credit *), Credit *credits, int count, const Decimal *total, int scale)
{
	Decimal		missing = *total;
	int			largest = 0;

	for (int i = 0; i < count; i++)
	{
		Decimal    *value = member(&credits[i]);

		decimal_round(value, scale);
		decimal_subtract(&missing, value);
		if (decimal_compare(value, member(&credits[largest])) > 0)
			largest = i;
	}
	if (count > 0)
		decimal_add(member(&credits[largest]), &missing);
}

static Decimal *
conversions_of(Credit *credit)
{
	return &credit->conversions;
}

static Decimal *
amount_of(Credit *credit)
{
	return &credit->amount;
}

/* The credit of each channel, palloc'd */
static Credit *
credits_of(const AttributionSummary *summary, Model model)
{
	Credit	   *credits = palloc0(sizeof(Credit) * Max(summary->count, 1));
	Decimal		converted = whole(summary->converted);

	if (summary->converted == 0)
		return credits;
	switch (model)
	{
		case MODEL_FIRST:
		case MODEL_LAST:
		case MODEL_LINEAR:
		case MODEL_POSITION:
			credit_positions(summary, model, credits);
			break;
		case MODEL_DECAY:
			credit_decay(summary, credits);
			break;
		case MODEL_MARKOV:
			credit_markov(summary, credits);
			break;
		case MODEL_SHAPLEY:
			credit_sets(summary, credits);
			break;
	}
	round_to(conversions_of, credits, summary->count, &converted, CREDIT_SCALE);
	round_to(amount_of, credits, summary->count, &summary->amount, amount_scale(summary));
	return credits;
}

/* Credits as they are shown: the same number of decimals in all rows */
static void
put_credit(Row *row, const Decimal *value, int scale)
{
	Decimal		shown = decimal_zero(scale);

	decimal_add(&shown, value);
	row_put_numeric(row, &shown);
}

static int64
all_conversions(const AttributionSummary *summary)
{
	return summary->converted + summary->untouched_converted;	/* can't overflow: COUNT_MOST */
}

#define GETARG_ATTRIBUTION(n, summary)	summary_read(&attribution_type, PG_GETARG_DATUM(n), (summary))

static bool
has_untouched(const AttributionSummary *summary)
{
	return summary->untouched_converted + summary->untouched_gave_up > 0;
}

/* What a row begins with: a channel's name, touches and entities; of the entities without a touch, the same */
static void
put_channel(Row *row, const AttributionChannel *channel)
{
	row_put_label(row, channel->text, channel->length);
	row_put(row, Int64GetDatum(channel->touches));
	row_put(row, Int64GetDatum(channel->entities));
}

static void
put_untouched(Row *row, const AttributionSummary *summary)
{
	row_put_null(row);
	row_put(row, Int64GetDatum(0));
	row_put(row, Int64GetDatum(summary->untouched_converted + summary->untouched_gave_up));
}

/* attribution(summary, model) -> (channel, touches, entities, conversions, value, share) */
PG_FUNCTION_INFO_V1(attribution_attribution);
Datum
attribution_attribution(PG_FUNCTION_ARGS)
{
	AttributionSummary summary;
	Model		model = argument_model(fcinfo, 1);
	Credit	   *credits;
	Decimal		all;
	Row			row;

	GETARG_ATTRIBUTION(0, &summary);
	credits = credits_of(&summary, model);
	all = whole(all_conversions(&summary));
	row_begin(&row, fcinfo);
	for (int i = 0; i < summary.count; i++)
	{
		put_channel(&row, &summary.channels[i]);
		put_credit(&row, &credits[i].conversions, CREDIT_SCALE);
		put_credit(&row, &credits[i].amount, amount_scale(&summary));
		row_put_amount_ratio(&row, &credits[i].conversions, &all);
		row_end(&row);
	}
	if (has_untouched(&summary))
	{
		Decimal		untouched = whole(summary.untouched_converted);

		put_untouched(&row, &summary);
		put_credit(&row, &untouched, CREDIT_SCALE);
		put_credit(&row, &summary.untouched_amount, amount_scale(&summary));
		row_put_amount_ratio(&row, &untouched, &all);
		row_end(&row);
	}
	return (Datum) 0;
}

/* attribution_models(summary) -> (channel, touches, entities, first, last, linear, position, decay, markov, shapley) */
PG_FUNCTION_INFO_V1(attribution_models);
Datum
attribution_models(PG_FUNCTION_ARGS)
{
	AttributionSummary summary;
	Credit	   *credits[MODELS];
	Row			row;

	GETARG_ATTRIBUTION(0, &summary);
	for (int model = 0; model < MODELS; model++)
		credits[model] = credits_of(&summary, model);
	row_begin(&row, fcinfo);
	for (int i = 0; i < summary.count; i++)
	{
		put_channel(&row, &summary.channels[i]);
		for (int model = 0; model < MODELS; model++)
			put_credit(&row, &credits[model][i].conversions, CREDIT_SCALE);
		row_end(&row);
	}
	if (has_untouched(&summary))
	{
		Decimal		untouched = whole(summary.untouched_converted);

		put_untouched(&row, &summary);
		for (int model = 0; model < MODELS; model++)
			put_credit(&row, &untouched, CREDIT_SCALE);
		row_end(&row);
	}
	return (Datum) 0;
}

/* A state of the chain as text: its channels in order; of several, in quotes where one holds a ">" or nothing */
static void
put_state(Row *row, const AttributionSummary *summary, const uint32 *list)
{
	int			order = (int) summary->meant.order;
	StringInfoData state;

	if (list[order - 1] == 0)
	{
		row_put_text(row, "(start)");
		return;
	}
	initStringInfo(&state);
	for (int k = 0; k < order; k++)
	{
		const AttributionChannel *channel;

		if (list[k] == 0)
			continue;
		channel = &summary->channels[list[k] - 1];
		if (k > 0 && list[k - 1] != 0)
			appendStringInfoString(&state, " > ");
		if (order == 1)
			appendBinaryStringInfo(&state, channel->text, channel->length);
		else if (channel->length == 0)
			appendStringInfoString(&state, "\"\"");
		else
			append_label(&state, ">\"", channel->text, channel->length);
	}
	row_put_label(row, state.data, state.len);
	pfree(state.data);
}

/* attribution_transitions(summary) -> (source, target, moves, probability) */
PG_FUNCTION_INFO_V1(attribution_transitions);
Datum
attribution_transitions(PG_FUNCTION_ARGS)
{
	AttributionSummary summary;
	const IdCounts *ids;
	int32	   *order;
	int			length;
	Row			row;

	GETARG_ATTRIBUTION(0, &summary);
	ids = &summary.moves;
	order = ids_in_order(ids);
	length = (int) summary.meant.order;
	row_begin(&row, fcinfo);
	for (int32 from = 0, to; from < ids->lists.count; from = to)
	{
		const uint32 *state = ids_list(ids, order[from]);
		int128		out = 0;

		for (to = from; to < ids->lists.count && memcmp(ids_list(ids, order[to]), state, sizeof(uint32) * length) == 0; to++)
			out += ids->counts[order[to]];
		for (int32 i = from; i < to; i++)
		{
			uint32		target = ids_list(ids, order[i])[length];

			put_state(&row, &summary, state);
			if (target >= TARGET_NULL)
				row_put_text(&row, target == TARGET_NULL ? "(null)" : "(conversion)");
			else
				row_put_label(&row, summary.channels[target - 1].text, summary.channels[target - 1].length);
			row_put(&row, Int64GetDatum(ids->counts[order[i]]));
			row_put_ratio(&row, ids->counts[order[i]], out);
			row_end(&row);
		}
	}
	return (Datum) 0;
}

/* attribution_counts(summary) -> (what, entities): how entities ended */
PG_FUNCTION_INFO_V1(attribution_counts);
Datum
attribution_counts(PG_FUNCTION_ARGS)
{
	static const char *const names[] = {"converted", "gave up", "converted, no touch", "gave up, no touch", "undecided", "ended in two ways"};
	AttributionSummary summary;
	Row			row;

	GETARG_ATTRIBUTION(0, &summary);
	row_begin(&row, fcinfo);
	for (int i = 0; i < (int) lengthof(names); i++)
	{
		const int64 counts[] = {summary.converted, summary.gave_up, summary.untouched_converted, summary.untouched_gave_up, summary.undecided, summary.two_ends};

		row_put_text(&row, names[i]);
		row_put(&row, Int64GetDatum(counts[i]));
		row_end(&row);
	}
	return (Datum) 0;
}

/* removal_effects(summary) -> (channel, effect) */
PG_FUNCTION_INFO_V1(attribution_removal_effects);
Datum
attribution_removal_effects(PG_FUNCTION_ARGS)
{
	AttributionSummary summary;
	double	   *effects;
	Row			row;

	GETARG_ATTRIBUTION(0, &summary);
	effects = markov_removal_effects(&summary);
	row_begin(&row, fcinfo);
	for (int i = 0; i < summary.count; i++)
	{
		row_put_label(&row, summary.channels[i].text, summary.channels[i].length);
		if (summary.converted == 0)
			row_put_null(&row);
		else
			row_put(&row, Float8GetDatum(effects[i]));
		row_end(&row);
	}
	return (Datum) 0;
}
