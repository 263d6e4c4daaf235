/*
 * segment.c
 *		Rates by label: rows, or stored rate summaries, into a summary.
 *
 * See doc/segment.md.
 */
#include "base/compat.h"

#include "kpi/segment_summary.h"
#include "utils/builtins.h"

/* What a rate_summary tells is asked of the functions that SQL has for it. */
extern Datum rate_succeeded(PG_FUNCTION_ARGS);
extern Datum rate_decided(PG_FUNCTION_ARGS);
extern Datum rate_undecided(PG_FUNCTION_ARGS);
extern Datum rate_invalid_rows(PG_FUNCTION_ARGS);

/* The state: a summary that is added to in the aggregate's own context */
static SegmentSummary *
segment_state(FunctionCallInfo fcinfo)
{
	MemoryContext context;
	SegmentSummary *state;

	if (!AggCheckCallContext(fcinfo, &context))
		elog(ERROR, "segment_agg state function called in a non-aggregate context");
	if (!PG_ARGISNULL(0))
		return (SegmentSummary *) PG_GETARG_POINTER(0);
	state = MemoryContextAlloc(context, sizeof(SegmentSummary));
	segment_begin(state, context);
	return state;
}

/* The counts of the label that is the second argument */
static inline SegmentCount *
count_of_argument(SegmentSummary *state, FunctionCallInfo fcinfo)
{
	text	   *label;
	SegmentCount *count;

	if (PG_ARGISNULL(1))
		return &state->without;
	label = PG_GETARG_TEXT_PP(1);
	count = segment_count(state, VARDATA_ANY(label), VARSIZE_ANY_EXHDR(label));
	PG_FREE_IF_COPY(label, 1);
	return count;
}

/* segment_accum(state, label, outcome) */
PG_FUNCTION_INFO_V1(segment_accum);
Datum
segment_accum(PG_FUNCTION_ARGS)
{
	SegmentSummary *state = segment_state(fcinfo);
	SegmentCount *count = count_of_argument(state, fcinfo);

	if (PG_ARGISNULL(2))
		count->undecided++;
	else if (PG_GETARG_BOOL(2))
		count->succeeded++;
	else
		count->failed++;
	PG_RETURN_POINTER(state);
}

static int64
ask(PGFunction function, Datum rate_summary)
{
	return DatumGetInt64(DirectFunctionCall1(function, rate_summary));
}

/* segment_accum_rate(state, label, rate_summary): NULL and a summary of no rows add nothing, not even the label */
PG_FUNCTION_INFO_V1(segment_accum_rate);
Datum
segment_accum_rate(PG_FUNCTION_ARGS)
{
	SegmentSummary *state = segment_state(fcinfo);
	SegmentCount added;
	SegmentCount *count;
	Datum		rate;

	if (PG_ARGISNULL(2))
		PG_RETURN_POINTER(state);
	rate = PG_GETARG_DATUM(2);
	added.succeeded = ask(rate_succeeded, rate);
	added.failed = ask(rate_decided, rate) - added.succeeded;
	added.undecided = ask(rate_undecided, rate);
	count_add(&state->invalid_rows, ask(rate_invalid_rows, rate));
	if (added.succeeded == 0 && added.failed == 0 && added.undecided == 0)
		PG_RETURN_POINTER(state);
	count = count_of_argument(state, fcinfo);
	count_add(&count->succeeded, added.succeeded);
	count_add(&count->failed, added.failed);
	count_add(&count->undecided, added.undecided);
	PG_RETURN_POINTER(state);
}

/* segment_combine(state, other state): either may be NULL */
PG_FUNCTION_INFO_V1(segment_combine);
Datum
segment_combine(PG_FUNCTION_ARGS)
{
	SegmentSummary *state;

	RETURN_STATE_WITHOUT_OTHER();
	state = segment_state(fcinfo);
	segment_merge(state, PG_GETARG_POINTER(1));
	PG_RETURN_POINTER(state);
}

/* segment_serialize(state): as it is stored; what parallel workers send */
PG_FUNCTION_INFO_V1(segment_serialize);
Datum
segment_serialize(PG_FUNCTION_ARGS)
{
	if (!AggCheckCallContext(fcinfo, NULL))
		elog(ERROR, "segment_serialize called in a non-aggregate context");
	PG_RETURN_DATUM(summary_pack(&segment_type, PG_GETARG_POINTER(0)));
}

/* segment_deserialize(bytes, internal) */
PG_FUNCTION_INFO_V1(segment_deserialize);
Datum
segment_deserialize(PG_FUNCTION_ARGS)
{
	SegmentSummary *state = palloc(sizeof(SegmentSummary));

	if (!AggCheckCallContext(fcinfo, NULL))
		elog(ERROR, "segment_deserialize called in a non-aggregate context");
	summary_read(&segment_type, PG_GETARG_DATUM(0), state);
	PG_RETURN_POINTER(state);
}

/* segment_final(state) */
PG_FUNCTION_INFO_V1(segment_final);
Datum
segment_final(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_DATUM(summary_empty(&segment_type));
	PG_RETURN_DATUM(summary_pack(&segment_type, PG_GETARG_POINTER(0)));
}
