/*
 * history.c
 *		A history: what is done once a group.
 */
#include "base/compat.h"

#include "base/argument.h"
#include "path/history.h"

static const char *const reason_names[HISTORY_REASONS] = {
	"used", "no_entity", "no_stage", "no_time", "unknown_stage",
	"time_out_of_range", "exact_duplicate", "entity_outside"
};

const Reasons history_reasons = {HISTORY_REASONS, reason_names};

static void *
make_funnel(const char *text, int length)
{
	return funnel_lookup_create(CurrentMemoryContext, funnel_parse(text, length));
}

static bool
is_same_funnel(const void *a, const void *b)
{
	return funnel_same(a, b);
}

const DefinitionKind history_definition = {make_funnel, is_same_funnel};

/* For definition_shared */
static void *
prepare_funnel(MemoryContext context, Datum definition)
{
	return funnel_lookup_create(context, definition);
}

void
history_begin(History *history, FunctionCallInfo fcinfo, int definition, bool wide_keys, bool has_amount)
{
	MemoryContext context;

	if (!AggCheckCallContext(fcinfo, &context))
		elog(ERROR, "history collected in a non-aggregate context");
	history->funnel = definition_shared(context, PG_GETARG_DATUM(definition), prepare_funnel);
	history->fixed_definition = path_argument_is_constant(fcinfo, definition);
	path_store_init(&history->store, fcinfo, wide_keys, has_amount);
}

void
history_refuse_null(void)
{
	refuse_null("the funnel definition", "Write it as 'Lead > Qualified > Won; lost: Lost'; if it comes from a join, leave out the rows without one.");
}

void
history_subject(const History *history, Subject *subject, int64 *rows)
{
	int			length;
	const char *definition = funnel_source(history->funnel, &length);

	subject_define(subject, history->funnel, definition, length);
	memcpy(rows, history->left_out, sizeof(history->left_out));
}

/*
 * Totals
 */

void
history_totals_clear(HistoryTotals *totals)
{
	memset(totals, 0, sizeof(HistoryTotals));
	totals->from = MOMENT_NONE_FROM;
	totals->through = MOMENT_NONE_THROUGH;
}

void
history_totals_merge(HistoryTotals *into, const HistoryTotals *other)
{
	into->from = Min(into->from, other->from);
	into->through = Max(into->through, other->through);
	reasons_merge(&history_reasons, into->rows, other->rows);
	count_add(&into->outside, other->outside);
	count_add(&into->with_amount, other->with_amount);
}

void
history_totals_fields(Codec *codec, HistoryTotals *totals)
{
	reasons_fields(codec, &history_reasons, totals->rows);
	codec_count(codec, "entities_outside", &totals->outside);
	codec_count(codec, "entities_with_amount", &totals->with_amount);
}

const char *
history_totals_rules(const HistoryTotals *totals, bool known, int64 most)
{
	if (!reasons_at_most(&history_reasons, totals->rows, most))
		return "a number of rows is too large";
	if (totals->outside > most || totals->with_amount > most)
		return "the entities are too many";
	if ((totals->rows[HISTORY_USED] > 0 || totals->rows[HISTORY_OUTSIDE] > 0) != (totals->from <= totals->through))
		return "there are rows without a first and last moment, or the other way round";
	if (!known && (totals->outside > 0 || totals->with_amount > 0 || totals->from <= totals->through))
		return "there are entities but no definition";
	return NULL;
}
